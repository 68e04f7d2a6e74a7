//! Deadlines: from receipt, limit, cut-off and pauses; and how a moment stands to a deadline.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::calendar::YearNotCovered;
use crate::hours::{WorkClock, WorkingTime};
use crate::pauses::Pauses;

/// How much time there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// Working days; the deadline is a date.
    WorkingDays(u16),
    /// Working hours; the deadline is a moment.
    WorkingHours(u16),
}

/// Whether the day on which counting begins is the first day of a limit in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FirstDay {
    /// It is not: one day from Monday is Tuesday (general rule of the Civil Code 2015, art. 147(2); general knowledge, not read here).
    #[default]
    Excluded,
    /// It is: one day from Monday morning is Monday. Some offices read "counted from the next working morning" so.
    Included,
}

/// The parameters of counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DeadlineRules {
    /// What is received after this time counts from the next working morning. 15:00 in NĐ 61/2018/NĐ-CP art. 18, which speaks of
    /// handing a dossier on; NĐ 118/2025/NĐ-CP replaced it on 1/7/2025, and whether it keeps the time was not read.
    pub cut_off: Option<NaiveTime>,
    /// Whether the day on which counting begins counts in a limit in days.
    pub first_day: FirstDay,
}

impl DeadlineRules {
    /// Cut-off at 15:00, first day excluded.
    #[must_use]
    pub fn nd61_2018() -> Self {
        Self { cut_off: NaiveTime::from_hms_opt(15, 0, 0), first_day: FirstDay::Excluded }
    }
}

/// Until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadline {
    /// Kept by anything done on this date, however late in the evening.
    EndOf(NaiveDate),
    /// Kept by anything done up to and including this moment.
    At(NaiveDateTime),
}

impl Deadline {
    /// Whether the deadline is over at a moment.
    #[must_use]
    pub fn is_past(self, moment: NaiveDateTime) -> bool {
        match self {
            Self::EndOf(date) => date < moment.date(),
            Self::At(due) => due < moment,
        }
    }

    /// Its date.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        match self {
            Self::EndOf(date) => date,
            Self::At(due) => due.date(),
        }
    }
}

/// What is due under pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// The clock runs, and this is when it runs out.
    On(Deadline),
    /// The clock stands; when it runs out depends on when it goes on.
    Suspended {
        /// When it stopped.
        since: NaiveDateTime,
        /// The deadline as it stood then.
        before: Deadline,
    },
}

/// An amount of working time in days and in hours: by dates, and by the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkSpan {
    /// Working days between the two dates, the first not counted.
    pub days: u32,
    /// Working time between the two moments; the moment of a date is its closing time.
    pub time: WorkingTime,
}

/// How something done stands to its deadline. For something not done yet, ask with the present moment: what is left or overdue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timeliness {
    /// Before the deadline, with working days (deadline by date) or working time (by moment) to spare.
    Early(WorkSpan),
    /// In time, with nothing to spare: on the due date, or with no working time left.
    OnTime(WorkSpan),
    /// After the deadline. The amount may be zero: an evening or a weekend after it has no working time.
    Late(WorkSpan),
}

impl Timeliness {
    /// Whether the deadline is kept.
    #[must_use]
    pub fn is_in_time(self) -> bool {
        !matches!(self, Self::Late(_))
    }

    /// The amount: to spare, or late by.
    #[must_use]
    pub fn span(self) -> WorkSpan {
        match self {
            Self::Early(span) | Self::OnTime(span) | Self::Late(span) => span,
        }
    }
}

