//! The part of one unit: its sheet, handing over and in, returning, opening again, evidence, what the office says of it.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use composite_index::{FigureKind, NodeId};
use evidence::{ListFilter, ListPage};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};
use web::{App, Ground, Guard, Problem, Route, Signed, tidied};

use super::campaigns::moment;
use super::{Answered, Faults, Nothing, Refused, Sent, Why, exact, number, of_owner, of_unit, ok, read, told, word};
use crate::actions::{self, Citation, Entry, EvaluationError, LastYear, Sheet, cite, save, sheet, uncite};
use crate::model::{self, AnswerKind};
use crate::set::CriteriaSet;

pub(super) fn routes() -> Vec<Route> {
    use axum::routing::get;
    let see = Guard::May(Action::See, Thing::Score);
    let enter = Guard::May(Action::Change, Thing::Score);
    let submit_score = Guard::May(Action::Submit, Thing::Score);
    let reopen_score = Guard::May(Action::Reopen, Thing::Score);
    let change = Guard::May(Action::Change, Thing::Campaign);
    vec![
        Route::of("/api/v1/campaigns/{campaign}/{unit}", &["GET", "PUT"], see, get(sheet_of).put(put)).sending(enter),
        Route::act("/api/v1/campaigns/{campaign}/{unit}/hand-over", enter, hand_over),
        Route::act("/api/v1/campaigns/{campaign}/{unit}/hand-in", submit_score, hand_in),
        Route::act("/api/v1/campaigns/{campaign}/{unit}/return-to-officer", submit_score, return_to_officer),
        Route::act("/api/v1/campaigns/{campaign}/{unit}/return", reopen_score, send_back),
        Route::act("/api/v1/campaigns/{campaign}/{unit}/reopen", reopen_score, reopen),
        Route::act("/api/v1/campaigns/{campaign}/{unit}/ranked", change, set_ranked),
        Route::act("/api/v1/campaigns/{campaign}/{unit}/merger", change, merge),
        Route::act("/api/v1/campaigns/{campaign}/{unit}/leaves/{leaf}/evidence", enter, cite_evidence),
        Route::page("/api/v1/campaigns/{campaign}/{unit}/evidence", enter, pieces),
        Route::act("/api/v1/campaigns/{campaign}/{unit}/evidence/{use}/removal", enter, uncite_evidence),
    ]
}

async fn sheet_json(app: &App, signed: &Signed, campaign: &str, unit: &str) -> Result<Value, Refused> {
    let found = sheet(Ground::of(app), &signed.actor, campaign, unit).await.map_err(told(signed))?;
    let moves = found.moves();
    let leaves: Vec<Value> = found.leaves().into_iter().map(|leaf| leaf_json(&found, leaf, &moves, signed)).collect();
    let answers: Vec<Value> = found
        .answers
        .iter()
        .map(|answer| json!({ "kind": answer.kind.word(), "code": answer.code, "value": as_written(&found.set, answer), "dataset": answer.dataset, "version": answer.version }))
        .collect();
    let observed: serde_json::Map<String, Value> = found
        .observed
        .iter()
        .map(|(figure, one)| {
            (figure.clone(), json!({ "value": exact(one.value), "indicator": one.indicator, "period": one.period, "dataset": one.dataset }))
        })
        .collect();
    let whole = found.set.definition.nodes[found.set.definition.total].code.as_str();
    let mut body = part_json(&found, signed);
    body["answers"] = json!(answers);
    body["observed"] = json!(observed);
    body["leaves"] = json!(leaves);
    // The signed sheet is cited at the total.
    body["signed_sheet"] = json!({ "leaf": whole, "evidence": evidence_json(&found, whole) });
    Ok(body)
}

