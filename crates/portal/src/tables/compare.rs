//! Chosen units side by side in one index.

use composite_index::NodeId;
use registry::results::{EditionResult, Results};
use rust_decimal::Decimal;
use ui::Lang;
use ui::chart::{Axis, Break, RankLines, Series};
use ui::table::{Cell, Column, DataTable, MissingReason, Row};

use super::profile::points;
use super::{best_cell, node_name, rank_cell, source_line};
use crate::queries;

/// A unit with the name to show.
pub(crate) type Named = (String, String);

/// Ranks of the units over the years of an index.
pub(crate) fn ranks_table(results: &Results, index: &str, units: &[Named], lang: Lang) -> DataTable {
    let short = queries::index_short(results, index, lang);
    let mut table = DataTable::new("so-sanh-hang", lang.pick(format!("Thứ hạng {short} qua các năm"), format!("{short} ranks by year")))
        .column(Column::header("unit", lang.pick("Đơn vị", "Unit")));
    let editions: Vec<&EditionResult> =
        results.editions_of(index).filter(|edition| units.iter().any(|(unit, _)| edition.row_of(unit).is_some())).collect();
    for edition in &editions {
        let year = edition.edition().year.to_string();
        table.columns.push(Column::rank(&year, &year));
    }
    for (unit, name) in units {
        let mut cells = vec![Cell::link(name, lang.href(&format!("/ho-so/{unit}")))];
        for edition in &editions {
            cells.push(match edition.row_of(unit) {
                Some(row) => rank_cell(edition.best_rank(row), lang),
                None => Cell::missing(MissingReason::Other(
                    lang.pick("không có trong bảng của năm này", "not in the table of this year").into(),
                )),
            });
        }
        table.rows.push(Row::new(cells));
    }
    table.dense = true;
    table
}

/// The components of the units in one edition.
pub(crate) fn components_table(results: &Results, edition: &EditionResult, units: &[Named], lang: Lang) -> DataTable {
    let definition = &edition.definition;
    let (short, year) = (queries::index_short(results, &definition.index, lang), edition.edition().year);
    let caption = lang.pick(format!("Điểm và thành phần {short} năm {year}"), format!("{short} scores and components, {year}"));
    let mut table = DataTable::new("so-sanh-thanh-phan", caption).column(Column::header("component", lang.pick("Thành phần", "Component")));
    for (unit, name) in units {
        table.columns.push(Column::number(unit, name, definition.decimals));
    }
    let total = definition.total;
    let nodes: Vec<(NodeId, usize)> = definition.top_down().into_iter().filter(|(_, depth)| *depth <= 2).collect();
    let ranks = units.iter().map(|(unit, _)| rank_cell(edition.row_of(unit).and_then(|row| edition.best_rank(row)), lang));
    let mut first = vec![Cell::text(lang.pick("Thứ hạng", "Rank"))];
    first.extend(ranks);
    table.rows.push(Row::new(first));
    for (node, depth) in nodes {
        let mut cells = vec![Cell::text(node_name(results, edition, node, lang))];
        cells.extend(units.iter().map(|(unit, _)| match edition.row_of(unit) {
            Some(row) => best_cell(lang, edition, row, node),
            None => Cell::missing(MissingReason::NotAvailable),
        }));
        let row = Row::new(cells).level(u8::try_from(depth).unwrap_or(3));
        table.rows.push(if node == total { row.total() } else { row });
    }
    table.source = source_line(edition, lang);
    table.dense = true;
    table
}

/// Ranks over the years as lines, with the method breaks.
pub(crate) fn rank_chart(results: &Results, index: &str, units: &[Named], emphasis: Option<&str>, lang: Lang) -> Option<RankLines> {
    let years: Vec<i32> = results
        .editions_of(index)
        .filter(|edition| units.iter().any(|(unit, _)| edition.row_of(unit).and_then(|row| edition.best_rank(row)).is_some()))
        .map(|edition| edition.edition().year)
        .collect();
    let (first, last) = (*years.first()?, *years.last()?);
    // Years without a table stay on the axis as gaps, so that distances in time are true.
    let axis: Vec<i32> = (first..=last).collect();
    let series = units
        .iter()
        .map(|(unit, name)| {
            let points = points(results, index, unit);
            let rank_in = |year: &i32| points.iter().find(|point| point.year() == *year).and_then(|point| point.rank()).map(Decimal::from);
            Series { label: name.clone(), values: axis.iter().map(rank_in).collect(), emphasis: emphasis == Some(unit.as_str()) }
        })
        .collect();
    let short = queries::index_short(results, index, lang);
    let names: Vec<&str> = units.iter().map(|(_, name)| name.as_str()).collect();
    Some(RankLines {
        id: format!("hang-{index}"),
        title: lang.pick(format!("Thứ hạng {short} của {}", names.join(", ")), format!("{short} rank of {}", names.join(", "))),
        desc: lang.pick(
            format!("Thứ hạng từ năm {first} đến năm {last}; hạng 1 ở trên cùng; năm không có bảng số liệu để trống; vạch đứng là năm đổi phương pháp."),
            format!("Ranks from {first} to {last}; rank 1 on top; years without a table are left open; upright lines mark years with a new method."),
        ),
        periods: axis.iter().map(ToString::to_string).collect(),
        series,
        breaks: breaks(results, index, &axis, lang),
        axis: Axis::Rank { of: None },
        measure: lang.pick("thứ hạng", "rank").to_owned(),
    })
}

/// Years in which values cannot be compared with the year before, as positions on an axis of years.
fn breaks(results: &Results, index: &str, axis: &[i32], lang: Lang) -> Vec<Break> {
    let mut years: Vec<i32> = results
        .definitions
        .iter()
        .filter(|definition| definition.index == index)
        .flat_map(|definition| &definition.breaks)
        .filter(|broken| !broken.comparable)
        .map(|broken| broken.year)
        .collect();
    years.sort_unstable();
    years.dedup();
    years
        .into_iter()
        .filter_map(|year| {
            let before = axis.iter().position(|known| *known == year).filter(|position| *position > 0)?;
            Some(Break { before, label: lang.pick(format!("Phương pháp {year}"), format!("Method of {year}")) })
        })
        .collect()
}

/// The year to compare components in: the one asked for, or the newest in which one of the units has figures.
pub(crate) fn edition_for<'r>(results: &'r Results, index: &'r str, year: Option<i32>, units: &[Named]) -> Option<&'r EditionResult> {
    match year {
        Some(year) => results.edition(index, year),
        None => {
            let has_unit = |edition: &&EditionResult| units.iter().any(|(unit, _)| edition.row_of(unit).is_some());
            results
                .editions_of(index)
                .rev()
                .filter(has_unit)
                .find(|edition| edition.covers_all_units())
                .or_else(|| queries::newest(results, index))
        }
    }
}
