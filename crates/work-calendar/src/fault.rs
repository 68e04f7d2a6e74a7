//! Faults in a calendar: where, which rule, which value. The words for people are chosen by whoever shows them.

use std::fmt;

/// A rule that a calendar must keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CalendarRule {
    /// The text is CSV.
    NotCsv,
    /// A column that must be there is there.
    MissingColumn,
    /// Only known columns are there.
    UnknownColumn,
    /// A column stands once.
    DuplicateColumn,
    /// A row has as many cells as the head.
    RowLength,
    /// A cell that must be filled is filled.
    Empty,
    /// A date is written 2018-12-31 and exists.
    NotADate,
    /// A word is one of a fixed list.
    UnknownWord,
    /// A date stands once.
    DuplicateDate,
    /// A day off in lieu or swapped off is a weekday, a make-up day is a Saturday or Sunday.
    Weekday,
    /// The two days of a swap name each other, one off and one on, applied together; other days name none.
    Pair,
    /// An official entry is applied.
    OfficialNotApplied,
    /// Every covered year has the holidays of fixed date: 1/1, 30/4, 1/5, 2/9 (Labour Code 2019 art. 112, 2012 art. 115).
    MissingHoliday,
    /// No year is missing between the first and the last.
    YearGap,
    /// At least one year is covered.
    NoYear,
}

impl CalendarRule {
    /// Every rule.
    pub const ALL: [Self; 15] = [
        Self::NotCsv,
        Self::MissingColumn,
        Self::UnknownColumn,
        Self::DuplicateColumn,
        Self::RowLength,
        Self::Empty,
        Self::NotADate,
        Self::UnknownWord,
        Self::DuplicateDate,
        Self::Weekday,
        Self::Pair,
        Self::OfficialNotApplied,
        Self::MissingHoliday,
        Self::YearGap,
        Self::NoYear,
    ];

    /// The rule's name in tables and machine-readable output.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotCsv => "not-csv",
            Self::MissingColumn => "missing-column",
            Self::UnknownColumn => "unknown-column",
            Self::DuplicateColumn => "duplicate-column",
            Self::RowLength => "row-length",
            Self::Empty => "empty",
            Self::NotADate => "not-a-date",
            Self::UnknownWord => "unknown-word",
            Self::DuplicateDate => "duplicate-date",
            Self::Weekday => "weekday",
            Self::Pair => "pair",
            Self::OfficialNotApplied => "official-not-applied",
            Self::MissingHoliday => "missing-holiday",
            Self::YearGap => "year-gap",
            Self::NoYear => "no-year",
        }
    }
}

impl fmt::Display for CalendarRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// One fault in a calendar.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CalendarFault {
    /// Line in the file, from 1; the head is line 1. `None`: the whole calendar, or entries that came from no file.
    pub row: Option<usize>,
    /// Name of the column; empty for the whole row or calendar.
    pub column: &'static str,
    /// The value as it stands there.
    pub value: String,
    /// The rule that is broken.
    pub rule: CalendarRule,
    /// What the rule expected here.
    pub expected: String,
}

impl fmt::Display for CalendarFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.rule)?;
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        for (label, part) in [("column", self.column), ("value", self.value.as_str()), ("expected", self.expected.as_str())] {
            if !part.is_empty() {
                write!(f, ", {label} {part}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for CalendarFault {}
