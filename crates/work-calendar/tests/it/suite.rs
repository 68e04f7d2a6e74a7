//! Text cases: `tests/suite/*.txt`, cases under `===`, questions with their answers behind `=>`.
//!
//! `UPDATE_EXPECT=1 cargo test -p work-calendar` writes what the crate answers into the files; read the change before it is kept.

use std::fs;
use std::path::{Path, PathBuf};

use work_calendar::Calendar;

use crate::HOLIDAYS;
use crate::faults::faults_of;
use crate::questions::Asking;

/// Compares a file with what it should hold, or writes it.
fn settle(path: &Path, found: &str) {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(path, found).unwrap();
    }
    let wanted = fs::read_to_string(path).unwrap();
    for (number, (wanted, found)) in wanted.lines().zip(found.lines()).enumerate() {
        assert_eq!(wanted, found, "{}:{}", path.display(), number + 1);
    }
    assert_eq!(wanted, found, "{}", path.display());
}

fn suite(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite").join(name)
}

fn questions(name: &str) {
    let calendar = Calendar::read(HOLIDAYS).unwrap();
    let mut asking = Asking::new(&calendar);
    let path = suite(name);
    let mut found = String::new();
    for line in fs::read_to_string(&path).unwrap().lines() {
        if line.starts_with("===") {
            asking = Asking::new(&calendar);
        }
        match line.split_once("=>") {
            Some((question, _)) => found += &format!("{question}=> {}", asking.answer(question.trim())),
            None => {
                if let Some((setting, value)) = line.strip_prefix("with ").and_then(|rest| rest.split_once(": ")) {
                    asking.set(setting, value);
                }
                found += line;
            }
        }
        found.push('\n');
    }
    settle(&path, &found);
}

#[test]
fn days_are_as_announced() {
    questions("days.txt");
}

#[test]
fn deadlines_are_as_counted_by_hand() {
    questions("deadlines.txt");
}

#[test]
fn every_fault_is_found_and_named() {
    let path = suite("faults.txt");
    let text = fs::read_to_string(&path).unwrap();
    let (before, cases) = text.split_once("=== ").unwrap();
    let mut found = before.to_owned();
    for case in cases.split("=== ") {
        let (given, _) = case.split_once("--- faults\n").unwrap();
        let (_, file) = given.split_once("--- file\n").unwrap();
        found += &format!("=== {given}--- faults\n{}\n", faults_of(file));
    }
    settle(&path, &format!("{}\n", found.trim_end()));
    for rule in work_calendar::CalendarRule::ALL {
        assert!(found.lines().any(|line| line.split(',').next() == Some(rule.code())), "no case shows {rule}");
    }
}
