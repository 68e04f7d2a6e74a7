//! Setting up the second factor.

use accounts::{AccountError, Enrolment, begin_enrolment, finish_enrolment};
use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use qrcode::{Color, QrCode};
use ui::parts::{self, ButtonKind, Field, FieldError, Input, Tone};
use web::{App, Posted, Problem, Signed, WorkPage, work_frame};

use crate::words;

pub(crate) async fn get(State(app): State<App>, signed: Signed) -> Response {
    let enrolment = begin_enrolment(&app.accounts, &signed.principal().login);
    page(&app, &signed, &enrolment, None)
}

pub(crate) async fn post(State(app): State<App>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let secret = fields.text("bi-mat");
    let enrolment = Enrolment::again(&app.accounts, &signed.principal().login, secret).ok_or(Problem::BadForm)?;
    match finish_enrolment(&app.accounts, &signed.actor, fields.raw("hien-tai"), secret, fields.text("ma")).await {
        Ok(codes) => Ok(shown_codes(&app, signed, &codes)),
        Err(error @ (AccountError::WrongCode | AccountError::WrongPassword | AccountError::Locked { .. })) => {
            let field = if matches!(error, AccountError::WrongPassword) { "hien-tai" } else { "ma" };
            Ok(page(&app, signed, &enrolment, words::account_error(&error, signed.lang()).map(|message| (field, message))))
        }
        Err(other) => Err(other.into()),
    }
}

fn heading(signed: &Signed) -> (&'static str, WorkPage) {
    let lang = signed.lang();
    let title = lang.pick("Xác thực hai lớp", "Second factor");
    (title, WorkPage::new(title, "").below(signed, lang.pick("Tài khoản của tôi", "My account"), "/lam-viec/tai-khoan"))
}

fn page(app: &App, signed: &Signed, enrolment: &Enrolment, fault: Option<(&str, &str)>) -> Response {
    let lang = signed.lang();
    let (title, frame) = heading(signed);
    let errors: Vec<FieldError> = fault.map(|(field, message)| FieldError::new(field, message)).into_iter().collect();
    let of = |field: &str| fault.filter(|(at, _)| *at == field).map(|(_, message)| message);
    let body = html! {
        (parts::error_summary(&errors, lang))
        (parts::page_heading(title, Some(lang.pick(
            "Ngoài mật khẩu, mỗi lần đăng nhập cần thêm 6 chữ số từ ứng dụng xác thực trên điện thoại của bạn.",
            "Besides the password, each sign-in needs six digits from an authenticator on your telephone.",
        )), None))
        @if signed.principal().must_set_second_factor {
            (parts::notice(Tone::Warning, None, html! { p { (lang.pick(
                "Vai trò của bạn bắt buộc xác thực hai lớp. Cần thiết lập trước khi làm việc tiếp.",
                "Your role requires a second factor. Set it up before going on.",
            )) } }, lang))
        }
        ol.steps-list {
            li { (lang.pick("Mở ứng dụng xác thực trên điện thoại (FreeOTP, Google Authenticator, Microsoft Authenticator…).", "Open an authenticator on your telephone (FreeOTP, Google Authenticator, Microsoft Authenticator…).")) }
            li {
                (lang.pick("Quét hình dưới đây, hoặc nhập khóa: ", "Scan the picture below, or type the key: ")) code.long-code { (grouped(&enrolment.secret)) }
                (picture(&enrolment.address, lang.pick("Mã QR chứa khóa xác thực; nội dung giống khóa bằng chữ ở trên.", "QR code with the same key as in letters above.")))
            }
            li { (lang.pick("Nhập 6 chữ số mà ứng dụng đang hiện.", "Type the six digits that it shows.")) }
        }
        (signed.form(app, "/lam-viec/tai-khoan/hai-lop", html! {
            input type="hidden" name="bi-mat" value=(enrolment.secret);
            @if signed.principal().second_factor {
                (parts::text_field(&Field::new("hien-tai", lang.pick("Mật khẩu, hoặc mã của ứng dụng xác thực đang dùng", "Password, or a code of the present authenticator")).hint(lang.pick("Để chắc rằng chính bạn đang thay ứng dụng xác thực.", "To make sure that it is you who replaces it.")).error(of("hien-tai")), Input::Password, "", None, lang))
            }
            (parts::text_field(&Field::new("ma", lang.pick("Mã xác thực", "Code")).error(of("ma")), Input::Code, "", None, lang))
            (parts::button(lang.pick("Bật xác thực hai lớp", "Turn it on"), ButtonKind::Primary, None))
        }))
    };
    work_frame(app, signed, frame.faults(fault.is_some()), body)
}

fn grouped(secret: &str) -> String {
    secret.as_bytes().chunks(4).map(|chunk| String::from_utf8_lossy(chunk).into_owned()).collect::<Vec<_>>().join(" ")
}

/// A QR code as one path of squares, dark on light in both appearances, so that telephones read it.
fn picture(text: &str, label: &str) -> Markup {
    let Ok(code) = QrCode::new(text.as_bytes()) else { return html! {} };
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", at % width + 4, at / width + 4));
        }
    }
    let side = width + 8;
    html! {
        svg.qr role="img" aria-label=(label) viewBox={ "0 0 " (side) " " (side) } width="220" height="220" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    }
}

fn shown_codes(app: &App, signed: &Signed, codes: &[String]) -> Response {
    let lang = signed.lang();
    let (title, frame) = heading(signed);
    let body = html! {
        (parts::page_heading(title, None, None))
        (parts::notice(Tone::Success, None, html! { p { (lang.pick("Đã bật xác thực hai lớp.", "The second factor is on.")) } }, lang))
        (parts::section_heading("ma-du-phong", lang.pick("Mã dự phòng", "Recovery codes"), None))
        p { (lang.pick(
            "Mỗi mã dùng được một lần khi không có điện thoại. Các mã này chỉ hiện lần này: hãy in ra hoặc chép lại và cất ở nơi an toàn.",
            "Each works once when the telephone is not at hand. They are shown only now: print or copy them and keep them safe.",
        )) }
        ul.code-list { @for code in codes { li { code { (code) } } } }
        (parts::button_link(lang.pick("Tôi đã lưu các mã", "I have kept the codes"), &lang.href("/lam-viec"), ButtonKind::Primary))
    };
    work_frame(app, signed, frame, body)
}
