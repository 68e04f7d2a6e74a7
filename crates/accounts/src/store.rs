//! Rows of accounts, roles and deputies.

use chrono::{DateTime, NaiveDate, Utc};
use platform::{Conn, DbError, on};
use sqlx::{FromRow, query_as};

use crate::Accounts;
use crate::policy::Role;
use crate::principal::{Absent, Grant, Reach};

/// Whether an account may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// The first link was sent and not used yet.
    Invited,
    /// In use.
    Active,
    /// Closed by an administrator or after a long time without sign-in.
    Disabled,
}

impl AccountState {
    /// The word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::Invited, Self::Active, Self::Disabled].into_iter().find(|state| state.word() == word)
    }
}

/// Whether an account may be used at a moment: its state together with its term and its use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The first link was sent and not used yet.
    Invited,
    /// In use.
    Active,
    /// Closed by an administrator or after a long time without sign-in.
    Disabled,
    /// Its last day is past.
    Ended,
    /// Nobody signed in for so long that it counts as closed.
    Dormant,
    /// A made-up person's, and this is no demonstration.
    ShutOut,
}

/// An account as pages show it; no secrets.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Account {
    /// Its key.
    pub account: String,
    /// Sign-in name, lower case.
    pub login: String,
    /// Name of the person.
    pub name: String,
    /// Position ("Chuyên viên").
    pub position: Option<String>,
    /// The unit where the person works.
    pub unit: String,
    /// Mail address.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    state: String,
    /// Why it is disabled.
    pub state_reason: Option<String>,
    /// Last day on which it may be used.
    pub valid_to: Option<NaiveDate>,
    /// When the password was set.
    pub password_set_at: Option<DateTime<Utc>>,
    /// When the second factor was set up; absent without one.
    pub totp_since: Option<DateTime<Utc>>,
    /// Last sign-in.
    pub signed_in_at: Option<DateTime<Utc>>,
    /// Until when tries to sign in do not count.
    pub next_try_at: Option<DateTime<Utc>>,
    /// Failures since the last sign-in.
    pub(crate) failures: i64,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Number of changes, for finding that somebody else changed it.
    pub version: i64,
    made_up: i64,
}

impl Account {
    /// Whether tries to sign in do not count now, after wrong ones.
    #[must_use]
    pub fn is_locked(&self, accounts: &Accounts, now: DateTime<Utc>) -> bool {
        self.next_try_at.is_some_and(|until| accounts.security.is_locked_until(until, self.failures, now))
    }

    /// Whether it may be used.
    #[must_use]
    pub fn state(&self) -> AccountState {
        AccountState::of(&self.state).unwrap_or(AccountState::Disabled)
    }

    /// Whether it is a made-up person of a demonstration.
    #[must_use]
    pub fn is_made_up(&self) -> bool {
        self.made_up != 0
    }

    /// Whether it may be used now, and if not, why.
    #[must_use]
    pub fn standing(&self, accounts: &Accounts, now: DateTime<Utc>) -> Standing {
        let dormant = !self.is_made_up() && accounts.security.is_dormant(self.signed_in_at.unwrap_or(self.made_at), now);
        match self.state() {
            AccountState::Disabled => Standing::Disabled,
            _ if accounts.shuts_out(self.is_made_up()) => Standing::ShutOut,
            _ if self.valid_to.is_some_and(|last| last < platform::day_in_viet_nam(now)) => Standing::Ended,
            _ if dormant => Standing::Dormant,
            AccountState::Invited => Standing::Invited,
            AccountState::Active => Standing::Active,
        }
    }

    /// Whether it may not be used any more: disabled, ended, without sign-in for too long, or of a made-up person where there are none.
    #[must_use]
    pub fn is_closed(&self, accounts: &Accounts, now: DateTime<Utc>) -> bool {
        !matches!(self.standing(accounts, now), Standing::Invited | Standing::Active)
    }

    /// Whether it has a second factor.
    #[must_use]
    pub fn has_second_factor(&self) -> bool {
        self.totp_since.is_some()
    }
}

