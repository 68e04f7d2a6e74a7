//! A backup holds every row and every file, also while others write; it comes back on either kind of database, or says what is wrong with it.

use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::{TryStreamExt as _, stream};
use platform::backup::{
    self, Answer, BackupError, BackupSource, FileFaultKind, HistoryHead, Keys, Knowledge, Manifest, Sealing, Target, Wants, all_columns,
    new_identity,
};
use platform::files::{FileDigest, FilePlace, FileStore};
use platform::{Conn, Db, ExposeSecret as _, Migrations, SecretString, migrate};
use sha2::{Digest as _, Sha256};
use test_support::{DatabaseKind, on_both};

use crate::bed::{Empty, Filled, execute, lines, now};

fn database(db: &Db) -> BackupSource {
    BackupSource::database(db.clone(), "test")
}

async fn backup(db: &Db, path: &Path) -> Result<Manifest, BackupError> {
    backup::backup(&database(db), path, now(), &Sealing::Open).await
}

async fn restore(db: &Db, path: &Path) -> Result<Manifest, BackupError> {
    backup::restore(Target { db, files: None }, path, &Keys::default()).await
}

fn read_back(path: &Path) -> Result<Manifest, BackupError> {
    backup::check(path, &Keys::default())
}

async fn bytes_of(db: &Db, folder: &Path, name: &str) -> Vec<u8> {
    let path = folder.join(name);
    backup(db, &path).await.unwrap();
    fs::read(path).unwrap()
}

/// A database with nothing in it, not even a schema.
async fn nothing(folder: &Path) -> Db {
    Db::open_folder(&folder.join("new")).await.unwrap()
}

async fn store(folder: PathBuf) -> FileStore {
    FileStore::open(FilePlace::Folder(folder)).await.unwrap()
}

async fn put(store: &FileStore, bytes: &[u8]) -> FileDigest {
    let bytes = bytes.to_vec();
    store.put(stream::iter([Ok::<_, Infallible>(bytes.into())]), u64::MAX).await.unwrap().sha256
}

/// Every file of a store, its bytes read and hashed.
async fn files(store: &FileStore) -> Vec<FileDigest> {
    let mut names: Vec<FileDigest> = store.list().map_ok(|file| file.sha256).try_collect().await.unwrap();
    names.sort_unstable();
    for name in &names {
        store.verify(*name).await.unwrap();
    }
    names
}

/// Rows that refer to files: the notes of units, one digest a note, where they are long enough for one.
struct Notes;

impl Knowledge for Notes {
    fn referenced_files<'a>(&'a self, conn: Conn<'a>) -> Answer<'a, FileDigest> {
        Box::pin(async move {
            let sql = "SELECT note FROM source WHERE origin = 'local' AND note IS NOT NULL";
            let notes: Vec<String> = platform::on!(conn, c => sqlx::query_scalar(sql).fetch_all(&mut *c).await)?;
            Ok(notes.iter().filter_map(|note| note.parse().ok()).collect())
        })
    }

    fn history_heads<'a>(&'a self, conn: Conn<'a>) -> Answer<'a, HistoryHead> {
        Box::pin(async move {
            let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM source";
            let sequence: i64 = platform::on!(conn, c => sqlx::query_scalar(sql).fetch_one(&mut *c).await)?;
            Ok(vec![HistoryHead { lane: "main".into(), sequence, hash: "00ff".into() }])
        })
    }
}

async fn refer(db: &Db, name: &str, sha256: FileDigest) {
    let sql =
        format!("INSERT INTO source (source, title, issuer, licence, note, origin) VALUES ('{name}', 't', 'i', 'l', '{sha256}', 'local')");
    execute(db, &sql).await;
}

