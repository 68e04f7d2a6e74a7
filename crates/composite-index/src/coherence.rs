//! Checks of a framework: do the parts of a node belong together, does each indicator count as its weight says, and is any of them idle or double.
//!
//! Statistics are taken over ranked units that have every value in question, in `f64`, with additions, products, quotients and square roots alone,
//! so that the same input gives the same bytes on every machine.

mod matrix;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::computing::{ComputeError, Gap, Unit, Years, evaluate};
use crate::definition::{Definition, NodeId, Role, TieRule};
use crate::ranking::rank;
use crate::table::ScoreTable;
use matrix::{correlation, eigen, variance};

/// Whether the children of a node measure one thing.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeCheck {
    /// The node.
    pub node: NodeId,
    /// Children with values that vary.
    pub children: Vec<NodeId>,
    /// Units with all of them.
    pub units: usize,
    /// Cronbach's alpha of the children: k / (k − 1) × (1 − Σ variance / variance of the sum); `None` for fewer than two children.
    pub alpha: Option<f64>,
    /// Correlations of the children, row by row.
    pub correlations: Vec<f64>,
    /// Share of each principal component in the variance of the standardised children, the largest first.
    pub components: Vec<f64>,
    /// Loadings of the children on the first component, the largest one positive.
    pub loadings: Vec<f64>,
}

/// Whether an indicator counts as its weight says.
#[derive(Debug, Clone, PartialEq)]
pub struct LeafCheck {
    /// The leaf or given node.
    pub node: NodeId,
    /// Its share in the highest possible total.
    pub nominal: Option<f64>,
    /// Its correlation with the total; `None` where it does not vary.
    pub with_total: Option<f64>,
    /// Its squared correlation as a share of all leaves' (Paruolo, Saisana and Saltelli 2013, the linear case).
    pub effective: Option<f64>,
    /// Mean absolute change of rank when it is left out.
    pub mean_rank_change: f64,
    /// Largest change of rank when it is left out.
    pub largest_rank_change: u32,
}

/// Two indicators that say nearly the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RedundantPair {
    /// One of them.
    pub one: NodeId,
    /// The other.
    pub other: NodeId,
    /// Their correlation.
    pub correlation: f64,
    /// Units with both.
    pub units: usize,
}

/// What the checks found.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameworkChecks {
    /// Inner nodes from the total down.
    pub nodes: Vec<NodeCheck>,
    /// Leaves in the order of the tree.
    pub leaves: Vec<LeafCheck>,
    /// Pairs of leaves at or beyond the limit, the closest first.
    pub redundant: Vec<RedundantPair>,
}

/// Checks a framework against a table; pairs with an absolute correlation of at least `redundant_at` are named.
///
/// # Errors
/// When the index cannot be computed.
pub fn framework_checks(
    definition: &Definition,
    table: &ScoreTable,
    years: Years<'_>,
    redundant_at: f64,
) -> Result<FrameworkChecks, ComputeError> {
    let scaled = years.scaled(definition, table)?;
    let units = evaluate(definition, &scaled)?;
    let values = Values { definition, table: &scaled, units: &units };
    let order: Vec<NodeId> = definition.top_down().into_iter().map(|(id, _)| id).collect();
    let inner = order.iter().filter(|id| definition.nodes[**id].children.len() > 1);
    let nodes = inner.map(|id| node_check(&values, *id, &definition.nodes[*id].children)).collect();
    let counts = |id: &NodeId| {
        let node = &definition.nodes[*id];
        node.is_input() || node.rule.is_some()
    };
    let leaves: Vec<NodeId> = order.iter().copied().filter(counts).filter(|id| enters(definition, *id)).collect();
    Ok(FrameworkChecks {
        nodes,
        leaves: leaf_checks(definition, &scaled, &values, &leaves)?,
        redundant: redundant(&values, &leaves, redundant_at),
    })
}

/// False for nodes that only explain a given one.
fn enters(definition: &Definition, id: NodeId) -> bool {
    let mut at = id;
    while let Some(parent) = definition.nodes[at].parent {
        if definition.nodes[parent].is_input() {
            return false;
        }
        at = parent;
    }
    true
}

struct Values<'a> {
    definition: &'a Definition,
    table: &'a ScoreTable,
    units: &'a [Unit],
}

impl Values<'_> {
    /// Whether what stands above a node applies to the unit: a bonus of a group to whose points nothing applies adds to nothing.
    fn is_asked(&self, unit: &Unit, node: NodeId) -> bool {
        let above = std::iter::successors(self.definition.nodes[node].parent, |id| self.definition.nodes[*id].parent);
        above.into_iter().all(|id| !matches!(unit.values[id], Err(Gap::NotApplicable(_))))
    }

    /// Values of some nodes, a column for each, over ranked units that have all of them.
    fn columns(&self, nodes: &[NodeId]) -> Vec<Vec<f64>> {
        let mut columns = vec![Vec::new(); nodes.len()];
        for (unit, _) in self.units.iter().zip(&self.table.rows).filter(|(_, row)| row.ranked) {
            let found: Option<Vec<f64>> =
                nodes.iter().map(|node| unit.values[*node].ok().filter(|_| self.is_asked(unit, *node))?.to_f64()).collect();
            for (column, value) in columns.iter_mut().zip(found.unwrap_or_default()) {
                column.push(value);
            }
        }
        columns
    }
}

