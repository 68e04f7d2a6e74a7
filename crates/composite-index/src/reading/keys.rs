//! Typed access to the keys of a TOML table that notes every fault with its line instead of stopping at the first.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use toml_edit::{Item, TableLike};

use crate::definition::Text;
use crate::fault::{DefinitionFault, DefinitionRule as Rule};

/// Collects faults; places are byte offsets that become lines at the end.
pub(super) struct Faults<'t> {
    text: &'t str,
    found: RefCell<Vec<(usize, Rule, String, String)>>,
}

impl<'t> Faults<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, found: RefCell::new(Vec::new()) }
    }

    pub(super) fn add(&self, offset: usize, rule: Rule, subject: &str, detail: &str) {
        self.found.borrow_mut().push((offset, rule, subject.to_owned(), detail.to_owned()));
    }

    pub(super) fn into_sorted(self) -> Vec<DefinitionFault> {
        let ends: Vec<usize> = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect();
        let located = |(offset, rule, subject, detail)| DefinitionFault {
            line: ends.partition_point(|end| *end < offset) + 1,
            rule,
            subject,
            detail,
        };
        let mut found: Vec<DefinitionFault> = self.found.into_inner().into_iter().map(located).collect();
        found.sort();
        found.dedup();
        found
    }
}

/// A table whose keys are read by name; [`Keys::finish`] reports the ones nobody asked for.
pub(super) struct Keys<'a> {
    table: &'a dyn TableLike,
    start: usize,
    faults: &'a Faults<'a>,
    asked: RefCell<BTreeSet<String>>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(table: &'a dyn TableLike, start: usize, faults: &'a Faults<'a>) -> Self {
        Self { table, start, faults, asked: RefCell::new(BTreeSet::new()) }
    }

    /// Offset of the table.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// Offset of a key, or of the table where the key is missing.
    pub(super) fn place(&self, key: &str) -> usize {
        let item = self.table.get(key);
        let key_span = self.table.key(key).and_then(toml_edit::Key::span);
        key_span.or_else(|| item.and_then(Item::span)).map_or(self.start, |span| span.start)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Leaves a key to the program that uses the definition: whatever stands there is neither read nor reported.
    pub(super) fn leave(&self, key: &str) {
        self.asked.borrow_mut().insert(key.to_owned());
    }

    /// Reports every key that was not asked for.
    pub(super) fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table.iter().filter(|(key, _)| !asked.contains(*key)) {
            let known: Vec<&str> = asked.iter().map(String::as_str).collect();
            self.faults.add(self.place(key), Rule::UnknownKey, key, &known.join(", "));
        }
    }

    fn item(&self, key: &str) -> Option<&'a Item> {
        self.asked.borrow_mut().insert(key.to_owned());
        self.table.get(key)
    }

    fn wrong_type(&self, key: &str, expected: &str) {
        self.faults.add(self.place(key), Rule::WrongType, key, expected);
    }

    fn needed<T>(&self, key: &str, value: Option<T>) -> Option<T> {
        if !self.has(key) {
            self.faults.add(self.start, Rule::MissingKey, key, "");
        }
        value
    }

    pub(super) fn text(&self, key: &str) -> Option<String> {
        let text = self.item(key)?.as_str().map(str::trim).filter(|text| !text.is_empty());
        if text.is_none() {
            self.wrong_type(key, "\"…\"");
        }
        text.map(str::to_owned)
    }

    pub(super) fn required_text(&self, key: &str) -> Option<String> {
        let text = self.text(key);
        self.needed(key, text)
    }

    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        let Some(item) = self.item(key) else { return Vec::new() };
        let texts: Option<Vec<String>> =
            item.as_array().and_then(|array| array.iter().map(|value| value.as_str().map(str::to_owned)).collect());
        texts.unwrap_or_else(|| {
            self.wrong_type(key, "[\"…\"]");
            Vec::new()
        })
    }

    /// A whole number that lies in a range.
    pub(super) fn number<T: TryFrom<i64> + PartialOrd + Display>(&self, key: &str, range: RangeInclusive<T>) -> Option<T> {
        let number = self.item(key)?.as_integer().and_then(|number| T::try_from(number).ok()).filter(|number| range.contains(number));
        if number.is_none() {
            self.wrong_type(key, &format!("{} … {}", range.start(), range.end()));
        }
        number
    }

    pub(super) fn required_number<T: TryFrom<i64> + PartialOrd + Display>(&self, key: &str, range: RangeInclusive<T>) -> Option<T> {
        let number = self.number(key, range);
        self.needed(key, number)
    }

    pub(super) fn required_year(&self, key: &str) -> Option<i32> {
        self.required_number(key, 1900..=2200)
    }

    pub(super) fn boolean(&self, key: &str) -> Option<bool> {
        let value = self.item(key)?.as_bool();
        if value.is_none() {
            self.wrong_type(key, "true | false");
        }
        value
    }

    pub(super) fn required_boolean(&self, key: &str) -> Option<bool> {
        let value = self.boolean(key);
        self.needed(key, value)
    }

    pub(super) fn date(&self, key: &str) -> Option<NaiveDate> {
        let date = self.item(key)?.as_datetime().and_then(|datetime| datetime.date);
        let date = date.and_then(|date| NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day)));
        if date.is_none() {
            self.wrong_type(key, "2018-12-31");
        }
        date
    }

    pub(super) fn decimal(&self, key: &str) -> Option<Decimal> {
        let item = self.item(key)?;
        self.exact(key, item.as_str())
    }

    fn exact(&self, key: &str, text: Option<&str>) -> Option<Decimal> {
        let value = text.and_then(|text| Decimal::from_str_exact(text.trim()).ok());
        if value.is_none() {
            self.faults.add(self.place(key), Rule::NotADecimal, key, "\"0.05\"");
        }
        value
    }

    pub(super) fn range(&self, key: &str) -> Option<(Decimal, Decimal)> {
        let item = self.item(key)?;
        let ends: Vec<Option<&str>> = item.as_array().map(|array| array.iter().map(toml_edit::Value::as_str).collect()).unwrap_or_default();
        let [low, high] = ends.as_slice() else {
            self.wrong_type(key, "[\"1\", \"10\"]");
            return None;
        };
        let (low, high) = (self.exact(key, *low)?, self.exact(key, *high)?);
        if low > high {
            self.faults.add(self.place(key), Rule::Order, key, &format!("{low} > {high}"));
            return None;
        }
        Some((low, high))
    }

    pub(super) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let value = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if value.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.faults.add(self.place(key), Rule::UnknownWord, &text, &known.join(" | "));
        }
        value
    }

    pub(super) fn required_word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let value = self.word(key, words);
        self.needed(key, value)
    }

    pub(super) fn bilingual(&self, key: &str) -> Option<Text> {
        let keys = self.table(key)?;
        let (vi, en) = (keys.required_text("vi"), keys.required_text("en"));
        keys.finish();
        Some(Text { vi: vi?, en: en? })
    }

    pub(super) fn required_bilingual(&self, key: &str) -> Option<Text> {
        let text = self.bilingual(key);
        self.needed(key, text)
    }

    pub(super) fn table(&self, key: &str) -> Option<Keys<'a>> {
        let item = self.item(key)?;
        let start = self.place(key);
        match item.as_table_like() {
            Some(table) => Some(Keys::new(table, start, self.faults)),
            None => {
                self.wrong_type(key, "{ … }");
                None
            }
        }
    }

    /// Tables of a list, written as `[[key]]` or in one line as `key = [{ … }, { … }]`.
    pub(super) fn tables(&self, key: &str) -> Vec<Keys<'a>> {
        let Some(item) = self.item(key) else { return Vec::new() };
        if let Some(array) = item.as_array_of_tables() {
            return array.iter().map(|table| Keys::new(table, table.span().map_or(self.start, |span| span.start), self.faults)).collect();
        }
        let inline: Option<Vec<Keys<'a>>> = item.as_array().and_then(|array| {
            array
                .iter()
                .map(|value| {
                    let table = value.as_inline_table()?;
                    Some(Keys::new(table as &dyn TableLike, value.span().map_or(self.start, |span| span.start), self.faults))
                })
                .collect()
        });
        inline.unwrap_or_else(|| {
            self.wrong_type(key, &format!("[[{key}]]"));
            Vec::new()
        })
    }

    pub(super) fn required_decimal(&self, key: &str) -> Option<Decimal> {
        let value = self.decimal(key);
        self.needed(key, value)
    }
}
