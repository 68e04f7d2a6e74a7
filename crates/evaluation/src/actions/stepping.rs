//! Steps of a campaign and of the units in it; each is an event in the same transaction.

use accounts::policy::{Action, Thing};
use accounts::{Actor, Denied};
use chrono::{DateTime, Utc};
use composite_index::Gap;
use platform::Write;
use platform::history::{Change, record};
use serde_json::json;

use super::{EvaluationError, Ground, given, must};
use crate::model::{Campaign, CampaignUnit, Phase, Step, UnitState};
use crate::set::Scorer;
use crate::{store, telling};

/// Opens the next phase of a campaign. Units that were not handed in stay as they are; the page of progress names them.
///
/// # Errors
/// When no phase follows by a decision of the office, or somebody took a step meanwhile.
pub async fn advance(ground: Ground<'_>, actor: &Actor, key: &str, seen: i64) -> Result<Phase, EvaluationError> {
    move_to(ground, actor, key, seen, None).await
}

/// Goes back to the phase before, with a reason.
///
/// # Errors
/// When results are approved, no reason is given, or somebody took a step meanwhile.
pub async fn back(ground: Ground<'_>, actor: &Actor, key: &str, seen: i64, reason: &str) -> Result<Phase, EvaluationError> {
    move_to(ground, actor, key, seen, Some(reason)).await
}

async fn move_to(ground: Ground<'_>, actor: &Actor, key: &str, seen: i64, back: Option<&str>) -> Result<Phase, EvaluationError> {
    let mut write = ground.db.write().await?;
    let campaign = store::campaign_held(write.conn(), key).await?.ok_or(Denied::NotFound)?;
    must(ground, actor, Action::Change, Thing::Campaign, &campaign.owner)?;
    let back = back.map(given).transpose()?;
    if campaign.version != seen {
        return Err(EvaluationError::WrongState);
    }
    let phase = if back.is_some() { campaign.phase.back() } else { campaign.phase.next() };
    let phase = phase.map_err(|_| EvaluationError::WrongPhase(campaign.phase))?;
    if campaign.phase == Phase::Appeal {
        // An appeal that is never answered would be lost with the step.
        let waiting = store::appeals(write.conn(), key).await?.iter().filter(|one| one.answer.is_none()).count();
        if waiting > 0 {
            return Err(EvaluationError::OpenAppeals(waiting));
        }
    }
    if !store::set_phase(write.conn(), key, seen, phase).await? {
        return Err(EvaluationError::WrongState);
    }
    if campaign.phase == Phase::Explanation {
        // What units added to explain themselves is what appraisers look at next: it stays, like what was handed in.
        store::lock_evidence(write.conn(), key, None, actor.now).await?;
    }
    let event = Change::new("campaign", key, if back.is_some() { "went-back" } else { "advanced" })
        .of_unit(&campaign.owner)
        .before(json!({ "phase": campaign.phase.word() }))
        .after(json!({ "phase": phase.word() }))
        .reason(back.map(str::to_owned));
    record(write.conn(), &actor.source, actor.now, &[event]).await?;
    telling::at_phase(write.conn(), ground, actor, &Campaign { phase, ..campaign }).await?;
    write.commit().await?;
    Ok(phase)
}

/// A unit of a campaign, held for a step.
pub(super) struct Held {
    pub(super) write: Write,
    pub(super) campaign: Campaign,
    pub(super) unit: CampaignUnit,
    pub(super) step: Option<Step>,
}

/// Holds a unit's row; the campaign stays in its phase meanwhile.
pub(super) async fn hold(ground: Ground<'_>, campaign: &str, unit: &str) -> Result<Held, EvaluationError> {
    let mut write = ground.db.write().await?;
    let found = store::campaign_kept(write.conn(), campaign).await?.ok_or(Denied::NotFound)?;
    let held = store::unit_held(write.conn(), campaign, unit).await?.ok_or(Denied::NotFound)?;
    let step = store::steps(write.conn(), campaign).await?.into_iter().find(|step| step.phase == Phase::Scoring);
    Ok(Held { write, campaign: found, unit: held, step })
}

