//! Leaves: the thread of one, opinions on it, the unit's explanation and appeal; one leaf over all units.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use web::{App, Ground, Guard, Problem, Route, Signed, tidied};

use super::council::appeal_json;
use super::{Answered, Faults, Refused, Sent, decimal, exact, fault, number, of_owner, of_unit, ok, place, read, told, word};
use crate::actions::{
    self, EvaluationError, LeafView, NewOpinion, Said, Standing, UNITS_ON_A_PAGE, appeals, give, leaf_table, sheet, unit_threads,
};
use crate::model::Verdict;
use crate::words;

pub(super) fn routes() -> Vec<Route> {
    use axum::routing::get;
    let see = Guard::May(Action::See, Thing::Appraisal);
    let opinion = Guard::May(Action::Change, Thing::Appraisal);
    let over_all = get(over_units).post(opine_on_many);
    vec![
        Route::of("/api/v1/campaigns/{campaign}/blocks/{block}/leaves/{leaf}", &["GET", "POST"], see, over_all).sending(opinion),
        Route::page("/api/v1/campaigns/{campaign}/{unit}/leaves/{leaf}", see, thread),
        Route::act("/api/v1/campaigns/{campaign}/{unit}/leaves/{leaf}/opinions", opinion, opine),
        Route::act("/api/v1/campaigns/{campaign}/{unit}/leaves/{leaf}/answers", Guard::May(Action::Change, Thing::Score), explain),
        Route::act("/api/v1/campaigns/{campaign}/{unit}/leaves/{leaf}/appeals", Guard::May(Action::Submit, Thing::Score), appeal),
        Route::act("/api/v1/campaigns/{campaign}/{unit}/agreement", Guard::May(Action::Make, Thing::Appraisal), agree),
    ]
}

async fn thread_json(app: &App, signed: &Signed, campaign: &str, unit: &str, leaf: &str) -> Result<Value, Refused> {
    let ground = Ground::of(app);
    let found = sheet(ground, &signed.actor, campaign, unit).await.map_err(told(signed))?;
    found.set.leaf(leaf).ok_or(Problem::NotFound)?;
    let threads = unit_threads(ground, &signed.actor, &found.campaign, unit).await.map_err(told(signed))?;
    let opinions: Vec<Value> = threads
        .get(leaf)
        .into_iter()
        .flatten()
        .map(|one| {
            json!({
                "side": one.side.word(), "phase": one.phase.word(), "verdict": one.verdict.word(), "points": one.points.map(|points| points.to_string()),
                "reason": one.reason, "name": one.name, "given_at": one.given_at,
            })
        })
        .collect();
    let appealed: Vec<Value> = appeals(ground, &found.campaign, Some(unit))
        .await
        .map_err(told(signed))?
        .iter()
        .filter(|one| one.leaf == leaf)
        .map(appeal_json)
        .collect();
    // The number to send with the next opinion; whoever does not hear the council does not learn it.
    let seen = found.rulings.get(leaf).map_or(0, |ruling| ruling.opinions);
    Ok(json!({ "campaign": campaign, "unit": unit, "leaf": leaf, "opinions": opinions, "seen": seen, "appeals": appealed }))
}

async fn thread(State(app): State<App>, signed: Signed, Path((campaign, unit, leaf)): Path<(String, String, String)>) -> Answered {
    Ok(ok(thread_json(&app, &signed, &campaign, &unit, &leaf).await?))
}

// Opinions

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OpinionBody {
    verdict: String,
    points: Option<String>,
    reason: Option<String>,
    /// Number of opinions that were read.
    seen: i64,
}

/// What a body says; the field of a fault begins with `at`.
fn said_of(body: &OpinionBody, at: &str, faults: &mut Faults) -> Option<Said> {
    let verdicts: Vec<&str> = Verdict::ALL.iter().map(|verdict| verdict.word()).collect();
    let verdict = word(faults, format!("{at}verdict"), &body.verdict, Verdict::of, &verdicts);
    let points = body.points.as_ref().map(|text| decimal(faults, format!("{at}points"), text));
    let reason = body.reason.as_deref().map(tidied).unwrap_or_default();
    Some(Said { verdict: verdict?, points: points.flatten(), reason })
}

