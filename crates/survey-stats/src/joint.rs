//! Several estimates together, with the covariances between them: contrasts, Wald tests, differences of units and years.
//!
//! Estimates of different domains of one design have covariances, because they share strata and clusters. Two years in one design,
//! with the same labels for villages that were in both, show the covariance of the overlap.

use crate::design::{Design, LoneUnits};
use crate::distribution::{f_upper, t_two_sided};
use crate::domain::Domain;
use crate::estimate::{DegreesOfFreedom, Linear, Options, Selected, linearise};
use crate::fault::EstimateFault;
use crate::interval::{Interval, IntervalGap, Level, t_interval};
use crate::linearise::{covariance, in_one_cluster, rounding_error, touched};
use crate::matrix::{Matrix, dot};
use crate::replicates::Measure;

/// One of several estimates.
#[derive(Debug, Clone)]
pub struct Target<'a> {
    /// What it is called in the answer.
    pub name: String,
    /// Where it is estimated.
    pub domain: &'a Domain,
    /// What is estimated.
    pub measure: Measure<'a>,
}

/// Several estimates with their covariances.
#[derive(Debug, Clone)]
pub struct Joint {
    /// Names, in the order of the targets.
    pub names: Vec<String>,
    /// Estimates, each in its own unit.
    pub values: Vec<f64>,
    /// Covariances of the estimates; zero where an error is not known.
    pub covariance: Matrix,
    /// Marks estimates whose error is not known, because all their answers lie in one sampled cluster (of each stratum).
    pub one_cluster: Vec<bool>,
    /// Degrees of freedom of tests and intervals, infinite for the normal distribution.
    pub degrees_of_freedom: f64,
    /// Rows that each estimate stands on.
    pub observations: Vec<usize>,
    /// Confidence level of intervals.
    pub level: Level,
    /// What was done with strata of one unit.
    pub lone_units: LoneUnits,
}

/// A linear combination of estimates, with its test against zero.
#[derive(Debug, Clone, PartialEq)]
pub struct Contrast {
    /// The combination.
    pub value: f64,
    /// Its standard error; none where that of an estimate in it is not known, and the interval says why.
    pub standard_error: Option<f64>,
    /// Degrees of freedom of interval and test.
    pub degrees_of_freedom: f64,
    /// Its interval, or why there is none.
    pub interval: Result<Interval, IntervalGap>,
    /// Value over standard error; none where nothing is uncertain, or the error is not known.
    pub t: Option<f64>,
    /// Two-sided probability of a |t| as large where the truth is zero; none without t or degrees of freedom.
    pub p_value: Option<f64>,
}

/// A Wald test: several estimates against given values at once.
#[derive(Debug, Clone, PartialEq)]
pub struct WaldTest {
    /// Wald statistic over its degrees of freedom.
    pub f: f64,
    /// Degrees of freedom above: number of conditions.
    pub numerator: f64,
    /// Degrees of freedom below; infinite for the chi-square test.
    pub denominator: f64,
    /// Probability of an F as large where all conditions hold.
    pub p_value: Option<f64>,
}

/// Estimates all targets with their covariances.
///
/// # Errors
///
/// As of [`crate::total`] and [`crate::ratio`]; no target.
pub fn joint(design: &Design, targets: &[Target<'_>], options: &Options) -> Result<Joint, EstimateFault> {
    let mut parts = Vec::with_capacity(targets.len());
    for target in targets {
        let (selected, linear) = linearise(design, target.domain, target.measure, options)?;
        if !linear.value.is_finite() {
            return Err(EstimateFault::Overflow);
        }
        parts.push(Part::of(target.name.clone(), selected, linear));
    }
    join(design, parts, options)
}

/// A figure with the scores it is linearised to.
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) positions: Vec<u32>,
    pub(crate) scores: Vec<f64>,
    /// Marks the positions that the figure stands on; none where these are all.
    pub(crate) carriers: Option<Vec<bool>>,
}

impl Part {
    pub(crate) fn of(name: String, selected: Selected, linear: Linear) -> Self {
        let scores = linear.scores(&selected);
        Self { name, value: linear.value, positions: selected.positions, scores, carriers: linear.carriers }
    }
}

pub(crate) fn join(design: &Design, parts: Vec<Part>, options: &Options) -> Result<Joint, EstimateFault> {
    if parts.is_empty() {
        return Err(EstimateFault::NothingAsked);
    }
    let mut inside = vec![false; design.rows()];
    for &position in parts.iter().flat_map(|part| &part.positions) {
        inside[position as usize] = true;
    }
    let mut place = vec![0_usize; design.rows()];
    let mut positions = Vec::new();
    for (position, _) in (0_u32..).zip(&inside).filter(|(_, inside)| **inside) {
        place[position as usize] = positions.len();
        positions.push(position);
    }
    let unknown = |part: &Part| in_one_cluster(design, &part.positions, &part.scores, part.carriers.as_deref());
    let one_cluster = parts.iter().map(unknown).collect::<Result<Vec<bool>, EstimateFault>>()?;
    let (mut names, mut values, mut observations, mut columns) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let noise: Vec<f64> = parts.iter().map(|part| rounding_error(&part.scores, part.value)).collect();
    for part in parts {
        let mut column = vec![0.0; positions.len()];
        for (&position, score) in part.positions.iter().zip(&part.scores) {
            column[place[position as usize]] = *score;
        }
        names.push(part.name);
        values.push(part.value);
        observations.push(part.positions.len());
        columns.push(column);
    }
    let (clusters, strata) = touched(design, &positions);
    let degrees_of_freedom = match options.degrees_of_freedom {
        DegreesOfFreedom::Domain => clusters as f64 - strata as f64,
        DegreesOfFreedom::Design => design.clusters() as f64 - design.strata() as f64,
        DegreesOfFreedom::Normal => f64::INFINITY,
    };
    let mut covariance = match covariance(design, &positions, columns) {
        Err(EstimateFault::NothingToAverage) if one_cluster.iter().all(|unknown| *unknown) => Matrix::zeros(values.len(), values.len()),
        outcome => outcome?,
    };
    for (place, noise) in noise.iter().enumerate() {
        if one_cluster[place] || covariance.get(place, place) <= noise * noise {
            for other in 0..values.len() {
                covariance.set(place, other, 0.0);
                covariance.set(other, place, 0.0);
            }
        }
    }
    let (level, lone_units) = (options.level, design.lone_units);
    Ok(Joint { names, values, covariance, one_cluster, degrees_of_freedom, observations, level, lone_units })
}

