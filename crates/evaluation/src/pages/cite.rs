//! Evidence of leaves: shown in the row, and a page to choose what a leaf cites.

use accounts::policy::{Action, Thing};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use evidence::{Description, EvidenceError, EvidenceKind, Found, ListFilter, ListPage, Upload, Use, list};
use file_reading::{Fault, Kind};
use maud::{Markup, html};
use serde_json::json;
use ui::Lang;
use ui::parts::{self, ButtonKind, Field, FieldError, Input, Tone};
use web::{App, Ground, Posted, PostedFiles, Problem, Signed, WorkPage, work_frame};

use super::NAV;
use super::sheet::{may_of, page as sheet_page, path_of};
use crate::actions::{Citation, EvaluationError, Sheet, cite, cite_file, leaf_key, sheet, uncite};
use crate::model::Phase;
use crate::words;

/// Pieces to choose from at once; a search narrows them.
const SHOWN: i64 = 20;

/// What a leaf cites, and where more can be chosen.
pub(crate) fn cell(app: &App, signed: &Signed, found: &Sheet, leaf: &str, enters: bool) -> Markup {
    let lang = signed.lang();
    let path = path_of(found);
    html! {
        div data-cited[enters] { (list_of(app, signed, found, leaf, enters)) }
        @if enters {
            p { a href=(lang.href(&format!("{path}/minh-chung/{leaf}"))) { (lang.pick("Gắn minh chứng", "Cite evidence")) (ui::hidden_text(&format!(": {leaf}"))) } }
        }
    }
}

fn list_of(app: &App, signed: &Signed, found: &Sheet, leaf: &str, enters: bool) -> Markup {
    let path = path_of(found);
    let uses: Vec<&Use> = found.uses_of(leaf).collect();
    html! { @if !uses.is_empty() { ul { @for one in uses { li { (line(app, signed, &path, one, enters)) } } } } }
}

/// The address to which a row of the sheet sends files that are dropped on it.
pub(crate) fn drop_address(found: &Sheet, leaf: &str, lang: Lang) -> String {
    lang.href(&format!("{}/minh-chung/{leaf}/tep", path_of(found)))
}

/// Files that were dropped on a row: each becomes a piece of evidence named after its file, cited by the leaf. Tells what the row shows now, and
/// what is wrong with the files that were not taken.
pub(crate) async fn post_files(
    State(app): State<App>,
    Path((campaign, unit, leaf)): Path<(String, String, String)>,
    mut posted: PostedFiles,
) -> Result<Response, Problem> {
    let (ground, lang) = (Ground::of(&app), posted.signed.lang());
    let files = posted.take("tep");
    let signed = &posted.signed;
    let (mut added, mut faults) = (Vec::new(), Vec::new());
    for file in files {
        let name = file_reading::name::safe(&file.name);
        let title = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned();
        let about = Description { kind: EvidenceKind::Other, title, document_number: None, document_date: None, issuer: None, note: None };
        let outcome = match file.file {
            Some(open) => {
                let upload = Upload { file_name: file.name, file: open, size: file.size };
                cite_file(ground, &app.evidence, &signed.actor, (&campaign, &unit, &leaf), (&about, upload)).await
            }
            None => {
                let fault = Fault::TooLarge { kind: Kind::Unknown, size: file.size, limit: app.evidence.policy.largest() };
                Err(EvaluationError::Evidence(EvidenceError::Refused(vec![fault])))
            }
        };
        let Err(error) = outcome else {
            added.push(name);
            continue;
        };
        let told = match &error {
            EvaluationError::Evidence(error) => web::evidence_refusal(error, lang).map(|all| all.join("; ")),
            other => words::refusal(other, None, lang),
        };
        match told {
            Some(told) => faults.push(format!("{name}: {told}")),
            // What was added before stays, and its row is looked at again with the page.
            None => return Err(words::problem(error)),
        }
    }
    let found = sheet(ground, &signed.actor, &campaign, &unit).await.map_err(words::problem)?;
    let told = (!added.is_empty()).then(|| {
        let names = added.join(", ");
        lang.pick(
            format!("Đã gắn: {names}. Bấm vào tên để sửa tên, loại, số hiệu."),
            format!("Cited: {names}. Open it to give it a title, kind and number."),
        )
    });
    let list = list_of(&app, signed, &found, &leaf, true).into_string();
    Ok(Json(json!({ "list": list, "told": told, "faults": faults })).into_response())
}

