//! Tables that people take away, fill in and bring back: one description for template, export and import.
//!
//! A [`Format`] says which columns a table has and what may stand in them.
//!
//! * [`SheetExport`] and [`TextExport`] write rows one by one, in memory that does not grow with their number, under the
//!   headings of the format; [`template`] is an export without rows.
//! * [`read`] reads a file that [`crate::intake::open`] has opened: every row without fault, and every fault at once.
//!   [`report`] writes the faults back into the rows that were brought.
//! * [`compare`] tells what the rows would change before anything is stored.
//!
//! Two laws hold, and tests by chance guard them. Rows in normal form ([`Format::normal`]) that keep the rules of the
//! format come back equal from every form they are exported in; a row without any value is no row. And a value that is
//! stored is exactly what stood in the file: nothing is rounded, guessed or cut.

mod compare;
mod format;
mod guide;
mod headings;
mod legacy;
mod looks;
mod read;
mod report;
mod sheet_out;
mod text_out;
mod understand;
mod value;

pub use compare::{CellChange, Changed, Difference, DifferenceFault, Side, compare};
pub use format::{Blanks, Choice, Column, FigureRange, Format, FormatError, Kind, Unit, Words};
pub use legacy::{Offer, Preview};
pub use read::{Legacy, Read, ReadOptions, ReadRow, read};
pub use report::report;
pub use sheet_out::{ExportError, SheetExport, template};
pub use text_out::{DateForm, Dialect, TextExport};
pub use value::Value;
