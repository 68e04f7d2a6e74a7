//! Conditions of brackets in Vietnamese wording: "trên 90%", "từ 70% đến dưới 90%", "70% - 90%", "≥ 5 hồ sơ".

use rust_decimal::Decimal;
use viet_text::{Reading, read_numeral};

use super::plain;

/// What the wording says of an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closure {
    /// The end belongs to the range: "từ 70%", "không quá 5".
    Inside,
    /// It does not: "trên 90%", "dưới 70%".
    Outside,
    /// The wording does not say: "70% - 90%".
    Unsaid,
}

/// One end of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) value: Decimal,
    pub(crate) closure: Closure,
}

/// A range of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) low: Option<Limit>,
    pub(crate) high: Option<Limit>,
    pub(crate) percent: bool,
}

/// What a condition says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// Values in a range.
    In(Range),
    /// Everything that no other condition says: "còn lại".
    Rest,
    /// Words without a range.
    Words,
    /// Figures whose meaning is not certain.
    Unclear,
}

/// No condition has a larger figure; sums of smaller ones stay in the range of decimals.
const MOST: Decimal = Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Number { value: Decimal, percent: bool },
    Word(String),
    Sign(char),
}

/// Words in front of a figure, and what they make of it: low or high end, inside or outside. Longest first.
const FRONTS: [(&str, bool, Closure); 42] = [
    ("khong vuot qua", false, Closure::Inside),
    ("khong thap hon", true, Closure::Inside),
    ("khong nhieu hon", false, Closure::Inside),
    ("khong cao hon", false, Closure::Inside),
    ("khong lon hon", false, Closure::Inside),
    ("khong nho hon", true, Closure::Inside),
    ("khong it hon", true, Closure::Inside),
    ("khong den", false, Closure::Outside),
    ("khong duoi", true, Closure::Inside),
    ("khong qua", false, Closure::Inside),
    ("khong tren", false, Closure::Inside),
    ("khong hon", false, Closure::Inside),
    ("khong dat", false, Closure::Outside),
    ("chua dat", false, Closure::Outside),
    ("chua den", false, Closure::Outside),
    ("chua toi", false, Closure::Outside),
    ("den duoi", false, Closure::Outside),
    ("toi duoi", false, Closure::Outside),
    ("den het", false, Closure::Inside),
    ("nho hon", false, Closure::Outside),
    ("thap hon", false, Closure::Outside),
    ("it hon", false, Closure::Outside),
    ("toi da", false, Closure::Inside),
    ("nhieu nhat", false, Closure::Inside),
    ("cao nhat", false, Closure::Inside),
    ("lon hon", true, Closure::Outside),
    ("nhieu hon", true, Closure::Outside),
    ("cao hon", true, Closure::Outside),
    ("vuot qua", true, Closure::Outside),
    ("tu tren", true, Closure::Outside),
    ("it nhat", true, Closure::Inside),
    ("toi thieu", true, Closure::Inside),
    ("thap nhat", true, Closure::Inside),
    ("duoi", false, Closure::Outside),
    ("den", false, Closure::Inside),
    ("toi", false, Closure::Inside),
    ("tren", true, Closure::Outside),
    ("vuot", true, Closure::Outside),
    ("qua", true, Closure::Outside),
    ("hon", true, Closure::Outside),
    ("tu", true, Closure::Inside),
    ("dat tu", true, Closure::Inside),
];

/// Words in front of a figure that names something and measures nothing: years, quarters, decisions.
const NAMES: [&str; 16] =
    ["nam", "ngay", "thang", "quy", "dieu", "khoan", "so", "muc", "lan", "dinh", "thi", "tiet", "diem", "chuong", "bieu", "loai"];

/// Reads a condition.
pub(crate) fn condition(text: &str) -> Condition {
    let plain = plain(text);
    let tokens = match tokens(&plain) {
        Some(tokens) => tokens,
        None => return Condition::Unclear,
    };
    if !tokens.iter().any(|token| matches!(token, Token::Number { .. })) {
        let rest = ["con lai", "truong hop khac", "cac truong hop khac", "muc khac"];
        return if rest.iter().any(|words| super::has_words(&plain, words)) { Condition::Rest } else { Condition::Words };
    }
    match Reader::default().read(&tokens) {
        Some(range) => Condition::In(range),
        None => Condition::Unclear,
    }
}

