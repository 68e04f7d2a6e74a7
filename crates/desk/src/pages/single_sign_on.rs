//! Signing in at the provider of the ministry or the province, and linking an account with a person there.
//!
//! A person leaves for the provider by a link and never by a form: the content policy lets forms lead to this site alone.

use accounts::sign_in::{SignedIn, confirm_password, with_identity};
use accounts::{
    AccountError, FirstMatch, LinkedIdentity, Proven, SignInRefusal, SignInRequest, link_identity, must_be_own_request, remember_request,
    take_request, unlink_identity,
};
use axum::extract::{Extension, Path, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use openid::{Callback, Identity, OpenIdError, Pending};
use ui::Lang;
use ui::parts::{self, ButtonKind, Field, FieldError, Input, Tone};
use web::{
    App, Caller, FirstSignIn, Posted, Problem, Signed, SingleSignOn, TRIP_COOKIE, Visit, WorkPage, cookie_header, cookie_of, form_frame,
    log_sign_on, trip_header, work_frame,
};

use super::sign_in::{destination, origin};
use crate::words;

const ACCOUNT: &str = "/lam-viec/tai-khoan";

/// Sends a person to the provider to sign in.
pub(crate) async fn begin(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let sso = app.single_sign_on.as_ref().ok_or(Problem::NotFound)?;
    let back = visit.value("ve").unwrap_or_default();
    let Some((url, cookie)) = set_out(&app, sso, &destination(&visit, &back), None).await? else {
        return Ok(unreachable(&app, &visit, sso));
    };
    Ok(([(SET_COOKIE, cookie)], Redirect::to(&url)).into_response())
}

/// Where a person leaves to, and the cookie that binds the trip to this browser; nothing when the provider cannot be used now.
async fn set_out(app: &App, sso: &SingleSignOn, return_to: &str, account: Option<&str>) -> Result<Option<(String, String)>, Problem> {
    let Some(provider) = sso.provider(app.world.now()).await else { return Ok(None) };
    let begin = provider.begin(&app.world.bytes::<96>());
    let request = SignInRequest {
        state: begin.pending.state,
        nonce: begin.pending.nonce,
        verifier: begin.pending.pkce_verifier,
        return_to: return_to.to_owned(),
        account: account.map(str::to_owned),
    };
    remember_request(&app.accounts, &request).await?;
    let cookie = trip_header(app, Some(&request.state));
    Ok(Some((begin.url, cookie)))
}

/// A person comes back from the provider.
pub(crate) async fn come_back(
    State(app): State<App>,
    visit: Visit,
    signed: Option<Signed>,
    caller: Option<Extension<Caller>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let sso = app.single_sign_on.as_ref().ok_or(Problem::NotFound)?;
    let callback = Callback::from_query(&query.unwrap_or_default());
    // The answer must come back to the browser that set out, or somebody could be signed in as another person without knowing it.
    let state = cookie_of(&app, &headers, TRIP_COOKIE).filter(|state| callback.state.as_ref() == Some(state));
    let request = match state {
        Some(state) => take_request(&app.accounts, &state).await?,
        None => None,
    };
    let Some(request) = request else { return Ok(lost(&app, &visit, sso)) };
    let Some(provider) = sso.provider(app.world.now()).await else { return Ok(unreachable(&app, &visit, sso)) };
    let pending = Pending { state: request.state.clone(), nonce: request.nonce.clone(), pkce_verifier: request.verifier.clone() };
    let mut answer = match provider.finish(&callback, &pending, app.world.now()).await {
        Err(error) => {
            log_sign_on("a sign-in at the provider failed", &error);
            failed(&app, &visit, sso, &error)
        }
        Ok(identity) if request.account.is_some() => linked(&app, &visit, sso, signed, &request, &identity).await?,
        Ok(identity) => signed_in(&app, &visit, sso, &request, &identity, &origin(caller, &headers)).await?,
    };
    if let Ok(gone) = trip_header(&app, None).parse() {
        answer.headers_mut().append(SET_COOKIE, gone);
    }
    Ok(answer)
}

/// What people read of somebody at the provider.
fn shown(identity: &Identity) -> Option<String> {
    let name = identity.name.clone().or_else(|| identity.user_name.clone()).or_else(|| identity.email.clone());
    name.map(|name| name.chars().take(120).collect())
}

async fn signed_in(
    app: &App,
    visit: &Visit,
    sso: &SingleSignOn,
    request: &SignInRequest,
    identity: &Identity,
    origin: &accounts::sign_in::Origin,
) -> Result<Response, Problem> {
    let shown = shown(identity);
    let proven = Proven { issuer: &identity.issuer, subject: &identity.subject, shown: shown.as_deref() };
    let two_factors = sso.proves_two_factors(identity);
    let by = match sso.first {
        FirstSignIn::Nothing => None,
        FirstSignIn::UserName => identity.user_name.as_deref().map(FirstMatch::Login),
        FirstSignIn::Mail => identity.email.as_deref().filter(|_| identity.email_verified).map(FirstMatch::Mail),
    };
    let opened = with_identity(&app.accounts, proven, by, two_factors, origin).await;
    match opened {
        Ok(SignedIn::Open { secret }) => {
            Ok(([(SET_COOKIE, cookie_header(app, Some(&secret)))], Redirect::to(&request.return_to)).into_response())
        }
        Ok(SignedIn::SecondFactor { secret }) => {
            let next = ui::url::with_query(&visit.lang.href("/dang-nhap/ma-xac-thuc"), &[("ve", &request.return_to)]);
            Ok(([(SET_COOKIE, cookie_header(app, Some(&secret)))], Redirect::to(&next)).into_response())
        }
        Err(SignInRefusal::Db(error)) => Err(error.into()),
        Err(SignInRefusal::Hash) => Err(Problem::Fault),
        Err(SignInRefusal::Wrong | SignInRefusal::Locked { .. }) => Ok(nobody(app, visit, sso, shown.as_deref())),
        Err(SignInRefusal::Closed) => Ok(closed(app, visit)),
    }
}

async fn linked(
    app: &App,
    visit: &Visit,
    sso: &SingleSignOn,
    signed: Option<Signed>,
    request: &SignInRequest,
    identity: &Identity,
) -> Result<Response, Problem> {
    let Some(signed) = signed else { return Ok(lost(app, visit, sso)) };
    must_be_own_request(&signed.actor, request)?;
    let shown = shown(identity);
    let proven = Proven { issuer: &identity.issuer, subject: &identity.subject, shown: shown.as_deref() };
    match link_identity(&app.accounts, &signed.actor, proven).await {
        Ok(()) => Ok(Redirect::to(&request.return_to).into_response()),
        Err(AccountError::IdentityTaken) => Ok(taken(app, visit, sso, shown.as_deref())),
        Err(other) => Err(other.into()),
    }
}

/// A page that says why somebody is not signed in, with the way to the password.
fn told(app: &App, visit: &Visit, status: StatusCode, title: &str, words: &[String], again: bool) -> Response {
    let lang = visit.lang;
    let body = html! {
        h1 { (title) }
        @for words in words { p { (words) } }
        p.buttons {
            @if again { (parts::button_link(lang.pick("Thử lại", "Try again"), &lang.href("/dang-nhap/mot-lan"), ButtonKind::Primary)) }
            (parts::button_link(lang.pick("Đăng nhập bằng mật khẩu", "Sign in with a password"), &lang.href("/dang-nhap"), ButtonKind::Secondary))
        }
    };
    (status, [(CACHE_CONTROL, "no-store")], form_frame(app, visit, title, false, &body)).into_response()
}

fn unreachable(app: &App, visit: &Visit, sso: &SingleSignOn) -> Response {
    let lang = visit.lang;
    let words = [
        lang.pick(
            format!("Hiện chưa kết nối được tới {}. Lỗi không nằm ở tài khoản của bạn.", sso.name),
            format!("{} cannot be reached at present. Nothing is wrong with your account.", sso.name),
        ),
        lang.pick(
            "Đợi một phút rồi thử lại, hoặc đăng nhập bằng mật khẩu của hệ thống này nếu bạn có.",
            "Wait a minute and try again, or use a password of this system if you have one.",
        )
        .to_owned(),
    ];
    told(app, visit, StatusCode::SERVICE_UNAVAILABLE, lang.pick("Chưa đăng nhập được", "Not signed in"), &words, true)
}

/// The answer belongs to no trip of this browser: too late, used already, or begun elsewhere.
fn lost(app: &App, visit: &Visit, sso: &SingleSignOn) -> Response {
    let lang = visit.lang;
    let words = [lang.pick(
        format!("Lượt đăng nhập qua {} này đã quá 15 phút, đã được dùng, hoặc bắt đầu ở một trình duyệt khác.", sso.name),
        format!("This sign-in at {} is more than 15 minutes old, was used already, or began in another browser.", sso.name),
    )];
    told(app, visit, StatusCode::BAD_REQUEST, lang.pick("Cần đăng nhập lại từ đầu", "Begin the sign-in again"), &words, true)
}

fn failed(app: &App, visit: &Visit, sso: &SingleSignOn, error: &OpenIdError) -> Response {
    let lang = visit.lang;
    let title = lang.pick("Chưa đăng nhập được", "Not signed in");
    match error {
        OpenIdError::AccessDenied { .. } => {
            let words = [lang.pick(
                format!("Bạn đã từ chối, hoặc {} không cho phép lượt đăng nhập này.", sso.name),
                format!("You turned back, or {} did not allow this sign-in.", sso.name),
            )];
            told(app, visit, StatusCode::FORBIDDEN, title, &words, true)
        }
        OpenIdError::AcrNotReached { .. } => {
            let words = [lang.pick(
                format!("Tài khoản của bạn tại {} chưa đạt mức định danh mà hệ thống này yêu cầu.", sso.name),
                format!("Your account at {} does not reach the level of assurance that this system demands.", sso.name),
            )];
            told(app, visit, StatusCode::FORBIDDEN, title, &words, true)
        }
        error if error.is_temporary() => unreachable(app, visit, sso),
        error => {
            let words = [lang.pick(
                format!(
                    "Câu trả lời của {} không hợp lệ nên không được chấp nhận. Báo cho người quản trị hệ thống kèm mã lỗi: {}.",
                    sso.name,
                    error.name()
                ),
                format!(
                    "The answer of {} breaks a rule and was not accepted. Tell your administrator the code: {}.",
                    sso.name,
                    error.name()
                ),
            )];
            told(app, visit, StatusCode::BAD_GATEWAY, title, &words, true)
        }
    }
}

fn nobody(app: &App, visit: &Visit, sso: &SingleSignOn, shown: Option<&str>) -> Response {
    let lang = visit.lang;
    let who = shown.unwrap_or(lang.pick("(không rõ tên)", "(no name)"));
    let words = [
        lang.pick(
            format!("{} xác nhận bạn là {who}, nhưng chưa có tài khoản nào của hệ thống này liên kết với bạn.", sso.name),
            format!("{} says that you are {who}, but no account of this system is linked with you.", sso.name),
        ),
        lang.pick(
            "Nếu đã có tài khoản, hãy đăng nhập bằng mật khẩu rồi liên kết ở trang Tài khoản của tôi. Nếu chưa có, hãy liên hệ người quản trị hệ thống của đơn vị.",
            "If you have an account, sign in with its password and link it on the page My account. If not, ask your administrator.",
        )
        .to_owned(),
    ];
    told(app, visit, StatusCode::FORBIDDEN, lang.pick("Chưa có tài khoản liên kết", "No account is linked"), &words, false)
}

fn closed(app: &App, visit: &Visit) -> Response {
    let lang = visit.lang;
    let words = [lang
        .pick(
            "Tài khoản của bạn ở hệ thống này đang bị khóa hoặc đã hết hạn. Hãy liên hệ người quản trị hệ thống của đơn vị.",
            "Your account here is closed or has ended. Ask your administrator.",
        )
        .to_owned()];
    told(app, visit, StatusCode::FORBIDDEN, lang.pick("Tài khoản không dùng được", "The account is closed"), &words, false)
}

fn taken(app: &App, visit: &Visit, sso: &SingleSignOn, shown: Option<&str>) -> Response {
    let lang = visit.lang;
    let who = shown.unwrap_or(lang.pick("(không rõ tên)", "(no name)"));
    let title = lang.pick("Đã liên kết với tài khoản khác", "Linked with another account");
    let body = html! {
        h1 { (title) }
        p { (lang.pick(
            format!("{who} tại {} đã được liên kết với một tài khoản khác của hệ thống này. Chưa có gì thay đổi.", sso.name),
            format!("{who} at {} is linked with another account of this system. Nothing was changed.", sso.name),
        )) }
        p { (parts::button_link(lang.pick("Về trang Tài khoản của tôi", "Back to my account"), &lang.href(ACCOUNT), ButtonKind::Secondary)) }
    };
    (StatusCode::CONFLICT, form_frame(app, visit, title, false, &body)).into_response()
}

/// The page on which a person links their account.
pub(crate) async fn get_link(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    app.single_sign_on.as_ref().ok_or(Problem::NotFound)?;
    Ok(link_page(&app, &signed, &[], None))
}

/// The password is typed once more, or whoever finds a browser open could let themselves in for ever.
pub(crate) async fn post_link(State(app): State<App>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let lang = signed.lang();
    let sso = app.single_sign_on.as_ref().ok_or(Problem::NotFound)?;
    match confirm_password(&app.accounts, &signed.actor, fields.raw("mat-khau")).await {
        Ok(()) => {}
        Err(error @ (AccountError::WrongPassword | AccountError::Locked { .. })) => {
            let fault = FieldError::new("mat-khau", words::account_error(&error, lang).unwrap_or_default());
            return Ok(link_page(&app, signed, &[fault], None));
        }
        Err(other) => return Err(other.into()),
    }
    let back = lang.href(&format!("{ACCOUNT}?xong=lien-ket"));
    let Some((url, cookie)) = set_out(&app, sso, &back, Some(&signed.principal().account)).await? else {
        return Ok(unreachable(&app, &signed.visit, sso));
    };
    Ok(([(SET_COOKIE, cookie)], link_page(&app, signed, &[], Some(&url))).into_response())
}

fn link_page(app: &App, signed: &Signed, errors: &[FieldError], leave_to: Option<&str>) -> Response {
    let lang = signed.lang();
    let name = app.single_sign_on.as_ref().map_or("", |sso| sso.name.as_str());
    let title = lang.pick(format!("Liên kết với {name}"), format!("Link with {name}"));
    let fault = errors.first().map(|error| error.message.as_str());
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(&title, None, None))
        @if let Some(url) = leave_to {
            p { (lang.pick(
                format!("Mật khẩu đúng. Bước cuối: đăng nhập tại {name}; xong bạn được đưa trở lại đây."),
                format!("The password is right. Last step: sign in at {name}; you are brought back here afterwards."),
            )) }
            p { (parts::button_link(&lang.pick(format!("Tiếp tục tới {name}"), format!("Go on to {name}")), url, ButtonKind::Primary)) }
        } @else {
            p { (lang.pick(
                format!("Sau khi liên kết, bạn đăng nhập vào hệ thống này bằng tài khoản {name}. Mật khẩu hiện nay vẫn dùng được."),
                format!("Once linked, you sign in here with your account at {name}. The present password still works."),
            )) }
            (signed.form(app, "/lam-viec/tai-khoan/dang-nhap-mot-lan", html! {
                (parts::text_field(&Field::new("mat-khau", lang.pick("Mật khẩu hiện tại của hệ thống này", "Present password of this system")).error(fault), Input::Password, "", None, lang))
                (parts::button(lang.pick("Tiếp tục", "Continue"), ButtonKind::Primary, None))
            }))
        }
    };
    let frame = WorkPage::new(&title, "").below(signed, lang.pick("Tài khoản của tôi", "My account"), ACCOUNT).faults(!errors.is_empty());
    work_frame(app, signed, frame, body)
}

