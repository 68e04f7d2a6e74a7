//! Who appraises and who decides: assignments, phrases, members, meetings, approvals, publication, appeals, the comparison of appraisers.

use accounts::policy::{Action, Role, Thing};
use axum::extract::{Path, State};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};
use web::{App, Ground, Guard, Problem, Route, Signed, tidied};

use super::{Answered, Faults, Nothing, Refused, Sent, Why, brief, exact, made, of_owner, ok, read, told, word};
use crate::actions::{self, CampaignView, NewSession, consistency, overview, people, second_sample};
use crate::model::{Appeal, ApprovedResult, Duty, Seat, Shows};

pub(super) fn routes() -> Vec<Route> {
    use axum::routing::get;
    let see = Guard::May(Action::See, Thing::Appraisal);
    let change = Guard::May(Action::Change, Thing::Campaign);
    let result = Guard::May(Action::See, Thing::CampaignResult);
    let compare = Guard::May(Action::Export, Thing::Appraisal);
    vec![
        Route::of("/api/v1/campaigns/{campaign}/assignments", &["GET", "POST"], change, get(assignments).post(assign)),
        Route::act("/api/v1/campaigns/{campaign}/assignments/{assignment}/removal", change, unassign),
        Route::page("/api/v1/campaigns/{campaign}/people", change, candidates),
        Route::of("/api/v1/campaigns/{campaign}/phrases", &["GET", "POST"], see, get(phrases).post(add_phrase)).sending(change),
        Route::act("/api/v1/campaigns/{campaign}/phrases/{phrase}/removal", change, drop_phrase),
        Route::of("/api/v1/campaigns/{campaign}/members", &["GET", "POST"], see, get(members).post(seat)).sending(change),
        Route::act("/api/v1/campaigns/{campaign}/members/{account}/removal", change, unseat),
        Route::of("/api/v1/campaigns/{campaign}/meetings", &["GET", "POST"], see, get(meetings).post(meet)).sending(change),
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

async fn view(app: &App, signed: &Signed, campaign: &str) -> Result<CampaignView, Refused> {
    overview(Ground::of(app), &signed.actor, campaign).await.map_err(told(signed))
}

async fn changing(app: &App, signed: &Signed, campaign: &str) -> Result<(), Refused> {
    of_owner(app, signed, campaign, Action::Change, Thing::Campaign).await.map(drop)
}

async fn looking(app: &App, signed: &Signed, campaign: &str) -> Result<crate::model::Campaign, Refused> {
    of_owner(app, signed, campaign, Action::See, Thing::Appraisal).await
}

// Assignments

async fn assigned(app: &App, signed: &Signed, campaign: &str) -> Result<Value, Refused> {
    let view = view(app, signed, campaign).await?;
    let rows: Vec<Value> = view
        .assignments
        .iter()
        .map(|one| {
            json!({ "assignment": one.key, "account": one.account, "name": one.name, "duty": one.duty.word(), "block": one.block, "node": one.node, "unit": one.unit })
        })
        .collect();
    Ok(json!({ "campaign": campaign, "assignments": rows }))
}

async fn assignments(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Answered {
    changing(&app, &signed, &campaign).await?;
    Ok(ok(assigned(&app, &signed, &campaign).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AssignmentBody {
    account: String,
    duty: Option<String>,
    /// Code of a part of the tree, with everything below it.
    node: String,
    block: Option<String>,
    unit: Option<String>,
}

async fn assign(State(app): State<App>, signed: Signed, Path(campaign): Path<String>, sent: Sent<AssignmentBody>) -> Answered {
    changing(&app, &signed, &campaign).await?;
    let body = read(sent)?;
    let mut faults = Faults::new(signed.lang());
    let duties: Vec<&str> = Duty::ALL.iter().map(|duty| duty.word()).collect();
    let duty = word(&mut faults, "duty", body.duty.as_deref().unwrap_or(Duty::Appraiser.word()), Duty::of, &duties);
    let may = people_of(&app, &signed, &campaign, &[Role::Appraiser]).await?;
    must_be_one(&mut faults, &may, &body.account);
    if let Some(block) = &body.block
        && !view(&app, &signed, &campaign).await?.blocks.iter().any(|(one, _)| one.block == *block)
    {
        faults.add("block", "no-such-block", "không có khối này", "there is no such block");
    }
    faults.none()?;
    let part = (body.block.as_deref(), body.unit.as_deref());
    let duty = duty.unwrap_or(Duty::Appraiser);
    actions::assign(Ground::of(&app), &signed.actor, &campaign, &body.account, duty, &body.node, part).await.map_err(told(&signed))?;
    Ok(made(assigned(&app, &signed, &campaign).await?))
}

async fn unassign(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, assignment)): Path<(String, String)>,
    sent: Sent<Nothing>,
) -> Answered {
    changing(&app, &signed, &campaign).await?;
    let Nothing {} = read(sent)?;
    actions::unassign(Ground::of(&app), &signed.actor, &campaign, &assignment).await.map_err(told(&signed))?;
    Ok(ok(assigned(&app, &signed, &campaign).await?))
}

// People

/// Roles from which the council is chosen, as on its page.
const COUNCIL: [Role; 4] = [Role::Council, Role::Leader, Role::ReformOffice, Role::UnitHead];

/// A person to choose, with the roles that make them eligible.
struct Person {
    account: String,
    name: String,
    units: String,
    roles: Vec<&'static str>,
}

async fn people_of(app: &App, signed: &Signed, campaign: &str, roles: &[Role]) -> Result<Vec<Person>, Refused> {
    let found = of_owner(app, signed, campaign, Action::Change, Thing::Campaign).await?;
    let mut all: Vec<Person> = Vec::new();
    for role in roles {
        for (account, name, units) in people(Ground::of(app), &signed.actor, &found, *role).await.map_err(told(signed))? {
            match all.iter_mut().find(|one| one.account == account) {
                Some(one) => one.roles.push(role.word()),
                None => all.push(Person { account, name, units, roles: vec![role.word()] }),
            }
        }
    }
    Ok(all)
}

fn must_be_one(faults: &mut Faults, all: &[Person], account: &str) {
    if !all.iter().any(|one| one.account == account) {
        let (vi, en) = ("người này không có vai trò cần thiết ở cơ quan đánh giá", "this person does not have the role that is needed");
        faults.add("account", "no-such-person", vi, en);
    }
}

async fn candidates(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Answered {
    let mut roles = vec![Role::Appraiser];
    roles.extend(COUNCIL);
    let rows: Vec<Value> = people_of(&app, &signed, &campaign, &roles)
        .await?
        .iter()
        .map(|one| json!({ "account": one.account, "name": one.name, "units": one.units, "roles": one.roles }))
        .collect();
    Ok(ok(json!({ "campaign": campaign, "people": rows })))
}

// Phrases

async fn phrases_json(app: &App, signed: &Signed, campaign: &str) -> Result<Value, Refused> {
    let found = looking(app, signed, campaign).await?;
    let rows = actions::phrases(Ground::of(app), &found).await.map_err(told(signed))?;
    let rows: Vec<Value> = rows.iter().map(|(phrase, words)| json!({ "phrase": phrase, "words": words })).collect();
    Ok(json!({ "campaign": campaign, "phrases": rows }))
}

async fn phrases(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Answered {
    Ok(ok(phrases_json(&app, &signed, &campaign).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PhraseBody {
    words: String,
}

async fn add_phrase(State(app): State<App>, signed: Signed, Path(campaign): Path<String>, sent: Sent<PhraseBody>) -> Answered {
    changing(&app, &signed, &campaign).await?;
    let words = tidied(&read(sent)?.words);
    let mut faults = Faults::new(signed.lang());
    if words.trim().is_empty() {
        faults.add("words", "empty", "nhập câu mẫu", "the phrase is missing");
    }
    faults.none()?;
    actions::add_phrase(Ground::of(&app), &signed.actor, &campaign, &words).await.map_err(told(&signed))?;
    Ok(made(phrases_json(&app, &signed, &campaign).await?))
}

async fn drop_phrase(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, phrase)): Path<(String, String)>,
    sent: Sent<Nothing>,
) -> Answered {
    changing(&app, &signed, &campaign).await?;
    let Nothing {} = read(sent)?;
    actions::drop_phrase(Ground::of(&app), &signed.actor, &campaign, &phrase).await.map_err(told(&signed))?;
    Ok(ok(phrases_json(&app, &signed, &campaign).await?))
}

// The council and its meetings

async fn seated(app: &App, signed: &Signed, campaign: &str) -> Result<Value, Refused> {
    let found = looking(app, signed, campaign).await?;
    let rows = actions::members(Ground::of(app), &found).await.map_err(told(signed))?;
    let rows: Vec<Value> = rows.iter().map(|one| json!({ "account": one.account, "name": one.name, "seat": one.seat.word() })).collect();
    Ok(json!({ "campaign": campaign, "quorum": exact(found.quorum), "members": rows }))
}

async fn members(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Answered {
    Ok(ok(seated(&app, &signed, &campaign).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeatBody {
    account: String,
    seat: String,
}

async fn seat(State(app): State<App>, signed: Signed, Path(campaign): Path<String>, sent: Sent<SeatBody>) -> Answered {
    changing(&app, &signed, &campaign).await?;
    let body = read(sent)?;
    let mut faults = Faults::new(signed.lang());
    let seats: Vec<&str> = Seat::ALL.iter().map(|seat| seat.word()).collect();
    let seat = word(&mut faults, "seat", &body.seat, Seat::of, &seats);
    must_be_one(&mut faults, &people_of(&app, &signed, &campaign, &COUNCIL).await?, &body.account);
    faults.none()?;
    let seat = seat.unwrap_or(Seat::Member);
    actions::seat(Ground::of(&app), &signed.actor, &campaign, &body.account, seat).await.map_err(told(&signed))?;
    Ok(made(seated(&app, &signed, &campaign).await?))
}

async fn unseat(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, account)): Path<(String, String)>,
    sent: Sent<Nothing>,
) -> Answered {
    changing(&app, &signed, &campaign).await?;
    let Nothing {} = read(sent)?;
    actions::unseat(Ground::of(&app), &signed.actor, &campaign, &account).await.map_err(told(&signed))?;
    Ok(ok(seated(&app, &signed, &campaign).await?))
}

async fn meetings_json(app: &App, signed: &Signed, campaign: &str) -> Result<Value, Refused> {
    let found = looking(app, signed, campaign).await?;
    let rows = actions::sessions(Ground::of(app), &found).await.map_err(told(signed))?;
    let rows: Vec<Value> = rows
        .iter()
        .map(|one| {
            json!({
                "meeting": one.key, "held_on": one.held_on, "present": one.present, "consented": one.consented, "quorate": one.quorate,
                "minutes": one.minutes, "recorded_at": one.recorded_at,
            })
        })
        .collect();
    Ok(json!({ "campaign": campaign, "meetings": rows }))
}

async fn meetings(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Answered {
    Ok(ok(meetings_json(&app, &signed, &campaign).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MeetingBody {
    held_on: String,
    /// Accounts of those who were there.
    #[serde(default)]
    present: Vec<String>,
    /// Accounts of those who agreed in writing.
    #[serde(default)]
    consented: Vec<String>,
    minutes: Option<String>,
}

/// A day, as ISO 8601 has it.
fn day(faults: &mut Faults, field: &str, text: &str) -> Option<NaiveDate> {
    let found = text.parse().ok();
    if found.is_none() {
        faults.add(field, "day", "viết ngày như 2026-12-20", "write the day as 2026-12-20");
    }
    found
}

async fn meet(State(app): State<App>, signed: Signed, Path(campaign): Path<String>, sent: Sent<MeetingBody>) -> Answered {
    changing(&app, &signed, &campaign).await?;
    let body = read(sent)?;
    let mut faults = Faults::new(signed.lang());
    let held_on = day(&mut faults, "held_on", &body.held_on);
    faults.none()?;
    let new = NewSession {
        held_on: held_on.ok_or(Problem::BadForm)?,
        present: body.present,
        consented: body.consented,
        minutes: body.minutes.map(|minutes| tidied(minutes.trim())).filter(|minutes| !minutes.is_empty()),
    };
    actions::hold_session(Ground::of(&app), &signed.actor, &campaign, &new).await.map_err(told(&signed))?;
    Ok(made(meetings_json(&app, &signed, &campaign).await?))
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
    let view = view(&app, &signed, &campaign).await?;
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
    let body = read(sent)?;
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
    let body = read(sent)?;
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
    let reason = tidied(&read(sent)?.reason);
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
    let body = read(sent)?;
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

/// The sample of a second reader; `share` is between 0 and 1, one hundredth where it is left out.
async fn sample(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Answered {
    of_owner(&app, &signed, &campaign, Action::Export, Thing::Appraisal).await?;
    let share = match signed.visit.value("share") {
        Some(text) => {
            let share: Option<Decimal> = text.parse().ok().filter(|share| (Decimal::ZERO..=Decimal::ONE).contains(share));
            share.ok_or(Problem::BadValue { key: "share", value: text })?
        }
        None => Decimal::new(1, 2),
    };
    let rows = second_sample(Ground::of(&app), &signed.actor, &campaign, share).await.map_err(told(&signed))?;
    let rows: Vec<Value> =
        rows.iter().map(|(unit, leaf, points)| json!({ "unit": unit, "leaf": leaf, "points": points.map(exact) })).collect();
    Ok(ok(json!({ "campaign": campaign, "share": exact(share), "sample": rows })))
}
