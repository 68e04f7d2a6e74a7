//! Databases of both kinds: empty, or filled once with the shipped catalogue.

use chrono::{DateTime, NaiveDate, Utc};
use platform::{Db, DbError, Migrations, Write, migrate};
use registry::catalogue::CatalogueFiles;
use registry::load::{Loaded, load};
use sqlx::AssertSqlSafe;
use test_support::{DatabaseKind, TestPlace};
use tokio::sync::OnceCell;

/// A database with the newest schema and no rows, that belongs to one test.
pub(crate) struct Empty {
    pub(crate) db: Db,
    place: TestPlace,
}

impl Empty {
    pub(crate) async fn of(kind: DatabaseKind) -> Self {
        let place = TestPlace::of(kind).await;
        let db = Db::open_address(&place.address()).await.unwrap();
        migrate(&db, Migrations::All).await.unwrap();
        Self { db, place }
    }

    pub(crate) fn kind(&self) -> DatabaseKind {
        self.place.kind()
    }

    /// A new set of connections, as another process would have them.
    pub(crate) async fn another_process(&self) -> Db {
        Db::open_address(&self.place.address()).await.unwrap()
    }
}

/// A database that holds the shipped catalogue and is filled once for all tests, which only read it.
pub(crate) struct Filled {
    pub(crate) db: Db,
    kind: DatabaseKind,
}

static SQLITE: OnceCell<Empty> = OnceCell::const_new();
static POSTGRES: OnceCell<Empty> = OnceCell::const_new();

impl Filled {
    pub(crate) async fn of(kind: DatabaseKind) -> Self {
        let fill = || async move {
            let empty = Empty::of(kind).await;
            let loaded = load(&empty.db, &CatalogueFiles::Embedded, now()).await.unwrap();
            assert!(matches!(loaded, Loaded::Written(rows) if rows > 10_000), "{loaded:?}");
            // Connections belong to the test that made them.
            empty.db.close().await;
            empty
        };
        let filled = match kind {
            DatabaseKind::Sqlite => SQLITE.get_or_init(fill).await,
            DatabaseKind::Postgres => POSTGRES.get_or_init(fill).await,
        };
        Self { db: filled.another_process().await, kind }
    }

    pub(crate) fn kind(&self) -> DatabaseKind {
        self.kind
    }
}

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap()
}

pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Runs statements that are written in the test, and makes them last.
pub(crate) async fn execute(db: &Db, sql: &str) {
    try_execute(db, sql).await.unwrap();
}

pub(crate) async fn try_execute(db: &Db, sql: &str) -> Result<(), DbError> {
    let mut write = db.write().await?;
    execute_in(&mut write, sql).await?;
    write.commit().await
}

pub(crate) async fn execute_in(write: &mut Write, sql: &str) -> Result<(), DbError> {
    platform::on!(write.conn(), c => sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut *c).await.map(drop))?;
    Ok(())
}

/// The lines a query answers; every column is text.
pub(crate) async fn lines(db: &Db, sql: &str) -> Vec<String> {
    let mut read = db.read().await.unwrap();
    platform::on!(read.conn(), c => sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(&mut *c).await).unwrap()
}
