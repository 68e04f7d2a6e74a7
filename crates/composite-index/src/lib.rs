//! Composite indices: a tree of weighted nodes, read from a definition file, computed over a table of units, ranked and compared with what was published.
//!
//! The crate is pure arithmetic on exact decimals. It opens no files, reads no clock, and knows no country: texts come in, values and faults go out,
//! and the same input always gives the same output.
//!
//! | module | what happens there |
//! |---|---|
//! | `definition` | what an index is: nodes, weights, ranges, editions, bands, breaks |
//! | `reading` | a definition file becomes a [`Definition`], or every fault in it |
//! | `writing` | a [`Definition`] becomes the canonical text of a definition file |
//! | `table` | a CSV table becomes a [`ScoreTable`], or every fault in it |
//! | `formula` | expressions over figures, without loops and with bounds |
//! | `computing` | a definition and a table become [`Scores`] |
//! | `ranking` | ranks under a declared tie rule |
//! | `banding` | bands by score or by percentile |
//! | `differing`, `copying` | two editions of a definition told apart; a definition for a new year |
//! | `scaling` | denominators, imputation, outliers and normalisation of indicators, each change recorded |
//! | `explaining` | the working of each node of a unit |
//! | `contributing` | what each part gives to a total, and to the change between two years |
//! | `strengths` | a unit against its peers |
//! | `uncertainty` | Monte Carlo over choices and sampling errors, Sobol' indices |
//! | `what_if`, `effort` | other figures and their place; the least effort to a score or place |
//! | `coherence` | checks of a framework: alpha, components, effective weights, idle and double indicators |
//! | `comparing` | published values beside recomputed ones |

mod banding;
mod coherence;
mod comparing;
mod computing;
mod contributing;
mod copying;
mod definition;
mod differing;
mod effort;
mod explaining;
mod fault;
mod formula;
mod ranking;
mod reading;
mod scaling;
mod strengths;
mod table;
mod uncertainty;
mod what_if;
mod writing;

pub use banding::quantile;
pub use coherence::{FrameworkChecks, LeafCheck, NodeCheck, RedundantPair, framework_checks};
pub use comparing::{Comparison, Difference, compare};
pub use computing::{ComputeError, Gap, NodeValue, Scores, UnitScores, Years, compute, compute_in, compute_scaled, gap_code};
pub use contributing::{Change, Contribution, Contributions, NoContributions, change_between, contributions};
pub use copying::{CopyError, copy_definition, rename_definition};
pub use definition::{
    Absent, AbsentThen, Aggregation, Band, BandRule, Basis, Block, Bound, Bracket, Break, BreakKind, Category, ChecklistItem, Components,
    Computation, Definition, Direction, Edition, Figure, FigureId, FigureKind, Imputation, KnownException, LeafRule, Measure, Method,
    MissingRule, Node, NodeId, Outliers, RangeFrom, RankOn, RankWithin, Role, Scaling, Source, Status, Text, ThenLog, TieRule, Weighting,
};
pub use differing::{DefinitionDifference, DifferenceKind, differences, rule_text};
pub use effort::{EFFORT_WORK, EffortError, EffortPlan, EffortPlans, EffortQuestion, Lever, Move, Target, effort_by_rivals, least_effort};
pub use explaining::{NodeWorking, PartKind, Removal, Step, Working, WorkingPart, explain, explain_in, explain_scaled};
pub use fault::{DefinitionFault, DefinitionRule, TableFault, TableRule};
pub use formula::{FORMULA_DEPTH, FORMULA_LENGTH, Formula, FormulaFault, FormulaGap, FormulaKind, FormulaProblem, FormulaScratch};
pub use ranking::{place, rank, settled};
pub use reading::{DEFINITION_LENGTH, DEFINITION_NODES, read_definition};
pub use scaling::{PastTable, Scaled, ScalingError, ScalingProblem, ScalingRecord, TreatedValue, Treatment, kurtosis, scale, skew};
pub use strengths::{Strength, strengths};
pub use table::{LineCounter, PublishedValues, ScoreTable, TableRow, read_table};
pub use uncertainty::{
    Factor, LeftOut, Progress, Sensitivity, SobolIndex, Spread, UncertaintyError, UncertaintyPlan, UnitSpread, left_out, monte_carlo,
    sensitivity,
};
pub use what_if::{Quantity, Standing, Trends, ValueFault, WhatIf, WhatIfError, trends, what_if};
pub use writing::write_definition;
