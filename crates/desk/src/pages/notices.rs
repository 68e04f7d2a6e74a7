//! Notices: the list, reading, choosing; and for those who look after the installation what could not be sent.

use ::notices::{
    Channel, Kind, Manner, Notice, NoticePage, Preference, failed_deliveries, mark_all_read, mark_read, notice, notices, preferences,
    set_preferences,
};
use accounts::policy::Action;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use ui::Lang;
use ui::parts::{self, ButtonKind, Choice, Field, Tone};
use ui::table::{Cell, Column, DataTable, Row, render_table};
use web::{App, NOTICES, Posted, Problem, Signed, WorkPage, work_frame};

use super::jobs::on_installation;
use crate::words;

/// Notices on one page.
const ON_A_PAGE: i64 = 50;
/// Sendings on the page of what could not be sent.
const FAILED_SHOWN: i64 = 200;

fn kind_words(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Assigned => lang.pick("Được giao việc hoặc mở lại", "Work was given or opened again"),
        Kind::DueSoon => lang.pick("Sắp đến hạn", "Due soon"),
        Kind::Late => lang.pick("Quá hạn", "Late"),
        Kind::Returned => lang.pick("Bị trả lại", "Returned"),
        Kind::ForApproval => lang.pick("Chờ duyệt", "Waiting for approval"),
    }
}

fn kind_tone(kind: Kind) -> Tone {
    match kind {
        Kind::Late => Tone::Error,
        Kind::Returned | Kind::DueSoon => Tone::Warning,
        Kind::Assigned | Kind::ForApproval => Tone::Info,
    }
}

fn channel_words(channel: Channel, lang: Lang) -> &'static str {
    match channel {
        Channel::Mail => lang.pick("Thư điện tử", "Mail"),
        Channel::Webhook => lang.pick("Zalo hoặc tin nhắn", "Zalo or text message"),
    }
}

fn manner_words(manner: Manner, lang: Lang) -> &'static str {
    match manner {
        Manner::Each => lang.pick("Gửi ngay từng thông báo", "Each at once"),
        Manner::Digest => lang.pick("Gộp gửi mỗi ngày một lần", "Together once a day"),
        Manner::None => lang.pick("Không gửi", "None"),
    }
}

pub(crate) async fn get(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let lang = signed.lang();
    let visit = &signed.visit;
    let number: i64 = visit.value("trang").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, 10_000);
    let unread_only = visit.value("chi").as_deref() == Some("chua-doc");
    let page = NoticePage { unread_only, offset: (number - 1) * ON_A_PAGE, limit: ON_A_PAGE + 1 };
    let mut read = app.db.read().await?;
    let mut found = notices(read.conn(), &signed.principal().account, page).await?;
    drop(read);
    let more = i64::try_from(found.len()).unwrap_or(0) > ON_A_PAGE;
    found.truncate(usize::try_from(ON_A_PAGE).unwrap_or(usize::MAX));
    let title = lang.pick("Thông báo", "Notices");
    let sees_installation = on_installation(&app, signed.principal(), Action::See);
    let body = html! {
        (parts::page_heading(title, None, None))
        p {
            @if unread_only { a href=(visit.with("chi", None)) { (lang.pick("Xem tất cả", "Show all")) } }
            @else { a href=(visit.with("chi", Some("chua-doc"))) { (lang.pick("Chỉ xem thông báo chưa đọc", "Show unread ones only")) } }
            " · "
            a href=(lang.href("/lam-viec/tai-khoan/thong-bao")) { (lang.pick("Chọn thông báo muốn nhận", "Choose what you want to get")) }
            @if sees_installation {
                " · "
                a href=(lang.href("/lam-viec/thong-bao/khong-gui-duoc")) { (lang.pick("Thông báo không gửi được", "What could not be sent")) }
            }
        }
        @if found.is_empty() { p { (lang.pick("Không có thông báo nào.", "There are no notices.")) } }
        @else { ul.task-list { @for one in &found { (item(&app, &signed, one)) } } }
        @if found.iter().any(|one| one.read_at.is_none()) {
            (signed.form(&app, "/lam-viec/thong-bao", html! {
                // What came after this page was made was not seen.
                input type="hidden" name="den" value=(signed.actor.now.to_rfc3339());
                (parts::button(lang.pick("Đánh dấu tất cả là đã đọc", "Mark all as read"), ButtonKind::Secondary, None))
            }))
        }
        p.pager-row {
            @if number > 1 { a href=(visit.with("trang", Some(&(number - 1).to_string()))) { (lang.pick("← Mới hơn", "← Newer")) } " " }
            @if more { a href=(visit.with("trang", Some(&(number + 1).to_string()))) { (lang.pick("Cũ hơn →", "Older →")) } }
        }
    };
    Ok(work_frame(&app, &signed, WorkPage::new(title, NOTICES).help("thong-bao"), body))
}

