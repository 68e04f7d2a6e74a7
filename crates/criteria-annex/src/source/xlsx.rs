//! Sheets of XLSX, read by `documents::intake`.

use std::collections::BTreeMap;
use std::sync::Arc;

use documents::fault::{Area, Place};
use documents::intake::{self, Content, Limits, Sheet, TextOptions};

use crate::fault::AnnexFault;
use crate::grid::{Cell, Count, Grid, GridRow, Typed, tidy};
use crate::limits;

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Grid>, AnnexFault> {
    // The reader of sheets takes text as well, which here would be a file of another kind.
    if !bytes.starts_with(b"PK") && !bytes.starts_with(&[0xD0, 0xCF]) {
        return Err(AnnexFault::NotXlsx);
    }
    let limits = Limits {
        bytes: u64::try_from(limits::BYTES).unwrap_or(u64::MAX),
        unpacked_bytes: limits::UNPACKED_BYTES,
        sheets: limits::TABLES,
        rows: u32::try_from(limits::ROWS).unwrap_or(u32::MAX),
        columns: u32::try_from(limits::COLUMNS).unwrap_or(u32::MAX),
        cell_length: limits::CELL_LETTERS,
    };
    let book = intake::open("", bytes, &limits, &TextOptions::default()).map_err(|faults| AnnexFault::Sheet { faults })?;
    let mut count = Count::default();
    book.sheets.iter().map(|sheet| grid(sheet, &mut count)).collect()
}

fn grid(sheet: &Sheet, count: &mut Count) -> Result<Grid, AnnexFault> {
    let mut grid = Grid { name: sheet.name.as_deref().unwrap_or_default().to_owned(), hidden: sheet.hidden, rows: Vec::new() };
    let mut merged = Merged::of(sheet);
    let mut last = 0;
    for row in &sheet.rows {
        count.row()?;
        let mut cells: Vec<Cell> = Vec::new();
        for cell in &row.cells {
            // A row is filled up to its last cell; columns that the sheet hides are read like the others.
            let column = usize::try_from(cell.column).unwrap_or(usize::MAX).saturating_sub(1);
            while cells.len() < column {
                count.cell(cells.len())?;
                cells.push(Cell::default());
            }
            count.cell(column)?;
            let typed = match &cell.content {
                Content::Nothing => Typed::EmptyFormula,
                Content::Text(_) | Content::Truth(_) => Typed::Text,
                Content::Number(_) | Content::Percent(_) | Content::Outside(_) => Typed::Number,
                Content::Date { .. } => Typed::Date,
                Content::Error(_) => Typed::Error,
            };
            cells.push(Cell { text: tidy(&cell.content.shown())?, typed, ..Cell::default() });
        }
        merged.lay(row.number, last, &mut cells, count)?;
        last = row.number;
        grid.rows.push(GridRow { number: usize::try_from(row.number).unwrap_or(usize::MAX), hidden: row.hidden, cells });
    }
    Ok(grid)
}

/// Merged areas, taken up when their first row comes and let go after their last.
struct Merged {
    /// Areas that begin below, the uppermost last.
    coming: Vec<Area>,
    /// By first column: the area and its content, once its first row was met.
    open: BTreeMap<u32, (Area, Option<Cell>)>,
}

impl Merged {
    fn of(sheet: &Sheet) -> Merged {
        let mut coming = sheet.merged.clone();
        coming.sort_by_key(|area| std::cmp::Reverse((area.first.row, area.first.column)));
        Merged { coming, open: BTreeMap::new() }
    }

    fn lay(&mut self, number: u32, last: u32, cells: &mut Vec<Cell>, count: &mut Count) -> Result<(), AnnexFault> {
        while let Some(area) = self.coming.pop_if(|area| area.first.row <= number) {
            // An area whose first row has no content is empty as a whole.
            if area.first.row > last && area.first.row == number {
                self.open.insert(area.first.column, (area, None));
            }
        }
        self.open.retain(|_, (area, _)| area.last.row >= number);
        for (area, content) in self.open.values_mut() {
            let at = |column: u32| usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
            let first = at(area.first.column);
            let above = number > area.first.row;
            if !above {
                *content = cells.get(first).filter(|cell| !cell.text.is_empty()).cloned();
            }
            let Some(content) = content else { continue };
            for column in first..=at(area.last.column).min(limits::COLUMNS - 1) {
                while cells.len() <= column {
                    count.cell(cells.len())?;
                    cells.push(Cell::default());
                }
                let covered = Cell { text: Arc::clone(&content.text), above, left: column > first, typed: content.typed };
                if let Some(cell) = cells.get_mut(column)
                    && area.contains(Place { row: number, column: u32::try_from(column + 1).unwrap_or(u32::MAX) })
                {
                    *cell = covered;
                }
            }
        }
        Ok(())
    }
}