macro_rules! account_query {
    ($rest:literal) => {
        concat!(
            "SELECT account, login, name, position, unit, email, phone, state, state_reason, valid_to, password_set_at, totp_since, \
             signed_in_at, next_try_at, failures, made_at, version, made_up FROM account ",
            $rest
        )
    };
}

/// Every account, in Vietnamese order of names.
///
/// # Errors
/// When the database does not answer.
pub async fn accounts(conn: Conn<'_>) -> Result<Vec<Account>, DbError> {
    const SQL: &str = account_query!("ORDER BY sort_key, login");
    Ok(on!(conn, c => query_as(SQL).fetch_all(&mut *c).await)?)
}

/// An account by its key.
///
/// # Errors
/// When the database does not answer.
pub async fn account(conn: Conn<'_>, key: &str) -> Result<Option<Account>, DbError> {
    const SQL: &str = account_query!("WHERE account = $1");
    Ok(on!(conn, c => query_as(SQL).bind(key).fetch_optional(&mut *c).await)?)
}

/// An account by its sign-in name.
///
/// # Errors
/// When the database does not answer.
pub async fn account_by_login(conn: Conn<'_>, login: &str) -> Result<Option<Account>, DbError> {
    const SQL: &str = account_query!("WHERE login = $1");
    let login = login.trim().to_lowercase();
    Ok(on!(conn, c => query_as(SQL).bind(login).fetch_optional(&mut *c).await)?)
}

/// A role that was given, past and future ones too.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct GrantRow {
    /// Its key.
    pub role_grant: String,
    /// Whose.
    pub account: String,
    role: String,
    /// On which unit.
    pub unit: String,
    reach: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
    /// Why it was given.
    pub reason: Option<String>,
    /// When it was given.
    pub given_at: DateTime<Utc>,
    /// When it was taken away.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl GrantRow {
    /// The role; absent for a word that this program does not know.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        Role::of(&self.role)
    }

    /// How far it reaches; the unit alone when the word is not known.
    #[must_use]
    pub fn reach(&self) -> Reach {
        Reach::of(&self.reach).unwrap_or(Reach::Unit)
    }

    /// Whether it counts on a day.
    #[must_use]
    pub fn counts_on(&self, day: NaiveDate) -> bool {
        self.revoked_at.is_none() && self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }
}

/// Every role that an account was ever given, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn grants_of(conn: Conn<'_>, account: &str) -> Result<Vec<GrantRow>, DbError> {
    const SQL: &str = "SELECT role_grant, account, role, unit, reach, valid_from, valid_to, reason, given_at, revoked_at FROM role_grant \
        WHERE account = $1 ORDER BY given_at DESC, role_grant DESC";
    Ok(on!(conn, c => query_as(SQL).bind(account).fetch_all(&mut *c).await)?)
}

/// Somebody who stands in for somebody.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct DeputyRow {
    /// Its key.
    pub deputy: String,
    /// The absent person.
    pub absent: String,
    /// Name of the absent person.
    pub absent_name: String,
    /// Who stands in.
    pub stands_in: String,
    /// Name of who stands in.
    pub stands_in_name: String,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_to: NaiveDate,
    /// Why.
    pub reason: Option<String>,
    /// When it was ended early.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Everybody who stands in for a person, and everybody for whom the person stands in.
///
/// # Errors
/// When the database does not answer.
pub async fn deputies_of(conn: Conn<'_>, account: &str) -> Result<Vec<DeputyRow>, DbError> {
    const SQL: &str = "SELECT d.deputy, d.absent, a.name AS absent_name, d.stands_in, s.name AS stands_in_name, d.valid_from, d.valid_to, d.reason, \
        d.revoked_at FROM deputy d JOIN account a ON a.account = d.absent JOIN account s ON s.account = d.stands_in \
        WHERE d.absent = $1 OR d.stands_in = $1 ORDER BY d.valid_from DESC, d.deputy DESC";
    Ok(on!(conn, c => query_as(SQL).bind(account).fetch_all(&mut *c).await)?)
}

