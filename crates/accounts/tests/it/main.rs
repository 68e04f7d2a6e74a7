//! Accounts on both kinds of database, in a made-up office whose clock the tests move.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: what goes wrong here has failed the test")]

mod deputies;
mod journey;
mod links;
mod made_up;
mod office;
mod passwords;
mod policy;
mod questions;
mod rights;
mod roles;
mod second_factor;
mod sessions;
mod sign_in;
mod together;
mod tokens;
mod traces;
