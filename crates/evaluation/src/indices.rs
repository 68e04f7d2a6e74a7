//! Maxima, indices and places of one unit's nodes. No input or output.

use composite_index::{Definition, Gap, NodeId, Role, UnitScores};
use rust_decimal::{Decimal, RoundingStrategy};
use ui::Lang;
use ui::table::{Cell, MissingReason};

/// Highest points of a node for a unit, to which its points refer: what its parts that apply can reach, without bonus and with what moved between
/// leaves; the full maximum at a node that scales its points to it.
///
/// The total, which scales too, is told with the part that applies: [`index`] divides its points by the full maximum.
#[must_use]
pub fn maximum(definition: &Definition, unit: &UnitScores, node: NodeId) -> Decimal {
    let here = &definition.nodes[node];
    if matches!(unit.values[node], Err(Gap::NotApplicable(_))) || here.role != Role::Points {
        return Decimal::ZERO;
    }
    if here.children.is_empty() {
        let moved = unit.moved.iter().find(|(leaf, _)| *leaf == node).map(|(_, by)| *by).unwrap_or_default();
        return definition.maximum(node).unwrap_or_default().saturating_add(moved);
    }
    if here.rescale && node != definition.total {
        return definition.maximum(node).unwrap_or_default();
    }
    here.children.iter().map(|child| maximum(definition, unit, *child)).sum()
}

/// Points of a node as a share of the highest, in percent; at the total, of the full maximum, to which reduced points were scaled.
///
/// There is none where the node has no points or no maximum that applies, such as a leaf whose maximum moved away.
#[must_use]
pub fn index(definition: &Definition, unit: &UnitScores, node: NodeId) -> Option<Decimal> {
    let value = unit.values[node].ok()?;
    let maximum = if node == definition.total { definition.maximum(node)? } else { maximum(definition, unit, node) };
    value.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(maximum)
}

/// A number as pages show it: halves away from zero.
#[must_use]
pub fn shown(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// The place of a unit in words; units that share an average stand at 1,5.
#[must_use]
pub fn place(unit: &UnitScores, lang: Lang) -> Option<String> {
    let place = unit.place?.normalize();
    Some(lang.decimal(place, place.scale()))
}

/// The place of a unit in a table, or why it has none.
#[must_use]
pub fn place_cell(unit: &UnitScores, none: &str, lang: Lang) -> Cell {
    match (unit.rank, place(unit, lang)) {
        (Some(rank), Some(_)) if unit.place == Some(Decimal::from(rank)) => Cell::rank(rank),
        (Some(_), Some(place)) => Cell::text(place),
        _ => Cell::missing(MissingReason::Other(none.to_owned())),
    }
}

/// Name of a unit's band.
#[must_use]
pub fn band<'d>(definition: &'d Definition, unit: &UnitScores, year: i32, lang: Lang) -> Option<&'d str> {
    let edition = definition.edition(year).or(definition.editions.last())?;
    let band = edition.bands.get(unit.band?)?;
    Some(lang.pick(band.name.vi.as_str(), band.name.en.as_str()))
}
