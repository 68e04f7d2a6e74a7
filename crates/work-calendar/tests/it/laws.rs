//! Laws that hold for every day and every moment of the shipped calendar, checked against counting day by day.

use chrono::{Datelike as _, Days, NaiveDate, NaiveDateTime, TimeDelta};
use work_calendar::{
    Calendar, Deadline, DeadlineRules, Dossier, Due, Limit, Pause, Pauses, WorkClock, WorkingHours, WorkingTime, YearNotCovered,
};

use crate::HOLIDAYS;

fn calendar() -> Calendar {
    Calendar::read(HOLIDAYS).unwrap()
}

fn hours() -> WorkingHours {
    "07:00-11:30, 13:30-17:00".parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Days well inside the covered years.
fn days() -> impl Iterator<Item = NaiveDate> {
    day("2018-04-01").iter_days().take_while(|date| *date < day("2027-10-01"))
}

/// The same "random" numbers on each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn moment(&mut self) -> NaiveDateTime {
        let date = day("2018-03-01") + Days::new(self.below(3_400));
        date.and_hms_opt(0, 0, 0).unwrap() + TimeDelta::seconds(i64::try_from(self.below(86_400)).unwrap())
    }
}

#[test]
fn the_table_agrees_with_counting_day_by_day() {
    let calendar = calendar();
    for start in days().step_by(3) {
        let (mut reached, mut left) = (start, 15);
        while left > 0 {
            reached = reached.succ_opt().unwrap();
            left -= i32::from(calendar.is_working_day(reached).unwrap());
        }
        assert_eq!(calendar.add_working_days(start, 15), Ok(reached), "{start}");
        assert_eq!(calendar.working_days_between(start, reached), Ok(15), "{start}");
        let first = u32::from(calendar.is_working_day(start).unwrap());
        assert_eq!(calendar.working_days_in(start, reached), Ok(15 + first), "{start}");
    }
}

#[test]
fn adding_days_is_monotone_and_can_be_undone() {
    let calendar = calendar();
    for date in days() {
        for count in [-40, -7, -1, 0, 1, 2, 30] {
            let reached = calendar.add_working_days(date, count).unwrap();
            assert!(calendar.is_working_day(reached).unwrap());
            assert!(calendar.add_working_days(date.succ_opt().unwrap(), count).unwrap() >= reached, "{date} {count}");
            assert!(calendar.add_working_days(date, count + 1).unwrap() >= reached, "{date} {count}");
            if calendar.is_working_day(date).unwrap() {
                assert_eq!(calendar.add_working_days(reached, -count), Ok(date), "{date} {count}");
                assert_eq!(calendar.working_days_between(date, reached), Ok(count), "{date} {count}");
            }
        }
    }
}

#[test]
fn working_days_and_time_between_are_additive() {
    let (calendar, hours) = (calendar(), hours());
    let clock = WorkClock { calendar: &calendar, hours: &hours };
    let mut chance = Chance(1);
    for _ in 0..20_000 {
        let [a, b, c] = [chance.moment(), chance.moment(), chance.moment()];
        let days = |from: NaiveDateTime, to: NaiveDateTime| calendar.working_days_between(from.date(), to.date()).unwrap();
        assert_eq!(days(a, b) + days(b, c), days(a, c));
        assert_eq!(days(a, b), -days(b, a));
        let time = |from, to| clock.between(from, to).unwrap().seconds;
        assert_eq!(time(a, b) + time(b, c), time(a, c));
    }
}

#[test]
fn working_time_added_is_working_time_between() {
    let (calendar, hours) = (calendar(), hours());
    let clock = WorkClock { calendar: &calendar, hours: &hours };
    let mut chance = Chance(2);
    for _ in 0..20_000 {
        let moment = chance.moment();
        let time = WorkingTime { seconds: i64::try_from(chance.below(400_000)).unwrap() - 200_000 };
        let reached = clock.add(moment, time).unwrap();
        assert_eq!(clock.between(moment, reached), Ok(time), "{moment} {time}");
        let back = clock.add(reached, WorkingTime { seconds: -time.seconds }).unwrap();
        assert_eq!(clock.between(moment, back), Ok(WorkingTime::ZERO), "{moment} {time}");
        let later = clock.add(moment + TimeDelta::hours(5), time).unwrap();
        assert!(later >= reached, "{moment} {time}");
        assert_eq!(clock.add(reached, WorkingTime::ZERO), Ok(reached), "{moment} {time}");
    }
}

