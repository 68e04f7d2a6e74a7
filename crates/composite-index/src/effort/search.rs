//! The cheapest plans that hold nothing they do not need: branch and bound over whole numbers, where points come in too many units for a table.
//!
//! A plan is told by the ways it takes, the largest step first. Its last way has the smallest step; if that one cannot be left out or shortened, no
//! other can. So a branch ends where the points are reached, and each plan that holds nothing useless is met exactly once.
//!
//! What a branch can still cost at least is told by Lagrangian relaxation (Fisher 1981): points have a price, and each component that is left takes
//! what is worth most at that price. Prices are those at which the continuous relaxation of the whole knapsack breaks (Sinha and Zoltners 1979) and
//! some beside it. Bounds are `f64` with room for rounding and only tell what need not be followed; points and costs are exact.
//!
//! The most that a plan may cost begins near the bound and grows until there are enough plans, so that dear ones are never followed.

use rust_decimal::Decimal;

use super::EffortError;
use super::grid::Grid;
use super::near::near_cheapest;
use super::problem::{Item, Problem, Slope, Solution};

/// Prices that are held against each branch.
const PRICES: usize = 3;
/// Steps of the search after which it gives up.
pub(super) const SEARCH_STEPS: usize = 100_000_000;
/// Steps between two questions whether to go on.
const BREATH: usize = 1 << 12;

/// What the components that are left can do, from an item on.
type Rest = [f64; PRICES];

/// What changes when an item is passed over: before and after it, of its component, what it is worth most at each price and its most points.
#[derive(Debug, Clone, Copy)]
struct Passing {
    worth_before: Rest,
    worth_after: Rest,
    most_before: i128,
    most_after: i128,
}

/// A branch: the ways taken so far, and from where others can follow.
#[derive(Debug, Clone, Copy)]
struct Branch {
    from: usize,
    /// Points that are still missing, more than zero.
    missing: i128,
    cost: i128,
    /// What is left is worth at each price: zero or less.
    rest: Rest,
    /// Points that are left.
    room: i128,
}

/// Why a search ended early.
enum Halt {
    Stopped,
    Exhausted,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The cheapest plans in order of their cost.
    pub(super) solutions: Vec<Solution>,
    /// So many of them are certain: no other plan costs less. The others are the best that were met before the search gave up.
    pub(super) certain: usize,
    /// No plan beside those that are certain costs less than this.
    pub(super) floor: Decimal,
}

/// A component that may stop on its line.
#[derive(Debug, Clone, Copy)]
struct Line {
    component: usize,
    slope: Slope,
    /// Cost of coming to where it begins, and of each point.
    fixed: f64,
    rate: f64,
}

pub(super) struct Search<'p> {
    problem: &'p Problem,
    /// Every way, the largest step first; of equal steps what is worth most at the first price.
    items: Vec<Item>,
    prices: Rest,
    passing: Vec<Passing>,
    lines: Vec<Line>,
    /// Of each component, its most points.
    mosts: Vec<i128>,
    /// The line on which the plans that are being looked for stop; `None`: on none.
    line: Option<Line>,
    whole_cost: f64,
    count: usize,
    /// Room for the rounding of bounds.
    margin: f64,
    limit: f64,
    taken: Vec<bool>,
    chosen: Vec<usize>,
    found: Vec<Solution>,
    steps: usize,
    progress: &'p (dyn Fn(usize) -> bool + Sync),
}

/// The cheapest plans, at most `count`; `progress` hears of the steps taken and stops the search by false.
pub(super) fn cheapest(problem: &Problem, count: usize, progress: &(dyn Fn(usize) -> bool + Sync)) -> Result<Found, EffortError> {
    if problem.need <= 0 {
        let nothing = Solution { cost: Decimal::ZERO, chosen: Vec::new(), part_of_slope: None };
        return Ok(Found { solutions: vec![nothing], certain: 1, floor: Decimal::ZERO });
    }
    match Grid::new(problem, progress)? {
        Some(grid) => grid.cheapest(count, progress),
        None => Search::new(problem, count, progress).run(),
    }
}

