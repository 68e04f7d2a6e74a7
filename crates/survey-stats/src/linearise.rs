//! The variance of a total of scores under a design.
//!
//! Stage by stage: in each stratum the spread of the totals of its units, with n/(n-1), the finite population correction,
//! and the sampling fractions of the units that contain it (Särndal, Swensson & Wretman 1992, 4.3; Wolter 2007, 1.4).
//! Units without a row in the domain count as totals of zero.

use crate::design::{Design, LoneUnit, StageFrame};
use crate::fault::EstimateFault;
use crate::matrix::Matrix;

/// The standard error below which nothing but rounding is left: a variable that the design fixes, such as the share of a stratum, has
/// scores that are equal inside each stratum, or that calibration takes away, and what remains of them is noise.
/// Real errors are far above: that of a sample of ten million answers is still a ten-thousandth of its scores.
pub(crate) fn rounding_error(scores: &[f64], value: f64) -> f64 {
    1e-12 * scores.iter().map(|score| score.abs()).sum::<f64>() + 8.0 * f64::EPSILON * value.abs()
}

/// Variance of the sum of `scores`, each already multiplied by its weight; `positions` ascend.
/// Scores of a design whose weights were adjusted are first followed back through the adjustments.
pub(crate) fn variance(design: &Design, positions: &[u32], scores: Vec<f64>) -> Result<f64, EstimateFault> {
    let variance = if design.adjustments.is_empty() {
        of_stages::<1>(design, positions, &[scores])?
    } else {
        let (all, followed) = follow_back(design, positions, vec![scores]);
        of_stages::<1>(design, &all, &followed)?
    };
    Ok(variance.get(0, 0))
}

/// Covariances of the sums of several columns of scores over the same positions.
pub(crate) fn covariance(design: &Design, positions: &[u32], columns: Vec<Vec<f64>>) -> Result<Matrix, EstimateFault> {
    if design.adjustments.is_empty() {
        return of_stages::<0>(design, positions, &columns);
    }
    let (all, followed) = follow_back(design, positions, columns);
    of_stages::<0>(design, &all, &followed)
}

/// Scores over all rows, for the latest adjustment first.
fn follow_back(design: &Design, positions: &[u32], columns: Vec<Vec<f64>>) -> (Vec<u32>, Vec<Vec<f64>>) {
    let rows = design.rows();
    let all = (0..rows).filter_map(|position| u32::try_from(position).ok()).collect();
    let spread = |scores: Vec<f64>| {
        let mut wide = vec![0.0; rows];
        for (&position, score) in positions.iter().zip(scores) {
            wide[position as usize] = score;
        }
        for adjustment in design.adjustments.iter().rev() {
            adjustment.follow_back(&mut wide);
        }
        wide
    };
    (all, columns.into_iter().map(spread).collect())
}

/// `K` is the number of columns, or 0 where it is known at run time alone.
fn of_stages<const K: usize>(design: &Design, positions: &[u32], columns: &[Vec<f64>]) -> Result<Matrix, EstimateFault> {
    let mut sum = Matrix::zeros(columns.len(), columns.len());
    for stage in design.stages.iter().filter(|stage| stage.active) {
        of_stage::<K>(stage, (design.lone_units.choice, Strata::All), positions, columns, &mut sum)?;
    }
    if sum.is_finite() { Ok(sum) } else { Err(EstimateFault::Overflow) }
}

/// The strata of one unit of the stage before, which an average may be taken over.
struct Siblings {
    covariance: Matrix,
    strata: usize,
    lone: usize,
}

impl Siblings {
    /// Adds what was gathered to the sum, and begins anew.
    fn close(&mut self, sum: &mut Matrix) -> Result<(), EstimateFault> {
        if self.strata == 0 {
            return Ok(());
        }
        if self.lone == self.strata {
            return Err(EstimateFault::NothingToAverage);
        }
        let factor = if self.lone == 0 { 1.0 } else { self.strata as f64 / (self.strata - self.lone) as f64 };
        for column in 0..sum.columns() {
            for row in 0..sum.rows() {
                sum.add(row, column, factor * self.covariance.get(row, column));
                self.covariance.set(row, column, 0.0);
            }
        }
        (self.strata, self.lone) = (0, 0);
        Ok(())
    }
}

/// Totals of the units of one stratum, `k` figures a unit.
struct Totals {
    figures: Vec<f64>,
    means: Vec<f64>,
}

impl Totals {
    /// Reads the units of the stratum that begins at `start`; answers where the next one begins.
    fn read<const K: usize>(&mut self, stage: &StageFrame, positions: &[u32], columns: &[Vec<f64>], start: usize) -> usize {
        let k = if K == 0 { columns.len() } else { K };
        self.figures.clear();
        let number = stage.stratum_of[positions[start] as usize];
        let mut unit = None;
        let mut end = start;
        while let Some(&position) = positions.get(end) {
            if stage.stratum_of[position as usize] != number {
                break;
            }
            let here = stage.unit_of[position as usize];
            if unit != Some(here) {
                self.figures.resize(self.figures.len() + k, 0.0);
                unit = Some(here);
            }
            let first = self.figures.len() - k;
            for (total, column) in self.figures[first..].iter_mut().zip(columns) {
                *total += column[end];
            }
            end += 1;
        }
        end
    }

    /// Adds factor · Σ (t - centre)(t - centre)'.
    fn add_spread<const K: usize>(&self, factor: f64, centre: &[f64], into: &mut Matrix) {
        let k = if K == 0 { centre.len() } else { K };
        for unit in self.figures.chunks_exact(k.max(1)) {
            for column in 0..k {
                let other = factor * (unit[column] - centre[column]);
                for row in 0..=column {
                    into.add(row, column, (unit[row] - centre[row]) * other);
                }
            }
        }
    }
}

