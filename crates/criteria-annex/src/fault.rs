//! What can be wrong with an annex: with the source as a whole, with a row, and what is open in a row that was understood.
//!
//! Each has a stable name (`code`) for files and programs; their words in both languages stand in `words.rs`.

use documents::fault::Fault;
use rust_decimal::Decimal;

use crate::annex::Proposed;

macro_rules! named {
    ($(#[$type_doc:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident $({ $($(#[$field_doc:meta])* $field:ident: $kind:ty),+ $(,)? })? => $code:literal,)+ }) => {
        $(#[$type_doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$doc])* $variant $({ $($(#[$field_doc])* $field: $kind),+ })?,)+ }

        impl $name {
            /// All names.
            pub const CODES: &'static [&'static str] = &[$($code),+];

            /// The name in files, tables and machine-readable output. It never changes.
            #[must_use]
            pub fn code(&self) -> &'static str {
                match self { $($name::$variant { .. } => $code,)+ }
            }
        }
    };
}

named! {
    /// Why a source gives no tables.
    AnnexFault {
        /// Nothing is there.
        Empty => "empty",
        /// More bytes than allowed.
        TooLarge {
            /// Most bytes.
            limit: usize,
        } => "too-large",
        /// More bytes than allowed once it is unpacked.
        UnpacksTooLarge {
            /// Most bytes.
            limit: u64,
        } => "unpacks-too-large",
        /// The file is locked with a password.
        Encrypted => "encrypted",
        /// A document of Word before 2007 (.doc).
        OldWord => "old-word",
        /// The file is no DOCX document.
        NotDocx => "not-docx",
        /// The file is no XLSX book.
        NotXlsx => "not-xlsx",
        /// The file is broken.
        Damaged {
            /// The part that could not be read.
            part: String,
        } => "damaged",
        /// The sheets cannot be read; each fault tells why.
        Sheet {
            /// The faults.
            faults: Vec<Fault>,
        } => "sheet",
        /// There is no table in it.
        NoTable => "no-table",
        /// More tables than allowed.
        TooManyTables {
            /// Most tables.
            limit: usize,
        } => "too-many-tables",
        /// More rows than allowed.
        TooManyRows {
            /// Most rows.
            limit: usize,
        } => "too-many-rows",
        /// More columns than allowed.
        TooManyColumns {
            /// Most columns.
            limit: usize,
        } => "too-many-columns",
        /// More cells than allowed.
        TooManyCells {
            /// Most cells.
            limit: usize,
        } => "too-many-cells",
        /// More letters in a cell than allowed.
        CellTooLong {
            /// Most letters.
            limit: usize,
        } => "cell-too-long",
        /// Elements stand too deep inside of each other.
        TooDeep {
            /// Most levels.
            limit: usize,
        } => "too-deep",
    }
}

named! {
    /// Why a row was not understood.
    Reason {
        /// No column with names was found, so no row can be read.
        NoColumns => "no-columns",
        /// What stands in the column of codes is no code.
        UnknownCode {
            /// What stands there.
            text: String,
        } => "unknown-code",
        /// The sheet holds a date where a code belongs: it took `1.2` for the first of February.
        DateForCode {
            /// The date as shown.
            text: String,
        } => "date-for-code",
        /// An earlier row has the same code.
        DuplicateCode {
            /// The code.
            code: String,
            /// The row that has it first.
            first: usize,
        } => "duplicate-code",
        /// No row above has the code that the code begins with.
        MissingParent {
            /// The code that no row has.
            parent: String,
        } => "missing-parent",
        /// A code, but no name.
        MissingName => "missing-name",
        /// What stands in the column of points is no number of points.
        UnreadablePoints {
            /// What stands there.
            text: String,
        } => "unreadable-points",
        /// The sheet holds a date where points belong: it took `1.5` for the first of May.
        DateForPoints {
            /// The date as shown.
            text: String,
        } => "date-for-points",
        /// An error such as `#N/A` stands in the row.
        CellError {
            /// The error.
            text: String,
        } => "cell-error",
        /// A formula without a result stands where points belong.
        EmptyFormula => "empty-formula",
        /// A row without a code and without points.
        NoCodeNoPoints => "no-code-no-points",
        /// A row without a code that has no criterion above it.
        NothingAbove => "nothing-above",
        /// A name in capitals with points, as areas have it, but without a code.
        AreaWithoutCode => "area-without-code",
    }
}

/// A row that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Its row in the file.
    pub row: usize,
    /// Its cells as they stand there.
    pub cells: Vec<String>,
    /// Its code, where that was understood. Lines below it name it as their parent.
    pub code: Option<String>,
    /// Why.
    pub reason: Reason,
}

