//! An empty database of either kind, and the macro that runs a test on both.

use platform::{Db, Write};
use sqlx::AssertSqlSafe;
use test_support::{TestDatabase, TestSqlite, fresh_postgres, fresh_sqlite};

/// A place for a database; gone with the value.
pub(crate) enum Bed {
    Sqlite(TestSqlite),
    Postgres(TestDatabase),
}

impl Bed {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(fresh_sqlite())
    }

    pub(crate) async fn postgres() -> Self {
        Self::Postgres(fresh_postgres().await)
    }

    /// The address as the settings of the program would give it.
    pub(crate) fn address(&self) -> String {
        match self {
            Self::Sqlite(place) => format!("sqlite:{}", place.path().display()),
            Self::Postgres(database) => database.url().to_owned(),
        }
    }

    /// A new set of connections, as another process would have them.
    pub(crate) async fn open(&self) -> Db {
        Db::open_address(&self.address()).await.unwrap()
    }
}

/// Runs a statement that is written in the test, and makes it last.
pub(crate) async fn execute(db: &Db, sql: &str) {
    let mut write = db.write().await.unwrap();
    execute_in(&mut write, sql).await.unwrap();
    write.commit().await.unwrap();
}

pub(crate) async fn execute_in(write: &mut Write, sql: &str) -> Result<(), platform::DbError> {
    platform::on!(write.conn(), c => sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut *c).await.map(drop))?;
    Ok(())
}

/// The lines a query answers; every column is text.
pub(crate) async fn lines(db: &Db, sql: &str) -> Vec<String> {
    let mut read = db.read().await.unwrap();
    platform::on!(read.conn(), c => sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(&mut *c).await).unwrap()
}

/// One test for each kind of database, named `name::on_sqlite` and `name::on_postgres`.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($bed:ident: Bed) $body:block)+) => { $(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn check($bed: $crate::bed::Bed) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                check($crate::bed::Bed::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                check($crate::bed::Bed::postgres().await).await;
            }
        }
    )+ };
}
