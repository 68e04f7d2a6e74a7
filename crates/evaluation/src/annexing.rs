//! From the annex of a decision to the text of a set. What the annex leaves open stays open in the text, and the page says so.

use std::collections::BTreeSet;

use criteria_annex::{Annex, AnnexLine, Kind, Proposed, Scorer, Standing};
use rust_decimal::Decimal;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value, value};

/// What the text begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnexHead {
    /// Id of the set.
    pub id: String,
    /// Vietnamese name.
    pub name: String,
    /// Level of the units.
    pub level: String,
    /// The year.
    pub year: i32,
    /// The decision: where the annex was read.
    pub decision: String,
}

fn both(text: &str) -> Item {
    let mut pair = InlineTable::new();
    pair.insert("vi", Value::from(text));
    pair.insert("en", Value::from(text));
    value(pair)
}

/// A code as figures have it: a letter, then letters, digits and `_`.
fn figure_code(leaf: &str, item: Option<usize>) -> String {
    let plain: String = leaf.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign.to_ascii_lowercase() } else { '_' }).collect();
    item.map_or_else(|| format!("s_{plain}"), |item| format!("s_{plain}_{item}"))
}

/// Where the points stand that a part gives at most, and how they are written: at its maximum or cap, and those of a penalty at its floor.
fn bound(standing: Standing, most: Decimal, upper: &'static str) -> (&'static str, String) {
    let most = most.abs().normalize();
    if standing == Standing::Penalty { ("floor", (-most).to_string()) } else { (upper, most.to_string()) }
}

struct Writer {
    figures: ArrayOfTables,
    nodes: ArrayOfTables,
}

impl Writer {
    fn figure(&mut self, code: &str, name: &str, kind: Option<&str>, unit: Option<&str>) {
        let mut table = Table::new();
        table.insert("code", value(code));
        table.insert("name", both(name));
        if let Some(kind) = kind {
            table.insert("kind", value(kind));
        }
        if let Some(unit) = unit {
            table.insert("unit", value(unit));
            let mut range = Array::new();
            range.push("0");
            range.push("100");
            table.insert("range", value(range));
        }
        self.figures.push(table);
    }

    /// The rule of a leaf; nothing where somebody types the points.
    fn rule(&mut self, line: &AnnexLine) -> Option<Table> {
        let mut rule = Table::new();
        let own = figure_code(&line.code, None);
        let plain = |number: &rust_decimal::Decimal| number.normalize().to_string();
        match &line.rule {
            Proposed::Brackets(brackets) => {
                let percent = brackets.iter().any(|bracket| bracket.percent);
                self.figure(&own, &line.name, None, percent.then_some("%"));
                rule.insert("kind", value("brackets"));
                rule.insert("figure", value(own));
                let mut list = Array::new();
                for bracket in brackets {
                    let mut one = InlineTable::new();
                    if let Some(low) = bracket.low {
                        one.insert(if low.inside { "from" } else { "over" }, plain(&low.value).into());
                    }
                    if let Some(high) = bracket.high {
                        one.insert(if high.inside { "to" } else { "under" }, plain(&high.value).into());
                    }
                    one.insert("points", plain(&bracket.points).into());
                    list.push(one);
                }
                rule.insert("bracket", value(list));
            }
            Proposed::Checklist(items) => {
                rule.insert("kind", value("checklist"));
                let mut list = Array::new();
                for (at, item) in items.iter().enumerate() {
                    let code = figure_code(&line.code, Some(at + 1));
                    self.figure(&code, &item.wording, Some("yes-no"), None);
                    let mut one = InlineTable::new();
                    one.insert("figure", code.into());
                    one.insert("points", plain(&item.points).into());
                    list.push(one);
                }
                rule.insert("item", value(list));
            }
            Proposed::YesNo { yes, .. } => {
                // "Có" alone says nothing of what is asked.
                let says = viet_text::fold(yes);
                let asked = if matches!(says.as_str(), "" | "co" | "dat" | "yes") { &line.name } else { yes };
                self.figure(&own, asked, Some("yes-no"), None);
                rule.insert("kind", value("yes-no"));
                rule.insert("figure", value(own));
            }
            Proposed::Choice(items) => {
                let mut choices = Array::new();
                let mut options = Array::new();
                let mut seen = BTreeSet::new();
                for item in items {
                    // Two options of one wording are told apart by their number.
                    let wording = if seen.insert(item.wording.clone()) {
                        item.wording.clone()
                    } else {
                        format!("{} ({})", item.wording, seen.len() + 1)
                    };
                    choices.push(wording.as_str());
                    let mut one = InlineTable::new();
                    one.insert("code", wording.into());
                    one.insert("points", plain(&item.points).into());
                    options.push(one);
                }
                self.figure(&own, &line.name, Some("choice"), None);
                if let Some(last) = self.figures.iter_mut().last() {
                    last.insert("choices", value(choices));
                }
                rule.insert("kind", value("choice"));
                rule.insert("figure", value(own));
                rule.insert("option", value(options));
            }
            Proposed::Linear { full_at, nothing_below: None } => {
                self.figure(&own, &line.name, None, Some("%"));
                rule.insert("kind", value("linear"));
                rule.insert("figure", value(own));
                rule.insert("full_at", value(plain(full_at)));
            }
            Proposed::PerCase { start, each, floor, cap } => {
                self.figure(&own, &line.name, Some("count"), None);
                rule.insert("kind", value("per-case"));
                rule.insert("figure", value(own));
                rule.insert("start", value(plain(start)));
                rule.insert("each", value(plain(each)));
                if let Some(floor) = floor {
                    rule.insert("floor", value(plain(floor)));
                }
                if let Some(cap) = cap {
                    rule.insert("cap", value(plain(cap)));
                }
            }
            Proposed::External => {
                rule.insert("kind", value("external"));
            }
            Proposed::Linear { .. } | Proposed::None { .. } => return None,
        }
        Some(rule)
    }

