//! A backup holds every row, also while others write; it comes back on either kind of database, or says what is wrong with it.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use platform::backup::{self, BackupError, all_columns, backup, restore};
use platform::{Db, Migrations, migrate};

use crate::bed::{Empty, Kind, execute, lines, now};
use crate::on_both;

async fn bytes_of(db: &Db, folder: &Path, name: &str) -> Vec<u8> {
    let path = folder.join(name);
    backup(db, &path, "test", now()).await.unwrap();
    fs::read(path).unwrap()
}

/// A database with nothing in it, not even a schema.
async fn nothing(folder: &Path) -> Db {
    Db::open_folder(&folder.join("new")).await.unwrap()
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
        let manifest = backup::check(&folder.path().join("a.zip")).unwrap();
        assert!(manifest.rows() > 60_000, "{}", manifest.rows());
        let other = if matches!(bed.db, Db::Lite { .. }) { Kind::Postgres } else { Kind::Sqlite };
        let there = Empty::of(other).await;
        restore(&there.db, &folder.path().join("a.zip")).await.unwrap();
        let second = bytes_of(&there.db, folder.path(), "b.zip").await;
        assert!(first == second, "the archive of the other kind of database has other bytes");
        let home = nothing(folder.path()).await;
        restore(&home, &folder.path().join("b.zip")).await.unwrap();
        assert!(first == bytes_of(&home, folder.path(), "c.zip").await, "the journey changed something");
    }

    async fn a_backup_under_write_load_holds_one_moment(bed: Empty) {
        let folder = tempfile::tempdir().unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let (db, stopped) = (bed.db.clone(), Arc::clone(&stop));
        let writer = tokio::spawn(async move {
            let mut number = 0;
            while !stopped.load(Ordering::SeqCst) {
                number += 1;
                // Two rows that belong together: a backup with only one of them would be torn.
                let sql = format!("INSERT INTO unit (unit, origin) VALUES ('u{number}', 'local'); INSERT INTO source (source, title, issuer, licence, origin) VALUES ('u{number}', 't', 'i', 'l', 'local');");
                execute(&db, &sql).await;
            }
            number
        });
        let mut sizes = Vec::new();
        for name in ["1.zip", "2.zip", "3.zip"] {
            backup(&bed.db, &folder.path().join(name), "test", now()).await.unwrap();
            let manifest = backup::check(&folder.path().join(name)).unwrap();
            let rows = |table: &str| manifest.tables.iter().find(|entry| entry.table == table).map_or(0, |entry| entry.rows);
            assert_eq!(rows("unit"), rows("source"), "{name} is torn");
            sizes.push(rows("unit"));
        }
        stop.store(true, Ordering::SeqCst);
        let written: u64 = writer.await.unwrap();
        assert!(sizes.is_sorted() && sizes.iter().all(|size| *size <= written), "{sizes:?} of {written}");
    }

    async fn a_database_that_holds_something_is_left_alone(bed: Filled) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        backup(&bed.db, &path, "test", now()).await.unwrap();
        let busy = nothing(folder.path()).await;
        migrate(&busy, Migrations::All).await.unwrap();
        execute(&busy, "INSERT INTO unit (unit, origin) VALUES ('mine', 'local')").await;
        let refused = restore(&busy, &path).await.unwrap_err();
        assert!(matches!(&refused, BackupError::NotEmpty { table } if table == "unit"), "{refused}");
        assert_eq!(lines(&busy, "SELECT unit FROM unit").await, ["mine"]);
        assert!(lines(&busy, "SELECT source FROM source").await.is_empty(), "nothing of the backup stayed");
    }
}

#[tokio::test]
async fn a_damaged_or_foreign_file_is_told_and_nothing_is_filled() {
    let bed = Empty::of(Kind::Sqlite).await;
    execute(&bed.db, "INSERT INTO unit (unit, origin) VALUES ('u', 'local')").await;
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.zip");
    let bytes = bytes_of(&bed.db, folder.path(), "whole.zip").await;
    // The unit, the revision, and the heads of the lanes of the history.
    assert_eq!(backup::check(&whole).unwrap().rows(), 2 + platform::history::LANES.unsigned_abs());
    for (name, damaged) in [
        ("empty.zip", Vec::new()),
        ("text.zip", b"not a backup".to_vec()),
        ("cut.zip", bytes[..bytes.len() / 2].to_vec()),
        ("cut-tail.zip", bytes[..bytes.len() - 1].to_vec()),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, damaged).unwrap();
        let refused = backup::check(&path).unwrap_err();
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
        if let Ok(manifest) = backup::check(&path) {
            assert_eq!(manifest.tables, backup::check(&whole).unwrap().tables, "a changed byte at {position} passed");
        }
    }
}

#[tokio::test]
async fn a_backup_that_cannot_be_written_leaves_nothing_half() {
    let bed = Empty::of(Kind::Sqlite).await;
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no/such/folder/a.zip");
    assert!(matches!(backup(&bed.db, &missing, "test", now()).await, Err(BackupError::Io { .. })));
    let occupied = folder.path().join("a-folder");
    fs::create_dir(&occupied).unwrap();
    assert!(matches!(backup(&bed.db, &occupied, "test", now()).await, Err(BackupError::Io { .. })));
    assert!(occupied.is_dir(), "what stood there stays");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no partial file is left");
}
