//! Everybody whom the person may see, with search.

use accounts::people::{Review, note_review, review_of};
use accounts::policy::{Action, Thing};
use accounts::{Account, Standing, accounts, grants_of};
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use ui::parts::{self, ActiveFilter, ButtonKind, Field, FilterPanel, Input, Pager, Tone};
use ui::table::{Cell, Column, DataTable, Row, render_table};
use web::{App, Posted, Problem, Signed, WorkPage, work_frame};

use crate::words;

/// People on one page of the list.
const ON_A_PAGE: u32 = 50;

pub(crate) async fn get(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let lang = signed.lang();
    let visit = &signed.visit;
    let typed = visit.value("tim").unwrap_or_default();
    let key = viet_text::fold(&typed);
    let mut read = app.db.read().await?;
    let everybody = accounts(read.conn()).await?;
    let seen: Vec<Account> = everybody
        .into_iter()
        .filter(|account| {
            app.units.lineage(&account.unit).is_some_and(|lineage| signed.principal().may(Action::See, Thing::Account, &lineage))
        })
        .filter(|account| {
            let text = format!(
                "{} {} {} {}",
                account.name,
                account.login,
                account.email.as_deref().unwrap_or_default(),
                app.units.name(&account.unit)
            );
            viet_text::fold(&text).contains(&key)
        })
        .collect();
    let pages = u32::try_from(seen.len()).unwrap_or(u32::MAX).div_ceil(ON_A_PAGE).max(1);
    let number = visit.value("trang").and_then(|page| page.parse().ok()).unwrap_or(1_u32).clamp(1, pages);
    let first = (number as usize - 1) * ON_A_PAGE as usize;
    let mut table = DataTable::new("nguoi-dung", lang.pick(format!("{} người dùng", seen.len()), format!("{} people", seen.len())))
        .column(Column::header("ten", lang.pick("Họ và tên", "Name")))
        .column(Column::text("dang-nhap", lang.pick("Tên đăng nhập", "Sign-in name")))
        .column(Column::text("don-vi", lang.pick("Đơn vị", "Unit")))
        .column(Column::text("vai-tro", lang.pick("Vai trò", "Roles")))
        .column(Column::text("trang-thai", lang.pick("Trạng thái", "State")))
        .column(Column::text("lan-cuoi", lang.pick("Đăng nhập lần cuối", "Last sign-in")));
    for account in seen.iter().skip(first).take(ON_A_PAGE as usize) {
        let roles: Vec<String> = grants_of(read.conn(), &account.account)
            .await?
            .iter()
            .filter(|grant| grant.counts_on(app.world.today()))
            .filter_map(|grant| Some(format!("{} – {}", words::role(grant.role()?, lang), app.units.name(&grant.unit))))
            .collect();
        let locked = account.is_locked(&app.accounts, app.world.now());
        let (state, tone) = match account.standing(&app.accounts, app.world.now()) {
            Standing::Active if locked => (lang.pick("Tạm khóa do nhập sai", "Locked after failures"), Tone::Warning),
            standing => words::standing(standing, lang),
        };
        table = table.row(Row::new(vec![
            Cell::link(&account.name, lang.href(&format!("/lam-viec/nguoi-dung/{}", account.account))),
            Cell::text(&account.login),
            Cell::text(app.units.name(&account.unit)),
            Cell::text(if roles.is_empty() { "–".to_owned() } else { roles.join("; ") }),
            Cell::status(state, tone),
            Cell::text(account.signed_in_at.map_or_else(|| "–".to_owned(), |at| words::moment(at, lang))),
        ]));
    }
    drop(read);
    let acting = signed
        .principal()
        .acting_unit
        .as_deref()
        .filter(|unit| app.units.lineage(unit).is_some_and(|lineage| signed.principal().may(Action::Change, Thing::Account, &lineage)));
    let review = match acting {
        Some(unit) => Some(review_of(&app.accounts, unit).await?),
        None => None,
    };
    let title = lang.pick("Người dùng và vai trò", "People and roles");
    let active: Vec<ActiveFilter> = (!typed.is_empty())
        .then(|| ActiveFilter { label: lang.pick("Tìm", "Search").to_owned(), value: typed.clone(), remove_href: visit.with("tim", None) })
        .into_iter()
        .collect();
    let fields = html! { (parts::text_field(&Field::new("tim", lang.pick("Tên, tên đăng nhập, đơn vị", "Name, sign-in name, unit")).optional(), Input::Search, &typed, None, lang)) };
    let action = lang.href("/lam-viec/nguoi-dung");
    let body = html! {
        (parts::page_heading(title, None, None))
        @if visit.value("xong").as_deref() == Some("ra-soat") {
            (parts::notice(Tone::Success, None, html! { p { (lang.pick("Đã ghi nhận lần rà soát.", "The review is recorded.")) } }, lang))
        }
        @if signed.principal().may_somewhere(Action::Make, Thing::Account) {
            p { (parts::button_link(lang.pick("Thêm người dùng", "Add a person"), &lang.href("/lam-viec/nguoi-dung/them"), ButtonKind::Primary)) }
        }
        (parts::filter_panel(&FilterPanel { id: "bo-loc", action: &action, active: &active, fields, clear_href: &action, open: true }, lang))
        (render_table(&table, lang))
        (parts::pager(&Pager { page: number, per_page: ON_A_PAGE, total: seen.len() as u64, what: lang.pick("người dùng", "people") }, lang, |page| visit.with("trang", Some(&page.to_string()))))
        @if let Some(review) = &review { (review_section(&app, &signed, review)) }
    };
    Ok(work_frame(&app, &signed, WorkPage::new(title, "nguoi-dung").help("nguoi-dung"), body))
}

