//! Totals, means, ratios and proportions with linearised standard errors.

use crate::column::{Column, Labels, NO_LABEL};
use crate::design::{Design, LoneUnits};
use crate::domain::Domain;
use crate::fault::EstimateFault;
use crate::interval::{Interval, IntervalGap, Level, Proportion, ProportionInterval, proportion_interval, t_interval};
use crate::linearise::{in_one_cluster, rounding_error, touched, variance};
use crate::matrix::dot;
use crate::replicates::Measure;

/// What an estimate estimates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Statistic {
    /// Sum over the population.
    Total,
    /// Mean over the population.
    Mean,
    /// Quotient of two totals.
    Ratio,
    /// Share of ones.
    Proportion,
    /// Correlation of two variables.
    Correlation,
    /// An index from items.
    Index,
    /// Cronbach's alpha.
    Alpha,
}

/// How the variance was estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variance {
    /// Taylor linearisation under the design.
    Linearised,
    /// Spread of replicates.
    Replicates,
}

/// Which degrees of freedom the interval takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DegreesOfFreedom {
    /// Clusters minus strata that have a row in the domain: `degf(subset(design, …))` in R.
    #[default]
    Domain,
    /// Clusters minus strata of the whole design: `degf(design)` in R.
    Design,
    /// The normal distribution.
    Normal,
}

/// What to do with rows whose value is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missing {
    /// Name the first one and their number as a fault.
    #[default]
    Refuse,
    /// Estimate over the domain of rows that have a value; the design stays whole.
    LeaveOut,
}

/// The simple random sample that the design effect compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reference {
    /// Drawn without replacement: `deff = TRUE` in R.
    #[default]
    WithoutReplacement,
    /// Drawn with replacement: `deff = "replace"` in R.
    WithReplacement,
}

/// Choices that belong to every estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Confidence level.
    pub level: Level,
    /// Degrees of freedom of the interval.
    pub degrees_of_freedom: DegreesOfFreedom,
    /// Rows without value.
    pub missing: Missing,
    /// What the design effect compares with.
    pub reference: Reference,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            level: Level::NINETY_FIVE,
            degrees_of_freedom: DegreesOfFreedom::Domain,
            missing: Missing::Refuse,
            reference: Reference::WithoutReplacement,
        }
    }
}

/// A figure with everything that says how sure it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// What it estimates.
    pub statistic: Statistic,
    /// The figure, in the unit of the variable.
    pub value: f64,
    /// Its standard error, in the same unit; none where the sample cannot tell it, and the interval says why
    /// ([`IntervalGap::OneCluster`]).
    pub standard_error: Option<f64>,
    /// How the standard error was made.
    pub variance: Variance,
    /// Degrees of freedom, infinite where the normal distribution was chosen.
    pub degrees_of_freedom: f64,
    /// The interval, or why there is none.
    pub interval: Result<Interval, IntervalGap>,
    /// Standard error over the absolute figure; none where the figure is zero or the error is not known.
    pub coefficient_of_variation: Option<f64>,
    /// Variance over that of a simple random sample of the same size; none where that one is zero or one of them is not known.
    pub design_effect: Option<f64>,
    /// Rows that the figure stands on.
    pub observations: usize,
    /// Sum of their weights.
    pub weighted_observations: f64,
    /// Sampled first-stage units among them.
    pub clusters: usize,
    /// What was done with strata of one unit.
    pub lone_units: LoneUnits,
    /// Replicates that gave no estimate, such as those without a row of the domain, and were left out; 0 where the variance is linearised.
    pub replicates_without_estimate: usize,
}

/// Rows of a domain that have values, with the sums every estimate needs.
pub(crate) struct Selected {
    pub(crate) positions: Vec<u32>,
    /// Weight of each position, side by side, because every estimate goes through them several times.
    pub(crate) weights: Vec<f64>,
    pub(crate) weight_sum: f64,
    pub(crate) clusters: usize,
    pub(crate) degrees_of_freedom: f64,
}

