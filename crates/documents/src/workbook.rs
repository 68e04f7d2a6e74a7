//! XLSX: a sheet with the contents, one sheet for each table, one with the notes.

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::prelude::ToPrimitive as _;
use rust_xlsxwriter::{ExcelDateTime, Format, Table, TableColumn, TableStyle, Workbook as Book, Worksheet, XlsxError};
use thiserror::Error;
use ui::Lang;
use ui::table::{Cell, DataTable, Kind};

/// A file of tables.
#[derive(Debug, Clone)]
pub struct Workbook<'t> {
    /// Title, in A1 of the first sheet.
    pub title: String,
    /// What it is.
    pub description: Option<String>,
    /// Where the figures come from.
    pub source: Option<String>,
    /// The page it came from.
    pub address: Option<String>,
    /// Day of making; the clock comes in from outside.
    pub made_at: NaiveDate,
    /// The tables, one sheet each.
    pub tables: Vec<&'t DataTable>,
    /// Language of the words around the tables.
    pub lang: Lang,
}

/// Why a file could not be made.
#[derive(Debug, Error)]
pub enum DocumentError {
    /// The writer refused, for example a table beyond what a sheet can hold.
    #[error("the XLSX file could not be written")]
    Xlsx(#[from] XlsxError),
}

/// Rows above a table: title, subtitle or source, and an empty one.
const HEAD_ROW: u32 = 3;

/// Writes the file into memory.
///
/// # Errors
/// When a table has more rows or longer texts than a sheet can hold.
pub fn xlsx(book: &Workbook<'_>) -> Result<Vec<u8>, DocumentError> {
    let mut file = Book::new();
    let names = sheet_names(book);
    let contents = file.add_worksheet();
    write_contents(contents, book, &names)?;
    for (table, name) in book.tables.iter().zip(&names) {
        let sheet = file.add_worksheet();
        sheet.set_name(name)?;
        write_table(sheet, table, name, book.lang)?;
    }
    let notes = notes(book);
    if !notes.is_empty() {
        let sheet = file.add_worksheet();
        sheet.set_name(book.lang.pick("Ghi chú", "Notes"))?;
        sheet.write_string_with_format(0, 0, book.lang.pick("Ghi chú và ký hiệu", "Notes and signs"), &title())?;
        sheet.set_column_width(0, 100)?;
        for (row, note) in (2..).zip(&notes) {
            sheet.write_string_with_format(row, 0, note, &font().set_text_wrap())?;
        }
    }
    Ok(file.save_to_buffer()?)
}

fn font() -> Format {
    Format::new().set_font_name("Times New Roman").set_font_size(12)
}

fn title() -> Format {
    font().set_bold().set_font_size(14)
}

/// Names of sheets: from the captions, without the signs Excel forbids, at most 31 characters, each once.
fn sheet_names(book: &Workbook<'_>) -> Vec<String> {
    let mut names: Vec<String> = vec![book.lang.pick("Nội dung", "Contents").to_owned(), book.lang.pick("Ghi chú", "Notes").to_owned()];
    for table in &book.tables {
        let plain: String = table.caption.chars().map(|sign| if "[]:*?/\\'".contains(sign) { ' ' } else { sign }).collect();
        let base: String = plain.trim().chars().take(31).collect();
        let base = if base.trim().is_empty() { "Bảng".to_owned() } else { base.trim().to_owned() };
        let mut name = base.clone();
        let mut number = 2;
        while names.iter().any(|known| known.to_lowercase() == name.to_lowercase()) {
            let ending = format!(" {number}");
            name = base.chars().take(31 - ending.chars().count()).collect::<String>() + &ending;
            number += 1;
        }
        names.push(name);
    }
    names.split_off(2)
}

fn write_contents(sheet: &mut Worksheet, book: &Workbook<'_>, names: &[String]) -> Result<(), XlsxError> {
    let lang = book.lang;
    sheet.set_name(lang.pick("Nội dung", "Contents"))?;
    sheet.set_column_width(0, 34)?;
    sheet.set_column_width(1, 90)?;
    sheet.write_string_with_format(0, 0, &book.title, &title())?;
    let mut row = 2;
    let facts = [
        (lang.pick("Mô tả", "Description"), book.description.clone()),
        (lang.pick("Nguồn", "Source"), book.source.clone()),
        (lang.pick("Trang", "Page"), book.address.clone()),
        (lang.pick("Ngày lập tệp", "File made on"), Some(lang.date(book.made_at))),
    ];
    for (label, value) in facts {
        if let Some(value) = value {
            sheet.write_string_with_format(row, 0, label, &font().set_bold())?;
            sheet.write_string_with_format(row, 1, value, &font().set_text_wrap())?;
            row += 1;
        }
    }
    row += 1;
    sheet.write_string_with_format(row, 0, lang.pick("Trang tính (số dòng số liệu)", "Sheet (rows of data)"), &font().set_bold())?;
    sheet.write_string_with_format(row, 1, lang.pick("Nội dung", "Content"), &font().set_bold())?;
    for ((table, name), row) in book.tables.iter().zip(names).zip(row + 1..) {
        sheet.write_string_with_format(row, 0, format!("{name} ({})", table.rows.len()), &font())?;
        sheet.write_string_with_format(row, 1, &table.caption, &font().set_text_wrap())?;
    }
    Ok(())
}

fn write_table(sheet: &mut Worksheet, table: &DataTable, name: &str, lang: Lang) -> Result<(), XlsxError> {
    sheet.write_string_with_format(0, 0, &table.caption, &title())?;
    let source = table.source.as_ref().map(|source| format!("{}{}", lang.pick("Nguồn: ", "Source: "), source.text));
    if let Some(line) = table.subtitle.clone().or(source) {
        sheet.write_string_with_format(1, 0, line, &font())?;
    }
    for (row, number) in table.rows.iter().zip(HEAD_ROW + 1..) {
        for (cell, column) in row.cells.iter().zip(0u16..) {
            write_cell(sheet, number, column, cell, row.level, lang)?;
        }
    }
    let heads = heads(table);
    for (column, number) in (0u16..).zip(0..table.columns.len()) {
        sheet.set_column_width(column, width(table, number, &heads[number], lang))?;
    }
    if !table.columns.is_empty() && !table.rows.is_empty() {
        let columns: Vec<TableColumn> = heads.iter().map(|head| TableColumn::new().set_header(head)).collect();
        let last_row = HEAD_ROW + u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
        let last_column = u16::try_from(table.columns.len() - 1).unwrap_or(u16::MAX);
        let listed = Table::new().set_columns(&columns).set_style(TableStyle::Light1).set_banded_rows(false).set_name(format!("bang_{}", name_key(name)));
        sheet.add_table(HEAD_ROW, 0, last_row, last_column, &listed)?;
    }
    sheet.set_freeze_panes(HEAD_ROW + 1, 1)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(HEAD_ROW, HEAD_ROW)?;
    sheet.set_footer(lang.pick("&CTrang &P/&N", "&CPage &P of &N"));
    Ok(())
}

/// A name for a table object: letters, digits and underscores.
fn name_key(name: &str) -> String {
    viet_text::slug(name).replace('-', "_")
}

/// Heads of the columns, each once, as a table object needs it.
fn heads(table: &DataTable) -> Vec<String> {
    let mut heads: Vec<String> = Vec::new();
    for column in &table.columns {
        let base = column.unit.as_ref().map_or_else(|| column.label.clone(), |unit| format!("{} ({unit})", column.label));
        let mut head = base.clone();
        let mut number = 2;
        while heads.iter().any(|known| known.to_lowercase() == head.to_lowercase()) {
            head = format!("{base} {number}");
            number += 1;
        }
        heads.push(head);
    }
    heads
}

fn width(table: &DataTable, column: usize, head: &str, lang: Lang) -> f64 {
    let longest = table.rows.iter().filter_map(|row| row.cells.get(column)).map(|cell| cell.plain(lang).chars().count()).max().unwrap_or(0);
    let longest = longest.max(head.chars().count().min(24) + 4).clamp(8, 60);
    f64::from(u32::try_from(longest).unwrap_or(60))
}

fn number_format(decimals: u32) -> String {
    if decimals == 0 { "#,##0".to_owned() } else { format!("#,##0.{}", "0".repeat(decimals.min(20) as usize)) }
}

fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, level: u8, lang: Lang) -> Result<(), XlsxError> {
    let text = if column == 0 && level > 0 { font().set_indent(level) } else { font() };
    match cell {
        Cell::Date(date) => {
            let year = u16::try_from(date.year()).unwrap_or_default();
            let (month, day) = (u8::try_from(date.month()).unwrap_or(1), u8::try_from(date.day()).unwrap_or(1));
            match ExcelDateTime::from_ymd(year, month, day) {
                Ok(day) => sheet.write_datetime_with_format(row, column, &day, &font().set_num_format("dd/mm/yyyy"))?,
                // Excel knows no day before 1900.
                Err(_) => sheet.write_string_with_format(row, column, lang.date(*date), &font())?,
            }
        }
        Cell::Rank { rank, .. } => sheet.write_number_with_format(row, column, f64::from(*rank), &font().set_num_format("0"))?,
        Cell::Number { value, decimals, .. } | Cell::Change { value, decimals, .. } | Cell::Estimate { value, decimals, .. } => {
            match value.to_f64() {
                Some(number) => sheet.write_number_with_format(row, column, number, &font().set_num_format(number_format(*decimals)))?,
                None => sheet.write_string_with_format(row, column, value.to_string(), &font())?,
            }
        }
        Cell::Missing { reason } => sheet.write_string_with_format(row, column, reason.sign(), &font())?,
        // Always as text: a name that begins with "=" is a name, not a formula.
        Cell::Text(words) | Cell::Status { text: words, .. } | Cell::Link { text: words, .. } => sheet.write_string_with_format(row, column, words, &text)?,
    };
    Ok(())
}

