//! Drawing a sample from a frame, with inclusion probabilities and a manifest by which others can repeat it.

mod methods;
mod multistage;

use std::collections::HashSet;

use crate::column::{Labels, NO_LABEL};
use crate::fault::PlanFault;
use crate::random::{ALGORITHM, Random};

pub use methods::inclusion_probabilities;
pub use multistage::{MultistageDraw, MultistageFrame, MultistageManifest, SampledUnit, StageList, StagePlan, Take};

/// The list of units that a sample is drawn from. The order counts: systematic draws follow it.
#[derive(Debug, Clone)]
pub struct Frame {
    labels: Vec<String>,
    strata: Labels,
    sizes: Option<Vec<f64>>,
    certain: Vec<bool>,
}

/// How units are drawn in each stratum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DrawMethod {
    /// Each set of units with the same chance, without replacement.
    SimpleRandom,
    /// Every N/n-th unit of the list from a random start.
    Systematic,
    /// Systematic in proportion to size; units larger than the step are taken for certain.
    SystematicBySize,
    /// In proportion to size without replacement, with all chances of Sampford's design (1967); units larger than the step are certain.
    Sampford,
    /// In proportion to size without replacement, by Tillé's elimination (1996); for any number of units.
    Tille,
}

/// One unit of a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DrawnUnit {
    /// Row of the frame, from 0.
    pub row: usize,
    /// Probability of being in the sample; its inverse is the design weight.
    pub probability: f64,
    /// Whether the unit was taken for certain, because it was marked so or because of its size.
    pub certain: bool,
}

/// What another person needs to repeat a draw from the same frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The generator, by name.
    pub algorithm: &'static str,
    /// How units were drawn.
    pub method: DrawMethod,
    /// Seed of the generator; strata are drawn one after the other from one stream, in the order in which the frame first names them.
    pub seed: u64,
    /// Units of the sample in each stratum, in that order.
    pub counts: Vec<usize>,
    /// Reserve units of each stratum, in the same order.
    pub reserves: Vec<usize>,
    /// Rows of the frame.
    pub frame_rows: usize,
    /// FNV-1a digest (64 bits) of labels, strata, sizes and marks of certainty in their order: finds an exchanged or changed list, and is no seal against forgery.
    pub frame_digest: u64,
}

/// A sample with its manifest.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// How to repeat it.
    pub manifest: Manifest,
    /// The units, stratum by stratum, in the order in which they were drawn.
    pub units: Vec<DrawnUnit>,
    /// Reserves, stratum by stratum, in the order in which they step in for units that fail: a simple random draw from the units
    /// that are left. A reserve takes over the probability of the unit it replaces.
    pub reserves: Vec<DrawnUnit>,
}

impl Frame {
    /// A list of units with different labels, as one stratum.
    ///
    /// # Errors
    ///
    /// A label that is empty or stands twice.
    pub fn new(labels: Vec<String>) -> Result<Self, PlanFault> {
        let mut seen = HashSet::new();
        for (row, label) in labels.iter().enumerate() {
            if label.is_empty() || !seen.insert(label) {
                return Err(PlanFault::Label { row: row + 1, label: label.clone() });
            }
        }
        let strata = Labels::new("stratum", labels.iter().map(|_| "all"));
        let certain = vec![false; labels.len()];
        Ok(Self { labels, strata, sizes: None, certain })
    }

    /// The same list in strata, one label a row.
    ///
    /// # Errors
    ///
    /// Another number of labels than rows; an empty label.
    pub fn with_strata(self, strata: Labels) -> Result<Self, PlanFault> {
        if strata.codes.len() != self.labels.len() {
            return Err(PlanFault::Length { what: "strata", expected: self.labels.len(), found: strata.codes.len() });
        }
        if let Some(row) = strata.codes.iter().position(|&code| code == NO_LABEL) {
            return Err(PlanFault::Label { row: row + 1, label: String::new() });
        }
        Ok(Self { strata, ..self })
    }

    /// The same list with sizes, one a row.
    ///
    /// # Errors
    ///
    /// Another number of sizes than rows; a size that is not positive.
    pub fn with_sizes(self, sizes: Vec<f64>) -> Result<Self, PlanFault> {
        if sizes.len() != self.labels.len() {
            return Err(PlanFault::Length { what: "sizes", expected: self.labels.len(), found: sizes.len() });
        }
        if let Some(row) = sizes.iter().position(|&size| !(size > 0.0 && size.is_finite())) {
            return Err(PlanFault::Size { row: row + 1, value: sizes[row] });
        }
        Ok(Self { sizes: Some(sizes), ..self })
    }

    /// The same list with units that are in every sample, such as a seat unit; they count among the units of their stratum.
    ///
    /// # Errors
    ///
    /// Another number of marks than rows.
    pub fn with_certain(self, certain: Vec<bool>) -> Result<Self, PlanFault> {
        if certain.len() != self.labels.len() {
            return Err(PlanFault::Length { what: "marks of certainty", expected: self.labels.len(), found: certain.len() });
        }
        Ok(Self { certain, ..self })
    }

    /// Labels of the strata, in the order of the counts of a draw.
    pub fn strata(&self) -> &[String] {
        self.strata.levels()
    }

    /// Label of a row.
    pub fn label(&self, row: usize) -> Option<&str> {
        self.labels.get(row).map(String::as_str)
    }

    /// Draws `counts` units in each stratum.
    ///
    /// # Errors
    ///
    /// As of [`Frame::draw_with_reserves`].
    pub fn draw(&self, method: DrawMethod, counts: &[usize], seed: u64) -> Result<Draw, PlanFault> {
        self.draw_with_reserves(method, counts, &[], seed)
    }

