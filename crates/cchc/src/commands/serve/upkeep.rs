//! What a running server does in the background: reads files of evidence whose text waits, takes away files of uploads that came to nothing, and
//! spares those who write the work on SQLite's log.

use std::time::Duration;

use chrono::TimeDelta;
use evidence::{Evidence, read_waiting, remove_unreferenced};
use platform::Db;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::commands::now;

/// How often it looks.
const PAUSE: Duration = Duration::from_secs(3600);
/// Every so many looks it cleans up: once a day.
const CLEAN_UP: u32 = 24;
/// For how long a file may lie in the store without a row.
const GRACE: TimeDelta = TimeDelta::days(30);
/// Files read in one look.
const READ: usize = 200;

/// How often SQLite's log is moved into the file: a second of writes.
const MOVE: Duration = Duration::from_secs(1);

/// Starts the work; it ends when the set is dropped, at any point, without harm.
pub(super) fn start(db: Db, evidence: Evidence) -> JoinSet<()> {
    let mut work = JoinSet::new();
    work.spawn(look_after_evidence(evidence));
    if matches!(db, Db::Lite { .. }) {
        work.spawn(move_log(db));
    }
    work
}

async fn move_log(db: Db) {
    let mut pause = interval(MOVE);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        pause.tick().await;
        if let Err(error) = db.checkpoint().await {
            tracing::warn!(error = %error, "what was written could not be moved into the file of the database; it is tried again");
        }
    }
}

async fn look_after_evidence(evidence: Evidence) {
    let mut pause = interval(PAUSE);
    let mut looks = 0;
    loop {
        // The first look is at once: a program that was killed left files that wait.
        pause.tick().await;
        match read_waiting(&evidence, READ).await {
            Ok(0) => {}
            Ok(files) => tracing::info!(files, "the text of waiting files was read"),
            Err(error) => tracing::warn!(error = %error, "waiting files could not be read; they wait on"),
        }
        looks += 1;
        if looks % CLEAN_UP == 0 {
            clean_up(&evidence).await;
        }
    }
}

async fn clean_up(evidence: &Evidence) {
    match remove_unreferenced(evidence, now() - GRACE).await {
        Ok(removed) => tracing::info!(
            files = removed.files,
            bytes = removed.bytes,
            leftovers = removed.leftovers,
            "files that belong to no evidence were taken away"
        ),
        Err(error) => tracing::warn!(error = %error, "the store of files could not be cleaned up; it is tried again tomorrow"),
    }
}
