//! From what a unit entered to the points of its leaves. No input or output.

use std::collections::{BTreeMap, BTreeSet};

use composite_index::{
    AbsentThen, ComputeError, Definition, Figure, FigureId, FigureKind, Formula, FormulaKind, FormulaScratch, Gap, LeafRule, Measure,
    MissingRule, NodeId, NodeValue, Role, ScoreTable, TableRow, Text, compute,
};
use rust_decimal::Decimal;
use viet_text::{DecimalSign, Reading};

use crate::model::{Answer, AnswerKind};
use crate::set::CriteriaSet;

/// Why a typed value is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrongValue {
    /// No number.
    NotANumber,
    /// A count is a whole number from zero.
    NotACount,
    /// No choice of the figure.
    NotAChoice(Vec<String>),
    /// Outside its range.
    OutOfRange(Decimal, Decimal),
    /// More points than the leaf has.
    AboveMaximum(Decimal),
    /// Points below zero where none are taken off.
    BelowZero,
    /// Points above zero where points are taken off.
    Penalty,
    /// More letters than an explanation has.
    TooLong(usize),
    /// Nothing of this code is entered by the unit.
    NoSuchLeaf,
    /// Points are to be given, and none were.
    NoPoints,
    /// Points were given where what is said gives none.
    PointsNotAsked,
}

/// Longest explanation, in letters; what needs more is evidence.
pub(crate) const EXPLANATION: usize = 4_000;

/// A number as officials type it: thousands with points or spaces, a decimal comma.
pub(crate) fn number(text: &str) -> Option<Decimal> {
    let numeral = viet_text::read_numeral(text).ok()?;
    Some(match numeral.reading {
        Reading::Sure { value, .. } => value,
        Reading::Open { grouped, sign: DecimalSign::Point, .. } => grouped,
        Reading::Open { fraction, sign: DecimalSign::Comma, .. } => fraction,
    })
}

/// A typed value of a figure as the exact number that rules read: yes is one, a choice is its position.
///
/// # Errors
/// Why it is refused.
pub fn figure_value(definition: &Definition, figure: FigureId, text: &str) -> Result<Decimal, WrongValue> {
    let figure = &definition.figures[figure];
    let value = match &figure.kind {
        FigureKind::YesNo => match viet_text::fold(text).as_str() {
            "co" | "yes" | "1" | "true" | "x" => Decimal::ONE,
            "khong" | "no" | "0" | "false" => Decimal::ZERO,
            _ => return Err(WrongValue::NotAChoice(vec!["có".to_owned(), "không".to_owned()])),
        },
        FigureKind::Choice(choices) => {
            let key = viet_text::fold(text);
            // A program that writes a decimal point means the option of that name.
            let same = |choice: &String| viet_text::fold(choice) == key || choice.replace('.', ",") == text;
            let found = choices.iter().position(|choice| choice == text).or_else(|| choices.iter().position(same));
            return found.map(Decimal::from).ok_or_else(|| WrongValue::NotAChoice(choices.clone()));
        }
        FigureKind::Count => {
            let value = number(text).ok_or(WrongValue::NotACount)?.normalize();
            if value.scale() > 0 || value < Decimal::ZERO {
                return Err(WrongValue::NotACount);
            }
            value
        }
        FigureKind::Number => number(text).ok_or(WrongValue::NotANumber)?.normalize(),
    };
    match figure.range {
        Some((low, high)) if value < low || value > high => Err(WrongValue::OutOfRange(low, high)),
        _ => Ok(value),
    }
}

/// Typed points of a leaf, within what the leaf has.
///
/// # Errors
/// Why they are refused.
pub fn points_value(set: &CriteriaSet, leaf: NodeId, text: &str) -> Result<Decimal, WrongValue> {
    within(set, leaf, number(text).ok_or(WrongValue::NotANumber)?.normalize())
}

/// Points within what the leaf has: from its floor, or zero, to its maximum or cap. A bonus adds, as far as its group goes; a penalty takes away,
/// as far as its group goes.
///
/// # Errors
/// Why they are refused.
pub fn within(set: &CriteriaSet, leaf: NodeId, points: Decimal) -> Result<Decimal, WrongValue> {
    let node = &set.definition.nodes[leaf];
    let role = set.role_at(leaf);
    if role == Role::Penalty {
        // A maximum that an older set states of a penalty is the most that it takes away.
        let stated = node.maximum.filter(|most| *most > Decimal::ZERO).map(|most| -most);
        return match set.bound_at(leaf, |node| node.floor.or(node.range.map(|(low, _)| low))).or(stated) {
            _ if points > Decimal::ZERO => Err(WrongValue::Penalty),
            Some(floor) if points < floor => Err(WrongValue::OutOfRange(floor, Decimal::ZERO)),
            _ => Ok(points),
        };
    }
    let most = set.most(leaf).or_else(|| set.bound_at(leaf, |node| node.cap).filter(|_| role == Role::Bonus));
    if let Some(most) = most.filter(|most| points > *most) {
        return Err(WrongValue::AboveMaximum(most));
    }
    let rule_takes = role == Role::Points && matches!(node.rule, Some(LeafRule::PerCase { .. }));
    match node.floor {
        Some(floor) if points < floor => Err(WrongValue::OutOfRange(floor, most.unwrap_or_default())),
        // Points are taken off by penalties, and by rules that say from where to where.
        None if points < Decimal::ZERO && !rule_takes => Err(WrongValue::BelowZero),
        _ => Ok(points),
    }
}

