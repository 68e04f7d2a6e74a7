//! One result in three forms: a table to read, CSV, JSON.

use std::fmt::Write as _;

use clap::ValueEnum;
use serde_json::{Map, Value, json};
use ui::Lang;

use crate::output::{Failure, in_columns, print};

/// Form of the result.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    /// Bảng để đọc
    Table,
    /// CSV, số liệu đầy đủ không làm tròn
    Csv,
    /// JSON: ghi chú và các dòng
    Json,
}

/// One field.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    Text(String),
    Number(f64),
    Count(usize),
    Mark(bool),
    Nothing,
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Self {
        value.filter(|value| value.is_finite()).map_or(Self::Nothing, Self::Number)
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        Some(value).into()
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<usize> for Cell {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

impl From<Option<&str>> for Cell {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Nothing, Self::from)
    }
}

impl From<Option<usize>> for Cell {
    fn from(count: Option<usize>) -> Self {
        count.map_or(Self::Nothing, Self::Count)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Cell {
    fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(value) => value.to_string(),
            Self::Count(count) => count.to_string(),
            Self::Mark(mark) => u8::from(*mark).to_string(),
            Self::Nothing => String::new(),
        }
    }

    /// Six significant digits, as a person reads them.
    fn rounded(&self, lang: Lang) -> String {
        match self {
            Self::Number(value) if value.abs() >= 1e6 || value.abs() < 1e-4 && value.abs() > 0.0 => {
                format!("{value:.4e}").replace('.', lang.pick(",", "."))
            }
            Self::Number(value) if value.fract().abs() <= 0.0 => value.to_string(),
            Self::Number(value) => {
                let whole = value.abs().max(1.0).log10().floor() as usize + 1;
                format!("{value:.*}", 6_usize.saturating_sub(whole)).replace('.', lang.pick(",", "."))
            }
            Self::Mark(mark) => (if *mark { lang.pick("có", "yes") } else { lang.pick("không", "no") }).to_owned(),
            Self::Nothing => "–".to_owned(),
            other => other.plain(),
        }
    }

    /// A figure beside words, without zeros that only fill a column.
    fn short(&self, lang: Lang) -> String {
        let text = self.rounded(lang);
        let mark = lang.pick(",", ".");
        match self {
            Self::Number(_) if text.contains(mark) && !text.contains('e') => text.trim_end_matches('0').trim_end_matches(mark).to_owned(),
            _ => text,
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::Number(value) => json!(value),
            Self::Count(count) => json!(count),
            Self::Mark(mark) => json!(mark),
            Self::Nothing => Value::Null,
        }
    }
}

/// What is said of a whole result: a key for programs, words in the language of the reader, and the value.
#[derive(Debug)]
pub(crate) struct Note {
    key: String,
    words: String,
    value: Cell,
}

/// Rows under named columns, and what is said of the whole.
#[derive(Debug, Default)]
pub(crate) struct Report {
    columns: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
    notes: Vec<Note>,
}

/// The rows of a report as texts.
pub(crate) struct Texts {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Report {
    pub(crate) fn new<T: AsRef<str>>(columns: &[T]) -> Self {
        Self { columns: columns.iter().map(|column| column.as_ref().to_owned()).collect(), rows: Vec::new(), notes: Vec::new() }
    }

    pub(crate) fn note(&mut self, key: impl Into<String>, words: impl Into<String>, value: impl Into<Cell>) {
        self.notes.push(Note { key: key.into(), words: words.into(), value: value.into() });
    }

    pub(crate) fn tell<const N: usize>(&mut self, notes: [(&str, &str, Cell); N]) {
        for (key, words, value) in notes {
            self.note(key, words, value);
        }
    }

    /// Columns and rows as the CSV form has them: it has no place beside its rows, so that notes are columns behind the others, the same
    /// in each row. A table that is cut out or joined with others still says how it was made.
    pub(crate) fn texts(&self) -> Texts {
        let key = |note: &Note| if self.columns.contains(&note.key) { format!("note_{}", note.key) } else { note.key.clone() };
        let notes: Vec<String> = self.notes.iter().map(|note| note.value.plain()).collect();
        let columns = self.columns.iter().cloned().chain(self.notes.iter().map(key)).collect();
        let of_row = |row: &Vec<Cell>| row.iter().map(Cell::plain).chain(notes.iter().cloned()).collect();
        let mut rows: Vec<Vec<String>> = self.rows.iter().map(of_row).collect();
        if rows.is_empty() && !notes.is_empty() {
            rows.push(self.columns.iter().map(|_| String::new()).chain(notes).collect());
        }
        Texts { columns, rows }
    }

    pub(crate) fn print(&self, lang: Lang, format: Format) -> Result<(), Failure> {
        let text = match format {
            Format::Table => self.table(lang),
            Format::Csv => self.csv(),
            Format::Json => self.json(),
        };
        print(lang, &text)
    }

    fn table(&self, lang: Lang) -> String {
        let mut lines: Vec<Vec<String>> = vec![self.columns.clone()];
        lines.extend(self.rows.iter().map(|row| row.iter().map(|cell| cell.rounded(lang)).collect()));
        let is_text = |place: usize| self.rows.iter().all(|row| matches!(row.get(place), Some(Cell::Text(_) | Cell::Nothing) | None));
        let right: Vec<bool> = (0..self.columns.len()).map(|place| !is_text(place)).collect();
        let mut text = in_columns(&lines, &right);
        for (place, Note { words, value, .. }) in self.notes.iter().enumerate() {
            let _ = writeln!(text, "{}{words}: {}", if place == 0 { "\n" } else { "" }, value.short(lang));
        }
        text
    }

    fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let Texts { columns, rows } = self.texts();
        // Writing into memory cannot fail.
        let _ = writer.write_record(columns);
        for row in rows {
            let _ = writer.write_record(row);
        }
        writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }

    fn json(&self) -> String {
        let of_row = |row: &Vec<Cell>| {
            Value::Object(self.columns.iter().zip(row).map(|(column, cell)| (column.clone(), cell.json())).collect::<Map<_, _>>())
        };
        let notes: Map<String, Value> = self.notes.iter().map(|note| (note.key.clone(), note.value.json())).collect();
        let whole = json!({ "notes": notes, "rows": self.rows.iter().map(of_row).collect::<Vec<_>>() });
        serde_json::to_string_pretty(&whole).unwrap_or_default() + "\n"
    }
}
