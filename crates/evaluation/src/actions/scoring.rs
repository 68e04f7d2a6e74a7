//! The self-score of a unit. Two people in one sheet: whoever saves second sees both versions and chooses; nothing is overwritten in silence.

use std::collections::BTreeMap;
use std::sync::Arc;

use accounts::policy::{Action, Thing};
use accounts::{Actor, Denied};
use composite_index::{NodeId, NodeValue};
use evidence::{Description, Evidence, NewUse, Upload, uses_of_things};
use platform::Conn;
use platform::history::{Change, record};
use registry::{Period, ReportWindow};
use rust_decimal::Decimal;
use serde_json::json;

use super::sheet::{LastYear, Observed, Sheet};
use super::stepping::{Held, hold};
use super::{EvaluationError, Ground, leaf_key, must, sets};
use crate::model::{Answer, AnswerKind, Campaign, CampaignBlock, CampaignUnit, Lock, Phase, Ruling, UnitState, Verdict};
use crate::scoring::{EXPLANATION, Entered, WrongValue, figure_value, is_empty, leaf_by_leaf, leaf_points, points_value};
use crate::set::CriteriaSet;
use crate::store;

/// Kind of record under which leaves cite evidence.
pub(crate) const LEAF: &str = "leaf";

/// What a unit's points come from.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) set: Arc<CriteriaSet>,
    pub(crate) block: CampaignBlock,
    pub(crate) answers: Vec<Answer>,
    pub(crate) observed: BTreeMap<String, Observed>,
    pub(crate) values: Vec<NodeValue>,
}

impl Facts {
    pub(crate) fn explanation(&self, leaf: &str) -> Option<&str> {
        let found = self.answers.iter().find(|answer| answer.kind == AnswerKind::Explanation && answer.code == leaf);
        found.and_then(|answer| answer.value.as_deref())
    }

    pub(crate) fn is_empty(&self, leaf: NodeId) -> bool {
        is_empty(self.values[leaf])
    }
}

/// The observation of a year that counts for a yearly evaluation: the report of the year, then the calendar year, then the latest part of it.
fn standing(period: &str) -> u8 {
    match period.parse::<Period>() {
        Ok(Period::Report(_, ReportWindow::Year)) => 3,
        Ok(Period::Year(_)) => 2,
        Ok(_) => 1,
        Err(_) => 0,
    }
}

/// What the system has of a figure of a leaf, by unit.
pub(super) async fn observed_of(conn: Conn<'_>, indicator: &str, year: i32) -> Result<BTreeMap<String, Observed>, EvaluationError> {
    let mut best: BTreeMap<String, Observed> = BTreeMap::new();
    for (unit, period, value, dataset, source) in store::observations_of(conn, indicator, year).await? {
        let Ok(value) = value.parse::<Decimal>() else { continue };
        if best.get(&unit).is_none_or(|held| (standing(&period), &period) >= (standing(&held.period), &held.period)) {
            best.insert(unit, Observed { indicator: indicator.to_owned(), value, period, dataset, source });
        }
    }
    Ok(best)
}

async fn observed(
    conn: Conn<'_>,
    set: &CriteriaSet,
    campaign: &Campaign,
    unit: &str,
) -> Result<BTreeMap<String, Observed>, EvaluationError> {
    let mut best: BTreeMap<String, Observed> = BTreeMap::new();
    let bound: Vec<(String, String)> =
        set.asks.values().flat_map(|asks| asks.observed.iter().map(|(figure, indicator)| (figure.clone(), indicator.clone()))).collect();
    if bound.is_empty() {
        return Ok(best);
    }
    for (indicator, period, value, dataset, source) in store::observations(conn, unit, campaign.year).await? {
        let Ok(value) = value.parse::<Decimal>() else { continue };
        for (figure, _) in bound.iter().filter(|(_, wanted)| *wanted == indicator) {
            let better = best.get(figure).is_none_or(|held| (standing(&period), &period) >= (standing(&held.period), &held.period));
            if better {
                let new = Observed {
                    indicator: indicator.clone(),
                    value,
                    period: period.clone(),
                    dataset: dataset.clone(),
                    source: source.clone(),
                };
                best.insert(figure.clone(), new);
            }
        }
    }
    Ok(best)
}

