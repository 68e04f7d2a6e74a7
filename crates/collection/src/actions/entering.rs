//! Entering figures. Two people in one sheet: whoever saves second sees both versions and chooses; nothing is overwritten in silence.

use accounts::policy::{Action, Thing};
use accounts::{Actor, Denied};
use platform::history::{Change, record};
use serde_json::json;

use super::{CollectionError, Ground, asked_of, figure_key, must, must_know};
use crate::model::{Asked, Entry, Figure};
use crate::store::{self, Put, SheetParts};

/// A figure that somebody else entered meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What is asked.
    pub asked: Asked,
    /// What stands there now.
    pub saved: Figure,
    /// What the person wanted to save.
    pub own: Entry,
}

/// Saves figures: all of them, or none when one of them was changed by somebody else meanwhile. Figures that stay the same leave no trace.
/// Answers how many changed.
///
/// # Errors
/// When the actor may not, the deadline has passed, a value is no figure of its indicator, or others entered the same figures.
pub async fn save(ground: Ground<'_>, actor: &Actor, collection: &str, unit: &str, entries: &[Entry]) -> Result<usize, CollectionError> {
    let saved = save_read(ground, actor, collection, unit, |_, _| Ok::<_, std::convert::Infallible>(entries.to_vec())).await?;
    match saved {
        Ok(changed) => Ok(changed),
        Err(never) => match never {},
    }
}

/// As [`save`], of entries that are read from a form once it is known what is asked and what stands there: one look at the sheet for both.
/// What `read` finds wrong with the form is answered, and nothing is saved. `read` may be asked a second time.
///
/// # Errors
/// As of [`save`].
pub async fn save_read<E>(
    ground: Ground<'_>,
    actor: &Actor,
    collection: &str,
    unit: &str,
    read: impl Fn(&[Asked], &[Figure]) -> Result<Vec<Entry>, E>,
) -> Result<Result<usize, E>, CollectionError> {
    must(ground, actor, Action::Change, Thing::Figures, unit)?;
    for look in [Look::Once, Look::Again] {
        if let Some(saved) = try_to_save(ground, actor, (collection, unit), &read, look).await? {
            return Ok(saved);
        }
    }
    Err(CollectionError::WrongState)
}

/// How the figures that stand there are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// By the question that holds the unit's row. Whoever had to wait for the row sees the figures from before.
    Once,
    /// By a question of its own once the row is held.
    Again,
}

/// Saves entries; nothing, where a figure was entered while this one waited for its turn.
async fn try_to_save<E>(
    ground: Ground<'_>,
    actor: &Actor,
    (collection, unit): (&str, &str),
    read: &impl Fn(&[Asked], &[Figure]) -> Result<Vec<Entry>, E>,
    look: Look,
) -> Result<Option<Result<usize, E>>, CollectionError> {
    let mut write = ground.db.write().await?;
    let SheetParts { collection: held, unit: part, mut figures, .. } =
        store::sheet_held(write.conn(), collection, unit).await?.ok_or(Denied::NotFound)?;
    must_know(ground, actor, &held)?;
    if let Some(lock) = part.lock(&held, actor.now) {
        return Err(CollectionError::Locked(lock));
    }
    let asked = asked_of(ground, write.conn(), collection).await?;
    if look == Look::Again {
        figures = store::figures_of(write.conn(), collection, unit).await?;
    }
    let entries = match read(&asked, &figures) {
        Ok(entries) => entries,
        Err(wrong) => return Ok(Some(Err(wrong))),
    };
    let changed = changes(&asked, &figures, &entries)?;
    let mut events = Vec::with_capacity(changed.len());
    for (entry, there) in &changed {
        let put = Put {
            collection,
            unit,
            indicator: &entry.indicator,
            value: entry.value.as_ref().map(|value| *value).map_err(String::as_str),
            note: entry.note.as_deref(),
            by: actor.by(),
            at: actor.now,
            over: there.map_or(0, |figure| figure.version),
        };
        if !store::put_figure(write.conn(), &put).await? {
            return Ok(None);
        }
        let mut event = Change::new("figure", figure_key(collection, unit, &entry.indicator), "entered")
            .of_unit(unit)
            .after(fields(&entry.value, entry.note.as_deref()));
        if let Some(figure) = there {
            event = event.before(fields(&figure.value, figure.note.as_deref()));
        }
        events.push(event);
    }
    record(write.conn(), &actor.source, actor.now, &events).await?;
    write.commit().await?;
    Ok(Some(Ok(changed.len())))
}

/// An entry and the figure in whose place it comes.
type Changed<'a> = (&'a Entry, Option<&'a Figure>);

/// The entries that change something; or everything that stands in their way.
fn changes<'a>(asked: &[Asked], figures: &'a [Figure], entries: &'a [Entry]) -> Result<Vec<Changed<'a>>, CollectionError> {
    let (mut changed, mut conflicts, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries {
        let of =
            asked.iter().find(|one| one.indicator == entry.indicator).ok_or_else(|| CollectionError::NotAsked(entry.indicator.clone()))?;
        if let Ok(value) = &entry.value
            && let Some(fault) = of.fault_of(*value)
        {
            wrong.push((of.clone(), fault));
            continue;
        }
        let there = figures.iter().find(|figure| figure.indicator == entry.indicator);
        match there {
            // The same form sent twice, or two people of one mind.
            Some(figure) if entry.is_already(figure) => {}
            Some(figure) if figure.version != entry.seen => {
                conflicts.push(Conflict { asked: of.clone(), saved: figure.clone(), own: entry.clone() });
            }
            _ => changed.push((entry, there)),
        }
    }
    if !wrong.is_empty() {
        return Err(CollectionError::Figures(wrong));
    }
    if conflicts.is_empty() { Ok(changed) } else { Err(CollectionError::Conflicts(conflicts)) }
}

fn fields(value: &Result<rust_decimal::Decimal, String>, note: Option<&str>) -> serde_json::Value {
    match value {
        Ok(value) => json!({ "value": value.to_string(), "note": note }),
        Err(reason) => json!({ "missing": reason, "note": note }),
    }
}
