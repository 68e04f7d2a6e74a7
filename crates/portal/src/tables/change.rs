//! The change of a unit's total between two years, and what each part gave to it.

use std::collections::{BTreeMap, BTreeSet};

use composite_index::{
    BreakKind, Change, Contributions, Definition, DefinitionDifference, DifferenceKind, NoContributions, NodeId, change_between,
    contributions, differences, rule_text,
};
use registry::results::Results;
use rust_decimal::Decimal;
use ui::Lang;
use ui::chart::{Bar, Bars};
use ui::table::{Better, Cell, Column, DataTable, MissingReason, Row};

use super::profile::{Point, comparable};
use super::{best_cell, node_name, origin_address, source_line};
use crate::error::PageError;
use crate::words::difference_kind;
use web::Problem;

/// A unit in two years of an index.
pub(crate) struct Pair<'r> {
    /// The earlier year.
    pub(crate) before: Point<'r>,
    /// The later year.
    pub(crate) after: Point<'r>,
}

/// What can be said of the change between two years.
pub(crate) enum Outcome {
    /// Contributions that add up to the change of the total.
    Whole(Whole),
    /// Another method: only parts that stayed the same can be compared.
    Apart,
    /// The total of a year cannot be split.
    Unsplit {
        /// The year.
        year: i32,
        /// Why.
        reason: NoContributions,
    },
}

/// The change of a total as the sum of what its parts gave.
pub(crate) struct Whole {
    /// Recomputed total of the earlier year.
    pub(crate) before: Decimal,
    /// Recomputed total of the later year.
    pub(crate) after: Decimal,
    /// Later minus earlier.
    pub(crate) change: Decimal,
    /// The parts, each area before what is in it.
    pub(crate) lines: Vec<Line>,
    /// True where a part gives more or less because its weight changed.
    by_rate: bool,
}

/// What a part gave.
pub(crate) struct Line {
    /// The part; for a bound the node that has it.
    node: NodeId,
    /// True where it is what the floor or cap of the node added or took away.
    bound: bool,
    /// Depth below the main parts.
    level: u8,
    sum: Sum,
}

/// Contributions of a part, or of all parts in an area.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    before: Option<Decimal>,
    after: Option<Decimal>,
    amount: Decimal,
    by_value: Decimal,
    by_rate: Decimal,
}

impl Sum {
    fn of(change: &Change) -> Self {
        Self { before: change.before, after: change.after, amount: change.amount, by_value: change.by_value, by_rate: change.by_rate }
    }

    fn add(&mut self, other: Self) {
        let both = |one: Option<Decimal>, other: Option<Decimal>| match (one, other) {
            (Some(one), Some(other)) => Some(one.saturating_add(other)),
            (one, other) => one.or(other),
        };
        self.before = both(self.before, other.before);
        self.after = both(self.after, other.after);
        self.amount = self.amount.saturating_add(other.amount);
        self.by_value = self.by_value.saturating_add(other.by_value);
        self.by_rate = self.by_rate.saturating_add(other.by_rate);
    }
}

/// Differences between the definitions of two years that readers should know of: names and order change no figure.
pub(crate) fn told_differences(pair: &Pair<'_>) -> Vec<DefinitionDifference> {
    let mut found = differences(&pair.before.edition.definition, &pair.after.edition.definition);
    found.retain(|difference| !matches!(difference.kind, DifferenceKind::Name | DifferenceKind::Order));
    found
}

/// True for differences that leave every part as it was.
fn keeps_parts(kind: DifferenceKind) -> bool {
    matches!(kind, DifferenceKind::Weight | DifferenceKind::Share | DifferenceKind::Computation)
}

/// What can be said of the change of a unit.
pub(crate) fn outcome(results: &Results, pair: &Pair<'_>, told: &[DefinitionDifference]) -> Result<Outcome, PageError> {
    let index = &pair.after.edition.definition.index;
    let same = comparable(results, index, pair.before.year(), pair.after.year());
    if !same || told.iter().any(|difference| !keeps_parts(difference.kind)) || !other_meanings(pair).is_empty() {
        return Ok(Outcome::Apart);
    }
    let mut sides: Vec<Contributions> = Vec::with_capacity(2);
    for point in [&pair.before, &pair.after] {
        let working = point.edition.working(point.row).map_err(|error| {
            tracing::error!(error = ?error, definition = %point.edition.definition.id, "a working could not be computed");
            PageError::Common(Problem::Fault)
        })?;
        match contributions(&point.edition.definition, &working) {
            Ok(split) => sides.push(split),
            Err(reason) => return Ok(Outcome::Unsplit { year: point.year(), reason }),
        }
    }
    let [before, after] = sides.as_slice() else { return Err(PageError::Common(Problem::Fault)) };
    Ok(Outcome::Whole(whole(pair, before, after)))
}

