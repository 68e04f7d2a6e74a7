//! Figures compared with what the history says of them.

use chrono::{DateTime, Utc};
use platform::history::{RowFault, RowTrouble};
use platform::{Conn, Db, DbError, on};
use serde_json::{Value, json};
use sqlx::{FromRow, query_as};

use crate::actions::figure_key;

/// Figures that are looked at in one step.
const STEP: i64 = 1000;

#[derive(FromRow)]
struct Row {
    collection: String,
    unit: String,
    indicator: String,
    value: Option<String>,
    missing_reason: Option<String>,
    note: Option<String>,
    entered_at: DateTime<Utc>,
    version: i64,
}

impl Row {
    fn key(&self) -> String {
        figure_key(&self.collection, &self.unit, &self.indicator)
    }

    /// As the event of its last entry has it.
    fn told(&self) -> Value {
        match &self.value {
            Some(value) => json!({ "value": value, "note": self.note }),
            None => json!({ "missing": self.missing_reason, "note": self.note }),
        }
    }
}

/// Figures that are not as the last event left them, that no event knows, and that are gone. The number of figures that were looked at.
///
/// # Errors
/// When the database does not answer.
pub async fn figures_unlike_their_history(db: &Db) -> Result<(u64, Vec<RowFault>), DbError> {
    const ROWS: &str = "SELECT collection, unit, indicator, value, missing_reason, note, entered_at, version FROM figure \
        WHERE collection > $1 OR collection = $1 AND (unit > $2 OR unit = $2 AND indicator > $3) ORDER BY collection, unit, indicator LIMIT $4";
    let mut read = db.read().await?;
    let (mut count, mut faults) = (0, Vec::new());
    let mut after = (String::new(), String::new(), String::new());
    loop {
        let rows: Vec<Row> = on!(read.conn(), c => query_as(ROWS)
            .bind(&after.0)
            .bind(&after.1)
            .bind(&after.2)
            .bind(STEP)
            .fetch_all(&mut *c)
            .await)?;
        let Some(last) = rows.last() else { break };
        after = (last.collection.clone(), last.unit.clone(), last.indicator.clone());
        for row in &rows {
            count += 1;
            if let Some(trouble) = trouble(read.conn(), row).await? {
                faults.push(RowFault { kind: "figure", thing: row.key(), trouble });
            }
        }
    }
    faults.extend(gone(read.conn()).await?);
    Ok((count, faults))
}

/// What is wrong with a figure. An entry has an event of its own, not older than the time in the row: the clock of the history never runs back.
async fn trouble(conn: Conn<'_>, row: &Row) -> Result<Option<RowTrouble>, DbError> {
    const EVENTS: &str = "SELECT at, after FROM event WHERE kind = 'figure' AND thing = $1 ORDER BY at DESC, sequence DESC";
    let events: Vec<(DateTime<Utc>, Option<String>)> = on!(conn, c => query_as(EVENTS).bind(row.key()).fetch_all(&mut *c).await)?;
    if events.is_empty() {
        return Ok(Some(RowTrouble::Unknown));
    }
    let told = row.told();
    let entered = row.entered_at.timestamp_micros();
    let fits = |(at, after): &(DateTime<Utc>, Option<String>)| {
        at.timestamp_micros() >= entered
            && after.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok()).as_ref() == Some(&told)
    };
    let whole = usize::try_from(row.version) == Ok(events.len()) && events.iter().any(fits);
    Ok((!whole).then_some(RowTrouble::Changed))
}

/// Figures that the history knows and that are not there.
async fn gone(mut conn: Conn<'_>) -> Result<Vec<RowFault>, DbError> {
    const KNOWN: &str = "SELECT DISTINCT thing FROM event WHERE kind = 'figure' AND thing > $1 ORDER BY thing LIMIT $2";
    const THERE: &str = "SELECT version FROM figure WHERE collection = $1 AND unit = $2 AND indicator = $3";
    let (mut faults, mut after) = (Vec::new(), String::new());
    loop {
        let known: Vec<(String,)> = on!(conn.reborrow(), c => query_as(KNOWN).bind(&after).bind(STEP).fetch_all(&mut *c).await)?;
        let Some((last,)) = known.last() else { return Ok(faults) };
        after.clone_from(last);
        for (thing,) in known {
            let mut parts = thing.splitn(3, '/').map(str::to_owned);
            let (collection, unit, indicator) = (parts.next(), parts.next(), parts.next());
            let there: Option<(i64,)> =
                on!(conn.reborrow(), c => query_as(THERE).bind(&collection).bind(&unit).bind(&indicator).fetch_optional(&mut *c).await)?;
            if there.is_none() {
                faults.push(RowFault { kind: "figure", thing, trouble: RowTrouble::Gone });
            }
        }
    }
}
