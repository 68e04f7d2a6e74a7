//! One collection: how far each unit is, and all figures as a file.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use documents::{Workbook, content_disposition};
use maud::{Markup, html};
use ui::Lang;
use ui::parts::{self, ButtonKind, Choice, Field, Input, Tone};
use ui::table::{Cell, Column, DataTable, MissingReason, Row, render_table};
use web::{App, Posted, Problem, Signed, WorkPage, work_frame};

use crate::actions::{self, CollectionError, Ground, Overview, all_figures, period_words};
use crate::model::{CollectionState, Lock, UnitState};
use crate::pages::history;
use crate::pages::new::deadline;
use crate::words;

pub(crate) async fn get(State(app): State<App>, signed: Signed, Path(key): Path<String>) -> Result<Response, Problem> {
    page(&app, &signed, &key, None).await
}

async fn page(app: &App, signed: &Signed, key: &str, fault: Option<&str>) -> Result<Response, Problem> {
    let lang = signed.lang();
    let overview = actions::overview(Ground::of(app), &signed.actor, key).await.map_err(words::problem)?;
    let collection = &overview.collection;
    let history = if history::asks_for_history(signed) {
        let events = actions::history_of_collection(Ground::of(app), &overview).await.map_err(words::problem)?;
        Some(history::told(app, &events, lang).await?)
    } else {
        None
    };
    let lineage = app.units.lineage(&collection.owner);
    let may_change = lineage.is_some_and(|lineage| signed.principal().may(Action::Change, Thing::Collection, &lineage));
    let (state, tone) = words::collection_state(collection.state, lang);
    let path = format!("/lam-viec/so-lieu/{key}");
    let names: Vec<&str> = overview.asked.iter().map(|asked| lang.pick(asked.name_vi.as_str(), asked.name_en.as_str())).collect();
    let body = html! {
        (parts::page_heading(&collection.title, Some(&period_words(collection.period, lang)), None))
        @if let Some(fault) = fault { (parts::notice(Tone::Error, None, html! { p { (fault) } }, lang)) }
        (parts::key_values(&[
            (lang.pick("Trạng thái", "State"), html! { (parts::tag(state, tone)) }),
            (lang.pick("Nhập từ", "Open from"), html! { (words::moment(collection.opens_at, lang)) }),
            (lang.pick("Hạn", "Due"), html! { (words::moment(collection.due_at, lang)) }),
            (lang.pick("Cơ quan yêu cầu", "Asked by"), html! { (app.units.name(&collection.owner)) }),
            (lang.pick("Chỉ tiêu", "Indicators"), html! { ul.plain { @for name in &names { li { (name) } } } }),
            (lang.pick("Hướng dẫn", "Note"), html! { (collection.note.as_deref().unwrap_or("–")) }),
        ]))
        @if may_change {
            @match collection.state {
                CollectionState::Draft => (signed.form(app, &format!("{path}/mo"), html! {
                    p { (lang.pick("Đơn vị chưa thấy đợt thu thập này.", "Units do not see this collection yet.")) }
                    (parts::button(lang.pick("Giao cho các đơn vị", "Open it to the units"), ButtonKind::Primary, None))
                })),
                CollectionState::Open => details.act { summary { (lang.pick("Đóng đợt thu thập", "Close the collection")) }
                    (signed.form(app, &format!("{path}/dong"), html! {
                        p { (lang.pick("Sau khi đóng, không đơn vị nào nhập được nữa.", "After that no unit can enter any more.")) }
                        (parts::button(lang.pick("Đóng", "Close"), ButtonKind::Danger, None))
                    }))
                },
                CollectionState::Closed => (signed.form(app, &format!("{path}/mo"), html! { (parts::button(lang.pick("Mở lại đợt thu thập", "Open it again"), ButtonKind::Secondary, None)) })),
            }
        }
        (late_section(app, signed, &overview))
        (parts::section_heading("don-vi", lang.pick("Tiến độ của các đơn vị", "How far the units are"), None))
        (render_table(&progress(app, &overview, lang), lang))
        @if signed.principal().may_somewhere(Action::Export, Thing::Figures) {
            (parts::download_bar(&[("XLSX", lang.href(&format!("{path}/tong-hop.xlsx"))), ("CSV", lang.href(&format!("{path}/tong-hop.csv")))], lang))
        }
        (history::section(signed, &path, history))
    };
    let frame =
        WorkPage::new(&collection.title, "so-lieu").below(signed, lang.pick("Số liệu", "Figures"), "/lam-viec/so-lieu").help("so-lieu");
    Ok(work_frame(app, signed, frame.faults(fault.is_some()), body))
}

