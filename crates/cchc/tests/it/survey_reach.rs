//! What the engine can do, reached from the command line: allocation, draws in stages and their check, replicates, factors, components,
//! small areas, pairs of ranks, two years.

use std::fs;

use serde_json::Value;

use crate::program::{err, out, run};
use crate::survey::{figure, near, rows, sipas, survey};

/// A folder with one file, and its path.
fn file(name: &str, text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, text).expect("written");
    let path = path.to_string_lossy().into_owned();
    (folder, path)
}

#[test]
fn a_sample_is_shared_by_each_rule() {
    let (_folder, path) = file("tang.csv", "tinh,n,sd\na,1000,2.5\nb,500,4\nc,20,1\nd,3000,3\n");
    let ask = |more: &[&str]| {
        run(&[&["survey", "allocate", "--frame", &path, "--strata", "tinh", "--units", "n", "--total", "400", "--format", "json"], more]
            .concat())
    };
    let counts = |more: &[&str]| rows(&ask(more)).iter().map(|row| row["count"].as_u64().expect("a count")).collect::<Vec<u64>>();
    assert_eq!(counts(&[]), [89, 44, 2, 265]);
    assert_eq!(counts(&["--rule", "equal"]), [127, 127, 20, 126]);
    // 400 N S / Σ N S = 73.7, 59.0, 0.6, 265.5 and 1.2 left by the largest remainders.
    assert_eq!(counts(&["--rule", "neyman", "--deviation", "sd"]), [74, 59, 1, 266]);
    let power = counts(&["--rule", "power", "--power", "0.3", "--minimum", "30"]);
    assert!(power.iter().sum::<u64>() == 400 && power[2] == 20 && power[1] > 59, "{power:?}");
    assert!(err(&ask(&["--deviation", "sd"])).contains("--deviation không dùng"));
    assert!(err(&ask(&["--rule", "neyman"])).contains("cần --deviation"));
    assert!(err(&ask(&["--minimum", "200"])).contains("mức tối thiểu"));
    // Rows of a frame are units where no column counts them.
    let of_rows = rows(&run(&["survey", "allocate", "--frame", &sipas(), "--strata", "province", "--total", "60", "--format", "json"]));
    assert_eq!(of_rows.iter().filter_map(|row| row["units"].as_u64()).sum::<u64>(), 485);
}

/// 12 communes in 3 districts, villages in them, people in those; codes of villages start anew in each commune.
fn frame() -> String {
    let mut text = String::from("huyen,xa,dan_xa,trung_tam,thon,dan_thon,ho\n");
    for commune in 0..12 {
        for village in 0..3 + commune % 4 {
            for person in 0..8 + commune * village % 5 {
                let (district, size, seat, people) =
                    (commune % 3, 100 + commune * 13, u8::from(commune % 6 == 0), 20 + village * 7 + commune);
                text += &format!("d{district},x{commune},{size},{seat},t{village},{people},h{person}\n");
            }
        }
    }
    text
}