fn node_check(values: &Values<'_>, node: NodeId, children: &[NodeId]) -> NodeCheck {
    let columns = values.columns(children);
    let varying: Vec<usize> = (0..children.len()).filter(|child| variance(&columns[*child]) > 0.0).collect();
    let columns: Vec<&Vec<f64>> = varying.iter().map(|child| &columns[*child]).collect();
    let count = columns.len();
    let mut correlations = vec![1.0; count * count];
    for one in 0..count {
        for other in 0..one {
            let found = correlation(columns[one], columns[other]).unwrap_or(0.0);
            correlations[one * count + other] = found;
            correlations[other * count + one] = found;
        }
    }
    let units = columns.first().map_or(0, |column| column.len());
    let (components, loadings) = if units > 2 { principal(&correlations, count) } else { (Vec::new(), Vec::new()) };
    NodeCheck {
        node,
        children: varying.iter().map(|child| children[*child]).collect(),
        units,
        alpha: alpha(&columns),
        correlations,
        components,
        loadings,
    }
}

fn alpha(columns: &[&Vec<f64>]) -> Option<f64> {
    let count = columns.len() as f64;
    let units = columns.first()?.len();
    if columns.len() < 2 || units < 2 {
        return None;
    }
    let sums: Vec<f64> = (0..units).map(|unit| columns.iter().map(|column| column[unit]).sum()).collect();
    let parts: f64 = columns.iter().map(|column| variance(column)).sum();
    let whole = variance(&sums);
    (whole > 0.0).then(|| count / (count - 1.0) * (1.0 - parts / whole))
}

/// Shares of the components and loadings on the first one.
fn principal(correlations: &[f64], count: usize) -> (Vec<f64>, Vec<f64>) {
    let (eigenvalues, vectors) = eigen(correlations, count);
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|one, other| eigenvalues[*other].total_cmp(&eigenvalues[*one]).then(one.cmp(other)));
    let shares = order.iter().map(|component| eigenvalues[*component] / count as f64).collect();
    let Some(first) = order.first() else { return (shares, Vec::new()) };
    let length = eigenvalues[*first].max(0.0).sqrt();
    let loadings: Vec<f64> = (0..count).map(|child| vectors[child * count + first] * length).collect();
    let largest = loadings.iter().copied().fold(0.0_f64, |largest, loading| if loading.abs() > largest.abs() { loading } else { largest });
    (shares, loadings.into_iter().map(|loading| if largest < 0.0 { -loading } else { loading }).collect())
}

fn leaf_checks(
    definition: &Definition,
    scaled: &ScoreTable,
    values: &Values<'_>,
    leaves: &[NodeId],
) -> Result<Vec<LeafCheck>, ComputeError> {
    let with_total: Vec<Option<f64>> = leaves
        .iter()
        .map(|leaf| {
            let columns = values.columns(&[*leaf, definition.total]);
            correlation(&columns[0], &columns[1])
        })
        .collect();
    let all: f64 = with_total.iter().flatten().map(|found| found * found).sum();
    let base = ranks(definition, scaled, values.units);
    let shares = definition.effective_weights();
    let mut checks = Vec::with_capacity(leaves.len());
    for (leaf, with_total) in leaves.iter().zip(with_total) {
        let changes = changes_without(definition, scaled, *leaf, &base)?;
        let sum: u64 = changes.iter().map(|change| u64::from(*change)).sum();
        checks.push(LeafCheck {
            node: *leaf,
            nominal: shares[*leaf].and_then(|share| share.to_f64()),
            with_total,
            effective: with_total.filter(|_| all > 0.0).map(|found| found * found / all),
            mean_rank_change: sum as f64 / changes.len().max(1) as f64,
            largest_rank_change: changes.iter().copied().max().unwrap_or(0),
        });
    }
    Ok(checks)
}

fn ranks(definition: &Definition, table: &ScoreTable, units: &[Unit]) -> Vec<Option<u32>> {
    let totals: Vec<Option<Decimal>> =
        units.iter().zip(&table.rows).map(|(unit, row)| unit.values[definition.total].ok().filter(|_| row.ranked)).collect();
    rank(&totals, definition.computation.rank_direction, TieRule::Competition)
}

/// Changes of rank when a leaf is left out as if it did not apply to anybody.
fn changes_without(definition: &Definition, scaled: &ScoreTable, leaf: NodeId, base: &[Option<u32>]) -> Result<Vec<u32>, ComputeError> {
    let mut without = scaled.clone();
    for row in &mut without.rows {
        row.not_applicable.push((leaf, String::new()));
    }
    let mut open = definition.clone();
    // Where a sum has no maxima its weights are scaled; a bonus leaf goes without any scaling.
    if open.nodes[leaf].role == Role::Points {
        let total = open.total;
        open.nodes[total].rescale = true;
    }
    let units = evaluate(&open, &without)?;
    let found = ranks(definition, &without, &units);
    Ok(base.iter().zip(found).filter_map(|(before, after)| Some((*before)?.abs_diff(after?))).collect())
}

fn redundant(values: &Values<'_>, leaves: &[NodeId], limit: f64) -> Vec<RedundantPair> {
    let mut pairs = Vec::new();
    for (position, one) in leaves.iter().enumerate() {
        for other in &leaves[position + 1..] {
            let columns = values.columns(&[*one, *other]);
            if let Some(correlation) = correlation(&columns[0], &columns[1]).filter(|found| found.abs() >= limit) {
                pairs.push(RedundantPair { one: *one, other: *other, correlation, units: columns[0].len() });
            }
        }
    }
    pairs.sort_by(|one, other| {
        other.correlation.abs().total_cmp(&one.correlation.abs()).then((one.one, one.other).cmp(&(other.one, other.other)))
    });
    pairs
}
