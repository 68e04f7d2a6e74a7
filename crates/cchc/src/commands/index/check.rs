//! `cchc index check`: whether a definition and a table are valid, what the definition says, and whether its parts belong together.

use std::path::Path;

use composite_index::{Aggregation, Definition, FrameworkChecks, framework_checks, rule_text};
use ui::Lang;

use super::explain::{exact, indented};
use super::input::{Loaded, compute_error, load_definition};
use super::sheet::{Cell, Sheet, write};
use super::{Format, Years};
use crate::output::{Failure, print};
use crate::settings::Common;

/// Correlation from which two indicators say nearly the same.
const REDUNDANT: f64 = 0.9;

pub(super) fn run(
    common: &Common,
    definition: &Path,
    data: Option<&Path>,
    coherence: bool,
    years: &Years,
    format: Format,
) -> Result<(), Failure> {
    let lang = common.lang();
    let loaded = data.map(|data| Loaded::open(common, definition, data, years)).transpose()?;
    if loaded.is_none() && (years.edition.is_some() || !years.past.is_empty()) {
        return Err(Failure::bad_input(lang.pick("--edition và --past cần có --data.", "--edition and --past need --data.")));
    }
    let rows = loaded.as_ref().map(|loaded| loaded.table.rows.len());
    let definition = match &loaded {
        Some(loaded) => loaded.definition.clone(),
        None => load_definition(common, definition)?,
    };
    let summary = match rows {
        Some(rows) => lang.pick(
            format!("{}: bộ chỉ số và bảng số liệu hợp lệ, {rows} đơn vị", definition.id),
            format!("{}: definition and table are valid, {rows} units", definition.id),
        ),
        None => lang.pick(format!("{}: bộ chỉ số hợp lệ", definition.id), format!("{}: the definition is valid", definition.id)),
    };
    let mut nodes = Sheet::new(
        "nodes",
        summary,
        &[
            ("code", lang.pick("Nút", "Node")),
            ("weight", lang.pick("Trọng số", "Weight")),
            ("maximum", lang.pick("Tối đa", "Maximum")),
            ("share", lang.pick("Tỷ trọng", "Share")),
            ("rule", lang.pick("Quy tắc", "Rule")),
        ],
    );
    let shares = definition.effective_weights();
    for (id, depth) in definition.top_down() {
        let node = &definition.nodes[id];
        let weighs = node.parent.is_some_and(|parent| definition.nodes[parent].aggregation.is_some_and(Aggregation::weighs));
        let rule = rule_cell(lang, &definition, id);
        nodes.push(vec![
            indented(&definition, id, depth),
            exact(weighs.then(|| definition.weight(id))),
            exact(definition.maximum(id)),
            exact(shares[id]),
            rule,
        ]);
    }
    let mut sheets = vec![nodes];
    if let Some(loaded) = loaded.filter(|_| coherence) {
        let past = loaded.past();
        let found = framework_checks(&definition, &loaded.table, loaded.years(&past), REDUNDANT)
            .map_err(|error| Failure::bad_input(compute_error(lang, &error)))?;
        sheets.extend([
            node_sheet(lang, &definition, &found),
            component_sheet(lang, &definition, &found),
            correlation_sheet(lang, &definition, &found),
            leaf_sheet(lang, &definition, &found),
            pair_sheet(lang, &definition, &found),
        ]);
    }
    let sheets: Vec<Sheet> = sheets.into_iter().filter(|sheet| format == Format::Json || !sheet.is_empty()).collect();
    print(lang, &write(lang, &sheets, format))
}

/// The rule of a node: how it joins its children, how its points come about, how it is scaled.
fn rule_cell(lang: Lang, definition: &Definition, id: usize) -> Cell {
    let node = &definition.nodes[id];
    if let Some(rule) = node.aggregation {
        return Cell::coded(rule.word(), index_words::aggregation(Some(rule), lang));
    }
    if let (Some(rule), Some(text)) = (&node.rule, rule_text(definition, node)) {
        return Cell::coded(text, index_words::leaf(definition, rule, lang));
    }
    node.scaling.as_ref().map_or(Cell::Nothing, |scaling| Cell::coded(scaling.method.word(), index_words::method(scaling.method, lang)))
}

fn float(value: Option<f64>) -> Cell {
    value.map_or(Cell::Nothing, |value| Cell::Float(value, 3))
}

