//! Results and sheets as tables of files: XLSX and CSV. No input or output.

use std::collections::BTreeMap;

use composite_index::{Definition, NodeId, Role, TableRow, UnitScores};
use rust_decimal::Decimal;
use ui::Lang;
use ui::table::{Cell, Column, DataTable, MissingReason, Row};

use crate::actions::{PublicResult, Results, Sheet};
use crate::indices::{self, place_cell};
use crate::model::{AnswerKind, ApprovedResult, Shows};
use crate::pages::public::{cell, name};
use crate::pages::results::{node_name, own_points, ranking, removed, value, with_notes};
use crate::result::BlockResult;
use crate::tally::{Shown, Tally};
use crate::words;

/// That the newest result was withdrawn, when and why.
pub(crate) fn withdrawn(results: &Results, lang: Lang) -> Option<String> {
    let newest = results.approved.first()?;
    let at = words::moment(newest.withdrawn_at?, lang);
    let reason = newest.reason.as_deref().unwrap_or_default();
    Some(lang.pick(
        format!("Kết quả đã công bố được rút lúc {at}. Lý do: {reason}"),
        format!("The published result was withdrawn on {at}: {reason}"),
    ))
}

/// What a file of results is: how far the campaign is, withdrawn or not, and its blocks by their numbers.
#[must_use]
pub fn description(results: &Results, lang: Lang) -> String {
    let state = words::phase(results.campaign.phase, lang).0;
    let mut told = withdrawn(results, lang).unwrap_or_else(|| state.to_owned());
    if results.blocks.len() > 1 {
        let blocks: Vec<String> = results.blocks.iter().zip(1..).map(|(block, number)| format!("{number}. {}", block.block.name)).collect();
        told = format!("{}. {}: {}", told.trim_end_matches('.'), lang.pick("Các khối", "Blocks"), blocks.join("; "));
    }
    if results.campaign.made_up {
        told = format!(
            "{}. {}",
            told.trim_end_matches('.'),
            lang.pick("Số liệu minh họa, không phải kết quả thật", "Made-up figures, no real result")
        );
    }
    told
}

/// The table under a short name that fits a sheet, with its block in each row.
fn of_block(mut table: DataTable, caption: String, block: &str, lang: Lang) -> DataTable {
    table.caption = caption;
    table.columns.insert(0, Column::text("khoi", lang.pick("Khối", "Block")));
    for row in &mut table.rows {
        row.cells.insert(0, Cell::text(block));
    }
    table
}

/// The tables of a workbook: each block's ranking, points and what does not apply, each on a sheet of its own. The block's number begins the name
/// of its sheets where there are several.
#[must_use]
pub fn result_tables(results: &Results, lang: Lang) -> Vec<DataTable> {
    let mut tables = Vec::new();
    for (block, number) in results.blocks.iter().zip(1..) {
        let named = |name: &str| if results.blocks.len() > 1 { format!("{number}. {name}") } else { name.to_owned() };
        let parts = [
            (
                with_notes(ranking(block, results.campaign.year, |_| true, |_| None, lang), results.mergers(block, |_| true, lang)),
                lang.pick("Xếp hạng", "Ranking"),
            ),
            (every_group(block, lang), lang.pick("Chỉ số", "Indices")),
            (every_leaf(block, &results.successors, lang), lang.pick("Điểm từng tiêu chí", "Points of each criterion")),
            (removed(block, lang), lang.pick("Tiêu chí không áp dụng", "What does not apply")),
        ];
        let full = parts.into_iter().filter(|(table, _)| !table.rows.is_empty());
        tables.extend(full.map(|(table, name)| of_block(table, named(name), &block.block.name, lang)));
    }
    tables
}

/// An index, or nothing where there is none.
pub(crate) fn index_cell(index: Option<Decimal>, decimals: u32) -> Cell {
    index.map_or_else(|| Cell::missing(MissingReason::NotApplicable), |index| Cell::number(index, decimals))
}

