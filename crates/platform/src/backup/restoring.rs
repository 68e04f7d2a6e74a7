//! From an archive back to a database and a file store.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::{TryStreamExt as _, stream};
use serde_json::Value;
use sqlx::{AssertSqlSafe, QueryBuilder};
use tokio::sync::mpsc;

use super::reading::{Archive, check_aside, damaged, entry_name, file_name, open};
use super::tables::Kind;
use super::{BackupError, FileEntry, Keys, Manifest, TableEntry};
use crate::db::{Conn, Db};
use crate::files::{FileError, FileStore};
use crate::migrate::{Migrations, migrate, schema_version};
use crate::on;

/// Rows in one statement.
const CHUNK: usize = 200;

/// Where an archive is restored to.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The database; it must be empty.
    pub db: &'a Db,
    /// The file store; it may hold files of this archive already, and no others.
    pub files: Option<&'a FileStore>,
}

/// Fills an empty database and a file store from an archive: the files first, then all rows in one transaction.
///
/// The archive is checked first. An archive of an older schema is filled in at its version and migrated then.
/// Where it breaks off, the database is empty as before, and the same call goes on with the files that are there.
///
/// # Errors
/// When the archive is damaged or newer than the program, the database holds anything or the store holds other files, or one of them refuses.
pub async fn restore(target: Target<'_>, path: &Path, keys: &Keys) -> Result<Manifest, BackupError> {
    let db = target.db;
    let manifest = check_aside(path, keys.clone()).await?;
    let known = schema_version(db);
    if manifest.schema_version > known {
        return Err(BackupError::Newer { found: manifest.schema_version, known });
    }
    let wanted = match target.files {
        Some(store) => files_to_put(store, &manifest).await?,
        None if manifest.files.is_empty() => Vec::new(),
        None => return Err(BackupError::NoStore),
    };
    migrate(db, Migrations::UpTo(manifest.schema_version)).await?;
    for entry in &manifest.tables {
        // Asked before files are put anywhere, and again inside the transaction.
        refuse_rows(db.read().await?.conn(), entry).await?;
    }
    if let Some(store) = target.files {
        put_files(store, path, keys, wanted).await?;
    }
    let (mut archive, _) = open(path, keys)?;
    let mut write = db.write().await?;
    for entry in &manifest.tables {
        refuse_rows(write.conn(), entry).await?;
        if entry.table == "revision" {
            // The one row that a new schema brings with it.
            on!(write.conn(), c => sqlx::query("DELETE FROM revision WHERE value = 0").execute(&mut *c).await.map(drop))?;
        }
        if entry.table == "event_head" {
            // The heads of lanes without events that a new schema brings with it.
            on!(write.conn(), c => sqlx::query("DELETE FROM event_head WHERE sequence = 0").execute(&mut *c).await.map(drop))?;
        }
        fill(write.conn(), &mut archive, entry).await?;
    }
    write.commit().await?;
    migrate(db, Migrations::All).await?;
    Ok(manifest)
}

async fn refuse_rows(conn: Conn<'_>, entry: &TableEntry) -> Result<(), BackupError> {
    let untouched = match entry.table.as_str() {
        "revision" => " WHERE value <> 0",
        "event_head" => " WHERE sequence <> 0",
        _ => "",
    };
    let count = format!("SELECT CAST(COUNT(*) AS BIGINT) FROM {}{untouched}", entry.table);
    let rows: i64 = on!(conn, c => sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut *c).await)?;
    if rows > 0 { Err(BackupError::NotEmpty { table: entry.table.clone() }) } else { Ok(()) }
}

/// The files of the archive that the store does not hold yet, or holds with other bytes.
async fn files_to_put(store: &FileStore, manifest: &Manifest) -> Result<Vec<FileEntry>, BackupError> {
    let mut wanted: BTreeMap<_, _> = manifest.files.iter().map(|entry| (entry.sha256, *entry)).collect();
    let mut there = store.list();
    while let Some(file) = there.try_next().await? {
        if !wanted.contains_key(&file.sha256) {
            return Err(BackupError::StoreNotEmpty { store: store.name().to_owned(), sha256: file.sha256 });
        }
        match store.verify(file.sha256).await {
            Ok(_) => wanted.remove(&file.sha256),
            Err(FileError::Changed { .. } | FileError::Missing { .. }) => continue,
            Err(error) => return Err(error.into()),
        };
    }
    Ok(wanted.into_values().collect())
}

/// Bytes that wait for the store.
const WAITING: usize = 8;
/// Bytes of one piece.
const PIECE: usize = 128 * 1024;

