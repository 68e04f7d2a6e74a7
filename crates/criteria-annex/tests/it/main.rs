//! Tests of `criteria-annex` from outside: text cases, files of other programs, hostile ones, and large ones.
#![expect(clippy::unwrap_used, reason = "helpers of tests: what goes wrong here has failed the test")]

mod hostile;
mod large;
mod made;
mod samples;
mod show;
mod suite;
mod words;
