//! What people do with collections: rights, transaction, event, in this order.

mod citing;
mod deciding;
mod entering;
mod history;
mod making;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use accounts::policy::{Action, Thing};
use accounts::{Actor, Denied, Proof, Reach};
use platform::{Conn, DbError};
use thiserror::Error;

pub use citing::{Citation, cite, cited, uncite};
pub use deciding::{accept, ask_for_reopening, reopen, reopen_late, send_back, submit};
pub use entering::{Conflict, save, save_read};
pub use history::{history_of_collection, history_of_sheet};
pub use making::{NewCollection, close, make, open};
pub use web::{Ground, period_words};

use crate::model::{Asked, Collection, CollectionState, CollectionUnit, Figure, FigureFault, Lock};
use crate::store::{self, SheetParts};

/// Why something could not be done.
#[derive(Debug, Error)]
pub enum CollectionError {
    /// The database did not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The person may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The unit may not enter now.
    #[error("entering is locked")]
    Locked(Lock),
    /// Others entered the same figures meanwhile; nothing was saved.
    #[error("others entered the same figures meanwhile")]
    Conflicts(Vec<Conflict>),
    /// Figures that must be there are not.
    #[error("figures are missing")]
    Incomplete(Vec<Asked>),
    /// The step does not follow from the state: somebody else took a step meanwhile.
    #[error("somebody else took a step meanwhile")]
    WrongState,
    /// A reason must be given.
    #[error("a reason must be given")]
    NoReason,
    /// The new deadline is no day.
    #[error("the deadline is no day")]
    Day,
    /// The new deadline lies before the present one, which would stay.
    #[error("the new deadline lies before the present one")]
    EarlyDeadline,
    /// The new deadline does not lie ahead.
    #[error("the deadline does not lie ahead")]
    PastDeadline,
    /// The evidence cannot be cited, or cannot be left out.
    #[error(transparent)]
    Evidence(#[from] evidence::EvidenceError),
    /// Nothing is asked for, or of nobody.
    #[error("nothing is asked for, or of nobody")]
    Empty,
    /// Values are no figures of their indicators.
    #[error("values are no figures of their indicators")]
    Figures(Vec<(Asked, FigureFault)>),
    /// The indicator is not asked for in this collection.
    #[error("the indicator is not asked for")]
    NotAsked(String),
}

fn must(ground: Ground<'_>, actor: &Actor, action: Action, thing: Thing, unit: &str) -> Result<(), CollectionError> {
    let lineage = ground.units.lineage(unit).ok_or(Denied::NotFound)?;
    Ok(actor.principal.must(action, thing, &lineage)?)
}

/// A draft is known to those who prepare it, and to nobody else.
fn must_know(ground: Ground<'_>, actor: &Actor, collection: &Collection) -> Result<(), CollectionError> {
    if collection.state == CollectionState::Draft && must(ground, actor, Action::Change, Thing::Collection, &collection.owner).is_err() {
        return Err(Denied::NotFound.into());
    }
    Ok(())
}

/// What a collection asks, in order. It never changes once the collection is made, and names, units and decimals of the indicators are those of the
/// registry, so it is read once for each of its revisions.
async fn asked_of(ground: Ground<'_>, conn: Conn<'_>, collection: &str) -> Result<Arc<Vec<Asked>>, DbError> {
    let shelf = ground.units.shelf();
    if let Some(asked) = shelf.get(collection) {
        return Ok(asked);
    }
    let asked = Arc::new(store::asked(conn, collection).await?);
    // Nothing is asked by a collection that is not there yet.
    if !asked.is_empty() {
        shelf.put(collection, Arc::clone(&asked));
    }
    Ok(asked)
}

/// Everything about one unit in one collection.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The collection.
    pub collection: Collection,
    /// The unit's part in it.
    pub unit: CollectionUnit,
    /// What is asked, in order.
    pub asked: Arc<Vec<Asked>>,
    /// What was entered.
    pub figures: Vec<Figure>,
    /// Whether one of the figures cites evidence.
    pub cites: bool,
}

