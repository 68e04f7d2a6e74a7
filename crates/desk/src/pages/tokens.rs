//! Personal access tokens: for the API and for Excel.

use accounts::{AccountError, Scope, make_token, revoke_token, tokens_of};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use ui::parts::{self, ButtonKind, Choice, Field, FieldError, Input, Tone};
use ui::table::{Cell, Column, DataTable, Row, render_table};
use web::{App, Fields, Posted, Problem, Signed, WorkPage, work_frame};

use crate::words;

pub(crate) async fn get(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    page(&app, &signed, &Fields::default(), &[], None).await
}

pub(crate) async fn post(State(app): State<App>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let lang = signed.lang();
    let mut errors = Vec::new();
    let name = fields.text("ten");
    if name.is_empty() {
        errors
            .push(FieldError::new("ten", lang.pick("Nhập tên để sau này nhận ra mã truy cập.", "Type a name to recognise the token by.")));
    }
    let days: i64 = fields.text("so-ngay").parse().unwrap_or(0);
    let bad_days = lang.pick("Số ngày hiệu lực từ 1 đến 366.", "The number of days is 1 to 366.");
    if !(1..=366).contains(&days) {
        errors.push(FieldError::new("so-ngay", bad_days));
    }
    if !errors.is_empty() {
        return page(&app, signed, fields, &errors, None).await;
    }
    let scope = Scope::of(fields.text("pham-vi")).unwrap_or(Scope::Read);
    match make_token(&app.accounts, &signed.actor, name, scope, days).await {
        Ok(secret) => page(&app, signed, &Fields::default(), &[], Some(&secret)).await,
        Err(AccountError::UnknownUnit) => {
            let message = lang.pick(
                "Bạn chưa có vai trò ở đơn vị nào nên chưa tạo được mã truy cập.",
                "You have no role on any unit yet, so no token can be made.",
            );
            page(&app, signed, fields, &[FieldError::new("ten", message)], None).await
        }
        Err(other) => Err(other.into()),
    }
}

pub(crate) async fn revoke(State(app): State<App>, Path(token): Path<String>, posted: Posted) -> Result<Response, Problem> {
    revoke_token(&app.accounts, &posted.signed.actor, &token).await?;
    Ok(Redirect::to(&posted.signed.lang().href("/lam-viec/tai-khoan/ma-truy-cap")).into_response())
}

async fn page(app: &App, signed: &Signed, fields: &Fields, errors: &[FieldError], made: Option<&str>) -> Result<Response, Problem> {
    let lang = signed.lang();
    let title = lang.pick("Mã truy cập cho phần mềm khác", "Access tokens");
    let tokens = tokens_of(&app.accounts, &signed.principal().account).await?;
    let now = app.world.now();
    let of = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.message.as_str());
    let mut table = DataTable::new("ma-truy-cap", lang.pick("Mã truy cập của tôi", "My access tokens"))
        .column(Column::header("ten", lang.pick("Tên", "Name")))
        .column(Column::text("pham-vi", lang.pick("Phạm vi", "Scope")))
        .column(Column::text("don-vi", lang.pick("Đơn vị", "Unit")))
        .column(Column::text("het-han", lang.pick("Hết hạn", "Ends")))
        .column(Column::text("dung", lang.pick("Dùng lần cuối", "Last used")))
        .column(Column::text("trang-thai", lang.pick("Trạng thái", "State")));
    for token in &tokens {
        let state = if token.revoked_at.is_some() {
            Cell::status(lang.pick("Đã thu hồi", "Taken back"), Tone::Neutral)
        } else if token.ends_at <= now {
            Cell::status(lang.pick("Hết hạn", "Ended"), Tone::Neutral)
        } else {
            Cell::status(lang.pick("Đang dùng", "Works"), Tone::Success)
        };
        table = table.row(Row::new(vec![
            Cell::text(&token.name),
            Cell::text(words::scope(token.scope(), lang)),
            Cell::text(app.units.name(&token.unit)),
            Cell::text(words::moment(token.ends_at, lang)),
            Cell::text(token.used_at.map_or_else(|| lang.pick("Chưa dùng", "Never").to_owned(), |at| words::moment(at, lang))),
            state,
        ]));
    }
    let scopes: Vec<Choice> = [Scope::Read, Scope::Write]
        .into_iter()
        .map(|scope| {
            Choice::new(
                scope.word(),
                words::scope(scope, lang),
                fields.text("pham-vi") == scope.word() || scope == Scope::Read && fields.text("pham-vi").is_empty(),
            )
        })
        .collect();
    let days = if fields.text("so-ngay").is_empty() { "90" } else { fields.text("so-ngay") };
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, Some(lang.pick(
            "Mã truy cập cho phép Excel hoặc phần mềm khác đọc và ghi dữ liệu thay bạn, trong phạm vi quyền của bạn ở đơn vị đang làm việc.",
            "A token lets Excel or another program read and write in your name, within your rights on the unit you act for.",
        )), None))
        @if let Some(secret) = made {
            (parts::notice(Tone::Success, Some(lang.pick("Mã truy cập mới", "The new token")), html! {
                p { (lang.pick("Chép ngay mã này; nó chỉ hiện một lần.", "Copy it now; it is shown only once.")) }
                p { code.long-code { (secret) } }
                p { (lang.pick("Cách dùng: thêm vào phần đầu (header) của yêu cầu dòng ", "Send it in the header ")) code { "Authorization: Bearer …" } "." }
            }, lang))
        }
        @if tokens.is_empty() { p { (lang.pick("Bạn chưa có mã truy cập nào.", "You have no tokens yet.")) } }
        @else {
            (render_table(&table, lang))
            ul.act-list {
                @for token in tokens.iter().filter(|token| token.revoked_at.is_none() && token.ends_at > now) {
                    li {
                        (signed.form(app, &format!("/lam-viec/tai-khoan/ma-truy-cap/{}/thu-hoi", token.access_token), html! {
                            (parts::button(&lang.pick(format!("Thu hồi “{}”", token.name), format!("Take back “{}”", token.name)), ButtonKind::Danger, None))
                        }))
                    }
                }
            }
        }
        (parts::section_heading("tao-moi", lang.pick("Tạo mã truy cập", "Make a token"), None))
        (signed.form(app, "/lam-viec/tai-khoan/ma-truy-cap", html! {
            (parts::text_field(&Field::new("ten", lang.pick("Tên", "Name")).hint(lang.pick("Ví dụ: Excel trên máy cơ quan", "For example: Excel at the office")).error(of("ten")), Input::Text, fields.text("ten"), None, lang))
            (parts::radios(&Field::new("pham-vi", lang.pick("Phạm vi", "Scope")), &scopes, lang))
            (parts::text_field(&Field::new("so-ngay", lang.pick("Số ngày hiệu lực", "Days")).error(of("so-ngay")), Input::Number, days, Some(lang.pick("ngày", "days")), lang))
            (parts::button(lang.pick("Tạo mã", "Make"), ButtonKind::Primary, None))
        }))
    };
    let frame = WorkPage::new(title, "")
        .below(signed, lang.pick("Tài khoản của tôi", "My account"), "/lam-viec/tai-khoan")
        .faults(!errors.is_empty());
    Ok(work_frame(app, signed, frame, body))
}
