//! The council: who sits in it, when it met, what it approves; appeals; standard phrases; who appraises what.

use accounts::policy::{Action, Role, Thing};
use accounts::{Actor, Denied};
use chrono::NaiveDate;
use platform::history::{Change, record};
use serde_json::json;

use super::appraising::{has_interest, must_be_a_stranger};
use super::{EvaluationError, Ground, given, must};
use crate::model::{Appeal, Assignment, Campaign, Duty, Member, Phase, Ruling, Seat, Session, is_quorate};
use crate::result::{FORMAT, Manifest, checksum, manifest_of, recompute};
use crate::{store, telling};

async fn of_office(ground: Ground<'_>, actor: &Actor, write: &mut platform::Write, key: &str) -> Result<Campaign, EvaluationError> {
    let campaign = store::campaign_held(write.conn(), key).await?.ok_or(Denied::NotFound)?;
    must(ground, actor, Action::Change, Thing::Campaign, &campaign.owner)?;
    Ok(campaign)
}

/// Gives a part of the tree to an appraiser or a second reader.
///
/// # Errors
/// When there is no such part, the person has it already, has the other duty for some of it or belongs to the unit, or results are approved.
pub async fn assign(
    ground: Ground<'_>,
    actor: &Actor,
    key: &str,
    account: &str,
    duty: Duty,
    node: &str,
    (block, unit): (Option<&str>, Option<&str>),
) -> Result<(), EvaluationError> {
    let mut write = ground.db.write().await?;
    let campaign = of_office(ground, actor, &mut write, key).await?;
    if campaign.phase >= Phase::Approved {
        return Err(EvaluationError::WrongPhase(campaign.phase));
    }
    let blocks = store::blocks(write.conn(), key).await?;
    let known = store::assignments(write.conn(), key).await?;
    let (mut there, mut both) = (false, false);
    for one in blocks.iter().filter(|one| block.is_none_or(|wanted| one.block == wanted)) {
        let set = super::sets::set_of(write.conn(), &one.set).await?.1;
        there |= set.definition.node(node).is_some();
        // Parts of the tree that hang below one another share leaves.
        let nested = |other: &str| {
            let below = |inner: &str, outer: &str| set.definition.node(inner).is_some_and(|inner| set.is_below(inner, outer));
            below(node, other) || below(other, node)
        };
        both |= known.iter().any(|held| {
            held.account == account
                && held.duty != duty
                && held.block.as_deref().is_none_or(|block| block == one.block)
                && held.unit.as_deref().zip(unit).is_none_or(|(held, new)| held == new)
                && nested(&held.node)
        });
    }
    if !there {
        return Err(EvaluationError::NoSuchLeaf(node.to_owned()));
    }
    if let Some(unit) = unit {
        store::unit(write.conn(), key, unit).await?.ok_or_else(|| EvaluationError::NoSuchUnit(ground.units.name(unit)))?;
        if has_interest(write.conn(), account, actor.today(), key, unit).await? {
            return Err(EvaluationError::AppraiserOfOwnUnit);
        }
    }
    if both {
        return Err(EvaluationError::BothReaders);
    }
    let same = |one: &Assignment| {
        one.account == account && one.duty == duty && one.node == node && one.block.as_deref() == block && one.unit.as_deref() == unit
    };
    if known.iter().any(same) {
        return Err(EvaluationError::AssignedAlready);
    }
    let new = Assignment {
        key: ground.world.new_id(),
        account: account.to_owned(),
        name: String::new(),
        duty,
        block: block.map(str::to_owned),
        node: node.to_owned(),
        unit: unit.map(str::to_owned),
    };
    store::insert_assignment(write.conn(), key, &new, actor.by(), actor.now).await?;
    let event = Change::new("campaign_assignment", format!("{key}/{}", new.key), "assigned")
        .of_unit(&campaign.owner)
        .after(json!({ "account": account, "duty": duty.word(), "node": node, "block": block, "unit": unit }));
    record(write.conn(), &actor.source, actor.now, &[event]).await?;
    telling::at_assignment(write.conn(), ground, actor, &campaign, account, &new.key).await?;
    Ok(write.commit().await?)
}

