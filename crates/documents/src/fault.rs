//! What can be wrong with a file that is read: the rules by name, and faults with their place.
//!
//! A reader answers all faults at once. Each says file, sheet, cell, heading, value, rule and what to do. Rules have
//! stable names ([`Rule::code`]) for files and programs; their words in both languages stand in one place,
//! `fault/words.rs`.

mod words;

use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use ui::Lang;
use viet_text::legacy::Encoding;

/// Longest value that a fault repeats, in letters.
const VALUE_LIMIT: usize = 120;

/// The place of a cell, from 1; written as sheet programs do: `C7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Row, from 1.
    pub row: u32,
    /// Column, from 1.
    pub column: u32,
}

impl Place {
    /// Reads `C7` or `$C$7`; `None` if it is no place of a sheet.
    #[must_use]
    pub fn parse(text: &str) -> Option<Place> {
        let mut column = 0_u32;
        let mut row = 0_u32;
        for sign in text.bytes().filter(|byte| *byte != b'$') {
            match sign {
                b'A'..=b'Z' | b'a'..=b'z' if row == 0 => {
                    column = column.checked_mul(26)?.checked_add(u32::from(sign.to_ascii_uppercase() - b'A') + 1)?;
                }
                b'0'..=b'9' if column > 0 => row = row.checked_mul(10)?.checked_add(u32::from(sign - b'0'))?,
                _ => return None,
            }
        }
        (column > 0 && row > 0).then_some(Place { row, column })
    }

    /// The letters of a column: 1 is `A`, 28 is `AB`.
    #[must_use]
    pub fn column_letters(column: u32) -> String {
        let mut letters = Vec::new();
        let mut left = column;
        while left > 0 {
            left -= 1;
            letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or_default()));
            left /= 26;
        }
        letters.iter().rev().collect()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", Place::column_letters(self.column), self.row)
    }
}

/// Cells from one corner to the other, as `A1:C3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Area {
    /// Upper left corner.
    pub first: Place,
    /// Lower right corner.
    pub last: Place,
}

impl Area {
    /// Reads `A1:C3`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Area> {
        let (first, last) = text.split_once(':')?;
        let (first, last) = (Place::parse(first)?, Place::parse(last)?);
        (first.row <= last.row && first.column <= last.column).then_some(Area { first, last })
    }

    /// Whether a place lies inside.
    #[must_use]
    pub fn contains(&self, place: Place) -> bool {
        (self.first.row..=self.last.row).contains(&place.row) && (self.first.column..=self.last.column).contains(&place.column)
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.first, self.last)
    }
}

macro_rules! rules {
    ($($(#[$doc:meta])* $variant:ident $({ $($(#[$field_doc:meta])* $field:ident: $kind:ty),+ $(,)? })? => $code:literal,)+) => {
        /// A rule that a file must keep, or (for remarks) something that its reader should know.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Rule { $($(#[$doc])* $variant $({ $($(#[$field_doc])* $field: $kind),+ })?,)+ }

        impl Rule {
            /// The names of all rules.
            pub const CODES: &'static [&'static str] = &[$($code),+];

            /// The rule's name in files, tables and machine-readable output. It never changes.
            #[must_use]
            pub fn code(&self) -> &'static str {
                match self { $(Rule::$variant { .. } => $code,)+ }
            }
        }
    };
}

