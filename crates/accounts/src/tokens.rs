//! Personal access tokens: for the API and for Excel. A token acts for one unit of its owner and never beyond its owner's rights.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use platform::history::{Change, record};
use platform::{DbError, DbFault, on};
use serde_json::json;
use sqlx::{FromRow, query, query_as};

use crate::error::AccountError;
use crate::principal::{Actor, Principal, Proof};
use crate::store::counting_grants;
use crate::{Accounts, digest_of};

/// What every token begins with, so that one that was put somewhere by mistake is found by a search.
const PREFIX: &str = "cchc_";

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Read and take away.
    Read,
    /// Everything its owner may do.
    Write,
}

impl Scope {
    /// The word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// The scope of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::Read, Self::Write].into_iter().find(|scope| scope.word() == word)
    }
}

/// A token as its owner sees it; the secret was shown once.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct AccessToken {
    /// Its key.
    pub access_token: String,
    /// What the owner calls it.
    pub name: String,
    scope: String,
    /// The unit it acts for.
    pub unit: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Last use, to the hour.
    pub used_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl AccessToken {
    /// What it may do.
    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope::of(&self.scope).unwrap_or(Scope::Read)
    }
}

/// Makes a token for the unit that the person acts for, and answers its secret.
///
/// # Errors
/// When the number of days is not 1 to 366, the person acts for no unit, or did not sign in themselves: a token makes no tokens.
pub async fn make_token(accounts: &Accounts, actor: &Actor, name: &str, scope: Scope, days: i64) -> Result<String, AccountError> {
    const SQL: &str = "INSERT INTO access_token (access_token, digest, account, name, scope, unit, made_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    actor.principal.must_be_present()?;
    if !(1..=366).contains(&days) {
        return Err(AccountError::Period);
    }
    let unit = actor.principal.acting_unit.as_deref().ok_or(AccountError::UnknownUnit)?;
    let (key, secret) = (accounts.world.new_id(), format!("{PREFIX}{}", accounts.world.new_secret()));
    let ends_at = actor.now + TimeDelta::days(days);
    let mut write = accounts.db.write().await?;
    on!(write.conn(), c => query(SQL)
        .bind(&key)
        .bind(digest_of(&secret))
        .bind(&actor.principal.account)
        .bind(name)
        .bind(scope.word())
        .bind(unit)
        .bind(actor.now)
        .bind(ends_at)
        .execute(&mut *c)
        .await
        .map(drop))
    .map_err(DbError::from)?;
    let change = Change::new("access_token", &key, "made")
        .of_unit(unit)
        .after(json!({ "name": name, "scope": scope.word(), "unit": unit, "ends_at": ends_at }));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    write.commit().await?;
    Ok(secret)
}

/// The tokens of an account, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn tokens_of(accounts: &Accounts, account: &str) -> Result<Vec<AccessToken>, DbError> {
    const SQL: &str = "SELECT access_token, name, scope, unit, made_at, ends_at, used_at, revoked_at FROM access_token WHERE account = $1 \
        ORDER BY made_at DESC, access_token";
    let mut read = accounts.db.read().await?;
    Ok(on!(read.conn(), c => query_as(SQL).bind(account).fetch_all(&mut *c).await)?)
}

/// Takes one of the person's own tokens back.
///
/// # Errors
/// When it is not the person's, or the person did not sign in themselves.
pub async fn revoke_token(accounts: &Accounts, actor: &Actor, token: &str) -> Result<(), AccountError> {
    const SQL: &str = "UPDATE access_token SET revoked_at = $1 WHERE access_token = $2 AND account = $3 AND revoked_at IS NULL \
        RETURNING name, scope, unit";
    actor.principal.must_be_present()?;
    let mut write = accounts.db.write().await?;
    let done: Option<(String, String, String)> = on!(write.conn(), c => query_as(SQL)
        .bind(actor.now)
        .bind(token)
        .bind(&actor.principal.account)
        .fetch_optional(&mut *c)
        .await)
    .map_err(DbError::from)?;
    let (name, scope, unit) = done.ok_or(AccountError::Unknown)?;
    let change = Change::new("access_token", token, "revoked")
        .of_unit(&unit)
        .before(json!({ "name": name, "scope": scope, "unit": unit, "revoked_at": null }))
        .after(json!({ "revoked_at": actor.now }));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    Ok(write.commit().await?)
}

#[derive(FromRow)]
struct Row {
    access_token: String,
    scope: String,
    unit: String,
    ends_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    account: String,
    login: String,
    name: String,
    state: String,
    valid_to: Option<NaiveDate>,
    totp_since: Option<DateTime<Utc>>,
    signed_in_at: Option<DateTime<Utc>>,
    made_at: DateTime<Utc>,
    made_up: i64,
}

/// Who a token belongs to, while it works.
///
/// # Errors
/// When the database does not answer.
pub async fn principal_of_token(accounts: &Accounts, secret: &str) -> Result<Option<Principal>, DbError> {
    const SQL: &str = "SELECT t.access_token, t.scope, t.unit, t.ends_at, t.used_at, t.revoked_at, a.account, a.login, a.name, a.state, a.valid_to, \
        a.totp_since, a.signed_in_at, a.made_at, a.made_up FROM access_token t JOIN account a ON a.account = t.account WHERE t.digest = $1";
    let (now, today) = (accounts.world.now(), accounts.world.today());
    let mut read = accounts.db.read().await?;
    let row: Option<Row> = on!(read.conn(), c => query_as(SQL).bind(digest_of(secret)).fetch_optional(&mut *c).await)?;
    let Some(row) = row else { return Ok(None) };
    let dormant = row.made_up == 0 && accounts.security.is_dormant(row.signed_in_at.unwrap_or(row.made_at), now);
    let usable =
        row.state == "active" && row.valid_to.is_none_or(|last| today <= last) && !dormant && !accounts.shuts_out(row.made_up != 0);
    if row.revoked_at.is_some() || now >= row.ends_at || !usable {
        return Ok(None);
    }
    let grants = counting_grants(read.conn(), &row.account, today).await?;
    drop(read);
    if row.used_at.is_none_or(|used| now >= used + TimeDelta::hours(1)) {
        match note_use(accounts, &row.access_token, now).await {
            // While another program writes for long, the API still answers.
            Err(error) if error.fault == DbFault::Locked => tracing::warn!("the last use of a token could not be noted: {error}"),
            outcome => outcome?,
        }
    }
    let proof = match Scope::of(&row.scope) {
        Some(Scope::Write) => Proof::WriteToken(row.access_token),
        _ => Proof::ReadToken(row.access_token),
    };
    let acting_unit = grants.iter().any(|grant| grant.unit == row.unit).then_some(row.unit);
    Ok(Some(Principal {
        account: row.account,
        login: row.login,
        name: row.name,
        proof,
        second_factor: row.totp_since.is_some(),
        acting_unit,
        grants,
        must_change_password: false,
        must_set_second_factor: false,
        ends_at: Some(row.ends_at),
        made_up: row.made_up != 0,
    }))
}

async fn note_use(accounts: &Accounts, token: &str, now: DateTime<Utc>) -> Result<(), DbError> {
    const USED: &str = "UPDATE access_token SET used_at = $1 WHERE access_token = $2";
    let mut write = accounts.db.write().await?;
    on!(write.conn(), c => query(USED).bind(now).bind(token).execute(&mut *c).await.map(drop))?;
    write.commit().await
}
