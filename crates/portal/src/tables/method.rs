//! How an edition is computed: the tree with weights, and how well it can be reproduced over the years.

use composite_index::Definition;
use registry::results::Results;
use rust_decimal::Decimal;
use ui::Lang;
use ui::table::{Cell, Column, DataTable, MissingReason, Row};

use crate::queries;
use crate::words::{aggregation, components, direction};

/// The tree of a definition: weights, share in the total, ranges, directions.
pub(crate) fn tree(results: &Results, definition: &Definition, lang: Lang) -> DataTable {
    let caption = lang.pick("Cấu phần, trọng số và thang điểm", "Components, weights and ranges");
    let mut table = DataTable::new(format!("{}-cau-phan", definition.id), caption)
        .column(Column::header("component", lang.pick("Thành phần", "Component")))
        .column(Column::text("code", lang.pick("Mã", "Code")))
        .column(Column::number("weight", lang.pick("Trọng số", "Weight"), 4))
        .column(Column::number("share", lang.pick("Tỷ trọng trong điểm tối đa", "Share of the maximum"), 2).unit("%"))
        .column(Column::text("range", lang.pick("Thang điểm", "Range")))
        .column(Column::text("rule", lang.pick("Cách tính", "Rule")))
        .column(Column::text("direction", lang.pick("Chiều", "Direction")));
    table.dense = true;
    for (id, depth) in definition.top_down() {
        let node = &definition.nodes[id];
        let name = results.node_name(definition, id, |vi, en| lang.pick(vi, en));
        let plain = |value: Decimal| lang.decimal(value, value.normalize().scale());
        let weight = node
            .weight
            .map_or_else(|| Cell::missing(MissingReason::NotApplicable), |weight| Cell::number(weight, weight.normalize().scale()));
        let share = definition.effective_weight(id).filter(|_| node.parent.is_some()).map(|share| share * Decimal::ONE_HUNDRED);
        let row = Row::new(vec![
            Cell::text(name),
            Cell::text(&node.code),
            weight,
            share.map_or_else(|| Cell::missing(MissingReason::NotApplicable), |share| Cell::number(share, 2)),
            node.range.map_or_else(
                || Cell::missing(MissingReason::NotAvailable),
                |(low, high)| Cell::text(format!("{} – {}", plain(low), plain(high))),
            ),
            Cell::text(aggregation(node.aggregation, lang)),
            Cell::text(direction(node.direction, lang)),
        ])
        .level(u8::try_from(depth).unwrap_or(3));
        table.rows.push(if id == definition.total { row.total() } else { row });
    }
    table
}

/// How the editions of an index compare with what was published.
pub(crate) fn reproduction(results: &Results, index: &str, lang: Lang) -> DataTable {
    let short = queries::index_short(results, index, lang);
    let mut table = DataTable::new(
        format!("{index}-doi-chieu"),
        lang.pick(format!("{short}: số công bố đối chiếu với số tính lại"), format!("{short}: published against recomputed")),
    )
    .column(Column::header("year", lang.pick("Năm", "Year")))
    .column(Column::text("definition", lang.pick("Bộ quy tắc", "Definition")))
    .column(Column::text("table", lang.pick("Bảng thu thập được", "Table obtained")))
    .column(Column::number("rows", lang.pick("Số dòng", "Rows"), 0))
    .column(Column::number("compared", lang.pick("Giá trị đối chiếu", "Values compared"), 0))
    .column(Column::number("largest", lang.pick("Lệch điểm lớn nhất", "Largest difference of a total"), 6))
    .column(Column::number("tolerance", lang.pick("Do làm tròn, tới", "Explained by rounding, up to"), 6))
    .column(Column::text("ranks", lang.pick("Hạng khác số công bố", "Ranks that differ")))
    .column(Column::text("verdict", lang.pick("Kết luận", "Verdict")));
    table.dense = true;
    let mut editions: Vec<(&Definition, &composite_index::Edition)> = results
        .definitions
        .iter()
        .filter(|definition| definition.index == index)
        .flat_map(|definition| definition.editions.iter().map(move |edition| (&**definition, edition)))
        .collect();
    editions.sort_by_key(|(_, edition)| edition.year);
    for (definition, edition) in editions {
        let result = results.edition(index, edition.year);
        let largest = result.and_then(|result| result.comparison.largest(definition.total));
        let compared = result.map_or(0, |result| result.comparison.differences.len());
        let ranks = result.filter(|result| result.comparison.ranks_compared > 0).map_or_else(
            || Cell::missing(MissingReason::NotApplicable),
            |result| Cell::text(format!("{}/{}", result.comparison.rank_mismatches.len(), result.comparison.ranks_compared)),
        );
        let small = |value: Decimal| Cell::number(value, value.normalize().scale().min(9));
        table.rows.push(Row::new(vec![
            Cell::link(edition.year.to_string(), lang.href(&format!("/phuong-phap/{index}/{}", edition.year))),
            Cell::text(&definition.id),
            Cell::text(result.map_or(lang.pick("chưa có", "none"), |_| components(edition.components, lang))),
            Cell::number(Decimal::from(result.map_or(0, |result| result.rows.len())), 0),
            Cell::number(Decimal::from(compared), 0),
            largest.map_or_else(|| Cell::missing(MissingReason::NotApplicable), small),
            edition.tolerance.filter(|_| compared > 0).map_or_else(|| Cell::missing(MissingReason::NotApplicable), small),
            ranks,
            Cell::text(verdict(definition, edition, result, lang)),
        ]));
    }
    table
}

/// The same for every index in one tidy table, for taking away.
pub(crate) fn all_reproductions(results: &Results, lang: Lang) -> DataTable {
    let mut all: Option<DataTable> = None;
    for index in queries::indices(results) {
        let mut table = reproduction(results, &index, lang);
        table.columns.insert(0, Column::header("index", lang.pick("Chỉ số", "Index")));
        for row in &mut table.rows {
            row.cells.insert(0, Cell::text(queries::index_short(results, &index, lang)));
        }
        match &mut all {
            None => all = Some(table),
            Some(all) => all.rows.extend(table.rows),
        }
    }
    all.unwrap_or_default()
}

/// What can be said of an edition, in words.
pub(crate) fn verdict(
    definition: &Definition,
    edition: &composite_index::Edition,
    result: Option<&registry::results::EditionResult>,
    lang: Lang,
) -> &'static str {
    let Some(result) = result else {
        return if edition.known_exceptions.is_empty() {
            lang.pick("chưa có bảng số liệu để tính lại", "no table to recompute from")
        } else {
            lang.pick("không tính lại được, xem ngoại lệ", "cannot be reproduced, see the exceptions")
        };
    };
    if !definition.is_reproducible() || edition.components == composite_index::Components::None {
        return lang.pick("không tính lại được: chưa có thành phần hoặc quy tắc", "cannot be reproduced: no components or no rule");
    }
    if result.comparison.differences.is_empty() {
        return lang.pick("tính lại được; chưa thấy bảng điểm công bố để đối chiếu", "recomputed; no published totals to compare with");
    }
    if result.comparison.unexplained().next().is_some() {
        return lang.pick("có chênh lệch chưa giải thích được", "some differences are not explained");
    }
    if result.comparison.differences.iter().any(|pair| !pair.within_tolerance) {
        return lang.pick("khớp, trừ các ngoại lệ đã ghi nhận", "reproduced but for recorded exceptions");
    }
    lang.pick("khớp trong phạm vi làm tròn", "reproduced within rounding")
}
