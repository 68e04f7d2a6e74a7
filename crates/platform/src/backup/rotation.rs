//! Which scheduled archives are kept. Pure: names and times come in, names to delete go out.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};

use super::schedule::local;

/// How many archives are kept: the last of each of so many days, weeks and months that have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Days.
    pub daily: usize,
    /// Weeks, Monday to Sunday.
    pub weekly: usize,
    /// Months.
    pub monthly: usize,
}

impl Default for Keep {
    fn default() -> Self {
        Self { daily: 7, weekly: 5, monthly: 12 }
    }
}

/// The period that a day belongs to.
type Period = fn(NaiveDate) -> (i32, u32);

/// The archives that are to be deleted, oldest first.
///
/// Days, weeks and months are Viet Nam's. Only those that have an archive are counted, so a gap takes nothing away from what was before it.
/// The newest archive up to `now` is always kept, and so is every archive from after `now`: the clock was set back,
/// and nobody knows yet what that one stands for.
#[must_use]
pub fn rotation(archives: &[(String, DateTime<Utc>)], keep: Keep, now: DateTime<Utc>) -> Vec<String> {
    let mut past: Vec<&(String, DateTime<Utc>)> = archives.iter().filter(|(_, time)| *time <= now).collect();
    past.sort_unstable_by(|one, other| (other.1, &other.0).cmp(&(one.1, &one.0)));
    let mut kept: BTreeSet<&str> = past.first().map(|(name, _)| name.as_str()).into_iter().collect();
    let rules: [(usize, Period); 3] = [
        (keep.daily, |day| (day.year(), day.ordinal())),
        (keep.weekly, |day| (day.iso_week().year(), day.iso_week().week())),
        (keep.monthly, |day| (day.year(), day.month())),
    ];
    for (count, period) in rules {
        let mut seen = BTreeSet::new();
        for (name, time) in &past {
            if seen.len() == count {
                break;
            }
            // The newest of a period comes first.
            if seen.insert(period(local(*time).date())) {
                kept.insert(name);
            }
        }
    }
    past.iter().rev().map(|(name, _)| name).filter(|name| !kept.contains(name.as_str())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::{Keep, rotation};
    use crate::backup::{archive_name, time_of};
    use chrono::{DateTime, TimeDelta, Utc};

    /// A moment as a clock in Viet Nam shows it.
    fn at(text: &str) -> DateTime<Utc> {
        format!("{text}:00+07:00").parse().unwrap()
    }

    fn archives(moments: impl IntoIterator<Item = DateTime<Utc>>) -> Vec<(String, DateTime<Utc>)> {
        moments.into_iter().map(|moment| (archive_name(moment, false), moment)).collect()
    }

    /// One archive a day at two o'clock, from `first`, for so many days.
    fn nightly(first: &str, days: i64) -> Vec<(String, DateTime<Utc>)> {
        archives((0..days).map(|day| at(first) + TimeDelta::days(day)))
    }

    /// What stays, as days; the shared part of the names is left out.
    fn stays(archives: &[(String, DateTime<Utc>)], keep: Keep, now: &str) -> Vec<String> {
        let gone = rotation(archives, keep, at(now));
        let mut names: Vec<&String> = archives.iter().map(|(name, _)| name).filter(|name| !gone.contains(name)).collect();
        names.sort_unstable();
        names.into_iter().map(|name| name["cchc-".len().."cchc-2026-11-23".len()].to_owned()).collect()
    }

    const NONE: Keep = Keep { daily: 0, weekly: 0, monthly: 0 };

    #[test]
    fn the_last_days_weeks_and_months_are_kept() {
        let all = nightly("2026-08-01T02:00", 115);
        assert_eq!(all.last().unwrap().0, "cchc-2026-11-23-020000.zip");
        let keep = Keep { daily: 3, weekly: 3, monthly: 4 };
        assert_eq!(
            stays(&all, keep, "2026-11-23T02:00"),
            // The ends of the months August to October; the Sundays of two weeks before this one; three days.
            ["2026-08-31", "2026-09-30", "2026-10-31", "2026-11-15", "2026-11-21", "2026-11-22", "2026-11-23"]
        );
    }

    #[test]
    fn rotation_every_night_ends_with_the_same_as_rotation_once() {
        let keep = Keep { daily: 7, weekly: 5, monthly: 12 };
        let mut there = Vec::new();
        for (name, moment) in nightly("2025-01-01T02:00", 800) {
            there.push((name, moment));
            let gone = rotation(&there, keep, moment);
            there.retain(|(name, _)| !gone.contains(name));
            assert!(there.len() <= 24, "{}", there.len());
            assert!(there.iter().any(|(_, time)| *time == moment), "the newest stays");
        }
        let now = there.last().unwrap().1;
        let all = nightly("2025-01-01T02:00", 800);
        let gone = rotation(&all, keep, now);
        let at_once: Vec<_> = all.into_iter().filter(|(name, _)| !gone.contains(name)).collect();
        assert_eq!(there, at_once);
    }

    #[test]
    fn days_end_at_midnight_in_viet_nam() {
        let all = archives([at("2026-11-22T23:59"), at("2026-11-23T00:01"), at("2026-11-23T06:59"), at("2026-11-23T07:01")]);
        let keep = Keep { daily: 2, ..NONE };
        assert_eq!(rotation(&all, keep, at("2026-11-23T08:00")), [all[1].0.clone(), all[2].0.clone()]);
    }

    #[test]
    fn a_gap_takes_nothing_away() {
        let all = archives(["2026-01-05T02:00", "2026-01-06T02:00", "2026-11-22T02:00", "2026-11-23T02:00"].map(at));
        assert_eq!(rotation(&all, Keep { daily: 4, ..NONE }, at("2026-11-23T02:00")), [""; 0]);
        assert_eq!(stays(&all, Keep { monthly: 2, ..NONE }, "2026-11-23T02:00"), ["2026-01-06", "2026-11-23"]);
    }

    #[test]
    fn weeks_belong_to_one_year_even_over_its_end() {
        // 31 December 2026 is a Thursday: the week ends on Sunday, 3 January 2027.
        let all = nightly("2026-12-26T02:00", 10);
        assert_eq!(stays(&all, Keep { weekly: 3, ..NONE }, "2027-01-04T02:00"), ["2026-12-27", "2027-01-03", "2027-01-04"]);
    }

    #[test]
    fn months_end_on_their_last_archive_also_in_a_leap_year() {
        let all = nightly("2028-01-30T02:00", 33);
        assert_eq!(stays(&all, Keep { monthly: 3, ..NONE }, "2028-03-02T02:00"), ["2028-01-31", "2028-02-29", "2028-03-02"]);
    }

    #[test]
    fn the_newest_is_kept_whatever_the_plan_says() {
        let all = nightly("2026-11-01T02:00", 23);
        assert_eq!(stays(&all, NONE, "2026-11-23T02:00"), ["2026-11-23"]);
        assert_eq!(rotation(&[], NONE, at("2026-11-23T02:00")), [""; 0]);
    }

    #[test]
    fn archives_from_after_now_are_kept_and_push_nothing_out() {
        // The clock ran five years ahead for a while; then it was set right.
        let mut all = nightly("2026-11-17T02:00", 7);
        all.extend(archives(["2031-05-01T02:00", "2031-05-02T02:00"].map(at)));
        let keep = Keep { daily: 2, ..NONE };
        assert_eq!(stays(&all, keep, "2026-11-23T02:00"), ["2026-11-22", "2026-11-23", "2031-05-01", "2031-05-02"]);
    }

    #[test]
    fn what_was_just_made_stays_when_the_clock_was_set_back() {
        let all = nightly("2026-11-01T02:00", 23);
        let made = archives([at("2026-11-05T09:00")]).remove(0);
        let with_it: Vec<_> = all.into_iter().chain([made.clone()]).collect();
        let gone = rotation(&with_it, Keep { daily: 1, ..NONE }, made.1);
        assert!(!gone.contains(&made.0));
        assert_eq!(gone.len(), 5, "those of 1 to 5 November, two o'clock");
        assert!(gone.iter().all(|name| time_of(name).is_some_and(|time| time < made.1)));
    }

    #[test]
    fn the_order_they_come_in_means_nothing() {
        let mut all = nightly("2026-08-01T02:00", 115);
        let gone = rotation(&all, Keep::default(), at("2026-11-23T02:00"));
        all.reverse();
        assert_eq!(rotation(&all, Keep::default(), at("2026-11-23T02:00")), gone);
        assert!(gone.is_sorted(), "oldest first");
    }
}
