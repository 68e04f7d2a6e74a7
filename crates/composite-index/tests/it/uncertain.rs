//! Laws of the uncertainty analysis: it agrees with the exact engine, repeats itself, knows known probabilities, and refuses what is not there.

use std::sync::atomic::{AtomicUsize, Ordering};

use composite_index::{
    Aggregation, Definition, Factor, Gap, Imputation, LeftOut, Method, Outliers, PastTable, ScoreTable, Spread, ThenLog, UncertaintyError,
    UncertaintyPlan, compute, left_out, monte_carlo, read_definition, read_table, sensitivity,
};
use rust_decimal::prelude::ToPrimitive as _;

use crate::chance::Chance;
use crate::working::{HEAD, node, rows, set};

fn plan(runs: usize, factors: Vec<Factor>) -> UncertaintyPlan {
    UncertaintyPlan { runs, seed: 7, factors }
}

fn run(definition: &Definition, table: &ScoreTable, plan: &UncertaintyPlan) -> Vec<Spread> {
    monte_carlo(definition, table, None, &[], plan, &|_| true).unwrap()
}

fn weights(spread: f64) -> Factor {
    Factor::Weights { spread, below: None }
}

/// Indicators in their own units, some missing, below an arithmetic mean of means.
fn indicators() -> (Definition, ScoreTable) {
    let mut text = format!("{HEAD}[[node]]\ncode = \"total\"\naggregation = \"weighted-mean\"\n");
    for pillar in ["a", "b"] {
        text += &node(pillar, "total", "weight = \"1\"\naggregation = \"weighted-mean\"\n");
        for indicator in 1..=4 {
            let direction = if indicator == 4 { "direction = \"lower-is-better\"\n" } else { "" };
            let scaling = "[node.scaling]\nmethod = \"min-max\"\nimputation = \"mean\"\nto = [\"1\", \"10\"]\n";
            text += &node(&format!("{pillar}{indicator}"), pillar, &format!("weight = \"{indicator}\"\n{direction}{scaling}"));
        }
    }
    let definition = read_definition(&text).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let mut chance = Chance::new(3);
    let mut csv = String::from("unit,a1,a2,a3,a4,b1,b2,b3,b4,se.a1,se.b2\n");
    for unit in 0..30 {
        let cells: Vec<String> =
            (0..8).map(|cell| if cell == 2 && unit % 9 == 1 { String::new() } else { (1 + chance.below(1000)).to_string() }).collect();
        csv += &format!("unit {unit},{},20,15\n", cells.join(","));
    }
    let table = read_table(&definition, None, &csv).unwrap();
    (definition, table)
}

/// Two units whose survey results differ by one standard error.
fn duel() -> (Definition, ScoreTable) {
    let text = format!("{HEAD}[[node]]\ncode = \"total\"\n");
    let definition = read_definition(&text).unwrap();
    let table = read_table(&definition, None, "unit,total,se.total\nA,51,1\nB,50,1\nC,10,0\n").unwrap();
    (definition, table)
}

#[test]
fn without_a_change_the_runs_are_the_exact_engine() {
    let definition = set("70");
    let table = read_table(&definition, None, &rows(&mut Chance::new(31), 60)).unwrap();
    let exact = compute(&definition, None, &table).unwrap();
    let spreads = run(&definition, &table, &plan(3, vec![weights(1e-12)]));
    assert_eq!(spreads[0].units.len(), 60);
    for unit in &spreads[0].units {
        let total = exact.units[unit.row].values[definition.total].unwrap().to_f64().unwrap();
        assert!((unit.score - total).abs() < 1e-9 && (unit.mean_score - total).abs() < 1e-9, "{}: {} {total}", unit.row, unit.score);
        assert_eq!(Some(unit.rank), exact.units[unit.row].rank);
        assert_eq!((unit.rank_quantile(0.05), unit.rank_quantile(0.95)), (unit.rank, unit.rank));
    }
}

#[test]
fn scaled_indicators_agree_with_the_exact_engine() {
    let (definition, table) = indicators();
    let exact = compute(&definition, None, &table).unwrap();
    for unit in &run(&definition, &table, &plan(2, vec![weights(1e-12)]))[0].units {
        let total = exact.units[unit.row].values[definition.total].unwrap().to_f64().unwrap();
        assert!((unit.score - total).abs() < 1e-9);
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let (definition, table) = indicators();
    let factors = vec![
        weights(0.25),
        Factor::Normalisation(vec![None, Some(Method::ZScore)]),
        Factor::Imputation(vec![None, Some(Imputation::Median)]),
        Factor::SurveyErrors,
    ];
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let spread = run(&definition, &table, &plan(700, factors.clone()));
            let indices = sensitivity(&definition, &table, None, &[], &plan(64, factors.clone()), &|_| true).unwrap();
            // The debug form of f64 tells every bit apart.
            format!("{spread:?} {indices:?}")
        })
    };
    let one = with(1);
    assert_eq!(one, with(2));
    assert_eq!(one, with(5));
}

