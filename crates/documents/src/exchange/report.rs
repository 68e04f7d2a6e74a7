//! The rows that were brought, with their faults beside them.

use std::collections::BTreeMap;
use std::io::{Seek, Write};
use std::path::Path;

use chrono::NaiveDate;
use rust_xlsxwriter::{ColNum, RowNum, Url, Worksheet, XlsxError};
use ui::Lang;

use super::format::{Format, heading_key};
use super::guide::FAULTS_SHEET;
use super::headings::{REPORT_HEADINGS, ROWS_LOOKED_AT, find};
use super::looks::{self, Looks};
use super::sheet_out::{ExportError, data_sheet, rows_kept};
use crate::fault::Fault;
use crate::intake::{Book, Cell, Content, Sheet};
use crate::names::{Names, cut};

/// Links that a sheet may have; the program that reads it allows 65,530.
const MOST_LINKS: RowNum = 60_000;
/// Columns that get a width; sheets of people have fewer.
const MOST_WIDTHS: ColNum = 200;
/// Width of the column with the words of faults, in pixels.
const WORDS_WIDTH: u32 = 420;
/// Longest text of a cell, in UTF-16 units.
const LONGEST_TEXT: usize = 32_767;
/// The last column of a sheet, from 0.
const LAST_COLUMN: ColNum = 16_383;

/// Writes what was brought, as it was brought, with a column `Lỗi` behind each sheet that says in words what is wrong in
/// the row, and a sheet with all faults. Cells with a fault are bold and framed.
///
/// The file can be mended and brought again: the column and the sheet of faults are passed over when it is read, and
/// written anew in the next report. Formulas are written as their results, and a text longer than a cell holds is cut.
///
/// # Errors
///
/// An [`ExportError`] if the file cannot be written.
pub fn report<W: Write + Seek + Send>(
    book: &Book,
    format: &Format,
    faults: &[Fault],
    lang: Lang,
    made_at: NaiveDate,
    folder: Option<&Path>,
    out: W,
) -> Result<(), ExportError> {
    rows_kept(|| Ok(write(book, format, faults, lang, made_at, folder, out)?))
}

fn write<W: Write + Seek + Send>(
    book: &Book,
    format: &Format,
    faults: &[Fault],
    lang: Lang,
    made_at: NaiveDate,
    folder: Option<&Path>,
    out: W,
) -> Result<(), XlsxError> {
    let title = lang.pick(format!("Lỗi trong tệp {}", book.file), format!("Faults in the file {}", book.file));
    let mut file = looks::new_file(&title, made_at, folder)?;
    let looks = Looks::new();
    let mut names = Names::default();
    let own = names.sheet(lang.pick(FAULTS_SHEET.0, FAULTS_SHEET.1), "");
    let mut places: Vec<(&Sheet, String)> = Vec::new();
    let is_report = |sheet: &&Sheet| sheet.name.as_deref().is_some_and(|name| name == FAULTS_SHEET.0 || name == FAULTS_SHEET.1);
    for sheet in book.sheets.iter().filter(|sheet| !is_report(sheet)) {
        let name = names.sheet(sheet.name.as_deref().unwrap_or(&data_sheet(0, lang)), &data_sheet(0, lang));
        let target = file.add_worksheet_with_constant_memory()?;
        target.set_name(&name)?;
        if sheet.hidden {
            target.set_hidden(true);
        }
        write_sheet(
            target,
            sheet,
            (find(sheet, format).map_or(1, |layout| layout.row), words_column(sheet, format)),
            faults,
            lang,
            &looks,
        )?;
        places.push((sheet, name));
    }
    let target = file.add_worksheet_with_constant_memory()?;
    target.set_name(own)?;
    // The first sheet is shown when the file is opened, and that one cannot be hidden.
    if places.first().is_none_or(|(sheet, _)| sheet.hidden) {
        target.set_active(true);
    }
    write_faults(target, faults, &places, lang, &looks)?;
    file.save_to_writer(out)
}