/// Reads what a unit's points come from, and computes them.
pub(crate) async fn facts(mut conn: Conn<'_>, campaign: &Campaign, unit: &CampaignUnit) -> Result<Facts, EvaluationError> {
    let blocks = store::blocks(conn.reborrow(), &campaign.key).await?;
    let block = blocks.into_iter().find(|block| block.block == unit.block).ok_or(Denied::NotFound)?;
    let (_, set) = sets::set_of(conn.reborrow(), &block.set).await?;
    let answers = store::answers(conn.reborrow(), &campaign.key, &unit.unit).await?;
    let observed = observed(conn, &set, campaign, &unit.unit).await?;
    let mut entered = Entered::of(&answers);
    // What the unit left empty and the system knows counts already, until it hands in: then it was taken, and what comes later changes nothing.
    let open = unit.state != UnitState::Submitted;
    for (figure, found) in observed.iter().filter(|_| open) {
        if entered.figure(figure).is_none() {
            entered.put(AnswerKind::Figure, figure, Some(&found.value.to_string()));
        }
    }
    let values = leaf_points(&leaf_by_leaf(&set.definition), entered.row(&set.definition, &unit.unit, &unit.block))?;
    Ok(Facts { set, block, answers, observed, values })
}

/// A draft is known to those who prepare it, and to nobody else.
pub(super) fn must_know(ground: Ground<'_>, actor: &Actor, campaign: &Campaign) -> Result<(), EvaluationError> {
    if campaign.phase == Phase::Draft && must(ground, actor, Action::Change, Thing::Campaign, &campaign.owner).is_err() {
        return Err(Denied::NotFound.into());
    }
    Ok(())
}

/// The right to see a unit's part: of the unit, of the one that took its place, and of those who look after the campaign.
pub(super) fn must_see(ground: Ground<'_>, actor: &Actor, campaign: &Campaign, part: &CampaignUnit) -> Result<(), EvaluationError> {
    if part.holders().any(|unit| super::may(ground, actor, Action::See, Thing::Score, unit)) {
        return Ok(());
    }
    // A unit that is gone has nobody of its own.
    let at = if ground.units.get(&part.unit).is_none() { campaign.owner.as_str() } else { part.unit.as_str() };
    must(ground, actor, Action::See, Thing::Score, at)
}

/// The right to act on a unit's part, held on the unit or on the one that took its place.
pub(crate) async fn must_hold(
    ground: Ground<'_>,
    actor: &Actor,
    action: Action,
    campaign: &str,
    unit: &str,
) -> Result<(), EvaluationError> {
    if super::may(ground, actor, action, Thing::Score, unit) {
        return Ok(());
    }
    let mut read = ground.db.read().await?;
    let successor = store::unit(read.conn(), campaign, unit).await?.and_then(|part| part.successor);
    must(ground, actor, action, Thing::Score, successor.as_deref().unwrap_or(unit))
}

/// Whether the person sees what appraisers and the council say at any time. A unit hears it with the phase of explanations and with the approval;
/// what is said in between is the appraisers' own until then.
pub(super) fn hears_all(ground: Ground<'_>, actor: &Actor, campaign: &Campaign) -> bool {
    super::may(ground, actor, Action::See, Thing::Appraisal, &campaign.owner)
}

/// The sheet of a unit, if the person may see it.
///
/// # Errors
/// "Not found" where the person may not know of it.
pub async fn sheet(ground: Ground<'_>, actor: &Actor, campaign: &str, unit: &str) -> Result<Sheet, EvaluationError> {
    let mut read = ground.db.read().await?;
    let found = store::campaign(read.conn(), campaign).await?.ok_or(Denied::NotFound)?;
    let part = store::unit(read.conn(), campaign, unit).await?.ok_or(Denied::NotFound)?;
    must_see(ground, actor, &found, &part)?;
    must_know(ground, actor, &found)?;
    let facts = facts(read.conn(), &found, &part).await?;
    let mut rulings: BTreeMap<String, Ruling> =
        store::rulings_of_unit(read.conn(), campaign, unit).await?.into_iter().map(|one| (one.leaf.clone(), one)).collect();
    if found.phase.is_closed_talk() && !hears_all(ground, actor, &found) {
        rulings.clear();
    }
    let uses = uses_of_things(read.conn(), LEAF, &format!("{campaign}/{unit}/")).await?;
    let steps = store::steps(read.conn(), campaign).await?;
    let last = last_year(read.conn(), &found, unit, &facts.set).await?;
    Ok(Sheet {
        campaign: found,
        steps,
        block: facts.block,
        successor: part.successor.as_deref().map(|successor| ground.units.name(successor)),
        unit: part,
        set: facts.set,
        answers: facts.answers,
        observed: facts.observed,
        values: facts.values,
        rulings,
        uses,
        last,
    })
}

