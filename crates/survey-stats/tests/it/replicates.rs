//! Replicate weights beside those of R, and beside linearisation.

use std::path::Path;

use survey_stats::{
    Centre, ClusterLabels, Clusters, Column, DegreesOfFreedom, Design, DesignFault, Domain, IntervalGap, Labels, LoneReason, LoneUnit,
    Measure, Options, Population, QuantileError, ReplicateFreedom, ReplicateMethod, Replicates, Stage, Variance, Weights, mean, total,
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
    compare_more(answers);
    compare_lone(answers);
}

/// Quantiles, correlations and replicates without an estimate, beside `svyquantile` and `withReplicates` over `svrepdesign`.
fn compare_more(answers: &Path) {
    let (table, made) = (Table::read(&answers.join("replicates-more.csv")), Table::read(&answers.join("replicates.csv")));
    let jkn_scales = Table::read(&answers.join("jkn-scales.csv")).column("scale").values().to_vec();
    for row in 0..table.rows {
        let text = |name: &str| table.text(name)[row].clone();
        let figure = |name: &str| table.column(name).values()[row];
        let (kind, part, statistic) = (text("kind"), text("part"), text("statistic"));
        let of_jackknife = kind.starts_with("jk");
        let Sample { data, names, .. } = if of_jackknife { sipas(false, false) } else { pairs() };
        let place = made.text("kind").iter().position(|known| *known == kind).expect("the kind");
        let count = made.column("replicates").values()[place] as usize;
        let scales = if kind == "jkn" { jkn_scales.clone() } else { vec![made.column("rscale1").values()[place]; count] };
        let design = Design::new(data.rows, Weights::Given(data.column("w")), &[Stage::new(Clusters::Rows)], LoneUnit::Refuse);
        let design = design.expect("a design");
        let weights = weights_of(answers, &kind, count);
        let given = Replicates::given(&design, &weights, made.column("scale").values()[place], &scales).expect("replicates");
        let given = given.with_freedom(ReplicateFreedom::Rank);
        let inside = rows_of(&part, &data, of_jackknife);
        let domain = design.domain(part.as_str(), &inside).expect("a domain");
        let [first, second] = names.map(|name| data.column(name));
        let told = format!("{kind} {part} {statistic}");
        let (value, error, interval, without) = if let Some((kind, p)) = statistic.split_once(':') {
            let kind = if kind == "spread" { QuantileError::Spread } else { QuantileError::Woodruff };
            let p = p.parse().expect("a number");
            let found = given.quantile(&design, &domain, &second, p, kind, &OPTIONS()).expect("a quantile");
            (found.value, found.standard_error, found.interval, found.replicates_without_estimate)
        } else {
            let found = match statistic.as_str() {
                "mean" => given.estimate(&design, &domain, Measure::Mean(&second), &OPTIONS()),
                _ => given.correlation(&design, &domain, &first, &second, &OPTIONS()),
            };
            let found = found.expect("an estimate");
            (found.value, found.standard_error, found.interval, found.replicates_without_estimate)
        };
        assert!(close(value, figure("estimate")), "{told}: {value}");
        assert_eq!(without, figure("without") as usize, "{told}");
        // Where the interval of the share leaves [0, 1], R has no end on that side and no error.
        if interval == Err(IntervalGap::BeyondSample) {
            assert!(figure("se").is_nan() && error.is_none(), "{told}");
            continue;
        }
        let interval = interval.expect("an interval");
        assert!(close(interval.degrees_of_freedom, figure("df")), "{told}");
        // Where the lower end of the share lies below the first step, R takes the second smallest value; here it is the smallest one.
        let smallest = second.values().iter().zip(&inside).filter(|(_, inside)| **inside).map(|(x, _)| *x).fold(f64::INFINITY, f64::min);
        if statistic.starts_with("quantile") && close(interval.low, smallest) && !close(figure("low"), smallest) {
            assert!(figure("low") > smallest, "{told}");
            continue;
        }
        for (ours, theirs) in [(error.expect("an error"), figure("se")), (interval.low, figure("low")), (interval.high, figure("high"))] {
            assert!(close(ours, theirs), "{told}: {ours} for {theirs}");
        }
    }
}

