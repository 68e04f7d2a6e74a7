//! The points of one leaf for one unit.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::{Gap, NodeValue, Trouble};
use crate::definition::{AbsentThen, Bracket, Definition, LeafRule, Measure, Node, NodeId};
use crate::formula::{Exact, FormulaGap, FormulaScratch};
use crate::table::TableRow;

/// What a leaf reads of a unit, and what was worked out of its rule beforehand.
#[derive(Clone, Copy)]
pub(crate) struct Readings<'r> {
    /// Points for each unit of a line, where that is a finite decimal: [`exact_rate`].
    pub(crate) rate: Option<Decimal>,
    pub(crate) figures: &'r [Option<Decimal>],
    pub(crate) inputs: &'r [Option<Decimal>],
}

impl<'r> Readings<'r> {
    pub(crate) fn of(row: &'r TableRow, rate: Option<Decimal>) -> Self {
        Self { rate, figures: &row.figures, inputs: &row.inputs }
    }
}

/// Points for each unit of a leaf's line: maximum / (full − zero), where the quotient ends, so that a product can stand for the division.
pub(crate) fn exact_rate(node: &Node) -> Option<Decimal> {
    let (low, high) = match node.rule.as_ref()? {
        LeafRule::Linear { zero_at, full_at, .. } => (*zero_at, *full_at),
        LeafRule::Survey { scale, .. } => *scale,
        _ => return None,
    };
    let length = high.checked_sub(low)?;
    let rate = node.maximum?.checked_div(length)?.normalize();
    // A quotient without an end was cut, and its product is another number.
    (rate.scale() <= 12 && rate.checked_mul(length) == node.maximum).then_some(rate)
}

/// What a leaf's rule made of its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The points, before the bounds of the node and before points moved here.
    pub(crate) value: NodeValue,
    /// The value that was held against brackets or a threshold.
    pub(crate) measure: Option<Decimal>,
    /// The bracket that applied.
    pub(crate) bracket: Option<usize>,
    /// True where the leaf's subject does not exist for the unit.
    pub(crate) absent: bool,
    /// True where a formula's value was brought back between zero and the maximum.
    pub(crate) clamped: bool,
}

impl Outcome {
    fn plain(value: NodeValue) -> Self {
        Self { value, measure: None, bracket: None, absent: false, clamped: false }
    }
}

/// Evaluates the rule of a leaf.
pub(crate) fn outcome(definition: &Definition, row: Readings<'_>, id: NodeId, scratch: &mut FormulaScratch) -> Result<Outcome, Trouble> {
    let node = &definition.nodes[id];
    if let Some(absent) = &node.absent {
        match absent.when.evaluate(row.figures, scratch) {
            Ok(holds) if !holds.is_zero() => {
                let value = match absent.then {
                    AbsentThen::Full => Ok(definition.maximum(id).unwrap_or_default()),
                    AbsentThen::Zero | AbsentThen::MoveTo { .. } => Ok(Decimal::ZERO),
                    AbsentThen::NotApplicable => Err(Gap::NotApplicable(id)),
                };
                return Ok(Outcome { absent: true, ..Outcome::plain(value) });
            }
            Ok(_) => {}
            Err(gap) => return gap_of(id, gap).map(|gap| Outcome::plain(Err(gap))),
        }
    }
    let Some(rule) = &node.rule else { return Ok(Outcome::plain(row.inputs[id].ok_or(Gap::EmptyLeaf(id)))) };
    by_rule(rule, node.maximum.unwrap_or_default(), row, id, scratch)
}

/// Whether the subject of a leaf does not exist for the unit.
pub(crate) fn is_absent(node: &Node, row: &TableRow, scratch: &mut FormulaScratch) -> bool {
    node.absent.as_ref().is_some_and(|absent| absent.when.evaluate(&row.figures, scratch).is_ok_and(|holds| !holds.is_zero()))
}

