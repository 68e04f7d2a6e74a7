//! Small areas beside R, by hand, and refused.

use std::path::Path;

use survey_stats::{AreaSource, AreaVariance, Column, DirectEstimate, DirectRule, EstimateFault, SmallAreas, small_areas};

use crate::beside_r::{close, folder, r_is_here, run_r};
use crate::table::Table;

fn fitted(data: &Table, variance: AreaVariance) -> SmallAreas {
    let direct: Vec<Option<DirectEstimate>> = data
        .column("y")
        .values()
        .iter()
        .zip(data.column("se").values())
        .map(|(&value, &standard_error)| (!value.is_nan()).then_some(DirectEstimate { value, standard_error, observations: 40 }))
        .collect();
    let rule = DirectRule { coefficient_of_variation: 0.01, ..DirectRule::default() };
    small_areas(data.text("area"), &direct, &[data.column("x"), data.column("z")], variance, rule).expect("a model")
}

fn compare(answers: &Path) {
    let data = Table::read(&answers.join("areas-data.csv"));
    let table = Table::read(&answers.join("areas.csv"));
    let [restricted, likelihood] = [AreaVariance::Restricted, AreaVariance::Likelihood].map(|kind| fitted(&data, kind));
    let mut differences = Vec::new();
    for row in 0..table.rows {
        let (key, expected) = (&table.text("key")[row], table.column("figure").values()[row]);
        let parts: Vec<&str> = key.split('/').collect();
        let model = if parts[0] == "restricted" { &restricted } else { &likelihood };
        let place = parts.get(2).map_or(0, |number| number.parse::<usize>().expect("a number") - 1);
        let found = match parts[1] {
            "variance" => model.variance,
            "coefficient" => model.coefficients[place],
            "coefficient-se" => model.covariance.get(place, place).sqrt(),
            "modelled" => model.areas[place].modelled,
            _ => model.areas[place].mean_squared_error,
        };
        if !close(found, expected) {
            differences.push(format!("{key}: {found}, R {expected}"));
        }
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

#[test]
fn areas_equal_the_saved_answers_of_r() {
    compare(&folder().join("expected"));
}

#[test]
fn areas_equal_fresh_answers_of_r_where_it_is_installed() {
    if r_is_here() {
        let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("survey-stats-areas");
        std::fs::create_dir_all(&fresh).expect("a folder");
        run_r("areas.R", &[&folder().join("expected"), &fresh], &[]);
        compare(&fresh);
    }
}

#[test]
fn every_figure_says_where_it_comes_from() {
    let data = Table::read(&folder().join("expected/areas-data.csv"));
    let found = fitted(&data, AreaVariance::Restricted);
    for (place, area) in found.areas.iter().enumerate() {
        match area.source {
            AreaSource::Direct => {
                let direct = area.direct.expect("an estimate");
                assert!(close(area.value, direct.value) && close(area.root_mean_squared_error, direct.standard_error));
                assert!(direct.standard_error <= 0.01 * direct.value);
            }
            AreaSource::Composite => {
                let direct = area.direct.expect("an estimate");
                assert!(direct.standard_error > 0.01 * direct.value && close(area.value, area.modelled));
                assert!(area.root_mean_squared_error < direct.standard_error, "the model lends strength: {area:?}");
                assert!(area.share_of_direct > 0.0 && area.share_of_direct < 1.0);
            }
            AreaSource::Synthetic => assert!(area.direct.is_none() && place >= 36 && area.share_of_direct <= 0.0),
        }
    }
    let count = |source| found.areas.iter().filter(|area| area.source == source).count();
    assert!(count(AreaSource::Direct) > 0 && count(AreaSource::Composite) > 0 && count(AreaSource::Synthetic) == 4);
}

fn direct(values: &[f64], standard_error: f64) -> Vec<Option<DirectEstimate>> {
    values.iter().map(|&value| Some(DirectEstimate { value, standard_error, observations: 5 })).collect()
}

#[test]
fn areas_that_do_not_differ_take_the_model_alone() {
    let names: Vec<String> = (0..5).map(|area| format!("c{area}")).collect();
    // The same figure in all areas: nothing lies between them.
    let same = small_areas(&names, &direct(&[10.0; 5], 2.0), &[], AreaVariance::Restricted, DirectRule::default()).expect("a model");
    assert!(same.variance <= 0.0 && same.areas.iter().all(|area| close(area.modelled, 10.0) && area.share_of_direct <= 0.0));
    // Equal errors: the variance between areas is the spread of the figures minus the error, and all shrink to the mean alike.
    let values = [4.0, 8.0, 10.0, 12.0, 16.0];
    let found = small_areas(&names, &direct(&values, 1.0), &[], AreaVariance::Restricted, DirectRule::default()).expect("a model");
    assert!(close(found.variance, 20.0 - 1.0), "{}", found.variance);
    assert!(close(found.areas[0].modelled, 10.0 + 19.0 / 20.0 * (4.0 - 10.0)));
    let likelihood = small_areas(&names, &direct(&values, 1.0), &[], AreaVariance::Likelihood, DirectRule::default()).expect("a model");
    assert!(close(likelihood.variance, 16.0 - 1.0), "{}", likelihood.variance);
}

#[test]
fn areas_that_cannot_be_modelled() {
    let names: Vec<String> = (0..4).map(|area| format!("c{area}")).collect();
    let good = direct(&[1.0, 2.0, 3.0, 5.0], 1.0);
    let ask = |direct: &[Option<DirectEstimate>], predictors: &[Column]| {
        small_areas(&names, direct, predictors, AreaVariance::Restricted, DirectRule::default()).expect_err("a fault")
    };
    let column = |name: &str, values: [f64; 4]| Column::new(name, values.to_vec());
    assert_eq!(ask(&good, &[column("x", [1.0, f64::NAN, 2.0, 3.0])]).to_string(), "row 2, column x: no value");
    assert_eq!(ask(&good, &[column("x", [2.0; 4])]), EstimateFault::Dependent { column: "x".into() });
    let three = [column("x", [1.0, 2.0, 3.0, 4.0]), column("y", [1.0, 4.0, 9.0, 1.0]), column("z", [1.0, 0.0, 0.0, 1.0])];
    assert_eq!(ask(&good, &three).to_string(), "areas with direct estimates: 4 is out of range");
    assert!(ask(&good[..3], &[]).to_string().contains("3 rows where 4 are needed"));
    let mut wrong = good.clone();
    wrong[2] = Some(DirectEstimate { value: 1.0, standard_error: 0.0, observations: 9 });
    assert_eq!(ask(&wrong, &[]).to_string(), "row 3, column standard error: 0 is no finite number");
}
