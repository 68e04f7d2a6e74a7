//! What waits for a person in campaigns: read for the first page, and no more of a campaign than that page needs.

use std::collections::{BTreeMap, BTreeSet};

use accounts::policy::{Action, Thing};
use accounts::{Actor, Reach};
use platform::Conn;

use super::overview::{Progress, asked};
use super::{EvaluationError, Ground, may, sets};
use crate::model::{Campaign, CampaignUnit, Phase, Step, UnitState};
use crate::store::{self, Part, UnitCounts};

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

/// Rights over a campaign itself; whoever has none of them anywhere is told of their own units alone.
const LOOKING_AFTER: [(Action, Thing); 5] = [
    (Action::Change, Thing::Campaign),
    (Action::Make, Thing::Appraisal),
    (Action::Decide, Thing::Appraisal),
    (Action::Decide, Thing::CampaignResult),
    (Action::Submit, Thing::CampaignResult),
];

/// What waits for a person, campaign by campaign, newest year first. Campaigns in which nothing can wait are left out.
///
/// # Errors
/// When the database does not answer.
pub async fn waiting(ground: Ground<'_>, actor: &Actor) -> Result<Vec<Waiting>, EvaluationError> {
    let mut read = ground.db.read().await?;
    let mut all: Vec<(Campaign, Vec<Step>, Vec<Part>)> = Vec::new();
    let looks_after = LOOKING_AFTER.iter().any(|(action, thing)| actor.principal.may_somewhere(*action, *thing));
    if looks_after {
        let mut steps = store::steps_under_way(read.conn()).await?;
        let campaigns = store::campaigns(read.conn()).await?.into_iter().filter(|campaign| campaign.phase != Phase::Published);
        all.extend(campaigns.map(|campaign| {
            let steps = steps.remove(&campaign.key).unwrap_or_default();
            (campaign, steps, Vec::new())
        }));
    }
    // A draft is known to those who prepare it alone; what is approved is over for the units.
    for part in own_parts(ground, actor, read.conn()).await? {
        match all.iter_mut().find(|(campaign, ..)| campaign.key == part.campaign.key) {
            Some((.., parts)) => parts.push(part),
            None => all.push((part.campaign.clone(), part.steps.clone(), vec![part])),
        }
    }
    all.sort_by_key(|(campaign, ..)| std::cmp::Reverse(campaign.year));
    let mut found = Vec::new();
    for campaign in all {
        found.extend(of_campaign(ground, actor, read.conn(), campaign).await?);
    }
    Ok(found)
}

async fn of_campaign(
    ground: Ground<'_>,
    actor: &Actor,
    mut conn: Conn<'_>,
    (campaign, steps, mut parts): (Campaign, Vec<Step>, Vec<Part>),
) -> Result<Option<Waiting>, EvaluationError> {
    let (key, phase) = (campaign.key.clone(), campaign.phase);
    let [office, judges, decides, approves, publishes] =
        LOOKING_AFTER.map(|(action, thing)| may(ground, actor, action, thing, &campaign.owner));
    let scoring = steps.iter().find(|step| step.phase == Phase::Scoring);
    // Of a unit that has handed in nothing waits until it is asked; how far it came need not be counted.
    parts.retain(|Part { unit, .. }| {
        phase == Phase::Explanation || unit.state == UnitState::ForApproval || unit.lock(&campaign, scoring, actor.now).is_none()
    });
    if parts.is_empty() && !(office || judges || decides || approves || publishes) {
        return Ok(None);
    }
    let units = progress(conn.reborrow(), parts).await?;
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

/// The parts that a person's units answer for: asked unit by unit for a few units, out of all parts where they are many.
async fn own_parts(ground: Ground<'_>, actor: &Actor, mut conn: Conn<'_>) -> Result<Vec<Part>, EvaluationError> {
    let own = own_units(ground, actor);
    let mut parts: Vec<Part> = Vec::new();
    if own.len() > 8 {
        parts = store::parts_under_way(conn).await?;
        parts.retain(|part| part.unit.holders().any(|holder| own.contains(holder)));
        return Ok(parts);
    }
    for unit in own {
        for part in store::parts_held_by(conn.reborrow(), &unit).await? {
            // A unit whose successor is of the same person is told once.
            if !parts.iter().any(|there| there.campaign.key == part.campaign.key && there.unit.unit == part.unit.unit) {
                parts.push(part);
            }
        }
    }
    Ok(parts)
}

/// How far units came.
async fn progress(mut conn: Conn<'_>, parts: Vec<Part>) -> Result<Vec<Progress>, EvaluationError> {
    let mut found = Vec::new();
    let mut of_blocks: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for Part { unit, set: (set, sha256), counts, .. } in parts {
        let (asked, leaves) = match of_blocks.get(&unit.block) {
            Some(counted) => *counted,
            None => {
                let counted = asked(&*sets::read_text(conn.reborrow(), &set, &sha256).await?, &unit.block);
                of_blocks.insert(unit.block.clone(), counted);
                counted
            }
        };
        let UnitCounts { entered, ruled, questions } = counts;
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
