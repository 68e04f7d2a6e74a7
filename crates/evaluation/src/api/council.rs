//! What is decided: approvals, publication, appeals; the comparison of appraisers.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};
use web::{App, Ground, Guard, Problem, Route, Signed, tidied};

use super::{Answered, Faults, Refused, Sent, Why, brief, exact, made, of_owner, ok, read, told, word};
use crate::actions::{self, consistency, overview, second_sample};
use crate::model::{Appeal, ApprovedResult, Shows};

pub(super) fn routes() -> Vec<Route> {
    use axum::routing::get;
    let see = Guard::May(Action::See, Thing::Appraisal);
    let result = Guard::May(Action::See, Thing::CampaignResult);
    let compare = Guard::May(Action::Export, Thing::Appraisal);
    vec![
        Route::of("/api/v1/campaigns/{campaign}/approvals", &["GET", "POST"], result, get(approvals).post(approve))
            .sending(Guard::May(Action::Decide, Thing::CampaignResult)),
        Route::page("/api/v1/campaigns/{campaign}/approvals/{position}", Guard::May(Action::Export, Thing::CampaignResult), frozen),
        Route::act(
            "/api/v1/campaigns/{campaign}/approvals/{position}/withdrawal",
            Guard::May(Action::Withdraw, Thing::CampaignResult),
            withdraw,
        ),
        Route::act("/api/v1/campaigns/{campaign}/publication", Guard::May(Action::Submit, Thing::CampaignResult), publish),
        Route::page("/api/v1/campaigns/{campaign}/appeals", see, appeals),
        Route::act("/api/v1/campaigns/{campaign}/appeals/{appeal}/answer", Guard::May(Action::Decide, Thing::Appraisal), answer_appeal),
        Route::page("/api/v1/campaigns/{campaign}/consistency", compare, compared),
        Route::page("/api/v1/campaigns/{campaign}/sample", compare, sample),
    ]
}

pub(super) async fn looking(app: &App, signed: &Signed, campaign: &str) -> Result<crate::model::Campaign, Refused> {
    of_owner(app, signed, campaign, Action::See, Thing::Appraisal).await
}

/// A day, as ISO 8601 has it.
pub(super) fn day(faults: &mut Faults, field: &str, text: &str) -> Option<NaiveDate> {
    let found = text.parse().ok();
    if found.is_none() {
        faults.add(field, "day", "viết ngày như 2026-12-20", "write the day as 2026-12-20");
    }
    found
}

// Approval, publication, withdrawal

fn approval_json(one: &ApprovedResult) -> Value {
    json!({
        "position": one.position, "approved_by": one.approved_by, "approved_at": one.approved_at, "program": one.program,
        "decision": one.decision, "sha256": one.sha256, "publish_on": one.publish_on, "shows": one.shows.word(),
        "withdrawn_at": one.withdrawn_at, "reason": one.reason,
    })
}

