//! Backups by schedule: made when due, read back, rotated only after success, and never half under a real name.

use std::convert::Infallible;
use std::fs::{self, File};
use std::path::Path;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use futures_util::{FutureExt as _, StreamExt as _, stream};
use platform::backup::{
    self, Answer, BackupError, BackupPlan, BackupSource, Keep, Keys, Knowledge, Run, Sealing, Target, new_identity, run_due,
};
use platform::files::{FileDigest, FilePlace, FileStore};
use platform::{Conn, Db, ExposeSecret as _, Migrations, migrate};
use test_support::{fresh_object_store, on_both};

use crate::bed::Bed;
use crate::files::{bucket_of, peak_memory};

/// A moment as a clock in Viet Nam shows it.
fn at(text: &str) -> DateTime<Utc> {
    format!("{text}:00+07:00").parse().unwrap()
}

fn plan(folder: &Path) -> BackupPlan {
    let at = vec![NaiveTime::from_hms_opt(2, 0, 0).unwrap()];
    BackupPlan { folder: folder.to_owned(), at, keep: Keep { daily: 2, weekly: 0, monthly: 0 }, sealing: Sealing::Open }
}

async fn source(bed: &Bed) -> BackupSource {
    let db = bed.open().await;
    migrate(&db, Migrations::All).await.unwrap();
    BackupSource::database(db, "test")
}

/// What a folder shows, without the lock.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort_unstable();
    names
}

fn failed(run: Option<Run>) -> BackupError {
    run.unwrap().outcome.unwrap_err()
}

on_both! {
    async fn a_backup_is_made_each_night_read_back_and_old_ones_go(bed: Bed) {
        let folder = tempfile::tempdir().unwrap();
        let (source, plan) = (source(&bed).await, plan(folder.path()));
        fs::write(folder.path().join("truoc-nang-cap.zip"), b"someone's own").unwrap();
        for (now, made) in [("2026-11-20T10:00", true), ("2026-11-20T23:00", false), ("2026-11-21T01:59", false), ("2026-11-21T02:00", true), ("2026-11-22T02:01", true), ("2026-11-22T02:02", false)] {
            let run = run_due(&source, &plan, at(now)).await;
            assert_eq!(run.is_some(), made, "{now}");
            if let Some(run) = run {
                assert!(run.is_whole(), "{:?}", run.outcome);
                let finished = run.outcome.unwrap();
                assert_eq!(finished.size, fs::metadata(&finished.path).unwrap().len());
                assert_eq!(backup::check(&finished.path, &Keys::default()).unwrap(), finished.manifest);
            }
        }
        assert_eq!(names(folder.path()), ["cchc-2026-11-21-020000.zip", "cchc-2026-11-22-020100.zip", "truoc-nang-cap.zip"]);
    }
}

#[tokio::test]
async fn what_a_killed_process_left_is_cleared_away_and_nothing_else() {
    let bed = Bed::sqlite();
    let folder = tempfile::tempdir().unwrap();
    for name in ["cchc-2026-11-20-020000.zip.partial", "cchc-2026-11-20-020000.zip.age.partial", "someone.zip.partial"] {
        fs::write(folder.path().join(name), b"half").unwrap();
    }
    run_due(&source(&bed).await, &plan(folder.path()), at("2026-11-23T02:00")).await.unwrap().outcome.unwrap();
    assert_eq!(names(folder.path()), ["cchc-2026-11-23-020000.zip", "someone.zip.partial"]);
}

