//! Jobs: long work as rows in a table, queued in the transaction that asks for them.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::query;

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