/// Takes an assignment back; what was said under it stays.
///
/// # Errors
/// When there is none.
pub async fn unassign(ground: Ground<'_>, actor: &Actor, key: &str, assignment: &str) -> Result<(), EvaluationError> {
    let mut write = ground.db.write().await?;
    let campaign = of_office(ground, actor, &mut write, key).await?;
    if !store::remove_assignment(write.conn(), key, assignment).await? {
        return Err(Denied::NotFound.into());
    }
    let event = Change::new("campaign_assignment", format!("{key}/{assignment}"), "unassigned").of_unit(&campaign.owner);
    record(write.conn(), &actor.source, actor.now, &[event]).await?;
    Ok(write.commit().await?)
}

/// The council that approved stays as it was; it changes again while appeals are heard.
fn must_not_be_settled(campaign: &Campaign) -> Result<(), EvaluationError> {
    match campaign.phase {
        Phase::Approved | Phase::Published => Err(EvaluationError::WrongPhase(campaign.phase)),
        _ => Ok(()),
    }
}

/// Roles from which the council is chosen: it has leaders, heads and the office in it, and only its own role speaks on points.
pub const COUNCIL: [Role; 4] = [Role::Council, Role::Leader, Role::ReformOffice, Role::UnitHead];

/// Gives somebody a seat in the council.
///
/// # Errors
/// When the actor may not, the council has a chair already, or it has approved.
pub async fn seat(ground: Ground<'_>, actor: &Actor, key: &str, account: &str, seat: Seat) -> Result<(), EvaluationError> {
    let mut write = ground.db.write().await?;
    let campaign = of_office(ground, actor, &mut write, key).await?;
    must_not_be_settled(&campaign)?;
    let members = store::members(write.conn(), key).await?;
    if seat == Seat::Chair && members.iter().any(|one| one.seat == Seat::Chair && one.account != account) {
        return Err(EvaluationError::ChairTaken);
    }
    let before = members.iter().find(|one| one.account == account).map(|one| one.seat);
    if before == Some(seat) {
        return Ok(());
    }
    store::put_member(write.conn(), key, account, seat).await?;
    let mut event =
        Change::new("campaign_member", format!("{key}/{account}"), "seated").of_unit(&campaign.owner).after(json!({ "seat": seat.word() }));
    if let Some(before) = before {
        event = event.before(json!({ "seat": before.word() }));
    }
    record(write.conn(), &actor.source, actor.now, &[event]).await?;
    Ok(write.commit().await?)
}

/// Takes a seat away.
///
/// # Errors
/// When nobody sits there, or the council has approved.
pub async fn unseat(ground: Ground<'_>, actor: &Actor, key: &str, account: &str) -> Result<(), EvaluationError> {
    let mut write = ground.db.write().await?;
    let campaign = of_office(ground, actor, &mut write, key).await?;
    must_not_be_settled(&campaign)?;
    if !store::remove_member(write.conn(), key, account).await? {
        return Err(Denied::NotFound.into());
    }
    let event = Change::new("campaign_member", format!("{key}/{account}"), "unseated").of_unit(&campaign.owner);
    record(write.conn(), &actor.source, actor.now, &[event]).await?;
    Ok(write.commit().await?)
}

/// The council of a campaign that the person may see.
///
/// # Errors
/// When the database does not answer.
pub async fn members(ground: Ground<'_>, campaign: &Campaign) -> Result<Vec<Member>, EvaluationError> {
    let mut read = ground.db.read().await?;
    Ok(store::members(read.conn(), &campaign.key).await?)
}

/// The meetings of the council.
///
/// # Errors
/// When the database does not answer.
pub async fn sessions(ground: Ground<'_>, campaign: &Campaign) -> Result<Vec<Session>, EvaluationError> {
    let mut read = ground.db.read().await?;
    Ok(store::sessions(read.conn(), &campaign.key).await?)
}

/// What the council decided itself for its last meeting with a quorum, leaf by leaf, as its minutes tell it: since the approval before that meeting,
/// and up to the one that followed.
///
/// # Errors
/// "Not found" for those who do not look at all units.
pub async fn council_rulings(ground: Ground<'_>, actor: &Actor, key: &str) -> Result<Vec<Ruling>, EvaluationError> {
    let mut read = ground.db.read().await?;
    let campaign = store::campaign(read.conn(), key).await?.ok_or(Denied::NotFound)?;
    must(ground, actor, Action::Export, Thing::CampaignResult, &campaign.owner)?;
    let approvals = store::results(read.conn(), key).await?;
    let sessions = store::sessions(read.conn(), key).await?;
    let met = sessions.iter().rev().find(|session| session.quorate).or(sessions.last()).map(|session| session.recorded_at);
    // Newest first.
    let before = met.and_then(|met| approvals.iter().find(|approval| approval.approved_at < met)).map(|approval| approval.approved_at);
    let after =
        met.and_then(|met| approvals.iter().rev().find(|approval| approval.approved_at >= met)).map(|approval| approval.approved_at);
    let mut rulings = store::council_rulings(read.conn(), key).await?;
    rulings.retain(|ruling| before.is_none_or(|before| ruling.ruled_at > before) && after.is_none_or(|after| ruling.ruled_at <= after));
    Ok(rulings)
}

