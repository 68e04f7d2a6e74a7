//! What waits for a person in campaigns: read for the first page, and no more of a campaign than that page needs.

use std::collections::{BTreeMap, BTreeSet};

use accounts::policy::{Action, Thing};
use accounts::{Actor, Reach};
use platform::Conn;

use super::overview::{Progress, asked};
use super::{EvaluationError, Ground, may, sets};
use crate::model::{Campaign, CampaignUnit, Phase, Step, UnitState};
use crate::store::{self, UnitCounts};

/// A campaign as far as it waits for a person.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The campaign.
    pub campaign: Campaign,
    /// Its calendar.
    pub steps: Vec<Step>,
    /// Units for which the person enters or hands in.
    pub units: Vec<Progress>,
    /// Whether the person looks after the campaign.
    pub office: bool,
    /// Units handed in whose appraisal is not done, where the person appraises.
    pub to_appraise: usize,
    /// Whether the person has a seat in the council.
    pub sits: bool,
    /// Appeals that nobody answered yet, for those who sit in the council.
    pub open_appeals: usize,
}

impl Waiting {
    /// The step of a phase.
    #[must_use]
    pub fn step(&self, phase: Phase) -> Option<&Step> {
        self.steps.iter().find(|step| step.phase == phase)
    }
}

/// Units for which a person enters or hands in, the ones below included where a role reaches them.
fn own_units(ground: Ground<'_>, actor: &Actor) -> BTreeSet<String> {
    let mut own = BTreeSet::new();
    for action in [Action::Change, Action::Submit] {
        for (unit, reach) in actor.principal.scope(action, Thing::Score) {
            own.insert(unit.to_owned());
            if reach == Reach::Subtree {
                own.extend(ground.units.below(unit).into_iter().map(|below| below.unit));
            }
        }
    }
    own
}

/// What waits for a person, campaign by campaign, newest year first. Campaigns in which nothing can wait are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn waiting(ground: Ground<'_>, actor: &Actor) -> Result<Vec<Waiting>, EvaluationError> {
    let own = own_units(ground, actor);
    let mut read = ground.db.read().await?;
    let mut found = Vec::new();
    for campaign in store::campaigns(read.conn()).await? {
        if campaign.phase == Phase::Published {
            continue;
        }
        if let Some(one) = of_campaign(ground, actor, read.conn(), campaign, &own).await? {
            found.push(one);
        }
    }
    Ok(found)
}

async fn of_campaign(
    ground: Ground<'_>,
    actor: &Actor,
    mut conn: Conn<'_>,
    campaign: Campaign,
    own: &BTreeSet<String>,
) -> Result<Option<Waiting>, EvaluationError> {
    let (key, phase) = (campaign.key.clone(), campaign.phase);
    let office = may(ground, actor, Action::Change, Thing::Campaign, &campaign.owner);
    let judges = may(ground, actor, Action::Make, Thing::Appraisal, &campaign.owner);
    let decides = may(ground, actor, Action::Decide, Thing::Appraisal, &campaign.owner);
    let approves = may(ground, actor, Action::Decide, Thing::CampaignResult, &campaign.owner);
    let publishes = may(ground, actor, Action::Submit, Thing::CampaignResult, &campaign.owner);
    // A draft is known to those who prepare it alone.
    let units = if phase == Phase::Draft || phase >= Phase::Approved { Vec::new() } else { parts(conn.reborrow(), &key, own).await? };
    if units.is_empty() && !(office || judges || decides || approves || publishes) {
        return Ok(None);
    }
    let units = progress(conn.reborrow(), &key, units).await?;
    let to_appraise = match phase {
        Phase::Appraisal | Phase::SecondAppraisal if judges => to_appraise(conn.reborrow(), actor, &key).await?,
        _ => 0,
    };
    let sits = matches!(phase, Phase::Council | Phase::Appeal)
        && decides
        && store::members(conn.reborrow(), &key).await?.iter().any(|member| member.account == actor.by());
    let open_appeals = if sits && phase == Phase::Appeal {
        store::appeals(conn.reborrow(), &key).await?.iter().filter(|one| one.answer.is_none()).count()
    } else {
        0
    };
    let steps = store::steps(conn, &key).await?;
    Ok(Some(Waiting { campaign, steps, units, office, to_appraise, sits, open_appeals }))
}

/// The parts of a campaign that some units answer for.
async fn parts(mut conn: Conn<'_>, key: &str, own: &BTreeSet<String>) -> Result<Vec<CampaignUnit>, EvaluationError> {
    // One question for all of them where there are many.
    if own.len() > 8 {
        let mut units = store::units(conn, key).await?;
        units.retain(|unit| unit.holders().any(|holder| own.contains(holder)));
        return Ok(units);
    }
    let mut units = Vec::new();
    for unit in own {
        units.extend(store::units_held_by(conn.reborrow(), key, unit).await?);
    }
    Ok(units)
}

async fn progress(mut conn: Conn<'_>, key: &str, units: Vec<CampaignUnit>) -> Result<Vec<Progress>, EvaluationError> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let asked = asked_by_block(conn.reborrow(), key, &units).await?;
    let mut found = Vec::new();
    for unit in units {
        let (asked, leaves) = asked.get(&unit.block).copied().unwrap_or_default();
        let UnitCounts { entered, ruled, questions } = store::unit_counts(conn.reborrow(), key, &unit.unit).await?;
        found.push(Progress { unit, entered, asked, ruled, questions, leaves });
    }
    Ok(found)
}

/// Figures and points that are asked of a unit of each block of these units, and the leaves.
async fn asked_by_block(mut conn: Conn<'_>, key: &str, units: &[CampaignUnit]) -> Result<BTreeMap<String, (i64, i64)>, EvaluationError> {
    let theirs: BTreeSet<&str> = units.iter().map(|unit| unit.block.as_str()).collect();
    let mut all = BTreeMap::new();
    for block in store::blocks(conn.reborrow(), key).await?.into_iter().filter(|block| theirs.contains(block.block.as_str())) {
        let (_, set) = sets::set_of(conn.reborrow(), &block.set).await?;
        all.insert(block.block.clone(), asked(&set, &block.block));
    }
    Ok(all)
}

/// Units handed in that still have leaves without a ruling, for whoever was given a part.
async fn to_appraise(mut conn: Conn<'_>, actor: &Actor, key: &str) -> Result<usize, EvaluationError> {
    let mine = store::assignments(conn.reborrow(), key).await?.iter().any(|one| one.account == actor.by());
    if !mine {
        return Ok(0);
    }
    let ruled: BTreeMap<String, i64> =
        store::ruling_counts(conn.reborrow(), key).await?.into_iter().map(|(unit, ruled, _)| (unit, ruled)).collect();
    let units = store::units(conn.reborrow(), key).await?;
    let asked = asked_by_block(conn, key, &units).await?;
    let open = |unit: &&CampaignUnit| {
        let leaves = asked.get(&unit.block).map_or(0, |(_, leaves)| *leaves);
        unit.state == UnitState::Submitted && ruled.get(&unit.unit).copied().unwrap_or(0) < leaves
    };
    Ok(units.iter().filter(open).count())
}
