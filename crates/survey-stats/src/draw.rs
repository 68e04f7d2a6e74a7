//! Drawing a sample from a frame, with inclusion probabilities and a manifest by which others can repeat it.

use std::collections::HashSet;

use crate::column::{Labels, NO_LABEL};
use crate::fault::PlanFault;
use crate::random::{ALGORITHM, Random};

/// The list of units that a sample is drawn from. The order counts: systematic draws follow it.
#[derive(Debug, Clone)]
pub struct Frame {
    labels: Vec<String>,
    strata: Labels,
    sizes: Option<Vec<f64>>,
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
}

/// One unit of a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DrawnUnit {
    /// Row of the frame, from 0.
    pub row: usize,
    /// Probability of being in the sample; its inverse is the design weight.
    pub probability: f64,
    /// Whether the unit was taken for certain because of its size.
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
    /// Rows of the frame.
    pub frame_rows: usize,
    /// FNV-1a digest (64 bits) of labels, strata and sizes in their order: finds an exchanged or changed list, and is no seal against forgery.
    pub frame_digest: u64,
}

/// A sample with its manifest.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// How to repeat it.
    pub manifest: Manifest,
    /// The units, stratum by stratum, in the order in which they were drawn.
    pub units: Vec<DrawnUnit>,
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
        Ok(Self { labels, strata, sizes: None })
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
    /// Another number of counts than strata, more units than a stratum has, a draw by size from a frame without sizes.
    pub fn draw(&self, method: DrawMethod, counts: &[usize], seed: u64) -> Result<Draw, PlanFault> {
        if counts.len() != self.strata.levels.len() {
            return Err(PlanFault::Length { what: "counts", expected: self.strata.levels.len(), found: counts.len() });
        }
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); counts.len()];
        for (row, &code) in self.strata.codes.iter().enumerate() {
            members[code as usize].push(row);
        }
        let mut random = Random::new(seed);
        let mut units = Vec::with_capacity(counts.iter().sum());
        for (rows, &count) in members.iter().zip(counts) {
            if count > rows.len() {
                return Err(PlanFault::MoreThanPopulation { asked: count, population: rows.len() });
            }
            match method {
                DrawMethod::SimpleRandom => {
                    let probability = count as f64 / rows.len() as f64;
                    units.extend(random.choose(rows.len(), count).into_iter().map(|place| DrawnUnit {
                        row: rows[place],
                        probability,
                        certain: false,
                    }));
                }
                DrawMethod::Systematic => by_size(&mut random, rows, &|_| 1.0, count, &mut units),
                DrawMethod::SystematicBySize => {
                    let sizes = self.sizes.as_ref().ok_or(PlanFault::NoSizes)?;
                    by_size(&mut random, rows, &|row| sizes[row], count, &mut units);
                }
            }
        }
        let manifest = Manifest {
            algorithm: ALGORITHM,
            method,
            seed,
            counts: counts.to_vec(),
            frame_rows: self.labels.len(),
            frame_digest: self.digest(),
        };
        Ok(Draw { manifest, units })
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
        self.draw(manifest.method, &manifest.counts, manifest.seed)
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
        }
        digest
    }
}

/// Systematic draw in proportion to size. Units at least as large as the step are certain and leave the rest, until none is.
fn by_size(random: &mut Random, rows: &[usize], size: &dyn Fn(usize) -> f64, count: usize, units: &mut Vec<DrawnUnit>) {
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
