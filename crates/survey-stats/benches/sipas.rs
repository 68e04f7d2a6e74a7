//! The national survey of satisfaction as large as in 2024: 36,525 answers, 39 items, 63 provinces, 1,170 villages.
#![expect(clippy::unwrap_used, reason = "a bench that cannot prepare its input has nothing to measure")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use survey_stats::{Column, Design, LoneUnit, Measure, Options, ProportionInterval, Replicates, Weights, mean, proportion};

mod made_up;

use made_up::{ITEMS, ROWS, Survey};

fn benches(criterion: &mut Criterion) {
    let survey = Survey::of(ROWS, ITEMS);
    let satisfied =
        survey.items.iter().map(|item| Column::new(item.name(), item.values().iter().map(|&x| f64::from(u8::from(x >= 4.0))).collect()));
    let satisfied: Vec<Column> = satisfied.collect();
    let stages = [survey.stage()];
    let design = || Design::new(ROWS, Weights::Given(survey.weights.clone()), &stages, LoneUnit::Refuse).unwrap();
    let options = Options::default();
    let mut group = criterion.benchmark_group("SIPAS national");
    group.sample_size(20);
    group.bench_function("design", |bench| bench.iter(|| black_box(design())));
    group.bench_function("design and means of 39 items by 63 provinces", |bench| {
        bench.iter(|| {
            let design = design();
            for domain in &design.groups(&survey.provinces).unwrap() {
                for item in &survey.items {
                    black_box(mean(&design, domain, item, &options).unwrap());
                }
            }
        });
    });
    group.bench_function("design and proportions with logit intervals of 39 items by 63 provinces", |bench| {
        bench.iter(|| {
            let design = design();
            for domain in &design.groups(&survey.provinces).unwrap() {
                for item in &satisfied {
                    black_box(proportion(&design, domain, item, ProportionInterval::Logit, &options).unwrap());
                }
            }
        });
    });
    let made = design();
    group.bench_function("1,000 bootstrap replicates, means of 39 items by 63 provinces", |bench| {
        bench.iter(|| {
            let replicates = Replicates::rao_wu(&made, 1000, 2024).unwrap();
            for domain in &made.groups(&survey.provinces).unwrap() {
                for item in &survey.items {
                    black_box(replicates.estimate(&made, domain, Measure::Mean(item), &options).unwrap());
                }
            }
        });
    });
    group.finish();
}

criterion_group!(sipas, benches);
criterion_main!(sipas);
