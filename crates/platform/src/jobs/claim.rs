//! A worker takes a job, keeps it and gives it back. Whoever lost a job writes nothing to it any more: each statement asks for the holder.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::{FromRow, query, query_as, query_scalar};

use super::kind::JobFault;
use crate::{Conn, Db, DbError, on};

/// The longest time between two tries.
pub(super) const LONGEST_DELAY: TimeDelta = TimeDelta::hours(1);
const FIRST_DELAY: TimeDelta = TimeDelta::seconds(30);

/// How long to wait after a number of tries: it doubles from half a minute to an hour.
pub(super) fn delay_after(attempts: i64) -> TimeDelta {
    let doublings = u32::try_from(attempts.clamp(1, 8) - 1).unwrap_or(0);
    (FIRST_DELAY * 2_i32.pow(doublings)).min(LONGEST_DELAY)
}

/// A job that a worker holds.
#[derive(Debug, Clone, FromRow)]
pub(super) struct Claimed {
    pub(super) job: String,
    pub(super) kind: String,
    pub(super) payload: String,
    pub(super) attempts: i64,
    pub(super) done: i64,
    pub(super) total: Option<i64>,
    pub(super) asked_by: Option<String>,
    pub(super) unit: Option<String>,
}

/// What is due: also what was to be done at once and seems to lie ahead because the clock was set back since,
/// and a try that lies further ahead than any delay. `$1` is the moment, `$2` the moment with the longest delay, `$3` the kinds.
macro_rules! due {
    ($kinds:literal) => {
        concat!(
            "state = 'queued' AND (run_at <= $1 OR attempts = 0 AND run_at <= made_at OR attempts > 0 AND run_at > $2) AND kind IN (SELECT ",
            $kinds,
            ")"
        )
    };
}
macro_rules! lite {
    () => {
        due!("value FROM json_each($3)")
    };
}
macro_rules! pg {
    () => {
        due!("json_array_elements_text($3::json)")
    };
}
macro_rules! take {
    ($due:expr, $lock:literal) => {
        concat!(
            "UPDATE job SET state = 'running', worker = $4, attempts = attempts + 1, started_at = COALESCE(started_at, $1), heartbeat_at = $1 \
             WHERE job = (SELECT job FROM job WHERE ",
            $due,
            " ORDER BY run_at, job LIMIT 1",
            $lock,
            ") RETURNING job, kind, payload, attempts, done, total, asked_by, unit"
        )
    };
}

/// Takes the job that waits longest of some kinds (a JSON list), if there is one.
pub(super) async fn take(db: &Db, now: DateTime<Utc>, kinds: &str, worker: &str) -> Result<Option<Claimed>, DbError> {
    const LOOK_LITE: &str = concat!("SELECT CAST(1 AS BIGINT) FROM job WHERE ", lite!(), " LIMIT 1");
    const LOOK_PG: &str = concat!("SELECT CAST(1 AS BIGINT) FROM job WHERE ", pg!(), " LIMIT 1");
    const TAKE_LITE: &str = take!(lite!(), "");
    const TAKE_PG: &str = take!(pg!(), " FOR UPDATE SKIP LOCKED");
    let (look, take) = if matches!(db, Db::Lite { .. }) { (LOOK_LITE, TAKE_LITE) } else { (LOOK_PG, TAKE_PG) };
    let furthest = now + LONGEST_DELAY;
    // Looking takes no write lock: workers ask every second, and mostly there is nothing.
    let mut read = db.read().await?;
    let waits: Option<i64> = on!(read.conn(), c => query_scalar(look).bind(now).bind(furthest).bind(kinds).fetch_optional(&mut *c).await)?;
    drop(read);
    if waits.is_none() {
        return Ok(None);
    }
    let mut write = db.write().await?;
    let claimed = on!(write.conn(), c => query_as(take).bind(now).bind(furthest).bind(kinds).bind(worker).fetch_optional(&mut *c).await)?;
    write.commit().await?;
    Ok(claimed)
}

/// A sign of life with the progress; tells whether somebody asked for the end. Nothing when the job is not this worker's any more.
pub(super) async fn beat(
    db: &Db,
    job: &str,
    worker: &str,
    at: DateTime<Utc>,
    (done, total): (i64, Option<i64>),
) -> Result<Option<bool>, DbError> {
    const SQL: &str = "UPDATE job SET heartbeat_at = $1, done = $2, total = $3 WHERE job = $4 AND worker = $5 AND state = 'running' \
        RETURNING cancel_asked";
    let mut write = db.write().await?;
    let asked: Option<i64> =
        on!(write.conn(), c => query_scalar(SQL).bind(at).bind(done).bind(total).bind(job).bind(worker).fetch_optional(&mut *c).await)?;
    write.commit().await?;
    Ok(asked.map(|asked| asked != 0))
}

