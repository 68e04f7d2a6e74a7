//! Queries. Every one has a test that runs on SQLite and on PostgreSQL.

mod figures;
mod reported;
mod units;

pub use figures::{CatalogueState, EditionRows, catalogue_state, edition_rows, indicators, other_observations, revision, source_records};
pub use reported::put_reported;
pub use units::{
    Found, LinkedUnit, all_units_at, children_at, level_counts_at, links_of, search, unit_by_code_at, units_at, versions_of,
    versions_with_code,
};

/// Turns a stored word back into its value; a word that no program version wrote is a fault of the data.
pub(crate) fn stored<T>(value: Option<T>, column: &str, word: &str) -> Result<T, sqlx::Error> {
    value.ok_or_else(|| sqlx::Error::ColumnDecode { index: column.to_owned(), source: format!("unknown value {word:?}").into() })
}
