//! Takes up what dead workers left, queues what is due by the calendar, and counts.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use chrono::{NaiveDate, Timelike as _};
use serde_json::json;
use sqlx::query_scalar;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::claim::{self, Held};
use super::kind::JobKind;
use super::reading::{JobCounts, counts};
use super::worker::WorkerSettings;
use super::{NewJob, queue};
use crate::{Db, DbError, World, in_viet_nam, on};

/// The end of a look at a schedule.
pub type ScheduleFuture<'a> = Pin<Box<dyn Future<Output = Result<(), DbError>> + Send + 'a>>;

/// Work that nobody asks for: it queues itself when its time has come. Looked at every few seconds, by every process with workers.
pub trait Schedule: Send + Sync {
    /// Queues what is due; the second time it does nothing.
    fn look<'a>(&'a self, db: &'a Db, world: &'a World) -> ScheduleFuture<'a>;
}

/// Queues a job once a day in Viet Nam, not before an hour of the day; an hour beyond 23 never comes. A clock that was set back does not queue a day
/// again that was done in its time; a day that a clock did which ran ahead is done once more when it comes, so a kind must bear that.
/// The day stands in the payload as `day`.
///
/// # Errors
/// When the database does not answer.
pub async fn queue_daily(db: &Db, world: &World, kind: &'static str, title: &str, hour: u32) -> Result<(), DbError> {
    // What was queued at a time that has not come was queued by a clock that ran ahead, and does not count.
    const THERE: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM job WHERE kind = $1 AND only_once = $2 AND made_at <= $3";
    let here = in_viet_nam(world.now());
    let day: NaiveDate = here.date_naive();
    if here.hour() < hour {
        return Ok(());
    }
    let once = format!("{kind}:{day}");
    let mut read = db.read().await?;
    let there: i64 = on!(read.conn(), c => query_scalar(THERE).bind(kind).bind(&once).bind(world.now()).fetch_one(&mut *c).await)?;
    drop(read);
    if there > 0 {
        return Ok(());
    }
    let new = NewJob {
        kind,
        title: title.to_owned(),
        payload: json!({ "day": day.to_string() }),
        only_once: Some(once),
        run_at: world.now(),
        asked_by: None,
        unit: None,
    };
    let mut write = db.write().await?;
    queue(write.conn(), world, &new).await?;
    write.commit().await
}

/// Counts of jobs for those who watch the server.
#[derive(Debug, Default)]
pub struct JobGauges {
    counts: Mutex<JobCounts>,
    taken_back: AtomicI64,
}

impl JobGauges {
    /// The counts at the last look.
    #[must_use]
    pub fn counts(&self) -> JobCounts {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many jobs were taken from workers that gave no sign of life, since the start.
    #[must_use]
    pub fn taken_back(&self) -> i64 {
        self.taken_back.load(Ordering::Relaxed)
    }
}

pub(super) struct Keeper {
    pub(super) db: Db,
    pub(super) world: World,
    pub(super) kinds: BTreeMap<&'static str, Arc<dyn JobKind>>,
    pub(super) schedules: Vec<Arc<dyn Schedule>>,
    pub(super) settings: WorkerSettings,
    pub(super) gauges: Arc<JobGauges>,
}

impl Keeper {
    pub(super) async fn run(self, mut stopped: watch::Receiver<bool>) {
        let mut ticks = interval(self.settings.tick);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut seen = BTreeMap::new();
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                _ = stopped.changed() => {}
            }
            if *stopped.borrow() {
                return;
            }
            if let Err(error) = self.look(&mut seen).await {
                tracing::warn!(%error, "jobs could not be looked after");
            }
        }
    }

    async fn look(&self, seen: &mut BTreeMap<String, (Held, Instant)>) -> Result<(), DbError> {
        for schedule in &self.schedules {
            if let Err(error) = schedule.look(&self.db, &self.world).await {
                tracing::warn!(%error, "a schedule could not be looked at");
            }
        }
        let mut read = self.db.read().await?;
        let held = claim::held(read.conn()).await?;
        *self.gauges.counts.lock().unwrap_or_else(PoisonError::into_inner) = counts(read.conn(), self.world.now()).await?;
        drop(read);
        if self.settings.at_once > 0 {
            self.take_up(held, seen).await?;
        }
        Ok(())
    }

    /// Gives back jobs whose sign of life stayed the same for a lease, on the steady clock of this process.
    async fn take_up(&self, held: Vec<Held>, seen: &mut BTreeMap<String, (Held, Instant)>) -> Result<(), DbError> {
        seen.retain(|job, _| held.iter().any(|other| other.job == *job));
        for now_held in held {
            let since = match seen.get(&now_held.job) {
                // A wish for the end does not make the job look alive.
                Some((before, since)) if before.worker == now_held.worker && before.heartbeat_at == now_held.heartbeat_at => *since,
                _ => Instant::now(),
            };
            if since.elapsed() < self.settings.lease {
                seen.insert(now_held.job.clone(), (now_held, since));
                continue;
            }
            // A kind that this program does not know is left to one that does.
            let Some(kind) = self.kinds.get(now_held.kind.as_str()) else { continue };
            if claim::take_back(&self.db, &now_held, self.world.now(), kind.tries(), kind.wipes_payload()).await? {
                self.gauges.taken_back.fetch_add(1, Ordering::Relaxed);
                tracing::warn!(job = now_held.job, kind = now_held.kind, "a job whose worker is gone was taken up again");
            }
            seen.remove(&now_held.job);
        }
        Ok(())
    }
}
