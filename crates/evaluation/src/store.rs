//! Queries. Every one has a test that runs on SQLite and on PostgreSQL.

mod answers;
mod campaigns;
mod council;
mod results;
mod rulings;
mod sets;

pub(crate) use answers::*;
pub(crate) use campaigns::*;
pub(crate) use council::*;
pub(crate) use results::*;
pub(crate) use rulings::*;
pub(crate) use sets::*;

/// A stored word as its kind; an unknown word is a fault of the database.
fn stored<T>(value: Option<T>, column: &str, word: &str) -> Result<T, sqlx::Error> {
    value.ok_or_else(|| sqlx::Error::ColumnDecode { index: column.to_owned(), source: format!("unknown value {word:?}").into() })
}

/// An exact decimal from its text.
fn decimal(text: &str, column: &str) -> Result<rust_decimal::Decimal, sqlx::Error> {
    stored(text.parse().ok(), column, text)
}
