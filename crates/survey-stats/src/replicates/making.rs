//! Jackknife, balanced half samples and bootstraps of a design.

use super::rank::LastRank;
use super::{Centre, ReplicateFreedom, ReplicateMethod, Replicates, Table, shape_of};
use crate::design::{Design, LoneUnit, Stratum};
use crate::fault::{DesignFault, LoneReason};
use crate::random::Random;

/// A stratum of the first stage with the number of its first unit.
fn strata(design: &Design) -> Vec<(usize, &Stratum)> {
    let mut first = 0;
    let mut found = Vec::new();
    for stratum in &design.stages[0].strata {
        found.push((first, stratum));
        first += stratum.sampled;
    }
    found
}

/// Strata that replicates vary, and those of a single unit that need the choice made for them: all but those taken completely.
struct Varied<'a> {
    strata: Vec<(usize, &'a Stratum)>,
    lone: Vec<(usize, &'a Stratum)>,
}

/// A lone unit cannot be left out of its own stratum. Taken as certain it keeps its weight in every replicate.
fn varied(design: &Design) -> Varied<'_> {
    let sampled = strata(design).into_iter().filter(|(_, stratum)| stratum.fraction < 1.0);
    let (strata, mut lone): (Vec<_>, Vec<_>) = sampled.partition(|(_, stratum)| stratum.sampled > 1);
    if design.lone_units.choice == LoneUnit::Certainty {
        lone.clear();
    }
    Varied { strata, lone }
}

