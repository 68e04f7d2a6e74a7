//! Connections that read: lent again once they answered, given up when they did not.

use std::time::Duration;

use platform::{Db, Read};
use sqlx::AssertSqlSafe;
use test_support::{DatabaseKind, on_both};

use crate::bed::{Bed, execute, lines};

/// What tells a connection from the others: the process that serves it, or a setting that it alone has.
async fn name_of(read: &mut Read, kind: DatabaseKind, new: &str) -> String {
    if kind == DatabaseKind::Postgres {
        let sql = "SELECT CAST(pg_backend_pid() AS TEXT)";
        return platform::on!(read.conn(), c => sqlx::query_scalar(sql).fetch_one(&mut *c).await).unwrap();
    }
    let known: i64 = platform::on!(read.conn(), c => sqlx::query_scalar("PRAGMA cache_size").fetch_one(&mut *c).await).unwrap();
    if known > 9000 {
        return known.to_string();
    }
    let sql = AssertSqlSafe(format!("PRAGMA cache_size = {new}"));
    platform::on!(read.conn(), c => sqlx::query(sql).execute(&mut *c).await.map(drop)).unwrap();
    new.to_owned()
}

/// A question that takes long, given up once it was sent.
async fn ask_and_leave(db: &Db, kind: DatabaseKind) {
    let slow = match kind {
        DatabaseKind::Postgres => "SELECT CAST(1 AS BIGINT) FROM pg_sleep(1)",
        DatabaseKind::Sqlite => "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT COUNT(*) FROM n",
    };
    let mut read = db.read().await.unwrap();
    let question = async { platform::on!(read.conn(), c => sqlx::query_scalar::<_, i64>(slow).fetch_one(&mut *c).await) };
    assert!(tokio::time::timeout(Duration::from_millis(5), question).await.is_err(), "it takes longer");
}

