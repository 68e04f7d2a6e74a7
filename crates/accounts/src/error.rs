//! What can go wrong with accounts, told apart by what a person can do about it.

use chrono::{DateTime, Utc};
use platform::DbError;
use thiserror::Error;

use crate::password::PasswordFault;
use crate::principal::Denied;
use crate::store::Standing;

/// Why an act on an account failed.
#[derive(Debug, Error)]
pub enum AccountError {
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The person may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such account, grant, link or token.
    #[error("there is no such record")]
    Unknown,
    /// The account may not be used, so nobody gets a link for it.
    #[error("the account may not be used")]
    NotOpen(Standing),
    /// The sign-in name belongs to another account.
    #[error("the sign-in name is taken")]
    LoginTaken,
    /// The sign-in name is not of the form: letters, digits, point, hyphen, at least three characters.
    #[error("the sign-in name has signs that it may not have")]
    LoginForm,
    /// A name or another text about the person is too long.
    #[error("a text about the person is too long")]
    TooLong,
    /// The record was changed by somebody else meanwhile.
    #[error("the record was changed meanwhile")]
    Changed,
    /// The new password is refused.
    #[error("the password is refused")]
    Password(Vec<PasswordFault>),
    /// The present password is not right.
    #[error("the present password is wrong")]
    WrongPassword,
    /// Too many wrong passwords; tries do not count until then.
    #[error("too many failures")]
    Locked {
        /// When tries count again.
        until: DateTime<Utc>,
    },
    /// The code is not right.
    #[error("the code is wrong")]
    WrongCode,
    /// The person of the other system is linked to another account.
    #[error("this identity belongs to another account")]
    IdentityTaken,
    /// The link was used, has ended or never was.
    #[error("the link does not work any more")]
    LinkEnded,
    /// The unit is not valid today.
    #[error("the unit does not exist today")]
    UnknownUnit,
    /// The last day lies before the first.
    #[error("the period ends before it begins")]
    Period,
    /// The last day is past.
    #[error("the period is over already")]
    PeriodPast,
    /// A deputy stands in for a year at most.
    #[error("the period is longer than a year")]
    PeriodTooLong,
    /// The same deputy stands in for the same person on some of these days already.
    #[error("the same deputy stands in on some of these days already")]
    AlreadyDeputy,
    /// The person has the same role on the same unit, as far, on some of these days already.
    #[error("the person has this role on some of these days already")]
    AlreadyGiven,
    /// The absent person has no role but an administrator's, which is not lent.
    #[error("an administrator's role is not lent")]
    NothingToLend,
    /// Taking this away would leave units whose accounts nobody can look after.
    #[error("somebody must remain who can look after the accounts of these units")]
    LastAdministrator,
    /// A person cannot do this to themselves.
    #[error("nobody can do this to themselves")]
    Oneself,
    /// A password could not be hashed.
    #[error("the password could not be hashed")]
    Hash,
}

/// Why a sign-in is refused. Pages do not tell the first three apart, so that nobody can find out who has an account.
#[derive(Debug, Error)]
pub enum SignInRefusal {
    /// Sign-in name or password is wrong.
    #[error("wrong name or password")]
    Wrong,
    /// Too many failures; tries do not count until then.
    #[error("too many failures")]
    Locked {
        /// When tries count again.
        until: DateTime<Utc>,
    },
    /// The account is disabled, has ended, or has no password yet.
    #[error("the account may not sign in")]
    Closed,
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The password could not be checked.
    #[error("the password could not be checked")]
    Hash,
}
