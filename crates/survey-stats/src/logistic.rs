//! Weighted logistic regression by iteratively reweighted least squares, as far as the score equations.

use crate::matrix::{Basis, Matrix, dot};

/// A fitted regression; one figure a row, zero for rows without weight.
pub(crate) struct Fit {
    pub(crate) coefficients: Vec<f64>,
    pub(crate) probabilities: Vec<f64>,
    /// (Σ w p (1 - p) x x')⁻¹.
    pub(crate) inverse: Matrix,
    pub(crate) iterations: usize,
    /// -2 Σ w log-likelihood.
    pub(crate) deviance: f64,
}

/// Why there is no fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoFit {
    /// A column depends on those before it.
    Dependent(usize),
    /// The coefficients grow without end.
    Separated,
}

const ROUNDS: usize = 100;
/// Log-odds behind which all rows of an outcome lie when predictors separate it.
const FAR: f64 = 30.0;

pub(crate) fn fit(columns: &[Vec<f64>], outcome: &[f64], weights: &[f64]) -> Result<Fit, NoFit> {
    let rows = outcome.len();
    let roots: Vec<f64> = weights.iter().map(|weight| weight.max(0.0).sqrt()).collect();
    let scaled =
        |by: &[f64]| -> Vec<Vec<f64>> { columns.iter().map(|column| column.iter().zip(by).map(|(x, root)| x * root).collect()).collect() };
    Basis::new(scaled(&roots)).map_err(|dependent| NoFit::Dependent(dependent.0))?;
    let all: f64 = weights.iter().sum();
    let start = (dot(weights, outcome) / all).clamp(1e-6, 1.0 - 1e-6);
    let mut lines = vec![(start / (1.0 - start)).ln(); rows];
    let mut coefficients = vec![0.0; columns.len()];
    let mut last = deviance(&lines, outcome, weights);
    for round in 1..=ROUNDS {
        let probabilities: Vec<f64> = lines.iter().map(|line| inverse_logit(*line)).collect();
        // Beside p near 0 or 1 the working weight keeps a floor, so that the step stays finite.
        let working: Vec<f64> = probabilities.iter().zip(&roots).map(|(p, root)| root * (p * (1.0 - p)).max(1e-300).sqrt()).collect();
        let basis = Basis::new(scaled(&working)).map_err(|_| NoFit::Separated)?;
        let residuals: Vec<f64> = outcome
            .iter()
            .zip(&probabilities)
            .zip(weights.iter().zip(&working))
            .map(|((y, p), (weight, root))| if *root > 0.0 { weight * (y - p) / root } else { 0.0 })
            .collect();
        let target: Vec<f64> = lines.iter().zip(&working).zip(&residuals).map(|((line, root), left)| line * root + left).collect();
        let goal = basis.coefficients(&target);
        let goal_lines = linear(columns, &goal, rows);
        let (mut share, from) = (1.0, lines.clone());
        let now = loop {
            lines = from.iter().zip(&goal_lines).map(|(from, goal)| from + share * (goal - from)).collect();
            let now = deviance(&lines, outcome, weights);
            if now <= last * (1.0 + 1e-12) || share < 1e-6 {
                break now;
            }
            share /= 2.0;
        };
        let change = goal.iter().zip(&coefficients).map(|(new, old)| (new - old).abs() / (new.abs() + 1e-6)).fold(0.0, f64::max);
        coefficients = goal;
        let far = lines.iter().zip(weights).filter(|(_, weight)| **weight > 0.0).any(|(line, _)| line.abs() > FAR);
        if far && (last - now).abs() < 1e-6 * all {
            return Err(NoFit::Separated);
        }
        last = now;
        if change < 1e-12 && share >= 1.0 {
            let probabilities: Vec<f64> = lines.iter().map(|line| inverse_logit(*line)).collect();
            let working: Vec<f64> = probabilities.iter().zip(&roots).map(|(p, root)| root * (p * (1.0 - p)).sqrt()).collect();
            let basis = Basis::new(scaled(&working)).map_err(|_| NoFit::Separated)?;
            return Ok(Fit { coefficients, probabilities, inverse: basis.inverse_of_products(), iterations: round, deviance: now });
        }
    }
    Err(NoFit::Separated)
}

/// Σ x b for each row.
pub(crate) fn linear(columns: &[Vec<f64>], coefficients: &[f64], rows: usize) -> Vec<f64> {
    let mut lines = vec![0.0; rows];
    for (column, slope) in columns.iter().zip(coefficients) {
        lines.iter_mut().zip(column).for_each(|(line, x)| *line += x * slope);
    }
    lines
}

pub(crate) fn inverse_logit(x: f64) -> f64 {
    if x < 0.0 {
        let e = x.exp();
        e / (1.0 + e)
    } else {
        1.0 / (1.0 + (-x).exp())
    }
}

fn deviance(lines: &[f64], outcome: &[f64], weights: &[f64]) -> f64 {
    // log(1 + exp(-s)) for the log-odds s of what was seen.
    let of_row = |(line, y): (&f64, &f64)| {
        let s = if *y > 0.5 { *line } else { -*line };
        if s > 0.0 { (-s).exp().ln_1p() } else { -s + s.exp().ln_1p() }
    };
    2.0 * lines
        .iter()
        .zip(outcome)
        .zip(weights)
        .filter(|(_, weight)| **weight > 0.0)
        .map(|(pair, weight)| weight * of_row(pair))
        .sum::<f64>()
}