/// Whether words behind the figures join something to them: "từ 90% trở lên và có báo cáo".
pub(crate) fn says_more(text: &str) -> bool {
    let Some(tokens) = tokens(&plain(text)) else { return false };
    let last = tokens.iter().rposition(|token| matches!(token, Token::Number { .. }));
    let joins = |token: &Token| matches!(token, Token::Word(word) if matches!(word.as_str(), "va" | "nhung" | "hoac"));
    last.is_some_and(|last| tokens.iter().skip(last + 1).any(joins))
}

/// The tokens of a plain text, without figures that only name something; `None` if dates or fractions stand there.
fn tokens(plain: &str) -> Option<Vec<Token>> {
    let mut out: Vec<Token> = Vec::new();
    let mut rest = plain.trim_start_matches(['-', '+', '•', '*', ' ']);
    while let Some(sign) = rest.chars().next() {
        if sign.is_ascii_digit() {
            let mut end = rest.find(|sign: char| !sign.is_ascii_digit() && sign != '.' && sign != ',').unwrap_or(rest.len());
            while rest.get(..end).is_some_and(|number| number.ends_with(['.', ','])) {
                end -= 1;
            }
            let (number, after) = rest.split_at(end);
            let (percent, after) = match after.trim_start().strip_prefix('%') {
                Some(after) => (true, after),
                None => (false, after),
            };
            rest = after;
            // "=> 90%" is typed for "≥ 90%" and for "so: 90%".
            if matches!(out.last(), Some(Token::Sign('→' | '='))) {
                return None;
            }
            // 31/12 and 2/3 are no figures of a range, nor are 61/2018/NĐ-CP and 2a.
            let part_of_more = matches!(out.last(), Some(Token::Sign('/'))) || rest.starts_with('/');
            if part_of_more && !percent && rest.get(1..).is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_digit())) {
                return None;
            }
            if matches!(out.last(), Some(Token::Sign('/'))) {
                continue;
            }
            let names = matches!(out.last(), Some(Token::Word(word)) if NAMES.contains(&word.as_str()));
            if names && !percent {
                continue;
            }
            out.push(Token::Number { value: value(number)?, percent });
        } else if sign.is_alphabetic() {
            let end = rest.find(|sign: char| !sign.is_alphanumeric()).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            out.push(Token::Word(word.to_owned()));
            rest = after;
        } else {
            if sign != ' ' {
                out.push(Token::Sign(sign));
            }
            rest = rest.get(sign.len_utf8()..).unwrap_or_default();
        }
    }
    Some(out)
}

/// A figure of a range. 1.000 is a thousand; 0,125 and 1,125 are fractions.
fn value(text: &str) -> Option<Decimal> {
    let value = match read_numeral(text).ok()?.reading {
        Reading::Sure { value, .. } => value.normalize(),
        Reading::Open { grouped, fraction, sign } => {
            if sign.sign() == '.' {
                grouped
            } else {
                fraction.normalize()
            }
        }
    };
    (value.abs() <= MOST).then_some(value)
}

#[derive(Default)]
struct Reader {
    range: Range,
    /// A figure that nothing was said about yet.
    bare: Option<Limit>,
    percent: bool,
    plain: bool,
}