#[tokio::test]
async fn a_backup_that_is_dropped_in_the_middle_leaves_nothing() {
    let bed = Bed::sqlite();
    let folder = tempfile::tempdir().unwrap();
    let evidence = FileStore::open(FilePlace::Folder(folder.path().join("files"))).await.unwrap();
    let bytes = stream::iter([Ok::<_, Infallible>(vec![1u8; 3_000_000].into())]);
    evidence.put(bytes, u64::MAX).await.unwrap();
    let backups = folder.path().join("backups");
    fs::create_dir(&backups).unwrap();
    let source = BackupSource { files: Some(evidence), ..source(&bed).await };
    let plan = plan(&backups);
    // Polled a few times, then dropped, at many points of its work.
    for steps in (0..200).step_by(7) {
        let mut run = Box::pin(run_due(&source, &plan, at("2026-11-23T02:00")));
        let mut done = false;
        for _ in 0..steps {
            done = (&mut run).now_or_never().is_some();
            if done {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(run);
        if done {
            break;
        }
        let there = names(&backups);
        assert!(there.iter().all(|name| name.ends_with(".partial")), "after {steps} steps: {there:?}");
    }
    let made = run_due(&source, &plan, at("2026-11-24T02:00")).await.unwrap().outcome.unwrap();
    assert!(backup::check(&made.path, &Keys::default()).is_ok());
    assert!(!names(&backups).iter().any(|name| name.ends_with(".partial")));
}

#[tokio::test]
async fn nothing_is_taken_away_when_a_backup_fails_or_lacks_files() {
    struct Refers;
    impl Knowledge for Refers {
        fn referenced_files<'a>(&'a self, _conn: Conn<'a>) -> Answer<'a, FileDigest> {
            Box::pin(std::future::ready(Ok(vec![FileDigest::from([7; 32])])))
        }
    }
    let bed = Bed::sqlite();
    let folder = tempfile::tempdir().unwrap();
    let source = source(&bed).await;
    let plan = plan(folder.path());
    for day in ["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04"] {
        fs::write(folder.path().join(format!("cchc-{day}-020000.zip")), b"old").unwrap();
    }
    let lacking = BackupSource { knowledge: std::sync::Arc::new(Refers), ..source.clone() };
    let run = run_due(&lacking, &plan, at("2026-11-22T02:00")).await.unwrap();
    assert!(!run.is_whole());
    assert_eq!(run.outcome.unwrap().manifest.file_faults.len(), 1);
    assert_eq!(names(folder.path()).len(), 5, "those before it may still have the file");
    source.db.close().await;
    assert!(matches!(failed(run_due(&source, &plan, at("2026-11-23T02:00")).await), BackupError::Db(_)));
    assert_eq!(names(folder.path()).len(), 5);
    let opened = BackupSource::database(bed.open().await, "test");
    let run = run_due(&opened, &plan, at("2026-11-23T02:20")).await.expect("what failed is due again");
    assert_eq!(run.outcome.unwrap().removed.len(), 4);
    assert_eq!(names(folder.path()), ["cchc-2026-11-22-020000.zip", "cchc-2026-11-23-022000.zip"]);
}

#[tokio::test]
async fn a_folder_that_is_gone_is_told_and_not_made_anew() {
    let bed = Bed::sqlite();
    let folder = tempfile::tempdir().unwrap();
    let gone = folder.path().join("drive");
    let refused = failed(run_due(&source(&bed).await, &plan(&gone), at("2026-11-23T02:00")).await);
    assert!(matches!(&refused, BackupError::Io { path, .. } if *path == gone), "{refused}");
    assert!(!gone.exists(), "a drive that is not mounted is not replaced by a folder");
}

#[tokio::test]
async fn a_full_disk_is_told_and_what_is_there_stays() {
    let bed = Bed::sqlite();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("cchc-2026-11-22-020000.zip"), b"of yesterday").unwrap();
    // The device that is always full stands where the archive is written.
    std::os::unix::fs::symlink("/dev/full", folder.path().join("by-hand.zip.partial")).unwrap();
    let by_hand = backup::backup(&source(&bed).await, &folder.path().join("by-hand.zip"), at("2026-11-23T02:00"), &Sealing::Open).await;
    match by_hand {
        Err(BackupError::Io { source, .. }) => assert_eq!(source.kind(), std::io::ErrorKind::StorageFull),
        other => panic!("{other:?}"),
    }
    assert_eq!(names(folder.path()), ["cchc-2026-11-22-020000.zip"], "no half file, and the old one as it was");
}

#[tokio::test]
async fn one_process_makes_it_and_the_others_leave_it_to_that_one() {
    let bed = Bed::sqlite();
    let folder = tempfile::tempdir().unwrap();
    let (source, plan) = (source(&bed).await, plan(folder.path()));
    let held = File::create(folder.path().join(".cchc-backup.lock")).unwrap();
    held.lock().unwrap();
    assert!(run_due(&source, &plan, at("2026-11-23T02:00")).await.is_none(), "another one is at it");
    drop(held);
    let both = futures_util::future::join(run_due(&source, &plan, at("2026-11-23T02:00")), run_due(&source, &plan, at("2026-11-23T02:00")));
    let (one, other) = both.await;
    assert!(one.is_some() != other.is_some(), "one of two at once");
    assert_eq!(names(folder.path()), ["cchc-2026-11-23-020000.zip"]);
}

#[tokio::test]
async fn a_clock_that_was_set_back_stops_nothing_and_takes_nothing_away() {
    let bed = Bed::sqlite();
    let folder = tempfile::tempdir().unwrap();
    let (source, plan) = (source(&bed).await, plan(folder.path()));
    run_due(&source, &plan, at("2031-01-01T02:00")).await.unwrap().outcome.unwrap();
    run_due(&source, &plan, at("2026-11-22T10:00")).await.expect("due although a later one is there").outcome.unwrap();
    assert!(run_due(&source, &plan, at("2026-11-22T10:01")).await.is_none(), "and only once");
    run_due(&source, &plan, at("2026-11-23T02:00")).await.unwrap().outcome.unwrap();
    let again = run_due(&source, &plan, at("2026-11-22T09:59")).await.expect("set back again").outcome.unwrap();
    assert_eq!(again.removed, [""; 0]);
    assert_eq!(names(folder.path()).len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_goes_into_an_encrypted_backup_and_out_with_little_memory() {
    const BLOCK: usize = 64 * 1024;
    let size = 300 * 1024 * 1024u64;
    let (bed, home) = (Bed::sqlite(), Bed::sqlite());
    let folder = tempfile::tempdir().unwrap();
    let evidence = FileStore::open(FilePlace::Folder(folder.path().join("files"))).await.unwrap();
    let blocks = stream::iter(0..size / BLOCK as u64).map(|number| {
        let mut block = vec![0u8; BLOCK];
        block[..8].copy_from_slice(&number.to_le_bytes());
        Ok::<_, Infallible>(block.into())
    });
    let sha256 = evidence.put(blocks, size).await.unwrap().sha256;
    let (identity, recipient) = new_identity();
    let keys = Keys::default().with_identities(identity.expose_secret()).unwrap();
    let backups = folder.path().join("backups");
    fs::create_dir(&backups).unwrap();
    let source = BackupSource { files: Some(evidence), ..source(&bed).await };
    let plan = BackupPlan { sealing: Sealing::recipients(&[recipient]).unwrap(), ..plan(&backups) };
    let made = run_due(&source, &plan, at("2026-11-23T02:00") + TimeDelta::milliseconds(700)).await.unwrap().outcome.unwrap();
    assert_eq!(names(&backups), ["cchc-2026-11-23-020000.zip.age"]);
    let there = FileStore::open(FilePlace::Folder(folder.path().join("there"))).await.unwrap();
    let db = home.open().await;
    assert_eq!(backup::restore(Target { db: &db, files: Some(&there) }, &made.path, &keys).await.unwrap(), made.manifest);
    assert_eq!(there.size(sha256).await.unwrap(), Some(size));
    assert!(peak_memory() < 200 * 1024 * 1024, "{} MB", peak_memory() / 1024 / 1024);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_move_from_a_folder_to_a_bucket_and_back() {
    let (bed, home) = (Bed::sqlite(), Bed::sqlite());
    let (folder, server) = (tempfile::tempdir().unwrap(), fresh_object_store());
    let evidence = FileStore::open(FilePlace::Folder(folder.path().join("files"))).await.unwrap();
    let mut put = Vec::new();
    for size in [0usize, 5, 9 * 1024 * 1024] {
        put.push(evidence.put(stream::iter([Ok::<_, Infallible>(vec![size.to_le_bytes()[0]; size].into())]), u64::MAX).await.unwrap());
    }
    let (one, two) = (folder.path().join("a.zip"), folder.path().join("b.zip"));
    let source = BackupSource { files: Some(evidence), ..source(&bed).await };
    let made = backup::backup(&source, &one, at("2026-11-23T02:00"), &Sealing::Open).await.unwrap();
    let bucket = FileStore::open(bucket_of(&server, folder.path().join("spool"))).await.unwrap();
    let db: Db = home.open().await;
    backup::restore(Target { db: &db, files: Some(&bucket) }, &one, &Keys::default()).await.unwrap();
    for file in &put {
        assert_eq!(bucket.verify(file.sha256).await.unwrap(), file.size);
    }
    let source = BackupSource { db, files: Some(bucket), ..source };
    assert_eq!(backup::backup(&source, &two, at("2026-11-23T02:00"), &Sealing::Open).await.unwrap(), made);
    assert!(fs::read(&one).unwrap() == fs::read(&two).unwrap(), "the same bytes from a bucket as from a folder");
}
