//! Signing in and out.

use accounts::policy::Role;
use accounts::sign_in::{Origin, SignedIn, with_code, with_password};
use accounts::{AccountState, SignInRefusal, accounts, end_session, grants_of};
use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::http::header::{SET_COOKIE, USER_AGENT};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use ui::parts::{self, ButtonKind, Field, FieldError, Input, Tone};
use web::{App, Caller, Fields, Posted, Problem, Signed, Visit, cookie_header, form_frame, session_secret, work_frame};

use crate::words;

/// The password of every made-up person; it stands on the sign-in page of a demonstration.
pub const DEMO_PASSWORD: &str = "dung-thu-cchc-2026";

pub(crate) fn origin(caller: Option<Extension<Caller>>, headers: &HeaderMap) -> Origin {
    let Extension(caller) = caller.unwrap_or_default();
    let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Origin { agent, address: caller.address, request: caller.request }
}

/// Where to go after signing in: a page of this site, or the first page.
pub(crate) fn destination(visit: &Visit, wanted: &str) -> String {
    let local = ui::url::is_local_path(wanted) && wanted.bytes().all(|byte| (0x21..0x7f).contains(&byte));
    visit.lang.href(if local { wanted } else { "/lam-viec" })
}

fn with_cookie(app: &App, secret: Option<&str>, to: &str) -> Response {
    ([(SET_COOKIE, cookie_header(app, secret))], Redirect::to(to)).into_response()
}

pub(crate) async fn get(State(app): State<App>, visit: Visit, signed: Option<Signed>) -> Result<Response, Problem> {
    if signed.is_some() {
        return Ok(Redirect::to(&destination(&visit, &visit.value("ve").unwrap_or_default())).into_response());
    }
    let why = visit.value("vi-sao");
    let back = visit.value("ve").unwrap_or_default();
    page(&app, &visit, "", &back, why.as_deref(), None).await
}

pub(crate) async fn post(
    State(app): State<App>,
    visit: Visit,
    caller: Option<Extension<Caller>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let fields = Fields::read(&body);
    let (login, password, back) = (fields.text("ten-dang-nhap"), fields.raw("mat-khau"), fields.text("ve"));
    let lang = visit.lang;
    if login.is_empty() || password.is_empty() {
        let message = lang.pick("Nhập tên đăng nhập và mật khẩu.", "Type your sign-in name and password.");
        return page(&app, &visit, login, back, None, Some(message)).await;
    }
    match with_password(&app.accounts, login, password, &origin(caller, &headers)).await {
        Ok(SignedIn::Open { secret }) => Ok(with_cookie(&app, Some(&secret), &destination(&visit, back))),
        Ok(SignedIn::SecondFactor { secret }) => {
            let next = ui::url::with_query(&lang.href("/dang-nhap/ma-xac-thuc"), &[("ve", back)]);
            Ok(with_cookie(&app, Some(&secret), &next))
        }
        Err(SignInRefusal::Db(error)) => Err(error.into()),
        Err(SignInRefusal::Hash) => Err(Problem::Fault),
        Err(SignInRefusal::Wrong | SignInRefusal::Locked { .. } | SignInRefusal::Closed) => {
            let minutes = app.accounts.security.lock_minutes;
            let failures = app.accounts.security.failures_before_lock;
            let message = lang.pick(
                format!("Chưa đăng nhập được: tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản đang bị khóa. Sau mỗi lần sai, hệ thống chờ lâu hơn, từ 1 đến 8 giây; trong lúc chờ, mật khẩu đúng cũng chưa được nhận. Hãy đợi khoảng 10 giây rồi thử lại. Sau {failures} lần sai, tài khoản tạm khóa {minutes} phút."),
                format!("Not signed in: the name or password is wrong, or the account is locked. After each failure the system waits longer, 1 to 8 seconds; until then a right password is not taken either. Wait some 10 seconds and try again. After {failures} failures an account is locked for {minutes} minutes."),
            );
            page(&app, &visit, login, back, None, Some(&message)).await
        }
    }
}

