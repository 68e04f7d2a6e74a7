//! Survey statistics on the command line: the engine's figures, whole and with every fault told.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::program::{err, out, run};

/// The made-up data that the engine is compared with R on.
pub(crate) fn sipas() -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../survey-stats/tests/r/expected/sipas.csv").to_string_lossy().into_owned()
}

pub(crate) fn survey(command: &[&str], more: &[&str]) -> std::process::Output {
    let data = sipas();
    let design = ["--data", data.as_str(), "--weights", "w", "--strata", "province"];
    run(&[&["survey"], command, &design, more].concat())
}

/// Rows of a JSON answer.
pub(crate) fn rows(output: &std::process::Output) -> Vec<Value> {
    assert_eq!(output.status.code(), Some(0), "{}", err(output));
    let whole: Value = serde_json::from_str(&out(output)).expect("JSON");
    whole["rows"].as_array().expect("rows").clone()
}

pub(crate) fn figure(row: &Value, name: &str) -> f64 {
    row[name].as_f64().unwrap_or_else(|| panic!("{name} in {row}"))
}

pub(crate) fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-8 * expected.abs()
}

#[test]
fn estimates_are_those_of_r() {
    let two_stages =
        ["--cluster", "commune,village", "--fpc", "N1,N2", "--format", "json", "--mean", "item1", "--ratio", "on_time/requests"];
    let found = rows(&survey(&["estimate"], &two_stages));
    // svymean and svyratio of R survey, as saved beside the engine.
    assert!(near(figure(&found[0], "estimate"), 3.84261919026594) && near(figure(&found[0], "se"), 0.15386935622563963));
    assert!(near(figure(&found[0], "ci_low"), 3.51020465588596) && near(figure(&found[0], "deff"), 11.39353976059596));
    assert!(near(figure(&found[1], "estimate"), 0.8659668649957031) && near(figure(&found[1], "se"), 0.010765268226000253));
    assert_eq!((found[0]["n"].as_u64(), found[0]["ci_method"].as_str(), found[0]["df"].as_f64()), (Some(485), Some("t"), Some(13.0)));
    let csv = out(&survey(
        &["estimate"],
        &["--cluster", "commune", "--total", "income", "--by", "group", "--where", "rural = 1", "--format", "csv"],
    ));
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(
        lines[0],
        "group,statistic,estimate,se,ci_low,ci_high,ci_method,df,cv,deff,n,n_weighted,remark,rows,clusters,strata,lone_choice,lone_strata,level"
    );
    assert!(lines[1].ends_with(",485,19,6,refuse,0,0.95"), "{}", lines[1]);
    let middle: Vec<&str> = lines[1].split(',').collect();
    assert_eq!((lines.len(), middle[0], middle[1]), (4, "middle", "total income"));
    assert!(
        near(middle[2].parse().expect("a number"), 2_629_617.609_102) && near(middle[3].parse().expect("a number"), 428_898.075_504_287_6)
    );
}

#[test]
fn a_parquet_file_gives_the_answer_of_its_csv_file() {
    let samples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../parquet-table/tests/samples");
    let parquet = samples.join("sipas.parquet").to_string_lossy().into_owned();
    let more = ["--weights", "w", "--strata", "province", "--cluster", "commune,village", "--fpc", "N1,N2", "--mean", "item1,income"];
    let more = [more.as_slice(), &["--ratio", "on_time/requests", "--by", "group", "--where", "rural = 1", "--format", "csv"]].concat();
    let of = |file: &str| run(&[&["survey", "estimate", "--data", file], more.as_slice()].concat());
    let (text, columns) = (of(&sipas()), of(&parquet));
    assert_eq!((text.status.code(), err(&text)), (Some(0), String::new()));
    assert_eq!(out(&columns), out(&text));
    let cut = tempfile::tempdir().expect("a folder");
    let path = cut.path().join("cut.parquet");
    let bytes = fs::read(&parquet).expect("the sample");
    fs::write(&path, &bytes[..bytes.len() / 2]).expect("written");
    let broken = of(&path.to_string_lossy());
    assert_eq!(broken.status.code(), Some(2));
    assert!(err(&broken).contains("[parquet-damaged]"), "{}", err(&broken));
}

