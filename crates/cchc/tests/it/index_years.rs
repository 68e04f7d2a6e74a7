//! `cchc index` over several years, and what it says instead of computing something else.

use std::fs;
use std::process::Output;

use crate::definition::definition;
use crate::program::{err, out, run};

/// A part on the running range, a part given in points, of equal weight.
const RUNNING: &str = r#"
[[node]]
code = "total"
aggregation = "weighted-mean"
[[node]]
code = "x"
parent = "total"
weight = "1"
[node.scaling]
method = "min-max"
range_from = "running"
[[node]]
code = "p"
parent = "total"
weight = "1"
range = ["0", "100"]
"#;

struct Folder(tempfile::TempDir);

impl Folder {
    /// Three years, made up. The range of x is 0 to 20 from the first one on.
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        folder.write("bo.toml", &definition("nhieu-nam", "no-result", RUNNING));
        folder.write("2010.csv", "unit,x,p\nA,10,50\nB,20,50\nC,0,50\n");
        folder.write("2011.csv", "unit,x,p\nA,16,50\nB,18,50\nC,5,50\n");
        folder.write("2013.csv", "unit,x,p\nA,17,50\nB,15,50\nC,9,50\n");
        folder
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).expect("written");
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_string_lossy().into_owned()
    }

    fn index(&self, command: &str, data: &str, more: &[&str]) -> Output {
        let (definition, data) = (self.path("bo.toml"), self.path(data));
        let mut words = vec!["index", command, "--definition", &definition, "--data", &data];
        words.extend(more);
        run(&words)
    }

    /// The answer for 2013, with both earlier years.
    fn with_years(&self, command: &str, more: &[&str]) -> Output {
        let past = ["2010", "2011"].map(|year| format!("{year}={}", self.path(&format!("{year}.csv"))));
        let mut words = vec!["--edition", "2013", "--past", &past[0], "--past", &past[1]];
        words.extend(more);
        self.index(command, "2013.csv", &words)
    }

    fn said(&self, command: &str, more: &[&str]) -> String {
        let output = self.with_years(command, more);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        out(&output)
    }
}

#[test]
fn every_way_stands_on_the_years_that_compute_stands_on() {
    let folder = Folder::new();
    // By hand: x is 85, 75 and 45; the totals are 67.5, 62.5 and 47.5.
    let text = folder.said("compute", &["--format", "csv"]);
    assert_eq!(text, "rank,unit,code,band,total,x,p\n1,A,,,67.5,85,50\n2,B,,,62.5,75,50\n3,C,,,47.5,45,50\n");
    let text = folder.said("what-if", &["--unit", "C", "--set", "x=12", "--format", "csv"]);
    assert_eq!(text, "code,before,after\nplace,3,3\ntotal,47.5,55\nx,45,60\n");
    folder.write("don-bay.csv", "code,low,high,step,fixed_cost,unit_cost\np,0,100,,0,1\n");
    let levers = folder.path("don-bay.csv");
    // 15 more than 47.5 are 30 points of p, up to B's 62.5.
    let text = folder.said("target", &["--unit", "C", "--levers", &levers, "--place", "2", "--count", "1", "--format", "csv"]);
    assert_eq!(text, "plan,code,from,to,cost,total,place\n1,p,50,80,30,,\n1,sum,,,30,62.5,2\n");
    let before = folder.path("2011.csv");
    let more = ["--before-data", &before, "--before-edition", "2011", "--unit", "A", "--format", "json"];
    let answer: serde_json::Value = serde_json::from_str(&folder.said("compare", &more)).expect("JSON");
    // A had 80 in 2011: (80 + 50) / 2 = 65.
    let row = &answer["units"][0];
    assert_eq!((&row["unit"], &row["before"], &row["after"], &row["change"]), (&"A".into(), &"65".into(), &"67.5".into(), &"2.5".into()));
    let total = answer["changes"].as_array().and_then(|changes| changes.last()).expect("a total");
    assert_eq!((&total["before"], &total["after"], &total["amount"]), (&row["before"], &row["after"], &row["change"]));
    // From 2011 on, B goes from 70 to 62.5 and to 55; C from 37.5 to 47.5 and to 57.5.
    let text = folder.said("what-if", &["--unit", "A", "--set", "p=20", "--trend", &before, "--trend-edition", "2011", "--format", "csv"]);
    assert_eq!(text, "code,before,unchanged,after\nplace,1,1,3\ntotal,67.5,67.5,52.5\np,50,50,20\n");
}