/// The leaves of the unit's set as they stood in the campaign before: those of the same code and name, because another year's set may give a code
/// to another criterion.
async fn last_year(
    mut conn: Conn<'_>,
    campaign: &Campaign,
    unit: &str,
    now: &CriteriaSet,
) -> Result<BTreeMap<String, LastYear>, EvaluationError> {
    let mut last = BTreeMap::new();
    let Some(before) = &campaign.follows else { return Ok(last) };
    let (Some(before), Some(part)) = (store::campaign(conn.reborrow(), before).await?, store::unit(conn.reborrow(), before, unit).await?)
    else {
        return Ok(last);
    };
    let facts = facts(conn.reborrow(), &before, &part).await?;
    let rulings = store::rulings_of_unit(conn, &before.key, unit).await?;
    for leaf in facts.set.leaves() {
        let code = &facts.set.definition.nodes[leaf].code;
        let name = |set: &CriteriaSet, leaf: NodeId| viet_text::fold(set.name(leaf, ui::Lang::Vi));
        let Some(here) = now.leaf(code).filter(|here| name(now, *here) == name(&facts.set, leaf)) else { continue };
        let ruling = rulings.iter().find(|one| one.leaf == *code);
        let figures = facts.set.figures_of(leaf).into_iter().filter_map(|figure| {
            let code = &facts.set.definition.figures[figure].code;
            let found = facts.answers.iter().find(|answer| answer.kind == AnswerKind::Figure && answer.code == *code)?;
            Some((code.clone(), found.value.as_ref()?.parse().ok()?))
        });
        let one = LastYear {
            own: facts.values[leaf].ok(),
            decided: ruling.and_then(|one| one.points),
            words: ruling.filter(|one| one.verdict != Verdict::Agree).and_then(|one| one.reason.clone()),
            figures: figures.collect(),
            other_maximum: facts.set.most(leaf).filter(|most| now.most(here) != Some(*most)),
        };
        last.insert(code.clone(), one);
    }
    Ok(last)
}

/// Something to be saved. `seen` is the version that the person saw; 0 for what was not there. An empty text takes it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: AnswerKind,
    /// Code of the figure or the leaf.
    pub code: String,
    /// The version that the person saw.
    pub seen: i64,
    /// As it was typed.
    pub text: String,
}

/// Something that somebody else entered meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What stands there now.
    pub saved: Answer,
    /// What the person wanted to save.
    pub own: Entry,
}

/// The field of an entry on the page and in answers of the API.
#[must_use]
pub fn field_of(kind: AnswerKind, code: &str) -> String {
    let prefix = match kind {
        AnswerKind::Figure => "so",
        AnswerKind::Points => "diem",
        AnswerKind::Explanation => "giai-trinh",
    };
    format!("{prefix}.{code}")
}

