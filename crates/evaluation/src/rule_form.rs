//! The rule of a leaf as the fields of a form, and back as the table of the format. No input or output.

use std::cell::RefCell;

use composite_index::{Bound, Definition, FigureKind, LeafRule, Measure};
use rust_decimal::Decimal;

use crate::scoring::number;

/// Kinds of rules, in the order of the form: the word of the format, Vietnamese, English.
pub(crate) const KINDS: [(&str, &str, &str); 9] = [
    ("external", "Nhập thẳng số điểm", "Points are typed"),
    ("yes-no", "Có thì được điểm tối đa", "Yes gives all points"),
    ("choice", "Điểm theo lựa chọn", "Points of the option taken"),
    ("checklist", "Cộng điểm từng mục đã làm", "Sum of the items done"),
    ("brackets", "Điểm theo khoảng của số liệu", "Points by the bracket of a figure"),
    ("linear", "Điểm tỷ lệ với số liệu", "Points in proportion to a figure"),
    ("per-case", "Cộng hoặc trừ theo số vụ việc", "So much for each case"),
    ("survey", "Kết quả điều tra quy ra điểm", "A survey result on its scale"),
    ("formula", "Theo công thức", "By a formula"),
];

/// Rows of brackets and of items that are read from a form.
pub(crate) const MOST_ROWS: usize = 60;

/// Rows that a form shows: those in use, and some to go on with.
pub(crate) fn rows_shown(is_used: impl Fn(usize) -> bool) -> usize {
    let used = (0..MOST_ROWS).rev().find(|at| is_used(*at)).map_or(0, |last| last + 1);
    (used + 3).clamp(4, MOST_ROWS)
}

/// A field that cannot be taken: its name, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrongField {
    pub(crate) field: String,
    pub(crate) why: Why,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// It is empty, or no number where one must stand.
    Unreadable,
    /// A figure is chosen and a formula is written; only one can count.
    FigureAndFormula,
    /// Not one row of the table is filled in.
    NoRow,
}

fn shown(value: Decimal) -> String {
    value.normalize().to_string().replace('.', ",")
}

fn code(definition: &Definition, figure: usize) -> String {
    definition.figures[figure].code.clone()
}

fn of_measure(definition: &Definition, measure: &Measure, fields: &mut Vec<(String, String)>) {
    match measure {
        Measure::Figure(figure) => fields.push(("r.so-lieu".to_owned(), code(definition, *figure))),
        Measure::Formula(formula) => fields.push(("r.cong-thuc".to_owned(), formula.text().to_owned())),
    }
}

/// A rule as the fields of its form: name, value.
#[must_use]
pub(crate) fn fields_of(definition: &Definition, rule: &LeafRule) -> Vec<(String, String)> {
    let mut fields = vec![("loai".to_owned(), rule.word().to_owned())];
    let mut put = |name: &str, value: String| fields.push((format!("r.{name}"), value));
    match rule {
        LeafRule::External => {}
        LeafRule::YesNo { figure } => put("so-lieu", code(definition, *figure)),
        LeafRule::Choice { figure, points } => {
            put("so-lieu", code(definition, *figure));
            for (at, points) in points.iter().enumerate() {
                put(&format!("diem.{at}"), shown(*points));
            }
        }
        LeafRule::Checklist { items } => {
            for (at, item) in items.iter().enumerate() {
                put(&format!("muc.{at}"), code(definition, item.figure));
                put(&format!("diem.{at}"), shown(item.points));
            }
        }
        LeafRule::Brackets { measure, brackets } => {
            for (at, one) in brackets.iter().enumerate() {
                let end = |bound: Option<Bound>| bound.map(|bound| (shown(bound.at), bound.closed));
                if let Some((value, closed)) = end(one.low) {
                    put(&format!("tu.{at}"), value);
                    put(&format!("tu-kieu.{at}"), if closed { "from" } else { "over" }.to_owned());
                }
                if let Some((value, closed)) = end(one.high) {
                    put(&format!("den.{at}"), value);
                    put(&format!("den-kieu.{at}"), if closed { "to" } else { "under" }.to_owned());
                }
                put(&format!("diem.{at}"), shown(one.points));
            }
            of_measure(definition, measure, &mut fields);
        }
        LeafRule::Linear { measure, zero_at, full_at } => {
            put("khong", shown(*zero_at));
            put("du", shown(*full_at));
            of_measure(definition, measure, &mut fields);
        }
        LeafRule::PerCase { figure, start, each, floor, cap } => {
            put("so-lieu", code(definition, *figure));
            put("dau", shown(*start));
            put("moi", shown(*each));
            put("san", floor.map(shown).unwrap_or_default());
            put("tran", cap.map(shown).unwrap_or_default());
        }
        LeafRule::Survey { figure, scale } => {
            put("so-lieu", code(definition, *figure));
            put("thap", shown(scale.0));
            put("cao", shown(scale.1));
        }
        LeafRule::Formula { formula, clamp } => {
            put("cong-thuc", formula.text().to_owned());
            put("gioi-han", if *clamp { "co" } else { "" }.to_owned());
        }
    }
    fields
}

