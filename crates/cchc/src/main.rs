//! `cchc`: the command line of the whole program. It reads settings and the clock, assembles the rooms, and turns their errors into words.

mod commands;
mod conditions;
mod demo;
mod knowledge;
mod office;
mod output;
mod people;
mod say;
mod settings;
mod work;

use std::process::ExitCode;

use clap::Parser as _;

use crate::output::Failure;
use crate::settings::Cli;

/// A page is made of thousands of small texts: an allocator of its own answers more requests than that of the C library, and gives memory back
/// (`docs/performance.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let lang = cli.common.lang();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output::report(&Failure::failed(say::runtime(lang, &error))),
    };
    match runtime.block_on(commands::run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output::report(&failure),
    }
}
