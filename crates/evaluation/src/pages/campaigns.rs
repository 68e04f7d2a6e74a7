//! Every campaign that the person may see.

use accounts::policy::{Action, Thing};
use axum::extract::State;
use axum::response::Response;
use maud::html;
use ui::parts::{self, ButtonKind, Tone};
use ui::table::{Cell, Column, DataTable, Row, render_table};
use web::{App, Ground, Problem, Signed, WorkPage, work_frame};

use super::NAV;
use crate::actions::heads;
use crate::model::{Phase, UnitState};
use crate::words;

pub(crate) async fn get(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let lang = signed.lang();
    let campaigns = heads(Ground::of(&app), &signed.actor).await.map_err(words::problem)?;
    let mut table = DataTable::new("cac-dot", lang.pick("Các đợt đánh giá, năm mới nhất trước", "Campaigns, newest year first"))
        .column(Column::header("ten", lang.pick("Đợt đánh giá", "Campaign")))
        .column(Column::text("nam", lang.pick("Năm", "Year")))
        .column(Column::text("buoc", lang.pick("Bước", "Step")))
        .column(Column::text("han", lang.pick("Hạn của bước", "Step ends")))
        .column(Column::text("tien-do", lang.pick("Tiến độ", "Progress")));
    for view in &campaigns {
        let campaign = &view.campaign;
        let withdrawn = view.results.first().is_some_and(|newest| newest.withdrawn_at.is_some());
        let (phase, tone) = match campaign.phase {
            Phase::Published if withdrawn => (lang.pick("Đã rút kết quả", "Result withdrawn"), Tone::Warning),
            phase => words::phase(phase, lang),
        };
        let handed_in = view.units.iter().filter(|progress| progress.unit.state == UnitState::Submitted).count();
        let progress = match view.units.as_slice() {
            [one] if campaign.phase == Phase::Scoring => {
                let (state, _) = words::unit_state(one.unit.state, lang);
                lang.pick(
                    format!("{state}, đã nhập {}/{} mục", one.entered, one.asked),
                    format!("{state}, {} of {} entered", one.entered, one.asked),
                )
            }
            [one] => words::unit_state(one.unit.state, lang).0.to_owned(),
            units => lang.pick(format!("{handed_in}/{} đơn vị đã gửi", units.len()), format!("{handed_in} of {} handed in", units.len())),
        };
        let path = match view.units.as_slice() {
            [one] if !view.sees_all => format!("/lam-viec/danh-gia/{}/{}", campaign.key, one.unit.unit),
            _ => format!("/lam-viec/danh-gia/{}", campaign.key),
        };
        let title = if campaign.made_up {
            lang.pick(format!("{} (minh họa)", campaign.title), format!("{} (made up)", campaign.title))
        } else {
            campaign.title.clone()
        };
        table = table.row(Row::new(vec![
            Cell::link(title, lang.href(&path)),
            Cell::text(campaign.year.to_string()),
            Cell::status(phase, tone),
            Cell::text(view.step(campaign.phase).map_or_else(|| "–".to_owned(), |step| words::moment(step.due_at, lang))),
            Cell::text(progress),
        ]));
    }
    let title = lang.pick("Đánh giá, xếp hạng", "Evaluation");
    let body = html! {
        (parts::page_heading(title, Some(lang.pick("Tự chấm điểm, thẩm định, giải trình, hội đồng, kết quả.", "Self-scores, appraisal, explanations, council, results.")), None))
        p {
            @if signed.principal().may_somewhere(Action::Make, Thing::Campaign) { (parts::button_link(lang.pick("Tạo đợt đánh giá", "New campaign"), &lang.href("/lam-viec/danh-gia/tao"), ButtonKind::Primary)) " " }
            (parts::button_link(lang.pick("Các bộ tiêu chí", "Criteria sets"), &lang.href("/lam-viec/bo-tieu-chi"), ButtonKind::Secondary))
        }
        @if table.rows.is_empty() { p { (lang.pick("Chưa có đợt đánh giá nào.", "There are no campaigns yet.")) } }
        @else { (render_table(&table, lang)) }
    };
    Ok(work_frame(&app, &signed, WorkPage::new(title, NAV).help("danh-gia"), body))
}
