//! The text of a file, in reading order, with the place where each part stands.

mod legacy;
mod open_document;
mod pdf;
mod plain;
mod sheet;
mod slide;
mod word;
mod xml;

pub(crate) use pdf::shown;
use unicode_normalization::UnicodeNormalization;

use crate::{Fault, Kind};

/// What reading a text may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of text that are given out; what is beyond is cut, and [`Text::cut`] says so.
    pub text_bytes: usize,
    /// Pages, sheets or slides that are read; the rest is cut.
    pub parts: usize,
    /// Bytes that may be unpacked in all; a file that needs more is a [`Fault::Beyond`].
    pub unpacked_bytes: u64,
    /// Objects and operators of a PDF that may be read; a file that needs more is a [`Fault::Beyond`].
    pub work: u64,
}

impl Default for Limits {
    /// 8 MiB of text, 5,000 parts, 48 MiB unpacked, 20 million objects.
    fn default() -> Self {
        Self { text_bytes: 8 * 1024 * 1024, parts: 5_000, unpacked_bytes: 48 * 1024 * 1024, work: 20_000_000 }
    }
}

/// Where a part of the text stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file without pages: body of a document with its notes, or a plain text.
    Body,
    /// What stands at the head of every page of a document.
    Headers,
    /// What stands at the foot of every page of a document.
    Footers,
    /// A page of a PDF, from 1.
    Page(u32),
    /// A sheet of a workbook.
    Sheet {
        /// Its place in the workbook, from 1.
        number: u32,
        /// Its name.
        name: String,
    },
    /// A slide of a presentation, from 1.
    Slide(u32),
}

/// A part of the text: composed (NFC), lines parted by `\n`, cells of a row by tabs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Where it stands.
    pub place: Place,
    /// What is written there; empty for a page without text.
    pub text: String,
}

/// The text of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// The parts in reading order.
    pub parts: Vec<Part>,
    /// Whether letters are written in TCVN3 or VNI (fonts `.VnTime`, `VNI-Times`), so that the text
    /// must be converted before anyone can read or search it.
    pub legacy_encoding: bool,
    /// Whether a limit cut the text.
    pub cut: bool,
    /// Signs of a PDF that its fonts do not tell the letters of.
    pub unmapped: u64,
}

impl Text {
    /// All parts, one below the other.
    #[must_use]
    pub fn joined(&self) -> String {
        let parts: Vec<&str> = self.parts.iter().map(|part| part.text.as_str()).filter(|text| !text.is_empty()).collect();
        parts.join("\n")
    }

    /// Whether nothing is written anywhere.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.parts.iter().all(|part| part.text.trim().is_empty())
    }
}

/// Reads the text of a file whose kind was told by [`crate::kind::look`].
///
/// # Errors
///
/// [`Fault::NotReadable`] for kinds without readable text, [`Fault::Password`], [`Fault::Damaged`],
/// [`Fault::Beyond`], [`Fault::Empty`].
pub fn read(bytes: &[u8], kind: Kind, limits: &Limits) -> Result<Text, Fault> {
    if bytes.is_empty() {
        return Err(Fault::Empty);
    }
    crate::guarded(kind, || {
        let mut text = match kind {
            Kind::Pdf => pdf::read(bytes, limits)?,
            Kind::Docx => word::read(bytes, limits)?,
            Kind::Xlsx => sheet::read(bytes, limits)?,
            Kind::Pptx => slide::read(bytes, limits)?,
            Kind::Odt | Kind::Ods | Kind::Odp => open_document::read(bytes, kind, limits)?,
            Kind::Text => plain::read(bytes, limits)?,
            Kind::ProtectedOffice => return Err(Fault::Password(kind)),
            other => return Err(Fault::NotReadable(other)),
        };
        text.legacy_encoding = text.legacy_encoding || legacy::written_in_tcvn3(text.parts.iter().map(|part| part.text.as_str()));
        Ok(text)
    })
}

/// Gathers text up to a bound.
#[derive(Debug)]
struct Gatherer {
    text: Text,
    current: String,
    left: usize,
    parts: usize,
}

impl Gatherer {
    fn new(limits: &Limits) -> Self {
        Self { text: Text::default(), current: String::new(), left: limits.text_bytes, parts: limits.parts }
    }

    /// Adds to the current part; says whether there is room for more.
    fn push(&mut self, text: &str) -> bool {
        if text.len() > self.left {
            self.text.cut = true;
            let mut end = self.left;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            self.current.push_str(text.get(..end).unwrap_or_default());
            self.left = 0;
            return false;
        }
        self.left -= text.len();
        self.current.push_str(text);
        true
    }

    /// Ends the line unless it is empty.
    fn line(&mut self) {
        if !self.current.is_empty() && !self.current.ends_with('\n') {
            self.push("\n");
        }
    }

    /// Closes the current part; says whether there is room for another.
    fn close(&mut self, place: Place) -> bool {
        let text = tidy(&std::mem::take(&mut self.current));
        self.text.parts.push(Part { place, text });
        if self.text.parts.len() >= self.parts {
            return false;
        }
        self.left > 0
    }

    /// Closes the current part unless nothing is written in it.
    fn close_if_written(&mut self, place: Place) {
        if self.current.trim().is_empty() {
            self.current.clear();
        } else {
            self.close(place);
        }
    }
}

/// Composes letters, drops what nobody sees, and leaves one blank where there are several.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            '\u{AD}' | '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => {}
            '\u{FB00}' => tidied.push_str("ff"),
            '\u{FB01}' => tidied.push_str("fi"),
            '\u{FB02}' => tidied.push_str("fl"),
            '\u{FB03}' => tidied.push_str("ffi"),
            '\u{FB04}' => tidied.push_str("ffl"),
            '\n' => {
                tidied.truncate(tidied.trim_end_matches([' ', '\t']).len());
                if !tidied.ends_with("\n\n") {
                    tidied.push('\n');
                }
            }
            '\t' => {
                tidied.truncate(tidied.trim_end_matches(' ').len());
                tidied.push('\t');
            }
            c if c.is_control() => {}
            c if c.is_whitespace() => {
                if !tidied.ends_with([' ', '\n', '\t']) {
                    tidied.push(' ');
                }
            }
            c => tidied.push(c),
        }
    }
    tidied.trim_matches(['\n', ' ', '\t']).to_owned()
}
