//! The running program towards the network: headers, limits, forged requests, certificates, those who watch it, its log.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use platform::{Db, on};

use crate::program::{PATIENCE, Server, ask, err, log, logged, run, until};
use crate::tls::{certificate, get_over_tls};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn every_answer_carries_the_security_headers_and_an_id() {
    let data = folder();
    let server = Server::start(data.path(), &[]);
    let style = server.ask("GET / HTTP/1.1\r\n", "").2;
    let style = style.split("/assets/").nth(1).and_then(|rest| rest.split('"').next()).expect("a style").to_owned();
    for (address, status) in
        [("/", 200), ("/en/khong-co", 404), ("/api/v1/indices", 200), (&format!("/assets/{style}"), 200), ("/khoe", 200)]
    {
        let (found, head, _) = server.ask(&format!("GET {address} HTTP/1.1\r\nX-Request-Id: gia-mao\r\nX-Forwarded-Proto: https\r\n"), "");
        assert_eq!(found, status, "{address}");
        let policy = head.lines().find_map(|line| line.strip_prefix("content-security-policy: ")).unwrap_or_default();
        assert!(policy.starts_with("default-src 'self'") && !policy.contains("unsafe"), "{address}: {policy}");
        for header in [
            "x-content-type-options: nosniff",
            "x-frame-options: deny",
            "referrer-policy: same-origin",
            "cross-origin-opener-policy: same-origin",
            "cross-origin-resource-policy: same-origin",
            "x-permitted-cross-domain-policies: none",
            "permissions-policy: accelerometer=()",
        ] {
            assert!(head.contains(header), "{address} lacks {header}:\n{head}");
        }
        assert!(!head.contains("gia-mao") && !head.contains("strict-transport-security"), "{address}: a client was believed");
        let id = head.lines().find_map(|line| line.strip_prefix("x-request-id: ")).expect("an id");
        assert!(id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit()), "{id}");
    }
    let (_, head, _) = server.ask(&format!("GET /assets/{style} HTTP/1.1\r\n"), "");
    assert!(head.contains("cache-control: public, max-age=31536000, immutable"), "assets are kept: {head}");
    assert!(server.ask("GET / HTTP/1.1\r\n", "").1.contains("cache-control: no-cache"), "pages are asked for again");
}

#[test]
fn refusals_have_their_page_in_both_languages() {
    let data = folder();
    let server = Server::start(data.path(), &["--rate-limit", "8", "--trusted-proxies", "127.0.0.1", "--body-limit", "1"]);
    let from = |address: &str, head: &str| format!("{head}X-Forwarded-For: {address}\r\n");
    let get = from("203.0.113.1", "GET /tro-giup HTTP/1.1\r\n");
    assert_eq!((server.ask(&get, "").0, server.ask(&get, "").0), (200, 200));
    let (status, head, page) = server.ask(&get, "");
    assert!(status == 429 && page.contains("Quá nhiều yêu cầu") && head.contains("retry-after: "), "{status}\n{head}");
    let (status, _, page) = server.ask(&from("203.0.113.1", "GET /en/tro-giup HTTP/1.1\r\n"), "");
    assert!(status == 429 && page.contains("Too many requests"), "{status}");
    let (status, _, json) = server.ask(&from("203.0.113.1", "GET /api/v1/indices HTTP/1.1\r\n"), "");
    assert!(status == 429 && json.contains("\"code\":\"too-many-requests\""), "{json}");
    assert_eq!(server.ask("GET /khoe HTTP/1.1\r\nX-Forwarded-For: 203.0.113.1\r\n", "").0, 200, "health is always told");
    let post = from("203.0.113.2", "POST /tim HTTP/1.1\r\nSec-Fetch-Site: cross-site\r\nContent-Length: 0\r\n");
    let (status, _, page) = server.ask(&post, "");
    assert!(status == 403 && page.contains("Yêu cầu đến từ trang khác"), "{status}");
    assert_eq!(server.ask(&post.replace("/tim", "/khong-co"), "").0, 403, "also where there is no page");
    let (status, _, page) = server.ask(&from("203.0.113.3", "POST /en/tim HTTP/1.1\r\nContent-Length: 1048577\r\n"), "");
    assert!(status == 413 && page.contains("larger than 1 MB"), "{status}");
    let (_, head, _) = server.ask(&from("203.0.113.4", "GET / HTTP/1.1\r\nX-Forwarded-Proto: https\r\nX-Request-Id: proxy-1\r\n"), "");
    assert!(head.contains("strict-transport-security: max-age=31536000") && head.contains("x-request-id: proxy-1"), "{head}");
}

