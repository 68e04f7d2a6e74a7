//! The numbers a formula computes with: decimals as long as they lose no digit, then fractions of whole numbers of a fixed size, then of any size.
//!
//! A third is no decimal, and three thirds of 28 digits are not one. Each kind refuses (`None`) what it cannot hold exactly, and the next one begins
//! again; the last one holds everything up to [`MOST_BITS`].

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed as _, ToPrimitive as _, Zero as _};
use rust_decimal::{Decimal, RoundingStrategy};

/// Longest numerator or denominator of a fraction. A formula of the longest text over ordinary figures stays far below.
const MOST_BITS: u64 = 16_384;
/// Most digits of a decimal behind its point.
const MOST_DIGITS: u32 = 28;

/// Exact arithmetic; `None`: the result does not fit without a loss.
pub(super) trait Number: Clone {
    fn of(value: Decimal) -> Self;
    fn is_zero(&self) -> bool;
    fn plus(&self, other: &Self) -> Option<Self>;
    fn times(&self, other: &Self) -> Option<Self>;
    /// The divisor is not zero.
    fn over(&self, other: &Self) -> Option<Self>;
    fn compared(&self, other: &Self) -> Option<Ordering>;
    fn negated(&self) -> Self;
    fn floor(&self) -> Option<Self>;
    /// Half a unit goes away from zero.
    fn rounded(&self, digits: u32) -> Option<Self>;

    fn minus(&self, other: &Self) -> Option<Self> {
        self.plus(&other.negated())
    }
}

impl Number for Decimal {
    fn of(value: Decimal) -> Self {
        value
    }

    fn is_zero(&self) -> bool {
        Self::is_zero(self)
    }

    fn plus(&self, other: &Self) -> Option<Self> {
        let sum = self.checked_add(*other)?;
        // A sum that was cut to fit has fewer digits behind the point than its parts.
        (sum.scale() >= self.scale().max(other.scale()) || Self::is_zero(self) || Self::is_zero(other)).then_some(sum)
    }

    fn times(&self, other: &Self) -> Option<Self> {
        let product = self.checked_mul(*other)?;
        let whole = product.scale() == self.scale() + other.scale() || Self::is_zero(self) || Self::is_zero(other);
        whole.then_some(product)
    }

    fn over(&self, other: &Self) -> Option<Self> {
        let quotient = self.checked_div(*other)?;
        (quotient.normalize().times(&other.normalize())? == *self).then_some(quotient)
    }

    fn compared(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }

    fn negated(&self) -> Self {
        -*self
    }

    fn floor(&self) -> Option<Self> {
        Some(Self::floor(self))
    }

    fn rounded(&self, digits: u32) -> Option<Self> {
        Some(self.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero))
    }
}

/// Numerator and denominator, the latter above zero; reduced only where they grow too long otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fraction(i128, i128);

impl Fraction {
    fn reduced(self) -> Self {
        let (mut one, mut other) = (self.0.unsigned_abs(), self.1.unsigned_abs());
        while other != 0 {
            (one, other) = (other, one % other);
        }
        match i128::try_from(one) {
            Ok(common) if common > 1 => Self(self.0 / common, self.1 / common),
            _ => self,
        }
    }

    /// An operation on both as they are, and once more reduced.
    fn with<T>(self, other: Self, apply: fn(Self, Self) -> Option<T>) -> Option<T> {
        apply(self, other).or_else(|| apply(self.reduced(), other.reduced()))
    }
}

impl Number for Fraction {
    fn of(value: Decimal) -> Self {
        // 10^28 fits well.
        Self(value.mantissa(), 10_i128.pow(value.scale().min(MOST_DIGITS)))
    }

    fn is_zero(&self) -> bool {
        self.0 == 0
    }

    fn plus(&self, other: &Self) -> Option<Self> {
        self.with(*other, |one, other| {
            if one.1 == other.1 {
                return Some(Self(one.0.checked_add(other.0)?, one.1));
            }
            let sum = one.0.checked_mul(other.1)?.checked_add(other.0.checked_mul(one.1)?)?;
            Some(Self(sum, one.1.checked_mul(other.1)?))
        })
    }