impl Sheet {
    /// The figure of an indicator.
    #[must_use]
    pub fn figure(&self, indicator: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.indicator == indicator)
    }

    /// What must be there and is not.
    #[must_use]
    pub fn missing(&self) -> Vec<Asked> {
        self.asked.iter().filter(|asked| asked.required && self.figure(&asked.indicator).is_none()).cloned().collect()
    }
}

/// The sheet of a unit, if the person may see it.
///
/// # Errors
/// "Not found" where the person may not know of it.
pub async fn sheet(ground: Ground<'_>, actor: &Actor, collection: &str, unit: &str) -> Result<Sheet, CollectionError> {
    must(ground, actor, Action::See, Thing::Figures, unit)?;
    let mut read = ground.db.read().await?;
    let SheetParts { collection: found, unit, figures, cites } =
        store::sheet(read.conn(), collection, unit).await?.ok_or(Denied::NotFound)?;
    must_know(ground, actor, &found)?;
    let asked = asked_of(ground, read.conn(), collection).await?;
    Ok(Sheet { collection: found, unit, asked, figures, cites })
}

/// A collection with the units in it that the person may see, and how many figures each has.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The collection.
    pub collection: Collection,
    /// What is asked, in order.
    pub asked: Arc<Vec<Asked>>,
    /// Units with the number of their figures, in the order of the tree.
    pub units: Vec<(CollectionUnit, i64)>,
}

/// A collection, if the person may see it or a unit in it.
///
/// # Errors
/// "Not found" where the person may not know of it.
pub async fn overview(ground: Ground<'_>, actor: &Actor, key: &str) -> Result<Overview, CollectionError> {
    let mut read = ground.db.read().await?;
    let collection = store::collection(read.conn(), key).await?.ok_or(Denied::NotFound)?;
    overview_of(ground, actor, read.conn(), collection).await
}

async fn overview_of(ground: Ground<'_>, actor: &Actor, mut conn: Conn<'_>, collection: Collection) -> Result<Overview, CollectionError> {
    must_know(ground, actor, &collection)?;
    let asked = asked_of(ground, conn.reborrow(), &collection.key).await?;
    let parts = seen_parts(ground, actor, conn, &collection.key).await?;
    if parts.is_empty() && must(ground, actor, Action::See, Thing::Collection, &collection.owner).is_err() {
        return Err(Denied::NotFound.into());
    }
    // In Vietnamese order of names, departments before communes as the tree has them.
    let mut units = parts;
    if units.len() > 1 {
        let order: BTreeMap<String, usize> =
            ground.units.below(&collection.owner).into_iter().enumerate().map(|(at, unit)| (unit.unit, at)).collect();
        units.sort_by_cached_key(|(part, _)| (order.get(&part.unit).copied().unwrap_or(usize::MAX), part.unit.clone()));
    }
    Ok(Overview { collection, asked, units })
}

/// The units that exist today whose figures the person may see, where these are single units and no stretch of the tree.
fn single_units<'a>(ground: Ground<'_>, actor: &'a Actor) -> Option<BTreeSet<&'a str>> {
    let scope = actor.principal.scope(Action::See, Thing::Figures);
    let single = actor.principal.proof != Proof::Program && scope.iter().all(|(_, reach)| *reach == Reach::Unit);
    single.then(|| scope.into_iter().map(|(unit, _)| unit).filter(|unit| ground.units.get(unit).is_some()).collect())
}

