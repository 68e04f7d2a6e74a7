//! Tests of the engine from outside: text cases, the shipped tables, and laws that hold for every table.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: what goes wrong here has failed the test")]

mod bounds;
mod chance;
mod coherent;
mod editions;
mod efforts;
mod golden;
mod laws;
mod points_laws;
mod show;
mod suite;
mod uncertain;
mod working;
mod writing;
mod years;
