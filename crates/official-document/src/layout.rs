//! A document as a row of plain elements, with all that the decree says of sizes, letters and places.
//!
//! The writers of DOCX and PDF put the same elements on paper and know nothing of the decree.

mod body;
mod ending;
mod grid;
mod head;
mod sheet;

pub(crate) use grid::{Cell, Grid};
pub(crate) use sheet::Sheet;

use crate::DocumentFault;
use crate::face::Faces;
use crate::lines::break_lines;
use crate::model::{Align, OfficialDocument, Run};
use crate::text::one_line;

/// Sizes of letters in points, as in the examples of the decree.
mod size {
    pub(super) const NATION: f32 = 12.0;
    pub(super) const MOTTO: f32 = 13.0;
    pub(super) const AGENCY: f32 = 12.0;
    pub(super) const NUMBER: f32 = 13.0;
    pub(super) const PLACE: f32 = 13.0;
    pub(super) const LETTER_SUBJECT: f32 = 12.0;
    pub(super) const TITLE: f32 = 14.0;
    pub(super) const BODY: f32 = 14.0;
    pub(super) const SIGNER: f32 = 14.0;
    pub(super) const RECIPIENTS: f32 = 12.0;
    pub(super) const RECIPIENT: f32 = 11.0;
    pub(super) const TABLE: f32 = 12.0;
}

/// Size of page numbers.
pub(crate) const PAGE_NUMBER_SIZE: f32 = 14.0;
/// Size of the line that says that figures are made up.
pub(crate) const MADE_UP_SIZE: f32 = 10.0;
/// The most lines it may have.
const MADE_UP_LINES: usize = 3;
/// Size of letters in tables and charts.
pub(crate) const TABLE_SIZE: f32 = size::TABLE;
/// Room between letters and the lines of a table, on both sides and above and below.
pub(crate) const CELL_ASIDE: f32 = 4.0;
pub(crate) const CELL_ABOVE: f32 = 1.5;
/// How far a first line is moved in: 1.27 cm.
const FIRST_LINE: f32 = 36.0;
/// Length of the line under a name, as a part of the name: the decree wants a third to a half.
const LINE_PART: f32 = 0.4;

/// A laid out document.
#[derive(Debug)]
pub(crate) struct Layout {
    /// What the file is called.
    pub(crate) title: String,
    /// The line at the head of each page.
    pub(crate) made_up: Option<String>,
    /// The document, then its annexes; each counts its pages from one.
    pub(crate) sections: Vec<Section>,
}

/// Pages of one form.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) sheet: Sheet,
    pub(crate) elements: Vec<Element>,
}

/// What stands on the page from above.
#[derive(Clone, Debug)]
pub(crate) enum Element {
    Piece(Piece),
    /// Beside each other, not parted by the end of a page.
    Columns(Vec<Side>),
    Table(Grid),
    Bars(Bars),
    /// An empty band of this height, after what has no space of its own.
    Space(f32),
    PageBreak,
}

/// A part of columns or of the page.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Text(Text),
    Rule(Rule),
}

/// One of several columns.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    pub(crate) width: f32,
    pub(crate) pieces: Vec<Piece>,
}

/// A paragraph.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) runs: Vec<Run>,
    pub(crate) look: Look,
    pub(crate) role: Role,
}

/// What a paragraph is to those who hear it read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A heading; the first level is the title of document or annex.
    Heading(u8),
    Body,
}

/// How a paragraph stands on the page; all lengths in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Look {
    pub(crate) size: f32,
    pub(crate) align: Align,
    /// How far all lines are moved in on the left, and on the right.
    pub(crate) left: f32,
    pub(crate) right: f32,
    /// How far the first line is moved in beyond that.
    pub(crate) first: f32,
    pub(crate) before: f32,
    pub(crate) after: f32,
    /// Distance of lines, against single spacing.
    pub(crate) leading: f32,
    /// Whether it stays on the page of what follows.
    pub(crate) keep: bool,
}

impl Look {
    /// Lines of the head and of titles: in the middle, without space around them.
    const fn centred(size: f32) -> Self {
        Self { size, align: Align::Centre, left: 0.0, right: 0.0, first: 0.0, before: 0.0, after: 0.0, leading: 1.0, keep: true }
    }

    /// Lines of the text: between both margins, the first moved in, 6 pt apart.
    const fn body() -> Self {
        let (size, align) = (size::BODY, Align::Justified);
        Self { size, align, left: 0.0, right: 0.0, first: FIRST_LINE, before: 0.0, after: 6.0, leading: 1.1, keep: false }
    }

    const fn before(mut self, before: f32) -> Self {
        self.before = before;
        self
    }

