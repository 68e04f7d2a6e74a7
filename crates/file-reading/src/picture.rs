//! What can be told of a picture or a PDF without drawing it: sizes, how it is turned, whether it says where it was taken.

mod exif;

use exif::Exif;

use crate::pdf::{Budget, Pdf};
use crate::text::shown;
use crate::{Fault, Kind};

/// A picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// Dots across, as stored.
    pub width: u32,
    /// Dots down, as stored.
    pub height: u32,
    /// How it is turned for the eye: 1 not at all, 3 upside down, 6 and 8 by a quarter, 2, 4, 5 and 7
    /// mirrored (EXIF 2.32, tag 274).
    pub orientation: u8,
    /// Whether it says where on Earth it was taken, which not everybody who sends it knows.
    pub has_location: bool,
}

impl Picture {
    /// Width and height as the eye sees them.
    #[must_use]
    pub const fn seen(&self) -> (u32, u32) {
        if self.orientation >= 5 { (self.height, self.width) } else { (self.width, self.height) }
    }

    /// Dots in all, which is what unpacking it costs.
    #[must_use]
    pub const fn dots(&self) -> u64 {
        self.width as u64 * self.height as u64
    }
}

/// A PDF as it looks from outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Its pages; counted up to 100,000.
    pub pages: u32,
    /// Width and height of the first page in millimetres, as it is shown.
    pub first_page: Option<(f64, f64)>,
    /// The title that it gives itself.
    pub title: Option<String>,
    /// Whether its first ten pages are pictures without text, so that no search finds a word of it.
    pub is_scan: bool,
}

const MOST_PAGES: usize = 100_000;
/// Pages that are looked at to tell a scan.
const LOOKED_AT: usize = 10;
const MILLIMETRES_IN_A_POINT: f64 = 25.4 / 72.0;

/// Looks at a picture whose kind was told by [`crate::kind::look`].
///
/// # Errors
///
/// [`Fault::NotReadable`] for other kinds, [`Fault::Damaged`] if the sizes are not there.
pub fn look(bytes: &[u8], kind: Kind) -> Result<Picture, Fault> {
    crate::guarded(kind, || {
        let found = match kind {
            Kind::Png => png(bytes),
            Kind::Jpeg => jpeg(bytes),
            Kind::Gif => gif(bytes),
            Kind::WebP => webp(bytes),
            Kind::Tiff => tiff(bytes),
            other => return Err(Fault::NotReadable(other)),
        };
        found.filter(|picture| picture.width > 0 && picture.height > 0).ok_or(Fault::Damaged { kind, place: "size of the picture" })
    })
}

/// Looks at a PDF.
///
/// # Errors
///
/// [`Fault::Password`], [`Fault::Damaged`], [`Fault::Beyond`].
pub fn document(bytes: &[u8]) -> Result<Document, Fault> {
    crate::guarded(Kind::Pdf, || {
        let pdf = Pdf::open(bytes, Budget::for_a_look())?;
        if pdf.is_locked() {
            return Err(Fault::Password(Kind::Pdf));
        }
        let pages = pdf.pages(MOST_PAGES);
        let shown = shown(&pdf, LOOKED_AT);
        pdf.check()?;
        let size = pages.first().and_then(|page| pdf.size(page));
        Ok(Document {
            pages: u32::try_from(pages.len()).unwrap_or(u32::MAX),
            first_page: size.map(|(width, height)| (width * MILLIMETRES_IN_A_POINT, height * MILLIMETRES_IN_A_POINT)),
            title: pdf.title(),
            is_scan: shown.pages > 0 && shown.with_text == 0 && shown.with_picture == shown.pages,
        })
    })
}

fn picture(width: u32, height: u32, exif: Exif) -> Picture {
    Picture { width, height, orientation: exif.orientation.unwrap_or(1), has_location: exif.has_location }
}

fn big_32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..)?.first_chunk().copied()?))
}

