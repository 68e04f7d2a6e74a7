//! Whether the program can do its work: a list of named checks, each with a time limit.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

/// How long an answer is kept: whoever asks in a loop does not load the database.
const KEPT: Duration = Duration::from_secs(1);

/// The name of the check that fails while the program is stopping.
const STOPPING: &str = "stopping";

type Outcome = Result<String, String>;
type Run = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Outcome> + Send>> + Send + Sync>;

/// The checks of a program.
#[derive(Default)]
pub struct Readiness {
    checks: Vec<Check>,
    kept: Mutex<Option<(Instant, Report)>>,
    stopping: AtomicBool,
}

struct Check {
    name: &'static str,
    needed: bool,
    limit: Duration,
    run: Run,
}

/// How the checks went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// All checks that are needed went well.
    pub ready: bool,
    /// Each check, in the order in which they were named.
    pub checks: Vec<Checked>,
}

/// How one check went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Its name.
    pub name: &'static str,
    /// Whether it went well.
    pub ready: bool,
    /// Whether the program can do nothing without it.
    pub needed: bool,
    /// What it found, for an administrator.
    pub detail: String,
    /// How long it took.
    pub took_ms: u64,
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.checks.iter().map(|check| check.name)).finish()
    }
}

impl Readiness {
    /// No checks: ready as long as the program is not stopping.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a check. It answers with what it found, either way; one that takes longer than `limit` has failed.
    #[must_use]
    pub fn check<F, C>(self, name: &'static str, limit: Duration, check: C) -> Self
    where
        C: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<String, String>> + Send + 'static,
    {
        self.with(true, name, limit, check)
    }

    /// Adds a check of a part without which the program still does most of its work: watchers learn how it went, and the program stays ready.
    #[must_use]
    pub fn check_beside<F, C>(self, name: &'static str, limit: Duration, check: C) -> Self
    where
        C: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<String, String>> + Send + 'static,
    {
        self.with(false, name, limit, check)
    }

    fn with<F, C>(mut self, needed: bool, name: &'static str, limit: Duration, check: C) -> Self
    where
        C: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<String, String>> + Send + 'static,
    {
        self.checks.push(Check { name, needed, limit, run: Arc::new(move || Box::pin(check())) });
        self
    }

    /// From now on the program is not ready: it finishes what it has and takes no more.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Runs all checks at once, or gives the answer of less than a second ago. Who asks meanwhile gets the same answer.
    pub async fn report(&self) -> Report {
        let mut kept = self.kept.lock().await;
        let report = match &*kept {
            Some((when, report)) if when.elapsed() < KEPT => report.clone(),
            _ => {
                let report = self.run().await;
                *kept = Some((Instant::now(), report.clone()));
                report
            }
        };
        self.with_stopping(report)
    }

    async fn run(&self) -> Report {
        let mut running = JoinSet::new();
        for (place, check) in self.checks.iter().enumerate() {
            let (run, limit) = (Arc::clone(&check.run), check.limit);
            running.spawn(async move {
                let start = Instant::now();
                let outcome = tokio::time::timeout(limit, run()).await;
                let outcome = outcome.unwrap_or_else(|_| Err(format!("no answer within {} ms", limit.as_millis())));
                (place, outcome, start.elapsed())
            });
        }
        let fallen = |check: &Check| Checked {
            name: check.name,
            ready: false,
            needed: check.needed,
            detail: "the check itself failed".into(),
            took_ms: 0,
        };
        let mut checks: Vec<Checked> = self.checks.iter().map(fallen).collect();
        while let Some(finished) = running.join_next().await {
            let Ok((place, outcome, took)) = finished else { continue };
            if let Some(checked) = checks.get_mut(place) {
                checked.ready = outcome.is_ok();
                checked.detail = outcome.unwrap_or_else(|trouble| trouble);
                checked.took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            }
        }
        Report { ready: checks.iter().all(|check| check.ready || !check.needed), checks }
    }

    fn with_stopping(&self, mut report: Report) -> Report {
        if self.stopping.load(Ordering::Relaxed) {
            report.ready = false;
            let detail = "the program is stopping".to_owned();
            report.checks.push(Checked { name: STOPPING, ready: false, needed: true, detail, took_ms: 0 });
        }
        report
    }
}
