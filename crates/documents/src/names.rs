//! Names that must be unique and fit a limit: sheets, heads of columns, keys.

use std::collections::BTreeSet;

/// Longest name of a sheet, in UTF-16 units.
const SHEET_LIMIT: usize = 31;

/// Names given so far, compared without regard to case.
#[derive(Debug, Default)]
pub(crate) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// `wanted`, cut to `limit` UTF-16 units and followed by what `ending` says for 2, 3 and so on if it is taken.
    pub(crate) fn unique(&mut self, wanted: &str, limit: usize, ending: impl Fn(usize) -> String) -> String {
        let mut name = cut(wanted, limit).to_owned();
        let mut number = 2;
        while !self.taken.insert(name.to_lowercase()) {
            let tail = ending(number);
            name = format!("{}{tail}", cut(wanted, limit.saturating_sub(width(&tail))).trim_end());
            number += 1;
        }
        name
    }

    /// The name of a sheet: without the signs that Excel refuses, of at most 31 UTF-16 units, unique.
    pub(crate) fn sheet(&mut self, wanted: &str, empty: &str) -> String {
        let spaced: String = wanted.chars().map(|sign| if "[]:*?/\\".contains(sign) || sign.is_control() { ' ' } else { sign }).collect();
        let line = one_line(&spaced);
        let cut = cut(line.trim_matches(['\'', ' ']), SHEET_LIMIT).trim_matches(['\'', ' ']);
        let name = match cut {
            "" => empty.to_owned(),
            // Excel keeps this name for itself.
            _ if cut.eq_ignore_ascii_case("history") => format!("{cut} 1"),
            _ => cut.to_owned(),
        };
        self.unique(&name, SHEET_LIMIT, |number| format!(" ({number})"))
    }
}

/// Length in UTF-16 units, as Excel counts.
pub(crate) fn width(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The beginning of a text, of at most `limit` UTF-16 units.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    let mut units = 0;
    for (at, sign) in text.char_indices() {
        units += sign.len_utf16();
        if units > limit {
            return &text[..at];
        }
    }
    text
}

/// A text on one line, every run of blanks as one space, without signs that no XML may hold.
///
/// The writer of XLSX escapes such signs in cells, but not in the names of columns and tables: one of them there makes
/// a file that nobody can open.
pub(crate) fn one_line(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(|word| word.chars().filter(|sign| !is_refused(*sign)).collect()).collect();
    words.iter().filter(|word| !word.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn is_refused(sign: char) -> bool {
    sign.is_control() || matches!(sign, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheet_names_are_clean_short_and_unique() {
        let mut names = Names::default();
        let mut sheet = |wanted: &str| names.sheet(wanted, "Bảng");
        assert_eq!(sheet("Điểm [2017]: Bộ/Tỉnh\\Huyện *?"), "Điểm 2017 Bộ Tỉnh Huyện");
        assert_eq!(sheet("Kết quả chỉ số cải cách hành chính các tỉnh"), "Kết quả chỉ số cải cách hành ch");
        assert_eq!(sheet("Kết quả chỉ số cải cách hành chính các bộ"), "Kết quả chỉ số cải cách hàn (2)");
        assert_eq!(sheet("KẾT QUẢ CHỈ SỐ CẢI CÁCH HÀNH CHÍNH"), "KẾT QUẢ CHỈ SỐ CẢI CÁCH HÀN (3)");
        assert_eq!(sheet("'trong ngoặc'"), "trong ngoặc");
        assert_eq!(sheet("History"), "History 1");
        assert_eq!(sheet(" ?? "), "Bảng");
        assert_eq!(sheet(""), "Bảng (2)");
        // The cut falls upon an apostrophe.
        assert_eq!(sheet("123456789012345678901234567890'tail"), "123456789012345678901234567890");
        // Two UTF-16 units each.
        assert_eq!(width(&sheet(&"\u{1F4CA}".repeat(20))), 30);
    }
}
