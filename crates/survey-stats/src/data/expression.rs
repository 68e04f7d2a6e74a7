//! Conditions on rows: `age >= 60 and province in ('01', '79') and not missing(q3)`.
//!
//! A condition only compares; it has no functions but `missing`, no loops and no names but columns, and its length and depth are bounded.
//! A comparison with a missing field is unknown; a row counts where the whole is true.

use std::collections::BTreeMap;

use thiserror::Error;

use super::{DataFault, DataTable, number};
use crate::column::{Labels, NO_LABEL};

/// Why a condition cannot be read. Places count characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExpressionFault {
    /// The condition is longer than 4,096 bytes.
    #[error("the condition has {length} bytes where at most 4096 are taken")]
    TooLong {
        /// Its length.
        length: usize,
    },
    /// Brackets and negations go deeper than 64.
    #[error("character {at}: brackets and negations go deeper than 64")]
    TooDeep {
        /// Where.
        at: usize,
    },
    /// A text or a name in backquotes is not closed.
    #[error("character {at}: the quote is never closed")]
    OpenQuote {
        /// Where it is opened.
        at: usize,
    },
    /// Something else was needed.
    #[error("character {at}: {needed} is needed, not {found:?}")]
    Unexpected {
        /// Where.
        at: usize,
        /// What is needed.
        needed: &'static str,
        /// What stands there; empty at the end.
        found: String,
    },
}

const LONGEST: usize = 4096;
const DEEPEST: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A number or a text that a column is compared with.
#[derive(Debug, Clone, PartialEq)]
enum Literal {
    Number(f64),
    Text(String),
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Missing(String),
    Compare(String, Relation, Literal),
    OneOf(String, Vec<Literal>),
}

/// A condition on rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    root: Node,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Name(String),
    /// A name in backquotes, which is never a keyword.
    Quoted(String),
    Text(String),
    Number(f64),
    Sign(&'static str),
}

const SIGNS: [&str; 12] = ["<=", ">=", "!=", "<>", "==", "=", "<", ">", "(", ")", ",", "-"];

impl Expression {
    /// Reads a condition: comparisons `= == != <> < <= > >=` of a column with a number or a text in single or double quotes, `in (…)`, `not in (…)`,
    /// `missing(column)`, `and`, `or`, `not`, brackets. Names with other than letters, digits, `_` and `.` stand in backquotes.
    ///
    /// # Errors
    ///
    /// The first fault with its place.
    pub fn parse(text: &str) -> Result<Self, ExpressionFault> {
        if text.len() > LONGEST {
            return Err(ExpressionFault::TooLong { length: text.len() });
        }
        let tokens = tokens(text)?;
        let mut parser = Parser { tokens: &tokens, next: 0, end: text.chars().count() + 1 };
        let root = parser.either(0)?;
        match parser.tokens.get(parser.next) {
            None => Ok(Self { root }),
            Some(_) => Err(parser.unexpected("the end, 'and' or 'or'")),
        }
    }

    /// Which rows of a table the condition holds for.
    ///
    /// # Errors
    ///
    /// Columns that do not exist; fields that are no numbers where a number is compared, each column's first; a column of numbers ordered
    /// against a text.
    pub fn rows(&self, table: &DataTable) -> Result<Vec<bool>, Vec<DataFault>> {
        let mut columns: BTreeMap<&str, Levels> = BTreeMap::new();
        let mut faults = Vec::new();
        self.root.each_column(&mut |name, numeric| {
            if !columns.contains_key(name) {
                match table.labels(name) {
                    Ok(labels) => {
                        let numbers = labels.levels.iter().map(|level| number(level)).collect();
                        columns.insert(name, Levels { labels, numbers });
                    }
                    Err(found) => {
                        if !found.iter().all(|fault| faults.contains(fault)) {
                            faults.extend(found);
                        }
                        return;
                    }
                }
            }
            if numeric
                && let Some(levels) = columns.get(name)
                && let Some(code) = levels.numbers.iter().position(Option::is_none)
            {
                let row = levels.labels.codes.iter().position(|&here| here as usize == code).map_or(0, |row| row + 1);
                let fault = DataFault::NotANumber { row, column: name.to_owned(), value: levels.labels.levels[code].clone() };
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
        });
        self.root.each_order(&mut |name, text| {
            let misleads = columns.get(name).is_some_and(|levels| levels.orders_otherwise(text));
            let fault = DataFault::OrderOfTexts { column: name.to_owned(), value: text.to_owned() };
            if misleads && !faults.contains(&fault) {
                faults.push(fault);
            }
        });
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok((0..table.rows()).map(|row| self.root.holds(&columns, row) == Some(true)).collect())
    }
}

/// A column by its levels.
struct Levels {
    labels: Labels,
    numbers: Vec<Option<f64>>,
}

impl Levels {
    fn code(&self, row: usize) -> Option<usize> {
        self.labels.codes.get(row).copied().filter(|&code| code != NO_LABEL).map(|code| code as usize)
    }

