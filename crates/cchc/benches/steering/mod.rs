//! What the measurements of a running server share: the server in a process of its own, requests over one connection, tokens of forms, times in words.
#![expect(clippy::expect_used, reason = "a measurement that cannot be made ends with its cause")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A server that ends with the measurement: its process and its address.
pub(crate) struct Server(pub(crate) Child, pub(crate) String);

impl Drop for Server {
    fn drop(&mut self) {
        // Ended already, or ended now.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program over a folder or a database; no jobs run beside the measurement.
pub(crate) fn serve(folder: &Path, database: Option<&str>) -> Server {
    serve_with(folder, database, "0")
}

/// The same with as many workers for jobs.
pub(crate) fn serve_with(folder: &Path, database: Option<&str>, workers: &str) -> Server {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cchc"));
    command
        .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--rate-limit", "0", "--log", "error", "--workers", workers, "--data"])
        .arg(folder);
    if let Some(database) = database {
        command.args(["--database", database]);
    }
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("standard output")).read_line(&mut line).expect("an address");
    let address = line.split("://").nth(1).and_then(|rest| rest.split('/').next()).expect("an address").to_owned();
    Server(child, address)
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sends one request and reads its answer to the end; the status and the length of the body.
pub(crate) async fn ask(stream: &mut tokio::io::BufReader<TcpStream>, request: &[u8]) -> (u16, usize) {
    stream.get_mut().write_all(request).await.expect("a request");
    let mut line = String::new();
    stream.read_line(&mut line).await.expect("an answer");
    let status = line.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
    let (mut length, mut chunked) = (0, false);
    loop {
        line.clear();
        stream.read_line(&mut line).await.expect("a header");
        let header = line.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        chunked |= header == "transfer-encoding: chunked";
    }
    let mut body = Vec::new();
    let mut total = length;
    if chunked {
        loop {
            line.clear();
            stream.read_line(&mut line).await.expect("a chunk");
            let size = usize::from_str_radix(line.trim(), 16).expect("a size");
            body.resize(size + 2, 0);
            stream.read_exact(&mut body).await.expect("a chunk");
            total += size;
            if size == 0 {
                break;
            }
        }
    } else {
        body.resize(length, 0);
        stream.read_exact(&mut body).await.expect("a body");
    }
    (status, total)
}

/// The token that a page would have put into its form.
pub(crate) fn token(secret: &str, number: u64) -> String {
    let nonce = format!("{number:032x}");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length");
    mac.update(format!("form {nonce}").as_bytes());
    format!("{nonce}.{}", hex(&mac.finalize().into_bytes()))
}

/// Times in microseconds as a line.
pub(crate) fn told(name: &str, times: &mut [u64], seconds: f64) {
    times.sort_unstable();
    let at = |share: f64| times.get(((times.len() as f64 - 1.0) * share) as usize).map_or(0.0, |micros| *micros as f64 / 1000.0);
    println!(
        "{name:<7} {:>8} {:>8.0}/s   median {:>7.1} ms   95 % {:>7.1} ms   99 % {:>7.1} ms   most {:>7.1} ms",
        times.len(),
        times.len() as f64 / seconds,
        at(0.5),
        at(0.95),
        at(0.99),
        at(1.0)
    );
}