#[test]
fn weak_figures_are_withheld_and_groups_without_answer_say_why() {
    let more = ["--cluster", "commune", "--proportion", "satisfied", "--by", "province", "--quality", "nchs", "--format", "json"];
    let found = rows(&survey(&["estimate"], &more));
    assert_eq!(found.len(), 6);
    assert!(
        found
            .iter()
            .all(|row| row["estimate"].is_null() && row["remark"].as_str().is_some_and(|words| words.starts_with("không công bố (nchs: "))),
        "few clusters, wide intervals"
    );
    let more = ["--cluster", "commune", "--proportion", "satisfied,item1", "--format", "json", "--lang", "en"];
    let found = rows(&survey(&["estimate"], &more));
    assert!(found[0]["remark"].is_null() && found[1]["remark"].as_str().is_some_and(|words| words.contains("where 0 or 1 is needed")));
}

#[test]
fn faults_are_told_with_row_and_column() {
    let told = |more: &[&str]| {
        let output = survey(&["estimate"], more);
        assert_eq!(output.status.code(), Some(2), "{}", out(&output));
        assert!(out(&output).is_empty());
        err(&output)
    };
    assert!(told(&["--mean", "item3"]).contains("dòng 5, cột item3: thiếu giá trị"), "{}", told(&["--mean", "item3"]));
    assert!(told(&["--mean", "khong_co"]).contains("không có cột khong_co"));
    assert!(told(&["--mean", "group"]).contains("dòng 1, cột group: “middle” không phải là số"));
    assert!(told(&["--mean", "item1", "--where", "item1 >"]).contains("--where: ký tự 8: điều kiện chưa viết xong"));
    assert!(told(&["--mean", "item1", "--where", "tuoi > 3"]).contains("không có cột tuoi"));
    assert!(told(&["--mean", "item1", "--where", "item1 = 9"]).contains("không có dòng nào có quyền số"));
    assert!(told(&["--mean", "item1", "--cluster", "village"]).contains("đã nằm ở tầng khác"));
    assert!(told(&["--mean", "item1", "--cluster", "commune", "--fpc", "N1,N2"]).contains("1 giai đoạn"));
    assert!(told(&["--mean", "item1", "--cluster", "commune", "--fpc", "f1"]).contains("nhỏ hơn mẫu"), "a fraction is no size");
    assert!(told(&[]).contains("chưa nêu đại lượng"));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cat.csv");
    fs::write(&path, "w,x\n1,2\n1,3\n1").expect("written");
    let cut = run(&["survey", "estimate", "--data", &path.to_string_lossy(), "--weights", "w", "--mean", "x"]);
    assert!(cut.status.code() == Some(2) && err(&cut).contains("dòng 3: có 1 ô, phải có 2"), "{}", err(&cut));
}

#[test]
fn a_stratum_of_one_unit_stops_until_a_choice_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mau.csv");
    fs::write(&path, "s,w,x\na,1,2\na,1,3\nb,2,5\n").expect("written");
    let path = path.to_string_lossy().into_owned();
    let ask =
        |more: &[&str]| run(&[&["survey", "estimate", "--data", &path, "--weights", "w", "--strata", "s", "--mean", "x"], more].concat());
    let refused = ask(&[]);
    assert!(refused.status.code() == Some(2) && err(&refused).contains("dòng 3, cột s: tầng b chỉ có một đơn vị mẫu"), "{}", err(&refused));
    let chosen = out(&ask(&["--lone", "adjust", "--lang", "en"]));
    assert!(chosen.contains("Choice for strata of one unit: adjust") && chosen.contains("Strata of one unit: 1"), "{chosen}");
}

#[test]
fn tests_and_models_are_those_of_r() {
    let with = |command: &str, more: &[&str]| rows(&survey(&[command], &[&["--cluster", "commune", "--format", "json"], more].concat()));
    let table = with("test", &["--table", "group:rural"]);
    assert_eq!(table[0]["test"], "rao-scott-f");
    assert!(near(figure(&table[0], "statistic"), 4.177512850221823) && near(figure(&table[0], "p_value"), 0.03604316245844989));
    let groups = with("test", &["--mean", "item1", "--by", "group"]);
    assert_eq!((groups.len(), groups[0]["one"].as_str(), groups[0]["other"].as_str()), (3, Some("middle"), Some("old")));
    // svyttest(item1 ~ rural): the other sign, because R takes the second level minus the first.
    let two = with("test", &["--mean", "item1", "--by", "rural"]);
    assert!(two.len() == 1 && near(figure(&two[0], "t"), 0.17423973842046428) && near(figure(&two[0], "df"), 12.0), "{two:?}");
    assert!(near(figure(&two[0], "p_value"), 0.8645820462190756) && near(figure(&two[0], "p_adjusted"), 0.8645820462190756));
    let logistic = with("regress", &["--outcome", "satisfied", "--terms", "income,rural", "--factors", "group", "--logistic"]);
    let income = logistic.iter().find(|row| row["term"] == "income").expect("a term");
    assert!(near(figure(income, "estimate"), 0.016835926799045536) && near(figure(income, "se"), 0.024269100213372342));
    assert!(near(figure(income, "odds_ratio"), 0.016835926799045536_f64.exp()));
    let alpha =
        survey(&["reliability"], &["--cluster", "commune", "--items", "item1,item2,item3", "--missing", "leave-out", "--format", "json"]);
    let whole: Value = serde_json::from_str(&out(&alpha)).expect("JSON");
    assert!(near(figure(&whole["notes"], "alpha"), 0.4974018570016543) && near(figure(&whole["notes"], "alpha_se"), 0.08347894535731842));
    let drivers = with("drivers", &["--outcome", "item2", "--items", "item1,income,requests", "--errors"]);
    assert!(near(drivers.iter().map(|row| figure(row, "relative")).sum(), 1.0));
}

