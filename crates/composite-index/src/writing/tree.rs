//! The nodes of the tree, their order, and what each says.

use rust_decimal::Decimal;

use super::keys::{Keys, unusual};
use super::rules::{absent_keys, rule_keys};
use super::scaling::scaling_keys;
use crate::definition::{Aggregation, Definition, Direction, MissingRule, Node, NodeId, Role, Weighting};
use crate::reading::rescales_unsaid;

/// The order of the ids where it says the order of all children, else the order of the tree.
pub(super) fn nodes_in_order(definition: &Definition) -> Vec<NodeId> {
    let nodes = &definition.nodes;
    if nodes.iter().all(|node| node.children.is_sorted()) {
        return (0..nodes.len()).collect();
    }
    let mut placed = vec![false; nodes.len()];
    let mut order = Vec::with_capacity(nodes.len());
    let mut waiting = vec![definition.total];
    while let Some(id) = waiting.pop() {
        if !std::mem::replace(&mut placed[id], true) {
            order.push(id);
            waiting.extend(nodes[id].children.iter().rev());
        }
    }
    // What hangs nowhere is written too, so that reading tells it and nothing is lost in silence.
    order.extend((0..nodes.len()).filter(|id| !placed[*id]));
    order
}

pub(super) fn node_keys(definition: &Definition, id: NodeId) -> Keys {
    let Node {
        code,
        indicator,
        name,
        parent,
        children: _,
        weight,
        direction,
        range,
        aggregation,
        weighting,
        weights_sum,
        power,
        missing,
        minimum_share,
        maximum: _,
        rescale,
        cap,
        floor,
        role,
        blocks,
        rule,
        absent,
        scaling,
    } = &definition.nodes[id];
    let mut keys = Keys::new();
    keys.text("code", code.as_str());
    keys.text("parent", parent.map(|parent| definition.nodes[parent].code.as_str()));
    keys.text("indicator", indicator.as_deref());
    keys.bilingual("name", name);
    keys.decimal("weight", *weight);
    keys.text("direction", unusual(*direction, Direction::HigherIsBetter).map(Direction::word));
    keys.range("range", *range);
    keys.decimal("maximum", stated_maximum(definition, id));
    keys.text("aggregation", aggregation.map(Aggregation::word));
    keys.text("weights", unusual(*weighting, Weighting::Given).map(Weighting::word));
    keys.decimal("weights_sum", *weights_sum);
    keys.decimal("power", *power);
    keys.text("missing", missing.map(MissingRule::word));
    keys.decimal("minimum_share", *minimum_share);
    keys.boolean("rescale", unusual(*rescale, rescales_unsaid(&definition.nodes, id)));
    keys.decimal("cap", *cap);
    keys.decimal("floor", *floor);
    keys.text("role", unusual(*role, Role::Points).map(Role::word));
    keys.texts("blocks", blocks.iter().map(String::as_str));
    keys.part("rule", rule.as_ref().map(|rule| rule_keys(definition, rule)));
    keys.part("absent", absent.as_ref().map(|absent| absent_keys(definition, absent)));
    keys.part("scaling", scaling.as_ref().map(|scaling| scaling_keys(definition, scaling)));
    keys
}

/// The maximum, unless it follows from the leaf's rule or from the children.
///
/// What follows is left out because it may be no maximum that a node can state: the most that is left of nothing but deductions is below zero.
fn stated_maximum(definition: &Definition, id: NodeId) -> Option<Decimal> {
    let node = &definition.nodes[id];
    let follows = match &node.rule {
        Some(rule) => rule.own_maximum(),
        None if node.aggregation == Some(Aggregation::SumOfPoints) => node.sum_of_maxima(&definition.nodes),
        None => None,
    };
    node.maximum.filter(|maximum| follows != Some(*maximum))
}
