//! Slow clients, many clients, and the end of a server.

use std::time::Duration;

use serving::ServerLimits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::house::{Answer, House, Plan, behind_proxy};

/// Limits that are over before a test becomes long; whether they hold does not depend on their length.
fn impatient() -> ServerLimits {
    let moment = Duration::from_millis(200);
    ServerLimits { head: moment, body: moment, answer: moment, handshake: moment, ..ServerLimits::default() }
}

#[tokio::test]
async fn a_client_that_never_ends_its_head_is_cut_off() {
    let house = House::open(Plan { limits: impatient(), ..Plan::default() }).await;
    let mut stream = house.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: cchc.test\r\nX-Cham: ").await.expect("sent");
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.expect("the server closes");
    assert!(rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&rest));
    house.until("http_slow_clients_total{stage=\"head\"}", 1.0).await;
    house.until("http_connections_open", 0.0).await;
    assert_eq!(house.ask("GET / HTTP/1.1").await.status, 200, "others are served");
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_cut_off_also_between_requests() {
    let house = House::open(Plan { limits: impatient(), ..Plan::default() }).await;
    let mut silent = house.connect().await;
    let mut rest = Vec::new();
    silent.read_to_end(&mut rest).await.expect("the server closes");
    let mut kept = house.connect().await;
    kept.write_all(b"GET / HTTP/1.1\r\nHost: cchc.test\r\n\r\n").await.expect("sent");
    let answer = Answer::read(kept).await;
    assert_eq!(answer.status, 200, "the answer came, and then the end");
    house.until("http_connections_open", 0.0).await;
}

#[tokio::test]
async fn a_body_that_stops_or_trickles_ends_the_request() {
    let limits = ServerLimits { body_rate: 1_000_000, ..impatient() };
    let house = House::open(Plan { limits, ..Plan::default() }).await;
    let head = "POST /nho HTTP/1.1\r\nHost: cchc.test\r\nContent-Length: 1000\r\n\r\n";
    let mut stopped = house.connect().await;
    stopped.write_all(head.as_bytes()).await.expect("sent");
    let answer = Answer::read(stopped).await;
    assert!((400..500).contains(&answer.status), "{}", answer.status);
    house.until("http_slow_clients_total{stage=\"body\"}", 1.0).await;
    let mut trickling = house.connect().await;
    trickling.write_all(head.as_bytes()).await.expect("sent");
    let (mut from, mut to) = trickling.into_split();
    // Never silent for long, but far below the least speed; ends when the server is gone.
    let sending = tokio::spawn(async move {
        let mut beat = tokio::time::interval(Duration::from_millis(20));
        while to.write_all(b"x").await.is_ok() {
            beat.tick().await;
        }
    });
    let mut said = Vec::new();
    let _ = from.read_to_end(&mut said).await;
    assert!(said.starts_with(b"HTTP/1.1 4"), "{}", String::from_utf8_lossy(&said));
    sending.abort();
    house.until("http_slow_clients_total{stage=\"body\"}", 2.0).await;
}

#[tokio::test]
async fn a_client_that_takes_nothing_of_its_answer_is_cut_off() {
    let house = House::open(Plan { limits: impatient(), ..Plan::default() }).await;
    let mut stream = house.connect().await;
    stream.write_all(b"GET /lon HTTP/1.1\r\nHost: cchc.test\r\n\r\n").await.expect("sent");
    house.until("http_slow_clients_total{stage=\"answer\"}", 1.0).await;
    house.until("http_requests_in_flight", 0.0).await;
    drop(stream);
}

#[tokio::test]
async fn one_address_cannot_take_all_connections() {
    let limits = ServerLimits { connections_per_address: 2, ..ServerLimits::default() };
    let house = House::open(Plan { limits, ..Plan::default() }).await;
    let first = house.connect().await;
    let second = house.connect().await;
    house.until("http_connections_open", 2.0).await;
    let mut third = house.connect().await;
    let mut rest = Vec::new();
    let _ = third.read_to_end(&mut rest).await;
    assert!(rest.is_empty());
    house.until("http_connections_refused_total", 1.0).await;
    drop((first, second));
    house.until("http_connections_open", 0.0).await;
    assert_eq!(house.ask("GET / HTTP/1.1").await.status, 200, "places are given back");
    let behind = House::open(Plan { limits, ..behind_proxy() }).await;
    let held = [behind.connect().await, behind.connect().await, behind.connect().await];
    behind.until("http_connections_open", 3.0).await;
    drop(held);
}

