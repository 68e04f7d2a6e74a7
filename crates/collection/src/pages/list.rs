//! Every collection that the person may see.

use axum::extract::State;
use axum::response::Response;
use maud::html;
use ui::parts::{self, ButtonKind};
use ui::table::{Cell, Column, DataTable, Row, render_table};
use web::{App, Problem, Signed, WorkPage, work_frame};

use accounts::policy::{Action, Thing};

use crate::actions::{Ground, list, period_words};
use crate::model::UnitState;
use crate::words;

pub(crate) async fn get(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let lang = signed.lang();
    let office = signed.principal().may_somewhere(Action::Make, Thing::Collection);
    let collections = list(Ground::of(&app), &signed.actor).await.map_err(words::problem)?;
    let mut table =
        DataTable::new("dot-thu-thap", lang.pick("Các đợt thu thập số liệu, hạn mới nhất trước", "Collections, newest deadline first"))
            .column(Column::header("ten", lang.pick("Đợt thu thập", "Collection")))
            .column(Column::text("ky", lang.pick("Kỳ số liệu", "Period")))
            .column(Column::text("han", lang.pick("Hạn", "Due")))
            .column(Column::text("trang-thai", lang.pick("Trạng thái", "State")))
            .column(Column::text("tien-do", lang.pick("Tiến độ", "Progress")));
    for overview in &collections {
        let collection = &overview.collection;
        let (state, tone) = words::collection_state(collection.state, lang);
        let of = |wanted: UnitState| overview.units.iter().filter(|(part, _)| part.state == wanted).count();
        let progress = match overview.units.as_slice() {
            [(part, count)] => {
                let (state, _) = words::unit_state(part.state, lang);
                lang.pick(
                    format!("{state}, {count}/{} chỉ tiêu", overview.asked.len()),
                    format!("{state}, {count} of {} figures", overview.asked.len()),
                )
            }
            units => lang.pick(
                format!(
                    "{} đơn vị: {} đã duyệt, {} chờ duyệt, {} đang nhập hoặc bị trả lại",
                    units.len(),
                    of(UnitState::Accepted),
                    of(UnitState::Submitted),
                    of(UnitState::Open) + of(UnitState::Returned)
                ),
                format!(
                    "{} units: {} accepted, {} waiting, {} being entered or returned",
                    units.len(),
                    of(UnitState::Accepted),
                    of(UnitState::Submitted),
                    of(UnitState::Open) + of(UnitState::Returned)
                ),
            ),
        };
        let path = match overview.units.as_slice() {
            [(part, _)] => format!("/lam-viec/so-lieu/{}/{}", collection.key, part.unit),
            _ => format!("/lam-viec/so-lieu/{}", collection.key),
        };
        let title = if collection.made_up {
            lang.pick(format!("{} (minh họa)", collection.title), format!("{} (made up)", collection.title))
        } else {
            collection.title.clone()
        };
        table = table.row(Row::new(vec![
            Cell::link(title, lang.href(&path)),
            Cell::text(period_words(collection.period, lang)),
            Cell::text(words::moment(collection.due_at, lang)),
            Cell::status(state, tone),
            Cell::text(progress),
        ]));
    }
    let title = lang.pick("Số liệu", "Figures");
    let body = html! {
        (parts::page_heading(title, None, None))
        @if office { p { (parts::button_link(lang.pick("Tạo đợt thu thập", "New collection"), &lang.href("/lam-viec/so-lieu/tao"), ButtonKind::Primary)) } }
        @if table.rows.is_empty() { p { (lang.pick("Chưa có đợt thu thập số liệu nào.", "There are no collections yet.")) } }
        @else { (render_table(&table, lang)) }
    };
    Ok(work_frame(&app, &signed, WorkPage::new(title, "so-lieu").help("so-lieu"), body))
}