async fn opine(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit, leaf)): Path<(String, String, String)>,
    sent: Sent<OpinionBody>,
) -> Answered {
    of_owner(&app, &signed, &campaign, Action::Change, Thing::Appraisal).await?;
    let body = read(sent, signed.lang())?;
    let mut faults = Faults::new(signed.lang());
    let said = said_of(&body, "", &mut faults);
    faults.none()?;
    let said = said.ok_or(Problem::BadForm)?;
    let new = NewOpinion { campaign: &campaign, unit: &unit, leaf: &leaf, seen: body.seen, said };
    give(Ground::of(&app), &signed.actor, &new).await.map_err(told(&signed))?;
    Ok(ok(thread_json(&app, &signed, &campaign, &unit, &leaf).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Many {
    opinions: Vec<OneOfMany>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OneOfMany {
    unit: String,
    verdict: String,
    points: Option<String>,
    reason: Option<String>,
    seen: i64,
}

/// Opinions on one leaf of many units. Each stands for itself, as on the page: what is refused is told, the others are saved.
async fn opine_on_many(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, block, leaf)): Path<(String, String, String)>,
    sent: Sent<Many>,
) -> Answered {
    of_owner(&app, &signed, &campaign, Action::Change, Thing::Appraisal).await?;
    let ground = Ground::of(&app);
    let one = LeafView { page: 1, ..LeafView::default() };
    leaf_table(ground, &signed.actor, &campaign, &block, &leaf, &one).await.map_err(told(&signed))?;
    let bodies = read(sent, signed.lang())?.opinions;
    let mut faults = Faults::new(signed.lang());
    let mut all = Vec::with_capacity(bodies.len());
    for (at, one) in bodies.into_iter().enumerate() {
        let body = OpinionBody { verdict: one.verdict, points: one.points, reason: one.reason, seen: one.seen };
        if let Some(said) = said_of(&body, &format!("opinions.{at}."), &mut faults) {
            all.push((at, one.unit, one.seen, said));
        }
    }
    faults.none()?;
    let (mut saved, mut refused) = (0_usize, Vec::new());
    for (at, unit, seen, said) in all {
        let new = NewOpinion { campaign: &campaign, unit: &unit, leaf: &leaf, seen, said };
        match give(ground, &signed.actor, &new).await {
            Ok(()) => saved += 1,
            Err(error) => refused.push(one_refused(error, at, &unit, &signed)?),
        }
    }
    if refused.is_empty() {
        return Ok(ok(json!({ "campaign": campaign, "block": block, "leaf": leaf, "saved": saved })));
    }
    let message = refused.first().map(|one| one["message"].clone());
    let error = json!({ "code": "opinions", "message": message, "saved": saved, "faults": refused });
    Err(Refused::of(StatusCode::UNPROCESSABLE_ENTITY, &error))
}

/// Why one of many was not saved; a right that is missing everywhere ends the request.
fn one_refused(error: EvaluationError, at: usize, unit: &str, signed: &Signed) -> Result<Value, Refused> {
    let rule = match &error {
        EvaluationError::SpokenMeanwhile | EvaluationError::WrongState => "changed",
        EvaluationError::OwnUnit => "own-unit",
        EvaluationError::NotAssigned => "not-assigned",
        EvaluationError::Denied(accounts::Denied::NotFound) => "no-such-unit",
        other => place(other).1,
    };
    let named = EvaluationError::NoSuchUnit(unit.to_owned());
    let told_of = if rule == "no-such-unit" { &named } else { &error };
    match words::refusal(told_of, None, signed.lang()) {
        Some(message) => {
            let mut one = fault(&format!("opinions.{at}"), rule, &message);
            one["unit"] = json!(unit);
            Ok(one)
        }
        None => Err(told(signed)(error)),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Below {
    /// Code of an area or criterion; everything where it is left out.
    below: Option<String>,
}

async fn agree(State(app): State<App>, signed: Signed, Path((campaign, unit)): Path<(String, String)>, sent: Sent<Below>) -> Answered {
    of_owner(&app, &signed, &campaign, Action::Make, Thing::Appraisal).await?;
    let body = read(sent, signed.lang())?;
    let ground = Ground::of(&app);
    let found = sheet(ground, &signed.actor, &campaign, &unit).await.map_err(told(&signed))?;
    let definition = &found.set.definition;
    let below = body.below.unwrap_or_else(|| definition.nodes[definition.total].code.clone());
    if definition.node(&below).is_none() {
        return Err(told(&signed)(EvaluationError::NoSuchLeaf(below)));
    }
    let agreed = actions::agree_to_all(ground, &signed.actor, &campaign, &unit, &below).await.map_err(told(&signed))?;
    Ok(ok(json!({ "campaign": campaign, "unit": unit, "below": below, "agreed": agreed })))
}

// What the unit says

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    words: String,
}

/// The unit explains a leaf.
async fn explain(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit, leaf)): Path<(String, String, String)>,
    sent: Sent<Words>,
) -> Answered {
    of_unit(&app, &signed, &campaign, &unit, Action::Change).await?;
    let words = tidied(&read(sent, signed.lang())?.words);
    actions::answer(Ground::of(&app), &signed.actor, &campaign, &unit, &leaf, &words).await.map_err(told(&signed))?;
    Ok(ok(thread_json(&app, &signed, &campaign, &unit, &leaf).await?))
}

/// The unit appeals against the points of a leaf.
async fn appeal(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit, leaf)): Path<(String, String, String)>,
    sent: Sent<Words>,
) -> Answered {
    of_unit(&app, &signed, &campaign, &unit, Action::Submit).await?;
    let words = tidied(&read(sent, signed.lang())?.words);
    actions::appeal(Ground::of(&app), &signed.actor, &campaign, &unit, &leaf, &words).await.map_err(told(&signed))?;
    Ok(super::made(thread_json(&app, &signed, &campaign, &unit, &leaf).await?))
}

