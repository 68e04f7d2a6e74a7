//! Faults of a set in the words of whoever fills the form of one part in: no lines, keys and words of the format, and the field where the fault can
//! be mended.

use composite_index::{Definition, FigureKind};
use ui::Lang;
use ui::parts::FieldError;

use super::rule_fields::figure_kind;
use crate::rule_form::KINDS;
use crate::set::SetFault;
use crate::words;

/// Keys of a part and of its rule: field of the form, Vietnamese and English label.
const KEYS: [(&str, &str, &str, &str); 30] = [
    ("maximum", "toi-da", "Điểm tối đa", "Maximum"),
    ("role", "vai-tro", "Cách tính vào tổng điểm", "How it counts"),
    ("name", "ten", "Tên", "Name"),
    ("code", "ma", "Mã", "Code"),
    ("parent", "ten", "Nhóm bên trên", "The part above"),
    ("aggregation", "ten", "Cách tổng hợp", "Aggregation"),
    ("missing", "ten", "Cách xử lý khi thiếu số liệu", "Missing figures"),
    ("minimum_share", "ten", "Tỷ lệ số liệu tối thiểu", "Lowest share of figures"),
    ("rescale", "ten", "Cách quy đổi điểm", "Rescaling"),
    ("weight", "ten", "Trọng số", "Weight"),
    ("range", "ten", "Khoảng giá trị", "Range"),
    ("kind", "loai-chon", "Loại quy tắc tính điểm", "Kind of rule"),
    ("rule", "loai-chon", "Quy tắc tính điểm", "Rule"),
    ("formula", "r.cong-thuc", "Công thức", "Formula"),
    ("figure", "r.so-lieu", "Số liệu", "Figure"),
    ("bracket", "r.tu.0", "Các khoảng", "Brackets"),
    ("brackets", "r.tu.0", "Các khoảng", "Brackets"),
    ("from", "r.tu.0", "Bắt đầu của khoảng", "Beginning of a bracket"),
    ("over", "r.tu.0", "Bắt đầu của khoảng", "Beginning of a bracket"),
    ("to", "r.den.0", "Kết thúc của khoảng", "End of a bracket"),
    ("under", "r.den.0", "Kết thúc của khoảng", "End of a bracket"),
    ("item", "r.muc.0", "Các mục", "Items"),
    ("option", "r.so-lieu", "Các lựa chọn", "Options"),
    ("points", "r.diem.0", "Điểm", "Points"),
    ("zero_at", "r.khong", "Mức 0 điểm", "No points at"),
    ("full_at", "r.du", "Mức điểm tối đa", "All points at"),
    ("start", "r.dau", "Điểm khi không có vụ việc nào", "Points without a case"),
    ("each", "r.moi", "Điểm cho mỗi vụ việc", "Points for each case"),
    ("scale", "r.thap", "Thang điều tra", "Scale"),
    ("absent", "vang-khi", "Khi không có nội dung để đánh giá", "Where there is nothing to evaluate"),
];

/// Faults of a definition whose sentence follows from what the form asks for: the field, and the words.
struct Teller<'a> {
    fault: &'a SetFault,
    definition: &'a Definition,
    lang: Lang,
}

