//! Documents taken away as DOCX or PDF.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chrono::Datelike as _;
use documents::content_disposition;
use official_document::OfficialDocument;
use web::{App, Ground, Problem, Signed};

use crate::actions::{campaign_results, council_rulings, overview, sheet, unit_threads};
use crate::model::Phase;
use crate::papers::{Origin, decision, minutes, report, request_for_explanation, score_sheet};
use crate::words;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Place of issue: the province of a unit, without the words of its kind.
fn place(app: &App, unit: &str) -> String {
    let lineage = app.units.lineage(unit);
    let province = lineage.as_ref().and_then(|lineage| {
        lineage.units().iter().rev().find(|above| app.units.get(above).is_some_and(|found| found.level == registry::Level::Province))
    });
    province.map(|province| app.units.short_name(province)).unwrap_or_default()
}

fn origin(app: &App, unit: &str, named: Option<String>) -> Origin {
    let above = app.units.lineage(unit).and_then(|lineage| lineage.units().get(1).cloned());
    // The country is no agency.
    let above = above.filter(|above| app.units.get(above).is_some_and(|found| found.level != registry::Level::Country));
    Origin {
        superior: above.map(|above| office_name(app, &above)),
        issuer: named.unwrap_or_else(|| office_name(app, unit)),
        place: place(app, unit),
        year: app.world.today().year(),
    }
}

/// Territories issue documents by their People's Committee.
fn office_name(app: &App, unit: &str) -> String {
    match app.units.get(unit) {
        Some(found) if matches!(found.level, registry::Level::Province | registry::Level::Commune) => {
            format!("Ủy ban nhân dân {}", lower_kind(&found.name))
        }
        Some(found) => found.name,
        None => unit.to_owned(),
    }
}

/// "Thành phố Hà Nội" inside a name: "thành phố Hà Nội".
fn lower_kind(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn file(document: &OfficialDocument, name: &str, ending: &str) -> Result<Response, Problem> {
    let made = if ending == "pdf" { official_document::pdf(document) } else { official_document::docx(document) };
    let bytes = made.map_err(|error| {
        tracing::error!(%error, "a document could not be made");
        Problem::Fault
    })?;
    let kind = if ending == "pdf" { "application/pdf" } else { DOCX };
    Ok(([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, content_disposition(name, ending))], bytes).into_response())
}

/// The ending of a document that is there in both forms.
fn ending(name: &str, wanted: &str) -> Option<&'static str> {
    let (stem, ending) = name.rsplit_once('.')?;
    (stem == wanted).then_some(())?;
    ["docx", "pdf"].into_iter().find(|one| *one == ending)
}

/// The score sheet of a unit, and the letter that asks it to explain.
pub(crate) async fn of_unit(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit, name)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let ground = Ground::of(&app);
    let found = sheet(ground, &signed.actor, &campaign, &unit).await.map_err(words::problem)?;
    let lineage = app.units.lineage(&unit).or_else(|| app.units.lineage(&found.campaign.owner)).ok_or(Problem::NotFound)?;
    signed.principal().must(Action::Export, Thing::Score, &lineage)?;
    // Each paper has a file name of its own; the kind stands first, where long names are cut last.
    let title = |paper: &str| format!("{paper} – {} – {}", found.unit.name, found.campaign.title);
    if let Some(ending) = ending(&name, "phieu") {
        return file(&score_sheet(&found, &origin(&app, &unit, None)), &title("Phiếu điểm"), ending);
    }
    let ending = ending(&name, "yeu-cau-giai-trinh").ok_or(Problem::NotFound)?;
    let threads = unit_threads(ground, &signed.actor, &found.campaign, &unit).await.map_err(words::problem)?;
    let due = found.steps.iter().find(|step| step.phase == Phase::Explanation).map(|step| words::moment(step.due_at, ui::Lang::Vi));
    let owner = origin(&app, &found.campaign.owner, None);
    file(&request_for_explanation(&found, &threads, &owner, due), &title("Yêu cầu giải trình"), ending)
}

/// Minutes, decision and report of a campaign.
pub(crate) async fn of_campaign(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, name)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let ground = Ground::of(&app);
    let results = campaign_results(ground, &signed.actor, &campaign).await.map_err(words::problem)?;
    let lineage = app.units.lineage(&results.campaign.owner).ok_or(Problem::NotFound)?;
    signed.principal().must(Action::Export, Thing::CampaignResult, &lineage)?;
    let from = origin(&app, &results.campaign.owner, None);
    let title = |paper: &str| format!("{paper} – {}", results.campaign.title);
    if let Some(ending) = ending(&name, "bao-cao") {
        return file(&report(&results, &from), &title("Báo cáo"), ending);
    }
    let view = overview(ground, &signed.actor, &campaign).await.map_err(words::problem)?;
    if let Some(ending) = ending(&name, "quyet-dinh") {
        return file(&decision(&view, &results, &from), &title("Quyết định"), ending);
    }
    let ending = ending(&name, "bien-ban").ok_or(Problem::NotFound)?;
    let decided = council_rulings(ground, &signed.actor, &campaign).await.map_err(words::problem)?;
    file(&minutes(&view, &results, &decided, &from), &title("Biên bản họp Hội đồng"), ending)
}
