//! Campaigns from their opening to their publication, on both databases.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed, and says so at its place")]

mod campaign;
mod comparing;
mod council;
mod house;
mod papers;
mod sets;
mod settled;
mod waiting;
