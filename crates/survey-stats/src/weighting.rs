//! Steps that change weights: non-response, post-stratification, raking, calibration, trimming.
//!
//! A step is data, so that a chain of steps can be kept, shown and repeated over each replicate. Each step answers with a new design,
//! whose variances follow the step back (residual linearisation: Deville & Särndal 1992), and with a report of what it did.

mod calibration;
mod fault;
mod margins;
mod report;
mod response;
mod trimming;

use crate::column::{Column, Labels};
use crate::design::Design;
use crate::matrix::{Basis, Matrix};
use crate::replicates::Replicates;

pub use fault::WeightFault;
pub use report::{TargetReached, WeightReport, WeightSummary};

/// How far a weight may move, and by which rule (Deville & Särndal 1992, 2.3).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Distance {
    /// g = 1 + x'λ: the regression estimator. Weights may become negative.
    Linear,
    /// As linear, with g held inside [low, high].
    LinearBounded {
        /// Smallest factor, below 1.
        low: f64,
        /// Largest factor, above 1.
        high: f64,
    },
    /// g = exp(x'λ): raking; weights stay positive.
    Raking,
    /// g on a logistic curve inside (low, high).
    Logit {
        /// Smallest factor, at least 0 and below 1.
        low: f64,
        /// Largest factor, above 1.
        high: f64,
    },
}

/// Totals that the levels of one variable have in the population.
#[derive(Debug, Clone)]
pub struct Margin {
    /// Level of each row.
    pub labels: Labels,
    /// Level and its total.
    pub totals: Vec<(String, f64)>,
}

/// A variable whose total over the population is known.
#[derive(Debug, Clone)]
pub struct Auxiliary {
    /// The figures of the sample.
    pub column: Column,
    /// Total over the population, in the unit of the variable.
    pub total: f64,
}

impl Auxiliary {
    /// The constant 1, whose total is the size of the population.
    pub fn constant(rows: usize, size: f64) -> Self {
        Self { column: Column::new("1", vec![1.0; rows]), total: size }
    }

    /// Indicators of the listed levels; leave one level out where the constant is an auxiliary, too.
    pub fn levels(labels: &Labels, totals: &[(String, f64)]) -> Vec<Self> {
        let indicator = |level: &String| Column::new(format!("{}={level}", labels.name), labels.indicator(level));
        totals.iter().map(|(level, total)| Self { column: indicator(level), total: *total }).collect()
    }
}

/// What to do with estimated response probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropensityUse {
    /// Divide each weight by its probability.
    Inverse,
    /// Form this many classes of equal weight by probability, and adjust inside them (Little 1986).
    Classes(usize),
}

/// Which residuals the variance after raking is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RakingResiduals {
    /// Of the regression on the margins weighted by the weights before raking, after theory; `calibrate(calfun = "raking")` in R.
    #[default]
    Weighted,
    /// Of the regression on the margins without weights; `rake` in R.
    Unweighted,
}

/// One step that changes weights.
#[derive(Debug, Clone)]
pub enum WeightStep {
    /// Respondents of a class stand for its non-respondents.
    ResponseClasses {
        /// Class of each row.
        classes: Labels,
        /// Whether the row answered.
        responded: Vec<bool>,
    },
    /// The same by a logistic regression of response.
    ResponsePropensity {
        /// What the response may depend on; the constant is added.
        predictors: Vec<Column>,
        /// Whether the row answered.
        responded: Vec<bool>,
        /// What becomes of the probabilities.
        using: PropensityUse,
    },
    /// Weights of each level sum to its total.
    PostStrata(Margin),
    /// Weights sum to the totals of several margins, by iterative proportional fitting (Deming & Stephan 1940).
    Raking {
        /// The margins.
        margins: Vec<Margin>,
        /// Residuals of the variance.
        residuals: RakingResiduals,
    },
    /// Weighted sums of the auxiliaries are their totals.
    Calibration {
        /// The auxiliaries.
        auxiliaries: Vec<Auxiliary>,
        /// Rule of the factors.
        distance: Distance,
    },
    /// Weights are cut at the limits, and what was cut is shared equally among the others; `trimWeights` in R.
    Trimming {
        /// Smallest weight.
        low: f64,
        /// Largest weight.
        high: f64,
        /// Repeat until all weights lie inside.
        strict: bool,
    },
}

/// A design after a step, and what the step did.
#[derive(Debug, Clone)]
pub struct Reweighted {
    /// The design with the new weights.
    pub design: Design,
    /// What the step did.
    pub report: WeightReport,
}

/// What variances need to follow a step back.
#[derive(Debug, Clone)]
pub(crate) enum Adjustment {
    /// Scores over `factor` lose their part inside the span of the basis.
    Projection { basis: Basis, factor: Vec<f64> },
    /// The same where the span is that of the indicators of classes; NO_CLASS marks rows outside.
    Classes { class: Vec<u32>, before: Vec<f64>, after: Vec<f64>, classes: usize },
    /// Non-respondents of a class lend their weight to the mean of its respondents.
    Response { class: Vec<u32>, before: Vec<f64>, after: Vec<f64>, classes: usize },
    /// Response probabilities came from a logistic regression on `predictors`.
    Propensity { predictors: Vec<Vec<f64>>, before: Vec<f64>, probability: Vec<f64>, responded: Vec<bool>, inverse: Matrix },
}

pub(crate) const NO_CLASS: u32 = u32::MAX;

