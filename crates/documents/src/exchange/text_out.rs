//! Rows as text, one by one.

use std::io::{self, Write};

use rust_decimal::Decimal;
use ui::Lang;
use viet_text::DecimalSign;

use super::format::{Column, Format, Kind};
use super::sheet_out::ExportError;
use super::value::Value;
use crate::delimited::guarded;
use crate::intake::Separator;

/// How dates stand in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateForm {
    /// 31/12/2018
    DayFirst,
    /// 2018-12-31
    Iso,
}

/// The form of a text file. Every form is read back without being told which one it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// What parts the values.
    pub separator: Separator,
    /// What parts the fraction of a figure.
    pub decimal_sign: DecimalSign,
    /// How dates stand.
    pub dates: DateForm,
}

impl Dialect {
    /// For sheet programs set to Vietnamese: semicolons, decimal comma, 31/12/2018.
    pub const VIETNAMESE: Dialect =
        Dialect { separator: Separator::Semicolon, decimal_sign: DecimalSign::Comma, dates: DateForm::DayFirst };
    /// For programs, and sheet programs set to English: commas, decimal point, 2018-12-31.
    pub const PLAIN: Dialect = Dialect { separator: Separator::Comma, decimal_sign: DecimalSign::Point, dates: DateForm::Iso };
}

/// Writes rows of a format as CSV, one by one: UTF-8 with its mark, lines ending in CR LF, one line of headings.
///
/// A text that begins like a formula gets a single quote before it, as in [`crate::csv`]; reading takes it away again.
/// A figure with three decimals gets a zero more (`1.2340`), so that nobody takes its point for one between thousands.
#[derive(Debug)]
pub struct TextExport<'f, W: Write> {
    format: &'f Format,
    lang: Lang,
    dialect: Dialect,
    out: W,
    line: String,
    rows: u64,
}

impl<'f, W: Write> TextExport<'f, W> {
    /// Writes the headings. `out` should be buffered.
    ///
    /// # Errors
    ///
    /// [`ExportError::Io`] if `out` refuses.
    pub fn new(format: &'f Format, lang: Lang, dialect: Dialect, out: W) -> Result<TextExport<'f, W>, ExportError> {
        let mut export = TextExport { format, lang, dialect, out, line: String::from("\u{feff}"), rows: 0 };
        for (index, column) in format.columns().iter().enumerate() {
            export.field(index, &guarded(&column.shown_heading(lang)));
        }
        export.end_line()?;
        Ok(export)
    }

    /// Writes one row.
    ///
    /// # Errors
    ///
    /// An [`ExportError`] if the row has another width than the format, holds a value of another kind than its column,
    /// or if `out` refuses.
    pub fn row(&mut self, values: &[Value]) -> Result<(), ExportError> {
        let format = self.format;
        super::sheet_out::check_row(format, values, self.rows)?;
        for (index, (column, value)) in format.columns().iter().zip(values).enumerate() {
            let field = self.shown(column, value);
            self.field(index, &field);
        }
        self.rows += 1;
        self.end_line()
    }

    /// How many rows were written.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Ends the file and gives back what it was written to.
    ///
    /// # Errors
    ///
    /// [`ExportError::Io`] if `out` refuses.
    pub fn finish(mut self) -> Result<W, ExportError> {
        self.out.flush().map_err(ExportError::Io)?;
        Ok(self.out)
    }

    fn shown(&self, column: &Column, value: &Value) -> String {
        match value {
            Value::Empty => String::new(),
            Value::Text(text) => match &column.kind {
                Kind::Choice(choices) => guarded(super::sheet_out::choice_words(choices, text, self.lang)),
                _ => guarded(text),
            },
            Value::Figure(figure) => figure_text(*figure, self.dialect.decimal_sign.sign()),
            Value::Date(date) => match self.dialect.dates {
                DateForm::DayFirst => viet_text::format_date(*date),
                DateForm::Iso => date.format("%Y-%m-%d").to_string(),
            },
        }
    }

    fn field(&mut self, index: usize, field: &str) {
        if index > 0 {
            self.line.push(self.dialect.separator.sign());
        }
        // Whatever could part values somewhere stands in quotes, so that the separator is told with certainty.
        let odd = field.contains([',', ';', '\t', '"', '\r', '\n']);
        if odd || field.starts_with(char::is_whitespace) || field.ends_with(char::is_whitespace) {
            self.line.push('"');
            self.line.push_str(&field.replace('"', "\"\""));
            self.line.push('"');
        } else {
            self.line.push_str(field);
        }
    }

    fn end_line(&mut self) -> Result<(), ExportError> {
        self.line.push_str("\r\n");
        let written: io::Result<()> = self.out.write_all(self.line.as_bytes());
        self.line.clear();
        written.map_err(ExportError::Io)
    }
}

/// The exact figure in a form that can be read in one way only.
pub(super) fn figure_text(figure: Decimal, sign: char) -> String {
    let mut text = figure.normalize().to_string();
    if text.split_once('.').is_some_and(|(_, fraction)| fraction.len() == 3) {
        text.push('0');
    }
    if sign == '.' { text } else { text.replace('.', &sign.to_string()) }
}
