//! Roles over the unit tree, and deputies.

use chrono::NaiveDate;
use platform::history::{Change, record};
use platform::{DbError, Write, on};
use serde_json::json;
use sqlx::{query, query_as};

use super::{must, seen};
use crate::error::AccountError;
use crate::policy::{Action, Role, Thing};
use crate::principal::{Actor, Proof, Reach};
use crate::store::account;
use crate::{Accounts, Denied};

/// A role to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGrant {
    /// To whom.
    pub account: String,
    /// Which.
    pub role: Role,
    /// On which unit.
    pub unit: String,
    /// How far.
    pub reach: Reach,
    /// From which day.
    pub valid_from: NaiveDate,
    /// To which day, if it ends.
    pub valid_to: Option<NaiveDate>,
    /// Why.
    pub reason: Option<String>,
}

/// Gives a role; answers its key.
///
/// # Errors
/// Nobody gives a role to themselves; the unit must exist today and lie within the actor's reach.
pub async fn give_role(accounts: &Accounts, actor: &Actor, new: &NewGrant) -> Result<String, AccountError> {
    const SQL: &str = "INSERT INTO role_grant (role_grant, account, role, unit, reach, valid_from, valid_to, given_by, given_at, reason) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    seen(accounts, actor, &new.account).await?;
    must(accounts, actor, Action::Make, Thing::Grant, &new.unit)?;
    if actor.principal.account == new.account {
        return Err(AccountError::Oneself);
    }
    if new.valid_to.is_some_and(|last| last < new.valid_from) {
        return Err(AccountError::Period);
    }
    let key = accounts.world.new_id();
    let mut write = accounts.db.write().await?;
    on!(write.conn(), c => query(SQL)
        .bind(&key)
        .bind(&new.account)
        .bind(new.role.word())
        .bind(&new.unit)
        .bind(new.reach.word())
        .bind(new.valid_from)
        .bind(new.valid_to)
        .bind(actor.by())
        .bind(actor.now)
        .bind(&new.reason)
        .execute(&mut *c)
        .await
        .map(drop))
    .map_err(DbError::from)?;
    let after = json!({
        "account": new.account, "role": new.role.word(), "unit": new.unit, "reach": new.reach.word(), "valid_from": new.valid_from, "valid_to": new.valid_to,
    });
    let change = Change::new("role_grant", &key, "given").of_unit(&new.unit).after(after).reason(new.reason.clone());
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    write.commit().await?;
    Ok(key)
}

/// Takes a role away, at once.
///
/// # Errors
/// Somebody who can look after accounts must remain.
pub async fn revoke_role(accounts: &Accounts, actor: &Actor, key: &str, reason: &str) -> Result<(), AccountError> {
    const FIND: &str = "SELECT account, role, unit FROM role_grant WHERE role_grant = $1 AND revoked_at IS NULL";
    const SQL: &str = "UPDATE role_grant SET revoked_at = $1 WHERE role_grant = $2 AND revoked_at IS NULL";
    let mut read = accounts.db.read().await?;
    let found: Option<(String, String, String)> =
        on!(read.conn(), c => query_as(FIND).bind(key).fetch_optional(&mut *c).await).map_err(DbError::from)?;
    drop(read);
    let (holder, role, unit) = found.ok_or(Denied::NotFound)?;
    match must(accounts, actor, Action::Withdraw, Thing::Grant, &unit) {
        // A role on a unit that was closed may be tidied away by whoever tidies roles at all.
        Err(AccountError::UnknownUnit) if actor.principal.may_somewhere(Action::Withdraw, Thing::Grant) => {}
        other => other?,
    }
    let mut write = accounts.db.write().await?;
    on!(write.conn(), c => query(SQL).bind(actor.now).bind(key).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    must_keep_an_administrator(accounts, &mut write, actor).await?;
    let change = Change::new("role_grant", key, "revoked")
        .of_unit(&unit)
        .before(json!({ "account": holder, "role": role, "unit": unit }))
        .reason(Some(reason.to_owned()));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    Ok(write.commit().await?)
}

/// Refuses a change after which nobody could look after accounts any more. The program itself may do it: it can make a new administrator.
pub(super) async fn must_keep_an_administrator(accounts: &Accounts, write: &mut Write, actor: &Actor) -> Result<(), AccountError> {
    const SQL: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM role_grant g JOIN account a ON a.account = g.account WHERE g.role = 'administrator' \
        AND g.revoked_at IS NULL AND g.valid_from <= $1 AND (g.valid_to IS NULL OR g.valid_to >= $1) AND a.state = 'active'";
    if actor.principal.proof == Proof::Program {
        return Ok(());
    }
    let (left,): (i64,) =
        on!(write.conn(), c => query_as(SQL).bind(accounts.world.today()).fetch_one(&mut *c).await).map_err(DbError::from)?;
    if left == 0 { Err(AccountError::LastAdministrator) } else { Ok(()) }
}

/// Somebody to stand in for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDeputy {
    /// The absent person.
    pub absent: String,
    /// Who stands in.
    pub stands_in: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_to: NaiveDate,
    /// Why.
    pub reason: Option<String>,
}

