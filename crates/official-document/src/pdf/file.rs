//! Pages as a file.

use pdf_writer::types::TabOrder;
use pdf_writer::writers::Resources;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use super::chunk::{Colour, Form, Mark, Page, Shape};
use super::letters::{Letters, deflated};
use super::outline::Entry;
use super::structure::Structure;
use super::{metadata, outline};
use crate::DocumentFault;
use crate::face::{Face, Faces};

/// Language of the document.
pub(super) const LANGUAGE: &str = "vi-VN";
/// Thickness of the lines of tables.
const THIN: f32 = 0.5;

/// Numbers of the objects of a file, in their order.
#[derive(Debug)]
pub(super) struct Numbers(i32);

impl Numbers {
    pub(super) const fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// Writes the file. It has no day of making and no chance in it.
pub(super) fn write(faces: &Faces, title: &str, pages: &[Page], mut structure: Structure) -> Result<Vec<u8>, DocumentFault> {
    let mut pdf = Pdf::new();
    pdf.set_version(1, 7);
    let mut numbers = Numbers(0);
    let (catalog, tree, resources) = (numbers.next(), numbers.next(), numbers.next());
    let ids: Vec<Ref> = pages.iter().map(|_| numbers.next()).collect();
    let mut letters = Letters::default();
    let mut entries = vec![Entry { level: 0, title: title.to_owned(), page: 0, y: 0.0 }];

    pdf.pages(tree).kids(ids.iter().copied()).count(pages.len() as i32);
    for (index, (page, id)) in pages.iter().zip(&ids).enumerate() {
        let mut canvas = Canvas { content: Content::new(), letters: &mut letters, faces, height: page.sheet.height, colour: Colour::Black };
        for shapes in page.shapes.chunk_by(|one, next| one.mark == next.mark) {
            let Some(first) = shapes.first() else { continue };
            match first.mark {
                Mark::Node(node) => {
                    outline::note(&mut entries, &structure, node, index, first.y);
                    structure.place(node, bounds(page, shapes));
                    let number = structure.content(node, index, *id);
                    let mut marked = canvas.content.begin_marked_content_with_properties(Name(structure.tag(node)));
                    marked.properties().identify(number);
                }
                Mark::Decoration => artifact(&mut canvas.content, b"Layout"),
                Mark::Repeated => artifact(&mut canvas.content, b"Pagination"),
            }
            for shape in shapes {
                canvas.draw(shape);
            }
            canvas.content.end_marked_content();
        }
        let content = numbers.next();
        let bytes = deflated(&canvas.content.finish())?;
        pdf.stream(content, &bytes).filter(pdf_writer::Filter::FlateDecode);
        let mut on_paper = pdf.page(*id);
        on_paper.parent(tree).media_box(Rect::new(0.0, 0.0, page.sheet.width, page.sheet.height)).contents(content);
        on_paper.struct_parents(index as i32).tab_order(TabOrder::StructureOrder);
        on_paper.pair(Name(b"Resources"), resources);
    }
    let used = letters.write(&mut pdf, &mut numbers, faces)?;
    let mut shared: Resources<'_> = pdf.indirect(resources).start();
    let mut fonts = shared.fonts();
    for (face, id) in used {
        fonts.pair(Name(font_name(face)), id);
    }
    fonts.finish();
    shared.finish();
    let root = structure.write(&mut pdf, &mut numbers, pages.len());
    let outline = outline::write(&mut pdf, &mut numbers, entries, &ids, pages);
    let described = metadata::write(&mut pdf, &mut numbers, title);

    let mut start = pdf.catalog(catalog);
    start.pages(tree).outlines(outline).metadata(described).lang(TextStr(LANGUAGE));
    start.pair(Name(b"StructTreeRoot"), root);
    start.mark_info().marked(true);
    start.viewer_preferences().display_doc_title(true);
    start.finish();
    Ok(pdf.finish())
}

/// The box around shapes, as wide as the text.
fn bounds(page: &Page, shapes: &[Shape]) -> Rect {
    let edges = |shape: &Shape| match &shape.form {
        Form::Letters { size, .. } => (shape.y - size, shape.y + size * 0.3),
        Form::Bar { height, .. } | Form::Frame { height, .. } => (shape.y, shape.y + height),
        Form::Line { .. } => (shape.y, shape.y),
    };
    let top = shapes.iter().map(|shape| edges(shape).0).fold(page.sheet.height, f32::min);
    let bottom = shapes.iter().map(|shape| edges(shape).1).fold(0.0, f32::max);
    let right = page.sheet.width - page.sheet.right;
    Rect::new(short(page.sheet.left), short(page.sheet.height - bottom), short(right), short(page.sheet.height - top))
}

/// What follows is no part of the text.
fn artifact(content: &mut Content, kind: &'static [u8]) {
    let mut marked = content.begin_marked_content_with_properties(Name(b"Artifact"));
    marked.properties().pair(Name(b"Type"), Name(kind));
}

const fn font_name(face: Face) -> &'static [u8] {
    match face {
        Face::Regular => b"F1",
        Face::Bold => b"F2",
        Face::Italic => b"F3",
        Face::BoldItalic => b"F4",
    }
}

