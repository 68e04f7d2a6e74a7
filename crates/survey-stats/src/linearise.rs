//! The variance of a total of scores under a design.
//!
//! Stage by stage: in each stratum the spread of the totals of its units, with n/(n-1), the finite population correction,
//! and the sampling fractions of the units that contain it (Särndal, Swensson & Wretman 1992, 4.3; Wolter 2007, 1.4).
//! Units without a row in the domain count as totals of zero.

use crate::design::{Design, LoneUnit, StageFrame};
use crate::fault::EstimateFault;

/// Variance of the sum of `scores`, each already multiplied by its weight; `positions` ascend.
pub(crate) fn variance(design: &Design, positions: &[u32], scores: &[f64]) -> Result<f64, EstimateFault> {
    let mut sum = 0.0;
    for stage in design.stages.iter().filter(|stage| stage.active) {
        sum += of_stage(stage, design.lone_units.choice, positions, scores)?;
    }
    if sum.is_finite() { Ok(sum) } else { Err(EstimateFault::Overflow) }
}

/// The strata of one unit of the stage before, which an average may be taken over.
#[derive(Default)]
struct Siblings {
    variance: f64,
    strata: usize,
    lone: usize,
}

impl Siblings {
    fn close(&mut self) -> Result<f64, EstimateFault> {
        let done = std::mem::take(self);
        if done.lone == 0 {
            return Ok(done.variance);
        }
        if done.lone == done.strata {
            return Err(EstimateFault::NothingToAverage);
        }
        Ok(done.variance * done.strata as f64 / (done.strata - done.lone) as f64)
    }
}

fn of_stage(stage: &StageFrame, choice: LoneUnit, positions: &[u32], scores: &[f64]) -> Result<f64, EstimateFault> {
    let grand_mean = if choice == LoneUnit::Adjust { scores.iter().sum::<f64>() / stage.units as f64 } else { 0.0 };
    let mut sum = 0.0;
    let mut siblings = Siblings::default();
    let mut parent = None;
    let mut totals: Vec<f64> = Vec::new();
    let mut start = 0;
    while let Some(&position) = positions.get(start) {
        let number = stage.stratum_of[position as usize];
        let stratum = &stage.strata[number as usize];
        totals.clear();
        let mut unit = None;
        let mut end = start;
        while let Some(&position) = positions.get(end) {
            if stage.stratum_of[position as usize] != number {
                break;
            }
            let here = stage.unit_of[position as usize];
            if unit != Some(here) {
                totals.push(0.0);
                unit = Some(here);
            }
            if let Some(total) = totals.last_mut() {
                *total += scores[end];
            }
            end += 1;
        }
        start = end;
        if parent != Some(stratum.parent) {
            sum += siblings.close()?;
            parent = Some(stratum.parent);
        }
        siblings.strata += 1;
        let factor = stratum.multiplier * (1.0 - stratum.fraction);
        if factor <= 0.0 {
            continue;
        }
        if stratum.lone {
            match choice {
                LoneUnit::Refuse | LoneUnit::Certainty => {}
                LoneUnit::Adjust => siblings.variance += factor * totals.iter().map(|total| (total - grand_mean).powi(2)).sum::<f64>(),
                LoneUnit::Average => siblings.lone += 1,
            }
            continue;
        }
        let n = stratum.sampled as f64;
        let mean = totals.iter().sum::<f64>() / n;
        let outside = (stratum.sampled - totals.len()) as f64 * mean * mean;
        let spread = totals.iter().map(|total| (total - mean).powi(2)).sum::<f64>() + outside;
        siblings.variance += factor * n / (n - 1.0) * spread;
    }
    sum += siblings.close()?;
    Ok(sum)
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
