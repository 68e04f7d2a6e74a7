//! One throw-away PostgreSQL server for all tests of a run.

use crate::apt::Missing;
use crate::process::{self, first_number, is_program, output_of};
use std::ffi::OsString;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const OLDEST: u32 = 13;
/// A socket path longer than this is refused by the system.
const LONGEST_FOLDER: usize = 70;

/// Runs the server (`$2…`) until standard input ends, because it was closed or because the
/// program that held it is gone; then ends the server by its id and removes the folder `$1`.
const KEEPER: &str = r#"
folder=$1; shift
( "$@" >"$folder/server.log" 2>&1 </dev/null; echo "$?" >"$folder/ended" ) &
waiter=$!
cat >/dev/null
server=$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null)
if [ -n "$server" ]; then kill -QUIT "$server" 2>/dev/null; fi
wait "$waiter"
rm -rf -- "$folder"
"#;

/// The folder that holds `initdb` and `postgres`, new enough.
pub(crate) fn find() -> Option<PathBuf> {
    if let Some(given) = process::place_from_env("PG_BIN") {
        return usable(given).map(|(_, folder)| folder);
    }
    let on_path = process::which("initdb").and_then(|file| file.canonicalize().ok()).and_then(|file| file.parent().map(Path::to_path_buf));
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    on_path.into_iter().chain(debian).filter_map(usable).max_by_key(|(version, _)| *version).map(|(_, folder)| folder)
}

fn usable(folder: PathBuf) -> Option<(u32, PathBuf)> {
    let postgres = folder.join("postgres");
    if !is_program(&postgres) || !is_program(&folder.join("initdb")) {
        return None;
    }
    let version = first_number(&output_of(&postgres, &["--version"])?)?;
    (version >= OLDEST).then_some((version, folder))
}

/// What to say when there is none.
pub(crate) fn missing() -> Missing {
    Missing {
        what: format!("a PostgreSQL server, version {OLDEST} or newer (initdb and postgres)"),
        packages: &["postgresql"],
        otherwise: "or set PG_BIN to the folder that holds both programs",
    }
}

/// A running server; stopped and wiped away when dropped, or when this program ends.
pub(crate) struct Server {
    keeper: Child,
    /// Where the tests reach it.
    pub(crate) url: String,
}

impl Server {
    /// Makes a new cluster and starts a server for it.
    pub(crate) fn start(programs: &Path) -> Result<Self, String> {
        let account = Account::choose()?;
        // Between finding a free port and using it another program may take it: try again.
        let mut last = String::new();
        for _ in 0..3 {
            let folder = account.new_folder()?;
            match make_cluster(programs, &account, &folder) {
                Ok(password) => match start_once(programs, &account, &folder, &password) {
                    Ok(server) => return Ok(server),
                    Err(fault) => last = fault,
                },
                Err(fault) => {
                    remove(&folder);
                    return Err(fault);
                }
            }
        }
        Err(last)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if let Err(fault) = self.keeper.wait() {
            eprintln!("the PostgreSQL server of the tests may still run: {fault}");
        }
    }
}

/// The account the server runs under. PostgreSQL refuses to run as root.
struct Account {
    switch: Vec<OsString>,
    name: Option<&'static str>,
}

impl Account {
    fn choose() -> Result<Self, String> {
        if !process::is_root() {
            return Ok(Self { switch: Vec::new(), name: None });
        }
        let name = ["postgres", "nobody"]
            .into_iter()
            .find(|name| output_of("id", &["-u", name]).is_some())
            .ok_or("PostgreSQL refuses to run as root, and there is no account `postgres`")?;
        let switch: &[&str] = if process::which("setpriv").is_some() {
            let group = output_of("id", &["-g", name]).unwrap_or_default();
            let (user, group) = (format!("--reuid={name}"), format!("--regid={group}"));
            return Ok(Self { switch: ["setpriv", &user, &group, "--init-groups", "--"].map(Into::into).into(), name: Some(name) });
        } else if process::which("runuser").is_some() {
            &["runuser", "-u", name, "--"]
        } else if process::which("su").is_some() {
            &["su", "-s", "/bin/sh", "-c", "exec \"$0\" \"$@\"", name, "--"]
        } else {
            return Err("one of setpriv, runuser or su is needed to leave the root account".into());
        };
        Ok(Self { switch: switch.iter().map(Into::into).collect(), name: Some(name) })
    }

    /// `program` under this account.
    fn line(&self, program: &Path) -> Vec<OsString> {
        self.switch.iter().cloned().chain([program.as_os_str().to_owned()]).collect()
    }

    fn command(&self, program: &Path) -> Command {
        let line = self.line(program);
        let mut command = Command::new(&line[0]);
        command.args(&line[1..]).stdin(Stdio::null());
        command
    }

