//! Answers as sheets: a table for people, CSV and JSON for machines.

use std::borrow::Cow;

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use ui::Lang;

use super::Format;
use crate::output::in_columns;

/// Depth up to which a tree is indented. Deeper nodes say their depth, so that a chain of any length stays readable and short.
const DEEPEST: usize = 12;

/// A cell of an answer.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Nothing,
    Text(String),
    /// A node of a tree with its depth, which indents it for people.
    Node(String, usize),
    /// A code for machines and its words for people.
    Coded(Cow<'static, str>, String),
    Whole(u64),
    /// An exact number and the digits shown to people.
    Exact(Decimal, u32),
    /// A statistic and the digits shown to people.
    Float(f64, usize),
}

impl Cell {
    /// A code for machines and its words for people.
    pub(super) fn coded(code: impl Into<Cow<'static, str>>, words: impl Into<String>) -> Self {
        Self::Coded(code.into(), words.into())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// One table of an answer.
pub(super) struct Sheet {
    /// Key of machine-readable output.
    key: &'static str,
    title: String,
    columns: Vec<(&'static str, String)>,
    rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// A sheet with columns, each with its key and heading.
    pub(super) fn new(key: &'static str, title: impl Into<String>, columns: &[(&'static str, &str)]) -> Self {
        let columns = columns.iter().map(|(key, heading)| (*key, (*heading).to_owned())).collect();
        Self { key, title: title.into(), columns, rows: Vec::new() }
    }

    pub(super) fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// The sheets of an answer in a form.
pub(super) fn write(lang: Lang, sheets: &[Sheet], format: Format) -> String {
    match format {
        Format::Table => sheets.iter().map(|sheet| table(lang, sheet)).collect::<Vec<_>>().join("\n"),
        Format::Csv => sheets.iter().map(csv_text).collect::<Vec<_>>().join("\n"),
        Format::Json => {
            let all: Map<String, Value> = sheets.iter().map(|sheet| (sheet.key.to_owned(), json_rows(sheet))).collect();
            serde_json::to_string_pretty(&all).unwrap_or_default() + "\n"
        }
    }
}

fn is_number(cell: &Cell) -> bool {
    matches!(cell, Cell::Whole(_) | Cell::Exact(..) | Cell::Float(..))
}

fn shown(lang: Lang, cell: &Cell) -> String {
    match cell {
        Cell::Nothing => "–".to_owned(),
        Cell::Text(text) | Cell::Coded(_, text) => text.clone(),
        Cell::Node(code, depth) if *depth <= DEEPEST => format!("{}{code}", "  ".repeat(*depth)),
        Cell::Node(code, depth) => format!("{}[{depth}] {code}", "  ".repeat(DEEPEST)),
        Cell::Whole(number) => number.to_string(),
        Cell::Exact(number, digits) => lang.decimal(*number, *digits),
        Cell::Float(number, digits) => {
            let text = format!("{number:.digits$}");
            if lang == Lang::Vi { text.replace('.', ",") } else { text }
        }
    }
}

fn table(lang: Lang, sheet: &Sheet) -> String {
    let head: Vec<String> = sheet.columns.iter().map(|(_, heading)| heading.clone()).collect();
    let lines: Vec<Vec<String>> =
        std::iter::once(head).chain(sheet.rows.iter().map(|row| row.iter().map(|cell| shown(lang, cell)).collect())).collect();
    let is_right = |column: usize| sheet.rows.iter().any(|row| row.get(column).is_some_and(is_number));
    let right: Vec<bool> = (0..sheet.columns.len()).map(is_right).collect();
    format!("{}\n{}", sheet.title, in_columns(&lines, &right))
}

fn csv_text(sheet: &Sheet) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing into memory cannot fail.
    let _ = writer.write_record(sheet.columns.iter().map(|(key, _)| *key));
    for row in &sheet.rows {
        let _ = writer.write_record(row.iter().map(|cell| match cell {
            Cell::Nothing => String::new(),
            Cell::Text(text) | Cell::Node(text, _) => text.clone(),
            Cell::Coded(code, _) => code.clone().into_owned(),
            Cell::Whole(number) => number.to_string(),
            Cell::Exact(number, _) => number.normalize().to_string(),
            Cell::Float(number, _) => number.to_string(),
        }));
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn json_rows(sheet: &Sheet) -> Value {
    let row = |cells: &Vec<Cell>| {
        let fields = sheet.columns.iter().zip(cells).map(|((key, _), cell)| {
            let value = match cell {
                Cell::Nothing => Value::Null,
                Cell::Text(text) | Cell::Node(text, _) => json!(text),
                Cell::Coded(code, _) => json!(code),
                Cell::Whole(number) => json!(number),
                // Exact decimals travel as text; a JSON number would be read as a binary fraction.
                Cell::Exact(number, _) => json!(number.normalize().to_string()),
                Cell::Float(number, _) => json!(number),
            };
            ((*key).to_owned(), value)
        });
        Value::Object(fields.collect())
    };
    Value::Array(sheet.rows.iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_tree_is_indented_up_to_a_depth() {
        let mut sheet = Sheet::new("nodes", "t", &[("code", "Nút")]);
        (0..2000).for_each(|depth| sheet.push(vec![Cell::Node(format!("n{depth}"), depth)]));
        let text = write(Lang::Vi, &[sheet], Format::Table);
        assert!(text.contains("\n                        n12\n                        [13] n13\n"), "{text:.900}");
        assert!(text.lines().all(|line| line.len() < 50));
    }
}