/// The units whose deadline has passed, for whoever may open them again: all at once, for the same reason.
fn late_section(app: &App, signed: &Signed, overview: &Overview) -> Markup {
    let lang = signed.lang();
    let now = app.world.now();
    let may = |unit: &str| app.units.lineage(unit).is_some_and(|lineage| signed.principal().may(Action::Reopen, Thing::Figures, &lineage));
    let late = overview.units.iter().map(|(part, _)| part);
    let late: Vec<_> = late.filter(|part| part.lock(&overview.collection, now) == Some(Lock::Late) && may(&part.unit)).collect();
    let choices: Vec<Choice> = late
        .iter()
        .map(|part| {
            let mut choice = Choice::new(&part.unit, app.units.name(&part.unit), part.reopening.is_some());
            let asked = |reason: &str| lang.pick(format!("Đề nghị mở lại: {reason}"), format!("Asks to be opened again: {reason}"));
            choice.hint = part.reopening.as_ref().map(|one| asked(&one.reason));
            choice
        })
        .collect();
    html! {
        @if !late.is_empty() {
            (parts::section_heading("qua-han", &lang.pick(format!("{} đơn vị quá hạn chưa gửi", late.len()), format!("{} units are late", late.len())), None))
            details.act open[late.iter().any(|part| part.reopening.is_some())] { summary { (lang.pick("Mở lại cho các đơn vị quá hạn", "Open to late units again")) }
                (signed.form(app, &format!("/lam-viec/so-lieu/{}/mo-lai", overview.collection.key), html! {
                    (parts::checkboxes(&Field::new("don-vi-mo", lang.pick("Đơn vị", "Units")), &choices, lang))
                    (parts::text_field(&Field { id: "ly-do-mo", name: "ly-do", label: lang.pick("Lý do", "Reason"), ..Field::default() }, Input::Text, "", None, lang))
                    (parts::text_field(&Field { id: "han-mo", name: "han", label: lang.pick("Hạn mới", "New deadline"), hint: Some(lang.pick("Ví dụ: 20/09/2026 15:00", "For example: 20/09/2026 15:00")), ..Field::default() }, Input::Text, "", None, lang))
                    (parts::button(lang.pick("Mở lại", "Open again"), ButtonKind::Secondary, None))
                }))
            }
        }
    }
}

/// Opens late units again.
pub(crate) async fn reopen_late(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    // Whose collection this is, is asked before anything is said about what was typed.
    actions::overview(Ground::of(&app), &signed.actor, &key).await.map_err(words::problem)?;
    let units: Vec<String> = fields.all("don-vi-mo").into_iter().map(str::to_owned).collect();
    let outcome = match deadline(fields.text("han")) {
        Some(until) => actions::reopen_late(Ground::of(&app), &signed.actor, &key, &units, fields.text("ly-do"), until).await,
        None => Err(CollectionError::Day),
    };
    done(&app, signed, &key, outcome).await
}

fn progress(app: &App, overview: &Overview, lang: Lang) -> DataTable {
    let now = app.world.now();
    let mut table =
        DataTable::new("tien-do", lang.pick(format!("{} đơn vị", overview.units.len()), format!("{} units", overview.units.len())))
            .column(Column::header("don-vi", lang.pick("Đơn vị", "Unit")))
            .column(Column::text("trang-thai", lang.pick("Trạng thái", "State")))
            .column(Column::text("da-nhap", lang.pick("Đã nhập", "Entered")))
            .column(Column::text("han", lang.pick("Hạn", "Due")))
            .column(Column::text("lan-cuoi", lang.pick("Bước gần nhất", "Last step")))
            .column(Column::text("ly-do", lang.pick("Lý do", "Reason")));
    for (part, count) in &overview.units {
        let due = part.due_at(&overview.collection);
        let late = due <= now && matches!(part.state, UnitState::Open | UnitState::Returned);
        let (state, tone) = words::unit_state(part.state, lang);
        let state = if late {
            Cell::status(lang.pick(format!("{state}, quá hạn"), format!("{state}, late")), Tone::Error)
        } else {
            Cell::status(state, tone)
        };
        let path = lang.href(&format!("/lam-viec/so-lieu/{}/{}", overview.collection.key, part.unit));
        table = table.row(Row::new(vec![
            Cell::link(app.units.name(&part.unit), path),
            state,
            Cell::text(format!("{count}/{}", overview.asked.len())),
            Cell::text(words::moment(due, lang)),
            Cell::text(part.changed_at.map_or_else(|| "–".to_owned(), |at| words::moment(at, lang))),
            Cell::text(part.reason.as_deref().unwrap_or("–")),
        ]));
    }
    table
}

