//! The working of one unit: for each node its value, the rule used, what the rule read, the bracket that applied, and what was removed or scaled.

use rust_decimal::Decimal;

use crate::computing::joining::{Part, part};
use crate::computing::leaf::{Outcome, Readings, outcome};
use crate::computing::{ComputeError, NodeValue, Plan, Unit, Years, evaluate};
use crate::definition::{AbsentThen, Aggregation, Definition, FigureId, MissingRule, NodeId, Role};
use crate::formula::FormulaScratch;
use crate::table::{ScoreTable, TableRow};

/// What a child gave to its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// Its value.
    Counted,
    /// Nothing: it does not apply to the unit.
    NotApplicable,
    /// Nothing: it is missing and dropped out.
    DroppedOut,
    /// Zero: it is missing, and the rule says so.
    CountedAsZero,
    /// The node has no value because of it.
    Stands,
}

/// A child in the working of its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkingPart {
    /// The child.
    pub node: NodeId,
    /// Its weight in the parent.
    pub weight: Decimal,
    /// Its value.
    pub value: NodeValue,
    /// What it gave.
    pub kind: PartKind,
    /// How much the parent grows when this child grows by one; `None` where the parent is no sum or arithmetic mean.
    pub rate: Option<Decimal>,
}

/// How a node came to its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Read from the table.
    Given,
    /// By the rule of a leaf.
    Rule {
        /// Figures the rule read, with the unit's values.
        figures: Vec<(FigureId, Option<Decimal>)>,
        /// The number held against brackets or a threshold, or a formula's value before it was kept in bounds.
        measure: Option<Decimal>,
        /// Position of the bracket that applied.
        bracket: Option<usize>,
        /// True where a formula's value was brought back between zero and the maximum.
        clamped: bool,
    },
    /// The leaf's subject does not exist for the unit; what follows is in the definition.
    Absent {
        /// Figures the condition read.
        figures: Vec<(FigureId, Option<Decimal>)>,
        /// Siblings that took the leaf's maximum, each with its part; empty where nothing moved.
        moved_to: Vec<(NodeId, Decimal)>,
    },
    /// The node does not apply to the unit.
    NotApplicable {
        /// The reason in the table; `None`: the node is not for the unit's block, or lies below a node that does not apply.
        reason: Option<String>,
    },
    /// From the children.
    Joined {
        /// The children in the order of the file.
        parts: Vec<WorkingPart>,
        /// Where a reduced maximum was scaled to the full one here: the part that applies and the whole.
        scaled: Option<(Decimal, Decimal)>,
    },
    /// The rule was not published.
    NotPublished,
}

/// The working of one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeWorking {
    /// The value.
    pub value: NodeValue,
    /// The highest value there can be.
    pub maximum: Option<Decimal>,
    /// The highest value that applies to this unit; another than the maximum where parts do not apply or points moved.
    pub applicable_maximum: Option<Decimal>,
    /// Bonus and penalty points within the value.
    pub outside_maximum: Decimal,
    /// What the floor or cap of the node added or took away.
    pub bounded_by: Decimal,
    /// How the node came to its value.
    pub step: Step,
}

/// What was taken from a unit's maximum, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// The topmost node that does not apply or dropped out.
    pub node: NodeId,
    /// The reason in the table; `None`: it follows from the definition or from a missing figure.
    pub reason: Option<String>,
    /// True where a missing figure is the cause.
    pub missing: bool,
    /// Its maximum.
    pub maximum: Option<Decimal>,
}

/// The working of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Working {
    /// By node id.
    pub nodes: Vec<NodeWorking>,
    /// What was taken from the maximum, in the order of the tree.
    pub removed: Vec<Removal>,
}

/// The working of every unit, in the order of the table.
///
/// # Errors
/// As [`crate::compute`].
pub fn explain(definition: &Definition, table: &ScoreTable) -> Result<Vec<Working>, ComputeError> {
    explain_in(definition, table, Years::default())
}

/// As [`explain`], with the year of the table and those before it.
///
/// # Errors
/// As [`crate::compute`].
pub fn explain_in(definition: &Definition, table: &ScoreTable, years: Years<'_>) -> Result<Vec<Working>, ComputeError> {
    explain_scaled(definition, &*years.scaled(definition, table)?)
}

