//! What units enter, and what the system observed.

use chrono::{DateTime, Utc};
use platform::{Conn, DbError, on};
use sqlx::{FromRow, query, query_as};

use super::stored;
use crate::model::{Answer, AnswerKind};

#[derive(FromRow)]
struct AnswerRow {
    kind: String,
    code: String,
    value: Option<String>,
    dataset: Option<String>,
    entered_by: Option<String>,
    entered_at: DateTime<Utc>,
    version: i64,
}

impl AnswerRow {
    fn read(self) -> Result<Answer, sqlx::Error> {
        Ok(Answer {
            kind: stored(AnswerKind::of(&self.kind), "kind", &self.kind)?,
            code: self.code,
            value: self.value,
            dataset: self.dataset,
            entered_by: self.entered_by,
            entered_at: self.entered_at,
            version: self.version,
        })
    }
}

/// Everything that a unit entered.
pub(crate) async fn answers(conn: Conn<'_>, campaign: &str, unit: &str) -> Result<Vec<Answer>, DbError> {
    const SQL: &str = "SELECT a.kind, a.code, a.value, a.dataset, p.name AS entered_by, a.entered_at, a.version FROM campaign_answer a \
        LEFT JOIN account p ON p.account = a.entered_by WHERE a.campaign = $1 AND a.unit = $2 ORDER BY a.kind, a.code";
    let rows: Vec<AnswerRow> = on!(conn, c => query_as(SQL).bind(campaign).bind(unit).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(AnswerRow::read).collect::<Result<_, _>>()?)
}

/// Between the parts of an item, and between items: signs that no code and no number has.
pub(crate) const PART: &str = "\u{1f}";
pub(crate) const ITEM: &str = "\u{1e}";

/// Figures and points of every unit, one row for each unit: unit, items of kind, code and value. A row for each answer would take longer to
/// come than everything that is computed from it.
pub(crate) async fn all_answers(conn: Conn<'_>, campaign: &str) -> Result<Vec<(String, String)>, DbError> {
    const SQL: &str = "SELECT unit, string_agg(kind || $2 || code || $2 || value, $3) FROM campaign_answer \
        WHERE campaign = $1 AND kind <> 'explanation' AND value IS NOT NULL GROUP BY unit ORDER BY unit";
    Ok(on!(conn, c => query_as(SQL).bind(campaign).bind(PART).bind(ITEM).fetch_all(&mut *c).await)?)
}

/// What units entered under a code, in the order of their keys.
pub(crate) async fn answers_of_code(
    conn: Conn<'_>,
    campaign: &str,
    kind: AnswerKind,
    code: &str,
    units: &[&str],
) -> Result<Vec<(String, String)>, DbError> {
    const LITE: &str = "SELECT unit, value FROM campaign_answer WHERE campaign = $1 AND kind = $2 AND code = $3 AND value IS NOT NULL \
        AND unit IN (SELECT value FROM json_each($4)) ORDER BY unit";
    const PG: &str = "SELECT unit, value FROM campaign_answer WHERE campaign = $1 AND kind = $2 AND code = $3 AND value IS NOT NULL \
        AND unit IN (SELECT json_array_elements_text($4::json)) ORDER BY unit";
    let sql = if matches!(conn, Conn::Lite(_)) { LITE } else { PG };
    let units = serde_json::Value::from(units).to_string();
    Ok(on!(conn, c => query_as(sql).bind(campaign).bind(kind.word()).bind(code).bind(&units).fetch_all(&mut *c).await)?)
}

/// Number of figures and points of each unit.
pub(crate) async fn answer_counts(conn: Conn<'_>, campaign: &str) -> Result<Vec<(String, i64)>, DbError> {
    const SQL: &str = "SELECT unit, CAST(COUNT(*) AS BIGINT) FROM campaign_answer WHERE campaign = $1 AND kind <> 'explanation' AND value IS NOT NULL \
        GROUP BY unit ORDER BY unit";
    Ok(on!(conn, c => query_as(SQL).bind(campaign).fetch_all(&mut *c).await)?)
}

/// An answer on its way into the table.
pub(crate) struct Put<'a> {
    pub(crate) kind: AnswerKind,
    pub(crate) code: &'a str,
    pub(crate) value: Option<&'a str>,
    pub(crate) dataset: Option<&'a str>,
    pub(crate) by: &'a str,
    pub(crate) at: DateTime<Utc>,
}

pub(crate) async fn put_answer(conn: Conn<'_>, campaign: &str, unit: &str, put: &Put<'_>) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO campaign_answer (campaign, unit, kind, code, value, dataset, entered_by, entered_at, version) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) ON CONFLICT (campaign, unit, kind, code) DO UPDATE SET value = excluded.value, \
        dataset = excluded.dataset, entered_by = excluded.entered_by, entered_at = excluded.entered_at, version = campaign_answer.version + 1";
    Ok(on!(conn, c => query(SQL)
        .bind(campaign)
        .bind(unit)
        .bind(put.kind.word())
        .bind(put.code)
        .bind(put.value)
        .bind(put.dataset)
        .bind(put.by)
        .bind(put.at)
        .execute(&mut *c)
        .await
        .map(drop))?)
}

/// What the registry knows of a unit in periods of a year: indicator, period, value, dataset, source. The caller chooses.
pub(crate) async fn observations(
    conn: Conn<'_>,
    unit: &str,
    year: i32,
) -> Result<Vec<(String, String, String, String, Option<String>)>, DbError> {
    const SQL: &str = "SELECT indicator, period, value, dataset, source FROM observation \
        WHERE unit = $1 AND value IS NOT NULL AND (period = $2 OR period LIKE $3) ORDER BY indicator, period, dataset";
    Ok(on!(conn, c => query_as(SQL).bind(unit).bind(year.to_string()).bind(format!("{year}-%")).fetch_all(&mut *c).await)?)
}

/// What the registry knows of an indicator in periods of a year, over all units: unit, period, value, dataset, source.
pub(crate) async fn observations_of(
    conn: Conn<'_>,
    indicator: &str,
    year: i32,
) -> Result<Vec<(String, String, String, String, Option<String>)>, DbError> {
    const SQL: &str = "SELECT unit, period, value, dataset, source FROM observation \
        WHERE indicator = $1 AND value IS NOT NULL AND (period = $2 OR period LIKE $3) ORDER BY unit, period, dataset";
    Ok(on!(conn, c => query_as(SQL).bind(indicator).bind(year.to_string()).bind(format!("{year}-%")).fetch_all(&mut *c).await)?)
}

/// Keeps what a unit cites, or what every unit of the campaign cites, as it is.
pub(crate) async fn lock_evidence(conn: Conn<'_>, campaign: &str, unit: Option<&str>, at: DateTime<Utc>) -> Result<(), DbError> {
    const SQL: &str = "UPDATE evidence_use SET locked_at = $1 WHERE kind = 'leaf' AND locked_at IS NULL AND thing >= $2 AND thing < $3";
    // Everything that begins with the key: '0' follows '/' in the order of bytes.
    let (from, to) = match unit {
        Some(unit) => (format!("{campaign}/{unit}/"), format!("{campaign}/{unit}0")),
        None => (format!("{campaign}/"), format!("{campaign}0")),
    };
    Ok(on!(conn, c => query(SQL).bind(at).bind(from).bind(to).execute(&mut *c).await.map(drop))?)
}
