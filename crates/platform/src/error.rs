//! What can be wrong with a database, told apart by what a person can do about it.

use std::path::PathBuf;

use thiserror::Error;

/// What kind of trouble a database call met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DbFault {
    /// Another program holds the write lock; trying again later helps.
    Locked,
    /// The server or the file cannot be reached; trying again later helps.
    Unreachable,
    /// The disk is full.
    DiskFull,
    /// The file or its folder may not be written.
    ReadOnly,
    /// The file is not a database or is damaged.
    Damaged,
    /// A fault of the program.
    Internal,
}

/// A database call that failed. The message names the kind; the cause is for the log.
#[derive(Debug, Error)]
#[error("database call failed ({fault:?})")]
pub struct DbError {
    /// What kind of trouble it was.
    pub fault: DbFault,
    /// What the driver said.
    #[source]
    pub source: sqlx::Error,
}

impl From<sqlx::Error> for DbError {
    fn from(source: sqlx::Error) -> Self {
        Self { fault: classify(&source), source }
    }
}

fn classify(error: &sqlx::Error) -> DbFault {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => DbFault::Unreachable,
        sqlx::Error::Database(cause) => match cause.code().as_deref() {
            // SQLite result codes, the low byte is the primary one; PostgreSQL SQLSTATE classes 53, 55 and 57.
            Some(code) if code.len() < 5 => code.parse::<u32>().map_or(DbFault::Internal, |code| match code & 0xff {
                5 | 6 => DbFault::Locked,
                8 => DbFault::ReadOnly,
                13 => DbFault::DiskFull,
                10 | 14 => DbFault::Unreachable,
                11 | 26 => DbFault::Damaged,
                _ => DbFault::Internal,
            }),
            Some("53100") => DbFault::DiskFull,
            Some("25006") => DbFault::ReadOnly,
            Some("55P03" | "40001" | "40P01") => DbFault::Locked,
            Some(code) if code.starts_with("57P") || code.starts_with("08") || code == "53300" => DbFault::Unreachable,
            _ => DbFault::Internal,
        },
        _ => DbFault::Internal,
    }
}

/// Why a database could not be opened for work.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The data folder cannot be made or written.
    #[error("the data folder {} cannot be written", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The address of the database is not understood.
    #[error("the database address is not understood; it begins with postgres:// or sqlite:")]
    Address,
    /// The database was written by a newer program.
    #[error("the database has schema version {found}, this program knows versions up to {known}")]
    Newer {
        /// Version in the database.
        found: i64,
        /// Newest version of this program.
        known: i64,
    },
    /// A migration that the database has seen is not the one in this program.
    #[error("migration {version} in the database is not the one in this program")]
    Changed {
        /// Version of the migration.
        version: i64,
    },
    /// The database cannot be used.
    #[error(transparent)]
    Db(#[from] DbError),
}