/// One row for each unit and each of its areas and criteria that have parts: points, the maximum that applies, and the index.
fn every_group(block: &BlockResult, lang: Lang) -> DataTable {
    let mut table = DataTable::new(
        format!("chi-so-{}", block.block.block),
        lang.pick("Chỉ số từng lĩnh vực, tiêu chí", "Index of each area and criterion"),
    )
    .column(Column::text("ma-don-vi", lang.pick("Mã đơn vị", "Unit code")))
    .column(Column::header("don-vi", lang.pick("Đơn vị", "Unit")))
    .column(Column::text("ma", lang.pick("Mã", "Code")))
    .column(Column::text("ten", lang.pick("Lĩnh vực, tiêu chí", "Area or criterion")))
    .column(Column::number("diem", lang.pick("Điểm", "Points"), block.decimals))
    .column(Column::number("toi-da", lang.pick("Tối đa áp dụng", "Maximum that applies"), block.decimals))
    .column(Column::number("chi-so", lang.pick("Chỉ số", "Index"), block.decimals).unit("%"));
    let order = block.definition.top_down().into_iter().map(|(id, _)| id);
    let groups: Vec<NodeId> = order.filter(|id| !block.definition.nodes[*id].is_leaf() && *id != block.definition.total).collect();
    for (at, row) in block.table.rows.iter().enumerate() {
        for group in &groups {
            table = table.row(Row::new(vec![
                Cell::text(row.code.clone().unwrap_or_default()),
                Cell::text(row.unit.clone()),
                Cell::text(block.definition.nodes[*group].code.clone()),
                Cell::text(node_name(block, *group, lang).to_owned()),
                value(block.scores.units[at].values[*group], block.decimals, lang),
                applies_cell(&block.definition, &block.scores.units[at], *group, block.decimals),
                index_cell(block.index(at, *group), block.decimals),
            ]));
        }
    }
    table
}

/// Whether another maximum applies to the unit somewhere than the set states.
pub(crate) fn applies_less(definition: &Definition, unit: &UnitScores) -> bool {
    let counted = |id: &NodeId| definition.nodes[*id].role == Role::Points && *id != definition.total;
    (0..definition.nodes.len())
        .filter(counted)
        .any(|id| definition.maximum(id).is_some_and(|most| most != indices::maximum(definition, unit, id)))
}

/// The maximum that the points of a node refer to: at the total the full one, to which reduced points are scaled; none at a bonus or a penalty.
pub(crate) fn applies(definition: &Definition, unit: &UnitScores, node: NodeId) -> Option<Decimal> {
    let inside = std::iter::successors(Some(node), |id| definition.nodes[*id].parent).all(|id| definition.nodes[id].role == Role::Points);
    let whole = definition.maximum(node).filter(|_| inside)?;
    Some(if node == definition.total { whole } else { indices::maximum(definition, unit, node) })
}

/// The same as a cell of a table.
pub(crate) fn applies_cell(definition: &Definition, unit: &UnitScores, node: NodeId, decimals: u32) -> Cell {
    applies(definition, unit, node).map_or_else(|| Cell::text("–"), |most| Cell::number(most, decimals))
}

/// One row for each unit and leaf: the tidy table.
fn every_leaf(block: &BlockResult, successors: &BTreeMap<String, String>, lang: Lang) -> DataTable {
    let mut table = DataTable::new(format!("chi-tiet-{}", block.block.block), lang.pick("Điểm từng tiêu chí", "Points of each criterion"))
        .column(Column::text("ma-don-vi", lang.pick("Mã đơn vị", "Unit code")))
        .column(Column::header("don-vi", lang.pick("Đơn vị", "Unit")))
        .column(Column::text("ma", lang.pick("Mã tiêu chí", "Code")))
        .column(Column::text("ten", lang.pick("Tiêu chí", "Criterion")))
        .column(Column::number("toi-da", lang.pick("Tối đa", "Maximum"), block.decimals))
        .column(Column::number("ap-dung", lang.pick("Tối đa áp dụng", "Maximum that applies"), block.decimals))
        .column(Column::number("tu-cham", lang.pick("Tự chấm", "Own"), block.decimals))
        .column(Column::number("ket-qua", lang.pick("Kết quả", "Final"), block.decimals))
        .column(Column::number("chi-so", lang.pick("Chỉ số", "Index"), block.decimals).unit("%"));
    if !successors.is_empty() {
        table = table.column(successor_column(lang));
    }
    let order = block.definition.top_down().into_iter().map(|(id, _)| id);
    let leaves: Vec<NodeId> = order.filter(|id| block.definition.nodes[*id].is_leaf()).collect();
    for (at, row) in block.table.rows.iter().enumerate() {
        for leaf in &leaves {
            let most = block.definition.maximum(*leaf);
            let mut cells = vec![
                Cell::text(row.code.clone().unwrap_or_default()),
                Cell::text(row.unit.clone()),
                Cell::text(block.definition.nodes[*leaf].code.clone()),
                Cell::text(node_name(block, *leaf, lang).to_owned()),
                Cell::number_or(most, block.decimals, MissingReason::NotApplicable),
                applies_cell(&block.definition, &block.scores.units[at], *leaf, block.decimals),
                own_points(block, at, *leaf, lang),
                value(block.scores.units[at].values[*leaf], block.decimals, lang),
                index_cell(block.index(at, *leaf), block.decimals),
            ];
            cells.extend(successor_cell(row, successors));
            table = table.row(Row::new(cells));
        }
    }
    table
}

