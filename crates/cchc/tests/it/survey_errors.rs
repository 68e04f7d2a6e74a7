//! Errors that the sample cannot tell, degrees of freedom of weights that came alone, and populations beside certainty units.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::program::{err, out, run};
use crate::survey::{figure, near, rows, sipas, survey};

const ONE_CLUSTER: &str = "the error cannot be estimated: all answers lie in one sampled cluster of each stratum";

fn answers(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../survey-stats/tests/r/expected").join(name);
    fs::read_to_string(path).expect("an answer of R")
}

fn written(folder: &tempfile::TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    fs::write(&path, text).expect("written");
    path.to_string_lossy().into_owned()
}

fn whole(output: &std::process::Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", err(output));
    serde_json::from_str(&out(output)).expect("JSON")
}

fn says(row: &Value, words: &str) -> bool {
    row["remark"].as_str().is_some_and(|remark| remark.contains(words))
}

#[test]
fn a_unit_inside_one_cluster_has_no_known_error_in_any_command() {
    let english = |command: &str, more: &[&str]| {
        rows(&survey(&[command], &[&["--cluster", "commune", "--format", "json", "--lang", "en"], more].concat()))
    };
    for more in [&[][..], &["--df", "design"], &["--quality", "cv"], &["--replicates", "jkn"]] {
        let found = english("estimate", &[&["--mean", "item1", "--proportion", "satisfied", "--by", "commune"], more].concat());
        assert_eq!(found.len(), 38);
        let silent = |row: &Value| ["se", "ci_low", "ci_high", "cv", "deff"].iter().all(|name| row[name].is_null());
        assert!(found.iter().all(|row| silent(row) && says(row, ONE_CLUSTER)), "{more:?}: {found:?}");
        let withheld = more.contains(&"--quality");
        assert!(found.iter().all(|row| row["estimate"].is_null() == withheld && says(row, "withheld") == withheld), "{more:?}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let rule = written(
        &folder,
        "rule.toml",
        "[[version]]\nid = \"a\"\nversion = \"1\"\nfirst-year = 2020\nscale = [1, 5]\nno-answer = \"leave-out\"\naggregation = \"equal-items\"\n\
         node = [{ code = \"total\" }, { code = \"item1\", parent = \"total\" }, { code = \"item2\", parent = \"total\" }]\n",
    );
    let index = |more: &[&str]| english("index", &[&["--rule", &rule, "--year", "2024", "--by", "commune"], more].concat());
    assert!(index(&[]).iter().all(|row| row["se"].is_null() && row["ci_low"].is_null() && says(row, ONE_CLUSTER)));
    let ranked = index(&["--rank", "total"]);
    let unknown = ["se", "rank_se", "rank_best", "rank_worst"];
    assert!(ranked.len() == 19 && ranked.iter().all(|row| unknown.iter().all(|name| row[name].is_null()) && says(row, ONE_CLUSTER)));
    assert!(ranked.iter().all(|row| row["alike"] == "1"), "no unit is told apart");
    let pairs = index(&["--rank", "total", "--pairs", "--df", "normal"]);
    let unknown = ["se", "ci_low", "p_value", "p_adjusted", "rank_difference_se", "share_before"];
    assert!(pairs.iter().all(|row| unknown.iter().all(|name| row[name].is_null()) && says(row, ONE_CLUSTER)));
    let tests = english("test", &["--mean", "item1", "--by", "commune", "--df", "normal"]);
    assert!(tests.iter().all(|row| row["t"].is_null() && row["p_adjusted"].is_null() && says(row, ONE_CLUSTER)));
    let inside = ["--where", "commune = 'p1c1'"];
    let fit = english("regress", &[&["--outcome", "item1", "--terms", "income"], &inside[..]].concat());
    assert!(fit.iter().all(|row| row["se"].is_null() && says(row, ONE_CLUSTER)), "{fit:?}");
    let more = [&["--cluster", "commune", "--table", "satisfied:group", "--lang", "en"], &inside[..]].concat();
    let table = survey(&["test"], &more);
    assert!(table.status.code() == Some(2) && err(&table).contains("all answers lie in one sampled cluster"), "{}", err(&table));
    let more = [&["--cluster", "commune", "--items", "item1,item2", "--format", "json", "--lang", "en"], &inside[..]].concat();
    let scale = whole(&survey(&["reliability"], &more));
    assert!(scale["notes"]["alpha_se"].is_null() && scale["notes"]["alpha_remark"] == ONE_CLUSTER, "{scale}");
}

#[test]
fn a_test_without_error_or_freedom_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(&folder, "x.csv", "g,x,y,z\na,2,1,5\na,2,2,7\nb,2,4,1\nb,2,3,2\n");
    let ask = |more: &[&str]| rows(&run(&[&["survey"], more, &["--data", &path, "--format", "json", "--lang", "en"]].concat()));
    let constant = ask(&["test", "--mean", "x", "--by", "g"]);
    assert!(constant[0]["t"].is_null() && says(&constant[0], "no error: all answers are equal"), "{constant:?}");
    let crowded = ask(&["regress", "--outcome", "y", "--terms", "z", "--factors", "g", "--where", "y < 4"]);
    assert!(crowded.iter().all(|row| row["p_value"].is_null() && row["remark"].is_string()), "{crowded:?}");
}

