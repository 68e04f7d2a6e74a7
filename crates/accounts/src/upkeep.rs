//! What has ended goes: sessions, links, sign-ins that never came back.

use chrono::TimeDelta;
use platform::{DbError, on};
use sqlx::query;

use crate::Accounts;

/// How long an ended link stays, so that whoever opens it is told that it has ended.
const LINKS_STAY: TimeDelta = TimeDelta::days(30);
/// No session lies idle for so long.
const LONGEST_IDLE: TimeDelta = TimeDelta::days(7);

/// Deletes what has ended; answers how many sessions.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep_ended(accounts: &Accounts) -> Result<u64, DbError> {
    const SESSIONS: &str = "DELETE FROM session WHERE ends_at < $1 OR seen_at < $2";
    const LINKS: &str = "DELETE FROM one_time_link WHERE ends_at < $1";
    const REQUESTS: &str = "DELETE FROM sign_in_request WHERE ends_at < $1";
    let now = accounts.world.now();
    let mut write = accounts.db.write().await?;
    let sessions = on!(write.conn(), c => query(SESSIONS)
        .bind(now)
        .bind(now - LONGEST_IDLE)
        .execute(&mut *c)
        .await
        .map(|done| done.rows_affected()))?;
    on!(write.conn(), c => query(LINKS).bind(now - LINKS_STAY).execute(&mut *c).await.map(drop))?;
    on!(write.conn(), c => query(REQUESTS).bind(now).execute(&mut *c).await.map(drop))?;
    write.commit().await?;
    Ok(sessions)
}
