//! What a kind of work is, and what it may end with.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;
use tokio::sync::watch;

use crate::{Db, DbError, World};

/// One thing that went wrong, as the page of the job shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFault {
    /// What kind of thing, as a word of the code.
    pub word: String,
    /// Where: file, sheet, cell, record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// In Vietnamese; absent where the page has words for `word`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vi: Option<String>,
    /// In English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl JobFault {
    /// A fault for which pages have words.
    #[must_use]
    pub fn of(word: &str) -> Self {
        Self { word: word.to_owned(), place: None, vi: None, en: None }
    }

    /// A fault in the words of the capability.
    #[must_use]
    pub fn said(word: &str, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { word: word.to_owned(), place: None, vi: Some(vi.into()), en: Some(en.into()) }
    }

    /// At a place.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }
}

/// What work that reached its end leaves behind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Done {
    /// What came of it: `{"link": …}` is shown as a link, other keys as lines.
    pub result: Value,
    /// What could not be done on the way.
    pub faults: Vec<JobFault>,
}

/// Why work did not reach its end.
#[derive(Debug, Error)]
pub enum JobError {
    /// Trying again later helps.
    #[error("to be tried again")]
    Again {
        /// What stood in the way.
        fault: JobFault,
        /// Not sooner than this.
        after: Option<TimeDelta>,
    },
    /// Trying again does not help.
    #[error("failed for good")]
    Failed(Vec<JobFault>),
    /// The work was asked to end, by a person or because the program stops, and did.
    #[error("ended before its time")]
    Interrupted,
    /// The database did not answer; it is tried again.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The end of a job's work.
pub type JobFuture<'a> = Pin<Box<dyn Future<Output = Result<Done, JobError>> + Send + 'a>>;

/// A kind of work. It is safe to repeat: it may be begun again after any of its steps.
pub trait JobKind: Send + Sync {
    /// The word in the table.
    fn word(&self) -> &'static str;

    /// Does the work.
    fn run<'a>(&'a self, context: &'a JobContext) -> JobFuture<'a>;

    /// How often it is begun at most.
    fn tries(&self) -> i64 {
        8
    }

    /// Whether the payload is a secret that goes when the job has ended.
    fn wipes_payload(&self) -> bool {
        false
    }
}

/// How a job's work is asked to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Go on.
    Work,
    /// A person asked for the end.
    Cancel,
    /// The program stops; the job is given back.
    Stop,
}

/// Progress of one piece of work, read by the beat.
#[derive(Debug, Default)]
pub(super) struct Progress {
    pub(super) done: AtomicI64,
    /// Below zero: not known.
    pub(super) total: AtomicI64,
}

impl Progress {
    pub(super) fn read(&self) -> (i64, Option<i64>) {
        let total = self.total.load(Ordering::Relaxed);
        (self.done.load(Ordering::Relaxed), (total >= 0).then_some(total))
    }
}

/// What work may use.
#[derive(Debug)]
pub struct JobContext {
    /// The database.
    pub db: Db,
    /// Time and chance.
    pub world: World,
    /// Key of the job.
    pub job: String,
    /// What was asked for.
    pub payload: Value,
    /// Who asked.
    pub asked_by: Option<String>,
    /// For which unit.
    pub unit: Option<String>,
    /// Which beginning this is, from 1.
    pub attempt: i64,
    pub(super) progress: Arc<Progress>,
    pub(super) wanted: watch::Receiver<Wanted>,
}

impl JobContext {
    /// Says how far the work is; call it as often as you like, it is written with the next sign of life.
    pub fn progress(&self, done: i64, total: Option<i64>) {
        self.progress.done.store(done, Ordering::Relaxed);
        self.progress.total.store(total.unwrap_or(-1), Ordering::Relaxed);
    }

    /// Ends the work here when somebody asked for it: call it between steps.
    ///
    /// # Errors
    /// [`JobError::Interrupted`], to be handed on.
    pub fn may_go_on(&self) -> Result<(), JobError> {
        if *self.wanted.borrow() == Wanted::Work { Ok(()) } else { Err(JobError::Interrupted) }
    }

    /// Comes when somebody asks for the end, for work that waits.
    pub async fn asked_to_end(&self) {
        let mut wanted = self.wanted.clone();
        // A sender that is gone asks for the end too.
        drop(wanted.wait_for(|wanted| *wanted != Wanted::Work).await);
    }
}
