//! The sheet of one unit: every figure in a real table of fields, saved together.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use ui::Lang;
use ui::parts::{self, ButtonKind, Field, FieldError, Input, Tone};
use viet_text::{DecimalSign, Reading};
use web::{App, Fields, Posted, Problem, Signed, WorkPage, work_frame};

use crate::actions::{CollectionError, Conflict, Ground, Sheet, history_of_sheet, period_words, save_read, sheet};
use crate::model::{Asked, Entry, Figure, FigureFault, UnitState};
use crate::pages::history::{self, asks_for_history};
use crate::pages::{decide, evidence};
use crate::words;

pub(crate) async fn get(
    State(app): State<App>,
    signed: Signed,
    Path((collection, unit)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = sheet(Ground::of(&app), &signed.actor, &collection, &unit).await.map_err(words::problem)?;
    let done = match signed.visit.value("xong").as_deref() {
        Some("luu") => Some(signed.lang().pick("Đã lưu.", "Saved.")),
        Some("gui") => Some(
            signed.lang().pick("Đã gửi. Số liệu đang chờ cơ quan thường trực duyệt.", "Handed in. The figures wait for the reform office."),
        ),
        Some("duyet") => Some(signed.lang().pick("Đã duyệt.", "Accepted.")),
        Some("tra-lai") => Some(signed.lang().pick("Đã trả lại cho đơn vị.", "Returned to the unit.")),
        Some("de-nghi") => Some(signed.lang().pick("Đã gửi đề nghị mở lại.", "The reform office was asked.")),
        Some("mo-lai") => Some(signed.lang().pick("Đã mở lại cho đơn vị nhập.", "Opened to the unit again.")),
        _ => None,
    };
    page(&app, &signed, &found, None, &[], done).await
}

/// Value, reason and note of an indicator as they were typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Typed {
    value: String,
    reason: String,
    note: String,
    seen: String,
}

fn typed(fields: &Fields, asked: &Asked) -> Typed {
    let of = |part: &str| fields.text(&format!("{part}.{}", asked.indicator)).to_owned();
    Typed { value: of("so"), reason: of("ly-do"), note: of("ghi-chu"), seen: of("ban") }
}

fn shown(figure: Option<&Figure>, asked: &Asked, lang: Lang) -> Typed {
    let Some(figure) = figure else { return Typed { seen: "0".to_owned(), ..Typed::default() } };
    let (value, reason) = match &figure.value {
        Ok(value) => (lang.decimal(*value, value.scale().max(asked.decimals)), String::new()),
        Err(reason) => (String::new(), reason.clone()),
    };
    Typed { value, reason, note: figure.note.clone().unwrap_or_default(), seen: figure.version.to_string() }
}

/// A figure as officials type it: thousands with points or spaces, a decimal comma. `1.234` is one thousand and more, as everywhere on the page.
/// Without a fault it is no figure at all.
fn figure_of(text: &str, asked: &Asked) -> Result<rust_decimal::Decimal, Option<FigureFault>> {
    let numeral = viet_text::read_numeral(text).map_err(|_| None)?;
    if numeral.percent && asked.unit_vi != "%" {
        return Err(None);
    }
    let value = match numeral.reading {
        Reading::Sure { value, .. } => value,
        Reading::Open { grouped, sign: DecimalSign::Point, .. } => grouped,
        Reading::Open { fraction, sign: DecimalSign::Comma, .. } => fraction,
    };
    asked.fault_of(value).map_or(Ok(value), |fault| Err(Some(fault)))
}

