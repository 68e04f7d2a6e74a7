//! Why a document could not be made.

use zip::result::ZipError;

/// Why a document could not be made. Nothing is cut to fit: a document is whole or it is not made.
#[derive(Debug, thiserror::Error)]
pub enum DocumentFault {
    /// A table has no column, or a column whose width is not a positive number.
    #[error("table {title:?}: its columns have no width")]
    Columns {
        /// Title of the table.
        title: String,
    },
    /// The cells of the head leave a gap or reach over each other.
    #[error("table {title:?}: the cells of its head do not fill row {row}")]
    Head {
        /// Title of the table.
        title: String,
        /// Row of the head, from one.
        row: usize,
    },
    /// A row has more or fewer cells than the table has columns.
    #[error("table {title:?}: row {row} has {found} cells, the table has {expected} columns")]
    RowWidth {
        /// Title of the table.
        title: String,
        /// The row, from one.
        row: usize,
        /// Number of columns.
        expected: usize,
        /// Number of cells.
        found: usize,
    },
    /// The head of a table leaves no room for rows on a page.
    #[error("table {title:?}: its head is higher than half a page")]
    HeadTooHigh {
        /// Title of the table.
        title: String,
    },
    /// The line at the head of each page would take the room of the text.
    #[error("the line that says that figures are made up is longer than {lines} lines")]
    MadeUpTooLong {
        /// The most lines it may have.
        lines: usize,
    },
    /// More pages than anybody reads; the bound keeps the work for a broken input small.
    #[error("the document has more than {limit} pages")]
    TooManyPages {
        /// The most pages a document may have.
        limit: usize,
    },
    /// A font inside the program could not be read.
    #[error("the font {0} could not be read")]
    Font(&'static str),
    /// The DOCX archive could not be written.
    #[error("the DOCX file could not be written")]
    Archive(#[from] ZipError),
    /// A part of a file could not be packed.
    #[error("the file could not be written")]
    Part(#[from] std::io::Error),
}
