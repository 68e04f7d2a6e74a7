//! Indices from items of a questionnaire: items, factors, domains, total, by a rule with version and years.
//!
//! "No answer" and "not applicable" are kept apart from the scale and from each other. Every node has the standard error of the whole
//! chain: the scores of the items are added with the node's coefficients, so that the covariances between items are in it.

mod rule;

use crate::design::Design;
use crate::domain::Domain;
use crate::estimate::{Estimate, Linear, Options, Selected, Statistic, finish, select, weigh};
use crate::fault::EstimateFault;
use crate::joint::{Joint, Part, join};

use rule::Tree;
pub use rule::{Aggregation, IndexFault, IndexNode, IndexRule, NoAnswerRule, Scoring};

/// What a person said to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// A point on the scale.
    Code(u8),
    /// Asked and not answered.
    NoAnswer,
    /// Not asked, because it does not concern the person.
    NotApplicable,
}

/// One item with an answer for each row.
#[derive(Debug, Clone)]
pub struct Item {
    /// Name of the item, as the rule calls it.
    pub name: String,
    /// Answers, in the order of the rows.
    pub answers: Vec<Answer>,
}

/// Answers to one item in a domain, as rows and as weights.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct AnswerCounts {
    /// Answers on the scale: rows, weight.
    pub answered: (usize, f64),
    /// Asked and not answered.
    pub no_answer: (usize, f64),
    /// Not asked.
    pub not_applicable: (usize, f64),
}

/// One node of an index in one domain.
#[derive(Debug, Clone)]
pub struct NodeEstimate {
    /// Code of the node.
    pub code: String,
    /// Steps below the root, 0 for the root.
    pub depth: usize,
    /// Its value with error and interval, as a share for satisfied answers and on the scale for means; or why there is none.
    pub estimate: Result<Estimate, EstimateFault>,
    /// Answers, for items.
    pub counts: Option<AnswerCounts>,
}

/// An index in one domain.
#[derive(Debug, Clone)]
pub struct IndexEstimate {
    /// Identifier and version of the rule.
    pub rule: (String, String),
    /// All nodes, parents before children.
    pub nodes: Vec<NodeEstimate>,
}

/// Why an index cannot be computed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum IndexError {
    /// The rule or the answers have faults.
    #[error("{} faults of rule or answers, the first: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    Faults(Vec<IndexFault>),
    /// An estimate is not possible.
    #[error(transparent)]
    Estimate(#[from] EstimateFault),
    /// A group among several has no value.
    #[error("{group}: {fault}")]
    InGroup {
        /// Name of the group.
        group: String,
        /// Why it has none.
        #[source]
        fault: EstimateFault,
    },
}

/// A group with the rule that holds for it, such as one of two years whose rules differ.
#[derive(Debug, Clone, Copy)]
pub struct IndexPart<'a> {
    /// What is estimated.
    pub domain: &'a Domain,
    /// The rule in force.
    pub rule: &'a IndexRule,
    /// The answers as that rule reads them.
    pub items: &'a [Item],
}

/// All nodes of an index over a domain.
///
/// # Errors
///
/// Faults of the rule; items that are missing, have another length or answers outside the scale. A node whose items have no answer in the domain says so itself.
pub fn index(design: &Design, domain: &Domain, rule: &IndexRule, items: &[Item], options: &Options) -> Result<IndexEstimate, IndexError> {
    let tree = Tree::new(rule, items, design.rows()).map_err(IndexError::Faults)?;
    of_domain(design, domain, rule, &tree, items, options)
}

/// All nodes of an index over each of several domains; rule and answers are checked once.
///
/// # Errors
///
/// As of [`index()`], for the first domain that has one.
pub fn index_each(
    design: &Design,
    domains: &[Domain],
    rule: &IndexRule,
    items: &[Item],
    options: &Options,
) -> Result<Vec<IndexEstimate>, IndexError> {
    let tree = Tree::new(rule, items, design.rows()).map_err(IndexError::Faults)?;
    domains.iter().map(|domain| of_domain(design, domain, rule, &tree, items, options)).collect()
}

