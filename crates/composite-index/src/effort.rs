//! The least effort to a target score or place: which figures to move, and how far, at the lowest cost.
//!
//! Changes that do not touch each other add up, so the question is a knapsack with a choice of ways in each component: of each lever at most one
//! change, enough points, least cost. It is solved exactly on decimals by branch and bound ([`search`]). A solver of linear programmes works in binary
//! fractions with tolerances, where 69.999… and 70 points are hard to tell apart, and its next-best answers are the best one with something useless
//! added; here every threshold is compared as it is written, and every plan that is told needs all of its movements.
//!
//! A lever whose points grow evenly may stop anywhere; in a cheapest plan at most one of them does, because two could trade points until one of them
//! is at an end. Levers that touch each other (one leaf reads both, or a cap, a mean of another kind or moving points stand above them) are tried
//! together in steps.

mod grid;
mod near;
mod options;
mod problem;
mod search;
mod trying;

use rust_decimal::Decimal;
use thiserror::Error;

use crate::computing::{ComputeError, Plan, Years, compute_in};
use crate::definition::{Definition, Direction, NodeId, TieRule};
use crate::ranking::{place, settled};
use crate::table::ScoreTable;
use crate::uncertainty::Progress;
use crate::what_if::{Quantity, WhatIfError, deciding, what_if};
use options::Levers;
use problem::{Problem, Solution};
use search::{Found, SEARCH_STEPS, cheapest};

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

/// Whose effort is asked for, and what for.
#[derive(Debug, Clone, Copy)]
pub struct EffortQuestion<'q> {
    /// How the index is computed.
    pub definition: &'q Definition,
    /// The units.
    pub table: &'q ScoreTable,
    /// The year of the table and those before it.
    pub years: Years<'q>,
    /// Row of the unit.
    pub row: usize,
    /// What it can move.
    pub levers: &'q [Lever],
    /// What it wants to reach.
    pub target: Target,
    /// How far the totals of the other units move, by row; empty: they are fixed.
    pub shifts: &'q [Decimal],
}

/// The cheapest plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffortPlans {
    /// The plans in order of their cost, as many as asked for or as there are.
    pub plans: Vec<EffortPlan>,
    /// So many of them are certain to be the cheapest. Less than all of them where the search was too long: the others are the best it met.
    pub certain: usize,
    /// No plan costs less than this, beside those that are certain.
    pub floor: Decimal,
}

/// The number that [`Progress`] is told when the work on effort ends.
pub const EFFORT_WORK: usize = 1000;

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
    /// The lever stands twice.
    #[error("the lever {0} stands twice")]
    LeverTwice(String),
    /// The lowest value of the lever is above its highest.
    #[error("the range of the lever {0} is reversed")]
    EmptyRange(String),
    /// A cost of the lever is below zero.
    #[error("a cost of the lever {0} is below zero")]
    NegativeCost(String),
    /// The step of the lever is not above zero, or no whole number where a count moves.
    #[error("the step of the lever {0} is not valid")]
    BadStep(String),
    /// A place is asked for, and the unit is not ranked.
    #[error("the unit is not ranked")]
    NotRanked,
    /// There is no such place.
    #[error("there is no place {0}")]
    NoSuchPlace(u32),
    /// The lever decides whether a part applies at all.
    #[error("{0} decides whether a part applies")]
    Condition(String),
    /// The indicator is scaled against other units, whose values would move too.
    #[error("{0} is scaled against other units")]
    Scaled(String),
    /// The points of the lever change neither at known values nor along a line of their own: it needs a step.
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
    /// A value of a lever that its figure cannot have.
    #[error("a value cannot be reached")]
    WhatIf(#[from] WhatIfError),
    /// The caller stopped the work.
    #[error("stopped")]
    Stopped,
}

/// The cheapest plans to a target, the best first: at most `count` different ones. Of no plan a movement can be left out or made shorter.
///
/// # Errors
/// When the target cannot be reached, a lever cannot be moved, or the caller stops the work.
pub fn least_effort(question: &EffortQuestion<'_>, count: usize, progress: Progress<'_>) -> Result<EffortPlans, EffortError> {
    let open = without_bounds(question.definition);
    let plan = Plan::new(&open);
    let levers = evaluated(question, &plan, progress)?;
    let need = needed(question)?;
    let found =
        solve(&levers, bounds_of(question), need, count, &|steps| progress(EFFORT_WORK / 2 + share(steps, SEARCH_STEPS, EFFORT_WORK / 2)))?;
    let told = found.solutions.iter().map(|solution| told(question, &levers, solution));
    Ok(EffortPlans { plans: told.collect::<Result<_, _>>()?, certain: found.certain, floor: found.floor })
}

