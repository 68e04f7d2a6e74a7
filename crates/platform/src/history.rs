//! The history of every business record: who, for which unit, when, from where, what before and after, and why.
//!
//! An event is written in the transaction that changes the record. Events stand in sixteen lanes, and each lane is a chain: the digest of
//! an event covers its fields and the digest of the event before it, so an event that is changed, taken out or put in is found by [`verify`].
//! Lanes let writers on PostgreSQL pass each other; all events of one transaction go into one lane.
//! The heads of the lanes, kept elsewhere (a backup's manifest, a printed line of `cchc check`), show when the end of a chain was cut off.

mod chain;
mod reading;
mod rows;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use serde_json::Value;
use sqlx::{query, query_as};

pub use chain::{ChainFault, ChainReport, Head, heads, heads_in, verify};
pub use reading::{Event, EventFilter, EventPage, EventPlace, Mention, search, search_after};

pub use rows::{RowFault, RowTrouble};

use crate::{Conn, DbError, Pending, on};

/// How far back a clock is put right in the course of things.
const PUT_RIGHT: TimeDelta = TimeDelta::minutes(5);

/// Number of lanes; the migration made as many heads.
pub const LANES: i64 = 16;

/// Who acts, for which unit, from where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The account; absent for the program itself.
    pub account: Option<String>,
    /// The unit that the person acts for.
    pub unit: Option<String>,
    /// The address of the caller.
    pub address: Option<String>,
    /// Number of the request, as in the log.
    pub request: Option<String>,
    /// The account of the absent person in whose place the act was done, by whose roles; absent for an act by one's own roles.
    pub stands_in_for: Option<String>,
}

impl Source {
    /// The program itself: a scheduled job, the command line.
    #[must_use]
    pub fn program() -> Self {
        Self::default()
    }
}

/// One change of one record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// What kind of record: the name of its table.
    pub kind: &'static str,
    /// Its key.
    pub thing: String,
    /// The unit that the record belongs to.
    pub of_unit: Option<String>,
    /// What was done, as a word of the code ("submitted").
    pub action: &'static str,
    /// The fields that changed, before.
    pub before: Option<Value>,
    /// The fields that changed, after.
    pub after: Option<Value>,
    /// Why, in the words of the person.
    pub reason: Option<String>,
}

impl Change {
    /// A change of a record.
    #[must_use]
    pub fn new(kind: &'static str, thing: impl Into<String>, action: &'static str) -> Self {
        Self { kind, thing: thing.into(), action, ..Self::default() }
    }

    /// Of a record that belongs to a unit.
    #[must_use]
    pub fn of_unit(mut self, unit: impl Into<String>) -> Self {
        self.of_unit = Some(unit.into());
        self
    }

    /// With the fields before.
    #[must_use]
    pub fn before(mut self, fields: Value) -> Self {
        self.before = Some(fields);
        self
    }

    /// With the fields after.
    #[must_use]
    pub fn after(mut self, fields: Value) -> Self {
        self.after = Some(fields);
        self
    }

    /// With the reason that was given.
    #[must_use]
    pub fn reason(mut self, reason: Option<String>) -> Self {
        self.reason = reason;
        self
    }
}

/// Writes the changes of one transaction. Call it once a transaction: two lanes taken in turn by two writers could wait for each other.
///
/// A clock that is put right by minutes does not turn the order of a lane round: events carry the time of the event before them then. One that is set
/// back by more had run wild, and what happens now carries the true time; the sequence of a lane tells what came after what.
///
/// # Errors
/// When the database does not answer; the transaction must not be committed then.
pub fn record<'a>(conn: Conn<'a>, source: &'a Source, at: DateTime<Utc>, changes: &'a [Change]) -> Pending<'a, ()> {
    Box::pin(append(conn, source, at, changes))
}

async fn append(mut conn: Conn<'_>, source: &Source, at: DateTime<Utc>, changes: &[Change]) -> Result<(), DbError> {
    // The end of the lane is held until the transaction ends; on SQLite all writes take turns.
    const TAKE_LITE: &str = "SELECT sequence, digest, at FROM event_head WHERE lane = $1";
    const TAKE_PG: &str = "SELECT sequence, digest, at FROM event_head WHERE lane = $1 FOR UPDATE";
    let Some(first) = changes.first() else { return Ok(()) };
    let lane = chain::lane_of(first.kind, &first.thing);
    let take = if matches!(conn, Conn::Lite(_)) { TAKE_LITE } else { TAKE_PG };
    let (mut sequence, mut digest, before): (i64, String, Option<DateTime<Utc>>) =
        on!(conn.reborrow(), c => query_as(take).bind(lane).fetch_one(&mut *c).await)?;
    // To the microsecond: what both databases keep.
    let at = before.filter(|before| *before - at <= PUT_RIGHT).map_or(at, |before| before.max(at)).trunc_subsecs(6);
    let last = sequence + i64::try_from(changes.len()).unwrap_or(i64::MAX);
    for change in changes {
        sequence += 1;
        let is_last = sequence == last;
        digest = insert(conn.reborrow(), source, change, chain::Place { lane, sequence, at, previous: &digest }, is_last).await?;
    }
    Ok(())
}

macro_rules! insert_event {
    () => {
        "INSERT INTO event (lane, sequence, at, account, unit, address, request, kind, thing, of_unit, action, before, after, reason, previous, digest, stands_in_for) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
    };
}

/// Puts an event at the end of its lane; with the last one of a transaction the lane ends there. PostgreSQL does both by one statement: every save
/// waits for it.
async fn insert(mut conn: Conn<'_>, source: &Source, change: &Change, place: chain::Place<'_>, is_last: bool) -> Result<String, DbError> {
    const SQL: &str = insert_event!();
    const LAST_PG: &str = concat!(
        "WITH put AS (",
        insert_event!(),
        " RETURNING lane, sequence, digest, at) UPDATE event_head h SET sequence = put.sequence, digest = put.digest, at = put.at \
         FROM put WHERE h.lane = put.lane"
    );
    const END_LITE: &str = "UPDATE event_head SET sequence = $1, digest = $2, at = $3 WHERE lane = $4";
    let lite = matches!(conn, Conn::Lite(_));
    let sql = if is_last && !lite { LAST_PG } else { SQL };
    let before = change.before.as_ref().map(Value::to_string);
    let after = change.after.as_ref().map(Value::to_string);
    let digest = chain::digest(
        &place,
        &[
            source.account.as_deref(),
            source.unit.as_deref(),
            source.address.as_deref(),
            source.request.as_deref(),
            Some(change.kind),
            Some(&change.thing),
            change.of_unit.as_deref(),
            Some(change.action),
            before.as_deref(),
            after.as_deref(),
            change.reason.as_deref(),
        ],
        source.stands_in_for.as_deref(),
    );
    on!(conn.reborrow(), c => query(sql)
        .bind(place.lane)
        .bind(place.sequence)
        .bind(place.at)
        .bind(&source.account)
        .bind(&source.unit)
        .bind(&source.address)
        .bind(&source.request)
        .bind(change.kind)
        .bind(&change.thing)
        .bind(&change.of_unit)
        .bind(change.action)
        .bind(&before)
        .bind(&after)
        .bind(&change.reason)
        .bind(place.previous)
        .bind(&digest)
        .bind(&source.stands_in_for)
        .execute(&mut *c)
        .await
        .map(drop))?;
    if is_last && lite {
        on!(conn, c => query(END_LITE).bind(place.sequence).bind(&digest).bind(place.at).bind(place.lane).execute(&mut *c).await.map(drop))?;
    }
    Ok(digest)
}
