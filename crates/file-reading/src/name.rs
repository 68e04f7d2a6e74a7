//! File names from uploads: made safe to show and to offer for download, and compared with the content.

use unicode_normalization::UnicodeNormalization;

use crate::Kind;

/// Bytes that a name keeps at most; file systems allow 255, and archives put something in front.
pub const MOST_BYTES: usize = 180;

/// Names that Windows keeps for devices, whatever the ending.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A name that can be shown and saved everywhere: the last part of any path, without controls,
/// marks that turn the direction of writing, and signs that file systems refuse; composed (NFC);
/// at most [`MOST_BYTES`] bytes with the ending kept. Never empty.
#[must_use]
pub fn safe(uploaded: &str) -> String {
    let last = uploaded.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let composed: String = last.nfc().filter(|c| !is_hidden(*c)).map(|c| if is_refused(c) { '_' } else { c }).collect();
    let mut words = composed.split_whitespace().collect::<Vec<_>>().join(" ");
    // Windows drops dots and blanks at the end, so they would tell two names where one is.
    words.truncate(words.trim_end_matches(['.', ' ']).len());
    let trimmed = words.trim_start_matches([' ', '.']).to_owned();
    let name = if trimmed.is_empty() { "tep".to_owned() } else { shortened(&trimmed) };
    if is_device(&name) { format!("_{name}") } else { name }
}

/// The ending of a name in small letters, without the dot.
#[must_use]
pub fn extension(file_name: &str) -> Option<String> {
    let name = safe(file_name);
    let (stem, ending) = name.rsplit_once('.')?;
    (!stem.is_empty() && !ending.is_empty() && !ending.contains(' ')).then(|| ending.to_lowercase())
}

/// Whether the ending of a name is one that files of this kind have.
#[must_use]
pub fn agrees(file_name: &str, kind: Kind) -> bool {
    extension(file_name).is_some_and(|ending| kind.extensions().contains(&ending.as_str()))
}

/// Controls, marks of direction, signs of no width, and code points that are for nobody.
fn is_hidden(c: char) -> bool {
    let code = u32::from(c);
    c.is_control()
        || matches!(code, 0xAD | 0x61C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180E | 0x3164 | 0xFEFF | 0xFFA0)
        || matches!(code, 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFFF0..=0xFFFF)
        || matches!(code, 0xE000..=0xF8FF | 0xE0000..=0x10FFFF)
        || code & 0xFFFE == 0xFFFE
}

fn is_refused(c: char) -> bool {
    matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '/' | '\\')
        // Signs that look like the separators of paths.
        || matches!(c, '\u{2044}' | '\u{2215}' | '\u{29F8}' | '\u{FF0F}' | '\u{FF3C}' | '\u{2216}' | '\u{29F5}')
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        stem.strip_prefix(device).is_some_and(|rest| {
            let mut letters = rest.chars();
            let digit = letters.next().is_some_and(|c| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³'));
            digit && letters.next().is_none()
        })
    });
    numbered || DEVICES.contains(&stem.as_str())
}

fn shortened(name: &str) -> String {
    if name.len() <= MOST_BYTES {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.len() <= 10);
    let kept = ending.map_or(0, |ending| ending.len() + 1);
    let stem = ending.and_then(|ending| name.strip_suffix(ending)).and_then(|stem| stem.strip_suffix('.')).unwrap_or(name);
    let mut end = (MOST_BYTES - kept).min(stem.len());
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    let stem = stem.get(..end).unwrap_or_default().trim_end();
    ending.map_or_else(|| stem.to_owned(), |ending| format!("{stem}.{ending}"))
}
