//! Signatures, judged beside what pyHanko says of the same files.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use file_reading::signature::{Chain, Digest, Form, MessageFault, Proof, RangeFault, Signature, Trust, read};
use serde_json::Value;

use super::{sample, samples};

fn moment(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect("moment").to_utc()
}

fn trust() -> Trust {
    Trust::in_roots([sample("signed/root.der").as_slice()], moment("2024-03-15T03:00:00Z"))
}

fn signatures(name: &str) -> Vec<Signature> {
    read(&sample(&format!("signed/{name}")), &trust()).unwrap_or_else(|fault| panic!("{name}: {fault}"))
}

fn only(name: &str) -> Signature {
    let mut found = signatures(name);
    assert_eq!(found.len(), 1, "{name}");
    found.remove(0)
}

#[test]
fn the_verdicts_are_those_of_pyhanko() {
    let verdicts = std::fs::read_to_string(samples().join("signed/verdicts.json")).expect("verdicts");
    let verdicts: BTreeMap<String, Vec<Value>> = serde_json::from_str(&verdicts).expect("verdicts");
    let mut compared = 0;
    for (name, expected) in &verdicts {
        // pyHanko does not read the oldest form, and reads a curve that is not read here.
        if name == "sha1.pdf" || name == "p521.pdf" {
            continue;
        }
        let found: Vec<Signature> = signatures(name).into_iter().filter(|found| found.form != Form::DocumentTimestamp).collect();
        assert_eq!(found.len(), expected.len(), "{name}");
        for (found, expected) in found.iter().zip(expected) {
            let signer = found.signer.as_ref().expect("signer");
            assert_eq!(Value::from(found.field.as_str()), expected["field"], "{name}");
            assert_eq!(signer.common_name.as_deref().map(Value::from), Some(expected["signer"].clone()), "{name}");
            assert_eq!(found.bytes_match.map(Value::from), Some(expected["intact"].clone()), "{name}");
            assert_eq!(Value::from(found.proof == Proof::Verified), expected["valid"], "{name}");
            assert_eq!(Value::from(found.range.covers_whole_file()), expected["covers_whole_file"], "{name}");
            let trusted = found.is_intact() && found.chain.is_complete();
            assert_eq!(Value::from(trusted), expected["trusted"], "{name}");
            let digest = found.digest.map(|digest| format!("{digest:?}").to_lowercase());
            assert_eq!(digest.map(Value::from), Some(expected["digest"].clone()), "{name}");
            let stamped = found.timestamp.as_ref().map(|stamp| vec![stamp.matches, stamp.proof == Proof::Verified]);
            assert_eq!(stamped.map_or(Value::Null, Value::from), expected["stamped"], "{name}");
            compared += 1;
        }
    }
    assert_eq!(compared, 16);
}

#[test]
fn a_signature_tells_who_when_and_why() {
    let found = only("rsa.pdf");
    let signer = found.signer.clone().expect("signer");
    assert_eq!(signer.common_name.as_deref(), Some("Nguyễn Văn Mẫu"));
    assert_eq!(signer.organisation.as_deref(), Some("Sở Thí Dụ (tự đặt)"));
    assert_eq!(signer.issuer_common_name.as_deref(), Some("Cơ Quan Chứng Thực Mẫu"));
    assert_eq!((signer.serial.as_str(), signer.is_self_issued), ("10", false));
    assert_eq!((signer.not_before, signer.not_after), (moment("2023-01-01T00:00:00Z"), moment("2033-01-01T00:00:00Z")));
    assert_eq!(found.reason.as_deref(), Some("Phê duyệt số liệu mẫu"));
    assert_eq!(found.location.as_deref(), Some("Xã Giả Định"));
    assert_eq!(found.claimed_time.map(|time| time.to_utc()), Some(moment("2024-03-15T03:00:00Z")));
    assert_eq!(found.sealed_time, Some(moment("2024-03-15T03:00:00Z")));
    assert_eq!((found.form.clone(), found.digest, found.certification, found.fault), (Form::Detached, Some(Digest::Sha256), None, None));
    assert_eq!(found.chain, Chain::Complete { root: "Gốc Tin Cậy Mẫu".into() });
    assert!(found.is_intact() && found.certificate_was_current() == Some(true));
}

