//! The sheet of a table.

use rust_xlsxwriter::{ColNum, RowNum};
use ui::Lang;
use ui::table::{MissingReason, RowKind};

use super::look::Look;
use super::notes::Remarks;
use super::sheet::{LONGEST_HEAD, MOST_COLUMNS, MOST_ROWS, Place, Sheet, head_pixels, pixels};
use super::{Plan, figure, jump, link};
use crate::error::DocumentError;
use crate::flat::{Item, row_kind_words};
use crate::names::one_line;

/// Narrowest and widest column, in pixels; longer texts go over several lines.
const NARROW: u32 = 56;
const WIDE: u32 = 420;
/// Room for one step of depth.
const STEP: u32 = 12;
/// Deepest row that is set in.
const DEEPEST: u8 = 15;

pub(super) fn write(sheet: &mut Sheet<'_>, plan: &Plan<'_>, number: usize, notes: Option<&str>, lang: Lang) -> Result<(), DocumentError> {
    let table = plan.flat.table;
    let too_many = DocumentError::TooManyRows { table: table.id.clone(), rows: table.rows.len() };
    if plan.flat.heads.len() > MOST_COLUMNS {
        return Err(DocumentError::TooManyColumns { table: table.id.clone(), columns: plan.flat.heads.len() });
    }
    let head = above(sheet, plan, notes, lang)?;
    let rows = RowNum::try_from(table.rows.len()).ok();
    let Some(end) = rows.and_then(|rows| rows.checked_add(head + 1)).filter(|end| *end as usize <= MOST_ROWS) else { return Err(too_many) };

    let heads: Vec<(String, bool)> =
        plan.flat.headings(lang, LONGEST_HEAD).into_iter().zip(&plan.flat.heads).map(|(words, head)| (words, head.is_figure())).collect();
    let mut widths: Vec<u32> = heads.iter().map(|(words, _)| head_pixels(words)).collect();
    for (row, line) in (head + 1..).zip(&table.rows) {
        let strong = line.kind != RowKind::Usual;
        for (((column, item), head), width) in (0..).zip(plan.flat.items(line)).zip(&plan.flat.heads).zip(&mut widths) {
            let indent = if plan.flat.shows_level(head) { line.level.min(DEEPEST) } else { 0 };
            let needed = cell(sheet, (row, column), &item, Cast { strong, indent, figure: head.is_figure() }, &plan.remarks, lang)?;
            *width = (*width).max(needed + (u32::from(indent) + 1) * STEP);
        }
    }
    sheet.table(Place { head, end }, table_name(number, &table.id, lang), &one_line(&table.caption), &heads)?;
    for (column, width) in (0..).zip(widths) {
        sheet.column_width(column, width.clamp(NARROW, WIDE))?;
    }
    sheet.fit_rows()?;
    sheet.print_setup(lang);
    if !heads.is_empty() {
        sheet.keep_head(head)?;
    }
    Ok(())
}

/// Writes the lines over the table; the answer is the row after them.
fn above(sheet: &mut Sheet<'_>, plan: &Plan<'_>, notes: Option<&str>, lang: Lang) -> Result<RowNum, DocumentError> {
    let table = plan.flat.table;
    let plain = Look::Line { link: false };
    sheet.text(0, 0, &one_line(&table.caption), Look::Title)?;
    let mut row = 1;
    if let Some(subtitle) = &table.subtitle {
        sheet.text(row, 0, &one_line(subtitle), plain)?;
        row += 1;
    }
    if let Some(source) = &table.source {
        let words = format!("{}: {}", lang.pick("Nguồn", "Source"), one_line(&source.text));
        match source.href.as_deref().and_then(link::address) {
            Some(address) => sheet.link(row, 0, &words, address, Look::Line { link: true })?,
            None => sheet.text(row, 0, &words, plain)?,
        }
        row += 1;
    }
    sheet.text(row, 0, &format!("{}: {}", lang.pick("Số dòng", "Number of rows"), table.rows.len()), plain)?;
    row += 1;
    if let Some(notes) = notes.filter(|_| !plan.remarks.is_empty() || !table.notes.is_empty()) {
        let words = lang.pick("Ghi chú và ký hiệu: xem trang tính", "Notes and signs: see sheet");
        sheet.link(row, 0, &format!("{words} “{notes}”"), jump(notes), Look::Line { link: true })?;
        row += 1;
    }
    Ok(row)
}

#[derive(Clone, Copy)]
struct Cast {
    strong: bool,
    indent: u8,
    figure: bool,
}

/// Writes one cell; the answer is the width it needs.
fn cell(
    sheet: &mut Sheet<'_>,
    (row, column): (RowNum, ColNum),
    item: &Item<'_>,
    cast: Cast,
    remarks: &Remarks<'_>,
    lang: Lang,
) -> Result<u32, DocumentError> {
    let Cast { strong, indent, figure: in_figures } = cast;
    let sign = Look::Sign { strong, figure: in_figures };
    let words = Look::Text { strong, indent, link: false, quoted: false };
    let shown = match item {
        Item::Text { text, href } => {
            // Excel knows one sign for the end of a line.
            let text = text.replace("\r\n", "\n").replace('\r', "\n");
            match href.and_then(link::address).filter(|_| sheet.takes_links()) {
                Some(address) => sheet.link(
                    row,
                    column,
                    &text,
                    address,
                    Look::Text { strong, indent, link: true, quoted: crate::delimited::begins_like_formula(&text) },
                )?,
                None => sheet.text(row, column, &text, words)?,
            }
            text
        }
        Item::Number { value, decimals, form, href } => {
            let shown = lang.signed(*value, *decimals);
            let Some(number) = figure::number(*value) else {
                let text = crate::delimited::exact(*value);
                sheet.text(row, column, &text, sign)?;
                return Ok(pixels(&text));
            };
            let address = href.and_then(link::address).filter(|_| sheet.takes_links());
            let look = Look::Number { strong, form: *form, decimals: *decimals, link: address.is_some() };
            if let Some(address) = address {
                // The link stays when the number takes the place of its text.
                sheet.link(row, column, &shown, address, look)?;
            }
            sheet.number(row, column, number, look)?;
            shown
        }
        Item::Date(date) => {
            match figure::date(*date) {
                Some(excel) => sheet.date(row, column, &excel, Look::Date { strong })?,
                None => sheet.text(row, column, &date.format("%Y-%m-%d").to_string(), sign)?,
            }
            lang.date(*date)
        }
        Item::Missing(reason) => short(sheet, (row, column), &remarks.sign(reason), sign)?,
        Item::Nothing => short(sheet, (row, column), MissingReason::NotApplicable.sign(), sign)?,
        Item::Mark(mark) => {
            let text = if mark.sign().trim().is_empty() { mark.words(lang) } else { mark.sign() };
            short(sheet, (row, column), text, words)?
        }
        Item::RowKind(kind) => short(sheet, (row, column), row_kind_words(*kind, lang), words)?,
    };
    Ok(pixels(&shown))
}

fn short(sheet: &mut Sheet<'_>, (row, column): (RowNum, ColNum), text: &str, look: Look) -> Result<String, DocumentError> {
    sheet.text(row, column, text, look)?;
    Ok(text.to_owned())
}

/// A name for the table in formulas: letters, digits and underscores, unique by its number, and like no cell.
fn table_name(number: usize, id: &str, lang: Lang) -> String {
    let id: String = viet_text::slug(id).chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '_' }).take(100).collect();
    format!("{}_{number}_{id}", lang.pick("bang", "table")).trim_end_matches('_').to_owned()
}
