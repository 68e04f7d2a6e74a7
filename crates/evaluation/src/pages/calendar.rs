//! The calendar of a running campaign, and another version of a set for leaves that nobody scored yet.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use ui::parts::{self, ButtonKind, Choice, Field, FieldError, Input};
use web::{App, Fields, Ground, Posted, Problem, Signed, work_frame};

use super::new::step_fields;
use super::overview::{below, must_of_owner};
use super::steps::deadline;
use crate::actions::{CampaignView, EvaluationError, list_sets, overview, set_steps, swap_set, take_part};
use crate::model::{Phase, SetState, Step};
use crate::words;

pub(crate) async fn get(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Result<Response, Problem> {
    let view = seen(&app, &signed, &campaign).await?;
    page(&app, &signed, &view, None, &[]).await
}

async fn seen(app: &App, signed: &Signed, campaign: &str) -> Result<CampaignView, Problem> {
    let view = overview(Ground::of(app), &signed.actor, campaign).await.map_err(words::problem)?;
    must_of_owner(app, signed, &view, Action::Change, Thing::Campaign)?;
    Ok(view)
}

pub(crate) async fn post(State(app): State<App>, Path(campaign): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    seen(&app, signed, &campaign).await?;
    let ground = Ground::of(&app);
    let outcome = if fields.text("viec") == "don-vi" {
        let units: Vec<String> = fields.all("don-vi").into_iter().map(str::to_owned).collect();
        take_part(ground, &signed.actor, &campaign, fields.text("khoi-don-vi"), &units).await
    } else if let Some(block) = fields.filled("khoi") {
        swap_set(ground, &signed.actor, &campaign, &block, fields.text("bo"), fields.text("ly-do")).await
    } else {
        let mut steps = Vec::new();
        for phase in Phase::TIMED {
            let (from, to) = (fields.text(&format!("tu.{}", phase.word())), fields.text(&format!("den.{}", phase.word())));
            if from.is_empty() && to.is_empty() {
                continue;
            }
            let opens =
                viet_text::parse_date(from).and_then(|day| day.and_hms_opt(0, 0, 0)).map(|at| at.and_utc() - chrono::TimeDelta::hours(7));
            // What cannot be read ends before it begins, and is refused as such.
            let opens_at = opens.unwrap_or(signed.actor.now);
            steps.push(Step { phase, opens_at, due_at: deadline(to).filter(|_| opens.is_some()).unwrap_or(opens_at) });
        }
        set_steps(ground, &signed.actor, &campaign, &steps, fields.text("ly-do")).await
    };
    let lang = signed.lang();
    let error: EvaluationError = match outcome {
        Ok(()) => return Ok(Redirect::to(&lang.href(&format!("/lam-viec/danh-gia/{campaign}/lich"))).into_response()),
        Err(error) => error,
    };
    let message = match words::refusal(&error, None, lang) {
        Some(message) => message,
        None => return Err(words::problem(error)),
    };
    let view = seen(&app, signed, &campaign).await?;
    page(&app, signed, &view, Some(fields), &[FieldError::new("lich", message)]).await
}

async fn page(
    app: &App,
    signed: &Signed,
    view: &CampaignView,
    fields: Option<&Fields>,
    errors: &[FieldError],
) -> Result<Response, Problem> {
    let lang = signed.lang();
    let path = format!("/lam-viec/danh-gia/{}/lich", view.campaign.key);
    let mut pairs: Vec<(String, String)> = Vec::new();
    for step in &view.steps {
        let day = |at: chrono::DateTime<chrono::Utc>| lang.date(platform::in_viet_nam(at).date_naive());
        pairs.push((format!("tu.{}", step.phase.word()), day(step.opens_at)));
        pairs.push((format!("den.{}", step.phase.word()), day(step.due_at)));
    }
    let saved = Fields::of(&pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>());
    let sets = list_sets(Ground::of(app), &signed.actor).await.map_err(words::problem)?;
    let title = lang.pick("Lịch và bộ tiêu chí", "Calendar and sets");
    let shown = fields.filter(|fields| fields.filled("khoi").is_none()).unwrap_or(&saved);
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, Some(&view.campaign.title), None))
        div #lich {
            (signed.form(app, &path, html! {
                (step_fields(shown, errors, lang))
                (parts::text_field(&Field { id: "ly-do-lich", name: "ly-do", label: lang.pick("Lý do thay đổi lịch", "Reason"), optional: view.campaign.phase == Phase::Draft, ..Field::default() }, Input::Text, "", None, lang))
                (parts::button(lang.pick("Lưu lịch", "Save the calendar"), ButtonKind::Primary, None))
            }))
        }
        @if view.campaign.phase == Phase::Draft {
            (parts::section_heading("don-vi", lang.pick("Đơn vị tham gia", "Units that take part"), None))
            @for (block, _) in &view.blocks {
                details.act { summary { (block.name) " (" (view.units.iter().filter(|progress| progress.unit.block == block.block).count()) ")" }
                    (signed.form(app, &path, html! {
                        input type="hidden" name="viec" value="don-vi"; input type="hidden" name="khoi-don-vi" value=(block.block);
                        @let taken = |unit: &str| view.units.iter().find(|progress| progress.unit.unit == unit).map(|progress| progress.unit.block.as_str());
                        @let choices: Vec<Choice> = app.units.below(&view.campaign.owner).into_iter()
                            .filter(|unit| taken(&unit.unit).is_none_or(|held| held == block.block))
                            .map(|unit| { let chosen = taken(&unit.unit).is_some(); Choice::new(unit.unit, unit.name, chosen) }).collect();
                        @let id = format!("don-vi-{}", block.block);
                        (parts::checkboxes(&Field { id: &id, name: "don-vi", label: lang.pick("Đơn vị", "Units"), ..Field::default() }, &choices, lang))
                        (parts::button(lang.pick("Lưu danh sách đơn vị", "Save the units"), ButtonKind::Secondary, None))
                    }))
                }
            }
        }
        (parts::section_heading("bo", lang.pick("Thay phiên bản bộ tiêu chí của một khối", "Another version of a block's set"), None))
        p { (lang.pick("Chỉ thực hiện theo quyết định, và chỉ những tiêu chí chưa đơn vị nào chấm mới được thay đổi.", "By decision only, and only criteria that nobody has scored may differ.")) }
        @for (block, set) in &view.blocks {
            details.act { summary { (block.name) ": " (lang.pick(set.definition.name.vi.as_str(), set.definition.name.en.as_str())) }
                (signed.form(app, &path, html! {
                    input type="hidden" name="khoi" value=(block.block);
                    @let id = format!("bo-{}", block.block);
                    @let choices: Vec<Choice> = sets.iter().filter(|one| one.state != SetState::Withdrawn).map(|one| Choice::new(&one.key, format!("{} ({})", one.title, one.code), one.key == block.set)).collect();
                    (parts::select_field(&Field { id: &id, name: "bo", label: lang.pick("Bộ tiêu chí", "Set"), ..Field::default() }, &choices, lang))
                    @let id = format!("ly-do-{}", block.block);
                    (parts::text_field(&Field { id: &id, name: "ly-do", label: lang.pick("Số, ngày quyết định", "Number and date of the decision"), ..Field::default() }, Input::Text, "", None, lang))
                    (parts::button(lang.pick("Thay bộ tiêu chí", "Change the set"), ButtonKind::Secondary, None))
                }))
            }
        }
    };
    Ok(work_frame(app, signed, below(signed, title, view).faults(!errors.is_empty()), body))
}
