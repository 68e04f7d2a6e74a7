//! Answers from one sampled cluster show nothing of the others: an error that is not known, never one of zero.

use survey_stats::{
    Answer, Clusters, Column, DegreesOfFreedom, Design, DirectEstimate, Domain, Estimate, EstimateFault, Family, Grade, IndexNode,
    IndexPart, IndexRule, IntervalGap, Item, Labels, LoneUnit, Measure, MultipleTests, Options, Population, ProportionInterval,
    QualityReason, QualityRule, RankOptions, Stage, Target, Term, Weights, assess, assess_quantile, chi_square, correlation, index,
    index_of_parts, joint, mean, pairwise, proportion, quantile, rank, ratio, regression, t_test, t_test_of_two, total,
};

const SHARES: [ProportionInterval; 6] = [
    ProportionInterval::T,
    ProportionInterval::Logit,
    ProportionInterval::Beta,
    ProportionInterval::Wilson,
    ProportionInterval::Arcsine,
    ProportionInterval::Likelihood,
];

/// Four clusters of four answers each.
struct Village {
    design: Design,
    x: Column,
    yes: Column,
}

fn cluster_of(row: usize) -> usize {
    row / 4
}

fn stage(clusters: usize) -> Stage {
    Stage::new(Clusters::Labelled(Labels::new("village", (0..4 * clusters).map(|row| format!("v{}", cluster_of(row))))))
}

fn design(stages: &[Stage], rows: usize, lone: LoneUnit) -> Design {
    Design::new(rows, Weights::Given(Column::new("w", vec![2.0; rows])), stages, lone).expect("a design")
}

fn village() -> Village {
    let x = (0..16).map(|row| f64::from([3, 5, 4, 1, 2, 2, 5, 4, 1, 3, 3, 2, 5, 5, 4, 5][row])).collect::<Vec<f64>>();
    let yes = x.iter().map(|x| f64::from(u8::from(*x > 3.0))).collect();
    Village { design: design(&[stage(4)], 16, LoneUnit::Refuse), x: Column::new("x", x), yes: Column::new("yes", yes) }
}

fn rows(design: &Design, name: &str, inside: impl Fn(usize) -> bool) -> Domain {
    design.domain(name, &(0..design.rows()).map(inside).collect::<Vec<bool>>()).expect("a domain")
}

fn is_unknown(found: &Estimate) -> bool {
    found.standard_error.is_none()
        && found.interval == Err(IntervalGap::OneCluster)
        && found.coefficient_of_variation.is_none()
        && found.design_effect.is_none()
}

#[test]
fn a_mean_of_one_cluster_has_no_known_error_whatever_its_degrees_of_freedom() {
    let Village { design, x, yes } = village();
    let one = rows(&design, "v1", |row| cluster_of(row) == 1);
    let two = rows(&design, "v1 v2", |row| (1..3).contains(&cluster_of(row)));
    for df in [DegreesOfFreedom::Domain, DegreesOfFreedom::Design, DegreesOfFreedom::Normal] {
        let options = Options { degrees_of_freedom: df, ..Options::default() };
        let found = mean(&design, &one, &x, &options).expect("an estimate");
        assert!(is_unknown(&found) && (found.value - 3.25).abs() < 1e-12, "{found:?}");
        assert!(is_unknown(&ratio(&design, &one, &x, &yes, &options).expect("an estimate")));
        assert!(is_unknown(&correlation(&design, &one, &x, &yes, &options).expect("an estimate")));
        for interval in SHARES {
            assert!(is_unknown(&proportion(&design, &one, &yes, interval, &options).expect("an estimate")));
            let all = Column::new("all", vec![1.0; 16]);
            assert!(is_unknown(&proportion(&design, &one, &all, interval, &options).expect("an estimate")), "equal answers of one cluster");
        }
        let middle = quantile(&design, &one, &x, 0.5, &options).expect("a quantile");
        assert!(middle.standard_error.is_none() && middle.interval == Err(IntervalGap::OneCluster));
        let several = mean(&design, &two, &x, &options).expect("an estimate");
        assert!(several.standard_error.is_some_and(|error| error > 0.0) && several.interval.is_ok());
        // Other clusters have nothing of the domain, which is a difference between clusters: R has the same error.
        let sum = total(&design, &one, &x, &options).expect("an estimate");
        assert!(sum.standard_error.is_some_and(|error| (error - sum.value).abs() < 1e-9), "{sum:?}");
    }
}