/// Who took the place of a unit that was merged: a column of tables that have one.
fn successor_column(lang: Lang) -> Column {
    Column::text("ke-thua", lang.pick("Đơn vị kế thừa", "Successor"))
}

fn successor_cell(row: &TableRow, successors: &BTreeMap<String, String>) -> Option<Cell> {
    let named = || row.code.as_ref().and_then(|code| successors.get(code)).cloned().unwrap_or_default();
    (!successors.is_empty()).then(|| Cell::text(named()))
}

/// Every leaf of every unit as CSV, with the name of the file: one head for all blocks, so that a program reads one table.
#[must_use]
pub fn results_csv(results: &Results, lang: Lang) -> (String, Vec<u8>) {
    let title = &results.campaign.title;
    let parts =
        results.blocks.iter().map(|block| of_block(every_leaf(block, &results.successors, lang), title.clone(), &block.block.name, lang));
    let table = parts.reduce(|mut all, next| {
        all.rows.extend(next.rows);
        all
    });
    let bytes = table.map(|table| documents::csv(&table, lang)).unwrap_or_default();
    (file_name(title, withdrawn(results, lang).is_some(), lang), bytes)
}

/// The name of a file; a withdrawn result says so, for whoever meets the file without its page.
pub(crate) fn file_name(title: &str, withdrawn: bool, lang: Lang) -> String {
    let gone = if withdrawn { lang.pick(" – đã rút", " – withdrawn") } else { "" };
    format!("{title}{gone}")
}

/// The sheet of a unit, leaf by leaf.
#[must_use]
pub fn sheet_table(found: &Sheet, lang: Lang) -> DataTable {
    let definition = &found.set.definition;
    let tally = Tally::of(found);
    let mut table = DataTable::new("bang-tu-cham", lang.pick("Bảng tự chấm điểm", "Self-score"))
        .column(Column::header("ma", lang.pick("Mã", "Code")))
        .column(Column::text("ten", lang.pick("Tiêu chí", "Criterion")))
        .column(Column::text("so", lang.pick("Số liệu", "Figures")))
        .column(Column::number("toi-da", lang.pick("Tối đa", "Maximum"), definition.decimals))
        .column(Column::number("diem", lang.pick("Tự chấm", "Own"), definition.decimals));
    if tally.decided.is_some() {
        let title =
            if found.campaign.phase.is_final() { ("Điểm đánh giá", "Decided") } else { ("Điểm thẩm định", "Appraised") };
        table = table
            .column(Column::number("tham-dinh", lang.pick(title.0, title.1), definition.decimals))
            .column(Column::text("ly-do", lang.pick("Lý do", "Reason")));
    }
    table = table
        .column(Column::text("minh-chung", lang.pick("Minh chứng", "Evidence")))
        .column(Column::text("giai-trinh", lang.pick("Giải trình", "Explanation")));
    let shown = |shown: Shown| match shown {
        Shown::Points(points) => Cell::number(points, definition.decimals),
        Shown::Words(words) => Cell::missing(MissingReason::Other(words)),
    };
    for leaf in found.leaves() {
        let node = &definition.nodes[leaf];
        let figures: Vec<String> = found
            .set
            .figures_of(leaf)
            .into_iter()
            .map(|figure| {
                let answer = found.answer(AnswerKind::Figure, &definition.figures[figure].code).and_then(|answer| answer.value.as_deref());
                let value: Option<Decimal> = answer.and_then(|text| text.parse().ok());
                format!("{}: {}", index_words::figure(definition, figure, lang), index_words::figure_value(definition, figure, value, lang))
            })
            .collect();
        let evidence: Vec<String> = found
            .uses_of(&node.code)
            .map(|one| one.cited.as_ref().map_or_else(|| one.title.clone(), |place| format!("{} ({place})", one.title)))
            .collect();
        let mut cells = vec![
            Cell::text(node.code.clone()),
            Cell::text(found.set.name(leaf, lang).to_owned()),
            Cell::text(figures.join("; ")),
            Cell::number_or(found.set.most(leaf), definition.decimals, MissingReason::NotApplicable),
            shown(tally.own(leaf, lang)),
        ];
        if let Some(decided) = tally.decided(leaf, lang) {
            cells.push(shown(decided));
            cells.push(Cell::text(tally.ruling(leaf).and_then(|ruling| ruling.reason.clone()).unwrap_or_default()));
        }
        cells.push(Cell::text(evidence.join("; ")));
        cells.push(Cell::text(
            found.answer(AnswerKind::Explanation, &node.code).and_then(|answer| answer.value.clone()).unwrap_or_default(),
        ));
        table = table.row(Row::new(cells));
    }
    table.notes.extend(tally.notes(lang));
    table.notes.extend(found.successor.as_ref().map(|next| {
        lang.pick(format!("Đơn vị đã sáp nhập; đơn vị kế thừa: {next}."), format!("The unit was merged; its successor: {next}."))
    }));
    table
}

