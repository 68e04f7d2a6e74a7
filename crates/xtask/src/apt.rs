//! Installing Debian packages, where this program may.

use crate::process;
use std::process::{Command, Stdio};

/// Something the tests need and this machine does not have.
#[derive(Debug)]
pub(crate) struct Missing {
    /// What it is, for people.
    pub(crate) what: String,
    /// The Debian packages that bring it; empty when no package does.
    pub(crate) packages: &'static [&'static str],
    /// Another way to get it.
    pub(crate) otherwise: &'static str,
}

/// Whether Debian packages may be installed here.
pub(crate) fn available() -> bool {
    process::is_root() && process::which("apt-get").is_some()
}

/// Installs the Debian packages that `missing` names.
pub(crate) fn install(missing: &[Missing]) {
    let packages = packages_of(missing);
    if packages.is_empty() {
        return;
    }
    println!("   installing {}", packages.join(" "));
    let updated = apt_get(&["update", "-qq"]);
    let mut args = vec!["install", "-qq", "-y", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0"];
    args.extend(&packages);
    if !apt_get(&args) {
        let hint = if updated { "" } else { " (and neither did apt-get update)" };
        println!("   apt-get did not end well{hint}");
    }
}

fn apt_get(args: &[&str]) -> bool {
    Command::new("apt-get")
        .args(args)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn packages_of(missing: &[Missing]) -> Vec<&'static str> {
    let mut packages: Vec<_> = missing.iter().flat_map(|one| one.packages).copied().collect();
    packages.sort_unstable();
    packages.dedup();
    packages
}

/// Says plainly what is missing and how to get it.
pub(crate) fn explain(missing: &[Missing]) -> String {
    let mut text = String::from("The tests cannot run here. Missing:\n");
    for one in missing {
        text += &format!("\n  {}\n", one.what);
        if !one.packages.is_empty() {
            text += &format!("    Debian packages: {}\n", one.packages.join(" "));
        }
        if !one.otherwise.is_empty() {
            text += &format!("    {}\n", one.otherwise);
        }
    }
    let packages = packages_of(missing);
    if !packages.is_empty() {
        text += &format!(
            "\nAs root on Debian:\n  apt-get update\n  \
             apt-get install --no-install-recommends {}\n",
            packages.join(" ")
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Missing, explain, packages_of};

    fn two() -> Vec<Missing> {
        vec![
            Missing { what: "Chromium".into(), packages: &["chromium"], otherwise: "or CHROMIUM" },
            Missing { what: "a database".into(), packages: &["postgresql"], otherwise: "" },
            Missing { what: "again".into(), packages: &["chromium"], otherwise: "" },
        ]
    }

    #[test]
    fn packages_are_named_once() {
        assert_eq!(packages_of(&two()), ["chromium", "postgresql"]);
    }

    #[test]
    fn the_message_names_each_thing_and_one_command() {
        let text = explain(&two());
        assert!(text.contains("\n  Chromium\n    Debian packages: chromium\n    or CHROMIUM\n"));
        assert!(text.ends_with("apt-get install --no-install-recommends chromium postgresql\n"));
    }

    #[test]
    fn no_command_is_given_when_no_package_helps() {
        let one = [Missing { what: "clippy".into(), packages: &[], otherwise: "rustup" }];
        assert!(!explain(&one).contains("apt-get"));
    }
}
