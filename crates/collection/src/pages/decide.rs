//! Handing in and deciding: acts below a sheet.

use accounts::Lineage;
use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use ui::parts::{self, ButtonKind, Field, FieldError, Input, Tone};
use web::{App, Posted, Problem, Receipt, Signed};

use super::entry::{page, reason_field};
use super::new::deadline;
use crate::actions::{self, CollectionError, Ground, Sheet, sheet};
use crate::model::{Lock, UnitState};
use crate::words;

/// What the person may do with the sheet as a whole.
pub(crate) fn acts(app: &App, signed: &Signed, found: &Sheet, lineage: &Lineage) -> Markup {
    let lang = signed.lang();
    let may = |action| signed.principal().may(action, Thing::Figures, lineage);
    let lock = found.unit.lock(&found.collection, app.world.now());
    let path = |act: &str| format!("/lam-viec/so-lieu/{}/{}/{act}", found.collection.key, found.unit.unit);
    let missing = found.missing().len();
    let until_hint = lang.pick("Ví dụ: 20/09/2026 15:00", "For example: 20/09/2026 15:00");
    html! {
        @if may(Action::Submit) && lock.is_none() {
            (parts::section_heading("gui", lang.pick("Gửi cơ quan thường trực", "Hand in to the reform office"), None))
            @if missing > 0 { p { (lang.pick(format!("Còn {missing} chỉ tiêu chưa có số liệu hoặc lý do."), format!("{missing} indicators have neither a figure nor a reason."))) } }
            (signed.form(app, &path("gui"), html! {
                p { (lang.pick("Sau khi gửi, số liệu và minh chứng kèm theo không sửa được nữa, trừ khi bị trả lại.", "After that, figures and their evidence cannot be changed unless they are returned.")) }
                (parts::button(lang.pick("Gửi số liệu", "Hand in"), ButtonKind::Primary, None))
            }))
        }
        @if (may(Action::Change) || may(Action::Submit)) && lock == Some(Lock::Late) {
            (parts::section_heading("de-nghi", lang.pick("Đề nghị mở lại", "Ask to be opened again"), None))
            @if let Some(asked) = &found.unit.reopening {
                p { (lang.pick("Đã đề nghị lúc", "Asked at")) " " (words::moment(asked.asked_at, lang)) ": " (asked.reason) }
            }
            (signed.form(app, &path("de-nghi-mo-lai"), html! {
                p { (lang.pick("Cơ quan thường trực nhận được đề nghị ngay; khi được mở lại, đơn vị nhập tiếp đến hạn mới.", "The reform office is told at once; when it opens the figures again, the unit goes on until the new deadline.")) }
                (reason_field("ly-do-de-nghi", lang))
                (parts::button(lang.pick("Gửi đề nghị", "Ask"), ButtonKind::Primary, None))
            }))
        }
        @if may(Action::Decide) && found.unit.state == UnitState::Submitted {
            (parts::section_heading("quyet-dinh", lang.pick("Quyết định", "Decision"), None))
            (signed.form(app, &path("duyet"), html! { (parts::button(lang.pick("Duyệt số liệu", "Accept the figures"), ButtonKind::Primary, None)) }))
            details.act { summary { (lang.pick("Trả lại đơn vị", "Return to the unit")) }
                (signed.form(app, &path("tra-lai"), html! {
                    (reason_field("ly-do-tra-lai", lang))
                    (parts::text_field(&Field { id: "han-tra-lai", name: "han", label: lang.pick("Hạn nhập lại", "New deadline"), hint: Some(until_hint), optional: true, ..Field::default() }, Input::Text, "", None, lang))
                    (parts::button(lang.pick("Trả lại", "Return"), ButtonKind::Secondary, None))
                }))
            }
        }
        @if may(Action::Reopen) && matches!(lock, Some(Lock::Late | Lock::Submitted | Lock::Accepted)) {
            @if let Some(asked) = &found.unit.reopening {
                (parts::notice(Tone::Info, Some(lang.pick("Đơn vị đề nghị mở lại", "The unit asks to be opened again")), html! { p { (words::moment(asked.asked_at, lang)) ": " (asked.reason) } }, lang))
            }
            details.act open[found.unit.reopening.is_some()] { summary { (lang.pick("Mở lại cho đơn vị nhập", "Open to the unit again")) }
                (signed.form(app, &path("mo-lai"), html! {
                    (reason_field("ly-do-mo-lai", lang))
                    (parts::text_field(&Field { id: "han-mo-lai", name: "han", label: lang.pick("Hạn mới", "New deadline"), hint: Some(until_hint), ..Field::default() }, Input::Text, "", None, lang))
                    (parts::button(lang.pick("Mở lại", "Open again"), ButtonKind::Secondary, None))
                }))
            }
        }
    }
}

