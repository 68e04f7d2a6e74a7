//! The server's own certificate, met by a TLS client.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeZone as _, Utc};
use serving::certificate::{Reloaded, Standing};
use serving::{CertificateError, CertificateFiles, Certificates, ServerLimits};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ClientConfig, ProtocolVersion, RootCertStore, SupportedProtocolVersion};

use crate::house::{Answer, Authority, House, Plan, write};

async fn tls(house: &House, authority: &Authority, version: &'static SupportedProtocolVersion) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(authority.root().to_vec())).expect("a root");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[version])
        .expect("a version")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, house.connect().await).await
}

async fn get(mut stream: TlsStream<TcpStream>, path: &str) -> Answer {
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes()).await.expect("sent");
    Answer::read(stream).await
}

fn serial(stream: &TlsStream<TcpStream>) -> Vec<u8> {
    stream.get_ref().1.peer_certificates().expect("a certificate")[0].to_vec()
}

fn year(year: i32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single().expect("a moment")
}

fn read(files: &CertificateFiles) -> Result<Certificates, CertificateError> {
    Certificates::read(files.clone())
}

#[tokio::test]
async fn tls_1_2_and_1_3_are_spoken_with_hsts() {
    let authority = Authority::new();
    let certificates = Arc::new(read(&authority.issue("may-chu", 1, 2020, 2200)).expect("a certificate"));
    let house = House::open(Plan { certificates: Some(certificates), ..Plan::default() }).await;
    for (version, protocol) in [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)] {
        let stream = tls(&house, &authority, version).await.expect("TLS");
        assert_eq!(stream.get_ref().1.protocol_version(), Some(protocol));
        let answer = get(stream, "/ai").await;
        assert!(answer.body.ends_with("127.0.0.1 Https"), "{}", answer.body);
        assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"));
    }
    let stranger = Authority::new();
    assert!(tls(&house, &stranger, &TLS13).await.is_err(), "a client that trusts another root turns away");
    let mut plain = house.connect().await;
    plain.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("sent");
    let mut rest = Vec::new();
    let _ = plain.read_to_end(&mut rest).await;
    assert!(!rest.starts_with(b"HTTP"), "no plain answer on a TLS port");
    house.until("tls_handshakes_failed_total", 2.0).await;
}

#[tokio::test]
async fn a_handshake_that_stands_still_is_cut_off() {
    let authority = Authority::new();
    let certificates = Arc::new(read(&authority.issue("may-chu", 1, 2020, 2200)).expect("a certificate"));
    let limits = ServerLimits { handshake: Duration::from_millis(100), ..ServerLimits::default() };
    let house = House::open(Plan { certificates: Some(certificates), limits, ..Plan::default() }).await;
    let mut silent = house.connect().await;
    let mut rest = Vec::new();
    let _ = silent.read_to_end(&mut rest).await;
    house.until("tls_handshakes_failed_total", 1.0).await;
}

#[tokio::test]
async fn a_renewed_certificate_is_taken_without_a_restart() {
    let authority = Authority::new();
    let files = authority.issue("may-chu", 1, 2020, 2200);
    let certificates = Arc::new(read(&files).expect("a certificate"));
    let house = House::open(Plan { certificates: Some(Arc::clone(&certificates)), ..Plan::default() }).await;
    let before = tls(&house, &authority, &TLS13).await.expect("TLS");
    assert_eq!(certificates.reload().expect("read"), Reloaded::Same);
    let new = authority.issue("moi", 2, 2020, 2210);
    let chain = std::fs::read_to_string(&new.chain).expect("read");
    write(&files.chain, &chain);
    assert!(matches!(certificates.reload(), Err(CertificateError::Mismatch { .. })), "half of the renewal");
    let meanwhile = tls(&house, &authority, &TLS13).await.expect("the old one is still in use");
    assert_eq!(serial(&meanwhile), serial(&before));
    write(&files.key, &std::fs::read_to_string(&new.key).expect("read"));
    assert_eq!(certificates.reload().expect("read"), Reloaded::Changed);
    assert_eq!(certificates.validity().until, year(2210));
    let after = tls(&house, &authority, &TLS13).await.expect("TLS");
    assert_ne!(serial(&after), serial(&before));
    assert_eq!(get(after, "/").await.status, 200);
    assert_eq!(get(before, "/").await.status, 200, "open connections go on");
}

#[test]
fn what_is_wrong_with_the_files_is_told() {
    let authority = Authority::new();
    let one = authority.issue("mot", 1, 2020, 2200);
    let other = authority.issue("hai", 2, 2020, 2200);
    let with = |chain: &std::path::Path, key: &std::path::Path| CertificateFiles { chain: chain.to_owned(), key: key.to_owned() };
    let missing = authority.path("khong-co");
    let empty = authority.path("rong");
    write(&empty, "không có gì ở đây\n");
    let broken = authority.path("hong");
    write(&broken, "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n");
    let no_x509 = authority.path("la");
    write(&no_x509, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let fault = |files: CertificateFiles| format!("{:?}", read(&files).expect_err("a fault")).split([' ', '{']).next().map(str::to_owned);
    for (files, name) in [
        (with(&missing, &one.key), "ChainUnreadable"),
        (with(&empty, &one.key), "NoCertificate"),
        (with(&one.key, &one.key), "NoCertificate"),
        (with(&broken, &one.key), "ChainBroken"),
        (with(&no_x509, &one.key), "NotX509"),
        (with(&one.chain, &missing), "KeyUnreadable"),
        (with(&one.chain, &empty), "NoKey"),
        (with(&one.chain, &one.chain), "NoKey"),
        (with(&one.chain, &other.key), "Mismatch"),
    ] {
        assert_eq!(fault(files.clone()).as_deref(), Some(name), "{files:?}");
    }
}

#[test]
fn the_end_of_a_certificate_is_seen_coming() {
    let authority = Authority::new();
    let certificates = read(&authority.issue("may-chu", 1, 2020, 2030)).expect("a certificate");
    assert_eq!((certificates.validity().from, certificates.validity().until), (year(2020), year(2030)));
    for (moment, standing) in [
        (year(2019), Standing::NotYet),
        (year(2020), Standing::Fine),
        (year(2030) - chrono::TimeDelta::days(15), Standing::Fine),
        (year(2030) - chrono::TimeDelta::days(13), Standing::EndsSoon),
        (year(2030), Standing::EndsSoon),
        (year(2030) + chrono::TimeDelta::seconds(1), Standing::Expired),
    ] {
        assert_eq!(certificates.standing(moment), standing, "{moment}");
    }
    let far = read(&authority.issue("xa", 2, 1970, 2060)).expect("a certificate");
    assert_eq!((far.validity().from, far.validity().until), (year(1970), year(2060)), "both forms of time in X.509");
}