#[test]
fn sizes_and_draws() {
    let yamane = out(&run(&["survey", "size", "yamane", "--population", "10000", "--format", "csv"]));
    assert!(yamane.contains("yamane,384.615") && yamane.trim_end().ends_with(",385"), "{yamane}");
    let wrong = run(&["survey", "size", "proportion", "--margin", "-1"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", err(&wrong));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("dan-mau.csv");
    let frame: String = (0..30).map(|row| format!("v{row},{},{}\n", 10 + row * 7 % 13, u8::from(row == 4))).collect();
    fs::write(&path, format!("unit,pop,seat\n{frame}")).expect("written");
    let path = path.to_string_lossy().into_owned();
    let draw = |seed: &str| {
        let flags = ["--label", "unit", "--size", "pop", "--certain", "seat", "--method", "tille", "--count", "6", "--reserves", "2"];
        run(&[&["survey", "draw", "--frame", &path, "--format", "json", "--seed", seed], &flags[..]].concat())
    };
    let found = rows(&draw("2027"));
    assert_eq!(found.len(), 8);
    assert!(found.iter().any(|row| row["label"] == "v4" && row["certain"] == true && near(figure(row, "probability"), 1.0)));
    assert_eq!(found.iter().filter(|row| row["role"] == "reserve").count(), 2);
    assert_eq!(out(&draw("2027")), out(&draw("2027")), "the same seed, the same sample");
    assert_ne!(out(&draw("2027")), out(&draw("2028")));
    assert!(out(&draw("2027")).contains("\"frame_digest\""));
}

#[test]
fn weights_meet_their_totals_or_say_why_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tong.csv");
    fs::write(&path, "variable,level,total\ngroup,middle,520000\ngroup,old,470000\ngroup,young,390000\n").expect("written");
    let totals = path.to_string_lossy().into_owned();
    let weight = |more: &[&str]| survey(&["weight"], &[&["--cluster", "commune", "--format", "json", "--totals", &totals], more].concat());
    let report = rows(&weight(&["--step", "post-strata", "--report"]));
    assert!(report[0]["what"] == "group=middle" && near(figure(&report[0], "after"), 520_000.0));
    let found = rows(&weight(&["--step", "raking"]));
    assert!(found.len() == 485 && near(found.iter().map(|row| figure(row, "weight")).sum(), 1_380_000.0));
    let narrow = weight(&["--step", "logit", "--low", "0.99", "--high", "1.01"]);
    assert!(narrow.status.code() == Some(2) && err(&narrow).contains("không đạt được tổng"), "{}", err(&narrow));
    // An estimate after the step has the error of post-stratification, as postStratify of R gives it.
    let two = [
        "--cluster",
        "commune,village",
        "--fpc",
        "N1,N2",
        "--format",
        "json",
        "--totals",
        &totals,
        "--step",
        "post-strata",
        "--mean",
        "item1",
    ];
    let after = rows(&survey(&["estimate"], &two));
    assert!(near(figure(&after[0], "estimate"), 3.8425560083834953) && near(figure(&after[0], "se"), 0.15382779376032943));
    let without = survey(&["weight"], &["--step", "classes", "--classes", "group"]);
    assert!(err(&without).contains("Bước này cần --responded"), "{}", err(&without));
    assert!(err(&survey(&["weight"], &[])).contains("--step"));
}

const RULE: &str = r#"
[[version]]
id = "mau"
version = "1"
first-year = 2024
scale = [1, 5]
satisfied = [4, 5]
no-answer = "leave-out"
aggregation = "weights"
node = [
  { code = "total" },
  { code = "policy", parent = "total", weight = 60 },
  { code = "item1", parent = "policy" },
  { code = "item2", parent = "policy" },
  { code = "service", parent = "total", weight = 40 },
  { code = "item3", parent = "service" },
]
"#;

#[test]
fn indices_follow_the_rule_of_their_year() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("quy-tac.toml");
    fs::write(&path, RULE).expect("written");
    let rule = path.to_string_lossy().into_owned();
    let index = |year: &str, more: &[&str]| {
        survey(&["index"], &[&["--cluster", "commune", "--rule", &rule, "--year", year, "--format", "json"], more].concat())
    };
    let found = rows(&index("2026", &["--by", "province"]));
    let p1 = found.iter().find(|row| row["group"] == "p1" && row["node"] == "total").expect("a node");
    assert!(near(figure(p1, "estimate"), 0.5222149751244171) && near(figure(p1, "se"), 0.14670027071393413));
    let item = found.iter().find(|row| row["group"] == "p1" && row["node"] == "item3").expect("a node");
    assert!(item["no_answer"].as_u64().is_some_and(|count| count > 0) && item["not_applicable"] == 0);
    let ranked = rows(&index("2026", &["--by", "province", "--rank", "total"]));
    assert!(ranked.len() == 6 && ranked[0]["rank"] == 1 && ranked.iter().all(|row| figure(row, "rank_se") > 0.0));
    let early = index("2020", &[]);
    assert!(early.status.code() == Some(2) && err(&early).contains("không có phiên bản quy tắc nào có hiệu lực năm 2020"));
}