/// The review of accounts and roles that falls due every few months.
fn review_section(app: &App, signed: &Signed, review: &Review) -> Markup {
    let lang = signed.lang();
    let last = match &review.last {
        Some((at, Some(name))) => format!("{}, {name}", words::moment(*at, lang)),
        Some((at, None)) => words::moment(*at, lang),
        None => lang.pick("chưa có", "none yet").to_owned(),
    };
    let due =
        review.due_at.map_or_else(|| lang.pick("không yêu cầu", "not asked for").to_owned(), |at| lang.date(platform::day_in_viet_nam(at)));
    html! {
        (parts::section_heading("ra-soat", lang.pick("Rà soát định kỳ", "Periodic review"), None))
        p { (lang.pick(
            "Xem lại danh sách: ai đã chuyển công tác hoặc nghỉ, ai có vai trò không còn cần, ai lâu không đăng nhập. Khóa tài khoản và thu hồi vai trò trước, rồi xác nhận.",
            "Go through the list: who has left, who has a role they no longer need, who has not signed in for long. Close accounts and take roles away first, then confirm.",
        )) }
        (parts::key_values(&[
            (lang.pick("Lần rà soát gần nhất", "Last review"), html! { (last) }),
            (lang.pick("Lần tới trước ngày", "Next one before"), html! { (due) }),
        ]))
        (signed.form(app, "/lam-viec/nguoi-dung/ra-soat", html! {
            (parts::text_field(&Field::new("ghi-chu", lang.pick("Kết quả rà soát", "What it found")).optional(), Input::Text, "", None, lang))
            (parts::button(lang.pick("Xác nhận đã rà soát", "Confirm the review"), ButtonKind::Secondary, None))
        }))
    }
}

/// Records that somebody has gone through the list for the unit they act for.
pub(crate) async fn review(State(app): State<App>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let unit = signed.principal().acting_unit.as_deref().ok_or(Problem::NotFound)?;
    note_review(&app.accounts, &signed.actor, unit, fields.filled("ghi-chu")).await?;
    Ok(Redirect::to(&signed.lang().href("/lam-viec/nguoi-dung?xong=ra-soat")).into_response())
}
