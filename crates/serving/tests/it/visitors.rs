//! Ids, addresses, schemes, and the headers of all answers.

use serving::{ForwardedBy, Proxies};

use crate::house::{House, Plan, behind_proxy, networks};

/// What `/ai` says after the id.
async fn seen(house: &House, headers: &str) -> String {
    let answer = house.ask(&format!("GET /ai HTTP/1.1{headers}")).await;
    assert_eq!(answer.status, 200);
    answer.body.split_once(' ').expect("an id first").1.to_owned()
}

#[tokio::test]
async fn forged_headers_of_a_client_say_nothing() {
    let house = House::open(Plan::default()).await;
    let forged = "\r\nX-Forwarded-For: 203.0.113.9\r\nForwarded: for=203.0.113.9;proto=https\r\nX-Forwarded-Proto: https";
    assert_eq!(seen(&house, forged).await, "127.0.0.1 Http");
    let answer = house.ask("GET /ai HTTP/1.1\r\nX-Request-Id: gia-mao\r\nX-Forwarded-Proto: https").await;
    assert_eq!(answer.header("x-request-id"), Some("00000000000000000000000000000002"), "an id of our own");
    assert!(answer.body.starts_with("00000000000000000000000000000002 "), "handlers see the id of the answer: {}", answer.body);
    assert_eq!(answer.header("strict-transport-security"), None);
}

#[tokio::test]
async fn a_trusted_proxy_tells_address_scheme_and_id() {
    let house = House::open(behind_proxy()).await;
    for (told, address) in [
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.7, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 127.0.0.1", "203.0.113.9"),
        ("unknown", "127.0.0.1"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, khong phai dia chi", "127.0.0.1"),
    ] {
        assert_eq!(seen(&house, &format!("\r\nX-Forwarded-For: {told}")).await, format!("{address} Http"), "{told}");
    }
    let two_lines = "\r\nX-Forwarded-For: 198.51.100.7\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https";
    assert_eq!(seen(&house, two_lines).await, "203.0.113.9 Https");
    assert_eq!(seen(&house, "\r\nForwarded: for=203.0.113.9").await, "127.0.0.1 Http", "the header that this proxy does not write");
    let answer = house.ask("GET /ai HTTP/1.1\r\nX-Request-Id: a1.B2_c3-d4\r\nX-Forwarded-Proto: HTTPS").await;
    assert_eq!(answer.header("x-request-id"), Some("a1.b2_c3-d4"), "the proxy's id (the test reads headers in small letters)");
    assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"));
    for unfit in ["a b", "<script>", &"x".repeat(65), "é"] {
        let answer = house.ask(&format!("GET /ai HTTP/1.1\r\nX-Request-Id: {unfit}")).await;
        let id = answer.header("x-request-id").expect("an id");
        assert!(id.len() == 32 && id.starts_with("0000"), "{unfit} gave {id}");
    }
}

#[tokio::test]
async fn a_proxy_of_rfc_7239_is_read_by_its_own_header() {
    let proxies = Proxies { trusted: networks("127.0.0.1,10.0.0.0/8"), header: ForwardedBy::Forwarded };
    let house = House::open(Plan { proxies, ..Plan::default() }).await;
    for (told, seen_as) in [
        ("for=203.0.113.9;proto=https", "203.0.113.9 Https"),
        ("for=198.51.100.7, for=203.0.113.9", "203.0.113.9 Http"),
        ("for=203.0.113.9;proto=https, for=10.1.2.3;proto=http", "203.0.113.9 Http"),
        ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17 Http"),
        ("for=\"203.0.113.9:80\";by=\"a,b;c\";proto=HTTPS", "203.0.113.9 Https"),
        ("for=_hidden", "127.0.0.1 Http"),
        ("proto=https", "127.0.0.1 Https"),
        ("", "127.0.0.1 Http"),
    ] {
        assert_eq!(seen(&house, &format!("\r\nForwarded: {told}")).await, seen_as, "{told}");
    }
    assert_eq!(seen(&house, "\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https").await, "127.0.0.1 Http");
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let house = House::open(Plan::default()).await;
    for (request, status) in
        [("GET / HTTP/1.1", 200), ("GET /khong-co HTTP/1.1", 404), ("DELETE / HTTP/1.1", 405), ("GET /khoe HTTP/1.1", 200)]
    {
        let answer = house.ask(request).await;
        assert_eq!(answer.status, status, "{request}");
        for (name, value) in [
            ("content-security-policy", "default-src 'self'"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "deny"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-permitted-cross-domain-policies", "none"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{request}: {name}");
        }
        assert!(answer.header("permissions-policy").is_some_and(|policy| policy.contains("camera=()")), "{request}");
        assert!(answer.header("cache-control").is_some(), "{request}");
        assert_eq!(answer.header("x-request-id").map(str::len), Some(32), "{request}");
    }
}

#[test]
fn networks_are_read_or_the_word_is_named() {
    let list = networks("10.1.2.3/8, 2001:db8::/32,192.0.2.1");
    assert_eq!(list.to_string(), "10.0.0.0/8,2001:db8::/32,192.0.2.1/32");
    let inside = |address: &str| list.contains(address.parse().expect("an address"));
    assert!(inside("10.255.0.1") && inside("2001:db8:1::5") && inside("192.0.2.1") && inside("::ffff:10.0.0.1"));
    assert!(!inside("11.0.0.1") && !inside("192.0.2.2") && !inside("2001:db9::1"));
    assert!(!networks("").contains("127.0.0.1".parse().expect("an address")), "no network contains nothing");
    assert_eq!("10.0.0.0/8,nha".parse::<serving::Networks>().expect_err("a fault").word, "nha");
}

#[test]
fn addresses_are_cut_before_they_are_written_down() {
    for (whole, cut) in [("203.0.113.9", "203.0.113.0"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"), ("::ffff:203.0.113.9", "203.0.113.0")] {
        assert_eq!(serving::logs::cut(whole.parse().expect("an address")).to_string(), cut);
    }
}
