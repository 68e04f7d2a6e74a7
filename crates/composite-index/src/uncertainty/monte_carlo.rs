//! Monte Carlo: many runs, and what they say of ranks.

use rayon::prelude::*;

use super::drawing::Drawing;
use super::model::{Model, Scratch};
use super::random::{Random, mix};
use super::{Progress, UncertaintyError, UncertaintyPlan};
use crate::definition::{Definition, Direction};
use crate::scaling::PastTable;
use crate::table::ScoreTable;

/// Runs that are computed together; the sums of a part are taken in its order, the parts are added in theirs.
const PART: usize = 128;
/// Most units of a group for which every pair is counted.
const PAIRS: usize = 400;
/// Bytes of counts that are in memory at a time.
const MEMORY: usize = 256 * 1024 * 1024;
/// Fewest runs from which there is a deviation.
const LEAST_RUNS: usize = 2;
/// Most runs.
const RUNS: usize = 10_000_000;

/// What the runs say of one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitSpread {
    /// Row of the table.
    pub row: usize,
    /// Rank as the definition says.
    pub rank: u32,
    /// Score as the definition says.
    pub score: f64,
    /// Mean of the scores.
    pub mean_score: f64,
    /// Standard deviation of the scores.
    pub score_deviation: f64,
    /// Mean of the ranks.
    pub mean_rank: f64,
    /// Number of runs with each rank, first place first, equal totals sharing the better place.
    pub ranks: Vec<u32>,
}

impl UnitSpread {
    /// The least rank that a share of the runs does not exceed: 0.05 and 0.95 for the ends of a 90 % interval.
    #[must_use]
    pub fn rank_quantile(&self, share: f64) -> u32 {
        let runs: u64 = self.ranks.iter().map(|count| u64::from(*count)).sum();
        let mut seen = 0;
        for (position, count) in self.ranks.iter().enumerate() {
            seen += u64::from(*count);
            if seen > 0 && seen as f64 >= share * runs as f64 {
                return position as u32 + 1;
            }
        }
        self.ranks.len() as u32
    }

    /// Share of the runs in which the unit was among the first `places`.
    #[must_use]
    pub fn share_in_top(&self, places: usize) -> f64 {
        let runs: u64 = self.ranks.iter().map(|count| u64::from(*count)).sum();
        let top: u64 = self.ranks.iter().take(places).map(|count| u64::from(*count)).sum();
        top as f64 / runs.max(1) as f64
    }
}

/// What the runs say of units that are ranked against each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    /// Units by rank, equal ones in the order of the table.
    pub units: Vec<UnitSpread>,
    /// Number of runs.
    pub runs: usize,
    /// Twice the wins of each unit over each other one, equal totals counting one: a row of `units.len()` for each unit. `None` for more than
    /// 400 units.
    pub wins: Option<Vec<u32>>,
}

impl Spread {
    /// Probability that one unit stands above another, positions in `units`; equal totals count half. `None` where pairs were not counted.
    #[must_use]
    pub fn probability_above(&self, one: usize, other: usize) -> Option<f64> {
        let wins = self.wins.as_ref()?.get(one * self.units.len() + other)?;
        Some(f64::from(*wins) / (2.0 * self.runs as f64))
    }

    /// Groups of units that cannot be told apart: from the top, a unit belongs to the group of the first one as long as that one stands above it in
    /// less than `level` of the runs. `None` where pairs were not counted.
    #[must_use]
    pub fn groups(&self, level: f64) -> Option<Vec<Vec<usize>>> {
        self.wins.as_ref()?;
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for unit in 0..self.units.len() {
            match groups.last_mut() {
                Some(group) if self.probability_above(group[0], unit)? < level => group.push(unit),
                _ => groups.push(vec![unit]),
            }
        }
        Some(groups)
    }
}

