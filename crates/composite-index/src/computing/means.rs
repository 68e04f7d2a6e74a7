//! Means of weighted values: exact where the result is rational, through `libm` where it is a root.
//!
//! `libm` is written in Rust alone, so that a root has the same digits on every machine; a root is rounded to 14 significant digits, one or two
//! more than its error leaves.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::Trouble;
use crate::definition::Aggregation;
use crate::formula::ratio_to_quotients;

/// Why values have no mean.
#[derive(Debug)]
pub(crate) enum NoMean {
    /// A value below zero, where only positive ones have a mean.
    Negative,
    /// What stops the whole computation.
    Trouble(Trouble),
}

/// The mean of value and weight pairs; the weights are not all zero. `power` is asked for power means only.
///
/// A zero among the values makes a geometric mean, a harmonic mean and a power mean with a negative exponent zero: the limit from above.
pub(crate) fn mean(rule: Aggregation, power: Option<Decimal>, pairs: &[(Decimal, Decimal)]) -> Result<Decimal, NoMean> {
    let too_large = || NoMean::Trouble(Trouble::TooLarge);
    let weights = pairs.iter().try_fold(Decimal::ZERO, |sum, (_, weight)| sum.checked_add(*weight)).ok_or_else(too_large)?;
    if rule == Aggregation::WeightedMean {
        let sum = pairs.iter().try_fold(Decimal::ZERO, |sum, (value, weight)| sum.checked_add(value.checked_mul(*weight)?));
        return sum.and_then(|sum| sum.checked_div(weights)).ok_or_else(too_large);
    }
    let counted = || pairs.iter().filter(|(_, weight)| !weight.is_zero());
    if counted().any(|(value, _)| value.is_sign_negative() && !value.is_zero()) {
        return Err(NoMean::Negative);
    }
    let power = if rule == Aggregation::PowerMean { power.unwrap_or(Decimal::ONE) } else { Decimal::NEGATIVE_ONE };
    let zero_wins = rule == Aggregation::GeometricMean || power.is_sign_negative();
    if zero_wins && counted().any(|(value, _)| value.is_zero()) {
        return Ok(Decimal::ZERO);
    }
    if rule == Aggregation::HarmonicMean {
        return harmonic(weights, counted()).ok_or_else(too_large);
    }
    let float = |value: Decimal| value.to_f64().unwrap_or(f64::NAN);
    let all = float(weights);
    // Floats are added in the order of the values, so that the order of the parts changes no digit, and with it no tie.
    let mut pairs: Vec<(Decimal, Decimal)> = counted().copied().collect();
    pairs.sort_unstable();
    let shares: Vec<(f64, f64)> = pairs.into_iter().map(|(value, weight)| (float(value), float(weight) / all)).collect();
    let root = if rule == Aggregation::GeometricMean {
        libm::exp(shares.iter().map(|(value, share)| share * libm::log(*value)).sum())
    } else {
        power_mean(&shares, float(power))
    };
    significant(root).ok_or_else(too_large)
}

/// (Σ share × value^exponent)^(1 / exponent) of values from zero on, with shares that add to one; no zero where the exponent is negative.
///
/// The value that counts most is taken out first, x · (1 + Σ share × ((value / x)^exponent − 1))^(1 / exponent), so that no power leaves the range
/// of a float and an exponent near zero loses no digit.
pub(crate) fn power_mean(shares: &[(f64, f64)], exponent: f64) -> f64 {
    let values = shares.iter().filter(|(_, share)| *share > 0.0).map(|(value, _)| *value);
    let most = if exponent > 0.0 { values.fold(0.0, f64::max) } else { values.fold(f64::INFINITY, f64::min) };
    if most <= 0.0 || !most.is_finite() {
        return most;
    }
    let counted = || shares.iter().filter(|(_, share)| *share > 0.0).map(|(value, share)| (exponent * libm::log(value / most), *share));
    let beyond: f64 = counted().map(|(power, share)| share * libm::expm1(power)).sum();
    // Where the value that counts most has little weight, one plus the sum would lose digits.
    let log = if beyond < -0.5 { libm::log(counted().map(|(power, share)| share * libm::exp(power)).sum()) } else { libm::log1p(beyond) };
    most * libm::exp(log / exponent)
}

/// The harmonic mean as an exact fraction, of which the nearest decimal is taken: the mean of equal values is that value.
fn harmonic<'p>(weights: Decimal, pairs: impl Iterator<Item = &'p (Decimal, Decimal)>) -> Option<Decimal> {
    let pairs: Vec<(Decimal, Decimal)> = pairs.copied().collect();
    ratio_to_quotients(weights, &pairs).or_else(|| {
        // Very many parts of very many digits: each quotient is rounded at its last digit.
        let sum = pairs.iter().try_fold(Decimal::ZERO, |sum, (value, weight)| sum.checked_add(weight.checked_div(*value)?));
        sum.and_then(|sum| weights.checked_div(sum))
    })
}

