//! Working time: daily hours as data, and the working time between and after moments.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDateTime, NaiveTime, Timelike as _};

use crate::calendar::{Calendar, YearNotCovered};

/// An amount of working time, in seconds; negative when counted backwards. It is no elapsed time: nights and days off are not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct WorkingTime {
    /// Seconds.
    pub seconds: i64,
}

impl WorkingTime {
    /// No time.
    pub const ZERO: Self = Self { seconds: 0 };

    /// So many hours.
    #[must_use]
    pub fn hours(hours: i32) -> Self {
        Self { seconds: i64::from(hours) * 3600 }
    }

    /// So many minutes.
    #[must_use]
    pub fn minutes(minutes: i32) -> Self {
        Self { seconds: i64::from(minutes) * 60 }
    }
}

impl fmt::Display for WorkingTime {
    /// Hours and minutes, and seconds where there are some: `-12:30`, `0:00:05`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.seconds.unsigned_abs();
        let sign = if self.seconds < 0 { "-" } else { "" };
        write!(f, "{sign}{}:{:02}", seconds / 3600, seconds / 60 % 60)?;
        if seconds.is_multiple_of(60) { Ok(()) } else { write!(f, ":{:02}", seconds % 60) }
    }
}

/// What is wrong with daily hours; the text is the part in question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoursFault {
    /// There are no hours.
    Empty,
    /// A part is not written `08:00-12:00`.
    NotASpan(String),
    /// A part does not end after it begins.
    Backwards(String),
    /// A part begins before the one before it ends.
    Overlap(String),
}

impl fmt::Display for HoursFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there are no working hours"),
            Self::NotASpan(part) => write!(f, "{part:?} is not written 08:00-12:00"),
            Self::Backwards(part) => write!(f, "{part:?} does not end after it begins"),
            Self::Overlap(part) => write!(f, "{part:?} begins before the hours before it end"),
        }
    }
}

impl std::error::Error for HoursFault {}

/// A stretch of a day in seconds since midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: i64,
    to: i64,
}

/// The hours of a working day, the same on each, also on make-up days. Each office sets its own, so they are data:
/// `08:00-12:00 13:30-17:30`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingHours {
    spans: Vec<Span>,
    a_day: i64,
}

impl FromStr for WorkingHours {
    type Err = HoursFault;

    /// Reads `08:00-12:00 13:30-17:30`; parts are in order and parted by blanks or commas.
    fn from_str(text: &str) -> Result<Self, HoursFault> {
        let mut spans: Vec<Span> = Vec::new();
        for part in text.split([' ', ',']).filter(|part| !part.is_empty()) {
            let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok().map(seconds_of);
            let both = part.split_once('-').and_then(|(from, to)| Some((time(from)?, time(to)?)));
            let (from, to) = both.ok_or_else(|| HoursFault::NotASpan(part.to_owned()))?;
            if to <= from {
                return Err(HoursFault::Backwards(part.to_owned()));
            }
            if spans.last().is_some_and(|last| from < last.to) {
                return Err(HoursFault::Overlap(part.to_owned()));
            }
            spans.push(Span { from, to });
        }
        let a_day = spans.iter().map(|span| span.to - span.from).sum();
        if spans.is_empty() { Err(HoursFault::Empty) } else { Ok(Self { spans, a_day }) }
    }
}

impl WorkingHours {
    /// Working time of one day.
    #[must_use]
    pub fn a_day(&self) -> WorkingTime {
        WorkingTime { seconds: self.a_day }
    }

    /// When the day begins.
    #[must_use]
    pub fn opening(&self) -> NaiveTime {
        time_of(self.spans.first().map_or(0, |span| span.from))
    }

    /// When the day ends.
    #[must_use]
    pub fn closing(&self) -> NaiveTime {
        time_of(self.spans.last().map_or(0, |span| span.to))
    }

    /// Working seconds of a day that are over at a time.
    fn passed(&self, time: NaiveTime) -> i64 {
        let now = seconds_of(time);
        self.spans.iter().map(|span| now.clamp(span.from, span.to) - span.from).sum()
    }

    fn is_open(&self, time: NaiveTime) -> bool {
        let now = seconds_of(time);
        self.spans.iter().any(|span| (span.from..=span.to).contains(&now))
    }

    /// The earliest time at which so much of the day is over: 12:00 rather than 13:30.
    fn earliest(&self, passed: i64) -> NaiveTime {
        let mut rest = passed;
        for span in &self.spans {
            if rest <= span.to - span.from {
                return time_of(span.from + rest);
            }
            rest -= span.to - span.from;
        }
        self.closing()
    }

    /// The latest time at which no more than so much of the day is over: 13:30 rather than 12:00.
    fn latest(&self, passed: i64) -> NaiveTime {
        let mut rest = passed;
        for span in &self.spans {
            if rest < span.to - span.from {
                return time_of(span.from + rest);
            }
            rest -= span.to - span.from;
        }
        self.closing()
    }
}

fn seconds_of(time: NaiveTime) -> i64 {
    i64::from(time.num_seconds_from_midnight())
}

fn time_of(seconds: i64) -> NaiveTime {
    u32::try_from(seconds).ok().and_then(|seconds| NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0)).unwrap_or(NaiveTime::MIN)
}

/// A clock that runs in working hours only. Parts of a second are cut off.
#[derive(Debug, Clone, Copy)]
pub struct WorkClock<'c> {
    /// Which days are worked.
    pub calendar: &'c Calendar,
    /// Which hours of them.
    pub hours: &'c WorkingHours,
}

impl WorkClock<'_> {
    /// Working time from one moment to another, negative backwards; `between(a, b) + between(b, c) = between(a, c)`.
    ///
    /// # Errors
    /// A moment lies in a year that is not covered.
    pub fn between(&self, from: NaiveDateTime, to: NaiveDateTime) -> Result<WorkingTime, YearNotCovered> {
        Ok(WorkingTime { seconds: self.reading(to)? - self.reading(from)? })
    }

    /// The moment so much working time after another; with a negative time, before it.
    ///
    /// Where the answer falls on a break, forwards it is the moment work stops (17:30, not 8:00 of the next morning), backwards the
    /// moment it starts again. With no time, it is the moment itself inside working hours, otherwise the next opening.
    ///
    /// # Errors
    /// The moment or the answer lies in a year that is not covered.
    pub fn add(&self, moment: NaiveDateTime, time: WorkingTime) -> Result<NaiveDateTime, YearNotCovered> {
        let a_day = self.hours.a_day;
        let wanted = self.reading(moment)?.saturating_add(time.seconds);
        if time.seconds > 0 {
            let day = (wanted - 1) / a_day;
            return Ok(self.calendar.nth(day)?.and_time(self.hours.earliest(wanted - day * a_day)));
        }
        if time.seconds == 0 && self.calendar.is_working_day(moment.date())? && self.hours.is_open(moment.time()) {
            return Ok(moment);
        }
        let day = wanted.div_euclid(a_day);
        Ok(self.calendar.nth(day)?.and_time(self.hours.latest(wanted.rem_euclid(a_day))))
    }

    /// Working seconds since the first covered day.
    fn reading(&self, moment: NaiveDateTime) -> Result<i64, YearNotCovered> {
        let (days, is_working) = self.calendar.position(moment.date())?;
        let today = if is_working { self.hours.passed(moment.time()) } else { 0 };
        Ok(days * self.hours.a_day + today)
    }
}
