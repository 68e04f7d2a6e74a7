//! Sheets as text: values parted by commas, semicolons or tabs.
//!
//! Rows are counted as sheet programs count them: a value over several lines is one row, and an empty line is a row.
//! A quote before a text that begins like a formula is taken away (see [`crate::csv`]).

use std::sync::Arc;

use viet_text::{decode_windows_1252, decode_windows_1258, legacy, syllable_share};

use super::{Book, Cell, Content, Limits, Row, Sheet};
use crate::delimited::unguarded;
use crate::fault::{Fault, Place, Rule};

/// Share of the words with marks that must be Vietnamese syllables before bytes are taken for Windows-1258.
const LEAST_SHARE: f64 = 0.7;
/// Lines that the separator is looked for in.
const LINES_LOOKED_AT: usize = 50;

/// What parts the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Separator {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
}

impl Separator {
    /// All of them.
    pub const ALL: [Separator; 3] = [Separator::Comma, Separator::Semicolon, Separator::Tab];

    /// The sign.
    #[must_use]
    pub fn sign(self) -> char {
        match self {
            Separator::Comma => ',',
            Separator::Semicolon => ';',
            Separator::Tab => '\t',
        }
    }
}

/// How letters are written as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextEncoding {
    /// UTF-8, with or without its mark at the beginning.
    Utf8,
    /// Windows-1258, the Vietnamese code page.
    Windows1258,
    /// Windows-1252, the Western code page, in which text from before Unicode comes.
    Windows1252,
}

/// What is known of a text file beforehand. By default nothing is, and both are found from the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextOptions {
    /// Its encoding. A mark at the beginning of the file goes before it.
    pub encoding: Option<TextEncoding>,
    /// What parts the values. A first line such as `sep=;` goes before it.
    pub separator: Option<Separator>,
}

pub(super) fn read(file: &Arc<str>, bytes: &[u8], limits: &Limits, options: &TextOptions) -> Result<Book, Vec<Fault>> {
    let mut remarks = Vec::new();
    let text = decoded(file, bytes, options.encoding, &mut remarks).map_err(|rule| vec![Fault::of_file(file, rule)])?;
    if text.trim().is_empty() {
        return Err(vec![Fault::of_file(file, Rule::EmptyFile)]);
    }
    let (separator, named) = match named_separator(&text) {
        Some(sign) => (sign, true),
        None => (options.separator.unwrap_or_else(|| found_separator(&text)).sign(), false),
    };
    let mut reader = Reader { file, limits, separator, sheet: Sheet::default(), faults: Vec::new() };
    reader.rows(&text, named);
    if reader.faults.is_empty() { Ok(Book { file: file.clone(), sheets: vec![reader.sheet], remarks }) } else { Err(reader.faults) }
}

fn decoded(file: &Arc<str>, bytes: &[u8], encoding: Option<TextEncoding>, remarks: &mut Vec<Fault>) -> Result<String, Rule> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return utf8(rest);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return utf16(rest, u16::from_be_bytes);
    }
    match encoding {
        Some(TextEncoding::Utf8) => return utf8(bytes),
        Some(TextEncoding::Windows1258) => return decode_windows_1258(bytes).ok_or(Rule::UnknownEncoding { line: 1 }),
        Some(TextEncoding::Windows1252) => return Ok(decode_windows_1252(bytes)),
        None => {}
    }
    let unknown = match utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(rule) => rule,
    };
    let (text, name) = guessed(bytes).ok_or(unknown)?;
    remarks.push(Fault::of_file(file, Rule::GuessedEncoding { name }));
    Ok(text)
}

/// The text in the code page that its letters speak for.
fn guessed(bytes: &[u8]) -> Option<(String, &'static str)> {
    let western = decode_windows_1252(bytes);
    if legacy::detect(western.split(['\n', ',', ';', '\t'])).is_some() {
        return Some((western, "Windows-1252"));
    }
    let vietnamese = decode_windows_1258(bytes)?;
    syllable_share(&vietnamese).filter(|share| *share >= LEAST_SHARE).map(|_| (vietnamese, "Windows-1258"))
}

fn utf8(bytes: &[u8]) -> Result<String, Rule> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        Rule::UnknownEncoding { line: good.iter().filter(|byte| **byte == b'\n').count() + 1 }
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Rule> {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    let whole = bytes.len().is_multiple_of(2);
    String::from_utf16(&units).ok().filter(|_| whole).ok_or(Rule::UnknownEncoding { line: 1 })
}