/// Saves what a unit enters: all of it, or nothing when a value is refused or somebody else changed one meanwhile. What stays the same leaves
/// no trace. Answers how many changed.
///
/// # Errors
/// When the actor may not, the deadline has passed, values are refused, or others entered the same.
pub async fn save(ground: Ground<'_>, actor: &Actor, campaign: &str, unit: &str, entries: &[Entry]) -> Result<usize, EvaluationError> {
    must_hold(ground, actor, Action::Change, campaign, unit).await?;
    let mut held = hold(ground, campaign, unit).await?;
    if let Some(lock) = held.unit.lock(&held.campaign, held.step.as_ref(), actor.now) {
        return Err(EvaluationError::Locked(lock));
    }
    let blocks = store::blocks(held.write.conn(), campaign).await?;
    let block = blocks.into_iter().find(|block| block.block == held.unit.block).ok_or(Denied::NotFound)?;
    let (_, set) = sets::set_of(held.write.conn(), &block.set).await?;
    let there: BTreeMap<(AnswerKind, String), Answer> = store::answers(held.write.conn(), campaign, unit)
        .await?
        .into_iter()
        .map(|answer| ((answer.kind, answer.code.clone()), answer))
        .collect();
    let (mut changed, mut conflicts, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries {
        let value = match value_of(&set, &held.unit.block, entry) {
            Ok(value) => value,
            Err(why) => {
                wrong.push((field_of(entry.kind, &entry.code), why));
                continue;
            }
        };
        let saved = there.get(&(entry.kind, entry.code.clone()));
        match saved {
            // The same form sent twice, or two people of one mind.
            Some(saved) if saved.value == value => {}
            None if value.is_none() => {}
            Some(saved) if saved.version != entry.seen => conflicts.push(Conflict { saved: saved.clone(), own: entry.clone() }),
            _ => changed.push((entry, value, saved)),
        }
    }
    if !wrong.is_empty() {
        return Err(EvaluationError::Values(wrong));
    }
    if !conflicts.is_empty() {
        return Err(EvaluationError::Conflicts(conflicts));
    }
    let mut events = Vec::with_capacity(changed.len());
    for (entry, value, saved) in &changed {
        let put = store::Put { kind: entry.kind, code: &entry.code, value: value.as_deref(), dataset: None, by: actor.by(), at: actor.now };
        store::put_answer(held.write.conn(), campaign, unit, &put).await?;
        let thing = format!("{campaign}/{unit}/{}", field_of(entry.kind, &entry.code));
        let mut event = Change::new("campaign_answer", thing, "entered").of_unit(unit).after(json!({ "value": value }));
        if let Some(saved) = saved {
            event = event.before(json!({ "value": saved.value, "dataset": saved.dataset }));
        }
        events.push(event);
    }
    record(held.write.conn(), &actor.source, actor.now, &events).await?;
    held.write.commit().await?;
    Ok(changed.len())
}

/// The exact text of what was typed; nothing where it was emptied.
fn value_of(set: &CriteriaSet, block: &str, entry: &Entry) -> Result<Option<String>, WrongValue> {
    let text = entry.text.trim();
    match entry.kind {
        AnswerKind::Figure => {
            let figure = set.definition.figure(&entry.code).ok_or(WrongValue::NoSuchLeaf)?;
            // A figure is the unit's where a leaf that the unit scores asks for it.
            let own = |leaf: &NodeId| {
                set.is_for(*leaf, block) && set.scorer(*leaf) == crate::set::Scorer::Unit && set.figures_of(*leaf).contains(&figure)
            };
            if !set.leaves().iter().any(own) {
                return Err(WrongValue::NoSuchLeaf);
            }
            if text.is_empty() {
                return Ok(None);
            }
            figure_value(&set.definition, figure, text).map(|value| Some(value.to_string()))
        }
        AnswerKind::Points => {
            let leaf = set
                .leaf(&entry.code)
                .filter(|leaf| set.is_typed_points(*leaf) && set.is_for(*leaf, block))
                .ok_or(WrongValue::NoSuchLeaf)?;
            // Points of surveys and other agencies come from the office.
            if set.scorer(leaf) != crate::set::Scorer::Unit {
                return Err(WrongValue::NoSuchLeaf);
            }
            if text.is_empty() {
                return Ok(None);
            }
            points_value(set, leaf, text).map(|value| Some(value.to_string()))
        }
        AnswerKind::Explanation => {
            set.leaf(&entry.code).filter(|leaf| set.is_for(*leaf, block)).ok_or(WrongValue::NoSuchLeaf)?;
            if text.chars().count() > EXPLANATION {
                return Err(WrongValue::TooLong(EXPLANATION));
            }
            Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
        }
    }
}

/// What a leaf is to cite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation<'a> {
    /// The campaign.
    pub campaign: &'a str,
    /// The unit.
    pub unit: &'a str,
    /// Code of the leaf.
    pub leaf: &'a str,
    /// Key of the evidence; its newest version is cited.
    pub evidence: &'a str,
    /// Page or section.
    pub cited: Option<String>,
}

/// Lets a leaf cite the newest version of a piece of evidence. While explanations are asked for, files may be added to what was handed in.
///
/// # Errors
/// When the unit may not enter now, there is no such leaf, or the evidence cannot be cited.
pub async fn cite(ground: Ground<'_>, evidence: &Evidence, actor: &Actor, new: &Citation<'_>) -> Result<(), EvaluationError> {
    let mut held = open_for_citing(ground, actor, (new.campaign, new.unit, new.leaf)).await?;
    let thing = leaf_key(new.campaign, new.unit, new.leaf);
    let made = NewUse { kind: LEAF, thing: &thing, evidence: new.evidence, position: None, cited: new.cited.clone() };
    let event = evidence::cite(evidence, held.write.conn(), actor, &made).await?;
    record(held.write.conn(), &actor.source, actor.now, &[event]).await?;
    Ok(held.write.commit().await?)
}

