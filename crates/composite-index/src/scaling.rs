//! From indicators in their own units to comparable numbers, with a record of every value that was changed on the way.
//!
//! The steps of an indicator are taken in this order: denominator, imputation, outliers, normalisation. Ranked units alone decide ranges, moments
//! and places; what stands beside the ranking is scaled by them. Values that are rational stay exact decimals; logarithms and standard deviations go
//! through `f64` and `libm` and are rounded to 14 significant digits.

mod imputing;
mod normalising;
mod outliers;
mod statistics;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use thiserror::Error;

use crate::computing::leaf::is_absent;
use crate::definition::{Definition, Method, NodeId, RangeFrom, Scaling};
use crate::formula::FormulaScratch;
use crate::table::{ScoreTable, TableRow};
pub use statistics::{kurtosis, skew};

/// A table of an earlier year, of the same definition.
#[derive(Debug, Clone, Copy)]
pub struct PastTable<'t> {
    /// The year.
    pub year: i32,
    /// Its raw values.
    pub table: &'t ScoreTable,
}

/// What happened to one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// It was missing and was filled.
    Imputed,
    /// It was an outlier and became the next value.
    Winsorised,
    /// Its logarithm was taken, as of every value of the indicator.
    Logged,
    /// It lay beyond a goalpost and was kept at it.
    Truncated,
}

impl Treatment {
    /// The word of machine-readable output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Imputed => "imputed",
            Self::Winsorised => "winsorised",
            Self::Logged => "logged",
            Self::Truncated => "truncated",
        }
    }
}

/// One value that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreatedValue {
    /// Row of the table.
    pub row: usize,
    /// What happened.
    pub treatment: Treatment,
    /// The value before; `None`: it was missing.
    pub before: Option<Decimal>,
    /// The value after.
    pub after: Decimal,
}

/// What was used to scale an indicator, and what was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalingRecord {
    /// The indicator.
    pub node: NodeId,
    /// The block whose units decided; `None`: all.
    pub block: Option<String>,
    /// Least and greatest value that the normalisation used: stored with the run, so that a past score can be computed again.
    pub range: Option<(Decimal, Decimal)>,
    /// Mean and standard deviation that z-scores used.
    pub moments: Option<(Decimal, Decimal)>,
    /// Values that were changed, in the order of the steps and rows.
    pub treated: Vec<TreatedValue>,
}

/// A table whose indicators were scaled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaled {
    /// The same rows with scaled values in place of raw ones.
    pub table: ScoreTable,
    /// One record for each scaled indicator, or for each of its blocks.
    pub records: Vec<ScalingRecord>,
}

/// Why an indicator cannot be scaled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ScalingProblem {
    /// All values are equal, so that there is no range.
    #[error("all values are equal")]
    Constant,
    /// The denominator of a unit is zero.
    #[error("the denominator is zero")]
    ZeroDenominator,
    /// The denominator of a unit is zero in the table of an earlier year.
    #[error("the denominator is zero in row {file_row} of the table of {year}")]
    ZeroDenominatorBefore {
        /// The year.
        year: i32,
        /// Row of the unit in its file.
        file_row: usize,
    },
    /// The reference unit is not in the table or has no value.
    #[error("the reference unit has no value")]
    NoReference,
    /// A distance divides by zero.
    #[error("the distance divides by zero")]
    ZeroDistance,
    /// A ratio of values below zero, or to a goal that is not above zero, would turn the order round.
    #[error("a distance needs values that are not below zero, and a goal above zero")]
    NotPositive,
    /// Logarithms were taken, and goalposts, a target or earlier years stand in the scale of the raw values.
    #[error("logarithms cannot be held against goalposts, a target or earlier years")]
    LogarithmBesideRaw,
    /// A line over years is asked for, and the year of the table is not known.
    #[error("the year of the table is not known")]
    NoYear,
    /// A number grew beyond what an exact decimal can hold.
    #[error("a value is too large for an exact decimal")]
    TooLarge,
}

/// An indicator that cannot be scaled, and the unit it fails at.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{node}{}: {problem}", unit.as_ref().map(|unit| format!(", {unit}")).unwrap_or_default())]
pub struct ScalingError {
    /// Code of the indicator.
    pub node: String,
    /// Name of the unit; `None`: the whole indicator.
    pub unit: Option<String>,
    /// Row of the unit in the file.
    pub file_row: Option<usize>,
    /// What is wrong.
    pub problem: ScalingProblem,
}

/// Scales every indicator of a table that has a scaling. `past` are earlier years in any order, for running extremes and imputation over years.
///
/// # Errors
/// When an indicator cannot be scaled.
pub fn scale(definition: &Definition, table: &ScoreTable, year: Option<i32>, past: &[PastTable<'_>]) -> Result<Scaled, ScalingError> {
    let mut past: Vec<PastTable<'_>> = past.iter().copied().filter(|earlier| year.is_none_or(|year| earlier.year < year)).collect();
    past.sort_by_key(|earlier| earlier.year);
    let mut scaled = Scaled { table: table.clone(), records: Vec::new() };
    for (id, node) in definition.nodes.iter().enumerate() {
        let Some(scaling) = &node.scaling else { continue };
        let column = Indicator { definition, scaling, id, year, past: &past, table };
        let values = column.denominated(table).map_err(|(row, problem)| column.error(row, problem))?;
        for (block, rows) in column.groups() {
            column.scale_group(block, &rows, &values, &mut scaled)?;
        }
    }
    Ok(scaled)
}

/// One indicator while it is scaled.
struct Indicator<'a> {
    definition: &'a Definition,
    scaling: &'a Scaling,
    id: NodeId,
    year: Option<i32>,
    past: &'a [PastTable<'a>],
    table: &'a ScoreTable,
}

