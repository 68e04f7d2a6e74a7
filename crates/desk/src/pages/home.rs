//! The first page: what must be done now. And the person's own account.

use accounts::{end_others, open_sessions};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, TimeDelta, Utc};
use maud::{Markup, html};
use ui::parts::{self, ButtonKind, Tone};
use ui::table::{Cell, Column, DataTable, Row, render_table};
use web::{App, Posted, Problem, Signed, Task, TaskKind, WorkPage, work_frame};

use crate::words;

/// What is due within so many days stands under "soon".
const SOON: TimeDelta = TimeDelta::days(7);

/// A heading of the first page, in the order shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Late,
    Soon,
    Returned,
    Decide,
    Other,
}

impl Group {
    const ALL: [Self; 5] = [Self::Late, Self::Returned, Self::Soon, Self::Decide, Self::Other];

    fn of(task: &Task, now: DateTime<Utc>) -> Self {
        match task.due_at {
            Some(due) if due <= now && task.kind != TaskKind::Decide => Self::Late,
            _ if task.kind == TaskKind::Returned => Self::Returned,
            _ if task.kind == TaskKind::Decide => Self::Decide,
            Some(due) if due < now + SOON => Self::Soon,
            _ => Self::Other,
        }
    }
}

pub(crate) async fn get(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let lang = signed.lang();
    let now = app.world.now();
    let mut tasks = Vec::new();
    for source in &app.task_sources {
        tasks.extend(source.tasks(&app, &signed.actor).await?);
    }
    let elsewhere = elsewhere(&app, &signed).await?;
    tasks.sort_by_key(|task| (task.due_at.is_none(), task.due_at, task.kind));
    let unit = signed.principal().acting_unit.as_deref().map(|unit| app.units.name(unit));
    let heading = lang.pick("Việc của tôi", "My work");
    let body = html! {
        (parts::page_heading(heading, unit.as_deref(), None))
        @if signed.visit.value("xong").as_deref() == Some("mat-khau") {
            (parts::notice(Tone::Success, None, html! { p { (lang.pick("Mật khẩu mới đã được lưu.", "The new password is saved.")) } }, lang))
        }
        @if signed.unread() > 0 {
            p { a href=(lang.href("/lam-viec/thong-bao")) { (lang.pick(
                format!("Bạn có {} thông báo chưa đọc", lang.integer(signed.unread())),
                format!("You have {} unread notices", lang.integer(signed.unread())),
            )) } }
        }
        @if signed.principal().acting_unit.is_none() {
            (parts::notice(Tone::Info, None, html! { p { (lang.pick(
                "Tài khoản của bạn chưa có vai trò ở đơn vị nào. Hãy liên hệ người quản trị hệ thống.",
                "Your account has no role on any unit yet. Ask your administrator.",
            )) } }, lang))
        } @else if tasks.is_empty() {
            (parts::notice(Tone::Success, Some(lang.pick("Không có việc nào đang chờ", "Nothing is waiting")), html! { p { (lang.pick(
                "Hiện không có việc nào chờ bạn ở đơn vị này.",
                "Nothing waits for you on this unit at present.",
            )) } }, lang))
        }
        @for group in Group::ALL {
            @let here: Vec<&Task> = tasks.iter().filter(|task| Group::of(task, now) == group).collect();
            @if !here.is_empty() { (section(group, &here, &signed, now)) }
        }
        (elsewhere_section(&app, &signed, &elsewhere))
    };
    Ok(work_frame(&app, &signed, WorkPage::new(heading, "lam-viec").help("viec-cua-toi"), body))
}

/// How much waits for a person of several units at each of the others.
async fn elsewhere(app: &App, signed: &Signed) -> Result<Vec<(String, u32)>, Problem> {
    let principal = signed.principal();
    let mut found = Vec::new();
    for unit in principal.units().into_iter().filter(|unit| principal.acting_unit.as_deref() != Some(*unit)) {
        let mut there = signed.actor.clone();
        there.principal.acting_unit = Some(unit.to_owned());
        let mut count = 0;
        for source in &app.task_sources {
            count += source.tasks(app, &there).await?.iter().map(|task| task.count).sum::<u32>();
        }
        if count > 0 {
            found.push((unit.to_owned(), count));
        }
    }
    Ok(found)
}

