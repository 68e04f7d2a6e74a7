//! Jobs: long work as rows in a table, queued in the transaction that asks for it, done by workers inside the server or apart.
//!
//! | module | what happens there |
//! |---|---|
//! | `kind` | what a kind of work is, and what it may end with |
//! | `claim` | a worker takes a job, keeps it and gives it back: one holder at a time |
//! | `reading` | pages read jobs and ask for their end; old rows go |
//! | `worker` | takes jobs in turn until it is told to stop |
//! | `keeper` | takes up what dead workers left, queues what is due by the calendar, counts |
//!
//! A job may be begun more than once (its worker died, its server was down), so each kind is safe to repeat.
//! That a worker is dead is not told by the clock, which may be set: another worker sees the same sign of life for the whole of a lease
//! on its own steady clock.

mod claim;
mod keeper;
mod kind;
mod reading;
mod worker;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::query;

pub use keeper::{JobGauges, Schedule, ScheduleFuture, queue_daily};
pub use kind::{Done, JobContext, JobError, JobFault, JobFuture, JobKind};
pub use reading::{CancelOutcome, Job, JobCounts, JobFilter, JobState, counts, days_done, job, jobs, request_cancel, sweep};
pub use worker::{WorkerSettings, Workers};

use crate::{Conn, DbError, World, on};

/// A job to be queued.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// What kind of work, as a word of the code.
    pub kind: &'static str,
    /// What people read in the list of jobs.
    pub title: String,
    /// What the work needs to know.
    pub payload: Value,
    /// The same word is queued or at work once at most.
    pub only_once: Option<String>,
    /// Not before.
    pub run_at: DateTime<Utc>,
    /// Account that asked.
    pub asked_by: Option<String>,
    /// Unit it is for.
    pub unit: Option<String>,
}

/// Queues a job inside a transaction; answers its key, or nothing when the same one waits already.
///
/// # Errors
/// When the database does not answer.
pub async fn queue(conn: Conn<'_>, world: &World, new: &NewJob) -> Result<Option<String>, DbError> {
    const SQL: &str = "INSERT INTO job (job, kind, title, payload, state, only_once, run_at, attempts, done, asked_by, unit, made_at, cancel_asked) \
        VALUES ($1, $2, $3, $4, 'queued', $5, $6, 0, 0, $7, $8, $9, 0) ON CONFLICT DO NOTHING";
    let key = world.new_id();
    let made = on!(conn, c => query(SQL)
        .bind(&key)
        .bind(new.kind)
        .bind(&new.title)
        .bind(new.payload.to_string())
        .bind(&new.only_once)
        .bind(new.run_at)
        .bind(&new.asked_by)
        .bind(&new.unit)
        .bind(world.now())
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok((made == 1).then_some(key))
}
