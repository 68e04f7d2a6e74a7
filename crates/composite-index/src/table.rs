//! Data tables: CSV in, exact decimals out, or every fault at once.

mod blocks;
mod columns;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization as _;

use crate::computing::leaf::is_absent;
use crate::definition::{AbsentThen, Definition, Edition, FigureId, FigureKind, MissingRule, NodeId, Role};
use crate::fault::{TableFault, TableRule};
use crate::formula::FormulaScratch;
use columns::{Codes, Column};

/// What a table prints as published, beside the inputs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PublishedValues {
    /// Values by node id.
    pub values: Vec<Option<Decimal>>,
    /// Rank.
    pub rank: Option<u32>,
    /// Code of the band.
    pub band: Option<String>,
}

/// A row of a table: one unit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableRow {
    /// Row in the file, from 1; the head is row 1.
    pub file_row: usize,
    /// Name as printed, in the composed form of Unicode (NFC): one name is one text, whoever typed it.
    pub unit: String,
    /// Unit code, where the table has one.
    pub code: Option<String>,
    /// Input values by node id; `None` is "no figure", never zero.
    pub inputs: Vec<Option<Decimal>>,
    /// Figures by figure id; `None` is "no figure", never zero. Yes is one and no is zero, a choice is its position.
    pub figures: Vec<Option<Decimal>>,
    /// Standard errors of figures, where the table has them.
    pub standard_errors: Vec<(FigureId, Decimal)>,
    /// Standard errors of input nodes, where the table has them.
    pub node_errors: Vec<(NodeId, Decimal)>,
    /// Nodes that do not apply to the unit, each with the reason.
    pub not_applicable: Vec<(NodeId, String)>,
    /// Code of the unit's block.
    pub block: Option<String>,
    /// What was published.
    pub published: PublishedValues,
    /// Where the row was read.
    pub source: Option<String>,
    /// What is odd about the row.
    pub note: Option<String>,
    /// False for rows that stand beside the ranking, such as the country's mean, and for units that are scored but not ranked. The reader sets
    /// true where the table has no column `ranked`.
    pub ranked: bool,
}

impl TableRow {
    /// Whether a node does not apply to the unit, whatever its figures say: it or a node above it is marked so, or is for units of other blocks.
    pub(crate) fn is_without(&self, definition: &Definition, id: NodeId) -> bool {
        std::iter::successors(Some(id), |id| definition.nodes[*id].parent).any(|id| {
            let blocks = &definition.nodes[id].blocks;
            let other_block = !blocks.is_empty() && !self.block.as_ref().is_some_and(|block| blocks.contains(block));
            other_block || self.not_applicable.iter().any(|(removed, _)| *removed == id)
        })
    }
}

/// Whether a leaf is asked of a unit: it applies, its subject exists, and what a bonus or penalty adds to applies as well.
fn is_asked(definition: &Definition, row: &TableRow, leaf: NodeId, scratch: &mut FormulaScratch) -> bool {
    let node = &definition.nodes[leaf];
    if row.is_without(definition, leaf) || is_absent(node, row, scratch) {
        return false;
    }
    let outside =
        std::iter::successors(Some(leaf), |id| definition.nodes[*id].parent).filter(|id| definition.nodes[*id].role != Role::Points);
    match outside.last().and_then(|id| definition.nodes[id].parent) {
        Some(group) => applies(definition, row, group, scratch),
        None => true,
    }
}

/// Whether any points of a node apply to a unit.
fn applies(definition: &Definition, row: &TableRow, id: NodeId, scratch: &mut FormulaScratch) -> bool {
    let node = &definition.nodes[id];
    if node.children.is_empty() {
        let falls_away = node.absent.as_ref().is_some_and(|absent| matches!(absent.then, AbsentThen::NotApplicable));
        return !(row.is_without(definition, id) || falls_away && is_absent(node, row, scratch));
    }
    let mut points = node.children.iter().filter(|child| definition.nodes[**child].role == Role::Points).peekable();
    // A group of bonus alone adds to what stands above it.
    points.peek().is_none() || points.any(|child| applies(definition, row, *child, scratch))
}

