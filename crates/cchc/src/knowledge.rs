//! What the rooms know about the rows of a backup.

use platform::backup::{Answer, HistoryHead, Knowledge};
use platform::{Conn, history};

/// Knowledge of a whole installation.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rooms;

impl Knowledge for Rooms {
    fn history_heads<'a>(&'a self, conn: Conn<'a>) -> Answer<'a, HistoryHead> {
        Box::pin(async move {
            let heads = history::heads_in(conn).await?;
            let kept = heads.into_iter().filter(|head| head.sequence > 0);
            Ok(kept.map(|head| HistoryHead { lane: head.lane.to_string(), sequence: head.sequence, hash: head.digest }).collect())
        })
    }
}