/// A meeting to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// The day.
    pub held_on: NaiveDate,
    /// Accounts of those who were there.
    pub present: Vec<String>,
    /// Accounts of those who agreed in writing.
    pub consented: Vec<String>,
    /// What was said.
    pub minutes: Option<String>,
}

/// Records a meeting of the council; answers whether enough took part. A meeting without a quorum is recorded and decides nothing.
///
/// # Errors
/// When the council is not at work, nobody took part, the day lies ahead or before the step began, or somebody named has no seat.
pub async fn hold_session(ground: Ground<'_>, actor: &Actor, key: &str, new: &NewSession) -> Result<bool, EvaluationError> {
    let mut write = ground.db.write().await?;
    let campaign = of_office(ground, actor, &mut write, key).await?;
    if !matches!(campaign.phase, Phase::Council | Phase::Appeal) {
        return Err(EvaluationError::WrongPhase(campaign.phase));
    }
    if new.held_on > actor.today() {
        return Err(EvaluationError::DayAhead);
    }
    // Before the council was asked there was nothing to decide.
    if let Some(since) = store::phase_since(write.conn(), key).await?.map(platform::day_in_viet_nam).filter(|since| new.held_on < *since) {
        return Err(EvaluationError::DayBefore(since));
    }
    let members = store::members(write.conn(), key).await?;
    // Each takes part once: in the room, or in writing.
    let mut present: Vec<String> = Vec::new();
    let mut consented: Vec<String> = Vec::new();
    for account in &new.present {
        if !present.contains(account) {
            present.push(account.clone());
        }
    }
    for account in &new.consented {
        if !present.contains(account) && !consented.contains(account) {
            consented.push(account.clone());
        }
    }
    if present.is_empty() && consented.is_empty() {
        return Err(EvaluationError::NobodyMet);
    }
    let strangers: Vec<String> =
        present.iter().chain(&consented).filter(|account| !members.iter().any(|member| member.account == **account)).cloned().collect();
    if !strangers.is_empty() {
        return Err(EvaluationError::Units(strangers));
    }
    let taking_part: Vec<&str> = present.iter().chain(&consented).map(String::as_str).collect();
    let session = Session {
        key: ground.world.new_id(),
        held_on: new.held_on,
        present: present.clone(),
        consented: consented.clone(),
        quorate: is_quorate(&members, &taking_part, campaign.quorum),
        minutes: new.minutes.clone(),
        recorded_at: actor.now,
    };
    store::insert_session(write.conn(), key, &session, actor.by(), actor.now).await?;
    let event = Change::new("campaign_session", format!("{key}/{}", session.key), "held").of_unit(&campaign.owner).after(json!({
        "held_on": new.held_on, "present": present.len(), "consented": consented.len(), "seats": members.len(), "quorate": session.quorate,
    }));
    record(write.conn(), &actor.source, actor.now, &[event]).await?;
    write.commit().await?;
    Ok(session.quorate)
}

