//! What the nodes above a part can have: a figure within its own range may still carry a total beyond its scale.

use composite_index::{Aggregation, Definition, NodeId, Role, WhatIf};
use registry::results::EditionResult;
use rust_decimal::Decimal;

/// Lowest and highest value of a node, where they are known.
fn limits(definition: &Definition, node: NodeId) -> Option<(Decimal, Decimal)> {
    // Bonus points may go beyond a maximum that is added up; a range is a range.
    let extra = definition.nodes.iter().any(|node| node.role != Role::Points);
    let maximum = || definition.maximum(node).filter(|_| !extra).map(|maximum| (Decimal::ZERO, maximum));
    definition.nodes[node].range.or_else(maximum)
}

/// What an input may be set to: its own range, or as a part of a sum whose maximum was not seen anything from zero to what the whole can have.
pub(super) fn allowed(definition: &Definition, input: NodeId) -> Option<(Decimal, Decimal)> {
    let node = &definition.nodes[input];
    let whole = || {
        let parent = node.parent.filter(|_| has_unseen_maximum(definition, input))?;
        let (_, high) = limits(definition, parent)?;
        Some((Decimal::ZERO, high.checked_div(definition.weight(input))?))
    };
    definition.input_range(input).or_else(whole)
}

/// True for a part of a sum that has a maximum by its nature, which the definition does not know.
pub(crate) fn has_unseen_maximum(definition: &Definition, input: NodeId) -> bool {
    let node = &definition.nodes[input];
    let adds = node.parent.and_then(|parent| definition.nodes[parent].aggregation).is_some_and(Aggregation::adds);
    adds && node.role == Role::Points && node.is_input() && node.scaling.is_none() && definition.maximum(input).is_none()
}

/// True for a node somewhere below another.
pub(super) fn is_below(definition: &Definition, node: NodeId, above: NodeId) -> bool {
    let mut at = Some(node);
    while let Some(id) = at {
        if id == above {
            return true;
        }
        at = definition.nodes[id].parent;
    }
    false
}

/// How much a parent grows when one of its children grows by one; `None` where it does not grow evenly.
fn rate(definition: &Definition, child: NodeId, parent: NodeId) -> Option<Decimal> {
    let weight = definition.weight(child);
    match definition.nodes[parent].aggregation? {
        rule if rule.adds() => Some(weight),
        Aggregation::WeightedMean => {
            let all = definition.nodes[parent].children.iter().map(|child| definition.weight(*child));
            weight.checked_div(all.fold(Decimal::ZERO, Decimal::saturating_add))
        }
        _ => None,
    }
}

/// The highest value of an input, within its range, that carries no node above beyond what it can have, all others as they are.
pub(super) fn reach(edition: &EditionResult, row: usize, input: NodeId, range: Option<(Decimal, Decimal)>) -> Option<Decimal> {
    let (low, high) = range?;
    let definition = &edition.definition;
    let Some(current) = edition.table.rows[row].inputs[input] else { return Some(high) };
    let (mut at, mut growth, mut most) = (input, Decimal::ONE, high);
    while let Some(parent) = definition.nodes[at].parent {
        let Some(rate) = rate(definition, at, parent) else { break };
        growth = growth.saturating_mul(rate);
        if let (Some((_, limit)), Some(value), true) = (limits(definition, parent), edition.computed(row, parent), growth > Decimal::ZERO) {
            let room = limit.saturating_sub(value).checked_div(growth).unwrap_or_default();
            most = most.min(current.saturating_add(room));
        }
        at = parent;
    }
    // What stands beyond already stays where it is; a slider needs a way to go.
    let most = most.max(current).round_dp_with_strategy(definition.decimals, rust_decimal::RoundingStrategy::ToZero);
    Some(if most > low { most } else { high })
}

/// The first node from the total down that a scenario carries beyond what it can have, its value and the limit.
pub(super) fn beyond(edition: &EditionResult, row: usize, answer: &WhatIf) -> Option<(NodeId, Decimal, Decimal)> {
    let definition = &edition.definition;
    answer.nodes.iter().filter(|(node, ..)| !definition.nodes[*node].is_input()).find_map(|(node, before, after)| {
        let (low, high) = limits(definition, *node)?;
        let after = (*after).ok()?;
        // What was published beyond its scale is no fault of a scenario that takes it no further.
        let before = (*before).ok().or_else(|| edition.computed(row, *node));
        if after > high && before.is_none_or(|before| after > before) {
            return Some((*node, after, high));
        }
        (after < low && before.is_none_or(|before| after < before)).then_some((*node, after, low))
    })
}
