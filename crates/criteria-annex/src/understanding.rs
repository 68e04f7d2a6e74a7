//! From the cells of a table to the lines of an annex, in steps: which column is what, what each row is by itself, where
//! each row stands in the tree, how its points are given, and whether the points add up.

mod brackets;
mod columns;
mod entry;
mod lines;
mod place;
mod rule;
mod sums;
mod tree;

use crate::annex::{Annex, Skipped, Why};
use crate::fault::{Doubt, Reason, RowFault, Warning};
use crate::grid::Grid;

use columns::Layout;
use entry::Read;
use tree::Tree;

/// Says what each row of a table is.
///
/// Nothing fails here: a table that is no annex gives an answer without lines, and every row with its reason.
#[must_use]
pub fn understand(grid: &Grid) -> Annex {
    let layout = columns::find(grid);
    let mut annex = Annex { columns: layout.columns.clone(), ..Annex::default() };
    if layout.names.is_empty() {
        annex.not_understood = grid
            .rows
            .iter()
            .filter(|row| !row.is_empty())
            .map(|row| RowFault { row: row.number, cells: row.texts(), code: None, reason: Reason::NoColumns })
            .collect();
        return annex;
    }
    of_the_table(&layout, &mut annex);

    let mut tree = Tree::default();
    let mut reader = entry::Reader::of(&layout);
    for (index, row) in grid.rows.iter().enumerate() {
        if row.is_empty() {
            continue;
        }
        match reader.read(index, row) {
            Read::Skip(why) => annex.skipped.push(Skipped { row: row.number, why }),
            Read::Total(total) => {
                annex.skipped.push(Skipped { row: row.number, why: Why::Total });
                // The first one counts; a second is the same row on another page.
                annex.total.get_or_insert(total);
            }
            Read::Note { text, evidence } => {
                annex.skipped.push(Skipped { row: row.number, why: Why::Note });
                tree.note(&text, evidence);
            }
            Read::Entry(entry) => tree.add(*entry),
        }
    }
    tree.write(grid, &mut annex);
    annex.skipped.sort_by_key(|skipped| skipped.row);
    annex.not_understood.sort_by_key(|fault| fault.row);
    annex.warnings.sort_by_key(|warning| warning.row);
    annex
}

fn of_the_table(layout: &Layout, annex: &mut Annex) {
    let columns = &layout.columns;
    for column in [&columns.code, &columns.name, &columns.maximum].into_iter().flatten() {
        if column.sure == crate::annex::Sure::Contents {
            annex.warnings.push(Warning { row: 0, code: None, doubt: Doubt::ColumnByContents { column: column.place } });
        }
    }
    if columns.maximum.is_none() {
        annex.warnings.push(Warning { row: 0, code: None, doubt: Doubt::NoMaximumColumn });
    }
}
