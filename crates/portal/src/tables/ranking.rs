//! The ranking of an edition: published and recomputed side by side, with the main components.

use std::cmp::Ordering;

use composite_index::NodeId;
use registry::results::{EditionResult, LEVEL, RankInterval, RankIntervals, Results};
use rust_decimal::Decimal;
use ui::Lang;
use ui::table::{Cell, Column, DataTable, Mark, MissingReason, Row, SortState};
use viet_text::{compare, fold};

use super::{band_of, best_cell, computed_cell, differs, node_name, origin_address, published_cell, rank_cell, source_line, unit_name};
use crate::queries;
use crate::words::{either, interval_rule};

/// Which rows, in which order.
#[derive(Debug, Clone, Default)]
pub(crate) struct View {
    /// Part of a unit's name, as typed.
    pub(crate) name: Option<String>,
    /// Name of a band in the reader's language.
    pub(crate) band: Option<String>,
    /// Key of the column to sort by.
    pub(crate) sort: Option<String>,
    /// True for the other direction than the column's usual one.
    pub(crate) reversed: bool,
    /// Unit to highlight.
    pub(crate) chosen: Option<String>,
}

/// A column's values, for sorting.
fn key_of(edition: &EditionResult, row: usize, key: &str) -> Option<Decimal> {
    let total = edition.definition.total;
    match key {
        "rank" => edition.best_rank(row).map(Decimal::from),
        "rank_recomputed" => edition.computed_rank(row).map(Decimal::from),
        "published" => edition.published(row, total),
        "recomputed" => edition.computed(row, total),
        "difference" => Some(edition.published(row, total)? - edition.computed(row, total)?),
        code => edition.best(row, edition.definition.node(code)?),
    }
}

/// True for columns that begin with the smallest value.
fn ascends(key: &str) -> bool {
    matches!(key, "rank" | "rank_recomputed" | "unit")
}

/// The rows of a view in its order; rows beside the ranking (the country) come last, and rows without a value after those with one.
pub(crate) fn ordered_rows(edition: &EditionResult, view: &View, lang: Lang) -> Vec<usize> {
    let needle = view.name.as_deref().map(fold).unwrap_or_default();
    let mut rows: Vec<usize> = (0..edition.rows.len())
        .filter(|row| needle.is_empty() || fold(unit_name(edition, *row)).contains(&needle))
        .filter(|row| view.band.as_deref().is_none_or(|band| band_of(edition, *row, lang) == Some(band)))
        .collect();
    let key = view.sort.as_deref().unwrap_or("rank");
    let by_name = |a: usize, b: usize| compare(unit_name(edition, a), unit_name(edition, b));
    rows.sort_by(|a, b| {
        let beside = edition.rows[*b].ranked.cmp(&edition.rows[*a].ranked);
        let order = if key == "unit" {
            if view.reversed { by_name(*b, *a) } else { by_name(*a, *b) }
        } else {
            let order = match (key_of(edition, *a, key), key_of(edition, *b, key)) {
                (Some(left), Some(right)) if ascends(key) != view.reversed => left.cmp(&right),
                (Some(left), Some(right)) => right.cmp(&left),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => Ordering::Equal,
            };
            // Without a rank to go by, a published score decides.
            let score = |row: usize| edition.best(row, edition.definition.total);
            order.then_with(|| if key == "rank" { score(*b).cmp(&score(*a)) } else { Ordering::Equal }).then_with(|| by_name(*a, *b))
        };
        beside.then(order)
    });
    rows
}

/// Which kinds of columns an edition has anything for.
struct Shape {
    published: bool,
    published_rank: bool,
    recomputed: bool,
    recomputed_rank: bool,
    bands: bool,
    components: Vec<NodeId>,
}

/// The heads of the columns that show rank intervals.
fn interval_columns(lang: Lang) -> [Column; 3] {
    let level = LEVEL * 100.0;
    let group = lang.pick(format!("Khoảng thứ hạng ({level:.0} % số lần tính)"), format!("Rank interval ({level:.0} % of the runs)"));
    [
        Column::rank("rank_low", lang.pick("Từ hạng", "From rank")),
        Column::rank("rank_high", lang.pick("Đến hạng", "To rank")),
        Column::text("alike", lang.pick("Chưa phân biệt được với hạng", "Not told apart from rank")),
    ]
    .map(|column| column.group(group.clone()))
}

