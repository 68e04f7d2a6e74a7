//! `cchc index` beyond `compute`: the working, the change between years, uncertainty, what-if and targets.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::definition::definition;
use crate::program::{err, out, run};

/// A made-up set of points with one rule of several kinds.
const TREE: &str = r#"
[[figure]]
code = "done"
range = ["0", "100"]
unit = "%"
[[figure]]
code = "plan"
kind = "choice"
choices = ["none", "late", "on-time"]

[[node]]
code = "total"
aggregation = "sum-of-points"

[[node]]
code = "tasks"
parent = "total"
[node.rule]
kind = "brackets"
figure = "done"
bracket = [{ over = "90", points = "60" }, { from = "70", to = "90", points = "30" }, { under = "70", points = "0" }]

[[node]]
code = "planning"
parent = "total"
[node.rule]
kind = "choice"
figure = "plan"
option = [{ code = "none", points = "0" }, { code = "late", points = "5" }, { code = "on-time", points = "10" }]

[[node]]
code = "survey"
parent = "total"
maximum = "30"

[[edition]]
year = 2025
"#;

const DATA: &str = "unit,code,done,plan,survey,se.survey,not-applicable.survey\nSở A,A,80,late,24,1,\nSở B,B,95,on-time,20,1,\nSở C,C,60,on-time,,,chưa khảo sát\n";
const BEFORE: &str = "unit,code,done,plan,survey\nSở A,A,65,late,22\nSở B,B,95,on-time,21\n";

fn points() -> String {
    definition("bo-mau", "no-result", TREE)
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        folder.write("bo.toml", &points());
        folder.write("nay.csv", DATA);
        folder.write("truoc.csv", BEFORE);
        folder
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("written");
    }

    fn path(&self, name: &str) -> String {
        Path::new(self.0.path()).join(name).to_string_lossy().into_owned()
    }

    /// `cchc index COMMAND` over the definition and this year's table.
    fn index(&self, command: &str, more: &[&str]) -> Output {
        let (definition, data) = (self.path("bo.toml"), self.path("nay.csv"));
        let mut arguments = vec!["index", command, "--definition", &definition, "--data", &data];
        arguments.extend(more);
        run(&arguments)
    }

    fn said(&self, command: &str, more: &[&str]) -> String {
        let output = self.index(command, more);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        out(&output)
    }
}

#[test]
fn a_definition_is_checked_with_its_table() {
    let folder = Folder::new();
    let text = folder.said("check", &[]);
    assert!(text.starts_with("bo-mau: bộ chỉ số và bảng số liệu hợp lệ, 3 đơn vị\n"), "{text}");
    assert!(
        text.contains("tasks") && text.contains("theo khoảng của “done” – dưới 70: 0 điểm; từ 70 đến 90: 30 điểm; trên 90: 60 điểm"),
        "{text}"
    );
    folder.write("bo.toml", &points().replace("under = \"70\"", "under = \"69\""));
    let output = folder.index("check", &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("[bracket] brackets: các khoảng để hở, chồng nhau hoặc trống (hở: 69 … 70)"), "{}", err(&output));
}

