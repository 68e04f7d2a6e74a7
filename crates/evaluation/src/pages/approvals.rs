//! Approvals of a campaign's results: publication from a day on, and withdrawal. They stand on the page of results, which publishers see.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use ui::parts::{self, ButtonKind, Choice, Field, FieldError, Input, Tone};
use web::{App, Ground, Posted, Problem, Signed};

use crate::actions::{self, EvaluationError, Results, campaign_results};
use crate::model::{Phase, Shows};
use crate::words;

pub(crate) async fn post(State(app): State<App>, Path(campaign): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let (ground, actor, lang) = (Ground::of(&app), &signed.actor, signed.lang());
    // Rights come before the form: whoever may neither publish nor withdraw learns nothing of what it asks.
    let results = campaign_results(ground, actor, &campaign).await.map_err(words::problem)?;
    let lineage = app.units.lineage(&results.campaign.owner).ok_or(Problem::NotFound)?;
    signed.principal().must(Action::Submit, Thing::CampaignResult, &lineage)?;
    let outcome: Result<(), EvaluationError> = match fields.text("viec") {
        "cong-bo" => {
            let shows = Shows::of(fields.text("noi-dung")).unwrap_or(Shows::Totals);
            // Whoever may not publish learns no more from a wrong day than from a right one.
            let day = fields.day("ngay").unwrap_or(chrono::NaiveDate::MIN);
            actions::publish(ground, actor, &campaign, fields.text("ban").parse().unwrap_or(0), day, shows).await
        }
        "rut" => actions::withdraw(ground, actor, &campaign, fields.text("lan").parse().unwrap_or(0), fields.text("ly-do")).await,
        _ => return Err(Problem::BadForm),
    };
    match outcome {
        Ok(()) => Ok(Redirect::to(&lang.href(&format!("/lam-viec/danh-gia/{campaign}/ket-qua#cac-lan"))).into_response()),
        Err(error) => match words::refusal(&error, None, lang) {
            Some(message) => {
                let results = campaign_results(ground, actor, &campaign).await.map_err(words::problem)?;
                Ok(super::results::page(&app, signed, &results, &[FieldError::new("cac-lan", message)]))
            }
            None => Err(words::problem(error)),
        },
    }
}

/// What was approved, and what may be done with it; nothing for units, which read the public page.
pub(crate) fn part(app: &App, signed: &Signed, results: &Results) -> Markup {
    let lang = signed.lang();
    let campaign = &results.campaign;
    let lineage = app.units.lineage(&campaign.owner);
    let may = |action| lineage.as_ref().is_some_and(|lineage| signed.principal().may(action, Thing::CampaignResult, lineage));
    if results.approved.is_empty() || !may(Action::See) {
        return html! {};
    }
    let path = format!("/lam-viec/danh-gia/{}/ket-qua", campaign.key);
    html! {
        (parts::section_heading("cac-lan", lang.pick("Các lần phê duyệt", "Approvals"), None))
        ul { @for result in &results.approved { li {
            (lang.pick(format!("Lần {}", result.position), format!("No. {}", result.position))) ": " (words::person(&result.approved_by, lang)) ", " (words::moment(result.approved_at, lang))
            @if let Some(decision) = &result.decision { ", " (decision) }
            ". " (lang.pick("Mã kiểm tra", "Checksum")) ": " code { (result.sha256.get(..16).unwrap_or_default()) "…" }
            @if may(Action::Export) { " " a href=(lang.href(&format!("{path}/{}/ho-so.zip", result.position))) { (lang.pick("Tải hồ sơ tính lại", "Download for recomputing")) } }
            @if let Some(day) = result.publish_on { p { (lang.pick("Công bố từ", "Public from")) " " (lang.date(day)) ", " (words::shows(result.shows, lang)) ". " @if day <= signed.actor.today() { a href=(lang.href(&format!("/ket-qua-danh-gia/{}?lan={}", campaign.key, result.position))) { (lang.pick("Trang công khai", "Public page")) } } } }
            @if let Some(at) = result.withdrawn_at { p { (parts::tag(lang.pick("Đã rút", "Withdrawn"), Tone::Warning)) " " (words::moment(at, lang)) ": " (result.reason.as_deref().unwrap_or_default()) } }
            @else if may(Action::Withdraw) && result.publish_on.is_some() { (withdrawal(app, signed, &path, result.position)) }
        } } }
        @let waits = results.approved.first().filter(|newest| campaign.phase == Phase::Published && newest.withdrawn_at.is_none() && newest.publish_on.is_some_and(|day| day > signed.actor.today()));
        @if (campaign.phase == Phase::Approved || waits.is_some()) && may(Action::Submit) {
            @let day = waits.and_then(|newest| newest.publish_on).map(|day| lang.date(day)).unwrap_or_default();
            @let chosen = waits.map_or(Shows::Areas, |newest| newest.shows);
            (parts::section_heading("cong-bo", if waits.is_some() { lang.pick("Đổi ngày hoặc nội dung công bố", "Change the day or what is shown") } else { lang.pick("Công bố", "Publish") }, None))
            (signed.form(app, &path, html! {
                input type="hidden" name="ban" value=(campaign.version); input type="hidden" name="viec" value="cong-bo";
                (parts::text_field(&Field { id: "ngay-cong-bo", name: "ngay", label: lang.pick("Công bố từ ngày", "Public from"), hint: Some(lang.pick("Ví dụ: 05/01/2027", "For example: 05/01/2027")), ..Field::default() }, Input::Text, &day, None, lang))
                (parts::radios(&Field::new("noi-dung", lang.pick("Nội dung công khai", "What is shown")), &Shows::ALL.iter().map(|shows| Choice::new(shows.word(), words::shows(*shows, lang), *shows == chosen)).collect::<Vec<_>>(), lang))
                (parts::button(if waits.is_some() { lang.pick("Lưu thay đổi", "Save") } else { lang.pick("Công bố", "Publish") }, ButtonKind::Primary, None))
            }))
        }
    }
}

fn withdrawal(app: &App, signed: &Signed, path: &str, position: i64) -> Markup {
    let lang = signed.lang();
    let id = format!("ly-do-rut-{position}");
    html! {
        details.act { summary { (lang.pick("Rút kết quả đã công bố", "Withdraw")) }
            (signed.form(app, path, html! {
                input type="hidden" name="viec" value="rut"; input type="hidden" name="lan" value=(position);
                (parts::text_field(&Field { id: &id, name: "ly-do", label: lang.pick("Lý do (công khai)", "Reason (public)"), ..Field::default() }, Input::Text, "", None, lang))
                (parts::button(lang.pick("Rút", "Withdraw"), ButtonKind::Danger, None))
            }))
        }
    }
}