/// Appoints a deputy: by the absent person for themselves, or by whoever may give roles. Administrators' roles are not handed on in this way.
///
/// # Errors
/// When the period is not in order, the two are one, or the actor may not.
pub async fn appoint_deputy(accounts: &Accounts, actor: &Actor, new: &NewDeputy) -> Result<String, AccountError> {
    const SQL: &str = "INSERT INTO deputy (deputy, absent, stands_in, valid_from, valid_to, given_by, given_at, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    const ADMINISTRATOR: &str =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM role_grant WHERE account = $1 AND role = 'administrator' AND revoked_at IS NULL";
    if new.absent == new.stands_in {
        return Err(AccountError::Oneself);
    }
    if new.valid_to < new.valid_from {
        return Err(AccountError::Period);
    }
    let mut read = accounts.db.read().await?;
    let absent = account(read.conn(), &new.absent).await?.ok_or(Denied::NotFound)?;
    account(read.conn(), &new.stands_in).await?.ok_or(Denied::NotFound)?;
    let (administers,): (i64,) =
        on!(read.conn(), c => query_as(ADMINISTRATOR).bind(&new.absent).fetch_one(&mut *c).await).map_err(DbError::from)?;
    drop(read);
    if actor.principal.account != new.absent {
        must(accounts, actor, Action::Make, Thing::Grant, &absent.unit)?;
    }
    if administers > 0 {
        return Err(Denied::Forbidden.into());
    }
    let key = accounts.world.new_id();
    let mut write = accounts.db.write().await?;
    on!(write.conn(), c => query(SQL)
        .bind(&key)
        .bind(&new.absent)
        .bind(&new.stands_in)
        .bind(new.valid_from)
        .bind(new.valid_to)
        .bind(actor.by())
        .bind(actor.now)
        .bind(&new.reason)
        .execute(&mut *c)
        .await
        .map(drop))
    .map_err(DbError::from)?;
    let after = json!({ "absent": new.absent, "stands_in": new.stands_in, "valid_from": new.valid_from, "valid_to": new.valid_to });
    let change = Change::new("deputy", &key, "appointed").of_unit(&absent.unit).after(after).reason(new.reason.clone());
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    write.commit().await?;
    Ok(key)
}

/// Ends a deputy's time early: by the absent person, or by whoever may give roles.
///
/// # Errors
/// When there is no such deputy or the actor may not.
pub async fn dismiss_deputy(accounts: &Accounts, actor: &Actor, key: &str) -> Result<(), AccountError> {
    const FIND: &str =
        "SELECT d.absent, a.unit FROM deputy d JOIN account a ON a.account = d.absent WHERE d.deputy = $1 AND d.revoked_at IS NULL";
    const SQL: &str = "UPDATE deputy SET revoked_at = $1 WHERE deputy = $2 AND revoked_at IS NULL";
    let mut read = accounts.db.read().await?;
    let found: Option<(String, String)> =
        on!(read.conn(), c => query_as(FIND).bind(key).fetch_optional(&mut *c).await).map_err(DbError::from)?;
    drop(read);
    let (absent, unit) = found.ok_or(Denied::NotFound)?;
    if actor.principal.account != absent {
        must(accounts, actor, Action::Withdraw, Thing::Grant, &unit)?;
    }
    let mut write = accounts.db.write().await?;
    on!(write.conn(), c => query(SQL).bind(actor.now).bind(key).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    record(write.conn(), &actor.source, actor.now, &[Change::new("deputy", key, "dismissed").of_unit(&unit)]).await?;
    Ok(write.commit().await?)
}
