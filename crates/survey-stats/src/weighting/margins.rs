//! Post-stratification and raking: weights that sum to known totals of levels.

use std::collections::HashMap;

use super::{Adjustment, Applied, Margin, NO_CLASS, RakingResiduals, TargetReached, Weighing, WeightFault};
use crate::column::NO_LABEL;
use crate::matrix::Basis;

/// Largest relative distance from a total that counts as reached.
const REACHED: f64 = 1e-12;
/// Rounds after which margins count as contradicting each other.
const ROUNDS: usize = 2000;

/// A margin by position.
struct Levels<'a> {
    margin: &'a Margin,
    /// Index of the total, NO_CLASS for rows without weight.
    class: Vec<u32>,
}

impl Levels<'_> {
    fn sums(&self, weights: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.margin.totals.len()];
        for (&class, weight) in self.class.iter().zip(weights).filter(|(class, _)| **class != NO_CLASS) {
            sums[class as usize] += weight;
        }
        sums
    }

    fn name(&self, level: usize) -> String {
        format!("{}={}", self.margin.labels.name, self.margin.totals[level].0)
    }

    /// Multiplies each level up to its total; answers the largest relative distance before.
    fn fit(&self, weights: &mut [f64]) -> f64 {
        let sums = self.sums(weights);
        let factors: Vec<f64> = sums.iter().zip(&self.margin.totals).map(|(sum, (_, total))| total / sum).collect();
        for (&class, weight) in self.class.iter().zip(weights).filter(|(class, _)| **class != NO_CLASS) {
            *weight *= factors[class as usize];
        }
        factors.iter().map(|factor| (factor - 1.0).abs()).fold(0.0, f64::max)
    }

    fn targets(&self, before: &[f64], after: &[f64]) -> Vec<TargetReached> {
        let (before, after) = (self.sums(before), self.sums(after));
        let target = |level: usize| TargetReached {
            name: self.name(level),
            wanted: self.margin.totals[level].1,
            before: before[level],
            after: after[level],
        };
        (0..before.len()).map(target).collect()
    }
}

fn levels<'a>(weighing: &Weighing<'_>, margin: &'a Margin, faults: &mut Vec<WeightFault>) -> Levels<'a> {
    let column = margin.labels.name.clone();
    let mut class = vec![NO_CLASS; weighing.rows()];
    let mut known: HashMap<&str, u32> = HashMap::new();
    for ((level, total), index) in margin.totals.iter().zip(0_u32..) {
        if known.insert(level, index).is_some() {
            faults.push(WeightFault::TwoTotals { column: column.clone(), level: level.clone() });
        }
        if !(*total > 0.0 && total.is_finite()) {
            faults.push(WeightFault::WrongTotal { column: column.clone(), level: level.clone(), total: *total });
        }
    }
    let found = margin.labels.codes.len();
    if found != weighing.rows() {
        faults.push(WeightFault::Length { column, expected: weighing.rows(), found });
        return Levels { margin, class };
    }
    let index: Vec<Option<u32>> = margin.labels.levels.iter().map(|level| known.get(level.as_str()).copied()).collect();
    let mut told = vec![false; index.len()];
    let mut sums = vec![0.0; margin.totals.len()];
    let mut missing = Vec::new();
    for position in weighing.counted() {
        let row = weighing.row(position);
        let code = margin.labels.codes[row];
        if code == NO_LABEL {
            missing.push(row);
            continue;
        }
        match index[code as usize] {
            Some(total) => {
                class[position] = total;
                sums[total as usize] += weighing.weights[position];
            }
            None if told[code as usize] => {}
            None => {
                told[code as usize] = true;
                let row = first_row(weighing, &margin.labels.codes, code) + 1;
                faults.push(WeightFault::LevelWithoutTotal { column: column.clone(), row, level: margin.labels.level(code).to_owned() });
            }
        }
    }
    missing.sort_unstable();
    faults.extend(missing.into_iter().map(|row| WeightFault::MissingLabel { column: column.clone(), row: row + 1 }));
    for (index, ((level, total), sum)) in margin.totals.iter().zip(sums).enumerate() {
        // A level that stands twice is told above; its rows went to one of both.
        let twice = margin.totals.iter().enumerate().any(|(other, (name, _))| other != index && name == level);
        if sum <= 0.0 && *total > 0.0 && !twice {
            faults.push(WeightFault::TotalWithoutRow { column: column.clone(), level: level.clone(), total: *total });
        }
    }
    Levels { margin, class }
}