impl Reader {
    fn read(mut self, tokens: &[Token]) -> Option<Range> {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let Token::Number { value, percent } = token else {
                at += 1;
                continue;
            };
            if *percent {
                self.percent = true
            } else {
                self.plain = true
            }
            let before = tokens.get(..at).unwrap_or_default();
            let after = tokens.get(at + 1..).unwrap_or_default();
            self.number(*value, before, after)?;
            at += 1;
        }
        if let Some(Limit { value, .. }) = self.bare.take() {
            // A figure by itself is that value: "100%", "đạt 2 lần".
            if self.range.low.is_some() || self.range.high.is_some() {
                return None;
            }
            let end = Some(Limit { value, closure: Closure::Inside });
            self.range = Range { low: end, high: end, percent: false };
        }
        let Range { low, high, .. } = self.range;
        if let (Some(low), Some(high)) = (low, high)
            && low.value > high.value
        {
            return None;
        }
        // "70 - 90%": the sign behind the last figure is meant for both.
        Some(Range { low, high, percent: self.percent })
    }

    fn number(&mut self, value: Decimal, before: &[Token], after: &[Token]) -> Option<()> {
        let word = |index: usize| match after.get(index) {
            Some(Token::Word(word)) => word.as_str(),
            _ => "",
        };
        // A unit may stand between: "2 văn bản trở lên".
        let suffix = (0..4).find_map(|index| match (word(index), word(index + 1)) {
            ("tro", "len" | "di") => Some(true),
            ("tro", "xuong" | "lai") => Some(false),
            _ => None,
        });
        let dash = matches!(before.last(), Some(Token::Sign('-')));
        if let Some((low, closure)) = front(before) {
            // "trên 90% trở lên" says both; which is meant is open.
            if let (true, Closure::Inside, Some(false)) = (low, closure, suffix) {
                // "từ 90% trở xuống"
                self.bare_is_low(Closure::Inside)?;
                return self.end(false, Limit { value, closure });
            }
            let closure = match suffix {
                Some(true) if low && closure == Closure::Outside => Closure::Unsaid,
                Some(up) if up != low => return None,
                _ => closure,
            };
            self.bare_is_low(if dash_before_words(before) { Closure::Unsaid } else { Closure::Inside })?;
            return self.end(low, Limit { value, closure });
        }
        if let Some(up) = suffix {
            self.bare_is_low(Closure::Inside)?;
            return self.end(up, Limit { value, closure: Closure::Inside });
        }
        // "70% ≤ tỷ lệ < 90%": the comparison behind the first figure is about what follows.
        if let Some(Token::Sign(sign @ ('<' | '≤' | '>' | '≥'))) = after.first()
            && self.bare.is_none()
        {
            let closure = if matches!(sign, '≤' | '≥') { Closure::Inside } else { Closure::Outside };
            return self.end(matches!(sign, '<' | '≤'), Limit { value, closure });
        }
        if dash {
            // "từ 70% - 90%", "70% - 90%"
            if let Some(low) = self.bare.take() {
                self.end(true, low)?;
            }
            self.range.low?;
            return self.end(false, Limit { value, closure: Closure::Unsaid });
        }
        if self.bare.is_some() {
            return None;
        }
        self.bare = Some(Limit { value, closure: Closure::Unsaid });
        Some(())
    }

    /// A figure that stood by itself begins a range when an end follows: "70% đến dưới 90%".
    fn bare_is_low(&mut self, closure: Closure) -> Option<()> {
        match self.bare.take() {
            Some(low) => self.end(true, Limit { closure, ..low }),
            None => Some(()),
        }
    }

    fn end(&mut self, low: bool, limit: Limit) -> Option<()> {
        let place = if low { &mut self.range.low } else { &mut self.range.high };
        if place.is_some() {
            return None;
        }
        *place = Some(limit);
        Some(())
    }
}

/// What the words or the sign right before a figure make of it.
fn front(before: &[Token]) -> Option<(bool, Closure)> {
    let before = match before.split_last() {
        // "từ mức 70%", "trên khoảng 70%"
        Some((Token::Word(word), rest)) if matches!(word.as_str(), "muc" | "khoang" | "dat" | "bang" | "ty") && front(rest).is_some() => {
            rest
        }
        _ => before,
    };
    match before.last()? {
        Token::Sign('<') => return Some((false, Closure::Outside)),
        Token::Sign('≤') => return Some((false, Closure::Inside)),
        Token::Sign('>') => return Some((true, Closure::Outside)),
        Token::Sign('≥') => return Some((true, Closure::Inside)),
        Token::Sign(_) | Token::Number { .. } => return None,
        Token::Word(_) => {}
    }
    let words: Vec<&str> =
        before.iter().rev().map_while(|token| if let Token::Word(word) = token { Some(word.as_str()) } else { None }).take(3).collect();
    let said = words.iter().rev().copied().collect::<Vec<_>>().join(" ");
    FRONTS
        .iter()
        .find(|(front, ..)| said.strip_suffix(front).is_some_and(|rest| rest.is_empty() || rest.ends_with(' ')))
        .map(|(_, low, closure)| (*low, *closure))
}

