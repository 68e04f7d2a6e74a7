//! Small areas: the model of Fay & Herriot (1979) lends strength to direct estimates that stand on few answers.
//!
//! Every figure says where it comes from. A modelled figure is never shown as a direct one.

use crate::column::Column;
use crate::estimate::Estimate;
use crate::fault::EstimateFault;
use crate::matrix::{Basis, Matrix, dot};

/// A direct estimate of one area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DirectEstimate {
    /// The figure.
    pub value: f64,
    /// Its standard error under the design, above 0.
    pub standard_error: f64,
    /// Answers it stands on.
    pub observations: usize,
}

impl DirectEstimate {
    /// Takes an estimate over; none where it has no error, as with answers from one cluster or equal ones, because its variance is then not known.
    pub fn of(estimate: &Estimate) -> Option<Self> {
        let Estimate { value, observations, .. } = *estimate;
        let standard_error = estimate.standard_error?;
        (standard_error > 0.0 && estimate.degrees_of_freedom > 0.0).then_some(Self { value, standard_error, observations })
    }
}

/// When a direct estimate is good enough to stand alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DirectRule {
    /// Fewest answers.
    pub observations: usize,
    /// Largest coefficient of variation.
    pub coefficient_of_variation: f64,
}

impl Default for DirectRule {
    fn default() -> Self {
        Self { observations: 30, coefficient_of_variation: 0.165 }
    }
}

/// How the variance between areas is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AreaVariance {
    /// Restricted maximum likelihood.
    #[default]
    Restricted,
    /// Maximum likelihood.
    Likelihood,
}

/// Where the figure of an area comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AreaSource {
    /// The direct estimate: the sample allows it.
    Direct,
    /// Modelled: direct estimate and model together.
    Composite,
    /// Modelled: the model alone, because there is no direct estimate.
    Synthetic,
}

/// One area.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaEstimate {
    /// Name of the area.
    pub name: String,
    /// Where the figure to publish comes from.
    pub source: AreaSource,
    /// The figure to publish.
    pub value: f64,
    /// Its root mean squared error: the standard error of a direct figure.
    pub root_mean_squared_error: f64,
    /// The direct estimate, where there is one.
    pub direct: Option<DirectEstimate>,
    /// The modelled figure (best linear unbiased predictor with estimated variance).
    pub modelled: f64,
    /// Mean squared error of the modelled figure (Prasad & Rao 1990; Datta & Lahiri 2000).
    pub mean_squared_error: f64,
    /// Weight of the direct estimate in the modelled figure, in [0, 1].
    pub share_of_direct: f64,
}

/// A fitted model of areas.
#[derive(Debug, Clone)]
pub struct SmallAreas {
    /// The areas, in the order of the input.
    pub areas: Vec<AreaEstimate>,
    /// Variance between areas that the predictors do not explain.
    pub variance: f64,
    /// Names of the coefficients: the constant first.
    pub names: Vec<String>,
    /// Coefficients.
    pub coefficients: Vec<f64>,
    /// Their covariances.
    pub covariance: Matrix,
    /// Steps of the fit.
    pub iterations: usize,
}

const ROUNDS: usize = 500;

