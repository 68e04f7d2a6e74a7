//! From a database and a file store to an archive, while the program goes on working.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use futures_util::TryStreamExt as _;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, ColumnIndex, Database, Decode, Row, Type};

use super::packing::{Packer, Packing};
use super::reading::{check_aside, file_name};
use super::tables::{Column, Kind, LEFT_OUT, Table, tables};
use super::{BackupError, BackupSource, FORMAT, FileEntry, FileFault, FileFaultKind, Manifest, Sealing, TableEntry};
use crate::db::Conn;
use crate::files::{FileDigest, FileError, FileStore};
use crate::migrate::{applied_version, schema_version};
use crate::on;

/// Bytes of rows that are handed over together.
const PIECE: usize = 64 * 1024;

/// Writes the database and the files into an archive, reads it back, and puts it under its name; an older file of that name is replaced then.
///
/// The clock comes in from outside. A file that rows refer to and that is missing or changed is no error:
/// the archive is made without it, and its manifest says so in `file_faults`.
///
/// # Errors
/// When the database or the store does not answer, the database has a schema of another program version,
/// or the archive cannot be written or read back; no file is left then.
pub async fn backup(source: &BackupSource, path: &Path, made_at: DateTime<Utc>, sealing: &Sealing) -> Result<Manifest, BackupError> {
    let known = schema_version(&source.db);
    let found = applied_version(&source.db).await?.unwrap_or(0);
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
        program: source.program.clone(),
        schema_version: known,
        made_at: made_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        tables: Vec::new(),
        files: Vec::new(),
        file_faults: Vec::new(),
        history_heads: Vec::new(),
    };
    let (sealing, keys) = sealing.for_one_archive();
    let mut packer = Packer::begin(&partial, sealing);
    let manifest = match write_archive(source, &mut packer, manifest).await {
        Ok(manifest) => manifest,
        Err(error) => {
            packer.abandon().await;
            return Err(error);
        }
    };
    packer.end().await?;
    // From here on the file is no longer the packer's; it goes when it is not what it should be.
    let leaving = Leaving(Some(partial.clone()));
    let read_back = check_aside(&partial, keys).await?;
    if read_back != manifest {
        return Err(BackupError::Damaged { entry: "manifest.json".to_owned(), row: None });
    }
    rename(&partial, path).map_err(|source| BackupError::Io { path: path.to_owned(), source })?;
    leaving.stay();
    Ok(manifest)
}

/// A file that is removed unless it is told to stay.
struct Leaving(Option<PathBuf>);

