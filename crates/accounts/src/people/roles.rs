//! Roles over the unit tree.

use chrono::NaiveDate;
use platform::history::{Change, record};
use platform::{Conn, DbError, Write, on};
use serde_json::json;
use sqlx::{query, query_as};

use super::rights::{must, must_or_tidy, must_reach, seen};
use crate::error::AccountError;
use crate::policy::{Action, Role, Thing};
use crate::principal::{Actor, Proof, Reach};
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
/// Nobody gives a role to themselves, or one that reaches further than their own; the unit must exist today and lie within the actor's reach.
pub async fn give_role(accounts: &Accounts, actor: &Actor, new: &NewGrant) -> Result<String, AccountError> {
    const SQL: &str = "INSERT INTO role_grant (role_grant, account, role, unit, reach, valid_from, valid_to, given_by, given_at, reason) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    seen(accounts, actor, &new.account).await?;
    must(accounts, actor, Action::Make, Thing::Grant, &new.unit)?;
    must_reach(accounts, actor, Action::Make, &new.unit, new.reach)?;
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

/// Takes a role away, at once. A role on a unit that was closed may be tidied away by whoever tidies roles at all.
///
/// # Errors
/// Somebody who can look after accounts must remain, and nobody takes away a role that reaches further than their own.
pub async fn revoke_role(accounts: &Accounts, actor: &Actor, key: &str, reason: &str) -> Result<(), AccountError> {
    const FIND: &str =
        "SELECT account, role, unit, reach, valid_from, valid_to FROM role_grant WHERE role_grant = $1 AND revoked_at IS NULL";
    const SQL: &str = "UPDATE role_grant SET revoked_at = $1 WHERE role_grant = $2 AND revoked_at IS NULL";
    let mut read = accounts.db.read().await?;
    let found: Option<(String, String, String, String, NaiveDate, Option<NaiveDate>)> =
        on!(read.conn(), c => query_as(FIND).bind(key).fetch_optional(&mut *c).await).map_err(DbError::from)?;
    drop(read);
    let (holder, role, unit, reach, valid_from, valid_to) = found.ok_or(Denied::NotFound)?;
    must_or_tidy(accounts, actor, Action::Withdraw, Thing::Grant, &unit)?;
    must_reach(accounts, actor, Action::Withdraw, &unit, Reach::of(&reach).unwrap_or(Reach::Subtree))?;
    let mut write = accounts.db.write().await?;
    hold_administrators(&mut write).await?;
    let done = on!(write.conn(), c => query(SQL).bind(actor.now).bind(key).execute(&mut *c).await.map(|done| done.rows_affected()))
        .map_err(DbError::from)?;
    if done != 1 {
        return Err(Denied::NotFound.into());
    }
    must_keep_an_administrator(accounts, &mut write, actor).await?;
    let before = json!({
        "account": holder, "role": role, "unit": unit, "reach": reach, "valid_from": valid_from, "valid_to": valid_to, "revoked_at": null,
    });
    let change = Change::new("role_grant", key, "revoked")
        .of_unit(&unit)
        .before(before)
        .after(json!({ "revoked_at": actor.now }))
        .reason(Some(reason.to_owned()));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    Ok(write.commit().await?)
}

/// Holds the administrators' roles until the end of the transaction, before anything else is taken: two administrators who put each other out
/// at the same time take turns, so that the second one is counted as the last. On SQLite all writes take turns.
pub(super) async fn hold_administrators(write: &mut Write) -> Result<(), DbError> {
    const SQL: &str =
        "SELECT role_grant FROM role_grant WHERE role = 'administrator' AND revoked_at IS NULL ORDER BY role_grant FOR UPDATE";
    if let Conn::Pg(mut lent) = write.conn() {
        query(SQL).fetch_all(lent.ask()).await?;
    }
    Ok(())
}

/// Refuses a change after which nobody could look after accounts any more. The program itself may do it: it can make a new administrator.
pub(super) async fn must_keep_an_administrator(accounts: &Accounts, write: &mut Write, actor: &Actor) -> Result<(), AccountError> {
    const SQL: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM role_grant g JOIN account a ON a.account = g.account WHERE g.role = 'administrator' \
        AND g.revoked_at IS NULL AND g.valid_from <= $1 AND (g.valid_to IS NULL OR g.valid_to >= $1) AND a.state = 'active' \
        AND (a.valid_to IS NULL OR a.valid_to >= $1) AND a.made_up <= $2";
    if actor.principal.proof == Proof::Program {
        return Ok(());
    }
    // A made-up administrator who may not sign in looks after nothing.
    let most = i64::from(!accounts.shuts_out(true));
    let (left,): (i64,) =
        on!(write.conn(), c => query_as(SQL).bind(accounts.world.today()).bind(most).fetch_one(&mut *c).await).map_err(DbError::from)?;
    if left == 0 { Err(AccountError::LastAdministrator) } else { Ok(()) }
}
