//! Paragraphs, lines, and columns beside each other.

use super::chunk::{Chunk, Colour, Form, Mark, Shape, height};
use super::structure::{Kind, NodeId, Structure};
use crate::face::{Faces, ascent, line_height};
use crate::layout::{Look, Piece, Role, Rule, Side};
use crate::lines::{Line, break_lines};
use crate::model::{Align, Run};

/// The chunks of a piece: each line of a paragraph is one, so that it can be parted between pages.
pub(super) fn chunks(faces: &Faces, piece: &Piece, width: f32, structure: &mut Structure) -> Vec<Chunk> {
    match piece {
        Piece::Rule(rule) => vec![line(*rule, width)],
        Piece::Text(text) => {
            let node = match text.role {
                Role::Heading(level) => structure.heading(level, text.runs.iter().map(|run| run.text.as_str()).collect()),
                Role::Body => structure.root(Kind::Paragraph),
            };
            paragraph(faces, &text.runs, &text.look, width, Mark::Node(node))
        }
    }
}

/// The lines of a paragraph. Neither its first nor its last line stands alone on a page.
pub(super) fn paragraph(faces: &Faces, runs: &[Run], look: &Look, width: f32, mark: Mark) -> Vec<Chunk> {
    let width = width - look.right;
    let rest = width - look.left;
    let lines = break_lines(faces, runs, look.size, rest - look.first, rest);
    let height = line_height(look.size) * look.leading;
    let count = lines.len();
    let chunks = lines.iter().enumerate().map(|(index, line)| {
        let inset = if index == 0 { look.left + look.first } else { look.left };
        Chunk {
            before: if index == 0 { look.before } else { 0.0 },
            height,
            after: if index + 1 == count { look.after } else { 0.0 },
            shapes: letters(line, look, inset, width, height, mark),
            keep: if index + 1 == count { look.keep } else { index == 0 || index + 2 == count },
        }
    });
    chunks.collect()
}

/// The letters of a line, between its inset and the width of the column.
pub(super) fn letters(line: &Line, look: &Look, inset: f32, width: f32, height: f32, mark: Mark) -> Vec<Shape> {
    let free = (width - inset - line.width).max(0.0);
    let blanks = line.blanks();
    let (mut x, stretch) = match look.align {
        Align::Left => (inset, 0.0),
        Align::Centre => (inset + free / 2.0, 0.0),
        Align::Right => (inset + free, 0.0),
        Align::Justified if line.last || blanks == 0 => (inset, 0.0),
        Align::Justified => (inset, free / blanks as f32),
    };
    let y = ascent(look.size, height);
    let last = line.fragments.len().saturating_sub(1);
    let shapes = line.fragments.iter().enumerate().map(|(index, fragment)| {
        let mut text = fragment.text.clone();
        if index == last && line.blank {
            // Nobody sees it, but without it the last word and the first of the next line are heard as one.
            text.push(' ');
        }
        let blanks = fragment.text.chars().filter(|letter| *letter == ' ').count();
        let form = Form::Letters { face: fragment.face, size: look.size, text, stretch, colour: Colour::Black };
        let shape = Shape { mark, form, x, y };
        x += fragment.width + stretch * blanks as f32;
        shape
    });
    shapes.collect()
}

/// Columns as one chunk; one below the other if they are higher than a page.
pub(super) fn columns(faces: &Faces, sides: &[Side], room: f32, structure: &mut Structure) -> Vec<Chunk> {
    let laid: Vec<Vec<Chunk>> =
        sides.iter().map(|side| side.pieces.iter().flat_map(|piece| chunks(faces, piece, side.width, structure)).collect()).collect();
    let height = laid.iter().map(|chunks| height(chunks, 0.0)).fold(0.0, f32::max);
    if height > room {
        return laid.into_iter().flatten().collect();
    }
    let mut shapes = Vec::new();
    let mut x = 0.0;
    for (side, chunks) in sides.iter().zip(laid) {
        let (mut y, mut after) = (0.0, 0.0);
        for chunk in chunks {
            y += chunk.gap(after);
            after = chunk.after;
            shapes.extend(chunk.shapes.into_iter().map(|shape| shape.moved(x, y)));
            y += chunk.height + chunk.after;
        }
        x += side.width;
    }
    vec![Chunk { height, shapes, keep: true, ..Chunk::default() }]
}

fn line(rule: Rule, width: f32) -> Chunk {
    let length = rule.length.min(width);
    let form = Form::Line { length, thickness: 0.75 };
    let shape = Shape { mark: Mark::Decoration, form, x: (width - length) / 2.0, y: 1.0 };
    Chunk { before: rule.before, height: 2.0, after: rule.after, shapes: vec![shape], keep: true }
}

/// Letters on one line, for what is drawn outside of paragraphs.
pub(super) fn one_line(faces: &Faces, text: &str, look: &Look, width: f32, node: NodeId) -> Vec<Shape> {
    let lines = break_lines(faces, &[Run::plain(text)], look.size, width, width);
    let height = line_height(look.size);
    let shapes = lines.iter().enumerate().flat_map(|(index, line)| {
        let down = height * index as f32;
        letters(line, look, 0.0, width, height, Mark::Node(node)).into_iter().map(move |shape| shape.moved(0.0, down))
    });
    shapes.collect()
}