impl<'p> Search<'p> {
    pub(super) fn new(problem: &'p Problem, count: usize, progress: &'p (dyn Fn(usize) -> bool + Sync)) -> Self {
        let components = &problem.components;
        let (price, whole_cost) = breaking_price(problem);
        let prices = [price, price * 0.9, price * 1.1];
        let mut items = problem.items.clone();
        let worth = |item: &Item| item.cost as f64 - price * item.gain as f64;
        items.sort_by(|one, other| other.step.cmp(&one.step).then(worth(one).total_cmp(&worth(other))));
        let line = |(component, slope): (usize, Slope)| {
            let (fixed, all) = (problem.relaxed_cost(slope.fixed), problem.relaxed_cost(slope.end_cost()));
            Line { component, slope, fixed, rate: (all - fixed) / problem.relaxed_points(slope.most) }
        };
        let mut mosts = vec![0; components.len()];
        items.iter().for_each(|item| mosts[item.component] = item.gain.max(mosts[item.component]));
        let lines = components.iter().enumerate().filter_map(|(id, component)| Some((id, component.slope?))).map(line).collect();
        Self {
            passing: passing(problem, &items, prices),
            problem,
            items,
            prices,
            lines,
            mosts,
            line: None,
            whole_cost,
            count: count.max(1),
            margin: 1e-10 * (2.0 * whole_cost + price * problem.need as f64),
            limit: 0.0,
            taken: vec![false; components.len()],
            chosen: Vec::new(),
            found: Vec::new(),
            steps: 0,
            progress,
        }
    }

    pub(super) fn run(mut self) -> Result<Found, EffortError> {
        // First plans of whole ways, then those in which one lever stops on its line: each line in turn.
        let roots: Vec<(Option<Line>, Branch)> =
            std::iter::once(None).chain(self.lines.clone().into_iter().map(Some)).map(|line| (line, self.root(line))).collect();
        let least = roots.iter().map(|(_, root)| self.bound(root)).fold(f64::INFINITY, f64::min);
        let mut allowance = (self.problem.cost_unit.unwrap_or(0) as f64).max(least * 1e-6).max(4.0 * self.margin);
        // Costs up to here have been searched through.
        let mut certain = least;
        loop {
            self.limit = least + allowance;
            self.found.clear();
            for (line, root) in &roots {
                match self.visit_root(*line, *root) {
                    Ok(()) => {}
                    Err(Halt::Stopped) => return Err(EffortError::Stopped),
                    Err(Halt::Exhausted) => return Ok(self.given_up(certain)),
                }
            }
            if self.found.len() >= self.count || self.limit >= self.whole_cost + 2.0 * self.margin {
                let floor = self.found.last().map(|solution| solution.cost).unwrap_or_default();
                return Ok(Found { certain: self.found.len(), solutions: self.found, floor });
            }
            certain = self.limit;
            allowance *= 2.0;
        }
    }

    /// The beginning of every plan, or of those in which a lever stops on a line.
    fn root(&self, line: Option<Line>) -> Branch {
        let mut rest = line.map_or([0.0; PRICES], |line| {
            let most = self.problem.relaxed_points(line.slope.most);
            self.prices.map(|price| line.fixed + ((line.rate - price) * most).min(0.0))
        });
        let mut room = line.map_or(0, |line| self.mosts[line.component]);
        let mut seen = vec![false; self.problem.components.len()];
        if let Some(line) = line {
            seen[line.component] = true;
        }
        for (item, passing) in self.items.iter().zip(&self.passing) {
            if !std::mem::replace(&mut seen[item.component], true) {
                rest.iter_mut().zip(passing.worth_before).for_each(|(sum, worth)| *sum += worth);
                room = room.saturating_add(passing.most_before);
            }
        }
        Branch { from: 0, missing: self.problem.need, cost: 0, rest, room }
    }

