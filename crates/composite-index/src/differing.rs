//! What two editions of a definition differ in, by code and never by position.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::definition::{Absent, AbsentThen, Bound, Definition, Figure, LeafRule, Measure, Node, Text};

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// Stands only in the second definition.
    Added,
    /// Stands only in the first definition.
    Removed,
    /// Hangs under another node.
    Parent,
    /// Another place among its siblings.
    Order,
    /// Another name.
    Name,
    /// Another way to join the children.
    Aggregation,
    /// Another weight, stated or derived.
    Weight,
    /// Another maximum or range.
    Maximum,
    /// Another rule of points, or of what happens when the subject does not exist.
    Rule,
    /// Another missing-data rule.
    Missing,
    /// Other bounds, role, blocks, direction or rescaling.
    Bounds,
    /// Another share of the highest possible total.
    Share,
    /// Another kind, unit of measure or range of a figure.
    Figure,
    /// Another rule for ranks, ties or missing data of the whole definition.
    Computation,
}

impl DifferenceKind {
    /// The word of machine-readable output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Parent => "parent",
            Self::Order => "order",
            Self::Name => "name",
            Self::Aggregation => "aggregation",
            Self::Weight => "weight",
            Self::Maximum => "maximum",
            Self::Rule => "rule",
            Self::Missing => "missing",
            Self::Bounds => "bounds",
            Self::Share => "share",
            Self::Figure => "figure",
            Self::Computation => "computation",
        }
    }
}

/// One difference between two definitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionDifference {
    /// Code of the node or figure; empty for the whole definition.
    pub code: String,
    /// What differs.
    pub kind: DifferenceKind,
    /// As the first definition has it, in the words of the format.
    pub before: Option<String>,
    /// As the second definition has it.
    pub after: Option<String>,
}

/// Every difference: first those of the whole, then figures and nodes in the order of the second definition, then what was removed.
#[must_use]
pub fn differences(before: &Definition, after: &Definition) -> Vec<DefinitionDifference> {
    let mut found = Vec::new();
    let mut whole = |kind, one: String, other: String| push(&mut found, "", kind, Some(one), Some(other));
    let rules = |definition: &Definition| {
        let rules = definition.computation;
        let [direction, ties, on, within] =
            [rules.rank_direction.word(), rules.tie_rule.word(), rules.rank_on.word(), rules.rank_within.word()];
        format!("{direction}, {ties}, {on}, {within}, missing {}, {} decimals", rules.missing.word(), definition.decimals)
    };
    whole(DifferenceKind::Computation, rules(before), rules(after));
    figures(before, after, &mut found);
    let (one, other) = (Side::of(before), Side::of(after));
    let places = [one.places_beside(&other), other.places_beside(&one)];
    for (id, node) in after.nodes.iter().enumerate() {
        match one.ids.get(node.code.as_str()) {
            Some(old) => node_differences((&one, *old, &places[0]), (&other, id, &places[1]), &mut found),
            None => push(&mut found, &node.code, DifferenceKind::Added, None, Some(parent_code(after, node))),
        }
    }
    for node in before.nodes.iter().filter(|node| !other.ids.contains_key(node.code.as_str())) {
        push(&mut found, &node.code, DifferenceKind::Removed, Some(parent_code(before, node)), None);
    }
    found
}

/// A definition with what is asked of each of its nodes, worked out in one pass.
struct Side<'d> {
    definition: &'d Definition,
    ids: BTreeMap<&'d str, usize>,
    shares: Vec<Option<Decimal>>,
}

impl<'d> Side<'d> {
    fn of(definition: &'d Definition) -> Self {
        let ids = definition.nodes.iter().enumerate().map(|(id, node)| (node.code.as_str(), id)).collect();
        Self { definition, ids, shares: definition.effective_weights() }
    }

    /// The code below which a node stands, if it has one.
    fn parent_of(&self, id: usize) -> Option<&'d str> {
        self.definition.nodes[id].parent.map(|parent| self.definition.nodes[parent].code.as_str())
    }

    /// For each node the last sibling before it that the other side has below the same parent, too.
    fn places_beside(&self, other: &Self) -> Vec<Option<&'d str>> {
        let mut places = vec![None; self.definition.nodes.len()];
        for node in &self.definition.nodes {
            let mut last = None;
            for child in &node.children {
                places[*child] = last;
                let code = self.definition.nodes[*child].code.as_str();
                if other.ids.get(code).and_then(|id| other.parent_of(*id)) == Some(node.code.as_str()) {
                    last = Some(code);
                }
            }
        }
        places
    }
}

