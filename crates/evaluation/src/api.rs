//! The same for programs, by access token: campaigns, the sheet of a unit, opinions, results.

use accounts::policy::{Action, Thing};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use composite_index::NodeValue;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};
use web::{App, Ground, Problem, Signed, tidied};

use crate::actions::{self, Entry, EvaluationError, NewOpinion, Said, field_of, list, save, sheet, unit_threads};
use crate::model::{AnswerKind, Verdict};
use crate::words;

pub(crate) async fn campaigns(State(app): State<App>, signed: Signed) -> Result<Json<Value>, Problem> {
    let found = list(Ground::of(&app), &signed.actor).await.map_err(words::problem)?;
    let rows: Vec<Value> = found
        .iter()
        .map(|view| {
            json!({
                "campaign": view.campaign.key, "title": view.campaign.title, "year": view.campaign.year, "phase": view.campaign.phase.word(),
                "made_up": view.campaign.made_up,
                "steps": view.steps.iter().map(|step| json!({ "phase": step.phase.word(), "opens_at": step.opens_at, "due_at": step.due_at })).collect::<Vec<_>>(),
                "blocks": view.blocks.iter().map(|(block, set)| json!({ "block": block.block, "name": block.name, "set": set.definition.id })).collect::<Vec<_>>(),
                "units": view.units.iter().map(|progress| json!({
                    "unit": progress.unit.unit, "name": progress.unit.name, "block": progress.unit.block, "state": progress.unit.state.word(),
                    "entered": progress.entered, "asked": progress.asked, "ruled": progress.ruled, "leaves": progress.leaves,
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    Ok(Json(json!({ "campaigns": rows })))
}

fn number(value: NodeValue) -> Value {
    match value {
        Ok(value) => json!({ "value": value.normalize().to_string() }),
        Err(gap) => json!({ "missing": gap.word() }),
    }
}

async fn sheet_json(app: &App, signed: &Signed, campaign: &str, unit: &str) -> Result<Json<Value>, Problem> {
    let found = sheet(Ground::of(app), &signed.actor, campaign, unit).await.map_err(words::problem)?;
    let definition = &found.set.definition;
    let leaves: Vec<Value> = found
        .leaves()
        .into_iter()
        .map(|leaf| {
            let node = &definition.nodes[leaf];
            let ruling = found.rulings.get(&node.code);
            json!({
                "leaf": node.code, "name": found.set.name(leaf, signed.lang()), "maximum": found.set.most(leaf).map(|most| most.to_string()),
                "scored_by": found.set.scorer(leaf).word(), "own": number(found.own(leaf)),
                "figures": found.set.figures_of(leaf).into_iter().map(|figure| definition.figures[figure].code.as_str()).collect::<Vec<_>>(),
                "ruling": ruling.map(|one| json!({ "verdict": one.verdict.word(), "side": one.side.word(), "points": one.points.map(|points| points.to_string()), "opinions": one.opinions })),
                "evidence": found.uses_of(&node.code).map(|one| json!({ "evidence": one.evidence, "version": one.position, "cited": one.cited })).collect::<Vec<_>>(),
            })
        })
        .collect();
    let answers: Vec<Value> = found
        .answers
        .iter()
        .map(|answer| json!({ "kind": answer.kind.word(), "code": answer.code, "value": answer.value, "dataset": answer.dataset, "version": answer.version }))
        .collect();
    let locked = found.unit.lock(&found.campaign, found.scoring_step(), signed.actor.now).is_some();
    Ok(Json(json!({
        "campaign": found.campaign.key, "unit": found.unit.unit, "state": found.unit.state.word(), "locked": locked, "answers": answers, "leaves": leaves,
    })))
}

pub(crate) async fn sheet_of(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    sheet_json(&app, &signed, &campaign, &unit).await
}

/// An answer as programs write it. Exact figures are text, choices are written as the set names them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ApiAnswer {
    kind: String,
    code: String,
    value: Option<String>,
    /// The version that was read; 0 for what was not there.
    version: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answers {
    answers: Vec<ApiAnswer>,
}

fn unreadable(rejection: &JsonRejection) -> Response {
    let body = json!({ "error": { "code": "unreadable", "message": rejection.body_text() } });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

fn refused(error: EvaluationError, signed: &Signed) -> Result<Response, Problem> {
    if let EvaluationError::Values(values) = &error {
        let faults: Vec<Value> =
            values.iter().map(|(field, why)| json!({ "field": field, "message": words::wrong_value(why, signed.lang()) })).collect();
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": { "code": "values", "faults": faults } }))).into_response());
    }
    if let EvaluationError::Conflicts(conflicts) = &error {
        let rows: Vec<Value> = conflicts
            .iter()
            .map(|one| json!({ "field": field_of(one.own.kind, &one.own.code), "version": one.saved.version, "value": one.saved.value }))
            .collect();
        return Ok((StatusCode::CONFLICT, Json(json!({ "error": { "code": "changed", "conflicts": rows } }))).into_response());
    }
    match words::refusal(&error, None, signed.lang()) {
        Some(message) => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": { "code": "refused", "message": message } }))).into_response())
        }
        None => Err(words::problem(error)),
    }
}

pub(crate) async fn put(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit)): Path<(String, String)>,
    body: Result<Json<Answers>, JsonRejection>,
) -> Result<Response, Problem> {
    let answers = match body {
        Ok(Json(body)) => body.answers,
        Err(rejection) => return Ok(unreadable(&rejection)),
    };
    let mut entries = Vec::with_capacity(answers.len());
    for answer in answers {
        let Some(kind) = AnswerKind::of(&answer.kind) else {
            let message = format!("kind {:?} is none of figure, points, explanation", answer.kind);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": { "code": "kind", "message": message } }))).into_response());
        };
        // Programs write a decimal point; people a comma.
        let text = answer.value.map(|text| tidied(text.trim())).unwrap_or_default();
        let text = text.parse::<Decimal>().map_or(text, |value| value.to_string().replace('.', ","));
        entries.push(Entry { kind, code: answer.code, seen: answer.version, text });
    }
    match save(Ground::of(&app), &signed.actor, &campaign, &unit, &entries).await {
        Ok(_) => Ok(sheet_json(&app, &signed, &campaign, &unit).await?.into_response()),
        Err(error) => refused(error, &signed),
    }
}

pub(crate) async fn thread(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit, leaf)): Path<(String, String, String)>,
) -> Result<Json<Value>, Problem> {
    let ground = Ground::of(&app);
    let found = sheet(ground, &signed.actor, &campaign, &unit).await.map_err(words::problem)?;
    found.set.leaf(&leaf).ok_or(Problem::NotFound)?;
    let threads = unit_threads(ground, &signed.actor, &found.campaign, &unit).await.map_err(words::problem)?;
    let opinions: Vec<Value> = threads
        .get(&leaf)
        .into_iter()
        .flatten()
        .map(|one| {
            json!({
                "side": one.side.word(), "phase": one.phase.word(), "verdict": one.verdict.word(), "points": one.points.map(|points| points.to_string()),
                "reason": one.reason, "name": one.name, "given_at": one.given_at,
            })
        })
        .collect();
    Ok(Json(json!({ "campaign": campaign, "unit": unit, "leaf": leaf, "opinions": opinions })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApiOpinion {
    verdict: String,
    points: Option<String>,
    reason: Option<String>,
    /// Number of opinions that were read.
    seen: i64,
}

/// Whether the person may do this to the campaign; asked before the body is looked at.
async fn must(app: &App, signed: &Signed, campaign: &str, unit: &str, action: Action, thing: Thing, of_owner: bool) -> Result<(), Problem> {
    let found = sheet(Ground::of(app), &signed.actor, campaign, unit).await.map_err(words::problem)?;
    let taken_over = || found.unit.successor.as_deref().and_then(|unit| app.units.lineage(unit));
    if !of_owner && taken_over().is_some_and(|lineage| signed.principal().may(action, thing, &lineage)) {
        return Ok(());
    }
    let lineage = app.units.lineage(if of_owner { &found.campaign.owner } else { unit }).ok_or(Problem::NotFound)?;
    Ok(signed.principal().must(action, thing, &lineage)?)
}

pub(crate) async fn opine(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit, leaf)): Path<(String, String, String)>,
    body: Result<Json<ApiOpinion>, JsonRejection>,
) -> Result<Response, Problem> {
    must(&app, &signed, &campaign, &unit, Action::Change, Thing::Appraisal, true).await?;
    let body = match body {
        Ok(Json(body)) => body,
        Err(rejection) => return Ok(unreadable(&rejection)),
    };
    let Some(verdict) = Verdict::of(&body.verdict) else {
        let message = format!("verdict {:?} is unknown", body.verdict);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": { "code": "verdict", "message": message } }))).into_response());
    };
    let said = Said {
        verdict,
        points: body.points.and_then(|text| text.parse().ok()),
        reason: body.reason.map(|text| tidied(&text)).unwrap_or_default(),
    };
    let new = NewOpinion { campaign: &campaign, unit: &unit, leaf: &leaf, seen: body.seen, said };
    match actions::give(Ground::of(&app), &signed.actor, &new).await {
        Ok(()) => Ok(thread(State(app), signed, Path((campaign, unit, leaf))).await?.into_response()),
        Err(error) => refused(error, &signed),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApiExplanation {
    words: String,
}

/// The unit explains a leaf.
pub(crate) async fn explain(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit, leaf)): Path<(String, String, String)>,
    body: Result<Json<ApiExplanation>, JsonRejection>,
) -> Result<Response, Problem> {
    must(&app, &signed, &campaign, &unit, Action::Change, Thing::Score, false).await?;
    let words = match body {
        Ok(Json(body)) => tidied(&body.words),
        Err(rejection) => return Ok(unreadable(&rejection)),
    };
    match actions::answer(Ground::of(&app), &signed.actor, &campaign, &unit, &leaf, &words).await {
        Ok(()) => Ok(thread(State(app), signed, Path((campaign, unit, leaf))).await?.into_response()),
        Err(error) => refused(error, &signed),
    }
}

pub(crate) async fn results(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Result<Json<Value>, Problem> {
    let found = actions::campaign_results(Ground::of(&app), &signed.actor, &campaign).await.map_err(words::problem)?;
    let blocks: Vec<Value> = found
        .blocks
        .iter()
        .map(|block| {
            let units: Vec<Value> = block
                .table
                .rows
                .iter()
                .zip(&block.scores.units)
                .enumerate()
                .filter(|(_, (row, _))| {
                    let own = row.code.as_deref().and_then(|unit| app.units.lineage(unit));
                    found.sees_all || own.is_some_and(|lineage| signed.principal().may(Action::See, Thing::CampaignResult, &lineage))
                })
                .map(|(at, (row, scores))| {
                    let nodes: serde_json::Map<String, Value> =
                        block.definition.nodes.iter().zip(&scores.values).map(|(node, value)| (node.code.clone(), number(*value))).collect();
                    json!({ "unit": row.code, "name": row.unit, "rank": scores.rank, "own": number(block.own[at]), "undecided": block.undecided[at], "nodes": nodes })
                })
                .collect();
            json!({ "block": block.block.block, "name": block.block.name, "ranked": block.scores.ranked, "units": units })
        })
        .collect();
    Ok(Json(json!({ "campaign": found.campaign.key, "phase": found.campaign.phase.word(), "year": found.campaign.year, "blocks": blocks })))
}
