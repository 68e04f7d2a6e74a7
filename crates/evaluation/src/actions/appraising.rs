//! Appraisal: opinions on leaves, in threads; nothing is changed or taken out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use accounts::policy::{Action, Thing};
use accounts::{Actor, Denied};
use composite_index::{Gap, NodeId};
use platform::Conn;
use platform::history::{Change, record};
use rust_decimal::Decimal;
use serde_json::json;

use super::{EvaluationError, Ground, given, leaf_key, may, must, sets};
use crate::model::{Assignment, Campaign, CampaignUnit, Duty, Opinion, Phase, Ruling, Side, UnitState, Verdict};
use crate::scoring::{WrongValue, within};
use crate::set::{CriteriaSet, Scorer};
use crate::store;

/// What somebody says of a leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What.
    pub verdict: Verdict,
    /// Other points.
    pub points: Option<Decimal>,
    /// Why, or what is asked.
    pub reason: String,
}

/// An opinion to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOpinion<'a> {
    /// The campaign.
    pub campaign: &'a str,
    /// The unit.
    pub unit: &'a str,
    /// Code of the leaf.
    pub leaf: &'a str,
    /// Number of opinions that the person saw; another number means that somebody spoke meanwhile.
    pub seen: i64,
    /// What is said.
    pub said: Said,
}

/// Whether an assignment covers a leaf of a unit.
pub(super) fn covers(assignment: &Assignment, set: &CriteriaSet, leaf: NodeId, unit: &CampaignUnit) -> bool {
    assignment.unit.as_deref().is_none_or(|only| only == unit.unit)
        && assignment.block.as_deref().is_none_or(|only| only == unit.block)
        && set.is_below(leaf, &assignment.node)
}

/// On which side a person speaks on a leaf in this phase.
struct Voice {
    side: Side,
}

/// Whether a person has a say on a leaf of a unit now. Whether points and words are in order, the act asks.
///
/// # Errors
/// When the database does not answer.
pub async fn speaks(ground: Ground<'_>, actor: &Actor, found: &super::Sheet, leaf: NodeId) -> Result<bool, EvaluationError> {
    let owner = &found.campaign.owner;
    if !may(ground, actor, Action::Change, Thing::Appraisal, owner) {
        return Ok(false);
    }
    let mut read = ground.db.read().await?;
    match voice(ground, actor, read.conn(), &found.campaign, &found.set, leaf, &found.unit).await {
        Ok(voice) => Ok(found.unit.state == UnitState::Submitted || !matches!(voice.side, Side::Appraiser | Side::SecondReader)),
        Err(EvaluationError::Db(error)) => Err(error.into()),
        Err(_) => Ok(false),
    }
}

async fn voice(
    ground: Ground<'_>,
    actor: &Actor,
    mut conn: Conn<'_>,
    campaign: &Campaign,
    set: &CriteriaSet,
    leaf: NodeId,
    unit: &CampaignUnit,
) -> Result<Voice, EvaluationError> {
    let phase = campaign.phase;
    // Survey results and points of other agencies are put in by the office, whoever appraises the rest.
    let office = set.scorer(leaf) != Scorer::Unit && may(ground, actor, Action::Change, Thing::Campaign, &campaign.owner);
    match phase {
        Phase::Scoring | Phase::Appraisal | Phase::Explanation | Phase::SecondAppraisal | Phase::Council if office => {
            return Ok(Voice { side: Side::Office });
        }
        Phase::Council | Phase::Appeal => {
            must(ground, actor, Action::Decide, Thing::Appraisal, &campaign.owner)?;
            let members = store::members(conn.reborrow(), &campaign.key).await?;
            let by = actor.by();
            if by != "program" && !members.iter().any(|member| member.account == by) {
                return Err(EvaluationError::NotAssigned);
            }
            if phase == Phase::Appeal {
                let code = &set.definition.nodes[leaf].code;
                let accepted = |one: &crate::model::Appeal| one.unit == unit.unit && one.leaf == *code && one.accepted == Some(true);
                if !store::appeals(conn, &campaign.key).await?.iter().any(accepted) {
                    return Err(EvaluationError::NotAppealed);
                }
            }
            return Ok(Voice { side: Side::Council });
        }
        Phase::Appraisal | Phase::SecondAppraisal => {}
        _ => return Err(EvaluationError::WrongPhase(phase)),
    }
    must(ground, actor, Action::Make, Thing::Appraisal, &campaign.owner)?;
    if actor.by() == "program" {
        return Ok(Voice { side: Side::Appraiser });
    }
    let assignments = store::assignments(conn.reborrow(), &campaign.key).await?;
    let own = |duty: Duty| assignments.iter().any(|one| one.account == actor.by() && one.duty == duty && covers(one, set, leaf, unit));
    if own(Duty::Appraiser) {
        Ok(Voice { side: Side::Appraiser })
    } else if own(Duty::SecondReader) {
        Ok(Voice { side: Side::SecondReader })
    } else {
        Err(EvaluationError::NotAssigned)
    }
}