#[test]
fn a_draw_in_stages_keeps_every_probability_and_can_be_repeated() {
    let (folder, path) = file("dan-mau.csv", &frame());
    let draw = |format: &str| {
        let stages = ["--label", "xa,thon,ho", "--strata", "huyen", "--size", "dan_xa,dan_thon", "--certain", "trung_tam"];
        let plan = ["--method", "tille,pps,simple", "--count", "2,2,3", "--reserves", "0,0,1", "--seed", "11", "--format", format];
        run(&[&["survey", "draw", "--frame", &path], &stages[..], &plan].concat())
    };
    let found = rows(&draw("json"));
    let of_stage = |stage: u64| found.iter().filter(|row| row["stage"] == stage && row["role"] == "main").collect::<Vec<&Value>>();
    assert_eq!([1, 2, 3].map(|stage| of_stage(stage).len()), [6, 12, 36]);
    assert!(of_stage(1).iter().filter(|row| row["certain"] == true).all(|row| near(figure(row, "probability"), 1.0)));
    for (stage, above) in [(2, 1), (3, 2)] {
        for unit in of_stage(stage) {
            let parent = of_stage(above).into_iter().find(|row| row["label"] == unit["parent"]).expect("the unit above");
            assert!(near(figure(unit, "overall"), figure(unit, "probability") * figure(parent, "overall")), "{unit}");
            assert!(near(figure(unit, "weight"), 1.0 / figure(unit, "overall")));
        }
    }
    let check = |name: &str, text: &str, frame: &str| {
        let manifest = folder.path().join(name);
        fs::write(&manifest, text).expect("written");
        run(&["survey", "draw", "--frame", frame, "--check", &manifest.to_string_lossy()])
    };
    let (csv, json) = (out(&draw("csv")), out(&draw("json")));
    for (name, text) in [("bien-ban.csv", &csv), ("bien-ban.json", &json)] {
        let same = check(name, text, &path);
        assert!(same.status.code() == Some(0) && out(&same).contains("Kết quả so sánh: trùng khớp"), "{}", err(&same));
    }
    let forged = check("sua.csv", &csv.replacen(",x0,main,", ",x3,main,", 1), &path);
    assert!(forged.status.code() == Some(1) && err(&forged).contains("khác mẫu rút lại ở 1 chỗ"), "{}", err(&forged));
    // Whatever a result says of a unit is compared: a forged weight would weigh every answer wrongly.
    let lines: Vec<&str> = csv.lines().collect();
    let heading: Vec<&str> = lines[0].split(',').collect();
    for (field, value) in
        [("row", "7"), ("stratum", "zz"), ("probability", "0.3"), ("overall", "0.3"), ("weight", "99.5"), ("certain", "9")]
    {
        let place = heading.iter().position(|name| *name == field).expect("the field");
        let forged: Vec<String> = lines
            .iter()
            .enumerate()
            .map(|(line, text)| {
                let mut cells: Vec<&str> = text.split(',').collect();
                if line == 2 {
                    cells[place] = value;
                }
                cells.join(",")
            })
            .collect();
        let told = check("sua-o.csv", &(forged.join("\n") + "\n"), &path);
        assert!(told.status.code() == Some(1) && out(&told).contains(field), "{field}: {}", out(&told));
        assert!(err(&told).contains("khác mẫu rút lại ở 1 chỗ"), "{field}: {}", err(&told));
    }
    // So is what each row of CSV says of the whole draw.
    let last = csv.rfind("rejection\",11,").expect("the seed of the last row");
    let told = check("sua-hat.csv", &format!("{}rejection\",12,{}", &csv[..last], &csv[last + "rejection\",11,".len()..]), &path);
    assert!(told.status.code() == Some(1) && out(&told).contains("seed"), "{}", out(&told));
    let (_other, changed) = file("khac.csv", &frame().replace("x11,243", "x11,244"));
    let other = check("bien-ban.csv", &csv, &changed);
    assert!(other.status.code() == Some(2) && err(&other).contains("không phải là dàn mẫu của biên bản"), "{}", err(&other));
    let short = run(&["survey", "draw", "--frame", &path, "--label", "xa,thon,ho", "--count", "2", "--seed", "1"]);
    assert!(err(&short).contains("--count có 1 phần cho 3 giai đoạn"), "{}", err(&short));
    let missing = frame().replacen("d0,x0,100,", "d0,x0,,", 1);
    let (_third, gap) = file("thieu.csv", &missing);
    let told =
        err(&run(&["survey", "draw", "--frame", &gap, "--label", "xa,thon,ho", "--size", "dan_xa", "--count", "1,1,1", "--seed", "1"]));
    assert!(told.contains("dòng 1, cột dan_xa: thiếu quy mô"), "{told}");
}

#[test]
fn what_a_frame_lacks_is_named_by_column() {
    let told = |text: &str| {
        let (_folder, path) = file("dan.csv", text);
        let flags = ["--label", "u", "--strata", "st", "--certain", "seat", "--count", "1", "--seed", "1", "--lang", "en"];
        let output = run(&[&["survey", "draw", "--frame", &path], &flags[..]].concat());
        assert_eq!(output.status.code(), Some(2));
        err(&output)
    };
    assert!(told("u,st,seat\na,x,0\nb,,0\n").contains("row 2, column st: no stratum"));
    assert!(told("u,st,seat\na,x,0\nb,x,\n").contains("row 2, column seat: an empty field where 0 or 1 is needed"));
    assert!(told("u,st,seat\na,x,0\n,x,0\n").contains("row 2, column u: no label"));
    assert!(told("u,st,seat\na,x,0\nb,x,0\na,x,1\n").contains("row 3, column u: the label “a” stands in row 1"));
}