/// A table that was read without a fault.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScoreTable {
    /// Units in the order of the file.
    pub rows: Vec<TableRow>,
}

impl ScoreTable {
    /// The row of the same unit: by code where both have one, else by name.
    #[must_use]
    pub fn row_like(&self, row: &TableRow) -> Option<usize> {
        self.rows.iter().position(|other| match (&other.code, &row.code) {
            (Some(one), Some(other)) => one == other,
            _ => other.unit == row.unit,
        })
    }
}

/// Reads a table of a definition. With an edition, totals-only tables (`components = "none"`) need no leaf columns, and bands are checked.
///
/// # Errors
/// Every fault of the table, in the order of the file.
pub fn read_table(definition: &Definition, edition: Option<&Edition>, text: &str) -> Result<ScoreTable, Vec<TableFault>> {
    let others = blocks::Others::new(definition);
    let codes_of = Codes::new(definition);
    let mut reader = Reader { definition, edition, codes_of, others, faults: Vec::new(), units: BTreeMap::new(), codes: BTreeMap::new() };
    let table = reader.read(text.strip_prefix('\u{feff}').unwrap_or(text));
    if reader.faults.is_empty() { Ok(table) } else { Err(reader.faults) }
}

/// Line of each record of a CSV text, from 1. The reader's own count falls behind at blank lines and at CR LF.
#[derive(Debug)]
pub struct LineCounter<'t> {
    bytes: &'t [u8],
    at: usize,
    line: usize,
}

impl<'t> LineCounter<'t> {
    /// A counter at the first line of a text.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        Self { bytes: text.as_bytes(), at: 0, line: 1 }
    }

    /// The line of a record that the reader says begins here; records must be asked for in the order of the text.
    pub fn line_of(&mut self, position: Option<&csv::Position>) -> usize {
        let start = position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or_default();
        // Line ends that the reader left for this record belong to the lines before it.
        while let Some(byte) = self.bytes.get(self.at).filter(|byte| self.at < start || matches!(byte, b'\r' | b'\n')) {
            self.at += 1;
            if *byte == b'\n' || (*byte == b'\r' && self.bytes.get(self.at) != Some(&b'\n')) {
                self.line += 1;
            }
        }
        self.line
    }
}

struct Reader<'a> {
    definition: &'a Definition,
    edition: Option<&'a Edition>,
    codes_of: Codes<'a>,
    others: blocks::Others,
    faults: Vec<TableFault>,
    units: BTreeMap<String, usize>,
    codes: BTreeMap<String, usize>,
}

