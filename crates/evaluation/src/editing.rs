//! Changes of a set's text, part by part; comments and order stay. What comes out is read again by whoever keeps it.

mod beside;

use composite_index::Text;
use thiserror::Error;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value, value};

pub use beside::{AbsentEdit, BandEdit, BlockEdit, set_absent, set_bands, set_blocks, set_blocks_of_node};

/// A part of the tree as it is to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NodeEdit {
    /// Vietnamese name.
    pub name_vi: String,
    /// English name; the Vietnamese one where it is empty.
    pub name_en: String,
    /// Highest points, as exact text; nothing where the rule or the parts say it.
    pub maximum: Option<String>,
    /// What its points never exceed: the most that a bonus adds. Exact text.
    pub cap: Option<String>,
    /// What its points never fall below: the most that a penalty takes away, below zero. Exact text.
    pub floor: Option<String>,
    /// The rule as a table of the format; nothing for a part that adds up its parts.
    pub rule: Option<String>,
    /// Who scores: a word of the format.
    pub scored_by: Option<String>,
    /// Who appraises.
    pub appraised_by: Option<String>,
    /// Which evidence is asked.
    pub evidence: Option<Text>,
    /// How the rule is to be understood.
    pub guidance: Option<Text>,
    /// Whether it counts inside the maximum: `bonus`, `penalty`, or nothing.
    pub role: Option<String>,
    /// Where the system has a figure of the leaf: code of the figure, code of the indicator.
    pub observed: Vec<(String, String)>,
}

/// Why a text was not changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditFault {
    /// The text is no TOML.
    #[error("the text is no TOML: {0}")]
    NotToml(String),
    /// The rule is no TOML.
    #[error("the rule is no TOML: {0}")]
    RuleNotToml(String),
    /// There is no such part.
    #[error("there is no part {0}")]
    NoSuchNode(String),
    /// There is such a part.
    #[error("there is a part {0} already")]
    CodeTaken(String),
    /// There is such a figure.
    #[error("there is a figure {0} already")]
    FigureTaken(String),
    /// There is no such figure.
    #[error("there is no figure {0}")]
    NoSuchFigure(String),
    /// Parts hang under it.
    #[error("parts hang under {0}")]
    HasParts(String),
}

fn document(text: &str) -> Result<DocumentMut, EditFault> {
    text.parse().map_err(|error: toml_edit::TomlError| EditFault::NotToml(error.message().to_owned()))
}

fn nodes(document: &mut DocumentMut) -> &mut ArrayOfTables {
    let item = document.entry("node").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    if !item.is_array_of_tables() {
        *item = Item::ArrayOfTables(ArrayOfTables::new());
    }
    // It was made one a moment ago.
    #[expect(clippy::unwrap_used, reason = "the item is an array of tables since the line before")]
    item.as_array_of_tables_mut().unwrap()
}

fn is_node(table: &Table, code: &str) -> bool {
    table.get("code").and_then(Item::as_str) == Some(code)
}

fn bilingual(vi: &str, en: &str) -> Item {
    let mut both = toml_edit::InlineTable::new();
    both.insert("vi", Value::from(vi));
    both.insert("en", Value::from(if en.is_empty() { vi } else { en }));
    value(both)
}

fn put(table: &mut Table, edit: &NodeEdit) -> Result<(), EditFault> {
    table.insert("name", bilingual(&edit.name_vi, &edit.name_en));
    for (key, number) in [("maximum", &edit.maximum), ("cap", &edit.cap), ("floor", &edit.floor)] {
        match number {
            Some(number) => table.insert(key, value(number.as_str())),
            None => table.remove(key),
        };
    }
    match &edit.rule {
        Some(rule) => {
            let rule: DocumentMut =
                rule.parse().map_err(|error: toml_edit::TomlError| EditFault::RuleNotToml(error.message().to_owned()))?;
            let mut own = rule.as_table().clone();
            own.set_implicit(false);
            own.set_position(None);
            table.remove("aggregation");
            table.insert("rule", Item::Table(own));
        }
        None => {
            table.remove("rule");
        }
    }
    match &edit.role {
        Some(role) => table.insert("role", value(role.as_str())),
        None => table.remove("role"),
    };
    let mut asks = table.get("asks").and_then(Item::as_table).cloned().unwrap_or_default();
    let mut set = |key: &str, item: Option<Item>| match item {
        Some(item) => {
            asks.insert(key, item);
        }
        None => {
            asks.remove(key);
        }
    };
    set("scored_by", edit.scored_by.as_deref().map(value));
    set("appraised_by", edit.appraised_by.as_deref().map(value));
    set("evidence", edit.evidence.as_ref().map(|text| bilingual(&text.vi, &text.en)));
    set("guidance", edit.guidance.as_ref().map(|text| bilingual(&text.vi, &text.en)));
    let observed: toml_edit::InlineTable =
        edit.observed.iter().map(|(figure, indicator)| (figure.as_str(), Value::from(indicator.as_str()))).collect();
    set("observed", (!observed.is_empty()).then(|| value(observed)));
    if asks.is_empty() {
        table.remove("asks")
    } else {
        table.insert("asks", Item::Table(asks))
    };
    Ok(())
}