    /// Whether all fields are numbers, and one stands elsewhere by its letters than by its size beside a text that is a number, too.
    fn orders_otherwise(&self, text: &str) -> bool {
        let Some(value) = number(text) else { return false };
        let by_size = |level: &Option<f64>| level.and_then(|level| level.partial_cmp(&value));
        self.numbers.iter().all(Option::is_some)
            && self.numbers.iter().zip(&self.labels.levels).any(|(level, letters)| by_size(level) != Some(letters.as_str().cmp(text)))
    }

    fn compare(&self, row: usize, relation: Relation, literal: &Literal) -> Option<bool> {
        let code = self.code(row)?;
        let order = match literal {
            Literal::Number(value) => self.numbers.get(code).copied().flatten()?.partial_cmp(value)?,
            Literal::Text(text) => self.labels.level(u32::try_from(code).ok()?).cmp(text),
        };
        Some(match relation {
            Relation::Equal => order.is_eq(),
            Relation::Unequal => order.is_ne(),
            Relation::Less => order.is_lt(),
            Relation::LessOrEqual => order.is_le(),
            Relation::Greater => order.is_gt(),
            Relation::GreaterOrEqual => order.is_ge(),
        })
    }
}

impl Node {
    /// Names every column, and whether it is compared with a number.
    fn each_column<'a>(&'a self, take: &mut impl FnMut(&'a str, bool)) {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.each_column(take)),
            Self::Not(part) => part.each_column(take),
            Self::Missing(name) => take(name, false),
            Self::Compare(name, _, literal) => take(name, matches!(literal, Literal::Number(_))),
            Self::OneOf(name, literals) => take(name, literals.iter().any(|literal| matches!(literal, Literal::Number(_)))),
        }
    }

    /// Names every column whose order against a text is asked for.
    fn each_order<'a>(&'a self, take: &mut impl FnMut(&'a str, &'a str)) {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.each_order(take)),
            Self::Not(part) => part.each_order(take),
            Self::Compare(name, relation, Literal::Text(text)) if !matches!(relation, Relation::Equal | Relation::Unequal) => {
                take(name, text);
            }
            Self::Compare(..) | Self::Missing(_) | Self::OneOf(..) => {}
        }
    }

    /// True, false, or unknown.
    fn holds(&self, columns: &BTreeMap<&str, Levels>, row: usize) -> Option<bool> {
        // `ends` is the value that decides: false for "and", true for "or".
        let chain = |parts: &[Self], ends: bool| {
            let mut known = true;
            for part in parts {
                match part.holds(columns, row) {
                    Some(value) if value == ends => return Some(ends),
                    Some(_) => {}
                    None => known = false,
                }
            }
            known.then_some(!ends)
        };
        match self {
            Self::And(parts) => chain(parts, false),
            Self::Or(parts) => chain(parts, true),
            Self::Not(part) => part.holds(columns, row).map(|value| !value),
            Self::Missing(name) => Some(columns.get(name.as_str())?.code(row).is_none()),
            Self::Compare(name, relation, literal) => columns.get(name.as_str())?.compare(row, *relation, literal),
            Self::OneOf(name, literals) => {
                let levels = columns.get(name.as_str())?;
                levels.code(row)?;
                Some(literals.iter().any(|literal| levels.compare(row, Relation::Equal, literal) == Some(true)))
            }
        }
    }
}

/// Tokens with the places of their first characters, from 1.
fn tokens(text: &str) -> Result<Vec<(usize, Token)>, ExpressionFault> {
    let characters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut next = 0;
    while let Some(&first) = characters.get(next) {
        let at = next + 1;
        if first.is_whitespace() {
            next += 1;
        } else if matches!(first, '\'' | '"' | '`') {
            let close = characters[next + 1..].iter().position(|&c| c == first).ok_or(ExpressionFault::OpenQuote { at })?;
            let inner: String = characters[next + 1..next + 1 + close].iter().collect();
            tokens.push((at, if first == '`' { Token::Quoted(inner) } else { Token::Text(inner) }));
            next += close + 2;
        } else if first.is_ascii_digit() || first == '.' {
            let is_part = |place: usize| {
                characters.get(place).is_some_and(|&c| {
                    c.is_ascii_alphanumeric() || c == '.' || (matches!(c, '+' | '-') && matches!(characters[place - 1], 'e' | 'E'))
                })
            };
            let end = (next + 1..).find(|&place| !is_part(place)).unwrap_or(next + 1);
            let word: String = characters[next..end].iter().collect();
            let value = number(&word).ok_or(ExpressionFault::Unexpected { at, needed: "a number", found: word })?;
            tokens.push((at, Token::Number(value)));
            next = end;
        } else if first.is_alphabetic() || first == '_' {
            let is_part =
                |place: usize| characters.get(place).is_some_and(|&c| c.is_alphanumeric() || matches!(c, '_' | '.') || is_mark(c));
            let end = (next + 1..).find(|&place| !is_part(place)).unwrap_or(next + 1);
            tokens.push((at, Token::Name(characters[next..end].iter().collect())));
            next = end;
        } else {
            let two: String = characters[next..characters.len().min(next + 2)].iter().collect();
            let sign = SIGNS.iter().find(|sign| two.starts_with(**sign));
            let sign = sign.ok_or_else(|| ExpressionFault::Unexpected {
                at,
                needed: "a name, a number, a text or a sign",
                found: first.to_string(),
            })?;
            tokens.push((at, Token::Sign(sign)));
            next += sign.len();
        }
    }
    Ok(tokens)
}

