//! t tests, differences of samples, and several comparisons at once.

use crate::column::Column;
use crate::design::Design;
use crate::domain::Domain;
use crate::estimate::{Estimate, Options};
use crate::fault::EstimateFault;
use crate::interval::Level;
use crate::joint::{Contrast, Joint, Target, contrast, joint};
use crate::replicates::Measure;

/// Tests whether the mean of a variable is `null`; for pairs of answers give their differences and 0.
/// The value of the answer is the mean minus `null`. Degrees of freedom are one less than those of the domain, as `svyttest` takes them.
///
/// # Errors
///
/// As of [`crate::mean`].
pub fn t_test(design: &Design, domain: &Domain, variable: &Column, null: f64, options: &Options) -> Result<Contrast, EstimateFault> {
    let target = Target { name: variable.name.clone(), domain, measure: Measure::Mean(variable) };
    let found = joint(design, &[target], options)?;
    let df = found.degrees_of_freedom - 1.0;
    Ok(contrast(found.values[0] - null, found.standard_errors()[0], df, options.level))
}

/// Tests whether the means of a variable in two domains of one design differ: `svyttest(y ~ group)` in R, where both domains together
/// are what R looks at. Two years may be two domains of one design; see [`crate::joint`].
///
/// # Errors
///
/// As of [`crate::mean`].
pub fn t_test_of_two(
    design: &Design,
    one: &Domain,
    other: &Domain,
    variable: &Column,
    options: &Options,
) -> Result<Contrast, EstimateFault> {
    let targets = [one, other].map(|domain| Target { name: domain.name.clone(), domain, measure: Measure::Mean(variable) });
    let found = joint(design, &targets, options)?;
    let plain = found.difference(0, 1)?;
    Ok(contrast(plain.value, plain.standard_error, found.degrees_of_freedom - 1.0, options.level))
}

/// `one` minus `other` for estimates from samples that have no cluster in common. Degrees of freedom after Welch (1947) and Satterthwaite.
pub fn difference_of_independent(one: &Estimate, other: &Estimate, level: Level) -> Contrast {
    let [Some(first), Some(second)] = [one, other].map(|estimate| estimate.standard_error.map(|error| error * error)) else {
        return contrast(one.value - other.value, None, one.degrees_of_freedom.min(other.degrees_of_freedom), level);
    };
    let variance = first + second;
    let share = |v: f64, df: f64| if df.is_infinite() || v <= 0.0 { 0.0 } else { v * v / df };
    let below = share(first, one.degrees_of_freedom) + share(second, other.degrees_of_freedom);
    let df = if below > 0.0 { variance * variance / below } else { f64::INFINITY };
    contrast(one.value - other.value, Some(variance.sqrt()), df, level)
}

/// How probabilities of several tests are adjusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MultipleTests {
    /// Not at all: each test for itself.
    None,
    /// Times the number of tests.
    Bonferroni,
    /// Holm (1979): step down, under any dependence; never worse than Bonferroni.
    #[default]
    Holm,
    /// Hochberg (1988): step up, for independent tests.
    Hochberg,
    /// Benjamini & Hochberg (1995): share of false discoveries.
    BenjaminiHochberg,
    /// Benjamini & Yekutieli (2001): the same under any dependence.
    BenjaminiYekutieli,
}

impl MultipleTests {
    /// Adjusted probabilities, in the order of the input: `p.adjust` in R. NaN stays NaN and does not count.
    pub fn adjust(self, probabilities: &[f64]) -> Vec<f64> {
        let mut order: Vec<usize> = (0..probabilities.len()).filter(|&place| !probabilities[place].is_nan()).collect();
        order.sort_by(|&one, &other| probabilities[one].total_cmp(&probabilities[other]));
        let n = order.len() as f64;
        let harmonic: f64 = (1..=order.len()).map(|number| 1.0 / number as f64).sum();
        // The factor of the test with this place in ascending order, from 0.
        let factor = |place: usize| match self {
            Self::None => 1.0,
            Self::Bonferroni => n,
            Self::Holm | Self::Hochberg => n - place as f64,
            Self::BenjaminiHochberg => n / (place as f64 + 1.0),
            Self::BenjaminiYekutieli => harmonic * n / (place as f64 + 1.0),
        };
        let mut adjusted = probabilities.to_vec();
        let mut scaled: Vec<f64> = order.iter().enumerate().map(|(place, &test)| (factor(place) * probabilities[test]).min(1.0)).collect();
        match self {
            Self::None | Self::Bonferroni => {}
            Self::Holm => {
                let mut largest = 0.0_f64;
                for p in &mut scaled {
                    largest = largest.max(*p);
                    *p = largest;
                }
            }
            Self::Hochberg | Self::BenjaminiHochberg | Self::BenjaminiYekutieli => {
                let mut smallest = 1.0_f64;
                for p in scaled.iter_mut().rev() {
                    smallest = smallest.min(*p);
                    *p = smallest;
                }
            }
        }
        for (p, &test) in scaled.into_iter().zip(&order) {
            adjusted[test] = p;
        }
        adjusted
    }
}

/// The difference of two of several estimates.
#[derive(Debug, Clone, PartialEq)]
pub struct PairDifference {
    /// Place of the first estimate.
    pub one: usize,
    /// Place of the second.
    pub other: usize,
    /// First minus second; its interval is not adjusted.
    pub contrast: Contrast,
    /// Probability adjusted for all pairs; none where the pair has no test.
    pub adjusted: Option<f64>,
}

/// Differences of all pairs of estimates, with adjusted probabilities.
///
/// # Errors
///
/// Fewer than two estimates.
pub fn pairwise(joint: &Joint, adjustment: MultipleTests) -> Result<Vec<PairDifference>, EstimateFault> {
    let count = joint.values.len();
    if count < 2 {
        return Err(EstimateFault::NothingAsked);
    }
    let mut pairs = Vec::with_capacity(count * (count - 1) / 2);
    for one in 0..count {
        for other in one + 1..count {
            pairs.push(PairDifference { one, other, contrast: joint.difference(one, other)?, adjusted: None });
        }
    }
    let probabilities: Vec<f64> = pairs.iter().map(|pair| pair.contrast.p_value.unwrap_or(f64::NAN)).collect();
    for (pair, p) in pairs.iter_mut().zip(adjustment.adjust(&probabilities)) {
        pair.adjusted = (!p.is_nan()).then_some(p);
    }
    Ok(pairs)
}