fn little_32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..)?.first_chunk().copied()?))
}

fn little_16(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_le_bytes(bytes.get(at..)?.first_chunk().copied()?)))
}

fn png(bytes: &[u8]) -> Option<Picture> {
    let (width, height) = (big_32(bytes, 16)?, big_32(bytes, 20)?);
    let mut exif = Exif::default();
    let mut at = 8_usize;
    while let (Some(length), Some(name)) = (big_32(bytes, at), bytes.get(at + 4..at + 8)) {
        let start = at + 8;
        let end = start.checked_add(length as usize)?;
        let content = bytes.get(start..end).unwrap_or_default();
        match name {
            b"eXIf" => exif = exif.with(Exif::read(content)),
            b"iTXt" | b"tEXt" => exif.has_location |= exif::speaks_of_location(content),
            b"IEND" => break,
            _ => {}
        }
        at = end.checked_add(4)?;
    }
    Some(picture(width, height, exif))
}

fn jpeg(bytes: &[u8]) -> Option<Picture> {
    let mut exif = Exif::default();
    let mut at = 2_usize;
    loop {
        while *bytes.get(at)? != 0xFF {
            at += 1;
        }
        while *bytes.get(at)? == 0xFF {
            at += 1;
        }
        let mark = *bytes.get(at)?;
        at += 1;
        // Marks without content.
        if matches!(mark, 0 | 1 | 0xD0..=0xD8) {
            continue;
        }
        if mark == 0xD9 || mark == 0xDA {
            return None;
        }
        let length = usize::from(u16::from_be_bytes(bytes.get(at..)?.first_chunk().copied()?));
        let content = bytes.get(at + 2..at + length.max(2))?;
        match mark {
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                let size = |at: usize| Some(u32::from(u16::from_be_bytes(content.get(at..)?.first_chunk().copied()?)));
                return Some(picture(size(3)?, size(1)?, exif));
            }
            0xE1 => match content.strip_prefix(b"Exif\0\0") {
                Some(inner) => exif = exif.with(Exif::read(inner)),
                None => exif.has_location |= exif::speaks_of_location(content),
            },
            _ => {}
        }
        at += length.max(2);
    }
}

fn gif(bytes: &[u8]) -> Option<Picture> {
    Some(picture(little_16(bytes, 6)?, little_16(bytes, 8)?, Exif::default()))
}

fn webp(bytes: &[u8]) -> Option<Picture> {
    let mut size = None;
    let mut exif = Exif::default();
    let mut at = 12_usize;
    while let (Some(name), Some(length)) = (bytes.get(at..at + 4), little_32(bytes, at + 4)) {
        let start = at + 8;
        let end = start.checked_add(length as usize)?;
        let content = bytes.get(start..end.min(bytes.len())).unwrap_or_default();
        let of_24 = |at: usize| Some(little_16(content, at)? | u32::from(*content.get(at + 2)?) << 16);
        match name {
            b"VP8X" => size = of_24(4).zip(of_24(7)).map(|(width, height)| (width + 1, height + 1)),
            b"VP8 " if size.is_none() => {
                size = little_16(content, 6).zip(little_16(content, 8)).map(|(width, height)| (width & 0x3FFF, height & 0x3FFF));
            }
            b"VP8L" if size.is_none() => {
                size = little_32(content, 1).map(|bits| ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1));
            }
            b"EXIF" => exif = exif.with(Exif::read(content.strip_prefix(b"Exif\0\0").unwrap_or(content))),
            b"XMP " => exif.has_location |= exif::speaks_of_location(content),
            _ => {}
        }
        at = end.checked_add(length as usize & 1)?;
    }
    size.map(|(width, height)| picture(width, height, exif))
}

fn tiff(bytes: &[u8]) -> Option<Picture> {
    let exif = Exif::read(bytes);
    exif.size.map(|(width, height)| picture(width, height, exif))
}