impl Leaving {
    fn stay(mut self) {
        self.0 = None;
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            // When even this fails, the name still says that it is partial.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// What the name of an unfinished archive ends with.
pub(super) const PARTIAL: &str = ".partial";

fn partial_name(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(PARTIAL);
    path.with_file_name(name)
}

/// Gives a file its name, lasting also when the machine loses power.
fn rename(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::rename(from, to)?;
    #[cfg(unix)]
    {
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

async fn write_archive(source: &BackupSource, packer: &mut Packer, mut manifest: Manifest) -> Result<Manifest, BackupError> {
    let mut snapshot = source.db.snapshot().await?;
    for table in tables() {
        packer.entry(format!("tables/{}.jsonl", table.name), Packing::Deflated).await?;
        let mut lines = Lines { packer: &mut *packer, digest: Sha256::new(), rows: 0, waiting: Vec::with_capacity(PIECE) };
        write_table(snapshot.conn(), table, &mut lines).await?;
        let (rows, sha256) = lines.end().await?;
        let columns = table.columns.iter().map(|(name, kind)| Column { name: (*name).to_owned(), kind: *kind }).collect();
        manifest.tables.push(TableEntry { table: table.name.to_owned(), columns, rows, sha256: sha256.to_string() });
    }
    let referenced: BTreeSet<FileDigest> = source.knowledge.referenced_files(snapshot.conn()).await?.into_iter().collect();
    manifest.history_heads = source.knowledge.history_heads(snapshot.conn()).await?;
    // The files are immutable; a snapshot held while they are read would only hold up the database.
    drop(snapshot);
    match &source.files {
        Some(store) => write_files(store, &referenced, packer, &mut manifest).await?,
        None => {
            let missing = |sha256| FileFault { sha256, fault: FileFaultKind::Missing };
            manifest.file_faults.extend(referenced.into_iter().map(missing));
        }
    }
    packer.entry("manifest.json".to_owned(), Packing::Deflated).await?;
    let text = serde_json::to_vec_pretty(&manifest).map_err(|error| packing_error(error.into()))?;
    packer.piece(text.into()).await?;
    Ok(manifest)
}

fn packing_error(source: std::io::Error) -> BackupError {
    BackupError::Io { path: PathBuf::from("manifest.json"), source }
}

/// Every file of the store, and every file that the rows refer to.
async fn write_files(
    store: &FileStore,
    referenced: &BTreeSet<FileDigest>,
    packer: &mut Packer,
    manifest: &mut Manifest,
) -> Result<(), BackupError> {
    let mut names: BTreeSet<FileDigest> = store.list().map_ok(|file| file.sha256).try_collect().await?;
    names.extend(referenced);
    for sha256 in names {
        let mut file = match store.get(sha256).await {
            Ok(file) => file,
            Err(FileError::Missing { .. }) => {
                // Listed and gone now: nothing refers to it, and its time of grace was over.
                if referenced.contains(&sha256) {
                    manifest.file_faults.push(FileFault { sha256, fault: FileFaultKind::Missing });
                }
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        packer.entry(file_name(sha256), Packing::Stored).await?;
        let (mut digest, mut size) = (Sha256::new(), 0);
        while let Some(bytes) = file.bytes.try_next().await? {
            digest.update(&bytes);
            size += bytes.len() as u64;
            packer.piece(bytes).await?;
        }
        if FileDigest::from(<[u8; 32]>::from(digest.finalize())) == sha256 {
            manifest.files.push(FileEntry { sha256, size });
        } else {
            // Its bytes stay in the archive, where someone may still find them; the manifest does not vouch for them.
            manifest.file_faults.push(FileFault { sha256, fault: FileFaultKind::Changed });
        }
    }
    Ok(())
}

/// Rows on their way into an entry.
struct Lines<'a> {
    packer: &'a mut Packer,
    digest: Sha256,
    rows: u64,
    waiting: Vec<u8>,
}

impl Lines<'_> {
    async fn add(&mut self, row: &Value) -> Result<(), BackupError> {
        serde_json::to_writer(&mut self.waiting, row).map_err(|error| packing_error(error.into()))?;
        self.waiting.push(b'\n');
        self.rows += 1;
        if self.waiting.len() >= PIECE { self.hand_over().await } else { Ok(()) }
    }

    async fn hand_over(&mut self) -> Result<(), BackupError> {
        self.digest.update(&self.waiting);
        let piece = std::mem::replace(&mut self.waiting, Vec::with_capacity(PIECE));
        self.packer.piece(Bytes::from(piece)).await
    }

    async fn end(mut self) -> Result<(u64, FileDigest), BackupError> {
        self.hand_over().await?;
        Ok((self.rows, FileDigest::from(<[u8; 32]>::from(self.digest.finalize()))))
    }
}

async fn write_table(conn: Conn<'_>, table: &Table, lines: &mut Lines<'_>) -> Result<(), BackupError> {
    if LEFT_OUT.contains(&table.name) {
        return Ok(());
    }
    let columns: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let is_text = |name: &str| table.columns.iter().any(|(column, kind)| *column == name && *kind == Kind::Text);
    // Byte order on both databases, so that the same content gives the same entry.
    let byte_order = if matches!(conn, Conn::Pg(_)) { " COLLATE \"C\"" } else { "" };
    let order: Vec<String> = table.key.iter().map(|name| format!("{name}{}", if is_text(name) { byte_order } else { "" })).collect();
    // Put together from the constants of this module alone.
    let sql = format!("SELECT {} FROM {} ORDER BY {}", columns.join(", "), table.name, order.join(", "));
    on!(conn, c => {
        let mut stream = sqlx::query(AssertSqlSafe(sql)).fetch(&mut *c);
        while let Some(row) = stream.try_next().await? {
            let values: Vec<Value> = table.columns.iter().enumerate().map(|(index, (_, kind))| value(&row, index, *kind)).collect::<Result<_, _>>()?;
            lines.add(&Value::Array(values)).await?;
        }
    });
    Ok(())
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
