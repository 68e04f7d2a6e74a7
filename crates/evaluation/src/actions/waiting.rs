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
    let mut read = ground.db.read().await?;
    let mut campaigns = store::campaigns(read.conn()).await?;
    campaigns.retain(|campaign| campaign.phase != Phase::Published);
    if campaigns.is_empty() {
        return Ok(Vec::new());
    }
    let mut own = Own::of(ground, actor, read.conn()).await?;
    let mut steps = store::steps_under_way(read.conn()).await?;
    let mut found = Vec::new();
    for campaign in campaigns {
        let steps = steps.remove(&campaign.key).unwrap_or_default();
        found.extend(of_campaign(ground, actor, read.conn(), (campaign, steps), &mut own).await?);
    }
    Ok(found)
}

async fn of_campaign(
    ground: Ground<'_>,
    actor: &Actor,
    mut conn: Conn<'_>,
    (campaign, steps): (Campaign, Vec<Step>),
    own: &mut Own,
) -> Result<Option<Waiting>, EvaluationError> {
    let (key, phase) = (campaign.key.clone(), campaign.phase);
    let office = may(ground, actor, Action::Change, Thing::Campaign, &campaign.owner);
    let judges = may(ground, actor, Action::Make, Thing::Appraisal, &campaign.owner);
    let decides = may(ground, actor, Action::Decide, Thing::Appraisal, &campaign.owner);
    let approves = may(ground, actor, Action::Decide, Thing::CampaignResult, &campaign.owner);
    let publishes = may(ground, actor, Action::Submit, Thing::CampaignResult, &campaign.owner);
    // A draft is known to those who prepare it alone.
    let units = if phase == Phase::Draft || phase >= Phase::Approved { Vec::new() } else { own.parts(conn.reborrow(), &key).await? };
    let scoring = steps.iter().find(|step| step.phase == Phase::Scoring);
    // Of a unit that has handed in nothing waits until it is asked; how far it came need not be counted.
    let can_wait = |unit: &CampaignUnit| {
        phase == Phase::Explanation || unit.state == UnitState::ForApproval || unit.lock(&campaign, scoring, actor.now).is_none()
    };
    let units: Vec<CampaignUnit> = units.into_iter().filter(can_wait).collect();
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
        store::appeals(conn, &key).await?.iter().filter(|one| one.answer.is_none()).count()
    } else {
        0
    };
    Ok(Some(Waiting { campaign, steps, units, office, to_appraise, sits, open_appeals }))
}

/// What a person's units answer for: read at once for a few units, campaign by campaign where they are many.
enum Own {
    Few(BTreeMap<String, Vec<CampaignUnit>>),
    Many(BTreeSet<String>),
}

impl Own {
    async fn of(ground: Ground<'_>, actor: &Actor, mut conn: Conn<'_>) -> Result<Self, EvaluationError> {
        let units = own_units(ground, actor);
        if units.len() > 8 {
            return Ok(Self::Many(units));
        }
        let mut parts: BTreeMap<String, Vec<CampaignUnit>> = BTreeMap::new();
        for unit in units {
            for (campaign, part) in store::held_everywhere(conn.reborrow(), &unit).await? {
                parts.entry(campaign).or_default().push(part);
            }
        }
        Ok(Self::Few(parts))
    }

    /// The parts of a campaign that the units answer for.
    async fn parts(&mut self, conn: Conn<'_>, key: &str) -> Result<Vec<CampaignUnit>, EvaluationError> {
        match self {
            Self::Few(parts) => Ok(parts.remove(key).unwrap_or_default()),
            Self::Many(own) => {
                let mut units = store::units(conn, key).await?;
                units.retain(|unit| unit.holders().any(|holder| own.contains(holder)));
                Ok(units)
            }
        }
    }
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
    for (block, set, sha256) in store::block_sets(conn.reborrow(), key).await? {
        if theirs.contains(block.as_str()) {
            let set = sets::read_text(conn.reborrow(), &set, &sha256).await?;
            all.insert(block.clone(), asked(&set, &block));
        }
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
