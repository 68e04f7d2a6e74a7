//! Deputies: who stands in for whom.

use chrono::{Months, NaiveDate};
use platform::history::{Change, record};
use platform::{Conn, DbError, Write, on};
use serde_json::json;
use sqlx::{query, query_as};

use super::rights::{hold_account, must_or_tidy, must_reach_roles_of};
use crate::error::AccountError;
use crate::policy::{Action, Thing};
use crate::principal::Actor;
use crate::store::account;
use crate::{Accounts, Denied};

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

/// Appoints a deputy: by the absent person for themselves, or by whoever could give the deputy all those roles, for somebody else than
/// themselves. An administrator's role is not handed on in this way, only the others that the person has beside it.
///
/// # Errors
/// When the period is not in order, is over, lasts longer than a year or overlaps another one of the same two; when the two are one, there is
/// nothing to hand on, or the actor may not.
pub async fn appoint_deputy(accounts: &Accounts, actor: &Actor, new: &NewDeputy) -> Result<String, AccountError> {
    const SQL: &str = "INSERT INTO deputy (deputy, absent, stands_in, valid_from, valid_to, given_by, given_at, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    if new.absent == new.stands_in {
        return Err(AccountError::Oneself);
    }
    must_be_a_period(new, actor.today())?;
    let mut read = accounts.db.read().await?;
    let absent = account(read.conn(), &new.absent).await?.ok_or(Denied::NotFound)?;
    account(read.conn(), &new.stands_in).await?.ok_or(Denied::NotFound)?;
    let lends = has_something_to_lend(read.conn(), new).await?;
    drop(read);
    must_arrange(accounts, actor, Action::Make, &new.absent, &absent.unit)?;
    if actor.principal.account == new.stands_in {
        return Err(AccountError::Oneself);
    }
    if actor.principal.account != new.absent {
        must_reach_roles_of(accounts, actor, &new.absent).await?;
    }
    if !lends {
        return Err(AccountError::NothingToLend);
    }
    let key = accounts.world.new_id();
    let mut write = accounts.db.write().await?;
    must_not_overlap(&mut write, new).await?;
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

/// Refuses days that are out of order, over, or more than a year: whoever is away longer gives roles anew.
fn must_be_a_period(new: &NewDeputy, today: NaiveDate) -> Result<(), AccountError> {
    if new.valid_to < new.valid_from {
        Err(AccountError::Period)
    } else if new.valid_to < today {
        Err(AccountError::PeriodPast)
    } else if new.valid_from.checked_add_months(Months::new(12)).is_none_or(|a_year_on| a_year_on < new.valid_to) {
        Err(AccountError::PeriodTooLong)
    } else {
        Ok(())
    }
}

/// Whether the absent person has anything else to hand on in that time than an administrator's role. Somebody without a role may be given one.
async fn has_something_to_lend(conn: Conn<'_>, new: &NewDeputy) -> Result<bool, DbError> {
    const SQL: &str = "SELECT CAST(COUNT(*) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN role = 'administrator' THEN 1 ELSE 0 END), 0) AS BIGINT) \
        FROM role_grant WHERE account = $1 AND revoked_at IS NULL AND valid_from <= $3 AND (valid_to IS NULL OR valid_to >= $2)";
    let (all, administers): (i64, i64) =
        on!(conn, c => query_as(SQL).bind(&new.absent).bind(new.valid_from).bind(new.valid_to).fetch_one(&mut *c).await)?;
    Ok(all == 0 || administers < all)
}

/// Refuses a second period of the same two over the same days: whoever ends one of them would believe that the deputy has stopped.
async fn must_not_overlap(write: &mut Write, new: &NewDeputy) -> Result<(), AccountError> {
    const SQL: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM deputy WHERE absent = $1 AND stands_in = $2 AND revoked_at IS NULL \
        AND valid_from <= $4 AND valid_to >= $3";
    hold_account(write, &new.absent).await?;
    let (there,): (i64,) = on!(write.conn(), c => query_as(SQL)
        .bind(&new.absent)
        .bind(&new.stands_in)
        .bind(new.valid_from)
        .bind(new.valid_to)
        .fetch_one(&mut *c)
        .await)
    .map_err(DbError::from)?;
    if there == 0 { Ok(()) } else { Err(AccountError::AlreadyDeputy) }
}

/// The absent person arranges it themselves, or somebody who may do this to roles of their unit.
fn must_arrange(accounts: &Accounts, actor: &Actor, action: Action, absent: &str, unit: &str) -> Result<(), AccountError> {
    if actor.principal.account != absent {
        must_or_tidy(accounts, actor, action, Thing::Grant, unit)
    } else if actor.principal.may_write() {
        Ok(())
    } else {
        Err(Denied::Forbidden.into())
    }
}

/// Ends a deputy's time early: by the absent person, or by whoever may give roles.
///
/// # Errors
/// When there is no such deputy or the actor may not.
pub async fn dismiss_deputy(accounts: &Accounts, actor: &Actor, key: &str) -> Result<(), AccountError> {
    const FIND: &str = "SELECT d.absent, d.stands_in, d.valid_from, d.valid_to, a.unit FROM deputy d JOIN account a ON a.account = d.absent \
        WHERE d.deputy = $1 AND d.revoked_at IS NULL";
    const SQL: &str = "UPDATE deputy SET revoked_at = $1 WHERE deputy = $2 AND revoked_at IS NULL";
    let mut read = accounts.db.read().await?;
    let found: Option<(String, String, NaiveDate, NaiveDate, String)> =
        on!(read.conn(), c => query_as(FIND).bind(key).fetch_optional(&mut *c).await).map_err(DbError::from)?;
    drop(read);
    let (absent, stands_in, valid_from, valid_to, unit) = found.ok_or(Denied::NotFound)?;
    must_arrange(accounts, actor, Action::Withdraw, &absent, &unit)?;
    let mut write = accounts.db.write().await?;
    let done = on!(write.conn(), c => query(SQL).bind(actor.now).bind(key).execute(&mut *c).await.map(|done| done.rows_affected()))
        .map_err(DbError::from)?;
    if done != 1 {
        return Err(Denied::NotFound.into());
    }
    let before = json!({ "absent": absent, "stands_in": stands_in, "valid_from": valid_from, "valid_to": valid_to, "revoked_at": null });
    let change = Change::new("deputy", key, "dismissed").of_unit(&unit).before(before).after(json!({ "revoked_at": actor.now }));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    Ok(write.commit().await?)
}
