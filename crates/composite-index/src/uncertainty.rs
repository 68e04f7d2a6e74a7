//! How far ranks depend on choices that could have been made otherwise and on sampling errors: Monte Carlo and Sobol' indices.
//!
//! A run draws one number for each factor and computes the index again with what the numbers stand for. Runs are independent and numbered; each has
//! chance of its own from the seed and its number, and sums are taken in a fixed order, so that the same plan gives the same bytes whatever the
//! number of threads. Runs compute in `f64`, within 1e-9 of the exact values.

mod drawing;
mod leaving_out;
mod means;
mod model;
mod monte_carlo;
mod random;
mod sequence;
mod sobol;

use thiserror::Error;

use crate::computing::ComputeError;
use crate::definition::{Aggregation, FigureId, Imputation, Method, NodeId, Outliers};
use crate::scaling::ScalingError;
pub use leaving_out::{LeftOut, left_out};
pub use monte_carlo::{Spread, UnitSpread, monte_carlo};
pub use sobol::{Sensitivity, SobolIndex, sensitivity};

/// Something that could have been otherwise.
#[derive(Debug, Clone, PartialEq)]
pub enum Factor {
    /// Every given weight of a mean or weighted sum is multiplied by a number from 1 − spread to 1 + spread; their sum below a node stays.
    Weights {
        /// 0 to 1: 0.25 for a quarter up or down.
        spread: f64,
        /// The node whose children's weights are varied; `None`: every node that weighs.
        below: Option<NodeId>,
    },
    /// One of these methods for every scaled indicator; `None`: as the definition says.
    Normalisation(Vec<Option<Method>>),
    /// One of these aggregations for every weighted mean; `None`: as the definition says.
    Aggregation(Vec<Option<Aggregation>>),
    /// One of these imputations for every scaled indicator; `None`: as the definition says.
    Imputation(Vec<Option<Imputation>>),
    /// One of these treatments of outliers for every scaled indicator; `None`: none at all.
    Outliers(Vec<Option<Outliers>>),
    /// Normal errors of figures and indicators with the standard errors of the table.
    SurveyErrors,
}

impl Factor {
    /// The word of machine-readable output.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Weights { .. } => "weights",
            Self::Normalisation(_) => "normalisation",
            Self::Aggregation(_) => "aggregation",
            Self::Imputation(_) => "imputation",
            Self::Outliers(_) => "outliers",
            Self::SurveyErrors => "survey-errors",
        }
    }
}

/// What is varied, how often, and by which chance.
#[derive(Debug, Clone, PartialEq)]
pub struct UncertaintyPlan {
    /// Number of runs, or of base points for Sobol' indices.
    pub runs: usize,
    /// Seed of all chance.
    pub seed: u64,
    /// Factors, each varied independently.
    pub factors: Vec<Factor>,
}

/// A plan that cannot be carried out. Nothing is left out silently.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UncertaintyError {
    /// The plan has no factors.
    #[error("the plan has nothing to vary")]
    NothingToVary,
    /// Fewer runs or base points than a spread or an index can be told from; the least number.
    #[error("at least {0} runs are needed")]
    TooFewRuns(usize),
    /// The definition or table has nothing that this factor varies.
    #[error("there is nothing for the factor {0} to vary")]
    AbsentFactor(&'static str),
    /// The factor is listed twice.
    #[error("the factor {0} stands twice")]
    FactorTwice(&'static str),
    /// A spread outside 0 to 1, or a list without an alternative.
    #[error("the factor {0} has no alternatives, one twice or one that is the definition's own, or a spread outside 0 to 1")]
    BadFactor(&'static str),
    /// The factor fills values from earlier years, and there is no table of one; the word of the imputation.
    #[error("the imputation {0} needs tables of earlier years")]
    NeedsPast(&'static str),
    /// The factor fills values along a line over years, and the year of the table is not known; the word of the imputation.
    #[error("the imputation {0} needs the year of the table")]
    NeedsYear(&'static str),
    /// More factors or runs than the sequence or the memory has room for.
    #[error("too many runs or factors")]
    TooMany,
    /// Less than two units have a total.
    #[error("less than two units are ranked")]
    TooFewUnits,
    /// The error of an indicator cannot be carried through a method of places.
    #[error("the error of an indicator cannot be carried through its normalisation")]
    NoSlope(NodeId),
    /// A figure with a standard error that no rule of points reads: a denominator, or a figure of a condition alone.
    #[error("the error of a figure cannot be carried through a denominator or a condition")]
    ErrorUnread(FigureId),
    /// With an alternative aggregation a value below zero has no mean.
    #[error("a node of unit {unit} has no mean with one of the aggregations")]
    NoMean {
        /// The node.
        node: NodeId,
        /// Name of the unit.
        unit: String,
    },
    /// An indicator cannot be scaled with one of the alternatives.
    #[error("an indicator cannot be scaled with one of the alternatives")]
    Scaling(#[from] ScalingError),
    /// The index itself cannot be computed.
    #[error("the index cannot be computed")]
    Compute(#[from] ComputeError),
    /// The caller stopped the work.
    #[error("stopped")]
    Stopped,
}

/// Called with the number of finished runs, from any thread; false stops the work.
pub type Progress<'p> = &'p (dyn Fn(usize) -> bool + Sync);
