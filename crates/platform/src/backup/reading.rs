//! Opening an archive, and reading it to its end.

use std::io::{BufReader, Read as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use super::sealing::Plain;
use super::{BackupError, FORMATS, Keys, Manifest, TableEntry};
use crate::files::FileDigest;

/// Bytes read at a time.
const BUFFER: usize = 64 * 1024;
/// A manifest has at most so many bytes, which is enough for a million files; more is not ours.
const LARGEST_MANIFEST: u64 = 512 * 1024 * 1024;

pub(super) type Archive = ZipArchive<BufReader<Plain>>;

/// Reads an archive to its end: every table and every file must be what the manifest says.
///
/// It waits for the disk; call it beside the tasks.
///
/// # Errors
/// When the file cannot be read or opened with these keys, is no backup, or an entry is damaged.
pub fn check(path: &Path, keys: &Keys) -> Result<Manifest, BackupError> {
    check_until(path, keys, &AtomicBool::new(false))
}

/// The same, until nobody waits for the answer any more.
pub(super) fn check_until(path: &Path, keys: &Keys, given_up: &AtomicBool) -> Result<Manifest, BackupError> {
    let (mut archive, manifest) = open(path, keys)?;
    for entry in &manifest.tables {
        let seen = read_entry(&mut archive, &entry_name(entry), given_up)?;
        if seen.sha256.to_string() != entry.sha256 || seen.lines != entry.rows {
            return Err(damaged(entry_name(entry)));
        }
    }
    for entry in &manifest.files {
        let name = file_name(entry.sha256);
        let seen = read_entry(&mut archive, &name, given_up)?;
        if seen.sha256 != entry.sha256 || seen.size != entry.size {
            return Err(damaged(name));
        }
    }
    Ok(manifest)
}

/// Checks an archive beside the tasks. When the call is dropped, the reading ends soon.
pub(super) async fn check_aside(path: &Path, keys: Keys) -> Result<Manifest, BackupError> {
    struct GiveUp(std::sync::Arc<AtomicBool>);
    impl Drop for GiveUp {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let given_up = std::sync::Arc::new(AtomicBool::new(false));
    let held = GiveUp(std::sync::Arc::clone(&given_up));
    let file = path.to_owned();
    let checked = tokio::task::spawn_blocking(move || check_until(&file, &keys, &given_up)).await;
    drop(held);
    checked.map_err(|error| BackupError::Io { path: path.to_owned(), source: std::io::Error::other(error) })?
}

pub(super) fn open(path: &Path, keys: &Keys) -> Result<(Archive, Manifest), BackupError> {
    let not_a_backup = || BackupError::NotABackup { path: path.to_owned() };
    let mut archive = ZipArchive::new(BufReader::new(Plain::open(path, keys)?)).map_err(|_| not_a_backup())?;
    let mut text = String::new();
    let manifest = archive.by_name("manifest.json").map_err(|_| not_a_backup())?;
    manifest.take(LARGEST_MANIFEST).read_to_string(&mut text).map_err(|_| not_a_backup())?;
    let manifest: Manifest = serde_json::from_str(&text).map_err(|_| not_a_backup())?;
    // Names go into statements, so they are letters and underscores or the file is not ours.
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    let named = |entry: &TableEntry| is_name(&entry.table) && entry.columns.iter().all(|column| is_name(&column.name));
    if !FORMATS.contains(&manifest.format.as_str()) || !manifest.tables.iter().all(named) {
        return Err(not_a_backup());
    }
    Ok((archive, manifest))
}

pub(super) fn entry_name(entry: &TableEntry) -> String {
    format!("tables/{}.jsonl", entry.table)
}

/// The entry of a file: its path in a store.
pub(super) fn file_name(sha256: FileDigest) -> String {
    let digits = sha256.to_string();
    format!("files/sha256/{}/{digits}", &digits[..2])
}

pub(super) fn damaged(entry: String) -> BackupError {
    BackupError::Damaged { entry, row: None }
}

/// What an entry was found to hold.
struct Seen {
    sha256: FileDigest,
    size: u64,
    lines: u64,
}

fn read_entry(archive: &mut Archive, name: &str, given_up: &AtomicBool) -> Result<Seen, BackupError> {
    let mut file = archive.by_name(name).map_err(|_| damaged(name.to_owned()))?;
    let (mut digest, mut size, mut lines, mut buffer) = (Sha256::new(), 0, 0, vec![0; BUFFER]);
    loop {
        let read = file.read(&mut buffer).map_err(|_| damaged(name.to_owned()))?;
        if read == 0 || given_up.load(Ordering::Relaxed) {
            break;
        }
        digest.update(&buffer[..read]);
        size += read as u64;
        lines += buffer[..read].iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
    }
    Ok(Seen { sha256: FileDigest::from(<[u8; 32]>::from(digest.finalize())), size, lines })
}
