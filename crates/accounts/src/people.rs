//! Looking after accounts: making, changing, closing; roles and deputies; links for passwords. Rights are checked here.

mod roles;

use chrono::{NaiveDate, TimeDelta};
use platform::history::{Change, Source, record};
use platform::{DbError, Write, on};
use serde_json::json;
use sqlx::{query, query_as};
use viet_text::{fold, sort_key};

pub use roles::{NewDeputy, NewGrant, appoint_deputy, dismiss_deputy, give_role, revoke_role};

use crate::error::AccountError;
use crate::links::{LinkPurpose, make_link};
use crate::password;
use crate::policy::{Action, Thing};
use crate::principal::Actor;
use crate::store::{Account, AccountState, account};
use crate::{Accounts, Denied};

/// What is written of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Sign-in name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Position.
    pub position: Option<String>,
    /// The unit where the person works.
    pub unit: String,
    /// Mail address.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Last day on which the account may be used.
    pub valid_to: Option<NaiveDate>,
    /// A made-up person of a demonstration.
    pub made_up: bool,
}

/// An account that was just made, with the secret of its first link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// Key of the account.
    pub account: String,
    /// Secret of the link for the first sign-in.
    pub link: String,
}

fn login_of(text: &str) -> Result<String, AccountError> {
    let login = text.trim().to_lowercase();
    let good = login.len() >= 3 && login.len() <= 64 && login.bytes().all(|sign| sign.is_ascii_alphanumeric() || b".-_@".contains(&sign));
    if good { Ok(login) } else { Err(AccountError::LoginForm) }
}

fn fields(person: &Person) -> serde_json::Value {
    json!({
        "login": person.login, "name": person.name, "position": person.position, "unit": person.unit, "email": person.email,
        "phone": person.phone, "valid_to": person.valid_to,
    })
}

fn must(accounts: &Accounts, actor: &Actor, action: Action, thing: Thing, unit: &str) -> Result<(), AccountError> {
    let lineage = accounts.tree.lineage(unit).ok_or(AccountError::UnknownUnit)?;
    Ok(actor.principal.must(action, thing, &lineage)?)
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
            // A unit that was closed since: whoever sees accounts anywhere sees the people left behind.
            Err(AccountError::UnknownUnit) if actor.principal.may_somewhere(Action::Change, Thing::Account) => {}
            Err(AccountError::UnknownUnit) => return Err(Denied::NotFound.into()),
            other => other?,
        }
    }
    Ok(found)
}

/// Refuses whoever may not change an account.
pub(crate) async fn must_change(accounts: &Accounts, actor: &Actor, key: &str) -> Result<Account, AccountError> {
    let found = seen(accounts, actor, key).await?;
    match must(accounts, actor, Action::Change, Thing::Account, &found.unit) {
        Err(AccountError::UnknownUnit) if actor.principal.may_somewhere(Action::Change, Thing::Account) => Ok(found),
        Err(error) => Err(error),
        Ok(()) => Ok(found),
    }
}

