//! Sobol' indices: how much of the spread of ranks each factor explains alone, and with everything it takes part in.
//!
//! Two matrices A and B of points and, for each factor, A with that factor's column from B: S_i = mean(y_B (y_ABi − y_A)) / V and
//! T_i = Σ (y_A − y_ABi)² / (2 N V), V over y_A and y_B (Saltelli et al. 2010; Jansen 1999). The output is the mean absolute change of rank.

use rayon::prelude::*;

use super::drawing::Drawing;
use super::model::Model;
use super::monte_carlo::ranks;
use super::random::{Random, mix};
use super::sequence::{DIMENSIONS, Sequence};
use super::{Progress, UncertaintyError, UncertaintyPlan};
use crate::definition::{Definition, Direction};
use crate::scaling::PastTable;
use crate::table::ScoreTable;

/// Resamples behind each interval.
const RESAMPLES: usize = 1000;

/// An index with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SobolIndex {
    /// The estimate; sampling error can take it a little below 0 or above 1.
    pub estimate: f64,
    /// Lower end of the 95 % bootstrap interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What one factor explains.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensitivity {
    /// Position of the factor in the plan.
    pub factor: usize,
    /// Share of the variance that goes away when this factor alone is fixed.
    pub first_order: SobolIndex,
    /// Share of the variance that remains when everything else is fixed.
    pub total: SobolIndex,
}

/// Fewest base points from which indices and their intervals say anything.
const LEAST_POINTS: usize = 32;

