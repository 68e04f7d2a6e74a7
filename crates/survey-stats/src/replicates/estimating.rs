//! Estimates whose errors come from the spread over replicates.
//!
//! A replicate in which a figure is not defined, such as a mean without a row of the domain, is left out as R does, and counted; where the
//! rest show no difference between clusters the error is not known, while the figure itself stands.

use super::{Centre, Measure, ReplicateFreedom, Replicates, Table};
use crate::column::Column;
use crate::correlation::{Moments, correlation, fisher_interval};
use crate::design::Design;
use crate::domain::Domain;
use crate::estimate::{Estimate, Options, Statistic, Variance, mean, proportion, ratio, select, total};
use crate::fault::EstimateFault;
use crate::interval::{IntervalGap, Proportion, ProportionInterval, proportion_interval, t_interval};
use crate::quantile::{Quantile, lookup, quantile_by};

/// Where the error of a quantile comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QuantileError {
    /// Woodruff's interval from the replicates' variance of the share at or below the quantile: `interval.type = "mean"` in R.
    #[default]
    Woodruff,
    /// Spread of the replicates' quantiles, with a t interval: `interval.type = "quantile"` in R. Right for half samples and bootstraps;
    /// a jackknife may be far off, as quantiles move in steps.
    Spread,
}

/// Figures of the replicates, NaN or infinite where there is none, and how large their rounding may be.
struct Figures {
    values: Vec<f64>,
    noise: f64,
}

impl Figures {
    fn without(&self) -> usize {
        self.values.iter().filter(|value| !value.is_finite()).count()
    }
}

impl Replicates {
    /// An estimate whose error comes from the replicates, with the degrees of freedom that were chosen ([`ReplicateFreedom`]).
    /// Replicates without an estimate, such as those that have no row of the domain, are left out and counted
    /// ([`Estimate::replicates_without_estimate`]). The error is not known where all answers lie in one cluster, where all replicates
    /// change the weights of the rows by one factor, or where fewer than two replicates give an estimate.
    ///
    /// # Errors
    ///
    /// As of [`crate::total`] and [`crate::ratio`]; a design other than the one the replicates were made from.
    pub fn estimate(&self, design: &Design, domain: &Domain, measure: Measure<'_>, options: &Options) -> Result<Estimate, EstimateFault> {
        self.belongs_to(design)?;
        let (full, columns) = match measure {
            Measure::Total(x) => (total(design, domain, x, options)?, vec![x]),
            Measure::Mean(x) => (mean(design, domain, x, options)?, vec![x]),
            Measure::Ratio(y, x) => (ratio(design, domain, y, x, options)?, vec![y, x]),
        };
        let selected = select(design, domain, &columns, options)?;
        let figure = |(above, below)| if matches!(measure, Measure::Total(_)) { above } else { above / below };
        let values = self.sums(design, &selected.positions, measure).into_iter().map(figure).collect();
        let figures = Figures { values, noise: 64.0 * f64::EPSILON * full.value.abs() };
        self.with_error(design, &selected.positions, full, &figures, options)
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
        let Some(error) = estimate.standard_error else { return Ok(estimate) };
        let facts = Proportion {
            value: estimate.value,
            variance: Some(error * error),
            observations: estimate.observations,
            degrees_of_freedom: estimate.degrees_of_freedom,
        };
        estimate.interval = proportion_interval(facts, interval, options.level);
        Ok(estimate)
    }

    /// Quantile of a variable, its error as chosen (`svyquantile` of a `svrepdesign` in R).
    ///
    /// # Errors
    ///
    /// As of [`crate::quantile()`] and [`Replicates::estimate`]; for [`QuantileError::Spread`] a negative replicate weight in the domain.
    pub fn quantile(
        &self,
        design: &Design,
        domain: &Domain,
        variable: &Column,
        probability: f64,
        error: QuantileError,
        options: &Options,
    ) -> Result<Quantile, EstimateFault> {
        let share = |below: &Column| self.estimate(design, domain, Measure::Mean(below), options);
        let found = quantile_by(design, domain, variable, probability, options, share)?;
        if error == QuantileError::Woodruff {
            return Ok(found);
        }
        let selected = select(design, domain, &[variable], options)?;
        let mut sorted: Vec<(f64, usize)> = selected
            .positions
            .iter()
            .map(|&position| position as usize)
            .map(|position| (variable.values[design.order[position] as usize], position))
            .collect();
        sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut values = Vec::with_capacity(self.count());
        for replicate in 0..self.count() {
            let points: Vec<(f64, f64)> =
                sorted.iter().map(|&(value, position)| (value, self.weight(design, replicate, position))).collect();
            if let Some(place) = points.iter().position(|(_, weight)| *weight < 0.0) {
                let row = design.order[sorted[place].1] as usize + 1;
                return Err(EstimateFault::NegativeWeight { row, weight: points[place].1 });
            }
            let sum: f64 = points.iter().map(|(_, weight)| weight).sum();
            values.push(if sum > 0.0 { lookup(&points, sum, probability) } else { f64::NAN });
        }
        // What is known of the error in the design, such as answers from one cluster, is that of the share below.
        let below = variable.values.iter().map(|&x| if x.is_nan() { x } else { f64::from(u8::from(x <= found.value)) }).collect();
        let share = mean(design, domain, &Column::new(variable.name.clone(), below), options)?;
        let figures = Figures { values, noise: 64.0 * f64::EPSILON * found.value.abs() };
        let full = Estimate { value: found.value, ..share };
        let spread = self.with_error(design, &selected.positions, full, &figures, options)?;
        Ok(Quantile {
            standard_error: spread.standard_error,
            interval: spread.interval,
            replicates_without_estimate: spread.replicates_without_estimate,
            ..found
        })
    }