#[test]
fn another_seed_gives_other_runs_of_the_same_law() {
    let (definition, table) = duel();
    let mut plan = plan(20_000, vec![Factor::SurveyErrors]);
    let mut seen = Vec::new();
    for seed in [1, 2] {
        plan.seed = seed;
        let spread = &run(&definition, &table, &plan)[0];
        let above = spread.probability_above(0, 1).unwrap();
        // The difference has standard deviation sqrt(2): P = Φ(1 / sqrt(2)) = 0.7602, its own error at 20,000 runs 0.003.
        assert!((above - 0.7602).abs() < 0.012, "{above}");
        assert!((spread.probability_above(1, 0).unwrap() - (1.0 - above)).abs() < 1e-12);
        assert!((spread.units[0].score_deviation - 1.0).abs() < 0.03 && (spread.units[0].mean_score - 51.0).abs() < 0.03);
        assert!((spread.units[0].share_in_top(1) - above).abs() < 1e-12);
        seen.push(above);
    }
    assert!((seen[0] - seen[1]).abs() > 1e-9);
}

#[test]
fn units_that_cannot_be_told_apart_stand_in_one_group() {
    let (definition, table) = duel();
    let spread = &run(&definition, &table, &plan(2000, vec![Factor::SurveyErrors]))[0];
    assert_eq!(spread.groups(0.95), Some(vec![vec![0, 1], vec![2]]));
    assert_eq!(spread.groups(0.6), Some(vec![vec![0], vec![1], vec![2]]));
    assert_eq!((spread.units[2].rank_quantile(0.025), spread.units[2].rank_quantile(0.975)), (3, 3));
}

#[test]
fn a_figure_moves_through_the_rule_of_its_leaf() {
    let text = format!(
        "{HEAD}[[figure]]\ncode = \"rate\"\nrange = [\"0\", \"100\"]\n[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n{}\
         [node.rule]\nkind = \"brackets\"\nfigure = \"rate\"\nbracket = [{{ under = \"80\", points = \"0\" }}, {{ from = \"80\", points = \"2\" }}]\n",
        node("x", "total", "")
    );
    let definition = read_definition(&text).unwrap();
    let table = read_table(&definition, None, "unit,rate,se.rate\nA,81,2\nB,10,2\n").unwrap();
    let spread = &run(&definition, &table, &plan(20_000, vec![Factor::SurveyErrors]))[0];
    // Two points with probability Φ(0.5) = 0.6915.
    assert!((spread.units[0].mean_score - 2.0 * 0.6915).abs() < 0.03, "{}", spread.units[0].mean_score);
    assert!(spread.units[1].mean_score.abs() < 1e-12);
}

#[test]
fn a_factor_that_changes_nothing_explains_nothing() {
    let (definition, table) = indicators();
    let factors = vec![
        weights(0.5),
        Factor::Outliers(vec![None, Some(Outliers { skew: 50.into(), kurtosis: 100.into(), most: 5, then: ThenLog::None })]),
    ];
    let found = sensitivity(&definition, &table, None, &[], &plan(256, factors), &|_| true).unwrap();
    assert!((found[0].total.estimate - 1.0).abs() < 0.15 && (found[0].first_order.estimate - 1.0).abs() < 0.2, "{found:?}");
    assert!(found[1].total.estimate.abs() < 1e-12 && found[1].first_order.estimate.abs() < 1e-12, "{found:?}");
}

#[test]
fn weights_below_each_node_are_factors_of_their_own() {
    let (definition, table) = indicators();
    let below = |code: &str| Factor::Weights { spread: 0.9, below: definition.node(code) };
    let factors = vec![below("total"), below("a"), below("b")];
    let found = sensitivity(&definition, &table, None, &[], &plan(512, factors), &|_| true).unwrap();
    assert_eq!(found.len(), 3);
    let sum: f64 = found.iter().map(|factor| factor.total.estimate).sum();
    assert!(found.iter().all(|factor| factor.total.estimate > 0.05) && sum > 0.9, "{found:?}");
}

