//! Connections that are lent out again at once.
//!
//! A pool of sqlx asks each connection that comes back whether it is still there: a round trip after every look at the database, and a pause for
//! the next one who writes to SQLite. A connection that has just answered is there. It waits here for whoever comes next, and goes back to the
//! pool, which asks it, when its last answer was a fault or was not waited for, and when nobody came for a while.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use sqlx::pool::PoolConnection;
use sqlx::{Database, Pool, SqlSafeStr as _};
use sqlx_core::transaction::TransactionManager as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::IDLE;
use super::conn::Lent;
use crate::error::{DbError, DbFault};

/// Connections of one kind. Cloning shares them.
pub struct Connections<DB: Database>(Arc<Shared<DB>>);

struct Shared<DB: Database> {
    pool: Pool<DB>,
    /// As many as the pool has connections, so that nobody waits at the pool while a connection waits here.
    places: Arc<Semaphore>,
    /// Fewer than these may write at once: writers who wait for each other must leave connections to those who read.
    writing: Arc<Semaphore>,
    /// Connections that have just answered, and when they did.
    waiting: Mutex<Vec<(PoolConnection<DB>, Instant)>>,
}

impl<DB: Database> Clone for Connections<DB> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<DB: Database> fmt::Debug for Connections<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").field("open", &self.open()).field("idle", &self.idle()).finish()
    }
}

impl<DB: Database> Drop for Shared<DB> {
    /// Ends what waits here. Given back to the pool it would need a runtime, which may be gone.
    fn drop(&mut self) {
        let waiting = self.waiting.get_mut().unwrap_or_else(PoisonError::into_inner);
        waiting.drain(..).for_each(|(connection, _)| drop(connection.detach()));
    }
}

impl<DB: Database> Shared<DB> {
    fn waiting(&self) -> MutexGuard<'_, Vec<(PoolConnection<DB>, Instant)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<DB: Database> Connections<DB> {
    pub(super) fn new(pool: Pool<DB>) -> Self {
        let places = usize::try_from(pool.options().get_max_connections()).unwrap_or(1);
        let writing = (places - (places / 8).max(1)).max(1);
        let [places, writing] = [places, writing].map(|places| Arc::new(Semaphore::new(places)));
        Self(Arc::new(Shared { pool, places, writing, waiting: Mutex::default() }))
    }

    /// How they are made.
    pub(crate) fn options(&self) -> Arc<<DB::Connection as sqlx::Connection>::Options> {
        self.0.pool.connect_options()
    }

    /// Number of open connections.
    #[must_use]
    pub fn open(&self) -> u32 {
        self.0.pool.size()
    }

    /// Number of connections that nobody uses.
    #[must_use]
    pub fn idle(&self) -> usize {
        self.0.pool.num_idle() + self.0.waiting().len()
    }

    /// A place among those who use connections, as soon as there is one.
    async fn place(&self, places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, sqlx::Error> {
        let patience = self.0.pool.options().get_acquire_timeout();
        match timeout(patience, Arc::clone(places).acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) => Err(sqlx::Error::PoolClosed),
            Err(_) => Err(sqlx::Error::PoolTimedOut),
        }
    }

    /// A connection, as soon as there is one.
    pub(super) async fn acquire(&self) -> Result<Held<DB>, sqlx::Error> {
        let place = self.place(&self.0.places).await?;
        let connection = match self.take() {
            Some(connection) => connection,
            None => self.0.pool.acquire().await?,
        };
        Ok(Held { connection: Some(connection), quiet: true, shared: Arc::clone(&self.0), _place: place })
    }

    /// A transaction. SQLite takes one back by itself when the disk is full; the connection then believes that it is still open and would refuse
    /// every one after it, so it is replaced.
    pub(super) async fn begin(&self, statement: &'static str) -> Result<Begun<DB>, sqlx::Error> {
        let mut begun = Begun { held: self.acquire().await?, stage: Stage::Asked, writing: None };
        match begun.begin(statement).await {
            Err(sqlx::Error::InvalidSavePointStatement) => {
                begun.close().await?;
                let mut begun = Begun { held: self.acquire().await?, stage: Stage::Asked, writing: None };
                begun.begin(statement).await?;
                Ok(begun)
            }
            outcome => outcome.map(|()| begun),
        }
    }

