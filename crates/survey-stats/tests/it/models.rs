//! Tests and models by hand, their laws, and what they refuse.

use survey_stats::{
    Clusters, Column, Design, EstimateFault, Explained, Family, IntervalMethod, Labels, Level, LoneUnit, Measure, Options, Quadrant,
    Replicates, Stage, Target, Term, Weights, chi_square, components, correlation, difference_of_independent, drivers, factor_analysis,
    joint, mean, proportion, regression, reliability, t_test,
};

use crate::beside_r::close;
use crate::inference::{design, sipas};

fn flat(rows: usize) -> Design {
    let weights = Weights::Given(Column::new("w", vec![1.0; rows]));
    Design::new(rows, weights, &[Stage::new(Clusters::Rows)], LoneUnit::Refuse).expect("a design")
}

fn column(name: &str, values: &[f64]) -> Column {
    Column::new(name, values.to_vec())
}

const OPTIONS: fn() -> Options = Options::default;

#[test]
fn a_regression_on_a_line_is_the_line() {
    let design = flat(6);
    let x = column("x", &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let y = column("y", &[3.0, 5.0, 7.0, 9.0, 11.0, 13.0]);
    let found = regression(&design, &design.whole(), Family::Linear, &y, &[Term::Number(x.clone())], &OPTIONS()).expect("a regression");
    assert!(close(found.coefficients.values[0], 1.0) && close(found.coefficients.values[1], 2.0));
    assert!(matches!(found.explained, Explained::RSquared(r) if close(r, 1.0)));
    assert!(found.coefficients.standard_errors().iter().all(|se| se.is_some_and(|se| se < 1e-12)));
    assert_eq!(found.coefficients.names, ["(Intercept)", "x"]);
    let r = correlation(&design, &design.whole(), &x, &y, &OPTIONS()).expect("a correlation");
    assert!(
        close(r.value, 1.0)
            && r.standard_error.expect("an error") < 1e-12
            && r.interval.is_ok_and(|i| i.method == IntervalMethod::FisherZ && i.high <= 1.0)
    );
}

/// A regression on levels alone gives means of groups and their differences, with the errors of domain means.
#[test]
fn a_regression_on_groups_is_the_difference_of_their_means() {
    let data = sipas();
    let design = design(&data, false);
    let terms = [Term::Levels { labels: data.labels("group"), reference: Some("young".into()) }];
    let found = regression(&design, &design.whole(), Family::Linear, &data.column("income"), &terms, &OPTIONS()).expect("a regression");
    assert_eq!(found.coefficients.names, ["(Intercept)", "group=middle", "group=old"]);
    let income = data.column("income");
    let groups = design.groups(&data.labels("group")).expect("groups");
    let targets: Vec<Target<'_>> =
        groups.iter().map(|group| Target { name: group.name().into(), domain: group, measure: Measure::Mean(&income) }).collect();
    let means = joint(&design, &targets, &OPTIONS()).expect("estimates");
    let place = |name: &str| means.names.iter().position(|known| known == name).expect("a group");
    for (number, name) in [(1, "middle"), (2, "old")] {
        let difference = means.difference(place(name), place("young")).expect("a difference");
        let coefficient = found.coefficients.one(number).expect("a coefficient");
        assert!(
            close(difference.value, coefficient.value)
                && close(difference.standard_error.expect("an error"), coefficient.standard_error.expect("an error"))
        );
    }
    // A logistic regression on the constant alone is the log-odds of the proportion.
    let logistic =
        regression(&design, &design.whole(), Family::Logistic, &data.column("satisfied"), &[], &OPTIONS()).expect("a regression");
    let p = proportion(&design, &design.whole(), &data.column("satisfied"), survey_stats::ProportionInterval::Logit, &OPTIONS())
        .expect("an estimate");
    assert!(close(logistic.coefficients.values[0], (p.value / (1.0 - p.value)).ln()));
    assert!(close(
        logistic.coefficients.standard_errors()[0].expect("an error"),
        p.standard_error.expect("an error") / (p.value * (1.0 - p.value))
    ));
}

#[test]
fn regressions_that_cannot_be() {
    let design = flat(4);
    let fit = |family, y: [f64; 4], terms: &[Term]| {
        regression(&design, &design.whole(), family, &column("y", &y), terms, &OPTIONS()).expect_err("a fault").to_string()
    };
    let number = |name: &str, values: [f64; 4]| Term::Number(column(name, &values));
    let levels = |values: [&str; 4], reference: Option<&str>| Term::Levels {
        labels: Labels::new("g", values),
        reference: reference.map(Into::into),
    };
    let (y, x) = ([1.0, 2.0, 4.0, 3.0], [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(fit(Family::Linear, y, &[number("x", x), number("z", [2.0, 4.0, 6.0, 8.0])]), "column z: depends on the columns before it");
    assert_eq!(fit(Family::Linear, y, &[number("c", [7.0; 4])]), "column c: depends on the columns before it");
    let many: Vec<Term> = (0..5).map(|k| number(&format!("x{k}"), x.map(|x: f64| x.powi(k + 1)))).collect();
    assert_eq!(fit(Family::Linear, y, &many), "column x3: depends on the columns before it", "more columns than rows");
    assert_eq!(fit(Family::Linear, [1.0, f64::NAN, 2.0, 3.0], &[]), "row 2, column y: no value");
    assert_eq!(fit(Family::Linear, y, &[levels(["a", "", "b", "b"], None)]), "row 2, column g: no value");
    assert_eq!(fit(Family::Linear, y, &[levels(["a"; 4], None)]), "column g: fewer than two levels with weight");
    assert_eq!(fit(Family::Linear, y, &[levels(["a", "b", "a", "b"], Some("c"))]), "g=c is no term of the model");
    assert_eq!(fit(Family::Logistic, y, &[]), "row 2, column y: 2 where 0 or 1 is needed");
    assert_eq!(fit(Family::Logistic, [1.0; 4], &[]), "column y: all values are equal");
    let apart = fit(Family::Logistic, [0.0, 0.0, 1.0, 1.0], &[number("x", x)]);
    assert_eq!(apart, "the regression has no finite solution: a predictor separates the outcomes");
    let found =
        regression(&design, &design.whole(), Family::Linear, &column("y", &y), &[number("x", x)], &OPTIONS()).expect("a regression");
    assert_eq!(found.test_terms(&["z"]).expect_err("a fault").to_string(), "z is no term of the model");
    assert_eq!(found.test_terms(&[]).expect_err("a fault"), EstimateFault::NothingAsked);
}

#[test]
fn tests_of_constant_answers_have_no_t() {
    let design = flat(5);
    let same = t_test(&design, &design.whole(), &column("x", &[3.0; 5]), 3.0, &OPTIONS()).expect("a test");
    assert!(same.t.is_none() && same.p_value.is_none() && same.value.abs() < 1e-15);
    let targets = ["one", "other"].map(|name| column(name, &[1.0, 2.0, 3.0, 4.0, 6.0]));
    let whole = design.whole();
    let targets: Vec<Target<'_>> =
        targets.iter().map(|item| Target { name: item.name().into(), domain: &whole, measure: Measure::Mean(item) }).collect();
    let twins = joint(&design, &targets, &OPTIONS()).expect("estimates");
    let difference = twins.difference(0, 1).expect("a difference");
    assert!(difference.standard_error.expect("an error") <= 0.0 && difference.t.is_none(), "what is equal has no error: {difference:?}");
    assert_eq!(twins.wald(&[0, 1], &[0.0, 0.0]).expect_err("a fault"), EstimateFault::SingularCovariance);
    assert!(twins.difference(0, 2).is_err() && twins.contrast(&[1.0]).is_err() && twins.wald(&[0], &[]).is_err());
    // One condition: F is t².
    let one = twins.wald(&[0], &[1.0]).expect("a test");
    let t = (twins.values[0] - 1.0) / twins.standard_errors()[0].expect("an error");
    assert!(close(one.f, t * t));
}

#[test]
fn separate_samples_have_the_degrees_of_freedom_of_welch() {
    let one = flat(5);
    let other = flat(8);
    let first = mean(&one, &one.whole(), &column("x", &[1.0, 2.0, 3.0, 4.0, 9.0]), &OPTIONS()).expect("an estimate");
    let second = mean(&other, &other.whole(), &column("x", &[2.0, 2.0, 3.0, 3.0, 1.0, 2.0, 2.0, 4.0]), &OPTIONS()).expect("an estimate");
    let found = difference_of_independent(&first, &second, Level::NINETY_FIVE);
    let (a, b) = (first.standard_error.expect("an error").powi(2), second.standard_error.expect("an error").powi(2));
    assert!(
        close(found.standard_error.expect("an error"), (a + b).sqrt())
            && close(found.degrees_of_freedom, (a + b).powi(2) / (a * a / 4.0 + b * b / 7.0))
    );
}

#[test]
fn tables_that_cannot_be_tested() {
    let design = flat(6);
    let labels = |name: &str, values: [&'static str; 6]| Labels::new(name, values);
    let test = |one: &Labels, other: &Labels| chi_square(&design, &design.whole(), one, other, &OPTIONS()).map(|found| found.pearson);
    let two = labels("two", ["a", "b", "a", "b", "a", "b"]);
    assert_eq!(test(&labels("one", ["x"; 6]), &two).expect_err("a fault").to_string(), "column one: fewer than two levels with weight");
    assert_eq!(test(&labels("gap", ["x", "", "y", "x", "y", "x"]), &two).expect_err("a fault").to_string(), "row 2, column gap: no value");
    // Proportional margins: nothing to find.
    let even = labels("even", ["x", "x", "x", "x", "y", "y"]);
    assert!(test(&even, &two).expect("a test").abs() < 1e-12);
    // The order of rows and of levels does not matter.
    let uneven = labels("uneven", ["x", "x", "y", "x", "y", "y"]);
    assert!(close(test(&uneven, &two).expect("a test"), test(&two, &uneven).expect("a test")));
}

#[test]
fn reliability_by_hand_and_refused() {
    let design = flat(5);
    let item = |name: &str, values: [f64; 5]| column(name, &values);
    let x = [1.0, 2.0, 3.0, 4.0, 5.0];
    // Equal items: alpha 1.
    let twins = reliability(&design, &design.whole(), &[item("a", x), item("b", x)], &OPTIONS()).expect("an alpha");
    assert!(close(twins.alpha.value, 1.0) && close(twins.standardised_alpha, 1.0) && close(twins.items[0].item_total, 1.0));
    assert!(twins.items[0].alpha_without.is_none() && twins.alpha.standard_error.expect("an error") < 1e-9);
    let ask = |items: &[Column]| reliability(&design, &design.whole(), items, &OPTIONS()).expect_err("a fault").to_string();
    assert_eq!(ask(&[item("a", x)]), "items: 1 is out of range");
    assert_eq!(ask(&[item("a", x), item("b", [4.0; 5])]), "column b: all values are equal");
    assert_eq!(ask(&[item("a", x), item("b", x.map(|x| 6.0 - x))]), "column sum of items: all values are equal");
    let [a, b, c] = [item("a", x), item("b", [2.0, 1.0, 4.0, 3.0, 5.0]), item("c", x.map(|x| 2.0 * x))];
    let factors = |items: &[Column], count| {
        factor_analysis(&design, &design.whole(), items, count, &OPTIONS()).map(|found| found.explained).expect_err("a fault")
    };
    assert_eq!(factors(&[a.clone(), b.clone(), c.clone()], 2), EstimateFault::OutOfRange { what: "factors", value: 2.0 });
    assert_eq!(factors(&[a.clone(), b.clone(), c.clone()], 1), EstimateFault::SingularCovariance, "c follows from a");
    assert!(correlation(&design, &design.whole(), &a, &item("k", [1.0; 5]), &OPTIONS()).is_err());
    let drive = |items: &[Column]| drivers(&design, &design.whole(), &b, items, None, &OPTIONS()).map(|found| found.r_squared);
    assert_eq!(drive(&[a.clone(), c]), Err(EstimateFault::Dependent { column: "c".into() }));
    assert!(drive(&[]).is_err() && drive(&vec![a; 19]).is_err());
}

#[test]
fn shares_of_drivers_sum_to_what_is_explained_and_have_errors() {
    let data = sipas();
    let design = design(&data, false);
    let replicates = Replicates::stratified_jackknife(&design).expect("replicates");
    let predictors = ["item1", "income", "requests"].map(|name| data.column(name));
    let found = drivers(&design, &design.whole(), &data.column("item2"), &predictors, Some(&replicates), &OPTIONS()).expect("drivers");
    let sum: f64 = found.drivers.iter().map(|driver| driver.share).sum();
    assert!(close(sum, found.r_squared) && close(found.drivers.iter().map(|driver| driver.relative).sum(), 1.0));
    assert!(found.drivers.iter().all(|driver| driver.share >= 0.0 && driver.share_error.is_some_and(|error| error > 0.0)));
    let one = drivers(&design, &design.whole(), &data.column("item2"), &predictors[..1], None, &OPTIONS()).expect("drivers");
    let r = correlation(&design, &design.whole(), &data.column("item2"), &predictors[0], &OPTIONS()).expect("a correlation");
    assert!(close(one.r_squared, r.value * r.value) && close(one.drivers[0].standardised, r.value));
    // In one cluster the jackknife has one replicate without answers, and all others say the same: no error is known.
    let inside: Vec<bool> = data.text("commune").iter().map(|commune| *commune == data.text("commune")[0]).collect();
    let cluster = design.domain("cluster", &inside).expect("a domain");
    let alone = drivers(&design, &cluster, &data.column("item2"), &predictors, Some(&replicates), &OPTIONS()).expect("drivers");
    assert!(alone.r_squared > 0.0 && alone.drivers.iter().all(|driver| driver.share_error.is_none()));
    assert_eq!(alone.replicates_without_estimate, 1);
    // Four predictors with shares around 0.2 and performances around 3, and small errors.
    let mut four = found.clone();
    four.drivers.push(found.drivers[0].clone());
    for (driver, (share, performance)) in four.drivers.iter_mut().zip([(0.3, 2.0), (0.3, 4.0), (0.1, 2.0), (0.1, 4.0)]) {
        driver.share = share;
        driver.share_error = Some(0.01);
        driver.performance.value = performance;
        driver.performance.standard_error = Some(0.1);
        driver.performance.interval = driver.performance.interval.map(|interval| survey_stats::Interval {
            low: performance - 0.2,
            high: performance + 0.2,
            ..interval
        });
    }
    let of = |found: &survey_stats::Drivers| found.quadrants();
    let expected = [Quadrant::Concentrate, Quadrant::KeepUp, Quadrant::LowPriority, Quadrant::PossibleOverkill];
    assert_eq!(of(&four), expected.map(|quadrant| (quadrant, Some(true))));
    four.drivers[0].share_error = Some(0.2);
    assert_eq!(of(&four)[0], (Quadrant::Concentrate, Some(false)), "a share that may as well be below the mean is not sure");
    four.drivers[0].share_error = None;
    assert_eq!(of(&four)[0], (Quadrant::Concentrate, None), "only the performance was judged");
    four.drivers[0].performance.interval = Err(survey_stats::IntervalGap::OneCluster);
    assert_eq!(of(&four)[0], (Quadrant::Concentrate, Some(false)), "and here it is not sure itself");
}

/// The spread of an estimate over replicates is the error that the replicates give for it.
#[test]
fn any_statistic_may_be_replicated() {
    let data = sipas();
    let design = design(&data, false);
    let replicates = Replicates::stratified_jackknife(&design).expect("replicates");
    let item = data.column("item1");
    let weighted_mean = |weights: &[f64]| {
        let all: f64 = weights.iter().sum();
        Some(vec![weights.iter().zip(item.values()).map(|(w, x)| w * x).sum::<f64>() / all, all])
    };
    let all = replicates.covariance_of(&design, weighted_mean).expect("covariances");
    assert_eq!(all.without, 0);
    let covariance = all.covariance;
    let found = replicates.estimate(&design, &design.whole(), Measure::Mean(&item), &OPTIONS()).expect("an estimate");
    assert!(close(covariance.get(0, 0).sqrt(), found.standard_error.expect("an error")));
    let told = replicates.covariance_of(&design, |_| None).expect_err("a fault");
    assert_eq!(told, EstimateFault::ReplicateWithoutEstimate { replicate: 1 });
    // Replicates without figures are left out and counted, as in R.
    let mut call = 0;
    let some = |weights: &[f64]| {
        call += 1;
        weighted_mean(weights).filter(|_| call > 2)
    };
    let rest = replicates.covariance_of(&design, some).expect("covariances");
    assert_eq!(rest.without, 2);
    assert!(rest.covariance.get(0, 0) > 0.0 && rest.covariance.get(0, 0) < covariance.get(0, 0) * 1.5);
}

#[test]
fn answers_of_one_village_resemble_each_other() {
    // Two strata of 20 villages of 10 answers: villages differ with variance 1, answers inside them with variance 4.
    let mut seed = 1_u64;
    let mut chance = || {
        // The sum of twelve even figures is nearly normal.
        (0..12)
            .map(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (seed >> 33) as f64 / f64::from(1_u32 << 31)
            })
            .sum::<f64>()
            - 6.0
    };
    let (mut villages, mut strata, mut x) = (Vec::new(), Vec::new(), Vec::new());
    for village in 0..400 {
        let lean = chance() + if village < 200 { 0.0 } else { 30.0 };
        for _ in 0..10 {
            villages.push(format!("v{village}"));
            strata.push(if village < 200 { "low" } else { "high" });
            x.push(lean + 2.0 * chance());
        }
    }
    let mut stage = Stage::new(Clusters::Labelled(Labels::new("village", &villages)));
    stage.strata = Some(Labels::new("stratum", &strata));
    let rows = villages.len();
    let design =
        Design::new(rows, Weights::Given(Column::new("w", vec![1.0; rows])), &[stage, Stage::new(Clusters::Rows)], LoneUnit::Refuse);
    let design = design.expect("a design");
    let found = components(&design, &design.whole(), &column("x", &x), &OPTIONS()).expect("components");
    assert_eq!((found.stages.len(), found.answers_per_unit.as_slice()), (1, [10.0].as_slice()), "rows are the answers");
    assert!((found.stages[0] - 1.0).abs() < 0.25 && (found.answers - 4.0).abs() < 0.3, "{found:?}");
    assert!((found.intraclass[0] - 0.2).abs() < 0.04, "strata are no part of it: {found:?}");
    let flat = flat(4);
    assert_eq!(components(&flat, &flat.whole(), &column("x", &[1.0, 2.0, 3.0, 4.0]), &OPTIONS()), Err(EstimateFault::NothingAsked));
}
