//! The log of all changes: search, reading, CSV.

use accounts::policy::{Action, Thing};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chrono::{NaiveDate, TimeDelta, TimeZone as _, Utc};
use documents::{content_disposition, csv};
use maud::{Markup, html};
use platform::history::{Event, EventFilter, EventPage, search};
use ui::Lang;
use ui::parts::{self, ActiveFilter, Field, FilterPanel, Input};
use ui::table::{Cell, Column, DataTable, Row, render_table};
use web::{App, Problem, Signed, Visit, WorkPage, work_frame};

use crate::changes::{Names, difference};
use crate::words;

/// Events on one page.
const ON_A_PAGE: i64 = 100;
/// Events in one file.
const IN_A_FILE: i64 = 100_000;

/// Words for a kind of record.
fn kind_words(kind: &str, lang: Lang) -> &str {
    match kind {
        "account" => lang.pick("Tài khoản", "Account"),
        "access_token" => lang.pick("Mã truy cập", "Access token"),
        "account_review" => lang.pick("Rà soát tài khoản", "Review of accounts"),
        "role_grant" => lang.pick("Vai trò", "Role"),
        "deputy" => lang.pick("Người làm thay", "Deputy"),
        "evidence" => lang.pick("Minh chứng", "Evidence"),
        "figure" => lang.pick("Số liệu", "Figure"),
        "collection" => lang.pick("Đợt thu thập số liệu", "Collection"),
        "collection_unit" => lang.pick("Số liệu của đơn vị", "Unit's figures"),
        "calendar_day" => lang.pick("Ngày nghỉ", "Calendar day"),
        "job" => lang.pick("Tác vụ", "Job"),
        other => other,
    }
}

/// Words for what was done.
fn action_words(action: &str, lang: Lang) -> &str {
    match action {
        "made" => lang.pick("tạo mới", "made"),
        "changed" => lang.pick("sửa", "changed"),
        "signed-in" => lang.pick("đăng nhập", "signed in"),
        "sign-in-failed" => lang.pick("đăng nhập không thành công", "sign-in failed"),
        "identity-linked" => lang.pick("liên kết đăng nhập một lần", "linked with single sign-on"),
        "identity-unlinked" => lang.pick("bỏ liên kết đăng nhập một lần", "unlinked from single sign-on"),
        "signed-out" => lang.pick("đăng xuất", "signed out"),
        "acting-unit-changed" => lang.pick("chọn đơn vị làm việc", "acted for another unit"),
        "locked" => lang.pick("tạm khóa do nhập sai", "locked after failures"),
        "signed-out-elsewhere" => lang.pick("đăng xuất ở nơi khác", "signed out elsewhere"),
        "signed-out-everywhere" => lang.pick("kết thúc mọi phiên", "signed out everywhere"),
        "second-factor-set" => lang.pick("bật xác thực hai lớp", "second factor set"),
        "second-factor-removed" => lang.pick("gỡ xác thực hai lớp", "second factor removed"),
        "password-set" => lang.pick("đặt mật khẩu", "password set"),
        "new-password-demanded" => lang.pick("yêu cầu đổi mật khẩu", "new password demanded"),
        "link-made" => lang.pick("tạo liên kết đặt mật khẩu", "link made"),
        "link-asked-for" => lang.pick("yêu cầu đặt lại mật khẩu", "link asked for"),
        "closed" => lang.pick("khóa", "closed"),
        "opened" => lang.pick("mở", "opened"),
        "given" => lang.pick("giao", "given"),
        "revoked" => lang.pick("thu hồi", "taken away"),
        "appointed" => lang.pick("cử", "appointed"),
        "dismissed" => lang.pick("thôi", "dismissed"),
        "entered" => lang.pick("nhập", "entered"),
        "reviewed" => lang.pick("xác nhận đã rà soát", "confirmed"),
        "submitted" => lang.pick("gửi", "submitted"),
        "returned" => lang.pick("trả lại", "returned"),
        "accepted" => lang.pick("duyệt", "accepted"),
        "reopened" => lang.pick("mở lại", "reopened"),
        "withdrawn" => lang.pick("rút", "withdrawn"),
        "cited" => lang.pick("gắn minh chứng", "cited"),
        "uncited" => lang.pick("bỏ gắn minh chứng", "no longer cited"),
        "file-added" => lang.pick("thêm tệp", "file added"),
        other => other,
    }
}

