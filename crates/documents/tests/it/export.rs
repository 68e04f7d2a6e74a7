//! What stands in exported files, told by other readers.

use std::io::{Cursor, Read as _};

use calamine::{Data, Reader as _, Xlsx};
use documents::exchange::{Column, Dialect, ExportError, Format, ReadOptions, SheetExport, TextExport, Value, Words, read, template};
use ui::Lang;

use crate::made::{CSV, XLSX, csv_of, full_task, lines, opened, plan, task, xlsx_of};
use crate::sample::{DANGEROUS, day, decimal};

fn part(bytes: &[u8], name: &str) -> String {
    let mut text = String::new();
    zip::ZipArchive::new(Cursor::new(bytes)).unwrap().by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn names(bytes: &[u8]) -> Vec<String> {
    Xlsx::new(Cursor::new(bytes)).unwrap().sheet_names()
}

#[test]
fn golden_texts() {
    let rows = [full_task(), task("=1", "'-x")];
    let text = |dialect, lang| String::from_utf8(csv_of(&plan(), &rows, lang, dialect)).unwrap();
    assert_eq!(
        text(Dialect::VIETNAMESE, Lang::Vi),
        "\u{feff}Mã nhiệm vụ *;Tên nhiệm vụ *;Mã đơn vị;Tình trạng;Điểm;Kinh phí (triệu đồng);Tỷ lệ;Ngày bắt đầu;Ghi chú\r\n\
         1.10;Rà soát thủ tục hành chính;00001;Quá hạn;\"80,1250\";\"1234,5\";\"12,5\";05/06/2026;\" dòng một\ndòng hai \"\r\n\
         '=1;''-x;;;;;;;\r\n"
    );
    assert_eq!(
        text(Dialect::PLAIN, Lang::En).lines().nth(1).unwrap(),
        "1.10,Rà soát thủ tục hành chính,00001,Late,80.1250,1234.5,12.5,2026-06-05,\" dòng một"
    );
}

#[test]
fn cells_are_numbers_dates_and_texts() {
    let mut long = task("2", "=HYPERLINK(\"http://x\",\"y\")");
    long[5] = Value::Figure(decimal("12345678901234567.123"));
    long[7] = Value::Date(day(1899, 12, 31));
    let bytes = xlsx_of(&plan(), &[full_task(), long], Lang::Vi);
    assert_eq!(names(&bytes), ["Dữ liệu", "Hướng dẫn", "Danh mục"]);
    let range = Xlsx::new(Cursor::new(&bytes)).unwrap().worksheet_range("Dữ liệu").unwrap();
    assert_eq!(range.get_value((0, 0)), Some(&Data::String("Mã nhiệm vụ *".into())));
    assert_eq!(range.get_value((1, 0)), Some(&Data::String("1.10".into())));
    assert_eq!(range.get_value((1, 3)), Some(&Data::String("Quá hạn".into())));
    assert_eq!(range.get_value((1, 4)), Some(&Data::Float(80.125)));
    assert!(matches!(range.get_value((1, 7)), Some(Data::DateTime(day)) if day.to_ymd_hms_milli() == (2026, 6, 5, 0, 0, 0, 0)));
    assert_eq!(range.get_value((2, 1)), Some(&Data::String("=HYPERLINK(\"http://x\",\"y\")".into())));
    assert_eq!(range.get_value((2, 5)), Some(&Data::String("12345678901234567.1230".into())));
    assert_eq!(range.get_value((2, 7)), Some(&Data::String("31/12/1899".into())));
    assert!(part(&bytes, "xl/styles.xml").contains("quotePrefix=\"1\""));
}

#[test]
fn no_text_of_a_row_is_a_formula_in_any_sheet() {
    let rows: Vec<Vec<Value>> = DANGEROUS.iter().enumerate().map(|(number, text)| task(&number.to_string(), text)).collect();
    let bytes = xlsx_of(&plan(), &rows, Lang::Vi);
    for sheet in 1..=3 {
        assert!(!part(&bytes, &format!("xl/worksheets/sheet{sheet}.xml")).contains("<f>"));
    }
    let text = String::from_utf8(csv_of(&plan(), &rows, Lang::Vi, Dialect::PLAIN)).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    for record in reader.records() {
        let name = record.unwrap()[1].to_owned();
        assert!(name.starts_with('\''), "{name}");
    }
}

#[test]
fn the_template_says_how_to_fill_it_in_and_reads_as_no_rows() {
    for lang in Lang::ALL {
        let mut out = Cursor::new(Vec::new());
        template(&plan(), lang, day(2026, 11, 25), &mut out).unwrap();
        let bytes = out.into_inner();
        let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
        assert!(sheet.contains("type=\"list\"") && sheet.contains("type=\"decimal\"") && sheet.contains("type=\"date\""));
        assert!(sheet.contains("<autoFilter ref=\"A1:I1\"/>") && sheet.contains("state=\"frozen\""));
        let range = Xlsx::new(Cursor::new(&bytes)).unwrap().worksheet_range(lang.pick("Hướng dẫn", "Guide")).unwrap();
        let guide: Vec<String> = range.rows().map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ")).collect();
        let about = lang.pick(
            "Điểm | Không bắt buộc | số, tối đa 3 chữ số thập phân, từ 0, đến 100 | 80,5 | ",
            "Score | No | number, at most 3 decimals, from 0, up to 100 | 80.5 | ",
        );
        assert!(guide.contains(&about.to_owned()), "{guide:#?}");
        let read = read(&opened(XLSX, &bytes).unwrap(), &plan(), &ReadOptions::default());
        assert_eq!((read.rows.len(), lines(&read.faults), lines(&read.remarks)), (0, vec![], vec![]));
    }
}

#[test]
fn lists_are_on_a_sheet_of_their_own() {
    let bytes = xlsx_of(&plan(), &[], Lang::Vi);
    assert!(part(&bytes, "xl/worksheets/sheet1.xml").contains("<formula1>'Danh mục'!$A$2:$A$5</formula1>"));
    let range = Xlsx::new(Cursor::new(&bytes)).unwrap().worksheet_range("Danh mục").unwrap();
    assert_eq!(range.get_value((2, 0)), Some(&Data::String("Quá hạn".into())));
    assert_eq!(range.get_value((2, 1)), Some(&Data::String("late".into())));
}

#[test]
fn a_row_that_does_not_fit_is_refused() {
    let format = plan();
    let mut sheet = SheetExport::new(&format, Lang::Vi, day(2026, 1, 1), None).unwrap();
    let mut text = TextExport::new(&format, Lang::Vi, Dialect::PLAIN, Vec::new()).unwrap();
    sheet.row(&full_task()).unwrap();
    let mut wrong = task("1", "x");
    wrong[5] = Value::text("x");
    for row in [wrong.as_slice(), &wrong[..3]] {
        let kinds = [sheet.row(row).unwrap_err(), text.row(row).unwrap_err()];
        assert!(kinds.iter().all(|kind| matches!(kind, ExportError::WrongKind { .. } | ExportError::RowWidth { found: 3, .. })));
    }
    let mut long = task("1", "x");
    long[8] = Value::text("ế".repeat(32_768));
    assert!(matches!(sheet.row(&long), Err(ExportError::TextTooLong { row: 2, column }) if column == "note"));
    text.row(&long).unwrap();
    assert_eq!((sheet.rows(), text.rows()), (1, 1));
}

#[test]
fn a_format_of_one_column_goes_through_text() {
    let format = Format::new(Words::new("T", "T"), vec![Column::text("name", "Tên", "Name", 50)], &["name"]).unwrap();
    let rows: Vec<Vec<Value>> = ["a, b; c", "x\ty", "1,5", "=1"].iter().map(|text| vec![Value::text(*text)]).collect();
    let bytes = csv_of(&format, &rows, Lang::Vi, Dialect::PLAIN);
    let read = read(&opened(CSV, &bytes).unwrap(), &format, &ReadOptions::default());
    assert_eq!(read.rows.iter().map(|row| row.values.clone()).collect::<Vec<_>>(), rows);
}

#[test]
fn the_folder_for_rows_must_be_there() {
    let folder = std::path::Path::new("no/such/folder");
    assert!(matches!(SheetExport::new(&plan(), Lang::Vi, day(2026, 1, 1), Some(folder)), Err(ExportError::Xlsx(_))));
}
