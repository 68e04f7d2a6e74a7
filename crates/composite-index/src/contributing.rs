//! What each part gives to the total of a unit, and to the change of the total between two years.
//!
//! Through sums and arithmetic means a total is Σ rate × value over its leaves, so that the contributions add up to it. A node that is no sum and no
//! arithmetic mean (geometric mean, minimum, Copeland score) is not split: it contributes as a whole.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use thiserror::Error;

use crate::computing::Gap;
use crate::definition::{Aggregation, Definition, NodeId, Role};
use crate::explaining::{NodeWorking, PartKind, Step, Working, WorkingPart};

/// What one node gives to the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contribution {
    /// A leaf, a given node, or a node that cannot be split.
    pub node: NodeId,
    /// Its value.
    pub value: Decimal,
    /// How much the total grows when the value grows by one.
    pub rate: Decimal,
    /// Rate × value.
    pub amount: Decimal,
}

/// What makes up a unit's total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contributions {
    /// Parts in the order of the tree; what does not apply or dropped out is not among them.
    pub parts: Vec<Contribution>,
    /// What floors and caps of inner nodes added or took away, as it reaches the total.
    pub bounds: Vec<(NodeId, Decimal)>,
    /// The total: the sum of all amounts and bounds, but for the 28th digit of divisions.
    pub total: Decimal,
}

/// Why there are no contributions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoContributions {
    /// The unit has no total.
    #[error("the unit has no total")]
    NoTotal(Gap),
    /// A number grew beyond what an exact decimal can hold.
    #[error("a contribution is too large for an exact decimal")]
    TooLarge,
}

/// Splits a unit's total into what its parts give.
///
/// # Errors
/// When the unit has no total or a number is too large.
pub fn contributions(definition: &Definition, working: &Working) -> Result<Contributions, NoContributions> {
    let total = working.nodes[definition.total].value.map_err(NoContributions::NoTotal)?;
    let mut split = Contributions { parts: Vec::new(), bounds: Vec::new(), total };
    // Of each node: the rate of its points, and that of the points outside the maximum, which no rescaling touches.
    let mut rates: BTreeMap<NodeId, (Decimal, Decimal)> = BTreeMap::from([(definition.total, (Decimal::ONE, Decimal::ONE))]);
    for (id, _) in definition.top_down() {
        let Some((inside, outside)) = rates.remove(&id) else { continue };
        let node = &working.nodes[id];
        let rule = definition.nodes[id].aggregation;
        let splits = rule.is_some_and(|rule| rule.adds() || rule == Aggregation::WeightedMean);
        let Step::Joined { parts, scaled } = &node.step else {
            add_part(&mut split, id, node, inside)?;
            continue;
        };
        if !splits {
            add_part(&mut split, id, node, inside)?;
            continue;
        }
        let adds = rule.is_some_and(Aggregation::adds);
        let of_outside =
            if adds { node.outside_maximum.checked_sub(outside_of_parts(definition, working, parts)?) } else { Some(Decimal::ZERO) };
        let of_outside = of_outside.ok_or(NoContributions::TooLarge)?;
        if !node.bounded_by.is_zero() || !of_outside.is_zero() {
            let amount = if adds {
                let of_inside = node.bounded_by.checked_sub(of_outside).and_then(|rest| rest.checked_mul(inside));
                of_outside.checked_mul(outside).zip(of_inside).and_then(|(one, other)| one.checked_add(other))
            } else {
                node.bounded_by.checked_mul(inside)
            };
            split.bounds.push((id, amount.ok_or(NoContributions::TooLarge)?));
        }
        for part in parts.iter().filter(|part| matches!(part.kind, PartKind::Counted)) {
            let rate = part.rate.unwrap_or_default();
            let (own, beyond) = if adds { (rate, part.weight) } else { (rate, rate) };
            let is_points = definition.nodes[part.node].role == Role::Points;
            let reach = |rate: Decimal, way: Decimal| rate.checked_mul(way).ok_or(NoContributions::TooLarge);
            let inner = match (adds, is_points, scaled) {
                (true, false, _) => reach(outside, beyond)?,
                _ => reach(inside, own)?,
            };
            let outer = if adds { reach(outside, beyond)? } else { inner };
            rates.insert(part.node, (inner, outer));
        }
    }
    Ok(split)
}