fn whole(pair: &Pair<'_>, before: &Contributions, after: &Contributions) -> Whole {
    let definition = &*pair.after.edition.definition;
    let changes = change_between((&pair.before.edition.definition, before), (definition, after));
    let by_code: BTreeMap<&str, &Change> = changes.iter().map(|change| (change.code.as_str(), change)).collect();
    let mut lines = Vec::new();
    for main in &definition.nodes[definition.total].children {
        gather(definition, &by_code, *main, 0, &mut lines);
    }
    if by_code.contains_key(definition.nodes[definition.total].code.as_str()) || lines.is_empty() {
        // A total that cannot be split, or has no parts, gives itself.
        gather(definition, &by_code, definition.total, 0, &mut lines);
    } else if let Some(bound) = bound_line(definition, &by_code, definition.total, 0) {
        lines.push(bound);
    }
    let change = changes.iter().fold(Decimal::ZERO, |sum, change| sum.saturating_add(change.amount));
    let by_rate = changes.iter().any(|change| change.before.is_some() && change.after.is_some() && !change.by_rate.is_zero());
    Whole { before: before.total, after: after.total, change, lines, by_rate }
}

fn bound_line(definition: &Definition, changes: &BTreeMap<&str, &Change>, node: NodeId, level: u8) -> Option<Line> {
    let change = changes.get(format!("bound:{}", definition.nodes[node].code).as_str())?;
    Some(Line { node, bound: true, level, sum: Sum::of(change) })
}

/// Adds a node and what is in it, with the sum of it all; nothing where the node gave nothing in both years.
fn gather(definition: &Definition, changes: &BTreeMap<&str, &Change>, node: NodeId, level: u8, lines: &mut Vec<Line>) -> Option<Sum> {
    let this = &definition.nodes[node];
    if let Some(change) = changes.get(this.code.as_str()) {
        let sum = Sum::of(change);
        lines.push(Line { node, bound: false, level, sum });
        return Some(sum);
    }
    let place = lines.len();
    let mut sum = Sum::default();
    for child in &this.children {
        if let Some(part) = gather(definition, changes, *child, level + 1, lines) {
            sum.add(part);
        }
    }
    if let Some(bound) = bound_line(definition, changes, node, level + 1) {
        sum.add(bound.sum);
        lines.push(bound);
    }
    if lines.len() == place {
        return None;
    }
    lines.insert(place, Line { node, bound: false, level, sum });
    Some(sum)
}

fn line_name(results: &Results, pair: &Pair<'_>, line: &Line, lang: Lang) -> String {
    let name = node_name(results, pair.after.edition, line.node, lang);
    if !line.bound {
        return name.to_owned();
    }
    lang.pick(format!("Giới hạn điểm của {name}"), format!("Bound of {name}"))
}

/// One digit more than scores have, so that products with weights can be followed.
fn digits(pair: &Pair<'_>) -> u32 {
    pair.after.edition.definition.decimals + 1
}