/// The entries of a form, or every fault in it.
fn read(all: &[Asked], figures: &[Figure], fields: &Fields, lang: Lang) -> Result<Vec<Entry>, Vec<FieldError>> {
    let (mut entries, mut errors) = (Vec::new(), Vec::new());
    for asked in all {
        let typed = typed(fields, asked);
        let name = lang.pick(asked.name_vi.as_str(), asked.name_en.as_str());
        let note = Some(typed.note.clone()).filter(|note| !note.is_empty());
        let seen = typed.seen.parse().unwrap_or(0);
        let value = match (typed.value.is_empty(), typed.reason.is_empty()) {
            (true, true) => {
                if seen > 0 && figures.iter().any(|figure| figure.indicator == asked.indicator) {
                    let message = lang.pick(
                        format!("{name}: không để trống số đã lưu; nếu không có số liệu, ghi lý do."),
                        format!("{name}: a saved figure cannot be left empty; if there is none, type the reason."),
                    );
                    errors.push(FieldError::new(field_id(asked), message));
                }
                continue;
            }
            (false, false) => {
                let message = lang.pick(
                    format!("{name}: nhập số hoặc lý do không có số liệu, không nhập cả hai."),
                    format!("{name}: type a figure or a reason, not both."),
                );
                errors.push(FieldError::new(field_id(asked), message));
                continue;
            }
            (true, false) => Err(typed.reason.clone()),
            (false, true) => match figure_of(&typed.value, asked) {
                Ok(value) => Ok(value),
                Err(fault) => {
                    let message = if let Some(fault @ (FigureFault::Below { .. } | FigureFault::Above { .. })) = fault {
                        let words = words::figure_fault(fault, lang);
                        lang.pick(format!("{name}: “{}” {words}.", typed.value), format!("{name}: “{}” {words}.", typed.value))
                    } else if asked.decimals == 0 {
                        lang.pick(
                            format!("{name}: “{}” không phải là số nguyên. Viết như 1234 hoặc 1.234.", typed.value),
                            format!("{name}: “{}” is no whole number. Write 1234 or 1.234.", typed.value),
                        )
                    } else {
                        lang.pick(
                            format!(
                                "{name}: “{}” không phải là số có tối đa {} chữ số thập phân. Viết như 1.234,5.",
                                typed.value, asked.decimals
                            ),
                            format!("{name}: “{}” is no figure of at most {} decimals. Write 1.234,5.", typed.value, asked.decimals),
                        )
                    };
                    errors.push(FieldError::new(field_id(asked), message));
                    continue;
                }
            },
        };
        entries.push(Entry { indicator: asked.indicator.clone(), seen, value, note });
    }
    if errors.is_empty() { Ok(entries) } else { Err(errors) }
}

fn field_id(asked: &Asked) -> String {
    format!("so.{}", asked.indicator)
}

