//! Vietnamese text for programs: search keys without marks, sorting in Vietnamese order, figures and dates as officials write them.
//!
//! The crate knows nothing of the rest of the house: no files, no clock, no database.

mod figure;
mod fold;
mod sort;

pub use figure::{format_date, format_date_long, format_decimal, format_decimal_with, format_integer, parse_date, round_half_up};
pub use fold::{compose, fold, slug};
pub use sort::{compare, sort_by_name, sort_key};