/// A number of 14 significant digits, or of 28 decimal places where it is so small that a decimal has no more; `None` for what a decimal cannot hold.
pub(crate) fn significant(value: f64) -> Option<Decimal> {
    if value.abs() < 1e-14 {
        return format!("{value:.28}").parse::<Decimal>().ok().map(|value| value.normalize());
    }
    value.is_finite().then(|| Decimal::from_scientific(&format!("{value:.13e}")).ok()).flatten().map(|value| value.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rule: Aggregation, power: &str, pairs: &[(&str, &str)]) -> String {
        let pairs: Vec<_> = pairs.iter().map(|(value, weight)| (value.parse().unwrap(), weight.parse().unwrap())).collect();
        match mean(rule, power.parse().ok(), &pairs) {
            Ok(value) => value.normalize().to_string(),
            Err(NoMean::Negative) => "negative".into(),
            Err(NoMean::Trouble(_)) => "too large".into(),
        }
    }

    #[test]
    fn means_are_those_of_the_textbook() {
        use Aggregation::{GeometricMean, HarmonicMean, PowerMean, WeightedMean};
        let pairs = [("2", "1"), ("8", "1")];
        assert_eq!(of(WeightedMean, "", &pairs), "5");
        assert_eq!(of(GeometricMean, "", &pairs), "4");
        assert_eq!(of(HarmonicMean, "", &pairs), "3.2");
        assert_eq!(of(HarmonicMean, "", &[("6", "1"), ("6", "1")]), "6", "a third of a third has no last digit, and none is lost");
        // sqrt((4 + 64) / 2) = sqrt(34)
        assert_eq!(of(PowerMean, "2", &pairs), "5.8309518948453");
        assert_eq!(of(PowerMean, "-1", &pairs), "3.2");
        assert_eq!(of(PowerMean, "1", &pairs), "5");
        // 2^(3/4) × 8^(1/4) = 2^(3/2)
        assert_eq!(of(GeometricMean, "", &[("2", "3"), ("8", "1")]), "2.8284271247462");
    }

    #[test]
    fn the_order_of_the_parts_changes_nothing() {
        use Aggregation::{GeometricMean, PowerMean};
        let pairs = [("63.07", "1"), ("0.7", "3"), ("41.3", "2"), ("8.08", "1"), ("99.99", "1"), ("12.9", "2")];
        for rule in [GeometricMean, PowerMean] {
            for turn in 1..pairs.len() {
                let mut other = pairs;
                other.rotate_left(turn);
                other.swap(0, 3);
                assert_eq!(of(rule, "0.37", &other), of(rule, "0.37", &pairs), "{rule:?} {turn}");
            }
        }
    }

    #[test]
    fn small_numbers_keep_the_digits_there_are() {
        let text = |value: f64| significant(value).map(|value| value.to_string());
        assert_eq!(text(1.0 / 3.0).as_deref(), Some("0.33333333333333"));
        assert_eq!(text(-3.25e-17).as_deref(), Some("-0.0000000000000000325"));
        assert_eq!(text(1e-40).as_deref(), Some("0"));
        assert_eq!(text(0.0).as_deref(), Some("0"));
        assert_eq!(text(1e28).as_deref(), Some("10000000000000000000000000000"));
        for lost in [1e29, f64::INFINITY, f64::NAN] {
            assert_eq!(text(lost), None);
        }
    }

    #[test]
    fn zeros_and_negatives_keep_the_stated_rule() {
        use Aggregation::{GeometricMean, HarmonicMean, PowerMean};
        for rule in [GeometricMean, HarmonicMean] {
            assert_eq!(of(rule, "", &[("0", "1"), ("8", "1")]), "0");
            assert_eq!(of(rule, "", &[("-1", "1"), ("8", "1")]), "negative");
            assert_eq!(of(rule, "", &[("-1", "0"), ("8", "1")]), "8");
        }
        assert_eq!(of(PowerMean, "-2", &[("0", "1"), ("8", "1")]), "0");
        assert_eq!(of(PowerMean, "2", &[("0", "1"), ("8", "1")]), "5.6568542494924");
        assert_eq!(of(PowerMean, "28", &[("1000000", "1")]), "1000000");
        assert_eq!(of(PowerMean, "300", &[("79228162514264337593543950335", "1")]), "79228162514264000000000000000");
    }

    #[test]
    fn no_exponent_is_too_large_or_too_small() {
        use Aggregation::PowerMean;
        let small = [("0.0004", "1"), ("0.0005", "1")];
        // From 80 digits: near 0.0004 × 2^(1/100) and 0.0005 / 2^(1/100), the other value being next to nothing beside them.
        assert_eq!(of(PowerMean, "-100", &small), "0.00040278222002187");
        assert_eq!(of(PowerMean, "100", &small), "0.00049654624771953");
        assert_eq!(of(PowerMean, "-1000", &[("0.001", "1"), ("3", "1")]), "0.0010006933874626");
        assert_eq!(of(PowerMean, "200", &[("60", "1"), ("80", "1")]), "79.723221026229");
        assert_eq!(of(PowerMean, "50", &[("1", "1"), ("100", "0.00001")]), "79.432807585944");
        assert_eq!(of(PowerMean, "100", &[("1", "1"), ("100", "0.00000000000000000001")]), "63.095734448019");
        // Near zero it is the geometric mean, √4800 = 69.28203230275509…, with the digits of the limit: M_p ≈ G · exp(p · s² / 2).
        assert_eq!(of(PowerMean, "0.000001", &[("60", "1"), ("80", "1")]), "69.282033019486");
        assert_eq!(of(PowerMean, "0.0000000000001", &[("60", "1"), ("80", "1")]), "69.282032302755");
    }
}
