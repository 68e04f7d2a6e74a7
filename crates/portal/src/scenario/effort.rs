//! The least effort to a score or a rank, within a time limit.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use composite_index::{EffortError, EffortPlan, EffortQuestion, Lever, Target, least_effort};
use registry::results::{EditionResult, Results};
use rust_decimal::Decimal;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::{Slot, slots};

/// How long a reader waits for an answer.
const LIMIT: Duration = Duration::from_secs(5);
/// Plans that are told: the best one and two others.
const PLANS: usize = 3;
/// Searches at a time. A search whose reader is gone stops at its next breath and gives its place free.
static SEARCHES: Semaphore = Semaphore::const_new(2);

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoEffort {
    /// No part has a value and a range to move in.
    NothingToMove,
    /// The search took too long, or too many others were going on.
    TooLong,
    /// The engine has no answer.
    Engine(EffortError),
}

/// Plans to a goal, the one with the least effort first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Effort {
    /// The plans; without a movement where the goal is reached already.
    pub(crate) plans: Vec<EffortPlan>,
}

/// Share of a range that a distance is, in percent.
pub(crate) fn share_of_range(slot: &Slot, distance: Decimal) -> Option<Decimal> {
    let (low, high) = slot.range?;
    distance.abs().checked_mul(Decimal::ONE_HUNDRED)?.checked_div(high.checked_sub(low)?)
}

/// What can be moved: every part with a value and a range, at a cost for which fewer parts come first, and then shorter ways.
fn levers(edition: &EditionResult, row: usize) -> Vec<Lever> {
    let slots: Vec<Slot> = slots(edition, row).into_iter().filter(|slot| slot.current.is_some()).collect();
    // All ways together cost at most 100 a part, so that one part more always costs more than any way.
    let fixed_cost = Decimal::ONE_HUNDRED.saturating_mul(Decimal::from(slots.len() + 1));
    let lever = |slot: &Slot| {
        let (low, high) = (slot.range?.0, slot.reach?);
        let unit_cost = share_of_range(slot, Decimal::ONE)?;
        Some(Lever { quantity: slot.quantity(), low, high, step: None, fixed_cost, unit_cost })
    };
    slots.iter().filter_map(lever).collect()
}

/// The plans with the least effort.
///
/// # Errors
/// When there is none, with the reason.
pub(crate) async fn least_effort_to(results: &Arc<Results>, key: (&str, i32), row: usize, target: Target) -> Result<Effort, NoEffort> {
    let Ok(Ok(place)) = timeout(LIMIT, SEARCHES.acquire()).await else { return Err(NoEffort::TooLong) };
    let (own, index, year) = (Arc::clone(results), key.0.to_owned(), key.1);
    let stop = StopWhenDropped(Arc::new(AtomicBool::new(false)));
    let stopped = Arc::clone(&stop.0);
    let work = tokio::task::spawn_blocking(move || {
        let _place = place;
        let edition = own.edition(&index, year).ok_or(NoEffort::NothingToMove)?;
        search(edition, row, target, &|| !stopped.load(Ordering::Relaxed))
    });
    match timeout(LIMIT, work).await {
        Ok(Ok(found)) => found,
        Ok(Err(_)) | Err(_) => Err(NoEffort::TooLong),
    }
}

/// Stops a search when its time is over, and when its reader leaves before.
struct StopWhenDropped(Arc<AtomicBool>);

impl Drop for StopWhenDropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn search(edition: &EditionResult, row: usize, target: Target, go_on: &(dyn Fn() -> bool + Sync)) -> Result<Effort, NoEffort> {
    let mut levers = levers(edition, row);
    if levers.is_empty() {
        return Err(NoEffort::NothingToMove);
    }
    let ask = |levers: &[Lever]| {
        let past = edition.past();
        let (definition, table) = (&edition.definition, &edition.table);
        let question = EffortQuestion { definition, table, years: edition.years(&past), row, levers, target, shifts: &[] };
        least_effort(&question, PLANS, &|_| go_on())
    };
    let found = match ask(&levers) {
        // Where scores do not grow along a line, each part moves by hundredths of its range.
        Err(EffortError::StepNeeded(_)) => {
            for lever in &mut levers {
                lever.step = lever.high.checked_sub(lever.low).map(|range| range / Decimal::ONE_HUNDRED).filter(|step| !step.is_zero());
            }
            ask(&levers)
        }
        found => found,
    };
    match found {
        Ok(found) => Ok(Effort { plans: found.plans }),
        Err(EffortError::Stopped) => Err(NoEffort::TooLong),
        Err(error) => Err(NoEffort::Engine(error)),
    }
}
