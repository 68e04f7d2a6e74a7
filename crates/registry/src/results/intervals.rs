//! Rank intervals of an edition: how far each rank moves when the weights of the parts move.

use std::sync::Arc;

use composite_index::{Factor, Spread, UncertaintyError, UncertaintyPlan, monte_carlo};
use thiserror::Error;

use super::{EditionResult, Results};

/// How far a weight moves: by up to a quarter, up or down.
pub const WEIGHT_SPREAD: f64 = 0.25;
/// Number of runs.
pub const RUNS: usize = 2048;
/// Seed of all chance; the same as the command line takes when none is given, so that anybody can repeat the runs.
pub const SEED: u64 = 1;
/// Share of the runs that an interval covers, and in which one unit must stand above another to be told apart.
pub const LEVEL: f64 = 0.9;

/// The ranks of a unit in the runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RankInterval {
    /// Rank as the definition says.
    pub rank: u32,
    /// Best rank of the interval.
    pub low: u32,
    /// Worst rank of the interval.
    pub high: u32,
    /// True where the next better unit stands above this one in less than [`LEVEL`] of the runs.
    pub like_above: bool,
    /// True where this unit stands above the next worse one in less than [`LEVEL`] of the runs.
    pub like_below: bool,
}

/// Why an edition has no rank intervals.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoIntervals {
    /// No table of the edition was obtained.
    #[error("the edition has no table")]
    NoTable,
    /// Only some of the units were obtained; a rank among some is another thing.
    #[error("the table holds some of the units only")]
    SomeUnits,
    /// The total cannot be recomputed, as its rule was not published or its parts were not obtained.
    #[error("the total is not recomputed")]
    NotRecomputed,
    /// No node of the definition has weights to vary.
    #[error("the definition has no weights to vary")]
    NoWeights,
    /// Less than two units have a total.
    #[error("less than two units are ranked")]
    TooFewUnits,
    /// The runs failed.
    #[error("the runs failed")]
    Failed(#[source] UncertaintyError),
}

/// Rank intervals of an edition, by row of its table; `None` for rows without a rank.
pub type RankIntervals = Vec<Option<RankInterval>>;

pub(super) type Kept = Result<Arc<RankIntervals>, NoIntervals>;

impl Results {
    /// The rank intervals of an edition: computed at the first question, kept as long as these results are.
    ///
    /// # Errors
    /// When the edition has none, with the reason.
    pub async fn rank_intervals(self: &Arc<Self>, index: &str, year: i32) -> Kept {
        let (results, key) = (Arc::clone(self), (index.to_owned(), year));
        // A task of its own: a reader who leaves stops nothing that others wait for, and nothing is begun a second time.
        let work = tokio::spawn(async move {
            let edition = results.editions.get(&key).ok_or(NoIntervals::NoTable)?;
            let own = Arc::clone(&results);
            let compute = move || own.editions.get(&key).map_or(Err(NoIntervals::NoTable), |edition| intervals(edition).map(Arc::new));
            let kept = edition.intervals.get_or_try_init(|| tokio::task::spawn_blocking(compute)).await;
            kept.map_err(|_| NoIntervals::Failed(UncertaintyError::Stopped))?.clone()
        });
        work.await.unwrap_or(Err(NoIntervals::Failed(UncertaintyError::Stopped)))
    }
}

/// Computes the intervals of an edition.
fn intervals(edition: &EditionResult) -> Result<RankIntervals, NoIntervals> {
    if !edition.definition.is_reproducible() {
        return Err(NoIntervals::NotRecomputed);
    }
    if !edition.covers_all_units() {
        return Err(NoIntervals::SomeUnits);
    }
    let factors = vec![Factor::Weights { spread: WEIGHT_SPREAD, below: None }];
    let plan = UncertaintyPlan { runs: RUNS, seed: SEED, factors };
    let year = Some(edition.edition().year);
    let spreads =
        monte_carlo(&edition.definition, &edition.table, year, &edition.past(), &plan, &|_| true).map_err(|error| match error {
            UncertaintyError::AbsentFactor(_) => NoIntervals::NoWeights,
            UncertaintyError::TooFewUnits => NoIntervals::TooFewUnits,
            error => NoIntervals::Failed(error),
        })?;
    let mut found = vec![None; edition.table.rows.len()];
    for spread in &spreads {
        for (position, unit) in spread.units.iter().enumerate() {
            let interval = RankInterval {
                rank: unit.rank,
                low: unit.rank_quantile((1.0 - LEVEL) / 2.0),
                high: unit.rank_quantile((1.0 + LEVEL) / 2.0),
                like_above: position > 0 && alike(spread, position - 1),
                like_below: alike(spread, position),
            };
            if let Some(slot) = found.get_mut(unit.row) {
                *slot = Some(interval);
            }
        }
    }
    Ok(found)
}

/// True where the unit at a position and the next one cannot be told apart.
fn alike(spread: &Spread, position: usize) -> bool {
    position + 1 < spread.units.len() && spread.probability_above(position, position + 1).is_some_and(|above| above < LEVEL)
}
