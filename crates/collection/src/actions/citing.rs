//! Evidence of figures: cited while the unit may enter, locked with the figures.

use accounts::policy::{Action, Thing};
use accounts::{Actor, Denied};
use evidence::{Evidence, NewUse, Use, uses_of_things};
use platform::Write;
use platform::history::record;

use super::{CollectionError, Ground, asked_of, figure_key, must};
use crate::store;

/// Kind of record under which figures cite evidence.
const FIGURE: &str = "figure";

/// The evidence that the figures of a unit cite. Whether the person may see the figures was asked with [`super::sheet`].
///
/// # Errors
/// When the database does not answer.
pub async fn cited(ground: Ground<'_>, collection: &str, unit: &str) -> Result<Vec<Use>, CollectionError> {
    let mut read = ground.db.read().await?;
    Ok(uses_of_things(read.conn(), FIGURE, &format!("{collection}/{unit}/")).await?)
}

/// Begins a change of a unit's figures, held until it ends; refused where they may not be entered now.
async fn begin(ground: Ground<'_>, actor: &Actor, collection: &str, unit: &str) -> Result<Write, CollectionError> {
    must(ground, actor, Action::Change, Thing::Figures, unit)?;
    let mut write = ground.db.write().await?;
    let (held, part) = store::part_held(write.conn(), collection, unit).await?.ok_or(Denied::NotFound)?;
    match part.lock(&held, actor.now) {
        Some(lock) => Err(CollectionError::Locked(lock)),
        None => Ok(write),
    }
}

/// What a figure is to cite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation<'a> {
    /// The collection.
    pub collection: &'a str,
    /// The unit.
    pub unit: &'a str,
    /// The indicator.
    pub indicator: &'a str,
    /// Key of the evidence; its newest version is cited.
    pub evidence: &'a str,
    /// Page or section.
    pub cited: Option<String>,
}

/// Lets a figure cite the newest version of a piece of evidence.
///
/// # Errors
/// When the unit may not enter now, the indicator is not asked for, or the evidence cannot be cited.
pub async fn cite(ground: Ground<'_>, evidence: &Evidence, actor: &Actor, new: &Citation<'_>) -> Result<(), CollectionError> {
    let mut write = begin(ground, actor, new.collection, new.unit).await?;
    let asked = asked_of(ground, write.conn(), new.collection).await?;
    if !asked.iter().any(|asked| asked.indicator == new.indicator) {
        return Err(CollectionError::NotAsked(new.indicator.to_owned()));
    }
    let thing = figure_key(new.collection, new.unit, new.indicator);
    let made = NewUse { kind: FIGURE, thing: &thing, evidence: new.evidence, position: None, cited: new.cited.clone() };
    let event = evidence::cite(evidence, write.conn(), actor, &made).await?;
    record(write.conn(), &actor.source, actor.now, &[event]).await?;
    Ok(write.commit().await?)
}

/// Ends a use of evidence by a figure of the unit.
///
/// # Errors
/// When the unit may not enter now, there is no such use, or a submission locked it.
pub async fn uncite(ground: Ground<'_>, actor: &Actor, collection: &str, unit: &str, key: &str) -> Result<(), CollectionError> {
    let mut write = begin(ground, actor, collection, unit).await?;
    let event = evidence::uncite(write.conn(), FIGURE, &format!("{collection}/{unit}/"), key).await?;
    record(write.conn(), &actor.source, actor.now, &[event]).await?;
    Ok(write.commit().await?)
}
