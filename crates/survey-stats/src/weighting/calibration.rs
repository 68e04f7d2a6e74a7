//! Calibration: factors near 1 that make weighted sums of auxiliaries equal to their totals (Deville & Särndal 1992).
//!
//! Newton's steps are taken in an orthonormal basis of the auxiliaries, so that their units do not matter.

use super::{Adjustment, Applied, Auxiliary, Distance, TargetReached, Weighing, WeightFault};
use crate::matrix::{Basis, Matrix, dot};

/// Largest distance from a total, relative to the length of its auxiliary, that counts as reached.
const REACHED: f64 = 1e-13;
/// Distance that still counts when steps no longer come nearer.
const NEAR: f64 = 1e-10;
const ROUNDS: usize = 200;

impl Distance {
    /// Factor and its slope at x'λ.
    fn factor(self, u: f64) -> (f64, f64) {
        match self {
            Self::Linear => (1.0 + u, 1.0),
            Self::LinearBounded { low, high } => {
                let g = 1.0 + u;
                if g < low {
                    (low, 0.0)
                } else if g > high {
                    (high, 0.0)
                } else {
                    (g, 1.0)
                }
            }
            Self::Raking => (u.exp(), u.exp()),
            Self::Logit { low, high } => {
                let a = (high - low) / ((1.0 - low) * (high - 1.0));
                // Written with a falling exponential on either side, so that nothing overflows.
                let (e, up) = ((-(a * u).abs()).exp(), u > 0.0);
                let (one, other) = (high - 1.0, 1.0 - low);
                let (above, below) =
                    if up { (low * one * e + high * other, one * e + other) } else { (low * one + high * other * e, one + other * e) };
                let g = above / below;
                (g, a * (g - low) * (high - g) / (high - low))
            }
        }
    }

    fn check(self) -> Result<(), Vec<WeightFault>> {
        let (low, high) = match self {
            Self::Linear | Self::Raking => return Ok(()),
            Self::LinearBounded { low, high } | Self::Logit { low, high } => (low, high),
        };
        if !(low < 1.0 && low.is_finite()) || matches!(self, Self::Logit { .. }) && low < 0.0 {
            return Err(vec![WeightFault::OutOfRange { what: "lower bound of calibration", value: low }]);
        }
        if !(high > 1.0 && high.is_finite()) {
            return Err(vec![WeightFault::OutOfRange { what: "upper bound of calibration", value: high }]);
        }
        Ok(())
    }
}

fn check(weighing: &Weighing<'_>, auxiliaries: &[Auxiliary]) -> Vec<WeightFault> {
    let mut faults = Vec::new();
    for Auxiliary { column, total } in auxiliaries {
        if !total.is_finite() {
            faults.push(WeightFault::WrongTotal { column: column.name.clone(), level: column.name.clone(), total: *total });
        }
        if column.values.len() != weighing.rows() {
            faults.push(WeightFault::Length { column: column.name.clone(), expected: weighing.rows(), found: column.values.len() });
            continue;
        }
        let mut missing: Vec<usize> =
            weighing.counted().map(|position| weighing.row(position)).filter(|&row| !column.values[row].is_finite()).collect();
        missing.sort_unstable();
        faults.extend(missing.into_iter().map(|row| WeightFault::MissingValue { column: column.name.clone(), row: row + 1 }));
    }
    faults
}