    /// A transaction that writes.
    pub(super) async fn begin_write(&self, statement: &'static str) -> Result<Begun<DB>, DbError> {
        let writing = self.place(&self.0.writing).await.map_err(|source| match source {
            // Other tasks of this program write, and did not come to an end in time.
            sqlx::Error::PoolTimedOut => DbError { fault: DbFault::Locked, source },
            other => other.into(),
        })?;
        let mut begun = self.begin(statement).await?;
        begun.writing = Some(writing);
        Ok(begun)
    }

    pub(super) async fn close(&self) {
        self.0.places.close();
        self.0.writing.close();
        let waiting = std::mem::take(&mut *self.0.waiting());
        drop(waiting);
        self.0.pool.close().await;
    }

    /// The connection that answered last; when that is long ago, all of them go back to the pool.
    fn take(&self) -> Option<PoolConnection<DB>> {
        let mut waiting = self.0.waiting();
        let (connection, since) = waiting.pop()?;
        if since.elapsed() < IDLE {
            return Some(connection);
        }
        waiting.push((connection, since));
        let old = std::mem::take(&mut *waiting);
        drop(waiting);
        drop(old);
        None
    }
}

/// A connection that somebody uses.
pub struct Held<DB: Database> {
    /// There until it is given back.
    connection: Option<PoolConnection<DB>>,
    /// Whether everything that was asked was answered, the last question without a fault.
    quiet: bool,
    shared: Arc<Shared<DB>>,
    _place: OwnedSemaphorePermit,
}

impl<DB: Database> fmt::Debug for Held<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").field("quiet", &self.quiet).finish_non_exhaustive()
    }
}

impl<DB: Database> Held<DB> {
    #[expect(clippy::expect_used, reason = "a value that still lives has not been given back")]
    pub(super) fn lend(&mut self) -> Lent<'_, DB::Connection> {
        let connection = self.connection.as_mut().expect("there until it is given back");
        Lent { connection: &mut **connection, quiet: &mut self.quiet }
    }
}

impl<DB: Database> Drop for Held<DB> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        let mut waiting = self.shared.waiting();
        if self.quiet && !self.shared.places.is_closed() {
            waiting.push((connection, Instant::now()));
        } else {
            drop(waiting);
            drop(connection);
        }
    }
}

/// A transaction on a connection of its own; dropped before it is committed, it never was.
pub struct Begun<DB: Database> {
    held: Held<DB>,
    stage: Stage,
    /// Given back when it ends.
    writing: Option<OwnedSemaphorePermit>,
}

/// How far a transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The database was asked to begin it, and has not answered yet.
    Asked,
    /// It is open.
    Open,
    /// It was committed, or never begun.
    Over,
}

impl<DB: Database> fmt::Debug for Begun<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begun").field("stage", &self.stage).finish_non_exhaustive()
    }
}

impl<DB: Database> Begun<DB> {
    async fn begin(&mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        let begun = DB::TransactionManager::begin(self.held.lend().ask(), Some(statement.into_sql_str())).await;
        self.stage = if begun.is_ok() { Stage::Open } else { Stage::Over };
        begun
    }

    pub(super) fn lend(&mut self) -> Lent<'_, DB::Connection> {
        self.held.lend()
    }

    pub(super) async fn commit(mut self) -> Result<(), sqlx::Error> {
        let mut lent = self.held.lend();
        let done = DB::TransactionManager::commit(lent.ask()).await;
        lent.answered(&done);
        if done.is_ok() {
            self.stage = Stage::Over;
        }
        done
    }

    /// Ends the connection.
    async fn close(mut self) -> Result<(), sqlx::Error> {
        match self.held.connection.take() {
            Some(connection) => connection.close().await,
            None => Ok(()),
        }
    }
}

impl<DB: Database> Drop for Begun<DB> {
    fn drop(&mut self) {
        let Some(connection) = self.held.connection.as_mut() else { return };
        match self.stage {
            // Whoever asked has left. The transaction may be open or not, and the driver, which counts it from the answer on, would not take it back.
            Stage::Asked => connection.close_on_drop(),
            // Sent when the pool asks whether the connection is there.
            Stage::Open => DB::TransactionManager::start_rollback(connection),
            Stage::Over => return,
        }
        self.held.quiet = false;
    }
}
