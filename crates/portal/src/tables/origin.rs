//! The working of one node of one unit: the rule, what it read, its parts, and what was removed.

use composite_index::{Aggregation, Definition, NodeId, NodeValue, NodeWorking, PartKind, Role, Step, Working, WorkingPart};
use registry::results::{EditionResult, Results};
use rust_decimal::Decimal;
use ui::Lang;
use ui::table::{Cell, Column, DataTable, MissingReason, Row};

use super::{gap_reason, origin_address};
use crate::scenario::has_unseen_maximum;
use crate::words::aggregation;
use index_words as rule;

/// A node in the working of a unit, with what is needed to put it into words.
pub(crate) struct NodeView<'a> {
    /// Names of nodes.
    pub(crate) results: &'a Results,
    /// The definition.
    pub(crate) definition: &'a Definition,
    /// The working of the unit.
    pub(crate) working: &'a Working,
    /// The node.
    pub(crate) node: NodeId,
    /// The reader's language.
    pub(crate) lang: Lang,
}

/// The part of a number that can be read; more digits are in the files.
fn exact(value: Decimal) -> Cell {
    Cell::number(value, value.normalize().scale().min(12))
}

impl NodeView<'_> {
    fn own(&self) -> &NodeWorking {
        &self.working.nodes[self.node]
    }

    fn name(&self, node: NodeId) -> &str {
        self.results.node_name(self.definition, node, |vi, en| self.lang.pick(vi, en))
    }

    fn plain(&self, value: Decimal) -> String {
        self.lang.decimal(value, value.normalize().scale().min(12))
    }

    /// How the node came to its value, fact by fact.
    pub(crate) fn facts(&self) -> Vec<(&'static str, String)> {
        let (lang, own, node) = (self.lang, self.own(), &self.definition.nodes[self.node]);
        let mut facts = Vec::new();
        if let Some(maximum) = own.maximum {
            facts.push((lang.pick("Điểm tối đa", "Maximum"), self.plain(maximum)));
            if let Some(applies) = own.applicable_maximum.filter(|applies| *applies != maximum) {
                facts.push((lang.pick("Điểm tối đa áp dụng cho đơn vị", "Maximum that applies to the unit"), self.plain(applies)));
            }
        } else if has_unseen_maximum(self.definition, self.node) {
            facts.push((lang.pick("Điểm tối đa", "Maximum"), lang.pick("chưa rõ điểm tối đa", "not known").to_owned()));
        }
        match &own.step {
            Step::Given | Step::NotPublished => {}
            Step::NotApplicable { reason } => {
                let reason = reason.clone().unwrap_or_else(|| lang.pick("theo bộ tiêu chí", "by the definition").to_owned());
                facts.push((lang.pick("Không áp dụng", "Not applicable"), reason));
            }
            Step::Rule { figures, measure, bracket, clamped } => {
                if let Some(found) = &node.rule {
                    facts.push((lang.pick("Quy tắc tính điểm", "Rule of points"), rule::leaf(self.definition, found, lang)));
                }
                facts.extend(self.figures(figures));
                if let Some(measure) = measure {
                    facts.push((lang.pick("Giá trị xét", "Value held against the rule"), self.plain(*measure)));
                }
                if let (Some(composite_index::LeafRule::Brackets { brackets, .. }), Some(position)) = (&node.rule, bracket)
                    && let Some(found) = brackets.get(*position)
                {
                    let words = rule::bracket(found, lang);
                    facts.push((
                        lang.pick("Khoảng điểm áp dụng", "Bracket that applied"),
                        lang.pick(format!("khoảng thứ {} – {words}", position + 1), format!("bracket {} – {words}", position + 1)),
                    ));
                }
                if *clamped {
                    let words = lang.pick(
                        "kết quả công thức được đưa về khoảng từ 0 đến điểm tối đa",
                        "the result was brought back between 0 and the maximum",
                    );
                    facts.push((lang.pick("Giới hạn", "Bound"), words.to_owned()));
                }
            }
            Step::Absent { figures, moved_to } => {
                if let Some(absent) = &node.absent {
                    facts.push((lang.pick("Không phát sinh", "Subject does not exist"), rule::absent(&absent.then, lang).to_owned()));
                    facts.push((lang.pick("Điều kiện", "Condition"), absent.when.text().to_owned()));
                }
                facts.extend(self.figures(figures));
                for (to, part) in moved_to {
                    let words = lang.pick(
                        format!("{} điểm sang “{}”", self.plain(*part), self.name(*to)),
                        format!("{} points to “{}”", self.plain(*part), self.name(*to)),
                    );
                    facts.push((lang.pick("Điểm chuyển đi", "Points that move"), words));
                }
            }
            Step::Joined { scaled, .. } => {
                facts.push((lang.pick("Cách tổng hợp", "Aggregation"), aggregation(node.aggregation, lang).to_owned()));
                if let Some((applies, whole)) = scaled {
                    facts.push((
                        lang.pick("Quy đổi phần áp dụng ra đủ điểm tối đa", "The part that applies is scaled to the full maximum"),
                        format!("× {} / {}", self.plain(*whole), self.plain(*applies)),
                    ));
                }
            }
        }
        if !own.outside_maximum.is_zero() {
            facts.push((lang.pick("Điểm thưởng, điểm phạt trong đó", "Bonus and penalty points within"), self.plain(own.outside_maximum)));
        }
        facts
    }

    fn figures(&self, figures: &[(usize, Option<Decimal>)]) -> Vec<(&'static str, String)> {
        let label = self.lang.pick("Số liệu dùng", "Figure used");
        let words = |(figure, value): &(usize, Option<Decimal>)| {
            let value = rule::figure_value(self.definition, *figure, *value, self.lang);
            (label, format!("{} = {value}", rule::figure(self.definition, *figure, self.lang)))
        };
        figures.iter().map(words).collect()
    }

    fn value_cell(&self, value: NodeValue) -> Cell {
        value.map_or_else(|gap| Cell::missing(gap_reason(self.lang, gap)), exact)
    }

    /// What a part gave: its points grow with the scale of the node, the bonus points within it do not.
    fn gave(&self, part: &WorkingPart, scaled: bool) -> Option<Decimal> {
        let (value, rate) = (part.value.ok()?, part.rate?);
        let inside = scaled && self.definition.nodes[part.node].role == Role::Points;
        let outside = if inside { self.working.nodes[part.node].outside_maximum } else { Decimal::ZERO };
        value.checked_sub(outside)?.checked_mul(rate)?.checked_add(outside.checked_mul(part.weight)?)
    }

    /// The parts with weights, what each gave, and the result; `None` for a leaf. `address` gives the page of a part.
    pub(crate) fn parts(&self, address: impl Fn(NodeId) -> Option<String>) -> Option<DataTable> {
        let Step::Joined { parts, scaled } = &self.own().step else { return None };
        let lang = self.lang;
        let name = self.name(self.node);
        let shape = Shape::of(self.definition.nodes[self.node].aggregation, parts);
        let mut table =
            DataTable::new("cach-tinh", lang.pick(format!("{name}: tính từ các thành phần"), format!("{name}: computed from its parts")))
                .column(Column::header("component", lang.pick("Thành phần", "Component")))
                .column(Column::number("value", lang.pick("Giá trị", "Value"), self.definition.decimals));
        table.columns.extend(shape.columns(lang));
        table.dense = true;
        for part in parts {
            let child = self.name(part.node);
            let mut cells =
                vec![address(part.node).map_or_else(|| Cell::text(child), |href| Cell::link(child, href)), self.value_cell(part.value)];
            if shape.weighs {
                cells.push(exact(part.weight));
            }
            if shape.rates {
                cells.push(part.rate.map_or_else(none, exact));
            }
            if shape.adds {
                cells.push(self.gave(part, scaled.is_some()).map_or_else(none, exact));
            }
            if shape.kinds {
                cells.push(Cell::text(part_kind(part.kind, lang)));
            }
            table.rows.push(Row::new(cells));
        }
        if !self.own().bounded_by.is_zero() {
            let label = lang.pick("Giới hạn trên hoặc dưới của điểm", "Upper or lower bound of the score");
            table.rows.push(shape.last_row(label, None, exact(self.own().bounded_by)));
        }
        let weights = parts.iter().filter(|part| matches!(part.kind, PartKind::Counted | PartKind::CountedAsZero));
        let weights = weights.fold(Decimal::ZERO, |sum, part| sum.saturating_add(part.weight));
        let label = if shape.adds { lang.pick("Tổng", "Sum") } else { lang.pick("Kết quả", "Result") };
        table.rows.push(shape.last_row(label, Some(exact(weights)), self.value_cell(self.own().value)).total());
        Some(table)
    }

    /// What lies below the node and was taken from its maximum, with the reason.
    pub(crate) fn removed(&self) -> Option<DataTable> {
        let lang = self.lang;
        let mut table =
            DataTable::new("phan-bo-ra", lang.pick("Phần không tính vào điểm của đơn vị", "Parts that were left out for the unit"))
                .column(Column::header("component", lang.pick("Thành phần", "Component")))
                .column(Column::number("maximum", lang.pick("Điểm tối đa", "Maximum"), self.definition.decimals))
                .column(Column::text("cause", lang.pick("Nguyên nhân", "Cause")))
                .column(Column::text("reason", lang.pick("Lý do trong bảng số liệu", "Reason in the table")));
        table.dense = true;
        for removal in self.working.removed.iter().filter(|removal| self.is_below(removal.node)) {
            let cause = if removal.missing {
                lang.pick("thiếu số liệu", "missing figure")
            } else {
                lang.pick("không áp dụng", "not applicable")
            };
            table.rows.push(Row::new(vec![
                Cell::text(self.name(removal.node)),
                removal.maximum.map_or_else(none, exact),
                Cell::text(cause),
                removal.reason.clone().map_or_else(none, Cell::text),
            ]));
        }
        (!table.rows.is_empty()).then_some(table)
    }

    fn is_below(&self, node: NodeId) -> bool {
        let mut at = Some(node);
        while let Some(id) = at {
            if id == self.node {
                return true;
            }
            at = self.definition.nodes[id].parent;
        }
        false
    }
}

