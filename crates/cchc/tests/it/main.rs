//! The program as its users meet it: on the command line, over the network, in a browser.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot prepare its case has failed")]

mod backups;
mod browser;
mod command_line;
mod definition;
mod evaluating;
mod index_commands;
mod index_examples;
mod index_years;
mod killing;
mod network;
mod program;
mod proxy;
mod serving;
mod single_sign_on;
mod survey;
mod survey_errors;
mod survey_reach;
mod tls;
mod working;
mod working_area;