fn line(app: &App, signed: &Signed, path: &str, one: &Use, enters: bool) -> Markup {
    let lang = signed.lang();
    let lineage = app.units.lineage(&one.unit);
    let opens = lineage.is_some_and(|lineage| signed.principal().may(Action::See, Thing::Evidence, &lineage));
    html! {
        @if opens { a href=(lang.href(&format!("/lam-viec/minh-chung/{}", one.evidence))) { (one.title) } } @else { (one.title) }
        @if let Some(number) = &one.document_number { ", " (number) }
        @if let Some(place) = &one.cited { ", " (place) }
        @if one.withdrawn { " " (parts::tag(lang.pick("Minh chứng đã rút", "Withdrawn"), Tone::Warning)) }
        @if one.locked_at.is_some() { " " (parts::tag(lang.pick("Giữ nguyên", "Stays as it is"), Tone::Info)) }
        @else if enters {
            // A form cannot stand inside the form of the sheet: the button names another action.
            " " button.link type="submit" formaction=(lang.href(&format!("{path}/bo-minh-chung"))) name="lan-gan" value=(one.key) { (lang.pick("Bỏ gắn", "Remove")) (ui::hidden_text(&format!(": {}", one.title))) }
        }
    }
}

pub(crate) async fn get(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit, leaf)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let found = sheet(Ground::of(&app), &signed.actor, &campaign, &unit).await.map_err(words::problem)?;
    page(&app, &signed, &found, &leaf, None).await
}

