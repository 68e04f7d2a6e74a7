//! Tables that lead from codes to letters (`/ToUnicode`, ISO 32000-2, 9.10.3) and that say how many bytes a code has.

use std::collections::BTreeMap;

use crate::pdf::{Lexer, Object, Token};

/// Entries of one table; the whole of Unicode in use is smaller.
const MOST_ENTRIES: usize = 70_000;

/// A table of letters.
#[derive(Debug, Default)]
pub(super) struct Letters {
    singles: BTreeMap<u32, String>,
    /// First code, last code, letters of the first.
    ranges: Vec<(u32, u32, Vec<u16>)>,
    /// Bytes of a code, with the lowest and highest code of that length.
    spaces: Vec<(usize, u32, u32)>,
}

impl Letters {
    /// Reads a table; entries that make no sense are passed over.
    pub(super) fn read(data: &[u8]) -> Self {
        let mut letters = Self::default();
        let mut lexer = Lexer::of_content(data, data.len() as u64 + 16);
        loop {
            match lexer.token() {
                Token::End => break,
                Token::Word(b"begincodespacerange") => letters.read_spaces(&mut lexer),
                Token::Word(b"beginbfchar") => letters.read_singles(&mut lexer),
                Token::Word(b"beginbfrange") => letters.read_ranges(&mut lexer),
                _ => {}
            }
        }
        letters.ranges.sort_by_key(|range| range.0);
        letters
    }

    fn read_spaces(&mut self, lexer: &mut Lexer<'_>) {
        while let Token::Scalar(Object::String(low)) = lexer.token() {
            let Token::Scalar(Object::String(high)) = lexer.token() else { return };
            if (1..=4).contains(&low.len()) && low.len() == high.len() && self.spaces.len() < 16 {
                self.spaces.push((low.len(), code(&low), code(&high)));
            }
        }
    }

    fn read_singles(&mut self, lexer: &mut Lexer<'_>) {
        while let Token::Scalar(Object::String(from)) = lexer.token() {
            let Token::Scalar(to) = lexer.token() else { return };
            if let (Some(to), true) = (to.string(), self.has_room()) {
                self.singles.insert(code(&from), String::from_utf16_lossy(&units(to)));
            }
        }
    }

    fn read_ranges(&mut self, lexer: &mut Lexer<'_>) {
        while let Token::Scalar(Object::String(first)) = lexer.token() {
            let Token::Scalar(Object::String(last)) = lexer.token() else { return };
            let (first, last) = (code(&first), code(&last));
            let token = lexer.token();
            match lexer.object_from(token, 0) {
                Some(Object::String(to)) if self.has_room() => self.ranges.push((first, last, units(&to))),
                Some(Object::Array(all)) => {
                    for (to, code) in all.iter().zip(first..=last) {
                        if let (Some(to), true) = (to.string(), self.has_room()) {
                            self.singles.insert(code, String::from_utf16_lossy(&units(to)));
                        }
                    }
                }
                Some(_) => {}
                None => return,
            }
        }
    }

    fn has_room(&self) -> bool {
        self.singles.len() + self.ranges.len() < MOST_ENTRIES
    }

    /// Whether nothing leads to a letter.
    pub(super) fn is_empty(&self) -> bool {
        self.singles.is_empty() && self.ranges.is_empty()
    }

    /// The letters of a code.
    pub(super) fn of(&self, code: u32) -> Option<String> {
        if let Some(known) = self.singles.get(&code) {
            return Some(known.clone());
        }
        let after = self.ranges.partition_point(|range| range.0 <= code);
        // Ranges that stand in each other are rare; a few steps back find them.
        let (first, _, to) = self.ranges.get(after.saturating_sub(8)..after)?.iter().rev().find(|range| code <= range.1)?;
        let mut to = to.clone();
        let last = to.last_mut()?;
        *last = last.wrapping_add(u16::try_from(code - first).ok()?);
        Some(String::from_utf16_lossy(&to))
    }

    /// How many bytes the next code has.
    pub(super) fn length(&self, bytes: &[u8], usual: usize) -> usize {
        for length in 1..=4_usize {
            let Some(head) = bytes.get(..length) else { break };
            if self.spaces.iter().any(|(other, low, high)| *other == length && within(code(head), *low, *high, length)) {
                return length;
            }
        }
        usual
    }
}

/// Each byte of a code must be in the range of that byte.
fn within(code: u32, low: u32, high: u32, length: usize) -> bool {
    (0..length).all(|at| {
        let byte = |code: u32| code >> (8 * at) & 0xFF;
        (byte(low)..=byte(high)).contains(&byte(code))
    })
}

/// The bytes of a code as a figure.
pub(super) fn code(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |code, byte| code << 8 | u32::from(*byte))
}

fn units(bytes: &[u8]) -> Vec<u16> {
    match bytes {
        [one] => vec![u16::from(*one)],
        _ => bytes.as_chunks::<2>().0.iter().take(64).map(|pair| u16::from_be_bytes(*pair)).collect(),
    }
}
