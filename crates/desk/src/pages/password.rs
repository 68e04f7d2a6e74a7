//! Changing one's own password.

use accounts::{AccountError, sign_in};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use ui::parts::{self, ButtonKind, Field, FieldError, Input, Tone};
use web::{App, Posted, Problem, Signed, WorkPage, work_frame};

use super::link::{again_fault, new_password_fields};
use crate::words;

pub(crate) async fn get(State(app): State<App>, signed: Signed) -> Response {
    page(&app, &signed, &[])
}

pub(crate) async fn post(State(app): State<App>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let lang = signed.lang();
    let new = fields.raw("mat-khau-moi");
    if new != fields.raw("mat-khau-nhac-lai") {
        return Ok(page(&app, signed, &[again_fault(lang)]));
    }
    let errors = match sign_in::change_password(&app.accounts, &signed.actor, fields.raw("mat-khau-cu"), new).await {
        Ok(()) => return Ok(Redirect::to(&lang.href("/lam-viec/tai-khoan?xong=mat-khau")).into_response()),
        Err(AccountError::Password(faults)) => {
            faults.into_iter().map(|fault| FieldError::new("mat-khau-moi", words::password_fault(fault, lang))).collect()
        }
        Err(error @ (AccountError::WrongPassword | AccountError::Locked { .. })) => {
            vec![FieldError::new("mat-khau-cu", words::account_error(&error, lang).unwrap_or_default())]
        }
        Err(other) => return Err(other.into()),
    };
    Ok(page(&app, signed, &errors))
}

fn page(app: &App, signed: &Signed, errors: &[FieldError]) -> Response {
    let lang = signed.lang();
    let title = lang.pick("Đổi mật khẩu", "Change the password");
    let old = errors.iter().find(|error| error.field == "mat-khau-cu").map(|error| error.message.as_str());
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, None, None))
        @if signed.principal().must_change_password {
            (parts::notice(Tone::Warning, None, html! { p { (lang.pick(
                "Cần đổi mật khẩu trước khi làm việc tiếp: mật khẩu đã quá hạn hoặc người quản trị yêu cầu đổi.",
                "Change the password before going on: it is too old, or an administrator asked for it.",
            )) } }, lang))
        }
        (signed.form(app, "/lam-viec/tai-khoan/mat-khau", html! {
            (parts::text_field(&Field::new("mat-khau-cu", lang.pick("Mật khẩu hiện tại", "Present password")).error(old), Input::Password, "", None, lang))
            (new_password_fields(app, signed.principal().second_factor, errors, lang))
            (parts::button(lang.pick("Lưu mật khẩu", "Save"), ButtonKind::Primary, None))
        }))
        p.hint { (lang.pick("Các phiên làm việc khác của bạn sẽ kết thúc.", "Your other sessions will end.")) }
    };
    let frame = WorkPage::new(title, "")
        .below(signed, lang.pick("Tài khoản của tôi", "My account"), "/lam-viec/tai-khoan")
        .faults(!errors.is_empty());
    work_frame(app, signed, frame, body)
}
