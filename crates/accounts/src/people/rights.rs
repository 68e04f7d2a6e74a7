//! Who may look after whom. Nobody looks after an account, or hands on a role, that reaches further than they do themselves:
//! whoever sets a person's password could act with all of that person's roles.

use platform::{Conn, DbError, Write, on};
use sqlx::{query, query_as};

use crate::error::AccountError;
use crate::policy::{Action, Thing};
use crate::principal::{Actor, Reach};
use crate::store::{Account, account};
use crate::{Accounts, Denied};

/// Refuses an act on a unit that the actor may not do there.
pub(super) fn must(accounts: &Accounts, actor: &Actor, action: Action, thing: Thing, unit: &str) -> Result<(), AccountError> {
    let lineage = accounts.tree.lineage(unit).ok_or(AccountError::UnknownUnit)?;
    Ok(actor.principal.must(action, thing, &lineage)?)
}

/// The same; what belongs to a unit that was closed since may be tidied up by whoever does this at all.
pub(super) fn must_or_tidy(accounts: &Accounts, actor: &Actor, action: Action, thing: Thing, unit: &str) -> Result<(), AccountError> {
    match must(accounts, actor, action, thing, unit) {
        Err(AccountError::UnknownUnit) if actor.principal.may_somewhere(action, thing) => Ok(()),
        Err(AccountError::UnknownUnit) => Err(Denied::NotFound.into()),
        other => other,
    }
}

/// Refuses an act on roles of a unit that reach further than the actor's own. A unit that was closed has nothing to reach.
pub(super) fn must_reach(accounts: &Accounts, actor: &Actor, action: Action, unit: &str, reach: Reach) -> Result<(), AccountError> {
    let Some(lineage) = accounts.tree.lineage(unit) else { return Ok(()) };
    if actor.principal.may_throughout(action, Thing::Grant, &lineage, reach) { Ok(()) } else { Err(Denied::Forbidden.into()) }
}

/// Refuses whoever could not give a person every role that the person has, now or later, themselves or as a deputy.
pub(super) async fn must_reach_roles_of(accounts: &Accounts, actor: &Actor, key: &str) -> Result<(), AccountError> {
    const SQL: &str = "SELECT unit, reach FROM role_grant WHERE revoked_at IS NULL AND (valid_to IS NULL OR valid_to >= $2) AND (account = $1 \
        OR account IN (SELECT absent FROM deputy WHERE stands_in = $1 AND revoked_at IS NULL AND valid_to >= $2)) ORDER BY role_grant";
    let mut read = accounts.db.read().await?;
    let roles: Vec<(String, String)> =
        on!(read.conn(), c => query_as(SQL).bind(key).bind(actor.today()).fetch_all(&mut *c).await).map_err(DbError::from)?;
    roles.iter().try_for_each(|(unit, reach)| must_reach(accounts, actor, Action::Make, unit, Reach::of(reach).unwrap_or(Reach::Subtree)))
}

/// Holds an account until the end of the transaction, so that of two who give the same at the same time the second sees what the first gave.
/// On SQLite all writes take turns.
pub(super) async fn hold_account(write: &mut Write, key: &str) -> Result<(), DbError> {
    const SQL: &str = "SELECT account FROM account WHERE account = $1 FOR NO KEY UPDATE";
    if let Conn::Pg(mut lent) = write.conn() {
        query(SQL).bind(key).fetch_all(lent.ask()).await?;
    }
    Ok(())
}

/// The account, if the actor may see it.
///
/// # Errors
/// "Not found" where the actor may not know of it.
pub async fn seen(accounts: &Accounts, actor: &Actor, key: &str) -> Result<Account, AccountError> {
    let mut read = accounts.db.read().await?;
    let found = account(read.conn(), key).await?.ok_or(Denied::NotFound)?;
    drop(read);
    if actor.principal.account != found.account {
        match must(accounts, actor, Action::See, Thing::Account, &found.unit) {
            // A unit that was closed since: whoever looks after accounts anywhere sees the people left behind.
            Err(AccountError::UnknownUnit) if actor.principal.may_somewhere(Action::Change, Thing::Account) => {}
            Err(AccountError::UnknownUnit) => return Err(Denied::NotFound.into()),
            other => other?,
        }
    }
    Ok(found)
}

/// Refuses whoever may not change an account: because of the unit, or because the person's roles reach further than the actor's.
pub(crate) async fn must_change(accounts: &Accounts, actor: &Actor, key: &str) -> Result<Account, AccountError> {
    let found = seen(accounts, actor, key).await?;
    must_or_tidy(accounts, actor, Action::Change, Thing::Account, &found.unit).map_err(|error| match error {
        // The actor has seen the account.
        AccountError::Denied(_) => Denied::Forbidden.into(),
        other => other,
    })?;
    if actor.principal.account != found.account {
        must_reach_roles_of(accounts, actor, key).await?;
    }
    Ok(found)
}
