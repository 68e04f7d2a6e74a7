//! `cchc index explain`: the working of one unit.

use composite_index::{
    Aggregation, Definition, NodeValue, Scaled, ScoreTable, Step, TreatedValue, Treatment, Working, contributions, explain_scaled,
    rule_text, strengths,
};
use rust_decimal::Decimal;
use ui::Lang;

use super::compute::gap_words;
use super::input::{Loaded, compute_error};
use super::scaling::{imputation_words, treatment_words};
use super::sheet::{Cell, Sheet, write};
use super::{Format, Source};
use crate::output::{Failure, print};
use crate::settings::Common;

/// Digits shown for points and weights.
const DIGITS: u32 = 4;

pub(super) fn exact(value: Option<Decimal>) -> Cell {
    value.map_or(Cell::Nothing, |value| Cell::Exact(value, value.normalize().scale().min(DIGITS)))
}

pub(super) fn value_cell(lang: Lang, definition: &Definition, value: NodeValue) -> Cell {
    match value {
        Ok(value) => exact(Some(value)),
        Err(gap) => Cell::Text(gap_words(lang, definition, gap)),
    }
}

pub(super) fn indented(definition: &Definition, id: usize, depth: usize) -> Cell {
    Cell::Node(definition.nodes[id].code.clone(), depth)
}

pub(super) fn run(common: &Common, source: &Source, unit: &str) -> Result<(), Failure> {
    let lang = common.lang();
    let loaded = Loaded::read(common, source)?;
    let row = loaded.row(lang, unit)?;
    let definition = &loaded.definition;
    let mut sheets = Vec::new();
    let scaled = loaded.scaled(lang)?;
    let table = &scaled.table;
    let workings = explain_scaled(definition, table).map_err(|error| Failure::bad_input(compute_error(lang, &error)))?;
    sheets.push(node_sheet(lang, &loaded, &scaled, row, &workings[row]));
    sheets.extend(definition.scales().then(|| scaling_sheet(lang, &loaded, &scaled, row)));
    sheets.push(removed_sheet(lang, definition, &workings[row]));
    sheets.push(contribution_sheet(lang, definition, &workings[row]));
    sheets.push(strength_sheet(lang, definition, table, &workings, row));
    // An empty sheet says nothing to a person; a machine finds every key.
    let sheets: Vec<Sheet> = sheets.into_iter().filter(|sheet| source.format == Format::Json || !sheet.is_empty()).collect();
    print(lang, &write(lang, &sheets, source.format))
}

/// What was done to the unit's indicators.
fn scaling_sheet(lang: Lang, loaded: &Loaded, scaled: &Scaled, row: usize) -> Sheet {
    let mut sheet = Sheet::new(
        "scaling",
        lang.pick("Chuẩn hóa", "Scaling"),
        &[
            ("code", lang.pick("Chỉ số", "Indicator")),
            ("low", lang.pick("Thấp nhất", "Least")),
            ("high", lang.pick("Cao nhất", "Greatest")),
            ("raw", lang.pick("Giá trị gốc", "Raw value")),
            ("scaled", lang.pick("Đã chuẩn hóa", "Scaled")),
            ("changed", lang.pick("Đã xử lý", "Changed")),
        ],
    );
    for record in &scaled.records {
        let is_own = record.block.is_none() || record.block == loaded.table.rows[row].block;
        if !is_own {
            continue;
        }
        let changes = record.treated.iter().filter(|value| value.row == row).map(|value| {
            let before = value.before.map_or_else(|| "–".to_owned(), |before| shown(lang, before));
            format!("{} {before} → {}", treatment_words(lang, value.treatment), shown(lang, value.after))
        });
        let changes = changes.collect::<Vec<_>>().join("; ");
        sheet.push(vec![
            Cell::from(loaded.definition.nodes[record.node].code.as_str()),
            exact(record.range.map(|(low, _)| low)),
            exact(record.range.map(|(_, high)| high)),
            exact(loaded.table.rows[row].inputs[record.node]),
            exact(scaled.table.rows[row].inputs[record.node]),
            Cell::Text(changes),
        ]);
    }
    sheet
}

