//! Periods a figure can belong to: calendar year, half, quarter, month, and the reform report windows that start on 15/12.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike as _, NaiveDate};

/// A reform report window (công văn 581/BNV-CCHC): its figures run from the 15th to the 14th, not over calendar months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReportWindow {
    /// Quarter I: 15/12 of the year before to 14/3.
    Q1,
    /// Six months: 15/12 of the year before to 14/6.
    H1,
    /// Quarter III: 15/6 to 14/9; not cumulative.
    Q3,
    /// Year: 15/12 of the year before to 14/12.
    Year,
}

/// A period. Its text form is the key in the database: `2018`, `2018-H1`, `2018-Q3`, `2018-04`, `2018-RQ1`, `2018-RH1`, `2018-RQ3`, `2018-RY`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Period {
    /// A calendar year.
    Year(i32),
    /// A half of a calendar year, 1 or 2.
    Half(i32, u32),
    /// A calendar quarter, 1 to 4.
    Quarter(i32, u32),
    /// A calendar month, 1 to 12.
    Month(i32, u32),
    /// A reform report window of a year.
    Report(i32, ReportWindow),
}

impl Period {
    /// The year the period is named after.
    #[must_use]
    pub fn year(self) -> i32 {
        match self {
            Self::Year(year) | Self::Half(year, _) | Self::Quarter(year, _) | Self::Month(year, _) | Self::Report(year, _) => year,
        }
    }

    /// First and last day, both inclusive; `None` for parts that do not exist, such as month 13.
    #[must_use]
    pub fn days(self) -> Option<(NaiveDate, NaiveDate)> {
        let day = NaiveDate::from_ymd_opt;
        let months = |year: i32, first: u32, count: u32| {
            let start = day(year, first, 1)?;
            let end = start.checked_add_months(chrono::Months::new(count))?.pred_opt()?;
            Some((start, end))
        };
        match self {
            Self::Year(year) => months(year, 1, 12),
            Self::Half(year, half @ 1..=2) => months(year, half * 6 - 5, 6),
            Self::Quarter(year, quarter @ 1..=4) => months(year, quarter * 3 - 2, 3),
            Self::Month(year, month) => months(year, month, 1),
            Self::Report(year, window) => {
                let (start, end) = match window {
                    ReportWindow::Q1 => (day(year - 1, 12, 15)?, day(year, 3, 14)?),
                    ReportWindow::H1 => (day(year - 1, 12, 15)?, day(year, 6, 14)?),
                    ReportWindow::Q3 => (day(year, 6, 15)?, day(year, 9, 14)?),
                    ReportWindow::Year => (day(year - 1, 12, 15)?, day(year, 12, 14)?),
                };
                Some((start, end))
            }
            Self::Half(..) | Self::Quarter(..) => None,
        }
    }

    /// The calendar year a date falls into.
    #[must_use]
    pub fn year_of(date: NaiveDate) -> Self {
        Self::Year(date.year())
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Half(year, half) => write!(f, "{year:04}-H{half}"),
            Self::Quarter(year, quarter) => write!(f, "{year:04}-Q{quarter}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Report(year, window) => write!(
                f,
                "{year:04}-R{}",
                match window {
                    ReportWindow::Q1 => "Q1",
                    ReportWindow::H1 => "H1",
                    ReportWindow::Q3 => "Q3",
                    ReportWindow::Year => "Y",
                }
            ),
        }
    }
}

/// A text that names no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no period; periods are written 2018, 2018-H1, 2018-Q3, 2018-04, 2018-RQ1, 2018-RH1, 2018-RQ3, 2018-RY")]
pub struct NotAPeriod(pub String);

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, NotAPeriod> {
        let refuse = || NotAPeriod(text.to_owned());
        let (year, part) = text.split_once('-').map_or((text, None), |(year, part)| (year, Some(part)));
        if year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refuse());
        }
        let year: i32 = year.parse().map_err(|_| refuse())?;
        let period = match part {
            None => Self::Year(year),
            Some("RQ1") => Self::Report(year, ReportWindow::Q1),
            Some("RH1") => Self::Report(year, ReportWindow::H1),
            Some("RQ3") => Self::Report(year, ReportWindow::Q3),
            Some("RY") => Self::Report(year, ReportWindow::Year),
            Some(part) => match (part.as_bytes(), part) {
                ([b'H', half @ b'1'..=b'2'], _) => Self::Half(year, u32::from(half - b'0')),
                ([b'Q', quarter @ b'1'..=b'4'], _) => Self::Quarter(year, u32::from(quarter - b'0')),
                ([b'0'..=b'9', b'0'..=b'9'], month) => Self::Month(year, month.parse().map_err(|_| refuse())?),
                _ => return Err(refuse()),
            },
        };
        period.days().map(|_| period).ok_or_else(refuse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_period_survives_its_text_form() {
        for text in
            ["2018", "2018-H1", "2018-H2", "2018-Q1", "2018-Q4", "2018-01", "2018-12", "2018-RQ1", "2018-RH1", "2018-RQ3", "2018-RY"]
        {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        for wrong in ["", "18", "2018-", "2018-H3", "2018-Q0", "2018-13", "2018-00", "2018-RQ2", "2018-R", "x018", "2018-1"] {
            assert!(wrong.parse::<Period>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn report_windows_start_on_the_fifteenth() {
        for (period, first, last) in [
            ("2025-RQ1", "2024-12-15", "2025-03-14"),
            ("2025-RH1", "2024-12-15", "2025-06-14"),
            ("2025-RQ3", "2025-06-15", "2025-09-14"),
            ("2025-RY", "2024-12-15", "2025-12-14"),
            ("2024-H1", "2024-01-01", "2024-06-30"),
            ("2024-Q4", "2024-10-01", "2024-12-31"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            ("2024", "2024-01-01", "2024-12-31"),
        ] {
            let days = period.parse::<Period>().unwrap().days().unwrap();
            assert_eq!((days.0.to_string().as_str(), days.1.to_string().as_str()), (first, last), "{period}");
        }
    }
}