/// The text with a part changed.
///
/// # Errors
/// When there is no such part, or the rule is no TOML.
pub fn change_node(text: &str, code: &str, edit: &NodeEdit) -> Result<String, EditFault> {
    let mut document = document(text)?;
    let table = nodes(&mut document).iter_mut().find(|table| is_node(table, code)).ok_or_else(|| EditFault::NoSuchNode(code.to_owned()))?;
    put(table, edit)?;
    Ok(document.to_string())
}

/// The text with a new part under another. The part above becomes a sum of its parts.
///
/// # Errors
/// When the code is taken, or there is no part above.
pub fn add_node(text: &str, parent: &str, code: &str, edit: &NodeEdit) -> Result<String, EditFault> {
    let mut document = document(text)?;
    let all = nodes(&mut document);
    if all.iter().any(|table| is_node(table, code)) {
        return Err(EditFault::CodeTaken(code.to_owned()));
    }
    let above = all.iter_mut().find(|table| is_node(table, parent)).ok_or_else(|| EditFault::NoSuchNode(parent.to_owned()))?;
    if above.get("aggregation").is_none() {
        above.remove("rule");
        above.remove("maximum");
        above.insert("aggregation", value("sum-of-points"));
    }
    let mut table = Table::new();
    table.insert("code", value(code));
    table.insert("parent", value(parent));
    put(&mut table, edit)?;
    // After the last part below the same one, so that the order of the text is the order of the tree.
    let mut at = all.iter().position(|table| is_node(table, parent)).map_or(all.len(), |at| at + 1);
    let family = |table: &Table| {
        table.get("parent").and_then(Item::as_str).is_some_and(|above| above == parent || above.starts_with(&format!("{parent}.")))
    };
    while all.get(at).is_some_and(family) {
        at += 1;
    }
    let mut tables: Vec<Table> = all.iter().cloned().collect();
    tables.insert(at, table);
    let mut sorted = ArrayOfTables::new();
    for mut table in tables {
        table.set_position(None);
        sorted.push(table);
    }
    *all = sorted;
    Ok(document.to_string())
}

/// A figure that a set asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewFigure {
    /// Name in formulas.
    pub code: String,
    /// Vietnamese name.
    pub name: String,
    /// A word of the format.
    pub kind: String,
    /// Unit of measure.
    pub unit: Option<String>,
    /// The options of a choice.
    pub choices: Vec<String>,
    /// Lowest and highest value of a number, as exact text.
    pub range: Option<(String, String)>,
}

/// The text with another figure, after the ones that are there.
///
/// # Errors
/// When the code is taken.
pub fn add_figure(text: &str, figure: &NewFigure) -> Result<String, EditFault> {
    let mut document = document(text)?;
    let item = document.entry("figure").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let Some(all) = item.as_array_of_tables_mut() else { return Err(EditFault::NotToml("figure".to_owned())) };
    if all.iter().any(|table| is_node(table, &figure.code)) {
        return Err(EditFault::FigureTaken(figure.code.clone()));
    }
    let mut table = Table::new();
    table.insert("code", value(figure.code.as_str()));
    table.insert("name", bilingual(&figure.name, ""));
    if figure.kind != "number" {
        table.insert("kind", value(figure.kind.as_str()));
    }
    if !figure.choices.is_empty() {
        table.insert("choices", value(figure.choices.iter().map(String::as_str).collect::<toml_edit::Array>()));
    }
    if let Some(unit) = &figure.unit {
        table.insert("unit", value(unit.as_str()));
    }
    if let Some((low, high)) = &figure.range {
        table.insert("range", value([low.as_str(), high.as_str()].into_iter().collect::<toml_edit::Array>()));
    }
    all.push(table);
    Ok(document.to_string())
}