/// The units of a collection that the person may see, with the number of their figures. Whoever sees single units only, as most people do,
/// is answered without a look at all the others.
async fn seen_parts(
    ground: Ground<'_>,
    actor: &Actor,
    mut conn: Conn<'_>,
    key: &str,
) -> Result<Vec<(CollectionUnit, i64)>, CollectionError> {
    if let Some(single) = single_units(ground, actor) {
        let mut parts = Vec::new();
        for unit in single {
            parts.extend(store::unit_counted(conn.reborrow(), key, unit).await?);
        }
        return Ok(parts);
    }
    let counts: BTreeMap<String, i64> = store::counts(conn.reborrow(), key).await?.into_iter().collect();
    let may = |unit: &str| ground.units.lineage(unit).is_some_and(|lineage| actor.principal.may(Action::See, Thing::Figures, &lineage));
    let parts = store::units(conn, key).await?.into_iter().filter(|part| may(&part.unit));
    let counted = parts.map(|part| {
        let count = counts.get(&part.unit).copied().unwrap_or(0);
        (part, count)
    });
    Ok(counted.collect())
}

/// Every collection of which the person may see something, newest deadline first; with the units they may see in each.
///
/// # Errors
/// When the database does not answer.
pub async fn list(ground: Ground<'_>, actor: &Actor) -> Result<Vec<Overview>, CollectionError> {
    let mut read = ground.db.read().await?;
    let all = store::collections(read.conn()).await?;
    let mut found = Vec::new();
    for collection in all {
        match overview_of(ground, actor, read.conn(), collection).await {
            Ok(overview) => found.push(overview),
            Err(CollectionError::Denied(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// An open collection as the first page asks for it.
#[derive(Debug, Clone)]
pub struct OpenCollection {
    /// The collection.
    pub collection: Collection,
    /// How many figures are asked for.
    pub asked: i64,
    /// The units in it that the person may see, with the number of their figures.
    pub units: Vec<(CollectionUnit, i64)>,
}

/// Collections that are open, with the units of the person in them, newest deadline first. Whoever sees single units only, as most people do, is
/// answered by one question for each of them.
///
/// # Errors
/// When the database does not answer.
pub async fn open_ones(ground: Ground<'_>, actor: &Actor) -> Result<Vec<OpenCollection>, CollectionError> {
    let mut read = ground.db.read().await?;
    let mut found: Vec<OpenCollection> = Vec::new();
    if let Some(single) = single_units(ground, actor) {
        for unit in single {
            for (collection, part, figures, asked) in store::open_parts(read.conn(), unit).await? {
                match found.iter_mut().find(|one| one.collection.key == collection.key) {
                    Some(one) => one.units.push((part, figures)),
                    None => found.push(OpenCollection { collection, asked, units: vec![(part, figures)] }),
                }
            }
        }
        found.sort_by(|one, other| (other.collection.due_at, &one.collection.key).cmp(&(one.collection.due_at, &other.collection.key)));
        return Ok(found);
    }
    for collection in store::collections(read.conn()).await?.into_iter().filter(|collection| collection.state == CollectionState::Open) {
        let units = seen_parts(ground, actor, read.conn(), &collection.key).await?;
        if !units.is_empty() {
            let asked = asked_of(ground, read.conn(), &collection.key).await?.len();
            found.push(OpenCollection { collection, asked: i64::try_from(asked).unwrap_or(i64::MAX), units });
        }
    }
    Ok(found)
}

/// Every figure of a collection that the person may see, with its unit.
///
/// # Errors
/// "Not found" where the person may not know of the collection.
pub async fn all_figures(ground: Ground<'_>, actor: &Actor, key: &str) -> Result<(Overview, Vec<(String, Figure)>), CollectionError> {
    let overview = overview(ground, actor, key).await?;
    let mut read = ground.db.read().await?;
    let mut figures = store::all_figures(read.conn(), key).await?;
    figures.retain(|(unit, _)| overview.units.iter().any(|(part, _)| part.unit == *unit));
    Ok((overview, figures))
}

/// The dataset under which a collection's figures stand in the registry.
#[must_use]
pub fn dataset_of(collection: &str) -> String {
    format!("collection:{collection}")
}

/// Key of a figure in the history and at its evidence.
#[must_use]
pub fn figure_key(collection: &str, unit: &str, indicator: &str) -> String {
    format!("{collection}/{unit}/{indicator}")
}
