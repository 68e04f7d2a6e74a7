//! A unit's results over the years.

use composite_index::quantile;
use registry::results::{EditionResult, Results};
use rust_decimal::Decimal;
use ui::Lang;
use ui::chart::{Component, ComponentProfile, ProfileScale};
use ui::table::{Better, Cell, Column, DataTable, MissingReason, Row};

use super::{band_of, best_cell, computed_cell, node_name, published_cell, rank_cell, spread};
use crate::queries;

/// One year of a unit in an index.
#[derive(Debug)]
pub(crate) struct Point<'r> {
    /// The edition.
    pub(crate) edition: &'r EditionResult,
    /// The unit's row in it.
    pub(crate) row: usize,
}

impl Point<'_> {
    /// The year.
    pub(crate) fn year(&self) -> i32 {
        self.edition.edition().year
    }

    /// Published rank, or the recomputed one over a full table.
    pub(crate) fn rank(&self) -> Option<u32> {
        self.edition.best_rank(self.row)
    }
}

/// The years of a unit in an index, ascending.
pub(crate) fn points<'r>(results: &'r Results, index: &'r str, unit: &str) -> Vec<Point<'r>> {
    results.editions_of(index).filter_map(|edition| Some(Point { edition, row: edition.row_of(unit)? })).collect()
}

/// True where values of the two years may be compared: no break in between, or only breaks that say so.
pub(crate) fn comparable(results: &Results, index: &str, earlier: i32, later: i32) -> bool {
    let crossing = results.definitions.iter().filter(|definition| definition.index == index).flat_map(|definition| &definition.breaks);
    crossing.filter(|broken| broken.year > earlier && broken.year <= later).all(|broken| broken.comparable)
}

/// The finding of a unit's rank chart: where it stands, and from where it came under the same method.
pub(crate) fn finding(results: &Results, index: &str, unit: &str, name: &str, lang: Lang) -> String {
    let short = queries::index_short(results, index, lang);
    let ranks: Vec<(i32, u32)> = points(results, index, unit).iter().filter_map(|point| Some((point.year(), point.rank()?))).collect();
    let Some((last, to)) = ranks.last().copied() else {
        return lang.pick(format!("{name}: chưa có thứ hạng {short}"), format!("{name}: no {short} rank yet"));
    };
    // Ranks from before a method break are on the chart, but no sentence compares across it.
    match ranks.iter().find(|(year, _)| comparable(results, index, *year, last)) {
        Some((first, from)) if *first != last => lang.pick(
            format!("{name}: {short} từ hạng {from} năm {first} đến hạng {to} năm {last}"),
            format!("{name}: {short} from rank {from} in {first} to rank {to} in {last}"),
        ),
        _ => lang.pick(format!("{name}: {short} hạng {to} năm {last}"), format!("{name}: {short} rank {to} in {last}")),
    }
}

/// The series of a unit in one index.
pub(crate) fn series_table(results: &Results, index: &str, unit: &str, unit_name: &str, lang: Lang) -> DataTable {
    let short = queries::index_short(results, index, lang);
    let points = points(results, index, unit);
    let decimals = points.first().map_or(2, |point| point.edition.definition.decimals);
    let mut table = DataTable::new(
        format!("{index}-{unit}"),
        lang.pick(format!("{short} của {unit_name} qua các năm"), format!("{short} of {unit_name} by year")),
    )
    .column(Column::header("year", lang.pick("Năm", "Year")))
    .column(Column::rank("rank", lang.pick("Hạng", "Rank")))
    .column(Column::number("of", lang.pick("Số đơn vị xếp hạng", "Units ranked"), 0))
    .column(Column::change("rank_change", lang.pick("Thay đổi hạng", "Change of rank")))
    .column(Column::number("published", lang.pick("Điểm công bố", "Published score"), decimals))
    .column(Column::number("recomputed", lang.pick("Điểm tính lại", "Recomputed score"), decimals))
    .column(Column::text("band", lang.pick("Nhóm", "Band")));
    table.dense = true;
    let mut before: Option<&Point<'_>> = None;
    for point in &points {
        let (edition, row, year) = (point.edition, point.row, point.year());
        let total = edition.definition.total;
        let of = edition.covers_all_units().then_some(edition.scores.ranked).filter(|ranked| *ranked > 0);
        let of = of.or_else(|| edition.edition().units_expected.map(|expected| expected as usize));
        table.rows.push(Row::new(vec![
            Cell::link(year.to_string(), lang.href(&format!("/xep-hang/{index}/{year}?chon={unit}"))),
            rank_cell(point.rank(), lang),
            of.map_or_else(|| Cell::missing(MissingReason::NotAvailable), |of| Cell::number(Decimal::from(of), 0)),
            rank_change(results, index, before, point, lang),
            published_cell(lang, edition, row, total),
            computed_cell(lang, edition, row, total),
            band_of(edition, row, lang).map_or_else(|| Cell::missing(MissingReason::NotApplicable), Cell::text),
        ]));
        before = Some(point);
    }
    table
}

