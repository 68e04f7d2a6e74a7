//! The database: SQLite in the data folder, or PostgreSQL.

mod conn;
mod lending;

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::str::FromStr as _;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, Postgres, Sqlite, SqlitePool};

pub use self::conn::{Answer, Conn, Lent};
pub use self::lending::{Begun, Connections, Held};
use crate::error::{DbError, DbFault, OpenError};

/// How long a PostgreSQL statement waits for a lock: as long as a write waits on SQLite.
const LOCK_PATIENCE: &str = "5s";
/// A connection that lay idle for so long is asked whether it is still there before it is used.
const IDLE: Duration = Duration::from_secs(1);

/// Pages of the log after which a write itself moves them into the file: a bound for programs in which nobody else does, see [`Db::checkpoint`].
const LOG_PAGES: &str = "8000";

/// How long a call waits for a connection or a lock before it gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// The database of an installation. Cloning shares the pools.
#[derive(Debug, Clone)]
pub enum Db {
    /// SQLite: readers beside one writer.
    Lite {
        /// Connections that only read.
        readers: Connections<Sqlite>,
        /// The one connection that writes.
        writer: Connections<Sqlite>,
        /// The connection that moves what was written from the log into the file; opened when it is first needed.
        mover: SqlitePool,
        /// The file.
        path: PathBuf,
    },
    /// PostgreSQL.
    Pg(Connections<Postgres>),
}

/// A held connection for reading.
#[derive(Debug)]
pub enum Read {
    /// SQLite.
    Lite(Held<Sqlite>),
    /// PostgreSQL.
    Pg(Held<Postgres>),
}

/// An open write transaction; dropping it undoes it.
#[derive(Debug)]
pub enum Write {
    /// SQLite, begun as a write.
    Lite(Begun<Sqlite>),
    /// PostgreSQL.
    Pg(Begun<Postgres>),
}

/// What the database will answer.
///
/// In a box of its own: the compiler puts the body of an `async fn` into everything that awaits it, and for what every page awaits that made a
/// tenth of the program.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, DbError>> + Send + 'a>>;

impl Read {
    /// Borrows the connection.
    pub fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Lite(held) => Conn::Lite(held.lend()),
            Self::Pg(held) => Conn::Pg(held.lend()),
        }
    }
}

impl Write {
    /// Borrows the connection inside the transaction.
    pub fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Lite(begun) => Conn::Lite(begun.lend()),
            Self::Pg(begun) => Conn::Pg(begun.lend()),
        }
    }

    /// Makes the changes last.
    ///
    /// # Errors
    /// When the database refuses; nothing is changed then.
    pub fn commit(self) -> Pending<'static, ()> {
        Box::pin(async move {
            match self {
                Self::Lite(transaction) => transaction.commit().await?,
                Self::Pg(transaction) => transaction.commit().await?,
            }
            Ok(())
        })
    }
}

/// Connects to a file. While another program turns a new file over to write-ahead logging, SQLite refuses without waiting; so it is asked again.
async fn connect_file(pool: &SqlitePoolOptions, options: &SqliteConnectOptions) -> Result<SqlitePool, DbError> {
    let start = Instant::now();
    loop {
        match pool.clone().connect_with(options.clone()).await.map_err(DbError::from) {
            Err(error) if error.fault == DbFault::Locked && start.elapsed() < PATIENCE => tokio::time::sleep(PATIENCE / 200).await,
            outcome => return outcome,
        }
    }
}

/// Connections to PostgreSQL: enough that some may wait for the disk while others work, and no crowd that fights for the cores.
fn pg_connections() -> u32 {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    u32::try_from(cores * 4).unwrap_or(u32::MAX).clamp(8, 32)
}

/// A read transaction that sees the database as it was at its beginning, whatever is written meanwhile.
#[derive(Debug)]
pub struct Snapshot(Write);

impl Snapshot {
    /// Borrows the connection inside the snapshot.
    pub fn conn(&mut self) -> Conn<'_> {
        self.0.conn()
    }
}

impl Db {
    /// A snapshot for reading much without being disturbed.
    ///
    /// # Errors
    /// When no connection can be had in time.
    pub async fn snapshot(&self) -> Result<Snapshot, DbError> {
        let mut snapshot = Snapshot(match self {
            Self::Lite { readers, .. } => Write::Lite(readers.begin("BEGIN").await?),
            Self::Pg(all) => Write::Pg(all.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?),
        });
        // The view is taken by the first read, so read once here.
        crate::on!(snapshot.conn(), c => sqlx::query("SELECT value FROM revision").fetch_optional(&mut *c).await.map(drop))?;
        Ok(snapshot)
    }

