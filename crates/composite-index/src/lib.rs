//! Composite indices: a tree of weighted nodes, read from a definition file, computed over a table of units, ranked and compared with what was published.
//!
//! The crate is pure arithmetic on exact decimals. It opens no files, reads no clock, and knows no country: texts come in, values and faults go out,
//! and the same input always gives the same output.
//!
//! | module | what happens there |
//! |---|---|
//! | `definition` | what an index is: nodes, weights, ranges, editions, bands, breaks |
//! | `reading` | a definition file becomes a [`Definition`], or every fault in it |
//! | `table` | a CSV table becomes a [`ScoreTable`], or every fault in it |
//! | `formula` | expressions over figures, without loops and with bounds |
//! | `computing` | a definition and a table become [`Scores`] |
//! | `ranking` | ranks under a declared tie rule |
//! | `banding` | bands by score or by percentile |
//! | `comparing` | published values beside recomputed ones |

mod banding;
mod comparing;
mod computing;
mod definition;
mod fault;
mod formula;
mod ranking;
mod reading;
mod table;

pub use banding::quantile;
pub use comparing::{Comparison, Difference, compare};
pub use computing::{ComputeError, Gap, NodeValue, Scores, UnitScores, compute, gap_code};
pub use definition::{
    Absent, AbsentThen, Aggregation, Band, BandRule, Basis, Block, Bound, Bracket, Break, BreakKind, ChecklistItem, Components,
    Computation, Definition, Direction, Edition, Figure, FigureId, FigureKind, KnownException, LeafRule, Measure, MissingRule, Node,
    NodeId, RankOn, RankWithin, Role, Source, Status, Text, TieRule, Weighting,
};
pub use fault::{DefinitionFault, DefinitionRule, TableFault, TableRule};
pub use formula::{FORMULA_DEPTH, FORMULA_LENGTH, Formula, FormulaFault, FormulaGap, FormulaKind, FormulaProblem, FormulaScratch};
pub use ranking::{place, rank};
pub use reading::{DEFINITION_LENGTH, DEFINITION_NODES, read_definition};
pub use table::{LineCounter, PublishedValues, ScoreTable, TableRow, read_table};
