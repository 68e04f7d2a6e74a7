//! What words, codes and figures of an annex mean, each by itself.

mod clause;
mod code;
mod figure;
mod interval;
mod plain;

pub(crate) use clause::{Clause, Worth, clauses, named_clauses, worth_of};
pub(crate) use code::{Mark, in_front, is_code, is_list_mark, mark, roman};
pub(crate) use figure::{Points, maximum_behind, points, without_footnotes};
pub(crate) use interval::{Closure, Condition, Limit, Range, condition, says_more};
pub(crate) use plain::{has_words, plain};