/// Notes of the tables and the meaning of every sign in them, each once.
fn notes(book: &Workbook<'_>) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    for table in &book.tables {
        for note in &table.notes {
            notes.push(note.clone());
        }
        for reason in table.missing_reasons() {
            notes.push(format!("{}  {}", reason.sign(), reason.words(book.lang)));
        }
        for mark in table.marks() {
            notes.push(format!("{}  {}", mark.sign(), mark.words(book.lang)));
        }
        let rounded = table.columns.iter().any(|column| matches!(column.kind, Kind::Number { .. }));
        if rounded {
            let words = book.lang.pick("Số trong ô giữ giá trị đầy đủ, chỉ hiển thị làm tròn.", "Cells hold the full value; only the display is rounded.");
            notes.push(words.to_owned());
        }
    }
    let mut seen = Vec::new();
    notes.retain(|note| {
        let new = !seen.contains(note);
        seen.push(note.clone());
        new
    });
    notes
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader as _, Xlsx, open_workbook_from_rs};
    use ui::table::{Column, Mark, MissingReason, Row};

    use super::*;

    fn book_of<'t>(tables: Vec<&'t DataTable>) -> Workbook<'t> {
        Workbook {
            title: "Xếp hạng PCI năm 2018".into(),
            description: None,
            source: Some("VCCI".into()),
            address: Some("/xep-hang/pci/2018".into()),
            made_at: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
            tables,
            lang: Lang::Vi,
        }
    }

    fn table() -> DataTable {
        DataTable::new("pci-2018", "Xếp hạng: PCI [năm 2018]")
            .column(Column::header("unit", "Đơn vị"))
            .column(Column::number("score", "Điểm", 2))
            .column(Column::number("score2", "Điểm", 2))
            .row(Row::new(vec![Cell::text("=HYPERLINK(\"http://x\")"), Cell::number("65.395".parse().unwrap(), 2).marked(Mark::Differs), Cell::missing(MissingReason::NotAvailable)]))
            .row(Row::new(vec![Cell::link("Hà Nội", "/ho-so/01-ha-noi"), Cell::number("0.1".parse().unwrap(), 2), Cell::rank(9)]))
    }

    #[test]
    fn a_file_reads_back_as_it_was_written() {
        let table = table();
        let bytes = xlsx(&book_of(vec![&table, &table])).unwrap();
        let mut file: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        assert_eq!(file.sheet_names(), ["Nội dung", "Xếp hạng  PCI  năm 2018", "Xếp hạng  PCI  năm 2018 2", "Ghi chú"]);
        let sheet = file.worksheet_range("Xếp hạng  PCI  năm 2018").unwrap();
        let cell = |row, column| sheet.get_value((row, column)).cloned().unwrap_or(Data::Empty);
        assert_eq!(cell(0, 0), Data::String("Xếp hạng: PCI [năm 2018]".into()));
        assert_eq!(cell(3, 2), Data::String("Điểm 2".into()));
        assert_eq!(cell(4, 0), Data::String("=HYPERLINK(\"http://x\")".into()), "text stays text");
        assert_eq!(cell(4, 1), Data::Float(65.395));
        assert_eq!(cell(4, 2), Data::String("…".into()), "a missing value is a sign, never zero");
        assert_eq!(cell(5, 2), Data::Float(9.0));
        let formulas = file.worksheet_formula("Xếp hạng  PCI  năm 2018").unwrap();
        assert!(formulas.is_empty(), "no cell is a formula");
        let contents = file.worksheet_range("Nội dung").unwrap();
        assert!(contents.cells().any(|(_, _, cell)| cell.to_string().ends_with("(2)")), "the row count is printed");
        let notes = file.worksheet_range("Ghi chú").unwrap();
        for sign in ["…  không có số liệu", "≠  khác với số đã công bố"] {
            assert!(notes.cells().any(|(_, _, cell)| cell.to_string() == sign), "{sign}");
        }
    }
}
