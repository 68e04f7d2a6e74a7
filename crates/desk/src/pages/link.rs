//! Forgotten passwords, and the links that set one.

use accounts::{AccountError, account, link_account, people, use_link};
use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use platform::history::Source;
use ui::parts::{self, ButtonKind, Field, FieldError, Input};
use web::{App, Caller, Fields, Letter, Problem, Visit, Words, cookie_header, form_frame};

use super::sign_in::origin;
use crate::words;

pub(crate) async fn get_forgotten(State(app): State<App>, visit: Visit) -> Response {
    let lang = visit.lang;
    let title = lang.pick("Quên mật khẩu", "Forgotten password");
    if !app.mail {
        return without_mail(&app, &visit, title);
    }
    let body = html! {
        h1 { (title) }
        p { (lang.pick(
            "Nhập tên đăng nhập hoặc thư điện tử. Nếu tài khoản có thư điện tử, hệ thống gửi đến đó một liên kết để đặt mật khẩu mới.",
            "Type your sign-in name or mail address. If the account has a mail address, a link for a new password is sent there.",
        )) }
        (parts::form(&lang.href("/quen-mat-khau"), true, html! {
            (parts::text_field(&Field::new("tai-khoan", lang.pick("Tên đăng nhập hoặc thư điện tử", "Sign-in name or mail address")), Input::Login, "", None, lang))
            (parts::button(lang.pick("Gửi liên kết", "Send the link"), ButtonKind::Primary, None))
        }))
        p { (lang.pick("Không có thư điện tử trong hồ sơ? Người quản trị hệ thống của đơn vị có thể tạo liên kết cho bạn.", "No mail address on file? Your administrator can make a link for you.")) }
    };
    form_frame(&app, &visit, title, false, &body)
}

/// Where no mail can leave, nobody waits for one: the same words for everybody, whether they have an account or not.
fn without_mail(app: &App, visit: &Visit, title: &str) -> Response {
    let lang = visit.lang;
    let body = html! {
        h1 { (title) }
        p.lead { (lang.pick(
            "Hệ thống này chưa được cài đặt để gửi thư điện tử, nên không gửi được liên kết đặt mật khẩu.",
            "This installation is not set up to send mail, so no link for a new password can be sent.",
        )) }
        p { (lang.pick(
            "Hãy liên hệ người quản trị hệ thống của đơn vị bạn: người đó tạo liên kết đặt mật khẩu và chuyển trực tiếp cho bạn.",
            "Ask the administrator of your unit, who makes a link for a new password and hands it to you.",
        )) }
        p { a href=(lang.href("/dang-nhap")) { (lang.pick("Về trang đăng nhập", "Back to sign-in")) } }
    };
    form_frame(app, visit, title, false, &body)
}

pub(crate) async fn post_forgotten(
    State(app): State<App>,
    visit: Visit,
    caller: Option<Extension<Caller>>,
    body: Bytes,
) -> Result<Response, Problem> {
    let lang = visit.lang;
    if !app.mail {
        return Ok(without_mail(&app, &visit, lang.pick("Quên mật khẩu", "Forgotten password")));
    }
    let Extension(caller) = caller.unwrap_or_default();
    let source = Source { address: caller.address, request: caller.request, ..Source::program() };
    let fields = Fields::read(&body);
    if let Some(name) = fields.filled("tai-khoan")
        && let Some((account, link)) = people::reset_by_mail(&app.accounts, &name, &source).await?
    {
        Letter::reset(&app, &account, &link, lang).send(&app).await?;
    }
    // The same words whether there is such an account or not.
    let title = lang.pick("Đã nhận yêu cầu", "Request received");
    let minutes = app.accounts.security.reset_minutes;
    let body = html! {
        h1 { (title) }
        p.lead { (lang.pick(
            format!("Nếu tài khoản có thư điện tử, một liên kết sẽ đến trong vài phút tới và dùng được trong {minutes} phút."),
            format!("If the account has a mail address, a link will arrive within minutes; it works for {minutes} minutes."),
        )) }
        p { a href=(lang.href("/dang-nhap")) { (lang.pick("Về trang đăng nhập", "Back to sign-in")) } }
    };
    Ok(form_frame(&app, &visit, title, false, &body))
}

pub(crate) async fn get(State(app): State<App>, visit: Visit, Path(secret): Path<String>) -> Result<Response, Problem> {
    page(&app, &visit, &secret, &[]).await
}