fn elsewhere_section(app: &App, signed: &Signed, elsewhere: &[(String, u32)]) -> Markup {
    let lang = signed.lang();
    html! {
        @if !elsewhere.is_empty() {
            section.task-group aria-labelledby="don-vi-khac" {
                h2 #don-vi-khac { (lang.pick("Việc ở đơn vị khác của bạn", "Work at your other units")) }
                ul.task-list {
                    @for (unit, count) in elsewhere {
                        @let (name, count) = (app.units.name(unit), lang.integer(i64::from(*count)));
                        li.task {
                            div.task-text { p.task-title { (lang.pick(format!("Ở {name} còn {count} việc"), format!("{count} things wait at {name}"))) } }
                            (signed.form(app, "/lam-viec/doi-don-vi", html! {
                                input type="hidden" name="don-vi" value=(unit);
                                (parts::button(&lang.pick(format!("Chuyển sang {name}"), format!("Act for {name}")), ButtonKind::Secondary, None))
                            }))
                        }
                    }
                }
            }
        }
    }
}

fn section(group: Group, tasks: &[&Task], signed: &Signed, now: DateTime<Utc>) -> Markup {
    let lang = signed.lang();
    let (id, title) = match group {
        Group::Late => ("qua-han", lang.pick("Đã quá hạn", "Late")),
        Group::Returned => ("tra-lai", lang.pick("Bị trả lại", "Returned to you")),
        Group::Soon => ("sap-han", lang.pick("Đến hạn trong 7 ngày", "Due within 7 days")),
        Group::Decide => ("cho-duyet", lang.pick("Chờ bạn quyết định", "Waiting for your decision")),
        Group::Other => ("khac", lang.pick("Việc khác", "Other work")),
    };
    let count: u32 = tasks.iter().map(|task| task.count).sum();
    html! {
        section.task-group aria-labelledby=(id) {
            h2 #(id) { (title) " " span.count { (lang.integer(i64::from(count))) } }
            ul.task-list {
                @for task in tasks {
                    li.task {
                        div.task-text {
                            p.task-title { (lang.pick(&task.title.0, &task.title.1)) }
                            p.task-detail { (lang.pick(&task.detail.0, &task.detail.1)) }
                            @if let Some(due) = task.due_at { p.task-due { (due_words(due, now, lang)) } }
                        }
                        (parts::button_link(lang.pick(task.button.0, task.button.1), &lang.href(&task.path), ButtonKind::Secondary))
                    }
                }
            }
        }
    }
}

/// "Hạn 20/12/2026 17:00 – còn 3 ngày", in days of the calendar.
fn due_words(due: DateTime<Utc>, now: DateTime<Utc>, lang: ui::Lang) -> Markup {
    let days = (platform::day_in_viet_nam(due) - platform::day_in_viet_nam(now)).num_days();
    let (text, tone) = if due <= now {
        let days = -days;
        let text = if days == 0 {
            lang.pick("quá hạn hôm nay".to_owned(), "late since today".to_owned())
        } else {
            lang.pick(format!("quá hạn {days} ngày"), format!("{days} days late"))
        };
        (text, Tone::Error)
    } else {
        let text = match days {
            0 => lang.pick("hết hạn hôm nay".to_owned(), "due today".to_owned()),
            1 => lang.pick("hết hạn ngày mai".to_owned(), "due tomorrow".to_owned()),
            days => lang.pick(format!("còn {days} ngày"), format!("{days} days left")),
        };
        (text, if days <= 2 { Tone::Warning } else { Tone::Neutral })
    };
    html! { (lang.pick("Hạn", "Due")) " " (words::moment(due, lang)) " " (parts::tag(&text, tone)) }
}