/// What a unit entered, ready for looking up.
#[derive(Debug, Clone, Default)]
pub struct Entered {
    figures: BTreeMap<String, Decimal>,
    points: BTreeMap<String, Decimal>,
}

impl Entered {
    /// From the answers of one unit. What cannot be read as a number is no figure.
    #[must_use]
    pub fn of<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> Self {
        let mut entered = Self::default();
        for answer in answers {
            entered.put(answer.kind, &answer.code, answer.value.as_deref());
        }
        entered
    }

    /// Puts one answer in.
    pub fn put(&mut self, kind: AnswerKind, code: &str, value: Option<&str>) {
        let into = match kind {
            AnswerKind::Figure => &mut self.figures,
            AnswerKind::Points => &mut self.points,
            AnswerKind::Explanation => return,
        };
        if let Some(value) = value.and_then(|value| value.parse().ok()) {
            into.insert(code.to_owned(), value);
        }
    }

    /// The row of the engine's table.
    #[must_use]
    pub fn row(&self, definition: &Definition, unit: &str, block: &str) -> TableRow {
        TableRow {
            unit: unit.to_owned(),
            code: Some(unit.to_owned()),
            inputs: definition.nodes.iter().map(|node| self.points.get(&node.code).copied()).collect(),
            figures: definition.figures.iter().map(|figure| self.figures.get(&figure.code).copied()).collect(),
            block: Some(block.to_owned()),
            ranked: true,
            ..TableRow::default()
        }
    }

    /// The value of a figure.
    #[must_use]
    pub fn figure(&self, code: &str) -> Option<Decimal> {
        self.figures.get(code).copied()
    }
}

/// The definition as single leaves are looked at: what is missing stays missing, and points that a leaf without subject hands to its siblings
/// stay where they are. Appraisers and the council give points on this scale; the engine moves them when it adds up.
#[must_use]
pub fn leaf_by_leaf(definition: &Definition) -> Definition {
    let mut plain = definition.clone();
    plain.computation.missing = MissingRule::NoResult;
    for node in &mut plain.nodes {
        node.missing = node.missing.map(|_| MissingRule::NoResult);
        node.minimum_share = None;
        if let Some(absent) = &mut node.absent
            && matches!(absent.then, AbsentThen::MoveTo { .. })
        {
            absent.then = AbsentThen::Zero;
        }
    }
    plain
}

/// A definition of one leaf alone, as [`leaf_by_leaf`] looks at it, and the leaf's place in it. Figures keep their places.
#[must_use]
pub fn one_leaf(definition: &Definition, leaf: NodeId) -> (Definition, NodeId) {
    let mut alone = Definition { nodes: Vec::new(), figures: Vec::new(), ..definition.clone() };
    alone.figures.clone_from(&definition.figures);
    let total = composite_index::Node {
        parent: None,
        children: vec![1],
        aggregation: Some(composite_index::Aggregation::NotPublished),
        ..definition.nodes[definition.total].clone()
    };
    let mut node = composite_index::Node { parent: Some(0), children: Vec::new(), ..definition.nodes[leaf].clone() };
    // Whether the leaf is for the units' block was asked before.
    node.blocks = Vec::new();
    alone.nodes = vec![total, node];
    alone.total = 0;
    alone.bottom_up = vec![1, 0];
    (leaf_by_leaf(&alone), 1)
}

/// Points of every leaf of one row, by node; nodes that are no leaves have what their leaves add up to.
///
/// # Errors
/// When a number grows beyond what an exact decimal holds.
pub fn leaf_points(plain: &Definition, row: TableRow) -> Result<Vec<NodeValue>, ComputeError> {
    let table = ScoreTable { rows: vec![row] };
    let scores = compute(plain, None, &table)?;
    Ok(scores.units.into_iter().next().map(|unit| unit.values).unwrap_or_default())
}