/// Computes the index many times; one answer for each block of units that are ranked against each other.
///
/// # Errors
/// When the plan cannot be carried out, or `progress` said to stop.
pub fn monte_carlo(
    definition: &Definition,
    table: &ScoreTable,
    year: Option<i32>,
    past: &[PastTable<'_>],
    plan: &UncertaintyPlan,
    progress: Progress<'_>,
) -> Result<Vec<Spread>, UncertaintyError> {
    if plan.runs > RUNS {
        return Err(UncertaintyError::TooMany);
    }
    if plan.runs < LEAST_RUNS {
        return Err(UncertaintyError::TooFewRuns(LEAST_RUNS));
    }
    let model = Model::new(definition, table, year, past, Drawing::new(plan, definition, table)?)?;
    let higher = definition.computation.rank_direction == Direction::HigherIsBetter;
    let base = model.base(&mut model.scratch())?;
    let mut collected: Vec<Collected> = model.groups.iter().map(|rows| Collected::new(rows, &base, higher)).collect();
    let done = std::sync::atomic::AtomicUsize::new(0);
    // A bounded number of parts is in memory at a time, however many runs there are.
    let parts: Vec<usize> = (0..plan.runs.div_ceil(PART)).collect();
    let bytes: usize = collected.iter().map(|group| 4 * (group.ranks.len() + group.wins.as_ref().map_or(0, Vec::len))).sum();
    for wave in parts.chunks((MEMORY / bytes.max(1)).clamp(1, 64)) {
        let found: Result<Vec<Vec<Collected>>, UncertaintyError> = wave
            .par_iter()
            .map_init(
                || model.scratch(),
                |scratch, part| {
                    let runs = part * PART..plan.runs.min((part + 1) * PART);
                    let count = runs.len();
                    let found = run_part(&model, plan, runs, &collected, higher, scratch)?;
                    let finished = done.fetch_add(count, std::sync::atomic::Ordering::Relaxed) + count;
                    if progress(finished) { Ok(found) } else { Err(UncertaintyError::Stopped) }
                },
            )
            .collect();
        for part in found? {
            for (whole, part) in collected.iter_mut().zip(part) {
                whole.add(&part);
            }
        }
    }
    Ok(collected.into_iter().map(|collected| collected.into_spread(plan.runs, &base)).collect())
}

fn run_part(
    model: &Model<'_>,
    plan: &UncertaintyPlan,
    runs: std::ops::Range<usize>,
    empty: &[Collected],
    higher: bool,
    scratch: &mut Scratch,
) -> Result<Vec<Collected>, UncertaintyError> {
    let mut found: Vec<Collected> = empty.iter().map(Collected::empty).collect();
    let mut shares = vec![0.0; plan.factors.len()];
    for run in runs {
        let mut chance = Random::new(mix(plan.seed) ^ mix(run as u64));
        shares.fill_with(|| chance.share());
        model.run(model.draw(&shares), scratch)?;
        for group in &mut found {
            group.count(&scratch.totals, higher);
        }
    }
    Ok(found)
}

/// Counts of one group of units.
#[derive(Debug, Clone)]
struct Collected {
    /// Rows by rank as the definition says.
    rows: Vec<usize>,
    base_ranks: Vec<u32>,
    ranks: Vec<u32>,
    wins: Option<Vec<u32>>,
    sums: Vec<f64>,
    squares: Vec<f64>,
    scores: Vec<f64>,
    order: Vec<usize>,
    base: Vec<f64>,
}

/// Two totals are equal where `f64` cannot tell them apart with certainty.
pub(super) fn equal(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-10 * one.abs().max(other.abs()).max(1.0)
}

/// Ranks of scores, equal ones sharing the better place; `order` is room for positions.
pub(super) fn ranks(scores: &[f64], higher: bool, order: &mut Vec<usize>, mut place: impl FnMut(usize, usize)) {
    order.clear();
    order.extend(0..scores.len());
    order.sort_unstable_by(|one, other| {
        let upward = scores[*one].total_cmp(&scores[*other]);
        (if higher { upward.reverse() } else { upward }).then(one.cmp(other))
    });
    let mut rank = 0;
    for (position, unit) in order.iter().enumerate() {
        if position > 0 && !equal(scores[order[position - 1]], scores[*unit]) {
            rank = position;
        }
        place(*unit, rank);
    }
}

impl Collected {
    fn new(rows: &[usize], base: &[f64], higher: bool) -> Self {
        let scores: Vec<f64> = rows.iter().map(|row| base[*row]).collect();
        let mut found = vec![0; rows.len()];
        let mut order = Vec::new();
        ranks(&scores, higher, &mut order, |unit, rank| found[unit] = rank as u32 + 1);
        let count = rows.len();
        Self {
            rows: order.iter().map(|unit| rows[*unit]).collect(),
            base_ranks: order.iter().map(|unit| found[*unit]).collect(),
            ranks: vec![0; count * count.min(PAIRS * 10)],
            wins: (count <= PAIRS).then(|| vec![0; count * count]),
            sums: vec![0.0; count],
            squares: vec![0.0; count],
            scores: vec![0.0; count],
            base: order.iter().map(|unit| scores[*unit]).collect(),
            order,
        }
    }

    fn empty(&self) -> Self {
        let mut empty = self.clone();
        empty.ranks.fill(0);
        empty.sums.fill(0.0);
        empty.squares.fill(0.0);
        if let Some(wins) = &mut empty.wins {
            wins.fill(0);
        }
        empty
    }

    fn count(&mut self, totals: &[f64], higher: bool) {
        let count = self.rows.len();
        for (unit, row) in self.rows.iter().enumerate() {
            self.scores[unit] = totals[*row];
            // Sums of distances from the base score lose no digits.
            let distance = totals[*row] - self.base[unit];
            self.sums[unit] += distance;
            self.squares[unit] += distance * distance;
        }
        let (counts, width) = (&mut self.ranks, count.min(PAIRS * 10));
        ranks(&self.scores, higher, &mut self.order, |unit, rank| counts[unit * width + rank.min(width - 1)] += 1);
        let Some(wins) = &mut self.wins else { return };
        for one in 0..count {
            for other in one + 1..count {
                let (a, b) = (self.scores[one], self.scores[other]);
                let (first, second) = if equal(a, b) {
                    (1, 1)
                } else if (a > b) == higher {
                    (2, 0)
                } else {
                    (0, 2)
                };
                wins[one * count + other] += first;
                wins[other * count + one] += second;
            }
        }
    }

    fn add(&mut self, part: &Self) {
        let add = |whole: &mut [u32], part: &[u32]| whole.iter_mut().zip(part).for_each(|(whole, part)| *whole += part);
        add(&mut self.ranks, &part.ranks);
        if let (Some(whole), Some(part)) = (&mut self.wins, &part.wins) {
            add(whole, part);
        }
        self.sums.iter_mut().zip(&part.sums).for_each(|(whole, part)| *whole += part);
        self.squares.iter_mut().zip(&part.squares).for_each(|(whole, part)| *whole += part);
    }

    fn into_spread(self, runs: usize, base: &[f64]) -> Spread {
        let width = self.rows.len().min(PAIRS * 10);
        let many = runs as f64;
        let units = (0..self.rows.len())
            .map(|unit| {
                let ranks = self.ranks[unit * width..(unit + 1) * width].to_vec();
                let weighted: f64 = ranks.iter().enumerate().map(|(rank, count)| (rank + 1) as f64 * f64::from(*count)).sum();
                let shift = self.sums[unit] / many;
                let variance = if runs > 1 { (self.squares[unit] - many * shift * shift) / (many - 1.0) } else { 0.0 };
                UnitSpread {
                    row: self.rows[unit],
                    rank: self.base_ranks[unit],
                    score: base[self.rows[unit]],
                    mean_score: self.base[unit] + shift,
                    score_deviation: variance.max(0.0).sqrt(),
                    mean_rank: weighted / many,
                    ranks,
                }
            })
            .collect();
        Spread { units, runs, wins: self.wins }
    }
}
