//! Draws in stages: provinces or districts, communes, villages, households, each from a list of its own.
//!
//! Every unit keeps its inclusion probability at each stage; their product is that of the last stage.

use std::collections::HashMap;

use super::{DrawMethod, DrawnUnit, Frame};
use crate::column::Labels;
use crate::fault::PlanFault;
use crate::random::{ALGORITHM, Random};

/// The list of one stage.
#[derive(Debug, Clone)]
pub struct StageList {
    /// Label of each unit, different inside one unit of the stage before.
    pub labels: Vec<String>,
    /// Label of the unit of the stage before that holds it; empty in the first stage. Labels of a middle stage must be different in the whole list.
    pub parents: Vec<String>,
    /// Strata inside the unit of the stage before.
    pub strata: Option<Labels>,
    /// Sizes for draws in proportion to size.
    pub sizes: Option<Vec<f64>>,
    /// Units that are in every sample, such as the seat unit.
    pub certain: Option<Vec<bool>>,
}

/// How many units are drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Take {
    /// So many in each stratum of each unit of the stage before.
    Each(usize),
    /// The same, or all where there are fewer.
    UpTo(usize),
    /// So many in each stratum, in the order in which the list first names them; for the first stage.
    ByStratum(Vec<usize>),
}

/// How one stage is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagePlan {
    /// How units are drawn.
    pub method: DrawMethod,
    /// How many.
    pub take: Take,
    /// Reserves in each stratum of each unit of the stage before; fewer where fewer are left.
    pub reserves: usize,
}

/// What another person needs to repeat a draw in stages from the same lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MultistageManifest {
    /// The generator, by name.
    pub algorithm: &'static str,
    /// Seed; units are drawn stage by stage, inside units in the order in which these were drawn, from one stream.
    pub seed: u64,
    /// The plan of each stage.
    pub plans: Vec<StagePlan>,
    /// Rows of each list.
    pub rows: Vec<usize>,
    /// FNV-1a digest of each list, with its parents.
    pub digests: Vec<u64>,
}

/// One unit of one stage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampledUnit {
    /// Row of the stage's list, from 0.
    pub row: usize,
    /// Place of its unit among the units of the stage before.
    pub parent: Option<usize>,
    /// Probability inside the unit of the stage before.
    pub probability: f64,
    /// Probability over all stages so far; its inverse is the design weight.
    pub overall: f64,
    /// Whether it was taken for certain at this stage.
    pub certain: bool,
    /// A reserve, which only steps in for a unit that fails; nothing is drawn inside reserves.
    pub reserve: bool,
}

/// A sample in stages with its manifest.
#[derive(Debug, Clone, PartialEq)]
pub struct MultistageDraw {
    /// How to repeat it.
    pub manifest: MultistageManifest,
    /// Units of each stage, first to last.
    pub stages: Vec<Vec<SampledUnit>>,
}

impl MultistageDraw {
    /// Rows of all stages, first to last, that a unit of the last stage lies in.
    pub fn path(&self, last: usize) -> Vec<usize> {
        let mut rows = Vec::with_capacity(self.stages.len());
        let mut here = Some(last);
        for stage in self.stages.iter().rev() {
            let Some(unit) = here.and_then(|place| stage.get(place)) else { return Vec::new() };
            rows.push(unit.row);
            here = unit.parent;
        }
        rows.reverse();
        rows
    }
}

/// Lists of all stages, checked.
#[derive(Debug, Clone)]
pub struct MultistageFrame {
    lists: Vec<StageList>,
    /// Rows of each stage that lie in each row of the stage before.
    children: Vec<Vec<Vec<usize>>>,
}

fn in_stage(stage: usize, parent: &str, fault: PlanFault) -> PlanFault {
    PlanFault::InStage { stage: stage + 1, parent: parent.to_owned(), fault: Box::new(fault) }
}

impl MultistageFrame {
    /// Lists of the stages, first to last.
    ///
    /// # Errors
    ///
    /// No list; a column of another length; a unit whose parent does not exist; labels of a middle stage that stand twice.
    pub fn new(lists: Vec<StageList>) -> Result<Self, PlanFault> {
        if lists.is_empty() {
            return Err(PlanFault::OutOfRange { what: "stages", value: 0.0 });
        }
        let mut children = vec![vec![(0..lists[0].labels.len()).collect()]];
        for (stage, list) in lists.iter().enumerate() {
            list.check(stage)?;
            if stage == 0 {
                continue;
            }
            let mut known: HashMap<&str, usize> = HashMap::new();
            for (row, label) in lists[stage - 1].labels.iter().enumerate() {
                if label.is_empty() || known.insert(label, row).is_some() {
                    return Err(in_stage(stage - 1, "", PlanFault::Label { row: row + 1, label: label.clone() }));
                }
            }
            let mut of_parent = vec![Vec::new(); lists[stage - 1].labels.len()];
            for (row, parent) in list.parents.iter().enumerate() {
                let Some(&place) = known.get(parent.as_str()) else {
                    return Err(PlanFault::NoParent { stage: stage + 1, row: row + 1, parent: parent.clone() });
                };
                of_parent[place].push(row);
            }
            children.push(of_parent);
        }
        Ok(Self { lists, children })
    }

