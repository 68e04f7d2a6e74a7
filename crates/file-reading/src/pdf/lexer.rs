//! Bytes become tokens and objects, with a bound on nesting and on the number of objects.

use super::object::{Dict, Object};

/// Arrays and dictionaries stand inside each other so deep at most.
const DEEPEST: usize = 64;

/// What stands next.
#[derive(Debug, PartialEq)]
pub(crate) enum Token<'a> {
    /// A figure, string or name.
    Scalar(Object),
    ArrayOpen,
    ArrayClose,
    DictOpen,
    DictClose,
    /// Any other word: `obj`, `stream`, an operator.
    Word(&'a [u8]),
    End,
}

/// Reads through bytes from a place on.
pub(crate) struct Lexer<'a> {
    bytes: &'a [u8],
    pub(crate) at: usize,
    /// Work that was given: objects and tokens made, and blocks of 64 bytes read.
    given: u64,
    /// What of it is left.
    pub(crate) left: u64,
    /// Whether `12 0 R` is a reference; in the content of pages it is not.
    references: bool,
}

pub(crate) const fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

pub(crate) const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

impl<'a> Lexer<'a> {
    /// For the objects of a file.
    pub(crate) const fn of_file(bytes: &'a [u8], at: usize, given: u64) -> Self {
        Self { bytes, at, given, left: given, references: true }
    }

    /// For the content of a page or a table of letters.
    pub(crate) const fn of_content(bytes: &'a [u8], given: u64) -> Self {
        Self { bytes, at: 0, given, left: given, references: false }
    }