#[test]
fn a_later_update_is_told_and_two_signatures_stand_apart() {
    let appended = only("appended.pdf");
    assert!(appended.is_intact() && !appended.range.covers_whole_file());
    let original = sample("signed/rsa.pdf").len();
    assert_eq!(appended.range.bytes_after, sample("signed/appended.pdf").len() - original);
    let two = signatures("two.pdf");
    let names: Vec<&str> = two.iter().map(|found| found.field.as_str()).collect();
    assert_eq!(names, ["ChuKy1", "ChuKy2"]);
    assert!(two.iter().all(Signature::is_intact));
    assert_eq!((two[0].range.covers_whole_file(), two[1].range.covers_whole_file()), (false, true));
}

#[test]
fn an_authority_gives_a_better_time() {
    let found = only("cades-stamped.pdf");
    let stamp = found.timestamp.clone().expect("timestamp");
    assert!(stamp.is_sound() && stamp.chain.is_complete());
    assert_eq!(stamp.authority.and_then(|authority| authority.common_name).as_deref(), Some("Dấu Thời Gian Mẫu"));
    assert_eq!((found.form.clone(), found.best_time()), (Form::Cades, Some(stamp.time)));
    let whole = signatures("document-stamp.pdf");
    assert_eq!((whole.len(), &whole[1].form), (2, &Form::DocumentTimestamp));
    assert!(whole[1].is_intact() && whole[1].timestamp.as_ref().is_some_and(|stamp| stamp.is_sound()));
}

#[test]
fn the_oldest_form_is_verified_and_called_weak() {
    let found = only("sha1.pdf");
    assert_eq!(found.form, Form::Sha1Inside);
    assert!(found.is_intact() && found.digest.is_some_and(Digest::is_weak));
    let mut changed = sample("signed/sha1.pdf");
    changed[20] ^= 1;
    let found = read(&changed, &trust()).expect("signatures").remove(0);
    assert_eq!((found.bytes_match, found.is_intact()), (Some(false), false));
}

#[test]
fn an_unknown_curve_is_neither_right_nor_wrong() {
    let found = only("p521.pdf");
    assert_eq!((found.bytes_match, found.proof.clone()), (Some(true), Proof::Unsupported("curve 1.3.132.0.35".into())));
    assert!(!found.is_intact());
}

#[test]
fn chains_end_where_trust_ends() {
    assert_eq!(only("expired.pdf").chain, Chain::OutOfDate { name: "Chứng Thư Hết Hạn".into() });
    assert_eq!(only("expired.pdf").certificate_was_current(), Some(false));
    assert_eq!(only("self-made.pdf").chain, Chain::NoRoot { missing: "Tự Ký Mẫu".into() });
    let bytes = sample("signed/rsa.pdf");
    let chain = |trust: &Trust| read(&bytes, trust).expect("signatures").remove(0).chain;
    assert_eq!(chain(&Trust::none()), Chain::NotAsked);
    let other = Trust::in_roots([sample("signed/other-root.der").as_slice()], moment("2024-03-15T03:00:00Z"));
    assert_eq!(chain(&other), Chain::NoRoot { missing: "Gốc Tin Cậy Mẫu".into() });
    let late = Trust::in_roots([sample("signed/root.der").as_slice()], moment("2035-01-01T00:00:00Z"));
    assert_eq!(chain(&late), Chain::OutOfDate { name: "Nguyễn Văn Mẫu".into() });
    // A sound timestamp keeps the signature of a certificate that ran out since.
    let later = Trust::in_roots([sample("signed/root.der").as_slice()], moment("2026-01-01T00:00:00Z"));
    let stamped = read(&sample("signed/short-stamped.pdf"), &later).expect("signatures").remove(0);
    assert_eq!(stamped.chain, Chain::Complete { root: "Gốc Tin Cậy Mẫu".into() });
}

#[test]
fn every_signed_byte_counts() {
    let bytes = sample("signed/p256.pdf");
    let range = only("p256.pdf").range;
    let [_, first, second, second_length] = range.figures;
    let places = (0..first).step_by(97).chain((second..second + second_length).step_by(61));
    let mut asked = 0;
    for place in places {
        let mut changed = bytes.clone();
        changed[place] ^= 0x20;
        // Some changes make another file of it, which has no such signature; none leaves it intact.
        let found = read(&changed, &trust()).unwrap_or_default();
        assert!(!found.iter().any(Signature::is_intact), "byte {place}");
        asked += 1;
    }
    assert!(asked > 40);
}