/// Marks of Vietnamese letters that are written apart from them.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

struct Parser<'a> {
    tokens: &'a [(usize, Token)],
    next: usize,
    end: usize,
}

impl Parser<'_> {
    fn unexpected(&self, needed: &'static str) -> ExpressionFault {
        let (at, found) = match self.tokens.get(self.next) {
            None => (self.end, String::new()),
            Some((at, token)) => {
                let found = match token {
                    Token::Name(text) | Token::Quoted(text) | Token::Text(text) => text.clone(),
                    Token::Number(value) => value.to_string(),
                    Token::Sign(sign) => (*sign).to_owned(),
                };
                (*at, found)
            }
        };
        ExpressionFault::Unexpected { at, needed, found }
    }

    fn word(&mut self, word: &str) -> bool {
        let here = matches!(self.tokens.get(self.next), Some((_, Token::Name(name))) if name.eq_ignore_ascii_case(word));
        self.next += usize::from(here);
        here
    }

    fn sign(&mut self, sign: &str) -> bool {
        let here = matches!(self.tokens.get(self.next), Some((_, Token::Sign(found))) if *found == sign);
        self.next += usize::from(here);
        here
    }

    fn need(&mut self, sign: &'static str) -> Result<(), ExpressionFault> {
        if self.sign(sign) { Ok(()) } else { Err(self.unexpected(sign)) }
    }

    fn either(&mut self, depth: usize) -> Result<Node, ExpressionFault> {
        let mut parts = vec![self.both(depth)?];
        while self.word("or") {
            parts.push(self.both(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Node::Or(parts) })
    }

    fn both(&mut self, depth: usize) -> Result<Node, ExpressionFault> {
        let mut parts = vec![self.one(depth)?];
        while self.word("and") {
            parts.push(self.one(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Node::And(parts) })
    }

    fn one(&mut self, depth: usize) -> Result<Node, ExpressionFault> {
        if depth >= DEEPEST {
            let at = self.tokens.get(self.next).map_or(self.end, |(at, _)| *at);
            return Err(ExpressionFault::TooDeep { at });
        }
        if self.word("not") {
            return Ok(Node::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.sign("(") {
            let inner = self.either(depth + 1)?;
            self.need(")")?;
            return Ok(inner);
        }
        let name = match self.tokens.get(self.next) {
            Some((_, Token::Name(name) | Token::Quoted(name))) => name.clone(),
            _ => return Err(self.unexpected("a column, 'not' or a bracket")),
        };
        let plain = matches!(self.tokens.get(self.next), Some((_, Token::Name(_))));
        self.next += 1;
        if plain && name.eq_ignore_ascii_case("missing") && self.sign("(") {
            let column = match self.tokens.get(self.next) {
                Some((_, Token::Name(name) | Token::Quoted(name))) => name.clone(),
                _ => return Err(self.unexpected("a column")),
            };
            self.next += 1;
            self.need(")")?;
            return Ok(Node::Missing(column));
        }
        if self.word("in") {
            return Ok(Node::OneOf(name, self.list()?));
        }
        if self.word("not") {
            return if self.word("in") { Ok(Node::Not(Box::new(Node::OneOf(name, self.list()?)))) } else { Err(self.unexpected("'in'")) };
        }
        let relation = match self.tokens.get(self.next) {
            Some((_, Token::Sign("=" | "=="))) => Relation::Equal,
            Some((_, Token::Sign("!=" | "<>"))) => Relation::Unequal,
            Some((_, Token::Sign("<"))) => Relation::Less,
            Some((_, Token::Sign("<="))) => Relation::LessOrEqual,
            Some((_, Token::Sign(">"))) => Relation::Greater,
            Some((_, Token::Sign(">="))) => Relation::GreaterOrEqual,
            _ => return Err(self.unexpected("a comparison or 'in'")),
        };
        self.next += 1;
        Ok(Node::Compare(name, relation, self.literal()?))
    }

    fn list(&mut self) -> Result<Vec<Literal>, ExpressionFault> {
        self.need("(")?;
        let mut list = vec![self.literal()?];
        while self.sign(",") {
            list.push(self.literal()?);
        }
        self.need(")")?;
        Ok(list)
    }

    fn literal(&mut self) -> Result<Literal, ExpressionFault> {
        let negative = self.sign("-");
        let found = match self.tokens.get(self.next) {
            Some((_, Token::Number(value))) => Literal::Number(if negative { -value } else { *value }),
            Some((_, Token::Text(text))) if !negative => Literal::Text(text.clone()),
            _ => return Err(self.unexpected("a number or a text in quotes")),
        };
        self.next += 1;
        Ok(found)
    }
}