fn interval_cells(interval: Option<RankInterval>, lang: Lang) -> [Cell; 3] {
    let Some(found) = interval else {
        return [(); 3].map(|()| Cell::missing(MissingReason::NotApplicable));
    };
    let alike = match (found.like_above, found.like_below) {
        (true, true) => lang.pick("trên và dưới", "above and below"),
        (true, false) => lang.pick("liền trên", "above"),
        (false, true) => lang.pick("liền dưới", "below"),
        (false, false) => lang.pick("không có", "none"),
    };
    [Cell::rank(found.low), Cell::rank(found.high), Cell::text(alike)]
}

fn shape(edition: &EditionResult) -> Shape {
    let rows = 0..edition.rows.len();
    let total = edition.definition.total;
    let components = edition.definition.nodes[total].children.iter().copied();
    Shape {
        published: rows.clone().any(|row| edition.published(row, total).is_some()),
        published_rank: edition.table.rows.iter().any(|row| row.published.rank.is_some()),
        recomputed: rows.clone().any(|row| edition.computed(row, total).is_some()),
        recomputed_rank: rows.clone().any(|row| edition.computed_rank(row).is_some()),
        bands: rows.clone().any(|row| edition.rows[row].band.is_some() || edition.scores.units[row].band.is_some()),
        components: components.filter(|node| rows.clone().any(|row| edition.best(row, *node).is_some())).collect(),
    }
}

/// The ranking table, with rank intervals where they are given. `sort` gives the address that sorts by a column key.
pub(crate) fn table(
    results: &Results,
    edition: &EditionResult,
    view: &View,
    intervals: Option<&RankIntervals>,
    lang: Lang,
    sort: impl Fn(&str) -> String,
) -> DataTable {
    let definition = &edition.definition;
    let (short, year) = (queries::index_short(results, &definition.index, lang), edition.edition().year);
    let caption = lang.pick(format!("Xếp hạng {short} năm {year}"), format!("{short} ranking, {year}"));
    let mut table = DataTable::new(format!("{}-{year}", definition.index), caption);
    let shape = shape(edition);
    let group = |vi: &str, en: &str| lang.pick(vi, en).to_owned();
    let state = |key: &str| match (view.sort.as_deref().unwrap_or("rank") == key, ascends(key) != view.reversed) {
        (false, _) => SortState::Unsorted,
        (true, true) => SortState::Ascending,
        (true, false) => SortState::Descending,
    };
    let mut add = |column: Column, key: &str| table.columns.push(column.sort(sort(key), state(key)));
    if shape.published_rank || !shape.recomputed_rank {
        add(Column::rank("rank", lang.pick("Hạng công bố", "Published rank")), "rank");
    }
    if shape.recomputed_rank {
        let key = if shape.published_rank { "rank_recomputed" } else { "rank" };
        add(Column::rank("rank_recomputed", lang.pick("Hạng tính lại", "Recomputed rank")), key);
    }
    add(Column::header("unit", lang.pick("Đơn vị", "Unit")), "unit");
    if intervals.is_some() {
        table.columns.extend(interval_columns(lang));
    }
    let mut add = |column: Column, key: &str| table.columns.push(column.sort(sort(key), state(key)));
    if shape.published {
        add(Column::number("published", lang.pick("Điểm công bố", "Published score"), definition.decimals), "published");
    }
    if shape.recomputed {
        add(Column::number("recomputed", lang.pick("Điểm tính lại", "Recomputed score"), definition.decimals), "recomputed");
    }
    if shape.published && shape.recomputed {
        add(Column::number("difference", lang.pick("Chênh lệch", "Difference"), 4), "difference");
    }
    if shape.bands {
        table.columns.push(Column::text("band", lang.pick("Nhóm", "Band")));
    }
    for node in &shape.components {
        let code = definition.nodes[*node].code.as_str();
        let column =
            Column::number(code, node_name(results, edition, *node, lang), definition.decimals).group(group("Thành phần", "Components"));
        table.columns.push(column.sort(sort(code), state(code)));
    }
    for row in ordered_rows(edition, view, lang) {
        let interval = intervals.map(|all| all.get(row).copied().flatten());
        table.rows.push(ranking_row(edition, row, &shape, view, interval, lang));
    }
    table.source = source_line(edition, lang);
    table.dense = true;
    table.notes = notes(edition, lang);
    if intervals.is_some() {
        table.notes.insert(0, interval_rule(lang));
    }
    table
}

