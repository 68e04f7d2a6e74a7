//! Opening a database: folders, addresses, files that are none.

use std::path::Path;

use platform::{Db, DbFault, Migrations, OpenError, applied_version, migrate, schema_version};
use tempfile::tempdir;
use test_support::{DatabaseKind, on_both};

use crate::bed::{Bed, execute, lines};

#[tokio::test]
async fn a_missing_folder_is_made_and_holds_the_database() {
    let place = tempdir().unwrap();
    let folder = place.path().join("dữ liệu/cchc");
    let db = Db::open_folder(&folder).await.unwrap();
    assert!(folder.join("cchc.db").is_file());
    assert!(!folder.join(".cchc-write-test").exists(), "the probe is taken away");
    db.close().await;
    Db::open_folder(&folder).await.unwrap().close().await;
}

/// Who copies the file of a stopped program has all of it.
#[tokio::test]
async fn a_closed_database_is_one_file() {
    let place = tempdir().unwrap();
    let db = Db::open_folder(place.path()).await.unwrap();
    execute(&db, "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('kept')").await;
    assert_eq!(lines(&db, "SELECT a FROM t").await, ["kept"]);
    db.close().await;
    let left: Vec<_> = std::fs::read_dir(place.path())
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name(), entry.metadata().unwrap().len()))
        .collect();
    let copied = tempdir().unwrap();
    std::fs::copy(place.path().join("cchc.db"), copied.path().join("cchc.db")).unwrap();
    let copy = Db::open_folder(copied.path()).await.unwrap();
    assert_eq!(lines(&copy, "SELECT a FROM t").await, ["kept"]);
    assert_eq!(left.len(), 1, "{left:?}");
}

#[tokio::test]
async fn a_file_in_the_place_of_the_folder_is_said_with_its_path() {
    let place = tempdir().unwrap();
    let file = place.path().join("data");
    std::fs::write(&file, "not a folder").unwrap();
    for folder in [file.clone(), file.join("below")] {
        match Db::open_folder(&folder).await {
            Err(error @ OpenError::Folder { .. }) => assert!(error.to_string().contains(&folder.display().to_string()), "{error}"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "not a folder");
}

/// Nobody can write below `/proc`, not even the superuser.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_folder_that_cannot_be_written_is_said_with_its_path() {
    for folder in ["/proc", "/proc/cchc"] {
        match Db::open_folder(Path::new(folder)).await {
            Err(OpenError::Folder { path, .. }) => assert_eq!(path, Path::new(folder)),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_damaged() {
    let place = tempdir().unwrap();
    let text = "Bảng điểm PCI 2013\n".repeat(500);
    std::fs::write(place.path().join("cchc.db"), &text).unwrap();
    match Db::open_folder(place.path()).await {
        Err(OpenError::Db(error)) => assert_eq!(error.fault, DbFault::Damaged, "{error:?}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(std::fs::read_to_string(place.path().join("cchc.db")).unwrap(), text, "what is there is left as it is");
}

#[tokio::test]
async fn a_database_with_damaged_pages_is_damaged() {
    let place = tempdir().unwrap();
    let db = Db::open_folder(place.path()).await.unwrap();
    execute(&db, "CREATE TABLE t (a TEXT); INSERT INTO t SELECT hex(randomblob(2000)) FROM (VALUES (1), (2), (3), (4), (5), (6))").await;
    db.close().await;
    let file = place.path().join("cchc.db");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[4096..].fill(0xa5);
    std::fs::write(&file, bytes).unwrap();
    let db = Db::open_folder(place.path()).await.unwrap();
    let mut read = db.read().await.unwrap();
    let answer = platform::on!(read.conn(), c => sqlx::query_scalar::<_, String>("SELECT a FROM t").fetch_all(&mut *c).await);
    assert_eq!(platform::DbError::from(answer.unwrap_err()).fault, DbFault::Damaged);
}

#[tokio::test]
async fn addresses_that_are_none_are_refused_at_once() {
    for address in ["", "cchc.db", "mysql://localhost/cchc", "postgres:/cchc", "http://localhost", "postgres://localhost:port/cchc"] {
        assert!(matches!(Db::open_address(address).await, Err(OpenError::Address)), "{address}");
    }
}

#[tokio::test]
async fn a_file_in_a_missing_folder_cannot_be_reached() {
    let place = tempdir().unwrap();
    match Db::open_address(&format!("sqlite:{}", place.path().join("no/cchc.db").display())).await {
        Err(OpenError::Db(error)) => assert_eq!(error.fault, DbFault::Unreachable, "{error:?}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_was_written_is_moved_into_the_file_while_others_read_and_write() {
    let bed = Bed::sqlite();
    let db = bed.open().await;
    execute(&db, "CREATE TABLE t (a TEXT)").await;
    execute(&db, "INSERT INTO t VALUES ('moved')").await;
    let mut write = db.write().await.unwrap();
    crate::bed::execute_in(&mut write, "INSERT INTO t VALUES ('not yet')").await.unwrap();
    db.checkpoint().await.unwrap();
    let place = tempdir().unwrap();
    let copy = place.path().join("copy.db");
    std::fs::copy(bed.address().trim_start_matches("sqlite:"), &copy).unwrap();
    let alone = Db::open_address(&format!("sqlite:{}", copy.display())).await.unwrap();
    assert_eq!(lines(&alone, "SELECT a FROM t").await, ["moved"], "the file alone holds it");
    write.commit().await.unwrap();
    assert_eq!(lines(&db, "SELECT a FROM t ORDER BY a").await, ["moved", "not yet"]);
}

on_both! {
    async fn a_database_says_what_it_is(bed: Bed) {
        let db = bed.open().await;
        assert_eq!(db.kind(), if bed.kind() == DatabaseKind::Sqlite { "SQLite" } else { "PostgreSQL" });
        assert_eq!(applied_version(&db).await.unwrap(), None);
        migrate(&db, Migrations::All).await.unwrap();
        assert_eq!(applied_version(&db).await.unwrap(), Some(schema_version(&db)));
    }

    async fn a_write_that_is_dropped_never_was(bed: Bed) {
        let db = bed.open().await;
        execute(&db, "CREATE TABLE t (a TEXT)").await;
        let mut write = db.write().await.unwrap();
        crate::bed::execute_in(&mut write, "INSERT INTO t VALUES ('lost')").await.unwrap();
        drop(write);
        execute(&db, "INSERT INTO t VALUES ('kept')").await;
        assert_eq!(lines(&db, "SELECT a FROM t").await, ["kept"]);
    }

    async fn readers_do_not_see_what_is_not_committed(bed: Bed) {
        let db = bed.open().await;
        execute(&db, "CREATE TABLE t (a TEXT)").await;
        let mut write = db.write().await.unwrap();
        crate::bed::execute_in(&mut write, "INSERT INTO t VALUES ('x')").await.unwrap();
        assert!(lines(&db, "SELECT a FROM t").await.is_empty());
        write.commit().await.unwrap();
        assert_eq!(lines(&db, "SELECT a FROM t").await, ["x"]);
    }

    async fn writes_wait_in_line_and_none_is_lost(bed: Bed) {
        let db = bed.open().await;
        execute(&db, "CREATE TABLE t (a BIGINT NOT NULL)").await;
        execute(&db, "INSERT INTO t VALUES (0)").await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let db = db.clone();
            tasks.spawn(async move { execute(&db, "UPDATE t SET a = a + 1").await });
        }
        while let Some(task) = tasks.join_next().await {
            task.unwrap();
        }
        assert_eq!(lines(&db, "SELECT CAST(a AS TEXT) FROM t").await, ["20"]);
    }
}
