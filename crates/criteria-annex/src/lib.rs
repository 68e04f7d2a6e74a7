//! The annex of a decision that lays down the criteria of a reform index, read as a tree of criteria.
//!
//! Such an annex ("Bộ tiêu chí xác định Chỉ số cải cách hành chính") is a table: areas, criteria, component criteria,
//! their maximum points, and how points are given. It comes as XLSX, as a table in DOCX, or pasted from Word or a sheet.
//!
//! * [`grids`] reads the tables of a source: cells as text with merged cells resolved, rows by their number in the file.
//!   No file is trusted; whatever the bytes are, the answer is tables or a fault, under the limits of [`limits`].
//! * [`understand`] says what each row of a table is. Every row is accounted for once: as a line, as a row that was not
//!   understood and why, or as one that was passed over and why.
//!
//! What an annex leaves open is not decided here. What was assumed, and what a person has to decide, is told as
//! [`Warning`]s with their rows.
//!
//! ```
//! use criteria_annex::{Proposed, Source, grids, understand};
//!
//! let pasted = "STT\tTiêu chí\tĐiểm tối đa\n1\tChỉ đạo, điều hành\t2\n1.1\tKế hoạch\t2\n\
//!               1.1.1\tMức độ thực hiện kế hoạch\t2\n\tTrên 90%\t2\n\tTừ 70% - 90%\t1\n\tDưới 70%\t0\n";
//! let grids = grids(Source::Text(pasted)).unwrap();
//! let annex = understand(&grids[0]);
//! assert!(annex.not_understood.is_empty());
//! assert_eq!(annex.lines.len(), 6);
//! assert!(matches!(&annex.lines[2].rule, Proposed::Brackets(brackets) if brackets.len() == 3));
//! ```

mod annex;
mod fault;
mod grid;
pub mod limits;
mod source;
mod understanding;
mod wording;
mod words;

pub use annex::{
    Annex, AnnexLine, Bracket, Column, Columns, End, Item, Kind, NoRule, Proposed, Scorer, Skipped, Standing, Sure, Total, Why,
};
pub use fault::{AnnexFault, Doubt, Reason, RowFault, Warning};
pub use grid::{Cell, Grid, GridRow, Typed, joined};
pub use source::{Source, grids};
pub use understanding::understand;