#[test]
fn a_share_that_the_design_fixes_is_answered_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mau.csv");
    let lines: String = (0..200).map(|row| format!("s{},{}\n", row % 3, 1.1 + f64::from(row % 3) * 12.7)).collect();
    fs::write(&path, format!("s,w\n{lines}")).expect("written");
    let path = path.to_string_lossy().into_owned();
    for interval in ["t", "logit", "beta", "wilson", "arcsine", "likelihood"] {
        let flags = ["--data", &path, "--weights", "w", "--strata", "s", "--share", "s", "--interval", interval, "--format", "json"];
        let found = rows(&run(&[&["survey", "estimate"], &flags[..]].concat()));
        assert!(found.len() == 3 && found.iter().all(|row| figure(row, "se") <= 0.0 && row["ci_method"] == interval), "{found:?}");
    }
    let refused = survey(&["regress"], &["--cluster", "commune", "--outcome", "N1", "--terms", "income", "--where", "province = 'p1'"]);
    assert!(refused.status.code() == Some(2) && err(&refused).contains("cột N1: mọi giá trị đều bằng nhau"), "{}", err(&refused));
}

#[test]
fn negative_weights_are_told_with_the_estimate() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tong.csv");
    fs::write(&path, "variable,level,total\n1,,1400000\nincome,,300000000\n").expect("written");
    let totals = path.to_string_lossy().into_owned();
    let ask = |what: &[&str]| {
        survey(&["estimate"], &[&["--step", "linear", "--totals", &totals, "--format", "json", "--lang", "en"], what].concat())
    };
    let mean = rows(&ask(&["--mean", "item1"]));
    assert!(mean[0]["remark"].as_str().is_some_and(|words| words.contains("negative weight")), "{mean:?}");
    let share = ask(&["--share", "group"]);
    let told = format!("{}{}", out(&share), err(&share));
    assert!(!told.contains("all answers are equal") && told.contains("because weights are negative"), "{told}");
}

#[test]
fn quality_reaches_quantiles_and_keeps_every_reason() {
    let ask = |more: &[&str]| survey(&["estimate"], &[&["--cluster", "commune", "--format", "json", "--lang", "en"], more].concat());
    let found = rows(&ask(&["--quantile", "income:0.5", "--where", "province = 'p5' and rural = 0 and item1 >= 3", "--quality", "cv"]));
    assert!(found[0]["estimate"].is_null(), "{found:?}");
    assert!(found[0]["remark"].as_str().is_some_and(|words| words.starts_with("withheld (cv: only ")), "{found:?}");
    let outside = rows(&ask(&["--mean", "item1", "--quantile", "income:0.5", "--quality", "nchs"]));
    assert!(outside.iter().all(|row| row["remark"].as_str().is_some_and(|words| words.contains("not for such a figure"))), "{outside:?}");
    let whole: Value = serde_json::from_str(&out(&ask(&["--proportion", "satisfied", "--quality", "nchs"]))).expect("JSON");
    assert!(whole["notes"]["quality_rule"].as_str().is_some_and(|words| words.starts_with("nchs: withholds")), "{whole}");
    // All answers equal: the t interval is a point and says so, whatever the grade says beside it.
    let sure = rows(&ask(&["--proportion", "satisfied", "--where", "satisfied = 1", "--interval", "t", "--quality", "cv"]));
    assert!(sure[0]["remark"].as_str().is_some_and(|words| words.contains("all answers are equal")), "{sure:?}");
}

