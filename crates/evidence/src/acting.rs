//! Adding, changing, withdrawing: rights, file, transaction, event, in this order.

use accounts::policy::{Action, Thing};
use accounts::{Actor, Denied};
use platform::history::{Change, record};
use serde_json::{Value, json};

use crate::intake::{Taken, Upload, take};
use crate::model::{Description, FileVersion, Piece, State, TextState};
use crate::notes::notes_of;
use crate::reading::read_waiting;
use crate::{Evidence, EvidenceError, store};

/// Files that are read after one upload, in case earlier ones wait.
const READ_AFTER: usize = 8;

pub(crate) fn must(evidence: &Evidence, actor: &Actor, action: Action, unit: &str) -> Result<(), EvidenceError> {
    let lineage = evidence.tree.lineage(unit).ok_or(Denied::NotFound)?;
    Ok(actor.principal.must(action, Thing::Evidence, &lineage)?)
}

fn described(about: &Description) -> Value {
    json!({
        "kind": about.kind.word(), "title": about.title, "document_number": about.document_number,
        "document_date": about.document_date, "issuer": about.issuer, "note": about.note,
    })
}

fn told(file: &FileVersion) -> Value {
    json!({ "version": file.position, "file_name": file.file_name, "size": file.size, "sha256": file.sha256 })
}

fn file_of(taken: &Taken, position: i64, note: Option<String>, actor: &Actor) -> FileVersion {
    let mut findings = notes_of(&taken.finding);
    findings.extend(taken.reading.iter().flat_map(|reading| &reading.notes));
    FileVersion {
        position,
        sha256: taken.sha256.clone(),
        size: taken.size,
        file_name: taken.file_name.clone(),
        kind: taken.finding.kind,
        pages: taken.reading.as_ref().and_then(|reading| reading.pages),
        text_state: taken.reading.as_ref().map_or(TextState::Waiting, |reading| reading.state),
        findings,
        signatures: taken.reading.as_ref().map_or_else(Vec::new, |reading| reading.signatures.clone()),
        note,
        added_by: actor.by().to_owned(),
        added_at: actor.now,
    }
}

/// Large files are read after the answer; when the program ends before that, they wait for [`read_waiting`].
fn read_later(evidence: &Evidence, taken: &Taken) {
    if taken.reading.is_some() {
        return;
    }
    let evidence = evidence.clone();
    tokio::spawn(async move {
        if let Err(error) = read_waiting(&evidence, READ_AFTER).await {
            tracing::warn!(error = %error, "the text of a file was not read; it waits");
        }
    });
}

/// Makes a piece with its first file; answers its key.
///
/// # Errors
/// When the actor may not, the title is empty, the file is refused, or the store or the database does not answer; no row is written then.
pub async fn add(evidence: &Evidence, actor: &Actor, unit: &str, about: &Description, upload: Upload) -> Result<String, EvidenceError> {
    keep(evidence, actor, unit, about, upload, Twice::Kept).await
}

/// Keeps a new piece as [`add`] does, or answers the key of the unit's active piece that has the same bytes as its newest file and the same
/// description: who drops one file at two places means one piece.
///
/// # Errors
/// As [`add`].
pub async fn add_once(
    evidence: &Evidence,
    actor: &Actor,
    unit: &str,
    about: &Description,
    upload: Upload,
) -> Result<String, EvidenceError> {
    keep(evidence, actor, unit, about, upload, Twice::Found).await
}

/// What becomes of a file that the unit has already under the same description.
#[derive(PartialEq, Eq)]
enum Twice {
    /// It is a piece of its own.
    Kept,
    /// The piece that is there serves.
    Found,
}

async fn keep(
    evidence: &Evidence,
    actor: &Actor,
    unit: &str,
    about: &Description,
    upload: Upload,
    twice: Twice,
) -> Result<String, EvidenceError> {
    evidence.tree.lineage(unit).ok_or(EvidenceError::UnknownUnit)?;
    must(evidence, actor, Action::Make, unit)?;
    if about.title.trim().is_empty() {
        return Err(EvidenceError::NoTitle);
    }
    let taken = take(evidence, upload).await?;
    let file = file_of(&taken, 1, None, actor);
    let piece = Piece {
        key: evidence.world.new_id(),
        unit: unit.to_owned(),
        description: about.clone(),
        state: State::Active,
        made_by: actor.by().to_owned(),
        made_at: actor.now,
        version: 1,
    };
    let mut write = evidence.db.write().await?;
    if twice == Twice::Found {
        for key in store::pieces_of_file(write.conn(), unit, &file.sha256).await? {
            if store::piece(write.conn(), &key).await?.is_some_and(|known| known.description == *about) {
                return Ok(key);
            }
        }
    }
    store::insert_piece(write.conn(), &piece, &file.file_name).await?;
    store::insert_file(write.conn(), &piece.key, &file).await?;
    if let Some(reading) = &taken.reading {
        store::put_text(write.conn(), &file.sha256, reading).await?;
    }
    let mut after = described(about);
    if let (Value::Object(fields), Value::Object(more)) = (&mut after, told(&file)) {
        fields.extend(more);
    }
    let change = Change::new("evidence", &piece.key, "made").of_unit(unit).after(after);
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    write.commit().await?;
    read_later(evidence, &taken);
    Ok(piece.key)
}