pub(crate) async fn account(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let lang = signed.lang();
    let title = lang.pick("Tài khoản của tôi", "My account");
    let mut read = app.db.read().await?;
    let person = accounts::account(read.conn(), &signed.principal().account).await?.ok_or(Problem::NotFound)?;
    let deputies = accounts::deputies_of(read.conn(), &person.account).await?;
    let identities = accounts::identities_of(read.conn(), &person.account).await?;
    drop(read);
    let sessions = open_sessions(&app.accounts, &person.account).await?;
    let done = match signed.visit.value("xong").as_deref() {
        Some("mat-khau") => Some(lang.pick("Đã đổi mật khẩu.", "The password was changed.")),
        Some("lien-ket") => Some(lang.pick("Đã liên kết tài khoản.", "The account is linked.")),
        Some("bo-lien-ket") => Some(lang.pick("Đã bỏ liên kết.", "The link was taken away.")),
        Some("dang-xuat") => Some(lang.pick("Đã kết thúc các phiên làm việc khác.", "The other sessions were ended.")),
        _ => None,
    };
    let factor = match person.totp_since {
        Some(since) => {
            html! { (parts::tag(lang.pick("Đang bật", "On"), Tone::Success)) " " (lang.pick("từ", "since")) " " (words::moment(since, lang)) }
        }
        None => html! { (parts::tag(lang.pick("Chưa bật", "Off"), Tone::Warning)) },
    };
    let empty = lang.pick("chưa có", "none");
    let body = html! {
        (parts::page_heading(title, None, None))
        @if let Some(done) = done { (parts::notice(Tone::Success, None, html! { p { (done) } }, lang)) }
        (parts::key_values(&[
            (lang.pick("Họ và tên", "Name"), html! { (person.name) }),
            (lang.pick("Tên đăng nhập", "Sign-in name"), html! { (person.login) }),
            (lang.pick("Chức vụ", "Position"), html! { (person.position.as_deref().unwrap_or(empty)) }),
            (lang.pick("Đơn vị công tác", "Unit"), html! { (app.units.name(&person.unit)) }),
            (lang.pick("Thư điện tử", "Mail"), html! { (person.email.as_deref().unwrap_or(empty)) }),
            (lang.pick("Mật khẩu", "Password"), html! {
                @if let Some(at) = person.password_set_at { (lang.pick("đặt lúc", "set")) " " (words::moment(at, lang)) ". " }
                a href=(lang.href("/lam-viec/tai-khoan/mat-khau")) { (lang.pick("Đổi mật khẩu", "Change")) }
            }),
            (lang.pick("Xác thực hai lớp", "Second factor"), html! {
                (factor) " "
                a href=(lang.href("/lam-viec/tai-khoan/hai-lop")) {
                    (if person.has_second_factor() { lang.pick("Thiết lập lại", "Set up again") } else { lang.pick("Bật", "Turn on") })
                }
            }),
        ]))
        @if let Some(section) = super::single_sign_on::own_section(&app, &signed, &identities) { (section) }
        (parts::section_heading("vai-tro", lang.pick("Vai trò đang có hiệu lực", "Roles that count today"), None))
        (roles_table(&app, &signed))
        (parts::section_heading("nguoi-thay", lang.pick("Người làm thay", "Deputies"), None))
        (super::roles::deputies_list(&app, &signed, &deputies))
        @if let Some(why) = super::roles::lends_nothing(&signed) { p { (why) } }
        @else { p { a href=(lang.href("/lam-viec/tai-khoan/nguoi-thay")) { (lang.pick("Cử người làm thay khi vắng mặt", "Appoint a deputy for an absence")) } } }
        (parts::section_heading("phien", lang.pick("Phiên làm việc đang mở", "Open sessions"), None))
        (sessions_table(&sessions, &signed))
        @if sessions.len() > 1 {
            (signed.form(&app, "/lam-viec/tai-khoan/dang-xuat-noi-khac", html! {
                (parts::button(lang.pick("Đăng xuất ở mọi nơi khác", "Sign out everywhere else"), ButtonKind::Secondary, None))
            }))
        }
        (parts::section_heading("thong-bao-cua-toi", lang.pick("Thông báo", "Notices"), None))
        p { a href=(lang.href("/lam-viec/tai-khoan/thong-bao")) { (lang.pick("Chọn thông báo muốn nhận qua thư điện tử, Zalo hoặc tin nhắn", "Choose which notices come by mail, Zalo or text message")) } }
        (parts::section_heading("phan-mem", lang.pick("Phần mềm khác", "Other programs"), None))
        p { a href=(lang.href("/lam-viec/tai-khoan/ma-truy-cap")) { (lang.pick("Mã truy cập cho Excel và phần mềm khác", "Access tokens for Excel and other programs")) } }
    };
    Ok(work_frame(&app, &signed, WorkPage::new(title, "").help("tai-khoan"), body))
}

