//! Which record cites which file, and where in it.
//!
//! Whoever keeps the records opens the transaction, asks its own rights and locks, calls [`cite`] or [`uncite`] inside, and records the event.

use accounts::policy::Action;
use accounts::{Actor, Denied};
use platform::history::Change;
use platform::{Conn, DbError};
use serde_json::json;

use crate::acting::must;
use crate::model::{State, Use};
use crate::{Evidence, EvidenceError, store};

/// A use to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUse<'a> {
    /// Kind of the record: `figure`.
    pub kind: &'a str,
    /// Key of the record.
    pub thing: &'a str,
    /// The piece.
    pub evidence: &'a str,
    /// The version of its file; nothing for the newest.
    pub position: Option<i64>,
    /// Page or section.
    pub cited: Option<String>,
}

fn told(found: &Use) -> serde_json::Value {
    json!({ "record": found.thing, "version": found.position, "file_name": found.file_name, "cited": found.cited })
}

/// The event of a use that ended.
pub(crate) fn uncited(found: &Use, unit: &str) -> Change {
    Change::new("evidence", &found.evidence, "uncited").of_unit(unit).before(told(found))
}

/// Lets a record cite a file that the actor may see; the event is for the caller to record in the same transaction.
///
/// # Errors
/// "Not found" where the actor may not know of the piece or it has no such version; when it was withdrawn or is cited by the record already.
pub async fn cite(evidence: &Evidence, mut conn: Conn<'_>, actor: &Actor, new: &NewUse<'_>) -> Result<Change, EvidenceError> {
    let piece = store::piece_held(conn.reborrow(), new.evidence).await?.ok_or(Denied::NotFound)?;
    must(evidence, actor, Action::See, &piece.unit)?;
    if piece.state == State::Withdrawn {
        return Err(EvidenceError::Withdrawn);
    }
    let files = store::files(conn.reborrow(), new.evidence).await?;
    let file = match new.position {
        None => files.first(),
        Some(position) => files.iter().find(|file| file.position == position),
    };
    let file = file.ok_or(Denied::NotFound)?;
    let others = store::uses_of_piece(conn.reborrow(), new.evidence).await?;
    // Another page of the same file is another citation.
    let same =
        |other: &Use| other.kind == new.kind && other.thing == new.thing && other.position == file.position && other.cited == new.cited;
    if others.iter().any(same) {
        return Err(EvidenceError::CitedAlready);
    }
    let made = Use {
        key: evidence.world.new_id(),
        evidence: piece.key.clone(),
        position: file.position,
        kind: new.kind.to_owned(),
        thing: new.thing.to_owned(),
        cited: new.cited.clone(),
        added_at: actor.now,
        locked_at: None,
        title: piece.description.title,
        document_number: piece.description.document_number,
        unit: piece.unit,
        file_name: file.file_name.clone(),
        withdrawn: false,
    };
    store::insert_use(conn, &made, actor.by()).await?;
    Ok(Change::new("evidence", &made.evidence, "cited").of_unit(&made.unit).after(told(&made)))
}

/// Ends a use by one of the records whose key begins with `prefix`, which ends in `/`; the event is for the caller to record.
///
/// # Errors
/// When there is no such use, or a submission locked it.
pub async fn uncite(mut conn: Conn<'_>, kind: &str, prefix: &str, key: &str) -> Result<Change, EvidenceError> {
    let found = store::use_of(conn.reborrow(), key).await?.filter(|found| found.kind == kind && found.thing.starts_with(prefix));
    let found = found.ok_or(Denied::NotFound)?;
    if !store::delete_use(conn, key).await? {
        return Err(EvidenceError::Locked);
    }
    Ok(uncited(&found, &found.unit))
}

/// The uses by the records whose key begins with `prefix`, which ends in `/`. Who may see the records sees what they cite;
/// whether they may open it is asked where it is opened.
///
/// # Errors
/// When the database does not answer.
pub async fn uses_of_things(conn: Conn<'_>, kind: &str, prefix: &str) -> Result<Vec<Use>, DbError> {
    store::uses_below(conn, kind, prefix).await
}

/// The uses of a piece, oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn uses_of_piece(conn: Conn<'_>, evidence: &str) -> Result<Vec<Use>, DbError> {
    store::uses_of_piece(conn, evidence).await
}

/// Whether a submission locked one of the uses.
#[must_use]
pub fn is_locked(uses: &[Use]) -> bool {
    uses.iter().any(|found| found.locked_at.is_some())
}
