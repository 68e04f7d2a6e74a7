//! From levers to the changes that can be made, each evaluated by the engine itself.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::problem::{Component, Slope, Solution, Way};
use super::trying::Trial;
use super::{EffortError, Lever, Move, code_of};
use crate::computing::Plan;
use crate::definition::{Aggregation, Definition, FigureKind, LeafRule, Measure, NodeId};
use crate::table::{ScoreTable, TableRow};
use crate::what_if::{Quantity, WhatIfError, fault_of};

/// Most values of one lever that are tried.
const STEPS: usize = 2000;
/// Most combinations of levers that touch each other.
const COMBINATIONS: usize = 20_000;

/// Values of the levers of one component: of each way, one value for each lever.
type WayValues = Vec<Vec<Decimal>>;

/// How the points of a lever without a step grow.
enum Growth {
    /// Along a line.
    Even(Slope),
    /// Not at all towards the better end.
    None,
    /// In steps, or in another way than along a line.
    Uneven,
}

/// The levers of a unit, ready to be moved.
pub(super) struct Levers<'a> {
    definition: &'a Definition,
    levers: &'a [Lever],
    from: Vec<Decimal>,
    /// Of each lever, the leaves that it moves.
    leaves: Vec<Vec<NodeId>>,
    /// The unit's total as it is, before the floor and cap of the total.
    pub(super) base: Decimal,
    /// Levers that are tried together.
    groups: Vec<Vec<usize>>,
    /// Of each group and way, the value of each lever.
    values: Vec<WayValues>,
    /// What each group of levers can do.
    pub(super) components: Vec<Component>,
}

impl<'a> Levers<'a> {
    /// The levers of a row of a scaled table, over a definition whose total has no bounds. `go_on` hears how many groups of levers of how many are done.
    pub(super) fn new(
        plan: &'a Plan<'a>,
        table: &ScoreTable,
        row: usize,
        levers: &'a [Lever],
        go_on: &dyn Fn(usize, usize) -> bool,
    ) -> Result<Self, EffortError> {
        let definition = plan.definition;
        if definition.nodes.iter().any(|node| node.aggregation == Some(Aggregation::Copeland)) {
            return Err(EffortError::NotSupported);
        }
        let row = table.rows.get(row).cloned().ok_or(EffortError::NoTotal)?;
        check(definition, levers)?;
        let from = levers
            .iter()
            .map(|lever| lever.quantity.value(&row).ok_or_else(|| EffortError::NoValue(lever.quantity.code(definition).to_owned())));
        let mut found = Self {
            definition,
            from: from.collect::<Result<_, _>>()?,
            leaves: levers.iter().map(|lever| leaves_of(definition, lever.quantity)).collect(),
            levers,
            base: Decimal::ZERO,
            groups: Vec::new(),
            values: Vec::new(),
            components: Vec::new(),
        };
        found.groups = found.groups();
        found.evaluate(plan, row, go_on)?;
        Ok(found)
    }

