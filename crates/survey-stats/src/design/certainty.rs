//! Whether a population size counts the certainty units of its stratum, which it must not.

use std::collections::BTreeMap;

use super::{Design, Population, Stage};

/// A stratum of the first stage with certainty units, whose population size leaves them out.
#[derive(Debug, Clone, PartialEq)]
pub struct CertaintyPopulation {
    /// Label of the stratum; empty without strata.
    pub stratum: String,
    /// Certainty units of the stratum.
    pub certain: usize,
    /// Size of the population that the other units were drawn from, as it was given.
    pub size: f64,
    /// The same size by the weights of the drawn units; none where the weights cannot tell it, because a later stage has no population.
    pub by_weights: Option<f64>,
}

impl CertaintyPopulation {
    /// Whether the weights say that the size counts the certainty units: they give that many units fewer.
    pub fn counts_certain(&self) -> bool {
        let certain = self.certain as f64;
        // Rounded weights miss their sum a little; half a unit would be another size.
        let near = (1e-3 * self.size).min(0.25 * certain);
        self.by_weights.is_some_and(|found| (found - (self.size - certain)).abs() <= near)
    }
}

#[derive(Default)]
struct Sums {
    certain: usize,
    size: Option<f64>,
    by_weights: f64,
    known: bool,
}

pub(super) fn populations(design: &Design, first: &Stage) -> Vec<CertaintyPopulation> {
    let (Population::Size(sizes), Some(certain)) = (&first.population, &first.certainty) else { return Vec::new() };
    let (Some(frame), Some(later)) = (design.stages.first(), design.stages.get(1..)) else { return Vec::new() };
    // Stratum of the column of strata, not of the design, where each certainty unit is one.
    let code = |row: usize| first.strata.as_ref().map_or(0, |labels| labels.codes[row]);
    let mut strata: BTreeMap<u32, Sums> = BTreeMap::new();
    let mut start = 0;
    while let Some(&unit) = frame.unit_of.get(start) {
        let length = frame.unit_of[start..].iter().take_while(|here| **here == unit).count();
        let row = design.order[start] as usize;
        let sums = strata.entry(code(row)).or_insert_with(|| Sums { known: true, ..Sums::default() });
        if certain[row] {
            sums.certain += 1;
        } else {
            sums.size.get_or_insert(sizes.values[row]);
            let mut whole = 0.0;
            for position in start..start + length {
                let share: f64 = later.iter().map(|stage| stage.strata[stage.stratum_of[position] as usize].fraction).product();
                sums.known &= share > 0.0;
                whole += design.weights[position] * share;
            }
            sums.by_weights += whole / length as f64;
        }
        start += length;
    }
    let told = |(code, sums): (u32, Sums)| {
        let stratum = first.strata.as_ref().map_or("", |labels| labels.level(code)).to_owned();
        let by_weights = sums.known.then_some(sums.by_weights);
        sums.size.filter(|_| sums.certain > 0).map(|size| CertaintyPopulation { stratum, certain: sums.certain, size, by_weights })
    };
    strata.into_iter().filter_map(told).collect()
}
