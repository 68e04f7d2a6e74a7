//! Cutting the largest and smallest weights.

use super::{Applied, Weighing, WeightFault};

/// Rounds of strict trimming after which limits count as out of reach.
const ROUNDS: usize = 1000;

pub(super) fn trim(weighing: &Weighing<'_>, low: f64, high: f64, strict: bool) -> Result<Applied, Vec<WeightFault>> {
    let out_of_range = |what, value| Err(vec![WeightFault::OutOfRange { what, value }]);
    if low.is_nan() || low < 0.0 {
        return out_of_range("smallest weight", low);
    }
    if high.is_nan() || high <= low {
        return out_of_range("largest weight", high);
    }
    let mut weights = weighing.weights.to_vec();
    let counted: Vec<usize> = weighing.counted().collect();
    let mut trimmed = vec![false; weights.len()];
    let mut rounds = 0;
    loop {
        let (outside, inside): (Vec<usize>, Vec<usize>) = counted.iter().partition(|&&place| weights[place] < low || weights[place] > high);
        if outside.is_empty() {
            break;
        }
        if inside.is_empty() || rounds == ROUNDS {
            // Nothing is left to take up what was cut.
            let mean = counted.iter().map(|&place| weights[place]).sum::<f64>() / counted.len() as f64;
            return out_of_range("limits for weights of mean", mean);
        }
        let mut cut = 0.0;
        for &place in &outside {
            let kept = weights[place].clamp(low, high);
            cut += weights[place] - kept;
            weights[place] = kept;
            trimmed[place] = true;
        }
        let share = cut / inside.len() as f64;
        for place in inside {
            weights[place] += share;
        }
        rounds += 1;
        if !strict {
            break;
        }
    }
    let trimmed = trimmed.into_iter().filter(|&cut| cut).count();
    Ok(Applied { weights, adjustment: None, iterations: rounds, targets: Vec::new(), trimmed })
}
