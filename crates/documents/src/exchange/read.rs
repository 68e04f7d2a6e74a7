//! A file becomes rows of a format, and every fault in it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use viet_text::DecimalSign;

use super::compare::{Difference, DifferenceFault, compare};
use super::format::{Column, FigureRange, Format};
use super::guide::is_own_sheet;
use super::headings::{Layout, find};
use super::legacy::{self, Offer};
use super::understand::{self, Signs};
use super::value::Value;
use crate::fault::{Area, Fault, Place, Rule};
use crate::intake::{Book, Cell, Content, Row, Sheet};

/// What to do with text from before Unicode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Legacy {
    /// Offer to convert it, and read nothing before that is answered.
    #[default]
    Ask,
    /// Read it as it stands.
    Keep,
    /// Convert it.
    Convert,
}

/// What the person who brings a file has said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// The decimal sign of figures that stand as text; `None` finds it where the text shows it.
    pub decimal_sign: Option<DecimalSign>,
    /// What to do with text from before Unicode.
    pub legacy: Legacy,
    /// Faults, and remarks, that are kept; the others are counted.
    pub most_faults: usize,
}

impl Default for ReadOptions {
    fn default() -> ReadOptions {
        ReadOptions { decimal_sign: None, legacy: Legacy::Ask, most_faults: 10_000 }
    }
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// The rows without fault, in their order.
    pub rows: Vec<ReadRow>,
    /// Every fault. As long as there is one, nothing should be stored.
    pub faults: Vec<Fault>,
    /// What the reader should know; no reason to refuse the file.
    pub remarks: Vec<Fault>,
    /// Faults and remarks over [`ReadOptions::most_faults`].
    pub left_out: usize,
    /// Offers to convert text from before Unicode.
    pub offers: Vec<Offer>,
    /// For each column of the format whether the file has it. What it has not is not touched by an import.
    pub given: Vec<bool>,
}

/// A row that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadRow {
    /// Name of the sheet; `None` for CSV.
    pub sheet: Option<Arc<str>>,
    /// Number of the row in the sheet, from 1.
    pub number: u32,
    /// Its values, in the order of the columns.
    pub values: Vec<Value>,
}

impl Read {
    /// What the rows would change in those that are stored, by the row key of the format and in the columns that the
    /// file has. Stored rows are brought into normal form first.
    ///
    /// # Errors
    ///
    /// Every [`DifferenceFault`] if rows cannot be told from one another.
    pub fn compare(&self, format: &Format, stored: &[Vec<Value>]) -> Result<Difference, Vec<DifferenceFault>> {
        let stored: Vec<Vec<Value>> = stored.iter().map(|row| format.normal(row)).collect();
        let brought: Vec<&[Value]> = self.rows.iter().map(|row| row.values.as_slice()).collect();
        let given: Vec<usize> = (0..format.columns().len()).filter(|column| self.given.get(*column) == Some(&true)).collect();
        compare(&stored, &brought, format.row_key(), &given)
    }
}

/// Reads the rows of a format from a file, and finds every fault in it.
///
/// The row of headings is looked for in the first rows of every visible sheet; headings are taken in both languages,
/// without regard to marks, case, blanks and punctuation. Every sheet that has the columns is read. Rows without a
/// value in these columns are passed over.
#[must_use]
pub fn read(book: &Book, format: &Format, options: &ReadOptions) -> Read {
    let mut reader = Reader { book, format, options, read: Read::default(), seen: BTreeMap::new(), taken: BTreeMap::new() };
    reader.read.remarks.extend(book.remarks.iter().cloned());
    let converted;
    match options.legacy {
        Legacy::Keep => {}
        Legacy::Ask => {
            reader.read.offers = legacy::offers(book, format);
            if !reader.read.offers.is_empty() {
                reader.ask();
                return reader.read;
            }
        }
        Legacy::Convert => {
            converted = legacy::apply(book, format);
            reader.book = &converted;
        }
    }
    reader.run();
    reader.read
}

struct Reader<'r> {
    book: &'r Book,
    format: &'r Format,
    options: &'r ReadOptions,
    read: Read,
    /// Keys of rows, with the place where each stood first.
    seen: BTreeMap<Vec<Value>, Spot>,
    /// Values of columns whose values stand once only.
    taken: BTreeMap<(usize, Value), Spot>,
}

