//! Evidence of the figures of a unit: shown below the sheet, and a page to choose what a figure cites.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use evidence::{Found, ListFilter, ListPage, Use, list};
use maud::{Markup, html};
use ui::Lang;
use ui::parts::{self, ButtonKind, Field, FieldError, Input, Tone};
use web::{App, Posted, Problem, Signed, WorkPage, work_frame};

use crate::actions::{Citation, Ground, Sheet, cite, cited, figure_key, sheet, uncite};
use crate::model::Asked;
use crate::words;

/// Pieces to choose from at once; a search narrows them.
const SHOWN: i64 = 20;

fn path_of(found: &Sheet) -> String {
    format!("/lam-viec/so-lieu/{}/{}", found.collection.key, found.unit.unit)
}

fn name(asked: &Asked, lang: Lang) -> &str {
    lang.pick(asked.name_vi.as_str(), asked.name_en.as_str())
}

/// The part below the sheet: what each figure cites; `enters` says whether it can be changed now.
pub(crate) async fn section(app: &App, signed: &Signed, found: &Sheet, enters: bool) -> Result<Markup, Problem> {
    let lang = signed.lang();
    let path = path_of(found);
    let uses = if found.cites {
        cited(Ground::of(app), &found.collection.key, &found.unit.unit).await.map_err(words::problem)?
    } else {
        Vec::new()
    };
    let of = |asked: &Asked| {
        let thing = figure_key(&found.collection.key, &found.unit.unit, &asked.indicator);
        uses.iter().filter(|one| one.thing == thing).collect::<Vec<_>>()
    };
    if !enters && uses.is_empty() {
        return Ok(html! {});
    }
    let rows: Vec<(&str, Markup)> = found
        .asked
        .iter()
        .map(|asked| (asked, of(asked)))
        .filter(|(_, own)| enters || !own.is_empty())
        .map(|(asked, own)| {
            let words = lang.pick("Gắn minh chứng", "Cite evidence");
            let cell = html! {
                @if !own.is_empty() { ul { @for one in own { li { (line(app, signed, &path, one, enters)) } } } }
                @if enters {
                    a href=(lang.href(&format!("{path}/minh-chung/{}", asked.indicator))) { (words) (ui::hidden_text(&format!(": {}", name(asked, lang)))) }
                }
            };
            (name(asked, lang), cell)
        })
        .collect();
    Ok(html! {
        (parts::section_heading("minh-chung", lang.pick("Minh chứng", "Evidence"), None))
        (parts::key_values(&rows))
    })
}

fn line(app: &App, signed: &Signed, path: &str, one: &Use, enters: bool) -> Markup {
    let lang = signed.lang();
    let lineage = app.units.lineage(&one.unit);
    let opens = lineage.is_some_and(|lineage| signed.principal().may(Action::See, Thing::Evidence, &lineage));
    html! {
        @if opens { a href=(lang.href(&format!("/lam-viec/minh-chung/{}", one.evidence))) { (one.title) } } @else { (one.title) }
        @if let Some(number) = &one.document_number { ", " (number) }
        ", " (one.file_name) (lang.pick(format!(" (phiên bản {})", one.position), format!(" (version {})", one.position)))
        @if let Some(place) = &one.cited { ", " (place) }
        @if one.withdrawn { " " (parts::tag(lang.pick("Minh chứng đã rút", "Withdrawn"), Tone::Warning)) }
        @if one.locked_at.is_some() { " " (parts::tag(lang.pick("Đã gửi, giữ nguyên", "Handed in, stays as it is"), Tone::Info)) }
        @else if enters {
            (signed.form(app, &format!("{path}/bo-minh-chung"), html! {
                input type="hidden" name="lan-gan" value=(one.key);
                (parts::button(lang.pick("Bỏ gắn", "Remove"), ButtonKind::Secondary, None))
            }))
        }
    }
}

