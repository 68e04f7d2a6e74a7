//! From a definition and a table to scores: every node of every unit, the rank and the band.

pub(crate) mod copeland;
pub(crate) mod joining;
pub(crate) mod leaf;
pub(crate) mod means;
mod placing;
mod years;

use rayon::prelude::*;
use rust_decimal::Decimal;
use thiserror::Error;

use crate::definition::{AbsentThen, Aggregation, Definition, Edition, FigureId, NodeId, Role};
use crate::formula::FormulaScratch;
use crate::scaling::ScalingError;
use crate::table::{ScoreTable, TableRow};
use joining::join;
pub use years::Years;

/// Why a node of a unit has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// The table has no figure for this leaf, or for a leaf below.
    EmptyLeaf(NodeId),
    /// The rule of this node, or of a node below, was not published.
    NotPublished(NodeId),
    /// The table has no value of this figure, which a leaf's rule reads.
    EmptyFigure(FigureId),
    /// The node does not apply to the unit.
    NotApplicable(NodeId),
    /// Less of this node is there than its minimum share.
    TooFew(NodeId),
    /// A formula of this leaf divides by zero.
    DivisionByZero(NodeId),
    /// The value of this leaf's rule lies outside what the rule allows.
    OutOfRange(NodeId),
    /// A value below zero stands below this node, which takes a mean of positive values.
    NoMean(NodeId),
}

impl Gap {
    /// The word of machine-readable output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::EmptyLeaf(_) => "empty-leaf",
            Self::NotPublished(_) => "not-published",
            Self::EmptyFigure(_) => "empty-figure",
            Self::NotApplicable(_) => "not-applicable",
            Self::TooFew(_) => "too-few",
            Self::DivisionByZero(_) => "division-by-zero",
            Self::OutOfRange(_) => "out-of-range",
            Self::NoMean(_) => "no-mean",
        }
    }
}

/// A node's value, or why there is none.
pub type NodeValue = Result<Decimal, Gap>;

/// One unit's results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitScores {
    /// Values by node id.
    pub values: Vec<NodeValue>,
    /// Rank of the total among the ranked units, or among those of its block. With [`crate::TieRule::Average`] the better of the shared places.
    pub rank: Option<u32>,
    /// The place under the declared tie rule, as a number that a shared average needs: 2.5.
    pub place: Option<Decimal>,
    /// Band of the total, a position in the edition's bands.
    pub band: Option<usize>,
    /// Leaves whose maximum went to siblings, and those that took it, each with what its maximum grew or shrank by: their points are not those of
    /// the maximum that the definition states.
    pub moved: Vec<(NodeId, Decimal)>,
}

/// Results of a table, one entry for each of its rows in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scores {
    /// Units in the order of the table.
    pub units: Vec<UnitScores>,
    /// Number of units with a rank.
    pub ranked: usize,
}

/// A computation that cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ComputeError {
    /// A number grew beyond what an exact decimal can hold.
    #[error("the value of node {node} of unit {unit} is too large for an exact decimal")]
    TooLarge {
        /// Unit name.
        unit: String,
        /// Node code.
        node: String,
    },
    /// The weights of a mean add up to zero.
    #[error("the weights below node {node} add up to zero")]
    ZeroWeights {
        /// Node code.
        node: String,
    },
    /// A part is missing below a node whose rule refuses that.
    #[error("node {node} of unit {unit} must be complete, and {missing} is missing")]
    Missing {
        /// Unit name.
        unit: String,
        /// Code of the node whose rule it is.
        node: String,
        /// Code of the leaf or figure that is missing.
        missing: String,
    },
    /// An indicator cannot be scaled.
    #[error("an indicator cannot be scaled")]
    Scaling(#[from] ScalingError),
}

/// Units that are worth a thread.
const PARALLEL: usize = 128;

/// What stops the whole computation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trouble {
    TooLarge,
    ZeroWeights,
    Missing(Gap),
}

/// The state of one unit while it is computed.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) values: Vec<NodeValue>,
    /// What only some units have; the others are computed without it.
    pub(crate) special: Option<Box<Special>>,
}

