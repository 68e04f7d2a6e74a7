//! What a unit's total and place would be with other figures, the rivals fixed or moving.

use rust_decimal::{Decimal, RoundingStrategy};
use thiserror::Error;

use crate::computing::{ComputeError, NodeValue, Scores, Years, compute_in};
use crate::definition::{Definition, FigureId, FigureKind, NodeId, RankOn, RankWithin};
use crate::ranking::place;
use crate::table::{ScoreTable, TableRow};

/// Something of a unit that can be set to another value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    /// A figure.
    Figure(FigureId),
    /// A node that is read from the table.
    Input(NodeId),
}

impl Quantity {
    /// The figure or input node with a code.
    #[must_use]
    pub fn find(definition: &Definition, code: &str) -> Option<Self> {
        let node = definition.node(code).filter(|id| definition.nodes[*id].is_input()).map(Self::Input);
        definition.figure(code).map(Self::Figure).or(node)
    }

    /// Its code.
    #[must_use]
    pub fn code(self, definition: &Definition) -> &str {
        match self {
            Self::Figure(figure) => &definition.figures[figure].code,
            Self::Input(node) => &definition.nodes[node].code,
        }
    }

    /// Its value in a row.
    #[must_use]
    pub fn value(self, row: &TableRow) -> Option<Decimal> {
        match self {
            Self::Figure(figure) => row.figures.get(figure).copied().flatten(),
            Self::Input(node) => row.inputs.get(node).copied().flatten(),
        }
    }

    /// Sets its value in a row.
    pub(crate) fn set(self, row: &mut TableRow, value: Option<Decimal>) {
        let slot = match self {
            Self::Figure(figure) => row.figures.get_mut(figure),
            Self::Input(node) => row.inputs.get_mut(node),
        };
        if let Some(slot) = slot {
            *slot = value;
        }
    }
}

/// A unit's total and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The total.
    pub total: NodeValue,
    /// The place under the declared tie rule; `None`: not ranked.
    pub place: Option<Decimal>,
    /// The band, a position in the edition's bands.
    pub band: Option<usize>,
}

/// What changes when figures are set to other values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    /// As it is now.
    pub before: Standing,
    /// As it would be if the others moved and the unit changed nothing; equal to `before` where they are fixed.
    pub unchanged: Standing,
    /// As it would be.
    pub after: Standing,
    /// Every node whose value changes, with both values, from the total down.
    pub nodes: Vec<(NodeId, NodeValue, NodeValue)>,
}

/// Why a value cannot stand for a figure or node: the same rules by which a table is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ValueFault {
    /// Outside the range, or the maximum, of the figure or node.
    #[error("outside {low} to {high}")]
    OutOfRange {
        /// Lowest value.
        low: Decimal,
        /// Highest value.
        high: Decimal,
    },
    /// A count that is no whole number from zero.
    #[error("no whole number from zero")]
    NotWhole,
    /// Neither yes (one) nor no (zero), or no position in the list of choices.
    #[error("none of the choices")]
    NotAChoice,
    /// Of a part that does not apply to the unit: by a stated reason, or because it is for units of other blocks.
    #[error("does not apply to the unit")]
    NotApplicable,
}

/// A question that has no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WhatIfError {
    /// The table has no such row.
    #[error("the table has no such row")]
    NoUnit,
    /// A value that a table could not hold either.
    #[error("{code} cannot be {value}: {fault}")]
    BadValue {
        /// Code of the figure or node.
        code: String,
        /// The value.
        value: Decimal,
        /// What is wrong with it.
        fault: ValueFault,
    },
    /// The index cannot be computed with the values.
    #[error("the index cannot be computed")]
    Compute(#[from] ComputeError),
}

/// Answers what a unit's total and place would be. `shifts` moves the totals of the other units, by row; empty: they are fixed. Both the present and
/// the changed table are computed in the same years.
///
/// # Errors
/// When a value is out of range or the index cannot be computed.
pub fn what_if(
    definition: &Definition,
    table: &ScoreTable,
    years: Years<'_>,
    row: usize,
    settings: &[(Quantity, Option<Decimal>)],
    shifts: &[Decimal],
) -> Result<WhatIf, WhatIfError> {
    let unit = table.rows.get(row).ok_or(WhatIfError::NoUnit)?;
    let mut changed = unit.clone();
    for (quantity, value) in settings {
        let fault = |value| fault_of(definition, *quantity, value).or_else(|| not_applicable(definition, unit, *quantity));
        if let Some((value, fault)) = value.and_then(|value| Some((value, fault(value)?))) {
            return Err(WhatIfError::BadValue { code: quantity.code(definition).to_owned(), value, fault });
        }
        quantity.set(&mut changed, *value);
    }
    let mut other = table.clone();
    other.rows[row] = changed;
    let (before, after) = (compute_in(definition, table, years)?, compute_in(definition, &other, years)?);
    let standing = |scores: &Scores, shifts: &[Decimal]| Standing {
        total: scores.units[row].values[definition.total],
        place: place_among(definition, table, scores, row, shifts),
        band: scores.units[row].band,
    };
    let nodes = definition
        .top_down()
        .into_iter()
        .map(|(id, _)| (id, before.units[row].values[id], after.units[row].values[id]))
        .filter(|(_, before, after)| before != after)
        .collect();
    Ok(WhatIf { before: standing(&before, &[]), unchanged: standing(&before, shifts), after: standing(&after, shifts), nodes })
}

