//! Tables of answers as text: reading, figures and labels with every fault by row and column, and conditions on rows.

mod expression;
mod plain;

use csv::{ByteRecord, ReaderBuilder};
use thiserror::Error;

use crate::column::{Column, Labels, LabelsBuilder};

pub use expression::{Expression, ExpressionFault};

/// What is wrong with a table. Rows count from 1, without the heading.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DataFault {
    /// The file is not UTF-8.
    #[error("byte {byte}: the file is not UTF-8")]
    NotUtf8 {
        /// First byte that does not belong, from 1.
        byte: usize,
    },
    /// There is no heading.
    #[error("the table has no heading")]
    NoHeading,
    /// There is no row.
    #[error("the table has no row")]
    NoRows,
    /// A heading is empty or stands twice.
    #[error("column {place}: the heading {heading:?} is empty or stands twice")]
    Heading {
        /// Column, from 1.
        place: usize,
        /// The heading.
        heading: String,
    },
    /// A row has another number of fields than the heading: a file cut in the middle, or a delimiter inside a field.
    #[error("row {row}: {found} fields where {expected} are needed")]
    Fields {
        /// Row, from 1.
        row: usize,
        /// Fields of the heading.
        expected: usize,
        /// Fields of the row.
        found: usize,
    },
    /// A quote is opened and never closed: the file was cut in the middle.
    #[error("a quote is opened and never closed")]
    OpenQuote,
    /// A column does not exist.
    #[error("there is no column {column}")]
    NoColumn {
        /// Its name.
        column: String,
    },
    /// A field is no number.
    #[error("row {row}, column {column}: {value:?} is no number")]
    NotANumber {
        /// Row, from 1.
        row: usize,
        /// Name of the column.
        column: String,
        /// What stands there.
        value: String,
    },
    /// A column of numbers is ordered against a text that is a number: texts are ordered by their letters, "9" behind "10".
    #[error("column {column}: a column of numbers is ordered against the text {value:?}; write the number without quotes")]
    OrderOfTexts {
        /// Name of the column.
        column: String,
        /// The text.
        value: String,
    },
    /// More faults than are listed, behind the listed ones.
    #[error("{count} more fault(s)")]
    More {
        /// Faults that are not listed.
        count: usize,
    },
    /// A mark is neither 0 nor 1; an empty field says nothing either.
    #[error("row {row}, column {column}: {} where 0 or 1 is needed", shown(value))]
    NotAMark {
        /// Row, from 1.
        row: usize,
        /// Name of the column.
        column: String,
        /// What stands there.
        value: String,
    },
}

fn shown(field: &str) -> String {
    if field.is_empty() { "an empty field".to_owned() } else { format!("{field:?}") }
}

/// Faults that one answer lists; the rest are of the same kind, and counted.
const MOST_FAULTS: usize = 100;

/// Faults of one kind, of which the first are kept.
#[derive(Default)]
struct Faults {
    kept: Vec<DataFault>,
    more: usize,
}

impl Faults {
    fn add(&mut self, fault: impl FnOnce() -> DataFault) {
        if self.kept.len() < MOST_FAULTS {
            self.kept.push(fault());
        } else {
            self.more += 1;
        }
    }

    /// The answer, or the faults, with the number of those that are not listed behind them.
    fn or<T>(mut self, answer: T) -> Result<T, Vec<DataFault>> {
        if self.more > 0 {
            self.kept.push(DataFault::More { count: self.more });
        }
        if self.kept.is_empty() { Ok(answer) } else { Err(self.kept) }
    }
}

/// A table in CSV with a heading. Fields keep their text; empty fields and `NA` are missing.
#[derive(Debug, Clone)]
pub struct DataTable {
    text: String,
    headings: Vec<String>,
    rows: usize,
    /// Whether no field is quoted, so that lines and commas are all there is.
    plain: bool,
}

fn is_missing(field: &str) -> bool {
    field.is_empty() || field == "NA"
}

