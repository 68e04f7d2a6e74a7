//! Sample sizes, allocation and draws.

use survey_stats::{
    Allocation, Clusters, Column, Design, DrawMethod, Frame, Labels, Level, LoneUnit, Options, PlanFault, Population, Precision, Stage,
    Weights, allocate, mean, size_for_mean, size_for_proportion, yamane,
};

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * other.abs().max(1.0)
}

#[test]
fn yamane_as_the_guidance_of_2013_uses_it() {
    let size = yamane(10_000.0, 0.05).expect("a size");
    assert!(close(size.exact, 10_000.0 / 26.0));
    assert_eq!(size.approached, 385);
    // A whole figure stays: 400 / (1 + 400 · 0.0025) = 200.
    assert_eq!(yamane(400.0, 0.05).expect("a size").approached, 200);
    assert!(yamane(0.0, 0.05).is_err() && yamane(f64::NAN, 0.05).is_err() && yamane(100.0, 5.0).is_err());
}

#[test]
fn sizes_for_a_margin() {
    // Cochran: 1.96² · 0.25 / 0.05² = 384.146; among 1,000 people 384.146 / (1 + 383.146 / 1000).
    let plain = Precision::of(0.05);
    let n0 = 1.959_963_984_540_054_f64.powi(2) * 0.25 / 0.0025;
    assert!(close(size_for_proportion(0.5, &plain).expect("a size").exact, n0));
    let few = Precision { population: Some(1000.0), ..plain };
    let found = size_for_proportion(0.5, &few).expect("a size");
    assert!(close(found.exact, n0 / (1.0 + (n0 - 1.0) / 1000.0)));
    assert_eq!(found.approached, 278);
    // Villages of 31 answers with an intraclass correlation of 0.05 have a design effect of 2.5; four of five people answer.
    let clustered = Precision { design_effect: 2.5, response_rate: 0.8, ..plain };
    let found = size_for_proportion(0.5, &clustered).expect("a size");
    assert!(close(found.exact, 2.5 * n0));
    assert_eq!(found.approached, 1201);
    let level = Level::new(0.99).expect("a level");
    let found = size_for_mean(1.2, &Precision { margin: 0.1, level, population: Some(5000.0), ..plain }).expect("a size");
    let n0 = (2.575_829_303_548_901_f64 * 1.2 / 0.1).powi(2);
    assert!(close(found.exact, n0 / (1.0 + n0 / 5000.0)));
    // A population of one needs its one member.
    assert_eq!(size_for_proportion(0.5, &Precision { population: Some(1.0), ..plain }).expect("a size").approached, 1);
    for wrong in [
        Precision { margin: 0.0, ..plain },
        Precision { design_effect: -1.0, ..plain },
        Precision { population: Some(f64::NAN), ..plain },
        Precision { response_rate: 0.0, ..plain },
        Precision { response_rate: 1.2, ..plain },
    ] {
        assert!(matches!(size_for_mean(1.0, &wrong), Err(PlanFault::OutOfRange { .. })), "{wrong:?}");
    }
    assert!(size_for_proportion(1.0, &plain).is_err() && size_for_mean(0.0, &plain).is_err());
}

#[test]
fn allocations_keep_their_total() {
    let sizes = [1000, 600, 300, 100];
    let of = |rule, minimum| allocate(100, &sizes, rule, minimum).expect("an allocation");
    assert_eq!(of(Allocation::Proportional, 0), [50, 30, 15, 5]);
    assert_eq!(of(Allocation::Equal, 0), [25, 25, 25, 25]);
    // Claims 1000, 1200, 300, 500.
    assert_eq!(of(Allocation::Neyman(&[1.0, 2.0, 1.0, 5.0]), 0), [33, 40, 10, 17]);
    assert_eq!(of(Allocation::Power(0.0), 0), of(Allocation::Equal, 0));
    assert_eq!(of(Allocation::Power(1.0), 0), of(Allocation::Proportional, 0));
    // Roots 31.6, 24.5, 17.3, 10 of 83.4: 37.9, 29.4, 20.8, 12.0.
    assert_eq!(of(Allocation::Power(0.5), 0), [38, 29, 21, 12]);
    // The minimum of 20 leaves 60 for 1000 : 600.
    assert_eq!(of(Allocation::Proportional, 20), [38, 22, 20, 20]);
    // A small stratum is taken completely and the others share the rest.
    assert_eq!(allocate(100, &[1000, 10], Allocation::Equal, 2), Ok(vec![90, 10]));
    assert_eq!(allocate(30, &[20, 20], Allocation::Neyman(&[0.0, 3.0]), 0), Ok(vec![10, 20]));
    assert_eq!(allocate(2, &[5, 5, 5], Allocation::Equal, 0), Ok(vec![1, 1, 0]));
    assert_eq!(allocate(0, &[], Allocation::Equal, 0), Ok(vec![]));
}

