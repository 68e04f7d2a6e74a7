//! The index in `f64`, prepared so that a run only multiplies and adds.

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive as _, ToPrimitive as _};

use std::collections::BTreeSet;

use super::UncertaintyError;
use super::drawing::{Draw, Drawing, Variant};
use super::leaving_out::check_years;
use super::means::mean;
use super::random::Random;
use crate::computing::copeland::is_turned;
use crate::computing::leaf::{Readings, is_absent, outcome};
use crate::computing::{Gap, Plan, evaluate};
use crate::definition::{Aggregation, Definition, Direction, FigureId, Method, MissingRule, NodeId, RankWithin, Role};
use crate::formula::FormulaScratch;
use crate::scaling::{PastTable, ScalingRecord, Treatment, scale};
use crate::table::ScoreTable;

/// What a child gives to its parent, in every run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Value,
    NotApplicable,
    Missing,
}

/// The leaves of every unit under one way to scale them; a row of nodes for each unit.
struct Leaves {
    values: Vec<f64>,
    states: Vec<State>,
    /// Share of each node's maximum that applies, before the node scales it.
    applies: Vec<f64>,
    special: Vec<bool>,
    noisy: Vec<Noisy>,
}

/// A leaf of a unit that moves with a sampling error.
struct Noisy {
    row: usize,
    node: NodeId,
    kind: NoisyKind,
}

enum NoisyKind {
    /// The value moves by slope × error, kept within the bounds.
    Line { step: f64, low: f64, high: f64 },
    /// The leaf's rule is evaluated again with figures moved by their errors; points grow by what siblings moved here.
    Rule { figures: Vec<(usize, f64, f64, f64)>, grows: f64 },
}

/// An index that is computed many times.
pub(super) struct Model<'d> {
    definition: &'d Definition,
    table: &'d ScoreTable,
    plan: Plan<'d>,
    order: Vec<NodeId>,
    weights: Vec<f64>,
    /// Size of each node, for what it counts among its siblings in a sum.
    sizes: Vec<f64>,
    variants: Vec<Leaves>,
    drawing: Drawing,
    compares_units: bool,
    /// Rows that are ranked against each other.
    pub(super) groups: Vec<Vec<usize>>,
}

/// Room for one run, kept between runs.
pub(super) struct Scratch {
    values: Vec<f64>,
    outside: Vec<f64>,
    applies: Vec<f64>,
    weights: Vec<f64>,
    moved: Vec<(usize, NodeId, f64)>,
    formula: FormulaScratch,
    figures: Vec<Option<Decimal>>,
    /// Totals by row.
    pub(super) totals: Vec<f64>,
}

fn float(value: Decimal) -> f64 {
    value.to_f64().unwrap_or(f64::NAN)
}

