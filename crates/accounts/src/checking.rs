//! Roles compared with what the history says of them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use platform::history::{RowFault, RowTrouble};
use platform::{Conn, DbError, on};
use serde_json::{Value, json};
use sqlx::query_as;

type Row = (String, String, String, String, String, NaiveDate, Option<NaiveDate>, Option<DateTime<Utc>>);

/// What events say of a role: the fields it was given with, and whether it was taken away.
#[derive(Default)]
struct Told {
    given: Option<Value>,
    revoked: bool,
}

/// Roles that are not as their events left them: whose, which, where, from when to when, and whether it was taken away.
///
/// # Errors
/// When the database does not answer.
pub async fn roles_unlike_their_history(mut conn: Conn<'_>) -> Result<Vec<RowFault>, DbError> {
    const ROWS: &str =
        "SELECT role_grant, account, role, unit, reach, valid_from, valid_to, revoked_at FROM role_grant ORDER BY role_grant";
    const EVENTS: &str = "SELECT thing, action, after FROM event WHERE kind = 'role_grant' ORDER BY thing, at, sequence";
    let rows: Vec<Row> = on!(conn.reborrow(), c => query_as(ROWS).fetch_all(&mut *c).await)?;
    let events: Vec<(String, String, Option<String>)> = on!(conn, c => query_as(EVENTS).fetch_all(&mut *c).await)?;
    let mut told: BTreeMap<String, Told> = BTreeMap::new();
    for (thing, action, after) in events {
        let of = told.entry(thing).or_default();
        match action.as_str() {
            "given" => of.given = after.as_deref().and_then(|text| serde_json::from_str(text).ok()),
            "revoked" => of.revoked = true,
            _ => {}
        }
    }
    let mut faults = Vec::new();
    let fault = |thing: &str, trouble| RowFault { kind: "role_grant", thing: thing.to_owned(), trouble };
    for (key, account, role, unit, reach, valid_from, valid_to, revoked_at) in rows {
        let now = json!({ "account": account, "role": role, "unit": unit, "reach": reach, "valid_from": valid_from, "valid_to": valid_to });
        match told.remove(&key) {
            None => faults.push(fault(&key, RowTrouble::Unknown)),
            Some(Told { given, revoked }) if given.as_ref() != Some(&now) || revoked != revoked_at.is_some() => {
                faults.push(fault(&key, RowTrouble::Changed));
            }
            Some(_) => {}
        }
    }
    faults.extend(told.keys().map(|key| fault(key, RowTrouble::Gone)));
    Ok(faults)
}