#[test]
fn replicates_are_those_of_r() {
    // The data set scd of R survey, and svyratio over as.svrepdesign(type = "BRR") and "Fay" with rho 0.3.
    let (_folder, path) =
        file("scd.csv", "ESA,ambulance,arrests,alive\n1,1,120,25\n1,2,78,24\n2,1,185,30\n2,2,228,49\n3,1,670,80\n3,2,530,70\n");
    let ask = |more: &[&str]| {
        let design = ["survey", "estimate", "--data", &path, "--cluster", "ambulance", "--strata", "ESA", "--nest", "--format", "json"];
        run(&[&design, more].concat())
    };
    let half = rows(&ask(&["--ratio", "alive/arrests", "--replicates", "brr"]));
    assert!(near(figure(&half[0], "estimate"), 0.153506350082827) && near(figure(&half[0], "se"), 0.00941840066991849), "{half:?}");
    let fay = rows(&ask(&["--ratio", "alive/arrests", "--replicates", "fay=0.3"]));
    assert!(near(figure(&fay[0], "se"), 0.00952518747770524), "{fay:?}");
    assert!(err(&ask(&["--mean", "alive", "--replicates", "fay=1"])).contains("fay=1"));
    assert!(err(&ask(&["--mean", "alive", "--replicates", "jk1"])).contains("hãy dùng jkn"));
    let unpaired = survey(&["estimate"], &["--cluster", "commune", "--mean", "item1", "--replicates", "brr"]);
    assert!(err(&unpaired).contains("dòng 1, cột province: tầng p1 có 4 cụm, phải có đúng hai"), "{}", err(&unpaired));
    // Woodruff's interval from the jackknife of the share, and the correlations of the replicates (commands.R).
    let asked = ["--cluster", "commune", "--correlation", "income:requests", "--quantile", "income:0.5"];
    let more = rows(&survey(&["estimate"], &[&asked[..], &["--replicates", "jkn", "--format", "json"]].concat()));
    for (row, expected) in more.iter().zip([
        [-0.038_523_908_604_624_96, 0.064_573_771_994_170_96, -0.176_389_210_215_176_17, 0.100_823_774_823_854_63],
        [7.25, 0.423_538_823_923_757_8, 6.19, 8.02],
    ]) {
        let found = ["estimate", "se", "ci_low", "ci_high"].map(|name| figure(row, name));
        assert!(found.iter().zip(expected).all(|(found, expected)| near(*found, expected)), "{row} {expected:?}");
    }
    assert!(err(&ask(&["--mean", "alive", "--replicates", "jkn", "--runs", "5"])).contains("--runs"));
    // Jackknife over sipas, made here and given as columns, is one error.
    let made = rows(&survey(&["estimate"], &["--cluster", "commune", "--mean", "item1", "--replicates", "jkn", "--format", "json"]));
    let whole = survey(&["estimate"], &["--cluster", "commune", "--mean", "item1", "--format", "json"]);
    assert!((figure(&made[0], "se") / figure(&rows(&whole)[0], "se") - 1.0).abs() < 0.2);
    let seeds: Vec<String> = ["7", "7", "8"]
        .iter()
        .map(|seed| {
            out(&survey(
                &["estimate"],
                &["--cluster", "commune", "--share", "group", "--replicates", "rao-wu", "--runs", "50", "--seed", seed],
            ))
        })
        .collect();
    assert!(seeds[0] == seeds[1] && seeds[0] != seeds[2]);
    let (_other, given) = file("lap.csv", "w,x,r1,r2,r3,r4\n2,1,0,2.5,2.5,3\n2,3,3,0,2.5,2.5\n2,4,2.5,3,0,2.5\n2,9,2.5,2.5,3,0\n");
    let weights = ["--weights", "w", "--mean", "x", "--replicates", "jk1", "--replicate-weights", "r", "--format", "json"];
    let of_columns = rows(&run(&[&["survey", "estimate", "--data", &given], &weights[..]].concat()));
    // By hand: (R - 1) / R times the squares of the replicates' means around their own mean.
    let sums = [9.0 + 10.0 + 22.5, 2.5 + 12.0 + 22.5, 2.5 + 7.5 + 27.0, 3.0 + 7.5 + 10.0];
    let means: Vec<f64> = sums.iter().map(|sum| sum / 8.0).collect();
    let centre = means.iter().sum::<f64>() / 4.0;
    let expected = (0.75 * means.iter().map(|mean| (mean - centre).powi(2)).sum::<f64>()).sqrt();
    assert!(near(figure(&of_columns[0], "se"), expected), "{of_columns:?} {expected}");
}

