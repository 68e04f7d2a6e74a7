//! The form of one part of a set: its fields, and what they say.

use composite_index::{NodeId, Role, Text};
use maud::{Markup, html};
use rust_decimal::Decimal;
use ui::Lang;
use ui::parts::{self, Choice, Field, FieldError, Input};
use web::Fields;

use crate::actions::FoundSet;
use crate::editing::{NewFigure, NodeEdit};
use crate::rule_form::{Why, WrongField, rule_text};
use crate::scoring::number;
use crate::set::checking::CODE;
use crate::set::{Asks, CriteriaSet, Scorer, is_part_code};
use crate::words;

/// Where the part of a form stands in the set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// It is there already.
    Here(NodeId),
    /// It is to hang under another.
    Under(NodeId),
}

impl Place {
    const fn node(self) -> Option<NodeId> {
        match self {
            Self::Here(node) => Some(node),
            Self::Under(_) => None,
        }
    }

    /// How its points count because of what stands above.
    pub(crate) fn inherited(self, set: &CriteriaSet) -> Role {
        match self {
            Self::Here(node) => set.definition.nodes[node].parent.map_or(Role::Points, |parent| set.role_at(parent)),
            Self::Under(parent) => set.role_at(parent),
        }
    }
}

/// How far the points of a part go, as exact text.
struct Bounds {
    maximum: Option<String>,
    cap: Option<String>,
    floor: Option<String>,
}

/// A form while it is read: every fault is kept, so that all of them are told at once.
struct Reader<'a> {
    fields: &'a Fields,
    set: &'a CriteriaSet,
    text: &'a str,
    place: Place,
    lang: Lang,
    wrong: Vec<FieldError>,
}