pub(crate) async fn post(
    State(app): State<App>,
    Path((collection, unit)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let lang = signed.lang();
    let ground = Ground::of(&app);
    let saved = save_read(ground, &signed.actor, &collection, &unit, |asked, figures| read(asked, figures, fields, lang)).await;
    let errors = match saved {
        Ok(Ok(_)) => return Ok(Redirect::to(&lang.href(&format!("/lam-viec/so-lieu/{collection}/{unit}?xong=luu"))).into_response()),
        Ok(Err(errors)) => errors,
        Err(CollectionError::Conflicts(conflicts)) => {
            let found = sheet(ground, &signed.actor, &collection, &unit).await.map_err(words::problem)?;
            return Ok(conflict_page(&app, signed, &found, &conflicts, fields));
        }
        Err(error) => match words::refusal(&error, lang) {
            Some(message) => vec![FieldError::new("bang-nhap", message)],
            None => return Err(words::problem(error)),
        },
    };
    let found = sheet(ground, &signed.actor, &collection, &unit).await.map_err(words::problem)?;
    page(&app, signed, &found, Some(fields), &errors, None).await
}

pub(crate) async fn page(
    app: &App,
    signed: &Signed,
    found: &Sheet,
    fields: Option<&Fields>,
    errors: &[FieldError],
    done: Option<&str>,
) -> Result<Response, Problem> {
    let lang = signed.lang();
    let Sheet { collection, unit, .. } = found;
    let lineage = app.units.lineage(&unit.unit).ok_or(Problem::NotFound)?;
    let may = |action| signed.principal().may(action, Thing::Figures, &lineage);
    let lock = unit.lock(collection, app.world.now());
    let enters = may(Action::Change) && lock.is_none();
    let (state, tone) = words::unit_state(unit.state, lang);
    let path = format!("/lam-viec/so-lieu/{}/{}", collection.key, unit.unit);
    let evidence = evidence::section(app, signed, found, enters).await?;
    let history = if asks_for_history(signed) {
        Some(history::told(app, &history_of_sheet(Ground::of(app), found).await.map_err(words::problem)?, lang).await?)
    } else {
        None
    };
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(&collection.title, Some(&app.units.name(&unit.unit)), None))
        @if let Some(done) = done { (parts::notice(Tone::Success, None, html! { p { (done) } }, lang)) }
        @if unit.state == UnitState::Returned { @if let Some(reason) = &unit.reason {
            (parts::notice(Tone::Warning, Some(lang.pick("Cơ quan thường trực trả lại hoặc mở lại", "Returned or opened again by the reform office")), html! { p { (reason) } }, lang))
        } }
        @if let Some(lock) = lock { @if may(Action::Change) || may(Action::Submit) { (parts::notice(Tone::Info, None, html! { p { (words::lock(lock, lang)) } }, lang)) } }
        (parts::key_values(&[
            (lang.pick("Kỳ số liệu", "Period"), html! { (period_words(collection.period, lang)) }),
            (lang.pick("Trạng thái", "State"), html! { (parts::tag(state, tone)) }),
            (lang.pick("Hạn", "Due"), html! { (words::moment(unit.due_at(collection), lang)) @if unit.extended_to.is_some() { " " (lang.pick("(đã gia hạn)", "(extended)")) } }),
            (lang.pick("Hướng dẫn", "Note"), html! { (collection.note.as_deref().unwrap_or("–")) }),
        ]))
        @if enters {
            p { (parts::button_link(lang.pick("Nhập từ tệp Excel hoặc CSV", "Bring an Excel or CSV file"), &lang.href(&format!("{path}/nhap")), ButtonKind::Secondary)) }
            (signed.form(app, &path, html! {
                (grid(found, fields, errors, lang))
                (parts::button(lang.pick("Lưu", "Save"), ButtonKind::Primary, None))
                p.hint { (lang.pick("Dấu * là chỉ tiêu phải có số liệu hoặc lý do. Ô để trống thì không lưu gì. Số 0 là có số liệu và bằng không; khi không có số liệu, ghi lý do.", "Indicators marked * need a figure or a reason. An empty field is not saved. 0 is a figure; where there is none, type the reason.")) }
            }))
        } @else {
            (values(found, lang))
        }
        @if may(Action::Export) {
            (parts::download_bar(&[("XLSX", lang.href(&format!("{path}/bang.xlsx"))), ("CSV", lang.href(&format!("{path}/bang.csv")))], lang))
        }
        (evidence)
        (decide::acts(app, signed, found, &lineage))
        (history::section(signed, &path, history))
    };
    let office = signed.principal().may_somewhere(Action::Decide, Thing::Figures);
    let mut frame =
        WorkPage::new(&collection.title, "so-lieu").below(signed, lang.pick("Số liệu", "Figures"), "/lam-viec/so-lieu").help("so-lieu");
    if office {
        frame = frame.below(signed, &collection.title, &format!("/lam-viec/so-lieu/{}", collection.key));
    }
    Ok(work_frame(app, signed, frame.faults(!errors.is_empty()), body))
}

