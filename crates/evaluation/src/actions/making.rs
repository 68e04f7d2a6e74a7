//! Making a campaign; its calendar; another set for leaves that nobody scored yet.

use std::collections::{BTreeMap, BTreeSet};

use accounts::policy::{Action, Thing};
use accounts::{Actor, Denied};
use composite_index::{Definition, DifferenceKind, NodeId, differences};
use platform::history::{Change, record};
use rust_decimal::Decimal;
use serde_json::json;

use super::{EvaluationError, Ground, given, must, sets};
use crate::model::{AnswerKind, Campaign, CampaignBlock, CampaignUnit, Phase, SetState, Step, UnitState};
use crate::set::CriteriaSet;
use crate::store;

/// A block of a campaign to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBlock {
    /// Code, as in the set's blocks where it has some.
    pub block: String,
    /// Name.
    pub name: String,
    /// Key of the set.
    pub set: String,
    /// Units, with whether each takes a rank.
    pub units: Vec<(String, bool)>,
}

/// A campaign to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCampaign {
    /// Title.
    pub title: String,
    /// The year that is evaluated.
    pub year: i32,
    /// The unit that evaluates.
    pub owner: String,
    /// The campaign of the year before.
    pub follows: Option<String>,
    /// More than this share of the council makes a quorum.
    pub quorum: Decimal,
    /// What units should know.
    pub note: Option<String>,
    /// Made-up figures of a demonstration.
    pub made_up: bool,
    /// Blocks in order.
    pub blocks: Vec<NewBlock>,
    /// The calendar.
    pub steps: Vec<Step>,
}

/// A step ends after it begins, and none begins before the one that comes first.
fn check_steps(steps: &[Step]) -> Result<(), EvaluationError> {
    let mut ordered: Vec<&Step> = steps.iter().collect();
    ordered.sort_by_key(|step| step.phase);
    let bad = steps.iter().any(|step| step.due_at <= step.opens_at || !Phase::TIMED.contains(&step.phase));
    let backwards = ordered.windows(2).any(|pair| pair[1].opens_at < pair[0].opens_at);
    if bad || backwards { Err(EvaluationError::PastDeadline) } else { Ok(()) }
}

/// Takes a unit into a campaign that is being prepared, or leaves it out.
///
/// # Errors
/// When units see the campaign already, or the unit is not below the owner.
pub async fn take_part(ground: Ground<'_>, actor: &Actor, key: &str, block: &str, units: &[String]) -> Result<(), EvaluationError> {
    let mut write = ground.db.write().await?;
    let campaign = store::campaign_held(write.conn(), key).await?.ok_or(Denied::NotFound)?;
    must(ground, actor, Action::Change, Thing::Campaign, &campaign.owner)?;
    if campaign.phase != Phase::Draft {
        return Err(EvaluationError::WrongPhase(campaign.phase));
    }
    if units.is_empty() {
        return Err(EvaluationError::Empty);
    }
    store::blocks(write.conn(), key).await?.into_iter().find(|one| one.block == block).ok_or(Denied::NotFound)?;
    let there = store::units(write.conn(), key).await?;
    let elsewhere = |unit: &String| there.iter().any(|one| one.unit == *unit && one.block != block);
    let below = |unit: &String| ground.units.lineage(unit).is_some_and(|lineage| lineage.units().contains(&campaign.owner));
    let wrong: Vec<String> = units.iter().filter(|unit| elsewhere(unit) || !below(unit)).cloned().collect();
    if !wrong.is_empty() {
        return Err(EvaluationError::Units(wrong));
    }
    let before: Vec<&str> = there.iter().filter(|one| one.block == block).map(|one| one.unit.as_str()).collect();
    for gone in before.iter().filter(|unit| !units.iter().any(|kept| kept == *unit)) {
        store::remove_unit(write.conn(), key, gone).await?;
    }
    for (place, unit) in units.iter().enumerate().filter(|(_, unit)| !before.contains(&unit.as_str())) {
        let row = CampaignUnit {
            unit: unit.clone(),
            block: block.to_owned(),
            name: ground.units.name(unit),
            ranked: true,
            state: UnitState::Open,
            extended_to: None,
            reason: None,
            successor: None,
            changed_at: None,
            version: 1,
        };
        store::insert_unit(write.conn(), key, place, &row).await?;
    }
    let event = Change::new("campaign", key, "units-changed")
        .of_unit(&campaign.owner)
        .before(json!({ "block": block, "units": before }))
        .after(json!({ "block": block, "units": units }));
    record(write.conn(), &actor.source, actor.now, &[event]).await?;
    Ok(write.commit().await?)
}

