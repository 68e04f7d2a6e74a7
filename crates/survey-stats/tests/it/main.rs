//! The engine from outside: beside R `survey`, beside what is known by hand, and what it refuses.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot prepare its case has failed")]
#![expect(clippy::print_stdout, reason = "a comparison says how much it compared, and where R is absent")]

mod areas;
mod beside_r;
mod by_hand;
mod coverage;
mod draws;
mod indices;
mod inference;
mod laws;
mod models;
mod one_cluster;
mod package;
mod planning;
mod refusals;
mod replicates;
mod said;
mod table;
mod tables;
mod weights;
