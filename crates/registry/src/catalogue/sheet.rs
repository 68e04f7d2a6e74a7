//! A CSV table of the catalogue with named columns; every fault is noted with its place.

use chrono::NaiveDate;
use composite_index::LineCounter;

use super::{CatalogueFault, SheetFault, SheetRule};

/// A table with its faults.
pub(super) struct Sheet<'f> {
    file: &'f str,
    columns: Vec<String>,
    rows: Vec<(usize, csv::StringRecord)>,
}

impl<'f> Sheet<'f> {
    /// Reads a table; every expected column must be there and no other.
    pub(super) fn read(file: &'f str, text: &str, expected: &[&str], faults: &mut Vec<CatalogueFault>) -> Self {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let mut sheet = Self { file, columns: Vec::new(), rows: Vec::new() };
        let mut refuse = |row: usize, column: &str, value: &str, rule, expected: &str| {
            let fault = SheetFault { row, column: column.into(), value: value.into(), rule, expected: expected.into() };
            faults.push(CatalogueFault::Sheet { file: file.to_owned(), fault });
        };
        match reader.headers() {
            Ok(head) => sheet.columns = head.iter().map(str::to_owned).collect(),
            Err(error) => refuse(1, "", &error.to_string(), SheetRule::NotCsv, ""),
        }
        for column in expected.iter().filter(|column| !sheet.columns.iter().any(|found| found == *column)) {
            refuse(1, column, "", SheetRule::MissingColumn, &expected.join(", "));
        }
        for column in sheet.columns.iter().filter(|column| !expected.contains(&column.as_str())) {
            refuse(1, column, column, SheetRule::UnknownColumn, &expected.join(", "));
        }
        let mut lines = LineCounter::new(text);
        for record in reader.records() {
            match record {
                Ok(record) => sheet.rows.push((lines.line_of(record.position()), record)),
                Err(error) => {
                    refuse(lines.line_of(error.position()), "", &error.to_string(), SheetRule::NotCsv, "");
                }
            }
        }
        sheet
    }

    /// The rows, in the order of the file.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, record)| Row { file: self.file, line: *line, columns: &self.columns, record })
    }
}

/// A row of a sheet.
#[derive(Clone, Copy)]
pub(super) struct Row<'s> {
    file: &'s str,
    /// Line in the file.
    pub(super) line: usize,
    columns: &'s [String],
    record: &'s csv::StringRecord,
}

impl<'s> Row<'s> {
    /// Notes a fault of this row.
    pub(super) fn fault(&self, column: &str, value: &str, rule: SheetRule, expected: &str, faults: &mut Vec<CatalogueFault>) {
        let fault = SheetFault { row: self.line, column: column.into(), value: value.into(), rule, expected: expected.into() };
        faults.push(CatalogueFault::Sheet { file: self.file.to_owned(), fault });
    }

    /// The cell, empty where it or its column is missing.
    pub(super) fn cell(&self, column: &str) -> &'s str {
        self.columns.iter().position(|name| name == column).and_then(|index| self.record.get(index)).unwrap_or("")
    }

    /// The cell, `None` when empty.
    pub(super) fn text(&self, column: &str) -> Option<String> {
        Some(self.cell(column)).filter(|cell| !cell.is_empty()).map(str::to_owned)
    }

    /// The cell, a fault when empty.
    pub(super) fn needed(&self, column: &str, faults: &mut Vec<CatalogueFault>) -> Option<String> {
        let text = self.text(column);
        if text.is_none() {
            self.fault(column, "", SheetRule::Empty, "", faults);
        }
        text
    }

    /// The cell as one of a list of words.
    pub(super) fn word<T: Copy>(
        &self,
        column: &str,
        all: &[T],
        word: impl Fn(T) -> &'static str,
        faults: &mut Vec<CatalogueFault>,
    ) -> Option<T> {
        let cell = self.cell(column);
        let value = all.iter().copied().find(|value| word(*value) == cell);
        if value.is_none() {
            let known: Vec<&str> = all.iter().map(|value| word(*value)).collect();
            self.fault(column, cell, SheetRule::UnknownWord, &known.join(", "), faults);
        }
        value
    }

    /// The cell as an ISO date; empty is `None`.
    pub(super) fn date(&self, column: &str, faults: &mut Vec<CatalogueFault>) -> Option<NaiveDate> {
        let cell = self.text(column)?;
        let date = NaiveDate::parse_from_str(&cell, "%Y-%m-%d").ok();
        if date.is_none() {
            self.fault(column, &cell, SheetRule::NotADate, "2018-12-31", faults);
        }
        date
    }

    /// The cell as a whole number; empty is `None`.
    pub(super) fn integer(&self, column: &str, faults: &mut Vec<CatalogueFault>) -> Option<i32> {
        let cell = self.text(column)?;
        let number = cell.parse().ok();
        if number.is_none() {
            self.fault(column, &cell, SheetRule::NotANumber, "1, 2, 3 …", faults);
        }
        number
    }
}