impl<'r> Reader<'r> {
    fn ask(&mut self) {
        let faults = self.read.offers.iter().map(|offer| {
            let fault = Fault::of_file(&self.book.file, Rule::LegacyText { encoding: offer.encoding }).in_sheet(offer.sheet.as_ref());
            match offer.preview.first() {
                Some(first) => fault.at(first.place).with_value(&first.before),
                None => fault,
            }
        });
        self.read.faults = faults.collect();
    }

    fn run(&mut self) {
        let book = self.book;
        let chosen = self.chosen();
        self.read.given = (0..self.format.columns().len())
            .map(|column| chosen.iter().any(|(_, layout)| layout.columns.get(column).is_some_and(Option::is_some)))
            .collect();
        if chosen.is_empty() {
            self.fault(Fault::of_file(&book.file, Rule::NoHeadings));
        }
        for (sheet, layout) in &chosen {
            self.sheet(sheet, layout);
        }
    }

    /// The sheets that are read: visible, with at least half of the columns, and with all that must be there or as many
    /// as any other. If there are none, the first with the most columns, so that the missing ones are told.
    fn chosen(&mut self) -> Vec<(&'r Sheet, Layout)> {
        let format = self.format;
        let mut found: Vec<(&Sheet, Layout)> = Vec::new();
        let mut skipped = Vec::new();
        for sheet in &self.book.sheets {
            match find(sheet, format) {
                Some(layout) if !sheet.hidden => found.push((sheet, layout)),
                _ if sheet.rows.is_empty() => {}
                _ => skipped.push(sheet),
            }
        }
        let best = found.iter().map(|(_, layout)| layout.score()).max().unwrap_or_default();
        let is_whole = |layout: &Layout| {
            let missing = |(column, place): (&Column, &Option<(u32, String)>)| column.required && place.is_none();
            !format.columns().iter().zip(&layout.columns).any(missing)
        };
        let is_enough = |layout: &Layout| layout.score() * 2 >= format.columns().len() && (layout.score() == best || is_whole(layout));
        let any = found.iter().any(|(_, layout)| is_enough(layout));
        let first = found.iter().position(|(_, layout)| layout.score() == best);
        let mut chosen = Vec::new();
        for (index, (sheet, layout)) in found.into_iter().enumerate() {
            if if any { is_enough(&layout) } else { Some(index) == first } {
                chosen.push((sheet, layout));
            } else {
                skipped.push(sheet);
            }
        }
        for sheet in skipped {
            if !sheet.name.as_deref().is_some_and(is_own_sheet) {
                self.remark(Fault::of_file(&self.book.file, Rule::SkippedSheet).in_sheet(sheet.name.as_ref()));
            }
        }
        chosen
    }

    fn sheet(&mut self, sheet: &Sheet, layout: &Layout) {
        let name = sheet.name.as_ref();
        let of = |rule: Rule| Fault::of_file(&self.book.file, rule).in_sheet(name);
        let mut columns = Vec::new();
        let mut findings = Vec::new();
        for (place, heading, rule) in &layout.findings {
            findings.push(of(rule.clone()).at(*place).under(heading));
        }
        for (index, (column, place)) in self.format.columns().iter().zip(&layout.columns).enumerate() {
            if let Some((number, heading)) = place {
                let at = Place { row: layout.row, column: *number };
                if sheet.hides_column(*number) {
                    findings.push(of(Rule::HiddenColumn).at(at).under(heading));
                }
                columns.push(Found { index, column, number: *number, heading });
                continue;
            }
            let elsewhere = self.read.given.get(index) == Some(&true);
            let rule = if column.required || elsewhere { Rule::MissingColumn } else { Rule::AbsentColumn };
            findings.push(of(rule).under(&format!("{} / {}", column.heading.vi, column.heading.en)));
        }
        findings.into_iter().for_each(|finding| self.add(finding));
        let merged = self.merged(sheet, layout.row, &columns);
        let signs = self.signs(sheet, layout.row, &columns);
        for row in sheet.rows.iter().filter(|row| row.number > layout.row) {
            self.row(sheet, row, &columns, &merged, &signs);
        }
    }

