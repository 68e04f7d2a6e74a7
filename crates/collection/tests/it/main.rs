//! Who is told of a collection, at each step and before its deadline; on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests: what goes wrong here has failed the test")]

mod telling;
