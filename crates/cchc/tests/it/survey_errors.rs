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
    let twice = written(&folder, "twice.csv", &format!("{scales}jk_3,0.5\n"));
    assert!(refused(&["--replicate-scales", &twice]).contains("row 20: the replicate “jk_3” stands twice"));
    let other = written(&folder, "other.csv", &format!("{scales}jk_99,0.5\n"));
    assert!(refused(&["--replicate-scales", &other]).contains("row 20: the replicate “jk_99” is no column of the data"));
}

/// The figure of a domain stands where replicates have no row of it; how many these are stands beside it.
#[test]
fn replicates_without_an_estimate_are_left_out_and_counted() {
    let more = answers("replicates-more.csv");
    let line = more.lines().find(|line| line.starts_with("brr,few,mean,")).expect("a line");
    let expected: Vec<f64> = line.split(',').skip(4).map(|field| field.parse().expect("a number")).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let pairs = written(&folder, "pairs.csv", &beside(&answers("pairs.csv"), &answers("brr-weights.csv"), "rep_"));
    let ask = |more: &[&str]| {
        let command = ["survey", "estimate", "--data", &pairs, "--weights", "w", "--mean", "x", "--format", "json", "--lang", "en"];
        rows(&run(&[&command, more].concat())).remove(0)
    };
    let given = ["--replicates", "brr", "--replicate-weights", "rep_"];
    let firsts = "(stratum = 's1' and cluster = 1) or (stratum = 's2' and cluster = 1)";
    let few = ask(&[&given[..], &["--where", firsts]].concat());
    let found = ["estimate", "se", "ci_low", "ci_high"].map(|name| figure(&few, name));
    assert!(found.iter().zip(&expected).all(|(found, expected)| near(*found, *expected)), "{few} {expected:?}");
    assert!(says(&few, "2 replicate(s) without an estimate were left out"), "{few}");
    // The spread of the replicates' medians, as `svyquantile(interval.type = "quantile")`.
    let line = more.lines().find(|line| line.starts_with("brr,whole,spread:0.5,")).expect("a line");
    let expected: Vec<f64> = line.split(',').skip(4).map(|field| field.parse().expect("a number")).collect();
    let command = ["survey", "estimate", "--data", &pairs, "--weights", "w", "--quantile", "x:0.5", "--lang", "en", "--format", "json"];
    let median = rows(&run(&[&command[..], &given, &["--quantile-errors", "spread"]].concat())).remove(0);
    let found = ["estimate", "se", "ci_low", "ci_high"].map(|name| figure(&median, name));
    assert!(found.iter().zip(&expected).all(|(found, expected)| near(*found, *expected)), "{median} {expected:?}");
    assert_eq!(median["ci_method"], "t");
    let jackknife = ["--replicates", "jk1", "--replicate-weights", "rep_", "--quantile-errors", "spread"];
    assert!(err(&run(&[&command[..], &jackknife].concat())).contains("spread is wrong for a jackknife"));
    let one = ["--where", "stratum = 's1' and cluster = 1"];
    let design = ["--strata", "stratum", "--cluster", "cluster", "--nest"];
    for more in [&given[..], &[&given[..], &design].concat(), &[&["--replicates", "brr"], &design[..]].concat()] {
        let found = ask(&[more, &one].concat());
        assert!(found["se"].is_null() && found["estimate"].is_number(), "{found}");
        assert!(says(&found, ONE_CLUSTER) && says(&found, "4 replicate(s) without an estimate"), "{found}");
    }
    let bootstrap = [&["--replicates", "rao-wu", "--runs", "200", "--by", "cluster"], &design[..]].concat();
    assert!(figure(&ask(&bootstrap), "se") > 0.0);
    let gap = written(&folder, "gap.csv", "w,x,r1,r2\n1,1,2,0\n1,2,,2\n1,3,1,-1\n");
    let of_gap = |text: &str| {
        run(&[
            "survey",
            "estimate",
            "--data",
            text,
            "--weights",
            "w",
            "--mean",
            "x",
            "--replicates",
            "jk1",
            "--replicate-weights",
            "r",
            "--format",
            "json",
            "--lang",
            "en",
        ])
    };
    assert!(err(&of_gap(&gap)).contains("row 2, column r1: no weight"), "{}", err(&of_gap(&gap)));
    let negative = written(&folder, "negative.csv", "w,x,r1,r2\n1,1,2,0\n1,2,1,2\n1,3,1,-1\n");
    assert_eq!(whole(&of_gap(&negative))["notes"]["replicate_negative"], "r2 1 (row 3)");
}

