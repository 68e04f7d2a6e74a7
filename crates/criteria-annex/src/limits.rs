//! How much of a source is taken in. An annex has some hundreds of rows; these limits leave room for fifty times that.

/// Bytes of a file or of a pasted text.
pub const BYTES: usize = 20_000_000;
/// Bytes of everything that is unpacked from a file.
pub const UNPACKED_BYTES: u64 = 64_000_000;
/// Tables of a document, or sheets of a book.
pub const TABLES: usize = 200;
/// Rows over all tables of a source.
pub const ROWS: usize = 20_000;
/// Columns of a table, merged cells counted with their width.
pub const COLUMNS: usize = 100;
/// Cells over all tables, merged cells counted with their area.
pub const CELLS: usize = 1_000_000;
/// Letters of a cell.
pub const CELL_LETTERS: usize = 20_000;
/// Elements inside of each other in a document.
pub const DEPTH: usize = 256;