/// The cost of the cheapest plan to a place for each movement of all rivals at once; `None`: out of reach.
///
/// # Errors
/// When a lever cannot be moved, or the caller stops the work.
pub fn effort_by_rivals(
    question: &EffortQuestion<'_>,
    movements: &[Decimal],
    progress: Progress<'_>,
) -> Result<Vec<(Decimal, Option<Decimal>)>, EffortError> {
    let open = without_bounds(question.definition);
    let plan = Plan::new(&open);
    let levers = evaluated(question, &plan, progress)?;
    let mut found = Vec::with_capacity(movements.len());
    for (done, movement) in movements.iter().enumerate() {
        let shifts = vec![*movement; question.table.rows.len()];
        let go_on = |_| progress(EFFORT_WORK / 2 + share(done, movements.len(), EFFORT_WORK / 2));
        let cheapest =
            needed(&EffortQuestion { shifts: &shifts, ..*question }).and_then(|need| solve(&levers, bounds_of(question), need, 1, &go_on));
        match cheapest {
            Ok(cheapest) => found.push((*movement, cheapest.solutions.first().map(|solution| solution.cost))),
            Err(EffortError::OutOfReach(_)) => found.push((*movement, None)),
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// A bound of the total holds back what is beyond it and changes nothing of what leads there.
fn without_bounds(definition: &Definition) -> Definition {
    let mut open = definition.clone();
    open.nodes[definition.total].cap = None;
    open.nodes[definition.total].floor = None;
    open
}

/// Floor and cap of the total.
fn bounds_of(question: &EffortQuestion<'_>) -> (Option<Decimal>, Option<Decimal>) {
    let total = &question.definition.nodes[question.definition.total];
    (total.floor, total.cap)
}

/// The part of a whole that is done.
fn share(done: usize, all: usize, whole: usize) -> usize {
    done.saturating_mul(whole) / all.max(1)
}

fn evaluated<'a>(question: &EffortQuestion<'a>, plan: &'a Plan<'a>, progress: Progress<'_>) -> Result<Levers<'a>, EffortError> {
    if question.definition.computation.rank_direction == Direction::LowerIsBetter {
        return Err(EffortError::NotSupported);
    }
    let go_on = |done, all| progress(share(done, all, EFFORT_WORK / 2));
    let table = question.years.scaled(question.definition, question.table).map_err(ComputeError::from)?;
    Levers::new(plan, &table, question.row, question.levers, &go_on)
}

/// The cheapest ways to what is needed; a total is held between its floor and cap.
fn solve(
    levers: &Levers<'_>,
    (floor, cap): (Option<Decimal>, Option<Decimal>),
    need: Need,
    count: usize,
    progress: Progress<'_>,
) -> Result<Found, EffortError> {
    // A total that its floor holds up to what is needed needs nothing.
    let held_up = floor.is_some_and(|floor| if need.strictly { floor > settled(need.points) } else { floor >= settled(need.points) });
    let (gap, strictly) = if held_up { (Decimal::ZERO, false) } else { (settled(need.points.saturating_sub(levers.base)), need.strictly) };
    let problem = Problem::new(levers.components.clone(), gap, strictly)?;
    let most = levers.base.saturating_add(problem.most());
    let most = cap.map_or(most, |cap| most.min(cap));
    let beyond = |points: Decimal| if need.strictly { points >= most } else { points > most };
    if !held_up && cap.is_some_and(|cap| cap <= most) && beyond(settled(need.points)) {
        return Err(EffortError::OutOfReach(settled(most)));
    }
    let found = cheapest(&problem, count, progress)?;
    if found.solutions.is_empty() {
        return Err(EffortError::OutOfReach(settled(most)));
    }
    Ok(found)
}

/// A solution as a plan; its total and place are computed anew.
fn told(question: &EffortQuestion<'_>, levers: &Levers<'_>, solution: &Solution) -> Result<EffortPlan, EffortError> {
    let moves = levers.moves(solution);
    let settings: Vec<(Quantity, Option<Decimal>)> = moves.iter().map(|step| (step.quantity, Some(step.to))).collect();
    let answer = what_if(question.definition, question.table, question.years, question.row, &settings, question.shifts)?;
    let total = answer.after.total.map_err(|_| EffortError::NoTotal)?;
    Ok(EffortPlan { cost: solution.cost, total, place: answer.after.place, moves })
}

/// The total that is needed.
#[derive(Debug, Clone, Copy)]
struct Need {
    points: Decimal,
    /// True where the total must be more than that.
    strictly: bool,
}

fn needed(question: &EffortQuestion<'_>) -> Result<Need, EffortError> {
    let EffortQuestion { definition, table, years, row, shifts, .. } = *question;
    let wanted = match question.target {
        Target::Score(points) => return Ok(Need { points, strictly: false }),
        Target::Place(0) => return Err(EffortError::NoSuchPlace(0)),
        Target::Place(_) if !table.rows.get(row).is_some_and(|unit| unit.ranked) => return Err(EffortError::NotRanked),
        Target::Place(wanted) => Decimal::from(wanted),
    };
    let scores = compute_in(definition, table, years)?;
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
    // The least difference that a rank takes notice of.
    let above = |threshold: Decimal| threshold.saturating_add(Decimal::new(1, 20).max(threshold.abs().saturating_mul(Decimal::new(1, 23))));
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
