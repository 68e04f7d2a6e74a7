//! Jobs: the list, one job with its progress, result and faults, and asking for its end.

use accounts::policy::{Action, Thing};
use accounts::{Principal, Reach};
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::REFRESH;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use platform::history::{Change, record};
use platform::jobs::{CancelOutcome, Job, JobFault, JobFilter, JobState, job, jobs, request_cancel};
use registry::Level;
use serde_json::Value;
use ui::Lang;
use ui::parts::{self, ButtonKind, Tone};
use ui::table::{Cell, Column, DataTable, Row, render_table};
use web::{App, BY_ITSELF, Office, Posted, Problem, Signed, WorkPage, work_frame};

use crate::words;

/// Jobs on one page.
const ON_A_PAGE: i64 = 50;
/// Seconds between two looks at a job that is not at its end.
const LOOK_AGAIN: &str = "3";

/// Which jobs a person may see: their own, those of units in reach, and the program's own for whoever sees the installation.
fn filter(app: &App, signed: &Signed) -> JobFilter {
    let principal = signed.principal();
    let scope: Vec<(&str, Reach)> = principal.scope(Action::See, Thing::Job);
    JobFilter {
        asked_by: Some(principal.account.clone()),
        units: app.units.within(&scope).into_iter().map(|unit| unit.unit).collect(),
        of_program: on_installation(app, signed.principal(), Action::See),
    }
}

/// The installation as a whole: a right that reaches everything below a province, a ministry or the country.
pub(crate) fn on_installation(office: &Office, principal: &Principal, action: Action) -> bool {
    let high =
        |unit: &str| office.units.get(unit).is_some_and(|found| matches!(found.level, Level::Country | Level::Ministry | Level::Province));
    principal.scope(action, Thing::Installation).iter().any(|(unit, reach)| *reach == Reach::Subtree && high(unit))
}

fn may_see(app: &App, signed: &Signed, job: &Job) -> bool {
    may(app, signed, job, Action::See, Action::See)
}

fn may_end(app: &App, signed: &Signed, job: &Job) -> bool {
    !job.state().has_ended() && signed.principal().may_write() && may(app, signed, job, Action::Withdraw, Action::Change)
}

/// A job of one's own; a job of a unit by the rights there; a job of the program by the rights on the installation.
fn may(app: &App, signed: &Signed, job: &Job, on_unit: Action, on_program: Action) -> bool {
    let principal = signed.principal();
    let own = job.asked_by.as_deref() == Some(principal.account.as_str());
    own || match &job.unit {
        Some(unit) => app.units.lineage(unit).is_some_and(|lineage| principal.may(on_unit, Thing::Job, &lineage)),
        None => on_installation(app, principal, on_program),
    }
}

fn state_words(job: &Job, lang: Lang) -> (&'static str, Tone) {
    match job.state() {
        JobState::Queued if job.attempts > 0 => (lang.pick("Chờ thử lại", "Waits for its next try"), Tone::Warning),
        JobState::Queued => (lang.pick("Đang chờ", "Waiting"), Tone::Neutral),
        JobState::Running if job.is_cancel_asked() => (lang.pick("Đang dừng", "Being ended"), Tone::Warning),
        JobState::Running => (lang.pick("Đang chạy", "At work"), Tone::Info),
        JobState::Done => (lang.pick("Đã xong", "Done"), Tone::Success),
        JobState::Failed => (lang.pick("Không thành công", "Failed"), Tone::Error),
        JobState::Cancelled => (lang.pick("Đã hủy", "Cancelled"), Tone::Neutral),
    }
}

fn fault_words(fault: &JobFault, lang: Lang) -> String {
    if let Some(said) = lang.pick(&fault.vi, &fault.en) {
        return said.clone();
    }
    match fault.word.as_str() {
        "broke-off" => lang.pick(
            "Chương trình gặp lỗi khi thực hiện. Hãy báo người quản trị hệ thống.",
            "The program met a fault of its own. Tell your administrator.",
        ),
        "abandoned" => lang.pick(
            "Chương trình dừng nhiều lần trong khi thực hiện việc này, nên không thử lại nữa.",
            "The program ended several times while it was at this job, so it is not tried again.",
        ),
        "tries-ended" => lang.pick("Đã thử nhiều lần và không thử lại nữa.", "It was tried many times and is not tried again."),
        "database" => lang.pick("Cơ sở dữ liệu không trả lời.", "The database did not answer."),
        other => other,
    }
    .to_owned()
}

fn who(job: &Job, lang: Lang) -> String {
    match (&job.asked_by_name, &job.asked_by) {
        (Some(name), _) => name.clone(),
        (None, Some(account)) => account.clone(),
        (None, None) => lang.pick("Hệ thống", "The system").to_owned(),
    }
}