/// As [`explain`], of a table whose indicators were scaled already.
///
/// # Errors
/// As [`crate::compute`].
pub fn explain_scaled(definition: &Definition, table: &ScoreTable) -> Result<Vec<Working>, ComputeError> {
    let units = evaluate(definition, table)?;
    let explainer = Explainer { definition, plan: Plan::new(definition) };
    let mut scratch = FormulaScratch::new();
    let mut workings = Vec::with_capacity(units.len());
    for (unit, row) in units.iter().zip(&table.rows) {
        workings.push(explainer.unit(unit, row, &mut scratch)?);
    }
    Ok(workings)
}

struct Explainer<'d> {
    definition: &'d Definition,
    plan: Plan<'d>,
}

impl Explainer<'_> {
    fn unit(&self, unit: &Unit, row: &TableRow, scratch: &mut FormulaScratch) -> Result<Working, ComputeError> {
        let mut nodes = Vec::with_capacity(self.definition.nodes.len());
        for id in 0..self.definition.nodes.len() {
            nodes.push(self.node(unit, row, id, scratch)?);
        }
        let removed = self.removals(&nodes);
        Ok(Working { nodes, removed })
    }

    fn node(&self, unit: &Unit, row: &TableRow, id: NodeId, scratch: &mut FormulaScratch) -> Result<NodeWorking, ComputeError> {
        let node = &self.definition.nodes[id];
        let maximum = self.definition.maximum(id).filter(|_| node.role == Role::Points);
        let special = unit.special.as_ref();
        let applies = special.map_or((Decimal::ONE, Decimal::ONE), |special| special.applies[id]);
        let mut working = NodeWorking {
            value: unit.values[id],
            maximum,
            applicable_maximum: maximum.and_then(|maximum| crate::computing::joining::scaled(maximum, applies)),
            outside_maximum: special.map_or(Decimal::ZERO, |special| special.outside[id]),
            bounded_by: Decimal::ZERO,
            step: Step::Given,
        };
        if special.is_some_and(|special| special.removed[id]) {
            let reason = row.not_applicable.iter().find(|(removed, _)| *removed == id).map(|(_, reason)| reason.clone());
            working.applicable_maximum = maximum.map(|_| Decimal::ZERO);
            working.step = Step::NotApplicable { reason };
            return Ok(working);
        }
        match node.aggregation {
            Some(Aggregation::NotPublished) => working.step = Step::NotPublished,
            Some(rule) if rule != Aggregation::Given => {
                let (step, before_bounds) = self.joined(unit, id, rule);
                working.step = step;
                if let (Ok(value), Some(before)) = (unit.values[id], before_bounds) {
                    working.bounded_by = value.saturating_sub(before);
                }
            }
            _ => {
                let outcome = outcome(self.definition, Readings::of(row, self.plan.rates[id]), id, scratch)
                    .map_err(|trouble| self.plan.error(row, id, trouble))?;
                if let (Ok(before), Ok(value)) = (outcome.value, unit.values[id])
                    && special.is_none_or(|special| special.moved_in[id].is_zero())
                {
                    working.bounded_by = value.saturating_sub(before);
                }
                working.step = self.leaf(unit, row, id, outcome);
            }
        }
        Ok(working)
    }

    fn leaf(&self, unit: &Unit, row: &TableRow, id: NodeId, outcome: Outcome) -> Step {
        let node = &self.definition.nodes[id];
        let with_values = |figures: Vec<FigureId>| {
            figures.into_iter().map(|figure| (figure, row.figures.get(figure).copied().flatten())).collect::<Vec<_>>()
        };
        if let (true, Some(absent)) = (outcome.absent, &node.absent) {
            let mut moved_to = Vec::new();
            if let (AbsentThen::MoveTo { siblings, equal }, Some(special), Ok(_)) = (&absent.then, &unit.special, unit.values[id]) {
                let takers: Vec<NodeId> = siblings.iter().copied().filter(|sibling| !special.moved_in[*sibling].is_zero()).collect();
                let share = |taker: &NodeId| if *equal { Decimal::ONE } else { self.definition.nodes[*taker].maximum.unwrap_or_default() };
                let all = takers.iter().map(share).fold(Decimal::ZERO, Decimal::saturating_add);
                let maximum = node.maximum.unwrap_or_default();
                moved_to = takers.iter().filter_map(|taker| Some((*taker, maximum.checked_mul(share(taker))?.checked_div(all)?))).collect();
            }
            return Step::Absent { figures: with_values(absent.when.figures()), moved_to };
        }
        match &node.rule {
            None => Step::Given,
            Some(rule) => Step::Rule {
                figures: with_values(rule.figures()),
                measure: outcome.measure,
                bracket: outcome.bracket,
                clamped: outcome.clamped,
            },
        }
    }

    /// The step of an inner node, and its value before floor and cap where it can be told.
    fn joined(&self, unit: &Unit, id: NodeId, rule: Aggregation) -> (Step, Option<Decimal>) {
        let node = &self.definition.nodes[id];
        let missing = node.missing.unwrap_or(self.definition.computation.missing);
        let mut parts: Vec<WorkingPart> = Vec::with_capacity(node.children.len());
        for child in &node.children {
            let value = unit.values[*child];
            let kind = match part(missing, value) {
                Ok(Ok(Part::Counts(_))) if value.is_err() => PartKind::CountedAsZero,
                Ok(Ok(Part::Counts(_))) => PartKind::Counted,
                Ok(Ok(Part::NotApplicable)) => PartKind::NotApplicable,
                Ok(Ok(Part::DropsOut(_))) => PartKind::DroppedOut,
                Ok(Err(_)) | Err(_) => PartKind::Stands,
            };
            parts.push(WorkingPart { node: *child, weight: self.plan.weights[*child], value, kind, rate: None });
        }
        let scaled = self.scale_of(unit, id, missing).filter(|(part, whole)| rule.adds() && node.rescale && part != whole);
        let counted: Decimal = parts
            .iter()
            .filter(|part| matches!(part.kind, PartKind::Counted | PartKind::CountedAsZero))
            .fold(Decimal::ZERO, |sum, part| sum.saturating_add(part.weight));
        let mut before_bounds = Some(Decimal::ZERO);
        for part in &mut parts {
            let is_scaled = self.definition.nodes[part.node].role == Role::Points;
            part.rate = match rule {
                Aggregation::WeightedMean => part.weight.checked_div(counted),
                _ if rule.adds() => match scaled.filter(|_| is_scaled) {
                    Some((applies, whole)) => part.weight.checked_mul(whole).and_then(|product| product.checked_div(applies)),
                    None => Some(part.weight),
                },
                _ => None,
            };
            let gives = matches!(part.kind, PartKind::Counted | PartKind::CountedAsZero);
            part.rate = if gives { part.rate } else { part.rate.map(|_| Decimal::ZERO) };
            if let Ok(value) = part.value.or_else(|gap| if part.kind == PartKind::CountedAsZero { Ok(Decimal::ZERO) } else { Err(gap) }) {
                before_bounds = match (before_bounds, part.rate) {
                    (Some(sum), Some(rate)) => {
                        self.given(unit, part.node, value, rate, scaled, part.weight, is_scaled).and_then(|part| sum.checked_add(part))
                    }
                    _ => None,
                };
            } else if part.rate.is_none() {
                before_bounds = None;
            }
        }
        if !rule.adds() && rule != Aggregation::WeightedMean {
            before_bounds = mean_of(rule, node.power, &parts);
        }
        // A last digit lost in a division must not look like a bound that held.
        let at_bound = unit.values[id].is_ok_and(|value| node.floor == Some(value) || node.cap == Some(value));
        (Step::Joined { parts, scaled }, before_bounds.filter(|_| at_bound))
    }

    /// What a child gives to its parent: its points grow with the scale, the bonus points within it do not.
    #[expect(clippy::too_many_arguments, reason = "the parts of one product")]
    fn given(
        &self,
        unit: &Unit,
        child: NodeId,
        value: Decimal,
        rate: Decimal,
        scaled: Option<(Decimal, Decimal)>,
        weight: Decimal,
        is_scaled: bool,
    ) -> Option<Decimal> {
        let outside =
            unit.special.as_ref().filter(|_| is_scaled && scaled.is_some()).map_or(Decimal::ZERO, |special| special.outside[child]);
        value.checked_sub(outside)?.checked_mul(rate)?.checked_add(outside.checked_mul(weight)?)
    }

    /// The part of a sum's maximum that applies before it is scaled, and the whole.
    fn scale_of(&self, unit: &Unit, id: NodeId, missing: MissingRule) -> Option<(Decimal, Decimal)> {
        let special = unit.special.as_ref()?;
        let (mut applies, mut whole) = (Decimal::ZERO, Decimal::ZERO);
        for child in self.definition.nodes[id].children.iter().filter(|child| self.definition.nodes[**child].role == Role::Points) {
            let reach = self.plan.reach[*child];
            whole = whole.checked_add(reach)?;
            if matches!(part(missing, unit.values[*child]), Ok(Ok(Part::Counts(_)))) {
                applies = applies.checked_add(crate::computing::joining::scaled(reach, special.applies[*child])?)?;
            }
        }
        (!applies.is_zero()).then_some((applies, whole))
    }

    /// The topmost nodes that were taken from the maximum.
    fn removals(&self, nodes: &[NodeWorking]) -> Vec<Removal> {
        let mut kinds: Vec<Option<PartKind>> = vec![None; nodes.len()];
        for node in nodes {
            let Step::Joined { parts, .. } = &node.step else { continue };
            parts.iter().for_each(|part| kinds[part.node] = Some(part.kind));
        }
        let mut removed = Vec::new();
        let mut inside = vec![false; nodes.len()];
        for (id, _) in self.definition.top_down() {
            let parent = self.definition.nodes[id].parent;
            // One reduction is told once: at the node that is marked, or at the parts of a group of which nothing is left.
            if parent.is_some_and(|parent| inside[parent]) {
                inside[id] = true;
                continue;
            }
            // In a group that counts as zero, what is missing is no reduction: its points are lost.
            let lost =
                kinds[id] == Some(PartKind::DroppedOut) && parent.is_some_and(|parent| kinds[parent] == Some(PartKind::CountedAsZero));
            if lost {
                continue;
            }
            let parts = &self.definition.nodes[id].children;
            let of_parts = !matches!(nodes[id].step, Step::NotApplicable { .. }) && !parts.is_empty();
            // What is missing of a group must not hide why the rest of it does not apply.
            let hides = || {
                let gone = |part: &NodeId| matches!(kinds[*part], Some(PartKind::NotApplicable | PartKind::DroppedOut));
                parts.iter().all(gone) && parts.iter().any(|part| kinds[*part] == Some(PartKind::NotApplicable))
            };
            if of_parts && (kinds[id] == Some(PartKind::NotApplicable) || (kinds[id] == Some(PartKind::DroppedOut) && hides())) {
                continue;
            }
            inside[id] = matches!(kinds[id], Some(PartKind::NotApplicable | PartKind::DroppedOut));
            let reason = match &nodes[id].step {
                Step::NotApplicable { reason } => reason.clone(),
                _ => None,
            };
            match kinds[id] {
                Some(PartKind::NotApplicable) => removed.push(Removal { node: id, reason, missing: false, maximum: nodes[id].maximum }),
                Some(PartKind::DroppedOut) => removed.push(Removal { node: id, reason, missing: true, maximum: nodes[id].maximum }),
                _ => {}
            }
        }
        removed
    }
}

/// What a mean or the minimum gives before floor and cap; nothing for what one unit alone does not tell.
fn mean_of(rule: Aggregation, power: Option<Decimal>, parts: &[WorkingPart]) -> Option<Decimal> {
    let gives = |part: &&WorkingPart| matches!(part.kind, PartKind::Counted | PartKind::CountedAsZero);
    let pairs: Vec<(Decimal, Decimal)> = parts.iter().filter(gives).map(|part| (part.value.unwrap_or_default(), part.weight)).collect();
    match rule {
        Aggregation::Minimum => pairs.iter().map(|(value, _)| *value).min(),
        Aggregation::GeometricMean | Aggregation::HarmonicMean | Aggregation::PowerMean => {
            crate::computing::means::mean(rule, power, &pairs).ok()
        }
        _ => None,
    }
}