fn item(app: &App, signed: &Signed, one: &Notice) -> Markup {
    let lang = signed.lang();
    html! {
        li.task {
            div.task-text {
                p.task-title { (lang.pick(&one.text_vi, &one.text_en)) }
                p.task-detail {
                    @if let Some(kind) = one.kind() { (parts::tag(kind_words(kind, lang), kind_tone(kind))) " " }
                    (words::moment(one.made_at, lang))
                    @if one.read_at.is_none() { " " (parts::tag(lang.pick("Chưa đọc", "Unread"), Tone::Info)) }
                }
                @if let Some(due) = one.due_at { p.task-due { (lang.pick("Hạn", "Due")) " " (words::moment(due, lang)) } }
            }
            (signed.form(app, &format!("/lam-viec/thong-bao/{}", one.notice), html! {
                button.button.secondary type="submit" {
                    (lang.pick("Mở", "Open")) (ui::hidden_text(&format!(": {}", lang.pick(&one.text_vi, &one.text_en))))
                }
            }))
        }
    }
}

/// Opens what a notice leads to, and marks it as read.
pub(crate) async fn open(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let signed = &posted.signed;
    let account = &signed.principal().account;
    let mut write = app.db.write().await?;
    let found = notice(write.conn(), account, &key).await?.ok_or(Problem::NotFound)?;
    mark_read(write.conn(), account, &key, signed.actor.now).await?;
    write.commit().await?;
    let link = if ui::url::is_local_path(&found.link) { found.link.as_str() } else { "/lam-viec" };
    Ok(Redirect::to(&signed.lang().href(link)).into_response())
}

pub(crate) async fn post(State(app): State<App>, posted: Posted) -> Result<Response, Problem> {
    let signed = &posted.signed;
    let until: DateTime<Utc> =
        posted.fields.text("den").parse().map_err(|_| Problem::BadValue { key: "den", value: posted.fields.text("den").to_owned() })?;
    let mut write = app.db.write().await?;
    mark_all_read(write.conn(), &signed.principal().account, until, signed.actor.now).await?;
    write.commit().await?;
    Ok(Redirect::to(&signed.lang().href("/lam-viec/thong-bao")).into_response())
}

fn field_name(of: &Preference) -> String {
    format!("{}-{}", of.kind.word(), of.channel.word())
}

