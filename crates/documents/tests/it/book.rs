//! XLSX: read back with calamine.

use std::io::Cursor;

use calamine::{Data, Range, Reader as _, Xlsx};
use documents::{DocumentError, Workbook, checksum, xlsx};
use ui::Lang;
use ui::table::{Cell, Column, DataTable, Kind, MissingReason, Row};

use crate::sample::{DANGEROUS, dangerous, day, decimal, scores};

type Book = Xlsx<Cursor<Vec<u8>>>;

fn book(tables: Vec<&DataTable>, lang: Lang) -> Workbook<'_> {
    Workbook {
        title: "Kết quả cải cách hành chính".to_owned(),
        description: Some("Điểm và hạng năm 2017".to_owned()),
        source: Some("Bộ Nội vụ".to_owned()),
        address: Some("https://example.org/chi-so".to_owned()),
        made_at: day(2026, 11, 23),
        tables,
        lang,
    }
}

fn open(tables: Vec<&DataTable>, lang: Lang) -> Book {
    Xlsx::new(Cursor::new(xlsx(&book(tables, lang)).unwrap())).unwrap()
}

fn text(range: &Range<Data>, row: u32, column: u32) -> String {
    range.get_value((row, column)).map(ToString::to_string).unwrap_or_default()
}

fn row(range: &Range<Data>, row: u32) -> Vec<String> {
    (0..range.end().unwrap().1 + 1).map(|column| text(range, row, column)).collect()
}

/// Raw text of a part of the file, found by the name of the part.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name(name).unwrap(), &mut text).unwrap();
    text
}

#[test]
fn contents_sheet() {
    let (first, second) = (scores(), dangerous());
    let mut file = open(vec![&first, &second], Lang::Vi);
    let name = "Chỉ số PAR INDEX 2017 kết quả c";
    assert_eq!(file.sheet_names(), ["Nội dung", name, "=Bảng nguy hiểm", "Ghi chú"]);
    let range = file.worksheet_range("Nội dung").unwrap();
    assert_eq!(text(&range, 0, 0), "Kết quả cải cách hành chính");
    let pairs: Vec<_> = (1..7).map(|line| (text(&range, line, 0), text(&range, line, 1))).collect();
    let expected = [
        ("Mô tả", "Điểm và hạng năm 2017"),
        ("Nguồn", "Bộ Nội vụ"),
        ("Trang đã tải về", "https://example.org/chi-so"),
        ("Ngày lập", "23/11/2026"),
        ("Số bảng", "2"),
        ("Ghi chú và ký hiệu", "Xem trang tính “Ghi chú”"),
    ];
    assert_eq!(pairs, expected.map(|(label, words)| (label.to_owned(), words.to_owned())));
    assert_eq!(row(&range, 7), ["Trang tính", "Bảng", "Số dòng", "Nguồn", "SHA-256 của tệp CSV cùng bảng"]);
    assert_eq!(row(&range, 8), [name, first.caption.as_str(), "3", "Bộ Nội vụ", &checksum(&first, Lang::Vi)]);
    assert_eq!(range.get_value((9, 2)), Some(&Data::Float(10.0)));
}

#[test]
fn the_printed_count_is_the_number_of_rows() {
    // Another program cut its files at 30,000 rows (kobotoolbox/kpi#2370).
    let mut long = DataTable::new("dai", "Bảng dài").column(Column::header("unit", "Đơn vị")).column(Column::number("n", "Số", 0));
    long.rows = (0..31_000).map(|n| Row::new(vec![Cell::text(format!("Xã {n}")), Cell::number(n.into(), 0)])).collect();
    let first = scores();
    let mut file = open(vec![&first, &long], Lang::En);
    file.load_tables().unwrap();
    assert_eq!(file.table_names(), ["contents", "table_1_par_index_2017", "table_2_dai", "notes"]);
    let contents = file.table_by_name("contents").unwrap();
    let printed: Vec<f64> = contents.data().rows().map(|row| row[2].to_string().parse().unwrap()).collect();
    for (printed, (name, expected)) in printed.iter().zip([("table_1_par_index_2017", 3), ("table_2_dai", 31_000)]) {
        let table = file.table_by_name(name).unwrap();
        assert_eq!(table.data().height(), expected);
        assert_eq!(printed.to_string(), expected.to_string());
    }
    let range = file.worksheet_range("Bảng dài").unwrap();
    assert_eq!(range.end(), Some((31_002, 1)));
    assert_eq!(text(&range, 1, 0), "Number of rows: 31000");
    assert_eq!(range.get_value((31_002, 1)), Some(&Data::Float(30_999.0)));
}