    /// A new folder that only this account may enter.
    fn new_folder(&self) -> Result<PathBuf, String> {
        let name = random_word().map_err(|fault| format!("no random numbers: {fault}"))?;
        let name = format!("cchc-pg-{name}");
        let places = [std::env::temp_dir(), "/tmp".into(), "/var/tmp".into()];
        for place in places {
            let folder = place.join(&name);
            if folder.as_os_str().len() > LONGEST_FOLDER {
                continue;
            }
            if fs::DirBuilder::new().mode(0o700).create(&folder).is_err() {
                continue;
            }
            if self.give(&folder) && self.may_enter(&folder) {
                return Ok(folder);
            }
            remove(&folder);
        }
        Err("no temporary folder was found for the PostgreSQL server of the tests".into())
    }

    fn give(&self, place: &Path) -> bool {
        let Some(name) = self.name else { return true };
        Command::new("chown").arg(name).arg(place).status().is_ok_and(|status| status.success())
    }

    fn may_enter(&self, folder: &Path) -> bool {
        self.command(Path::new("ls"))
            .arg(folder)
            .current_dir("/")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }
}

fn make_cluster(programs: &Path, account: &Account, folder: &Path) -> Result<String, String> {
    let password = random_word().map_err(|fault| format!("no random numbers: {fault}"))?;
    let file = folder.join("password");
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&file)
        .and_then(|mut file| writeln!(file, "{password}"))
        .map_err(|fault| format!("{}: {fault}", file.display()))?;
    if !account.give(&file) {
        return Err(format!("{} could not be given away", file.display()));
    }
    let mut said = String::new();
    for locale in ["C.UTF-8", "C"] {
        // `password` rather than the default: the debug build of a client spends long on scram,
        // and the server listens on the loopback address alone.
        let out = account
            .command(&programs.join("initdb"))
            .args(["--username=postgres", "--auth=password", "--encoding=UTF8", "--no-sync"])
            .arg(format!("--locale={locale}"))
            .arg(format!("--pwfile={}", file.display()))
            .arg("-D")
            .arg(folder.join("data"))
            .current_dir("/")
            .output()
            .map_err(|fault| format!("initdb: {fault}"))?;
        if out.status.success() {
            return Ok(password);
        }
        said = String::from_utf8_lossy(&out.stderr).into_owned();
    }
    Err(format!("initdb did not end well:\n{said}"))
}

fn start_once(programs: &Path, account: &Account, folder: &Path, password: &str) -> Result<Server, String> {
    let port = TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|fault| format!("no free port: {fault}"))?
        .port();
    let keeper = Command::new("sh")
        .args(["-c", KEEPER, "keeper"])
        .arg(folder)
        .args(account.line(&programs.join("postgres")))
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-c", "listen_addresses=127.0.0.1", "-c", &format!("port={port}")])
        .args(["-c", &format!("unix_socket_directories={}", folder.display())])
        .args(["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"])
        .args(["-c", "max_connections=200", "-c", "shared_buffers=64MB"])
        .args(["-c", "timezone=UTC", "-c", "logging_collector=off"])
        .current_dir("/")
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|fault| format!("sh: {fault}"))?;
    let server = Server { keeper, url: format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres") };
    let state = process::wait_until(Duration::from_secs(60), || {
        if folder.join("ended").exists() {
            return Some(false);
        }
        let file = fs::read_to_string(folder.join("data/postmaster.pid")).ok()?;
        (file.lines().nth(7)?.trim() == "ready").then_some(true)
    });
    if state == Some(true) {
        return Ok(server);
    }
    let log = fs::read_to_string(folder.join("server.log")).unwrap_or_default();
    drop(server);
    Err(format!("the PostgreSQL server of the tests did not start:\n{log}"))
}

fn random_word() -> std::io::Result<String> {
    let mut bytes = [0_u8; 12];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn remove(folder: &Path) {
    if let Err(fault) = fs::remove_dir_all(folder)
        && fault.kind() != std::io::ErrorKind::NotFound
    {
        eprintln!("{} is left behind: {fault}", folder.display());
    }
}

#[cfg(test)]
mod tests {
    use super::{Account, random_word, usable};
    use std::path::Path;

    #[test]
    fn random_words_differ() {
        let (one, other) = (random_word().unwrap(), random_word().unwrap());
        assert_eq!(one.len(), 24);
        assert_ne!(one, other);
    }

    #[test]
    fn a_folder_without_the_programs_is_no_use() {
        assert!(usable("/nowhere/at/all".into()).is_none());
    }

    #[test]
    fn the_account_goes_before_the_program() {
        let account = Account { switch: vec!["runuser".into(), "--".into()], name: None };
        assert_eq!(account.line(Path::new("/x/initdb")), ["runuser", "--", "/x/initdb"]);
    }
}
