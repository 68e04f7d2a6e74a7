//! From levers to the changes that can be made, each evaluated by the engine itself.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::frontier::{Component, Slope, Solution, Way};
use super::{EffortError, Lever, Move, code_of};
use crate::computing::{Gap, Plan};
use crate::definition::{Aggregation, Definition, FigureKind, LeafRule, Measure, NodeId};
use crate::formula::FormulaScratch;
use crate::scaling::scale;
use crate::table::{ScoreTable, TableRow};
use crate::what_if::Quantity;

/// Most values of one lever that are tried.
const STEPS: usize = 2000;
/// Most combinations of levers that touch each other.
const COMBINATIONS: usize = 20_000;

/// The levers of a unit, ready to be moved.
pub(super) struct Levers<'a> {
    definition: &'a Definition,
    plan: &'a Plan<'a>,
    row: TableRow,
    levers: &'a [Lever],
    from: Vec<Decimal>,
    /// The unit's total as it is, before the floor and cap of the total.
    pub(super) base: Decimal,
    /// Levers that are tried together.
    groups: Vec<Vec<usize>>,
    /// Of each group and way, the value of each lever.
    values: std::cell::RefCell<Vec<Vec<Vec<Decimal>>>>,
}

impl<'a> Levers<'a> {
    /// The levers of a row, over a definition whose total has no bounds.
    pub(super) fn new(plan: &'a Plan<'a>, table: &ScoreTable, row: usize, levers: &'a [Lever]) -> Result<Self, EffortError> {
        let definition = plan.definition;
        let compares = definition.nodes.iter().any(|node| node.aggregation == Some(Aggregation::Copeland));
        if compares {
            return Err(EffortError::NotSupported);
        }
        let scaled = if definition.scales() {
            scale(definition, table, None, &[]).map_err(crate::computing::ComputeError::from)?.table
        } else {
            table.clone()
        };
        let row = scaled.rows.get(row).cloned().ok_or(EffortError::NoTotal)?;
        let mut from = Vec::with_capacity(levers.len());
        for (position, lever) in levers.iter().enumerate() {
            let code = || lever.quantity.code(definition).to_owned();
            let twice = levers[..position].iter().any(|other| other.quantity == lever.quantity);
            let negative = lever.fixed_cost.is_sign_negative() || lever.unit_cost.is_sign_negative();
            if twice || lever.low > lever.high || negative || lever.step.is_some_and(|step| step <= Decimal::ZERO) {
                return Err(EffortError::BadLever(code()));
            }
            from.push(lever.quantity.value(&row).ok_or_else(|| EffortError::NoValue(code()))?);
            match lever.quantity {
                Quantity::Figure(figure) => {
                    let decides =
                        |node: &crate::definition::Node| node.absent.as_ref().is_some_and(|absent| absent.when.figures().contains(&figure));
                    if definition.nodes.iter().any(decides) {
                        return Err(EffortError::Condition(code()));
                    }
                }
                Quantity::Input(node) if definition.nodes[node].scaling.is_some() => return Err(EffortError::Scaled(code())),
                Quantity::Input(_) => {}
            }
        }
        let mut found = Self { definition, plan, row, levers, from, base: Decimal::ZERO, groups: Vec::new(), values: Vec::new().into() };
        found.base = found.total(&found.row)?;
        found.groups = found.groups();
        Ok(found)
    }

    /// The total of a changed row.
    fn total(&self, row: &TableRow) -> Result<Decimal, EffortError> {
        self.total_or_gap(row)?.map_err(|_| EffortError::NoTotal)
    }

    fn total_or_gap(&self, row: &TableRow) -> Result<Result<Decimal, Gap>, EffortError> {
        let located = |(id, trouble)| EffortError::Compute(self.plan.error(row, id, trouble));
        let mut unit = self.plan.leaves(row, &mut FormulaScratch::new()).map_err(located)?;
        self.plan.inner(&self.definition.bottom_up, &mut unit).map_err(located)?;
        Ok(unit.values[self.definition.total])
    }

    /// Leaves that a quantity moves.
    fn leaves_of(&self, quantity: Quantity) -> Vec<NodeId> {
        match quantity {
            Quantity::Input(node) => vec![node],
            Quantity::Figure(figure) => (0..self.definition.nodes.len())
                .filter(|id| self.definition.nodes[*id].rule.as_ref().is_some_and(|rule| rule.figures().contains(&figure)))
                .collect(),
        }
    }

    /// The topmost node above a leaf below which changes do not simply add up; `None` where they do.
    fn tied_to(&self, leaf: NodeId) -> Option<NodeId> {
        let (mut at, mut tied) = (leaf, None);
        while let Some(parent) = self.definition.nodes[at].parent {
            let node = &self.definition.nodes[parent];
            let adds = node.aggregation.is_some_and(|rule| rule.adds() || rule == Aggregation::WeightedMean);
            if !adds || node.cap.is_some() || node.floor.is_some() {
                tied = Some(parent);
            }
            at = parent;
        }
        tied
    }

