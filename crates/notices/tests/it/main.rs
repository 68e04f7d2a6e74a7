//! Notices reach each person once, whatever happens to the mail server, the gateway, the jobs and the clock; on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: what goes wrong here has failed the test")]

mod house;
mod reaching;
