//! A notice is written in the transaction that causes it; pages read and mark them.

use accounts::Beside;
use chrono::{DateTime, Utc};
use platform::{Conn, DbError, World, on};
use sqlx::{FromRow, query, query_as, query_scalar};

use crate::kind::{Channel, Kind, Manner};

/// Something a person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// Who.
    pub account: String,
    /// Why.
    pub kind: Kind,
    /// What makes it the same: the same word reaches a person once, for good.
    pub sameness: String,
    /// One sentence in Vietnamese.
    pub text_vi: String,
    /// The same in English.
    pub text_en: String,
    /// Where it leads: a path without language prefix.
    pub link: String,
    /// Until when something is to be done.
    pub due_at: Option<DateTime<Utc>>,
}

/// Writes a notice inside a transaction, and queues its sending by the ways the person chose. Tells whether it is new to the person.
/// Accounts that are disabled or ended get none; made-up people of a demonstration get it on their page alone.
///
/// # Errors
/// When the database does not answer; the transaction must not be committed then.
pub async fn notify(mut conn: Conn<'_>, world: &World, new: &NewNotice) -> Result<bool, DbError> {
    const WHO: &str =
        "SELECT email, phone, made_up FROM account WHERE account = $1 AND state <> 'disabled' AND (valid_to IS NULL OR valid_to >= $2)";
    const PUT: &str = "INSERT INTO notice (notice, account, kind, sameness, text_vi, text_en, link, due_at, made_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (account, sameness) DO NOTHING";
    const CHOSEN: &str = "SELECT manner FROM notice_preference WHERE account = $1 AND kind = $2 AND channel = $3";
    const SEND: &str =
        "INSERT INTO notice_delivery (notice, channel, manner, state, attempts, next_try_at) VALUES ($1, $2, $3, 'waiting', 0, $4)";
    let (now, today) = (world.now(), world.today());
    let who: Option<(Option<String>, Option<String>, i64)> =
        on!(conn.reborrow(), c => query_as(WHO).bind(&new.account).bind(today).fetch_optional(&mut *c).await)?;
    let Some((email, phone, made_up)) = who else { return Ok(false) };
    let key = world.new_id();
    let put = on!(conn.reborrow(), c => query(PUT)
        .bind(&key)
        .bind(&new.account)
        .bind(new.kind.word())
        .bind(&new.sameness)
        .bind(&new.text_vi)
        .bind(&new.text_en)
        .bind(&new.link)
        .bind(new.due_at)
        .bind(now)
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))?;
    if put == 0 {
        return Ok(false);
    }
    for channel in Channel::ALL {
        let reachable = match channel {
            Channel::Mail => email.is_some(),
            Channel::Webhook => phone.is_some() || email.is_some(),
        };
        if made_up != 0 || !reachable {
            continue;
        }
        let chosen: Option<String> = on!(conn.reborrow(), c => query_scalar(CHOSEN)
            .bind(&new.account)
            .bind(new.kind.word())
            .bind(channel.word())
            .fetch_optional(&mut *c)
            .await)?;
        let manner = chosen.as_deref().and_then(Manner::of).unwrap_or(new.kind.usual(channel));
        if manner != Manner::None {
            on!(conn.reborrow(), c => query(SEND).bind(&key).bind(channel.word()).bind(manner.word()).bind(now).execute(&mut *c).await.map(drop))?;
        }
    }
    Ok(true)
}

/// A notice as pages show it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Notice {
    /// Its key.
    pub notice: String,
    kind: String,
    /// One sentence in Vietnamese.
    pub text_vi: String,
    /// The same in English.
    pub text_en: String,
    /// Where it leads, without language prefix.
    pub link: String,
    /// Until when something is to be done.
    pub due_at: Option<DateTime<Utc>>,
    /// When it was written.
    pub made_at: DateTime<Utc>,
    /// When the person had read it.
    pub read_at: Option<DateTime<Utc>>,
}

impl Notice {
    /// Why; absent for a word that this program does not know.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        Kind::of(&self.kind)
    }
}

/// Which notices of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticePage {
    /// Those not read alone.
    pub unread_only: bool,
    /// How many to pass over.
    pub offset: i64,
    /// How many at most.
    pub limit: i64,
}

/// Notices of a person, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn notices(conn: Conn<'_>, account: &str, page: NoticePage) -> Result<Vec<Notice>, DbError> {
    const SQL: &str = "SELECT notice, kind, text_vi, text_en, link, due_at, made_at, read_at FROM notice \
        WHERE account = $1 AND ($2 = 0 OR read_at IS NULL) ORDER BY made_at DESC, notice DESC LIMIT $3 OFFSET $4";
    Ok(on!(conn, c => query_as(SQL)
        .bind(account)
        .bind(i64::from(page.unread_only))
        .bind(page.limit)
        .bind(page.offset)
        .fetch_all(&mut *c)
        .await)?)
}

/// One notice of a person; nothing when it is another's.
///
/// # Errors
/// When the database does not answer.
pub async fn notice(conn: Conn<'_>, account: &str, key: &str) -> Result<Option<Notice>, DbError> {
    const SQL: &str =
        "SELECT notice, kind, text_vi, text_en, link, due_at, made_at, read_at FROM notice WHERE account = $1 AND notice = $2";
    Ok(on!(conn, c => query_as(SQL).bind(account).bind(key).fetch_optional(&mut *c).await)?)
}

/// How many notices a person has not read, to be counted together with their session: every page shows it.
pub const UNREAD: Beside = Beside("(SELECT CAST(COUNT(*) AS BIGINT) FROM notice n WHERE n.account = a.account AND n.read_at IS NULL)");

/// Marks one notice of a person as read; tells whether there was such a one, not read yet.
///
/// # Errors
/// When the database does not answer.
pub async fn mark_read(conn: Conn<'_>, account: &str, key: &str, now: DateTime<Utc>) -> Result<bool, DbError> {
    const SQL: &str = "UPDATE notice SET read_at = $1 WHERE account = $2 AND notice = $3 AND read_at IS NULL";
    let marked = on!(conn, c => query(SQL).bind(now).bind(account).bind(key).execute(&mut *c).await.map(|done| done.rows_affected()))?;
    Ok(marked == 1)
}

/// Marks every notice of a person as read that was written until a moment: what came since was not seen.
///
/// # Errors
/// When the database does not answer.
pub async fn mark_all_read(conn: Conn<'_>, account: &str, until: DateTime<Utc>, now: DateTime<Utc>) -> Result<u64, DbError> {
    const SQL: &str = "UPDATE notice SET read_at = $1 WHERE account = $2 AND read_at IS NULL AND made_at <= $3";
    Ok(on!(conn, c => query(SQL).bind(now).bind(account).bind(until).execute(&mut *c).await.map(|done| done.rows_affected()))?)
}

/// Deletes notices that were written before a moment, with what was sent of them; answers how many.
/// Give a moment long past: a notice that is deleted may reach its person again.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(mut conn: Conn<'_>, before: DateTime<Utc>) -> Result<u64, DbError> {
    const SENDINGS: &str = "DELETE FROM notice_delivery WHERE notice IN (SELECT notice FROM notice WHERE made_at < $1)";
    const NOTICES: &str = "DELETE FROM notice WHERE made_at < $1";
    on!(conn.reborrow(), c => query(SENDINGS).bind(before).execute(&mut *c).await.map(drop))?;
    Ok(on!(conn, c => query(NOTICES).bind(before).execute(&mut *c).await.map(|done| done.rows_affected()))?)
}