#[test]
fn a_pause_moves_a_deadline_by_its_working_time() {
    let (calendar, hours) = (calendar(), hours());
    let clock = WorkClock { calendar: &calendar, hours: &hours };
    let rules = DeadlineRules::default();
    let mut chance = Chance(3);
    for _ in 0..5_000 {
        let received = chance.moment();
        let span = |chance: &mut Chance| {
            let from = received + TimeDelta::minutes(i64::try_from(chance.below(9_000)).unwrap());
            Pause { from, to: Some(from + TimeDelta::minutes(i64::try_from(chance.below(9_000)).unwrap())) }
        };
        let given = vec![span(&mut chance), span(&mut chance), span(&mut chance)];
        let pauses = Pauses::new(given.clone()).unwrap();
        assert_eq!(pauses, Pauses::new(given.into_iter().rev().collect()).unwrap());
        let Due::On(Deadline::At(due)) = clock.due_with_pauses(received, Limit::WorkingHours(40), rules, &pauses).unwrap() else {
            panic!("pauses that ended leave a deadline");
        };
        let used = clock.between(received, due).unwrap().seconds;
        let inside = |pause: &Pause| clock.between(pause.from.min(due), pause.to.unwrap().min(due)).unwrap().seconds;
        let paused: i64 = pauses.merged().iter().map(inside).sum();
        assert_eq!(used - paused, 40 * 3600, "{received} {pauses:?}");
    }
}

#[test]
fn who_comes_later_or_has_more_time_is_due_no_earlier() {
    let (calendar, hours) = (calendar(), hours());
    let clock = WorkClock { calendar: &calendar, hours: &hours };
    let rules = DeadlineRules::nd61_2018();
    let mut chance = Chance(4);
    for _ in 0..10_000 {
        let received = chance.moment();
        let later = received + TimeDelta::minutes(i64::try_from(chance.below(2_000)).unwrap());
        let count = u16::try_from(chance.below(60)).unwrap();
        for limit in [Limit::WorkingDays, Limit::WorkingHours] {
            let due = |received, count| match clock.due(received, limit(count), rules).unwrap() {
                Deadline::EndOf(date) => date.and_hms_opt(23, 59, 59).unwrap(),
                Deadline::At(moment) => moment,
            };
            assert!(due(received, count) >= received.min(due(received, 0)), "{received} {count}");
            assert!(due(later, count) >= due(received, count), "{received} {later} {count}");
            assert!(due(received, count + 1) >= due(received, count), "{received} {count}");
        }
        let supplements = Pauses::default();
        let dossier = Dossier { received, limit: Limit::WorkingDays(count), supplements: &supplements, finished: Some(later) };
        let [restart, subtract] = clock.verdicts(dossier, rules, later).unwrap();
        assert_eq!((restart.due, restart.standing), (subtract.due, subtract.standing), "{received} {later}");
    }
}

#[test]
fn broken_files_are_answered_with_faults() {
    let mut chance = Chance(5);
    for _ in 0..500 {
        let mut text: Vec<char> = HOLIDAYS.chars().collect();
        for _ in 0..=chance.below(4) {
            let place = usize::try_from(chance.below(u64::try_from(text.len()).unwrap())).unwrap();
            let (from, sign) = (text.len().min(place + 1), usize::try_from(chance.below(7)).unwrap());
            match ['"', ',', '\n', '9', 'ế', '\r', ' '].get(sign) {
                Some(sign) if chance.below(2) == 0 => text[place] = *sign,
                Some(sign) => text.insert(from, *sign),
                None => {
                    text.remove(place);
                }
            }
        }
        match Calendar::read(&text.into_iter().collect::<String>()) {
            Ok(calendar) => assert!(calendar.years().contains(&2020)),
            Err(faults) => assert!(!faults.is_empty() && faults.iter().all(|fault| !fault.to_string().is_empty())),
        }
    }
}