    fn visit_root(&mut self, line: Option<Line>, root: Branch) -> Result<(), Halt> {
        if !self.is_hopeful(&root) {
            return Ok(());
        }
        self.chosen.clear();
        self.line = line;
        if let Some(line) = line {
            self.taken[line.component] = true;
        }
        let ended = self.visit(root);
        if let Some(line) = line {
            self.taken[line.component] = false;
        }
        ended
    }

    /// What a search knows that gave up: costs up to a bound were searched through.
    fn given_up(mut self, bound: f64) -> Found {
        let problem = self.problem;
        let certain = self.found.partition_point(|solution| problem.relaxed_cost(solution.cost) <= bound);
        if self.found.is_empty() {
            self.found.extend(near_cheapest(problem, self.prices[0]));
        }
        Found { solutions: self.found, certain, floor: problem.cost(bound as i128) }
    }

    /// No plan of a branch costs less.
    fn bound(&self, branch: &Branch) -> f64 {
        let (cost, missing) = (branch.cost as f64, branch.missing as f64);
        let best = self.prices.iter().zip(branch.rest).fold(0.0, |best: f64, (price, rest)| best.max(price * missing + rest));
        let least = cost + best - self.margin;
        // Costs go up in units, and so does the least one.
        self.problem.cost_unit.map_or(least, |unit| (least / unit as f64).ceil() * unit as f64)
    }

    /// True where a branch may hold a plan that belongs to the answer.
    fn is_hopeful(&self, branch: &Branch) -> bool {
        if branch.room < branch.missing {
            return false;
        }
        let bound = self.bound(branch);
        bound <= self.limit && self.dearest().is_none_or(|dearest| bound < dearest)
    }

    /// The cost that a further plan must come below, where there are enough of them.
    fn dearest(&self) -> Option<f64> {
        // What stops on a line is rounded at its twelfth digit: plans that differ only there are equal, or many of them would never end.
        let room = if self.lines.is_empty() { self.margin } else { 3.0 * self.margin };
        self.found.get(self.count - 1).map(|solution| self.problem.relaxed_cost(solution.cost) - room)
    }

    fn visit(&mut self, branch: Branch) -> Result<(), Halt> {
        self.close_on_line(&branch);
        let mut here = branch;
        for position in branch.from..self.items.len() {
            self.breathe()?;
            let item = self.items[position];
            if self.taken[item.component] {
                continue;
            }
            here.from = position;
            if !self.is_hopeful(&here) {
                break;
            }
            let passing = self.passing[position];
            self.chosen.push(position);
            if item.gain >= here.missing {
                if self.line.is_none() && item.gain - here.missing < item.step {
                    self.record(self.problem.cost(here.cost.saturating_add(item.cost)), None);
                }
            } else {
                let mut child = Branch {
                    from: position + 1,
                    missing: here.missing - item.gain,
                    cost: here.cost.saturating_add(item.cost),
                    room: here.room.saturating_sub(passing.most_before),
                    ..here
                };
                child.rest.iter_mut().zip(passing.worth_before).for_each(|(sum, worth)| *sum -= worth);
                if self.is_hopeful(&child) {
                    self.taken[item.component] = true;
                    let ended = self.visit(child);
                    self.taken[item.component] = false;
                    ended?;
                }
            }
            self.chosen.pop();
            for (sum, (before, after)) in here.rest.iter_mut().zip(passing.worth_before.into_iter().zip(passing.worth_after)) {
                *sum += after - before;
            }
            here.room = here.room.saturating_add(passing.most_after).saturating_sub(passing.most_before);
        }
        Ok(())
    }

    /// The plan that gets the missing points from the lever that stops on its line.
    fn close_on_line(&mut self, branch: &Branch) {
        let Some(Line { component, slope, .. }) = self.line.filter(|line| branch.missing < self.mosts[line.component]) else { return };
        let missing = self.problem.points(branch.missing);
        let wanted = missing.saturating_add(self.problem.beyond);
        if let Some((value, more)) = slope.stop(wanted.min(slope.most)) {
            self.record(self.problem.cost(branch.cost).saturating_add(more), Some((component, value)));
        }
    }

