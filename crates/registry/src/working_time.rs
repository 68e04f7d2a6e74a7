//! The working-time calendar of an installation: the catalogue's holidays, and the days that an administrator added over them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use platform::{Conn, DbError, on};
use sqlx::{FromRow, query, query_as};
use thiserror::Error;
use work_calendar::{Calendar, CalendarFault, DayKind, Entry, EntryStatus};

use crate::catalogue::embedded_text;

/// Where the catalogue's holidays lie.
const FILE: &str = "calendar/holidays.csv";

/// Why there is no calendar.
#[derive(Debug, Error)]
pub enum CalendarError {
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The days do not fit together.
    #[error("the days of the calendar do not fit together")]
    Faults(Vec<CalendarFault>),
}

#[derive(FromRow)]
struct Row {
    day: NaiveDate,
    kind: String,
    name: String,
    pair: Option<NaiveDate>,
    source: String,
}

/// The days that were added, in their order.
///
/// # Errors
/// When the database does not answer.
pub async fn added_days(conn: Conn<'_>) -> Result<Vec<Entry>, DbError> {
    const SQL: &str = "SELECT day, kind, name, pair, source FROM calendar_day ORDER BY day";
    let rows: Vec<Row> = on!(conn, c => query_as(SQL).fetch_all(&mut *c).await)?;
    let entry = |row: Row| {
        let kind = DayKind::ALL.into_iter().find(|kind| kind.word() == row.kind);
        Ok(Entry {
            kind: crate::store::stored(kind, "kind", &row.kind)?,
            date: row.day,
            name_en: row.name.clone(),
            name_vi: row.name,
            pair: row.pair,
            applied: true,
            status: EntryStatus::Official,
            source: row.source,
            note: String::new(),
        })
    };
    Ok(rows.into_iter().map(entry).collect::<Result<_, sqlx::Error>>()?)
}

/// The catalogue's days with others over them: a day that was added takes the place of the catalogue's.
///
/// # Errors
/// Every rule that the days break together.
pub fn with_days(added: Vec<Entry>) -> Result<Calendar, Vec<CalendarFault>> {
    let of_file = Calendar::read(&embedded_text(FILE).unwrap_or_default())?;
    let mut days: BTreeMap<NaiveDate, Entry> = of_file.entries().iter().map(|entry| (entry.date, entry.clone())).collect();
    for entry in added {
        days.insert(entry.date, entry);
    }
    Calendar::from_entries(days.into_values().collect())
}

/// The calendar as it counts now.
///
/// # Errors
/// When the database does not answer, or the days do not fit together.
pub async fn calendar(conn: Conn<'_>) -> Result<Calendar, CalendarError> {
    with_days(added_days(conn).await?).map_err(CalendarError::Faults)
}

/// Writes days, each in the place of what was added for it before.
///
/// # Errors
/// When the database does not answer.
pub async fn put_days(mut conn: Conn<'_>, entries: &[Entry], by: &str, at: DateTime<Utc>) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO calendar_day (day, kind, name, pair, source, added_by, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
        ON CONFLICT (day) DO UPDATE SET kind = excluded.kind, name = excluded.name, pair = excluded.pair, source = excluded.source, \
        added_by = excluded.added_by, added_at = excluded.added_at";
    for entry in entries {
        on!(conn.reborrow(), c => query(SQL)
            .bind(entry.date)
            .bind(entry.kind.word())
            .bind(&entry.name_vi)
            .bind(entry.pair)
            .bind(&entry.source)
            .bind(by)
            .bind(at)
            .execute(&mut *c)
            .await
            .map(drop))?;
    }
    Ok(())
}

/// Takes added days away; what the catalogue says of them counts again.
///
/// # Errors
/// When the database does not answer.
pub async fn take_day(conn: Conn<'_>, day: NaiveDate) -> Result<bool, DbError> {
    const SQL: &str = "DELETE FROM calendar_day WHERE day = $1";
    let done = on!(conn, c => query(SQL).bind(day).execute(&mut *c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}
