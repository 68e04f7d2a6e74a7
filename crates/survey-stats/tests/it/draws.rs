//! Draws in proportion to size, with certain units, reserves and in stages; sizes beside R.

use std::path::Path;

use survey_stats::{
    Detection, DrawMethod, Frame, Labels, MultistageFrame, PlanFault, StageList, StagePlan, Take, clustered_design_effect,
    inclusion_probabilities, size_for_difference, size_for_difference_of_proportions,
};

use crate::beside_r::{close, folder, r_is_here, run_r};
use crate::table::Table;

const SIZES: [f64; 12] = [5.0, 1.0, 3.0, 2.0, 40.0, 3.0, 4.0, 8.0, 4.0, 6.0, 2.0, 7.0];

fn frame(sizes: &[f64]) -> Frame {
    let labels = (0..sizes.len()).map(|row| format!("village {row}")).collect();
    Frame::new(labels).expect("a frame").with_sizes(sizes.to_vec()).expect("sizes")
}

/// How often each pair is drawn in many draws.
fn pairs(frame: &Frame, method: DrawMethod, count: usize, rows: usize) -> Vec<Vec<f64>> {
    let draws = 20_000_u32;
    let mut seen = vec![vec![0.0; rows]; rows];
    for seed in 0..u64::from(draws) {
        let draw = frame.draw(method, &[count], seed).expect("a draw");
        assert_eq!(draw.units.len(), count);
        for one in &draw.units {
            for other in &draw.units {
                seen[one.row][other.row] += 1.0 / f64::from(draws);
            }
        }
    }
    seen
}

