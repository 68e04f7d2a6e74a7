//! Starting other programs, finding them, and never leaving one behind.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Waits for one line on standard input. `release` ends it quietly; when the input ends without
/// it, because the program that held the other end is gone, the process group `$1` is ended.
const LEASH: &str = r#"
if read -r word && [ "$word" = release ]; then exit 0; fi
kill -s TERM -- "-$1" 2>/dev/null
"#;

/// The program `name` on PATH.
pub(crate) fn which(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| is_program(file))
}

/// Whether `file` is a file that may be run.
pub(crate) fn is_program(file: &Path) -> bool {
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// The place named by the environment variable `name`, unless it is empty.
pub(crate) fn place_from_env(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// The standard output of a short command that ended well, without white space around it.
pub(crate) fn output_of<S: AsRef<OsStr>>(program: impl AsRef<OsStr>, args: &[S]) -> Option<String> {
    let out =
        Command::new(program).args(args).stdin(Stdio::null()).stderr(Stdio::null()).output().ok().filter(|out| out.status.success())?;
    Some(String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

/// Whether this program runs as root.
pub(crate) fn is_root() -> bool {
    output_of("id", &["-u"]).as_deref() == Some("0")
}

/// `cargo` in `root`, without what the outer cargo set for this program alone.
pub(crate) fn cargo(root: &Path) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.current_dir(root).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Starts `command` in a process group of its own that ends with this program, however this
/// program ends.
pub(crate) fn start_leashed(command: &mut Command) -> std::io::Result<Leashed> {
    let child = command.process_group(0).spawn()?;
    let leash = Command::new("sh")
        .args(["-c", LEASH, "leash", &child.id().to_string()])
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    Ok(Leashed { child, leash })
}

/// Runs `command` on a leash; true when it ended well.
pub(crate) fn run_leashed(command: &mut Command) -> Result<bool, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    start_leashed(command).and_then(Leashed::wait).map_err(|fault| format!("{name} could not be run: {fault}"))
}

/// A running program that ends when this one ends.
pub(crate) struct Leashed {
    /// The program itself.
    pub(crate) child: Child,
    leash: Child,
}

impl Leashed {
    /// Waits for the end of the program; true when it ended well.
    pub(crate) fn wait(mut self) -> std::io::Result<bool> {
        let status = self.child.wait()?;
        if let Some(mut pipe) = self.leash.stdin.take() {
            pipe.write_all(b"release\n")?;
        }
        self.leash.wait()?;
        Ok(status.success())
    }
}

/// Asks `probe` again and again until it answers or `limit` has passed.
#[expect(clippy::disallowed_methods, reason = "the state of another program can only be asked for, and asking needs a breath between")]
pub(crate) fn wait_until<T>(limit: Duration, mut probe: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = probe() {
            return Some(answer);
        }
        if start.elapsed() > limit {
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The first number in `text`, as in `postgres (PostgreSQL) 15.13` or `Chromium 156.0.8078.79`.
pub(crate) fn first_number(text: &str) -> Option<u32> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let rest = &text[start..];
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{first_number, output_of, start_leashed, wait_until, which};
    use std::path::Path;
    use std::process::Command;
    use std::time::Duration;

    #[test]
    fn first_number_reads_versions() {
        assert_eq!(first_number("postgres (PostgreSQL) 15.13 (Debian 15.13-0)"), Some(15));
        assert_eq!(first_number("ChromeDriver 156.0.8078.79 (abc)"), Some(156));
        assert_eq!(first_number("no digits"), None);
    }

    #[test]
    fn programs_are_found_on_the_path() {
        assert!(which("sh").is_some());
        assert!(which("surely-no-such-program").is_none());
        assert_eq!(output_of("echo", &["hello"]).as_deref(), Some("hello"));
        assert_eq!(output_of("false", &[""; 0]), None);
    }

    #[test]
    fn wait_until_gives_up() {
        assert_eq!(wait_until(Duration::from_millis(30), || None::<u8>), None);
        assert_eq!(wait_until(Duration::ZERO, || Some(1)), Some(1));
    }

    #[test]
    fn a_leashed_program_ends_with_the_holder_of_the_leash() {
        let mut held = start_leashed(Command::new("sleep").arg("30")).unwrap();
        drop(held.leash.stdin.take());
        assert!(!held.wait().unwrap(), "the sleeper must have been ended");
    }

    #[test]
    fn a_leashed_program_that_ends_well_counts_as_well() {
        let held = start_leashed(&mut Command::new("true")).unwrap();
        let leash = format!("/proc/{}", held.leash.id());
        assert!(held.wait().unwrap());
        assert!(!Path::new(&leash).exists());
    }
}
