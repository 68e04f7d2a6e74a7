//! Criteria sets: made from a text, copied for a year, changed while they are drafts, locked once used.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use accounts::policy::{Action, Thing};
use accounts::{Actor, Denied};
use platform::history::{Change, record};
use platform::{Conn, DbError};
use serde_json::json;

use super::{EvaluationError, Ground, must};
use crate::differing::{SetDifference, set_differences};
use crate::model::{SetState, StoredSet};
use crate::result::checksum;
use crate::set::checking::line_of_part;
use crate::set::{CriteriaSet, SetFault, SetKind, extension_faults, read_new_set, read_set};
use crate::store;

/// Sets that are kept in memory after they were read, by the checksum of their text: a text never changes under its checksum.
static READ: Mutex<BTreeMap<String, Arc<CriteriaSet>>> = Mutex::new(BTreeMap::new());
const KEPT: usize = 64;

/// A stored set as the engine reads it.
pub(crate) async fn read_stored(conn: Conn<'_>, stored: &StoredSet) -> Result<Arc<CriteriaSet>, EvaluationError> {
    read_text(conn, &stored.key, &stored.sha256).await
}

/// As [`read_stored`], of the set under a key whose text has a checksum.
pub(crate) async fn read_text(conn: Conn<'_>, key: &str, sha256: &str) -> Result<Arc<CriteriaSet>, EvaluationError> {
    if let Some(found) = READ.lock().unwrap_or_else(PoisonError::into_inner).get(sha256) {
        return Ok(Arc::clone(found));
    }
    let text = store::set_text(conn, key).await?.ok_or(Denied::NotFound)?;
    let set = Arc::new(read_set(&text).map_err(EvaluationError::SetFaults)?);
    let mut kept = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= KEPT {
        kept.clear();
    }
    kept.insert(sha256.to_owned(), Arc::clone(&set));
    Ok(set)
}

/// The set under a key, for those who were let in already.
pub(crate) async fn set_of(mut conn: Conn<'_>, key: &str) -> Result<(StoredSet, Arc<CriteriaSet>), EvaluationError> {
    let stored = store::set(conn.reborrow(), key).await?.ok_or(Denied::NotFound)?;
    let set = read_stored(conn, &stored).await?;
    Ok((stored, set))
}

/// A set with its text and the campaigns that use it.
#[derive(Debug, Clone)]
pub struct FoundSet {
    /// As it is kept.
    pub stored: StoredSet,
    /// As it is read.
    pub set: Arc<CriteriaSet>,
    /// Its text.
    pub text: String,
    /// Campaigns that use it: key, title, year.
    pub used_by: Vec<(String, String, i64)>,
}

/// Every set that the person may see, in the order of ids.
///
/// # Errors
/// When the database does not answer.
pub async fn list_sets(ground: Ground<'_>, actor: &Actor) -> Result<Vec<StoredSet>, EvaluationError> {
    let mut read = ground.db.read().await?;
    let mut sets = store::sets(read.conn()).await?;
    sets.retain(|set| may_see(ground, actor, set));
    Ok(sets)
}

/// Units see the sets of whoever evaluates them: a set belongs to a unit above them. Drafts are for those who write them.
fn may_see(ground: Ground<'_>, actor: &Actor, set: &StoredSet) -> bool {
    if super::may(ground, actor, Action::Change, Thing::CriteriaSet, &set.owner) {
        return true;
    }
    if set.state == SetState::Draft && set.kind == SetKind::Own {
        return false;
    }
    super::may(ground, actor, Action::See, Thing::CriteriaSet, &set.owner)
        || actor
            .principal
            .scope(Action::See, Thing::CriteriaSet)
            .iter()
            .any(|(unit, _)| ground.units.lineage(unit).is_some_and(|lineage| lineage.units().contains(&set.owner)))
}

/// A set, if the person may see it.
///
/// # Errors
/// "Not found" where the person may not know of it.
pub async fn find_set(ground: Ground<'_>, actor: &Actor, key: &str) -> Result<FoundSet, EvaluationError> {
    let mut read = ground.db.read().await?;
    let stored = store::set(read.conn(), key).await?.ok_or(Denied::NotFound)?;
    if !may_see(ground, actor, &stored) {
        return Err(Denied::NotFound.into());
    }
    let set = read_stored(read.conn(), &stored).await?;
    let text = store::set_text(read.conn(), key).await?.ok_or(Denied::NotFound)?;
    let used_by = store::used_by(read.conn(), key).await?;
    Ok(FoundSet { stored, set, text, used_by })
}

