//! Draws in stages from one table: each row is a unit of the last stage, and columns name the units that hold it.

use std::collections::{HashMap, HashSet};

use survey_stats::{DataTable, Labels, MultistageFrame, StageList, StagePlan, Take};
use ui::Lang;

use super::super::sample::{labels, marks};
use super::{Drawn, Request, Unit, column, failed, sizes, strata, whole, wrong};
use crate::output::Failure;

/// The units of one stage with the first row of the table that each stands in.
struct Units {
    list: StageList,
    first_rows: Vec<usize>,
    /// Unit of each row of the table.
    of_row: Vec<usize>,
}

pub(super) fn draw(lang: Lang, request: &Request, table: &DataTable) -> Result<Drawn, Failure> {
    let count = request.label.len();
    if request.count.len() != count {
        let given = request.count.len();
        return Err(wrong(
            lang,
            format!("--count có {given} phần cho {count} giai đoạn; nêu mỗi giai đoạn một số"),
            format!("--count has {given} parts for {count} stages; give one a stage"),
        ));
    }
    let mut stages: Vec<Units> = Vec::with_capacity(count);
    for stage in 0..count {
        let units = units_of(lang, request, table, stage, stages.last())?;
        stages.push(units);
    }
    let plans = (0..count).map(|stage| plan(lang, request, stage)).collect::<Result<Vec<StagePlan>, Failure>>()?;
    let lists = stages.iter().map(|units| units.list.clone()).collect();
    let frame = MultistageFrame::new(lists).map_err(|fault| failed(lang, &fault))?;
    let draw = frame.draw(&plans, request.seed).map_err(|fault| failed(lang, &fault))?;
    let mut units = Vec::new();
    for (stage, drawn) in draw.stages.iter().enumerate() {
        let list = &stages[stage].list;
        let strata: Vec<&str> = list.strata.as_ref().map(|strata| strata.texts().collect()).unwrap_or_default();
        units.extend(drawn.iter().map(|unit| Unit {
            stage: stage + 1,
            row: stages[stage].first_rows[unit.row] + 1,
            parent: list.parents.get(unit.row).cloned().unwrap_or_default(),
            stratum: strata.get(unit.row).map(|text| (*text).to_owned()).unwrap_or_default(),
            label: list.labels[unit.row].clone(),
            reserve: unit.reserve,
            probability: (!unit.reserve).then_some(unit.probability),
            overall: (!unit.reserve).then_some(unit.overall),
            certain: unit.certain,
        }));
    }
    let joined = |texts: Vec<String>| texts.join(",");
    Ok(Drawn {
        units,
        algorithm: draw.manifest.algorithm,
        frame_rows: joined(draw.manifest.rows.iter().map(ToString::to_string).collect()),
        digests: joined(draw.manifest.digests.iter().map(|digest| format!("{digest:016x}")).collect()),
    })
}

fn plan(lang: Lang, request: &Request, stage: usize) -> Result<StagePlan, Failure> {
    let text = &request.count[stage];
    let take = if text.contains('+') {
        Take::ByStratum(text.split('+').map(|part| whole(lang, part)).collect::<Result<_, _>>()?)
    } else if request.up_to {
        Take::UpTo(whole(lang, text)?)
    } else {
        Take::Each(whole(lang, text)?)
    };
    Ok(StagePlan { method: request.method_of(stage), take, reserves: request.reserves_of(stage) })
}

/// Units of a stage in the order in which the table first names them.
fn units_of(lang: Lang, request: &Request, table: &DataTable, stage: usize, above: Option<&Units>) -> Result<Units, Failure> {
    let name = &request.label[stage];
    let names = labels(lang, table, name)?;
    let texts: Vec<&str> = names.texts().collect();
    if let Some(row) = texts.iter().position(|text| text.is_empty()) {
        let row = row + 1;
        return Err(wrong(lang, format!("dòng {row}, cột {name}: thiếu mã"), format!("row {row}, column {name}: no label")));
    }
    let last = stage + 1 == request.label.len();
    let mut known: HashMap<(usize, &str), usize> = HashMap::new();
    let (mut first_rows, mut of_row) = (Vec::new(), Vec::with_capacity(texts.len()));
    for (row, text) in texts.iter().enumerate() {
        let parent = above.map_or(0, |above| above.of_row[row]);
        let next = first_rows.len();
        let unit = *known.entry((parent, text)).or_insert(next);
        if unit == next {
            first_rows.push(row);
        } else if last {
            let (row, first) = (row + 1, first_rows[unit] + 1);
            return Err(wrong(
                lang,
                format!("dòng {row}, cột {name}: mã “{text}” đã có ở dòng {first}"),
                format!("row {row}, column {name}: the label “{text}” stands in row {first}"),
            ));
        }
        of_row.push(unit);
    }
    // Where a label means several units, each is called by its whole path.
    let distinct: HashSet<&str> = first_rows.iter().map(|&row| texts[row]).collect();
    let parent_of = |row: usize| above.map(|above| above.list.labels[above.of_row[row]].clone());
    let own = |&row: &usize| match parent_of(row) {
        Some(parent) if distinct.len() < first_rows.len() => format!("{parent}/{}", texts[row]),
        _ => texts[row].to_owned(),
    };
    let list = StageList {
        labels: first_rows.iter().map(own).collect(),
        parents: first_rows.iter().filter_map(|&row| parent_of(row)).collect(),
        strata: column(&request.strata, stage)
            .map(|name| {
                let strata = strata(lang, table, name)?;
                let texts: Vec<&str> = strata.texts().collect();
                same_in_unit(lang, name, &of_row, &first_rows, |row| texts[row].to_owned())?;
                Ok(Labels::new(name, first_rows.iter().map(|&row| texts[row])))
            })
            .transpose()?,
        sizes: column(&request.size, stage)
            .map(|name| {
                let sizes = sizes(lang, table, name)?;
                same_in_unit(lang, name, &of_row, &first_rows, |row| sizes[row].to_string())?;
                Ok(first_rows.iter().map(|&row| sizes[row]).collect())
            })
            .transpose()?,
        certain: column(&request.certain, stage)
            .map(|name| {
                let marks = marks(lang, table, name)?;
                same_in_unit(lang, name, &of_row, &first_rows, |row| u8::from(marks[row]).to_string())?;
                Ok(first_rows.iter().map(|&row| marks[row]).collect())
            })
            .transpose()?,
    };
    Ok(Units { list, first_rows, of_row })
}

/// What belongs to a unit must be the same in all its rows.
fn same_in_unit(lang: Lang, name: &str, of_row: &[usize], first_rows: &[usize], text: impl Fn(usize) -> String) -> Result<(), Failure> {
    let differs = of_row.iter().enumerate().find(|(row, unit)| text(*row) != text(first_rows[**unit]));
    let Some((row, unit)) = differs else { return Ok(()) };
    let first = first_rows[*unit];
    let (here, there, row, first) = (text(row), text(first), row + 1, first + 1);
    Err(wrong(
        lang,
        format!("dòng {row}, cột {name}: “{here}”, trong khi dòng {first} của cùng đơn vị là “{there}”"),
        format!("row {row}, column {name}: “{here}” where row {first} of the same unit has “{there}”"),
    ))
}
