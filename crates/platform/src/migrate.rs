//! Schema versions: numbered SQL files, one folder for each database kind, embedded in the program.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{Postgres, Sqlite};

use crate::db::{Connections, Db, PATIENCE};
use crate::error::{DbError, OpenError};

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// Up to which version to migrate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Migrations {
    /// All that this program knows.
    All,
    /// Up to a version, to test the step from one version to the next.
    UpTo(i64),
}

fn migrator(db: &Db) -> &'static Migrator {
    match db {
        Db::Lite { .. } => &SQLITE,
        Db::Pg(_) => &POSTGRES,
    }
}

/// Newest schema version this program knows, for the kind of this database.
#[must_use]
pub fn schema_version(db: &Db) -> i64 {
    migrator(db).iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// Brings the schema up to date; safe to repeat, and safe when several processes start at once.
///
/// # Errors
/// When the database was written by a newer program, a migration was changed, or the database refuses.
pub async fn migrate(db: &Db, migrations: Migrations) -> Result<(), OpenError> {
    let known = schema_version(db);
    let outcome = match db {
        Db::Lite { writer, .. } => run_lite(db, writer, migrations).await?,
        Db::Pg(all) => run_pg(all, migrations).await,
    };
    outcome.map_err(|error| match error {
        MigrateError::VersionMissing(found) => OpenError::Newer { found, known },
        MigrateError::VersionMismatch(version) => OpenError::Changed { version },
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => DbError::from(source).into(),
        other => DbError::from(sqlx::Error::Migrate(Box::new(other))).into(),
    })
}

/// SQLite knows no lock around all migrations: two processes may set out for the same one, and the second finds the tables made.
/// What the other one did is done then, so the second looks again.
async fn run_lite(db: &Db, writer: &Connections<Sqlite>, migrations: Migrations) -> Result<Result<(), MigrateError>, DbError> {
    let own = SqlitePoolOptions::new().max_connections(1).acquire_timeout(PATIENCE).connect_lazy_with(writer.options().as_ref().clone());
    loop {
        let before = applied_version(db).await?;
        let outcome = match migrations {
            Migrations::All => SQLITE.run(&own).await,
            Migrations::UpTo(version) => SQLITE.run_to(version, &own).await,
        };
        let failed = matches!(outcome, Err(MigrateError::Execute(_) | MigrateError::ExecuteMigration(..)));
        if !failed || applied_version(db).await? <= before {
            own.close().await;
            return Ok(outcome);
        }
    }
}

/// On PostgreSQL a migrator that fails keeps its lock as long as its connection lives, so it gets one of its own that ends with it.
async fn run_pg(all: &Connections<Postgres>, migrations: Migrations) -> Result<(), MigrateError> {
    let own = PgPoolOptions::new().max_connections(1).acquire_timeout(PATIENCE).connect_lazy_with(all.options().as_ref().clone());
    let outcome = match migrations {
        Migrations::All => POSTGRES.run(&own).await,
        Migrations::UpTo(version) => POSTGRES.run_to(version, &own).await,
    };
    own.close().await;
    outcome
}

/// Newest schema version that the database has seen; `None` for a database that was never migrated. Changes nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn applied_version(db: &Db) -> Result<Option<i64>, DbError> {
    const THERE: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM information_schema.tables WHERE table_name = '_sqlx_migrations'";
    const THERE_LITE: &str = "SELECT COUNT(*) FROM sqlite_master WHERE name = '_sqlx_migrations'";
    const NEWEST: &str = "SELECT MAX(version) FROM _sqlx_migrations WHERE success";
    let sql = if matches!(db, Db::Lite { .. }) { THERE_LITE } else { THERE };
    let mut read = db.read().await?;
    let tables: i64 = crate::on!(read.conn(), c => sqlx::query_scalar(sql).fetch_one(&mut *c).await)?;
    if tables == 0 {
        return Ok(None);
    }
    Ok(crate::on!(read.conn(), c => sqlx::query_scalar(NEWEST).fetch_one(&mut *c).await)?)
}
