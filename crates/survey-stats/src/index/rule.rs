//! The rule of an index, with version and years, and what can be wrong with it.

use std::collections::HashMap;

use thiserror::Error;

use super::{Answer, Item};

/// What one answer is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scoring {
    /// 1 for these codes, 0 for others: the share of satisfied answers.
    Satisfied(Vec<u8>),
    /// The code itself.
    Mean,
}

/// What becomes of people who were asked and did not answer. "Not applicable" never counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NoAnswerRule {
    /// They do not count.
    #[default]
    LeaveOut,
    /// They count as not satisfied.
    CountAsUnsatisfied,
}

/// How nodes come from items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregation {
    /// Mean of all items below a node, each the same: 23:16 for 23 policy and 16 service items.
    EqualItems,
    /// Mean of the children weighted by their weights: equal factors, or 60/40 for the domains.
    ChildWeights,
    /// Points over answers of all items below a node together; items with more answers count more.
    PooledAnswers,
}

/// One node. Nodes without children are items.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexNode {
    /// Code, different from all others.
    pub code: String,
    /// Code of the parent; none for the root.
    pub parent: Option<String>,
    /// Weight among its siblings, for [`Aggregation::ChildWeights`].
    pub weight: f64,
}

/// A rule of an index. Rules change from year to year, so each has a version and the years it is in force.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexRule {
    /// Identifier, the same for all versions.
    pub id: String,
    /// Version.
    pub version: String,
    /// First year it is in force.
    pub first_year: i32,
    /// Last year; none where it is still in force.
    pub last_year: Option<i32>,
    /// Smallest and largest code of the scale.
    pub scale: (u8, u8),
    /// What an answer is worth.
    pub scoring: Scoring,
    /// What becomes of missing answers.
    pub no_answer: NoAnswerRule,
    /// How nodes come from items.
    pub aggregation: Aggregation,
    /// The nodes, in any order.
    pub nodes: Vec<IndexNode>,
}

/// What is wrong with a rule or with answers.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum IndexFault {
    /// No rule is in force.
    #[error("no version of the rule is in force in {year}")]
    NoVersion {
        /// The year.
        year: i32,
    },
    /// Two rules are in force.
    #[error("versions {one} and {other} are both in force in {year}")]
    TwoVersions {
        /// The year.
        year: i32,
        /// One version.
        one: String,
        /// The other.
        other: String,
    },
    /// A code stands twice.
    #[error("node {node} stands twice")]
    TwiceNode {
        /// The code.
        node: String,
    },
    /// A parent, or a node that was asked for, does not exist.
    #[error("there is no node {node}")]
    UnknownNode {
        /// The code.
        node: String,
    },
    /// There is not exactly one root that all nodes lie below.
    #[error("node {node} does not lie below the one root")]
    NotATree {
        /// A node outside.
        node: String,
    },
    /// A weight is not positive.
    #[error("node {node}: {} is no weight", crate::fault::figure(*weight, "a missing value"))]
    WrongWeight {
        /// The node.
        node: String,
        /// Its weight.
        weight: f64,
    },
    /// The scale has no two points, or satisfied codes lie outside it, or missing answers cannot count as unsatisfied in a mean.
    #[error("the scale from {low} to {high} does not fit the scoring")]
    WrongScale {
        /// Smallest code.
        low: u8,
        /// Largest code.
        high: u8,
    },
    /// An item of the rule has no answers.
    #[error("there are no answers to item {item}")]
    MissingItem {
        /// The item.
        item: String,
    },
    /// An item has another number of answers than the design has rows.
    #[error("item {item}: {found} answers where {expected} are needed")]
    Length {
        /// The item.
        item: String,
        /// Rows of the design.
        expected: usize,
        /// Answers.
        found: usize,
    },
    /// An answer lies outside the scale.
    #[error("row {row}, item {item}: {code} lies outside the scale")]
    OutsideScale {
        /// The item.
        item: String,
        /// Row, from 1.
        row: usize,
        /// The answer.
        code: u8,
    },
}

impl IndexRule {
    /// The one version of a rule that is in force in a year.
    ///
    /// # Errors
    ///
    /// None or two versions in force.
    pub fn in_force(versions: &[Self], year: i32) -> Result<&Self, IndexFault> {
        let mut found = versions.iter().filter(|rule| rule.first_year <= year && rule.last_year.is_none_or(|last| year <= last));
        let first = found.next().ok_or(IndexFault::NoVersion { year })?;
        match found.next() {
            None => Ok(first),
            Some(other) => Err(IndexFault::TwoVersions { year, one: first.version.clone(), other: other.version.clone() }),
        }
    }
}

