//! Replicate weights: the sample as it might have been, many times, and the variance from the spread of the estimates.
//!
//! Replicates change the weights of whole first-stage units. What later stages add is held in the first, as if units were drawn
//! with replacement; corrections of later stages are not used.

mod estimating;
mod making;
mod rank;

use crate::column::Column;
use crate::design::Design;
use crate::estimate::{DegreesOfFreedom, Options};
use crate::fault::{DesignFault, EstimateFault};
use crate::matrix::Matrix;
use rank::LastRank;

pub use estimating::QuantileError;

/// How replicates were made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ReplicateMethod {
    /// Jackknife without strata: one unit left out.
    Jackknife,
    /// Jackknife with strata: one unit left out, the others of its stratum weighted up.
    StratifiedJackknife,
    /// Balanced half samples; `fay` 0 leaves the other half out, above 0 it keeps that share of its weight.
    BalancedHalfSamples {
        /// Fay's coefficient, in [0, 1).
        fay: f64,
    },
    /// Bootstrap of Rao & Wu: n - 1 units of n in each stratum, with replacement.
    RaoWu {
        /// Seed of the generator.
        seed: u64,
    },
    /// Bootstrap of Canty & Davison: n units of n, without replacement from a population made of the sample where its size is known.
    CantyDavison {
        /// Seed of the generator.
        seed: u64,
    },
    /// Weights that came with the data.
    Given,
}

/// What the spread is measured from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Centre {
    /// The mean of the replicates: `mse = FALSE` in R.
    #[default]
    ReplicateMean,
    /// The estimate from the whole sample: `mse = TRUE` in R.
    FullSample,
}

/// Where the degrees of freedom of replicates come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReplicateFreedom {
    /// Clusters minus strata of the design, at most one less than replicates: for designs whose strata and clusters are known.
    #[default]
    Design,
    /// The rank of the replicate weights minus 1, as R `svrepdesign` takes it: for weights that came without strata and clusters.
    Rank,
}

#[derive(Debug, Clone)]
enum Table {
    /// Factor of each first-stage unit, for each replicate.
    Units(Vec<Vec<f64>>),
    /// Weight of each position, for each replicate.
    Positions(Vec<Vec<f64>>),
}

/// Replicate weights of a design.
#[derive(Debug, Clone)]
pub struct Replicates {
    method: ReplicateMethod,
    table: Table,
    scale: f64,
    replicate_scales: Vec<f64>,
    centre: Centre,
    freedom: ReplicateFreedom,
    last_rank: LastRank,
    /// Rows and first-stage units of the design that they were made from.
    shape: (usize, usize),
}

fn shape_of(design: &Design) -> (usize, usize) {
    (design.rows(), design.clusters())
}

/// Covariances of statistics over replicates.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicateCovariance {
    /// The covariances, in the order of the figures.
    pub covariance: Matrix,
    /// Replicates without figures, which were left out.
    pub without: usize,
}

