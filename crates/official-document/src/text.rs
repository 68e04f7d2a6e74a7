//! Texts of people, made fit for paper.

use unicode_normalization::UnicodeNormalization;

use crate::model::Run;

/// Composes letters, and drops what nobody sees or what no file may hold: control characters, marks of direction,
/// invisible joints. Line breaks of every kind become one.
pub(crate) fn clean(text: &str) -> String {
    text.replace("\r\n", "\n").nfc().filter_map(shown).collect()
}

/// The text without line breaks and without blanks at its ends, for places that have one line or flow.
pub(crate) fn one_line(text: &str) -> String {
    clean(text).split(['\n', ' ']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The text with its line breaks, without empty lines and blanks at the ends of lines.
pub(crate) fn lines(text: &str) -> String {
    clean(text).split('\n').map(one_line).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The text in capitals, with its line breaks.
pub(crate) fn capitals(text: &str) -> String {
    lines(text).to_uppercase()
}

/// Runs with cleaned texts, without empty ones.
pub(crate) fn clean_runs(runs: &[Run]) -> Vec<Run> {
    runs.iter().map(|run| Run { text: clean(&run.text), ..*run }).filter(|run| !run.text.is_empty()).collect()
}

fn shown(letter: char) -> Option<char> {
    match letter {
        '\n' | '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' => Some(' '),
        '\u{A0}' | '\u{2007}' | '\u{202F}' => Some('\u{A0}'),
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => None,
        '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}' => None,
        letter if letter.is_control() || is_noncharacter(letter) => None,
        letter if letter.is_whitespace() => Some(' '),
        letter => Some(letter),
    }
}

/// The code points that Unicode keeps free of letters for good.
fn is_noncharacter(letter: char) -> bool {
    let code = u32::from(letter);
    code & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_composed_and_what_nobody_sees_is_dropped() {
        assert_eq!(clean("Nghi\u{302}\u{323} đi\u{323}nh\u{0}\u{7}\u{202E}\u{FFFE}"), "Nghị\u{302} định".nfc().collect::<String>());
        assert_eq!(clean("a\r\nb\rc\u{2028}d\te"), "a\nb\nc\nd e");
        assert_eq!(one_line("  a \n\n b  c "), "a b c");
        assert_eq!(lines(" a \r\n\n b  c"), "a\nb c");
        assert_eq!(capitals("Ủy ban nhân dân xã Mỹ Đức"), "ỦY BAN NHÂN DÂN XÃ MỸ ĐỨC");
    }
}