fn rank_change(results: &Results, index: &str, before: Option<&Point<'_>>, point: &Point<'_>, lang: Lang) -> Cell {
    let Some(before) = before else {
        return Cell::missing(MissingReason::Other(lang.pick("kỳ đầu tiên có số liệu", "first edition with figures").into()));
    };
    let (Some(earlier), Some(later)) = (before.rank(), point.rank()) else { return Cell::missing(MissingReason::NotAvailable) };
    if !comparable(results, index, before.year(), point.year()) {
        let words = lang.pick("không so sánh: phương pháp đã thay đổi", "not compared: the method changed");
        return Cell::missing(MissingReason::Other(words.into()));
    }
    // Places gained are positive: from 13th to 9th is +4.
    Cell::change(Decimal::from(earlier) - Decimal::from(later), 0, Better::Higher)
}

/// Every year of every index of a unit in one tidy table, for taking away.
pub(crate) fn tidy_table(results: &Results, units: &[(String, String)], lang: Lang) -> DataTable {
    let mut table = DataTable::new("ho-so", lang.pick("Kết quả theo chỉ số và năm", "Results by index and year"))
        .column(Column::header("unit_name", lang.pick("Đơn vị", "Unit")))
        .column(Column::text("unit", lang.pick("Khóa đơn vị", "Unit key")))
        .column(Column::text("index", lang.pick("Chỉ số", "Index")))
        .column(Column::rank("year", lang.pick("Năm", "Year")))
        .column(Column::rank("rank", lang.pick("Hạng", "Rank")))
        .column(Column::number("published", lang.pick("Điểm công bố", "Published score"), 4))
        .column(Column::number("recomputed", lang.pick("Điểm tính lại", "Recomputed score"), 4))
        .column(Column::text("band", lang.pick("Nhóm", "Band")));
    for (unit, name) in units {
        for index in queries::indices(results) {
            for point in points(results, &index, unit) {
                let (edition, row) = (point.edition, point.row);
                let total = edition.definition.total;
                table.rows.push(Row::new(vec![
                    Cell::text(name),
                    Cell::text(unit),
                    Cell::text(queries::index_short(results, &index, lang)),
                    // A whole number without dots between thousands.
                    Cell::rank(u32::try_from(point.year()).unwrap_or_default()),
                    rank_cell(point.rank(), lang),
                    published_cell(lang, edition, row, total),
                    computed_cell(lang, edition, row, total),
                    band_of(edition, row, lang).map_or_else(|| Cell::missing(MissingReason::NotApplicable), Cell::text),
                ]));
            }
        }
    }
    table
}