impl Working {
    /// Bonus and penalty points within the parts of a sum, before floor and cap of the sum; `None` for another node, or where a decimal cannot
    /// hold them.
    #[must_use]
    pub fn outside_of_parts(&self, definition: &Definition, id: NodeId) -> Option<Decimal> {
        let Step::Joined { parts, .. } = &self.nodes.get(id)?.step else { return None };
        definition.nodes[id].aggregation.filter(|rule| rule.adds())?;
        outside_of_parts(definition, self, parts).ok()
    }
}

fn outside_of_parts(definition: &Definition, working: &Working, parts: &[WorkingPart]) -> Result<Decimal, NoContributions> {
    let counted = parts.iter().filter(|part| part.kind == PartKind::Counted);
    let of_part = |part: &WorkingPart| match definition.nodes[part.node].role {
        Role::Points => working.nodes[part.node].outside_maximum.checked_mul(part.weight),
        Role::Bonus | Role::Penalty => part.value.unwrap_or_default().checked_mul(part.weight),
    };
    counted.map(of_part).try_fold(Decimal::ZERO, |sum, part| sum.checked_add(part?)).ok_or(NoContributions::TooLarge)
}

fn add_part(split: &mut Contributions, id: NodeId, node: &NodeWorking, rate: Decimal) -> Result<(), NoContributions> {
    if let Ok(value) = node.value {
        let amount = value.checked_mul(rate).ok_or(NoContributions::TooLarge)?;
        split.parts.push(Contribution { node: id, value, rate, amount });
    }
    Ok(())
}

/// What one part gives to the change of the total between two years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Code of the node.
    pub code: String,
    /// Its contribution in the first year; `None`: it was no part then.
    pub before: Option<Decimal>,
    /// Its contribution in the second year; `None`: it is no part any more.
    pub after: Option<Decimal>,
    /// After minus before.
    pub amount: Decimal,
    /// The part of the amount that comes from another value, at the mean of both rates.
    pub by_value: Decimal,
    /// The rest: from another weight or rescaling, from coming in or going out.
    pub by_rate: Decimal,
}

/// The change between two years, by code. The amounts add up to the change of the total; where a floor or cap held, a change carries the code of
/// that node with the prefix `bound:`.
///
/// The two years may have different definitions: a part that stands in one of them only comes in or goes out with all it gives.
#[must_use]
pub fn change_between(before: (&Definition, &Contributions), after: (&Definition, &Contributions)) -> Vec<Change> {
    let mut sides: BTreeMap<String, [Option<Contribution>; 2]> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for (side, (definition, split)) in [after, before].into_iter().enumerate() {
        let bounds = split.bounds.iter().map(|(node, amount)| {
            let part = Contribution { node: *node, value: *amount, rate: Decimal::ONE, amount: *amount };
            (format!("bound:{}", definition.nodes[*node].code), part)
        });
        let parts = split.parts.iter().map(|part| (definition.nodes[part.node].code.clone(), *part));
        for (code, part) in parts.chain(bounds) {
            let entry = sides.entry(code.clone()).or_insert_with(|| {
                order.push(code);
                [None, None]
            });
            entry[side] = Some(part);
        }
    }
    order.iter().map(|code| change(code, sides[code])).collect()
}

fn change(code: &str, [after, before]: [Option<Contribution>; 2]) -> Change {
    let amount_of = |part: Option<Contribution>| part.map(|part| part.amount);
    let amount = amount_of(after).unwrap_or_default().saturating_sub(amount_of(before).unwrap_or_default());
    let by_value = match (before, after) {
        (Some(before), Some(after)) => {
            let rates = before.rate.saturating_add(after.rate) / Decimal::TWO;
            rates.saturating_mul(after.value.saturating_sub(before.value))
        }
        _ => Decimal::ZERO,
    };
    Change {
        code: code.to_owned(),
        before: amount_of(before),
        after: amount_of(after),
        amount,
        by_value,
        by_rate: amount.saturating_sub(by_value),
    }
}
