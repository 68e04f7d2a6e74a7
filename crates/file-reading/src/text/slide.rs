//! Presentations: the slides in their order, each with the notes of the speaker.

use super::xml::{Node, relations, walk};
use super::{Gatherer, Limits, Place, Text};
use crate::package::Package;
use crate::{Fault, Kind};

const KIND: Kind = Kind::Pptx;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Text, Fault> {
    let mut package = Package::open(bytes, KIND, limits.unpacked_bytes)?;
    let presentation = package.xml("ppt/presentation.xml")?.ok_or(Fault::Damaged { kind: KIND, place: "main part" })?;
    let related = relations(&package.xml("ppt/_rels/presentation.xml.rels")?.unwrap_or_default(), "ppt", KIND)?;
    let mut order = Vec::new();
    walk(&presentation, KIND, |node| {
        if let Node::Open("sldId", element) = node {
            let relation = element.relation();
            let slide = related.iter().find(|(id, what, _)| what == "slide" && Some(id) == relation.as_ref());
            order.extend(slide.map(|(.., target)| target.clone()));
        }
        order.len() <= limits.parts
    })?;
    let mut gatherer = Gatherer::new(limits);
    for (index, name) in order.iter().enumerate() {
        if index >= limits.parts {
            gatherer.text.cut = true;
            break;
        }
        paragraphs(&package.xml(name)?.unwrap_or_default(), &mut gatherer)?;
        let file = name.rsplit('/').next().unwrap_or_default();
        if let Some(text) = package.xml(&format!("ppt/slides/_rels/{file}.rels"))? {
            for (_, what, target) in relations(&text, "ppt/slides", KIND)? {
                if what == "notesSlide" {
                    paragraphs(&package.xml(&target)?.unwrap_or_default(), &mut gatherer)?;
                }
            }
        }
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        if !gatherer.close(Place::Slide(number)) {
            gatherer.text.cut |= index + 1 < order.len();
            break;
        }
    }
    Ok(gatherer.text)
}

fn paragraphs(text: &str, gatherer: &mut Gatherer) -> Result<(), Fault> {
    let (mut letters, mut cells, mut fields) = (false, 0_usize, 0_usize);
    walk(text, KIND, |node| {
        match node {
            // The number of the slide and the date are no text of anybody.
            Node::Open("fld", _) => fields += 1,
            Node::Close("fld") => fields = fields.saturating_sub(1),
            Node::Open("t", _) => letters = true,
            Node::Close("t") => letters = false,
            Node::Letters(found) if letters && fields == 0 => return gatherer.push(found),
            Node::Open("br" | "tab", _) => return gatherer.push(" "),
            Node::Open("tc", _) => cells += 1,
            Node::Close("tc") => {
                cells = cells.saturating_sub(1);
                return gatherer.push("\t");
            }
            Node::Close("p") if cells > 0 => return gatherer.push(" "),
            Node::Close("p" | "tr") => gatherer.line(),
            _ => {}
        }
        true
    })?;
    gatherer.line();
    Ok(())
}