/// The text without a figure. Whether a rule still asks for it is judged where the set is read.
///
/// # Errors
/// When there is no such figure.
pub fn remove_figure(text: &str, code: &str) -> Result<String, EditFault> {
    let mut document = document(text)?;
    let missing = || EditFault::NoSuchFigure(code.to_owned());
    let all = document.get_mut("figure").and_then(Item::as_array_of_tables_mut).ok_or_else(missing)?;
    let at = all.iter().position(|table| is_node(table, code)).ok_or_else(missing)?;
    all.remove(at);
    Ok(document.to_string())
}

/// The text without a part that has no parts of its own. A part above that loses its last one is a leaf again, with typed points of the same
/// maximum.
///
/// # Errors
/// When there is no such part, or parts hang under it.
pub fn remove_node(text: &str, code: &str) -> Result<String, EditFault> {
    let mut document = document(text)?;
    let all = nodes(&mut document);
    if all.iter().any(|table| table.get("parent").and_then(Item::as_str) == Some(code)) {
        return Err(EditFault::HasParts(code.to_owned()));
    }
    let at = all.iter().position(|table| is_node(table, code)).ok_or_else(|| EditFault::NoSuchNode(code.to_owned()))?;
    let gone = all.get(at).cloned().unwrap_or_default();
    all.remove(at);
    let parent = gone.get("parent").and_then(Item::as_str).map(str::to_owned);
    let is_penalty = parent.as_deref().is_some_and(|parent| takes_away(all, parent));
    if let Some(parent) = parent
        && !all.iter().any(|table| table.get("parent").and_then(Item::as_str) == Some(parent.as_str()))
        && let Some(above) = all.iter_mut().find(|table| is_node(table, &parent)).filter(|above| above.get("parent").is_some())
    {
        above.remove("aggregation");
        let mut rule = Table::new();
        rule.insert("kind", value("external"));
        above.insert("rule", Item::Table(rule));
        // A penalty has no maximum; what it takes away at most is its own, or that of the part that went.
        if is_penalty {
            if above.get("floor").is_none() {
                above.insert("floor", gone.get("floor").cloned().unwrap_or_else(|| value("-1")));
            }
        } else {
            above.insert("maximum", gone.get("maximum").cloned().unwrap_or_else(|| value("1")));
        }
    }
    Ok(document.to_string())
}