/// The person takes a link of their own account away.
pub(crate) async fn unlink_own(State(app): State<App>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let own = signed.principal().account.clone();
    unlink_identity(&app.accounts, &signed.actor, &own, fields.raw("noi-cap"), fields.raw("nguoi")).await?;
    Ok(Redirect::to(&signed.lang().href(&format!("{ACCOUNT}?xong=bo-lien-ket"))).into_response())
}

/// Somebody who looks after accounts takes a link away.
pub(crate) async fn unlink(State(app): State<App>, Path(account): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    unlink_identity(&app.accounts, &signed.actor, &account, fields.raw("noi-cap"), fields.raw("nguoi")).await?;
    Ok(Redirect::to(&signed.lang().href(&format!("/lam-viec/nguoi-dung/{account}"))).into_response())
}

/// The people of the provider who are linked to an account, each with a button that takes the link away where `action` leads.
pub(crate) fn identities_list(app: &App, signed: &Signed, identities: &[LinkedIdentity], action: Option<&str>) -> Markup {
    let lang = signed.lang();
    html! {
        ul.plain-list {
            @for identity in identities {
                li {
                    strong { (system_name(app, &identity.issuer)) } ": "
                    (identity.shown.as_deref().unwrap_or(identity.subject.as_str()))
                    ", " (lang.pick("liên kết lúc", "linked")) " " (words::moment(identity.linked_at, lang))
                    @if let Some(action) = action {
                        (signed.form(app, action, html! {
                            input type="hidden" name="noi-cap" value=(identity.issuer);
                            input type="hidden" name="nguoi" value=(identity.subject);
                            (parts::button(lang.pick("Bỏ liên kết", "Take the link away"), ButtonKind::Secondary, None))
                        }))
                    }
                }
            }
        }
    }
}

