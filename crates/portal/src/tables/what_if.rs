//! A scenario as tables: what moves, and the movements of a plan.

use composite_index::{Direction, EffortPlan, NodeValue, Quantity, Standing};
use registry::results::{EditionResult, Results};
use rust_decimal::Decimal;
use ui::Lang;
use ui::table::{Better, Cell, Column, DataTable, MissingReason, Row};

use super::{missing_reason, node_name};
use crate::scenario::{Answer, Slot, share_of_range};

/// Name of the band of a standing.
pub(crate) fn band<'e>(edition: &'e EditionResult, standing: &Standing, lang: Lang) -> Option<&'e str> {
    let band = edition.edition().bands.get(standing.band?)?;
    Some(lang.pick(band.name.vi.as_str(), band.name.en.as_str()))
}

/// Every part whose value moves, the total first.
pub(crate) fn moved(results: &Results, edition: &EditionResult, row: usize, answer: &Answer, caption: &str, lang: Lang) -> DataTable {
    let definition = &edition.definition;
    let decimals = definition.decimals;
    let mut table = DataTable::new("gia-dinh", caption)
        .column(Column::header("component", lang.pick("Thành phần", "Component")))
        .column(Column::number("before", lang.pick("Hiện nay", "Now"), decimals))
        .column(Column::number("after", lang.pick("Giả định", "Scenario"), decimals))
        .column(Column::change("change", lang.pick("Thay đổi", "Change")));
    table.dense = true;
    for (node, before, after) in &answer.what_if.nodes {
        let cell = |value: &NodeValue| match value {
            Ok(value) => Cell::number(*value, decimals),
            Err(_) => Cell::missing(missing_reason(lang, edition, row, *node)),
        };
        let better = match definition.nodes[*node].direction {
            Direction::HigherIsBetter => Better::Higher,
            Direction::LowerIsBetter => Better::Lower,
        };
        let change = match (before, after) {
            (Ok(before), Ok(after)) => after.checked_sub(*before),
            _ => None,
        };
        let new = Row::new(vec![
            Cell::text(node_name(results, edition, *node, lang)),
            cell(before),
            cell(after),
            change.map_or_else(|| Cell::missing(MissingReason::NotApplicable), |change| Cell::change(change, decimals, better)),
        ]);
        table.rows.push(if *node == definition.total { new.total() } else { new });
    }
    table
}

/// The movements of a plan.
pub(crate) fn plan(results: &Results, edition: &EditionResult, slots: &[Slot], plan: &EffortPlan, number: usize, lang: Lang) -> DataTable {
    let caption = lang.pick(format!("Các thay đổi của phương án {number}"), format!("Changes of plan {number}"));
    let digits = |value: Decimal| value.normalize().scale().clamp(edition.definition.decimals, 6);
    let mut table = DataTable::new(format!("phuong-an-{number}"), caption)
        .column(Column::header("component", lang.pick("Thành phần", "Component")))
        .column(Column::number("from", lang.pick("Từ", "From"), edition.definition.decimals))
        .column(Column::number("to", lang.pick("Đến", "To"), edition.definition.decimals))
        .column(Column::change("change", lang.pick("Thay đổi", "Change")))
        .column(Column::number("share", lang.pick("So với cả thang điểm", "Of the whole range"), 1).unit("%"));
    table.dense = true;
    for step in &plan.moves {
        let distance = step.to.saturating_sub(step.from);
        let slot = slots.iter().find(|slot| slot.quantity() == step.quantity);
        let name = match step.quantity {
            Quantity::Input(node) => node_name(results, edition, node, lang),
            Quantity::Figure(_) => step.quantity.code(&edition.definition),
        };
        table.rows.push(Row::new(vec![
            Cell::text(name),
            Cell::number(step.from, digits(step.from)),
            Cell::number(step.to, digits(step.to)),
            Cell::change(distance, digits(distance), Better::Neutral),
            Cell::number_or(slot.and_then(|slot| share_of_range(slot, distance)), 1, MissingReason::NotAvailable),
        ]));
    }
    table
}
