//! What can go wrong with a database call, and under which name it is told.

use std::time::{Duration, Instant};

use platform::{Db, DbError, DbFault, OpenError};
use test_support::{DatabaseKind, on_both};

use crate::bed::{Bed, execute, execute_in, lines};
use crate::proxy::Door;

/// The program's own patience is five seconds; the rest is for a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(9);

async fn write_fault(db: &Db, sql: &str) -> DbFault {
    let mut write = db.write().await.unwrap();
    execute_in(&mut write, sql).await.unwrap_err().fault
}

#[tokio::test]
async fn a_locked_file_is_locked_and_waited_for_only_so_long() {
    let bed = Bed::sqlite();
    let (db, other) = (bed.open().await, bed.open().await);
    execute(&db, "CREATE TABLE t (a TEXT)").await;
    let held = other.write().await.unwrap();
    let start = Instant::now();
    let error = db.write().await.unwrap_err();
    assert_eq!(error.fault, DbFault::Locked, "{error:?}");
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    assert!(lines(&db, "SELECT a FROM t").await.is_empty(), "reading goes on beside a held lock");
    drop(held);
    execute(&db, "INSERT INTO t VALUES ('x')").await;
}

#[tokio::test]
async fn a_lock_that_is_given_back_in_time_is_no_fault() {
    let bed = Bed::sqlite();
    let (db, other) = (bed.open().await, bed.open().await);
    execute(&db, "CREATE TABLE t (a TEXT)").await;
    let held = other.write().await.unwrap();
    let (waiting, ()) = tokio::join!(db.write(), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        held.commit().await.unwrap();
    });
    waiting.unwrap().commit().await.unwrap();
}

#[tokio::test]
async fn a_lock_that_postgresql_gives_up_waiting_for_is_locked() {
    let bed = Bed::postgres().await;
    let db = bed.open().await;
    execute(&db, "CREATE TABLE t (a TEXT)").await;
    let mut held = db.write().await.unwrap();
    execute_in(&mut held, "LOCK TABLE t").await.unwrap();
    assert_eq!(write_fault(&db, "SET LOCAL lock_timeout = '100ms'; INSERT INTO t VALUES ('x')").await, DbFault::Locked);
}

on_both! {
    async fn writing_where_only_reading_is_allowed_is_read_only(bed: Bed) {
        let db = bed.open().await;
        execute(&db, "CREATE TABLE t (a TEXT)").await;
        let mut read = db.read().await.unwrap();
        if bed.kind() == DatabaseKind::Postgres {
            platform::on!(read.conn(), c => sqlx::raw_sql("SET default_transaction_read_only = on").execute(&mut *c).await.map(drop)).unwrap();
        }
        let answer = platform::on!(read.conn(), c => sqlx::query("INSERT INTO t VALUES ('x')").execute(&mut *c).await.map(drop));
        assert_eq!(DbError::from(answer.unwrap_err()).fault, DbFault::ReadOnly);
    }

    async fn a_full_disk_is_said(bed: Bed) {
        let db = bed.open().await;
        execute(&db, "CREATE TABLE t (a TEXT)").await;
        let sql = match bed.kind() {
            DatabaseKind::Sqlite => "PRAGMA max_page_count = 3; INSERT INTO t SELECT hex(randomblob(9000)) FROM (VALUES (1), (2), (3))",
            DatabaseKind::Postgres => "DO $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$",
        };
        assert_eq!(write_fault(&db, sql).await, DbFault::DiskFull);
        // When there is room again the next write goes through.
        execute(&db, "INSERT INTO t VALUES ('x')").await;
        assert_eq!(lines(&db, "SELECT a FROM t").await, ["x"]);
    }

    async fn a_broken_query_is_the_programs_fault(bed: Bed) {
        let db = bed.open().await;
        assert_eq!(write_fault(&db, "SELECT nothing FROM nowhere").await, DbFault::Internal);
        execute(&db, "CREATE TABLE t (a TEXT PRIMARY KEY)").await;
        assert_eq!(write_fault(&db, "INSERT INTO t VALUES ('x'), ('x')").await, DbFault::Internal);
    }

    async fn a_closed_database_cannot_be_reached(bed: Bed) {
        let db = bed.open().await;
        db.close().await;
        assert_eq!(db.read().await.unwrap_err().fault, DbFault::Unreachable);
        assert_eq!(db.write().await.unwrap_err().fault, DbFault::Unreachable);
    }
}

#[tokio::test]
async fn a_connection_that_the_server_ends_cannot_be_reached_and_the_next_one_can() {
    let bed = Bed::postgres().await;
    let (db, other) = (bed.open().await, bed.open().await);
    let mut write = db.write().await.unwrap();
    execute_in(&mut write, "SELECT 1").await.unwrap();
    execute(
        &other,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .await;
    assert_eq!(execute_in(&mut write, "SELECT 1").await.unwrap_err().fault, DbFault::Unreachable);
    drop(write);
    execute(&db, "SELECT 1").await;
}

#[tokio::test]
async fn a_server_that_is_gone_cannot_be_reached_and_is_found_when_it_is_back() {
    let bed = Bed::postgres().await;
    let address = bed.address();
    let (before, rest) = address.split_once("://").map(|(scheme, rest)| (scheme, rest.split_once('/').unwrap())).unwrap();
    let (login, server) = rest.0.rsplit_once('@').unwrap_or(("", rest.0));
    let mut door = Door::open_to(server).await;
    let through = format!("{before}://{login}@{}/{}", door.place(), rest.1);
    let db = Db::open_address(&through).await.unwrap();
    execute(&db, "CREATE TABLE t (a TEXT)").await;
    let mut write = db.write().await.unwrap();

    door.shut().await;
    let start = Instant::now();
    let lost = execute_in(&mut write, "INSERT INTO t VALUES ('lost')").await.unwrap_err();
    assert_eq!(lost.fault, DbFault::Unreachable, "{lost:?}");
    drop(write);
    // A connection that was used a moment ago is handed out without a question; the first one to it tells.
    let asked = async {
        let mut write = db.write().await?;
        execute_in(&mut write, "SELECT 1").await
    };
    let (asked, opened) = tokio::join!(asked, Db::open_address(&through));
    assert_eq!(asked.unwrap_err().fault, DbFault::Unreachable);
    match opened {
        Err(OpenError::Db(error)) => assert_eq!(error.fault, DbFault::Unreachable, "{error:?}"),
        other => panic!("{other:?}"),
    }
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());

    door.open().await;
    execute(&db, "INSERT INTO t VALUES ('kept')").await;
    assert_eq!(lines(&db, "SELECT a FROM t").await, ["kept"]);
}
