//! Messages handed to real servers: a mail server that `cargo xtask test` installs, and a web server that checks signatures by itself.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests fail as tests do")]

mod gateway;
mod mail;
mod webhook;