/// A row; the outer `None` of `interval` is a table without intervals, the inner one a unit without a rank.
fn ranking_row(edition: &EditionResult, row: usize, shape: &Shape, view: &View, interval: Option<Option<RankInterval>>, lang: Lang) -> Row {
    let total = edition.definition.total;
    let mut cells = Vec::new();
    if shape.published_rank || !shape.recomputed_rank {
        cells.push(rank_cell(edition.table.rows[row].published.rank, lang));
    }
    if shape.recomputed_rank {
        cells.push(rank_cell(edition.computed_rank(row), lang));
    }
    cells.push(Cell::link(unit_name(edition, row), lang.href(&format!("/ho-so/{}", edition.rows[row].unit))));
    if let Some(interval) = interval {
        cells.extend(interval_cells(interval, lang));
    }
    if shape.published {
        cells.push(published_cell(lang, edition, row, total));
    }
    if shape.recomputed {
        cells.push(computed_cell(lang, edition, row, total));
    }
    if shape.published && shape.recomputed {
        cells.push(difference_cell(edition, row, lang));
    }
    if shape.bands {
        cells.push(band_of(edition, row, lang).map_or_else(|| Cell::missing(super::missing_reason(lang, edition, row, total)), Cell::text));
    }
    cells.extend(shape.components.iter().map(|node| best_cell(lang, edition, row, *node)));
    let new = Row::new(cells);
    if view.chosen.as_deref() == Some(edition.rows[row].unit.as_str()) {
        return new.highlight(lang.pick("đơn vị đang chọn", "chosen unit"));
    }
    if edition.rows[row].ranked { new } else { new.total() }
}

/// Published minus recomputed: marked where rounding does not explain it, and told apart where the edition explains it.
fn difference_cell(edition: &EditionResult, row: usize, lang: Lang) -> Cell {
    let total = edition.definition.total;
    let (Some(published), Some(computed)) = (edition.published(row, total), edition.computed(row, total)) else {
        return Cell::missing(super::missing_reason(lang, edition, row, total));
    };
    let cell = Cell::number(published - computed, 4).from_where(origin_address(lang, edition, row, total));
    if !differs(edition, row, total) {
        return cell;
    }
    cell.marked(match edition.edition().exception(Some(&edition.rows[row].code), total) {
        Some(known) if known.explained => Mark::Other {
            sign: "≠*".into(),
            words: lang.pick("khác số công bố, đã có giải thích", "differs from the published value, explained").into(),
        },
        Some(_) => Mark::Other {
            sign: "≠?".into(),
            words: lang
                .pick("khác số công bố, đã ghi nhận, chưa rõ nguyên nhân", "differs from the published value, recorded, cause not known")
                .into(),
        },
        None => Mark::Differs,
    })
}

fn notes(edition: &EditionResult, lang: Lang) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(tolerance) = edition.edition().tolerance.filter(|_| !edition.comparison.differences.is_empty()) {
        let tolerance = lang.decimal(tolerance, tolerance.normalize().scale());
        notes.push(lang.pick(
            format!("Chênh lệch = điểm công bố trừ điểm tính lại từ các thành phần. Chênh lệch đến {tolerance} là do bảng công bố đã làm tròn."),
            format!("Difference = published score minus the score recomputed from the components. Up to {tolerance} is explained by the rounding of the published table."),
        ));
    }
    for known in &edition.edition().known_exceptions {
        notes.push(lang.pick(&known.text.vi, &known.text.en).clone());
    }
    if let Some(note) = &edition.edition().note {
        notes.push(lang.pick(&note.vi, &note.en).clone());
    }
    notes
        .extend(edition.rows.iter().filter_map(|row| Some(format!("{}: {}", row.printed_name, either(row.note.as_ref()?, lang)))).take(30));
    notes
}
