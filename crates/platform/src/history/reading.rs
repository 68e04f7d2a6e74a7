//! Reading the history: of one record, or the log of all.

use chrono::{DateTime, Utc};
use sqlx::{FromRow, query_as};

use crate::{Conn, DbError, on};

/// An event as people read it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Event {
    /// Lane and number name the event.
    pub lane: i64,
    /// Number in the lane.
    pub sequence: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// The account; absent for the program itself.
    pub account: Option<String>,
    /// Name of the person, as it is now.
    pub name: Option<String>,
    /// The unit that the person acted for.
    pub unit: Option<String>,
    /// From where.
    pub address: Option<String>,
    /// Number of the request.
    pub request: Option<String>,
    /// Kind of record.
    pub kind: String,
    /// Key of the record.
    pub thing: String,
    /// The unit that the record belongs to.
    pub of_unit: Option<String>,
    /// What was done.
    pub action: String,
    /// Changed fields before, as JSON.
    pub before: Option<String>,
    /// Changed fields after, as JSON.
    pub after: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// What to look for; an absent field does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Kind of record.
    pub kind: Option<String>,
    /// Key of the record.
    pub thing: Option<String>,
    /// Account that acted.
    pub account: Option<String>,
    /// What was done.
    pub action: Option<String>,
    /// Units that the record belongs to or the person acted for; absent means every unit.
    pub units: Option<Vec<String>>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

/// Which part of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventPage {
    /// How many to pass over.
    pub offset: i64,
    /// How many to answer.
    pub limit: i64,
}

/// Events that fit, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn search(conn: Conn<'_>, filter: &EventFilter, page: EventPage) -> Result<Vec<Event>, DbError> {
    // A parameter that is NULL does not narrow; the units come as one JSON list, which each database opens in its own way.
    const SELECT: &str = "SELECT e.lane, e.sequence, e.at, e.account, a.name, e.unit, e.address, e.request, e.kind, e.thing, e.of_unit, \
        e.action, e.before, e.after, e.reason FROM event e LEFT JOIN account a ON a.account = e.account \
        WHERE ($1 IS NULL OR e.kind = $1) AND ($2 IS NULL OR e.thing = $2) AND ($3 IS NULL OR e.account = $3) AND ($4 IS NULL OR e.action = $4) \
        AND ($5 IS NULL OR e.at >= $5) AND ($6 IS NULL OR e.at < $6) ";
    const ORDER: &str = " ORDER BY e.at DESC, e.lane, e.sequence DESC LIMIT $8 OFFSET $9";
    let units = filter.units.as_ref().map(|units| serde_json::Value::from(units.clone()).to_string());
    let (cast_text, cast_time, within) = match conn {
        Conn::Lite(_) => {
            ("", "", "AND ($7 IS NULL OR e.of_unit IN (SELECT value FROM json_each($7)) OR e.unit IN (SELECT value FROM json_each($7)))")
        }
        Conn::Pg(_) => (
            "::TEXT",
            "::TIMESTAMPTZ",
            "AND ($7 IS NULL OR e.of_unit IN (SELECT json_array_elements_text($7::JSON)) OR e.unit IN (SELECT json_array_elements_text($7::JSON)))",
        ),
    };
    let mut sql = format!("{SELECT}{within}{ORDER}");
    for (parameter, cast) in [
        ("$1", cast_text),
        ("$2", cast_text),
        ("$3", cast_text),
        ("$4", cast_text),
        ("$5", cast_time),
        ("$6", cast_time),
        ("$7", cast_text),
    ] {
        sql = sql.replace(&format!("({parameter} IS NULL"), &format!("({parameter}{cast} IS NULL"));
    }
    // The text is put together from the constants above alone.
    let sql = sqlx::AssertSqlSafe(sql);
    let events = on!(conn, c => query_as(sql)
        .bind(&filter.kind)
        .bind(&filter.thing)
        .bind(&filter.account)
        .bind(&filter.action)
        .bind(filter.from)
        .bind(filter.until)
        .bind(&units)
        .bind(page.limit)
        .bind(page.offset)
        .fetch_all(&mut *c)
        .await)?;
    Ok(events)
}