    fn record(&mut self, cost: Decimal, part_of_slope: Option<(usize, Decimal)>) {
        if self.problem.relaxed_cost(cost) > self.limit {
            return;
        }
        // Of equal cost the first one found stands first.
        let place = self.found.partition_point(|other| other.cost <= cost);
        if place >= self.count {
            return;
        }
        let chosen = self.chosen.iter().map(|position| &self.items[*position]).map(|item| (item.component, item.way)).collect();
        self.found.insert(place, Solution { cost, chosen, part_of_slope });
        self.found.truncate(self.count);
    }

    fn breathe(&mut self) -> Result<(), Halt> {
        self.steps += 1;
        if self.steps.is_multiple_of(BREATH) && !(self.progress)(self.steps) {
            return Err(Halt::Stopped);
        }
        if self.steps > SEARCH_STEPS { Err(Halt::Exhausted) } else { Ok(()) }
    }
}

/// What changes when each item is passed over.
fn passing(problem: &Problem, items: &[Item], prices: Rest) -> Vec<Passing> {
    let mut worths: Vec<Rest> = vec![[0.0; PRICES]; problem.components.len()];
    let mut mosts: Vec<i128> = vec![0; problem.components.len()];
    let add = |item: &Item, worth: &mut Rest, most: &mut i128| {
        for (slot, price) in worth.iter_mut().zip(prices) {
            *slot = slot.min(item.cost as f64 - price * item.gain as f64);
        }
        *most = (*most).max(item.gain);
    };
    let mut found: Vec<Passing> = Vec::with_capacity(items.len());
    for item in items.iter().rev() {
        let (worth_after, most_after) = (worths[item.component], mosts[item.component]);
        add(item, &mut worths[item.component], &mut mosts[item.component]);
        found.push(Passing { worth_before: worths[item.component], worth_after, most_before: mosts[item.component], most_after });
    }
    found.reverse();
    found
}

/// Cost of a point where the continuous relaxation breaks, and what everything costs.
fn breaking_price(problem: &Problem) -> (f64, f64) {
    let mut ways: Vec<Vec<(f64, f64)>> = vec![Vec::new(); problem.components.len()];
    for item in &problem.items {
        ways[item.component].push((item.gain as f64, item.cost as f64));
    }
    let dearest = |ways: &Vec<(f64, f64)>| ways.iter().fold(0.0, |most: f64, way| most.max(way.1));
    let all = ways.iter().map(dearest).sum();
    let mut steps: Vec<(f64, f64)> = ways.iter().flat_map(|ways| hull(ways)).collect();
    steps.sort_by(|one, other| (one.1 * other.0).total_cmp(&(other.1 * one.0)));
    let (mut gained, mut price) = (0.0, 0.0);
    for (gain, cost) in steps {
        price = cost / gain;
        gained += gain;
        if gained >= problem.need as f64 {
            break;
        }
    }
    (price, all)
}

/// Steps along the lower hull from nothing: points and cost of each, dearer and dearer.
fn hull(ways: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut sorted: Vec<(f64, f64)> = ways.iter().copied().filter(|way| way.0 > 0.0).collect();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
    // Of ways to the same points the cheapest counts; a step without points would have no price.
    sorted.dedup_by(|later, kept| later.0.total_cmp(&kept.0).is_eq());
    let mut corners: Vec<(f64, f64)> = vec![(0.0, 0.0)];
    for way in sorted {
        while let Some(last) = corners.last().copied() {
            let above = match corners.len() {
                1 => way.0 <= last.0,
                count => {
                    let before = corners[count - 2];
                    (last.1 - before.1) * (way.0 - before.0) >= (way.1 - before.1) * (last.0 - before.0)
                }
            };
            if !above {
                break;
            }
            corners.pop();
        }
        corners.push(way);
    }
    corners.windows(2).map(|pair| (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1)).collect()
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
