//! Vietnamese text for programs: search keys without marks, sorting in Vietnamese order, figures and dates as officials
//! write them, and text from the time before Unicode.
//!
//! The crate knows nothing of the rest of the house: no files, no clock, no database.

mod codepage;
mod date;
mod figure;
mod fold;
pub mod legacy;
mod numeral;
mod sort;
mod syllable;

pub use codepage::{decode_windows_1252, decode_windows_1258};
pub use date::{DateFault, read_date};
pub use figure::{format_date, format_date_long, format_decimal, format_decimal_with, format_integer, parse_date, round_half_up};
pub use fold::{compose, fold, slug};
pub use numeral::{DecimalSign, Numeral, NumeralFault, Reading, read_numeral};
pub use sort::{compare, sort_by_name, sort_key};
pub use syllable::{is_syllable, syllable_share};
