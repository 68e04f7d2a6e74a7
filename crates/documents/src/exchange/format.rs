//! The description of a table that is exchanged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use ui::Lang;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::value::Value;
use crate::names::width;

/// Columns that a format may have; a sheet holds more, and nobody fills them in.
const MOST_COLUMNS: usize = 1_000;
/// Longest heading, in UTF-16 units.
const LONGEST_HEADING: usize = 250;
/// Decimals of an exact figure.
const MOST_DECIMALS: u32 = 28;

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Words {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Words {
    /// Both texts.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Words {
        Words { vi: vi.into(), en: en.into() }
    }

    /// The one in a language.
    #[must_use]
    pub fn pick(&self, lang: Lang) -> &str {
        lang.pick(&self.vi, &self.en)
    }
}

/// One value of a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// What is stored.
    pub code: String,
    /// What people read and fill in; the code is taken as well.
    pub words: Words,
}

impl Choice {
    /// A value of a list.
    pub fn new(code: impl Into<String>, vi: impl Into<String>, en: impl Into<String>) -> Choice {
        Choice { code: code.into(), words: Words::new(vi, en) }
    }
}

/// What happens to blanks around a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Blanks {
    /// They are taken away: nobody means them.
    Trimmed,
    /// They stay.
    Kept,
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Anything but a percentage; a percent sign is a fault.
    Plain,
    /// A percentage: 80.5 and 80.5% are both 80.5, and a cell that shows 80.5% is 80.5 although it holds 0.805.
    Percent,
}

/// What may stand in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text {
        /// Most letters.
        max: usize,
        /// Blanks around it.
        blanks: Blanks,
    },
    /// An exact figure.
    Figure {
        /// Most digits behind the point. More are a fault; nothing is rounded.
        decimals: u32,
        /// Least value.
        min: Option<Decimal>,
        /// Greatest value.
        max: Option<Decimal>,
        /// Whether it is a percentage.
        unit: Unit,
    },
    /// A day.
    Date {
        /// First day.
        first: Option<NaiveDate>,
        /// Last day.
        last: Option<NaiveDate>,
    },
    /// One of a list; its code is stored.
    Choice(Arc<[Choice]>),
    /// A code: a text without blanks.
    Code {
        /// Most letters.
        max: usize,
        /// The number of digits, if it is made of digits only. A number in a cell is then filled up with zeros.
        digits: Option<usize>,
    },
}

/// A column of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name for programs, also taken as a heading.
    pub key: String,
    /// Its heading.
    pub heading: Words,
    /// Other headings that are taken for it, such as those of older templates.
    pub other_headings: Vec<String>,
    /// What may stand in it.
    pub kind: Kind,
    /// Whether every row must have a value.
    pub required: bool,
    /// Whether a value may stand once only.
    pub unique: bool,
    /// What people should know when they fill it in.
    pub hint: Option<Words>,
    /// A value as people would fill it in, shown in the guide.
    pub example: Option<Words>,
}

impl Column {
    /// A column of any kind.
    pub fn new(key: impl Into<String>, vi: impl Into<String>, en: impl Into<String>, kind: Kind) -> Column {
        Column {
            key: key.into(),
            heading: Words::new(vi, en),
            other_headings: Vec::new(),
            kind,
            required: false,
            unique: false,
            hint: None,
            example: None,
        }
    }

    /// Texts of at most `max` letters; blanks around them are taken away.
    pub fn text(key: impl Into<String>, vi: impl Into<String>, en: impl Into<String>, max: usize) -> Column {
        Column::new(key, vi, en, Kind::Text { max, blanks: Blanks::Trimmed })
    }

    /// Figures of any size with at most `decimals` digits behind the point.
    pub fn figure(key: impl Into<String>, vi: impl Into<String>, en: impl Into<String>, decimals: u32) -> Column {
        Column::new(key, vi, en, Kind::Figure { decimals, min: None, max: None, unit: Unit::Plain })
    }

    /// Any day.
    pub fn date(key: impl Into<String>, vi: impl Into<String>, en: impl Into<String>) -> Column {
        Column::new(key, vi, en, Kind::Date { first: None, last: None })
    }

    /// Values of a list.
    pub fn choice(key: impl Into<String>, vi: impl Into<String>, en: impl Into<String>, choices: impl Into<Arc<[Choice]>>) -> Column {
        Column::new(key, vi, en, Kind::Choice(choices.into()))
    }

    /// Codes of at most `max` letters.
    pub fn code(key: impl Into<String>, vi: impl Into<String>, en: impl Into<String>, max: usize) -> Column {
        Column::new(key, vi, en, Kind::Code { max, digits: None })
    }

