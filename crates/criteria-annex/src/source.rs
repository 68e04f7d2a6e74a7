//! From a source to its tables.

mod docx;
mod entity;
mod html;
mod numbering;
mod package;
mod text;
mod xlsx;

use crate::fault::AnnexFault;
use crate::grid::Grid;
use crate::limits;

/// Where an annex comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// The bytes of an XLSX file.
    Xlsx(&'a [u8]),
    /// The bytes of a DOCX file.
    Docx(&'a [u8]),
    /// HTML, as Word and browsers leave it on the clipboard.
    Html(&'a str),
    /// Text with tabs, as Word and sheets leave it on the clipboard; or with `|` between cells.
    Text(&'a str),
}

/// The tables of a source, each with its rows. Sheets and tables without content are left out.
///
/// # Errors
///
/// An [`AnnexFault`] if the source cannot be read, holds no table, or is more than [`crate::limits`] allow.
pub fn grids(source: Source<'_>) -> Result<Vec<Grid>, AnnexFault> {
    let length = match source {
        Source::Xlsx(bytes) | Source::Docx(bytes) => bytes.len(),
        Source::Html(text) | Source::Text(text) => text.len(),
    };
    if length == 0 {
        return Err(AnnexFault::Empty);
    }
    if length > limits::BYTES {
        return Err(AnnexFault::TooLarge { limit: limits::BYTES });
    }
    let mut grids = match source {
        Source::Xlsx(bytes) => xlsx::read(bytes)?,
        Source::Docx(bytes) => docx::read(bytes)?,
        Source::Html(text) => html::read(text)?,
        Source::Text(text) => text::read(text)?,
    };
    for grid in &mut grids {
        grid.rows.retain(|row| !row.is_empty());
    }
    grids.retain(|grid| !grid.rows.is_empty());
    if grids.is_empty() { Err(AnnexFault::NoTable) } else { Ok(grids) }
}
