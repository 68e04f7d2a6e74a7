//! The table of VNI for Windows: letters with a place of their own, and marks that follow a base letter.

use unicode_normalization::UnicodeNormalization as _;

const GRAVE: char = '\u{300}';
const ACUTE: char = '\u{301}';
const TILDE: char = '\u{303}';
const HOOK: char = '\u{309}';
const DOT: char = '\u{323}';
const CIRCUMFLEX: char = '\u{302}';
const BREVE: char = '\u{306}';

/// Small letters with a place of their own.
fn single(sign: char) -> Option<char> {
    Some(match sign {
        'ñ' => 'đ',
        'ô' => 'ơ',
        'ö' => 'ư',
        'í' => 'í',
        'ì' => 'ì',
        'æ' => 'ỉ',
        'ó' => 'ĩ',
        'ò' => 'ị',
        'î' => 'ỵ',
        _ => return None,
    })
}

/// What a small sign behind a small base letter means: the mark of the letter, and the tone.
fn marks(base: char, sign: char) -> Option<(Option<char>, Option<char>)> {
    let tone = match sign {
        'ù' => Some(ACUTE),
        'ø' => Some(GRAVE),
        'û' => Some(HOOK),
        'õ' => Some(TILDE),
        'ï' => Some(DOT),
        _ => None,
    };
    if tone.is_some() {
        return "aeouyôö".contains(base).then_some((None, tone));
    }
    if "aeo".contains(base) {
        let tone = match sign {
            'â' => Some(None),
            'á' => Some(Some(ACUTE)),
            'à' => Some(Some(GRAVE)),
            'å' => Some(Some(HOOK)),
            'ã' => Some(Some(TILDE)),
            'ä' => Some(Some(DOT)),
            _ => None,
        };
        if let Some(tone) = tone {
            return Some((Some(CIRCUMFLEX), tone));
        }
    }
    if base == 'a' {
        let tone = match sign {
            'ê' => None,
            'é' => Some(ACUTE),
            'è' => Some(GRAVE),
            'ú' => Some(HOOK),
            'ü' => Some(TILDE),
            'ë' => Some(DOT),
            _ => return None,
        };
        return Some((Some(BREVE), tone));
    }
    None
}

fn lower(sign: char) -> char {
    sign.to_lowercase().next().unwrap_or(sign)
}

/// The text in Unicode, and how many of its signs changed.
pub(super) fn convert(text: &str) -> (String, usize) {
    let mut out = String::with_capacity(text.len() + text.len() / 2);
    let mut changed = 0;
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let small = lower(sign);
        let letter = single(small).unwrap_or(small);
        let mut written = letter.to_string();
        if let Some((mark, tone)) = signs.peek().and_then(|next| marks(small, lower(*next))) {
            written.extend(mark);
            written.extend(tone);
            signs.next();
            changed += 1;
        }
        let written: String = written.nfc().collect();
        if letter == small && written.chars().eq([small]) {
            out.push(sign);
            continue;
        }
        changed += usize::from(letter != small || written.chars().ne([letter]));
        if sign.is_uppercase() { out.extend(written.chars().flat_map(char::to_uppercase)) } else { out.push_str(&written) }
    }
    (out.nfc().collect(), changed)
}