/// Makes a campaign as a draft; its sets are locked from now on. Answers its key.
///
/// # Errors
/// When nothing is asked of anybody, a unit stands in two blocks or is not below the owner, or a set is withdrawn.
pub async fn make(ground: Ground<'_>, actor: &Actor, new: &NewCampaign) -> Result<String, EvaluationError> {
    must(ground, actor, Action::Make, Thing::Campaign, &new.owner)?;
    check_steps(&new.steps)?;
    if new.blocks.is_empty() || new.blocks.iter().any(|block| block.units.is_empty()) {
        return Err(EvaluationError::Empty);
    }
    if new.quorum < Decimal::ZERO || new.quorum >= Decimal::ONE {
        return Err(EvaluationError::NoQuorum);
    }
    let (mut seen, mut wrong) = (BTreeSet::new(), Vec::new());
    for (unit, _) in new.blocks.iter().flat_map(|block| &block.units) {
        let below = ground.units.lineage(unit).is_some_and(|lineage| lineage.units().contains(&new.owner));
        if !seen.insert(unit.as_str()) || !below {
            wrong.push(unit.clone());
        }
    }
    if !wrong.is_empty() {
        return Err(EvaluationError::Units(wrong));
    }
    let campaign = Campaign {
        key: ground.world.new_id(),
        title: new.title.clone(),
        year: new.year,
        owner: new.owner.clone(),
        phase: Phase::Draft,
        follows: new.follows.clone(),
        quorum: new.quorum,
        note: new.note.clone(),
        made_up: new.made_up,
        version: 1,
    };
    let mut write = ground.db.write().await?;
    store::insert_campaign(write.conn(), &campaign, actor.by(), actor.now).await?;
    let mut events = Vec::new();
    for (position, block) in new.blocks.iter().enumerate() {
        let stored = store::set(write.conn(), &block.set).await?.ok_or(Denied::NotFound)?;
        if stored.state == SetState::Withdrawn {
            return Err(EvaluationError::SetLocked);
        }
        let other = |unit: &str| ground.units.get(unit).is_some_and(|unit| unit.level.word() != stored.level);
        if block.units.iter().any(|(unit, _)| other(unit)) {
            return Err(EvaluationError::OtherLevel { set: stored.title.clone(), block: block.name.clone() });
        }
        events.extend(sets::lock(write.conn(), actor, &stored).await?);
        let row = CampaignBlock { block: block.block.clone(), name: block.name.clone(), set: block.set.clone() };
        store::insert_block(write.conn(), &campaign.key, position, &row).await?;
        for (place, (unit, ranked)) in block.units.iter().enumerate() {
            let row = CampaignUnit {
                unit: unit.clone(),
                block: block.block.clone(),
                name: ground.units.name(unit),
                ranked: *ranked,
                state: UnitState::Open,
                extended_to: None,
                reason: None,
                successor: None,
                changed_at: None,
                version: 1,
            };
            store::insert_unit(write.conn(), &campaign.key, place, &row).await?;
        }
    }
    for step in &new.steps {
        store::put_step(write.conn(), &campaign.key, step).await?;
    }
    let blocks: Vec<_> =
        new.blocks.iter().map(|block| json!({ "block": block.block, "set": block.set, "units": block.units.len() })).collect();
    events.push(
        Change::new("campaign", &campaign.key, "made")
            .of_unit(&new.owner)
            .after(json!({ "title": new.title, "year": new.year, "blocks": blocks, "quorum": new.quorum.to_string() })),
    );
    record(write.conn(), &actor.source, actor.now, &events).await?;
    write.commit().await?;
    Ok(campaign.key)
}

