//! Signing in: a password, then a second factor where there is one; failures slow down and lock.
//!
//! A try is written down before the password is checked, so that tries sent side by side do not count as one.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use platform::history::{Change, Source, record};
use platform::{DbError, on};
use serde_json::json;
use sqlx::{FromRow, query, query_as};

use crate::error::{AccountError, SignInRefusal};
use crate::identities::{FirstMatch, Proven, link_first, meant_for};
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
    pub(crate) fn source(&self, account: Option<&str>) -> Source {
        Source {
            account: account.map(str::to_owned),
            unit: None,
            address: self.address.clone(),
            request: self.request.clone(),
            ..Source::default()
        }
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
    unit: String,
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

macro_rules! row_query {
    ($rest:literal) => {
        concat!(
            "SELECT account, unit, state, valid_to, password_hash, totp_since, failures, next_try_at, signed_in_at, made_at, made_up FROM account ",
            $rest
        )
    };
}

/// A try that was counted, and until when it shuts out the next one.
struct Try {
    row: Row,
    until: DateTime<Utc>,
}

/// Checks a name and a password and opens a session.
///
/// # Errors
/// See [`SignInRefusal`].
pub async fn with_password(accounts: &Accounts, login: &str, password: &str, origin: &Origin) -> Result<SignedIn, SignInRefusal> {
    let login = login.trim().to_lowercase();
    let found = match begin_try(accounts, &login).await {
        Err(SignInRefusal::Locked { until }) => {
            // The same work as for a name that nobody has: the time of the answer must not tell who has an account.
            accounts.hasher.matches(password, None, &accounts.world).await.map_err(|_| SignInRefusal::Hash)?;
            return Err(SignInRefusal::Locked { until });
        }
        found => found?,
    };
    let hash = found.as_ref().and_then(|tried| tried.row.password_hash.clone());
    let right = accounts.hasher.matches(password, hash, &accounts.world).await.map_err(|_| SignInRefusal::Hash)?;
    let Some(tried) = found else { return Err(SignInRefusal::Wrong) };
    let row = &tried.row;
    if !right {
        note_failure(accounts, row, origin.source(None), "password").await?;
        return Err(SignInRefusal::Wrong);
    }
    if !usable(accounts, row, "password") {
        note_failure(accounts, row, origin.source(None), "closed").await?;
        return Err(SignInRefusal::Closed);
    }
    if row.totp_since.is_some() {
        // Only the second factor clears the failures.
        let mut write = accounts.db.write().await?;
        give_back(write.conn(), &tried).await?;
        let new = waiting(&row.account, "password", origin);
        let secret = insert(accounts, write.conn(), &new).await?;
        write.commit().await?;
        return Ok(SignedIn::SecondFactor { secret });
    }
    open(accounts, &new_session(&row.account, "password", false, origin), origin).await.map(|secret| SignedIn::Open { secret })
}

/// A session that waits for the second factor.
#[derive(FromRow)]
struct Waiting {
    account: String,
    method: String,
    proven_issuer: Option<String>,
    proven_subject: Option<String>,
    proven_shown: Option<String>,
}

/// Checks the second factor of a session that waits for it; the session gets a new cookie.
///
/// # Errors
/// See [`SignInRefusal`]; [`SignInRefusal::Closed`] when no session waits.
pub async fn with_code(accounts: &Accounts, secret: &str, code: &str, origin: &Origin) -> Result<String, SignInRefusal> {
    const WAITING: &str = "SELECT account, method, proven_issuer, proven_subject, proven_shown FROM session \
        WHERE session = $1 AND stage = 'password' AND started_at > $2";
    const LOGIN: &str = "SELECT login FROM account WHERE account = $1";
    let digest = digest_of(secret);
    let not_before = accounts.world.now() - TimeDelta::minutes(10);
    let mut read = accounts.db.read().await?;
    let waiting: Option<Waiting> =
        on!(read.conn(), c => query_as(WAITING).bind(&digest).bind(not_before).fetch_optional(&mut *c).await).map_err(DbError::from)?;
    let Some(waiting) = waiting else { return Err(SignInRefusal::Closed) };
    let account = &waiting.account;
    let (login,): (String,) = on!(read.conn(), c => query_as(LOGIN).bind(account).fetch_one(&mut *c).await).map_err(DbError::from)?;
    drop(read);
    let method = if waiting.method == "openid" { "openid" } else { "password" };
    let Some(Try { row, .. }) = begin_try(accounts, &login).await? else { return Err(SignInRefusal::Closed) };
    if !usable(accounts, &row, method) {
        note_failure(accounts, &row, origin.source(None), "closed").await?;
        return Err(SignInRefusal::Closed);
    }
    if !second_factor::spend(accounts, account, code).await? {
        note_failure(accounts, &row, origin.source(None), "second-factor").await?;
        return Err(SignInRefusal::Wrong);
    }
    crate::session::end_session(accounts, secret).await?;
    let proven = match (&waiting.proven_issuer, &waiting.proven_subject) {
        (Some(issuer), Some(subject)) => Some(Proven { issuer, subject, shown: waiting.proven_shown.as_deref() }),
        _ => None,
    };
    let new = NewSession { first: proven, ..new_session(account, method, true, origin) };
    open(accounts, &new, origin).await
}

/// Opens a session for somebody whom another system has proved (OpenID Connect). Whoever has a second factor here is asked for it
/// unless the other system has asked for one. An invitation is taken up by the first sign-in of this kind.
///
/// Somebody whom no account is linked with is linked with the one that `by` finds. The link is made with the session that is opened:
/// where the second factor is still to be given, only once it was given.
///
/// # Errors
/// When no account is linked or meant, the account may not be used, or the database does not answer.
pub async fn with_identity(
    accounts: &Accounts,
    proven: Proven<'_>,
    by: Option<FirstMatch<'_>>,
    second_factor: bool,
    origin: &Origin,
) -> Result<SignedIn, SignInRefusal> {
    const LINKED: &str = row_query!("WHERE account = (SELECT account FROM identity WHERE issuer = $1 AND subject = $2)");
    const MEANT: &str = row_query!("WHERE account = $1");
    let mut write = accounts.db.write().await?;
    let linked: Option<Row> =
        on!(write.conn(), c => query_as(LINKED).bind(proven.issuer).bind(proven.subject).fetch_optional(&mut *c).await)
            .map_err(DbError::from)?;
    let (row, first) = match (linked, by) {
        (Some(row), _) => (row, None),
        (None, None) => return Err(SignInRefusal::Wrong),
        (None, Some(by)) => {
            let account = meant_for(write.conn(), proven, by).await?.ok_or(SignInRefusal::Wrong)?;
            let row = on!(write.conn(), c => query_as(MEANT).bind(account).fetch_one(&mut *c).await).map_err(DbError::from)?;
            (row, Some(proven))
        }
    };
    if !usable(accounts, &row, "openid") {
        drop(write);
        let change = failure(&row, "sign-in-failed", json!({ "what": "closed" }));
        note(accounts, origin.source(None), change).await?;
        return Err(SignInRefusal::Closed);
    }
    if row.totp_since.is_some() && !second_factor {
        let secret = insert(accounts, write.conn(), &NewSession { first, ..waiting(&row.account, "openid", origin) }).await?;
        write.commit().await?;
        return Ok(SignedIn::SecondFactor { secret });
    }
    drop(write);
    let new = NewSession { first, ..new_session(&row.account, "openid", second_factor, origin) };
    open(accounts, &new, origin).await.map(|secret| SignedIn::Open { secret })
}

/// Opens a session for a person who has just used a one-time link.
pub(crate) async fn after_link(accounts: &Accounts, account: &str, origin: &Origin) -> Result<String, SignInRefusal> {
    open(accounts, &new_session(account, "password", false, origin), origin).await
}

/// Counts a try before anything is checked. While tries do not count, nothing is checked at all.
async fn begin_try(accounts: &Accounts, login: &str) -> Result<Option<Try>, SignInRefusal> {
    const COUNT: &str = "UPDATE account SET failures = $1, next_try_at = $2 WHERE account = $3";
    let now = accounts.world.now();
    let mut write = accounts.db.write().await?;
    let sql = match write.conn() {
        platform::Conn::Lite(_) => row_query!("WHERE login = $1"),
        platform::Conn::Pg(_) => row_query!("WHERE login = $1 FOR UPDATE"),
    };
    let row: Option<Row> = on!(write.conn(), c => query_as(sql).bind(login).fetch_optional(&mut *c).await).map_err(DbError::from)?;
    let Some(row) = row else { return Ok(None) };
    if let Some(until) = row.next_try_at.filter(|until| accounts.security.is_locked_until(*until, row.failures, now)) {
        return Err(SignInRefusal::Locked { until });
    }
    // After the lock is over, counting begins anew.
    let failures = if row.failures >= accounts.security.failures_before_lock { 0 } else { row.failures };
    let until = now + accounts.security.wait_after(failures + 1);
    on!(write.conn(), c => query(COUNT).bind(failures + 1).bind(until).bind(&row.account).execute(&mut *c).await.map(drop))
        .map_err(DbError::from)?;
    write.commit().await?;
    Ok(Some(Try { row: Row { failures, ..row }, until }))
}

/// The try was right and proves too little: it alone stops counting. Failures before it stay, and so do those that came while it was checked.
async fn give_back(conn: platform::Conn<'_>, tried: &Try) -> Result<(), DbError> {
    const SQL: &str = "UPDATE account SET failures = CASE WHEN failures > 0 THEN failures - 1 ELSE 0 END, \
        next_try_at = CASE WHEN next_try_at = $1 THEN NULL ELSE next_try_at END WHERE account = $2";
    Ok(on!(conn, c => query(SQL).bind(tried.until).bind(&tried.row.account).execute(&mut *c).await.map(drop))?)
}

async fn note_failure(accounts: &Accounts, row: &Row, source: Source, what: &str) -> Result<(), DbError> {
    let failures = row.failures + 1;
    let action = if failures >= accounts.security.failures_before_lock { "locked" } else { "sign-in-failed" };
    note(accounts, source, failure(row, action, json!({ "what": what, "failures": failures }))).await
}

fn failure(row: &Row, action: &'static str, after: serde_json::Value) -> Change {
    Change::new("account", &row.account, action).of_unit(&row.unit).after(after)
}

async fn note(accounts: &Accounts, source: Source, change: Change) -> Result<(), DbError> {
    let mut write = accounts.db.write().await?;
    record(write.conn(), &source, accounts.world.now(), &[change]).await?;
    write.commit().await
}

/// Whether an account may be used now. An invitation is taken up by a first sign-in at another system; a password it has none.
fn usable(accounts: &Accounts, row: &Row, method: &str) -> bool {
    let dormant = row.made_up == 0 && accounts.security.is_dormant(row.signed_in_at.unwrap_or(row.made_at), accounts.world.now());
    let in_time = row.valid_to.is_none_or(|last| accounts.world.today() <= last);
    let taken_up = row.state == "active" || method == "openid" && row.state == "invited";
    taken_up && in_time && !dormant && !accounts.shuts_out(row.made_up != 0)
}

fn new_session<'a>(account: &'a str, method: &'static str, second_factor: bool, origin: &'a Origin) -> NewSession<'a> {
    let (agent, address) = (origin.agent.as_deref(), origin.address.as_deref());
    NewSession { account, method, full: true, second_factor, agent, address, first: None }
}