/// Reduced maxima, and points outside the maximum.
#[derive(Debug, Clone)]
pub(crate) struct Special {
    /// Of each node, the part of its maximum that applies, and the whole; equal where nothing is reduced.
    pub(crate) applies: Vec<(Decimal, Decimal)>,
    /// Of each node, the bonus and penalty points within its value.
    pub(crate) outside: Vec<Decimal>,
    /// Of each leaf, the maximum that siblings moved to it.
    pub(crate) moved_in: Vec<Decimal>,
    /// True for nodes that are marked as not applicable, or lie below one.
    pub(crate) removed: Vec<bool>,
}

impl Special {
    /// Leaves that gave their maximum to siblings, and those that took it.
    fn moved(&self, definition: &Definition) -> Vec<(NodeId, Decimal)> {
        let gave = |id: NodeId| {
            let (part, whole) = self.applies[id];
            let moves = definition.nodes[id].absent.as_ref().is_some_and(|absent| matches!(absent.then, AbsentThen::MoveTo { .. }));
            moves && part.is_zero() && !whole.is_zero()
        };
        let by = |id: NodeId| if gave(id) { -self.applies[id].1 } else { self.moved_in[id] };
        (0..definition.nodes.len()).filter(|id| !self.moved_in[*id].is_zero() || gave(*id)).map(|id| (id, by(id))).collect()
    }

    pub(crate) fn new(nodes: usize) -> Self {
        Self {
            applies: vec![(Decimal::ONE, Decimal::ONE); nodes],
            outside: vec![Decimal::ZERO; nodes],
            moved_in: vec![Decimal::ZERO; nodes],
            removed: vec![false; nodes],
        }
    }
}

/// Computes every node of every unit, bottom up, on exact decimals; ranks and bands the totals of the rows that are ranked.
///
/// Nothing is rounded, but for [`crate::RankOn::Displayed`], which ranks on rounded totals and says so in its name.
///
/// # Errors
/// When a value cannot be held as an exact decimal, weights add up to zero, or a part is missing that must be there.
pub fn compute(definition: &Definition, edition: Option<&Edition>, table: &ScoreTable) -> Result<Scores, ComputeError> {
    compute_in(definition, table, Years::of(edition))
}

/// As [`compute`], with the tables of earlier years for running extremes and imputation over years.
///
/// # Errors
/// As [`compute`].
pub fn compute_in(definition: &Definition, table: &ScoreTable, years: Years<'_>) -> Result<Scores, ComputeError> {
    compute_scaled(definition, years.edition, &*years.scaled(definition, table)?)
}

/// As [`compute`], of a table whose indicators were scaled already: for those who keep the record of the scaling.
///
/// # Errors
/// As [`compute`].
pub fn compute_scaled(definition: &Definition, edition: Option<&Edition>, table: &ScoreTable) -> Result<Scores, ComputeError> {
    let units = evaluate(definition, table)?;
    let totals: Vec<Option<Decimal>> =
        units.iter().zip(&table.rows).map(|(unit, row)| unit.values[definition.total].ok().filter(|_| row.ranked)).collect();
    let mut scored: Vec<UnitScores> = units
        .into_iter()
        .map(|unit| {
            let moved = unit.special.as_ref().map(|special| special.moved(definition)).unwrap_or_default();
            UnitScores { values: unit.values, rank: None, place: None, band: None, moved }
        })
        .collect();
    placing::place(definition, edition, table, &totals, &mut scored);
    Ok(Scores { ranked: totals.iter().flatten().count(), units: scored })
}