impl Held {
    /// Refuses what a unit does after the deadline of the campaign's phase, or after its own where that is later.
    pub(super) async fn must_be_in_time(&mut self, actor: &Actor) -> Result<(), EvaluationError> {
        let steps = store::steps(self.write.conn(), &self.campaign.key).await?;
        let over = steps.iter().any(|step| step.phase == self.campaign.phase && actor.now >= self.unit.due_at(step));
        if over { Err(EvaluationError::Locked(crate::model::Lock::Late)) } else { Ok(()) }
    }

    async fn put(mut self, ground: Ground<'_>, actor: &Actor, word: &'static str, to: CampaignUnit) -> Result<(), EvaluationError> {
        store::set_unit(self.write.conn(), &self.campaign.key, &to, actor.by(), actor.now).await?;
        let told = |unit: &CampaignUnit| json!({ "state": unit.state.word(), "extended_to": unit.extended_to, "ranked": unit.ranked, "successor": unit.successor });
        let event = Change::new("campaign_unit", format!("{}/{}", self.campaign.key, to.unit), word)
            .of_unit(&to.unit)
            .before(told(&self.unit))
            .after(told(&to))
            .reason(to.reason.clone().filter(|_| to.reason != self.unit.reason));
        record(self.write.conn(), &actor.source, actor.now, &[event]).await?;
        telling::at_step(self.write.conn(), ground, actor, &self.campaign, &to, self.step.as_ref(), word).await?;
        Ok(self.write.commit().await?)
    }
}

/// The officer is done: the head looks at it. From now on nothing changes until the head hands it in or returns it.
///
/// # Errors
/// When leaves are not complete, or the unit may not enter now.
pub async fn hand_over(ground: Ground<'_>, actor: &Actor, campaign: &str, unit: &str) -> Result<(), EvaluationError> {
    super::scoring::must_hold(ground, actor, Action::Change, campaign, unit).await?;
    let mut held = hold(ground, campaign, unit).await?;
    if let Some(lock) = held.unit.lock(&held.campaign, held.step.as_ref(), actor.now) {
        return Err(EvaluationError::Locked(lock));
    }
    complete(&mut held).await?;
    let state = held.unit.state.hand_over().map_err(|_| EvaluationError::WrongState)?;
    let to = CampaignUnit { state, ..held.unit.clone() };
    held.put(ground, actor, "handed-over", to).await
}

/// The head approves and hands in: answers and the files that they cite are locked.
///
/// # Errors
/// When leaves are not complete, the deadline has passed, or somebody took a step meanwhile.
pub async fn submit(ground: Ground<'_>, actor: &Actor, campaign: &str, unit: &str) -> Result<(), EvaluationError> {
    super::scoring::must_hold(ground, actor, Action::Submit, campaign, unit).await?;
    let mut held = hold(ground, campaign, unit).await?;
    // What waits for the head is locked for others, and open for the head until the deadline.
    let open = CampaignUnit { state: UnitState::Open, ..held.unit.clone() };
    let state = held.unit.state.submit().map_err(|_| EvaluationError::WrongState)?;
    if let Some(lock) = open.lock(&held.campaign, held.step.as_ref(), actor.now) {
        return Err(EvaluationError::Locked(lock));
    }
    complete(&mut held).await?;
    take_observations(&mut held, actor).await?;
    store::lock_evidence(held.write.conn(), campaign, Some(unit), actor.now).await?;
    let to = CampaignUnit { state, ..held.unit.clone() };
    held.put(ground, actor, "submitted", to).await
}

