//! Codes of areas, criteria and components, and the marks of lists below them.

/// What stands in front of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A capital letter above the areas: `A`.
    Capital(char),
    /// An area by a roman number or a word: `II`, `Lĩnh vực 2`.
    Area(u32),
    /// Numbers with points between them: `1.2.3`; behind a roman number, `I.2.3` as well.
    Path {
        /// The roman number in front.
        area: Option<u32>,
        /// The numbers.
        numbers: Vec<u32>,
    },
    /// `Tiêu chí 3`, `Tiêu chí thành phần 3`: a number among the children of the next row above of a higher rank.
    Named {
        /// 2 for a criterion, 3 for a component.
        rank: usize,
        /// The number.
        number: u32,
    },
    /// A small letter or a number in brackets: `a)`, `(1)`.
    Letter(String),
    /// A dash, a point, a plus.
    Bullet(char),
}

/// A number in roman digits.
pub(crate) fn roman(number: u32) -> String {
    const DIGITS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if number >= 4000 {
        return number.to_string();
    }
    let mut rest = number;
    let mut out = String::new();
    for (value, digits) in DIGITS {
        while rest >= value {
            out.push_str(digits);
            rest -= value;
        }
    }
    out
}

/// The value of a roman number that is written in the one right way, up to 39: no annex has more areas.
fn from_roman(text: &str) -> Option<u32> {
    let known = !text.is_empty() && text.len() <= 7 && text.bytes().all(|digit| matches!(digit, b'I' | b'V' | b'X'));
    if known { (1..40).find(|number| roman(*number) == text) } else { None }
}

/// Whether a cell holds a code as annexes have them, and no mark of a list.
pub(crate) fn is_code(text: &str) -> bool {
    matches!(mark(text), Some(Mark::Capital(_) | Mark::Area(_) | Mark::Path { .. } | Mark::Named { .. }))
}

/// Whether a cell holds the mark of a list alone.
pub(crate) fn is_list_mark(text: &str) -> bool {
    matches!(mark(text), Some(Mark::Letter(_) | Mark::Bullet(_)))
}

