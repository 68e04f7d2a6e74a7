//! Tables as CSV.
//!
//! What holds for both forms: UTF-8, comma between values, decimal point, exact figures, dates as
//! `2018-12-31`, one line for each row. A value that is missing is an empty field, never zero and never
//! a sign.
//!
//! # Texts that a sheet program would run
//!
//! A text (never a figure) that begins with `=`, `+`, `-`, `@`, one of their full-width forms, a tab or
//! an end of line gets a single quote (`'`) before it, so that no sheet program takes it for a formula.
//! So does a text that begins with quotes and such a sign behind them.
//! A program that reads the file back takes one quote away if quotes and such a sign follow, and has the text again.

use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use ui::Lang;
use ui::table::{DataTable, RowKind};

use crate::exchange::{DateForm, Dialect};
use crate::flat::{Flat, Item, row_kind_words};

/// A table for readers: begins with a byte order mark so that Excel reads Vietnamese, the head holds the words over
/// the columns with the unit in brackets, marks are written in words, lines end with CR LF.
///
/// A text that begins like a formula gets a single quote before it; figures never do.
#[must_use]
pub fn csv(table: &DataTable, lang: Lang) -> Vec<u8> {
    let flat = Flat::of(table);
    let head = flat.headings(lang, usize::MAX);
    write(&flat, Form { start: "\u{feff}", end: "\r\n", dialect: Dialect::PLAIN }, &head, |item| match item {
        Item::Mark(mark) => mark.words(lang).to_owned(),
        Item::RowKind(kind) => row_kind_words(*kind, lang).to_owned(),
        _ => String::new(),
    })
}

/// A table of the working area, in the form in which figures are sent in and out there: semicolons, decimal comma and `31/12/2018` in Vietnamese,
/// so that a sheet program set to Vietnamese opens it in columns; as [`csv`] in English.
#[must_use]
pub fn csv_of_office(table: &DataTable, lang: Lang) -> Vec<u8> {
    let flat = Flat::of(table);
    let head = flat.headings(lang, usize::MAX);
    let form = Form { start: "\u{feff}", end: "\r\n", dialect: dialect_of(lang) };
    write(&flat, form, &head, |item| match item {
        Item::Mark(mark) => mark.words(lang).to_owned(),
        Item::RowKind(kind) => row_kind_words(*kind, lang).to_owned(),
        _ => String::new(),
    })
}

/// A file of texts in the form of [`csv_of_office`], line by line: for what is too long to be held as a table.
#[derive(Debug, Clone, Copy)]
pub struct TextLines {
    separator: char,
}

impl TextLines {
    /// The form of a language.
    #[must_use]
    pub fn new(lang: Lang) -> Self {
        Self { separator: dialect_of(lang).separator.sign() }
    }

    /// The byte order mark and the headings.
    #[must_use]
    pub fn head(self, headings: &[&str]) -> String {
        let mut out = "\u{feff}".to_owned();
        self.put(&mut out, headings.iter().copied());
        out
    }

    /// One line. A text that begins like a formula gets a single quote before it.
    pub fn put<'a>(self, out: &mut String, fields: impl Iterator<Item = &'a str>) {
        line(out, fields.map(guarded), self.separator, "\r\n");
    }
}

fn dialect_of(lang: Lang) -> Dialect {
    lang.pick(Dialect::VIETNAMESE, Dialect::PLAIN)
}

/// How a text file begins, how its lines end, and how its values stand.
#[derive(Clone, Copy)]
struct Form {
    start: &'static str,
    end: &'static str,
    dialect: Dialect,
}

/// A table for programs: no byte order mark, the head holds the keys of the columns, marks are written as their
/// signs, lines end with LF. It does not depend on the language.
///
/// A column made from a part of the cells has the key of its column and an ending: `_low`, `_high` (interval),
/// `_of` (how many were ranked), `_first`, `_last` (range of ranks), `_mark`; `row_level` and `row_kind` (`usual`,
/// `total`, `group`) speak of the row.
///
/// A text that begins like a formula gets a single quote before it; figures never do.
#[must_use]
pub fn csv_plain(table: &DataTable) -> Vec<u8> {
    let flat = Flat::of(table);
    write(&flat, Form { start: "", end: "\n", dialect: Dialect::PLAIN }, &flat.keys(), |item| match item {
        Item::Mark(mark) => mark.sign().to_owned(),
        Item::RowKind(RowKind::Usual) => "usual".to_owned(),
        Item::RowKind(RowKind::Total) => "total".to_owned(),
        Item::RowKind(RowKind::Group) => "group".to_owned(),
        _ => String::new(),
    })
}

/// SHA-256 of the bytes of [`csv`], in hexadecimal. The workbook prints it beside the number of rows.
#[must_use]
pub fn checksum(table: &DataTable, lang: Lang) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(csv(table, lang)) {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The exact figure: every digit that tells something, a point, no groups. Zeros at its end say how it was computed,
/// not what it is, and are left out.
pub(crate) fn exact(value: Decimal) -> String {
    value.normalize().to_string()
}

fn write(flat: &Flat<'_>, form: Form, head: &[String], words: impl Fn(&Item<'_>) -> String) -> Vec<u8> {
    let mut out = form.start.to_owned();
    let (separator, end) = (form.dialect.separator.sign(), form.end);
    line(&mut out, head.iter().map(|text| guarded(text)), separator, end);
    for row in &flat.table.rows {
        let fields = flat.items(row).map(|item| match &item {
            Item::Text { text, .. } => guarded(text),
            Item::Number { value, .. } => exact(*value).replace('.', &form.dialect.decimal_sign.sign().to_string()),
            Item::Date(date) => match form.dialect.dates {
                DateForm::DayFirst => viet_text::format_date(*date),
                DateForm::Iso => date.format("%Y-%m-%d").to_string(),
            },
            Item::Missing(_) | Item::Nothing => String::new(),
            Item::Mark(_) | Item::RowKind(_) => guarded(&words(&item)),
        });
        line(&mut out, fields, separator, end);
    }
    out.into_bytes()
}

fn line(out: &mut String, fields: impl Iterator<Item = String>, separator: char, end: &str) {
    let start = out.len();
    for (index, field) in fields.enumerate() {
        if index > 0 {
            out.push(separator);
        }
        let odd = field.contains([separator, '"', '\r', '\n']);
        if odd || field.starts_with(char::is_whitespace) || field.ends_with(char::is_whitespace) {
            out.push('"');
            out.push_str(&field.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&field);
        }
    }
    if out.len() == start {
        // An empty line would be read as no row.
        out.push_str("\"\"");
    }
    out.push_str(end);
}

/// The text as it is written: with a quote before it if a sheet program could run it, or if taking quotes away would
/// change it.
pub(crate) fn guarded(text: &str) -> String {
    if begins_like_formula(text.trim_start_matches('\'')) { format!("'{text}") } else { text.to_owned() }
}

/// What [`guarded`] made this text from.
pub(crate) fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if begins_like_formula(rest.trim_start_matches('\'')) => rest,
        _ => text,
    }
}

/// Whether a sheet program may take the text for a formula.
pub(crate) fn begins_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}
