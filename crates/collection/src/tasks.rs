//! What waits for a person: sheets to enter, returned ones, sheets to hand in, sheets to decide on.

use accounts::Actor;
use accounts::policy::{Action, Thing};
use web::{Office, Problem, Task, TaskFuture, TaskKind, TaskSource};

use crate::actions::{Ground, OpenCollection, open_ones, period_words};
use crate::model::{CollectionUnit, Lock, UnitState};
use crate::words;

/// Tasks of collections.
#[derive(Debug, Clone, Copy, Default)]
pub struct CollectionTasks;

impl TaskSource for CollectionTasks {
    fn tasks<'a>(&'a self, office: &'a Office, actor: &'a Actor) -> TaskFuture<'a> {
        Box::pin(of(office, actor))
    }
}

async fn of(office: &Office, actor: &Actor) -> Result<Vec<Task>, Problem> {
    let mut tasks = Vec::new();
    if !actor.principal.may_somewhere(Action::See, Thing::Figures) {
        return Ok(tasks);
    }
    for overview in open_ones(Ground::of(office), actor).await.map_err(words::problem)? {
        tasks.extend(to_decide(office, actor, &overview));
        tasks.extend(late_units(office, actor, &overview));
        for (part, count) in &overview.units {
            tasks.extend(to_enter(office, actor, &overview, part, *count));
        }
    }
    Ok(tasks)
}

fn both(vi: impl Into<String>, en: impl Into<String>) -> (String, String) {
    (vi.into(), en.into())
}

/// One task for all units that wait for a decision on this collection.
fn to_decide(office: &Office, actor: &Actor, overview: &OpenCollection) -> Option<Task> {
    let may = |unit: &str| office.units.lineage(unit).is_some_and(|lineage| actor.principal.may(Action::Decide, Thing::Figures, &lineage));
    let waiting: Vec<&CollectionUnit> =
        overview.units.iter().map(|(part, _)| part).filter(|part| part.state == UnitState::Submitted && may(&part.unit)).collect();
    let first = waiting.first()?;
    let count = u32::try_from(waiting.len()).unwrap_or(u32::MAX);
    let path = if waiting.len() == 1 {
        format!("/lam-viec/so-lieu/{}/{}", overview.collection.key, first.unit)
    } else {
        format!("/lam-viec/so-lieu/{}", overview.collection.key)
    };
    Some(Task {
        kind: TaskKind::Decide,
        title: both(format!("{count} đơn vị chờ duyệt số liệu"), format!("{count} units wait for a decision")),
        detail: both(overview.collection.title.clone(), overview.collection.title.clone()),
        due_at: Some(overview.collection.due_at),
        count,
        button: ("Xem và duyệt", "See and decide"),
        path,
    })
}

/// One task for all units whose deadline has passed, for whoever may open them again.
fn late_units(office: &Office, actor: &Actor, overview: &OpenCollection) -> Option<Task> {
    let may = |unit: &str| office.units.lineage(unit).is_some_and(|lineage| actor.principal.may(Action::Reopen, Thing::Figures, &lineage));
    let now = office.world.now();
    let is_late = |part: &&CollectionUnit| part.lock(&overview.collection, now) == Some(Lock::Late) && may(&part.unit);
    let late: Vec<&CollectionUnit> = overview.units.iter().map(|(part, _)| part).filter(is_late).collect();
    let asking = late.iter().filter(|part| part.reopening.is_some()).count();
    let count = u32::try_from(late.len()).ok().filter(|count| *count > 0)?;
    let title = &overview.collection.title;
    Some(Task {
        kind: TaskKind::Decide,
        title: both(format!("{count} đơn vị quá hạn chưa gửi số liệu"), format!("{count} units are late with their figures")),
        detail: if asking > 0 {
            both(format!("{title}: {asking} đơn vị đề nghị mở lại"), format!("{title}: {asking} ask to be opened again"))
        } else {
            both(title.clone(), title.clone())
        },
        due_at: Some(overview.collection.due_at),
        count,
        button: ("Xem và mở lại", "See and open again"),
        path: format!("/lam-viec/so-lieu/{}#qua-han", overview.collection.key),
    })
}

/// The person's own sheet, where they enter or hand in.
fn to_enter(office: &Office, actor: &Actor, overview: &OpenCollection, part: &CollectionUnit, count: i64) -> Option<Task> {
    let lineage = office.units.lineage(&part.unit)?;
    let (enters, submits) =
        (actor.principal.may(Action::Change, Thing::Figures, &lineage), actor.principal.may(Action::Submit, Thing::Figures, &lineage));
    let now = office.world.now();
    if !(enters || submits) || !matches!(part.state, UnitState::Open | UnitState::Returned) || now < overview.collection.opens_at {
        return None;
    }
    let total = overview.asked;
    let (vi, en) = (period_words(overview.collection.period, ui::Lang::Vi), period_words(overview.collection.period, ui::Lang::En));
    let complete = count >= total;
    let late = part.lock(&overview.collection, now) == Some(Lock::Late);
    let (kind, title, button) = if late && part.reopening.is_some() {
        (
            TaskKind::ToDo,
            both("Đã đề nghị mở lại, chờ cơ quan thường trực", "Asked to be opened again; the reform office has not answered"),
            ("Xem", "See"),
        )
    } else if late {
        (
            TaskKind::ToDo,
            both("Số liệu chưa gửi đã bị khóa", "Figures were not handed in and are locked"),
            ("Đề nghị mở lại", "Ask to open them again"),
        )
    } else if part.state == UnitState::Returned {
        (TaskKind::Returned, both("Số liệu bị trả lại", "Figures were returned"), ("Sửa số liệu", "Correct"))
    } else if complete && submits {
        (TaskKind::ToDo, both("Số liệu đã đủ, chờ gửi", "Figures are complete and wait to be handed in"), ("Xem và gửi", "See and hand in"))
    } else if complete && !late {
        // The head hands in; nothing is left for the officer.
        return None;
    } else {
        (TaskKind::ToDo, both("Nhập số liệu", "Enter figures"), ("Nhập số liệu", "Enter"))
    };
    let detail = match &part.reason {
        Some(reason) if part.state == UnitState::Returned => {
            both(format!("{} – lý do: {reason}", overview.collection.title), format!("{} – reason: {reason}", overview.collection.title))
        }
        _ => both(
            format!("{}, {vi}: đã có {count}/{total} chỉ tiêu", overview.collection.title),
            format!("{}, {en}: {count} of {total} figures", overview.collection.title),
        ),
    };
    Some(Task {
        kind,
        title,
        detail,
        due_at: Some(part.due_at(&overview.collection)),
        count: 1,
        button,
        path: format!("/lam-viec/so-lieu/{}/{}{}", overview.collection.key, part.unit, if late { "#de-nghi" } else { "" }),
    })
}