/// Changes what is written about a piece, as long as no submission cites it.
///
/// # Errors
/// When the actor may not, somebody else changed it since `version`, a submission cites it, or it was withdrawn.
pub async fn change(evidence: &Evidence, actor: &Actor, key: &str, version: i64, about: &Description) -> Result<(), EvidenceError> {
    must_on(evidence, actor, Action::Change, key).await?;
    if about.title.trim().is_empty() {
        return Err(EvidenceError::NoTitle);
    }
    let mut write = evidence.db.write().await?;
    let piece = store::piece_held(write.conn(), key).await?.ok_or(Denied::NotFound)?;
    if store::uses_held(write.conn(), key).await?.iter().any(|found| found.locked_at.is_some()) {
        return Err(EvidenceError::Locked);
    }
    if piece.state == State::Withdrawn {
        return Err(EvidenceError::Withdrawn);
    }
    if piece.version != version {
        return Err(EvidenceError::Changed);
    }
    let names: Vec<String> = store::files(write.conn(), key).await?.into_iter().map(|file| file.file_name).collect();
    store::set_description(write.conn(), key, about, &names).await?;
    let change = Change::new("evidence", key, "changed").of_unit(&piece.unit).before(described(&piece.description)).after(described(about));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    Ok(write.commit().await?)
}

/// Adds another file as the newest version; the older ones stay, with what cites them. Answers its number.
///
/// # Errors
/// When the actor may not, the file is refused or is the newest version already, or the piece was withdrawn.
pub async fn add_version(
    evidence: &Evidence,
    actor: &Actor,
    key: &str,
    note: Option<String>,
    upload: Upload,
) -> Result<i64, EvidenceError> {
    must_on(evidence, actor, Action::Change, key).await?;
    let taken = take(evidence, upload).await?;
    let mut write = evidence.db.write().await?;
    let piece = store::piece_held(write.conn(), key).await?.ok_or(Denied::NotFound)?;
    if piece.state == State::Withdrawn {
        return Err(EvidenceError::Withdrawn);
    }
    let files = store::files(write.conn(), key).await?;
    let newest = files.first();
    if newest.is_some_and(|newest| newest.sha256 == taken.sha256) {
        return Err(EvidenceError::SameContent);
    }
    let file = file_of(&taken, newest.map_or(0, |newest| newest.position) + 1, note, actor);
    store::insert_file(write.conn(), key, &file).await?;
    if let Some(reading) = &taken.reading {
        store::put_text(write.conn(), &file.sha256, reading).await?;
    }
    let mut names: Vec<String> = files.iter().map(|file| file.file_name.clone()).collect();
    names.push(file.file_name.clone());
    store::set_search_key(write.conn(), key, &piece.description, &names).await?;
    let mut change = Change::new("evidence", key, "file-added").of_unit(&piece.unit).after(told(&file)).reason(file.note.clone());
    change.before = newest.map(told);
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    write.commit().await?;
    read_later(evidence, &taken);
    Ok(file.position)
}

/// Takes a piece out of use, and out of the records that cite it and were not handed in. Its files stay.
///
/// # Errors
/// When the actor may not, no reason is given, a submission cites it, or it was withdrawn before.
pub async fn withdraw(evidence: &Evidence, actor: &Actor, key: &str, reason: &str) -> Result<(), EvidenceError> {
    must_on(evidence, actor, Action::Withdraw, key).await?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(EvidenceError::NoReason);
    }
    let mut write = evidence.db.write().await?;
    let piece = store::piece_held(write.conn(), key).await?.ok_or(Denied::NotFound)?;
    let uses = store::uses_held(write.conn(), key).await?;
    if uses.iter().any(|found| found.locked_at.is_some()) {
        return Err(EvidenceError::Locked);
    }
    if piece.state == State::Withdrawn {
        return Err(EvidenceError::Withdrawn);
    }
    // Records that cite it keep the line, marked: what vanished without a trace nobody would replace.
    store::set_withdrawn(write.conn(), key).await?;
    let states = |state: State| json!({ "state": state.word() });
    let change = Change::new("evidence", key, "withdrawn").of_unit(&piece.unit);
    let change = change.before(states(State::Active)).after(states(State::Withdrawn)).reason(Some(reason.to_owned()));
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    Ok(write.commit().await?)
}

/// Refuses an act on a piece that the actor may not do.
async fn must_on(evidence: &Evidence, actor: &Actor, action: Action, key: &str) -> Result<(), EvidenceError> {
    let mut read = evidence.db.read().await?;
    let piece = store::piece(read.conn(), key).await?.ok_or(Denied::NotFound)?;
    drop(read);
    must(evidence, actor, action, &piece.unit)
}