fn what(event: &Event, lang: Lang) -> String {
    format!("{} – {}", kind_words(&event.kind, lang), action_words(&event.action, lang))
}

fn who(event: &Event, lang: Lang) -> String {
    match (&event.name, &event.account) {
        (Some(name), _) => name.clone(),
        (None, Some(account)) => account.clone(),
        (None, None) => lang.pick("Hệ thống", "The system").to_owned(),
    }
}

/// The history of one record, newest first.
pub(crate) fn events_list(app: &App, names: &Names, events: &[Event], lang: Lang) -> Markup {
    if events.is_empty() {
        return html! { p { (lang.pick("Chưa có thay đổi nào được ghi.", "Nothing is recorded yet.")) } };
    }
    html! {
        ol.timeline {
            @for event in events {
                li {
                    time datetime=(event.at.to_rfc3339()) { (words::moment(event.at, lang)) }
                    p.event-title { (what(event, lang)) }
                    p.event-detail {
                        (who(event, lang))
                        @if let Some(unit) = &event.unit { " – " (app.units.short_name(unit)) }
                    }
                    @for line in difference(app, names, event, lang) { p.event-detail { (line) } }
                    @if let Some(reason) = &event.reason { p.event-detail { (lang.pick("Lý do: ", "Reason: ")) (reason) } }
                }
            }
        }
    }
}

/// The filter of the address, within what the person may see.
fn filter(app: &App, signed: &Signed, visit: &Visit) -> Result<EventFilter, Problem> {
    let scope = signed.principal().scope(Action::See, Thing::History);
    if scope.is_empty() {
        return Err(Problem::NotFound);
    }
    let day = |key: &'static str| -> Result<Option<NaiveDate>, Problem> {
        match visit.value(key) {
            None => Ok(None),
            Some(text) => viet_text::parse_date(&text).map(Some).ok_or(Problem::BadValue { key, value: text }),
        }
    };
    let midnight = |day: NaiveDate| {
        let start = day.and_time(chrono::NaiveTime::MIN);
        Utc.from_utc_datetime(&start) - TimeDelta::hours(7)
    };
    // The whole tree needs no list of its units.
    let whole = scope
        .iter()
        .any(|(unit, reach)| *reach == accounts::Reach::Subtree && app.units.get(unit).is_some_and(|found| found.parent.is_none()));
    let units = (!whole).then(|| app.units.within(&scope).into_iter().map(|unit| unit.unit).collect());
    Ok(EventFilter {
        kind: visit.value("loai"),
        thing: visit.value("ban-ghi"),
        account: visit.value("nguoi"),
        action: None,
        units,
        from: day("tu")?.map(midnight),
        until: day("den")?.and_then(|day| day.succ_opt()).map(midnight),
    })
}

const KINDS: [&str; 10] = [
    "account",
    "account_review",
    "role_grant",
    "deputy",
    "access_token",
    "evidence",
    "collection",
    "collection_unit",
    "figure",
    "calendar_day",
];