/// Puts files of the archive into the store. One thread reads the archive, this task feeds the store.
async fn put_files(store: &FileStore, path: &Path, keys: &Keys, wanted: Vec<FileEntry>) -> Result<(), BackupError> {
    let (pieces, mut received) = mpsc::channel(WAITING);
    let (file, keys, entries) = (path.to_owned(), keys.clone(), wanted.clone());
    let reader = tokio::task::spawn_blocking(move || send_files(&file, &keys, &entries, &pieces));
    for entry in wanted {
        // An empty piece ends a file. One that breaks off is the reader's fault to tell.
        let bytes = stream::poll_fn(|context| received.poll_recv(context).map(|piece: Option<Bytes>| Some(piece.ok_or(Stopped))));
        let stored = store.put(bytes.try_take_while(|piece| std::future::ready(Ok(!piece.is_empty()))), entry.size).await;
        match stored {
            Ok(stored) if stored.sha256 == entry.sha256 => {}
            Ok(_) | Err(FileError::TooLarge { .. }) => return Err(damaged(file_name(entry.sha256))),
            Err(FileError::BrokenOff { .. }) => break,
            Err(error) => return Err(error.into()),
        }
    }
    reader.await.map_err(|error| BackupError::Io { path: path.to_owned(), source: std::io::Error::other(error) })?
}

/// The reader of the archive has stopped; why, it says itself.
#[derive(Debug, thiserror::Error)]
#[error("the archive could not be read further")]
struct Stopped;

fn send_files(path: &Path, keys: &Keys, wanted: &[FileEntry], pieces: &mpsc::Sender<Bytes>) -> Result<(), BackupError> {
    let (mut archive, _) = open(path, keys)?;
    for entry in wanted {
        let name = file_name(entry.sha256);
        let mut file = archive.by_name(&name).map_err(|_| damaged(name.clone()))?;
        loop {
            let mut piece = Vec::with_capacity(PIECE);
            (&mut file).take(PIECE as u64).read_to_end(&mut piece).map_err(|_| damaged(name.clone()))?;
            let ended = piece.is_empty();
            if pieces.blocking_send(Bytes::from(piece)).is_err() {
                // The store refused; the task that feeds it says why.
                return Ok(());
            }
            if ended {
                break;
            }
        }
    }
    Ok(())
}

async fn fill(mut conn: Conn<'_>, archive: &mut Archive, entry: &TableEntry) -> Result<(), BackupError> {
    let columns: Vec<&str> = entry.columns.iter().map(|column| column.name.as_str()).collect();
    let head = format!("INSERT INTO {} ({}) ", entry.table, columns.join(", "));
    let mut chunk = Vec::with_capacity(CHUNK);
    let file = archive.by_name(&entry_name(entry)).map_err(|_| BackupError::Damaged { entry: entry_name(entry), row: None })?;
    // Entries are read into memory a line at a time, so a table of any size fits.
    for (number, line) in (1..).zip(BufReader::new(file).lines()) {
        let damaged = || BackupError::Damaged { entry: entry_name(entry), row: Some(number) };
        let values: Vec<Value> = serde_json::from_str(&line.map_err(|_| damaged())?).map_err(|_| damaged())?;
        if values.len() != columns.len() {
            return Err(damaged());
        }
        let cells = values.into_iter().zip(&entry.columns).map(|(value, column)| Cell::of(value, column.kind));
        chunk.push(cells.collect::<Option<Vec<Cell>>>().ok_or_else(damaged)?);
        if chunk.len() == CHUNK {
            insert(conn.reborrow(), &head, &chunk).await?;
            chunk.clear();
        }
    }
    if !chunk.is_empty() {
        insert(conn, &head, &chunk).await?;
    }
    Ok(())
}

/// A value of a row.
enum Cell {
    Text(Option<String>),
    Integer(Option<i64>),
    Date(Option<NaiveDate>),
    Time(Option<DateTime<Utc>>),
}

impl Cell {
    /// The value of a JSON cell; nothing where it is not of its kind.
    fn of(value: Value, kind: Kind) -> Option<Self> {
        let text = |value: Value| match value {
            Value::Null => Some(None),
            Value::String(text) => Some(Some(text)),
            _ => None,
        };
        Some(match kind {
            Kind::Text => Self::Text(text(value)?),
            Kind::Integer => Self::Integer(match value {
                Value::Null => None,
                other => Some(other.as_i64()?),
            }),
            Kind::Date => Self::Date(text(value)?.map(|day| day.parse()).transpose().ok()?),
            Kind::Time => Self::Time(text(value)?.map(|time| time.parse()).transpose().ok()?),
        })
    }
}

async fn insert(conn: Conn<'_>, head: &str, rows: &[Vec<Cell>]) -> Result<(), BackupError> {
    on!(conn, c => {
        let mut builder = QueryBuilder::new(head);
        builder.push_values(rows, |mut binder, row| {
            for cell in row {
                match cell {
                    Cell::Text(text) => binder.push_bind(text),
                    Cell::Integer(number) => binder.push_bind(number),
                    Cell::Date(day) => binder.push_bind(day),
                    Cell::Time(time) => binder.push_bind(time),
                };
            }
        });
        builder.build().execute(&mut *c).await?;
    });
    Ok(())
}