/// How far a unit is.
fn part_json(found: &Sheet, signed: &Signed) -> Value {
    let (unit, step) = (&found.unit, found.scoring_step());
    json!({
        "campaign": found.campaign.key, "phase": found.campaign.phase.word(), "unit": unit.unit, "name": unit.name, "block": unit.block,
        "state": unit.state.word(), "locked": unit.lock(&found.campaign, step, signed.actor.now).is_some(),
        "due_at": step.map(|step| unit.due_at(step)), "reason": unit.reason, "ranked": unit.ranked, "successor": unit.successor,
    })
}

fn evidence_json(found: &Sheet, leaf: &str) -> Vec<Value> {
    found
        .uses_of(leaf)
        .map(|one| {
            json!({
                "use": one.key, "evidence": one.evidence, "title": one.title, "version": one.position, "cited": one.cited,
                "locked": one.locked_at.is_some(),
            })
        })
        .collect()
}

fn leaf_json(found: &Sheet, leaf: NodeId, moves: &[(NodeId, Vec<NodeId>)], signed: &Signed) -> Value {
    let definition = &found.set.definition;
    let node = &definition.nodes[leaf];
    let ruling = found.rulings.get(&node.code);
    let asks = found.set.asks_at(leaf);
    let last = |last: &LastYear| {
        let written = |code: &str, value: Decimal| {
            let kind = definition.figure(code).map(|figure| &definition.figures[figure].kind);
            let option = match kind {
                Some(FigureKind::Choice(choices)) => choices.get(usize::try_from(value.mantissa()).unwrap_or(usize::MAX)).cloned(),
                _ => None,
            };
            option.unwrap_or_else(|| exact(value))
        };
        let figures: serde_json::Map<String, Value> =
            last.figures.iter().map(|(code, value)| (code.clone(), json!(written(code, *value)))).collect();
        json!({ "own": last.own.map(exact), "decided": last.decided.map(exact), "words": last.words, "figures": figures })
    };
    let moved = moves.iter().find(|(from, _)| *from == leaf);
    let moved = moved.map(|(_, to)| to.iter().map(|sibling| definition.nodes[*sibling].code.as_str()).collect::<Vec<_>>());
    json!({
        "leaf": node.code, "maximum_moves_to": moved, "name": found.set.name(leaf, signed.lang()), "maximum": found.set.most(leaf).map(|most| most.to_string()),
        "rule": node.rule.as_ref().map(|rule| index_words::leaf(definition, rule, signed.lang())),
        "scored_by": found.set.scorer(leaf).word(), "own": number(found.own(leaf)),
        "evidence_asked": asks.evidence.as_ref().map(|text| signed.lang().pick(text.vi.as_str(), text.en.as_str())),
        "figures": found.set.figures_of(leaf).into_iter().map(|figure| definition.figures[figure].code.as_str()).collect::<Vec<_>>(),
        "ruling": ruling.map(|one| json!({ "verdict": one.verdict.word(), "said": one.said.word(), "side": one.side.word(), "points": one.points.map(|points| points.to_string()), "opinions": one.opinions })),
        "evidence": evidence_json(found, &node.code),
        "last_year": found.last.get(&node.code).map(last),
    })
}

