//! Sign-in at a real provider, which `cargo xtask test` installs, driven by plain requests.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail as tests do")]

mod answers;
mod front;
mod setup;
mod sign_in;
mod tokens;
