//! The running chromedriver.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Runs chromedriver (`$2…`) until standard input ends, because it was closed or because the
/// test process that held it is gone. Then ends, each by its id, chromedriver and every browser
/// whose profile lies in the folder `$1`, and removes the folder.
const KEEPER: &str = r#"
folder=$1; shift
"$@" </dev/null &
driver=$!
exec >/dev/null
cat
kill "$driver" 2>/dev/null
wait "$driver"
browsers() {
  for entry in /proc/[0-9]*; do
    case $(tr '\0' ' ' 2>/dev/null <"$entry/cmdline") in
      *"--user-data-dir=$folder/"*) kill -s "$1" "${entry#/proc/}" 2>/dev/null && found=yes ;;
    esac
  done
}
for round in 1 2 3 4 5 6 7 8 9 10; do
  found=no
  if [ "$round" -lt 5 ]; then browsers TERM; else browsers KILL; fi
  if [ "$found" = no ]; then break; fi
  sleep 0.1
done
rm -rf -- "$folder" || { sleep 1; rm -rf -- "$folder"; }
"#;

/// A chromedriver on a loopback port, and the folder for the profiles of its browsers.
#[derive(Debug)]
pub(crate) struct Chromedriver {
    keeper: Child,
    folder: PathBuf,
    pub(crate) url: String,
}

impl Chromedriver {
    /// Starts `program` on a free port and waits until it listens.
    pub(crate) fn start(program: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("cchc-browser-").tempdir().expect("a temporary folder").keep();
        let log = folder.join("chromedriver.log");
        let log_file = File::create(&log).expect("a log file");
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(&folder)
            .args([program, "--port=0", "--log-level=WARNING"])
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log_file)
            .spawn()
            .expect("sh starts chromedriver");
        let output = keeper.stdout.take().expect("the output of chromedriver");
        let port = port_from(output);
        let mut driver = Self { keeper, folder, url: String::new() };
        match port {
            Some(port) => driver.url = format!("http://127.0.0.1:{port}"),
            None => panic!("{program} did not start: {}", fs::read_to_string(log).unwrap_or_default()),
        }
        driver
    }

    /// The folder for profiles. The keeper knows its browsers by it.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// Reads the port from what chromedriver says when it listens, and goes on reading, so that it
/// never waits for a reader.
fn port_from(output: ChildStdout) -> Option<u16> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(port) = port_in(&line) {
                let _ = sender.send(port);
            }
        }
    });
    receiver.recv_timeout(Duration::from_secs(60)).ok()
}

fn port_in(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("started successfully on port ")?;
    rest.trim_end().trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::port_in;

    #[test]
    fn the_port_is_read_from_the_greeting() {
        assert_eq!(port_in("ChromeDriver was started successfully on port 41795."), Some(41795));
        assert_eq!(port_in("Starting ChromeDriver 156.0 on port 0"), None);
    }
}
