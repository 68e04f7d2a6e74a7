//! A TOML table that is filled key by key; a key without a value is not written.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use toml_edit::{Array, ArrayOfTables, Datetime, InlineTable, Item, Table, Value};

use crate::definition::Text;

/// The value, unless it is the one that reading takes where the key is missing.
pub(super) fn unusual<T: PartialEq>(value: T, usual: T) -> Option<T> {
    (value != usual).then_some(value)
}

/// Keys in the order in which they are written; tables stand behind them.
pub(super) struct Keys(Table);

impl Keys {
    pub(super) fn new() -> Self {
        Self(Table::new())
    }

    pub(super) fn into_table(self) -> Table {
        self.0
    }

    fn value(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key, Item::Value(value.into()));
    }

    /// A text without the blanks around it, which reading takes off as well.
    pub(super) fn text<'t>(&mut self, key: &str, text: impl Into<Option<&'t str>>) {
        if let Some(text) = text.into() {
            self.value(key, text.trim());
        }
    }

    /// A list of texts as they are, because reading takes off no blanks here; an empty list is not written.
    pub(super) fn texts<'t>(&mut self, key: &str, texts: impl Iterator<Item = &'t str>) {
        let texts: Array = texts.collect();
        if !texts.is_empty() {
            self.value(key, texts);
        }
    }

    pub(super) fn bilingual<'t>(&mut self, key: &str, text: impl Into<Option<&'t Text>>) {
        if let Some(Text { vi, en }) = text.into() {
            let mut both = InlineTable::new();
            both.insert("vi", vi.trim().into());
            both.insert("en", en.trim().into());
            self.value(key, both);
        }
    }

    pub(super) fn number(&mut self, key: &str, number: impl Into<Option<i64>>) {
        if let Some(number) = number.into() {
            self.value(key, number);
        }
    }

    pub(super) fn boolean(&mut self, key: &str, value: impl Into<Option<bool>>) {
        if let Some(value) = value.into() {
            self.value(key, value);
        }
    }

    pub(super) fn date(&mut self, key: &str, date: Option<NaiveDate>) {
        // TOML has the years 0 to 9999; a date beyond them cannot have been read.
        if let Some(date) = date.and_then(|date| date.to_string().parse::<Datetime>().ok()) {
            self.value(key, date);
        }
    }

    pub(super) fn decimal(&mut self, key: &str, number: impl Into<Option<Decimal>>) {
        if let Some(number) = number.into() {
            self.value(key, plain(number));
        }
    }

    pub(super) fn range(&mut self, key: &str, range: Option<(Decimal, Decimal)>) {
        if let Some((low, high)) = range {
            self.value(key, [plain(low), plain(high)].into_iter().collect::<Array>());
        }
    }

    /// A table of its own, after an empty line.
    pub(super) fn table(&mut self, key: &str, Self(table): Self) {
        self.0.insert(key, Item::Table(table));
    }

    /// A table that belongs to the keys right above it.
    pub(super) fn part(&mut self, key: &str, part: Option<Self>) {
        if let Some(Self(mut part)) = part {
            part.decor_mut().set_prefix("");
            self.0.insert(key, Item::Table(part));
        }
    }

    /// Tables with a heading each; without tables there is no heading.
    pub(super) fn tables(&mut self, key: &str, tables: impl Iterator<Item = Self>) {
        let tables: ArrayOfTables = tables.map(Self::into_table).collect();
        if !tables.is_empty() {
            self.0.insert(key, Item::ArrayOfTables(tables));
        }
    }

    /// A list with one table a line, written also where it is empty.
    pub(super) fn rows(&mut self, key: &str, rows: impl Iterator<Item = Self>) {
        let mut list = Array::new();
        for Self(row) in rows {
            let mut row = Value::InlineTable(row.into_inline_table());
            row.decor_mut().set_prefix("\n    ");
            list.push_formatted(row);
        }
        if !list.is_empty() {
            list.set_trailing_comma(true);
            list.set_trailing("\n");
        }
        self.value(key, list);
    }
}

/// The shortest text of a number, so that equal definitions have equal texts.
fn plain(number: Decimal) -> String {
    number.normalize().to_string()
}