    fn times(&self, other: &Self) -> Option<Self> {
        self.with(*other, |one, other| Some(Self(one.0.checked_mul(other.0)?, one.1.checked_mul(other.1)?)))
    }

    fn over(&self, other: &Self) -> Option<Self> {
        let turned = Self(other.1.checked_mul(other.0.signum())?, other.0.checked_abs()?);
        self.times(&turned)
    }

    fn compared(&self, other: &Self) -> Option<Ordering> {
        self.with(*other, |one, other| Some(one.0.checked_mul(other.1)?.cmp(&other.0.checked_mul(one.1)?)))
    }

    fn negated(&self) -> Self {
        Self(self.0.saturating_neg(), self.1)
    }

    fn floor(&self) -> Option<Self> {
        Some(Self(self.0.div_euclid(self.1), 1))
    }

    fn rounded(&self, digits: u32) -> Option<Self> {
        let least = 10_i128.checked_pow(digits)?;
        let (whole, rest) = (self.0.checked_abs()?.checked_mul(least)?, self.1);
        let rounded = whole.checked_mul(2)?.checked_add(rest)? / rest.checked_mul(2)?;
        Some(Self(rounded.checked_mul(self.0.signum())?, least))
    }
}

fn within(value: BigRational) -> Option<BigRational> {
    (value.numer().bits() <= MOST_BITS && value.denom().bits() <= MOST_BITS).then_some(value)
}

impl Number for BigRational {
    fn of(value: Decimal) -> Self {
        Self::new(BigInt::from(value.mantissa()), BigInt::from(10).pow(value.scale()))
    }

    fn is_zero(&self) -> bool {
        self.numer().is_zero()
    }

    fn plus(&self, other: &Self) -> Option<Self> {
        within(self + other)
    }

    fn times(&self, other: &Self) -> Option<Self> {
        within(self * other)
    }

    fn over(&self, other: &Self) -> Option<Self> {
        within(self / other)
    }

    fn compared(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }

    fn negated(&self) -> Self {
        -self
    }

    fn floor(&self) -> Option<Self> {
        Some(Self::floor(self))
    }

    fn rounded(&self, digits: u32) -> Option<Self> {
        let least = Self::from_integer(BigInt::from(10).pow(digits));
        within((self * &least).round() / least)
    }
}

/// whole / Σ (part / value) over pairs of value and part, the nearest decimal; `None` where it is too long or too large for one.
pub(crate) fn ratio_to_quotients(whole: Decimal, pairs: &[(Decimal, Decimal)]) -> Option<Decimal> {
    let mut sum = BigRational::of(Decimal::ZERO);
    for (value, part) in pairs {
        sum = sum.plus(&BigRational::of(*part).over(&BigRational::of(*value))?)?;
    }
    if Number::is_zero(&sum) {
        return None;
    }
    nearest(&BigRational::of(whole).over(&sum)?)
}

/// The exact value of a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exact(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Decimal(Decimal),
    Fraction(Fraction),
    Long(Box<BigRational>),
}

impl From<Decimal> for Exact {
    fn from(value: Decimal) -> Self {
        Self(Kind::Decimal(value))
    }
}

impl From<Fraction> for Exact {
    fn from(value: Fraction) -> Self {
        Self(Kind::Fraction(value))
    }
}

impl From<BigRational> for Exact {
    fn from(value: BigRational) -> Self {
        Self(Kind::Long(Box::new(value)))
    }
}

impl Exact {
    /// The nearest decimal; `None` where it is too large for one.
    pub(crate) fn decimal(&self) -> Option<Decimal> {
        match &self.0 {
            Kind::Decimal(value) => Some(*value),
            Kind::Fraction(value) => {
                let whole = |value: i128| Decimal::try_from_i128_with_scale(value, 0).ok();
                let Fraction(above, below) = value.reduced();
                match (whole(above), whole(below)) {
                    (Some(above), Some(below)) => above.checked_div(below),
                    _ => nearest(&BigRational::new_raw(BigInt::from(above), BigInt::from(below))),
                }
            }
            Kind::Long(value) => nearest(value),
        }
    }

