//! What drives an outcome: Shapley shares of the explained variance, and importance beside performance.

use crate::column::Column;
use crate::correlation::Moments;
use crate::design::Design;
use crate::domain::Domain;
use crate::estimate::{Estimate, Options, mean, select};
use crate::fault::EstimateFault;
use crate::matrix::{Matrix, dot};
use crate::replicates::Replicates;

/// Most predictors whose subsets are all tried.
const MOST: usize = 18;

/// One predictor of an outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Driver {
    /// Name of the predictor.
    pub name: String,
    /// Part of R² that is the predictor's: its gain averaged over all orders of the predictors.
    pub share: f64,
    /// Standard error of the share by replicates; none where no replicates were given, where fewer than two of them give shares, or where
    /// all answers lie in one sampled cluster, so that they show no error.
    pub share_error: Option<f64>,
    /// Part of the explained variance: share over R².
    pub relative: f64,
    /// Coefficient of the standardised predictor for the standardised outcome, all predictors together.
    pub standardised: f64,
    /// Mean of the predictor: its performance.
    pub performance: Estimate,
}

/// Where a predictor stands between importance and performance (Martilla & James 1977).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quadrant {
    /// Important, performed below the mean: work here first.
    Concentrate,
    /// Important and performed well.
    KeepUp,
    /// Neither important nor performed well.
    LowPriority,
    /// Performed well and not important.
    PossibleOverkill,
}

/// Drivers of an outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Drivers {
    /// Weighted share of the outcome's variance that all predictors explain.
    pub r_squared: f64,
    /// The predictors, in the order of the input.
    pub drivers: Vec<Driver>,
    /// Rows with all answers.
    pub observations: usize,
    /// Replicates in which a share is not defined, which were left out.
    pub replicates_without_estimate: usize,
}

impl Drivers {
    /// Quadrant of each driver, split at the mean share and the mean performance, and whether both sides are sure: no interval of the
    /// performance holds the mean performance, and no t interval of the share the mean share. Whether a quadrant is sure is not known
    /// where the performance is and the share has no error. All performances must be on one scale.
    pub fn quadrants(&self) -> Vec<(Quadrant, Option<bool>)> {
        let count = self.drivers.len() as f64;
        let share = self.drivers.iter().map(|driver| driver.share).sum::<f64>() / count;
        let performance = self.drivers.iter().map(|driver| driver.performance.value).sum::<f64>() / count;
        let place = |driver: &Driver| {
            let quadrant = match (driver.share >= share, driver.performance.value >= performance) {
                (true, false) => Quadrant::Concentrate,
                (true, true) => Quadrant::KeepUp,
                (false, false) => Quadrant::LowPriority,
                (false, true) => Quadrant::PossibleOverkill,
            };
            let sure_performance =
                driver.performance.interval.is_ok_and(|interval| performance < interval.low || performance > interval.high);
            let error = driver.performance.standard_error.filter(|error| *error > 0.0);
            let reach = match (driver.performance.interval, error) {
                (Ok(interval), Some(error)) => (interval.high - driver.performance.value) / error,
                _ => f64::INFINITY,
            };
            let sure_share = driver.share_error.map(|error| (driver.share - share).abs() > reach * error);
            (quadrant, if sure_performance { sure_share } else { Some(false) })
        };
        self.drivers.iter().map(place).collect()
    }
}