on_both! {
    async fn every_table_and_column_of_the_schema_is_in_a_backup(bed: Empty) {
        let sql = if matches!(bed.db, Db::Lite { .. }) {
            "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> '_sqlx_migrations'"
        } else {
            "SELECT table_name || '.' || column_name FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'"
        };
        let mut found = lines(&bed.db, sql).await;
        found.sort_unstable();
        assert_eq!(found, all_columns());
    }

    async fn a_backup_is_the_same_again_after_a_journey_over_the_other_kind(bed: Filled) {
        let folder = tempfile::tempdir().unwrap();
        let first = bytes_of(&bed.db, folder.path(), "a.zip").await;
        let manifest = read_back(&folder.path().join("a.zip")).unwrap();
        assert!(manifest.rows() > 60_000, "{}", manifest.rows());
        let there = Empty::of(bed.kind().other()).await;
        restore(&there.db, &folder.path().join("a.zip")).await.unwrap();
        let second = bytes_of(&there.db, folder.path(), "b.zip").await;
        assert!(first == second, "the archive of the other kind of database has other bytes");
        let home = nothing(folder.path()).await;
        restore(&home, &folder.path().join("b.zip")).await.unwrap();
        assert!(first == bytes_of(&home, folder.path(), "c.zip").await, "the journey changed something");
    }

    async fn a_backup_under_write_load_holds_one_moment_with_all_its_files(bed: Empty) {
        let folder = tempfile::tempdir().unwrap();
        let evidence = store(folder.path().join("files")).await;
        let stop = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..3).map(|writer| {
            let (db, evidence, stopped) = (bed.db.clone(), evidence.clone(), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut number = 0u64;
                while !stopped.load(Ordering::SeqCst) {
                    number += 1;
                    // The file first, then its row; and two rows that belong together: a backup with only one of them would be torn.
                    let sha256 = put(&evidence, format!("evidence {writer} {number}").as_bytes()).await;
                    let name = format!("u{writer}-{number}");
                    let sql = format!("INSERT INTO unit (unit, origin) VALUES ('{name}', 'local'); INSERT INTO source (source, title, issuer, licence, note, origin) VALUES ('{name}', 't', 'i', 'l', '{sha256}', 'local');");
                    execute(&db, &sql).await;
                }
                number
            })
        }).collect();
        let source = BackupSource { files: Some(evidence.clone()), knowledge: Arc::new(Notes), ..database(&bed.db) };
        let mut manifests = Vec::new();
        for name in ["1.zip", "2.zip", "3.zip"] {
            manifests.push(backup::backup(&source, &folder.path().join(name), now(), &Sealing::Open).await.unwrap());
        }
        stop.store(true, Ordering::SeqCst);
        let mut written = 0;
        for writer in writers {
            written += writer.await.unwrap();
        }
        let rows = |manifest: &Manifest, table: &str| manifest.tables.iter().find(|entry| entry.table == table).map_or(0, |entry| entry.rows);
        let sizes: Vec<u64> = manifests.iter().map(|manifest| rows(manifest, "unit")).collect();
        assert!(sizes.is_sorted() && sizes.iter().all(|size| *size <= written) && sizes[2] > 0, "{sizes:?} of {written}");
        for manifest in &manifests {
            assert_eq!(rows(manifest, "unit"), rows(manifest, "source"), "torn");
            assert_eq!(manifest.file_faults, []);
            assert_eq!(manifest.history_heads[0].sequence, i64::try_from(rows(manifest, "source")).unwrap(), "asked in the same moment");
        }
        // Elsewhere: every row that the archive counts, and every file that a row refers to.
        let (there, evidence) = (Empty::of(DatabaseKind::Sqlite).await, store(folder.path().join("there")).await);
        let path = folder.path().join("3.zip");
        backup::restore(Target { db: &there.db, files: Some(&evidence) }, &path, &Keys::default()).await.unwrap();
        let restored = files(&evidence).await;
        assert_eq!(restored, manifests[2].files.iter().map(|file| file.sha256).collect::<Vec<_>>());
        for note in lines(&there.db, "SELECT note FROM source WHERE origin = 'local'").await {
            assert!(restored.binary_search(&note.parse().unwrap()).is_ok(), "{note}");
        }
        let again = BackupSource { files: Some(evidence), knowledge: Arc::new(Notes), ..database(&there.db) };
        let again = backup::backup(&again, &folder.path().join("4.zip"), now(), &Sealing::Open).await.unwrap();
        assert_eq!(again, manifests[2], "the same rows, the same files, from wherever they lie");
    }

    async fn rows_and_files_travel_encrypted_to_the_other_kind_and_back(bed: Empty) {
        let folder = tempfile::tempdir().unwrap();
        let evidence = store(folder.path().join("files")).await;
        for (name, bytes) in [("a", b"".as_slice()), ("b", "Biên bản kiểm tra".as_bytes()), ("c", &vec![7u8; 700_000])] {
            refer(&bed.db, name, put(&evidence, bytes).await).await;
        }
        let (identity, recipient) = new_identity();
        let keys = Keys::default().with_identities(identity.expose_secret()).unwrap();
        let sealing = Sealing::recipients(&[recipient]).unwrap();
        let source = BackupSource { files: Some(evidence.clone()), knowledge: Arc::new(Notes), ..database(&bed.db) };
        let path = folder.path().join("a.zip.age");
        let made = backup::backup(&source, &path, now(), &sealing).await.unwrap();
        assert_eq!((made.files.len(), made.file_bytes()), (3, 700_000 + 22));
        assert_eq!(backup::check(&path, &keys).unwrap(), made);

        let (there, their_files) = (Empty::of(bed.kind().other()).await, store(folder.path().join("there")).await);
        let nowhere = backup::restore(Target { db: &there.db, files: None }, &path, &keys).await.unwrap_err();
        assert!(matches!(nowhere, BackupError::NoStore), "{nowhere}");
        backup::restore(Target { db: &there.db, files: Some(&their_files) }, &path, &keys).await.unwrap();
        let source = BackupSource { db: there.db.clone(), files: Some(their_files), ..source };
        let back = folder.path().join("b.zip.age");
        backup::backup(&source, &back, now(), &sealing).await.unwrap();

        let (home, home_files) = (nothing(folder.path()).await, store(folder.path().join("home")).await);
        assert_eq!(backup::restore(Target { db: &home, files: Some(&home_files) }, &back, &keys).await.unwrap(), made);
        assert_eq!(files(&home_files).await, files(&evidence).await);
        assert_eq!(lines(&home, "SELECT source || note FROM source ORDER BY source").await, lines(&bed.db, "SELECT source || note FROM source ORDER BY source").await);
    }

    async fn a_database_that_holds_something_is_left_alone(bed: Filled) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        let evidence = store(folder.path().join("files")).await;
        put(&evidence, b"a file").await;
        let source = BackupSource { files: Some(evidence), ..database(&bed.db) };
        backup::backup(&source, &path, now(), &Sealing::Open).await.unwrap();
        let (busy, their_files) = (nothing(folder.path()).await, store(folder.path().join("there")).await);
        migrate(&busy, Migrations::All).await.unwrap();
        execute(&busy, "INSERT INTO unit (unit, origin) VALUES ('mine', 'local')").await;
        let refused = backup::restore(Target { db: &busy, files: Some(&their_files) }, &path, &Keys::default()).await.unwrap_err();
        assert!(matches!(&refused, BackupError::NotEmpty { table } if table == "unit"), "{refused}");
        assert_eq!(lines(&busy, "SELECT unit FROM unit").await, ["mine"]);
        assert!(lines(&busy, "SELECT source FROM source").await.is_empty(), "nothing of the backup stayed");
        assert_eq!(files(&their_files).await, [], "no file either");
    }
}

