//! From a database to an archive, while the program goes on working.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use futures_util::TryStreamExt as _;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, ColumnIndex, Database, Decode, Row, Type};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::tables::{Column, Kind, LEFT_OUT, TABLES, Table};
use super::{BackupError, FORMAT, Manifest, TableEntry};
use crate::db::{Conn, Db};
use crate::migrate::{applied_version, schema_version};
use crate::on;

/// Writes the database into an archive. The file appears under its name only when it is whole; an older file of that name is replaced then.
///
/// `program` and `made_at` go into the manifest; the clock comes in from outside.
///
/// # Errors
/// When the database does not answer, has a schema of another program version, or the file cannot be written; no file is left then.
pub async fn backup(db: &Db, path: &Path, program: &str, made_at: DateTime<Utc>) -> Result<Manifest, BackupError> {
    let known = schema_version(db);
    let found = applied_version(db).await?.unwrap_or(0);
    if found != known {
        return Err(BackupError::Newer { found, known });
    }
    // Only a file is replaced: a device or a folder of this name stays what it is.
    if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        let source = std::io::Error::new(std::io::ErrorKind::InvalidInput, "not a regular file");
        return Err(BackupError::Io { path: path.to_owned(), source });
    }
    let partial = partial_name(path);
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        program: program.to_owned(),
        schema_version: known,
        made_at: made_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        tables: Vec::new(),
    };
    let outcome = write_archive(db, &partial, manifest).await;
    let finished = outcome.and_then(|manifest| {
        std::fs::rename(&partial, path).map_err(|source| BackupError::Io { path: path.to_owned(), source })?;
        Ok(manifest)
    });
    if finished.is_err() {
        // Half a backup is worse than none; when even this fails, the name still says that it is partial.
        let _ = std::fs::remove_file(&partial);
    }
    finished
}

fn partial_name(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    path.with_file_name(name)
}

async fn write_archive(db: &Db, path: &Path, mut manifest: Manifest) -> Result<Manifest, BackupError> {
    let refuse = |source| BackupError::Io { path: path.to_owned(), source };
    let mut zip = ZipWriter::new(BufWriter::new(File::create(path).map_err(refuse)?));
    // A fixed time and large-file marks: the same content gives the same bytes, whatever its size.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
    let mut snapshot = db.snapshot().await?;
    for table in TABLES {
        zip.start_file(format!("tables/{}.jsonl", table.name), options).map_err(|error| refuse(error.into()))?;
        let mut digest = Sha256::new();
        let mut write = |line: &[u8]| {
            digest.update(line);
            zip.write_all(line)
        };
        let rows = write_table(snapshot.conn(), table, &mut write).await.map_err(|error| match error {
            Trouble::Db(error) => error.into(),
            Trouble::Io(source) => refuse(source),
        })?;
        let columns = table.columns.iter().map(|(name, kind)| Column { name: (*name).to_owned(), kind: *kind }).collect();
        let sha256 = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        manifest.tables.push(TableEntry { table: table.name.to_owned(), columns, rows, sha256 });
    }
    zip.start_file("manifest.json", options).map_err(|error| refuse(error.into()))?;
    let text = serde_json::to_vec_pretty(&manifest).map_err(|error| refuse(error.into()))?;
    zip.write_all(&text).map_err(refuse)?;
    let file = zip.finish().map_err(|error| refuse(error.into()))?;
    let file = file.into_inner().map_err(|error| refuse(error.into_error()))?;
    file.sync_all().map_err(refuse)?;
    Ok(manifest)
}

enum Trouble {
    Db(sqlx::Error),
    Io(std::io::Error),
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error)
    }
}

async fn write_table(conn: Conn<'_>, table: &Table, write: &mut impl FnMut(&[u8]) -> std::io::Result<()>) -> Result<u64, Trouble> {
    if LEFT_OUT.contains(&table.name) {
        return Ok(0);
    }
    let columns: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let is_text = |name: &str| table.columns.iter().any(|(column, kind)| *column == name && *kind == Kind::Text);
    // Byte order on both databases, so that the same content gives the same entry.
    let byte_order = if matches!(conn, Conn::Pg(_)) { " COLLATE \"C\"" } else { "" };
    let order: Vec<String> = table.key.iter().map(|name| format!("{name}{}", if is_text(name) { byte_order } else { "" })).collect();
    // Put together from the constants of this module alone.
    let sql = format!("SELECT {} FROM {} ORDER BY {}", columns.join(", "), table.name, order.join(", "));
    let mut rows = 0;
    on!(conn, c => {
        let mut stream = sqlx::query(AssertSqlSafe(sql)).fetch(&mut *c);
        while let Some(row) = stream.try_next().await? {
            let values: Vec<Value> = table.columns.iter().enumerate().map(|(index, (_, kind))| value(&row, index, *kind)).collect::<Result<_, _>>()?;
            let mut line = Value::Array(values).to_string();
            line.push('\n');
            write(line.as_bytes()).map_err(Trouble::Io)?;
            rows += 1;
        }
    });
    Ok(rows)
}

fn value<R>(row: &R, index: usize, kind: Kind) -> Result<Value, sqlx::Error>
where
    R: Row,
    usize: ColumnIndex<R>,
    for<'r> Option<String>: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> Option<NaiveDate>: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> Option<DateTime<Utc>>: Decode<'r, R::Database> + Type<R::Database>,
    R::Database: Database,
{
    Ok(match kind {
        Kind::Text => row.try_get::<Option<String>, _>(index)?.into(),
        Kind::Integer => row.try_get::<Option<i64>, _>(index)?.into(),
        Kind::Date => row.try_get::<Option<NaiveDate>, _>(index)?.map(|day| day.to_string()).into(),
        Kind::Time => row.try_get::<Option<DateTime<Utc>>, _>(index)?.map(|time| time.to_rfc3339_opts(SecondsFormat::Micros, true)).into(),
    })
}
