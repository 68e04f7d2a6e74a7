//! What the engine refuses, by name, with row and column.

use survey_stats::{
    Auxiliary, ClusterLabels, Clusters, Column, Design, DesignFault, Distance, EstimateFault, Family, Labels, Level, LoneUnit, Margin,
    Missing, Options, Population, ProportionInterval, Stage, Term, WeightStep, Weights, mean, proportion, quantile, ratio, regression,
    shares, total,
};

fn column(name: &str, values: &[f64]) -> Column {
    Column::new(name, values.to_vec())
}

fn faults(weights: &[f64], stage: Stage) -> Vec<String> {
    let found = Design::new(4, Weights::Given(column("w", weights)), &[stage], LoneUnit::Refuse).expect_err("faults");
    found.iter().map(ToString::to_string).collect()
}

fn villages() -> Stage {
    Stage::new(Clusters::Labelled(Labels::new("village", ["1", "2", "3", "4"])))
}

#[test]
fn weights_that_are_none() {
    assert_eq!(
        faults(&[1.0, -2.0, f64::NAN, f64::INFINITY], villages()),
        ["row 2, column w: -2 is no weight", "row 3, column w: no weight", "row 4, column w: inf is no weight"]
    );
    assert_eq!(faults(&[0.0; 4], villages()), ["column w: all weights are zero"]);
    assert_eq!(faults(&[1.0; 3], villages()), ["column w: 3 rows where 4 are needed"]);
}

#[test]
fn a_cluster_in_two_strata() {
    let mut stage = Stage::new(Clusters::Labelled(Labels::new("village", ["1", "2", "1", "3"])));
    stage.strata = Some(Labels::new("province", ["a", "a", "b", "b"]));
    assert_eq!(faults(&[1.0; 4], stage), ["row 3, column village: cluster 1 stands in another stratum in row 1"]);
}

#[test]
fn a_cluster_that_is_certain_in_one_row_alone() {
    let mut stage = Stage::new(Clusters::Labelled(Labels::new("village", ["1", "1", "2", "3"])));
    stage.certainty = Some(vec![true, false, false, false]);
    let told = "row 2, column village: one of this row and row 1 says that cluster 1 is certain, the other that it is not".to_owned();
    assert!(faults(&[1.0; 4], stage.clone()).contains(&told));
    // Labels that start anew in each stratum do not make two clusters of one.
    stage.cluster_labels = ClusterLabels::WithinStratum;
    assert_eq!(faults(&[1.0; 4], stage.clone()), std::slice::from_ref(&told));
    stage.strata = Some(Labels::new("province", ["a", "a", "a", "b"]));
    assert!(faults(&[1.0; 4], stage.clone()).contains(&told));
    // The same label in another stratum is another cluster, certain or not.
    stage.clusters = Clusters::Labelled(Labels::new("village", ["1", "1", "2", "1", "1", "3", "3"]));
    stage.strata = Some(Labels::new("province", ["a", "a", "a", "b", "b", "a", "b"]));
    stage.certainty = Some(vec![true, true, false, false, false, false, false]);
    assert!(Design::new(7, Weights::Given(column("w", &[1.0; 7])), &[stage], LoneUnit::Refuse).is_ok());
}

#[test]
fn labels_that_are_missing() {
    let mut stage = villages();
    stage.strata = Some(Labels::new("province", ["a", "", "a", "a"]));
    assert_eq!(faults(&[1.0; 4], stage), ["row 2, column province: no label"]);
}

#[test]
fn populations_that_cannot_be() {
    let with = |population| {
        let mut stage = villages();
        stage.population = population;
        faults(&[1.0; 4], stage)
    };
    assert_eq!(with(Population::Size(column("N", &[3.0; 4]))), ["row 1, column N: a population of 3 for 4 sampled units"]);
    // A fraction where a size is asked for is caught in the same way, and a size where a fraction is asked for.
    assert_eq!(with(Population::Size(column("N", &[0.1; 4]))), ["row 1, column N: a population of 0.1 for 4 sampled units"]);
    assert_eq!(with(Population::Fraction(column("f", &[0.5, 40.0, 0.5, 0.5]))), ["row 2, column f: 40 is no sampling fraction"]);
    assert_eq!(with(Population::Size(column("N", &[9.0, 9.0, f64::NAN, 9.0]))), ["row 3, column N: no population"]);
    assert_eq!(
        with(Population::Size(column("N", &[0.0, -1.0, 9.0, 9.0]))),
        ["row 1, column N: 0 is no population", "row 2, column N: -1 is no population"]
    );
    assert_eq!(with(Population::Size(column("N", &[9.0, 9.0, 8.0, 9.0]))), ["row 3, column N: 8 where row 1 of the same stratum has 9"]);
    assert_eq!(
        Design::new(4, Weights::FromPopulation, &[villages()], LoneUnit::Refuse).expect_err("faults"),
        [DesignFault::WeightsNeedPopulation { stage: 1 }]
    );
}