impl Adjustment {
    /// Turns scores with the weights after the step into scores with those before it, one a position.
    pub(crate) fn follow_back(&self, scores: &mut [f64]) {
        match self {
            Self::Projection { basis, factor } => {
                scores.iter_mut().zip(factor).for_each(|(score, f)| *score = if f.abs() > 0.0 { *score / f } else { 0.0 });
                basis.take_away(scores);
                scores.iter_mut().zip(factor).for_each(|(score, f)| *score *= f);
            }
            Self::Classes { class, before, after, classes } => {
                // Mean of z by the weights before; z is the score over the weight after.
                let z: Vec<f64> = scores.iter().zip(after).map(|(score, w)| if w.abs() > 0.0 { score / w } else { 0.0 }).collect();
                let means = class_means(class, *classes, before, &z);
                for (place, score) in scores.iter_mut().enumerate().filter(|(place, _)| class[*place] != NO_CLASS) {
                    *score -= after[place] * means[class[place] as usize];
                }
            }
            Self::Response { class, before, after, classes } => {
                let z: Vec<f64> = scores.iter().zip(after).map(|(score, w)| if w.abs() > 0.0 { score / w } else { 0.0 }).collect();
                let means = class_means(class, *classes, after, &z);
                for (place, score) in scores.iter_mut().enumerate().filter(|(place, _)| class[*place] != NO_CLASS) {
                    *score += (before[place] - after[place]) * means[class[place] as usize];
                }
            }
            Self::Propensity { predictors, before, probability, responded, inverse } => {
                let gradient: Vec<f64> = predictors
                    .iter()
                    .map(|x| x.iter().zip(&*scores).zip(probability).map(|((x, score), p)| x * score * (1.0 - p)).sum())
                    .collect();
                let slopes = inverse.times_vector(&gradient);
                for (place, score) in scores.iter_mut().enumerate().filter(|(place, _)| before[*place] > 0.0) {
                    let line: f64 = predictors.iter().zip(&slopes).map(|(x, slope)| x[place] * slope).sum();
                    *score -= before[place] * (f64::from(u8::from(responded[place])) - probability[place]) * line;
                }
            }
        }
    }
}

fn class_means(class: &[u32], classes: usize, weights: &[f64], z: &[f64]) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); classes];
    for ((&class, &weight), &z) in class.iter().zip(weights).zip(z).filter(|((class, _), _)| **class != NO_CLASS) {
        sums[class as usize].0 += weight * z;
        sums[class as usize].1 += weight;
    }
    sums.into_iter().map(|(above, below)| if below.abs() > 0.0 { above / below } else { 0.0 }).collect()
}

/// What a step made of weights.
pub(super) struct Applied {
    pub(super) weights: Vec<f64>,
    pub(super) adjustment: Option<Adjustment>,
    pub(super) iterations: usize,
    pub(super) targets: Vec<TargetReached>,
    pub(super) trimmed: usize,
}

impl Applied {
    fn new(weights: Vec<f64>, adjustment: Adjustment) -> Self {
        Self { weights, adjustment: Some(adjustment), iterations: 1, targets: Vec::new(), trimmed: 0 }
    }
}

/// Weights by position, with the rows they belong to.
pub(super) struct Weighing<'a> {
    pub(super) order: &'a [u32],
    pub(super) weights: &'a [f64],
}

impl Weighing<'_> {
    fn rows(&self) -> usize {
        self.order.len()
    }

    fn row(&self, position: usize) -> usize {
        self.order[position] as usize
    }

    /// Positions that count: those with a weight.
    fn counted(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.order.len()).filter(|&position| self.weights[position].abs() > 0.0)
    }
}

impl WeightStep {
    pub(super) fn apply(&self, weighing: &Weighing<'_>) -> Result<Applied, Vec<WeightFault>> {
        if let Some(&value) = weighing.weights.iter().find(|&&weight| weight < 0.0)
            && !matches!(self, Self::Trimming { .. })
        {
            return Err(vec![WeightFault::OutOfRange { what: "weight before the step", value }]);
        }
        match self {
            Self::ResponseClasses { classes, responded } => response::by_classes(weighing, classes, responded),
            Self::ResponsePropensity { predictors, responded, using } => response::by_propensity(weighing, predictors, responded, *using),
            Self::PostStrata(margin) => margins::post_strata(weighing, margin),
            Self::Raking { margins, residuals } => margins::raking(weighing, margins, *residuals),
            Self::Calibration { auxiliaries, distance } => calibration::calibrate(weighing, auxiliaries, *distance),
            Self::Trimming { low, high, strict } => trimming::trim(weighing, *low, *high, *strict),
        }
    }
}

impl Design {
    /// The design after one step.
    ///
    /// # Errors
    ///
    /// Every fault that was found: missing values and labels with their rows, classes without respondents, levels without total or
    /// without rows, margins that differ in sum, auxiliaries that depend on each other, totals that cannot be reached.
    pub fn reweighted(&self, step: &WeightStep) -> Result<Reweighted, Vec<WeightFault>> {
        let applied = step.apply(&Weighing { order: &self.order, weights: &self.weights })?;
        let report = WeightReport::new(&self.weights, &applied);
        let mut design = Self { weights: applied.weights, ..self.clone() };
        design.adjustments.extend(applied.adjustment);
        Ok(Reweighted { design, report })
    }
}

impl Replicates {
    /// The same replicates with a step done to the weights of each, so that their spread holds what the step adds or takes.
    /// `design` is the one the replicates were made from, before the step; use the answer with the design after it.
    ///
    /// # Errors
    ///
    /// As of [`Design::reweighted`], for the first replicate in which the step fails; a design other than the replicates' own.
    pub fn reweighted(&self, design: &Design, step: &WeightStep) -> Result<Self, Vec<WeightFault>> {
        let weights = self.by_position(design).map_err(|_| vec![WeightFault::OtherDesign])?;
        let mut changed = Vec::with_capacity(weights.len());
        for replicate in &weights {
            changed.push(step.apply(&Weighing { order: &design.order, weights: replicate })?.weights);
        }
        Ok(self.with_positions(changed))
    }
}
