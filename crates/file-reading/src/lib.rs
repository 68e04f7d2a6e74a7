//! Evidence files: bytes in, facts out – what a file is, whether it is taken, its text, its signatures, its pictures.
//!
//! The crate knows no database, no clock, no network and no file system.
//! Every reader is bounded by counts, so that a hostile file costs a known amount of memory and work.
//! What is read, the limits and the rules of verification stand in `docs/file-reading.md`.

mod fault;
pub mod kind;
pub mod name;
mod package;
mod pdf;
pub mod picture;
pub mod signature;
pub mod text;

pub use fault::Fault;
pub use kind::{Finding, Kind, Policy, Warning};
pub use text::{Limits, Text};

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a reader; a panic in it, ours or of a crate it uses, becomes a fault of the file.
fn guarded<T>(kind: Kind, read: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(Fault::Damaged { kind, place: "a reader gave up" }))
}