fn of_domain(
    design: &Design,
    domain: &Domain,
    rule: &IndexRule,
    tree: &Tree,
    items: &[Item],
    options: &Options,
) -> Result<IndexEstimate, IndexError> {
    let sample = Sample::new(design, domain, rule, tree, items, options)?;
    let nodes = tree
        .order
        .iter()
        .map(|&node| NodeEstimate {
            code: rule.nodes[node].code.clone(),
            depth: tree.depth[node],
            estimate: sample.node(tree, rule, node).and_then(|linear| Ok(finish(design, &sample.selected, linear, options)?.0)),
            counts: tree.item[node].map(|item| counts(design, &sample.selected, &items[item])),
        })
        .collect();
    Ok(IndexEstimate { rule: (rule.id.clone(), rule.version.clone()), nodes })
}

/// One node in several domains, with covariances: for ranks and for what tells units apart.
///
/// # Errors
///
/// As of [`index()`]; a node that the rule does not have; a domain in which the node has no value.
pub fn index_of_groups(
    design: &Design,
    groups: &[Domain],
    rule: &IndexRule,
    node: &str,
    items: &[Item],
    options: &Options,
) -> Result<Joint, IndexError> {
    let parts: Vec<IndexPart<'_>> = groups.iter().map(|domain| IndexPart { domain, rule, items }).collect();
    index_of_parts(design, &parts, node, options)
}

