//! From an archive back to a database, or only to the certainty that it could be.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, QueryBuilder};
use zip::ZipArchive;

use super::tables::Kind;
use super::{BackupError, FORMAT, Manifest, TableEntry};
use crate::db::{Conn, Db};
use crate::migrate::{Migrations, migrate, schema_version};
use crate::on;

/// Rows in one statement.
const CHUNK: usize = 200;

type Archive = ZipArchive<BufReader<File>>;

/// Reads an archive to its end: every entry must be what the manifest says.
///
/// # Errors
/// When the file cannot be read, is no backup, or an entry is damaged.
pub fn check(path: &Path) -> Result<Manifest, BackupError> {
    let (mut archive, manifest) = open(path)?;
    for entry in &manifest.tables {
        verify(&mut archive, entry)?;
    }
    Ok(manifest)
}

/// Fills an empty database from an archive, in one transaction: all of it or nothing.
///
/// The archive is checked first. An archive of an older schema is filled in at its version and migrated then.
///
/// # Errors
/// When the archive is damaged or newer than the program, the database holds anything already, or it refuses.
pub async fn restore(db: &Db, path: &Path) -> Result<Manifest, BackupError> {
    let manifest = check(path)?;
    let known = schema_version(db);
    if manifest.schema_version > known {
        return Err(BackupError::Newer { found: manifest.schema_version, known });
    }
    migrate(db, Migrations::UpTo(manifest.schema_version)).await?;
    let (mut archive, _) = open(path)?;
    let mut write = db.write().await?;
    for entry in &manifest.tables {
        if entry.table == "revision" {
            // The one row that a new schema brings with it.
            on!(write.conn(), c => sqlx::query("DELETE FROM revision WHERE value = 0").execute(&mut *c).await.map(drop))?;
        }
        if entry.table == "event_head" {
            // The heads of lanes without events that a new schema brings with it.
            on!(write.conn(), c => sqlx::query("DELETE FROM event_head WHERE sequence = 0").execute(&mut *c).await.map(drop))?;
        }
        let count = format!("SELECT CAST(COUNT(*) AS BIGINT) FROM {}", entry.table);
        let rows: i64 = on!(write.conn(), c => sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut *c).await)?;
        if rows > 0 {
            return Err(BackupError::NotEmpty { table: entry.table.clone() });
        }
        fill(write.conn(), &mut archive, entry).await?;
    }
    write.commit().await?;
    migrate(db, Migrations::All).await?;
    Ok(manifest)
}

fn open(path: &Path) -> Result<(Archive, Manifest), BackupError> {
    let refuse = |source| BackupError::Io { path: path.to_owned(), source };
    let not_a_backup = || BackupError::NotABackup { path: path.to_owned() };
    let mut archive = ZipArchive::new(BufReader::new(File::open(path).map_err(refuse)?)).map_err(|_| not_a_backup())?;
    let mut text = String::new();
    archive.by_name("manifest.json").map_err(|_| not_a_backup())?.read_to_string(&mut text).map_err(|_| not_a_backup())?;
    let manifest: Manifest = serde_json::from_str(&text).map_err(|_| not_a_backup())?;
    // Names go into statements, so they are letters, digits and underscores or the file is not ours.
    let is_sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(is_sign);
    let named = |entry: &TableEntry| is_name(&entry.table) && entry.columns.iter().all(|column| is_name(&column.name));
    if manifest.format != FORMAT || !manifest.tables.iter().all(named) {
        return Err(not_a_backup());
    }
    Ok((archive, manifest))
}

fn entry_name(entry: &TableEntry) -> String {
    format!("tables/{}.jsonl", entry.table)
}

fn verify(archive: &mut Archive, entry: &TableEntry) -> Result<(), BackupError> {
    let name = entry_name(entry);
    let damaged = || BackupError::Damaged { entry: entry_name(entry), row: None };
    let mut file = archive.by_name(&name).map_err(|_| damaged())?;
    let (mut digest, mut rows, mut buffer) = (Sha256::new(), 0u64, vec![0; 64 * 1024]);
    loop {
        let read = file.read(&mut buffer).map_err(|_| damaged())?;
        if read == 0 {
            break;
        }
        digest.update(&buffer[..read]);
        rows += buffer[..read].iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
    }
    let sha256: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    if sha256 == entry.sha256 && rows == entry.rows { Ok(()) } else { Err(damaged()) }
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
