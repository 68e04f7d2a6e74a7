//! A job looks over running campaigns once a day: whoever works in a unit is told that its part is due soon, and that it is late.

use accounts::policy::Role;
use accounts::{Lineage, holders};
use chrono::TimeDelta;
use notices::{Kind, NewNotice, notify};
use platform::jobs::{Done, JobContext, JobError, JobFuture, JobKind, Schedule, ScheduleFuture, queue_daily};
use platform::{Db, World, day_in_viet_nam};
use serde_json::json;
use web::UnitTree;

use crate::model::{Phase, UnitState};
use crate::store;

/// Kind of the job.
const REMIND_JOB: &str = "campaign-reminders";
/// How many days before the day of a deadline people are told, whatever its hour.
const SOON: TimeDelta = TimeDelta::days(3);

/// Tells of deadlines of campaigns.
#[derive(Debug, Clone)]
pub struct CampaignReminders {
    /// The units of today.
    pub units: UnitTree,
}

/// Queues the reminders once a day.
#[derive(Debug, Clone, Copy)]
pub struct CampaignRemindersDue {
    /// From which hour of the day in Viet Nam.
    pub hour: u32,
}

impl Schedule for CampaignRemindersDue {
    fn look<'a>(&'a self, db: &'a Db, world: &'a World) -> ScheduleFuture<'a> {
        Box::pin(queue_daily(db, world, REMIND_JOB, "Nhắc hạn đánh giá", self.hour))
    }
}

impl JobKind for CampaignReminders {
    fn word(&self) -> &'static str {
        REMIND_JOB
    }

    fn run<'a>(&'a self, context: &'a JobContext) -> JobFuture<'a> {
        Box::pin(remind(&self.units, context))
    }
}

async fn remind(units: &UnitTree, context: &JobContext) -> Result<Done, JobError> {
    let now = context.world.now();
    units.refresh(&context.db, now).await?;
    let mut read = context.db.read().await?;
    let campaigns = store::campaigns(read.conn()).await?;
    drop(read);
    let running: Vec<_> = campaigns.iter().filter(|one| matches!(one.phase, Phase::Scoring | Phase::Explanation)).collect();
    let total = i64::try_from(running.len()).ok();
    let mut made = 0;
    for (campaign, place) in running.into_iter().zip(1..) {
        context.may_go_on()?;
        let mut write = context.db.write().await?;
        let steps = store::steps(write.conn(), &campaign.key).await?;
        let Some(step) = steps.into_iter().find(|step| step.phase == campaign.phase) else { continue };
        let questions: Vec<String> = store::ruling_counts(write.conn(), &campaign.key)
            .await?
            .into_iter()
            .filter(|(_, _, asked)| *asked > 0)
            .map(|(unit, _, _)| unit)
            .collect();
        for unit in store::units(write.conn(), &campaign.key).await? {
            let scores = campaign.phase == Phase::Scoring && unit.state != UnitState::Submitted;
            let explains = campaign.phase == Phase::Explanation && questions.contains(&unit.unit);
            let due = unit.due_at(&step);
            if !(scores || explains) || day_in_viet_nam(due) > day_in_viet_nam(now) + SOON {
                continue;
            }
            let (title, name) = (&campaign.title, &unit.name);
            let (what_vi, what_en) = if scores { ("tự chấm điểm", "self-score") } else { ("giải trình", "explanation") };
            let (kind, vi, en) = if due <= now {
                (
                    Kind::Late,
                    format!("Đã quá hạn {what_vi} “{title}” của {name}."),
                    format!("The {what_en} of {name} for “{title}” is late."),
                )
            } else {
                (
                    Kind::DueSoon,
                    format!("Sắp đến hạn {what_vi} “{title}” của {name}."),
                    format!("The {what_en} of {name} for “{title}” is due soon."),
                )
            };
            let people =
                holders(write.conn(), &[Role::UnitOfficer, Role::UnitHead], &Lineage::new(vec![unit.unit.clone()]), context.world.today())
                    .await?;
            for account in people {
                let new = NewNotice {
                    account,
                    kind,
                    // The same deadline is told of once as soon and once as late.
                    sameness: format!("campaign/{}/{}/{}/{}", campaign.key, unit.unit, kind.word(), due.timestamp()),
                    text_vi: vi.clone(),
                    text_en: en.clone(),
                    link: format!("/lam-viec/danh-gia/{}/{}", campaign.key, unit.unit),
                    due_at: Some(due),
                };
                made += i64::from(notify(write.conn(), &context.world, &new).await?);
            }
        }
        write.commit().await?;
        context.progress(place, total);
    }
    Ok(Done { result: json!({ "made": made }), faults: Vec::new() })
}