fn gap_of(id: NodeId, gap: FormulaGap) -> Result<Gap, Trouble> {
    match gap {
        FormulaGap::Missing(figure) => Ok(Gap::EmptyFigure(figure)),
        FormulaGap::DivisionByZero => Ok(Gap::DivisionByZero(id)),
        FormulaGap::TooLarge => Err(Trouble::TooLarge),
    }
}

fn by_rule(rule: &LeafRule, maximum: Decimal, row: Readings<'_>, id: NodeId, scratch: &mut FormulaScratch) -> Result<Outcome, Trouble> {
    let figure = |figure: usize| row.figures.get(figure).copied().flatten().ok_or(Gap::EmptyFigure(figure));
    let plain = |value: Result<Option<Decimal>, Gap>| match value {
        Ok(Some(value)) => Ok(Outcome::plain(Ok(value))),
        Ok(None) => Err(Trouble::TooLarge),
        Err(gap) => Ok(Outcome::plain(Err(gap))),
    };
    match rule {
        LeafRule::Brackets { measure, brackets } => match measured(measure, row, id, scratch)? {
            Ok(value) => in_bracket(brackets, &value, id),
            Err(gap) => Ok(Outcome::plain(Err(gap))),
        },
        LeafRule::Linear { measure, zero_at, full_at } => match measured(measure, row, id, scratch)? {
            Ok(value) => {
                let points = exactly_on_line(&value, (*zero_at, *full_at), maximum, row.rate).ok_or(Trouble::TooLarge)?;
                Ok(Outcome { measure: Some(value.decimal().ok_or(Trouble::TooLarge)?), ..Outcome::plain(Ok(points)) })
            }
            Err(gap) => Ok(Outcome::plain(Err(gap))),
        },
        LeafRule::YesNo { figure: id } => plain(figure(*id).map(|yes| Some(if yes.is_zero() { Decimal::ZERO } else { maximum }))),
        LeafRule::Checklist { items } => {
            let mut sum = Some(Decimal::ZERO);
            for item in items {
                match figure(item.figure) {
                    Ok(yes) if yes.is_zero() => {}
                    Ok(_) => sum = sum.and_then(|sum| sum.checked_add(item.points)),
                    Err(gap) => return Ok(Outcome::plain(Err(gap))),
                }
            }
            plain(Ok(sum))
        }
        LeafRule::Choice { figure: id, points } => plain(figure(*id).map(|choice| points.get(choice.to_usize()?).copied())),
        LeafRule::Formula { formula, clamp } => match formula.exact(row.figures, scratch) {
            Ok(exact) => {
                let value = exact.decimal().ok_or(Trouble::TooLarge)?;
                let inside = exact.compared(Decimal::ZERO).is_ge() && exact.compared(maximum).is_le();
                let kept = value.max(Decimal::ZERO).min(maximum);
                Ok(match (inside, *clamp) {
                    (true, _) => Outcome::plain(Ok(kept)),
                    (false, true) => Outcome { measure: Some(value), clamped: true, ..Outcome::plain(Ok(kept)) },
                    (false, false) => Outcome { measure: Some(value), ..Outcome::plain(Err(Gap::OutOfRange(id))) },
                })
            }
            Err(gap) => gap_of(id, gap).map(|gap| Outcome::plain(Err(gap))),
        },
        LeafRule::Survey { figure: result, scale } => match figure(*result) {
            Ok(value) if value < scale.0 || value > scale.1 => {
                Ok(Outcome { measure: Some(value), ..Outcome::plain(Err(Gap::OutOfRange(id))) })
            }
            Ok(value) => {
                let points = on_line(value, *scale, maximum, row.rate).ok_or(Trouble::TooLarge)?;
                Ok(Outcome { measure: Some(value), ..Outcome::plain(Ok(points)) })
            }
            Err(gap) => Ok(Outcome::plain(Err(gap))),
        },
        LeafRule::External => Ok(Outcome::plain(row.inputs[id].ok_or(Gap::EmptyLeaf(id)))),
        // A number of cases is never below zero, whatever kind its figure has.
        LeafRule::PerCase { figure: cases, .. } if figure(*cases).is_ok_and(|cases| cases < Decimal::ZERO) => {
            Ok(Outcome { measure: figure(*cases).ok(), ..Outcome::plain(Err(Gap::OutOfRange(id))) })
        }
        LeafRule::PerCase { figure: cases, start, each, floor, cap } => plain(figure(*cases).map(|cases| {
            let points = cases.checked_mul(*each)?.checked_add(*start)?;
            let points = cap.map_or(points, |cap| points.min(cap));
            Some(floor.map_or(points, |floor| points.max(floor)))
        })),
    }
}