    /// What each group can do.
    fn evaluate(&mut self, plan: &Plan<'_>, row: TableRow, go_on: &dyn Fn(usize, usize) -> bool) -> Result<(), EffortError> {
        let mut trial = Trial::new(plan, row)?;
        self.base = trial.base;
        let groups = std::mem::take(&mut self.groups);
        for (done, group) in groups.iter().enumerate() {
            if !go_on(done, groups.len()) {
                return Err(EffortError::Stopped);
            }
            let (component, values) = match group.as_slice() {
                [lever] => self.single(&mut trial, *lever)?,
                _ => self.joint(&mut trial, group)?,
            };
            self.components.push(component);
            self.values.push(values);
        }
        self.groups = groups;
        Ok(())
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
        for (lever, leaves) in self.leaves.iter().enumerate() {
            for leaf in leaves {
                for key in [Some(*leaf), self.tied_to(*leaf)].into_iter().flatten() {
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

    fn cost(&self, lever: usize, to: Decimal) -> Decimal {
        let entry = &self.levers[lever];
        let distance = to.saturating_sub(self.from[lever]).abs();
        if distance.is_zero() { Decimal::ZERO } else { entry.fixed_cost.saturating_add(entry.unit_cost.saturating_mul(distance)) }
    }

    /// The ways of a lever that touches no other: values with more points than every nearer one.
    fn single(&self, trial: &mut Trial<'_>, lever: usize) -> Result<(Component, WayValues), EffortError> {
        let quantity = self.levers[lever].quantity;
        let mut component = Component::default();
        let mut values = Vec::new();
        match self.growth(trial, lever)? {
            Growth::None => return Ok((component, values)),
            Growth::Even(slope) => {
                // Whatever lies on the line is reached from the missing points; as a way there is only its end.
                component.ways.push(Way { gain: slope.most, cost: slope.end_cost(), step: None });
                component.slope = Some(slope);
                values.push(vec![slope.begins.saturating_add(slope.length)]);
                return Ok((component, values));
            }
            Growth::Uneven => {}
        }
        let mut nearer = Decimal::ZERO;
        for value in self.candidates(lever)? {
            let gain = trial.gain(&[(quantity, value)], &self.leaves[lever])?;
            if let Some(gain) = gain.filter(|gain| *gain > nearer) {
                component.ways.push(Way { gain, cost: self.cost(lever, value), step: Some(gain.saturating_sub(nearer)) });
                values.push(vec![value]);
                nearer = gain;
            }
        }
        Ok((component, values))
    }

    /// The ways of levers that touch each other: combinations with more points than every one in which some of them move less and none more.
    fn joint(&self, trial: &mut Trial<'_>, group: &[usize]) -> Result<(Component, WayValues), EffortError> {
        let mut choices: Vec<Vec<Decimal>> = Vec::with_capacity(group.len());
        let mut count = 1_usize;
        for lever in group {
            let mut values = vec![self.from[*lever]];
            values.extend(self.candidates(*lever)?);
            count = count.saturating_mul(values.len());
            if count > COMBINATIONS {
                let leaf = self.leaves[*lever].first().copied();
                let node = leaf.and_then(|leaf| self.tied_to(leaf)).or(leaf);
                return Err(EffortError::TooMany(node.map_or_else(String::new, |node| code_of(self.definition, node))));
            }
            choices.push(values);
        }
        let mut leaves: Vec<NodeId> = group.iter().flat_map(|lever| self.leaves[*lever].iter().copied()).collect();
        leaves.sort_unstable();
        leaves.dedup();
        let mut component = Component::default();
        let mut values = Vec::new();
        // Of each combination, the most points of it and of every lesser one. Lesser ones have smaller positions.
        let mut most_within: Vec<Decimal> = Vec::with_capacity(count);
        for position in 0..count {
            let (mut rest, mut stride) = (position, 1);
            let mut settings = Vec::with_capacity(group.len());
            let mut cost = Decimal::ZERO;
            let mut lesser: Option<Decimal> = None;
            for (lever, choices) in group.iter().zip(&choices) {
                let choice = rest % choices.len();
                rest /= choices.len();
                if choice > 0 {
                    let most = most_within[position - stride];
                    lesser = Some(lesser.map_or(most, |lesser| lesser.max(most)));
                }
                stride *= choices.len();
                settings.push((self.levers[*lever].quantity, choices[choice]));
                cost = cost.saturating_add(self.cost(*lever, choices[choice]));
            }
            let Some(lesser) = lesser else {
                most_within.push(Decimal::ZERO);
                continue;
            };
            let gain = trial.gain(&settings, &leaves)?.filter(|gain| *gain > lesser);
            if let Some(gain) = gain {
                component.ways.push(Way { gain, cost, step: Some(gain.saturating_sub(lesser)) });
                values.push(settings.iter().map(|(_, value)| *value).collect());
            }
            most_within.push(gain.unwrap_or(lesser));
        }
        Ok((component, values))
    }

    /// Values of a lever at which its points can change, within its range, the nearest first.
    fn candidates(&self, lever: usize) -> Result<Vec<Decimal>, EffortError> {
        let entry = &self.levers[lever];
        let mut values = match (entry.quantity, entry.step) {
            (Quantity::Figure(figure), step) => match (&self.definition.figures[figure].kind, step) {
                (FigureKind::YesNo, _) => vec![Decimal::ZERO, Decimal::ONE],
                (FigureKind::Choice(choices), _) => (0..choices.len()).map(Decimal::from).collect(),
                (_, Some(step)) => self.grid(lever, step)?,
                (FigureKind::Count, None) if self.has_brackets_only(lever) => self.ends(lever, Decimal::ONE),
                (FigureKind::Count, None) => self.grid(lever, Decimal::ONE)?,
                (FigureKind::Number, None) if self.has_brackets_only(lever) => self.ends(lever, self.least_movement(lever)),
                (FigureKind::Number, None) => return Err(self.step_needed(lever)),
            },
            (Quantity::Input(_), Some(step)) => self.grid(lever, step)?,
            (Quantity::Input(_), None) => return Err(self.step_needed(lever)),
        };
        values.retain(|value| *value >= entry.low && *value <= entry.high && *value != self.from[lever]);
        values.sort_unstable_by_key(|value| (value.saturating_sub(self.from[lever]).abs(), *value));
        values.dedup();
        Ok(values)
    }

    fn step_needed(&self, lever: usize) -> EffortError {
        EffortError::StepNeeded(self.levers[lever].quantity.code(self.definition).to_owned())
    }

    /// True where points change at the ends of brackets alone.
    fn has_brackets_only(&self, lever: usize) -> bool {
        let steps =
            |leaf: &NodeId| matches!(self.definition.nodes[*leaf].rule, Some(LeafRule::Brackets { measure: Measure::Figure(_), .. }));
        self.leaves[lever].iter().all(steps)
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

    /// A hundredth of the last digit with which the ends of a lever's brackets are written: 0.01 beyond 90, 0.00001 beyond 0.905. Beyond an open end
    /// there is no nearest number; this one is told as the value to reach.
    fn least_movement(&self, lever: usize) -> Decimal {
        let brackets = self.leaves[lever].iter().filter_map(|leaf| match &self.definition.nodes[*leaf].rule {
            Some(LeafRule::Brackets { brackets, .. }) => Some(brackets),
            _ => None,
        });
        let ends = brackets.flatten().flat_map(|bracket| [bracket.low, bracket.high]).flatten();
        let digits = ends.map(|end| end.at.normalize().scale()).max().unwrap_or_default();
        Decimal::new(1, (digits + 2).min(Decimal::MAX_SCALE))
    }

    /// Ends of brackets; `least` is the smallest movement beyond an open end.
    fn ends(&self, lever: usize, least: Decimal) -> Vec<Decimal> {
        let entry = &self.levers[lever];
        let mut values = vec![entry.low, entry.high];
        for leaf in &self.leaves[lever] {
            let Some(LeafRule::Brackets { brackets, .. }) = &self.definition.nodes[*leaf].rule else { continue };
            for bracket in brackets {
                values.extend(bracket.low.map(|low| if low.closed { low.at } else { low.at.saturating_add(least) }));
                values.extend(bracket.high.map(|high| if high.closed { high.at } else { high.at.saturating_sub(least) }));
            }
        }
        values
    }

    /// The growth of a lever that may stop anywhere: one leaf, one line, towards the better end.
    fn growth(&self, trial: &mut Trial<'_>, lever: usize) -> Result<Growth, EffortError> {
        let entry = &self.levers[lever];
        if entry.step.is_some() {
            return Ok(Growth::Uneven);
        }
        let from = self.from[lever];
        let (zero_at, full_at) = match (entry.quantity, self.leaves[lever].as_slice()) {
            (Quantity::Input(_), _) => self.input_line(trial, lever)?,
            (Quantity::Figure(figure), [leaf]) if self.definition.figures[figure].kind == FigureKind::Number => {
                match &self.definition.nodes[*leaf].rule {
                    Some(LeafRule::Linear { measure: Measure::Figure(_), zero_at, full_at }) => (*zero_at, *full_at),
                    Some(LeafRule::Survey { scale, .. }) => (scale.0, scale.1),
                    _ => return Ok(Growth::Uneven),
                }
            }
            _ => return Ok(Growth::Uneven),
        };
        let rising = full_at > zero_at;
        // Before the line begins nothing is gained, behind its end nothing more.
        let begins = if rising { from.max(zero_at).max(entry.low) } else { from.min(zero_at).min(entry.high) };
        let ends = if rising { full_at.min(entry.high) } else { full_at.max(entry.low) };
        let length = ends.saturating_sub(begins);
        let gain_at = |trial: &mut Trial<'_>, value: Decimal| trial.gain(&[(entry.quantity, value)], &self.leaves[lever]);
        let most = if (rising && ends <= begins) || (!rising && ends >= begins) { None } else { gain_at(trial, ends)? };
        let Some(most) = most.filter(|gain| *gain > Decimal::ZERO) else { return Ok(Growth::None) };
        // A cap above the leaf, or a mean of another kind, bends the line; what does not grow evenly has to go in steps.
        for quarter in 0..4_i64 {
            let part = Decimal::new(quarter * 25, 2);
            let expected = most.saturating_mul(part);
            let found = gain_at(trial, begins.saturating_add(length.saturating_mul(part)))?;
            if found.is_none_or(|found| found.saturating_sub(expected).abs() > Decimal::new(1, 18)) {
                return Ok(Growth::Uneven);
            }
        }
        let start = begins.saturating_sub(from).abs();
        let fixed = entry.fixed_cost.saturating_add(entry.unit_cost.saturating_mul(start));
        Ok(Growth::Even(Slope { most, fixed, length, begins, unit_cost: entry.unit_cost }))
    }

    /// Worse and better end of a value that is given: its cap ends the line where it has one.
    fn input_line(&self, trial: &mut Trial<'_>, lever: usize) -> Result<(Decimal, Decimal), EffortError> {
        let entry = &self.levers[lever];
        let bounds = self.leaves[lever].first().map(|leaf| &self.definition.nodes[*leaf]);
        let low = bounds.and_then(|node| node.floor).map_or(entry.low, |floor| entry.low.max(floor));
        let high = bounds.and_then(|node| node.cap).map_or(entry.high, |cap| entry.high.min(cap));
        let gain = |trial: &mut Trial<'_>, value: Decimal| trial.gain(&[(entry.quantity, value)], &self.leaves[lever]);
        let falls = gain(trial, low)?.zip(gain(trial, high)?).is_some_and(|(low, high)| low > high);
        Ok(if falls { (high, low) } else { (low, high) })
    }

    /// The movements of a solution, in the order of the levers.
    pub(super) fn moves(&self, solution: &Solution) -> Vec<Move> {
        let mut moves = Vec::new();
        for (component, way) in &solution.chosen {
            for (position, lever) in self.groups[*component].iter().enumerate() {
                moves.push((*lever, self.values[*component][*way][position]));
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

/// Leaves that a quantity moves.
fn leaves_of(definition: &Definition, quantity: Quantity) -> Vec<NodeId> {
    match quantity {
        Quantity::Input(node) => vec![node],
        Quantity::Figure(figure) => (0..definition.nodes.len())
            .filter(|id| definition.nodes[*id].rule.as_ref().is_some_and(|rule| rule.figures().contains(&figure)))
            .collect(),
    }
}

/// Refuses levers that are not well made, or that decide more than points.
fn check(definition: &Definition, levers: &[Lever]) -> Result<(), EffortError> {
    for (position, lever) in levers.iter().enumerate() {
        let code = || lever.quantity.code(definition).to_owned();
        if levers[..position].iter().any(|other| other.quantity == lever.quantity) {
            return Err(EffortError::LeverTwice(code()));
        }
        if lever.low > lever.high {
            return Err(EffortError::EmptyRange(code()));
        }
        for value in [lever.low, lever.high] {
            if let Some(fault) = fault_of(definition, lever.quantity, value) {
                return Err(EffortError::WhatIf(WhatIfError::BadValue { code: code(), value, fault }));
            }
        }
        if lever.fixed_cost.is_sign_negative() || lever.unit_cost.is_sign_negative() {
            return Err(EffortError::NegativeCost(code()));
        }
        let counts = matches!(lever.quantity, Quantity::Figure(figure) if definition.figures[figure].kind == FigureKind::Count);
        if lever.step.is_some_and(|step| step <= Decimal::ZERO || (counts && !step.fract().is_zero())) {
            return Err(EffortError::BadStep(code()));
        }
        match lever.quantity {
            Quantity::Figure(figure) => {
                let decides =
                    |node: &crate::definition::Node| node.absent.as_ref().is_some_and(|absent| absent.when.figures().contains(&figure));
                if definition.nodes.iter().any(decides) {
                    return Err(EffortError::Condition(code()));
                }
                // A denominator moves a scaled value, and through the range those of other units.
                let divides =
                    |node: &crate::definition::Node| node.scaling.as_ref().is_some_and(|scaling| scaling.denominator == Some(figure));
                if definition.nodes.iter().any(divides) {
                    return Err(EffortError::Scaled(code()));
                }
            }
            Quantity::Input(node) if definition.nodes[node].scaling.is_some() => return Err(EffortError::Scaled(code())),
            Quantity::Input(_) => {}
        }
    }
    Ok(())
}
