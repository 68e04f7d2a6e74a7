//! Who is told what at which step, in the transaction of the step.

use accounts::policy::Role;
use accounts::{Actor, Lineage, holders};
use chrono::{DateTime, Utc};
use notices::{Kind, NewNotice, notify};
use platform::{Conn, DbError};

use crate::actions::Ground;
use crate::model::{Campaign, CampaignUnit, Phase, Step};
use crate::{store, words};

/// Those who enter for a unit and hand in.
const OF_UNIT: [Role; 2] = [Role::UnitOfficer, Role::UnitHead];

struct Said {
    kind: Kind,
    vi: String,
    en: String,
    sameness: String,
    link: String,
    due_at: Option<DateTime<Utc>>,
}

async fn tell(mut conn: Conn<'_>, ground: Ground<'_>, people: &[String], said: &Said, except: &str) -> Result<(), DbError> {
    // Who holds two roles is told once.
    let people: std::collections::BTreeSet<&String> = people.iter().filter(|account| *account != except).collect();
    for account in people {
        let new = NewNotice {
            account: account.clone(),
            kind: said.kind,
            sameness: said.sameness.clone(),
            text_vi: said.vi.clone(),
            text_en: said.en.clone(),
            link: said.link.clone(),
            due_at: said.due_at,
        };
        notify(conn.reborrow(), ground.world, &new).await?;
    }
    Ok(())
}

async fn of_unit(conn: Conn<'_>, ground: Ground<'_>, unit: &str, roles: &[Role]) -> Result<Vec<String>, DbError> {
    holders(conn, roles, &Lineage::new(vec![unit.to_owned()]), ground.world.today()).await
}

/// A campaign entered a phase: whoever works in it is told.
pub(crate) async fn at_phase(mut conn: Conn<'_>, ground: Ground<'_>, actor: &Actor, campaign: &Campaign) -> Result<(), DbError> {
    let step = store::steps(conn.reborrow(), &campaign.key).await?.into_iter().find(|step| step.phase == campaign.phase);
    let due_at = step.as_ref().map(|step| step.due_at);
    let (title, path) = (&campaign.title, format!("/lam-viec/danh-gia/{}", campaign.key));
    let (vi, en) = (words::phase(campaign.phase, ui::Lang::Vi).0, words::phase(campaign.phase, ui::Lang::En).0);
    let said = |link: String, sameness: String| Said {
        kind: Kind::Assigned,
        vi: format!("“{title}” chuyển sang bước: {vi}."),
        en: format!("“{title}” is now in the step: {en}."),
        sameness,
        link,
        due_at,
    };
    match campaign.phase {
        Phase::Scoring | Phase::Explanation | Phase::Appeal => {
            for unit in store::units(conn.reborrow(), &campaign.key).await? {
                let people = of_unit(conn.reborrow(), ground, &unit.unit, &OF_UNIT).await?;
                let sameness = format!("campaign/{}/{}/{}/{}", campaign.key, unit.unit, campaign.phase.word(), campaign.version);
                // Whoever enters for several units has to know which one is meant.
                let mut told = said(format!("{path}/{}", unit.unit), sameness);
                // A unit may have a later deadline of its own.
                told.due_at = step.as_ref().map(|step| unit.due_at(step));
                told.vi = format!("{}: {}", unit.name, told.vi);
                told.en = format!("{}: {}", unit.name, told.en);
                tell(conn.reborrow(), ground, &people, &told, actor.by()).await?;
            }
        }
        Phase::Appraisal | Phase::SecondAppraisal => {
            let mut people: Vec<String> =
                store::assignments(conn.reborrow(), &campaign.key).await?.into_iter().map(|one| one.account).collect();
            people.sort_unstable();
            people.dedup();
            let sameness = format!("campaign/{}/{}/{}", campaign.key, campaign.phase.word(), campaign.version);
            tell(conn, ground, &people, &said(path, sameness), actor.by()).await?;
        }
        Phase::Council => {
            let people: Vec<String> = store::members(conn.reborrow(), &campaign.key).await?.into_iter().map(|one| one.account).collect();
            let sameness = format!("campaign/{}/council/{}", campaign.key, campaign.version);
            tell(conn, ground, &people, &said(path, sameness), actor.by()).await?;
        }
        Phase::Approved => {
            let above = ground.units.lineage(&campaign.owner).unwrap_or_else(|| Lineage::new(vec![campaign.owner.clone()]));
            let people = holders(conn.reborrow(), &[Role::Publisher], &above, ground.world.today()).await?;
            let sameness = format!("campaign/{}/approved/{}", campaign.key, campaign.version);
            tell(conn, ground, &people, &said(format!("{path}/ket-qua"), sameness), actor.by()).await?;
        }
        Phase::Draft | Phase::Published => {}
    }
    Ok(())
}

