//! Who appraises what; standard phrases.

use accounts::policy::{Action, Role, Thing};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use ui::parts::{self, ButtonKind, Choice, Field, FieldError, Input};
use web::{App, Ground, Posted, Problem, Signed, work_frame};

use super::overview::{below, must_of_owner};
use crate::actions::{self, CampaignView, EvaluationError, overview, people, phrases};
use crate::model::Duty;
use crate::words;

pub(crate) async fn get(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Result<Response, Problem> {
    let view = seen(&app, &signed, &campaign).await?;
    page(&app, &signed, &view, &[]).await
}

async fn seen(app: &App, signed: &Signed, campaign: &str) -> Result<CampaignView, Problem> {
    let view = overview(Ground::of(app), &signed.actor, campaign).await.map_err(words::problem)?;
    must_of_owner(app, signed, &view, Action::Change, Thing::Campaign)?;
    Ok(view)
}

pub(crate) async fn post(State(app): State<App>, Path(campaign): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    seen(&app, signed, &campaign).await?;
    let (ground, actor) = (Ground::of(&app), &signed.actor);
    let outcome = match fields.text("viec") {
        "bo-phan-cong" => actions::unassign(ground, actor, &campaign, fields.text("phan-cong")).await,
        "them-cau" => actions::add_phrase(ground, actor, &campaign, fields.text("cau")).await,
        "bo-cau" => actions::drop_phrase(ground, actor, &campaign, fields.text("cau")).await,
        _ => {
            let duty = Duty::of(fields.text("vai")).ok_or(Problem::BadForm)?;
            if !eligible(&app, signed, &campaign, &[Role::Appraiser], fields.text("nguoi")).await? {
                return after(&app, signed, &campaign, Err(EvaluationError::NoSuchPerson)).await;
            }
            let (block, node) = fields.text("nhom").split_once('/').unwrap_or(("", fields.text("nhom")));
            let block = Some(block).filter(|block| !block.is_empty());
            let unit = fields.filled("don-vi").map(|label| app.units.by_label(&label).unwrap_or(label));
            if let Some(unknown) = unit.as_ref().filter(|unit| app.units.get(unit).is_none()) {
                return after(&app, signed, &campaign, Err(EvaluationError::NoSuchUnit(unknown.clone()))).await;
            }
            actions::assign(ground, actor, &campaign, fields.text("nguoi"), duty, node, (block, unit.as_deref())).await
        }
    };
    after(&app, signed, &campaign, outcome).await
}

/// Whether an account may be given a place in a campaign: it has one of the roles at the unit that evaluates.
pub(super) async fn eligible(app: &App, signed: &Signed, campaign: &str, roles: &[Role], account: &str) -> Result<bool, Problem> {
    let view = seen(app, signed, campaign).await?;
    for role in roles {
        let found = people(Ground::of(app), &signed.actor, &view.campaign, *role).await.map_err(words::problem)?;
        if found.iter().any(|(known, _, _)| known == account) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn after(app: &App, signed: &Signed, campaign: &str, outcome: Result<(), EvaluationError>) -> Result<Response, Problem> {
    let lang = signed.lang();
    match outcome {
        Ok(()) => Ok(Redirect::to(&lang.href(&format!("/lam-viec/danh-gia/{campaign}/phan-cong"))).into_response()),
        Err(error) => match words::refusal(&error, None, lang) {
            Some(message) => {
                let view = seen(app, signed, campaign).await?;
                page(app, signed, &view, &[FieldError::new("nguoi", message)]).await
            }
            None => Err(words::problem(error)),
        },
    }
}

/// A part of the tree by code and name; the whole set as such.
fn part_name(view: &CampaignView, block: Option<&str>, node: &str, lang: ui::Lang) -> String {
    let found = view.blocks.iter().filter(|(held, _)| block.is_none_or(|block| held.block == block)).find_map(|(_, set)| {
        let id = set.definition.node(node)?;
        Some(if id == set.definition.total {
            lang.pick("toàn bộ", "all of it").to_owned()
        } else {
            format!("{node} {}", set.name(id, lang))
        })
    });
    found.unwrap_or_else(|| node.to_owned())
}

async fn page(app: &App, signed: &Signed, view: &CampaignView, errors: &[FieldError]) -> Result<Response, Problem> {
    let lang = signed.lang();
    let ground = Ground::of(app);
    let path = format!("/lam-viec/danh-gia/{}/phan-cong", view.campaign.key);
    let judges = people(ground, &signed.actor, &view.campaign, Role::Appraiser).await.map_err(words::problem)?;
    let phrases = phrases(ground, &view.campaign).await.map_err(words::problem)?;
    let who: Vec<Choice> = judges.iter().map(|(account, name, unit)| Choice::new(account, format!("{name} – {unit}"), false)).collect();
    let duties: Vec<Choice> =
        Duty::ALL.iter().map(|duty| Choice::new(duty.word(), words::duty(*duty, lang), *duty == Duty::Appraiser)).collect();
    let mut nodes = Vec::new();
    for (block, set) in &view.blocks {
        for (id, depth) in set.tree().into_iter().filter(|(_, depth)| *depth <= 3) {
            let code = &set.definition.nodes[id].code;
            let indent = "\u{2003}".repeat(depth);
            nodes.push(Choice::new(
                format!("{}/{code}", block.block),
                format!("{indent}{}: {code} {}", block.name, set.name(id, lang)),
                false,
            ));
        }
    }
    let title = lang.pick("Phân công thẩm định", "Assignments");
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, Some(&view.campaign.title), None))
        @if view.assignments.is_empty() { p { (lang.pick("Chưa phân công ai.", "Nobody was assigned yet.")) } }
        @else {
            div.table-box tabindex="0" role="region" aria-label=(title) { table.entry {
                caption { (lang.pick("Đã phân công", "Assigned")) }
                thead { tr { th scope="col" { (lang.pick("Người", "Person")) } th scope="col" { (lang.pick("Việc", "Duty")) } th scope="col" { (lang.pick("Phạm vi", "Part")) } th scope="col" { (lang.pick("Đơn vị", "Units")) } th scope="col" { (lang.pick("Bỏ", "Remove")) } } }
                tbody { @for one in &view.assignments { tr {
                    th scope="row" { (one.name) }
                    td data-label=(lang.pick("Việc", "Duty")) { (words::duty(one.duty, lang)) }
                    td data-label=(lang.pick("Phạm vi", "Part")) { @if let Some(block) = &one.block { (view.blocks.iter().find(|(held, _)| held.block == *block).map_or(block.as_str(), |(held, _)| held.name.as_str())) ": " } (part_name(view, one.block.as_deref(), &one.node, lang)) }
                    td data-label=(lang.pick("Đơn vị", "Units")) { (one.unit.as_deref().map_or_else(|| lang.pick("mọi đơn vị", "all").to_owned(), |unit| app.units.name(unit))) }
                    td { (signed.form(app, &path, html! { input type="hidden" name="viec" value="bo-phan-cong"; input type="hidden" name="phan-cong" value=(one.key); (parts::button(lang.pick("Bỏ", "Remove"), ButtonKind::Secondary, None)) })) }
                } } }
            } }
        }
        (parts::section_heading("them", lang.pick("Phân công thêm", "Assign"), None))
        @if who.is_empty() { p { (lang.pick("Chưa có ai giữ vai trò Thẩm định viên. Quản trị hệ thống giao vai trò ở mục Người dùng.", "Nobody has the role of an appraiser.")) } }
        @else {
            (signed.form(app, &path, html! {
                (parts::select_field(&Field::new("nguoi", lang.pick("Thẩm định viên", "Appraiser")), &who, lang))
                (parts::select_field(&Field::new("vai", lang.pick("Việc", "Duty")), &duties, lang))
                (parts::select_field(&Field::new("nhom", lang.pick("Phần của bộ tiêu chí", "Part of the set")), &nodes, lang))
                (parts::text_field(&Field::new("don-vi", lang.pick("Chỉ với đơn vị", "One unit only")).hint(lang.pick("Tên đầy đủ; để trống là mọi đơn vị.", "Its full name; empty for all.")).optional(), Input::Text, "", None, lang))
                (parts::button(lang.pick("Phân công", "Assign"), ButtonKind::Primary, None))
            }))
        }
        (parts::section_heading("cau-mau", lang.pick("Câu mẫu khi thẩm định", "Standard phrases"), None))
        @if !phrases.is_empty() { ul { @for (key, words) in &phrases { li { (words) " "
            (signed.form(app, &path, html! { input type="hidden" name="viec" value="bo-cau"; input type="hidden" name="cau" value=(key); (parts::button(lang.pick("Bỏ", "Remove"), ButtonKind::Secondary, None)) }))
        } } } }
        (signed.form(app, &path, html! {
            input type="hidden" name="viec" value="them-cau";
            (parts::text_field(&Field::new("cau", lang.pick("Câu mới", "New phrase")), Input::Text, "", None, lang))
            (parts::button(lang.pick("Thêm câu", "Add"), ButtonKind::Secondary, None))
        }))
    };
    Ok(work_frame(app, signed, below(signed, title, view).faults(!errors.is_empty()), body))
}
