//! Handing in, returning, accepting, opening again.

use accounts::policy::{Action, Thing};
use accounts::{Actor, Denied};
use chrono::{DateTime, Utc};
use platform::Write;
use platform::history::{Change, record};
use registry::store::put_reported;
use registry::{Observation, ObservationStatus};
use serde_json::json;

use super::{CollectionError, Ground, asked_of, dataset_of, must};
use crate::model::{Asked, Collection, CollectionUnit, Lock, Reopening, UnitState};
use crate::store::{self, Step};
use crate::telling;

/// A unit's part, held for a step.
struct Held {
    write: Write,
    collection: Collection,
    part: CollectionUnit,
}

async fn hold(ground: Ground<'_>, collection: &str, unit: &str) -> Result<Held, CollectionError> {
    let mut write = ground.db.write().await?;
    let (held, part) = store::part_held(write.conn(), collection, unit).await?.ok_or(Denied::NotFound)?;
    Ok(Held { write, collection: held, part })
}

impl Held {
    /// Writes the step and its event, and makes both last.
    async fn step(
        mut self,
        ground: Ground<'_>,
        actor: &Actor,
        word: &'static str,
        state: UnitState,
        extended_to: Option<DateTime<Utc>>,
        reason: Option<&str>,
    ) -> Result<(), CollectionError> {
        let step = Step { state, extended_to, reason, by: actor.by(), at: actor.now };
        store::set_unit(self.write.conn(), &self.collection.key, &self.part.unit, &step).await?;
        let change = Change::new("collection_unit", format!("{}/{}", self.collection.key, self.part.unit), word)
            .of_unit(&self.part.unit)
            .before(json!({ "state": self.part.state.word(), "extended_to": self.part.extended_to }))
            .after(json!({ "state": state.word(), "extended_to": extended_to }))
            .reason(reason.map(str::to_owned));
        record(self.write.conn(), &actor.source, actor.now, &[change]).await?;
        let told = CollectionUnit { extended_to, reason: reason.map(str::to_owned), ..self.part };
        telling::at_step(self.write.conn(), ground, actor, &self.collection, &told, word).await?;
        Ok(self.write.commit().await?)
    }
}

/// Hands a unit's figures in. From then on neither they nor the files that they cite can change.
///
/// # Errors
/// When figures are missing, the deadline has passed, or somebody else took a step meanwhile.
pub async fn submit(ground: Ground<'_>, actor: &Actor, collection: &str, unit: &str) -> Result<(), CollectionError> {
    must(ground, actor, Action::Submit, Thing::Figures, unit)?;
    let mut held = hold(ground, collection, unit).await?;
    let state = held.part.state.submit().map_err(|_| CollectionError::WrongState)?;
    if let Some(lock) = held.part.lock(&held.collection, actor.now) {
        return Err(CollectionError::Locked(lock));
    }
    let asked = asked_of(ground, held.write.conn(), collection).await?;
    let figures = store::figures_of(held.write.conn(), collection, unit).await?;
    let is_missing = |asked: &&Asked| asked.required && !figures.iter().any(|figure| figure.indicator == asked.indicator);
    let missing: Vec<Asked> = asked.iter().filter(is_missing).cloned().collect();
    if !missing.is_empty() {
        return Err(CollectionError::Incomplete(missing));
    }
    store::lock_evidence(held.write.conn(), collection, unit, actor.now).await?;
    let extended_to = held.part.extended_to;
    held.step(ground, actor, "submitted", state, extended_to, None).await
}

fn given(reason: &str) -> Result<&str, CollectionError> {
    let reason = reason.trim();
    if reason.is_empty() { Err(CollectionError::NoReason) } else { Ok(reason) }
}

/// Returns a unit's figures with a reason; the unit may enter again until a deadline that lies ahead.
///
/// # Errors
/// When no reason is given, or somebody else took a step meanwhile.
pub async fn send_back(
    ground: Ground<'_>,
    actor: &Actor,
    collection: &str,
    unit: &str,
    reason: &str,
    until: Option<DateTime<Utc>>,
) -> Result<(), CollectionError> {
    must(ground, actor, Action::Decide, Thing::Figures, unit)?;
    let reason = given(reason)?;
    let held = hold(ground, collection, unit).await?;
    let state = held.part.state.send_back().map_err(|_| CollectionError::WrongState)?;
    if until.is_some_and(|until| until < held.collection.due_at) {
        return Err(CollectionError::EarlyDeadline);
    }
    let extended_to = until.or(held.part.extended_to);
    let due = CollectionUnit { extended_to, ..held.part.clone() }.due_at(&held.collection);
    if due <= actor.now {
        return Err(CollectionError::PastDeadline);
    }
    held.step(ground, actor, "returned", state, extended_to, Some(reason)).await
}

/// Accepts a unit's figures: they become observations.
///
/// # Errors
/// When somebody else took a step meanwhile.
pub async fn accept(ground: Ground<'_>, actor: &Actor, collection: &str, unit: &str) -> Result<(), CollectionError> {
    must(ground, actor, Action::Decide, Thing::Figures, unit)?;
    let mut held = hold(ground, collection, unit).await?;
    let state = held.part.state.accept().map_err(|_| CollectionError::WrongState)?;
    let period = held.collection.period;
    let figures = store::figures_of(held.write.conn(), collection, unit).await?;
    let dataset = dataset_of(collection);
    let observations: Vec<Observation> = figures
        .into_iter()
        .map(|figure| Observation {
            indicator: figure.indicator,
            unit: unit.to_owned(),
            period,
            status: if figure.value.is_ok() { ObservationStatus::Reported } else { ObservationStatus::Missing },
            value: figure.value,
            standard_error: None,
            dataset: dataset.clone(),
            source: Some(held.collection.title.clone()),
            note: if held.collection.made_up { Some("Số liệu minh họa / made-up figure".to_owned()) } else { figure.note },
        })
        .collect();
    put_reported(held.write.conn(), &dataset, "collection", &observations).await?;
    let extended_to = held.part.extended_to;
    held.step(ground, actor, "accepted", state, extended_to, None).await
}