/// The contributions as a table; its last row is their sum.
pub(crate) fn whole_table(results: &Results, pair: &Pair<'_>, whole: &Whole, caption: &str, lang: Lang) -> DataTable {
    let (from, to) = (pair.before.year(), pair.after.year());
    let decimals = digits(pair);
    let gave = |year: i32| lang.pick(format!("Đóng góp năm {year}"), format!("Contribution in {year}"));
    let mut table = DataTable::new("dong-gop", caption)
        .column(Column::header("component", lang.pick("Thành phần", "Component")))
        .column(Column::number("before", gave(from), decimals))
        .column(Column::number("after", gave(to), decimals))
        .column(Column::change("change", lang.pick("Đóng góp vào thay đổi", "Contribution to the change")));
    if whole.by_rate {
        table.columns.push(Column::change("by_value", lang.pick("Do điểm của thành phần", "From its value")));
        table.columns.push(Column::change("by_weight", lang.pick("Do trọng số", "From its weight")));
    }
    let none = || Cell::missing(MissingReason::NotApplicable);
    let change = |value: Decimal| Cell::change(value, decimals, Better::Higher);
    for line in &whole.lines {
        let side = |value: Option<Decimal>, point: &Point<'_>| match value {
            Some(value) if line.bound => Cell::number(value, decimals),
            Some(value) => {
                let code = &pair.after.edition.definition.nodes[line.node].code;
                let node = point.edition.definition.node(code);
                let cell = Cell::number(value, decimals);
                node.map_or_else(|| cell.clone(), |node| cell.clone().from_where(origin_address(lang, point.edition, point.row, node)))
            }
            None => none(),
        };
        let mut cells = vec![
            Cell::text(line_name(results, pair, line, lang)),
            side(line.sum.before, &pair.before),
            side(line.sum.after, &pair.after),
            change(line.sum.amount),
        ];
        if whole.by_rate {
            cells.extend([change(line.sum.by_value), change(line.sum.by_rate)]);
        }
        table.rows.push(Row::new(cells).level(line.level));
    }
    let mut cells = vec![
        Cell::text(lang.pick("Cộng: điểm tổng hợp tính lại", "Sum: recomputed total")),
        Cell::number(whole.before, decimals),
        Cell::number(whole.after, decimals),
        change(whole.change),
    ];
    if whole.by_rate {
        cells.extend([none(), none()]);
    }
    table.rows.push(Row::new(cells).total());
    table.notes.push(
        lang.pick(
            "Đóng góp = trọng số × điểm của thành phần. Các dòng thành phần cộng lại đúng bằng thay đổi của điểm tổng hợp; phép tính dùng số chưa làm tròn.",
            "Contribution = weight × value of the part. The parts add up to the change of the total exactly; nothing is rounded before it is shown.",
        )
        .to_owned(),
    );
    table.source = source_line(pair.after.edition, lang);
    table.dense = true;
    table
}

/// The contributions of the main parts as bars, the largest gain first.
pub(crate) fn whole_chart(results: &Results, pair: &Pair<'_>, whole: &Whole, name: &str, lang: Lang) -> Bars {
    let (from, to) = (pair.before.year(), pair.after.year());
    let mut main: Vec<&Line> = whole.lines.iter().filter(|line| line.level == 0).collect();
    main.sort_by_key(|line| std::cmp::Reverse(line.sum.amount));
    let bar = |line: &&Line| Bar { label: line_name(results, pair, line, lang), value: Some(line.sum.amount), highlight: false };
    Bars {
        id: "thay-doi".to_owned(),
        title: lang.pick(
            format!("Đóng góp vào thay đổi điểm của {name}, {from}–{to}"),
            format!("Contributions to the change of {name}, {from} to {to}"),
        ),
        desc: lang
            .pick(
                "Mỗi thanh là một thành phần: phần làm tăng ở bên phải vạch 0, phần làm giảm ở bên trái.",
                "Each bar is a part: what raised the total is right of zero, what lowered it left of zero.",
            )
            .to_owned(),
        measure: lang.pick("Đóng góp vào thay đổi (điểm)", "Contribution to the change (points)").to_owned(),
        items: main.iter().map(bar).collect(),
        decimals: digits(pair),
        reference: None,
        signed: true,
    }
}

/// The finding in a sentence: how much, and what gave most in that direction.
pub(crate) fn finding(results: &Results, pair: &Pair<'_>, whole: &Whole, short: &str, lang: Lang) -> String {
    let (from, to) = (pair.before.year(), pair.after.year());
    let decimals = pair.after.edition.definition.decimals;
    let size = lang.decimal(whole.change.abs(), decimals);
    let rises = !whole.change.is_sign_negative();
    let main = whole.lines.iter().filter(|line| line.level == 0);
    let most = if rises { main.max_by_key(|line| line.sum.amount) } else { main.min_by_key(|line| line.sum.amount) };
    let most = most.map(|line| line_name(results, pair, line, lang)).unwrap_or_default();
    if whole.change.is_zero() {
        return lang.pick(format!("{short} không đổi từ năm {from} đến năm {to}"), format!("{short} did not change from {from} to {to}"));
    }
    match rises {
        true => lang.pick(
            format!("{short} tăng {size} điểm từ năm {from} đến năm {to}, nhiều nhất nhờ: {most}"),
            format!("{short} rose by {size} points from {from} to {to}, most of all through: {most}"),
        ),
        false => lang.pick(
            format!("{short} giảm {size} điểm từ năm {from} đến năm {to}, nhiều nhất do: {most}"),
            format!("{short} fell by {size} points from {from} to {to}, most of all through: {most}"),
        ),
    }
}

