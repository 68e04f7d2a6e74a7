//! Charts of bars.

use super::chunk::{Chunk, Colour, Form, Mark, Shape};
use super::piece::one_line;
use super::structure::{Kind, Structure};
use crate::face::{Faces, line_height};
use crate::layout::{Bars, TABLE_SIZE, table_look};
use crate::model::Align;

/// Room between label, bar and value.
const GAP: f32 = 6.0;
/// Height of a bar, and of the row it stands in.
const BAR: f32 = 11.0;
const ROW: f32 = 19.0;

/// A chunk for each bar. A chart is kept on one page unless it is longer than a page.
pub(super) fn chunks(faces: &Faces, bars: &Bars, structure: &mut Structure) -> Vec<Chunk> {
    let figure = structure.root(Kind::Figure { alt: bars.alt.clone() });
    let mark = Mark::Node(figure);
    let count = bars.rows.len();
    let chunks = bars.rows.iter().enumerate().map(|(index, row)| {
        let label = one_line(faces, &row.label, &table_look(Align::Right), bars.label_width - GAP, figure);
        let end = bars.label_width + bars.bar_width * row.part;
        let value = one_line(faces, &row.value, &table_look(Align::Left), bars.width - end - GAP, figure);
        let lines = |shapes: &[Shape]| shapes.last().map_or(0.0, |shape| shape.y) + line_height(TABLE_SIZE) * 0.3;
        let height = lines(&label).max(lines(&value)).max(ROW);
        let inset = |shapes: Vec<Shape>, x: f32| {
            let down = (height - lines(&shapes)) / 2.0;
            shapes.into_iter().map(move |shape| shape.moved(x, down))
        };
        let bar = Form::Bar { width: bars.bar_width * row.part, height: BAR, colour: Colour::Bar };
        let axis = Form::Bar { width: 0.75, height, colour: Colour::Axis };
        let mut shapes: Vec<Shape> = inset(label, 0.0).collect();
        shapes.push(Shape { mark, form: bar, x: bars.label_width, y: (height - BAR) / 2.0 });
        shapes.push(Shape { mark, form: axis, x: bars.label_width - 0.75, y: 0.0 });
        shapes.extend(inset(value, end + GAP));
        Chunk { height, shapes, keep: index + 1 < count, ..Chunk::default() }
    });
    chunks.collect()
}
