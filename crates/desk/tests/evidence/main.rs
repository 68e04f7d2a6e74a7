//! Pages of evidence, called as a browser calls them, on both databases.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: what goes wrong here has failed the test")]

mod pages;
mod site;