    /// Every row must have a value.
    #[must_use]
    pub fn required(mut self) -> Column {
        self.required = true;
        self
    }

    /// A value may stand once only.
    #[must_use]
    pub fn unique(mut self) -> Column {
        self.unique = true;
        self
    }

    /// A heading that is taken as well.
    #[must_use]
    pub fn also(mut self, heading: impl Into<String>) -> Column {
        self.other_headings.push(heading.into());
        self
    }

    /// What people should know when they fill it in.
    #[must_use]
    pub fn hint(mut self, vi: impl Into<String>, en: impl Into<String>) -> Column {
        self.hint = Some(Words::new(vi, en));
        self
    }

    /// A value as people would fill it in.
    #[must_use]
    pub fn example(mut self, vi: impl Into<String>, en: impl Into<String>) -> Column {
        self.example = Some(Words::new(vi, en));
        self
    }

    /// The heading as it stands in files: a star marks a value that must be there.
    pub(super) fn shown_heading(&self, lang: Lang) -> String {
        let heading = self.heading.pick(lang);
        if self.required { format!("{heading} *") } else { heading.to_owned() }
    }

    /// A value in the form in which it is read back; see [`Format::normal`].
    pub(super) fn normal(&self, value: &Value) -> Value {
        match (&self.kind, value) {
            (kind, Value::Text(text)) => match kind {
                Kind::Text { blanks, .. } => Value::text(normal_text(text, *blanks)),
                _ => Value::text(normal_text(text, Blanks::Trimmed)),
            },
            (_, Value::Figure(figure)) => Value::Figure(figure.normalize()),
            (_, other) => other.clone(),
        }
    }
}

/// A text composed (NFC), with LF for every end of line, without blanks around it if they are trimmed.
pub(super) fn normal_text(text: &str, blanks: Blanks) -> String {
    let around = |text: &str| match blanks {
        Blanks::Trimmed => text.trim().to_owned(),
        Blanks::Kept => text.to_owned(),
    };
    // Nearly every text is in this form already.
    if !text.contains('\r') && is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return around(text);
    }
    around(&text.replace("\r\n", "\n").replace('\r', "\n").nfc().collect::<String>())
}

/// A heading as it is compared: without marks, case, blanks and punctuation.
pub(super) fn heading_key(heading: &str) -> String {
    viet_text::fold(heading).replace(' ', "")
}

/// Why a format is none. Formats are written by programmers or made from other definitions, never by visitors.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// There is no column, or there are more than 1,000.
    #[error("a format has from 1 to {MOST_COLUMNS} columns")]
    ColumnCount,
    /// A key stands twice, or is empty.
    #[error("column {key}: the key is empty or stands twice")]
    Key {
        /// The key.
        key: String,
    },
    /// A heading has no letter or digit, is too long, or is also that of another column once marks, case and blanks are gone.
    #[error("column {key}: the heading {heading:?} is empty, too long or also that of another column")]
    Heading {
        /// Key of the column.
        key: String,
        /// The heading.
        heading: String,
    },
    /// Limits that no value can keep.
    #[error("column {key}: no value can keep these limits")]
    Limits {
        /// Key of the column.
        key: String,
    },
    /// A choice is empty, or its code or words are those of another one.
    #[error("column {key}: the choice {choice:?} is empty or stands twice")]
    Choice {
        /// Key of the column.
        key: String,
        /// Code or words.
        choice: String,
    },
    /// The key of rows names a column that is not there.
    #[error("the key of rows names no column: {key}")]
    RowKey {
        /// The name.
        key: String,
    },
}

/// A table that is exchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    title: Words,
    columns: Vec<Column>,
    row_key: Vec<usize>,
    ranges: Option<Ranges>,
    either: Option<(usize, usize)>,
}

/// What figures a thing may have: how many decimals, and from where to where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FigureRange {
    /// Most digits behind the decimal sign.
    pub decimals: u32,
    /// The least figure.
    pub min: Option<Decimal>,
    /// The greatest figure.
    pub max: Option<Decimal>,
}

/// Figures of one column that keep the range of the thing whose code stands in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ranges {
    pub(super) code: usize,
    pub(super) figure: usize,
    of: BTreeMap<String, FigureRange>,
}

impl Ranges {
    pub(super) fn of(&self, code: &str) -> Option<&FigureRange> {
        self.of.get(code)
    }
}

