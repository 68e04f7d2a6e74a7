//! The national survey of satisfaction as large as in 2024: 36,525 answers, 39 items, 63 provinces, 1,170 villages.
#![expect(clippy::unwrap_used, reason = "a bench that cannot prepare its input has nothing to measure")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use survey_stats::{
    Clusters, Column, Design, Labels, LoneUnit, Measure, Options, ProportionInterval, Replicates, Stage, Weights, mean, proportion,
};

const ROWS: usize = 36_525;
const ITEMS: usize = 39;
const VILLAGES: usize = 1_170;
const PROVINCES: usize = 63;

/// Figures that look like chance and are always the same.
fn figure(seed: usize) -> f64 {
    let mut x = (seed as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x ^= x >> 31;
    x = x.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x ^= x >> 29;
    (x % 1_000_003) as f64 / 1_000_003.0
}

struct Survey {
    weights: Column,
    stage: Stage,
    provinces: Labels,
    satisfied: Vec<Column>,
    points: Vec<Column>,
}

fn survey() -> Survey {
    let village = |row: usize| row * VILLAGES / ROWS;
    let province = |row: usize| village(row) * PROVINCES / VILLAGES;
    let provinces = Labels::new("province", (0..ROWS).map(|row| format!("p{}", province(row))));
    let mut stage = Stage::new(Clusters::Labelled(Labels::new("village", (0..ROWS).map(|row| format!("v{}", village(row))))));
    stage.strata = Some(provinces.clone());
    let answer =
        |item: usize, row: usize| (1.0 + 5.0 * (0.7 * figure(row * ITEMS + item + 7) + 0.3 * figure(village(row) + 31))).floor().min(5.0);
    let points: Vec<Column> =
        (0..ITEMS).map(|item| Column::new(format!("i{item}"), (0..ROWS).map(|row| answer(item, row)).collect())).collect();
    let satisfied =
        points.iter().map(|item| Column::new(item.name(), item.values().iter().map(|&x| f64::from(u8::from(x >= 4.0))).collect()));
    let satisfied = satisfied.collect();
    Survey {
        weights: Column::new("w", (0..ROWS).map(|row| 500.0 + 3000.0 * figure(row + 3)).collect()),
        stage,
        provinces,
        satisfied,
        points,
    }
}

fn benches(criterion: &mut Criterion) {
    let survey = survey();
    let design =
        || Design::new(ROWS, Weights::Given(survey.weights.clone()), std::slice::from_ref(&survey.stage), LoneUnit::Refuse).unwrap();
    let options = Options::default();
    let mut group = criterion.benchmark_group("SIPAS national");
    group.sample_size(20);
    group.bench_function("design", |bench| bench.iter(|| black_box(design())));
    group.bench_function("design and means of 39 items by 63 provinces", |bench| {
        bench.iter(|| {
            let design = design();
            for domain in &design.groups(&survey.provinces).unwrap() {
                for item in &survey.points {
                    black_box(mean(&design, domain, item, &options).unwrap());
                }
            }
        });
    });
    group.bench_function("design and proportions with logit intervals of 39 items by 63 provinces", |bench| {
        bench.iter(|| {
            let design = design();
            for domain in &design.groups(&survey.provinces).unwrap() {
                for item in &survey.satisfied {
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
                for item in &survey.points {
                    black_box(replicates.estimate(&made, domain, Measure::Mean(item), &options).unwrap());
                }
            }
        });
    });
    group.finish();
}

criterion_group!(sipas, benches);
criterion_main!(sipas);
