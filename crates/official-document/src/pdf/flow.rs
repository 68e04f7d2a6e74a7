//! Filling pages.

use super::chunk::{Chunk, Colour, Form, Item, Mark, Page, Shape, height};
use super::piece::letters;
use crate::DocumentFault;
use crate::face::{Faces, line_height};
use crate::layout::{Look, MADE_UP_SIZE, PAGE_NUMBER_SIZE, Sheet, table_look};
use crate::lines::break_lines;
use crate::model::{Align, Run};

/// The most pages a document may have.
const MOST_PAGES: usize = 5_000;
/// What sums of heights may be off.
const SLACK: f32 = 0.05;

/// What stands in the upper margin, and the room it leaves.
pub(super) struct Margin<'a> {
    faces: &'a Faces,
    made_up: Option<&'a str>,
    /// Where the text begins.
    top: f32,
    /// Height of the text.
    pub(super) room: f32,
}

impl<'a> Margin<'a> {
    pub(super) fn new(faces: &'a Faces, made_up: Option<&'a str>, sheet: &Sheet) -> Self {
        let mut margin = Self { faces, made_up, top: sheet.top, room: sheet.text_height() };
        // A text of several lines pushes the text down, as in Word.
        let lowest = margin.shapes(sheet, 2).iter().map(|shape| shape.y).fold(0.0, f32::max) + MADE_UP_SIZE * 0.4;
        let pushed = (lowest - sheet.top).max(0.0);
        margin.top += pushed;
        margin.room -= pushed;
        margin
    }

    /// Number and line of a page; the first page has no number.
    fn shapes(&self, sheet: &Sheet, number: usize) -> Vec<Shape> {
        let mut y = sheet.header;
        let mut shapes = Vec::new();
        let mut put = |text: &str, bold: bool, size: f32, colour: Colour| {
            let width = sheet.text_width();
            let run = Run { text: text.to_owned(), bold, italic: false };
            let look = Look { size, ..table_look(Align::Centre) };
            for line in break_lines(self.faces, &[run], size, width, width) {
                let words = letters(&line, &look, 0.0, width, line_height(size), Mark::Repeated);
                shapes.extend(words.into_iter().map(|mut shape| {
                    if let Form::Letters { colour: of_letters, .. } = &mut shape.form {
                        *of_letters = colour;
                    }
                    shape.moved(sheet.left, y)
                }));
                y += line_height(size);
            }
        };
        if number > 1 {
            put(&number.to_string(), false, PAGE_NUMBER_SIZE, Colour::Black);
        }
        if let Some(line) = self.made_up {
            put(line, true, MADE_UP_SIZE, Colour::Warning);
        }
        shapes
    }
}

/// Pages of one section on their way.
struct Flow<'a> {
    pages: &'a mut Vec<Page>,
    margin: &'a Margin<'a>,
    sheet: Sheet,
    /// Number of the page within the section.
    number: usize,
    /// How much of the page is taken.
    taken: f32,
    /// How much of that is space below the last chunk.
    after: f32,
    /// Whether the page holds nothing but what is repeated.
    fresh: bool,
    /// The head of the table that is being put on pages.
    head: Option<Chunk>,
    /// Chunks that want to stand on one page, and whether each is the head of a table.
    group: Vec<(Chunk, bool)>,
}

/// Puts items on new pages.
pub(super) fn fill(pages: &mut Vec<Page>, sheet: Sheet, items: Vec<Item>, margin: &Margin<'_>) -> Result<(), DocumentFault> {
    let mut flow = Flow { pages, margin, sheet, number: 0, taken: 0.0, after: 0.0, fresh: true, head: None, group: Vec::new() };
    flow.open()?;
    for item in items {
        match item {
            Item::Chunk(chunk) => flow.take(chunk, false)?,
            Item::Head(chunk) => flow.take(chunk, true)?,
            Item::EndOfTable => {
                flow.close()?;
                flow.head = None;
            }
            Item::Space(height) => {
                flow.close()?;
                flow.taken += if flow.fresh { 0.0 } else { height };
                flow.after = if flow.fresh { 0.0 } else { height };
            }
            Item::Break => {
                flow.close()?;
                flow.open()?;
            }
        }
    }
    flow.close()
}

impl Flow<'_> {
    fn take(&mut self, chunk: Chunk, head: bool) -> Result<(), DocumentFault> {
        let keep = chunk.keep;
        self.group.push((chunk, head));
        if keep { Ok(()) } else { self.close() }
    }

    /// Puts the group on the page, on the next one if it fits only there. What fits on no page is parted.
    fn close(&mut self) -> Result<(), DocumentFault> {
        let group = std::mem::take(&mut self.group);
        let whole = height(group.iter().map(|(chunk, _)| chunk), self.after);
        if !self.fits(whole) && whole <= self.margin.room {
            self.open()?;
        }
        for (chunk, head) in group {
            if !self.fresh && !self.fits(chunk.gap(self.after) + chunk.height) {
                self.open()?;
            }
            let copy = head.then(|| chunk.clone());
            self.put(chunk);
            self.fresh = false;
            self.head = copy.or(self.head.take());
        }
        Ok(())
    }

    fn fits(&self, height: f32) -> bool {
        self.taken + height <= self.margin.room + SLACK
    }

    fn open(&mut self) -> Result<(), DocumentFault> {
        if self.pages.len() >= MOST_PAGES {
            return Err(DocumentFault::TooManyPages { limit: MOST_PAGES });
        }
        self.number += 1;
        self.taken = 0.0;
        self.fresh = true;
        let shapes = self.margin.shapes(&self.sheet, self.number);
        self.pages.push(Page { sheet: self.sheet, shapes });
        if let Some(head) = self.head.clone() {
            let shapes = head.shapes.into_iter().map(|shape| match shape.mark {
                Mark::Node(_) => Shape { mark: Mark::Repeated, ..shape },
                _ => shape,
            });
            self.put(Chunk { shapes: shapes.collect(), ..head });
        }
        Ok(())
    }

    fn put(&mut self, chunk: Chunk) {
        // At the top of a page there is nothing to be apart from.
        let before = if self.fresh { 0.0 } else { chunk.gap(self.after) };
        self.after = chunk.after;
        let top = self.margin.top + self.taken + before;
        self.taken += before + chunk.height + chunk.after;
        if let Some(page) = self.pages.last_mut() {
            page.shapes.extend(chunk.shapes.into_iter().map(|shape| shape.moved(self.sheet.left, top)));
        }
    }
}
