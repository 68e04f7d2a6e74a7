//! Dates as people type them, and why a text is none.

use chrono::NaiveDate;

use crate::figure::parse_date;

/// Why a text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum DateFault {
    /// It has not the form of a date.
    #[error("not a date")]
    NotADate,
    /// The year has two digits, so that the century would be guessed.
    #[error("the year has two digits")]
    TwoDigitYear,
    /// It is a day only if the month stands first.
    #[error("the month stands before the day")]
    MonthFirst,
    /// Day and month have their places, and the calendar has no such day.
    #[error("no such day")]
    NoSuchDay,
    /// A time of day stands behind it.
    #[error("a time of day stands behind the date")]
    TimeOfDay,
}

/// Reads a date as [`parse_date`] does, and tells why a text is none. A time of midnight behind an ISO date is passed over.
///
/// ```
/// use viet_text::{DateFault, read_date};
/// assert_eq!(read_date("31/12/2018").unwrap().to_string(), "2018-12-31");
/// assert_eq!(read_date("1/7/25"), Err(DateFault::TwoDigitYear));
/// ```
///
/// # Errors
///
/// A [`DateFault`].
pub fn read_date(text: &str) -> Result<NaiveDate, DateFault> {
    let text = text.trim();
    if let Some(date) = parse_date(text) {
        return Ok(date);
    }
    if let Some((date, time)) = text.split_once(['T', ' '])
        && let Some(date) = parse_date(date)
        && time.contains(':')
    {
        let midnight = time.trim_end_matches('Z').chars().all(|sign| matches!(sign, '0' | ':' | '.'));
        return if midnight { Ok(date) } else { Err(DateFault::TimeOfDay) };
    }
    let parts: Vec<&str> = text.split(['/', '-', '.']).map(str::trim).collect();
    let [first, second, third] = parts.as_slice() else { return Err(DateFault::NotADate) };
    if parts.iter().any(|part| part.is_empty() || part.len() > 4 || !part.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(DateFault::NotADate);
    }
    match (first.len(), second.len(), third.len()) {
        (1..=2, 1..=2, 2) => Err(DateFault::TwoDigitYear),
        (1..=2, 1..=2, 4) if parse_date(&format!("{second}/{first}/{third}")).is_some() => Err(DateFault::MonthFirst),
        (1..=2, 1..=2, 4) | (4, 1..=2, 1..=2) => Err(DateFault::NoSuchDay),
        _ => Err(DateFault::NotADate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_or_refused_with_the_reason() {
        for (typed, expected) in [
            ("15/7/2023", Ok("2023-07-15")),
            ("2023-07-15", Ok("2023-07-15")),
            ("2023-07-15T00:00:00", Ok("2023-07-15")),
            ("15/07/2023 00:00", Ok("2023-07-15")),
            ("15/07/2023 08:30", Err(DateFault::TimeOfDay)),
            ("1/7/25", Err(DateFault::TwoDigitYear)),
            ("12/31/2018", Err(DateFault::MonthFirst)),
            ("31/2/2025", Err(DateFault::NoSuchDay)),
            ("2025-02-30", Err(DateFault::NoSuchDay)),
            ("7/2025", Err(DateFault::NotADate)),
            ("hôm nay", Err(DateFault::NotADate)),
            ("", Err(DateFault::NotADate)),
            ("1//2025", Err(DateFault::NotADate)),
            ("31/12/20188", Err(DateFault::NotADate)),
        ] {
            assert_eq!(read_date(typed).map(|date| date.to_string()), expected.map(str::to_owned), "{typed}");
        }
    }
}
