//! Replicate weights: the sample as it might have been, many times, and the variance from the spread of the estimates.
//!
//! Replicates change the weights of whole first-stage units. What later stages add is held in the first, as if units were drawn
//! with replacement; corrections of later stages are not used.

mod making;
mod rank;

use crate::column::Column;
use crate::design::Design;
use crate::domain::Domain;
use crate::estimate::{DegreesOfFreedom, Estimate, Options, Statistic, Variance, mean, proportion, ratio, select, total};
use crate::fault::{DesignFault, EstimateFault};
use crate::interval::{Proportion, ProportionInterval, proportion_interval, t_interval};
use crate::matrix::Matrix;
use rank::LastRank;

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
    ///
    /// # Errors
    ///
    /// A design other than the one the replicates were made from; a replicate (0 for the design itself) without figures.
    pub fn covariance_of(&self, design: &Design, mut figures: impl FnMut(&[f64]) -> Option<Vec<f64>>) -> Result<Matrix, EstimateFault> {
        let mut ask = |replicate: usize, weights: &[f64]| {
            let found = figures(weights).filter(|found| found.iter().all(|figure| figure.is_finite()));
            found.ok_or(EstimateFault::ReplicateWithoutEstimate { replicate })
        };
        let mut values = Vec::with_capacity(self.count());
        for (number, weights) in self.weights(design)?.iter().enumerate() {
            values.push(ask(number + 1, weights)?);
        }
        let size = values.first().map_or(0, Vec::len);
        let centre = match self.centre {
            Centre::FullSample => ask(0, &design.weights())?,
            Centre::ReplicateMean => {
                let counted: Vec<&Vec<f64>> =
                    values.iter().zip(&self.replicate_scales).filter(|(_, scale)| **scale > 0.0).map(|(value, _)| value).collect();
                (0..size).map(|place| counted.iter().map(|value| value[place]).sum::<f64>() / counted.len().max(1) as f64).collect()
            }
        };
        if centre.len() != size || values.iter().any(|value| value.len() != size) {
            return Err(EstimateFault::Length { column: "figures of replicates".into(), expected: size, found: centre.len() });
        }
        let product = |row: usize, column: usize| {
            let of_replicate = |(value, scale): (&Vec<f64>, &f64)| scale * (value[row] - centre[row]) * (value[column] - centre[column]);
            self.scale * values.iter().zip(&self.replicate_scales).map(of_replicate).sum::<f64>()
        };
        Ok(Matrix::from_fn(size, size, product))
    }

    fn belongs_to(&self, design: &Design) -> Result<(), EstimateFault> {
        let (rows, clusters) = shape_of(design);
        if self.shape == (rows, clusters) {
            return Ok(());
        }
        let (expected, found) = if self.shape.0 == rows { (clusters, self.shape.1) } else { (rows, self.shape.0) };
        Err(EstimateFault::Length { column: "replicates".into(), expected, found })
    }

    /// Rank of the replicate weights over some rows.
    fn rank(&self, design: &Design, positions: &[u32]) -> usize {
        let count = self.count();
        self.last_rank.of(positions, || {
            rank::rank(positions.iter().map(|&position| {
                let position = position as usize;
                let weight = |replicate: usize| match &self.table {
                    Table::Positions(list) => list[replicate][position],
                    Table::Units(list) => design.weights[position] * list[replicate][design.stages[0].unit_of[position] as usize],
                };
                (0..count).map(weight).collect()
            }))
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

    /// An estimate whose error comes from the replicates, with the degrees of freedom that were chosen ([`ReplicateFreedom`]).
    /// It is not known where all answers lie in one cluster, or where all replicates change the weights of the rows by one factor.
    ///
    /// # Errors
    ///
    /// As of [`crate::total`] and [`crate::ratio`]; a design other than the one the replicates were made from; a replicate without an estimate, such as one that has no row of the domain.
    pub fn estimate(&self, design: &Design, domain: &Domain, measure: Measure<'_>, options: &Options) -> Result<Estimate, EstimateFault> {
        self.belongs_to(design)?;
        let (full, columns) = match measure {
            Measure::Total(x) => (total(design, domain, x, options)?, vec![x]),
            Measure::Mean(x) => (mean(design, domain, x, options)?, vec![x]),
            Measure::Ratio(y, x) => (ratio(design, domain, y, x, options)?, vec![y, x]),
        };
        let selected = select(design, domain, &columns, options)?;
        let degrees_of_freedom = self.degrees_of_freedom(design, &selected.positions, full.degrees_of_freedom, options);
        if full.standard_error.is_none() {
            return Ok(Estimate { variance: Variance::Replicates, degrees_of_freedom, ..full });
        }
        let sums = self.sums(design, &selected.positions, measure);
        let mut values = Vec::with_capacity(sums.len());
        for (number, &(above, below)) in sums.iter().enumerate() {
            let value = if matches!(measure, Measure::Total(_)) { above } else { above / below };
            if !value.is_finite() {
                return Err(EstimateFault::ReplicateWithoutEstimate { replicate: number + 1 });
            }
            values.push(value);
        }
        let centre = match self.centre {
            Centre::FullSample => full.value,
            Centre::ReplicateMean => {
                let counted = || values.iter().zip(&self.replicate_scales).filter(|&(_, &scale)| scale > 0.0);
                counted().map(|(value, _)| value).sum::<f64>() / counted().count().max(1) as f64
            }
        };
        let squares = values.iter().zip(&self.replicate_scales).map(|(value, scale)| scale * (value - centre).powi(2));
        let variance = self.scale * squares.sum::<f64>();
        if !variance.is_finite() {
            return Err(EstimateFault::Overflow);
        }
        // Replicates that differ by rounding alone show no error.
        let noise = 64.0 * f64::EPSILON * full.value;
        let variance = if variance <= noise * noise { 0.0 } else { variance };
        let linear = full.standard_error.map_or(0.0, |error| error * error);
        // Weights that move together show no difference, unless the design itself says that there is none.
        let told = variance <= 0.0 && (linear > 0.0 || self.freedom == ReplicateFreedom::Rank);
        let standard_error = (!told || self.rank(design, &selected.positions) > 1).then_some(variance.sqrt());
        Ok(Estimate {
            standard_error,
            variance: Variance::Replicates,
            degrees_of_freedom,
            interval: t_interval(full.value, standard_error, degrees_of_freedom, options.level),
            coefficient_of_variation: standard_error.filter(|_| full.value.abs() > 0.0).map(|error| error / full.value.abs()),
            design_effect: full.design_effect.filter(|_| linear > 0.0 && standard_error.is_some()).map(|effect| effect / linear * variance),
            ..full
        })
    }

    /// Share of ones in a variable of zeros and ones, its error from the replicates, with the interval of choice.
    ///
    /// # Errors
    ///
    /// As of [`Replicates::estimate`] and [`crate::proportion()`].
    pub fn proportion(
        &self,
        design: &Design,
        domain: &Domain,
        variable: &Column,
        interval: ProportionInterval,
        options: &Options,
    ) -> Result<Estimate, EstimateFault> {
        // Tells what is no zero and no one.
        proportion(design, domain, variable, interval, options)?;
        let mut estimate = self.estimate(design, domain, Measure::Mean(variable), options)?;
        estimate.statistic = Statistic::Proportion;
        let facts = Proportion {
            value: estimate.value,
            variance: estimate.standard_error.map(|error| error * error),
            observations: estimate.observations,
            degrees_of_freedom: estimate.degrees_of_freedom,
        };
        estimate.interval = proportion_interval(facts, interval, options.level);
        Ok(estimate)
    }

    /// Numerator and denominator of each replicate.
    fn sums(&self, design: &Design, positions: &[u32], measure: Measure<'_>) -> Vec<(f64, f64)> {
        let pair = |position: usize| {
            let row = design.order[position] as usize;
            match measure {
                Measure::Total(x) | Measure::Mean(x) => (x.values[row], 1.0),
                Measure::Ratio(y, x) => (y.values[row], x.values[row]),
            }
        };
        match &self.table {
            Table::Positions(list) => list
                .iter()
                .map(|replicate| {
                    positions.iter().fold((0.0, 0.0), |(above, below), &position| {
                        let position = position as usize;
                        let (y, x) = pair(position);
                        (above + replicate[position] * y, below + replicate[position] * x)
                    })
                })
                .collect(),
            Table::Units(list) => {
                // Each unit's sums are taken once; a replicate then weighs units.
                let unit_of = &design.stages[0].unit_of;
                let mut units: Vec<(usize, f64, f64)> = Vec::new();
                for &position in positions {
                    let position = position as usize;
                    let unit = unit_of[position] as usize;
                    if units.last().is_none_or(|last| last.0 != unit) {
                        units.push((unit, 0.0, 0.0));
                    }
                    let ((y, x), weight) = (pair(position), design.weights[position]);
                    if let Some(last) = units.last_mut() {
                        last.1 += weight * y;
                        last.2 += weight * x;
                    }
                }
                let sum = |replicate: &Vec<f64>| {
                    units
                        .iter()
                        .fold((0.0, 0.0), |(above, below), &(unit, y, x)| (above + replicate[unit] * y, below + replicate[unit] * x))
                };
                list.iter().map(sum).collect()
            }
        }
    }
}