/// A number as the language writes it, all its digits.
fn shown(lang: Lang, value: Decimal) -> String {
    lang.decimal(value, value.normalize().scale())
}

fn node_sheet(lang: Lang, loaded: &Loaded, scaled: &Scaled, row: usize, working: &Working) -> Sheet {
    let definition = &loaded.definition;
    let mut sheet = Sheet::new(
        "nodes",
        format!("{} · {}", definition.id, loaded.table.rows[row].unit),
        &[
            ("code", lang.pick("Nút", "Node")),
            ("value", lang.pick("Điểm", "Points")),
            ("maximum", lang.pick("Tối đa", "Maximum")),
            ("applicable_maximum", lang.pick("Tối đa áp dụng", "Applicable")),
            ("working", lang.pick("Cách tính", "Working")),
        ],
    );
    for (id, depth) in definition.top_down() {
        let node = &working.nodes[id];
        sheet.push(vec![
            indented(definition, id, depth),
            value_cell(lang, definition, node.value),
            exact(node.maximum),
            exact(node.applicable_maximum),
            Cell::Text(match imputed(lang, loaded, scaled, row, id) {
                Some(words) if node.step == Step::Given => words,
                _ => step_words(lang, definition, id, node),
            }),
        ]);
    }
    sheet
}

/// From what a leaf was filled whose figure is missing; `None`: it was not.
fn imputed(lang: Lang, loaded: &Loaded, scaled: &Scaled, row: usize, id: usize) -> Option<String> {
    let is_own = |value: &&TreatedValue| value.row == row && value.treatment == Treatment::Imputed;
    let value = scaled.records.iter().filter(|record| record.node == id).find_map(|record| record.treated.iter().find(is_own))?;
    let method = loaded.definition.nodes[id].scaling.as_ref()?.imputation?;
    let (value, method) = (shown(lang, value.after), imputation_words(lang, method));
    Some(lang.pick(format!("thiếu số liệu, bù {value} ({method})"), format!("missing, imputed {value} ({method})")))
}

fn step_words(lang: Lang, definition: &Definition, id: usize, node: &composite_index::NodeWorking) -> String {
    let plain = |value: Decimal| value.normalize().to_string();
    let figures = |list: &[(usize, Option<Decimal>)]| {
        let each = |(figure, value): &(usize, Option<Decimal>)| {
            format!("{} = {}", definition.figures[*figure].code, value.map_or_else(|| "–".to_owned(), plain))
        };
        list.iter().map(each).collect::<Vec<_>>().join(", ")
    };
    let mut words = match &node.step {
        Step::Given => lang.pick("lấy từ bảng số liệu", "read from the table").to_owned(),
        Step::NotPublished => lang.pick("chưa công bố cách tính", "rule not published").to_owned(),
        Step::NotApplicable { reason } => {
            let reason = reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
            format!("{}{reason}", lang.pick("không áp dụng", "not applicable"))
        }
        Step::Rule { figures: list, measure, bracket, clamped } => {
            let rule = rule_text(definition, &definition.nodes[id]).unwrap_or_default();
            let mut words = format!("{rule} · {}", figures(list));
            words += &measure.map(|measure| format!(" · {} {}", lang.pick("giá trị xét", "measure"), plain(measure))).unwrap_or_default();
            words += &bracket.map(|bracket| format!(" · {} {}", lang.pick("khoảng thứ", "bracket"), bracket + 1)).unwrap_or_default();
            words
                + if *clamped {
                    lang.pick(" · đưa về trong khoảng 0 đến tối đa", " · kept between 0 and the maximum")
                } else {
                    ""
                }
        }
        Step::Absent { figures: list, moved_to } => {
            let moved = moved_to.iter().map(|(to, part)| format!("{} → {}", plain(*part), definition.nodes[*to].code));
            let moved = moved.collect::<Vec<_>>().join(", ");
            format!("{} · {} · {moved}", lang.pick("không phát sinh", "subject does not exist"), figures(list))
        }
        Step::Joined { scaled, .. } => {
            let rule = definition.nodes[id].aggregation.map_or("", Aggregation::word);
            let scale = scaled.map(|(part, whole)| format!(" · × {} / {}", plain(whole), plain(part))).unwrap_or_default();
            format!("{rule}{scale}")
        }
    };
    if !node.bounded_by.is_zero() {
        words += &format!(" · {} {}", lang.pick("giới hạn", "bound"), plain(node.bounded_by));
    }
    words.trim_end_matches([' ', '·']).to_owned()
}

