//! Publication: from a set day on, what the council allows to show; withdrawn results stay visible as withdrawn.

use std::collections::BTreeMap;
use std::sync::Arc;

use accounts::policy::{Action, Thing};
use accounts::{Actor, Denied};
use chrono::NaiveDate;
use composite_index::{Definition, FigureId, NodeId, ScoreTable, Scores, compute, read_definition, read_table};
use platform::history::{Change, record};
use rust_decimal::Decimal;
use serde_json::json;

use super::{EvaluationError, Ground, given, must};
use crate::model::{ApprovedResult, Campaign, Opinion, Phase, Shows, Verdict};
use crate::result::Manifest;
use crate::set::CriteriaSet;
use crate::store;

/// Publishes the newest approval from a day on; before that day, day and content can be set anew.
///
/// # Errors
/// When nothing is approved, the day lies behind, or somebody took a step meanwhile.
pub async fn publish(
    ground: Ground<'_>,
    actor: &Actor,
    key: &str,
    seen: i64,
    on_day: NaiveDate,
    shows: Shows,
) -> Result<(), EvaluationError> {
    let mut write = ground.db.write().await?;
    let campaign = store::campaign_held(write.conn(), key).await?.ok_or(Denied::NotFound)?;
    must(ground, actor, Action::Submit, Thing::CampaignResult, &campaign.owner)?;
    let newest = store::results(write.conn(), key).await?.into_iter().next().ok_or(Denied::NotFound)?;
    // Until the day has come, day and content can be set anew.
    let waits =
        campaign.phase == Phase::Published && newest.publish_on.is_some_and(|day| day > actor.today()) && newest.withdrawn_at.is_none();
    let phase = if waits { Ok(Phase::Published) } else { campaign.phase.publish() };
    let phase = phase.map_err(|_| EvaluationError::WrongPhase(campaign.phase))?;
    if on_day < actor.today() {
        return Err(EvaluationError::PublicationBehind);
    }
    if !store::set_publication(write.conn(), key, newest.position, on_day, shows, actor.by()).await?
        || !store::set_phase(write.conn(), key, seen, phase).await?
    {
        return Err(EvaluationError::WrongState);
    }
    let event = Change::new("campaign", key, "published")
        .of_unit(&campaign.owner)
        .before(json!({ "phase": campaign.phase.word() }))
        .after(json!({ "phase": phase.word(), "result": newest.position, "publish_on": on_day, "shows": shows.word() }));
    record(write.conn(), &actor.source, actor.now, &[event]).await?;
    Ok(write.commit().await?)
}

/// Withdraws a published result, with a reason that the public reads.
///
/// # Errors
/// When it is not published, or withdrawn already.
pub async fn withdraw(ground: Ground<'_>, actor: &Actor, key: &str, position: i64, reason: &str) -> Result<(), EvaluationError> {
    let mut write = ground.db.write().await?;
    let campaign = store::campaign_held(write.conn(), key).await?.ok_or(Denied::NotFound)?;
    must(ground, actor, Action::Withdraw, Thing::CampaignResult, &campaign.owner)?;
    let reason = given(reason)?;
    if !store::withdraw_result(write.conn(), key, position, reason, actor.now).await? {
        return Err(EvaluationError::WrongState);
    }
    let event = Change::new("campaign", key, "result-withdrawn")
        .of_unit(&campaign.owner)
        .after(json!({ "result": position }))
        .reason(Some(reason.to_owned()));
    record(write.conn(), &actor.source, actor.now, &[event]).await?;
    Ok(write.commit().await?)
}

/// A result that the public may see, computed from the files that were frozen.
#[derive(Debug, Clone)]
pub struct PublicResult {
    /// The campaign.
    pub campaign: Campaign,
    /// The approval.
    pub result: ApprovedResult,
    /// Position of the newest public approval.
    pub newest: i64,
    /// The other public approvals, newest first.
    pub others: Vec<ApprovedResult>,
    /// Each block: name, definition, what went in, what came out. A withdrawn result keeps its figures, marked as withdrawn.
    pub blocks: Vec<PublicBlock>,
    /// Names of the units that took the place of others, by the unit that was merged.
    pub successors: BTreeMap<String, String>,
}

/// A block that the public may see.
#[derive(Debug, Clone)]
pub struct PublicBlock {
    /// Code.
    pub block: String,
    /// Name.
    pub name: String,
    /// The definition with given points.
    pub definition: Definition,
    /// What went in.
    pub table: ScoreTable,
    /// What came out.
    pub scores: Scores,
}

/// How a leaf came to the points that were published.
#[derive(Debug, Clone, Default)]
pub struct LeafWorking {
    /// The leaf in the set of the block, whose rule is told.
    pub node: Option<NodeId>,
    /// Figures that the rule reads, as they were frozen.
    pub figures: Vec<(FigureId, Option<Decimal>)>,
    /// Why the points are others than those of the rule.
    pub reason: Option<String>,
}