rules! {
    /// The file is larger than allowed.
    TooLarge {
        /// Most bytes.
        limit: u64,
    } => "too-large",
    /// The file is larger than allowed once it is unpacked.
    UnpacksTooLarge {
        /// Most bytes.
        limit: u64,
    } => "unpacks-too-large",
    /// The file is locked with a password.
    Encrypted => "encrypted",
    /// The file has the form of Excel before 2007 (.xls).
    OldExcel => "old-excel",
    /// The file has the binary form of Excel (.xlsb).
    BinaryExcel => "binary-excel",
    /// The file is an OpenDocument sheet (.ods).
    OpenDocument => "open-document",
    /// The file is a web page or another text with tags, whatever its name says.
    MarkupFile => "markup-file",
    /// The file is of another kind.
    OtherKind => "other-kind",
    /// Nothing is in the file.
    EmptyFile => "empty-file",
    /// The file is broken.
    Damaged {
        /// The part that could not be read.
        part: String,
    } => "damaged",
    /// The letters of the text are in no encoding that is known here.
    UnknownEncoding {
        /// The first line that is not UTF-8.
        line: usize,
    } => "unknown-encoding",
    /// The text is not in UTF-8; the encoding was found by its letters. A remark.
    GuessedEncoding {
        /// Its name.
        name: &'static str,
    } => "guessed-encoding",
    /// A quotation mark opens a value and none closes it.
    UnclosedQuote => "unclosed-quote",
    /// More sheets than allowed.
    TooManySheets {
        /// Most sheets.
        limit: usize,
    } => "too-many-sheets",
    /// More rows than allowed.
    TooManyRows {
        /// Most rows.
        limit: u32,
    } => "too-many-rows",
    /// More columns than allowed.
    TooManyColumns {
        /// Most columns.
        limit: u32,
    } => "too-many-columns",
    /// More letters in a cell than allowed.
    CellTooLong {
        /// Most letters.
        limit: usize,
    } => "cell-too-long",
    /// The text is in an encoding from before Unicode.
    LegacyText {
        /// The encoding that it seems to be in.
        encoding: Encoding,
    } => "legacy-text",
    /// No row holds the headings.
    NoHeadings => "no-headings",
    /// A column that must be there is not.
    MissingColumn => "missing-column",
    /// A column that may be there is not; what is stored for it stays. A remark.
    AbsentColumn => "absent-column",
    /// Two columns have the same meaning.
    DuplicateColumn {
        /// The heading that stands first.
        first: Place,
    } => "duplicate-column",
    /// A column that is not asked for; it is not read. A remark.
    UnknownColumn => "unknown-column",
    /// A sheet without these columns, or a hidden one; it is not read. A remark.
    SkippedSheet => "skipped-sheet",
    /// A hidden row, which is read. A remark.
    HiddenRow => "hidden-row",
    /// A hidden column, which is read. A remark.
    HiddenColumn => "hidden-column",
    /// A formula, whose last result is read. A remark.
    FormulaResult => "formula-result",
    /// Cells among the data are merged.
    Merged {
        /// The merged cells.
        area: Area,
    } => "merged",
    /// A formula without a result.
    FormulaWithoutResult => "formula-without-result",
    /// An error such as `#N/A` stands in the cell.
    CellError => "cell-error",
    /// TRUE or FALSE stands in the cell.
    TruthValue => "truth-value",
    /// A value must be there.
    Required => "required",
    /// The value is no number.
    NotANumber => "not-a-number",
    /// The signs between thousands stand in wrong places.
    Thousands => "thousands",
    /// A sign may part thousands or a fraction.
    AmbiguousNumber {
        /// The value if it parts thousands.
        grouped: Decimal,
        /// The value if it parts a fraction.
        fraction: Decimal,
    } => "ambiguous-number",
    /// More digits than can be held.
    TooManyDigits => "too-many-digits",
    /// More decimals than the column has.
    TooManyDecimals {
        /// Most decimals.
        decimals: u32,
    } => "too-many-decimals",
    /// A percentage in a column that holds none.
    UnexpectedPercent => "unexpected-percent",
    /// Less than the least value.
    BelowMinimum {
        /// The least value.
        minimum: Decimal,
    } => "below-minimum",
    /// More than the greatest value.
    AboveMaximum {
        /// The greatest value.
        maximum: Decimal,
    } => "above-maximum",
    /// The value is no date.
    NotADate => "not-a-date",
    /// The year has two digits.
    TwoDigitYear => "two-digit-year",
    /// The month stands before the day.
    MonthFirst => "month-first",
    /// The calendar has no such day.
    NoSuchDay => "no-such-day",
    /// A time of day stands with the date.
    TimeOfDay => "time-of-day",
    /// A number stands where a date belongs.
    NumberForDate {
        /// The date that sheet programs show for it, if there is one.
        date: Option<NaiveDate>,
    } => "number-for-date",
    /// Before the first date.
    BeforeFirst {
        /// The first date.
        first: NaiveDate,
    } => "before-first",
    /// After the last date.
    AfterLast {
        /// The last date.
        last: NaiveDate,
    } => "after-last",
    /// A date stands where a text, a code or a number belongs; the sheet program may have made it one.
    UnexpectedDate => "unexpected-date",
    /// The value is none of the list.
    UnknownChoice {
        /// The words of the list.
        choices: Arc<[crate::exchange::Choice]>,
    } => "unknown-choice",
    /// More letters than the column holds.
    TextTooLong {
        /// Most letters.
        maximum: usize,
    } => "text-too-long",
    /// Signs that cannot be seen or printed.
    Unprintable => "unprintable",
    /// A code has another number of digits.
    CodeDigits {
        /// Number of digits.
        digits: usize,
    } => "code-digits",
    /// A number with a fraction or a sign stands where a code belongs; a code such as 1.10 loses its zero that way.
    NumberForCode => "number-for-code",
    /// A blank or a line break inside a code.
    BlankInCode => "blank-in-code",
    /// The file is about other things than the one whose code stands here.
    UnknownCode => "unknown-code",
    /// Two columns have a value of which one must be empty.
    BothGiven {
        /// Heading of the other column.
        other: String,
    } => "both-given",
    /// A value that must be alone in its column stands twice.
    Duplicate {
        /// Sheet and cell where it stands first.
        first: String,
    } => "duplicate",
    /// Two rows are about the same thing.
    DuplicateKey {
        /// Sheet and cell where the first one begins.
        first: String,
    } => "duplicate-key",
}