/// Approves the results: computes them, freezes them with everything they came from, and ends the council. One transaction: a crash leaves
/// either nothing or all of it.
///
/// # Errors
/// When leaves are undecided, the council had no quorum, or somebody took a step meanwhile.
pub async fn approve(
    ground: Ground<'_>,
    actor: &Actor,
    key: &str,
    seen: i64,
    decision: &str,
    program: &str,
) -> Result<i64, EvaluationError> {
    let mut write = ground.db.write().await?;
    let campaign = store::campaign_held(write.conn(), key).await?.ok_or(Denied::NotFound)?;
    must(ground, actor, Action::Decide, Thing::CampaignResult, &campaign.owner)?;
    let phase = campaign.phase.approve().map_err(|_| EvaluationError::WrongPhase(campaign.phase))?;
    if campaign.version != seen {
        return Err(EvaluationError::WrongState);
    }
    let sessions = store::sessions(write.conn(), key).await?;
    // After an appeal the council has to meet again.
    let earlier = store::results(write.conn(), key).await?;
    let before = earlier.first().map(|result| result.approved_at);
    let since = before.max(store::phase_since(write.conn(), key).await?);
    let met = sessions.iter().any(|session| {
        session.quorate
            && before.is_none_or(|before| session.recorded_at > before)
            && since.is_none_or(|since| session.recorded_at >= since && session.held_on >= platform::day_in_viet_nam(since))
    });
    if !met {
        return Err(EvaluationError::NoQuorum);
    }
    let waiting = store::appeals(write.conn(), key).await?.iter().filter(|one| one.answer.is_none()).count();
    if waiting > 0 {
        return Err(EvaluationError::OpenAppeals(waiting));
    }
    let results = super::results::compute_all(write.conn(), &campaign, true).await?;
    let open: Vec<usize> = results.iter().flat_map(|(result, _, _)| result.undecided.iter().copied()).filter(|count| *count > 0).collect();
    if !open.is_empty() {
        return Err(EvaluationError::Undecided { leaves: open.iter().sum(), units: open.len() });
    }
    let head = Manifest {
        format: FORMAT.to_owned(),
        campaign: key.to_owned(),
        title: campaign.title.clone(),
        year: campaign.year,
        made_up: campaign.made_up,
        approved_at: actor.now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        program: program.to_owned(),
        blocks: Vec::new(),
    };
    let (manifest, files) = manifest_of(head, &results);
    // What is frozen has to be readable for ever: it is read back and computed again before anything is written.
    let frozen = files.iter().cloned().collect();
    recompute(&manifest, &frozen).map_err(EvaluationError::NotFrozen)?;
    let position = earlier.first().map_or(1, |result| result.position + 1);
    let sha256 = checksum(&manifest);
    let new = store::NewResult {
        campaign: key,
        position,
        by: actor.by(),
        at: actor.now,
        program,
        decision: Some(decision.trim()).filter(|decision| !decision.is_empty()),
        manifest: &manifest,
        sha256: &sha256,
    };
    store::insert_result(write.conn(), &new).await?;
    for (file, content) in &files {
        store::insert_result_file(write.conn(), key, position, file, content).await?;
    }
    if !store::set_phase(write.conn(), key, seen, phase).await? {
        return Err(EvaluationError::WrongState);
    }
    let event = Change::new("campaign", key, "approved")
        .of_unit(&campaign.owner)
        .before(json!({ "phase": campaign.phase.word() }))
        .after(json!({ "phase": phase.word(), "result": position, "manifest": sha256, "decision": new.decision }));
    record(write.conn(), &actor.source, actor.now, &[event]).await?;
    telling::at_phase(write.conn(), ground, actor, &Campaign { phase, ..campaign }).await?;
    write.commit().await?;
    Ok(position)
}

/// A unit appeals against the points of a leaf while appeals are heard.
///
/// # Errors
/// When it is not the time, or nothing is said.
pub async fn appeal(ground: Ground<'_>, actor: &Actor, campaign: &str, unit: &str, leaf: &str, words: &str) -> Result<(), EvaluationError> {
    super::scoring::must_hold(ground, actor, Action::Submit, campaign, unit).await?;
    let words = given(words)?;
    let mut held = super::stepping::hold(ground, campaign, unit).await?;
    if held.campaign.phase != Phase::Appeal {
        return Err(EvaluationError::WrongPhase(held.campaign.phase));
    }
    held.must_be_in_time(actor).await?;
    store::ruling(held.write.conn(), campaign, unit, leaf).await?.ok_or_else(|| EvaluationError::NoSuchLeaf(leaf.to_owned()))?;
    let new = Appeal {
        key: ground.world.new_id(),
        unit: unit.to_owned(),
        leaf: leaf.to_owned(),
        words: words.to_owned(),
        made_at: actor.now,
        answer: None,
        accepted: None,
    };
    store::insert_appeal(held.write.conn(), campaign, &new, actor.by()).await?;
    let event = Change::new("campaign_appeal", format!("{campaign}/{}", new.key), "made")
        .of_unit(unit)
        .after(json!({ "leaf": leaf, "words": words }));
    record(held.write.conn(), &actor.source, actor.now, &[event]).await?;
    telling::at_appeal(held.write.conn(), ground, actor, &held.campaign, &held.unit, &new.key).await?;
    Ok(held.write.commit().await?)
}

