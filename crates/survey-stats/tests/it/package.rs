//! Weights, tests and models over the data sets of the package `survey` itself, where R is installed.

use std::collections::BTreeMap;
use std::path::Path;

use survey_stats::{
    Auxiliary, ClusterLabels, Clusters, Design, Distance, Family, LoneUnit, Margin, Missing, Options, Population, RakingResiduals, Stage,
    Term, WeightStep, Weights, chi_square, mean, regression, reliability, t_test_of_two, total,
};

use crate::beside_r::{close, r_is_here, run_r};
use crate::table::Table;

type Figures = BTreeMap<String, f64>;

fn leave_out() -> Options {
    Options { missing: Missing::LeaveOut, ..Options::default() }
}

fn schools(data: &Table, clusters: bool) -> Design {
    let mut stage = Stage::new(if clusters { Clusters::Labelled(data.labels("dnum")) } else { Clusters::Rows });
    stage.strata = (!clusters).then(|| data.labels("stype"));
    stage.population = Population::Size(data.column("fpc"));
    Design::new(data.rows, Weights::Given(data.column("pw")), &[stage], LoneUnit::Refuse).expect("a design")
}

fn totals(list: &[(&str, f64)]) -> Vec<(String, f64)> {
    list.iter().map(|(level, total)| ((*level).to_owned(), *total)).collect()
}

fn weights(figures: &mut Figures, data: &Table) {
    let design = schools(data, true);
    let types = Margin { labels: data.labels("stype"), totals: totals(&[("E", 4421.0), ("H", 755.0), ("M", 1018.0)]) };
    let wide = Margin { labels: data.labels("sch.wide"), totals: totals(&[("No", 1072.0), ("Yes", 5122.0)]) };
    let calibration = |distance| {
        let mut auxiliaries = vec![Auxiliary::constant(data.rows, 6194.0)];
        auxiliaries.extend(Auxiliary::levels(&data.labels("stype"), &totals(&[("H", 755.0), ("M", 1018.0)])));
        auxiliaries.push(Auxiliary { column: data.column("api99"), total: 3_914_069.0 });
        WeightStep::Calibration { auxiliaries, distance }
    };
    for (name, step) in [
        ("poststrata", WeightStep::PostStrata(types.clone())),
        ("rake", WeightStep::Raking { margins: vec![types, wide], residuals: RakingResiduals::Unweighted }),
        ("linear", calibration(Distance::Linear)),
        ("raking", calibration(Distance::Raking)),
        ("logit", calibration(Distance::Logit { low: 0.5, high: 2.0 })),
    ] {
        let after = design.reweighted(&step).expect("weights").design;
        let sum = total(&after, &after.whole(), &data.column("enroll"), &Options::default()).expect("a total");
        let middle = mean(&after, &after.whole(), &data.column("api00"), &Options::default()).expect("a mean");
        figures.insert(format!("{name}/total"), sum.value);
        figures.insert(format!("{name}/total-se"), sum.standard_error.expect("an error"));
        figures.insert(format!("{name}/mean"), middle.value);
        figures.insert(format!("{name}/mean-se"), middle.standard_error.expect("an error"));
    }
}

fn coefficients(figures: &mut Figures, key: &str, design: &Design, family: Family, outcome: &survey_stats::Column, terms: &[Term]) {
    let found = regression(design, &design.whole(), family, outcome, terms, &leave_out()).expect("a regression");
    for (place, (value, se)) in found.coefficients.values.iter().zip(found.coefficients.standard_errors()).enumerate() {
        figures.insert(format!("{key}/{}/value", place + 1), *value);
        figures.insert(format!("{key}/{}/se", place + 1), se.expect("an error"));
    }
    if let Ok(test) = found.test_terms(&["agecat"]) {
        figures.insert("nhanes/wald".into(), test.f);
        figures.insert("nhanes/wald-p".into(), test.p_value.expect("a probability"));
    }
}

fn models(figures: &mut Figures, name: &str, data: &Table, clusters: bool) {
    let design = schools(data, clusters);
    let whole = design.whole();
    let items = ["ell", "meals", "mobility"].map(|name| data.column(name));
    let terms = items.clone().map(Term::Number);
    coefficients(figures, &format!("{name}/linear"), &design, Family::Linear, &data.column("api00"), &terms);
    coefficients(figures, &format!("{name}/logistic"), &design, Family::Logistic, &data.column("wide"), &terms);
    let found = chi_square(&design, &whole, &data.labels("sch.wide"), &data.labels("comp.imp"), &Options::default()).expect("a test");
    figures.insert(format!("{name}/chi"), found.rao_scott_second.statistic);
    figures.insert(format!("{name}/chi-p"), found.rao_scott_second.p_value.expect("a probability"));
    let marks = |wanted: bool| data.marks("wide").iter().map(|mark| *mark == wanted).collect::<Vec<_>>();
    let [yes, no] = [true, false].map(|wanted| design.domain("schools", &marks(wanted)).expect("a domain"));
    let test = t_test_of_two(&design, &yes, &no, &data.column("api00"), &Options::default()).expect("a test");
    figures.insert(format!("{name}/t"), test.t.expect("a t"));
    figures.insert(format!("{name}/t-p"), test.p_value.expect("a probability"));
    let alpha = reliability(&design, &whole, &items, &Options::default()).expect("an alpha");
    figures.insert(format!("{name}/alpha"), alpha.alpha.value);
}

fn health(figures: &mut Figures, data: &Table) {
    let mut stage = Stage::new(Clusters::Labelled(data.labels("SDMVPSU")));
    stage.strata = Some(data.labels("SDMVSTRA"));
    stage.cluster_labels = ClusterLabels::WithinStratum;
    let design = Design::new(data.rows, Weights::Given(data.column("WTMEC2YR")), &[stage], LoneUnit::Refuse).expect("a design");
    let levels = |name: &str, reference: Option<&str>| Term::Levels { labels: data.labels(name), reference: reference.map(Into::into) };
    let terms = [levels("race", None), levels("agecat", Some("(0;19]")), Term::Number(data.column("RIAGENDR"))];
    coefficients(figures, "nhanes/logistic", &design, Family::Logistic, &data.column("HI_CHOL"), &terms);
}

#[test]
fn weights_and_models_equal_r_over_its_own_data_where_it_is_installed() {
    if !r_is_here() {
        return;
    }
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("survey-stats-package");
    std::fs::create_dir_all(&fresh).expect("a folder");
    run_r("package.R", &[&fresh], &[]);
    let read = |name: &str| Table::read(&fresh.join(name));
    let mut figures = Figures::new();
    weights(&mut figures, &read("api-clus1.csv"));
    models(&mut figures, "strat", &read("api-strat.csv"), false);
    models(&mut figures, "clus1", &read("api-clus1.csv"), true);
    health(&mut figures, &read("nhanes-full.csv"));
    let table = read("package.csv");
    let mut differences = Vec::new();
    for row in 0..table.rows {
        let (key, expected) = (&table.text("key")[row], table.column("figure").values()[row]);
        let found = *figures.get(key).unwrap_or_else(|| panic!("no figure {key}"));
        // R's rake takes ten rounds for its residuals.
        let same = if key.starts_with("rake/") { (found / expected - 1.0).abs() < 1e-5 } else { close(found, expected) };
        if !same {
            differences.push(format!("{key}: {found}, R {expected}"));
        }
    }
    println!("{} figures over the package's own data compared", table.rows);
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}
