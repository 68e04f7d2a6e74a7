//! Tables: a pure data model with exact values, and its form as HTML.
//!
//! The same [`DataTable`] is written as XLSX, CSV and JSON elsewhere, so a cell keeps its exact value
//! and only the display is rounded.

mod cell;
mod render;

pub use cell::{Better, Cell, Mark, MissingReason};
pub use render::render_table;

/// A table with its heading, columns, rows and notes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DataTable {
    /// Unique on the page; also the name of the file when the table is taken away.
    pub id: String,
    /// What the table shows: measure, population, period.
    pub caption: String,
    /// A second line under the caption.
    pub subtitle: Option<String>,
    /// Where the figures come from.
    pub source: Option<Source>,
    /// The columns, from left to right.
    pub columns: Vec<Column>,
    /// The rows, from top to bottom; each has as many cells as there are columns.
    pub rows: Vec<Row>,
    /// Notes under the table, one paragraph each.
    pub notes: Vec<String>,
    /// Smaller text and tighter rows, for work with many figures.
    pub dense: bool,
}

impl DataTable {
    /// An empty table.
    pub fn new(id: impl Into<String>, caption: impl Into<String>) -> DataTable {
        DataTable { id: id.into(), caption: caption.into(), ..DataTable::default() }
    }

    /// Adds a column.
    #[must_use]
    pub fn column(mut self, column: Column) -> DataTable {
        self.columns.push(column);
        self
    }

    /// Adds a row.
    #[must_use]
    pub fn row(mut self, row: Row) -> DataTable {
        self.rows.push(row);
        self
    }

    /// Missing reasons used in the table, each once, in order of first use.
    pub fn missing_reasons(&self) -> Vec<&MissingReason> {
        let mut found = Vec::new();
        for cell in self.rows.iter().flat_map(|row| &row.cells) {
            if let Cell::Missing { reason } = cell
                && !found.contains(&reason)
            {
                found.push(reason);
            }
        }
        found
    }

    /// Marks used in the table, each once, in order of first use.
    pub fn marks(&self) -> Vec<&Mark> {
        let mut found = Vec::new();
        for cell in self.rows.iter().flat_map(|row| &row.cells) {
            if let Some(mark) = cell.mark()
                && !found.contains(&mark)
            {
                found.push(mark);
            }
        }
        found
    }
}

/// Where figures come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Name of the source.
    pub text: String,
    /// Address of the source.
    pub href: Option<String>,
}

impl Source {
    /// A source without an address.
    pub fn new(text: impl Into<String>) -> Source {
        Source { text: text.into(), href: None }
    }

    /// A source with its address.
    pub fn linked(text: impl Into<String>, href: impl Into<String>) -> Source {
        Source { text: text.into(), href: Some(href.into()) }
    }
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Words, to the left.
    #[default]
    Text,
    /// Figures, to the right.
    Number {
        /// Digits after the decimal sign, for cells that do not say it themselves and for files.
        decimals: u32,
    },
    /// Places in an order.
    Rank,
    /// Differences from another period.
    Change,
    /// Dates.
    Date,
}

/// The order in which the rows stand by this column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortState {
    /// Not sorted by this column.
    #[default]
    Unsorted,
    /// Smallest first.
    Ascending,
    /// Greatest first.
    Descending,
}

/// A link that sorts the table by a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortLink {
    /// Address of the page in the next order.
    pub href: String,
    /// The order now.
    pub state: SortState,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// Short stable name, for files and interfaces.
    pub key: String,
    /// Words in the head.
    pub label: String,
    /// Unit of measure, in the head.
    pub unit: Option<String>,
    /// What stands in the column.
    pub kind: Kind,
    /// Link that sorts by the column.
    pub sort: Option<SortLink>,
    /// Address of an explanation of the measure.
    pub help: Option<String>,
    /// Whether the cells name their rows; the first such column stays in view when the table is scrolled.
    pub row_header: bool,
    /// Words over several neighbouring columns that carry the same group.
    pub group: Option<String>,
}

impl Column {
    fn of(kind: Kind, key: impl Into<String>, label: impl Into<String>) -> Column {
        Column { key: key.into(), label: label.into(), kind, ..Column::default() }
    }

    /// A column of words.
    pub fn text(key: impl Into<String>, label: impl Into<String>) -> Column {
        Column::of(Kind::Text, key, label)
    }

    /// A column of words that name the rows.
    pub fn header(key: impl Into<String>, label: impl Into<String>) -> Column {
        Column { row_header: true, ..Column::of(Kind::Text, key, label) }
    }

    /// A column of figures.
    pub fn number(key: impl Into<String>, label: impl Into<String>, decimals: u32) -> Column {
        Column::of(Kind::Number { decimals }, key, label)
    }

    /// A column of ranks.
    pub fn rank(key: impl Into<String>, label: impl Into<String>) -> Column {
        Column::of(Kind::Rank, key, label)
    }

    /// A column of differences.
    pub fn change(key: impl Into<String>, label: impl Into<String>) -> Column {
        Column::of(Kind::Change, key, label)
    }

    /// A column of dates.
    pub fn date(key: impl Into<String>, label: impl Into<String>) -> Column {
        Column::of(Kind::Date, key, label)
    }

    /// With a unit of measure.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Column {
        self.unit = Some(unit.into());
        self
    }

    /// With a link that sorts.
    #[must_use]
    pub fn sort(mut self, href: impl Into<String>, state: SortState) -> Column {
        self.sort = Some(SortLink { href: href.into(), state });
        self
    }

    /// With the address of an explanation.
    #[must_use]
    pub fn help(mut self, href: impl Into<String>) -> Column {
        self.help = Some(href.into());
        self
    }

    /// Under a common head with its neighbours.
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Column {
        self.group = Some(group.into());
        self
    }
}

/// What a row is in the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowKind {
    /// A usual row.
    #[default]
    Usual,
    /// Sum or mean of other rows.
    Total,
    /// Head of the rows below it.
    Group,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// One cell for each column.
    pub cells: Vec<Cell>,
    /// Depth in a nested list; 0 is the top. At most 3 are shown apart.
    pub level: u8,
    /// Why the row is highlighted, in words ("đơn vị đang xem"); none if it is not.
    pub highlight: Option<String>,
    /// What the row is.
    pub kind: RowKind,
}

impl Row {
    /// A usual row.
    pub fn new(cells: Vec<Cell>) -> Row {
        Row { cells, ..Row::default() }
    }

    /// At a depth in a nested list.
    #[must_use]
    pub fn level(mut self, level: u8) -> Row {
        self.level = level;
        self
    }

    /// Highlighted, with the reason in words.
    #[must_use]
    pub fn highlight(mut self, reason: impl Into<String>) -> Row {
        self.highlight = Some(reason.into());
        self
    }

    /// As a sum or a mean.
    #[must_use]
    pub fn total(mut self) -> Row {
        self.kind = RowKind::Total;
        self
    }

    /// As head of the rows below it.
    #[must_use]
    pub fn group(mut self) -> Row {
        self.kind = RowKind::Group;
        self
    }
}
