//! Giving and taking roles; deputies.

use std::collections::BTreeMap;

use accounts::people::{self, NewDeputy, NewGrant};
use accounts::policy::{Action, Role, Thing};
use accounts::{Account, AccountError, AccountState, DeputyRow, GrantRow, Reach, accounts};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use ui::parts::{self, ButtonKind, Choice, Field, FieldError, Input, Tone};
use ui::table::{Cell, Column, DataTable, Row, render_table};
use web::{App, Fields, Posted, Problem, Signed, UnitName, WorkPage, work_frame};

use crate::words;

pub(crate) use web::words::reach as reach_words;

/// The units on which the person may give roles or make accounts.
fn units_of(app: &App, signed: &Signed) -> Vec<UnitName> {
    app.units.within(&signed.principal().scope(Action::Make, Thing::Account))
}

/// The key of a unit that was chosen by its name or its key.
pub(crate) fn unit_key(app: &App, typed: &str) -> Option<String> {
    if app.units.get(typed).is_some() {
        return Some(typed.to_owned());
    }
    app.units.by_label(typed)
}

/// Why somebody cannot choose a unit for a new role or account: it is closed, or others look after it.
pub(crate) fn out_of_reach(app: &App, signed: &Signed, unit: &str, thing: Thing) -> Option<&'static str> {
    let lang = signed.lang();
    match app.units.lineage(unit) {
        None => words::account_error(&AccountError::UnknownUnit, lang),
        Some(lineage) if signed.principal().may(Action::Make, thing, &lineage) => None,
        Some(_) => Some(lang.pick(
            "Đơn vị này nằm ngoài phạm vi quản trị của bạn. Chọn một đơn vị trong danh sách, hoặc nhờ người quản trị của đơn vị đó.",
            "You do not look after this unit. Choose one of the list, or ask the administrator of that unit.",
        )),
    }
}