impl Reader<'_> {
    fn refuse(&mut self, field: &str, vi: &str, en: &str) {
        self.wrong.push(FieldError::new(field, self.lang.pick(vi, en)));
    }

    fn number(&mut self, field: &str) -> Option<Decimal> {
        let typed = self.fields.filled(field)?;
        let found = number(&typed);
        if found.is_none() {
            self.refuse(field, "Viết một số, ví dụ 1,5.", "Write a number, such as 1,5.");
        }
        found
    }

    fn role(&self) -> Role {
        match self.fields.text("vai-tro") {
            "bonus" => Role::Bonus,
            "penalty" => Role::Penalty,
            _ => self.place.inherited(self.set),
        }
    }

    /// Maximum, cap and floor by how the points count. A penalty has a floor, a bonus a cap or a maximum; the form asks for what is missing.
    fn bounds(&mut self, rule: Option<&str>) -> Bounds {
        let (most, adds, takes) = (self.number("toi-da"), self.number("cong"), self.number("tru"));
        let node = self.place.node().map(|node| &self.set.definition.nodes[node]);
        let is_group = node.is_some_and(|node| !node.children.is_empty());
        let before = self.place.node().map_or(Role::Points, |node| self.set.role_at(node));
        let role = self.role();
        let code = node.map(|node| node.code.clone());
        let stated = |key: &str| code.as_deref().filter(|_| before == role).and_then(|code| stated(self.text, code, key));
        let (mut cap, mut floor) = (stated("cap"), stated("floor"));
        let exact = |number: Decimal| number.normalize().to_string();
        if role != Role::Bonus && adds.is_some() {
            self.refuse("cong", "Chỉ nhập ô này cho điểm thưởng.", "Only a bonus has it.");
        }
        if role != Role::Penalty && takes.is_some() {
            self.refuse("tru", "Chỉ nhập ô này cho điểm trừ.", "Only a penalty has it.");
        }
        match role {
            Role::Points => {
                let ends = node.is_some_and(|node| node.cap.is_some() || node.range.is_some() || node.scaling.is_some());
                if !is_group && matches!(rule, None | Some("external")) && most.is_none() && !ends && self.fields.text("toi-da").is_empty()
                {
                    self.refuse("toi-da", "Nhập điểm tối đa, ví dụ 2.", "Say how many points there are at most, such as 2.");
                }
            }
            Role::Bonus => {
                cap = adds.map(exact);
                if adds.is_some_and(|adds| adds <= Decimal::ZERO) {
                    self.refuse("cong", "Nhập số lớn hơn 0.", "It lies above zero.");
                }
                if is_group && most.is_some_and(|most| self.sum_below() != Some(most)) {
                    self.refuse(
                        "toi-da",
                        "Điểm tối đa của nhóm là tổng các tiêu chí bên dưới. Để trống ô này; muốn nhóm chỉ được cộng đến một mức thì nhập ở ô “Được cộng nhiều nhất”.",
                        "The maximum of a group is the sum of its parts. Leave it empty; what the group adds at most stands in its own field.",
                    );
                }
                let above = self.above().filter(|above| self.set.role_at(*above) == Role::Bonus);
                let limited = match rule {
                    Some("brackets" | "checklist" | "choice") => true,
                    Some("per-case") if !self.fields.text("r.tran").is_empty() => true,
                    _ => most.is_some() || cap.is_some() || above.is_some_and(|above| self.set.bound_at(above, |node| node.cap).is_some()),
                };
                if !is_group && !limited {
                    self.refuse("cong", "Nhập số điểm được cộng nhiều nhất.", "Say how much it adds at most.");
                }
            }
            Role::Penalty => {
                floor = takes.map(|takes| exact(-takes.abs()));
                if most.is_some_and(|most| !most.is_zero()) {
                    self.refuse(
                        "toi-da",
                        "Điểm trừ làm giảm tổng điểm nên không có điểm tối đa. Để trống ô này và nhập số điểm ở ô “Bị trừ nhiều nhất”.",
                        "A penalty takes points away and has no maximum. Leave it empty, and write the number at “Takes away at most”.",
                    );
                }
                if takes.is_some_and(|takes| takes.is_zero()) {
                    self.refuse("tru", "Nhập số khác 0.", "It is not zero.");
                }
                if rule == Some("formula") {
                    cap = Some("0".to_owned());
                }
                if matches!(rule, Some("yes-no" | "linear" | "survey")) {
                    self.refuse(
                        "vai-tro",
                        "Loại quy tắc này cho điểm đến mức tối đa nên không dùng cho điểm trừ. Dùng lựa chọn, từng mục, khoảng, số vụ việc hoặc công thức với điểm âm.",
                        "This kind of rule gives points up to a maximum and is none for a penalty. Take options, items, brackets, cases or a formula with points below zero.",
                    );
                }
                let open = match rule {
                    Some("external" | "formula") => true,
                    Some("per-case") => self.fields.text("r.san").is_empty(),
                    _ => false,
                };
                if !is_group && open && takes.is_none() {
                    self.refuse("tru", "Nhập số điểm bị trừ nhiều nhất, ví dụ 2.", "Say how much it takes away at most, such as 2.");
                }
            }
        }
        // A formula states a maximum, whatever it counts for.
        let maximum = match (role, rule) {
            (Role::Penalty, Some("formula")) => Some("0".to_owned()),
            (Role::Penalty, _) => None,
            _ => most.map(exact),
        };
        Bounds { maximum, cap, floor }
    }

    fn above(&self) -> Option<NodeId> {
        match self.place {
            Place::Under(parent) => Some(parent),
            Place::Here(node) => self.set.definition.nodes[node].parent,
        }
    }

    /// What the maxima of the parts add up to.
    fn sum_below(&self) -> Option<Decimal> {
        let definition = &self.set.definition;
        let node = &definition.nodes[self.place.node()?];
        node.children.iter().map(|child| definition.maximum(*child)).sum()
    }
}