/// That a result was withdrawn, when and why.
pub(crate) fn withdrawn_words(result: &ApprovedResult, lang: Lang) -> Option<String> {
    let at = words::moment(result.withdrawn_at?, lang);
    let reason = result.reason.as_deref().unwrap_or_default().trim_end_matches('.');
    Some(lang.pick(format!("Đã rút lúc {at}: {reason}"), format!("Withdrawn on {at}: {reason}")))
}

/// The open-data table as CSV, with the name of the file: as much as the page shows.
#[must_use]
pub fn public_csv(found: &PublicResult, lang: Lang) -> (String, Vec<u8>) {
    let mut table = DataTable::new("du-lieu", found.campaign.title.clone())
        .column(Column::text("khoi", lang.pick("Khối", "Block")))
        .column(Column::text("ma-don-vi", lang.pick("Mã đơn vị", "Unit code")))
        .column(Column::header("don-vi", lang.pick("Đơn vị", "Unit")))
        .column(Column::text("ma", lang.pick("Mã tiêu chí", "Code")))
        .column(Column::text("ten", lang.pick("Nội dung", "Criterion")))
        .column(Column::number("diem", lang.pick("Điểm", "Points"), 4))
        .column(Column::number("chi-so", lang.pick("Chỉ số (%)", "Index (%)"), 2))
        .column(Column::rank("hang", lang.pick("Hạng", "Rank")))
        .column(Column::text("xep-loai", lang.pick("Xếp loại", "Band")))
        .column(Column::text("tinh-trang", lang.pick("Tình trạng", "State")));
    if !found.successors.is_empty() {
        table = table.column(successor_column(lang));
    }
    let gone = withdrawn_words(&found.result, lang);
    let replaced = found.result.position < found.newest;
    let state = gone.clone().unwrap_or_else(|| {
        if replaced {
            lang.pick("Đã thay bằng lần công bố mới hơn", "Replaced by a later publication")
        } else {
            lang.pick("Đã công bố", "Published")
        }
        .to_owned()
    });
    for block in &found.blocks {
        let total = block.definition.total;
        for (row, scores) in block.table.rows.iter().zip(&block.scores.units) {
            for (id, depth) in block.definition.top_down() {
                let shown = match found.result.shows {
                    Shows::Totals => depth == 0,
                    Shows::Areas => depth <= 1,
                    Shows::Leaves => true,
                };
                if !shown {
                    continue;
                }
                let rank = if id == total && scores.rank.is_some() { place_cell(scores, "", lang) } else { Cell::text("") };
                let band = indices::band(&block.definition, scores, found.campaign.year, lang).filter(|_| id == total).unwrap_or_default();
                let mut cells = vec![
                    Cell::text(block.name.clone()),
                    Cell::text(row.code.clone().unwrap_or_default()),
                    Cell::text(row.unit.clone()),
                    Cell::text(block.definition.nodes[id].code.clone()),
                    Cell::text(name(block, id, lang).to_owned()),
                    cell(scores.values[id], block.definition.decimals, lang),
                    index_cell(indices::index(&block.definition, scores, id), 2),
                    rank,
                    Cell::text(band),
                    Cell::text(state.clone()),
                ];
                cells.extend(successor_cell(row, &found.successors));
                table = table.row(Row::new(cells));
            }
        }
    }
    // Publications of a campaign are told apart by whoever keeps their files side by side.
    let position = found.result.position;
    let publication = match position {
        1 if found.newest == 1 => String::new(),
        _ => lang.pick(format!(" – lần {position}"), format!(" – no. {position}")),
    };
    let title = format!("{}{publication}", found.campaign.title);
    (file_name(&title, gone.is_some(), lang), documents::csv(&table, lang))
}
