//! Tests of the database layer, each on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests: what goes wrong here has failed the test")]

mod bed;
mod faults;
mod files;
mod history;
mod jobs;
mod lending;
mod migrations;
mod opening;
mod proxy;
mod scheduled;