/// Fits the model over all areas with a direct estimate and gives each area its figure.
///
/// `predictors` have one figure an area, known for all areas; the constant is added.
///
/// # Errors
///
/// Lists of different lengths; a predictor without figure, by area; a direct estimate without positive error; not more areas with direct
/// estimates than coefficients; predictors that depend on each other; a search that does not settle.
pub fn small_areas(
    names: &[String],
    direct: &[Option<DirectEstimate>],
    predictors: &[Column],
    variance: AreaVariance,
    rule: DirectRule,
) -> Result<SmallAreas, EstimateFault> {
    check(names, direct, predictors)?;
    let row = |area: usize| -> Vec<f64> { [1.0].into_iter().chain(predictors.iter().map(|column| column.values[area])).collect() };
    let sampled: Vec<(usize, DirectEstimate)> =
        direct.iter().enumerate().filter_map(|(area, direct)| direct.map(|direct| (area, direct))).collect();
    let size = predictors.len() + 1;
    if sampled.len() <= size {
        return Err(EstimateFault::OutOfRange { what: "areas with direct estimates", value: sampled.len() as f64 });
    }
    let data = Model {
        x: sampled.iter().map(|(area, _)| row(*area)).collect(),
        y: sampled.iter().map(|(_, direct)| direct.value).collect(),
        errors: sampled.iter().map(|(_, direct)| direct.standard_error.powi(2)).collect(),
    };
    let coefficient_names: Vec<String> =
        ["(Intercept)".to_owned()].into_iter().chain(predictors.iter().map(|column| column.name.clone())).collect();
    let columns = (0..size).map(|place| data.x.iter().map(|row| row[place]).collect()).collect();
    Basis::new(columns).map_err(|dependent| EstimateFault::Dependent { column: coefficient_names[dependent.0].clone() })?;
    let (between, iterations) = data.search(variance)?;
    let fit = data.fit(between)?;
    let information: f64 = data.errors.iter().map(|error| (between + error).powi(-2)).sum();
    let of_variance = 2.0 / information;
    // Bias of the maximum likelihood variance; the restricted one has none of this order.
    let bias = match variance {
        AreaVariance::Restricted => 0.0,
        AreaVariance::Likelihood => {
            let products = data.products(|weight| weight * weight, between);
            let trace: f64 = (0..size).map(|r| (0..size).map(|c| fit.covariance.get(r, c) * products.get(c, r)).sum::<f64>()).sum();
            -trace / information
        }
    };
    let area = |place: usize| {
        let x = row(place);
        let line = dot(&x, &fit.coefficients);
        let of_line = fit.covariance.form(&x, &x);
        let (modelled, mean_squared_error, share) = match direct[place] {
            None => (line, between + of_line, 0.0),
            Some(direct) => {
                let error = direct.standard_error.powi(2);
                let share = between / (between + error);
                let first = share * error;
                let second = (1.0 - share).powi(2) * of_line;
                let third = error * error / (between + error).powi(3) * of_variance;
                let of_bias = bias * (1.0 - share).powi(2);
                (line + share * (direct.value - line), first + second + 2.0 * third - of_bias, share)
            }
        };
        let stands = |direct: &DirectEstimate| {
            direct.observations >= rule.observations && direct.standard_error <= rule.coefficient_of_variation * direct.value.abs()
        };
        let (source, value, root) = match direct[place] {
            Some(direct) if stands(&direct) => (AreaSource::Direct, direct.value, direct.standard_error),
            Some(_) => (AreaSource::Composite, modelled, mean_squared_error.max(0.0).sqrt()),
            None => (AreaSource::Synthetic, modelled, mean_squared_error.sqrt()),
        };
        AreaEstimate {
            name: names[place].clone(),
            source,
            value,
            root_mean_squared_error: root,
            direct: direct[place],
            modelled,
            mean_squared_error,
            share_of_direct: share,
        }
    };
    let areas = (0..names.len()).map(area).collect();
    let Fit { coefficients, covariance, .. } = fit;
    Ok(SmallAreas { areas, variance: between, names: coefficient_names, coefficients, covariance, iterations })
}

fn check(names: &[String], direct: &[Option<DirectEstimate>], predictors: &[Column]) -> Result<(), EstimateFault> {
    let length = |column: &str, found: usize| {
        if found == names.len() { Ok(()) } else { Err(EstimateFault::Length { column: column.to_owned(), expected: names.len(), found }) }
    };
    length("direct estimates", direct.len())?;
    for column in predictors {
        length(&column.name, column.values.len())?;
        if let Some(row) = column.values.iter().position(|value| !value.is_finite()) {
            let rows = column.values.iter().filter(|value| !value.is_finite()).count();
            return Err(EstimateFault::MissingValue { column: column.name.clone(), row: row + 1, rows });
        }
    }
    for (row, direct) in direct.iter().enumerate() {
        if let Some(direct) = direct {
            if !direct.value.is_finite() {
                return Err(EstimateFault::NotFinite { column: "direct estimate".into(), row: row + 1, value: direct.value });
            }
            if !(direct.standard_error > 0.0 && direct.standard_error.is_finite()) {
                return Err(EstimateFault::NotFinite { column: "standard error".into(), row: row + 1, value: direct.standard_error });
            }
        }
    }
    Ok(())
}

struct Model {
    /// Predictors of each sampled area.
    x: Vec<Vec<f64>>,
    y: Vec<f64>,
    /// Variances of the direct estimates.
    errors: Vec<f64>,
}

struct Fit {
    coefficients: Vec<f64>,
    covariance: Matrix,
    residuals: Vec<f64>,
}

