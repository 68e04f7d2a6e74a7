//! The year of a table and those before it.

use std::borrow::Cow;

use crate::definition::{Definition, Edition};
use crate::scaling::{PastTable, ScalingError, scale};
use crate::table::ScoreTable;

/// The year of a table and those before it: everything that a computation takes from other years.
///
/// Whatever computes one index more than once (what-if, least effort, checks) is given the same years, so that all of it stands on the same scale.
#[derive(Debug, Clone, Copy, Default)]
pub struct Years<'y> {
    /// The year of the table; `None`: it is not known.
    pub year: Option<i32>,
    /// The edition whose bands hold.
    pub edition: Option<&'y Edition>,
    /// Tables of earlier years in any order, for running extremes and imputation over years.
    pub past: &'y [PastTable<'y>],
}

impl<'y> Years<'y> {
    /// The year of an edition, without earlier ones.
    #[must_use]
    pub fn of(edition: Option<&'y Edition>) -> Self {
        Self { year: edition.map(|edition| edition.year), edition, past: &[] }
    }

    /// The table with its indicators scaled as these years say.
    ///
    /// # Errors
    /// When an indicator cannot be scaled.
    pub fn scaled<'t>(&self, definition: &Definition, table: &'t ScoreTable) -> Result<Cow<'t, ScoreTable>, ScalingError> {
        if !definition.scales() {
            return Ok(Cow::Borrowed(table));
        }
        scale(definition, table, self.year, self.past).map(|scaled| Cow::Owned(scaled.table))
    }
}
