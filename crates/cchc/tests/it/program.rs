//! Runs the built program.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// The program with a clean environment.
pub(crate) fn cchc(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cchc"));
    for name in [
        "CCHC_DATA",
        "CCHC_DATABASE",
        "CCHC_CONFIG",
        "CCHC_CATALOGUE",
        "CCHC_LANG",
        "CCHC_LOG",
        "CCHC_LISTEN",
        "CCHC_DEMO",
        "CCHC_DEV",
        "CCHC_OWNER",
        "CCHC_FILES",
        "CCHC_FILES_ENDPOINT",
        "CCHC_FILES_REGION",
        "CCHC_FILES_ACCESS_KEY",
        "CCHC_FILES_SECRET_KEY",
        "CCHC_RECIPIENT",
        "CCHC_IDENTITY",
        "CCHC_PASSPHRASE",
        "CCHC_PASSPHRASE_FILE",
        "CCHC_BACKUP_FOLDER",
        "CCHC_BACKUP_AT",
        "CCHC_BACKUP_KEEP",
    ] {
        command.env_remove(name);
    }
    command.args(arguments);
    command
}

/// Runs to the end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    cchc(arguments).output().expect("the program starts")
}

pub(crate) fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A running server; ended by its id when dropped.
pub(crate) struct Server {
    child: Child,
    /// `127.0.0.1:port`
    pub(crate) address: String,
    lines: BufReader<std::process::ChildStdout>,
}

impl Server {
    pub(crate) fn start(folder: &Path, more: &[&str]) -> Self {
        Self::start_with(folder, more, |_| {})
    }

    pub(crate) fn start_with(folder: &Path, more: &[&str], set: impl FnOnce(&mut Command)) -> Self {
        let folder = folder.to_string_lossy();
        let mut command = cchc(&["serve", "--data", &folder, "--listen", "127.0.0.1:0", "--log", "error"]);
        command.args(more).stdout(Stdio::piped()).stderr(Stdio::piped());
        set(&mut command);
        let mut child = command.spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("standard output"));
        let mut line = String::new();
        lines.read_line(&mut line).expect("a first line");
        let Some(address) = line.split("http://").nth(1).and_then(|rest| rest.split('/').next()) else {
            let mut trouble = String::new();
            let _ = child.stderr.take().map(|mut stream| stream.read_to_string(&mut trouble));
            panic!("no address in {line:?}; {trouble}");
        };
        Self { address: address.to_owned(), child, lines }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A plain request; status and body.
    pub(crate) fn get(&self, path: &str) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time limit");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address).expect("a request");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        let head_end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&answer[..head_end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        (status, answer.split_off(head_end + 4))
    }

    /// Asks the server to end with a signal; the exit code and what it said last.
    pub(crate) fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().expect("kill runs");
        assert!(sent.success());
        let status = self.child.wait().expect("the program ends");
        let mut rest = String::new();
        let _ = self.lines.read_to_string(&mut rest);
        (status.code(), rest)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already ended, or ended now: both are fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
