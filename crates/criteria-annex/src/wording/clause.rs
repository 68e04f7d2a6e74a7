//! Clauses that say what a condition is worth: "Trên 90%: 2 điểm; Từ 70% - 90%: 1; Dưới 70%: 0".

use rust_decimal::Decimal;

use super::figure::decimal;
use super::{Mark, has_words, in_front, plain};

/// What a clause gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    /// So many points.
    Points(Decimal),
    /// The maximum of the criterion.
    Maximum,
    /// A part of the maximum, 0.5 for half of it.
    Share(Decimal),
    /// Points by a formula.
    Formula,
    /// Points for each case, below zero where they are taken away; at most `most` of them.
    Each { each: Decimal, most: Option<Decimal> },
}

/// A condition and what it is worth. Where a formula or cases give the points, the condition is the whole text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    pub(crate) condition: String,
    pub(crate) worth: Worth,
}

/// The clauses of a text, if every part of it is one.
pub(crate) fn clauses(text: &str) -> Option<Vec<Clause>> {
    let text = text.trim();
    let inner =
        text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).filter(|inner| !inner.contains(['(', ')'])).unwrap_or(text);
    // The finest cut that leaves nothing without points is the right one: a comma may part clauses or words.
    [Cut::Commas, Cut::Sentences, Cut::Lines].into_iter().find_map(|cut| {
        // "…, tối đa 1 điểm" bounds what stands before it.
        let bounds = |piece: &str| {
            ["toi da", "toi thieu", "khong qua", "nhieu nhat", "nhung"].iter().any(|word| plain(piece).trim().starts_with(word))
        };
        let clause = |piece: &str| worth_of(piece).filter(|_| cut == Cut::Lines || !bounds(piece));
        let found: Option<Vec<Clause>> = pieces(inner, cut).into_iter().map(clause).collect();
        found.filter(|clauses| !clauses.is_empty())
    })
}

/// The name of a criterion and the clauses that stand in the same cell, and text that is neither.
pub(crate) fn named_clauses(text: &str) -> (String, Vec<Clause>, String) {
    let text = text.trim();
    let (mut name, mut found, mut other) = (String::new(), Vec::new(), String::new());
    let mut lines = text.lines();
    if let Some(first) = lines.next() {
        name.push_str(first);
    }
    for line in lines {
        match clauses(line) {
            Some(more) => found.extend(more),
            None if found.is_empty() && other.is_empty() && in_front(line).is_none() => {
                name.push(' ');
                name.push_str(line);
            }
            None => {
                if !other.is_empty() {
                    other.push('\n');
                }
                other.push_str(line);
            }
        }
    }
    if found.is_empty()
        && let Some((before, more)) = inline(&name)
    {
        return (before, more, other);
    }
    // "Mức độ thực hiện kế hoạch:" opens the clauses below.
    if !found.is_empty() {
        name.truncate(name.trim_end_matches([':', ' ']).len());
    }
    (name, found, other)
}

