//! A value of a table that is exchanged.

use chrono::NaiveDate;
use rust_decimal::Decimal;

/// A value. Figures are equal if their numbers are, whatever zeros stand at their end.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// No value.
    #[default]
    Empty,
    /// A text, a code, or the code of a choice.
    Text(String),
    /// An exact figure; of a percentage the number before the sign, 80.5 for 80.5%.
    Figure(Decimal),
    /// A day.
    Date(NaiveDate),
}

impl Value {
    /// A text; an empty one is no value.
    pub fn text(text: impl Into<String>) -> Value {
        let text = text.into();
        if text.is_empty() { Value::Empty } else { Value::Text(text) }
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Value::Empty
    }
}
