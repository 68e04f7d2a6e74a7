//! A campaign: its steps, how far each unit is, and the ways from here.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use ui::Lang;
use ui::parts::{self, ButtonKind, Field, FieldError, Input, Step, StepState};
use ui::table::{Cell, Column, DataTable, Row, render_table};
use web::{App, Ground, Posted, Problem, Signed, WorkPage, work_frame};

use super::NAV;
use crate::actions::{self, CampaignView, EvaluationError, behind, overview};
use crate::model::{Phase, UnitState};
use crate::words;

pub(crate) async fn get(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Result<Response, Problem> {
    let view = overview(Ground::of(&app), &signed.actor, &campaign).await.map_err(words::problem)?;
    Ok(page(&app, &signed, &view, &[]))
}

pub(crate) async fn advance(State(app): State<App>, Path(campaign): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let outcome = actions::advance(Ground::of(&app), &signed.actor, &campaign, fields.text("ban").parse().unwrap_or(0)).await;
    done(&app, signed, &campaign, outcome.map(drop)).await
}

pub(crate) async fn back(State(app): State<App>, Path(campaign): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let seen = fields.text("ban").parse().unwrap_or(0);
    let outcome = actions::back(Ground::of(&app), &signed.actor, &campaign, seen, fields.text("ly-do")).await;
    done(&app, signed, &campaign, outcome.map(drop)).await
}

pub(crate) async fn discard(State(app): State<App>, Path(campaign): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let seen = fields.text("ban").parse().unwrap_or(0);
    match actions::discard(Ground::of(&app), &signed.actor, &campaign, seen).await {
        Ok(()) => Ok(Redirect::to(&signed.lang().href("/lam-viec/danh-gia")).into_response()),
        Err(error) => done(&app, signed, &campaign, Err(error)).await,
    }
}

/// After an act on the whole campaign: its page again, or what was refused.
pub(crate) async fn done(app: &App, signed: &Signed, campaign: &str, outcome: Result<(), EvaluationError>) -> Result<Response, Problem> {
    let lang = signed.lang();
    match outcome {
        Ok(()) => Ok(Redirect::to(&lang.href(&format!("/lam-viec/danh-gia/{campaign}"))).into_response()),
        Err(error) => match words::refusal(&error, None, lang) {
            Some(message) => {
                let view = overview(Ground::of(app), &signed.actor, campaign).await.map_err(words::problem)?;
                Ok(page(app, signed, &view, &[FieldError::new("buoc", message)]))
            }
            None => Err(words::problem(error)),
        },
    }
}

/// Refuses what the person may not do to the campaign as a whole.
pub(crate) fn must_of_owner(app: &App, signed: &Signed, view: &CampaignView, action: Action, thing: Thing) -> Result<(), Problem> {
    let lineage = app.units.lineage(&view.campaign.owner).ok_or(Problem::NotFound)?;
    Ok(signed.principal().must(action, thing, &lineage)?)
}

/// The frame of a page below a campaign.
pub(crate) fn below(signed: &Signed, title: &str, view: &CampaignView) -> WorkPage {
    WorkPage::new(title, NAV)
        .below(signed, signed.lang().pick("Đánh giá", "Evaluation"), "/lam-viec/danh-gia")
        .below(signed, &view.campaign.title, &format!("/lam-viec/danh-gia/{}", view.campaign.key))
        .help("danh-gia")
}

fn page(app: &App, signed: &Signed, view: &CampaignView, errors: &[FieldError]) -> Response {
    let lang = signed.lang();
    let campaign = &view.campaign;
    let path = format!("/lam-viec/danh-gia/{}", campaign.key);
    let title = if campaign.made_up {
        lang.pick(format!("{} (minh họa)", campaign.title), format!("{} (made up)", campaign.title))
    } else {
        campaign.title.clone()
    };
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(&title, campaign.note.as_deref(), None))
        (ways(view, &path, lang))
        (parts::section_heading("buoc", lang.pick("Các bước", "Steps"), None))
        (parts::steps(&steps(view, lang), lang))
        @if view.office { (office(app, signed, view, &path)) }
        (parts::section_heading("don-vi", lang.pick("Tiến độ của các đơn vị", "Progress of the units"), None))
        (progress_summary(signed, view, lang))
        @for (block, set) in &view.blocks {
            @let own: Vec<_> = view.units.iter().filter(|progress| progress.unit.block == block.block).collect();
            @if !own.is_empty() {
                h3 { (block.name) }
                p { (lang.pick("Bộ tiêu chí: ", "Criteria set: ")) a href=(lang.href(&format!("/lam-viec/bo-tieu-chi/{}", block.set))) { (lang.pick(set.definition.name.vi.as_str(), set.definition.name.en.as_str())) }
                    @if view.sees_all { " · " a href=(lang.href(&format!("{path}/tieu-chi/{}/{}", block.block, first_leaf(set)))) { (lang.pick("Xem từng tiêu chí của mọi đơn vị", "One criterion over all units")) } }
                }
                (progress_table(view, &app.units, &block.block, &block.name, &path, lang))
            }
        }
    };
    let frame = WorkPage::new(title.clone(), NAV).below(signed, lang.pick("Đánh giá", "Evaluation"), "/lam-viec/danh-gia").help("danh-gia");
    work_frame(app, signed, frame.faults(!errors.is_empty()), body)
}

