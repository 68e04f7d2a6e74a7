//! One leaf over all units of a block, a page at a time.

use std::collections::BTreeMap;
use std::sync::Arc;

use accounts::policy::{Action, Thing};
use accounts::{Actor, Denied};
use composite_index::{NodeId, NodeValue, ScoreTable, compute};
use rust_decimal::Decimal;

use super::appraising::covers;
use super::scoring::{must_know, observed_of};
use super::sheet::Observed;
use super::{EvaluationError, Ground, may, must, sets};
use crate::model::{AnswerKind, Campaign, CampaignBlock, CampaignUnit, Phase, Ruling, UnitState, Verdict};
use crate::scoring::{Entered, one_leaf};
use crate::set::{CriteriaSet, Scorer};
use crate::store;

/// Which units of a block are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was said of the leaf yet.
    Open,
    /// The unit was asked.
    Asked,
    /// Something was said that settles it for now.
    Settled,
}

impl Standing {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::Asked, Self::Settled];

    /// The word in addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "chua",
            Self::Asked => "hoi",
            Self::Settled => "da-co",
        }
    }

    fn of(ruling: Option<&Ruling>) -> Self {
        match ruling {
            None => Self::Open,
            Some(ruling) if ruling.verdict == Verdict::Ask => Self::Asked,
            Some(_) => Self::Settled,
        }
    }
}

/// Which lines of the table of a leaf are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeafView {
    /// Words in the name of the unit, with or without tone marks; empty for all.
    pub search: String,
    /// Only units whose leaf stands so.
    pub standing: Option<Standing>,
    /// The page, from 1; a page beyond the end is the last one.
    pub page: u32,
}

/// Units on a page of the table.
pub const UNITS_ON_A_PAGE: u32 = 200;

/// One unit in the table of a leaf.
#[derive(Debug, Clone)]
pub struct LeafLine {
    /// The unit.
    pub unit: CampaignUnit,
    /// Its figures of the leaf.
    pub figures: Vec<Option<Decimal>>,
    /// What the system has of each of them.
    pub observed: Vec<Option<Observed>>,
    /// What it gave itself.
    pub own: NodeValue,
    /// Where the leaf stands.
    pub ruling: Option<Ruling>,
    /// Why, where there is little evidence.
    pub explanation: Option<String>,
    /// Number of files that it cites.
    pub files: usize,
    /// Whether the person may give an opinion on it now.
    pub speaks: bool,
}

/// One leaf over the units of a block.
#[derive(Debug, Clone)]
pub struct LeafTable {
    /// The campaign.
    pub campaign: Campaign,
    /// The block.
    pub block: CampaignBlock,
    /// Its set.
    pub set: Arc<CriteriaSet>,
    /// The leaf.
    pub leaf: NodeId,
    /// Units of the page, in order.
    pub lines: Vec<LeafLine>,
    /// The page, from 1.
    pub page: u32,
    /// Units on all pages.
    pub total: usize,
}