pub(crate) async fn get_choice(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let lang = signed.lang();
    let mut read = app.db.read().await?;
    let chosen = preferences(read.conn(), &signed.principal().account).await?;
    let person = accounts::account(read.conn(), &signed.principal().account).await?.ok_or(Problem::NotFound)?;
    drop(read);
    let title = lang.pick("Thông báo muốn nhận", "Notices you want to get");
    let saved = signed.visit.value("xong").is_some();
    let body = html! {
        (parts::page_heading(title, Some(lang.pick(
            "Mọi thông báo luôn có trên trang Thông báo. Ở đây bạn chọn thông báo nào được gửi thêm ra ngoài và gửi khi nào.",
            "Every notice stands on the page of notices. Here you choose which are sent to you besides, and when.",
        )), None))
        @if saved { (parts::notice(Tone::Success, None, html! { p { (lang.pick("Đã lưu lựa chọn.", "Your choice was saved.")) } }, lang)) }
        @if person.is_made_up() {
            (parts::notice(Tone::Info, None, html! { p { (lang.pick(
                "Đây là tài khoản minh họa của bản dùng thử: không thư hay tin nhắn nào được gửi ra ngoài, dù chọn thế nào.",
                "This is a made-up account of a demonstration: no mail or message leaves, whatever you choose.",
            )) } }, lang))
        } @else if person.email.is_none() {
            (parts::notice(Tone::Warning, None, html! { p { (lang.pick(
                "Tài khoản của bạn chưa có địa chỉ thư điện tử nên không nhận được thư. Hãy báo người quản trị.",
                "Your account has no mail address, so no mail can be sent to you. Tell your administrator.",
            )) } }, lang))
        }
        (signed.form(&app, "/lam-viec/tai-khoan/thong-bao", html! {
            @for kind in Kind::ALL {
                h2 { (kind_words(kind, lang)) }
                @for one in chosen.iter().filter(|one| one.kind == kind) {
                    @let name = field_name(one);
                    @let choices: Vec<Choice> = Manner::ALL.into_iter()
                        .map(|manner| Choice::new(manner.word(), manner_words(manner, lang), one.manner == manner)).collect();
                    (parts::select_field(&Field::new(&name, channel_words(one.channel, lang)), &choices, lang))
                }
            }
            (parts::button(lang.pick("Lưu", "Save"), ButtonKind::Primary, None))
        }))
    };
    let page =
        WorkPage::new(title, "").help("thong-bao").below(&signed, lang.pick("Tài khoản của tôi", "My account"), "/lam-viec/tai-khoan");
    Ok(work_frame(&app, &signed, page, body))
}

pub(crate) async fn post_choice(State(app): State<App>, posted: Posted) -> Result<Response, Problem> {
    let signed = &posted.signed;
    if !signed.principal().may_write() {
        return Err(Problem::Forbidden);
    }
    let account = &signed.principal().account;
    let mut write = app.db.write().await?;
    let mut chosen = preferences(write.conn(), account).await?;
    for one in &mut chosen {
        let name = field_name(one);
        let word = posted.fields.text(&name);
        // A field that did not come stays as it was.
        if !word.is_empty() {
            one.manner = Manner::of(word).ok_or_else(|| Problem::BadValue { key: "manner", value: word.to_owned() })?;
        }
    }
    set_preferences(write.conn(), account, &chosen).await?;
    write.commit().await?;
    Ok(Redirect::to(&signed.lang().href("/lam-viec/tai-khoan/thong-bao?xong=1")).into_response())
}

