//! Rows as XLSX, one by one, in memory that does not grow with their number.

use std::io::{Seek, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use chrono::{Datelike as _, NaiveDate};
use rust_xlsxwriter::{ColNum, RowNum, Workbook, Worksheet, XlsxError};
use ui::Lang;

use super::format::{Choice, Column, Format, Kind, Words};
use super::guide::{self, Lists};
use super::looks::{self, Looks};
use super::value::Value;
use crate::names::width;

/// Rows of a sheet.
pub(super) const SHEET_ROWS: RowNum = 1_048_576;
/// Longest text of a cell, in UTF-16 units.
const LONGEST_TEXT: usize = 32_767;

/// Why rows could not be written. Nothing is cut to fit.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A row has more or fewer values than the format has columns.
    #[error("row {row} has {found} values, the format has {expected} columns")]
    RowWidth {
        /// The row, counted from one.
        row: u64,
        /// Number of columns.
        expected: usize,
        /// Number of values.
        found: usize,
    },
    /// A value of another kind than its column holds, or a year of more than four digits.
    #[error("row {row}, column {column}: the value is none of this column")]
    WrongKind {
        /// The row, counted from one.
        row: u64,
        /// Key of the column.
        column: String,
    },
    /// A text longer than a cell holds (32,767 UTF-16 units).
    #[error("row {row}, column {column}: the text is too long for a cell")]
    TextTooLong {
        /// The row, counted from one.
        row: u64,
        /// Key of the column.
        column: String,
    },
    /// The folder that rows are kept in until the file is finished took no more; a full disk is one reason.
    #[error("the folder for the rows of the XLSX file cannot be written to")]
    RowsNotKept,
    /// The writer of XLSX refused.
    #[error("the XLSX file could not be written")]
    Xlsx(#[from] XlsxError),
    /// The place that a text is written to refused.
    #[error("the CSV file could not be written")]
    Io(#[source] std::io::Error),
}

/// The name of the sheet with the rows.
const DATA_SHEET: (&str, &str) = ("Dữ liệu", "Data");

/// Whether a name is that of a sheet with rows.
pub(super) fn data_sheet(number: usize, lang: Lang) -> String {
    let name = lang.pick(DATA_SHEET.0, DATA_SHEET.1);
    if number == 0 { name.to_owned() } else { format!("{name} {}", number + 1) }
}

/// Writes rows of a format as XLSX, one by one.
///
/// * Rows lie on the disk until the file is finished; memory does not grow with their number.
/// * The headings are those of the format; a star marks columns that must be filled in. When a sheet is full (1,048,576
///   rows), the next one begins under the same headings.
/// * Cells have the formats and the checks of their column, lists come as drop-downs; a sheet says how to fill in.
/// * Every text is a text, never a formula, also after somebody edits the cell. A figure with more than 15 digits and a
///   day before 1900 are texts, because a number of a sheet would not hold them.
/// * The same rows give the same bytes.
pub struct SheetExport<'f> {
    format: &'f Format,
    lang: Lang,
    file: Workbook,
    looks: Looks,
    lists: Lists,
    /// The sheet that is being written.
    sheet: usize,
    next_row: RowNum,
    rows_of_sheet: RowNum,
    rows: u64,
    /// Rows were lost, so that the file can no longer be whole.
    lost: bool,
}

impl<'f> SheetExport<'f> {
    /// Begins a file. `made_at` stands in it as the day of making. Rows are kept in files of `folder`, or in the folder
    /// of the system for such files; they go away with the export.
    ///
    /// # Errors
    ///
    /// [`ExportError::Xlsx`] if the folder cannot be written to.
    pub fn new(format: &'f Format, lang: Lang, made_at: NaiveDate, folder: Option<&Path>) -> Result<SheetExport<'f>, ExportError> {
        SheetExport::with_sheets_of(format, lang, made_at, folder, SHEET_ROWS)
    }

    /// As [`SheetExport::new`], with fewer rows on each sheet, the headings counted.
    pub(super) fn with_sheets_of(
        format: &'f Format,
        lang: Lang,
        made_at: NaiveDate,
        folder: Option<&Path>,
        rows_of_sheet: RowNum,
    ) -> Result<SheetExport<'f>, ExportError> {
        let file = looks::new_file(format.title().pick(lang), made_at, folder)?;
        let lists = Lists::of(format, lang);
        let mut export =
            SheetExport { format, lang, file, looks: Looks::new(), lists, sheet: 0, next_row: 1, rows_of_sheet, rows: 0, lost: false };
        export.kept(SheetExport::begin_sheet)?;
        Ok(export)
    }

    /// Writes one row.
    ///
    /// # Errors
    ///
    /// An [`ExportError`] if the row has another width than the format, holds a value of another kind than its column,
    /// or does not fit into cells.
    pub fn row(&mut self, values: &[Value]) -> Result<(), ExportError> {
        check_row(self.format, values, self.rows)?;
        let long = |(column, value): (&Column, &Value)| match value {
            Value::Text(text) if text.len() > LONGEST_TEXT && width(text) > LONGEST_TEXT => Some(column.key.clone()),
            _ => None,
        };
        if let Some(column) = self.format.columns().iter().zip(values).find_map(long) {
            return Err(ExportError::TextTooLong { row: self.rows + 1, column });
        }
        self.kept(|export| export.write_row(values))
    }

    /// How many rows were written.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Ends the file and writes it.
    ///
    /// # Errors
    ///
    /// [`ExportError::Xlsx`] if `out` refuses, [`ExportError::RowsNotKept`] if the folder for rows does.
    pub fn finish<W: Write + Seek + Send>(mut self, out: W) -> Result<(), ExportError> {
        self.kept(|export| {
            export.end_sheet()?;
            guide::write(&mut export.file, export.format, export.lang, &export.looks)?;
            export.lists.write(&mut export.file, &export.looks)?;
            Ok(export.file.save_to_writer(out)?)
        })
    }

    /// Does something that writes, unless rows were lost before.
    fn kept(&mut self, write: impl FnOnce(&mut Self) -> Result<(), ExportError>) -> Result<(), ExportError> {
        if self.lost {
            return Err(ExportError::RowsNotKept);
        }
        let written = rows_kept(|| write(self));
        self.lost = matches!(written, Err(ExportError::RowsNotKept));
        written
    }

    fn write_row(&mut self, values: &[Value]) -> Result<(), ExportError> {
        if self.next_row >= self.rows_of_sheet {
            self.end_sheet()?;
            self.sheet += 1;
            self.next_row = 1;
            self.begin_sheet()?;
        }
        let row = self.next_row;
        let sheet = self.file.worksheet_from_index(self.sheet)?;
        for (column, (described, value)) in (0..).zip(self.format.columns().iter().zip(values)) {
            write_value(sheet, row, column, described, value, self.lang, &self.looks)?;
        }
        self.next_row += 1;
        self.rows += 1;
        Ok(())
    }

    fn begin_sheet(&mut self) -> Result<(), ExportError> {
        let sheet = self.file.add_worksheet_with_constant_memory()?;
        sheet.set_name(data_sheet(self.sheet, self.lang))?;
        looks::set_up(sheet, 0, self.lang)?;
        let heads: Vec<(String, u32)> =
            self.format.columns().iter().map(|column| (column.shown_heading(self.lang), column_width(column, self.lang))).collect();
        looks::fit_row(sheet, 0, heads.iter().map(|(head, width)| (head.as_str(), *width)))?;
        for (index, column) in (0..).zip(self.format.columns()) {
            sheet.set_column_format(index, self.looks.column(column))?;
            sheet.set_column_width_pixels(index, column_width(column, self.lang))?;
            sheet.write_string_with_format(0, index, column.shown_heading(self.lang), self.looks.head_of(column))?;
            guide::check_cells(sheet, index, column, &self.lists, self.lang)?;
        }
        Ok(())
    }

    fn end_sheet(&mut self) -> Result<(), ExportError> {
        let last = ColNum::try_from(self.format.columns().len().saturating_sub(1)).unwrap_or(ColNum::MAX);
        let sheet: &mut Worksheet = self.file.worksheet_from_index(self.sheet)?;
        if self.next_row == 1 {
            looks::end_rows(sheet, 1, &self.looks)?;
        }
        sheet.autofilter(0, 0, self.next_row.saturating_sub(1), last)?;
        Ok(())
    }
}

/// The empty file that people fill in: an export without rows.
///
/// # Errors
///
/// An [`ExportError`] if `out` refuses.
pub fn template<W: Write + Seek + Send>(format: &Format, lang: Lang, made_at: NaiveDate, out: W) -> Result<(), ExportError> {
    SheetExport::new(format, lang, made_at, None)?.finish(out)
}

/// Writes, and makes an error of a full disk: the writer of XLSX panics when its file for rows takes no more.
pub(super) fn rows_kept<T>(write: impl FnOnce() -> Result<T, ExportError>) -> Result<T, ExportError> {
    catch_unwind(AssertUnwindSafe(write)).unwrap_or(Err(ExportError::RowsNotKept))
}

/// Whether a row fits the format.
pub(super) fn check_row(format: &Format, values: &[Value], rows_before: u64) -> Result<(), ExportError> {
    let (row, expected) = (rows_before + 1, format.columns().len());
    if values.len() != expected {
        return Err(ExportError::RowWidth { row, expected, found: values.len() });
    }
    let fits = |(column, value): &(&Column, &Value)| match (&column.kind, value) {
        (_, Value::Empty) => true,
        (Kind::Date { .. }, Value::Date(date)) => (0..=9999).contains(&date.year()),
        (Kind::Figure { .. }, Value::Figure(_)) => true,
        (Kind::Text { .. } | Kind::Choice(_) | Kind::Code { .. }, Value::Text(_)) => true,
        _ => false,
    };
    match format.columns().iter().zip(values).find(|pair| !fits(pair)) {
        Some((column, _)) => Err(ExportError::WrongKind { row, column: column.key.clone() }),
        None => Ok(()),
    }
}

/// The words of a choice; a code that is not in the list stands for itself.
pub(super) fn choice_words<'c>(choices: &'c [Choice], code: &'c str, lang: Lang) -> &'c str {
    let words: Option<&Words> = choices.iter().find(|choice| choice.code == code).map(|choice| &choice.words);
    words.map_or(code, |words| words.pick(lang))
}

fn write_value(
    sheet: &mut Worksheet,
    row: RowNum,
    column: ColNum,
    described: &Column,
    value: &Value,
    lang: Lang,
    looks: &Looks,
) -> Result<(), XlsxError> {
    match (&described.kind, value) {
        (_, Value::Empty) => Ok(()),
        (Kind::Choice(choices), Value::Text(code)) => looks::write_text(sheet, row, column, choice_words(choices, code, lang), looks),
        (_, Value::Text(text)) => looks::write_text(sheet, row, column, text, looks),
        (Kind::Figure { decimals, .. }, Value::Figure(figure)) => looks::write_figure(sheet, row, column, *figure, *decimals, looks),
        (_, Value::Figure(figure)) => looks::write_figure(sheet, row, column, *figure, 0, looks),
        (_, Value::Date(date)) => looks::write_date(sheet, row, column, *date, looks),
    }
}

/// A width in pixels that most values of the column fit into.
fn column_width(column: &Column, lang: Lang) -> u32 {
    let letters = match &column.kind {
        Kind::Text { max, .. } => (*max).clamp(12, 40),
        Kind::Code { max, .. } => (*max).clamp(8, 20),
        Kind::Figure { .. } => 14,
        Kind::Date { .. } => 12,
        Kind::Choice(choices) => choices.iter().map(|choice| width(choice.words.pick(lang))).max().unwrap_or(0).clamp(10, 40),
    };
    let heading = width(&column.shown_heading(lang)).div_ceil(2).min(30);
    u32::try_from(letters.max(heading)).unwrap_or(40) * 8 + 16
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::read::{ReadOptions, read};
    use super::*;
    use crate::intake::{Limits, TextOptions, open};

    #[test]
    fn a_full_sheet_is_followed_by_the_next_one() {
        let columns = vec![Column::code("code", "Mã", "Code", 10).required().unique()];
        let format = Format::new(Words::new("Bảng", "Table"), columns, &["code"]).unwrap();
        let made_at = NaiveDate::from_ymd_opt(2026, 11, 25).unwrap();
        for (count, sheets) in [(0, 1), (3, 1), (4, 2), (6, 2), (7, 3)] {
            // Four rows on each sheet, the first of them for the headings.
            let mut export = SheetExport::with_sheets_of(&format, Lang::Vi, made_at, None, 4).unwrap();
            let rows: Vec<Vec<Value>> = (0..count).map(|number| vec![Value::text(format!("A{number}"))]).collect();
            rows.iter().for_each(|row| export.row(row).unwrap());
            let mut out = Cursor::new(Vec::new());
            export.finish(&mut out).unwrap();
            let book = open("a.xlsx", &out.into_inner(), &Limits::default(), &TextOptions::default()).unwrap();
            let names: Vec<String> = book.sheets.iter().filter_map(|sheet| sheet.name.as_deref().map(str::to_owned)).collect();
            let wanted: Vec<String> = (0..sheets).map(|number| data_sheet(number, Lang::Vi)).chain(["Hướng dẫn".to_owned()]).collect();
            assert_eq!(names, wanted);
            let back = read(&book, &format, &ReadOptions::default());
            assert_eq!(back.faults, []);
            assert_eq!(back.rows.iter().map(|row| row.values.clone()).collect::<Vec<_>>(), rows);
        }
        assert_eq!(SHEET_ROWS, 1_048_576);
    }
}