/// A finite number as it is written in CSV, with a decimal point.
fn number(field: &str) -> Option<f64> {
    if let Some(value) = plain::short_number(field.as_bytes()) {
        return Some(value);
    }
    // "inf" and "nan" are words here, not figures.
    let plain = field.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    field.parse::<f64>().ok().filter(|value| plain && value.is_finite())
}

impl DataTable {
    /// Reads a table and checks its shape.
    ///
    /// # Errors
    ///
    /// Every fault of the shape; up to a hundred are listed, and the number of the others stands behind them ([`DataFault::More`]).
    pub fn read(bytes: Vec<u8>) -> Result<Self, Vec<DataFault>> {
        let text = String::from_utf8(bytes).map_err(|error| vec![DataFault::NotUtf8 { byte: error.utf8_error().valid_up_to() + 1 }])?;
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        let mut faults = Faults::default();
        let quotes = text.bytes().filter(|byte| *byte == b'"').count();
        if quotes % 2 == 1 {
            faults.add(|| DataFault::OpenQuote);
        }
        let mut table = Self { text, headings: Vec::new(), rows: 0, plain: quotes == 0 };
        let mut headings: Vec<String> = Vec::new();
        table.first(|record| headings = record.iter().map(|field| String::from_utf8_lossy(field).trim().to_owned()).collect());
        let mut rows = 0;
        table.shape(|row, found| {
            rows = row;
            if row > 0 && found != headings.len() {
                faults.add(|| DataFault::Fields { row, expected: headings.len(), found });
            }
        });
        if headings.is_empty() {
            return Err(vec![DataFault::NoHeading]);
        }
        for (place, heading) in headings.iter().enumerate() {
            if heading.is_empty() || headings[..place].contains(heading) {
                faults.add(|| DataFault::Heading { place: place + 1, heading: heading.clone() });
            }
        }
        if rows == 0 {
            faults.add(|| DataFault::NoRows);
        }
        (table.headings, table.rows) = (headings, rows);
        faults.or(table)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Whether the text ends with the end of a line. Where it does not, the last record may have been cut inside its last field, which
    /// no other sign betrays.
    pub fn ends_with_line(&self) -> bool {
        self.text.ends_with(['\n', '\r'])
    }

    /// Names of the columns.
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    /// Calls `take` for the heading.
    fn first(&self, mut take: impl FnMut(&ByteRecord)) {
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(self.text.as_bytes());
        let mut record = ByteRecord::new();
        if matches!(reader.read_byte_record(&mut record), Ok(true)) {
            take(&record);
        }
    }

    /// Calls `take` with the number of each record, 0 for the heading, and its number of fields.
    fn shape(&self, mut take: impl FnMut(usize, usize)) {
        if self.plain {
            plain::shape(self.text.as_bytes(), take);
            return;
        }
        let mut row = 0;
        self.walk(|record| {
            take(row, record.len());
            row += 1;
        });
    }

    /// Calls `take` for the heading and each row.
    fn walk(&self, mut take: impl FnMut(&ByteRecord)) {
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(self.text.as_bytes());
        let mut record = ByteRecord::new();
        // Reading from memory cannot fail, and fields of any number are taken.
        while matches!(reader.read_byte_record(&mut record), Ok(true)) {
            take(&record);
        }
    }

    fn fields(&self, name: &str, mut take: impl FnMut(usize, &str)) -> Result<(), DataFault> {
        let place = self.headings.iter().position(|heading| heading == name);
        let place = place.ok_or_else(|| DataFault::NoColumn { column: name.to_owned() })?;
        if self.plain {
            plain::fields(&self.text, place, |row, field| {
                if row > 0 {
                    take(row, plain::trimmed(field));
                }
            });
            return Ok(());
        }
        let mut row = 0;
        self.walk(|record| {
            if row > 0 {
                let field = record.get(place).and_then(|field| std::str::from_utf8(field).ok()).unwrap_or_default();
                take(row, field.trim());
            }
            row += 1;
        });
        Ok(())
    }

    /// Figures of a column; missing ones become gaps.
    ///
    /// # Errors
    ///
    /// No such column; fields that are no numbers, up to a hundred of them and the number of the others.
    pub fn numbers(&self, name: &str) -> Result<Column, Vec<DataFault>> {
        let (mut values, mut faults) = (Vec::with_capacity(self.rows), Faults::default());
        let read = self.fields(name, |row, field| {
            let value = if is_missing(field) { Some(f64::NAN) } else { number(field) };
            if value.is_none() {
                faults.add(|| DataFault::NotANumber { row, column: name.to_owned(), value: field.to_owned() });
            }
            values.push(value.unwrap_or(f64::NAN));
        });
        read.map_err(|fault| vec![fault])?;
        faults.or(Column::new(name, values))
    }

    /// Labels of a column; missing ones become rows without label.
    ///
    /// # Errors
    ///
    /// No such column.
    pub fn labels(&self, name: &str) -> Result<Labels, Vec<DataFault>> {
        let mut labels = LabelsBuilder::with_rows(self.rows);
        let read = self.fields(name, |_, field| labels.push(if is_missing(field) { "" } else { field }));
        read.map_err(|fault| vec![fault])?;
        Ok(labels.named(name))
    }

    /// Labels of several columns, read together: much faster than one after the other.
    ///
    /// # Errors
    ///
    /// Every column that does not exist.
    pub fn labels_of(&self, names: &[&str]) -> Result<Vec<Labels>, Vec<DataFault>> {
        let places: Vec<Option<usize>> = names.iter().map(|name| self.headings.iter().position(|heading| heading == name)).collect();
        let missing = names.iter().zip(&places).filter(|(_, place)| place.is_none());
        let faults: Vec<DataFault> = missing.map(|(name, _)| DataFault::NoColumn { column: (*name).to_owned() }).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut builders: Vec<LabelsBuilder> = names.iter().map(|_| LabelsBuilder::with_rows(self.rows)).collect();
        // The builders of each column; a name may stand twice.
        let mut wanted: Vec<Vec<usize>> = vec![Vec::new(); self.headings.len()];
        for (builder, place) in places.iter().enumerate() {
            place.and_then(|place| wanted.get_mut(place)).into_iter().for_each(|list| list.push(builder));
        }
        let mut take = |column: usize, field: &str| {
            for &builder in wanted.get(column).into_iter().flatten() {
                builders[builder].push(if is_missing(field) { "" } else { field });
            }
        };
        if self.plain {
            let mut heading = self.headings.len();
            plain::cells(&self.text, |column, field| {
                if heading > 0 {
                    heading -= 1;
                } else {
                    take(column, plain::trimmed(field));
                }
            });
        } else {
            let mut row = 0;
            self.walk(|record| {
                for (column, field) in record.iter().enumerate().filter(|_| row > 0) {
                    take(column, std::str::from_utf8(field).unwrap_or_default().trim());
                }
                row += 1;
            });
        }
        Ok(builders.into_iter().zip(names).map(|(builder, name)| builder.named(*name)).collect())
    }

    /// Marks of a column of 0 and 1. A missing one is a fault: what is not known is not "no".
    ///
    /// # Errors
    ///
    /// No such column; fields other than 0 and 1, empty ones too, up to a hundred of them and the number of the others.
    pub fn marks(&self, name: &str) -> Result<Vec<bool>, Vec<DataFault>> {
        let (mut marks, mut faults) = (Vec::with_capacity(self.rows), Faults::default());
        let read = self.fields(name, |row, field| {
            let mark = match field {
                "1" => true,
                "0" => false,
                other => {
                    faults.add(|| DataFault::NotAMark { row, column: name.to_owned(), value: other.to_owned() });
                    false
                }
            };
            marks.push(mark);
        });
        read.map_err(|fault| vec![fault])?;
        faults.or(marks)
    }
}
