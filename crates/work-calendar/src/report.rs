//! Due dates of report windows.
//!
//! What is known: reports on administrative reform are due at the Ministry of Home Affairs on the 20th of the last month of their
//! window (công văn 581/BNV-CCHC): 20/3, 20/6, 20/9, 20/12. What is not known: whether a 20th on a day off moves, and which way. The
//! letter was not seen to say it. So the caller says it, with [`NonWorkingDay`].
//!
//! NĐ 09/2019/NĐ-CP art. 8(5) asks for at least one working day between cut-off and deadline, and leaves the deadlines of lower
//! levels to local rules; [`Calendar::working_days_between`] answers how many there are.

use std::fmt;

use chrono::{Datelike as _, NaiveDate};

use crate::calendar::{Calendar, YearNotCovered};

/// Day of the month on which reform reports are due (CV 581/BNV-CCHC).
pub const REFORM_REPORT_DUE_DAY: u32 = 20;

/// What happens to a due date that is no working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NonWorkingDay {
    /// It stays where it is.
    Keep,
    /// It moves to the next working day, as the Civil Code 2015 art. 148(5) has it for limits in general (general knowledge, not read here).
    MoveForward,
    /// It moves to the working day before.
    MoveBack,
}

/// Why a due date has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportDueError {
    /// The month has no such day.
    NoSuchDay {
        /// The year.
        year: i32,
        /// The month.
        month: u32,
        /// The day asked for.
        day: u32,
    },
    /// The calendar does not know the year.
    Year(YearNotCovered),
}

impl fmt::Display for ReportDueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchDay { year, month, day } => write!(f, "the month {year:04}-{month:02} has no day {day}"),
            Self::Year(_) => f.write_str("the due date cannot be found"),
        }
    }
}

impl std::error::Error for ReportDueError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoSuchDay { .. } => None,
            Self::Year(year) => Some(year),
        }
    }
}

/// A date, moved as the policy says if it is no working day.
///
/// # Errors
/// The date or the answer lies in a year that is not covered, also when the policy would keep it.
pub fn settle(calendar: &Calendar, date: NaiveDate, policy: NonWorkingDay) -> Result<NaiveDate, YearNotCovered> {
    match policy {
        NonWorkingDay::Keep => calendar.is_working_day(date).map(|_| date),
        NonWorkingDay::MoveForward => calendar.working_day_on_or_after(date),
        NonWorkingDay::MoveBack => calendar.working_day_on_or_before(date),
    }
}

/// When a report is due: on a day of the month in which its window ends, moved as the policy says.
///
/// # Errors
/// The month has no such day, or a year is not covered.
pub fn report_due_date(
    calendar: &Calendar,
    window_end: NaiveDate,
    day_of_month: u32,
    policy: NonWorkingDay,
) -> Result<NaiveDate, ReportDueError> {
    let no_such_day = ReportDueError::NoSuchDay { year: window_end.year(), month: window_end.month(), day: day_of_month };
    let date = window_end.with_day(day_of_month).ok_or(no_such_day)?;
    settle(calendar, date, policy).map_err(ReportDueError::Year)
}
