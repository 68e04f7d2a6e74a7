//! Means of a run in floats, beside the exact ones of [`crate::computing::means`].

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::computing::means::power_mean;
use crate::definition::Aggregation;

/// `None` where a value below zero has no mean.
pub(super) fn mean(rule: Aggregation, power: Option<Decimal>, pairs: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (mut sum, mut weights, mut least, mut has_zero) = (0.0, 0.0, f64::INFINITY, false);
    let (power, mut powers) = (power.and_then(|power| power.to_f64()).unwrap_or(1.0), Vec::new());
    for (value, weight) in pairs {
        weights += weight;
        least = least.min(value);
        if weight > 0.0 && !matches!(rule, Aggregation::WeightedMean | Aggregation::Minimum) {
            if value < 0.0 {
                return None;
            }
            has_zero |= value == 0.0;
        }
        match rule {
            Aggregation::PowerMean => powers.push((value, weight)),
            Aggregation::GeometricMean => sum += weight * libm::log(value),
            Aggregation::HarmonicMean => sum += weight / value,
            _ => sum += weight * value,
        }
    }
    Some(match rule {
        Aggregation::Minimum => least,
        Aggregation::GeometricMean | Aggregation::HarmonicMean if has_zero => 0.0,
        Aggregation::PowerMean if has_zero && power < 0.0 => 0.0,
        Aggregation::GeometricMean => libm::exp(sum / weights),
        Aggregation::HarmonicMean => weights / sum,
        Aggregation::PowerMean => {
            powers.iter_mut().for_each(|(_, weight)| *weight /= weights);
            power_mean(&powers, power)
        }
        _ => sum / weights,
    })
}
