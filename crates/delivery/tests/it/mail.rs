//! Mail to a real server: what arrives, and what each kind of refusal means for a queue.

use chrono::DateTime;
use delivery::{Mail, MailSettings, Mailer, MessageFault, Outcome, Party, Reason, Security, Unsubscribe};
use serde_json::{Value, json};
use std::time::Duration;
use test_support::{Certificates, Peer};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

const USER: &str = "cchc-thu";
const PASSWORD: &str = "made-up password";

fn settings(port: u16, security: Security) -> MailSettings {
    MailSettings {
        host: "127.0.0.1".into(),
        port,
        security,
        user: None,
        password: None,
        from: Party { name: Some("Hệ thống theo dõi (thử)".into()), address: "he-thong@example.invalid".into() },
        hello_name: Some("cchc.example.invalid".into()),
        timeout: Duration::from_secs(30),
        authorities_pem: None,
    }
}

fn with_password(port: u16, security: Security, password: &str) -> MailSettings {
    MailSettings { user: Some(USER.into()), password: Some(password.into()), ..settings(port, security) }
}

fn mail() -> Mail {
    Mail {
        to: Party { name: Some("Trần Thị Thử, người dựng".into()), address: "nguoi-thu-2@example.invalid".into() },
        subject: "Nhắc việc: báo cáo cải cách hành chính quý I sắp đến hạn nộp, đề nghị đơn vị kiểm tra số liệu".into(),
        text: "Kính gửi đơn vị,\n\nBáo cáo đến hạn ngày 15.\n.\nMột dòng chỉ có dấu chấm đứng trên.\n".into(),
        html: Some("<p>Báo cáo đến hạn ngày <b>15</b>.</p>".into()),
        message_id: "<bao-cao-15@cchc.example.invalid>".into(),
        references: vec!["<bao-cao@cchc.example.invalid>".into()],
        unsubscribe: Some(Unsubscribe { address: "https://cchc.example.invalid/thong-bao".into(), one_click: false }),
        date: DateTime::from_timestamp(1_767_225_600, 0).unwrap(),
    }
}

async fn deliver(settings: MailSettings) -> Outcome {
    Mailer::new(settings).unwrap().deliver(&mail()).await
}

