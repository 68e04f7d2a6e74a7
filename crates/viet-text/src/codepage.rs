//! Bytes of the Windows code pages that Vietnamese files come in.
//!
//! Source: the tables of Windows-1252 and Windows-1258 as GNU libc converts them (compared in the tests).

use unicode_normalization::UnicodeNormalization as _;

/// 80 to 9F of Windows-1252; the five bytes without a sign are the control characters of their number.
const WESTERN: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–',
    '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Reads bytes as Windows-1252, which every row of bytes is; the form that [`crate::legacy`] takes.
#[must_use]
pub fn decode_windows_1252(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| western(*byte)).collect()
}

/// Reads bytes as Windows-1258, the Vietnamese code page, composed (NFC). `None` if a byte has no sign there.
#[must_use]
pub fn decode_windows_1258(bytes: &[u8]) -> Option<String> {
    let signs: Option<String> = bytes.iter().map(|byte| vietnamese(*byte)).collect();
    signs.map(|text| text.nfc().collect())
}

fn western(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WESTERN[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

fn vietnamese(byte: u8) -> Option<char> {
    Some(match byte {
        0x81 | 0x8A | 0x8D..=0x90 | 0x9A | 0x9D | 0x9E => return None,
        0xC3 => 'Ă',
        0xCC => '\u{300}',
        0xD0 => 'Đ',
        0xD2 => '\u{309}',
        0xD5 => 'Ơ',
        0xDD => 'Ư',
        0xDE => '\u{303}',
        0xE3 => 'ă',
        0xEC => '\u{301}',
        0xF0 => 'đ',
        0xF2 => '\u{323}',
        0xF5 => 'ơ',
        0xFD => 'ư',
        0xFE => '₫',
        _ => western(byte),
    })
}
