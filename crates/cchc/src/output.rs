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

/// A cell longer than this is shown whole, and the other lines are not filled up to its length.
const WIDEST: usize = 200;

/// Lines of cells set in columns, for people: text on the left, numbers (`right`) on the right, two spaces between.
pub(crate) fn in_columns(lines: &[Vec<String>], right: &[bool]) -> String {
    let length = |cell: &String| cell.chars().count();
    let width = |column: usize| {
        let lengths = lines.iter().filter_map(|line| line.get(column)).map(length);
        lengths.filter(|length| *length <= WIDEST).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..right.len()).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let mut whole = String::new();
        for ((cell, width), right) in line.iter().zip(&widths).zip(right) {
            let fill = " ".repeat(width.saturating_sub(length(cell)));
            let (before, after) = if *right { (fill.as_str(), "") } else { ("", fill.as_str()) };
            whole.extend([before, cell, after, "  "]);
        }
        text.push_str(whole.trim_end());
        text.push('\n');
    }
    text
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

#[cfg(test)]
mod tests {
    use super::in_columns;

    fn check(lines: &[&[&str]], right: &[bool], said: &str) {
        let lines: Vec<Vec<String>> = lines.iter().map(|line| line.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        assert_eq!(in_columns(&lines, right), said);
    }

    #[test]
    fn text_stands_on_the_left_and_numbers_on_the_right() {
        check(
            &[&["Đơn vị", "Điểm"], &["Sở A", "9"], &["Sở Tư pháp", "10"]],
            &[false, true],
            "Đơn vị      Điểm\nSở A           9\nSở Tư pháp    10\n",
        );
    }

    #[test]
    fn a_cell_of_any_length_is_shown_and_does_not_widen_the_others() {
        let long = "a".repeat(70_000);
        check(&[&["x", "1"], &[&long, "2"]], &[false, true], &format!("x  1\n{long}  2\n"));
    }
}
