//! What waits for a person: sheets to score, to approve, to explain; leaves to appraise; councils to hold; results to approve and publish.

use accounts::Actor;
use accounts::policy::{Action, Thing};
use web::{Ground, Office, Problem, Task, TaskFuture, TaskKind, TaskSource};

use crate::actions::{Waiting, waiting};
use crate::model::{Phase, UnitState};
use crate::words;

/// Tasks of evaluation.
#[derive(Debug, Clone, Copy, Default)]
pub struct EvaluationTasks;

impl TaskSource for EvaluationTasks {
    fn tasks<'a>(&'a self, office: &'a Office, actor: &'a Actor) -> TaskFuture<'a> {
        Box::pin(of(office, actor))
    }
}

fn both(vi: impl Into<String>, en: impl Into<String>) -> (String, String) {
    (vi.into(), en.into())
}

async fn of(office: &Office, actor: &Actor) -> Result<Vec<Task>, Problem> {
    let mut tasks = Vec::new();
    if !actor.principal.may_somewhere(Action::See, Thing::Campaign) {
        return Ok(tasks);
    }
    for view in waiting(Ground::of(office), actor).await.map_err(words::problem)? {
        of_units(office, actor, &view, &mut tasks);
        of_campaign(office, actor, &view, &mut tasks);
    }
    Ok(tasks)
}

/// Tasks of a unit's own people.
fn of_units(office: &Office, actor: &Actor, view: &Waiting, tasks: &mut Vec<Task>) {
    let campaign = &view.campaign;
    for progress in &view.units {
        let unit = &progress.unit;
        let lineages: Vec<_> = unit.holders().filter_map(|unit| office.units.lineage(unit)).collect();
        let may = |action| lineages.iter().any(|lineage| actor.principal.may(action, Thing::Score, lineage));
        let (enters, heads) = (may(Action::Change), may(Action::Submit));
        if !enters && !heads {
            continue;
        }
        let step = view.step(Phase::Scoring);
        let open = unit.lock(campaign, step, actor.now).is_none();
        let path = format!("/lam-viec/danh-gia/{}/{}", campaign.key, unit.unit);
        let due_at = step.map(|step| unit.due_at(step));
        let task = |kind, title, button, due_at| Task {
            kind,
            title,
            detail: both(
                format!("{}, {}: đã nhập {}/{} mục", unit.name, campaign.title, progress.entered, progress.asked),
                format!("{}, {}: {} of {} entered", unit.name, campaign.title, progress.entered, progress.asked),
            ),
            due_at,
            count: 1,
            button,
            path: path.clone(),
        };
        if unit.state == UnitState::ForApproval && heads {
            tasks.push(task(
                TaskKind::Decide,
                both("Bảng tự chấm điểm chờ phê duyệt", "A self-score waits for your approval"),
                ("Xem và phê duyệt", "See and approve"),
                due_at,
            ));
        } else if open && unit.state == UnitState::Returned {
            tasks.push(task(
                TaskKind::Returned,
                both("Bảng tự chấm điểm bị trả lại", "The self-score was returned"),
                ("Sửa bảng điểm", "Correct"),
                due_at,
            ));
        } else if open {
            tasks.push(task(TaskKind::ToDo, both("Tự chấm điểm cải cách hành chính", "Score yourselves"), ("Chấm điểm", "Score"), due_at));
        }
        if campaign.phase == Phase::Explanation && progress.questions > 0 {
            let due_at = view.step(Phase::Explanation).map(|step| unit.due_at(step));
            let mut one =
                task(TaskKind::Returned, both("Tiêu chí cần giải trình", "Criteria to be explained"), ("Giải trình", "Explain"), due_at);
            one.count = u32::try_from(progress.questions).unwrap_or(u32::MAX);
            tasks.push(one);
        }
    }
}

/// Tasks of those who look after the campaign.
fn of_campaign(office: &Office, actor: &Actor, view: &Waiting, tasks: &mut Vec<Task>) {
    let campaign = &view.campaign;
    let Some(lineage) = office.units.lineage(&campaign.owner) else { return };
    let may = |action, thing| actor.principal.may(action, thing, &lineage);
    let path = format!("/lam-viec/danh-gia/{}", campaign.key);
    let due_at = view.step(campaign.phase).map(|step| step.due_at);
    let mut push = |kind, title, button, path: String, count: usize| {
        tasks.push(Task {
            kind,
            title,
            detail: both(campaign.title.clone(), campaign.title.clone()),
            due_at,
            count: u32::try_from(count).unwrap_or(u32::MAX),
            button,
            path,
        });
    };
    match campaign.phase {
        Phase::Draft if view.office => {
            push(TaskKind::ToDo, both("Đợt đánh giá đang chuẩn bị", "A campaign is being prepared"), ("Chuẩn bị tiếp", "Go on"), path, 1);
        }
        Phase::Scoring if view.office && due_at.is_some_and(|due| actor.now >= due) => {
            push(
                TaskKind::Decide,
                both("Hết hạn tự chấm điểm: chuyển bước", "Self-scoring is over: open the next step"),
                ("Xem tiến độ", "See progress"),
                path,
                1,
            );
        }
        Phase::Appraisal | Phase::SecondAppraisal if view.to_appraise > 0 => {
            let open = view.to_appraise;
            push(
                TaskKind::Decide,
                both(format!("{open} đơn vị chờ thẩm định"), format!("{open} units wait for appraisal")),
                ("Thẩm định", "Appraise"),
                path,
                open,
            );
        }
        Phase::Council if may(Action::Decide, Thing::CampaignResult) => {
            push(
                TaskKind::Decide,
                both("Kết quả đánh giá chờ phê duyệt", "Results wait for approval"),
                ("Xem Hội đồng", "See the council"),
                format!("{path}/hoi-dong"),
                1,
            );
        }
        Phase::Council if view.sits => {
            push(
                TaskKind::Decide,
                both("Hội đồng xem xét kết quả", "The council is at work"),
                ("Xem kết quả", "See results"),
                format!("{path}/ket-qua"),
                1,
            );
        }
        Phase::Appeal if view.open_appeals > 0 => {
            let open = view.open_appeals;
            push(
                TaskKind::Decide,
                both(format!("{open} kiến nghị chờ Hội đồng trả lời"), format!("{open} appeals wait for the council's answer")),
                ("Xem kiến nghị", "See the appeals"),
                format!("{path}/hoi-dong#kien-nghi"),
                open,
            );
        }
        Phase::Approved if may(Action::Submit, Thing::CampaignResult) => {
            push(
                TaskKind::Decide,
                both("Kết quả đã phê duyệt, chờ công bố", "Results wait to be published"),
                ("Công bố", "Publish"),
                format!("{path}/ket-qua"),
                1,
            );
        }
        _ => {}
    }
}