#[test]
fn allocations_that_cannot_be() {
    assert_eq!(allocate(9, &[4, 4], Allocation::Equal, 0), Err(PlanFault::MoreThanPopulation { asked: 9, population: 8 }));
    assert_eq!(allocate(5, &[4, 4, 1], Allocation::Equal, 3), Err(PlanFault::MinimumAboveTotal { needed: 7, total: 5 }));
    assert!(matches!(allocate(2, &[4, 4], Allocation::Neyman(&[1.0]), 0), Err(PlanFault::Length { .. })));
    assert!(matches!(allocate(2, &[4, 4], Allocation::Neyman(&[1.0, f64::NAN]), 0), Err(PlanFault::OutOfRange { .. })));
    assert!(matches!(allocate(2, &[4, 4], Allocation::Power(1.5), 0), Err(PlanFault::OutOfRange { .. })));
}

fn frame(rows: usize) -> Frame {
    Frame::new((0..rows).map(|row| format!("village {row}")).collect()).expect("a frame")
}

/// How often each row is drawn in many draws, and what probability each draw states for it.
fn shares(frame: &Frame, method: DrawMethod, counts: &[usize], rows: usize) -> (Vec<f64>, Vec<f64>) {
    let draws = 20_000_u32;
    let (mut seen, mut stated) = (vec![0.0; rows], vec![0.0; rows]);
    for seed in 0..u64::from(draws) {
        let draw = frame.draw(method, counts, seed).expect("a draw");
        assert_eq!(draw.units.len(), counts.iter().sum::<usize>());
        for unit in &draw.units {
            seen[unit.row] += 1.0 / f64::from(draws);
            stated[unit.row] = unit.probability;
        }
    }
    (seen, stated)
}

#[test]
fn units_are_drawn_as_often_as_stated() {
    let strata = Labels::new("district", ["b", "a", "b", "a", "b", "a", "b", "b", "a", "b", "b", "b"]);
    let frame = frame(12).with_strata(strata).expect("strata");
    let sizes = vec![5.0, 1.0, 3.0, 2.0, 40.0, 3.0, 4.0, 8.0, 4.0, 6.0, 2.0, 7.0];
    let frame = frame.with_sizes(sizes).expect("sizes");
    assert_eq!(frame.strata(), ["b", "a"]);
    for method in [DrawMethod::SimpleRandom, DrawMethod::Systematic, DrawMethod::SystematicBySize, DrawMethod::Sampford, DrawMethod::Tille]
    {
        let (seen, stated) = shares(&frame, method, &[3, 2], 12);
        for (row, (seen, stated)) in seen.iter().zip(&stated).enumerate() {
            // Four standard errors of a share among 20,000.
            assert!((seen - stated).abs() <= 4.0 * 0.0036, "{method:?} row {row}: {seen} for {stated}");
        }
        assert!(close(stated.iter().sum(), 5.0), "{method:?}");
    }
    // The village of size 40 is larger than a third of the 75 of its district: certain; the other two are drawn from 35.
    let draw = frame.draw(DrawMethod::SystematicBySize, &[3, 2], 1).expect("a draw");
    assert!(draw.units[0].certain && draw.units[0].row == 4 && close(draw.units[0].probability, 1.0));
    assert!(draw.units.iter().filter(|unit| !unit.certain && unit.row == 7).all(|unit| close(unit.probability, 16.0 / 35.0)));
}

#[test]
fn systematic_draws_keep_their_step() {
    let frame = frame(100);
    let rows: Vec<usize> = frame.draw(DrawMethod::Systematic, &[10], 3).expect("a draw").units.iter().map(|unit| unit.row).collect();
    assert!(rows.windows(2).all(|pair| pair[1] - pair[0] == 10), "{rows:?}");
    // A complete draw takes every unit.
    for method in [DrawMethod::Systematic, DrawMethod::SimpleRandom] {
        let draw = frame.draw(method, &[100], 3).expect("a draw");
        assert!(draw.units.len() == 100 && draw.units.iter().all(|unit| close(unit.probability, 1.0)));
    }
}