/// Shapley shares (Lindeman, Merenda & Gold 1980; Grömping 2007) of the weighted R² of a linear regression, over all subsets.
/// With replicates each share has a standard error.
///
/// # Errors
///
/// As of [`crate::total`]; no predictor, or more than 18; a constant variable; a predictor that follows from others; replicates of another design.
pub fn drivers(
    design: &Design,
    domain: &Domain,
    outcome: &Column,
    predictors: &[Column],
    replicates: Option<&Replicates>,
    options: &Options,
) -> Result<Drivers, EstimateFault> {
    if predictors.is_empty() || predictors.len() > MOST {
        return Err(EstimateFault::OutOfRange { what: "predictors", value: predictors.len() as f64 });
    }
    let columns: Vec<&Column> = predictors.iter().chain([outcome]).collect();
    let selected = select(design, domain, &columns, options)?;
    let moments = Moments::of(design, &selected, &columns)?;
    let correlations = moments.correlations();
    let (r_squared, shares) = shapley(&correlations).map_err(|place| EstimateFault::Dependent { column: columns[place].name.clone() })?;
    let others: Vec<usize> = (0..predictors.len()).collect();
    let with_outcome = correlations.column(predictors.len());
    let standardised = correlations.part(&others, &others).solve(&with_outcome[..predictors.len()]).unwrap_or_default();
    let (mut errors, mut without) = (None, 0);
    if let Some(replicates) = replicates {
        let rows: Vec<usize> = selected.positions.iter().map(|&position| design.order[position as usize] as usize).collect();
        let found = replicates.covariance_of(design, |weights| {
            let weights: Vec<f64> = rows.iter().map(|&row| weights[row]).collect();
            shapley(&correlations_of(&weights, &moments.centred)?).ok().map(|(_, shares)| shares)
        });
        match found {
            Ok(found) => {
                without = found.without;
                errors = Some(found.covariance.diagonal().iter().map(|variance| variance.max(0.0).sqrt()).collect::<Vec<f64>>());
            }
            Err(EstimateFault::ReplicateWithoutEstimate { .. }) => without = replicates.count(),
            Err(fault) => return Err(fault),
        }
    }
    let mut found = Vec::with_capacity(predictors.len());
    // Performance stands on the same rows as the shares.
    let mut inside = vec![false; design.rows()];
    for &position in &selected.positions {
        inside[design.order[position as usize] as usize] = true;
    }
    let rows = design.domain(domain.name.clone(), &inside)?;
    for (place, predictor) in predictors.iter().enumerate() {
        found.push(Driver {
            name: predictor.name.clone(),
            share: shares[place],
            share_error: errors.as_ref().map(|errors| errors[place]),
            relative: if r_squared > 0.0 { shares[place] / r_squared } else { 0.0 },
            standardised: standardised.get(place).copied().unwrap_or(0.0),
            performance: mean(design, &rows, predictor, options)?,
        });
    }
    // Replicates of one cluster are all alike, which is no error of zero.
    if found.iter().all(|driver| driver.performance.standard_error.is_none()) {
        found.iter_mut().for_each(|driver| driver.share_error = None);
    }
    Ok(Drivers { r_squared, drivers: found, observations: selected.positions.len(), replicates_without_estimate: without })
}

/// Correlations under other weights; none where a variable becomes constant.
fn correlations_of(weights: &[f64], columns: &[Vec<f64>]) -> Option<Matrix> {
    let all: f64 = weights.iter().sum();
    let means: Vec<f64> = columns.iter().map(|column| dot(weights, column) / all).collect();
    let products = crate::correlation::weighted_products(weights, columns, all);
    let covariance = |row: usize, column: usize| products.get(row, column) - means[row] * means[column];
    let scale: Vec<f64> = (0..columns.len()).map(|place| covariance(place, place).sqrt()).collect();
    let found = Matrix::from_fn(columns.len(), columns.len(), |row, column| {
        if row == column { 1.0 } else { covariance(row, column) / (scale[row] * scale[column]) }
    });
    (found.is_finite() && scale.iter().all(|scale| *scale > 0.0)).then_some(found)
}

/// R² of all predictors and each one's share; the last row and column are the outcome's. The fault is the place of a predictor that follows from others.
fn shapley(correlations: &Matrix) -> Result<(f64, Vec<f64>), usize> {
    let count = correlations.rows() - 1;
    let outcome = correlations.column(count);
    let all: Vec<usize> = (0..count).collect();
    if let Some(place) = (1..=count).find(|&size| correlations.part(&all[..size], &all[..size]).cholesky().is_none()) {
        return Err(place - 1);
    }
    let mut explained = vec![0.0; 1 << count];
    for (set, value) in explained.iter_mut().enumerate().skip(1) {
        let members: Vec<usize> = all.iter().copied().filter(|place| set >> place & 1 == 1).collect();
        let right: Vec<f64> = members.iter().map(|&place| outcome[place]).collect();
        let Some(lower) = correlations.part(&members, &members).cholesky() else { return Err(members[members.len() - 1]) };
        let half = lower.solve_lower(&right);
        *value = dot(&half, &half);
    }
    // Weight of a set of this size before the predictor: size! (count - size - 1)! / count!.
    let mut weight = vec![1.0 / count as f64; count];
    for size in 1..count {
        weight[size] = weight[size - 1] * size as f64 / (count - size) as f64;
    }
    let mut shares = vec![0.0; count];
    for (set, &before) in explained.iter().enumerate() {
        for (place, share) in shares.iter_mut().enumerate().filter(|(place, _)| set >> place & 1 == 0) {
            *share += weight[set.count_ones() as usize] * (explained[set | 1 << place] - before);
        }
    }
    Ok((explained[explained.len() - 1], shares))
}
