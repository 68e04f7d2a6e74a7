//! An S3-compatible server that lives as long as one test.

use crate::set_by_xtask;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use tempfile::TempDir;

/// Runs the server (`$@`) until standard input ends, because it was closed or because the test
/// process that held it is gone; then ends it by its id.
const KEEPER: &str = r#"
"$@" </dev/null &
server=$!
exec >/dev/null
cat
kill "$server" 2>/dev/null
wait "$server"
"#;

/// A running S3-compatible server with one empty bucket. It keeps its files on the disk and knows one key by its name; it does not recompute signatures.
#[derive(Debug)]
pub struct TestObjectStore {
    keeper: Child,
    folder: TempDir,
    endpoint: String,
}

impl TestObjectStore {
    /// Name of the bucket.
    pub const BUCKET: &str = "kho-thu";
    /// Name of the key that the server knows.
    pub const ACCESS_KEY: &str = "S3RVER";
    /// The key that the server knows.
    pub const SECRET_KEY: &str = "S3RVER";

    /// Address of the server, `http://127.0.0.1:port`.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Where the server keeps the bytes of an object, for a test that changes them behind its back.
    #[must_use]
    pub fn object(&self, name: &str) -> PathBuf {
        self.folder.path().join(Self::BUCKET).join(format!("{name}._S3rver_object"))
    }

    /// Ends the server before the test does.
    pub fn stop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

impl Drop for TestObjectStore {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Starts a server on a free port and waits until it listens.
///
/// # Panics
///
/// When the test was not started by `cargo xtask test`, or the server does not start.
#[must_use]
pub fn fresh_object_store() -> TestObjectStore {
    let program = set_by_xtask("CCHC_TEST_S3RVER");
    let folder = tempfile::Builder::new().prefix("cchc-s3-").tempdir().expect("a temporary folder");
    let mut keeper = Command::new("sh")
        .args(["-c", KEEPER, "keeper", "node", &program, "--address", "127.0.0.1", "--port", "0", "--silent", "--directory"])
        .arg(folder.path())
        .args(["--configure-bucket", TestObjectStore::BUCKET])
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("sh starts the server");
    let port = port_from(keeper.stdout.take().expect("the output of the server"));
    let mut server = TestObjectStore { keeper, folder, endpoint: String::new() };
    match port {
        Some(port) => server.endpoint = format!("http://127.0.0.1:{port}"),
        None => panic!("{program} did not start"),
    }
    server
}

/// Reads the port from what the server says when it listens, and goes on reading, so that it never waits for a reader.
fn port_from(output: ChildStdout) -> Option<u16> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(port) = line.strip_prefix("S3rver listening on ").and_then(|place| place.rsplit(':').next()?.parse().ok()) {
                let _ = sender.send(port);
            }
        }
    });
    receiver.recv_timeout(Duration::from_secs(60)).ok()
}