/// The value of a rule's measure where the measure is a rate in percent, a hundred times one figure over another, and lies above one hundred.
#[must_use]
pub fn rate_above_whole(rule: &LeafRule, figure: impl Fn(FigureId) -> Option<Decimal>) -> Option<Decimal> {
    let (LeafRule::Brackets { measure: Measure::Formula(formula), .. } | LeafRule::Linear { measure: Measure::Formula(formula), .. }) =
        rule
    else {
        return None;
    };
    let text: String = formula.text().split_whitespace().collect();
    let rate = text.starts_with("100*") && text.contains('/');
    if !rate {
        return None;
    }
    // Only what the rate reads is looked up.
    let read = formula.figures();
    let mut figures = vec![None; read.iter().max().map_or(0, |last| last + 1)];
    for one in read {
        figures[one] = figure(one);
    }
    let value = formula.evaluate(&figures, &mut FormulaScratch::new()).ok()?;
    (value > Decimal::ONE_HUNDRED).then_some(value)
}

/// A definition whose leaves take the points that appraisers and the council settled.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The definition. A leaf whose subject may be absent asks a figure of its own for it, at the end of the figures.
    pub definition: Definition,
    /// Leaves whose subject may be absent: the leaf, the figure that says so, and the condition of the set.
    pub absents: Vec<(NodeId, FigureId, Formula)>,
}

impl Settled {
    /// Says for each leaf whose subject may be absent whether it is: by the set's condition over what the unit entered, unless somebody gave the
    /// leaf other points. Then these count, whatever the unit entered.
    pub fn mark(&self, row: &mut TableRow, given: &BTreeSet<NodeId>, scratch: &mut FormulaScratch) {
        let entered = row.figures.clone();
        for (leaf, _, condition) in &self.absents {
            // What is asked of other blocks only is not told of this unit.
            if !is_of_block(&self.definition, *leaf, row.block.as_deref()) {
                row.figures.push(None);
                continue;
            }
            let holds = !given.contains(leaf) && condition.evaluate(&entered, scratch).is_ok_and(|holds| !holds.is_zero());
            row.figures.push(Some(if holds { Decimal::ONE } else { Decimal::ZERO }));
        }
    }
}

/// The definition with every leaf's points given. Points still move, and leaves still fall away, where the set says so of a subject that does
/// not exist; whether it does is a figure beside the points, so that a ruling can say otherwise.
#[must_use]
pub fn settled(definition: &Definition) -> Settled {
    let mut settled = definition.clone();
    let mut absents = Vec::new();
    for id in 0..settled.nodes.len() {
        if !settled.nodes[id].children.is_empty() {
            continue;
        }
        if settled.nodes[id].rule.is_some() {
            settled.nodes[id].rule = Some(LeafRule::External);
        }
        let Some(mut absent) = settled.nodes[id].absent.take() else { continue };
        let code = absent_code(&settled, id);
        let figure = settled.figures.len();
        let known = |name: &str| (name == code).then_some(figure);
        // The text is this program's own; were it ever refused, the condition of the set would stay.
        if let Ok(asked) = Formula::parse(&format!("{code} = 1"), FormulaKind::Condition, &known) {
            let name = format!("{}: không có nội dung để đánh giá", settled.nodes[id].code);
            let english = format!("{}: nothing to evaluate", settled.nodes[id].code);
            let name = Some(Text { vi: name, en: english });
            settled.figures.push(Figure { code, name, kind: FigureKind::YesNo, unit: None, range: None });
            absents.push((id, figure, std::mem::replace(&mut absent.when, asked)));
        }
        settled.nodes[id].absent = Some(absent);
    }
    Settled { definition: settled, absents }
}

/// Whether a leaf is for units of a block.
fn is_of_block(definition: &Definition, leaf: NodeId, block: Option<&str>) -> bool {
    std::iter::successors(Some(leaf), |id| definition.nodes[*id].parent).all(|id| {
        let blocks = &definition.nodes[id].blocks;
        blocks.is_empty() || block.is_some_and(|block| blocks.iter().any(|one| one == block))
    })
}

/// A code for the figure that says whether a leaf's subject is absent; no other figure or node has it.
fn absent_code(definition: &Definition, leaf: NodeId) -> String {
    let plain: String =
        definition.nodes[leaf].code.chars().map(|one| if one.is_ascii_alphanumeric() { one.to_ascii_lowercase() } else { '_' }).collect();
    let mut code = format!("absent_{plain}");
    while definition.figure(&code).is_some() || definition.node(&code).is_some() {
        code.push('_');
    }
    code
}

/// Whether a leaf has no points because the unit entered nothing, not because of what it entered.
#[must_use]
pub fn is_empty(value: NodeValue) -> bool {
    matches!(value, Err(Gap::EmptyLeaf(_) | Gap::EmptyFigure(_)))
}