/// What people call a provider; the address of one that is used no more.
fn system_name<'a>(app: &'a App, issuer: &'a str) -> &'a str {
    app.single_sign_on.as_ref().filter(|sso| sso.issuer() == issuer).map_or(issuer, |sso| sso.name.as_str())
}

/// On the account page: whom the account is linked with, and how to link it.
pub(crate) fn own_section(app: &App, signed: &Signed, identities: &[LinkedIdentity]) -> Option<Markup> {
    let lang = signed.lang();
    let sso = app.single_sign_on.as_ref();
    if sso.is_none() && identities.is_empty() {
        return None;
    }
    let missing = sso.filter(|sso| identities.iter().all(|one| one.issuer != sso.issuer()));
    Some(html! {
        (parts::section_heading("mot-lan", lang.pick("Đăng nhập một lần", "Single sign-on"), None))
        (identities_list(app, signed, identities, Some("/lam-viec/tai-khoan/dang-nhap-mot-lan/bo")))
        @if let Some(sso) = missing {
            p { a href=(lang.href("/lam-viec/tai-khoan/dang-nhap-mot-lan")) { (lang.pick(format!("Liên kết tài khoản với {}", sso.name), format!("Link the account with {}", sso.name))) } }
        }
    })
}

/// On the sign-in page: the way to the provider.
pub(crate) fn way_in(app: &App, lang: Lang, back: &str) -> Markup {
    let Some(sso) = &app.single_sign_on else { return html! {} };
    let href = ui::url::with_query(&lang.href("/dang-nhap/mot-lan"), &[("ve", back)]);
    html! {
        p { (parts::button_link(&lang.pick(format!("Đăng nhập bằng {}", sso.name), format!("Sign in with {}", sso.name)), &href, ButtonKind::Primary)) }
        h2 { (lang.pick("Hoặc dùng mật khẩu của hệ thống này", "Or use a password of this system")) }
    }
}

/// After signing out here: the session at the provider is still open, which matters on a computer that others use.
pub(crate) async fn still_in(app: &App, visit: &Visit) -> Option<Markup> {
    let lang = visit.lang;
    let sso = app.single_sign_on.as_ref()?;
    let url = sso.provider(app.world.now()).await?.end_session_url(None, None, None)?;
    Some(html! {
        h1 { (lang.pick("Đã đăng xuất", "Signed out")) }
        (parts::notice(Tone::Success, None, html! { p { (lang.pick("Bạn đã đăng xuất khỏi hệ thống này.", "You have signed out of this system.")) } }, lang))
        p { (lang.pick(
            format!("Phiên của bạn tại {} vẫn còn. Nếu máy này có người khác dùng, hãy đăng xuất cả ở đó.", sso.name),
            format!("Your session at {} is still open. If others use this computer, sign out there too.", sso.name),
        )) }
        p.buttons {
            (parts::button_link(&lang.pick(format!("Đăng xuất khỏi {}", sso.name), format!("Sign out of {}", sso.name)), &url, ButtonKind::Primary))
            (parts::button_link(lang.pick("Về trang đầu", "Home"), &lang.href("/"), ButtonKind::Secondary))
        }
    })
}
