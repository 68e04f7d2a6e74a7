//! How long questions to the calendar take, on the shipped holidays.
#![expect(clippy::unwrap_used, reason = "a bench stops where something goes wrong")]

use std::hint::black_box;

use chrono::{Days, NaiveDate};
use criterion::{Criterion, criterion_group, criterion_main};
use work_calendar::{Calendar, DeadlineRules, Dossier, Limit, Pause, Pauses, WorkClock, WorkingHours, WorkingTime};

const HOLIDAYS: &str = include_str!("../../../catalogue/calendar/holidays.csv");

fn days(criterion: &mut Criterion) {
    let calendar = Calendar::read(HOLIDAYS).unwrap();
    let first = NaiveDate::from_ymd_opt(2018, 1, 1).unwrap();
    let dates: Vec<NaiveDate> = (0..3500).map(|days| first + Days::new(days)).collect();
    criterion.bench_function("read the calendar", |bench| bench.iter(|| Calendar::read(black_box(HOLIDAYS)).unwrap()));
    let mut many = criterion.benchmark_group("10 million");
    many.sample_size(10);
    many.bench_function("add 15 working days", |bench| {
        bench.iter(|| {
            let mut last = first;
            for date in dates.iter().cycle().take(10_000_000) {
                last = last.max(calendar.add_working_days(black_box(*date), 15).unwrap());
            }
            last
        });
    });
    many.bench_function("working days between", |bench| {
        bench.iter(|| {
            let mut sum = 0;
            for date in dates.iter().cycle().take(10_000_000) {
                sum += calendar.working_days_between(first, black_box(*date)).unwrap() & 1;
            }
            sum
        });
    });
    many.finish();
}

fn clock(criterion: &mut Criterion) {
    let calendar = Calendar::read(HOLIDAYS).unwrap();
    let hours: WorkingHours = "08:00-12:00 13:30-17:30".parse().unwrap();
    let clock = WorkClock { calendar: &calendar, hours: &hours };
    let at = |day: u32, hour: u32| NaiveDate::from_ymd_opt(2026, 2, day).unwrap().and_hms_opt(hour, 10, 0).unwrap();
    criterion.bench_function("add 20 working hours", |bench| {
        bench.iter(|| clock.add(black_box(at(13, 14)), WorkingTime::hours(20)).unwrap());
    });
    let supplements = Pauses::new(vec![Pause { from: at(6, 9), to: Some(at(10, 11)) }]).unwrap();
    let dossier = Dossier { received: at(3, 15), limit: Limit::WorkingDays(7), supplements: &supplements, finished: Some(at(26, 9)) };
    criterion.bench_function("a dossier under both rules", |bench| {
        bench.iter(|| clock.verdicts(black_box(dossier), DeadlineRules::nd61_2018(), at(27, 9)).unwrap());
    });
}

criterion_group!(benches, days, clock);
criterion_main!(benches);
