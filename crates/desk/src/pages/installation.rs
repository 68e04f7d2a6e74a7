//! How the installation is: each part, what was found, what to do.

use accounts::policy::Action;
use axum::extract::State;
use axum::response::Response;
use maud::html;
use ui::Lang;
use ui::parts::{self, Tone};
use ui::table::{Cell, Column, DataTable, Row, render_table};
use web::{App, Condition, Problem, Signed, Wellness, WorkPage, work_frame};

use super::jobs::on_installation;
use crate::words;

/// Key of its entry in the navigation.
pub(crate) const KEY: &str = "tinh-trang";
/// Where it is.
pub(crate) const PATH: &str = "/lam-viec/tinh-trang";

fn words_of(wellness: Wellness, lang: Lang) -> (&'static str, Tone) {
    match wellness {
        Wellness::Well => (lang.pick("Bình thường", "Well"), Tone::Success),
        Wellness::Watch => (lang.pick("Cần chú ý", "Look at it"), Tone::Warning),
        Wellness::Ill => (lang.pick("Có lỗi", "Fault"), Tone::Error),
    }
}

pub(crate) async fn get(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let lang = signed.lang();
    if !on_installation(&app, signed.principal(), Action::See) {
        return Err(Problem::NotFound);
    }
    let conditions = app.condition_source.conditions(&app, lang).await;
    let title = lang.pick("Tình trạng cài đặt", "State of the installation");
    let worst = conditions.iter().map(|one| one.wellness).max().unwrap_or(Wellness::Well);
    let summary = match worst {
        Wellness::Well => lang.pick("Mọi bộ phận hoạt động bình thường.", "All parts do their work."),
        Wellness::Watch => lang.pick("Hệ thống hoạt động; có bộ phận cần chú ý.", "The installation works; a part should be looked at."),
        Wellness::Ill => lang.pick("Có bộ phận không hoạt động.", "A part does not do its work."),
    };
    let (_, tone) = words_of(worst, lang);
    let body = html! {
        (parts::page_heading(title, None, None))
        (parts::notice(tone, None, html! { p { (summary) } }, lang))
        (render_table(&table(&conditions, lang), lang))
        p.note {
            (lang.pick("Xem lúc", "Looked at")) " " (words::moment(signed.actor.now, lang)) ". "
            (lang.pick("Phiên bản chương trình", "Version of the program")) ": " (app.version) ". "
            (lang.pick(
                "Lệnh “cchc check” kiểm tra kỹ hơn: chuỗi nhật ký, từng tệp minh chứng, các chỉ số tính lại.",
                "The command “cchc check” looks closer: chains of the history, every file, every index recomputed.",
            ))
        }
        p {
            a href=(lang.href("/lam-viec/tac-vu")) { (lang.pick("Tác vụ", "Jobs")) }
            " · "
            a href=(lang.href("/lam-viec/thong-bao/khong-gui-duoc")) { (lang.pick("Thông báo không gửi được", "What could not be sent")) }
        }
    };
    Ok(work_frame(&app, &signed, WorkPage::new(title, KEY).help("tinh-trang"), body))
}

fn table(conditions: &[Condition], lang: Lang) -> DataTable {
    let mut table = DataTable::new("tinh-trang", lang.pick("Các bộ phận của hệ thống", "Parts of the installation"))
        .column(Column::header("bo-phan", lang.pick("Bộ phận", "Part")))
        .column(Column::text("trang-thai", lang.pick("Trạng thái", "State")))
        .column(Column::text("ket-qua", lang.pick("Kết quả kiểm tra", "What was found")))
        .column(Column::text("can-lam", lang.pick("Việc cần làm", "What to do")));
    for one in conditions {
        let (state, tone) = words_of(one.wellness, lang);
        let (vi, en) = one.part;
        table = table.row(Row::new(vec![
            Cell::text(lang.pick(vi, en)),
            Cell::status(state, tone),
            Cell::text(one.finding.as_str()),
            Cell::text(one.advice.as_deref().unwrap_or("–")),
        ]));
    }
    table
}
