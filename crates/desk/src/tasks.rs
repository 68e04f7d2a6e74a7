//! What waits for those who look after the installation.

use accounts::Actor;
use accounts::people::review_of;
use accounts::policy::{Action, Thing};
use chrono::TimeDelta;
use ui::Lang;
use web::{Office, Problem, Task, TaskFuture, TaskKind, TaskSource, Wellness};

use crate::pages::installation;
use crate::pages::jobs::on_installation;

/// How long before it is due a review stands on the first page.
const AHEAD: TimeDelta = TimeDelta::days(30);

/// Tasks of those who look after accounts and the installation.
#[derive(Debug, Clone, Copy, Default)]
pub struct UpkeepTasks;

impl TaskSource for UpkeepTasks {
    fn tasks<'a>(&'a self, office: &'a Office, actor: &'a Actor) -> TaskFuture<'a> {
        Box::pin(async move {
            let mut tasks = ills(office, actor).await;
            tasks.extend(review(office, actor).await?);
            Ok(tasks)
        })
    }
}

/// One task for all parts of the installation that do not do their work.
async fn ills(office: &Office, actor: &Actor) -> Vec<Task> {
    if !on_installation(office, &actor.principal, Action::Change) {
        return Vec::new();
    }
    // Which parts are ill is the same in both languages.
    let conditions = office.condition_source.conditions(office, Lang::Vi).await;
    let ill: Vec<_> = conditions.iter().filter(|one| one.wellness == Wellness::Ill).map(|one| one.part).collect();
    let names = |name: fn(&(&'static str, &'static str)) -> &'static str| ill.iter().map(name).collect::<Vec<_>>().join("; ");
    if ill.is_empty() {
        return Vec::new();
    }
    vec![Task {
        kind: TaskKind::Upkeep,
        title: ("Có bộ phận của hệ thống bị lỗi".to_owned(), "Parts of the installation have faults".to_owned()),
        detail: (names(|part| part.0), names(|part| part.1)),
        due_at: None,
        count: u32::try_from(ill.len()).unwrap_or(u32::MAX),
        button: ("Xem tình trạng", "See the state"),
        path: installation::PATH.to_owned(),
    }]
}

/// The review of accounts.
async fn review(office: &Office, actor: &Actor) -> Result<Vec<Task>, Problem> {
    let Some(unit) = actor.principal.acting_unit.as_deref() else { return Ok(Vec::new()) };
    let may = office.units.lineage(unit).is_some_and(|lineage| actor.principal.may(Action::Change, Thing::Account, &lineage));
    if !may {
        return Ok(Vec::new());
    }
    let Some(due_at) = review_of(&office.accounts, unit).await?.due_at.filter(|due| *due < actor.now + AHEAD) else {
        return Ok(Vec::new());
    };
    let months = office.accounts.security.review_months;
    Ok(vec![Task {
        kind: TaskKind::Upkeep,
        title: ("Rà soát tài khoản và vai trò".to_owned(), "Review accounts and roles".to_owned()),
        detail: (
            format!("{} – {months} tháng một lần", office.units.name(unit)),
            format!("{} – every {months} months", office.units.name(unit)),
        ),
        due_at: Some(due_at),
        count: 1,
        button: ("Rà soát", "Review"),
        path: "/lam-viec/nguoi-dung#ra-soat".to_owned(),
    }])
}