#[test]
fn what_cannot_be_varied_is_refused() {
    let (definition, table) = indicators();
    let refused = |factors: Vec<Factor>| monte_carlo(&definition, &table, None, &[], &plan(10, factors), &|_| true).unwrap_err();
    assert_eq!(refused(vec![]), UncertaintyError::NothingToVary);
    for (runs, least) in [(0, 2), (1, 2)] {
        let error = monte_carlo(&definition, &table, None, &[], &plan(runs, vec![weights(0.1)]), &|_| true).unwrap_err();
        assert_eq!(error, UncertaintyError::TooFewRuns(least));
    }
    for runs in [0, 1, 31] {
        let error = sensitivity(&definition, &table, None, &[], &plan(runs, vec![weights(0.1)]), &|_| true).unwrap_err();
        assert_eq!(error, UncertaintyError::TooFewRuns(32));
    }
    assert_eq!(refused(vec![weights(0.1), weights(0.2)]), UncertaintyError::FactorTwice("weights"));
    let leaf = definition.node("a1");
    assert_eq!(refused(vec![Factor::Weights { spread: 0.1, below: leaf }]), UncertaintyError::AbsentFactor("weights"));
    assert_eq!(refused(vec![weights(1.5)]), UncertaintyError::BadFactor("weights"));
    assert_eq!(refused(vec![Factor::Normalisation(vec![None])]), UncertaintyError::BadFactor("normalisation"));
    assert_eq!(
        refused(vec![Factor::Normalisation(vec![None, Some(Method::DistanceToTarget)])]),
        UncertaintyError::BadFactor("normalisation")
    );
    // A geometric mean of z-scores, on which COINr's run failed without saying why (bluefoxr/COINr#50).
    let geometric = Factor::Aggregation(vec![Some(Aggregation::GeometricMean), Some(Aggregation::HarmonicMean)]);
    let scores = Factor::Normalisation(vec![Some(Method::ZScore), Some(Method::PercentileRank)]);
    assert!(matches!(refused(vec![geometric, scores]), UncertaintyError::NoMean { .. }));
    let ranks = Factor::Normalisation(vec![Some(Method::Rank), Some(Method::Borda)]);
    assert!(matches!(refused(vec![ranks, Factor::SurveyErrors]), UncertaintyError::NoSlope(_)));
    let (points, small) = duel();
    let absent = |factor: Factor| monte_carlo(&points, &small, None, &[], &plan(10, vec![factor]), &|_| true).unwrap_err();
    assert_eq!(absent(weights(0.1)), UncertaintyError::AbsentFactor("weights"));
    assert_eq!(absent(Factor::Imputation(vec![None, Some(Imputation::Mean)])), UncertaintyError::AbsentFactor("imputation"));
    let alone = read_table(&points, None, "unit,total,se.total\nA,51,1\n").unwrap();
    let lonely = monte_carlo(&points, &alone, None, &[], &plan(10, vec![Factor::SurveyErrors]), &|_| true).unwrap_err();
    assert_eq!(lonely, UncertaintyError::TooFewUnits);
}

#[test]
fn points_that_moved_here_spread_as_they_grew_and_what_has_no_subject_does_not() {
    let text = format!(
        "{HEAD}[[figure]]\ncode = \"cases\"\nkind = \"count\"\n[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n\
         [[node]]\ncode = \"a\"\nparent = \"total\"\nmaximum = \"3\"\n\
         [node.absent]\nwhen = \"cases = 0\"\nthen = \"move\"\nto = [\"k\"]\n\
         [[node]]\ncode = \"k\"\nparent = \"total\"\nmaximum = \"6\"\n"
    );
    let definition = read_definition(&text).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let table = read_table(&definition, None, "unit,cases,a,k,se.k,se.a\nA,0,2,4,0.1,0.5\nB,1,2,4,0.1,0\nC,1,1,1,0,0\n").unwrap();
    let found = run(&definition, &table, &plan(4000, vec![Factor::SurveyErrors]));
    let spread = |row: usize| found[0].units.iter().find(|spread| spread.row == row).map(|spread| spread.score_deviation).unwrap();
    // Four of six points became six of nine, and a tenth became 0.15; the leaf without a subject adds no error of its own.
    assert!((spread(0) - 0.15).abs() < 0.01, "{}", spread(0));
    assert!((spread(1) - 0.1).abs() < 0.007 && spread(2) == 0.0, "{} {}", spread(1), spread(2));
}