/// Which strata of a stage are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strata {
    All,
    /// Those whose units were the first to be drawn by chance: nothing above them was left out of the sample.
    Leading,
}

/// Whether the scores show nothing of the difference between sampled clusters, so that the error of their sum is not known: their rows lie
/// in one cluster of each stratum of the first stage that was sampled, and add to nothing in it, as those of a mean do in one cluster.
/// A variance would then be zero, or hold that of later stages alone, whatever the population is like.
///
/// Strata that were taken completely are no sample: below them the next stage is the first. `carriers` marks the rows that the figure
/// stands on, where these are not all. Scores come weighted, and before adjustments of the weights are followed back.
pub(crate) fn in_one_cluster(design: &Design, positions: &[u32], scores: &[f64], carriers: Option<&[bool]>) -> Result<bool, EstimateFault> {
    let mut sampled = false;
    for stage in &design.stages {
        let mut last: Option<(u32, u32)> = None;
        for (place, &position) in positions.iter().enumerate() {
            let stratum = stage.stratum_of[position as usize];
            let of = &stage.strata[stratum as usize];
            if of.multiplier < 1.0 || of.fraction >= 1.0 || carriers.is_some_and(|carriers| !carriers[place]) {
                continue;
            }
            sampled = true;
            let unit = stage.unit_of[position as usize];
            if last.is_some_and(|last| last.0 == stratum && last.1 != unit) {
                return Ok(false);
            }
            last = Some((stratum, unit));
        }
    }
    if !sampled {
        return Ok(false);
    }
    let mut sum = Matrix::zeros(1, 1);
    let columns = [scores.to_vec()];
    for stage in design.stages.iter().filter(|stage| stage.active) {
        match of_stage::<1>(stage, (design.lone_units.choice, Strata::Leading), positions, &columns, &mut sum) {
            // A domain inside lone strata: other strata have an average, and the domain has nothing of them.
            Err(EstimateFault::NothingToAverage) if stage.strata.iter().any(|stratum| !stratum.lone) => return Ok(true),
            outcome => outcome?,
        }
    }
    // Wider than rounding, because the scores of an iterated fit add to zero as far as it was iterated.
    let nothing = 1e-8 * scores.iter().map(|score| score.abs()).sum::<f64>();
    Ok(sum.get(0, 0) <= nothing * nothing)
}

fn of_stage<const K: usize>(
    stage: &StageFrame,
    (choice, strata): (LoneUnit, Strata),
    positions: &[u32],
    columns: &[Vec<f64>],
    sum: &mut Matrix,
) -> Result<(), EstimateFault> {
    let k = columns.len();
    let grand: Vec<f64> = if choice == LoneUnit::Adjust {
        columns.iter().map(|scores| scores.iter().sum::<f64>() / stage.units as f64).collect()
    } else {
        Vec::new()
    };
    let mut siblings = Siblings { covariance: Matrix::zeros(k, k), strata: 0, lone: 0 };
    let mut totals = Totals { figures: Vec::new(), means: vec![0.0; k] };
    let mut parent = None;
    let mut start = 0;
    while let Some(&position) = positions.get(start) {
        let stratum = &stage.strata[stage.stratum_of[position as usize] as usize];
        start = totals.read::<K>(stage, positions, columns, start);
        if parent != Some(stratum.parent) {
            siblings.close(sum)?;
            parent = Some(stratum.parent);
        }
        siblings.strata += 1;
        let factor = stratum.multiplier * (1.0 - stratum.fraction);
        if factor <= 0.0 || (strata == Strata::Leading && stratum.multiplier < 1.0) {
            continue;
        }
        if stratum.lone {
            match choice {
                // Collapsed strata have no lone unit any more.
                LoneUnit::Refuse | LoneUnit::Certainty | LoneUnit::Collapse => {}
                LoneUnit::Adjust => totals.add_spread::<K>(factor, &grand, &mut siblings.covariance),
                LoneUnit::Average => siblings.lone += 1,
            }
            continue;
        }
        let n = stratum.sampled as f64;
        for (column, mean) in totals.means.iter_mut().enumerate() {
            *mean = totals.figures.iter().skip(column).step_by(k).sum::<f64>() / n;
        }
        let factor = factor * n / (n - 1.0);
        totals.add_spread::<K>(factor, &totals.means, &mut siblings.covariance);
        // Units without a row in the domain are totals of zero.
        let outside = factor * (stratum.sampled - totals.figures.len() / k.max(1)) as f64;
        for column in 0..k {
            for row in 0..=column {
                siblings.covariance.add(row, column, outside * totals.means[row] * totals.means[column]);
            }
        }
    }
    siblings.close(sum)?;
    for column in 0..k {
        for row in 0..column {
            sum.set(column, row, sum.get(row, column));
        }
    }
    Ok(())
}

/// Clusters and strata of the first stage that have a row in the domain.
pub(crate) fn touched(design: &Design, positions: &[u32]) -> (usize, usize) {
    let Some(stage) = design.stages.first() else { return (0, 0) };
    let count = |of: &[u32]| {
        let mut last = None;
        let mut count = 0;
        for &position in positions {
            let here = Some(of[position as usize]);
            if here != last {
                count += 1;
                last = here;
            }
        }
        count
    };
    (count(&stage.unit_of), count(&stage.stratum_of))
}
