//! Letters of fonts that carry no table: by the encodings of ISO 32000-2 annex D and by the names of
//! glyphs. Names of Vietnamese letters (`acircumflexacute`, `uhornhookabove`) are composed of a base
//! and its marks, so no list of them is needed.

use encoding_rs::{MACINTOSH, WINDOWS_1252};
use unicode_normalization::UnicodeNormalization;

/// The letter of a byte in an encoding; that of Windows where none is named.
pub(super) fn of_byte(encoding: &[u8], byte: u8) -> Option<char> {
    if byte < 0x20 {
        return None;
    }
    let table = match encoding {
        b"MacRomanEncoding" => MACINTOSH,
        b"StandardEncoding" => return standard(byte),
        _ => WINDOWS_1252,
    };
    table.decode_without_bom_handling(&[byte]).0.chars().next()
}

fn standard(byte: u8) -> Option<char> {
    const HIGH: [(u8, char); 52] = [
        (0xA1, '¡'),
        (0xA2, '¢'),
        (0xA3, '£'),
        (0xA4, '⁄'),
        (0xA5, '¥'),
        (0xA6, 'ƒ'),
        (0xA7, '§'),
        (0xA8, '¤'),
        (0xA9, '\''),
        (0xAA, '“'),
        (0xAB, '«'),
        (0xAC, '‹'),
        (0xAD, '›'),
        (0xAE, 'ﬁ'),
        (0xAF, 'ﬂ'),
        (0xB1, '–'),
        (0xB2, '†'),
        (0xB3, '‡'),
        (0xB4, '·'),
        (0xB6, '¶'),
        (0xB7, '•'),
        (0xB8, '‚'),
        (0xB9, '„'),
        (0xBA, '”'),
        (0xBB, '»'),
        (0xBC, '…'),
        (0xBD, '‰'),
        (0xBF, '¿'),
        (0xC1, '`'),
        (0xC2, '´'),
        (0xC3, 'ˆ'),
        (0xC4, '˜'),
        (0xC5, '¯'),
        (0xC6, '˘'),
        (0xC7, '˙'),
        (0xC8, '¨'),
        (0xCA, '˚'),
        (0xCB, '¸'),
        (0xCD, '˝'),
        (0xCE, '˛'),
        (0xCF, 'ˇ'),
        (0xD0, '—'),
        (0xE1, 'Æ'),
        (0xE3, 'ª'),
        (0xE8, 'Ł'),
        (0xE9, 'Ø'),
        (0xEA, 'Œ'),
        (0xEB, 'º'),
        (0xF1, 'æ'),
        (0xF5, 'ı'),
        (0xF8, 'ł'),
        (0xFB, 'ß'),
    ];
    match byte {
        0x27 => Some('’'),
        0x60 => Some('‘'),
        0x20..=0x7E => Some(char::from(byte)),
        0xF9 => Some('ø'),
        0xFA => Some('œ'),
        _ => HIGH.iter().find(|(code, _)| *code == byte).map(|(_, letter)| *letter),
    }
}

const MARKS: [(&str, char); 16] = [
    ("circumflex", '\u{302}'),
    ("hookabove", '\u{309}'),
    ("dotaccent", '\u{307}'),
    ("dotbelow", '\u{323}'),
    ("dieresis", '\u{308}'),
    ("cedilla", '\u{327}'),
    ("ogonek", '\u{328}'),
    ("macron", '\u{304}'),
    ("caron", '\u{30C}'),
    ("breve", '\u{306}'),
    ("grave", '\u{300}'),
    ("acute", '\u{301}'),
    ("tilde", '\u{303}'),
    ("hook", '\u{309}'),
    ("horn", '\u{31B}'),
    ("ring", '\u{30A}'),
];