impl WorkClock<'_> {
    /// From when what was received counts: from its receipt, not before opening; after the cut-off or on a day off, from the next
    /// working morning.
    ///
    /// # Errors
    /// The receipt or the answer lies in a year that is not covered.
    pub fn count_start(&self, received: NaiveDateTime, rules: DeadlineRules) -> Result<NaiveDateTime, YearNotCovered> {
        let opening = self.hours.opening();
        let after_cut_off = rules.cut_off.is_some_and(|cut_off| received.time() > cut_off);
        if self.calendar.is_working_day(received.date())? && !after_cut_off {
            return Ok(received.max(received.date().and_time(opening)));
        }
        Ok(self.calendar.next_working_day(received.date())?.and_time(opening))
    }

    /// The deadline of what was received, if nothing pauses it.
    ///
    /// # Errors
    /// The receipt or the deadline lies in a year that is not covered.
    pub fn due(&self, received: NaiveDateTime, limit: Limit, rules: DeadlineRules) -> Result<Deadline, YearNotCovered> {
        let start = self.count_start(received, rules)?;
        self.deadline_after(start, self.rest_of(limit, rules))
    }

    /// The deadline of what was received, moved by the pauses.
    ///
    /// A pause moves the deadline if the clock still ran when it began. A limit in hours stands still for the working time of the
    /// pause. A limit in days stands still for the working days after the pause began, up to and including the day it ended; if
    /// that is a day off and no day is left, the deadline is the next working day.
    ///
    /// # Errors
    /// A moment in question lies in a year that is not covered.
    pub fn due_with_pauses(
        &self,
        received: NaiveDateTime,
        limit: Limit,
        rules: DeadlineRules,
        pauses: &Pauses,
    ) -> Result<Due, YearNotCovered> {
        let mut at = self.count_start(received, rules)?;
        let mut rest = self.rest_of(limit, rules);
        for pause in pauses.merged() {
            if pause.to.is_some_and(|to| to <= at) {
                continue;
            }
            let from = pause.from.max(at);
            let before = self.deadline_after(at, rest)?;
            if before.is_past(from) {
                return Ok(Due::On(before));
            }
            let Some(to) = pause.to else { return Ok(Due::Suspended { since: from, before }) };
            rest = match rest {
                Rest::Days(days) => Rest::Days((days - self.calendar.working_days_between(at.date(), from.date())?).max(0)),
                Rest::Time(time) => Rest::Time(WorkingTime { seconds: time.seconds - self.between(at, from)?.seconds }),
            };
            at = to;
        }
        self.deadline_after(at, rest).map(Due::On)
    }

    /// How a moment stands to a deadline.
    ///
    /// # Errors
    /// The moment or the deadline lies in a year that is not covered.
    pub fn timeliness(&self, deadline: Deadline, moment: NaiveDateTime) -> Result<Timeliness, YearNotCovered> {
        let due = match deadline {
            Deadline::EndOf(date) => date.and_time(self.hours.closing()),
            Deadline::At(due) => due,
        };
        let days = self.calendar.working_days_between(moment.date(), due.date())?;
        let time = self.between(moment, due)?;
        let span = WorkSpan { days: days.unsigned_abs(), time: WorkingTime { seconds: time.seconds.abs() } };
        if deadline.is_past(moment) {
            return Ok(Timeliness::Late(span));
        }
        let to_spare = match deadline {
            Deadline::EndOf(_) => days > 0,
            Deadline::At(_) => time > WorkingTime::ZERO,
        };
        // On the evening of the due date no working time is left, and none is owed.
        let span = if time < WorkingTime::ZERO { WorkSpan { time: WorkingTime::ZERO, ..span } } else { span };
        Ok(if to_spare { Timeliness::Early(span) } else { Timeliness::OnTime(span) })
    }

    fn rest_of(&self, limit: Limit, rules: DeadlineRules) -> Rest {
        match (limit, rules.first_day) {
            (Limit::WorkingHours(hours), _) => Rest::Time(WorkingTime::hours(i32::from(hours))),
            (Limit::WorkingDays(days), FirstDay::Excluded) => Rest::Days(i32::from(days)),
            (Limit::WorkingDays(days), FirstDay::Included) => Rest::Days(i32::from(days.saturating_sub(1))),
        }
    }

    fn deadline_after(&self, at: NaiveDateTime, rest: Rest) -> Result<Deadline, YearNotCovered> {
        match rest {
            Rest::Days(days) => self.calendar.add_working_days(at.date(), days).map(Deadline::EndOf),
            Rest::Time(time) => self.add(at, time).map(Deadline::At),
        }
    }
}

/// What is left of a limit.
#[derive(Debug, Clone, Copy)]
enum Rest {
    Days(i32),
    Time(WorkingTime),
}