#[test]
fn later_stages_do_not_stand_in_for_the_first() {
    let mut first = stage(4);
    first.population = Population::Size(Column::new("N", vec![40.0; 16]));
    let mut second = Stage::new(Clusters::Rows);
    second.population = Population::Size(Column::new("M", vec![100.0; 16]));
    let design = design(&[first, second], 16, LoneUnit::Refuse);
    let one = rows(&design, "v1", |row| cluster_of(row) == 1);
    assert!(is_unknown(&mean(&design, &one, &village().x, &Options::default()).expect("an estimate")));
}

#[test]
fn errors_that_truly_are_zero_stay_zero() {
    let Village { design: plain, x, .. } = village();
    let same = Column::new("same", vec![4.0; 16]);
    let found = mean(&plain, &plain.whole(), &same, &Options::default()).expect("an estimate");
    assert_eq!(found.standard_error, Some(0.0), "equal answers of several clusters");
    let mut complete = stage(4);
    complete.population = Population::Size(Column::new("N", vec![4.0; 16]));
    let design = design(&[complete], 16, LoneUnit::Refuse);
    let one = rows(&design, "v1", |row| cluster_of(row) == 1);
    assert_eq!(mean(&design, &one, &x, &Options::default()).expect("an estimate").standard_error, Some(0.0), "all clusters were taken");
}

#[test]
fn below_a_unit_that_was_taken_for_certain_the_next_stage_is_the_first() {
    let mut first = stage(4);
    first.certainty = Some((0..16).map(|row| cluster_of(row) == 0).collect());
    let second = Stage::new(Clusters::Labelled(Labels::new("street", (0..16).map(|row| format!("s{}", row / 2)))));
    let design = design(&[first, second], 16, LoneUnit::Refuse);
    let x = village().x;
    let seat = rows(&design, "seat", |row| cluster_of(row) == 0);
    let found = mean(&design, &seat, &x, &Options::default()).expect("an estimate");
    assert!(found.standard_error.is_some_and(|error| error > 0.0), "two streets of the seat differ");
    let street = rows(&design, "street", |row| row < 2);
    assert!(is_unknown(&mean(&design, &street, &x, &Options::default()).expect("an estimate")), "one street of the seat");
}

#[test]
fn strata_of_one_cluster_each_that_were_taken_as_certain_show_no_error() {
    let mut first = stage(4);
    first.strata = Some(Labels::new("s", (0..16).map(|row| ["a", "c", "c", "b"][cluster_of(row)])));
    let x = village().x;
    let of = |lone| {
        let design = design(&[first.clone()], 16, lone);
        let domain = rows(&design, "lone", |row| [0, 3].contains(&cluster_of(row)));
        mean(&design, &domain, &x, &Options::default()).expect("an estimate")
    };
    assert!(is_unknown(&of(LoneUnit::Certainty)), "each stratum shows one cluster");
    assert!(of(LoneUnit::Adjust).standard_error.is_some_and(|error| error > 0.0), "the choice makes a difference between strata");
}

#[test]
fn an_item_answered_in_one_cluster_has_no_known_error_in_a_larger_domain() {
    let Village { design, x, .. } = village();
    let asked = Column::new("asked", (0..16).map(|row| f64::from(u8::from(cluster_of(row) == 1))).collect());
    let points = Column::new("points", x.values().iter().zip(asked.values()).map(|(x, asked)| x * asked).collect());
    assert!(is_unknown(&ratio(&design, &design.whole(), &points, &asked, &Options::default()).expect("an estimate")));
    let rule = IndexRule {
        id: "r".into(),
        version: "1".into(),
        first_year: 2024,
        last_year: None,
        scale: (1, 5),
        scoring: survey_stats::Scoring::Mean,
        no_answer: survey_stats::NoAnswerRule::LeaveOut,
        aggregation: survey_stats::Aggregation::EqualItems,
        nodes: vec![
            IndexNode { code: "all".into(), parent: None, weight: 1.0 },
            IndexNode { code: "a".into(), parent: Some("all".into()), weight: 1.0 },
            IndexNode { code: "b".into(), parent: Some("all".into()), weight: 1.0 },
        ],
    };
    let item = |name: &str, answered: &dyn Fn(usize) -> bool| Item {
        name: name.into(),
        answers: (0..16).map(|row| if answered(row) { Answer::Code(x.values()[row] as u8) } else { Answer::NotApplicable }).collect(),
    };
    let items = [item("a", &|_| true), item("b", &|row| cluster_of(row) == 1)];
    let found = index(&design, &design.whole(), &rule, &items, &Options::default()).expect("an index");
    let of = |code: &str| found.nodes.iter().find(|node| node.code == code).expect("a node").estimate.clone().expect("an estimate");
    assert!(is_unknown(&of("b")) && !is_unknown(&of("a")) && !is_unknown(&of("all")));
    let one = rows(&design, "v1", |row| cluster_of(row) == 1);
    let whole = design.whole();
    let parts = [&one, &whole].map(|domain| IndexPart { domain, rule: &rule, items: &items });
    let years = index_of_parts(&design, &parts, "a", &Options::default()).expect("two years");
    assert_eq!(years.one_cluster, [true, false]);
    assert!(years.difference(1, 0).expect("a difference").standard_error.is_none());
}

