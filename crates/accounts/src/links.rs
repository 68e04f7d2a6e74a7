//! Links that work once: for the first sign-in, and for a forgotten password.

use chrono::{DateTime, TimeDelta, Utc};
use platform::{Conn, DbError, on};
use sqlx::{query, query_as};

use crate::error::AccountError;
use crate::sign_in::{self, Origin};
use crate::store::account;
use crate::{Accounts, digest_of};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// The first sign-in of an account that was just made.
    First,
    /// A forgotten password.
    Reset,
}

impl LinkPurpose {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Reset => "reset",
        }
    }
}

/// Makes a link inside a transaction and answers its secret. Older links of the account stop working; ended ones of anybody are swept out.
///
/// # Errors
/// When the database does not answer.
pub async fn make_link(accounts: &Accounts, mut conn: Conn<'_>, account: &str, purpose: LinkPurpose) -> Result<String, DbError> {
    const SWEEP: &str = "DELETE FROM one_time_link WHERE ends_at <= $1";
    const SQL: &str = "INSERT INTO one_time_link (digest, account, purpose, made_at, ends_at) VALUES ($1, $2, $3, $4, $5)";
    let now = accounts.world.now();
    let ends_at = match purpose {
        LinkPurpose::First => now + TimeDelta::days(accounts.security.first_link_days),
        LinkPurpose::Reset => now + TimeDelta::minutes(accounts.security.reset_minutes),
    };
    let secret = accounts.world.new_secret();
    forget_links(conn.reborrow(), account).await?;
    on!(conn.reborrow(), c => query(SWEEP).bind(now).execute(&mut *c).await.map(drop))?;
    on!(conn, c => query(SQL)
        .bind(digest_of(&secret))
        .bind(account)
        .bind(purpose.word())
        .bind(now)
        .bind(ends_at)
        .execute(&mut *c)
        .await
        .map(drop))?;
    Ok(secret)
}

/// Links of an account that were not used stop working.
pub(crate) async fn forget_links(conn: Conn<'_>, account: &str) -> Result<(), DbError> {
    const SQL: &str = "DELETE FROM one_time_link WHERE account = $1 AND used_at IS NULL";
    Ok(on!(conn, c => query(SQL).bind(account).execute(&mut *c).await.map(drop))?)
}

/// Whose link this is, while it works; looking at it does not use it.
///
/// # Errors
/// [`AccountError::LinkEnded`] when it does not work.
pub async fn link_account(accounts: &Accounts, secret: &str) -> Result<String, AccountError> {
    const SQL: &str = "SELECT account FROM one_time_link WHERE digest = $1 AND used_at IS NULL AND ends_at > $2";
    let mut read = accounts.db.read().await?;
    let row: Option<(String,)> =
        on!(read.conn(), c => query_as(SQL).bind(digest_of(secret)).bind(accounts.world.now()).fetch_optional(&mut *c).await)
            .map_err(DbError::from)?;
    let (key,) = row.ok_or(AccountError::LinkEnded)?;
    let found = account(read.conn(), &key).await?.ok_or(AccountError::LinkEnded)?;
    if found.is_closed(accounts, accounts.world.now()) { Err(AccountError::LinkEnded) } else { Ok(key) }
}

/// Uses a link: sets the password, ends every session of the account and opens one.
///
/// A person with a second factor must sign in with both afterwards: a mailbox alone is not enough. The answer is absent then.
///
/// # Errors
/// When the link does not work any more or the password is refused; the link still works after a refused password.
pub async fn use_link(accounts: &Accounts, secret: &str, password: &str, origin: &Origin) -> Result<Option<String>, AccountError> {
    const USE: &str = "UPDATE one_time_link SET used_at = $1 WHERE digest = $2 AND used_at IS NULL AND ends_at > $1";
    const READY: &str = "UPDATE account SET state = 'active' WHERE account = $1 AND state <> 'disabled' RETURNING totp_since";
    let account = link_account(accounts, secret).await?;
    let source = origin.source(Some(&account));
    let ready = crate::people::prepare_password(accounts, &account, password).await?;
    let now = accounts.world.now();
    let mut write = accounts.db.write().await?;
    // The account may have been closed, or the link used, while the password was hashed. The account's row is taken first, as everywhere.
    let factor: Option<(Option<DateTime<Utc>>,)> =
        on!(write.conn(), c => query_as(READY).bind(&account).fetch_optional(&mut *c).await).map_err(DbError::from)?;
    let (factor,) = factor.ok_or(AccountError::LinkEnded)?;
    let used = on!(write.conn(), c => query(USE).bind(now).bind(digest_of(secret)).execute(&mut *c).await.map(|done| done.rows_affected()))
        .map_err(DbError::from)?;
    if used != 1 {
        return Err(AccountError::LinkEnded);
    }
    crate::people::put_password(accounts, &mut write, &account, &ready, &source, None).await?;
    write.commit().await?;
    if factor.is_some() {
        return Ok(None);
    }
    match sign_in::after_link(accounts, &account, origin).await {
        Ok(secret) => Ok(Some(secret)),
        Err(crate::SignInRefusal::Db(error)) => Err(error.into()),
        Err(_) => Ok(None),
    }
}
