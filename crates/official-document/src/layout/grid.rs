//! Tables, with the place of every cell.

use super::{CELL_ASIDE, Sheet, TABLE_SIZE};
use crate::DocumentFault;
use crate::face::Faces;
use crate::lines::widest_word;
use crate::model::{Align, Emphasis, HeadCell, Row, Run, Table};
use crate::text::{clean, one_line};

/// A table.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    pub(crate) title: String,
    /// Widths of the columns in points.
    pub(crate) widths: Vec<f32>,
    pub(crate) head: Vec<Vec<Cell>>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A cell and its place.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) column: usize,
    pub(crate) across: usize,
    pub(crate) down: usize,
    pub(crate) runs: Vec<Run>,
    pub(crate) align: Align,
}

impl Grid {
    /// Distance of the left edge of a cell from that of the table, and its width.
    pub(crate) fn span(&self, cell: &Cell) -> (f32, f32) {
        let sum = |widths: Option<&[f32]>| widths.unwrap_or_default().iter().sum::<f32>();
        let end = cell.column + cell.across;
        (sum(self.widths.get(..cell.column)), sum(self.widths.get(cell.column..end)))
    }

    /// Gives every cell its place.
    pub(super) fn new(table: &Table, faces: &Faces, sheet: &Sheet) -> Result<Self, DocumentFault> {
        let title = one_line(&table.title);
        let sum: f32 = table.columns.iter().map(|column| column.width).sum();
        // A sum of numbers above zero that has an end has only parts that are numbers.
        if !sum.is_finite() || table.columns.is_empty() || table.columns.iter().any(|column| column.width <= 0.0) {
            return Err(DocumentFault::Columns { title });
        }
        let widths: Vec<f32> = table.columns.iter().map(|column| column.width / sum * sheet.text_width()).collect();
        let head = head(&table.head, widths.len()).map_err(|row| DocumentFault::Head { title: title.clone(), row })?;
        let mut rows = Vec::with_capacity(table.rows.len());
        for (index, row) in table.rows.iter().enumerate() {
            rows.push(match row {
                Row::Group(text) => {
                    let runs = vec![Run::bold(clean(text))];
                    vec![Cell { column: 0, across: widths.len(), down: 1, runs, align: Align::Left }]
                }
                Row::Cells { cells, emphasis } => {
                    let (expected, found) = (widths.len(), cells.len());
                    if found != expected {
                        return Err(DocumentFault::RowWidth { title, row: index + 1, expected, found });
                    }
                    let cells = cells.iter().zip(&table.columns).enumerate();
                    let cells = cells.map(|(column, (text, described))| {
                        let run = Run { text: clean(text), bold: *emphasis == Emphasis::Strong, italic: *emphasis == Emphasis::Aside };
                        Cell { column, across: 1, down: 1, runs: vec![run], align: described.align }
                    });
                    cells.collect()
                }
            });
        }
        let least = least_widths(faces, head.iter().chain(&rows), widths.len());
        Ok(Self { title, widths: widened(widths, &least), head, rows })
    }
}

/// Widths below which words of a column would be broken.
fn least_widths<'a>(faces: &Faces, rows: impl Iterator<Item = &'a Vec<Cell>>, columns: usize) -> Vec<f32> {
    let mut least = vec![0.0_f32; columns];
    for cell in rows.flatten().filter(|cell| cell.across == 1) {
        if let Some(least) = least.get_mut(cell.column) {
            *least = least.max(widest_word(faces, &cell.runs, TABLE_SIZE) + 2.0 * CELL_ASIDE + 1.0);
        }
    }
    least
}

/// Gives columns that are too narrow for their words what the others can spare. Words that are longer than a third of
/// the table are broken, as are all if there is not enough for them.
fn widened(widths: Vec<f32>, least: &[f32]) -> Vec<f32> {
    let total: f32 = widths.iter().sum();
    let pairs = || widths.iter().zip(least).map(|(width, least)| (*width, least.min(total / 3.0)));
    let missing: f32 = pairs().map(|(width, least)| (least - width).max(0.0)).sum();
    let spare: f32 = pairs().map(|(width, least)| (width - least).max(0.0)).sum();
    if missing <= 0.0 || missing > spare {
        return widths;
    }
    pairs().map(|(width, least)| if width < least { least } else { width - (width - least) * missing / spare }).collect()
}

/// Places the cells of the head; the error is the row that is not filled.
fn head(rows: &[Vec<HeadCell>], columns: usize) -> Result<Vec<Vec<Cell>>, usize> {
    // For each column, how many rows of the head are taken.
    let mut taken = vec![0; columns];
    let mut placed = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let fault = index + 1;
        let mut cells = Vec::with_capacity(row.len());
        for cell in row {
            let column = taken.iter().position(|rows| *rows <= index).ok_or(fault)?;
            let end = column.checked_add(cell.across).ok_or(fault)?;
            let fits = cell.across > 0 && cell.down > 0 && cell.down <= rows.len() - index;
            let room = taken.get_mut(column..end).filter(|room| fits && room.iter().all(|rows| *rows <= index)).ok_or(fault)?;
            room.fill(index + cell.down);
            let runs = vec![Run::bold(clean(&cell.text))];
            cells.push(Cell { column, across: cell.across, down: cell.down, runs, align: Align::Centre });
        }
        if taken.iter().any(|rows| *rows <= index) {
            return Err(fault);
        }
        placed.push(cells);
    }
    Ok(placed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_reach_over_others_take_their_place() {
        let rows = [
            vec![HeadCell::new("STT").down(2), HeadCell::new("Hồ sơ").across(2), HeadCell::new("Ghi chú").down(2)],
            vec![HeadCell::new("Đúng hạn"), HeadCell::new("Quá hạn")],
        ];
        let placed = head(&rows, 4).unwrap();
        assert_eq!(placed[0].iter().map(|cell| cell.column).collect::<Vec<_>>(), [0, 1, 3]);
        assert_eq!(placed[1].iter().map(|cell| cell.column).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn gaps_and_overlaps_are_refused() {
        let cell = || HeadCell::new("x");
        assert_eq!(head(&[vec![cell()]], 2).unwrap_err(), 1);
        assert_eq!(head(&[vec![cell(), cell(), cell()]], 2).unwrap_err(), 1);
        assert_eq!(head(&[vec![cell().across(0), cell()]], 1).unwrap_err(), 1);
        assert_eq!(head(&[vec![cell().across(usize::MAX)]], 1).unwrap_err(), 1);
        assert_eq!(head(&[vec![cell().down(2)]], 1).unwrap_err(), 1);
        assert_eq!(head(&[vec![cell(), cell().down(2), cell()], vec![cell().across(2)]], 3).unwrap_err(), 2);
    }
}
