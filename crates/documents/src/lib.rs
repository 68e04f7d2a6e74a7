//! Tables taken away as files: XLSX and CSV, made in memory from the table that the page shows.
//!
//! Both forms come from one plain form of the table, so they have the same columns and the same rows.
//! The columns of the table come first, in their order. What a page writes into the same cell stands after
//! them in columns of its own: the ends of an interval, the number of ranked units, the range of ranks, the
//! mark of a figure, the depth and the kind of a row. Such a column is there only if a row fills it.

mod book;
mod delimited;
mod disposition;
mod error;
mod flat;
mod names;

pub use book::{Workbook, xlsx};
pub use delimited::{checksum, csv, csv_plain};
pub use disposition::content_disposition;
pub use error::DocumentError;