#[tokio::test]
async fn a_store_with_other_files_is_left_alone_and_one_with_the_same_is_filled_up() {
    let bed = Empty::of(DatabaseKind::Sqlite).await;
    let folder = tempfile::tempdir().unwrap();
    let evidence = store(folder.path().join("files")).await;
    let (one, two) = (put(&evidence, b"one").await, put(&evidence, b"two").await);
    let path = folder.path().join("a.zip");
    let source = BackupSource { files: Some(evidence), ..database(&bed.db) };
    backup::backup(&source, &path, now(), &Sealing::Open).await.unwrap();
    let there = store(folder.path().join("there")).await;
    let foreign = put(&there, b"of another installation").await;
    let home = nothing(folder.path()).await;
    let refused = backup::restore(Target { db: &home, files: Some(&there) }, &path, &Keys::default()).await.unwrap_err();
    assert!(matches!(refused, BackupError::StoreNotEmpty { sha256, .. } if sha256 == foreign), "{refused}");
    assert_eq!(files(&there).await, [foreign]);
    // A restore that was broken off: one file is there, another one half under its name by a fault of the disk.
    let again = store(folder.path().join("again")).await;
    put(&again, b"one").await;
    put(&again, b"two").await;
    let digits = two.to_string();
    fs::write(folder.path().join(format!("again/sha256/{}/{digits}", &digits[..2])), b"tw").unwrap();
    backup::restore(Target { db: &home, files: Some(&again) }, &path, &Keys::default()).await.unwrap();
    let mut both = [one, two];
    both.sort_unstable();
    assert_eq!(files(&again).await, both);
}

