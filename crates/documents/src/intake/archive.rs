//! The parts of an archive, unpacked under a limit.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Cursor, Read};

use zip::ZipArchive;

use crate::fault::Rule;

/// Parts that an archive may name; a large book has some hundreds.
const MOST_PARTS: usize = 10_000;

/// The parts of an archive, and how many bytes may still come out of them.
pub(super) struct Parts<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Names in small letters, with the places of the parts: other programs do not keep to the letters either.
    names: BTreeMap<String, usize>,
    budget: Budget,
}

/// Bytes that may still be unpacked.
#[derive(Clone, Copy, Debug)]
struct Budget {
    limit: u64,
    left: u64,
    burst: bool,
}

impl<'a> Parts<'a> {
    /// Opens an archive whose directory promises no more than `limit` bytes.
    pub(super) fn open(bytes: &'a [u8], limit: u64) -> Result<Parts<'a>, Rule> {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged("zip"))?;
        if zip.len() > MOST_PARTS {
            return Err(Rule::UnpacksTooLarge { limit });
        }
        let mut names = BTreeMap::new();
        let mut promised = 0_u64;
        for index in 0..zip.len() {
            let part = zip.by_index_raw(index).map_err(|_| damaged("zip"))?;
            promised = promised.saturating_add(part.size());
            let Ok(name) = part.name() else { continue };
            names.entry(name.replace('\\', "/").trim_start_matches('/').to_lowercase()).or_insert(index);
        }
        if promised > limit {
            return Err(Rule::UnpacksTooLarge { limit });
        }
        Ok(Parts { zip, names, budget: Budget { limit, left: limit, burst: false } })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains_key(&name.to_lowercase())
    }

    /// Reads one part with `read`; `None` if the archive has no such part.
    pub(super) fn read<T>(&mut self, name: &str, read: impl FnOnce(&mut dyn io::BufRead) -> Result<T, Rule>) -> Result<Option<T>, Rule> {
        let Some(index) = self.names.get(&name.to_lowercase()) else { return Ok(None) };
        let part = self.zip.by_index(*index).map_err(|error| match error {
            zip::result::ZipError::UnsupportedArchive(reason) if reason == zip::result::ZipError::PASSWORD_REQUIRED => Rule::Encrypted,
            _ => damaged(name),
        })?;
        let limit = self.budget.limit;
        let answer = read(&mut BufReader::with_capacity(64 * 1024, Counted { inner: part, budget: &mut self.budget }));
        if self.budget.burst { Err(Rule::UnpacksTooLarge { limit }) } else { answer.map(Some) }
    }
}

/// The rule for a part that cannot be read.
pub(super) fn damaged(part: &str) -> Rule {
    Rule::Damaged { part: part.to_owned() }
}

/// A source that stops when the budget is used up.
struct Counted<'b, R> {
    inner: R,
    budget: &'b mut Budget,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.budget.left.checked_sub(u64::try_from(read).unwrap_or(u64::MAX)) {
            Some(left) => {
                self.budget.left = left;
                Ok(read)
            }
            None => {
                self.budget.burst = true;
                Err(io::Error::other("the archive unpacks to more than allowed"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_counted_while_they_come_out() {
        let mut budget = Budget { limit: 1_000, left: 1_000, burst: false };
        let mut out = Vec::new();
        let answer = Counted { inner: io::repeat(0), budget: &mut budget }.read_to_end(&mut out);
        assert!(answer.is_err() && budget.burst && out.len() <= 1_000, "{}", out.len());
        let mut budget = Budget { limit: 1_000, left: 1_000, burst: false };
        Counted { inner: io::repeat(0).take(1_000), budget: &mut budget }.read_to_end(&mut out).unwrap();
        assert_eq!((budget.left, budget.burst), (0, false));
    }
}
