//! Tables of figures.

use super::chunk::{Chunk, Colour, Form, Item, Mark, Shape};
use super::piece::letters;
use super::structure::{Kind, NodeId, Structure};
use crate::DocumentFault;
use crate::face::{Face, Faces, line_height};
use crate::layout::{CELL_ABOVE, CELL_ASIDE, Cell, Grid, TABLE_SIZE, table_look};
use crate::lines::{Line, break_lines};

/// Room of a row beside that of its lines: above and below them, and the line under it.
const ROW_MORE: f32 = 2.0 * CELL_ABOVE + 0.5;

/// A cell with its lines.
struct Laid<'a> {
    cell: &'a Cell,
    lines: Vec<Line>,
    node: NodeId,
}

/// The rows of a table, after its head.
pub(super) fn lay(faces: &Faces, grid: &Grid, room: f32, structure: &mut Structure, items: &mut Vec<Item>) -> Result<(), DocumentFault> {
    let table = structure.root(Kind::Table { title: grid.title.clone() });
    let mut rows_room = room;
    if !grid.head.is_empty() {
        let head = head(faces, grid, table, structure);
        if head.height > room / 2.0 {
            return Err(DocumentFault::HeadTooHigh { title: grid.title.clone() });
        }
        rows_room -= head.height;
        items.push(Item::Head(head));
    }
    let body = structure.inside(table, Kind::TableBody);
    for row in &grid.rows {
        let node = structure.inside(body, Kind::Row);
        let laid = row.iter().map(|cell| {
            let kind = Kind::Cell { across: cell.across };
            self::laid(faces, grid, cell, structure.inside(node, kind))
        });
        items.extend(rows(grid, &laid.collect::<Vec<_>>(), rows_room).into_iter().map(Item::Chunk));
    }
    items.push(Item::EndOfTable);
    Ok(())
}

fn laid<'a>(faces: &Faces, grid: &Grid, cell: &'a Cell, node: NodeId) -> Laid<'a> {
    let width = grid.span(cell).1 - 2.0 * CELL_ASIDE;
    Laid { cell, lines: break_lines(faces, &cell.runs, TABLE_SIZE, width, width), node }
}

/// A row as one chunk, or as several if it is higher than a page.
fn rows(grid: &Grid, row: &[Laid<'_>], room: f32) -> Vec<Chunk> {
    let line = line_height(TABLE_SIZE);
    let most = (((room - ROW_MORE) / line).floor() as usize).max(1);
    let count = row.iter().map(|laid| laid.lines.len()).max().unwrap_or(1);
    let parts = (0..count).step_by(most).map(|start| {
        let lines = most.min(count - start);
        let height = line * lines as f32 + ROW_MORE;
        let shapes = row.iter().flat_map(|laid| {
            let lines = laid.lines.iter().skip(start).take(most).collect::<Vec<_>>();
            cell(grid, laid, &lines, 0.0, height)
        });
        Chunk { height, shapes: shapes.collect(), ..Chunk::default() }
    });
    parts.collect()
}

/// The head as one chunk. A cell that reaches down makes its last row higher if it needs more room.
fn head(faces: &Faces, grid: &Grid, table: NodeId, structure: &mut Structure) -> Chunk {
    let part = structure.inside(table, Kind::TableHead);
    let mut laid_rows = Vec::with_capacity(grid.head.len());
    for row in &grid.head {
        let node = structure.inside(part, Kind::Row);
        let laid = row.iter().map(|cell| {
            let kind = Kind::HeadCell { across: cell.across, down: cell.down };
            self::laid(faces, grid, cell, structure.inside(node, kind))
        });
        laid_rows.push(laid.collect::<Vec<_>>());
    }
    let mut heights = vec![0.0_f32; laid_rows.len()];
    let mut cells: Vec<(usize, &Laid<'_>)> =
        laid_rows.iter().enumerate().flat_map(|(index, row)| row.iter().map(move |laid| (index, laid))).collect();
    cells.sort_by_key(|(_, laid)| laid.cell.down);
    for (index, laid) in &cells {
        let wanted = line_height(TABLE_SIZE) * laid.lines.len() as f32 + ROW_MORE;
        let Some(spanned) = heights.get_mut(*index..index + laid.cell.down) else { continue };
        let missing = wanted - spanned.iter().sum::<f32>();
        if let Some(last) = spanned.last_mut()
            && missing > 0.0
        {
            *last += missing;
        }
    }
    let sum = |heights: Option<&[f32]>| heights.unwrap_or_default().iter().sum::<f32>();
    let mut shapes = Vec::new();
    for (index, row) in laid_rows.iter().enumerate() {
        let top = sum(heights.get(..index));
        for laid in row {
            let height = sum(heights.get(index..index + laid.cell.down));
            shapes.extend(cell(grid, laid, &laid.lines.iter().collect::<Vec<_>>(), top, height));
        }
    }
    Chunk { height: sum(Some(&heights)), shapes, keep: true, ..Chunk::default() }
}

/// The frame of a cell and its lines, half way between above and below.
fn cell(grid: &Grid, laid: &Laid<'_>, lines: &[&Line], top: f32, height: f32) -> Vec<Shape> {
    let (x, width) = grid.span(laid.cell);
    let look = table_look(laid.cell.align);
    let line = line_height(TABLE_SIZE);
    let mark = Mark::Node(laid.node);
    let mut shapes = vec![Shape { mark: Mark::Decoration, form: Form::Frame { width, height }, x, y: top }];
    let first = top + (height - line * lines.len() as f32) / 2.0;
    let before = shapes.len();
    for (index, text) in lines.iter().enumerate() {
        let y = first + line * index as f32;
        let letters = letters(text, &look, 0.0, width - 2.0 * CELL_ASIDE, line, mark);
        shapes.extend(letters.into_iter().map(|shape| shape.moved(x + CELL_ASIDE, y)));
    }
    if shapes.len() == before {
        // A cell in which nothing stands would fall out of the tree, and all behind it move to the left.
        let form = Form::Letters { face: Face::Regular, size: TABLE_SIZE, text: " ".into(), stretch: 0.0, colour: Colour::Black };
        shapes.push(Shape { mark, form, x: x + CELL_ASIDE, y: first + line });
    }
    shapes
}