const NAMES: [(&str, &str); 86] = [
    ("space", " "),
    ("exclam", "!"),
    ("quotedbl", "\""),
    ("numbersign", "#"),
    ("dollar", "$"),
    ("percent", "%"),
    ("ampersand", "&"),
    ("quotesingle", "'"),
    ("parenleft", "("),
    ("parenright", ")"),
    ("asterisk", "*"),
    ("plus", "+"),
    ("comma", ","),
    ("hyphen", "-"),
    ("period", "."),
    ("slash", "/"),
    ("zero", "0"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("colon", ":"),
    ("semicolon", ";"),
    ("less", "<"),
    ("equal", "="),
    ("greater", ">"),
    ("question", "?"),
    ("at", "@"),
    ("bracketleft", "["),
    ("backslash", "\\"),
    ("bracketright", "]"),
    ("asciicircum", "^"),
    ("underscore", "_"),
    ("braceleft", "{"),
    ("bar", "|"),
    ("braceright", "}"),
    ("asciitilde", "~"),
    ("quoteleft", "‘"),
    ("quoteright", "’"),
    ("quotedblleft", "“"),
    ("quotedblright", "”"),
    ("quotesinglbase", "‚"),
    ("quotedblbase", "„"),
    ("endash", "–"),
    ("emdash", "—"),
    ("bullet", "•"),
    ("ellipsis", "…"),
    ("dagger", "†"),
    ("daggerdbl", "‡"),
    ("periodcentered", "·"),
    ("section", "§"),
    ("paragraph", "¶"),
    ("degree", "°"),
    ("copyright", "©"),
    ("registered", "®"),
    ("trademark", "™"),
    ("fi", "fi"),
    ("fl", "fl"),
    ("ff", "ff"),
    ("ffi", "ffi"),
    ("ffl", "ffl"),
    ("ae", "æ"),
    ("AE", "Æ"),
    ("oe", "œ"),
    ("OE", "Œ"),
    ("germandbls", "ß"),
    ("oslash", "ø"),
    ("Oslash", "Ø"),
    ("eth", "ð"),
    ("Eth", "Đ"),
    ("dcroat", "đ"),
    ("Dcroat", "Đ"),
    ("dmacron", "đ"),
    ("dong", "₫"),
    ("Euro", "€"),
    ("multiply", "×"),
    ("divide", "÷"),
    ("minus", "−"),
    ("plusminus", "±"),
    ("guillemotleft", "«"),
    ("guillemotright", "»"),
];

/// The letters of a glyph by its name.
pub(super) fn of_name(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?;
    // What follows a dot is a style: `a.sc`.
    let name = name.split('.').next().filter(|name| !name.is_empty())?;
    if let Some((_, letters)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some((*letters).to_owned());
    }
    let mut letters = name.chars();
    if let (Some(single), None) = (letters.next(), letters.next()) {
        return Some(single.to_string());
    }
    by_number(name).or_else(|| by_marks(name)).or_else(|| by_code(name))
}

/// Names that TeX gives to drawn letters: `a65` is the letter of code 65, and 11 to 15 are joined letters.
fn by_code(name: &str) -> Option<String> {
    let code: u8 = name.strip_prefix(['a', 'c', 'g'])?.parse().ok()?;
    let joined = ["ff", "fi", "fl", "ffi", "ffl"];
    match code {
        11..=15 => joined.get(usize::from(code) - 11).map(|letters| (*letters).to_owned()),
        _ => of_byte(b"", code).map(String::from),
    }
}

fn by_number(name: &str) -> Option<String> {
    let digits = name.strip_prefix("uni").or_else(|| name.strip_prefix('u')).filter(|digits| (4..=24).contains(&digits.len()))?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let steps = if name.starts_with("uni") && digits.len().is_multiple_of(4) { 4 } else { digits.len() };
    let codes = digits.as_bytes().chunks(steps).map(|chunk| u32::from_str_radix(std::str::from_utf8(chunk).ok()?, 16).ok());
    codes.map(|code| char::from_u32(code?)).collect()
}

fn by_marks(name: &str) -> Option<String> {
    let mut letters = name.chars();
    let base = letters.next().filter(char::is_ascii_alphabetic)?;
    let mut rest = letters.as_str();
    let mut composed = String::from(base);
    while !rest.is_empty() {
        let (mark, sign) = MARKS.iter().find(|(mark, _)| rest.starts_with(mark))?;
        composed.push(*sign);
        rest = rest.strip_prefix(mark)?;
    }
    Some(composed.nfc().collect())
}
