//! The chain of a lane: how a digest is made, and where a chain is broken.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::TryStreamExt as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sqlx::{FromRow as _, Row as _, query, query_as};

use super::LANES;
use crate::world::hex;
use crate::{Conn, Db, DbError, on};

/// Where an event stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) lane: i64,
    pub(super) sequence: i64,
    pub(super) at: DateTime<Utc>,
    pub(super) previous: &'a str,
}

/// The lane of a record: the first byte of the digest of its name, modulo the number of lanes.
pub(super) fn lane_of(kind: &str, thing: &str) -> i64 {
    let digest = Sha256::digest(format!("{kind}/{thing}"));
    i64::from(digest.first().copied().unwrap_or(0)) % LANES
}

/// SHA-256 over place and fields. Each field is preceded by its length in bytes, an absent one is `-`, so that no two events read the same.
/// For whom somebody stood in comes last, and only where it is there: chains from before it was written down stay whole.
pub(super) fn digest(place: &Place<'_>, fields: &[Option<&str>], stands_in_for: Option<&str>) -> String {
    let mut hash = Sha256::new();
    let at = place.at.to_rfc3339_opts(SecondsFormat::Micros, true);
    hash.update(format!("cchc-event-1\n{}\n{}\n{at}\n{}\n", place.lane, place.sequence, place.previous));
    for field in fields.iter().copied().chain(stands_in_for.map(Some)) {
        match field {
            Some(text) => {
                hash.update(format!("{}:", text.len()));
                hash.update(text.as_bytes());
                hash.update(b"\n");
            }
            None => hash.update(b"-\n"),
        }
    }
    hex(&hash.finalize())
}

/// The end of a lane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Number of the lane.
    pub lane: i64,
    /// Number of its last event.
    pub sequence: i64,
    /// Digest of its last event.
    pub digest: String,
}

/// What is wrong with a chain, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainFault {
    /// An event does not have the digest of its fields: it was changed.
    Changed {
        /// Number of the lane.
        lane: i64,
        /// Number of the event.
        sequence: i64,
    },
    /// Events are missing before this one.
    Missing {
        /// Number of the lane.
        lane: i64,
        /// Number of the first one that is missing.
        sequence: i64,
    },
    /// An event does not follow from the one before it: it or the one before was put in by other hands.
    Unlinked {
        /// Number of the lane.
        lane: i64,
        /// Number of the event.
        sequence: i64,
    },
    /// The last event is not the one that the head names: the end was cut off or added to, or the head itself is gone.
    Head {
        /// Number of the lane.
        lane: i64,
        /// Number of the last event found.
        found: i64,
        /// Number that the head names; absent when there is no head.
        named: Option<i64>,
    },
    /// The chain does not contain the head that was written down earlier: it was cut and written anew.
    Anchor {
        /// Number of the lane.
        lane: i64,
        /// Number of the event that was its head then.
        sequence: i64,
    },
}

/// What a look over all chains found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChainReport {
    /// Number of events seen.
    pub events: u64,
    /// Everything that is wrong, lane by lane.
    pub faults: Vec<ChainFault>,
    /// The heads as they are now.
    pub heads: Vec<Head>,
}

/// The heads of all lanes.
///
/// # Errors
/// When the database does not answer.
pub async fn heads(db: &Db) -> Result<Vec<Head>, DbError> {
    heads_in(db.read().await?.conn()).await
}

/// The same, read through a connection: inside a snapshot they are of its moment.
///
/// # Errors
/// When the database does not answer.
pub async fn heads_in(conn: Conn<'_>) -> Result<Vec<Head>, DbError> {
    const SQL: &str = "SELECT lane, sequence, digest FROM event_head ORDER BY lane";
    let rows: Vec<(i64, i64, String)> = on!(conn, c => query_as(SQL).fetch_all(&mut *c).await)?;
    Ok(rows.into_iter().map(|(lane, sequence, digest)| Head { lane, sequence, digest }).collect())
}

#[derive(sqlx::FromRow)]
struct Event {
    lane: i64,
    sequence: i64,
    at: DateTime<Utc>,
    account: Option<String>,
    unit: Option<String>,
    address: Option<String>,
    request: Option<String>,
    kind: String,
    thing: String,
    of_unit: Option<String>,
    action: String,
    before: Option<String>,
    after: Option<String>,
    reason: Option<String>,
    previous: String,
    digest: String,
    stands_in_for: Option<String>,
}