/// "70% - dưới 90%": a dash stands before the words of the second end.
fn dash_before_words(before: &[Token]) -> bool {
    let end = before.iter().rposition(|token| !matches!(token, Token::Word(_)));
    matches!(end.and_then(|end| before.get(end)), Some(Token::Sign('-')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match condition(text) {
            Condition::In(range) => {
                let end = |limit: Option<Limit>, left: bool| match limit {
                    None => if left { "(-" } else { "+)" }.to_owned(),
                    Some(Limit { value, closure }) => {
                        let sign = match closure {
                            Closure::Inside => {
                                if left {
                                    "["
                                } else {
                                    "]"
                                }
                            }
                            Closure::Outside => {
                                if left {
                                    "("
                                } else {
                                    ")"
                                }
                            }
                            Closure::Unsaid => "?",
                        };
                        if left { format!("{sign}{value}") } else { format!("{value}{sign}") }
                    }
                };
                format!("{} {}{}", end(range.low, true), end(range.high, false), if range.percent { " %" } else { "" })
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn more_than_a_range_is_noticed() {
        assert!(says_more("Từ 90% trở lên và có báo cáo") && says_more("100% nhưng chậm"));
        assert!(!says_more("≥ 70% và < 90%") && !says_more("Từ 90% trở lên") && !says_more("Kịp thời và đầy đủ"));
    }

    #[test]
    fn conditions_as_annexes_word_them() {
        for (text, expected) in [
            ("Trên 90%", "(90 +) %"),
            ("trên 90 %", "(90 +) %"),
            ("Từ 70% - 90%", "[70 90? %"),
            ("70% - 90%", "?70 90? %"),
            ("70-90%", "?70 90? %"),
            ("Từ 70% đến 90%", "[70 90] %"),
            ("từ 70% đến dưới 90%", "[70 90) %"),
            ("Từ 70% - dưới 90%", "[70 90) %"),
            ("70% đến dưới 90%", "[70 90) %"),
            ("70% - dưới 90%", "?70 90) %"),
            ("Từ trên 70% đến 90%", "(70 90] %"),
            ("Trên 70% đến 90%", "(70 90] %"),
            ("Dưới 70%", "(- 70) %"),
            ("Từ 90% trở lên", "[90 +) %"),
            ("90% trở lên", "[90 +) %"),
            ("Đạt từ 90% trở lên", "[90 +) %"),
            ("70% trở xuống", "(- 70] %"),
            ("Từ 70% trở xuống", "(- 70] %"),
            ("Trên 90% trở lên", "?90 +) %"),
            ("Không quá 5 hồ sơ", "(- 5]"),
            ("Ít nhất 2 lần", "[2 +)"),
            ("Có từ 2 văn bản trở lên", "[2 +)"),
            ("≥ 90%", "[90 +) %"),
            (">= 90%", "[90 +) %"),
            ("< 70%", "(- 70) %"),
            ("70% ≤ tỷ lệ < 90%", "[70 90) %"),
            ("80% <= x <= 90%", "[80 90] %"),
            ("100%", "[100 100] %"),
            ("Đạt 100%", "[100 100] %"),
            ("100% số nhiệm vụ hoàn thành trong năm 2025", "[100 100] %"),
            ("Hoàn thành từ 80% đến dưới 100% nhiệm vụ", "[80 100) %"),
            ("Dưới 0,5%", "(- 0.5) %"),
            ("Trên 1.000 hồ sơ", "(1000 +)"),
            ("Chưa đạt 50%", "(- 50) %"),
            ("Kịp thời", "Words"),
            ("Trên các lĩnh vực", "Words"),
            ("Các trường hợp còn lại", "Rest"),
            ("Trước ngày 31/12/2025", "Unclear"),
            ("Dưới 70% số xã đạt trên 80%", "(80 70) %"),
            ("90% và 80%", "Unclear"),
            ("Trên 1.000.000.000.000.000 đồng", "(1000000000000000 +)"),
            ("Trên 1.000.000.000.000.001 đồng", "Unclear"),
            ("Từ 90% đến 70%", "Unclear"),
        ] {
            if expected == "(80 70) %" {
                assert_eq!(condition(text), Condition::Unclear, "{text}");
            } else {
                assert_eq!(shown(text), expected, "{text}");
            }
        }
    }
}