// One leaf over all units

/// Where a leaf stands, in the words of this interface; those of the page are Vietnamese.
fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Open => "open",
        Standing::Asked => "asked",
        Standing::Settled => "settled",
    }
}

async fn over_units(State(app): State<App>, signed: Signed, Path((campaign, block, leaf)): Path<(String, String, String)>) -> Answered {
    let asked = signed.visit.value("standing");
    let standing = match &asked {
        Some(text) => {
            let found = Standing::ALL.into_iter().find(|one| standing_word(*one) == text);
            Some(found.ok_or_else(|| Problem::BadValue { key: "standing", value: text.clone() })?)
        }
        None => None,
    };
    let page = match signed.visit.value("page") {
        Some(text) => text.parse().map_err(|_| Problem::BadValue { key: "page", value: text })?,
        None => 1,
    };
    let view = LeafView { search: signed.visit.value("search").unwrap_or_default(), standing, page };
    let found = leaf_table(Ground::of(&app), &signed.actor, &campaign, &block, &leaf, &view).await.map_err(told(&signed))?;
    let figures: Vec<&str> =
        found.set.figures_of(found.leaf).into_iter().map(|figure| found.set.definition.figures[figure].code.as_str()).collect();
    let lines: Vec<Value> = found
        .lines
        .iter()
        .map(|line| {
            let values: serde_json::Map<String, Value> =
                figures.iter().zip(&line.figures).map(|(code, value)| ((*code).to_owned(), json!(value.map(exact)))).collect();
            let observed: serde_json::Map<String, Value> = figures
                .iter()
                .zip(&line.observed)
                .filter_map(|(code, one)| Some(((*code).to_owned(), json!(exact(one.as_ref()?.value)))))
                .collect();
            let ruling = line.ruling.as_ref();
            json!({
                "unit": line.unit.unit, "name": line.unit.name, "state": line.unit.state.word(), "figures": values, "observed": observed,
                "own": number(line.own), "explanation": line.explanation, "files": line.files, "speaks": line.speaks,
                "seen": ruling.map_or(0, |one| one.opinions),
                "ruling": ruling.map(|one| json!({ "verdict": one.verdict.word(), "said": one.said.word(), "side": one.side.word(), "points": one.points.map(exact), "reason": one.reason })),
            })
        })
        .collect();
    Ok(ok(json!({
        "campaign": campaign, "block": block, "leaf": leaf, "name": found.set.name(found.leaf, signed.lang()),
        "maximum": found.set.most(found.leaf).map(exact), "page": found.page, "per_page": UNITS_ON_A_PAGE, "total": found.total, "units": lines,
    })))
}