#[tokio::test]
async fn above_the_limit_connections_wait_for_a_place() {
    let limits = ServerLimits { connections: 1, ..ServerLimits::default() };
    let house = House::open(Plan { limits, ..Plan::default() }).await;
    let first = house.connect().await;
    house.until("http_connections_open", 1.0).await;
    let mut waiting = house.connect().await;
    waiting.write_all(b"GET / HTTP/1.1\r\nHost: cchc.test\r\nConnection: close\r\n\r\n").await.expect("queued");
    assert_eq!(house.measure("http_requests_in_flight"), Some(0.0));
    drop(first);
    assert_eq!(Answer::read(waiting).await.status, 200);
}

#[tokio::test]
async fn stopping_finishes_open_requests_and_takes_no_new_ones() {
    let mut house = House::open(Plan::default()).await;
    let mut open = house.connect().await;
    open.write_all(b"GET /cham HTTP/1.1\r\nHost: cchc.test\r\n\r\n").await.expect("sent");
    let idle = house.connect().await;
    house.arrived.notified().await;
    house.stop();
    let mut gone = idle;
    let mut rest = Vec::new();
    gone.read_to_end(&mut rest).await.expect("idle connections are closed");
    assert!(tokio::net::TcpStream::connect(house.address).await.is_err(), "nobody gets in any more");
    house.go.notify_one();
    let answer = Answer::read(open).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "xong"), "the open request gets its whole answer");
    assert_eq!(answer.header("connection"), Some("close"));
    assert_eq!(house.ended().await.cut, 0);
}

#[tokio::test]
async fn what_does_not_end_in_time_is_cut() {
    let limits = ServerLimits { stop: Duration::from_millis(100), ..ServerLimits::default() };
    let mut house = House::open(Plan { limits, ..Plan::default() }).await;
    let mut open = house.connect().await;
    open.write_all(b"GET /cham HTTP/1.1\r\nHost: cchc.test\r\n\r\n").await.expect("sent");
    house.arrived.notified().await;
    house.stop();
    assert_eq!(house.ended().await.cut, 1);
    let mut rest = Vec::new();
    let _ = open.read_to_end(&mut rest).await;
    assert!(rest.is_empty());
}

#[tokio::test]
async fn several_requests_share_a_connection() {
    let house = House::open(Plan::default()).await;
    let one = "GET / HTTP/1.1\r\nHost: cchc.test\r\n\r\n";
    let last = "GET /ai HTTP/1.1\r\nHost: cchc.test\r\nConnection: close\r\n\r\n";
    let mut stream = house.connect().await;
    stream.write_all(format!("{one}{one}{last}").as_bytes()).await.expect("sent");
    let answer = Answer::read(stream).await;
    assert_eq!(answer.body.matches("HTTP/1.1 200 OK").count(), 2, "{}", answer.body);
}

#[tokio::test]
async fn nonsense_does_not_stop_the_server() {
    let house = House::open(Plan::default()).await;
    for nonsense in [
        "\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "\0\u{1}\u{2}\r\n\r\n",
        &format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(100_000)),
    ] {
        let mut stream = house.connect().await;
        let _ = stream.write_all(nonsense.as_bytes()).await;
        let mut rest = Vec::new();
        let _ = stream.shutdown().await;
        let _ = stream.read_to_end(&mut rest).await;
        assert!(!rest.starts_with(b"HTTP/1.1 2"), "{nonsense:?}");
    }
    assert_eq!(house.ask("GET / HTTP/1.1").await.status, 200);
}

#[tokio::test]
async fn six_hundred_people_who_come_at_once_wait_in_the_queue_and_none_is_dropped() {
    let listener = serving::listen("127.0.0.1:0".parse().expect("an address")).expect("listens");
    let address = listener.local_addr().expect("an address");
    // Nobody accepts them: a connection that the queue has no place for would not come about at all.
    let coming: Vec<_> = (0..600).map(|_| tokio::spawn(tokio::net::TcpStream::connect(address))).collect();
    let mut there = Vec::new();
    for one in coming {
        there.push(one.await.expect("comes").expect("waits in the queue"));
    }
    assert_eq!(there.len(), 600);
}
