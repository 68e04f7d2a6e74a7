//! Units as of a date, their versions, links and names.

use chrono::NaiveDate;
use platform::{Conn, DbError, on};
use sqlx::{FromRow, query_as, query_scalar};
use viet_text::fold;

use super::stored;
use crate::model::{Extent, Kind, Level, RecordStatus, UnitLink, UnitVersion};

#[derive(FromRow)]
struct VersionRow {
    unit: String,
    position: i64,
    code: String,
    level: String,
    kind: String,
    name: String,
    short_name: String,
    parent: Option<String>,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
    source: String,
    status: String,
    note: Option<String>,
}

impl VersionRow {
    fn into_version(self) -> Result<UnitVersion, sqlx::Error> {
        Ok(UnitVersion {
            level: stored(Level::of(&self.level), "level", &self.level)?,
            kind: stored(Kind::of(&self.kind), "kind", &self.kind)?,
            status: stored(RecordStatus::of(&self.status), "status", &self.status)?,
            unit: self.unit,
            position: self.position,
            code: self.code,
            name: self.name,
            short_name: self.short_name,
            parent: self.parent,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            source: self.source,
            note: self.note,
        })
    }
}

fn into_versions(rows: Vec<VersionRow>) -> Result<Vec<UnitVersion>, DbError> {
    Ok(rows.into_iter().map(VersionRow::into_version).collect::<Result<_, _>>()?)
}

macro_rules! version_query {
    ($rest:literal) => {
        concat!(
            "SELECT unit, position, code, level, kind, name, short_name, parent, valid_from, valid_to, source, status, note FROM unit_version ",
            $rest
        )
    };
}

/// Every version of a unit, oldest first; empty for an unknown key.
///
/// # Errors
/// When the database does not answer.
pub async fn versions_of(conn: Conn<'_>, unit: &str) -> Result<Vec<UnitVersion>, DbError> {
    const SQL: &str = version_query!("WHERE unit = $1 ORDER BY position");
    into_versions(on!(conn, c => query_as(SQL).bind(unit).fetch_all(&mut *c).await)?)
}

/// Every version that carries a code, at any time, of any level; oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn versions_with_code(conn: Conn<'_>, code: &str) -> Result<Vec<UnitVersion>, DbError> {
    const SQL: &str = version_query!("WHERE code = $1 ORDER BY level, COALESCE(valid_from, '0001-01-01'), position");
    into_versions(on!(conn, c => query_as(SQL).bind(code).fetch_all(&mut *c).await)?)
}

/// The unit that a code meant at a date, on the highest level that knows the code.
///
/// # Errors
/// When the database does not answer.
pub async fn unit_by_code_at(conn: Conn<'_>, code: &str, date: NaiveDate) -> Result<Option<UnitVersion>, DbError> {
    Ok(versions_with_code(conn, code).await?.into_iter().filter(|version| version.covers(date)).min_by_key(|version| version.level))
}

/// The units directly below a unit at a date, in Vietnamese order, level by level.
///
/// # Errors
/// When the database does not answer.
pub async fn children_at(conn: Conn<'_>, parent: &str, date: NaiveDate) -> Result<Vec<UnitVersion>, DbError> {
    const SQL: &str = version_query!(
        "WHERE parent = $1 AND (valid_from IS NULL OR valid_from <= $2) AND (valid_to IS NULL OR valid_to >= $2) ORDER BY level DESC, sort_key, unit"
    );
    into_versions(on!(conn, c => query_as(SQL).bind(parent).bind(date).fetch_all(&mut *c).await)?)
}

/// All units of a level at a date, in Vietnamese order.
///
/// # Errors
/// When the database does not answer.
pub async fn units_at(conn: Conn<'_>, level: Level, date: NaiveDate) -> Result<Vec<UnitVersion>, DbError> {
    const SQL: &str = version_query!(
        "WHERE level = $1 AND (valid_from IS NULL OR valid_from <= $2) AND (valid_to IS NULL OR valid_to >= $2) ORDER BY sort_key, unit"
    );
    into_versions(on!(conn, c => query_as(SQL).bind(level.word()).bind(date).fetch_all(&mut *c).await)?)
}

/// All units of every level at a date, in Vietnamese order within a level.
///
/// # Errors
/// When the database does not answer.
pub async fn all_units_at(conn: Conn<'_>, date: NaiveDate) -> Result<Vec<UnitVersion>, DbError> {
    const SQL: &str = version_query!(
        "WHERE (valid_from IS NULL OR valid_from <= $1) AND (valid_to IS NULL OR valid_to >= $1) ORDER BY level DESC, sort_key, unit"
    );
    into_versions(on!(conn, c => query_as(SQL).bind(date).fetch_all(&mut *c).await)?)
}

/// Number of units on each level at a date, highest level first.
///
/// # Errors
/// When the database does not answer.
pub async fn level_counts_at(conn: Conn<'_>, date: NaiveDate) -> Result<Vec<(Level, i64)>, DbError> {
    const SQL: &str = "SELECT level, CAST(COUNT(*) AS BIGINT) FROM unit_version \
        WHERE (valid_from IS NULL OR valid_from <= $1) AND (valid_to IS NULL OR valid_to >= $1) GROUP BY level";
    let rows: Vec<(String, i64)> = on!(conn, c => query_as(SQL).bind(date).fetch_all(&mut *c).await)?;
    let mut counts: Vec<(Level, i64)> = rows.into_iter().filter_map(|(level, count)| Some((Level::of(&level)?, count))).collect();
    counts.sort_unstable();
    Ok(counts)
}