/// What a form says of a part.
///
/// # Errors
/// Every field that cannot be taken.
pub(crate) fn edit_of(fields: &Fields, found: &FoundSet, place: Place, before: &Asks, lang: Lang) -> Result<NodeEdit, Vec<FieldError>> {
    // Words that were not touched keep their translation.
    let both = |name: &str, before: &Option<Text>| {
        let text = fields.filled(name)?;
        Some(before.clone().filter(|before| before.vi.trim() == text).unwrap_or_else(|| Text { en: text.clone(), vi: text }))
    };
    let mut reader = Reader { fields, set: &found.set, text: &found.text, place, lang, wrong: Vec::new() };
    if matches!(place, Place::Under(_)) && !is_part_code(fields.text("ma")) {
        let (vi, en) = (
            format!(
                "Nhập mã gồm chữ cái không dấu, chữ số, dấu chấm, gạch dưới, gạch nối, bắt đầu bằng chữ hoặc số, dài nhất {CODE} ký tự. Ví dụ: 1.2.3."
            ),
            format!(
                "A code has letters without marks, digits, points, _ and -, begins with a letter or a digit, and has at most {CODE} letters, such as 1.2.3."
            ),
        );
        reader.refuse("ma", &vi, &en);
    }
    if fields.text("ten").is_empty() {
        reader.refuse("ten", "Nhập tên.", "Type the name.");
    }
    let kind = fields.text("loai").to_owned();
    let bounds = reader.bounds((!kind.is_empty()).then_some(kind.as_str()));
    let mut wrong = reader.wrong;
    let rule = rule_text(&found.set.definition, &|name| fields.raw(name).to_owned())
        .map_err(|all| wrong.extend(all.iter().map(|one| FieldError::new(&one.field, wrong_field(one, &kind, lang)))));
    match rule {
        Ok(rule) if wrong.is_empty() => Ok(NodeEdit {
            name_vi: fields.text("ten").to_owned(),
            name_en: fields.text("ten-en").to_owned(),
            maximum: bounds.maximum,
            cap: bounds.cap,
            floor: bounds.floor,
            rule,
            scored_by: fields.filled("ai-cham"),
            appraised_by: fields.filled("co-quan"),
            role: fields.filled("vai-tro"),
            observed: fields
                .beginning("ct.")
                .map(|(figure, code)| (figure.to_owned(), code.trim().to_owned()))
                .filter(|(_, code)| !code.is_empty())
                .collect(),
            evidence: both("minh-chung", &before.evidence),
            guidance: both("huong-dan", &before.guidance),
        }),
        _ => Err(wrong),
    }
}

