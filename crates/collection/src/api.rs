//! The same for programs, by access token: the collections, and the sheet of a unit.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ui::Lang;
use web::{App, Problem, Signed, tidied};

use crate::actions::{CollectionError, Ground, list, save, sheet};
use crate::model::{Asked, Entry, FigureFault};
use crate::words;

pub(crate) async fn collections(State(app): State<App>, signed: Signed) -> Result<Json<Value>, Problem> {
    let found = list(Ground::of(&app), &signed.actor).await.map_err(words::problem)?;
    let rows: Vec<Value> = found
        .iter()
        .map(|overview| {
            let collection = &overview.collection;
            json!({
                "collection": collection.key, "title": collection.title, "period": collection.period.to_string(),
                "opens_at": collection.opens_at, "due_at": collection.due_at, "state": collection.state.word(), "made_up": collection.made_up,
                "indicators": overview.asked.iter().map(|asked| json!({
                    "indicator": asked.indicator, "name_vi": asked.name_vi, "name_en": asked.name_en, "unit_vi": asked.unit_vi, "decimals": asked.decimals, "required": asked.required,
                })).collect::<Vec<_>>(),
                "units": overview.units.iter().map(|(part, count)| json!({ "unit": part.unit, "state": part.state.word(), "figures": count, "due_at": part.due_at(collection) })).collect::<Vec<_>>(),
            })
        })
        .collect();
    Ok(Json(json!({ "collections": rows })))
}

/// A figure as programs read and write it. Exact figures are text.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ApiFigure {
    indicator: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// The version that was read; 0 for a figure that was not there.
    version: i64,
}

async fn sheet_json(app: &App, signed: &Signed, collection: &str, unit: &str) -> Result<Json<Value>, Problem> {
    let found = sheet(Ground::of(app), &signed.actor, collection, unit).await.map_err(words::problem)?;
    let figures: Vec<ApiFigure> = found
        .figures
        .iter()
        .map(|figure| ApiFigure {
            indicator: figure.indicator.clone(),
            value: figure.value.as_ref().ok().map(ToString::to_string),
            missing: figure.value.as_ref().err().cloned(),
            note: figure.note.clone(),
            version: figure.version,
        })
        .collect();
    let locked = found.unit.lock(&found.collection, app.world.now()).is_some();
    Ok(Json(json!({
        "collection": found.collection.key, "unit": found.unit.unit, "period": found.collection.period.to_string(),
        "state": found.unit.state.word(), "locked": locked, "due_at": found.unit.due_at(&found.collection), "figures": figures,
    })))
}

pub(crate) async fn sheet_of(
    State(app): State<App>,
    signed: Signed,
    Path((collection, unit)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    sheet_json(&app, &signed, &collection, &unit).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    figures: Vec<ApiFigure>,
}

/// What is sent, checked whole: every fault at once.
fn read(figures: Vec<ApiFigure>, asked: &[Asked], lang: Lang) -> (Vec<Entry>, Vec<Value>) {
    let (mut entries, mut faults): (Vec<Entry>, Vec<Value>) = (Vec::new(), Vec::new());
    for figure in figures {
        let mut fault = |rule: &str, message: String| {
            faults.push(json!({ "indicator": figure.indicator, "value": figure.value, "rule": rule, "message": message }));
        };
        let Some(of) = asked.iter().find(|of| of.indicator == figure.indicator) else {
            fault(
                "not-asked",
                lang.pick("đợt này không yêu cầu chỉ tiêu này", "the collection does not ask for this indicator").to_owned(),
            );
            continue;
        };
        if entries.iter().any(|entry| entry.indicator == figure.indicator) {
            fault("twice", lang.pick("mỗi chỉ tiêu chỉ được nêu một lần", "an indicator stands in the list once").to_owned());
            continue;
        }
        let value = match (&figure.value, figure.missing.as_deref().map(|reason| tidied(reason.trim()))) {
            (Some(text), None) => match text.parse::<Decimal>() {
                Ok(value) => match of.fault_of(value) {
                    None => Ok(value),
                    Some(found) => {
                        let rule = match found {
                            FigureFault::Decimals { .. } => "decimals",
                            FigureFault::Below { .. } => "below-minimum",
                            FigureFault::Above { .. } => "above-maximum",
                        };
                        let words = words::figure_fault(found, lang);
                        fault(rule, lang.pick(format!("số liệu {words}"), format!("the figure {words}")));
                        continue;
                    }
                },
                Err(_) => {
                    fault("decimal", lang.pick("số liệu là một chuỗi như \"1234.5\"", "a figure is text such as \"1234.5\"").to_owned());
                    continue;
                }
            },
            (None, Some(reason)) if !reason.is_empty() => Err(reason),
            _ => {
                fault("value-or-missing", lang.pick("nêu value hoặc missing, không nêu cả hai", "give either value or missing").to_owned());
                continue;
            }
        };
        let note = figure.note.map(|note| tidied(note.trim())).filter(|note| !note.is_empty());
        entries.push(Entry { indicator: figure.indicator, seen: figure.version, value, note });
    }
    (entries, faults)
}

/// Saves figures: all or none. A session's cookie is not enough here: a page of another site could send it along.
pub(crate) async fn put(
    State(app): State<App>,
    signed: Signed,
    Path((collection, unit)): Path<(String, String)>,
    body: Result<Json<Body>, JsonRejection>,
) -> Result<Response, Problem> {
    if !matches!(signed.principal().proof, accounts::Proof::WriteToken(_)) {
        return Err(Problem::BadToken);
    }
    let Json(body) = match body {
        Ok(body) => body,
        Err(rejection) => {
            let error = json!({ "error": { "code": "bad-json", "message": web::bad_json(&rejection, signed.lang()) } });
            return Ok((rejection.status(), Json(error)).into_response());
        }
    };
    let asked = sheet(Ground::of(&app), &signed.actor, &collection, &unit).await.map_err(words::problem)?.asked;
    let (entries, faults) = read(body.figures, &asked, signed.lang());
    if !faults.is_empty() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": { "code": "faults", "faults": faults } }))).into_response());
    }
    match save(Ground::of(&app), &signed.actor, &collection, &unit, &entries).await {
        Ok(_) => Ok(sheet_json(&app, &signed, &collection, &unit).await?.into_response()),
        Err(CollectionError::Conflicts(conflicts)) => {
            let rows: Vec<Value> = conflicts
                .iter()
                .map(|conflict| json!({ "indicator": conflict.asked.indicator, "version": conflict.saved.version }))
                .collect();
            Ok((StatusCode::CONFLICT, Json(json!({ "error": { "code": "changed", "conflicts": rows } }))).into_response())
        }
        Err(error) => match words::refusal(&error, signed.lang()) {
            Some(message) => {
                Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": { "code": "refused", "message": message } }))).into_response())
            }
            None => Err(words::problem(error)),
        },
    }
}