named! {
    /// What was assumed, or what a person has to decide.
    Doubt {
        /// No heading says what a column is; it was told by what stands in it.
        ColumnByContents {
            /// The place of the column, from 0.
            column: usize,
        } => "column-by-contents",
        /// No column of maximum points was found.
        NoMaximumColumn => "no-maximum-column",
        /// The file hides the row; it was read.
        HiddenRow => "hidden-row",
        /// The sheet took the code for a number and lost a zero; it was put back.
        CodeRestored {
            /// As it stands in the file.
            printed: String,
        } => "code-restored",
        /// The numbers of neighbours are not one after the other.
        CodeSkipped {
            /// The code that would come next.
            expected: String,
        } => "code-skipped",
        /// No maximum stands there.
        MissingMaximum => "missing-maximum",
        /// The maximum was taken from a range of points: `0 - 2`.
        MaximumFromRange => "maximum-from-range",
        /// The maximum stands in brackets behind the name.
        MaximumFromName => "maximum-from-name",
        /// No maximum stands beside the options of a cell; that of the best one was taken.
        MaximumFromOptions => "maximum-from-options",
        /// The maximum stands in the column of the survey.
        MaximumFromSurvey => "maximum-from-survey",
        /// The maximum is below zero.
        NegativeMaximum => "negative-maximum",
        /// The maxima of the parts do not add up to that of the whole.
        SumDiffers {
            /// The maximum as stated.
            stated: Decimal,
            /// The sum of the parts.
            sum: Decimal,
            /// The rows of the parts.
            parts: Vec<usize>,
        } => "sum-differs",
        /// The areas do not add up to the total.
        TotalDiffers {
            /// The total as stated.
            stated: Decimal,
            /// The sum of the areas.
            sum: Decimal,
            /// The rows of the areas.
            parts: Vec<usize>,
        } => "total-differs",
        /// An option gives other points in its words than in its column; the column was taken.
        PointsDiffer {
            /// In its words.
            worded: Decimal,
            /// In its column.
            column: Decimal,
        } => "points-differ",
        /// An option gives more than the maximum.
        OverMaximum {
            /// Its points.
            points: Decimal,
            /// The maximum.
            maximum: Decimal,
        } => "over-maximum",
        /// The best option gives less than the maximum.
        BelowMaximum {
            /// Its points.
            best: Decimal,
            /// The maximum.
            maximum: Decimal,
        } => "below-maximum",
        /// The options neither reach the maximum nor add up to it.
        OptionsDoNotFit {
            /// The points of the best option.
            best: Decimal,
            /// All points together.
            sum: Decimal,
            /// The maximum.
            maximum: Decimal,
        } => "options-do-not-fit",
        /// The wording leaves open whether an end belongs to its range; its neighbour says so, and it was read that way.
        EndByNeighbour {
            /// The end.
            value: Decimal,
            /// Whether it belongs to the lower one of the two ranges.
            to_lower: bool,
        } => "end-by-neighbour",
        /// A value belongs to two ranges. Both ends were left inside; a person has to decide.
        EndInBoth {
            /// The value.
            value: Decimal,
        } => "end-in-both",
        /// Values belong to two ranges. A person has to decide.
        Overlap {
            /// From here; `None` if there is no lower end.
            from: Option<Decimal>,
            /// To here; `None` if there is no upper end.
            to: Option<Decimal>,
        } => "overlap",
        /// No range has this value. A person has to decide.
        ValueLeftOut {
            /// The value.
            value: Decimal,
        } => "value-left-out",
        /// No range has these values. A person has to decide.
        Gap {
            /// From here; `None`: from the least on.
            from: Option<Decimal>,
            /// To here; `None`: up to the greatest.
            to: Option<Decimal>,
        } => "gap",
        /// Two ranges end and begin with whole numbers one after the other; the figure was taken as a number of cases.
        WholeCases {
            /// The end of the lower range.
            from: Decimal,
            /// The beginning of the upper one.
            to: Decimal,
        } => "whole-cases",
        /// Some ranges have a percent sign and others none; all were taken as percentages.
        PercentAssumed => "percent-assumed",
        /// A range has more words to it, which a range cannot hold.
        MoreThanARange {
            /// The wording.
            text: String,
        } => "more-than-a-range",
        /// More of a figure gives fewer points in one place and more in another.
        NotMonotone => "not-monotone",
        /// "Còn lại" was read as everything below the other ranges.
        RestIsBelow => "rest-is-below",
        /// Nothing says what gives all points; 100% was assumed.
        FullAtHundred => "full-at-hundred",
        /// Nothing says with how many points cases begin; the maximum was assumed, and that it does not fall below zero.
        StartsAtMaximum => "starts-at-maximum",
        /// Words about the points are not understood.
        WordsNotRead {
            /// The words.
            text: String,
        } => "words-not-read",
        /// A formula is not understood.
        FormulaNotRead {
            /// The formula.
            text: String,
        } => "formula-not-read",
        /// Some options are ranges of a figure and others are not; they were taken as a choice.
        RangesAndWords => "ranges-and-words",
        /// Text between the rows was taken as a note.
        TextAsNote => "text-as-note",
    }
}

impl Doubt {
    /// Whether a person has to decide before the rule can be used; otherwise it is something to know.
    #[must_use]
    pub fn needs_decision(&self) -> bool {
        !matches!(
            self,
            Doubt::ColumnByContents { .. }
                | Doubt::HiddenRow
                | Doubt::CodeRestored { .. }
                | Doubt::MaximumFromRange
                | Doubt::MaximumFromName
                | Doubt::MaximumFromOptions
                | Doubt::MaximumFromSurvey
                | Doubt::EndByNeighbour { .. }
                | Doubt::WholeCases { .. }
                | Doubt::RestIsBelow
                | Doubt::RangesAndWords
                | Doubt::TextAsNote
        )
    }
}

/// A doubt with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The row in the file; 0 for the table as a whole.
    pub row: usize,
    /// The code of the line.
    pub code: Option<String>,
    /// What is in doubt.
    pub doubt: Doubt,
}

impl Proposed {
    /// The kind of the rule, as `docs/formats/index-definition.md` names it; `none` if there is none.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Proposed::Brackets(_) => "brackets",
            Proposed::Checklist(_) => "checklist",
            Proposed::YesNo { .. } => "yes-no",
            Proposed::Choice(_) => "choice",
            Proposed::Linear { .. } => "linear",
            Proposed::PerCase { .. } => "per-case",
            Proposed::External => "external",
            Proposed::None { .. } => "none",
        }
    }
}
