//! Chromium and its driver.

use crate::apt::Missing;
use crate::process::{self, first_number, is_program, output_of};
use std::path::{Path, PathBuf};

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

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

#[cfg(test)]
mod tests {
    use super::pair;

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
}