fn push(found: &mut Vec<DefinitionDifference>, code: &str, kind: DifferenceKind, before: Option<String>, after: Option<String>) {
    if before != after {
        found.push(DefinitionDifference { code: code.to_owned(), kind, before, after });
    }
}

fn figures(before: &Definition, after: &Definition, found: &mut Vec<DefinitionDifference>) {
    let by_code = |definition: &Definition| -> BTreeMap<String, usize> {
        definition.figures.iter().enumerate().map(|(id, figure)| (figure.code.clone(), id)).collect()
    };
    let (olds, news) = (by_code(before), by_code(after));
    for figure in &after.figures {
        let old = olds.get(&figure.code).map(|id| &before.figures[*id]);
        let kind = if old.is_some() { DifferenceKind::Figure } else { DifferenceKind::Added };
        push(found, &figure.code, kind, old.map(figure_text), Some(figure_text(figure)));
        if let Some(old) = old {
            push(found, &figure.code, DifferenceKind::Name, old.name.as_ref().map(name_text), figure.name.as_ref().map(name_text));
        }
    }
    for figure in before.figures.iter().filter(|figure| !news.contains_key(&figure.code)) {
        push(found, &figure.code, DifferenceKind::Removed, Some(figure_text(figure)), None);
    }
}

fn name_text(name: &Text) -> String {
    format!("{} / {}", name.vi, name.en)
}

fn figure_text(figure: &Figure) -> String {
    let choices = match &figure.kind {
        crate::definition::FigureKind::Choice(choices) => format!(" {}", choices.join(" | ")),
        _ => String::new(),
    };
    let unit = figure.unit.as_ref().map(|unit| format!(", {unit}")).unwrap_or_default();
    format!("{}{choices}{unit}{}", figure.kind.word(), range_text(figure.range).map(|range| format!(", {range}")).unwrap_or_default())
}

fn range_text(range: Option<(Decimal, Decimal)>) -> Option<String> {
    range.map(|(low, high)| format!("{} – {}", low.normalize(), high.normalize()))
}

fn parent_code(definition: &Definition, node: &Node) -> String {
    node.parent.map(|parent| definition.nodes[parent].code.clone()).unwrap_or_default()
}

/// A node of a side, and the places of all nodes of the side among their siblings.
type AtSide<'a, 'd> = (&'a Side<'d>, usize, &'a [Option<&'d str>]);

fn node_differences(
    (one_side, old, old_places): AtSide<'_, '_>,
    (other_side, new, new_places): AtSide<'_, '_>,
    found: &mut Vec<DefinitionDifference>,
) {
    let (before, after) = (one_side.definition, other_side.definition);
    let (one, other) = (&before.nodes[old], &after.nodes[new]);
    let mut note = |kind, one: Option<String>, other: Option<String>| push(found, &after.nodes[new].code, kind, one, other);
    let number = |value: Option<Decimal>| value.map(|value| value.normalize().to_string());
    let name = |node: &Node| node.name.as_ref().map(name_text);
    note(DifferenceKind::Parent, Some(parent_code(before, one)), Some(parent_code(after, other)));
    note(DifferenceKind::Order, Some(place(old_places[old])), Some(place(new_places[new])));
    note(DifferenceKind::Name, name(one), name(other));
    note(DifferenceKind::Aggregation, aggregation(one), aggregation(other));
    let weighs = |definition: &Definition, node: &Node| {
        node.parent.is_some_and(|parent| definition.nodes[parent].aggregation.is_some_and(crate::definition::Aggregation::weighs))
    };
    let weight = |definition: &Definition, id: usize| number(weighs(definition, &definition.nodes[id]).then(|| definition.weight(id)));
    note(DifferenceKind::Weight, weight(before, old), weight(after, new));
    let reach = |node: &Node| number(node.maximum).or_else(|| range_text(node.range));
    note(DifferenceKind::Maximum, reach(one), reach(other));
    note(DifferenceKind::Rule, rule_text(before, one), rule_text(after, other));
    let missing = |node: &Node| {
        let least = node.minimum_share.map(|share| format!(" ≥ {}", share.normalize())).unwrap_or_default();
        node.missing.map(|rule| format!("{}{least}", rule.word()))
    };
    note(DifferenceKind::Missing, missing(one), missing(other));
    note(DifferenceKind::Bounds, Some(bounds(one)), Some(bounds(other)));
    let share = |side: &Side<'_>, id: usize| number(side.shares[id].map(|share| share.round_dp(8)));
    note(DifferenceKind::Share, share(one_side, old), share(other_side, new));
}