#[test]
fn strata_of_one_unit_follow_the_choice_in_replicates_too() {
    let table = answers("replicates-lone.csv");
    let folder = tempfile::tempdir().expect("a folder");
    let data = written(&folder, "lone.csv", &answers("lone.csv"));
    let ask = |more: &[&str]| {
        let command = ["survey", "estimate", "--data", &data, "--weights", "w", "--strata", "stratum", "--cluster", "cluster"];
        run(&[&command[..], &["--mean", "x", "--format", "json", "--lang", "en"], more].concat())
    };
    for line in table.lines().filter(|line| line.contains(",mean,")) {
        let fields: Vec<&str> = line.split(',').collect();
        let found = whole(&ask(&["--replicates", "jkn", "--lone", fields[0]]));
        assert!(near(figure(&found["rows"][0], "se"), fields[4].parse().expect("a number")), "{line} {found}");
        assert_eq!(found["notes"]["replicate_count"].as_u64(), fields[2].parse().ok(), "{line}");
    }
    assert!(rows(&ask(&["--replicates", "rao-wu", "--lone", "certainty"]))[0]["se"].is_number());
    let told = |more: &[&str]| err(&ask(more));
    assert!(told(&[]).contains("Choose with --lone (certainty, adjust, average, collapse)"), "{}", told(&[]));
    let adjust = told(&["--replicates", "canty-davison", "--lone", "adjust"]);
    assert!(adjust.contains("Take --lone certainty or --lone collapse, or --replicates jkn"), "{adjust}");
    let alone = written(&folder, "alone.csv", "p,c,x\na,1,1\na,1,2\n");
    let alone = err(&run(&[
        "survey",
        "estimate",
        "--data",
        &alone,
        "--strata",
        "p",
        "--cluster",
        "c",
        "--mean",
        "x",
        "--lone",
        "collapse",
        "--lang",
        "en",
    ]));
    assert!(alone.contains("Instead of --lone collapse take certainty, adjust or average"), "{alone}");
}

#[test]
fn a_cluster_is_certain_as_a_whole_and_a_mark_is_never_empty() {
    let folder = tempfile::tempdir().expect("a folder");
    let ask = |cells: [&str; 4], more: &[&str]| {
        let [one, two, three, four] = cells;
        let text = format!("p,c,seat,x\na,1,{one},1\na,1,{two},2\na,2,{three},3\na,3,{four},4\n");
        let path = written(&folder, "seat.csv", &text);
        let design = ["survey", "estimate", "--data", &path, "--strata", "p", "--cluster", "c", "--certainty", "seat", "--mean", "x"];
        run(&[&design[..], &["--lang", "en", "--format", "json"], more].concat())
    };
    for more in [&[][..], &["--nest"]] {
        assert_eq!(whole(&ask(["1", "1", "0", "0"], more))["notes"]["clusters"], 3);
        let split = ask(["1", "0", "0", "0"], more);
        let told = "row 2, column c: one of this row and row 1 says that cluster 1 is certain, the other that it is not";
        assert!(split.status.code() == Some(2) && err(&split).contains(told), "{more:?}: {}", err(&split));
        let empty = ask(["1", "", "0", "0"], more);
        assert!(empty.status.code() == Some(2) && err(&empty).contains("row 2, column seat: an empty field"), "{}", err(&empty));
    }
    let path = written(&folder, "responded.csv", "g,r,w\na,1,2\na,,2\nb,1,3\n");
    let more = ["--data", &path, "--weights", "w", "--step", "classes", "--classes", "g", "--responded", "r"];
    let told = err(&run(&[&["survey", "weight"], &more[..]].concat()));
    assert!(told.contains("dòng 2, cột r: ô trống, phải là 0 hoặc 1"), "{told}");
}

