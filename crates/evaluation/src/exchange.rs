//! Survey results and points of other agencies as a file: one description reads and writes it.

use std::io::Cursor;

use chrono::NaiveDate;
use documents::exchange::{Column, ExportError, Format, FormatError, Legacy, Read, ReadOptions, SheetExport, Value, Words, read};
use documents::fault::Fault;
use documents::intake::{Limits, TextOptions, open};
use rust_decimal::Decimal;
use ui::Lang;

/// Digits behind the comma that a file may hold.
const DECIMALS: u32 = 10;

/// A row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointRow {
    /// Its row in the file.
    pub row: usize,
    /// Key or full name of the unit.
    pub unit: String,
    /// Code of the leaf.
    pub leaf: String,
    /// The points.
    pub points: Decimal,
    /// Where they come from.
    pub reason: String,
}

/// Why a row is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointFault {
    /// Its row in the file; 0 for the file as a whole.
    pub row: usize,
    /// Heading of the column.
    pub column: String,
    /// The value.
    pub value: String,
    /// What is wrong, in both languages.
    pub words: (String, String),
}

/// Why a file could not be written or described.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The description is wrong: a fault of the program.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The file could not be written.
    #[error(transparent)]
    Export(#[from] ExportError),
}

/// Headings of the columns.
pub(crate) const HEADINGS: [&str; 4] = ["Đơn vị", "Mã tiêu chí", "Điểm", "Nguồn"];

fn format() -> Result<Format, FormatError> {
    let columns = vec![
        Column::text("don-vi", HEADINGS[0], "Unit", 300).required(),
        Column::code("tieu-chi", HEADINGS[1], "Criterion", 60).required(),
        Column::figure("diem", HEADINGS[2], "Points", DECIMALS).required(),
        Column::text("nguon", HEADINGS[3], "Source", 1000),
    ];
    Format::new(Words::new("Điểm điều tra và điểm do cơ quan khác chấm", "Survey and external points"), columns, &["don-vi", "tieu-chi"])
}

/// The rows of a file that can be read, and every fault of the others, so that one reading tells all faults.
///
/// # Errors
/// A fault of the program.
pub fn point_rows(name: &str, bytes: &[u8]) -> Result<(Vec<PointRow>, Vec<PointFault>), FileError> {
    let format = format()?;
    let book = match open(name, bytes, &Limits::default(), &TextOptions::default()) {
        Ok(book) => book,
        Err(faults) => return Ok((Vec::new(), faults.iter().map(told).collect())),
    };
    let found: Read = read(&book, &format, &ReadOptions { legacy: Legacy::Convert, ..ReadOptions::default() });
    let text = |value: Option<&Value>| match value {
        Some(Value::Text(text)) => text.trim().to_owned(),
        Some(Value::Figure(figure)) => figure.normalize().to_string(),
        _ => String::new(),
    };
    let rows = found.rows.iter().filter_map(|row| {
        let Some(Value::Figure(points)) = row.values.get(2) else { return None };
        Some(PointRow {
            row: usize::try_from(row.number).unwrap_or(usize::MAX),
            unit: text(row.values.first()),
            leaf: text(row.values.get(1)),
            points: *points,
            reason: text(row.values.get(3)),
        })
    });
    Ok((rows.collect(), found.faults.iter().map(told).collect()))
}

/// A fault of the form, as the faults of what it says are told.
fn told(fault: &Fault) -> PointFault {
    PointFault {
        row: fault.place.map_or(0, |place| usize::try_from(place.row).unwrap_or(usize::MAX)),
        column: fault.heading.clone().unwrap_or_default(),
        value: fault.value.clone().unwrap_or_default(),
        words: (fault.rule.words(Lang::Vi), fault.rule.words(Lang::En)),
    }
}

/// The file to be filled in: a row for each unit and leaf, with the points that stand now.
///
/// # Errors
/// When the file cannot be written.
pub fn points_template(rows: &[(String, String, Option<Decimal>)], made_at: NaiveDate, lang: Lang) -> Result<Vec<u8>, FileError> {
    let format = format()?;
    let mut export = SheetExport::new(&format, lang, made_at, None)?;
    for (unit, leaf, points) in rows {
        export.row(&[Value::text(unit.clone()), Value::text(leaf.clone()), points.map_or(Value::Empty, Value::Figure), Value::Empty])?;
    }
    let mut bytes = Cursor::new(Vec::new());
    export.finish(&mut bytes)?;
    Ok(bytes.into_inner())
}
