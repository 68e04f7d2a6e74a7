//! What a file is, told by its bytes.

use crate::fault::Rule;

/// The beginning of a compound file: Office before 2007, and everything of Office with a password.
const COMPOUND: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

pub(super) enum FileKind {
    /// An archive of the kind that XLSX is.
    Archive,
    /// A text.
    Text,
    /// Something that is not read here.
    Refused(Rule),
}

pub(super) fn of(bytes: &[u8]) -> FileKind {
    let wide = |name: &str| -> Vec<u8> { name.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let holds = |name: &str| {
        let name = wide(name);
        bytes.windows(name.len()).any(|window| window == name.as_slice())
    };
    if bytes.is_empty() {
        return FileKind::Refused(Rule::EmptyFile);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return FileKind::Archive;
    }
    if bytes.starts_with(&COMPOUND) {
        return FileKind::Refused(if holds("EncryptedPackage") {
            Rule::Encrypted
        } else if holds("Workbook") || holds("Book") {
            Rule::OldExcel
        } else {
            Rule::OtherKind
        });
    }
    let has_wide_mark = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    if bytes.starts_with(b"%PDF") || (bytes.contains(&0) && !has_wide_mark) {
        return FileKind::Refused(Rule::OtherKind);
    }
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let start: Vec<u8> = start.iter().take(16).map(u8::to_ascii_lowercase).collect();
    let tags: [&[u8]; 6] = [b"<!doctype", b"<html", b"<table", b"<head", b"<?xml", b"<meta"];
    if tags.iter().any(|tag| start.starts_with(tag)) {
        return FileKind::Refused(Rule::MarkupFile);
    }
    FileKind::Text
}
