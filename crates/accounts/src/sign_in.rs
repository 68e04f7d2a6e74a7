//! Signing in: a password, then a second factor where there is one; failures slow down and lock.
//!
//! A try is written down before the password is checked, so that tries sent side by side do not count as one.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use platform::history::{Change, Source, record};
use platform::{DbError, on};
use serde_json::json;
use sqlx::{FromRow, query, query_as};

use crate::error::{AccountError, SignInRefusal};
use crate::second_factor;
use crate::session::{NewSession, insert};
use crate::{Accounts, digest_of};

/// Where a sign-in comes from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The browser, as it names itself.
    pub agent: Option<String>,
    /// The address.
    pub address: Option<String>,
    /// Number of the request.
    pub request: Option<String>,
}

impl Origin {
    fn source(&self, account: &str) -> Source {
        Source { account: Some(account.to_owned()), unit: None, address: self.address.clone(), request: self.request.clone() }
    }
}

/// A cookie, and what is still to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignedIn {
    /// The session is open.
    Open {
        /// Secret of the cookie.
        secret: String,
    },
    /// The second factor comes next; the cookie opens nothing else.
    SecondFactor {
        /// Secret of the cookie.
        secret: String,
    },
}

#[derive(FromRow)]
struct Row {
    account: String,
    state: String,
    valid_to: Option<NaiveDate>,
    password_hash: Option<String>,
    totp_since: Option<DateTime<Utc>>,
    failures: i64,
    next_try_at: Option<DateTime<Utc>>,
    signed_in_at: Option<DateTime<Utc>>,
    made_at: DateTime<Utc>,
    made_up: i64,
}

const ROW: &str =
    "SELECT account, state, valid_to, password_hash, totp_since, failures, next_try_at, signed_in_at, made_at, made_up FROM account ";

/// Checks a name and a password and opens a session.
///
/// # Errors
/// See [`SignInRefusal`].
pub async fn with_password(accounts: &Accounts, login: &str, password: &str, origin: &Origin) -> Result<SignedIn, SignInRefusal> {
    let login = login.trim().to_lowercase();
    let found = begin_try(accounts, &login).await?;
    let hash = found.as_ref().and_then(|row| row.password_hash.clone());
    let right = accounts.hasher.matches(password, hash, &accounts.world).await.map_err(|_| SignInRefusal::Hash)?;
    let Some(row) = found else { return Err(SignInRefusal::Wrong) };
    if !right {
        note_failure(accounts, &row, origin, "password").await?;
        return Err(SignInRefusal::Wrong);
    }
    if !usable(accounts, &row) {
        return Err(SignInRefusal::Closed);
    }
    if row.totp_since.is_some() {
        // Only the second factor clears the failures.
        let mut write = accounts.db.write().await?;
        let new = new_session(&row.account, "password", false, false, origin);
        let secret = insert(accounts, write.conn(), &new).await?;
        give_back_try(write.conn(), &row).await?;
        write.commit().await?;
        return Ok(SignedIn::SecondFactor { secret });
    }
    open(accounts, &row.account, "password", false, origin).await.map(|secret| SignedIn::Open { secret })
}

/// Checks the second factor of a session that waits for it; the session gets a new cookie.
///
/// # Errors
/// See [`SignInRefusal`]; [`SignInRefusal::Closed`] when no session waits.
pub async fn with_code(accounts: &Accounts, secret: &str, code: &str, origin: &Origin) -> Result<String, SignInRefusal> {
    const WAITING: &str = "SELECT account FROM session WHERE session = $1 AND stage = 'password' AND started_at > $2";
    let digest = digest_of(secret);
    let not_before = accounts.world.now() - TimeDelta::minutes(10);
    let mut read = accounts.db.read().await?;
    let waiting: Option<(String,)> =
        on!(read.conn(), c => query_as(WAITING).bind(&digest).bind(not_before).fetch_optional(&mut *c).await).map_err(DbError::from)?;
    let Some((account,)) = waiting else { return Err(SignInRefusal::Closed) };
    const LOGIN: &str = "SELECT login FROM account WHERE account = $1";
    let (login,): (String,) = on!(read.conn(), c => query_as(LOGIN).bind(&account).fetch_one(&mut *c).await).map_err(DbError::from)?;
    drop(read);
    let Some(row) = begin_try(accounts, &login).await? else { return Err(SignInRefusal::Closed) };
    if !usable(accounts, &row) {
        return Err(SignInRefusal::Closed);
    }
    if !second_factor::spend(accounts, &account, code).await? {
        note_failure(accounts, &row, origin, "second-factor").await?;
        return Err(SignInRefusal::Wrong);
    }
    crate::session::end_session(accounts, secret).await?;
    open(accounts, &account, "password", true, origin).await
}

/// Opens a session for somebody whom another system has proved (OpenID Connect).
///
/// # Errors
/// When no account is linked, the account may not be used, or the database does not answer.
pub async fn with_identity(
    accounts: &Accounts,
    issuer: &str,
    subject: &str,
    second_factor: bool,
    origin: &Origin,
) -> Result<String, SignInRefusal> {
    const SQL: &str = "SELECT a.account, a.state, a.valid_to, a.password_hash, a.totp_since, a.failures, a.next_try_at, a.signed_in_at, a.made_at, a.made_up \
        FROM identity i JOIN account a ON a.account = i.account WHERE i.issuer = $1 AND i.subject = $2";
    let mut read = accounts.db.read().await?;
    let row: Option<Row> =
        on!(read.conn(), c => query_as(SQL).bind(issuer).bind(subject).fetch_optional(&mut *c).await).map_err(DbError::from)?;
    drop(read);
    let Some(row) = row else { return Err(SignInRefusal::Wrong) };
    if !usable(accounts, &row) {
        return Err(SignInRefusal::Closed);
    }
    open(accounts, &row.account, "openid", second_factor, origin).await
}

