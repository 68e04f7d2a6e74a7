//! Whether a word can be a Vietnamese syllable by the rules of spelling.

use unicode_normalization::UnicodeNormalization as _;

/// Beginnings, longest first.
const ONSETS: [&str; 27] = [
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "r", "s",
    "t", "v", "x",
];

/// What follows the beginning, without its tone.
const RHYMES: &str = " a ac ach ai am an ang anh ao ap at au ay \
 ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây \
 e ec em en eng eo ep et ê êch êm ên ênh êp êt êu \
 i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu \
 o oc oi om on ong op ot oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăp oăt oe oen oeo oet ooc oong \
 ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt \
 u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uơ uôc uôi uôm uôn uông uôt \
 uy uya uych uyên uyêt uyn uynh uyp uyt uyu \
 ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu \
 y yêm yên yêng yêt yêu ";

/// Tones that syllables ending in c, ch, p, t can have: sắc and nặng.
const STOPPED: [char; 2] = ['\u{301}', '\u{323}'];

/// Whether one word, with or without marks, is spelled like a Vietnamese syllable. It need not be a word in use.
///
/// ```
/// assert!(viet_text::is_syllable("Nghiễng"));
/// assert!(!viet_text::is_syllable("Néi"));
/// ```
#[must_use]
pub fn is_syllable(word: &str) -> bool {
    // The longest syllable, nghiêng, has seven letters.
    if word.chars().take(16).count() > 15 {
        return false;
    }
    let mut tones = Vec::new();
    let bare: String = word
        .nfd()
        .filter(|sign| {
            let is_tone = matches!(sign, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}');
            if is_tone {
                tones.push(*sign);
            }
            !is_tone
        })
        .nfc()
        .flat_map(char::to_lowercase)
        .collect();
    if tones.len() > 1 {
        return false;
    }
    let rhymes = |rest: &str| !rest.is_empty() && !rest.contains(' ') && RHYMES.contains(&format!(" {rest} "));
    let spelled = |onset: &str, rest: &str| rhymes(rest) && goes_with(onset, rest) && tone_fits(rest, tones.first().copied());
    spelled("", &bare)
        || ONSETS.iter().any(|onset| bare.strip_prefix(onset).is_some_and(|rest| spelled(onset, rest)))
        // gì, giêng: the i of gi is also the first letter of the rhyme.
        || bare.strip_prefix('g').is_some_and(|rest| rest.starts_with('i') && rhymes(rest) && tone_fits(rest, tones.first().copied()))
}

/// c, g, ng before open vowels; k, gh, ngh before i, e, ê, y.
fn goes_with(onset: &str, rest: &str) -> bool {
    let narrow = rest.starts_with(['i', 'e', 'ê']);
    match onset {
        "c" | "g" | "ng" => !narrow && !rest.starts_with('y'),
        "gh" | "ngh" => narrow,
        "k" => narrow || rest.starts_with('y'),
        "qu" => !rest.starts_with(['u', 'o', 'ư']),
        "gi" => !rest.starts_with(['i', 'y']),
        _ => true,
    }
}

fn tone_fits(rest: &str, tone: Option<char>) -> bool {
    let stopped = rest.ends_with(['c', 'p', 't']) || rest.ends_with("ch");
    !stopped || tone.is_some_and(|tone| STOPPED.contains(&tone))
}

/// Share of the words with marks that are spelled like Vietnamese syllables, and how many such words there are; `None`
/// where no word has marks.
#[must_use]
pub fn syllable_share(text: &str) -> Option<f64> {
    let (mut words, mut good) = (0_u32, 0_u32);
    for word in text.split(|sign: char| !sign.is_alphabetic() && !unicode_normalization::char::is_combining_mark(sign)) {
        if !word.is_ascii() {
            words += 1;
            good += u32::from(is_syllable(word));
        }
    }
    (words > 0).then(|| f64::from(good) / f64::from(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_told_from_other_words() {
        for word in
            "Cộng hòa hoà xã hội chủ nghĩa Việt Nam độc lập tự do hạnh phúc quyết quốc quý gì giêng giếng nghiêng khuỷu thuở ươm ước yêu ý \
                     ở ủy uỷ ban đường phường tuyên xuất huyện khuyến nguyễn quảng rượu hươu oai xoong tuýp giữa gìn kỹ kẻ ghế ngành"
                .split_whitespace()
        {
            assert!(is_syllable(word), "{word}");
            assert!(is_syllable(&word.to_uppercase()), "{word}");
            assert!(is_syllable(&word.nfd().collect::<String>()), "{word}");
        }
        for word in "Néi Hµ Céng café été être España naïve kông ngế cát1 cat hap nghà ghá cé quuy ắ b ng".split_whitespace()
        {
            assert!(!is_syllable(word), "{word}");
        }
        assert!(!is_syllable(""));
    }

    #[test]
    fn only_words_with_marks_are_counted() {
        assert_eq!(syllable_share("plain words, 12"), None);
        assert_eq!(syllable_share("Hà Nội và café"), Some(0.75));
    }
}
