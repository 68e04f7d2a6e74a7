//! Collections on SQLite and on PostgreSQL: who is told of them, and how fresh is what people are shown.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests: what goes wrong here has failed the test")]

mod freshness;
mod house;
mod telling;
