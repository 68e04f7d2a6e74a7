//! Every case of `tests/r/cases.csv` beside the saved answers of R `survey`, and where R is installed beside fresh ones,
//! also over the data sets of the package.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use survey_stats::{
    ClusterLabels, Clusters, Design, Domain, EstimateFault, Interval, LoneUnit, Missing, Options, Population, ProportionInterval,
    Reference, Stage, Weights, mean, proportion, quantile, ratio, total,
};

use crate::table::Table;

/// Relative difference that is allowed, or absolute where the figures are below one millionth.
const TOLERANCE: f64 = 1e-8;

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/r")
}

/// Whether R with its `survey` package answers here; says so where it does not.
pub(crate) fn r_is_here() -> bool {
    let here = Command::new("Rscript").args(["-e", "library(survey)"]).output().is_ok_and(|output| output.status.success());
    if !here {
        println!("R with the package survey is not installed: only the saved answers were compared");
    }
    here
}

pub(crate) fn run_r(script: &str, arguments: &[&Path], more: &[&str]) {
    let output = Command::new("Rscript").arg(folder().join(script)).args(arguments).args(more).output().expect("R runs");
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
}

pub(crate) fn close(one: f64, other: f64) -> bool {
    (one - other).abs() <= TOLERANCE * one.abs().max(other.abs()).max(1e-6)
}

/// One row of the cases.
struct Case<'a> {
    table: &'a Table,
    row: usize,
}

impl Case<'_> {
    fn get(&self, name: &str) -> &str {
        &self.table.text(name)[self.row]
    }

    fn parts(&self, name: &str) -> Vec<&str> {
        self.get(name).split('+').filter(|part| !part.is_empty()).collect()
    }

    fn design(&self, data: &Table) -> Design {
        let (ids, strata, fpc) = (self.parts("ids"), self.parts("strata"), self.parts("fpc"));
        let mut stages = Vec::new();
        for number in 0..ids.len().max(1) {
            let mut stage = Stage::new(ids.get(number).map_or(Clusters::Rows, |name| Clusters::Labelled(data.labels(name))));
            stage.strata = strata.get(number).map(|name| data.labels(name));
            if self.get("nest") == "nest" {
                stage.cluster_labels = ClusterLabels::WithinStratum;
            }
            if let Some(name) = fpc.get(number) {
                let column = data.column(name);
                let is_fraction = column.values().iter().all(|&value| value <= 1.0);
                stage.population = if is_fraction { Population::Fraction(column) } else { Population::Size(column) };
            }
            stages.push(stage);
        }
        let weights = match self.get("weights") {
            "" if fpc.is_empty() => Weights::Given(survey_stats::Column::new("one", vec![1.0; data.rows])),
            "" => Weights::FromPopulation,
            name => Weights::Given(data.column(name)),
        };
        let lone = match self.get("lonely") {
            "" => LoneUnit::Refuse,
            "certainty" => LoneUnit::Certainty,
            "adjust" => LoneUnit::Adjust,
            "average" => LoneUnit::Average,
            other => panic!("lone unit {other}"),
        };
        Design::new(data.rows, weights, &stages, lone).expect("a design")
    }
}

/// Estimate, standard error, degrees of freedom, interval, both design effects.
struct Answer {
    estimate: f64,
    se: Option<f64>,
    df: f64,
    interval: Option<Interval>,
    deff: Option<[Option<f64>; 2]>,
}

fn answer(case: &Case<'_>, data: &Table, design: &Design, domain: &Domain) -> Result<Answer, EstimateFault> {
    let names: Vec<&str> = case.get("variable").split('/').collect();
    let (kind, argument) = case.get("statistic").split_once(':').unwrap_or((case.get("statistic"), ""));
    let variable = data.column(names[0]);
    let run = |reference: Reference| {
        let options = Options { missing: Missing::LeaveOut, reference, ..Options::default() };
        match kind {
            "mean" => mean(design, domain, &variable, &options),
            "total" => total(design, domain, &variable, &options),
            "ratio" => ratio(design, domain, &variable, &data.column(names[1]), &options),
            "proportion" => {
                let choice = match argument {
                    "t" => ProportionInterval::T,
                    "logit" => ProportionInterval::Logit,
                    "beta" => ProportionInterval::Beta,
                    "arcsine" => ProportionInterval::Arcsine,
                    "likelihood" => ProportionInterval::Likelihood,
                    other => panic!("interval {other}"),
                };
                proportion(design, domain, &variable, choice, &options)
            }
            other => panic!("statistic {other}"),
        }
    };
    if kind == "quantile" {
        let options = Options { missing: Missing::LeaveOut, ..Options::default() };
        let found = quantile(design, domain, &variable, argument.parse().expect("a probability"), &options)?;
        let df = found.interval.map_or(0.0, |interval| interval.degrees_of_freedom);
        return Ok(Answer { estimate: found.value, se: found.standard_error, df, interval: found.interval.ok(), deff: None });
    }
    let (without, with) = (run(Reference::WithoutReplacement)?, run(Reference::WithReplacement)?);
    Ok(Answer {
        estimate: without.value,
        se: without.standard_error,
        df: without.degrees_of_freedom,
        interval: without.interval.ok(),
        deff: matches!(kind, "mean" | "total" | "ratio").then_some([without.design_effect, with.design_effect]),
    })
}

