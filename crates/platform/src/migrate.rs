//! Schema versions: numbered SQL files, one folder for each database kind, embedded in the program.

use sqlx::migrate::{MigrateError, Migrator};

use crate::db::Db;
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
    let outcome = match (db, migrations) {
        (Db::Lite { writer, .. }, Migrations::All) => SQLITE.run(writer).await,
        (Db::Lite { writer, .. }, Migrations::UpTo(version)) => SQLITE.run_to(version, writer).await,
        (Db::Pg(pool), Migrations::All) => POSTGRES.run(pool).await,
        (Db::Pg(pool), Migrations::UpTo(version)) => POSTGRES.run_to(version, pool).await,
    };
    outcome.map_err(|error| match error {
        MigrateError::VersionMissing(found) => OpenError::Newer { found, known },
        MigrateError::VersionMismatch(version) => OpenError::Changed { version },
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => DbError::from(source).into(),
        other => DbError::from(sqlx::Error::Migrate(Box::new(other))).into(),
    })
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
