//! Sessions of browsers: from a cookie to a principal, and their ends.

use chrono::{DateTime, TimeDelta, Utc};
use platform::history::{Change, Source, record};
use platform::{Conn, DbError, DbFault, Write, on};
use serde_json::json;
use sqlx::{FromRow, query, query_as};

use crate::error::AccountError;
use crate::identities::Proven;
use crate::people::{must_change, seen};
use crate::policy::Role;
use crate::principal::{Actor, Grant, Principal, Proof};
use crate::questions::{Beside, SessionRow};
use crate::security::SecondFactorFor;
use crate::store::{CountingRow, counting_grants, grants_from};
use crate::{Accounts, digest_of};

/// How old the last look at a session may be before it is written down anew; a write with every request would be a waste.
const SEEN_STEP: TimeDelta = TimeDelta::seconds(60);

/// Why a cookie does not open the working area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// There is no such session: never was, or signed out.
    Unknown,
    /// Too long without a request.
    Idle,
    /// It reached its greatest age.
    Over,
    /// The account was disabled or has ended.
    Closed,
    /// The password was given, the second factor not yet.
    SecondFactor,
}

/// What a new session is made of.
pub(crate) struct NewSession<'a> {
    pub(crate) account: &'a str,
    pub(crate) method: &'static str,
    pub(crate) full: bool,
    pub(crate) second_factor: bool,
    pub(crate) agent: Option<&'a str>,
    pub(crate) address: Option<&'a str>,
    /// Somebody of another system who is linked with the account when the session opens; kept while it waits for the second factor.
    pub(crate) first: Option<Proven<'a>>,
}

/// Makes a session inside a transaction and answers the secret of its cookie.
pub(crate) async fn insert(accounts: &Accounts, conn: Conn<'_>, new: &NewSession<'_>) -> Result<String, DbError> {
    const SQL: &str = "INSERT INTO session (session, account, stage, method, second_factor, started_at, seen_at, ends_at, agent, address, \
        proven_issuer, proven_subject, proven_shown) VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11, $12)";
    let kept = new.first.filter(|_| !new.full);
    let secret = accounts.world.new_secret();
    let now = accounts.world.now();
    let stage = if new.full { "full" } else { "password" };
    let ends_at = now + TimeDelta::hours(accounts.security.session_hours);
    let agent = new.agent.map(|agent| agent.chars().take(200).collect::<String>());
    on!(conn, c => query(SQL)
        .bind(digest_of(&secret))
        .bind(new.account)
        .bind(stage)
        .bind(new.method)
        .bind(i64::from(new.second_factor))
        .bind(now)
        .bind(ends_at)
        .bind(&agent)
        .bind(new.address)
        .bind(kept.map(|proven| proven.issuer))
        .bind(kept.map(|proven| proven.subject))
        .bind(kept.and_then(|proven| proven.shown))
        .execute(&mut *c)
        .await
        .map(drop))?;
    Ok(secret)
}

/// A request of a session that is to be noted, so that the session does not look idle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen(String);

impl Seen {
    /// Notes the request. While another program writes for long, pages are still read; the session looks idle a little earlier than it is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note(self, accounts: &Accounts) -> Result<(), DbError> {
        match touch(accounts, &self.0, accounts.world.now()).await {
            Err(error) if error.fault == DbFault::Locked => {
                tracing::warn!("the last request of a session could not be noted: {error}");
                Ok(())
            }
            outcome => outcome,
        }
    }
}

/// Who a cookie belongs to, if it opens the working area; else why not. The request is noted.
///
/// # Errors
/// When the database does not answer.
pub async fn principal_of_session(accounts: &Accounts, secret: &str) -> Result<Result<Principal, SessionEnd>, DbError> {
    let found = look_up_session(accounts, secret, Beside::NOTHING).await?;
    match found {
        Ok(found) => {
            if let Some(seen) = found.seen {
                seen.note(accounts).await?;
            }
            Ok(Ok(found.principal))
        }
        Err(end) => Ok(Err(end)),
    }
}

/// Whom a session belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSession {
    /// Who.
    pub principal: Principal,
    /// The request, where it is to be noted.
    pub seen: Option<Seen>,
    /// The number that was asked for beside.
    pub beside: i64,
}

