//! Replicate weights beside those of R, and beside linearisation.

use std::path::Path;

use survey_stats::{
    Centre, ClusterLabels, Clusters, Column, DegreesOfFreedom, Design, DesignFault, Domain, IntervalGap, Labels, LoneUnit, Measure,
    Options, Population, ReplicateFreedom, ReplicateMethod, Replicates, Stage, Variance, Weights, mean, total,
};

use crate::beside_r::{close, folder, r_is_here, run_r};
use crate::table::Table;

const OPTIONS: fn() -> Options = Options::default;

struct Sample {
    data: Table,
    design: Design,
    names: [&'static str; 2],
}

fn sipas(strata: bool, sizes: bool) -> Sample {
    let data = Table::read(&folder().join("expected/sipas.csv"));
    let mut stage = Stage::new(Clusters::Labelled(data.labels("commune")));
    stage.strata = strata.then(|| data.labels("province"));
    if sizes {
        stage.population = Population::Size(data.column("N1"));
    }
    let design = Design::new(data.rows, Weights::Given(data.column("w")), &[stage], LoneUnit::Refuse).expect("a design");
    Sample { data, design, names: ["on_time", "requests"] }
}

fn pairs() -> Sample {
    let data = Table::read(&folder().join("expected/pairs.csv"));
    let mut stage = Stage::new(Clusters::Labelled(data.labels("cluster")));
    stage.strata = Some(data.labels("stratum"));
    stage.cluster_labels = ClusterLabels::WithinStratum;
    let design = Design::new(data.rows, Weights::Given(data.column("w")), &[stage], LoneUnit::Refuse).expect("a design");
    Sample { data, design, names: ["y", "x"] }
}

/// Weights that R made, one list a replicate.
fn weights_of(answers: &Path, kind: &str, count: usize) -> Vec<Vec<f64>> {
    let table = Table::read(&answers.join(format!("{kind}-weights.csv")));
    (1..=count).map(|number| table.column(&format!("r{number}")).values().to_vec()).collect()
}

fn compare(answers: &Path) {
    let table = Table::read(&answers.join("replicates.csv"));
    let figure = |name: &str, row: usize| table.column(name).values()[row];
    for row in 0..table.rows {
        let (kind, statistic) = (table.text("kind")[row].as_str(), table.text("statistic")[row].as_str());
        let sample = match kind {
            "jk1" => sipas(false, false),
            "jkn" | "jknmse" => sipas(true, false),
            "jknfpc" => sipas(true, true),
            _ => pairs(),
        };
        let design = &sample.design;
        let count = table.text("replicates")[row].parse().expect("a number");
        let given = |kind: &str| {
            let scales = vec![figure("rscale1", row); count];
            Replicates::given(design, &weights_of(answers, kind, count), figure("scale", row), &scales).expect("replicates")
        };
        let replicates = match kind {
            "jk1" => Replicates::jackknife(design).expect("replicates"),
            "jkn" | "jknfpc" => Replicates::stratified_jackknife(design).expect("replicates"),
            "jknmse" => Replicates::stratified_jackknife(design).expect("replicates").with_centre(Centre::FullSample),
            _ => given(kind),
        };
        // Where R draws differently, the engine's own set still has R's number and scale.
        let own = match kind {
            "brr" => Replicates::balanced_half_samples(design, 0.0),
            "fay" => Replicates::balanced_half_samples(design, 0.3),
            "subbootstrap" => Replicates::rao_wu(design, count, 1),
            "bootstrap" => Replicates::canty_davison(design, count, 1),
            _ => Ok(replicates.clone()),
        };
        let own = own.expect("replicates");
        assert!(own.count() == count && close(own.scale(), figure("scale", row)), "{kind}");
        assert_eq!(replicates.count(), count, "{kind}");
        assert!(close(replicates.scale(), figure("scale", row)), "{kind}");
        assert!(close(replicates.replicate_scales()[0], figure("rscale1", row)), "{kind}");
        let [first, second] = sample.names.map(|name| sample.data.column(name));
        let measure = match statistic {
            "total" => Measure::Total(&first),
            "mean" => Measure::Mean(&first),
            _ => Measure::Ratio(&first, &second),
        };
        let ours = replicates.estimate(design, &design.whole(), measure, &OPTIONS()).expect("an estimate");
        assert!(close(ours.value, figure("estimate", row)), "{kind} {statistic}: {}", ours.value);
        assert!(
            close(ours.standard_error.expect("an error"), figure("se", row)),
            "{kind} {statistic}: {} for {}",
            ours.standard_error.expect("an error"),
            figure("se", row)
        );
        // R counts no freedom in strata that are taken completely.
        if kind != "jknfpc" {
            assert!(close(ours.degrees_of_freedom, figure("df", row)), "{kind}: {}", ours.degrees_of_freedom);
        }
        assert_eq!(ours.variance, Variance::Replicates);
    }
    for (kind, sample, replicates) in [
        ("jk1", sipas(false, false), Replicates::jackknife as fn(&Design) -> Result<Replicates, Vec<DesignFault>>),
        ("jkn", sipas(true, false), Replicates::stratified_jackknife as fn(&Design) -> Result<Replicates, Vec<DesignFault>>),
    ] {
        // R leaves units out in the order of the rows, the engine in the order of the design: the same set of replicates.
        let sorted = |mut list: Vec<Vec<f64>>| {
            list.sort_by(|one, other| one.iter().map(|x| *x <= 0.0).cmp(other.iter().map(|x| *x <= 0.0)));
            list
        };
        let made = replicates(&sample.design).expect("replicates");
        let ours = sorted(made.weights(&sample.design).expect("weights"));
        let theirs = sorted(weights_of(answers, kind, made.count()));
        assert!(ours.iter().flatten().zip(theirs.iter().flatten()).all(|(&ours, &theirs)| close(ours, theirs)), "{kind}");
    }
    compare_alone(answers);
}

/// Weights that came without strata and clusters, beside `svrepdesign`.
fn compare_alone(answers: &Path) {
    let (table, made) = (Table::read(&answers.join("replicates-alone.csv")), Table::read(&answers.join("replicates.csv")));
    let scales = Table::read(&answers.join("jkn-scales.csv")).column("scale").values().to_vec();
    for row in 0..table.rows {
        let (kind, part) = (table.text("kind")[row].as_str(), table.text("part")[row].as_str());
        let figure = |name: &str| table.column(name).values()[row];
        let Sample { data, names, .. } = if kind.starts_with("jk") { sipas(false, false) } else { pairs() };
        let place = made.text("kind").iter().position(|known| known == kind).expect("the kind");
        let (count, scale) = (made.column("replicates").values()[place] as usize, made.column("scale").values()[place]);
        let scales = if kind == "jkn" { scales.clone() } else { vec![made.column("rscale1").values()[place]; count] };
        let design = Design::new(data.rows, Weights::Given(data.column("w")), &[Stage::new(Clusters::Rows)], LoneUnit::Refuse);
        let design = design.expect("a design");
        let given = Replicates::given(&design, &weights_of(answers, kind, count), scale, &scales).expect("replicates");
        let given = given.with_freedom(ReplicateFreedom::Rank);
        let half: Vec<bool> = (1..=data.rows).map(|row| part == "whole" || 2 * row <= data.rows).collect();
        let domain = design.domain(part, &half).expect("a domain");
        let ours = given.estimate(&design, &domain, Measure::Mean(&data.column(names[0])), &OPTIONS()).expect("an estimate");
        assert!(close(ours.value, figure("estimate")) && close(ours.standard_error.expect("an error"), figure("se")), "{kind} {part}");
        let interval = ours.interval.expect("an interval");
        assert!(close(ours.degrees_of_freedom, figure("df")), "{kind} {part}: {} for {}", ours.degrees_of_freedom, figure("df"));
        assert!(close(interval.low, figure("low")) && close(interval.high, figure("high")), "{kind} {part}: {interval:?}");
        let of_design = Options { degrees_of_freedom: DegreesOfFreedom::Design, ..OPTIONS() };
        let whole = given.estimate(&design, &domain, Measure::Mean(&data.column(names[0])), &of_design).expect("an estimate");
        let of_whole = |row: usize| table.text("kind")[row] == kind && table.text("part")[row] == "whole";
        let row = (0..table.rows).find(|&row| of_whole(row)).expect("the whole");
        assert!(close(whole.degrees_of_freedom, table.column("df").values()[row]), "{kind} {part}");
    }
}

#[test]
fn replicates_equal_the_saved_answers_of_r() {
    compare(&folder().join("expected"));
}

#[test]
fn replicates_equal_fresh_answers_of_r_where_it_is_installed() {
    if !r_is_here() {
        return;
    }
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("survey-stats-replicates");
    std::fs::create_dir_all(&fresh).expect("a folder");
    run_r("replicates.R", &[&folder().join("expected"), &fresh], &[]);
    compare(&fresh);
}

#[test]
fn balanced_half_samples_of_a_total_equal_linearisation() {
    let Sample { data, design, .. } = pairs();
    let x = data.column("x");
    let linear = total(&design, &design.whole(), &x, &OPTIONS()).expect("an estimate");
    for fay in [0.0, 0.3, 0.5] {
        let replicates = Replicates::balanced_half_samples(&design, fay).expect("replicates");
        assert_eq!((replicates.count(), replicates.method()), (8, ReplicateMethod::BalancedHalfSamples { fay }));
        let ours = replicates.estimate(&design, &design.whole(), Measure::Total(&x), &OPTIONS()).expect("an estimate");
        assert!(close(ours.standard_error.expect("an error"), linear.standard_error.expect("an error")), "{fay}");
        assert!(close(ours.design_effect.expect("an effect"), linear.design_effect.expect("an effect")));
    }
}

fn error_of(replicates: &Replicates, design: &Design, domain: &Domain, x: &Column) -> f64 {
    replicates.estimate(design, domain, Measure::Mean(x), &OPTIONS()).expect("an estimate").standard_error.expect("an error")
}

#[test]
fn bootstraps_come_near_linearisation_and_repeat_with_their_seed() {
    for sizes in [false, true] {
        let Sample { data, design, .. } = sipas(true, sizes);
        let x = data.column("requests");
        let whole = design.whole();
        let linear = mean(&design, &whole, &x, &OPTIONS()).expect("an estimate").standard_error.expect("an error");
        let of = |seed| Replicates::rao_wu(&design, 4000, seed).expect("replicates");
        let rao_wu = error_of(&of(5), &design, &whole, &x);
        // 4,000 replicates know a standard error to about 1.1 %.
        assert!((rao_wu / linear - 1.0).abs() < 0.05, "{sizes}: {rao_wu} beside {linear}");
        assert!((rao_wu - error_of(&of(5), &design, &whole, &x)).abs() <= 0.0);
        assert!((rao_wu - error_of(&of(6), &design, &whole, &x)).abs() > 0.0);
    }
}

#[test]
fn canty_davison_is_right_where_strata_are_alike() {
    // Its one scale stands for all strata, so it is right where they have the same number of units: 6 strata of 5.
    let rows = 30;
    let x: Vec<f64> = (0..rows).map(|row| f64::from((row * 7919) % 31_u32)).collect();
    for sizes in [false, true] {
        let mut stage = Stage::new(Clusters::Rows);
        stage.strata = Some(Labels::new("s", (0..rows).map(|row| (row / 5).to_string())));
        if sizes {
            stage.population = Population::Size(Column::new("N", vec![15.0; 30]));
        }
        let design = Design::new(30, Weights::Given(Column::new("w", vec![3.0; 30])), &[stage], LoneUnit::Refuse).expect("a design");
        let x = Column::new("x", x.clone());
        let linear = mean(&design, &design.whole(), &x, &OPTIONS()).expect("an estimate").standard_error.expect("an error");
        let replicates = Replicates::canty_davison(&design, 4000, 11).expect("replicates");
        let found = error_of(&replicates, &design, &design.whole(), &x);
        // The artificial population of 15 has the spread of 15 among 14 degrees of freedom.
        let expected = if sizes { linear * (15.0_f64 / 14.0).sqrt() } else { linear };
        assert!((found / expected - 1.0).abs() < 0.04, "{sizes}: {found} beside {expected}");
    }
}

#[test]
fn replicates_that_cannot_be_made() {
    let Sample { design, .. } = sipas(true, false);
    assert!(matches!(Replicates::jackknife(&design).expect_err("faults")[..], [DesignFault::OutOfRange { what: "strata", .. }]));
    let unpaired = Replicates::balanced_half_samples(&design, 0.0).expect_err("faults");
    assert!(matches!(unpaired[0], DesignFault::NotPaired { row: 1, clusters: 4, .. }), "{unpaired:?}");
    assert!(Replicates::rao_wu(&design, 1, 3).is_err() && Replicates::canty_davison(&design, 0, 3).is_err());
    let Sample { design, .. } = pairs();
    assert!(Replicates::balanced_half_samples(&design, 1.0).is_err());
    let wrong = Replicates::given(&design, &[vec![1.0; 40], vec![f64::NAN; 40]], 1.0, &[1.0, -1.0]).expect_err("faults");
    assert_eq!(wrong.len(), 41);
    assert_eq!(wrong[0].to_string(), "scale: -1 is out of range");
    let lone = Stage { strata: Some(Labels::new("s", ["a", "a", "b"])), ..Stage::new(Clusters::Rows) };
    let design = Design::new(3, Weights::Given(Column::new("w", vec![1.0; 3])), &[lone], LoneUnit::Adjust).expect("a design");
    let fault = Replicates::stratified_jackknife(&design).expect_err("faults");
    assert_eq!(fault[0].to_string(), "row 3, column s: stratum b of stage 1 has a single sampled unit");
}

#[test]
fn a_replicate_without_a_row_of_the_domain_is_named() {
    let Sample { data, design, .. } = pairs();
    // The first cluster of each of two strata.
    let (strata, clusters) = (data.text("stratum"), data.text("cluster"));
    let of = |stratum: &str| strata.iter().position(|here| here == stratum).map(|row| (stratum.to_owned(), clusters[row].clone()));
    let levels = data.labels("stratum").levels().to_vec();
    let chosen = [of(&levels[0]), of(&levels[1])];
    let members: Vec<bool> = (0..data.rows).map(|row| chosen.contains(&Some((strata[row].clone(), clusters[row].clone())))).collect();
    let domain = design.domain("two", &members).expect("a domain");
    let replicates = Replicates::balanced_half_samples(&design, 0.0).expect("replicates");
    let fault = replicates.estimate(&design, &domain, Measure::Mean(&data.column("x")), &OPTIONS()).expect_err("a fault");
    assert!(fault.to_string().ends_with("gives no estimate"), "{fault}");
}

/// Replicates that keep a part of each weight give an estimate in each, and all the same one where the answers lie in one cluster.
#[test]
fn replicates_of_one_cluster_show_no_error_which_is_not_an_error_of_zero() {
    let Sample { data, design, .. } = pairs();
    let members: Vec<bool> = (0..data.rows).map(|row| row < 3).collect();
    let domain = design.domain("three", &members).expect("a domain");
    let fay = Replicates::balanced_half_samples(&design, 0.3).expect("replicates");
    let plain = Design::new(data.rows, Weights::Given(data.column("w")), &[Stage::new(Clusters::Rows)], LoneUnit::Refuse);
    let plain = plain.expect("a design");
    let weights = fay.weights(&design).expect("weights");
    let given = Replicates::given(&plain, &weights, fay.scale(), fay.replicate_scales()).expect("replicates");
    let given = given.with_freedom(ReplicateFreedom::Rank);
    for (replicates, design, df) in [(&fay, &design, 0.0), (&given, &plain, 0.0)] {
        let found = replicates.estimate(design, &domain, Measure::Mean(&data.column("x")), &OPTIONS()).expect("an estimate");
        assert!(found.standard_error.is_none() && found.coefficient_of_variation.is_none(), "{found:?}");
        assert_eq!((found.interval, found.degrees_of_freedom), (Err(IntervalGap::OneCluster), df));
        let ones = Column::new("one", vec![1.0; data.rows]);
        let total = replicates.estimate(design, &domain, Measure::Total(&ones), &OPTIONS()).expect("an estimate");
        assert!(total.standard_error.is_some_and(|error| error > 0.0), "a total differs between clusters");
    }
}

#[test]
fn replicates_and_domains_of_another_design_are_refused() {
    let (one, other) = (pairs(), sipas(true, false));
    let x = one.data.column("x");
    let replicates = Replicates::rao_wu(&other.design, 3, 1).expect("replicates");
    let fault = replicates.estimate(&one.design, &one.design.whole(), Measure::Total(&x), &OPTIONS()).expect_err("a fault");
    assert_eq!(fault.to_string(), "column replicates: 485 rows where 40 are needed");
    assert!(replicates.weights(&one.design).is_err());
    assert!(total(&one.design, &other.design.whole(), &x, &OPTIONS()).is_err());
}
