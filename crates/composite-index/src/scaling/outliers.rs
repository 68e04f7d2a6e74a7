//! Outliers: winsorising while a distribution is both skewed and heavy-tailed, then a logarithm of the untreated values.
//!
//! The rule of COINr: an indicator passes if |skew| < 2 or kurtosis < 3.5. The largest value (the smallest where the skew is negative) becomes the
//! next one, ties together, until it passes or the count reaches the limit.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::statistics::{kurtosis, skew};
use super::{Group, ScalingProblem, Treatment};
use crate::computing::means::significant;
use crate::definition::{Outliers, ThenLog};

fn floats(values: &[Decimal]) -> Vec<f64> {
    values.iter().filter_map(Decimal::to_f64).collect()
}

/// Skew and whether the distribution passes; equal values pass.
fn passes(rule: &Outliers, values: &[Decimal]) -> (f64, bool) {
    let values = floats(values);
    let (Some(skew), Some(kurtosis)) = (skew(&values), kurtosis(&values)) else { return (0.0, true) };
    let limit = |value: Decimal| value.to_f64().unwrap_or(f64::INFINITY);
    (skew, skew.abs() < limit(rule.skew) || kurtosis < limit(rule.kurtosis))
}

pub(super) fn treat(rule: &Outliers, group: &mut Group) -> Result<(), ScalingProblem> {
    let untreated = group.values.clone();
    let before = group.treated.len();
    let mut changed = 0;
    loop {
        let deciding = group.deciding();
        let (skew, passed) = passes(rule, &deciding);
        if passed {
            return Ok(());
        }
        let mut distinct = deciding;
        distinct.sort_unstable();
        distinct.dedup();
        if skew < 0.0 {
            distinct.reverse();
        }
        let [.., next, extreme] = distinct.as_slice() else { return Ok(()) };
        let at: Vec<usize> =
            (0..group.values.len()).filter(|position| group.decides[*position] && group.values[*position] == Some(*extreme)).collect();
        if changed + at.len() > rule.most {
            break;
        }
        changed += at.len();
        for position in at {
            group.change(position, Treatment::Winsorised, *next);
        }
    }
    if rule.then == ThenLog::None {
        return Ok(());
    }
    group.values = untreated;
    group.treated.truncate(before);
    take_logarithms(group)
}

/// ln(x − least + 0.01 (greatest − least)) of every value; a value of a row that does not decide may lie below, where there is no logarithm.
fn take_logarithms(group: &mut Group) -> Result<(), ScalingProblem> {
    let deciding = floats(&group.deciding());
    let least = deciding.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = deciding.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for position in 0..group.values.len() {
        let Some(value) = group.values[position].and_then(|value| value.to_f64()) else { continue };
        let inner = value - least + 0.01 * (greatest - least);
        if inner <= 0.0 {
            group.values[position] = None;
            continue;
        }
        let logarithm = significant(libm::log(inner)).ok_or(ScalingProblem::TooLarge)?;
        group.change(position, Treatment::Logged, logarithm);
    }
    Ok(())
}
