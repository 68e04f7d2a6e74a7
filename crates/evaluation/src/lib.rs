//! Evaluation campaigns: criteria sets, self-scores with evidence, appraisal, explanation, council, ranks, publication.
//! Points follow from rules and figures; appraisers and the council speak in threads; an approved result can be computed again by anyone.

pub mod actions;
pub mod model;
pub mod result;
pub mod scoring;
pub mod set;
mod store;
mod telling;
mod words;
