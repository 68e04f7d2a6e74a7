//! The tree: nodes, their places, weights and maxima.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::keys::{Faults, Keys};
use super::rules::{RuleReader, refuse_column};
use super::scaling::read_scaling;
use super::{DEFINITION_NODES, LEFT_AT_NODE};
use crate::definition::{
    Absent, AbsentThen, Aggregation, Block, Direction, Figure, FigureId, LeafRule, Method, MissingRule, Node, NodeId, Role, Weighting,
};
use crate::fault::DefinitionRule as Rule;
use crate::formula::FormulaKind;

pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) total: Option<NodeId>,
    pub(super) bottom_up: Vec<NodeId>,
}

/// What nodes may name.
pub(super) struct Known<'a> {
    pub(super) figures: &'a [Figure],
    pub(super) figure_ids: BTreeMap<&'a str, FigureId>,
    pub(super) blocks: &'a [Block],
    pub(super) missing: MissingRule,
}

pub(super) fn read_tree(top: &Keys<'_>, known: &Known<'_>, faults: &Faults<'_>) -> Tree {
    let tables = top.tables("node");
    let nothing = Tree { nodes: Vec::new(), total: None, bottom_up: Vec::new() };
    if tables.len() > DEFINITION_NODES {
        faults.add(top.place("node"), Rule::TooLarge, "node", &format!("{} > {DEFINITION_NODES}", tables.len()));
        return nothing;
    }
    let mut by_code: BTreeMap<String, NodeId> = BTreeMap::new();
    let mut nodes = Vec::with_capacity(tables.len());
    let mut parents = Vec::with_capacity(tables.len());
    for keys in &tables {
        let node = read_node(keys, known, faults);
        if !node.code.is_empty() && by_code.insert(node.code.clone(), nodes.len()).is_some() {
            faults.add(keys.place("code"), Rule::Duplicate, &node.code, "node");
        }
        if known.figure_ids.contains_key(node.code.as_str()) && !node.code.is_empty() {
            faults.add(keys.place("code"), Rule::Duplicate, &node.code, "figure");
        }
        refuse_column(keys, &node.code, faults);
        parents.push(keys.text("parent"));
        nodes.push(node);
    }
    for (id, (parent, keys)) in parents.iter().zip(&tables).enumerate() {
        let Some(parent) = parent else { continue };
        match by_code.get(parent) {
            Some(parent_id) => {
                nodes[id].parent = Some(*parent_id);
                nodes[*parent_id].children.push(id);
            }
            None => faults.add(keys.place("parent"), Rule::UnknownReference, parent, "parent"),
        }
    }
    let absents: Vec<Option<Absent>> =
        tables.iter().enumerate().map(|(id, keys)| read_absent(keys, id, &nodes, &by_code, known, faults)).collect();
    for ((node, absent), keys) in nodes.iter_mut().zip(absents).zip(&tables) {
        node.absent = absent;
        keys.leave(LEFT_AT_NODE);
        keys.finish();
    }
    let roots: Vec<NodeId> = parents.iter().enumerate().filter(|(_, parent)| parent.is_none()).map(|(id, _)| id).collect();
    if roots.len() != 1 {
        let line_of = roots.get(1).map_or_else(|| top.start(), |second| tables[*second].start());
        let found: Vec<&str> = roots.iter().map(|id| nodes[*id].code.as_str()).collect();
        faults.add(line_of, Rule::OneTotal, "node", &format!("1 (found {}: {})", roots.len(), found.join(", ")));
    }
    check_places(&nodes, &tables, known.missing, faults);
    let bottom_up = bottom_up(&nodes, &tables, faults);
    add_up_maxima(&mut nodes, &bottom_up, &tables, faults);
    check_weights(&nodes, &tables, faults);
    check_scaled_maxima(&nodes, &tables, faults);
    check_ranges(&nodes, &tables, faults);
    for id in 0..nodes.len() {
        nodes[id].rescale |= !tables[id].has("rescale") && rescales_unsaid(&nodes, id);
    }
    Tree { nodes, total: roots.first().copied(), bottom_up }
}

