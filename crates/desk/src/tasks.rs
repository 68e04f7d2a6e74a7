//! What waits for those who look after the installation.

use accounts::Actor;
use accounts::people::review_of;
use accounts::policy::{Action, Thing};
use chrono::TimeDelta;
use web::{Office, Problem, Task, TaskFuture, TaskKind, TaskSource};

/// How long before it is due a review stands on the first page.
const AHEAD: TimeDelta = TimeDelta::days(30);

/// Tasks of those who look after accounts.
#[derive(Debug, Clone, Copy, Default)]
pub struct UpkeepTasks;

impl TaskSource for UpkeepTasks {
    fn tasks<'a>(&'a self, office: &'a Office, actor: &'a Actor) -> TaskFuture<'a> {
        Box::pin(of(office, actor))
    }
}

async fn of(office: &Office, actor: &Actor) -> Result<Vec<Task>, Problem> {
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
