//! Tables as they stand in a source: text in cells, merged cells resolved.

use std::sync::Arc;

use crate::fault::AnnexFault;
use crate::limits;

/// What a cell was in its file. Sheets turn some codes and points into something else, so it matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Typed {
    /// A text, or a cell of a source that knows texts alone.
    #[default]
    Text,
    /// A number of a sheet.
    Number,
    /// A date of a sheet.
    Date,
    /// An error such as `#N/A`.
    Error,
    /// A formula that holds no result.
    EmptyFormula,
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Its text, composed, without blanks at the ends; paragraphs stand on lines of their own. A merged cell has its
    /// text at every place that it covers.
    pub text: Arc<str>,
    /// It continues a merged cell that began in a row above.
    pub above: bool,
    /// It continues a merged cell that began in a column before.
    pub left: bool,
    /// What it was in its file.
    pub typed: Typed,
}

impl Cell {
    /// A cell with a text of its own.
    #[must_use]
    pub fn of(text: &str) -> Cell {
        Cell { text: Arc::from(text), ..Cell::default() }
    }

    /// Its text, unless it continues a cell that began elsewhere.
    #[must_use]
    pub fn own(&self) -> &str {
        if self.above || self.left { "" } else { &self.text }
    }
}

/// One row with content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GridRow {
    /// Its number, from 1: of the row in a sheet, of the line in a text, of the row in a table of a document.
    pub number: usize,
    /// Whether the file hides it.
    pub hidden: bool,
    /// Its cells from the first column on.
    pub cells: Vec<Cell>,
}

impl GridRow {
    /// The cell in a column, from 0.
    #[must_use]
    pub fn cell(&self, column: usize) -> Option<&Cell> {
        self.cells.get(column)
    }

    /// Whether no cell has a text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| cell.text.is_empty() && cell.typed != Typed::EmptyFormula)
    }

    /// The texts of all cells.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        self.cells.iter().map(|cell| cell.own().to_owned()).collect()
    }
}

/// One table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    /// The name of the sheet, or the place of the table in its document: `1`, `2`, …
    pub name: String,
    /// Whether the file hides it.
    pub hidden: bool,
    /// Its rows from top to bottom.
    pub rows: Vec<GridRow>,
}

impl Grid {
    /// The number of columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default()
    }
}

/// Several tables as one, for an annex that a document splits. The rows of each table are numbered on from the last row
/// of the table before it; `None` if there is no table.
#[must_use]
pub fn joined(grids: &[Grid]) -> Option<Grid> {
    let (first, rest) = grids.split_first()?;
    let mut whole = first.clone();
    for grid in rest {
        let before = whole.rows.last().map_or(0, |row| row.number);
        whole.rows.extend(grid.rows.iter().cloned().map(|row| GridRow { number: before.saturating_add(row.number), ..row }));
    }
    Some(whole)
}

/// Counts what comes in, and refuses what is more than the limits allow.
#[derive(Debug, Default)]
pub(crate) struct Count {
    rows: usize,
    cells: usize,
    tables: usize,
}

impl Count {
    pub(crate) fn table(&mut self) -> Result<(), AnnexFault> {
        self.tables += 1;
        if self.tables > limits::TABLES { Err(AnnexFault::TooManyTables { limit: limits::TABLES }) } else { Ok(()) }
    }

    pub(crate) fn row(&mut self) -> Result<(), AnnexFault> {
        self.rows += 1;
        if self.rows > limits::ROWS { Err(AnnexFault::TooManyRows { limit: limits::ROWS }) } else { Ok(()) }
    }

    /// One more cell, in a column from 0.
    pub(crate) fn cell(&mut self, column: usize) -> Result<(), AnnexFault> {
        self.cells += 1;
        if column >= limits::COLUMNS {
            return Err(AnnexFault::TooManyColumns { limit: limits::COLUMNS });
        }
        if self.cells > limits::CELLS { Err(AnnexFault::TooManyCells { limit: limits::CELLS }) } else { Ok(()) }
    }
}

/// The text of a cell without what no reader sees: composed, blanks as one blank, no empty lines, no signs of no width.
pub(crate) fn tidy(text: &str) -> Result<Arc<str>, AnnexFault> {
    let mut out = String::with_capacity(text.len());
    for line in text.split(['\n', '\r', '\u{b}', '\u{2028}', '\u{2029}']) {
        let mut words = line
            .split(|sign: char| sign.is_whitespace() || sign == '\u{a0}' || sign == '\u{202f}')
            .filter(|word| !word.is_empty())
            .peekable();
        if words.peek().is_some() && !out.is_empty() {
            out.push('\n');
        }
        let mut first = true;
        for word in words {
            if !first {
                out.push(' ');
            }
            first = false;
            out.extend(word.chars().filter(|sign| !is_invisible(*sign)));
        }
    }
    let out = if out.is_ascii() { out } else { viet_text::compose(&out) };
    if out.len() > limits::CELL_LETTERS && out.chars().count() > limits::CELL_LETTERS {
        return Err(AnnexFault::CellTooLong { limit: limits::CELL_LETTERS });
    }
    Ok(Arc::from(out.trim()))
}

