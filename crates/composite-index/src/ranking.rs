//! Ranks under a declared tie rule.

use rust_decimal::Decimal;

use crate::definition::{Direction, TieRule};

/// Decimal places that decide.
const SETTLED_PLACES: u32 = 20;
/// Digits that decide.
const SETTLED_DIGITS: u32 = 25;

/// A value as it is compared: without what is left of divisions, which round at the 28th digit. Three thirds are a whole.
///
/// Values that differ by less than 10⁻²⁰, or first at their 26th digit, are equal to every rank, band and target.
#[must_use]
pub fn settled(value: Decimal) -> Decimal {
    if value.scale() <= SETTLED_PLACES {
        return value;
    }
    let rounded = value.round_dp(SETTLED_PLACES);
    rounded.round_sf(SETTLED_DIGITS).unwrap_or(rounded)
}

/// The place of each value under a tie rule, as a number: units that share an average stand at 2.5.
#[must_use]
pub fn place(values: &[Option<Decimal>], direction: Direction, tie_rule: TieRule) -> Vec<Option<Decimal>> {
    let better = rank(values, direction, if tie_rule == TieRule::Average { TieRule::Competition } else { tie_rule });
    if tie_rule != TieRule::Average {
        return better.into_iter().map(|place| place.map(Decimal::from)).collect();
    }
    let worse = rank(values, direction, TieRule::Last);
    better
        .into_iter()
        .zip(worse)
        .map(|(better, worse)| Some(((Decimal::from(better?) + Decimal::from(worse?)) / Decimal::TWO).normalize()))
        .collect()
}

/// The rank of each value, in the order given; `None` stays `None` and takes no place. Of units that share an average it is the better place.
///
/// ```
/// use composite_index::{Direction, TieRule, rank};
/// let values: Vec<_> = [Some(7), Some(9), None, Some(7)].map(|v| v.map(rust_decimal::Decimal::from)).into();
/// assert_eq!(rank(&values, Direction::HigherIsBetter, TieRule::Competition), [Some(2), Some(1), None, Some(2)]);
/// ```
#[must_use]
pub fn rank(values: &[Option<Decimal>], direction: Direction, tie_rule: TieRule) -> Vec<Option<u32>> {
    let values: Vec<Option<Decimal>> = values.iter().map(|value| value.map(settled)).collect();
    let mut present: Vec<Decimal> = values.iter().flatten().copied().collect();
    present.sort_unstable();
    if direction == Direction::HigherIsBetter {
        present.reverse();
    }
    let mut distinct = present.clone();
    distinct.dedup();
    let stands_before = |a: &Decimal, b: Decimal| match direction {
        Direction::HigherIsBetter => *a > b,
        Direction::LowerIsBetter => *a < b,
    };
    values
        .iter()
        .map(|value| {
            let value = (*value)?;
            let place = match tie_rule {
                TieRule::Competition | TieRule::Average => present.partition_point(|other| stands_before(other, value)) + 1,
                TieRule::Dense => distinct.partition_point(|other| stands_before(other, value)) + 1,
                TieRule::Last => present.partition_point(|other| stands_before(other, value) || *other == value),
            };
            u32::try_from(place).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranks(values: &[i64], direction: Direction, rule: TieRule) -> Vec<u32> {
        let values: Vec<_> = values.iter().map(|value| Some(Decimal::from(*value))).collect();
        rank(&values, direction, rule).into_iter().flatten().collect()
    }

    #[test]
    fn each_tie_rule_gives_its_own_places() {
        let values = [10, 30, 20, 20];
        assert_eq!(ranks(&values, Direction::HigherIsBetter, TieRule::Competition), [4, 1, 2, 2]);
        assert_eq!(ranks(&values, Direction::HigherIsBetter, TieRule::Dense), [3, 1, 2, 2]);
        assert_eq!(ranks(&values, Direction::HigherIsBetter, TieRule::Last), [4, 1, 3, 3]);
        assert_eq!(ranks(&values, Direction::LowerIsBetter, TieRule::Competition), [1, 4, 2, 2]);
    }

    #[test]
    fn values_that_differ_only_in_trailing_zeros_are_equal() {
        let values = [Some("1.50".parse().unwrap()), Some("1.5".parse().unwrap())];
        assert_eq!(rank(&values, Direction::HigherIsBetter, TieRule::Competition), [Some(1), Some(1)]);
    }

    #[test]
    fn a_shared_average_lies_between_the_places() {
        let values: Vec<_> = [10, 30, 20, 20].map(|value| Some(Decimal::from(value))).into();
        let places: Vec<String> =
            place(&values, Direction::HigherIsBetter, TieRule::Average).iter().flatten().map(Decimal::to_string).collect();
        assert_eq!(places, ["4", "1", "2.5", "2.5"]);
        assert_eq!(ranks(&[10, 30, 20, 20], Direction::HigherIsBetter, TieRule::Average), [4, 1, 2, 2]);
    }

    #[test]
    fn nothing_to_rank_is_no_fault() {
        assert_eq!(rank(&[], Direction::HigherIsBetter, TieRule::Dense), []);
        assert_eq!(rank(&[None], Direction::HigherIsBetter, TieRule::Dense), [None]);
    }
}