/// Where reduced maxima are scaled without a word: at the total, and at a sum of which the value goes on into something that keeps no account of
/// maxima, where the reduction would count as zero points.
pub(crate) fn rescales_unsaid(nodes: &[Node], id: NodeId) -> bool {
    let adds = |id: NodeId| nodes[id].aggregation.is_some_and(Aggregation::adds);
    nodes[id].parent.is_none_or(|parent| adds(id) && !adds(parent) && nodes[id].role == Role::Points)
}

fn read_node(keys: &Keys<'_>, known: &Known<'_>, faults: &Faults<'_>) -> Node {
    let maximum = keys.decimal("maximum");
    if maximum.is_some_and(|maximum| maximum.is_sign_negative()) {
        faults.add(keys.place("maximum"), Rule::Maximum, "maximum", "≥ 0");
    }
    let rules = RuleReader { figures: known.figures, ids: &known.figure_ids, faults };
    let rule = keys.table("rule").and_then(|keys| rules.rule(&keys, maximum));
    let maximum = maximum.or_else(|| rule.as_ref().and_then(LeafRule::own_maximum));
    let blocks = keys.texts("blocks");
    for code in blocks.iter().filter(|code| !known.blocks.iter().any(|block| block.code == **code)) {
        faults.add(keys.place("blocks"), Rule::UnknownReference, code, "block");
    }
    Node {
        code: keys.required_text("code").unwrap_or_default(),
        indicator: keys.text("indicator"),
        name: keys.bilingual("name"),
        parent: None,
        children: Vec::new(),
        weight: keys.decimal("weight"),
        direction: keys.word("direction", Direction::WORDS).unwrap_or(Direction::HigherIsBetter),
        range: keys.range("range"),
        aggregation: keys.word("aggregation", Aggregation::WORDS),
        weighting: keys.word("weights", Weighting::WORDS).unwrap_or(Weighting::Given),
        weights_sum: keys.decimal("weights_sum"),
        power: keys.decimal("power"),
        missing: keys.word("missing", MissingRule::WORDS),
        minimum_share: keys.decimal("minimum_share"),
        maximum,
        rescale: keys.boolean("rescale").unwrap_or(false),
        cap: keys.decimal("cap"),
        floor: keys.decimal("floor"),
        role: keys.word("role", Role::WORDS).unwrap_or(Role::Points),
        blocks,
        rule,
        absent: None,
        scaling: keys.table("scaling").and_then(|keys| read_scaling(&keys, &known.figure_ids, faults)),
    }
}

fn read_absent(
    keys: &Keys<'_>,
    id: NodeId,
    nodes: &[Node],
    by_code: &BTreeMap<String, NodeId>,
    known: &Known<'_>,
    faults: &Faults<'_>,
) -> Option<Absent> {
    const THEN: &[(&str, u8)] = &[("full", 0), ("zero", 1), ("not-applicable", 2), ("move", 3)];
    const SHARES: &[(&str, bool)] = &[("equal", true), ("by-maximum", false)];
    let absent = keys.table("absent")?;
    let rules = RuleReader { figures: known.figures, ids: &known.figure_ids, faults };
    let when = rules.formula(&absent, "when", FormulaKind::Condition);
    let then = absent.required_word("then", THEN);
    let (codes, equal) = (absent.texts("to"), absent.word("shares", SHARES).unwrap_or(true));
    absent.finish();
    // What falls away leaves no points that would need one, and a scale has its own.
    let falls_away = nodes[id].scaling.is_some() && then == Some(2);
    let scaled = nodes[id].scaling.as_ref().is_some_and(|scaling| scaling.method == Method::MinMax);
    if nodes[id].maximum.is_none() && !falls_away && !scaled {
        faults.add(absent.start(), Rule::Maximum, &nodes[id].code, "maximum = \"…\"");
    }
    if !nodes[id].children.is_empty() {
        faults.add(absent.start(), Rule::RulePlace, "absent", "no children");
    }
    let moves = then == Some(3);
    if moves == codes.is_empty() {
        faults.add(absent.start(), Rule::RulePlace, "to", "then = \"move\", to = [\"…\"]");
    }
    let mut siblings = Vec::with_capacity(codes.len());
    for code in &codes {
        let sibling = by_code.get(code).copied().filter(|sibling| {
            *sibling != id && nodes[*sibling].parent == nodes[id].parent && nodes[id].parent.is_some() && !siblings.contains(sibling)
        });
        match sibling {
            Some(sibling) if nodes[sibling].role != Role::Points || nodes[id].role != Role::Points => {
                faults.add(absent.place("to"), Rule::RoleSign, code, "role = \"points\"");
            }
            Some(sibling) if nodes[sibling].maximum.is_some_and(|maximum| !maximum.is_zero()) && nodes[sibling].children.is_empty() => {
                siblings.push(sibling);
            }
            Some(sibling) if !nodes[sibling].children.is_empty() => faults.add(absent.place("to"), Rule::RulePlace, code, "no children"),
            Some(_) => faults.add(absent.place("to"), Rule::Maximum, code, "maximum = \"…\""),
            None => faults.add(absent.place("to"), Rule::UnknownReference, code, "sibling"),
        }
    }
    if moves && nodes[id].parent.is_some_and(|parent| nodes[parent].aggregation != Some(Aggregation::SumOfPoints)) {
        faults.add(absent.start(), Rule::RulePlace, "move", Aggregation::SumOfPoints.word());
    }
    let then = match then? {
        0 => AbsentThen::Full,
        1 => AbsentThen::Zero,
        2 => AbsentThen::NotApplicable,
        _ => AbsentThen::MoveTo { siblings, equal },
    };
    Some(Absent { when: when?, then })
}