/// The state of every unit of a scaled table after all its nodes were computed.
pub(crate) fn evaluate(definition: &Definition, table: &ScoreTable) -> Result<Vec<Unit>, ComputeError> {
    let plan = Plan::new(definition);
    let fault = |row: usize, id: NodeId, trouble: Trouble| plan.error(&table.rows[row], id, trouble);
    let one = |scratch: &mut FormulaScratch, row: &TableRow| {
        let mut unit = plan.leaves(row, scratch)?;
        if !plan.compares_units {
            plan.inner(&definition.bottom_up, &mut unit)?;
        }
        Ok(unit)
    };
    // Units do not know each other; of several faults the first in the order of the table is told.
    let found: Vec<Result<Unit, (NodeId, Trouble)>> =
        table.rows.par_iter().with_min_len(PARALLEL).map_init(FormulaScratch::new, |scratch, row| one(scratch, row)).collect();
    let mut units = Vec::with_capacity(found.len());
    for (index, unit) in found.into_iter().enumerate() {
        units.push(unit.map_err(|(id, trouble)| fault(index, id, trouble))?);
    }
    if plan.compares_units {
        // What compares units needs every unit up to there: node by node instead of unit by unit.
        for id in &definition.bottom_up {
            if definition.nodes[*id].aggregation == Some(Aggregation::Copeland) {
                let values = copeland::copeland(definition, *id, table, &units).map_err(|(index, trouble)| fault(index, *id, trouble))?;
                for (unit, value) in units.iter_mut().zip(values) {
                    let removed = unit.special.as_ref().is_some_and(|special| special.removed[*id]);
                    unit.values[*id] = if removed { Err(Gap::NotApplicable(*id)) } else { value };
                }
                continue;
            }
            for (index, unit) in units.iter_mut().enumerate() {
                plan.inner(&[*id], unit).map_err(|(id, trouble)| fault(index, id, trouble))?;
            }
        }
    }
    Ok(units)
}

/// Sizes of nodes, bottom up; see [`Plan::size`].
fn sizes(definition: &Definition, weights: &[Decimal]) -> Vec<Decimal> {
    let nodes = &definition.nodes;
    let mut size = vec![Decimal::ONE; nodes.len()];
    for id in definition.bottom_up.iter().filter(|id| nodes[**id].aggregation.is_some_and(Aggregation::adds)) {
        let counted = || nodes[*id].children.iter().filter(|child| nodes[**child].role == Role::Points);
        let together = counted().fold(Decimal::ZERO, |sum, child| sum.saturating_add(weights[*child].saturating_mul(size[*child])));
        let maxima: Option<Vec<Decimal>> =
            counted().map(|child| definition.maximum(*child).filter(|maximum| *maximum > Decimal::ZERO)).collect();
        for (child, maximum) in counted().zip(maxima.unwrap_or_default()) {
            size[*child] = maximum;
        }
        size[*id] = if together.is_zero() { Decimal::ONE } else { together };
    }
    size
}

/// What is the same for every unit.
pub(crate) struct Plan<'d> {
    pub(crate) definition: &'d Definition,
    /// Weight of each node in its parent.
    pub(crate) weights: Vec<Decimal>,
    /// Of each node, what it counts for among its siblings: weight × size.
    pub(crate) reach: Vec<Decimal>,
    /// Of each node, its maximum; where a sibling has none, 1 for what is on the scale of a leaf, and what its children count for together for a sum.
    pub(crate) size: Vec<Decimal>,
    /// Of each leaf on a line, the exact points for each unit.
    pub(crate) rates: Vec<Option<Decimal>>,
    /// True where every unit needs the special state.
    always_special: bool,
    compares_units: bool,
    restricted: bool,
}

impl<'d> Plan<'d> {
    pub(crate) fn new(definition: &'d Definition) -> Self {
        let nodes = &definition.nodes;
        let weights: Vec<Decimal> = (0..nodes.len()).map(|id| definition.weight(id)).collect();
        let size = sizes(definition, &weights);
        let reach = weights.iter().zip(&size).map(|(weight, size)| weight.saturating_mul(*size)).collect();
        let bonus = nodes.iter().any(|node| node.role != Role::Points);
        let moves = nodes.iter().any(|node| {
            node.absent.as_ref().is_some_and(|absent| matches!(absent.then, AbsentThen::MoveTo { .. } | AbsentThen::NotApplicable))
        });
        Self {
            definition,
            weights,
            reach,
            size,
            rates: nodes.iter().map(leaf::exact_rate).collect(),
            always_special: bonus || moves,
            compares_units: nodes.iter().any(|node| node.aggregation == Some(Aggregation::Copeland)),
            restricted: nodes.iter().any(|node| !node.blocks.is_empty()),
        }
    }