/// Reads the fields of a form as TOML values; what cannot be read is kept, so that all of it is told at once.
struct Reader<'a> {
    get: &'a dyn Fn(&str) -> String,
    wrong: RefCell<Vec<WrongField>>,
}

impl Reader<'_> {
    fn text(&self, name: &str) -> String {
        (self.get)(&format!("r.{name}")).trim().to_owned()
    }

    fn is_empty(&self, name: &str) -> bool {
        self.text(name).is_empty()
    }

    fn refuse(&self, name: &str, why: Why) -> String {
        self.wrong.borrow_mut().push(WrongField { field: format!("r.{name}"), why });
        String::new()
    }

    /// An exact number as the format writes it.
    fn number(&self, name: &str) -> String {
        match number(&self.text(name)) {
            Some(value) => format!("{:?}", value.normalize().to_string()),
            None => self.refuse(name, Why::Unreadable),
        }
    }

    fn quoted(&self, name: &str) -> String {
        let text = self.text(name);
        if text.is_empty() { self.refuse(name, Why::Unreadable) } else { toml_edit::Value::from(text).to_string().trim().to_owned() }
    }

    /// A formula where one is written, else the figure.
    fn measure(&self) -> String {
        match (self.is_empty("so-lieu"), self.is_empty("cong-thuc")) {
            (false, false) => self.refuse("cong-thuc", Why::FigureAndFormula),
            (true, false) => format!("formula = {}\n", self.quoted("cong-thuc")),
            (_, true) => format!("figure = {}\n", self.quoted("so-lieu")),
        }
    }

    fn brackets(&self) -> String {
        let mut rows = Vec::new();
        for at in 0..MOST_ROWS {
            let name = |field: &str| format!("{field}.{at}");
            if ["tu", "den", "diem"].iter().all(|field| self.is_empty(&name(field))) {
                continue;
            }
            let mut ends = Vec::new();
            for (field, kind, closed, open) in [("tu", "tu-kieu", "from", "over"), ("den", "den-kieu", "to", "under")] {
                if !self.is_empty(&name(field)) {
                    let word = if self.text(&name(kind)) == open { open } else { closed };
                    ends.push(format!("{word} = {}", self.number(&name(field))));
                }
            }
            ends.push(format!("points = {}", self.number(&name("diem"))));
            rows.push(format!("{{ {} }}", ends.join(", ")));
        }
        if rows.is_empty() {
            return self.refuse("diem.0", Why::NoRow);
        }
        format!("bracket = [{}]\n", rows.join(", "))
    }

    fn items(&self) -> String {
        let mut rows = Vec::new();
        for at in 0..MOST_ROWS {
            let (item, points) = (format!("muc.{at}"), format!("diem.{at}"));
            // Points without an item are a row half filled.
            if !self.is_empty(&item) || !self.is_empty(&points) {
                rows.push(format!("{{ figure = {}, points = {} }}", self.quoted(&item), self.number(&points)));
            }
        }
        if rows.is_empty() {
            return self.refuse("muc.0", Why::NoRow);
        }
        format!("item = [{}]\n", rows.join(", "))
    }

    fn options(&self, definition: &Definition) -> String {
        let figure = definition.figure(&self.text("so-lieu")).map(|figure| &definition.figures[figure].kind);
        let Some(FigureKind::Choice(choices)) = figure else { return self.refuse("so-lieu", Why::Unreadable) };
        let mut rows = Vec::new();
        for (at, choice) in choices.iter().enumerate() {
            let code = toml_edit::Value::from(choice.as_str()).to_string();
            rows.push(format!("{{ code = {}, points = {} }}", code.trim(), self.number(&format!("diem.{at}"))));
        }
        format!("figure = {}\noption = [{}]\n", self.quoted("so-lieu"), rows.join(", "))
    }
}

