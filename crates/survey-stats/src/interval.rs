//! Confidence intervals with their method, level and degrees of freedom.

use crate::distribution::{beta_quantile, t_quantile};
use crate::fault::EstimateFault;

/// A confidence level in (0, 1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level(f64);

impl Level {
    /// 95 %.
    pub const NINETY_FIVE: Self = Self(0.95);

    /// A level such as 0.95.
    ///
    /// # Errors
    ///
    /// A number outside (0, 1).
    pub fn new(level: f64) -> Result<Self, EstimateFault> {
        if level > 0.0 && level < 1.0 { Ok(Self(level)) } else { Err(EstimateFault::NotAProbability { value: level }) }
    }

    /// The level as a number.
    pub fn get(self) -> f64 {
        self.0
    }

    fn tail(self) -> f64 {
        (1.0 - self.0) / 2.0
    }
}

/// How an interval was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntervalMethod {
    /// Estimate ± t · standard error.
    T,
    /// t interval of the log-odds, turned back.
    Logit,
    /// Korn & Graubard: Clopper-Pearson with the effective sample size.
    Beta,
    /// Wilson's score interval with the effective sample size.
    Wilson,
    /// t interval of arcsin √p, turned back.
    Arcsine,
    /// Shares whose likelihood, scaled by the design effect, is not far from the largest.
    Likelihood,
    /// t interval of the inverse hyperbolic tangent of a correlation, turned back.
    FisherZ,
    /// Woodruff: interval of the share below, turned back to the scale of the variable.
    Woodruff,
}

/// Choice of the interval of a proportion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProportionInterval {
    /// Estimate ± t · standard error; may leave [0, 1].
    T,
    /// t interval of the log-odds.
    #[default]
    Logit,
    /// Korn & Graubard.
    Beta,
    /// Wilson with effective sample size.
    Wilson,
    /// t interval of arcsin √p.
    Arcsine,
    /// Likelihood ratio scaled by the design effect.
    Likelihood,
}

impl ProportionInterval {
    fn method(self) -> IntervalMethod {
        match self {
            Self::T => IntervalMethod::T,
            Self::Logit => IntervalMethod::Logit,
            Self::Beta => IntervalMethod::Beta,
            Self::Wilson => IntervalMethod::Wilson,
            Self::Arcsine => IntervalMethod::Arcsine,
            Self::Likelihood => IntervalMethod::Likelihood,
        }
    }
}

/// A confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end, in the unit of the estimate.
    pub low: f64,
    /// Upper end, in the unit of the estimate.
    pub high: f64,
    /// How it was made.
    pub method: IntervalMethod,
    /// Its confidence level.
    pub level: Level,
    /// Degrees of freedom of the t quantile; infinite means the normal distribution.
    pub degrees_of_freedom: f64,
}

/// Why an estimate has no interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntervalGap {
    /// All answers lie in one sampled cluster (of each stratum): they show nothing of the difference between clusters, so that the
    /// error is not known.
    OneCluster,
    /// Not more clusters than strata.
    NoDegreesOfFreedom,
    /// All answers are equal, and the method needs a spread.
    AllAnswersEqual,
    /// The quantile of a distribution was not found.
    NotFound,
    /// Fewer than two replicates give an estimate.
    FewReplicates,
    /// The interval of the share below a quantile leaves [0, 1], so that an end of the quantile's interval lies beyond the sample.
    BeyondSample,
}

/// What the intervals of a proportion are made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proportion {
    pub(crate) value: f64,
    /// None where it is not known.
    pub(crate) variance: Option<f64>,
    pub(crate) observations: usize,
    pub(crate) degrees_of_freedom: f64,
}

/// A t interval; none without a standard error, which only answers from one cluster lack.
pub(crate) fn t_interval(value: f64, standard_error: Option<f64>, degrees_of_freedom: f64, level: Level) -> Result<Interval, IntervalGap> {
    let standard_error = standard_error.ok_or(IntervalGap::OneCluster)?;
    let t = critical(degrees_of_freedom, level)?;
    let reach = t * standard_error;
    Ok(Interval { low: value - reach, high: value + reach, method: IntervalMethod::T, level, degrees_of_freedom })
}

/// Upper t quantile of a two-sided interval.
pub(crate) fn critical(degrees_of_freedom: f64, level: Level) -> Result<f64, IntervalGap> {
    if degrees_of_freedom <= 0.0 {
        return Err(IntervalGap::NoDegreesOfFreedom);
    }
    t_quantile(level.tail(), degrees_of_freedom).map(|t| -t).ok_or(IntervalGap::NotFound)
}

