//! Laid out documents as PDF files.

mod chart;
mod chunk;
mod file;
mod flow;
mod letters;
mod metadata;
mod outline;
mod piece;
mod structure;
mod table;

use crate::DocumentFault;
use crate::face::Faces;
use crate::layout::{Element, Layout, Section};
use chunk::{Item, Page};
use structure::Structure;

/// The document as a file.
pub(crate) fn write(layout: &Layout) -> Result<Vec<u8>, DocumentFault> {
    let faces = Faces::get()?;
    let mut structure = Structure::new();
    let mut pages: Vec<Page> = Vec::new();
    for section in &layout.sections {
        let margin = flow::Margin::new(faces, layout.made_up.as_deref(), &section.sheet);
        let items = items(faces, section, margin.room, &mut structure)?;
        flow::fill(&mut pages, section.sheet, items, &margin)?;
    }
    file::write(faces, &layout.title, &pages, structure)
}

/// What is to be put on pages, from above.
fn items(faces: &Faces, section: &Section, room: f32, structure: &mut Structure) -> Result<Vec<Item>, DocumentFault> {
    let width = section.sheet.text_width();
    let mut items = Vec::new();
    for element in &section.elements {
        match element {
            Element::Piece(piece) => items.extend(piece::chunks(faces, piece, width, structure).into_iter().map(Item::Chunk)),
            Element::Columns(sides) => items.extend(piece::columns(faces, sides, room, structure).into_iter().map(Item::Chunk)),
            Element::Table(grid) => table::lay(faces, grid, room, structure, &mut items)?,
            Element::Bars(bars) => items.extend(chart::chunks(faces, bars, structure).into_iter().map(Item::Chunk)),
            Element::Space(height) => items.push(Item::Space(*height)),
            Element::PageBreak => items.push(Item::Break),
        }
    }
    Ok(items)
}
