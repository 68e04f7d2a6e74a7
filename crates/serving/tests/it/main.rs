//! Real servers on the loopback address, asked by a client that writes its requests byte by byte.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot prepare its case has failed")]

mod certificates;
mod connections;
mod exposition;
mod guarding;
mod house;
mod logging;
mod measuring;
mod monitoring;
mod visitors;