/// One leaf over the units of a block, for those who appraise and decide.
///
/// # Errors
/// "Not found" where the person may not know of it.
pub async fn leaf_table(
    ground: Ground<'_>,
    actor: &Actor,
    campaign: &str,
    block: &str,
    leaf: &str,
    view: &LeafView,
) -> Result<LeafTable, EvaluationError> {
    let mut read = ground.db.read().await?;
    let found = store::campaign(read.conn(), campaign).await?.ok_or(Denied::NotFound)?;
    // A unit sees its own sheet; the comparison of all is for those who look at all.
    must(ground, actor, Action::See, Thing::Appraisal, &found.owner)?;
    must_know(ground, actor, &found)?;
    let blocks = store::blocks(read.conn(), campaign).await?;
    let held = blocks.into_iter().find(|one| one.block == block).ok_or(Denied::NotFound)?;
    let (_, set) = sets::set_of(read.conn(), &held.set).await?;
    let node = set.leaf(leaf).filter(|node| set.is_for(*node, block)).ok_or(Denied::NotFound)?;
    // Where it stands is asked of all units only where one looks for it.
    let mut rulings: BTreeMap<String, Ruling> = BTreeMap::new();
    if view.standing.is_some() {
        rulings.extend(store::rulings_of_leaf(read.conn(), campaign, leaf).await?.into_iter().map(|one| (one.unit.clone(), one)));
    }
    let wanted = viet_text::fold(&view.search);
    let mut units: Vec<CampaignUnit> = store::units(read.conn(), campaign).await?;
    units.retain(|unit| {
        unit.block == block
            && (wanted.is_empty() || viet_text::fold(&unit.name).contains(&wanted))
            && view.standing.is_none_or(|standing| standing == Standing::of(rulings.get(&unit.unit)))
    });
    let total = units.len();
    let on_a_page = UNITS_ON_A_PAGE as usize;
    let page = (view.page.max(1) as usize).min(total.div_ceil(on_a_page).max(1));
    let units: Vec<CampaignUnit> = units.into_iter().skip((page - 1) * on_a_page).take(on_a_page).collect();
    let keys: Vec<&str> = units.iter().map(|unit| unit.unit.as_str()).collect();
    if view.standing.is_none() {
        let found = store::rulings_of_leaf_for(read.conn(), campaign, leaf, &keys).await?;
        rulings.extend(found.into_iter().map(|one| (one.unit.clone(), one)));
    }
    let figures = set.figures_of(node);
    let mut entered: BTreeMap<String, Entered> = BTreeMap::new();
    for figure in &figures {
        let code = &set.definition.figures[*figure].code;
        for (unit, value) in store::answers_of_code(read.conn(), campaign, AnswerKind::Figure, code, &keys).await? {
            entered.entry(unit).or_default().put(AnswerKind::Figure, code, Some(&value));
        }
    }
    for (unit, value) in store::answers_of_code(read.conn(), campaign, AnswerKind::Points, leaf, &keys).await? {
        entered.entry(unit).or_default().put(AnswerKind::Points, leaf, Some(&value));
    }
    let sources = set.asks_at(node).observed;
    let mut known: Vec<BTreeMap<String, Observed>> = Vec::new();
    for figure in &figures {
        known.push(match sources.get(&set.definition.figures[*figure].code) {
            Some(indicator) => observed_of(read.conn(), indicator, found.year).await?,
            None => BTreeMap::new(),
        });
    }
    // What a unit left empty and the system knows counts already, until the unit hands in.
    for (figure, of_units) in figures.iter().zip(&known) {
        let code = &set.definition.figures[*figure].code;
        for unit in units.iter().filter(|unit| unit.state != UnitState::Submitted) {
            let own = entered.entry(unit.unit.clone()).or_default();
            if let Some(found) = of_units.get(&unit.unit).filter(|_| own.figure(code).is_none()) {
                own.put(AnswerKind::Figure, code, Some(&found.value.to_string()));
            }
        }
    }
    let mut explained: BTreeMap<String, String> =
        store::answers_of_code(read.conn(), campaign, AnswerKind::Explanation, leaf, &keys).await?.into_iter().collect();
    let files: BTreeMap<String, usize> = store::files_of_leaf(read.conn(), campaign, leaf, &keys).await?.into_iter().collect();
    let assignments = store::assignments(read.conn(), campaign).await?;
    drop(read);
    let office_speaks = match found.phase {
        Phase::Council | Phase::Appeal => may(ground, actor, Action::Decide, Thing::Appraisal, &found.owner),
        Phase::Appraisal | Phase::SecondAppraisal | Phase::Scoring | Phase::Explanation => {
            set.scorer(node) != Scorer::Unit && may(ground, actor, Action::Change, Thing::Campaign, &found.owner)
        }
        Phase::Draft | Phase::Approved | Phase::Published => false,
    };
    let appraised = matches!(found.phase, Phase::Appraisal | Phase::SecondAppraisal);
    let speaks = |unit: &CampaignUnit| {
        let handed_in = unit.state == UnitState::Submitted;
        office_speaks || appraised && handed_in && assignments.iter().any(|one| one.account == actor.by() && covers(one, &set, node, unit))
    };
    let (plain, alone) = one_leaf(&set.definition, node);
    let nothing = Entered::default();
    let rows = units.iter().map(|unit| entered.get(&unit.unit).unwrap_or(&nothing).row(&plain, &unit.unit, block)).collect();
    let values = compute(&plain, None, &ScoreTable { rows })?;
    let lines = units
        .into_iter()
        .zip(values.units)
        .map(|(unit, scores)| LeafLine {
            figures: figures
                .iter()
                .map(|figure| entered.get(&unit.unit).and_then(|own| own.figure(&set.definition.figures[*figure].code)))
                .collect(),
            observed: known.iter_mut().map(|of_units| of_units.remove(&unit.unit)).collect(),
            own: scores.values[alone],
            ruling: rulings.remove(&unit.unit),
            explanation: explained.remove(&unit.unit),
            files: files.get(&unit.unit).copied().unwrap_or(0),
            speaks: speaks(&unit),
            unit,
        })
        .collect();
    Ok(LeafTable { campaign: found, block: held, set, leaf: node, lines, page: u32::try_from(page).unwrap_or(u32::MAX), total })
}