/// Makes an account and the link for its first sign-in.
///
/// # Errors
/// When the sign-in name is taken or not of the form, or the actor may not.
pub async fn make(accounts: &Accounts, actor: &Actor, person: &Person) -> Result<Invited, AccountError> {
    const SQL: &str = "INSERT INTO account (account, login, name, position, unit, email, phone, state, valid_to, must_change, failures, made_at, version, \
        made_up, search_key, sort_key) VALUES ($1, $2, $3, $4, $5, $6, $7, 'invited', $8, 0, 0, $9, 1, $10, $11, $12) ON CONFLICT (login) DO NOTHING";
    must(accounts, actor, Action::Make, Thing::Account, &person.unit)?;
    let person = Person { login: login_of(&person.login)?, ..person.clone() };
    let key = accounts.world.new_id();
    let mut write = accounts.db.write().await?;
    let made = on!(write.conn(), c => query(SQL)
        .bind(&key)
        .bind(&person.login)
        .bind(&person.name)
        .bind(&person.position)
        .bind(&person.unit)
        .bind(&person.email)
        .bind(&person.phone)
        .bind(person.valid_to)
        .bind(actor.now)
        .bind(i64::from(person.made_up))
        .bind(search_key(&person))
        .bind(sort_key(&person.name))
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
    .map_err(DbError::from)?;
    if made != 1 {
        return Err(AccountError::LoginTaken);
    }
    let link = make_link(accounts, write.conn(), &key, LinkPurpose::First).await?;
    let change = Change::new("account", &key, "made").of_unit(&person.unit).after(fields(&person));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    write.commit().await?;
    Ok(Invited { account: key, link })
}

fn search_key(person: &Person) -> String {
    fold(&format!("{} {} {}", person.name, person.login, person.email.as_deref().unwrap_or_default()))
}

/// Changes what is written of a person. `version` is the one that the actor saw.
///
/// # Errors
/// [`AccountError::Changed`] when somebody else changed it meanwhile; nothing is written then.
pub async fn change(accounts: &Accounts, actor: &Actor, key: &str, version: i64, person: &Person) -> Result<(), AccountError> {
    const SQL: &str = "UPDATE account SET name = $1, position = $2, unit = $3, email = $4, phone = $5, valid_to = $6, search_key = $7, sort_key = $8, \
        version = version + 1 WHERE account = $9 AND version = $10";
    let before = must_change(accounts, actor, key).await?;
    must(accounts, actor, Action::Make, Thing::Account, &person.unit)?;
    let person = Person { login: before.login.clone(), ..person.clone() };
    let old = Person {
        login: before.login.clone(),
        name: before.name.clone(),
        position: before.position.clone(),
        unit: before.unit.clone(),
        email: before.email.clone(),
        phone: before.phone.clone(),
        valid_to: before.valid_to,
        made_up: before.is_made_up(),
    };
    let mut write = accounts.db.write().await?;
    let done = on!(write.conn(), c => query(SQL)
        .bind(&person.name)
        .bind(&person.position)
        .bind(&person.unit)
        .bind(&person.email)
        .bind(&person.phone)
        .bind(person.valid_to)
        .bind(search_key(&person))
        .bind(sort_key(&person.name))
        .bind(key)
        .bind(version)
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))
    .map_err(DbError::from)?;
    if done != 1 {
        return Err(AccountError::Changed);
    }
    let change = Change::new("account", key, "changed").of_unit(&person.unit).before(fields(&old)).after(fields(&person));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    Ok(write.commit().await?)
}

/// Closes an account, or opens it again. Closing ends every session at once.
///
/// # Errors
/// Nobody closes their own account, and somebody who can look after accounts must remain.
pub async fn set_open(accounts: &Accounts, actor: &Actor, key: &str, open: bool, reason: &str) -> Result<(), AccountError> {
    const SQL: &str = "UPDATE account SET state = $1, state_reason = $2, failures = 0, next_try_at = NULL, signed_in_at = $3, version = version + 1 \
        WHERE account = $4";
    let before = must_change(accounts, actor, key).await?;
    if actor.principal.account == key {
        return Err(AccountError::Oneself);
    }
    let state = match (open, before.password_set_at) {
        (false, _) => AccountState::Disabled,
        (true, Some(_)) => AccountState::Active,
        (true, None) => AccountState::Invited,
    };
    // An account that is opened again counts as used today, or a long time without sign-in would close it at once.
    let seen_at = if open { Some(actor.now) } else { before.signed_in_at };
    let mut write = accounts.db.write().await?;
    let note = (!open).then_some(reason);
    on!(write.conn(), c => query(SQL).bind(state.word()).bind(note).bind(seen_at).bind(key).execute(&mut *c).await.map(drop))
        .map_err(DbError::from)?;
    if !open {
        crate::session::end_all_in(&mut write, key, None).await?;
        roles::must_keep_an_administrator(accounts, &mut write, actor).await?;
    }
    let change = Change::new("account", key, if open { "opened" } else { "closed" })
        .of_unit(&before.unit)
        .before(json!({ "state": before.state().word() }))
        .after(json!({ "state": state.word() }))
        .reason(Some(reason.to_owned()));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    Ok(write.commit().await?)
}

