//! The parts a text is made of.

/// Letters of one look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// What is written; a line break in it is one on paper.
    pub text: String,
    /// Bold.
    pub bold: bool,
    /// Italic.
    pub italic: bool,
}

impl Run {
    /// Upright letters.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), bold: false, italic: false }
    }

    /// Bold letters.
    #[must_use]
    pub fn bold(text: impl Into<String>) -> Self {
        Self { text: text.into(), bold: true, italic: false }
    }

    /// Italic letters.
    #[must_use]
    pub fn italic(text: impl Into<String>) -> Self {
        Self { text: text.into(), bold: false, italic: true }
    }
}

impl From<&str> for Run {
    fn from(text: &str) -> Self {
        Self::plain(text)
    }
}

impl From<String> for Run {
    fn from(text: String) -> Self {
        Self::plain(text)
    }
}

/// Where a heading stands among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Phần, Chương, Mục, Tiểu mục: its number on a line of its own, its title in capitals under it, both in the middle.
    Chapter,
    /// "I. KẾT QUẢ": bold capitals, for reports and plans.
    Section,
    /// "1. Cải cách thể chế" or "Điều 1. Phạm vi": bold.
    Clause,
    /// "a) Tên điểm": bold italic, for a title under a clause.
    Point,
}

/// How lines stand between the margins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Align {
    /// At the left margin.
    #[default]
    Left,
    /// In the middle.
    Centre,
    /// At the right margin.
    Right,
    /// Between both margins.
    Justified,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading; it stays with what follows it.
    Heading {
        /// Where it stands among the others.
        level: Level,
        /// "Chương I", "I.", "1.", "Điều 1."; may be empty.
        number: String,
        /// What it says; may be empty.
        title: String,
    },
    /// A paragraph between both margins, its first line moved in.
    Paragraph(Vec<Run>),
    /// A numbered clause, a lettered point, or an item of a list, laid out as a paragraph.
    Item {
        /// "1.", "a)", "-".
        label: String,
        /// What it says.
        text: Vec<Run>,
    },
    /// A line that is not moved in: a unit of measure over a table, a row of a form.
    Line {
        /// How it stands.
        align: Align,
        /// What it says.
        text: Vec<Run>,
    },
    /// A table; its head is repeated on each page.
    Table(Table),
    /// Bars beside each other's values.
    BarChart {
        /// Title above it; may be empty.
        title: String,
        /// What the chart shows in words, for those who do not see it.
        alt: String,
        /// The bars.
        bars: Vec<Bar>,
    },
    /// What follows begins on a new page.
    PageBreak,
}

impl Block {
    /// A heading.
    pub fn heading(level: Level, number: impl Into<String>, title: impl Into<String>) -> Self {
        Self::Heading { level, number: number.into(), title: title.into() }
    }

    /// A paragraph of upright letters.
    pub fn paragraph(text: impl Into<String>) -> Self {
        Self::Paragraph(vec![Run::plain(text)])
    }

    /// An article without a title: "Điều 1." in bold, its text on the same line.
    pub fn article(number: u32, text: impl Into<String>) -> Self {
        Self::Paragraph(vec![Run::bold(format!("Điều {number}.")), Run::plain(format!(" {}", text.into()))])
    }

    /// An item of upright letters behind its label.
    pub fn item(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Item { label: label.into(), text: vec![Run::plain(text)] }
    }
}

/// A bar of a chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// Its length, against the longest of the chart; below zero and not a number are drawn as nothing.
    pub value: f64,
    /// The value as it is to be read, with its unit.
    pub text: String,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Title above it; may be empty.
    pub title: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Rows of its head, from above; cells that reach over others leave no gap.
    pub head: Vec<Vec<HeadCell>>,
    /// Its rows.
    pub rows: Vec<Row>,
}

impl Table {
    /// A table with a head of one row.
    pub fn new(columns: impl IntoIterator<Item = (f32, Align)>, head: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let columns = columns.into_iter().map(|(width, align)| Column { width, align }).collect();
        Self { title: String::new(), columns, head: vec![head.into_iter().map(HeadCell::new).collect()], rows: Vec::new() }
    }
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Its width against the other columns.
    pub width: f32,
    /// How its cells are aligned.
    pub align: Align,
}

/// A cell of the head of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadCell {
    /// What it says.
    pub text: String,
    /// How many columns it reaches over.
    pub across: usize,
    /// How many rows of the head it reaches over.
    pub down: usize,
}

impl HeadCell {
    /// A cell of one column and one row.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), across: 1, down: 1 }
    }

    /// The cell over several columns.
    #[must_use]
    pub const fn across(mut self, columns: usize) -> Self {
        self.across = columns;
        self
    }

    /// The cell over several rows of the head.
    #[must_use]
    pub const fn down(mut self, rows: usize) -> Self {
        self.down = rows;
        self
    }
}

/// How a row stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Emphasis {
    /// Not at all.
    #[default]
    None,
    /// In bold: a sum.
    Strong,
    /// In italics: a remark.
    Aside,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// One cell for each column.
    Cells {
        /// What they say.
        cells: Vec<String>,
        /// How the row stands out.
        emphasis: Emphasis,
    },
    /// One text over all columns, in bold: the name of a group of rows.
    Group(String),
}

impl Row {
    /// A row that does not stand out.
    pub fn cells(cells: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::Cells { cells: cells.into_iter().map(Into::into).collect(), emphasis: Emphasis::None }
    }

    /// A row in bold.
    pub fn strong(cells: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::Cells { cells: cells.into_iter().map(Into::into).collect(), emphasis: Emphasis::Strong }
    }
}
