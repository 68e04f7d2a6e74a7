//! The text of PDF pages: operators are followed, signs become letters by the tables of their fonts,
//! and places on the page become blanks and lines.

mod content;
mod font;
mod glyph;
mod layout;
mod letters;

use super::{Gatherer, Limits, Place, Text};
use crate::pdf::{Budget, Pdf};
use crate::{Fault, Kind};

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Text, Fault> {
    let pdf = Pdf::open(bytes, Budget { work: limits.work, unpacked: limits.unpacked_bytes })?;
    if pdf.is_locked() {
        return Err(Fault::Password(Kind::Pdf));
    }
    let mut pages = pdf.pages(limits.parts.saturating_add(1));
    let mut gatherer = Gatherer::new(limits);
    if pages.len() > limits.parts {
        gatherer.text.cut = true;
        pages.truncate(limits.parts);
    }
    let mut reader = content::Reader::new(&pdf);
    for (index, page) in pages.iter().enumerate() {
        // A little more than there is room for shows that something is cut.
        let lines = reader.page(page, gatherer.left.saturating_add(64));
        match pdf.check() {
            Err(fault) if index == 0 => return Err(fault),
            Err(_) => {
                gatherer.text.cut = true;
                break;
            }
            Ok(()) => {}
        }
        gatherer.push(&lines.text());
        if !gatherer.close(Place::Page(u32::try_from(index + 1).unwrap_or(u32::MAX))) {
            gatherer.text.cut |= index + 1 < pages.len();
            break;
        }
    }
    gatherer.text.unmapped = reader.unmapped;
    gatherer.text.legacy_encoding = reader.legacy;
    Ok(gatherer.text)
}

/// What the first pages of a PDF show, which tells a scan from a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Shown {
    /// Pages looked at.
    pub(crate) pages: usize,
    /// Pages with text.
    pub(crate) with_text: usize,
    /// Pages with a picture.
    pub(crate) with_picture: usize,
}

/// Looks at up to `most` pages.
pub(crate) fn shown(pdf: &Pdf<'_>, most: usize) -> Shown {
    let mut reader = content::Reader::new(pdf);
    let mut shown = Shown::default();
    for page in pdf.pages(most) {
        let pictures = reader.pictures;
        let lines = reader.page(&page, 1024);
        shown.pages += 1;
        shown.with_text += usize::from(!lines.is_blank());
        shown.with_picture += usize::from(reader.pictures > pictures);
    }
    shown
}