impl Rule {
    /// Whether it is only something to know, and no reason to refuse a file.
    #[must_use]
    pub fn is_remark(&self) -> bool {
        matches!(
            self,
            Rule::GuessedEncoding { .. }
                | Rule::AbsentColumn
                | Rule::UnknownColumn
                | Rule::SkippedSheet
                | Rule::HiddenRow
                | Rule::HiddenColumn
                | Rule::FormulaResult
        )
    }

    /// What is wrong, in a sentence.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        words::wrong(self, lang)
    }

    /// What to do about it, in a sentence.
    #[must_use]
    pub fn advice(&self, lang: Lang) -> String {
        words::advice(self, lang)
    }
}

/// One fault, or one remark, in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Name of the file, as it was given.
    pub file: Arc<str>,
    /// Name of the sheet; `None` for the whole file and for CSV.
    pub sheet: Option<Arc<str>>,
    /// The cell; `None` for a whole sheet or file.
    pub place: Option<Place>,
    /// Heading of the column.
    pub heading: Option<String>,
    /// The value as it stands there, cut if it is long.
    pub value: Option<String>,
    /// The rule.
    pub rule: Rule,
}

impl Fault {
    /// A fault of the whole file.
    #[must_use]
    pub fn of_file(file: &Arc<str>, rule: Rule) -> Fault {
        Fault { file: file.clone(), sheet: None, place: None, heading: None, value: None, rule }
    }

    /// The same fault, in a sheet.
    #[must_use]
    pub fn in_sheet(mut self, sheet: Option<&Arc<str>>) -> Fault {
        self.sheet = sheet.cloned();
        self
    }

    /// The same fault, in a cell.
    #[must_use]
    pub fn at(mut self, place: Place) -> Fault {
        self.place = Some(place);
        self
    }

    /// The same fault, with the value that stands there.
    #[must_use]
    pub fn with_value(mut self, value: &str) -> Fault {
        let mut cut: String = value.chars().take(VALUE_LIMIT).collect();
        if cut.len() < value.len() {
            cut.push('…');
        }
        self.value = Some(cut);
        self
    }

    /// The same fault, under a heading.
    #[must_use]
    pub fn under(mut self, heading: &str) -> Fault {
        self.heading = Some(heading.to_owned());
        self
    }

    /// The cell as `C7`.
    #[must_use]
    pub fn cell(&self) -> Option<String> {
        self.place.map(|place| place.to_string())
    }
}

/// For programs and tests: `file [sheet] C7 heading "value": rule`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(sheet) = &self.sheet {
            write!(f, " [{sheet}]")?;
        }
        if let Some(place) = self.place {
            write!(f, " {place}")?;
        }
        if let Some(heading) = &self.heading {
            write!(f, " {heading}")?;
        }
        if let Some(value) = &self.value {
            write!(f, " {value:?}")?;
        }
        write!(f, ": {}", self.rule.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_written_as_sheets_do() {
        for (text, row, column) in [("A1", 1, 1), ("Z9", 9, 26), ("AA10", 10, 27), ("XFD1048576", 1_048_576, 16_384), ("ZZ2", 2, 702)] {
            let place = Place { row, column };
            assert_eq!(Place::parse(text), Some(place));
            assert_eq!(place.to_string(), text);
        }
        assert_eq!(Place::parse("$c$7"), Some(Place { row: 7, column: 3 }));
        for wrong in ["", "7", "C", "7C", "C0", "C7D", "C-7", "AAAAAAAAA1", "A99999999999", "Ă1"] {
            assert_eq!(Place::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Area::parse("B2:C3").map(|area| area.contains(Place { row: 3, column: 2 })), Some(true));
        assert_eq!(Area::parse("C3:B2"), None);
    }
}