/// The column behind the last one, from 0; or the last one, if an earlier report has written it.
fn words_column(sheet: &Sheet, format: &Format) -> ColNum {
    let last = sheet.rows.iter().filter_map(|row| row.cells.last()).map(|cell| cell.column).max().unwrap_or_default();
    let ours = REPORT_HEADINGS.map(heading_key);
    let is_of_format = format.columns().iter().any(|column| {
        let names = [&column.heading.vi, &column.heading.en, &column.key];
        names.into_iter().chain(&column.other_headings).any(|name| ours.contains(&heading_key(name)))
    });
    let is_ours = |cell: &Cell| matches!(&cell.content, Content::Text(text) if ours.contains(&heading_key(text)));
    let was_written = !is_of_format && sheet.rows.iter().take(ROWS_LOOKED_AT).filter_map(|row| row.cell(last)).any(is_ours);
    let column = if was_written { last.saturating_sub(1) } else { last };
    ColNum::try_from(column).unwrap_or(LAST_COLUMN).min(LAST_COLUMN)
}

/// One sheet as it was brought, and the words of the faults of each row behind it.
fn write_sheet(
    target: &mut Worksheet,
    sheet: &Sheet,
    (head, words_column): (u32, ColNum),
    faults: &[Fault],
    lang: Lang,
    looks: &Looks,
) -> Result<(), XlsxError> {
    let mut by_row: BTreeMap<u32, Vec<&Fault>> = BTreeMap::new();
    for fault in faults.iter().filter(|fault| fault.sheet == sheet.name) {
        if let Some(place) = fault.place {
            by_row.entry(place.row).or_default().push(fault);
        }
    }
    looks::set_up(target, head.saturating_sub(1), lang)?;
    for column in 0..words_column.min(MOST_WIDTHS) {
        target.set_column_width_pixels(column, 140)?;
    }
    target.set_column_width_pixels(words_column, WORDS_WIDTH)?;
    let mut rows = sheet.rows.iter().peekable();
    let mut left = by_row.into_iter().peekable();
    let mut after: RowNum = 0;
    // Rows must be written from top to bottom; a fault may lie in a row without cells.
    loop {
        let number = match (rows.peek(), left.peek()) {
            (Some(row), Some((faulty, _))) => row.number.min(*faulty),
            (Some(row), None) => row.number,
            (None, Some((faulty, _))) => *faulty,
            (None, None) => break,
        };
        let row = rows.next_if(|row| row.number == number);
        let faults = left.next_if(|(faulty, _)| *faulty == number).map(|(_, faults)| faults).unwrap_or_default();
        let at: RowNum = number.saturating_sub(1);
        after = number;
        let words: Vec<String> = faults.iter().map(|fault| line(fault, lang)).collect();
        let words = words.join("\n");
        if number != head && !words.is_empty() {
            looks::fit_row(target, at, [(words.as_str(), WORDS_WIDTH)])?;
        }
        let cells = row.map(|row| row.cells.as_slice()).unwrap_or_default();
        for cell in cells.iter().filter(|cell| ColNum::try_from(cell.column.saturating_sub(1)) != Ok(words_column)) {
            let is_faulty = faults.iter().any(|fault| fault.place.is_some_and(|place| place.column == cell.column));
            match (&cell.content, ColNum::try_from(cell.column.saturating_sub(1))) {
                (Content::Text(text), Ok(column)) if number == head && !is_faulty => {
                    target.write_string_with_format(at, column, cut(text, LONGEST_TEXT), &looks.head)?;
                }
                _ => write_cell(target, at, cell, is_faulty, looks)?,
            }
        }
        if number == head {
            target.write_string_with_format(at, words_column, lang.pick(REPORT_HEADINGS[0], REPORT_HEADINGS[1]), &looks.head)?;
        } else if !faults.is_empty() {
            target.write_string_with_format(at, words_column, cut(&words, LONGEST_TEXT), &looks.text)?;
        }
    }
    looks::end_rows(target, after, looks)
}

