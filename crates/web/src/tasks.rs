//! Tasks of the first page: each capability says what waits for a person.

use std::future::Future;
use std::pin::Pin;

use accounts::Actor;
use chrono::{DateTime, Utc};

use crate::{Office, Problem};

/// Why something waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskKind {
    /// It was handed in and came back.
    Returned,
    /// It is to be done.
    ToDo,
    /// Somebody handed it in and waits for a decision.
    Decide,
    /// The installation needs a hand.
    Upkeep,
}

/// Something that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Why.
    pub kind: TaskKind,
    /// What, in both languages.
    pub title: (String, String),
    /// More about it, in both languages.
    pub detail: (String, String),
    /// Until when.
    pub due_at: Option<DateTime<Utc>>,
    /// How many things it stands for.
    pub count: u32,
    /// Words of its button, in both languages.
    pub button: (&'static str, &'static str),
    /// Where the button leads, without language prefix.
    pub path: String,
}

/// An answer that comes later.
pub type TaskFuture<'a> = Pin<Box<dyn Future<Output = Result<Vec<Task>, Problem>> + Send + 'a>>;

/// A capability that knows of tasks.
pub trait TaskSource: Send + Sync {
    /// What waits for this person, for the unit they act for.
    fn tasks<'a>(&'a self, office: &'a Office, actor: &'a Actor) -> TaskFuture<'a>;
}