    fn node(&mut self, line: &AnnexLine, has_parts: bool, is_top: bool) {
        let mut table = Table::new();
        table.insert("code", value(line.code.as_str()));
        table.insert("name", both(&line.name));
        table.insert("parent", value(if is_top { "total" } else { line.parent.as_deref().unwrap_or("total") }));
        match line.standing {
            Standing::Counted => {}
            Standing::Bonus => {
                table.insert("role", value("bonus"));
            }
            Standing::Penalty => {
                table.insert("role", value("penalty"));
            }
        }
        let mut asks = Table::new();
        if has_parts {
            table.insert("aggregation", value("sum-of-points"));
            // What an area of bonuses or penalties gives at most is its bound; maxima of other parts add up.
            if let Some(most) = line.maximum.filter(|_| line.standing != Standing::Counted) {
                let (key, most) = bound(line.standing, most, "cap");
                table.insert(key, value(most));
            }
        } else {
            let rule = self.rule(line);
            let says_maximum =
                matches!(line.rule, Proposed::Brackets(_) | Proposed::Checklist(_) | Proposed::Choice(_) | Proposed::PerCase { .. });
            let told = says_maximum && rule.is_some() && line.standing != Standing::Penalty;
            if let Some(most) = line.maximum.filter(|_| !told) {
                let (key, most) = bound(line.standing, most, "maximum");
                table.insert(key, value(most));
            }
            if let Some(rule) = rule {
                table.insert("rule", Item::Table(rule));
            }
            asks.insert(
                "scored_by",
                value(match line.scored_by {
                    Scorer::Unit => "unit",
                    Scorer::Survey => "survey",
                    Scorer::Agency => "agency",
                }),
            );
        }
        if !line.evidence.is_empty() {
            asks.insert("evidence", both(&line.evidence));
        }
        let guidance =
            [line.rule_text.as_str(), line.note.as_str()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
        if !guidance.is_empty() {
            asks.insert("guidance", both(&guidance));
        }
        if !asks.is_empty() {
            table.insert("asks", Item::Table(asks));
        }
        self.nodes.push(table);
    }
}

/// The text of a set from an annex. It may have faults where the annex leaves something open; whoever saves it is told each with its line.
#[must_use]
pub fn text_of(annex: &Annex, head: &AnnexHead) -> String {
    let mut document = DocumentMut::new();
    document.insert("format", value("cchc-index-definition/1"));
    document.insert("id", value(head.id.as_str()));
    document.insert("index", value(head.id.as_str()));
    document.insert("name", both(&head.name));
    document.insert("summary", both(&format!("Nhập từ phụ lục: {}", head.decision)));
    document.insert("unit_level", value(head.level.as_str()));
    document.insert("status", value("read"));
    document.insert("decimals", value(2));
    let mut set = Table::new();
    set.insert("kind", value("own"));
    set.insert("level", value(head.level.as_str()));
    document.insert("set", Item::Table(set));
    let mut computation = Table::new();
    for (key, word) in [("rank_direction", "higher-is-better"), ("tie_rule", "dense"), ("rank_on", "unrounded"), ("missing", "zero")] {
        computation.insert(key, value(word));
    }
    document.insert("computation", Item::Table(computation));
    let lines: Vec<&AnnexLine> = annex.lines.iter().filter(|line| !matches!(line.kind, Kind::Option { .. })).collect();
    let codes: BTreeSet<&str> = lines.iter().map(|line| line.code.as_str()).collect();
    let mut writer = Writer { figures: ArrayOfTables::new(), nodes: ArrayOfTables::new() };
    let mut total = Table::new();
    total.insert("code", value("total"));
    total.insert("name", both("Tổng điểm"));
    total.insert("aggregation", value("sum-of-points"));
    writer.nodes.push(total);
    for line in &lines {
        let has_parts = lines.iter().any(|other| other.parent.as_deref() == Some(line.code.as_str()));
        // What hangs under a row that was not understood stands at the top until somebody decides.
        let is_top = line.parent.as_deref().is_none_or(|parent| !codes.contains(parent));
        writer.node(line, has_parts, is_top);
    }
    if !writer.figures.is_empty() {
        document.insert("figure", Item::ArrayOfTables(writer.figures));
    }
    document.insert("node", Item::ArrayOfTables(writer.nodes));
    let mut edition = Table::new();
    edition.insert("year", value(i64::from(head.year)));
    let mut editions = ArrayOfTables::new();
    editions.push(edition);
    document.insert("edition", Item::ArrayOfTables(editions));
    let mut source = Table::new();
    source.insert("id", value("quyet-dinh"));
    source.insert("title", both(&head.decision));
    source.insert("issuer", value("–"));
    source.insert("licence", value("văn bản công khai"));
    let mut sources = ArrayOfTables::new();
    sources.push(source);
    document.insert("source", Item::ArrayOfTables(sources));
    document.to_string()
}

#[cfg(test)]
mod tests {
    use criteria_annex::{Source, grids, understand};

