//! Faults in definitions and tables: where, which rule, which value. The words for people are chosen by whoever shows them.

use std::fmt;

macro_rules! rules {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident => $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// The rule's name in files, tables and machine-readable output.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The rule of a name.
            #[must_use]
            pub fn of(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

rules! {
    /// A rule that a definition file must keep.
    DefinitionRule {
        /// The file is TOML.
        Syntax => "syntax",
        /// `format` names the format this program reads.
        WrongFormat => "wrong-format",
        /// A key that must be there is there.
        MissingKey => "missing-key",
        /// Only known keys are there.
        UnknownKey => "unknown-key",
        /// A value has the kind its key asks for.
        WrongType => "wrong-type",
        /// A word is one of a fixed list.
        UnknownWord => "unknown-word",
        /// A number that enters the arithmetic is an exact decimal in a string.
        NotADecimal => "not-a-decimal",
        /// A code or year stands once.
        Duplicate => "duplicate",
        /// A named parent, node or source exists.
        UnknownReference => "unknown-reference",
        /// No node is its own ancestor.
        Cycle => "cycle",
        /// Exactly one node has no parent.
        OneTotal => "one-total",
        /// Children of a weighted node have a weight, other nodes have none.
        Weight => "weight",
        /// Nodes with children have an aggregation, leaves have none.
        AggregationPlace => "aggregation-place",
        /// Lower ends lie below upper ends, bands run from high to low.
        Order => "order",
        /// The brackets of a rule leave no gap and do not overlap.
        Bracket => "bracket",
        /// A formula can be read and names figures of the definition.
        Formula => "formula",
        /// Maxima are there where points need them, and add up.
        Maximum => "maximum",
        /// A leaf's rule has what it needs and stands at a leaf.
        RulePlace => "rule-place",
        /// The rule of a bonus takes no points away, that of a penalty gives none.
        RoleSign => "role-sign",
        /// The file, the tree and its formulas keep within their bounds.
        TooLarge => "too-large",
    }
}

rules! {
    /// A rule that a data table must keep.
    TableRule {
        /// The table can be read as CSV and has a head.
        NotCsv => "not-csv",
        /// The definition has no such column.
        UnknownColumn => "unknown-column",
        /// A leaf of the definition has no column, or a unit has no value where the definition asks for one.
        MissingLeaf => "missing-leaf",
        /// Text stands where a number belongs.
        NotANumber => "not-a-number",
        /// A number has more digits than an exact decimal holds.
        TooManyDigits => "too-many-digits",
        /// A comma stands where the decimal point belongs.
        DecimalComma => "decimal-comma",
        /// The value lies outside the node's range.
        OutOfRange => "out-of-range",
        /// The same unit or code stands twice.
        DuplicateUnit => "duplicate-unit",
        /// The same column stands twice.
        DuplicateColumn => "duplicate-column",
        /// A row has no unit name, or the table has no `unit` column.
        MissingUnit => "missing-unit",
        /// A row has more or fewer cells than the head.
        RowLength => "row-length",
        /// A published band is one of the edition's bands.
        UnknownBand => "unknown-band",
        /// The unit's block is one of the definition.
        UnknownBlock => "unknown-block",
        /// A unit has a block where ranks are given within blocks.
        MissingBlock => "missing-block",
        /// A unit has no value for what is not for its block.
        OtherBlock => "other-block",
        /// A word is one of the list of its column.
        UnknownWord => "unknown-word",
        /// What is marked as not applicable has a maximum and no value.
        NotApplicable => "not-applicable",
    }
}

/// One fault in a definition file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DefinitionFault {
    /// Line in the file, from 1.
    pub line: usize,
    /// The rule that is broken.
    pub rule: DefinitionRule,
    /// Key, code or word the fault is about.
    pub subject: String,
    /// What was expected or found, in the words of the format.
    pub detail: String,
}

impl fmt::Display for DefinitionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}: {}: {}", self.line, self.rule, self.subject, self.detail)
    }
}

/// One fault in a data table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableFault {
    /// Row in the file, from 1; the head is row 1. `None`: the whole column or table.
    pub row: Option<usize>,
    /// Name of the column, or of the missing one.
    pub column: Option<String>,
    /// The unit the row is about, where it could be read.
    pub unit: Option<String>,
    /// The value as it stands in the file.
    pub value: Option<String>,
    /// The rule that is broken.
    pub rule: TableRule,
    /// What the rule expected here, such as the range or the row of the first appearance.
    pub expected: Option<String>,
}

impl fmt::Display for TableFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.rule)?;
        for (label, part) in [
            ("row", self.row.map(|row| row.to_string())),
            ("column", self.column.clone()),
            ("unit", self.unit.clone()),
            ("value", self.value.clone()),
            ("expected", self.expected.clone()),
        ] {
            if let Some(part) = part {
                write!(f, ", {label} {part}")?;
            }
        }
        Ok(())
    }
}
