//! Criteria sets.

use chrono::{DateTime, Utc};
use platform::{Conn, DbError, on};
use sqlx::{FromRow, query, query_as, query_scalar};

use super::stored;
use crate::model::{SetState, StoredSet};
use crate::set::SetKind;

#[derive(FromRow)]
struct SetRow {
    criteria_set: String,
    code: String,
    title: String,
    level: String,
    owner: String,
    kind: String,
    state: String,
    based_on: Option<String>,
    framework: Option<String>,
    sha256: String,
    changed_at: DateTime<Utc>,
    version: i64,
}

impl SetRow {
    fn read(self) -> Result<StoredSet, sqlx::Error> {
        Ok(StoredSet {
            kind: stored(SetKind::of(&self.kind), "kind", &self.kind)?,
            state: stored(SetState::of(&self.state), "state", &self.state)?,
            key: self.criteria_set,
            code: self.code,
            title: self.title,
            level: self.level,
            owner: self.owner,
            based_on: self.based_on,
            framework: self.framework,
            sha256: self.sha256,
            changed_at: self.changed_at,
            version: self.version,
        })
    }
}

macro_rules! set_query {
    ($rest:literal) => {
        concat!(
            "SELECT criteria_set, code, title, level, owner, kind, state, based_on, framework, sha256, changed_at, version FROM criteria_set ",
            $rest
        )
    };
}

pub(crate) async fn sets(conn: Conn<'_>) -> Result<Vec<StoredSet>, DbError> {
    const SQL: &str = set_query!("ORDER BY code, made_at, criteria_set");
    let rows: Vec<SetRow> = on!(conn, c => query_as(SQL).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(SetRow::read).collect::<Result<_, _>>()?)
}

pub(crate) async fn set(conn: Conn<'_>, key: &str) -> Result<Option<StoredSet>, DbError> {
    const SQL: &str = set_query!("WHERE criteria_set = $1");
    let row: Option<SetRow> = on!(conn, c => query_as(SQL).bind(key).fetch_optional(&mut *c).await)?;
    Ok(row.map(SetRow::read).transpose()?)
}

/// The set of an owner with an id of its own.
pub(crate) async fn set_by_code(conn: Conn<'_>, owner: &str, code: &str) -> Result<Option<StoredSet>, DbError> {
    const SQL: &str = set_query!("WHERE owner = $1 AND code = $2 AND state <> 'withdrawn' ORDER BY made_at LIMIT 1");
    let row: Option<SetRow> = on!(conn, c => query_as(SQL).bind(owner).bind(code).fetch_optional(&mut *c).await)?;
    Ok(row.map(SetRow::read).transpose()?)
}

/// The text of a set.
pub(crate) async fn set_text(conn: Conn<'_>, key: &str) -> Result<Option<String>, DbError> {
    const SQL: &str = "SELECT definition FROM criteria_set WHERE criteria_set = $1";
    Ok(on!(conn, c => query_scalar(SQL).bind(key).fetch_optional(&mut *c).await)?)
}

pub(crate) async fn insert_set(conn: Conn<'_>, set: &StoredSet, text: &str, by: &str) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO criteria_set (criteria_set, code, title, level, owner, kind, state, based_on, framework, definition, sha256, \
        made_by, made_at, changed_by, changed_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $12, $13, $14)";
    Ok(on!(conn, c => query(SQL)
        .bind(&set.key)
        .bind(&set.code)
        .bind(&set.title)
        .bind(&set.level)
        .bind(&set.owner)
        .bind(set.kind.word())
        .bind(set.state.word())
        .bind(&set.based_on)
        .bind(&set.framework)
        .bind(text)
        .bind(&set.sha256)
        .bind(by)
        .bind(set.changed_at)
        .bind(set.version)
        .execute(&mut *c)
        .await
        .map(drop))?)
}

/// Another text for a draft that nobody changed meanwhile.
pub(crate) async fn set_set_text(conn: Conn<'_>, set: &StoredSet, text: &str, by: &str) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE criteria_set SET code = $1, title = $2, level = $3, framework = $4, definition = $5, sha256 = $6, changed_by = $7, \
        changed_at = $8, version = version + 1 WHERE criteria_set = $9 AND version = $10 AND state = 'draft'";
    let done = on!(conn, c => query(SQL)
        .bind(&set.code)
        .bind(&set.title)
        .bind(&set.level)
        .bind(&set.framework)
        .bind(text)
        .bind(&set.sha256)
        .bind(by)
        .bind(set.changed_at)
        .bind(&set.key)
        .bind(set.version)
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// Whether a campaign uses a set.
pub(crate) async fn is_used(conn: Conn<'_>, set: &str) -> Result<bool, DbError> {
    const SQL: &str = "SELECT COUNT(*) FROM campaign_block WHERE criteria_set = $1";
    let count: i64 = on!(conn, c => sqlx::query_scalar(SQL).bind(set).fetch_one(&mut *c).await)?;
    Ok(count > 0)
}

pub(crate) async fn set_set_state(
    conn: Conn<'_>,
    key: &str,
    version: i64,
    state: SetState,
    by: &str,
    at: DateTime<Utc>,
) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE criteria_set SET state = $1, changed_by = $2, changed_at = $3, version = version + 1 \
        WHERE criteria_set = $4 AND version = $5";
    let done = on!(conn, c => query(SQL).bind(state.word()).bind(by).bind(at).bind(key).bind(version).execute(&mut *c).await
        .map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// Campaigns that use a set: key, title, year.
pub(crate) async fn used_by(conn: Conn<'_>, set: &str) -> Result<Vec<(String, String, i64)>, DbError> {
    const SQL: &str = "SELECT DISTINCT c.campaign, c.title, c.year FROM campaign_block b JOIN campaign c ON c.campaign = b.campaign \
        WHERE b.criteria_set = $1 ORDER BY c.year DESC, c.campaign";
    Ok(on!(conn, c => query_as(SQL).bind(set).fetch_all(&mut *c).await)?)
}