#[tokio::test]
async fn files_that_are_missing_or_changed_are_told_and_the_rest_is_saved() {
    let bed = Empty::of(DatabaseKind::Sqlite).await;
    let folder = tempfile::tempdir().unwrap();
    let evidence = store(folder.path().join("files")).await;
    let (whole, changed) = (put(&evidence, b"whole").await, put(&evidence, b"changed").await);
    let missing = FileDigest::from(<[u8; 32]>::from(Sha256::digest(b"missing")));
    for (name, sha256) in [("a", whole), ("b", changed), ("c", missing)] {
        refer(&bed.db, name, sha256).await;
    }
    let digits = changed.to_string();
    fs::write(folder.path().join(format!("files/sha256/{}/{digits}", &digits[..2])), b"CHANGED").unwrap();
    let path = folder.path().join("a.zip");
    let source = BackupSource { files: Some(evidence), knowledge: Arc::new(Notes), ..database(&bed.db) };
    let manifest = backup::backup(&source, &path, now(), &Sealing::Open).await.unwrap();
    assert_eq!(manifest.files.iter().map(|file| file.sha256).collect::<Vec<_>>(), [whole]);
    let mut faults: Vec<_> = manifest.file_faults.iter().map(|fault| (fault.sha256, fault.fault)).collect();
    let mut expected = vec![(changed, FileFaultKind::Changed), (missing, FileFaultKind::Missing)];
    faults.sort_unstable();
    expected.sort_unstable();
    assert_eq!(faults, expected);
    assert_eq!(read_back(&path).unwrap(), manifest, "the archive says so itself");
    let without = BackupSource { files: None, ..source };
    let manifest = backup::backup(&without, &path, now(), &Sealing::Open).await.unwrap();
    assert_eq!(manifest.file_faults.len(), 3, "without a store every file is missing");
}

#[tokio::test]
async fn an_encrypted_archive_says_what_it_wants() {
    let bed = Empty::of(DatabaseKind::Sqlite).await;
    let folder = tempfile::tempdir().unwrap();
    let (path, by_words) = (folder.path().join("a.zip"), folder.path().join("b.zip"));
    let (identity, recipient) = new_identity();
    let keys = Keys::default().with_identities(identity.expose_secret()).unwrap();
    let stranger = Keys::default().with_identities(new_identity().0.expose_secret()).unwrap();
    let words = |text: &str| Keys::default().with_passphrase(SecretString::from(text));
    let source = database(&bed.db);
    let made = backup::backup(&source, &path, now(), &Sealing::recipients(&[recipient]).unwrap()).await.unwrap();
    backup::backup(&source, &by_words, now(), &Sealing::Passphrase(SecretString::from("đúng câu"))).await.unwrap();
    for (path, wants, wrong) in [(&path, Wants::Identity, stranger), (&by_words, Wants::Passphrase, words("sai câu"))] {
        assert!(fs::read(path).unwrap().starts_with(b"age-encryption.org/v1\n"), "as the age format says");
        for keys in [Keys::default(), if wants == Wants::Identity { words("đúng câu") } else { keys.clone() }] {
            let refused = backup::check(path, &keys).unwrap_err();
            assert!(matches!(refused, BackupError::Sealed { wants: told, .. } if told == wants), "{refused}");
        }
        let refused = backup::check(path, &wrong).unwrap_err();
        assert!(matches!(refused, BackupError::WrongKey { wants: told, .. } if told == wants), "{refused}");
        let target = nothing(folder.path()).await;
        assert!(backup::restore(Target { db: &target, files: None }, path, &wrong).await.is_err());
    }
    assert_eq!(backup::check(&path, &keys).unwrap(), made);
    assert_eq!(backup::check(&by_words, &words("đúng câu")).unwrap(), made);
    // Cut anywhere, or one bit changed anywhere: never taken for whole.
    let bytes = fs::read(&path).unwrap();
    let damaged = folder.path().join("damaged.zip");
    for length in [10, 60, 250, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&damaged, &bytes[..length]).unwrap();
        assert!(backup::check(&damaged, &keys).is_err(), "cut after {length} bytes");
    }
    for position in (0..bytes.len()).step_by(97) {
        let mut flipped = bytes.clone();
        flipped[position] ^= 0x10;
        fs::write(&damaged, &flipped).unwrap();
        match backup::check(&damaged, &keys) {
            Err(_) => {}
            Ok(_) => panic!("a changed byte at {position} passed"),
        }
    }
}

