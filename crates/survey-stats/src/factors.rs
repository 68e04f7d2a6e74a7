//! Exploratory factor analysis of weighted correlations: whether they suit, by maximum likelihood, turned by varimax.

use crate::column::Column;
use crate::correlation::Moments;
use crate::design::Design;
use crate::distribution::chi_square_upper;
use crate::domain::Domain;
use crate::estimate::{Options, select};
use crate::fault::EstimateFault;
use crate::matrix::{Matrix, dot};

/// Smallest share of an item's variance that factors leave unexplained, as `factanal` sets it.
const LEAST_UNIQUE: f64 = 0.005;
const ROUNDS: usize = 2000;

/// Whether correlations suit a factor analysis.
#[derive(Debug, Clone, PartialEq)]
pub struct Suitability {
    /// Measure of Kaiser, Meyer & Olkin: share of correlation that is not partial (Kaiser 1974).
    pub kmo: f64,
    /// The same for each item.
    pub kmo_of_items: Vec<f64>,
    /// Bartlett's statistic that no items are correlated (1951), for a simple random sample of as many answers.
    pub bartlett: f64,
    /// Its degrees of freedom.
    pub degrees_of_freedom: f64,
    /// Its probability; the design is not in it, so with clusters it is too small.
    pub p_value: Option<f64>,
    /// Eigenvalues of the correlations, largest first; those above 1 are a usual number of factors.
    pub eigenvalues: Vec<f64>,
}

/// Factors of items.
#[derive(Debug, Clone)]
pub struct Factors {
    /// Names of the items.
    pub items: Vec<String>,
    /// Weighted correlations of the items.
    pub correlations: Matrix,
    /// Suitability of the correlations.
    pub suitability: Suitability,
    /// Loadings as found, items by factors, factors by falling share.
    pub loadings: Matrix,
    /// Loadings turned by varimax with Kaiser's normalisation, factors by falling share, each with positive sum.
    pub turned: Matrix,
    /// Share of each item's variance that the factors leave.
    pub uniquenesses: Vec<f64>,
    /// Share of all variance that each turned factor explains.
    pub explained: Vec<f64>,
    /// Test that so many factors are enough, for a simple random sample of as many answers: statistic, degrees of freedom, probability. None without degrees of freedom.
    pub fit: Option<(f64, f64, Option<f64>)>,
    /// Rows with all answers.
    pub observations: usize,
}

/// Maximum likelihood factors (Lawley & Maxwell 1971) of the weighted correlations of items over a domain, as `svyfactanal`.
///
/// # Errors
///
/// As of [`crate::total`]; a constant item; no factor or more than the items can bear; items that follow from others; a search that does not settle.
pub fn factor_analysis(
    design: &Design,
    domain: &Domain,
    items: &[Column],
    factors: usize,
    options: &Options,
) -> Result<Factors, EstimateFault> {
    let columns: Vec<&Column> = items.iter().collect();
    let (k, m) = (items.len() as f64, factors as f64);
    let free = ((k - m).powi(2) - k - m) / 2.0;
    if factors == 0 || items.len() < 3 || free < 0.0 {
        return Err(EstimateFault::OutOfRange { what: "factors", value: m });
    }
    let selected = select(design, domain, &columns, options)?;
    let observations = selected.positions.len();
    let correlations = Moments::of(design, &selected, &columns)?.correlations();
    let suitability = suitability(&correlations, observations)?;
    let (uniquenesses, misfit) = search(&correlations, factors)?;
    let loadings = loadings_of(&correlations, &uniquenesses, factors);
    let turned = arrange(&varimax(&loadings));
    let explained = (0..factors).map(|factor| dot(turned.column(factor), turned.column(factor)) / k).collect();
    let statistic = (observations as f64 - 1.0 - (2.0 * k + 5.0) / 6.0 - 2.0 * m / 3.0) * misfit;
    let fit = (free > 0.0).then(|| (statistic, free, chi_square_upper(statistic, free)));
    let items = items.iter().map(|item| item.name.clone()).collect();
    Ok(Factors { items, correlations, suitability, loadings, turned, uniquenesses, explained, fit, observations })
}

