//! What the log says of requests, and what it never says.

use std::io;
use std::sync::{Arc, Mutex, OnceLock};

use serving::LogFormat;
use serving::logs::subscriber;
use tracing_subscriber::fmt::MakeWriter;

use crate::house::{House, behind_proxy};

/// A log in memory.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("a log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Kept {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("a log").clone()).expect("text")
    }
}

/// The log of this whole test program, as JSON at the lowest level there is.
fn log() -> &'static Kept {
    static LOG: OnceLock<Kept> = OnceLock::new();
    LOG.get_or_init(|| {
        let kept = Kept::default();
        let subscriber = subscriber(LogFormat::Json, "trace", kept.clone()).expect("a filter");
        tracing::subscriber::set_global_default(subscriber).expect("a first log");
        kept
    })
}

/// The line of the request that carried this id.
fn line_of(id: &str) -> serde_json::Value {
    let text = log().text();
    let line = text
        .lines()
        .find(|line| line.contains(id) && line.contains("cchc::request"))
        .unwrap_or_else(|| panic!("no line of {id} in {text}"));
    serde_json::from_str(line).expect("one JSON object a line")
}

#[tokio::test]
async fn one_line_a_request_says_what_happened() {
    log();
    let house = House::open(behind_proxy()).await;
    house.ask("GET /ho-so/ha-noi HTTP/1.1\r\nX-Request-Id: dong-mot\r\nX-Forwarded-For: 203.0.113.77").await;
    house.until("http_requests_in_flight", 0.0).await;
    let line = line_of("dong-mot");
    let field = |name: &str| line.get(name).unwrap_or_else(|| panic!("no {name} in {line}")).clone();
    assert_eq!((field("level"), field("method"), field("route")), ("INFO".into(), "GET".into(), "/ho-so/{ten}".into()));
    assert_eq!((field("status"), field("bytes_in"), field("bytes_out"), field("whole")), (200.into(), 0.into(), 6.into(), true.into()));
    assert_eq!((field("client"), field("request_id")), ("203.0.113.0".into(), "dong-mot".into()));
    assert!(field("duration_ms").is_number() && field("timestamp").is_string());
    assert_eq!(field("span")["id"], "dong-mot", "lines written inside of the request carry its id");
    house.ask("GET /hong HTTP/1.1\r\nX-Request-Id: dong-hai").await;
    house.ask("GET /khoe HTTP/1.1\r\nX-Request-Id: dong-ba").await;
    house.until("http_requests_in_flight", 0.0).await;
    assert_eq!(line_of("dong-hai")["level"], "WARN", "faults of the server stand out");
    assert_eq!(line_of("dong-ba")["level"], "DEBUG", "who asks every second is quiet");
}

#[tokio::test]
async fn nothing_personal_reaches_the_log_at_any_level() {
    log();
    let house = House::open(behind_proxy()).await;
    let headers = "X-Request-Id: rieng-tu\r\nCookie: phien=bi-mat-cua-phien\r\nAuthorization: Bearer bi-mat-cua-may\r\n\
                   X-Forwarded-For: 203.0.113.88\r\nReferer: http://cchc.test/tim?tu=nguoi-gioi-thieu\r\nUser-Agent: may-cua-toi\r\n";
    let form = "ho_ten=Nguyen+Van+Thu&cccd=012345678901&dien_thoai=0912345678";
    let request = format!(
        "POST /dang-nhap?email=thu%40cchc.test HTTP/1.1\r\nHost: cchc.test\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{form}",
        form.len()
    );
    assert_eq!(house.send(&request).await.status, 200);
    for path in ["/ho-so/nguyen-van-thu-012345678901?tu=suc-khoe", "/khong-co/nguyen-van-thu"] {
        house.ask(&format!("GET {path} HTTP/1.1\r\n{}", headers.trim_end())).await;
    }
    house.until("http_requests_in_flight", 0.0).await;
    line_of("rieng-tu");
    let text = log().text();
    for personal in [
        "bi-mat-cua-phien",
        "bi-mat-cua-may",
        "203.0.113.88",
        "nguoi-gioi-thieu",
        "may-cua-toi",
        "Nguyen",
        "nguyen-van-thu",
        "012345678901",
        "0912345678",
        "thu%40",
        "thu@",
        "suc-khoe",
        "khong-co",
    ] {
        assert!(
            !text.contains(personal),
            "{personal} stands in the log: {}",
            text.lines().find(|line| line.contains(personal)).unwrap_or_default()
        );
    }
}

#[test]
fn the_form_for_people_is_one_line_without_colours() {
    let kept = Kept::default();
    let written = subscriber(LogFormat::Text, "info,cchc=debug", kept.clone()).expect("a filter");
    tracing::subscriber::with_default(written, || {
        tracing::info!(status = 200, "request");
        tracing::debug!(target: "cchc::part", "seen");
        tracing::debug!("unseen");
    });
    let text = kept.text();
    assert!(text.contains(" INFO ") && text.contains("request status=200") && text.contains("seen"), "{text}");
    assert!(!text.contains("unseen") && !text.contains('\u{1b}') && text.lines().count() == 2, "{text}");
    assert!(subscriber(LogFormat::Text, "info,=x=y", Kept::default()).is_err());
}