#[test]
fn values_of_a_table() {
    let table = scores();
    let mut file = open(vec![&table], Lang::Vi);
    let name = file.sheet_names()[1].clone();
    let range = file.worksheet_range(&name).unwrap();
    let above: Vec<_> = (0..5).map(|line| text(&range, line, 0)).collect();
    assert_eq!(
        above,
        [table.caption.as_str(), "Xếp theo điểm", "Nguồn: Bộ Nội vụ", "Số dòng: 3", "Ghi chú và ký hiệu: xem trang tính “Ghi chú”"]
    );
    let head = row(&range, 5);
    assert_eq!(head[2], "PAR INDEX: Điểm (%)");
    let csv_head = String::from_utf8(documents::csv(&table, Lang::Vi)).unwrap();
    assert_eq!(head.len(), 15);
    assert!(csv_head.starts_with("\u{feff}Mã,Đơn vị,PAR INDEX: Điểm (%)"));

    let number = |row, column| match range.get_value((row, column)) {
        Some(Data::Float(number)) => number.to_string(),
        other => format!("no number: {other:?}"),
    };
    assert_eq!(text(&range, 6, 0), "01");
    assert_eq!(text(&range, 6, 1), "Thành phố Hà Nội, \"thủ đô\"");
    assert_eq!(number(6, 2), "80.53");
    assert_eq!((3..6).map(|column| number(6, column)).collect::<Vec<_>>(), ["2", "-0.25", "80.12345"]);
    assert!(matches!(range.get_value((6, 6)), Some(Data::DateTime(date)) if date.as_f64().to_string() == "43222"));
    assert_eq!(text(&range, 6, 7), "m");
    assert_eq!((8..14).map(|column| number(6, column)).collect::<Vec<_>>(), ["63", "1", "4", "78.1", "82.2", "0"]);
    // Rounded to what Excel holds, text before 1900, signs for what is missing or does not apply.
    assert_eq!(number(7, 2), "0.123456789012346");
    assert_eq!(text(&range, 7, 5), "[c]");
    assert_eq!(text(&range, 7, 6), "1899-01-01");
    assert_eq!(text(&range, 7, 7), "–");
    assert_eq!(number(7, 13), "1");
    assert_eq!(text(&range, 8, 0), "–");
    assert_eq!(text(&range, 8, 2), "[1]");
    assert_eq!(text(&range, 8, 3), "…");
    assert_eq!(text(&range, 8, 6), "[k]");
    assert_eq!(text(&range, 8, 14), "tổng hoặc trung bình");
    assert!((6..9).all(|line| row(&range, line).iter().all(|cell| !cell.is_empty())), "no cell of the data is empty");
}

#[test]
fn notes_explain_every_sign() {
    let table = scores();
    let mut file = open(vec![&table], Lang::Vi);
    let range = file.worksheet_range("Ghi chú").unwrap();
    assert_eq!(text(&range, 0, 0), "Ghi chú và ký hiệu");
    let lines: Vec<_> = (2..=range.end().unwrap().0).map(|line| (text(&range, line, 2), text(&range, line, 3))).collect();
    let signs: Vec<_> = lines.iter().map(|(sign, _)| sign.as_str()).collect();
    assert_eq!(signs, ["1", "2", "3", "[c]", "[1]", "…", "[k]", "–", "m"]);
    assert_eq!(lines[1].1, "=không phải công thức");
    assert!(lines[2].1.contains("15 chữ số"));
    assert_eq!(lines[4].1, "đang thẩm định");
    assert_eq!(lines[8].1, "số liệu minh họa");
}

