//! The row that holds the headings, and which column of the sheet is which of the format.

use std::collections::BTreeMap;

use super::format::{Format, heading_key};
use crate::fault::{Place, Rule};
use crate::intake::{Content, Row, Sheet};

/// Rows from the top that the headings are looked for in; titles stand above them.
pub(super) const ROWS_LOOKED_AT: usize = 50;
/// Headings of columns that [`super::report`] adds; they are passed over.
pub(super) const REPORT_HEADINGS: [&str; 2] = ["Lỗi", "Faults"];

/// Where the columns of a format stand in a sheet.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// The row of the headings.
    pub(super) row: u32,
    /// For each column of the format its column in the sheet and the heading as it stands there.
    pub(super) columns: Vec<Option<(u32, String)>>,
    /// Headings that are faults or remarks.
    pub(super) findings: Vec<(Place, String, Rule)>,
}

impl Layout {
    /// How many columns were found.
    pub(super) fn score(&self) -> usize {
        self.columns.iter().flatten().count()
    }
}

/// The row that holds the most headings; the first one among equals. `None` if no row holds any.
pub(super) fn find(sheet: &Sheet, format: &Format) -> Option<Layout> {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for (index, column) in format.columns().iter().enumerate() {
        let names = [&column.heading.vi, &column.heading.en, &column.key];
        known.extend(names.into_iter().chain(&column.other_headings).map(|name| (heading_key(name), index)));
    }
    let mut best: Option<Layout> = None;
    for row in sheet.rows.iter().take(ROWS_LOOKED_AT) {
        let layout = layout(row, &known, format.columns().len());
        if layout.score() > best.as_ref().map_or(0, Layout::score) {
            best = Some(layout);
        }
    }
    best
}

fn layout(row: &Row, known: &BTreeMap<String, usize>, count: usize) -> Layout {
    let mut layout = Layout { row: row.number, columns: vec![None; count], findings: Vec::new() };
    let passed_over = REPORT_HEADINGS.map(heading_key);
    for cell in &row.cells {
        let Content::Text(text) = &cell.content else { continue };
        let heading = text.trim().to_owned();
        let place = row.place(cell.column);
        let key = heading_key(&heading);
        match known.get(&key).and_then(|index| layout.columns.get_mut(*index)) {
            Some(slot @ None) => *slot = Some((cell.column, heading)),
            Some(Some((column, _))) => {
                let first = row.place(*column);
                layout.findings.push((place, heading, Rule::DuplicateColumn { first }));
            }
            None if heading.is_empty() || passed_over.contains(&key) => {}
            None => layout.findings.push((place, heading, Rule::UnknownColumn)),
        }
    }
    layout
}
