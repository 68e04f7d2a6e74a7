//! How a sample is shared among strata.

use crate::fault::PlanFault;

/// What the shares of the strata are in proportion to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Allocation<'a> {
    /// Units in the stratum.
    Proportional,
    /// The same for each stratum.
    Equal,
    /// Units times standard deviation: least error for the whole (Neyman 1934). One deviation a stratum.
    Neyman(&'a [f64]),
    /// Units to this power, in [0, 1]: between equal (0) and proportional (1) (Bankier 1988 with equal coefficients of variation).
    Power(f64),
}

/// Shares `total` units among strata with `sizes` units, at least `minimum` in each (or all of a smaller stratum) and never more than there are.
/// Whole numbers by largest remainder; of equal remainders the earlier stratum goes first.
///
/// # Errors
///
/// More units than there are, a minimum that takes more than the total, deviations or a power out of range.
pub fn allocate(total: usize, sizes: &[usize], rule: Allocation<'_>, minimum: usize) -> Result<Vec<usize>, PlanFault> {
    let population: usize = sizes.iter().sum();
    if total > population {
        return Err(PlanFault::MoreThanPopulation { asked: total, population });
    }
    let needed: usize = sizes.iter().map(|&size| size.min(minimum)).sum();
    if needed > total {
        return Err(PlanFault::MinimumAboveTotal { needed, total });
    }
    let claims: Vec<f64> = match rule {
        Allocation::Proportional => sizes.iter().map(|&size| size as f64).collect(),
        Allocation::Equal => vec![1.0; sizes.len()],
        Allocation::Neyman(deviations) => {
            if deviations.len() != sizes.len() {
                return Err(PlanFault::Length { what: "deviations", expected: sizes.len(), found: deviations.len() });
            }
            if let Some(&value) = deviations.iter().find(|&&value| !(value >= 0.0 && value.is_finite())) {
                return Err(PlanFault::OutOfRange { what: "standard deviation", value });
            }
            sizes.iter().zip(deviations).map(|(&size, deviation)| size as f64 * deviation).collect()
        }
        Allocation::Power(power) => {
            if !(0.0..=1.0).contains(&power) {
                return Err(PlanFault::OutOfRange { what: "power", value: power });
            }
            sizes.iter().map(|&size| (size as f64).powf(power)).collect()
        }
    };
    let shares = level_out(total as f64, sizes, &claims, minimum);
    let mut counts: Vec<usize> = shares.iter().zip(sizes).map(|(share, &size)| ((share + 1e-9).floor() as usize).min(size)).collect();
    while counts.iter().sum::<usize>() < total {
        let mut best: Option<(usize, f64)> = None;
        for place in (0..counts.len()).filter(|&place| counts[place] < sizes[place]) {
            let remainder = shares[place] - counts[place] as f64;
            if best.is_none_or(|(_, largest)| remainder > largest + 1e-9) {
                best = Some((place, remainder));
            }
        }
        let Some((place, _)) = best else { break };
        counts[place] += 1;
    }
    Ok(counts)
}

/// Shares in proportion to the claims where minimum and size allow: the level at which all shares sum to the total.
fn level_out(total: f64, sizes: &[usize], claims: &[f64], minimum: usize) -> Vec<f64> {
    let at = |level: f64| -> Vec<f64> {
        let share = |(&size, &claim): (&usize, &f64)| (level * claim).clamp(size.min(minimum) as f64, size as f64);
        sizes.iter().zip(claims).map(share).collect()
    };
    let ends = sizes.iter().zip(claims).filter(|(_, claim)| **claim > 0.0).map(|(&size, claim)| size as f64 / claim);
    let (mut low, mut high) = (0.0, ends.fold(0.0, f64::max));
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if at(middle).iter().sum::<f64>() < total {
            low = middle;
        } else {
            high = middle;
        }
    }
    at(high)
}