/// Units in rows, indicators in columns; what is not there says why.
async fn summary(app: &App, signed: &Signed, key: &str) -> Result<(Overview, DataTable), Problem> {
    let lang = signed.lang();
    let (overview, figures) = all_figures(Ground::of(app), &signed.actor, key).await.map_err(words::problem)?;
    let title = if overview.collection.made_up {
        lang.pick(format!("{} (số liệu minh họa)", overview.collection.title), format!("{} (made-up figures)", overview.collection.title))
    } else {
        overview.collection.title.clone()
    };
    let mut table = DataTable::new("tong-hop", title)
        .column(Column::header("don-vi", lang.pick("Đơn vị", "Unit")))
        .column(Column::text("trang-thai", lang.pick("Trạng thái", "State")));
    for asked in overview.asked.iter() {
        table = table.column(
            Column::number(&asked.indicator, lang.pick(asked.name_vi.as_str(), asked.name_en.as_str()), asked.decimals)
                .unit(lang.pick(asked.unit_vi.as_str(), asked.unit_en.as_str())),
        );
    }
    for (part, _) in &overview.units {
        let (state, tone) = words::unit_state(part.state, lang);
        let mut cells = vec![Cell::text(app.units.name(&part.unit)), Cell::status(state, tone)];
        for asked in overview.asked.iter() {
            let figure = figures.iter().find(|(unit, figure)| *unit == part.unit && figure.indicator == asked.indicator);
            cells.push(match figure.map(|(_, figure)| &figure.value) {
                Some(Ok(value)) => Cell::number(*value, asked.decimals),
                Some(Err(reason)) => Cell::missing(MissingReason::Other(reason.clone())),
                None => Cell::missing(MissingReason::NotReported),
            });
        }
        table = table.row(Row::new(cells));
    }
    Ok((overview, table))
}

pub(crate) async fn xlsx(State(app): State<App>, signed: Signed, Path(key): Path<String>) -> Result<Response, Problem> {
    let lang = signed.lang();
    let (overview, table) = summary(&app, &signed, &key).await?;
    let book = Workbook {
        title: table.caption.clone(),
        description: Some(period_words(overview.collection.period, lang)),
        source: Some(app.units.name(&overview.collection.owner)),
        address: Some(format!("{}{}", app.public_address, lang.href(&format!("/lam-viec/so-lieu/{key}")))),
        made_at: app.world.today(),
        tables: vec![&table],
        lang,
    };
    let bytes = documents::xlsx(&book)?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned();
    Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, content_disposition(&overview.collection.title, "xlsx"))], bytes).into_response())
}

pub(crate) async fn csv(State(app): State<App>, signed: Signed, Path(key): Path<String>) -> Result<Response, Problem> {
    let (overview, table) = summary(&app, &signed, &key).await?;
    let bytes = documents::csv_of_office(&table, signed.lang());
    let kind = "text/csv; charset=utf-8".to_owned();
    Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, content_disposition(&overview.collection.title, "csv"))], bytes).into_response())
}

async fn done(app: &App, signed: &Signed, key: &str, outcome: Result<(), CollectionError>) -> Result<Response, Problem> {
    match outcome {
        Ok(()) => Ok(Redirect::to(&signed.lang().href(&format!("/lam-viec/so-lieu/{key}"))).into_response()),
        Err(error) => match words::refusal(&error, signed.lang()) {
            Some(message) => page(app, signed, key, Some(&message)).await,
            None => Err(words::problem(error)),
        },
    }
}

pub(crate) async fn open(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let outcome = actions::open(Ground::of(&app), &posted.signed.actor, &key).await;
    done(&app, &posted.signed, &key, outcome).await
}

pub(crate) async fn close(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let outcome = actions::close(Ground::of(&app), &posted.signed.actor, &key).await;
    done(&app, &posted.signed, &key, outcome).await
}
