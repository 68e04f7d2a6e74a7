//! What happened to a sheet or a collection, for whoever may see it.

use platform::history::{Event, EventFilter, EventPage, search};

use super::{CollectionError, Ground, Overview, Sheet, figure_key};

/// Events that a record shows; the log has all of them.
const SHOWN: i64 = 60;

async fn of(ground: Ground<'_>, things: Vec<String>) -> Result<Vec<Event>, CollectionError> {
    let mut read = ground.db.read().await?;
    let filter = EventFilter { things: Some(things), ..EventFilter::default() };
    Ok(search(read.conn(), &filter, EventPage { offset: 0, limit: SHOWN }).await?)
}

/// The newest events of a sheet and its figures. Whoever has the sheet may see it, and so what happened to it.
///
/// # Errors
/// When the database does not answer.
pub async fn history_of_sheet(ground: Ground<'_>, sheet: &Sheet) -> Result<Vec<Event>, CollectionError> {
    let (collection, unit) = (&sheet.collection.key, &sheet.unit.unit);
    let mut things: Vec<String> = sheet.asked.iter().map(|asked| figure_key(collection, unit, &asked.indicator)).collect();
    things.push(format!("{collection}/{unit}"));
    of(ground, things).await
}

/// The newest events of a collection and of the steps of its units, as far as the person sees them.
///
/// # Errors
/// When the database does not answer.
pub async fn history_of_collection(ground: Ground<'_>, overview: &Overview) -> Result<Vec<Event>, CollectionError> {
    let key = &overview.collection.key;
    let mut things: Vec<String> = overview.units.iter().map(|(part, _)| format!("{key}/{}", part.unit)).collect();
    things.push(key.clone());
    of(ground, things).await
}