/// Excel writes and reads a first line that names the separator.
fn named_separator(text: &str) -> Option<char> {
    let line = text.lines().next()?.trim_end();
    let mut signs = line.strip_prefix("sep=").or_else(|| line.strip_prefix("SEP="))?.chars();
    let sign = signs.next()?;
    (signs.next().is_none() && Separator::ALL.iter().any(|known| known.sign() == sign)).then_some(sign)
}

/// The sign that stands in most lines, outside of quotes, and as often in each as can be.
fn found_separator(text: &str) -> Separator {
    let mut best = (Separator::Comma, 0);
    // The comma last: it also stands in texts and figures.
    for separator in Separator::ALL.into_iter().rev() {
        let mut counts = vec![0_usize];
        let mut quoted = false;
        for sign in text.chars() {
            match sign {
                '"' => quoted = !quoted,
                '\n' if !quoted => {
                    if counts.len() >= LINES_LOOKED_AT {
                        break;
                    }
                    counts.push(0);
                }
                sign if sign == separator.sign() && !quoted => {
                    if let Some(last) = counts.last_mut() {
                        *last += 1;
                    }
                }
                _ => {}
            }
        }
        // Lines with the same number of signs as another line speak for a sign; decimal commas seldom do that.
        let score =
            counts.iter().filter(|count| **count > 0).map(|count| counts.iter().filter(|other| *other == count).count() * count).sum();
        if score > best.1 {
            best = (separator, score);
        }
    }
    best.0
}

struct Reader<'r> {
    file: &'r Arc<str>,
    limits: &'r Limits,
    separator: char,
    sheet: Sheet,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn rows(&mut self, text: &str, skip_first: bool) {
        let mut signs = text.chars().peekable();
        let mut row = Row { number: 1, hidden: false, cells: Vec::new() };
        let mut column = 1_u32;
        let mut value = String::new();
        let mut skip = skip_first;
        while let Some(sign) = signs.next() {
            match sign {
                '"' if value.is_empty() => {
                    let place = row.place(column);
                    if !quoted(&mut signs, &mut value) {
                        self.faults.push(Fault::of_file(self.file, Rule::UnclosedQuote).at(place));
                    }
                }
                '\r' | '\n' => {
                    if sign == '\r' {
                        signs.next_if_eq(&'\n');
                    }
                    self.cell(&mut row, column, &mut value);
                    if skip {
                        row.cells.clear();
                        skip = false;
                    }
                    let next = row.number.saturating_add(1);
                    if !self.row(std::mem::replace(&mut row, Row { number: next, hidden: false, cells: Vec::new() })) {
                        return;
                    }
                    column = 1;
                }
                sign if sign == self.separator => {
                    self.cell(&mut row, column, &mut value);
                    column = column.saturating_add(1);
                }
                sign => value.push(sign),
            }
        }
        self.cell(&mut row, column, &mut value);
        if !skip {
            self.row(row);
        }
    }

    fn cell(&mut self, row: &mut Row, column: u32, value: &mut String) {
        let text = std::mem::take(value);
        if text.is_empty() {
            return;
        }
        let limit = self.limits.cell_length;
        let rule = if column > self.limits.columns {
            Rule::TooManyColumns { limit: self.limits.columns }
        } else if text.len() > limit && text.chars().count() > limit {
            Rule::CellTooLong { limit }
        } else {
            let content = Content::Text(Arc::from(unguarded(&text)));
            row.cells.push(Cell { column, content, formula: false, font: None });
            return;
        };
        if self.faults.len() < 1_000 {
            self.faults.push(Fault::of_file(self.file, rule).at(row.place(column)));
        }
    }

    /// Keeps a row that holds something; `false` if no more may be taken in.
    fn row(&mut self, row: Row) -> bool {
        if row.cells.is_empty() {
            return true;
        }
        let limit = self.limits.rows;
        if self.sheet.rows.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
            let place = Place { row: row.number, column: 1 };
            self.faults.push(Fault::of_file(self.file, Rule::TooManyRows { limit }).at(place));
            return false;
        }
        self.sheet.rows.push(row);
        true
    }
}

/// Reads a value up to its closing mark; `false` if there is none.
fn quoted(signs: &mut std::iter::Peekable<std::str::Chars<'_>>, value: &mut String) -> bool {
    while let Some(sign) = signs.next() {
        if sign != '"' {
            value.push(sign);
        } else if signs.next_if_eq(&'"').is_some() {
            value.push('"');
        } else {
            return true;
        }
    }
    false
}
