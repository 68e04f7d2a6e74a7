//! Links for new passwords, and putting them in place.

use chrono::{DateTime, Utc};
use platform::history::{Change, Source, record};
use platform::{DbError, Write, on};
use serde_json::json;
use sqlx::{query, query_as};

use super::rights::must_change;
use crate::Accounts;
use crate::error::AccountError;
use crate::links::{LinkPurpose, make_link};
use crate::password;
use crate::principal::Actor;
use crate::store::{Account, AccountState, account};

/// Makes a link with which a person sets a new password: asked for by an administrator.
///
/// # Errors
/// When the actor may not change the account, it is their own (whoever finds a browser open must not need no password to set one),
/// or it is closed.
pub async fn reset(accounts: &Accounts, actor: &Actor, key: &str) -> Result<String, AccountError> {
    let before = must_change(accounts, actor, key).await?;
    if actor.principal.account == key {
        return Err(AccountError::Oneself);
    }
    if before.is_closed(accounts, actor.now) {
        return Err(AccountError::NotOpen(before.standing(accounts, actor.now)));
    }
    let purpose = if before.password_set_at.is_some() { LinkPurpose::Reset } else { LinkPurpose::First };
    let mut write = accounts.db.write().await?;
    let link = make_link(accounts, write.conn(), key, purpose).await?;
    let change = Change::new("account", key, "link-made").of_unit(&before.unit).after(json!({ "purpose": purpose.word() }));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
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
    let now = accounts.world.now();
    let mut write = accounts.db.write().await?;
    let rows: Vec<(String,)> = on!(write.conn(), c => query_as(SQL).bind(&name).fetch_all(&mut *c).await).map_err(DbError::from)?;
    // A mailbox that several people share names nobody.
    let [(key,)] = rows.as_slice() else { return Ok(None) };
    let found = account(write.conn(), key).await?.filter(|found| !found.is_closed(accounts, now));
    let Some(found) = found else { return Ok(None) };
    let purpose = LinkPurpose::Reset;
    let link = make_link(accounts, write.conn(), key, purpose).await?;
    let change = Change::new("account", key, "link-asked-for").of_unit(&found.unit).after(json!({ "purpose": purpose.word() }));
    record(write.conn(), source, now, &[change]).await?;
    write.commit().await?;
    Ok(Some((found, link)))
}

/// The person must choose a new password before anything else.
///
/// # Errors
/// When the actor may not change the account.
pub async fn demand_new_password(accounts: &Accounts, actor: &Actor, key: &str) -> Result<(), AccountError> {
    const SQL: &str = "UPDATE account SET must_change = 1, version = version + 1 WHERE account = $1";
    let before = must_change(accounts, actor, key).await?;
    let mut write = accounts.db.write().await?;
    on!(write.conn(), c => query(SQL).bind(key).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    let change = Change::new("account", key, "new-password-demanded").of_unit(&before.unit).after(json!({ "must_change": true }));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    Ok(write.commit().await?)
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
        WHERE account = $3 RETURNING unit";
    const REMEMBER: &str = "INSERT INTO old_password (account, set_at, hash) VALUES ($1, $2, $3) ON CONFLICT (account, set_at) DO NOTHING";
    const FORGET: &str = "DELETE FROM old_password WHERE account = $1 AND set_at < \
        (SELECT MIN(set_at) FROM (SELECT set_at FROM old_password WHERE account = $1 ORDER BY set_at DESC LIMIT $2) AS kept)";
    let now = accounts.world.now();
    let remembered = accounts.security.remembered_passwords;
    let (unit,): (String,) =
        on!(write.conn(), c => query_as(SET).bind(hash).bind(now).bind(key).fetch_one(&mut *c).await).map_err(DbError::from)?;
    on!(write.conn(), c => query(REMEMBER).bind(key).bind(now).bind(hash).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    on!(write.conn(), c => query(FORGET).bind(key).bind(remembered).execute(&mut *c).await.map(drop)).map_err(DbError::from)?;
    crate::session::end_all_in(write, key, keep).await?;
    let change = Change::new("account", key, "password-set").of_unit(unit).after(json!({ "password_set_at": now }));
    record(write.conn(), source, now, &[change]).await?;
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

/// Makes the account of a made-up person one that the sign-in page of the demonstration opens: with this password, in use, without second factor,
/// end or lock. Visitors change all of that. The password stands on the page, so no rule is asked; where all is as it should be, nothing is written.
///
/// # Errors
/// When the person is not made up.
pub async fn set_demo_password(accounts: &Accounts, key: &str, password: &str) -> Result<(), AccountError> {
    const FIND: &str = "SELECT password_hash, CAST(CASE WHEN must_change = 0 AND failures = 0 AND next_try_at IS NULL THEN 1 ELSE 0 END AS BIGINT) \
        FROM account WHERE account = $1 AND made_up = 1";
    let mut read = accounts.db.read().await?;
    let found: Option<(Option<String>, i64)> =
        on!(read.conn(), c => query_as(FIND).bind(key).fetch_optional(&mut *c).await).map_err(DbError::from)?;
    let (hash, free) = found.ok_or(AccountError::Unknown)?;
    let before = account(read.conn(), key).await?.ok_or(AccountError::Unknown)?;
    drop(read);
    let usable = before.state() == AccountState::Active && before.valid_to.is_none() && !before.has_second_factor();
    if usable && free != 0 && hash.is_some() && accounts.hasher.matches(password, hash, &accounts.world).await? {
        return Ok(());
    }
    let hash = accounts.hasher.hash(password, &accounts.world).await?;
    let mut write = accounts.db.write().await?;
    let source = Source::program();
    if !usable {
        make_usable(&mut write, &before, &source, accounts.world.now()).await?;
    }
    put_password(accounts, &mut write, key, &hash, &source, None).await?;
    Ok(write.commit().await?)
}

/// Opens the account of a made-up person, without end and second factor. An invitation is taken up in silence, as by its link.
async fn make_usable(write: &mut Write, before: &Account, source: &Source, now: DateTime<Utc>) -> Result<(), DbError> {
    const OPEN: &str = "UPDATE account SET state = 'active', state_reason = NULL, valid_to = NULL, totp_secret = NULL, totp_since = NULL, \
        totp_last_step = NULL WHERE account = $1";
    const FORGET: &str = "DELETE FROM recovery_code WHERE account = $1";
    for sql in [OPEN, FORGET] {
        on!(write.conn(), c => query(sql).bind(&before.account).execute(&mut *c).await.map(drop))?;
    }
    let change = |action| Change::new("account", &before.account, action).of_unit(&before.unit);
    let mut changes = Vec::new();
    if before.state() == AccountState::Disabled {
        changes.push(
            change("opened").before(json!({ "state": before.state().word() })).after(json!({ "state": AccountState::Active.word() })),
        );
    }
    if before.has_second_factor() {
        changes.push(change("second-factor-removed").before(json!({ "second_factor": true })).after(json!({ "second_factor": false })));
    }
    if before.valid_to.is_some() {
        changes.push(change("changed").before(json!({ "valid_to": before.valid_to })).after(json!({ "valid_to": null })));
    }
    record(write.conn(), source, now, &changes).await
}