pub(crate) fn proportion_interval(p: Proportion, choice: ProportionInterval, level: Level) -> Result<Interval, IntervalGap> {
    let variance = p.variance.ok_or(IntervalGap::OneCluster)?;
    let t = critical(p.degrees_of_freedom, level)?;
    let se = variance.sqrt();
    let one_sided = p.value <= 0.0 || p.value >= 1.0;
    if variance <= 0.0 && !one_sided {
        // A complete count: nothing is uncertain.
        let method = choice.method();
        return Ok(Interval { low: p.value, high: p.value, method, level, degrees_of_freedom: p.degrees_of_freedom });
    }
    let (low, high) = match choice {
        ProportionInterval::T => (p.value - t * se, p.value + t * se),
        ProportionInterval::Logit => {
            if one_sided {
                return Err(IntervalGap::AllAnswersEqual);
            }
            let odds = (p.value / (1.0 - p.value)).ln();
            let reach = t * se / (p.value * (1.0 - p.value));
            let back = |x: f64| 1.0 / (1.0 + (-x).exp());
            (back(odds - reach), back(odds + reach))
        }
        ProportionInterval::Arcsine => {
            if one_sided {
                return Err(IntervalGap::AllAnswersEqual);
            }
            let angle = p.value.sqrt().asin();
            let reach = t * se / (2.0 * (p.value * (1.0 - p.value)).sqrt());
            let back = |x: f64| x.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2);
            (back(angle - reach), back(angle + reach))
        }
        ProportionInterval::Beta => {
            let (size, tail) = (effective_size(p, variance, level, t)?, level.tail());
            let yes = size * p.value;
            let no = size - yes;
            let low = if p.value <= 0.0 { 0.0 } else { beta_quantile(tail, yes, no + 1.0).ok_or(IntervalGap::NotFound)? };
            let high = if p.value >= 1.0 { 1.0 } else { beta_quantile(1.0 - tail, yes + 1.0, no).ok_or(IntervalGap::NotFound)? };
            (low, high)
        }
        ProportionInterval::Wilson => {
            let size = effective_size(p, variance, level, t)?;
            let z = critical(f64::INFINITY, level)?;
            let share = z * z / size;
            let centre = (p.value + share / 2.0) / (1.0 + share);
            let reach = z / (1.0 + share) * (p.value * (1.0 - p.value) / size + share / (4.0 * size)).sqrt();
            // Where all answers are equal, one end is the share itself, which rounding must not miss.
            let low = if p.value <= 0.0 { 0.0 } else { centre - reach };
            let high = if p.value >= 1.0 { 1.0 } else { centre + reach };
            (low, high)
        }
        ProportionInterval::Likelihood => {
            let count = p.observations as f64;
            let spread = p.value * (1.0 - p.value);
            // Where all answers are equal the number of answers stands for the design, as in the other methods.
            let per_answer = if one_sided { 1.0 / count } else { variance / spread * count / (count - 1.0) };
            likely(p.value, t * t * per_answer / 2.0)
        }
    };
    // A share lies in [0, 1], and only the t interval is known to leave it; what others lead out is rounding, as is a zero with a sign.
    let (low, high) = if choice == ProportionInterval::T { (low, high) } else { (low.clamp(0.0, 1.0) + 0.0, high.clamp(0.0, 1.0)) };
    Ok(Interval { low, high, method: choice.method(), level, degrees_of_freedom: p.degrees_of_freedom })
}

/// Both shares whose log-likelihood for one answer is `reach` below that of `p`.
fn likely(p: f64, reach: f64) -> (f64, f64) {
    let term = |x: f64, q: f64| if x > 0.0 { x * (x / q).ln() } else { 0.0 };
    let below = |q: f64| term(p, q) + term(1.0 - p, 1.0 - q);
    let search = |mut inner: f64, mut outer: f64| {
        for _ in 0..200 {
            let middle = f64::midpoint(inner, outer);
            if below(middle) < reach {
                inner = middle;
            } else {
                outer = middle;
            }
        }
        inner
    };
    (if p <= 0.0 { 0.0 } else { search(p, 0.0) }, if p >= 1.0 { 1.0 } else { search(p, 1.0) })
}

/// Size of the simple random sample with the same variance, adjusted for the degrees of freedom (Korn & Graubard 1998).
/// Where all answers are equal no variance is seen, and the number of answers stands in.
fn effective_size(p: Proportion, variance: f64, level: Level, t: f64) -> Result<f64, IntervalGap> {
    let count = p.observations as f64;
    let spread = p.value * (1.0 - p.value);
    let size = if spread <= 0.0 { count } else { spread / variance };
    let free = critical(count - 1.0, level)?;
    Ok(size * (free / t).powi(2))
}
