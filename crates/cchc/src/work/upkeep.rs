//! Once a day what has ended is put away: accounts nobody uses, sessions, links, old jobs and notices.

use accounts::{Accounts, people, sweep_ended};
use chrono::TimeDelta;
use platform::jobs::{Done, JobContext, JobError, JobFuture, JobKind, Schedule, ScheduleFuture, days_done, queue_daily, sweep};
use platform::{Db, World};
use serde_json::json;

/// Kind of the job.
const UPKEEP_JOB: &str = "upkeep";
/// How long jobs stay that reached their end.
const JOBS_STAY: TimeDelta = TimeDelta::days(30);
/// How long failed jobs stay.
const FAILED_STAY: TimeDelta = TimeDelta::days(180);
/// How long notices stay; no deadline is told of again after it.
const NOTICES_STAY: TimeDelta = TimeDelta::days(730);

/// So many days back it is looked whether this work was done, as it is every day.
const LOOKED_BACK: TimeDelta = TimeDelta::days(14);
/// On so many of them it must have been done before accounts are closed.
const STEADY_DAYS: i64 = 7;

/// Puts away what has ended.
pub(super) struct Upkeep {
    pub(super) accounts: Accounts,
}

/// Queues it once a day.
pub(super) struct UpkeepDue {
    pub(super) hour: u32,
}

impl Schedule for UpkeepDue {
    fn look<'a>(&'a self, db: &'a Db, world: &'a World) -> ScheduleFuture<'a> {
        Box::pin(queue_daily(db, world, UPKEEP_JOB, "Dọn dẹp hằng ngày", self.hour))
    }
}

impl JobKind for Upkeep {
    fn word(&self) -> &'static str {
        UPKEEP_JOB
    }

    fn run<'a>(&'a self, context: &'a JobContext) -> JobFuture<'a> {
        Box::pin(self.put_away(context))
    }
}

impl Upkeep {
    /// Whether the clock has gone on for a week as it does now. One that leaps months ahead would close every account at once, those of all
    /// administrators among them.
    async fn believes_its_clock(&self, context: &JobContext) -> Result<bool, JobError> {
        let now = context.world.now();
        let mut read = context.db.read().await?;
        Ok(days_done(read.conn(), UPKEEP_JOB, now - LOOKED_BACK, now).await? >= STEADY_DAYS)
    }

    async fn put_away(&self, context: &JobContext) -> Result<Done, JobError> {
        let now = context.world.now();
        let closed = if self.believes_its_clock(context).await? { people::close_dormant(&self.accounts).await? } else { 0 };
        context.progress(1, Some(3));
        let sessions = sweep_ended(&self.accounts).await?;
        context.progress(2, Some(3));
        let mut write = context.db.write().await?;
        let jobs = sweep(write.conn(), now - JOBS_STAY, now - FAILED_STAY).await?;
        let old_notices = notices::sweep(write.conn(), now - NOTICES_STAY).await?;
        write.commit().await?;
        context.progress(3, Some(3));
        let result = json!({ "closed-accounts": closed, "ended-sessions": sessions, "old-jobs": jobs, "old-notices": old_notices });
        Ok(Done { result, faults: Vec::new() })
    }
}