#[test]
fn missing_values_stop_every_estimate_unless_they_are_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(&folder, "gaps.csv", "g,x,y,z\na,1,1,m\na,2,2,f\nb,,3,m\nb,4,4,\nb,,5,f\n");
    let ask = |more: &[&str]| run(&[&["survey", "estimate", "--data", &path, "--format", "json", "--lang", "en"], more].concat());
    for more in [&["--mean", "x,y"][..], &["--mean", "x,y", "--by", "g"], &["--quantile", "x:0.5", "--total", "y"]] {
        let told = ask(more);
        assert!(told.status.code() == Some(2) && out(&told).is_empty(), "{more:?}");
        assert!(err(&told).contains("row 3, column x: no value, like 2 rows in all"), "{more:?}: {}", err(&told));
    }
    let both = err(&ask(&["--mean", "x,y", "--share", "z"]));
    assert!(both.contains("2 fault(s)") && both.contains("row 4, column z: no value"), "{both}");
    assert_eq!(rows(&ask(&["--mean", "x,y", "--by", "g", "--missing", "leave-out"])).len(), 4);
    assert_eq!(rows(&ask(&["--mean", "x", "--where", "g = 'a'"])).len(), 1, "rows outside the condition do not count");
}

#[test]
fn groups_without_weight_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(&folder, "z.csv", "g,w,x\na,1,1\na,1,2\nb,0,3\nb,0,4\nc,2,5\nc,2,4\n");
    let ask = |command: &str, more: &[&str]| {
        whole(&run(
            &[&["survey", command, "--data", &path, "--weights", "w", "--by", "g", "--format", "json", "--lang", "en"], more].concat()
        ))
    };
    let found = ask("estimate", &["--mean", "x"]);
    let rows = found["rows"].as_array().expect("rows");
    assert!(rows.len() == 3 && rows[1]["group"] == "b" && rows[1]["estimate"].is_null(), "{found}");
    assert!(says(&rows[1], "no row with positive weight"), "{found}");
    assert_eq!(ask("test", &["--mean", "x"])["notes"]["groups_without_weight"], "b");
    let rule = "[[version]]\nid = \"a\"\nversion = \"1\"\nfirst-year = 2020\nscale = [1, 5]\nno-answer = \"leave-out\"\n\
                aggregation = \"weights\"\nno-answer-codes = [\"9\"]\nnot-applicable-codes = [\"8\"]\n\
                node = [{ code = \"total\" }, { code = \"x\", parent = \"total\", weight = 1 }]\n";
    let index = |rule: &str| {
        let rule = written(&folder, "rule.toml", rule);
        let command = ["survey", "index", "--data", &path, "--weights", "w", "--by", "g", "--rule", &rule, "--year", "2024"];
        run(&[&command[..], &["--format", "json", "--lang", "en"]].concat())
    };
    assert_eq!(whole(&index(rule))["notes"]["groups_without_weight"], "b");
    // A code means one thing, and siblings have weights together or not at all.
    let told = |from: &str, to: &str| {
        let output = index(&rule.replace(from, to));
        assert_eq!(output.status.code(), Some(2), "{to}");
        err(&output)
    };
    assert!(told("[\"9\"]", "[\"5\"]").contains("the code “5” of no-answer-codes also lies on the scale from 1 to 5"));
    assert!(told("[\"8\"]", "[\"9\"]").contains("the code “9” stands in no-answer-codes and in not-applicable-codes"));
    let half = told("weight = 1 }", "weight = 1 }, { code = \"w\", parent = \"total\" }");
    assert!(half.contains("below node total some nodes have a weight and w none"), "{half}");
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
