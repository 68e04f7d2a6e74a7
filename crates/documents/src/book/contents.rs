//! The first sheet: what the file is and what it holds.

use rust_xlsxwriter::RowNum;

use super::look::Look;
use super::sheet::{Place, Sheet};
use super::{Plan, Workbook, figure, jump, link};
use crate::delimited::{begins_like_formula, checksum};
use crate::error::DocumentError;
use crate::flat::Form;
use crate::names::one_line;

const LABEL: Look = Look::Text { strong: true, indent: 0, link: false, quoted: false };
const TEXT: Look = Look::Text { strong: false, indent: 0, link: false, quoted: false };
const COUNT: Look = Look::Number { strong: false, form: Form::Figure, decimals: 0, link: false };

pub(super) fn write(sheet: &mut Sheet<'_>, book: &Workbook<'_>, plans: &[Plan<'_>], notes: Option<&str>) -> Result<(), DocumentError> {
    let lang = book.lang;
    sheet.text(0, 0, &one_line(&book.title), Look::Title)?;
    let head = about(sheet, book, notes)?;
    let mut row = head + 1;
    for plan in plans {
        let table = plan.flat.table;
        sheet.link(row, 0, &plan.sheet, jump(&plan.sheet), linked(&plan.sheet))?;
        sheet.text(row, 1, &or_dash(&one_line(&table.caption)), TEXT)?;
        count(sheet, row, 2, table.rows.len())?;
        match &table.source {
            Some(source) => words(sheet, row, 3, &or_dash(&source.text), source.href.as_deref())?,
            None => sheet.text(row, 3, &or_dash(""), TEXT)?,
        }
        sheet.text(row, 4, &checksum(table, lang), TEXT)?;
        row += 1;
    }
    let heads = [
        (lang.pick("Trang tính", "Sheet"), false),
        (lang.pick("Bảng", "Table"), false),
        (lang.pick("Số dòng", "Rows"), true),
        (lang.pick("Nguồn", "Source"), false),
        (lang.pick("SHA-256 của tệp CSV cùng bảng", "SHA-256 of the CSV file of the table"), false),
    ];
    let heads: Vec<(String, bool)> = heads.iter().map(|(head, figure)| ((*head).to_owned(), *figure)).collect();
    if !plans.is_empty() {
        sheet.table(
            Place { head, end: row },
            lang.pick("noi_dung", "contents").to_owned(),
            lang.pick("Danh sách bảng", "List of tables"),
            &heads,
        )?;
    }
    for (column, width) in (0..).zip([250, 420, 90, 280, 540]) {
        sheet.column_width(column, width)?;
    }
    sheet.fit_rows()?;
    sheet.print_setup(lang);
    Ok(())
}

/// Writes what is known of the file as a whole; the answer is the row after it.
fn about(sheet: &mut Sheet<'_>, book: &Workbook<'_>, notes: Option<&str>) -> Result<RowNum, DocumentError> {
    let lang = book.lang;
    let mut row = 1;
    let texts = [
        (lang.pick("Mô tả", "Description"), &book.description, None),
        (lang.pick("Nguồn", "Source"), &book.source, None),
        (lang.pick("Trang đã tải về", "Page it came from"), &book.address, book.address.as_deref()),
    ];
    for (label, text, href) in texts {
        if let Some(text) = text.as_deref().filter(|text| !text.trim().is_empty()) {
            sheet.text(row, 0, label, LABEL)?;
            words(sheet, row, 1, text, href)?;
            row += 1;
        }
    }
    sheet.text(row, 0, lang.pick("Ngày lập", "Date of making"), LABEL)?;
    sheet.text(row, 1, &lang.date(book.made_at), TEXT)?;
    row += 1;
    sheet.text(row, 0, lang.pick("Số bảng", "Number of tables"), LABEL)?;
    sheet.text(row, 1, &book.tables.len().to_string(), TEXT)?;
    row += 1;
    if let Some(notes) = notes {
        sheet.text(row, 0, lang.pick("Ghi chú và ký hiệu", "Notes and signs"), LABEL)?;
        let text = format!("{} “{notes}”", lang.pick("Xem trang tính", "See sheet"));
        sheet.link(row, 1, &text, jump(notes), linked(&text))?;
        row += 1;
    }
    Ok(row)
}

/// Writes a text, with a link if the address is a full one.
fn words(sheet: &mut Sheet<'_>, row: RowNum, column: u16, text: &str, href: Option<&str>) -> Result<(), DocumentError> {
    match href.and_then(link::address) {
        Some(address) => sheet.link(row, column, text, address, linked(text)),
        None => sheet.text(row, column, text, TEXT),
    }
}

fn count(sheet: &mut Sheet<'_>, row: RowNum, column: u16, count: usize) -> Result<(), DocumentError> {
    match figure::number(count.into()) {
        Some(number) => sheet.number(row, column, number, COUNT),
        None => sheet.text(row, column, &count.to_string(), TEXT),
    }
}

fn linked(text: &str) -> Look {
    Look::Text { strong: false, indent: 0, link: true, quoted: begins_like_formula(text) }
}

fn or_dash(text: &str) -> String {
    if text.trim().is_empty() { "–".to_owned() } else { text.to_owned() }
}
