//! The backups that `cchc serve` makes by schedule, and what the log says of them.

use platform::backup::{BackupPlan, BackupSource, Run, next, run_scheduled};
use tokio::task::JoinHandle;
use ui::Lang;

use crate::commands::now;
use crate::say;

/// The task that makes backups.
pub(crate) struct Backups(JoinHandle<()>);

impl Backups {
    /// Ends it; a backup in the making leaves nothing half.
    pub(crate) async fn stop(self) {
        self.0.abort();
        // It ends by being aborted; that is no fault.
        let _ = self.0.await;
    }
}

/// Starts making backups by this plan.
pub(crate) fn start(lang: Lang, source: BackupSource, plan: BackupPlan) -> Backups {
    if let Some(next) = next(&plan.at, now()) {
        tracing::info!(folder = %plan.folder.display(), encrypted = plan.sealing.is_sealed(), next = %next, "backups are made by schedule");
    }
    if !plan.sealing.is_sealed() {
        tracing::info!("backups are not encrypted; see --recipient");
    }
    Backups(tokio::spawn(async move { run_scheduled(&source, &plan, now, |run| log(lang, run)).await }))
}

fn log(lang: Lang, run: &Run) {
    let took_ms = u64::try_from(run.took.as_millis()).unwrap_or(u64::MAX);
    let finished = match &run.outcome {
        Ok(finished) => finished,
        Err(error) => return tracing::error!(took_ms, "backup failed, it is tried again: {}", say::backup(lang, error)),
    };
    tracing::info!(
        file = %finished.path.display(),
        size_bytes = finished.size,
        took_ms,
        rows = finished.manifest.rows(),
        files = finished.manifest.files.len(),
        removed = finished.removed.len(),
        "backup made and read back"
    );
    if !run.is_whole() {
        tracing::error!("{}", say::file_faults(lang, &finished.manifest.file_faults));
    }
    for (name, error) in &finished.not_removed {
        tracing::warn!(file = name, "an old backup could not be removed: {error}");
    }
}
