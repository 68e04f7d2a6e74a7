//! A described sample becomes a design, or every fault in it.

use std::collections::HashMap;

use super::{ClusterLabels, Clusters, Design, LoneUnit, LoneUnits, Population, Stage, StageFrame, Stratum, Weights};
use crate::column::{Column, Labels, NO_LABEL};
use crate::fault::{DesignFault, LoneReason};

/// Keys of one stage for each row, in the order of the input.
struct Keys {
    strata: Vec<u32>,
    clusters: Vec<u32>,
}

pub(super) fn build(rows: usize, weights: Weights, stages: &[Stage], choice: LoneUnit) -> Result<Design, Vec<DesignFault>> {
    let mut faults = Vec::new();
    if rows == 0 {
        return Err(vec![DesignFault::NoRows]);
    }
    if stages.is_empty() {
        return Err(vec![DesignFault::NoStage]);
    }
    check_shapes(rows, &weights, stages, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let keys: Vec<Keys> = stages.iter().map(|stage| keys_of(rows, stage)).collect();
    // Stratum and cluster of a stage in one number, so that a comparison is one step a stage.
    let packed: Vec<Vec<u64>> = keys
        .iter()
        .map(|key| key.strata.iter().zip(&key.clusters).map(|(&stratum, &cluster)| u64::from(stratum) << 32 | u64::from(cluster)).collect())
        .collect();
    let mut order: Vec<u32> = (0..rows).filter_map(|row| u32::try_from(row).ok()).collect();
    order.sort_by(|&one, &other| {
        let compare = |stage: &Vec<u64>| stage[one as usize].cmp(&stage[other as usize]);
        packed.iter().map(compare).find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    });
    drop(packed);
    let mut frames: Vec<StageFrame> = Vec::with_capacity(stages.len());
    for (number, (stage, key)) in stages.iter().zip(&keys).enumerate() {
        let frame = frame_of(stage, number, key, &order, frames.last(), &mut faults);
        frames.push(frame);
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let weights = match weights {
        Weights::Given(column) => order.iter().map(|&row| column.values[row as usize]).collect(),
        Weights::FromPopulation => from_population(&frames, rows),
    };
    let mut lone = 0;
    for (number, frame) in frames.iter_mut().enumerate() {
        for stratum in &mut frame.strata {
            stratum.lone = stratum.sampled == 1 && stratum.fraction < 1.0 && stratum.multiplier > 0.0;
            if number == 0 || stratum.sampled == 1 {
                stratum.label = label_of(&stages[number], stratum.first_row);
                stratum.inside = unit_of(stages, number, stratum.first_row);
            }
            if stratum.lone {
                lone += 1;
                if choice == LoneUnit::Refuse {
                    faults.push(stratum.lone_fault(number, LoneReason::NoChoice));
                }
            }
        }
    }
    if choice == LoneUnit::Collapse {
        for (number, frame) in frames.iter_mut().enumerate() {
            collapse(frame, number, &mut faults);
        }
    }
    if faults.is_empty() {
        Ok(Design { order, weights, stages: frames, lone_units: LoneUnits { choice, strata: lone }, adjustments: Vec::new() })
    } else {
        Err(faults)
    }
}

fn named(labels: &Labels, row: usize) -> (String, String) {
    (labels.name.clone(), labels.level(labels.codes[row]).to_owned())
}

/// Column and label of the stratum of a row; empty where the stage has none.
fn label_of(stage: &Stage, row: usize) -> (String, String) {
    stage.strata.as_ref().map(|labels| named(labels, row)).unwrap_or_default()
}

/// The unit of the stage before that a row lies in, with what its label needs to be the only one of that name: its stratum where labels
/// start anew there, and the units that hold it.
fn unit_of(stages: &[Stage], number: usize, row: usize) -> Vec<(String, String)> {
    let mut names = Vec::new();
    for stage in &stages[..number] {
        if let (ClusterLabels::WithinStratum, Some(strata)) = (stage.cluster_labels, &stage.strata) {
            names.push(named(strata, row));
        }
        if let Clusters::Labelled(labels) = &stage.clusters {
            names.push(named(labels, row));
        }
    }
    names
}

/// Lengths, weights, labels and figures of each row, before anything is put together.
fn check_shapes(rows: usize, weights: &Weights, stages: &[Stage], faults: &mut Vec<DesignFault>) {
    let length = |column: &str, found: usize, faults: &mut Vec<DesignFault>| {
        if found != rows {
            faults.push(DesignFault::Length { column: column.to_owned(), expected: rows, found });
        }
    };
    if let Weights::Given(column) = weights {
        length(&column.name, column.values.len(), faults);
        for (row, &value) in column.values.iter().enumerate() {
            if value.is_nan() {
                faults.push(DesignFault::MissingWeight { column: column.name.clone(), row: row + 1 });
            } else if value < 0.0 || value.is_infinite() {
                faults.push(DesignFault::WrongWeight { column: column.name.clone(), row: row + 1, value });
            }
        }
        if !column.values.iter().any(|&value| value > 0.0) {
            faults.push(DesignFault::NoPositiveWeight { column: column.name.clone() });
        }
    }
    for (number, stage) in stages.iter().enumerate() {
        let clusters = if let Clusters::Labelled(labels) = &stage.clusters { Some(labels) } else { None };
        for labels in stage.strata.iter().chain(clusters) {
            length(&labels.name, labels.codes.len(), faults);
            for (row, &code) in labels.codes.iter().enumerate() {
                if code == NO_LABEL {
                    faults.push(DesignFault::MissingLabel { column: labels.name.clone(), row: row + 1 });
                }
            }
        }
        if let Some(certainty) = &stage.certainty {
            length("certainty", certainty.len(), faults);
        }
        let certain = |row: usize| stage.certainty.as_ref().is_some_and(|marks| marks.get(row).copied().unwrap_or(false));
        match &stage.population {
            Population::Unlimited => {
                if matches!(weights, Weights::FromPopulation) {
                    faults.push(DesignFault::WeightsNeedPopulation { stage: number + 1 });
                }
            }
            Population::Size(column) | Population::Fraction(column) => {
                length(&column.name, column.values.len(), faults);
                let is_fraction = matches!(stage.population, Population::Fraction(_));
                for (row, &value) in column.values.iter().enumerate().filter(|&(row, _)| !certain(row)) {
                    if value.is_finite() && value <= 0.0 {
                        faults.push(DesignFault::WrongPopulation { column: column.name.clone(), row: row + 1, value });
                    } else if !value.is_finite() {
                        faults.push(DesignFault::MissingPopulation { column: column.name.clone(), row: row + 1 });
                    } else if is_fraction && value > 1.0 {
                        faults.push(DesignFault::FractionAboveOne { column: column.name.clone(), row: row + 1, value });
                    }
                }
            }
        }
    }
}

fn keys_of(rows: usize, stage: &Stage) -> Keys {
    let clusters: Vec<u32> = match &stage.clusters {
        Clusters::Labelled(labels) => labels.codes.clone(),
        Clusters::Rows => (0..rows).filter_map(|row| u32::try_from(row).ok()).collect(),
    };
    let mut strata = stage.strata.as_ref().map_or_else(|| vec![0; rows], |labels| labels.codes.clone());
    if let Some(certainty) = &stage.certainty {
        // A certainty unit is a stratum of its own, behind the drawn ones.
        let mut own: HashMap<(u32, u32), u32> = HashMap::new();
        let first = stage.strata.as_ref().map_or(1, |labels| labels.levels.len());
        for row in (0..rows).filter(|&row| certainty[row]) {
            let next = u32::try_from(first + own.len()).unwrap_or(u32::MAX);
            strata[row] = *own.entry((strata[row], clusters[row])).or_insert(next);
        }
    }
    Keys { strata, clusters }
}

fn frame_of(
    stage: &Stage,
    number: usize,
    key: &Keys,
    order: &[u32],
    before: Option<&StageFrame>,
    faults: &mut Vec<DesignFault>,
) -> StageFrame {
    let mut frame = StageFrame {
        unit_of: Vec::with_capacity(order.len()),
        stratum_of: Vec::with_capacity(order.len()),
        strata: Vec::new(),
        units: 0,
        active: false,
    };
    check_nesting(stage, key, order, before, faults);
    let mut last: Option<(u32, u32, u32)> = None;
    for (position, &row) in order.iter().enumerate() {
        let row = row as usize;
        let parent = before.map_or(0, |before| before.unit_of[position]);
        let here = (parent, key.strata[row], key.clusters[row]);
        let certain = stage.certainty.as_ref().is_some_and(|marks| marks[row]);
        let new_stratum = last.is_none_or(|(unit, stratum, _)| (unit, stratum) != (here.0, here.1));
        if new_stratum {
            let multiplier = before.map_or(1.0, |before| {
                let above = &before.strata[before.stratum_of[position] as usize];
                above.multiplier * above.fraction
            });
            let fraction = if certain { 1.0 } else { 0.0 };
            frame.strata.push(Stratum {
                sampled: 0,
                fraction,
                multiplier,
                parent,
                lone: false,
                first_row: row,
                label: Default::default(),
                inside: Vec::new(),
            });
        }
        if new_stratum || last != Some(here) {
            frame.units += 1;
            if let Some(stratum) = frame.strata.last_mut() {
                stratum.sampled += 1;
            }
        }
        last = Some(here);
        if let Some(stratum) = frame.strata.last_mut() {
            stratum.first_row = stratum.first_row.min(row);
        }
        frame.unit_of.push(u32::try_from(frame.units - 1).unwrap_or(u32::MAX));
        frame.stratum_of.push(u32::try_from(frame.strata.len() - 1).unwrap_or(u32::MAX));
    }
    set_fractions(stage, order, &mut frame, faults);
    frame.active = frame.strata.iter().any(|stratum| stratum.multiplier > 0.0 && stratum.fraction < 1.0);
    debug_assert!(number == 0 || before.is_some());
    frame
}

/// A label means one cluster: the same label in two strata of one unit of the stage before is a fault, unless labels start anew in each
/// stratum. Either way a cluster is certain as a whole or not at all.
fn check_nesting(stage: &Stage, key: &Keys, order: &[u32], before: Option<&StageFrame>, faults: &mut Vec<DesignFault>) {
    let Clusters::Labelled(labels) = &stage.clusters else { return };
    let nested = stage.cluster_labels == ClusterLabels::WithinStratum;
    if (nested || stage.strata.is_none()) && stage.certainty.is_none() {
        return;
    }
    let given = |row: usize| stage.strata.as_ref().map_or(0, |labels| labels.codes[row]);
    let mut seen: HashMap<(u32, u32, u32), usize> = HashMap::new();
    let mut reported: HashMap<(u32, u32, u32), ()> = HashMap::new();
    for (position, &row) in order.iter().enumerate() {
        let row = row as usize;
        let stratum = if nested { given(row) } else { 0 };
        let unit = (before.map_or(0, |before| before.unit_of[position]), stratum, key.clusters[row]);
        let first = *seen.entry(unit).or_insert(row);
        if key.strata[first] != key.strata[row] && reported.insert(unit, ()).is_none() {
            let (low, high) = (first.min(row), first.max(row));
            let (column, cluster) = named(labels, row);
            faults.push(if given(first) == given(row) {
                DesignFault::CertaintyVaries { column, row: high + 1, cluster, first_row: low + 1 }
            } else {
                DesignFault::ClusterInTwoStrata { column, row: high + 1, cluster, first_row: low + 1 }
            });
        }
    }
}

/// Sampling fractions from the populations, which must be one figure in each stratum.
fn set_fractions(stage: &Stage, order: &[u32], frame: &mut StageFrame, faults: &mut Vec<DesignFault>) {
    let (column, is_size): (&Column, bool) = match &stage.population {
        Population::Unlimited => return,
        Population::Size(column) => (column, true),
        Population::Fraction(column) => (column, false),
    };
    let mut told = vec![false; frame.strata.len()];
    for (position, &row) in order.iter().enumerate() {
        let index = frame.stratum_of[position] as usize;
        let stratum = &frame.strata[index];
        if stage.certainty.as_ref().is_some_and(|marks| marks[stratum.first_row]) || told[index] {
            continue;
        }
        let (first, value) = (column.values[stratum.first_row], column.values[row as usize]);
        if (first - value).abs() > 1e-9 * first.abs() {
            told[index] = true;
            let (row, first_row) = (row as usize + 1, stratum.first_row + 1);
            faults.push(DesignFault::PopulationVaries { column: column.name.clone(), row, value, first_row, first });
        }
    }
    for stratum in &mut frame.strata {
        if stage.certainty.as_ref().is_some_and(|marks| marks[stratum.first_row]) {
            continue;
        }
        let value = column.values[stratum.first_row];
        stratum.fraction = if is_size {
            let sampled = stratum.sampled;
            let count = sampled as f64;
            if value < count {
                faults.push(DesignFault::PopulationBelowSample {
                    column: column.name.clone(),
                    row: stratum.first_row + 1,
                    size: value,
                    sampled,
                });
            }
            count / value
        } else {
            value
        };
    }
}

/// Joins each stratum of one unit with a neighbour in the same unit of the stage before that was not taken completely.
fn collapse(frame: &mut StageFrame, number: usize, faults: &mut Vec<DesignFault>) {
    let count = frame.strata.len();
    let beside = |one: usize, other: usize| frame.strata[one].parent == frame.strata[other].parent && frame.strata[other].fraction < 1.0;
    // Whether a stratum is joined with the next one.
    let mut joined = vec![false; count];
    for place in (0..count).filter(|&place| frame.strata[place].lone) {
        if place > 0 && joined[place - 1] {
            continue;
        }
        if place + 1 < count && beside(place, place + 1) {
            joined[place] = true;
        } else if place > 0 && beside(place, place - 1) {
            joined[place - 1] = true;
        } else {
            faults.push(frame.strata[place].lone_fault(number, LoneReason::NoNeighbour));
        }
    }
    let mut strata: Vec<Stratum> = Vec::with_capacity(count);
    let mut new_place = Vec::with_capacity(count);
    for (place, stratum) in std::mem::take(&mut frame.strata).into_iter().enumerate() {
        match strata.last_mut().filter(|_| place > 0 && joined[place - 1]) {
            None => strata.push(stratum),
            Some(whole) => {
                let sampled = whole.sampled + stratum.sampled;
                let population = |stratum: &Stratum| stratum.sampled as f64 / stratum.fraction;
                let known = whole.fraction > 0.0 && stratum.fraction > 0.0;
                let fraction = if known { sampled as f64 / (population(whole) + population(&stratum)) } else { 0.0 };
                let first_row = whole.first_row.min(stratum.first_row);
                *whole = Stratum { sampled, fraction, first_row, lone: false, ..stratum };
            }
        }
        new_place.push(u32::try_from(strata.len() - 1).unwrap_or(u32::MAX));
    }
    frame.strata = strata;
    frame.stratum_of.iter_mut().for_each(|stratum| *stratum = new_place[*stratum as usize]);
}

fn from_population(frames: &[StageFrame], rows: usize) -> Vec<f64> {
    (0..rows)
        .map(|position| frames.iter().map(|frame| 1.0 / frame.strata[frame.stratum_of[position] as usize].fraction).product())
        .collect()
}