/// Faults of a set against the framework that it says it extends.
async fn framework_of(mut conn: Conn<'_>, owner: &str, set: &CriteriaSet, text: &str) -> Result<Option<String>, EvaluationError> {
    let Some(extends) = &set.head.extends else { return Ok(None) };
    let line = text.lines().position(|line| line.trim_start().starts_with("extends")).map_or(0, |at| at + 1);
    let found =
        store::sets(conn.reborrow()).await?.into_iter().find(|stored| stored.code == *extends && stored.state != SetState::Withdrawn);
    let Some(stored) = found else {
        return Err(EvaluationError::SetFaults(vec![crate::set::SetFault {
            line,
            rule: "unknown-framework".to_owned(),
            subject: extends.clone(),
            detail: owner.to_owned(),
        }]));
    };
    let framework = read_stored(conn, &stored).await?;
    let faults = extension_faults(&framework, set, line);
    if faults.is_empty() { Ok(Some(stored.key)) } else { Err(EvaluationError::SetFaults(faults)) }
}

/// Every indicator that a set takes figures from is one of the system. What a set asked before stays.
async fn known_indicators(conn: Conn<'_>, set: &CriteriaSet, text: &str, before: Option<&CriteriaSet>) -> Result<(), EvaluationError> {
    let asked = |set: &CriteriaSet, node: &str, figure: &str| set.asks.get(node).and_then(|asks| asks.observed.get(figure).cloned());
    let new: Vec<(&String, &String, &String)> = set
        .asks
        .iter()
        .flat_map(|(node, asks)| asks.observed.iter().map(move |(figure, indicator)| (node, figure, indicator)))
        .filter(|(node, figure, indicator)| before.and_then(|before| asked(before, node, figure)).as_ref() != Some(*indicator))
        .collect();
    if new.is_empty() {
        return Ok(());
    }
    let known = registry::store::indicators(conn).await?;
    let faults: Vec<SetFault> = new
        .into_iter()
        .filter(|(.., indicator)| !known.contains_key(*indicator))
        .map(|(node, figure, indicator)| SetFault {
            line: line_of_part(text, node),
            rule: "unknown-indicator".to_owned(),
            subject: format!("{node}: asks.observed.{figure}"),
            detail: indicator.clone(),
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(EvaluationError::SetFaults(faults)) }
}

/// The indicators of the system that a figure can be taken from: code, name in the reader's language.
///
/// # Errors
/// When the database does not answer.
pub async fn indicator_names(ground: Ground<'_>, lang: ui::Lang) -> Result<Vec<(String, String)>, EvaluationError> {
    let mut read = ground.db.read().await?;
    let all = registry::store::indicators(read.conn()).await?;
    Ok(all.into_iter().map(|(code, one)| (code, lang.pick(one.name_vi, one.name_en))).collect())
}

/// Makes a set from its text; answers its key.
///
/// # Errors
/// Every fault of the text; when the owner has a set of this id already.
pub async fn make_set(ground: Ground<'_>, actor: &Actor, owner: &str, text: &str) -> Result<String, EvaluationError> {
    must(ground, actor, Action::Make, Thing::CriteriaSet, owner)?;
    insert(ground, actor, owner, text, None, None).await
}

async fn insert(
    ground: Ground<'_>,
    actor: &Actor,
    owner: &str,
    text: &str,
    based_on: Option<&StoredSet>,
    kind: Option<SetKind>,
) -> Result<String, EvaluationError> {
    let set = read_new_set(text).map_err(EvaluationError::SetFaults)?;
    let mut write = ground.db.write().await?;
    if store::set_by_code(write.conn(), owner, &set.definition.id).await?.is_some() {
        return Err(EvaluationError::CodeTaken(set.definition.id));
    }
    // A copy keeps what its original asks; a set of the catalogue may come before the indicators that it asks.
    if based_on.is_none() && kind.is_none() {
        known_indicators(write.conn(), &set, text, None).await?;
    }
    let framework = framework_of(write.conn(), owner, &set, text).await?;
    let stored = StoredSet {
        key: ground.world.new_id(),
        code: set.definition.id.clone(),
        title: set.definition.name.vi.clone(),
        level: set.head.level.clone(),
        owner: owner.to_owned(),
        // What people write is their own, whatever it was copied from; only the catalogue brings samples and official sets.
        kind: kind.unwrap_or(SetKind::Own),
        state: SetState::Draft,
        based_on: based_on.map(|set| set.key.clone()),
        framework,
        sha256: checksum(text),
        changed_at: actor.now,
        version: 1,
    };
    store::insert_set(write.conn(), &stored, text, actor.by()).await?;
    let after = json!({ "code": stored.code, "title": stored.title, "sha256": stored.sha256, "based_on": stored.based_on });
    let change = Change::new("criteria_set", &stored.key, "made").of_unit(owner).after(after);
    record(write.conn(), &actor.source, actor.now, &[change]).await?;
    write.commit().await?;
    Ok(stored.key)
}

/// Copies a set for a year under another id; answers the key of the copy. A copy for a year that the set serves is a corrected version: a
/// campaign can change to it where nothing was scored yet.
///
/// # Errors
/// When the id is taken.
pub async fn clone_set(ground: Ground<'_>, actor: &Actor, key: &str, owner: &str, id: &str, year: i32) -> Result<String, EvaluationError> {
    must(ground, actor, Action::Make, Thing::CriteriaSet, owner)?;
    let found = find_set(ground, actor, key).await?;
    let copy = match composite_index::copy_definition(&found.text, id, year) {
        Err(composite_index::CopyError::YearTaken(_)) => composite_index::rename_definition(&found.text, id),
        copy => copy,
    };
    let text = copy.map_err(|error| {
        let fault = |rule: &str, subject: String| crate::set::SetFault { line: 0, rule: rule.to_owned(), subject, detail: String::new() };
        EvaluationError::SetFaults(match error {
            composite_index::CopyError::Faults(faults) => faults
                .into_iter()
                .map(|one| crate::set::SetFault {
                    line: one.line,
                    rule: one.rule.code().to_owned(),
                    subject: one.subject,
                    detail: one.detail,
                })
                .collect(),
            composite_index::CopyError::YearTaken(year) => vec![fault("year-taken", year.to_string())],
            composite_index::CopyError::SameId(id) => vec![fault("same-id", id)],
        })
    })?;
    insert(ground, actor, owner, &text, Some(&found.stored), None).await
}

/// A change of a draft: the version that the person saw, and the new text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetChange<'a> {
    /// The set.
    pub key: &'a str,
    /// The version that the person saw.
    pub seen: i64,
    /// The new text.
    pub text: &'a str,
}

