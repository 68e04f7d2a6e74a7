//! Points as they stand in cells: `2`, `0,5`, `2 điểm`, `2(1)`, `2*`.

use rust_decimal::Decimal;
use viet_text::{Reading, read_numeral};

use super::plain;

/// No annex gives more points.
const MOST: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// What a cell for points holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Points {
    /// Nothing, or a dash that stands for nothing.
    Nothing,
    /// A number of points.
    Of(Decimal),
    /// From nothing to a number of points: `0 - 2`.
    UpTo(Decimal),
    /// Something that is no number.
    Unreadable,
}

/// Reads a cell for points.
pub(crate) fn points(text: &str) -> Points {
    let bare = without_marks(text);
    let mut bare = plain(&bare);
    for ending in ["diem", "đ", "d"] {
        if let Some(before) = bare.strip_suffix(ending)
            && before.ends_with(|sign: char| sign.is_ascii_digit() || sign == ' ' || sign == ')')
        {
            bare = before.trim_end().to_owned();
            break;
        }
    }
    let bare = bare.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(&bare).trim();
    if bare.chars().all(|sign| matches!(sign, '-' | '.' | '/' | ' ' | '_' | '…')) {
        return Points::Nothing;
    }
    if let Some(value) = decimal(bare) {
        return Points::Of(value);
    }
    let range = bare.strip_prefix("tu ").unwrap_or(bare);
    let ends = range.split_once(" den ").or_else(|| range.split_once('-'));
    match ends.map(|(low, high)| (decimal(low.trim()), decimal(high.trim()))) {
        Some((Some(low), Some(high))) if low.is_zero() && high > Decimal::ZERO => Points::UpTo(high),
        _ => Points::Unreadable,
    }
}

/// A cell without marks of footnotes behind its figure: `(1)`, `[1]`, `*`, `¹`.
fn without_marks(text: &str) -> String {
    let mut rest = text.trim();
    loop {
        let before = rest.trim_end_matches(['*', '¹', '²', '³', '⁰', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹', '⁽', '⁾', '†', '‡', ' ', '\n']);
        let mark = before.strip_suffix(')').and_then(|inner| inner.rsplit_once('('));
        let mark = mark.or_else(|| before.strip_suffix(']').and_then(|inner| inner.rsplit_once('[')));
        let short = |mark: &str| mark.chars().count() <= 3 && mark.chars().all(|sign| !sign.is_alphabetic());
        match mark {
            Some((figure, mark)) if short(mark) && figure.contains(|sign: char| sign.is_ascii_digit()) => rest = figure,
            _ if before.len() < rest.len() => rest = before,
            _ => return rest.to_owned(),
        }
    }
}

/// A name without marks of footnotes at its end: `*`, `¹`, `(1)`.
pub(crate) fn without_footnotes(name: &str) -> &str {
    let mut rest = name.trim();
    loop {
        let mut before = rest.trim_end_matches(['*', '¹', '²', '³', '⁰', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹', '†', '‡', ' ']);
        for (open, close) in [('(', ')'), ('[', ']')] {
            let mark = before.strip_suffix(close).and_then(|inner| inner.rsplit_once(open));
            let is_sign = |sign: char| sign.is_ascii_digit() || "*¹²³⁰⁴⁵⁶⁷⁸⁹".contains(sign);
            if let Some((name, _)) = mark.filter(|(_, mark)| mark.chars().count() <= 2 && mark.chars().all(is_sign)) {
                before = name;
            }
        }
        if before.len() == rest.len() || before.is_empty() {
            return rest;
        }
        rest = before;
    }
}

/// A name with its maximum behind it, and that maximum: "Kế hoạch (5 điểm)".
pub(crate) fn maximum_behind(name: &str) -> Option<(&str, Decimal)> {
    let (bare, inner) = name.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let flat = plain(inner);
    let figure = flat.strip_suffix("diem").or_else(|| flat.strip_suffix('d'))?;
    let figure = figure.trim().trim_start_matches("toi da").trim_start_matches(':');
    Some((bare.trim_end(), decimal(figure.trim())?)).filter(|(bare, _)| !bare.is_empty())
}

/// A figure of points. Three digits after one sign are a fraction: no criterion has thousands of points.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let numeral = read_numeral(text).ok().filter(|numeral| !numeral.percent)?;
    let value = match numeral.reading {
        Reading::Sure { value, .. } => value.normalize(),
        Reading::Open { fraction, .. } => fraction.normalize(),
    };
    // Sums of what is let through here can never leave the range of decimals.
    (value.abs() <= MOST && value.scale() <= 9).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_footnote_marks() {
        for (name, expected) in [
            ("Kế hoạch*", "Kế hoạch"),
            ("Kế hoạch (1)", "Kế hoạch"),
            ("Kế hoạch¹ ²", "Kế hoạch"),
            ("Kế hoạch[¹]", "Kế hoạch"),
            ("Mức (a)", "Mức (a)"),
            ("*", "*"),
        ] {
            assert_eq!(without_footnotes(name), expected);
        }
    }

    #[test]
    fn points_are_read_as_annexes_write_them() {
        let of = |text: &str| Points::Of(text.parse().unwrap());
        for (text, expected) in [
            ("2", of("2")),
            ("0,5", of("0.5")),
            ("2.50", of("2.5")),
            ("1,125", of("1.125")),
            ("2 điểm", of("2")),
            ("0,25đ", of("0.25")),
            ("20(1)", of("20")),
            ("2,5*", of("2.5")),
            ("2¹", of("2")),
            ("2 [3]", of("2")),
            ("(2)", of("2")),
            ("-2", of("-2")),
            ("0 - 2", Points::UpTo("2".parse().unwrap())),
            ("từ 0 đến 1,5 điểm", Points::UpTo("1.5".parse().unwrap())),
            ("", Points::Nothing),
            ("-", Points::Nothing),
            ("…", Points::Nothing),
            ("hai", Points::Unreadable),
            ("2-3", Points::Unreadable),
            ("90%", Points::Unreadable),
            ("1;5", Points::Unreadable),
        ] {
            assert_eq!(points(text), expected, "{text}");
        }
    }
}
