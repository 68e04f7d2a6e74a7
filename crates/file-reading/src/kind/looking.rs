//! The marks that files begin with, and what hides behind them.

use super::office;
use super::{Finding, Kind, Letters, Warning};
use crate::pdf;

/// PDF readers look for the head in so many first bytes.
const PDF_HEAD: usize = 1024;
/// How far the head of a page or drawing is looked for.
const MARKUP_HEAD: usize = 4096;
/// A ZIP directory ends in so many last bytes: its record and the longest comment.
const ZIP_TAIL: usize = 22 + 65_535;

/// Tells what a file is by its content. A file of no bytes is [`Kind::Unknown`].
#[must_use]
pub fn look(bytes: &[u8]) -> Finding {
    let mut warnings = Vec::new();
    let (kind, letters) = told(bytes, &mut warnings);
    if kind != Kind::Zip && !is_package(kind) && ends_as_zip(bytes) {
        warnings.push(Warning::AlsoOfKind(Kind::Zip));
    }
    warnings.sort_unstable();
    warnings.dedup();
    Finding { kind, size: bytes.len() as u64, warnings, letters }
}

fn told(bytes: &[u8], warnings: &mut Vec<Warning>) -> (Kind, Option<Letters>) {
    let pdf_at = find(head(bytes, PDF_HEAD), b"%PDF-");
    if let Some(kind) = by_mark(bytes) {
        if pdf_at.is_some() {
            warnings.push(Warning::AlsoOfKind(Kind::Pdf));
        }
        let kind = match kind {
            Kind::Zip => office::look_into_package(bytes, warnings),
            Kind::Compound => office::look_into_compound(bytes, warnings),
            other => other,
        };
        return (kind, None);
    }
    let markup = by_markup(bytes);
    if let Some(at) = pdf_at {
        let before = bytes.get(..at).unwrap_or_default();
        let blank = before.iter().all(|byte| byte.is_ascii_whitespace() || [0xEF, 0xBB, 0xBF, 0].contains(byte));
        if blank {
            look_into_pdf(bytes, warnings);
            return (Kind::Pdf, None);
        }
        if let Some(kind) = markup {
            warnings.push(Warning::AlsoOfKind(Kind::Pdf));
            return (kind, None);
        }
        // A text may speak of PDF; a PDF has an end that leads to its table.
        if find(bytes, b"startxref").is_some() || find(bytes, b"endobj").is_some() {
            warnings.push(Warning::BytesBefore);
            look_into_pdf(bytes, warnings);
            return (Kind::Pdf, None);
        }
    }
    if let Some(kind) = markup {
        return (kind, None);
    }
    match letters_of(bytes) {
        Some(letters) => (Kind::Text, Some(letters)),
        None => (Kind::Unknown, None),
    }
}

fn by_mark(bytes: &[u8]) -> Option<Kind> {
    let starts = |mark: &[u8]| bytes.starts_with(mark);
    let at = |offset: usize, mark: &[u8]| bytes.get(offset..).is_some_and(|rest| rest.starts_with(mark));
    let kind = if starts(b"\x89PNG\r\n\x1a\n") {
        Kind::Png
    } else if starts(b"\xFF\xD8\xFF") {
        Kind::Jpeg
    } else if starts(b"GIF87a") || starts(b"GIF89a") {
        Kind::Gif
    } else if starts(b"RIFF") && at(8, b"WEBP") {
        Kind::WebP
    } else if starts(b"II*\0") || starts(b"MM\0*") {
        Kind::Tiff
    } else if at(4, b"ftyp") && [&b"heic"[..], b"heix", b"hevc", b"mif1", b"msf1", b"avif"].iter().any(|brand| at(8, brand)) {
        Kind::Heif
    } else if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        Kind::Zip
    } else if starts(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        Kind::Compound
    } else if starts(b"Rar!\x1A\x07") {
        Kind::Rar
    } else if starts(b"7z\xBC\xAF\x27\x1C") {
        Kind::SevenZip
    } else if starts(b"{\\rtf") {
        Kind::Rtf
    } else if is_program(bytes) {
        Kind::Program
    } else if starts(b"\x1F\x8B")
        || starts(b"BZh") && at(4, b"1AY&SY")
        || starts(b"\xFD7zXZ\0")
        || starts(b"\x28\xB5\x2F\xFD")
        || starts(b"MSCF")
        || at(257, b"ustar")
    {
        Kind::Archive
    } else {
        return None;
    };
    Some(kind)
}

fn is_program(bytes: &[u8]) -> bool {
    // A text may begin with MZ; a program has zeros in its head.
    let windows = bytes.starts_with(b"MZ") && head(bytes, 64).contains(&0);
    let marks: [&[u8]; 7] = [
        b"\x7FELF",
        b"\xCA\xFE\xBA\xBE",
        b"\xFE\xED\xFA\xCE",
        b"\xFE\xED\xFA\xCF",
        b"\xCE\xFA\xED\xFE",
        b"\xCF\xFA\xED\xFE",
        b"L\0\0\0\x01\x14\x02\0",
    ];
    windows || marks.iter().any(|mark| bytes.starts_with(mark))
}

