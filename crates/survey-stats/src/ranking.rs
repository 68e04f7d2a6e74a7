//! Ranks of units with their uncertainty: standard errors of ranks and of rank differences, ranks that cannot be ruled out, and sets of
//! units that cannot be told apart.

use crate::comparison::{MultipleTests, PairDifference, pairwise};
use crate::fault::EstimateFault;
use crate::joint::Joint;
use crate::matrix::Matrix;
use crate::random::Random;

/// Choices of a ranking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankOptions {
    /// Draws of the estimates from their distribution, for the standard errors of ranks.
    pub draws: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// How tests of all pairs are adjusted. With [`MultipleTests::Holm`] all rank intervals hold together at the level of the estimates.
    pub adjustment: MultipleTests,
    /// Whether the largest value has rank 1.
    pub largest_first: bool,
}

impl Default for RankOptions {
    fn default() -> Self {
        Self { draws: 10_000, seed: 1, adjustment: MultipleTests::Holm, largest_first: true }
    }
}

/// One unit in a ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitRank {
    /// Name of the unit.
    pub name: String,
    /// Its estimate.
    pub value: f64,
    /// Standard error of the estimate; none where it is not known, because all answers lie in one sampled cluster (of each stratum).
    pub standard_error: Option<f64>,
    /// 1 plus the number of units before it; equal values share a rank.
    pub rank: usize,
    /// Standard deviation of the rank over draws of the estimates (Goldstein & Spiegelhalter 1996), among the units whose errors are
    /// known; none for the others.
    pub rank_error: Option<f64>,
    /// Best rank that tests do not rule out: 1 plus the units that are surely better (Mogstad, Romano, Shaikh & Wilhelm 2024); none for
    /// units whose error is not known. Such a unit is told apart from no other.
    pub best: Option<usize>,
    /// Worst rank that tests do not rule out; none for units whose error is not known.
    pub worst: Option<usize>,
}

/// The difference of two ranks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankDifference {
    /// Rank of the first minus rank of the second; negative where the first stands before.
    pub difference: f64,
    /// Standard deviation of the difference over the draws; none where the error of a unit is not known.
    pub standard_error: Option<f64>,
    /// Share of the draws in which the first stands before the second; none where the error of a unit is not known.
    pub before: Option<f64>,
}

/// Ranked units.
#[derive(Debug, Clone)]
pub struct Ranking {
    /// Units in the order of the estimates.
    pub units: Vec<UnitRank>,
    /// Places of the units, rank 1 first.
    pub order: Vec<usize>,
    /// All pairs with adjusted probabilities.
    pub pairs: Vec<PairDifference>,
    /// Largest sets of units of which no two are told apart, by places, best first (Piepho 2004). A unit may stand in several.
    pub alike: Vec<Vec<usize>>,
    /// Level at which units are told apart, such as 0.95.
    pub level: f64,
    covariance: Matrix,
    before: Matrix,
}

/// More sets than this are too many to print; tests of more units than can be told apart do not come near it.
const MOST_SETS: usize = 5000;

/// Ranks estimates. Estimates without any error are told apart where they differ; those whose error is not known never are.
///
/// # Errors
///
/// Fewer than two estimates; fewer than two draws; too many sets of units that are alike.
pub fn rank(joint: &Joint, options: &RankOptions) -> Result<Ranking, EstimateFault> {
    if options.draws < 2 {
        return Err(EstimateFault::OutOfRange { what: "draws", value: options.draws as f64 });
    }
    let count = joint.values.len();
    let pairs = pairwise(joint, options.adjustment)?;
    let signed: Vec<f64> = joint.values.iter().map(|value| if options.largest_first { *value } else { -value }).collect();
    let ranks = ranks_of(&signed);
    let mut apart = vec![vec![false; count]; count];
    for pair in &pairs {
        let exact = pair.contrast.value.abs() > 0.0 && pair.contrast.standard_error.is_some_and(|error| error <= 0.0);
        let told = pair.adjusted.map_or(exact, |p| p < 1.0 - joint.level.get());
        apart[pair.one][pair.other] = told;
        apart[pair.other][pair.one] = told;
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|&place| (ranks[place], place));
    let (rank_covariance, before) = spread(joint, &signed, options);
    let errors = joint.standard_errors();
    let surely =
        |place: usize, better: bool| (0..count).filter(|&other| apart[place][other] && (signed[other] > signed[place]) == better).count();
    let unit = |place: usize| UnitRank {
        name: joint.names[place].clone(),
        value: joint.values[place],
        standard_error: errors[place],
        rank: ranks[place],
        rank_error: errors[place].map(|_| rank_covariance.get(place, place).max(0.0).sqrt()),
        best: errors[place].map(|_| 1 + surely(place, true)),
        worst: errors[place].map(|_| count - surely(place, false)),
    };
    let units = (0..count).map(unit).collect();
    let alike = alike(&order, &apart)?;
    Ok(Ranking { units, order, pairs, alike, level: joint.level.get(), covariance: rank_covariance, before })
}

