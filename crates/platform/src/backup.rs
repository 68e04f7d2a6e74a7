//! Backup and restore: the whole database and every evidence file as one archive that does not know where they came from.
//!
//! An archive is a ZIP file with one entry a table, `tables/NAME.jsonl`, one JSON array a row in the order of the primary key,
//! one entry a file, `files/sha256/ab/…` as in the file store, and `manifest.json` with the schema version, the columns,
//! and rows, sizes and SHA-256 of the entries. The same content gives the same entries, from SQLite as from PostgreSQL,
//! so that an archive also moves an installation from one to the other. It may be encrypted as a whole, in the age format.
//!
//! The tables are one moment of the database; the files are read after it. Files are never changed and are removed only after a time of grace,
//! so every file that the rows of that moment refer to is there to be archived.

mod packing;
mod reading;
mod restoring;
mod rotation;
mod schedule;
mod scheduled;
mod sealing;
mod tables;
mod writing;

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::db::{Conn, Db};
use crate::error::{DbError, OpenError};
use crate::files::{FileDigest, FileError, FileStore};
pub use reading::check;
pub use restoring::{Target, restore};
pub use rotation::{Keep, rotation};
pub use schedule::{archive_name, due, next, time_of};
pub use scheduled::{BackupArchive, BackupPlan, BackupStanding, Finished, Run, run_due, run_scheduled};
pub use sealing::{KeyError, Keys, Sealing, Wants, new_identity};
pub use tables::{Column, Kind, all_columns};
pub use writing::backup;

/// The format this program writes.
const FORMAT: &str = "cchc-backup/2";
/// The formats it reads: the first one had no files.
const FORMATS: [&str; 2] = ["cchc-backup/1", FORMAT];

/// What a backup is made from.
#[derive(Clone)]
pub struct BackupSource {
    /// The database.
    pub db: Db,
    /// The evidence files; nothing where an installation has none.
    pub files: Option<FileStore>,
    /// What the rooms above know about the rows.
    pub knowledge: Arc<dyn Knowledge>,
    /// Version of the program, for the manifest.
    pub program: String,
}

/// An answer read from a snapshot.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<Vec<T>, DbError>> + Send + 'a>>;

/// What the rooms above know about rows; asked inside the snapshot that is archived.
pub trait Knowledge: Send + Sync {
    /// The evidence files that rows refer to. One that is not in the store is told.
    fn referenced_files<'a>(&'a self, _conn: Conn<'a>) -> Answer<'a, FileDigest> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// The newest link of each chain of the history.
    fn history_heads<'a>(&'a self, _conn: Conn<'a>) -> Answer<'a, HistoryHead> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }
}

/// No row refers to a file, and there is no history.
#[derive(Debug, Clone, Copy, Default)]
pub struct NothingKnown;

impl Knowledge for NothingKnown {}

impl BackupSource {
    /// A database alone, without files and without rooms that know more.
    #[must_use]
    pub fn database(db: Db, program: &str) -> Self {
        Self { db, files: None, knowledge: Arc::new(NothingKnown), program: program.to_owned() }
    }
}

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
    /// The evidence files, sorted.
    #[serde(default)]
    pub files: Vec<FileEntry>,
    /// Files that belong to the archive and are not in it, sorted.
    #[serde(default)]
    pub file_faults: Vec<FileFault>,
    /// The newest link of each chain of the history, at the moment of the tables.
    #[serde(default)]
    pub history_heads: Vec<HistoryHead>,
}

impl Manifest {
    /// Number of rows in all tables.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// Number of bytes in all files.
    #[must_use]
    pub fn file_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
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

/// An evidence file in an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its name: SHA-256 of its bytes.
    pub sha256: FileDigest,
    /// Number of bytes.
    pub size: u64,
}

/// An evidence file that could not be archived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileFault {
    /// Its name.
    pub sha256: FileDigest,
    /// What was wrong.
    pub fault: FileFaultKind,
}

/// What was wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileFaultKind {
    /// Rows refer to it, and it is not in the store.
    Missing,
    /// Its bytes are not those that its name says.
    Changed,
}

/// The newest link of a chain of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryHead {
    /// Name of the chain.
    pub lane: String,
    /// Number of the link in it.
    pub sequence: i64,
    /// Hash of the link, in hexadecimal digits.
    pub hash: String,
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
    /// The archive is encrypted, and no key was given.
    #[error("the backup {} is encrypted and wants: {wants:?}", path.display())]
    Sealed {
        /// The file.
        path: PathBuf,
        /// What it wants.
        wants: Wants,
    },
    /// The archive is encrypted for others.
    #[error("the key given does not open the backup {}", path.display())]
    WrongKey {
        /// The file.
        path: PathBuf,
        /// What it wants.
        wants: Wants,
    },
    /// The store to restore into holds a file that is not in the archive.
    #[error("the file store {store} already holds files")]
    StoreNotEmpty {
        /// Name of the store.
        store: String,
        /// One of the files.
        sha256: FileDigest,
    },
    /// The archive holds files, and there is no store to restore them into.
    #[error("the backup holds files, and there is no file store to restore them into")]
    NoStore,
    /// The file store could not be read or written.
    #[error(transparent)]
    Files(#[from] FileError),
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
