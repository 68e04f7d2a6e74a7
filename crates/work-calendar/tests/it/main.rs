//! Tests of the calendar from outside: text cases that a specialist can check, faults, and laws that hold for every day.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: what goes wrong here has failed the test")]

mod faults;
mod laws;
mod questions;
mod suite;

/// The holidays that ship with the program.
const HOLIDAYS: &str = include_str!("../../../../catalogue/calendar/holidays.csv");
