//! How many answers a survey needs.

use crate::distribution::t_quantile;
use crate::fault::PlanFault;
use crate::interval::Level;

/// A sample size: the exact figure of the formula, and the whole number that is needed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleSize {
    /// The formula's figure, before non-response.
    pub exact: f64,
    /// People to approach: the figure over the response rate, rounded up.
    pub approached: usize,
}

/// What a sample size depends on beside the variable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precision {
    /// Largest distance between estimate and truth, in the unit of the estimate (0.05 is 5 points of a proportion).
    pub margin: f64,
    /// Confidence level that the margin is kept at.
    pub level: Level,
    /// Design effect that is expected, 1 for a simple random sample.
    pub design_effect: f64,
    /// Size of the population; none means that no correction is made.
    pub population: Option<f64>,
    /// Share of approached people who answer, in (0, 1].
    pub response_rate: f64,
}

impl Precision {
    /// A margin at 95 %, for a simple random sample without correction in which everybody answers.
    pub fn of(margin: f64) -> Self {
        Self { margin, level: Level::NINETY_FIVE, design_effect: 1.0, population: None, response_rate: 1.0 }
    }
}

fn positive(what: &'static str, value: f64) -> Result<(), PlanFault> {
    if value > 0.0 && value.is_finite() { Ok(()) } else { Err(PlanFault::OutOfRange { what, value }) }
}

/// n = N / (1 + N e²) (Yamane 1967): the largest proportion's variance, z taken as 2, simple random sample.
///
/// # Errors
///
/// A population that is not positive, a margin outside (0, 1).
pub fn yamane(population: f64, margin: f64) -> Result<SampleSize, PlanFault> {
    positive("population", population)?;
    if !(margin > 0.0 && margin < 1.0) {
        return Err(PlanFault::OutOfRange { what: "margin", value: margin });
    }
    Ok(rounded(population / (1.0 + population * margin * margin), 1.0))
}

/// Size for a proportion that is expected near `expected`; 0.5 is the safe choice (Cochran 1977, 4.4).
///
/// # Errors
///
/// A figure out of range.
pub fn size_for_proportion(expected: f64, precision: &Precision) -> Result<SampleSize, PlanFault> {
    if !(expected > 0.0 && expected < 1.0) {
        return Err(PlanFault::OutOfRange { what: "expected proportion", value: expected });
    }
    let spread = expected * (1.0 - expected);
    let spread = match precision.population {
        Some(size) if size > 1.0 => spread * size / (size - 1.0),
        _ => spread,
    };
    size_for_variance(spread, precision)
}

/// Size for a mean of a variable whose standard deviation in the population is about `deviation` (Cochran 1977, 4.6).
///
/// # Errors
///
/// A figure out of range.
pub fn size_for_mean(deviation: f64, precision: &Precision) -> Result<SampleSize, PlanFault> {
    positive("standard deviation", deviation)?;
    size_for_variance(deviation * deviation, precision)
}

fn size_for_variance(variance: f64, precision: &Precision) -> Result<SampleSize, PlanFault> {
    positive("margin", precision.margin)?;
    positive("design effect", precision.design_effect)?;
    if !(precision.response_rate > 0.0 && precision.response_rate <= 1.0) {
        return Err(PlanFault::OutOfRange { what: "response rate", value: precision.response_rate });
    }
    let level = precision.level.get();
    let z = t_quantile((1.0 - level) / 2.0, f64::INFINITY).ok_or(PlanFault::OutOfRange { what: "level", value: level })?;
    let unlimited = precision.design_effect * variance * (z / precision.margin).powi(2);
    let exact = match precision.population {
        None => unlimited,
        Some(size) => {
            positive("population", size)?;
            unlimited / (1.0 + unlimited / size)
        }
    };
    positive("sample size", exact)?;
    Ok(rounded(exact, precision.response_rate))
}

fn rounded(exact: f64, response_rate: f64) -> SampleSize {
    // A figure that is whole but for rounding is not pushed up by one.
    SampleSize { exact, approached: (exact / response_rate * (1.0 - 1e-12)).ceil() as usize }
}