fn suitability(correlations: &Matrix, observations: usize) -> Result<Suitability, EstimateFault> {
    let size = correlations.rows();
    let inverse = correlations.inverse().ok_or(EstimateFault::SingularCovariance)?;
    let partial = |row: usize, column: usize| inverse.get(row, column).powi(2) / (inverse.get(row, row) * inverse.get(column, column));
    let sums = |row: usize| {
        let others = || (0..size).filter(move |&column| column != row);
        let plain: f64 = others().map(|column| correlations.get(row, column).powi(2)).sum();
        (plain, others().map(|column| partial(row, column)).sum::<f64>())
    };
    let by_item: Vec<(f64, f64)> = (0..size).map(sums).collect();
    let share = |(plain, partial): (f64, f64)| if plain + partial > 0.0 { plain / (plain + partial) } else { 0.0 };
    let all = by_item.iter().fold((0.0, 0.0), |sum, item| (sum.0 + item.0, sum.1 + item.1));
    let k = size as f64;
    let log_determinant = correlations.log_determinant().ok_or(EstimateFault::SingularCovariance)?;
    let bartlett = -(observations as f64 - 1.0 - (2.0 * k + 5.0) / 6.0) * log_determinant;
    let degrees_of_freedom = k * (k - 1.0) / 2.0;
    Ok(Suitability {
        kmo: share(all),
        kmo_of_items: by_item.into_iter().map(share).collect(),
        bartlett,
        degrees_of_freedom,
        p_value: chi_square_upper(bartlett, degrees_of_freedom),
        eigenvalues: correlations.eigen().0,
    })
}

/// Correlations divided by the roots of the uniquenesses, as eigenvalues and vectors.
fn scaled(correlations: &Matrix, uniquenesses: &[f64]) -> (Vec<f64>, Matrix) {
    let size = correlations.rows();
    let figure = |row: usize, column: usize| correlations.get(row, column) / (uniquenesses[row] * uniquenesses[column]).sqrt();
    Matrix::from_fn(size, size, figure).eigen()
}

fn loadings_of(correlations: &Matrix, uniquenesses: &[f64], factors: usize) -> Matrix {
    let (values, vectors) = scaled(correlations, uniquenesses);
    let figure = |row: usize, factor: usize| uniquenesses[row].sqrt() * vectors.get(row, factor) * (values[factor] - 1.0).max(0.0).sqrt();
    Matrix::from_fn(correlations.rows(), factors, figure)
}

/// Misfit Σ (θ - ln θ - 1) over the eigenvalues that the factors leave, and its slopes by the logarithms of the uniquenesses.
fn misfit(correlations: &Matrix, logs: &[f64], factors: usize) -> (f64, Vec<f64>) {
    let uniquenesses: Vec<f64> = logs.iter().map(|log| log.exp()).collect();
    let (values, vectors) = scaled(correlations, &uniquenesses);
    let left = factors..values.len();
    let value = left.clone().map(|place| values[place] - values[place].max(f64::MIN_POSITIVE).ln() - 1.0).sum();
    // dθ/d ln ψᵢ = -θ ωᵢ², so the slope is Σ (1 - θ) ωᵢ².
    let slope = |row: usize| left.clone().map(|place| (1.0 - values[place]) * vectors.get(row, place).powi(2)).sum();
    (value, (0..logs.len()).map(slope).collect())
}

