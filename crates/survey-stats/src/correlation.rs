//! Correlations, linearised, and weighted covariances of several variables.

use crate::column::Column;
use crate::design::Design;
use crate::domain::Domain;
use crate::estimate::{Estimate, Linear, Options, Selected, Statistic, finish, select};
use crate::fault::EstimateFault;
use crate::interval::{Interval, IntervalGap, IntervalMethod, Level, critical};
use crate::matrix::Matrix;

/// Pearson's correlation of two variables over the population of a domain.
///
/// Scores are those of a function of the moments: (z₁ z₂ - r (z₁² + z₂²) / 2) / N̂ with standardised z. The interval is a t interval of
/// artanh r, turned back (Fisher 1921).
///
/// # Errors
///
/// As of [`crate::total`]; a variable that is constant in the domain.
pub fn correlation(design: &Design, domain: &Domain, one: &Column, other: &Column, options: &Options) -> Result<Estimate, EstimateFault> {
    let selected = select(design, domain, &[one, other], options)?;
    let moments = Moments::of(design, &selected, &[one, other])?;
    let covariance = &moments.covariance;
    let r = (covariance.get(0, 1) / (covariance.get(0, 0) * covariance.get(1, 1)).sqrt()).clamp(-1.0, 1.0);
    let [first, second] = [0, 1].map(|place| covariance.get(place, place).sqrt());
    let pairs = moments.centred[0].iter().zip(&moments.centred[1]);
    let residuals = pairs.map(|(x, y)| (x / first, y / second)).map(|(x, y)| x * y - r / 2.0 * (x * x + y * y)).collect();
    let linear = Linear { statistic: Statistic::Correlation, value: r, residuals, scale: 1.0 / selected.weight_sum, carriers: None };
    let (mut estimate, _) = finish(design, &selected, linear, options)?;
    estimate.design_effect = None;
    if estimate.standard_error.is_some() {
        estimate.interval = fisher_interval(&estimate, options.level);
    }
    Ok(estimate)
}

/// The t interval of artanh r, turned back, of a correlation whose error is known.
pub(crate) fn fisher_interval(estimate: &Estimate, level: Level) -> Result<Interval, IntervalGap> {
    let (r, degrees_of_freedom) = (estimate.value, estimate.degrees_of_freedom);
    let standard_error = estimate.standard_error.ok_or(IntervalGap::OneCluster)?;
    let reach = |t: f64| t * standard_error / (1.0 - r * r);
    critical(degrees_of_freedom, level).map(|t| {
        let (low, high) = if r.abs() < 1.0 { ((r.atanh() - reach(t)).tanh(), (r.atanh() + reach(t)).tanh()) } else { (r, r) };
        Interval { low, high, method: IntervalMethod::FisherZ, level, degrees_of_freedom }
    })
}

/// Means, centred figures and covariances of several columns over the same rows.
pub(crate) struct Moments {
    pub(crate) means: Vec<f64>,
    /// Figures minus the mean, column by column, one a selected row.
    pub(crate) centred: Vec<Vec<f64>>,
    /// Σ w (x - x̄)(y - ȳ) / Σ w.
    pub(crate) covariance: Matrix,
}

impl Moments {
    /// # Errors
    ///
    /// A column that is constant over the selected rows.
    pub(crate) fn of(design: &Design, selected: &Selected, columns: &[&Column]) -> Result<Self, EstimateFault> {
        let weights: Vec<f64> = selected.positions.iter().map(|&position| design.weights[position as usize]).collect();
        let (mut means, mut centred) = (Vec::new(), Vec::new());
        for column in columns {
            let values: Vec<f64> = selected.pairs(design, column).map(|(_, value)| value).collect();
            if values.iter().all(|value| (value - values[0]).abs() <= 0.0) {
                return Err(EstimateFault::Constant { column: column.name.clone() });
            }
            let mean = weights.iter().zip(&values).map(|(weight, value)| weight * value).sum::<f64>() / selected.weight_sum;
            means.push(mean);
            centred.push(values.iter().map(|value| value - mean).collect::<Vec<f64>>());
        }
        let covariance = weighted_products(&weights, &centred, selected.weight_sum);
        if !covariance.is_finite() {
            return Err(EstimateFault::Overflow);
        }
        if let Some(place) = (0..columns.len()).find(|&place| covariance.get(place, place) <= 0.0) {
            return Err(EstimateFault::Constant { column: columns[place].name.clone() });
        }
        Ok(Self { means, centred, covariance })
    }

    pub(crate) fn correlations(&self) -> Matrix {
        let scale: Vec<f64> = self.covariance.diagonal().iter().map(|variance| variance.sqrt()).collect();
        let figure = |row: usize, column: usize| {
            if row == column { 1.0 } else { self.covariance.get(row, column) / (scale[row] * scale[column]) }
        };
        Matrix::from_fn(scale.len(), scale.len(), figure)
    }
}

pub(crate) fn weighted_products(weights: &[f64], columns: &[Vec<f64>], over: f64) -> Matrix {
    let mut products = Matrix::zeros(columns.len(), columns.len());
    for row in 0..columns.len() {
        for column in 0..=row {
            let sum: f64 = weights.iter().zip(&columns[row]).zip(&columns[column]).map(|((weight, a), b)| weight * a * b).sum();
            products.set(row, column, sum / over);
            products.set(column, row, sum / over);
        }
    }
    products
}
