//! The rows that were brought, with their faults beside them, and mended afterwards.

use std::io::Cursor;

use calamine::{Data, Range, Reader as _, Xlsx};
use documents::exchange::{Read, ReadOptions, read, report};
use documents::intake::Book;
use ui::Lang;

use crate::made::{CSV, XLSX, lines, opened, plan};
use crate::sample::day;

const BROUGHT: &str =
    "Kế hoạch\n\nMã nhiệm vụ,Tên nhiệm vụ,Điểm,Kinh phí (triệu đồng)\n1,=HYPERLINK(\"x\"),101,0.1\n2,,9,0.2\n3,Ba,8,0.3\n";

fn reported(book: &Book, read: &Read, lang: Lang) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    report(book, &plan(), &read.faults, lang, day(2026, 11, 25), None, &mut out).unwrap();
    out.into_inner()
}

fn sheet(bytes: &[u8], name: &str) -> Range<Data> {
    Xlsx::new(Cursor::new(bytes)).unwrap().worksheet_range(name).unwrap()
}

fn row(range: &Range<Data>, number: u32) -> Vec<String> {
    let (_, last) = range.end().unwrap();
    (0..=last).map(|column| range.get_value((number - 1, column)).map(ToString::to_string).unwrap_or_default()).collect()
}

#[test]
fn rows_come_back_with_their_faults_and_a_list() {
    let book = opened(CSV, BROUGHT.as_bytes()).unwrap();
    let read = read(&book, &plan(), &ReadOptions::default());
    assert_eq!(read.faults.len(), 2);
    let bytes = reported(&book, &read, Lang::Vi);
    let data = sheet(&bytes, "Dữ liệu");
    assert_eq!(row(&data, 3), ["Mã nhiệm vụ", "Tên nhiệm vụ", "Điểm", "Kinh phí (triệu đồng)", "Lỗi"]);
    assert_eq!(row(&data, 4), ["1", "=HYPERLINK(\"x\")", "101", "0.1", "Điểm: Số lớn hơn mức cao nhất 100. Kiểm tra lại số."]);
    assert_eq!(row(&data, 5)[4], "Tên nhiệm vụ: Ô bắt buộc nhưng để trống. Điền giá trị.");
    assert_eq!(row(&data, 6)[4], "");
    let list = sheet(&bytes, "Danh sách lỗi");
    assert_eq!(
        row(&list, 2),
        ["ke-hoach.csv", "", "C4", "Điểm", "101", "Số lớn hơn mức cao nhất 100.", "Kiểm tra lại số.", "above-maximum"]
    );
    assert_eq!(row(&list, 3)[2], "B5");
    let english = sheet(&reported(&book, &read, Lang::En), "All faults");
    assert_eq!(row(&english, 1)[5], "What is wrong");
}

#[test]
fn a_report_can_be_brought_again_and_reports_do_not_pile_up() {
    let mut book = opened(CSV, BROUGHT.as_bytes()).unwrap();
    let first = read(&book, &plan(), &ReadOptions::default());
    for _ in 0..3 {
        let bytes = reported(&book, &read(&book, &plan(), &ReadOptions::default()), Lang::Vi);
        book = opened(XLSX, &bytes).unwrap();
        let again = read(&book, &plan(), &ReadOptions::default());
        let rules = |read: &Read| read.faults.iter().map(|fault| (fault.cell(), fault.rule.code())).collect::<Vec<_>>();
        assert_eq!(rules(&again), rules(&first));
        assert_eq!(
            again.rows.iter().map(|row| &row.values).collect::<Vec<_>>(),
            first.rows.iter().map(|row| &row.values).collect::<Vec<_>>()
        );
        assert!(!lines(&again.remarks).iter().any(|line| line.ends_with("unknown-column") || line.ends_with("skipped-sheet")));
        assert_eq!(Xlsx::new(Cursor::new(bytes)).unwrap().sheet_names(), ["Dữ liệu", "Danh sách lỗi"]);
    }
    // Mended by hand, as a person would.
    let mended = BROUGHT.replace("101", "10").replace("2,,", "2,Hai,");
    assert_eq!(read(&opened(CSV, mended.as_bytes()).unwrap(), &plan(), &ReadOptions::default()).rows.len(), 3);
}

#[test]
fn sheets_keep_their_numbers_dates_and_hidden_state() {
    let mut file = rust_xlsxwriter::Workbook::new();
    let date = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    let hidden = file.add_worksheet().set_name("Danh sách lỗi khác").unwrap();
    hidden.write_string(0, 0, "x").unwrap();
    hidden.set_hidden(true);
    let data = file.add_worksheet().set_name("Số 'liệu' 1").unwrap();
    for (column, head) in (0..).zip(["Mã nhiệm vụ", "Tên nhiệm vụ", "Điểm", "Ngày bắt đầu"]) {
        data.write_string(0, column, head).unwrap();
    }
    data.write_number(1, 0, 5.0).unwrap();
    data.write_string(1, 1, "Năm").unwrap();
    data.write_number(1, 2, 500.25).unwrap();
    data.write_number_with_format(1, 3, 46178.0, &date).unwrap();
    data.set_active(true);
    let book = opened(XLSX, &file.save_to_buffer().unwrap()).unwrap();
    let read = read(&book, &plan(), &ReadOptions::default());
    let bytes = reported(&book, &read, Lang::Vi);
    let back = opened(XLSX, &bytes).unwrap();
    assert_eq!(back.sheets.iter().map(|sheet| sheet.hidden).collect::<Vec<_>>(), [true, false, false]);
    let cells = &back.sheets[1].rows[1].cells;
    let originals = &book.sheets[1].rows[1].cells;
    for (cell, original) in cells.iter().zip(originals) {
        assert_eq!(cell.content, original.content);
    }
    assert_eq!(cells.len(), originals.len() + 1);
}