#[test]
fn drivers_without_errors_of_shares_do_not_claim_to_be_sure() {
    let ask = |more: &[&str]| {
        let design = ["--cluster", "commune", "--missing", "leave-out", "--format", "json", "--lang", "en"];
        rows(&survey(&["drivers"], &[&design[..], &["--outcome", "income", "--items", "item1,item2,on_time"], more].concat()))
    };
    let (plain, with_errors) = (ask(&[]), ask(&["--errors"]));
    assert!(plain.iter().all(|row| row["share_se"].is_null() && row["sure"] != true), "{plain:?}");
    let performance = plain.iter().filter(|row| row["sure"].is_null()).collect::<Vec<_>>();
    assert!(!performance.is_empty() && performance.iter().all(|row| says(row, "add --errors")), "{plain:?}");
    assert!(with_errors.iter().all(|row| row["share_se"].is_number() && row["sure"].is_boolean()), "{with_errors:?}");
}

/// The rows of a table with the columns of another behind them, those under other names.
fn beside(data: &str, weights: &str, name: &str) -> String {
    let mut text = String::new();
    for (row, (left, right)) in data.lines().zip(weights.lines()).enumerate() {
        let right = if row == 0 { right.replace('r', name) } else { right.to_owned() };
        writeln!(text, "{left},{right}").expect("a line");
    }
    text
}

#[test]
fn given_replicates_have_the_freedom_and_the_scales_of_r() {
    let alone = answers("replicates-alone.csv");
    let of = |kind: &str| {
        let line = alone.lines().find(|line| line.starts_with(&format!("{kind},whole,"))).expect("a line");
        line.split(',').skip(2).map(|field| field.parse().expect("a number")).collect::<Vec<f64>>()
    };
    let folder = tempfile::tempdir().expect("a folder");
    let made = answers("replicates.csv");
    let scale = made.lines().find(|line| line.starts_with("bootstrap,")).and_then(|line| line.split(',').nth(5)).expect("a scale");
    let pairs = written(&folder, "pairs.csv", &beside(&answers("pairs.csv"), &answers("bootstrap-weights.csv"), "rep_"));
    let ask = |data: &str, mean: &str, more: &[&str]| {
        let command = ["survey", "estimate", "--data", data, "--weights", "w", "--mean", mean, "--format", "json"];
        rows(&run(&[&command, more].concat())).remove(0)
    };
    let equals = |row: &Value, expected: &[f64]| {
        let names = ["df", "estimate", "se", "ci_low", "ci_high"];
        assert!(names.iter().zip(expected).all(|(name, expected)| near(figure(row, name), *expected)), "{row} {expected:?}");
    };
    let bootstrap = ["--replicates", "canty-davison", "--replicate-weights", "rep_", "--replicate-scale", scale];
    equals(&ask(&pairs, "y", &bootstrap), &of("bootstrap"));
    let scales = answers("jkn-scales.csv").replace("\nr", "\njk_");
    let sipas = fs::read_to_string(sipas()).expect("the data");
    let data = written(&folder, "jkn.csv", &beside(&sipas, &answers("jkn-weights.csv"), "jk_"));
    let table = written(&folder, "scales.csv", &scales);
    let list: Vec<&str> = scales.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
    let numbers = written(&folder, "scales.txt", &list.join("\n"));
    let list = list.join(",");
    for given in [&table, &numbers, &list] {
        let jackknife = ["--replicates", "jkn", "--replicate-weights", "jk_", "--replicate-scales", given];
        equals(&ask(&data, "on_time", &jackknife), &of("jkn"));
        equals(&ask(&data, "on_time", &[&jackknife[..], &["--strata", "province", "--cluster", "commune"]].concat()), &of("jkn"));
    }
    let refused = |more: &[&str]| {
        let command = ["survey", "estimate", "--data", &data, "--weights", "w", "--mean", "on_time", "--lang", "en"];
        let output = run(&[&command[..], &["--replicates", "jkn", "--replicate-weights", "jk_"], more].concat());
        assert_eq!(output.status.code(), Some(2));
        err(&output)
    };
    assert!(refused(&[]).contains("need --replicate-scales: for each replicate (n - 1) / n"));
    assert!(refused(&["--replicate-scales", "0.5,0.5"]).contains("has 2 numbers where 19 are needed"));
    let short = written(&folder, "short.csv", "replicate,scale\njk_1,0.5\n");
    assert!(refused(&["--replicate-scales", &short]).contains("replicate jk_2 has no scale"));
}

