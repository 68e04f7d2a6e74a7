//! The design of a sample: stages with strata, clusters and populations, and the weights.
//!
//! Rows are put once into the order of the design (stratum, cluster, stratum of the next stage, …), so that every
//! estimate walks through units that lie side by side, and a domain touches its own rows alone.

mod building;
mod certainty;

use crate::column::{Column, Labels};
use crate::fault::{DesignFault, LoneReason};
use crate::weighting::Adjustment;

pub use certainty::CertaintyPopulation;

/// Where the weights come from.
#[derive(Debug, Clone)]
pub enum Weights {
    /// A column of weights, each zero or more.
    Given(Column),
    /// The inverse of the sampling fractions of all stages, multiplied.
    FromPopulation,
}

/// What is a sampled unit of a stage.
#[derive(Debug, Clone)]
pub enum Clusters {
    /// Rows with the same label, inside the same unit of the stage before.
    Labelled(Labels),
    /// Each row is a unit of its own.
    Rows,
}

/// Whether cluster labels are used again in other strata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClusterLabels {
    /// A label means one cluster; to find it in two strata is a fault.
    #[default]
    Unique,
    /// Labels start anew in each stratum.
    WithinStratum,
}

/// The population that the units of a stage were drawn from: the finite population correction.
/// Size and fraction are different variants, so that one is never taken for the other.
#[derive(Debug, Clone, Default)]
pub enum Population {
    /// Drawn with replacement, or from a population so large that no correction is made.
    #[default]
    Unlimited,
    /// Number of units in the population of the row's stratum, in the row's unit of the stage before.
    Size(Column),
    /// Sampled share of that population, above 0 and at most 1.
    Fraction(Column),
}

/// One stage of a draw.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Strata; none means one stratum.
    pub strata: Option<Labels>,
    /// Sampled units.
    pub clusters: Clusters,
    /// Whether cluster labels are used again in other strata.
    pub cluster_labels: ClusterLabels,
    /// Population of each stratum, without its certainty units: N of the units that were drawn from, as in R where a certainty unit is a
    /// stratum of its own.
    pub population: Population,
    /// Marks rows of units that were in the sample for certain, such as a seat unit.
    /// Such a unit is a stratum of its own with sampling fraction 1: only later stages give it variance.
    pub certainty: Option<Vec<bool>>,
}

impl Stage {
    /// A stage without strata, correction and certainty units.
    pub fn new(clusters: Clusters) -> Self {
        Self { strata: None, clusters, cluster_labels: ClusterLabels::Unique, population: Population::Unlimited, certainty: None }
    }
}

/// What to do with a stratum of which one unit is in the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LoneUnit {
    /// Refuse the design.
    #[default]
    Refuse,
    /// Take the unit as certain: it adds no variance of this stage. Too small if it was not.
    Certainty,
    /// Centre its score at the mean over all units of the stage, instead of its stratum's mean.
    Adjust,
    /// Give it the average variance of the strata that have more units.
    Average,
    /// Put its stratum together with the next one, in the order in which the strata are first met, or with the one before where it is the
    /// last: one stratum of the variance. Too large where both differ (Cochran 1977, 5A.12; Wolter 2007, 2.5).
    Collapse,
}

/// What a result says about lone units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoneUnits {
    /// The choice made.
    pub choice: LoneUnit,
    /// Strata of the whole design that the choice was applied to.
    pub strata: usize,
}

/// A stratum of one stage inside one unit of the stage before.
#[derive(Debug, Clone)]
pub(crate) struct Stratum {
    /// Units in the sample, whatever the domain.
    pub(crate) sampled: usize,
    /// Share of the population in the sample.
    pub(crate) fraction: f64,
    /// Product of the sampling fractions of the units that contain it; this stage's variance counts so much.
    pub(crate) multiplier: f64,
    /// Unit of the stage before.
    pub(crate) parent: u32,
    /// Whether a choice for lone units applies.
    pub(crate) lone: bool,
    /// First row, from 0, in the order of the input.
    pub(crate) first_row: usize,
    /// Column and label for faults, of the first stage and of strata with one unit: later stages may have very many strata.
    pub(crate) label: (String, String),
    /// Columns and labels of the unit of the stage before, where the label stands.
    pub(crate) inside: Vec<(String, String)>,
}

impl Stratum {
    /// The fault that this stratum shows a single unit of a stage, counted from 0.
    pub(crate) fn lone_fault(&self, stage: usize, reason: LoneReason) -> DesignFault {
        let (column, stratum) = self.label.clone();
        DesignFault::LoneUnit { row: self.first_row + 1, column, stratum, stage: stage + 1, unit: self.inside.clone(), reason }
    }
}

/// One stage in the order of the design.
#[derive(Debug, Clone)]
pub(crate) struct StageFrame {
    /// Unit of each position; units with higher number stand later.
    pub(crate) unit_of: Vec<u32>,
    /// Stratum of each position; strata with higher number stand later.
    pub(crate) stratum_of: Vec<u32>,
    pub(crate) strata: Vec<Stratum>,
    pub(crate) units: usize,
    /// Whether the stage adds variance anywhere.
    pub(crate) active: bool,
}

/// A checked design.
#[derive(Debug, Clone)]
pub struct Design {
    /// Row of each position.
    pub(crate) order: Vec<u32>,
    /// Weight of each position.
    pub(crate) weights: Vec<f64>,
    pub(crate) stages: Vec<StageFrame>,
    pub(crate) lone_units: LoneUnits,
    /// What was done to the weights, first to last; variances follow it back.
    pub(crate) adjustments: Vec<Adjustment>,
}

impl Design {
    /// Checks the description of a sample and puts its rows in order.
    ///
    /// # Errors
    ///
    /// Every fault that was found, with row and column.
    pub fn new(rows: usize, weights: Weights, stages: &[Stage], lone_unit: LoneUnit) -> Result<Self, Vec<DesignFault>> {
        building::build(rows, weights, stages, lone_unit)
    }

    /// Rows of the sample.
    pub fn rows(&self) -> usize {
        self.order.len()
    }

    /// Weight of each row, in the order of the input.
    pub fn weights(&self) -> Vec<f64> {
        let mut weights = vec![0.0; self.order.len()];
        for (&row, &weight) in self.order.iter().zip(&self.weights) {
            weights[row as usize] = weight;
        }
        weights
    }

    /// Strata of the first stage that have certainty units and a population size, in the order of their first drawn row, with what the
    /// weights say of that size; `first` is the stage that the design was made from. Adjusted weights say something else: ask before.
    pub fn populations_beside_certainty(&self, first: &Stage) -> Vec<CertaintyPopulation> {
        certainty::populations(self, first)
    }

    /// Whether the first stage has a finite population correction in any stratum of more than one unit.
    pub fn is_corrected(&self) -> bool {
        self.stages.first().is_some_and(|stage| stage.strata.iter().any(|stratum| stratum.sampled > 1 && stratum.fraction > 0.0))
    }

    /// The choice for lone units, and how many strata it concerns.
    pub fn lone_units(&self) -> LoneUnits {
        self.lone_units
    }

    /// Sampled units of the first stage.
    pub fn clusters(&self) -> usize {
        self.stages.first().map_or(0, |stage| stage.units)
    }

    /// Strata of the first stage; a certainty unit counts as one.
    pub fn strata(&self) -> usize {
        self.stages.first().map_or(0, |stage| stage.strata.len())
    }
}