#[test]
fn a_lone_unit_stops_by_default() {
    let mut stage = villages();
    stage.strata = Some(Labels::new("province", ["a", "a", "b", "c"]));
    assert_eq!(
        faults(&[1.0; 4], stage),
        [
            "row 3, column province: stratum b of stage 1 has a single sampled unit",
            "row 4, column province: stratum c of stage 1 has a single sampled unit"
        ]
    );
}

#[test]
fn an_average_over_lone_units_alone() {
    let mut stage = villages();
    stage.strata = Some(Labels::new("province", ["a", "b", "c", "d"]));
    let design = Design::new(4, Weights::Given(column("w", &[1.0; 4])), &[stage], LoneUnit::Average).expect("a design");
    let answer = mean(&design, &design.whole(), &column("x", &[1.0, 2.0, 3.0, 4.0]), &Options::default());
    assert_eq!(answer, Err(EstimateFault::NothingToAverage));
}

#[test]
fn a_domain_inside_a_lone_stratum_keeps_its_figure_without_an_error() {
    // Strata a and b have two units, c has one: the average of a and b says nothing of a domain that lies in c alone.
    let mut stage = Stage::new(Clusters::Labelled(Labels::new("village", ["1", "2", "3", "4", "5"])));
    stage.strata = Some(Labels::new("province", ["a", "a", "b", "b", "c"]));
    let design = Design::new(5, Weights::Given(column("w", &[1.0; 5])), &[stage], LoneUnit::Average).expect("a design");
    let inside = design.domain("c", &[false, false, false, false, true]).expect("a domain");
    let answer = mean(&design, &inside, &column("x", &[1.0, 2.0, 3.0, 4.0, 7.0]), &Options::default()).expect("a figure");
    assert_eq!((answer.value, answer.standard_error), (7.0, None));
}

#[test]
fn an_empty_sample_or_design() {
    let none = Weights::Given(column("w", &[]));
    assert_eq!(Design::new(0, none, &[villages()], LoneUnit::Refuse).expect_err("faults"), [DesignFault::NoRows]);
    let some = Weights::Given(column("w", &[1.0]));
    assert_eq!(Design::new(1, some, &[], LoneUnit::Refuse).expect_err("faults"), [DesignFault::NoStage]);
}

#[test]
fn questions_without_answer() {
    let design = Design::new(4, Weights::Given(column("w", &[1.0, 1.0, 0.0, 1.0])), &[villages()], LoneUnit::Refuse).expect("a design");
    let (whole, options) = (design.whole(), Options::default());
    let said = |fault: EstimateFault| fault.to_string();
    let gaps = column("x", &[1.0, f64::NAN, f64::NAN, 2.0]);
    assert_eq!(said(mean(&design, &whole, &gaps, &options).expect_err("a fault")), "row 2, column x: no value");
    let three = column("x", &[f64::NAN, 1.0, f64::NAN, f64::NAN]);
    assert_eq!(said(mean(&design, &whole, &three, &options).expect_err("a fault")), "row 1, column x: no value, like 2 rows in all");
    let nothing = column("x", &[f64::NAN; 4]);
    let leave_out = Options { missing: Missing::LeaveOut, ..options };
    assert_eq!(said(total(&design, &whole, &nothing, &leave_out).expect_err("a fault")), "domain : no row with positive weight and values");
    let only_zero = design.domain("third", &[false, false, true, false]);
    assert_eq!(said(only_zero.expect_err("a fault")), "domain third: no row with positive weight and values");
    let infinite = column("x", &[1.0, 2.0, 3.0, f64::NEG_INFINITY]);
    assert_eq!(said(mean(&design, &whole, &infinite, &options).expect_err("a fault")), "row 4, column x: -inf is no finite number");
    let large = column("x", &[f64::MAX, f64::MAX, 1.0, 1.0]);
    assert_eq!(total(&design, &whole, &large, &options), Err(EstimateFault::Overflow));
    let five = column("x", &[0.0, 5.0, 1.0, 1.0]);
    let answer = proportion(&design, &whole, &five, ProportionInterval::Logit, &options);
    assert_eq!(said(answer.expect_err("a fault")), "row 2, column x: 5 where 0 or 1 is needed");
    let zero = column("z", &[1.0, -1.0, 0.0, 0.0]);
    assert_eq!(said(ratio(&design, &whole, &five, &zero, &options).expect_err("a fault")), "column z: the denominator sums to zero");
    assert_eq!(said(quantile(&design, &whole, &five, 1.0, &options).expect_err("a fault")), "1 lies outside (0, 1)");
    assert!(Level::new(0.0).is_err() && Level::new(f64::NAN).is_err());
    let short = column("x", &[1.0]);
    assert_eq!(said(mean(&design, &whole, &short, &options).expect_err("a fault")), "column x: 1 rows where 4 are needed");
}