/// Opens a unit's figures again, with a reason and until a deadline that lies ahead: after a deadline has passed, or after they were handed in or accepted.
///
/// # Errors
/// When no reason is given, the deadline does not lie ahead, or the unit may enter anyway.
pub async fn reopen(
    ground: Ground<'_>,
    actor: &Actor,
    collection: &str,
    unit: &str,
    reason: &str,
    until: DateTime<Utc>,
) -> Result<(), CollectionError> {
    must(ground, actor, Action::Reopen, Thing::Figures, unit)?;
    let reason = given(reason)?;
    if until <= actor.now {
        return Err(CollectionError::PastDeadline);
    }
    let held = hold(ground, collection, unit).await?;
    // A unit enters until the later one of its own deadline and the common one: an earlier one would change nothing.
    if until < held.part.due_at(&held.collection) {
        return Err(CollectionError::EarlyDeadline);
    }
    match held.part.lock(&held.collection, actor.now) {
        Some(Lock::Late | Lock::Submitted | Lock::Accepted) => {}
        Some(lock @ (Lock::Closed | Lock::NotYet)) => return Err(CollectionError::Locked(lock)),
        None => return Err(CollectionError::WrongState),
    }
    let state = if held.part.state == UnitState::Open { UnitState::Open } else { UnitState::Returned };
    held.step(ground, actor, "reopened", state, Some(until), Some(reason)).await
}

/// Asks the reform office to open figures again whose deadline has passed, by whoever enters them or hands them in. Asked again, the last
/// reason counts.
///
/// # Errors
/// When no reason is given, or the figures are not late.
pub async fn ask_for_reopening(
    ground: Ground<'_>,
    actor: &Actor,
    collection: &str,
    unit: &str,
    reason: &str,
) -> Result<(), CollectionError> {
    must(ground, actor, Action::Change, Thing::Figures, unit).or_else(|_| must(ground, actor, Action::Submit, Thing::Figures, unit))?;
    let reason = given(reason)?;
    let Held { mut write, collection, part } = hold(ground, collection, unit).await?;
    match part.lock(&collection, actor.now) {
        Some(Lock::Late) => {}
        Some(lock) => return Err(CollectionError::Locked(lock)),
        None => return Err(CollectionError::WrongState),
    }
    let asked = Reopening { reason: reason.to_owned(), asked_at: actor.now };
    store::set_reopening(write.conn(), &collection.key, unit, &asked).await?;
    let change = Change::new("collection_unit", format!("{}/{unit}", collection.key), "reopening-asked-for").of_unit(unit);
    record(write.conn(), &actor.source, actor.now, &[change.reason(Some(reason.to_owned()))]).await?;
    telling::at_asking(write.conn(), ground, actor, &collection, &part, &asked).await?;
    Ok(write.commit().await?)
}

/// Opens several units again at once, for the same reason and until the same deadline: all of them or none.
///
/// # Errors
/// As [`reopen`], for the first unit that cannot be opened; when no unit is named.
pub async fn reopen_late(
    ground: Ground<'_>,
    actor: &Actor,
    collection: &str,
    units: &[String],
    reason: &str,
    until: DateTime<Utc>,
) -> Result<(), CollectionError> {
    let (reason, first) = (given(reason)?, units.first().ok_or(CollectionError::Empty)?);
    if until <= actor.now {
        return Err(CollectionError::PastDeadline);
    }
    let mut held = hold(ground, collection, first).await?;
    let mut changes = Vec::new();
    for unit in units {
        must(ground, actor, Action::Reopen, Thing::Figures, unit)?;
        let part = store::unit_held(held.write.conn(), collection, unit).await?.ok_or(Denied::NotFound)?;
        if part.lock(&held.collection, actor.now) != Some(Lock::Late) {
            return Err(CollectionError::WrongState);
        }
        let step = Step { state: part.state, extended_to: Some(until), reason: Some(reason), by: actor.by(), at: actor.now };
        store::set_unit(held.write.conn(), collection, unit, &step).await?;
        changes.push(reopened(&held.collection, &part, part.state, until, reason));
        let told = CollectionUnit { extended_to: Some(until), reason: Some(reason.to_owned()), ..part };
        telling::at_step(held.write.conn(), ground, actor, &held.collection, &told, "reopened").await?;
    }
    record(held.write.conn(), &actor.source, actor.now, &changes).await?;
    Ok(held.write.commit().await?)
}

fn reopened(collection: &Collection, part: &CollectionUnit, state: UnitState, until: DateTime<Utc>, reason: &str) -> Change {
    Change::new("collection_unit", format!("{}/{}", collection.key, part.unit), "reopened")
        .of_unit(&part.unit)
        .before(json!({ "state": part.state.word(), "extended_to": part.extended_to }))
        .after(json!({ "state": state.word(), "extended_to": until }))
        .reason(Some(reason.to_owned()))
}