#[tokio::test]
async fn a_damaged_or_foreign_file_is_told_and_nothing_is_filled() {
    let bed = Empty::of(DatabaseKind::Sqlite).await;
    execute(&bed.db, "INSERT INTO unit (unit, origin) VALUES ('u', 'local')").await;
    let folder = tempfile::tempdir().unwrap();
    let evidence = store(folder.path().join("files")).await;
    put(&evidence, b"a file of evidence").await;
    let whole = folder.path().join("whole.zip");
    let source = BackupSource { files: Some(evidence), ..database(&bed.db) };
    let made = backup::backup(&source, &whole, now(), &Sealing::Open).await.unwrap();
    let bytes = fs::read(&whole).unwrap();
    assert_eq!(read_back(&whole).unwrap(), made);
    // The unit, the revision, and the heads of the lanes of the history.
    assert_eq!((made.rows(), made.files.len()), (2 + platform::history::LANES.unsigned_abs(), 1));
    for (name, damaged) in [
        ("empty.zip", Vec::new()),
        ("text.zip", b"not a backup".to_vec()),
        ("cut.zip", bytes[..bytes.len() / 2].to_vec()),
        ("cut-tail.zip", bytes[..bytes.len() - 1].to_vec()),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, damaged).unwrap();
        let refused = read_back(&path).unwrap_err();
        assert!(matches!(refused, BackupError::NotABackup { .. } | BackupError::Damaged { .. }), "{name}: {refused}");
        let target = nothing(folder.path()).await;
        assert!(restore(&target, &path).await.is_err(), "{name}");
    }
    // One flipped bit anywhere is found, or changes nothing that is read.
    for position in (0..bytes.len()).step_by(7) {
        let mut flipped = bytes.clone();
        flipped[position] ^= 0x10;
        let path = folder.path().join("flipped.zip");
        fs::write(&path, &flipped).unwrap();
        if let Ok(manifest) = read_back(&path) {
            assert_eq!((manifest.tables, manifest.files), (made.tables.clone(), made.files.clone()), "a changed byte at {position} passed");
        }
    }
}

#[tokio::test]
async fn a_backup_that_cannot_be_written_leaves_nothing_half() {
    let bed = Empty::of(DatabaseKind::Sqlite).await;
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no/such/folder/a.zip");
    assert!(matches!(backup(&bed.db, &missing).await, Err(BackupError::Io { .. })));
    let occupied = folder.path().join("a-folder");
    fs::create_dir(&occupied).unwrap();
    assert!(matches!(backup(&bed.db, &occupied).await, Err(BackupError::Io { .. })));
    assert!(occupied.is_dir(), "what stood there stays");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no partial file is left");
    // The database goes away in the middle of the work.
    let before = folder.path().join("before.zip");
    fs::write(&before, b"the backup of yesterday").unwrap();
    bed.db.close().await;
    assert!(matches!(backup(&bed.db, &before).await, Err(BackupError::Db(_))));
    assert_eq!(fs::read(&before).unwrap(), b"the backup of yesterday", "an older file stays until a new one is whole");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}
