//! Roles over the unit tree.

use chrono::{DateTime, NaiveDate, Utc};
use platform::history::{Change, record};
use platform::{Conn, DbError, Write, on};
use serde_json::json;
use sqlx::{FromRow, query, query_as};

use super::rights::{hold_account, must, must_or_tidy, must_reach, seen};
use crate::error::AccountError;
use crate::policy::{Action, Role, Thing};
use crate::principal::{Actor, Lineage, Proof, Reach};
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
/// The same role is not given twice for the same days.
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
    must_be_new(&mut write, new).await?;
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

/// Refuses a role that the person has on some of these days already: whoever takes one of the two away would believe that it is gone.
async fn must_be_new(write: &mut Write, new: &NewGrant) -> Result<(), AccountError> {
    const SQL: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM role_grant WHERE account = $1 AND role = $2 AND unit = $3 AND reach = $4 \
        AND revoked_at IS NULL AND valid_from <= COALESCE($6, valid_from) AND (valid_to IS NULL OR valid_to >= $5)";
    hold_account(write, &new.account).await?;
    let (there,): (i64,) = on!(write.conn(), c => query_as(SQL)
        .bind(&new.account)
        .bind(new.role.word())
        .bind(&new.unit)
        .bind(new.reach.word())
        .bind(new.valid_from)
        .bind(new.valid_to)
        .fetch_one(&mut *c)
        .await)
    .map_err(DbError::from)?;
    if there == 0 { Ok(()) } else { Err(AccountError::AlreadyGiven) }
}

/// Takes a role away, at once. A role on a unit that was closed may be tidied away by whoever tidies roles at all.
///
/// # Errors
/// Somebody who can look after the accounts of the same units must remain, and nobody takes away a role that reaches further than their own.
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

/// An administrator who looks after accounts today.
#[derive(FromRow)]
struct Caretaker {
    unit: String,
    reach: String,
    used_at: DateTime<Utc>,
    made_up: i64,
}

impl Caretaker {
    /// Whether they reach all that a role on that unit reached.
    fn covers(&self, lineage: &Lineage, reach: Reach) -> bool {
        match Reach::of(&self.reach) {
            Some(Reach::Subtree) => lineage.units().contains(&self.unit),
            Some(Reach::Unit) => reach == Reach::Unit && lineage.unit() == self.unit,
            None => false,
        }
    }
}

/// Refuses a change after which units that the actor has looked after would have nobody who can look after their accounts. That is enough to
/// keep every unit: nobody takes away an administrator's role, or closes an account, that reaches further than they do themselves.
/// The program itself may do it: it can make a new administrator.
pub(super) async fn must_keep_an_administrator(accounts: &Accounts, write: &mut Write, actor: &Actor) -> Result<(), AccountError> {
    const SQL: &str = "SELECT g.unit, g.reach, COALESCE(a.signed_in_at, a.made_at) AS used_at, a.made_up FROM role_grant g \
        JOIN account a ON a.account = g.account WHERE g.role = 'administrator' AND g.revoked_at IS NULL AND g.valid_from <= $1 \
        AND (g.valid_to IS NULL OR g.valid_to >= $1) AND a.state = 'active' AND (a.valid_to IS NULL OR a.valid_to >= $1)";
    if actor.principal.proof == Proof::Program {
        return Ok(());
    }
    let mut left: Vec<Caretaker> =
        on!(write.conn(), c => query_as(SQL).bind(accounts.world.today()).fetch_all(&mut *c).await).map_err(DbError::from)?;
    // Whoever may not sign in looks after nothing: for want of use, or because they are made up and this is no demonstration.
    left.retain(|one| match one.made_up {
        0 => !accounts.security.is_dormant(one.used_at, actor.now),
        _ => !accounts.shuts_out(true),
    });
    let looked_after = actor.principal.grants.iter().filter(|grant| grant.role == Role::Administrator);
    let kept = looked_after.into_iter().all(|grant| {
        // A unit that was closed has nobody to look after.
        accounts.tree.lineage(&grant.unit).is_none_or(|lineage| left.iter().any(|one| one.covers(&lineage, grant.reach)))
    });
    if kept && !left.is_empty() { Ok(()) } else { Err(AccountError::LastAdministrator) }
}
