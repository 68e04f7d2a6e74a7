//! The arithmetic of one node of one unit.

use composite_index::{Aggregation, NodeId};
use registry::results::{EditionResult, Results};
use rust_decimal::Decimal;
use ui::Lang;
use ui::table::{Cell, Column, DataTable, Row};

use super::{best_cell, node_name};

/// Weight × value of each child, and the result, with every digit.
pub(crate) fn working(results: &Results, edition: &EditionResult, row: usize, node: NodeId, lang: Lang) -> Option<DataTable> {
    let definition = &edition.definition;
    let this = &definition.nodes[node];
    let weighs = matches!(this.aggregation, Some(Aggregation::WeightedSum | Aggregation::WeightedMean));
    if this.children.is_empty() {
        return None;
    }
    let name = node_name(results, edition, node, lang);
    let mut table =
        DataTable::new("cach-tinh", lang.pick(format!("{name}: tính từ các thành phần"), format!("{name}: computed from its parts")))
            .column(Column::header("component", lang.pick("Thành phần", "Component")))
            .column(Column::number("value", lang.pick("Giá trị", "Value"), definition.decimals));
    if weighs {
        table.columns.push(Column::number("weight", lang.pick("Trọng số", "Weight"), 4));
        table.columns.push(Column::number("product", lang.pick("Trọng số × giá trị", "Weight × value"), 6));
    }
    table.dense = true;
    let exact = |value: Decimal| Cell::number(value, value.normalize().scale());
    let none = || Cell::missing(ui::table::MissingReason::NotAvailable);
    for child in &this.children {
        let mut cells = vec![
            Cell::link(node_name(results, edition, *child, lang), super::origin_address(lang, edition, row, *child)),
            edition
                .best(row, *child)
                .map_or_else(|| best_cell(lang, edition, row, *child), |value| Cell::number(value, value.scale().min(12))),
        ];
        if weighs {
            let (value, weight) = (edition.computed(row, *child), definition.nodes[*child].weight);
            cells.push(weight.map_or_else(none, exact));
            cells.push(value.zip(weight).and_then(|(value, weight)| value.checked_mul(weight)).map_or_else(none, exact));
        }
        table.rows.push(Row::new(cells));
    }
    if weighs {
        let divisor: Decimal = this.children.iter().filter_map(|child| definition.nodes[*child].weight).sum();
        let label = match this.aggregation {
            Some(Aggregation::WeightedMean) => lang.pick("Tổng chia cho tổng trọng số", "Sum divided by the sum of weights"),
            _ => lang.pick("Tổng", "Sum"),
        };
        let result = edition.computed(row, node).map_or_else(none, |value| Cell::number(value, value.normalize().scale().min(12)));
        table.rows.push(Row::new(vec![Cell::text(label), none_applicable(), exact(divisor), result]).total());
    }
    Some(table)
}

fn none_applicable() -> Cell {
    Cell::missing(ui::table::MissingReason::NotApplicable)
}