/// Sobol' indices of every factor of the plan, with `plan.runs` base points and `runs × (factors + 2)` runs.
///
/// # Errors
/// When the plan cannot be carried out, or `progress` said to stop. A plan whose factors change no rank has no indices: the answer is empty.
pub fn sensitivity(
    definition: &Definition,
    table: &ScoreTable,
    year: Option<i32>,
    past: &[PastTable<'_>],
    plan: &UncertaintyPlan,
    progress: Progress<'_>,
) -> Result<Vec<Sensitivity>, UncertaintyError> {
    let factors = plan.factors.len();
    if 2 * factors > DIMENSIONS || plan.runs > 1_000_000 {
        return Err(UncertaintyError::TooMany);
    }
    if plan.runs < LEAST_POINTS {
        return Err(UncertaintyError::TooFewRuns(LEAST_POINTS));
    }
    let model = Model::new(definition, table, year, past, Drawing::new(plan, definition, table)?)?;
    let higher = definition.computation.rank_direction == Direction::HigherIsBetter;
    let base = base_ranks(&model, higher)?;
    let mut sequence = Sequence::new(2 * factors, Some(plan.seed));
    let points: Vec<Vec<f64>> = (0..plan.runs).map(|_| sequence.next()).collect();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let outputs: Result<Vec<Vec<f64>>, UncertaintyError> = points
        .par_iter()
        .map_init(
            || (model.scratch(), Vec::new(), Vec::new()),
            |(scratch, scores, order), point| {
                let (first, second) = point.split_at(factors);
                let mut output = Vec::with_capacity(factors + 2);
                let mut shares = first.to_vec();
                for mixed in 0..factors + 2 {
                    shares.copy_from_slice(if mixed == 1 { second } else { first });
                    if mixed >= 2 {
                        shares[mixed - 2] = second[mixed - 2];
                    }
                    model.run(model.draw(&shares), scratch)?;
                    output.push(mean_change(&model, &base, &scratch.totals, higher, scores, order));
                }
                let finished = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
                if progress(finished) { Ok(output) } else { Err(UncertaintyError::Stopped) }
            },
        )
        .collect();
    Ok(indices(&outputs?, factors, plan.seed))
}

fn base_ranks(model: &Model<'_>, higher: bool) -> Result<Vec<Vec<usize>>, UncertaintyError> {
    let totals = model.base(&mut model.scratch())?;
    let mut order = Vec::new();
    Ok(model
        .groups
        .iter()
        .map(|rows| {
            let scores: Vec<f64> = rows.iter().map(|row| totals[*row]).collect();
            let mut found = vec![0; rows.len()];
            ranks(&scores, higher, &mut order, |unit, rank| found[unit] = rank);
            found
        })
        .collect())
}

/// Mean absolute change of rank over all ranked units.
fn mean_change(model: &Model<'_>, base: &[Vec<usize>], totals: &[f64], higher: bool, scores: &mut Vec<f64>, order: &mut Vec<usize>) -> f64 {
    let (mut change, mut count) = (0, 0);
    for (rows, base) in model.groups.iter().zip(base) {
        scores.clear();
        scores.extend(rows.iter().map(|row| totals[*row]));
        ranks(scores, higher, order, |unit, rank| change += rank.abs_diff(base[unit]));
        count += rows.len();
    }
    change as f64 / count.max(1) as f64
}

/// First-order and total index of each factor over the chosen base points; `None` where nothing varies.
fn estimate(outputs: &[Vec<f64>], chosen: &[usize], factors: usize) -> Option<Vec<(f64, f64)>> {
    let count = chosen.len() as f64;
    let (mut sum, mut squares) = (0.0, 0.0);
    for point in chosen {
        for value in &outputs[*point][..2] {
            sum += value;
            squares += value * value;
        }
    }
    let mean = sum / (2.0 * count);
    let variance = (squares - 2.0 * count * mean * mean) / (2.0 * count - 1.0);
    if variance <= 1e-14 {
        return None;
    }
    let mut found = Vec::with_capacity(factors);
    for factor in 0..factors {
        let (mut first, mut total) = (0.0, 0.0);
        for point in chosen {
            let output = &outputs[*point];
            let (a, b, mixed) = (output[0], output[1], output[factor + 2]);
            // Centred, so that a large mean costs no digits.
            first += (b - mean) * (mixed - a);
            total += (a - mixed) * (a - mixed);
        }
        found.push((first / count / variance, total / (2.0 * count * variance)));
    }
    Some(found)
}

fn indices(outputs: &[Vec<f64>], factors: usize, seed: u64) -> Vec<Sensitivity> {
    let all: Vec<usize> = (0..outputs.len()).collect();
    let Some(estimates) = estimate(outputs, &all, factors) else { return Vec::new() };
    let resampled: Vec<Vec<(f64, f64)>> = (0..RESAMPLES)
        .into_par_iter()
        .filter_map(|resample| {
            let mut chance = Random::new(mix(seed ^ 0x5eed) ^ mix(resample as u64));
            let chosen: Vec<usize> = all.iter().map(|_| chance.below(outputs.len())).collect();
            estimate(outputs, &chosen, factors)
        })
        .collect();
    let interval = |factor: usize, part: fn(&(f64, f64)) -> f64, estimate: f64| {
        let mut values: Vec<f64> = resampled.iter().map(|found| part(&found[factor])).collect();
        values.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| values.get((share * (values.len().saturating_sub(1)) as f64).round() as usize).copied().unwrap_or(estimate);
        SobolIndex { estimate, low: at(0.025), high: at(0.975) }
    };
    estimates
        .iter()
        .enumerate()
        .map(|(factor, (first, total))| Sensitivity {
            factor,
            first_order: interval(factor, |pair| pair.0, *first),
            total: interval(factor, |pair| pair.1, *total),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ishigami and Homma 1990, a = 7, b = 0.1: S = 0.3139, 0.4424, 0; T = 0.5576, 0.4424, 0.2437.
    #[test]
    fn indices_are_those_of_the_ishigami_function() {
        let turn = |share: &f64| std::f64::consts::PI * (2.0 * share - 1.0);
        let ishigami = |point: &[f64]| {
            let [x, y, z] = [turn(&point[0]), turn(&point[1]), turn(&point[2])];
            libm::sin(x) + 7.0 * libm::sin(y).powi(2) + 0.1 * z.powi(4) * libm::sin(x)
        };
        let mut sequence = Sequence::new(6, Some(3));
        let outputs: Vec<Vec<f64>> = (0..4096)
            .map(|_| {
                let point = sequence.next();
                let (first, second) = point.split_at(3);
                let mut output = vec![ishigami(first), ishigami(second)];
                for factor in 0..3 {
                    let mut mixed = first.to_vec();
                    mixed[factor] = second[factor];
                    output.push(ishigami(&mixed));
                }
                output
            })
            .collect();
        let found = indices(&outputs, 3, 1);
        for (sensitivity, (first, total)) in found.iter().zip([(0.3139, 0.5576), (0.4424, 0.4424), (0.0, 0.2437)]) {
            let (one, all) = (sensitivity.first_order, sensitivity.total);
            assert!((one.estimate - first).abs() < 0.01 && (all.estimate - total).abs() < 0.01, "{sensitivity:?}");
            assert!(one.low <= first && first <= one.high && all.low <= total && total <= all.high, "{sensitivity:?}");
        }
    }
}