    /// Merged cells among the data; each is a fault.
    fn merged(&mut self, sheet: &Sheet, head: u32, columns: &[Found<'_>]) -> Vec<Area> {
        let touches = |area: &Area| {
            area.last.row > head && columns.iter().any(|found| (area.first.column..=area.last.column).contains(&found.number))
        };
        let areas: Vec<Area> = sheet.merged.iter().copied().filter(touches).collect();
        for area in &areas {
            // A heading that spans its unit is none of the data.
            if area.first.row > head {
                let heading = columns.iter().find(|found| found.number == area.first.column).map(|found| found.heading);
                let fault = Fault::of_file(&self.book.file, Rule::Merged { area: *area }).in_sheet(sheet.name.as_ref()).at(area.first);
                self.fault(match heading {
                    Some(heading) => fault.under(heading),
                    None => fault,
                });
            }
        }
        areas
    }

    /// The decimal signs that the figures of a sheet show.
    fn signs(&self, sheet: &Sheet, head: u32, columns: &[Found<'_>]) -> Signs {
        let mut signs = Signs::told(self.options.decimal_sign);
        let figures: Vec<u32> = columns.iter().filter(|found| found.is_figure()).map(|found| found.number).collect();
        for row in sheet.rows.iter().filter(|row| row.number > head) {
            figures.iter().filter_map(|column| row.cell(*column)).for_each(|cell| signs.note(&cell.content));
        }
        signs
    }

    fn row(&mut self, sheet: &Sheet, row: &Row, columns: &[Found<'_>], merged: &[Area], signs: &Signs) {
        let name = sheet.name.as_ref();
        let has_something = |cell: &Cell| match &cell.content {
            Content::Text(text) => !text.trim().is_empty(),
            Content::Nothing => cell.formula,
            _ => true,
        };
        if !columns.iter().any(|found| row.cell(found.number).is_some_and(has_something)) {
            return;
        }
        let mut values = vec![Value::Empty; self.format.columns().len()];
        let mut good = true;
        let mut key_is_read = true;
        let of_row = self.range(row, columns, *signs);
        for found in columns {
            let place = row.place(found.number);
            let fault = |rule: Rule| Fault::of_file(&self.book.file, rule).in_sheet(name).at(place).under(found.heading);
            let cell = row.cell(found.number);
            let shown = || cell.map(|cell| cell.content.shown()).unwrap_or_default();
            let read = cell.map_or(Ok(Value::Empty), |cell| {
                let range = of_row.as_ref().and_then(|(figure, range)| range.as_ref().filter(|_| *figure == found.index));
                understand::value(found.column, cell, *signs, range)
            });
            let inside_merged = || merged.iter().any(|area| area.contains(place) && area.first != place);
            let finding = match read {
                Ok(Value::Empty) if found.column.required && !inside_merged() => Some(fault(Rule::Required)),
                Ok(value) => {
                    let formula = cell.is_some_and(|cell| cell.formula).then(|| fault(Rule::FormulaResult));
                    let repeated = self.repeated(found, &value, name, place).map(fault);
                    if let Some(slot) = values.get_mut(found.index) {
                        *slot = value;
                    }
                    if let Some(formula) = formula {
                        self.remark(formula.with_value(&shown()));
                    }
                    let code = self.format.ranges().is_some_and(|ranges| ranges.code == found.index);
                    let unknown = code && cell.is_some_and(has_something) && of_row.as_ref().is_some_and(|(_, range)| range.is_none());
                    repeated.or_else(|| unknown.then(|| fault(Rule::UnknownCode)))
                }
                Err(rule) => {
                    key_is_read &= !self.format.row_key().contains(&found.index);
                    Some(fault(rule))
                }
            };
            if let Some(finding) = finding {
                good = false;
                let shown = shown();
                self.fault(if shown.is_empty() { finding } else { finding.with_value(&shown) });
            }
        }
        if let Some(both) = self.both_given(row, columns, has_something) {
            good = false;
            self.fault(both.in_sheet(name));
        }
        good &= !key_is_read || self.key(&values, columns, row, name);
        if row.hidden {
            self.remark(Fault::of_file(&self.book.file, Rule::HiddenRow).in_sheet(name).at(row.place(1)));
        }
        if good {
            self.read.rows.push(ReadRow { sheet: name.cloned(), number: row.number, values });
        }
    }

    /// The column of figures and the range of the thing that a row is about; no range for a code that has none.
    fn range(&self, row: &Row, columns: &[Found<'_>], signs: Signs) -> Option<(usize, Option<FigureRange>)> {
        let ranges = self.format.ranges()?;
        let found = columns.iter().find(|found| found.index == ranges.code)?;
        match understand::value(found.column, row.cell(found.number)?, signs, None) {
            Ok(Value::Text(code)) => Some((ranges.figure, ranges.of(&code).copied())),
            _ => None,
        }
    }

    /// The fault of a row that has something in both of two columns of which one must be empty.
    fn both_given(&self, row: &Row, columns: &[Found<'_>], has_something: impl Fn(&Cell) -> bool) -> Option<Fault> {
        let (one, other) = self.format.either()?;
        let filled = |index: usize| {
            let found = columns.iter().find(|found| found.index == index)?;
            row.cell(found.number).filter(|cell| has_something(cell)).map(|cell| (found, cell))
        };
        let ((first, _), (second, cell)) = (filled(one)?, filled(other)?);
        let fault = Fault::of_file(&self.book.file, Rule::BothGiven { other: first.heading.to_owned() });
        Some(fault.at(row.place(second.number)).under(second.heading).with_value(&cell.content.shown()))
    }

    /// The rule that is broken if the value stands once more in a column whose values stand once only.
    fn repeated(&mut self, found: &Found<'_>, value: &Value, sheet: Option<&Arc<str>>, place: Place) -> Option<Rule> {
        if !found.column.unique || value.is_empty() {
            return None;
        }
        match self.taken.get(&(found.index, value.clone())) {
            Some(first) => Some(Rule::Duplicate { first: first.to_string() }),
            None => {
                self.taken.insert((found.index, value.clone()), Spot(sheet.cloned(), place));
                None
            }
        }
    }

    /// Takes note of the key of a row; a second row with the same key is a fault, and the answer is `false`.
    fn key(&mut self, values: &[Value], columns: &[Found<'_>], row: &Row, sheet: Option<&Arc<str>>) -> bool {
        let key: Option<Vec<Value>> = self.format.row_key().iter().map(|column| values.get(*column).cloned()).collect();
        let Some(key) = key.filter(|key| key.iter().any(|value| !value.is_empty())) else { return true };
        // A column that is the whole key and whose values stand once only has told it already.
        if let [only] = self.format.row_key()
            && self.format.columns().get(*only).is_some_and(|column| column.unique)
        {
            return true;
        }
        let first_column = self.format.row_key().first().and_then(|column| columns.iter().find(|found| found.index == *column));
        let place = row.place(first_column.map_or(1, |found| found.number));
        match self.seen.get(&key) {
            Some(first) => {
                let rule = Rule::DuplicateKey { first: first.to_string() };
                let fault = Fault::of_file(&self.book.file, rule).in_sheet(sheet).at(place);
                self.fault(match first_column {
                    Some(found) => fault.under(found.heading),
                    None => fault,
                });
                false
            }
            None => {
                self.seen.insert(key, Spot(sheet.cloned(), place));
                true
            }
        }
    }

    fn add(&mut self, finding: Fault) {
        if finding.rule.is_remark() { self.remark(finding) } else { self.fault(finding) }
    }

    fn fault(&mut self, fault: Fault) {
        if self.read.faults.len() < self.options.most_faults { self.read.faults.push(fault) } else { self.read.left_out += 1 }
    }

    fn remark(&mut self, remark: Fault) {
        if self.read.remarks.len() < self.options.most_faults { self.read.remarks.push(remark) } else { self.read.left_out += 1 }
    }
}

/// A column of the format, found in a sheet.
struct Found<'f> {
    index: usize,
    column: &'f Column,
    number: u32,
    heading: &'f str,
}

impl Found<'_> {
    fn is_figure(&self) -> bool {
        matches!(self.column.kind, super::format::Kind::Figure { .. })
    }
}

/// Sheet and cell, written as sheet programs do: `Dữ liệu!C7`.
struct Spot(Option<Arc<str>>, Place);

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(sheet) => write!(f, "{sheet}!{}", self.1),
            None => self.1.fmt(f),
        }
    }
}