/// A unit appealed: the council is told.
pub(crate) async fn at_appeal(
    mut conn: Conn<'_>,
    ground: Ground<'_>,
    actor: &Actor,
    campaign: &Campaign,
    unit: &CampaignUnit,
    appeal: &str,
) -> Result<(), DbError> {
    let people: Vec<String> = store::members(conn.reborrow(), &campaign.key).await?.into_iter().map(|one| one.account).collect();
    let said = Said {
        kind: Kind::ForApproval,
        vi: format!("{} kiến nghị về điểm trong “{}”.", unit.name, campaign.title),
        en: format!("{} appeals against points in “{}”.", unit.name, campaign.title),
        sameness: format!("campaign/{}/appeal/{appeal}", campaign.key),
        link: format!("/lam-viec/danh-gia/{}/hoi-dong#kien-nghi", campaign.key),
        due_at: None,
    };
    tell(conn, ground, &people, &said, actor.by()).await
}

/// A unit took a step: whoever must act next is told.
pub(crate) async fn at_step(
    mut conn: Conn<'_>,
    ground: Ground<'_>,
    actor: &Actor,
    campaign: &Campaign,
    unit: &CampaignUnit,
    step: Option<&Step>,
    word: &str,
) -> Result<(), DbError> {
    let (title, name) = (&campaign.title, &unit.name);
    let reason = unit.reason.as_deref().unwrap_or_default();
    let (kind, vi, en) = match word {
        "handed-over" => (
            Kind::ForApproval,
            format!("Bảng tự chấm điểm “{title}” của {name} chờ người đứng đầu phê duyệt."),
            format!("The self-score of {name} for “{title}” waits for the head's approval."),
        ),
        "returned" => (
            Kind::Returned,
            format!("Bảng tự chấm điểm “{title}” của {name} bị trả lại: {reason}"),
            format!("The self-score of {name} for “{title}” was returned: {reason}"),
        ),
        "reopened" => (
            Kind::Assigned,
            format!("Bảng tự chấm điểm “{title}” của {name} được mở lại: {reason}"),
            format!("The self-score of {name} for “{title}” was opened again: {reason}"),
        ),
        _ => return Ok(()),
    };
    let said = Said {
        kind,
        vi,
        en,
        sameness: format!("campaign/{}/{}/{word}/{}", campaign.key, unit.unit, unit.version),
        link: format!("/lam-viec/danh-gia/{}/{}", campaign.key, unit.unit),
        due_at: step.map(|step| unit.due_at(step)),
    };
    let roles: &[Role] = if kind == Kind::ForApproval { &[Role::UnitHead] } else { &OF_UNIT };
    let people = of_unit(conn.reborrow(), ground, &unit.unit, roles).await?;
    tell(conn, ground, &people, &said, actor.by()).await
}

/// A part of the tree was given to an appraiser.
pub(crate) async fn at_assignment(
    conn: Conn<'_>,
    ground: Ground<'_>,
    actor: &Actor,
    campaign: &Campaign,
    account: &str,
    assignment: &str,
) -> Result<(), DbError> {
    let said = Said {
        kind: Kind::Assigned,
        vi: format!("Bạn được phân công thẩm định trong “{}”.", campaign.title),
        en: format!("You were given a part to appraise in “{}”.", campaign.title),
        sameness: format!("campaign/{}/assignment/{assignment}", campaign.key),
        link: format!("/lam-viec/danh-gia/{}", campaign.key),
        due_at: None,
    };
    tell(conn, ground, &[account.to_owned()], &said, actor.by()).await
}

/// A second reader gave other points: whoever gave the first ones is told.
#[expect(clippy::too_many_arguments, reason = "the sentence names each of them")]
pub(crate) async fn at_second_reading(
    conn: Conn<'_>,
    ground: Ground<'_>,
    actor: &Actor,
    campaign: &Campaign,
    unit: &CampaignUnit,
    leaf: &str,
    first: &str,
    opinion: &str,
) -> Result<(), DbError> {
    let said = Said {
        kind: Kind::Returned,
        vi: format!("Người đọc thứ hai cho điểm khác bạn ở tiêu chí “{leaf}” của {} trong “{}”.", unit.name, campaign.title),
        en: format!("The second reader gave other points than you for “{leaf}” of {} in “{}”.", unit.name, campaign.title),
        sameness: format!("campaign/{}/{}/second/{opinion}", campaign.key, unit.unit),
        link: format!("/lam-viec/danh-gia/{}/{}", campaign.key, unit.unit),
        due_at: None,
    };
    tell(conn, ground, &[first.to_owned()], &said, actor.by()).await
}

/// An appraiser asks a unit to explain.
pub(crate) async fn at_question(
    mut conn: Conn<'_>,
    ground: Ground<'_>,
    actor: &Actor,
    campaign: &Campaign,
    unit: &CampaignUnit,
    leaf: &str,
    opinion: &str,
) -> Result<(), DbError> {
    let said = Said {
        kind: Kind::Returned,
        vi: format!("{} được yêu cầu giải trình tiêu chí “{leaf}” trong “{}”.", unit.name, campaign.title),
        en: format!("{} is asked to explain “{leaf}” in “{}”.", unit.name, campaign.title),
        sameness: format!("campaign/{}/{}/question/{opinion}", campaign.key, unit.unit),
        link: format!("/lam-viec/danh-gia/{}/{}", campaign.key, unit.unit),
        due_at: None,
    };
    let people = of_unit(conn.reborrow(), ground, &unit.unit, &OF_UNIT).await?;
    tell(conn, ground, &people, &said, actor.by()).await
}