fn is_invisible(sign: char) -> bool {
    matches!(sign, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{202a}'..='\u{202e}') || sign.is_control()
}

/// The digits of a footnote mark as raised signs, so that `2` with the mark `1` does not become 21.
pub(crate) fn raised(text: &str) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    text.chars().map(|sign| sign.to_digit(10).and_then(|digit| RAISED.get(usize::try_from(digit).ok()?).copied()).unwrap_or(sign)).collect()
}

/// Puts the cells of one row after the other, at the places that cells from above leave free.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// What reaches down into the next rows: for each column, the rest of its rows and its text.
    hanging: Vec<Option<Hanging>>,
    row: Vec<Cell>,
}

#[derive(Clone, Debug)]
struct Hanging {
    rows: usize,
    text: Arc<str>,
    /// Not the first column of the merged cell.
    left: bool,
}

impl Layout {
    /// Adds a cell that covers `columns` × `rows` places.
    pub(crate) fn put(&mut self, text: Arc<str>, columns: usize, rows: usize, count: &mut Count) -> Result<(), AnnexFault> {
        self.fill(count)?;
        for offset in 0..columns.max(1) {
            let column = self.row.len();
            count.cell(column)?;
            let left = offset > 0;
            if rows > 1 {
                if self.hanging.len() <= column {
                    self.hanging.resize(column + 1, None);
                }
                if let Some(place) = self.hanging.get_mut(column) {
                    *place = Some(Hanging { rows: rows - 1, text: text.clone(), left });
                }
            }
            self.row.push(Cell { text: text.clone(), left, ..Cell::default() });
        }
        Ok(())
    }

    /// Copies cells that reach down from above, up to the next free place.
    fn fill(&mut self, count: &mut Count) -> Result<(), AnnexFault> {
        while let Some(Some(hanging)) = self.hanging.get_mut(self.row.len()) {
            // A cell put in this row hangs from the next row on; it is not met here, since its place is taken.
            count.cell(self.row.len())?;
            self.row.push(Cell { text: hanging.text.clone(), above: true, left: hanging.left, typed: Typed::Text });
            hanging.rows -= 1;
            if hanging.rows == 0 {
                let column = self.row.len() - 1;
                if let Some(place) = self.hanging.get_mut(column) {
                    *place = None;
                }
            }
        }
        Ok(())
    }

    /// Ends the row and gives its cells.
    pub(crate) fn end(&mut self, count: &mut Count) -> Result<Vec<Cell>, AnnexFault> {
        self.fill(count)?;
        // Cells may reach down at the right of an end that a row forgot to fill.
        let last = self.hanging.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        while self.row.len() < last {
            if matches!(self.hanging.get(self.row.len()), Some(Some(_))) {
                self.fill(count)?;
            } else {
                count.cell(self.row.len())?;
                self.row.push(Cell::default());
            }
        }
        Ok(std::mem::take(&mut self.row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_what_a_reader_sees() {
        for (raw, seen) in [("  a \u{a0} b\r\n\n c\u{200b} ", "a b\nc"), ("ke\u{302}\u{301} hoạch", "kế hoạch"), ("\u{ad}", "")] {
            assert_eq!(&*tidy(raw).unwrap(), seen);
        }
        assert_eq!(raised("(12)"), "(¹²)");
    }

    #[test]
    fn merged_cells_cover_their_area() {
        let (mut layout, mut count) = (Layout::default(), Count::default());
        let mut row = |cells: &[(&str, usize, usize)]| {
            for (text, columns, rows) in cells {
                layout.put(Arc::from(*text), *columns, *rows, &mut count).unwrap();
            }
            let cells = layout.end(&mut count).unwrap();
            cells
                .iter()
                .map(|cell| format!("{}{}{}", cell.text, if cell.above { "^" } else { "" }, if cell.left { "<" } else { "" }))
                .collect::<Vec<_>>()
        };
        assert_eq!(row(&[("a", 1, 2), ("b", 2, 1), ("c", 1, 3)]), ["a", "b", "b<", "c"]);
        assert_eq!(row(&[("d", 1, 1), ("e", 1, 1)]), ["a^", "d", "e", "c^"]);
        assert_eq!(row(&[("f", 1, 1)]), ["f", "", "", "c^"]);
        assert_eq!(row(&[("g", 1, 1)]), ["g"]);
    }
}