    /// Draws one stage after the other.
    ///
    /// # Errors
    ///
    /// Another number of plans than lists; what [`Frame::draw_with_reserves`] refuses, with the stage and the unit it lies in.
    pub fn draw(&self, plans: &[StagePlan], seed: u64) -> Result<MultistageDraw, PlanFault> {
        if plans.len() != self.lists.len() {
            return Err(PlanFault::Length { what: "plans", expected: self.lists.len(), found: plans.len() });
        }
        let mut random = Random::new(seed);
        let mut stages: Vec<Vec<SampledUnit>> = Vec::with_capacity(plans.len());
        for (stage, plan) in plans.iter().enumerate() {
            let mut units = Vec::new();
            let parents: Vec<(Option<usize>, usize, f64)> = stages.last().map_or_else(
                || vec![(None, 0, 1.0)],
                |above| {
                    let drawn = above.iter().enumerate().filter(|(_, unit)| !unit.reserve);
                    drawn.map(|(place, unit)| (Some(place), unit.row, unit.overall)).collect()
                },
            );
            for (parent, row, overall) in parents {
                let name = if stage == 0 { "" } else { self.lists[stage - 1].labels[row].as_str() };
                let (drawn, reserves, rows) =
                    self.draw_inside(&mut random, stage, row, plan).map_err(|fault| in_stage(stage, name, fault))?;
                let unit = |unit: &DrawnUnit, reserve: bool| SampledUnit {
                    row: rows[unit.row],
                    parent,
                    probability: unit.probability,
                    overall: overall * unit.probability,
                    certain: unit.certain,
                    reserve,
                };
                units.extend(drawn.iter().map(|drawn| unit(drawn, false)));
                units.extend(reserves.iter().map(|drawn| unit(drawn, true)));
            }
            stages.push(units);
        }
        let manifest = MultistageManifest {
            algorithm: ALGORITHM,
            seed,
            plans: plans.to_vec(),
            rows: self.lists.iter().map(|list| list.labels.len()).collect(),
            digests: self.digests()?,
        };
        Ok(MultistageDraw { manifest, stages })
    }

    /// Draws again what a manifest describes.
    ///
    /// # Errors
    ///
    /// Lists or a generator other than the manifest's.
    pub fn repeat(&self, manifest: &MultistageManifest) -> Result<MultistageDraw, PlanFault> {
        let rows: Vec<usize> = self.lists.iter().map(|list| list.labels.len()).collect();
        if manifest.rows != rows || manifest.digests != self.digests()? || manifest.algorithm != ALGORITHM {
            return Err(PlanFault::OtherFrame);
        }
        self.draw(&manifest.plans, manifest.seed)
    }

    fn digests(&self) -> Result<Vec<u64>, PlanFault> {
        let digest = |(stage, list): (usize, &StageList)| {
            // A parent's name is part of the label, so that a unit moved elsewhere is noticed.
            let label = |(row, label): (usize, &String)| format!("{}\u{1f}{label}", list.parents.get(row).map_or("", String::as_str));
            let labels = list.labels.iter().enumerate().map(label).collect();
            let rows: Vec<usize> = (0..list.labels.len()).collect();
            list.frame(labels, &rows).map(|frame| frame.digest()).map_err(|fault| in_stage(stage, "", fault))
        };
        self.lists.iter().enumerate().map(digest).collect()
    }

    #[expect(clippy::type_complexity, reason = "units, reserves and the rows they point into belong together, in this file alone")]
    fn draw_inside(
        &self,
        random: &mut Random,
        stage: usize,
        parent: usize,
        plan: &StagePlan,
    ) -> Result<(Vec<DrawnUnit>, Vec<DrawnUnit>, &[usize]), PlanFault> {
        let (list, rows) = (&self.lists[stage], &self.children[stage][parent]);
        let frame = list.frame(rows.iter().map(|&row| list.labels[row].clone()).collect(), rows)?;
        let mut held = vec![0_usize; frame.strata().len()];
        for &code in &frame.strata.codes {
            held[code as usize] += 1;
        }
        let counts: Vec<usize> = match &plan.take {
            Take::Each(count) => vec![*count; held.len()],
            Take::UpTo(count) => held.iter().map(|&held| held.min(*count)).collect(),
            Take::ByStratum(counts) => counts.clone(),
        };
        let reserves: Vec<usize> = held.iter().zip(&counts).map(|(held, count)| held.saturating_sub(*count).min(plan.reserves)).collect();
        if rows.is_empty() && !matches!(plan.take, Take::UpTo(_)) {
            return Err(PlanFault::MoreThanPopulation { asked: 1, population: 0 });
        }
        let reserves = if counts.len() == held.len() { reserves } else { Vec::new() };
        let (drawn, reserves) = frame.draw_from(random, plan.method, &counts, &reserves)?;
        Ok((drawn, reserves, rows))
    }
}

impl StageList {
    fn check(&self, stage: usize) -> Result<(), PlanFault> {
        let rows = self.labels.len();
        let wrong =
            |what, found| if found == rows { Ok(()) } else { Err(in_stage(stage, "", PlanFault::Length { what, expected: rows, found })) };
        if stage > 0 {
            wrong("parents", self.parents.len())?;
        }
        wrong("strata", self.strata.as_ref().map_or(rows, |strata| strata.codes.len()))?;
        wrong("sizes", self.sizes.as_ref().map_or(rows, Vec::len))?;
        wrong("marks of certainty", self.certain.as_ref().map_or(rows, Vec::len))
    }

    fn frame(&self, labels: Vec<String>, rows: &[usize]) -> Result<Frame, PlanFault> {
        let mut frame = Frame::new(labels)?;
        if let Some(strata) = &self.strata {
            frame = frame.with_strata(Labels::new(strata.name.clone(), rows.iter().map(|&row| strata.level(strata.codes[row]))))?;
        }
        if let Some(sizes) = &self.sizes {
            frame = frame.with_sizes(rows.iter().map(|&row| sizes[row]).collect())?;
        }
        if let Some(certain) = &self.certain {
            frame = frame.with_certain(rows.iter().map(|&row| certain[row]).collect())?;
        }
        Ok(frame)
    }
}
