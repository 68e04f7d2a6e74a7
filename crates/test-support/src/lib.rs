//! What the tests of this workspace share: fresh databases, a browser, an S3-compatible server, and other servers to talk to.
//!
//! `cargo xtask test` finds or starts what is used here and says where it is by environment
//! variables; without them everything in this crate fails with a word on how to get them.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot have what it needs has failed, and says so at the place it asks"
)]

mod axe;
mod browser;
mod certificates;
mod chromedriver;
mod database;
mod object_store;
pub mod openid_person;
mod peer;

pub use axe::{Violation, ViolationNode, axe, report};
pub use browser::{Browser, ColourScheme, Page, PageOptions};
pub use certificates::Certificates;
pub use database::{DatabaseKind, TestDatabase, TestPlace, TestSqlite, fresh_postgres, fresh_sqlite, postgres_url};
pub use object_store::{TestObjectStore, fresh_object_store};
pub use peer::Peer;
/// The steering of the browser, so that tests need no dependency of their own for it.
pub use thirtyfour;

/// The value of an environment variable that `cargo xtask test` sets.
fn set_by_xtask(name: &str) -> String {
    match std::env::var(name) {
        Ok(value) if !value.is_empty() => value,
        _ => panic!("{name} is not set: run cargo xtask test"),
    }
}