/// A field with the names of all units to choose from; it works as a plain text field where a browser knows no lists.
pub(crate) fn unit_field(app: &App, signed: &Signed, label: &str, value: &str, error: Option<&str>) -> Markup {
    let lang = signed.lang();
    let units = units_of(app, signed);
    let hint = lang.pick("Gõ vài chữ trong tên rồi chọn trong danh sách.", "Type a few letters of the name and choose.");
    html! {
        div.field.has-error[error.is_some()] {
            label for="don-vi" { (label) }
            p.hint #don-vi-goi-y { (hint) }
            @if let Some(error) = error { p.field-error #don-vi-loi { (error) } }
            input #don-vi name="don-vi" type="text" list="don-vi-danh-sach" value=(value) autocomplete="off"
                aria-describedby="don-vi-goi-y" aria-invalid=[error.map(|_| "true")] aria-required="true";
            datalist #don-vi-danh-sach { @for unit in &units { option value=(app.units.label(unit)) {} } }
        }
    }
}

pub(crate) fn grants_table(app: &App, signed: &Signed, grants: &[GrantRow]) -> Markup {
    let lang = signed.lang();
    if grants.is_empty() {
        return html! { p { (lang.pick("Chưa có vai trò nào.", "No roles yet.")) } };
    }
    let today = app.world.today();
    let mut table = DataTable::new("vai-tro-bang", lang.pick("Các vai trò đã giao", "Roles given"))
        .column(Column::header("vai-tro", lang.pick("Vai trò", "Role")))
        .column(Column::text("don-vi", lang.pick("Đơn vị", "Unit")))
        .column(Column::text("pham-vi", lang.pick("Phạm vi", "Reach")))
        .column(Column::text("tu", lang.pick("Từ ngày", "From")))
        .column(Column::text("den", lang.pick("Đến ngày", "Until")))
        .column(Column::text("trang-thai", lang.pick("Trạng thái", "State")));
    for grant in grants {
        let state = if grant.revoked_at.is_some() {
            Cell::status(lang.pick("Đã thu hồi", "Taken away"), Tone::Neutral)
        } else if grant.counts_on(today) {
            Cell::status(lang.pick("Có hiệu lực", "Counts"), Tone::Success)
        } else if grant.valid_from > today {
            Cell::status(lang.pick("Chưa đến ngày", "Not yet"), Tone::Info)
        } else {
            Cell::status(lang.pick("Hết hạn", "Ended"), Tone::Neutral)
        };
        table = table.row(Row::new(vec![
            Cell::text(grant.role().map_or("?", |role| words::role(role, lang))),
            Cell::text(app.units.name(&grant.unit)),
            Cell::text(reach_words(grant.reach(), lang)),
            Cell::text(lang.date(grant.valid_from)),
            Cell::text(grant.valid_to.map_or_else(|| "–".to_owned(), |day| lang.date(day))),
            state,
        ]));
    }
    let may = |grant: &GrantRow| {
        app.units.lineage(&grant.unit).is_some_and(|lineage| signed.principal().may(Action::Withdraw, Thing::Grant, &lineage))
    };
    html! {
        (render_table(&table, lang))
        @for grant in grants.iter().filter(|grant| grant.revoked_at.is_none() && grant.valid_to.is_none_or(|last| last >= today) && may(grant)) {
            @let name = grant.role().map_or("?", |role| words::role(role, lang));
            details.act {
                summary { (lang.pick("Thu hồi: ", "Take away: ")) (name) " – " (app.units.name(&grant.unit)) }
                (signed.form(app, &format!("/lam-viec/vai-tro/{}/thu-hoi", grant.role_grant), html! {
                    input type="hidden" name="nguoi" value=(grant.account);
                    (parts::text_field(&Field { id: &format!("ly-do-{}", grant.role_grant), name: "ly-do", label: lang.pick("Lý do", "Reason"), ..Field::default() }, Input::Text, "", None, lang))
                    (parts::button(lang.pick("Thu hồi", "Take away"), ButtonKind::Danger, None))
                }))
            }
        }
    }
}

pub(crate) async fn get(State(app): State<App>, signed: Signed, Path(key): Path<String>) -> Result<Response, Problem> {
    let person = people::seen(&app.accounts, &signed.actor, &key).await?;
    let start = Fields::of(&[("don-vi", &app.units.name(&person.unit)), ("tu-ngay", &signed.lang().date(app.world.today()))]);
    Ok(grant_page(&app, &signed, &person, &start, &[]))
}

pub(crate) async fn post(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let lang = signed.lang();
    let person = people::seen(&app.accounts, &signed.actor, &key).await?;
    let mut errors = Vec::new();
    let role = Role::of(fields.text("vai-tro"));
    if role.is_none() {
        errors.push(FieldError::new("vai-tro", lang.pick("Chọn một vai trò.", "Choose a role.")));
    }
    let unit = unit_key(&app, fields.text("don-vi"));
    match unit.as_deref() {
        None => errors.push(FieldError::new("don-vi", lang.pick("Chọn một đơn vị có trong danh sách.", "Choose a unit of the list."))),
        Some(unit) => errors.extend(out_of_reach(&app, signed, unit, Thing::Grant).map(|message| FieldError::new("don-vi", message))),
    }
    let (from, to) = (fields.day("tu-ngay"), fields.day("den-ngay"));
    let form = lang.pick("Ngày có dạng 31/12/2026.", "A day has the form 31/12/2026.");
    if from.is_none() {
        errors.push(FieldError::new("tu-ngay", form));
    }
    if to.is_none() && !fields.text("den-ngay").is_empty() {
        errors.push(FieldError::new("den-ngay", form));
    }
    // How far a role reaches is never guessed: too little makes a role that opens nothing, too much gives rights that nobody decided.
    let reach = Reach::of(fields.text("pham-vi"));
    if reach.is_none() {
        errors.push(FieldError::new("pham-vi", lang.pick("Chọn phạm vi của vai trò.", "Choose how far the role reaches.")));
    }
    if let (Some(unit), Some(reach), true) = (unit.as_deref(), reach, errors.is_empty())
        && app.units.lineage(unit).is_some_and(|lineage| !signed.principal().may_throughout(Action::Make, Thing::Grant, &lineage, reach))
    {
        let message = lang.pick(
            "Vai trò quản trị của bạn chỉ ở riêng đơn vị này nên không giao được phạm vi rộng hơn. Chọn “Riêng đơn vị này”.",
            "Your own role is on this unit alone, so you cannot give one that reaches further. Choose “This unit alone”.",
        );
        errors.push(FieldError::new("pham-vi", message));
    }
    if let (Some(role), Some(unit), Some(reach), Some(valid_from), true) = (role, unit, reach, from, errors.is_empty()) {
        let new = NewGrant { account: key.clone(), role, unit, reach, valid_from, valid_to: to, reason: fields.filled("ly-do") };
        let receipt = match posted.once(&app).await? {
            Ok(receipt) => receipt,
            Err(response) => return Ok(response),
        };
        match people::give_role(&app.accounts, &signed.actor, &new).await {
            Ok(_) => return receipt.led_to(&app, &lang.href(&format!("/lam-viec/nguoi-dung/{key}"))).await,
            Err(error) => {
                receipt.give_back(&app).await?;
                match words::account_error(&error, lang) {
                    Some(message) => {
                        let field = match error {
                            AccountError::Period => "den-ngay",
                            AccountError::AlreadyGiven => "tu-ngay",
                            _ => "don-vi",
                        };
                        errors.push(FieldError::new(field, message));
                    }
                    None => return Err(error.into()),
                }
            }
        }
    }
    Ok(grant_page(&app, signed, &person, fields, &errors))
}

fn grant_page(app: &App, signed: &Signed, person: &Account, fields: &Fields, errors: &[FieldError]) -> Response {
    let lang = signed.lang();
    let title = lang.pick(format!("Giao vai trò: {}", person.name), format!("Give a role to {}", person.name));
    let of = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.message.as_str());
    let roles: Vec<Choice> = Role::ALL
        .into_iter()
        .map(|role| Choice::new(role.word(), words::role(role, lang), fields.text("vai-tro") == role.word()))
        .collect();
    let reaches: Vec<Choice> = [Reach::Unit, Reach::Subtree]
        .into_iter()
        .map(|reach| Choice::new(reach.word(), reach_words(reach, lang), fields.text("pham-vi") == reach.word()))
        .collect();
    let day = lang.pick("Ví dụ: 31/12/2026", "For example: 31/12/2026");
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(&title, None, None))
        (signed.form(app, &format!("/lam-viec/nguoi-dung/{}/vai-tro", person.account), html! {
            (parts::radios(&Field::new("vai-tro", lang.pick("Vai trò", "Role")).error(of("vai-tro")), &roles, lang))
            (unit_field(app, signed, lang.pick("Tại đơn vị", "On the unit"), fields.text("don-vi"), of("don-vi")))
            (parts::radios(&Field::new("pham-vi", lang.pick("Phạm vi", "Reach")).hint(lang.pick("Thẩm định viên và Hội đồng của một tỉnh cần phạm vi cả các đơn vị trực thuộc.", "Appraisers and the council of a province need the units below as well.")).error(of("pham-vi")), &reaches, lang))
            (parts::text_field(&Field::new("tu-ngay", lang.pick("Từ ngày", "From")).hint(day).error(of("tu-ngay")), Input::Text, fields.text("tu-ngay"), None, lang))
            (parts::text_field(&Field::new("den-ngay", lang.pick("Đến ngày", "Until")).optional().error(of("den-ngay")), Input::Text, fields.text("den-ngay"), None, lang))
            (parts::text_field(&Field::new("ly-do", lang.pick("Căn cứ", "Grounds")).hint(lang.pick("Ví dụ: số quyết định phân công", "For example: number of the decision")).optional(), Input::Text, fields.text("ly-do"), None, lang))
            (parts::button(lang.pick("Giao vai trò", "Give the role"), ButtonKind::Primary, None))
        }))
    };
    let path = format!("/lam-viec/nguoi-dung/{}", person.account);
    let frame = WorkPage::new(&title, "nguoi-dung")
        .below(signed, lang.pick("Người dùng và vai trò", "People and roles"), "/lam-viec/nguoi-dung")
        .below(signed, &person.name, &path);
    work_frame(app, signed, frame.faults(!errors.is_empty()), body)
}

