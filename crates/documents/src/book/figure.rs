//! Exact values as Excel holds them.

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::{Decimal, RoundingStrategy};
use rust_xlsxwriter::ExcelDateTime;

/// Significant digits that Excel holds.
const DIGITS: u32 = 15;

/// The figure rounded to the digits that Excel holds, if it has more of them.
pub(crate) fn shortened(value: Decimal) -> Option<Decimal> {
    value.round_sf_with_strategy(DIGITS, RoundingStrategy::MidpointAwayFromZero).filter(|short| *short != value)
}

/// The figure as a number of a sheet.
///
/// A decimal of at most 15 significant digits goes there and back without loss. The way over text is rounded correctly,
/// which the direct conversion does not promise.
pub(crate) fn number(value: Decimal) -> Option<f64> {
    let short = shortened(value).unwrap_or(value);
    crate::delimited::exact(short).parse().ok()
}

/// A date as Excel holds it: from 1900 to 9999.
pub(crate) fn date(date: NaiveDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(date.year()).ok().filter(|year| *year >= 1900)?;
    let (month, day) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
    ExcelDateTime::from_ymd(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Option<String> {
        number(value.parse().unwrap()).map(|number| number.to_string())
    }

    #[test]
    fn fifteen_digits_stay_and_no_digit_is_invented() {
        for same in ["0.1", "80.53", "-0.25", "123456789.012345", "999999999999999", "0.000000000000001"] {
            assert_eq!(text(same).as_deref(), Some(same));
            assert_eq!(shortened(same.parse().unwrap()), None);
        }
        assert_eq!(text("0.1234567890123456789").as_deref(), Some("0.123456789012346"));
        assert_eq!(text("12345678901234567890").as_deref(), Some("12345678901234600000"));
        assert_eq!(text("79228162514264337593543950335").as_deref(), Some("79228162514264300000000000000"));
        assert_eq!(text("-0.000").as_deref(), Some("0"));
        assert_eq!(shortened("80.500000000000000000".parse().unwrap()), None);
    }

    #[test]
    fn dates_before_1900_are_none_of_excel() {
        assert!(date(NaiveDate::from_ymd_opt(1900, 1, 1).unwrap()).is_some());
        assert!(date(NaiveDate::from_ymd_opt(1899, 12, 31).unwrap()).is_none());
        assert!(date(NaiveDate::from_ymd_opt(-1, 1, 1).unwrap()).is_none());
    }
}
