//! Copeland scores: pairs of units won minus pairs lost.
//!
//! Of a pair, each child whose value decides gives its weight to the better unit, and half of it to both where they are equal; the unit with more
//! than half of the weight wins the pair (Copeland 1951; Munda 2008 for composite indices; COINr's outranking matrix).

use rust_decimal::Decimal;

use super::joining::nothing_left;
use super::{Gap, NodeValue, Trouble, Unit, bounded};
use crate::definition::{Definition, Direction, MissingRule, NodeId, RankWithin};
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
                score += duel(&children, &columns[row], &columns[other]);
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
    Ok(Some(if definition.nodes[child].direction == Direction::LowerIsBetter { -value } else { value }))
}

/// 1 where the first unit wins, -1 where it loses. What one of the two lacks does not decide.
fn duel(children: &[(NodeId, Decimal)], one: &[Option<Decimal>], other: &[Option<Decimal>]) -> i64 {
    let mut balance = Decimal::ZERO;
    for (((_, weight), one), other) in children.iter().zip(one).zip(other) {
        let (Some(one), Some(other)) = (one, other) else { continue };
        match one.cmp(other) {
            std::cmp::Ordering::Greater => balance = balance.saturating_add(*weight),
            std::cmp::Ordering::Less => balance = balance.saturating_sub(*weight),
            std::cmp::Ordering::Equal => {}
        }
    }
    if balance.is_zero() {
        0
    } else if balance.is_sign_negative() {
        -1
    } else {
        1
    }
}