#[test]
fn factors_and_components_reach_the_command_line() {
    let factors = survey(
        &["factors"],
        &["--cluster", "commune", "--items", "item1,item2,income,requests,on_time", "--factors", "1", "--format", "json"],
    );
    let found = rows(&factors);
    // factanal(covmat = svyvar(...)) of R, which stops at 1e-5.
    for (row, unique) in found.iter().zip([0.9902361326, 0.985630342, 0.9985346438, 0.005, 0.2035424748]) {
        assert!((figure(row, "uniqueness") - unique).abs() < 1e-5, "{row}");
    }
    let whole: Value = serde_json::from_str(&out(&factors)).expect("JSON");
    assert!(figure(&whole["notes"], "eigenvalue_1") > 1.0 && figure(&whole["notes"], "bartlett_df") > 9.0, "{whole}");
    let many = survey(&["factors"], &["--cluster", "commune", "--items", "item1,item2,income", "--factors", "2"]);
    assert!(err(&many).contains("số nhân tố: 2 nằm ngoài khoảng cho phép"), "{}", err(&many));
    let components = rows(&survey(&["components"], &["--cluster", "commune,village", "--items", "item1", "--format", "json"]));
    assert_eq!(components.len(), 3);
    assert!(components[0]["stage"] == "commune" && components[1]["stage"] == "village", "{components:?}");
    let (size, correlation) = (figure(&components[0], "answers_per_unit"), figure(&components[0], "intraclass"));
    assert!(near(figure(&components[0], "deff"), 1.0 + (size - 1.0) * correlation));
}

#[test]
fn small_areas_are_always_marked() {
    let areas = "commune,x\np1c1,0.266\np1c2,0.372\np1c3,0.573\np1c4,0.908\np2c1,0.202\nnew1,0.777\n";
    let (_folder, path) = file("dia-ban.csv", areas);
    let flags = ["--strata", "commune", "--cluster", "village", "--nest", "--mean", "item1", "--by", "commune"];
    let ask = |more: &[&str]| {
        run(&[&["survey", "small-areas", "--data", &sipas(), "--weights", "w", "--areas", &path, "--format", "json"], &flags[..], more]
            .concat())
    };
    let inside = "commune in ('p1c1', 'p1c2', 'p1c3', 'p1c4', 'p2c1')";
    let found = rows(&ask(&["--predictors", "x", "--where", inside, "--least-answers", "32"]));
    let source = |area: &str| found.iter().find(|row| row["area"] == area).map(|row| (row["source"].clone(), row["modelled"].clone()));
    assert_eq!(source("p1c1"), Some(("direct".into(), false.into())));
    assert_eq!(source("p1c2"), Some(("composite".into(), true.into())));
    assert_eq!(source("new1"), Some(("synthetic".into(), true.into())));
    for row in found.iter().filter(|row| row["modelled"] == true) {
        assert!(figure(row, "rmse") > 0.0 && row["remark"].as_str().is_some_and(|words| words.starts_with("số mô hình")), "{row}");
    }
    // svyby(~item1, ~commune, svymean) of R.
    assert!((figure(&found[0], "direct") - 3.470361635).abs() < 1e-9);
    assert!((figure(&found[0], "direct_se") - 0.2097192034).abs() < 1e-9);
    assert!(err(&ask(&["--predictors", "x"])).contains("không có địa bàn “p2c2”"), "{}", err(&ask(&["--predictors", "x"])));
}

const RULE: &str = r#"
[[version]]
id = "mau"
version = "1"
first-year = 2024
scale = [1, 5]
satisfied = [4, 5]
no-answer = "leave-out"
aggregation = "equal-items"
node = [{ code = "total" }, { code = "item1", parent = "total" }, { code = "item2", parent = "total" }]
"#;

