//! The least effort to a target score or place: which figures to move, and how far, at the lowest cost.
//!
//! Changes that do not touch each other add up, so the question is a knapsack: of each lever at most one change, enough points, least cost. It is
//! solved exactly on decimals by merging the frontiers of undominated (points, cost) pairs lever by lever. A solver of linear programmes would work
//! in binary fractions, where 69.999… and 70 points are hard to tell apart; here every threshold is compared as it is written. A lever whose points
//! grow evenly may stop anywhere; in a cheapest plan at most one of them does, because two could trade points until one of them is at an end, so
//! trying each in turn is exact as well.
//!
//! Levers that touch each other (one leaf reads both, or a cap, a mean of another kind or moving points stand above them) are tried together.

mod bound;
mod frontier;
mod options;

use rust_decimal::Decimal;
use thiserror::Error;

use crate::computing::{ComputeError, Plan, compute};
use crate::definition::{Definition, Direction, NodeId, TieRule};
use crate::ranking::place;
use crate::table::ScoreTable;
use crate::what_if::{Quantity, WhatIfError, deciding, what_if};
use frontier::{Problem, Solution};
use options::Levers;

/// Something a unit can move, how far, and what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lever {
    /// What is moved.
    pub quantity: Quantity,
    /// Lowest value that can be reached.
    pub low: Decimal,
    /// Highest value that can be reached.
    pub high: Decimal,
    /// The smallest movement; `None`: follows from the rule, and what grows evenly may stop anywhere.
    pub step: Option<Decimal>,
    /// Cost of moving at all.
    pub fixed_cost: Decimal,
    /// Cost of each unit of movement.
    pub unit_cost: Decimal,
}

/// What is to be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// At least this total.
    Score(Decimal),
    /// At least this place.
    Place(u32),
}

/// One movement of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// What is moved.
    pub quantity: Quantity,
    /// From this value.
    pub from: Decimal,
    /// To this value.
    pub to: Decimal,
    /// What it costs.
    pub cost: Decimal,
}

/// A plan that reaches the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffortPlan {
    /// What it costs in all.
    pub cost: Decimal,
    /// The total it leads to, computed anew.
    pub total: Decimal,
    /// The place it leads to; `None`: the unit is not ranked.
    pub place: Option<Decimal>,
    /// The movements, in the order of the levers.
    pub moves: Vec<Move>,
}