pub(crate) async fn revoke(State(app): State<App>, Path(grant): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let lang = signed.lang();
    let reason = fields.filled("ly-do").unwrap_or_else(|| "–".to_owned());
    match people::revoke_role(&app.accounts, &signed.actor, &grant, &reason).await {
        Ok(()) => Ok(Redirect::to(&lang.href(&format!("/lam-viec/nguoi-dung/{}", fields.text("nguoi")))).into_response()),
        Err(error) => match words::account_error(&error, lang) {
            Some(message) => {
                let title = lang.pick("Chưa thu hồi được", "Not taken away");
                let body =
                    html! { (parts::page_heading(title, None, None)) (parts::notice(Tone::Error, None, html! { p { (message) } }, lang)) };
                let frame = WorkPage::new(title, "nguoi-dung").below(
                    signed,
                    lang.pick("Người dùng và vai trò", "People and roles"),
                    "/lam-viec/nguoi-dung",
                );
                Ok(work_frame(&app, signed, frame.faults(true), body))
            }
            None => Err(error.into()),
        },
    }
}

pub(crate) fn deputies_list(app: &App, signed: &Signed, deputies: &[DeputyRow]) -> Markup {
    let lang = signed.lang();
    let today = app.world.today();
    if deputies.is_empty() {
        return html! { p { (lang.pick("Không có.", "None.")) } };
    }
    html! {
        ul {
            @for row in deputies {
                @let counts = row.revoked_at.is_none() && row.valid_to >= today;
                li {
                    (lang.pick(format!("{} làm thay {}", row.stands_in_name, row.absent_name), format!("{} stands in for {}", row.stands_in_name, row.absent_name)))
                    ", " (lang.date(row.valid_from)) " – " (lang.date(row.valid_to))
                    @if let Some(reason) = &row.reason { " (" (reason) ")" }
                    " "
                    @if row.revoked_at.is_some() { (parts::tag(lang.pick("Đã thôi", "Ended early"), Tone::Neutral)) }
                    @else if !counts { (parts::tag(lang.pick("Hết hạn", "Ended"), Tone::Neutral)) }
                    @if counts && row.absent == signed.principal().account {
                        (signed.form(app, &format!("/lam-viec/nguoi-thay/{}/thoi", row.deputy), html! { (parts::button(lang.pick("Thôi làm thay", "End it"), ButtonKind::Secondary, None)) }))
                    }
                }
            }
        }
    }
}