#[test]
fn a_file_without_a_last_line_end_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cat.csv");
    fs::write(&path, "w,x\n1,21\n1,34\n1,5").expect("written");
    let ask = |format: &str| out(&run(&["survey", "estimate", "--data", &path.to_string_lossy(), "--mean", "x", "--format", format]));
    assert!(ask("json").contains("không kết thúc bằng dấu xuống dòng"));
    assert!(ask("table").contains("Lưu ý: tệp không kết thúc") && ask("csv").lines().next().is_some_and(|line| line.contains(",warning")));
    fs::write(&path, "w,x\n1,21\n1,34\n1,5\n").expect("written");
    assert!(!ask("table").contains("Lưu ý"));
}

#[test]
fn steps_are_told_and_flags_without_use_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tong.csv");
    fs::write(&path, "variable,level,total\ngroup,middle,520000\ngroup,old,470000\ngroup,young,390000\n").expect("written");
    let totals = path.to_string_lossy().into_owned();
    let steps = ["--cluster", "commune", "--format", "json", "--step", "raking", "--step", "trim", "--totals", &totals];
    let bounds = ["--low", "100", "--high", "9000"];
    let estimate = survey(&["estimate"], &[&steps[..], &bounds, &["--mean", "item1"]].concat());
    let whole: Value = serde_json::from_str(&out(&estimate)).expect("JSON");
    assert!(whole["notes"]["step_1"] == "raking" && whole["notes"]["step_2"] == "trim", "{whole}");
    assert!(whole["notes"]["step_2_trimmed"].as_u64().is_some_and(|count| count > 0), "{whole}");
    let weights = rows(&survey(&["weight"], &[&steps[..], &bounds, &["--id", "person"]].concat()));
    assert!(weights[0]["id"] == "r0001" && weights.len() == 485);
    assert!(weights.iter().all(|row| (99.9..=9000.1).contains(&figure(row, "weight"))));
    let refused = |more: &[&str]| err(&survey(&["weight"], &[&["--step", "raking", "--totals", &totals], more].concat()));
    assert!(refused(&["--low", "0.5"]).contains("--low không dùng"), "{}", refused(&["--low", "0.5"]));
    assert!(refused(&["--where", "item1 = 1"]).contains("--where") && refused(&["--level", "0.9"]).contains("--level"));
    let predictors = ["--predictors", "income,rural", "--responded", "satisfied", "--format", "json"];
    let classes = rows(&survey(&["weight"], &[&["--step", "propensity-classes", "--class-count", "4"], &predictors[..]].concat()));
    assert!(near(classes.iter().map(|row| figure(row, "weight")).sum(), classes.iter().map(|row| figure(row, "weight_before")).sum()));
}

#[test]
fn rows_without_group_follow_the_choice_for_gaps() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("nhom.csv");
    fs::write(&path, "g,x\na,1\na,2\n,3\nb,4\nb,6\n").expect("written");
    let ask = |more: &[&str]| run(&[&["survey", "estimate", "--data", &path.to_string_lossy(), "--mean", "x", "--by", "g"], more].concat());
    let refused = err(&ask(&[]));
    assert!(refused.contains("dòng 3, cột g: thiếu nhãn nhóm") && refused.contains("Dòng 1 là dòng số liệu đầu tiên"), "{refused}");
    assert_eq!(rows(&ask(&["--missing", "leave-out", "--format", "json"])).len(), 2);
    let one = run(&["survey", "test", "--data", &path.to_string_lossy(), "--mean", "x", "--by", "g", "--where", "g = 'a'"]);
    assert!(err(&one).contains("cột g: chưa đủ hai mức"), "{}", err(&one));
}

#[test]
fn many_faults_are_counted_and_some_are_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("loi.csv");
    fs::write(&path, format!("w,x\n{}", "-1,2\n".repeat(300))).expect("written");
    let told = err(&run(&["survey", "estimate", "--data", &path.to_string_lossy(), "--weights", "w", "--mean", "x"]));
    assert!(told.contains("Có 301 lỗi:") && told.contains("… và 201 lỗi khác") && told.lines().count() < 110, "{told}");
    let nothing = err(&run(&["survey", "size", "proportion", "--margin", "1e-12"]));
    assert!(nothing.contains("cỡ mẫu") && nothing.contains("nằm ngoài khoảng"), "{nothing}");
    assert!(err(&run(&["survey", "size", "proportion", "--margin", "nan"])).contains("giá trị trống hoặc không phải số"));
}