/// A fault in one line: heading, what is wrong, what to do.
fn line(fault: &Fault, lang: Lang) -> String {
    let heading = fault.heading.as_deref().map(|heading| format!("{heading}: ")).unwrap_or_default();
    format!("{heading}{} {}", fault.rule.words(lang), fault.rule.advice(lang))
}

fn write_cell(target: &mut Worksheet, row: RowNum, cell: &Cell, is_faulty: bool, looks: &Looks) -> Result<(), XlsxError> {
    let Ok(column) = ColNum::try_from(cell.column.saturating_sub(1)) else { return Ok(()) };
    if is_faulty {
        let shown = cell.content.shown();
        let shown = cut(&shown, LONGEST_TEXT);
        let look = looks.faulty.clone();
        let look = if crate::delimited::begins_like_formula(shown) { look.set_quote_prefix() } else { look };
        return match &cell.content {
            // A number stays one, so that mending a neighbour does not make it a text.
            Content::Number(figure) => match crate::book::exact_number(*figure) {
                Some(number) => target.write_number_with_format(row, column, number, &look),
                None => target.write_string_with_format(row, column, shown, &look),
            },
            _ => target.write_string_with_format(row, column, shown, &look),
        }
        .map(|_| ());
    }
    match &cell.content {
        Content::Nothing => Ok(()),
        Content::Number(figure) => looks::write_figure(target, row, column, *figure, figure.normalize().scale(), looks),
        Content::Date { date, time: None } => looks::write_date(target, row, column, *date, looks),
        Content::Truth(truth) => target.write_boolean(row, column, *truth).map(|_| ()),
        content => looks::write_text(target, row, column, cut(&content.shown(), LONGEST_TEXT), looks),
    }
}

/// The sheet with all faults, each with a link to its cell.
fn write_faults(target: &mut Worksheet, faults: &[Fault], places: &[(&Sheet, String)], lang: Lang, looks: &Looks) -> Result<(), XlsxError> {
    let heads = [
        lang.pick("Tên tệp", "Name of the file"),
        lang.pick("Trang tính", "Sheet"),
        lang.pick("Ô", "Cell"),
        lang.pick("Tiêu đề cột", "Heading of the column"),
        lang.pick("Giá trị trong tệp", "Value in the file"),
        lang.pick("Có gì sai", "What is wrong"),
        lang.pick("Cách sửa", "What to do"),
        lang.pick("Tên quy tắc", "Name of the rule"),
    ];
    for ((column, head), width) in (0..).zip(heads).zip([180, 140, 70, 180, 180, 380, 380, 160]) {
        target.write_string_with_format(0, column, head, &looks.head)?;
        target.set_column_width_pixels(column, width)?;
    }
    looks::set_up(target, 0, lang)?;
    for (row, fault) in (1..super::sheet_out::SHEET_ROWS).zip(faults) {
        let cell = fault.cell().unwrap_or_default();
        let sheet = places.iter().find(|(sheet, _)| sheet.name == fault.sheet).map(|(_, name)| name);
        let (wrong, advice) = (fault.rule.words(lang), fault.rule.advice(lang));
        let value = fault.value.as_deref().unwrap_or_default();
        let words = [
            &fault.file,
            fault.sheet.as_deref().unwrap_or_default(),
            &cell,
            fault.heading.as_deref().unwrap_or_default(),
            value,
            &wrong,
            &advice,
            fault.rule.code(),
        ];
        looks::fit_row(target, row, [(wrong.as_str(), 380), (advice.as_str(), 380), (value, 180)])?;
        for (column, words) in (0..).zip(words).filter(|(_, words)| !words.is_empty()) {
            match sheet {
                Some(sheet) if column == 2 && row <= MOST_LINKS => {
                    let address = format!("internal:'{}'!{cell}", sheet.replace('\'', "''"));
                    target.write_url_with_text(row, column, Url::new(address), words)?;
                }
                _ => looks::write_text(target, row, column, words, looks)?,
            }
        }
    }
    let after = RowNum::try_from(faults.len() + 1).unwrap_or(super::sheet_out::SHEET_ROWS);
    looks::end_rows(target, after, looks)
}
