//! Looking after accounts: making, changing, closing; roles and deputies; links for passwords. Rights are checked here.

mod closing;
mod deputies;
mod passwords;
mod review;
mod rights;
mod roles;

use chrono::NaiveDate;
use platform::history::{Change, record};
use platform::{DbError, on};
use serde_json::json;
use sqlx::query;
use viet_text::{fold, sort_key};

pub use closing::{close_dormant, set_open};
pub use deputies::{NewDeputy, appoint_deputy, dismiss_deputy};
pub use passwords::{demand_new_password, reset, reset_by_mail, set_demo_password};
pub(crate) use passwords::{prepare_password, put_password, set_password};
pub use review::{Review, note_review, review_of};
pub(crate) use rights::must_change;
pub use rights::seen;
pub use roles::{NewGrant, give_role, revoke_role};

use crate::error::AccountError;
use crate::links::{LinkPurpose, make_link};
use crate::policy::{Action, Thing};
use crate::principal::{Actor, Proof};
use crate::{Accounts, Denied};
use rights::must;
use roles::{hold_administrators, must_keep_an_administrator};

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

/// The most characters of a name or a position.
pub const LONGEST_NAME: usize = 200;

/// Whether a sign-in name is of the form: what a page can say before it asks whether the name is taken.
#[must_use]
pub fn is_login(text: &str) -> bool {
    login_of(text).is_ok()
}

/// Refuses what no list of people could show.
fn must_be_short(person: &Person) -> Result<(), AccountError> {
    let long = |text: &str| text.chars().count() > LONGEST_NAME;
    let texts = [Some(&person.name), person.position.as_ref(), person.email.as_ref(), person.phone.as_ref()];
    if texts.into_iter().flatten().any(|text| long(text)) { Err(AccountError::TooLong) } else { Ok(()) }
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

/// Makes an account and the link for its first sign-in.
///
/// # Errors
/// When the sign-in name is taken or not of the form, a text is longer than [`LONGEST_NAME`], or the actor may not. Made-up people, who need no second factor and are never closed for
/// want of use, come from the program alone.
pub async fn make(accounts: &Accounts, actor: &Actor, person: &Person) -> Result<Invited, AccountError> {
    const SQL: &str = "INSERT INTO account (account, login, name, position, unit, email, phone, state, valid_to, must_change, failures, made_at, version, \
        made_up, search_key, sort_key) VALUES ($1, $2, $3, $4, $5, $6, $7, 'invited', $8, 0, 0, $9, 1, $10, $11, $12) ON CONFLICT (login) DO NOTHING";
    must(accounts, actor, Action::Make, Thing::Account, &person.unit)?;
    if person.made_up && actor.principal.proof != Proof::Program {
        return Err(Denied::Forbidden.into());
    }
    must_be_short(person)?;
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
/// [`AccountError::Changed`] when somebody else changed it meanwhile; nothing is written then. Somebody who can look after accounts must remain.
pub async fn change(accounts: &Accounts, actor: &Actor, key: &str, version: i64, person: &Person) -> Result<(), AccountError> {
    const SQL: &str = "UPDATE account SET name = $1, position = $2, unit = $3, email = $4, phone = $5, valid_to = $6, search_key = $7, sort_key = $8, \
        version = version + 1 WHERE account = $9 AND version = $10";
    let before = must_change(accounts, actor, key).await?;
    if before.version != version {
        return Err(AccountError::Changed);
    }
    if person.unit != before.unit {
        must(accounts, actor, Action::Make, Thing::Account, &person.unit)?;
    }
    must_be_short(person)?;
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
    hold_administrators(&mut write).await?;
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
    if person.valid_to != before.valid_to {
        must_keep_an_administrator(accounts, &mut write, actor).await?;
    }
    let change = Change::new("account", key, "changed").of_unit(&person.unit).before(fields(&old)).after(fields(&person));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    Ok(write.commit().await?)
}
