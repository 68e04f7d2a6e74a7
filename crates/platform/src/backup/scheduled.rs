//! Backups by schedule: made when they are due, read back, and only then are old ones taken away.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveTime, SubsecRound as _, TimeDelta, Utc};

use super::schedule::overdue;
use super::writing::{PARTIAL, backup};
use super::{BackupError, BackupSource, Keep, Manifest, Sealing, archive_name, due, rotation, time_of};

/// How often the schedule is looked at; a clock that is set right is noticed so soon.
const LOOK: Duration = Duration::from_secs(20);
/// How long after a failure it is tried again.
const AGAIN: Duration = Duration::from_secs(15 * 60);
/// How long after its time a backup may be in the making before it is missed.
const MISSED: TimeDelta = TimeDelta::hours(1);
/// Locked by the process that makes a backup. The system gives the lock back when that process ends, however it ends.
const LOCK: &str = ".cchc-backup.lock";

/// When backups are made, where, for whom, and how many are kept.
#[derive(Debug, Clone)]
pub struct BackupPlan {
    /// The folder. It must exist: a drive that is not mounted is not replaced by a new folder.
    pub folder: PathBuf,
    /// Daily times, in Viet Nam's time.
    pub at: Vec<NaiveTime>,
    /// How many are kept.
    pub keep: Keep,
    /// For whom they are encrypted.
    pub sealing: Sealing,
}

/// How backups by schedule stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupStanding {
    /// The newest archive that the clock has reached.
    pub newest: Option<BackupArchive>,
    /// Whether one should have been made by now and was not.
    pub overdue: bool,
}

/// An archive in the folder of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupArchive {
    /// Its name in the folder.
    pub name: String,
    /// When it was begun.
    pub made_at: DateTime<Utc>,
    /// Its size in bytes.
    pub size: u64,
}

impl BackupPlan {
    /// How the backups of this plan stand at a moment. Looks into the folder.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn standing(&self, now: DateTime<Utc>) -> io::Result<BackupStanding> {
        let newest = archives(&self.folder)?.into_iter().filter(|(_, made_at)| *made_at <= now).max_by_key(|(_, made_at)| *made_at);
        let overdue = overdue(&self.at, now, MISSED, newest.as_ref().map(|(_, made_at)| *made_at));
        let newest = match newest {
            Some((name, made_at)) => {
                let size = std::fs::metadata(self.folder.join(&name))?.len();
                Some(BackupArchive { name, made_at, size })
            }
            None => None,
        };
        Ok(BackupStanding { newest, overdue })
    }
}

/// A backup by schedule, done or failed.
#[derive(Debug)]
pub struct Run {
    /// When it began.
    pub began: DateTime<Utc>,
    /// How long it took, reading back included.
    pub took: Duration,
    /// What came of it.
    pub outcome: Result<Finished, BackupError>,
}

/// A backup that was made and read back.
#[derive(Debug)]
pub struct Finished {
    /// The archive.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// What it holds, and which files it lacks.
    pub manifest: Manifest,
    /// Old archives that were taken away.
    pub removed: Vec<String>,
    /// Old archives that should have been taken away, and why they were not.
    pub not_removed: Vec<(String, io::Error)>,
}

impl Run {
    /// True where an archive was made that lacks nothing.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.outcome.as_ref().is_ok_and(|finished| finished.manifest.file_faults.is_empty())
    }
}

/// Makes backups whenever they are due, until the future is dropped; what came of each is reported.
///
/// Dropped in the middle of a backup, it leaves nothing half.
pub async fn run_scheduled(
    source: &BackupSource,
    plan: &BackupPlan,
    clock: impl Fn() -> DateTime<Utc> + Send + Sync,
    report: impl Fn(&Run) + Send + Sync,
) {
    loop {
        let mut pause = LOOK;
        if let Some(run) = run_due(source, plan, clock()).await {
            report(&run);
            if run.outcome.is_err() {
                pause = AGAIN;
            }
        }
        tokio::time::sleep(pause).await;
    }
}

/// Makes one backup if one is due; nothing where none is, or another process is making it.
///
/// Old archives are taken away only after a new one was made, read back, and lacks no file.
pub async fn run_due(source: &BackupSource, plan: &BackupPlan, now: DateTime<Utc>) -> Option<Run> {
    if plan.at.is_empty() {
        return None;
    }
    let start = Instant::now();
    let outcome = attempt(source, plan, now.trunc_subsecs(0)).await.transpose()?;
    Some(Run { began: now, took: start.elapsed(), outcome })
}

async fn attempt(source: &BackupSource, plan: &BackupPlan, now: DateTime<Utc>) -> Result<Option<Finished>, BackupError> {
    let refuse = |source| BackupError::Io { path: plan.folder.clone(), source };
    if !due(&plan.at, now, newest(&archives(&plan.folder).map_err(refuse)?, now)) {
        return Ok(None);
    }
    let Some(lock) = lock(&plan.folder).map_err(refuse)? else { return Ok(None) };
    // Another process may have made it between the look and the lock.
    if !due(&plan.at, now, newest(&archives(&plan.folder).map_err(refuse)?, now)) {
        return Ok(None);
    }
    remove_partial(&plan.folder).map_err(refuse)?;
    let path = free_name(&plan.folder, now, plan.sealing.is_sealed());
    let manifest = backup(source, &path, now, &plan.sealing).await?;
    let size = std::fs::metadata(&path).map_err(|source| BackupError::Io { path: path.clone(), source })?.len();
    let (mut removed, mut not_removed) = (Vec::new(), Vec::new());
    // A backup that lacks files is no reason to part with one that may still have them.
    if manifest.file_faults.is_empty() {
        let there = archives(&plan.folder).map_err(refuse)?;
        let reference = time_of(&name_of(&path)).map_or(now, |time| time.max(now));
        for name in rotation(&there, plan.keep, reference) {
            match std::fs::remove_file(plan.folder.join(&name)) {
                Ok(()) => removed.push(name),
                Err(error) => not_removed.push((name, error)),
            }
        }
    }
    drop(lock);
    Ok(Some(Finished { path, size, manifest, removed, not_removed }))
}

/// The newest archive that the clock has reached. Later ones come from a clock that was wrong.
fn newest(archives: &[(String, DateTime<Utc>)], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    archives.iter().map(|(_, time)| *time).filter(|time| *time <= now).max()
}

/// The scheduled archives of a folder; files with other names are not ours.
fn archives(folder: &Path) -> io::Result<Vec<(String, DateTime<Utc>)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if let Some(time) = time_of(&name) {
            found.push((name, time));
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// What a process left that was killed in the middle. Only called under the lock, so nobody writes to it.
fn remove_partial(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.strip_suffix(PARTIAL).is_some_and(|name| time_of(name).is_some()) {
            std::fs::remove_file(folder.join(name))?;
        }
    }
    Ok(())
}

/// The name for a moment; a second later where an archive has it already, because the clock was set back.
fn free_name(folder: &Path, now: DateTime<Utc>, sealed: bool) -> PathBuf {
    let mut moment = now;
    loop {
        let path = folder.join(archive_name(moment, sealed));
        if !path.exists() {
            return path;
        }
        moment += TimeDelta::seconds(1);
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Takes the lock of the folder; nothing where another process holds it.
fn lock(folder: &Path) -> io::Result<Option<File>> {
    let file = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        // Some network drives know no locks; there one process has to be enough.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(Some(file)),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