    /// Levers that share a leaf or a node to which they are tied, as sets.
    fn groups(&self) -> Vec<Vec<usize>> {
        let mut of_node: BTreeMap<NodeId, usize> = BTreeMap::new();
        let mut group: Vec<usize> = (0..self.levers.len()).collect();
        for (lever, entry) in self.levers.iter().enumerate() {
            for leaf in self.leaves_of(entry.quantity) {
                for key in [Some(leaf), self.tied_to(leaf)].into_iter().flatten() {
                    let first = *of_node.entry(key).or_insert(lever);
                    let (old, new) = (group[lever].max(group[first]), group[lever].min(group[first]));
                    group.iter_mut().filter(|member| **member == old).for_each(|member| *member = new);
                }
            }
        }
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (lever, group) in group.into_iter().enumerate() {
            groups.entry(group).or_default().push(lever);
        }
        groups.into_values().collect()
    }

    /// What each group of levers can do.
    pub(super) fn components(&self) -> Result<Vec<Component>, EffortError> {
        let mut components = Vec::with_capacity(self.groups.len());
        let mut all_values = Vec::with_capacity(self.groups.len());
        for group in &self.groups {
            let (component, values) = match group.as_slice() {
                [lever] => self.single(*lever)?,
                _ => self.joint(group)?,
            };
            components.push(component);
            all_values.push(values);
        }
        *self.values.borrow_mut() = all_values;
        Ok(components)
    }

    fn cost(&self, lever: usize, to: Decimal) -> Decimal {
        let entry = &self.levers[lever];
        let distance = to.saturating_sub(self.from[lever]).abs();
        if distance.is_zero() { Decimal::ZERO } else { entry.fixed_cost.saturating_add(entry.unit_cost.saturating_mul(distance)) }
    }

    /// The total with some levers at other values, above the base; `None` where there is none.
    fn gain(&self, settings: &[(usize, Decimal)]) -> Result<Option<Decimal>, EffortError> {
        let mut row = self.row.clone();
        for (lever, value) in settings {
            self.levers[*lever].quantity.set(&mut row, Some(*value));
        }
        Ok(self.total_or_gap(&row)?.ok().map(|total| total.saturating_sub(self.base)))
    }

    fn single(&self, lever: usize) -> Result<(Component, Vec<Vec<Decimal>>), EffortError> {
        let mut component = Component { ways: Vec::new(), slope: None };
        let mut values = Vec::new();
        for value in self.candidates(lever)? {
            if let Some(gain) = self.gain(&[(lever, value)])?.filter(|gain| *gain > Decimal::ZERO) {
                component.ways.push(Way { gain, cost: self.cost(lever, value) });
                values.push(vec![value]);
            }
        }
        component.slope = self.slope(lever)?;
        Ok((component, values))
    }

    fn joint(&self, group: &[usize]) -> Result<(Component, Vec<Vec<Decimal>>), EffortError> {
        let mut combinations: Vec<Vec<Decimal>> = vec![Vec::new()];
        for lever in group {
            let mut choices = self.candidates(*lever)?;
            choices.push(self.from[*lever]);
            if combinations.len() * choices.len() > COMBINATIONS {
                let leaf = self.leaves_of(self.levers[*lever].quantity).first().copied();
                let node = leaf.and_then(|leaf| self.tied_to(leaf)).or(leaf);
                return Err(EffortError::TooMany(node.map_or_else(String::new, |node| code_of(self.definition, node))));
            }
            combinations = combinations
                .iter()
                .flat_map(|before| {
                    choices.iter().map(|choice| {
                        let mut with = before.clone();
                        with.push(*choice);
                        with
                    })
                })
                .collect();
        }
        let mut component = Component { ways: Vec::new(), slope: None };
        let mut values = Vec::new();
        for combination in combinations {
            let settings: Vec<(usize, Decimal)> = group.iter().copied().zip(combination.iter().copied()).collect();
            if let Some(gain) = self.gain(&settings)?.filter(|gain| *gain > Decimal::ZERO) {
                let cost = settings.iter().fold(Decimal::ZERO, |sum, (lever, value)| sum.saturating_add(self.cost(*lever, *value)));
                component.ways.push(Way { gain, cost });
                values.push(combination);
            }
        }
        Ok((component, values))
    }

    /// Values of a lever at which its points can change, within its range.
    fn candidates(&self, lever: usize) -> Result<Vec<Decimal>, EffortError> {
        let entry = &self.levers[lever];
        let mut values = match (entry.quantity, entry.step) {
            (Quantity::Figure(figure), step) => match (&self.definition.figures[figure].kind, step) {
                (FigureKind::YesNo, _) => vec![Decimal::ZERO, Decimal::ONE],
                (FigureKind::Choice(choices), _) => (0..choices.len()).map(Decimal::from).collect(),
                (FigureKind::Count, step) if self.is_dense(entry.quantity) || step.is_some() => {
                    self.grid(lever, step.unwrap_or(Decimal::ONE))?
                }
                (_, Some(step)) => self.grid(lever, step)?,
                (kind, None) => self.ends(lever, figure, if *kind == FigureKind::Count { Decimal::ONE } else { Decimal::new(1, 2) })?,
            },
            (Quantity::Input(_), Some(step)) => self.grid(lever, step)?,
            (Quantity::Input(_), None) => vec![entry.low, entry.high],
        };
        values.retain(|value| *value >= entry.low && *value <= entry.high && *value != self.from[lever]);
        values.sort_unstable();
        values.dedup();
        Ok(values)
    }