impl Ranking {
    /// The difference of the ranks of two units, by their places; none where a place does not exist.
    pub fn difference(&self, one: usize, other: usize) -> Option<RankDifference> {
        let (first, second) = (self.units.get(one)?, self.units.get(other)?);
        let covariance = |row, column| self.covariance.get(row, column);
        let variance = covariance(one, one) + covariance(other, other) - 2.0 * covariance(one, other);
        let known = first.standard_error.is_some() && second.standard_error.is_some();
        Some(RankDifference {
            difference: first.rank as f64 - second.rank as f64,
            standard_error: known.then_some(variance.max(0.0).sqrt()),
            before: known.then_some(self.before.get(one, other)),
        })
    }
}

/// 1 plus the number of larger values.
fn ranks_of(values: &[f64]) -> Vec<usize> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|one, other| other.total_cmp(one));
    values.iter().map(|value| 1 + sorted.partition_point(|other| other > value)).collect()
}

/// Covariances of ranks over draws from the normal distribution of the estimates, and how often one stands before another. Units whose
/// error is not known cannot be drawn: they stand behind all others, where they change no rank.
fn spread(joint: &Joint, signed: &[f64], options: &RankOptions) -> (Matrix, Matrix) {
    let count = signed.len();
    let (values, vectors) = joint.covariance.eigen();
    let root = Matrix::from_fn(count, count, |row, column| vectors.get(row, column) * values[column].max(0.0).sqrt());
    let mut random = Random::new(options.seed);
    let (mut sums, mut products, mut before) = (vec![0.0; count], Matrix::zeros(count, count), Matrix::zeros(count, count));
    for _ in 0..options.draws {
        let chance: Vec<f64> = (0..count).map(|_| random.normal()).collect();
        let mut drawn: Vec<f64> = root.times_vector(&chance).iter().zip(signed).map(|(move_by, value)| value + move_by).collect();
        for (value, _) in drawn.iter_mut().zip(&joint.one_cluster).filter(|(_, unknown)| **unknown) {
            *value = f64::NEG_INFINITY;
        }
        let ranks = ranks_of(&drawn);
        for row in 0..count {
            let of_row = ranks[row] as f64;
            sums[row] += of_row;
            for column in 0..count {
                products.add(row, column, of_row * ranks[column] as f64);
                before.add(row, column, f64::from(u8::from(ranks[row] < ranks[column])));
            }
        }
    }
    let n = options.draws as f64;
    let covariance = Matrix::from_fn(count, count, |row, column| (products.get(row, column) - sums[row] * sums[column] / n) / (n - 1.0));
    (covariance, Matrix::from_fn(count, count, |row, column| before.get(row, column) / n))
}

/// Insert and absorb (Piepho 2004): one set of all units is split at each pair that is told apart.
fn alike(order: &[usize], apart: &[Vec<bool>]) -> Result<Vec<Vec<usize>>, EstimateFault> {
    let count = order.len();
    let mut sets: Vec<Vec<bool>> = vec![vec![true; count]];
    for one in 0..count {
        for other in (one + 1..count).filter(|&other| apart[order[one]][order[other]]) {
            let (both, mut kept): (Vec<_>, Vec<_>) = sets.into_iter().partition(|set| set[one] && set[other]);
            for set in both {
                for out in [other, one] {
                    let mut half = set.clone();
                    half[out] = false;
                    if !kept.iter().any(|known| inside(&half, known)) {
                        kept.retain(|known| !inside(known, &half));
                        kept.push(half);
                    }
                }
            }
            if kept.len() > MOST_SETS {
                return Err(EstimateFault::NotSettled { what: "sets of units that are alike", iterations: MOST_SETS });
            }
            sets = kept;
        }
    }
    let mut named: Vec<Vec<usize>> =
        sets.into_iter().map(|set| set.into_iter().enumerate().filter(|(_, in_set)| *in_set).map(|(place, _)| place).collect()).collect();
    named.sort();
    Ok(named.into_iter().map(|set| set.into_iter().map(|place| order[place]).collect()).collect())
}

/// Whether all members of the first set are in the second.
fn inside(set: &[bool], other: &[bool]) -> bool {
    set.iter().zip(other).all(|(in_set, in_other)| !in_set || *in_other)
}
