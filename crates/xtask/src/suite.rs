//! `cargo xtask test`: everything the tests need, then every check and every test.

use crate::apt::{self, Missing};
use crate::browser;
use crate::npm::{self, Packages};
use crate::tally::Tally;
use crate::{postgres, process, tidy};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// What was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    fast: bool,
    no_install: bool,
    handed: Vec<String>,
}

impl Options {
    /// Reads the flags; the error is the flag that is not known.
    pub(crate) fn parse(flags: &[String], handed: &[String]) -> Result<Self, String> {
        let mut options = Self { handed: handed.to_vec(), ..Self::default() };
        for flag in flags {
            match flag.as_str() {
                "--fast" => options.fast = true,
                "--no-install" => options.no_install = true,
                _ => return Err(flag.clone()),
            }
        }
        Ok(options)
    }

    /// The words after `cargo test`. Whoever names packages does not want the whole workspace.
    fn test_words(&self) -> Vec<&str> {
        let names_packages =
            self.handed.iter().take_while(|word| *word != "--").any(|word| word.starts_with("-p") || word.starts_with("--package"));
        let mut words = vec!["test", "--no-fail-fast"];
        if !names_packages {
            words.push("--workspace");
        }
        words.extend(self.handed.iter().map(String::as_str));
        words
    }
}

/// What the tests need, found.
struct Tools {
    /// The programs of PostgreSQL; absent when an address was given.
    postgres: Option<PathBuf>,
    browser: browser::Programs,
    node: PathBuf,
}

