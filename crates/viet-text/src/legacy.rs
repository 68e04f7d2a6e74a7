//! Text from the time before Unicode: finding TCVN3 (ABC) and VNI, and writing it in Unicode.
//!
//! Such text came with fonts that draw Vietnamese letters in the places of Western ones. Programs of today show it as
//! Western letters: `Hµ Néi` (TCVN3) or `Haø Noäi` (VNI) for Hà Nội. What is here takes a text in that form, each
//! byte as the letter of Windows-1252 that has its number.
//!
//! # How it is found
//!
//! Words with Western marks are counted. A word *gains* if it is no Vietnamese syllable as it stands and becomes one
//! when it is converted. A word that is a syllable both ways says nothing and is not counted. A text is taken for a
//! legacy one if at least two words gain, and they are at least [`LEAST_SHARE`] of all that are counted. Proper Vietnamese has nothing to gain, and words of French, English or
//! German with marks do not become Vietnamese syllables. Nothing is ever converted without being asked for: what is
//! found is an offer.
//!
//! # Sources
//!
//! * TCVN3: 74 bytes, each equal to TCVN 5712-1 as GNU libc converts it; compared in the tests. The standard's
//!   combining tones (bytes B0 to B4) are taken only behind a vowel, so that m² and 5° stay as they are. TCVN3 has no
//!   capitals with tones; see [`convert`].
//! * VNI for Windows: written from general knowledge of the encoding; the 134 letters agree with the table of
//!   the input method xvnkb, and 130 of them with that of the npm package vietnamese-conversion, which writes ỹ as the
//!   byte of ì and so cannot be right about it. Not checked against a paper of the maker: unverified.
//! * Names of fonts ([`Font::of`]): general knowledge, unverified.

mod tcvn3;
mod vni;

use crate::syllable::is_syllable;

/// Share of the words with marks that must gain.
pub const LEAST_SHARE: f64 = 0.8;
/// Words of doubt that are added when confidence is computed.
const DOUBT: f64 = 2.0;
/// Least confidence with which something is offered: as many words gain as there is doubt.
const LEAST_CONFIDENCE: f64 = 0.5;

/// An encoding of Vietnamese from before Unicode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// TCVN3, of the fonts called ABC (`.VnTime`): one byte for each letter.
    Tcvn3,
    /// VNI for Windows (`VNI-Times`): most letters are a base letter and a byte for its marks.
    Vni,
}

impl Encoding {
    /// All of them.
    pub const ALL: [Encoding; 2] = [Encoding::Tcvn3, Encoding::Vni];

    /// The name in files and addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Encoding::Tcvn3 => "tcvn3",
            Encoding::Vni => "vni",
        }
    }

    /// The name that people know.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Tcvn3 => "TCVN3 (ABC)",
            Encoding::Vni => "VNI",
        }
    }
}

/// What was found in a text or in many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detection {
    /// The encoding it seems to be in.
    pub encoding: Encoding,
    /// Words with marks that were counted.
    pub words: usize,
    /// Those among them that become Vietnamese syllables by the conversion and were none before.
    pub gained: usize,
    /// From 0 to 1: words gained over words with marks and two words of doubt. Two words alone give 0.5, the least
    /// that is offered; twenty give 0.91.
    pub confidence: f64,
}

/// A text with the offer to write it in Unicode.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The encoding it seems to be in.
    pub encoding: Encoding,
    /// The text in Unicode, composed (NFC).
    pub converted: String,
    /// Share of the signs of the text that the conversion changes, from 0 to 1.
    pub changed_share: f64,
    /// As in [`Detection`].
    pub confidence: f64,
}

/// Looks whether a text is in a legacy encoding, and offers it in Unicode.
///
/// ```
/// use viet_text::legacy::{Encoding, suggest};
/// let offer = suggest("Uûy ban nhaân daân thaønh phoá").unwrap();
/// assert_eq!(offer.encoding, Encoding::Vni);
/// assert_eq!(offer.converted, "Ủy ban nhân dân thành phố");
/// assert_eq!(suggest("Ủy ban nhân dân thành phố"), None);
/// ```
#[must_use]
pub fn suggest(text: &str) -> Option<Suggestion> {
    let Detection { encoding, confidence, .. } = detect([text])?;
    let (converted, changed) = convert_counting(text, encoding);
    let signs = text.chars().count();
    #[expect(clippy::cast_precision_loss, reason = "a share for people; no text has 2^52 signs")]
    let changed_share = changed as f64 / signs.max(1) as f64;
    Some(Suggestion { encoding, converted, changed_share, confidence })
}

