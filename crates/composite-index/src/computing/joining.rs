//! One inner node of one unit from its children: sums with their maxima, means, the minimum; points that move between siblings.

use rust_decimal::Decimal;

use super::means::{NoMean, mean};
use super::{Gap, NodeValue, Plan, Special, Trouble, Unit, bounded};
use crate::definition::{AbsentThen, Aggregation, Definition, MissingRule, Node, NodeId, Role};

/// What a child gives to its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// A value, or zero where a missing child counts as zero.
    Counts(Decimal),
    /// Nothing: it does not apply.
    NotApplicable,
    /// Nothing: it is missing and drops out.
    DropsOut(Gap),
}

/// The part of each child under the node's missing-data rule, or why the node has no value.
pub(crate) fn part(rule: MissingRule, value: NodeValue) -> Result<Result<Part, Gap>, Trouble> {
    Ok(match (value, rule) {
        (Ok(value), _) => Ok(Part::Counts(value)),
        (Err(Gap::NotApplicable(_)), _) => Ok(Part::NotApplicable),
        // A rule that nobody knows cannot be made up for.
        (Err(gap @ Gap::NotPublished(_)), _) | (Err(gap), MissingRule::NoResult) => Err(gap),
        (Err(gap), MissingRule::DropOut) => Ok(Part::DropsOut(gap)),
        (Err(_), MissingRule::Zero) => Ok(Part::Counts(Decimal::ZERO)),
        (Err(gap), MissingRule::Error) => return Err(Trouble::Missing(gap)),
    })
}

pub(super) fn join(plan: &Plan<'_>, id: NodeId, rule: Aggregation, unit: &mut Unit) -> Result<NodeValue, Trouble> {
    let node = &plan.definition.nodes[id];
    let missing = node.missing.unwrap_or(plan.definition.computation.missing);
    if rule.adds() {
        return sum(plan, id, missing, unit);
    }
    let mut pairs = Vec::with_capacity(node.children.len());
    let (mut there, mut applicable, mut dropped) = (Decimal::ZERO, Decimal::ZERO, None);
    let mut all_weights = Decimal::ZERO;
    for child in &node.children {
        let weight = plan.weights[*child];
        all_weights = all_weights.checked_add(weight).ok_or(Trouble::TooLarge)?;
        match part(missing, unit.values[*child])? {
            Err(gap) => return Ok(Err(gap)),
            Ok(Part::NotApplicable) => continue,
            Ok(Part::DropsOut(gap)) => dropped = dropped.or(Some(gap)),
            Ok(Part::Counts(value)) => {
                pairs.push((value, weight));
                there = there.saturating_add(weight);
            }
        }
        applicable = applicable.saturating_add(weight);
    }
    if all_weights.is_zero() && rule != Aggregation::Minimum {
        return Err(Trouble::ZeroWeights);
    }
    if let Some(gap) = nothing_left(id, node.minimum_share, there, applicable, dropped, pairs.is_empty()) {
        return Ok(Err(gap));
    }
    let value = if rule == Aggregation::Minimum {
        pairs.iter().map(|(value, _)| *value).min().unwrap_or_default()
    } else {
        match mean(rule, node.power, &pairs) {
            Ok(value) => value,
            Err(NoMean::Negative) => return Ok(Err(Gap::NoMean(id))),
            Err(NoMean::Trouble(trouble)) => return Err(trouble),
        }
    };
    Ok(Ok(bounded(value, node.floor, node.cap)))
}

/// Why a node has no value although its rule lets parts be missing.
pub(super) fn nothing_left(
    id: NodeId,
    minimum_share: Option<Decimal>,
    there: Decimal,
    applicable: Decimal,
    dropped: Option<Gap>,
    empty: bool,
) -> Option<Gap> {
    if empty {
        return Some(dropped.unwrap_or(Gap::NotApplicable(id)));
    }
    let gap = dropped?;
    if there.is_zero() {
        return Some(gap);
    }
    let least = minimum_share.unwrap_or_default().saturating_mul(applicable);
    (there < least).then_some(Gap::TooFew(id))
}

