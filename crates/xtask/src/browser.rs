//! Chromium, its driver, and the npm packages that the browser tests use.

use crate::apt::Missing;
use crate::process::{self, first_number, is_program, output_of};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// A copy of the lock file the installed packages belong to.
const STAMP: &str = "node_modules/.installed-lock.json";

/// The two programs, of one and the same version.
#[derive(Debug)]
pub(crate) struct Programs {
    /// The browser.
    pub(crate) chromium: PathBuf,
    /// The program that steers it.
    pub(crate) driver: PathBuf,
}

/// Finds both programs, or says what is missing.
pub(crate) fn find() -> Result<Programs, Vec<Missing>> {
    let chromium = find_one("CHROMIUM", &BROWSERS);
    let driver = find_one("CHROMEDRIVER", &["chromedriver"]);
    pair(chromium, driver)
}

fn pair(chromium: Option<PathBuf>, driver: Option<PathBuf>) -> Result<Programs, Vec<Missing>> {
    let (Some(chromium), Some(driver)) = (&chromium, &driver) else {
        let mut all = Vec::new();
        if chromium.is_none() {
            all.push(missing("Chromium".into(), &["chromium"], "or set CHROMIUM to the program"));
        }
        if driver.is_none() {
            let otherwise = "or set CHROMEDRIVER to the program";
            all.push(missing("chromedriver".into(), &["chromium-driver"], otherwise));
        }
        return Err(all);
    };
    let [browser_version, driver_version] =
        [chromium, driver].map(|program| output_of(program, &["--version"]).and_then(|text| first_number(&text)));
    if browser_version.is_none() || browser_version != driver_version {
        let said = |version: Option<u32>| version.map_or_else(|| "nothing".into(), |number| number.to_string());
        let what = format!(
            "Chromium and chromedriver of the same version: {} says {}, {} says {}",
            chromium.display(),
            said(browser_version),
            driver.display(),
            said(driver_version),
        );
        let otherwise = "or set CHROMIUM and CHROMEDRIVER to programs that belong together";
        return Err(vec![missing(what, &["chromium", "chromium-driver"], otherwise)]);
    }
    Ok(Programs { chromium: chromium.clone(), driver: driver.clone() })
}

fn missing(what: String, packages: &'static [&'static str], otherwise: &'static str) -> Missing {
    Missing { what, packages, otherwise }
}

fn find_one(variable: &str, names: &[&str]) -> Option<PathBuf> {
    if let Some(given) = process::place_from_env(variable) {
        return is_program(&given).then_some(given);
    }
    names.iter().find_map(|name| process::which(name)).or_else(|| {
        let usual = names.iter().map(|name| Path::new("/usr/bin").join(name));
        usual.into_iter().find(|file| is_program(file))
    })
}

/// The folder of the npm packages.
pub(crate) struct Packages {
    folder: PathBuf,
}

impl Packages {
    /// The packages of the repository at `root`.
    pub(crate) fn of(root: &Path) -> Self {
        Self { folder: root.join("tests/browser") }
    }

    /// The one file the tests read.
    pub(crate) fn axe(&self) -> PathBuf {
        self.folder.join("node_modules/axe-core/axe.min.js")
    }

    /// Whether what is installed belongs to the lock file as it is now.
    pub(crate) fn are_current(&self) -> bool {
        let lock = fs::read(self.folder.join("package-lock.json"));
        let stamp = fs::read(self.folder.join(STAMP));
        matches!((lock, stamp), (Ok(lock), Ok(stamp)) if lock == stamp) && self.axe().is_file()
    }

    /// What to say when npm itself is absent.
    pub(crate) fn npm_missing() -> Missing {
        missing("npm (for axe-core, the accessibility rules)".into(), &["npm"], "")
    }

    /// What to say when the packages are absent and may not be installed.
    pub(crate) fn missing() -> Missing {
        let otherwise = "run `cargo xtask test` without --no-install; it runs `npm ci` there";
        missing("the npm packages of tests/browser".into(), &[], otherwise)
    }

    /// Installs exactly what the lock file names.
    pub(crate) fn install(&self) -> Result<(), Missing> {
        println!("   npm ci in tests/browser");
        let well = Command::new("npm")
            .args(["ci", "--no-fund", "--no-audit", "--ignore-scripts", "--no-update-notifier"])
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        let lock = self.folder.join("package-lock.json");
        if well && fs::copy(lock, self.folder.join(STAMP)).is_ok() && self.axe().is_file() {
            return Ok(());
        }
        let otherwise = "`npm ci` in that folder did not end well; its message is above";
        Err(missing("the npm packages of tests/browser".into(), &[], otherwise))
    }
}

#[cfg(test)]
mod tests {
    use super::{Packages, STAMP, pair};
    use std::fs;

    #[test]
    fn all_that_is_missing_is_named_at_once() {
        let packages: Vec<_> = pair(None, None).unwrap_err().iter().flat_map(|one| one.packages).copied().collect();
        assert_eq!(packages, ["chromium", "chromium-driver"]);
        assert_eq!(pair(Some("/x/chromium".into()), None).unwrap_err().len(), 1);
    }

    #[test]
    fn programs_that_do_not_belong_together_are_refused() {
        let found = pair(Some("/nowhere/chromium".into()), Some("/nowhere/chromedriver".into())).unwrap_err();
        assert!(found[0].what.ends_with("/nowhere/chromium says nothing, /nowhere/chromedriver says nothing"));
    }

    #[test]
    fn packages_are_current_only_with_the_lock_file_they_came_from() {
        let root = std::env::temp_dir().join(format!("cchc-xtask-npm-{}", std::process::id()));
        let folder = root.join("tests/browser");
        fs::create_dir_all(folder.join("node_modules/axe-core")).unwrap();
        fs::write(folder.join("package-lock.json"), "{1}").unwrap();
        let packages = Packages::of(&root);
        assert!(!packages.are_current(), "nothing installed");
        fs::write(folder.join(STAMP), "{1}").unwrap();
        assert!(!packages.are_current(), "no axe");
        fs::write(packages.axe(), "axe").unwrap();
        assert!(packages.are_current());
        fs::write(folder.join("package-lock.json"), "{2}").unwrap();
        assert!(!packages.are_current(), "the lock file has changed");
        fs::remove_dir_all(root).unwrap();
    }
}
