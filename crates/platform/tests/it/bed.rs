//! An empty database of either kind.

use platform::{Db, Write};
use sqlx::AssertSqlSafe;
use test_support::{DatabaseKind, TestPlace, fresh_sqlite};

/// A place for a database; gone with the value.
pub(crate) struct Bed {
    place: TestPlace,
}

impl Bed {
    pub(crate) async fn of(kind: DatabaseKind) -> Self {
        Self { place: TestPlace::of(kind).await }
    }

    pub(crate) fn sqlite() -> Self {
        Self { place: TestPlace::Sqlite(fresh_sqlite()) }
    }

    pub(crate) async fn postgres() -> Self {
        Self::of(DatabaseKind::Postgres).await
    }

    /// An empty place of the same kind.
    pub(crate) async fn another(&self) -> Self {
        Self::of(self.kind()).await
    }

    pub(crate) fn kind(&self) -> DatabaseKind {
        self.place.kind()
    }

    /// The address as the settings of the program would give it.
    pub(crate) fn address(&self) -> String {
        self.place.address()
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
