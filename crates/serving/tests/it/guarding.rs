//! Too many requests, forms of other sites, bodies that are too large.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use serving::ServerLimits;
use serving::guard::{GuardLimits, rate};
use serving::limits::Buckets;

use crate::house::{House, Plan, behind_proxy, networks};

fn limited(all: u32, sign_in: u32) -> GuardLimits {
    GuardLimits {
        rate: rate(1, all),
        sign_in_rate: rate(1, sign_in),
        sign_in_paths: vec!["/dang-nhap".to_owned()],
        ..GuardLimits::default()
    }
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let house = House::open(Plan { guard: limited(3, 3), ..behind_proxy() }).await;
    let from = |address: &str| format!("GET / HTTP/1.1\r\nX-Forwarded-For: {address}");
    for _ in 0..3 {
        assert_eq!(house.ask(&from("203.0.113.9")).await.status, 200);
    }
    let refused = house.ask(&from("203.0.113.9")).await;
    assert_eq!((refused.status, refused.body.as_str()), (429, "quá nhiều yêu cầu"), "with the application's own page");
    let seconds: u64 = refused.header("retry-after").expect("a time").parse().expect("seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert!(refused.header("content-security-policy").is_some() && refused.header("x-request-id").is_some());
    assert_eq!(house.ask(&from("203.0.113.10")).await.status, 200, "another client is free");
    assert_eq!(house.ask("GET /khoe HTTP/1.1\r\nX-Forwarded-For: 203.0.113.9").await.status, 200, "health is always told");
    for last in ["1", "2", "3"] {
        assert_eq!(house.ask(&from(&format!("2001:db8:0:1::{last}"))).await.status, 200);
    }
    assert_eq!(house.ask(&from("2001:db8:0:1:ffff::4")).await.status, 429, "one /64 is one client");
    assert_eq!(house.ask(&from("2001:db8:0:2::4")).await.status, 200);
    assert_eq!(house.measure("http_requests_refused_total{reason=\"rate\"}"), Some(2.0));
}

#[tokio::test]
async fn a_forged_forwarded_header_gives_no_new_bucket() {
    let house = House::open(Plan { guard: limited(2, 2), ..Plan::default() }).await;
    let statuses = [
        house.ask("GET / HTTP/1.1\r\nX-Forwarded-For: 203.0.113.1").await.status,
        house.ask("GET / HTTP/1.1\r\nX-Forwarded-For: 203.0.113.2").await.status,
        house.ask("GET / HTTP/1.1\r\nX-Forwarded-For: 203.0.113.3").await.status,
    ];
    assert_eq!(statuses, [200, 200, 429]);
}

#[tokio::test]
async fn attempts_to_sign_in_are_counted_more_strictly() {
    let house = House::open(Plan { guard: limited(100, 2), ..Plan::default() }).await;
    for _ in 0..5 {
        assert_eq!(house.ask("GET /dang-nhap HTTP/1.1").await.status, 200, "the form itself may be read");
    }
    let attempt = "POST /dang-nhap?tiep=/ HTTP/1.1\r\nContent-Length: 0";
    assert_eq!(house.ask(attempt).await.status, 200);
    assert_eq!(house.ask(attempt).await.status, 200);
    assert_eq!(house.ask(attempt).await.status, 429);
    let code = house.ask("POST /dang-nhap/ma-xac-thuc HTTP/1.1\r\nContent-Length: 0").await;
    assert_eq!(code.status, 429, "a second factor is an attempt, too");
    assert_eq!(house.ask("POST /dang-nhap-khac HTTP/1.1\r\nContent-Length: 0").await.status, 404, "another address is none");
    assert_eq!(house.ask("POST / HTTP/1.1\r\nContent-Length: 0").await.status, 200, "other forms go on");
    assert_eq!(house.measure("http_requests_refused_total{reason=\"sign-in-rate\"}"), Some(2.0));
}

#[tokio::test]
async fn watchers_and_houses_without_limits_are_never_refused() {
    let unlimited = GuardLimits { unlimited: networks("127.0.0.0/8"), ..limited(1, 1) };
    let house = House::open(Plan { guard: unlimited, ..Plan::default() }).await;
    let free = House::open(Plan { guard: GuardLimits { rate: rate(0, 5), ..limited(1, 1) }, ..Plan::default() }).await;
    for _ in 0..4 {
        assert_eq!(house.ask("GET / HTTP/1.1").await.status, 200);
        assert_eq!(free.ask("GET / HTTP/1.1").await.status, 200);
    }
}

#[test]
fn a_bucket_fills_again_at_its_rate() {
    let buckets = Buckets::new(rate(60, 2).expect("a rate"), 100);
    let client: IpAddr = "203.0.113.9".parse().expect("an address");
    let start = Instant::now();
    let second = Duration::from_secs(1);
    assert_eq!(buckets.take(client, start), Ok(()));
    assert_eq!(buckets.take(client, start), Ok(()));
    assert_eq!(buckets.take(client, start), Err(second));
    assert_eq!(buckets.take(client, start + second / 2), Err(second / 2));
    assert_eq!(buckets.take(client, start + second), Ok(()));
    assert_eq!(buckets.take(client, start + second), Err(second), "a refused attempt costs nothing, a taken token is gone");
    assert_eq!(buckets.take(client, start + second * 60), Ok(()));
    assert_eq!(buckets.take(client, start + second * 60), Ok(()));
    assert_eq!(buckets.take(client, start + second * 60), Err(second), "the bucket never holds more than the burst");
}

#[test]
fn a_flood_of_addresses_takes_bounded_memory_and_frees_nobody_who_floods() {
    let buckets = Buckets::new(rate(60, 5).expect("a rate"), 1000);
    let start = Instant::now();
    let noisy: IpAddr = "198.51.100.1".parse().expect("an address");
    while buckets.take(noisy, start).is_ok() {}
    for number in 0..10_000_u32 {
        let address = IpAddr::from(number.to_be_bytes());
        assert_eq!(buckets.take(address, start + Duration::from_micros(u64::from(number))), Ok(()), "a new client gets in");
        assert!(buckets.remembered() <= 1000);
    }
    assert!(buckets.take(noisy, start + Duration::from_millis(10)).is_err(), "who asked most is remembered");
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let house = House::open(Plan::default()).await;
    let post = |headers: &str| format!("POST / HTTP/1.1\r\nContent-Length: 0{headers}");
    for (headers, status) in [
        ("\r\nSec-Fetch-Site: same-origin\r\nOrigin: http://cchc.test", 200),
        ("\r\nSec-Fetch-Site: none", 200),
        ("", 200),
        ("\r\nOrigin: http://cchc.test", 200),
        ("\r\nSec-Fetch-Site: cross-site\r\nOrigin: https://khac.test", 403),
        ("\r\nSec-Fetch-Site: same-site\r\nOrigin: https://www.cchc.test", 403),
        ("\r\nOrigin: https://khac.test", 403),
        ("\r\nOrigin: null", 403),
        ("\r\nSec-Fetch-Site: cross-site", 403),
    ] {
        let answer = house.ask(&post(headers)).await;
        assert_eq!(answer.status, status, "{headers:?}");
        if status == 403 {
            assert_eq!(answer.body, "biểu mẫu từ trang khác");
        }
    }
    for method in ["PUT", "PATCH", "DELETE"] {
        let answer = house.ask(&format!("{method} / HTTP/1.1\r\nContent-Length: 0\r\nSec-Fetch-Site: cross-site")).await;
        assert_eq!(answer.status, 403, "{method}");
    }
    let link = house.ask("GET / HTTP/1.1\r\nSec-Fetch-Site: cross-site\r\nOrigin: https://khac.test").await;
    assert_eq!(link.status, 200, "links from elsewhere are welcome");
    assert_eq!(house.measure("http_requests_refused_total{reason=\"other-site\"}"), Some(8.0));
}

#[tokio::test]
async fn behind_a_tls_proxy_a_form_of_the_site_itself_passes() {
    let house = House::open(behind_proxy()).await;
    let post = |origin: &str| format!("POST / HTTP/1.1\r\nContent-Length: 0\r\nX-Forwarded-Proto: https\r\nOrigin: {origin}");
    assert_eq!(house.ask(&post("https://cchc.test")).await.status, 200);
    assert_eq!(house.ask(&post("https://khac.test")).await.status, 403);
}

#[tokio::test]
async fn bodies_have_a_usual_limit_one_for_uploads_and_one_for_all() {
    let guard = GuardLimits { body: 1000, body_at_most: 4 << 20, ..GuardLimits::default() };
    // Of a body that was refused and never comes the server soon has enough.
    let limits = ServerLimits { body: Duration::from_secs(1), ..ServerLimits::default() };
    let house = House::open(Plan { guard, limits, ..Plan::default() }).await;
    let upload = |path: &str, length: usize| {
        let body = "x".repeat(length);
        format!("POST {path} HTTP/1.1\r\nHost: cchc.test\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")
    };
    let chunked = |path: &str, length: usize| {
        let body = "x".repeat(length);
        format!(
            "POST {path} HTTP/1.1\r\nHost: cchc.test\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"
        )
    };
    assert_eq!(house.send(&upload("/nho", 1000)).await.body, "1000");
    assert_eq!(house.send(&upload("/nho", 1001)).await.status, 413);
    assert_eq!(house.send(&chunked("/nho", 1001)).await.status, 413);
    assert_eq!(house.send(&upload("/tai-len", 100_000)).await.body, "100000", "a route for uploads has its own limit");
    // The client says how much will come; it is told before it sends it.
    let announced = "POST /tai-len HTTP/1.1\r\nContent-Length: 5000000";
    let refused = house.ask(announced).await;
    assert_eq!((refused.status, refused.body.as_str()), (413, "tệp quá lớn"));
    // A client that sends it all the same still gets the answer: the rest is read and thrown away.
    let sent = house.send(&upload("/tai-len", 6 << 20)).await;
    assert_eq!((sent.status, sent.body.as_str()), (413, "tệp quá lớn"));
    assert_eq!(house.send(&upload("/khong-co", 6_000_000 - (4 << 20))).await.status, 404, "and so for every body that nobody reads");
    assert_eq!(house.send(&chunked("/tai-len", 4 << 20)).await.body, "4194304");
    assert_eq!(house.send(&chunked("/tai-len", (4 << 20) + 1)).await.status, 413, "whoever does not say it is stopped on the way");
}