/// Least misfit by quasi-Newton steps (Broyden, Fletcher, Goldfarb & Shanno) on the logarithms, held above the least uniqueness.
fn search(correlations: &Matrix, factors: usize) -> Result<(Vec<f64>, f64), EstimateFault> {
    let size = correlations.rows();
    let inverse = correlations.inverse().ok_or(EstimateFault::SingularCovariance)?;
    let (low, high) = (LEAST_UNIQUE.ln(), 0.0);
    let start = |row: usize| ((1.0 - 0.5 * factors as f64 / size as f64) / inverse.get(row, row)).ln().clamp(low, high);
    let mut logs: Vec<f64> = (0..size).map(start).collect();
    let (mut value, mut slope) = misfit(correlations, &logs, factors);
    let mut curve = Matrix::identity(size);
    for _ in 0..ROUNDS {
        // Items at a bound that push against it stay there.
        let free: Vec<bool> = logs.iter().zip(&slope).map(|(x, g)| !((*x <= low && *g > 0.0) || (*x >= high && *g < 0.0))).collect();
        let pull: Vec<f64> = slope.iter().zip(&free).map(|(g, free)| if *free { *g } else { 0.0 }).collect();
        if pull.iter().all(|g| g.abs() <= 1e-10) {
            return Ok((logs.iter().map(|log| log.exp()).collect(), value));
        }
        let mut step: Vec<f64> = curve.times_vector(&pull).iter().zip(&free).map(|(x, free)| if *free { -x } else { 0.0 }).collect();
        if dot(&step, &pull) >= 0.0 {
            curve = Matrix::identity(size);
            step = pull.iter().map(|g| -g).collect();
        }
        let longest = step.iter().map(|x| x.abs()).fold(0.0, f64::max);
        let mut share = (1.0 / longest).min(1.0);
        let (next, next_value, next_slope) = loop {
            let next: Vec<f64> = logs.iter().zip(&step).map(|(x, step)| (x + share * step).clamp(low, high)).collect();
            let (next_value, next_slope) = misfit(correlations, &next, factors);
            if next_value <= value + 1e-4 * share * dot(&step, &pull) || share < 1e-12 {
                break (next, next_value, next_slope);
            }
            share /= 2.0;
        };
        if share < 1e-12 || (value - next_value).abs() <= 1e-15 && pull.iter().all(|g| g.abs() <= 1e-6) {
            // No step comes lower: as low as rounding allows, if the slope is nearly flat.
            return if pull.iter().all(|g| g.abs() <= 1e-6) {
                Ok((logs.iter().map(|log| log.exp()).collect(), value))
            } else {
                Err(EstimateFault::NotSettled { what: "factor analysis", iterations: ROUNDS })
            };
        }
        let moved: Vec<f64> = next.iter().zip(&logs).map(|(new, old)| new - old).collect();
        let bent: Vec<f64> = next_slope.iter().zip(&slope).map(|(new, old)| new - old).collect();
        update(&mut curve, &moved, &bent);
        (logs, value, slope) = (next, next_value, next_slope);
    }
    Err(EstimateFault::NotSettled { what: "factor analysis", iterations: ROUNDS })
}

/// Inverse curvature after a step that changed the slopes.
fn update(curve: &mut Matrix, moved: &[f64], bent: &[f64]) {
    let product = dot(moved, bent);
    if product <= 1e-14 {
        return;
    }
    let size = moved.len();
    let turned = curve.times_vector(bent);
    let factor = 1.0 + dot(bent, &turned) / product;
    for column in 0..size {
        for row in 0..size {
            let change = factor * moved[row] * moved[column] - turned[row] * moved[column] - moved[row] * turned[column];
            curve.add(row, column, change / product);
        }
    }
}

/// Varimax (Kaiser 1958) with rows scaled to length 1: planes of two factors are turned until none moves.
fn varimax(loadings: &Matrix) -> Matrix {
    let (items, factors) = (loadings.rows(), loadings.columns());
    let lengths: Vec<f64> =
        (0..items).map(|row| (0..factors).map(|factor| loadings.get(row, factor).powi(2)).sum::<f64>().sqrt()).collect();
    let scale = |row: usize| if lengths[row] > 0.0 { lengths[row] } else { 1.0 };
    let mut turned = Matrix::from_fn(items, factors, |row, factor| loadings.get(row, factor) / scale(row));
    for _ in 0..1000 {
        let mut largest = 0.0_f64;
        for p in 0..factors {
            for q in p + 1..factors {
                let angle = plane_angle(turned.column(p), turned.column(q));
                largest = largest.max(angle.abs());
                let (s, c) = angle.sin_cos();
                for row in 0..items {
                    let (x, y) = (turned.get(row, p), turned.get(row, q));
                    turned.set(row, p, c * x + s * y);
                    turned.set(row, q, c * y - s * x);
                }
            }
        }
        if largest < 1e-14 {
            break;
        }
    }
    Matrix::from_fn(items, factors, |row, factor| turned.get(row, factor) * scale(row))
}

fn plane_angle(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len() as f64;
    let (mut a, mut b, mut c, mut d) = (0.0, 0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(y) {
        let (u, v) = (x * x - y * y, 2.0 * x * y);
        a += u;
        b += v;
        c += u * u - v * v;
        d += 2.0 * u * v;
    }
    (d - 2.0 * a * b / n).atan2(c - (a * a - b * b) / n) / 4.0
}

/// Factors by falling share, each with positive sum.
fn arrange(loadings: &Matrix) -> Matrix {
    let share = |factor: usize| dot(loadings.column(factor), loadings.column(factor));
    let mut order: Vec<usize> = (0..loadings.columns()).collect();
    order.sort_by(|&one, &other| share(other).total_cmp(&share(one)));
    let signs: Vec<f64> = order.iter().map(|&factor| if loadings.column(factor).iter().sum::<f64>() < 0.0 { -1.0 } else { 1.0 }).collect();
    Matrix::from_fn(loadings.rows(), order.len(), |row, place| signs[place] * loadings.get(row, order[place]))
}
