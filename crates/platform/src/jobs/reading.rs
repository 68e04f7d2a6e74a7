//! Pages read jobs and ask for their end; old rows go.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{FromRow, query, query_as, query_scalar};

use super::kind::JobFault;
use crate::{Conn, DbError, on};

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It waits for a worker, or for its next try.
    Queued,
    /// A worker is at it.
    Running,
    /// It reached its end.
    Done,
    /// It did not reach its end and is not tried again.
    Failed,
    /// A person asked for its end.
    Cancelled,
}

impl JobState {
    /// The state of a word of the table.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "queued" => Self::Queued,
            "running" => Self::Running,
            "done" => Self::Done,
            "failed" => Self::Failed,
            "cancelled" => Self::Cancelled,
            _ => return None,
        })
    }

    /// Whether nothing will happen to it any more.
    #[must_use]
    pub fn has_ended(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

/// A job as pages show it; what it was asked with stays inside.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Job {
    /// Its key.
    pub job: String,
    /// What kind of work.
    pub kind: String,
    /// What people read.
    pub title: String,
    state: String,
    /// When it is due.
    pub run_at: DateTime<Utc>,
    /// How often it was begun.
    pub attempts: i64,
    /// How far it is.
    pub done: i64,
    /// Of how much, if that is known.
    pub total: Option<i64>,
    result: Option<String>,
    faults: Option<String>,
    /// Who asked.
    pub asked_by: Option<String>,
    /// Name of who asked.
    pub asked_by_name: Option<String>,
    /// For which unit.
    pub unit: Option<String>,
    /// When it was asked for.
    pub made_at: DateTime<Utc>,
    /// When it was first begun.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    cancel_asked: i64,
}

impl Job {
    /// How it stands.
    #[must_use]
    pub fn state(&self) -> JobState {
        JobState::of(&self.state).unwrap_or(JobState::Failed)
    }

    /// What came of it.
    #[must_use]
    pub fn result(&self) -> Option<Value> {
        self.result.as_deref().and_then(|text| serde_json::from_str(text).ok())
    }

    /// What went wrong; of the last try when it is to be tried again.
    #[must_use]
    pub fn faults(&self) -> Vec<JobFault> {
        self.faults.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// Whether somebody asked for its end.
    #[must_use]
    pub fn is_cancel_asked(&self) -> bool {
        self.cancel_asked != 0
    }

    /// How far it is, in whole percent, if that is known.
    #[must_use]
    pub fn percent(&self) -> Option<i64> {
        let total = self.total.filter(|total| *total > 0)?;
        Some((self.done.clamp(0, total)).saturating_mul(100) / total)
    }
}

macro_rules! job_query {
    ($rest:literal) => {
        concat!(
            "SELECT j.job, j.kind, j.title, j.state, j.run_at, j.attempts, j.done, j.total, j.result, j.faults, j.asked_by, \
             a.name AS asked_by_name, j.unit, j.made_at, j.started_at, j.ended_at, j.cancel_asked \
             FROM job j LEFT JOIN account a ON a.account = j.asked_by ",
            $rest
        )
    };
}

/// One job.
///
/// # Errors
/// When the database does not answer.
pub async fn job(conn: Conn<'_>, key: &str) -> Result<Option<Job>, DbError> {
    const SQL: &str = job_query!("WHERE j.job = $1");
    Ok(on!(conn, c => query_as(SQL).bind(key).fetch_optional(&mut *c).await)?)
}

/// Which jobs: whatever fits one of these.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Asked for by this account.
    pub asked_by: Option<String>,
    /// For one of these units.
    pub units: Vec<String>,
    /// For no unit: the program's own.
    pub of_program: bool,
}

/// Jobs, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn jobs(conn: Conn<'_>, filter: &JobFilter, offset: i64, limit: i64) -> Result<Vec<Job>, DbError> {
    const LITE: &str = job_query!(
        "WHERE j.asked_by = $1 OR j.unit IN (SELECT value FROM json_each($2)) OR $3 = 1 AND j.unit IS NULL \
         ORDER BY j.made_at DESC, j.job DESC LIMIT $4 OFFSET $5"
    );
    const PG: &str = job_query!(
        "WHERE j.asked_by = $1 OR j.unit IN (SELECT json_array_elements_text($2::json)) OR $3 = 1 AND j.unit IS NULL \
         ORDER BY j.made_at DESC, j.job DESC LIMIT $4 OFFSET $5"
    );
    let sql = if matches!(conn, Conn::Lite(_)) { LITE } else { PG };
    let units = Value::from(filter.units.clone()).to_string();
    Ok(on!(conn, c => query_as(sql)
        .bind(&filter.asked_by)
        .bind(&units)
        .bind(i64::from(filter.of_program))
        .bind(limit)
        .bind(offset)
        .fetch_all(&mut *c)
        .await)?)
}

