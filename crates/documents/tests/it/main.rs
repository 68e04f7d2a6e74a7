//! Files are read back by other programs than the one that wrote them: calamine for XLSX, csv for CSV.
#![expect(clippy::unwrap_used, reason = "helpers of tests: what goes wrong here has failed the test")]

mod book;
mod comma;
mod sample;