fn measured(measure: &Measure, row: Readings<'_>, id: NodeId, scratch: &mut FormulaScratch) -> Result<Result<Exact, Gap>, Trouble> {
    match measure {
        Measure::Figure(figure) => Ok(row.figures.get(*figure).copied().flatten().map(Exact::from).ok_or(Gap::EmptyFigure(*figure))),
        Measure::Formula(formula) => match formula.exact(row.figures, scratch) {
            Ok(value) => Ok(Ok(value)),
            Err(gap) => gap_of(id, gap).map(Err),
        },
    }
}

fn in_bracket(brackets: &[Bracket], value: &Exact, id: NodeId) -> Result<Outcome, Trouble> {
    let measure = Some(value.decimal().ok_or(Trouble::TooLarge)?);
    let found = match value.as_decimal() {
        Some(value) => brackets.iter().position(|bracket| bracket.holds(value)),
        None => brackets.iter().position(|bracket| bracket.holds_by(|end| value.compared(end))),
    };
    Ok(match found {
        Some(position) => Outcome { measure, bracket: Some(position), ..Outcome::plain(Ok(brackets[position].points)) },
        None => Outcome { measure, ..Outcome::plain(Err(Gap::OutOfRange(id))) },
    })
}

/// As [`on_line`], of an exact value: a fraction meets the ends as it is and becomes points with one rounding.
fn exactly_on_line(value: &Exact, (zero_at, full_at): (Decimal, Decimal), maximum: Decimal, rate: Option<Decimal>) -> Option<Decimal> {
    if let Some(value) = value.as_decimal() {
        return on_line(value, (zero_at, full_at), maximum, rate);
    }
    let rising = full_at > zero_at;
    let (at_full, at_zero) = (value.compared(full_at), value.compared(zero_at));
    if (rising && at_full.is_ge()) || (!rising && at_full.is_le()) {
        return Some(maximum);
    }
    if (rising && at_zero.is_le()) || (!rising && at_zero.is_ge()) {
        return Some(Decimal::ZERO);
    }
    value.along(zero_at, maximum, full_at.checked_sub(zero_at)?)
}

/// Maximum × (value − zero) / (full − zero), kept between zero and the maximum; `None` where a decimal cannot hold it.
///
/// It multiplies before it divides, so that only the division can round, at the 28th digit. With an exact rate there is no division.
fn on_line(value: Decimal, (zero_at, full_at): (Decimal, Decimal), maximum: Decimal, rate: Option<Decimal>) -> Option<Decimal> {
    let rising = full_at > zero_at;
    if (rising && value >= full_at) || (!rising && value <= full_at) {
        return Some(maximum);
    }
    if (rising && value <= zero_at) || (!rising && value >= zero_at) {
        return Some(Decimal::ZERO);
    }
    let distance = value.checked_sub(zero_at)?;
    match rate {
        // Within 28 digits the product is the quotient, digit by digit.
        Some(rate) if distance.scale() + rate.scale() <= 20 && distance.abs() < Decimal::ONE_THOUSAND => distance.checked_mul(rate),
        _ => distance.checked_mul(maximum)?.checked_div(full_at.checked_sub(zero_at)?),
    }
}