/// Weights, aggregations, rules and bounds stand where they belong, and only there.
fn check_places(nodes: &[Node], tables: &[Keys<'_>], missing: MissingRule, faults: &Faults<'_>) {
    for (node, keys) in nodes.iter().zip(tables) {
        match (node.children.is_empty(), node.aggregation) {
            (false, None) => faults.add(keys.start(), Rule::AggregationPlace, &node.code, "aggregation = …"),
            (true, Some(rule)) if rule != Aggregation::NotPublished => {
                faults.add(keys.place("aggregation"), Rule::AggregationPlace, &node.code, "no children");
            }
            _ => {}
        }
        if node.missing.is_some() && node.children.is_empty() {
            faults.add(keys.place("missing"), Rule::AggregationPlace, "missing", "aggregation = …");
        }
        if node.scaling.is_some() && !node.is_input() {
            faults.add(keys.place("scaling"), Rule::RulePlace, &node.code, "no children, no rule");
        }
        if node.rule.is_some() && (!node.children.is_empty() || node.aggregation.is_some()) {
            faults.add(keys.place("rule"), Rule::RulePlace, &node.code, "no children");
        }
        match (node.aggregation == Some(Aggregation::PowerMean), node.power) {
            (true, power) if power.is_none_or(|power| power.is_zero()) => {
                faults.add(keys.start(), Rule::AggregationPlace, &node.code, "power = \"…\" ≠ 0");
            }
            (false, Some(_)) => faults.add(keys.place("power"), Rule::AggregationPlace, &node.code, Aggregation::PowerMean.word()),
            _ => {}
        }
        if let Some(share) = node.minimum_share {
            if share < Decimal::ZERO || share > Decimal::ONE {
                faults.add(keys.place("minimum_share"), Rule::Order, "minimum_share", "0 … 1");
            }
            if node.missing.unwrap_or(missing) != MissingRule::DropOut {
                faults.add(keys.place("minimum_share"), Rule::AggregationPlace, "minimum_share", "missing = \"drop-out\"");
            }
        }
        if let (Some(floor), Some(cap)) = (node.floor, node.cap)
            && floor > cap
        {
            faults.add(keys.place("floor"), Rule::Order, &node.code, &format!("{floor} > {cap}"));
        }
        check_role_sign(nodes, node, keys, faults);
        if keys.has("rescale") && !node.aggregation.is_some_and(Aggregation::adds) {
            faults.add(keys.place("rescale"), Rule::AggregationPlace, "rescale", "sum-of-points | weighted-sum");
        }
        if node.role != Role::Points && !node.parent.is_some_and(|parent| nodes[parent].aggregation.is_some_and(Aggregation::adds)) {
            faults.add(keys.place("role"), Rule::AggregationPlace, "role", "sum-of-points | weighted-sum");
        }
    }
}

/// A bonus takes no points away and a penalty gives none, whatever the figures are.
fn check_role_sign(nodes: &[Node], node: &Node, keys: &Keys<'_>, faults: &Faults<'_>) {
    // In a circle there is no group around the leaf; it has a fault of its own.
    let around = std::iter::successors(Some(node), |node| node.parent.map(|parent| &nodes[parent])).take(nodes.len());
    let mut roles = around.map(|node| node.role).filter(|role| *role != Role::Points);
    let Some(role) = roles.next() else { return };
    if roles.any(|other| other != role) {
        faults.add(keys.place("code"), Rule::RoleSign, &node.code, "bonus | penalty");
    }
    // What is held against other units has no sign of its own.
    if node.scaling.is_some() || node.aggregation == Some(Aggregation::Copeland) {
        faults.add(keys.place("code"), Rule::RoleSign, &node.code, "scaling | copeland");
    }
    let against =
        |bound: Option<Decimal>| bound.filter(|bound| if role == Role::Penalty { *bound > Decimal::ZERO } else { *bound < Decimal::ZERO });
    let given = (role == Role::Penalty && node.rule.is_none() && node.children.is_empty()).then_some(node.maximum).flatten();
    let range = |end: fn(&(Decimal, Decimal)) -> Decimal| node.range.as_ref().map(end);
    let bounds = match role {
        Role::Penalty => [("floor", node.floor), ("maximum", given), ("range", range(|range| range.1))],
        Role::Bonus | Role::Points => [("cap", node.cap), ("maximum", node.maximum), ("range", range(|range| range.0))],
    };
    for (key, bound) in bounds {
        if let Some(bound) = against(bound) {
            faults.add(keys.place("code"), Rule::RoleSign, &node.code, &format!("{key} {}", bound.normalize()));
        }
    }
    let Some(rule) = &node.rule else { return };
    let (least, most) = rule.extremes(node.maximum);
    let bounded = |points: Decimal| {
        let points = node.cap.map_or(points, |cap| points.min(cap));
        node.floor.map_or(points, |floor| points.max(floor))
    };
    let (far, wrong) = match role {
        Role::Penalty => (most.map(bounded).or(node.cap), Ordering::Greater),
        Role::Bonus | Role::Points => (least.map(bounded).or(node.floor), Ordering::Less),
    };
    if far.is_none_or(|far| far.cmp(&Decimal::ZERO) == wrong) {
        let sign = if wrong == Ordering::Greater { "≤ 0" } else { "≥ 0" };
        let found = far.map_or_else(|| "∞".to_owned(), |far| far.normalize().to_string());
        faults.add(keys.place("code"), Rule::RoleSign, &node.code, &format!("{found}; {sign}"));
    }
}

/// Who weighs has a weight, nobody else has one; what must add up adds up.
fn check_weights(nodes: &[Node], tables: &[Keys<'_>], faults: &Faults<'_>) {
    for (node, keys) in nodes.iter().zip(tables) {
        let parent = node.parent.map(|parent| &nodes[parent]);
        let weighs = parent.is_some_and(|parent| parent.aggregation.is_some_and(Aggregation::weighs));
        let given = weighs && parent.is_some_and(|parent| parent.weighting == Weighting::Given);
        match (given, node.weight) {
            (true, None) if !keys.has("weight") => faults.add(keys.start(), Rule::Weight, &node.code, "weight = \"…\""),
            (true, Some(weight)) if weight.is_sign_negative() => faults.add(keys.place("weight"), Rule::Weight, &node.code, "≥ 0"),
            (false, Some(_)) => faults.add(keys.place("weight"), Rule::Weight, &node.code, "no weight here"),
            _ => {}
        }
        let by_maximum = weighs && parent.is_some_and(|parent| parent.weighting == Weighting::ByMaximum);
        let scaled = node.scaling.as_ref().filter(|scaling| scaling.method == Method::MinMax).map(|scaling| scaling.to.1);
        let most = node.maximum.or(scaled).or(node.range.filter(|_| node.scaling.is_none()).map(|(_, high)| high));
        if by_maximum && most.is_none_or(|high| high.is_sign_negative()) {
            faults.add(keys.start(), Rule::Maximum, &node.code, "maximum = \"…\"");
        }
        if keys.has("weights") && node.weighting != Weighting::Given && !node.aggregation.is_some_and(Aggregation::weighs) {
            faults.add(keys.place("weights"), Rule::AggregationPlace, "weights", "weighted-mean, …");
        }
        if let Some(wanted) = node.weights_sum {
            let weights = node.children.iter().map(|child| nodes[*child].weight.unwrap_or_default());
            let sum = weights.fold(Decimal::ZERO, Decimal::saturating_add);
            if sum != wanted {
                faults.add(keys.place("weights_sum"), Rule::Weight, &node.code, &format!("{sum} ≠ {wanted}"));
            }
        }
    }
}

/// A scaled indicator has the maximum of its scale, and none where the scale has no end: any other would tell maxima, weights and reductions that
/// the values do not keep to.
fn check_scaled_maxima(nodes: &[Node], tables: &[Keys<'_>], faults: &Faults<'_>) {
    for (node, keys) in nodes.iter().zip(tables) {
        let (Some(scaling), Some(stated)) = (&node.scaling, node.maximum) else { continue };
        match scaling.method {
            Method::MinMax if stated == scaling.to.1 => {}
            Method::MinMax => faults.add(
                keys.place("maximum"),
                Rule::Maximum,
                &node.code,
                &format!("{} ≠ {}", stated.normalize(), scaling.to.1.normalize()),
            ),
            _ => faults.add(keys.place("maximum"), Rule::Maximum, &node.code, "method = \"min-max\""),
        }
    }
}

/// A range says what the leaf's own column may hold: where a rule makes the points there is none to hold, and a leaf of points has no more of them
/// than its maximum.
fn check_ranges(nodes: &[Node], tables: &[Keys<'_>], faults: &Faults<'_>) {
    for (node, keys) in nodes.iter().zip(tables) {
        let Some((_, high)) = node.range.filter(|_| node.children.is_empty()) else { continue };
        if node.rule.as_ref().is_some_and(|rule| !matches!(rule, LeafRule::External)) {
            faults.add(keys.place("range"), Rule::RulePlace, "range", "kind = \"external\"");
        } else if let Some(maximum) = node.maximum.filter(|maximum| node.scaling.is_none() && high > *maximum) {
            faults.add(keys.place("range"), Rule::Maximum, &node.code, &format!("{} > {}", high.normalize(), maximum.normalize()));
        }
    }
}

/// The maximum of a sum of points is the sum of its children's; where it is stated, the two must agree.
fn add_up_maxima(nodes: &mut [Node], bottom_up: &[NodeId], tables: &[Keys<'_>], faults: &Faults<'_>) {
    for id in bottom_up {
        if nodes[*id].aggregation != Some(Aggregation::SumOfPoints) {
            continue;
        }
        match (nodes[*id].maximum, nodes[*id].sum_of_maxima(nodes)) {
            (Some(stated), Some(sum)) if stated != sum => {
                faults.add(tables[*id].place("maximum"), Rule::Maximum, &nodes[*id].code, &format!("{stated} ≠ {sum}"));
            }
            (None, Some(sum)) => nodes[*id].maximum = Some(sum),
            _ => {}
        }
    }
}

/// Children before parents; what is left over hangs in a circle.
fn bottom_up(nodes: &[Node], tables: &[Keys<'_>], faults: &Faults<'_>) -> Vec<NodeId> {
    let mut order = Vec::with_capacity(nodes.len());
    let mut open: Vec<usize> = nodes.iter().map(|node| node.children.len()).collect();
    let mut ready: Vec<NodeId> = (0..nodes.len()).filter(|id| open[*id] == 0).collect();
    while let Some(id) = ready.pop() {
        order.push(id);
        if let Some(parent) = nodes[id].parent {
            open[parent] -= 1;
            if open[parent] == 0 {
                ready.push(parent);
            }
        }
    }
    for (id, node) in nodes.iter().enumerate().filter(|(id, _)| open[*id] > 0) {
        faults.add(tables[id].start(), Rule::Cycle, &node.code, node.parent.map_or("", |parent| nodes[parent].code.as_str()));
    }
    order
}