/// Gives a draft another text.
///
/// # Errors
/// When a campaign uses it, somebody else changed it meanwhile, or the text has faults.
pub async fn change_set(ground: Ground<'_>, actor: &Actor, change: &SetChange<'_>) -> Result<(), EvaluationError> {
    let found = find_set(ground, actor, change.key).await?;
    must(ground, actor, Action::Change, Thing::CriteriaSet, &found.stored.owner)?;
    if found.stored.state != SetState::Draft || found.stored.kind != SetKind::Own {
        return Err(EvaluationError::SetLocked);
    }
    if found.stored.version != change.seen {
        return Err(EvaluationError::WrongState);
    }
    if found.text == change.text {
        return Ok(());
    }
    let set = read_new_set(change.text).map_err(EvaluationError::SetFaults)?;
    let mut write = ground.db.write().await?;
    if let Some(other) = store::set_by_code(write.conn(), &found.stored.owner, &set.definition.id).await?
        && other.key != found.stored.key
    {
        return Err(EvaluationError::CodeTaken(set.definition.id));
    }
    known_indicators(write.conn(), &set, change.text, Some(&found.set)).await?;
    let framework = framework_of(write.conn(), &found.stored.owner, &set, change.text).await?;
    let told: Vec<String> = set_differences(&found.set, &set).iter().take(200).map(SetDifference::line).collect();
    let changed = StoredSet {
        code: set.definition.id.clone(),
        title: set.definition.name.vi.clone(),
        level: set.head.level.clone(),
        framework,
        sha256: checksum(change.text),
        changed_at: actor.now,
        ..found.stored.clone()
    };
    if !store::set_set_text(write.conn(), &changed, change.text, actor.by()).await? {
        return Err(EvaluationError::WrongState);
    }
    let event = Change::new("criteria_set", change.key, "changed")
        .of_unit(&changed.owner)
        .before(json!({ "sha256": found.stored.sha256 }))
        .after(json!({ "sha256": changed.sha256, "differences": told }));
    record(write.conn(), &actor.source, actor.now, &[event]).await?;
    Ok(write.commit().await?)
}