#[test]
fn forged_addresses_do_not_escape_the_limit_and_are_told_once() {
    let data = folder();
    let server = logged(data.path(), &["--rate-limit", "4", "--log", "warn"]);
    let statuses = [1, 2, 3].map(|last| server.ask(&format!("GET /tro-giup HTTP/1.1\r\nX-Forwarded-For: 203.0.113.{last}\r\n"), "").0);
    assert_eq!(statuses, [200, 429, 429]);
    server.stop("-TERM");
    let log = log(data.path());
    assert_eq!(log.matches("forwarded headers from an address that is no trusted proxy are ignored").count(), 1, "{log}");
    assert!(!log.contains("203.0.113"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_follows_the_database_and_life_does_not() {
    let data = folder();
    let path = data.path().to_owned();
    let server =
        tokio::task::spawn_blocking(move || Server::start(&path, &["--lang", "en", "--watchers", "127.0.0.0/8"])).await.expect("runs");
    let ready = || server.ask("GET /san-sang HTTP/1.1\r\n", "");
    let (status, head, body) = ready();
    assert!(status == 200 && head.contains("application/json") && head.contains("cache-control: no-store"), "{status}\n{head}");
    for check in ["database", "schema", "disk"] {
        assert!(body.contains(&format!("\"name\":\"{check}\",\"ready\":true")), "{body}");
    }
    let db = Db::open_folder(data.path()).await.expect("the database");
    let mut write = db.write().await.expect("a write");
    let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', true, $1, 0)";
    on!(write.conn(), c => platform::sqlx::query(sql).bind(vec![0u8; 48]).execute(&mut *c).await.map(drop)).expect("inserted");
    write.commit().await.expect("committed");
    db.close().await;
    // The answer is kept for a second.
    until("the program sees the newer schema", || ready().0 == 503);
    assert!(ready().2.contains("\"detail\":\"version 9999, the program needs "), "{}", ready().2);
    assert_eq!(server.get("/khoe"), (200, b"ok\n".to_vec()), "the process lives");
}

#[tokio::test]
async fn on_postgresql_readiness_asks_its_server() {
    let database = test_support::fresh_postgres().await;
    let data = folder();
    let (path, url) = (data.path().to_owned(), database.url().to_owned());
    let (status, _, body) = tokio::task::spawn_blocking(move || {
        let server = Server::start(&path, &["--database", &url, "--watchers", "127.0.0.1"]);
        server.ask("GET /san-sang HTTP/1.1\r\n", "")
    })
    .await
    .expect("runs");
    assert!(status == 200 && body.contains("\"detail\":\"PostgreSQL\"") && !body.contains("disk"), "{body}");
}

#[test]
fn measurements_have_an_address_of_their_own_and_are_closed_elsewhere() {
    let data = folder();
    let mut server = Server::start(data.path(), &["--metrics-listen", "127.0.0.1:0"]);
    let line = server.line_with("/metrics");
    let apart = line.split("://").nth(1).and_then(|rest| rest.split('/').next()).expect("an address").to_owned();
    assert_eq!(server.get("/xep-hang/pci/2018?tim=nguoi-dan").0, 200);
    let (status, _, body) = server.ask("GET /metrics HTTP/1.1\r\n", "");
    assert_eq!((status, body.as_str()), (404, "not found\n"), "not for everybody");
    let (status, _, body) = server.ask("GET /san-sang HTTP/1.1\r\n", "");
    assert_eq!((status, body.as_str()), (200, "ready\n"), "no details for everybody");
    let measured = || String::from_utf8_lossy(&ask(&apart, "GET /metrics HTTP/1.1\r\n", "").1).into_owned();
    until("the page is counted", || {
        measured().contains("http_requests_total{route=\"/xep-hang/{index}/{year}\",method=\"GET\",status=\"2xx\"} 1")
    });
    let text = measured();
    for series in [
        "cchc_build_info{version=\"",
        "cchc_database_connections{pool=\"readers\",state=\"idle\"} ",
        "cchc_data_disk_free_bytes ",
        "readiness_check{check=\"database\"} 1",
        "process_resident_memory_bytes ",
    ] {
        assert!(text.contains(series), "no {series} in\n{text}");
    }
    assert!(!text.contains("nguoi-dan"), "what readers ask for is not measured");
    let (head, _) = ask(&apart, "GET / HTTP/1.1\r\n", "");
    assert!(head.starts_with("HTTP/1.1 404"), "no pages at the address for watchers");
    let (code, _) = server.stop("-TERM");
    assert_eq!(code, Some(0));
}

#[test]
fn the_log_names_no_person_and_no_page_that_was_read() {
    let data = folder();
    let server = logged(data.path(), &["--log", "trace", "--log-format", "json", "--trusted-proxies", "127.0.0.1"]);
    let headers = "X-Request-Id: dong-thu\r\nX-Forwarded-For: 203.0.113.77\r\nCookie: phien=bi-mat\r\nUser-Agent: may-cua-toi\r\n";
    assert_eq!(server.ask(&format!("GET /tim?q=Nguyen+Van+Thu+012345678901 HTTP/1.1\r\n{headers}"), "").0, 200);
    assert_eq!(server.ask(&format!("GET /ho-so/nguyen-van-thu HTTP/1.1\r\n{headers}"), "").0, 404);
    let form = "ho_ten=Nguyen+Van+Thu&dien_thoai=0912345678";
    let post = format!("POST /tim?email=thu%40cchc.test HTTP/1.1\r\n{headers}Content-Length: {}\r\n", form.len());
    assert_eq!(server.ask(&post, form).0, 405);
    server.stop("-TERM");
    let log = log(data.path());
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("\"target\":\"cchc::request\"")).collect();
    assert_eq!(lines.len(), 3, "one line a request:\n{log}");
    for field in ["\"route\":\"/tim\"", "\"method\":\"GET\"", "\"status\":200", "\"request_id\":\"dong-thu\"", "\"client\":\"203.0.113.0\""]
    {
        assert!(lines[0].contains(field), "no {field} in {}", lines[0]);
    }
    for personal in ["Nguyen", "nguyen", "012345678901", "0912345678", "bi-mat", "may-cua-toi", "203.0.113.77", "thu%40", "thu@"] {
        assert!(!log.contains(personal), "{personal} stands in the log: {:?}", log.lines().find(|line| line.contains(personal)));
    }
}

#[test]
fn settings_of_the_network_may_stand_in_the_file() {
    let data = folder();
    fs::write(data.path().join("cchc.toml"), "owner = \"Cơ quan thử\"\n\n[network]\nwatchers = \"127.0.0.1, ::1\"\nrate-limit = 4\n")
        .expect("written");
    let server = Server::start(data.path(), &[]);
    assert_eq!(server.get("/metrics").0, 200);
    for _ in 0..3 {
        assert_eq!(server.get("/tro-giup").0, 200, "watchers have no limit");
    }
    drop(server);
    fs::write(data.path().join("cchc.toml"), "[network]\nwatchers = \"nhà\"\n").expect("written");
    let output = run(&["serve", "--data", &data.path().to_string_lossy(), "--listen", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("nhà"), "{}", err(&output));
    let flag = run(&["serve", "--trusted-proxies", "10.0.0.0/99", "--data", &data.path().to_string_lossy()]);
    assert!(flag.status.code() == Some(2) && err(&flag).contains("10.0.0.0/99"), "{}", err(&flag));
}

#[test]
fn own_certificate_is_served_renewed_at_a_signal_and_its_end_is_told() {
    let data = folder();
    let files = folder();
    let flag = |name: &str| files.path().join(name).to_string_lossy().into_owned();
    let (chain, key) = (flag("may-chu.crt"), flag("may-chu.key"));
    let first = certificate(files.path(), 2200);
    let server = logged(data.path(), &["--tls-certificate", &chain, "--tls-key", &key, "--log", "info", "--watchers", "127.0.0.1"]);
    let page = get_over_tls(&server.address, &first, "/").expect("over TLS");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("strict-transport-security: max-age=31536000"), "{page:.400}");
    let measures = get_over_tls(&server.address, &first, "/metrics").expect("over TLS");
    assert!(measures.contains("cchc_certificate_not_after_timestamp_seconds 7258118400"), "{measures}");
    let second = certificate(files.path(), 2001);
    server.signal("-HUP");
    until("the first certificate is gone", || get_over_tls(&server.address, &first, "/").is_err());
    let refused = get_over_tls(&server.address, &second, "/").expect_err("a client refuses what is out of date").to_string();
    assert!(refused.contains("Expired") || refused.contains("expired"), "{refused}");
    fs::write(&key, "không còn khóa").expect("written");
    server.signal("-HUP");
    until("the fault is told", || log(data.path()).contains("the one in use stays"));
    let third = certificate(files.path(), 2100);
    server.signal("-HUP");
    until("the third certificate is served", || get_over_tls(&server.address, &third, "/").is_ok());
    server.stop("-TERM");
    let log = log(data.path());
    assert!(log.contains("the new certificate is in use") && log.contains("the certificate is out of date; browsers refuse it"), "{log}");
}

#[test]
fn a_certificate_that_cannot_be_used_stops_the_start_before_anything_is_made() {
    let files = folder();
    certificate(files.path(), 2200);
    let path = |name: &str| files.path().join(name).to_string_lossy().into_owned();
    fs::rename(files.path().join("may-chu.key"), files.path().join("cu.key")).expect("renamed");
    certificate(files.path(), 2200);
    let data = path("du-lieu");
    let start =
        |chain: &str, key: &str| run(&["serve", "--data", &data, "--listen", "127.0.0.1:0", "--tls-certificate", chain, "--tls-key", key]);
    let mismatch = start(&path("may-chu.crt"), &path("cu.key"));
    assert_eq!(mismatch.status.code(), Some(1));
    assert!(err(&mismatch).contains("không thuộc chứng thư số"), "{}", err(&mismatch));
    let missing = start(&path("khong-co.crt"), &path("cu.key"));
    assert!(missing.status.code() == Some(1) && err(&missing).contains("khong-co.crt"), "{}", err(&missing));
    let half = run(&["serve", "--data", &data, "--listen", "127.0.0.1:0", "--tls-certificate", &path("may-chu.crt")]);
    assert!(half.status.code() == Some(2) && err(&half).contains("--tls-key"), "{}", err(&half));
    assert!(!Path::new(&data).exists(), "nothing was made");
}

#[cfg(target_os = "linux")]
#[test]
fn the_service_manager_is_told_when_the_server_is_ready_and_when_it_stops() {
    use std::os::unix::net::UnixDatagram;
    let data = folder();
    let path = data.path().join("bao");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    socket.set_read_timeout(Some(PATIENCE)).expect("a time limit");
    let server = Server::start_with(data.path(), &[], |command| {
        command.env("NOTIFY_SOCKET", &path);
    });
    let mut bytes = [0; 64];
    let mut told = || {
        let length = socket.recv(&mut bytes).expect("a message");
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    };
    assert_eq!(told(), "READY=1");
    assert_eq!(server.get("/khoe").0, 200);
    let (code, said) = server.stop("-TERM");
    assert!(code == Some(0) && said.contains("Đã dừng."), "{said}");
    assert_eq!(told(), "STOPPING=1");
}

#[test]
fn a_second_signal_does_not_wait_for_open_requests() {
    let data = folder();
    let server = logged(data.path(), &["--log", "warn", "--stop-patience", "3600"]);
    let mut open = TcpStream::connect(&server.address).expect("listens");
    // A body that never comes keeps its request open.
    write!(open, "POST /tim HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n").expect("sent");
    let mut first = [0; 12];
    open.read_exact(&mut first).expect("an answer");
    assert_eq!(&first, b"HTTP/1.1 405");
    server.signal("-TERM");
    until("the server takes no more", || TcpStream::connect(&server.address).is_err());
    let (code, said) = server.stop("-TERM");
    assert!(code == Some(0) && said.contains("Đã dừng."), "{said}");
    assert!(log(data.path()).contains("a second signal"), "{}", log(data.path()));
}

#[test]
fn a_hangup_without_a_certificate_does_not_end_the_server() {
    let data = folder();
    let server = logged(data.path(), &["--log", "info"]);
    server.signal("-HUP");
    until("the signal is told", || log(data.path()).contains("there is no certificate to read again"));
    assert_eq!(server.get("/tro-giup").0, 200);
}