impl Format {
    /// A format. `row_key` names the columns that together tell one row from another; with them two rows about the same
    /// thing are a fault, and rows can be compared with what is stored.
    ///
    /// # Errors
    ///
    /// A [`FormatError`] if columns cannot be told apart or if no value could keep the rules.
    pub fn new(title: Words, columns: Vec<Column>, row_key: &[&str]) -> Result<Format, FormatError> {
        if columns.is_empty() || columns.len() > MOST_COLUMNS {
            return Err(FormatError::ColumnCount);
        }
        let mut keys = BTreeSet::new();
        let mut headings: BTreeMap<String, usize> = BTreeMap::new();
        for (index, column) in columns.iter().enumerate() {
            let key = column.key.clone();
            if key.is_empty() || !keys.insert(key.clone()) {
                return Err(FormatError::Key { key });
            }
            let names = [&column.heading.vi, &column.heading.en, &column.key];
            for heading in names.into_iter().chain(&column.other_headings) {
                let folded = heading_key(heading);
                let other = headings.insert(folded.clone(), index);
                if folded.is_empty() || width(heading) > LONGEST_HEADING || other.is_some_and(|other| other != index) {
                    return Err(FormatError::Heading { key, heading: heading.clone() });
                }
            }
            check_kind(column)?;
        }
        let place = |key: &&str| columns.iter().position(|column| column.key == **key);
        let row_key: Result<Vec<usize>, FormatError> =
            row_key.iter().map(|key| place(key).ok_or_else(|| FormatError::RowKey { key: (*key).to_owned() })).collect();
        Ok(Format { title, row_key: row_key?, columns, ranges: None, either: None })
    }

    fn place(&self, key: &str) -> Result<usize, FormatError> {
        self.columns.iter().position(|column| column.key == key).ok_or_else(|| FormatError::RowKey { key: key.to_owned() })
    }

    /// The same, where the figures of one column keep the range of the thing whose code stands in another. A code without a range is a fault.
    ///
    /// # Errors
    ///
    /// [`FormatError::RowKey`] if there is no such column.
    pub fn with_ranges(mut self, code: &str, figure: &str, of: BTreeMap<String, FigureRange>) -> Result<Format, FormatError> {
        self.ranges = Some(Ranges { code: self.place(code)?, figure: self.place(figure)?, of });
        Ok(self)
    }

    /// The same, where no row has a value in both of two columns.
    ///
    /// # Errors
    ///
    /// [`FormatError::RowKey`] if there is no such column.
    pub fn with_either(mut self, one: &str, other: &str) -> Result<Format, FormatError> {
        self.either = Some((self.place(one)?, self.place(other)?));
        Ok(self)
    }

    pub(super) fn ranges(&self) -> Option<&Ranges> {
        self.ranges.as_ref()
    }

    pub(super) fn either(&self) -> Option<(usize, usize)> {
        self.either
    }

    /// Its title.
    #[must_use]
    pub fn title(&self) -> &Words {
        &self.title
    }

    /// Its columns in their order; the values of a row stand in the same order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The columns that tell one row from another.
    #[must_use]
    pub fn row_key(&self) -> &[usize] {
        &self.row_key
    }

    /// A row in the form in which it is read back: texts composed (NFC), ends of lines as LF, no blanks around texts
    /// unless the column keeps them, no zeros at the end of figures, an empty text as no value.
    #[must_use]
    pub fn normal(&self, values: &[Value]) -> Vec<Value> {
        values.iter().zip(&self.columns).map(|(value, column)| column.normal(value)).collect()
    }
}

fn check_kind(column: &Column) -> Result<(), FormatError> {
    let limits = |good: bool| if good { Ok(()) } else { Err(FormatError::Limits { key: column.key.clone() }) };
    match &column.kind {
        Kind::Text { max, .. } => limits(*max > 0),
        Kind::Code { max, digits } => limits(*max > 0 && digits.is_none_or(|digits| (1..=*max).contains(&digits))),
        Kind::Figure { decimals, min, max, .. } => limits(*decimals <= MOST_DECIMALS && min.zip(*max).is_none_or(|(min, max)| min <= max)),
        Kind::Date { first, last } => limits(first.zip(*last).is_none_or(|(first, last)| first <= last)),
        Kind::Choice(choices) => {
            let mut taken: BTreeMap<String, usize> = BTreeMap::new();
            for (index, choice) in choices.iter().enumerate() {
                for name in [&choice.code, &choice.words.vi, &choice.words.en] {
                    let normal = normal_text(name, Blanks::Trimmed);
                    let other = taken.insert(normal.clone(), index);
                    if normal.is_empty() || normal != *name || other.is_some_and(|other| other != index) {
                        return Err(FormatError::Choice { key: column.key.clone(), choice: name.clone() });
                    }
                }
            }
            limits(!choices.is_empty())
        }
    }
}