impl Reader<'_> {
    fn read(&mut self, text: &str) -> ScoreTable {
        let mut csv = csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
        let mut records = Vec::new();
        let mut lines = LineCounter::new(text);
        for record in csv.records() {
            match record {
                Ok(record) => records.push((lines.line_of(record.position()), record)),
                Err(error) => {
                    self.fault(None, None, None, Some(error.to_string()), TableRule::NotCsv, None);
                    return ScoreTable::default();
                }
            }
        }
        let Some(((_, head), body)) = records.split_first().filter(|((_, head), _)| head.iter().any(|cell| !cell.is_empty())) else {
            self.fault(None, None, None, None, TableRule::NotCsv, None);
            return ScoreTable::default();
        };
        let columns = self.columns(head);
        let mut table = ScoreTable::default();
        for (line, record) in body {
            if record.iter().all(str::is_empty) {
                continue;
            }
            if record.len() != head.len() {
                let (found, expected) = (record.len().to_string(), head.len().to_string());
                self.fault(Some(*line), None, record.get(0), Some(found), TableRule::RowLength, Some(expected));
                continue;
            }
            if let Some(row) = self.row(*line, record, &columns) {
                table.rows.push(row);
            }
        }
        table
    }

    fn fault(
        &mut self,
        row: Option<usize>,
        column: Option<&str>,
        unit: Option<&str>,
        value: Option<String>,
        rule: TableRule,
        expected: Option<String>,
    ) {
        self.faults.push(TableFault { row, column: column.map(Into::into), unit: unit.map(Into::into), value, rule, expected });
    }

    /// False for children that only explain a given node.
    fn enters_the_total(&self, id: NodeId) -> bool {
        let mut at = id;
        while let Some(parent) = self.definition.nodes[at].parent {
            if self.definition.nodes[parent].is_input() {
                return false;
            }
            at = parent;
        }
        true
    }

    fn row(&mut self, line: usize, record: &csv::StringRecord, columns: &[(Column, &str)]) -> Option<TableRow> {
        let nodes = self.definition.nodes.len();
        let mut row = TableRow {
            file_row: line,
            unit: String::new(),
            code: None,
            inputs: vec![None; nodes],
            figures: vec![None; self.definition.figures.len()],
            published: PublishedValues { values: vec![None; nodes], ..PublishedValues::default() },
            ranked: true,
            ..TableRow::default()
        };
        let find = |wanted: fn(&Column) -> bool| {
            columns
                .iter()
                .zip(record)
                .find(|((column, _), _)| wanted(column))
                .map(|(_, cell)| cell.to_owned())
                .filter(|cell| !cell.is_empty())
        };
        row.code = find(|column| matches!(column, Column::Code));
        row.source = find(|column| matches!(column, Column::Source));
        row.note = find(|column| matches!(column, Column::Note));
        let Some(unit) = find(|column| matches!(column, Column::Unit)) else {
            // A table without the column was refused as a whole.
            if columns.iter().any(|(column, _)| matches!(column, Column::Unit)) {
                self.fault(Some(line), Some("unit"), None, None, TableRule::MissingUnit, None);
            }
            return None;
        };
        row.unit = unit.nfc().collect();
        self.refuse_duplicates(&row);
        let told_before = self.faults.len();
        for ((column, _), cell) in columns.iter().zip(record) {
            if let Column::NotApplicable(id) = column
                && !cell.is_empty()
            {
                row.not_applicable.push((*id, cell.to_owned()));
            }
        }
        for ((column, name), cell) in columns.iter().zip(record) {
            match column {
                Column::Input(id) => row.inputs[*id] = self.input(line, name, &row.unit, *id, cell),
                Column::Published(id) => row.published.values[*id] = self.number(line, name, &row.unit, cell),
                Column::PublishedRank if !cell.is_empty() => match cell.parse() {
                    Ok(rank) if rank > 0 => row.published.rank = Some(rank),
                    _ => self.fault(Some(line), Some(name), Some(&row.unit), Some(cell.into()), TableRule::NotANumber, None),
                },
                Column::PublishedBand if !cell.is_empty() => row.published.band = self.band(line, name, &row.unit, cell),
                Column::Block if !cell.is_empty() => row.block = self.block(line, &row.unit, cell),
                Column::Ranked if !cell.is_empty() => row.ranked = self.yes_no(line, name, &row.unit, cell).is_none_or(|yes| yes),
                Column::Figure(id) => row.figures[*id] = self.figure(line, name, &row.unit, *id, cell),
                Column::FigureError(id) => row.standard_errors.extend(self.error(line, name, &row.unit, cell).map(|error| (*id, error))),
                Column::NodeError(id) => row.node_errors.extend(self.error(line, name, &row.unit, cell).map(|error| (*id, error))),
                _ => {}
            }
        }
        let inputs = columns.iter().filter_map(|(column, name)| if let Column::Input(id) = column { Some((*id, *name)) } else { None });
        self.check_complete(told_before, &row, inputs);
        self.check_applicable(line, &row);
        // A block that nobody knows was told already.
        let has_cell = find(|column| matches!(column, Column::Block)).is_some();
        if row.block.is_some() || !has_cell {
            self.check_block(line, &row);
        }
        Some(row)
    }

    fn refuse_duplicates(&mut self, row: &TableRow) {
        let expected = |first: usize| Some(first.to_string());
        if let Some(first) = row.code.as_ref().and_then(|code| self.codes.insert(code.clone(), row.file_row)) {
            self.fault(Some(row.file_row), Some("code"), Some(&row.unit), row.code.clone(), TableRule::DuplicateUnit, expected(first));
        } else if let Some(first) = self.units.insert(row.unit.clone(), row.file_row) {
            self.fault(
                Some(row.file_row),
                Some("unit"),
                Some(&row.unit),
                Some(row.unit.clone()),
                TableRule::DuplicateUnit,
                expected(first),
            );
        }
    }

    fn band(&mut self, line: usize, name: &str, unit: &str, cell: &str) -> Option<String> {
        let known: Option<Vec<&str>> = self.edition.map(|edition| edition.bands.iter().map(|band| band.code.as_str()).collect());
        if let Some(known) = known.filter(|known| !known.contains(&cell)) {
            self.fault(Some(line), Some(name), Some(unit), Some(cell.into()), TableRule::UnknownBand, Some(known.join(", ")));
            return None;
        }
        Some(cell.to_owned())
    }

    fn input(&mut self, line: usize, name: &str, unit: &str, id: NodeId, cell: &str) -> Option<Decimal> {
        if cell.is_empty() {
            return None;
        }
        let value = self.number(line, name, unit, cell)?;
        self.inside(line, name, unit, cell, value, self.definition.input_range(id))
    }

    /// Leaves that must be there are, as far as they apply to the unit, their subject exists, and nothing else fills them.
    /// A cell that was refused, among the faults from `told_before` on, is not missing as well.
    fn check_complete<'n>(&mut self, told_before: usize, row: &TableRow, inputs: impl Iterator<Item = (NodeId, &'n str)>) {
        let definition = self.definition;
        let mut scratch = FormulaScratch::new();
        for (id, name) in inputs {
            let node = &definition.nodes[id];
            let rule = node.parent.and_then(|parent| definition.nodes[parent].missing).unwrap_or(definition.computation.missing);
            let is_filled = node.scaling.as_ref().is_some_and(|scaling| scaling.imputation.is_some());
            let must = rule == MissingRule::Error && row.inputs[id].is_none() && !is_filled && self.enters_the_total(id);
            let told = self.faults.iter().skip(told_before).any(|fault| fault.column.as_deref() == Some(name));
            if must && !told && is_asked(definition, row, id, &mut scratch) {
                self.fault(Some(row.file_row), Some(name), Some(&row.unit), Some(String::new()), TableRule::MissingLeaf, None);
            }
        }
    }

    fn inside(
        &mut self,
        line: usize,
        name: &str,
        unit: &str,
        cell: &str,
        value: Decimal,
        range: Option<(Decimal, Decimal)>,
    ) -> Option<Decimal> {
        if let Some((low, high)) = range.filter(|(low, high)| value < *low || value > *high) {
            self.fault(Some(line), Some(name), Some(unit), Some(cell.into()), TableRule::OutOfRange, Some(bounds(low, high)));
            return None;
        }
        Some(value)
    }

    fn figure(&mut self, line: usize, name: &str, unit: &str, id: FigureId, cell: &str) -> Option<Decimal> {
        if cell.is_empty() {
            return None;
        }
        let figure = &self.definition.figures[id];
        match &figure.kind {
            FigureKind::YesNo => self.yes_no(line, name, unit, cell).map(|yes| if yes { Decimal::ONE } else { Decimal::ZERO }),
            FigureKind::Choice(choices) => match choices.iter().position(|choice| choice == cell) {
                Some(position) => Some(Decimal::from(position)),
                None => {
                    self.fault(Some(line), Some(name), Some(unit), Some(cell.into()), TableRule::UnknownWord, Some(choices.join(" | ")));
                    None
                }
            },
            FigureKind::Count => {
                let value = self.number(line, name, unit, cell)?;
                if value.is_sign_negative() || !value.fract().is_zero() {
                    self.fault(Some(line), Some(name), Some(unit), Some(cell.into()), TableRule::NotANumber, Some("0, 1, 2, …".into()));
                    return None;
                }
                self.inside(line, name, unit, cell, value, figure.range)
            }
            FigureKind::Number => {
                let value = self.number(line, name, unit, cell)?;
                self.inside(line, name, unit, cell, value, figure.range)
            }
        }
    }

    fn yes_no(&mut self, line: usize, name: &str, unit: &str, cell: &str) -> Option<bool> {
        match cell.to_lowercase().as_str() {
            "yes" | "có" | "1" => Some(true),
            "no" | "không" | "0" => Some(false),
            _ => {
                self.fault(Some(line), Some(name), Some(unit), Some(cell.into()), TableRule::UnknownWord, Some("yes | no".into()));
                None
            }
        }
    }

    fn block(&mut self, line: usize, unit: &str, cell: &str) -> Option<String> {
        let known: Vec<&str> = self.definition.blocks.iter().map(|block| block.code.as_str()).collect();
        if known.contains(&cell) {
            return Some(cell.to_owned());
        }
        let expected = Some(known.join(", "));
        self.fault(Some(line), Some("block"), Some(unit), Some(cell.into()), TableRule::UnknownBlock, expected);
        None
    }

    /// A standard error: a number from 0.
    fn error(&mut self, line: usize, name: &str, unit: &str, cell: &str) -> Option<Decimal> {
        let value = self.number(line, name, unit, cell)?;
        if value.is_sign_negative() {
            self.fault(Some(line), Some(name), Some(unit), Some(cell.into()), TableRule::OutOfRange, Some("≥ 0".into()));
            return None;
        }
        Some(value)
    }

    /// What does not apply has no points of its own and leaves a maximum behind that can be scaled; the total always applies.
    fn check_applicable(&mut self, line: usize, row: &TableRow) {
        for (id, reason) in &row.not_applicable {
            let node = &self.definition.nodes[*id];
            let adds = node.parent.and_then(|parent| self.definition.nodes[parent].aggregation).is_some_and(|rule| rule.adds());
            let expected = if node.parent.is_none() {
                Some(String::new())
            } else if row.inputs[*id].is_some() {
                row.inputs[*id].map(|value| value.to_string())
            } else {
                (adds && node.role == Role::Points && self.definition.maximum(*id).is_none()).then(|| "maximum".to_owned())
            };
            if expected.is_some() {
                let column = format!("not-applicable.{}", node.code);
                self.fault(Some(line), Some(&column), Some(&row.unit), Some(reason.clone()), TableRule::NotApplicable, expected);
            }
        }
    }

    fn number(&mut self, line: usize, name: &str, unit: &str, cell: &str) -> Option<Decimal> {
        if cell.is_empty() {
            return None;
        }
        let plain = cell.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
        if let Some(value) = Decimal::from_str_exact(cell).ok().filter(|_| plain) {
            return Some(value);
        }
        let with_point = cell.replace(',', ".");
        let is_comma_number = cell.matches(',').count() == 1 && !cell.contains('.') && Decimal::from_str_exact(&with_point).is_ok();
        let unsigned = cell.strip_prefix('-').unwrap_or(cell);
        let is_long = unsigned.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            && unsigned.matches('.').count() <= 1
            && unsigned.bytes().filter(u8::is_ascii_digit).count() > 28;
        let (rule, expected) = match (is_comma_number, is_long) {
            (true, _) => (TableRule::DecimalComma, Some(with_point)),
            (false, true) => (TableRule::TooManyDigits, None),
            (false, false) => (TableRule::NotANumber, None),
        };
        self.fault(Some(line), Some(name), Some(unit), Some(cell.into()), rule, expected);
        None
    }
}

/// Bounds as a message says them.
fn bounds(low: Decimal, high: Decimal) -> String {
    match (low == Decimal::MIN, high == Decimal::MAX) {
        (true, _) => format!("≤ {high}"),
        (_, true) => format!("≥ {low}"),
        _ => format!("{low} – {high}"),
    }
}