#[test]
fn the_year_of_an_earlier_table_is_asked_for() {
    let folder = Folder::new();
    let before = folder.path("2011.csv");
    let refused = |command: &str, more: &[&str], words: &str| {
        let output = folder.with_years(command, more);
        assert_eq!(output.status.code(), Some(2), "{}", out(&output));
        assert!(err(&output).contains(words), "{}", err(&output));
    };
    refused("compare", &["--before-data", &before], "thêm --before-edition NĂM");
    refused(
        "compare",
        &["--before-data", &before, "--before-edition", "2013"],
        "--before-edition 2013: kỳ trước phải có năm trước năm 2013",
    );
    refused("what-if", &["--unit", "A", "--set", "p=1", "--trend", &before], "thêm --trend-edition NĂM");
    let twice = format!("2010={before}");
    refused("compute", &["--past", &twice], "năm 2010 đã có một bảng số liệu khác");
    let late = format!("2013={before}");
    refused("compute", &["--past", &late], "năm 2013 không đứng trước năm 2013");
    let alone = run(&["index", "check", "--definition", &folder.path("bo.toml"), "--edition", "2013"]);
    assert_eq!((alone.status.code(), err(&alone)), (Some(2), "--edition và --past cần có --data.\n".into()));
}

#[test]
fn a_line_over_years_can_be_asked_for_without_editions() {
    let folder = Folder::new();
    let text = definition("nhieu-nam", "no-result", &RUNNING.replace("range_from = \"running\"", "imputation = \"linear\""));
    folder.write("bo.toml", &text);
    folder.write("2013.csv", "unit,x,p\nA,17,50\nB,,50\nC,9,50\n");
    let past = format!("2011={}", folder.path("2011.csv"));
    let asked = folder.index("compute", "2013.csv", &["--past", &past]);
    assert!(err(&asked).contains("thêm --edition NĂM"), "{}", err(&asked));
    // B: 20 in 2010, 18 in 2011, so 14 in 2013, 62.5 between 9 and 17.
    let text = folder.said("compute", &["--format", "csv"]);
    assert!(text.contains("\n2,B,,,56.25,62.5,50\n"), "{text}");
    let checked = folder.said("check", &["--coherence", "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&checked).expect("JSON");
    assert_eq!(answer["coherence"][0]["units"], 3);
    let factor = folder.index("uncertainty", "2013.csv", &["--imputation", "last", "--runs", "100"]);
    assert_eq!(factor.status.code(), Some(2));
    assert!(err(&factor).contains("(last)") && err(&factor).contains("thêm --past NĂM=TỆP"), "{}", err(&factor));
    // Without earlier years nothing fills B's gap: it is named.
    let spread = folder.index("uncertainty", "2013.csv", &["--weights", "0.2", "--runs", "100"]);
    assert!(out(&spread).contains("B       thiếu số liệu x  theo bộ chỉ số"), "{}{}", out(&spread), err(&spread));
}

#[test]
fn rivals_that_stand_still_or_stop_are_named() {
    let folder = Folder::new();
    folder.write(
        "bo.toml",
        &definition(
            "diem",
            "no-result",
            "[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n[[node]]\ncode = \"p\"\nparent = \"total\"\nmaximum = \"10\"\n",
        ),
    );
    folder.write("2013.csv", "unit,p\nA,5\nB,9.5\nC,3\n");
    folder.write("2011.csv", "unit,p\nA,5\nB,5\n");
    let before = folder.path("2011.csv");
    let output = folder.index("what-if", "2013.csv", &["--unit", "A", "--set", "p=10", "--trend", &before]);
    // B stops at 10, where A stands beside it.
    assert_eq!(
        out(&output),
        "diem · A\nNút    Hiện tại  Nếu giữ nguyên  Nếu đổi\nhạng          2               2        1\ntotal         5               5       10\n\
         p             5               5       10\n\nXu hướng của các đơn vị khác\nĐơn vị khác  Lưu ý\n\
         B            dừng ở điểm tối đa hoặc tối thiểu\nC            không có điểm ở một trong hai kỳ, coi như đứng yên\n",
        "{}",
        err(&output)
    );
    folder.write("2013.csv", "unit,ranked,p\nA,no,5\nB,yes,9.5\nC,yes,3\n");
    folder.write("don-bay.csv", "code,low,high,step,fixed_cost,unit_cost\np,0,10,,0,1\n");
    let unranked = folder.index("target", "2013.csv", &["--unit", "A", "--levers", &folder.path("don-bay.csv"), "--place", "1"]);
    assert_eq!(unranked.status.code(), Some(2));
    assert!(err(&unranked).starts_with("Đơn vị không được xếp hạng"), "{}", err(&unranked));
}

#[test]
fn a_comparison_keeps_numbers_and_reasons_apart() {
    let folder = Folder::new();
    let tree = "[[node]]\ncode = \"total\"\naggregation = \"sum-of-points\"\n[[node]]\ncode = \"p\"\nparent = \"total\"\nmaximum = \"10\"\n\
                [[node]]\ncode = \"thuong\"\nparent = \"total\"\naggregation = \"sum-of-points\"\nrole = \"bonus\"\ncap = \"4\"\n\
                [[node]]\ncode = \"t1\"\nparent = \"thuong\"\nrole = \"bonus\"\n";
    folder.write("bo.toml", &definition("diem", "no-result", tree));
    folder.write("2013.csv", "unit,p,t1\nA,5,4.5\nB,,1\nC,3,2\n");
    folder.write("2011.csv", "unit,p,t1\nA,5,2\nB,5,1\n");
    let before = folder.path("2011.csv");
    let output = folder.index("compare", "2013.csv", &["--before-data", &before, "--unit", "A", "--format", "csv"]);
    assert!(
        out(&output).contains(
            "unit,before,after,change,place_before,place_after,reason_before,reason_after\nA,7,9,2,1,1,,\nC,,5,,,2,not-in-table,\nB,6,,,2,,,empty-leaf p\n"
        ),
        "{}{}",
        out(&output),
        err(&output)
    );
    let output = folder.index("compare", "2013.csv", &["--before-data", &before, "--unit", "A"]);
    assert!(out(&output).contains("thuong (giới hạn)") && !out(&output).contains("bound:"), "{}", out(&output));
    let output = folder.index("explain", "2013.csv", &["--unit", "A"]);
    assert!(out(&output).contains("tổng điểm · không vượt quá 4 (điều chỉnh −0,5)"), "{}", out(&output));
}

#[test]
fn dates_and_empty_formulas_of_a_workbook_are_refused_with_their_cell() {
    let folder = Folder::new();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("Số liệu").expect("a name");
    let date = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    for (column, head) in ["unit", "x", "p"].into_iter().enumerate() {
        sheet.write_string(0, u16::try_from(column).expect("small"), head).expect("written");
    }
    sheet.write_string(1, 0, "A").expect("written");
    sheet.write_number_with_format(1, 1, 45292.0, &date).expect("written");
    sheet.write_formula(1, 2, rust_xlsxwriter::Formula::new("=50*2").set_result("100")).expect("written");
    book.save(folder.path("nay.xlsx")).expect("saved");
    let output = folder.index("compute", "nay.xlsx", &[]);
    assert_eq!(output.status.code(), Some(2));
    let said = err(&output);
    assert!(said.contains("nay.xlsx [Số liệu]: ô B2: [cell-date]") && !said.contains("C2"), "{said}");
    // Written by a library that computes nothing: B2 is 1+1 without a value, B3 is 1+2 with one; C4 is a formula with no value at all.
    let sample = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/formula-without-value.xlsx");
    fs::copy(sample, folder.path("nay.xlsx")).expect("copied");
    let output = folder.index("compute", "nay.xlsx", &[]);
    assert_eq!(output.status.code(), Some(2), "{}", out(&output));
    assert!(
        err(&output).contains("ô B2: [cell-formula]") && err(&output).contains("ô C4: [cell-formula]") && !err(&output).contains("B3"),
        "{}",
        err(&output)
    );
}

#[test]
fn one_name_is_one_unit_however_it_was_typed() {
    let folder = Folder::new();
    // "Sở" composed and decomposed.
    folder.write("2013.csv", "unit,x,p\nS\u{1edf},1,50\nSo\u{31b}\u{309},2,60\n");
    let output = folder.index("compute", "2013.csv", &[]);
    assert!(err(&output).contains("[duplicate-unit]"), "{}{}", out(&output), err(&output));
    folder.write("2013.csv", "unit,x,p\nSo\u{31b}\u{309},1,50\nB,2,60\n");
    let output = folder.index("explain", "2013.csv", &["--unit", "S\u{1edf}"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
}

#[test]
fn what_nobody_asked_for_is_said_and_nothing_is_left_behind() {
    let folder = Folder::new();
    // B leads by far: no weight changes that.
    folder.write("2013.csv", "unit,x,p\nA,1,1\nB,9,99\n");
    let output = folder.index("sensitivity", "2013.csv", &["--weights", "0.1", "--runs", "64"]);
    assert!(out(&output).contains("Không yếu tố nào làm thay đổi thứ hạng"), "{}{}", out(&output), err(&output));
    let output = folder.index("sensitivity", "2013.csv", &["--weights", "0.1", "--runs", "64", "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&out(&output)).expect("JSON");
    assert_eq!((answer["factors"].as_array().map(Vec::len), &answer["note"][0]["note"]), (Some(0), &"no-rank-changes".into()));
    let output = run(&["index", "copy", "--definition", &folder.path("bo.toml"), "--id", "Bad Id", "--year", "2014"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).starts_with("--id “Bad Id”: mã chỉ gồm"), "{}", err(&output));
    // A thousand nodes of one code: a hundred faults are listed, all are counted.
    let nodes = "[[node]]\ncode = \"p\"\nparent = \"total\"\nweight = \"1\"\n".repeat(1000);
    folder.write("bo.toml", &definition("nhieu-nam", "no-result", &format!("{RUNNING}{nodes}")));
    let said = err(&folder.index("compute", "2013.csv", &[]));
    assert!(said.lines().count() < 110 && said.contains(" lỗi khác"), "{said}");
}

#[test]
fn verifying_leaves_no_database_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let output = run(&["--data", &data.to_string_lossy(), "index", "verify"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).contains("pci-2013") || out(&output).contains("pci 20"), "{}", out(&output));
    assert!(!data.exists());
}