fn node_sheet(lang: Lang, definition: &Definition, found: &FrameworkChecks) -> Sheet {
    let mut sheet = Sheet::new(
        "coherence",
        lang.pick("Các thành phần có đo cùng một thứ không", "Do the parts belong together"),
        &[
            ("code", lang.pick("Nút", "Node")),
            ("children", lang.pick("Thành phần", "Parts")),
            ("units", lang.pick("Đơn vị", "Units")),
            ("alpha", "Cronbach α"),
            ("first_component", lang.pick("Thành phần chính thứ nhất", "First component")),
            ("least_correlation", lang.pick("Tương quan thấp nhất", "Least correlation")),
        ],
    );
    for node in &found.nodes {
        sheet.push(vec![
            Cell::from(definition.nodes[node.node].code.as_str()),
            Cell::Whole(node.children.len() as u64),
            Cell::Whole(node.units as u64),
            float(node.alpha),
            float(node.components.first().copied()),
            float(node.correlations.iter().copied().reduce(f64::min)),
        ]);
    }
    sheet
}

/// The share of every principal component, with the loading of each child on the first one.
fn component_sheet(lang: Lang, definition: &Definition, found: &FrameworkChecks) -> Sheet {
    let mut sheet = Sheet::new(
        "components",
        lang.pick("Thành phần chính của từng nút", "Principal components of each node"),
        &[
            ("code", lang.pick("Nút", "Node")),
            ("component", lang.pick("Thành phần chính", "Component")),
            ("share", lang.pick("Tỷ trọng phương sai", "Share of variance")),
            ("child", lang.pick("Nút con", "Child")),
            ("loading", lang.pick("Hệ số trên thành phần thứ nhất", "Loading on the first")),
        ],
    );
    for node in &found.nodes {
        for (position, share) in node.components.iter().enumerate() {
            let child = node.children.get(position);
            sheet.push(vec![
                Cell::from(definition.nodes[node.node].code.as_str()),
                Cell::Whole(position as u64 + 1),
                Cell::Float(*share, 3),
                child.map_or(Cell::Nothing, |child| Cell::from(definition.nodes[*child].code.as_str())),
                float(node.loadings.get(position).copied()),
            ]);
        }
    }
    sheet
}

/// The correlation of every two children of a node.
fn correlation_sheet(lang: Lang, definition: &Definition, found: &FrameworkChecks) -> Sheet {
    let mut sheet = Sheet::new(
        "correlations",
        lang.pick("Tương quan giữa các thành phần của từng nút", "Correlations of the parts of each node"),
        &[
            ("code", lang.pick("Nút", "Node")),
            ("one", lang.pick("Thành phần", "Part")),
            ("other", lang.pick("và", "and")),
            ("correlation", lang.pick("Tương quan", "Correlation")),
        ],
    );
    for node in &found.nodes {
        let code = |id: usize| Cell::from(definition.nodes[id].code.as_str());
        for (at, one) in node.children.iter().enumerate() {
            for (to, other) in node.children.iter().enumerate().skip(at + 1) {
                let correlation = node.correlations.get(at * node.children.len() + to).copied();
                sheet.push(vec![code(node.node), code(*one), code(*other), float(correlation)]);
            }
        }
    }
    sheet
}

fn leaf_sheet(lang: Lang, definition: &Definition, found: &FrameworkChecks) -> Sheet {
    let mut sheet = Sheet::new(
        "leaves",
        lang.pick("Tỷ trọng danh nghĩa và thực tế", "Nominal and effective weights"),
        &[
            ("code", lang.pick("Nút", "Node")),
            ("nominal", lang.pick("Danh nghĩa", "Nominal")),
            ("effective", lang.pick("Thực tế", "Effective")),
            ("with_total", lang.pick("Tương quan với tổng", "With the total")),
            ("mean_rank_change", lang.pick("Bỏ đi thì hạng đổi bình quân", "Mean rank change without")),
            ("largest_rank_change", lang.pick("nhiều nhất", "largest")),
        ],
    );
    for leaf in &found.leaves {
        sheet.push(vec![
            Cell::from(definition.nodes[leaf.node].code.as_str()),
            float(leaf.nominal),
            float(leaf.effective),
            float(leaf.with_total),
            Cell::Float(leaf.mean_rank_change, 2),
            Cell::Whole(u64::from(leaf.largest_rank_change)),
        ]);
    }
    sheet
}

fn pair_sheet(lang: Lang, definition: &Definition, found: &FrameworkChecks) -> Sheet {
    let mut sheet = Sheet::new(
        "redundant",
        lang.pick("Cặp chỉ số gần như trùng nhau", "Pairs that say nearly the same"),
        &[
            ("one", lang.pick("Nút", "Node")),
            ("other", lang.pick("và", "and")),
            ("correlation", lang.pick("Tương quan", "Correlation")),
            ("units", lang.pick("Đơn vị", "Units")),
        ],
    );
    for pair in &found.redundant {
        let code = |node: usize| Cell::from(definition.nodes[node].code.as_str());
        sheet.push(vec![code(pair.one), code(pair.other), Cell::Float(pair.correlation, 3), Cell::Whole(pair.units as u64)]);
    }
    sheet
}