/// A name with its clauses behind it, in brackets or after a colon. One clause alone may be a part of the name.
fn inline(text: &str) -> Option<(String, Vec<Clause>)> {
    if let Some(inner) = text.trim_end_matches('.').strip_suffix(')')
        && let Some((name, inner)) = inner.split_once('(')
        && let Some(found) = clauses(inner).filter(|found| found.len() > 1)
        && !name.trim().is_empty()
    {
        return Some((name.trim().to_owned(), found));
    }
    let (name, rest) = text.split_once(':')?;
    let found = clauses(rest).filter(|found| found.len() > 1)?;
    Some((name.trim().to_owned(), found))
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cut {
    Lines,
    Sentences,
    Commas,
}

fn pieces(text: &str, cut: Cut) -> Vec<&str> {
    let mut out = Vec::new();
    let mut begin = 0;
    for (at, sign) in text.char_indices() {
        let after = text.get(at + sign.len_utf8()..).unwrap_or_default();
        let parts = match sign {
            '\n' | ';' => true,
            '.' => cut >= Cut::Sentences && after.starts_with(' ') && after.trim_start().starts_with(char::is_uppercase),
            ',' => cut == Cut::Commas && after.starts_with(' '),
            _ => false,
        };
        if parts {
            out.push(text.get(begin..at).unwrap_or_default());
            begin = at + sign.len_utf8();
        }
    }
    out.push(text.get(begin..).unwrap_or_default());
    out.retain(|piece| piece.contains(char::is_alphanumeric));
    out
}

/// The condition of one clause and its worth; `None` if it gives none.
pub(crate) fn worth_of(text: &str) -> Option<Clause> {
    let text = text.trim().trim_end_matches(['.', ',', ';', ' ']);
    let text = match in_front(text) {
        Some((Mark::Letter(_) | Mark::Bullet(_), rest)) => rest,
        _ => text,
    };
    let flat = plain(text);
    if let Some((each, most)) = per_case(&flat) {
        return Some(Clause { condition: text.to_owned(), worth: Worth::Each { each, most } });
    }
    // What is taken away or added, other than for each single case, is not the points of an option either.
    if is_formula(&flat) || changes_points(&flat) {
        return Some(Clause { condition: text.to_owned(), worth: Worth::Formula });
    }
    let separator = text.char_indices().rev().find(|(_, sign)| matches!(sign, ':' | '=' | '→' | '⇒'));
    if let Some((at, sign)) = separator
        && let Some(worth) = text.get(at + sign.len_utf8()..).and_then(|value| worth(&plain(value)))
    {
        return Some(Clause { condition: tidied(text.get(..at)?), worth });
    }
    if let Some(inner) = text.strip_suffix(')')
        && let Some((before, value)) = inner.rsplit_once('(')
        && value.contains(|sign: char| sign.is_alphabetic())
        && let Some(worth) = worth(&plain(value))
        && !before.trim().is_empty()
    {
        return Some(Clause { condition: tidied(before), worth });
    }
    at_the_end(text)
}

/// "… được 2 điểm", "… thì điểm đánh giá là 0", "… không tính điểm".
fn at_the_end(text: &str) -> Option<Clause> {
    let words: Vec<(usize, &str)> = text
        .split(' ')
        .scan(0, |at, word| {
            let begin = *at;
            *at += word.len() + 1;
            Some((begin, word))
        })
        .collect();
    // At most: thì điểm đánh giá được tính là 0,25 điểm
    for count in (2..=9.min(words.len())).rev() {
        let Some((begin, _)) = words.get(words.len() - count) else { continue };
        let tail = plain(text.get(*begin..)?);
        let opens =
            ["thi ", "duoc ", "dat ", "cham ", "tinh ", "cho ", "diem danh gia", "khong tinh", "khong cham", "khong duoc", "khong co"];
        let says = tail.contains("diem");
        if says
            && opens.iter().any(|word| tail.starts_with(word))
            && let Some(worth) = worth(&tail)
            && *begin > 0
        {
            return Some(Clause { condition: tidied(text.get(..*begin)?), worth });
        }
    }
    // "Trên 90% 2 điểm"
    let (begin, _) = words.get(words.len().checked_sub(2)?)?;
    let tail = plain(text.get(*begin..)?);
    let figure = tail.strip_suffix(" diem").and_then(decimal)?;
    (*begin > 0).then(|| Clause { condition: tidied(text.get(..*begin).unwrap_or_default()), worth: Worth::Points(figure) })
}

fn tidied(condition: &str) -> String {
    condition.trim().trim_end_matches([':', ',', '-', '–', ' ', '=']).trim_start_matches(['(']).to_owned()
}

/// What words after a condition give.
fn worth(value: &str) -> Option<Worth> {
    let mut value = value.trim().trim_end_matches('.');
    if ["khong tinh diem", "khong cham diem", "khong co diem", "khong duoc diem", "khong duoc tinh diem", "khong diem"].contains(&value) {
        return Some(Worth::Points(Decimal::ZERO));
    }
    loop {
        let opened = [
            "thi ",
            "duoc ",
            "dat ",
            "cham ",
            "tinh ",
            "cho ",
            "la ",
            "bang ",
            "diem danh gia ",
            "so diem la ",
            "diem so ",
            "diem: ",
            "muc ",
        ];
        let Some(rest) = opened.iter().find_map(|word| value.strip_prefix(word)) else { break };
        value = rest.trim_start();
    }
    if matches!(value, "diem toi da" | "toi da" | "so diem toi da" | "100% diem toi da" | "100% so diem" | "diem tuyet doi" | "du diem") {
        return Some(Worth::Maximum);
    }
    for ending in ["% so diem toi da", "% diem toi da", "% so diem", "% diem"] {
        if let Some(share) = value.strip_suffix(ending).and_then(|share| decimal(share.trim())) {
            return Some(Worth::Share((share / Decimal::ONE_HUNDRED).normalize()));
        }
    }
    let value = value.strip_prefix("diem ").unwrap_or(value);
    let bare = ["diem", "đ", "d"].iter().find_map(|ending| value.strip_suffix(ending)).unwrap_or(value).trim();
    let bare = bare.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(bare);
    decimal(bare.trim()).map(Worth::Points)
}

/// Whether a plain text gives points by a formula.
fn is_formula(flat: &str) -> bool {
    let maximum = [
        "x diem toi da",
        "* diem toi da",
        "× diem toi da",
        "nhan diem toi da",
        "nhan voi diem toi da",
        "diem toi da x",
        "diem toi da *",
        "diem toi da ×",
    ];
    has_words(flat, "cong thuc")
        || has_words(flat, "tinh theo ty le")
        || has_words(flat, "tinh diem theo ty le")
        || maximum.iter().any(|words| flat.contains(words))
}

/// Whether points are taken from or added to others: "nộp chậm trừ 0,5 điểm", "cứ 5 hồ sơ được cộng 1 điểm".
fn changes_points(flat: &str) -> bool {
    let words: Vec<&str> = flat.split(' ').collect();
    let says = |at: usize| match words.get(at) {
        Some(&("tru" | "giam")) => true,
        Some(&("cong" | "them")) => has_words(flat, "moi") || has_words(flat, "cu"),
        _ => false,
    };
    let is_points = |at: usize| {
        let figure = words.get(at).is_some_and(|word| decimal(word.trim_matches(['.', ',', ';', '(', ')'])).is_some());
        figure && words.get(at + 1).is_some_and(|word| word.trim_end_matches(['.', ',', ';', ')']) == "diem")
    };
    (0..words.len()).any(|at| says(at) && (at + 1..at + 3).any(is_points))
}

/// "Mỗi văn bản chậm trừ 0,25 điểm": points for each case, and the most there can be.
fn per_case(flat: &str) -> Option<(Decimal, Option<Decimal>)> {
    if !has_words(flat, "moi") && !has_words(flat, "cu") {
        return None;
    }
    let words: Vec<&str> = flat.split(' ').map(|word| word.trim_matches(['.', ',', ';', ':', '(', ')'])).collect();
    // "Cứ 05 hồ sơ" and "mỗi 1%" count something else than single cases.
    let counted = words.iter().position(|word| matches!(*word, "moi" | "cu")).and_then(|at| words.get(at + 1));
    if counted.is_some_and(|word| word.contains('%') || decimal(word).is_some_and(|count| count != Decimal::ONE)) {
        return None;
    }
    if flat.contains('%') {
        return None;
    }
    let figure_at = |at: usize| words.get(at).and_then(|word| decimal(word.strip_suffix('d').unwrap_or(word)));
    let is_points =
        |at: usize| words.get(at).is_some_and(|word| word.ends_with('d') && word.len() > 1) || words.get(at + 1) == Some(&"diem");
    let (verb, each) = words.iter().enumerate().find_map(|(at, word)| {
        let sign = match *word {
            "tru" | "giam" => -Decimal::ONE,
            "cong" | "them" | "duoc" | "tinh" | "dat" => Decimal::ONE,
            _ => return None,
        };
        (at + 1..at + 3).find(|at| figure_at(*at).is_some() && is_points(*at)).and_then(|found| Some((found, sign * figure_at(found)?)))
    })?;
    let rest = words.get(verb + 1..).unwrap_or_default().join(" ");
    let most = ["toi da", "khong qua", "khong vuot qua", "nhieu nhat"].iter().find_map(|words| {
        let after = rest.split_once(words)?.1.trim();
        after.split(' ').next().and_then(decimal)
    });
    Some((each.normalize(), most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(clause: &Clause) -> String {
        let worth = match clause.worth {
            Worth::Points(points) => points.to_string(),
            other => format!("{other:?}"),
        };
        format!("{} = {worth}", clause.condition)
    }

    #[test]
    fn one_clause_in_every_usual_wording() {
        for (text, expected) in [
            ("Trên 90%: 2 điểm", "Trên 90% = 2"),
            ("- Dưới 70%: 0", "Dưới 70% = 0"),
            ("Không kịp thời: 0,5", "Không kịp thời = 0.5"),
            ("Trên 90% được 2 điểm.", "Trên 90% = 2"),
            ("Dưới 70% thì điểm đánh giá là 0", "Dưới 70% = 0"),
            ("Đạt 100% (0,5 điểm)", "Đạt 100% = 0.5"),
            ("Trên 90% 2 điểm", "Trên 90% = 2"),
            ("Không ban hành: không tính điểm", "Không ban hành = 0"),
            ("Không ban hành không tính điểm", "Không ban hành = 0"),
            ("Đạt 100%: điểm tối đa", "Đạt 100% = Maximum"),
            ("Chậm dưới 10 ngày: 50% số điểm", "Chậm dưới 10 ngày = Share(0.5)"),
            ("Từ 70% đến dưới 100%: tính theo công thức", "Từ 70% đến dưới 100%: tính theo công thức = Formula"),
            ("Nộp chậm trừ 0,5 điểm", "Nộp chậm trừ 0,5 điểm = Formula"),
            ("Cứ 05 hồ sơ trễ hạn trừ 0,5 điểm", "Cứ 05 hồ sơ trễ hạn trừ 0,5 điểm = Formula"),
            ("Cứ 01 hồ sơ trễ hạn trừ 0,5 điểm", "Cứ 01 hồ sơ trễ hạn trừ 0,5 điểm = Each { each: -0.5, most: None }"),
            ("Mỗi 1% tăng thêm được cộng 0,1 điểm", "Mỗi 1% tăng thêm được cộng 0,1 điểm = Formula"),
            ("Có từ 2 sáng kiến được cộng 1 điểm", "Có từ 2 sáng kiến được cộng = 1"),
            ("Mỗi văn bản chậm trừ 0,25 điểm", "Mỗi văn bản chậm trừ 0,25 điểm = Each { each: -0.25, most: None }"),
            (
                "Mỗi sáng kiến được cộng 0,5 điểm, tối đa 2 điểm",
                "Mỗi sáng kiến được cộng 0,5 điểm, tối đa 2 điểm = Each { each: 0.5, most: Some(2) }",
            ),
            ("Đúng hạn → 1đ", "Đúng hạn = 1"),
        ] {
            assert_eq!(worth_of(text).as_ref().map(shown).as_deref(), Some(expected), "{text}");
        }
        for text in
            ["Kế hoạch cải cách hành chính năm", "Trên 90%", "Báo cáo 6 tháng: quý I", "Thực hiện Quyết định số 61/2018", "Chấm điểm"]
        {
            assert_eq!(worth_of(text), None, "{text}");
        }
    }

    #[test]
    fn clauses_of_one_text() {
        let found = |text: &str| clauses(text).unwrap_or_default().iter().map(shown).collect::<Vec<_>>();
        let three = ["Trên 90% = 2", "Từ 70% - 90% = 1", "Dưới 70% = 0"];
        assert_eq!(found("Trên 90%: 2 điểm; Từ 70% - 90%: 1; Dưới 70%: 0"), three);
        assert_eq!(found("Trên 90%: 2 điểm. Từ 70% - 90%: 1 điểm. Dưới 70%: 0 điểm."), three);
        assert_eq!(found("- Trên 90%: 2 điểm\n- Từ 70% - 90%: 1\n- Dưới 70%: 0"), three);
        assert_eq!(found("đúng hạn: 1, không đúng hạn: 0,5"), ["đúng hạn = 1", "không đúng hạn = 0.5"]);
        assert_eq!(found("đầy đủ, đúng hạn: 1; không: 0"), ["đầy đủ, đúng hạn = 1", "không = 0"]);
        assert_eq!(found("Trên 90%: 2 điểm; xem phụ lục"), [""; 0]);
    }

    #[test]
    fn names_with_their_clauses() {
        for text in ["Mức độ: Trên 90%: 2 điểm; dưới 90%: 0", "Mức độ (trên 90%: 2; dưới 90%: 0)", "Mức độ:\n- Trên 90%: 2\n- Dưới 90%: 0"]
        {
            let (name, found, other) = named_clauses(text);
            assert_eq!((name.as_str(), found.len(), other.as_str()), ("Mức độ", 2, ""), "{text}");
        }
        let (name, found, _) = named_clauses("Báo cáo gửi đúng thời gian (quý I, quý III, 6 tháng, năm)");
        assert_eq!((name.as_str(), found.len()), ("Báo cáo gửi đúng thời gian (quý I, quý III, 6 tháng, năm)", 0));
        let (name, found, other) = named_clauses("Kế hoạch\nnăm\n- Ban hành: 1\nGhi thêm");
        assert_eq!((name.as_str(), found.len(), other.as_str()), ("Kế hoạch năm", 1, "Ghi thêm"));
    }
}