/// Whether a part takes points away: by its own word, or by that of the nearest part above that has one.
fn takes_away(all: &ArrayOfTables, code: &str) -> bool {
    let (mut at, mut steps) = (Some(code.to_owned()), 0);
    while let Some(table) = at.as_deref().and_then(|code| all.iter().find(|table| is_node(table, code))) {
        if let Some(role) = table.get("role").and_then(Item::as_str).filter(|role| *role != "points") {
            return role == "penalty";
        }
        // Parts that hang in a circle are refused where the set is read.
        steps += 1;
        if steps > all.len() {
            return false;
        }
        at = table.get("parent").and_then(Item::as_str).map(str::to_owned);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::set::read_set;

    const TEXT: &str = include_str!("../../../catalogue/criteria/mau-so-2026.toml");

    fn edit(name: &str, rule: Option<&str>) -> NodeEdit {
        NodeEdit { name_vi: name.to_owned(), rule: rule.map(str::to_owned), maximum: None, ..NodeEdit::default() }
    }

    /// The rule of a part as the text has it.
    fn rule_of(text: &str, code: &str) -> Option<String> {
        let document = document(text).ok()?;
        let all = document.get("node")?.as_array_of_tables()?;
        let rule = all.iter().find(|table| is_node(table, code))?.get("rule")?;
        let table = rule.as_table().cloned().or_else(|| rule.as_inline_table().map(|inline| inline.clone().into_table()))?;
        let mut alone = DocumentMut::new();
        for (key, item) in table.iter() {
            alone.insert(key, item.clone());
        }
        Some(alone.to_string().trim().to_owned())
    }

    #[test]
    fn a_part_is_changed_added_and_removed_and_the_rest_stays() {
        let before = read_set(TEXT).unwrap();
        let leaf = before.leaves()[0];
        let code = before.definition.nodes[leaf].code.clone();
        let rule = rule_of(TEXT, &code).unwrap();
        let kept = NodeEdit {
            maximum: before.definition.nodes[leaf].maximum.filter(|_| TEXT.contains("maximum")).map(|most| most.to_string()),
            ..edit("Tên mới", Some(&rule))
        };
        let kept = if rule.contains("points") { NodeEdit { maximum: None, ..kept } } else { kept };
        let changed = change_node(TEXT, &code, &kept).unwrap();
        let after = read_set(&changed).unwrap();
        assert_eq!(after.name(after.leaf(&code).unwrap(), ui::Lang::Vi), "Tên mới");
        assert_eq!(after.leaves().len(), before.leaves().len());
        let area = before.definition.nodes[before.area(leaf)].code.clone();
        let new =
            add_node(&changed, &area, "1.99", &NodeEdit { maximum: Some("2".to_owned()), ..edit("Thêm", Some("kind = \"external\"")) })
                .unwrap();
        assert!(new.contains("code = \"1.99\""));
        assert_eq!(remove_node(&new, "1.99").and_then(|text| remove_node(&text, "1.99")), Err(EditFault::NoSuchNode("1.99".to_owned())));
        assert_eq!(remove_node(TEXT, &area), Err(EditFault::HasParts(area)));
        assert!(matches!(change_node(TEXT, &code, &edit("x", Some("kind ="))), Err(EditFault::RuleNotToml(_))));
    }

    #[test]
    fn what_was_put_below_a_leaf_by_mistake_can_be_taken_away() {
        let new = NodeEdit { maximum: Some("1".to_owned()), ..edit("Nhầm", Some("kind = \"external\"")) };
        let added = add_node(TEXT, "1.1.1", "1.1.1.1", &new).unwrap();
        assert!(read_set(&added).unwrap().leaf("1.1.1").is_none(), "the part above adds up");
        let back = read_set(&remove_node(&added, "1.1.1.1").unwrap()).unwrap();
        let leaf = back.leaf("1.1.1").unwrap();
        assert_eq!(back.definition.nodes[leaf].rule, Some(composite_index::LeafRule::External));
    }

    #[test]
    fn bonus_and_the_source_of_a_figure_are_written() {
        let observed = vec![("plan_tasks_done".to_owned(), "report.tasks_done".to_owned())];
        let edited = NodeEdit { observed, ..edit("Kế hoạch", rule_of(TEXT, "1.1.3").as_deref()) };
        let after = read_set(&change_node(TEXT, "1.1.3", &edited).unwrap()).unwrap();
        assert_eq!(after.asks["1.1.3"].observed["plan_tasks_done"], "report.tasks_done");
        // A bonus counts outside the maximum: what the parts above state no longer adds up, and that is told.
        let bonus = change_node(TEXT, "1.1.3", &NodeEdit { role: Some("bonus".to_owned()), ..edited }).unwrap();
        assert!(bonus.contains("role = \"bonus\""));
        assert_eq!(read_set(&bonus).unwrap_err()[0].rule, "maximum");
    }

    #[test]
    fn a_figure_is_added_once() {
        let new = NewFigure {
            code: "ket_qua".to_owned(),
            name: "Kết quả".to_owned(),
            kind: "choice".to_owned(),
            unit: None,
            choices: vec!["tốt".to_owned(), "chưa tốt".to_owned()],
            range: None,
        };
        let text = add_figure(TEXT, &new).unwrap();
        let set = read_set(&text).unwrap();
        let figure = &set.definition.figures[set.definition.figure("ket_qua").unwrap()];
        assert_eq!(figure.kind, composite_index::FigureKind::Choice(new.choices.clone()));
        assert_eq!(add_figure(&text, &new), Err(EditFault::FigureTaken("ket_qua".to_owned())));
        let rate =
            NewFigure { range: Some(("0".to_owned(), "100".to_owned())), kind: "number".to_owned(), choices: Vec::new(), ..new.clone() };
        let bounded = read_set(&add_figure(TEXT, &rate).unwrap()).unwrap();
        let figure = &bounded.definition.figures[bounded.definition.figure("ket_qua").unwrap()];
        assert_eq!(figure.range, Some((0.into(), 100.into())));
        assert_eq!(remove_figure(&text, "ket_qua").unwrap(), TEXT);
        assert_eq!(remove_figure(TEXT, "ket_qua"), Err(EditFault::NoSuchFigure("ket_qua".to_owned())));
        assert!(read_set(&remove_figure(TEXT, "plan_tasks_done").unwrap()).is_err(), "a rule asks for it");
    }
}