    const fn after(mut self, after: f32) -> Self {
        self.after = after;
        self
    }

    /// Moves the lines of a text in from both sides until they are of about one length, so that none has a word alone.
    fn balanced(mut self, faces: &Faces, runs: &[Run], width: f32) -> Self {
        let count = |width: f32| break_lines(faces, runs, self.size, width, width).len();
        let wanted = count(width);
        let (mut narrow, mut wide) = (0.0, width);
        if wanted < 2 {
            return self;
        }
        while wide - narrow > 1.0 {
            let middle = (narrow + wide) / 2.0;
            if count(middle) > wanted { narrow = middle } else { wide = middle }
        }
        // A little more than needed: Word rounds otherwise.
        let inset = ((width - wide) / 2.0 - 1.0).max(0.0);
        self.left = inset;
        self.right = inset;
        self
    }

    const fn keep(mut self) -> Self {
        self.keep = true;
        self
    }

    const fn align(mut self, align: Align) -> Self {
        self.align = align;
        self
    }
}

/// Lines in a cell of a table or beside a bar.
pub(crate) const fn table_look(align: Align) -> Look {
    Look { keep: false, ..Look::centred(TABLE_SIZE) }.align(align)
}

/// A line in the middle of its column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rule {
    pub(crate) length: f32,
    pub(crate) before: f32,
    pub(crate) after: f32,
}

/// A chart of bars.
#[derive(Clone, Debug)]
pub(crate) struct Bars {
    pub(crate) alt: String,
    /// Widths of the labels and of the longest bar; what is left is for values.
    pub(crate) label_width: f32,
    pub(crate) bar_width: f32,
    pub(crate) width: f32,
    pub(crate) rows: Vec<BarRow>,
}

/// A bar.
#[derive(Clone, Debug)]
pub(crate) struct BarRow {
    pub(crate) label: String,
    /// Its length against the longest, from 0 to 1.
    pub(crate) part: f32,
    pub(crate) value: String,
}

/// Lays out a document.
///
/// # Errors
///
/// A [`DocumentFault`] if a table has no proper shape.
pub(crate) fn lay_out(document: &OfficialDocument) -> Result<Layout, DocumentFault> {
    let faces = Faces::get()?;
    let sheet = Sheet::new(false);
    let mut elements = head::elements(document, faces, &sheet);
    elements.extend(body::main(document, faces, &sheet)?);
    elements.extend(ending::elements(document, faces, &sheet));
    let mut sections = vec![Section { sheet, elements }];
    let several = document.annexes.len() > 1;
    for (index, annex) in document.annexes.iter().enumerate() {
        let sheet = Sheet::new(annex.landscape);
        let mut elements = head::annex(annex, several.then_some(index + 1), faces, &sheet);
        elements.extend(body::blocks(&annex.body, faces, &sheet)?);
        sections.push(Section { sheet, elements });
    }
    let made_up = made_up(document, faces, &sheet)?;
    Ok(Layout { title: title(document), made_up, sections })
}

/// The line at the head of each page.
fn made_up(document: &OfficialDocument, faces: &Faces, sheet: &Sheet) -> Result<Option<String>, DocumentFault> {
    let line = document.made_up.as_deref().map(one_line).filter(|line| !line.is_empty());
    let lines = |text: &String| break_lines(faces, &[Run::bold(text)], MADE_UP_SIZE, sheet.text_width(), sheet.text_width()).len();
    if line.as_ref().is_some_and(|line| lines(line) > MADE_UP_LINES) {
        return Err(DocumentFault::MadeUpTooLong { lines: MADE_UP_LINES });
    }
    Ok(line)
}

/// What the file is called: its kind and what it is about.
fn title(document: &OfficialDocument) -> String {
    let title = one_line(&format!("{} {}", document.kind.name(), document.subject));
    if title.is_empty() { "Văn bản".to_owned() } else { title }
}

/// A text in the middle of a column of this width.
fn centred(faces: &Faces, runs: Vec<Run>, size: f32, width: f32) -> Text {
    let look = Look::centred(size).balanced(faces, &runs, width);
    Text { runs, look, role: Role::Body }
}

fn text(runs: Vec<Run>, look: Look) -> Piece {
    Piece::Text(Text { runs, look, role: Role::Body })
}

impl Text {
    fn before(mut self, before: f32) -> Piece {
        self.look.before = before;
        Piece::Text(self)
    }

    fn after(mut self, after: f32) -> Self {
        self.look.after = after;
        self
    }
}

fn heading(level: u8, runs: Vec<Run>, look: Look) -> Piece {
    Piece::Text(Text { runs, look, role: Role::Heading(level) })
}