/// How a holder lets a job go.
#[derive(Debug, Clone)]
pub(super) struct Ending {
    pub(super) state: &'static str,
    pub(super) result: Option<Value>,
    pub(super) faults: Vec<JobFault>,
    pub(super) progress: (i64, Option<i64>),
    /// Only for a job that is to be begun again.
    pub(super) run_at: Option<DateTime<Utc>>,
    /// Whether the try does not count.
    pub(super) uncounted: bool,
    pub(super) wipe: bool,
}

/// Lets a job go; tells whether it was this worker's.
pub(super) async fn let_go(db: &Db, job: &str, worker: &str, now: DateTime<Utc>, ending: &Ending) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE job SET state = $1, result = $2, faults = $3, done = $4, total = $5, run_at = COALESCE($6, run_at), ended_at = $7, \
        attempts = attempts - $8, payload = CASE WHEN $9 = 1 THEN '{}' ELSE payload END, worker = NULL, heartbeat_at = NULL \
        WHERE job = $10 AND worker = $11 AND state = 'running'";
    let mut write = db.write().await?;
    let done = let_go_in(write.conn(), SQL, job, worker, now, ending).await?;
    write.commit().await?;
    Ok(done)
}

async fn let_go_in(
    conn: Conn<'_>,
    sql: &'static str,
    job: &str,
    worker: &str,
    now: DateTime<Utc>,
    ending: &Ending,
) -> Result<bool, DbError> {
    let faults = (!ending.faults.is_empty()).then(|| serde_json::to_string(&ending.faults).unwrap_or_default());
    let changed = on!(conn, c => query(sql)
        .bind(ending.state)
        .bind(ending.result.as_ref().map(Value::to_string))
        .bind(&faults)
        .bind(ending.progress.0)
        .bind(ending.progress.1)
        .bind(ending.run_at)
        .bind(ending.run_at.is_none().then_some(now))
        .bind(i64::from(ending.uncounted))
        .bind(i64::from(ending.wipe))
        .bind(job)
        .bind(worker)
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// A job at work, as others see it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(super) struct Held {
    pub(super) job: String,
    pub(super) kind: String,
    pub(super) worker: String,
    pub(super) heartbeat_at: DateTime<Utc>,
    pub(super) attempts: i64,
    pub(super) cancel_asked: i64,
}

/// Every job at work.
pub(super) async fn held(conn: Conn<'_>) -> Result<Vec<Held>, DbError> {
    const SQL: &str = "SELECT job, kind, worker, heartbeat_at, attempts, cancel_asked FROM job \
        WHERE state = 'running' AND worker IS NOT NULL AND heartbeat_at IS NOT NULL ORDER BY job";
    Ok(on!(conn, c => query_as(SQL).fetch_all(&mut *c).await)?)
}

/// Takes a job from a worker that gave no sign of life since `held`; tells whether it still stood so.
pub(super) async fn take_back(db: &Db, held: &Held, now: DateTime<Utc>, tries: i64, wipe: bool) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE job SET state = $1, faults = COALESCE($2, faults), run_at = $3, ended_at = $4, worker = NULL, heartbeat_at = NULL, \
        payload = CASE WHEN $5 = 1 THEN '{}' ELSE payload END WHERE job = $6 AND worker = $7 AND heartbeat_at = $8 AND state = 'running'";
    let state = if held.cancel_asked != 0 {
        "cancelled"
    } else if held.attempts >= tries {
        "failed"
    } else {
        "queued"
    };
    let ended = state != "queued";
    let faults = (state == "failed").then(|| serde_json::to_string(&[JobFault::of("abandoned")]).unwrap_or_default());
    let mut write = db.write().await?;
    let changed = on!(write.conn(), c => query(SQL)
        .bind(state)
        .bind(&faults)
        .bind(now)
        .bind(ended.then_some(now))
        .bind(i64::from(ended && wipe))
        .bind(&held.job)
        .bind(&held.worker)
        .bind(held.heartbeat_at)
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))?;
    write.commit().await?;
    Ok(changed == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_to_an_hour() {
        let seconds: Vec<i64> = (0..=9).map(|attempts| delay_after(attempts).num_seconds()).collect();
        assert_eq!(seconds, [30, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
    }
}