pub(crate) async fn get(
    State(app): State<App>,
    signed: Signed,
    Path((collection, unit, indicator)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let found = sheet(Ground::of(&app), &signed.actor, &collection, &unit).await.map_err(words::problem)?;
    page(&app, &signed, &found, &indicator, None).await
}

pub(crate) async fn post(
    State(app): State<App>,
    Path((collection, unit, indicator)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let ground = Ground::of(&app);
    let new = Citation {
        collection: &collection,
        unit: &unit,
        indicator: &indicator,
        evidence: fields.text("minh-chung"),
        cited: fields.filled("trang"),
    };
    match cite(ground, &app.evidence, &signed.actor, &new).await {
        Ok(()) => Ok(Redirect::to(&signed.lang().href(&format!("/lam-viec/so-lieu/{collection}/{unit}#minh-chung"))).into_response()),
        Err(error) => match words::refusal(&error, signed.lang()) {
            Some(message) => {
                let found = sheet(ground, &signed.actor, &collection, &unit).await.map_err(words::problem)?;
                page(&app, signed, &found, &indicator, Some(&message)).await
            }
            None => Err(words::problem(error)),
        },
    }
}

pub(crate) async fn remove(
    State(app): State<App>,
    Path((collection, unit)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let (ground, lang) = (Ground::of(&app), signed.lang());
    match uncite(ground, &signed.actor, &collection, &unit, fields.text("lan-gan")).await {
        Ok(()) => Ok(Redirect::to(&lang.href(&format!("/lam-viec/so-lieu/{collection}/{unit}#minh-chung"))).into_response()),
        Err(error) => match words::refusal(&error, lang) {
            Some(message) => {
                let found = sheet(ground, &signed.actor, &collection, &unit).await.map_err(words::problem)?;
                super::entry::page(&app, signed, &found, None, &[FieldError::new("minh-chung", message)], None).await
            }
            None => Err(words::problem(error)),
        },
    }
}

async fn page(app: &App, signed: &Signed, found: &Sheet, indicator: &str, fault: Option<&str>) -> Result<Response, Problem> {
    let lang = signed.lang();
    let asked = found.asked.iter().find(|asked| asked.indicator == indicator).ok_or(Problem::NotFound)?;
    let lineage = app.units.lineage(&found.unit.unit).ok_or(Problem::NotFound)?;
    signed.principal().must(Action::Change, Thing::Figures, &lineage)?;
    let lock = found.unit.lock(&found.collection, app.world.now());
    let words_typed = signed.visit.value("tim").unwrap_or_default();
    // What the unit has, as far as the person may see it.
    let units = if signed.principal().may(Action::See, Thing::Evidence, &lineage) { vec![found.unit.unit.clone()] } else { Vec::new() };
    let filter = ListFilter { words: words_typed.clone(), units: Some(units), ..ListFilter::default() };
    let mut read = app.db.read().await?;
    let pieces = list(read.conn(), &filter, ListPage { offset: 0, limit: SHOWN }).await?;
    drop(read);
    let path = path_of(found);
    let here = format!("{path}/minh-chung/{indicator}");
    let title = lang.pick("Gắn minh chứng", "Cite evidence");
    let errors: Vec<FieldError> = fault.map(|message| FieldError::new("chon", message)).into_iter().collect();
    let add = ui::url::with_query(
        &lang.href("/lam-viec/minh-chung/them"),
        &[("cho", &figure_key(&found.collection.key, &found.unit.unit, indicator))],
    );
    let body = html! {
        (parts::error_summary(&errors, lang))
        (parts::page_heading(title, Some(name(asked, lang)), None))
        @if let Some(lock) = lock { (parts::notice(Tone::Info, None, html! { p { (words::lock(lock, lang)) } }, lang)) }
        @else { p { (parts::button_link(lang.pick("Tải tệp mới lên", "Upload a new file"), &add, ButtonKind::Secondary)) }
        form action=(lang.href(&here)) method="get" {
            (parts::text_field(&Field::new("tim", lang.pick("Tìm trong minh chứng của đơn vị", "Search the unit's evidence")).optional(), Input::Search, &words_typed, None, lang))
            (parts::button(lang.pick("Tìm", "Search"), ButtonKind::Secondary, None))
        }
        div #chon {
            @if pieces.is_empty() { p { (lang.pick("Không có minh chứng nào phù hợp. Hãy tải tệp mới lên.", "Nothing fits. Upload a new file.")) } }
            @else { ul { @for piece in &pieces { li { (choice(app, signed, &here, piece)) } } } }
            @if i64::try_from(pieces.len()) == Ok(SHOWN) { p { (lang.pick(
                format!("Chỉ hiện {SHOWN} minh chứng đầu tiên. Nếu chưa thấy, hãy tìm theo tên, số hiệu hoặc nội dung."),
                format!("Only the first {SHOWN} are shown. Search by name, number or text for others."),
            )) } }
        } }
    };
    let frame = WorkPage::new(title, "so-lieu")
        .below(signed, lang.pick("Số liệu", "Figures"), "/lam-viec/so-lieu")
        .below(signed, &found.collection.title, &path)
        .help("minh-chung");
    Ok(work_frame(app, signed, frame.faults(fault.is_some()), body))
}

fn choice(app: &App, signed: &Signed, here: &str, found: &Found) -> Markup {
    let lang = signed.lang();
    let about = &found.piece.description;
    let id = format!("trang-{}", found.piece.key);
    html! {
        a href=(lang.href(&format!("/lam-viec/minh-chung/{}", found.piece.key))) { (about.title) }
        @if let Some(number) = &about.document_number { ", " (number) }
        @if let Some(file) = &found.file { ", " (file.file_name) }
        @if let Some(hit) = &found.hit { p.small { (hit.snippet.before) " " mark { (hit.snippet.hit) } " " (hit.snippet.after) } }
        (signed.form(app, here, html! {
            input type="hidden" name="minh-chung" value=(found.piece.key);
            (parts::text_field(&Field { id: &id, name: "trang", label: lang.pick("Trang, mục", "Page or section"), optional: true, ..Field::default() }, Input::Text, "", None, lang))
            (parts::button(lang.pick("Gắn", "Cite"), ButtonKind::Secondary, None))
        }))
    }
}