/// Refuses who belongs to the unit: nobody judges their own house. The try is recorded.
pub(super) async fn must_be_a_stranger(
    ground: Ground<'_>,
    actor: &Actor,
    campaign: &Campaign,
    unit: &str,
    leaf: &str,
) -> Result<(), EvaluationError> {
    if actor.by() == "program" {
        return Ok(());
    }
    let mut write = ground.db.write().await?;
    if !has_interest(write.conn(), actor.by(), actor.today(), &campaign.key, unit).await? {
        return Ok(());
    }
    let change = Change::new("campaign_ruling", leaf_key(&campaign.key, unit, leaf), "refused-own-unit")
        .of_unit(unit)
        .after(json!({ "unit": ground.units.name(unit), "leaf": leaf }));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    write.commit().await?;
    Err(EvaluationError::OwnUnit)
}

/// Whether an account belongs to a unit, or to the one that took its place and answers for its points.
pub(super) async fn has_interest(
    mut conn: Conn<'_>,
    account: &str,
    day: chrono::NaiveDate,
    campaign: &str,
    unit: &str,
) -> Result<bool, EvaluationError> {
    let own = store::own_units(conn.reborrow(), account, day).await?;
    let is_own = |held: &str| own.iter().any(|one| one == held);
    // A unit may have gone into one that went into another since; no merger leads back.
    let mut at = Some(unit.to_owned());
    while let Some(held) = at {
        if is_own(&held) {
            return Ok(true);
        }
        at = store::unit(conn.reborrow(), campaign, &held).await?.and_then(|part| part.successor);
    }
    Ok(false)
}

/// The set of a unit's block.
async fn set_of_unit(mut conn: Conn<'_>, campaign: &str, unit: &CampaignUnit) -> Result<Arc<CriteriaSet>, EvaluationError> {
    let blocks = store::blocks(conn.reborrow(), campaign).await?;
    let block = blocks.into_iter().find(|block| block.block == unit.block).ok_or(Denied::NotFound)?;
    Ok(sets::set_of(conn, &block.set).await?.1)
}

