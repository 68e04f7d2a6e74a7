//! Campaigns and how far they are; who is strict, and whether the same evidence gets the same points.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use accounts::policy::{Action, Thing};
use accounts::{Actor, Denied, Reach};
use composite_index::{LeafRule, NodeId};
use evidence::uses_of_things;
use platform::Conn;
use rust_decimal::Decimal;

use super::scoring::{LEAF, must_know};
use super::{EvaluationError, Ground, may, must, sets};
use crate::model::{ApprovedResult, Assignment, Campaign, CampaignBlock, CampaignUnit, Duty, Member, Phase, Session, Step, UnitState};
use crate::set::{CriteriaSet, Scorer};
use crate::store;

/// How far a unit is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The unit.
    pub unit: CampaignUnit,
    /// Figures and points that it entered.
    pub entered: i64,
    /// Figures and points that are asked of it.
    pub asked: i64,
    /// Leaves with a ruling that ends them.
    pub ruled: i64,
    /// Leaves on which it is asked to explain.
    pub questions: i64,
    /// Leaves of its block.
    pub leaves: i64,
}

/// A campaign with the units in it that the person may see.
#[derive(Debug, Clone)]
pub struct CampaignView {
    /// The campaign.
    pub campaign: Campaign,
    /// Its calendar.
    pub steps: Vec<Step>,
    /// Its blocks, each with its set.
    pub blocks: Vec<(CampaignBlock, Arc<CriteriaSet>)>,
    /// Units in order.
    pub units: Vec<Progress>,
    /// Who appraises what.
    pub assignments: Vec<Assignment>,
    /// The council.
    pub members: Vec<Member>,
    /// Its meetings.
    pub sessions: Vec<Session>,
    /// Names of those who took part in the meetings, by account; who left the council since is named as well.
    pub attendees: BTreeMap<String, String>,
    /// Approved results, newest first.
    pub results: Vec<ApprovedResult>,
    /// Whether the person looks after the campaign.
    pub office: bool,
    /// Whether the person sees every unit.
    pub sees_all: bool,
}

impl CampaignView {
    /// The step of a phase.
    #[must_use]
    pub fn step(&self, phase: Phase) -> Option<&Step> {
        self.steps.iter().find(|step| step.phase == phase)
    }

    /// The set of a block.
    #[must_use]
    pub fn set(&self, block: &str) -> Option<&Arc<CriteriaSet>> {
        self.blocks.iter().find(|(one, _)| one.block == block).map(|(_, set)| set)
    }
}

fn may_see_unit(ground: Ground<'_>, actor: &Actor, campaign: &Campaign, part: &CampaignUnit) -> bool {
    super::scoring::must_see(ground, actor, campaign, part).is_ok()
}

/// Figures and points that a set asks of a unit of a block, and its leaves.
pub(super) fn asked(set: &CriteriaSet, block: &str) -> (i64, i64) {
    let leaves: Vec<NodeId> = set.leaves().into_iter().filter(|leaf| set.is_for(*leaf, block)).collect();
    let mut codes: BTreeSet<&str> = BTreeSet::new();
    for leaf in leaves.iter().filter(|leaf| set.scorer(**leaf) == Scorer::Unit) {
        let figures = set.figures_of(*leaf);
        codes.extend(figures.iter().map(|figure| set.definition.figures[*figure].code.as_str()));
        // Points that are typed are asked for beside the figures that say whether there is anything to evaluate.
        if matches!(set.definition.nodes[*leaf].rule, None | Some(LeafRule::External)) {
            codes.insert(&set.definition.nodes[*leaf].code);
        }
    }
    (i64::try_from(codes.len()).unwrap_or(0), i64::try_from(leaves.len()).unwrap_or(0))
}

/// The units of a campaign that the person may see. Whoever sees single units only, as most people do, is answered without a look at all others.
async fn seen_units(
    ground: Ground<'_>,
    actor: &Actor,
    mut conn: Conn<'_>,
    campaign: &Campaign,
    sees_all: bool,
) -> Result<Vec<CampaignUnit>, EvaluationError> {
    let scope = actor.principal.scope(Action::See, Thing::Score);
    if !sees_all && scope.iter().all(|(_, reach)| *reach == Reach::Unit) {
        let single: BTreeSet<&str> = scope.iter().map(|(unit, _)| *unit).collect();
        let mut units = Vec::new();
        for unit in single {
            units.extend(store::units_held_by(conn.reborrow(), &campaign.key, unit).await?);
        }
        return Ok(units);
    }
    let mut units = store::units(conn, &campaign.key).await?;
    units.retain(|unit| may_see_unit(ground, actor, campaign, unit));
    Ok(units)
}