/// A variable that the design fixes has no sampling error; rounding must not pass for one.
#[test]
fn what_the_design_fixes_has_no_error() {
    let names: Vec<String> = (0..60).map(|row| format!("s{}", row % 7)).collect();
    let strata = Labels::new("s", &names);
    let mut stage = Stage::new(Clusters::Rows);
    stage.strata = Some(strata.clone());
    let weights: Vec<f64> = (0..60).map(|row| 10.1 + 1.7 * f64::from(row % 7)).collect();
    let design = Design::new(60, Weights::Given(column("w", &weights)), &[stage], LoneUnit::Refuse).expect("a design");
    let (whole, options) = (design.whole(), Options::default());
    let all = [
        ProportionInterval::T,
        ProportionInterval::Logit,
        ProportionInterval::Beta,
        ProportionInterval::Wilson,
        ProportionInterval::Arcsine,
        ProportionInterval::Likelihood,
    ];
    for method in all {
        for (_, share) in shares(&design, &whole, &strata, method, &options).expect("shares") {
            let interval = share.interval.expect("an interval");
            assert!(share.standard_error.expect("an error") <= 0.0 && (interval.high - interval.low).abs() <= 0.0, "{share:?}");
        }
    }
    let constant = total(&design, &whole, &column("x", &[33.847; 60]), &options).expect("a total");
    assert!(constant.standard_error.expect("an error") <= 0.0 && constant.design_effect.is_none(), "{constant:?}");
    // Post-stratification fixes shares in the same way.
    let plain = Design::new(60, Weights::Given(column("w", &weights)), &[Stage::new(Clusters::Rows)], LoneUnit::Refuse).expect("a design");
    let totals: Vec<(String, f64)> = (0..7).map(|level| (format!("s{level}"), 100.3 + 17.1 * f64::from(level))).collect();
    let step = WeightStep::PostStrata(Margin { labels: strata.clone(), totals });
    let after = plain.reweighted(&step).expect("a step").design;
    for (_, share) in shares(&after, &after.whole(), &strata, ProportionInterval::Beta, &options).expect("shares") {
        assert!(share.standard_error.expect("an error") <= 0.0 && share.interval.is_ok(), "{share:?}");
    }
}

#[test]
fn a_regression_needs_an_outcome_that_varies() {
    let design = Design::new(4, Weights::Given(column("w", &[1.0, 2.5, 3.1, 0.7])), &[villages()], LoneUnit::Refuse).expect("a design");
    let terms = [Term::Number(column("x", &[0.3, 0.7, 0.2, 0.9]))];
    for constant in [4.0, 0.1, 33.847] {
        let outcome = column("y", &[constant; 4]);
        let found = regression(&design, &design.whole(), Family::Linear, &outcome, &terms, &Options::default());
        assert_eq!(found.expect_err("a fault"), EstimateFault::Constant { column: "y".into() });
    }
    // An outcome that a term gives exactly has no error, not one of 1e-17.
    let exact = column("y", &[0.6, 1.4, 0.4, 1.8]);
    let found = regression(&design, &design.whole(), Family::Linear, &exact, &terms, &Options::default()).expect("a fit");
    let slope = found.coefficients.one(1).expect("a slope");
    assert!((slope.value - 2.0).abs() < 1e-12 && slope.standard_error.expect("an error") <= 0.0 && slope.t.is_none(), "{slope:?}");
}

#[test]
fn negative_weights_are_told() {
    let design = Design::new(4, Weights::Given(column("w", &[10.0; 4])), &[villages()], LoneUnit::Refuse).expect("a design");
    let x = column("x", &[1.0, 2.0, 3.0, 10.0]);
    let auxiliaries = vec![Auxiliary::constant(4, 40.0), Auxiliary { column: x.clone(), total: 900.0 }];
    let after = design.reweighted(&WeightStep::Calibration { auxiliaries, distance: Distance::Linear }).expect("a step");
    assert!(after.report.negative > 0);
    let (whole, options) = (after.design.whole(), Options::default());
    assert_eq!(after.design.negative_weights(&whole), after.report.negative);
    let large = column("large", &[0.0, 0.0, 0.0, 1.0]);
    let share = proportion(&after.design, &whole, &large, ProportionInterval::Logit, &options).expect_err("a fault");
    assert!(matches!(share, EstimateFault::ShareOutside { value, .. } if value > 1.0), "{share}");
    let small = after.design.domain("small", &[true, true, false, false]).expect("a domain");
    let outweighed = mean(&after.design, &small, &x, &options).expect_err("a fault");
    assert!(matches!(&outweighed, EstimateFault::NoPositiveSum { domain, sum } if domain == "small" && *sum < 0.0), "{outweighed}");
    assert!(matches!(quantile(&after.design, &whole, &x, 0.5, &options), Err(EstimateFault::NegativeWeight { row: 1, .. })));
}