impl Joint {
    /// Standard error of each estimate; none where it is not known.
    pub fn standard_errors(&self) -> Vec<Option<f64>> {
        let errors = self.covariance.diagonal().into_iter().map(|variance| variance.max(0.0).sqrt());
        errors.zip(&self.one_cluster).map(|(error, unknown)| (!unknown).then_some(error)).collect()
    }

    /// The sum of the estimates times `weights`, one weight an estimate.
    ///
    /// # Errors
    ///
    /// Another number of weights than estimates.
    pub fn contrast(&self, weights: &[f64]) -> Result<Contrast, EstimateFault> {
        self.fits("contrast", weights.len(), self.values.len())?;
        let variance = self.covariance.form(weights, weights);
        // Where estimates cancel out completely, rounding may leave less than nothing.
        let largest = weights.iter().zip(self.covariance.diagonal()).map(|(weight, v)| weight * weight * v).fold(0.0, f64::max);
        let standard_error = if variance > 1e-15 * largest { variance.sqrt() } else { 0.0 };
        let unknown = weights.iter().zip(&self.one_cluster).any(|(weight, unknown)| *unknown && weight.abs() > 0.0);
        let standard_error = (!unknown).then_some(standard_error);
        Ok(contrast(dot(weights, &self.values), standard_error, self.degrees_of_freedom, self.level))
    }

    /// One estimate as a contrast with its test against zero.
    ///
    /// # Errors
    ///
    /// A place behind the last estimate.
    pub fn one(&self, place: usize) -> Result<Contrast, EstimateFault> {
        let mut weights = vec![0.0; self.values.len()];
        *weights.get_mut(place).ok_or_else(|| self.outside(place))? = 1.0;
        self.contrast(&weights)
    }

    /// Estimate `one` minus estimate `other`.
    ///
    /// # Errors
    ///
    /// A place behind the last estimate.
    pub fn difference(&self, one: usize, other: usize) -> Result<Contrast, EstimateFault> {
        let mut weights = vec![0.0; self.values.len()];
        *weights.get_mut(one).ok_or_else(|| self.outside(one))? += 1.0;
        *weights.get_mut(other).ok_or_else(|| self.outside(other))? -= 1.0;
        self.contrast(&weights)
    }

    /// Tests the estimates at `places` against `null` together.
    ///
    /// # Errors
    ///
    /// No place, another number of values, a place behind the last estimate, an estimate whose error is not known, covariances that leave a condition without error or make one follow from others.
    pub fn wald(&self, places: &[usize], null: &[f64]) -> Result<WaldTest, EstimateFault> {
        self.fits("null", null.len(), places.len())?;
        if let Some(&place) = places.iter().find(|&&place| place >= self.values.len()) {
            return Err(self.outside(place));
        }
        self.errors_known(places.iter().copied())?;
        let off: Vec<f64> = places.iter().zip(null).map(|(&place, null)| self.values[place] - null).collect();
        wald(&off, &self.covariance.part(places, places), self.degrees_of_freedom)
    }

    /// The fault that the error of one of these estimates is not known.
    pub(crate) fn errors_known(&self, places: impl IntoIterator<Item = usize>) -> Result<(), EstimateFault> {
        match places.into_iter().find(|&place| self.one_cluster[place]) {
            None => Ok(()),
            Some(place) => Err(EstimateFault::OneCluster { estimate: self.names[place].clone() }),
        }
    }

    fn outside(&self, place: usize) -> EstimateFault {
        EstimateFault::Length { column: "estimates".into(), expected: self.values.len(), found: place + 1 }
    }

    fn fits(&self, column: &str, found: usize, expected: usize) -> Result<(), EstimateFault> {
        if found == expected { Ok(()) } else { Err(EstimateFault::Length { column: column.into(), expected, found }) }
    }
}

pub(crate) fn contrast(value: f64, standard_error: Option<f64>, degrees_of_freedom: f64, level: Level) -> Contrast {
    let t = standard_error.filter(|error| *error > 0.0).map(|error| value / error);
    Contrast {
        value,
        standard_error,
        degrees_of_freedom,
        interval: t_interval(value, standard_error, degrees_of_freedom, level),
        t,
        p_value: t.and_then(|t| t_two_sided(t, degrees_of_freedom)),
    }
}

/// Wald statistic of figures that should be zero, over their number, as an F test.
pub(crate) fn wald(off: &[f64], covariance: &Matrix, degrees_of_freedom: f64) -> Result<WaldTest, EstimateFault> {
    if off.is_empty() {
        return Err(EstimateFault::NothingAsked);
    }
    let solved = covariance.solve(off).ok_or(EstimateFault::SingularCovariance)?;
    let numerator = off.len() as f64;
    let f = dot(off, &solved) / numerator;
    Ok(WaldTest { f, numerator, denominator: degrees_of_freedom, p_value: f_upper(f, numerator, degrees_of_freedom) })
}
