//! Results of a campaign: computed at any time, or read as they were frozen.

use std::collections::BTreeMap;

use accounts::policy::{Action, Thing};
use accounts::{Actor, Denied};
use platform::Conn;

use super::scoring::must_know;
use super::{EvaluationError, Ground, must, sets};
use crate::model::{ApprovedResult, Campaign, CampaignUnit, Phase, Ruling};
use crate::result::{BlockInput, BlockResult};
use crate::scoring::Entered;
use crate::store;

/// The results of every block, each with the id of its set and the checksum of the set's text.
pub(crate) async fn compute_all(mut conn: Conn<'_>, campaign: &Campaign) -> Result<Vec<(BlockResult, String, String)>, EvaluationError> {
    let key = campaign.key.as_str();
    let units = store::units(conn.reborrow(), key).await?;
    let mut entered: BTreeMap<String, Entered> = BTreeMap::new();
    let answers = store::all_answers(conn.reborrow(), key).await?;
    // Rows come in the order of units; one lookup for each unit, not for each answer.
    let mut held: Option<(String, Entered)> = None;
    for (unit, kind, code, value) in answers {
        if held.as_ref().is_none_or(|(name, _)| *name != unit) {
            if let Some((name, done)) = held.take() {
                entered.insert(name, done);
            }
            let begun = entered.remove(&unit).unwrap_or_default();
            held = Some((unit, begun));
        }
        if let (Some((_, one)), Some(kind)) = (&mut held, crate::model::AnswerKind::of(&kind)) {
            one.put(kind, &code, Some(&value));
        }
    }
    entered.extend(held);
    let all_rulings = store::all_rulings(conn.reborrow(), key).await?;
    let mut rulings: BTreeMap<&str, Vec<&Ruling>> = BTreeMap::new();
    for ruling in &all_rulings {
        rulings.entry(ruling.unit.as_str()).or_default().push(ruling);
    }
    let mut results = Vec::new();
    for block in store::blocks(conn.reborrow(), key).await? {
        let (stored, set) = sets::set_of(conn.reborrow(), &block.set).await?;
        let own: Vec<&CampaignUnit> = units.iter().filter(|unit| unit.block == block.block).collect();
        let input = BlockInput { block: &block, set: &set, year: campaign.year, units: own, entered: &entered, rulings: &rulings };
        results.push((BlockResult::of(&input)?, stored.code, stored.sha256));
    }
    Ok(results)
}

/// The results of a campaign as they stand now.
#[derive(Debug, Clone)]
pub struct Results {
    /// The campaign.
    pub campaign: Campaign,
    /// Units of the campaign.
    pub units: Vec<CampaignUnit>,
    /// The result of each block.
    pub blocks: Vec<BlockResult>,
    /// Results of the campaign of the year before, by block.
    pub before: Vec<BlockResult>,
    /// Approvals, newest first.
    pub approved: Vec<ApprovedResult>,
    /// Whether the person looks at every unit; a unit sees itself until results are published.
    pub sees_all: bool,
}

/// The results of a campaign. Units see their own until results are published; whoever looks at all sees all.
///
/// # Errors
/// "Not found" where the person may not know of it.
pub async fn campaign_results(ground: Ground<'_>, actor: &Actor, key: &str) -> Result<Results, EvaluationError> {
    let mut read = ground.db.read().await?;
    let campaign = store::campaign(read.conn(), key).await?.ok_or(Denied::NotFound)?;
    must_know(ground, actor, &campaign)?;
    let units = store::units(read.conn(), key).await?;
    let all = must(ground, actor, Action::See, Thing::CampaignResult, &campaign.owner).is_ok();
    let published = matches!(campaign.phase, Phase::Published | Phase::Appeal);
    if !all && !units.iter().any(|unit| must(ground, actor, Action::See, Thing::CampaignResult, &unit.unit).is_ok()) {
        return Err(Denied::NotFound.into());
    }
    let blocks: Vec<BlockResult> = compute_all(read.conn(), &campaign).await?.into_iter().map(|(result, _, _)| result).collect();
    let mut before = Vec::new();
    if let Some(follows) = &campaign.follows
        && let Some(earlier) = store::campaign(read.conn(), follows).await?
    {
        before = compute_all(read.conn(), &earlier).await?.into_iter().map(|(result, _, _)| result).collect();
    }
    let approved = store::results(read.conn(), key).await?;
    Ok(Results { campaign, units, blocks, before, approved, sees_all: all || published })
}

/// The manifest and the files of an approval.
///
/// # Errors
/// "Not found" where there is none, or the person may not take results away.
pub async fn frozen_files(
    ground: Ground<'_>,
    actor: &Actor,
    key: &str,
    position: i64,
) -> Result<(String, Vec<(String, String)>), EvaluationError> {
    let mut read = ground.db.read().await?;
    let campaign = store::campaign(read.conn(), key).await?.ok_or(Denied::NotFound)?;
    must(ground, actor, Action::Export, Thing::CampaignResult, &campaign.owner)?;
    let manifest = store::manifest(read.conn(), key, position).await?.ok_or(Denied::NotFound)?;
    let files = store::result_files(read.conn(), key, position).await?;
    Ok((manifest, files))
}
