//! Commands without a server.

use std::fs::{self, File};
use std::process::Stdio;

use crate::definition::definition;
use crate::program::{cchc, err, out, run};

const NODES: &str = r#"
[[node]]
code = "total"
aggregation = "weighted-mean"

[[node]]
code = "a"
parent = "total"
weight = "1"
range = ["0", "100"]

[[node]]
code = "b"
parent = "total"
weight = "3"
range = ["0", "100"]
"#;

fn sample() -> String {
    definition("mau", "error", NODES)
}

fn compute(data: &str, more: &[&str]) -> std::process::Output {
    let folder = tempfile::tempdir().expect("a folder");
    let (definition, table) = (folder.path().join("mau.toml"), folder.path().join("so-lieu.csv"));
    fs::write(&definition, sample()).expect("written");
    fs::write(&table, data).expect("written");
    let (definition, table) = (definition.to_string_lossy().into_owned(), table.to_string_lossy().into_owned());
    let mut arguments = vec!["index", "compute", "--definition", &definition, "--data", &table];
    arguments.extend(more);
    run(&arguments)
}

#[test]
fn any_definition_is_computed_over_any_table() {
    let output = compute("unit,a,b\nSở A,80,90\nSở B,100,84\nSở C,90,90\n", &[]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(
        out(&output),
        "Bộ chỉ số: mau · xếp hạng: 3/3\nHạng  Đơn vị   Điểm\n   1  Sở C    90,00\n   2  Sở B    88,00\n   3  Sở A    87,50\n"
    );
    let csv = compute("unit,a,b\nSở A,80,90.1\n", &["--format", "csv"]);
    assert_eq!(out(&csv), "rank,unit,code,band,total,a,b\n1,Sở A,,,87.575,80,90.1\n");
}

#[test]
fn json_has_every_node_and_the_rank() {
    let output = compute("unit,code,a,b\nSở A,HN-A,80,90\n", &["--format", "json"]);
    let text = out(&output);
    for part in [
        "\"rank\": 1",
        "\"code\": \"HN-A\"",
        "\"total\": {\n          \"value\": \"87.5\"",
        "\"a\": {\n          \"value\": \"80\"",
        "\"tie_rule\": \"competition\"",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn every_fault_of_a_table_is_told_at_once() {
    let output = compute("unit,a,c,b\nSở A,80,1,\"90,5\"\nSở A,abc,1,120\n,1,1,1\nSở D,1,1\nSở E,,1,50\n", &[]);
    assert_eq!(output.status.code(), Some(2));
    let told = err(&output);
    assert!(told.starts_with("Có 8 lỗi:"), "{told}");
    for line in [
        "dòng 1, cột c: [unknown-column]",
        "dòng 2, cột b (Sở A): [decimal-comma] “90,5” dùng dấu phẩy thập phân; tệp CSV phải dùng dấu chấm (viết: 90.5)",
        "dòng 3, cột unit: [duplicate-unit] “Sở A” đơn vị đã có ở dòng khác (dòng: 2)",
        "dòng 3, cột a (Sở A): [not-a-number] “abc” không phải là số",
        "dòng 3, cột b (Sở A): [out-of-range] “120” nằm ngoài khoảng cho phép (cho phép: 0 – 100)",
        "dòng 4, cột unit: [missing-unit]",
        "dòng 5 (Sở D): [row-length]",
        "dòng 6, cột a (Sở E): [missing-leaf]",
    ] {
        assert!(told.contains(line), "{line}\nis not in\n{told}");
    }
    assert!(out(&output).is_empty(), "nothing is computed from a faulty table");
    let english = compute("unit,a\nSở A,x\n", &["--lang", "en"]);
    assert!(err(&english).contains("row 1, column b: [missing-leaf]") && err(&english).contains("is not a number"), "{}", err(&english));
}

#[test]
fn a_faulty_definition_names_line_and_rule() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sai.toml");
    fs::write(
        &path,
        sample()
            .replace("weight = \"3\"", "weight = 3\nmau_sac = \"đỏ\"")
            .replace("parent = \"total\"\nweight = \"1\"", "parent = \"tong\"\nweight = \"1\""),
    )
    .expect("written");
    let path = path.to_string_lossy().into_owned();
    let output = run(&["index", "compute", "--definition", &path, "--data", "khong-doc.csv"]);
    assert_eq!(output.status.code(), Some(2));
    let told = err(&output);
    for part in ["[unknown-reference] tong", "[not-a-decimal] weight", "[unknown-key] mau_sac", ": dòng 2"] {
        assert!(told.contains(part), "{part} in {told}");
    }
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let output = run(&["index", "compute", "--definition", "pci-2013", "--data", "khong-co.csv"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("Không đọc được tệp khong-co.csv"), "{}", err(&output));
    let folder = tempfile::tempdir().expect("a folder");
    let binary = folder.path().join("nhi-phan.csv");
    fs::write(&binary, b"unit,a\n\xff\xfe\n").expect("written");
    let binary = binary.to_string_lossy().into_owned();
    let output = run(&["index", "compute", "--definition", "pci-2013", "--data", &binary]);
    assert!(err(&output).contains("dòng 2: [not-utf8]"), "{}", err(&output));
}

#[test]
fn a_full_disk_is_told_and_a_reader_that_left_is_no_fault() {
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogue/indices/pci-2018.csv");
    let full = File::options().write(true).open("/dev/full").expect("/dev/full");
    let output = cchc(&["index", "compute", "--definition", "pci-2013", "--data", table])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .expect("runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("Không ghi được kết quả ra"), "{}", err(&output));
    let output = std::process::Command::new("sh")
        .args([
            "-c",
            &format!(
                "'{}' index compute --definition pci-2013 --data '{table}' --format json | head -n 1; exit ${{PIPESTATUS:-0}}",
                env!("CARGO_BIN_EXE_cchc")
            ),
        ])
        .output()
        .expect("runs");
    assert!(err(&output).is_empty(), "{}", err(&output));
}

#[test]
fn units_are_shown_as_of_a_date() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_string_lossy().into_owned();
    let then = run(&["--data", &data, "units", "show", "Hà Nội", "--as-of", "2018-12-31"]);
    assert_eq!(then.status.code(), Some(0), "{}", err(&then));
    for part in ["Thành phố Hà Nội", "31/12/2018", "Quận Ba Đình", "Huyện Mê Linh", "Sở Lao động - Thương binh và Xã hội"]
    {
        assert!(out(&then).contains(part), "{part}");
    }
    let now = run(&["--data", &data, "units", "show", "ha noi", "--as-of", "01/07/2025"]);
    assert!(out(&now).contains("Phường Hoàn Kiếm") && !out(&now).contains("Quận Ba Đình"), "{}", out(&now));
    let code = run(&["--data", &data, "units", "show", "00004", "--as-of", "2025-06-30"]);
    assert!(out(&code).starts_with("Phường Trúc Bạch"), "{}", out(&code));
    let gone = run(&["--data", &data, "units", "show", "Trúc Bạch", "--as-of", "2026-01-01"]);
    assert_eq!(gone.status.code(), Some(2));
    assert!(err(&gone).contains("Vào ngày khác có:") && err(&gone).contains("00004-truc-bach"), "{}", err(&gone));
}

#[test]
fn a_catalogue_is_loaded_once_and_checked_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("du-lieu").to_string_lossy().into_owned();
    let before = run(&["--data", &data, "check"]);
    assert_eq!(before.status.code(), Some(1));
    assert!(out(&before).contains("[LỖI] chưa có cơ sở dữ liệu") && !folder.path().join("du-lieu").exists(), "looking changes nothing");
    let first = run(&["--data", &data, "catalogue", "load"]);
    assert!(out(&first).starts_with("Đã nạp "), "{}{}", out(&first), err(&first));
    let second = run(&["--data", &data, "catalogue", "load"]);
    assert!(out(&second).contains("không có gì phải làm"), "{}", out(&second));
    let after = run(&["--data", &data, "check"]);
    assert_eq!(after.status.code(), Some(0), "{}", out(&after));
    assert!(!out(&after).contains("LỖI"), "{}", out(&after));
    let verified = run(&["--data", &data, "index", "verify"]);
    assert_eq!(verified.status.code(), Some(0), "{}", err(&verified));
    assert!(out(&verified).lines().count() > 45, "{}", out(&verified));
}

#[test]
fn a_trial_stays_a_trial_and_says_that_its_figures_are_made_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_string_lossy().into_owned();
    let server = crate::program::Server::start(folder.path(), &["--demo"]);
    let (status, page) = server.get("/xep-hang/mau-so-nganh/2025");
    assert_eq!(status, 200);
    let page = String::from_utf8_lossy(&page).into_owned();
    assert!(page.contains("số liệu minh họa, không có thật") && page.contains("Bản dùng thử"));
    server.stop("-TERM");
    let shown = run(&["--data", &data, "units", "show", "Hà Nội"]);
    assert_eq!(shown.status.code(), Some(0), "{}", err(&shown));
    let verified = run(&["--data", &data, "index", "verify"]);
    assert!(out(&verified).contains("mau-so-nganh 2025"), "another command does not take the sample away");
    let checked = run(&["--data", &data, "check"]);
    assert!(checked.status.success() && out(&checked).contains("có số liệu minh họa"), "{}", out(&checked));
    assert!(out(&checked).contains("13 tài khoản minh họa"), "{}", out(&checked));
    let real = crate::program::Server::start(folder.path(), &[]);
    assert_eq!(real.get("/xep-hang/mau-so-nganh/2025").0, 404, "a real start has no made-up figures");
    let (_, said) = real.stop("-TERM");
    assert!(said.contains("CẢNH BÁO: cơ sở dữ liệu có 13 tài khoản minh họa"), "{said}");
    assert!(said.contains("/lien-ket/"), "no made-up administrator counts, so the first real one gets a link: {said}");
    let checked = run(&["--data", &data, "check"]);
    assert!(!checked.status.success() && out(&checked).contains("[LỖI] CẢNH BÁO"), "{}", out(&checked));
    assert!(out(&checked).contains("cchc user disable mau."), "{}", out(&checked));
}

#[test]
fn a_backup_is_made_checked_and_restored_elsewhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (here, there, file) = (at("here"), at("there"), at("sao-luu.zip"));
    let absent = run(&["backup", &file, "--data", &here]);
    assert!(absent.status.code() == Some(1) && err(&absent).contains("chưa có cơ sở dữ liệu"), "{}", err(&absent));
    let server = crate::program::Server::start(folder.path().join("here").as_path(), &[]);
    let made = run(&["backup", &file, "--data", &here]);
    assert!(made.status.success() && out(&made).contains("Đã sao lưu vào"), "while the server runs: {}", err(&made));
    assert_eq!(server.get("/").0, 200);
    let checked = run(&["check", "--backup", &file]);
    assert!(checked.status.success() && out(&checked).contains("nguyên vẹn"), "{}", err(&checked));
    let restored = run(&["restore", &file, "--data", &there]);
    assert!(restored.status.success(), "{}", err(&restored));
    assert!(run(&["check", "--data", &there]).status.success());
    let again = run(&["restore", &file, "--data", &there]);
    assert!(again.status.code() == Some(2) && err(&again).contains("đã có dữ liệu"), "{}", err(&again));
    fs::write(&file, "không phải tệp sao lưu").expect("written");
    let foreign = run(&["restore", &file, "--data", &at("third")]);
    assert!(foreign.status.code() == Some(2) && err(&foreign).contains("không phải bản sao lưu"), "{}", err(&foreign));
    assert!(!folder.path().join("third").exists(), "a wrong file makes no database");
}

#[test]
fn settings_come_from_flag_environment_and_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cchc.toml");
    fs::write(&file, "lang = \"en\"\n").expect("written");
    let data = folder.path().to_string_lossy().into_owned();
    let by_file = run(&["--data", &data, "units", "search", "hoan kiem"]);
    assert!(out(&by_file).contains("found:"), "{}", out(&by_file));
    let by_environment = cchc(&["--data", &data, "units", "search", "hoan kiem"]).env("CCHC_LANG", "vi").output().expect("runs");
    assert!(out(&by_environment).starts_with("Tìm thấy"), "the environment goes before the file");
    fs::write(&file, "mau = \"xanh\"\n").expect("written");
    let wrong = run(&["--data", &data, "units", "search", "x"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(err(&wrong).contains("cchc.toml có lỗi") && err(&wrong).contains("mau"), "{}", err(&wrong));
}