fn compare(answers: &Path) {
    let table = Table::read(&answers.join("planning.csv"));
    let without: Vec<f64> = SIZES.iter().enumerate().filter(|(row, _)| *row != 4).map(|(_, size)| *size).collect();
    let (mut tille, mut sampford) = (None, None);
    for row in 0..table.rows {
        let figure = |name: &str| table.column(name).values()[row];
        let (a, b, expected) = (figure("a"), figure("b"), figure("figure"));
        let (what, argument) = table.text("what")[row].split_once(':').unwrap_or((&table.text("what")[row], ""));
        let place = |x: f64| x as usize - 1;
        match what {
            "proportions" => {
                let detection = Detection { power: argument.parse().expect("a number"), ..Detection::usual() };
                let found = size_for_difference_of_proportions(a, b, &detection).expect("a size").exact;
                assert!(close(found, expected), "{a} {b}: {found}, R {expected}");
            }
            "inclusion" => {
                let found = inclusion_probabilities(&SIZES, a as usize)[place(b)];
                assert!(close(found, expected), "{a} {b}: {found}, R {expected}");
            }
            // Five standard errors of a share among 20,000.
            "tille" => {
                let seen = tille.get_or_insert_with(|| pairs(&frame(&without), DrawMethod::Tille, 4, 11));
                let found = seen[place(a)][place(b)];
                assert!((found - expected).abs() < 5.0 * (expected / 20_000.0).sqrt(), "Tillé {a} {b}: {found}, R {expected}");
            }
            "sampford" => {
                let seen = sampford.get_or_insert_with(|| pairs(&frame(&without), DrawMethod::Sampford, 3, 11));
                let found = seen[place(a)][place(b)];
                assert!((found - expected).abs() < 5.0 * (expected / 20_000.0).sqrt(), "Sampford {a} {b}: {found}, R {expected}");
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn sizes_and_joint_probabilities_equal_the_saved_answers_of_r() {
    compare(&folder().join("expected"));
}

#[test]
fn sizes_and_joint_probabilities_equal_fresh_answers_of_r_where_it_is_installed() {
    if r_is_here() {
        let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("survey-stats-planning");
        std::fs::create_dir_all(&fresh).expect("a folder");
        run_r("planning.R", &[&folder().join("expected"), &fresh], &[]);
        compare(&fresh);
    }
}

#[test]
fn probabilities_sum_to_the_count_and_keep_below_one() {
    for count in 0..=12 {
        let found = inclusion_probabilities(&SIZES, count);
        assert!(close(found.iter().sum(), count as f64) && found.iter().all(|p| (0.0..=1.0).contains(p)), "{count}: {found:?}");
    }
    assert_eq!(inclusion_probabilities(&[1.0, 0.0, f64::NAN, 3.0], 2), [1.0, 0.0, 0.0, 1.0]);
    for method in [DrawMethod::Sampford, DrawMethod::Tille] {
        let all = frame(&SIZES).draw(method, &[12], 1).expect("a draw");
        assert!(all.units.len() == 12 && all.units.iter().all(|unit| unit.certain));
        let stated: f64 = frame(&SIZES).draw(method, &[1], 3).expect("a draw").units[0].probability;
        assert!(SIZES.iter().any(|size| close(stated, size / 85.0)));
    }
    // Large draws: Tillé's elimination takes them, Sampford's table has a limit.
    let many: Vec<f64> = (0..3000).map(|row| 1.0 + f64::from(row % 17)).collect();
    assert_eq!(frame(&many).draw(DrawMethod::Tille, &[1500], 4).expect("a draw").units.len(), 1500);
    assert_eq!(frame(&many).draw(DrawMethod::Sampford, &[300], 4).expect("a draw").units.len(), 300);
    let more: Vec<f64> = vec![1.0; 30_000];
    let told = frame(&more).draw(DrawMethod::Sampford, &[1000], 4);
    assert_eq!(told, Err(PlanFault::TooLargeForSampford { asked: 1000, population: 30_000 }));
}

#[test]
fn seat_units_are_in_every_draw_and_reserves_stand_behind_it() {
    let mut certain = vec![false; 12];
    certain[1] = true;
    let frame = frame(&SIZES).with_certain(certain).expect("marks");
    let methods = [DrawMethod::SimpleRandom, DrawMethod::Systematic, DrawMethod::SystematicBySize, DrawMethod::Sampford, DrawMethod::Tille];
    for method in methods {
        for seed in 0..50 {
            let draw = frame.draw_with_reserves(method, &[4], &[3], seed).expect("a draw");
            assert!(draw.units.iter().any(|unit| unit.row == 1 && unit.certain && close(unit.probability, 1.0)), "{method:?}");
            let mut rows: Vec<usize> = draw.units.iter().chain(&draw.reserves).map(|unit| unit.row).collect();
            rows.sort_unstable();
            rows.dedup();
            assert_eq!(rows.len(), 7, "{method:?}: a reserve is nobody's double");
            assert_eq!(frame.repeat(&draw.manifest).expect("a draw"), draw);
        }
    }
    let all = frame.clone().with_certain(vec![true; 12]).expect("marks");
    assert_eq!(all.draw(DrawMethod::Systematic, &[4], 1), Err(PlanFault::MoreCertainThanDrawn { certain: 12, asked: 4 }));
    let draw = frame.draw(DrawMethod::SimpleRandom, &[4], 1).expect("a draw");
    assert_eq!(all.repeat(&draw.manifest), Err(PlanFault::OtherFrame), "marks are part of the frame");
    assert_eq!(
        frame.draw_with_reserves(DrawMethod::SimpleRandom, &[10], &[3], 1),
        Err(PlanFault::MoreThanPopulation { asked: 13, population: 12 })
    );
}

fn list(labels: Vec<String>, parents: Vec<String>) -> StageList {
    StageList { labels, parents, strata: None, sizes: None, certain: None }
}

/// A city: 8 districts, the first the seat; 5 communes each; 4 villages each of 30 to 60 households.
fn city() -> (MultistageFrame, Vec<f64>) {
    let households = |village: usize| 30 + (village * 7) % 31;
    let sizes: Vec<f64> = (0..160).map(|village| households(village) as f64).collect();
    let sum = |from: usize, to: usize| sizes[from..to].iter().sum::<f64>();
    let mut districts = list((0..8).map(|d| format!("d{d}")).collect(), Vec::new());
    districts.sizes = Some((0..8).map(|d| sum(d * 20, d * 20 + 20)).collect());
    districts.certain = Some((0..8).map(|d| d == 0).collect());
    let mut communes = list((0..40).map(|c| format!("c{c}")).collect(), (0..40).map(|c| format!("d{}", c / 5)).collect());
    communes.sizes = Some((0..40).map(|c| sum(c * 4, c * 4 + 4)).collect());
    let mut villages = list((0..160).map(|v| format!("v{v}")).collect(), (0..160).map(|v| format!("c{}", v / 4)).collect());
    villages.sizes = Some(sizes.clone());
    let (mut labels, mut parents) = (Vec::new(), Vec::new());
    for village in 0..160 {
        for household in 0..households(village) {
            labels.push(format!("h{household}"));
            parents.push(format!("v{village}"));
        }
    }
    let frame = MultistageFrame::new(vec![districts, communes, villages, list(labels, parents)]).expect("a frame");
    (frame, sizes)
}

fn plans() -> Vec<StagePlan> {
    let plan = |method, count, reserves| StagePlan { method, take: Take::Each(count), reserves };
    vec![
        plan(DrawMethod::Tille, 3, 0),
        plan(DrawMethod::SystematicBySize, 2, 0),
        plan(DrawMethod::Sampford, 2, 1),
        plan(DrawMethod::Systematic, 16, 4),
    ]
}

#[test]
fn a_draw_in_stages_keeps_its_probabilities_and_can_be_repeated() {
    let (frame, sizes) = city();
    let draw = frame.draw(&plans(), 2027).expect("a draw");
    let main = |stage: usize| draw.stages[stage].iter().filter(|unit| !unit.reserve).count();
    assert_eq!([main(0), main(1), main(2), main(3)], [3, 6, 12, 192]);
    assert_eq!(draw.stages[3].len() - main(3), 12 * 4, "four reserves in each drawn village, none in reserve villages");
    assert!(draw.stages[0][0].row == 0 && draw.stages[0][0].certain, "the seat");
    for (place, unit) in draw.stages[3].iter().enumerate() {
        let path = draw.path(place);
        assert_eq!((path.len(), path[3]), (4, unit.row));
        assert_eq!((path[2] / 4, path[1] / 5), (path[1], path[0]), "each unit lies in the unit drawn before");
        let village = &draw.stages[2][unit.parent.expect("a village")];
        assert!(close(unit.overall, village.overall * unit.probability));
        if !unit.reserve {
            assert!(close(unit.probability, 16.0 / sizes[path[2]]));
        }
    }
    assert_eq!(frame.repeat(&draw.manifest).expect("a draw"), draw);
    assert_ne!(frame.draw(&plans(), 2028).expect("a draw").stages, draw.stages);
}

#[test]
fn weights_of_draws_in_stages_find_the_population() {
    let (frame, sizes) = city();
    let (mut households, mut squares, rounds) = (0.0, 0.0, 2000_u32);
    for seed in 0..u64::from(rounds) {
        let draw = frame.draw(&plans(), seed).expect("a draw");
        let found: f64 = draw.stages[3].iter().filter(|unit| !unit.reserve).map(|unit| 1.0 / unit.overall).sum();
        households += found / f64::from(rounds);
        squares += found * found / f64::from(rounds);
    }
    let truth: f64 = sizes.iter().sum();
    let error = ((squares - households * households) / f64::from(rounds)).max(0.0).sqrt();
    assert!((households - truth).abs() <= 4.0 * error + 1e-6 * truth, "{households} for {truth}, error {error}");
}

#[test]
fn draws_in_stages_that_cannot_be() {
    let names = |prefix: &str, count: usize| (0..count).map(|row| format!("{prefix}{row}")).collect::<Vec<_>>();
    let first = list(names("d", 2), Vec::new());
    let lost = list(names("c", 2), vec!["d0".into(), "d9".into()]);
    let told = MultistageFrame::new(vec![first.clone(), lost]).expect_err("a fault");
    assert_eq!(told.to_string(), "stage 2, row 2: no unit d9 in the stage before");
    let short = list(names("c", 3), vec!["d0".into()]);
    let told = MultistageFrame::new(vec![first.clone(), short]).expect_err("a fault");
    assert_eq!(told.to_string(), "stage 2: parents: 1 where 3 are needed");
    let twice = list(vec!["d0".into(), "d0".into()], Vec::new());
    let told = MultistageFrame::new(vec![twice, list(names("c", 1), vec!["d0".into()])]).expect_err("a fault");
    assert_eq!(told.to_string(), "stage 1: row 2: the label d0 is empty or stands twice");
    let second = list(names("c", 3), vec!["d0".into(), "d0".into(), "d1".into()]);
    let frame = MultistageFrame::new(vec![first, second]).expect("a frame");
    let plan = |take| StagePlan { method: DrawMethod::SimpleRandom, take, reserves: 0 };
    let told = frame.draw(&[plan(Take::Each(2)), plan(Take::Each(2))], 1).expect_err("a fault");
    assert!(matches!(&told, PlanFault::InStage { stage: 2, parent, .. } if parent == "d1"), "{told:?}");
    assert!(matches!(frame.draw(&[plan(Take::Each(2))], 1), Err(PlanFault::Length { .. })));
    let fewer = frame.draw(&[plan(Take::Each(2)), plan(Take::UpTo(2))], 1).expect("a draw");
    assert_eq!(fewer.stages[1].len(), 3);
    assert!(MultistageFrame::new(Vec::new()).is_err());
    let strata = Labels::new("kind", ["town", "land"]);
    let kinds = StageList { strata: Some(strata), ..list(names("d", 2), Vec::new()) };
    let frame = MultistageFrame::new(vec![kinds]).expect("a frame");
    assert_eq!(frame.draw(&[plan(Take::ByStratum(vec![1, 0]))], 1).expect("a draw").stages[0].len(), 1);
    assert!(frame.draw(&[plan(Take::ByStratum(vec![1]))], 1).is_err());
}

#[test]
fn sizes_for_differences() {
    // 2 (1.96 + 0.8416)² (1 / 0.2)² = 392.4.
    let plain = size_for_difference(1.0, 0.2, &Detection::usual()).expect("a size");
    assert!(close(plain.exact, 2.0 * (1.959_963_984_540_054_f64 + 0.841_621_233_572_914_2).powi(2) * 25.0) && plain.approached == 393);
    // The same villages in both years, with answers correlated by 0.4 in half of them, save a fifth.
    let panel = Detection { overlap: 0.5, correlation: 0.4, ..Detection::usual() };
    assert!(close(size_for_difference(1.0, 0.2, &panel).expect("a size").exact, 0.8 * plain.exact));
    let clustered = Detection { design_effect: clustered_design_effect(31.0, 0.05).expect("an effect"), ..Detection::usual() };
    assert!(close(size_for_difference(1.0, -0.2, &clustered).expect("a size").exact, 2.5 * plain.exact));
    assert!(size_for_difference(1.0, 0.0, &panel).is_err() && size_for_difference_of_proportions(0.4, 0.4, &panel).is_err());
    for wrong in
        [Detection { power: 1.0, ..panel }, Detection { overlap: 1.2, ..panel }, Detection { overlap: 1.0, correlation: 1.0, ..panel }]
    {
        assert!(size_for_difference(1.0, 0.2, &wrong).is_err(), "{wrong:?}");
    }
    assert!(clustered_design_effect(0.5, 0.1).is_err() && clustered_design_effect(31.0, -0.5).is_err());
}