/// Makes a link with which a person sets a new password: asked for by an administrator.
///
/// # Errors
/// When the actor may not change the account.
pub async fn reset(accounts: &Accounts, actor: &Actor, key: &str) -> Result<String, AccountError> {
    let before = must_change(accounts, actor, key).await?;
    if before.state() == AccountState::Disabled {
        return Err(AccountError::Unknown);
    }
    let purpose = if before.password_set_at.is_some() { LinkPurpose::Reset } else { LinkPurpose::First };
    let mut write = accounts.db.write().await?;
    let link = make_link(accounts, write.conn(), key, purpose).await?;
    record(write.conn(), &actor.source, actor.now, &[Change::new("account", key, "link-made").of_unit(&before.unit)]).await?;
    write.commit().await?;
    Ok(link)
}

/// Makes a link for whoever asked at the sign-in page: the account and the secret, or nothing when no such account has a mail address.
/// The page says the same in both cases.
///
/// # Errors
/// When the database does not answer.
pub async fn reset_by_mail(accounts: &Accounts, name: &str, source: &Source) -> Result<Option<(Account, String)>, AccountError> {
    const SQL: &str = "SELECT account FROM account WHERE (login = $1 OR LOWER(email) = $1) AND email IS NOT NULL AND state <> 'disabled'";
    let name = name.trim().to_lowercase();
    let mut write = accounts.db.write().await?;
    let rows: Vec<(String,)> = on!(write.conn(), c => query_as(SQL).bind(&name).fetch_all(&mut *c).await).map_err(DbError::from)?;
    // A mailbox that several people share names nobody.
    let [(key,)] = rows.as_slice() else { return Ok(None) };
    let link = make_link(accounts, write.conn(), key, LinkPurpose::Reset).await?;
    record(write.conn(), source, accounts.world.now(), &[Change::new("account", key, "link-asked-for")]).await?;
    let found = account(write.conn(), key).await?;
    write.commit().await?;
    Ok(found.map(|account| (account, link)))
}

