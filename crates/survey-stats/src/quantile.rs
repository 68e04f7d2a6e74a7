//! Quantiles, with intervals after Woodruff (1952).
//!
//! The quantile is the smallest value whose weighted share of rows at or below it reaches the probability (rule "math" of R `survey`).
//! The share below it is a proportion with a t interval; the quantiles at both ends of that interval are the interval.

use crate::column::Column;
use crate::design::{Design, LoneUnits};
use crate::domain::Domain;
use crate::estimate::{Estimate, Options, mean, select};
use crate::fault::EstimateFault;
use crate::interval::{Interval, IntervalGap, IntervalMethod, critical};

/// Relative difference of a share that is rounding alone.
const SHARE_ROUNDING: f64 = 1e-14;

/// A quantile with its interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantile {
    /// The probability that was asked for.
    pub probability: f64,
    /// The quantile, in the unit of the variable.
    pub value: f64,
    /// Length of the interval over twice the t quantile; none without interval.
    pub standard_error: Option<f64>,
    /// The interval, or why there is none.
    pub interval: Result<Interval, IntervalGap>,
    /// Degrees of freedom of the share at or below the quantile.
    pub degrees_of_freedom: f64,
    /// Rows that the figure stands on.
    pub observations: usize,
    /// Sum of their weights.
    pub weighted_observations: f64,
    /// Sampled first-stage units among them.
    pub clusters: usize,
    /// What was done with strata of one unit.
    pub lone_units: LoneUnits,
    /// Replicates that gave no share below and were left out; 0 where the variance is linearised.
    pub replicates_without_estimate: usize,
}

/// Quantile of a variable at `probability`, in the unit of the variable; 0.5 is the median.
/// Where the interval of the share leaves [0, 1], neither interval nor error is known ([`IntervalGap::BeyondSample`]), as in R.
///
/// # Errors
///
/// As of [`crate::total`]; a probability outside (0, 1); a negative weight.
pub fn quantile(
    design: &Design,
    domain: &Domain,
    variable: &Column,
    probability: f64,
    options: &Options,
) -> Result<Quantile, EstimateFault> {
    quantile_by(design, domain, variable, probability, options, |below| mean(design, domain, below, options))
}

/// A quantile whose interval comes from `share`, which estimates the mean of the indicator of the values at or below the quantile.
pub(crate) fn quantile_by(
    design: &Design,
    domain: &Domain,
    variable: &Column,
    probability: f64,
    options: &Options,
    share: impl Fn(&Column) -> Result<Estimate, EstimateFault>,
) -> Result<Quantile, EstimateFault> {
    if !(probability > 0.0 && probability < 1.0) {
        return Err(EstimateFault::NotAProbability { value: probability });
    }
    let selected = select(design, domain, &[variable], options)?;
    // The cumulated share would not rise, so that no value is the quantile.
    if let Some(place) = selected.weights.iter().position(|weight| *weight < 0.0) {
        let row = design.order[selected.positions[place] as usize] as usize + 1;
        return Err(EstimateFault::NegativeWeight { row, weight: selected.weights[place] });
    }
    let mut points: Vec<(f64, f64)> = selected
        .positions
        .iter()
        .map(|&position| (variable.values[design.order[position as usize] as usize], design.weights[position as usize]))
        .collect();
    points.sort_by(|one, other| one.0.total_cmp(&other.0));
    let value = lookup(&points, selected.weight_sum, probability);
    let below = variable.values.iter().map(|&x| if x.is_nan() { x } else { f64::from(u8::from(x <= value)) }).collect();
    let share = share(&Column::new(variable.name.clone(), below))?;
    let interval = share.interval.and_then(|of_share| {
        if of_share.low < -SHARE_ROUNDING || of_share.high > 1.0 + SHARE_ROUNDING {
            return Err(IntervalGap::BeyondSample);
        }
        Ok(Interval {
            low: lookup(&points, selected.weight_sum, of_share.low),
            high: lookup(&points, selected.weight_sum, of_share.high),
            method: IntervalMethod::Woodruff,
            ..of_share
        })
    });
    let standard_error = match (interval, critical(share.degrees_of_freedom, options.level)) {
        (Ok(interval), Ok(t)) => Some((interval.high - interval.low) / (2.0 * t)),
        _ => None,
    };
    Ok(Quantile {
        probability,
        value,
        standard_error,
        interval,
        degrees_of_freedom: share.degrees_of_freedom,
        observations: share.observations,
        weighted_observations: share.weighted_observations,
        clusters: share.clusters,
        lone_units: share.lone_units,
        replicates_without_estimate: share.replicates_without_estimate,
    })
}

/// Smallest value whose cumulated weight reaches `probability`; a share that is missed by rounding alone counts as reached.
pub(crate) fn lookup(points: &[(f64, f64)], weight_sum: f64, probability: f64) -> f64 {
    let target = probability * weight_sum * (1.0 - SHARE_ROUNDING);
    let mut sum = 0.0;
    for &(value, weight) in points {
        sum += weight;
        if sum >= target {
            return value;
        }
    }
    points.last().map_or(f64::NAN, |point| point.0)
}
