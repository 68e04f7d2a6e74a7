//! Who appraises and who sits in the council: assignments, candidates, phrases, members, meetings.

use accounts::policy::{Action, Role, Thing};
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};
use web::{App, Ground, Guard, Problem, Route, Signed, tidied};

use super::council::{day, looking};
use super::{Answered, Faults, Nothing, Refused, Sent, exact, made, of_owner, ok, read, told, word};
use crate::actions::{self, COUNCIL, CampaignView, NewSession, overview, people};
use crate::model::{Duty, Seat};

pub(super) fn routes() -> Vec<Route> {
    use axum::routing::get;
    let see = Guard::May(Action::See, Thing::Appraisal);
    let change = Guard::May(Action::Change, Thing::Campaign);
    vec![
        Route::of("/api/v1/campaigns/{campaign}/assignments", &["GET", "POST"], change, get(assignments).post(assign)),
        Route::act("/api/v1/campaigns/{campaign}/assignments/{assignment}/removal", change, unassign),
        Route::page("/api/v1/campaigns/{campaign}/people", change, candidates),
        Route::of("/api/v1/campaigns/{campaign}/phrases", &["GET", "POST"], see, get(phrases).post(add_phrase)).sending(change),
        Route::act("/api/v1/campaigns/{campaign}/phrases/{phrase}/removal", change, drop_phrase),
        Route::of("/api/v1/campaigns/{campaign}/members", &["GET", "POST"], see, get(members).post(seat)).sending(change),
        Route::act("/api/v1/campaigns/{campaign}/members/{account}/removal", change, unseat),
        Route::of("/api/v1/campaigns/{campaign}/meetings", &["GET", "POST"], see, get(meetings).post(meet)).sending(change),
    ]
}

async fn view(app: &App, signed: &Signed, campaign: &str) -> Result<CampaignView, Refused> {
    overview(Ground::of(app), &signed.actor, campaign).await.map_err(told(signed))
}

async fn changing(app: &App, signed: &Signed, campaign: &str) -> Result<(), Refused> {
    of_owner(app, signed, campaign, Action::Change, Thing::Campaign).await.map(drop)
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
    let body = read(sent, signed.lang())?;
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
    let Nothing {} = read(sent, signed.lang())?;
    actions::unassign(Ground::of(&app), &signed.actor, &campaign, &assignment).await.map_err(told(&signed))?;
    Ok(ok(assigned(&app, &signed, &campaign).await?))
}

// People

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
    let words = tidied(&read(sent, signed.lang())?.words);
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
    let Nothing {} = read(sent, signed.lang())?;
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
    let body = read(sent, signed.lang())?;
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
    let Nothing {} = read(sent, signed.lang())?;
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

async fn meet(State(app): State<App>, signed: Signed, Path(campaign): Path<String>, sent: Sent<MeetingBody>) -> Answered {
    changing(&app, &signed, &campaign).await?;
    let body = read(sent, signed.lang())?;
    let mut faults = Faults::new(signed.lang());
    let held_on = day(&mut faults, "held_on", &body.held_on);
    let members = actions::members(Ground::of(&app), &looking(&app, &signed, &campaign).await?).await.map_err(told(&signed))?;
    for (field, accounts) in [("present", &body.present), ("consented", &body.consented)] {
        for (at, account) in accounts.iter().enumerate().filter(|(_, account)| !members.iter().any(|one| one.account == **account)) {
            let (vi, en) = (format!("“{account}” không phải là thành viên Hội đồng"), format!("“{account}” has no seat in the council"));
            faults.add(format!("{field}.{at}"), "no-such-member", &vi, &en);
        }
    }
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