impl Indicator<'_> {
    fn error(&self, row: Option<usize>, problem: ScalingProblem) -> ScalingError {
        let unit = row.map(|row| &self.table.rows[row]);
        ScalingError {
            node: self.definition.nodes[self.id].code.clone(),
            unit: unit.map(|row| row.unit.clone()),
            file_row: unit.map(|row| row.file_row),
            problem,
        }
    }

    /// Raw values over their denominators.
    fn denominated(&self, table: &ScoreTable) -> Result<Vec<Option<Decimal>>, (Option<usize>, ScalingProblem)> {
        let mut values = Vec::with_capacity(table.rows.len());
        let mut scratch = FormulaScratch::new();
        for (index, row) in table.rows.iter().enumerate() {
            let value = row.inputs.get(self.id).copied().flatten().filter(|_| self.applies(row, &mut scratch));
            values.push(match (value, self.scaling.denominator) {
                (Some(value), Some(figure)) => match row.figures.get(figure).copied().flatten() {
                    Some(below) if below.is_zero() => return Err((Some(index), ScalingProblem::ZeroDenominator)),
                    Some(below) => {
                        let share = value.checked_mul(self.scaling.per).and_then(|value| value.checked_div(below));
                        Some(share.ok_or((Some(index), ScalingProblem::TooLarge))?)
                    }
                    None => None,
                },
                (value, _) => value,
            });
        }
        Ok(values)
    }

    /// The same of an earlier year.
    fn denominated_before(&self, past: &PastTable<'_>) -> Result<Vec<Option<Decimal>>, (Option<usize>, ScalingProblem)> {
        self.denominated(past.table).map_err(|(row, problem)| match (problem, row.and_then(|row| past.table.rows.get(row))) {
            (ScalingProblem::ZeroDenominator, Some(row)) => {
                (None, ScalingProblem::ZeroDenominatorBefore { year: past.year, file_row: row.file_row })
            }
            _ => (None, problem),
        })
    }

    /// Whether the indicator is one of the unit: what does not apply to it, or whose subject does not exist, decides nothing and is not filled.
    fn applies(&self, row: &TableRow, scratch: &mut FormulaScratch) -> bool {
        !row.is_without(self.definition, self.id) && !is_absent(&self.definition.nodes[self.id], row, scratch)
    }

    /// Rows that are scaled together.
    fn groups(&self) -> Vec<(Option<String>, Vec<usize>)> {
        let mut groups: BTreeMap<Option<String>, Vec<usize>> = BTreeMap::new();
        let mut scratch = FormulaScratch::new();
        for (index, row) in self.table.rows.iter().enumerate() {
            if !self.applies(row, &mut scratch) {
                continue;
            }
            let block = if self.scaling.within_block { row.block.clone() } else { None };
            groups.entry(block).or_default().push(index);
        }
        groups.into_iter().collect()
    }

    /// Whether values are held against some that outliers were not looked for among.
    fn reads_raw(&self) -> bool {
        match self.scaling.method {
            Method::MinMax => self.scaling.range_from != RangeFrom::Year,
            method => method == Method::DistanceToTarget,
        }
    }

    fn scale_group(
        &self,
        block: Option<String>,
        rows: &[usize],
        values: &[Option<Decimal>],
        scaled: &mut Scaled,
    ) -> Result<(), ScalingError> {
        let mut group = Group {
            values: rows.iter().map(|row| values[*row]).collect(),
            decides: rows.iter().map(|row| self.table.rows[*row].ranked).collect(),
            rows: rows.to_vec(),
            treated: Vec::new(),
        };
        self.impute(values, &mut group).map_err(|(row, problem)| self.error(row, problem))?;
        let mut record = ScalingRecord { node: self.id, block, range: None, moments: None, treated: Vec::new() };
        if group.values.iter().zip(&group.decides).any(|(value, decides)| value.is_some() && *decides) {
            if let Some(rule) = &self.scaling.outliers {
                outliers::treat(rule, &mut group).map_err(|problem| self.error(None, problem))?;
                if self.reads_raw() && group.treated.iter().any(|value| value.treatment == Treatment::Logged) {
                    return Err(self.error(None, ScalingProblem::LogarithmBesideRaw));
                }
            }
            self.normalise(&mut group, &mut record).map_err(|(row, problem)| self.error(row, problem))?;
        } else {
            // Nobody who decides has a value: nothing can be scaled, and nobody gets one.
            group.values.fill(None);
        }
        record.treated = group.treated;
        scaled.records.push(record);
        for (row, value) in group.rows.iter().zip(group.values) {
            scaled.table.rows[*row].inputs[self.id] = value;
        }
        Ok(())
    }
}

/// The values of the rows that are scaled together.
struct Group {
    rows: Vec<usize>,
    values: Vec<Option<Decimal>>,
    /// True for ranked rows, which decide ranges, moments and places.
    decides: Vec<bool>,
    treated: Vec<TreatedValue>,
}

impl Group {
    /// The values that decide, in the order of the rows.
    fn deciding(&self) -> Vec<Decimal> {
        self.values.iter().zip(&self.decides).filter(|(_, decides)| **decides).filter_map(|(value, _)| *value).collect()
    }

    fn change(&mut self, position: usize, treatment: Treatment, after: Decimal) {
        let before = self.values[position].replace(after);
        self.treated.push(TreatedValue { row: self.rows[position], treatment, before, after });
    }
}