pub(crate) async fn post(
    State(app): State<App>,
    visit: Visit,
    caller: Option<Extension<Caller>>,
    headers: HeaderMap,
    Path(secret): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let lang = visit.lang;
    let fields = Fields::read(&body);
    let (new, again) = (fields.raw("mat-khau-moi"), fields.raw("mat-khau-nhac-lai"));
    if new != again {
        return page(&app, &visit, &secret, &[again_fault(lang)]).await;
    }
    match use_link(&app.accounts, &secret, new, &origin(caller, &headers)).await {
        Ok(Some(session)) => {
            Ok(([(SET_COOKIE, cookie_header(&app, Some(&session)))], Redirect::to(&lang.href("/lam-viec?xong=mat-khau"))).into_response())
        }
        Ok(None) => Ok(Redirect::to(&lang.href("/dang-nhap?vi-sao=mat-khau-moi")).into_response()),
        Err(AccountError::Password(faults)) => {
            let errors: Vec<FieldError> =
                faults.into_iter().map(|fault| FieldError::new("mat-khau-moi", words::password_fault(fault, lang))).collect();
            page(&app, &visit, &secret, &errors).await
        }
        Err(AccountError::LinkEnded) => Ok(ended(&app, &visit)),
        Err(other) => Err(other.into()),
    }
}

pub(crate) fn again_fault(lang: ui::Lang) -> FieldError {
    FieldError::new(
        "mat-khau-nhac-lai",
        lang.pick("Hai lần nhập mật khẩu mới không giống nhau.", "The new password was not typed the same twice."),
    )
}

fn ended(app: &App, visit: &Visit) -> Response {
    let lang = visit.lang;
    let words = Words::new(
        lang.pick("Liên kết không còn dùng được", "The link does not work any more"),
        lang.pick(
            "Liên kết đã được dùng, đã hết hạn hoặc đã có liên kết mới hơn.",
            "The link was used, has ended, or a newer one was made.",
        ),
    )
    .advice(lang.pick(
        "Yêu cầu liên kết mới ở trang Quên mật khẩu, hoặc nhờ người quản trị hệ thống.",
        "Ask for a new one on the page Forgotten password, or ask your administrator.",
    ))
    .link(lang.pick("Quên mật khẩu", "Forgotten password"), lang.href("/quen-mat-khau"));
    let status = axum::http::StatusCode::GONE;
    (status, form_frame(app, visit, &words.title, false, &words.body(status, lang))).into_response()
}

async fn page(app: &App, visit: &Visit, secret: &str, errors: &[FieldError]) -> Result<Response, Problem> {
    let lang = visit.lang;
    let key = match link_account(&app.accounts, secret).await {
        Ok(key) => key,
        Err(AccountError::LinkEnded) => return Ok(ended(app, visit)),
        Err(other) => return Err(other.into()),
    };
    let mut read = app.db.read().await?;
    let person = account(read.conn(), &key).await?.ok_or(Problem::NotFound)?;
    drop(read);
    let title = lang.pick("Đặt mật khẩu", "Set a password");
    let body = html! {
        (parts::error_summary(errors, lang))
        h1 { (title) }
        p { (person.name) " – " (lang.pick("tên đăng nhập", "sign-in name")) " " strong { (person.login) } }
        (parts::form(&lang.href(&format!("/lien-ket/{secret}")), true, html! {
            (new_password_fields(app, person.has_second_factor(), errors, lang))
            (parts::button(lang.pick("Lưu mật khẩu", "Save"), ButtonKind::Primary, None))
        }))
    };
    Ok(form_frame(app, visit, title, !errors.is_empty(), &body))
}

/// Two fields for a new password, with the rule.
pub(crate) fn new_password_fields(app: &App, second_factor: bool, errors: &[FieldError], lang: ui::Lang) -> maud::Markup {
    let security = &app.accounts.security;
    let least = if second_factor { security.password_characters_with_second_factor } else { security.password_characters };
    let hint = lang.pick(
        format!("Ít nhất {least} ký tự, không dùng lại mật khẩu cũ. Một câu dễ nhớ gồm vài từ là mật khẩu tốt."),
        format!("At least {least} characters, none used before. A sentence of a few words makes a good password."),
    );
    let of = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.message.as_str());
    html! {
        (parts::text_field(&Field::new("mat-khau-moi", lang.pick("Mật khẩu mới", "New password")).hint(&hint).error(of("mat-khau-moi")), Input::NewPassword, "", None, lang))
        (parts::text_field(&Field::new("mat-khau-nhac-lai", lang.pick("Nhập lại mật khẩu mới", "The new password again")).error(of("mat-khau-nhac-lai")), Input::NewPassword, "", None, lang))
    }
}