async fn done(
    app: &App,
    signed: &Signed,
    collection: &str,
    unit: &str,
    word: &str,
    outcome: Result<(), CollectionError>,
) -> Result<Response, Problem> {
    let lang = signed.lang();
    match outcome {
        Ok(()) => Ok(Redirect::to(&lang.href(&format!("/lam-viec/so-lieu/{collection}/{unit}?xong={word}"))).into_response()),
        Err(error) => match words::refusal(&error, lang) {
            Some(message) => {
                let found = sheet(Ground::of(app), &signed.actor, collection, unit).await.map_err(words::problem)?;
                page(app, signed, &found, None, &[FieldError::new("bang-nhap", message)], None).await
            }
            None => Err(words::problem(error)),
        },
    }
}

/// The same, where the form counts once.
async fn done_once(
    app: &App,
    signed: &Signed,
    receipt: Receipt,
    collection: &str,
    unit: &str,
    word: &str,
    outcome: Result<(), CollectionError>,
) -> Result<Response, Problem> {
    if outcome.is_ok() {
        return receipt.led_to(app, &signed.lang().href(&format!("/lam-viec/so-lieu/{collection}/{unit}?xong={word}"))).await;
    }
    receipt.give_back(app).await?;
    done(app, signed, collection, unit, word, outcome).await
}

pub(crate) async fn submit(
    State(app): State<App>,
    Path((collection, unit)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    // The same form sent twice leads to where it led the first time.
    let receipt = match posted.once(&app).await? {
        Ok(receipt) => receipt,
        Err(response) => return Ok(response),
    };
    let outcome = actions::submit(Ground::of(&app), &posted.signed.actor, &collection, &unit).await;
    done_once(&app, &posted.signed, receipt, &collection, &unit, "gui", outcome).await
}

pub(crate) async fn send_back(
    State(app): State<App>,
    Path((collection, unit)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let until = deadline(fields.text("han"));
    let outcome = if until.is_none() && !fields.text("han").is_empty() {
        Err(CollectionError::Day)
    } else {
        actions::send_back(Ground::of(&app), &signed.actor, &collection, &unit, fields.text("ly-do"), until).await
    };
    done(&app, signed, &collection, &unit, "tra-lai", outcome).await
}

pub(crate) async fn accept(
    State(app): State<App>,
    Path((collection, unit)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let receipt = match posted.once(&app).await? {
        Ok(receipt) => receipt,
        Err(response) => return Ok(response),
    };
    let outcome = actions::accept(Ground::of(&app), &posted.signed.actor, &collection, &unit).await;
    done_once(&app, &posted.signed, receipt, &collection, &unit, "duyet", outcome).await
}

pub(crate) async fn reopen(
    State(app): State<App>,
    Path((collection, unit)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    // Whoever may not reopen learns no more from a wrong date than from a right one.
    let until = deadline(fields.text("han")).ok_or(CollectionError::Day);
    let outcome = match until {
        Ok(until) => actions::reopen(Ground::of(&app), &signed.actor, &collection, &unit, fields.text("ly-do"), until).await,
        Err(no_day) => {
            match actions::reopen(Ground::of(&app), &signed.actor, &collection, &unit, fields.text("ly-do"), signed.actor.now).await {
                Err(CollectionError::PastDeadline) => Err(no_day),
                other => other,
            }
        }
    };
    done(&app, signed, &collection, &unit, "mo-lai", outcome).await
}

pub(crate) async fn ask_for_reopening(
    State(app): State<App>,
    Path((collection, unit)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let outcome = actions::ask_for_reopening(Ground::of(&app), &signed.actor, &collection, &unit, fields.text("ly-do")).await;
    done(&app, signed, &collection, &unit, "de-nghi", outcome).await
}
