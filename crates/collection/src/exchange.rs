//! The sheet of a unit as a file: one description writes the template, the export, and reads the import.

use std::io::Cursor;

use chrono::NaiveDate;
use documents::exchange::{
    Column, Dialect, ExportError, Format, FormatError, Read, ReadOptions, SheetExport, TextExport, Value, Words, read, report,
};
use documents::fault::Fault;
use documents::intake::{Limits, TextOptions, open};
use ui::Lang;

use crate::actions::Sheet;
use crate::model::Figure;

/// Digits behind the comma that the column may hold; how many an indicator allows is asked row by row.
const DECIMALS: u32 = 10;

/// The description: a row for each indicator.
///
/// # Errors
/// Never for this description; a test makes it.
pub(crate) fn format(sheet: &Sheet) -> Result<Format, FormatError> {
    let title = sheet.collection.title.as_str();
    let columns = vec![
        Column::code("chi-tieu", "Mã chỉ tiêu", "Indicator", 80).required().unique(),
        Column::text("ten", "Tên chỉ tiêu", "Name of the indicator", 500)
            .hint("Chỉ để đọc; sửa ở đây không có tác dụng.", "To be read only."),
        Column::text("don-vi-tinh", "Đơn vị tính", "Unit of measure", 100).hint("Chỉ để đọc.", "To be read only."),
        Column::figure("so-lieu", "Số liệu", "Figure", DECIMALS),
        Column::text("ly-do", "Lý do không có số liệu", "Why there is none", 1000),
        Column::text("ghi-chu", "Ghi chú", "Note", 1000),
    ];
    let ranges = sheet.asked.iter().map(|asked| (asked.indicator.clone(), asked.range())).collect();
    Format::new(Words::new(title, title), columns, &["chi-tieu"])?
        .with_ranges("chi-tieu", "so-lieu", ranges)?
        .with_either("so-lieu", "ly-do")
}

/// Places of the columns.
pub(crate) const INDICATOR: usize = 0;
/// The figure.
pub(crate) const FIGURE: usize = 3;
/// Why there is none.
pub(crate) const REASON: usize = 4;
/// The note.
pub(crate) const NOTE: usize = 5;

/// The sheet as rows, one for each indicator that is asked for; what was not entered is empty.
pub(crate) fn rows(sheet: &Sheet, lang: Lang) -> Vec<Vec<Value>> {
    sheet
        .asked
        .iter()
        .map(|asked| {
            let figure = sheet.figure(&asked.indicator);
            let (value, reason) = match figure.map(|figure: &Figure| &figure.value) {
                Some(Ok(value)) => (Value::Figure(*value), Value::Empty),
                Some(Err(reason)) => (Value::Empty, Value::text(reason.clone())),
                None => (Value::Empty, Value::Empty),
            };
            vec![
                Value::text(asked.indicator.clone()),
                Value::text(lang.pick(asked.name_vi.clone(), asked.name_en.clone())),
                Value::text(lang.pick(asked.unit_vi.clone(), asked.unit_en.clone())),
                value,
                reason,
                Value::text(figure.and_then(|figure| figure.note.clone()).unwrap_or_default()),
            ]
        })
        .collect()
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// The description is wrong: a fault of the program.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The file could not be written.
    #[error(transparent)]
    Export(#[from] ExportError),
}

/// The sheet as XLSX.
pub(crate) fn xlsx(sheet: &Sheet, lang: Lang, made_at: NaiveDate) -> Result<Vec<u8>, FileError> {
    let format = format(sheet)?;
    let mut export = SheetExport::new(&format, lang, made_at, None)?;
    for row in rows(sheet, lang) {
        export.row(&row)?;
    }
    let mut bytes = Cursor::new(Vec::new());
    export.finish(&mut bytes)?;
    Ok(bytes.into_inner())
}

/// The sheet as CSV, as Excel opens it in the language of the page.
pub(crate) fn csv(sheet: &Sheet, lang: Lang) -> Result<Vec<u8>, FileError> {
    let format = format(sheet)?;
    let mut export = TextExport::new(&format, lang, lang.pick(Dialect::VIETNAMESE, Dialect::PLAIN), Vec::new())?;
    for row in rows(sheet, lang) {
        export.row(&row)?;
    }
    Ok(export.finish()?)
}

/// What a file says, or every fault that keeps it from being opened.
pub(crate) fn understood(sheet: &Sheet, name: &str, bytes: &[u8], options: &ReadOptions) -> Result<Result<Read, Vec<Fault>>, FileError> {
    let format = format(sheet)?;
    let book = match open(name, bytes, &Limits::default(), &TextOptions::default()) {
        Ok(book) => book,
        Err(faults) => return Ok(Err(faults)),
    };
    Ok(Ok(read(&book, &format, options)))
}

/// The file that was brought, with a column that says in words what is wrong in each row.
pub(crate) fn fault_report(
    sheet: &Sheet,
    name: &str,
    bytes: &[u8],
    faults: &[Fault],
    lang: Lang,
    made_at: NaiveDate,
) -> Result<Option<Vec<u8>>, FileError> {
    let format = format(sheet)?;
    let Ok(book) = open(name, bytes, &Limits::default(), &TextOptions::default()) else { return Ok(None) };
    let mut out = Cursor::new(Vec::new());
    report(&book, &format, faults, lang, made_at, None, &mut out)?;
    Ok(Some(out.into_inner()))
}