#[test]
fn what_is_not_covered_is_said() {
    let (calendar, hours) = (calendar(), hours());
    let clock = WorkClock { calendar: &calendar, hours: &hours };
    let (first, last) = (day("2018-01-01"), day("2027-12-31"));
    assert_eq!(calendar.is_working_day(day("2017-12-31")), Err(YearNotCovered { year: 2017 }));
    assert_eq!(calendar.is_working_day(NaiveDate::MAX), Err(YearNotCovered { year: NaiveDate::MAX.year() }));
    assert_eq!(calendar.is_working_day(NaiveDate::MIN), Err(YearNotCovered { year: NaiveDate::MIN.year() }));
    assert_eq!(calendar.next_working_day(last), Err(YearNotCovered { year: 2028 }));
    assert_eq!(calendar.previous_working_day(first), Err(YearNotCovered { year: 2017 }));
    assert_eq!(calendar.working_day_on_or_before(first), Err(YearNotCovered { year: 2017 }));
    for (count, year) in [(i32::MAX, 2028), (i32::MIN, 2017)] {
        assert_eq!(calendar.add_working_days(day("2024-06-03"), count), Err(YearNotCovered { year }));
    }
    assert_eq!(calendar.working_days_between(first, day("2028-01-01")), Err(YearNotCovered { year: 2028 }));
    let noon = day("2024-06-03").and_hms_opt(12, 0, 0).unwrap();
    for (seconds, year) in [(i64::MAX, 2028), (i64::MIN, 2017)] {
        assert_eq!(clock.add(noon, WorkingTime { seconds }), Err(YearNotCovered { year }));
    }
    assert_eq!(clock.due(noon, Limit::WorkingDays(u16::MAX), DeadlineRules::nd61_2018()), Err(YearNotCovered { year: 2028 }));
}

#[test]
fn hours_are_read_or_refused_with_the_part_in_question() {
    let read = |text: &str| text.parse::<WorkingHours>().map(|hours| hours.a_day().to_string()).map_err(|fault| fault.to_string());
    assert_eq!(read("08:00-12:00 13:30-17:30"), Ok("8:00".to_owned()));
    assert_eq!(read("07:00-11:30, 13:30-17:00"), Ok("8:00".to_owned()));
    assert_eq!(read(" "), Err("there are no working hours".to_owned()));
    assert_eq!(read("8-12"), Err("\"8-12\" is not written 08:00-12:00".to_owned()));
    assert_eq!(read("12:00-08:00"), Err("\"12:00-08:00\" does not end after it begins".to_owned()));
    assert_eq!(read("08:00-12:00 11:30-17:00"), Err("\"11:30-17:00\" begins before the hours before it end".to_owned()));
}

#[test]
fn pauses_are_merged_and_backward_ones_refused() {
    let at = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    let pause = |from: &str, to: Option<&str>| Pause { from: at(from), to: to.map(at) };
    let touching = vec![pause("2024-06-05 10:00", Some("2024-06-06 10:00")), pause("2024-06-03 10:00", Some("2024-06-05 10:00"))];
    assert_eq!(Pauses::new(touching).unwrap().merged(), [pause("2024-06-03 10:00", Some("2024-06-06 10:00"))]);
    let open = vec![pause("2024-06-03 10:00", None), pause("2024-06-05 10:00", Some("2024-06-06 10:00"))];
    let open = Pauses::new(open).unwrap();
    assert_eq!((open.merged(), open.given()), (&[pause("2024-06-03 10:00", None)][..], 2));
    assert_eq!(open.open_since(), Some(at("2024-06-03 10:00")));
    let backwards = vec![pause("2024-06-05 10:00", Some("2024-06-04 10:00")), pause("2024-06-05 10:00", Some("2024-06-03 10:00"))];
    assert_eq!(Pauses::new(backwards).unwrap_err().len(), 2);
}
