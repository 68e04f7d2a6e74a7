//! Copeland scores: pairs of units won minus pairs lost.
//!
//! Of a pair, each child whose value decides gives its weight to the better unit, and half of it to both where they are equal; the unit with more
//! than half of the weight wins the pair (Copeland 1951; Munda 2008 for composite indices; COINr's outranking matrix).

use rust_decimal::Decimal;

use super::joining::nothing_left;
use super::{Gap, NodeValue, Trouble, Unit, bounded};
use crate::definition::{Definition, Direction, MissingRule, Node, NodeId, RankWithin};
use crate::ranking::settled;
use crate::table::ScoreTable;

/// Values of a Copeland node for every unit. Units that are not ranked are held against the ranked ones and change nothing for them; nor does a unit
/// that has no value here.
pub(super) fn copeland(
    definition: &Definition,
    id: NodeId,
    table: &ScoreTable,
    units: &[Unit],
) -> Result<Vec<NodeValue>, (usize, Trouble)> {
    let children: Vec<(NodeId, Decimal)> = definition.nodes[id].children.iter().map(|child| (*child, definition.weight(*child))).collect();
    if children.iter().all(|(_, weight)| weight.is_zero()) {
        return Err((0, Trouble::ZeroWeights));
    }
    let rule = definition.nodes[id].missing.unwrap_or(definition.computation.missing);
    let columns: Result<Vec<Vec<Option<Decimal>>>, (usize, Gap)> = units
        .iter()
        .enumerate()
        .map(|(row, unit)| children.iter().map(|(child, _)| comparable(definition, rule, *child, unit.values[*child], row)).collect())
        .collect();
    let columns = columns.map_err(|(row, gap)| (row, Trouble::Missing(gap)))?;
    let weights = whole_weights(&children).ok_or((0, Trouble::TooLarge))?;
    let order = order_numbers(&columns, children.len());
    let apart = definition.computation.rank_within == RankWithin::Block;
    let node = &definition.nodes[id];
    let gaps: Vec<Option<Gap>> =
        units.iter().zip(&columns).map(|(unit, column)| gap_of(&children, id, rule, node.minimum_share, unit, column)).collect();
    let mut values = Vec::with_capacity(units.len());
    for (row, own) in table.rows.iter().enumerate() {
        if let Some(gap) = gaps[row] {
            values.push(Err(gap));
            continue;
        }
        let mut score = 0_i64;
        for (other, rival) in table.rows.iter().enumerate() {
            if other != row && rival.ranked && gaps[other].is_none() && (!apart || rival.block == own.block) {
                score += duel(&weights, &order[row], &order[other]);
            }
        }
        values.push(Ok(bounded(Decimal::from(score), node.floor, node.cap)));
    }
    Ok(values)
}

/// Why a unit takes part in no duel.
fn gap_of(
    children: &[(NodeId, Decimal)],
    id: NodeId,
    rule: MissingRule,
    minimum_share: Option<Decimal>,
    unit: &Unit,
    column: &[Option<Decimal>],
) -> Option<Gap> {
    let missing = children.iter().find_map(|(child, _)| unit.values[*child].err().filter(|gap| !matches!(gap, Gap::NotApplicable(_))));
    if rule == MissingRule::NoResult && missing.is_some() {
        return missing;
    }
    let (mut there, mut applicable) = (Decimal::ZERO, Decimal::ZERO);
    for ((child, weight), value) in children.iter().zip(column) {
        if value.is_some() {
            there = there.saturating_add(*weight);
        }
        if !matches!(unit.values[*child], Err(Gap::NotApplicable(_))) {
            applicable = applicable.saturating_add(*weight);
        }
    }
    let dropped = missing.filter(|_| rule == MissingRule::DropOut);
    nothing_left(id, minimum_share, there, applicable, dropped, column.iter().all(Option::is_none))
}

/// The value as it is compared: turned round where less is better, `None` where it does not take part.
fn comparable(
    definition: &Definition,
    rule: MissingRule,
    child: NodeId,
    value: NodeValue,
    row: usize,
) -> Result<Option<Decimal>, (usize, Gap)> {
    let value = match (value, rule) {
        (Ok(value), _) => value,
        (Err(Gap::NotApplicable(_)), _) => return Ok(None),
        (Err(gap), MissingRule::Error) => return Err((row, gap)),
        (Err(_), MissingRule::Zero) => Decimal::ZERO,
        (Err(_), _) => return Ok(None),
    };
    let value = settled(value);
    Ok(Some(if is_turned(&definition.nodes[child]) { -value } else { value }))
}

/// Whether less of a child is better as it is compared: a scaled value was turned round already, so that more of it is better.
pub(crate) fn is_turned(child: &Node) -> bool {
    child.direction == Direction::LowerIsBetter && child.scaling.is_none()
}

/// Where a value does not take part in a duel.
const ABSENT: u32 = 0;

/// The values of each unit as their numbers in the order of all values of the child, from 1 on: whoever has the larger number has the larger value.
fn order_numbers(columns: &[Vec<Option<Decimal>>], children: usize) -> Vec<Vec<u32>> {
    let mut numbers = vec![vec![ABSENT; children]; columns.len()];
    for child in 0..children {
        let mut values: Vec<Decimal> = columns.iter().filter_map(|column| column[child]).collect();
        values.sort_unstable();
        values.dedup();
        for (column, numbers) in columns.iter().zip(&mut numbers) {
            if let Some(place) = column[child].and_then(|value| values.binary_search(&value).ok()) {
                numbers[child] = u32::try_from(place + 1).unwrap_or(u32::MAX);
            }
        }
    }
    numbers
}

/// The weights in units of a last digit that all of them have, so that sums of them are exact; `None` where they are too far apart for that.
fn whole_weights(children: &[(NodeId, Decimal)]) -> Option<Vec<i128>> {
    let digits = children.iter().map(|(_, weight)| weight.normalize().scale()).max()?;
    let whole = |weight: Decimal| {
        let weight = weight.normalize();
        weight.mantissa().checked_mul(10_i128.checked_pow(digits - weight.scale())?)
    };
    let weights: Vec<i128> = children.iter().map(|(_, weight)| whole(*weight)).collect::<Option<_>>()?;
    weights.iter().try_fold(0_i128, |sum, weight| sum.checked_add(weight.checked_abs()?)).map(|_| weights)
}

/// 1 where the first unit wins, -1 where it loses. What one of the two lacks does not decide.
fn duel(weights: &[i128], one: &[u32], other: &[u32]) -> i64 {
    let mut balance = 0_i128;
    for ((weight, one), other) in weights.iter().zip(one).zip(other) {
        if *one != ABSENT && *other != ABSENT {
            balance += weight * (i128::from(one > other) - i128::from(one < other));
        }
    }
    i64::try_from(balance.signum()).unwrap_or(0)
}
