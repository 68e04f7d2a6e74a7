//! Working days, by a cumulative table: every question costs a few array reads.

use std::fmt;
use std::ops::RangeInclusive;

use chrono::{Datelike as _, NaiveDate};

use crate::checking::{self, Placed, covered_years, is_weekend};
use crate::entry::{Entry, EntryStatus};
use crate::fault::CalendarFault;
use crate::reading;

/// A question needs a year whose holidays the calendar does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearNotCovered {
    /// The year that is asked for, or the first one beyond the edge that an answer would lie in or behind.
    pub year: i32,
}

impl fmt::Display for YearNotCovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the calendar does not cover the year {}", self.year)
    }
}

impl std::error::Error for YearNotCovered {}

/// The working days of a range of years without gaps.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// Sorted by date; also those that are not applied.
    entries: Vec<Entry>,
    years: RangeInclusive<i32>,
    /// Day number (common era) of 1 January of the first year.
    first_day: i32,
    /// `before[i]`: working days before day `i`; one more element than days.
    before: Vec<u32>,
    working: Vec<NaiveDate>,
}

impl Calendar {
    /// Reads a calendar from a CSV text (`docs/formats/calendar.md`).
    ///
    /// # Errors
    /// Every fault in it.
    pub fn read(text: &str) -> Result<Self, Vec<CalendarFault>> {
        reading::read(text).map(Self::of_checked)
    }

    /// A calendar of entries that come from elsewhere, such as a database where an administrator adds the next year.
    ///
    /// # Errors
    /// Every rule that the entries break.
    pub fn from_entries(entries: Vec<Entry>) -> Result<Self, Vec<CalendarFault>> {
        let placed: Vec<Placed> = entries.into_iter().map(|entry| Placed { row: None, entry }).collect();
        let mut faults = Vec::new();
        checking::check_rows(&placed, &mut faults);
        checking::check_whole(&placed, &mut faults);
        if faults.is_empty() { Ok(Self::of_checked(placed.into_iter().map(|placed| placed.entry).collect())) } else { Err(faults) }
    }

    fn of_checked(mut entries: Vec<Entry>) -> Self {
        entries.sort_by_key(|entry| entry.date);
        let covered = covered_years(entries.iter());
        let (first, last) = (covered.first().copied().unwrap_or(1), covered.last().copied().unwrap_or(0));
        let start = NaiveDate::from_ymd_opt(first, 1, 1).unwrap_or(NaiveDate::MIN);
        let (mut before, mut working) = (vec![0], Vec::new());
        let mut of_day = entries.iter().filter(|entry| entry.applied && entry.date >= start).peekable();
        for date in start.iter_days().take_while(|date| date.year() <= last) {
            let entry = of_day.next_if(|entry| entry.date == date);
            if entry.map_or(!is_weekend(date), |entry| entry.kind.is_working()) {
                working.push(date);
            }
            before.push(u32::try_from(working.len()).unwrap_or(u32::MAX));
        }
        Self { years: first..=last, first_day: start.num_days_from_ce(), before, working, entries }
    }

    /// First and last year with known holidays; all years between are covered too.
    #[must_use]
    pub fn years(&self) -> RangeInclusive<i32> {
        self.years.clone()
    }

    /// All entries by date, also those without effect.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What the calendar says of a day beyond its weekday; look at [`Entry::applied`].
    #[must_use]
    pub fn entry(&self, date: NaiveDate) -> Option<&Entry> {
        self.entries.binary_search_by_key(&date, |entry| entry.date).ok().and_then(|place| self.entries.get(place))
    }

    /// How sure the entries in force of a year are: the least sure of them decides.
    ///
    /// # Errors
    /// The year is not covered.
    pub fn certainty(&self, year: i32) -> Result<EntryStatus, YearNotCovered> {
        let of_year = self.entries.iter().filter(|entry| entry.applied && entry.date.year() == year);
        let status = of_year.map(|entry| entry.status).max();
        status.filter(|_| self.years.contains(&year)).ok_or(YearNotCovered { year })
    }