pub(crate) async fn get(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let lang = signed.lang();
    let visit = &signed.visit;
    let found = filter(&app, &signed, visit)?;
    let number: i64 = visit.value("trang").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, 10_000);
    let mut read = app.db.read().await?;
    let mut events = search(read.conn(), &found, EventPage { offset: (number - 1) * ON_A_PAGE, limit: ON_A_PAGE + 1 }).await?;
    let people = Names::of(read.conn(), &events).await?;
    drop(read);
    let more = i64::try_from(events.len()).unwrap_or(0) > ON_A_PAGE;
    events.truncate(usize::try_from(ON_A_PAGE).unwrap_or(usize::MAX));
    let title = lang.pick("Nhật ký thay đổi", "History");
    let action = lang.href("/lam-viec/lich-su");
    let names = [("loai", lang.pick("Loại", "Kind")), ("tu", lang.pick("Từ ngày", "From")), ("den", lang.pick("Đến ngày", "Until"))];
    let active: Vec<ActiveFilter> = names
        .into_iter()
        .filter_map(|(key, label)| {
            let value = visit.value(key)?;
            let shown = if key == "loai" { kind_words(&value, lang).to_owned() } else { value };
            Some(ActiveFilter { label: label.to_owned(), value: shown, remove_href: visit.with(key, None) })
        })
        .collect();
    let kind = visit.value("loai").unwrap_or_default();
    let mut kinds = vec![parts::Choice::new("", lang.pick("Tất cả", "All"), kind.is_empty())];
    kinds.extend(KINDS.iter().map(|word| parts::Choice::new(*word, kind_words(word, lang), kind == *word)));
    let from = visit.value("tu").unwrap_or_default();
    let until = visit.value("den").unwrap_or_default();
    let fields = html! {
        (parts::select_field(&Field::new("loai", lang.pick("Loại", "Kind")).optional(), &kinds, lang))
        (parts::text_field(&Field::new("tu", lang.pick("Từ ngày", "From")).optional(), Input::Text, &from, None, lang))
        (parts::text_field(&Field::new("den", lang.pick("Đến ngày", "Until")).optional(), Input::Text, &until, None, lang))
    };
    let body = html! {
        (parts::page_heading(title, Some(lang.pick(
            "Mọi thay đổi được ghi cùng lúc với việc thay đổi và nối thành chuỗi; sửa hoặc xóa một dòng sẽ bị phát hiện khi kiểm tra.",
            "Every change is recorded together with the act and linked into chains; a line that is altered or taken out is found by the check.",
        )), None))
        (parts::filter_panel(&FilterPanel { id: "bo-loc", action: &action, active: &active, fields, clear_href: &action, open: !active.is_empty() }, lang))
        @if events.is_empty() { p { (lang.pick("Không có thay đổi nào phù hợp.", "Nothing fits.")) } }
        @else { (render_table(&table(&app, &people, &events, lang), lang)) }
        p.pager-row {
            @if number > 1 { a href=(visit.with("trang", Some(&(number - 1).to_string()))) { (lang.pick("← Mới hơn", "← Newer")) } " " }
            @if more { a href=(visit.with("trang", Some(&(number + 1).to_string()))) { (lang.pick("Cũ hơn →", "Older →")) } }
        }
        @if signed.principal().may_somewhere(Action::Export, Thing::History) {
            (parts::download_bar(&[("CSV", format!("{}?{}", lang.href("/lam-viec/lich-su.csv"), visit.query))], lang))
        }
    };
    Ok(work_frame(&app, &signed, WorkPage::new(title, "lich-su").help("lich-su"), body))
}

fn table(app: &App, names: &Names, events: &[Event], lang: Lang) -> DataTable {
    let mut table = DataTable::new("nhat-ky", lang.pick("Thay đổi, mới nhất trước", "Changes, newest first"))
        .column(Column::header("luc", lang.pick("Thời điểm", "When")))
        .column(Column::text("ai", lang.pick("Ai", "Who")))
        .column(Column::text("thay-don-vi", lang.pick("Thay mặt đơn vị", "For unit")))
        .column(Column::text("viec", lang.pick("Việc", "What")))
        .column(Column::text("noi-dung", lang.pick("Trước và sau", "Before and after")))
        .column(Column::text("ly-do", lang.pick("Lý do", "Why")))
        .column(Column::text("tu-dau", lang.pick("Từ địa chỉ", "From address")))
        .column(Column::text("so", lang.pick("Số", "Number")));
    for event in events {
        table = table.row(Row::new(vec![
            Cell::text(words::moment(event.at, lang)),
            Cell::text(who(event, lang)),
            Cell::text(event.unit.as_deref().map_or_else(|| "–".to_owned(), |unit| app.units.short_name(unit))),
            Cell::text(match names.subject(app, event, lang) {
                Some(subject) => format!("{}: {subject}", what(event, lang)),
                None => what(event, lang),
            }),
            Cell::text(difference(app, names, event, lang).join("; ")),
            Cell::text(event.reason.as_deref().unwrap_or("–")),
            Cell::text(event.address.as_deref().unwrap_or("–")),
            Cell::text(format!("{}-{}", event.lane, event.sequence)),
        ]));
    }
    table
}

pub(crate) async fn download(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let lang = signed.lang();
    let found = filter(&app, &signed, &signed.visit)?;
    let mut read = app.db.read().await?;
    let events = search(read.conn(), &found, EventPage { offset: 0, limit: IN_A_FILE }).await?;
    let names = Names::of(read.conn(), &events).await?;
    drop(read);
    let bytes = csv(&table(&app, &names, &events, lang), lang);
    let name = content_disposition(lang.pick("nhat-ky-thay-doi", "history"), "csv");
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], bytes).into_response())
}
