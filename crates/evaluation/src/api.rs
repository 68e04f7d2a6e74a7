//! The same for programs, by access token: what a page does is an address under `/api/v1`, a thin adapter over the same action.
//!
//! Here is what they share. Rights are asked before a body is looked at; faults come all at once, each with its field; what somebody else
//! changed meanwhile is a conflict. Exact decimals travel as text.

mod annex;
mod campaigns;
mod council;
mod leaves;
mod people;
mod results;
mod sets;
mod units;

use accounts::policy::{Action, Thing};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use composite_index::NodeValue;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};
use ui::Lang;
use web::{App, Ground, Problem, Route, Signed};

use crate::actions::{self, Conflict, EvaluationError, field_of};
use crate::exchange::{HEADINGS, PointFault};
use crate::model::Campaign;
use crate::scoring::WrongValue;
use crate::words;

/// Every route of the interface.
pub(crate) fn routes() -> Vec<Route> {
    [
        sets::routes(),
        annex::routes(),
        campaigns::routes(),
        people::routes(),
        council::routes(),
        results::routes(),
        units::routes(),
        leaves::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// An answer that is not what was asked for: a problem of the whole program, or a refusal that names its faults.
#[derive(Debug)]
pub(crate) struct Refused(Box<Response>);

type Answered = Result<Response, Refused>;
type Sent<T> = Result<Json<T>, JsonRejection>;

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem.into_response()))
    }
}

impl Refused {
    fn of(status: StatusCode, error: &Value) -> Self {
        Self(Box::new((status, Json(json!({ "error": error }))).into_response()))
    }
}

/// An act without anything to say: an empty object, so that no form of another site can take it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// An act that says why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Why {
    #[serde(default)]
    reason: String,
}

fn ok(body: Value) -> Response {
    Json(body).into_response()
}

fn made(body: Value) -> Response {
    (StatusCode::CREATED, Json(body)).into_response()
}

fn unreadable(status: StatusCode, message: impl Into<String>) -> Refused {
    Refused::of(status, &json!({ "code": "unreadable", "message": message.into() }))
}

/// The body of a request. Who may send it was asked before.
fn read<T>(sent: Sent<T>, lang: Lang) -> Result<T, Refused> {
    match sent {
        Ok(Json(body)) => Ok(body),
        Err(rejection) => {
            let told = [StatusCode::PAYLOAD_TOO_LARGE, StatusCode::UNSUPPORTED_MEDIA_TYPE].contains(&rejection.status());
            let status = if told { rejection.status() } else { StatusCode::BAD_REQUEST };
            Err(unreadable(status, web::bad_json(&rejection, lang)))
        }
    }
}

/// A right on the campaign as a whole.
async fn of_owner(app: &App, signed: &Signed, campaign: &str, action: Action, thing: Thing) -> Result<Campaign, Refused> {
    Ok(actions::campaign_for(Ground::of(app), &signed.actor, campaign, action, thing).await.map_err(words::problem)?)
}

/// A right on the part of one unit.
async fn of_unit(app: &App, signed: &Signed, campaign: &str, unit: &str, action: Action) -> Result<(), Refused> {
    Ok(actions::must_hold(Ground::of(app), &signed.actor, action, campaign, unit).await.map_err(words::problem)?)
}

/// What an act left of the campaign: its phase, and the version to send with the next one.
async fn brief(app: &App, signed: &Signed, campaign: &str, action: Action, thing: Thing) -> Answered {
    let found = of_owner(app, signed, campaign, action, thing).await?;
    Ok(ok(json!({
        "campaign": found.key, "title": found.title, "year": found.year, "phase": found.phase.word(), "version": found.version,
    })))
}

/// The unit that a program acts for, where it names no other.
fn owner_or_own(signed: &Signed, owner: Option<String>) -> String {
    owner.or_else(|| signed.principal().acting_unit.clone()).unwrap_or_default()
}

fn number(value: NodeValue) -> Value {
    match value {
        Ok(value) => json!({ "value": value.normalize().to_string() }),
        Err(gap) => json!({ "missing": gap.word() }),
    }
}

fn exact(value: Decimal) -> String {
    value.normalize().to_string()
}

// What is refused

/// Faults of a body, gathered before anything is done.
struct Faults {
    lang: Lang,
    found: Vec<Value>,
}

impl Faults {
    fn new(lang: Lang) -> Self {
        Self { lang, found: Vec::new() }
    }