/// What the form of a new figure says.
///
/// # Errors
/// Every field that cannot be taken.
pub(crate) fn figure_of(fields: &Fields, lang: Lang) -> Result<NewFigure, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let mut refuse = |field: &str, vi: &str, en: &str| wrong.push(FieldError::new(field, lang.pick(vi, en)));
    let code = fields.text("sl-ma");
    if fields.text("sl-ten").is_empty() {
        refuse("sl-ten", "Nhập tên số liệu.", "Type the name of the figure.");
    }
    let letters = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'_';
    if !code.starts_with(|sign: char| sign.is_ascii_lowercase()) || !code.bytes().all(letters) {
        refuse(
            "sl-ma",
            "Nhập mã gồm chữ thường không dấu, chữ số và gạch dưới, bắt đầu bằng chữ. Ví dụ: ho_so_dung_han.",
            "A code has small letters without marks, digits and _, and begins with a letter.",
        );
    }
    let kind = fields.text("sl-loai");
    let mut choices: Vec<String> = Vec::new();
    for line in fields.raw("sl-lua-chon").lines().map(str::trim).filter(|line| !line.is_empty()) {
        if choices.iter().any(|known| known == line) {
            let (vi, en) = (format!("Lựa chọn “{line}” có hai lần; bỏ một dòng."), format!("“{line}” stands twice; take one line away."));
            refuse("sl-lua-chon", &vi, &en);
        }
        choices.push(line.to_owned());
    }
    match (kind, choices.len()) {
        ("choice", 0 | 1) => {
            refuse("sl-lua-chon", "Nhập ít nhất hai lựa chọn, mỗi dòng một lựa chọn.", "Two options or more, one on a line.")
        }
        ("choice", _) | (_, 0) => {}
        _ => refuse("sl-lua-chon", "Chỉ nhập các lựa chọn khi loại là lựa chọn.", "Only a choice has options."),
    }
    let mut ends = Vec::new();
    for field in ["sl-tu", "sl-den"] {
        let typed = fields.filled(field);
        let read = typed.as_deref().and_then(number);
        if typed.is_some() && read.is_none() {
            refuse(field, "Viết một số, ví dụ 0 hoặc 99,5.", "Write a number, such as 0 or 99,5.");
        }
        ends.push((typed.is_some(), read));
    }
    match ends.as_slice() {
        [(true, _), (false, _)] => {
            refuse("sl-den", "Nhập cả số lớn nhất, hoặc để trống cả hai ô.", "Type the highest too, or leave both empty.")
        }
        [(false, _), (true, _)] => {
            refuse("sl-tu", "Nhập cả số nhỏ nhất, hoặc để trống cả hai ô.", "Type the lowest too, or leave both empty.")
        }
        [(_, Some(low)), (_, Some(high))] if low >= high => {
            refuse("sl-den", "Số lớn nhất phải lớn hơn số nhỏ nhất.", "The highest lies above the lowest.");
        }
        [(true, _), (true, _)] if !matches!(kind, "" | "number" | "count") => {
            refuse("sl-tu", "Chỉ nhập nhỏ nhất, lớn nhất khi loại là số.", "Only numbers have a lowest and a highest.");
        }
        _ => {}
    }
    let range = match ends.as_slice() {
        [(_, Some(low)), (_, Some(high))] => Some((low.normalize().to_string(), high.normalize().to_string())),
        _ => None,
    };
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(NewFigure {
        code: code.to_owned(),
        name: fields.text("sl-ten").to_owned(),
        kind: if kind.is_empty() { "number".to_owned() } else { kind.to_owned() },
        unit: fields.filled("sl-don-vi"),
        choices,
        range,
    })
}

/// What is wrong with a field of a rule, with its row where it stands in one.
fn wrong_field(wrong: &WrongField, kind: &str, lang: Lang) -> String {
    let words = match wrong.why {
        Why::Unreadable => lang.pick("Điền ô này bằng một giá trị đọc được; số viết như 0,25.", "Fill this field; numbers as 0,25."),
        Why::FigureAndFormula => {
            lang.pick("Chọn một số liệu hoặc viết công thức, không dùng cả hai.", "Choose a figure or write a formula, not both.")
        }
        Why::NoRow if kind == "checklist" => {
            return lang
                .pick("Nhập ít nhất một mục: chọn số liệu có/không và ghi điểm.", "One item or more: a yes-no figure and its points.")
                .to_owned();
        }
        Why::NoRow => return lang.pick("Nhập ít nhất một khoảng và điểm của khoảng.", "One bracket or more, with its points.").to_owned(),
    };
    let mut parts = wrong.field.split('.').skip(1);
    let (column, row) = (parts.next().unwrap_or_default(), parts.next().and_then(|row| row.parse::<usize>().ok()));
    let column = match column {
        "tu" => lang.pick("bắt đầu", "begins"),
        "den" => lang.pick("kết thúc", "ends"),
        "muc" => lang.pick("số liệu", "figure"),
        _ => lang.pick("điểm", "points"),
    };
    let line = match kind {
        "brackets" => lang.pick("Khoảng", "Bracket"),
        "checklist" => lang.pick("Mục", "Item"),
        _ => lang.pick("Lựa chọn", "Option"),
    };
    row.map_or_else(|| words.to_owned(), |row| format!("{line} {}, {column}: {words}", row + 1))
}

