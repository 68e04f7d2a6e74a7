//! Web messages to a real server.

use crate::gateway::Gateway;
use axum::body::{Body, Bytes};
use axum::http::Response;
use chrono::{DateTime, TimeDelta, Utc};
use delivery::{Hook, HookFault, HookSecret, HookSettings, Hooks, Outcome, Reason, Trouble};
use futures_util::stream;
use serde_json::{Value, json};
use std::time::Duration;
use test_support::{Certificates, Peer};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

/// The worked example of the paper.
const PAPER: &str = include_str!("../../../../docs/formats/webhook.md");

/// One value of the worked example.
fn example(name: &str) -> &'static str {
    let (_, rest) = PAPER.split_once("## Worked example").expect("the worked example");
    let row = rest.lines().find_map(|line| line.strip_prefix(&format!("| {name} | `"))).unwrap_or_else(|| panic!("no row {name}"));
    row.split('`').next().unwrap()
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(example("time").parse().unwrap(), 0).unwrap()
}

fn secret() -> HookSecret {
    HookSecret::parse(example("secret")).unwrap()
}

fn other_secret() -> HookSecret {
    HookSecret::from_bytes(&[1; 32]).unwrap()
}

fn hook(url: String) -> Hook {
    Hook {
        url, secrets: vec![secret()], idempotency_key: "thong-bao-7".into(), body: json!({ "text": "Đã có kết quả." }), at: now()
    }
}

/// Reaches the machine itself, without TLS.
fn hooks() -> Hooks {
    let allowed_networks = vec!["127.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()];
    Hooks::new(&HookSettings { allowed_networks, plain_http: true, timeout: Duration::from_secs(30), ..HookSettings::default() }).unwrap()
}

fn trouble(outcome: Outcome) -> Trouble {
    match outcome {
        Outcome::Temporary(trouble) | Outcome::Permanent(trouble) => trouble,
        Outcome::Delivered { words } => panic!("delivered: {words}"),
    }
}

fn answer(status: u16, headers: &[(&str, &str)]) -> Response<Body> {
    let mut builder = Response::builder().status(status);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(Body::empty()).unwrap()
}

#[test]
fn the_worked_example_of_the_paper_is_right() {
    let body = example("body");
    let time = example("time").parse().unwrap();
    assert_eq!(secret().sign(example("identifier"), time, body.as_bytes()), example("signature"));
    let parsed: Value = serde_json::from_str(body).unwrap();
    assert_eq!(parsed.to_string(), body, "and its body is as this program writes JSON");
    assert_eq!(format!("{}.{}.{body}", example("identifier"), example("time")), example("signed text"));
}

#[tokio::test]
async fn a_gateway_that_checks_by_itself_takes_the_message() {
    let gateway = Gateway::start(example("secret"), now().timestamp()).await;
    let outcome = hooks().deliver(&hook(gateway.url())).await;
    assert_eq!(outcome, Outcome::Delivered { words: "200 OK đã nhận".into() });
    assert_eq!(gateway.taken(), [("thong-bao-7".to_owned(), r#"{"text":"Đã có kết quả."}"#.to_owned())]);
}

#[tokio::test]
async fn a_wrong_secret_and_an_old_time_are_refused_and_a_change_of_secrets_is_not() {
    let gateway = Gateway::start(example("secret"), now().timestamp()).await;
    let wrong = Hook { secrets: vec![other_secret()], ..hook(gateway.url()) };
    assert_eq!(trouble(hooks().deliver(&wrong).await).reason, Reason::Answer(401));
    for seconds in [-301, 301] {
        let off = Hook { at: now() + TimeDelta::seconds(seconds), ..hook(gateway.url()) };
        assert_eq!(trouble(hooks().deliver(&off).await).reason, Reason::Answer(401), "{seconds}");
    }
    assert!(gateway.taken().is_empty());
    let changing = Hook { secrets: vec![other_secret(), secret()], ..hook(gateway.url()) };
    assert!(matches!(hooks().deliver(&changing).await, Outcome::Delivered { .. }));
}

#[tokio::test]
async fn the_status_says_whether_to_try_again() {
    let gateway = Gateway::start(example("secret"), now().timestamp()).await;
    let cases = [
        (201, true, false),
        (204, true, false),
        (301, false, false),
        (400, false, false),
        (404, false, false),
        (408, false, true),
        (410, false, false),
        (425, false, true),
        (429, false, true),
        (500, false, true),
        (503, false, true),
    ];
    for (status, delivered, temporary) in cases {
        gateway.will_answer([answer(status, &[])]);
        let outcome = hooks().deliver(&hook(gateway.url())).await;
        let found = (matches!(outcome, Outcome::Delivered { .. }), matches!(outcome, Outcome::Temporary(_)));
        assert_eq!(found, (delivered, temporary), "{status}: {outcome:?}");
        if !delivered {
            assert_eq!(trouble(outcome).reason, Reason::Answer(status));
        }
    }
}

#[tokio::test]
async fn a_gateway_may_ask_to_be_left_alone_for_a_while() {
    let gateway = Gateway::start(example("secret"), now().timestamp()).await;
    gateway.will_answer([
        answer(429, &[("retry-after", "90")]),
        answer(503, &[("retry-after", "Thu, 01 Jan 2026 00:10:00 GMT")]),
        answer(503, &[]),
    ]);
    for wanted in [Some(90), Some(600), None] {
        let outcome = hooks().deliver(&hook(gateway.url())).await;
        assert_eq!(trouble(outcome).retry_after, wanted.map(Duration::from_secs));
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let gateway = Gateway::start(example("secret"), now().timestamp()).await;
    let place = gateway.url();
    gateway.will_answer([302, 307, 308].map(|status| answer(status, &[("location", &place)])));
    for status in [302, 307, 308] {
        assert_eq!(trouble(hooks().deliver(&hook(gateway.url())).await).reason, Reason::Answer(status));
    }
    assert_eq!(gateway.taken().len(), 3, "one request for each message");
}

#[tokio::test]
async fn an_endless_answer_is_left_after_its_first_bytes() {
    let gateway = Gateway::start(example("secret"), now().timestamp()).await;
    let endless = || Body::from_stream(stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 1024]))));
    gateway.will_answer([Response::new(endless()), Response::builder().status(500).body(endless()).unwrap()]);
    match hooks().deliver(&hook(gateway.url())).await {
        Outcome::Delivered { words } => assert_eq!(words.len(), 300),
        other => panic!("{other:?}"),
    }
    assert_eq!(trouble(hooks().deliver(&hook(gateway.url())).await).reason, Reason::Answer(500));
}

#[tokio::test]
async fn addresses_of_the_own_network_are_not_reached_by_number_or_by_name() {
    let gateway = Gateway::start(example("secret"), now().timestamp()).await;
    let careful = Hooks::new(&HookSettings { plain_http: true, ..HookSettings::default() }).unwrap();
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433"] {
        let outcome = careful.deliver(&hook(format!("http://{host}:{}/tin-nhan", gateway.port))).await;
        assert!(matches!(&outcome, Outcome::Permanent(_)), "{host}: {outcome:?}");
        assert_eq!(trouble(outcome).reason, Reason::Hook(HookFault::Forbidden), "{host}");
    }
    assert!(gateway.taken().is_empty());
    let outcome = hooks().deliver(&hook(format!("http://localhost:{}/tin-nhan", gateway.port))).await;
    assert!(matches!(outcome, Outcome::Delivered { .. }), "allowed by the settings: {outcome:?}");
}

