//! What waits to be sent, and what became of it.

use chrono::{DateTime, TimeDelta, Utc};
use platform::{Conn, Db, DbError, on};
use sqlx::{FromRow, query, query_as, query_scalar};

use crate::kind::Channel;

/// The longest time between two tries.
const LONGEST_DELAY: TimeDelta = TimeDelta::hours(1);
/// How long a run may take to send what it took, before another run takes it.
const HOLD: TimeDelta = TimeDelta::minutes(10);
/// What could not be sent for so long is not news any more.
pub(crate) const TOO_OLD: TimeDelta = TimeDelta::days(7);

/// A sending that waits, with its person.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Waiting {
    pub(crate) notice: String,
    channel: String,
    pub(crate) attempts: i64,
    pub(crate) account: String,
    pub(crate) kind: String,
    pub(crate) text_vi: String,
    pub(crate) text_en: String,
    pub(crate) link: String,
    pub(crate) due_at: Option<DateTime<Utc>>,
    pub(crate) made_at: DateTime<Utc>,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) closed: i64,
}

impl Waiting {
    pub(crate) fn channel(&self) -> Channel {
        Channel::of(&self.channel).unwrap_or(Channel::Mail)
    }
}

macro_rules! waiting_query {
    ($rest:literal) => {
        concat!(
            "SELECT d.notice, d.channel, d.attempts, n.account, n.kind, n.text_vi, n.text_en, n.link, n.due_at, n.made_at, a.login, a.name, \
             a.email, a.phone, CAST(CASE WHEN a.state = 'disabled' OR a.valid_to < $1 THEN 1 ELSE 0 END AS BIGINT) AS closed \
             FROM notice_delivery d JOIN notice n ON n.notice = d.notice JOIN account a ON a.account = n.account \
             WHERE d.state = 'waiting' AND ",
            $rest
        )
    };
}

/// Single notices that are due, oldest first. A try that lies further ahead than any delay was put there by a clock that ran ahead.
pub(crate) async fn singles(conn: Conn<'_>, now: DateTime<Utc>, limit: i64) -> Result<Vec<Waiting>, DbError> {
    const SQL: &str = waiting_query!(
        "d.manner = 'each' AND (d.next_try_at <= $2 OR d.attempts = 0 OR d.next_try_at > $3) ORDER BY n.made_at, d.notice, d.channel LIMIT $4"
    );
    let today = platform::day_in_viet_nam(now);
    Ok(on!(conn, c => query_as(SQL).bind(today).bind(now).bind(now + LONGEST_DELAY).bind(limit).fetch_all(&mut *c).await)?)
}

/// Whether a single notice is due.
pub(crate) async fn any_single(conn: Conn<'_>, now: DateTime<Utc>) -> Result<bool, DbError> {
    const SQL: &str = "SELECT CAST(1 AS BIGINT) FROM notice_delivery WHERE state = 'waiting' AND manner = 'each' \
        AND (next_try_at <= $1 OR attempts = 0 OR next_try_at > $2) LIMIT 1";
    let found: Option<i64> = on!(conn, c => query_scalar(SQL).bind(now).bind(now + LONGEST_DELAY).fetch_optional(&mut *c).await)?;
    Ok(found.is_some())
}

/// Everybody for whom a digest is due, by channel.
pub(crate) async fn digest_people(conn: Conn<'_>, now: DateTime<Utc>) -> Result<Vec<(String, String)>, DbError> {
    const SQL: &str = "SELECT DISTINCT n.account, d.channel FROM notice_delivery d JOIN notice n ON n.notice = d.notice \
        WHERE d.state = 'waiting' AND d.manner = 'digest' AND (d.next_try_at <= $1 OR d.attempts = 0 OR d.next_try_at > $2) \
        ORDER BY n.account, d.channel";
    Ok(on!(conn, c => query_as(SQL).bind(now).bind(now + LONGEST_DELAY).fetch_all(&mut *c).await)?)
}

/// What is due for one digest, oldest first.
pub(crate) async fn digest_of(conn: Conn<'_>, now: DateTime<Utc>, account: &str, channel: &str) -> Result<Vec<Waiting>, DbError> {
    const SQL: &str = waiting_query!(
        "d.manner = 'digest' AND (d.next_try_at <= $2 OR d.attempts = 0 OR d.next_try_at > $3) AND n.account = $4 AND d.channel = $5 \
         ORDER BY n.made_at, d.notice LIMIT 500"
    );
    let today = platform::day_in_viet_nam(now);
    Ok(on!(conn, c => query_as(SQL)
        .bind(today)
        .bind(now)
        .bind(now + LONGEST_DELAY)
        .bind(account)
        .bind(channel)
        .fetch_all(&mut *c)
        .await)?)
}

/// How many notices were tried in a digest, or are just being sent in one, and have not gone.
pub(crate) async fn digests_left(conn: Conn<'_>) -> Result<i64, DbError> {
    const SQL: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM notice_delivery WHERE state = 'waiting' AND manner = 'digest' AND attempts > 0";
    Ok(on!(conn, c => query_scalar(SQL).fetch_one(&mut *c).await)?)
}

