//! Steps that change weights, beside R, by hand, and refused.

use std::path::Path;

use survey_stats::{
    Auxiliary, Clusters, Column, Design, Distance, Estimate, Labels, LoneUnit, Margin, Missing, Options, Population, PropensityUse,
    RakingResiduals, Replicates, Stage, WeightFault, WeightStep, WeightSummary, Weights, mean, ratio, total,
};

use crate::beside_r::{close, folder, r_is_here, run_r};
use crate::table::Table;

fn sipas() -> Table {
    Table::read(&folder().join("expected/sipas.csv"))
}

fn design(data: &Table, stages: usize) -> Design {
    let names = [("commune", "N1"), ("village", "N2")];
    let mut list: Vec<Stage> = names.iter().map(|(unit, _)| Stage::new(Clusters::Labelled(data.labels(unit)))).collect();
    list[0].strata = Some(data.labels("province"));
    if stages == 2 {
        for (stage, (_, size)) in list.iter_mut().zip(names) {
            stage.population = Population::Size(data.column(size));
        }
    }
    list.truncate(stages);
    Design::new(data.rows, Weights::Given(data.column("w")), &list, LoneUnit::Refuse).expect("a design")
}

fn totals(list: &[(&str, f64)]) -> Vec<(String, f64)> {
    list.iter().map(|(level, total)| ((*level).to_owned(), *total)).collect()
}

fn margin(data: &Table, name: &str, list: &[(&str, f64)]) -> Margin {
    Margin { labels: data.labels(name), totals: totals(list) }
}

fn margins(data: &Table) -> Vec<Margin> {
    let provinces = [("p1", 3e5), ("p2", 19e4), ("p3", 15e4), ("p4", 59e4), ("p5", 6000.0), ("p6", 144_000.0)];
    vec![
        margin(data, "group", &[("middle", 52e4), ("old", 47e4), ("young", 39e4)]),
        margin(data, "rural", &[("0", 58e4), ("1", 80e4)]),
        margin(data, "province", &provinces),
    ]
}

fn auxiliaries(data: &Table) -> Vec<Auxiliary> {
    let mut list = vec![Auxiliary::constant(data.rows, 138e4)];
    list.extend(Auxiliary::levels(&data.labels("group"), &totals(&[("old", 47e4), ("young", 39e4)])));
    list.push(Auxiliary { column: data.column("rural"), total: 8e5 });
    list.push(Auxiliary { column: data.column("income"), total: 135e5 });
    list
}

fn answered(data: &Table) -> Vec<bool> {
    data.column("item3").values().iter().map(|value| !value.is_nan()).collect()
}

fn step(data: &Table, case: &str) -> WeightStep {
    let calibration = |distance| WeightStep::Calibration { auxiliaries: auxiliaries(data), distance };
    let raking = |residuals| WeightStep::Raking { margins: margins(data), residuals };
    match case {
        "poststrata" | "jackknife" => WeightStep::PostStrata(margins(data).remove(0)),
        "rake" => raking(RakingResiduals::Unweighted),
        "margins" => raking(RakingResiduals::Weighted),
        "linear" | "clustered" => calibration(Distance::Linear),
        "bounded" => calibration(Distance::LinearBounded { low: 0.9, high: 1.45 }),
        "raking" => calibration(Distance::Raking),
        "logit" => calibration(Distance::Logit { low: 0.7, high: 1.6 }),
        "trim" => WeightStep::Trimming { low: 500.0, high: 6000.0, strict: false },
        "strict" => WeightStep::Trimming { low: 900.0, high: 4500.0, strict: true },
        "classes" => WeightStep::ResponseClasses { classes: data.labels("group"), responded: answered(data) },
        "propensity" => WeightStep::ResponsePropensity {
            predictors: vec![data.column("rural"), data.column("income"), data.column("item1")],
            responded: answered(data),
            using: PropensityUse::Inverse,
        },
        other => panic!("case {other}"),
    }
}

fn estimate(data: &Table, design: &Design, case: &str, statistic: &str) -> Estimate {
    let options = Options { missing: Missing::LeaveOut, ..Options::default() };
    let whole = design.whole();
    let rare = || design.domain("rare", &data.marks("rare")).expect("a domain");
    let item = if ["classes", "propensity"].contains(&case) { "item3" } else { "item1" };
    let found = match statistic {
        "total" => total(design, &whole, &data.column(item), &options),
        "mean" => mean(design, &whole, &data.column(item), &options),
        "ratio" => ratio(design, &whole, &data.column("on_time"), &data.column("requests"), &options),
        "rare" => mean(design, &rare(), &data.column("item2"), &options),
        _ => total(design, &rare(), &data.column("income"), &options),
    };
    found.expect("an estimate")
}