#[test]
fn errors_that_nothing_carries_are_refused() {
    let scaling = |more: &str| format!("weight = \"1\"\n[node.scaling]\nmethod = \"min-max\"\n{more}");
    let text = |more: &str| {
        let nodes = node("a", "total", &scaling(more)) + &node("b", "total", "weight = \"1\"\n");
        format!("{HEAD}[[figure]]\ncode = \"pop\"\n[[node]]\ncode = \"total\"\naggregation = \"weighted-mean\"\n{nodes}")
    };
    let refused = |more: &str, table: &str| {
        let definition = read_definition(&text(more)).unwrap_or_else(|faults| panic!("{faults:#?}"));
        let table = read_table(&definition, None, table).unwrap_or_else(|faults| panic!("{faults:#?}"));
        monte_carlo(&definition, &table, None, &[], &plan(10, vec![Factor::SurveyErrors]), &|_| true).err()
    };
    let by_people = "denominator = \"pop\"\n";
    assert_eq!(refused(by_people, "unit,a,b,pop,se.pop\nA,3,1,10,1\nB,2,1,10,1\n"), Some(UncertaintyError::ErrorUnread(0)));
    assert_eq!(refused(by_people, "unit,a,b,pop,se.a\nA,3,1,10,1\nB,2,1,10,1\n"), None);
    let logged = "[node.scaling.outliers]\nskew = \"0.1\"\nkurtosis = \"-2\"\nmost = 1\n";
    let values = [1, 2, 3, 4, 5, 700, 1100].map(|value| format!("U{value},{value},1,1,0.1\n")).concat();
    assert!(matches!(refused(logged, &format!("unit,a,b,pop,se.a\n{values}")), Some(UncertaintyError::NoSlope(_))));
}

/// Indicators of which one unit lacks a value, without an imputation of their own.
fn with_a_gap() -> (Definition, ScoreTable) {
    let mut text = format!("{HEAD}[[node]]\ncode = \"total\"\naggregation = \"weighted-mean\"\n");
    for code in ["a", "b"] {
        text += &node(code, "total", "weight = \"1\"\n[node.scaling]\nmethod = \"min-max\"\n");
    }
    let definition = read_definition(&text).unwrap();
    let table = read_table(&definition, None, "unit,a,b\nA,1,5\nB,2,\nC,3,1\nD,5,9\n").unwrap();
    (definition, table)
}

#[test]
fn imputation_over_years_needs_the_years() {
    let (definition, table) = with_a_gap();
    let past = read_table(&definition, None, "unit,a,b\nA,1,5\nB,2,4\nC,3,1\nD,5,9\n").unwrap();
    let past = [PastTable { year: 2020, table: &past }];
    let ask = |imputation: Imputation, year: Option<i32>, past: &[PastTable<'_>]| {
        let plan = plan(64, vec![Factor::Imputation(vec![None, Some(imputation)])]);
        let one = monte_carlo(&definition, &table, year, past, &plan, &|_| true).map(|_| ());
        let other = sensitivity(&definition, &table, year, past, &plan, &|_| true).map(|_| ());
        assert_eq!(one, other);
        one
    };
    for imputation in [Imputation::Last, Imputation::Linear] {
        let needed = Err(UncertaintyError::NeedsPast(imputation.word()));
        assert_eq!(ask(imputation, Some(2021), &[]), needed);
        // A table of a later year is none of an earlier one.
        assert_eq!(ask(imputation, Some(2020), &past), needed);
        assert_eq!(ask(imputation, Some(2021), &past), Ok(()));
    }
    assert_eq!(ask(Imputation::Last, None, &past), Ok(()));
    assert_eq!(ask(Imputation::Linear, None, &past), Err(UncertaintyError::NeedsYear("linear")));
}

#[test]
fn who_has_no_total_is_named_with_the_reason() {
    let (definition, table) = with_a_gap();
    let plan = plan(64, vec![Factor::Imputation(vec![None, Some(Imputation::Mean)])]);
    let spread = &monte_carlo(&definition, &table, None, &[], &plan, &|_| true).unwrap()[0];
    let told: Vec<usize> = spread.units.iter().map(|unit| unit.row).collect();
    assert_eq!(told.len(), 3);
    let without = left_out(&definition, &table, None, &[], &plan).unwrap();
    let leaf = definition.node("b").unwrap();
    assert_eq!(without, [LeftOut { row: 1, gap: Gap::EmptyLeaf(leaf), method: None, imputation: None, outliers: false }]);
    assert!(!told.contains(&1));
    let (whole, full) = indicators();
    assert_eq!(left_out(&whole, &full, None, &[], &UncertaintyPlan { runs: 64, seed: 7, factors: vec![weights(0.2)] }), Ok(vec![]));
}

#[test]
fn the_caller_can_stop_the_work() {
    let (definition, table) = indicators();
    let calls = AtomicUsize::new(0);
    let stop = |_: usize| calls.fetch_add(1, Ordering::Relaxed) < 2;
    let stopped = monte_carlo(&definition, &table, None, &[], &plan(100_000, vec![weights(0.2)]), &stop);
    assert_eq!(stopped, Err(UncertaintyError::Stopped));
    assert!(calls.load(Ordering::Relaxed) < 700, "it stopped long before the end");
}