    /// The leaves of a unit; inner nodes wait.
    pub(crate) fn leaves(&self, row: &TableRow, scratch: &mut FormulaScratch) -> Result<Unit, (NodeId, Trouble)> {
        let nodes = &self.definition.nodes;
        let mut unit = Unit { values: vec![Err(Gap::NotPublished(self.definition.total)); nodes.len()], special: None };
        if self.always_special || !row.not_applicable.is_empty() || self.restricted {
            unit.special = Some(Box::new(self.special(row)));
        }
        let mut movers = Vec::new();
        for (id, node) in nodes.iter().enumerate() {
            if node.aggregation.is_some_and(|rule| rule != Aggregation::Given) {
                continue;
            }
            if unit.special.as_ref().is_some_and(|special| special.removed[id]) {
                unit.values[id] = Err(Gap::NotApplicable(id));
                continue;
            }
            let outcome =
                leaf::outcome(self.definition, leaf::Readings::of(row, self.rates[id]), id, scratch).map_err(|trouble| (id, trouble))?;
            unit.values[id] = outcome.value.map(|value| bounded(value, node.floor, node.cap));
            if outcome.absent && node.absent.as_ref().is_some_and(|absent| matches!(absent.then, AbsentThen::MoveTo { .. })) {
                movers.push(id);
            }
        }
        for id in &movers {
            joining::move_points(self.definition, *id, &movers, &mut unit).map_err(|trouble| (*id, trouble))?;
        }
        joining::grow(self.definition, &mut unit)?;
        Ok(unit)
    }

    /// The reductions of a unit that follow from its row alone.
    fn special(&self, row: &TableRow) -> Special {
        let nodes = &self.definition.nodes;
        let mut special = Special::new(nodes.len());
        for (id, node) in nodes.iter().enumerate() {
            let other_block = !node.blocks.is_empty() && !row.block.as_ref().is_some_and(|block| node.blocks.contains(block));
            special.removed[id] = other_block || row.not_applicable.iter().any(|(removed, _)| *removed == id);
            if node.role != Role::Points {
                special.applies[id] = (Decimal::ZERO, Decimal::ZERO);
            }
        }
        // Parents stand behind their children in `bottom_up`.
        for id in self.definition.bottom_up.iter().rev() {
            special.removed[*id] |= nodes[*id].parent.is_some_and(|parent| special.removed[parent]);
        }
        special
    }

    /// Inner nodes in the order given.
    pub(crate) fn inner(&self, order: &[NodeId], unit: &mut Unit) -> Result<(), (NodeId, Trouble)> {
        for id in order {
            let node = &self.definition.nodes[*id];
            let Some(rule) = node.aggregation.filter(|rule| *rule != Aggregation::Given) else { continue };
            let value = if unit.special.as_ref().is_some_and(|special| special.removed[*id]) {
                Err(Gap::NotApplicable(*id))
            } else if rule == Aggregation::NotPublished {
                Err(Gap::NotPublished(*id))
            } else {
                join(self, *id, rule, unit).map_err(|trouble| (*id, trouble))?
            };
            unit.values[*id] = value;
        }
        Ok(())
    }

    pub(crate) fn error(&self, row: &TableRow, id: NodeId, trouble: Trouble) -> ComputeError {
        let (unit, node) = (row.unit.clone(), self.definition.nodes[id].code.clone());
        match trouble {
            Trouble::TooLarge => ComputeError::TooLarge { unit, node },
            Trouble::ZeroWeights => ComputeError::ZeroWeights { node },
            Trouble::Missing(gap) => ComputeError::Missing { unit, node, missing: gap_code(self.definition, gap).to_owned() },
        }
    }
}

/// Code of the node or figure that a gap is about.
#[must_use]
pub fn gap_code(definition: &Definition, gap: Gap) -> &str {
    match gap {
        Gap::EmptyFigure(figure) => &definition.figures[figure].code,
        Gap::EmptyLeaf(node)
        | Gap::NotPublished(node)
        | Gap::NotApplicable(node)
        | Gap::TooFew(node)
        | Gap::DivisionByZero(node)
        | Gap::OutOfRange(node)
        | Gap::NoMean(node) => &definition.nodes[node].code,
    }
}

pub(crate) fn bounded(value: Decimal, floor: Option<Decimal>, cap: Option<Decimal>) -> Decimal {
    let value = cap.map_or(value, |cap| value.min(cap));
    floor.map_or(value, |floor| value.max(floor))
}
