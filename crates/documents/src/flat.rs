//! A table as plain columns and rows: one value in each cell.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use ui::Lang;
use ui::table::{Cell, Column, DataTable, Kind, Mark, MissingReason, Row, RowKind};

use crate::names::{Names, one_line};

/// Which part of the cells of a column, or of the rows, a plain column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Value,
    Low,
    High,
    OutOf,
    First,
    Last,
    Mark,
    Level,
    RowKind,
    /// A cell beyond the last column of the table.
    Surplus,
}

/// How a figure is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    Figure,
    Place,
    Change,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item<'a> {
    Text {
        text: &'a str,
        href: Option<&'a str>,
    },
    Number {
        value: Decimal,
        decimals: u32,
        form: Form,
        href: Option<&'a str>,
    },
    Date(NaiveDate),
    Missing(&'a MissingReason),
    Mark(&'a Mark),
    RowKind(RowKind),
    /// The cell has no such part.
    Nothing,
}

/// A plain column.
#[derive(Clone, Debug)]
pub(crate) struct Head<'a> {
    column: Option<&'a Column>,
    /// Index of the cell in its row.
    index: usize,
    pub(crate) part: Part,
}

impl Head<'_> {
    /// Whether figures stand in the column.
    pub(crate) fn is_figure(&self) -> bool {
        match self.part {
            Part::Value => self.column.is_some_and(|column| matches!(column.kind, Kind::Number { .. } | Kind::Rank | Kind::Change)),
            Part::Low | Part::High | Part::OutOf | Part::First | Part::Last | Part::Level => true,
            Part::Mark | Part::RowKind | Part::Surplus => false,
        }
    }

    /// Digits after the decimal sign: those of the column, so that its cells look alike, and never fewer than the page shows.
    fn decimals(&self, own: u32) -> u32 {
        match self.column.map(|column| column.kind) {
            Some(Kind::Number { decimals }) => decimals.max(own),
            _ => own,
        }
    }

    fn heading(&self, lang: Lang) -> String {
        let part = match self.part {
            Part::Value => None,
            Part::Low => Some(lang.pick("cận dưới", "lower end")),
            Part::High => Some(lang.pick("cận trên", "upper end")),
            Part::OutOf => Some(lang.pick("trong tổng số", "out of")),
            Part::First => Some(lang.pick("cao nhất có thể", "highest possible")),
            Part::Last => Some(lang.pick("thấp nhất có thể", "lowest possible")),
            Part::Mark => Some(lang.pick("dấu", "mark")),
            Part::Level => return lang.pick("Cấp dòng", "Level of row").to_owned(),
            Part::RowKind => return lang.pick("Loại dòng", "Kind of row").to_owned(),
            Part::Surplus => None,
        };
        let Some(column) = self.column else { return format!("{} {}", lang.pick("Cột", "Column"), self.index + 1) };
        let label = if column.label.trim().is_empty() { &column.key } else { &column.label };
        let mut text = match &column.group {
            Some(group) => format!("{group}: {label}"),
            None => label.clone(),
        };
        if let Some(part) = part {
            text.push_str(", ");
            text.push_str(part);
        }
        if let (Some(unit), Part::Value | Part::Low | Part::High) = (&column.unit, self.part) {
            text = format!("{text} ({unit})");
        }
        match one_line(&text) {
            text if text.is_empty() => format!("{} {}", lang.pick("Cột", "Column"), self.index + 1),
            text => text,
        }
    }

    fn key(&self) -> String {
        let ending = match self.part {
            Part::Value | Part::Surplus => "",
            Part::Low => "_low",
            Part::High => "_high",
            Part::OutOf => "_of",
            Part::First => "_first",
            Part::Last => "_last",
            Part::Mark => "_mark",
            Part::Level => return "row_level".to_owned(),
            Part::RowKind => return "row_kind".to_owned(),
        };
        match self.column {
            Some(column) if !column.key.is_empty() => format!("{}{ending}", column.key),
            _ => format!("column_{}{ending}", self.index + 1),
        }
    }

    fn item<'a>(&self, row: &'a Row) -> Item<'a> {
        let place = |value: u32| Item::Number { value: value.into(), decimals: 0, form: Form::Place, href: None };
        match self.part {
            Part::Level => return place(row.level.into()),
            Part::RowKind => return Item::RowKind(row.kind),
            _ => {}
        }
        let Some(cell) = row.cells.get(self.index) else { return Item::Nothing };
        let figure =
            |value: Decimal, own: u32, form: Form, href: Option<&'a str>| Item::Number { value, decimals: self.decimals(own), form, href };
        match (self.part, cell) {
            (Part::Value | Part::Surplus, cell) => match cell {
                Cell::Text(text) | Cell::Link { text, .. } | Cell::Status { text, .. } if text.trim().is_empty() => Item::Nothing,
                Cell::Text(text) | Cell::Status { text, .. } => Item::Text { text, href: None },
                Cell::Link { text, href } => Item::Text { text, href: Some(href) },
                Cell::Number { value, decimals, href, .. } | Cell::Estimate { value, decimals, href, .. } => {
                    figure(*value, *decimals, Form::Figure, href.as_deref())
                }
                Cell::Change { value, decimals, .. } => figure(*value, *decimals, Form::Change, None),
                Cell::Rank { rank, href, .. } => {
                    Item::Number { value: (*rank).into(), decimals: 0, form: Form::Place, href: href.as_deref() }
                }
                Cell::Date(date) => Item::Date(*date),
                Cell::Missing { reason } => Item::Missing(reason),
            },
            (Part::Low, Cell::Estimate { low, decimals, .. }) => figure(*low, *decimals, Form::Figure, None),
            (Part::High, Cell::Estimate { high, decimals, .. }) => figure(*high, *decimals, Form::Figure, None),
            (Part::OutOf, Cell::Rank { of: Some(of), .. }) => place(*of),
            (Part::First, Cell::Rank { range: Some((first, _)), .. }) => place(*first),
            (Part::Last, Cell::Rank { range: Some((_, last)), .. }) => place(*last),
            (Part::Mark, cell) => cell.mark().map_or(Item::Nothing, Item::Mark),
            _ => Item::Nothing,
        }
    }
}