/// Throws a draft away; its sets may be edited again where no other campaign uses them.
///
/// # Errors
/// When units have seen the campaign, or somebody took a step meanwhile.
pub async fn discard(ground: Ground<'_>, actor: &Actor, key: &str, seen: i64) -> Result<(), EvaluationError> {
    let mut write = ground.db.write().await?;
    let campaign = store::campaign_held(write.conn(), key).await?.ok_or(Denied::NotFound)?;
    must(ground, actor, Action::Change, Thing::Campaign, &campaign.owner)?;
    if campaign.phase != Phase::Draft {
        return Err(EvaluationError::WrongPhase(campaign.phase));
    }
    // A campaign that was open before holds what units entered.
    if campaign.version != seen || !store::answer_counts(write.conn(), key).await?.is_empty() {
        return Err(EvaluationError::WrongState);
    }
    let blocks = store::blocks(write.conn(), key).await?;
    store::remove_draft(write.conn(), key).await?;
    let mut events = vec![
        Change::new("campaign", key, "discarded")
            .of_unit(&campaign.owner)
            .before(json!({ "title": campaign.title, "year": campaign.year })),
    ];
    for block in blocks {
        if let Some(stored) = store::set(write.conn(), &block.set).await? {
            events.extend(sets::unlock(write.conn(), actor, &stored).await?);
        }
    }
    record(write.conn(), &actor.source, actor.now, &events).await?;
    Ok(write.commit().await?)
}

/// Changes the calendar of a campaign.
///
/// # Errors
/// When a step ends before it begins, or results are approved.
pub async fn set_steps(ground: Ground<'_>, actor: &Actor, key: &str, steps: &[Step], reason: &str) -> Result<(), EvaluationError> {
    let mut write = ground.db.write().await?;
    let campaign = store::campaign_held(write.conn(), key).await?.ok_or(Denied::NotFound)?;
    must(ground, actor, Action::Change, Thing::Campaign, &campaign.owner)?;
    check_steps(steps)?;
    // Units have read the calendar once the campaign is open; a change of it says why.
    let reason = if campaign.phase == Phase::Draft { reason.trim() } else { given(reason)? };
    let before = store::steps(write.conn(), key).await?;
    for step in steps {
        store::put_step(write.conn(), key, step).await?;
    }
    let told = |steps: &[Step]| {
        json!(
            steps
                .iter()
                .map(|step| json!({ "phase": step.phase.word(), "opens_at": step.opens_at, "due_at": step.due_at }))
                .collect::<Vec<_>>()
        )
    };
    let event = Change::new("campaign", key, "calendar-changed")
        .of_unit(&campaign.owner)
        .before(told(&before))
        .after(told(steps))
        .reason(Some(reason.to_owned()).filter(|reason| !reason.is_empty()));
    record(write.conn(), &actor.source, actor.now, &[event]).await?;
    Ok(write.commit().await?)
}

/// Gives a block of a running campaign another version of its set: by decision, and only where the leaves that differ were not scored yet.
///
/// # Errors
/// Which leaves were scored and would change.
pub async fn swap_set(ground: Ground<'_>, actor: &Actor, key: &str, block: &str, set: &str, decision: &str) -> Result<(), EvaluationError> {
    let mut write = ground.db.write().await?;
    let campaign = store::campaign_held(write.conn(), key).await?.ok_or(Denied::NotFound)?;
    must(ground, actor, Action::Change, Thing::Campaign, &campaign.owner)?;
    let decision = given(decision)?;
    if campaign.phase.is_final() {
        return Err(EvaluationError::WrongPhase(campaign.phase));
    }
    let blocks = store::blocks(write.conn(), key).await?;
    let held = blocks.iter().find(|one| one.block == block).ok_or(Denied::NotFound)?;
    let (earlier, before) = sets::set_of(write.conn(), &held.set).await?;
    let (stored, after) = sets::set_of(write.conn(), set).await?;
    if store::set(write.conn(), &held.set).await?.is_some_and(|before| before.level != stored.level) {
        return Err(EvaluationError::OtherLevel { set: stored.title.clone(), block: held.name.clone() });
    }
    if stored.state == SetState::Withdrawn {
        return Err(EvaluationError::SetLocked);
    }
    let touched = touched(&before, &after, campaign.year);
    let mut scored = Vec::new();
    let mut known: BTreeMap<NodeId, bool> = BTreeMap::new();
    for code in &touched {
        for leaf in before.leaves().into_iter().filter(|leaf| before.is_below(*leaf, code)) {
            let is_scored = match known.get(&leaf) {
                Some(is_scored) => *is_scored,
                None => is_scored(&mut write, key, block, &before, leaf).await?,
            };
            known.insert(leaf, is_scored);
            if is_scored {
                scored.push(code.clone());
                break;
            }
        }
    }
    if !scored.is_empty() {
        return Err(EvaluationError::ScoredLeaves(scored));
    }
    let mut events: Vec<Change> = sets::lock(write.conn(), actor, &stored).await?.into_iter().collect();
    store::set_block_set(write.conn(), key, block, set).await?;
    events.push(
        Change::new("campaign", key, "set-changed")
            .of_unit(&campaign.owner)
            .before(json!({ "block": block, "set": earlier.code }))
            .after(json!({ "block": block, "set": stored.code, "changed": touched }))
            .reason(Some(decision.to_owned())),
    );
    record(write.conn(), &actor.source, actor.now, &events).await?;
    Ok(write.commit().await?)
}