/// Appeals of a campaign, of one unit or of all.
///
/// # Errors
/// When the database does not answer.
pub async fn appeals(ground: Ground<'_>, campaign: &Campaign, unit: Option<&str>) -> Result<Vec<Appeal>, EvaluationError> {
    let mut read = ground.db.read().await?;
    let mut found = store::appeals(read.conn(), &campaign.key).await?;
    found.retain(|appeal| unit.is_none_or(|unit| appeal.unit == unit));
    Ok(found)
}

/// The council answers an appeal. Where it is accepted, the council then gives the leaf other points, and results are approved again.
///
/// # Errors
/// When the person has no seat or an interest in the unit (recorded), it was answered already, or nothing is said.
pub async fn answer_appeal(
    ground: Ground<'_>,
    actor: &Actor,
    key: &str,
    appeal: &str,
    words: &str,
    accepted: bool,
) -> Result<(), EvaluationError> {
    let words = given(words)?;
    let mut read = ground.db.read().await?;
    let seen = store::campaign(read.conn(), key).await?.ok_or(Denied::NotFound)?;
    must(ground, actor, Action::Decide, Thing::Appraisal, &seen.owner)?;
    let asked = store::appeals(read.conn(), key).await?.into_iter().find(|one| one.key == appeal).ok_or(Denied::NotFound)?;
    drop(read);
    must_be_a_stranger(ground, actor, &seen, &asked.unit, &asked.leaf).await?;
    let mut write = ground.db.write().await?;
    let campaign = store::campaign_kept(write.conn(), key).await?.ok_or(Denied::NotFound)?;
    if campaign.phase != Phase::Appeal {
        return Err(EvaluationError::WrongPhase(campaign.phase));
    }
    let found = store::appeals(write.conn(), key).await?.into_iter().find(|one| one.key == appeal).ok_or(Denied::NotFound)?;
    let members = store::members(write.conn(), key).await?;
    if actor.by() != "program" && !members.iter().any(|member| member.account == actor.by()) {
        return Err(EvaluationError::NotAssigned);
    }
    if !store::answer_appeal(write.conn(), appeal, words, accepted, actor.by(), actor.now).await? {
        return Err(EvaluationError::WrongState);
    }
    let event = Change::new("campaign_appeal", format!("{key}/{appeal}"), if accepted { "accepted" } else { "rejected" })
        .of_unit(&found.unit)
        .after(json!({ "answer": words }));
    record(write.conn(), &actor.source, actor.now, &[event]).await?;
    Ok(write.commit().await?)
}

/// Standard phrases of a unit that evaluates: key, words.
///
/// # Errors
/// When the database does not answer.
pub async fn phrases(ground: Ground<'_>, campaign: &Campaign) -> Result<Vec<(String, String)>, EvaluationError> {
    let mut read = ground.db.read().await?;
    Ok(store::phrases(read.conn(), &campaign.owner).await?)
}

/// Adds a standard phrase.
///
/// # Errors
/// When the actor may not, or nothing is said.
pub async fn add_phrase(ground: Ground<'_>, actor: &Actor, key: &str, words: &str) -> Result<(), EvaluationError> {
    let words = given(words)?;
    let mut write = ground.db.write().await?;
    let campaign = of_office(ground, actor, &mut write, key).await?;
    let phrase = ground.world.new_id();
    store::insert_phrase(write.conn(), &phrase, &campaign.owner, words, actor.by(), actor.now).await?;
    let event = Change::new("standard_phrase", phrase, "added").of_unit(&campaign.owner).after(json!({ "words": words }));
    record(write.conn(), &actor.source, actor.now, &[event]).await?;
    Ok(write.commit().await?)
}

/// Takes a standard phrase out.
///
/// # Errors
/// When there is none.
pub async fn drop_phrase(ground: Ground<'_>, actor: &Actor, key: &str, phrase: &str) -> Result<(), EvaluationError> {
    let mut write = ground.db.write().await?;
    let campaign = of_office(ground, actor, &mut write, key).await?;
    if !store::remove_phrase(write.conn(), &campaign.owner, phrase).await? {
        return Err(Denied::NotFound.into());
    }
    let event = Change::new("standard_phrase", phrase, "removed").of_unit(&campaign.owner);
    record(write.conn(), &actor.source, actor.now, &[event]).await?;
    Ok(write.commit().await?)
}
