//! OpenDocument texts, spreadsheets and presentations.

use super::legacy::is_legacy_font;
use super::xml::{Node, walk};
use super::{Gatherer, Limits, Place, Text};
use crate::package::Package;
use crate::{Fault, Kind};

/// Blanks that stand in one element; more are drawn by nobody.
const MOST_BLANKS: usize = 100;

pub(super) fn read(bytes: &[u8], kind: Kind, limits: &Limits) -> Result<Text, Fault> {
    let mut package = Package::open(bytes, kind, limits.unpacked_bytes)?;
    let manifest = package.xml("META-INF/manifest.xml")?.unwrap_or_default();
    if manifest.contains("encryption-data") {
        return Err(Fault::Password(kind));
    }
    let content = package.xml("content.xml")?.ok_or(Fault::Damaged { kind, place: "main part" })?;
    let styles = package.xml("styles.xml")?.unwrap_or_default();
    let mut gatherer = Gatherer::new(limits);
    if kind == Kind::Odt {
        margins(&styles, kind, "header", &mut gatherer)?;
        gatherer.close_if_written(Place::Headers);
    }
    body(&content, kind, limits, &mut gatherer)?;
    if kind == Kind::Odt {
        gatherer.close(Place::Body);
        margins(&styles, kind, "footer", &mut gatherer)?;
        gatherer.close_if_written(Place::Footers);
    }
    gatherer.text.legacy_encoding = legacy_fonts(&content, kind)? || legacy_fonts(&styles, kind)?;
    Ok(gatherer.text)
}

/// What stands in the headers or footers of the pages.
fn margins(styles: &str, kind: Kind, which: &str, gatherer: &mut Gatherer) -> Result<(), Fault> {
    let mut inside = 0_usize;
    let mut writer = Writer::default();
    walk(styles, kind, |node| {
        match &node {
            Node::Open(name, _) if *name == which => inside += 1,
            Node::Close(name) if *name == which => inside = inside.saturating_sub(1),
            _ if inside > 0 => return writer.visit(&node, gatherer),
            _ => {}
        }
        true
    })
}

fn legacy_fonts(text: &str, kind: Kind) -> Result<bool, Fault> {
    let mut found = false;
    walk(text, kind, |node| {
        if let Node::Open("text-properties", element) = node {
            let font = element.attribute("font-name").or_else(|| element.attribute("font-family"));
            found |= font.is_some_and(|font| is_legacy_font(font.trim_matches('\'')));
        }
        !found
    })?;
    Ok(found)
}

fn body(content: &str, kind: Kind, limits: &Limits, gatherer: &mut Gatherer) -> Result<(), Fault> {
    let mut writer = Writer::default();
    let (mut inside, mut number, mut depth) = (false, 0_u32, 0_usize);
    let mut name = String::new();
    walk(content, kind, |node| {
        match &node {
            Node::Open("body", _) => inside = true,
            Node::Close("body") => inside = false,
            _ if !inside => {}
            Node::Open("table", element) if kind == Kind::Ods => {
                depth += 1;
                if depth == 1 {
                    name = element.attribute("name").unwrap_or_default();
                    number = number.saturating_add(1);
                }
            }
            Node::Close("table") if kind == Kind::Ods => {
                depth = depth.saturating_sub(1);
                if depth == 0 && !gatherer.close(Place::Sheet { number, name: std::mem::take(&mut name) }) {
                    gatherer.text.cut |= number as usize >= limits.parts;
                    return false;
                }
            }
            Node::Open("page", _) if kind == Kind::Odp => number = number.saturating_add(1),
            Node::Close("page") if kind == Kind::Odp => return gatherer.close(Place::Slide(number)),
            _ => return writer.visit(&node, gatherer),
        }
        true
    })
}

/// Writes paragraphs, and rows of tables as one line each.
#[derive(Default)]
struct Writer {
    paragraphs: usize,
    cells: usize,
    /// Deleted text that is kept for the record, notes of reviewers, and the signs of footnotes.
    hidden: usize,
    /// Whether the row has a cell with text.
    filled: bool,
    /// Blanks of empty cells are not written, so that a wide empty sheet has no text.
    written: usize,
}

impl Writer {
    fn visit(&mut self, node: &Node<'_, '_>, gatherer: &mut Gatherer) -> bool {
        match node {
            Node::Open("tracked-changes" | "annotation" | "note-citation", _) => self.hidden += 1,
            Node::Close("tracked-changes" | "annotation" | "note-citation") => self.hidden = self.hidden.saturating_sub(1),
            _ if self.hidden > 0 => {}
            Node::Open("p" | "h", _) => self.paragraphs += 1,
            Node::Close("p" | "h") => {
                self.paragraphs = self.paragraphs.saturating_sub(1);
                if self.cells > 0 {
                    return gatherer.push(" ");
                }
                if self.paragraphs == 0 {
                    gatherer.line();
                }
            }
            Node::Open("note-body", _) => return gatherer.push(" "),
            Node::Letters(letters) if self.paragraphs > 0 => return gatherer.push(letters),
            Node::Open("s", element) => {
                let count = element.count("c").unwrap_or(1).min(MOST_BLANKS);
                return gatherer.push(&" ".repeat(count));
            }
            Node::Open("tab" | "line-break", _) => return gatherer.push(if self.cells > 0 { " " } else { "\n" }),
            Node::Open("table-cell" | "covered-table-cell", _) => {
                self.cells += 1;
                self.written = gatherer.current.len();
            }
            Node::Close("table-cell" | "covered-table-cell") => {
                self.cells = self.cells.saturating_sub(1);
                if gatherer.current.len() > self.written {
                    self.filled = true;
                    return gatherer.push("\t");
                }
            }
            Node::Close("table-row") if std::mem::take(&mut self.filled) => gatherer.line(),
            _ => {}
        }
        true
    }
}