/// The table of the format for the fields of a form; nothing for a part that adds up its parts. What the rule says as a whole is judged where
/// the set is read.
///
/// # Errors
/// Every field that cannot be taken.
pub(crate) fn rule_text(definition: &Definition, get: &dyn Fn(&str) -> String) -> Result<Option<String>, Vec<WrongField>> {
    let kind = get("loai");
    let form = Reader { get, wrong: RefCell::default() };
    let keys = match kind.as_str() {
        "" => return Ok(None),
        "external" => String::new(),
        "yes-no" => format!("figure = {}\n", form.quoted("so-lieu")),
        "choice" => form.options(definition),
        "checklist" => form.items(),
        "brackets" => form.measure() + form.brackets().as_str(),
        "linear" => {
            let zero = if form.is_empty("khong") { "\"0\"".to_owned() } else { form.number("khong") };
            format!("{}zero_at = {zero}\nfull_at = {}\n", form.measure(), form.number("du"))
        }
        "per-case" => {
            let mut keys = format!("figure = {}\nstart = {}\neach = {}\n", form.quoted("so-lieu"), form.number("dau"), form.number("moi"));
            for (field, key) in [("san", "floor"), ("tran", "cap")] {
                if !form.is_empty(field) {
                    keys += &format!("{key} = {}\n", form.number(field));
                }
            }
            keys
        }
        "survey" => format!("figure = {}\nscale = [{}, {}]\n", form.quoted("so-lieu"), form.number("thap"), form.number("cao")),
        "formula" => {
            let clamp = if form.text("gioi-han") == "co" { "clamp = true\n" } else { "" };
            format!("formula = {}\n{clamp}", form.quoted("cong-thuc"))
        }
        _ => return Err(vec![WrongField { field: "loai".to_owned(), why: Why::Unreadable }]),
    };
    let wrong = form.wrong.into_inner();
    if wrong.is_empty() { Ok(Some(format!("kind = \"{kind}\"\n{keys}"))) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::editing::{NodeEdit, change_node};
    use crate::set::read_set;

    /// Every rule of the sample sets comes back from its form as it went in, and the set stays what it was.
    #[test]
    fn every_rule_of_the_samples_survives_its_form() {
        let mut kinds = std::collections::BTreeSet::new();
        for text in
            [include_str!("../../../catalogue/criteria/mau-so-2026.toml"), include_str!("../../../catalogue/criteria/mau-xa-2026.toml")]
        {
            let set = read_set(text).unwrap();
            for leaf in set.leaves() {
                let node = &set.definition.nodes[leaf];
                let Some(rule) = &node.rule else { continue };
                kinds.insert(rule.word());
                let fields: BTreeMap<String, String> = fields_of(&set.definition, rule).into_iter().collect();
                let get = |name: &str| fields.get(name).cloned().unwrap_or_default();
                let written = rule_text(&set.definition, &get).unwrap();
                let name = node.name.clone().unwrap();
                let stated = node.maximum.filter(|_| needs_maximum(rule)).map(|most| most.to_string());
                let edit = NodeEdit { name_vi: name.vi, name_en: name.en, maximum: stated, rule: written, ..NodeEdit::default() };
                let again = read_set(&change_node(text, &node.code, &edit).unwrap()).unwrap();
                assert_eq!(again.definition.nodes[leaf].rule.as_ref(), Some(rule), "{}", node.code);
            }
        }
        assert_eq!(kinds.len(), KINDS.len(), "the samples have every kind of rule: {kinds:?}");
    }

    fn needs_maximum(rule: &LeafRule) -> bool {
        matches!(
            rule,
            LeafRule::Linear { .. } | LeafRule::YesNo { .. } | LeafRule::Formula { .. } | LeafRule::Survey { .. } | LeafRule::External
        )
    }

    #[test]
    fn as_many_rows_are_shown_as_are_in_use_and_some_more() {
        assert_eq!((rows_shown(|_| false), rows_shown(|at| at < 12), rows_shown(|at| at == MOST_ROWS - 1)), (4, 15, MOST_ROWS));
    }

    #[test]
    fn a_field_that_cannot_be_read_is_named() {
        let set = read_set(include_str!("../../../catalogue/criteria/mau-so-2026.toml")).unwrap();
        let check = |pairs: &[(&str, &str)]| {
            let fields: BTreeMap<String, String> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            rule_text(&set.definition, &|name| fields.get(name).cloned().unwrap_or_default())
        };
        assert_eq!(check(&[("loai", "")]), Ok(None));
        let wrong = |pairs: &[(&str, &str)]| -> Vec<String> { check(pairs).unwrap_err().into_iter().map(|one| one.field).collect() };
        assert_eq!(wrong(&[("loai", "yes-no")]), ["r.so-lieu"]);
        let brackets = [("loai", "brackets"), ("r.so-lieu", "x"), ("r.tu.0", "90"), ("r.tu-kieu.0", "over"), ("r.diem.0", "hai")];
        assert_eq!(wrong(&brackets), ["r.diem.0"]);
        assert_eq!(
            wrong(&[("loai", "brackets"), ("r.tu.0", "ba"), ("r.diem.40", "1,x")]),
            ["r.so-lieu", "r.tu.0", "r.diem.0", "r.diem.40"]
        );
        assert_eq!(wrong(&[("loai", "checklist"), ("r.diem.1", "0,5")]), ["r.muc.1"], "a row half filled is not dropped");
        let both = check(&[("loai", "linear"), ("r.so-lieu", "a"), ("r.cong-thuc", "a / b"), ("r.du", "90")]).unwrap_err();
        assert_eq!(both, [WrongField { field: "r.cong-thuc".to_owned(), why: Why::FigureAndFormula }]);
        let linear = check(&[("loai", "linear"), ("r.cong-thuc", "100 * a / b"), ("r.du", "99,5")]).unwrap().unwrap();
        assert_eq!(linear, "kind = \"linear\"\nformula = \"100 * a / b\"\nzero_at = \"0\"\nfull_at = \"99.5\"\n");
    }
}