/// The rule as a tree over items.
pub(super) struct Tree {
    /// Nodes, parents before children.
    pub(super) order: Vec<usize>,
    pub(super) depth: Vec<usize>,
    /// Place of the item of each node that has one.
    pub(super) item: Vec<Option<usize>>,
    /// Items below each node, with their coefficients.
    pub(super) coefficients: Vec<Vec<(usize, f64)>>,
}

impl Tree {
    pub(super) fn new(rule: &IndexRule, items: &[Item], rows: usize) -> Result<Self, Vec<IndexFault>> {
        let mut faults = scale_faults(rule);
        let mut known: HashMap<&str, usize> = HashMap::new();
        for (place, node) in rule.nodes.iter().enumerate() {
            if known.insert(&node.code, place).is_some() {
                faults.push(IndexFault::TwiceNode { node: node.code.clone() });
            }
            if !(node.weight > 0.0 && node.weight.is_finite()) {
                faults.push(IndexFault::WrongWeight { node: node.code.clone(), weight: node.weight });
            }
        }
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); rule.nodes.len()];
        let mut roots = Vec::new();
        for (place, node) in rule.nodes.iter().enumerate() {
            match &node.parent {
                None => roots.push(place),
                Some(parent) => match known.get(parent.as_str()) {
                    Some(&parent) => children[parent].push(place),
                    None => faults.push(IndexFault::UnknownNode { node: parent.clone() }),
                },
            }
        }
        let mut depth = vec![usize::MAX; rule.nodes.len()];
        let mut order = Vec::new();
        let mut open: Vec<(usize, usize)> = roots.first().map(|&root| (root, 0)).into_iter().collect();
        while let Some((node, below)) = open.pop() {
            depth[node] = below;
            order.push(node);
            open.extend(children[node].iter().rev().map(|&child| (child, below + 1)));
        }
        let outside = (0..rule.nodes.len()).filter(|&place| depth[place] == usize::MAX);
        faults.extend(outside.map(|place| IndexFault::NotATree { node: rule.nodes[place].code.clone() }));
        let mut item = vec![None; rule.nodes.len()];
        for (place, node) in rule.nodes.iter().enumerate().filter(|(place, _)| children[*place].is_empty()) {
            item[place] = items.iter().position(|item| item.name == node.code);
            match item[place] {
                None => faults.push(IndexFault::MissingItem { item: node.code.clone() }),
                Some(found) => answer_faults(rule, &items[found], rows, &mut faults),
            }
        }
        if rule.nodes.is_empty() {
            faults.push(IndexFault::UnknownNode { node: rule.id.clone() });
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let coefficients = coefficients(rule, &order, &children, &item);
        Ok(Self { order, depth, item, coefficients })
    }
}

fn scale_faults(rule: &IndexRule) -> Vec<IndexFault> {
    let (low, high) = rule.scale;
    let fits = match &rule.scoring {
        Scoring::Satisfied(codes) => !codes.is_empty() && codes.iter().all(|code| (low..=high).contains(code)),
        Scoring::Mean => rule.no_answer == NoAnswerRule::LeaveOut,
    };
    if low < high && fits { Vec::new() } else { vec![IndexFault::WrongScale { low, high }] }
}

fn answer_faults(rule: &IndexRule, item: &Item, rows: usize, faults: &mut Vec<IndexFault>) {
    if item.answers.len() != rows {
        faults.push(IndexFault::Length { item: item.name.clone(), expected: rows, found: item.answers.len() });
        return;
    }
    for (row, answer) in item.answers.iter().enumerate() {
        if let Answer::Code(code) = *answer
            && !(rule.scale.0..=rule.scale.1).contains(&code)
        {
            faults.push(IndexFault::OutsideScale { item: item.name.clone(), row: row + 1, code });
        }
    }
}

fn coefficients(rule: &IndexRule, order: &[usize], children: &[Vec<usize>], item: &[Option<usize>]) -> Vec<Vec<(usize, f64)>> {
    let mut below: Vec<Vec<(usize, f64)>> = vec![Vec::new(); rule.nodes.len()];
    // Children stand behind their parents, so from the end each child is ready before its parent.
    for &node in order.iter().rev() {
        if let Some(item) = item[node] {
            below[node] = vec![(item, 1.0)];
            continue;
        }
        let all: f64 = children[node].iter().map(|&child| rule.nodes[child].weight).sum();
        let mut list = Vec::new();
        for &child in &children[node] {
            let factor = if rule.aggregation == Aggregation::ChildWeights { rule.nodes[child].weight / all } else { 1.0 };
            list.extend(below[child].iter().map(|&(item, coefficient)| (item, coefficient * factor)));
        }
        below[node] = list;
    }
    if rule.aggregation != Aggregation::ChildWeights {
        for list in &mut below {
            let share = 1.0 / list.len() as f64;
            list.iter_mut().for_each(|(_, coefficient)| *coefficient = share);
        }
    }
    below
}