/// Strengths and weaknesses: each main component of a unit against all units of the edition.
pub(crate) fn component_profile(results: &Results, point: &Point<'_>, name: &str, lang: Lang) -> Option<ComponentProfile> {
    let edition = point.edition;
    let definition = &edition.definition;
    let part = |share: &str, values: &[Decimal]| quantile(values, share.parse().ok()?);
    let components: Vec<Component> = definition.nodes[definition.total]
        .children
        .iter()
        .filter_map(|node| {
            let all = spread(edition, *node);
            Some(Component {
                label: node_name(results, edition, *node, lang).to_owned(),
                value: edition.best(point.row, *node),
                min: *all.first()?,
                q1: part("0.25", &all),
                median: part("0.5", &all)?,
                q3: part("0.75", &all),
                max: *all.last()?,
                lower_is_better: definition.nodes[*node].direction == composite_index::Direction::LowerIsBetter,
                all,
            })
        })
        .collect();
    let compared = components.iter().any(|component| component.value.is_some() && component.all.len() > 3);
    let (short, year) = (queries::index_short(results, &definition.index, lang), point.year());
    compared.then(|| ComponentProfile {
        id: format!("thanh-phan-{}", definition.index),
        title: lang.pick(format!("Các thành phần {short} {year} của {name}"), format!("{short} {year} components of {name}")),
        desc: lang.pick(
            format!(
                "Mỗi dòng là một thành phần: vị trí của {name} giữa giá trị thấp nhất, trung vị và cao nhất của các đơn vị được xếp hạng."
            ),
            format!(
                "Each row is a component: where {name} stands between the lowest, the median and the highest value of the ranked units."
            ),
        ),
        unit: lang.pick("điểm", "points").to_owned(),
        components,
        decimals: definition.decimals,
        scale: ProfileScale::Own,
    })
}

/// The components of a unit in an edition with rank among all units, strongest first.
pub(crate) fn component_table(results: &Results, point: &Point<'_>, name: &str, lang: Lang) -> DataTable {
    let edition = point.edition;
    let definition = &edition.definition;
    let (short, year) = (queries::index_short(results, &definition.index, lang), point.year());
    let caption = lang.pick(
        format!("Thành phần {short} {year} của {name}, mạnh nhất trước"),
        format!("{short} {year} components of {name}, strongest first"),
    );
    let mut table = DataTable::new(format!("thanh-phan-{}-bang-hang", definition.index), caption)
        .column(Column::header("component", lang.pick("Thành phần", "Component")))
        .column(Column::number("value", lang.pick("Điểm", "Score"), definition.decimals))
        .column(Column::number("median", lang.pick("Trung vị", "Median"), definition.decimals))
        .column(Column::rank("rank", lang.pick("Hạng thành phần", "Component rank")))
        .column(Column::number("weight", lang.pick("Tỷ trọng", "Share of maximum"), 0).unit("%"));
    table.dense = true;
    let mut rows: Vec<(Option<u32>, Row)> = Vec::new();
    for node in &definition.nodes[definition.total].children {
        let values: Vec<Option<Decimal>> =
            (0..edition.rows.len()).map(|row| edition.best(row, *node).filter(|_| edition.rows[row].ranked)).collect();
        let rank = composite_index::rank(&values, definition.nodes[*node].direction, definition.computation.tie_rule)[point.row];
        let median = "0.5".parse().ok().and_then(|half| quantile(&spread(edition, *node), half));
        let share = definition.effective_weight(*node).map(|share| share * Decimal::ONE_HUNDRED);
        rows.push((
            rank,
            Row::new(vec![
                Cell::text(node_name(results, edition, *node, lang)),
                best_cell(lang, edition, point.row, *node),
                Cell::number_or(median, definition.decimals, MissingReason::NotAvailable),
                rank_cell(rank, lang),
                Cell::number_or(share, 1, MissingReason::NotAvailable),
            ]),
        ));
    }
    rows.sort_by_key(|(rank, _)| rank.unwrap_or(u32::MAX));
    table.rows = rows.into_iter().map(|(_, row)| row).collect();
    table.notes.push(
        lang.pick(
            "Hạng thành phần tính trong các đơn vị có số liệu của cùng kỳ.",
            "Component ranks are among the units with figures in the same edition.",
        )
        .to_owned(),
    );
    table
}