fn roles_table(app: &App, signed: &Signed) -> Markup {
    let lang = signed.lang();
    let mut table = DataTable::new("vai-tro-bang", lang.pick("Vai trò của tôi", "My roles"))
        .column(Column::header("vai-tro", lang.pick("Vai trò", "Role")))
        .column(Column::text("don-vi", lang.pick("Đơn vị", "Unit")))
        .column(Column::text("pham-vi", lang.pick("Phạm vi", "Reach")))
        .column(Column::text("den", lang.pick("Đến ngày", "Until")));
    for grant in &signed.principal().grants {
        let mut name = words::role(grant.role, lang).to_owned();
        if let Some(absent) = &grant.stands_in_for {
            name = lang.pick(format!("{name} (thay {})", absent.name), format!("{name} (for {})", absent.name));
        }
        // A deputy's role ends with the time as deputy, or with the role itself.
        let until = grant.stands_in_for.as_ref().map(|absent| absent.until);
        let until = [until, grant.valid_to].into_iter().flatten().min();
        table = table.row(Row::new(vec![
            Cell::text(name),
            Cell::text(app.units.name(&grant.unit)),
            Cell::text(super::roles::reach_words(grant.reach, lang)),
            Cell::text(until.map_or_else(|| lang.pick("không thời hạn", "open").to_owned(), |day| lang.date(day))),
        ]));
    }
    if signed.principal().grants.is_empty() {
        return html! { p { (lang.pick("Chưa có vai trò nào.", "No roles yet.")) } };
    }
    render_table(&table, lang)
}

fn sessions_table(sessions: &[accounts::OpenSession], signed: &Signed) -> Markup {
    let lang = signed.lang();
    let own = match &signed.principal().proof {
        accounts::Proof::Session(session) => session.as_str(),
        _ => "",
    };
    let mut table = DataTable::new("phien-bang", lang.pick("Phiên làm việc", "Sessions"))
        .column(Column::header("bat-dau", lang.pick("Bắt đầu", "Began")))
        .column(Column::text("thao-tac", lang.pick("Thao tác cuối", "Last request")))
        .column(Column::text("dia-chi", lang.pick("Địa chỉ mạng", "Address")))
        .column(Column::text("trinh-duyet", lang.pick("Trình duyệt", "Browser")));
    for session in sessions {
        let began = words::moment(session.started_at, lang);
        let began = if session.session == own { lang.pick(format!("{began} (phiên này)"), format!("{began} (this one)")) } else { began };
        table = table.row(Row::new(vec![
            Cell::text(began),
            Cell::text(words::moment(session.seen_at, lang)),
            Cell::text(session.address.as_deref().unwrap_or("–")),
            Cell::text(session.agent.as_deref().unwrap_or("–")),
        ]));
    }
    render_table(&table, lang)
}

pub(crate) async fn sign_out_elsewhere(State(app): State<App>, posted: Posted) -> Result<Response, Problem> {
    end_others(&app.accounts, &posted.signed.actor).await?;
    Ok(Redirect::to(&posted.signed.lang().href("/lam-viec/tai-khoan?xong=dang-xuat")).into_response())
}