/// The rows of a part, as the script of R takes them.
fn rows_of(part: &str, data: &Table, of_jackknife: bool) -> Vec<bool> {
    let unit: Vec<(String, String)> = if of_jackknife {
        data.text("commune").iter().map(|commune| (commune.clone(), commune.clone())).collect()
    } else {
        data.text("stratum").iter().cloned().zip(data.text("cluster").iter().cloned()).collect()
    };
    let mut strata: Vec<&String> = Vec::new();
    let mut firsts = Vec::new();
    for here in &unit {
        if !strata.contains(&&here.0) {
            strata.push(&here.0);
            firsts.push(here);
        }
    }
    (0..data.rows)
        .map(|row| match part {
            "whole" => true,
            "half" => 2 * (row + 1) <= data.rows,
            _ => firsts[..2].contains(&&unit[row]),
        })
        .collect()
}

fn lone(choice: LoneUnit) -> (Table, Design) {
    let data = Table::read(&folder().join("expected/lone.csv"));
    let mut stage = Stage::new(Clusters::Labelled(data.labels("cluster")));
    stage.strata = Some(data.labels("stratum"));
    let design = Design::new(data.rows, Weights::Given(data.column("w")), &[stage], choice).expect("a design");
    (data, design)
}

const CHOICES: [(&str, LoneUnit); 4] =
    [("certainty", LoneUnit::Certainty), ("adjust", LoneUnit::Adjust), ("average", LoneUnit::Average), ("collapse", LoneUnit::Collapse)];

/// Strata of one unit in a jackknife, beside `as.svrepdesign` with `survey.lonely.psu`.
fn compare_lone(answers: &Path) {
    let table = Table::read(&answers.join("replicates-lone.csv"));
    assert_eq!(table.rows, 8);
    for row in 0..table.rows {
        let (name, statistic) = (table.text("choice")[row].as_str(), table.text("statistic")[row].as_str());
        let choice = CHOICES.iter().find(|(known, _)| *known == name).expect("a choice").1;
        let (data, design) = lone(choice);
        let x = data.column("x");
        let measure = if statistic == "mean" { Measure::Mean(&x) } else { Measure::Total(&x) };
        let replicates = Replicates::stratified_jackknife(&design).expect("replicates");
        let ours = replicates.estimate(&design, &design.whole(), measure, &OPTIONS()).expect("an estimate");
        let figure = |name: &str| table.column(name).values()[row];
        assert_eq!(replicates.count(), figure("replicates") as usize, "{name}");
        assert!(close(ours.value, figure("estimate")), "{name} {statistic}");
        let error = ours.standard_error.expect("an error");
        assert!(close(error, figure("se")), "{name} {statistic}: {error} for {}", figure("se"));
    }
}

