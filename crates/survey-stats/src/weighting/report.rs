//! What a step did to the weights.

use super::Applied;

/// Weights in figures, over rows with a weight.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightSummary {
    /// Rows with a weight.
    pub rows: usize,
    /// Sum of the weights.
    pub sum: f64,
    /// Smallest, quartiles and largest: 0, 25, 50, 75, 100 %.
    pub quartiles: [f64; 5],
    /// Standard deviation over mean, with n in the divisor.
    pub coefficient_of_variation: f64,
    /// Kish's effective sample size (Σ w)² / Σ w².
    pub effective_size: f64,
    /// Kish's design effect of unequal weights n Σ w² / (Σ w)² = 1 + cv².
    pub design_effect: f64,
}

impl WeightSummary {
    /// Looks at weights; zeros do not count. None where no weight is left.
    pub fn of(weights: &[f64]) -> Option<Self> {
        let mut sorted: Vec<f64> = weights.iter().copied().filter(|weight| weight.abs() > 0.0).collect();
        if sorted.is_empty() {
            return None;
        }
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len() as f64;
        let sum: f64 = sorted.iter().sum();
        let squares: f64 = sorted.iter().map(|weight| weight * weight).sum();
        let at = |share: f64| {
            // Linear between neighbours: type 7 of Hyndman & Fan, as R's `quantile`.
            let place = share * (n - 1.0);
            let (low, part) = (place.floor() as usize, place.fract());
            sorted[low] + part * (sorted[(low + 1).min(sorted.len() - 1)] - sorted[low])
        };
        let effective_size = sum * sum / squares;
        let design_effect = n / effective_size;
        Some(Self {
            rows: sorted.len(),
            sum,
            quartiles: [0.0, 0.25, 0.5, 0.75, 1.0].map(at),
            coefficient_of_variation: (design_effect - 1.0).max(0.0).sqrt(),
            effective_size,
            design_effect,
        })
    }
}

/// One condition of a step, before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetReached {
    /// Name of the condition, such as "sex=female".
    pub name: String,
    /// What was asked for.
    pub wanted: f64,
    /// Weighted sum before the step.
    pub before: f64,
    /// Weighted sum after it.
    pub after: f64,
}

/// What a step did.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightReport {
    /// Weights before.
    pub before: Option<WeightSummary>,
    /// Weights after.
    pub after: Option<WeightSummary>,
    /// Factors between them, over rows that kept a weight.
    pub factors: Option<WeightSummary>,
    /// Rows that lost their weight: those who did not answer.
    pub dropped: usize,
    /// Rows whose weight became negative.
    pub negative: usize,
    /// Weights that were cut.
    pub trimmed: usize,
    /// Rounds that the step took.
    pub iterations: usize,
    /// Conditions and how they were met.
    pub targets: Vec<TargetReached>,
}

impl WeightReport {
    pub(super) fn new(before: &[f64], applied: &Applied) -> Self {
        let after = &applied.weights;
        let pairs = || before.iter().zip(after).filter(|(old, _)| old.abs() > 0.0);
        let factors: Vec<f64> = pairs().filter(|(_, new)| new.abs() > 0.0).map(|(old, new)| new / old).collect();
        Self {
            before: WeightSummary::of(before),
            after: WeightSummary::of(after),
            factors: WeightSummary::of(&factors),
            dropped: pairs().filter(|(_, new)| new.abs() <= 0.0).count(),
            negative: after.iter().filter(|&&weight| weight < 0.0).count(),
            trimmed: applied.trimmed,
            iterations: applied.iterations,
            targets: applied.targets.clone(),
        }
    }
}
