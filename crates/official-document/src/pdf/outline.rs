//! The outline beside the pages.

use pdf_writer::{Finish, Pdf, Ref, TextStr};

use super::chunk::Page;
use super::file::Numbers;
use super::structure::{NodeId, Structure};

/// Where a heading stands.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) level: u8,
    pub(super) title: String,
    pub(super) page: usize,
    /// From above.
    pub(super) y: f32,
}

/// How far above the feet of its letters a heading is jumped to.
const ABOVE: f32 = 20.0;

/// Notes where a heading begins; its further lines are already noted.
pub(super) fn note(entries: &mut Vec<Entry>, structure: &Structure, node: NodeId, page: usize, y: f32) {
    if let Some((level, title)) = structure.as_heading(node)
        && entries.last().is_none_or(|last| last.title != title || last.level != level)
    {
        entries.push(Entry { level, title: title.to_owned(), page, y: (y - ABOVE).max(0.0) });
    }
}

/// Writes the outline: title and annexes, with the headings in them one level below.
pub(super) fn write(pdf: &mut Pdf, numbers: &mut Numbers, entries: Vec<Entry>, ids: &[Ref], pages: &[Page]) -> Ref {
    let root = numbers.next();
    let chapters = chapters(entries);
    let tops: Vec<Ref> = chapters.iter().map(|_| numbers.next()).collect();
    let mut count = tops.len();
    for (index, (chapter, id)) in chapters.iter().zip(&tops).enumerate() {
        let Some((top, below)) = chapter.split_first() else { continue };
        let children: Vec<Ref> = below.iter().map(|_| numbers.next()).collect();
        count += children.len();
        item(pdf, *id, root, top, &tops, index, &children, (ids, pages));
        for (index, (entry, child)) in below.iter().zip(&children).enumerate() {
            item(pdf, *child, *id, entry, &children, index, &[], (ids, pages));
        }
    }
    let mut outline = pdf.outline(root);
    if let (Some(first), Some(last)) = (tops.first(), tops.last()) {
        outline.first(*first).last(*last).count(count as i32);
    }
    outline.finish();
    root
}

/// Entries of the first level, each with all below it.
fn chapters(entries: Vec<Entry>) -> Vec<Vec<Entry>> {
    let mut chapters: Vec<Vec<Entry>> = Vec::new();
    for entry in entries {
        match chapters.last_mut() {
            Some(chapter) if entry.level > 1 => chapter.push(entry),
            // The first heading of the document says what its title says.
            Some(_) if entry.level == 1 && entry.page == 0 => {}
            _ => chapters.push(vec![entry]),
        }
    }
    chapters
}

#[expect(clippy::too_many_arguments, reason = "an item is all that stands around it")]
fn item(
    pdf: &mut Pdf,
    id: Ref,
    parent: Ref,
    entry: &Entry,
    beside: &[Ref],
    index: usize,
    children: &[Ref],
    (ids, pages): (&[Ref], &[Page]),
) {
    let mut item = pdf.outline_item(id);
    item.title(TextStr(&entry.title)).parent(parent);
    if let Some(previous) = index.checked_sub(1).and_then(|index| beside.get(index)) {
        item.prev(*previous);
    }
    if let Some(next) = beside.get(index + 1) {
        item.next(*next);
    }
    if let (Some(first), Some(last)) = (children.first(), children.last()) {
        item.first(*first).last(*last).count(children.len() as i32);
    }
    if let Some((id, page)) = ids.get(entry.page).zip(pages.get(entry.page)) {
        item.dest().page(*id).xyz(0.0, page.sheet.height - entry.y, None);
    }
}
