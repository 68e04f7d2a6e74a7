//! Simulation: intervals hold the truth as often as they say, over 10,000 samples of a survey like that of satisfaction.

use survey_stats::{
    Answer, Clusters, Column, Design, DrawMethod, Frame, IndexRule, Item, Labels, LoneUnit, Margin, Options, Population,
    ProportionInterval, Scoring, Stage, WeightStep, Weights, index, mean, proportion, total,
};

use crate::inference::rule;

const PROVINCES: usize = 8;
const VILLAGES: usize = 40;
const PEOPLE: usize = 24;
const DRAWN_VILLAGES: usize = 6;
const DRAWN_PEOPLE: usize = 5;
const SAMPLES: u64 = 10_000;

/// Village, answers, and whether the person is old.
type Row = (usize, [u8; 3], bool);

/// A figure in 0..bound that looks like chance and is always the same.
fn even(seed: u64, bound: u64) -> u64 {
    let mut x = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x1234_5678;
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (x ^ (x >> 31)) % bound
}

/// Answers of a person from 1 to 5 to each of three items; people of one village lean the same way. And whether the person is old.
fn person(village: usize, person: usize) -> ([u8; 3], bool) {
    let lean = even(village as u64 + 77, 100) as f64 / 100.0;
    let own = |item: u64| even((village * PEOPLE + person) as u64 * 7 + item + 5_000, 1000) as f64 / 1000.0;
    let answer = |item: u64| (1.6 + 1.2 * lean + 2.9 * own(item)).floor().clamp(1.0, 5.0) as u8;
    ([answer(0), answer(1), answer(2)], own(3) + 0.3 * lean > 0.7)
}

struct Truth {
    satisfied: f64,
    mean: f64,
    old: f64,
    index: f64,
    satisfied_people: f64,
}

fn truth() -> Truth {
    let everybody: Vec<([u8; 3], bool)> =
        (0..PROVINCES * VILLAGES).flat_map(|village| (0..PEOPLE).map(move |one| person(village, one))).collect();
    let n = everybody.len() as f64;
    let share = |item: usize| everybody.iter().filter(|(answers, _)| answers[item] >= 4).count() as f64 / n;
    Truth {
        satisfied: share(0),
        mean: everybody.iter().map(|(answers, _)| f64::from(answers[0])).sum::<f64>() / n,
        old: everybody.iter().filter(|(_, old)| *old).count() as f64,
        index: 0.6 * (share(0) + share(1)) / 2.0 + 0.4 * share(2),
        satisfied_people: share(0) * n,
    }
}

#[test]
fn intervals_of_surveys_like_that_of_satisfaction_cover_as_stated() {
    let truth = truth();
    let names = (0..PROVINCES * VILLAGES).map(|village| format!("v{village}")).collect();
    let provinces = Labels::new("province", (0..PROVINCES * VILLAGES).map(|village| format!("p{}", village / VILLAGES)));
    let frame = Frame::new(names).expect("a frame").with_strata(provinces).expect("strata");
    let people: Vec<f64> = vec![(PROVINCES * VILLAGES * PEOPLE) as f64 - truth.old, truth.old];
    let rule: IndexRule = IndexRule {
        scoring: Scoring::Satisfied(vec![4, 5]),
        ..rule(survey_stats::Aggregation::ChildWeights, survey_stats::NoAnswerRule::LeaveOut)
    };
    let mut covered = [0_u32; 5];
    for seed in 0..SAMPLES {
        let drawn = frame.draw(DrawMethod::SimpleRandom, &[DRAWN_VILLAGES; PROVINCES], seed).expect("a draw");
        let mut rows: Vec<Row> = Vec::new();
        for unit in &drawn.units {
            let mut order: Vec<usize> = (0..PEOPLE).collect();
            order.sort_by_key(|&one| even(seed * 1_000_003 + (unit.row * PEOPLE + one) as u64, 1 << 40));
            rows.extend(order[..DRAWN_PEOPLE].iter().map(|&one| {
                let (answers, old) = person(unit.row, one);
                (unit.row, answers, old)
            }));
        }
        let count = rows.len();
        let mut first = Stage::new(Clusters::Labelled(Labels::new("village", rows.iter().map(|row| row.0.to_string()))));
        first.strata = Some(Labels::new("province", rows.iter().map(|row| (row.0 / VILLAGES).to_string())));
        first.population = Population::Size(Column::new("N1", vec![VILLAGES as f64; count]));
        let mut second = Stage::new(Clusters::Rows);
        second.population = Population::Size(Column::new("N2", vec![PEOPLE as f64; count]));
        let design = Design::new(count, Weights::FromPopulation, &[first, second], LoneUnit::Refuse).expect("a design");
        let (whole, options) = (design.whole(), Options::default());
        let figures = |figure: &dyn Fn(&Row) -> f64| Column::new("x", rows.iter().map(figure).collect());
        let satisfied = figures(&|row| f64::from(u8::from(row.1[0] >= 4)));
        let item = |place: usize| Item {
            name: format!("item{}", place + 1),
            answers: rows.iter().map(|row| Answer::Code(row.1[place])).collect(),
        };
        let age = Labels::new("age", rows.iter().map(|row| if row.2 { "old" } else { "young" }));
        let totals = vec![("young".to_owned(), people[0]), ("old".to_owned(), people[1])];
        let known = design.reweighted(&WeightStep::PostStrata(Margin { labels: age, totals })).expect("weights").design;
        let of_index = index(&design, &whole, &rule, &[item(0), item(1), item(2)], &options).expect("an index");
        let found = [
            (proportion(&design, &whole, &satisfied, ProportionInterval::Logit, &options).expect("an estimate"), truth.satisfied),
            (proportion(&design, &whole, &satisfied, ProportionInterval::Beta, &options).expect("an estimate"), truth.satisfied),
            (mean(&design, &whole, &figures(&|row| f64::from(row.1[0])), &options).expect("an estimate"), truth.mean),
            (of_index.nodes[0].estimate.clone().expect("an estimate"), truth.index),
            (total(&known, &known.whole(), &satisfied, &options).expect("an estimate"), truth.satisfied_people),
        ];
        for (covered, (estimate, truth)) in covered.iter_mut().zip(found) {
            let interval = estimate.interval.expect("an interval");
            *covered += u32::from(interval.low <= truth && truth <= interval.high);
        }
    }
    println!(
        "covered of 10,000: logit {}, beta {}, mean {}, index {}, post-stratified total {}",
        covered[0], covered[1], covered[2], covered[3], covered[4]
    );
    for (name, covered) in ["logit", "beta", "mean", "index", "post-stratified total"].iter().zip(covered) {
        assert!((9400..=9600).contains(&covered), "{name}: {covered} of 10,000");
    }
}