fn number(table: &Table, name: &str, row: usize) -> Option<f64> {
    table.text(name)[row].trim().parse::<f64>().ok().filter(|value| value.is_finite())
}

/// Compares all answers of R with ours and lists every difference.
fn compare(cases: &Path, data_folder: &Path, answers: &Path) {
    let (cases, answers) = (Table::read(cases), Table::read(answers));
    let mut differences = String::new();
    let mut compared = 0;
    for row in 0..answers.rows {
        let index: usize = answers.text("case")[row].parse().expect("a number");
        let case = Case { table: &cases, row: index - 1 };
        let data = Table::read(&data_folder.join(format!("{}.csv", case.get("data"))));
        let design = case.design(&data);
        let group = &answers.text("group")[row];
        let inside = match case.get("domain") {
            "" => vec![true; data.rows],
            name => data.marks(name),
        };
        let members: Vec<bool> = match case.get("by") {
            "" => inside,
            name => data.text(name).iter().zip(inside).map(|(label, inside)| inside && label == group).collect(),
        };
        let domain = design.domain("case", &members).expect("a domain");
        let ours = answer(&case, &data, &design, &domain).expect("an estimate");
        let mut check = |name: &str, ours: Option<f64>| {
            let theirs = number(&answers, name, row);
            compared += 1;
            let same = match (ours, theirs) {
                (Some(ours), Some(theirs)) => close(ours, theirs),
                (None, None) => true,
                _ => false,
            };
            if !same {
                writeln!(
                    differences,
                    "case {index} {} {} {group}: {name} {ours:?}, R {theirs:?}",
                    case.get("statistic"),
                    case.get("variable")
                )
                .expect("a line");
            }
        };
        check("estimate", Some(ours.estimate));
        check("se", ours.se);
        if ours.interval.is_some() {
            check("df", Some(ours.df));
        }
        check("low", ours.interval.map(|interval| interval.low));
        check("high", ours.interval.map(|interval| interval.high));
        if let Some([without, with]) = ours.deff {
            check("deff", without);
            if number(&answers, "deff_replace", row).is_some() {
                check("deff_replace", with);
            }
        }
    }
    println!("{compared} figures compared");
    assert!(differences.is_empty(), "\n{differences}");
}

#[test]
fn estimates_equal_the_saved_answers_of_r() {
    let saved = folder().join("expected");
    compare(&folder().join("cases.csv"), &saved, &saved.join("estimates.csv"));
}

#[test]
fn estimates_equal_fresh_answers_of_r_where_it_is_installed() {
    if !r_is_here() {
        return;
    }
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("survey-stats-r");
    std::fs::create_dir_all(&fresh).expect("a folder");
    run_r("data.R", &[&fresh], &[]);
    for name in ["sipas.csv", "lone.csv", "pairs.csv"] {
        let read = |folder: &Path| std::fs::read_to_string(folder.join(name)).expect("data");
        assert_eq!(read(&fresh), read(&folder().join("expected")), "{name} is not what data.R makes");
    }
    let cases = folder().join("cases.csv");
    run_r("estimates.R", &[&cases, &fresh, &fresh.join("estimates.csv")], &[]);
    compare(&cases, &fresh, &fresh.join("estimates.csv"));
    let cases = folder().join("cases-package.csv");
    run_r("estimates.R", &[&cases, &fresh, &fresh.join("package.csv")], &["package"]);
    compare(&cases, &fresh, &fresh.join("package.csv"));
}
