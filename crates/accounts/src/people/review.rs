//! The review of accounts and roles that a unit does every few months (a point of security level 3).

use chrono::{DateTime, Months, Utc};
use platform::history::{Change, EventFilter, EventPage, record, search};
use platform::{DbError, on};
use sqlx::query_as;

use super::rights::must;
use crate::Accounts;
use crate::error::AccountError;
use crate::policy::{Action, Thing};
use crate::principal::Actor;

/// Kind of the events that tell of a review.
const KIND: &str = "account_review";

/// The last review of a unit's accounts, and when the next one is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// When it was last done, and by whom; absent before the first.
    pub last: Option<(DateTime<Utc>, Option<String>)>,
    /// Until when the next is due; absent where the setting asks for none, or nobody has an account.
    pub due_at: Option<DateTime<Utc>>,
}

/// How the review of a unit stands.
///
/// # Errors
/// When the database does not answer.
pub async fn review_of(accounts: &Accounts, unit: &str) -> Result<Review, DbError> {
    const FIRST: &str = "SELECT MIN(made_at) FROM account";
    let filter = EventFilter { kind: Some(KIND.to_owned()), thing: Some(unit.to_owned()), ..EventFilter::default() };
    let mut read = accounts.db.read().await?;
    let last = search(read.conn(), &filter, EventPage { offset: 0, limit: 1 }).await?.pop().map(|event| (event.at, event.name));
    let since = match &last {
        Some((at, _)) => Some(*at),
        None => {
            let (first,): (Option<DateTime<Utc>>,) = on!(read.conn(), c => query_as(FIRST).fetch_one(&mut *c).await)?;
            first
        }
    };
    let months = accounts.security.review_months;
    let due_at = since.filter(|_| months > 0).and_then(|since| since.checked_add_months(Months::new(months)));
    Ok(Review { last, due_at })
}

/// Records that the accounts and roles of a unit, and of those below it, were reviewed.
///
/// # Errors
/// When the actor may not look after accounts there, or the database does not answer.
pub async fn note_review(accounts: &Accounts, actor: &Actor, unit: &str, note: Option<String>) -> Result<(), AccountError> {
    must(accounts, actor, Action::Change, Thing::Account, unit)?;
    let mut write = accounts.db.write().await?;
    let change = Change::new(KIND, unit, "reviewed").of_unit(unit).reason(note);
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    Ok(write.commit().await?)
}
