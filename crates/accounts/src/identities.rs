//! Proofs by another system (OpenID Connect): sign-ins on their way, and which person there is which account here.

use chrono::{DateTime, TimeDelta, Utc};
use platform::history::{Change, record};
use platform::{Conn, DbError, on};
use serde_json::json;
use sqlx::{FromRow, query, query_as};

use crate::error::AccountError;
use crate::people::{must_change, seen};
use crate::principal::Actor;
use crate::{Accounts, Denied};

/// How long a person may take at the other system.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);

/// A sign-in that was sent to the other system and has not come back yet.
#[derive(Clone, PartialEq, Eq, FromRow)]
pub struct SignInRequest {
    /// Comes back with the person.
    pub state: String,
    /// Comes back inside the proof.
    pub nonce: String,
    /// Shows that who fetches the proof is who asked for it; a secret.
    pub verifier: String,
    /// The page to go to afterwards.
    pub return_to: String,
    /// Who asked to have their account linked; absent for a sign-in.
    pub account: Option<String>,
}

impl std::fmt::Debug for SignInRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInRequest").field("state", &self.state).field("account", &self.account).finish_non_exhaustive()
    }
}

/// A person of another system who is linked to an account.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct LinkedIdentity {
    /// The other system.
    pub issuer: String,
    /// The person there; never given to another one.
    pub subject: String,
    /// The account here.
    pub account: String,
    /// Since when.
    pub linked_at: DateTime<Utc>,
    /// What the other system called the person then.
    pub shown: Option<String>,
}

/// Who the other system says is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proven<'a> {
    /// The other system.
    pub issuer: &'a str,
    /// The person there.
    pub subject: &'a str,
    /// What the other system calls them, for people to read.
    pub shown: Option<&'a str>,
}

