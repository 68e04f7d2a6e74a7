//! Runs the built program.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The program with a clean environment.
pub(crate) fn cchc(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cchc"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CCHC_")) {
        command.env_remove(name);
    }
    command.env_remove("NOTIFY_SOCKET");
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
        let mut command = cchc(&["serve", "--data", &folder]);
        command.env("CCHC_LISTEN", "127.0.0.1:0").env("CCHC_LOG", "error").args(more).stdout(Stdio::piped()).stderr(Stdio::piped());
        set(&mut command);
        let mut child = command.spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("standard output"));
        let mut line = String::new();
        lines.read_line(&mut line).expect("a first line");
        let Some(address) = line.split("://").nth(1).and_then(|rest| rest.split('/').next()) else {
            let mut trouble = String::new();
            let _ = child.stderr.take().map(|mut stream| stream.read_to_string(&mut trouble));
            panic!("no address in {line:?}; {trouble}");
        };
        Self { address: address.to_owned(), child, lines }
    }

    /// The next line it says that holds these words.
    pub(crate) fn line_with(&mut self, words: &str) -> String {
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            assert!(self.lines.read_line(&mut line).expect("a line") > 0, "it never said {words}");
        }
        line
    }

    /// Sends a signal, such as `-HUP`.
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().expect("kill runs").success());
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A plain request; status and body.
    pub(crate) fn get(&self, path: &str) -> (u16, Vec<u8>) {
        let (head, body) = ask(&self.address, &format!("GET {path} HTTP/1.1\r\n"), "");
        (status_of(&head), body)
    }

    /// Request line and headers, each with its line end, and a body; the answer's head in small letters, and its text.
    pub(crate) fn ask(&self, head: &str, body: &str) -> (u16, String, String) {
        let (head, body) = ask(&self.address, head, body);
        (status_of(&head), head.to_ascii_lowercase(), String::from_utf8_lossy(&body).into_owned())
    }

    /// Asks the server to end with a signal; the exit code and what it said last.
    pub(crate) fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        self.signal(signal);
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

fn status_of(head: &str) -> u16 {
    head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status")
}

/// One request to an address; head and body of the answer.
pub(crate) fn ask(address: &str, head: &str, body: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time limit");
    write!(stream, "{head}Host: {address}\r\nConnection: close\r\n\r\n{body}").expect("a request");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    let head_end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8_lossy(&answer[..head_end]).into_owned();
    (head, answer.split_off(head_end + 4))
}

/// How long a test waits for what must come; only a fault reaches it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A server whose log goes into a file of its data folder.
pub(crate) fn logged(data: &Path, more: &[&str]) -> Server {
    Server::start_with(data, more, |command| {
        command.stderr(File::create(data.join("nhat-ky")).expect("a log"));
    })
}

/// The log so far.
pub(crate) fn log(data: &Path) -> String {
    fs::read_to_string(data.join("nhat-ky")).expect("a log")
}

/// Asks again until something holds.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "never: {what}");
        std::thread::yield_now();
    }
}
