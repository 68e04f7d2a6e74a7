//! Workers take jobs in turn until they are told to stop.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::claim::{self, Claimed, Ending, LONGEST_DELAY, delay_after};
use super::keeper::{JobGauges, Keeper, Schedule};
use super::kind::{Done, JobContext, JobError, JobFault, JobKind, Progress, Wanted};
use crate::{Db, World};

/// How workers go about it.
#[derive(Debug, Clone)]
pub struct WorkerSettings {
    /// How many jobs are at work at once; with 0 none is, and jobs are only counted.
    pub at_once: usize,
    /// How often to look for a job.
    pub poll: Duration,
    /// How often a job gives a sign of life and writes its progress.
    pub beat: Duration,
    /// How long a job may go without sign of life before another worker takes it.
    pub lease: Duration,
    /// How often to look at schedules, at jobs of others, and to count.
    pub tick: Duration,
    /// How long work that was asked to end may take before it is cut.
    pub patience: Duration,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            at_once: 1,
            poll: Duration::from_secs(1),
            beat: Duration::from_secs(2),
            lease: Duration::from_secs(30),
            tick: Duration::from_secs(5),
            patience: Duration::from_secs(10),
        }
    }
}

/// Workers of one process.
pub struct Workers {
    db: Db,
    world: World,
    kinds: BTreeMap<&'static str, Arc<dyn JobKind>>,
    schedules: Vec<Arc<dyn Schedule>>,
    settings: WorkerSettings,
    gauges: Arc<JobGauges>,
}

impl std::fmt::Debug for Workers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workers").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Workers {
    /// Workers that know some kinds of work and keep some schedules.
    #[must_use]
    pub fn new(db: &Db, world: &World, kinds: Vec<Arc<dyn JobKind>>, schedules: Vec<Arc<dyn Schedule>>, settings: WorkerSettings) -> Self {
        let kinds = kinds.into_iter().map(|kind| (kind.word(), kind)).collect();
        Self { db: db.clone(), world: world.clone(), kinds, schedules, settings, gauges: Arc::default() }
    }

    /// Counts of jobs, kept fresh while the workers run.
    #[must_use]
    pub fn gauges(&self) -> Arc<JobGauges> {
        Arc::clone(&self.gauges)
    }

    /// Works until `stop` comes; then jobs at work get their patience and are given back.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let (stopper, stopped) = watch::channel(false);
        let keeper = Keeper {
            db: self.db.clone(),
            world: self.world.clone(),
            kinds: self.kinds.clone(),
            schedules: if self.settings.at_once == 0 { Vec::new() } else { self.schedules.clone() },
            settings: self.settings.clone(),
            gauges: Arc::clone(&self.gauges),
        };
        let mut tasks = vec![tokio::spawn(keeper.run(stopped.clone()))];
        let at_once = self.settings.at_once;
        let shared = Arc::new(self);
        for _ in 0..at_once {
            let (workers, stopped) = (Arc::clone(&shared), stopped.clone());
            tasks.push(tokio::spawn(async move { workers.serve(stopped).await }));
        }
        stop.await;
        stopper.send_replace(true);
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a worker ended before its time");
            }
        }
    }

    async fn serve(&self, mut stopped: watch::Receiver<bool>) {
        let words: Vec<&str> = self.kinds.keys().copied().collect();
        let words = Value::from(words).to_string();
        while !*stopped.borrow() {
            // A name for each hold: what this worker lost and took again is another hold.
            let worker = self.world.new_id();
            let pause = match claim::take(&self.db, self.world.now(), &words, &worker).await {
                Ok(Some(claimed)) => {
                    self.work(claimed, &worker, stopped.clone()).await;
                    continue;
                }
                Ok(None) => self.settings.poll,
                Err(error) => {
                    tracing::warn!(%error, "no job could be taken");
                    self.settings.poll * 5
                }
            };
            tokio::select! {
                () = sleep(pause) => {}
                _ = stopped.changed() => {}
            }
        }
    }

    /// Does one job from its taking to its ending.
    async fn work(&self, claimed: Claimed, worker: &str, stopped: watch::Receiver<bool>) {
        let Some(kind) = self.kinds.get(claimed.kind.as_str()).map(Arc::clone) else { return };
        let progress = Arc::new(Progress::default());
        let (wants, wanted) = watch::channel(Wanted::Work);
        let context = JobContext {
            db: self.db.clone(),
            world: self.world.clone(),
            job: claimed.job.clone(),
            payload: serde_json::from_str(&claimed.payload).unwrap_or(Value::Null),
            asked_by: claimed.asked_by.clone(),
            unit: claimed.unit.clone(),
            attempt: claimed.attempts,
            progress: Arc::clone(&progress),
            wanted,
        };
        context.progress(claimed.done, claimed.total);
        let runner = Arc::clone(&kind);
        let task = tokio::spawn(async move { runner.run(&context).await });
        let Some(outcome) = self.attend(task, &claimed, worker, &progress, &wants, stopped).await else {
            tracing::warn!(job = claimed.job, kind = claimed.kind, "the job was lost to another worker, or the database was away too long");
            return;
        };
        let cancelled = *wants.borrow() == Wanted::Cancel;
        let ending = ending_of(outcome, cancelled, &*kind, claimed.attempts, self.world.now(), progress.read());
        tracing::info!(job = claimed.job, kind = claimed.kind, state = ending.state, attempt = claimed.attempts, "job");
        self.let_go(&claimed.job, worker, &ending).await;
    }

    /// Stays beside the work: signs of life, wishes for its end. Nothing when the job is not ours any more.
    async fn attend(
        &self,
        mut task: JoinHandle<Result<Done, JobError>>,
        claimed: &Claimed,
        worker: &str,
        progress: &Progress,
        wants: &watch::Sender<Wanted>,
        mut stopped: watch::Receiver<bool>,
    ) -> Option<Result<Done, JobError>> {
        let mut beats = interval(self.settings.beat);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut alive, mut last) = (Instant::now(), DateTime::<Utc>::MIN_UTC);
        let mut asked: Option<Instant> = None;
        let mut ask = |wish: Wanted| {
            // The first wish counts.
            if asked.is_none() {
                asked = Some(Instant::now());
                wants.send_replace(wish);
            }
            asked.is_some_and(|at| at.elapsed() >= self.settings.patience)
        };
        loop {
            let cut = tokio::select! {
                ended = &mut task => return Some(joined(ended, &claimed.job)),
                _ = beats.tick() => {
                    // The sign differs from the one before even where the clock stands still or was set back.
                    last = self.world.now().max(last.checked_add_signed(TimeDelta::microseconds(1)).unwrap_or(last));
                    match claim::beat(&self.db, &claimed.job, worker, last, progress.read()).await {
                        Ok(Some(cancel)) => {
                            alive = Instant::now();
                            let stop = *stopped.borrow();
                            if cancel { ask(Wanted::Cancel) } else { stop && ask(Wanted::Stop) }
                        }
                        Ok(None) => { end(task).await; return None }
                        Err(error) if alive.elapsed() * 2 < self.settings.lease => {
                            tracing::warn!(%error, job = claimed.job, "no sign of life could be written");
                            false
                        }
                        Err(_) => { end(task).await; return None }
                    }
                }
                changed = stopped.changed() => changed.is_err() | *stopped.borrow() && ask(Wanted::Stop),
            };
            if cut {
                end(task).await;
                return Some(Err(JobError::Interrupted));
            }
        }
    }

    /// Writes the ending; while the database is away it is tried until another worker would have taken the job.
    async fn let_go(&self, job: &str, worker: &str, ending: &Ending) {
        let start = Instant::now();
        loop {
            match claim::let_go(&self.db, job, worker, self.world.now(), ending).await {
                Ok(true) => return,
                Ok(false) => return tracing::warn!(job, "the ended job belongs to another worker"),
                Err(error) if start.elapsed() < self.settings.lease => {
                    tracing::warn!(%error, job, "the end of a job could not be written");
                    sleep(self.settings.beat).await;
                }
                Err(error) => return tracing::error!(%error, job, "the end of a job was not written; it will be begun again"),
            }
        }
    }
}