    /// Whether work is done on a day.
    ///
    /// # Errors
    /// Its year is not covered.
    pub fn is_working_day(&self, date: NaiveDate) -> Result<bool, YearNotCovered> {
        let day = self.day(date)?;
        Ok(self.before[day] < self.before[day + 1])
    }

    /// The first working day after a date.
    ///
    /// # Errors
    /// The date or the answer lies in a year that is not covered.
    pub fn next_working_day(&self, date: NaiveDate) -> Result<NaiveDate, YearNotCovered> {
        self.add_working_days(date, 1)
    }

    /// The last working day before a date.
    ///
    /// # Errors
    /// The date or the answer lies in a year that is not covered.
    pub fn previous_working_day(&self, date: NaiveDate) -> Result<NaiveDate, YearNotCovered> {
        self.add_working_days(date, -1)
    }

    /// The date itself if it is a working day, otherwise the next one.
    ///
    /// # Errors
    /// The date or the answer lies in a year that is not covered.
    pub fn working_day_on_or_after(&self, date: NaiveDate) -> Result<NaiveDate, YearNotCovered> {
        self.add_working_days(date, 0)
    }

    /// The date itself if it is a working day, otherwise the one before.
    ///
    /// # Errors
    /// The date or the answer lies in a year that is not covered.
    pub fn working_day_on_or_before(&self, date: NaiveDate) -> Result<NaiveDate, YearNotCovered> {
        let day = self.day(date)?;
        self.nth(i64::from(self.before[day + 1]) - 1)
    }

    /// The `count`-th working day after a date, not counting the date itself; with a negative count, before it.
    /// With 0, the date itself if it is a working day, otherwise the next one.
    ///
    /// For a positive count, [`Self::working_days_between`] the date and the answer is the count again; from a working day, adding
    /// and subtracting leads back.
    ///
    /// # Errors
    /// The date or the answer lies in a year that is not covered.
    pub fn add_working_days(&self, date: NaiveDate, count: i32) -> Result<NaiveDate, YearNotCovered> {
        let day = self.day(date)?;
        let place = match count {
            1.. => i64::from(self.before[day + 1]) - 1,
            _ => i64::from(self.before[day]),
        };
        self.nth(place + i64::from(count))
    }

    /// Working days after `from`, up to and including `to`; negative when `to` lies before `from`. The first day does not count, the
    /// last one does, so `between(a, b) + between(b, c) = between(a, c)`.
    ///
    /// # Errors
    /// A date lies in a year that is not covered.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> Result<i32, YearNotCovered> {
        let (from, to) = (self.before[self.day(from)? + 1], self.before[self.day(to)? + 1]);
        // The table has at most as many days as chrono has dates, which fit.
        Ok(to.cast_signed() - from.cast_signed())
    }

    /// Working days from `first` to `last`, both counted; none when `last` lies before `first`.
    ///
    /// # Errors
    /// A date lies in a year that is not covered.
    pub fn working_days_in(&self, first: NaiveDate, last: NaiveDate) -> Result<u32, YearNotCovered> {
        let (first, last) = (self.before[self.day(first)?], self.before[self.day(last)? + 1]);
        Ok(last.saturating_sub(first))
    }

    /// Working days before a date, counted from the first covered day, and whether the date is one.
    pub(crate) fn position(&self, date: NaiveDate) -> Result<(i64, bool), YearNotCovered> {
        let day = self.day(date)?;
        Ok((i64::from(self.before[day]), self.before[day] < self.before[day + 1]))
    }

    /// The working day with so many working days before it.
    pub(crate) fn nth(&self, place: i64) -> Result<NaiveDate, YearNotCovered> {
        let beyond = |_| YearNotCovered { year: self.years.start() - 1 };
        let place = usize::try_from(place).map_err(beyond)?;
        self.working.get(place).copied().ok_or(YearNotCovered { year: self.years.end() + 1 })
    }

    fn day(&self, date: NaiveDate) -> Result<usize, YearNotCovered> {
        let beyond = YearNotCovered { year: date.year() };
        let day = usize::try_from(date.num_days_from_ce() - self.first_day).map_err(|_| beyond)?;
        if day + 1 < self.before.len() { Ok(day) } else { Err(beyond) }
    }
}
