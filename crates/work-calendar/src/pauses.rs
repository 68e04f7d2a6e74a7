//! Stretches in which a clock stands still, such as while a citizen completes a dossier.

use std::fmt;

use chrono::NaiveDateTime;

/// One pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pause {
    /// When the clock stopped.
    pub from: NaiveDateTime,
    /// When it went on; `None`: it still stands.
    pub to: Option<NaiveDateTime>,
}

/// A pause ends before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PauseBackwards {
    /// When it begins.
    pub from: NaiveDateTime,
    /// When it ends.
    pub to: NaiveDateTime,
}

impl fmt::Display for PauseBackwards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a pause from {} ends before it begins, at {}", self.from, self.to)
    }
}

impl std::error::Error for PauseBackwards {}

/// Pauses in order of time, those that overlap or touch made one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pauses {
    merged: Vec<Pause>,
    given: usize,
}

impl Pauses {
    /// Sorts and merges. A pause that never ended takes in all later ones.
    ///
    /// # Errors
    /// Every pause that ends before it begins.
    pub fn new(mut pauses: Vec<Pause>) -> Result<Self, Vec<PauseBackwards>> {
        let backwards = |pause: &Pause| pause.to.filter(|to| *to < pause.from).map(|to| PauseBackwards { from: pause.from, to });
        let faults: Vec<PauseBackwards> = pauses.iter().filter_map(backwards).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        pauses.sort();
        let given = pauses.len();
        let mut merged: Vec<Pause> = Vec::new();
        for pause in pauses {
            match merged.last_mut() {
                Some(last) if last.to.is_none_or(|to| pause.from <= to) => {
                    last.to = last.to.zip(pause.to).map(|(one, other)| one.max(other));
                }
                _ => merged.push(pause),
            }
        }
        Ok(Self { merged, given })
    }

    /// The merged pauses, by time.
    #[must_use]
    pub fn merged(&self) -> &[Pause] {
        &self.merged
    }

    /// How many pauses were given, before merging.
    #[must_use]
    pub fn given(&self) -> usize {
        self.given
    }

    /// When the clock stopped, if it still stands.
    #[must_use]
    pub fn open_since(&self) -> Option<NaiveDateTime> {
        self.merged.last().filter(|pause| pause.to.is_none()).map(|pause| pause.from)
    }
}