/// The table of fields; each field has a label made from its row and column.
fn grid(found: &Sheet, fields: Option<&Fields>, errors: &[FieldError], lang: Lang) -> Markup {
    // Repeated above each field where the table does not fit and its rows stand below each other.
    let (reason, note) = (lang.pick("Lý do không có số liệu", "Why there is none"), lang.pick("Ghi chú", "Note"));
    let last = lang.pick("Lưu lần cuối", "Last saved");
    html! {
        div.table-box #bang-nhap tabindex="0" role="region" aria-label=(lang.pick("Bảng nhập số liệu", "Figures to enter")) {
            table.entry {
                caption { (lang.pick("Số liệu của đơn vị", "The unit's figures")) }
                thead { tr {
                    th scope="col" { (lang.pick("Chỉ tiêu", "Indicator")) }
                    th scope="col" { (lang.pick("Số liệu", "Figure")) }
                    th scope="col" { (lang.pick("Đơn vị tính", "Unit of measure")) }
                    th scope="col" { (reason) }
                    th scope="col" { (note) }
                    th scope="col" { (last) }
                } }
                tbody {
                    @for asked in found.asked.iter() {
                        @let figure = found.figure(&asked.indicator);
                        @let typed = fields.map_or_else(|| shown(figure, asked, lang), |fields| typed(fields, asked));
                        @let id = field_id(asked);
                        @let fault = errors.iter().find(|error| error.field == id);
                        @let name = lang.pick(asked.name_vi.as_str(), asked.name_en.as_str());
                        tr {
                            th scope="row" id={ "ten." (asked.indicator) } {
                                (name)
                                @if asked.required { span.required { " *" } }
                                @if let Some(fault) = fault { p.field-error id={ (id) "-loi" } { (fault.message) } }
                            }
                            td {
                                input.narrow #(id) name=(id) type="text" inputmode="decimal" value=(typed.value) autocomplete="off"
                                    aria-label={ (name) ": " (lang.pick("số liệu", "figure")) }
                                    aria-invalid=[fault.map(|_| "true")] aria-describedby=[fault.map(|_| format!("{id}-loi"))];
                                input type="hidden" name={ "ban." (asked.indicator) } value=(typed.seen);
                            }
                            td { (lang.pick(asked.unit_vi.as_str(), asked.unit_en.as_str())) }
                            td data-label=(reason) { input name={ "ly-do." (asked.indicator) } type="text" value=(typed.reason) autocomplete="off" aria-label={ (name) ": " (lang.pick("lý do không có số liệu", "why there is none")) }; }
                            td data-label=(note) { input name={ "ghi-chu." (asked.indicator) } type="text" value=(typed.note) autocomplete="off" aria-label={ (name) ": " (lang.pick("ghi chú", "note")) }; }
                            td.small data-label=(last) { (saved(figure, lang)) }
                        }
                    }
                }
            }
        }
    }
}

fn saved(figure: Option<&Figure>, lang: Lang) -> String {
    figure.map_or_else(
        || "–".to_owned(),
        |figure| format!("{} {}", words::moment(figure.entered_at, lang), figure.entered_by.as_deref().unwrap_or_default()),
    )
}

/// The same figures where they cannot be changed.
fn values(found: &Sheet, lang: Lang) -> Markup {
    use ui::table::{Cell, Column, DataTable, MissingReason, Row, render_table};
    let mut table = DataTable::new("bang-nhap", lang.pick("Số liệu của đơn vị", "The unit's figures"))
        .column(Column::header("chi-tieu", lang.pick("Chỉ tiêu", "Indicator")))
        .column(Column::number("so", lang.pick("Số liệu", "Figure"), 0))
        .column(Column::text("don-vi", lang.pick("Đơn vị tính", "Unit of measure")))
        .column(Column::text("ghi-chu", lang.pick("Ghi chú", "Note")))
        .column(Column::text("luu", lang.pick("Lưu lần cuối", "Last saved")));
    for asked in found.asked.iter() {
        let figure = found.figure(&asked.indicator);
        let value = match figure.map(|figure| &figure.value) {
            Some(Ok(value)) => Cell::number(*value, value.scale().max(asked.decimals)),
            Some(Err(reason)) => Cell::missing(MissingReason::Other(reason.clone())),
            None => Cell::missing(MissingReason::NotReported),
        };
        table = table.row(Row::new(vec![
            Cell::text(lang.pick(asked.name_vi.as_str(), asked.name_en.as_str())),
            value,
            Cell::text(lang.pick(asked.unit_vi.as_str(), asked.unit_en.as_str())),
            Cell::text(figure.and_then(|figure| figure.note.as_deref()).unwrap_or("–")),
            Cell::text(saved(figure, lang)),
        ]));
    }
    render_table(&table, lang)
}