/// What must be there before a unit hands in: points for every leaf that it scores, and evidence or an explanation for each.
async fn complete(held: &mut Held) -> Result<(), EvaluationError> {
    let (campaign, unit) = (held.campaign.key.clone(), held.unit.unit.clone());
    let facts = super::scoring::facts(held.write.conn(), &held.campaign, &held.unit).await?;
    let uses = evidence::uses_of_things(held.write.conn(), super::scoring::LEAF, &format!("{campaign}/{unit}/")).await?;
    let (mut empty, mut undefined, mut unexplained) = (Vec::new(), Vec::new(), Vec::new());
    for leaf in facts.set.leaves() {
        let code = &facts.set.definition.nodes[leaf].code;
        if facts.set.scorer(leaf) != Scorer::Unit || !facts.set.is_for(leaf, &held.unit.block) {
            continue;
        }
        let explained = facts.explanation(code).is_some();
        if facts.values[leaf].is_err_and(|gap| matches!(gap, Gap::DivisionByZero(_) | Gap::OutOfRange(_) | Gap::NoMean(_))) && !explained {
            undefined.push(code.clone());
            continue;
        }
        if facts.is_empty(leaf) {
            // Where a unit has nothing to enter it says why, and the set's rule for missing figures applies.
            if !explained {
                empty.push(code.clone());
            }
            continue;
        }
        let thing = super::leaf_key(&campaign, &unit, code);
        if !explained && facts.set.asks_at(leaf).evidence.is_some() && !uses.iter().any(|one| one.thing == thing && !one.withdrawn) {
            unexplained.push(code.clone());
        }
    }
    let complete = empty.is_empty() && undefined.is_empty() && unexplained.is_empty();
    if complete { Ok(()) } else { Err(EvaluationError::Incomplete { empty, undefined, unexplained }) }
}

/// Figures that the system has and the unit left empty are taken as they are at the moment of handing in.
async fn take_observations(held: &mut Held, actor: &Actor) -> Result<(), EvaluationError> {
    let facts = super::scoring::facts(held.write.conn(), &held.campaign, &held.unit).await?;
    for (figure, observed) in &facts.observed {
        if facts.answers.iter().any(|answer| answer.code == *figure && answer.value.is_some()) {
            continue;
        }
        let value = observed.value.to_string();
        let put = store::Put {
            kind: crate::model::AnswerKind::Figure,
            code: figure,
            value: Some(&value),
            dataset: Some(&observed.dataset),
            by: actor.by(),
            at: actor.now,
        };
        store::put_answer(held.write.conn(), &held.campaign.key, &held.unit.unit, &put).await?;
    }
    Ok(())
}

/// Returns what waits for the head to the officer.
///
/// # Errors
/// When no reason is given, the deadline has passed, or nothing waits.
pub async fn return_to_officer(ground: Ground<'_>, actor: &Actor, campaign: &str, unit: &str, reason: &str) -> Result<(), EvaluationError> {
    let held = hold(ground, campaign, unit).await?;
    super::scoring::must_hold(ground, actor, Action::Submit, campaign, unit).await?;
    let reason = given(reason)?;
    if held.unit.state != UnitState::ForApproval {
        return Err(EvaluationError::WrongState);
    }
    let to = CampaignUnit { state: UnitState::Returned, reason: Some(reason.to_owned()), ..held.unit.clone() };
    held.put(ground, actor, "returned", to).await
}

/// A unit's own deadline lengthens the one of all; it never shortens it.
fn later_than_all(held: &Held, until: Option<DateTime<Utc>>) -> Result<(), EvaluationError> {
    let sooner = until.zip(held.step.as_ref()).is_some_and(|(until, step)| until < step.due_at);
    if sooner { Err(EvaluationError::NotLater) } else { Ok(()) }
}

/// Returns what was handed in, by the office, until a deadline that lies ahead.
///
/// # Errors
/// When no reason is given, the deadline does not lie ahead, or somebody took a step meanwhile.
pub async fn send_back(
    ground: Ground<'_>,
    actor: &Actor,
    campaign: &str,
    unit: &str,
    reason: &str,
    until: Option<DateTime<Utc>>,
) -> Result<(), EvaluationError> {
    let held = hold(ground, campaign, unit).await?;
    super::scoring::must_hold(ground, actor, Action::Reopen, campaign, unit).await?;
    let reason = given(reason)?;
    let state = held.unit.state.send_back().map_err(|_| EvaluationError::WrongState)?;
    if until.is_some_and(|until| until <= actor.now) {
        return Err(EvaluationError::PastDeadline);
    }
    later_than_all(&held, until)?;
    let to = CampaignUnit { state, reason: Some(reason.to_owned()), extended_to: until.or(held.unit.extended_to), ..held.unit.clone() };
    if to.lock(&held.campaign, held.step.as_ref(), actor.now).is_some() {
        return Err(EvaluationError::PastDeadline);
    }
    held.put(ground, actor, "returned", to).await
}