/// The sibling after which a node stands.
fn place(after: Option<&str>) -> String {
    after.map(|code| format!("after {code}")).unwrap_or_default()
}

fn aggregation(node: &Node) -> Option<String> {
    let rule = node.aggregation?;
    let power = node.power.map(|power| format!(" {}", power.normalize())).unwrap_or_default();
    Some(format!("{}{power}, weights {}", rule.word(), node.weighting.word()))
}

fn bounds(node: &Node) -> String {
    let mut words = vec![node.role.word().to_owned(), node.direction.word().to_owned()];
    words.extend(node.floor.map(|floor| format!("floor {}", floor.normalize())));
    words.extend(node.cap.map(|cap| format!("cap {}", cap.normalize())));
    words.extend(node.rescale.then(|| "rescale".to_owned()));
    words.extend((!node.blocks.is_empty()).then(|| format!("blocks {}", node.blocks.join(" "))));
    words.join(", ")
}

/// A rule in one line, in the words of the format.
#[must_use]
pub fn rule_text(definition: &Definition, node: &Node) -> Option<String> {
    let rule = node.rule.as_ref().map(|rule| leaf_rule_text(definition, rule));
    let absent = node.absent.as_ref().map(|absent| absent_text(definition, absent));
    match (rule, absent) {
        (None, None) => None,
        (rule, absent) => Some([rule, absent].into_iter().flatten().collect::<Vec<_>>().join("; ")),
    }
}

fn leaf_rule_text(definition: &Definition, rule: &LeafRule) -> String {
    let code = |figure: usize| definition.figures[figure].code.as_str();
    let read = |measure: &Measure| match measure {
        Measure::Figure(figure) => code(*figure).to_owned(),
        Measure::Formula(formula) => formula.text().to_owned(),
    };
    let plain = |value: &Decimal| value.normalize().to_string();
    let rest = match rule {
        LeafRule::Brackets { measure, brackets } => {
            let ends = |bound: &Option<Bound>, open: &str, closed: &str| {
                bound.map(|bound| format!("{} {} ", if bound.closed { closed } else { open }, bound.at.normalize())).unwrap_or_default()
            };
            let parts: Vec<String> = brackets
                .iter()
                .map(|part| (format!("{}{}", ends(&part.low, ">", "≥"), ends(&part.high, "<", "≤")), plain(&part.points)))
                .map(|(ends, points)| format!("{}: {points}", ends.trim_end()))
                .collect();
            format!("{} [{}]", read(measure), parts.join("; "))
        }
        LeafRule::Linear { measure, zero_at, full_at } => format!("{} {} … {}", read(measure), plain(zero_at), plain(full_at)),
        LeafRule::YesNo { figure } => code(*figure).to_owned(),
        LeafRule::Checklist { items } => {
            items.iter().map(|item| format!("{} {}", code(item.figure), plain(&item.points))).collect::<Vec<_>>().join(" + ")
        }
        LeafRule::Choice { figure, points } => {
            let crate::definition::FigureKind::Choice(choices) = &definition.figures[*figure].kind else { return rule.word().to_owned() };
            let options: Vec<String> = choices.iter().zip(points).map(|(choice, points)| format!("{choice}: {}", plain(points))).collect();
            format!("{} [{}]", code(*figure), options.join("; "))
        }
        LeafRule::Formula { formula, clamp } => format!("{}{}", formula.text(), if *clamp { ", clamp" } else { "" }),
        LeafRule::Survey { figure, scale } => format!("{} {} … {}", code(*figure), plain(&scale.0), plain(&scale.1)),
        LeafRule::External => String::new(),
        LeafRule::PerCase { figure, start, each, floor, cap } => {
            let end =
                |word: &str, value: &Option<Decimal>| value.map(|value| format!(", {word} {}", value.normalize())).unwrap_or_default();
            format!("{} + {} × {}{}{}", plain(start), plain(each), code(*figure), end("floor", floor), end("cap", cap))
        }
    };
    format!("{} {rest}", rule.word()).trim_end().to_owned()
}

fn absent_text(definition: &Definition, absent: &Absent) -> String {
    let to = match &absent.then {
        AbsentThen::MoveTo { siblings, equal } => {
            let codes: Vec<&str> = siblings.iter().map(|sibling| definition.nodes[*sibling].code.as_str()).collect();
            format!(" {} {}", codes.join(" "), if *equal { "equal" } else { "by-maximum" })
        }
        _ => String::new(),
    };
    format!("when {}: {}{to}", absent.when.text(), absent.then.word())
}