/// Nodes of the later definition that mean and measure the same in the earlier one, with their id there; never the total.
fn unchanged(pair: &Pair<'_>) -> Vec<(NodeId, NodeId, usize)> {
    let (old, new) = (&*pair.before.edition.definition, &*pair.after.edition.definition);
    let mut same: BTreeSet<NodeId> = BTreeSet::new();
    for id in &new.bottom_up {
        let node = &new.nodes[*id];
        let Some(other) = old.node(&node.code).map(|id| &old.nodes[id]) else { continue };
        let children = |definition: &Definition, ids: &[NodeId]| -> BTreeMap<String, Decimal> {
            ids.iter().map(|child| (definition.nodes[*child].code.clone(), definition.weight(*child).normalize())).collect()
        };
        let alike = node.indicator == other.indicator
            && (node.range, node.maximum, node.direction, node.aggregation)
                == (other.range, other.maximum, other.direction, other.aggregation)
            && (node.floor, node.cap, &node.scaling) == (other.floor, other.cap, &other.scaling)
            && rule_text(new, node) == rule_text(old, other)
            && children(new, &node.children) == children(old, &other.children);
        if alike && node.children.iter().all(|child| same.contains(child)) {
            same.insert(*id);
        }
    }
    let pairs = new.top_down().into_iter().filter(|(id, _)| *id != new.total && same.contains(id));
    pairs.filter_map(|(id, depth)| Some((id, old.node(&new.nodes[id].code)?, depth))).collect()
}

/// Codes that stand for another indicator in the later year, with the node of each year.
fn other_meanings<'p>(pair: &'p Pair<'_>) -> Vec<(&'p str, NodeId, NodeId)> {
    let (old, new) = (&*pair.before.edition.definition, &*pair.after.edition.definition);
    let moved = |(id, node): (NodeId, &'p composite_index::Node)| {
        let before = old.node(&node.code).filter(|before| old.nodes[*before].indicator != node.indicator)?;
        Some((node.code.as_str(), before, id))
    };
    new.nodes.iter().enumerate().filter_map(moved).collect()
}

/// True where a break between the years changed who was asked, so that no part can be compared.
fn other_population(results: &Results, pair: &Pair<'_>) -> bool {
    crossed(results, pair).into_iter().any(|broken| broken.kind == BreakKind::Population && !broken.comparable)
}

/// The breaks between the two years, in time.
pub(crate) fn crossed<'r>(results: &'r Results, pair: &Pair<'_>) -> Vec<&'r composite_index::Break> {
    let index = &pair.after.edition.definition.index;
    let (from, to) = (pair.before.year(), pair.after.year());
    let mut found: Vec<_> =
        results.definitions.iter().filter(|definition| definition.index == *index).flat_map(|definition| &definition.breaks).collect();
    found.retain(|broken| broken.year > from && broken.year <= to);
    found.sort_by_key(|broken| broken.year);
    found
}

/// The parts that mean and measure the same in both years, each by itself; `None` where there is none.
pub(crate) fn unchanged_table(results: &Results, pair: &Pair<'_>, lang: Lang) -> Option<DataTable> {
    if other_population(results, pair) {
        return None;
    }
    let (from, to) = (pair.before.year(), pair.after.year());
    let decimals = pair.after.edition.definition.decimals;
    let caption = lang.pick(
        format!("Các thành phần giữ nguyên nội dung và thang điểm, {from} và {to}"),
        format!("Parts that kept their meaning and range, {from} and {to}"),
    );
    let value = |year: i32| lang.pick(format!("Điểm năm {year}"), format!("Score in {year}"));
    let mut table = DataTable::new("giu-nguyen", caption)
        .column(Column::header("component", lang.pick("Thành phần", "Component")))
        .column(Column::number("before", value(from), decimals))
        .column(Column::number("after", value(to), decimals))
        .column(Column::change("change", lang.pick("Thay đổi", "Change")));
    let mut areas: BTreeSet<NodeId> = BTreeSet::new();
    for (new, old, depth) in unchanged(pair) {
        let area = pair.after.edition.definition.nodes[new].parent.filter(|area| *area != pair.after.edition.definition.total);
        areas.insert(new);
        if let Some(area) = area.filter(|area| areas.insert(*area)) {
            // The area itself is another one now; it stands here so that nobody takes its parts for those of the area above.
            let apart = || {
                Cell::missing(MissingReason::Other(lang.pick("không so sánh: cấu phần đã đổi", "not compared: its parts changed").into()))
            };
            let name = Cell::text(node_name(results, pair.after.edition, area, lang));
            table.rows.push(Row::new(vec![name, apart(), apart(), apart()]).level(u8::try_from(depth.saturating_sub(2)).unwrap_or(3)));
        }
        let (before, after) = (pair.before.edition.best(pair.before.row, old), pair.after.edition.best(pair.after.row, new));
        let better = match pair.after.edition.definition.nodes[new].direction {
            composite_index::Direction::HigherIsBetter => Better::Higher,
            composite_index::Direction::LowerIsBetter => Better::Lower,
        };
        let change = before.zip(after).and_then(|(before, after)| after.checked_sub(before));
        table.rows.push(
            Row::new(vec![
                Cell::text(node_name(results, pair.after.edition, new, lang)),
                best_cell(lang, pair.before.edition, pair.before.row, old),
                best_cell(lang, pair.after.edition, pair.after.row, new),
                change.map_or_else(|| Cell::missing(MissingReason::NotAvailable), |change| Cell::change(change, decimals, better)),
            ])
            .level(u8::try_from(depth.saturating_sub(1)).unwrap_or(3)),
        );
    }
    table.source = source_line(pair.after.edition, lang);
    table.dense = true;
    (!table.rows.is_empty()).then_some(table)
}