async fn page(app: &App, visit: &Visit, login: &str, back: &str, why: Option<&str>, fault: Option<&str>) -> Result<Response, Problem> {
    let lang = visit.lang;
    let errors: Vec<FieldError> = fault.map(|message| FieldError::new("ten-dang-nhap", message)).into_iter().collect();
    let ended = why.and_then(|why| match why {
        "nghi" => {
            Some(lang.pick("Phiên làm việc đã kết thúc vì lâu không có thao tác.", "The session ended because nothing was done for long."))
        }
        "het-gio" => Some(lang.pick("Phiên làm việc đã hết thời hạn.", "The session has reached its end.")),
        "mat-khau-moi" => Some(lang.pick(
            "Mật khẩu mới đã được lưu. Hãy đăng nhập bằng mật khẩu mới và mã xác thực.",
            "The new password is saved. Sign in with it and the code of your authenticator.",
        )),
        "dong" => Some(lang.pick("Tài khoản không còn hiệu lực.", "The account is not valid any more.")),
        _ => None,
    });
    let body = html! {
        (parts::error_summary(&errors, lang))
        h1 { (lang.pick("Đăng nhập", "Sign in")) }
        @if let Some(ended) = ended { (parts::notice(Tone::Info, None, html! { p { (ended) } }, lang)) }
        (super::single_sign_on::way_in(app, lang, back))
        (parts::form(&lang.href("/dang-nhap"), true, html! {
            input type="hidden" name="ve" value=(back);
            (parts::text_field(&Field::new("ten-dang-nhap", lang.pick("Tên đăng nhập", "Sign-in name")).error(fault), Input::Login, login, None, lang))
            (parts::text_field(&Field::new("mat-khau", lang.pick("Mật khẩu", "Password")), Input::Password, "", None, lang))
            (parts::button(lang.pick("Đăng nhập", "Sign in"), ButtonKind::Primary, None))
        }))
        p { a href=(lang.href("/quen-mat-khau")) { (lang.pick("Quên mật khẩu?", "Forgotten your password?")) } }
        @if app.demo { (demo_people(app, visit, back).await?) }
    };
    Ok(form_frame(app, visit, lang.pick("Đăng nhập", "Sign in"), fault.is_some(), &body))
}

/// One sign-in for each role, on a demonstration only.
async fn demo_people(app: &App, visit: &Visit, back: &str) -> Result<Markup, Problem> {
    let lang = visit.lang;
    let mut read = app.db.read().await?;
    let mut people: Vec<(Role, String, String, String)> = Vec::new();
    for account in accounts(read.conn()).await? {
        if account.is_made_up() && account.state() == AccountState::Active {
            let mut grants = grants_of(read.conn(), &account.account).await?;
            grants.retain(|grant| grant.counts_on(app.world.today()));
            // Whoever has roles on several units begins at their own one, so it is that one which the button names.
            if grants.iter().any(|grant| grant.unit == account.unit) {
                grants.retain(|grant| grant.unit == account.unit);
            }
            for grant in grants {
                if let Some(role) = grant.role() {
                    people.push((role, account.login.clone(), account.name.clone(), grant.unit));
                }
            }
        }
    }
    drop(read);
    people.sort();
    people.dedup();
    Ok(html! {
        section aria-labelledby="dung-thu" {
            h2 #dung-thu { (lang.pick("Người dùng minh họa", "Made-up people")) }
            p {
                (lang.pick("Đây là bản dùng thử. Những người dưới đây không có thật; mật khẩu chung là ", "This is a demonstration. The people below do not exist; their common password is "))
                code { (DEMO_PASSWORD) } "."
            }
            ul.demo-people {
                @for (role, login, name, unit) in &people {
                    li {
                        (parts::form(&lang.href("/dang-nhap"), true, html! {
                            input type="hidden" name="ve" value=(back);
                            input type="hidden" name="ten-dang-nhap" value=(login);
                            input type="hidden" name="mat-khau" value=(DEMO_PASSWORD);
                            button.link-button type="submit" {
                                strong { (words::role(*role, lang)) }
                                span { (name) " – " (app.units.name(unit)) }
                            }
                        }))
                    }
                }
            }
        }
    })
}

pub(crate) async fn get_code(State(app): State<App>, visit: Visit) -> Response {
    code_page(&app, &visit, &visit.value("ve").unwrap_or_default(), None)
}