async fn approvals(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Answered {
    of_owner(&app, &signed, &campaign, Action::See, Thing::CampaignResult).await?;
    let view = overview(Ground::of(&app), &signed.actor, &campaign).await.map_err(told(&signed))?;
    Ok(ok(json!({
        "campaign": campaign, "phase": view.campaign.phase.word(), "version": view.campaign.version,
        "approvals": view.results.iter().map(approval_json).collect::<Vec<_>>(),
    })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ApprovalBody {
    /// The version of the campaign that was read.
    seen: i64,
    /// Number and date of the decision.
    #[serde(default)]
    decision: String,
}

async fn approve(State(app): State<App>, signed: Signed, Path(campaign): Path<String>, sent: Sent<ApprovalBody>) -> Answered {
    of_owner(&app, &signed, &campaign, Action::Decide, Thing::CampaignResult).await?;
    let body = read(sent, signed.lang())?;
    let decision = tidied(&body.decision);
    let position =
        actions::approve(Ground::of(&app), &signed.actor, &campaign, body.seen, &decision, &app.version).await.map_err(told(&signed))?;
    let found = of_owner(&app, &signed, &campaign, Action::Decide, Thing::CampaignResult).await?;
    Ok(made(json!({ "campaign": campaign, "position": position, "phase": found.phase.word(), "version": found.version })))
}

/// The manifest of an approval and every file it names, as they were frozen: their checksums are over exactly these texts.
async fn frozen(State(app): State<App>, signed: Signed, Path((campaign, position)): Path<(String, String)>) -> Answered {
    let position = position.parse().map_err(|_| Problem::NotFound)?;
    let (manifest, files) = actions::frozen_files(Ground::of(&app), &signed.actor, &campaign, position).await.map_err(told(&signed))?;
    let files: Vec<Value> = files
        .iter()
        .map(|(file, content)| json!({ "file": file, "sha256": crate::result::checksum(content), "content": content }))
        .collect();
    Ok(ok(json!({
        "campaign": campaign, "position": position, "sha256": crate::result::checksum(&manifest), "manifest": manifest, "files": files,
    })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PublicationBody {
    seen: i64,
    publish_on: String,
    shows: String,
}

async fn publish(State(app): State<App>, signed: Signed, Path(campaign): Path<String>, sent: Sent<PublicationBody>) -> Answered {
    of_owner(&app, &signed, &campaign, Action::Submit, Thing::CampaignResult).await?;
    let body = read(sent, signed.lang())?;
    let mut faults = Faults::new(signed.lang());
    let on_day = day(&mut faults, "publish_on", &body.publish_on);
    let all: Vec<&str> = Shows::ALL.iter().map(|shows| shows.word()).collect();
    let shows = word(&mut faults, "shows", &body.shows, Shows::of, &all);
    faults.none()?;
    let (on_day, shows) = on_day.zip(shows).ok_or(Problem::BadForm)?;
    actions::publish(Ground::of(&app), &signed.actor, &campaign, body.seen, on_day, shows).await.map_err(told(&signed))?;
    brief(&app, &signed, &campaign, Action::Submit, Thing::CampaignResult).await
}

async fn withdraw(State(app): State<App>, signed: Signed, Path((campaign, position)): Path<(String, String)>, sent: Sent<Why>) -> Answered {
    of_owner(&app, &signed, &campaign, Action::Withdraw, Thing::CampaignResult).await?;
    let position = position.parse().map_err(|_| Problem::NotFound)?;
    let reason = tidied(&read(sent, signed.lang())?.reason);
    actions::withdraw(Ground::of(&app), &signed.actor, &campaign, position, &reason).await.map_err(told(&signed))?;
    brief(&app, &signed, &campaign, Action::Withdraw, Thing::CampaignResult).await
}

// Appeals

pub(super) fn appeal_json(one: &Appeal) -> Value {
    json!({
        "appeal": one.key, "unit": one.unit, "leaf": one.leaf, "words": one.words, "made_at": one.made_at, "answer": one.answer,
        "accepted": one.accepted,
    })
}

async fn appeals_json(app: &App, signed: &Signed, campaign: &str) -> Result<Value, Refused> {
    let found = looking(app, signed, campaign).await?;
    let rows = actions::appeals(Ground::of(app), &found, None).await.map_err(told(signed))?;
    Ok(json!({ "campaign": campaign, "appeals": rows.iter().map(appeal_json).collect::<Vec<_>>() }))
}

async fn appeals(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Answered {
    Ok(ok(appeals_json(&app, &signed, &campaign).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AppealAnswer {
    words: String,
    accepted: bool,
}

async fn answer_appeal(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, appeal)): Path<(String, String)>,
    sent: Sent<AppealAnswer>,
) -> Answered {
    of_owner(&app, &signed, &campaign, Action::Decide, Thing::Appraisal).await?;
    let body = read(sent, signed.lang())?;
    let words = tidied(&body.words);
    actions::answer_appeal(Ground::of(&app), &signed.actor, &campaign, &appeal, &words, body.accepted).await.map_err(told(&signed))?;
    Ok(ok(appeals_json(&app, &signed, &campaign).await?))
}

// Comparison of the appraisers

async fn compared(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Answered {
    of_owner(&app, &signed, &campaign, Action::Export, Thing::Appraisal).await?;
    let found = consistency(Ground::of(&app), &signed.actor, &campaign).await.map_err(told(&signed))?;
    let appraisers: Vec<Value> = found
        .appraisers
        .iter()
        .map(|one| {
            json!({
                "account": one.account, "name": one.name, "leaves": one.leaves, "kept_percent": exact(one.kept.round_dp(4)),
                "others_percent": one.others.map(|others| exact(others.round_dp(4))), "far": one.is_far(),
            })
        })
        .collect();
    let same: Vec<Value> = found
        .same_evidence
        .iter()
        .map(|one| {
            let units: Vec<Value> = one.units.iter().map(|(unit, points)| json!({ "unit": unit, "points": exact(*points) })).collect();
            json!({ "leaf": one.leaf, "evidence": one.evidence, "units": units })
        })
        .collect();
    let readers: Vec<Value> = found
        .readers
        .iter()
        .map(|(unit, leaf, first, second)| json!({ "unit": unit, "leaf": leaf, "first": exact(*first), "second": exact(*second) }))
        .collect();
    Ok(ok(json!({ "campaign": campaign, "appraisers": appraisers, "same_evidence": same, "second_readers": readers })))
}

/// The sample of a second reader; `share` lies above 0 and not above 1, one hundredth where it is left out.
async fn sample(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Answered {
    of_owner(&app, &signed, &campaign, Action::Export, Thing::Appraisal).await?;
    let share = match signed.visit.value("share") {
        Some(text) => {
            let share: Option<Decimal> = text.parse().ok().filter(|share| *share > Decimal::ZERO && *share <= Decimal::ONE);
            share.ok_or(Problem::BadValue { key: "share", value: text })?
        }
        None => Decimal::new(1, 2),
    };
    let rows = second_sample(Ground::of(&app), &signed.actor, &campaign, share).await.map_err(told(&signed))?;
    let rows: Vec<Value> =
        rows.iter().map(|(unit, leaf, points)| json!({ "unit": unit, "leaf": leaf, "points": points.map(exact) })).collect();
    Ok(ok(json!({ "campaign": campaign, "share": exact(share), "sample": rows })))
}