fn progress_words(job: &Job, lang: Lang) -> String {
    match (job.percent(), job.total) {
        (Some(percent), Some(total)) => format!("{percent}% ({}/{})", lang.integer(job.done), lang.integer(total)),
        _ if job.done > 0 => lang.integer(job.done),
        _ => "–".to_owned(),
    }
}

pub(crate) async fn get(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let lang = signed.lang();
    let visit = &signed.visit;
    let number: i64 = visit.value("trang").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, 10_000);
    let mut read = app.db.read().await?;
    let mut found = jobs(read.conn(), &filter(&app, &signed), (number - 1) * ON_A_PAGE, ON_A_PAGE + 1).await?;
    drop(read);
    let more = i64::try_from(found.len()).unwrap_or(0) > ON_A_PAGE;
    found.truncate(usize::try_from(ON_A_PAGE).unwrap_or(usize::MAX));
    let title = lang.pick("Tác vụ", "Jobs");
    let mut table = DataTable::new("tac-vu", lang.pick("Tác vụ, mới nhất trước", "Jobs, newest first"))
        .column(Column::header("viec", lang.pick("Việc", "What")))
        .column(Column::text("trang-thai", lang.pick("Trạng thái", "State")))
        .column(Column::text("tien-do", lang.pick("Tiến độ", "Progress")))
        .column(Column::text("ai", lang.pick("Người yêu cầu", "Asked for by")))
        .column(Column::text("don-vi", lang.pick("Đơn vị", "Unit")))
        .column(Column::text("luc", lang.pick("Lúc yêu cầu", "Asked for")));
    for job in &found {
        let (state, tone) = state_words(job, lang);
        table = table.row(Row::new(vec![
            Cell::link(&job.title, lang.href(&format!("/lam-viec/tac-vu/{}", job.job))),
            Cell::status(state, tone),
            Cell::text(progress_words(job, lang)),
            Cell::text(who(job, lang)),
            Cell::text(job.unit.as_deref().map_or_else(|| "–".to_owned(), |unit| app.units.name(unit))),
            Cell::text(words::moment(job.made_at, lang)),
        ]));
    }
    let body = html! {
        (parts::page_heading(title, Some(lang.pick(
            "Việc lâu chạy phía sau; bạn có thể đóng trang và xem lại kết quả ở đây.",
            "Long work goes on behind the pages; close this page and see here later what came of it.",
        )), None))
        @if found.is_empty() { p { (lang.pick("Chưa có tác vụ nào.", "There are no jobs yet.")) } }
        @else { (render_table(&table, lang)) }
        p.pager-row {
            @if number > 1 { a href=(visit.with("trang", Some(&(number - 1).to_string()))) { (lang.pick("← Mới hơn", "← Newer")) } " " }
            @if more { a href=(visit.with("trang", Some(&(number + 1).to_string()))) { (lang.pick("Cũ hơn →", "Older →")) } }
        }
    };
    Ok(work_frame(&app, &signed, WorkPage::new(title, "tac-vu").help("tac-vu"), body))
}

pub(crate) async fn one(State(app): State<App>, Path(key): Path<String>, signed: Signed) -> Result<Response, Problem> {
    let lang = signed.lang();
    let mut read = app.db.read().await?;
    let found = job(read.conn(), &key).await?.filter(|job| may_see(&app, &signed, job)).ok_or(Problem::NotFound)?;
    drop(read);
    let (state, tone) = state_words(&found, lang);
    let waits = !found.state().has_ended();
    // Whoever reads slowly, or listens to the page, turns the looking again off.
    let still = signed.visit.value(BY_ITSELF.0).as_deref() == Some("khong");
    let moment = |at: Option<chrono::DateTime<chrono::Utc>>| at.map_or_else(|| "–".to_owned(), |at| words::moment(at, lang));
    let body = html! {
        (parts::page_heading(&found.title, None, Some(parts::tag(state, tone))))
        @if waits { (bar(&found, lang)) }
        (parts::key_values(&[
            (lang.pick("Tiến độ", "Progress"), html! { (progress_words(&found, lang)) }),
            (lang.pick("Người yêu cầu", "Asked for by"), html! { (who(&found, lang)) }),
            (lang.pick("Đơn vị", "Unit"), html! { (found.unit.as_deref().map_or_else(|| "–".to_owned(), |unit| app.units.name(unit))) }),
            (lang.pick("Lúc yêu cầu", "Asked for"), html! { (words::moment(found.made_at, lang)) }),
            (lang.pick("Bắt đầu", "Began"), html! { (moment(found.started_at)) }),
            (lang.pick("Kết thúc", "Ended"), html! { (moment(found.ended_at)) }),
            (lang.pick("Số lần thực hiện", "Tries"), html! { (lang.integer(found.attempts)) }),
        ]))
        @if found.state() == JobState::Queued && found.attempts > 0 {
            p { (lang.pick("Thử lại lúc ", "The next try is at ")) (words::moment(found.run_at, lang)) "." }
        }
        @if let Some(result) = found.result() { (result_list(&result, lang)) }
        (fault_list(&found.faults(), lang))
        @if may_end(&app, &signed, &found) && !found.is_cancel_asked() {
            (signed.form(&app, &format!("/lam-viec/tac-vu/{}/huy", found.job), html! {
                (parts::button(lang.pick("Hủy tác vụ", "Cancel this job"), ButtonKind::Danger, None))
            }))
        }
        @if waits && !still {
            p { a href=(signed.visit.with(BY_ITSELF.0, Some("khong"))) { (lang.pick("Ngừng tự cập nhật trang này", "Stop refreshing this page")) } }
        } @else if waits {
            p { a href=(signed.visit.with(BY_ITSELF.0, None)) { (lang.pick("Tự cập nhật trang này", "Refresh this page by itself")) } }
        }
    };
    let page = WorkPage::new(&found.title, "tac-vu").help("tac-vu").below(&signed, lang.pick("Tác vụ", "Jobs"), "/lam-viec/tac-vu");
    let mut response = work_frame(&app, &signed, page, body);
    if waits && !still {
        // As `<meta http-equiv="refresh">`, for browsers without script.
        let again = format!("{LOOK_AGAIN}; url={}", signed.visit.with(BY_ITSELF.0, Some(BY_ITSELF.1)));
        if let Ok(again) = HeaderValue::from_str(&again) {
            response.headers_mut().insert(REFRESH, again);
        }
    }
    Ok(response)
}