    /// Draws `counts` units and `reserves` further ones in each stratum; no reserves where the list is empty.
    ///
    /// # Errors
    ///
    /// Another number of counts or reserves than strata, more units than a stratum has, more certain units than are drawn, a draw by size
    /// from a frame without sizes, a stratum too large for Sampford's design.
    pub fn draw_with_reserves(&self, method: DrawMethod, counts: &[usize], reserves: &[usize], seed: u64) -> Result<Draw, PlanFault> {
        let mut random = Random::new(seed);
        let (units, reserve_units) = self.draw_from(&mut random, method, counts, reserves)?;
        let manifest = Manifest {
            algorithm: ALGORITHM,
            method,
            seed,
            counts: counts.to_vec(),
            reserves: reserves.to_vec(),
            frame_rows: self.labels.len(),
            frame_digest: self.digest(),
        };
        Ok(Draw { manifest, units, reserves: reserve_units })
    }

    fn draw_from(
        &self,
        random: &mut Random,
        method: DrawMethod,
        counts: &[usize],
        reserves: &[usize],
    ) -> Result<(Vec<DrawnUnit>, Vec<DrawnUnit>), PlanFault> {
        let strata = self.strata.levels.len();
        for (what, found) in [("counts", counts.len()), ("reserves", if reserves.is_empty() { strata } else { reserves.len() })] {
            if found != strata {
                return Err(PlanFault::Length { what, expected: strata, found });
            }
        }
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); strata];
        for (row, &code) in self.strata.codes.iter().enumerate() {
            members[code as usize].push(row);
        }
        let (mut units, mut reserve_units) = (Vec::with_capacity(counts.iter().sum()), Vec::new());
        for (number, (rows, &count)) in members.iter().zip(counts).enumerate() {
            let extra = reserves.get(number).copied().unwrap_or(0);
            if count.saturating_add(extra) > rows.len() {
                return Err(PlanFault::MoreThanPopulation { asked: count.saturating_add(extra), population: rows.len() });
            }
            let first = units.len();
            self.draw_stratum(random, method, rows, count, &mut units)?;
            let taken: HashSet<usize> = units[first..].iter().map(|unit| unit.row).collect();
            let rest: Vec<usize> = rows.iter().copied().filter(|row| !taken.contains(row)).collect();
            let probability = extra as f64 / rest.len().max(1) as f64;
            let reserve = |place: usize| DrawnUnit { row: rest[place], probability, certain: false };
            if extra > 0 {
                reserve_units.extend(random.choose(rest.len(), extra).into_iter().map(reserve));
            }
        }
        Ok((units, reserve_units))
    }

    fn draw_stratum(
        &self,
        random: &mut Random,
        method: DrawMethod,
        rows: &[usize],
        count: usize,
        units: &mut Vec<DrawnUnit>,
    ) -> Result<(), PlanFault> {
        let (marked, rest): (Vec<usize>, Vec<usize>) = rows.iter().partition(|&&row| self.certain[row]);
        if marked.len() > count {
            return Err(PlanFault::MoreCertainThanDrawn { certain: marked.len(), asked: count });
        }
        let left = count - marked.len();
        units.extend(marked.into_iter().map(|row| DrawnUnit { row, probability: 1.0, certain: true }));
        let sizes = || self.sizes.as_ref().ok_or(PlanFault::NoSizes);
        match method {
            DrawMethod::SimpleRandom => {
                let probability = left as f64 / rest.len().max(1) as f64;
                let drawn = random.choose(rest.len(), left);
                units.extend(drawn.into_iter().map(|place| DrawnUnit { row: rest[place], probability, certain: false }));
            }
            DrawMethod::Systematic => methods::systematic(random, &rest, &|_| 1.0, left, units),
            DrawMethod::SystematicBySize => {
                let sizes = sizes()?;
                methods::systematic(random, &rest, &|row| sizes[row], left, units);
            }
            DrawMethod::Sampford | DrawMethod::Tille => {
                let sizes: Vec<f64> = rest.iter().map(|&row| sizes().map(|sizes| sizes[row])).collect::<Result<_, _>>()?;
                methods::without_replacement(random, method, &rest, &sizes, left, units)?;
            }
        }
        Ok(())
    }

    /// Draws again what a manifest describes.
    ///
    /// # Errors
    ///
    /// A frame or a generator other than the manifest's.
    pub fn repeat(&self, manifest: &Manifest) -> Result<Draw, PlanFault> {
        if manifest.frame_rows != self.labels.len() || manifest.frame_digest != self.digest() || manifest.algorithm != ALGORITHM {
            return Err(PlanFault::OtherFrame);
        }
        self.draw_with_reserves(manifest.method, &manifest.counts, &manifest.reserves, manifest.seed)
    }

    fn digest(&self) -> u64 {
        let mut digest = 0xCBF2_9CE4_8422_2325_u64;
        let mut take = |bytes: &[u8]| {
            // The length stands before the bytes, so that "ab", "c" is not "a", "bc".
            for &byte in (bytes.len() as u64).to_le_bytes().iter().chain(bytes) {
                digest = (digest ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
            }
        };
        for (row, label) in self.labels.iter().enumerate() {
            take(label.as_bytes());
            take(self.strata.level(self.strata.codes[row]).as_bytes());
            if let Some(sizes) = &self.sizes {
                take(&sizes[row].to_le_bytes());
            }
            if self.certain[row] {
                take(b"certain");
            }
        }
        digest
    }
}