    /// Correlation of two variables, its error from the correlations of the replicates (`withReplicates` in R), its interval that of
    /// [`crate::correlation()`]. A replicate in which one of both is constant is left out and counted.
    ///
    /// # Errors
    ///
    /// As of [`crate::correlation()`]; a design other than the one the replicates were made from.
    pub fn correlation(
        &self,
        design: &Design,
        domain: &Domain,
        one: &Column,
        other: &Column,
        options: &Options,
    ) -> Result<Estimate, EstimateFault> {
        self.belongs_to(design)?;
        let full = correlation(design, domain, one, other, options)?;
        let selected = select(design, domain, &[one, other], options)?;
        let centred = Moments::of(design, &selected, &[one, other])?.centred;
        let of_replicate = |replicate: usize| {
            let weights: Vec<f64> = selected.positions.iter().map(|&position| self.weight(design, replicate, position as usize)).collect();
            correlation_under(&weights, &centred[0], &centred[1])
        };
        let figures = Figures { values: (0..self.count()).map(of_replicate).collect(), noise: 64.0 * f64::EPSILON };
        let mut estimate = self.with_error(design, &selected.positions, full, &figures, options)?;
        if estimate.standard_error.is_some() {
            estimate.interval = fisher_interval(&estimate, options.level);
        }
        Ok(estimate)
    }

    /// The estimate of the whole sample with the error of the replicates' figures.
    fn with_error(
        &self,
        design: &Design,
        positions: &[u32],
        full: Estimate,
        figures: &Figures,
        options: &Options,
    ) -> Result<Estimate, EstimateFault> {
        let degrees_of_freedom = self.degrees_of_freedom(design, positions, full.degrees_of_freedom, options);
        let linear = full.standard_error.map(|error| error * error);
        let blank = Estimate {
            standard_error: None,
            variance: Variance::Replicates,
            degrees_of_freedom,
            coefficient_of_variation: None,
            design_effect: None,
            replicates_without_estimate: figures.without(),
            ..full
        };
        let Some(linear) = linear else { return Ok(blank) };
        let Some(variance) = self.spread(figures, blank.value) else {
            return Ok(Estimate { interval: Err(IntervalGap::FewReplicates), ..blank });
        };
        if !variance.is_finite() {
            return Err(EstimateFault::Overflow);
        }
        // Replicates that differ by rounding alone show no error.
        let variance = if variance <= figures.noise * figures.noise { 0.0 } else { variance };
        // Weights that move together show no difference, unless the design itself says that there is none.
        let told = variance <= 0.0 && (linear > 0.0 || self.freedom == ReplicateFreedom::Rank);
        let standard_error = (!told || self.rank(design, positions) > 1).then_some(variance.sqrt());
        Ok(Estimate {
            standard_error,
            interval: t_interval(blank.value, standard_error, degrees_of_freedom, options.level),
            coefficient_of_variation: standard_error.filter(|_| blank.value.abs() > 0.0).map(|error| error / blank.value.abs()),
            design_effect: full.design_effect.filter(|_| linear > 0.0 && standard_error.is_some()).map(|effect| effect / linear * variance),
            ..blank
        })
    }

    /// Variance over the replicates that have a figure; none where fewer than two do. The scale stays that of all replicates, as in R.
    fn spread(&self, figures: &Figures, full: f64) -> Option<f64> {
        let told = || figures.values.iter().zip(&self.replicate_scales).filter(|(value, _)| value.is_finite());
        if told().count() < 2 {
            return None;
        }
        let centre = match self.centre {
            Centre::FullSample => full,
            Centre::ReplicateMean => {
                let counted = || told().filter(|&(_, &scale)| scale > 0.0);
                counted().map(|(value, _)| value).sum::<f64>() / counted().count().max(1) as f64
            }
        };
        Some(self.scale * told().map(|(value, scale)| scale * (value - centre).powi(2)).sum::<f64>())
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

/// Correlation of two columns under other weights; NaN where one of both does not vary over the rows with weight.
fn correlation_under(weights: &[f64], one: &[f64], other: &[f64]) -> f64 {
    let varies = |column: &[f64]| {
        let mut counted = column.iter().zip(weights).filter(|(_, weight)| weight.abs() > 0.0).map(|(value, _)| *value);
        counted.next().is_some_and(|first| counted.any(|value| (value - first).abs() > 0.0))
    };
    if !(varies(one) && varies(other)) {
        return f64::NAN;
    }
    let all: f64 = weights.iter().sum();
    let mean = |column: &[f64]| weights.iter().zip(column).map(|(weight, value)| weight * value).sum::<f64>() / all;
    let (first, second) = (mean(one), mean(other));
    let (mut squares, mut other_squares, mut products) = (0.0, 0.0, 0.0);
    for ((weight, x), y) in weights.iter().zip(one).zip(other) {
        let (x, y) = (x - first, y - second);
        squares += weight * x * x;
        other_squares += weight * y * y;
        products += weight * x * y;
    }
    products / (squares * other_squares).sqrt()
}
