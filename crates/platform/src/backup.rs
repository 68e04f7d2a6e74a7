//! Backup and restore: the whole database as one archive that does not know which kind of database it came from.
//!
//! An archive is a ZIP file with one entry a table, `tables/NAME.jsonl`, one JSON array a row in the order of the primary key,
//! and `manifest.json` with the schema version, the columns, and rows and SHA-256 of each entry. The same content gives the same entries,
//! from SQLite as from PostgreSQL, so that an archive also moves an installation from one to the other.

mod restoring;
mod tables;
mod writing;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::error::{DbError, OpenError};
pub use restoring::{check, restore};
pub use tables::{Column, Kind, all_columns};
pub use writing::backup;

/// The format this program writes and reads.
const FORMAT: &str = "cchc-backup/1";

/// What an archive says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Name and version of the format.
    pub format: String,
    /// Version of the program that made it.
    pub program: String,
    /// Schema version of the database it came from.
    pub schema_version: i64,
    /// When it was made, RFC 3339.
    pub made_at: String,
    /// The tables, in an order in which they can be filled.
    pub tables: Vec<TableEntry>,
}

impl Manifest {
    /// Number of rows in all tables.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// A table in an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEntry {
    /// Name of the table.
    pub table: String,
    /// Its columns, in the order of the arrays.
    pub columns: Vec<Column>,
    /// Number of rows.
    pub rows: u64,
    /// SHA-256 of the entry's bytes, in hexadecimal digits.
    pub sha256: String,
}

/// Why a backup could not be made, checked or restored.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The archive cannot be written or read.
    #[error("the file {} cannot be written or read", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is not an archive of this program.
    #[error("the file {} is not a backup", path.display())]
    NotABackup {
        /// The file.
        path: PathBuf,
    },
    /// The archive was made by a newer program.
    #[error("the backup has schema version {found}, this program knows versions up to {known}")]
    Newer {
        /// Version in the archive.
        found: i64,
        /// Newest version of this program.
        known: i64,
    },
    /// An entry is not what the manifest says.
    #[error("the entry {entry} of the backup is damaged")]
    Damaged {
        /// The entry.
        entry: String,
        /// The row, from 1, where it could be told.
        row: Option<u64>,
    },
    /// The database to restore into holds something already.
    #[error("the database already holds rows in {table}")]
    NotEmpty {
        /// A table with rows.
        table: String,
    },
    /// The database to restore into cannot be opened or migrated.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}
