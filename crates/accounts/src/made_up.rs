//! The made-up people of a demonstration where the program does not run as one: their password stands in the manual, so nobody signs in as them.

use platform::history::{Change, Source, record};
use platform::{Conn, DbError, on};
use serde_json::json;
use sqlx::{query, query_scalar};

use crate::Accounts;

/// Whether the made-up people of a demonstration may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MadeUpPeople {
    /// On a demonstration.
    Admitted,
    /// Everywhere else: also when the data of a demonstration were restored, or its folder is served without `--demo`.
    ShutOut,
}

/// Who was shut out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShutOut {
    /// Sign-in names of the made-up people whose account is not closed.
    pub logins: Vec<String>,
    /// Sessions of theirs that were open and have ended now.
    pub sessions: u64,
}

/// Sign-in names of the made-up people whose account is not closed, in their order.
///
/// # Errors
/// When the database does not answer.
pub async fn made_up_people(conn: Conn<'_>) -> Result<Vec<String>, DbError> {
    const SQL: &str = "SELECT login FROM account WHERE made_up <> 0 AND state <> 'disabled' ORDER BY login";
    Ok(on!(conn, c => query_scalar(SQL).fetch_all(&mut *c).await)?)
}

/// Ends the open sessions of made-up people, for a program that shuts them out. Their accounts and tokens stay as they are:
/// the same data may be served as a demonstration again.
///
/// # Errors
/// When the database does not answer.
pub async fn shut_out_made_up(accounts: &Accounts) -> Result<ShutOut, DbError> {
    const HOLDERS: &str =
        "SELECT DISTINCT a.account FROM account a JOIN session s ON s.account = a.account WHERE a.made_up <> 0 ORDER BY a.account";
    const END: &str = "DELETE FROM session WHERE account = $1";
    let mut write = accounts.db.write().await?;
    let logins = made_up_people(write.conn()).await?;
    let holders: Vec<String> = on!(write.conn(), c => query_scalar(HOLDERS).fetch_all(&mut *c).await)?;
    let mut sessions = 0;
    let mut changes = Vec::new();
    for account in holders {
        let ended = on!(write.conn(), c => query(END).bind(&account).execute(&mut *c).await.map(|done| done.rows_affected()))?;
        sessions += ended;
        changes.push(Change::new("account", account, "signed-out-everywhere").after(json!({ "what": "made-up" })));
    }
    record(write.conn(), &Source::program(), accounts.world.now(), &changes).await?;
    write.commit().await?;
    Ok(ShutOut { logins, sessions })
}
