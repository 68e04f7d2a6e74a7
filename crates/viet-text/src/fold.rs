//! Search keys: what is left of a text when case, tone marks, letter marks and punctuation are taken away.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The search key of a text: lower case, no tone or letter marks, đ as d, every run of other signs as one space.
///
/// Texts typed as "hoàn kiếm", "hoan kiem" and "Hoàn Kiếm", composed or decomposed, have the same key, and so have "Hoà" and "Hòa".
///
/// ```
/// assert_eq!(viet_text::fold("Quận Hoàn  Kiếm"), "quan hoan kiem");
/// assert_eq!(viet_text::fold("Đắk Lắk"), "dak lak");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let mut gap = false;
    for letter in text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        let letter = if letter == 'đ' { 'd' } else { letter };
        if letter.is_alphanumeric() {
            if gap && !key.is_empty() {
                key.push(' ');
            }
            gap = false;
            key.push(letter);
        } else {
            gap = true;
        }
    }
    key
}

/// The text in composed form (NFC): one sign for ế, however it was typed. Everything that is stored passes through here (TCVN 6909).
#[must_use]
pub fn compose(text: &str) -> String {
    text.nfc().collect()
}

/// The search key with hyphens between the words, for addresses and keys: "Bà Rịa - Vũng Tàu" becomes "ba-ria-vung-tau".
#[must_use]
pub fn slug(text: &str) -> String {
    fold(text).replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_ways_to_type_a_name_have_one_key() {
        for typed in ["hoàn kiếm", "hoan kiem", "Hoàn Kiếm", "HOÀN KIẾM", " hoàn\u{a0}kiếm ", "hoa\u{300}n kie\u{302}\u{301}m"]
        {
            assert_eq!(fold(typed), "hoan kiem", "{typed:?}");
        }
    }

    #[test]
    fn every_marked_letter_loses_its_marks() {
        assert_eq!(fold("àáảãạăằắẳẵặâầấẩẫậ"), "a".repeat(17));
        assert_eq!(fold("ÈÉẺẼẸÊỀẾỂỄỆ"), "e".repeat(11));
        assert_eq!(fold("ờớởỡợƠừứửữựƯ"), format!("{}{}", "o".repeat(6), "u".repeat(6)));
        assert_eq!(fold("ỳýỷỹỵ ìíỉĩị Đđ"), "yyyyy iiiii dd");
    }

    #[test]
    fn punctuation_parts_words_and_nothing_else_stays() {
        assert_eq!(fold("Bà Rịa - Vũng Tàu"), "ba ria vung tau");
        assert_eq!(fold("TP. Hồ Chí Minh"), "tp ho chi minh");
        assert_eq!(fold("--"), "");
        assert_eq!(slug("Thừa Thiên-Huế"), "thua-thien-hue");
    }
}
