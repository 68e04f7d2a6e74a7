//! Rows and store compared: what a backup must hold, what may be taken away, what is missing.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use platform::files::{FileDigest, FileError, FileStore, Removed};
use platform::{Conn, DbError, on};
use sqlx::query_as;

use crate::{Evidence, EvidenceError};

/// Every file that a row refers to, sorted.
///
/// # Errors
/// When the database does not answer.
pub async fn referenced_files(conn: Conn<'_>) -> Result<Vec<FileDigest>, DbError> {
    const SQL: &str = "SELECT DISTINCT sha256 FROM evidence_file ORDER BY sha256";
    let rows: Vec<(String,)> = on!(conn, c => query_as(SQL).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().filter_map(|(sha256,)| sha256.parse().ok()).collect())
}

/// How many files rows refer to, and their bytes together; a file that serves many counts once.
///
/// # Errors
/// When the database does not answer.
pub async fn totals(conn: Conn<'_>) -> Result<(i64, i64), DbError> {
    const SQL: &str = "SELECT CAST(COUNT(*) AS BIGINT), CAST(COALESCE(SUM(size), 0) AS BIGINT) \
        FROM (SELECT DISTINCT sha256, size FROM evidence_file) AS file";
    Ok(on!(conn, c => query_as(SQL).fetch_one(&mut *c).await)?)
}

/// Takes away the files that no row refers to and that were last put in before `older_than`, which lies days back:
/// between an upload and its row passes a time. Where no row refers to any file nothing is taken away: the database may be another one
/// than the store belongs to.
///
/// # Errors
/// When the database or the store does not answer.
pub async fn remove_unreferenced(evidence: &Evidence, older_than: DateTime<Utc>) -> Result<Removed, EvidenceError> {
    let mut read = evidence.db.read().await?;
    let referenced: BTreeSet<FileDigest> = referenced_files(read.conn()).await?.into_iter().collect();
    drop(read);
    if referenced.is_empty() {
        return Ok(Removed::default());
    }
    Ok(evidence.files.remove_unreferenced(&referenced, older_than).await?)
}

/// What is wrong with a file that a row refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It is not in the store.
    Missing,
    /// It has another number of bytes than the row says.
    OtherSize {
        /// Bytes in the store.
        found: u64,
    },
    /// Its bytes are others than when it came.
    Changed,
}

/// A file that is not in the store as its row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileTrouble {
    /// The piece.
    pub evidence: String,
    /// Its title.
    pub title: String,
    /// The version.
    pub position: i64,
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
    /// What is wrong.
    pub trouble: Trouble,
}

/// Reads every file that a row refers to from the store; answers how many there are, and those that are not as they should be.
///
/// # Errors
/// When the database or the store does not answer.
pub async fn troubles(conn: Conn<'_>, store: &FileStore) -> Result<(usize, Vec<FileTrouble>), EvidenceError> {
    const SQL: &str = "SELECT f.evidence, e.title, f.position, f.sha256, f.size FROM evidence_file f JOIN evidence e ON e.evidence = f.evidence \
        ORDER BY f.sha256, f.evidence, f.position";
    let rows: Vec<(String, String, i64, String, i64)> = on!(conn, c => query_as(SQL).fetch_all(&mut *c).await).map_err(DbError::from)?;
    let mut found = Vec::new();
    let mut asked: Option<(String, Result<u64, Trouble>)> = None;
    let count = rows.len();
    for (evidence, title, position, sha256, size) in rows {
        let in_store = match &asked {
            Some((known, answer)) if *known == sha256 => *answer,
            _ => {
                let answer = match sha256.parse::<FileDigest>() {
                    Ok(digest) => in_store(store, digest).await?,
                    Err(_) => Err(Trouble::Missing),
                };
                asked = Some((sha256.clone(), answer));
                answer
            }
        };
        let trouble = match in_store {
            Err(trouble) => Some(trouble),
            Ok(bytes) if i64::try_from(bytes) != Ok(size) => Some(Trouble::OtherSize { found: bytes }),
            Ok(_) => None,
        };
        found.extend(trouble.map(|trouble| FileTrouble { evidence, title, position, sha256, trouble }));
    }
    Ok((count, found))
}

/// The length of a file whose bytes are those that its name claims.
async fn in_store(store: &FileStore, digest: FileDigest) -> Result<Result<u64, Trouble>, EvidenceError> {
    match store.verify(digest).await {
        Ok(size) => Ok(Ok(size)),
        Err(FileError::Missing { .. }) => Ok(Err(Trouble::Missing)),
        Err(FileError::Changed { .. }) => match store.size(digest).await? {
            Some(_) => Ok(Err(Trouble::Changed)),
            None => Ok(Err(Trouble::Missing)),
        },
        Err(error) => Err(error.into()),
    }
}
