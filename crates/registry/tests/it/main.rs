//! Tests of the registry, the storage ones on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: what goes wrong here has failed the test")]

mod backup;
mod bed;
mod catalogue;
mod loading;
mod observations;
mod results;
mod rows;
mod units;