/// Looks whether several texts, such as the cells of a column, are in a legacy encoding.
#[must_use]
pub fn detect<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<Detection> {
    let mut counts = [Count::default(); 2];
    for text in texts {
        if text.is_ascii() {
            continue;
        }
        for word in words(text) {
            for (count, encoding) in counts.iter_mut().zip(Encoding::ALL) {
                count.add(word, encoding);
            }
        }
    }
    let found = counts.iter().zip(Encoding::ALL).filter_map(|(count, encoding)| count.detection(encoding));
    found.max_by(|left, right| left.confidence.total_cmp(&right.confidence))
}

/// Writes a text in Unicode, composed (NFC). What the encoding does not use stays as it is.
///
/// TCVN3 has no capitals with tones. Letters that it changes become capitals where the plain letters of the word are
/// at least two and all capitals, or where those of the whole text are at least three and all capitals: `CéNG HßA`
/// becomes CỘNG HÒA. A capital with its small letter behind it (`Aµ` for À) is one capital, as the npm package
/// vietnamese-conversion writes it; not seen in files of offices. Text whose capitals come from the font alone stays small; [`Font`] tells them.
#[must_use]
pub fn convert(text: &str, encoding: Encoding) -> String {
    convert_counting(text, encoding).0
}

/// Whether a single text may well be in this encoding: at least one word gains, and every word with marks becomes a
/// Vietnamese syllable.
#[must_use]
pub fn fits(text: &str, encoding: Encoding) -> bool {
    let mut count = Count::default();
    words(text).for_each(|word| count.add(word, encoding));
    count.gained > 0 && count.gained == count.words
}

/// Whether a text has letters of Vietnamese that only Unicode has, so that it is in no legacy encoding as a whole.
#[must_use]
pub fn has_unicode_vietnamese(text: &str) -> bool {
    text.chars().any(|sign| matches!(sign, 'Ă' | 'ă' | 'Đ' | 'đ' | 'Ĩ' | 'ĩ' | 'Ũ' | 'ũ' | 'Ơ' | 'ơ' | 'Ư' | 'ư' | '\u{1ea0}'..='\u{1ef9}'))
}

fn convert_counting(text: &str, encoding: Encoding) -> (String, usize) {
    match encoding {
        Encoding::Tcvn3 => tcvn3::convert(text),
        Encoding::Vni => vni::convert(text),
    }
}

/// Words of letters, Western signs that stand for letters among them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let parts = |sign: char| sign.is_whitespace() || sign.is_ascii_punctuation() || sign.is_ascii_digit();
    text.split(parts).filter(|word| !word.is_empty())
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    words: usize,
    gained: usize,
}

impl Count {
    fn add(&mut self, word: &str, encoding: Encoding) {
        // A sign alone, such as « or ®, says nothing.
        if word.is_ascii() || !word.contains(|sign: char| sign.is_ascii_alphabetic()) {
            return;
        }
        // Most words of most texts: they need no closer look.
        if has_unicode_vietnamese(word) || !is_syllable(&convert(word, encoding)) {
            self.words += 1;
        } else if !is_syllable(word) {
            self.words += 1;
            self.gained += 1;
        }
    }

    fn detection(self, encoding: Encoding) -> Option<Detection> {
        #[expect(clippy::cast_precision_loss, reason = "a share for people; no text has 2^52 words")]
        let (gained, words) = (self.gained as f64, self.words as f64);
        let confidence = gained / (words + DOUBT);
        let found = self.gained >= 2 && gained >= LEAST_SHARE * words && confidence >= LEAST_CONFIDENCE;
        found.then_some(Detection { encoding, words: self.words, gained: self.gained, confidence })
    }
}

/// What the name of a font says of the text in it. Unverified; it supports what the letters say and never decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Font {
    /// A font of TCVN3, such as `.VnTime`.
    Tcvn3,
    /// A font of TCVN3 that draws small letters as capitals; its name ends in H, as `.VnTimeH`.
    Tcvn3Capitals,
    /// A font of VNI, such as `VNI-Times`.
    Vni,
}

impl Font {
    /// Reads the name of a font.
    ///
    /// ```
    /// use viet_text::legacy::Font;
    /// assert_eq!(Font::of(".VnTimeH"), Some(Font::Tcvn3Capitals));
    /// assert_eq!(Font::of("Times New Roman"), None);
    /// ```
    #[must_use]
    pub fn of(name: &str) -> Option<Font> {
        let name = name.trim();
        let lower = name.to_lowercase();
        if lower.starts_with(".vn") {
            return Some(if name.ends_with('H') { Font::Tcvn3Capitals } else { Font::Tcvn3 });
        }
        lower.starts_with("vni-").then_some(Font::Vni)
    }

    /// The encoding that goes with it.
    #[must_use]
    pub fn encoding(self) -> Encoding {
        match self {
            Font::Tcvn3 | Font::Tcvn3Capitals => Encoding::Tcvn3,
            Font::Vni => Encoding::Vni,
        }
    }
}