/// The same with a number beside. What is to be noted is left to the caller.
///
/// # Errors
/// When the database does not answer.
pub async fn look_up_session(accounts: &Accounts, secret: &str, beside: Beside) -> Result<Result<FoundSession, SessionEnd>, DbError> {
    let now = accounts.world.now();
    let today = accounts.world.today();
    let mut rows = accounts.questions.ask(accounts, &digest_of(secret), beside).await?;
    rows.sort_by(|one, other| one.role_grant.cmp(&other.role_grant));
    let counting: Vec<CountingRow> = rows.iter_mut().filter_map(SessionRow::take_grant).collect();
    let Some(row) = rows.into_iter().next() else { return Ok(Err(SessionEnd::Unknown)) };
    if row.state != "active" || row.valid_to.is_some_and(|last| last < today) || accounts.shuts_out(row.made_up != 0) {
        return Ok(Err(SessionEnd::Closed));
    }
    let grants = if row.stands_in == 0 {
        grants_from(counting, &row.account)
    } else {
        counting_grants(accounts.db.read().await?.conn(), &row.account, today).await?
    };
    let administrator = grants.iter().any(|grant| grant.role == Role::Administrator);
    let (security, idle) = (&accounts.security, accounts.security.idle(administrator));
    // A session that ends later than one of now could was opened while the clock ran ahead, or under longer limits.
    if now >= row.ends_at || row.ends_at > now + TimeDelta::hours(security.session_hours) + idle {
        return Ok(Err(SessionEnd::Over));
    }
    if now >= row.seen_at + idle || row.seen_at > now + idle {
        return Ok(Err(SessionEnd::Idle));
    }
    if row.stage != "full" {
        return Ok(Err(SessionEnd::SecondFactor));
    }
    let seen = (now >= row.seen_at + SEEN_STEP).then(|| Seen(row.session.clone()));
    let beside = row.beside;
    Ok(Ok(FoundSession { principal: principal(accounts, row, grants, administrator, now), seen, beside }))
}

fn principal(accounts: &Accounts, row: SessionRow, grants: Vec<Grant>, administrator: bool, now: DateTime<Utc>) -> Principal {
    let security = &accounts.security;
    let days = security.administrator_password_days;
    let by_password = row.method == "password";
    let aged = administrator && by_password && days > 0 && row.password_set_at.is_none_or(|set| now >= set + TimeDelta::days(days));
    let needs_factor = match security.second_factor {
        SecondFactorFor::Administrators => administrator,
        SecondFactorFor::Everybody => true,
        SecondFactorFor::Nobody => false,
    };
    // The unit that was chosen in this session; before that the person's own, where they have a role there.
    let acting_unit = [row.unit, Some(row.own_unit)]
        .into_iter()
        .flatten()
        .find(|unit| grants.iter().any(|grant| grant.unit == *unit))
        .or_else(|| grants.first().map(|grant| grant.unit.clone()));
    Principal {
        account: row.account,
        login: row.login,
        name: row.name,
        second_factor: row.second_factor != 0,
        acting_unit,
        grants,
        must_change_password: by_password && (row.must_change != 0 || aged),
        // A made-up person's sign-in stands on the sign-in page: a second factor would guard nothing.
        must_set_second_factor: needs_factor && row.second_factor == 0 && row.totp_since.is_none() && row.made_up == 0,
        ends_at: Some(row.ends_at),
        made_up: row.made_up != 0,
        proof: Proof::Session(row.session),
    }
}

async fn touch(accounts: &Accounts, session: &str, now: DateTime<Utc>) -> Result<(), DbError> {
    const SQL: &str = "UPDATE session SET seen_at = $1 WHERE session = $2 AND seen_at < $1";
    let mut write = accounts.db.write().await?;
    on!(write.conn(), c => query(SQL).bind(now).bind(session).execute(&mut *c).await.map(drop))?;
    write.commit().await
}

