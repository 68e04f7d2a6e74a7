//! A form whose session had ended comes back: what was typed is sent again, with a token of the present session.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use maud::html;
use ui::parts::{self, ButtonKind};
use web::{App, Fields, Problem, Signed, WorkPage, work_frame};

/// Shows what is about to be sent and asks. No token is asked for here: nothing is done but showing the form.
pub(crate) async fn post(State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, Problem> {
    let lang = signed.lang();
    let fields = Fields::read(&body);
    let to = fields.text("gui-den").to_owned();
    if !ui::url::is_local_path(&to) || to.starts_with("/gui-lai") {
        return Err(Problem::BadForm);
    }
    let title = lang.pick("Gửi lại nội dung đã nhập", "Send what you typed");
    let typed: Vec<(&str, &str)> =
        fields.beginning("").filter(|(name, value)| !["gui-den", "phieu"].contains(name) && !value.is_empty()).collect();
    let body = html! {
        (parts::page_heading(title, Some(lang.pick(
            "Nội dung dưới đây được giữ lại từ trước khi phiên làm việc kết thúc. Kiểm tra rồi bấm gửi.",
            "This was kept from before the session ended. Check it and send it.",
        )), None))
        dl.key-values { @for (name, value) in &typed { dt { code { (name) } } dd { (value) } } }
        (signed.form(&app, &to, html! {
            (fields.kept())
            (parts::button(lang.pick("Gửi", "Send"), ButtonKind::Primary, None))
        }))
    };
    Ok(work_frame(&app, &signed, WorkPage::new(title, ""), body))
}