pub(crate) async fn post(
    State(app): State<App>,
    Path((campaign, unit, leaf)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let ground = Ground::of(&app);
    if fields.text("minh-chung").is_empty() {
        let found = sheet(ground, &signed.actor, &campaign, &unit).await.map_err(words::problem)?;
        let message = signed.lang().pick("Chọn minh chứng để gắn.", "Choose what to cite.");
        return page(&app, signed, &found, &leaf, Some(message)).await;
    }
    let new =
        Citation { campaign: &campaign, unit: &unit, leaf: &leaf, evidence: fields.text("minh-chung"), cited: fields.filled("trang") };
    match cite(ground, &app.evidence, &signed.actor, &new).await {
        Ok(()) => Ok(Redirect::to(&signed.lang().href(&format!("/lam-viec/danh-gia/{campaign}/{unit}#tc-{leaf}"))).into_response()),
        Err(error) => match words::refusal(&error, None, signed.lang()) {
            Some(message) => {
                let found = sheet(ground, &signed.actor, &campaign, &unit).await.map_err(words::problem)?;
                page(&app, signed, &found, &leaf, Some(&message)).await
            }
            None => Err(words::problem(error)),
        },
    }
}

pub(crate) async fn remove(
    State(app): State<App>,
    Path((campaign, unit)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let (ground, lang) = (Ground::of(&app), signed.lang());
    if fields.text("lan-gan").is_empty() {
        let found = sheet(ground, &signed.actor, &campaign, &unit).await.map_err(words::problem)?;
        if !may_of(&app, signed, &found.unit, Action::Change, Thing::Score) {
            let lineage = app.units.lineage(&unit).ok_or(Problem::NotFound)?;
            signed.principal().must(Action::Change, Thing::Score, &lineage)?;
        }
        let message = lang.pick("Chọn minh chứng cần bỏ gắn.", "Choose what to remove.");
        return sheet_page(&app, signed, &found, None, &[FieldError::new("bang-diem", message)], None);
    }
    match uncite(ground, &signed.actor, &campaign, &unit, fields.text("lan-gan")).await {
        Ok(()) => Ok(Redirect::to(&lang.href(&format!("/lam-viec/danh-gia/{campaign}/{unit}"))).into_response()),
        Err(error) => match words::refusal(&error, None, lang) {
            Some(message) => {
                let found = sheet(ground, &signed.actor, &campaign, &unit).await.map_err(words::problem)?;
                sheet_page(&app, signed, &found, None, &[FieldError::new("bang-diem", message)], None)
            }
            None => Err(words::problem(error)),
        },
    }
}

async fn page(app: &App, signed: &Signed, found: &Sheet, leaf: &str, fault: Option<&str>) -> Result<Response, Problem> {
    let lang = signed.lang();
    let total = found.set.definition.total;
    let whole = found.set.definition.nodes[total].code == leaf;
    let node = found.set.leaf(leaf).or(whole.then_some(total)).ok_or(Problem::NotFound)?;
    let name = if whole {
        lang.pick("Bảng tự chấm điểm đã ký", "The signed sheet").to_owned()
    } else {
        format!("{leaf} {}", found.set.name(node, lang))
    };
    if !may_of(app, signed, &found.unit, Action::Change, Thing::Score) {
        let lineage = app.units.lineage(&found.unit.unit).ok_or(Problem::NotFound)?;
        signed.principal().must(Action::Change, Thing::Score, &lineage)?;
    }
    let typed = signed.visit.value("tim").unwrap_or_default();
    let sees = |unit: &&str| app.units.lineage(unit).is_some_and(|lineage| signed.principal().may(Action::See, Thing::Evidence, &lineage));
    let units: Vec<String> = found.unit.holders().filter(sees).map(str::to_owned).collect();
    let filter = ListFilter { words: typed.clone(), units: Some(units), ..ListFilter::default() };
    let mut read = app.db.read().await?;
    let pieces = list(read.conn(), &filter, ListPage { offset: 0, limit: SHOWN }).await?;
    drop(read);
    let path = path_of(found);
    let here = format!("{path}/minh-chung/{leaf}");
    let title = lang.pick("Gắn minh chứng", "Cite evidence");
    let errors: Vec<FieldError> = fault.map(|message| FieldError::new("chon", message)).into_iter().collect();
    let add = ui::url::with_query(
        &lang.href("/lam-viec/minh-chung/them"),
        &[("cho", &format!("leaf:{}", leaf_key(&found.campaign.key, &found.unit.unit, leaf)))],
    );
    let asked = found.set.asks_at(node).evidence;
    let body = html! {
        (parts::error_summary(&errors, lang))
        (parts::page_heading(title, Some(&name), None))
        @if let Some(asked) = &asked { p { (lang.pick("Minh chứng yêu cầu: ", "Asked: ")) (lang.pick(asked.vi.as_str(), asked.en.as_str())) } }
        @if found.campaign.phase == Phase::Explanation { p.hint { (lang.pick("Minh chứng gắn thêm ở bước giải trình đứng cạnh minh chứng đã gửi; minh chứng đã gửi giữ nguyên.", "Evidence added now stands beside what was handed in, which stays as it is.")) } }
        p { (parts::button_link(lang.pick("Tải tệp mới lên", "Upload a new file"), &add, ButtonKind::Secondary)) }
        form action=(lang.href(&here)) method="get" {
            (parts::text_field(&Field::new("tim", lang.pick("Tìm trong minh chứng của đơn vị", "Search the unit's evidence")).optional(), Input::Search, &typed, None, lang))
            (parts::button(lang.pick("Tìm", "Search"), ButtonKind::Secondary, None))
        }
        div #chon {
            @if pieces.is_empty() { p { (lang.pick("Không có minh chứng nào phù hợp. Hãy tải tệp mới lên.", "Nothing fits. Upload a new file.")) } }
            @else { ul { @for piece in &pieces { li { (choice(app, signed, &here, piece)) } } } }
        }
    };
    let frame = WorkPage::new(title, NAV)
        .below(signed, lang.pick("Đánh giá", "Evaluation"), "/lam-viec/danh-gia")
        .below(signed, &found.unit.name, &path)
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
