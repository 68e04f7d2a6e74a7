//! The parts of a DOCX file, unpacked under a limit, and the little that is needed of XML.

use std::io::{BufReader, Cursor, Read, Take};

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;
use zip::read::ZipFile;

use crate::fault::AnnexFault;
use crate::limits;

/// Parts that an archive may name.
const MOST_PARTS: usize = 10_000;
/// The beginning of a compound file: Word before 2007, and everything of Office with a password.
const COMPOUND: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// An archive, and how many bytes may still come out of it.
pub(super) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

pub(super) fn damaged(part: &str) -> AnnexFault {
    AnnexFault::Damaged { part: part.to_owned() }
}

fn too_large() -> AnnexFault {
    AnnexFault::UnpacksTooLarge { limit: limits::UNPACKED_BYTES }
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Package<'a>, AnnexFault> {
        if bytes.starts_with(&COMPOUND) {
            let encrypted: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
            let is_encrypted = bytes.windows(encrypted.len()).any(|window| window == encrypted.as_slice());
            return Err(if is_encrypted { AnnexFault::Encrypted } else { AnnexFault::OldWord });
        }
        if !bytes.starts_with(b"PK") {
            return Err(AnnexFault::NotDocx);
        }
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged("zip"))?;
        if zip.len() > MOST_PARTS {
            return Err(too_large());
        }
        let mut promised = 0_u64;
        for index in 0..zip.len() {
            let part = zip.by_index_raw(index).map_err(|_| damaged("zip"))?;
            // Pictures and other parts that are never unpacked may be as large as they like.
            if part.name().is_ok_and(|name| name.ends_with(".xml")) {
                promised = promised.saturating_add(part.size());
            }
        }
        if promised > limits::UNPACKED_BYTES {
            return Err(too_large());
        }
        Ok(Package { zip, left: limits::UNPACKED_BYTES })
    }

    /// Walks through a part, step by step; `false` if the archive has no such part.
    pub(super) fn walk(&mut self, name: &str, step: impl FnMut(Step<'_>) -> Result<(), AnnexFault>) -> Result<bool, AnnexFault> {
        let part = match self.zip.by_name(name) {
            Ok(part) => part,
            Err(zip::result::ZipError::FileNotFound) => return Ok(false),
            Err(zip::result::ZipError::UnsupportedArchive(reason)) if reason == zip::result::ZipError::PASSWORD_REQUIRED => {
                return Err(AnnexFault::Encrypted);
            }
            Err(_) => return Err(damaged(name)),
        };
        // One byte more than allowed may come, which shows that the part does not keep to what its directory promised.
        let mut source = BufReader::with_capacity(64 * 1024, part.take(self.left.saturating_add(1)));
        let answer = walk(name, &mut source, step);
        let rest = source.get_ref().limit();
        self.left = rest.saturating_sub(1);
        if rest == 0 {
            return Err(too_large());
        }
        answer.map(|()| true)
    }
}

/// One event of a part.
pub(super) enum Step<'a> {
    /// An element begins.
    Open(&'a BytesStart<'a>),
    /// An element ends; also one that ends where it begins.
    Close(&'a str),
    /// A piece of text.
    Text(&'a str),
}

fn walk<'p>(
    part: &str,
    source: &mut BufReader<Take<ZipFile<'p, Cursor<&[u8]>>>>,
    mut step: impl FnMut(Step<'_>) -> Result<(), AnnexFault>,
) -> Result<(), AnnexFault> {
    let broken = || damaged(part);
    let mut reader = Reader::from_reader(source);
    let mut buffer = Vec::new();
    let mut depth = 0_usize;
    loop {
        match reader.read_event_into(&mut buffer).map_err(|_| broken())? {
            Event::Start(element) => {
                depth += 1;
                if depth > limits::DEPTH {
                    return Err(AnnexFault::TooDeep { limit: limits::DEPTH });
                }
                step(Step::Open(&element))?;
            }
            Event::Empty(element) => {
                step(Step::Open(&element))?;
                step(Step::Close(element.local_name().as_ref()))?;
            }
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                step(Step::Close(element.local_name().as_ref()))?;
            }
            Event::Text(text) => step(Step::Text(&text.xml10_content()))?,
            Event::CData(text) => step(Step::Text(&text.xml10_content()))?,
            Event::GeneralRef(name) => step(Step::Text(&referred(&name).ok_or_else(broken)?))?,
            // A document type can only be there to do harm: no part of an office file has one.
            Event::DocType(_) => return Err(broken()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
        buffer.clear();
    }
    if depth == 0 { Ok(()) } else { Err(broken()) }
}

fn referred(name: &BytesRef<'_>) -> Option<String> {
    if let Some(sign) = name.resolve_char_ref().ok()? {
        return Some(sign.to_string());
    }
    let sign = match &*name.xml10_content() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return None,
    };
    Some(sign.to_owned())
}

/// The value of an attribute, told by its local name.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)
        .and_then(|attribute| attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned))
}

/// The number in the attribute `val`.
pub(super) fn number(element: &BytesStart<'_>) -> Option<usize> {
    attribute(element, "val").and_then(|value| value.trim().parse().ok())
}
