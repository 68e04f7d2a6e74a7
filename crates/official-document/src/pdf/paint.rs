//! Pages as a file: letters, lines, tags, outline.

use krilla::color::rgb;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};

use super::chunk::{Colour, Form, Mark, Page, Shape};
use super::structure::{NodeId, Structure};
use crate::DocumentFault;
use crate::face::{Face, Faces};

/// Language of the document.
const LANGUAGE: &str = "vi-VN";
/// Thickness of the lines of tables.
const THIN: f32 = 0.5;

/// Where a heading stands.
struct Entry {
    level: u8,
    title: String,
    page: usize,
    y: f32,
}

/// Writes the file. It has no day of making and no chance in it.
pub(super) fn write(faces: &Faces, title: &str, pages: Vec<Page>, mut structure: Structure) -> Result<Vec<u8>, DocumentFault> {
    let fonts = Fonts::load()?;
    let refused = |fault: &dyn std::fmt::Debug| DocumentFault::Pdf(format!("{fault:?}"));
    let configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
    let configuration = configuration.map_err(|fault| refused(&fault))?;
    let mut document = Document::new_with(SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() });
    let mut entries = vec![Entry { level: 0, title: title.to_owned(), page: 0, y: 0.0 }];
    for (index, page) in pages.into_iter().enumerate() {
        let settings = PageSettings::from_wh(page.sheet.width, page.sheet.height);
        let mut on_paper = document.start_page_with(settings.ok_or(DocumentFault::Pdf("page without size".to_owned()))?);
        let mut surface = on_paper.surface();
        for shapes in page.shapes.chunk_by(|one, next| one.mark == next.mark) {
            let Some(first) = shapes.first() else { continue };
            if let Mark::Node(node) = first.mark {
                note(&mut entries, &structure, node, index, first.y);
            }
            let tag = match first.mark {
                Mark::Node(_) => ContentTag::Span(SpanTag::empty()),
                Mark::Decoration => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
                Mark::Repeated => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)),
            };
            let identifier = surface.start_tagged(tag);
            for shape in shapes {
                draw(&mut surface, faces, &fonts, shape);
            }
            surface.end_tagged();
            if let Mark::Node(node) = first.mark {
                structure.content(node, identifier);
            }
        }
        surface.finish();
        on_paper.finish();
    }
    document.set_metadata(Metadata::new().title(title.to_owned()).language(LANGUAGE.to_owned()).producer("cchc".to_owned()));
    document.set_outline(outline(entries));
    document.set_tag_tree(structure.tree(LANGUAGE));
    document.finish().map_err(|fault| refused(&fault))
}

/// Notes where a heading begins; its further lines are already noted.
fn note(entries: &mut Vec<Entry>, structure: &Structure, node: NodeId, page: usize, y: f32) {
    if let Some((level, title)) = structure.as_heading(node)
        && entries.last().is_none_or(|last| last.title != title || last.level != level)
    {
        entries.push(Entry { level, title: title.to_owned(), page, y: (y - 20.0).max(0.0) });
    }
}

/// Title and annexes, with the headings in them one level below.
fn outline(entries: Vec<Entry>) -> Outline {
    let mut outline = Outline::new();
    let mut open: Option<OutlineNode> = None;
    for entry in entries {
        let node = OutlineNode::new(entry.title, XyzDestination::new(entry.page, Point::from_xy(0.0, entry.y)));
        match &mut open {
            Some(parent) if entry.level > 1 => parent.push_child(node),
            // The heading of the document says what its title says.
            Some(_) if entry.level == 1 && entry.page == 0 => {}
            _ => {
                if let Some(done) = open.replace(node.with_open(true)) {
                    outline.push_child(done);
                }
            }
        }
    }
    if let Some(done) = open {
        outline.push_child(done);
    }
    outline
}

fn draw(surface: &mut Surface<'_>, faces: &Faces, fonts: &Fonts, shape: &Shape) {
    match &shape.form {
        Form::Letters { face, size, text, stretch, colour } => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(*colour)));
            let glyphs: Vec<KrillaGlyph> = text
                .char_indices()
                .map(|(start, letter)| {
                    let glyph = faces.glyph(*face, letter);
                    let advance = if letter == ' ' { glyph.advance + stretch / size } else { glyph.advance };
                    KrillaGlyph::new(GlyphId::new(glyph.id), advance, 0.0, 0.0, 0.0, start..start + letter.len_utf8(), None)
                })
                .collect();
            surface.draw_glyphs(Point::from_xy(shape.x, shape.y), &glyphs, fonts.get(*face), text, *size, false);
        }
        Form::Bar { width, height, colour } => {
            if let Some(path) = rectangle(shape, *width, *height) {
                surface.set_stroke(None);
                surface.set_fill(Some(fill(*colour)));
                surface.draw_path(&path);
            }
        }
        Form::Frame { width, height } => {
            if let Some(path) = rectangle(shape, *width, *height) {
                stroke(surface, &path, THIN);
            }
        }
        Form::Line { length, thickness } => {
            let mut path = PathBuilder::new();
            path.move_to(shape.x, shape.y);
            path.line_to(shape.x + length, shape.y);
            if let Some(path) = path.finish() {
                stroke(surface, &path, *thickness);
            }
        }
    }
}

fn stroke(surface: &mut Surface<'_>, path: &Path, width: f32) {
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke { width, ..Stroke::default() }));
    surface.draw_path(path);
}

fn rectangle(shape: &Shape, width: f32, height: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(shape.x, shape.y, width, height)?);
    path.finish()
}

fn fill(colour: Colour) -> Fill {
    let colour = match colour {
        Colour::Black => return Fill::default(),
        Colour::Warning => rgb::Color::new(0xB0, 0, 0),
        Colour::Bar => rgb::Color::new(0x2F, 0x5C, 0x8F),
        Colour::Axis => rgb::Color::new(0x80, 0x80, 0x80),
    };
    Fill { paint: colour.into(), ..Fill::default() }
}

/// The faces as the writer wants them.
struct Fonts([Font; 4]);

impl Fonts {
    fn load() -> Result<Self, DocumentFault> {
        let load = |face: Face| Font::new(face.bytes().into(), 0).ok_or(DocumentFault::Font(face.name()));
        let [a, b, c, d] = Face::ALL.map(load);
        Ok(Self([a?, b?, c?, d?]))
    }

    fn get(&self, face: Face) -> Font {
        let [regular, bold, italic, bold_italic] = &self.0;
        match face {
            Face::Regular => regular.clone(),
            Face::Bold => bold.clone(),
            Face::Italic => italic.clone(),
            Face::BoldItalic => bold_italic.clone(),
        }
    }
}
