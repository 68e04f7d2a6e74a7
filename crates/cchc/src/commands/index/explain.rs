//! `cchc index explain`: the working of one unit.

use composite_index::{
    Aggregation, Definition, Node, NodeValue, Scaled, ScoreTable, Step, TreatedValue, Treatment, Working, contributions, explain_scaled,
    gap_code, rule_text, strengths,
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
        Err(gap) => Cell::coded(format!("{} {}", gap.word(), gap_code(definition, gap)), gap_words(lang, definition, gap)),
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
        let changes = |word: &dyn Fn(Treatment) -> &'static str, number: &dyn Fn(Decimal) -> String| {
            let own = record.treated.iter().filter(|value| value.row == row);
            let each = own.map(|value| {
                let before = value.before.map_or_else(|| "–".to_owned(), number);
                format!("{} {before} → {}", word(value.treatment), number(value.after))
            });
            each.collect::<Vec<_>>().join("; ")
        };
        let code = changes(&Treatment::word, &|value| value.normalize().to_string());
        let words = changes(&|treatment| treatment_words(lang, treatment), &|value| shown(lang, value));
        sheet.push(vec![
            Cell::from(loaded.definition.nodes[record.node].code.as_str()),
            exact(record.range.map(|(low, _)| low)),
            exact(record.range.map(|(_, high)| high)),
            exact(loaded.table.rows[row].inputs[record.node]),
            exact(scaled.table.rows[row].inputs[record.node]),
            Cell::coded(code, words),
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
            match imputed(lang, loaded, scaled, row, id) {
                Some(words) if node.step == Step::Given => words,
                _ => step_cell(lang, definition, id, node),
            },
        ]);
    }
    sheet
}

/// From what a leaf was filled whose figure is missing; `None`: it was not.
fn imputed(lang: Lang, loaded: &Loaded, scaled: &Scaled, row: usize, id: usize) -> Option<Cell> {
    let is_own = |value: &&TreatedValue| value.row == row && value.treatment == Treatment::Imputed;
    let value = scaled.records.iter().filter(|record| record.node == id).find_map(|record| record.treated.iter().find(is_own))?;
    let method = loaded.definition.nodes[id].scaling.as_ref()?.imputation?;
    let code = format!("imputed {} · {}", value.after.normalize(), method.word());
    let (value, method) = (shown(lang, value.after), imputation_words(lang, method));
    let words = lang.pick(format!("thiếu số liệu, bù {value} ({method})"), format!("missing, imputed {value} ({method})"));
    Some(Cell::coded(code, words))
}

