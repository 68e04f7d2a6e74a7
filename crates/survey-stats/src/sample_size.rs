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
    rounded(population / (1.0 + population * margin * margin), 1.0)
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

/// What a sample must be able to detect, beside the variable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detection {
    /// Level of the two-sided test.
    pub level: Level,
    /// Chance of finding the difference where it exists.
    pub power: f64,
    /// Design effect that is expected.
    pub design_effect: f64,
    /// Share of the sample that both sides have in common, such as the same villages in both years, in [0, 1]; 0 for two units.
    pub overlap: f64,
    /// Correlation of the answers of the common part between both sides, in [-1, 1].
    pub correlation: f64,
    /// Share of approached people who answer, in (0, 1].
    pub response_rate: f64,
}

impl Detection {
    /// A test at 95 % with 80 % power of two separate simple random samples in which everybody answers.
    pub fn usual() -> Self {
        Self { level: Level::NINETY_FIVE, power: 0.8, design_effect: 1.0, overlap: 0.0, correlation: 0.0, response_rate: 1.0 }
    }

    /// Normal quantiles of level and power, and the share of the variance that overlap leaves.
    fn check(&self) -> Result<(f64, f64, f64), PlanFault> {
        positive("design effect", self.design_effect)?;
        for (what, value, low) in
            [("power", self.power, f64::MIN_POSITIVE), ("overlap", self.overlap, 0.0), ("correlation", self.correlation, -1.0)]
        {
            if !(low..=1.0).contains(&value) {
                return Err(PlanFault::OutOfRange { what, value });
            }
        }
        if !(self.response_rate > 0.0 && self.response_rate <= 1.0) {
            return Err(PlanFault::OutOfRange { what: "response rate", value: self.response_rate });
        }
        let quantile = |what, p: f64| t_quantile(p, f64::INFINITY).ok_or(PlanFault::OutOfRange { what, value: p });
        let of_level = -quantile("level", (1.0 - self.level.get()) / 2.0)?;
        let of_power = quantile("power", self.power)?;
        let left = 1.0 - self.overlap * self.correlation;
        positive("variance that overlap leaves", left)?;
        Ok((of_level, of_power, left))
    }
}

/// Size of each of two samples that show a difference of `difference` between means of a variable with this standard deviation:
/// 2 (z + z')² S² (1 - overlap · correlation) deff / difference² (Cochran 1977, 4.8; Kish 1965, 12.4).
///
/// # Errors
///
/// A figure out of range.
pub fn size_for_difference(deviation: f64, difference: f64, detection: &Detection) -> Result<SampleSize, PlanFault> {
    positive("standard deviation", deviation)?;
    positive("difference", difference.abs())?;
    let (of_level, of_power, left) = detection.check()?;
    let exact = 2.0 * (of_level + of_power).powi(2) * (deviation / difference).powi(2) * left * detection.design_effect;
    positive("sample size", exact)?;
    rounded(exact, detection.response_rate)
}

/// Size of each of two samples that show the difference between two proportions (Fleiss, Levin & Paik 2003, 4.3): `power.prop.test` in R.
///
/// # Errors
///
/// A figure out of range, equal proportions.
pub fn size_for_difference_of_proportions(one: f64, other: f64, detection: &Detection) -> Result<SampleSize, PlanFault> {
    for value in [one, other] {
        if !(value > 0.0 && value < 1.0) {
            return Err(PlanFault::OutOfRange { what: "expected proportion", value });
        }
    }
    positive("difference", (one - other).abs())?;
    let (of_level, of_power, left) = detection.check()?;
    let mean = f64::midpoint(one, other);
    let reach = of_level * (2.0 * mean * (1.0 - mean)).sqrt() + of_power * (one * (1.0 - one) + other * (1.0 - other)).sqrt();
    let exact = (reach / (one - other)).powi(2) * left * detection.design_effect;
    positive("sample size", exact)?;
    rounded(exact, detection.response_rate)
}

/// Design effect of clusters of `answers` answers each with intraclass correlation `correlation`: 1 + (m - 1) ρ (Kish 1965, 5.4).
///
/// # Errors
///
/// Fewer than one answer a cluster, a correlation outside [-1, 1], a design effect that would not be positive.
pub fn clustered_design_effect(answers: f64, correlation: f64) -> Result<f64, PlanFault> {
    if !(answers >= 1.0 && answers.is_finite()) {
        return Err(PlanFault::OutOfRange { what: "answers in a cluster", value: answers });
    }
    if !(-1.0..=1.0).contains(&correlation) {
        return Err(PlanFault::OutOfRange { what: "correlation", value: correlation });
    }
    let effect = 1.0 + (answers - 1.0) * correlation;
    positive("design effect", effect)?;
    Ok(effect)
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
    rounded(exact, precision.response_rate)
}

/// More people than this cannot be counted exactly; no population comes near it.
const MOST_PEOPLE: f64 = 9e15;

fn rounded(exact: f64, response_rate: f64) -> Result<SampleSize, PlanFault> {
    // A figure that is whole but for rounding is not pushed up by one.
    let approached = (exact / response_rate * (1.0 - 1e-12)).ceil();
    if approached > MOST_PEOPLE {
        return Err(PlanFault::OutOfRange { what: "sample size", value: approached });
    }
    Ok(SampleSize { exact, approached: approached as usize })
}