#[test]
fn pairs_of_units_and_two_years_have_errors() {
    let (folder, rule) = file("quy-tac.toml", RULE);
    let data = fs::read_to_string(sipas()).expect("the sample");
    // Each village is in both years: odd rows in one, even rows in the other. Codes of the later year are written with a point.
    let years: String = data
        .lines()
        .enumerate()
        .map(|(line, text)| match line {
            0 => format!("{text},year\n"),
            _ => format!("{text},{}\n", 2025 + line % 2),
        })
        .collect();
    let path = folder.path().join("hai-nam.csv");
    fs::write(&path, years).expect("written");
    let path = path.to_string_lossy().into_owned();
    let ask = |more: &[&str]| {
        let design =
            ["survey", "index", "--data", &path, "--weights", "w", "--strata", "province", "--cluster", "commune", "--rule", &rule];
        run(&[&design[..], &["--year", "2026", "--year-column", "year", "--format", "json"], more].concat())
    };
    // svyby(~s1 + s2, ~year, svymean, covmat = TRUE) and svycontrast of R.
    let found = rows(&ask(&["--before", "2025"]));
    assert!(near(figure(&found[0], "difference"), -0.0296853124324967), "{found:?}");
    assert!((figure(&found[0], "se") - 0.0267053670622092).abs() < 1e-12, "{found:?}");
    let by = rows(&ask(&["--before", "2025", "--by", "group"]));
    assert_eq!(by.len(), 9);
    assert!(err(&ask(&["--before", "1999"])).contains("năm 1999"), "{}", err(&ask(&["--before", "1999"])));
    let pairs = rows(&ask(&["--by", "province", "--rank", "total", "--pairs"]));
    assert_eq!(pairs.len(), 15);
    let ranked = rows(&ask(&["--by", "province", "--rank", "total"]));
    let of = |unit: &Value, name: &str| figure(ranked.iter().find(|row| row["unit"] == *unit).expect("a unit"), name);
    for pair in &pairs {
        let ranks = of(&pair["one"], "rank") - of(&pair["other"], "rank");
        assert!((figure(pair, "rank_difference") - ranks).abs() < 1e-12 && figure(pair, "rank_difference_se") > 0.0, "{pair}");
        let difference = of(&pair["one"], "estimate") - of(&pair["other"], "estimate");
        assert!((figure(pair, "difference") - difference).abs() < 1e-12 && figure(pair, "se") > 0.0, "{pair}");
    }
}

#[test]
fn answers_and_conditions_say_what_they_expect() {
    let (folder, rule) = file("quy-tac.toml", RULE);
    let path = folder.path().join("tra-loi.csv");
    fs::write(&path, "item1,item2\n4.0,5\n3,4\n5,2.0\n").expect("written");
    let data = path.to_string_lossy().into_owned();
    let index = |format: &str| run(&["survey", "index", "--data", &data, "--rule", &rule, "--year", "2026", "--format", format]);
    assert!(near(figure(&rows(&index("json"))[0], "estimate"), 2.0 / 3.0));
    fs::write(&path, "item1,item2\n4.5,5\n3,300\n").expect("written");
    let told = err(&index("table"));
    assert!(told.contains("dòng 1, cột item1: “4.5”, phải là số nguyên từ 1 đến 5, hoặc ô trống"), "{told}");
    assert!(told.contains("dòng 2, cột item2: “300”"), "{told}");
    fs::write(&path, "item1,item2\n4,5\n4,5\n5,4\n").expect("written");
    assert!(out(&index("json")).contains("sai số bằng 0"));
    let text = survey(&["estimate"], &["--cluster", "commune", "--mean", "item1", "--where", "income > '10'"]);
    assert!(err(&text).contains("viết số không có dấu nháy"), "{}", err(&text));
}

#[test]
fn a_unit_without_answers_is_named_in_a_ranking() {
    let (folder, rule) = file("quy-tac.toml", RULE);
    let path = folder.path().join("tra-loi.csv");
    fs::write(&path, "don_vi,item1,item2\nA,4,5\nA,3,4\nB,5,2\nB,1,4\nC,5,\nC,4,\n").expect("written");
    let data = path.to_string_lossy().into_owned();
    let flags = ["--rule", &rule, "--year", "2026", "--by", "don_vi", "--rank", "total"];
    let told = err(&run(&[&["survey", "index", "--data", &data], &flags[..]].concat()));
    assert!(told.contains("đơn vị “C”: cột item2: tổng của mẫu số bằng 0"), "{told}");
}

#[test]
fn nothing_missing_is_told_as_nan() {
    let (_folder, totals) = file("tong.csv", "variable,level,total\ngroup,middle,\ngroup,old,470000\ngroup,young,390000\n");
    for lang in ["vi", "en"] {
        let told = err(&survey(&["weight"], &["--step", "raking", "--totals", &totals, "--lang", lang]));
        assert!(!told.contains("NaN") && told.contains("middle"), "{told}");
    }
}