/// How a node came to its value: the words of the format for machines, a sentence for people.
fn step_cell(lang: Lang, definition: &Definition, id: usize, node: &composite_index::NodeWorking) -> Cell {
    let plain = |value: Decimal| value.normalize().to_string();
    let joined = |parts: Vec<String>| parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let codes = |list: &[(usize, Option<Decimal>)]| {
        let each = |(figure, value): &(usize, Option<Decimal>)| {
            format!("{} = {}", definition.figures[*figure].code, value.map_or_else(|| "–".to_owned(), plain))
        };
        list.iter().map(each).collect::<Vec<_>>().join(", ")
    };
    let names = |list: &[(usize, Option<Decimal>)]| {
        let each = |(figure, value): &(usize, Option<Decimal>)| {
            format!("{} = {}", index_words::figure(definition, *figure, lang), index_words::figure_value(definition, *figure, *value, lang))
        };
        list.iter().map(each).collect::<Vec<_>>().join(", ")
    };
    let (mut code, mut words) = match &node.step {
        Step::Given => (vec!["given".to_owned()], vec![lang.pick("lấy từ bảng số liệu", "read from the table").to_owned()]),
        Step::NotPublished => {
            (vec!["not-published".to_owned()], vec![lang.pick("chưa công bố cách tính", "rule not published").to_owned()])
        }
        Step::NotApplicable { reason } => {
            let reason = reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
            (vec![format!("not-applicable{reason}")], vec![format!("{}{reason}", lang.pick("không áp dụng", "not applicable"))])
        }
        Step::Rule { figures, measure, bracket, clamped } => {
            let rule = &definition.nodes[id];
            let number = bracket.map_or_else(String::new, |bracket| (bracket + 1).to_string());
            // A single figure is its own measure.
            let measure = measure.filter(|measure| !matches!(figures.as_slice(), [(_, Some(value))] if value == measure));
            let tell = |label: &str, text: String| if text.is_empty() { text } else { format!("{label} {text}") };
            let code = vec![
                rule_text(definition, rule).unwrap_or_default(),
                codes(figures),
                tell("measure", measure.map_or_else(String::new, plain)),
                tell("bracket", number.clone()),
                if *clamped { "clamped".to_owned() } else { String::new() },
            ];
            let kept = lang.pick("đưa về trong khoảng 0 đến tối đa", "kept between 0 and the maximum");
            let words = vec![
                rule.rule.as_ref().map(|rule| index_words::leaf(definition, rule, lang)).unwrap_or_default(),
                names(figures),
                tell(lang.pick("giá trị xét", "measure"), measure.map_or_else(String::new, |measure| shown(lang, measure))),
                tell(lang.pick("khoảng thứ", "bracket"), number),
                if *clamped { kept.to_owned() } else { String::new() },
            ];
            (code, words)
        }
        Step::Absent { figures, moved_to } => {
            let moved = |number: &dyn Fn(Decimal) -> String| {
                let each = moved_to.iter().map(|(to, part)| format!("{} → {}", number(*part), definition.nodes[*to].code));
                each.collect::<Vec<_>>().join(", ")
            };
            let head = lang.pick("nội dung không phát sinh", "subject does not exist").to_owned();
            let to = moved(&|part| shown(lang, part));
            let to = if to.is_empty() { to } else { format!("{} {to}", lang.pick("chuyển điểm tối đa", "maximum moved")) };
            (vec!["absent".to_owned(), codes(figures), moved(&plain)], vec![head, names(figures), to])
        }
        Step::Joined { scaled, .. } => {
            let rule = definition.nodes[id].aggregation;
            let code = scaled.map(|(part, whole)| format!("× {} / {}", plain(whole), plain(part))).unwrap_or_default();
            let words = scaled.map(|(part, whole)| format!("× {} / {}", shown(lang, whole), shown(lang, part))).unwrap_or_default();
            (vec![rule.map_or("", Aggregation::word).to_owned(), code], vec![index_words::aggregation(rule, lang).to_owned(), words])
        }
    };
    if !node.bounded_by.is_zero() {
        code.push(format!("bound {}", plain(node.bounded_by)));
        words.push(bound_words(lang, &definition.nodes[id], node.bounded_by));
    }
    Cell::coded(joined(code), joined(words))
}

/// What a cap took away or a floor added, with the cap or floor itself.
fn bound_words(lang: Lang, node: &Node, by: Decimal) -> String {
    let (bound, what) = match by.is_sign_negative() {
        true => (node.cap, lang.pick("không vượt quá", "at most")),
        false => (node.floor, lang.pick("không thấp hơn", "at least")),
    };
    let bound = bound.map_or_else(|| lang.pick("giới hạn", "bound").to_owned(), |bound| format!("{what} {}", shown(lang, bound)));
    format!(
        "{bound} ({} {})",
        lang.pick("điều chỉnh", "adjusted by"),
        lang.signed(by.round_dp(DIGITS), by.round_dp(DIGITS).normalize().scale())
    )
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
        let cause = match removal.missing {
            true => Cell::coded("missing", lang.pick("thiếu số liệu", "missing")),
            false => Cell::coded("not-applicable", lang.pick("không áp dụng", "not applicable")),
        };
        sheet.push(vec![
            Cell::from(definition.nodes[removal.node].code.as_str()),
            exact(removal.maximum),
            cause,
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
        let bound = bound_cell(lang, &definition.nodes[*node].code);
        sheet.push(vec![bound, Cell::Nothing, Cell::Nothing, exact(Some(*amount))]);
    }
    sheet
}

/// What a floor or cap of a node gives or takes.
pub(super) fn bound_cell(lang: Lang, code: &str) -> Cell {
    Cell::coded(format!("bound:{code}"), format!("{code} ({})", lang.pick("giới hạn", "bound")))
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
