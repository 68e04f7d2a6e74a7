//! What uncertainty cannot tell: alternatives without the years they need are refused, units without a total are named.

use super::drawing::{Drawing, Variant};
use super::model::with_variant;
use super::{UncertaintyError, UncertaintyPlan};
use crate::computing::{Gap, Years, compute_in};
use crate::definition::{Definition, Imputation, Method};
use crate::scaling::PastTable;
use crate::table::ScoreTable;

/// Refuses alternatives that fill from years which nobody gave: they would fill nothing.
pub(super) fn check_years(drawing: &Drawing, year: Option<i32>, past: &[PastTable<'_>]) -> Result<(), UncertaintyError> {
    let has_past = past.iter().any(|earlier| year.is_none_or(|year| earlier.year < year));
    for imputation in drawing.variants.iter().filter_map(|variant| variant.imputation) {
        match imputation {
            Imputation::Last | Imputation::Linear if !has_past => return Err(UncertaintyError::NeedsPast(imputation.word())),
            Imputation::Linear if year.is_none() => return Err(UncertaintyError::NeedsYear(imputation.word())),
            _ => {}
        }
    }
    Ok(())
}

/// A ranked unit that no spread tells of, because it has no total in some way of scaling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut {
    /// Row of the table.
    pub row: usize,
    /// Why there is no total.
    pub gap: Gap,
    /// The alternatives under which there is none, those that differ from the definition; all `None`: the definition itself gives none.
    pub method: Option<Method>,
    /// The imputation of that alternative.
    pub imputation: Option<Imputation>,
    /// True where that alternative treats outliers in another way.
    pub outliers: bool,
}

/// Ranked units that [`crate::monte_carlo`] and [`crate::sensitivity`] leave out, in the order of the table, each with the first reason.
///
/// # Errors
/// As [`crate::monte_carlo`].
pub fn left_out(
    definition: &Definition,
    table: &ScoreTable,
    year: Option<i32>,
    past: &[PastTable<'_>],
    plan: &UncertaintyPlan,
) -> Result<Vec<LeftOut>, UncertaintyError> {
    let drawing = Drawing::new(plan, definition, table)?;
    check_years(&drawing, year, past)?;
    let mut found: Vec<Option<LeftOut>> = vec![None; table.rows.len()];
    for variant in [Variant::default()].into_iter().chain(drawing.variants.iter().copied()) {
        let changed = with_variant(definition, variant);
        let scores = compute_in(&changed, table, Years { year, edition: None, past })?;
        for (row, unit) in scores.units.iter().enumerate().filter(|(row, _)| table.rows[*row].ranked) {
            if let (Err(gap), None) = (unit.values[definition.total], found[row]) {
                let outliers = variant.outliers.is_some();
                found[row] = Some(LeftOut { row, gap, method: variant.method, imputation: variant.imputation, outliers });
            }
        }
    }
    Ok(found.into_iter().flatten().collect())
}
