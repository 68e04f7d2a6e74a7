//! Where the objects of a file stand: its tables from the last to the first, or a walk through its bytes.

use std::collections::BTreeSet;

use super::lexer::{is_blank, is_delimiter};
use super::{Dict, Lexer, Object, Pdf, Token};

/// Where an object stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// At this byte.
    At(usize),
    /// In this stream of objects.
    Inside(u32),
    /// It was taken out.
    Free,
}

/// Updates of a file; each adds one table.
const MOST_TABLES: usize = 4096;
/// Objects of a file.
const MOST_ENTRIES: usize = 2_000_000;
/// The pointer to the table stands in so many last bytes.
const TAIL: usize = 4096;

/// The first place of `what`.
pub(super) fn position(bytes: &[u8], what: &[u8]) -> Option<usize> {
    let first = *what.first()?;
    let mut from = 0;
    loop {
        from += bytes.get(from..)?.iter().position(|byte| *byte == first)?;
        if bytes.get(from..)?.starts_with(what) {
            return Some(from);
        }
        from += 1;
    }
}

fn last_position(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|window| window == what)
}

impl Pdf<'_> {
    /// Reads the tables that the end of the file leads to.
    pub(super) fn read_table(&mut self) {
        let tail = self.bytes.len().saturating_sub(TAIL);
        let Some(at) = last_position(self.bytes.get(tail..).unwrap_or_default(), b"startxref") else { return };
        let mut lexer = Lexer::of_file(self.bytes, tail + at + b"startxref".len(), 16);
        let Token::Scalar(Object::Integer(start)) = lexer.token() else { return };
        // Places count from the head, which may stand behind other bytes.
        let head = position(self.bytes.get(..1024).unwrap_or(self.bytes), b"%PDF-").unwrap_or(0);
        let mut next = usize::try_from(start).ok();
        let mut seen = BTreeSet::new();
        while let Some(place) = next {
            if !seen.insert(place) || seen.len() > MOST_TABLES || self.check().is_err() {
                return;
            }
            let Some(trailer) = self.table_at(place, head).or_else(|| self.table_at(place.checked_add(head)?, head)) else { return };
            if let Some(hybrid) = trailer.get("XRefStm").and_then(Object::integer).and_then(|place| usize::try_from(place).ok())
                && seen.insert(hybrid)
            {
                self.table_at(hybrid, head);
            }
            next = trailer.get("Prev").and_then(Object::integer).and_then(|place| usize::try_from(place).ok());
            if self.trailer.0.is_empty() {
                self.trailer = trailer;
            }
        }
    }

    /// Reads one table of either form and gives its trailer.
    fn table_at(&mut self, place: usize, head: usize) -> Option<Dict> {
        let mut lexer = Lexer::of_file(self.bytes, place, self.work_left());
        if lexer.token() == Token::Word(b"xref") {
            let trailer = self.plain_table(&mut lexer, head);
            self.account(&mut lexer);
            return trailer;
        }
        self.account(&mut lexer);
        let (_, object) = self.object_at(place, None)?;
        let Object::Stream(stream) = object else { return None };
        if !stream.dict.is_type("XRef") {
            return None;
        }
        let data = self.unpack(&stream).ok()?;
        self.packed_table(&stream.dict, &data, head)?;
        Some(stream.dict)
    }

    fn plain_table(&mut self, lexer: &mut Lexer<'_>, head: usize) -> Option<Dict> {
        loop {
            match lexer.token() {
                Token::Scalar(Object::Integer(first)) => {
                    let Token::Scalar(Object::Integer(count)) = lexer.token() else { return None };
                    let first = u32::try_from(first).ok()?;
                    for index in 0..u32::try_from(count).ok()? {
                        let before = lexer.at;
                        let Token::Scalar(Object::Integer(offset)) = lexer.token() else {
                            lexer.at = before;
                            break;
                        };
                        let Token::Scalar(_) = lexer.token() else { return None };
                        let entry = match lexer.token() {
                            Token::Word(b"n") => Entry::At(usize::try_from(offset).ok()?.checked_add(head)?),
                            Token::Word(b"f") => Entry::Free,
                            _ => return None,
                        };
                        lexer.left = lexer.left.checked_sub(1)?;
                        self.enter(first.checked_add(index)?, entry)?;
                    }
                }
                Token::Word(b"trailer") => {
                    return lexer.object()?.dict().cloned();
                }
                _ => return None,
            }
        }
    }

    fn packed_table(&mut self, dict: &Dict, data: &[u8], head: usize) -> Option<()> {
        let widths: Vec<usize> = dict.get("W")?.array()?.iter().filter_map(|width| usize::try_from(width.integer()?).ok()).collect();
        let [kind_width, first_width, second_width] = widths.as_slice() else { return None };
        let row = kind_width.checked_add(*first_width)?.checked_add(*second_width).filter(|row| (1..=24).contains(row))?;
        let size = dict.get("Size").and_then(Object::integer).unwrap_or(0);
        let sections: Vec<i64> = match dict.get("Index").and_then(Object::array) {
            Some(index) => index.iter().filter_map(Object::integer).collect(),
            None => vec![0, size],
        };
        let mut rows = data.chunks_exact(row);
        for section in sections.as_chunks::<2>().0 {
            let first = u32::try_from(section[0]).ok()?;
            for index in 0..u32::try_from(section[1]).ok()? {
                let Some(row) = rows.next() else { return Some(()) };
                let (kind, rest) = row.split_at(*kind_width);
                let (second, _) = rest.split_at(*first_width);
                let value = |bytes: &[u8]| bytes.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
                let entry = match if *kind_width == 0 { 1 } else { value(kind) } {
                    0 => Entry::Free,
                    1 => Entry::At(usize::try_from(value(second)).ok()?.checked_add(head)?),
                    2 => Entry::Inside(u32::try_from(value(second)).ok()?),
                    _ => continue,
                };
                self.spend(1);
                self.enter(first.checked_add(index)?, entry)?;
            }
        }
        Some(())
    }

    /// Later tables are read first, so what is known stays.
    fn enter(&mut self, number: u32, entry: Entry) -> Option<()> {
        if self.entries.len() >= MOST_ENTRIES {
            self.over.set(Some("entries of the table"));
            return None;
        }
        self.entries.entry(number).or_insert(entry);
        Some(())
    }

    /// Finds the objects by walking through the file; of a number that stands twice, the last counts.
    pub(super) fn rebuild_table(&mut self) {
        self.entries.clear();
        self.containers.borrow_mut().clear();
        self.trailer = Dict::default();
        self.spend(self.bytes.len() as u64 / 64);
        let mut trailer = Dict::default();
        let mut packed = Vec::new();
        let mut at = 0;
        while let Some(step) = position(self.bytes.get(at..).unwrap_or_default(), b"obj") {
            let word = at + step;
            at = word + 3;
            if self.check().is_err() {
                return;
            }
            let Some((number, place)) = head_before(self.bytes, word) else { continue };
            if self.entries.len() >= MOST_ENTRIES {
                self.over.set(Some("entries of the table"));
                return;
            }
            self.entries.insert(number, Entry::At(place));
            // A look at the first bytes saves reading every object.
            let opening = self.bytes.get(at..).unwrap_or_default();
            let opening = opening.get(..512).unwrap_or(opening);
            let opening = position(opening, b"endobj").map_or(opening, |end| opening.get(..end).unwrap_or_default());
            if position(opening, b"/ObjStm").is_some() || position(opening, b"/XRef").is_some() {
                packed.push(place);
            } else if position(opening, b"/Catalog").is_some() {
                trailer.0.insert(0, (b"Root".to_vec(), Object::Reference((number, 0))));
            }
        }
        self.trailers_by_walking(&mut trailer);
        for place in packed {
            let Some((id, Object::Stream(stream))) = self.object_at(place, None) else { continue };
            if stream.dict.is_type("XRef") {
                for key in ["Root", "Encrypt", "ID", "Info"] {
                    if let Some(object) = stream.dict.get(key) {
                        trailer.0.insert(0, (key.as_bytes().to_vec(), object.clone()));
                    }
                }
            }
            if stream.dict.is_type("ObjStm") {
                self.trailer = trailer.clone();
                let Some(container) = self.container(id.0) else { continue };
                let mut root = None;
                for (number, place) in &container.places {
                    self.entries.entry(*number).or_insert(Entry::Inside(id.0));
                    let opening = container.data.get(*place..).unwrap_or_default();
                    let opening = opening.get(..256).unwrap_or(opening);
                    if root.is_none() && trailer.get("Root").is_none() && position(opening, b"/Catalog").is_some() {
                        root = Some(*number);
                    }
                }
                if let Some(number) = root {
                    trailer.0.push((b"Root".to_vec(), Object::Reference((number, 0))));
                }
            }
        }
        self.trailer = trailer;
    }

    fn trailers_by_walking(&self, trailer: &mut Dict) {
        let mut at = 0;
        while let Some(step) = position(self.bytes.get(at..).unwrap_or_default(), b"trailer") {
            at += step + b"trailer".len();
            let mut lexer = Lexer::of_file(self.bytes, at, self.for_an_object());
            let found = lexer.object();
            self.account(&mut lexer);
            if self.check().is_err() {
                return;
            }
            let Some(Object::Dict(found)) = found else { continue };
            // Trailers do not stand in each other, and reading one over and over would take long.
            at = lexer.at;
            for (key, object) in found.0 {
                if !(key == b"Root" && self.root_is_known(trailer, &object)) {
                    trailer.0.insert(0, (key, object));
                }
            }
        }
    }

    /// A trailer that names a root which is nowhere does not take the place of one that was seen.
    fn root_is_known(&self, trailer: &Dict, root: &Object) -> bool {
        let leads_nowhere = !matches!(root, Object::Reference((number, _)) if self.entries.contains_key(number));
        leads_nowhere && trailer.get("Root").is_some()
    }
}

/// The number in `12 0 obj` and the place of its first digit, given the place of `obj`.
fn head_before(bytes: &[u8], word: usize) -> Option<(u32, usize)> {
    let digits_before = |mut end: usize| {
        while end > 0 && bytes.get(end - 1).is_some_and(|byte| is_blank(*byte)) {
            end -= 1;
        }
        let mut start = end;
        while start > 0 && end - start < 10 && bytes.get(start - 1).is_some_and(u8::is_ascii_digit) {
            start -= 1;
        }
        (start < end).then_some((start, end))
    };
    let (generation, _) = digits_before(word)?;
    let (start, end) = digits_before(generation)?;
    let starts_free =
        start == 0 || bytes.get(start - 1).is_none_or(|byte| is_blank(*byte) || is_delimiter(*byte) || byte.is_ascii_alphabetic());
    starts_free.then_some(())?;
    let number = std::str::from_utf8(bytes.get(start..end)?).ok()?.parse().ok()?;
    Some((number, start))
}