impl Model {
    /// Σ f(1 / (variance + error)) x x'.
    fn products(&self, f: impl Fn(f64) -> f64, between: f64) -> Matrix {
        let size = self.x[0].len();
        let mut products = Matrix::zeros(size, size);
        for (x, error) in self.x.iter().zip(&self.errors) {
            let weight = f(1.0 / (between + error));
            for row in 0..size {
                for column in 0..size {
                    products.add(row, column, weight * x[row] * x[column]);
                }
            }
        }
        products
    }

    fn fit(&self, between: f64) -> Result<Fit, EstimateFault> {
        let roots: Vec<f64> = self.errors.iter().map(|error| (between + error).sqrt()).collect();
        let size = self.x[0].len();
        let columns = (0..size).map(|place| self.x.iter().zip(&roots).map(|(x, root)| x[place] / root).collect()).collect();
        let basis = Basis::new(columns).map_err(|_| EstimateFault::SingularCovariance)?;
        let scaled: Vec<f64> = self.y.iter().zip(&roots).map(|(y, root)| y / root).collect();
        let coefficients = basis.coefficients(&scaled);
        let residuals = self.x.iter().zip(&self.y).map(|(x, y)| y - dot(x, &coefficients)).collect();
        Ok(Fit { covariance: basis.inverse_of_products(), coefficients, residuals })
    }

    /// Slope of the (restricted) log-likelihood by the variance.
    fn slope(&self, between: f64, kind: AreaVariance) -> Result<f64, EstimateFault> {
        let fit = self.fit(between)?;
        let weights: Vec<f64> = self.errors.iter().map(|error| 1.0 / (between + error)).collect();
        let squares: f64 = fit.residuals.iter().zip(&weights).map(|(residual, weight)| (residual * weight).powi(2)).sum();
        let mut trace: f64 = weights.iter().sum();
        if kind == AreaVariance::Restricted {
            let of_x = |(x, weight): (&Vec<f64>, &f64)| weight * weight * fit.covariance.form(x, x);
            trace -= self.x.iter().zip(&weights).map(of_x).sum::<f64>();
        }
        Ok((squares - trace) / 2.0)
    }

    /// The variance where the slope crosses zero from above; zero where it is falling from the start.
    fn search(&self, kind: AreaVariance) -> Result<(f64, usize), EstimateFault> {
        let mean_error = self.errors.iter().sum::<f64>() / self.errors.len() as f64;
        let spread = self.fit(mean_error)?.residuals.iter().map(|residual| residual * residual).sum::<f64>();
        let (mut low, mut high) = (0.0, mean_error.max(spread));
        let mut rounds = 0;
        if self.slope(low, kind)? <= 0.0 {
            // The likelihood may still have a higher top inside; it is looked for on a grid.
            let steps = 200_i32;
            let inside = (1..=steps).map(|step| high * f64::from(step) / f64::from(steps));
            let rising = inside.into_iter().find(|&at| self.slope(at, kind).is_ok_and(|slope| slope > 0.0));
            let Some(at) = rising.filter(|&at| self.log_likelihood(at, kind) > self.log_likelihood(0.0, kind)) else { return Ok((0.0, 1)) };
            low = at;
        }
        while self.slope(high, kind)? > 0.0 {
            high *= 2.0;
            rounds += 1;
            if rounds > ROUNDS || !high.is_finite() {
                return Err(EstimateFault::NotSettled { what: "variance between areas", iterations: rounds });
            }
        }
        while high - low > 1e-15 * high && rounds < ROUNDS {
            let middle = f64::midpoint(low, high);
            if self.slope(middle, kind)? > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
            rounds += 1;
            if middle <= low && middle >= high {
                break;
            }
        }
        Ok((f64::midpoint(low, high), rounds))
    }

    /// Without constants.
    fn log_likelihood(&self, between: f64, kind: AreaVariance) -> f64 {
        let Ok(fit) = self.fit(between) else { return f64::NEG_INFINITY };
        let of_area = |(residual, error): (&f64, &f64)| (between + error).ln() + residual * residual / (between + error);
        let plain: f64 = fit.residuals.iter().zip(&self.errors).map(of_area).sum();
        let restricted = if kind == AreaVariance::Restricted { fit.covariance.log_determinant().map_or(0.0, |log| -log) } else { 0.0 };
        -(plain + restricted) / 2.0
    }
}
