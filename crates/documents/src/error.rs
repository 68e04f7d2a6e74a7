//! Why a file could not be made.

use rust_xlsxwriter::XlsxError;

/// Why a file could not be made. Nothing is cut to fit: a file is whole or it is not made.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// A row has more or fewer cells than the table has columns.
    #[error("table {table}: row {row} has {found} cells, the table has {expected} columns")]
    RowWidth {
        /// Identifier of the table.
        table: String,
        /// The row, counted from one.
        row: usize,
        /// Number of columns.
        expected: usize,
        /// Number of cells.
        found: usize,
    },
    /// More rows than a sheet holds.
    #[error("table {table}: {rows} rows do not fit on a sheet")]
    TooManyRows {
        /// Identifier of the table.
        table: String,
        /// Number of rows.
        rows: usize,
    },
    /// More columns than a sheet holds.
    #[error("table {table}: {columns} columns do not fit on a sheet")]
    TooManyColumns {
        /// Identifier of the table.
        table: String,
        /// Number of columns, with those made from parts of cells.
        columns: usize,
    },
    /// A text longer than a cell holds (32,767 UTF-16 units).
    #[error("sheet {sheet:?}: the text in row {row}, column {column} is too long for a cell")]
    TextTooLong {
        /// Name of the sheet.
        sheet: String,
        /// Row of the sheet, counted from one.
        row: u32,
        /// Column of the sheet, counted from one.
        column: u16,
    },
    /// The writer of XLSX refused.
    #[error("the XLSX file could not be written")]
    Xlsx(#[from] XlsxError),
}