#[test]
fn a_gap_that_hides_more_than_the_message_is_no_signature() {
    let bytes = String::from_utf8_lossy(&sample("signed/rsa.pdf")).into_owned();
    assert!(bytes.contains("/ByteRange"));
    let original = sample("signed/rsa.pdf");
    let [_, first, ..] = only("rsa.pdf").range.figures;
    let at = original.windows(10).position(|window| window == b"/ByteRange").expect("range");
    let figures = format!("{first}");
    let place = original[at..].windows(figures.len()).position(|window| window == figures.as_bytes()).expect("figure") + at;
    let mut wider = original;
    wider[place..place + figures.len()].copy_from_slice(format!("{}", first - 9).as_bytes());
    let found = read(&wider, &trust()).expect("signatures").remove(0);
    assert_eq!((found.range.fault, found.is_intact()), (Some(RangeFault::LeavesOutMore), false));
}

#[test]
fn words_put_in_place_of_the_signed_ones_are_noticed() {
    // An update points the field to a new description, with another reason, of the same message.
    let mut bytes = sample("signed/rsa.pdf");
    let text = |from: &str, until: &str| {
        let start = bytes.windows(from.len()).position(|window| window == from.as_bytes()).expect("start");
        let end = start + bytes[start..].windows(until.len()).position(|window| window == until.as_bytes()).expect("end");
        String::from_utf8_lossy(&bytes[start..end]).into_owned()
    };
    let range = text("/ByteRange", "]") + "]";
    let contents = text("/Contents <", ">") + ">";
    let head = text("/V ", " R");
    let number: u32 = head.split_whitespace().nth(1).expect("number").parse().expect("number");
    let root = text("/Root ", " R");
    let previous = text("startxref", "%%EOF");
    let previous = previous.split_whitespace().nth(1).expect("place");
    let last = String::from_utf8_lossy(&bytes)
        .rsplit("startxref")
        .next()
        .and_then(|rest| rest.split_whitespace().next().map(str::to_owned))
        .expect("place");
    assert_ne!(previous, last);
    let place = bytes.len();
    bytes.extend(format!("{number} 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /Reason (Another) {range} {contents} >>\nendobj\n").bytes());
    let table = bytes.len();
    bytes.extend(
        format!("xref\n{number} 1\n{place:010} 00000 n \ntrailer\n<< /Size 99 {root} R /Prev {last} >>\nstartxref\n{table}\n%%EOF\n")
            .bytes(),
    );
    let found = read(&bytes, &trust()).expect("signatures").remove(0);
    assert_eq!(found.reason.as_deref(), Some("Another"));
    assert_eq!((found.range.fault, found.is_intact()), (Some(RangeFault::Elsewhere), false));
}

#[test]
fn what_is_no_message_is_told() {
    let catalog = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [3 0 R 4 0 R 3 0 R] >> >>".to_vec();
    let pages = b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec();
    let other = b"<< /FT /Sig /T (a) /V << /SubFilter /adbe.x509.rsa_sha1 /Contents <00> >> >>".to_vec();
    let broken =
        b"<< /T (b) /Kids [ << /FT /Sig /T (c) /V << /SubFilter /adbe.pkcs7.detached /Contents <3003020101> >> >> 4 0 R ] >>".to_vec();
    let found = read(&super::pdf(&[catalog, pages, other, broken]), &Trust::none()).expect("signatures");
    let told: Vec<(&str, Option<MessageFault>)> = found.iter().map(|found| (found.field.as_str(), found.fault)).collect();
    assert_eq!(told, [("a", Some(MessageFault::UnknownForm)), ("b.c", Some(MessageFault::NotReadable))]);
    assert_eq!(found[0].form, Form::Other("adbe.x509.rsa_sha1".into()));
    assert_eq!(found[0].range.fault, Some(RangeFault::Absent));
    assert_eq!(read(&sample("document-libreoffice.pdf"), &Trust::none()), Ok(Vec::new()));
}