/// One node in several domains, each by its own rule, with covariances: two years of one design are two such parts, and a village that
/// was in both years gives their difference the covariance of the overlap.
///
/// # Errors
///
/// As of [`index_of_groups`].
pub fn index_of_parts(design: &Design, parts: &[IndexPart<'_>], node: &str, options: &Options) -> Result<Joint, IndexError> {
    let mut figures = Vec::with_capacity(parts.len());
    let mut known: Option<(&IndexPart<'_>, Tree)> = None;
    for part in parts {
        let IndexPart { domain, rule, items } = *part;
        // The tree of a rule is made once for all groups that share it.
        let (_, tree) = match known.take() {
            Some((last, tree)) if std::ptr::eq(last.rule, rule) && std::ptr::eq(last.items, items) => known.insert((part, tree)),
            _ => known.insert((part, Tree::new(rule, items, design.rows()).map_err(IndexError::Faults)?)),
        };
        let place = rule.nodes.iter().position(|known| known.code == node);
        let place = place.ok_or_else(|| IndexError::Faults(vec![IndexFault::UnknownNode { node: node.to_owned() }]))?;
        let in_group = |fault| IndexError::InGroup { group: domain.name.clone(), fault };
        let sample = Sample::new(design, domain, rule, tree, items, options).map_err(in_group)?;
        let linear = sample.node(tree, rule, place).map_err(in_group)?;
        figures.push(Part::of(domain.name.clone(), sample.selected, linear));
    }
    Ok(join(design, figures, options)?)
}

fn counts(design: &Design, selected: &Selected, item: &Item) -> AnswerCounts {
    let mut counts = AnswerCounts::default();
    for &position in &selected.positions {
        let count = match item.answers[design.order[position as usize] as usize] {
            Answer::Code(_) => &mut counts.answered,
            Answer::NoAnswer => &mut counts.no_answer,
            Answer::NotApplicable => &mut counts.not_applicable,
        };
        count.0 += 1;
        count.1 += design.weights[position as usize];
    }
    counts
}

/// A value with its scores over weight, one a selected row, and marks of the rows it stands on; or why there is none.
type Linearised = Result<(f64, Vec<f64>, Vec<bool>), EstimateFault>;

/// Items of one domain, linearised.
struct Sample {
    selected: Selected,
    items: Vec<Linearised>,
    pooled: Vec<Option<Linearised>>,
}

impl Sample {
    fn new(
        design: &Design,
        domain: &Domain,
        rule: &IndexRule,
        tree: &Tree,
        items: &[Item],
        options: &Options,
    ) -> Result<Self, EstimateFault> {
        let selected = select(design, domain, &[], options)?;
        weigh(&selected, domain)?;
        // Only the rows of the domain are gone through, so that many groups cost no more than one.
        let rows: Vec<usize> = selected.positions.iter().map(|&position| design.order[position as usize] as usize).collect();
        let points = |item: &Item| rows.iter().map(|&row| point(&item.answers[row], rule)).collect::<Vec<(f64, f64)>>();
        let found = items.iter().map(|item| ratio(&selected, &item.name, &points(item))).collect();
        let mut sample = Self { selected, items: found, pooled: vec![None; rule.nodes.len()] };
        if rule.aggregation == Aggregation::PooledAnswers {
            for &node in tree.order.iter().filter(|&&node| tree.item[node].is_none()) {
                let mut sums = vec![(0.0, 0.0); rows.len()];
                for &(item, _) in &tree.coefficients[node] {
                    for (sum, (above, below)) in sums.iter_mut().zip(points(&items[item])) {
                        *sum = (sum.0 + above, sum.1 + below);
                    }
                }
                sample.pooled[node] = Some(ratio(&sample.selected, &rule.nodes[node].code, &sums));
            }
        }
        Ok(sample)
    }

    fn node(&self, tree: &Tree, rule: &IndexRule, node: usize) -> Result<Linear, EstimateFault> {
        if rule.aggregation == Aggregation::PooledAnswers
            && let Some(pooled) = &self.pooled[node]
        {
            let (value, residuals, carriers) = pooled.clone()?;
            return Ok(Linear { statistic: Statistic::Index, value, residuals, scale: 1.0, carriers: Some(carriers) });
        }
        let mut value = 0.0;
        let mut residuals = vec![0.0; self.selected.positions.len()];
        let mut carriers = vec![false; residuals.len()];
        for &(item, coefficient) in &tree.coefficients[node] {
            let (of_item, scores, answered) = self.items[item].as_ref().map_err(Clone::clone)?;
            value += coefficient * of_item;
            residuals.iter_mut().zip(scores).for_each(|(sum, score)| *sum += coefficient * score);
            carriers.iter_mut().zip(answered).for_each(|(carries, answered)| *carries |= answered);
        }
        Ok(Linear { statistic: Statistic::Index, value, residuals, scale: 1.0, carriers: Some(carriers) })
    }
}

/// Points of an answer, and 1 where it counts.
fn point(answer: &Answer, rule: &IndexRule) -> (f64, f64) {
    match answer {
        Answer::Code(code) => match &rule.scoring {
            Scoring::Satisfied(codes) => (f64::from(u8::from(codes.contains(code))), 1.0),
            Scoring::Mean => (f64::from(*code), 1.0),
        },
        Answer::NoAnswer => (0.0, f64::from(u8::from(rule.no_answer == NoAnswerRule::CountAsUnsatisfied))),
        Answer::NotApplicable => (0.0, 0.0),
    }
}

/// Points over answers that count, linearised as a ratio of totals.
fn ratio(selected: &Selected, name: &str, points: &[(f64, f64)]) -> Linearised {
    let total = |take: fn(&(f64, f64)) -> f64| selected.weights.iter().zip(points).map(|(weight, point)| weight * take(point)).sum::<f64>();
    let below = total(|point| point.1);
    if below.abs() <= 0.0 {
        return Err(EstimateFault::ZeroDenominator { column: name.to_owned() });
    }
    let value = total(|point| point.0) / below;
    let scale = 1.0 / below;
    let scores = points.iter().map(|(above, below)| (above - value * below) * scale).collect();
    let carriers = points.iter().map(|(above, below)| above.abs() > 0.0 || below.abs() > 0.0).collect();
    Ok((value, scores, carriers))
}