    /// Opens the SQLite file `cchc.db` in a data folder; makes folder and file where they are missing.
    ///
    /// # Errors
    /// When the folder cannot be made or written, or the file is not a database.
    pub async fn open_folder(folder: &Path) -> Result<Self, OpenError> {
        let refuse = |source| OpenError::Folder { path: folder.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(refuse)?;
        let probe = folder.join(".cchc-write-test");
        std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe)).map_err(refuse)?;
        Self::open_file(&folder.join("cchc.db")).await
    }

    async fn open_file(path: &Path) -> Result<Self, OpenError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .pragma("wal_autocheckpoint", LOG_PAGES)
            .busy_timeout(PATIENCE);
        let writer = SqlitePoolOptions::new().max_connections(1).test_before_acquire(false).acquire_timeout(PATIENCE * 2);
        let writer = Connections::new(connect_file(&writer, &options).await?);
        let readers = SqlitePoolOptions::new().max_connections(8).test_before_acquire(false).acquire_timeout(PATIENCE);
        let mover = SqlitePoolOptions::new().max_connections(1).acquire_timeout(PATIENCE).connect_lazy_with(options.clone());
        let readers = Connections::new(connect_file(&readers, &options.read_only(true)).await?);
        Ok(Self::Lite { readers, writer, mover, path: path.to_owned() })
    }

    /// Opens a database by its address, `postgres://user@host/name` or `sqlite:/folder/file.db`.
    ///
    /// # Errors
    /// When the address is not understood or the server does not answer.
    pub async fn open_address(address: &str) -> Result<Self, OpenError> {
        if let Some(path) = address.strip_prefix("sqlite:") {
            return Self::open_file(Path::new(path.trim_start_matches("//"))).await;
        }
        if !address.starts_with("postgres://") && !address.starts_with("postgresql://") {
            return Err(OpenError::Address);
        }
        let options = PgConnectOptions::from_str(address).map_err(|_| OpenError::Address)?.application_name("cchc");
        // A write that waits for another one gives up in time, as it does on SQLite.
        // A page of the data costs about the same wherever it lies: on flash storage, or in memory, where the data of an office fits. With the
        // server's own figure, which is that of a turning disk, it would rather read whole tables.
        let options = options.options([("lock_timeout", LOCK_PATIENCE), ("random_page_cost", "1.1")]);
        // A question to the server before each use would double the round trips of a page; only a connection that lay idle may be gone.
        let pool =
            PgPoolOptions::new().max_connections(pg_connections()).acquire_timeout(PATIENCE).test_before_acquire(false).before_acquire(
                |connection, meta| {
                    let asked = meta.idle_for >= IDLE;
                    Box::pin(async move {
                        if asked {
                            connection.ping().await?;
                        }
                        Ok(true)
                    })
                },
            );
        let pool = pool.connect_with(options);
        Ok(Self::Pg(Connections::new(pool.await.map_err(DbError::from)?)))
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// When none can be had in time.
    pub fn read(&self) -> Pending<'_, Read> {
        Box::pin(async move {
            Ok(match self {
                Self::Lite { readers, .. } => Read::Lite(readers.acquire().await?),
                Self::Pg(all) => Read::Pg(all.acquire().await?),
            })
        })
    }

    /// Begins a write. On SQLite it takes the write lock at once, so do not wait for anything else inside.
    ///
    /// # Errors
    /// When the lock or a connection cannot be had in time.
    pub fn write(&self) -> Pending<'_, Write> {
        Box::pin(async move {
            Ok(match self {
                Self::Lite { writer, .. } => Write::Lite(writer.begin_write("BEGIN IMMEDIATE").await?),
                Self::Pg(all) => Write::Pg(all.begin_write("BEGIN").await?),
            })
        })
    }

    /// Moves what was written from SQLite's log into the file, beside those who read and write: a server does so every second. Otherwise every
    /// hundredth write would do it and wait for the disk, and all that stand in line behind it. PostgreSQL does so by itself.
    ///
    /// # Errors
    /// When the disk refuses; nothing is lost, and the next time does it.
    pub async fn checkpoint(&self) -> Result<(), DbError> {
        if let Self::Lite { mover, .. } = self {
            sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(mover).await?;
        }
        Ok(())
    }

    /// How large the database is, in bytes; with SQLite without the log beside the file.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn size(&self) -> Result<i64, DbError> {
        const LITE: &str = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
        const PG: &str = "SELECT pg_database_size(current_database())";
        let mut read = self.read().await?;
        let statement = if matches!(read, Read::Lite(_)) { LITE } else { PG };
        Ok(crate::on!(read.conn(), c => sqlx::query_scalar(statement).fetch_one(&mut *c).await)?)
    }

    /// Name of the database kind, for people.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Lite { .. } => "SQLite",
            Self::Pg(_) => "PostgreSQL",
        }
    }

    /// Closes every connection; SQLite folds its log into the file.
    pub async fn close(&self) {
        match self {
            Self::Lite { readers, writer, mover, .. } => {
                readers.close().await;
                mover.close().await;
                writer.close().await;
            }
            Self::Pg(all) => all.close().await,
        }
    }
}
