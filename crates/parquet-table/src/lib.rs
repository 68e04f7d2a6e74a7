//! Apache Parquet files as the tables that engines read: the same rows as CSV, with every digit.
//!
//! Parquet is what statistical programs hand on (R `arrow`, pandas, Polars, DuckDB). The engines of this house read text tables with located
//! faults; so a Parquet file becomes such a table first, and one file gives one answer, whichever way it came.
//!
//! No file is opened here: bytes come in, text goes out. Columns may be whole numbers, decimals, floating numbers, yes or no, text, days and
//! moments; nested columns are refused by name. Missing values become empty fields.

mod fields;

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use parquet::basic::{Compression, ConvertedType};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Row;
use parquet::schema::types::Type;
use thiserror::Error;

/// How yes and no are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YesNo {
    /// `yes` and `no`, as index tables have them.
    Words,
    /// `1` and `0`, as tables of answers have them.
    Digits,
}

/// Why a file is no table.
#[derive(Debug, Error)]
pub enum ParquetFault {
    /// The bytes are no Parquet file, or one that was cut or damaged.
    #[error("the file is not Parquet, or is damaged: {0}")]
    Damaged(String),
    /// Columns that are compressed in a way this program does not read.
    #[error("columns compressed with {method}: {}", .columns.join(", "))]
    Compression {
        /// Name of the compression.
        method: &'static str,
        /// Their names.
        columns: Vec<String>,
    },
    /// Columns that hold lists, groups or maps, or bytes that are no text.
    #[error("columns that are no plain values: {}", .columns.join(", "))]
    NotPlain {
        /// Their names.
        columns: Vec<String>,
    },
    /// A value that cannot be written: bytes that are no text, or a number that is not finite.
    #[error("row {row}, column {column}: {what}")]
    Value {
        /// Row, from 1.
        row: usize,
        /// Name of the column.
        column: String,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// The beginning of every Parquet file.
const MAGIC: &[u8] = b"PAR1";

/// Whether bytes begin as a Parquet file does.
#[must_use]
pub fn is_parquet(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The table of a Parquet file as CSV, with a heading.
///
/// # Errors
/// See [`ParquetFault`]. A damaged file is told, whatever it does to the reader.
pub fn to_csv(bytes: Vec<u8>, yes_no: YesNo) -> Result<Vec<u8>, ParquetFault> {
    // The library gives up on some damaged files by a panic; for whoever hands in such a file that is a fault of the file.
    catch_unwind(AssertUnwindSafe(|| read(Bytes::from(bytes), yes_no)))
        .unwrap_or_else(|_| Err(ParquetFault::Damaged("its parts contradict each other".to_owned())))
}

fn damaged(error: &ParquetError) -> ParquetFault {
    ParquetFault::Damaged(error.to_string())
}

fn read(bytes: Bytes, yes_no: YesNo) -> Result<Vec<u8>, ParquetFault> {
    let reader = SerializedFileReader::new(bytes).map_err(|error| damaged(&error))?;
    let schema = reader.metadata().file_metadata().schema();
    let columns: Vec<String> = schema.get_fields().iter().map(|field| field.name().to_owned()).collect();
    let nested: Vec<String> = schema.get_fields().iter().filter(|field| !is_plain(field)).map(|field| field.name().to_owned()).collect();
    if !nested.is_empty() {
        return Err(ParquetFault::NotPlain { columns: nested });
    }
    refuse_compression(&reader)?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let unwritten = |error: csv::Error| ParquetFault::Damaged(error.to_string());
    writer.write_record(&columns).map_err(unwritten)?;
    let rows = reader.get_row_iter(None).map_err(|error| damaged(&error))?;
    let mut line = Vec::with_capacity(columns.len());
    for (number, row) in rows.enumerate() {
        let row: Row = row.map_err(|error| damaged(&error))?;
        line.clear();
        for (column, field) in row.get_column_iter() {
            let text = fields::text(field, yes_no);
            line.push(text.map_err(|what| ParquetFault::Value { row: number + 1, column: column.clone(), what })?);
        }
        writer.write_record(&line).map_err(unwritten)?;
    }
    writer.into_inner().map_err(|error| ParquetFault::Damaged(error.to_string()))
}

/// Refuses columns whose compression is known to the format and not to this program: the file is whole, and another setting helps.
fn refuse_compression(reader: &SerializedFileReader<Bytes>) -> Result<(), ParquetFault> {
    let chunks = reader.metadata().row_groups().iter().flat_map(|group| group.columns());
    let mut found: Option<(&'static str, Vec<String>)> = None;
    for chunk in chunks {
        let method = match chunk.compression() {
            Compression::BROTLI(_) => "Brotli",
            Compression::LZO => "LZO",
            _ => continue,
        };
        let (first, columns) = found.get_or_insert_with(|| (method, Vec::new()));
        let name = chunk.column_path().string();
        if *first == method && !columns.contains(&name) {
            columns.push(name);
        }
    }
    found.map_or(Ok(()), |(method, columns)| Err(ParquetFault::Compression { method, columns }))
}

/// Whether a column holds one value a row.
fn is_plain(field: &Type) -> bool {
    let basic = field.get_basic_info();
    let repeated = basic.has_repetition() && basic.repetition() == parquet::basic::Repetition::REPEATED;
    let kind = basic.converted_type();
    field.is_primitive() && !repeated && !matches!(kind, ConvertedType::INTERVAL | ConvertedType::BSON)
}