/// Says something of a leaf: an appraiser, a second reader, the council, or the office for survey and external points.
///
/// # Errors
/// When the person has an interest in the unit (recorded), the leaf is not theirs, it is not the time, points are outside the leaf's, no reason
/// is given where one must be, or somebody spoke since the page was opened.
pub async fn give(ground: Ground<'_>, actor: &Actor, new: &NewOpinion<'_>) -> Result<(), EvaluationError> {
    let mut read = ground.db.read().await?;
    let campaign = store::campaign(read.conn(), new.campaign).await?.ok_or(Denied::NotFound)?;
    drop(read);
    must(ground, actor, Action::Change, Thing::Appraisal, &campaign.owner)?;
    must_be_a_stranger(ground, actor, &campaign, new.unit, new.leaf).await?;
    let mut held = super::stepping::hold(ground, new.campaign, new.unit).await?;
    let set = set_of_unit(held.write.conn(), new.campaign, &held.unit).await?;
    let leaf = set.leaf(new.leaf).filter(|leaf| set.is_for(*leaf, &held.unit.block));
    let leaf = leaf.ok_or_else(|| EvaluationError::NoSuchLeaf(new.leaf.to_owned()))?;
    let (campaign, unit) = (held.campaign.clone(), held.unit.clone());
    let voice = voice(ground, actor, held.write.conn(), &campaign, &set, leaf, &unit).await?;
    if !new.said.verdict.fits(campaign.phase) {
        return Err(EvaluationError::NoQuestionNow);
    }
    let handed_in = unit.state == UnitState::Submitted || voice.side != Side::Appraiser && voice.side != Side::SecondReader;
    if !handed_in {
        return Err(EvaluationError::NotHandedIn);
    }
    let before = store::ruling(held.write.conn(), new.campaign, new.unit, new.leaf).await?;
    if before.as_ref().map_or(0, |ruling| ruling.opinions) != new.seen {
        return Err(EvaluationError::SpokenMeanwhile);
    }
    // Points that count for nothing would be lost without a word.
    if new.said.points.is_some() && new.said.verdict != Verdict::Set {
        return Err(EvaluationError::Values(vec![("diem".to_owned(), WrongValue::PointsNotAsked)]));
    }
    if new.said.verdict == Verdict::Applicable && before.as_ref().is_none_or(|before| before.verdict != Verdict::NotApplicable) {
        return Err(EvaluationError::NotLeftOut);
    }
    // The council and the second reader agree to what stands: also to a criterion that does not apply.
    let keeps = |before: &&Ruling| {
        before.verdict == Verdict::NotApplicable
            && new.said.verdict == Verdict::Agree
            && matches!(voice.side, Side::Council | Side::SecondReader)
    };
    let kept = before.as_ref().filter(keeps);
    // Points that somebody gave stay given where others agree to them: whatever the set says of an absent subject, they count.
    let given = before.as_ref().filter(|before| {
        before.verdict == Verdict::Set
            && new.said.verdict == Verdict::Agree
            && (matches!(voice.side, Side::Council | Side::SecondReader) || before.side == Side::Office)
    });
    let verdict = kept.map_or(new.said.verdict, |before| before.verdict);
    let points = match verdict {
        Verdict::Agree => {
            let facts = super::scoring::facts(held.write.conn(), &campaign, &unit).await?;
            // The council agrees to what the appraisers say, and everybody to what the office put in.
            let standing = before
                .as_ref()
                .filter(|before| matches!(voice.side, Side::Council | Side::SecondReader) || before.side == Side::Office)
                .and_then(|ruling| ruling.points);
            match facts.values[leaf] {
                // By the set's own rule the leaf does not apply to the unit; that too can be agreed to.
                Err(Gap::NotApplicable(_)) if standing.is_none() => None,
                own => Some(standing.or(own.ok()).ok_or(EvaluationError::NoPoints)?),
            }
        }
        Verdict::Set => {
            let points = new.said.points.ok_or(EvaluationError::Values(vec![("diem".to_owned(), WrongValue::NoPoints)]))?;
            Some(within(&set, leaf, points).map_err(|why| EvaluationError::Values(vec![("diem".to_owned(), why)]))?)
        }
        Verdict::Ask | Verdict::NotApplicable | Verdict::Applicable => None,
        Verdict::Answer => return Err(EvaluationError::WrongPhase(campaign.phase)),
    };
    let reason = match (new.said.reason.trim(), kept) {
        ("", Some(before)) => before.reason.as_deref().unwrap_or_default(),
        (reason, _) => reason,
    };
    // Only who agrees, and who puts a survey result in, may keep silent.
    if reason.is_empty() && new.said.verdict != Verdict::Agree && voice.side != Side::Office {
        return Err(EvaluationError::NoReason);
    }
    let key = ground.world.new_id();
    let opinion = store::NewOpinion {
        key: &key,
        unit: new.unit,
        leaf: new.leaf,
        phase: campaign.phase,
        side: voice.side,
        verdict,
        points,
        reason: Some(reason).filter(|reason| !reason.is_empty()),
        account: actor.by(),
        at: actor.now,
    };
    let ruled =
        given.map(|given| store::NewOpinion { verdict: given.verdict, reason: opinion.reason.or(given.reason.as_deref()), ..opinion });
    let event =
        say_and_rule(held.write.conn(), &campaign, before.as_ref(), (&opinion, &ruled.unwrap_or(opinion)), new.said.verdict).await?;
    record(held.write.conn(), &actor.source, actor.now, &[event]).await?;
    // What a second reader changes is not changed behind the back of the first.
    let first = before.as_ref().filter(|before| voice.side == Side::SecondReader && before.side == Side::Appraiser);
    if let Some(first) = first.filter(|first| points != first.points) {
        let name = set.name(leaf, ui::Lang::Vi);
        crate::telling::at_second_reading(held.write.conn(), ground, actor, &campaign, &unit, name, &first.account, &key).await?;
    }
    if new.said.verdict == Verdict::Ask {
        crate::telling::at_question(held.write.conn(), ground, actor, &campaign, &unit, set.name(leaf, ui::Lang::Vi), &key).await?;
    }
    Ok(held.write.commit().await?)
}