fn bar(job: &Job, lang: Lang) -> Markup {
    let label = lang.pick("Tiến độ", "Progress");
    html! {
        p {
            @match job.percent() {
                Some(percent) => { progress max="100" value=(percent) aria-label=(label) { (percent) "%" } }
                None => { progress aria-label=(label) { (progress_words(job, lang)) } }
            }
        }
    }
}

/// A link to what was made, and the other keys as lines.
fn result_list(result: &Value, lang: Lang) -> Markup {
    let Value::Object(map) = result else { return html! {} };
    let link = map.get("link").and_then(Value::as_str).filter(|link| ui::url::is_local_path(link));
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    html! {
        @if !map.is_empty() {
            (parts::section_heading("ket-qua", lang.pick("Kết quả", "Result"), None))
            @if let Some(link) = link { p { a href=(lang.href(link)) { (lang.pick("Mở kết quả", "Open what was made")) } } }
            dl.key-values {
                @for (name, value) in map { @if name != "link" { dt { (result_words(name, lang)) } dd { (plain(value)) } } }
            }
        }
    }
}

fn result_words(name: &str, lang: Lang) -> &str {
    match name {
        "sent" => lang.pick("Đã gửi", "Sent"),
        "waiting" => lang.pick("Chờ gửi lại", "Waiting"),
        "failed" => lang.pick("Không gửi được", "Not sent"),
        "made" => lang.pick("Đã tạo", "Made"),
        "closed-accounts" => lang.pick("Tài khoản được khóa do lâu không dùng", "Accounts closed after long disuse"),
        "ended-sessions" => lang.pick("Phiên làm việc hết hạn được xóa", "Ended sessions deleted"),
        "old-jobs" => lang.pick("Tác vụ cũ được xóa", "Old jobs deleted"),
        "old-notices" => lang.pick("Thông báo cũ được xóa", "Old notices deleted"),
        other => other,
    }
}

fn fault_list(faults: &[JobFault], lang: Lang) -> Markup {
    html! {
        @if !faults.is_empty() {
            (parts::section_heading("loi", lang.pick("Lỗi", "Faults"), None))
            ul {
                @for fault in faults {
                    li { @if let Some(place) = &fault.place { strong { (place) } ": " } (fault_words(fault, lang)) }
                }
            }
        }
    }
}

pub(crate) async fn cancel(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let signed = &posted.signed;
    let mut write = app.db.write().await?;
    let found = job(write.conn(), &key).await?.filter(|job| may_see(&app, signed, job)).ok_or(Problem::NotFound)?;
    if !found.state().has_ended() {
        if !may_end(&app, signed, &found) {
            return Err(Problem::Forbidden);
        }
        if request_cancel(write.conn(), &key, signed.actor.now).await? != CancelOutcome::Ended {
            let mut change = Change::new("job", &key, "withdrawn");
            change.of_unit.clone_from(&found.unit);
            record(write.conn(), &signed.actor.source, signed.actor.now, &[change]).await?;
        }
        write.commit().await?;
    }
    Ok(Redirect::to(&signed.lang().href(&format!("/lam-viec/tac-vu/{key}"))).into_response())
}
