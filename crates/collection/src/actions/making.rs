//! Making, opening and closing a collection.

use accounts::policy::{Action, Thing};
use accounts::{Actor, Denied};
use chrono::{DateTime, Utc};
use platform::history::{Change, record};
use registry::Period;
use serde_json::json;

use super::{CollectionError, Ground, must};
use crate::model::{Collection, CollectionState};
use crate::{store, telling};

/// A collection to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCollection {
    /// Title.
    pub title: String,
    /// The unit that asks.
    pub owner: String,
    /// Period of the figures.
    pub period: Period,
    /// When units may begin.
    pub opens_at: DateTime<Utc>,
    /// Until when.
    pub due_at: DateTime<Utc>,
    /// What units should know.
    pub note: Option<String>,
    /// Indicators in order, and whether each must be filled in.
    pub indicators: Vec<(String, bool)>,
    /// Units.
    pub units: Vec<String>,
    /// Made-up figures of a demonstration.
    pub made_up: bool,
}

/// Makes a collection as a draft; answers its key.
///
/// # Errors
/// When the actor may not, nothing is asked for, or the deadline lies before the opening.
pub async fn make(ground: Ground<'_>, actor: &Actor, new: &NewCollection) -> Result<String, CollectionError> {
    must(ground, actor, Action::Make, Thing::Collection, &new.owner)?;
    if new.indicators.is_empty() || new.units.is_empty() {
        return Err(CollectionError::Empty);
    }
    if new.due_at <= new.opens_at {
        return Err(CollectionError::PastDeadline);
    }
    let under =
        |unit: &str| ground.units.lineage(unit).is_some_and(|lineage| actor.principal.may(Action::Make, Thing::Collection, &lineage));
    if !new.units.iter().all(|unit| under(unit)) {
        return Err(Denied::NotFound.into());
    }
    let collection = Collection {
        key: ground.world.new_id(),
        title: new.title.clone(),
        owner: new.owner.clone(),
        period: new.period,
        opens_at: new.opens_at,
        due_at: new.due_at,
        state: CollectionState::Draft,
        note: new.note.clone(),
        made_up: new.made_up,
        version: 1,
    };
    let mut write = ground.db.write().await?;
    store::insert(write.conn(), &collection, actor.by(), actor.now, &new.indicators, &new.units).await?;
    let after = json!({
        "title": new.title, "period": new.period.to_string(), "opens_at": new.opens_at, "due_at": new.due_at,
        "indicators": new.indicators.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), "units": new.units.len(),
    });
    let change = Change::new("collection", &collection.key, "made").of_unit(&new.owner).after(after);
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    write.commit().await?;
    Ok(collection.key)
}

/// Units may enter from the day that the collection names.
///
/// # Errors
/// When the actor may not, or somebody else took a step meanwhile.
pub async fn open(ground: Ground<'_>, actor: &Actor, key: &str) -> Result<(), CollectionError> {
    set(ground, actor, key, CollectionState::Open).await
}

/// No unit may enter any more.
///
/// # Errors
/// When the actor may not, or somebody else took a step meanwhile.
pub async fn close(ground: Ground<'_>, actor: &Actor, key: &str) -> Result<(), CollectionError> {
    set(ground, actor, key, CollectionState::Closed).await
}

async fn set(ground: Ground<'_>, actor: &Actor, key: &str, state: CollectionState) -> Result<(), CollectionError> {
    let mut read = ground.db.read().await?;
    let before = store::collection(read.conn(), key).await?.ok_or(Denied::NotFound)?;
    drop(read);
    must(ground, actor, Action::Change, Thing::Collection, &before.owner)?;
    if before.state == state {
        return Err(CollectionError::WrongState);
    }
    let mut write = ground.db.write().await?;
    if !store::set_collection(write.conn(), key, before.version, state, before.due_at).await? {
        return Err(CollectionError::WrongState);
    }
    let word = if state == CollectionState::Open { "opened" } else { "closed" };
    let change = Change::new("collection", key, word)
        .of_unit(&before.owner)
        .before(json!({ "state": before.state.word() }))
        .after(json!({ "state": state.word() }));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    if state == CollectionState::Open {
        telling::at_opening(write.conn(), ground, actor, &before).await?;
    }
    Ok(write.commit().await?)
}
