//! Adds up the lines `test result: …` that libtest prints.

/// How the tests went, over all test programs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests that passed.
    pub(crate) passed: u64,
    /// Tests that failed, and test programs that ended without a result.
    pub(crate) failed: u64,
    /// Tests marked `#[ignore]`.
    pub(crate) skipped: u64,
}

impl Tally {
    /// Takes in one line of output, if it is a result line.
    pub(crate) fn take(&mut self, line: &str) {
        let plain = without_colour(line);
        let Some(rest) = plain.trim().strip_prefix("test result: ") else { return };
        let counts = rest.split_once(". ").map_or(rest, |(_, counts)| counts);
        for part in counts.split(';') {
            let Some((number, word)) = part.trim().split_once(' ') else { continue };
            let Ok(number) = number.parse::<u64>() else { continue };
            match word {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.skipped += number,
                _ => {}
            }
        }
    }

    /// Whether tests ran and none failed.
    pub(crate) fn is_good(&self) -> bool {
        self.passed > 0 && self.failed == 0
    }

    /// The closing line.
    pub(crate) fn line(&self) -> String {
        let mut line = format!("{} passed, {} failed", self.passed, self.failed);
        if self.skipped > 0 {
            line += &format!(", {} skipped", self.skipped);
        }
        line
    }
}

/// `line` without the escape sequences that colour it.
fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut inside = false;
    for c in line.chars() {
        match c {
            '\u{1b}' => inside = true,
            _ if inside => inside = !c.is_ascii_alphabetic(),
            _ => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::Tally;

    const GOOD: &str = "test result: ok. 12 passed; 0 failed; 3 ignored; 0 measured; \
                        4 filtered out; finished in 0.01s\n";
    const BAD: &str = "test result: \u{1b}[31mFAILED\u{1b}(B\u{1b}[m. 1 passed; 2 failed; \
                       0 ignored; 0 measured; 0 filtered out; finished in 0.01s";

    #[test]
    fn result_lines_are_added_up() {
        let mut tally = Tally::default();
        for line in ["running 12 tests\n", GOOD, "test a ... ok", BAD] {
            tally.take(line);
        }
        assert_eq!(tally, Tally { passed: 13, failed: 2, skipped: 3 });
        assert_eq!(tally.line(), "13 passed, 2 failed, 3 skipped");
        assert!(!tally.is_good());
    }

    #[test]
    fn the_closing_line_is_short_when_nothing_was_skipped() {
        let tally = Tally { passed: 612, failed: 0, skipped: 0 };
        assert_eq!(tally.line(), "612 passed, 0 failed");
        assert!(tally.is_good());
    }

    #[test]
    fn no_test_at_all_is_not_good() {
        assert!(!Tally::default().is_good());
    }
}