impl<'d> Model<'d> {
    pub(super) fn new(
        definition: &'d Definition,
        table: &'d ScoreTable,
        year: Option<i32>,
        past: &[PastTable<'_>],
        drawing: Drawing,
    ) -> Result<Self, UncertaintyError> {
        let plan = Plan::new(definition);
        check_years(&drawing, year, past)?;
        // The last variant is the definition as it stands.
        let as_defined = [Variant::default()];
        let variants: Result<Vec<Leaves>, UncertaintyError> = drawing
            .variants
            .iter()
            .chain(&as_defined)
            .map(|variant| leaves(definition, table, year, past, *variant, drawing.has_errors()))
            .collect();
        let variants = variants?;
        let nodes = definition.nodes.len();
        let has_total = |row: usize| variants.iter().all(|leaves| leaves.states[row * nodes + definition.total] == State::Value);
        let ranked: Vec<bool> = table.rows.iter().enumerate().map(|(row, unit)| unit.ranked && has_total(row)).collect();
        if ranked.iter().filter(|ranked| **ranked).count() < 2 {
            return Err(UncertaintyError::TooFewUnits);
        }
        let mut groups: std::collections::BTreeMap<Option<&str>, Vec<usize>> = std::collections::BTreeMap::new();
        for (row, unit) in table.rows.iter().enumerate().filter(|(row, _)| ranked[*row]) {
            let block = if definition.computation.rank_within == RankWithin::Block { unit.block.as_deref() } else { None };
            groups.entry(block).or_default().push(row);
        }
        let inner = |id: &NodeId| definition.nodes[*id].aggregation.is_some_and(Aggregation::computes);
        Ok(Self {
            order: definition.bottom_up.iter().copied().filter(inner).collect(),
            weights: plan.weights.iter().map(|weight| float(*weight)).collect(),
            sizes: plan.size.iter().map(|size| float(*size)).collect(),
            compares_units: definition.nodes.iter().any(|node| node.aggregation == Some(Aggregation::Copeland)),
            groups: groups.into_values().collect(),
            definition,
            table,
            plan,
            variants,
            drawing,
        })
    }

    pub(super) fn scratch(&self) -> Scratch {
        let nodes = self.definition.nodes.len();
        let rows = if self.compares_units { self.table.rows.len() } else { 1 };
        Scratch {
            values: vec![0.0; rows * nodes],
            outside: vec![0.0; rows * nodes],
            applies: vec![1.0; rows * nodes],
            weights: self.weights.clone(),
            moved: Vec::new(),
            formula: FormulaScratch::new(),
            figures: Vec::new(),
            totals: vec![f64::NAN; self.table.rows.len()],
        }
    }

    pub(super) fn draw(&self, shares: &[f64]) -> Draw {
        self.drawing.draw(shares)
    }

    /// The totals of every row as the definition says.
    pub(super) fn base(&self, scratch: &mut Scratch) -> Result<Vec<f64>, UncertaintyError> {
        scratch.weights.clone_from(&self.weights);
        self.run(Draw { variant: self.variants.len() - 1, aggregation: None, weights: Vec::new(), errors: None }, scratch)?;
        Ok(scratch.totals.clone())
    }

    /// Computes the totals of every row under a draw.
    pub(super) fn run(&self, mut draw: Draw, scratch: &mut Scratch) -> Result<(), UncertaintyError> {
        let leaves = &self.variants[draw.variant];
        if !draw.weights.is_empty() {
            scratch.weights.copy_from_slice(&self.weights);
        }
        for (chance, spread, below) in &mut draw.weights {
            self.vary_weights(chance, *spread, *below, &mut scratch.weights);
        }
        scratch.moved.clear();
        if let Some(chance) = &mut draw.errors {
            self.move_leaves(leaves, chance, scratch)?;
        }
        let nodes = self.definition.nodes.len();
        let moved = std::mem::take(&mut scratch.moved);
        let mut next = 0;
        for row in 0..self.table.rows.len() {
            let offset = if self.compares_units { row * nodes } else { 0 };
            let from = row * nodes;
            scratch.values[offset..offset + nodes].copy_from_slice(&leaves.values[from..from + nodes]);
            while let Some((_, node, value)) = moved.get(next).filter(|(at, ..)| *at == row) {
                scratch.values[offset + node] = *value;
                next += 1;
            }
            if leaves.special[row] {
                scratch.outside[offset..offset + nodes].fill(0.0);
                scratch.applies[offset..offset + nodes].copy_from_slice(&leaves.applies[from..from + nodes]);
            }
            if !self.compares_units {
                for id in &self.order {
                    self.join(leaves, row, 0, *id, draw.aggregation, scratch)?;
                }
                scratch.totals[row] = scratch.values[self.definition.total];
            }
        }
        scratch.moved = moved;
        if self.compares_units {
            for id in &self.order {
                if self.definition.nodes[*id].aggregation == Some(Aggregation::Copeland) {
                    self.copeland(leaves, *id, scratch);
                    continue;
                }
                for row in 0..self.table.rows.len() {
                    self.join(leaves, row, row * nodes, *id, draw.aggregation, scratch)?;
                }
            }
            for row in 0..self.table.rows.len() {
                scratch.totals[row] = scratch.values[row * nodes + self.definition.total];
            }
        }
        Ok(())
    }

    fn no_mean(&self, node: NodeId, row: usize) -> UncertaintyError {
        UncertaintyError::NoMean { node, unit: self.table.rows[row].unit.clone() }
    }

    /// New weights below one node or every node that weighs; their sum stays.
    fn vary_weights(&self, chance: &mut Random, spread: f64, below: Option<NodeId>, weights: &mut [f64]) {
        let chosen = self.definition.nodes.iter().enumerate().filter(|(id, _)| below.is_none_or(|below| below == *id));
        for node in chosen.map(|(_, node)| node).filter(|node| node.aggregation.is_some_and(Aggregation::weighs)) {
            let before: f64 = node.children.iter().map(|child| self.weights[*child]).sum();
            let mut after = 0.0;
            for child in &node.children {
                weights[*child] = self.weights[*child] * (1.0 + spread * (2.0 * chance.share() - 1.0));
                after += weights[*child];
            }
            if after > 0.0 {
                for child in &node.children {
                    weights[*child] *= before / after;
                }
            }
        }
    }

    /// Leaves of this run that sampling errors moved, in the order of the rows.
    fn move_leaves(&self, leaves: &Leaves, chance: &mut Random, scratch: &mut Scratch) -> Result<(), UncertaintyError> {
        let nodes = self.definition.nodes.len();
        for noisy in &leaves.noisy {
            let base = leaves.values[noisy.row * nodes + noisy.node];
            let value = match &noisy.kind {
                NoisyKind::Line { step, low, high } => (base + step * chance.normal()).max(*low).min(*high),
                NoisyKind::Rule { figures, grows } => {
                    let row = &self.table.rows[noisy.row];
                    scratch.figures.clone_from(&row.figures);
                    for (figure, error, low, high) in figures {
                        let moved = row.figures[*figure].map_or(f64::NAN, float) + error * chance.normal();
                        scratch.figures[*figure] = Decimal::from_f64(moved.max(*low).min(*high)).or(row.figures[*figure]);
                    }
                    let readings = Readings { rate: self.plan.rates[noisy.node], figures: &scratch.figures, inputs: &row.inputs };
                    let found = outcome(self.definition, readings, noisy.node, &mut scratch.formula)
                        .map_err(|trouble| self.plan.error(row, noisy.node, trouble))?;
                    // A figure that moved to where the rule has no value leaves the leaf where it was.
                    found.value.map_or(base, |value| float(value) * grows)
                }
            };
            scratch.moved.push((noisy.row, noisy.node, value));
        }
        Ok(())
    }

    fn join(
        &self,
        leaves: &Leaves,
        row: usize,
        offset: usize,
        id: NodeId,
        alternative: Option<Aggregation>,
        scratch: &mut Scratch,
    ) -> Result<(), UncertaintyError> {
        let node = &self.definition.nodes[id];
        let states = &leaves.states[row * self.definition.nodes.len()..];
        if states[id] != State::Value {
            return Ok(());
        }
        let zero = node.missing.unwrap_or(self.definition.computation.missing) == MissingRule::Zero;
        let special = leaves.special[row];
        let rule = match (node.aggregation, alternative) {
            (Some(Aggregation::WeightedMean), Some(other)) => other,
            (rule, _) => rule.unwrap_or(Aggregation::WeightedMean),
        };
        let counts = |child: NodeId| states[child] == State::Value || (zero && states[child] == State::Missing);
        let value_of = |values: &[f64], child: NodeId| if states[child] == State::Value { values[offset + child] } else { 0.0 };
        let mut value = if rule.adds() {
            let mut total = 0.0;
            for child in node.children.iter().filter(|child| counts(**child)) {
                total += scratch.weights[*child] * value_of(&scratch.values, *child);
            }
            total
        } else {
            let pairs = node
                .children
                .iter()
                .filter(|child| counts(**child))
                .map(|child| (value_of(&scratch.values, *child), scratch.weights[*child]));
            mean(rule, node.power, pairs).ok_or_else(|| self.no_mean(id, row))?
        };
        if special && rule.adds() {
            value = self.scale_sum(id, value, offset, &counts, scratch);
        }
        let held = |value: f64| {
            let below = node.cap.map_or(value, |cap| value.min(float(cap)));
            node.floor.map_or(below, |floor| below.max(float(floor)))
        };
        let kept = held(value);
        if special && rule.adds() {
            let outside = &mut scratch.outside[offset + id];
            *outside = kept - held(value - *outside);
        }
        scratch.values[offset + id] = kept;
        Ok(())
    }

    /// The account of maxima and of points outside them, as [`crate::compute`] keeps it.
    fn scale_sum(&self, id: NodeId, total: f64, offset: usize, counts: &dyn Fn(NodeId) -> bool, scratch: &mut Scratch) -> f64 {
        let node = &self.definition.nodes[id];
        let points = |child: &&NodeId| self.definition.nodes[**child].role == Role::Points;
        let (mut applies, mut whole, mut outside) = (0.0, 0.0, 0.0);
        for child in &node.children {
            let weight = scratch.weights[*child];
            if !points(&child) {
                outside += if counts(*child) { weight * scratch.values[offset + child] } else { 0.0 };
                continue;
            }
            let reach = weight * self.sizes[*child];
            whole += reach;
            if counts(*child) {
                applies += reach * scratch.applies[offset + child];
                outside += weight * scratch.outside[offset + child];
            }
        }
        let scales = node.rescale && applies > 0.0;
        scratch.outside[offset + id] = outside;
        scratch.applies[offset + id] = if scales || whole <= 0.0 { 1.0 } else { applies / whole };
        if scales { (total - outside) * (whole / applies) + outside } else { total }
    }

    fn copeland(&self, leaves: &Leaves, id: NodeId, scratch: &mut Scratch) {
        let nodes = self.definition.nodes.len();
        let node = &self.definition.nodes[id];
        let zero = node.missing.unwrap_or(self.definition.computation.missing) == MissingRule::Zero;
        let apart = self.definition.computation.rank_within == RankWithin::Block;
        let mut scores = vec![0.0; self.table.rows.len()];
        for (row, score) in scores.iter_mut().enumerate() {
            for (other, rival) in self.table.rows.iter().enumerate() {
                let takes_part = leaves.states[other * nodes + id] == State::Value;
                if other == row || !takes_part || !rival.ranked || (apart && rival.block != self.table.rows[row].block) {
                    continue;
                }
                let mut balance = 0.0;
                for child in &node.children {
                    let value = |at: usize| match leaves.states[at * nodes + child] {
                        State::Value => Some(scratch.values[at * nodes + child]),
                        State::Missing if zero => Some(0.0),
                        _ => None,
                    };
                    let (Some(own), Some(theirs)) = (value(row), value(other)) else { continue };
                    let distance = own - theirs;
                    let turned = if is_turned(&self.definition.nodes[*child]) { -distance } else { distance };
                    if turned.abs() > 1e-12 {
                        balance += scratch.weights[*child].copysign(turned);
                    }
                }
                if balance.abs() > 1e-12 {
                    *score += 1.0_f64.copysign(balance);
                }
            }
        }
        for (row, score) in scores.into_iter().enumerate() {
            let kept = node.cap.map_or(score, |cap| score.min(float(cap)));
            scratch.values[row * nodes + id] = node.floor.map_or(kept, |floor| kept.max(float(floor)));
        }
    }
}

fn leaves(
    definition: &Definition,
    table: &ScoreTable,
    year: Option<i32>,
    past: &[PastTable<'_>],
    variant: Variant,
    with_errors: bool,
) -> Result<Leaves, UncertaintyError> {
    if with_errors {
        check_errors(definition, table)?;
    }
    let changed = with_variant(definition, variant);
    let (scaled, records) = if definition.scales() {
        let scaled = scale(&changed, table, year, past)?;
        (scaled.table, scaled.records)
    } else {
        (table.clone(), Vec::new())
    };
    let units = evaluate(definition, &scaled)?;
    let nodes = definition.nodes.len();
    let mut found = Leaves {
        values: Vec::with_capacity(nodes * units.len()),
        states: Vec::new(),
        applies: Vec::new(),
        special: Vec::new(),
        noisy: Vec::new(),
    };
    for (row, unit) in units.iter().enumerate() {
        found.values.extend(unit.values.iter().map(|value| value.map_or(0.0, float)));
        found.states.extend(unit.values.iter().map(|value| match value {
            Ok(_) => State::Value,
            Err(Gap::NotApplicable(_)) => State::NotApplicable,
            Err(_) => State::Missing,
        }));
        match &unit.special {
            Some(special) => found.applies.extend(
                special.applies.iter().map(
                    |(part, whole)| {
                        if whole.is_zero() || part == whole { 1.0 } else { float(*part) / float(*whole) }
                    },
                ),
            ),
            None => found.applies.extend(std::iter::repeat_n(1.0, nodes)),
        }
        found.special.push(unit.special.is_some());
        if with_errors {
            let grows = |node: NodeId| {
                unit.special.as_ref().map_or(1.0, |special| {
                    let maximum = definition.nodes[node].maximum.map_or(0.0, float);
                    if maximum > 0.0 { 1.0 + float(special.moved_in[node]) / maximum } else { 1.0 }
                })
            };
            noise(&changed, table, &records, row, &unit.values.iter().map(Result::is_ok).collect::<Vec<_>>(), &grows, &mut found.noisy)?;
        }
    }
    Ok(found)
}

/// Refuses standard errors of figures that no rule of points reads: through a denominator or a condition no error is carried, and a spread that is
/// left out would be taken for none.
fn check_errors(definition: &Definition, table: &ScoreTable) -> Result<(), UncertaintyError> {
    let read: BTreeSet<FigureId> = definition.nodes.iter().filter_map(|node| node.rule.as_ref()).flat_map(|rule| rule.figures()).collect();
    let stated = table.rows.iter().flat_map(|row| &row.standard_errors).filter(|(_, error)| !error.is_zero()).map(|(figure, _)| *figure);
    match stated.filter(|figure| !read.contains(figure)).min() {
        Some(figure) => Err(UncertaintyError::ErrorUnread(figure)),
        None => Ok(()),
    }
}

/// The definition with the alternatives of a variant in every scaling.
pub(super) fn with_variant(definition: &Definition, variant: Variant) -> Definition {
    let mut changed = definition.clone();
    for scaling in changed.nodes.iter_mut().filter_map(|node| node.scaling.as_mut()) {
        scaling.method = variant.method.unwrap_or(scaling.method);
        scaling.imputation = variant.imputation.or(scaling.imputation);
        scaling.outliers = variant.outliers.unwrap_or(scaling.outliers);
    }
    changed
}

fn noise(
    definition: &Definition,
    table: &ScoreTable,
    records: &[ScalingRecord],
    row: usize,
    there: &[bool],
    grows: &dyn Fn(NodeId) -> f64,
    noisy: &mut Vec<Noisy>,
) -> Result<(), UncertaintyError> {
    let unit = &table.rows[row];
    let mut scratch = FormulaScratch::new();
    for (id, node) in definition.nodes.iter().enumerate().filter(|(id, _)| there[*id]) {
        // Where there is no subject the set says the points, and nothing was measured.
        if is_absent(node, unit, &mut scratch) {
            continue;
        }
        if let Some(error) = unit.node_errors.iter().find(|(errors, _)| *errors == id).map(|(_, error)| float(*error)) {
            let slope = slope(definition, table, records, row, id)?;
            let (low, high) = match (node.range, definition.maximum(id)) {
                _ if node.scaling.is_some() => (f64::NEG_INFINITY, f64::INFINITY),
                (Some((low, high)), _) => (float(low), float(high)),
                (None, Some(maximum)) if node.role == Role::Points => (0.0, float(maximum)),
                _ => (f64::NEG_INFINITY, f64::INFINITY),
            };
            // What moved here grew the points and their error alike.
            let grown = if node.scaling.is_some() { 1.0 } else { grows(id) };
            noisy.push(Noisy {
                row,
                node: id,
                kind: NoisyKind::Line { step: slope * error * grown, low: low * grown, high: high * grown },
            });
        }
        let Some(rule) = &node.rule else { continue };
        let figures: Vec<(usize, f64, f64, f64)> = rule
            .figures()
            .into_iter()
            .filter_map(|figure| {
                let error = unit.standard_errors.iter().find(|(errors, _)| *errors == figure)?.1;
                unit.figures.get(figure).copied().flatten()?;
                let (low, high) =
                    definition.figures[figure].range.map_or((f64::NEG_INFINITY, f64::INFINITY), |(low, high)| (float(low), float(high)));
                Some((figure, float(error), low, high))
            })
            .collect();
        if !figures.is_empty() {
            noisy.push(Noisy { row, node: id, kind: NoisyKind::Rule { figures, grows: grows(id) } });
        }
    }
    Ok(())
}

/// How much the scaled value of an indicator moves when its raw value moves by one, at the range of the base run.
fn slope(definition: &Definition, table: &ScoreTable, records: &[ScalingRecord], row: usize, id: NodeId) -> Result<f64, UncertaintyError> {
    let node = &definition.nodes[id];
    let Some(scaling) = &node.scaling else { return Ok(1.0) };
    let block = if scaling.within_block { table.rows[row].block.clone() } else { None };
    let record = records.iter().find(|record| record.node == id && record.block == block);
    if record.is_some_and(|record| record.treated.iter().any(|value| value.treatment == Treatment::Logged)) {
        return Err(UncertaintyError::NoSlope(id));
    }
    let sign = if node.direction == Direction::LowerIsBetter { -1.0 } else { 1.0 };
    let slope = match (scaling.method, record.and_then(|record| record.range), record.and_then(|record| record.moments)) {
        (Method::MinMax, Some((low, high)), _) if low != high => (float(scaling.to.1) - float(scaling.to.0)) / (float(high) - float(low)),
        (Method::MinMax, ..) => 0.0,
        (Method::ZScore, _, Some((_, deviation))) => float(scaling.centre.1) / float(deviation),
        (Method::ZScore, ..) => 0.0,
        _ => return Err(UncertaintyError::NoSlope(id)),
    };
    let denominator = scaling.denominator.and_then(|figure| table.rows[row].figures.get(figure).copied().flatten());
    let share = denominator.map_or(1.0, |below| float(scaling.per) / float(below));
    Ok(sign * slope * share)
}
