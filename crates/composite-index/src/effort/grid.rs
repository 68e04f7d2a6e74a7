//! The cheapest plans where points come in few whole units: a table of what the components that are left cost at least for exactly so many units,
//! and a best-first search that follows it (Pisinger 1995 for the table; Hart, Nilsson and Raphael 1968 for the search).
//!
//! The table knows combinations, not bounds of them, so that many ways of the same worth do no harm. A plan may go beyond the points that are needed
//! by less than the smallest step of its ways; the search looks for the least cost in that window, which narrows with each way that is taken.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::EffortError;
use super::problem::{Item, Problem, Solution};
use super::search::{Found, SEARCH_STEPS};

/// Most cells of the table.
const CELLS: usize = 20_000_000;
/// Most additions to fill the table.
const ADDITIONS: usize = 300_000_000;
/// No combination gives exactly so many units.
const NEVER: i64 = i64::MAX;

/// A way in units of the grid.
#[derive(Debug, Clone, Copy)]
struct Way {
    way: usize,
    gain: usize,
    step: usize,
    cost: i64,
}

/// A component with its ways.
type Row = (usize, Vec<Way>);

/// The components in units of the grid, those with the smallest steps first.
pub(super) struct Grid<'p> {
    problem: &'p Problem,
    need: usize,
    width: usize,
    rows: Vec<Row>,
    /// Of each component and number of units: the least cost of getting exactly so many from it and those behind it.
    least: Vec<i64>,
}

/// A plan on its way: how far the components are decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Open {
    /// No plan that begins so costs less. Of equal ones the one that is decided furthest comes first, then the oldest.
    bound: i64,
    decided: Reverse<usize>,
    age: usize,
    gained: usize,
    /// Units that a plan may go beyond what is needed stay below this.
    window: usize,
    cost: i64,
    link: usize,
}

impl<'p> Grid<'p> {
    /// The grid of a problem; `None` where it has lines or too many units.
    pub(super) fn new(problem: &'p Problem, progress: &dyn Fn(usize) -> bool) -> Result<Option<Self>, EffortError> {
        let Some((need, rows)) = in_units(problem) else { return Ok(None) };
        let widest = rows.iter().flat_map(|(_, ways)| ways.iter().map(|way| way.step)).max().unwrap_or(1);
        let width = need.saturating_add(widest);
        let ways: usize = rows.iter().map(|(_, ways)| ways.len() + 1).sum();
        if width.saturating_mul(rows.len() + 1) > CELLS || width.saturating_mul(ways) > ADDITIONS {
            return Ok(None);
        }
        let mut least = vec![NEVER; width * (rows.len() + 1)];
        least[width * rows.len()] = 0;
        for (position, (_, ways)) in rows.iter().enumerate().rev() {
            if !progress(0) {
                return Err(EffortError::Stopped);
            }
            let (own, behind) = least[position * width..(position + 2) * width].split_at_mut(width);
            own.copy_from_slice(behind);
            for way in ways.iter().filter(|way| way.gain < width) {
                for (slot, rest) in own[way.gain..].iter_mut().zip(behind.iter()) {
                    if *rest != NEVER {
                        *slot = (*slot).min(rest + way.cost);
                    }
                }
            }
        }
        Ok(Some(Self { problem, need, width, rows, least }))
    }

    /// The least cost from a component on of what is missing, and less than the window beyond it.
    fn least_from(&self, component: usize, missing: usize, window: usize) -> Option<i64> {
        let start = component * self.width + missing;
        let end = (start + window).min((component + 1) * self.width);
        self.least[start..end].iter().copied().min().filter(|cost| *cost != NEVER)
    }

    /// The cheapest plans, at most `count`.
    pub(super) fn cheapest(&self, count: usize, progress: &dyn Fn(usize) -> bool) -> Result<Found, EffortError> {
        let mut found = Found { solutions: Vec::new(), certain: 0, floor: self.problem.cost(0) };
        // Link 0 is the beginning; each link holds the one before, a component and its way.
        let mut chain: Vec<(usize, usize, usize)> = vec![(0, 0, 0)];
        let mut heap: BinaryHeap<Reverse<Open>> = BinaryHeap::new();
        let mut age = 0;
        let mut push = |heap: &mut BinaryHeap<Reverse<Open>>, mut open: Open| {
            let missing = self.need.saturating_sub(open.gained);
            let rest = if missing == 0 { Some(0) } else { self.least_from(open.decided.0, missing, open.window) };
            if let Some(rest) = rest {
                open.bound = open.cost + rest;
                open.age = age;
                age += 1;
                heap.push(Reverse(open));
            }
        };
        let window = self.width - self.need;
        push(&mut heap, Open { bound: 0, decided: Reverse(0), age: 0, gained: 0, window, cost: 0, link: 0 });
        let mut steps = 0;
        while let Some(Reverse(open)) = heap.pop() {
            steps += 1;
            if !progress(steps) {
                return Err(EffortError::Stopped);
            }
            found.floor = self.problem.cost(i128::from(open.bound));
            if open.gained >= self.need {
                found.solutions.push(self.read(&chain, open));
                found.certain = found.solutions.len();
                if found.solutions.len() == count {
                    break;
                }
                continue;
            }
            if steps > SEARCH_STEPS / 100 {
                break;
            }
            let Some((component, ways)) = self.rows.get(open.decided.0) else { continue };
            let decided = Reverse(open.decided.0 + 1);
            push(&mut heap, Open { decided, ..open });
            for way in ways {
                let (gained, window) = (open.gained + way.gain, open.window.min(way.step));
                if gained >= self.need + window {
                    continue;
                }
                chain.push((open.link, *component, way.way));
                push(&mut heap, Open { decided, gained, window, cost: open.cost + way.cost, link: chain.len() - 1, ..open });
            }
        }
        Ok(found)
    }

    fn read(&self, chain: &[(usize, usize, usize)], open: Open) -> Solution {
        let mut chosen = Vec::new();
        let mut link = open.link;
        while link != 0 {
            let (before, component, way) = chain[link];
            chosen.push((component, way));
            link = before;
        }
        chosen.sort_unstable();
        Solution { cost: self.problem.cost(i128::from(open.cost)), chosen, part_of_slope: None }
    }
}

/// What is needed and every way in the greatest unit of which all points are multiples.
fn in_units(problem: &Problem) -> Option<(usize, Vec<Row>)> {
    let unit = problem.gain_unit?;
    let all_costs = problem.items.iter().try_fold(0_i128, |sum, item| sum.checked_add(item.cost))?;
    i64::try_from(all_costs).ok().filter(|sum| *sum < NEVER)?;
    let units = |whole: i128| usize::try_from(whole / unit).ok();
    let mut rows: Vec<Row> = (0..problem.components.len()).map(|component| (component, Vec::new())).collect();
    for Item { component, way, gain, cost, step } in &problem.items {
        rows[*component].1.push(Way { way: *way, gain: units(*gain)?, step: units(*step)?, cost: i64::try_from(*cost).ok()? });
    }
    rows.retain(|(_, ways)| !ways.is_empty());
    rows.sort_by_key(|(component, ways)| (ways.iter().map(|way| way.step).min(), *component));
    Some((units(problem.need)?, rows))
}