#[tokio::test]
async fn a_message_that_cannot_be_signed_or_named_is_not_sent() {
    let gateway = Gateway::start(example("secret"), now().timestamp()).await;
    let unsigned = Hook { secrets: Vec::new(), ..hook(gateway.url()) };
    assert_eq!(trouble(hooks().deliver(&unsigned).await).reason, Reason::Hook(HookFault::NoSecret));
    for key in ["", "a.b", "a b", "a\r\nX: y", "ạ", &"a".repeat(129)] {
        let unnamed = Hook { idempotency_key: key.into(), ..hook(gateway.url()) };
        assert_eq!(trouble(hooks().deliver(&unnamed).await).reason, Reason::Hook(HookFault::Key), "{key:?}");
    }
    assert!(gateway.taken().is_empty());
}

#[tokio::test]
async fn a_gateway_that_is_gone_slow_or_without_tls_is_tried_again_later() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let patient = HookSettings { allowed_networks: vec!["127.0.0.0/8".parse().unwrap()], plain_http: true, ..HookSettings::default() };
    let hasty = Hooks::new(&HookSettings { timeout: Duration::from_millis(300), ..patient.clone() }).unwrap();
    let slow = hasty.deliver(&hook(format!("http://127.0.0.1:{port}/"))).await;
    assert!(matches!(&slow, Outcome::Temporary(trouble) if trouble.reason == Reason::TimedOut), "{slow:?}");

    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            // Read first: a connection with unread bytes is torn down instead of closed.
            let mut begin = [0; 4096];
            let _ = stream.read(&mut begin).await;
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"this is neither HTTP nor TLS\r\n").await;
        }
    });
    let hooks = Hooks::new(&patient).unwrap();
    let not_tls = hooks.deliver(&hook(format!("https://127.0.0.1:{port}/"))).await;
    assert!(matches!(&not_tls, Outcome::Temporary(trouble) if trouble.reason == Reason::Tls), "{not_tls:?}");
    let not_http = hooks.deliver(&hook(format!("http://127.0.0.1:{port}/"))).await;
    assert!(matches!(&not_http, Outcome::Temporary(trouble) if trouble.reason == Reason::Protocol), "{not_http:?}");
    let gone = hooks.deliver(&hook("http://127.0.0.1:1/".into())).await;
    assert!(matches!(&gone, Outcome::Temporary(trouble) if trouble.reason == Reason::Unreachable), "{gone:?}");
    let unknown = hooks.deliver(&hook("http://khong-co.invalid/".into())).await;
    assert!(matches!(&unknown, Outcome::Temporary(trouble) if trouble.reason == Reason::Unreachable), "{unknown:?}");
}

#[tokio::test]
async fn a_certificate_of_the_own_house_is_trusted_when_the_settings_say_so() {
    let house = Certificates::for_loopback();
    // Any server with TLS will do; this one knows no such path.
    let server = Peer::start("openid-provider", &json!({ "clients": [], "tls": { "cert": house.certificate, "key": house.key } }));
    let hook = hook(format!("https://127.0.0.1:{}/tin-nhan", server.port()));
    let mut settings = HookSettings { allowed_networks: vec!["127.0.0.1".parse().unwrap()], ..HookSettings::default() };
    let stranger = Hooks::new(&settings).unwrap().deliver(&hook).await;
    assert!(matches!(&stranger, Outcome::Temporary(trouble) if trouble.reason == Reason::Tls), "{stranger:?}");
    settings.authorities_pem = Some(house.authority.clone());
    let known = Hooks::new(&settings).unwrap().deliver(&hook).await;
    assert_eq!(trouble(known).reason, Reason::Answer(404));
}