impl Varied<'_> {
    /// The lone strata as faults, for replicates that can do nothing with them.
    fn refused(&self, reason: LoneReason) -> Result<(), Vec<DesignFault>> {
        let faults: Vec<DesignFault> = self.lone.iter().map(|(_, stratum)| stratum.lone_fault(0, reason)).collect();
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

fn not_paired(stratum: &Stratum) -> DesignFault {
    let (column, label) = stratum.label.clone();
    DesignFault::NotPaired { row: stratum.first_row + 1, column, stratum: label, clusters: stratum.sampled }
}

fn out_of_range(what: &'static str, value: f64) -> Vec<DesignFault> {
    vec![DesignFault::OutOfRange { what, value }]
}

impl Replicates {
    fn of_units(design: &Design, method: ReplicateMethod, factors: Vec<Vec<f64>>, scale: f64, replicate_scales: Vec<f64>) -> Self {
        Self {
            method,
            table: Table::Units(factors),
            scale,
            replicate_scales,
            centre: Centre::default(),
            freedom: ReplicateFreedom::Design,
            shape: shape_of(design),
            last_rank: LastRank::default(),
        }
    }

    /// Jackknife without strata (JK1): each unit left out once, scale (n - 1) / n · (1 - f).
    ///
    /// # Errors
    ///
    /// A design with strata, or with a single unit.
    pub fn jackknife(design: &Design) -> Result<Self, Vec<DesignFault>> {
        if design.strata() != 1 {
            return Err(out_of_range("strata", design.strata() as f64));
        }
        let mut made = Self::stratified_jackknife(design)?;
        made.method = ReplicateMethod::Jackknife;
        made.scale = made.replicate_scales.first().copied().unwrap_or(0.0);
        made.replicate_scales.fill(1.0);
        Ok(made)
    }

    /// Jackknife with strata (JKn): each unit left out once and the others of its stratum weighted by n / (n - 1);
    /// replicate scales (n - 1) / n · (1 - f).
    ///
    /// A stratum of one unit follows the choice for lone units as in R `jknweights`. Certainty: no replicate. Adjust: one that leaves the
    /// unit out and weighs all others by H / (H - 1), with replicate scale (H - 1) / H for H strata and without finite population
    /// correction. Average: no replicate, and a scale of units over units of the other strata.
    ///
    /// # Errors
    ///
    /// A sample that was taken completely, or whose sampled strata are all of one unit.
    pub fn stratified_jackknife(design: &Design) -> Result<Self, Vec<DesignFault>> {
        let (mut factors, mut scales) = (Vec::new(), Vec::new());
        let varied = varied(design);
        for &(first, stratum) in &varied.strata {
            let n = stratum.sampled as f64;
            for left_out in 0..stratum.sampled {
                let mut replicate = vec![1.0; design.clusters()];
                replicate[first..first + stratum.sampled].fill(n / (n - 1.0));
                replicate[first + left_out] = 0.0;
                factors.push(replicate);
                scales.push((n - 1.0) / n * (1.0 - stratum.fraction));
            }
        }
        let replicated = factors.len() as f64;
        let mut scale = 1.0;
        match design.lone_units.choice {
            LoneUnit::Adjust if design.strata() > 1 => {
                let strata = design.strata() as f64;
                for &(unit, _) in &varied.lone {
                    let mut replicate = vec![strata / (strata - 1.0); design.clusters()];
                    replicate[unit] = 0.0;
                    factors.push(replicate);
                    scales.push((strata - 1.0) / strata);
                }
            }
            LoneUnit::Average if replicated > 0.0 => scale = (replicated + varied.lone.len() as f64) / replicated,
            _ => varied.refused(LoneReason::NoMeasure)?,
        }
        if factors.is_empty() {
            return Err(vec![DesignFault::NothingVaries]);
        }
        Ok(Self::of_units(design, ReplicateMethod::StratifiedJackknife, factors, scale, scales))
    }

    /// Balanced half samples (BRR) of a design with two units in each stratum, by a Hadamard matrix of Sylvester with more rows than
    /// strata; Fay's method with `fay` above 0. Scale 1 / (R (1 - fay)²); population sizes are not used.
    ///
    /// # Errors
    ///
    /// A stratum without exactly two units, unless it is a lone one that was chosen to be certain; `fay` outside [0, 1).
    /// A lone unit with a choice that half samples cannot follow says so.
    pub fn balanced_half_samples(design: &Design, fay: f64) -> Result<Self, Vec<DesignFault>> {
        if !(0.0..1.0).contains(&fay) {
            return Err(out_of_range("Fay's coefficient", fay));
        }
        // A lone unit that is taken as certain keeps its weight in all half samples.
        let certain = |stratum: &Stratum| stratum.lone && design.lone_units.choice == LoneUnit::Certainty;
        let strata: Vec<(usize, &Stratum)> = strata(design).into_iter().filter(|(_, stratum)| !certain(stratum)).collect();
        let unpaired = strata.iter().filter(|(_, stratum)| stratum.sampled != 2);
        let refused = |stratum: &Stratum| match design.lone_units.choice {
            LoneUnit::Adjust | LoneUnit::Average if stratum.lone => stratum.lone_fault(0, LoneReason::NotByReplicates),
            _ => not_paired(stratum),
        };
        let faults: Vec<DesignFault> = unpaired.map(|(_, stratum)| refused(stratum)).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let order = (strata.len() + 1).next_power_of_two();
        let reach = 1.0 - fay;
        let replicate = |row: usize| {
            let mut factors = vec![1.0; design.clusters()];
            for (column, (first, _)) in strata.iter().enumerate() {
                // Entry of Sylvester's matrix; its constant column 0 is not used, so each half counts equally often.
                let sign = if (row & (column + 1)).count_ones().is_multiple_of(2) { reach } else { -reach };
                factors[*first] = 1.0 + sign;
                factors[*first + 1] = 1.0 - sign;
            }
            factors
        };
        let factors = (0..order).map(replicate).collect();
        let scale = 1.0 / (order as f64 * reach * reach);
        Ok(Self::of_units(design, ReplicateMethod::BalancedHalfSamples { fay }, factors, scale, vec![1.0; order]))
    }

    /// Bootstrap of Rao & Wu (1988; Rao, Wu & Yue 1992): in each stratum n - 1 units with replacement, rescaled by n / (n - 1) and, where
    /// a sampling fraction is known, drawn towards 1 by √(1 - f). Scale 1 / (R - 1).
    ///
    /// # Errors
    ///
    /// Fewer than two replicates; a stratum with a single unit, unless lone units were chosen to be certain or collapsed.
    pub fn rao_wu(design: &Design, count: usize, seed: u64) -> Result<Self, Vec<DesignFault>> {
        let varied = varied(design);
        varied.refused(LoneReason::NotByReplicates)?;
        let strata = varied.strata;
        let draw = |random: &mut Random, factors: &mut [f64], stratum: &Stratum| {
            let n = stratum.sampled as f64;
            let reach = (1.0 - stratum.fraction).sqrt();
            factors.fill(1.0 - reach);
            for _ in 1..stratum.sampled {
                factors[random.below(stratum.sampled)] += reach * n / (n - 1.0);
            }
        };
        let scale = 1.0 / (count as f64 - 1.0);
        bootstrap(ReplicateMethod::RaoWu { seed }, design, &strata, count, scale, seed, draw)
    }

    /// Bootstrap of Canty & Davison (1999): in each stratum n units, with replacement, or without from a population in which each unit
    /// stands N / n times (the rest filled by chance, which makes the error somewhat too large where N / n is not whole). Scale m / ((m - 1) (R - 1)) with the harmonic mean m of the n.
    ///
    /// # Errors
    ///
    /// As of [`Replicates::rao_wu`].
    pub fn canty_davison(design: &Design, count: usize, seed: u64) -> Result<Self, Vec<DesignFault>> {
        let varied = varied(design);
        varied.refused(LoneReason::NotByReplicates)?;
        let strata = varied.strata;
        let draw = |random: &mut Random, factors: &mut [f64], stratum: &Stratum| {
            let n = stratum.sampled;
            factors.fill(0.0);
            if stratum.fraction <= 0.0 {
                for _ in 0..n {
                    factors[random.below(n)] += 1.0;
                }
                return;
            }
            let size = (n as f64 / stratum.fraction).round() as usize;
            let mut population: Vec<usize> = (0..size / n * n).map(|place| place % n).collect();
            population.extend(random.choose(n, size % n));
            for place in random.choose(population.len(), n) {
                factors[population[place]] += 1.0;
            }
        };
        let harmonic = strata.len() as f64 / strata.iter().map(|(_, stratum)| 1.0 / stratum.sampled as f64).sum::<f64>();
        // A sample that was taken completely has no stratum to be drawn from, and replicates that are all alike.
        let factor = if strata.is_empty() { 1.0 } else { harmonic / (harmonic - 1.0) };
        let scale = factor / (count as f64 - 1.0);
        bootstrap(ReplicateMethod::CantyDavison { seed }, design, &strata, count, scale, seed, draw)
    }
}

fn bootstrap(
    method: ReplicateMethod,
    design: &Design,
    strata: &[(usize, &Stratum)],
    count: usize,
    scale: f64,
    seed: u64,
    draw: impl Fn(&mut Random, &mut [f64], &Stratum),
) -> Result<Replicates, Vec<DesignFault>> {
    if count < 2 {
        return Err(out_of_range("replicates", count as f64));
    }
    let mut random = Random::new(seed);
    let mut factors = Vec::with_capacity(count);
    for _ in 0..count {
        let mut replicate = vec![1.0; design.clusters()];
        for &(first, stratum) in strata {
            draw(&mut random, &mut replicate[first..first + stratum.sampled], stratum);
        }
        factors.push(replicate);
    }
    Ok(Replicates::of_units(design, method, factors, scale, vec![1.0; count]))
}