fn plain(value: &Result<rust_decimal::Decimal, String>, note: Option<&str>, lang: Lang) -> String {
    let value = match value {
        Ok(value) => lang.decimal(*value, value.scale()),
        Err(reason) => lang.pick(format!("không có số liệu: {reason}"), format!("no figure: {reason}")),
    };
    note.map_or_else(|| value.clone(), |note| format!("{value} ({note})"))
}

/// Somebody else saved the same figures meanwhile: both versions beside each other, and a choice for each.
fn conflict_page(app: &App, signed: &Signed, found: &Sheet, conflicts: &[Conflict], fields: &Fields) -> Response {
    let lang = signed.lang();
    let title = lang.pick("Người khác vừa lưu các số này", "Somebody else has just saved these figures");
    let rows: Vec<(&str, String, String)> = conflicts
        .iter()
        .map(|conflict| {
            let name = lang.pick(conflict.asked.name_vi.as_str(), conflict.asked.name_en.as_str());
            let by = conflict.saved.entered_by.as_deref().unwrap_or("?");
            let there = format!(
                "{} – {by}, {}",
                plain(&conflict.saved.value, conflict.saved.note.as_deref(), lang),
                words::moment(conflict.saved.entered_at, lang)
            );
            (name, there, plain(&conflict.own.value, conflict.own.note.as_deref(), lang))
        })
        .collect();
    let shown: Vec<(&str, String, &str)> = rows.iter().map(|(name, there, own)| (*name, there.clone(), own.as_str())).collect();
    let path = format!("/lam-viec/so-lieu/{}/{}", found.collection.key, found.unit.unit);
    let is_in_conflict = |name: &str| conflicts.iter().any(|conflict| name == format!("ban.{}", conflict.asked.indicator));
    let body = html! {
        (parts::page_heading(title, Some(lang.pick("Chưa có gì của bạn được lưu. So sánh hai bản rồi chọn.", "Nothing of yours was saved yet. Compare the two and choose.")), None))
        (web::versions_table(&shown, lang))
        (signed.form(app, &path, html! {
            (fields.kept_where(|name| !is_in_conflict(name)))
            @for conflict in conflicts { input type="hidden" name={ "ban." (conflict.asked.indicator) } value=(conflict.saved.version); }
            (parts::button(lang.pick("Lưu bản của tôi, thay số vừa lưu", "Save mine over the new ones"), ButtonKind::Danger, None))
        }))
        (signed.form(app, &path, html! {
            (fields.kept_where(|name| !conflicts.iter().any(|conflict| name.ends_with(&format!(".{}", conflict.asked.indicator)))))
            (parts::button(lang.pick("Giữ số vừa lưu, chỉ lưu các số còn lại của tôi", "Keep the new ones, save only my other figures"), ButtonKind::Secondary, None))
        }))
    };
    let frame = WorkPage::new(title, "so-lieu").below(signed, lang.pick("Số liệu", "Figures"), "/lam-viec/so-lieu").below(
        signed,
        &found.collection.title,
        &path,
    );
    (StatusCode::CONFLICT, work_frame(app, signed, frame, body)).into_response()
}

/// A field for a reason.
pub(crate) fn reason_field(id: &str, lang: Lang) -> Markup {
    parts::text_field(&Field { id, name: "ly-do", label: lang.pick("Lý do", "Reason"), ..Field::default() }, Input::Text, "", None, lang)
}