#[test]
fn bootstraps_take_lone_units_as_certain_or_in_joined_strata() {
    for (name, choice) in CHOICES {
        let (data, design) = lone(choice);
        let x = data.column("x");
        let linear = mean(&design, &design.whole(), &x, &OPTIONS()).expect("an estimate").standard_error.expect("an error");
        for made in [Replicates::rao_wu(&design, 4000, 3), Replicates::canty_davison(&design, 50, 3)] {
            match choice {
                LoneUnit::Adjust | LoneUnit::Average => {
                    let faults = made.expect_err("faults");
                    assert_eq!(faults.len(), 2, "{name}: {faults:?}");
                    assert!(faults[0].to_string().ends_with("no other choice than certainty and collapsing"), "{}", faults[0]);
                }
                _ => {
                    let made = made.expect("replicates");
                    // Canty and Davison's one scale is for strata that are alike, which these are not.
                    if made.count() > 50 {
                        let found = error_of(&made, &design, &design.whole(), &x);
                        assert!((found / linear - 1.0).abs() < 0.05, "{name}: {found} beside {linear}");
                    }
                }
            }
        }
    }
    // With strata of one unit alone there is nothing to take an average of, nor anything to leave out.
    let mut stage = Stage::new(Clusters::Rows);
    stage.strata = Some(Labels::new("s", ["a", "b"]));
    let pair =
        |choice| Design::new(2, Weights::Given(Column::new("w", vec![1.0; 2])), std::slice::from_ref(&stage), choice).expect("a design");
    let told = Replicates::stratified_jackknife(&pair(LoneUnit::Average)).expect_err("faults");
    assert!(told.len() == 2 && told[0].to_string().ends_with("no other stratum has more of them to measure by"), "{}", told[0]);
    assert_eq!(Replicates::stratified_jackknife(&pair(LoneUnit::Collapse)).expect("replicates").count(), 2);
    assert!(Replicates::stratified_jackknife(&pair(LoneUnit::Certainty)).is_err(), "nothing varies");
    // Half samples keep a certain unit whole; strata of three are still refused.
    let (_, design) = lone(LoneUnit::Certainty);
    let faults = Replicates::balanced_half_samples(&design, 0.0).expect_err("faults");
    assert!(matches!(faults[..], [DesignFault::NotPaired { clusters: 3, .. }]), "{faults:?}");
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
    let lone = |choice| {
        let units = Labels::new("unit", ["a", "b", "c"]);
        let stage = Stage { strata: Some(Labels::new("stratum", ["x", "x", "y"])), ..Stage::new(Clusters::Labelled(units)) };
        Design::new(3, Weights::Given(Column::new("w", vec![1.0; 3])), &[stage], choice).expect("a design")
    };
    let averaged = Replicates::balanced_half_samples(&lone(LoneUnit::Average), 0.0).expect_err("faults");
    assert!(matches!(averaged[..], [DesignFault::LoneUnit { row: 3, reason: LoneReason::NotByReplicates, .. }]), "{averaged:?}");
    assert_eq!(Replicates::balanced_half_samples(&lone(LoneUnit::Certainty), 0.0).map(|made| made.count()), Ok(2));
    let census = Stage { population: Population::Fraction(Column::new("f", vec![1.0; 3])), ..Stage::new(Clusters::Rows) };
    let census = Design::new(3, Weights::Given(Column::new("w", vec![1.0; 3])), &[census], LoneUnit::Refuse).expect("a design");
    assert_eq!(Replicates::stratified_jackknife(&census).expect_err("faults"), [DesignFault::NothingVaries]);
    assert!(Replicates::rao_wu(&design, 1, 3).is_err() && Replicates::canty_davison(&design, 0, 3).is_err());
    let Sample { design, .. } = pairs();
    assert!(Replicates::balanced_half_samples(&design, 1.0).is_err());
    let wrong = Replicates::given(&design, &[vec![1.0; 40], vec![f64::NAN; 40]], 1.0, &[1.0, -1.0]).expect_err("faults");
    assert_eq!(wrong.len(), 41);
    assert_eq!(wrong[0].to_string(), "scale: -1 is out of range");
    let lone = Stage { strata: Some(Labels::new("s", ["a", "a", "b"])), ..Stage::new(Clusters::Rows) };
    let design = Design::new(3, Weights::Given(Column::new("w", vec![1.0; 3])), &[lone], LoneUnit::Adjust).expect("a design");
    let fault = Replicates::rao_wu(&design, 10, 1).expect_err("faults");
    assert_eq!(
        fault[0].to_string(),
        "row 3, column s: stratum b of stage 1 has a single sampled unit, for which these replicates have no other choice than certainty \
         and collapsing"
    );
}