/// What differs between the two definitions.
pub(crate) fn difference_table(results: &Results, pair: &Pair<'_>, told: &[DefinitionDifference], lang: Lang) -> Option<DataTable> {
    let (old, new) = (&pair.before.edition.definition, &pair.after.edition.definition);
    let mut table = DataTable::new(
        "khac-nhau",
        lang.pick(
            format!("Bộ quy tắc khác nhau ở đâu: {} và {}", old.id, new.id),
            format!("Where the definitions differ: {} and {}", old.id, new.id),
        ),
    )
    .column(Column::header("component", lang.pick("Thành phần", "Component")))
    .column(Column::text("kind", lang.pick("Khác ở", "Differs in")))
    .column(Column::text("before", pair.before.year().to_string()))
    .column(Column::text("after", pair.after.year().to_string()));
    let name = |code: &str| -> String {
        let of =
            |definition: &Definition| Some(results.node_name(definition, definition.node(code)?, |vi, en| lang.pick(vi, en)).to_owned());
        of(new).or_else(|| of(old)).unwrap_or_else(|| code.to_owned())
    };
    let moved = other_meanings(pair);
    for (code, before, after) in &moved {
        let side = |definition: &Definition, node: NodeId| Cell::text(results.node_name(definition, node, |vi, en| lang.pick(vi, en)));
        table.rows.push(Row::new(vec![
            Cell::text(lang.pick(format!("Mã {code}"), format!("Code {code}"))),
            Cell::text(lang.pick("nội dung", "meaning")),
            side(old, *before),
            side(new, *after),
        ]));
    }
    let same_meaning = |difference: &&DefinitionDifference| moved.iter().all(|(code, ..)| *code != difference.code);
    for difference in told.iter().filter(same_meaning).filter(|difference| difference.kind != DifferenceKind::Share) {
        let side = |text: &Option<String>| difference_side(difference.kind, text.as_deref(), &name, lang);
        let component = if difference.code.is_empty() {
            lang.pick("Toàn bộ chỉ số", "The whole index").to_owned()
        } else {
            name(&difference.code)
        };
        table.rows.push(Row::new(vec![
            Cell::text(component),
            Cell::text(difference_kind(difference.kind, lang)),
            side(&difference.before),
            side(&difference.after),
        ]));
    }
    table.dense = true;
    (!table.rows.is_empty()).then_some(table)
}

/// One side of a difference: numbers in the reader's form, parents by name; rules stay on the method page.
fn difference_side(kind: DifferenceKind, text: Option<&str>, name: &impl Fn(&str) -> String, lang: Lang) -> Cell {
    let Some(text) = text else { return Cell::missing(MissingReason::NotApplicable) };
    match kind {
        DifferenceKind::Added | DifferenceKind::Removed | DifferenceKind::Parent => {
            Cell::text(lang.pick(format!("thuộc {}", name(text)), format!("part of {}", name(text))))
        }
        DifferenceKind::Weight | DifferenceKind::Maximum => {
            let number = |part: &str| part.trim().parse::<Decimal>().map(|value| lang.decimal(value, value.normalize().scale()));
            let parts: Result<Vec<String>, _> = text.split('–').map(number).collect();
            Cell::text(parts.map_or_else(|_| text.to_owned(), |parts| parts.join(" – ")))
        }
        _ => Cell::text(lang.pick("xem trang phương pháp", "see the method page")),
    }
}