/// A sum keeps account of the maximum that applies and of points outside the maximum, where the unit has any.
fn sum(plan: &Plan<'_>, id: NodeId, missing: MissingRule, unit: &mut Unit) -> Result<NodeValue, Trouble> {
    let found = if nothing_applies(plan, id, unit) { Err(Gap::NotApplicable(id)) } else { sum_of_parts(plan, id, missing, unit)? };
    if found.is_err() && plan.definition.nodes[id].role == Role::Points {
        // A group without a value may count as zero above: what does not apply to the unit is taken from its maximum all the same.
        let applies = applicable(plan, id, unit)?;
        if let (Some(special), Some(applies)) = (&mut unit.special, applies) {
            // What scales its points for itself counts for its whole maximum above.
            special.applies[id] = if plan.definition.nodes[id].rescale { (applies.1, applies.1) } else { applies };
        }
    }
    Ok(found)
}

/// Whether none of the points of a sum applies to the unit: then the sum does not, whatever is known of the bonus and penalty points within it.
fn nothing_applies(plan: &Plan<'_>, id: NodeId, unit: &Unit) -> bool {
    let mut points =
        plan.definition.nodes[id].children.iter().filter(|child| plan.definition.nodes[**child].role == Role::Points).peekable();
    unit.special.is_some() && points.peek().is_some() && points.all(|child| matches!(unit.values[*child], Err(Gap::NotApplicable(_))))
}

/// The part of a sum's maximum that applies to the unit, whether it has a value or not, and the whole; `None` where nothing is reduced.
fn applicable(plan: &Plan<'_>, id: NodeId, unit: &Unit) -> Result<Option<(Decimal, Decimal)>, Trouble> {
    let Some(special) = &unit.special else { return Ok(None) };
    let (mut applies, mut whole) = (Decimal::ZERO, Decimal::ZERO);
    for child in plan.definition.nodes[id].children.iter().filter(|child| plan.definition.nodes[**child].role == Role::Points) {
        let reach = plan.reach[*child];
        whole = whole.checked_add(reach).ok_or(Trouble::TooLarge)?;
        if !matches!(unit.values[*child], Err(Gap::NotApplicable(_))) {
            let part = scaled(reach, special.applies[*child]).ok_or(Trouble::TooLarge)?;
            applies = applies.checked_add(part).ok_or(Trouble::TooLarge)?;
        }
    }
    Ok((!whole.is_zero()).then_some((applies, whole)))
}

fn sum_of_parts(plan: &Plan<'_>, id: NodeId, missing: MissingRule, unit: &mut Unit) -> Result<NodeValue, Trouble> {
    let node = &plan.definition.nodes[id];
    let (mut total, mut outside) = (Some(Decimal::ZERO), Decimal::ZERO);
    let (mut applies, mut whole) = (Decimal::ZERO, Decimal::ZERO);
    let (mut there, mut applicable, mut dropped, mut empty) = (Decimal::ZERO, Decimal::ZERO, None, true);
    let simple = unit.special.is_none();
    for child in &node.children {
        let (weight, reach) = (plan.weights[*child], plan.reach[*child]);
        let counts_for_maximum = plan.definition.nodes[*child].role == Role::Points;
        let value = match part(missing, unit.values[*child])? {
            Err(gap) => return Ok(Err(gap)),
            Ok(Part::Counts(value)) => Some(value),
            Ok(Part::NotApplicable) => None,
            Ok(Part::DropsOut(gap)) => {
                dropped = dropped.or(Some(gap));
                None
            }
        };
        if let Some(value) = value {
            let product = value.checked_mul(weight).ok_or(Trouble::TooLarge)?;
            total = total.and_then(|total| total.checked_add(product));
            empty &= !counts_for_maximum;
            if let Some(special) = &unit.special {
                let beyond = if counts_for_maximum { special.outside[*child].checked_mul(weight) } else { Some(product) };
                outside = beyond.and_then(|beyond| outside.checked_add(beyond)).ok_or(Trouble::TooLarge)?;
            }
        }
        if simple && dropped.is_none() {
            continue;
        }
        if counts_for_maximum {
            whole = whole.checked_add(reach).ok_or(Trouble::TooLarge)?;
            let child_applies = unit.special.as_ref().map_or((Decimal::ONE, Decimal::ONE), |special| special.applies[*child]);
            let part = scaled(reach, child_applies).ok_or(Trouble::TooLarge)?;
            let not_applicable = matches!(unit.values[*child], Err(Gap::NotApplicable(_)));
            if !not_applicable {
                applicable = applicable.saturating_add(part);
            }
            if value.is_some() {
                there = there.saturating_add(part);
                applies = applies.checked_add(part).ok_or(Trouble::TooLarge)?;
            }
        }
    }
    let total = total.ok_or(Trouble::TooLarge)?;
    if dropped.is_some() && simple {
        // The first part that drops out makes the unit a special one; the sum begins again with its account.
        unit.special = Some(Box::new(Special::new(plan.definition.nodes.len())));
        return sum_of_parts(plan, id, missing, unit);
    }
    if simple {
        return Ok(Ok(bounded(total, node.floor, node.cap)));
    }
    let has_points = node.children.iter().any(|child| plan.definition.nodes[*child].role == Role::Points);
    if let Some(gap) = nothing_left(id, node.minimum_share, there, applicable, dropped, empty && has_points) {
        return Ok(Err(gap));
    }
    let mut value = total;
    if node.rescale && applies != whole && !applies.is_zero() {
        let base = total.checked_sub(outside).and_then(|base| base.checked_mul(whole)?.checked_div(applies));
        value = base.and_then(|base| base.checked_add(outside)).ok_or(Trouble::TooLarge)?;
        applies = whole;
    }
    let kept = bounded(value, node.floor, node.cap);
    if let Some(special) = &mut unit.special {
        if node.role == Role::Points && !whole.is_zero() {
            special.applies[id] = (applies, whole);
        }
        special.outside[id] = outside_within(node, outside, value, kept);
    }
    Ok(Ok(kept))
}