/// Takes sendings for a while, so that no other run sends them too; answers those that were still there to be taken.
pub(crate) async fn claim(db: &Db, now: DateTime<Utc>, all: Vec<Waiting>) -> Result<Vec<Waiting>, DbError> {
    const SQL: &str = "UPDATE notice_delivery SET attempts = attempts + 1, next_try_at = $1 \
        WHERE notice = $2 AND channel = $3 AND state = 'waiting' AND attempts = $4";
    let mut write = db.write().await?;
    let mut claimed = Vec::with_capacity(all.len());
    for waiting in all {
        let taken = on!(write.conn(), c => query(SQL)
            .bind(now + HOLD)
            .bind(&waiting.notice)
            .bind(waiting.channel().word())
            .bind(waiting.attempts)
            .execute(&mut *c)
            .await
            .map(|done| done.rows_affected()))?;
        if taken == 1 {
            claimed.push(waiting);
        }
    }
    write.commit().await?;
    Ok(claimed)
}

/// What became of some sendings.
#[derive(Debug, Clone)]
pub(crate) enum Fate {
    Sent,
    /// To be tried again, not sooner than the time given.
    Later {
        fault: String,
        after: TimeDelta,
    },
    Failed {
        fault: String,
    },
}

/// Writes what became of sendings, all at once.
pub(crate) async fn settle(db: &Db, now: DateTime<Utc>, all: &[Waiting], fate: &Fate) -> Result<(), DbError> {
    const SQL: &str = "UPDATE notice_delivery SET state = $1, next_try_at = $2, sent_at = $3, fault = $4 \
        WHERE notice = $5 AND channel = $6 AND state = 'waiting'";
    let mut write = db.write().await?;
    for waiting in all {
        let (state, next, sent, fault) = match fate {
            Fate::Sent => ("sent", now, Some(now), None),
            Fate::Failed { fault } => ("failed", now, None, Some(fault)),
            Fate::Later { fault, .. } if waiting.made_at + TOO_OLD < now => ("failed", now, None, Some(fault)),
            Fate::Later { fault, after } => ("waiting", now + delay(waiting.attempts).max(*after).min(LONGEST_DELAY), None, Some(fault)),
        };
        on!(write.conn(), c => query(SQL)
            .bind(state)
            .bind(next)
            .bind(sent)
            .bind(fault)
            .bind(&waiting.notice)
            .bind(waiting.channel().word())
            .execute(&mut *c)
            .await
            .map(drop))?;
    }
    write.commit().await
}

/// One minute, doubling to an hour.
fn delay(attempts: i64) -> TimeDelta {
    let doublings = u32::try_from(attempts.clamp(0, 6)).unwrap_or(0);
    (TimeDelta::minutes(1) * 2_i32.pow(doublings)).min(LONGEST_DELAY)
}

/// Something that could not be sent, for administrators.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct FailedDelivery {
    /// Name of the person.
    pub name: String,
    /// Sign-in name of the person.
    pub login: String,
    channel: String,
    /// What was to be told, in Vietnamese.
    pub text_vi: String,
    /// The same in English.
    pub text_en: String,
    /// When it was written.
    pub made_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i64,
    /// Why it was not sent: a word, and the words of the other side.
    pub fault: Option<String>,
    state: String,
}

impl FailedDelivery {
    /// By which way.
    #[must_use]
    pub fn channel(&self) -> Channel {
        Channel::of(&self.channel).unwrap_or(Channel::Mail)
    }

    /// Whether it is tried again.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.state == "waiting"
    }
}

/// How many messages did not leave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SendingCounts {
    /// Tried, and tried again.
    pub tried_again: i64,
    /// Given up.
    pub given_up: i64,
}

/// Counts what waits after a failure, and what was given up of notices made since a moment.
///
/// # Errors
/// When the database does not answer.
pub async fn sending_counts(conn: Conn<'_>, since: DateTime<Utc>) -> Result<SendingCounts, DbError> {
    const SQL: &str = "SELECT CAST(COUNT(CASE WHEN d.state = 'waiting' THEN 1 END) AS BIGINT), CAST(COUNT(CASE WHEN d.state = 'failed' THEN 1 END) AS BIGINT) \
        FROM notice_delivery d JOIN notice n ON n.notice = d.notice \
        WHERE d.state = 'failed' AND n.made_at >= $1 OR d.state = 'waiting' AND d.attempts > 0";
    let (tried_again, given_up) = on!(conn, c => query_as(SQL).bind(since).fetch_one(&mut *c).await)?;
    Ok(SendingCounts { tried_again, given_up })
}

/// What failed for good, and what waits after a failure; newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn failed_deliveries(conn: Conn<'_>, limit: i64) -> Result<Vec<FailedDelivery>, DbError> {
    const SQL: &str = "SELECT a.name, a.login, d.channel, n.text_vi, n.text_en, n.made_at, d.attempts, d.fault, d.state \
        FROM notice_delivery d JOIN notice n ON n.notice = d.notice JOIN account a ON a.account = n.account \
        WHERE d.state = 'failed' OR d.state = 'waiting' AND d.attempts > 0 ORDER BY n.made_at DESC, d.notice DESC, d.channel LIMIT $1";
    Ok(on!(conn, c => query_as(SQL).bind(limit).fetch_all(&mut *c).await)?)
}