/// Writes an opinion and the ruling that follows; answers the event.
pub(super) async fn say(
    conn: Conn<'_>,
    campaign: &Campaign,
    before: Option<&Ruling>,
    opinion: &store::NewOpinion<'_>,
) -> Result<Change, EvaluationError> {
    say_and_rule(conn, campaign, before, (opinion, opinion), opinion.verdict).await
}

/// The same where the ruling that stands has other words than the opinion, and both than what was said: who agrees to given points leaves them
/// given.
async fn say_and_rule(
    mut conn: Conn<'_>,
    campaign: &Campaign,
    before: Option<&Ruling>,
    (opinion, ruled): (&store::NewOpinion<'_>, &store::NewOpinion<'_>),
    said: Verdict,
) -> Result<Change, EvaluationError> {
    store::insert_opinion(conn.reborrow(), &campaign.key, opinion).await?;
    store::put_ruling(conn, &campaign.key, ruled, said).await?;
    let mut event = Change::new("campaign_ruling", leaf_key(&campaign.key, opinion.unit, opinion.leaf), "ruled")
        .of_unit(opinion.unit)
        .after(json!({
            "side": opinion.side.word(), "verdict": opinion.verdict.word(), "points": opinion.points.map(|points| points.to_string()),
        }))
        .reason(opinion.reason.map(str::to_owned));
    if let Some(before) = before {
        event = event.before(json!({
            "side": before.side.word(), "verdict": before.verdict.word(), "points": before.points.map(|points| points.to_string()),
        }));
    }
    Ok(event)
}

/// The unit explains a leaf in the phase of explanations.
///
/// # Errors
/// When it is not the time, or nothing is said.
pub async fn answer(ground: Ground<'_>, actor: &Actor, campaign: &str, unit: &str, leaf: &str, words: &str) -> Result<(), EvaluationError> {
    super::scoring::must_hold(ground, actor, Action::Change, campaign, unit).await?;
    let words = given(words)?;
    let mut held = super::stepping::hold(ground, campaign, unit).await?;
    if held.campaign.phase != Phase::Explanation {
        return Err(EvaluationError::WrongPhase(held.campaign.phase));
    }
    held.must_be_in_time(actor).await?;
    let before = store::ruling(held.write.conn(), campaign, unit, leaf).await?;
    let before = before.ok_or_else(|| EvaluationError::NoSuchLeaf(leaf.to_owned()))?;
    let key = ground.world.new_id();
    let opinion = store::NewOpinion {
        key: &key,
        unit,
        leaf,
        phase: held.campaign.phase,
        side: Side::Unit,
        verdict: Verdict::Answer,
        points: None,
        reason: Some(words),
        account: actor.by(),
        at: actor.now,
    };
    let campaign = held.campaign.clone();
    let event = say(held.write.conn(), &campaign, Some(&before), &opinion).await?;
    record(held.write.conn(), &actor.source, actor.now, &[event]).await?;
    Ok(held.write.commit().await?)
}

