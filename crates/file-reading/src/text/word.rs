//! Word documents: headers, paragraphs and tables with their notes, footers.

use std::collections::BTreeMap;

use super::legacy::is_legacy_font;
use super::xml::{Node, relations, walk};
use super::{Gatherer, Limits, Place, Text};
use crate::package::Package;
use crate::{Fault, Kind};

const KIND: Kind = Kind::Docx;

/// Notes by their number.
type Notes = BTreeMap<String, String>;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Text, Fault> {
    let mut package = Package::open(bytes, KIND, limits.unpacked_bytes)?;
    let main = main_part(&mut package)?;
    let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
    let related = match package.xml(&format!("{folder}/_rels/{file}.rels"))? {
        Some(text) => relations(&text, folder, KIND)?,
        None => Vec::new(),
    };
    let target = |what: &str| related.iter().filter(|(_, kind, _)| kind == what).map(|(.., target)| target.clone()).collect::<Vec<_>>();
    let document = package.xml(&main)?.ok_or(Fault::Damaged { kind: KIND, place: "main part" })?;
    let mut gatherer = Gatherer::new(limits);
    for name in target("header") {
        story(&package.xml(&name)?.unwrap_or_default(), &mut gatherer, &Notes::new(), &Notes::new())?;
    }
    gatherer.close_if_written(Place::Headers);
    let footnotes = notes(&mut package, &target("footnotes"), "footnote", limits)?;
    let endnotes = notes(&mut package, &target("endnotes"), "endnote", limits)?;
    story(&document, &mut gatherer, &footnotes, &endnotes)?;
    gatherer.close(Place::Body);
    for name in target("footer") {
        story(&package.xml(&name)?.unwrap_or_default(), &mut gatherer, &Notes::new(), &Notes::new())?;
    }
    gatherer.close_if_written(Place::Footers);
    if !gatherer.text.legacy_encoding {
        for name in target("styles") {
            gatherer.text.legacy_encoding |= names_legacy_font(&package.xml(&name)?.unwrap_or_default())?;
        }
    }
    Ok(gatherer.text)
}

fn main_part(package: &mut Package<'_>) -> Result<String, Fault> {
    let usual = "word/document.xml".to_owned();
    let Some(text) = package.xml("_rels/.rels")? else { return Ok(usual) };
    let found = relations(&text, "", KIND)?.into_iter().find(|(_, what, _)| what == "officeDocument");
    Ok(found.map_or(usual, |(.., target)| target))
}

fn names_legacy_font(text: &str) -> Result<bool, Fault> {
    let mut found = false;
    walk(text, KIND, |node| {
        if let Node::Open("rFonts", element) = node {
            found |= ["ascii", "hAnsi"].iter().any(|name| element.attribute(name).is_some_and(|font| is_legacy_font(&font)));
        }
        !found
    })?;
    Ok(found)
}

fn notes(package: &mut Package<'_>, parts: &[String], element_name: &str, limits: &Limits) -> Result<Notes, Fault> {
    let mut notes = Notes::new();
    let mut room = limits.text_bytes;
    for name in parts {
        let Some(text) = package.xml(name)? else { continue };
        let mut current: Option<(String, String)> = None;
        let mut letters = false;
        walk(&text, KIND, |node| {
            match node {
                Node::Open(name, element) if name == element_name => {
                    // The lines above notes are notes of a type of their own.
                    let ordinary = element.attribute("type").is_none_or(|kind| kind == "normal");
                    current = ordinary.then(|| element.attribute("id").map(|id| (id, String::new()))).flatten();
                }
                Node::Close(name) if name == element_name => {
                    if let Some((id, text)) = current.take() {
                        notes.insert(id, text.trim().to_owned());
                    }
                }
                Node::Open("t", _) => letters = true,
                Node::Close("t") => letters = false,
                Node::Close("p") | Node::Open("tab" | "br", _) => {
                    if let Some((_, text)) = &mut current {
                        text.push(' ');
                    }
                }
                Node::Letters(found) if letters => {
                    room = room.saturating_sub(found.len());
                    if let Some((_, text)) = &mut current {
                        text.push_str(found);
                    }
                }
                _ => {}
            }
            room > 0
        })?;
    }
    Ok(notes)
}

/// Writes one story: the body, a header, a footer.
fn story(text: &str, gatherer: &mut Gatherer, footnotes: &Notes, endnotes: &Notes) -> Result<(), Fault> {
    let mut letters = false;
    // A drawing is written twice, for new and for old programs; the second is passed over.
    let mut fallbacks = 0_usize;
    // Cells that are open; in a cell, paragraphs are parted by blanks so that a row is one line.
    let mut cells = 0_usize;
    let mut pending: Vec<String> = Vec::new();
    walk(text, KIND, |node| {
        match node {
            Node::Open("Fallback", _) => fallbacks += 1,
            Node::Close("Fallback") => fallbacks = fallbacks.saturating_sub(1),
            _ if fallbacks > 0 => {}
            Node::Open("t", _) => letters = true,
            Node::Close("t") => letters = false,
            Node::Letters(found) if letters => return gatherer.push(found),
            Node::Open("tab" | "ptab", _) => return gatherer.push(" "),
            Node::Open("br" | "cr", _) => return gatherer.push(if cells > 0 { " " } else { "\n" }),
            Node::Open("noBreakHyphen", _) => return gatherer.push("-"),
            Node::Open("sym", element) => {
                let sign = element.attribute("char").and_then(|code| u32::from_str_radix(&code, 16).ok()).and_then(char::from_u32);
                if let Some(sign) = sign.filter(|sign| !('\u{E000}'..='\u{F8FF}').contains(sign)) {
                    return gatherer.push(sign.encode_utf8(&mut [0; 4]));
                }
            }
            Node::Open("rFonts", element) if !gatherer.text.legacy_encoding => {
                let legacy = ["ascii", "hAnsi"].iter().any(|name| element.attribute(name).is_some_and(|font| is_legacy_font(&font)));
                gatherer.text.legacy_encoding = legacy;
            }
            Node::Open(name @ ("footnoteReference" | "endnoteReference"), element) => {
                let notes = if name == "footnoteReference" { footnotes } else { endnotes };
                pending.extend(element.attribute("id").and_then(|id| notes.get(&id).cloned()));
            }
            Node::Open("tc", _) => cells += 1,
            Node::Close("tc") => {
                cells = cells.saturating_sub(1);
                return gatherer.push("\t");
            }
            Node::Close("tr") => gatherer.line(),
            Node::Close("p") if cells > 0 => return gatherer.push(" "),
            Node::Close("p") => {
                gatherer.line();
                for note in pending.drain(..) {
                    if !gatherer.push(&note) || !gatherer.push("\n") {
                        return false;
                    }
                }
            }
            _ => {}
        }
        true
    })?;
    for note in pending {
        gatherer.line();
        gatherer.push(&note);
    }
    gatherer.line();
    Ok(())
}