#[test]
fn nothing_runs_as_a_formula() {
    let table = dangerous();
    let bytes = xlsx(&book(vec![&table], Lang::Vi)).unwrap();
    let mut file = Xlsx::new(Cursor::new(bytes.clone())).unwrap();
    for name in file.sheet_names() {
        assert_eq!(file.worksheet_formula(&name).unwrap().cells().count(), 0, "{name}");
    }
    let range = file.worksheet_range("=Bảng nguy hiểm").unwrap();
    assert_eq!(text(&range, 2, 0), "=Tên (+)");
    for (line, expected) in (3..).zip(DANGEROUS) {
        assert_eq!(range.get_value((line, 0)), Some(&Data::String(expected.replace('\r', "\n"))));
    }
    assert!(!part(&bytes, "xl/worksheets/sheet2.xml").contains("<f>"));
    assert!(part(&bytes, "xl/styles.xml").contains("quotePrefix=\"1\""));
}

#[test]
fn print_setup_links_and_head() {
    let table = scores();
    let bytes = xlsx(&book(vec![&table], Lang::Vi)).unwrap();
    let sheet = part(&bytes, "xl/worksheets/sheet2.xml");
    for wanted in [
        "<pane ySplit=\"6\" topLeftCell=\"A7\" activePane=\"bottomLeft\" state=\"frozen\"/>",
        "paperSize=\"9\"",
        "orientation=\"landscape\"",
        "fitToHeight=\"0\"",
        "<pageSetUpPr fitToPage=\"1\"/>",
        "Trang &amp;P/&amp;N",
        "<tableParts count=\"1\">",
        "numberStoredAsText=\"1\"",
    ] {
        assert!(sheet.contains(wanted), "{wanted}");
    }
    assert!(!sheet.contains("mergeCell"));
    let links = part(&bytes, "xl/worksheets/_rels/sheet2.xml.rels");
    assert!(links.contains("https://example.org/ket-qua?nam=2017") && links.contains("https://example.org/79"));
    assert!(!links.contains("/don-vi/01") && !links.contains("/xep-hang"));
    let names = part(&bytes, "xl/workbook.xml");
    assert!(names.contains("_xlnm.Print_Titles") && names.contains("$6:$6"));
    let styles = part(&bytes, "xl/styles.xml");
    assert!(styles.contains("Times New Roman") && !styles.contains("Calibri"));
    assert!(styles.contains("#,##0.00") && styles.contains("dd/mm/yyyy"));
    assert!(part(&bytes, "docProps/core.xml").contains("2026-11-23T00:00:00Z"));
}

#[test]
fn a_link_under_a_number_leaves_the_number() {
    let table = DataTable::new("t", "Bảng")
        .column(Column::number("n", "N", 1))
        .row(Row::new(vec![Cell::number(decimal("2.5"), 1).from_where("https://example.org/n")]));
    let bytes = xlsx(&book(vec![&table], Lang::Vi)).unwrap();
    assert!(part(&bytes, "xl/worksheets/_rels/sheet2.xml.rels").contains("https://example.org/n"));
    let range = Xlsx::new(Cursor::new(bytes)).unwrap().worksheet_range("Bảng").unwrap();
    assert_eq!(range.get_value((3, 0)), Some(&Data::Float(2.5)));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let table = scores();
    assert_eq!(xlsx(&book(vec![&table], Lang::Vi)).unwrap(), xlsx(&book(vec![&table], Lang::Vi)).unwrap());
}

