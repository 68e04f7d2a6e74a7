//! A text without marks and capitals, its signs kept.

/// Small letters without marks, đ as d, one kind of dash and of comparison, single blanks. Signs stay, unlike in
/// [`viet_text::fold`].
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    let end_word = |word: &mut String, out: &mut String| {
        if !word.is_empty() {
            if word.is_ascii() {
                out.push_str(&word.to_ascii_lowercase());
            } else {
                out.push_str(&viet_text::fold(word));
            }
            word.clear();
        }
    };
    for sign in text.chars() {
        if sign.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(&sign) {
            word.push(sign);
            continue;
        }
        end_word(&mut word, &mut out);
        let sign = match sign {
            '–' | '—' | '−' | '‐' | '‑' | '‒' => '-',
            '÷' => '/',
            '⩾' | '≧' => '≥',
            '⩽' | '≦' => '≤',
            '⇒' | '➔' => '→',
            sign if sign.is_whitespace() || sign == '\u{a0}' => ' ',
            sign => sign,
        };
        if !(sign == ' ' && (out.is_empty() || out.ends_with(' '))) {
            out.push(sign);
        }
    }
    end_word(&mut word, &mut out);
    out.truncate(out.trim_end().len());
    for (typed, meant) in [(">=", "≥"), ("=>", "→"), ("<=", "≤"), ("=<", "≤"), ("->", "→")] {
        if out.contains(typed) {
            out = out.replace(typed, meant);
        }
    }
    out
}

/// Whether words stand in a plain text, as whole words.
pub(crate) fn has_words(plain: &str, words: &str) -> bool {
    plain.match_indices(words).any(|(at, _)| {
        let before = plain.get(..at).and_then(|before| before.chars().next_back());
        let after = plain.get(at + words.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_and_signs_stay() {
        for (text, expected) in
            [("Từ 70% –  dưới 90%:", "tu 70% - duoi 90%:"), ("ĐẠT >= 0,5 điểm", "dat ≥ 0,5 diem"), ("Tỷ lệ\nX", "ty le x")]
        {
            assert_eq!(plain(text), expected);
        }
        assert!(has_words("dieu tra xhh", "xhh") && !has_words("xhhx", "xhh"));
    }
}