pub(crate) fn select(design: &Design, domain: &Domain, columns: &[&Column], options: &Options) -> Result<Selected, EstimateFault> {
    for column in columns {
        if column.values.len() != design.rows() {
            return Err(EstimateFault::Length { column: column.name.clone(), expected: design.rows(), found: column.values.len() });
        }
    }
    if domain.rows_of_design != design.rows() {
        return Err(EstimateFault::Length { column: domain.name.clone(), expected: design.rows(), found: domain.rows_of_design });
    }
    let mut positions = Vec::with_capacity(domain.positions.len());
    'rows: for &position in &domain.positions {
        let row = design.order[position as usize] as usize;
        for column in columns {
            let value = column.values[row];
            if value.is_nan() {
                if options.missing == Missing::LeaveOut {
                    continue 'rows;
                }
                return Err(missing(design, domain, column));
            }
            if value.is_infinite() {
                return Err(EstimateFault::NotFinite { column: column.name.clone(), row: row + 1, value });
            }
        }
        positions.push(position);
    }
    let weights: Vec<f64> = positions.iter().map(|&position| design.weights[position as usize]).collect();
    let weight_sum = weights.iter().sum();
    if positions.is_empty() {
        return Err(EstimateFault::EmptyDomain { domain: domain.name.clone() });
    }
    let (clusters, strata) = touched(design, &positions);
    let degrees_of_freedom = match options.degrees_of_freedom {
        DegreesOfFreedom::Domain => clusters as f64 - strata as f64,
        DegreesOfFreedom::Design => design.clusters() as f64 - design.strata() as f64,
        DegreesOfFreedom::Normal => f64::INFINITY,
    };
    Ok(Selected { positions, weights, weight_sum, clusters, degrees_of_freedom })
}

/// The rows of a domain that have no value in a column, as a fault: the first in the order of the input, and how many there are.
fn missing(design: &Design, domain: &Domain, column: &Column) -> EstimateFault {
    let rows = domain.positions.iter().map(|&position| design.order[position as usize] as usize);
    let gaps = rows.filter(|&row| column.values[row].is_nan());
    let (first, rows) = gaps.fold((usize::MAX, 0), |(first, count), row| (first.min(row), count + 1));
    EstimateFault::MissingValue { column: column.name.clone(), row: first + 1, rows }
}

impl Selected {
    /// Each row's weight and value.
    pub(crate) fn pairs<'a>(&'a self, design: &'a Design, column: &'a Column) -> impl Iterator<Item = (f64, f64)> + 'a {
        let values = self.positions.iter().map(|&position| column.values[design.order[position as usize] as usize]);
        self.weights.iter().copied().zip(values)
    }

    pub(crate) fn total(&self, design: &Design, column: &Column) -> f64 {
        self.pairs(design, column).map(|(weight, value)| weight * value).sum()
    }
}

/// A figure and the residuals whose weighted total, times `scale`, has the figure's variance.
pub(crate) struct Linear {
    pub(crate) statistic: Statistic,
    pub(crate) value: f64,
    pub(crate) residuals: Vec<f64>,
    pub(crate) scale: f64,
    /// Marks the selected rows that the figure stands on; none where these are all.
    pub(crate) carriers: Option<Vec<bool>>,
}

impl Linear {
    /// The scores whose sum has the figure's variance: residual times weight times scale.
    pub(crate) fn scores(&self, selected: &Selected) -> Vec<f64> {
        self.residuals.iter().zip(&selected.weights).map(|(residual, weight)| residual * weight * self.scale).collect()
    }
}

/// Linearises a measure over the rows of a domain.
pub(crate) fn linearise(
    design: &Design,
    domain: &Domain,
    measure: Measure<'_>,
    options: &Options,
) -> Result<(Selected, Linear), EstimateFault> {
    match measure {
        Measure::Total(variable) => {
            let selected = select(design, domain, &[variable], options)?;
            let value = selected.total(design, variable);
            let residuals = selected.pairs(design, variable).map(|(_, x)| x).collect();
            Ok((selected, Linear { statistic: Statistic::Total, value, residuals, scale: 1.0, carriers: None }))
        }
        Measure::Mean(variable) => {
            let selected = select(design, domain, &[variable], options)?;
            weigh(&selected, domain)?;
            let linear = linear_mean(design, &selected, variable, Statistic::Mean);
            Ok((selected, linear))
        }
        Measure::Ratio(numerator, denominator) => {
            let selected = select(design, domain, &[numerator, denominator], options)?;
            let below = selected.total(design, denominator);
            if below.abs() <= 0.0 {
                return Err(EstimateFault::ZeroDenominator { column: denominator.name.clone() });
            }
            let value = selected.total(design, numerator) / below;
            let pairs = selected.pairs(design, numerator).zip(selected.pairs(design, denominator));
            let residuals = pairs.map(|((_, y), (_, x))| y - value * x).collect();
            let pairs = selected.pairs(design, numerator).zip(selected.pairs(design, denominator));
            let carriers = pairs.map(|((_, y), (_, x))| y.abs() > 0.0 || x.abs() > 0.0).collect();
            Ok((selected, Linear { statistic: Statistic::Ratio, value, residuals, scale: 1.0 / below, carriers: Some(carriers) }))
        }
    }
}

