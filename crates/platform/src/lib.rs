//! The ground under every capability: the database, its migrations, and the faults it can have.
//!
//! One query code serves SQLite and PostgreSQL. Where the two differ, the difference sits here:
//! [`Db`] holds the pools, [`Conn`] is a borrowed connection of either kind, and [`on!`] runs one body on both.
//! [`files`] keeps evidence files, [`backup`] archives both.
//! Writes on SQLite go through a single connection and begin as writes, so that they wait in line instead of failing half-way.

pub mod backup;
mod db;
mod error;
pub mod files;
pub mod history;
pub mod jobs;
mod migrate;
mod world;

/// A text that is never printed: a key, a passphrase.
pub use age::secrecy::{ExposeSecret, SecretString};
pub use db::{Answer, Begun, Conn, Connections, Db, Held, Lent, Pending, Read, Snapshot, Write};
pub use error::{DbError, DbFault, OpenError};
pub use migrate::{Migrations, applied_version, migrate, schema_version};
pub use sqlx;
pub use world::{World, day_in_viet_nam, hex, in_viet_nam};

/// Runs one body on whichever connection a [`Conn`] holds.
///
/// ```no_run
/// # async fn units(conn: platform::Conn<'_>) -> Result<i64, platform::DbError> {
/// use platform::{on, sqlx};
/// let count: i64 = on!(conn, c => sqlx::query_scalar("SELECT CAST(COUNT(*) AS BIGINT) FROM unit").fetch_one(&mut *c).await)?;
/// # Ok(count)
/// # }
/// ```
#[macro_export]
macro_rules! on {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::Conn::Lite(mut lent) => {
                let $c = lent.ask();
                let answer = $body;
                lent.answered(&answer);
                answer
            }
            $crate::Conn::Pg(mut lent) => {
                let $c = lent.ask();
                let answer = $body;
                lent.answered(&answer);
                answer
            }
        }
    };
}
