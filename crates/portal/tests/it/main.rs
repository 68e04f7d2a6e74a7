//! The portal as its readers meet it: over HTTP, on SQLite and on PostgreSQL.
#![expect(clippy::expect_used, reason = "a test that cannot prepare its case has failed")]

mod addresses;
mod analysis;
mod bad_days;
mod contents;
mod downloads;
mod markup;
mod refusals;
mod site;
