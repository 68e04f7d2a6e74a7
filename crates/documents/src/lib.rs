//! Tables taken away as files: XLSX and CSV, made in memory from the table that the page shows; and sheets that people
//! bring.
//!
//! What pages show is written by [`xlsx()`] and [`csv()`].
//! What is filled in and brought back follows one description ([`exchange::Format`]): it writes the template and the
//! export, and reads the import. [`intake`] opens any file safely; [`fault`] holds all that can be wrong with it.
//!
//! # Tables of pages
//!
//! Both forms come from one plain form of the table, so they have the same columns and the same rows.
//! The columns of the table come first, in their order. What a page writes into the same cell stands after
//! them in columns of its own: the ends of an interval, the number of ranked units, the range of ranks, the
//! mark of a figure, the depth and the kind of a row. Such a column is there only if a row fills it.

mod book;
mod delimited;
mod disposition;
mod error;
pub mod exchange;
pub mod fault;
mod flat;
pub mod intake;
mod names;

pub use book::{Workbook, xlsx};
pub use delimited::{TextLines, checksum, csv, csv_of_office, csv_plain};
pub use disposition::content_disposition;
pub use error::DocumentError;