#[test]
fn a_domain_that_replicates_miss_keeps_its_figure_and_counts_them() {
    let Sample { data, design, .. } = pairs();
    let x = data.column("x");
    let replicates = Replicates::balanced_half_samples(&design, 0.0).expect("replicates");
    let few = design.domain("few", &rows_of("few", &data, false)).expect("a domain");
    let found = replicates.estimate(&design, &few, Measure::Mean(&x), &OPTIONS()).expect("an estimate");
    assert_eq!(found.replicates_without_estimate, 2, "half samples without both clusters");
    assert!(found.standard_error.is_some_and(|error| error > 0.0));
    // One cluster: half of the half samples have it, and all of these say the same, with strata and clusters known or not.
    let members: Vec<bool> = (0..data.rows).map(|row| data.text("stratum")[row] == "s1" && data.text("cluster")[row] == "1").collect();
    let plain = Design::new(data.rows, Weights::Given(data.column("w")), &[Stage::new(Clusters::Rows)], LoneUnit::Refuse);
    let plain = plain.expect("a design");
    let given = Replicates::given(&plain, &replicates.weights(&design).expect("weights"), replicates.scale(), &[1.0; 8]);
    let given = given.expect("replicates").with_freedom(ReplicateFreedom::Rank);
    for (replicates, design) in [(&replicates, &design), (&given, &plain)] {
        let domain = design.domain("one", &members).expect("a domain");
        let value = mean(design, &domain, &x, &OPTIONS()).expect("an estimate").value;
        let found = replicates.estimate(design, &domain, Measure::Mean(&x), &OPTIONS()).expect("an estimate");
        assert!(close(found.value, value) && found.standard_error.is_none(), "{found:?}");
        assert_eq!((found.interval, found.replicates_without_estimate), (Err(IntervalGap::OneCluster), 4));
        let half = replicates.quantile(design, &domain, &x, 0.5, QuantileError::Woodruff, &OPTIONS()).expect("a quantile");
        assert_eq!((half.standard_error, half.replicates_without_estimate), (None, 4));
        let spread = replicates.quantile(design, &domain, &x, 0.5, QuantileError::Spread, &OPTIONS()).expect("a quantile");
        assert_eq!((spread.value, spread.standard_error, spread.replicates_without_estimate), (half.value, None, 4));
        assert_eq!(spread.interval, Err(IntervalGap::OneCluster));
        let together = replicates.correlation(design, &domain, &x, &data.column("y"), &OPTIONS()).expect("an estimate");
        assert_eq!((together.standard_error, together.replicates_without_estimate), (None, 4));
        assert_eq!(together.interval, Err(IntervalGap::OneCluster));
    }
    // Where a single replicate is left there is no spread to take.
    let mut weights = vec![vec![0.0; data.rows]; 3];
    weights[1] = vec![2.0; data.rows];
    let lost = Replicates::given(&plain, &weights, 1.0, &[1.0; 3]).expect("replicates");
    let found = lost.estimate(&plain, &plain.whole(), Measure::Mean(&x), &OPTIONS()).expect("an estimate");
    assert_eq!((found.standard_error, found.interval), (None, Err(IntervalGap::FewReplicates)));
    assert_eq!(found.replicates_without_estimate, 2);
}

#[test]
fn a_made_jackknife_gives_quantiles_and_correlations_the_error_of_the_same_weights_given() {
    let Sample { data, design, names } = sipas(true, false);
    let made = Replicates::stratified_jackknife(&design).expect("replicates");
    let given = Replicates::given(&design, &made.weights(&design).expect("weights"), made.scale(), made.replicate_scales());
    let given = given.expect("replicates");
    let [x, y] = names.map(|name| data.column(name));
    let whole = design.whole();
    let errors = [&made, &given].map(|set| {
        let quantile = set.quantile(&design, &whole, &x, 0.5, QuantileError::Woodruff, &OPTIONS()).expect("a quantile");
        let correlation = set.correlation(&design, &whole, &x, &y, &OPTIONS()).expect("an estimate");
        (quantile.standard_error.expect("an error"), correlation.standard_error.expect("an error"))
    });
    assert!(close(errors[0].0, errors[1].0) && close(errors[0].1, errors[1].1), "{errors:?}");
    let linear = survey_stats::correlation(&design, &whole, &x, &y, &OPTIONS()).expect("an estimate");
    assert!((errors[0].1 / linear.standard_error.expect("an error") - 1.0).abs() < 0.1, "near linearisation");
    let flat = Column::new("flat", vec![1.0; data.rows]);
    assert!(made.correlation(&design, &whole, &x, &flat, &OPTIONS()).is_err(), "a constant has no correlation");
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