impl Teller<'_> {
    fn say(&self, field: &str, vi: String, en: String) -> Option<FieldError> {
        Some(FieldError::new(field, self.lang.pick(vi, en)))
    }

    /// The name of a figure, in quotation marks.
    fn figure(&self, code: &str) -> String {
        let known = self.definition.figure(code).map(|figure| index_words::figure(self.definition, figure, self.lang));
        format!("“{}”", known.unwrap_or(code))
    }

    fn read(&self, text: &str) -> String {
        words::as_read(text, self.lang)
    }

    /// The two sides of a comparison, as the reader writes numbers.
    fn sides(&self, sign: char) -> Option<(String, String)> {
        let (left, right) = self.fault.detail.split_once(sign)?;
        Some((self.read(left.trim()), self.read(right.trim())))
    }

    fn told(&self) -> Option<FieldError> {
        match self.fault.rule.as_str() {
            "unknown-indicator" => self.indicator(),
            "maximum" => self.maximum(),
            "role-sign" => self.role_sign(),
            "order" => self.order(),
            "rule-place" => self.kind_of_figure(),
            "unknown-reference" => self.reference(),
            "missing-key" => self.missing(),
            "duplicate" => self.duplicate(),
            "aggregation-place" if self.fault.subject == "role" => self.say(
                "vai-tro",
                "Điểm thưởng, điểm trừ chỉ đặt được dưới nhóm cộng điểm các tiêu chí.".to_owned(),
                "A bonus or a penalty stands below a sum of points.".to_owned(),
            ),
            "points-open" => self.say(
                "toi-da",
                format!("Tiêu chí {}: nhập điểm tối đa, vì điểm được nhập thẳng.", self.fault.subject),
                format!("{}: say how many points there are at most, because they are typed.", self.fault.subject),
            ),
            _ => None,
        }
    }

    fn indicator(&self) -> Option<FieldError> {
        let figure = self.fault.subject.split_once("asks.observed.").map_or(self.fault.subject.as_str(), |(_, figure)| figure);
        self.say(
            &format!("ct.{figure}"),
            format!("Hệ thống không có chỉ tiêu “{}”. Chọn một chỉ tiêu trong danh sách gợi ý, hoặc để trống.", self.fault.detail),
            format!("The system has no indicator “{}”. Choose one of the list, or leave it empty.", self.fault.detail),
        )
    }

    fn maximum(&self) -> Option<FieldError> {
        let subject = self.fault.subject.as_str();
        let of_rule = KINDS.iter().any(|(word, ..)| *word == subject);
        match (self.sides('≠'), self.fault.detail.as_str()) {
            (Some((stated, found)), _) if of_rule => self.say(
                "toi-da",
                format!("Điểm tối đa đã nhập là {stated}, nhưng quy tắc cho nhiều nhất {found} điểm. Để trống ô này, hoặc sửa cho khớp."),
                format!("The maximum is {stated}, but the rule gives {found} at most. Leave it empty, or make the two agree."),
            ),
            (Some((stated, found)), _) => self.say(
                "toi-da",
                format!("{subject}: điểm tối đa đã ghi là {stated}, nhưng các tiêu chí bên dưới cộng lại được {found}."),
                format!("{subject}: the maximum says {stated}, but the parts below add up to {found}."),
            ),
            (None, "≥ 0") => {
                self.say("toi-da", "Điểm tối đa không được nhỏ hơn 0.".to_owned(), "The maximum does not lie below zero.".to_owned())
            }
            _ if of_rule => self.say(
                "toi-da",
                "Nhập điểm tối đa: quy tắc này tính điểm theo điểm tối đa.".to_owned(),
                "Type the maximum: this kind of rule needs it.".to_owned(),
            ),
            _ => self.say("toi-da", format!("Tiêu chí {subject}: nhập điểm tối đa."), format!("{subject}: type the maximum.")),
        }
    }

    fn order(&self) -> Option<FieldError> {
        let equal = || self.fault.detail.trim_start_matches(['≠', ' ']).to_owned();
        match (self.fault.subject.as_str(), self.sides('>')) {
            ("floor", Some((low, high))) => self.say(
                "r.san",
                format!("“Không thấp hơn” ({low}) đang lớn hơn “Không cao hơn” ({high})."),
                format!("“Never below” ({low}) lies above “Never above” ({high})."),
            ),
            ("scale", Some((low, high))) => self.say(
                "r.thap",
                format!("Mức thấp nhất của thang ({low}) lớn hơn mức cao nhất ({high})."),
                format!("The lowest of the scale ({low}) lies above the highest ({high})."),
            ),
            ("scale", None) => self.say(
                "r.thap",
                "Mức thấp nhất và mức cao nhất của thang phải khác nhau.".to_owned(),
                "The lowest and the highest of the scale differ.".to_owned(),
            ),
            ("each", _) => self.say(
                "r.moi",
                "Số điểm cộng hoặc trừ cho mỗi vụ việc phải khác 0.".to_owned(),
                "The points for each case are not zero.".to_owned(),
            ),
            ("full_at", _) => {
                let value = self.read(&equal());
                self.say(
                    "r.du",
                    format!("Mức 0 điểm và mức điểm tối đa phải khác nhau; cả hai đang là {value}."),
                    format!("No points and all points are at different figures; both are {value}."),
                )
            }
            (subject, None) if self.fault.detail == "highest first" => self.say(
                "xl-tu.0",
                format!("Mức “{subject}”: các mức phải xếp từ cao xuống thấp, và chỉ mức cuối để trống điểm bắt đầu."),
                format!("“{subject}”: bands run from high to low, and only the last has no beginning."),
            ),
            (subject, Some((low, high))) => self.say(
                "ten",
                format!("{subject}: mức thấp nhất ({low}) lớn hơn mức cao nhất ({high})."),
                format!("{subject}: the lowest ({low}) lies above the highest ({high})."),
            ),
            _ => None,
        }
    }

    /// A bonus that could take points away, or a penalty that could give some.
    fn role_sign(&self) -> Option<FieldError> {
        let (field, vi, en) = match self.fault.detail.as_str() {
            detail if detail.starts_with("maximum") => (
                "toi-da",
                "Điểm trừ không có điểm tối đa lớn hơn 0, điểm thưởng không có điểm tối đa nhỏ hơn 0.",
                "A penalty has no maximum above zero, a bonus none below it.",
            ),
            detail if detail.starts_with("floor") => {
                ("tru", "Mức trừ nhiều nhất phải là số không lớn hơn 0.", "What a penalty takes away at most lies not above zero.")
            }
            detail if detail.starts_with("cap") => {
                ("cong", "Mức cộng nhiều nhất không được nhỏ hơn 0.", "What a bonus adds at most lies not below zero.")
            }
            detail if detail.starts_with("role") => (
                "vang-sang",
                "Điểm chỉ chuyển giữa các tiêu chí trong điểm tối đa, không chuyển từ hay đến điểm thưởng, điểm trừ.",
                "Maxima move between parts of the maximum alone, not from or to bonus and penalty points.",
            ),
            detail if detail.ends_with("≤ 0") => (
                "r.moi",
                "Điểm trừ không được làm tăng điểm: quy tắc không được cho số điểm lớn hơn 0.",
                "A penalty gives no points: its rule stays at zero or below.",
            ),
            detail if detail.ends_with("≥ 0") => (
                "r.moi",
                "Điểm thưởng không được làm giảm điểm: quy tắc không được cho số điểm nhỏ hơn 0.",
                "A bonus takes no points away: its rule stays at zero or above.",
            ),
            _ => (
                "ten",
                "Điểm thưởng không nằm trong điểm trừ, điểm trừ không nằm trong điểm thưởng, và điểm của chúng không so sánh với đơn vị khác.",
                "Bonus and penalty do not stand inside each other, and are not held against other units.",
            ),
        };
        self.say(field, vi.to_owned(), en.to_owned())
    }

    /// A figure of another kind than the rule reads.
    fn kind_of_figure(&self) -> Option<FieldError> {
        let of = |word: &str| {
            let kind = match word {
                "yes-no" => FigureKind::YesNo,
                "choice" => FigureKind::Choice(Vec::new()),
                "count" => FigureKind::Count,
                "number" => FigureKind::Number,
                _ => return None,
            };
            Some(figure_kind(&kind, self.lang))
        };
        let subject = self.fault.subject.as_str();
        match (subject, self.fault.detail.as_str()) {
            ("move", _) => {
                return self.say(
                    "vang-thi",
                    "Chỉ chuyển điểm được trong nhóm cộng điểm các tiêu chí.".to_owned(),
                    "A maximum moves inside a sum of points only.".to_owned(),
                );
            }
            (_, "no children") => {
                return self.say(
                    "vang-sang",
                    format!("Tiêu chí {subject} còn tiêu chí bên dưới nên không nhận điểm chuyển sang."),
                    format!("{subject} has parts of its own and takes no points of others."),
                );
            }
            _ => {}
        }
        let (wanted, found) = self.fault.detail.split_once(" (found ")?;
        let (wanted, found) = (of(wanted)?, of(found.trim_end_matches(')'))?);
        let name = self.figure(&self.fault.subject);
        self.say(
            "r.so-lieu",
            format!("Số liệu {name} thuộc loại {found}; quy tắc này cần số liệu loại {wanted}."),
            format!("The figure {name} is a {found}; this kind of rule needs a {wanted}."),
        )
    }

    fn reference(&self) -> Option<FieldError> {
        let subject = &self.fault.subject;
        match self.fault.detail.as_str() {
            "figure" => self.say(
                "r.so-lieu",
                format!("Không có số liệu mang mã “{subject}”. Thêm số liệu trước, rồi chọn ở đây."),
                format!("There is no figure “{subject}”. Add it first, then choose it here."),
            ),
            "block" => self.say(
                "kh-ma.0",
                format!("Khối “{subject}” không có trong bộ tiêu chí nhưng còn dùng ở một tiêu chí hoặc mức xếp loại."),
                format!("“{subject}” is no block of the set, and a part or a band still names it."),
            ),
            "sibling" => self.say(
                "vang-sang",
                format!("Không có tiêu chí “{subject}” trong cùng nhóm để nhận điểm."),
                format!("There is no part “{subject}” in the same group that could take the points."),
            ),
            choices if choices.contains(" | ") => self.say(
                "r.so-lieu",
                format!("Số liệu không có lựa chọn “{subject}”. Các lựa chọn: {}.", choices.replace(" | ", "; ")),
                format!("The figure has no option “{subject}”. Its options: {}.", choices.replace(" | ", "; ")),
            ),
            _ => None,
        }
    }

    fn missing(&self) -> Option<FieldError> {
        let subject = self.fault.subject.as_str();
        let detail = &self.fault.detail;
        match subject {
            "option" => {
                self.say("r.so-lieu", format!("Nhập điểm của lựa chọn “{detail}”."), format!("Type the points of the option “{detail}”."))
            }
            "bracket" => self.say(
                "r.tu.0",
                "Nhập ít nhất một khoảng và điểm của khoảng.".to_owned(),
                "One bracket or more, with its points.".to_owned(),
            ),
            "item" => self.say(
                "r.muc.0",
                "Nhập ít nhất một mục: chọn số liệu có/không và ghi điểm.".to_owned(),
                "One item or more: a yes-no figure and its points.".to_owned(),
            ),
            _ => {
                let (_, field, vi, en) = KEYS.iter().find(|(key, ..)| *key == subject)?;
                self.say(field, format!("{vi}: điền ô này."), format!("{en}: fill this field."))
            }
        }
    }

    fn duplicate(&self) -> Option<FieldError> {
        let subject = &self.fault.subject;
        match self.fault.detail.as_str() {
            "item" => {
                let name = self.figure(subject);
                self.say(
                    "r.muc.0",
                    format!("Số liệu {name} có ở hai mục; bỏ một mục."),
                    format!("The figure {name} stands in two items; take one away."),
                )
            }
            "option" => {
                self.say("r.so-lieu", format!("Lựa chọn “{subject}” có điểm hai lần."), format!("The option “{subject}” has points twice."))
            }
            "band" => self.say("xl-ma.0", format!("Mã mức “{subject}” có hai lần."), format!("The band “{subject}” stands twice.")),
            "block" => self.say("kh-ma.0", format!("Mã khối “{subject}” có hai lần."), format!("The block “{subject}” stands twice.")),
            "node" | "figure" => self.say(
                "ma",
                format!("Mã “{subject}” đã dùng cho tiêu chí hoặc số liệu khác."),
                format!("The code “{subject}” is that of another part or figure."),
            ),
            "column of every table" => self.say(
                "ma",
                format!("Mã “{subject}” trùng với tên cột có sẵn của mọi bảng số liệu; chọn mã khác."),
                format!("“{subject}” is a column of every table; take another code."),
            ),
            _ => None,
        }
    }
}

