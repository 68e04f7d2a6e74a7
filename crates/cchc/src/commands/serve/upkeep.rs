//! What a running server does for evidence in the background: reads files whose text waits, and takes away files of uploads that came to nothing.

use std::time::Duration;

use chrono::TimeDelta;
use evidence::{Evidence, read_waiting, remove_unreferenced};
use tokio::task::JoinHandle;

use crate::commands::now;

/// How often it looks.
const PAUSE: Duration = Duration::from_secs(3600);
/// Every so many looks it cleans up: once a day.
const CLEAN_UP: u32 = 24;
/// For how long a file may lie in the store without a row.
const GRACE: TimeDelta = TimeDelta::days(30);
/// Files read in one look.
const READ: usize = 200;

/// Starts the work; it ends when the handle is aborted, at any point, without harm.
pub(super) fn start(evidence: Evidence) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut pause = tokio::time::interval(PAUSE);
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
    })
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
