//! Whether items measure one thing: Cronbach's alpha and item-total correlations, weighted.

use crate::column::Column;
use crate::correlation::Moments;
use crate::design::Design;
use crate::domain::Domain;
use crate::estimate::{Estimate, Linear, Options, Statistic, finish, select};
use crate::fault::EstimateFault;
use crate::matrix::Matrix;

/// One item of a scale.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemReliability {
    /// Name of the item.
    pub name: String,
    /// Weighted mean.
    pub mean: f64,
    /// Weighted standard deviation, with Σ w in the divisor.
    pub deviation: f64,
    /// Correlation with the sum of the other items.
    pub item_total: f64,
    /// Alpha of the other items; none where fewer than two are left.
    pub alpha_without: Option<f64>,
}

/// Reliability of a scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Reliability {
    /// Cronbach's alpha with its error and t interval.
    pub alpha: Estimate,
    /// Alpha of standardised items: k r̄ / (1 + (k - 1) r̄).
    pub standardised_alpha: f64,
    /// The items, in the order of the input.
    pub items: Vec<ItemReliability>,
}

/// Cronbach's alpha (1951) of the sum of the items, and each item's part in it. Items must point the same way: turn reversed ones first.
///
/// Alpha is a function of moments, so its scores are k / (k - 1) · (A / B² · (t - t̄)² - Σ (x - x̄)² / B) / N̂ with A the sum of the items'
/// variances and B that of their sum.
///
/// # Errors
///
/// As of [`crate::total`]; fewer than two items; a constant item; items whose sum is constant.
pub fn reliability(design: &Design, domain: &Domain, items: &[Column], options: &Options) -> Result<Reliability, EstimateFault> {
    if items.len() < 2 {
        return Err(EstimateFault::OutOfRange { what: "items", value: items.len() as f64 });
    }
    let columns: Vec<&Column> = items.iter().collect();
    let selected = select(design, domain, &columns, options)?;
    let moments = Moments::of(design, &selected, &columns)?;
    let covariance = &moments.covariance;
    let all: Vec<usize> = (0..items.len()).collect();
    let sum_name = || "sum of items".to_owned();
    let value = alpha(covariance, &all).ok_or_else(|| EstimateFault::Constant { column: sum_name() })?;
    let (k, own) = (items.len() as f64, covariance.diagonal().iter().sum::<f64>());
    let of_sum = sum_of(covariance, &all);
    let residual = |row: usize| {
        let (mut sum, mut squares) = (0.0, 0.0);
        for column in &moments.centred {
            sum += column[row];
            squares += column[row] * column[row];
        }
        k / (k - 1.0) * (own / (of_sum * of_sum) * sum * sum - squares / of_sum)
    };
    let residuals = (0..selected.positions.len()).map(residual).collect();
    let linear = Linear { statistic: Statistic::Alpha, value, residuals, scale: 1.0 / selected.weight_sum, carriers: None };
    let (mut estimate, _) = finish(design, &selected, linear, options)?;
    estimate.design_effect = None;
    let correlations = moments.correlations();
    let pairs = k * (k - 1.0);
    let mean_correlation = (sum_of(&correlations, &all) - k) / pairs;
    let item = |place: usize| {
        let others: Vec<usize> = all.iter().copied().filter(|&other| other != place).collect();
        let with_others: f64 = others.iter().map(|&other| covariance.get(place, other)).sum();
        let (variance, rest) = (covariance.get(place, place), sum_of(covariance, &others));
        ItemReliability {
            name: items[place].name.clone(),
            mean: moments.means[place],
            deviation: variance.sqrt(),
            item_total: if rest > 0.0 { with_others / (variance * rest).sqrt() } else { 0.0 },
            alpha_without: alpha(covariance, &others),
        }
    };
    Ok(Reliability {
        alpha: estimate,
        standardised_alpha: k * mean_correlation / (1.0 + (k - 1.0) * mean_correlation),
        items: all.iter().map(|&place| item(place)).collect(),
    })
}

/// Variance of the sum of some items.
fn sum_of(covariance: &Matrix, items: &[usize]) -> f64 {
    items.iter().flat_map(|&row| items.iter().map(move |&column| (row, column))).map(|(row, column)| covariance.get(row, column)).sum()
}

fn alpha(covariance: &Matrix, items: &[usize]) -> Option<f64> {
    let k = items.len() as f64;
    let of_sum = sum_of(covariance, items);
    let own: f64 = items.iter().map(|&item| covariance.get(item, item)).sum();
    (items.len() > 1 && of_sum > 1e-12 * own).then(|| k / (k - 1.0) * (1.0 - own / of_sum))
}