/// Why a person has no role for a deputy to have, if so.
pub(crate) fn lends_nothing(signed: &Signed) -> Option<&'static str> {
    let lang = signed.lang();
    let mut own = signed.principal().grants.iter().filter(|grant| grant.stands_in_for.is_none()).peekable();
    if own.peek().is_none() {
        return Some(lang.pick(
            "Bạn chưa có vai trò nào của chính mình, nên không có gì để người khác làm thay.",
            "You have no role of your own, so there is nothing in which somebody could stand in for you.",
        ));
    }
    own.all(|grant| grant.role == Role::Administrator).then(|| {
        lang.pick(
            "Vai trò quản trị hệ thống không giao cho người làm thay, và bạn không có vai trò nào khác. Khi bạn vắng mặt, một người quản trị khác làm việc bằng vai trò của chính họ; nếu cần, người quản trị đó giao vai trò cho người phụ trách.",
            "An administrator's role is not lent, and you have no other. While you are away another administrator works by a role of their own; where needed they give somebody a role.",
        )
    })
}

pub(crate) async fn get_deputy(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let start = Fields::of(&[("tu-ngay", &signed.lang().date(app.world.today()))]);
    deputy_page(&app, &signed, &start, &[]).await
}

/// Colleagues: active people of the units on which the person has roles.
async fn colleagues(app: &App, signed: &Signed) -> Result<BTreeMap<String, String>, Problem> {
    let own: Vec<&str> = signed.principal().units();
    let mut read = app.db.read().await?;
    let all = accounts(read.conn()).await?;
    Ok(all
        .into_iter()
        .filter(|account| {
            account.account != signed.principal().account && account.state() == AccountState::Active && own.contains(&account.unit.as_str())
        })
        .map(|account| (account.account.clone(), format!("{} – {}", account.name, app.units.name(&account.unit))))
        .collect())
}