pub(super) fn calibrate(weighing: &Weighing<'_>, auxiliaries: &[Auxiliary], distance: Distance) -> Result<Applied, Vec<WeightFault>> {
    distance.check()?;
    let faults = check(weighing, auxiliaries);
    if !faults.is_empty() {
        return Err(faults);
    }
    let roots: Vec<f64> = weighing.weights.iter().map(|weight| weight.max(0.0).sqrt()).collect();
    let scaled = |auxiliary: &Auxiliary| {
        let one = |(position, root): (usize, &f64)| if *root > 0.0 { root * auxiliary.column.values[weighing.row(position)] } else { 0.0 };
        roots.iter().enumerate().map(one).collect::<Vec<f64>>()
    };
    let basis = Basis::new(auxiliaries.iter().map(scaled).collect())
        .map_err(|dependent| vec![WeightFault::Dependent { column: auxiliaries[dependent.0].column.name.clone() }])?;
    let totals: Vec<f64> = auxiliaries.iter().map(|auxiliary| auxiliary.total).collect();
    // In the basis each row has x̃ = q / √d, and Σ d x̃ x̃' = I.
    let wanted = basis.solve_transposed(&totals);
    let mut search = Search { basis: &basis, roots: &roots, wanted: &wanted, distance, slopes: vec![0.0; wanted.len()] };
    let rounds = search.run();
    let factors = search.factors();
    let weights: Vec<f64> =
        weighing.weights.iter().zip(&factors).map(|(weight, (g, _))| if *weight > 0.0 { weight * g } else { 0.0 }).collect();
    let sum = |auxiliary: &Auxiliary, weights: &[f64]| {
        let one = |(position, weight): (usize, &f64)| {
            if weight.abs() > 0.0 { weight * auxiliary.column.values[weighing.row(position)] } else { 0.0 }
        };
        weights.iter().enumerate().map(one).sum::<f64>()
    };
    let target = |auxiliary: &Auxiliary| TargetReached {
        name: auxiliary.column.name.clone(),
        wanted: auxiliary.total,
        before: sum(auxiliary, weighing.weights),
        after: sum(auxiliary, &weights),
    };
    let targets: Vec<TargetReached> = auxiliaries.iter().map(target).collect();
    let misfit = search.misfit(&factors);
    let scale = wanted.iter().map(|x| x.abs()).fold(1.0, f64::max);
    if !misfit.iter().all(|x| x.abs() <= NEAR * scale) || !weights.iter().all(|weight| weight.is_finite()) {
        let off = |target: &TargetReached| {
            (target.after - target.wanted).abs() / (target.wanted.abs() + target.before.abs()).max(f64::MIN_POSITIVE)
        };
        let worst = targets.iter().max_by(|one, other| off(one).total_cmp(&off(other)));
        return Err(worst
            .map(|worst| WeightFault::NotReached {
                column: worst.name.clone(),
                wanted: worst.wanted,
                reached: worst.after,
                iterations: rounds,
            })
            .into_iter()
            .collect());
    }
    let factor = roots.iter().zip(&factors).map(|(root, (g, _))| root * g).collect();
    Ok(Applied { iterations: rounds, targets, ..Applied::new(weights, Adjustment::Projection { basis, factor }) })
}

/// Newton's search for λ, halving steps that lead farther away.
struct Search<'a> {
    basis: &'a Basis,
    roots: &'a [f64],
    wanted: &'a [f64],
    distance: Distance,
    slopes: Vec<f64>,
}

impl Search<'_> {
    fn factors(&self) -> Vec<(f64, f64)> {
        let mut lines = vec![0.0; self.roots.len()];
        for (column, slope) in self.basis.columns.iter().zip(&self.slopes) {
            lines.iter_mut().zip(column).for_each(|(line, q)| *line += q * slope);
        }
        lines.iter().zip(self.roots).map(|(line, root)| if *root > 0.0 { self.distance.factor(line / root) } else { (0.0, 0.0) }).collect()
    }

    /// Wanted totals minus those of the factors, in the basis.
    fn misfit(&self, factors: &[(f64, f64)]) -> Vec<f64> {
        let scores: Vec<f64> = factors.iter().zip(self.roots).map(|((g, _), root)| g * root).collect();
        self.wanted.iter().zip(&self.basis.columns).map(|(wanted, column)| wanted - dot(column, &scores)).collect()
    }

    fn run(&mut self) -> usize {
        let size = self.slopes.len();
        let scale = self.wanted.iter().map(|x| x.abs()).fold(1.0, f64::max);
        let mut factors = self.factors();
        let mut misfit = self.misfit(&factors);
        for round in 1..=ROUNDS {
            let length = dot(&misfit, &misfit);
            if misfit.iter().all(|x| x.abs() <= REACHED * scale) {
                return round - 1;
            }
            let mut slope = Matrix::zeros(size, size);
            for row in 0..size {
                for column in 0..=row {
                    let (a, b) = (&self.basis.columns[row], &self.basis.columns[column]);
                    let sum = a.iter().zip(b).zip(&factors).map(|((a, b), (_, slope))| a * b * slope).sum();
                    slope.set(row, column, sum);
                    slope.set(column, row, sum);
                }
            }
            let Some(step) = slope.solve(&misfit) else { return round };
            let from = self.slopes.clone();
            let mut share = 1.0;
            loop {
                self.slopes = from.iter().zip(&step).map(|(from, step)| from + share * step).collect();
                factors = self.factors();
                misfit = self.misfit(&factors);
                let now = dot(&misfit, &misfit);
                if now.is_finite() && now < length {
                    break;
                }
                share /= 2.0;
                if share < 1e-10 {
                    // No step comes nearer: this is as near as rounding allows, or as the bounds do.
                    self.slopes = from;
                    return round;
                }
            }
        }
        ROUNDS
    }
}
