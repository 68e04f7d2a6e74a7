//! What a file is, by its content.

use file_reading::kind::{Letters, look};
use file_reading::{Fault, Kind, Policy, Warning};

use super::{package, sample};

fn kind(bytes: &[u8]) -> Kind {
    look(bytes).kind
}

#[test]
fn samples_are_told_by_their_content() {
    for (name, expected, warnings) in [
        ("document-libreoffice.pdf", Kind::Pdf, vec![]),
        ("document-chromium.pdf", Kind::Pdf, vec![]),
        ("packed.pdf", Kind::Pdf, vec![]),
        ("restricted-rc4.pdf", Kind::Pdf, vec![Warning::Restricted]),
        ("restricted-aes128.pdf", Kind::Pdf, vec![Warning::Restricted]),
        ("restricted-aes256.pdf", Kind::Pdf, vec![Warning::Restricted]),
        ("password.pdf", Kind::Pdf, vec![Warning::Password]),
        ("document.docx", Kind::Docx, vec![]),
        ("macros.docm", Kind::Docx, vec![Warning::Macros]),
        ("sheets.xlsx", Kind::Xlsx, vec![]),
        ("slides.pptx", Kind::Pptx, vec![]),
        ("document.odt", Kind::Odt, vec![]),
        ("password.odt", Kind::Odt, vec![Warning::Password]),
        ("sheets.ods", Kind::Ods, vec![]),
        ("slides.odp", Kind::Odp, vec![]),
        ("document.doc", Kind::Doc, vec![]),
        ("sheets.xls", Kind::Xls, vec![]),
        ("password.xlsx", Kind::ProtectedOffice, vec![Warning::Password]),
        ("picture.png", Kind::Png, vec![]),
        ("picture.jpg", Kind::Jpeg, vec![]),
        ("picture.gif", Kind::Gif, vec![]),
        ("picture.webp", Kind::WebP, vec![]),
        ("picture.tiff", Kind::Tiff, vec![]),
    ] {
        let finding = look(&sample(name));
        assert_eq!((finding.kind, finding.warnings), (expected, warnings), "{name}");
    }
}

