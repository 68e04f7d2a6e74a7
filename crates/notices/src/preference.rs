//! What each person chose.

use platform::{Conn, DbError, on};
use sqlx::{query, query_as};

use crate::kind::{Channel, Kind, Manner};

/// How a person wants to get one kind by one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preference {
    /// The kind.
    pub kind: Kind,
    /// The channel.
    pub channel: Channel,
    /// When it leaves.
    pub manner: Manner,
}

/// The choice of a person for every kind and channel; where they chose nothing, the usual one.
///
/// # Errors
/// When the database does not answer.
pub async fn preferences(conn: Conn<'_>, account: &str) -> Result<Vec<Preference>, DbError> {
    const SQL: &str = "SELECT kind, channel, manner FROM notice_preference WHERE account = $1";
    let rows: Vec<(String, String, String)> = on!(conn, c => query_as(SQL).bind(account).fetch_all(&mut *c).await)?;
    let mut found = Vec::new();
    for kind in Kind::ALL {
        for channel in Channel::ALL {
            let chosen = rows.iter().find(|(of, by, _)| of == kind.word() && by == channel.word());
            let manner = chosen.and_then(|(_, _, manner)| Manner::of(manner)).unwrap_or(kind.usual(channel));
            found.push(Preference { kind, channel, manner });
        }
    }
    Ok(found)
}

/// Keeps choices of a person. They hold for notices written from now on.
///
/// # Errors
/// When the database does not answer.
pub async fn set_preferences(mut conn: Conn<'_>, account: &str, chosen: &[Preference]) -> Result<(), DbError> {
    const SQL: &str = "INSERT INTO notice_preference (account, kind, channel, manner) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (account, kind, channel) DO UPDATE SET manner = excluded.manner";
    for one in chosen {
        on!(conn.reborrow(), c => query(SQL)
            .bind(account)
            .bind(one.kind.word())
            .bind(one.channel.word())
            .bind(one.manner.word())
            .execute(&mut *c)
            .await
            .map(drop))?;
    }
    Ok(())
}
