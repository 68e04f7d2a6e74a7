//! When a backup is due, and what it is called. Pure arithmetic on times; the clock comes in from outside.

use chrono::{DateTime, Days, NaiveDateTime, NaiveTime, SubsecRound as _, TimeDelta, Utc};

/// Viet Nam is seven hours ahead of UTC all year.
const HOURS_AHEAD: i64 = 7;
/// How the time of an archive stands in its name, in Viet Nam's time.
const NAME_TIME: &str = "%Y-%m-%d-%H%M%S";

/// The time on a clock in Viet Nam.
pub(super) fn local(moment: DateTime<Utc>) -> NaiveDateTime {
    moment.naive_utc() + TimeDelta::hours(HOURS_AHEAD)
}

fn moment(local: NaiveDateTime) -> DateTime<Utc> {
    (local - TimeDelta::hours(HOURS_AHEAD)).and_utc()
}

/// The last of the daily times `at` (in Viet Nam's time) that is not after `now`; nothing where there are no times.
fn latest(at: &[NaiveTime], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let here = local(now);
    let today = at.iter().filter(|time| here.date().and_time(**time) <= here).max().map(|time| here.date().and_time(*time));
    let yesterday = || Some(here.date().checked_sub_days(Days::new(1))?.and_time(*at.iter().max()?));
    today.or_else(yesterday).map(moment)
}

/// True where one of the daily times `at` passed at least `patience` ago and no backup was made since.
pub(super) fn overdue(at: &[NaiveTime], now: DateTime<Utc>, patience: TimeDelta, last: Option<DateTime<Utc>>) -> bool {
    match (latest(at, now - patience), last) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(slot), Some(last)) => last < slot,
    }
}

/// The next of the daily times `at` (in Viet Nam's time) after `now`; nothing where there are no times.
#[must_use]
pub fn next(at: &[NaiveTime], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let here = local(now);
    let today = at.iter().filter(|time| here.date().and_time(**time) > here).min().map(|time| here.date().and_time(*time));
    let tomorrow = || Some(here.date().checked_add_days(Days::new(1))?.and_time(*at.iter().min()?));
    today.or_else(tomorrow).map(moment)
}

/// True where a backup has to be made now: one of the daily times `at` (in Viet Nam's time) has passed since `last`, the moment of the newest backup.
///
/// A time that was missed, because the machine was off, is made up for once. Without any backup one is due at once.
/// A `last` after `now` says that the clock was set back, and nothing about the time since; a backup is due then.
#[must_use]
pub fn due(at: &[NaiveTime], now: DateTime<Utc>, last: Option<DateTime<Utc>>) -> bool {
    match (latest(at, now), last) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(slot), Some(last)) => last < slot || last > now,
    }
}

/// Name of a scheduled archive: `cchc-2026-11-23-020000.zip`, with `.age` where it is encrypted; the time is Viet Nam's.
#[must_use]
pub fn archive_name(made_at: DateTime<Utc>, sealed: bool) -> String {
    let ending = if sealed { ".zip.age" } else { ".zip" };
    format!("cchc-{}{ending}", local(made_at).format(NAME_TIME))
}

/// The time in the name of a scheduled archive; nothing where the name is another's.
#[must_use]
pub fn time_of(name: &str) -> Option<DateTime<Utc>> {
    let made_at = moment(NaiveDateTime::parse_from_str(text_of_time(name)?, NAME_TIME).ok()?);
    // Only the one way to write a time is ours; anything else may be someone's own file.
    let ours = [true, false].iter().any(|sealed| archive_name(made_at.trunc_subsecs(0), *sealed) == name);
    ours.then_some(made_at)
}

fn text_of_time(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("cchc-")?;
    rest.strip_suffix(".zip").or_else(|| rest.strip_suffix(".zip.age"))
}

#[cfg(test)]
mod tests {
    use super::{archive_name, due, next, overdue, time_of};
    use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

    /// A moment as a clock in Viet Nam shows it.
    fn at(text: &str) -> DateTime<Utc> {
        format!("{text}:00+07:00").parse().unwrap()
    }

    fn times(texts: &[&str]) -> Vec<NaiveTime> {
        texts.iter().map(|text| NaiveTime::parse_from_str(text, "%H:%M").unwrap()).collect()
    }