/// A key of a part as the text has it: an exact number.
fn stated(text: &str, code: &str, key: &str) -> Option<String> {
    let document: toml_edit::DocumentMut = text.parse().ok()?;
    let table = document
        .get("node")?
        .as_array_of_tables()?
        .iter()
        .find(|table| table.get("code").and_then(toml_edit::Item::as_str) == Some(code))?;
    Some(table.get(key)?.as_str()?.to_owned())
}

/// Maximum, most added, most taken away, as the form shows them.
pub(crate) fn shown_bounds(found: &FoundSet, node: NodeId) -> [String; 3] {
    let definition = &found.set.definition;
    let code = &definition.nodes[node].code;
    let comma = |text: String| text.replace('.', ",");
    let maximum = stated(&found.text, code, "maximum").map(comma).unwrap_or_default();
    let plain = |bound: Option<Decimal>| bound.map(|bound| comma(bound.normalize().to_string())).unwrap_or_default();
    match found.set.role_at(node) {
        Role::Points => [maximum, String::new(), String::new()],
        Role::Bonus => [maximum, plain(definition.nodes[node].cap), String::new()],
        Role::Penalty => [maximum, String::new(), plain(definition.nodes[node].floor.map(|floor| -floor))],
    }
}

pub(crate) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Points => "",
        Role::Bonus => "bonus",
        Role::Penalty => "penalty",
    }
}

/// For each figure of the saved rule, the indicator that the system takes it from: one of a list, found by code or name.
pub(crate) fn sources(
    set: &CriteriaSet,
    leaf: NodeId,
    indicators: &[(String, String)],
    shown: &Fields,
    errors: &[FieldError],
    lang: Lang,
) -> Markup {
    let definition = &set.definition;
    let figures = set.figures_of(leaf);
    html! {
        @for figure in &figures {
            @let name = format!("ct.{}", definition.figures[*figure].code);
            @let label = format!("{} “{}”", lang.pick("Chỉ tiêu cấp số liệu cho", "Indicator that gives"), index_words::figure(definition, *figure, lang));
            @let error = errors.iter().find(|error| error.field == name).map(|error| error.message.as_str());
            @let known = indicators.iter().find(|(code, _)| code == shown.text(&name)).map(|(_, words)| words.as_str());
            div.field.has-error[error.is_some()] {
                label for=(name) { (label) " " span.hint { (lang.pick("(không bắt buộc)", "(optional)")) } }
                p.hint id={ (name) "-goi-y" } {
                    (lang.pick("Gõ một phần tên hoặc mã rồi chọn trong danh sách chỉ tiêu của hệ thống; để trống thì đơn vị tự nhập.", "Type a part of its name or code and choose from the indicators of the system; empty where the unit types it."))
                    @if let Some(known) = known { " " (lang.pick("Đang lấy từ", "Taken from")) ": " (known) "." }
                }
                @if let Some(error) = error { p.field-error id={ (name) "-loi" } { (ui::hidden_text(lang.pick("Lỗi: ", "Error: "))) (error) } }
                input id=(name) name=(name) type="text" list="chi-tieu-danh-sach" autocomplete="off" value=(shown.text(&name))
                    aria-describedby={ (name) "-goi-y" @if error.is_some() { " " (name) "-loi" } } aria-invalid=[error.map(|_| "true")];
            }
        }
        @if !figures.is_empty() {
            datalist #chi-tieu-danh-sach { @for (code, words) in indicators { option value=(code) { (words) } } }
        }
    }
}