/// Opens a session for a person who has just used a one-time link.
pub(crate) async fn after_link(accounts: &Accounts, account: &str, origin: &Origin) -> Result<String, SignInRefusal> {
    open(accounts, account, "password", false, origin).await
}

/// Counts a try before anything is checked. While tries do not count, nothing is checked at all.
async fn begin_try(accounts: &Accounts, login: &str) -> Result<Option<Row>, SignInRefusal> {
    const COUNT: &str = "UPDATE account SET failures = failures + 1, next_try_at = $1 WHERE account = $2";
    let now = accounts.world.now();
    let mut write = accounts.db.write().await?;
    let sql = sqlx::AssertSqlSafe(match write.conn() {
        platform::Conn::Lite(_) => format!("{ROW} WHERE login = $1"),
        platform::Conn::Pg(_) => format!("{ROW} WHERE login = $1 FOR UPDATE"),
    });
    let row: Option<Row> = on!(write.conn(), c => query_as(sql).bind(login).fetch_optional(&mut *c).await).map_err(DbError::from)?;
    let Some(row) = row else { return Ok(None) };
    if let Some(until) = row.next_try_at.filter(|until| now < *until) {
        return Err(SignInRefusal::Locked { until });
    }
    // After the lock is over, counting begins anew.
    let failures = if row.failures >= accounts.security.failures_before_lock { 0 } else { row.failures };
    let next = now + accounts.security.wait_after(failures + 1);
    if failures != row.failures {
        const ANEW: &str = "UPDATE account SET failures = 0 WHERE account = $1";
        on!(write.conn(), c => query(ANEW).bind(&row.account).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    }
    on!(write.conn(), c => query(COUNT).bind(next).bind(&row.account).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    write.commit().await?;
    Ok(Some(Row { failures, ..row }))
}

/// The try succeeded half-way: it does not count as a failure, and earlier failures stay.
async fn give_back_try(conn: platform::Conn<'_>, row: &Row) -> Result<(), DbError> {
    const SQL: &str = "UPDATE account SET failures = $1, next_try_at = NULL WHERE account = $2";
    Ok(on!(conn, c => query(SQL).bind(row.failures).bind(&row.account).execute(&mut *c).await.map(drop))?)
}

async fn note_failure(accounts: &Accounts, row: &Row, origin: &Origin, what: &str) -> Result<(), DbError> {
    let failures = row.failures + 1;
    let locked = failures >= accounts.security.failures_before_lock;
    let change = Change::new("account", &row.account, if locked { "locked" } else { "sign-in-failed" })
        .after(json!({ "what": what, "failures": failures }));
    let source = Source { account: None, ..origin.source(&row.account) };
    let mut write = accounts.db.write().await?;
    record(write.conn(), &source, accounts.world.now(), &[change]).await?;
    write.commit().await
}

fn usable(accounts: &Accounts, row: &Row) -> bool {
    let today = accounts.world.today();
    let days = accounts.security.dormant_days;
    let last = row.signed_in_at.unwrap_or(row.made_at);
    let dormant = days > 0 && row.made_up == 0 && accounts.world.now() >= last + TimeDelta::days(days);
    row.state == "active" && row.valid_to.is_none_or(|last| today <= last) && !dormant
}

fn new_session<'a>(account: &'a str, method: &'static str, full: bool, second_factor: bool, origin: &'a Origin) -> NewSession<'a> {
    NewSession { account, method, full, second_factor, agent: origin.agent.as_deref(), address: origin.address.as_deref() }
}

async fn open(
    accounts: &Accounts,
    account: &str,
    method: &'static str,
    second_factor: bool,
    origin: &Origin,
) -> Result<String, SignInRefusal> {
    const SQL: &str = "UPDATE account SET failures = 0, next_try_at = NULL, signed_in_at = $1 WHERE account = $2";
    // Sessions that have ended are swept out here: there is always somebody who signs in.
    const SWEEP: &str = "DELETE FROM session WHERE ends_at < $1";
    let now = accounts.world.now();
    let mut write = accounts.db.write().await?;
    on!(write.conn(), c => query(SWEEP).bind(now).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    on!(write.conn(), c => query(SQL).bind(now).bind(account).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    let secret = insert(accounts, write.conn(), &new_session(account, method, true, second_factor, origin)).await?;
    let change = Change::new("account", account, "signed-in").after(json!({ "method": method, "second_factor": second_factor }));
    record(write.conn(), &origin.source(account), now, &[change]).await?;
    write.commit().await?;
    Ok(secret)
}

/// Changes the person's own password; every other session ends.
///
/// # Errors
/// When the present password is wrong or the new one is refused.
pub async fn change_password(accounts: &Accounts, actor: &crate::Actor, present: &str, new: &str) -> Result<(), AccountError> {
    const SQL: &str = "SELECT password_hash FROM account WHERE account = $1";
    let account = &actor.principal.account;
    let mut read = accounts.db.read().await?;
    let found: Option<(Option<String>,)> =
        on!(read.conn(), c => query_as(SQL).bind(account).fetch_optional(&mut *c).await).map_err(DbError::from)?;
    drop(read);
    let hash = found.and_then(|row| row.0);
    if !accounts.hasher.matches(present, hash, &accounts.world).await? {
        return Err(AccountError::WrongPassword);
    }
    let keep = match &actor.principal.proof {
        crate::Proof::Session(session) => Some(session.as_str()),
        _ => None,
    };
    crate::people::set_password(accounts, account, new, &actor.source, keep).await
}