/// The points outside the maximum that are left of `outside` where floor and cap made `kept` of `value`. The node's own points are held to the
/// bounds by themselves, and bonus and penalty points are what is then left: so a further bonus never lowers what a node gives to one that
/// rescales, and a further penalty never raises it.
pub(crate) fn outside_within(node: &Node, outside: Decimal, value: Decimal, kept: Decimal) -> Decimal {
    kept.saturating_sub(bounded(value.saturating_sub(outside), node.floor, node.cap))
}

/// Whole × part / of, without a division where it is not needed.
pub(crate) fn scaled(whole: Decimal, (part, of): (Decimal, Decimal)) -> Option<Decimal> {
    if part == of {
        return Some(whole);
    }
    if whole == of || part.is_zero() {
        return Some(part);
    }
    whole.checked_mul(part)?.checked_div(of)
}

/// Moves the maximum of a leaf whose subject does not exist to those of its siblings that apply and do not move themselves.
pub(super) fn move_points(definition: &Definition, id: NodeId, movers: &[NodeId], unit: &mut Unit) -> Result<(), Trouble> {
    let node = &definition.nodes[id];
    let Some(AbsentThen::MoveTo { siblings, equal }) = node.absent.as_ref().map(|absent| &absent.then) else { return Ok(()) };
    let maximum = node.maximum.unwrap_or_default();
    let takers: Vec<NodeId> = siblings
        .iter()
        .copied()
        .filter(|sibling| !movers.contains(sibling) && !matches!(unit.values[*sibling], Err(Gap::NotApplicable(_))))
        .collect();
    let Some(special) = &mut unit.special else { return Ok(()) };
    if takers.is_empty() {
        // Nobody can take the points: the leaf does not apply.
        unit.values[id] = Err(Gap::NotApplicable(id));
        return Ok(());
    }
    let share = |taker: NodeId| if *equal { Decimal::ONE } else { definition.nodes[taker].maximum.unwrap_or_default() };
    let all = takers.iter().try_fold(Decimal::ZERO, |sum, taker| sum.checked_add(share(*taker))).ok_or(Trouble::TooLarge)?;
    for taker in &takers {
        let part = maximum.checked_mul(share(*taker)).and_then(|part| part.checked_div(all)).ok_or(Trouble::TooLarge)?;
        special.moved_in[*taker] = special.moved_in[*taker].checked_add(part).ok_or(Trouble::TooLarge)?;
    }
    special.applies[id] = (Decimal::ZERO, maximum);
    Ok(())
}

/// Points of leaves that took the maximum of a sibling grow in proportion to their maximum.
pub(super) fn grow(definition: &Definition, unit: &mut Unit) -> Result<(), (NodeId, Trouble)> {
    let Some(special) = &mut unit.special else { return Ok(()) };
    for (id, moved_in) in special.moved_in.iter().enumerate().filter(|(_, moved_in)| !moved_in.is_zero()) {
        let maximum = definition.nodes[id].maximum.unwrap_or_default();
        let larger = maximum.checked_add(*moved_in).ok_or((id, Trouble::TooLarge))?;
        if let Ok(value) = unit.values[id] {
            let grown = value.checked_mul(larger).and_then(|value| value.checked_div(maximum)).ok_or((id, Trouble::TooLarge))?;
            unit.values[id] = Ok(grown);
        }
        special.applies[id] = (larger, maximum);
    }
    Ok(())
}