/// The fields of a part. Faults are those of the same form, by the names of its fields behind the prefix.
pub(crate) fn node_fields(shown: &Fields, errors: &[FieldError], inherited: Role, prefix: &str, lang: Lang) -> Markup {
    let of = |field: &str| {
        let field = format!("{prefix}{field}");
        errors.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    };
    let id = |name: &str| format!("{prefix}{name}");
    let own = match inherited {
        Role::Points => lang.pick("trong điểm tối đa", "inside the maximum"),
        Role::Bonus => lang.pick("như nhóm bên trên: điểm thưởng", "as the group above: bonus"),
        Role::Penalty => lang.pick("như nhóm bên trên: điểm trừ", "as the group above: penalty"),
    };
    let roles = [
        ("", own),
        ("bonus", lang.pick("điểm thưởng, cộng thêm ngoài điểm tối đa", "bonus, added outside the maximum")),
        ("penalty", lang.pick("điểm trừ, làm giảm tổng điểm", "penalty, taken off the total")),
    ];
    let roles = roles.map(|(word, said)| Choice::new(word, said, shown.text("vai-tro") == word));
    let mut scorers = vec![Choice::new("", lang.pick("– theo quy tắc –", "– as the rule says –"), shown.text("ai-cham").is_empty())];
    scorers.extend(
        [Scorer::Unit, Scorer::Survey, Scorer::Agency]
            .map(|scorer| Choice::new(scorer.word(), words::scorer(scorer, lang), shown.text("ai-cham") == scorer.word())),
    );
    html! {
        (parts::text_field(&Field { id: &id("ten"), name: "ten", label: lang.pick("Tên", "Vietnamese name"), error: of("ten"), ..Field::default() }, Input::Text, shown.text("ten"), None, lang))
        (parts::text_field(&Field { id: &id("ten-en"), name: "ten-en", label: lang.pick("Tên tiếng Anh", "English name"), optional: true, ..Field::default() }, Input::Text, shown.text("ten-en"), None, lang))
        (parts::select_field(&Field { id: &id("vai-tro"), name: "vai-tro", label: lang.pick("Cách tính vào tổng điểm", "How it counts"), error: of("vai-tro"), ..Field::default() }, &roles, lang))
        (parts::text_field(&Field { id: &id("toi-da"), name: "toi-da", label: lang.pick("Điểm tối đa", "Maximum"), error: of("toi-da"), hint: Some(lang.pick("Để trống khi quy tắc hoặc các tiêu chí bên dưới đã xác định, và khi là điểm trừ.", "Empty where the rule or the parts say it, and for a penalty.")), optional: true }, Input::Number, shown.text("toi-da"), None, lang))
        (parts::text_field(&Field { id: &id("cong"), name: "cong", label: lang.pick("Được cộng nhiều nhất (điểm thưởng)", "Adds at most (bonus)"), error: of("cong"), hint: Some(lang.pick("Chỉ cho điểm thưởng, ví dụ 3: cả nhóm không được cộng quá 3 điểm.", "For a bonus only, such as 3: a group adds no more.")), optional: true }, Input::Number, shown.text("cong"), None, lang))
        (parts::text_field(&Field { id: &id("tru"), name: "tru", label: lang.pick("Bị trừ nhiều nhất (điểm trừ)", "Takes away at most (penalty)"), error: of("tru"), hint: Some(lang.pick("Chỉ cho điểm trừ, ví dụ 5: không trừ quá 5 điểm.", "For a penalty only, such as 5: no more than 5 points go.")), optional: true }, Input::Number, shown.text("tru"), None, lang))
        (parts::select_field(&Field { id: &id("ai-cham"), name: "ai-cham", label: lang.pick("Ai chấm trước", "Scored by"), optional: true, ..Field::default() }, &scorers, lang))
        (parts::text_field(&Field { id: &id("co-quan"), name: "co-quan", label: lang.pick("Cơ quan thẩm định", "Appraised by"), optional: true, ..Field::default() }, Input::Text, shown.text("co-quan"), None, lang))
        (parts::text_area(&Field { id: &id("minh-chung"), name: "minh-chung", label: lang.pick("Minh chứng yêu cầu", "Evidence asked"), optional: true, ..Field::default() }, shown.text("minh-chung"), 2, lang))
        (parts::text_area(&Field { id: &id("huong-dan"), name: "huong-dan", label: lang.pick("Giải thích cách chấm", "Guidance"), optional: true, ..Field::default() }, shown.text("huong-dan"), 3, lang))
    }
}