#[test]
fn signs_that_no_xml_may_hold_stay_out_of_names() {
    let odd = "A\u{0}\u{1}\u{1b}\u{85}\u{fffe}\u{ffff}<&>\"B";
    let mut table = DataTable::new(odd, odd)
        .column(Column::text(odd, odd).unit(odd).group(odd))
        .row(Row::new(vec![Cell::link(odd, "https://a.vn/?a=1&b=<2>\"#x&y")]));
    table.subtitle = Some(odd.to_owned());
    table.notes = vec![odd.to_owned()];
    let book = Workbook {
        title: odd.to_owned(),
        description: Some(odd.to_owned()),
        source: Some(odd.to_owned()),
        address: Some(odd.to_owned()),
        ..book(vec![&table], Lang::Vi)
    };
    let bytes = xlsx(&book).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    for index in 0..archive.len() {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut archive.by_index(index).unwrap(), &mut text).unwrap();
        let refused = text
            .chars()
            .find(|sign| (sign.is_control() && !matches!(sign, '\n' | '\t' | '\u{85}')) || matches!(sign, '\u{fffe}' | '\u{ffff}'));
        assert_eq!(refused, None, "{text}");
    }
    let mut file = Xlsx::new(Cursor::new(bytes)).unwrap();
    file.load_tables().unwrap();
    let name = file.table_names()[1].clone();
    assert_eq!(file.table_by_name(&name).unwrap().columns(), ["A <&>\"B: A <&>\"B (A <&>\"B)"]);
}

#[test]
fn small_and_odd_tables() {
    let none = DataTable::new("", "History");
    let empty = DataTable::new("1A", "A/B").column(Column::text("a", "Đơn vị")).column(Column::text("b", "ĐƠN VỊ"));
    let mut wide =
        DataTable::new("R1C1", "a b").column(Column::text("a", "hai\ndòng")).row(Row::new(vec![Cell::text("_x0041_ <&> \u{1}")]));
    wide.columns[0].kind = Kind::Rank;
    let mut file = open(vec![&none, &empty, &wide], Lang::En);
    assert_eq!(file.sheet_names(), ["Contents", "History 1", "A B", "a b (2)"]);
    let range = file.worksheet_range("A B").unwrap();
    assert_eq!(row(&range, 2), ["Đơn vị", "ĐƠN VỊ (2)"]);
    assert_eq!(text(&range, 1, 0), "Number of rows: 0");
    let range = file.worksheet_range("a b (2)").unwrap();
    assert_eq!(text(&range, 2, 0), "hai dòng");
    assert_eq!(open(Vec::new(), Lang::Vi).sheet_names(), ["Nội dung"]);
}

#[test]
fn what_does_not_fit_is_refused() {
    let ragged = DataTable::new("t", "T")
        .column(Column::text("a", "A"))
        .row(Row::new(vec![Cell::missing(MissingReason::Withheld), Cell::text("x")]));
    assert!(matches!(xlsx(&book(vec![&ragged], Lang::Vi)), Err(DocumentError::RowWidth { row: 1, expected: 1, found: 2, .. })));
    let long = DataTable::new("t", "T").column(Column::text("a", "A")).row(Row::new(vec![Cell::text("ế".repeat(32_768))]));
    assert!(matches!(xlsx(&book(vec![&long], Lang::Vi)), Err(DocumentError::TextTooLong { row: 4, column: 1, .. })));
    let mut wide = DataTable::new("t", "T");
    wide.columns = (0..16_385).map(|n| Column::text(n.to_string(), n.to_string())).collect();
    assert!(matches!(xlsx(&book(vec![&wide], Lang::Vi)), Err(DocumentError::TooManyColumns { columns: 16_385, .. })));
    let mut tall = DataTable::new("t", "T").column(Column::text("a", "A"));
    tall.rows = vec![Row::new(vec![Cell::text("x")]); 1_048_576];
    assert!(matches!(xlsx(&book(vec![&tall], Lang::Vi)), Err(DocumentError::TooManyRows { rows: 1_048_576, .. })));
}

#[test]
fn a_column_shows_no_fewer_digits_than_the_page() {
    let column = |decimals| Column::number("n", "N", decimals);
    let table = DataTable::new("t", "T").column(column(0)).column(Column { key: "m".to_owned(), ..column(4) });
    let table = table.row(Row::new(vec![Cell::number(decimal("33.33"), 1), Cell::number(decimal("0.15"), 2)]));
    let styles = part(&xlsx(&book(vec![&table], Lang::Vi)).unwrap(), "xl/styles.xml");
    assert!(styles.contains("\"#,##0.0\"") && styles.contains("\"#,##0.0000\"") && !styles.contains("\"#,##0.00\""), "{styles}");
}
