//! Acting for another of one's units.

use accounts::{Absent, AccountError, act_for};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use ui::parts::{self, ButtonKind, Choice, Field};
use web::{App, Posted, Problem, Signed, WorkPage, work_frame};

use crate::words;

pub(crate) async fn get(State(app): State<App>, signed: Signed) -> Response {
    let lang = signed.lang();
    let title = lang.pick("Chọn đơn vị làm việc", "Act for a unit");
    let principal = signed.principal();
    let choices: Vec<Choice> = principal
        .units()
        .into_iter()
        .map(|unit| {
            let roles: Vec<String> = principal
                .grants
                .iter()
                .filter(|grant| grant.unit == unit)
                .map(|grant| match &grant.stands_in_for {
                    Some(Absent { name, .. }) => lang.pick(
                        format!("{} (thay {name})", words::role(grant.role, lang)),
                        format!("{} (for {name})", words::role(grant.role, lang)),
                    ),
                    None => words::role(grant.role, lang).to_owned(),
                })
                .collect();
            let mut choice = Choice::new(unit, app.units.name(unit), principal.acting_unit.as_deref() == Some(unit));
            choice.hint = Some(roles.join("; "));
            choice
        })
        .collect();
    let body = html! {
        (parts::page_heading(title, Some(lang.pick(
            "Bạn có vai trò ở nhiều đơn vị. Quyền của bạn tại mỗi thời điểm là quyền ở đơn vị đang chọn.",
            "You have roles on several units. Your rights are those on the unit you choose.",
        )), None))
        @if choices.is_empty() { p { (lang.pick("Bạn chưa có vai trò ở đơn vị nào.", "You have no role on any unit yet.")) } }
        @else {
            (signed.form(&app, "/lam-viec/doi-don-vi", html! {
                (parts::radios(&Field::new("don-vi", lang.pick("Đơn vị", "Unit")), &choices, lang))
                (parts::button(lang.pick("Chọn", "Choose"), ButtonKind::Primary, None))
            }))
        }
    };
    work_frame(&app, &signed, WorkPage::new(title, ""), body)
}

pub(crate) async fn post(State(app): State<App>, posted: Posted) -> Result<Response, Problem> {
    match act_for(&app.accounts, &posted.signed.actor, posted.fields.text("don-vi")).await {
        Ok(()) => {
            let back = posted.fields.filled("ve").filter(|path| ui::url::is_local_path(path));
            Ok(Redirect::to(&posted.signed.lang().href(back.as_deref().unwrap_or("/lam-viec"))).into_response())
        }
        Err(AccountError::Unknown) => Err(Problem::NotFound),
        Err(other) => Err(other.into()),
    }
}
