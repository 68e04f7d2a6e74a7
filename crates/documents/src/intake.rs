//! Reading sheets that people bring: XLSX, and text with commas, semicolons or tabs.
//!
//! What comes out is what stands in the cells, each with its place, under limits that the caller gives. Nothing is
//! understood here: a number is a number and a text a text; [`crate::exchange`] reads them by a format.
//!
//! * No file is trusted: sizes are checked in the directory of the archive before anything is unpacked, and the bytes
//!   that really come out are counted while they do. A text that many cells share is held once.
//! * A formula is never computed; its last result is taken and marked.
//! * A number keeps 15 significant digits, as many as sheet programs hold, as an exact decimal.
//! * Rows and cells without content are left out. Hidden rows, columns and sheets and merged cells are told.
//! * Any bytes give a [`Book`] or faults, never a panic.

mod archive;
mod kind;
mod number;
mod strings;
mod styles;
mod text;
mod workbook;
mod worksheet;
mod xml;

use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};
use rust_decimal::Decimal;
use viet_text::legacy::Font;

use crate::fault::{Area, Fault, Place, Rule};
use kind::FileKind;

pub use text::{Separator, TextEncoding, TextOptions};

/// How much of a file is taken in. Whoever calls knows what the machine can bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of everything that is unpacked from it, and of all texts of all cells together.
    pub unpacked_bytes: u64,
    /// Sheets of the file.
    pub sheets: usize,
    /// Rows with content, over all sheets.
    pub rows: u32,
    /// The last column that may hold something.
    pub columns: u32,
    /// Letters of a cell.
    pub cell_length: usize,
}

/// A form that people fill in: 20 MB, 200 MB unpacked, 20 sheets, 200,000 rows, 200 columns, 32,767 letters.
impl Default for Limits {
    fn default() -> Limits {
        Limits { bytes: 20_000_000, unpacked_bytes: 200_000_000, sheets: 20, rows: 200_000, columns: 200, cell_length: 32_767 }
    }
}

/// The sheets of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    /// Name of the file, as it was given.
    pub file: Arc<str>,
    /// The sheets in their order.
    pub sheets: Vec<Sheet>,
    /// What its reader should know, such as an encoding that was guessed.
    pub remarks: Vec<Fault>,
}

/// One sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its name; `None` for a text file.
    pub name: Option<Arc<str>>,
    /// Whether the file hides it.
    pub hidden: bool,
    /// Rows with content, from top to bottom.
    pub rows: Vec<Row>,
    /// Columns that the file hides, from 1: first and last of each stretch.
    pub hidden_columns: Vec<(u32, u32)>,
    /// Merged cells.
    pub merged: Vec<Area>,
}

impl Sheet {
    /// Whether a column, from 1, is hidden.
    #[must_use]
    pub fn hides_column(&self, column: u32) -> bool {
        self.hidden_columns.iter().any(|(first, last)| (*first..=*last).contains(&column))
    }
}

/// One row of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number, from 1.
    pub number: u32,
    /// Whether the file hides it.
    pub hidden: bool,
    /// Cells with content, from left to right.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The cell in a column, from 1.
    #[must_use]
    pub fn cell(&self, column: u32) -> Option<&Cell> {
        self.cells.binary_search_by_key(&column, |cell| cell.column).ok().and_then(|index| self.cells.get(index))
    }

    /// The place of a column in this row.
    #[must_use]
    pub fn place(&self, column: u32) -> Place {
        Place { row: self.number, column }
    }
}

/// One cell with content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its column, from 1.
    pub column: u32,
    /// What stands in it.
    pub content: Content,
    /// Whether a formula made it.
    pub formula: bool,
    /// The font, if it is one of an encoding from before Unicode.
    pub font: Option<Font>,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing; only a formula without a result is kept with it.
    Nothing,
    /// A text, never empty.
    Text(Arc<str>),
    /// A number of a sheet, exact to 15 digits.
    Number(Decimal),
    /// A number that the sheet shows as a percentage: 0.805 for 80.5%.
    Percent(Decimal),
    /// A number that the sheet shows as a date.
    Date {
        /// The day.
        date: NaiveDate,
        /// The time of day, if it is later than midnight.
        time: Option<NaiveTime>,
    },
    /// TRUE or FALSE.
    Truth(bool),
    /// An error such as `#N/A`.
    Error(Arc<str>),
    /// A number that no exact decimal holds, or a date before the calendar of sheet programs, as it stands in the file.
    Outside(Arc<str>),
}

impl Content {
    /// What stands there, as a text for people: figures with a point, dates as 31/12/2018.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Content::Nothing => String::new(),
            Content::Text(text) | Content::Error(text) | Content::Outside(text) => text.to_string(),
            Content::Number(value) => value.normalize().to_string(),
            Content::Percent(value) => format!("{}%", (*value * Decimal::ONE_HUNDRED).normalize()),
            Content::Date { date, time: None } => viet_text::format_date(*date),
            Content::Date { date, time: Some(time) } => format!("{} {}", viet_text::format_date(*date), time.format("%H:%M:%S")),
            Content::Truth(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        }
    }
}

/// The day that a sheet would show for a number, counted from 1900.
pub(crate) fn serial_day(number: Decimal) -> Option<NaiveDate> {
    number::day(number, false).map(|(date, _)| date)
}

/// Reads a file. Its kind is told by its bytes, not by its name.
///
/// # Errors
///
/// Every fault that was found. A broken or refused file has one; a text or a sheet over the limits may have several.
pub fn open(file: &str, bytes: &[u8], limits: &Limits, options: &TextOptions) -> Result<Book, Vec<Fault>> {
    let file: Arc<str> = Arc::from(file);
    let refuse = |rule: Rule| Err(vec![Fault::of_file(&file, rule)]);
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limits.bytes {
        return refuse(Rule::TooLarge { limit: limits.bytes });
    }
    match kind::of(bytes) {
        FileKind::Archive => workbook::read(&file, bytes, limits),
        FileKind::Text => text::read(&file, bytes, limits, options),
        FileKind::Refused(rule) => refuse(rule),
    }
}
