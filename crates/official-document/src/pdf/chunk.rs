//! What is put on pages: chunks that no end of a page parts, and the shapes in them.

use super::structure::NodeId;
use crate::face::Face;
use crate::layout::Sheet;

/// What a shape belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A part of the text.
    Node(NodeId),
    /// Lines and grounds, which say nothing.
    Decoration,
    /// What every page repeats.
    Repeated,
}

/// A shape; its place is counted from the left upper corner of its chunk, and on a page from that of the page.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) mark: Mark,
    pub(super) form: Form,
    pub(super) x: f32,
    pub(super) y: f32,
}

#[derive(Clone, Debug)]
pub(super) enum Form {
    /// Letters whose feet stand at the place; each blank is wider by `stretch`.
    Letters { face: Face, size: f32, text: String, stretch: f32, colour: Colour },
    /// A filled box.
    Bar { width: f32, height: f32, colour: Colour },
    /// The outline of a box.
    Frame { width: f32, height: f32 },
    /// A level line.
    Line { length: f32, thickness: f32 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colour {
    Black,
    Warning,
    Bar,
    Axis,
}

impl Shape {
    pub(super) fn moved(mut self, x: f32, y: f32) -> Self {
        self.x += x;
        self.y += y;
        self
    }
}

/// Shapes that stay together, as high as they are.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunk {
    /// Space above, which falls away at the top of a page.
    pub(super) before: f32,
    pub(super) height: f32,
    /// Space below, which falls away at the end of a page.
    pub(super) after: f32,
    pub(super) shapes: Vec<Shape>,
    /// Whether what follows stands on the same page.
    pub(super) keep: bool,
}

impl Chunk {
    /// Space above it under a chunk with that space below: the larger of both, as in Word, of which the lower one is
    /// already taken.
    pub(super) fn gap(&self, after: f32) -> f32 {
        (self.before - after).max(0.0)
    }
}

/// Height of chunks one below the other, under one with that space below, without the space below the last.
pub(super) fn height<'a>(chunks: impl IntoIterator<Item = &'a Chunk>, mut after: f32) -> f32 {
    let mut height = -after;
    for chunk in chunks {
        height += after + chunk.gap(after) + chunk.height;
        after = chunk.after;
    }
    height
}

/// What comes next.
#[derive(Debug)]
pub(super) enum Item {
    Chunk(Chunk),
    /// The head of a table; it stands on every page until its end.
    Head(Chunk),
    EndOfTable,
    Space(f32),
    Break,
}

/// A page with all that stands on it.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) sheet: Sheet,
    pub(super) shapes: Vec<Shape>,
}