pub(crate) async fn post_deputy(State(app): State<App>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let lang = signed.lang();
    let mut errors = Vec::new();
    let chosen = fields.text("nguoi").to_owned();
    if !colleagues(&app, signed).await?.contains_key(&chosen) {
        errors.push(FieldError::new("nguoi", lang.pick("Chọn một người trong danh sách.", "Choose somebody of the list.")));
    }
    let (from, to) = (fields.day("tu-ngay"), fields.day("den-ngay"));
    let form = lang.pick("Ngày có dạng 31/12/2026.", "A day has the form 31/12/2026.");
    for (day, field) in [(from, "tu-ngay"), (to, "den-ngay")] {
        if day.is_none() {
            errors.push(FieldError::new(field, form));
        }
    }
    if let (Some(valid_from), Some(valid_to), true) = (from, to, errors.is_empty()) {
        let new = NewDeputy {
            absent: signed.principal().account.clone(),
            stands_in: chosen,
            valid_from,
            valid_to,
            reason: fields.filled("ly-do"),
        };
        let receipt = match posted.once(&app).await? {
            Ok(receipt) => receipt,
            Err(response) => return Ok(response),
        };
        match people::appoint_deputy(&app.accounts, &signed.actor, &new).await {
            Ok(_) => return receipt.led_to(&app, &lang.href("/lam-viec/tai-khoan")).await,
            Err(error) => {
                receipt.give_back(&app).await?;
                match words::account_error(&error, lang) {
                    Some(message) => {
                        let field = match error {
                            AccountError::AlreadyDeputy => "tu-ngay",
                            AccountError::NothingToLend | AccountError::Oneself => "nguoi",
                            _ => "den-ngay",
                        };
                        errors.push(FieldError::new(field, message));
                    }
                    None => return Err(error.into()),
                }
            }
        }
    }
    deputy_page(&app, signed, fields, &errors).await
}

async fn deputy_page(app: &App, signed: &Signed, fields: &Fields, errors: &[FieldError]) -> Result<Response, Problem> {
    let lang = signed.lang();
    let title = lang.pick("Cử người làm thay", "Appoint a deputy");
    let of = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.message.as_str());
    let people = colleagues(app, signed).await?;
    let mut choices = vec![Choice::new("", lang.pick("– chọn –", "– choose –"), fields.text("nguoi").is_empty())];
    choices.extend(people.iter().map(|(key, name)| Choice::new(key, name, fields.text("nguoi") == key)));
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, Some(lang.pick(
            "Trong thời gian này, người làm thay có mọi vai trò của bạn, trừ vai trò quản trị hệ thống. Mọi việc họ làm được ghi là làm thay bạn.",
            "For this time the deputy has all your roles but that of an administrator. What they do is recorded as theirs, standing in for you.",
        )), None))
        @if let Some(why) = lends_nothing(signed) { (parts::notice(Tone::Info, None, html! { p { (why) } }, lang)) }
        @else if people.is_empty() { (parts::notice(Tone::Info, None, html! { p { (lang.pick("Không có người dùng nào khác ở các đơn vị của bạn.", "There is nobody else on your units.")) } }, lang)) }
        @if lends_nothing(signed).is_none() { (signed.form(app, "/lam-viec/tai-khoan/nguoi-thay", html! {
            (parts::select_field(&Field::new("nguoi", lang.pick("Người làm thay", "Deputy")).error(of("nguoi")), &choices, lang))
            (parts::text_field(&Field::new("tu-ngay", lang.pick("Từ ngày", "From")).hint(lang.pick("Ví dụ: 31/12/2026", "For example: 31/12/2026")).error(of("tu-ngay")), Input::Text, fields.text("tu-ngay"), None, lang))
            (parts::text_field(&Field::new("den-ngay", lang.pick("Đến ngày", "Until")).error(of("den-ngay")), Input::Text, fields.text("den-ngay"), None, lang))
            (parts::text_field(&Field::new("ly-do", lang.pick("Lý do", "Reason")).optional(), Input::Text, fields.text("ly-do"), None, lang))
            (parts::button(lang.pick("Cử người làm thay", "Appoint"), ButtonKind::Primary, None))
        })) }
    };
    let frame = WorkPage::new(title, "").below(signed, lang.pick("Tài khoản của tôi", "My account"), "/lam-viec/tai-khoan");
    Ok(work_frame(app, signed, frame.faults(!errors.is_empty()), body))
}

pub(crate) async fn dismiss(State(app): State<App>, Path(deputy): Path<String>, posted: Posted) -> Result<Response, Problem> {
    people::dismiss_deputy(&app.accounts, &posted.signed.actor, &deputy).await?;
    Ok(Redirect::to(&posted.signed.lang().href("/lam-viec/tai-khoan")).into_response())
}
