//! Questions in words, answered by the crate.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime};
use work_calendar::{
    Calendar, Deadline, DeadlineRules, Dossier, Due, FirstDay, Limit, NonWorkingDay, Pause, Pauses, REFORM_REPORT_DUE_DAY, Standing,
    Timeliness, WorkClock, WorkingHours, WorkingTime, YearNotCovered, report_due_date,
};

/// The calendar, and the settings of a case.
pub(crate) struct Asking<'c> {
    calendar: &'c Calendar,
    hours: WorkingHours,
    rules: DeadlineRules,
}

type Answer = Result<String, YearNotCovered>;

fn date(text: &str) -> NaiveDate {
    text.trim().parse().unwrap_or_else(|_| panic!("{text:?} is no date"))
}

fn moment(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text.trim(), "%Y-%m-%d %H:%M").unwrap_or_else(|_| panic!("{text:?} is no moment"))
}

fn pauses(text: &str) -> Pauses {
    let pause = |text: &str| {
        let (from, to) = text.split_once(" to ").unwrap_or_else(|| panic!("{text:?} is no pause"));
        Pause { from: moment(from), to: (to.trim() != "open").then(|| moment(to)) }
    };
    Pauses::new(text.split(';').map(pause).collect()).unwrap()
}

fn limit(text: &str) -> Limit {
    let (count, unit) = text.trim().split_once(' ').unwrap();
    match unit {
        "days" | "day" => Limit::WorkingDays(count.parse().unwrap()),
        "hours" | "hour" => Limit::WorkingHours(count.parse().unwrap()),
        other => panic!("{other:?} is no unit"),
    }
}

fn show_day(day: NaiveDate) -> String {
    day.format("%a %Y-%m-%d").to_string()
}

fn show_moment(moment: NaiveDateTime) -> String {
    moment.format("%a %Y-%m-%d %H:%M").to_string()
}

fn show_deadline(deadline: Deadline) -> String {
    match deadline {
        Deadline::EndOf(date) => show_day(date),
        Deadline::At(moment) => show_moment(moment),
    }
}

fn show_due(due: Due) -> String {
    match due {
        Due::On(deadline) => show_deadline(deadline),
        Due::Suspended { since, before } => format!("suspended since {}, was {}", show_moment(since), show_deadline(before)),
    }
}

fn show_timeliness(timeliness: Timeliness) -> String {
    let word = match timeliness {
        Timeliness::Early(_) => "early",
        Timeliness::OnTime(_) => "on time",
        Timeliness::Late(_) => "late",
    };
    let span = timeliness.span();
    format!("{word} {} days {}", span.days, span.time)
}

fn show_standing(standing: Standing) -> String {
    match standing {
        Standing::Finished(timeliness) => format!("finished {}", show_timeliness(timeliness)),
        Standing::Running(timeliness) => format!("running {}", show_timeliness(timeliness)),
        Standing::Waiting(timeliness) => format!("waiting, asked {}", show_timeliness(timeliness)),
        Standing::SecondRequest => "late by second request".to_owned(),
    }
}

impl<'c> Asking<'c> {
    pub(crate) fn new(calendar: &'c Calendar) -> Self {
        Self { calendar, hours: "08:00-12:00 13:30-17:30".parse().unwrap(), rules: DeadlineRules::nd61_2018() }
    }

    /// `with hours: …`, `with cut-off: 15:00` or `none`, `with first day: included` or `excluded`.
    pub(crate) fn set(&mut self, setting: &str, value: &str) {
        match (setting, value) {
            ("hours", value) => self.hours = value.parse().unwrap(),
            ("cut-off", "none") => self.rules.cut_off = None,
            ("cut-off", value) => self.rules.cut_off = Some(NaiveTime::parse_from_str(value, "%H:%M").unwrap()),
            ("first day", "included") => self.rules.first_day = FirstDay::Included,
            ("first day", "excluded") => self.rules.first_day = FirstDay::Excluded,
            _ => panic!("no setting {setting:?} with {value:?}"),
        }
    }

    pub(crate) fn answer(&self, question: &str) -> String {
        self.ask(question).unwrap_or_else(|error| error.to_string())
    }