fn none() -> Cell {
    Cell::missing(MissingReason::NotApplicable)
}

/// Which columns the parts of a node need.
#[derive(Debug, Clone, Copy)]
struct Shape {
    /// They carry weights.
    weighs: bool,
    /// What each gives adds up.
    adds: bool,
    /// The factor is another than the weight.
    rates: bool,
    /// Not each of them was counted.
    kinds: bool,
}

impl Shape {
    fn of(rule: Option<Aggregation>, parts: &[WorkingPart]) -> Self {
        let adds = rule.is_some_and(|rule| rule.adds() || rule == Aggregation::WeightedMean);
        let gives = |part: &&WorkingPart| matches!(part.kind, PartKind::Counted | PartKind::CountedAsZero);
        Self {
            weighs: rule.is_some_and(Aggregation::weighs),
            adds,
            rates: adds && parts.iter().filter(gives).any(|part| part.rate != Some(part.weight)),
            kinds: parts.iter().any(|part| part.kind != PartKind::Counted),
        }
    }

    fn columns(self, lang: Lang) -> Vec<Column> {
        let mut columns = Vec::new();
        if self.weighs {
            columns.push(Column::number("weight", lang.pick("Trọng số", "Weight"), 4));
        }
        if self.rates {
            columns.push(Column::number("rate", lang.pick("Hệ số", "Factor"), 6));
        }
        if self.adds {
            let product = match (self.rates, self.weighs) {
                (true, _) => lang.pick("Hệ số × giá trị", "Factor × value"),
                (false, true) => lang.pick("Trọng số × giá trị", "Weight × value"),
                (false, false) => lang.pick("Đóng góp", "Contribution"),
            };
            columns.push(Column::number("product", product, 6));
        }
        if self.kinds {
            columns.push(Column::text("counted", lang.pick("Được tính thế nào", "How it counts")));
        }
        columns
    }