    /// True where a figure enters formulas or counts, whose points may change at every value.
    fn is_dense(&self, quantity: Quantity) -> bool {
        self.leaves_of(quantity).iter().any(|leaf| {
            !matches!(
                self.definition.nodes[*leaf].rule,
                Some(
                    LeafRule::Brackets { measure: Measure::Figure(_), .. }
                        | LeafRule::Linear { measure: Measure::Figure(_), .. }
                        | LeafRule::Survey { .. }
                )
            )
        })
    }

    fn grid(&self, lever: usize, step: Decimal) -> Result<Vec<Decimal>, EffortError> {
        let entry = &self.levers[lever];
        let too_many = || EffortError::TooMany(entry.quantity.code(self.definition).to_owned());
        let mut values = vec![entry.high];
        let mut value = entry.low;
        while value < entry.high {
            values.push(value);
            if values.len() > STEPS {
                return Err(too_many());
            }
            value = value.checked_add(step).ok_or_else(too_many)?;
        }
        Ok(values)
    }

    /// Ends of brackets and thresholds; `least` is the smallest movement beyond an open end.
    fn ends(&self, lever: usize, figure: usize, least: Decimal) -> Result<Vec<Decimal>, EffortError> {
        let entry = &self.levers[lever];
        let mut values = vec![entry.low, entry.high];
        for leaf in self.leaves_of(entry.quantity) {
            match &self.definition.nodes[leaf].rule {
                Some(LeafRule::Brackets { measure: Measure::Figure(_), brackets }) => {
                    for bracket in brackets {
                        values.extend(bracket.low.map(|low| if low.closed { low.at } else { low.at.saturating_add(least) }));
                        values.extend(bracket.high.map(|high| if high.closed { high.at } else { high.at.saturating_sub(least) }));
                    }
                }
                Some(LeafRule::Linear { measure: Measure::Figure(_), zero_at, full_at }) => values.extend([*zero_at, *full_at]),
                Some(LeafRule::Survey { scale, .. }) => values.extend([scale.0, scale.1]),
                _ => return Err(EffortError::StepNeeded(self.definition.figures[figure].code.clone())),
            }
        }
        Ok(values)
    }

    /// The even growth of a lever that may stop anywhere: one leaf, one line, towards the better end.
    fn slope(&self, lever: usize) -> Result<Option<Slope>, EffortError> {
        let entry = &self.levers[lever];
        if entry.step.is_some() {
            return Ok(None);
        }
        let from = self.from[lever];
        let (zero_at, full_at) = match (entry.quantity, self.leaves_of(entry.quantity).as_slice()) {
            (Quantity::Input(_), _) => (entry.low, entry.high),
            (Quantity::Figure(figure), [leaf]) if self.definition.figures[figure].kind == FigureKind::Number => {
                match &self.definition.nodes[*leaf].rule {
                    Some(LeafRule::Linear { measure: Measure::Figure(_), zero_at, full_at }) => (*zero_at, *full_at),
                    Some(LeafRule::Survey { scale, .. }) => (scale.0, scale.1),
                    _ => return Ok(None),
                }
            }
            _ => return Ok(None),
        };
        let rising = full_at > zero_at;
        // Before the line begins nothing is gained, behind its end nothing more.
        let begins = if rising { from.max(zero_at) } else { from.min(zero_at) };
        let ends = if rising { full_at.min(entry.high) } else { full_at.max(entry.low) };
        if (rising && ends <= begins) || (!rising && ends >= begins) {
            return Ok(None);
        }
        let Some(most) = self.gain(&[(lever, ends)])?.filter(|gain| *gain > Decimal::ZERO) else { return Ok(None) };
        let start = begins.saturating_sub(from).abs();
        Ok(Some(Slope {
            most,
            fixed: entry.fixed_cost.saturating_add(entry.unit_cost.saturating_mul(start)),
            length: ends.saturating_sub(begins),
            begins,
            unit_cost: entry.unit_cost,
        }))
    }

    /// The movements of a solution, in the order of the levers.
    pub(super) fn moves(&self, solution: &Solution) -> Vec<Move> {
        let values = self.values.borrow();
        let mut moves = Vec::new();
        for (component, way) in &solution.chosen {
            for (position, lever) in self.groups[*component].iter().enumerate() {
                moves.push((*lever, values[*component][*way][position]));
            }
        }
        if let Some((component, value)) = solution.part_of_slope {
            moves.extend(self.groups[component].first().map(|lever| (*lever, value)));
        }
        moves.retain(|(lever, to)| *to != self.from[*lever]);
        moves.sort_unstable();
        moves
            .into_iter()
            .map(|(lever, to)| Move { quantity: self.levers[lever].quantity, from: self.from[lever], to, cost: self.cost(lever, to) })
            .collect()
    }
}