    fn ask(&self, question: &str) -> Answer {
        let starts = |start: &str| question.strip_prefix(start);
        let two = |text: &str, between: &str| -> (String, String) {
            let (one, other) = text.split_once(between).unwrap_or_else(|| panic!("{question:?} lacks {between:?}"));
            (one.to_owned(), other.to_owned())
        };
        if let Some(rest) = starts("days off from ") {
            let (from, to) = two(rest, " to ");
            self.days(date(&from), date(&to), |_, working| !working)
        } else if let Some(rest) = starts("worked weekends of ") {
            let year = rest.parse().unwrap();
            let day = |month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
            self.days(day(1, 1), day(12, 31), |date, working| working && date.weekday().num_days_from_monday() >= 5)
        } else if let Some(rest) = starts("working days after ") {
            let (from, to) = two(rest, " up to ");
            self.calendar.working_days_between(date(&from), date(&to)).map(|days| days.to_string())
        } else if let Some(rest) = starts("working days from ") {
            let (from, to) = two(rest, " to ");
            self.calendar.working_days_in(date(&from), date(&to)).map(|days| days.to_string())
        } else if let Some(rest) = starts("working time from ") {
            let (from, to) = two(rest, " to ");
            self.clock().between(moment(&from), moment(&to)).map(|time| time.to_string())
        } else if let Some(rest) = starts("report window to ") {
            let due = |policy| report_due_date(self.calendar, date(rest), REFORM_REPORT_DUE_DAY, policy).unwrap();
            let [keep, forward, back] = [NonWorkingDay::Keep, NonWorkingDay::MoveForward, NonWorkingDay::MoveBack].map(due).map(show_day);
            Ok(format!("kept {keep}; forward {forward}; back {back}"))
        } else if let Some(rest) = starts("due ") {
            let (due, done) = two(rest, ", done ");
            let due = if due.contains(':') { Deadline::At(moment(&due)) } else { Deadline::EndOf(date(&due)) };
            self.clock().timeliness(due, moment(&done)).map(show_timeliness)
        } else if let Some(rest) = starts("received ") {
            self.received(rest)
        } else {
            self.added(question)
        }
    }

    fn clock(&self) -> WorkClock<'_> {
        WorkClock { calendar: self.calendar, hours: &self.hours }
    }

    fn days(&self, from: NaiveDate, to: NaiveDate, wanted: impl Fn(NaiveDate, bool) -> bool) -> Answer {
        let mut days = Vec::new();
        for date in from.iter_days().take_while(|date| *date <= to) {
            if wanted(date, self.calendar.is_working_day(date)?) {
                days.push(date.format("%a %d/%m").to_string());
            }
        }
        Ok(if days.is_empty() { "none".to_owned() } else { days.join(", ") })
    }

    /// `2026-02-13 + 3 days`, `2026-02-13 14:00 - 8 hours`.
    fn added(&self, question: &str) -> Answer {
        let (start, sign, amount) = match (question.split_once(" + "), question.split_once(" - ")) {
            (Some((start, amount)), _) => (start, 1, amount),
            (_, Some((start, amount))) => (start, -1, amount),
            _ => panic!("{question:?} is no question"),
        };
        match limit(amount) {
            Limit::WorkingDays(days) => self.calendar.add_working_days(date(start), sign * i32::from(days)).map(show_day),
            Limit::WorkingHours(hours) => self.clock().add(moment(start), WorkingTime::hours(sign * i32::from(hours))).map(show_moment),
        }
    }

    /// `received M, limit 5 days`, with `, paused M to M; M to open`, or `, supplements …` and `, finished M` or `, now M`.
    fn received(&self, text: &str) -> Answer {
        let mut parts = text.split(", ");
        let received = moment(parts.next().unwrap());
        let (mut given, mut standing_still, mut supplements) = (None, None, Pauses::default());
        let (mut finished, mut now) = (None, None);
        for part in parts {
            match part.split_once(' ').unwrap() {
                ("limit", text) => given = Some(limit(text)),
                ("paused", text) => standing_still = Some(pauses(text)),
                ("supplements", text) => supplements = pauses(text),
                ("finished", text) => finished = Some(moment(text)),
                ("now", text) => now = Some(moment(text)),
                other => panic!("{other:?} is no part of a question"),
            }
        }
        let limit = given.unwrap();
        if let Some(now) = now.or(finished) {
            let dossier = Dossier { received, limit, supplements: &supplements, finished };
            let verdicts = self.clock().verdicts(dossier, self.rules, now)?;
            let shown = verdicts
                .map(|verdict| format!("{}: due {}, {}", verdict.rule.code(), show_due(verdict.due), show_standing(verdict.standing)));
            return Ok(shown.join(" | "));
        }
        match standing_still {
            Some(pauses) => self.clock().due_with_pauses(received, limit, self.rules, &pauses).map(show_due),
            None => self.clock().due(received, limit, self.rules).map(show_deadline),
        }
    }
}