impl Event {
    fn recomputed(&self) -> String {
        let place = Place { lane: self.lane, sequence: self.sequence, at: self.at, previous: &self.previous };
        let fields = [
            self.account.as_deref(),
            self.unit.as_deref(),
            self.address.as_deref(),
            self.request.as_deref(),
            Some(self.kind.as_str()),
            Some(self.thing.as_str()),
            self.of_unit.as_deref(),
            Some(self.action.as_str()),
            self.before.as_deref(),
            self.after.as_deref(),
            self.reason.as_deref(),
        ];
        digest(&place, &fields, self.stands_in_for.as_deref())
    }
}

/// The walk along one lane.
struct Walk<'a> {
    lane: i64,
    expected: i64,
    previous: String,
    anchor: Option<&'a Head>,
    report: &'a mut ChainReport,
}

impl Walk<'_> {
    fn step(&mut self, row: &Event) {
        let (lane, sequence) = (row.lane, row.sequence);
        self.report.events += 1;
        if sequence > self.expected {
            self.report.faults.push(ChainFault::Missing { lane, sequence: self.expected });
        } else if sequence < self.expected || row.previous != self.previous {
            self.report.faults.push(ChainFault::Unlinked { lane, sequence });
        }
        if row.recomputed() != row.digest {
            self.report.faults.push(ChainFault::Changed { lane, sequence });
        }
        if let Some(anchor) = self.anchor
            && anchor.sequence == sequence
            && anchor.digest != row.digest
        {
            self.report.faults.push(ChainFault::Anchor { lane, sequence });
        }
        self.expected = sequence + 1;
        self.previous.clone_from(&row.digest);
    }

    /// A row that cannot even be read as an event, because another hand wrote a time that is none.
    fn step_over(&mut self, sequence: i64, digest: String) {
        self.report.events += 1;
        self.report.faults.push(ChainFault::Changed { lane: self.lane, sequence });
        self.expected = sequence + 1;
        self.previous = digest;
    }

    fn end(self, head: Option<&Head>) {
        let found = self.expected - 1;
        let whole = head.is_some_and(|head| found == head.sequence && self.previous == head.digest);
        if !whole {
            self.report.faults.push(ChainFault::Head { lane: self.lane, found, named: head.map(|head| head.sequence) });
        }
        if let Some(anchor) = self.anchor
            && anchor.sequence > found
        {
            self.report.faults.push(ChainFault::Anchor { lane: self.lane, sequence: anchor.sequence });
        }
    }
}

/// Walks along every chain and says where one is broken. `anchors` are heads written down earlier, elsewhere; none is right too.
///
/// Reads event by event, from one snapshot, while others write.
///
/// # Errors
/// When the database does not answer.
pub async fn verify(db: &Db, anchors: &[Head]) -> Result<ChainReport, DbError> {
    const HEADS: &str = "SELECT lane, sequence, digest FROM event_head ORDER BY lane";
    const OTHERS: &str = "SELECT DISTINCT lane FROM event WHERE lane NOT IN (SELECT lane FROM event_head) ORDER BY lane";
    let mut snapshot = db.snapshot().await?;
    let rows: Vec<(i64, i64, String)> = on!(snapshot.conn(), c => query_as(HEADS).fetch_all(&mut *c).await)?;
    let heads: Vec<Head> = rows.into_iter().map(|(lane, sequence, digest)| Head { lane, sequence, digest }).collect();
    let others: Vec<(i64,)> = on!(snapshot.conn(), c => query_as(OTHERS).fetch_all(&mut *c).await)?;
    // A head that was taken away, or events in a lane that never was, leave no lane unread.
    let mut lanes: BTreeSet<i64> = (0..LANES).collect();
    lanes.extend(heads.iter().map(|head| head.lane));
    lanes.extend(others.into_iter().map(|(lane,)| lane));
    let mut report = ChainReport::default();
    for lane in lanes {
        let anchor = anchors.iter().find(|anchor| anchor.lane == lane && anchor.sequence > 0);
        let mut walk = Walk { lane, expected: 1, previous: String::new(), anchor, report: &mut report };
        walk_along(snapshot.conn(), &mut walk).await?;
        walk.end(heads.iter().find(|head| head.lane == lane));
    }
    report.heads = heads;
    Ok(report)
}

async fn walk_along(conn: Conn<'_>, walk: &mut Walk<'_>) -> Result<(), DbError> {
    const EVENTS: &str = "SELECT * FROM event WHERE lane = $1 ORDER BY sequence";
    on!(conn, c => {
        let mut rows = query(EVENTS).bind(walk.lane).fetch(&mut *c);
        while let Some(row) = rows.try_next().await? {
            match Event::from_row(&row) {
                Ok(event) => walk.step(&event),
                Err(sqlx::Error::ColumnDecode { .. }) => walk.step_over(row.try_get("sequence")?, row.try_get("digest")?),
                Err(error) => return Err(error.into()),
            }
        }
    });
    Ok(())
}