    /// How it stands to a decimal.
    pub(crate) fn compared(&self, other: Decimal) -> Ordering {
        match &self.0 {
            Kind::Decimal(value) => value.cmp(&other),
            Kind::Fraction(value) => value.compared(&Fraction::of(other)).unwrap_or_else(|| self.long().cmp(&BigRational::of(other))),
            Kind::Long(value) => (**value).cmp(&BigRational::of(other)),
        }
    }

    /// The value as it is where it is a decimal without a loss.
    pub(crate) fn as_decimal(&self) -> Option<Decimal> {
        match &self.0 {
            Kind::Decimal(value) => Some(*value),
            Kind::Fraction(_) | Kind::Long(_) => None,
        }
    }

    /// (value − zero) × factor / divisor, the nearest decimal. The divisor is not zero.
    pub(crate) fn along(&self, zero: Decimal, factor: Decimal, divisor: Decimal) -> Option<Decimal> {
        fn of<T: Number>(value: &T, [zero, factor, divisor]: [Decimal; 3]) -> Option<T> {
            value.minus(&T::of(zero))?.times(&T::of(factor))?.over(&T::of(divisor))
        }
        let short = match &self.0 {
            Kind::Fraction(value) => of(value, [zero, factor, divisor]),
            Kind::Decimal(_) | Kind::Long(_) => None,
        };
        match short {
            Some(short) => Self::from(short).decimal(),
            None => nearest(&of(&self.long(), [zero, factor, divisor])?),
        }
    }

    fn long(&self) -> BigRational {
        match &self.0 {
            Kind::Decimal(value) => BigRational::of(*value),
            Kind::Fraction(Fraction(above, below)) => BigRational::new(BigInt::from(*above), BigInt::from(*below)),
            Kind::Long(value) => (**value).clone(),
        }
    }
}

/// The decimal nearest to a fraction with as many digits as fit; half a unit of the last one goes to the even neighbour, as in decimal divisions.
fn nearest(value: &BigRational) -> Option<Decimal> {
    let (above, below) = (value.numer().abs(), value.denom());
    for digits in (0..=MOST_DIGITS).rev() {
        let scaled = &above * BigInt::from(10).pow(digits);
        let (mut whole, rest) = (&scaled / below, &scaled % below);
        let is_odd = whole.bit(0);
        if match (rest * 2_u8).cmp(below) {
            Ordering::Less => false,
            Ordering::Equal => is_odd,
            Ordering::Greater => true,
        } {
            whole += 1_u8;
        }
        let signed = whole.to_i128().map(|whole| if value.is_negative() { -whole } else { whole });
        if let Some(found) = signed.and_then(|whole| Decimal::try_from_i128_with_scale(whole, digits).ok()) {
            return Some(found.normalize());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_become_the_decimals_that_a_division_gives() {
        let numbers =
            ["1", "2", "3", "7", "7.5", "0.03", "99.99", "123456789.123", "3321", "-4", "0.0000001", "79228162514264337593543950335"];
        for above in numbers {
            for below in numbers {
                let (above, below): (Decimal, Decimal) = (above.parse().unwrap(), below.parse().unwrap());
                let expected = above.checked_div(below);
                let short = Fraction::of(above).over(&Fraction::of(below)).map(|value| Exact::from(value).decimal());
                assert!(short.is_none_or(|short| short == expected), "{above} / {below}: {short:?}");
                let long = BigRational::of(above).over(&BigRational::of(below)).unwrap();
                assert_eq!(Exact::from(long).decimal(), expected, "{above} / {below}");
            }
        }
    }

    #[test]
    fn decimals_refuse_what_they_would_cut() {
        let decimal = |text: &str| text.parse::<Decimal>().unwrap();
        assert_eq!(decimal("1").over(&decimal("3")), None);
        assert_eq!(decimal("200").over(&decimal("7.5")), None);
        assert_eq!(decimal("1").over(&decimal("8")), Some(decimal("0.125")));
        assert_eq!(decimal("79228162514264337593543950335").plus(&decimal("0.4")), None);
        assert_eq!(decimal("0.00000000000000000001").times(&decimal("0.0000000001")), None);
        assert_eq!(decimal("0").times(&decimal("0.5")), Some(decimal("0")));
    }
}