#[test]
fn a_population_that_counts_certainty_units_is_told_with_both_numbers() {
    let folder = tempfile::tempdir().expect("a folder");
    let ask = |population: &str, weights: &[&str]| {
        let text = format!("seat,N,w,y\n1,{population},1,1\n0,{population},4.5,1\n0,{population},4.5,1\n");
        let path = written(&folder, "seat.csv", &text);
        let design = ["--data", &path, "--fpc", "N", "--certainty", "seat", "--total", "y", "--format", "json", "--lang", "en"];
        whole(&run(&[&["survey", "estimate"], &design[..], weights].concat()))
    };
    let right = ask("9", &[]);
    assert!(near(figure(&right["rows"][0], "estimate"), 10.0), "{right}");
    assert_eq!(right["notes"]["certainty_population"], "9 unit(s) by --fpc and 1 certainty unit(s), 10 together");
    assert!(right["notes"]["certainty_warning"].is_null());
    let wrong = ask("10", &[]);
    assert_eq!(wrong["notes"]["certainty_population"], "10 unit(s) by --fpc and 1 certainty unit(s), 11 together");
    let betrayed = ask("10", &["--weights", "w"]);
    let warning = betrayed["notes"]["certainty_warning"].as_str().expect("a warning");
    assert!(warning.contains("by the weights there are 9 units") && warning.contains("--fpc says 10"), "{warning}");
    assert!(ask("9", &["--weights", "w"])["notes"]["certainty_warning"].is_null());
}

#[test]
fn faults_of_a_table_are_counted_whole_and_populations_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let cells = written(&folder, "cells.csv", &format!("w,x\n{}", "1,two\n".repeat(285)));
    let told = err(&run(&["survey", "estimate", "--data", &cells, "--mean", "x", "--lang", "en"]));
    assert!(told.contains("285 fault(s):") && told.contains("… and 185 more") && told.lines().count() < 110, "{told}");
    let rows = written(&folder, "rows.csv", &format!("w,x\n{}", "1\n".repeat(150)));
    let told = err(&run(&["survey", "estimate", "--data", &rows, "--mean", "x"]));
    assert!(told.contains("Có 150 lỗi:") && told.contains("… và 50 lỗi khác"), "{told}");
    let none = written(&folder, "none.csv", "N,x\n0,1\n-1,2\n,3\n");
    let told = err(&run(&["survey", "estimate", "--data", &none, "--fpc", "N", "--mean", "x", "--lang", "en"]));
    assert!(told.contains("row 1, column N: 0 is no population") && told.contains("row 2, column N: -1 is no population"), "{told}");
    assert!(told.contains("row 3, column N: no population"), "{told}");
    let lone =
        written(&folder, "lone.csv", "p,c,s,h,x\na,1,u,1,1\na,1,u,2,2\na,2,u,1,3\na,2,v,2,4\nb,1,u,1,5\nb,1,u,2,6\nb,2,u,1,7\nb,2,u,2,8\n");
    let design = ["--strata", "p,s", "--cluster", "c,h", "--nest", "--fpc-fraction", "f,f", "--mean", "x", "--lang", "en"];
    let text = fs::read_to_string(&lone).expect("a file").replace("x\n", "x,f\n");
    let text: String = text.lines().map(|line| if line.ends_with('f') { format!("{line}\n") } else { format!("{line},0.5\n") }).collect();
    fs::write(&lone, text).expect("written");
    let told = err(&run(&[&["survey", "estimate", "--data", &lone], &design[..]].concat()));
    assert!(told.contains("row 4, column s: stratum v of stage 2 in p a, c 2 has a single sampled unit"), "{told}");
}