/// A question without an answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EffortError {
    /// The table has no such row, or the unit has no total.
    #[error("the unit has no total")]
    NoTotal,
    /// No plan within the feasible ranges reaches the target; the highest total that can be reached.
    #[error("the target cannot be reached, at most {0}")]
    OutOfReach(Decimal),
    /// The unit has no value for this lever to move from.
    #[error("{0} has no value to move from")]
    NoValue(String),
    /// The lever stands twice, its range is empty or its cost is negative.
    #[error("the lever {0} is not well made")]
    BadLever(String),
    /// The lever decides whether a part applies at all.
    #[error("{0} decides whether a part applies")]
    Condition(String),
    /// The indicator is scaled against other units, whose values would move too.
    #[error("{0} is scaled against other units")]
    Scaled(String),
    /// A rule is no step and no line: the lever needs a step.
    #[error("{0} needs a step")]
    StepNeeded(String),
    /// More steps or combinations than are tried; the code of the lever or node.
    #[error("too many steps or combinations at {0}")]
    TooMany(String),
    /// Less is better in this index, or a node compares units with each other.
    #[error("the index has no target of this kind")]
    NotSupported,
    /// The index cannot be computed.
    #[error("the index cannot be computed")]
    Compute(#[from] ComputeError),
    /// A plan leads outside a range.
    #[error("a plan cannot be carried out")]
    WhatIf(#[from] WhatIfError),
}

/// The cheapest plans to a target, the best first: at most `count` different ones. No plan holds a movement that it does not need.
///
/// `shifts` moves the totals of the other units, by row; empty: they are fixed.
///
/// # Errors
/// When the target cannot be reached or a lever cannot be moved.
pub fn least_effort(
    definition: &Definition,
    table: &ScoreTable,
    row: usize,
    levers: &[Lever],
    target: Target,
    count: usize,
    shifts: &[Decimal],
) -> Result<Vec<EffortPlan>, EffortError> {
    if definition.computation.rank_direction == Direction::LowerIsBetter {
        return Err(EffortError::NotSupported);
    }
    // A bound of the total holds back what is beyond it and changes nothing of what leads there.
    let mut open = definition.clone();
    open.nodes[definition.total].cap = None;
    open.nodes[definition.total].floor = None;
    let unbounded = Plan::new(&open);
    let levers = Levers::new(&unbounded, table, row, levers)?;
    let need = needed(definition, table, row, target, shifts)?;
    let problem = Problem::new(levers.components()?, need.points.saturating_sub(levers.base), need.strictly)?;
    let solutions = problem.best(count)?;
    if solutions.is_empty() {
        return Err(EffortError::OutOfReach(levers.base.saturating_add(problem.most())));
    }
    let mut plans: Vec<EffortPlan> = Vec::with_capacity(solutions.len());
    for solution in solutions {
        plans.push(plan(definition, table, row, &levers, &solution, shifts)?);
    }
    Ok(plans)
}

fn plan(
    definition: &Definition,
    table: &ScoreTable,
    row: usize,
    levers: &Levers<'_>,
    solution: &Solution,
    shifts: &[Decimal],
) -> Result<EffortPlan, EffortError> {
    let moves = levers.moves(solution);
    let settings: Vec<(Quantity, Option<Decimal>)> = moves.iter().map(|step| (step.quantity, Some(step.to))).collect();
    let answer = what_if(definition, None, table, row, &settings, shifts)?;
    let total = answer.after.total.map_err(|_| EffortError::NoTotal)?;
    Ok(EffortPlan { cost: solution.cost, total, place: answer.after.place, moves })
}

/// The cost of the cheapest plan to a place for each movement of all rivals at once; `None`: out of reach.
///
/// # Errors
/// When a lever cannot be moved.
pub fn effort_by_rivals(
    definition: &Definition,
    table: &ScoreTable,
    row: usize,
    levers: &[Lever],
    target: Target,
    movements: &[Decimal],
) -> Result<Vec<(Decimal, Option<Decimal>)>, EffortError> {
    let mut found = Vec::with_capacity(movements.len());
    for movement in movements {
        let shifts = vec![*movement; table.rows.len()];
        match least_effort(definition, table, row, levers, target, 1, &shifts) {
            Ok(plans) => found.push((*movement, plans.first().map(|plan| plan.cost))),
            Err(EffortError::OutOfReach(_)) => found.push((*movement, None)),
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// The total that is needed.
#[derive(Debug, Clone, Copy)]
struct Need {
    points: Decimal,
    /// True where the total must be more than that.
    strictly: bool,
}

fn needed(definition: &Definition, table: &ScoreTable, row: usize, target: Target, shifts: &[Decimal]) -> Result<Need, EffortError> {
    let wanted = match target {
        Target::Score(points) => return Ok(Need { points, strictly: false }),
        Target::Place(wanted) => Decimal::from(wanted),
    };
    let scores = compute(definition, None, table)?;
    let (mut totals, own) = deciding(definition, table, &scores, row, shifts);
    let rules = definition.computation;
    let mut reaches = |total: Decimal| {
        totals[own] = Some(total);
        place(&totals, rules.rank_direction, rules.tie_rule)[own].is_some_and(|place| place <= wanted)
    };
    let own_total = scores.units[row].values[definition.total].map_err(|_| EffortError::NoTotal)?;
    if reaches(crate::what_if::as_ranked(definition, own_total)) {
        return Ok(Need { points: own_total, strictly: false });
    }
    let (rivals, _) = deciding(definition, table, &scores, row, shifts);
    let mut thresholds: Vec<Decimal> =
        rivals.iter().enumerate().filter(|(position, _)| *position != own).filter_map(|(_, total)| *total).collect();
    thresholds.sort_unstable();
    thresholds.dedup();
    // What is displayed is reached half a unit of the last digit earlier.
    let half = match rules.rank_on {
        crate::definition::RankOn::Displayed => Decimal::new(5, definition.decimals + 1),
        crate::definition::RankOn::Unrounded => Decimal::ZERO,
    };
    let above = |threshold: Decimal| threshold.saturating_add(Decimal::new(1, 20));
    for threshold in thresholds {
        if reaches(threshold) {
            return Ok(Need { points: threshold.saturating_sub(half), strictly: false });
        }
        if rules.tie_rule != TieRule::Competition && reaches(above(threshold)) {
            // With what is displayed, "more" is one unit of the last digit.
            let points = if half.is_zero() { threshold } else { threshold.saturating_add(half) };
            return Ok(Need { points, strictly: half.is_zero() });
        }
    }
    Err(EffortError::OutOfReach(own_total))
}

/// Codes of nodes that stand in the way, for messages.
fn code_of(definition: &Definition, node: NodeId) -> String {
    definition.nodes[node].code.clone()
}
