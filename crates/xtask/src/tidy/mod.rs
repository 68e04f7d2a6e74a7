//! `cargo xtask tidy`: checks over the text of the repository that no compiler makes.

mod text;
mod walls;

use crate::process::is_program;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// One fault: where, and against which rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fault {
    file: String,
    /// Counted from one; zero for the file as a whole.
    line: usize,
    rule: String,
}

impl Fault {
    fn new(file: &str, line: usize, rule: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, rule: rule.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(out, "{}: {}", self.file, self.rule),
            line => write!(out, "{}:{line}: {}", self.file, self.rule),
        }
    }
}

/// Checks the repository at `root`; the answer is the exit status.
pub(crate) fn run(root: &Path) -> u8 {
    let files = match files(root) {
        Ok(files) => files,
        Err(fault) => {
            eprintln!("tidy: {fault}");
            return 1;
        }
    };
    let mut faults = Vec::new();
    let mut manifests = Vec::new();
    let mut read = 0;
    for name in &files {
        let file = root.join(name);
        // A file that is listed and gone was deleted without saying so to git yet.
        let Ok(bytes) = std::fs::read(&file) else { continue };
        read += 1;
        if name.ends_with(".sh") || name == ".ci/run" {
            check_program(name, &file, &mut faults);
        }
        match String::from_utf8(bytes) {
            Ok(content) => {
                text::check(name, &content, &mut faults);
                if walls::is_manifest(name) {
                    manifests.push((name.clone(), content));
                }
            }
            Err(_) if text::is_source(name) => {
                faults.push(Fault::new(name, 0, "is not UTF-8"));
            }
            Err(_) => {}
        }
    }
    walls::check(&manifests, &mut faults);
    faults.sort();
    for fault in &faults {
        println!("{fault}");
    }
    println!("   {read} files, {} faults", faults.len());
    u8::from(!faults.is_empty())
}

fn check_program(name: &str, file: &Path, faults: &mut Vec<Fault>) {
    if !is_program(file) {
        faults.push(Fault::new(name, 0, "a script must be executable"));
    }
}

/// The files git knows, and new ones it does not ignore.
fn files(root: &Path) -> Result<Vec<String>, String> {
    let out = Command::new("git")
        .args(["-c", "safe.directory=*", "ls-files", "-z"])
        .args(["--cached", "--others", "--exclude-standard"])
        .current_dir(PathBuf::from(root))
        .stdin(Stdio::null())
        .output()
        .map_err(|fault| format!("git could not be run: {fault}"))?;
    if !out.status.success() {
        return Err(format!("git ls-files: {}", String::from_utf8_lossy(&out.stderr).trim()));
    }
    let mut files: Vec<String> =
        String::from_utf8_lossy(&out.stdout).split('\0').filter(|name| !name.is_empty()).map(String::from).collect();
    files.sort();
    files.dedup();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::{Fault, files};
    use crate::repository_root;

    #[test]
    fn a_fault_names_file_line_and_rule() {
        assert_eq!(Fault::new("a/b.rs", 7, "rule").to_string(), "a/b.rs:7: rule");
        assert_eq!(Fault::new("a/b.rs", 0, "rule").to_string(), "a/b.rs: rule");
    }

    #[test]
    fn the_files_of_this_repository_are_listed() {
        let files = files(&repository_root()).unwrap();
        assert!(files.iter().any(|name| name == "crates/xtask/src/main.rs"));
        assert!(!files.iter().any(|name| name.starts_with("target/")));
    }
}