/// A value that would change nothing, because no part that reads it applies to the unit.
fn not_applicable(definition: &Definition, unit: &TableRow, quantity: Quantity) -> Option<ValueFault> {
    let without = match quantity {
        Quantity::Input(node) => unit.is_without(definition, node),
        Quantity::Figure(figure) => {
            let mut readers = definition.readers_of(figure).peekable();
            readers.peek().is_some() && readers.all(|id| unit.is_without(definition, id))
        }
    };
    without.then_some(ValueFault::NotApplicable)
}

/// What is wrong with a value of a figure or node, by the rules of the table reader.
pub(crate) fn fault_of(definition: &Definition, quantity: Quantity, value: Decimal) -> Option<ValueFault> {
    let range = match quantity {
        Quantity::Figure(figure) => {
            let figure = &definition.figures[figure];
            let is_whole = !value.is_sign_negative() && value.fract().is_zero();
            match &figure.kind {
                FigureKind::Count if !is_whole => return Some(ValueFault::NotWhole),
                FigureKind::YesNo if !is_whole || value > Decimal::ONE => return Some(ValueFault::NotAChoice),
                FigureKind::Choice(choices) if !is_whole || value >= Decimal::from(choices.len()) => return Some(ValueFault::NotAChoice),
                _ => figure.range,
            }
        }
        Quantity::Input(node) => definition.input_range(node),
    };
    range.filter(|(low, high)| value < *low || value > *high).map(|(low, high)| ValueFault::OutOfRange { low, high })
}

/// Totals of the units that are ranked against a row, as they decide, with the others moved; the row's own stands at its position.
pub(crate) fn deciding(
    definition: &Definition,
    table: &ScoreTable,
    scores: &Scores,
    row: usize,
    shifts: &[Decimal],
) -> (Vec<Option<Decimal>>, usize) {
    let apart = definition.computation.rank_within == RankWithin::Block;
    let mut own = 0;
    let mut totals = Vec::new();
    for (index, unit) in table.rows.iter().enumerate() {
        if index != row && (!unit.ranked || (apart && unit.block != table.rows[row].block)) {
            continue;
        }
        if index == row {
            own = totals.len();
        }
        let shift = shifts.get(index).copied().filter(|_| index != row).unwrap_or_default();
        let total = scores.units[index].values[definition.total].ok().map(|total| total.saturating_add(shift));
        totals.push(total.map(|total| as_ranked(definition, total)));
    }
    (totals, own)
}

/// A total as it decides the rank.
pub(crate) fn as_ranked(definition: &Definition, total: Decimal) -> Decimal {
    match definition.computation.rank_on {
        RankOn::Unrounded => total,
        RankOn::Displayed => total.round_dp_with_strategy(definition.decimals, RoundingStrategy::MidpointAwayFromZero),
    }
}

fn place_among(definition: &Definition, table: &ScoreTable, scores: &Scores, row: usize, shifts: &[Decimal]) -> Option<Decimal> {
    if !table.rows[row].ranked {
        return None;
    }
    let (totals, own) = deciding(definition, table, scores, row, shifts);
    place(&totals, definition.computation.rank_direction, definition.computation.tie_rule)[own]
}

/// How far the units of a table move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trends {
    /// Points by row of the table.
    pub shifts: Vec<Decimal>,
    /// Rows that stand still because one of the two years has no total of theirs.
    pub still: Vec<usize>,
    /// Rows that would go beyond the lowest or highest total there can be and stop there.
    pub stopped: Vec<usize>,
}

/// How far each unit's total would move if it went on as from an earlier year. Nobody goes beyond the lowest or highest total that there can be.
///
/// Each side is a definition, its table and the years of that table.
///
/// # Errors
/// When an index cannot be computed.
pub fn trends(now: (&Definition, &ScoreTable, Years<'_>), earlier: (&Definition, &ScoreTable, Years<'_>)) -> Result<Trends, ComputeError> {
    let (definition, table, _) = now;
    let after = compute_in(definition, table, now.2)?;
    let before = compute_in(earlier.0, earlier.1, earlier.2)?;
    let ends = definition.ends(definition.total);
    let mut trends = Trends { shifts: Vec::with_capacity(table.rows.len()), still: Vec::new(), stopped: Vec::new() };
    for (index, (row, unit)) in table.rows.iter().zip(&after.units).enumerate() {
        let moved = earlier.1.row_like(row).and_then(|place| {
            let total = unit.values[definition.total].ok()?;
            let before = before.units[place].values[earlier.0.total].ok()?;
            Some((total, total.checked_sub(before)?))
        });
        let Some((total, moved)) = moved else {
            trends.still.push(index);
            trends.shifts.push(Decimal::ZERO);
            continue;
        };
        // A total that lies beyond an end already stays where it is.
        let low = ends.0.map(|low| low.min(total).saturating_sub(total));
        let high = ends.1.map(|high| high.max(total).saturating_sub(total));
        let below = high.map_or(moved, |high| moved.min(high));
        let kept = low.map_or(below, |low| below.max(low));
        if kept != moved {
            trends.stopped.push(index);
        }
        trends.shifts.push(kept);
    }
    Ok(trends)
}
