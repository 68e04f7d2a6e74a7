//! A job looks over open collections once a day: who enters for a unit is told that figures are due soon, and that they are late.

use chrono::{DateTime, TimeDelta, Utc};
use notices::Kind;
use platform::jobs::{Done, JobContext, JobError, JobFuture, JobKind, Schedule, ScheduleFuture, queue_daily};
use platform::{Db, World, day_in_viet_nam};
use serde_json::json;
use web::UnitTree;

use crate::model::{Collection, CollectionState, CollectionUnit, UnitState};
use crate::store;
use crate::telling::{Said, Teller};

/// Kind of the job.
const REMIND_JOB: &str = "collection-reminders";
/// How many days before the day of a deadline people are told, whatever its hour.
const SOON: TimeDelta = TimeDelta::days(3);

/// Tells of deadlines.
#[derive(Debug, Clone)]
pub struct Reminders {
    /// The units of today, for their names.
    pub units: UnitTree,
}

/// Queues the reminders once a day.
#[derive(Debug, Clone, Copy)]
pub struct RemindersDue {
    /// From which hour of the day in Viet Nam.
    pub hour: u32,
}

impl Schedule for RemindersDue {
    fn look<'a>(&'a self, db: &'a Db, world: &'a World) -> ScheduleFuture<'a> {
        Box::pin(queue_daily(db, world, REMIND_JOB, "Nhắc hạn nộp số liệu", self.hour))
    }
}

impl JobKind for Reminders {
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
    let mut open = store::collections(read.conn()).await?;
    drop(read);
    open.retain(|collection| collection.state == CollectionState::Open && collection.opens_at <= now);
    let teller = Teller { world: &context.world, units };
    let total = i64::try_from(open.len()).ok();
    let mut made = 0;
    for (collection, place) in open.iter().zip(1..) {
        context.may_go_on()?;
        let mut write = context.db.write().await?;
        for part in store::units(write.conn(), &collection.key).await? {
            if let Some(said) = said(&teller, collection, &part, now) {
                made += teller.unit(write.conn(), &collection.key, &part.unit, &said, "").await?;
            }
        }
        write.commit().await?;
        context.progress(place, total);
    }
    Ok(Done { result: json!({ "made": made }), faults: Vec::new() })
}

/// What a unit that has not handed in is told today; the same deadline is told of once as soon and once as late.
fn said(teller: &Teller<'_>, collection: &Collection, part: &CollectionUnit, now: DateTime<Utc>) -> Option<Said> {
    if !matches!(part.state, UnitState::Open | UnitState::Returned) {
        return None;
    }
    let due = part.due_at(collection);
    let (title, name) = (&collection.title, teller.units.name(&part.unit));
    let (kind, vi, en) = if due <= now {
        (Kind::Late, format!("Đã quá hạn gửi số liệu “{title}” của {name}."), format!("The figures of {name} for “{title}” are late."))
    } else if day_in_viet_nam(due) <= day_in_viet_nam(now) + SOON {
        (
            Kind::DueSoon,
            format!("Sắp đến hạn gửi số liệu “{title}” của {name}."),
            format!("The figures of {name} for “{title}” are due soon."),
        )
    } else {
        return None;
    };
    let sameness = format!("collection/{}/{}/{}/{}", collection.key, part.unit, kind.word(), due.timestamp());
    Some(Said { kind, vi, en, sameness, due_at: Some(due) })
}
