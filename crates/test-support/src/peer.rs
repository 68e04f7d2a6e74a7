//! Servers of others that tests talk to: an OpenID provider and a mail server, as programs of `tests/peers`.

use crate::set_by_xtask;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::time::Duration;

/// How long a peer may take to start or to say something, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running peer on the loopback address. It ends with the value, and with the test process.
#[derive(Debug)]
pub struct Peer {
    program: Child,
    events: Mutex<Receiver<Value>>,
    port: u16,
}

impl Peer {
    /// Starts `tests/peers/<name>.mjs` with its settings and waits until it listens: on `settings.port`, or on a free port.
    ///
    /// # Panics
    ///
    /// When it does not start, or the test was not started by `cargo xtask test`.
    #[must_use]
    pub fn start(name: &str, settings: &Value) -> Self {
        let script = Path::new(&set_by_xtask("CCHC_TEST_PEERS")).join(format!("{name}.mjs"));
        let mut program = Command::new(set_by_xtask("CCHC_TEST_NODE"))
            .arg("--no-deprecation")
            .arg(script)
            .arg(settings.to_string())
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("node starts");
        let events = events_from(program.stdout.take().expect("the output of the peer"));
        let mut peer = Self { program, events: Mutex::new(events), port: 0 };
        let first = peer.next();
        peer.port = first["port"].as_u64().and_then(|port| u16::try_from(port).ok()).expect("a peer begins with its port");
        peer
    }

    /// The port it listens on.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The next thing the peer says.
    ///
    /// # Panics
    ///
    /// When it says nothing for a minute or has ended.
    #[must_use]
    pub fn next(&self) -> Value {
        let events = self.events.lock().expect("no test panicked while it waited");
        events.recv_timeout(PATIENCE).expect("the peer says something")
    }

    /// Whether the peer, which is still there, has said nothing since [`Peer::next`] was last asked. Only what it says before it
    /// answers can be judged so.
    ///
    /// # Panics
    ///
    /// When the peer has ended.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        match self.events.lock().expect("no test panicked while it waited").try_recv() {
            Ok(_) => false,
            Err(TryRecvError::Empty) => true,
            Err(TryRecvError::Disconnected) => panic!("the peer has ended"),
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.program.stdin.take());
        let _ = self.program.wait();
    }
}

fn events_from(output: ChildStdout) -> Receiver<Value> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let event = serde_json::from_str(&line).unwrap_or(Value::String(line));
            if sender.send(event).is_err() {
                break;
            }
        }
    });
    receiver
}
