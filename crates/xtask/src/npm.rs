//! The npm packages that tests use, each set in a folder of its own with its lock file.

use crate::apt::Missing;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A copy of the lock file the installed packages belong to.
const STAMP: &str = "node_modules/.installed-lock.json";

/// The packages of one folder under `tests`.
pub(crate) struct Packages {
    folder: PathBuf,
    /// Name of the folder, for people.
    name: &'static str,
    /// The one file the tests use, below the folder.
    used: &'static str,
    /// What it is, for people.
    what: &'static str,
}

impl Packages {
    /// The accessibility rules for the browser, in the repository at `root`.
    pub(crate) fn axe(root: &Path) -> Self {
        let (name, used) = ("tests/browser", "node_modules/axe-core/axe.min.js");
        Self { folder: root.join(name), name, used, what: "axe-core, the accessibility rules" }
    }

    /// The S3-compatible server, in the repository at `root`.
    pub(crate) fn s3(root: &Path) -> Self {
        let (name, used) = ("tests/s3", "node_modules/s3rver/bin/s3rver.js");
        Self { folder: root.join(name), name, used, what: "s3rver, an S3-compatible server" }
    }

    /// The one file the tests use.
    pub(crate) fn used(&self) -> PathBuf {
        self.folder.join(self.used)
    }

    /// Whether what is installed belongs to the lock file as it is now.
    pub(crate) fn are_current(&self) -> bool {
        let lock = fs::read(self.folder.join("package-lock.json"));
        let stamp = fs::read(self.folder.join(STAMP));
        matches!((lock, stamp), (Ok(lock), Ok(stamp)) if lock == stamp) && self.used().is_file()
    }

    /// What to say when npm itself is absent.
    pub(crate) fn npm_missing(&self) -> Missing {
        missing(format!("npm (for {})", self.what), &["npm"], "")
    }

    /// What to say when the packages are absent and may not be installed.
    pub(crate) fn missing(&self) -> Missing {
        let otherwise = "run `cargo xtask test` without --no-install; it runs `npm ci` there";
        missing(format!("the npm packages of {}", self.name), &[], otherwise)
    }

    /// Installs exactly what the lock file names.
    pub(crate) fn install(&self) -> Result<(), Missing> {
        println!("   npm ci in {}", self.name);
        let well = Command::new("npm")
            .args(["ci", "--no-fund", "--no-audit", "--ignore-scripts", "--no-update-notifier"])
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        let lock = self.folder.join("package-lock.json");
        if well && fs::copy(lock, self.folder.join(STAMP)).is_ok() && self.used().is_file() {
            return Ok(());
        }
        let otherwise = "`npm ci` in that folder did not end well; its message is above";
        Err(missing(format!("the npm packages of {}", self.name), &[], otherwise))
    }
}

fn missing(what: String, packages: &'static [&'static str], otherwise: &'static str) -> Missing {
    Missing { what, packages, otherwise }
}

#[cfg(test)]
mod tests {
    use super::{Packages, STAMP};
    use std::fs;

    #[test]
    fn packages_are_current_only_with_the_lock_file_they_came_from() {
        let root = std::env::temp_dir().join(format!("cchc-xtask-npm-{}", std::process::id()));
        let folder = root.join("tests/browser");
        fs::create_dir_all(folder.join("node_modules/axe-core")).unwrap();
        fs::write(folder.join("package-lock.json"), "{1}").unwrap();
        let packages = Packages::axe(&root);
        assert!(!packages.are_current(), "nothing installed");
        fs::write(folder.join(STAMP), "{1}").unwrap();
        assert!(!packages.are_current(), "no axe");
        fs::write(packages.used(), "axe").unwrap();
        assert!(packages.are_current());
        fs::write(folder.join("package-lock.json"), "{2}").unwrap();
        assert!(!packages.are_current(), "the lock file has changed");
        fs::remove_dir_all(root).unwrap();
    }
}