/// A unit on the other end of a link, as it was on the day of the change (the new one) or the day before (the old one).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedUnit {
    /// The link.
    pub link: UnitLink,
    /// The unit on the other end.
    pub unit: UnitVersion,
}

#[derive(FromRow)]
struct LinkRow {
    from_unit: String,
    to_unit: String,
    date: NaiveDate,
    extent: String,
    link_source: String,
    link_status: String,
    link_note: Option<String>,
    #[sqlx(flatten)]
    version: VersionRow,
}

/// What a unit came from and what it went into: `(predecessors, successors)`, each in Vietnamese order.
///
/// # Errors
/// When the database does not answer.
pub async fn links_of(mut conn: Conn<'_>, unit: &str) -> Result<(Vec<LinkedUnit>, Vec<LinkedUnit>), DbError> {
    const HEAD: &str = "SELECT l.from_unit, l.to_unit, l.date, l.extent, l.source AS link_source, l.status AS link_status, l.note AS link_note, \
        v.unit, v.position, v.code, v.level, v.kind, v.name, v.short_name, v.parent, v.valid_from, v.valid_to, v.source, v.status, v.note ";
    // The old unit is shown by its last version, the new one by the version it began with.
    let predecessors = const_format(
        HEAD,
        "FROM unit_link l JOIN unit_version v ON v.unit = l.from_unit \
        AND v.position = (SELECT MAX(p.position) FROM unit_version p WHERE p.unit = l.from_unit AND (p.valid_from IS NULL OR p.valid_from < l.date)) \
        WHERE l.to_unit = $1 ORDER BY l.date, v.sort_key, v.unit",
    );
    let successors = const_format(
        HEAD,
        "FROM unit_link l JOIN unit_version v ON v.unit = l.to_unit \
        AND v.position = (SELECT MIN(p.position) FROM unit_version p WHERE p.unit = l.to_unit AND (p.valid_to IS NULL OR p.valid_to >= l.date)) \
        WHERE l.from_unit = $1 ORDER BY l.date, v.sort_key, v.unit",
    );
    let before = linked(conn.reborrow(), predecessors, unit).await?;
    Ok((before, linked(conn, successors, unit).await?))
}

fn const_format(head: &str, rest: &str) -> String {
    format!("{head}{rest}")
}

async fn linked(conn: Conn<'_>, sql: String, unit: &str) -> Result<Vec<LinkedUnit>, DbError> {
    // The text is put together from constants above; nothing that a person typed is in it.
    let rows: Vec<LinkRow> = on!(conn, c => query_as(sqlx::AssertSqlSafe(sql)).bind(unit).fetch_all(&mut *c).await)?;
    let mut units = Vec::with_capacity(rows.len());
    for row in rows {
        let link = UnitLink {
            extent: stored(Extent::of(&row.extent), "extent", &row.extent)?,
            status: stored(RecordStatus::of(&row.link_status), "status", &row.link_status)?,
            from: row.from_unit,
            to: row.to_unit,
            date: row.date,
            source: row.link_source,
            note: row.link_note,
        };
        units.push(LinkedUnit { link, unit: row.version.into_version()? });
    }
    Ok(units)
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// One page of versions, best first.
    pub versions: Vec<UnitVersion>,
    /// Number of all versions found.
    pub total: i64,
}

/// Units whose name holds the words typed, with or without tone marks, at a date or at any time; whole names first, higher levels first, then Vietnamese order.
///
/// # Errors
/// When the database does not answer.
pub async fn search(mut conn: Conn<'_>, typed: &str, date: Option<NaiveDate>, limit: i64, offset: i64) -> Result<Found, DbError> {
    const WHERE: &str = "(search_key LIKE $1 OR code = $2) AND ($3 = 0 OR ((valid_from IS NULL OR valid_from <= $4) AND (valid_to IS NULL OR valid_to >= $4)))";
    let key = fold(typed);
    if key.is_empty() {
        return Ok(Found { versions: Vec::new(), total: 0 });
    }
    let (anywhere, at_end) = (format!("%{key}%"), format!("% {key}"));
    let code = typed.trim().to_uppercase();
    let (dated, day) = (i64::from(date.is_some()), date.unwrap_or(NaiveDate::MIN.max(NaiveDate::default())));
    let count = format!("SELECT CAST(COUNT(*) AS BIGINT) FROM unit_version WHERE {WHERE}");
    let total: i64 = on!(conn.reborrow(), c => query_scalar(sqlx::AssertSqlSafe(count))
        .bind(&anywhere).bind(&code).bind(dated).bind(day).fetch_one(&mut *c).await)?;
    // A whole name is the kind and the words, or the words alone: "quận hoàn kiếm" ends in " hoan kiem".
    let page = format!(
        "{}WHERE {WHERE} ORDER BY CASE WHEN search_key = $5 OR code = $2 THEN 0 WHEN search_key LIKE $6 THEN 1 ELSE 2 END, \
         CASE level WHEN 'country' THEN 0 WHEN 'province' THEN 1 WHEN 'ministry' THEN 2 WHEN 'department' THEN 3 WHEN 'district' THEN 4 ELSE 5 END, \
         sort_key, unit, position LIMIT $7 OFFSET $8",
        version_query!("")
    );
    let rows = on!(conn, c => query_as(sqlx::AssertSqlSafe(page))
        .bind(&anywhere).bind(&code).bind(dated).bind(day).bind(&key).bind(&at_end).bind(limit).bind(offset).fetch_all(&mut *c).await)?;
    Ok(Found { versions: into_versions(rows)?, total })
}
