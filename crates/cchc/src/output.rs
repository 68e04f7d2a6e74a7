//! Standard output and exit codes: 0 done, 1 failed, 2 the input or the call has faults.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

/// Why a command ended without success.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    code: u8,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl Failure {
    /// The command could not do its work.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1 }
    }

    /// What the command was given has faults.
    pub(crate) fn bad_input(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 2 }
    }

    /// What a person is told.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }
}

/// Tells why the program ends, and gives the exit code.
pub(crate) fn report(failure: &Failure) -> ExitCode {
    // Nothing is left to do when even the error stream is closed.
    let _ = writeln!(io::stderr(), "{}", failure.message.trim_end());
    ExitCode::from(failure.code)
}

/// Writes a result to standard output; a reader that went away (`| head`) is no failure, a full disk is.
pub(crate) fn print(lang: ui::Lang, text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::failed(crate::say::output(lang, &error))),
    }
}

/// How much of a long work is done, on the error stream where a person sees it.
#[derive(Debug)]
pub(crate) struct Meter {
    all: usize,
    /// The percent that is shown; held while it is written, so that a slow thread never writes an older one over it.
    shown: std::sync::Mutex<usize>,
    visible: bool,
}

impl Meter {
    pub(crate) fn new(all: usize) -> Self {
        Self { all: all.max(1), shown: std::sync::Mutex::new(0), visible: io::stderr().is_terminal() }
    }

    /// Shows that so much is done; each percent is written once.
    pub(crate) fn show(&self, done: usize) {
        let percent = done.saturating_mul(100) / self.all;
        if !self.visible {
            return;
        }
        let Ok(mut shown) = self.shown.lock() else { return };
        if *shown < percent {
            *shown = percent;
            let bar = "█".repeat(percent.min(100) / 4);
            // A stream that is closed shows nothing.
            let _ = write!(io::stderr(), "\r{bar:<25} {percent:>3} %");
        }
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        if self.visible {
            let _ = write!(io::stderr(), "\r{:<32}\r", "");
        }
    }
}