on_both! {
    async fn a_connection_that_answered_is_lent_again(bed: Bed) {
        let db = bed.open().await;
        let mut read = db.read().await.unwrap();
        let first = name_of(&mut read, bed.kind(), "9001").await;
        let mut beside = db.read().await.unwrap();
        let second = name_of(&mut beside, bed.kind(), "9002").await;
        assert_ne!(first, second, "nobody shares a connection with somebody else");
        drop(beside);
        drop(read);
        let mut again = db.read().await.unwrap();
        assert_eq!(name_of(&mut again, bed.kind(), "9003").await, first, "the one that answered last");
    }

    async fn a_write_that_was_given_up_leaves_nothing_behind_for_the_next(bed: Bed) {
        let db = bed.open().await;
        execute(&db, "CREATE TABLE t (a TEXT)").await;
        for number in 0..10 {
            let mut write = db.write().await.unwrap();
            crate::bed::execute_in(&mut write, "INSERT INTO t VALUES ('lost')").await.unwrap();
            if number % 2 == 0 {
                assert!(crate::bed::execute_in(&mut write, "INSERT INTO nowhere VALUES (1)").await.is_err());
            }
            drop(write);
            assert!(lines(&db, "SELECT a FROM t WHERE a = 'lost'").await.is_empty());
            execute(&db, "INSERT INTO t VALUES ('kept')").await;
            assert_eq!(lines(&db, "SELECT CAST(COUNT(*) AS TEXT) FROM t").await, [(number + 1).to_string()]);
        }
    }

    async fn a_write_whose_beginning_nobody_waited_for_is_not_lent_on(bed: Bed) {
        let db = bed.open().await;
        execute(&db, "CREATE TABLE t (a TEXT)").await;
        let mut watcher = db.read().await.unwrap();
        for round in 0..60_u64 {
            // Left somewhere between the question and its answer.
            let left = tokio::time::timeout(Duration::from_micros(20 * round), db.write()).await;
            drop(left);
            if bed.kind() == DatabaseKind::Postgres {
                let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM pg_stat_activity \
                    WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
                let mut open = 1;
                // The server takes note of a connection that went away a moment later.
                for _ in 0..200 {
                    open = platform::on!(watcher.conn(), c => sqlx::query_scalar(sql).fetch_one(&mut *c).await).unwrap();
                    if open == 0 {
                        break;
                    }
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                assert_eq!(open, 0_i64, "round {round}: a connection with a transaction that nobody ends");
            }
        }
        drop(watcher);
        execute(&db, "INSERT INTO t VALUES ('kept')").await;
        assert_eq!(lines(&db, "SELECT a FROM t").await, ["kept"]);
    }

    async fn writers_who_wait_leave_connections_to_those_who_read(bed: Bed) {
        let db = bed.open().await;
        execute(&db, "CREATE TABLE t (a TEXT)").await;
        execute(&db, "INSERT INTO t VALUES ('one')").await;
        let mut holder = db.write().await.unwrap();
        crate::bed::execute_in(&mut holder, "UPDATE t SET a = 'two'").await.unwrap();
        let waiting: Vec<_> = (0..40)
            .map(|_| {
                let db = db.clone();
                tokio::spawn(async move {
                    let mut write = db.write().await?;
                    crate::bed::execute_in(&mut write, "UPDATE t SET a = 'three'").await?;
                    write.commit().await
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(300)).await;
        let seen = tokio::time::timeout(Duration::from_secs(2), lines(&db, "SELECT a FROM t")).await;
        assert_eq!(seen.unwrap(), ["one"], "who reads does not wait for those who write");
        holder.commit().await.unwrap();
        for one in waiting {
            one.await.unwrap().unwrap();
        }
        assert_eq!(lines(&db, "SELECT a FROM t").await, ["three"]);
    }

    async fn what_nobody_waited_for_disturbs_nobody(bed: Bed) {
        let db = bed.open().await;
        ask_and_leave(&db, bed.kind()).await;
        for number in 0..20 {
            assert_eq!(lines(&db, &format!("SELECT 'answer {number}'")).await, [format!("answer {number}")]);
        }
    }

    async fn a_fault_of_a_question_leaves_the_database_usable(bed: Bed) {
        let db = bed.open().await;
        for _ in 0..20 {
            let mut read = db.read().await.unwrap();
            let wrong = platform::on!(read.conn(), c => sqlx::query("SELECT nothing FROM nowhere").execute(&mut *c).await.map(drop));
            assert!(wrong.is_err());
            drop(read);
            assert_eq!(lines(&db, "SELECT 'there'").await, ["there"]);
        }
    }

    async fn more_readers_than_connections_take_turns(bed: Bed) {
        let db = bed.open().await;
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..200 {
            let db = db.clone();
            tasks.spawn(async move { assert_eq!(lines(&db, &format!("SELECT 'n{number}'")).await, [format!("n{number}")]) });
        }
        while let Some(task) = tasks.join_next().await {
            task.unwrap();
        }
    }

    async fn a_snapshot_takes_a_connection_that_waits_for_readers(bed: Bed) {
        let db = bed.open().await;
        execute(&db, "CREATE TABLE revision (value BIGINT)").await;
        let held: Vec<Read> = {
            let mut held = Vec::new();
            for _ in 0..8 {
                held.push(db.read().await.unwrap());
            }
            held
        };
        drop(held);
        let mut snapshots = Vec::new();
        for _ in 0..8 {
            snapshots.push(db.snapshot().await.unwrap());
        }
        drop(snapshots);
        assert_eq!(lines(&db, "SELECT 'there'").await, ["there"]);
    }

    async fn closing_takes_back_what_was_lent(bed: Bed) {
        let db = bed.open().await;
        let waits = db.read().await.unwrap();
        let held = db.read().await.unwrap();
        drop(waits);
        let closing = tokio::spawn({
            let db = db.clone();
            async move { db.close().await }
        });
        drop(held);
        closing.await.unwrap();
        assert!(db.read().await.is_err(), "it is closed");
    }
}

#[tokio::test]
async fn a_connection_that_was_cut_is_given_up() {
    let bed = Bed::postgres().await;
    let (db, other) = (bed.open().await, bed.open().await);
    for _ in 0..3 {
        let mut read = db.read().await.unwrap();
        let process = name_of(&mut read, bed.kind(), "").await;
        drop(read);
        // As when the server was started again, or a firewall forgot the connection.
        execute(&other, &format!("SELECT pg_terminate_backend({process})")).await;
        let mut faults = 0;
        loop {
            let mut read = db.read().await.unwrap();
            let answer = platform::on!(read.conn(), c => sqlx::query_scalar::<_, i64>("SELECT CAST(1 AS BIGINT)").fetch_one(&mut *c).await);
            match answer {
                Ok(one) => break assert_eq!(one, 1),
                Err(_) => faults += 1,
            }
            assert!(faults <= 1, "a connection that is gone is not lent a second time");
        }
    }
}