/// Codes of the parts whose points, or whose way into the total, another set changes: leaves with their rule, figures and what is asked, groups with
/// how they join their parts and their bounds, and the total with the rules and bands of the whole. Names and places change nothing, and the
/// maximum of a group follows its parts.
fn touched(before: &CriteriaSet, after: &CriteriaSet, year: i32) -> BTreeSet<String> {
    let (old, new) = (&before.definition, &after.definition);
    let total = &old.nodes[old.total].code;
    let mut touched = BTreeSet::new();
    for one in differences(old, new) {
        let is_group = old.node(&one.code).is_some_and(|node| !old.nodes[node].children.is_empty());
        match one.kind {
            DifferenceKind::Name | DifferenceKind::Order | DifferenceKind::Share => {}
            DifferenceKind::Maximum if is_group => {}
            DifferenceKind::Computation => {
                touched.insert(total.clone());
            }
            _ => {
                touched.insert(one.code);
            }
        }
    }
    let bands = |definition: &Definition| definition.edition(year).or(definition.editions.last()).map(|edition| edition.bands.clone());
    if bands(old) != bands(new) {
        touched.insert(total.clone());
    }
    let asked = |set: &CriteriaSet, code: &str| {
        let asks = set.asks.get(code).cloned().unwrap_or_default();
        (asks.scored_by, asks.evidence, asks.observed)
    };
    for leaf in before.leaves() {
        let code = &old.nodes[leaf].code;
        let changed = before.figures_of(leaf).iter().any(|figure| {
            let figure = &old.figures[*figure];
            new.figure(&figure.code).is_none_or(|other| new.figures[other] != *figure)
        });
        if changed || asked(before, code) != asked(after, code) {
            touched.insert(code.clone());
        }
    }
    touched
}

/// Whether a unit of the block entered something for a leaf, or somebody ruled on it.
async fn is_scored(
    write: &mut platform::Write,
    campaign: &str,
    block: &str,
    set: &crate::set::CriteriaSet,
    leaf: composite_index::NodeId,
) -> Result<bool, EvaluationError> {
    let code = &set.definition.nodes[leaf].code;
    if store::leaf_has_rulings(write.conn(), campaign, block, code).await? {
        return Ok(true);
    }
    let units: BTreeSet<String> =
        store::units(write.conn(), campaign).await?.into_iter().filter(|unit| unit.block == block).map(|unit| unit.unit).collect();
    let mut asked: Vec<(AnswerKind, String)> =
        set.figures_of(leaf).into_iter().map(|figure| (AnswerKind::Figure, set.definition.figures[figure].code.clone())).collect();
    asked.push((AnswerKind::Points, code.clone()));
    for (kind, code) in asked {
        let keys: Vec<&str> = units.iter().map(String::as_str).collect();
        if !store::answers_of_code(write.conn(), campaign, kind, &code, &keys).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}
