//! The commands of this workspace: `cargo xtask test|tidy|bench|help`.
//!
//! Built on the standard library alone, so that it is ready in a second or two on a fresh machine.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks on its standard streams")]

mod apt;
mod browser;
mod npm;
mod postgres;
mod process;
mod suite;
mod tally;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  test [--fast] [--no-install] [-- ARGS]
      Runs every check and every test of the workspace and ends with a line such as
      `612 passed, 0 failed`. Finds a PostgreSQL server (13 or newer), Chromium with
      chromedriver, Node (20 or newer), and the npm packages of tests/browser, tests/peers
      and tests/s3. As root on Debian, what is absent is installed; otherwise it is
      named, and the command ends with status 2 before anything ran.
      --fast         tests only: no tidy, cargo fmt or cargo clippy
      --no-install   installs nothing: no apt-get, no npm ci
      -- ARGS        handed to cargo test, for example `-- -p portal` or `-- a_test_name`
  tidy
      Checks the text of the repository: white space, file length, markers left behind,
      the walls between the crates.
  bench [-- ARGS]
      cargo bench --workspace
  help
      This text.

Places may be given by environment variables:
  PG_BIN              the folder with initdb and postgres
  CHROMIUM            the Chromium program
  CHROMEDRIVER        the chromedriver program
  NODE                the Node program
  CCHC_TEST_POSTGRES  address of a PostgreSQL server to use instead of a throw-away one
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (own, handed) = split_arguments(&arguments);
    let root = repository_root();
    let code = match own.split_first() {
        None => {
            print!("{HELP}");
            0
        }
        Some((command, flags)) => match command.as_str() {
            "help" | "-h" | "--help" => {
                print!("{HELP}");
                0
            }
            "test" => match suite::Options::parse(flags, handed) {
                Ok(options) => suite::run(&root, &options),
                Err(flag) => unknown(&format!("test {flag}")),
            },
            "tidy" if flags.is_empty() => tidy::run(&root),
            "bench" if flags.is_empty() => bench(&root, handed),
            _ => unknown(&own.join(" ")),
        },
    };
    ExitCode::from(code)
}

/// Splits at the first `--`: what is meant for this program, and what is handed on.
fn split_arguments(arguments: &[String]) -> (&[String], &[String]) {
    match arguments.iter().position(|argument| argument == "--") {
        Some(at) => (&arguments[..at], &arguments[at + 1..]),
        None => (arguments, &[]),
    }
}

fn unknown(what: &str) -> u8 {
    eprintln!("cargo xtask does not know `{what}`\n");
    eprint!("{HELP}");
    2
}

fn bench(root: &Path, handed: &[String]) -> u8 {
    let mut command = process::cargo(root);
    command.args(["bench", "--workspace"]).args(handed);
    match process::run_leashed(&mut command) {
        Ok(true) => 0,
        Ok(false) => 1,
        Err(fault) => {
            eprintln!("{fault}");
            1
        }
    }
}

/// The folder that holds the workspace: two above this crate.
fn repository_root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.ancestors().nth(2).map_or_else(|| here.clone(), Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::split_arguments;

    #[test]
    fn only_the_first_double_dash_splits() {
        let all = ["test", "--fast", "--", "-p", "ui", "--", "--nocapture"].map(String::from);
        let (own, handed) = split_arguments(&all);
        assert_eq!(own, ["test", "--fast"]);
        assert_eq!(handed, ["-p", "ui", "--", "--nocapture"]);
    }
}