fn first_leaf(set: &crate::set::CriteriaSet) -> &str {
    set.leaves().first().map_or("", |leaf| set.definition.nodes[*leaf].code.as_str())
}

fn ways(view: &CampaignView, path: &str, lang: Lang) -> Markup {
    html! {
        p.ways {
            (parts::button_link(lang.pick("Kết quả", "Results"), &lang.href(&format!("{path}/ket-qua")), ButtonKind::Secondary)) " "
            @if view.sees_all {
                (parts::button_link(lang.pick("Hội đồng", "Council"), &lang.href(&format!("{path}/hoi-dong")), ButtonKind::Secondary)) " "
                (parts::button_link(lang.pick("Đối chiếu thẩm định", "Consistency"), &lang.href(&format!("{path}/doi-chieu")), ButtonKind::Secondary)) " "
            }
            @if view.office {
                (parts::button_link(lang.pick("Phân công", "Assignments"), &lang.href(&format!("{path}/phan-cong")), ButtonKind::Secondary)) " "
                (parts::button_link(lang.pick("Nhập điểm điều tra", "Survey points"), &lang.href(&format!("{path}/diem/nhap")), ButtonKind::Secondary)) " "
                (parts::button_link(lang.pick("Lịch, bộ tiêu chí", "Calendar, sets"), &lang.href(&format!("{path}/lich")), ButtonKind::Secondary))
            }
        }
    }
}

fn steps(view: &CampaignView, lang: Lang) -> Vec<Step> {
    let at = Phase::ALL.iter().position(|phase| *phase == view.campaign.phase).unwrap_or(0);
    Phase::ALL
        .iter()
        .enumerate()
        .filter(|(_, phase)| **phase != Phase::Draft)
        .map(|(position, phase)| {
            let state = if position < at {
                StepState::Done
            } else if position == at {
                StepState::Current
            } else {
                StepState::ToDo
            };
            let mut step = Step::new(words::phase(*phase, lang).0, state);
            if let Some(time) = view.step(*phase) {
                step.detail = Some(format!("{} – {}", words::moment(time.opens_at, lang), words::moment(time.due_at, lang)));
            }
            step
        })
        .collect()
}

fn office(app: &App, signed: &Signed, view: &CampaignView, path: &str) -> Markup {
    let lang = signed.lang();
    let campaign = &view.campaign;
    let version = html! { input type="hidden" name="ban" value=(campaign.version); };
    html! {
        @if let Ok(next) = campaign.phase.next() {
            (signed.form(app, &format!("{path}/buoc-tiep"), html! {
                (version)
                @let waiting = view.units.iter().filter(|progress| progress.unit.state != UnitState::Submitted).count();
                @if campaign.phase == Phase::Scoring && waiting > 0 {
                    p.hint { (lang.pick(format!("Còn {waiting} / {} đơn vị chưa gửi. Chuyển bước thì các đơn vị đó không nhập được nữa, trừ khi được mở lại.", view.units.len()), format!("{waiting} of {} units have not handed in. They cannot enter any more after this, unless they are opened again.", view.units.len()))) }
                }
                (parts::button(&lang.pick(format!("Chuyển sang bước “{}”", words::phase(next, lang).0), format!("Open the step “{}”", words::phase(next, lang).0)), ButtonKind::Primary, None))
            }))
        }
        @if campaign.phase == Phase::Draft {
            details.act { summary { (lang.pick("Xóa bản chuẩn bị này", "Throw this draft away")) }
                (signed.form(app, &format!("{path}/xoa-nhap"), html! {
                    (version)
                    p { (lang.pick("Lịch, danh sách đơn vị, phân công và Hội đồng của đợt này bị xóa; chưa đơn vị nào thấy đợt này. Bộ tiêu chí không đợt nào khác dùng thì sửa được trở lại.", "Its calendar, units, assignments and council go; no unit has seen it. Sets that no other campaign uses can be edited again.")) }
                    (parts::button(lang.pick("Xóa bản chuẩn bị", "Throw away"), ButtonKind::Danger, None))
                }))
            }
        }
        @if let Ok(before) = campaign.phase.back() {
            details.act { summary { (lang.pick(format!("Quay lại bước “{}”", words::phase(before, lang).0), format!("Go back to “{}”", words::phase(before, lang).0))) }
                (signed.form(app, &format!("{path}/buoc-truoc"), html! {
                    (version)
                    (parts::text_field(&Field { id: "ly-do-buoc", name: "ly-do", label: lang.pick("Lý do", "Reason"), ..Field::default() }, Input::Text, "", None, lang))
                    (parts::button(lang.pick("Quay lại", "Go back"), ButtonKind::Secondary, None))
                }))
            }
        }
    }
}