/// Agrees to the self-score of every leaf of a unit that was given to the person and on which nobody has ruled. Answers how many.
///
/// # Errors
/// When the person has an interest in the unit, or it is not the time.
pub async fn agree_to_all(ground: Ground<'_>, actor: &Actor, campaign: &str, unit: &str, below: &str) -> Result<usize, EvaluationError> {
    let mut read = ground.db.read().await?;
    let found = store::campaign(read.conn(), campaign).await?.ok_or(Denied::NotFound)?;
    must(ground, actor, Action::Make, Thing::Appraisal, &found.owner)?;
    drop(read);
    must_be_a_stranger(ground, actor, &found, unit, below).await?;
    let mut held = super::stepping::hold(ground, campaign, unit).await?;
    let (campaign, part) = (held.campaign.clone(), held.unit.clone());
    if !matches!(campaign.phase, Phase::Appraisal | Phase::SecondAppraisal) || part.state != UnitState::Submitted {
        return Err(EvaluationError::WrongPhase(campaign.phase));
    }
    let facts = super::scoring::facts(held.write.conn(), &campaign, &part).await?;
    let ruled: BTreeSet<String> =
        store::rulings_of_unit(held.write.conn(), &campaign.key, unit).await?.into_iter().map(|ruling| ruling.leaf).collect();
    let assignments = store::assignments(held.write.conn(), &campaign.key).await?;
    let mine = |leaf: NodeId| {
        actor.by() == "program"
            || assignments
                .iter()
                .any(|one| one.account == actor.by() && one.duty == Duty::Appraiser && covers(one, &facts.set, leaf, &part))
    };
    let mut events = Vec::new();
    for leaf in facts.set.leaves() {
        let code = facts.set.definition.nodes[leaf].code.clone();
        if ruled.contains(&code) || !facts.set.is_below(leaf, below) || !facts.set.is_for(leaf, &part.block) || !mine(leaf) {
            continue;
        }
        let points = match facts.values[leaf] {
            Ok(points) => Some(points),
            Err(Gap::NotApplicable(_)) => None,
            Err(_) => continue,
        };
        let key = ground.world.new_id();
        let opinion = store::NewOpinion {
            key: &key,
            unit,
            leaf: &code,
            phase: campaign.phase,
            side: Side::Appraiser,
            verdict: Verdict::Agree,
            points,
            reason: None,
            account: actor.by(),
            at: actor.now,
        };
        events.push(say(held.write.conn(), &campaign, None, &opinion).await?);
    }
    record(held.write.conn(), &actor.source, actor.now, &events).await?;
    held.write.commit().await?;
    Ok(events.len())
}

/// Threads of a unit, by code of the leaf. The right to see the unit was asked with its sheet.
///
/// # Errors
/// "Not found" where the person may not know of the appraisal.
pub async fn unit_threads(
    ground: Ground<'_>,
    actor: &Actor,
    campaign: &Campaign,
    unit: &str,
) -> Result<BTreeMap<String, Vec<Opinion>>, EvaluationError> {
    let at = if ground.units.get(unit).is_some() { unit } else { campaign.owner.as_str() };
    if !may(ground, actor, Action::See, Thing::Appraisal, at) {
        return Ok(BTreeMap::new());
    }
    let mut read = ground.db.read().await?;
    let mut threads: BTreeMap<String, Vec<Opinion>> = BTreeMap::new();
    let hears_all = super::scoring::hears_all(ground, actor, campaign);
    for opinion in store::threads(read.conn(), &campaign.key, unit).await? {
        // What was said in explanations stays heard while appraisers look a second time.
        let told = !campaign.phase.is_closed_talk() || campaign.phase > Phase::Explanation && opinion.phase <= Phase::Explanation;
        if !told && !hears_all {
            continue;
        }
        threads.entry(opinion.leaf.clone()).or_default().push(opinion);
    }
    Ok(threads)
}

/// The sample that a second reader looks at: every n-th ruled leaf by the order of a digest, so that nobody chooses it and everybody can
/// repeat it. `share` is between 0 and 1.
#[must_use]
pub fn second_reading<'a>(campaign: &str, rulings: &'a [Ruling], share: Decimal) -> Vec<&'a Ruling> {
    let mut drawn: Vec<(String, &Ruling)> = rulings
        .iter()
        .filter(|ruling| matches!(ruling.verdict, Verdict::Agree | Verdict::Set))
        .map(|ruling| (crate::result::checksum(&leaf_key(campaign, &ruling.unit, &ruling.leaf)), ruling))
        .collect();
    drawn.sort_by(|one, other| one.0.cmp(&other.0));
    let wanted = (Decimal::from(drawn.len()) * share).ceil();
    let wanted = usize::try_from(wanted.mantissa()).unwrap_or(0);
    drawn.into_iter().take(wanted).map(|(_, ruling)| ruling).collect()
}