    use super::*;
    use crate::set::read_set;

    #[test]
    fn a_pasted_annex_becomes_a_set_that_can_be_scored() {
        let pasted = "STT\tTiêu chí\tĐiểm tối đa\n1\tChỉ đạo, điều hành\t3\n1.1\tMức độ thực hiện kế hoạch\t2\n\
                      \tTrên 90%: 2\t\n\tTừ 70% - 90%: 1\t\n\tDưới 70%: 0\t\n1.2\tBố trí kinh phí\t1\n";
        let annex = understand(&grids(Source::Text(pasted)).unwrap()[0]);
        assert!(annex.not_understood.is_empty(), "{:?}", annex.not_understood);
        let head =
            AnnexHead { id: "thu".into(), name: "Bộ thử".into(), level: "department".into(), year: 2026, decision: "QĐ thử".into() };
        let text = text_of(&annex, &head);
        let set = read_set(&text).unwrap_or_else(|faults| panic!("{faults:?}\n{text}"));
        assert_eq!(set.definition.maximum(set.definition.total), Some(Decimal::from(3)));
        let leaves: Vec<&str> = set.leaves().iter().map(|leaf| set.definition.nodes[*leaf].code.as_str()).collect();
        assert_eq!(leaves, ["1.1", "1.2"]);
        assert_eq!(set.figures_of(set.leaf("1.1").unwrap()).len(), 1);
        assert!(set.is_typed_points(set.leaf("1.2").unwrap()));
    }

    #[test]
    fn bonuses_and_penalties_of_an_annex_are_bounded() {
        let pasted = "STT\tTiêu chí\tĐiểm tối đa\n1\tChỉ đạo, điều hành\t2\n1.1\tBố trí kinh phí\t2\n2\tĐiểm thưởng\t3\n2.1\tSáng kiến\t3\n\
                      3\tĐiểm trừ\t5\n3.1\tVi phạm kỷ luật\t5\n";
        let annex = understand(&grids(Source::Text(pasted)).unwrap()[0]);
        let head =
            AnnexHead { id: "thu".into(), name: "Bộ thử".into(), level: "department".into(), year: 2026, decision: "QĐ thử".into() };
        let text = text_of(&annex, &head);
        let set = crate::set::read_new_set(&text).unwrap_or_else(|faults| panic!("{faults:?}\n{text}"));
        assert_eq!(set.definition.maximum(set.definition.total), Some(Decimal::from(2)));
        let within = |leaf: &str, points: i64| crate::scoring::within(&set, set.leaf(leaf).unwrap(), Decimal::from(points)).is_ok();
        assert_eq!([within("2.1", 3), within("2.1", 4), within("2.1", -1)], [true, false, false]);
        assert_eq!([within("3.1", 0), within("3.1", -5), within("3.1", -6), within("3.1", 1)], [true, true, false, false]);
    }
}