/// How every leaf of a published unit came to its points: the set, what it read, and what was said until the approval, by code of the leaf. What
/// was said since is part of a later approval. Nobody's name is in it.
///
/// # Errors
/// "Not found" where the block is no part of the result.
pub async fn public_working(
    ground: Ground<'_>,
    found: &PublicResult,
    block: &PublicBlock,
    at: usize,
) -> Result<(Arc<CriteriaSet>, BTreeMap<String, LeafWorking>), EvaluationError> {
    let row = block.table.rows.get(at).ok_or(Denied::NotFound)?;
    let campaign = &found.campaign;
    let mut read = ground.db.read().await?;
    let held = store::blocks(read.conn(), &campaign.key).await?.into_iter().find(|one| one.block == block.block);
    let (_, set) = super::sets::set_of(read.conn(), &held.ok_or(Denied::NotFound)?.set).await?;
    // Where each leaf stood when the result was approved: an answer of the unit changes no points.
    let mut standing: BTreeMap<String, Opinion> = BTreeMap::new();
    for opinion in store::threads(read.conn(), &campaign.key, row.code.as_deref().unwrap_or_default()).await? {
        if opinion.given_at > found.result.approved_at || opinion.verdict == Verdict::Answer {
            continue;
        }
        // Who agrees to points that were given leaves their reason too.
        let given = standing
            .get(&opinion.leaf)
            .filter(|given| opinion.verdict == Verdict::Agree && given.verdict == Verdict::Set && given.points == opinion.points);
        if given.is_none() {
            standing.insert(opinion.leaf.clone(), opinion);
        }
    }
    let mut working = BTreeMap::new();
    for (id, node) in block.definition.nodes.iter().enumerate().filter(|(_, node)| node.is_leaf()) {
        let leaf = set.leaf(&node.code);
        let figures = leaf.map(|leaf| set.figures_of(leaf)).unwrap_or_default();
        let frozen = |figure: FigureId| {
            let place = block.definition.figures.iter().position(|one| one.code == set.definition.figures[figure].code)?;
            row.figures.get(place).copied().flatten()
        };
        let reason = standing.get(&node.code).filter(|one| one.verdict == Verdict::Set && one.points == row.inputs[id]);
        working.insert(
            node.code.clone(),
            LeafWorking {
                node: leaf,
                figures: figures.into_iter().map(|figure| (figure, frozen(figure))).collect(),
                reason: reason.and_then(|one| one.reason.clone()),
            },
        );
    }
    Ok((set, working))
}

fn is_public(result: &ApprovedResult, today: NaiveDate) -> bool {
    result.publish_on.is_some_and(|day| day <= today)
}

/// Campaigns with a result that is public today, each with its newest public approval.
///
/// # Errors
/// When the database does not answer.
pub async fn public_results(ground: Ground<'_>, today: NaiveDate) -> Result<Vec<(Campaign, ApprovedResult)>, EvaluationError> {
    let mut read = ground.db.read().await?;
    let mut found = Vec::new();
    for campaign in store::campaigns(read.conn()).await? {
        if let Some(result) = store::results(read.conn(), &campaign.key).await?.into_iter().find(|result| is_public(result, today)) {
            found.push((campaign, result));
        }
    }
    Ok(found)
}

/// A public result of a campaign: the newest, or that of an approval. One that a later one took the place of, or that was withdrawn, stays readable.
///
/// # Errors
/// "Not found" before the day of publication.
pub async fn public_result(ground: Ground<'_>, key: &str, which: Option<i64>, today: NaiveDate) -> Result<PublicResult, EvaluationError> {
    let mut read = ground.db.read().await?;
    let campaign = store::campaign(read.conn(), key).await?.ok_or(Denied::NotFound)?;
    let mut public = store::results(read.conn(), key).await?;
    public.retain(|result| is_public(result, today));
    let newest = public.first().map(|newest| newest.position).ok_or(Denied::NotFound)?;
    let at = public.iter().position(|result| result.position == which.unwrap_or(newest)).ok_or(Denied::NotFound)?;
    let result = public.remove(at);
    let manifest = store::manifest(read.conn(), key, result.position).await?.ok_or(Denied::NotFound)?;
    let successors = super::results::successors(ground, &store::units(read.conn(), key).await?);
    let files: BTreeMap<String, String> = store::result_files(read.conn(), key, result.position).await?.into_iter().collect();
    drop(read);
    let manifest: Manifest = serde_json::from_str(&manifest).map_err(|_| Denied::NotFound)?;
    let mut blocks = Vec::new();
    for block in manifest.blocks {
        let of = |part: &str| files.get(&format!("{}-{part}", block.block)).map(String::as_str).unwrap_or_default();
        // Frozen files were written by this program and read back when they were frozen.
        let Ok(definition) = read_definition(of("definition.toml")) else { return Err(Denied::NotFound.into()) };
        let Ok(table) = read_table(&definition, None, of("data.csv")) else { return Err(Denied::NotFound.into()) };
        let edition = definition.edition(manifest.year).or(definition.editions.last());
        let scores = compute(&definition, edition, &table)?;
        blocks.push(PublicBlock { block: block.block, name: block.name, definition, table, scores });
    }
    Ok(PublicResult { campaign, result, newest, others: public, blocks, successors })
}