async fn sheet_of(State(app): State<App>, signed: Signed, Path((campaign, unit)): Path<(String, String)>) -> Answered {
    Ok(ok(sheet_json(&app, &signed, &campaign, &unit).await?))
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
struct Answers {
    answers: Vec<ApiAnswer>,
}

async fn put(State(app): State<App>, signed: Signed, Path((campaign, unit)): Path<(String, String)>, sent: Sent<Answers>) -> Answered {
    of_unit(&app, &signed, &campaign, &unit, Action::Change).await?;
    let answers = read(sent, signed.lang())?.answers;
    let kinds: Vec<&str> = AnswerKind::ALL.iter().map(|kind| kind.word()).collect();
    let mut faults = Faults::new(signed.lang());
    let mut entries = Vec::with_capacity(answers.len());
    for (at, answer) in answers.into_iter().enumerate() {
        let Some(kind) = word(&mut faults, format!("answers.{at}.kind"), &answer.kind, AnswerKind::of, &kinds) else { continue };
        let text = as_typed(answer.value.map(|text| tidied(text.trim())).unwrap_or_default());
        entries.push(Entry { kind, code: answer.code, seen: answer.version, text });
    }
    faults.none()?;
    match save(Ground::of(&app), &signed.actor, &campaign, &unit, &entries).await {
        Ok(_) => Ok(ok(sheet_json(&app, &signed, &campaign, &unit).await?)),
        Err(EvaluationError::Conflicts(mut conflicts)) => {
            let found = sheet(Ground::of(&app), &signed.actor, &campaign, &unit).await.map_err(told(&signed))?;
            for one in &mut conflicts {
                one.saved.value = as_written(&found.set, &one.saved);
            }
            Err(told(&signed)(EvaluationError::Conflicts(conflicts)))
        }
        Err(error) => Err(told(&signed)(error)),
    }
}

/// A value as people type it: programs write a decimal point, people a comma. Digits stay as they are: an option may be called "01".
/// Powers of ten are no figures, here as on the pages.
fn as_typed(text: String) -> String {
    let plain = text.contains('.') && !text.contains(['e', 'E']);
    match text.parse::<Decimal>() {
        Ok(value) if plain => value.to_string().replace('.', ","),
        _ => text,
    }
}

/// A value as it is written: an option by its name in the set, so that what was read can be sent back. Other values are exact numbers.
fn as_written(set: &CriteriaSet, answer: &model::Answer) -> Option<String> {
    let value = answer.value.clone()?;
    let figure = set.definition.figure(&answer.code).filter(|_| answer.kind == AnswerKind::Figure);
    match figure.map(|figure| &set.definition.figures[figure].kind) {
        Some(FigureKind::Choice(choices)) => Some(value.parse::<usize>().ok().and_then(|at| choices.get(at).cloned()).unwrap_or(value)),
        _ => Some(value),
    }
}

// Steps

async fn part(app: &App, signed: &Signed, campaign: &str, unit: &str) -> Answered {
    let found = sheet(Ground::of(app), &signed.actor, campaign, unit).await.map_err(told(signed))?;
    Ok(ok(part_json(&found, signed)))
}

async fn hand_over(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit)): Path<(String, String)>,
    sent: Sent<Nothing>,
) -> Answered {
    of_unit(&app, &signed, &campaign, &unit, Action::Change).await?;
    let Nothing {} = read(sent, signed.lang())?;
    actions::hand_over(Ground::of(&app), &signed.actor, &campaign, &unit).await.map_err(told(&signed))?;
    part(&app, &signed, &campaign, &unit).await
}

async fn hand_in(State(app): State<App>, signed: Signed, Path((campaign, unit)): Path<(String, String)>, sent: Sent<Nothing>) -> Answered {
    of_unit(&app, &signed, &campaign, &unit, Action::Submit).await?;
    let Nothing {} = read(sent, signed.lang())?;
    actions::submit(Ground::of(&app), &signed.actor, &campaign, &unit).await.map_err(told(&signed))?;
    part(&app, &signed, &campaign, &unit).await
}