fn progress_summary(signed: &Signed, view: &CampaignView, lang: Lang) -> Markup {
    let (not_begun, late) = behind(view, signed.actor.now);
    let of = |state: UnitState| view.units.iter().filter(|progress| progress.unit.state == state).count();
    html! {
        (parts::key_values(&[
            (lang.pick("Đã gửi", "Handed in"), html! { (of(UnitState::Submitted)) " / " (view.units.len()) }),
            (lang.pick("Chờ người đứng đầu", "Waiting for the head"), html! { (of(UnitState::ForApproval)) }),
            (lang.pick("Chưa bắt đầu", "Not begun"), html! { (names(&not_begun, lang)) }),
            (lang.pick("Quá hạn", "Late"), html! { (names(&late, lang)) }),
        ]))
    }
}

fn names(units: &[&actions::Progress], lang: Lang) -> String {
    if units.is_empty() {
        return lang.pick("không có đơn vị nào", "none").to_owned();
    }
    let mut names: Vec<String> = units.iter().take(10).map(|progress| progress.unit.name.clone()).collect();
    if units.len() > names.len() {
        let more = units.len() - names.len();
        names.push(lang.pick(format!("và {more} đơn vị khác"), format!("and {more} more")));
    }
    format!("{}: {}", units.len(), names.join("; "))
}

fn progress_table(view: &CampaignView, units: &web::UnitTree, block: &str, name: &str, path: &str, lang: Lang) -> Markup {
    let mut table = DataTable::new(format!("tien-do-{block}"), name.to_owned())
        .column(Column::header("ten", lang.pick("Đơn vị", "Unit")))
        .column(Column::text("trang-thai", lang.pick("Trạng thái", "State")))
        .column(Column::number("nhap", lang.pick("Đã nhập", "Entered"), 0))
        .column(Column::number("can", lang.pick("Cần nhập", "Asked"), 0))
        .column(Column::number("y-kien", lang.pick("Đã có kết luận", "Ruled"), 0))
        .column(Column::number("hoi", lang.pick("Cần giải trình", "To explain"), 0))
        .column(Column::number("tieu-chi", lang.pick("Số tiêu chí", "Criteria"), 0));
    let number = |value: i64| Cell::number(rust_decimal::Decimal::from(value), 0);
    for progress in view.units.iter().filter(|progress| progress.unit.block == block) {
        let (state, tone) = words::unit_state(progress.unit.state, lang);
        let name = if progress.unit.ranked {
            progress.unit.name.clone()
        } else {
            format!("{} ({})", progress.unit.name, lang.pick("không xếp hạng", "not ranked"))
        };
        let name = match &progress.unit.successor {
            Some(successor) => format!("{name} ({} {})", lang.pick("đã sáp nhập vào", "merged into"), units.name(successor)),
            None => name,
        };
        table = table.row(Row::new(vec![
            Cell::link(name, lang.href(&format!("{path}/{}", progress.unit.unit))),
            Cell::status(state, tone),
            number(progress.entered),
            number(progress.asked),
            number(progress.ruled),
            number(progress.questions),
            number(progress.leaves),
        ]));
    }
    html! { @if view.units.len() > 12 { (parts::table_filter(&table.id, lang.pick("Lọc đơn vị", "Filter units"), lang)) } (render_table(&table, lang)) }
}
