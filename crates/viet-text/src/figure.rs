//! Figures and dates as Vietnamese officials write them: 1.234,56 and 31/12/2018.

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::{Decimal, RoundingStrategy};

/// Rounds for display: halves go away from zero, as in Vietnamese statistical tables.
#[must_use]
pub fn round_half_up(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// A decimal in Vietnamese form, rounded once for display: `1.234,56`.
///
/// ```
/// use rust_decimal::Decimal;
/// assert_eq!(viet_text::format_decimal(Decimal::new(1_234_565, 3), 2), "1.234,57");
/// ```
#[must_use]
pub fn format_decimal(value: Decimal, decimals: u32) -> String {
    format_decimal_with(value, decimals, '.', ',')
}

/// A decimal rounded once for display, with the given signs between thousands and before the fraction.
#[must_use]
pub fn format_decimal_with(value: Decimal, decimals: u32, thousands: char, point: char) -> String {
    let rounded = round_half_up(value, decimals);
    let plain = format!("{:.*}", decimals as usize, rounded.abs());
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut text = String::with_capacity(plain.len() + 6);
    if rounded.is_sign_negative() && !rounded.is_zero() {
        text.push('-');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(thousands);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(point);
        text.push_str(fraction);
    }
    text
}

/// A whole number in Vietnamese form: `13.321`.
#[must_use]
pub fn format_integer(value: i64) -> String {
    format_decimal(Decimal::from(value), 0)
}

/// A date as `31/12/2018`.
#[must_use]
pub fn format_date(date: NaiveDate) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// A date as official documents write it: `ngày 05 tháng 6 năm 2026`. Days below 10 and months 1 and 2 take a leading zero (Decree 30/2020/NĐ-CP, appendix I).
#[must_use]
pub fn format_date_long(date: NaiveDate) -> String {
    let month = if date.month() < 3 { format!("{:02}", date.month()) } else { date.month().to_string() };
    format!("ngày {:02} tháng {month} năm {}", date.day(), date.year())
}

/// Reads a date as people type it: `31/12/2018`, `31-12-2018`, `31.12.2018`, `1/7/2025` or `2018-12-31`.
#[must_use]
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = text.trim().split(['/', '-', '.']).map(str::trim).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    if parts.iter().any(|part| part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let (day, month, year) = match (first.len(), third.len()) {
        (4, 1..=2) => (third, second, first),
        (1..=2, 4) => (first, second, third),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn figures_have_dots_between_thousands_and_a_decimal_comma() {
        for (value, decimals, expected) in [
            ("0", 2, "0,00"),
            ("66.45338", 2, "66,45"),
            ("1234567.891", 1, "1.234.567,9"),
            ("999.995", 2, "1.000,00"),
            ("-0.004", 2, "0,00"),
            ("-1234.5", 1, "-1.234,5"),
            ("2.675", 2, "2,68"),
            ("13321", 0, "13.321"),
        ] {
            assert_eq!(format_decimal(decimal(value), decimals), expected, "{value}");
        }
        assert_eq!(format_integer(1_000), "1.000");
    }

    #[test]
    fn dates_are_read_in_every_usual_form() {
        let date = NaiveDate::from_ymd_opt(2025, 7, 1);
        for typed in ["1/7/2025", "01/07/2025", "01-07-2025", "1.7.2025", "2025-07-01", " 2025/7/1 "] {
            assert_eq!(parse_date(typed), date, "{typed}");
        }
        for wrong in ["", "2025", "31/2/2025", "1/7/25", "a/b/c", "1/7/2025/1", "+1/7/2025"] {
            assert_eq!(parse_date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn dates_are_written_as_decree_30_asks() {
        let date = NaiveDate::from_ymd_opt(2026, 6, 5).unwrap();
        assert_eq!(format_date(date), "05/06/2026");
        assert_eq!(format_date_long(date), "ngày 05 tháng 6 năm 2026");
        assert_eq!(format_date_long(NaiveDate::from_ymd_opt(2026, 2, 15).unwrap()), "ngày 15 tháng 02 năm 2026");
    }
}