/// Why something was not sent: the word that stands before the colon in ours, what the server said behind it as it said it.
fn fault_words(fault: &str, lang: Lang) -> String {
    let (word, said) = fault.split_once(": ").map_or((fault, None), |(word, said)| (word, Some(said)));
    let code = word.strip_prefix("answer-").filter(|code| code.bytes().all(|digit| digit.is_ascii_digit()));
    let words = match (word, code) {
        (_, Some(code)) => lang.pick(format!("Máy chủ từ chối (mã {code})"), format!("The server refused (code {code})")),
        ("account-closed", _) => lang.pick("Tài khoản đã khóa", "The account is closed").to_owned(),
        ("no-address", _) => lang.pick("Tài khoản không có địa chỉ thư", "The account has no mail address").to_owned(),
        ("not-set-up", _) => lang.pick("Chưa cấu hình máy chủ gửi", "No server is set up").to_owned(),
        ("unreachable", _) => lang.pick("Không kết nối được máy chủ", "The server cannot be reached").to_owned(),
        ("connection-refused", _) => lang.pick("Máy chủ không nhận kết nối", "The server refused the connection").to_owned(),
        ("timed-out", _) => lang.pick("Máy chủ không trả lời kịp thời gian chờ", "The server did not answer in time").to_owned(),
        ("not-trusted", _) => lang
            .pick(
                "Không lập được kết nối an toàn: chứng thư số của máy chủ không được tin cậy, hoặc máy chủ không hỗ trợ TLS",
                "No secure connection: the certificate of the server is not trusted, or it knows no TLS",
            )
            .to_owned(),
        ("sign-in", _) => {
            lang.pick("Máy chủ không nhận tên đăng nhập và mật khẩu đã cấu hình", "The server does not accept user and password").to_owned()
        }
        ("protocol", _) => lang.pick("Máy chủ trả lời không đúng giao thức", "The server does not speak the protocol").to_owned(),
        ("not-supported", _) => {
            lang.pick("Máy chủ không hỗ trợ địa chỉ hoặc nội dung này", "The server lacks what this message needs").to_owned()
        }
        ("message", _) => lang.pick("Nội dung này không gửi được", "This message cannot be sent").to_owned(),
        ("address", _) => lang.pick("Không được gửi tới địa chỉ web này", "This web address must not be used").to_owned(),
        // Written before there were words.
        _ => return fault.to_owned(),
    };
    said.map_or_else(|| words.clone(), |said| format!("{words}: {said}"))
}

pub(crate) async fn failed(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let lang = signed.lang();
    if !on_installation(&app, signed.principal(), Action::See) {
        return Err(Problem::NotFound);
    }
    let mut read = app.db.read().await?;
    let found = failed_deliveries(read.conn(), FAILED_SHOWN).await?;
    drop(read);
    let title = lang.pick("Thông báo không gửi được", "Notices that could not be sent");
    let mut table = DataTable::new("khong-gui-duoc", title)
        .column(Column::header("ai", lang.pick("Người nhận", "For")))
        .column(Column::text("duong", lang.pick("Qua", "By")))
        .column(Column::text("noi-dung", lang.pick("Nội dung", "Text")))
        .column(Column::text("luc", lang.pick("Lúc tạo", "Written")))
        .column(Column::text("lan", lang.pick("Số lần thử", "Tries")))
        .column(Column::text("trang-thai", lang.pick("Trạng thái", "State")))
        .column(Column::text("loi", lang.pick("Lý do", "Why")));
    for one in &found {
        let state = if one.is_waiting() {
            Cell::status(lang.pick("Sẽ thử lại", "Tried again"), Tone::Warning)
        } else {
            Cell::status(lang.pick("Không gửi nữa", "Given up"), Tone::Error)
        };
        table = table.row(Row::new(vec![
            Cell::text(format!("{} ({})", one.name, one.login)),
            Cell::text(channel_words(one.channel(), lang)),
            Cell::text(lang.pick(&one.text_vi, &one.text_en)),
            Cell::text(words::moment(one.made_at, lang)),
            Cell::text(lang.integer(one.attempts)),
            state,
            Cell::text(one.fault.as_deref().map_or_else(|| "–".to_owned(), |fault| fault_words(fault, lang))),
        ]));
    }
    let body = html! {
        (parts::page_heading(title, Some(lang.pick(
            "Gồm thông báo máy chủ từ chối hẳn, và thông báo chưa gửi được sẽ thử lại trong 7 ngày.",
            "What a server refused for good, and what was not sent yet and is tried again for seven days.",
        )), None))
        @if found.is_empty() { p { (lang.pick("Mọi thông báo đã được gửi.", "Everything was sent.")) } }
        @else { (render_table(&table, lang)) }
    };
    let page = WorkPage::new(title, NOTICES).help("thong-bao").below(&signed, lang.pick("Thông báo", "Notices"), "/lam-viec/thong-bao");
    Ok(work_frame(&app, &signed, page, body))
}