fn removed_sheet(lang: Lang, definition: &Definition, working: &Working) -> Sheet {
    let mut sheet = Sheet::new(
        "removed",
        lang.pick("Không tính vào điểm tối đa", "Taken from the maximum"),
        &[
            ("code", lang.pick("Nút", "Node")),
            ("maximum", lang.pick("Tối đa", "Maximum")),
            ("cause", lang.pick("Nguyên nhân", "Cause")),
            ("reason", lang.pick("Lý do", "Reason")),
        ],
    );
    for removal in &working.removed {
        let cause =
            if removal.missing { lang.pick("thiếu số liệu", "missing") } else { lang.pick("không áp dụng", "not applicable") };
        sheet.push(vec![
            Cell::from(definition.nodes[removal.node].code.as_str()),
            exact(removal.maximum),
            Cell::from(cause),
            removal.reason.clone().map_or(Cell::Nothing, Cell::Text),
        ]);
    }
    sheet
}

fn contribution_sheet(lang: Lang, definition: &Definition, working: &Working) -> Sheet {
    let mut sheet = Sheet::new(
        "contributions",
        lang.pick("Đóng góp vào tổng", "Contributions to the total"),
        &[
            ("code", lang.pick("Nút", "Node")),
            ("value", lang.pick("Điểm", "Points")),
            ("rate", lang.pick("Hệ số", "Rate")),
            ("amount", lang.pick("Đóng góp", "Contribution")),
        ],
    );
    let Ok(split) = contributions(definition, working) else { return sheet };
    for part in &split.parts {
        sheet.push(vec![
            Cell::from(definition.nodes[part.node].code.as_str()),
            exact(Some(part.value)),
            exact(Some(part.rate)),
            exact(Some(part.amount)),
        ]);
    }
    for (node, amount) in &split.bounds {
        let code = format!("{} ({})", definition.nodes[*node].code, lang.pick("giới hạn", "bound"));
        sheet.push(vec![Cell::Text(code), Cell::Nothing, Cell::Nothing, exact(Some(*amount))]);
    }
    sheet
}

fn strength_sheet(lang: Lang, definition: &Definition, table: &ScoreTable, workings: &[Working], row: usize) -> Sheet {
    let mut sheet = Sheet::new(
        "strengths",
        lang.pick("So với các đơn vị cùng khối", "Against the units of the same block"),
        &[
            ("code", lang.pick("Nút", "Node")),
            ("value", lang.pick("Điểm", "Points")),
            ("peer_median", lang.pick("Trung vị", "Median")),
            ("place", lang.pick("Hạng", "Place")),
            ("units", lang.pick("Số đơn vị", "Units")),
            ("worth", lang.pick("Hơn kém", "Worth")),
        ],
    );
    let is_peer =
        |(index, other): &(usize, &composite_index::TableRow)| other.ranked && (*index == row || other.block == table.rows[row].block);
    let peers: Vec<usize> = table.rows.iter().enumerate().filter(is_peer).map(|(index, _)| index).collect();
    for strength in strengths(definition, workings, row, &peers) {
        sheet.push(vec![
            Cell::from(definition.nodes[strength.node].code.as_str()),
            exact(Some(strength.value)),
            exact(Some(strength.peer_median)),
            Cell::Whole(u64::from(strength.place)),
            Cell::Whole(strength.peers as u64 + 1),
            exact(Some(strength.worth)),
        ]);
    }
    sheet
}