    /// What was used since this was asked last.
    pub(crate) const fn take_used(&mut self) -> u64 {
        let used = self.given - self.left;
        self.given = self.left;
        used
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(crate) fn skip_blank(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                    self.at += 1;
                }
            } else if !is_blank(byte) {
                return;
            } else {
                self.at += 1;
            }
        }
    }

    pub(crate) fn token(&mut self) -> Token<'a> {
        let start = self.at;
        let token = self.token_here();
        self.left = self.left.saturating_sub((self.at - start) as u64 / 64);
        token
    }

    fn token_here(&mut self) -> Token<'a> {
        self.skip_blank();
        let Some(first) = self.peek() else { return Token::End };
        let second = self.bytes.get(self.at + 1).copied();
        let (token, length) = match (first, second) {
            (b'[', _) => (Token::ArrayOpen, 1),
            (b']', _) => (Token::ArrayClose, 1),
            (b'<', Some(b'<')) => (Token::DictOpen, 2),
            (b'>', Some(b'>')) => (Token::DictClose, 2),
            (b'(', _) => return Token::Scalar(Object::String(self.literal_string())),
            (b'<', _) => return Token::Scalar(Object::String(self.hex_string())),
            (b'/', _) => return Token::Scalar(Object::Name(self.name())),
            (b')' | b'>' | b'{' | b'}', _) => (Token::Word(self.bytes.get(self.at..=self.at).unwrap_or_default()), 1),
            _ => return self.word(),
        };
        self.at += length;
        token
    }

    fn word(&mut self) -> Token<'a> {
        let start = self.at;
        while self.peek().is_some_and(|byte| !is_blank(byte) && !is_delimiter(byte)) {
            self.at += 1;
        }
        let word = self.bytes.get(start..self.at).unwrap_or_default();
        number(word).map_or(Token::Word(word), Token::Scalar)
    }

    fn name(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| !is_blank(*byte) && !is_delimiter(*byte)) {
            let escape = (byte == b'#').then(|| Some((hex(*self.bytes.get(self.at + 1)?)?, hex(*self.bytes.get(self.at + 2)?)?))).flatten();
            if let Some((high, low)) = escape {
                name.push(high * 16 + low);
                self.at += 3;
            } else {
                name.push(byte);
                self.at += 1;
            }
        }
        name
    }

    fn hex_string(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut string = Vec::new();
        let mut half = None;
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            let Some(digit) = hex(byte) else { continue };
            match half.take() {
                None => half = Some(digit),
                Some(high) => string.push(high * 16 + digit),
            }
        }
        string.extend(half.map(|high| high * 16));
        string
    }

    fn literal_string(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut string = Vec::new();
        let mut open = 1_usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                }
                b'\\' => {
                    string.extend(self.escape());
                    continue;
                }
                b'\r' => {
                    if self.peek() == Some(b'\n') {
                        self.at += 1;
                    }
                    string.push(b'\n');
                    continue;
                }
                _ => {}
            }
            string.push(byte);
        }
        string
    }

    fn escape(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'b' => Some(8),
            b'f' => Some(12),
            b'\n' => None,
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
                None
            }
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    value = value * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                u8::try_from(value & 0xFF).ok()
            }
            other => Some(other),
        }
    }

    /// The next object, or nothing at the end, at a word that is none, or where a bound is passed.
    pub(crate) fn object(&mut self) -> Option<Object> {
        self.object_below(0)
    }

    fn object_below(&mut self, depth: usize) -> Option<Object> {
        let token = self.token();
        self.object_from(token, depth)
    }

    /// The object that begins with a token that was read already.
    pub(crate) fn object_from(&mut self, token: Token<'a>, depth: usize) -> Option<Object> {
        self.left = self.left.checked_sub(1)?;
        match token {
            Token::Scalar(Object::Integer(number)) if self.references => Some(self.reference(number).unwrap_or(Object::Integer(number))),
            Token::Scalar(object) => Some(object),
            Token::Word(b"true") => Some(Object::Bool(true)),
            Token::Word(b"false") => Some(Object::Bool(false)),
            Token::Word(b"null") => Some(Object::Null),
            Token::ArrayOpen if depth < DEEPEST => {
                let mut array = Vec::new();
                loop {
                    match self.token() {
                        Token::ArrayClose | Token::End => return Some(Object::Array(array)),
                        // A stray word in an array is passed over, as readers do.
                        Token::Word(word) if !matches!(word, b"true" | b"false" | b"null") => {
                            self.left = self.left.checked_sub(1)?;
                        }
                        token => array.push(self.object_from(token, depth + 1)?),
                    }
                }
            }
            Token::DictOpen if depth < DEEPEST => self.dict(depth).map(Object::Dict),
            _ => None,
        }
    }

    fn dict(&mut self, depth: usize) -> Option<Dict> {
        let mut dict = Dict::default();
        loop {
            match self.token() {
                Token::DictClose | Token::End => return Some(dict),
                Token::Scalar(Object::Name(key)) => {
                    let before = self.at;
                    match self.token() {
                        Token::DictClose => return Some(dict),
                        // A dictionary that is not closed ends where its object does.
                        Token::Word(b"endobj" | b"stream") => {
                            self.at = before;
                            return Some(dict);
                        }
                        token => {
                            if let Some(value) = self.object_from(token, depth + 1) {
                                dict.0.push((key, value));
                            } else if self.left == 0 || depth + 1 >= DEEPEST {
                                return None;
                            }
                        }
                    }
                }
                Token::Word(b"endobj" | b"stream") => return Some(dict),
                _ => self.left = self.left.checked_sub(1)?,
            }
        }
    }

    fn reference(&mut self, number: i64) -> Option<Object> {
        let number = u32::try_from(number).ok()?;
        let before = self.at;
        let generation = match self.token() {
            Token::Scalar(Object::Integer(generation)) => u16::try_from(generation).ok(),
            _ => None,
        };
        if let Some(generation) = generation
            && self.token() == Token::Word(b"R")
        {
            return Some(Object::Reference((number, generation)));
        }
        self.at = before;
        None
    }

    /// The head `12 0 obj`: its number and generation.
    pub(crate) fn head(&mut self) -> Option<(u32, u16)> {
        let Token::Scalar(Object::Integer(number)) = self.token() else { return None };
        let Token::Scalar(Object::Integer(generation)) = self.token() else { return None };
        (self.token() == Token::Word(b"obj")).then_some(())?;
        Some((u32::try_from(number).ok()?, u16::try_from(generation).ok()?))
    }
}

pub(crate) const fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

fn number(word: &[u8]) -> Option<Object> {
    let first = *word.first()?;
    if !(first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.')) || word.len() > 64 {
        return None;
    }
    let text = std::str::from_utf8(word).ok()?;
    if let Ok(value) = text.parse::<i64>() {
        return Some(Object::Integer(value));
    }
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.'));
    if !plain || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Some writers put a second minus sign; readers stop there.
    let sign = text.len() - text.trim_start_matches(['-', '+']).len();
    let rest = text.get(sign..)?;
    let end = rest.find(['-', '+']).unwrap_or(rest.len());
    let value = rest.get(..end)?.parse::<f64>().ok()?;
    Some(Object::Real(if text.starts_with('-') { -value } else { value }))
}