pub(crate) async fn post_code(
    State(app): State<App>,
    visit: Visit,
    caller: Option<Extension<Caller>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let fields = Fields::read(&body);
    let lang = visit.lang;
    let Some(secret) = session_secret(&app, &headers) else { return Ok(Redirect::to(&lang.href("/dang-nhap")).into_response()) };
    let back = fields.text("ve");
    match with_code(&app.accounts, &secret, fields.text("ma"), &origin(caller, &headers)).await {
        Ok(secret) => Ok(with_cookie(&app, Some(&secret), &destination(&visit, back))),
        Err(SignInRefusal::Db(error)) => Err(error.into()),
        Err(SignInRefusal::Hash) => Err(Problem::Fault),
        // Ten minutes have passed, or the account was closed meanwhile: from the beginning.
        Err(SignInRefusal::Closed) => Ok(with_cookie(&app, None, &lang.href("/dang-nhap"))),
        Err(SignInRefusal::Wrong | SignInRefusal::Locked { .. }) => {
            let message = lang.pick(
                "Mã không đúng, đã được dùng, hoặc tài khoản đang tạm khóa. Sau mỗi lần sai phải chờ vài giây. Đợi mã mới trong ứng dụng xác thực rồi nhập lại.",
                "The code is wrong or was used, or the account is locked. After each failure there is a wait of some seconds. Wait for the next code of the authenticator and try again.",
            );
            Ok(code_page(&app, &visit, back, Some(message)))
        }
    }
}

fn code_page(app: &App, visit: &Visit, back: &str, fault: Option<&str>) -> Response {
    let lang = visit.lang;
    let errors: Vec<FieldError> = fault.map(|message| FieldError::new("ma", message)).into_iter().collect();
    let hint = lang.pick("6 chữ số trong ứng dụng xác thực, hoặc một mã dự phòng.", "Six digits of the authenticator, or a recovery code.");
    let body = html! {
        (parts::error_summary(&errors, lang))
        h1 { (lang.pick("Xác thực hai lớp", "Second factor")) }
        (parts::form(&lang.href("/dang-nhap/ma-xac-thuc"), true, html! {
            input type="hidden" name="ve" value=(back);
            (parts::text_field(&Field::new("ma", lang.pick("Mã xác thực", "Code")).hint(hint).error(fault), Input::Code, "", None, lang))
            (parts::button(lang.pick("Tiếp tục", "Continue"), ButtonKind::Primary, None))
        }))
        p { (lang.pick("Mất điện thoại và hết mã dự phòng? Hãy liên hệ người quản trị hệ thống của đơn vị.", "Lost your telephone and all recovery codes? Ask your administrator.")) }
    };
    form_frame(app, visit, lang.pick("Xác thực hai lớp", "Second factor"), fault.is_some(), &body)
}

pub(crate) async fn get_out(State(app): State<App>, signed: Signed) -> Response {
    let lang = signed.lang();
    let title = lang.pick("Đăng xuất", "Sign out");
    let body = html! {
        (parts::page_heading(title, None, None))
        (signed.form(&app, "/dang-xuat", html! {
            p { (lang.pick("Kết thúc phiên làm việc trên trình duyệt này?", "End the session in this browser?")) }
            (parts::button(title, ButtonKind::Primary, None))
        }))
    };
    work_frame(&app, &signed, web::WorkPage::new(title, ""), body)
}

pub(crate) async fn post_out(State(app): State<App>, headers: HeaderMap, posted: Posted) -> Result<Response, Problem> {
    let visit = &posted.signed.visit;
    let method = match session_secret(&app, &headers) {
        Some(secret) => end_session(&app.accounts, &secret).await?,
        None => None,
    };
    if method.as_deref() == Some("openid")
        && let Some(body) = super::single_sign_on::still_in(&app, visit).await
    {
        let title = visit.lang.pick("Đã đăng xuất", "Signed out");
        return Ok(([(SET_COOKIE, cookie_header(&app, None))], form_frame(&app, visit, title, false, &body)).into_response());
    }
    Ok(with_cookie(&app, None, &visit.lang.href("/")))
}