/// Whether a detail is written in the format alone, so that it says nothing to whoever fills a form in.
fn is_format(detail: &str) -> bool {
    detail.contains(['=', '|', '[']) || detail.contains("sum-of-points")
}

/// A fault of the set as whoever fills the form in knows it.
pub(crate) fn fault_in_form(fault: &SetFault, definition: &Definition, lang: Lang) -> FieldError {
    if let Some(told) = (Teller { fault, definition, lang }).told() {
        return told;
    }
    let known = KEYS.iter().find(|(key, ..)| *key == fault.subject);
    let (field, subject) = match (known, fault.subject.as_str()) {
        (Some((_, field, vi, en)), _) => (*field, lang.pick(*vi, *en)),
        (None, "floor") => ("r.san", lang.pick("Không thấp hơn", "Never below")),
        (None, "cap") => ("r.tran", lang.pick("Không cao hơn", "Never above")),
        (None, "when") => ("vang-khi", lang.pick("Điều kiện", "Condition")),
        (None, other) if fault.rule.starts_with("penalty") => ("tru", other),
        (None, other) if fault.rule.starts_with("bonus") => ("cong", other),
        (None, other) => ("ten", other),
    };
    let detail = match fault.detail.as_str() {
        format if is_format(format) => String::new(),
        numbers if numbers.contains(['≠', '…', '<', '>', '≤', '≥']) => words::as_read(numbers, lang),
        other => other.to_owned(),
    };
    let known = SetFault { line: 0, rule: fault.rule.clone(), subject: subject.to_owned(), detail };
    FieldError::new(field, words::set_fault(&known, lang))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::set::checking::read_new_set;

    const TEXT: &str = include_str!("../../../../catalogue/criteria/mau-so-2026.toml");

    /// What the form says where a text of the sample is changed: field and words.
    fn said(from: &str, to: &str, lang: Lang) -> Vec<(String, String)> {
        assert!(TEXT.contains(from), "{from}");
        let definition = read_new_set(TEXT).unwrap().definition;
        let faults = read_new_set(&TEXT.replacen(from, to, 1)).err().unwrap_or_default();
        faults.iter().map(|fault| fault_in_form(fault, &definition, lang)).map(|error| (error.field, error.message)).collect()
    }

    fn vi(from: &str, to: &str) -> Vec<(String, String)> {
        said(from, to, Lang::Vi)
    }

    fn one(field: &str, words: &str) -> Vec<(String, String)> {
        vec![(field.to_owned(), words.to_owned())]
    }

    #[test]
    fn a_maximum_that_does_not_fit_is_told_at_its_field() {
        let at = TEXT.find("kind = \"checklist\"").unwrap();
        let head = &TEXT[TEXT[..at].rfind("[[node]]").unwrap()..at];
        let maximum = head.lines().find(|line| line.starts_with("maximum")).unwrap();
        let stated = head.replacen(maximum, "maximum = \"99.5\"", 1);
        let found = vi(head, &stated);
        assert!(
            found
                .iter()
                .any(|(field, words)| field == "toi-da" && words.starts_with("Điểm tối đa đã nhập là 99,5, nhưng quy tắc cho nhiều nhất ")),
            "{found:?}"
        );
    }

    #[test]
    fn rules_are_told_in_the_words_of_the_form() {
        assert_eq!(vi("each = \"-0.1\"", "each = \"0\""), one("r.moi", "Số điểm cộng hoặc trừ cho mỗi vụ việc phải khác 0."));
        let late = "each = \"-0.1\"\nfloor = \"-1\"";
        assert_eq!(
            vi(late, &format!("{late}\ncap = \"-2.5\"")),
            one("r.san", "“Không thấp hơn” (-1) đang lớn hơn “Không cao hơn” (-2,5).")
        );
        assert_eq!(vi("kind = \"external\"", "kind = \"yes-no\"")[0].1, "Số liệu: điền ô này.");
        assert_eq!(said("each = \"-0.1\"", "each = \"0\"", Lang::En), one("r.moi", "The points for each case are not zero."));
    }

    #[test]
    fn nothing_of_the_format_is_left_in_vietnamese_words() {
        let changes = [
            ("kind = \"external\"", "kind = \"survey\""),
            ("kind = \"external\"", "kind = \"brackets\"\nfigure = \"days_late\""),
            ("kind = \"external\"", "kind = \"checklist\""),
            ("kind = \"external\"", "kind = \"linear\"\nfigure = \"days_late\""),
            ("kind = \"external\"", "kind = \"linear\"\nfigure = \"days_late\"\nzero_at = \"1.5\"\nfull_at = \"1.5\""),
            ("kind = \"external\"", "kind = \"yes-no\"\nfigure = \"days_late\""),
            ("kind = \"external\"", "kind = \"yes-no\"\nfigure = \"khong_co\""),
            ("kind = \"external\"", "kind = \"survey\"\nfigure = \"days_late\"\nscale = [\"1\", \"1\"]"),
            ("kind = \"external\"", "kind = \"survey\"\nfigure = \"days_late\"\nscale = [\"5\", \"1\"]"),
            ("kind = \"external\"", "kind = \"formula\"\nformula = \"days_late +\""),
            ("kind = \"external\"", "kind = \"brackets\"\nfigure = \"days_late\"\nbracket = [{ under = \"2\", points = \"0\" }]"),
            ("maximum = \"2\"\nrange = [\"0\", \"2\"]\n", ""),
            ("maximum = \"2\"\nrange = [\"0\", \"2\"]\n", "role = \"bonus\"\n"),
        ];
        for (from, to) in changes {
            let told = vi(from, to);
            assert!(!told.is_empty(), "{to}");
            for (field, words) in told {
                let plain: Vec<&str> = words.split(|sign: char| !sign.is_alphanumeric() && sign != '_' && sign != '-').collect();
                let foreign = |word: &&&str| {
                    KEYS.iter().any(|(key, ..)| key.len() > 2 && key == *word) || KINDS.iter().any(|(kind, ..)| kind == *word)
                };
                assert_eq!(plain.iter().find(foreign), None, "{field}: {words}");
                assert!(
                    words.chars().next().is_some_and(char::is_uppercase)
                        || words.starts_with(|sign: char| sign.is_ascii_digit() || sign == '“'),
                    "{words}"
                );
            }
        }
    }
}