pub(crate) fn finish(design: &Design, selected: &Selected, linear: Linear, options: &Options) -> Result<(Estimate, f64), EstimateFault> {
    let Linear { statistic, value, mut residuals, scale, carriers } = linear;
    let weights = || selected.weights.iter();
    let n = selected.positions.len() as f64;
    let sum = selected.weight_sum;
    let centre = weights().zip(&residuals).map(|(weight, residual)| weight * residual).sum::<f64>() / sum;
    let spread = weights().zip(&residuals).map(|(weight, residual)| weight * (residual - centre).powi(2)).sum::<f64>() / sum;
    // A constant has no spread; what its sum leaves is rounding, and a design effect over it would be a figure of noise.
    let magnitude = value / (scale * sum);
    let spread = if spread.abs() <= (1e-14 * magnitude).powi(2) { 0.0 } else { spread };
    for (weight, residual) in weights().zip(&mut residuals) {
        *residual *= weight * scale;
    }
    let noise = rounding_error(&residuals, value);
    let unknown = in_one_cluster(design, &selected.positions, &residuals, carriers.as_deref())?;
    let variance = match variance(design, &selected.positions, residuals) {
        Err(EstimateFault::NothingToAverage) if unknown => 0.0,
        outcome => outcome?,
    };
    let variance = if variance <= noise * noise { 0.0 } else { variance };
    if !value.is_finite() {
        return Err(EstimateFault::Overflow);
    }
    let left = match options.reference {
        Reference::WithReplacement => 1.0,
        Reference::WithoutReplacement => 1.0 - n / sum,
    };
    let simple = (scale * sum).powi(2) * spread / (n - 1.0) * left;
    let standard_error = (!unknown).then_some(variance.sqrt());
    let estimate = Estimate {
        statistic,
        value,
        standard_error,
        variance: Variance::Linearised,
        degrees_of_freedom: selected.degrees_of_freedom,
        interval: t_interval(value, standard_error, selected.degrees_of_freedom, options.level),
        coefficient_of_variation: standard_error.filter(|_| value.abs() > 0.0).map(|error| error / value.abs()),
        design_effect: (!unknown && simple.is_finite() && simple > 0.0).then(|| variance / simple),
        observations: selected.positions.len(),
        weighted_observations: sum,
        clusters: selected.clusters,
        lone_units: design.lone_units,
        replicates_without_estimate: 0,
    };
    Ok((estimate, variance))
}

/// Total of a variable over the population of a domain, in the unit of the variable: Σ w·x.
///
/// # Errors
///
/// A column of another length, a missing or infinite value, an empty domain, a result out of range.
pub fn total(design: &Design, domain: &Domain, variable: &Column, options: &Options) -> Result<Estimate, EstimateFault> {
    let (selected, linear) = linearise(design, domain, Measure::Total(variable), options)?;
    Ok(finish(design, &selected, linear, options)?.0)
}

/// Mean of a variable over the population of a domain, in the unit of the variable: Σ w·x / Σ w.
///
/// # Errors
///
/// As of [`total`]; negative weights that outweigh the others.
pub fn mean(design: &Design, domain: &Domain, variable: &Column, options: &Options) -> Result<Estimate, EstimateFault> {
    let (selected, linear) = linearise(design, domain, Measure::Mean(variable), options)?;
    Ok(finish(design, &selected, linear, options)?.0)
}

/// A mean needs weights whose sum is positive; only negative ones can take that away.
pub(crate) fn weigh(selected: &Selected, domain: &Domain) -> Result<(), EstimateFault> {
    if selected.weight_sum > 0.0 {
        return Ok(());
    }
    Err(EstimateFault::NoPositiveSum { domain: domain.name.clone(), sum: selected.weight_sum })
}