async fn end(task: JoinHandle<Result<Done, JobError>>) {
    task.abort();
    // Work ends at its next step; only then may another begin.
    drop(task.await);
}

fn joined(ended: Result<Result<Done, JobError>, tokio::task::JoinError>, job: &str) -> Result<Done, JobError> {
    ended.unwrap_or_else(|error| {
        tracing::error!(job, panic = error.is_panic(), "the work of a job broke off");
        Err(JobError::Failed(vec![JobFault::of("broke-off")]))
    })
}

fn ending_of(
    outcome: Result<Done, JobError>,
    cancelled: bool,
    kind: &dyn JobKind,
    attempts: i64,
    now: DateTime<Utc>,
    progress: (i64, Option<i64>),
) -> Ending {
    let ended =
        |state, result, faults| Ending { state, result, faults, progress, run_at: None, uncounted: false, wipe: kind.wipes_payload() };
    let (fault, after) = match outcome {
        Ok(done) => return ended("done", Some(done.result), done.faults),
        Err(JobError::Failed(faults)) => return ended("failed", None, faults),
        Err(JobError::Interrupted) if cancelled => return ended("cancelled", None, Vec::new()),
        Err(JobError::Interrupted) => {
            return Ending { run_at: Some(now), uncounted: true, wipe: false, ..ended("queued", None, Vec::new()) };
        }
        Err(JobError::Again { fault, after }) => (fault, after),
        Err(JobError::Db(error)) => {
            tracing::warn!(%error, kind = kind.word(), "a job met a database that did not answer");
            (JobFault::of("database"), None)
        }
    };
    if cancelled {
        return ended("cancelled", None, vec![fault]);
    }
    if attempts >= kind.tries() {
        return ended("failed", None, vec![fault, JobFault::of("tries-ended")]);
    }
    let delay = delay_after(attempts).max(after.unwrap_or_default()).min(LONGEST_DELAY);
    Ending { run_at: Some(now + delay), wipe: false, ..ended("queued", None, vec![fault]) }
}
