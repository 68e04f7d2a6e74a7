//! Links that work once: for the first sign-in, and for a forgotten password.

use chrono::{DateTime, TimeDelta, Utc};
use platform::{Conn, DbError, on};
use sqlx::{query, query_as};

use crate::error::AccountError;
use crate::sign_in::{self, Origin};
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
    const fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Reset => "reset",
        }
    }
}

/// Makes a link inside a transaction and answers its secret. Older links of the account stop working.
///
/// # Errors
/// When the database does not answer.
pub async fn make_link(accounts: &Accounts, mut conn: Conn<'_>, account: &str, purpose: LinkPurpose) -> Result<String, DbError> {
    const OLD: &str = "DELETE FROM one_time_link WHERE account = $1 AND used_at IS NULL";
    const SQL: &str = "INSERT INTO one_time_link (digest, account, purpose, made_at, ends_at) VALUES ($1, $2, $3, $4, $5)";
    let now = accounts.world.now();
    let ends_at = match purpose {
        LinkPurpose::First => now + TimeDelta::days(accounts.security.first_link_days),
        LinkPurpose::Reset => now + TimeDelta::minutes(accounts.security.reset_minutes),
    };
    let secret = accounts.world.new_secret();
    on!(conn.reborrow(), c => query(OLD).bind(account).execute(&mut *c).await.map(drop))?;
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

/// Whose link this is, while it works; looking at it does not use it.
///
/// # Errors
/// [`AccountError::LinkEnded`] when it does not work.
pub async fn link_account(accounts: &Accounts, secret: &str) -> Result<String, AccountError> {
    const SQL: &str = "SELECT l.account, l.ends_at FROM one_time_link l JOIN account a ON a.account = l.account \
        WHERE l.digest = $1 AND l.used_at IS NULL AND a.state <> 'disabled'";
    let mut read = accounts.db.read().await?;
    let row: Option<(String, DateTime<Utc>)> =
        on!(read.conn(), c => query_as(SQL).bind(digest_of(secret)).fetch_optional(&mut *c).await).map_err(DbError::from)?;
    let (account, ends_at) = row.ok_or(AccountError::LinkEnded)?;
    if accounts.world.now() >= ends_at { Err(AccountError::LinkEnded) } else { Ok(account) }
}

/// Uses a link: sets the password, ends every session of the account and opens one.
///
/// A person with a second factor must sign in with both afterwards: a mailbox alone is not enough. The answer is absent then.
///
/// # Errors
/// When the link does not work any more or the password is refused; the link still works after a refused password.
pub async fn use_link(accounts: &Accounts, secret: &str, password: &str, origin: &Origin) -> Result<Option<String>, AccountError> {
    const USE: &str = "UPDATE one_time_link SET used_at = $1 WHERE digest = $2 AND used_at IS NULL";
    const READY: &str = "UPDATE account SET state = 'active' WHERE account = $1 AND state = 'invited'";
    const FACTOR: &str = "SELECT totp_since FROM account WHERE account = $1";
    let account = link_account(accounts, secret).await?;
    let source = platform::history::Source {
        account: Some(account.clone()),
        unit: None,
        address: origin.address.clone(),
        request: origin.request.clone(),
    };
    let ready = crate::people::prepare_password(accounts, &account, password).await?;
    let mut write = accounts.db.write().await?;
    let used = on!(write.conn(), c => query(USE).bind(accounts.world.now()).bind(digest_of(secret)).execute(&mut *c).await.map(|done| done.rows_affected()))
        .map_err(DbError::from)?;
    if used != 1 {
        return Err(AccountError::LinkEnded);
    }
    on!(write.conn(), c => query(READY).bind(&account).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    crate::people::put_password(accounts, &mut write, &account, &ready, &source, None).await?;
    let (factor,): (Option<DateTime<Utc>>,) =
        on!(write.conn(), c => query_as(FACTOR).bind(&account).fetch_one(&mut *c).await).map_err(DbError::from)?;
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