    /// A row below the parts, whose value stands where what they gave adds up.
    fn last_row(self, label: &str, weights: Option<Cell>, value: Cell) -> Row {
        let mut cells = vec![Cell::text(label)];
        let (beside, below) = if self.adds { (none(), Some(value)) } else { (value, None) };
        cells.push(beside);
        if self.weighs {
            cells.push(weights.unwrap_or_else(none));
        }
        if self.rates {
            cells.push(none());
        }
        cells.extend(below);
        if self.kinds {
            cells.push(none());
        }
        Row::new(cells)
    }
}

fn part_kind(kind: PartKind, lang: Lang) -> &'static str {
    match kind {
        PartKind::Counted => lang.pick("được tính", "counted"),
        PartKind::NotApplicable => lang.pick("không áp dụng, bỏ ra", "not applicable, left out"),
        PartKind::DroppedOut => lang.pick("thiếu số liệu, bỏ ra", "missing, left out"),
        PartKind::CountedAsZero => lang.pick("thiếu số liệu, tính 0 điểm", "missing, counts as zero"),
        PartKind::Stands => lang.pick("thiếu số liệu nên không có kết quả", "missing, so there is no result"),
    }
}

/// The tables of a node for its page and its files: parts, and what was left out.
pub(crate) fn tables(view: &NodeView<'_>, edition: &EditionResult, row: usize) -> Vec<DataTable> {
    let address = |node| Some(origin_address(view.lang, edition, row, node));
    view.parts(address).into_iter().chain(view.removed()).collect()
}

#[cfg(test)]
mod tests;
