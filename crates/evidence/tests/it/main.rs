//! Evidence on both databases, in a folder and in a bucket.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: what goes wrong here has failed the test")]

mod adding;
mod citing;
mod finding;
mod keeping;
mod room;