/// By what an account finds its person of the other system at their first sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstMatch<'a> {
    /// The account of this sign-in name.
    Login(&'a str),
    /// The one account with this mail address, which the other system has verified.
    Mail(&'a str),
}

/// Remembers a sign-in that is sent out.
///
/// # Errors
/// When the database does not answer.
pub async fn remember_request(accounts: &Accounts, request: &SignInRequest) -> Result<(), DbError> {
    const SQL: &str =
        "INSERT INTO sign_in_request (state, nonce, verifier, return_to, made_at, ends_at, account) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let now = accounts.world.now();
    let mut write = accounts.db.write().await?;
    on!(write.conn(), c => query(SQL)
        .bind(&request.state)
        .bind(&request.nonce)
        .bind(&request.verifier)
        .bind(&request.return_to)
        .bind(now)
        .bind(now + PATIENCE)
        .bind(&request.account)
        .execute(&mut *c)
        .await
        .map(drop))?;
    write.commit().await
}

/// Takes a sign-in out that has come back: it is there once, and only for a quarter of an hour.
///
/// # Errors
/// When the database does not answer.
pub async fn take_request(accounts: &Accounts, state: &str) -> Result<Option<SignInRequest>, DbError> {
    const SQL: &str = "DELETE FROM sign_in_request WHERE state = $1 AND ends_at > $2 RETURNING state, nonce, verifier, return_to, account";
    let now = accounts.world.now();
    let mut write = accounts.db.write().await?;
    let found = on!(write.conn(), c => query_as(SQL).bind(state).bind(now).fetch_optional(&mut *c).await)?;
    write.commit().await?;
    Ok(found)
}

/// The people of other systems who are linked to an account.
///
/// # Errors
/// When the database does not answer.
pub async fn identities_of(conn: Conn<'_>, account: &str) -> Result<Vec<LinkedIdentity>, DbError> {
    const SQL: &str = "SELECT issuer, subject, account, linked_at, shown FROM identity WHERE account = $1 ORDER BY issuer, subject";
    Ok(on!(conn, c => query_as(SQL).bind(account).fetch_all(&mut *c).await)?)
}

async fn account_of(conn: Conn<'_>, issuer: &str, subject: &str) -> Result<Option<String>, DbError> {
    const SQL: &str = "SELECT account FROM identity WHERE issuer = $1 AND subject = $2";
    let found: Option<(String,)> = on!(conn, c => query_as(SQL).bind(issuer).bind(subject).fetch_optional(&mut *c).await)?;
    Ok(found.map(|(account,)| account))
}

async fn put(conn: Conn<'_>, proven: Proven<'_>, account: &str, now: DateTime<Utc>) -> Result<bool, DbError> {
    const SQL: &str = "INSERT INTO identity (issuer, subject, account, linked_at, shown) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (issuer, subject) DO NOTHING";
    let done = on!(conn, c => query(SQL)
        .bind(proven.issuer)
        .bind(proven.subject)
        .bind(account)
        .bind(now)
        .bind(proven.shown)
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

fn fields(issuer: &str, subject: &str, shown: Option<&str>) -> serde_json::Value {
    json!({ "issuer": issuer, "subject": subject, "shown": shown })
}

/// Links the signed-in person's own account with a person of the other system who has just proved themselves there.
///
/// # Errors
/// [`AccountError::IdentityTaken`] when that person is linked to somebody else's account.
pub async fn link_identity(accounts: &Accounts, actor: &Actor, proven: Proven<'_>) -> Result<(), AccountError> {
    actor.principal.must_be_present()?;
    let own = seen(accounts, actor, &actor.principal.account).await?;
    let mut write = accounts.db.write().await?;
    if !put(write.conn(), proven, &own.account, actor.now).await? {
        let holder = account_of(write.conn(), proven.issuer, proven.subject).await?;
        return if holder.as_ref() == Some(&own.account) { Ok(()) } else { Err(AccountError::IdentityTaken) };
    }
    let change = Change::new("account", &own.account, "identity-linked").of_unit(&own.unit).after(fields(
        proven.issuer,
        proven.subject,
        proven.shown,
    ));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    Ok(write.commit().await?)
}

/// Takes a link away: the person's own, or of an account that the actor may change. Sessions that were opened by it end.
///
/// # Errors
/// When there is no such link, or the actor may not.
pub async fn unlink_identity(accounts: &Accounts, actor: &Actor, account: &str, issuer: &str, subject: &str) -> Result<(), AccountError> {
    const SQL: &str = "DELETE FROM identity WHERE issuer = $1 AND subject = $2 AND account = $3 RETURNING shown";
    const SESSIONS: &str = "DELETE FROM session WHERE account = $1 AND method = 'openid' AND session <> $2";
    let own = actor.principal.account == account;
    let found = if own {
        actor.principal.must_be_present()?;
        seen(accounts, actor, account).await?
    } else {
        must_change(accounts, actor, account).await?
    };
    let mut write = accounts.db.write().await?;
    let taken: Option<(Option<String>,)> =
        on!(write.conn(), c => query_as(SQL).bind(issuer).bind(subject).bind(account).fetch_optional(&mut *c).await)
            .map_err(DbError::from)?;
    let Some((shown,)) = taken else { return Err(AccountError::Unknown) };
    let present = if own { actor.principal.must_be_present()? } else { "" };
    on!(write.conn(), c => query(SESSIONS).bind(account).bind(present).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    let change =
        Change::new("account", account, "identity-unlinked").of_unit(&found.unit).before(fields(issuer, subject, shown.as_deref()));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    Ok(write.commit().await?)
}

/// The account that is meant for a person of the other system who signs in for the first time: the only one that fits, if nobody of that
/// system is linked with it yet.
///
/// A name or a mail address may later be given to another person, so it is looked at once; from then on the subject alone counts.
pub(crate) async fn meant_for(mut conn: Conn<'_>, proven: Proven<'_>, by: FirstMatch<'_>) -> Result<Option<String>, DbError> {
    const BY_LOGIN: &str = "SELECT account FROM account WHERE login = $1 AND state IN ('active', 'invited')";
    const BY_MAIL: &str = "SELECT account FROM account WHERE LOWER(email) = $1 AND state IN ('active', 'invited')";
    let (sql, word) = match by {
        FirstMatch::Login(login) => (BY_LOGIN, login),
        FirstMatch::Mail(mail) => (BY_MAIL, mail),
    };
    let word = word.trim().to_lowercase();
    let found: Vec<(String,)> = on!(conn.reborrow(), c => query_as(sql).bind(&word).fetch_all(&mut *c).await)?;
    let [(account,)] = found.as_slice() else { return Ok(None) };
    let others = identities_of(conn, account).await?;
    Ok(others.iter().all(|one| one.issuer != proven.issuer).then(|| account.clone()))
}

/// Links an account at its first sign-in, inside the transaction that opens the session; the change is to be recorded there.
/// Absent when the person was linked elsewhere, or the account with somebody else, since they were found.
pub(crate) async fn link_first(
    mut conn: Conn<'_>,
    proven: Proven<'_>,
    account: &str,
    unit: &str,
    now: DateTime<Utc>,
) -> Result<Option<Change>, DbError> {
    let others = identities_of(conn.reborrow(), account).await?;
    if others.iter().any(|one| one.issuer == proven.issuer) || !put(conn, proven, account, now).await? {
        return Ok(None);
    }
    let after = fields(proven.issuer, proven.subject, proven.shown);
    Ok(Some(Change::new("account", account, "identity-linked").of_unit(unit).after(after)))
}

/// Whether a request for a link came back to the browser of the person who asked for it.
///
/// # Errors
/// When it did not.
pub fn must_be_own_request(actor: &Actor, request: &SignInRequest) -> Result<(), Denied> {
    if request.account.as_deref() == Some(actor.principal.account.as_str()) { Ok(()) } else { Err(Denied::NotFound) }
}
