//! How much answers of one unit resemble each other, stage by stage: components of variance, for planning the next sample.
//!
//! Method 1 of Henderson (1953) for nested classes of unequal size (Searle, Casella & McCulloch 1992, 5.3): observed sums of squares
//! are set equal to what they are expected to be. Weights are not used: the components describe the answers, not the population.

use crate::column::Column;
use crate::design::Design;
use crate::domain::Domain;
use crate::estimate::{Options, select};
use crate::fault::EstimateFault;

/// Components of one variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Components {
    /// Variance between the units of each stage inside the stage before, first to last; negative where units differ less than chance would have them.
    pub stages: Vec<f64>,
    /// Variance between answers inside the units of the last stage.
    pub answers: f64,
    /// Correlation of two answers of one unit of each stage, first to last; negative components count as zero.
    pub intraclass: Vec<f64>,
    /// Mean answers in a unit of each stage.
    pub answers_per_unit: Vec<f64>,
    /// Rows that the figures stand on.
    pub observations: usize,
}

/// Components of a variable over the stages of a design, inside the strata of the first stage. A stage whose units are single rows is the answers.
///
/// # Errors
///
/// As of [`crate::total`]; no stage with clusters, or none of them with two answers; a constant variable.
pub fn components(design: &Design, domain: &Domain, variable: &Column, options: &Options) -> Result<Components, EstimateFault> {
    let selected = select(design, domain, &[variable], options)?;
    let values: Vec<f64> = selected.pairs(design, variable).map(|(_, value)| value).collect();
    if values.iter().all(|value| (value - values[0]).abs() <= 0.0) {
        return Err(EstimateFault::Constant { column: variable.name.clone() });
    }
    let Some(first) = design.stages.first() else { return Err(EstimateFault::NothingAsked) };
    let class = |of: &[u32]| {
        let mut numbers = Vec::with_capacity(values.len());
        let (mut last, mut number) = (None, 0_usize);
        for &position in &selected.positions {
            let here = Some(of[position as usize]);
            if last.is_some() && here != last {
                number += 1;
            }
            last = here;
            numbers.push(number);
        }
        numbers
    };
    // Strata, then the units of each stage; a stage of single rows is the answers themselves.
    let mut levels = vec![class(&first.stratum_of)];
    let count = |level: &Vec<usize>| level.last().map_or(0, |last| last + 1);
    for stage in &design.stages {
        let level = class(&stage.unit_of);
        if count(&level) < values.len() {
            levels.push(level);
        }
    }
    if levels.len() < 2 {
        return Err(EstimateFault::NothingAsked);
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let sums: Vec<f64> = levels.iter().map(|level| squares(level, &values, mean)).collect();
    let all: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let last = levels.len() - 1;
    let answers = (all - sums[last]) / (n - count(&levels[last]) as f64);
    let mut stages = vec![0.0; last];
    for place in (1..=last).rev() {
        let (above, here) = (&levels[place - 1], &levels[place]);
        let units = count(here) as f64 - count(above) as f64;
        let mut left = sums[place] - sums[place - 1] - units * answers;
        for finer in place + 1..=last {
            left -= (inside(here, &levels[finer]) - inside(above, &levels[finer])) * stages[finer - 1];
        }
        let factor = n - inside(above, here);
        stages[place - 1] = if factor > 0.0 { left / factor } else { 0.0 };
    }
    let positive = |value: f64| value.max(0.0);
    let total = stages.iter().copied().map(positive).sum::<f64>() + answers;
    let shared = |place: usize| if total > 0.0 { stages[..=place].iter().copied().map(positive).sum::<f64>() / total } else { 1.0 };
    Ok(Components {
        intraclass: (0..stages.len()).map(shared).collect(),
        answers_per_unit: levels[1..].iter().map(|level| n / count(level) as f64).collect(),
        stages,
        answers,
        observations: values.len(),
    })
}

/// Σ over classes of the squared sum over the size, of values minus the mean.
fn squares(level: &[usize], values: &[f64], mean: f64) -> f64 {
    let (mut sum, mut part, mut size) = (0.0, 0.0, 0.0);
    for (place, value) in values.iter().enumerate() {
        part += value - mean;
        size += 1.0;
        if level.get(place + 1) != Some(&level[place]) {
            sum += part * part / size;
            (part, size) = (0.0, 0.0);
        }
    }
    sum
}

/// Σ over coarse classes of Σ n² of the fine classes in them over the size.
fn inside(coarse: &[usize], fine: &[usize]) -> f64 {
    let (mut sum, mut squares, mut size, mut whole) = (0.0, 0.0, 0.0, 0.0);
    for place in 0..coarse.len() {
        size += 1.0;
        whole += 1.0;
        if fine.get(place + 1) != Some(&fine[place]) {
            squares += size * size;
            size = 0.0;
        }
        if coarse.get(place + 1) != Some(&coarse[place]) {
            sum += squares / whole;
            (squares, whole) = (0.0, 0.0);
        }
    }
    sum
}