/// The person acts for another of their units from now on, in this session.
///
/// # Errors
/// When the person has no role there, or the database does not answer.
pub async fn act_for(accounts: &Accounts, actor: &Actor, unit: &str) -> Result<(), AccountError> {
    const SQL: &str = "UPDATE session SET unit = $1 WHERE session = $2";
    let session = actor.principal.must_be_present()?;
    if !actor.principal.units().contains(&unit) {
        return Err(AccountError::Unknown);
    }
    let mut write = accounts.db.write().await?;
    on!(write.conn(), c => query(SQL).bind(unit).bind(session).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    let change = Change::new("account", &actor.principal.account, "acting-unit-changed")
        .of_unit(unit)
        .before(json!({ "unit": actor.principal.acting_unit }))
        .after(json!({ "unit": unit }));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    Ok(write.commit().await?)
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct OpenSession {
    /// Its key: the digest of the cookie, which opens nothing.
    pub session: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// Last request, to the minute.
    pub seen_at: DateTime<Utc>,
    /// The browser, as it names itself.
    pub agent: Option<String>,
    /// The address it came from.
    pub address: Option<String>,
}

/// The sessions of an account that have not ended and do not lie idle, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn open_sessions(accounts: &Accounts, account: &str) -> Result<Vec<OpenSession>, DbError> {
    const SQL: &str = "SELECT session, started_at, seen_at, agent, address FROM session WHERE account = $1 AND ends_at > $2 AND seen_at > $3 \
        AND stage = 'full' ORDER BY started_at DESC, session";
    let now = accounts.world.now();
    let mut read = accounts.db.read().await?;
    Ok(on!(read.conn(), c => query_as(SQL).bind(account).bind(now).bind(now - accounts.security.idle(false)).fetch_all(&mut *c).await)?)
}

/// Signs out: the cookie opens nothing any more, at once and in every process. Answers how the person had signed in.
///
/// # Errors
/// When the database does not answer; the session may still be open then.
pub async fn end_session(accounts: &Accounts, secret: &str) -> Result<Option<String>, DbError> {
    const SQL: &str = "DELETE FROM session WHERE session = $1 RETURNING account, address, stage, method, \
        (SELECT a.unit FROM account a WHERE a.account = session.account) AS unit";
    let mut write = accounts.db.write().await?;
    let ended: Option<(String, Option<String>, String, String, String)> =
        on!(write.conn(), c => query_as(SQL).bind(digest_of(secret)).fetch_optional(&mut *c).await)?;
    let Some((account, address, stage, method, unit)) = ended else { return Ok(None) };
    // A session that still waited for the second factor was nobody's yet.
    if stage == "full" {
        let change = Change::new("account", &account, "signed-out").of_unit(unit);
        let source = Source { account: Some(account), address, ..Source::default() };
        record(write.conn(), &source, accounts.world.now(), &[change]).await?;
    }
    write.commit().await?;
    Ok(Some(method))
}

/// Ends every session of the person but this one.
///
/// # Errors
/// When the database does not answer.
pub async fn end_others(accounts: &Accounts, actor: &Actor) -> Result<(), AccountError> {
    let session = actor.principal.must_be_present()?;
    let own = seen(accounts, actor, &actor.principal.account).await?;
    let mut write = accounts.db.write().await?;
    end_all_in(&mut write, &own.account, Some(session)).await?;
    let change = Change::new("account", &own.account, "signed-out-elsewhere").of_unit(&own.unit);
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    Ok(write.commit().await?)
}

/// Ends every session of an account: the person's own, or one that the actor may change.
///
/// # Errors
/// When the actor may not, or the database does not answer.
pub async fn end_all(accounts: &Accounts, actor: &Actor, account: &str) -> Result<(), AccountError> {
    let found = if actor.principal.account == account && actor.principal.may_write() {
        seen(accounts, actor, account).await?
    } else {
        must_change(accounts, actor, account).await?
    };
    let mut write = accounts.db.write().await?;
    end_all_in(&mut write, account, None).await?;
    let change = Change::new("account", account, "signed-out-everywhere").of_unit(found.unit);
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    Ok(write.commit().await?)
}

pub(crate) async fn end_all_in(write: &mut Write, account: &str, except: Option<&str>) -> Result<(), DbError> {
    const SQL: &str = "DELETE FROM session WHERE account = $1 AND session <> $2";
    Ok(on!(write.conn(), c => query(SQL).bind(account).bind(except.unwrap_or_default()).execute(&mut *c).await.map(drop))?)
}
