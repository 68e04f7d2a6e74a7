//! Files are read back by other programs than the one that wrote them: calamine for XLSX, csv for CSV.
//! What people bring is made here by hand, byte by byte where it matters.
#![expect(clippy::unwrap_used, reason = "helpers of tests: what goes wrong here has failed the test")]

mod book;
mod broken;
mod comma;
mod compare;
mod export;
mod intake;
mod laws;
mod made;
mod reading;
mod report;
mod sample;