/// A session that waits for the second factor.
fn waiting<'a>(account: &'a str, method: &'static str, origin: &'a Origin) -> NewSession<'a> {
    NewSession { full: false, ..new_session(account, method, false, origin) }
}

async fn open(accounts: &Accounts, new: &NewSession<'_>, origin: &Origin) -> Result<String, SignInRefusal> {
    // The account may have been closed while the password was checked. Its row comes first: every write takes account, then sessions and links.
    // A clock that was set back does not make the account look unused.
    const SQL: &str = "UPDATE account SET failures = 0, next_try_at = NULL, \
        signed_in_at = CASE WHEN COALESCE(signed_in_at, made_at) > $1 THEN COALESCE(signed_in_at, made_at) ELSE $1 END \
        WHERE account = $2 AND state = 'active' RETURNING unit";
    const TAKE_UP: &str = "UPDATE account SET state = 'active' WHERE account = $1 AND state = 'invited'";
    // Sessions that have ended are swept out here: there is always somebody who signs in.
    const SWEEP: &str = "DELETE FROM session WHERE ends_at < $1";
    let (account, now) = (new.account, accounts.world.now());
    let mut write = accounts.db.write().await?;
    if new.method == "openid" {
        on!(write.conn(), c => query(TAKE_UP).bind(account).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    }
    let unit: Option<(String,)> =
        on!(write.conn(), c => query_as(SQL).bind(now).bind(account).fetch_optional(&mut *c).await).map_err(DbError::from)?;
    let Some((unit,)) = unit else { return Err(SignInRefusal::Closed) };
    let mut changes = Vec::new();
    if let Some(proven) = new.first {
        let linked = link_first(write.conn(), proven, account, &unit, now).await?;
        changes.push(linked.ok_or(SignInRefusal::Wrong)?);
    }
    on!(write.conn(), c => query(SWEEP).bind(now).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    let secret = insert(accounts, write.conn(), new).await?;
    let after = json!({ "method": new.method, "second_factor": new.second_factor });
    changes.push(Change::new("account", account, "signed-in").of_unit(unit).after(after));
    record(write.conn(), &origin.source(Some(account)), now, &changes).await?;
    write.commit().await?;
    Ok(secret)
}

/// Whether somebody at an open session is who signed in: they type their password once more. A wrong one counts as a failure to sign in
/// does, or whoever finds a browser open could try passwords without end.
///
/// # Errors
/// When the person did not sign in themselves, the password is wrong, or too many were wrong.
pub async fn confirm_password(accounts: &Accounts, actor: &crate::Actor, present: &str) -> Result<(), AccountError> {
    actor.principal.must_be_present()?;
    let tried = match begin_try(accounts, &actor.principal.login).await {
        Ok(tried) => tried.ok_or(AccountError::Unknown)?,
        Err(SignInRefusal::Locked { until }) => return Err(AccountError::Locked { until }),
        Err(SignInRefusal::Db(error)) => return Err(error.into()),
        Err(_) => return Err(AccountError::WrongPassword),
    };
    if !accounts.hasher.matches(present, tried.row.password_hash.clone(), &accounts.world).await? {
        note_failure(accounts, &tried.row, actor.source.clone(), "present-password").await?;
        return Err(AccountError::WrongPassword);
    }
    let mut write = accounts.db.write().await?;
    give_back(write.conn(), &tried).await?;
    Ok(write.commit().await?)
}

/// Changes the person's own password; every other session ends.
///
/// # Errors
/// As [`confirm_password`], and when the new one is refused.
pub async fn change_password(accounts: &Accounts, actor: &crate::Actor, present: &str, new: &str) -> Result<(), AccountError> {
    let session = actor.principal.must_be_present()?;
    confirm_password(accounts, actor, present).await?;
    crate::people::set_password(accounts, &actor.principal.account, new, &actor.source, Some(session)).await
}