type Counts = (BTreeMap<String, i64>, BTreeMap<String, (i64, i64)>);

/// What each unit entered, and what was ruled of it.
async fn counts(mut conn: Conn<'_>, key: &str, units: &[CampaignUnit], of_all: bool) -> Result<Counts, EvaluationError> {
    if of_all {
        let entered = store::answer_counts(conn.reborrow(), key).await?.into_iter().collect();
        let ruled = store::ruling_counts(conn, key).await?.into_iter().map(|(unit, ruled, asked)| (unit, (ruled, asked))).collect();
        return Ok((entered, ruled));
    }
    let (mut entered, mut ruled) = (BTreeMap::new(), BTreeMap::new());
    for unit in units {
        let counts = store::unit_counts(conn.reborrow(), key, &unit.unit).await?;
        entered.insert(unit.unit.clone(), counts.entered);
        ruled.insert(unit.unit.clone(), (counts.ruled, counts.questions));
    }
    Ok((entered, ruled))
}

/// How much of a campaign is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// All of it.
    Whole,
    /// What a line in a list says: the calendar and the states of units, the progress of a single unit.
    Head,
}

async fn view(
    ground: Ground<'_>,
    actor: &Actor,
    mut conn: Conn<'_>,
    campaign: Campaign,
    detail: Detail,
) -> Result<CampaignView, EvaluationError> {
    must_know(ground, actor, &campaign)?;
    let key = campaign.key.clone();
    let sees_all = may(ground, actor, Action::See, Thing::Score, &campaign.owner);
    let units = seen_units(ground, actor, conn.reborrow(), &campaign, sees_all).await?;
    if units.is_empty() && must(ground, actor, Action::See, Thing::Campaign, &campaign.owner).is_err() {
        return Err(Denied::NotFound.into());
    }
    let mut blocks = Vec::new();
    for block in store::blocks(conn.reborrow(), &key).await? {
        let (_, set) = sets::set_of(conn.reborrow(), &block.set).await?;
        blocks.push((block, set));
    }
    let head = detail == Detail::Head;
    let (entered, ruled) = match units.len() {
        2.. if head => Counts::default(),
        count => counts(conn.reborrow(), &key, &units, sees_all && count > 1).await?,
    };
    let asked: BTreeMap<&str, (i64, i64)> = blocks.iter().map(|(block, set)| (block.block.as_str(), asked(set, &block.block))).collect();
    let progress = units
        .into_iter()
        .map(|unit| {
            let (asked, leaves) = asked.get(unit.block.as_str()).copied().unwrap_or_default();
            let (ruled, questions) = ruled.get(&unit.unit).copied().unwrap_or_default();
            Progress { entered: entered.get(&unit.unit).copied().unwrap_or(0), asked, ruled, questions, leaves, unit }
        })
        .collect();
    let office = may(ground, actor, Action::Change, Thing::Campaign, &campaign.owner);
    if head {
        // Whether what was published was withdrawn stands in the list.
        let results = if campaign.phase == Phase::Published { store::results(conn.reborrow(), &key).await? } else { Vec::new() };
        return Ok(CampaignView {
            steps: store::steps(conn, &key).await?,
            blocks,
            units: progress,
            assignments: Vec::new(),
            members: Vec::new(),
            sessions: Vec::new(),
            attendees: BTreeMap::new(),
            results,
            office,
            sees_all,
            campaign,
        });
    }
    let sessions = store::sessions(conn.reborrow(), &key).await?;
    let mut attendees = BTreeMap::new();
    let there: BTreeSet<String> = sessions.iter().flat_map(|session| session.present.iter().chain(&session.consented)).cloned().collect();
    for account in there {
        if let Some(name) = store::name_of(conn.reborrow(), &account).await? {
            attendees.insert(account, name);
        }
    }
    Ok(CampaignView {
        steps: store::steps(conn.reborrow(), &key).await?,
        blocks,
        units: progress,
        assignments: store::assignments(conn.reborrow(), &key).await?,
        members: store::members(conn.reborrow(), &key).await?,
        sessions,
        attendees,
        results: store::results(conn, &key).await?,
        office,
        sees_all,
        campaign,
    })
}

