//! The table of TCVN3: the letters of Windows-1252 in whose places its fonts draw Vietnamese ones.

use unicode_normalization::UnicodeNormalization as _;

/// The letter that is drawn in the place of a Western one.
fn letter(sign: char) -> Option<char> {
    Some(match sign {
        '¡' => 'Ă',
        '¢' => 'Â',
        '£' => 'Ê',
        '¤' => 'Ô',
        '¥' => 'Ơ',
        '¦' => 'Ư',
        '§' => 'Đ',
        '¨' => 'ă',
        '©' => 'â',
        'ª' => 'ê',
        '«' => 'ô',
        '¬' => 'ơ',
        // The soft hyphen, which many programs do not show.
        '\u{ad}' => 'ư',
        '®' => 'đ',
        'µ' => 'à',
        '¶' => 'ả',
        '·' => 'ã',
        '¸' => 'á',
        '¹' => 'ạ',
        '»' => 'ằ',
        '¼' => 'ẳ',
        '½' => 'ẵ',
        '¾' => 'ắ',
        'Æ' => 'ặ',
        'Ç' => 'ầ',
        'È' => 'ẩ',
        'É' => 'ẫ',
        'Ê' => 'ấ',
        'Ë' => 'ậ',
        'Ì' => 'è',
        'Î' => 'ẻ',
        'Ï' => 'ẽ',
        'Ð' => 'é',
        'Ñ' => 'ẹ',
        'Ò' => 'ề',
        'Ó' => 'ể',
        'Ô' => 'ễ',
        'Õ' => 'ế',
        'Ö' => 'ệ',
        '×' => 'ì',
        'Ø' => 'ỉ',
        'Ü' => 'ĩ',
        'Ý' => 'í',
        'Þ' => 'ị',
        'ß' => 'ò',
        'á' => 'ỏ',
        'â' => 'õ',
        'ã' => 'ó',
        'ä' => 'ọ',
        'å' => 'ồ',
        'æ' => 'ổ',
        'ç' => 'ỗ',
        'è' => 'ố',
        'é' => 'ộ',
        'ê' => 'ờ',
        'ë' => 'ở',
        'ì' => 'ỡ',
        'í' => 'ớ',
        'î' => 'ợ',
        'ï' => 'ù',
        'ñ' => 'ủ',
        'ò' => 'ũ',
        'ó' => 'ú',
        'ô' => 'ụ',
        'õ' => 'ừ',
        'ö' => 'ử',
        '÷' => 'ữ',
        'ø' => 'ứ',
        'ù' => 'ự',
        'ú' => 'ỳ',
        'û' => 'ỷ',
        'ü' => 'ỹ',
        'ý' => 'ý',
        'þ' => 'ỵ',
        _ => return None,
    })
}

/// The combining tones of TCVN 5712.
fn tone(sign: char) -> Option<char> {
    Some(match sign {
        '°' => '\u{300}',
        '±' => '\u{309}',
        '²' => '\u{303}',
        '³' => '\u{301}',
        '´' => '\u{323}',
        _ => return None,
    })
}

/// The text in Unicode, and how many of its signs changed.
pub(super) fn convert(text: &str) -> (String, usize) {
    let all_capitals = are_capitals(text, 3);
    let mut out = String::with_capacity(text.len() + text.len() / 2);
    let mut changed = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let capitals = all_capitals || are_capitals(piece, 2);
        for sign in piece.chars() {
            let new = letter(sign).or_else(|| tone(sign).filter(|tone| takes_tone(&out, *tone)));
            changed += usize::from(new.is_some_and(|new| new != sign));
            match new {
                Some(new) if follows_its_capital(&out, new) => {
                    out.pop();
                    out.extend(new.to_uppercase());
                }
                Some(new) if capitals => out.extend(new.to_uppercase()),
                Some(new) => out.push(new),
                None => out.push(sign),
            }
        }
    }
    (out.nfc().collect(), changed)
}

/// Whether the plain letters are at least `least` and all capitals.
fn are_capitals(text: &str, least: usize) -> bool {
    let letters = || text.chars().filter(char::is_ascii_alphabetic);
    letters().count() >= least && letters().all(|letter| letter.is_ascii_uppercase())
}

/// A capital and behind it the small letter with the tone: how some programs write a capital with a tone (`Aµ` for À).
fn follows_its_capital(before: &str, small: char) -> bool {
    let plain: String = std::iter::once(small)
        .nfd()
        .filter(|sign| !matches!(sign, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}'))
        .nfc()
        .collect();
    !plain.chars().eq([small]) && before.chars().next_back().is_some_and(|last| plain.chars().flat_map(char::to_uppercase).eq([last]))
}

/// Whether the last letter and the tone make one letter.
fn takes_tone(before: &str, tone: char) -> bool {
    before
        .chars()
        .next_back()
        .is_some_and(|last| "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY".contains(last) && unicode_normalization::char::compose(last, tone).is_some())
}
