//! Draws inside one stratum: systematic, and in proportion to size without replacement.

use super::{DrawMethod, DrawnUnit};
use crate::fault::PlanFault;
use crate::random::Random;

/// Inclusion probabilities in proportion to size for `count` units: n x / Σ x, where units that would pass 1 are certain and leave the rest.
/// All 1 where `count` reaches the number of sizes; sizes that are not positive get 0.
pub fn inclusion_probabilities(sizes: &[f64], count: usize) -> Vec<f64> {
    let positive = |size: f64| if size > 0.0 && size.is_finite() { size } else { 0.0 };
    let mut order: Vec<usize> = (0..sizes.len()).filter(|&place| positive(sizes[place]) > 0.0).collect();
    order.sort_by(|&one, &other| sizes[other].total_cmp(&sizes[one]));
    let mut probabilities = vec![0.0; sizes.len()];
    let mut rest: f64 = order.iter().map(|&place| sizes[place]).sum();
    let mut certain = 0;
    // Largest first: each unit that fills a whole step is certain.
    while certain < count.min(order.len()) {
        let size = sizes[order[certain]];
        if size * ((count - certain) as f64) < rest * (1.0 - 1e-12) {
            break;
        }
        probabilities[order[certain]] = 1.0;
        certain += 1;
        rest = order[certain..].iter().map(|&place| sizes[place]).sum();
    }
    for &place in &order[certain..] {
        probabilities[place] = (count - certain.min(count)) as f64 * sizes[place] / rest;
    }
    probabilities
}

/// Systematic draw in proportion to size. Units at least as large as the step are certain and leave the rest, until none is.
pub(super) fn systematic(random: &mut Random, rows: &[usize], size: &dyn Fn(usize) -> f64, count: usize, units: &mut Vec<DrawnUnit>) {
    let mut rest: Vec<usize> = rows.to_vec();
    let mut left = count;
    while left > 0 {
        let step = rest.iter().map(|&row| size(row)).sum::<f64>() / left as f64;
        let (large, small): (Vec<usize>, Vec<usize>) = rest.iter().partition(|&&row| size(row) >= step * (1.0 - 1e-12));
        if large.is_empty() {
            let mut mark = random.share() * step;
            let mut sum = 0.0;
            for (place, &row) in small.iter().enumerate() {
                sum += size(row);
                // The last rows are taken where rounding of the sum would leave one out.
                if left > 0 && (mark < sum || small.len() - place == left) {
                    units.push(DrawnUnit { row, probability: size(row) / step, certain: false });
                    mark += step;
                    left -= 1;
                }
            }
            return;
        }
        left -= large.len().min(left);
        units.extend(large.into_iter().map(|row| DrawnUnit { row, probability: 1.0, certain: true }));
        rest = small;
    }
}

/// A draw with the stated inclusion probabilities, certain units first.
pub(super) fn without_replacement(
    random: &mut Random,
    method: DrawMethod,
    rows: &[usize],
    sizes: &[f64],
    count: usize,
    units: &mut Vec<DrawnUnit>,
) -> Result<(), PlanFault> {
    if count == 0 {
        return Ok(());
    }
    let probabilities = inclusion_probabilities(sizes, count);
    let (certain, rest): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(|&place| probabilities[place] >= 1.0);
    units.extend(certain.iter().map(|&place| DrawnUnit { row: rows[place], probability: 1.0, certain: true }));
    let left = count - certain.len();
    if left == 0 {
        return Ok(());
    }
    let chosen = if method == DrawMethod::Sampford {
        let inner: Vec<f64> = rest.iter().map(|&place| probabilities[place]).collect();
        sampford(random, &inner, left)?
    } else {
        let inner: Vec<f64> = rest.iter().map(|&place| sizes[place]).collect();
        tille(random, &inner, left)
    };
    let unit = |place: usize| DrawnUnit { row: rows[rest[place]], probability: probabilities[rest[place]], certain: false };
    units.extend(chosen.into_iter().map(unit));
    Ok(())
}