fn first_row(weighing: &Weighing<'_>, codes: &[u32], code: u32) -> usize {
    weighing.counted().map(|position| weighing.row(position)).filter(|&row| codes[row] == code).min().unwrap_or(0)
}

pub(super) fn post_strata(weighing: &Weighing<'_>, margin: &Margin) -> Result<Applied, Vec<WeightFault>> {
    let mut faults = Vec::new();
    let levels = levels(weighing, margin, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let before = weighing.weights.to_vec();
    let mut after = before.clone();
    levels.fit(&mut after);
    let targets = levels.targets(&before, &after);
    let classes = margin.totals.len();
    let adjustment = Adjustment::Classes { class: levels.class, before, after: after.clone(), classes };
    Ok(Applied { targets, ..Applied::new(after, adjustment) })
}

pub(super) fn raking(weighing: &Weighing<'_>, margins: &[Margin], residuals: RakingResiduals) -> Result<Applied, Vec<WeightFault>> {
    let mut faults = Vec::new();
    if margins.is_empty() {
        return Err(vec![WeightFault::OutOfRange { what: "margins", value: 0.0 }]);
    }
    let levels: Vec<Levels<'_>> = margins.iter().map(|margin| levels(weighing, margin, &mut faults)).collect();
    let sum_of = |margin: &Margin| margin.totals.iter().map(|(_, total)| total).sum::<f64>();
    let first_sum = sum_of(&margins[0]);
    for margin in &margins[1..] {
        let sum = sum_of(margin);
        if (sum - first_sum).abs() > 1e-9 * first_sum.abs() {
            let (column, first) = (margin.labels.name.clone(), margins[0].labels.name.clone());
            faults.push(WeightFault::MarginsDiffer { column, sum, first, first_sum });
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut weights = weighing.weights.to_vec();
    let mut rounds = 0;
    loop {
        rounds += 1;
        let off = levels.iter().map(|margin| margin.fit(&mut weights)).fold(0.0, f64::max);
        if off <= REACHED {
            break;
        }
        // A level whose weights died away, or rounds without end: the margins contradict each other.
        if rounds == ROUNDS || !off.is_finite() {
            return Err(vec![farthest(&levels, &weights, rounds)]);
        }
    }
    let span = |root: &dyn Fn(f64) -> f64| {
        let mut columns = Vec::new();
        for margin in &levels {
            for (index, _) in (0_u32..).zip(&margin.margin.totals) {
                let indicator = |(&class, &weight): (&u32, &f64)| if class == index { root(weight) } else { 0.0 };
                columns.push(margin.class.iter().zip(weighing.weights).map(indicator).collect());
            }
        }
        Basis::of_span(columns)
    };
    let adjustment = match residuals {
        RakingResiduals::Weighted => {
            let factor =
                weights.iter().zip(weighing.weights).map(|(after, before)| if *before > 0.0 { after / before.sqrt() } else { 0.0 });
            Adjustment::Projection { basis: span(&f64::sqrt), factor: factor.collect() }
        }
        RakingResiduals::Unweighted => Adjustment::Projection { basis: span(&|_| 1.0), factor: weights.clone() },
    };
    let targets = levels.iter().flat_map(|margin| margin.targets(weighing.weights, &weights)).collect();
    Ok(Applied { iterations: rounds, targets, ..Applied::new(weights, adjustment) })
}

fn farthest(levels: &[Levels<'_>], weights: &[f64], iterations: usize) -> WeightFault {
    let mut worst = (0.0, String::new(), 0.0, 0.0);
    for margin in levels {
        for (level, sum) in margin.sums(weights).into_iter().enumerate() {
            let wanted = margin.margin.totals[level].1;
            let off = (sum / wanted - 1.0).abs();
            if off > worst.0 || off.is_nan() {
                worst = (off, margin.name(level), wanted, sum);
            }
        }
    }
    WeightFault::NotReached { column: worst.1, wanted: worst.2, reached: worst.3, iterations }
}