/// What is estimated from each replicate.
#[derive(Debug, Clone, Copy)]
pub enum Measure<'a> {
    /// Total of a variable.
    Total(&'a Column),
    /// Mean of a variable.
    Mean(&'a Column),
    /// Ratio of two totals: numerator, denominator.
    Ratio(&'a Column, &'a Column),
}

impl Replicates {
    /// Weights that came with the data: one list a replicate, one weight a row in the order of the input.
    /// The variance is `scale` · Σ `replicate_scales` · (replicate - centre)².
    ///
    /// # Errors
    ///
    /// No replicate, lengths that do not fit, scales that are negative or no numbers, missing or infinite weights.
    /// A replicate weight may be negative, as some published sets have them.
    pub fn given(design: &Design, weights: &[Vec<f64>], scale: f64, replicate_scales: &[f64]) -> Result<Self, Vec<DesignFault>> {
        let mut faults = Vec::new();
        let out_of_range = |what, value| DesignFault::OutOfRange { what, value };
        if weights.len() < 2 {
            faults.push(out_of_range("replicates", weights.len() as f64));
        }
        if replicate_scales.len() != weights.len() {
            faults.push(DesignFault::Length { column: "scales".into(), expected: weights.len(), found: replicate_scales.len() });
        }
        for &value in replicate_scales.iter().chain([&scale]) {
            if !(value >= 0.0 && value.is_finite()) {
                faults.push(out_of_range("scale", value));
            }
        }
        for (number, replicate) in weights.iter().enumerate() {
            let column = || format!("replicate {}", number + 1);
            if replicate.len() != design.rows() {
                faults.push(DesignFault::Length { column: column(), expected: design.rows(), found: replicate.len() });
            }
            for (row, &value) in replicate.iter().enumerate().filter(|(_, value)| !value.is_finite()) {
                faults.push(DesignFault::WrongWeight { column: column(), row: row + 1, value });
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let positions = weights.iter().map(|replicate| design.order.iter().map(|&row| replicate[row as usize]).collect()).collect();
        let table = Table::Positions(positions);
        Ok(Self {
            method: ReplicateMethod::Given,
            table,
            scale,
            replicate_scales: replicate_scales.to_vec(),
            centre: Centre::default(),
            freedom: ReplicateFreedom::Design,
            last_rank: LastRank::default(),
            shape: shape_of(design),
        })
    }

    /// The same replicates with another centre.
    #[must_use]
    pub fn with_centre(self, centre: Centre) -> Self {
        Self { centre, ..self }
    }

    /// The same replicates with degrees of freedom from elsewhere.
    #[must_use]
    pub fn with_freedom(self, freedom: ReplicateFreedom) -> Self {
        Self { freedom, ..self }
    }

    /// How they were made.
    pub fn method(&self) -> ReplicateMethod {
        self.method
    }

    /// Number of replicates.
    pub fn count(&self) -> usize {
        self.replicate_scales.len()
    }

    /// Factor before the sum of squares.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// Factor of each replicate inside the sum of squares.
    pub fn replicate_scales(&self) -> &[f64] {
        &self.replicate_scales
    }

    /// Weights of each replicate, one a row in the order of the input.
    ///
    /// # Errors
    ///
    /// A design other than the one the replicates were made from.
    pub fn weights(&self, design: &Design) -> Result<Vec<Vec<f64>>, EstimateFault> {
        self.belongs_to(design)?;
        let by_row = |weight: &dyn Fn(usize) -> f64| {
            let mut rows = vec![0.0; design.rows()];
            for (position, &row) in design.order.iter().enumerate() {
                rows[row as usize] = weight(position);
            }
            rows
        };
        Ok(match &self.table {
            Table::Positions(list) => list.iter().map(|replicate| by_row(&|position| replicate[position])).collect(),
            Table::Units(list) => {
                let units = &design.stages[0].unit_of;
                list.iter().map(|replicate| by_row(&|position| design.weights[position] * replicate[units[position] as usize])).collect()
            }
        })
    }

    /// Weights of each replicate, one a position of the design.
    pub(crate) fn by_position(&self, design: &Design) -> Result<Vec<Vec<f64>>, EstimateFault> {
        self.belongs_to(design)?;
        Ok(match &self.table {
            Table::Positions(list) => list.clone(),
            Table::Units(list) => {
                let units = &design.stages[0].unit_of;
                let weigh = |replicate: &Vec<f64>| {
                    design.weights.iter().zip(units).map(|(weight, &unit)| weight * replicate[unit as usize]).collect()
                };
                list.iter().map(weigh).collect()
            }
        })
    }

    /// The same replicates with other weights.
    pub(crate) fn with_positions(&self, weights: Vec<Vec<f64>>) -> Self {
        Self { table: Table::Positions(weights), last_rank: LastRank::default(), ..self.clone() }
    }

    /// Covariances of any statistics over the replicates: `figures` makes them from the weights of all rows, in the order of the input
    /// (`withReplicates` in R). It is called once for each replicate, and once with the weights of the design where they are the centre.
    /// Replicates without figures are left out, as in R, and counted.
    ///
    /// # Errors
    ///
    /// A design other than the one the replicates were made from; fewer than two replicates with figures; a design (told as replicate 0)
    /// that has none where it is the centre; another number of figures than before.
    pub fn covariance_of(
        &self,
        design: &Design,
        mut figures: impl FnMut(&[f64]) -> Option<Vec<f64>>,
    ) -> Result<ReplicateCovariance, EstimateFault> {
        let mut ask = |weights: &[f64]| figures(weights).filter(|found| found.iter().all(|figure| figure.is_finite()));
        let mut values: Vec<(Vec<f64>, f64)> = Vec::with_capacity(self.count());
        let mut missing = Vec::new();
        for (number, (weights, &scale)) in self.weights(design)?.iter().zip(&self.replicate_scales).enumerate() {
            match ask(weights) {
                Some(found) => values.push((found, scale)),
                None => missing.push(number + 1),
            }
        }
        if values.len() < 2 {
            return Err(EstimateFault::ReplicateWithoutEstimate { replicate: missing.first().copied().unwrap_or(1) });
        }
        let size = values[0].0.len();
        let centre = match self.centre {
            Centre::FullSample => ask(&design.weights()).ok_or(EstimateFault::ReplicateWithoutEstimate { replicate: 0 })?,
            Centre::ReplicateMean => {
                let counted: Vec<&Vec<f64>> = values.iter().filter(|(_, scale)| *scale > 0.0).map(|(value, _)| value).collect();
                let mean = |place: usize| {
                    counted.iter().map(|value| value.get(place).copied().unwrap_or(f64::NAN)).sum::<f64>() / counted.len().max(1) as f64
                };
                (0..size).map(mean).collect()
            }
        };
        if centre.len() != size || values.iter().any(|(value, _)| value.len() != size) {
            return Err(EstimateFault::Length { column: "figures of replicates".into(), expected: size, found: centre.len() });
        }
        let product = |row: usize, column: usize| {
            let of_replicate = |(value, scale): &(Vec<f64>, f64)| scale * (value[row] - centre[row]) * (value[column] - centre[column]);
            self.scale * values.iter().map(of_replicate).sum::<f64>()
        };
        Ok(ReplicateCovariance { covariance: Matrix::from_fn(size, size, product), without: missing.len() })
    }

    fn belongs_to(&self, design: &Design) -> Result<(), EstimateFault> {
        let (rows, clusters) = shape_of(design);
        if self.shape == (rows, clusters) {
            return Ok(());
        }
        let (expected, found) = if self.shape.0 == rows { (clusters, self.shape.1) } else { (rows, self.shape.0) };
        Err(EstimateFault::Length { column: "replicates".into(), expected, found })
    }

    /// Weight of a position in a replicate, counted from 0.
    fn weight(&self, design: &Design, replicate: usize, position: usize) -> f64 {
        match &self.table {
            Table::Positions(list) => list[replicate][position],
            Table::Units(list) => design.weights[position] * list[replicate][design.stages[0].unit_of[position] as usize],
        }
    }

    /// Rank of the replicate weights over some rows.
    fn rank(&self, design: &Design, positions: &[u32]) -> usize {
        let count = self.count();
        self.last_rank.of(positions, || {
            rank::rank(
                positions.iter().map(|&position| (0..count).map(|replicate| self.weight(design, replicate, position as usize)).collect()),
            )
        })
    }

    fn degrees_of_freedom(&self, design: &Design, positions: &[u32], of_design: f64, options: &Options) -> f64 {
        match (self.freedom, options.degrees_of_freedom) {
            (_, DegreesOfFreedom::Normal) => f64::INFINITY,
            (ReplicateFreedom::Design, _) => of_design.min(self.count() as f64 - 1.0),
            (ReplicateFreedom::Rank, DegreesOfFreedom::Domain) => self.rank(design, positions) as f64 - 1.0,
            (ReplicateFreedom::Rank, DegreesOfFreedom::Design) => self.rank(design, &design.whole().positions) as f64 - 1.0,
        }
    }
}