async fn return_to_officer(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit)): Path<(String, String)>,
    sent: Sent<Why>,
) -> Answered {
    of_unit(&app, &signed, &campaign, &unit, Action::Submit).await?;
    let reason = tidied(&read(sent, signed.lang())?.reason);
    actions::return_to_officer(Ground::of(&app), &signed.actor, &campaign, &unit, &reason).await.map_err(told(&signed))?;
    part(&app, &signed, &campaign, &unit).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Until {
    #[serde(default)]
    reason: String,
    /// The new deadline.
    until: Option<String>,
}

async fn send_back(State(app): State<App>, signed: Signed, Path((campaign, unit)): Path<(String, String)>, sent: Sent<Until>) -> Answered {
    of_unit(&app, &signed, &campaign, &unit, Action::Reopen).await?;
    let body = read(sent, signed.lang())?;
    let mut faults = Faults::new(signed.lang());
    let until = body.until.and_then(|until| moment(&mut faults, "until", &until));
    faults.none()?;
    actions::send_back(Ground::of(&app), &signed.actor, &campaign, &unit, &tidied(&body.reason), until).await.map_err(told(&signed))?;
    part(&app, &signed, &campaign, &unit).await
}

async fn reopen(State(app): State<App>, signed: Signed, Path((campaign, unit)): Path<(String, String)>, sent: Sent<Until>) -> Answered {
    of_unit(&app, &signed, &campaign, &unit, Action::Reopen).await?;
    let body = read(sent, signed.lang())?;
    let mut faults = Faults::new(signed.lang());
    let until = moment(&mut faults, "until", body.until.as_deref().unwrap_or_default());
    faults.none()?;
    // Without a moment the body was refused.
    let until = until.unwrap_or(signed.actor.now);
    actions::reopen(Ground::of(&app), &signed.actor, &campaign, &unit, &tidied(&body.reason), until).await.map_err(told(&signed))?;
    part(&app, &signed, &campaign, &unit).await
}

// What the office says of the unit

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ranked {
    ranked: bool,
    #[serde(default)]
    reason: String,
}

async fn set_ranked(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit)): Path<(String, String)>,
    sent: Sent<Ranked>,
) -> Answered {
    of_owner(&app, &signed, &campaign, Action::Change, Thing::Campaign).await?;
    let body = read(sent, signed.lang())?;
    let reason = tidied(&body.reason);
    actions::set_ranked(Ground::of(&app), &signed.actor, &campaign, &unit, body.ranked, &reason).await.map_err(told(&signed))?;
    part(&app, &signed, &campaign, &unit).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Merger {
    /// Key or full name of the unit that took its place.
    successor: String,
    #[serde(default)]
    reason: String,
}

async fn merge(State(app): State<App>, signed: Signed, Path((campaign, unit)): Path<(String, String)>, sent: Sent<Merger>) -> Answered {
    of_owner(&app, &signed, &campaign, Action::Change, Thing::Campaign).await?;
    let body = read(sent, signed.lang())?;
    let successor = if app.units.get(&body.successor).is_some() { None } else { app.units.by_label(&body.successor) };
    let successor = successor.unwrap_or(body.successor);
    let reason = tidied(&body.reason);
    actions::merge(Ground::of(&app), &signed.actor, &campaign, &unit, &successor, &reason).await.map_err(told(&signed))?;
    part(&app, &signed, &campaign, &unit).await
}

// Evidence

/// Pieces that are told at once; a search narrows them.
const SHOWN: i64 = 200;

/// What the unit already has and a leaf can cite.
async fn pieces(State(app): State<App>, signed: Signed, Path((campaign, unit)): Path<(String, String)>) -> Answered {
    of_unit(&app, &signed, &campaign, &unit, Action::Change).await?;
    let found = sheet(Ground::of(&app), &signed.actor, &campaign, &unit).await.map_err(told(&signed))?;
    let sees = |unit: &&str| app.units.lineage(unit).is_some_and(|lineage| signed.principal().may(Action::See, Thing::Evidence, &lineage));
    let units: Vec<String> = found.unit.holders().filter(sees).map(str::to_owned).collect();
    let words = signed.visit.value("search").unwrap_or_default();
    let filter = ListFilter { words, units: Some(units), ..ListFilter::default() };
    let mut read = app.db.read().await.map_err(Problem::from)?;
    let pieces = evidence::list(read.conn(), &filter, ListPage { offset: 0, limit: SHOWN }).await.map_err(Problem::from)?;
    let rows: Vec<Value> = pieces
        .iter()
        .map(|one| {
            let about = &one.piece.description;
            json!({
                "evidence": one.piece.key, "unit": one.piece.unit, "title": about.title, "document_number": about.document_number,
                "document_date": about.document_date, "version": one.file.as_ref().map(|file| file.position),
                "file_name": one.file.as_ref().map(|file| file.file_name.as_str()), "uses": one.uses,
            })
        })
        .collect();
    Ok(ok(json!({ "campaign": campaign, "unit": unit, "pieces": rows })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cited {
    /// Key of the evidence; its newest version is cited.
    evidence: String,
    /// Page or section.
    cited: Option<String>,
}

async fn cite_evidence(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit, leaf)): Path<(String, String, String)>,
    sent: Sent<Cited>,
) -> Answered {
    of_unit(&app, &signed, &campaign, &unit, Action::Change).await?;
    let body = read(sent, signed.lang())?;
    let cited = body.cited.map(|text| tidied(text.trim())).filter(|text| !text.is_empty());
    let new = Citation { campaign: &campaign, unit: &unit, leaf: &leaf, evidence: &body.evidence, cited };
    cite(Ground::of(&app), &app.evidence, &signed.actor, &new).await.map_err(told(&signed))?;
    evidence_of(&app, &signed, &campaign, &unit, &leaf).await
}

async fn evidence_of(app: &App, signed: &Signed, campaign: &str, unit: &str, leaf: &str) -> Answered {
    let found = sheet(Ground::of(app), &signed.actor, campaign, unit).await.map_err(told(signed))?;
    Ok(ok(json!({ "campaign": campaign, "unit": unit, "leaf": leaf, "evidence": evidence_json(&found, leaf) })))
}

async fn uncite_evidence(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit, key)): Path<(String, String, String)>,
    sent: Sent<Nothing>,
) -> Answered {
    of_unit(&app, &signed, &campaign, &unit, Action::Change).await?;
    let Nothing {} = read(sent, signed.lang())?;
    let found = sheet(Ground::of(&app), &signed.actor, &campaign, &unit).await.map_err(told(&signed))?;
    let start = format!("{campaign}/{unit}/");
    let leaf = found.uses.iter().find(|one| one.key == key).and_then(|one| one.thing.strip_prefix(&start)).map(str::to_owned);
    uncite(Ground::of(&app), &signed.actor, &campaign, &unit, &key).await.map_err(told(&signed))?;
    evidence_of(&app, &signed, &campaign, &unit, &leaf.unwrap_or_default()).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoring::figure_value;
    use crate::set::read_set;

    #[test]
    fn what_was_read_can_be_sent_back() {
        let text = include_str!("../../../../catalogue/criteria/mau-so-2026.toml");
        let digits = text.replacen(
            "[[figure]]",
            "[[figure]]\ncode = \"order\"\nkind = \"choice\"\nchoices = [\"2\", \"1\", \"01\", \"0.5\"]\n\n[[figure]]",
            1,
        );
        let set = read_set(&digits).unwrap();
        let figures = set.definition.figures.iter().enumerate();
        let mut asked = 0;
        for (id, figure) in figures {
            let FigureKind::Choice(choices) = &figure.kind else { continue };
            for (at, choice) in choices.iter().enumerate() {
                let answer = model::Answer {
                    kind: AnswerKind::Figure,
                    code: figure.code.clone(),
                    value: Some(at.to_string()),
                    dataset: None,
                    entered_by: None,
                    entered_at: chrono::DateTime::UNIX_EPOCH,
                    version: 1,
                };
                let read = as_written(&set, &answer).unwrap();
                assert_eq!(read, *choice);
                let sent = as_typed(read);
                assert_eq!(figure_value(&set.definition, id, &sent), Ok(Decimal::from(at)), "{} {sent}", figure.code);
                asked += 1;
            }
        }
        assert!(asked > 4, "the sample asks for choices too");
        let typed = |text: &str| as_typed(text.to_owned());
        assert_eq!(["1.234", ".5", "-0.5", "01", "1e3"].map(typed), ["1,234", "0,5", "-0,5", "01", "1e3"]);
        assert_eq!(crate::scoring::number(&typed("1e3")), None, "a power of ten is no figure");
    }
}
