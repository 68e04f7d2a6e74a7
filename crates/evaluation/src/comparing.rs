//! Points of a unit beside those of the year before: compared only where the criterion is still the same. No input or output.

use composite_index::{NodeId, NodeValue};
use rust_decimal::Decimal;

use crate::result::BlockResult;

/// A unit in the result of a block.
pub type Place<'a> = (&'a BlockResult, usize);

/// What a node of this year has beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beside {
    /// No node of last year has its code.
    New,
    /// Another criterion had its code.
    Changed,
    /// The same node, with its points of last year and what changed since.
    Same {
        /// Points of last year.
        before: NodeValue,
        /// What changed; nothing where one of the years has no points.
        change: Option<Change>,
    },
}

/// A difference from last year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// In points: the maximum is the same.
    Points(Decimal),
    /// In points of the index, points over maximum times a hundred: the maximum was another.
    Index(Decimal),
}

impl Change {
    /// The number.
    #[must_use]
    pub const fn value(self) -> Decimal {
        match self {
            Self::Points(value) | Self::Index(value) => value,
        }
    }

    /// Whether maxima differ.
    #[must_use]
    pub const fn is_index(self) -> bool {
        matches!(self, Self::Index(_))
    }
}

/// A node of this year beside last year's. Code and name must agree, the name by its letters without marks; the total is the total whatever its
/// name.
#[must_use]
pub fn beside(now: Place<'_>, before: Place<'_>, node: NodeId) -> Beside {
    let (here, there) = (&now.0.definition, &before.0.definition);
    let found = if node == here.total { Some(there.total) } else { there.node(&here.nodes[node].code) };
    let Some(found) = found else { return Beside::New };
    let name = |result: &BlockResult, node: NodeId| {
        let node = &result.definition.nodes[node];
        viet_text::fold(node.name.as_ref().map_or(node.code.as_str(), |name| name.vi.as_str()))
    };
    if node != here.total && (found == there.total || name(now.0, node) != name(before.0, found)) {
        return Beside::Changed;
    }
    Beside::Same { before: before.0.scores.units[before.1].values[found], change: change(now, node, before, found) }
}

/// The change of the total.
#[must_use]
pub fn of_total(now: Place<'_>, before: Place<'_>) -> Option<Change> {
    change(now, now.0.definition.total, before, before.0.definition.total)
}

fn change(now: Place<'_>, node: NodeId, before: Place<'_>, found: NodeId) -> Option<Change> {
    let points = |(result, unit): Place<'_>, node: NodeId| result.scores.units[unit].values[node].ok();
    // Reduced points of a total were scaled to its full maximum; other nodes are held against what applied.
    let most = |(result, unit): Place<'_>, node: NodeId| {
        if node == result.definition.total { result.definition.maximum(node) } else { Some(result.maximum(unit, node)) }
    };
    let (here, there) = (points(now, node)?, points(before, found)?);
    if most(now, node) == most(before, found) {
        return Some(Change::Points(here.checked_sub(there)?));
    }
    let (here, there) = (now.0.index(now.1, node)?, before.0.index(before.1, found)?);
    Some(Change::Index(here.checked_sub(there)?))
}
