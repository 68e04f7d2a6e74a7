//! Results of a campaign: computed at any time, or read as they were frozen.

use std::collections::BTreeMap;

use accounts::policy::{Action, Thing};
use accounts::{Actor, Denied};
use composite_index::TableRow;
use platform::Conn;
use ui::Lang;

use super::scoring::must_know;
use super::{EvaluationError, Ground, must, sets};
use crate::model::{AnswerKind, ApprovedResult, Campaign, CampaignUnit, Phase, Verdict};
use crate::result::{BlockInput, BlockResult, Standing};
use crate::scoring::Entered;
use crate::store;

/// The results of every block, each with the id of its set and the checksum of the set's text; without `ruled` by the self-scores alone.
pub(crate) async fn compute_all(
    mut conn: Conn<'_>,
    campaign: &Campaign,
    ruled: bool,
) -> Result<Vec<(BlockResult, String, String)>, EvaluationError> {
    let key = campaign.key.as_str();
    let units = store::units(conn.reborrow(), key).await?;
    let mut entered: BTreeMap<String, Entered> = BTreeMap::new();
    for (unit, items) in store::all_answers(conn.reborrow(), key).await? {
        let mut one = Entered::default();
        for item in items.split(store::ITEM) {
            let mut parts = item.split(store::PART);
            if let (Some(kind), Some(code), Some(value)) = (parts.next().and_then(AnswerKind::of), parts.next(), parts.next()) {
                one.put(kind, code, Some(value));
            }
        }
        entered.insert(unit, one);
    }
    let standings = if ruled { standings(conn.reborrow(), key).await? } else { BTreeMap::new() };
    let mut results = Vec::new();
    for block in store::blocks(conn.reborrow(), key).await? {
        let (stored, set) = sets::set_of(conn.reborrow(), &block.set).await?;
        let own: Vec<&CampaignUnit> = units.iter().filter(|unit| unit.block == block.block).collect();
        let input = BlockInput { block: &block, set: &set, year: campaign.year, units: own, entered: &entered, standings: &standings };
        results.push((BlockResult::of(&input)?, stored.code, stored.sha256));
    }
    Ok(results)
}

/// Where every leaf of every unit stands.
async fn standings(mut conn: Conn<'_>, key: &str) -> Result<BTreeMap<String, Vec<Standing>>, EvaluationError> {
    let mut all: BTreeMap<String, Vec<Standing>> = BTreeMap::new();
    for (unit, items) in store::all_standings(conn.reborrow(), key).await? {
        let of_unit = items.split(store::ITEM).filter_map(|item| {
            let mut parts = item.split(store::PART);
            let (leaf, verdict, points) = (parts.next()?, Verdict::of(parts.next()?)?, parts.next()?);
            Some(Standing { leaf: leaf.to_owned(), verdict, points: points.parse().ok(), reason: None })
        });
        all.insert(unit, of_unit.collect());
    }
    for (unit, leaf, reason) in store::removal_reasons(conn, key).await? {
        if let Some(one) = all.get_mut(&unit).and_then(|of_unit| of_unit.iter_mut().find(|one| one.leaf == leaf)) {
            one.reason = reason;
        }
    }
    Ok(all)
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
    /// Names of the units that took the place of others, by the unit that was merged.
    pub successors: BTreeMap<String, String>,
    /// Whether the person looks at every unit; a unit sees itself until results are published.
    pub sees_all: bool,
}

impl Results {
    /// Which units of a block were merged and who took their place; nothing where none was. `shown` says which the person may see.
    #[must_use]
    pub fn mergers(&self, block: &BlockResult, shown: impl Fn(&str) -> bool, lang: Lang) -> Option<String> {
        mergers(&block.table.rows, &self.successors, shown, lang)
    }
}

/// Which units among the rows of a block were merged and who took their place; nothing where none was.
#[must_use]
pub fn mergers(rows: &[TableRow], successors: &BTreeMap<String, String>, shown: impl Fn(&str) -> bool, lang: Lang) -> Option<String> {
    let of_row = |row: &TableRow| {
        let key = row.code.as_deref().filter(|key| shown(key))?;
        let next = successors.get(key)?;
        Some(lang.pick(format!("{} (đơn vị kế thừa: {next})", row.unit), format!("{} (now {next})", row.unit)))
    };
    let told: Vec<String> = rows.iter().filter_map(of_row).collect();
    let told = (!told.is_empty()).then(|| told.join("; "))?;
    Some(lang.pick(format!("Đơn vị đã sáp nhập, giữ nguyên điểm: {told}."), format!("Units that were merged keep their points: {told}.")))
}

/// Names of the units that took the place of others, by the unit that was merged.
pub(super) fn successors(ground: Ground<'_>, units: &[CampaignUnit]) -> BTreeMap<String, String> {
    units.iter().filter_map(|unit| Some((unit.unit.clone(), ground.units.name(unit.successor.as_deref()?)))).collect()
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
    let approved = store::results(read.conn(), key).await?;
    // Units see each other's results from the day on that the public does.
    let published = matches!(campaign.phase, Phase::Published | Phase::Appeal)
        && approved.iter().any(|result| result.publish_on.is_some_and(|day| day <= actor.today()));
    if !all && !units.iter().any(|unit| must(ground, actor, Action::See, Thing::CampaignResult, &unit.unit).is_ok()) {
        return Err(Denied::NotFound.into());
    }
    let ruled = !campaign.phase.is_closed_talk() || super::scoring::hears_all(ground, actor, &campaign) || all;
    let blocks: Vec<BlockResult> = compute_all(read.conn(), &campaign, ruled).await?.into_iter().map(|(result, _, _)| result).collect();
    let mut before = Vec::new();
    if let Some(follows) = &campaign.follows
        && let Some(earlier) = store::campaign(read.conn(), follows).await?
    {
        before = compute_all(read.conn(), &earlier, true).await?.into_iter().map(|(result, _, _)| result).collect();
    }
    let successors = successors(ground, &units);
    Ok(Results { campaign, units, blocks, before, approved, successors, sees_all: all || published })
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