/// Tillé's elimination: from all units, one is taken out at a time, with chances that leave the probabilities of each smaller sample right.
fn tille(random: &mut Random, sizes: &[f64], count: usize) -> Vec<usize> {
    // Largest first, so that certain units stand in front; what stands behind each place is summed once.
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by(|&one, &other| sizes[other].total_cmp(&sizes[one]));
    let mut behind = vec![0.0; sizes.len() + 1];
    for place in (0..sizes.len()).rev() {
        behind[place] = behind[place + 1] + sizes[order[place]];
    }
    let certain_of = |left: usize, from: usize| {
        let mut certain = from.min(left);
        while certain > 0 && sizes[order[certain - 1]] * ((left - certain + 1) as f64) < behind[certain - 1] * (1.0 - 1e-12) {
            certain -= 1;
        }
        certain
    };
    let mut remaining: Vec<usize> = (0..sizes.len()).collect();
    let mut before = vec![1.0; sizes.len()];
    let mut certain = sizes.len();
    for left in (count..sizes.len()).rev() {
        certain = certain_of(left, certain);
        let level = (left - certain) as f64 / behind[certain];
        let now = |place: usize| if place < certain { 1.0 } else { (level * sizes[order[place]]).min(1.0) };
        let chances: Vec<f64> = remaining.iter().map(|&place| (1.0 - now(place) / before[place]).max(0.0)).collect();
        let mut mark = random.share() * chances.iter().sum::<f64>();
        let mut out = (0..chances.len()).rev().find(|&place| chances[place] > 0.0).unwrap_or(0);
        for (place, chance) in chances.iter().enumerate() {
            if mark < *chance {
                out = place;
                break;
            }
            mark -= chance;
        }
        remaining.remove(out);
        for &place in &remaining {
            before[place] = now(place);
        }
    }
    let mut chosen: Vec<usize> = remaining.into_iter().map(|place| order[place]).collect();
    chosen.sort_unstable();
    chosen
}

/// Entries of the largest table that Sampford's design is drawn with.
const LARGEST_TABLE: usize = 20_000_000;

/// Sampford's design, P(s) ∝ (n - Σ π) Π π/(1 - π), drawn exactly: a conditional Poisson sample from the table of its sums, kept with a
/// chance in proportion to n - Σ π (Grafström 2009).
fn sampford(random: &mut Random, probabilities: &[f64], count: usize) -> Result<Vec<usize>, PlanFault> {
    let population = probabilities.len();
    if (population + 1).saturating_mul(count + 1) > LARGEST_TABLE {
        return Err(PlanFault::TooLargeForSampford { asked: count, population });
    }
    let odds: Vec<f64> = probabilities.iter().map(|p| (p / (1.0 - p)).ln()).collect();
    let width = count + 1;
    // Logarithm of the sum over all sets of m units behind place j.
    let mut table = vec![f64::NEG_INFINITY; (population + 1) * width];
    table[population * width] = 0.0;
    for place in (0..population).rev() {
        table[place * width] = 0.0;
        for m in 1..=count.min(population - place) {
            let (without, with) = (table[(place + 1) * width + m], odds[place] + table[(place + 1) * width + m - 1]);
            let high = without.max(with);
            table[place * width + m] = high + ((without - high).exp() + (with - high).exp()).ln();
        }
    }
    let mut smallest = probabilities.to_vec();
    smallest.sort_by(f64::total_cmp);
    let ceiling = count as f64 - smallest.iter().take(count).sum::<f64>();
    loop {
        let mut chosen = Vec::with_capacity(count);
        for place in 0..population {
            let m = count - chosen.len();
            if m == 0 {
                break;
            }
            let chance = (odds[place] + table[(place + 1) * width + m - 1] - table[place * width + m]).exp();
            if population - place == m || random.share() < chance {
                chosen.push(place);
            }
        }
        let left = count as f64 - chosen.iter().map(|&place| probabilities[place]).sum::<f64>();
        if random.share() * ceiling < left {
            return Ok(chosen);
        }
    }
}