#[test]
fn a_manifest_repeats_its_draw_and_knows_its_frame() {
    let frame = frame(50);
    let draw = frame.draw(DrawMethod::SimpleRandom, &[5], 2026).expect("a draw");
    assert_eq!(frame.repeat(&draw.manifest).expect("a draw"), draw);
    // The promise of the generator: this seed gives these rows in every release.
    assert_eq!(draw.units.iter().map(|unit| unit.row).collect::<Vec<_>>(), [9, 11, 44, 27, 14]);
    assert_ne!(frame.draw(DrawMethod::SimpleRandom, &[5], 2027).expect("a draw").units, draw.units);
    let mut labels: Vec<String> = (0..50).map(|row| format!("village {row}")).collect();
    labels.swap(3, 4);
    assert_eq!(Frame::new(labels).expect("a frame").repeat(&draw.manifest), Err(PlanFault::OtherFrame));
    let sized = frame.clone().with_sizes(vec![1.0; 50]).expect("sizes");
    assert_eq!(sized.repeat(&draw.manifest), Err(PlanFault::OtherFrame));
}

#[test]
fn frames_and_draws_that_cannot_be() {
    let twice = Frame::new(vec!["a".into(), "b".into(), "a".into()]).expect_err("a fault");
    assert_eq!(twice.to_string(), "row 3: the label a is empty or stands twice");
    assert!(Frame::new(vec![String::new()]).is_err());
    assert_eq!(frame(3).with_sizes(vec![1.0, 0.0, 1.0]).expect_err("a fault").to_string(), "row 2: 0 is no size");
    assert!(frame(3).with_sizes(vec![1.0]).is_err() && frame(3).with_strata(Labels::new("s", ["a"])).is_err());
    assert!(frame(3).with_strata(Labels::new("s", ["a", "", "b"])).is_err());
    assert_eq!(frame(3).draw(DrawMethod::SystematicBySize, &[1], 1), Err(PlanFault::NoSizes));
    assert_eq!(frame(3).draw(DrawMethod::SimpleRandom, &[4], 1), Err(PlanFault::MoreThanPopulation { asked: 4, population: 3 }));
    assert!(matches!(frame(3).draw(DrawMethod::SimpleRandom, &[1, 1], 1), Err(PlanFault::Length { .. })));
}

#[test]
fn intervals_of_clustered_samples_cover_as_stated() {
    // 200 villages of 20 people whose answers lean with their village; 40 villages are drawn and asked completely, 4,000 times.
    let lean = |village: usize| ((village * 7919) % 101) as f64 / 101.0 - 0.5;
    let answer = |village: usize, person: usize| 3.0 + 2.0 * lean(village) + ((village * 31 + person * 17) % 13) as f64 / 13.0;
    let truth = (0..200).flat_map(|village| (0..20).map(move |person| answer(village, person))).sum::<f64>() / 4000.0;
    let frame = frame(200);
    let mut covered = 0;
    for seed in 0..4000 {
        let draw = frame.draw(DrawMethod::SimpleRandom, &[40], seed).expect("a draw");
        let rows: Vec<usize> = draw.units.iter().flat_map(|unit| [unit.row; 20]).collect();
        let values = rows.iter().enumerate().map(|(place, &village)| answer(village, place % 20)).collect();
        let mut stage = Stage::new(Clusters::Labelled(Labels::new("village", rows.iter().map(ToString::to_string))));
        stage.population = Population::Size(Column::new("N", vec![200.0; rows.len()]));
        let design = Design::new(rows.len(), Weights::FromPopulation, &[stage], LoneUnit::Refuse).expect("a design");
        let interval = mean(&design, &design.whole(), &Column::new("x", values), &Options::default()).expect("an estimate").interval;
        let interval = interval.expect("an interval");
        covered += usize::from(interval.low <= truth && truth <= interval.high);
    }
    // 95 % of 4,000, within three standard errors.
    assert!((3759..=3841).contains(&covered), "{covered} of 4,000");
}
