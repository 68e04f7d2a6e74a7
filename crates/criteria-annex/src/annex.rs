//! What an annex says, once its rows are understood.

use rust_decimal::Decimal;

use crate::fault::{RowFault, Warning};

/// An annex, row by row. Every row of the table is in `lines`, `not_understood` or `skipped`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annex {
    /// Which column was taken for what.
    pub columns: Columns,
    /// What was understood, in the order of the file.
    pub lines: Vec<AnnexLine>,
    /// What was not, in the order of the file. A row with two faults is there twice.
    pub not_understood: Vec<RowFault>,
    /// Rows that say nothing about a criterion, and why they were passed over.
    pub skipped: Vec<Skipped>,
    /// What was assumed, and what a person has to decide, in the order of the file.
    pub warnings: Vec<Warning>,
    /// The row that tells the sum of all areas.
    pub total: Option<Total>,
}

/// How a column was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sure {
    /// By its heading.
    Heading,
    /// By what stands in it, since no heading says so. A person should look at it.
    Contents,
}

/// A column that was taken for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its place, from 0.
    pub place: usize,
    /// Its heading, the lines of a heading of two rows parted by ` / `.
    pub heading: String,
    /// How it was recognised.
    pub sure: Sure,
}

/// Which column was taken for what; `None` if the table has no such column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Codes. Without one they stand in front of the names.
    pub code: Option<Column>,
    /// Names of areas, criteria and components.
    pub name: Option<Column>,
    /// Maximum points; in rows below a criterion the points of an option.
    pub maximum: Option<Column>,
    /// How points are given, in words.
    pub rule: Option<Column>,
    /// Points of options, beside a column for the maximum.
    pub option_points: Option<Column>,
    /// Who gives the points.
    pub scorer: Option<Column>,
    /// Points by survey, or a mark that a survey gives them.
    pub survey: Option<Column>,
    /// Evidence that is asked for.
    pub evidence: Option<Column>,
    /// Notes.
    pub note: Option<Column>,
    /// Columns that are filled in when points are given: self-scores, scores of the council. They are not read.
    pub scores: Vec<Column>,
    /// Columns without a meaning here.
    pub others: Vec<Column>,
}

/// One understood row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnexLine {
    /// Its row in the file.
    pub row: usize,
    /// Its code, unique in the annex. Numbers that begin anew in each area have the area in front: `II.1.2`; options
    /// and components without a number have their place behind `/`: `1.1.4/2`, letters theirs: `1.1.4.a`. Below an area
    /// whose row was not understood that row stands in front: `?12.1`.
    pub code: String,
    /// The code as it is printed; empty if there is none.
    pub printed: String,
    /// The code of the line above it in the tree. It may be one of a row that was not understood.
    pub parent: Option<String>,
    /// Its depth in the tree, 1 for those at the top.
    pub level: usize,
    /// Its name, without code, marks and clauses of its rule.
    pub name: String,
    /// Its maximum points.
    pub maximum: Option<Decimal>,
    /// What it is.
    pub kind: Kind,
    /// Whether its points count like others.
    pub standing: Standing,
    /// How its points are given, as far as the annex says so.
    pub rule: Proposed,
    /// The words that the rule was read from.
    pub rule_text: String,
    /// Who gives its points.
    pub scored_by: Scorer,
    /// Whether the annex says who gives them; otherwise the unit does, as usual.
    pub scorer_said: bool,
    /// Evidence that is asked for.
    pub evidence: String,
    /// Notes.
    pub note: String,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An area (lĩnh vực), or a part above the areas.
    Area,
    /// A criterion (tiêu chí).
    Criterion,
    /// A component criterion (tiêu chí thành phần), at any depth below a criterion.
    Component,
    /// An option, bracket or item of the line above it.
    Option {
        /// What it is worth; `None` if a formula gives its points.
        points: Option<Decimal>,
    },
}

/// Whether points belong to the maximum of the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// They do.
    #[default]
    Counted,
    /// Bonus points (điểm thưởng), outside of the maximum.
    Bonus,
    /// Penalty points (điểm trừ, điểm phạt), outside of the maximum.
    Penalty,
}

/// Who gives points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scorer {
    /// The unit itself; an agency appraises afterwards.
    #[default]
    Unit,
    /// A sociological survey (điều tra xã hội học).
    Survey,
    /// An agency alone.
    Agency,
}

/// The rule that an annex seems to mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposed {
    /// Points by ranges of a figure, from the lowest to the highest.
    Brackets(Vec<Bracket>),
    /// Items that add up.
    Checklist(Vec<Item>),
    /// The maximum or nothing.
    YesNo {
        /// When the maximum is given.
        yes: String,
        /// When nothing is given, if the annex says so.
        no: Option<String>,
    },
    /// One of several options.
    Choice(Vec<Item>),
    /// Points in proportion to a rate: maximum × rate / `full_at`.
    Linear {
        /// The rate from which on the maximum is given.
        full_at: Decimal,
        /// The rate below which nothing is given.
        nothing_below: Option<Decimal>,
    },
    /// Points for each case.
    PerCase {
        /// Points without a case.
        start: Decimal,
        /// Points that each case adds; below zero where they are taken away.
        each: Decimal,
        /// The least there can be, where cases take away.
        floor: Option<Decimal>,
        /// The most there can be, where cases add.
        cap: Option<Decimal>,
    },
    /// Somebody else gives the points: a survey or an agency.
    External,
    /// None that is certain.
    None {
        /// Why.
        why: NoRule,
    },
}

/// Why no rule is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRule {
    /// The points are those of the lines below.
    HasParts,
    /// It is itself an option of the line above.
    IsOption,
    /// The annex does not say how points are given.
    NotSaid,
    /// The annex says it in words that are not understood here.
    WordsNotRead,
    /// A formula gives the points, and it is not understood here.
    FormulaNotRead,
    /// The points of the options neither reach the maximum nor add up to it.
    OptionsDoNotFit,
}

/// A range of a figure and its points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bracket {
    /// The lower end; `None` if there is none.
    pub low: Option<End>,
    /// The upper end; `None` if there is none.
    pub high: Option<End>,
    /// Whether the ends are percentages.
    pub percent: bool,
    /// Points of the range.
    pub points: Decimal,
    /// Its wording.
    pub wording: String,
}

/// An end of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// The value.
    pub value: Decimal,
    /// Whether the value belongs to the range.
    pub inside: bool,
}

/// An option or an item of a checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its wording.
    pub wording: String,
    /// Its points.
    pub points: Decimal,
}

/// A row that was passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its row in the file.
    pub row: usize,
    /// Why.
    pub why: Why,
}

/// Why a row was passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A title above the table.
    Title,
    /// Headings, also where a page repeats them.
    Heading,
    /// Numbers of columns below the headings.
    ColumnNumbers,
    /// The sum of all areas.
    Total,
    /// A note of the line above; its text is with that line.
    Note,
    /// It tells several options at once; they are in the rule of the line above.
    Rule,
    /// Text below the table.
    Footer,
    /// It belongs to a row that was not understood.
    BelowFault {
        /// The row of the fault.
        row: usize,
    },
}

/// The row that tells the sum of all areas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// Its row in the file.
    pub row: usize,
    /// The sum that it tells.
    pub points: Option<Decimal>,
}