/// Pages, drawings and scripts, which begin as text.
fn by_markup(bytes: &[u8]) -> Option<Kind> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text: Vec<u8> = match bytes {
        [0xFF, 0xFE, rest @ ..] => head(rest, 2 * MARKUP_HEAD).iter().step_by(2).copied().collect(),
        [0xFE, 0xFF, _, rest @ ..] => head(rest, 2 * MARKUP_HEAD).iter().step_by(2).copied().collect(),
        _ => head(bytes, MARKUP_HEAD).to_vec(),
    };
    let text = text.trim_ascii_start().to_ascii_lowercase();
    let starts = |mark: &str| text.starts_with(mark.as_bytes());
    let holds = |mark: &str| find(&text, mark.as_bytes()).is_some();
    let html = ["<!doctype html", "<html", "<head", "<body", "<script", "<iframe", "<style", "<title", "<table", "<div", "<meta"];
    if starts("#!") || starts("<?php") || starts("@echo off") {
        return Some(Kind::Script);
    }
    if html.iter().any(|mark| starts(mark)) || starts("mime-version:") && holds("content-type:") {
        return Some(Kind::Html);
    }
    if starts("<svg") {
        return Some(Kind::Svg);
    }
    if starts("<?xml") || starts("<!--") || starts("<!doctype") {
        let html = html.iter().take(5).any(|mark| holds(mark));
        return Some(if holds("<svg") {
            Kind::Svg
        } else if html {
            Kind::Html
        } else {
            Kind::Xml
        });
    }
    None
}

/// How the letters of a text are written, or nothing if the bytes are no text.
pub(crate) fn letters_of(bytes: &[u8]) -> Option<Letters> {
    if bytes.is_empty() {
        return None;
    }
    let is_control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{85}');
    let wide = |rest: &[u8], big: bool| {
        let units = rest
            .chunks_exact(2)
            .map(|pair| if big { u16::from_be_bytes([pair[0], pair[1]]) } else { u16::from_le_bytes([pair[0], pair[1]]) });
        rest.len().is_multiple_of(2) && char::decode_utf16(units).all(|c| c.is_ok_and(|c| !is_control(c)))
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => return wide(rest, false).then_some(Letters::Utf16Le),
        [0xFE, 0xFF, rest @ ..] => return wide(rest, true).then_some(Letters::Utf16Be),
        _ => {}
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (!text.chars().any(is_control)).then_some(Letters::Utf8);
    }
    // Bytes that windows-1258 leaves empty, and controls, stand in no text of it.
    let empty = [0x8A, 0x8D, 0x8E, 0x8F, 0x90, 0x9A, 0x9D, 0x9E];
    let stands = bytes.iter().all(|byte| !empty.contains(byte) && (*byte >= 0x20 && *byte != 0x7F || b"\t\n\r\x0C".contains(byte)));
    let plain = bytes.iter().filter(|byte| byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace()).count();
    (stands && plain * 2 > bytes.len()).then_some(Letters::Windows1258)
}

fn look_into_pdf(bytes: &[u8], warnings: &mut Vec<Warning>) {
    match pdf::nature(bytes) {
        Ok(nature) => {
            let told = [
                (nature.needs_password, Warning::Password),
                (nature.encrypted && !nature.needs_password, Warning::Restricted),
                (nature.active, Warning::ActiveContent),
                (nature.attachments, Warning::AttachedFiles),
            ];
            warnings.extend(told.into_iter().filter_map(|(yes, warning)| yes.then_some(warning)));
        }
        Err(_) => warnings.push(Warning::Damaged),
    }
}

const fn is_package(kind: Kind) -> bool {
    matches!(kind, Kind::Docx | Kind::Xlsx | Kind::Pptx | Kind::Odt | Kind::Ods | Kind::Odp | Kind::Program)
}

/// Whether the file ends with the directory of a ZIP archive, so that unpackers open it as one.
fn ends_as_zip(bytes: &[u8]) -> bool {
    let start = bytes.len().saturating_sub(ZIP_TAIL);
    let tail = bytes.get(start..).unwrap_or_default();
    tail.windows(22).enumerate().any(|(at, record)| {
        let comment = usize::from(u16::from_le_bytes([record[20], record[21]]));
        record.starts_with(b"PK\x05\x06") && at + 22 + comment == tail.len()
    })
}

fn head(bytes: &[u8], most: usize) -> &[u8] {
    bytes.get(..most).unwrap_or(bytes)
}

pub(super) fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