/// Runs everything; the answer is the exit status.
pub(crate) fn run(root: &Path, options: &Options) -> u8 {
    let whole = Instant::now();
    let packages = Packages::of(root);
    let tools = match timed("tools", || prepare(root, options, &packages)) {
        Ok(tools) => tools,
        Err(missing) => {
            eprint!("\n{}", apt::explain(&missing));
            return 2;
        }
    };
    let mut faults: Vec<String> = Vec::new();
    if !options.fast {
        if timed("tidy", || tidy::run(root)) != 0 {
            faults.push("tidy".into());
        }
        let steps: [(&str, &[&str]); 2] = [
            ("cargo fmt", &["fmt", "--all", "--check"]),
            ("cargo clippy", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
        ];
        for (name, words) in steps {
            let result = timed(name, || process::run_leashed(process::cargo(root).args(words)));
            match result {
                Ok(true) => {}
                Ok(false) => faults.push(name.into()),
                Err(fault) => faults.push(format!("{name} ({fault})")),
            }
        }
    }
    let mut tally = Tally::default();
    let tested = timed("cargo test", || test(root, options, &packages, &tools, &mut tally));
    match tested {
        Ok(()) => {}
        Err(fault) => faults.push(format!("cargo test ({fault})")),
    }
    println!("\nwhole run: {:.1} s", whole.elapsed().as_secs_f64());
    if !faults.is_empty() {
        println!("not well: {}", faults.join(", "));
    }
    let good = faults.is_empty() && tally.is_good();
    println!("{}", tally.line());
    u8::from(!good)
}

/// Runs one step under a heading and says how long it took.
fn timed<T>(heading: &str, step: impl FnOnce() -> T) -> T {
    println!("\n== {heading}");
    let start = Instant::now();
    let answer = step();
    println!("   {heading}: {:.1} s", start.elapsed().as_secs_f64());
    answer
}

/// Looks for everything; installs what is absent where that is allowed.
fn prepare(root: &Path, options: &Options, packages: &[Packages; 3]) -> Result<Tools, Vec<Missing>> {
    let may_install = !options.no_install;
    let mut found = look(root, options, packages);
    if let Err(missing) = &found
        && may_install
        && apt::available()
        && missing.iter().any(|one| !one.packages.is_empty())
    {
        apt::install(missing);
        found = look(root, options, packages);
    }
    let tools = found?;
    for folder in packages.iter().filter(|folder| !folder.are_current()) {
        folder.install().map_err(|missing| vec![missing])?;
    }
    match &tools.postgres {
        Some(folder) => println!("   PostgreSQL: {}", folder.display()),
        None => println!("   PostgreSQL: the server that CCHC_TEST_POSTGRES names"),
    }
    println!("   Chromium: {}", tools.browser.chromium.display());
    println!("   chromedriver: {}", tools.browser.driver.display());
    println!("   Node: {}", tools.node.display());
    Ok(tools)
}

fn look(root: &Path, options: &Options, packages: &[Packages; 3]) -> Result<Tools, Vec<Missing>> {
    let mut missing = Vec::new();
    let given = process::place_from_env("CCHC_TEST_POSTGRES").is_some();
    let postgres = if given { None } else { postgres::find() };
    if !given && postgres.is_none() {
        missing.push(postgres::missing());
    }
    let browser = browser::find().map_err(|all| missing.extend(all));
    let node = npm::node().map_err(|one| missing.push(one));
    let absent: Vec<_> = packages.iter().filter(|folder| !folder.are_current()).collect();
    if options.no_install {
        missing.extend(absent.into_iter().map(Packages::missing));
    } else if !absent.is_empty() && process::which("npm").is_none() {
        missing.push(Packages::npm_missing());
    }
    if !options.fast {
        for (name, otherwise) in [("fmt", "rustup component add rustfmt"), ("clippy", "rustup component add clippy")] {
            let mut ask = process::cargo(root);
            ask.args([name, "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
            if !ask.status().is_ok_and(|status| status.success()) {
                missing.push(Missing { what: format!("cargo {name}"), packages: &[], otherwise });
            }
        }
    }
    match (browser, node) {
        (Ok(browser), Ok(node)) if missing.is_empty() => Ok(Tools { postgres, browser, node }),
        _ => Err(missing),
    }
}

/// Runs cargo test against a server of its own and counts what it prints.
fn test(root: &Path, options: &Options, packages: &[Packages; 3], tools: &Tools, tally: &mut Tally) -> Result<(), String> {
    let server = tools.postgres.as_deref().map(postgres::Server::start).transpose()?;
    let [axe, peers, store] = packages;
    let mut command = process::cargo(root);
    command
        .args(options.test_words())
        .env("CCHC_TEST_CHROMIUM", &tools.browser.chromium)
        .env("CCHC_TEST_CHROMEDRIVER", &tools.browser.driver)
        .env("CCHC_TEST_AXE", axe.proof())
        .env("CCHC_TEST_NODE", &tools.node)
        .env("CCHC_TEST_PEERS", peers.folder())
        .env("CCHC_TEST_S3RVER", store.proof());
    if let Some(server) = &server {
        command.env("CCHC_TEST_POSTGRES", &server.url);
    }
    never_by_proxy(&mut command);
    let well = count(&mut command, tally, &mut std::io::stdout()).map_err(|fault| fault.to_string())?;
    if !well && tally.failed == 0 {
        tally.failed = 1;
        return Err("it ended badly although no test reported a failure".into());
    }
    if tally.passed + tally.failed == 0 {
        return Err("no test ran".into());
    }
    if tally.failed > 0 {
        return Err(format!("{} failed", tally.failed));
    }
    Ok(())
}

/// Tests talk to the loopback address; a proxy of the machine has no part in that.
fn never_by_proxy(command: &mut Command) {
    for name in ["NO_PROXY", "no_proxy"] {
        let mut value = std::env::var(name).unwrap_or_default();
        if !value.is_empty() {
            value.push(',');
        }
        command.env(name, value + "127.0.0.1,localhost,::1");
    }
}

/// Passes the output on as it comes and takes the results out of it.
fn count(command: &mut Command, tally: &mut Tally, screen: &mut impl Write) -> std::io::Result<bool> {
    let mut running = process::start_leashed(command.stdout(Stdio::piped()))?;
    if let Some(output) = running.child.stdout.take() {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while output.read_until(b'\n', &mut line)? > 0 {
            screen.write_all(&line)?;
            screen.flush()?;
            tally.take(&String::from_utf8_lossy(&line));
            line.clear();
        }
    }
    running.wait()
}

#[cfg(test)]
mod tests {
    use super::{Options, count};
    use crate::tally::Tally;
    use std::process::Command;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(String::from).collect()
    }

    #[test]
    fn flags_are_read_and_unknown_ones_named() {
        let options = Options::parse(&words("--fast --no-install"), &[]).unwrap();
        assert!(options.fast && options.no_install);
        assert_eq!(Options::parse(&words("--fats"), &[]), Err("--fats".into()));
    }

    #[test]
    fn the_workspace_is_tested_unless_packages_are_named() {
        let all = Options::parse(&[], &words("name -- --nocapture -p")).unwrap();
        assert_eq!(all.test_words(), ["test", "--no-fail-fast", "--workspace", "name", "--", "--nocapture", "-p"]);
        let one = Options::parse(&[], &words("-p ui")).unwrap();
        assert_eq!(one.test_words(), ["test", "--no-fail-fast", "-p", "ui"]);
    }

    #[test]
    fn output_is_counted_and_the_end_is_reported() {
        let mut tally = Tally::default();
        let script = "echo 'test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured'; exit 3";
        // Into a buffer: on the screen it would be counted as a result of this very run.
        let mut screen = Vec::new();
        let well = count(Command::new("sh").args(["-c", script]), &mut tally, &mut screen).unwrap();
        assert!(screen.starts_with(b"test result: ok. 2 passed"));
        assert!(!well);
        assert_eq!(tally.line(), "2 passed, 0 failed, 1 skipped");
    }
}
