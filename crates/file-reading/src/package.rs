//! Packages (ZIP) as office files use them: parts by name, unpacked up to a budget.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::{Fault, Kind};

/// More parts than an office file has; each costs memory before anything is read.
const MOST_PARTS: usize = 20_000;

/// The numbers of parts that the ends of directories in a file give. Reading a directory takes memory
/// for each part, so the number is looked at before; one too large for its place is 65,535.
fn counts(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    bytes.windows(22).enumerate().filter_map(|(at, end)| {
        let rest = end.strip_prefix(b"PK\x05\x06")?;
        let size = u32::from_le_bytes(*rest.get(8..)?.first_chunk()?) as usize;
        (size <= at || size == 0xFFFF_FFFF).then(|| usize::from(u16::from_le_bytes([rest[6], rest[7]])))
    })
}

/// An open package with what may still be unpacked from it.
pub(crate) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    kind: Kind,
    budget: u64,
    names: Vec<String>,
}

impl<'a> Package<'a> {
    /// Opens a package of which at most `budget` bytes are unpacked, all parts together.
    pub(crate) fn open(bytes: &'a [u8], kind: Kind, budget: u64) -> Result<Self, Fault> {
        if counts(bytes).any(|count| count > MOST_PARTS) {
            return Err(Fault::Beyond { kind, limit: "parts of the package" });
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Fault::Damaged { kind, place: "directory of the package" })?;
        let names = (0..archive.len())
            .map(|index| archive.name_for_index(index).and_then(Result::ok).map(|name| name.into_owned()).unwrap_or_default())
            .collect();
        Ok(Self { archive, kind, budget, names })
    }

    /// The names of all parts, in the order of the directory.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether there is a part of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|other| other == name)
    }

    /// A part, or nothing if it is absent.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        let Some(index) = self.names.iter().position(|other| other == name) else { return Ok(None) };
        let damaged = Fault::Damaged { kind: self.kind, place: "part of the package" };
        let part = self.archive.by_index(index).map_err(|_| damaged.clone())?;
        if part.encrypted() {
            return Err(Fault::Password(self.kind));
        }
        let beyond = Fault::Beyond { kind: self.kind, limit: "unpacked bytes" };
        // What says itself that it is too large is not begun. The room is made at once: growing would need it twice.
        if part.size() > self.budget {
            return Err(beyond);
        }
        let mut content = Vec::with_capacity(usize::try_from(part.size()).unwrap_or(0));
        let read = part.take(self.budget + 1).read_to_end(&mut content);
        if content.len() as u64 > self.budget {
            return Err(beyond);
        }
        read.map_err(|_| damaged)?;
        self.budget -= content.len() as u64;
        Ok(Some(content))
    }

    /// A part as text of XML: UTF-8, or UTF-16 with its mark.
    pub(crate) fn xml(&mut self, name: &str) -> Result<Option<String>, Fault> {
        let damaged = Fault::Damaged { kind: self.kind, place: "letters of a part" };
        let Some(content) = self.part(name)? else { return Ok(None) };
        match content.as_slice() {
            [0xFE, 0xFF, rest @ ..] => Ok(Some(encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into_owned())),
            [0xFF, 0xFE, rest @ ..] => Ok(Some(encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0.into_owned())),
            [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8(rest.to_vec()).map(Some).map_err(|_| damaged),
            _ => String::from_utf8(content).map(Some).map_err(|_| damaged),
        }
    }
}
