//! What a request leaves behind for the page of the problem that it may end in.

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::Extensions;

use crate::Signed;
use crate::form::Fields;

/// Shared by a request and whoever gives its answer words.
#[derive(Debug, Clone, Default)]
pub(crate) struct Traces(Arc<Mutex<Found>>);

#[derive(Debug, Default)]
struct Found {
    /// Whether somebody is signed in.
    signed: bool,
    /// Who, where they may act for another unit.
    of_units: Option<Signed>,
    /// What they sent.
    fields: Option<Fields>,
}

impl Traces {
    fn with<T>(&self, act: impl FnOnce(&mut Found) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Somebody signed in asks.
    pub(crate) fn note_signed(extensions: &Extensions, signed: &Signed) {
        let Some(traces) = extensions.get::<Self>() else { return };
        traces.with(|found| {
            found.signed = true;
            found.of_units = (signed.principal().units().len() > 1).then(|| signed.clone());
        });
    }

    /// They sent this form.
    pub(crate) fn note_fields(extensions: &Extensions, fields: &Fields) {
        let Some(traces) = extensions.get::<Self>() else { return };
        traces.with(|found| found.fields = Some(fields.clone()));
    }

    /// Whether somebody signed in asked.
    pub(crate) fn is_signed(&self) -> bool {
        self.with(|found| found.signed)
    }

    /// Who asked, if they may act for another unit.
    pub(crate) fn of_units(&self) -> Option<Signed> {
        self.with(|found| found.of_units.clone())
    }

    /// The form that was sent.
    pub(crate) fn fields(&self) -> Option<Fields> {
        self.with(|found| found.fields.clone())
    }
}