#[test]
fn a_unit_is_explained_down_to_its_figures() {
    let folder = Folder::new();
    let text = folder.said("explain", &["--unit", "Sở A"]);
    for part in [
        "bo-mau · Sở A",
        "theo khoảng của “done” – dưới 70: 0 điểm; từ 70 đến 90: 30 điểm; trên 90: 60 điểm · done = 80 % · khoảng thứ 2",
        "theo lựa chọn “plan” – none: 0; late: 5; on-time: 10 · plan = late",
        "Đóng góp vào tổng",
        "So với các đơn vị cùng khối",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    // Without the survey: 10 of 70 points are 14.2857 of 100.
    let text = folder.said("explain", &["--unit", "C", "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(answer["removed"][0]["reason"], "chưa khảo sát");
    assert_eq!(answer["nodes"][0]["value"], "14.285714285714285714285714286");
    assert_eq!(answer["nodes"][0]["working"], "sum-of-points · × 100 / 70");
    let unknown = folder.index("explain", &["--unit", "Sở X"]);
    assert_eq!((unknown.status.code(), err(&unknown)), (Some(2), "Bảng số liệu không có đơn vị “Sở X”.\n".into()));
}

#[test]
fn two_years_are_compared_with_what_made_the_change() {
    let folder = Folder::new();
    let before = folder.path("truoc.csv");
    let text = folder.said("compare", &["--before-data", &before, "--unit", "A", "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let unit = |name: &str| answer["units"].as_array().expect("units").iter().find(|unit| unit["unit"] == name).expect("the unit").clone();
    assert_eq!(
        (unit("Sở A")["change"].as_str(), unit("Sở B")["change"].as_str(), unit("Sở C")["change"].as_str()),
        (Some("32"), Some("-1"), None)
    );
    let changes: Vec<(&str, &str)> = answer["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .map(|change| (change["code"].as_str().expect("code"), change["amount"].as_str().expect("amount")))
        .collect();
    assert_eq!(changes, [("tasks", "30"), ("planning", "0"), ("survey", "2"), ("total", "32")]);
    assert_eq!(answer["definition"].as_array().map(Vec::len), Some(0));
}

#[test]
fn ranks_have_intervals_that_repeat() {
    let folder = Folder::new();
    let more = ["--errors", "--runs", "4000", "--seed", "5", "--pairs", "--format", "json"];
    let text = folder.said("uncertainty", &more);
    assert_eq!(text, folder.said("uncertainty", &more));
    let answer: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let ranks = answer["ranks"].as_array().expect("ranks");
    assert_eq!(ranks.len(), 3);
    assert_eq!((&ranks[0]["unit"], &ranks[0]["low"], &ranks[0]["high"]), (&"Sở B".into(), &1.into(), &1.into()));
    assert_eq!(answer["pairs"][0]["probability"], 1.0);
    let nothing = folder.index("uncertainty", &[]);
    assert_eq!(nothing.status.code(), Some(2));
    assert!(err(&nothing).starts_with("Chưa nêu yếu tố nào để thay đổi"), "{}", err(&nothing));
    let absent = folder.index("sensitivity", &["--normalisation", "z-score"]);
    assert!(err(&absent).contains("không có gì để thay đổi cho yếu tố cách chuẩn hóa"), "{}", err(&absent));
}

#[test]
fn what_if_and_target_answer_for_one_unit() {
    let folder = Folder::new();
    let text = folder.said("what-if", &["--unit", "A", "--set", "done=91", "--set", "plan=on-time"]);
    // 30 + 5 + 24 = 59 becomes 60 + 10 + 24 = 94, before Sở B's 90.
    assert_eq!(
        text,
        "bo-mau · Sở A\nNút       Hiện tại  Nếu đổi\nhạng             2        1\ntotal           59       94\ntasks           30       60\nplanning         5       10\n"
    );
    let outside = folder.index("what-if", &["--unit", "A", "--set", "done=101"]);
    assert_eq!(err(&outside), "done: 101 nằm ngoài khoảng từ 0 đến 100.\n");
    folder.write("don-bay.csv", "code,low,high,step,fixed_cost,unit_cost\ndone,80,100,,0,1\nplan,late,on-time,,2,0\nsurvey,24,27,,0,4\n");
    let levers = folder.path("don-bay.csv");
    let text = folder.said("target", &["--unit", "A", "--levers", &levers, "--place", "1", "--count", "1", "--format", "csv"]);
    // Sở B has 90: 59 and the 30 of the next bracket make 89, so that a point is missing: the plan on time for 2 is cheaper than the survey for 4.
    assert_eq!(text, "plan,code,from,to,cost,total,place\n1,done,80,90.01,10.01,,\n1,plan,late,on-time,2,,\n1,sum,,,12.01,94,1\n");
    // Choices have no order of their own: either end may be named first.
    folder.write("don-bay.csv", "code,low,high,step,fixed_cost,unit_cost\ndone,80,100,,0,1\nplan,on-time,late,,2,0\nsurvey,24,27,,0,4\n");
    assert_eq!(folder.said("target", &["--unit", "A", "--levers", &levers, "--place", "1", "--count", "1", "--format", "csv"]), text);
    let far = folder.index("target", &["--unit", "A", "--levers", &levers, "--score", "99"]);
    assert_eq!((far.status.code(), err(&far)), (Some(1), "Không đạt được trong phạm vi đã nêu; cao nhất là 97 điểm.\n".into()));
}

#[test]
fn a_lever_and_a_goal_are_refused_for_their_own_reason() {
    let folder = Folder::new();
    let levers = folder.path("don-bay.csv");
    for (rows, words) in [
        ("done,80,100,,0,1\ndone,80,100,,0,1", "done: nêu hai lần."),
        ("done,100,80,,0,1", "done: giá trị low lớn hơn giá trị high."),
        ("done,80,100,,0,-1", "done: chi phí không được âm."),
        ("done,80,100,0,0,1", "done: bước thay đổi (step) phải lớn hơn 0, và là số nguyên đối với số đếm."),
        ("done,80,101,,0,1", "done: 101 nằm ngoài khoảng từ 0 đến 100."),
    ] {
        folder.write("don-bay.csv", &format!("code,low,high,step,fixed_cost,unit_cost\n{rows}\n"));
        let output = folder.index("target", &["--unit", "A", "--levers", &levers, "--score", "90"]);
        assert_eq!((output.status.code(), err(&output)), (Some(2), format!("{words}\n")));
    }
    let nowhere = folder.index("target", &["--unit", "A", "--levers", &levers, "--place", "0"]);
    assert!(nowhere.status.code() == Some(2) && err(&nowhere).contains("--place"), "{}", err(&nowhere));
    let few = folder.index("uncertainty", &["--errors", "--runs", "1"]);
    assert_eq!((few.status.code(), err(&few).starts_with("--runs phải từ 2")), (Some(2), true), "{}", err(&few));
}

#[test]
fn a_what_if_with_moving_rivals_tells_the_present_place_too() {
    let folder = Folder::new();
    // Sở B had 80 points and goes on by 10 to 100; Sở C by nothing.
    folder.write("truoc.csv", "unit,code,done,plan,survey\nSở A,A,80,late,24\nSở B,B,95,on-time,10\n");
    let earlier = folder.path("truoc.csv");
    let text =
        folder.said("what-if", &["--unit", "A", "--set", "done=91", "--set", "plan=on-time", "--trend", &earlier, "--format", "csv"]);
    assert_eq!(
        text,
        "code,before,unchanged,after\nplace,2,2,2\ntotal,59,59,94\ntasks,30,30,60\nplanning,5,5,10\n\nunit,note\nSở C,stands-still\n"
    );
}

/// Indicators of wards and communes; the average of places, ranges, a filled and a drawn-in value.
#[test]
fn what_was_done_to_indicators_stands_beside_the_scores() {
    let folder = Folder::new();
    let tree = r#"
[[block]]
code = "ward"
name = { vi = "Phường", en = "Wards" }
[[block]]
code = "commune"
name = { vi = "Xã", en = "Communes" }
[[node]]
code = "total"
aggregation = "weighted-mean"
[[node]]
code = "x"
parent = "total"
weight = "1"
[node.scaling]
method = "min-max"
imputation = "mean"
outliers = {}
"#;
    let text = definition("chi-so", "no-result", tree).replace("\"competition\"", "\"average\"");
    folder.write("bo.toml", &text);
    folder.write("nay.csv", "unit,block,x\nA,ward,1\nB,commune,2\nC,ward,2\nD,commune,3\nE,ward,\nF,commune,90\n");
    let beside = folder.path("chuan-hoa.csv");
    let text = folder.said("compute", &["--scaling", &beside]);
    let expected = "\
Bộ chỉ số: chi-so · xếp hạng: 6/6
Hạng  Đơn vị  Khối      Điểm
 1,5  E       Phường  100,00
 1,5  F       Xã      100,00
   3  D       Xã       10,75
 4,5  B       Xã        5,38
 4,5  C       Phường    5,38
   6  A       Phường    0,00

Khoảng giá trị đã dùng để chuẩn hóa
Chỉ số  Cách chuẩn hóa  Thấp nhất  Cao nhất  Bình quân  Độ lệch chuẩn
x       min-max                 1      19,6  –          –

Giá trị đã xử lý trước khi chuẩn hóa
Chỉ số  Đơn vị  Đã xử lý                                 Giá trị gốc  Giá trị dùng
x       E       bù số liệu thiếu (bình quân các đơn vị)            –          19,6
x       F       thu ngoại lai về giá trị kế tiếp                  90          19,6
";
    assert_eq!(text, expected);
    let file = fs::read_to_string(&beside).expect("written");
    assert_eq!(
        file,
        "indicator,block,method,low,high,mean,deviation,unit,code,treatment,before,after\nx,,min-max,1,19.6,,,,,,,\nx,,min-max,,,,,E,,imputed,,19.6\nx,,min-max,,,,,F,,winsorised,90,19.6\n"
    );
    let json: serde_json::Value = serde_json::from_str(&folder.said("compute", &["--format", "json"])).expect("JSON");
    assert_eq!(
        (&json["units"][0]["rank"], &json["units"][2]["rank"], &json["units"][0]["block"]),
        (&1.5.into(), &3.into(), &"ward".into())
    );
    assert_eq!(json["scaling"][0]["range"], serde_json::json!(["1", "19.6"]));
    assert_eq!(
        json["scaling"][0]["treated"][0],
        serde_json::json!({ "unit": "E", "code": null, "treatment": "imputed", "before": null, "after": "19.6" })
    );
    let told = folder.said("explain", &["--unit", "E"]);
    assert!(told.contains("thiếu số liệu, bù 19,6 (bình quân các đơn vị)"), "{told}");
    // Ranks within blocks stand block by block.
    folder.write("bo.toml", &text_within_blocks(&folder));
    let csv = folder.said("compute", &["--format", "csv"]);
    let heads: Vec<String> = csv.lines().map(|line| line.split(',').take(5).collect::<Vec<_>>().join(",")).collect();
    assert_eq!(
        heads,
        ["rank,unit,code,band,block", "1,E,,,ward", "2,C,,,ward", "3,A,,,ward", "1,F,,,commune", "2,D,,,commune", "3,B,,,commune"]
    );
    folder.write("nay.csv", "unit,block,x\nA,,1\nB,commune,2\n");
    let without = folder.index("compute", &[]);
    assert!(err(&without).contains("dòng 2, cột block (A): [missing-block]"), "{}", err(&without));
}

/// The definition in the folder, with ranks within blocks.
fn text_within_blocks(folder: &Folder) -> String {
    let text = fs::read_to_string(folder.path("bo.toml")).expect("a definition");
    text.replace("rank_on = \"unrounded\"", "rank_on = \"unrounded\"\nrank_within = \"block\"")
}

#[test]
fn a_set_is_copied_for_a_new_year() {
    let folder = Folder::new();
    let definition = folder.path("bo.toml");
    let output = run(&["index", "copy", "--definition", &definition, "--id", "bo-mau-2026", "--year", "2026"]);
    assert!(out(&output).contains("id = \"bo-mau-2026\"") && out(&output).contains("year = 2026"), "{}", err(&output));
    let taken = run(&["index", "copy", "--definition", &definition, "--id", "bo-mau-2026", "--year", "2025"]);
    assert_eq!((taken.status.code(), err(&taken)), (Some(2), "Bộ chỉ số đã có kỳ 2025.\n".into()));
}

#[test]
fn a_workbook_is_a_table_too() {
    let folder = Folder::new();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in DATA.lines().enumerate() {
        for (column, cell) in line.split(',').enumerate() {
            let (row, column) = (u32::try_from(row).expect("small"), u16::try_from(column).expect("small"));
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).map(|_| ()).expect("written"),
                Err(_) => sheet.write_string(row, column, cell).map(|_| ()).expect("written"),
            }
        }
    }
    book.save(folder.path("nay.xlsx")).expect("saved");
    let (definition, data) = (folder.path("bo.toml"), folder.path("nay.xlsx"));
    let output = run(&["index", "compute", "--definition", &definition, "--data", &data, "--format", "csv"]);
    assert_eq!(out(&output), folder.said("compute", &["--format", "csv"]), "{}", err(&output));
    folder.write("nay.xlsx", "không phải bảng tính");
    let broken = run(&["index", "compute", "--definition", &definition, "--data", &data]);
    assert_eq!(broken.status.code(), Some(2));
    assert!(err(&broken).contains("không đọc được bảng tính XLSX"), "{}", err(&broken));
}

#[test]
fn a_framework_is_checked_for_coherence() {
    let folder = Folder::new();
    let text = folder.said("check", &["--coherence", "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let leaves: Vec<&str> = answer["leaves"].as_array().expect("leaves").iter().filter_map(|leaf| leaf["code"].as_str()).collect();
    assert_eq!(leaves, ["tasks", "planning", "survey"]);
    assert_eq!(answer["leaves"][0]["nominal"], 0.6);
    assert_eq!(answer["coherence"][0]["units"], 2);
}

#[test]
fn a_parquet_table_is_computed_as_its_csv_file_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let of = |file: &str| {
        let data = root.join(file).to_string_lossy().into_owned();
        run(&["index", "compute", "--definition", "pci-2013", "--data", &data, "--format", "json"])
    };
    let (text, columns) = (of("catalogue/indices/pci-2018.csv"), of("crates/parquet-table/tests/samples/pci-2018.parquet"));
    assert_eq!((text.status.code(), err(&text)), (Some(0), String::new()));
    assert_eq!(out(&columns), out(&text));
}