/// A campaign, if the person may see it or a unit in it.
///
/// # Errors
/// "Not found" where the person may not know of it.
pub async fn overview(ground: Ground<'_>, actor: &Actor, key: &str) -> Result<CampaignView, EvaluationError> {
    let mut read = ground.db.read().await?;
    let campaign = store::campaign(read.conn(), key).await?.ok_or(Denied::NotFound)?;
    view(ground, actor, read.conn(), campaign, Detail::Whole).await
}

/// Every campaign of which the person may see something, newest year first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(ground: Ground<'_>, actor: &Actor) -> Result<Vec<CampaignView>, EvaluationError> {
    views(ground, actor, Detail::Whole).await
}

/// The same as a list shows it: calendar and states of the units and what was published, without appraisers and council, and without the progress
/// of units unless there is a single one.
///
/// # Errors
/// When the database does not answer.
pub async fn heads(ground: Ground<'_>, actor: &Actor) -> Result<Vec<CampaignView>, EvaluationError> {
    views(ground, actor, Detail::Head).await
}

async fn views(ground: Ground<'_>, actor: &Actor, detail: Detail) -> Result<Vec<CampaignView>, EvaluationError> {
    let mut read = ground.db.read().await?;
    let mut found = Vec::new();
    for campaign in store::campaigns(read.conn()).await? {
        match view(ground, actor, read.conn(), campaign, detail).await {
            Ok(one) => found.push(one),
            Err(EvaluationError::Denied(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// People who may appraise or sit in the council of a campaign, for choosing: account, name, short names of the units they belong to. Whoever
/// looks at every unit must hold the role over every unit.
///
/// # Errors
/// When the actor does not look after the campaign.
pub async fn people(
    ground: Ground<'_>,
    actor: &Actor,
    campaign: &Campaign,
    role: accounts::policy::Role,
) -> Result<Vec<(String, String, String)>, EvaluationError> {
    must(ground, actor, Action::Change, Thing::Campaign, &campaign.owner)?;
    let mut read = ground.db.read().await?;
    let found = store::people_with_role(read.conn(), role.word(), actor.today()).await?;
    let mut people: Vec<(String, String, String)> = Vec::new();
    let looks_at_all = matches!(role, accounts::policy::Role::Appraiser | accounts::policy::Role::Council);
    let above = ground.units.lineage(&campaign.owner).map(|lineage| lineage.units().to_vec()).unwrap_or_default();
    for (account, name, unit, below) in found {
        let near = if looks_at_all {
            below && above.contains(&unit)
        } else {
            ground.units.lineage(&unit).is_some_and(|lineage| lineage.units().contains(&campaign.owner))
        };
        if near && !people.iter().any(|(known, _, _)| *known == account) {
            // Where a person comes from shows an interest at once; the unit of the role is that of the campaign anyway.
            let own = store::own_units(read.conn(), &account, actor.today()).await?;
            let from: Vec<String> = own.iter().map(|unit| ground.units.short_name(unit)).collect();
            let from = if from.is_empty() { ground.units.short_name(&unit) } else { from.join(", ") };
            people.push((account, name, from));
        }
    }
    Ok(people)
}

/// How strict an appraiser is against the others on the same leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strictness {
    /// The account.
    pub account: String,
    /// The person's name.
    pub name: String,
    /// Leaves that were ruled.
    pub leaves: usize,
    /// Points kept of the self-score, in percent, by this person.
    pub kept: Decimal,
    /// The same, by all others on the same leaves of other units; absent where nobody else ruled on them.
    pub others: Option<Decimal>,
}

impl Strictness {
    /// Whether the person keeps far less than the others: ten percentage points.
    #[must_use]
    pub fn is_far(&self) -> bool {
        self.others.is_some_and(|others| others - self.kept >= Decimal::TEN && self.leaves >= 5)
    }
}

/// Two units that cite the same file at the same leaf, gave themselves the same points, and were given different ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SameEvidence {
    /// Code of the leaf.
    pub leaf: String,
    /// Title of the evidence.
    pub evidence: String,
    /// Units with their points.
    pub units: Vec<(String, Decimal)>,
}

/// What a comparison of the appraisers shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consistency {
    /// The appraisers.
    pub appraisers: Vec<Strictness>,
    /// The same evidence, other points.
    pub same_evidence: Vec<SameEvidence>,
    /// Leaves on which first and second reader differ: unit, leaf, first, second.
    pub readers: Vec<(String, String, Decimal, Decimal)>,
}

/// Compares the appraisers of a campaign.
///
/// # Errors
/// "Not found" for those who do not look at all units.
pub async fn consistency(ground: Ground<'_>, actor: &Actor, key: &str) -> Result<Consistency, EvaluationError> {
    let mut read = ground.db.read().await?;
    let campaign = store::campaign(read.conn(), key).await?.ok_or(Denied::NotFound)?;
    must(ground, actor, Action::Export, Thing::Appraisal, &campaign.owner)?;
    let opinions = store::appraisers_opinions(read.conn(), key).await?;
    let results = super::results::compute_all(read.conn(), &campaign, true).await?;
    let mut own: BTreeMap<(String, String), Decimal> = BTreeMap::new();
    for (result, _, _) in &results {
        for (row, leaves) in result.table.rows.iter().zip(&result.own_leaves) {
            for (id, value) in leaves.iter().enumerate() {
                if let (Ok(value), true) = (value, result.definition.nodes[id].children.is_empty()) {
                    own.insert((row.code.clone().unwrap_or_default(), result.definition.nodes[id].code.clone()), *value);
                }
            }
        }
    }
    // The last word of each person on each leaf of each unit.
    let mut last: BTreeMap<(String, String, String), (Decimal, String, String)> = BTreeMap::new();
    for one in opinions {
        if let Some(points) = one.points.as_deref().and_then(|points| points.parse().ok()) {
            last.insert((one.account, one.unit, one.leaf), (points, one.name, one.side));
        }
    }
    // Name, and what was kept of each leaf.
    type Ruled<'a> = (&'a str, Vec<(&'a str, Decimal)>);
    let mut by_person: BTreeMap<&str, Ruled<'_>> = BTreeMap::new();
    let mut by_leaf: BTreeMap<&str, Vec<(&str, Decimal)>> = BTreeMap::new();
    for ((account, unit, leaf), (points, name, _)) in &last {
        let Some(given) = own.get(&(unit.clone(), leaf.clone())).filter(|given| **given > Decimal::ZERO) else { continue };
        let kept = *points * Decimal::ONE_HUNDRED / *given;
        by_person.entry(account).or_insert((name, Vec::new())).1.push((leaf, kept));
        by_leaf.entry(leaf).or_default().push((account, kept));
    }
    let mean = |values: &[Decimal]| (!values.is_empty()).then(|| values.iter().sum::<Decimal>() / Decimal::from(values.len()));
    let appraisers = by_person
        .iter()
        .map(|(account, (name, ruled))| {
            let others: Vec<Decimal> = ruled
                .iter()
                .flat_map(|(leaf, _)| by_leaf.get(leaf).into_iter().flatten().filter(|(other, _)| other != account).map(|(_, kept)| *kept))
                .collect();
            let own: Vec<Decimal> = ruled.iter().map(|(_, kept)| *kept).collect();
            Strictness {
                account: (*account).to_owned(),
                name: (*name).to_owned(),
                leaves: ruled.len(),
                kept: mean(&own).unwrap_or_default(),
                others: mean(&others),
            }
        })
        .collect();
    let mut readers = Vec::new();
    for ((_, unit, leaf), (points, _, side)) in &last {
        if side == Duty::SecondReader.word() {
            let first = last.iter().find(|((_, u, l), (_, _, s))| u == unit && l == leaf && s == Duty::Appraiser.word());
            if let Some((_, (before, _, _))) = first.filter(|(_, (before, _, _))| before != points) {
                readers.push((unit.clone(), leaf.clone(), *before, *points));
            }
        }
    }
    let same_evidence = same_evidence(read.conn(), key, &own).await?;
    Ok(Consistency { appraisers, same_evidence, readers })
}

async fn same_evidence(
    mut conn: Conn<'_>,
    campaign: &str,
    own: &BTreeMap<(String, String), Decimal>,
) -> Result<Vec<SameEvidence>, EvaluationError> {
    let uses = uses_of_things(conn.reborrow(), LEAF, &format!("{campaign}/")).await?;
    // Each unit has its own record of a document: what is the same is the content of the file.
    let contents: BTreeMap<(String, i64), String> = store::contents_of_uses(conn.reborrow(), campaign)
        .await?
        .into_iter()
        .map(|(evidence, position, sha256)| ((evidence, position), sha256))
        .collect();
    let rulings: BTreeMap<(String, String), Decimal> = store::all_rulings(conn, campaign)
        .await?
        .into_iter()
        .filter_map(|ruling| Some(((ruling.unit, ruling.leaf), ruling.points?)))
        .collect();
    let mut groups: BTreeMap<(String, String), (String, BTreeMap<String, Decimal>)> = BTreeMap::new();
    for one in uses.into_iter().filter(|one| !one.withdrawn) {
        let Some((unit, leaf)) = one.thing.strip_prefix(&format!("{campaign}/")).and_then(|rest| rest.split_once('/')) else { continue };
        let key = (unit.to_owned(), leaf.to_owned());
        if let (Some(points), Some(_)) = (rulings.get(&key), own.get(&key)) {
            let content = contents.get(&(one.evidence.clone(), one.position)).cloned().unwrap_or_else(|| one.evidence.clone());
            let group = groups.entry((leaf.to_owned(), content)).or_insert_with(|| (one.title.clone(), BTreeMap::new()));
            group.1.insert(unit.to_owned(), *points);
        }
    }
    let mut found = Vec::new();
    for ((leaf, _), (title, units)) in groups {
        // Only units that gave themselves the same points are alike.
        let mut alike: BTreeMap<Decimal, Vec<(String, Decimal)>> = BTreeMap::new();
        for (unit, points) in units {
            if let Some(given) = own.get(&(unit.clone(), leaf.clone())) {
                alike.entry(*given).or_default().push((unit, points));
            }
        }
        for units in alike.into_values() {
            if units.iter().any(|(_, points)| *points != units[0].1) {
                found.push(SameEvidence { leaf: leaf.clone(), evidence: title.clone(), units });
            }
        }
    }
    Ok(found)
}

/// The sample of leaves that a second reader looks at: unit, leaf, points.
///
/// # Errors
/// "Not found" for those who do not look at all units.
pub async fn second_sample(
    ground: Ground<'_>,
    actor: &Actor,
    key: &str,
    share: Decimal,
) -> Result<Vec<(String, String, Option<Decimal>)>, EvaluationError> {
    let mut read = ground.db.read().await?;
    let campaign = store::campaign(read.conn(), key).await?.ok_or(Denied::NotFound)?;
    must(ground, actor, Action::Export, Thing::Appraisal, &campaign.owner)?;
    let rulings = store::all_rulings(read.conn(), key).await?;
    let drawn = super::second_reading(key, &rulings, share);
    let mut sample: Vec<_> = drawn.into_iter().map(|ruling| (ruling.unit.clone(), ruling.leaf.clone(), ruling.points)).collect();
    sample.sort();
    Ok(sample)
}

/// Units that have not begun, and units whose deadline has passed, for the office's reminder. A campaign that goes on early makes nobody late.
#[must_use]
pub fn behind(view: &CampaignView, now: chrono::DateTime<chrono::Utc>) -> (Vec<&Progress>, Vec<&Progress>) {
    let waiting = |progress: &&Progress| matches!(progress.unit.state, UnitState::Open | UnitState::Returned);
    let step = view.step(Phase::Scoring);
    let not_begun = view.units.iter().filter(waiting).filter(|progress| progress.entered == 0).collect();
    let late = view
        .units
        .iter()
        .filter(|progress| progress.unit.state != UnitState::Submitted)
        .filter(|progress| step.is_some_and(|step| now >= progress.unit.due_at(step)))
        .collect();
    (not_begun, late)
}
