//! Numbers of sheets: binary fractions as decimals of 15 digits, and days counted from an epoch.

use std::str::FromStr as _;

use chrono::{Days, NaiveDate, NaiveTime};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// The number of a cell as an exact decimal of at most 15 significant digits; `None` if it has no number or one that
/// no decimal holds.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let number: f64 = text.trim().parse().ok().filter(|number: &f64| number.is_finite())?;
    if number == 0.0 {
        return Some(Decimal::ZERO);
    }
    // Rounds the exact binary value once; what sheet programs show is the same.
    let scientific = format!("{number:.14e}");
    let (digits, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let negative = digits.starts_with('-');
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    if exponent > 28 {
        return None;
    }
    let plain = if exponent < 0 {
        if exponent < -40 {
            return Some(Decimal::ZERO);
        }
        format!("0.{}{digits}", "0".repeat(usize::try_from(-exponent - 1).ok()?))
    } else {
        let whole = usize::try_from(exponent + 1).ok()?;
        match digits.len().checked_sub(whole) {
            Some(rest) if rest > 0 => format!("{}.{}", digits.get(..whole)?, digits.get(whole..)?),
            _ => format!("{digits}{}", "0".repeat(whole.saturating_sub(digits.len()))),
        }
    };
    let value = Decimal::from_str(&plain).ok()?.normalize();
    Some(if negative { -value } else { value })
}

/// The day of a number of a sheet, and its time of day if it is later than midnight, to the second. `None` for numbers that are no day, such as
/// 60, which sheet programs take for a 29 February 1900 that never was.
pub(super) fn day(serial: Decimal, from_1904: bool) -> Option<(NaiveDate, Option<NaiveTime>)> {
    let whole = serial.trunc();
    let seconds = ((serial - whole) * Decimal::from(86_400)).round().to_u32()?.min(86_399);
    let time = if serial == whole { None } else { NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0) };
    let days = u64::try_from(whole).ok()?;
    // Beyond the year 9999 there are no days of sheets.
    if days > 2_958_465 {
        return None;
    }
    let date = if from_1904 {
        NaiveDate::from_ymd_opt(1904, 1, 1)?.checked_add_days(Days::new(days))?
    } else {
        match days {
            0 | 60 => return None,
            1..60 => NaiveDate::from_ymd_opt(1899, 12, 31)?.checked_add_days(Days::new(days))?,
            _ => NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))?,
        }
    };
    Some((date, time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifteen_digits_and_no_more() {
        for (text, expected) in [
            ("0.1", "0.1"),
            ("0.10000000000000001", "0.1"),
            ("0.30000000000000004", "0.3"),
            ("80.53", "80.53"),
            ("-1234.5", "-1234.5"),
            ("123456789.012345", "123456789.012345"),
            ("999999999999999", "999999999999999"),
            ("12345678901234567", "12345678901234600"),
            ("1E3", "1000"),
            ("1.5e-7", "0.00000015"),
            ("-0", "0"),
            ("1e-300", "0"),
            ("33.333333333333336", "33.3333333333333"),
            ("1.23456789012345e-20", "0.0000000000000000000123456789"),
        ] {
            assert_eq!(decimal(text).map(|value| value.to_string()).as_deref(), Some(expected), "{text}");
        }
        for wrong in ["", "x", "NaN", "inf", "1e29", "1e400", "0x10"] {
            assert_eq!(decimal(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_of_both_epochs() {
        let read = |serial: &str, from_1904| {
            day(serial.parse().unwrap(), from_1904)
                .map(|(date, time)| format!("{date}{}", time.map(|time| format!(" {time}")).unwrap_or_default()))
        };
        assert_eq!(read("1", false).as_deref(), Some("1900-01-01"));
        assert_eq!(read("59", false).as_deref(), Some("1900-02-28"));
        assert_eq!(read("60", false), None);
        assert_eq!(read("61", false).as_deref(), Some("1900-03-01"));
        assert_eq!(read("45122", false).as_deref(), Some("2023-07-15"));
        assert_eq!(read("45122.25", false).as_deref(), Some("2023-07-15 06:00:00"));
        assert_eq!(read("43660", true).as_deref(), Some("2023-07-15"));
        assert_eq!(read("0", true).as_deref(), Some("1904-01-01"));
        for wrong in ["0", "-1", "2958466", "0.5"] {
            assert_eq!(read(wrong, false), None, "{wrong}");
        }
    }
}