    #[test]
    fn a_backup_is_due_once_after_each_time_of_the_day() {
        let plan = times(&["02:00", "13:30"]);
        for (now, last, expected) in [
            ("2026-11-23T01:59", Some("2026-11-22T13:30"), false),
            ("2026-11-23T02:00", Some("2026-11-22T13:30"), true),
            ("2026-11-23T02:01", Some("2026-11-23T02:00"), false),
            ("2026-11-23T13:29", Some("2026-11-23T02:00"), false),
            ("2026-11-23T13:30", Some("2026-11-23T02:00"), true),
            ("2026-11-23T23:59", Some("2026-11-23T13:31"), false),
            ("2026-11-24T00:30", Some("2026-11-23T13:31"), false),
            ("2026-11-23T10:00", None, true),
        ] {
            assert_eq!(due(&plan, at(now), last.map(at)), expected, "{now} after {last:?}");
        }
        assert!(!due(&[], at("2026-11-23T10:00"), None), "no times, no schedule");
    }

    #[test]
    fn a_missed_time_is_made_up_for_once() {
        let plan = times(&["02:00"]);
        assert!(due(&plan, at("2026-11-30T08:00"), Some(at("2026-11-20T02:00"))), "the machine was off for days");
        assert!(!due(&plan, at("2026-11-30T08:05"), Some(at("2026-11-30T08:00"))));
        assert!(due(&plan, at("2026-12-01T02:00"), Some(at("2026-11-30T08:00"))));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_stop_backups() {
        let plan = times(&["02:00"]);
        assert!(due(&plan, at("2026-11-23T10:00"), Some(at("2031-01-01T02:00"))));
        assert!(due(&plan, at("2026-11-23T10:00"), Some(at("2026-11-23T10:30"))));
    }

    #[test]
    fn a_backup_is_overdue_an_hour_after_its_time() {
        let plan = times(&["02:00", "13:30"]);
        for (now, last, expected) in [
            ("2026-11-23T02:59", Some("2026-11-22T13:30"), false),
            ("2026-11-23T03:00", Some("2026-11-22T13:30"), true),
            ("2026-11-23T03:00", Some("2026-11-23T02:00"), false),
            ("2026-11-23T03:00", Some("2026-11-23T02:55"), false),
            ("2026-11-24T02:30", Some("2026-11-23T02:00"), true),
            ("2026-11-23T10:00", None, true),
        ] {
            assert_eq!(overdue(&plan, at(now), TimeDelta::hours(1), last.map(at)), expected, "{now} after {last:?}");
        }
        assert!(!overdue(&[], at("2026-11-23T10:00"), TimeDelta::hours(1), None), "no times, no schedule");
    }

    #[test]
    fn the_next_time_is_told_over_midnight_and_the_end_of_a_year() {
        let plan = times(&["13:30", "02:00"]);
        for (now, expected) in [
            ("2026-11-23T01:59", "2026-11-23T02:00"),
            ("2026-11-23T02:00", "2026-11-23T13:30"),
            ("2026-11-23T13:30", "2026-11-24T02:00"),
            ("2026-12-31T23:59", "2027-01-01T02:00"),
            ("2028-02-28T14:00", "2028-02-29T02:00"),
        ] {
            assert_eq!(next(&plan, at(now)), Some(at(expected)), "{now}");
        }
        assert_eq!(next(&[], at("2026-11-23T01:59")), None);
    }

    #[test]
    fn a_name_says_the_time_and_only_our_names_do() {
        let made_at = at("2026-11-23T02:00");
        for sealed in [true, false] {
            assert_eq!(time_of(&archive_name(made_at, sealed)), Some(made_at));
        }
        assert_eq!(archive_name(made_at, false), "cchc-2026-11-23-020000.zip");
        assert_eq!(archive_name(made_at, true), "cchc-2026-11-23-020000.zip.age");
        for foreign in [
            "",
            "cchc.zip",
            "cchc-2026-11-23.zip",
            "cchc-2026-11-23-020000.zip.partial",
            "cchc-2026-11-23-020000 (1).zip",
            "cchc-2026-11-31-020000.zip",
            "cchc-2026-11-23-2000.zip",
            "cchc-+2026-11-23-020000.zip",
            "truoc-nang-cap.zip",
        ] {
            assert_eq!(time_of(foreign), None, "{foreign}");
        }
    }
}
