//! Fonts: which letters a code stands for, and how wide it is.

use std::collections::BTreeMap;

use super::glyph;
use super::letters::{Letters, code};
use crate::pdf::{Dict, Object, Pdf};
use crate::text::legacy::is_legacy_font;

/// Widths of one font.
const MOST_WIDTHS: usize = 100_000;

/// A font as text needs it.
#[derive(Debug)]
pub(super) struct Font {
    letters: Letters,
    /// For fonts of one byte: the letters of each byte where there is no table.
    bytes: Vec<Option<String>>,
    composite: bool,
    widths: BTreeMap<u32, f64>,
    usual_width: f64,
    /// What widths are counted in: thousandths, or what a font of drawings says.
    unit: f64,
    pub(super) legacy: bool,
}

/// One sign of a string.
#[derive(Debug)]
pub(super) struct Sign {
    /// Its letters; nothing if the font does not tell them.
    pub(super) letters: Option<String>,
    /// Its width in units of text space at size 1.
    pub(super) width: f64,
    /// Whether the space between words is added: a code of one byte, 32.
    pub(super) is_blank: bool,
}

impl Font {
    pub(super) fn read(pdf: &Pdf<'_>, dict: &Dict) -> Self {
        let letters = match pdf.field(dict, "ToUnicode") {
            Some(Object::Stream(stream)) => pdf.unpack(&stream).map(|data| Letters::read(&data)).unwrap_or_default(),
            _ => Letters::default(),
        };
        pdf.spend(1000);
        let subtype = dict.get("Subtype").and_then(Object::name).unwrap_or_default();
        let composite = subtype == b"Type0";
        let mut font = Self {
            letters,
            bytes: Vec::new(),
            composite,
            widths: BTreeMap::new(),
            usual_width: if composite { 1000.0 } else { 500.0 },
            unit: 0.001,
            legacy: false,
        };
        let base = pdf.field(dict, "BaseFont");
        let name = base.as_ref().and_then(Object::name).map(String::from_utf8_lossy).unwrap_or_default();
        // With a table of letters the text is Unicode unless the letters themselves tell otherwise.
        font.legacy = is_legacy_font(&name) && font.letters.is_empty();
        if composite {
            font.read_composite(pdf, dict);
        } else {
            font.read_simple(pdf, dict);
            if subtype == b"Type3" {
                let matrix = pdf.field(dict, "FontMatrix");
                font.unit = matrix.as_ref().and_then(Object::array).and_then(|matrix| matrix.first()?.number()).map_or(0.001, f64::abs);
            }
        }
        font
    }

    fn read_composite(&mut self, pdf: &Pdf<'_>, dict: &Dict) {
        let descendant = match pdf.field(dict, "DescendantFonts") {
            Some(Object::Array(fonts)) => fonts.first().map(|font| pdf.resolve(font)),
            other => other,
        };
        let Some(descendant) = descendant.as_ref().and_then(Object::dict) else { return };
        if let Some(width) = pdf.field(descendant, "DW").and_then(|width| width.number()) {
            self.usual_width = width;
        }
        let Some(Object::Array(widths)) = pdf.field(descendant, "W") else { return };
        let mut rest = widths.as_slice();
        while let [first, second, after @ ..] = rest {
            let Some(first) = first.integer().and_then(|first| u32::try_from(first).ok()) else { return };
            match (pdf.resolve(second), after) {
                (Object::Array(list), _) => {
                    for (at, width) in (first..).zip(&list) {
                        self.width(at, width.number());
                    }
                    rest = after;
                }
                (last, [width, after @ ..]) => {
                    let last = last.integer().and_then(|last| u32::try_from(last).ok()).unwrap_or(first).min(first.saturating_add(0xFFFF));
                    pdf.spend(u64::from(last.saturating_sub(first)));
                    for at in first..=last {
                        self.width(at, width.number());
                    }
                    rest = after;
                }
                _ => return,
            }
        }
    }

    fn width(&mut self, code: u32, width: Option<f64>) {
        if let Some(width) = width
            && self.widths.len() < MOST_WIDTHS
        {
            self.widths.insert(code, width);
        }
    }

    fn read_simple(&mut self, pdf: &Pdf<'_>, dict: &Dict) {
        let first = pdf.field(dict, "FirstChar").and_then(|first| u32::try_from(first.integer()?).ok()).unwrap_or(0);
        if let Some(Object::Array(widths)) = pdf.field(dict, "Widths") {
            for (at, width) in (first..256).zip(&widths) {
                self.width(at, pdf.resolve(width).number());
            }
        }
        let missing = pdf.dict_field(dict, "FontDescriptor").and_then(|descriptor| pdf.field(&descriptor, "MissingWidth")?.number());
        if let Some(missing) = missing.filter(|missing| *missing > 0.0) {
            self.usual_width = missing;
        }
        let encoding = pdf.field(dict, "Encoding");
        let base = match &encoding {
            Some(Object::Name(name)) => name.clone(),
            Some(Object::Dict(encoding)) => {
                pdf.field(encoding, "BaseEncoding").and_then(|name| name.name().map(<[u8]>::to_vec)).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        self.bytes = (0..=255).map(|byte| glyph::of_byte(&base, byte).map(String::from)).collect();
        let Some(Object::Array(differences)) =
            encoding.as_ref().and_then(Object::dict).and_then(|encoding| pdf.field(encoding, "Differences"))
        else {
            return;
        };
        let mut at = 0_usize;
        for object in &differences {
            match object {
                Object::Name(name) => {
                    if let Some(letters) = self.bytes.get_mut(at) {
                        *letters = glyph::of_name(name);
                    }
                    at += 1;
                }
                other => at = other.integer().and_then(|at| usize::try_from(at).ok()).unwrap_or(at),
            }
        }
    }

    /// The signs of a string.
    pub(super) fn signs<'s>(&'s self, string: &'s [u8]) -> impl Iterator<Item = Sign> + 's {
        let mut rest = string;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let length = if self.composite { self.letters.length(rest, 2).min(rest.len()) } else { 1 };
            let (head, after) = rest.split_at(length);
            rest = after;
            let code = code(head);
            let by_encoding = || if self.composite { None } else { self.bytes.get(code as usize).cloned().flatten() };
            let letters = self.letters.of(code).filter(|letters| !letters.contains(['\0', '\u{FFFD}'])).or_else(by_encoding);
            let width = self.widths.get(&code).copied().unwrap_or(self.usual_width) * self.unit;
            Some(Sign { letters, width, is_blank: length == 1 && code == 32 })
        })
    }
}