#[test]
fn what_is_dangerous_is_known_by_name() {
    let tar = [vec![b'a'; 257], b"ustar\0".to_vec(), vec![0; 300]].concat();
    for (bytes, expected) in [
        (&b"MZ\x90\0\x03\0\0\0"[..], Kind::Program),
        (b"\x7FELF\x02\x01\x01", Kind::Program),
        (b"L\0\0\0\x01\x14\x02\0\0\0\0\0", Kind::Program),
        (b"#!/bin/sh\nrm -r x\n", Kind::Script),
        (b"<?php system($_GET['x']);", Kind::Script),
        (b"@echo off\r\ndel x", Kind::Script),
        (b"  \n<!DOCTYPE html><p>", Kind::Html),
        (b"\xEF\xBB\xBF<HTML><body>", Kind::Html),
        (b"\xFF\xFE<\0s\0c\0r\0i\0p\0t\0>\0", Kind::Html),
        (b"<!-- hello --><html>", Kind::Html),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", Kind::Html),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", Kind::Svg),
        (b"<?xml version='1.0'?><!-- --><svg/>", Kind::Svg),
        (b"<?xml version='1.0'?><a/>", Kind::Xml),
        (b"Rar!\x1A\x07\x01\0", Kind::Rar),
        (b"7z\xBC\xAF\x27\x1C\0\x04", Kind::SevenZip),
        (b"\x1F\x8B\x08\0", Kind::Archive),
        (tar.as_slice(), Kind::Archive),
        (b"{\\rtf1\\ansi", Kind::Rtf),
        (b"\0\x01\x02\x03", Kind::Unknown),
        (b"", Kind::Unknown),
    ] {
        assert_eq!(kind(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(kind(&package(&[("a.txt", b"a")])), Kind::Zip);
    assert_eq!(kind(&package(&[("META-INF/MANIFEST.MF", b"Main-Class: X")])), Kind::Program);
}

#[test]
fn plain_text_tells_how_its_letters_are_written() {
    let wide = |big: bool| {
        let mark = if big { [0xFE, 0xFF] } else { [0xFF, 0xFE] };
        let units = "Tỷ lệ".encode_utf16().flat_map(move |unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
        mark.into_iter().chain(units).collect::<Vec<u8>>()
    };
    for (bytes, expected) in [
        (b"plain words\n".to_vec(), Letters::Utf8),
        ("Tỷ lệ đúng hạn\n".as_bytes().to_vec(), Letters::Utf8),
        (wide(false), Letters::Utf16Le),
        (wide(true), Letters::Utf16Be),
        (b"T\xFD l\xEA \xF0\xFAng h\xE0n\n".to_vec(), Letters::Windows1258),
    ] {
        let finding = look(&bytes);
        assert_eq!((finding.kind, finding.letters), (Kind::Text, Some(expected)), "{bytes:?}");
    }
    assert_eq!(kind(b"words with \0 in them"), Kind::Unknown);
    assert_eq!(kind(b"A text may speak of %PDF-1.7 without being one."), Kind::Text);
}

#[test]
fn a_file_of_two_kinds_is_told() {
    let pdf = sample("scan.pdf");
    let html = look(&[b"<html><script>x()</script>\n", pdf.as_slice()].concat());
    assert_eq!((html.kind, html.warnings), (Kind::Html, vec![Warning::AlsoOfKind(Kind::Pdf)]));
    let picture = look(&[b"GIF89a", pdf.as_slice()].concat());
    assert!(picture.has(Warning::AlsoOfKind(Kind::Pdf)));
    let junk = look(&[b"some bytes first\n", pdf.as_slice()].concat());
    assert_eq!((junk.kind, junk.warnings), (Kind::Pdf, vec![Warning::BytesBefore]));
    let archive = look(&[pdf.as_slice(), &package(&[("x.exe", b"MZ")])].concat());
    assert_eq!((archive.kind, archive.warnings), (Kind::Pdf, vec![Warning::AlsoOfKind(Kind::Zip)]));
}

#[test]
fn a_pdf_that_acts_when_opened_is_told() {
    let catalog = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /J#61vaScript /JS (x) >> >>".to_vec();
    let pages = b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec();
    let finding = look(&super::pdf(&[catalog, pages.clone()]));
    assert_eq!(finding.warnings, [Warning::ActiveContent]);
    let catalog = b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [] >> >> >>".to_vec();
    assert_eq!(look(&super::pdf(&[catalog, pages])).warnings, [Warning::AttachedFiles]);
}

#[test]
fn a_template_from_elsewhere_is_told() {
    let types =
        b"<Types><Override ContentType='application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>";
    let relations = b"<Relationships><Relationship Type='x/attachedTemplate' Target='https://example.org/x.dotm' TargetMode='External'/></Relationships>";
    let finding = look(&package(&[("[Content_Types].xml", types), ("word/_rels/settings.xml.rels", relations)]));
    assert_eq!((finding.kind, finding.warnings), (Kind::Docx, vec![Warning::RemoteTemplate]));
}

#[test]
fn the_policy_names_every_fault() {
    let policy = Policy::evidence();
    let refused = |name: &str, bytes: &[u8]| policy.check(name, bytes).expect_err("must be refused");
    assert_eq!(refused("a.pdf", b""), [Fault::Empty]);
    assert_eq!(
        refused("a.pdf", b"<html>"),
        [Fault::WrongKind(Kind::Html), Fault::NameDisagrees { extension: "pdf".into(), kind: Kind::Html }]
    );
    assert_eq!(refused("a.xlsx", &sample("password.xlsx")), [Fault::Password(Kind::ProtectedOffice)]);
    assert_eq!(refused("a.pdf", &sample("password.pdf")), [Fault::Password(Kind::Pdf)]);
    assert_eq!(refused("a.docm", &sample("macros.docm")), [Fault::Macros(Kind::Docx)]);
    assert_eq!(refused("bao-cao.docx.exe", &sample("document.docx")), [Fault::NameDisagrees { extension: "exe".into(), kind: Kind::Docx }]);
    let two = [sample("scan.pdf").as_slice(), &package(&[("x", b"x")])].concat();
    assert_eq!(refused("a.pdf", &two), [Fault::TwoKinds { kind: Kind::Pdf }]);
    let small = Policy::none().with(Kind::Png, 99);
    assert_eq!(small.check("a.png", &sample("picture.png")), Err(vec![Fault::TooLarge { kind: Kind::Png, size: 100, limit: 99 }]));
    let head = sample("document-reportlab.pdf")[..300].to_vec();
    assert_eq!(refused("a.pdf", &head), [Fault::Damaged { kind: Kind::Pdf, place: "structure" }]);
    assert_eq!(policy.check("Báo cáo.PDF", &sample("document-libreoffice.pdf")).map(|finding| finding.kind), Ok(Kind::Pdf));
    assert!(policy.check("so-lieu.csv", "Xã;Điểm\n".as_bytes()).is_ok());
}

#[test]
fn codes_and_kinds_lead_to_each_other() {
    for kind in Kind::ALL {
        assert_eq!(Kind::of_code(kind.code()), Some(kind));
    }
    assert_eq!(Kind::of_code("nothing"), None);
    assert_eq!(Policy::evidence().largest(), 50 * 1024 * 1024);
}
