//! Certificates made for a test, and a client that trusts them.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// Writes certificate and key of `localhost` as `may-chu.crt` and `may-chu.key`; gives the certificate.
pub(crate) fn certificate(folder: &Path, until: i32) -> Vec<u8> {
    let mut parameters = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    parameters.not_before = rcgen::date_time_ymd(2000, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(until, 1, 1);
    let key = rcgen::KeyPair::generate().expect("a key");
    let made = parameters.self_signed(&key).expect("a certificate");
    fs::write(folder.join("may-chu.crt"), made.pem()).expect("written");
    fs::write(folder.join("may-chu.key"), key.serialize_pem()).expect("written");
    CertificateDer::from_pem_slice(made.pem().as_bytes()).expect("a certificate").to_vec()
}

/// A page over TLS from a server with exactly this certificate.
pub(crate) fn get_over_tls(address: &str, certificate: &[u8], path: &str) -> io::Result<String> {
    ask_over_tls(address, certificate, &format!("GET {path} HTTP/1.1\r\n"), "")
}

/// Request line and headers, each with its line end, and a body; the whole answer.
pub(crate) fn ask_over_tls(address: &str, certificate: &[u8], head: &str, body: &str) -> io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(certificate.to_vec())).expect("a root");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let client = ClientConnection::new(Arc::new(config), name).expect("a client");
    let mut stream = StreamOwned::new(client, TcpStream::connect(address).expect("listens"));
    let host = address.replace("127.0.0.1", "localhost");
    stream.write_all(format!("{head}Host: {host}\r\nConnection: close\r\n\r\n{body}").as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