    fn add(&mut self, field: impl Into<String>, rule: &str, vi: &str, en: &str) {
        self.found.push(fault(&field.into(), rule, self.lang.pick(vi, en)));
    }

    fn none(self) -> Result<(), Refused> {
        if self.found.is_empty() { Ok(()) } else { Err(faulty("values", self.found)) }
    }
}

fn fault(field: &str, rule: &str, message: &str) -> Value {
    json!({ "field": field, "rule": rule, "message": message })
}

/// What was sent has faults; the first one is told as the message too.
fn faulty(code: &str, faults: Vec<Value>) -> Refused {
    let message = faults.first().map(|one| one["message"].clone());
    Refused::of(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "code": code, "message": message, "faults": faults }))
}

/// A field that holds one word of a list.
fn word<T>(faults: &mut Faults, field: impl Into<String>, text: &str, of: impl Fn(&str) -> Option<T>, all: &[&str]) -> Option<T> {
    let found = of(text);
    if found.is_none() {
        let all = all.join(", ");
        faults.add(field, "word", &format!("“{text}” phải là một trong: {all}"), &format!("“{text}” must be one of: {all}"));
    }
    found
}

/// A number written as text with a decimal point.
fn decimal(faults: &mut Faults, field: impl Into<String>, text: &str) -> Option<Decimal> {
    let found = text.trim().parse().ok();
    if found.is_none() {
        faults.add(field, "decimal", "viết số thành chuỗi như \"0.5\"", "write the number as text such as \"0.5\"");
    }
    found
}

/// A refusal of an action as programs read it.
fn told(signed: &Signed) -> impl Fn(EvaluationError) -> Refused + use<> {
    let lang = signed.lang();
    move |error| refusal(error, lang)
}

fn refusal(error: EvaluationError, lang: Lang) -> Refused {
    let message = words::refusal(&error, None, lang).unwrap_or_default();
    let of_codes = |codes: &[String], rule: &str| codes.iter().map(|code| fault(code, rule, &message)).collect::<Vec<_>>();
    match &error {
        EvaluationError::Values(values) => {
            let told = |(field, why): &(String, WrongValue)| {
                // Points of an opinion have one name in every body.
                let field = if field == "diem" { "points" } else { field };
                if *why == WrongValue::NoSuchLeaf {
                    return fault(field, "no-such-leaf", &unknown_leaf(field.split_once('.').map_or(field, |(_, code)| code), lang));
                }
                fault(field, "value", &words::wrong_value(why, lang))
            };
            // Where nothing else is wrong the code says what kind of fault it is.
            let unknown = values.iter().all(|(_, why)| *why == WrongValue::NoSuchLeaf);
            faulty(if unknown { "no-such-leaf" } else { "values" }, values.iter().map(told).collect())
        }
        EvaluationError::Conflicts(conflicts) => {
            let told = |one: &Conflict| json!({ "field": field_of(one.own.kind, &one.own.code), "version": one.saved.version, "value": one.saved.value });
            let rows: Vec<Value> = conflicts.iter().map(told).collect();
            Refused::of(StatusCode::CONFLICT, &json!({ "code": "changed", "conflicts": rows }))
        }
        EvaluationError::WrongState | EvaluationError::SpokenMeanwhile => {
            Refused::of(StatusCode::CONFLICT, &json!({ "code": "changed", "message": message }))
        }
        EvaluationError::OwnUnit => Refused::of(StatusCode::FORBIDDEN, &json!({ "code": "own-unit", "message": message })),
        EvaluationError::NotAssigned => Refused::of(StatusCode::FORBIDDEN, &json!({ "code": "not-assigned", "message": message })),
        EvaluationError::SetFaults(faults) => {
            let told = |one: &crate::set::SetFault| json!({ "field": "text", "line": one.line, "rule": one.rule, "subject": one.subject, "message": words::set_fault(one, lang) });
            faulty("set", faults.iter().map(told).collect())
        }
        EvaluationError::Points(faults) => faulty("rows", faults.iter().map(|one| row_fault(one, lang)).collect()),
        EvaluationError::Incomplete { empty, undefined, unexplained } => {
            let parts = [("empty", empty), ("undefined", undefined), ("unexplained", unexplained)];
            let told = |(rule, codes): (&str, &Vec<String>)| {
                codes.iter().map(|code| fault(code, rule, &incomplete(rule, code, lang))).collect::<Vec<_>>()
            };
            faulty("incomplete", parts.into_iter().flat_map(told).collect())
        }
        EvaluationError::ScoredLeaves(leaves) => faulty("scored", of_codes(leaves, "scored")),
        EvaluationError::Units(units) => faulty("units", of_codes(units, "unit")),
        EvaluationError::NoSuchLeaf(code) => faulty("no-such-leaf", vec![fault(code, "no-such-leaf", &unknown_leaf(code, lang))]),
        EvaluationError::Db(_) | EvaluationError::Denied(_) => words::problem(error).into(),
        EvaluationError::Evidence(_) if message.is_empty() => words::problem(error).into(),
        _ => {
            let (field, rule) = place(&error);
            faulty("refused", vec![fault(field, rule, &message)])
        }
    }
}