#[test]
fn such_a_unit_is_told_apart_from_none_and_tested_against_none() {
    let Village { design, x, yes } = village();
    let domains = [
        rows(&design, "one", |row| cluster_of(row) == 1),
        rows(&design, "two", |row| cluster_of(row) == 0 || cluster_of(row) == 2),
        rows(&design, "last", |row| cluster_of(row) == 3),
    ];
    let targets = || domains.iter().map(|domain| Target { name: domain.name().into(), domain, measure: Measure::Mean(&x) });
    let options = Options { degrees_of_freedom: DegreesOfFreedom::Normal, ..Options::default() };
    let found = joint(&design, &targets().collect::<Vec<_>>(), &options).expect("estimates");
    assert_eq!(found.one_cluster, [true, false, true]);
    assert_eq!(found.standard_errors().iter().map(Option::is_none).collect::<Vec<_>>(), [true, false, true]);
    for pair in pairwise(&found, MultipleTests::Holm).expect("pairs") {
        assert!(pair.contrast.standard_error.is_none() && pair.contrast.t.is_none() && pair.contrast.p_value.is_none());
        assert_eq!((pair.contrast.interval, pair.adjusted), (Err(IntervalGap::OneCluster), None));
    }
    assert_eq!(found.wald(&[0], &[0.0]), Err(EstimateFault::OneCluster { estimate: "one".into() }));
    let ranking = rank(&found, &RankOptions::default()).expect("a ranking");
    assert_eq!(ranking.alike, [[2, 0, 1]], "nothing tells the units apart");
    for place in [0, 2] {
        let unit = &ranking.units[place];
        assert!(unit.best.is_none() && unit.worst.is_none() && unit.rank_error.is_none() && unit.standard_error.is_none());
    }
    let known = &ranking.units[1];
    assert_eq!((known.best, known.worst), (Some(1), Some(3)));
    let difference = ranking.difference(0, 1).expect("a difference");
    assert!(difference.standard_error.is_none() && difference.before.is_none());
    assert!(t_test(&design, &domains[0], &x, 3.0, &options).expect("a test").p_value.is_none());
    let test = t_test_of_two(&design, &domains[0], &domains[1], &x, &options).expect("a test");
    assert!(test.standard_error.is_none() && test.t.is_none() && test.interval == Err(IntervalGap::OneCluster));
    let fit = regression(&design, &domains[0], Family::Linear, &x, &[Term::Number(yes)], &options).expect("a fit");
    assert!(fit.coefficients.one_cluster.iter().all(|unknown| *unknown) && fit.test_terms(&["yes"]).is_err());
    let halves = Labels::new("half", (0..16).map(|row| if row % 2 == 0 { "a" } else { "b" }));
    let answers = Labels::new("answer", x.values().iter().map(|x| if *x > 2.0 { "y" } else { "n" }));
    let table = chi_square(&design, &domains[0], &halves, &answers, &options);
    assert!(matches!(table, Err(EstimateFault::OneCluster { .. })), "{table:?}");
}

#[test]
fn such_a_figure_is_withheld_and_lends_no_variance_to_a_model() {
    let Village { design, x, yes } = village();
    let one = rows(&design, "one", |row| cluster_of(row) == 1);
    let rule = QualityRule::CoefficientOfVariation { careful: 0.165, withheld: 0.333, observations: 2 };
    let found = mean(&design, &one, &x, &Options::default()).expect("an estimate");
    let judged = assess(&found, rule);
    assert_eq!((judged.grade, judged.reasons), (Grade::Withhold, vec![(Grade::Withhold, QualityReason::OneCluster)]));
    assert!(DirectEstimate::of(&found).is_none());
    let share = proportion(&design, &one, &yes, ProportionInterval::Beta, &Options::default()).expect("an estimate");
    assert!(assess(&share, QualityRule::NchsProportion).reasons.contains(&(Grade::Withhold, QualityReason::OneCluster)));
    let middle = quantile(&design, &one, &x, 0.5, &Options::default()).expect("a quantile");
    assert_eq!(assess_quantile(&middle, rule).expect("a grade").reasons, [(Grade::Withhold, QualityReason::OneCluster)]);
}
