//! Tables as XLSX: a sheet of contents, one sheet for each table, a sheet of notes.

mod contents;
mod data;
mod figure;
mod link;
mod look;
mod notes;
mod sheet;

use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, Workbook as File};
use ui::Lang;
use ui::table::DataTable;

use crate::error::DocumentError;
use crate::flat::Flat;
use crate::names::{Names, cut, one_line};
use look::Looks;
use notes::Remarks;
use sheet::Sheet;

pub(crate) use figure::{date as exact_date, number as exact_number, shortened};
pub(crate) use look::FONT;

/// Height of a row and width of a column that nothing else is said of, in pixels; the sizes that go with the font.
const ROW_HEIGHT: u32 = 21;
const COLUMN_WIDTH: u32 = 72;

/// What goes into an XLSX file.
#[derive(Clone, Debug)]
pub struct Workbook<'a> {
    /// Title of the file.
    pub title: String,
    /// What it is.
    pub description: Option<String>,
    /// Where the figures come from, for all tables together.
    pub source: Option<String>,
    /// Address of the page it came from; a link if it is a full http address.
    pub address: Option<String>,
    /// Day of making.
    pub made_at: NaiveDate,
    /// The tables, each on a sheet of its own.
    pub tables: Vec<&'a DataTable>,
    /// Language of everything that the file adds to the tables.
    pub lang: Lang,
}

/// A table with its place in the file.
struct Plan<'a> {
    flat: Flat<'a>,
    sheet: String,
    remarks: Remarks<'a>,
}

/// The tables as an XLSX file, made in memory.
///
/// * The first sheet holds title, description, source, page, day of making, and a list of the tables with their
///   number of rows and the SHA-256 of their CSV file ([`crate::checksum`]).
/// * Each further sheet holds one table, marked as a table of Excel, under its title in A1. A table without rows is
///   only a head, since Excel knows no table without rows.
/// * The last sheet holds all notes and the words for all signs and marks; it is left out if there are none.
/// * A figure is a number with a number format; only how it is shown is rounded. Excel holds 15 significant digits: a
///   longer figure is rounded to them and the sheet of notes says so; [`crate::csv`] has all digits.
/// * A missing value is the sign of its reason; a cell that has nothing to hold is the sign for "not applicable". No
///   cell of a table is empty.
/// * Every text is written as text, so that none can run as a formula, also after somebody edits the cell.
/// * Only addresses that begin with http:// or https:// become links. A number with a link to a page of this site has
///   no link here.
/// * The same input gives the same bytes.
///
/// # Errors
///
/// A [`DocumentError`] if a table has rows of another width than its columns, or if something does not fit into a
/// sheet. Nothing is cut.
pub fn xlsx(book: &Workbook<'_>) -> Result<Vec<u8>, DocumentError> {
    let lang = book.lang;
    let mut names = Names::default();
    let contents_name = names.sheet(lang.pick("Nội dung", "Contents"), "");
    let notes_name = names.sheet(lang.pick("Ghi chú", "Notes"), "");
    let mut plans = Vec::with_capacity(book.tables.len());
    for table in &book.tables {
        check_rows(table)?;
        let flat = Flat::of(table);
        let sheet = names.sheet(&table.caption, lang.pick("Bảng", "Table"));
        let remarks = Remarks::of(&flat);
        plans.push(Plan { flat, sheet, remarks });
    }
    let lines = notes::lines(&plans, lang);
    let notes_name = (!lines.is_empty()).then_some(notes_name);

    let mut file = File::new();
    let mut looks = Looks::new(lang);
    file.set_default_format(&look::base(), ROW_HEIGHT, COLUMN_WIDTH)?;
    file.set_properties(&properties(book));
    contents::write(&mut Sheet::new(file.add_worksheet(), &contents_name, &mut looks)?, book, &plans, notes_name.as_deref())?;
    for (index, plan) in plans.iter().enumerate() {
        let sheet = &mut Sheet::new(file.add_worksheet(), &plan.sheet, &mut looks)?;
        data::write(sheet, plan, index + 1, notes_name.as_deref(), lang)?;
    }
    if let Some(name) = &notes_name {
        notes::write(&mut Sheet::new(file.add_worksheet(), name, &mut looks)?, &lines, lang)?;
    }
    Ok(file.save_to_buffer()?)
}

fn check_rows(table: &DataTable) -> Result<(), DocumentError> {
    let expected = table.columns.len();
    match table.rows.iter().enumerate().find(|(_, row)| row.cells.len() != expected) {
        Some((index, row)) => Err(DocumentError::RowWidth { table: table.id.clone(), row: index + 1, expected, found: row.cells.len() }),
        None => Ok(()),
    }
}

fn properties(book: &Workbook<'_>) -> DocProperties {
    let limit = 255;
    let mut properties = DocProperties::new().set_title(cut(&one_line(&book.title), limit));
    if let Some(description) = &book.description {
        properties = properties.set_comment(cut(&one_line(description), limit));
    }
    // Without this the writer would ask the clock.
    let made = figure::date(book.made_at).or_else(|| NaiveDate::from_ymd_opt(1900, 1, 1).and_then(figure::date));
    match made {
        Some(made) => properties.set_creation_datetime(&made),
        None => properties,
    }
}

/// The address of a sheet, for a link inside the file.
fn jump(sheet: &str) -> String {
    format!("internal:'{}'!A1", sheet.replace('\'', "''"))
}