fn unknown_leaf(code: &str, lang: Lang) -> String {
    lang.pick(format!("bộ tiêu chí của đơn vị không có “{code}”"), format!("the unit's set has no “{code}” that could be entered here"))
}

/// What a leaf lacks before its unit can hand in.
fn incomplete(rule: &str, code: &str, lang: Lang) -> String {
    let what = match rule {
        "empty" => lang.pick("chưa nhập số liệu và cũng chưa giải trình", "neither figures nor an explanation"),
        "undefined" => {
            lang.pick("số liệu không tính ra điểm và cũng chưa giải trình", "the figures give no points, and nothing is explained")
        }
        _ => lang.pick("chưa có minh chứng và cũng chưa giải trình", "neither evidence nor an explanation"),
    };
    format!("{code}: {what}")
}

/// A fault of one row, with the column as bodies name it.
fn row_fault(one: &PointFault, lang: Lang) -> Value {
    let columns = ["unit", "leaf", "points", "source"];
    let column = HEADINGS.iter().position(|heading| *heading == one.column).map_or(one.column.as_str(), |at| columns[at]);
    json!({
        "field": format!("rows.{}.{column}", one.row), "row": one.row, "column": column, "value": one.value, "rule": "row",
        "message": lang.pick(one.words.0.as_str(), one.words.1.as_str()),
    })
}

/// The field of a refusal, where one can be named, and its word.
fn place(error: &EvaluationError) -> (&'static str, &'static str) {
    match error {
        EvaluationError::Locked(_) => ("unit", "locked"),
        EvaluationError::SetLocked => ("set", "set-locked"),
        EvaluationError::CodeTaken(_) => ("id", "taken"),
        EvaluationError::NoSuchPerson => ("account", "no-such-person"),
        EvaluationError::NoReason => ("reason", "no-reason"),
        EvaluationError::PastDeadline => ("due_at", "past-deadline"),
        EvaluationError::NotLater => ("until", "not-later"),
        EvaluationError::WrongPhase(_) => ("phase", "wrong-phase"),
        EvaluationError::NoSuchUnit(_) => ("unit", "no-such-unit"),
        EvaluationError::NoSuccessor(_) => ("successor", "no-such-unit"),
        EvaluationError::CircularMerger(_) => ("successor", "circular"),
        EvaluationError::OtherLevel { .. } => ("set", "other-level"),
        EvaluationError::NotHandedIn => ("unit", "not-handed-in"),
        EvaluationError::NoQuestionNow => ("verdict", "no-question-now"),
        EvaluationError::NotAppealed => ("leaf", "not-appealed"),
        EvaluationError::NotLeftOut => ("verdict", "not-left-out"),
        EvaluationError::OpenAppeals(_) => ("appeals", "open-appeals"),
        EvaluationError::NobodyMet => ("present", "nobody"),
        EvaluationError::DayAhead => ("held_on", "day-ahead"),
        EvaluationError::DayBefore(_) => ("held_on", "day-before"),
        EvaluationError::NoPoints => ("points", "no-points"),
        EvaluationError::NoQuorum => ("meetings", "no-quorum"),
        EvaluationError::Undecided { .. } => ("leaves", "undecided"),
        EvaluationError::Empty => ("units", "empty"),
        EvaluationError::AssignedAlready => ("account", "assigned-already"),
        EvaluationError::BothReaders => ("account", "both-readers"),
        EvaluationError::AppraiserOfOwnUnit => ("unit", "own-unit"),
        EvaluationError::ChairTaken => ("seat", "chair-taken"),
        EvaluationError::PublicationBehind => ("publish_on", "behind"),
        EvaluationError::Evidence(_) => ("evidence", "evidence"),
        _ => ("", "refused"),
    }
}