fn compare(answers: &Path) {
    let data = sipas();
    let (figures, columns) = (Table::read(&answers.join("weights.csv")), Table::read(&answers.join("adjusted-weights.csv")));
    let mut differences = Vec::new();
    for row in 0..figures.rows {
        let (case, statistic) = (figures.text("case")[row].as_str(), figures.text("statistic")[row].as_str());
        let before = design(&data, if ["clustered", "jackknife"].contains(&case) { 1 } else { 2 });
        let step = step(&data, case);
        let after = before.reweighted(&step).expect("weights");
        let (expected, expected_se) = (figures.column("estimate").values()[row], figures.column("se").values()[row]);
        let found = if case == "jackknife" {
            let replicates = Replicates::stratified_jackknife(&before).expect("replicates");
            let replicates = replicates.reweighted(&before, &step).expect("replicates");
            let item = data.column("item1");
            let measure = if statistic == "total" { survey_stats::Measure::Total(&item) } else { survey_stats::Measure::Mean(&item) };
            replicates.estimate(&after.design, &after.design.whole(), measure, &Options::default()).expect("an estimate")
        } else {
            let theirs = columns.column(case);
            for (ours, theirs) in after.design.weights().iter().zip(theirs.values()) {
                assert!(close(*ours, *theirs), "{case}: weight {ours}, R {theirs}");
            }
            estimate(&data, &after.design, case, statistic)
        };
        // R's rake takes ten rounds for its residuals, whatever is left; here none is left.
        let se_close = if case == "rake" {
            (found.standard_error.expect("an error") / expected_se - 1.0).abs() < 1e-5
        } else {
            close(found.standard_error.expect("an error"), expected_se)
        };
        if !close(found.value, expected) || !se_close {
            differences.push(format!(
                "{case} {statistic}: {} ({}), R {expected} ({expected_se})",
                found.value,
                found.standard_error.expect("an error")
            ));
        }
    }
    println!("{} figures of weights compared", 2 * figures.rows);
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

#[test]
fn weights_and_errors_equal_the_saved_answers_of_r() {
    compare(&folder().join("expected"));
}

#[test]
fn weights_and_errors_equal_fresh_answers_of_r_where_it_is_installed() {
    if r_is_here() {
        let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("survey-stats-weights");
        std::fs::create_dir_all(&fresh).expect("a folder");
        run_r("weights.R", &[&folder().join("expected"), &fresh], &[]);
        compare(&fresh);
    }
}

#[test]
fn reports_say_what_a_step_did() {
    let data = sipas();
    let before = design(&data, 2);
    let after = before.reweighted(&step(&data, "rake")).expect("weights");
    let report = after.report;
    assert_eq!(report.targets.len(), 3 + 2 + 6);
    for target in &report.targets {
        assert!((target.after / target.wanted - 1.0).abs() < 1e-11, "{target:?}");
    }
    assert_eq!((report.targets[3].name.as_str(), report.targets[3].wanted), ("rural=0", 58e4));
    let (old, new) = (report.before.expect("weights"), report.after.expect("weights"));
    assert!((new.sum - 138e4).abs() < 1e-5 && (old.sum - before.weights().iter().sum::<f64>()).abs() < 1e-5);
    assert!(report.iterations > 1 && report.dropped == 0 && report.trimmed == 0 && report.negative == 0);
    let silent = answered(&data).iter().filter(|answered| !**answered).count();
    assert_eq!(before.reweighted(&step(&data, "classes")).expect("weights").report.dropped, silent);
    let strict = before.reweighted(&step(&data, "strict")).expect("weights");
    assert!(strict.report.trimmed > 0 && strict.design.weights().iter().all(|weight| (899.999_9..=4_500.000_1).contains(weight)));
    assert!((strict.design.weights().iter().sum::<f64>() - old.sum).abs() < 1e-5, "trimming keeps the sum");
}

#[test]
fn effective_size_is_kishs() {
    let even = WeightSummary::of(&[2.0, 2.0, 0.0, 2.0]).expect("weights");
    assert!(close(even.effective_size, 3.0) && close(even.design_effect, 1.0) && even.rows == 3);
    let uneven = WeightSummary::of(&[1.0, 3.0]).expect("weights");
    // (1 + 3)² / (1 + 9), and 1 + cv² with cv = 1 / 2.
    assert!(close(uneven.effective_size, 1.6) && close(uneven.design_effect, 1.25) && close(uneven.coefficient_of_variation, 0.5));
    assert!(uneven.quartiles.iter().zip([1.0, 1.5, 2.0, 2.5, 3.0]).all(|(found, expected)| close(*found, expected)));
    assert!(WeightSummary::of(&[0.0]).is_none());
}

/// An auxiliary is known, so its own total has no error; and post-stratification is calibration to indicators.
#[test]
fn what_is_known_has_no_error() {
    let data = sipas();
    for case in ["linear", "raking", "logit", "bounded"] {
        let after = design(&data, 2).reweighted(&step(&data, case)).expect("weights").design;
        let found = total(&after, &after.whole(), &data.column("income"), &Options::default()).expect("a total");
        assert!(close(found.value, 135e5) && found.standard_error.expect("an error") < 1e-6, "{case}: {found:?}");
    }
    let levels = totals(&[("middle", 52e4), ("old", 47e4), ("young", 39e4)]);
    let linear = WeightStep::Calibration { auxiliaries: Auxiliary::levels(&data.labels("group"), &levels), distance: Distance::Linear };
    let before = design(&data, 2);
    let (one, other) = (before.reweighted(&linear).expect("weights"), before.reweighted(&step(&data, "poststrata")).expect("weights"));
    let [one, other] = [one, other].map(|after| estimate(&data, &after.design, "linear", "ratio"));
    assert!(close(one.value, other.value) && close(one.standard_error.expect("an error"), other.standard_error.expect("an error")));
}

/// The error after an adjustment for non-response, beside a jackknife that does the adjustment anew in each replicate.
#[test]
fn errors_after_non_response_are_those_of_a_jackknife() {
    let data = sipas();
    let before = design(&data, 1);
    let replicates = Replicates::stratified_jackknife(&before).expect("replicates");
    let item = data.column("item3");
    let options = Options { missing: Missing::LeaveOut, ..Options::default() };
    for case in ["classes", "propensity"] {
        let step = step(&data, case);
        let after = before.reweighted(&step).expect("weights").design;
        let changed = replicates.reweighted(&before, &step).expect("replicates");
        let measure = survey_stats::Measure::Total(&item);
        let jackknife = changed.estimate(&after, &after.whole(), measure, &options).expect("an estimate").standard_error.expect("an error");
        let linear = total(&after, &after.whole(), &item, &options).expect("an estimate").standard_error.expect("an error");
        assert!((jackknife / linear - 1.0).abs() < 0.03, "{case}: jackknife {jackknife}, linear {linear}");
    }
    let fifths = WeightStep::ResponsePropensity {
        predictors: vec![data.column("income")],
        responded: answered(&data),
        using: PropensityUse::Classes(5),
    };
    let after = before.reweighted(&fifths).expect("weights").design;
    assert!(close(after.weights().iter().sum(), before.weights().iter().sum()), "classes keep the sum of the weights");
}

fn four(weights: [f64; 4]) -> Design {
    let stage = Stage::new(Clusters::Rows);
    Design::new(4, Weights::Given(Column::new("w", weights.to_vec())), &[stage], LoneUnit::Refuse).expect("a design")
}

fn said(step: &WeightStep) -> Vec<String> {
    four([1.0, 2.0, 3.0, 4.0]).reweighted(step).expect_err("faults").iter().map(ToString::to_string).collect()
}

#[test]
fn margins_that_cannot_be() {
    let labels = || Labels::new("sex", ["m", "f", "", "x"]);
    let step = WeightStep::PostStrata(Margin { labels: labels(), totals: totals(&[("m", 5.0), ("f", -1.0), ("m", 2.0), ("q", 3.0)]) });
    assert_eq!(
        said(&step),
        [
            "column sex: -1 is no total of f",
            "column sex: level m has two totals",
            "row 4, column sex: level x has no total",
            "row 3, column sex: no label",
            "column sex: level q has a total of 3 and no row with weight",
        ]
    );
    let margin =
        |name: &str, list: [&str; 4], a: f64, b: f64| Margin { labels: Labels::new(name, list), totals: totals(&[("a", a), ("b", b)]) };
    let raking = |second: Margin| WeightStep::Raking {
        margins: vec![margin("one", ["a", "a", "b", "b"], 4.0, 6.0), second],
        residuals: RakingResiduals::default(),
    };
    assert_eq!(said(&raking(margin("two", ["a", "b", "a", "b"], 5.0, 6.0))), ["margin two sums to 11, margin one to 10"]);
    // The second margin is the first by another name, with other totals.
    let told = said(&raking(margin("two", ["a", "a", "b", "b"], 5.0, 5.0)));
    assert!(told.len() == 1 && told[0].contains("cannot be reached"), "{told:?}");
    assert!(said(&raking(Margin { labels: Labels::new("two", ["a"]), totals: totals(&[("a", 10.0)]) }))[0].contains("1 rows where 4"));
}

#[test]
fn calibrations_that_cannot_be() {
    let step = |list: Vec<(&str, [f64; 4], f64)>, distance| WeightStep::Calibration {
        auxiliaries: list
            .into_iter()
            .map(|(name, values, total)| Auxiliary { column: Column::new(name, values.to_vec()), total })
            .collect(),
        distance,
    };
    let one = ("one", [1.0; 4], 10.0);
    let x = [1.0, 2.0, 3.0, 4.0];
    let twice = step(vec![one, ("x", x, 30.0), ("y", [3.0, 5.0, 7.0, 9.0], 70.0)], Distance::Linear);
    assert_eq!(said(&twice), ["column y: depends on the auxiliaries before it"]);
    let wide = step(vec![one, ("x", x, 38.0)], Distance::Logit { low: 0.5, high: 1.2 });
    assert!(said(&wide)[0].contains("cannot be reached"), "{:?}", said(&wide));
    let wide = step(vec![one, ("x", x, 38.0)], Distance::LinearBounded { low: 0.5, high: 1.2 });
    assert!(said(&wide)[0].contains("cannot be reached"), "{:?}", said(&wide));
    let negative = step(vec![("x", x, -5.0)], Distance::Raking);
    assert!(said(&negative)[0].contains("column x: total -5 cannot be reached"), "{:?}", said(&negative));
    let gap = step(vec![one, ("x", [1.0, f64::NAN, f64::INFINITY, 4.0], 30.0)], Distance::Linear);
    assert_eq!(said(&gap), ["row 2, column x: no value", "row 3, column x: no value"]);
    assert_eq!(said(&step(vec![("x", x, f64::NAN)], Distance::Linear)), ["column x: a missing value is no total of x"]);
    let bounds = step(vec![one], Distance::Logit { low: 1.0, high: 2.0 });
    assert_eq!(said(&bounds), ["lower bound of calibration: 1 is out of range"]);
    let bounds = step(vec![one], Distance::LinearBounded { low: 0.0, high: 1.0 });
    assert_eq!(said(&bounds), ["upper bound of calibration: 1 is out of range"]);
}

/// The regression estimator may give negative weights; their rows still count, and further steps but trimming refuse them.
#[test]
fn negative_weights_count_and_are_told() {
    let x = Column::new("x", vec![1.0, 2.0, 3.0, 40.0]);
    let auxiliaries = vec![Auxiliary::constant(4, 10.0), Auxiliary { column: x.clone(), total: 10.0 }];
    let step = WeightStep::Calibration { auxiliaries, distance: Distance::Linear };
    let after = four([1.0, 2.0, 3.0, 4.0]).reweighted(&step).expect("weights");
    assert_eq!(after.report.negative, 1);
    let found = total(&after.design, &after.design.whole(), &x, &Options::default()).expect("a total");
    assert!(close(found.value, 10.0) && found.observations == 4 && found.standard_error.expect("an error") < 1e-12);
    let told = after.design.reweighted(&step).expect_err("faults");
    assert!(told[0].to_string().starts_with("weight before the step: -"), "{told:?}");
    let cut = after.design.reweighted(&WeightStep::Trimming { low: 0.0, high: 9.0, strict: true }).expect("weights");
    assert!(cut.report.negative == 0 && close(cut.design.weights().iter().sum(), 10.0));
}

#[test]
fn non_response_and_limits_that_cannot_be() {
    let classes = |responded: [bool; 4]| WeightStep::ResponseClasses {
        classes: Labels::new("area", ["a", "a", "b", "b"]),
        responded: responded.to_vec(),
    };
    assert_eq!(said(&classes([true, false, false, false])), ["column area: nobody of class b answered"]);
    let propensity = |values: [f64; 4], responded: [bool; 4]| WeightStep::ResponsePropensity {
        predictors: vec![Column::new("age", values.to_vec())],
        responded: responded.to_vec(),
        using: PropensityUse::Inverse,
    };
    let apart = four([1.0; 4]).reweighted(&propensity([1.0, 2.0, 3.0, 4.0], [true, true, false, false])).expect_err("faults");
    assert_eq!(apart, [WeightFault::Separated]);
    assert_eq!(said(&propensity([1.0, 2.0, 3.0, 4.0], [true; 4])), ["response does not vary"]);
    assert_eq!(said(&propensity([5.0; 4], [true, false, true, false])), ["column age: depends on the auxiliaries before it"]);
    assert_eq!(said(&propensity([5.0, f64::NAN, 1.0, 2.0], [true, false, true, false])), ["row 2, column age: no value"]);
    let limits = |low, high| WeightStep::Trimming { low, high, strict: true };
    assert_eq!(said(&limits(3.0, 2.0)), ["largest weight: 2 is out of range"]);
    assert_eq!(said(&limits(0.0, 2.0)), ["limits for weights of mean: 2.5 is out of range"]);
}
