//! The rule of a leaf as the fields of a form, and back as the table of the format. No input or output.

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

/// Rows of brackets and of items that a form offers.
pub(crate) const ROWS: usize = 10;

/// A field that cannot be read: its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrongField(pub(crate) String);

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

/// Reads the fields of a form as TOML values.
struct Reader<'a> {
    get: &'a dyn Fn(&str) -> String,
}

impl Reader<'_> {
    fn text(&self, name: &str) -> String {
        (self.get)(&format!("r.{name}")).trim().to_owned()
    }

    fn is_empty(&self, name: &str) -> bool {
        self.text(name).is_empty()
    }

    /// An exact number as the format writes it.
    fn number(&self, name: &str) -> Result<String, WrongField> {
        let value = number(&self.text(name)).ok_or_else(|| WrongField(format!("r.{name}")))?;
        Ok(format!("{:?}", value.normalize().to_string()))
    }

    fn quoted(&self, name: &str) -> Result<String, WrongField> {
        let text = self.text(name);
        if text.is_empty() { Err(WrongField(format!("r.{name}"))) } else { Ok(toml_edit::Value::from(text).to_string().trim().to_owned()) }
    }

    /// A formula where one is written, else the figure.
    fn measure(&self) -> Result<String, WrongField> {
        if self.is_empty("cong-thuc") {
            return Ok(format!("figure = {}\n", self.quoted("so-lieu")?));
        }
        Ok(format!("formula = {}\n", self.quoted("cong-thuc")?))
    }

    fn brackets(&self) -> Result<String, WrongField> {
        let mut rows = Vec::new();
        for at in 0..ROWS {
            let name = |field: &str| format!("{field}.{at}");
            if ["tu", "den", "diem"].iter().all(|field| self.is_empty(&name(field))) {
                continue;
            }
            let mut ends = Vec::new();
            for (field, kind, closed, open) in [("tu", "tu-kieu", "from", "over"), ("den", "den-kieu", "to", "under")] {
                if !self.is_empty(&name(field)) {
                    let word = if self.text(&name(kind)) == open { open } else { closed };
                    ends.push(format!("{word} = {}", self.number(&name(field))?));
                }
            }
            ends.push(format!("points = {}", self.number(&name("diem"))?));
            rows.push(format!("{{ {} }}", ends.join(", ")));
        }
        Ok(format!("bracket = [{}]\n", rows.join(", ")))
    }

    fn items(&self) -> Result<String, WrongField> {
        let mut rows = Vec::new();
        for at in (0..ROWS).filter(|at| !self.is_empty(&format!("muc.{at}"))) {
            rows.push(format!("{{ figure = {}, points = {} }}", self.quoted(&format!("muc.{at}"))?, self.number(&format!("diem.{at}"))?));
        }
        Ok(format!("item = [{}]\n", rows.join(", ")))
    }

    fn options(&self, definition: &Definition) -> Result<String, WrongField> {
        let figure = definition.figure(&self.text("so-lieu")).map(|figure| &definition.figures[figure].kind);
        let Some(FigureKind::Choice(choices)) = figure else { return Err(WrongField("r.so-lieu".to_owned())) };
        let mut rows = Vec::new();
        for (at, choice) in choices.iter().enumerate() {
            let code = toml_edit::Value::from(choice.as_str()).to_string();
            rows.push(format!("{{ code = {}, points = {} }}", code.trim(), self.number(&format!("diem.{at}"))?));
        }
        Ok(format!("option = [{}]\n", rows.join(", ")))
    }
}

/// The table of the format for the fields of a form; nothing for a part that adds up its parts. What the rule says as a whole is judged where
/// the set is read.
///
/// # Errors
/// The first field that cannot be read.
pub(crate) fn rule_text(definition: &Definition, get: &dyn Fn(&str) -> String) -> Result<Option<String>, WrongField> {
    let kind = get("loai");
    let form = Reader { get };
    let keys = match kind.as_str() {
        "" => return Ok(None),
        "external" => String::new(),
        "yes-no" => format!("figure = {}\n", form.quoted("so-lieu")?),
        "choice" => format!("figure = {}\n{}", form.quoted("so-lieu")?, form.options(definition)?),
        "checklist" => form.items()?,
        "brackets" => form.measure()? + &form.brackets()?,
        "linear" => {
            let zero = if form.is_empty("khong") { "\"0\"".to_owned() } else { form.number("khong")? };
            format!("{}zero_at = {zero}\nfull_at = {}\n", form.measure()?, form.number("du")?)
        }
        "per-case" => {
            let mut keys =
                format!("figure = {}\nstart = {}\neach = {}\n", form.quoted("so-lieu")?, form.number("dau")?, form.number("moi")?);
            for (field, key) in [("san", "floor"), ("tran", "cap")] {
                if !form.is_empty(field) {
                    keys += &format!("{key} = {}\n", form.number(field)?);
                }
            }
            keys
        }
        "survey" => format!("figure = {}\nscale = [{}, {}]\n", form.quoted("so-lieu")?, form.number("thap")?, form.number("cao")?),
        "formula" => {
            let clamp = if form.text("gioi-han") == "co" { "clamp = true\n" } else { "" };
            format!("formula = {}\n{clamp}", form.quoted("cong-thuc")?)
        }
        _ => return Err(WrongField("loai".to_owned())),
    };
    Ok(Some(format!("kind = \"{kind}\"\n{keys}")))
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
    fn a_field_that_cannot_be_read_is_named() {
        let set = read_set(include_str!("../../../catalogue/criteria/mau-so-2026.toml")).unwrap();
        let check = |pairs: &[(&str, &str)]| {
            let fields: BTreeMap<String, String> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            rule_text(&set.definition, &|name| fields.get(name).cloned().unwrap_or_default())
        };
        assert_eq!(check(&[("loai", "")]), Ok(None));
        assert_eq!(check(&[("loai", "yes-no")]), Err(WrongField("r.so-lieu".to_owned())));
        let brackets = [("loai", "brackets"), ("r.so-lieu", "x"), ("r.tu.0", "90"), ("r.tu-kieu.0", "over"), ("r.diem.0", "hai")];
        assert_eq!(check(&brackets), Err(WrongField("r.diem.0".to_owned())));
        let linear = check(&[("loai", "linear"), ("r.cong-thuc", "100 * a / b"), ("r.du", "99,5")]).unwrap().unwrap();
        assert_eq!(linear, "kind = \"linear\"\nformula = \"100 * a / b\"\nzero_at = \"0\"\nfull_at = \"99.5\"\n");
    }
}
