//! The bytes of a message.

use super::{Composed, Mail, MessageFault, Party, Unsubscribe, compose, is_identifier, mailbox};
use chrono::{DateTime, Utc};

fn party(name: &str, address: &str) -> Party {
    Party { name: Some(name.into()), address: address.into() }
}

fn mail() -> Mail {
    Mail {
        to: party("Người Thử", "nguoi-thu@example.invalid"),
        subject: "Hạn nộp báo cáo".into(),
        text: "Kính gửi đơn vị.\n".into(),
        html: None,
        message_id: "<1@cchc.example.invalid>".into(),
        references: Vec::new(),
        unsubscribe: None,
        date: DateTime::<Utc>::from_timestamp(1_767_225_600, 0).unwrap(),
    }
}

fn composed(mail: &Mail) -> Result<String, MessageFault> {
    let from = mailbox(&party("Hệ thống", "he-thong@example.invalid")).unwrap();
    compose(&from, mail).map(|Composed { bytes, .. }| String::from_utf8(bytes).unwrap())
}

/// The headers, each on one line.
fn headers(text: &str) -> Vec<String> {
    let head = text.split("\r\n\r\n").next().unwrap();
    head.replace("\r\n ", " ").split("\r\n").map(String::from).collect()
}

#[test]
fn the_head_has_what_a_notice_needs_and_is_plain_ascii() {
    let mut mail = mail();
    mail.references = vec!["<a@example.invalid>".into(), "<b@example.invalid>".into()];
    mail.unsubscribe = Some(Unsubscribe { address: "https://cchc.example.invalid/thoi-nhan?ma=1".into(), one_click: true });
    let text = composed(&mail).unwrap();
    assert!(text.is_ascii());
    let headers = headers(&text);
    for wanted in [
        "To: =?utf-8?b?TmfGsOG7nWkgVGjhu60=?= <nguoi-thu@example.invalid>",
        "Date: Thu, 01 Jan 2026 00:00:00 +0000",
        "Message-ID: <1@cchc.example.invalid>",
        "In-Reply-To: <b@example.invalid>",
        "References: <a@example.invalid> <b@example.invalid>",
        "Auto-Submitted: auto-generated",
        "List-Unsubscribe: <https://cchc.example.invalid/thoi-nhan?ma=1>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "MIME-Version: 1.0",
    ] {
        assert!(headers.iter().any(|header| header == wanted), "{wanted} is not in {headers:#?}");
    }
}

#[test]
fn the_same_message_has_the_same_bytes() {
    let mut mail = mail();
    mail.html = Some("<p>Kính gửi đơn vị.</p>".into());
    assert_eq!(composed(&mail), composed(&mail));
}

#[test]
fn nothing_in_a_name_or_subject_ends_its_header() {
    let attack = "x\r\nBcc: nhieu-nguoi@example.invalid\r\n\r\nbody\u{0}\u{85}\u{2028}end";
    let mut mail = mail();
    mail.subject = attack.into();
    mail.to.name = Some(attack.into());
    let text = composed(&mail).unwrap();
    let expected: Vec<_> = composed(&self::mail()).unwrap().split("\r\n\r\n").next().unwrap().lines().map(name_of).collect();
    let found: Vec<_> = text.split("\r\n\r\n").next().unwrap().lines().map(name_of).collect();
    let named = |lines: Vec<String>| lines.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>();
    assert_eq!(named(found), named(expected), "the same headers, whatever the name says");
}

/// The name of the header that begins on this line; empty for a line that goes on.
fn name_of(line: &str) -> String {
    if line.starts_with(' ') { String::new() } else { line.split(':').next().unwrap().to_owned() }
}

#[test]
fn identifiers_and_addresses_that_could_break_a_header_are_refused() {
    for wrong in ["", "1@a", "<1>", "<@a>", "<1@>", "<1@a> <2@b>", "<1@a\r\nBcc: x@y>", "<1 2@a>", "<á@a>", "<1@a@b>"] {
        assert!(!is_identifier(wrong), "{wrong:?}");
        assert_eq!(composed(&Mail { message_id: wrong.into(), ..mail() }), Err(MessageFault::MessageId));
        assert_eq!(composed(&Mail { references: vec![wrong.into()], ..mail() }), Err(MessageFault::References));
    }
    for wrong in ["", "x", "x@", "@example.invalid", "a b@example.invalid", "x@example.invalid\r\nBcc: y@z", "x@y@z w", "x@10.0.0.1"] {
        assert_eq!(composed(&Mail { to: party("", wrong), ..mail() }), Err(MessageFault::To), "{wrong:?}");
    }
    for (address, one_click) in
        [("javascript:x", false), ("http://example.invalid", false), ("mailto:x@example.invalid", true), ("", false)]
    {
        let unsubscribe = Some(Unsubscribe { address: address.into(), one_click });
        assert_eq!(composed(&Mail { unsubscribe, ..mail() }), Err(MessageFault::Unsubscribe), "{address}");
    }
}

#[test]
fn a_domain_in_vietnamese_is_written_as_mail_servers_know_it() {
    let mailbox = mailbox(&party("", "hop-thu@cảicách.example")).unwrap();
    assert_eq!(mailbox.email.domain(), "xn--cicch-zqa7344c.example");
    assert_eq!(mailbox.name, None);
}
