//! The words around a hit, with the hit told apart.

/// Words on either side of the hit.
const AROUND: usize = 12;

/// A piece of a text around the words that were looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// Before the hit; begins with `…` where more stands before.
    pub before: String,
    /// The hit, as it is written in the text.
    pub hit: String,
    /// After the hit; ends with `…` where more follows.
    pub after: String,
}

/// The place of the words in a text: where they stand one after the other, else where the first of them stands. Words are folded;
/// each finds words that begin with it. Nothing where none is there.
pub(crate) fn snippet(text: &str, words: &[String]) -> Option<Snippet> {
    let tokens: Vec<&str> = text.split_whitespace().collect();
    // Folding a token may give several words ("QĐ-UBND"): each remembers its token.
    let folded: Vec<(usize, String)> = tokens
        .iter()
        .enumerate()
        .flat_map(|(index, token)| viet_text::fold(token).split(' ').map(|word| (index, word.to_owned())).collect::<Vec<_>>())
        .filter(|(_, word)| !word.is_empty())
        .collect();
    let run_at = |start: usize| {
        let run = folded.get(start..start + words.len())?;
        run.iter().zip(words).all(|((_, word), wanted)| word.starts_with(wanted.as_str())).then_some((run.first()?.0, run.last()?.0))
    };
    let whole = (0..folded.len()).find_map(run_at);
    let first = || {
        let wanted = words.first()?;
        folded.iter().find(|(_, word)| word.starts_with(wanted.as_str())).map(|(index, _)| (*index, *index))
    };
    let (from, to) = whole.or_else(first)?;
    let begin = from.saturating_sub(AROUND);
    let end = (to + 1 + AROUND).min(tokens.len());
    let joined = |range: std::ops::Range<usize>| tokens.get(range).unwrap_or_default().join(" ");
    let (mut before, mut after) = (joined(begin..from), joined(to + 1..end));
    if begin > 0 {
        before.insert(0, '…');
    }
    if end < tokens.len() {
        after.push('…');
    }
    Some(Snippet { before, hit: joined(from..to + 1), after })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, typed: &str) -> Option<Snippet> {
        snippet(text, &viet_text::fold(typed).split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn a_hit_keeps_its_tone_marks_and_its_neighbours() {
        let found = of("Uỷ ban nhân dân quận Hoàn Kiếm báo cáo", "hoan kiem").unwrap();
        assert_eq!((found.before.as_str(), found.hit.as_str(), found.after.as_str()), ("Uỷ ban nhân dân quận", "Hoàn Kiếm", "báo cáo"));
        assert_eq!(of("Căn cứ Quyết định 12/QĐ-UBND ngày", "qd ubnd").unwrap().hit, "12/QĐ-UBND");
        assert_eq!(of("không có gì", "hoan kiem"), None);
    }

    #[test]
    fn long_texts_are_cut_on_both_sides() {
        let text = format!("{} Hoàn Kiếm {}", "một ".repeat(40), "hai ".repeat(40));
        let found = of(&text, "hoan kiem").unwrap();
        assert!(found.before.starts_with('…') && found.after.ends_with('…'));
        assert_eq!(found.before.split(' ').count(), AROUND);
    }
}
