//! Strengths and weaknesses of a unit against a group of peers.

use rust_decimal::Decimal;

use crate::banding::quantile;
use crate::contributing::contributions;
use crate::definition::{Definition, Direction, NodeId};
use crate::explaining::Working;
use crate::ranking::rank;

/// One part of a unit's total beside its peers'.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strength {
    /// The part: a leaf, a given node, or a node that cannot be split.
    pub node: NodeId,
    /// The unit's value.
    pub value: Decimal,
    /// The median of the peers that have a value.
    pub peer_median: Decimal,
    /// Number of peers with a value.
    pub peers: usize,
    /// The unit's place among itself and its peers, equal values sharing the better place.
    pub place: u32,
    /// What the distance from the median is worth in the unit's total: positive for a strength.
    pub worth: Decimal,
}

/// The parts of a unit against its peers, the greatest strength first, the greatest weakness last; equal ones in the order of the tree.
///
/// `peers` are rows of the table; the unit's own row among them is left out. Parts that no peer has are left out. A unit without a total has none.
#[must_use]
pub fn strengths(definition: &Definition, workings: &[Working], row: usize, peers: &[usize]) -> Vec<Strength> {
    let Some(Ok(split)) = workings.get(row).map(|working| contributions(definition, working)) else { return Vec::new() };
    let mut found = Vec::new();
    for part in split.parts {
        let mut values: Vec<Decimal> =
            peers.iter().filter(|peer| **peer != row).filter_map(|peer| workings.get(*peer)?.nodes[part.node].value.ok()).collect();
        values.sort_unstable();
        let Some(median) = quantile(&values, Decimal::new(5, 1)) else { continue };
        let direction = if part.rate.is_sign_negative() { Direction::LowerIsBetter } else { Direction::HigherIsBetter };
        let mut all: Vec<Option<Decimal>> = vec![Some(part.value)];
        all.extend(values.iter().map(|value| Some(*value)));
        let place = rank(&all, direction, crate::definition::TieRule::Competition).first().copied().flatten().unwrap_or(1);
        let worth = part.value.saturating_sub(median).saturating_mul(part.rate);
        found.push(Strength { node: part.node, value: part.value, peer_median: median, peers: values.len(), place, worth });
    }
    found.sort_by_key(|strength| std::cmp::Reverse(strength.worth));
    found
}
