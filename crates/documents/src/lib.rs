//! Tables as files: XLSX for people, CSV for people and programs. Everything is made in memory, so a download needs no disk.

mod csv_file;
mod name;
mod workbook;

pub use csv_file::{csv, csv_plain};
pub use name::content_disposition;
pub use workbook::{DocumentError, Workbook, xlsx};