/// A role that counts, with the name of its holder.
#[derive(FromRow)]
pub(crate) struct CountingRow {
    pub(crate) role_grant: String,
    pub(crate) account: String,
    pub(crate) role: String,
    pub(crate) unit: String,
    pub(crate) reach: String,
    pub(crate) valid_from: NaiveDate,
    pub(crate) valid_to: Option<NaiveDate>,
    pub(crate) name: String,
    /// The deputy's last day; absent for a role of one's own.
    pub(crate) deputy_until: Option<NaiveDate>,
}

/// The condition on a role `g` that counts on the day `$2`.
macro_rules! grant_counts {
    () => {
        "g.revoked_at IS NULL AND g.valid_from <= $2 AND (g.valid_to IS NULL OR g.valid_to >= $2)"
    };
}

/// The condition on a deputy `d` who stands in on the day `$2`.
macro_rules! deputy_counts {
    () => {
        "d.revoked_at IS NULL AND d.valid_from <= $2 AND d.valid_to >= $2"
    };
}

pub(crate) use {deputy_counts, grant_counts};

/// The roles that count on a day: the person's own, and those of everybody for whom they stand in while that account may be used.
/// An administrator's role stays with its holder, also one that was given after the deputy was appointed.
pub(crate) async fn counting_grants(conn: Conn<'_>, account: &str, day: NaiveDate) -> Result<Vec<Grant>, DbError> {
    // Two halves, each by its index; with OR between them PostgreSQL reads every role of everybody.
    const SQL: &str = concat!(
        "SELECT g.role_grant, g.account, g.role, g.unit, g.reach, g.valid_from, g.valid_to, a.name, NULL AS deputy_until \
         FROM role_grant g JOIN account a ON a.account = g.account WHERE g.account = $1 AND ",
        grant_counts!(),
        " UNION SELECT g.role_grant, g.account, g.role, g.unit, g.reach, g.valid_from, g.valid_to, b.name, d.valid_to AS deputy_until \
         FROM deputy d JOIN role_grant g ON g.account = d.absent JOIN account b ON b.account = g.account WHERE d.stands_in = $1 AND ",
        deputy_counts!(),
        " AND g.role <> 'administrator' AND b.state <> 'disabled' AND (b.valid_to IS NULL OR b.valid_to >= $2) AND ",
        grant_counts!(),
        " ORDER BY 1"
    );
    let rows: Vec<CountingRow> = on!(conn, c => query_as(SQL).bind(account).bind(day).fetch_all(&mut *c).await)?;
    Ok(grants_from(rows, account))
}

/// Roles that count for an account; the person's own first. Of two periods in which they stand in for the same person the longer one counts.
pub(crate) fn grants_from(rows: impl IntoIterator<Item = CountingRow>, account: &str) -> Vec<Grant> {
    let (mut own, mut others): (Vec<Grant>, Vec<Grant>) = (Vec::new(), Vec::new());
    for row in rows {
        // A word that this program does not know gives no right.
        let (Some(role), Some(reach)) = (Role::of(&row.role), Reach::of(&row.reach)) else { continue };
        let (key, unit, valid_from, valid_to) = (row.role_grant, row.unit, row.valid_from, row.valid_to);
        let Some(until) = row.deputy_until.filter(|_| row.account != account) else {
            own.push(Grant { key, role, unit, reach, valid_from, valid_to, stands_in_for: None });
            continue;
        };
        match others.iter_mut().find(|grant| grant.key == key).and_then(|grant| grant.stands_in_for.as_mut()) {
            Some(there) => there.until = there.until.max(until),
            None => {
                let stands_in_for = Some(Absent { account: row.account, name: row.name, until });
                others.push(Grant { key, role, unit, reach, valid_from, valid_to, stands_in_for });
            }
        }
    }
    own.append(&mut others);
    own
}
