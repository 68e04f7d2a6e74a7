//! From the numbers of a run to what they stand for: alternatives, weights and errors.

use super::random::{Random, mix};
use super::{Factor, UncertaintyError, UncertaintyPlan};
use crate::definition::{Aggregation, Definition, Imputation, Method, NodeId, Outliers};
use crate::table::ScoreTable;

/// Highest number of different replicates that one number of a run can name.
const REPLICATES: f64 = 4_294_967_296.0;

/// What a run computes with.
pub(super) struct Draw {
    /// Position among the variants of the leaves.
    pub(super) variant: usize,
    /// The aggregation in place of weighted means.
    pub(super) aggregation: Option<Aggregation>,
    /// Chance for weights, with the spread and the node whose children they are.
    pub(super) weights: Vec<(Random, f64, Option<NodeId>)>,
    /// Chance for survey errors.
    pub(super) errors: Option<Random>,
}

/// The alternatives of the plan in a form that a run can look up.
pub(super) struct Drawing {
    seed: u64,
    factors: Vec<Factor>,
    pub(super) variants: Vec<Variant>,
}

/// One way to scale the indicators; the outer `None`: as the definition says.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Variant {
    pub(super) method: Option<Method>,
    pub(super) imputation: Option<Imputation>,
    pub(super) outliers: Option<Option<Outliers>>,
}

fn pick(share: f64, count: usize) -> usize {
    ((share * count as f64) as usize).min(count.saturating_sub(1))
}

impl Drawing {
    pub(super) fn new(plan: &UncertaintyPlan, definition: &Definition, table: &ScoreTable) -> Result<Self, UncertaintyError> {
        if plan.factors.is_empty() {
            return Err(UncertaintyError::NothingToVary);
        }
        for (position, factor) in plan.factors.iter().enumerate() {
            let same = |other: &Factor| match (other, factor) {
                // Weights below different nodes are different factors; all of them together hold each of them.
                (Factor::Weights { below: Some(one), .. }, Factor::Weights { below: Some(other), .. }) => one == other,
                _ => other.word() == factor.word(),
            };
            if plan.factors[..position].iter().any(same) {
                return Err(UncertaintyError::FactorTwice(factor.word()));
            }
            check(factor, definition, table)?;
        }
        let mut variants = vec![Variant::default()];
        for factor in &plan.factors {
            let with = |count: usize, set: &dyn Fn(&mut Variant, usize)| -> Vec<Variant> {
                let each = |base: &Variant| {
                    (0..count)
                        .map(|choice| {
                            let mut variant = *base;
                            set(&mut variant, choice);
                            variant
                        })
                        .collect::<Vec<_>>()
                };
                variants.iter().flat_map(each).collect()
            };
            variants = match factor {
                Factor::Normalisation(methods) => with(methods.len(), &|variant, choice| variant.method = methods[choice]),
                Factor::Imputation(methods) => with(methods.len(), &|variant, choice| variant.imputation = methods[choice]),
                Factor::Outliers(rules) => with(rules.len(), &|variant, choice| variant.outliers = Some(rules[choice])),
                _ => continue,
            };
        }
        Ok(Self { seed: plan.seed, factors: plan.factors.clone(), variants })
    }

    /// What the numbers of a run stand for, one number for each factor.
    pub(super) fn draw(&self, shares: &[f64]) -> Draw {
        let mut draw = Draw { variant: 0, aggregation: None, weights: Vec::new(), errors: None };
        for (position, (factor, share)) in self.factors.iter().zip(shares).enumerate() {
            let chance = || Random::new(mix(self.seed ^ mix(position as u64 + 1)) ^ mix((share * REPLICATES) as u64));
            match factor {
                Factor::Weights { spread, below } => draw.weights.push((chance(), *spread, *below)),
                Factor::SurveyErrors => draw.errors = Some(chance()),
                Factor::Aggregation(rules) => draw.aggregation = rules[pick(*share, rules.len())],
                Factor::Normalisation(list) => draw.variant = draw.variant * list.len() + pick(*share, list.len()),
                Factor::Imputation(list) => draw.variant = draw.variant * list.len() + pick(*share, list.len()),
                Factor::Outliers(list) => draw.variant = draw.variant * list.len() + pick(*share, list.len()),
            }
        }
        draw
    }

    pub(super) fn has_errors(&self) -> bool {
        self.factors.contains(&Factor::SurveyErrors)
    }
}

fn check(factor: &Factor, definition: &Definition, table: &ScoreTable) -> Result<(), UncertaintyError> {
    let word = factor.word();
    let (there, good) = match factor {
        Factor::Weights { spread, below } => {
            let nodes = definition.nodes.iter().enumerate().filter(|(id, _)| below.is_none_or(|below| below == *id));
            let weighs =
                nodes.map(|(_, node)| node).any(|node| node.aggregation.is_some_and(Aggregation::weighs) && node.children.len() > 1);
            (weighs, *spread > 0.0 && *spread <= 1.0)
        }
        Factor::Normalisation(list) => {
            // What these methods need is in the scaling of an indicator, or it is not there.
            let general = |method: &Option<Method>| {
                !matches!(method, Some(Method::DistanceToTarget | Method::DistanceToReference | Method::Categorical))
            };
            let own =
                |method: Method| definition.nodes.iter().filter_map(|node| node.scaling.as_ref()).all(|scaling| scaling.method == method);
            (definition.scales(), are_apart(list, own) && list.iter().all(general))
        }
        Factor::Imputation(list) => {
            let scalings = || definition.nodes.iter().filter_map(|node| node.scaling.as_ref());
            (definition.scales(), are_apart(list, |way| scalings().all(|scaling| scaling.imputation == Some(way))))
        }
        Factor::Outliers(list) => (definition.scales(), list.len() > 1),
        Factor::Aggregation(list) => {
            let means = |rule: &Option<Aggregation>| {
                matches!(
                    rule,
                    None | Some(Aggregation::WeightedMean | Aggregation::GeometricMean | Aggregation::HarmonicMean | Aggregation::Minimum)
                )
            };
            let there = definition.nodes.iter().any(|node| node.aggregation == Some(Aggregation::WeightedMean));
            (there, are_apart(list, |rule| rule == Aggregation::WeightedMean) && list.iter().all(means))
        }
        Factor::SurveyErrors => (table.rows.iter().any(|row| !row.standard_errors.is_empty() || !row.node_errors.is_empty()), true),
    };
    if !there {
        return Err(UncertaintyError::AbsentFactor(word));
    }
    if good { Ok(()) } else { Err(UncertaintyError::BadFactor(word)) }
}

/// Whether there are alternatives, each once, and none of them is what the definition does anyway.
fn are_apart<T: Copy + PartialEq>(list: &[Option<T>], own: impl Fn(T) -> bool) -> bool {
    let once = list.iter().enumerate().all(|(place, one)| !list[..place].contains(one));
    list.len() > 1 && once && !list.iter().flatten().any(|one| own(*one))
}