/// Takes a set out of use for new campaigns.
///
/// # Errors
/// When somebody else changed it meanwhile.
pub async fn withdraw_set(ground: Ground<'_>, actor: &Actor, key: &str, reason: &str) -> Result<(), EvaluationError> {
    let found = find_set(ground, actor, key).await?;
    must(ground, actor, Action::Withdraw, Thing::CriteriaSet, &found.stored.owner)?;
    let reason = super::given(reason)?;
    let mut write = ground.db.write().await?;
    if found.stored.state == SetState::Withdrawn
        || !store::set_set_state(write.conn(), key, found.stored.version, SetState::Withdrawn, actor.by(), actor.now).await?
    {
        return Err(EvaluationError::WrongState);
    }
    let event = Change::new("criteria_set", key, "withdrawn")
        .of_unit(&found.stored.owner)
        .before(json!({ "state": found.stored.state.word() }))
        .after(json!({ "state": "withdrawn" }))
        .reason(Some(reason.to_owned()));
    record(write.conn(), &actor.source, actor.now, &[event]).await?;
    Ok(write.commit().await?)
}

/// What differs between two sets, by code.
///
/// # Errors
/// "Not found" where the person may not know of one.
pub async fn set_difference(
    ground: Ground<'_>,
    actor: &Actor,
    before: &str,
    after: &str,
) -> Result<(FoundSet, FoundSet, Vec<SetDifference>), EvaluationError> {
    let (before, after) = (find_set(ground, actor, before).await?, find_set(ground, actor, after).await?);
    let found = set_differences(&before.set, &after.set);
    Ok((before, after, found))
}

/// Brings the sets of the catalogue in for a unit that evaluates, each once; answers how many are new. Safe to repeat.
///
/// # Errors
/// When a file has faults.
pub async fn import_catalogue(
    ground: Ground<'_>,
    actor: &Actor,
    owner: &str,
    files: &[(String, String)],
) -> Result<usize, EvaluationError> {
    must(ground, actor, Action::Make, Thing::CriteriaSet, owner)?;
    let mut count = 0;
    for (_, text) in files {
        let set = read_set(text).map_err(EvaluationError::SetFaults)?;
        match insert(ground, actor, owner, text, None, Some(set.head.kind)).await {
            Ok(_) => count += 1,
            Err(EvaluationError::CodeTaken(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

/// Locks a set that a campaign begins to use.
/// A set that no campaign uses any more may be edited again.
pub(crate) async fn unlock(mut conn: Conn<'_>, actor: &Actor, stored: &StoredSet) -> Result<Option<Change>, DbError> {
    if stored.state != SetState::Locked || store::is_used(conn.reborrow(), &stored.key).await? {
        return Ok(None);
    }
    store::set_set_state(conn.reborrow(), &stored.key, stored.version, SetState::Draft, actor.by(), actor.now).await?;
    Ok(Some(
        Change::new("criteria_set", &stored.key, "set-unlocked")
            .of_unit(&stored.owner)
            .before(json!({ "state": "locked" }))
            .after(json!({ "state": "draft" })),
    ))
}

pub(crate) async fn lock(mut conn: Conn<'_>, actor: &Actor, stored: &StoredSet) -> Result<Option<Change>, DbError> {
    if stored.state != SetState::Draft {
        return Ok(None);
    }
    store::set_set_state(conn.reborrow(), &stored.key, stored.version, SetState::Locked, actor.by(), actor.now).await?;
    Ok(Some(
        Change::new("criteria_set", &stored.key, "set-locked")
            .of_unit(&stored.owner)
            .before(json!({ "state": "draft" }))
            .after(json!({ "state": "locked" })),
    ))
}