/// A page that is drawn on. PDF counts from below.
struct Canvas<'a> {
    content: Content,
    letters: &'a mut Letters,
    faces: &'a Faces,
    height: f32,
    colour: Colour,
}

impl Canvas<'_> {
    fn draw(&mut self, shape: &Shape) {
        let (x, y) = (short(shape.x), short(self.height - shape.y));
        match &shape.form {
            Form::Letters { face, size, text, stretch, colour } => {
                self.fill(*colour);
                self.content.begin_text();
                self.content.set_font(Name(font_name(*face)), *size);
                self.content.set_text_matrix([1.0, 0.0, 0.0, 1.0, x, y]);
                self.text(*face, text, -stretch / size * 1000.0);
                self.content.end_text();
            }
            Form::Bar { width, height, colour } => {
                self.fill(*colour);
                self.content.rect(x, short(y - height), short(*width), *height).fill_nonzero();
            }
            Form::Frame { width, height } => {
                self.content.set_line_width(THIN).rect(x, short(y - height), short(*width), short(*height)).stroke();
            }
            Form::Line { length, thickness } => {
                self.content.set_line_width(*thickness).move_to(x, y).line_to(short(x + length), y).stroke();
            }
        }
    }

    fn fill(&mut self, colour: Colour) {
        if self.colour != colour {
            self.colour = colour;
            match colour {
                Colour::Black => self.content.set_fill_gray(0.0),
                Colour::Warning => self.content.set_fill_rgb(0.69, 0.0, 0.0),
                Colour::Bar => self.content.set_fill_rgb(0.184, 0.361, 0.561),
                Colour::Axis => self.content.set_fill_gray(0.5),
            };
        }
    }

    /// Shows letters, each blank moved by so many thousandths of their size.
    fn text(&mut self, face: Face, text: &str, blank: f32) {
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            if let Some(code) = self.letters.foreign(self.faces, face, letter) {
                // The glyph stands for another letter elsewhere; which one it is here is said beside it.
                let mut marked = self.content.begin_marked_content_with_properties(Name(b"Span"));
                marked.properties().actual_text(TextStr(&letter.to_string()));
                marked.finish();
                self.content.show(Str(&code.to_be_bytes()));
                self.content.end_marked_content();
                rest = rest.get(letter.len_utf8()..).unwrap_or_default();
                continue;
            }
            rest = self.run(face, rest, blank);
        }
    }

    /// Shows letters up to the first whose glyph stands for another one; what is left of them.
    fn run<'t>(&mut self, face: Face, text: &'t str, blank: f32) -> &'t str {
        let mut shown = self.content.show_positioned();
        let mut items = shown.items();
        let mut codes = Vec::new();
        for (start, letter) in text.char_indices() {
            if self.letters.foreign(self.faces, face, letter).is_some() {
                items.show(Str(&codes));
                return text.get(start..).unwrap_or_default();
            }
            codes.extend(self.letters.code(self.faces, face, letter).to_be_bytes());
            if letter == ' ' && blank < 0.0 {
                items.show(Str(&codes)).adjust(short(blank));
                codes.clear();
            }
        }
        items.show(Str(&codes));
        ""
    }
}

/// A hundredth of a point is finer than any printer.
fn short(length: f32) -> f32 {
    (length * 100.0).round() / 100.0
}