/// Adds a file as a piece of evidence of the unit, unless the unit has it already under the same description, and lets a leaf cite it. Nothing is kept of the file where the leaf could not cite it now.
///
/// # Errors
/// When the unit may not enter now, there is no such leaf, or the file is refused.
pub async fn cite_file(
    ground: Ground<'_>,
    evidence: &Evidence,
    actor: &Actor,
    (campaign, unit, leaf): (&str, &str, &str),
    (about, upload): (&Description, Upload),
) -> Result<(), EvaluationError> {
    let held = open_for_citing(ground, actor, (campaign, unit, leaf)).await?;
    // A unit that was merged since keeps nothing of its own: what is added belongs to the one that took its place.
    let keeper = held.unit.holders().filter(|unit| ground.units.get(unit).is_some()).last().unwrap_or(unit).to_owned();
    drop(held);
    let key = evidence::add_once(evidence, actor, &keeper, about, upload).await?;
    cite(ground, evidence, actor, &Citation { campaign, unit, leaf, evidence: &key, cited: None }).await
}

/// The part of a unit, held, where a leaf of it can take evidence now.
async fn open_for_citing(ground: Ground<'_>, actor: &Actor, (campaign, unit, leaf): (&str, &str, &str)) -> Result<Held, EvaluationError> {
    must_hold(ground, actor, Action::Change, campaign, unit).await?;
    let mut held = hold(ground, campaign, unit).await?;
    let explains = held.campaign.phase == Phase::Explanation;
    let lock = held.unit.lock(&held.campaign, held.step.as_ref(), actor.now).filter(|_| !explains);
    if let Some(lock) = lock.filter(|lock| *lock != Lock::ForApproval) {
        return Err(EvaluationError::Locked(lock));
    }
    if explains {
        held.must_be_in_time(actor).await?;
    }
    let blocks = store::blocks(held.write.conn(), campaign).await?;
    let block = blocks.into_iter().find(|block| block.block == held.unit.block).ok_or(Denied::NotFound)?;
    let (_, set) = sets::set_of(held.write.conn(), &block.set).await?;
    // The signed sheet stands at the total.
    let whole = set.definition.nodes[set.definition.total].code == leaf;
    // The sheet is signed when the figures stand still: while it lies before the head, the signed copy is all that can be added.
    if let Some(lock) = lock.filter(|_| !whole) {
        return Err(EvaluationError::Locked(lock));
    }
    set.leaf(leaf)
        .filter(|_| !whole)
        .or(whole.then_some(set.definition.total))
        .ok_or_else(|| EvaluationError::NoSuchLeaf(leaf.to_owned()))?;
    Ok(held)
}

/// Ends a use of evidence by a leaf of the unit.
///
/// # Errors
/// When the unit may not enter now, there is no such use, or a submission locked it.
pub async fn uncite(ground: Ground<'_>, actor: &Actor, campaign: &str, unit: &str, key: &str) -> Result<(), EvaluationError> {
    must_hold(ground, actor, Action::Change, campaign, unit).await?;
    let mut held = hold(ground, campaign, unit).await?;
    let explains = held.campaign.phase == Phase::Explanation;
    let lock = held.unit.lock(&held.campaign, held.step.as_ref(), actor.now).filter(|_| !explains);
    if let Some(lock) = lock.filter(|lock| *lock != Lock::ForApproval) {
        return Err(EvaluationError::Locked(lock));
    }
    if explains {
        held.must_be_in_time(actor).await?;
    }
    // While the sheet lies before the head, a wrong copy of the signed sheet can be taken away, and nothing else.
    let uses = format!("{campaign}/{unit}/");
    if let Some(lock) = lock {
        let blocks = store::blocks(held.write.conn(), campaign).await?;
        let block = blocks.into_iter().find(|block| block.block == held.unit.block).ok_or(Denied::NotFound)?;
        let (_, set) = sets::set_of(held.write.conn(), &block.set).await?;
        let signed = leaf_key(campaign, unit, &set.definition.nodes[set.definition.total].code);
        let found = evidence::uses_of_things(held.write.conn(), LEAF, &uses).await?;
        if !found.iter().any(|one| one.key == key && one.thing == signed) {
            return Err(EvaluationError::Locked(lock));
        }
    }
    let event = evidence::uncite(held.write.conn(), LEAF, &uses, key).await?;
    record(held.write.conn(), &actor.source, actor.now, &[event]).await?;
    Ok(held.write.commit().await?)
}