#[track_caller]
fn temporary(outcome: &Outcome) -> &Reason {
    match outcome {
        Outcome::Temporary(trouble) => &trouble.reason,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn permanent(outcome: &Outcome) -> &Reason {
    match outcome {
        Outcome::Permanent(trouble) => &trouble.reason,
        other => panic!("{other:?}"),
    }
}

/// What the parts of a source say, decoded: base64 and quoted-printable.
fn decoded(source: &str) -> String {
    use base64::Engine;
    let mut text = String::new();
    for part in source.split("\r\n--") {
        let Some((head, body)) = part.split_once("\r\n\r\n") else { continue };
        if head.contains("Content-Transfer-Encoding: base64") {
            let bytes = base64::engine::general_purpose::STANDARD.decode(body.replace("\r\n", "")).unwrap();
            text += &String::from_utf8(bytes).unwrap();
        } else {
            let mut bytes = Vec::new();
            let joined = body.replace("=\r\n", "");
            let mut rest = joined.as_bytes();
            while let [first, tail @ ..] = rest {
                if let (b'=', [high, low, after @ ..]) = (first, tail) {
                    let digits = String::from_utf8(vec![*high, *low]).unwrap();
                    bytes.push(u8::from_str_radix(&digits, 16).unwrap());
                    rest = after;
                } else {
                    bytes.push(*first);
                    rest = tail;
                }
            }
            text += &String::from_utf8(bytes).unwrap();
        }
    }
    text
}

#[tokio::test]
async fn a_message_arrives_whole() {
    let server = Peer::start("mail-server", &json!({}));
    let outcome = deliver(settings(server.port(), Security::None)).await;
    assert_eq!(outcome, Outcome::Delivered { words: "250 taken".into() });
    let got = server.next();
    assert_eq!(got["from"], "he-thong@example.invalid");
    assert_eq!(got["to"], json!(["nguoi-thu-2@example.invalid"]));
    assert_eq!(got["hello"], "cchc.example.invalid");
    let source = got["source"].as_str().unwrap();
    assert!(source.is_ascii());
    assert!(source.lines().all(|line| line.len() <= 998), "no line is too long for a mail server");
    for header in
        ["Message-ID: <bao-cao-15@cchc.example.invalid>", "Auto-Submitted: auto-generated", "Date: Thu, 01 Jan 2026 00:00:00 +0000"]
    {
        assert!(source.contains(&format!("\r\n{header}\r\n")), "{header} is not in {source}");
    }
    let text = decoded(source);
    assert!(text.contains("Một dòng chỉ có dấu chấm đứng trên."), "{text}");
    assert!(text.contains("\n.\r\nMột") || text.contains("\n.\nMột"), "a line with a full stop alone does not end the message: {text}");
    assert!(text.contains("<p>Báo cáo đến hạn ngày <b>15</b>.</p>"), "{text}");
}

#[tokio::test]
async fn a_password_and_a_message_go_over_tls_in_either_way() {
    let house = Certificates::for_loopback();
    for (security, secure) in [(Security::StartTls, false), (Security::Tls, true)] {
        let told = json!({
            "tls": { "cert": house.certificate, "key": house.key }, "secure": secure, "user": USER, "password": PASSWORD,
        });
        let server = Peer::start("mail-server", &told);
        let trusting =
            |password| MailSettings { authorities_pem: Some(house.authority.clone()), ..with_password(server.port(), security, password) };
        let outcome = deliver(trusting(PASSWORD)).await;
        assert!(matches!(outcome, Outcome::Delivered { .. }), "{security:?}: {outcome:?}");
        let got = server.next();
        assert_eq!((&got["user"], &got["secure"]), (&json!(USER), &json!(true)), "{security:?}");

        let outcome = deliver(trusting("wrong")).await;
        assert_eq!(temporary(&outcome), &Reason::Authentication, "{security:?}: the message stays good");
        let outcome = deliver(with_password(server.port(), security, PASSWORD)).await;
        assert_eq!(temporary(&outcome), &Reason::Tls, "{security:?}: nobody vouches for the certificate: {outcome:?}");
        assert!(server.is_quiet());
    }
}

#[tokio::test]
async fn a_server_without_starttls_gets_neither_password_nor_message() {
    let server = Peer::start("mail-server", &json!({ "user": USER, "password": PASSWORD }));
    let outcome = deliver(with_password(server.port(), Security::StartTls, PASSWORD)).await;
    assert_eq!(temporary(&outcome), &Reason::Tls, "{outcome:?}");
    // On the machine itself a password may go in the clear.
    let outcome = deliver(with_password(server.port(), Security::None, PASSWORD)).await;
    assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
    assert_eq!(server.next()["user"], USER);
    assert!(server.is_quiet(), "only the second message came");
}

#[tokio::test]
async fn a_server_that_is_down_may_be_up_later() {
    let first = Peer::start("mail-server", &json!({}));
    let port = first.port();
    drop(first);
    let mailer = Mailer::new(settings(port, Security::None)).unwrap();
    let outcome = mailer.deliver(&mail()).await;
    assert_eq!(temporary(&outcome), &Reason::Unreachable, "{outcome:?}");
    let again = Peer::start("mail-server", &json!({ "port": port }));
    let outcome = mailer.deliver(&mail()).await;
    assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
    assert_eq!(again.next()["from"], "he-thong@example.invalid");
}

async fn refused(step: &str, code: u16) -> Outcome {
    let server = Peer::start("mail-server", &json!({ "refuse": { step: code } }));
    let outcome = deliver(settings(server.port(), Security::None)).await;
    assert!(server.is_quiet(), "nothing was taken");
    outcome
}

#[tokio::test]
async fn a_refusal_of_the_message_is_judged_by_its_code() {
    for (step, code) in [("from", 451), ("to", 450), ("data", 452)] {
        let outcome = refused(step, code).await;
        assert_eq!(temporary(&outcome), &Reason::Answer(code), "{step}");
    }
    for (step, code) in [("from", 553), ("to", 550), ("data", 554)] {
        let outcome = refused(step, code).await;
        assert_eq!(permanent(&outcome), &Reason::Answer(code), "{step}");
        let Outcome::Permanent(trouble) = outcome else { unreachable!() };
        assert!(trouble.words.contains(&format!("refused at {step}")), "{}", trouble.words);
    }
}

#[tokio::test]
async fn a_refusal_of_the_greeting_says_nothing_about_the_message() {
    for code in [421, 554] {
        let outcome = refused("greeting", code).await;
        assert_eq!(temporary(&outcome), &Reason::Answer(code));
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_left() {
    for step in ["greeting", "from", "to", "data"] {
        let server = Peer::start("mail-server", &json!({ "silent": step }));
        let hasty = MailSettings { timeout: Duration::from_millis(500), ..settings(server.port(), Security::None) };
        let outcome = deliver(hasty).await;
        assert_eq!(temporary(&outcome), &Reason::TimedOut, "{step}: {outcome:?}");
    }
}

#[tokio::test]
async fn what_is_no_mail_server_is_named_as_such() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let outcome = deliver(settings(port, Security::None)).await;
    assert_eq!(temporary(&outcome), &Reason::Protocol, "{outcome:?}");
}

#[tokio::test]
async fn a_message_that_no_server_could_take_is_not_sent() {
    let server = Peer::start("mail-server", &json!({}));
    let mailer = Mailer::new(settings(server.port(), Security::None)).unwrap();
    let mut wrong = mail();
    wrong.to.address = "nguoi-thu".into();
    assert_eq!(permanent(&mailer.deliver(&wrong).await), &Reason::Message(MessageFault::To));
    assert!(server.is_quiet());
}

#[tokio::test]
async fn an_address_in_vietnamese_needs_a_server_that_knows_such() {
    let mut mail = mail();
    mail.to.address = "người-thử@example.invalid".into();
    for ascii_only in [false, true] {
        let server = Peer::start("mail-server", &json!({ "asciiOnly": ascii_only }));
        let outcome = Mailer::new(settings(server.port(), Security::None)).unwrap().deliver(&mail).await;
        if ascii_only {
            assert_eq!(permanent(&outcome), &Reason::NotSupported, "{outcome:?}");
            assert!(server.is_quiet());
        } else {
            assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
            assert_eq!(server.next()["to"], json!(["người-thử@example.invalid"]));
        }
    }
}

#[tokio::test]
async fn a_name_that_tries_to_add_a_receiver_stays_a_name() {
    let server = Peer::start("mail-server", &json!({}));
    let mut mail = mail();
    mail.to.name = Some("x\r\nBcc: nhieu-nguoi@example.invalid".into());
    mail.subject = "x\r\n\r\nBcc: nhieu-nguoi@example.invalid".into();
    let outcome = Mailer::new(settings(server.port(), Security::None)).unwrap().deliver(&mail).await;
    assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
    let got: Value = server.next();
    assert_eq!(got["to"], json!(["nguoi-thu-2@example.invalid"]));
    let head = got["source"].as_str().unwrap().split("\r\n\r\n").next().unwrap();
    assert!(!head.contains("\r\nBcc"), "{head}");
    assert!(head.contains("\r\nMIME-Version"), "the head goes on behind the subject: {head}");
}
