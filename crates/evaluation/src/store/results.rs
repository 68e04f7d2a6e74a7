//! Approved results and their files.

use chrono::{DateTime, NaiveDate, Utc};
use platform::{Conn, DbError, on};
use sqlx::{FromRow, query, query_as, query_scalar};

use super::stored;
use crate::model::{ApprovedResult, Shows};

#[derive(FromRow)]
struct ResultRow {
    position: i64,
    approved_by: String,
    approved_at: DateTime<Utc>,
    program: String,
    decision: Option<String>,
    sha256: String,
    publish_on: Option<NaiveDate>,
    shows: String,
    withdrawn_at: Option<DateTime<Utc>>,
    reason: Option<String>,
}

/// Approved results of a campaign, newest first.
pub(crate) async fn results(conn: Conn<'_>, campaign: &str) -> Result<Vec<ApprovedResult>, DbError> {
    const SQL: &str = "SELECT r.position, COALESCE(p.name, r.approved_by) AS approved_by, r.approved_at, r.program, r.decision, r.sha256, r.publish_on, \
        r.shows, r.withdrawn_at, r.reason FROM campaign_result r LEFT JOIN account p ON p.account = r.approved_by WHERE r.campaign = $1 \
        ORDER BY r.position DESC";
    let rows: Vec<ResultRow> = on!(conn, c => query_as(SQL).bind(campaign).fetch_all(&mut *c).await)?;
    let read = rows.into_iter().map(|row| {
        Ok(ApprovedResult {
            shows: stored(Shows::of(&row.shows), "shows", &row.shows)?,
            position: row.position,
            approved_by: row.approved_by,
            approved_at: row.approved_at,
            program: row.program,
            decision: row.decision,
            sha256: row.sha256,
            publish_on: row.publish_on,
            withdrawn_at: row.withdrawn_at,
            reason: row.reason,
        })
    });
    Ok(read.collect::<Result<_, sqlx::Error>>()?)
}

/// An approval to be written.
pub(crate) struct NewResult<'a> {
    pub(crate) campaign: &'a str,
    pub(crate) position: i64,
    pub(crate) by: &'a str,
    pub(crate) at: DateTime<Utc>,
    pub(crate) program: &'a str,
    pub(crate) decision: Option<&'a str>,
    pub(crate) manifest: &'a str,
    pub(crate) sha256: &'a str,
}

pub(crate) async fn insert_result(conn: Conn<'_>, new: &NewResult<'_>) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO campaign_result (campaign, position, approved_by, approved_at, program, decision, manifest, sha256, shows) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'totals')";
    Ok(on!(conn, c => query(SQL)
        .bind(new.campaign)
        .bind(new.position)
        .bind(new.by)
        .bind(new.at)
        .bind(new.program)
        .bind(new.decision)
        .bind(new.manifest)
        .bind(new.sha256)
        .execute(&mut *c)
        .await
        .map(drop))?)
}

pub(crate) async fn insert_result_file(conn: Conn<'_>, campaign: &str, position: i64, file: &str, content: &str) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO campaign_result_file (campaign, position, file, content) VALUES ($1, $2, $3, $4)";
    Ok(on!(conn, c => query(SQL).bind(campaign).bind(position).bind(file).bind(content).execute(&mut *c).await.map(drop))?)
}

pub(crate) async fn manifest(conn: Conn<'_>, campaign: &str, position: i64) -> Result<Option<String>, DbError> {
    const SQL: &str = "SELECT manifest FROM campaign_result WHERE campaign = $1 AND position = $2";
    Ok(on!(conn, c => query_scalar(SQL).bind(campaign).bind(position).fetch_optional(&mut *c).await)?)
}

/// The files of an approval: name, content.
pub(crate) async fn result_files(conn: Conn<'_>, campaign: &str, position: i64) -> Result<Vec<(String, String)>, DbError> {
    const SQL: &str = "SELECT file, content FROM campaign_result_file WHERE campaign = $1 AND position = $2 ORDER BY file";
    Ok(on!(conn, c => query_as(SQL).bind(campaign).bind(position).fetch_all(&mut *c).await)?)
}

/// When and how an approval becomes public.
pub(crate) async fn set_publication(
    conn: Conn<'_>,
    campaign: &str,
    position: i64,
    on_day: NaiveDate,
    shows: Shows,
    by: &str,
) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE campaign_result SET publish_on = $1, shows = $2, published_by = $3 WHERE campaign = $4 AND position = $5 \
        AND withdrawn_at IS NULL";
    let done = on!(conn, c => query(SQL).bind(on_day).bind(shows.word()).bind(by).bind(campaign).bind(position).execute(&mut *c).await
        .map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// Withdraws what was published; it stays visible as withdrawn.
pub(crate) async fn withdraw_result(
    conn: Conn<'_>,
    campaign: &str,
    position: i64,
    reason: &str,
    at: DateTime<Utc>,
) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE campaign_result SET withdrawn_at = $1, reason = $2 WHERE campaign = $3 AND position = $4 AND publish_on IS NOT NULL \
        AND withdrawn_at IS NULL";
    let done = on!(conn, c => query(SQL).bind(at).bind(reason).bind(campaign).bind(position).execute(&mut *c).await
        .map(|done| done.rows_affected()))?;
    Ok(done == 1)
}