/// What became of asking for a job's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelOutcome {
    /// It waited, and will not begin.
    Cancelled,
    /// A worker is at it and ends soon.
    Asked,
    /// It had ended already, or somebody asked before.
    Ended,
}

/// Asks for the end of a job, inside a transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn request_cancel(mut conn: Conn<'_>, key: &str, now: DateTime<Utc>) -> Result<CancelOutcome, DbError> {
    // What will never run needs its payload no more, and it may hold a secret.
    const WAITING: &str =
        "UPDATE job SET state = 'cancelled', cancel_asked = 1, ended_at = $1, payload = '{}' WHERE job = $2 AND state = 'queued'";
    const RUNNING: &str = "UPDATE job SET cancel_asked = 1 WHERE job = $1 AND state = 'running' AND cancel_asked = 0";
    let waited = on!(conn.reborrow(), c => query(WAITING).bind(now).bind(key).execute(&mut *c).await.map(|done| done.rows_affected()))?;
    if waited == 1 {
        return Ok(CancelOutcome::Cancelled);
    }
    let asked = on!(conn, c => query(RUNNING).bind(key).execute(&mut *c).await.map(|done| done.rows_affected()))?;
    Ok(if asked == 1 { CancelOutcome::Asked } else { CancelOutcome::Ended })
}

/// How many jobs stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JobCounts {
    /// Due and waiting, or waiting for their day.
    pub waiting: i64,
    /// Of these, due for longer than five minutes: no worker, or too few.
    pub late: i64,
    /// At work.
    pub running: i64,
    /// Failed for good, as long as their rows are kept.
    pub failed: i64,
}

/// Counts jobs by state.
///
/// # Errors
/// When the database does not answer.
pub async fn counts(mut conn: Conn<'_>, now: DateTime<Utc>) -> Result<JobCounts, DbError> {
    const BY_STATE: &str = "SELECT state, CAST(COUNT(*) AS BIGINT) FROM job GROUP BY state";
    const LATE: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM job WHERE state = 'queued' AND run_at < $1";
    let rows: Vec<(String, i64)> = on!(conn.reborrow(), c => query_as(BY_STATE).fetch_all(&mut *c).await)?;
    let late: i64 = on!(conn, c => query_scalar(LATE).bind(now - chrono::TimeDelta::minutes(5)).fetch_one(&mut *c).await)?;
    let of = |word: &str| rows.iter().find(|(state, _)| state == word).map_or(0, |(_, count)| *count);
    Ok(JobCounts { waiting: of("queued"), late, running: of("running"), failed: of("failed") })
}

/// On how many days since a moment jobs of a daily kind reached their end.
///
/// # Errors
/// When the database does not answer.
pub async fn days_done(conn: Conn<'_>, kind: &str, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<i64, DbError> {
    const SQL: &str = "SELECT CAST(COUNT(DISTINCT only_once) AS BIGINT) FROM job WHERE kind = $1 AND state = 'done' AND ended_at >= $2 AND ended_at <= $3";
    Ok(on!(conn, c => query_scalar(SQL).bind(kind).bind(since).bind(now).fetch_one(&mut *c).await)?)
}

/// Deletes jobs that ended long ago: failed ones before `failed_before`, others before `others_before`. Answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(conn: Conn<'_>, others_before: DateTime<Utc>, failed_before: DateTime<Utc>) -> Result<u64, DbError> {
    const SQL: &str = "DELETE FROM job WHERE state IN ('done', 'cancelled') AND ended_at < $1 OR state = 'failed' AND ended_at < $2";
    Ok(on!(conn, c => query(SQL).bind(others_before).bind(failed_before).execute(&mut *c).await.map(|done| done.rows_affected()))?)
}
