//! The tables of the schema with their columns. A test compares this list with the migrated databases.

use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Text, and exact decimals as text.
    Text,
    /// A whole number.
    Integer,
    /// A day.
    Date,
    /// A moment.
    Time,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Name in the database.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// A table: name, columns of the primary key, all columns.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) key: &'static [&'static str],
    pub(super) columns: &'static [(&'static str, Kind)],
}

use Kind::{Date, Integer, Text, Time};

/// Names of the columns of every table in a backup, `table.column`, sorted; for comparing with a database.
#[must_use]
pub fn all_columns() -> Vec<String> {
    let mut names: Vec<String> =
        TABLES.iter().flat_map(|table| table.columns.iter().map(|(column, _)| format!("{}.{column}", table.name))).collect();
    names.sort_unstable();
    names
}

/// Every table, those that others point to first.
pub(super) const TABLES: &[Table] = &[
    Table {
        name: "source",
        key: &["source"],
        columns: &[("source", Text), ("title", Text), ("issuer", Text), ("url", Text), ("licence", Text), ("note", Text), ("origin", Text)],
    },
    Table { name: "unit", key: &["unit"], columns: &[("unit", Text), ("origin", Text)] },
    Table {
        name: "unit_version",
        key: &["unit", "position"],
        columns: &[
            ("unit", Text),
            ("position", Integer),
            ("code", Text),
            ("level", Text),
            ("kind", Text),
            ("name", Text),
            ("short_name", Text),
            ("parent", Text),
            ("valid_from", Date),
            ("valid_to", Date),
            ("source", Text),
            ("status", Text),
            ("note", Text),
            ("search_key", Text),
            ("sort_key", Text),
            ("origin", Text),
        ],
    },
    Table {
        name: "unit_link",
        key: &["from_unit", "to_unit", "date"],
        columns: &[
            ("from_unit", Text),
            ("to_unit", Text),
            ("date", Date),
            ("extent", Text),
            ("source", Text),
            ("status", Text),
            ("note", Text),
            ("origin", Text),
        ],
    },
    Table {
        name: "indicator",
        key: &["indicator"],
        columns: &[
            ("indicator", Text),
            ("name_vi", Text),
            ("name_en", Text),
            ("name_status", Text),
            ("unit_vi", Text),
            ("unit_en", Text),
            ("direction", Text),
            ("decimals", Integer),
            ("valid_from_year", Integer),
            ("valid_to_year", Integer),
            ("source", Text),
            ("note", Text),
            ("search_key", Text),
            ("origin", Text),
        ],
    },
    Table {
        name: "observation",
        key: &["indicator", "unit", "period", "status"],
        columns: &[
            ("indicator", Text),
            ("unit", Text),
            ("period", Text),
            ("status", Text),
            ("value", Text),
            ("missing_reason", Text),
            ("standard_error", Text),
            ("dataset", Text),
            ("source", Text),
            ("note", Text),
            ("origin", Text),
        ],
    },
    Table {
        name: "published_row",
        key: &["dataset", "unit"],
        columns: &[
            ("dataset", Text),
            ("position", Integer),
            ("unit", Text),
            ("code", Text),
            ("printed_name", Text),
            ("rank", Integer),
            ("band", Text),
            ("ranked", Integer),
            ("source", Text),
            ("note", Text),
            ("origin", Text),
        ],
    },
    Table { name: "catalogue_load", key: &["part"], columns: &[("part", Text), ("digest", Text), ("rows", Integer), ("loaded_at", Time)] },
    Table { name: "revision", key: &["id"], columns: &[("id", Integer), ("value", Integer)] },
];
