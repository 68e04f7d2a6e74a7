//! What can be wrong with a step that changes weights.

use thiserror::Error;

use crate::fault::figure;

/// Why weights cannot be changed. Rows count from 1.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum WeightFault {
    /// A column has another number of rows than the design.
    #[error("column {column}: {found} rows where {expected} are needed")]
    Length {
        /// Name of the column.
        column: String,
        /// Rows of the design.
        expected: usize,
        /// Rows of the column.
        found: usize,
    },
    /// A row that counts has no label.
    #[error("row {row}, column {column}: no label")]
    MissingLabel {
        /// Name of the column.
        column: String,
        /// Row, from 1.
        row: usize,
    },
    /// A row that counts has no finite value.
    #[error("row {row}, column {column}: no value")]
    MissingValue {
        /// Name of the column.
        column: String,
        /// Row, from 1.
        row: usize,
    },
    /// Nobody of a class answered, so nobody can stand for it.
    #[error("column {column}: nobody of class {class} answered")]
    NoRespondent {
        /// Name of the column of classes.
        column: String,
        /// The class.
        class: String,
    },
    /// Nobody answered at all, or everybody did where a regression of response was asked for.
    #[error("response does not vary")]
    ResponseConstant,
    /// A predictor separates those who answered from those who did not.
    #[error("the regression of response has no finite solution: a predictor separates respondents from others")]
    Separated,
    /// A level of the sample has no total.
    #[error("row {row}, column {column}: level {level} has no total")]
    LevelWithoutTotal {
        /// Name of the column.
        column: String,
        /// Row where the level stands first, from 1.
        row: usize,
        /// The level.
        level: String,
    },
    /// A level with a total has no row of positive weight.
    #[error("column {column}: level {level} has a total of {total} and no row with weight")]
    TotalWithoutRow {
        /// Name of the column.
        column: String,
        /// The level.
        level: String,
        /// Its total.
        total: f64,
    },
    /// A level stands twice among the totals.
    #[error("column {column}: level {level} has two totals")]
    TwoTotals {
        /// Name of the column.
        column: String,
        /// The level.
        level: String,
    },
    /// A total is not a positive number, or for an auxiliary no finite one.
    #[error("column {column}: {} is no total of {level}", figure(*total, "a missing value"))]
    WrongTotal {
        /// Name of the column.
        column: String,
        /// The level, or the name of the auxiliary.
        level: String,
        /// What was given.
        total: f64,
    },
    /// Two margins sum to different populations.
    #[error("margin {column} sums to {sum}, margin {first} to {first_sum}")]
    MarginsDiffer {
        /// The later margin.
        column: String,
        /// Its sum.
        sum: f64,
        /// The first margin.
        first: String,
        /// Its sum.
        first_sum: f64,
    },
    /// An auxiliary is a combination of those before it.
    #[error("column {column}: depends on the auxiliaries before it")]
    Dependent {
        /// Name of the auxiliary.
        column: String,
    },
    /// Totals were not reached: they contradict each other or the bounds.
    #[error("column {column}: total {wanted} cannot be reached, only {reached} after {iterations} steps")]
    NotReached {
        /// The auxiliary or level that is farthest off.
        column: String,
        /// Its total.
        wanted: f64,
        /// What the weights sum to.
        reached: f64,
        /// Steps that were tried.
        iterations: usize,
    },
    /// Bounds or limits are out of range, or no weight lies inside the limits.
    #[error("{what}: {} is out of range", figure(*value, "a missing value"))]
    OutOfRange {
        /// What the number is.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// Replicates were made from another design.
    #[error("the replicates were made from another design")]
    OtherDesign,
}
