//! Whether a figure may be published, by a rule that is stated beside it.

use crate::estimate::Estimate;
use crate::interval::IntervalGap;
use crate::quantile::Quantile;

/// A rule for publishing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum QualityRule {
    /// Standards of the US National Center for Health Statistics for proportions (Parker et al. 2017). The interval must be
    /// [`crate::ProportionInterval::Beta`] at 95 %.
    NchsProportion,
    /// By the coefficient of variation, as Statistics Canada and others do: up to `careful` published, up to `withheld` with a warning.
    CoefficientOfVariation {
        /// Largest coefficient published without warning.
        careful: f64,
        /// Largest coefficient published at all.
        withheld: f64,
        /// Fewest answers published.
        observations: usize,
    },
}

impl QualityRule {
    /// 16.5 %, 33.3 % and 30 answers (Statistics Canada).
    pub const STATISTICS_CANADA: Self = Self::CoefficientOfVariation { careful: 0.165, withheld: 0.333, observations: 30 };
}

/// What may be done with a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Publish.
    Publish,
    /// A person looks first, or a warning stands beside it.
    WithCare,
    /// Withhold.
    Withhold,
}

/// Why a figure is not simply published.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum QualityReason {
    /// Too few answers.
    FewObservations {
        /// Answers.
        observations: usize,
    },
    /// Too few answers of a simple random sample with the same error.
    FewEffective {
        /// Effective answers.
        effective: f64,
    },
    /// The interval is at least 30 points wide.
    WideInterval {
        /// Width, as a share.
        width: f64,
    },
    /// The interval is wider than 130 % of the figure.
    WideForFigure {
        /// Width over figure.
        relative: f64,
    },
    /// The interval is wider than 130 % of the complement.
    WideForComplement {
        /// Width over 1 minus the figure.
        relative: f64,
    },
    /// Fewer than eight degrees of freedom.
    FewDegreesOfFreedom {
        /// Degrees of freedom.
        degrees_of_freedom: f64,
    },
    /// All answers are equal.
    AllAnswersEqual,
    /// A coefficient of variation above a limit, or none because the figure is zero.
    LargeCoefficient {
        /// The coefficient.
        coefficient: Option<f64>,
    },
    /// There is no interval to judge by.
    NoInterval,
    /// All answers lie in one sampled cluster (of each stratum), so that the error is not known.
    OneCluster,
}

/// A figure's grade, with the rule and every reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Quality {
    /// The grade.
    pub grade: Grade,
    /// Why, worst first in the order of the rule.
    pub reasons: Vec<(Grade, QualityReason)>,
    /// The rule.
    pub rule: QualityRule,
}

/// Grades an estimate.
pub fn assess(estimate: &Estimate, rule: QualityRule) -> Quality {
    let reasons = match rule {
        QualityRule::NchsProportion => nchs(estimate),
        QualityRule::CoefficientOfVariation { careful, withheld, observations } => {
            let judged = unknown(estimate.interval.err()).ok_or(estimate.coefficient_of_variation);
            by_coefficient(estimate.observations, judged, (careful, withheld, observations))
        }
    };
    graded(reasons, rule)
}

/// Grades a quantile by its coefficient of variation; none where the rule is for proportions alone.
pub fn assess_quantile(quantile: &Quantile, rule: QualityRule) -> Option<Quality> {
    let QualityRule::CoefficientOfVariation { careful, withheld, observations } = rule else { return None };
    let coefficient = quantile.standard_error.filter(|_| quantile.value.abs() > 0.0).map(|error| error / quantile.value.abs());
    let judged = unknown(quantile.interval.err()).ok_or(coefficient);
    Some(graded(by_coefficient(quantile.observations, judged, (careful, withheld, observations)), rule))
}

fn graded(reasons: Vec<(Grade, QualityReason)>, rule: QualityRule) -> Quality {
    let grade = reasons.iter().map(|(grade, _)| *grade).max().unwrap_or(Grade::Publish);
    Quality { grade, reasons, rule }
}

/// The reason that no rule can judge, where the error is not known.
fn unknown(gap: Option<IntervalGap>) -> Option<QualityReason> {
    gap.filter(|gap| *gap == IntervalGap::OneCluster).map(|_| QualityReason::OneCluster)
}

/// Judges a coefficient, or says why there is none.
fn by_coefficient(
    found: usize,
    judged: Result<QualityReason, Option<f64>>,
    (careful, withheld, observations): (f64, f64, usize),
) -> Vec<(Grade, QualityReason)> {
    let mut reasons = Vec::new();
    if found < observations {
        reasons.push((Grade::Withhold, QualityReason::FewObservations { observations: found }));
    }
    let reason = |coefficient| QualityReason::LargeCoefficient { coefficient };
    match judged {
        Ok(unknown) => reasons.push((Grade::Withhold, unknown)),
        Err(Some(cv)) if cv <= careful => {}
        Err(Some(cv)) if cv <= withheld => reasons.push((Grade::WithCare, reason(Some(cv)))),
        Err(coefficient) => reasons.push((Grade::Withhold, reason(coefficient))),
    }
    reasons
}

/// Answers of a simple random sample with the same variance, at most those that there are.
fn effective(estimate: &Estimate) -> f64 {
    let count = estimate.observations as f64;
    estimate.design_effect.filter(|effect| *effect > 0.0).map_or(count, |effect| (count / effect).min(count))
}

fn nchs(estimate: &Estimate) -> Vec<(Grade, QualityReason)> {
    let mut reasons = Vec::new();
    let (count, effective, p) = (estimate.observations, effective(estimate), estimate.value);
    if count < 30 {
        reasons.push((Grade::Withhold, QualityReason::FewObservations { observations: count }));
    }
    if effective < 30.0 {
        reasons.push((Grade::Withhold, QualityReason::FewEffective { effective }));
    }
    match estimate.interval {
        Err(gap) => reasons.push((Grade::Withhold, unknown(Some(gap)).unwrap_or(QualityReason::NoInterval))),
        Ok(interval) => {
            let width = interval.high - interval.low;
            if width >= 0.30 {
                reasons.push((Grade::Withhold, QualityReason::WideInterval { width }));
            } else if width > 0.05 && p > 0.0 && width / p > 1.30 {
                reasons.push((Grade::Withhold, QualityReason::WideForFigure { relative: width / p }));
            }
            if width > 0.05 && width < 0.30 && p < 1.0 && width / (1.0 - p) > 1.30 {
                reasons.push((Grade::WithCare, QualityReason::WideForComplement { relative: width / (1.0 - p) }));
            }
        }
    }
    if estimate.degrees_of_freedom < 8.0 {
        reasons.push((Grade::WithCare, QualityReason::FewDegreesOfFreedom { degrees_of_freedom: estimate.degrees_of_freedom }));
    }
    if p <= 0.0 || p >= 1.0 {
        reasons.push((Grade::WithCare, QualityReason::AllAnswersEqual));
    }
    reasons.sort_by_key(|(grade, _)| std::cmp::Reverse(*grade));
    reasons
}
