//! Databases that live as long as one test.

use crate::set_by_xtask;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

static COUNTER: AtomicU32 = AtomicU32::new(0);

/// The address of the PostgreSQL server of this test run.
///
/// # Panics
///
/// When the test was not started by `cargo xtask test`.
#[must_use]
pub fn postgres_url() -> String {
    set_by_xtask("CCHC_TEST_POSTGRES")
}

/// A database on the PostgreSQL server of this test run; dropped at the end of the value.
#[derive(Debug)]
pub struct TestDatabase {
    server: String,
    name: String,
    url: String,
}

impl TestDatabase {
    /// The address to connect to.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The name of the database.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)", self.name);
        let server = self.server.clone();
        // A thread of its own, because the test's runtime cannot wait inside a drop. A database
        // that stays goes with its server at the end of the run.
        let dropper = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.is_ok_and(|runtime| runtime.block_on(execute(&server, statement)).is_ok())
        });
        let _ = dropper.join();
    }
}

async fn execute(server: &str, statement: String) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(server).await?;
    connection.execute(AssertSqlSafe(statement)).await?;
    connection.close().await
}

/// Makes an empty database with a name of its own.
///
/// # Panics
///
/// When the test was not started by `cargo xtask test`, or the server does not answer.
pub async fn fresh_postgres() -> TestDatabase {
    let server = postgres_url();
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let name = format!("cchc_test_{}_{number}", std::process::id());
    // template0: nobody is ever connected to it, so tests beside each other do not collide. What
    // an earlier process with the same number left behind goes first.
    for statement in [format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"), format!("CREATE DATABASE \"{name}\" TEMPLATE template0")]
    {
        execute(&server, statement).await.expect("the PostgreSQL server of the tests makes a database");
    }
    let url = with_database(&server, &name);
    TestDatabase { server, name, url }
}

/// The address of another database on the same server.
fn with_database(server: &str, name: &str) -> String {
    let (place, query) = match server.split_once('?') {
        Some((place, query)) => (place, format!("?{query}")),
        None => (server, String::new()),
    };
    let host = place.find("://").map_or(0, |at| at + 3);
    let end = place[host..].find('/').map_or(place.len(), |at| host + at);
    format!("{}/{name}{query}", &place[..end])
}

/// A place for an SQLite database; the folder goes at the end of the value.
#[derive(Debug)]
pub struct TestSqlite {
    folder: TempDir,
}

impl TestSqlite {
    /// The file, which does not exist yet.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("cchc.sqlite")
    }

    /// The folder that holds the file.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The address to connect to; makes the file when it is not there.
    #[must_use]
    pub fn url(&self) -> String {
        format!("sqlite://{}?mode=rwc", self.path().display())
    }
}

/// A place for an SQLite database in a new folder.
///
/// # Panics
///
/// When no temporary folder can be made.
#[must_use]
pub fn fresh_sqlite() -> TestSqlite {
    let folder = tempfile::Builder::new().prefix("cchc-sqlite-").tempdir().expect("a temporary folder");
    TestSqlite { folder }
}

/// The kinds of database that the program runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A file of its own.
    Sqlite,
    /// A database on the server of this test run.
    Postgres,
}

impl DatabaseKind {
    /// The kind that this one is not, for what travels from one to the other.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Sqlite => Self::Postgres,
            Self::Postgres => Self::Sqlite,
        }
    }
}

/// A place for an empty database of either kind; gone with the value, so whoever opens the database holds it for as long.
#[derive(Debug)]
pub enum TestPlace {
    /// A folder for a file.
    Sqlite(TestSqlite),
    /// A database on the server of this test run.
    Postgres(TestDatabase),
}

impl TestPlace {
    /// A fresh place of a kind.
    ///
    /// # Panics
    ///
    /// As [`fresh_sqlite`] and [`fresh_postgres`] do.
    pub async fn of(kind: DatabaseKind) -> Self {
        match kind {
            DatabaseKind::Sqlite => Self::Sqlite(fresh_sqlite()),
            DatabaseKind::Postgres => Self::Postgres(fresh_postgres().await),
        }
    }

    /// The kind of its database.
    #[must_use]
    pub fn kind(&self) -> DatabaseKind {
        match self {
            Self::Sqlite(_) => DatabaseKind::Sqlite,
            Self::Postgres(_) => DatabaseKind::Postgres,
        }
    }

    /// The address as the settings of the program would give it.
    #[must_use]
    pub fn address(&self) -> String {
        match self {
            Self::Sqlite(place) => format!("sqlite:{}", place.path().display()),
            Self::Postgres(database) => database.url().to_owned(),
        }
    }
}

/// One test for each kind of database, named `name::on_sqlite` and `name::on_postgres`.
///
/// What a test takes is made by `async fn of(DatabaseKind)` of its type: [`TestPlace`], or whatever a crate builds over one. The type is
/// imported where the macro is called, because each pair of tests stands in a module of its own and looks for it one level up.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($given:ident: $made:ident) $body:block)+) => { $(
        $(#[$meta])*
        async fn $name($given: $made) $body

        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$name(super::$made::of($crate::DatabaseKind::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                super::$name(super::$made::of($crate::DatabaseKind::Postgres).await).await;
            }
        }
    )+ };
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn the_database_of_an_address_is_changed_and_nothing_else() {
        for (server, wanted) in [
            ("postgres://u:p@127.0.0.1:5432/postgres", "postgres://u:p@127.0.0.1:5432/x"),
            ("postgres://u@host", "postgres://u@host/x"),
            ("postgres://u@host/", "postgres://u@host/x"),
            ("postgresql:///postgres?host=/run/pg", "postgresql:///x?host=/run/pg"),
        ] {
            assert_eq!(with_database(server, "x"), wanted);
        }
    }
}
