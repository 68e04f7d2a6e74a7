//! The name under which a browser saves a file.

use std::fmt::Write as _;

/// Longest name without ending, in letters.
const STEM_LIMIT: usize = 120;

/// The value of `Content-Disposition`: a name in plain letters for old programs, and the true name as RFC 5987 says.
///
/// Folders, control signs and quotes never come through.
///
/// ```
/// assert_eq!(
///     documents::content_disposition("Kết quả 2017", "xlsx"),
///     "attachment; filename=\"ket-qua-2017.xlsx\"; filename*=UTF-8''K%E1%BA%BFt%20qu%E1%BA%A3%202017.xlsx"
/// );
/// ```
#[must_use]
pub fn content_disposition(file_stem: &str, ending: &str) -> String {
    let ending: String = ending.chars().filter(char::is_ascii_alphanumeric).collect();
    let full = with_ending(&full_stem(file_stem), &ending);
    let plain = with_ending(&plain_stem(file_stem), &ending);
    let mut encoded = String::with_capacity(full.len() * 2);
    for byte in full.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

fn with_ending(stem: &str, ending: &str) -> String {
    if ending.is_empty() { stem.to_owned() } else { format!("{stem}.{ending}") }
}

fn full_stem(stem: &str) -> String {
    let safe: String = stem
        .chars()
        .filter(|sign| !is_turning(*sign))
        .map(|sign| if sign.is_control() || "/\\:*?\"<>|%".contains(sign) { ' ' } else { sign })
        .collect();
    let words = crate::names::one_line(&safe);
    let name: String = words.trim_matches(['.', ' ']).chars().take(STEM_LIMIT).collect();
    match name.trim_end_matches(['.', ' ']) {
        "" => "tai-ve".to_owned(),
        name => name.to_owned(),
    }
}

fn plain_stem(stem: &str) -> String {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.');
    let words = if stem.chars().all(is_plain) { stem.to_owned() } else { viet_text::slug(stem).replace(|sign: char| !is_plain(sign), "-") };
    let name: String = words.trim_matches(['.', '-']).chars().take(STEM_LIMIT).collect();
    if name.is_empty() { "tai-ve".to_owned() } else { name }
}

/// Signs that turn the direction of writing; with them an ending can be made to look like another.
fn is_turning(sign: char) -> bool {
    matches!(sign, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_stay_as_they_are() {
        assert_eq!(
            content_disposition("PAR_INDEX-2017", "csv"),
            "attachment; filename=\"PAR_INDEX-2017.csv\"; filename*=UTF-8''PAR_INDEX-2017.csv"
        );
    }

    #[test]
    fn nothing_leaves_the_header_or_the_folder() {
        let header = content_disposition("../a\"b\r\nX: y/\u{202e}xslx", "c\"s/v");
        assert_eq!(header, "attachment; filename=\"a-b-x-y-xslx.csv\"; filename*=UTF-8''a%20b%20X%20y%20xslx.csv");
        assert_eq!(content_disposition("…", "csv"), "attachment; filename=\"tai-ve.csv\"; filename*=UTF-8''%E2%80%A6.csv");
        assert_eq!(content_disposition("", ""), "attachment; filename=\"tai-ve\"; filename*=UTF-8''tai-ve");
    }
}
