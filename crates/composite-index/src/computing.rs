//! From a definition and a table to scores: every node of every unit, the rank and the band.

use rust_decimal::{Decimal, RoundingStrategy};
use thiserror::Error;

use crate::banding::bands_of;
use crate::definition::{Aggregation, Definition, Edition, NodeId, RankOn};
use crate::ranking::rank;
use crate::table::ScoreTable;

/// Why a node of a unit has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// The table has no figure for this leaf, or for a leaf below.
    EmptyLeaf(NodeId),
    /// The rule of this node, or of a node below, was not published.
    NotPublished(NodeId),
}

/// A node's value, or why there is none.
pub type NodeValue = Result<Decimal, Gap>;

/// One unit's results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitScores {
    /// Values by node id.
    pub values: Vec<NodeValue>,
    /// Rank of the total among the ranked units.
    pub rank: Option<u32>,
    /// Band of the total, a position in the edition's bands.
    pub band: Option<usize>,
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
}

/// Computes every node of every unit, bottom up, on exact decimals; ranks and bands the totals of the rows that are ranked.
///
/// Nothing is rounded, but for [`RankOn::Displayed`], which ranks on rounded totals and says so in its name.
///
/// # Errors
/// When a value cannot be held as an exact decimal or weights add up to zero.
pub fn compute(definition: &Definition, edition: Option<&Edition>, table: &ScoreTable) -> Result<Scores, ComputeError> {
    let mut units = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let mut values: Vec<NodeValue> = vec![Err(Gap::NotPublished(definition.total)); definition.nodes.len()];
        for id in &definition.bottom_up {
            values[*id] = node_value(definition, *id, &row.inputs, &values).map_err(|trouble| match trouble {
                Trouble::TooLarge => ComputeError::TooLarge { unit: row.unit.clone(), node: definition.nodes[*id].code.clone() },
                Trouble::ZeroWeights => ComputeError::ZeroWeights { node: definition.nodes[*id].code.clone() },
            })?;
        }
        units.push(UnitScores { values, rank: None, band: None });
    }
    let totals: Vec<Option<Decimal>> =
        units.iter().zip(&table.rows).map(|(unit, row)| unit.values[definition.total].ok().filter(|_| row.ranked)).collect();
    place(definition, edition, &totals, &mut units);
    Ok(Scores { ranked: totals.iter().flatten().count(), units })
}

fn place(definition: &Definition, edition: Option<&Edition>, totals: &[Option<Decimal>], units: &mut [UnitScores]) {
    let rules = definition.computation;
    let deciding: Vec<Option<Decimal>> = match rules.rank_on {
        RankOn::Unrounded => totals.to_vec(),
        RankOn::Displayed => totals
            .iter()
            .map(|total| total.map(|value| value.round_dp_with_strategy(definition.decimals, RoundingStrategy::MidpointAwayFromZero)))
            .collect(),
    };
    let ranks = rank(&deciding, rules.rank_direction, rules.tie_rule);
    let bands = edition.map_or_else(|| vec![None; units.len()], |edition| bands_of(totals, &edition.bands, edition.band_rule));
    for ((unit, rank), band) in units.iter_mut().zip(ranks).zip(bands) {
        unit.rank = rank;
        unit.band = band;
    }
}

enum Trouble {
    TooLarge,
    ZeroWeights,
}

fn node_value(definition: &Definition, id: NodeId, inputs: &[Option<Decimal>], values: &[NodeValue]) -> Result<NodeValue, Trouble> {
    let node = &definition.nodes[id];
    let divides = match node.aggregation {
        None | Some(Aggregation::Given) => return Ok(inputs[id].ok_or(Gap::EmptyLeaf(id))),
        Some(Aggregation::NotPublished) => return Ok(Err(Gap::NotPublished(id))),
        Some(Aggregation::WeightedSum) => false,
        Some(Aggregation::WeightedMean) => true,
    };
    let mut sum = Decimal::ZERO;
    let mut weights = Decimal::ZERO;
    for child in &node.children {
        let value = match values[*child] {
            Ok(value) => value,
            Err(gap) => return Ok(Err(gap)),
        };
        let weight = definition.nodes[*child].weight.unwrap_or(Decimal::ONE);
        sum = value.checked_mul(weight).and_then(|part| sum.checked_add(part)).ok_or(Trouble::TooLarge)?;
        weights = weights.checked_add(weight).ok_or(Trouble::TooLarge)?;
    }
    if !divides {
        return Ok(Ok(sum));
    }
    if weights.is_zero() {
        return Err(Trouble::ZeroWeights);
    }
    Ok(Ok(sum.checked_div(weights).ok_or(Trouble::TooLarge)?))
}