/// A table as plain columns and rows.
#[derive(Clone, Debug)]
pub(crate) struct Flat<'a> {
    pub(crate) table: &'a DataTable,
    pub(crate) heads: Vec<Head<'a>>,
}

impl<'a> Flat<'a> {
    /// The columns of the table in their order, then those made from parts of cells.
    pub(crate) fn of(table: &'a DataTable) -> Flat<'a> {
        let any = |index: usize, test: &dyn Fn(&Cell) -> bool| table.rows.iter().any(|row| row.cells.get(index).is_some_and(test));
        let mut heads: Vec<Head<'a>> = Vec::with_capacity(table.columns.len());
        heads.extend(table.columns.iter().enumerate().map(|(index, column)| Head { column: Some(column), index, part: Part::Value }));
        let widest = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        heads.extend((table.columns.len()..widest).map(|index| Head { column: None, index, part: Part::Surplus }));
        for (index, column) in table.columns.iter().enumerate() {
            let mut add = |parts: &[Part]| heads.extend(parts.iter().map(|part| Head { column: Some(column), index, part: *part }));
            if any(index, &|cell| matches!(cell, Cell::Estimate { .. })) {
                add(&[Part::Low, Part::High]);
            }
            if any(index, &|cell| matches!(cell, Cell::Rank { of: Some(_), .. })) {
                add(&[Part::OutOf]);
            }
            if any(index, &|cell| matches!(cell, Cell::Rank { range: Some((first, last)), .. } if first != last)) {
                add(&[Part::First, Part::Last]);
            }
            if any(index, &|cell| cell.mark().is_some()) {
                add(&[Part::Mark]);
            }
        }
        if table.rows.iter().any(|row| row.level > 0) {
            heads.push(Head { column: None, index: 0, part: Part::Level });
        }
        if table.rows.iter().any(|row| row.kind != RowKind::Usual) {
            heads.push(Head { column: None, index: 0, part: Part::RowKind });
        }
        Flat { table, heads }
    }

    /// The words over the columns, each unique, of at most `limit` UTF-16 units.
    pub(crate) fn headings(&self, lang: Lang, limit: usize) -> Vec<String> {
        let mut names = Names::default();
        self.heads.iter().map(|head| names.unique(&head.heading(lang), limit, |number| format!(" ({number})"))).collect()
    }

    /// The keys of the columns, each unique.
    pub(crate) fn keys(&self) -> Vec<String> {
        let mut names = Names::default();
        self.heads.iter().map(|head| names.unique(&head.key(), usize::MAX, |number| format!("_{number}"))).collect()
    }

    /// The values of a row.
    pub(crate) fn items(&self, row: &'a Row) -> impl Iterator<Item = Item<'a>> {
        self.heads.iter().map(|head| head.item(row))
    }

    /// Whether the column names its rows and is the first that does; depth is shown there.
    pub(crate) fn shows_level(&self, head: &Head<'_>) -> bool {
        head.part == Part::Value && self.table.columns.iter().position(|column| column.row_header) == Some(head.index)
    }
}

/// The kind of a row in words.
pub(crate) fn row_kind_words(kind: RowKind, lang: Lang) -> &'static str {
    match kind {
        RowKind::Usual => lang.pick("dòng thường", "usual row"),
        RowKind::Total => lang.pick("tổng hoặc trung bình", "sum or mean"),
        RowKind::Group => lang.pick("dòng nhóm", "head of a group"),
    }
}
