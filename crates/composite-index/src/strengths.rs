//! Strengths and weaknesses of a unit against a group of peers.

use rust_decimal::Decimal;

use crate::banding::quantile;
use crate::computing::Gap;
use crate::contributing::contributions;
use crate::definition::{Definition, Direction, NodeId};
use crate::explaining::{NodeWorking, Working};
use crate::ranking::rank;

/// One part of a unit's total beside its peers'.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strength {
    /// The part: a leaf, a given node, or a node that cannot be split.
    pub node: NodeId,
    /// The unit's value.
    pub value: Decimal,
    /// The median of the peers that have a value; where another maximum applies to a peer, its share of that as points of the unit's maximum.
    pub peer_median: Decimal,
    /// Number of peers with a value.
    pub peers: usize,
    /// The unit's place among itself and its peers, equal values sharing the better place.
    pub place: u32,
    /// What the distance from the median is worth in the unit's total: positive for a strength, also where less is better of the total.
    pub worth: Decimal,
}

/// The parts of a unit against its peers, the greatest strength first, the greatest weakness last; equal ones in the order of the tree.
///
/// `peers` are rows of the table; the unit's own row among them is left out. Parts that no peer has are left out. A unit without a total has none.
///
/// Points that moved to or from a sibling are neither strength nor weakness: shares of the maximum that applies are compared, and a part whose maximum
/// moved away is no part of the unit, and none of a peer.
#[must_use]
pub fn strengths(definition: &Definition, workings: &[Working], row: usize, peers: &[usize]) -> Vec<Strength> {
    let Some(Ok(split)) = workings.get(row).map(|working| contributions(definition, working)) else { return Vec::new() };
    let mut found = Vec::new();
    for part in split.parts {
        let Some(own) = applicable(&workings[row].nodes[part.node]) else { continue };
        let mut values: Vec<Decimal> = peers
            .iter()
            .filter(|peer| **peer != row)
            .filter_map(|peer| on_maximum(definition, workings.get(*peer)?, part.node, own))
            .collect();
        values.sort_unstable();
        let Some(median) = quantile(&values, Decimal::new(5, 1)) else { continue };
        // Where less is better of the total, what adds to it is a weakness.
        let turned = definition.computation.rank_direction == Direction::LowerIsBetter;
        let direction = if part.rate.is_sign_negative() == turned { Direction::HigherIsBetter } else { Direction::LowerIsBetter };
        let mut all: Vec<Option<Decimal>> = vec![Some(part.value)];
        all.extend(values.iter().map(|value| Some(*value)));
        let place = rank(&all, direction, crate::definition::TieRule::Competition).first().copied().flatten().unwrap_or(1);
        let adds = part.value.saturating_sub(median).saturating_mul(part.rate);
        let worth = if turned { -adds } else { adds };
        found.push(Strength { node: part.node, value: part.value, peer_median: median, peers: values.len(), place, worth });
    }
    found.sort_by_key(|strength| std::cmp::Reverse(strength.worth));
    found
}

/// The maximum that applies, or `None` inside where a node has none; nothing where it moved away as a whole.
fn applicable(node: &NodeWorking) -> Option<Option<Decimal>> {
    match node.applicable_maximum {
        Some(maximum) if maximum.is_zero() && node.maximum.is_some_and(|maximum| !maximum.is_zero()) => None,
        maximum => Some(maximum),
    }
}

/// A peer's value, brought to the maximum that applies to the unit. A bonus of a group to whose points nothing applies is none of the peer.
fn on_maximum(definition: &Definition, peer: &Working, node: NodeId, own: Option<Decimal>) -> Option<Decimal> {
    let mut above = std::iter::successors(definition.nodes[node].parent, |id| definition.nodes[*id].parent);
    if above.any(|id| matches!(peer.nodes[id].value, Err(Gap::NotApplicable(_)))) {
        return None;
    }
    let peer = &peer.nodes[node];
    let value = peer.value.ok()?;
    match (applicable(peer)?, own) {
        (Some(its), Some(own)) if its != own && !its.is_zero() => value.checked_mul(own)?.checked_div(its),
        _ => Some(value),
    }
}
