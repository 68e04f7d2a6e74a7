//! Laid out documents as DOCX files.

mod head;
mod paragraph;
mod parts;
mod table;
mod xml;

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::DocumentFault;
use crate::layout::{Element, Layout, Section};
use xml::Xml;

/// Twentieths of a point, in which DOCX measures.
fn twips(points: f32) -> i32 {
    (points * 20.0).round() as i32
}

/// The document as an archive. Its parts have no time, so that the same document gives the same bytes.
pub(crate) fn write(layout: &Layout) -> Result<Vec<u8>, DocumentFault> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).last_modified_time(zip::DateTime::default());
    let parts = [
        ("[Content_Types].xml", parts::content_types()),
        ("_rels/.rels", parts::relations_of_package()),
        ("word/document.xml", document(layout)),
        ("word/_rels/document.xml.rels", parts::relations_of_document()),
        ("word/styles.xml", parts::styles()),
        ("word/settings.xml", parts::settings()),
        ("word/header1.xml", head::first_page(layout.made_up.as_deref())),
        ("word/header2.xml", head::further_pages(layout.made_up.as_deref())),
        ("docProps/core.xml", parts::properties(&layout.title)),
    ];
    for (name, content) in parts {
        archive.start_file(name, options)?;
        archive.write_all(content.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}

fn document(layout: &Layout) -> String {
    let mut xml = Xml::new();
    xml.element("w:document", &[("xmlns:w", &parts::WORD), ("xmlns:r", &parts::RELATIONS)], |xml| {
        xml.element("w:body", &[], |xml| {
            for (index, section) in layout.sections.iter().enumerate() {
                elements(xml, &section.elements);
                if index + 1 < layout.sections.len() {
                    // What ends a section is a property of its last paragraph.
                    paragraph::tiny(xml, |xml| section_properties(xml, section));
                } else {
                    section_properties(xml, section);
                }
            }
        });
    });
    xml.finish()
}

fn elements(xml: &mut Xml, elements: &[Element]) {
    let mut left = elements;
    while let Some((first, rest)) = left.split_first() {
        left = rest;
        match first {
            Element::Piece(piece) => paragraph::piece(xml, piece, None),
            Element::Columns(sides) => {
                // Word takes tables without a paragraph between them for one, so they are written as one.
                let mut rows = vec![sides.as_slice()];
                while let Some((Element::Columns(next), rest)) = left.split_first() {
                    rows.push(next);
                    left = rest;
                }
                table::columns(xml, &rows);
            }
            Element::Table(grid) => table::grid(xml, grid),
            Element::Bars(bars) => table::bars(xml, bars),
            Element::Space(height) => paragraph::space(xml, *height),
            Element::PageBreak => paragraph::page_break(xml),
        }
        let table = |element: &Element| matches!(element, Element::Columns(_) | Element::Table(_) | Element::Bars(_));
        if table(first) && left.first().is_none_or(table) {
            // A table is followed by a paragraph, or Word repairs the file.
            paragraph::tiny(xml, |_| {});
        }
    }
}

fn section_properties(xml: &mut Xml, section: &Section) {
    let sheet = &section.sheet;
    xml.element("w:sectPr", &[], |xml| {
        xml.empty("w:headerReference", &[("w:type", &"first"), ("r:id", &"rId3")]);
        xml.empty("w:headerReference", &[("w:type", &"default"), ("r:id", &"rId4")]);
        xml.empty("w:type", &[("w:val", &"nextPage")]);
        let (width, height) = (twips(sheet.width), twips(sheet.height));
        if sheet.landscape {
            xml.empty("w:pgSz", &[("w:w", &width), ("w:h", &height), ("w:orient", &"landscape")]);
        } else {
            xml.empty("w:pgSz", &[("w:w", &width), ("w:h", &height)]);
        }
        xml.empty(
            "w:pgMar",
            &[
                ("w:top", &twips(sheet.top)),
                ("w:right", &twips(sheet.right)),
                ("w:bottom", &twips(sheet.bottom)),
                ("w:left", &twips(sheet.left)),
                ("w:header", &twips(sheet.header)),
                ("w:footer", &twips(sheet.header)),
                ("w:gutter", &0),
            ],
        );
        xml.empty("w:pgNumType", &[("w:start", &1)]);
        xml.empty("w:titlePg", &[]);
    });
}