/// The mark that a whole cell is.
pub(crate) fn mark(text: &str) -> Option<Mark> {
    let text = text.trim();
    // Marks of footnotes behind a code say nothing about it.
    let text = text.trim_end_matches(['*', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹', ' ']);
    if text.is_empty() {
        return bullet(text);
    }
    if text.chars().count() > 40 {
        return None;
    }
    if let Some(found) = bullet(text).or_else(|| named(text)) {
        return Some(found);
    }
    let bare = text.trim_end_matches(['.', ':', ' ', '/']);
    let mut signs = bare.chars();
    if let (Some(sign), None) = (signs.next(), signs.next())
        && sign.is_alphabetic()
    {
        return match from_roman(bare) {
            Some(number) => Some(Mark::Area(number)),
            None if sign.is_uppercase() => Some(Mark::Capital(sign)),
            None => Some(Mark::Letter(sign.to_string())),
        };
    }
    if let Some(inner) = bare.strip_suffix(')') {
        let inner = inner.strip_prefix('(').unwrap_or(inner).trim();
        let short = inner.chars().count() <= 3 && !inner.is_empty() && inner.chars().all(char::is_alphanumeric);
        return short.then(|| Mark::Letter(inner.to_lowercase()));
    }
    if let Some(number) = from_roman(bare) {
        return Some(Mark::Area(number));
    }
    path(bare)
}

fn bullet(text: &str) -> Option<Mark> {
    let mut signs = text.chars();
    match (signs.next()?, signs.next()) {
        ('-' | '–' | '—' | '−' | '‐' | '‑', None) => Some(Mark::Bullet('-')),
        ('+', None) => Some(Mark::Bullet('+')),
        (sign @ ('•' | '*' | '·' | '●' | '○' | '▪' | '\u{f0b7}' | '\u{f0a7}'), None) => Some(Mark::Bullet(sign)),
        _ => None,
    }
}

/// `1.2.3` and `I.2.3`; a comma between the numbers comes from sheets that took a code for a figure.
fn path(text: &str) -> Option<Mark> {
    let mut parts = text.split(['.', ',']).map(str::trim).peekable();
    let area = parts.peek().and_then(|first| from_roman(first));
    if area.is_some() {
        parts.next();
    }
    let mut numbers = Vec::new();
    for part in parts {
        if part.is_empty() || part.len() > 3 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        numbers.push(part.parse().ok()?);
    }
    (!numbers.is_empty() && numbers.len() <= 8).then_some(Mark::Path { area, numbers })
}

/// Words that name a rank, longest first.
const RANKS: [(&str, usize); 9] = [
    ("tiêu chí thành phần", 3),
    ("tiêu chí", 2),
    ("tctp", 3),
    ("tc", 2),
    ("lĩnh vực", 1),
    ("nội dung", 1),
    ("phần", 1),
    ("mục", 1),
    ("lv", 1),
];

fn named(text: &str) -> Option<Mark> {
    let lower = text.to_lowercase();
    let (rank, rest) = RANKS.iter().find_map(|(word, rank)| lower.strip_prefix(word).map(|rest| (*rank, rest)))?;
    let number = rest.trim().trim_end_matches(['.', ':']);
    let count: u32 = match number.parse() {
        Ok(count) if number.len() <= 3 => count,
        _ => match from_roman(&number.to_uppercase()) {
            Some(count) => count,
            // "Tiêu chí 1.2" says what 1.2 is; the numbers say where it stands.
            None => return path(number).filter(|mark| matches!(mark, Mark::Path { numbers, .. } if numbers.len() > 1)),
        },
    };
    Some(if rank == 1 { Mark::Area(count) } else { Mark::Named { rank, number: count } })
}

/// The mark in front of a name, and the name behind it.
pub(crate) fn in_front(text: &str) -> Option<(Mark, &str)> {
    let text = text.trim_start();
    let first = text.chars().next()?;
    if let Some(found) = bullet(&first.to_string()) {
        let rest = text.get(first.len_utf8()..)?;
        // "-2" is a figure and "--" a line.
        return (!rest.starts_with(|sign: char| sign.is_ascii_digit() || sign == first)).then(|| (found, rest.trim_start()));
    }
    // A word of rank stands before its number.
    let lower = text.to_lowercase();
    if lower.len() == text.len()
        && let Some((word, _)) = RANKS.iter().find(|(word, _)| lower.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', '.'])))
    {
        let after = text.get(word.len()..)?.trim_start();
        let end = after.find([' ', ':', '\n', '\t']).unwrap_or(after.len());
        let (number, name) = after.split_at(end);
        let found = named(&format!("{word} {}", number.trim_end_matches(['.', '-', '–'])))?;
        return Some((found, name.trim_start_matches([':', '.', '-', '–', ' ', '\n'])));
    }
    let end = text.find([' ', '\n', ':']).unwrap_or(text.len());
    let (front, name) = text.split_at(end);
    let name = name.trim_start_matches([':', ' ', '\n']);
    // "1.Kế hoạch": nothing stands between the code and its name.
    let glued = front.char_indices().find(|(at, sign)| {
        sign.is_alphabetic()
            && *at > 1
            && front
                .get(..*at)
                .is_some_and(|before| before.ends_with(['.', ')']) && front.starts_with(|first: char| first.is_ascii_digit()))
    });
    let (front, name) = match glued {
        Some((at, _)) => (front.get(..at)?, text.get(at..)?),
        None => (front, name),
    };
    let found = mark(front)?;
    let closed = front.ends_with(['.', ')', ':']) || text.get(front.len()..).is_some_and(|rest| rest.starts_with(':'));
    let taken = match &found {
        // "2 xã" and "1,5 điểm" are no codes.
        Mark::Path { numbers, .. } if numbers.len() == 1 => closed,
        Mark::Path { .. } => !front.contains(',') && !super::plain(name).starts_with("diem") && !name.starts_with('%'),
        Mark::Letter(_) | Mark::Capital(_) => closed,
        Mark::Area(_) => closed || front.len() > 1,
        Mark::Named { .. } | Mark::Bullet(_) => true,
    };
    taken.then_some((found, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(numbers: &[u32]) -> Option<Mark> {
        Some(Mark::Path { area: None, numbers: numbers.to_vec() })
    }

    #[test]
    fn marks_of_whole_cells() {
        for (text, expected) in [
            ("I", Some(Mark::Area(1))),
            ("VIII.", Some(Mark::Area(8))),
            ("IIII", None),
            ("Lĩnh vực 3", Some(Mark::Area(3))),
            ("Lĩnh vực III", Some(Mark::Area(3))),
            ("A", Some(Mark::Capital('A'))),
            ("1", numbers(&[1])),
            ("1.", numbers(&[1])),
            ("1.10", numbers(&[1, 10])),
            ("1.1.4.", numbers(&[1, 1, 4])),
            ("1,1", numbers(&[1, 1])),
            ("I.2.3", Some(Mark::Path { area: Some(1), numbers: vec![2, 3] })),
            ("Tiêu chí 4", Some(Mark::Named { rank: 2, number: 4 })),
            ("TCTP 2", Some(Mark::Named { rank: 3, number: 2 })),
            ("Tiêu chí 1.2", numbers(&[1, 2])),
            ("a)", Some(Mark::Letter("a".into()))),
            ("đ)", Some(Mark::Letter("đ".into()))),
            ("b", Some(Mark::Letter("b".into()))),
            ("(1)", Some(Mark::Letter("1".into()))),
            ("-", Some(Mark::Bullet('-'))),
            ("–", Some(Mark::Bullet('-'))),
            ("+", Some(Mark::Bullet('+'))),
            ("1..2", None),
            ("1.x", None),
            ("abc", None),
            ("1234", None),
            ("", None),
        ] {
            assert_eq!(mark(text), expected, "{text}");
        }
    }

    #[test]
    fn marks_in_front_of_names() {
        for (text, expected) in [
            ("1.1. Kế hoạch", Some((numbers(&[1, 1]), "Kế hoạch"))),
            ("1.1 Kế hoạch", Some((numbers(&[1, 1]), "Kế hoạch"))),
            ("1. Kế hoạch", Some((numbers(&[1]), "Kế hoạch"))),
            ("1.Kế hoạch", Some((numbers(&[1]), "Kế hoạch"))),
            ("II. CẢI CÁCH THỂ CHẾ", Some((Some(Mark::Area(2)), "CẢI CÁCH THỂ CHẾ"))),
            ("Lĩnh vực 1: Chỉ đạo", Some((Some(Mark::Area(1)), "Chỉ đạo"))),
            ("LĨNH VỰC II. CẢI CÁCH", Some((Some(Mark::Area(2)), "CẢI CÁCH"))),
            ("- Trên 90%", Some((Some(Mark::Bullet('-')), "Trên 90%"))),
            ("a) Kịp thời", Some((Some(Mark::Letter("a".into())), "Kịp thời"))),
            ("2 xã trở lên", None),
            ("100% cơ quan", None),
            ("1.5 điểm", None),
            ("1,5 điểm", None),
            ("-2", None),
            ("Trên 90%", None),
            ("Nội dung khác", None),
        ] {
            let expected = expected.map(|(mark, name)| (mark.unwrap(), name));
            assert_eq!(in_front(text), expected, "{text}");
        }
    }
}
