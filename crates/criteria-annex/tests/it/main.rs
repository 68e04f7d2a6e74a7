//! Tests of `criteria-annex`.

mod show;
mod suite;