/// Everybody must choose a new password at the next sign-in, or one person must.
///
/// # Errors
/// When the actor may not change the account.
pub async fn demand_new_password(accounts: &Accounts, actor: &Actor, key: &str) -> Result<(), AccountError> {
    const SQL: &str = "UPDATE account SET must_change = 1, version = version + 1 WHERE account = $1";
    let before = must_change(accounts, actor, key).await?;
    let mut write = accounts.db.write().await?;
    on!(write.conn(), c => query(SQL).bind(key).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    record(write.conn(), &actor.source, actor.now, &[Change::new("account", key, "new-password-demanded").of_unit(&before.unit)]).await?;
    Ok(write.commit().await?)
}

/// Closes accounts that nobody has used for long (a setting); answers how many.
///
/// # Errors
/// When the database does not answer.
pub async fn close_dormant(accounts: &Accounts) -> Result<usize, DbError> {
    const FIND: &str =
        "SELECT account FROM account WHERE state <> 'disabled' AND made_up = 0 AND COALESCE(signed_in_at, made_at) < $1 ORDER BY account";
    const CLOSE: &str = "UPDATE account SET state = 'disabled', state_reason = 'dormant', version = version + 1 WHERE account = $1";
    let days = accounts.security.dormant_days;
    if days == 0 {
        return Ok(0);
    }
    let now = accounts.world.now();
    let mut write = accounts.db.write().await?;
    let rows: Vec<(String,)> = on!(write.conn(), c => query_as(FIND).bind(now - TimeDelta::days(days)).fetch_all(&mut *c).await)?;
    let mut changes = Vec::new();
    for (key,) in &rows {
        on!(write.conn(), c => query(CLOSE).bind(key).execute(&mut *c).await.map(drop))?;
        crate::session::end_all_in(&mut write, key, None).await?;
        changes.push(Change::new("account", key, "closed").after(json!({ "state": "disabled", "after_days": days })));
    }
    record(write.conn(), &Source::program(), now, &changes).await?;
    write.commit().await?;
    Ok(rows.len())
}

/// Checks a new password against every rule and hashes it.
pub(crate) async fn prepare_password(accounts: &Accounts, key: &str, new: &str) -> Result<String, AccountError> {
    const OLD: &str = "SELECT hash FROM old_password WHERE account = $1 ORDER BY set_at DESC LIMIT $2";
    let mut read = accounts.db.read().await?;
    let person = account(read.conn(), key).await?.ok_or(AccountError::Unknown)?;
    let remembered = accounts.security.remembered_passwords;
    let old: Vec<(String,)> =
        on!(read.conn(), c => query_as(OLD).bind(key).bind(remembered).fetch_all(&mut *c).await).map_err(DbError::from)?;
    drop(read);
    let own = [person.login.as_str(), person.name.as_str(), person.email.as_deref().unwrap_or_default()];
    let mut faults = password::faults(new, person.has_second_factor(), &own, &accounts.security);
    if faults.is_empty() {
        for (hash,) in old {
            if accounts.hasher.matches(new, Some(hash), &accounts.world).await? {
                faults.push(password::PasswordFault::UsedBefore);
                break;
            }
        }
    }
    if faults.is_empty() { accounts.hasher.hash(new, &accounts.world).await } else { Err(AccountError::Password(faults)) }
}

/// Writes a hash that [`prepare_password`] made; every session but `keep` ends.
pub(crate) async fn put_password(
    accounts: &Accounts,
    write: &mut Write,
    key: &str,
    hash: &str,
    source: &Source,
    keep: Option<&str>,
) -> Result<(), AccountError> {
    const SET: &str = "UPDATE account SET password_hash = $1, password_set_at = $2, must_change = 0, failures = 0, next_try_at = NULL, version = version + 1 \
        WHERE account = $3";
    const REMEMBER: &str = "INSERT INTO old_password (account, set_at, hash) VALUES ($1, $2, $3) ON CONFLICT (account, set_at) DO NOTHING";
    let now = accounts.world.now();
    on!(write.conn(), c => query(SET).bind(hash).bind(now).bind(key).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    on!(write.conn(), c => query(REMEMBER).bind(key).bind(now).bind(hash).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    crate::session::end_all_in(write, key, keep).await?;
    record(write.conn(), source, now, &[Change::new("account", key, "password-set")]).await?;
    Ok(())
}

/// Checks and writes a new password.
pub(crate) async fn set_password(
    accounts: &Accounts,
    key: &str,
    new: &str,
    source: &Source,
    keep: Option<&str>,
) -> Result<(), AccountError> {
    let hash = prepare_password(accounts, key, new).await?;
    let mut write = accounts.db.write().await?;
    put_password(accounts, &mut write, key, &hash, source, keep).await?;
    Ok(write.commit().await?)
}

/// Sets the password of a made-up person: theirs stand on the sign-in page of the demonstration, so no rule is asked.
///
/// # Errors
/// When the person is not made up.
pub async fn set_demo_password(accounts: &Accounts, key: &str, password: &str) -> Result<(), AccountError> {
    const READY: &str = "UPDATE account SET state = 'active' WHERE account = $1 AND made_up = 1";
    let hash = accounts.hasher.hash(password, &accounts.world).await?;
    let mut write = accounts.db.write().await?;
    let done =
        on!(write.conn(), c => query(READY).bind(key).execute(&mut *c).await.map(|done| done.rows_affected())).map_err(DbError::from)?;
    if done != 1 {
        return Err(AccountError::Unknown);
    }
    put_password(accounts, &mut write, key, &hash, &Source::program(), None).await?;
    Ok(write.commit().await?)
}