/// Opens a unit's part again after its deadline, with a reason and until a deadline that lies ahead.
///
/// # Errors
/// When results are approved, or the deadline does not lie ahead.
pub async fn reopen(
    ground: Ground<'_>,
    actor: &Actor,
    campaign: &str,
    unit: &str,
    reason: &str,
    until: DateTime<Utc>,
) -> Result<(), EvaluationError> {
    super::scoring::must_hold(ground, actor, Action::Reopen, campaign, unit).await?;
    let reason = given(reason)?;
    if until <= actor.now {
        return Err(EvaluationError::PastDeadline);
    }
    let held = hold(ground, campaign, unit).await?;
    later_than_all(&held, Some(until))?;
    let state = if held.unit.state == UnitState::Open { UnitState::Open } else { UnitState::Returned };
    let to = CampaignUnit { state, reason: Some(reason.to_owned()), extended_to: Some(until), ..held.unit.clone() };
    if to.lock(&held.campaign, held.step.as_ref(), actor.now).is_some() {
        return Err(EvaluationError::WrongPhase(held.campaign.phase));
    }
    held.put(ground, actor, "reopened", to).await
}

/// Scores a unit without a rank, or ranks it again, with a reason.
///
/// # Errors
/// When results are approved.
pub async fn set_ranked(
    ground: Ground<'_>,
    actor: &Actor,
    campaign: &str,
    unit: &str,
    ranked: bool,
    reason: &str,
) -> Result<(), EvaluationError> {
    let held = hold(ground, campaign, unit).await?;
    must(ground, actor, Action::Change, Thing::Campaign, &held.campaign.owner)?;
    let reason = given(reason)?;
    if held.campaign.phase.is_final() {
        return Err(EvaluationError::WrongPhase(held.campaign.phase));
    }
    let to = CampaignUnit { ranked, reason: Some(reason.to_owned()), ..held.unit.clone() };
    held.put(ground, actor, "rank-changed", to).await
}

/// Names the unit that took the place of one that was merged in the middle of the campaign; its scores stay.
///
/// # Errors
/// When the successor does not exist today, or its own place is taken by this unit.
pub async fn merge(
    ground: Ground<'_>,
    actor: &Actor,
    campaign: &str,
    unit: &str,
    successor: &str,
    reason: &str,
) -> Result<(), EvaluationError> {
    let mut held = hold(ground, campaign, unit).await?;
    must(ground, actor, Action::Change, Thing::Campaign, &held.campaign.owner)?;
    let reason = given(reason)?;
    let level = |unit: &str| ground.units.get(unit).map(|found| found.level);
    // A unit of another level cannot take the place; of a unit that is no more today the level is not known.
    let takes_over = level(successor).is_some_and(|next| level(unit).is_none_or(|own| own == next));
    if successor == unit || !takes_over {
        return Err(EvaluationError::NoSuccessor(ground.units.name(successor)));
    }
    let mut next = store::unit(held.write.conn(), campaign, successor).await?;
    while let Some(one) = next {
        match one.successor.as_deref() {
            Some(after) if after == unit => return Err(EvaluationError::CircularMerger(ground.units.name(successor))),
            Some(after) => next = store::unit(held.write.conn(), campaign, after).await?,
            None => break,
        }
    }
    if held.campaign.phase.is_final() {
        return Err(EvaluationError::WrongPhase(held.campaign.phase));
    }
    let to = CampaignUnit { successor: Some(successor.to_owned()), reason: Some(reason.to_owned()), ..held.unit.clone() };
    held.put(ground, actor, "merged", to).await
}
