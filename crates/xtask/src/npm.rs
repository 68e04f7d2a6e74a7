//! Node, and the npm packages that the tests use.

use crate::apt::Missing;
use crate::process::{self, first_number, output_of};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A copy of the lock file the installed packages belong to.
const STAMP: &str = "node_modules/.installed-lock.json";
/// The oldest Node that runs the servers of `tests/peers`.
const NODE: u32 = 20;

/// The program Node, new enough for the servers the tests talk to.
pub(crate) fn node() -> Result<PathBuf, Missing> {
    let given = process::place_from_env("NODE");
    let found = given.or_else(|| process::which("node")).filter(|program| process::is_program(program));
    let version = found.as_ref().and_then(|program| output_of(program, &["--version"])).and_then(|text| first_number(&text));
    match (found, version) {
        (Some(program), Some(version)) if version >= NODE => Ok(program),
        _ => Err(Missing { what: format!("Node {NODE} or newer"), packages: &["nodejs"], otherwise: "or set NODE to the program" }),
    }
}

/// A folder with a `package.json`.
pub(crate) struct Packages {
    folder: PathBuf,
    /// The folder as people know it.
    name: &'static str,
    /// A file that is there when the packages are.
    proof: &'static str,
}

impl Packages {
    /// The folders of the repository at `root`: what the browser tests use, the servers that tests talk to, and the S3-compatible store.
    pub(crate) fn of(root: &Path) -> [Self; 3] {
        let all = [
            ("tests/browser", "node_modules/axe-core/axe.min.js"),
            ("tests/peers", "node_modules/oidc-provider/package.json"),
            ("tests/s3", "node_modules/s3rver/bin/s3rver.js"),
        ];
        all.map(|(name, proof)| Self { folder: root.join(name), name, proof })
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The one file by which the packages are known; in `tests/browser` it is axe-core itself.
    pub(crate) fn proof(&self) -> PathBuf {
        self.folder.join(self.proof)
    }

    /// Whether what is installed belongs to the lock file as it is now.
    pub(crate) fn are_current(&self) -> bool {
        let lock = fs::read(self.folder.join("package-lock.json"));
        let stamp = fs::read(self.folder.join(STAMP));
        matches!((lock, stamp), (Ok(lock), Ok(stamp)) if lock == stamp) && self.proof().is_file()
    }

    /// What to say when npm itself is absent.
    pub(crate) fn npm_missing() -> Missing {
        Missing { what: "npm (for the accessibility rules and the servers that tests talk to)".into(), packages: &["npm"], otherwise: "" }
    }

    /// What to say when the packages are absent and may not be installed.
    pub(crate) fn missing(&self) -> Missing {
        self.not_there("run `cargo xtask test` without --no-install; it runs `npm ci` there")
    }

    fn not_there(&self, otherwise: &'static str) -> Missing {
        Missing { what: format!("the npm packages of {}", self.name), packages: &[], otherwise }
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
        if well && fs::copy(lock, self.folder.join(STAMP)).is_ok() && self.proof().is_file() {
            return Ok(());
        }
        Err(self.not_there("`npm ci` in that folder did not end well; its message is above"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Packages, STAMP};
    use std::fs;

    #[test]
    fn packages_are_current_only_with_the_lock_file_they_came_from() {
        let root = std::env::temp_dir().join(format!("cchc-xtask-npm-{}", std::process::id()));
        for packages in Packages::of(&root) {
            fs::create_dir_all(packages.proof().parent().unwrap()).unwrap();
            fs::write(packages.folder().join("package-lock.json"), "{1}").unwrap();
            assert!(!packages.are_current(), "nothing installed");
            fs::write(packages.folder().join(STAMP), "{1}").unwrap();
            assert!(!packages.are_current(), "no packages");
            fs::write(packages.proof(), "there").unwrap();
            assert!(packages.are_current());
            fs::write(packages.folder().join("package-lock.json"), "{2}").unwrap();
            assert!(!packages.are_current(), "the lock file has changed");
        }
        fs::remove_dir_all(root).unwrap();
    }
}