fn linear_mean(design: &Design, selected: &Selected, variable: &Column, statistic: Statistic) -> Linear {
    let mut residuals: Vec<f64> = selected.pairs(design, variable).map(|(_, x)| x).collect();
    let (low, high) = residuals.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| (low.min(x), high.max(x)));
    let total = dot(&selected.weights, &residuals);
    // Equal answers have exactly no spread, whatever the rounding of their sum.
    let value = if high > low { total / selected.weight_sum } else { low };
    residuals.iter_mut().for_each(|x| *x -= value);
    Linear { statistic, value, residuals, scale: 1.0 / selected.weight_sum, carriers: None }
}

/// Ratio of two totals over the population of a domain: Σ w·y / Σ w·x.
///
/// # Errors
///
/// As of [`total`], and a denominator that sums to zero.
pub fn ratio(
    design: &Design,
    domain: &Domain,
    numerator: &Column,
    denominator: &Column,
    options: &Options,
) -> Result<Estimate, EstimateFault> {
    let (selected, linear) = linearise(design, domain, Measure::Ratio(numerator, denominator), options)?;
    Ok(finish(design, &selected, linear, options)?.0)
}

/// Share of ones in a variable of zeros and ones, with the interval of choice.
///
/// # Errors
///
/// As of [`mean`]; a value that is neither 0 nor 1; a share that negative weights take out of [0, 1].
pub fn proportion(
    design: &Design,
    domain: &Domain,
    variable: &Column,
    interval: ProportionInterval,
    options: &Options,
) -> Result<Estimate, EstimateFault> {
    let selected = select(design, domain, &[variable], options)?;
    for &position in &selected.positions {
        let row = design.order[position as usize] as usize;
        let value = variable.values[row];
        if value.abs() > 0.0 && (value - 1.0).abs() > 0.0 {
            return Err(EstimateFault::NotBinary { column: variable.name.clone(), row: row + 1, value });
        }
    }
    weigh(&selected, domain)?;
    let linear = linear_mean(design, &selected, variable, Statistic::Proportion);
    // Only negative weights lead out of [0, 1]; no interval of a share makes sense there.
    if linear.value < -1e-12 || linear.value > 1.0 + 1e-12 {
        return Err(EstimateFault::ShareOutside { column: variable.name.clone(), value: linear.value });
    }
    let (mut estimate, variance) = finish(design, &selected, linear, options)?;
    let facts = Proportion {
        value: estimate.value,
        variance: estimate.standard_error.map(|_| variance),
        observations: estimate.observations,
        degrees_of_freedom: estimate.degrees_of_freedom,
    };
    estimate.interval = proportion_interval(facts, interval, options.level);
    Ok(estimate)
}

/// Share of each label, in the order of the levels; rows without label follow the choice for missing values.
///
/// # Errors
///
/// As of [`proportion`].
pub fn shares(
    design: &Design,
    domain: &Domain,
    labels: &Labels,
    interval: ProportionInterval,
    options: &Options,
) -> Result<Vec<(String, Estimate)>, EstimateFault> {
    let share = |(code, level): (u32, &String)| {
        let marks = labels.codes.iter().map(|&here| (here != NO_LABEL).then_some(if here == code { 1.0 } else { 0.0 }));
        let column = Column::with_gaps(labels.name.clone(), marks);
        proportion(design, domain, &column, interval, options).map(|estimate| (level.clone(), estimate))
    };
    (0_u32..).zip(&labels.levels).map(share).collect()
}

/// A group's label and its estimate, or why there is none.
pub type GroupEstimate = (String, Result<Estimate, EstimateFault>);

/// One estimate for each group, in the order of the levels; a group that cannot be estimated says why and does not stop the others.
///
/// # Errors
///
/// Another number of labels than rows.
pub fn by_groups(
    design: &Design,
    labels: &Labels,
    estimate: impl Fn(&Domain) -> Result<Estimate, EstimateFault>,
) -> Result<Vec<GroupEstimate>, EstimateFault> {
    Ok(design.groups(labels)?.iter().map(|domain| (domain.name.clone(), estimate(domain))).collect())
}
