//! Closing accounts and opening them again.

use platform::history::{Change, Source, record};
use platform::{DbError, on};
use serde_json::json;
use sqlx::{query, query_as};

use super::rights::must_change;
use super::roles::{hold_administrators, must_keep_an_administrator};
use crate::Accounts;
use crate::error::AccountError;
use crate::principal::Actor;
use crate::store::AccountState;

/// Closes an account, or opens it again. Closing ends every session and every link at once.
///
/// # Errors
/// Nobody closes their own account, and somebody who can look after accounts must remain.
/// [`AccountError::Changed`] when it is closed already.
pub async fn set_open(accounts: &Accounts, actor: &Actor, key: &str, open: bool, reason: &str) -> Result<(), AccountError> {
    // An account that is opened again counts as used today, or a long time without sign-in would close it at once.
    const OPEN: &str = "UPDATE account SET state = $1, state_reason = NULL, failures = 0, next_try_at = NULL, signed_in_at = $2, \
        version = version + 1 WHERE account = $3";
    const CLOSE: &str = "UPDATE account SET state = 'disabled', state_reason = $1, failures = 0, next_try_at = NULL, version = version + 1 \
        WHERE account = $2 AND state <> 'disabled'";
    let before = must_change(accounts, actor, key).await?;
    if actor.principal.account == key {
        return Err(AccountError::Oneself);
    }
    let state = match (open, before.password_set_at) {
        (false, _) => AccountState::Disabled,
        (true, Some(_)) => AccountState::Active,
        (true, None) => AccountState::Invited,
    };
    let mut write = accounts.db.write().await?;
    if open {
        on!(write.conn(), c => query(OPEN).bind(state.word()).bind(actor.now).bind(key).execute(&mut *c).await.map(drop))
            .map_err(DbError::from)?;
    } else {
        hold_administrators(&mut write).await?;
        let done = on!(write.conn(), c => query(CLOSE).bind(reason).bind(key).execute(&mut *c).await.map(|done| done.rows_affected()))
            .map_err(DbError::from)?;
        if done != 1 {
            return Err(AccountError::Changed);
        }
        crate::session::end_all_in(&mut write, key, None).await?;
        crate::links::forget_links(write.conn(), key).await?;
        must_keep_an_administrator(accounts, &mut write, actor).await?;
    }
    let change = Change::new("account", key, if open { "opened" } else { "closed" })
        .of_unit(&before.unit)
        .before(json!({ "state": before.state().word() }))
        .after(json!({ "state": state.word() }))
        .reason(Some(reason.to_owned()));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    Ok(write.commit().await?)
}

/// Closes accounts that nobody has used for long (a setting); answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn close_dormant(accounts: &Accounts) -> Result<usize, DbError> {
    const FIND: &str = "SELECT account, state FROM account WHERE state <> 'disabled' AND made_up = 0 AND COALESCE(signed_in_at, made_at) <= $1 \
        ORDER BY account";
    // The person may have signed in, or another process closed the account, since it was found.
    const CLOSE: &str = "UPDATE account SET state = 'disabled', state_reason = 'dormant', version = version + 1 \
        WHERE account = $1 AND state <> 'disabled' AND COALESCE(signed_in_at, made_at) <= $2 RETURNING unit";
    let days = accounts.security.dormant_days;
    if days == 0 {
        return Ok(0);
    }
    let now = accounts.world.now();
    let last = now - chrono::TimeDelta::days(days);
    let mut write = accounts.db.write().await?;
    let rows: Vec<(String, String)> = on!(write.conn(), c => query_as(FIND).bind(last).fetch_all(&mut *c).await)?;
    let mut changes = Vec::new();
    for (key, state) in &rows {
        let closed: Option<(String,)> = on!(write.conn(), c => query_as(CLOSE).bind(key).bind(last).fetch_optional(&mut *c).await)?;
        let Some((unit,)) = closed else { continue };
        crate::session::end_all_in(&mut write, key, None).await?;
        crate::links::forget_links(write.conn(), key).await?;
        let change = Change::new("account", key, "closed").of_unit(unit);
        changes.push(change.before(json!({ "state": state })).after(json!({ "state": "disabled", "after_days": days })));
    }
    record(write.conn(), &Source::program(), now, &changes).await?;
    write.commit().await?;
    Ok(changes.len())
}
