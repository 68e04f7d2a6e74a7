//! Tests of `criteria-annex`.

mod hostile;
mod large;
mod samples;
mod show;
mod suite;
mod words;
