//! One person: what is written of them, their roles, and what an administrator can do.

use accounts::people::{self, Person};
use accounts::policy::{Action, Thing};
use accounts::{Account, AccountError, AccountState, Standing, deputies_of, end_all, grants_of, identities_of, remove_second_factor};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use platform::history::{EventFilter, EventPage, search};
use ui::parts::{self, ButtonKind, Field, FieldError, Input, Tone};
use web::history::{Names, events_list};
use web::{App, Fields, Posted, Problem, Signed, WorkPage, work_frame};

use super::roles::{deputies_list, grants_table, unit_field, unit_key};
use super::single_sign_on::identities_list;
use crate::words;

fn below(signed: &Signed, title: &str) -> WorkPage {
    let lang = signed.lang();
    WorkPage::new(title, "nguoi-dung")
        .below(signed, lang.pick("Người dùng và vai trò", "People and roles"), "/lam-viec/nguoi-dung")
        .help("nguoi-dung")
}

pub(crate) async fn get(State(app): State<App>, signed: Signed, Path(key): Path<String>) -> Result<Response, Problem> {
    page(&app, &signed, &key, None, None).await
}

async fn page(app: &App, signed: &Signed, key: &str, link: Option<&str>, fault: Option<&str>) -> Result<Response, Problem> {
    let lang = signed.lang();
    let person = people::seen(&app.accounts, &signed.actor, key).await?;
    let mut read = app.db.read().await?;
    let grants = grants_of(read.conn(), key).await?;
    let deputies = deputies_of(read.conn(), key).await?;
    let identities = identities_of(read.conn(), key).await?;
    // What happened to the account, and to the roles and deputies of the person; who came and went has its own place in the log.
    let mut things = vec![key.to_owned()];
    things.extend(grants.iter().map(|grant| grant.role_grant.clone()));
    things.extend(deputies.iter().map(|deputy| deputy.deputy.clone()));
    let without_actions = ["signed-in", "signed-out", "acting-unit-changed"].map(str::to_owned).to_vec();
    let filter = EventFilter { things: Some(things), without_actions, ..EventFilter::default() };
    let events = search(read.conn(), &filter, EventPage { offset: 0, limit: 30 }).await?;
    let names = Names::of(read.conn(), &events).await?;
    drop(read);
    let may = |action, thing| app.units.lineage(&person.unit).is_some_and(|lineage| signed.principal().may(action, thing, &lineage));
    let errors: Vec<FieldError> = fault.map(|message| FieldError::new("thao-tac", message)).into_iter().collect();
    let body = html! {
        (parts::error_summary(&errors, lang))
        (parts::page_heading(&person.name, Some(&app.units.name(&person.unit)), None))
        @if let Some(link) = link { (link_notice(app, signed, link)) }
        (facts(app, &person, signed))
        (parts::section_heading("vai-tro", lang.pick("Vai trò", "Roles"), None))
        (grants_table(app, signed, &grants))
        @if may(Action::Make, Thing::Grant) && signed.principal().account != person.account {
            p { (parts::button_link(lang.pick("Giao vai trò", "Give a role"), &lang.href(&format!("/lam-viec/nguoi-dung/{key}/vai-tro")), ButtonKind::Secondary)) }
        }
        (parts::section_heading("nguoi-thay", lang.pick("Người làm thay", "Deputies"), None))
        (deputies_list(app, signed, &deputies))
        @if !identities.is_empty() {
            (parts::section_heading("mot-lan", lang.pick("Đăng nhập một lần", "Single sign-on"), None))
            @let action = format!("/lam-viec/nguoi-dung/{key}/bo-lien-ket");
            (identities_list(app, signed, &identities, Some(action.as_str()).filter(|_| may(Action::Change, Thing::Account))))
        }
        @if may(Action::Change, Thing::Account) { (acts(app, signed, &person, fault)) }
        @if may(Action::See, Thing::History) {
            (parts::section_heading("lich-su", lang.pick("Lịch sử thay đổi", "History"), None))
            (events_list(app, &names, &events, lang))
            p {
                a href=(ui::url::with_query(&lang.href("/lam-viec/lich-su"), &[("ban-ghi", key)])) { (lang.pick("Mọi thay đổi của tài khoản này, cả lần đăng nhập", "Every change of this account, sign-ins too")) } " · "
                a href=(ui::url::with_query(&lang.href("/lam-viec/lich-su"), &[("nguoi", key)])) { (lang.pick("Việc người này đã làm", "What this person did")) }
            }
        }
    };
    Ok(work_frame(app, signed, below(signed, &person.name).faults(fault.is_some()), body))
}

fn link_notice(app: &App, signed: &Signed, link: &str) -> Markup {
    let lang = signed.lang();
    let address = format!("{}{}", app.public_address, lang.href(&format!("/lien-ket/{link}")));
    html! {
        (parts::notice(Tone::Success, Some(lang.pick("Liên kết đặt mật khẩu", "Link for a password")), html! {
            p { (lang.pick("Chuyển liên kết này cho đúng người, qua kênh an toàn. Liên kết chỉ hiện một lần và dùng được một lần.", "Hand this link to the person by a safe way. It is shown once and works once.")) }
            p { code.long-code { (address) } }
        }, lang))
    }
}

fn facts(app: &App, person: &Account, signed: &Signed) -> Markup {
    let lang = signed.lang();
    let (state, tone) = words::standing(person.standing(&app.accounts, app.world.now()), lang);
    let reason = match person.state_reason.as_deref() {
        Some("dormant") => Some(lang.pick("lâu không đăng nhập", "long without sign-in")),
        other => other,
    };
    let none = lang.pick("chưa có", "none");
    html! {
        (parts::key_values(&[
            (lang.pick("Trạng thái", "State"), html! {
                (parts::tag(state, tone))
                @if person.standing(&app.accounts, app.world.now()) == Standing::Ended { @if let Some(last) = person.valid_to { " " (lang.pick("sau ngày", "after")) " " (lang.date(last)) } }
                @if person.state() == AccountState::Disabled { @if let Some(reason) = reason { " " (reason) } }
                @if person.is_locked(&app.accounts, app.world.now()) { " " (parts::tag(lang.pick("Tạm khóa do nhập sai", "Locked after failures"), Tone::Warning)) }
            }),
            (lang.pick("Tên đăng nhập", "Sign-in name"), html! { (person.login) }),
            (lang.pick("Chức vụ", "Position"), html! { (person.position.as_deref().unwrap_or(none)) }),
            (lang.pick("Thư điện tử", "Mail"), html! { (person.email.as_deref().unwrap_or(none)) }),
            (lang.pick("Điện thoại", "Telephone"), html! { (person.phone.as_deref().unwrap_or(none)) }),
            (lang.pick("Dùng đến ngày", "Valid until"), html! { (person.valid_to.map_or_else(|| lang.pick("không thời hạn", "open").to_owned(), |day| lang.date(day))) }),
            (lang.pick("Xác thực hai lớp", "Second factor"), html! { (if person.has_second_factor() { lang.pick("Đang bật", "On") } else { lang.pick("Chưa bật", "Off") }) }),
            (lang.pick("Đăng nhập lần cuối", "Last sign-in"), html! { (person.signed_in_at.map_or_else(|| lang.pick("chưa đăng nhập", "never").to_owned(), |at| words::moment(at, lang))) }),
        ]))
    }
}

/// What an administrator can do, each a form of its own with the reason that goes into the history.
fn acts(app: &App, signed: &Signed, person: &Account, fault: Option<&str>) -> Markup {
    let lang = signed.lang();
    let path = |act: &str| format!("/lam-viec/nguoi-dung/{}/{act}", person.account);
    let open = person.state() != AccountState::Disabled;
    let reason = |id: &str| {
        parts::text_field(
            &Field {
                id,
                name: "ly-do",
                label: lang.pick("Lý do", "Reason"),
                error: fault.filter(|_| id == "thao-tac"),
                ..Field::default()
            },
            Input::Text,
            "",
            None,
            lang,
        )
    };
    html! {
        (parts::section_heading("quan-tri", lang.pick("Quản trị tài khoản", "Looking after the account"), None))
        p { (parts::button_link(lang.pick("Sửa thông tin", "Edit"), &lang.href(&path("sua")), ButtonKind::Secondary)) }
        @if open {
            details.act { summary { (lang.pick("Tạo liên kết đặt mật khẩu", "Make a link for a password")) }
                (signed.form(app, &path("lien-ket"), html! {
                    p { (lang.pick("Dùng khi người này đăng nhập lần đầu hoặc quên mật khẩu. Các liên kết cũ hết hiệu lực.", "For the first sign-in or a forgotten password. Older links stop working.")) }
                    (parts::button(lang.pick("Tạo liên kết", "Make"), ButtonKind::Secondary, None))
                }))
            }
            details.act { summary { (lang.pick("Yêu cầu đổi mật khẩu", "Demand a new password")) }
                (signed.form(app, &path("doi-mat-khau"), html! {
                    p { (lang.pick("Người này phải đổi mật khẩu trước khi làm việc tiếp.", "The person must change the password before going on.")) }
                    (parts::button(lang.pick("Yêu cầu", "Demand"), ButtonKind::Secondary, None))
                }))
            }
            details.act { summary { (lang.pick("Kết thúc mọi phiên làm việc", "End every session")) }
                (signed.form(app, &path("dang-xuat"), html! { (parts::button(lang.pick("Kết thúc các phiên", "End them"), ButtonKind::Secondary, None)) }))
            }
        }
        @if person.has_second_factor() {
            details.act { summary { (lang.pick("Gỡ xác thực hai lớp", "Take the second factor away")) }
                (signed.form(app, &path("bo-hai-lop"), html! {
                    p { (lang.pick("Chỉ dùng khi người này mất điện thoại và hết mã dự phòng, sau khi đã xác minh đúng người.", "Only after the telephone and all recovery codes are lost, and the person was verified.")) }
                    (reason("ly-do-hai-lop"))
                    (parts::button(lang.pick("Gỡ", "Take away"), ButtonKind::Danger, None))
                }))
            }
        }
        @if signed.principal().account != person.account {
            details.act open[fault.is_some()] { summary { (if open { lang.pick("Khóa tài khoản", "Close the account") } else { lang.pick("Mở lại tài khoản", "Open the account again") }) }
                (signed.form(app, &path("trang-thai"), html! {
                    input type="hidden" name="mo" value=(if open { "0" } else { "1" });
                    (reason("thao-tac"))
                    (parts::button(if open { lang.pick("Khóa tài khoản", "Close") } else { lang.pick("Mở lại tài khoản", "Open again") }, if open { ButtonKind::Danger } else { ButtonKind::Secondary }, None))
                }))
            }
        }
    }
}

fn back(signed: &Signed, key: &str) -> Response {
    Redirect::to(&signed.lang().href(&format!("/lam-viec/nguoi-dung/{key}"))).into_response()
}

pub(crate) async fn make_link(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let link = people::reset(&app.accounts, &posted.signed.actor, &key).await?;
    page(&app, &posted.signed, &key, Some(&link), None).await
}

pub(crate) async fn set_open(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let lang = signed.lang();
    let Some(reason) = fields.filled("ly-do") else {
        people::seen(&app.accounts, &signed.actor, &key).await?;
        return page(&app, signed, &key, None, Some(lang.pick("Nhập lý do.", "Type the reason."))).await;
    };
    match people::set_open(&app.accounts, &signed.actor, &key, fields.text("mo") == "1", &reason).await {
        Ok(()) => Ok(back(signed, &key)),
        Err(error) => match words::account_error(&error, lang) {
            Some(message) => page(&app, signed, &key, None, Some(message)).await,
            None => Err(error.into()),
        },
    }
}

pub(crate) async fn demand_password(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    people::demand_new_password(&app.accounts, &posted.signed.actor, &key).await?;
    Ok(back(&posted.signed, &key))
}

pub(crate) async fn remove_factor(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let Some(reason) = fields.filled("ly-do") else {
        people::seen(&app.accounts, &signed.actor, &key).await?;
        return page(&app, signed, &key, None, Some(signed.lang().pick("Nhập lý do.", "Type the reason."))).await;
    };
    remove_second_factor(&app.accounts, &signed.actor, &key, &reason).await?;
    Ok(back(signed, &key))
}

pub(crate) async fn sign_out(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    end_all(&app.accounts, &posted.signed.actor, &key).await?;
    Ok(back(&posted.signed, &key))
}

pub(crate) async fn get_new(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    Ok(edit_page(&app, &signed, None, &Fields::default(), &[]))
}

pub(crate) async fn post_new(State(app): State<App>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let (person, mut errors) = read(&app, fields, signed.lang());
    if errors.is_empty() {
        let receipt = match posted.once(&app).await? {
            Ok(receipt) => receipt,
            Err(response) => return Ok(response),
        };
        match people::make(&app.accounts, &signed.actor, &person).await {
            Ok(invited) => {
                // The page with the link is the answer; the form sent again leads to the person, without the link.
                let path = format!("/lam-viec/nguoi-dung/{}", invited.account);
                receipt.led_to(&app, &signed.lang().href(&path)).await?;
                return page(&app, signed, &invited.account, Some(&invited.link), None).await;
            }
            Err(error) => {
                receipt.give_back(&app).await?;
                let field = if matches!(error, AccountError::UnknownUnit) { "don-vi" } else { "ten-dang-nhap" };
                match words::account_error(&error, signed.lang()) {
                    Some(message) => errors.push(FieldError::new(field, message)),
                    None => return Err(error.into()),
                }
            }
        }
    }
    Ok(edit_page(&app, signed, None, fields, &errors))
}

pub(crate) async fn get_edit(State(app): State<App>, signed: Signed, Path(key): Path<String>) -> Result<Response, Problem> {
    let person = people::seen(&app.accounts, &signed.actor, &key).await?;
    must_change(&app, &signed, &person)?;
    let fields = Fields::of(&[
        ("ten-dang-nhap", &person.login),
        ("ho-ten", &person.name),
        ("chuc-vu", person.position.as_deref().unwrap_or_default()),
        ("don-vi", &app.units.name(&person.unit)),
        ("thu", person.email.as_deref().unwrap_or_default()),
        ("dien-thoai", person.phone.as_deref().unwrap_or_default()),
        ("den-ngay", &person.valid_to.map(|day| signed.lang().date(day)).unwrap_or_default()),
        ("ban", &person.version.to_string()),
    ]);
    Ok(edit_page(&app, &signed, Some(&person), &fields, &[]))
}

fn must_change(app: &App, signed: &Signed, person: &Account) -> Result<(), Problem> {
    let lineage = app.units.lineage(&person.unit).ok_or(Problem::NotFound)?;
    Ok(signed.principal().must(Action::Change, Thing::Account, &lineage)?)
}

pub(crate) async fn post_edit(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let lang = signed.lang();
    let before = people::seen(&app.accounts, &signed.actor, &key).await?;
    must_change(&app, signed, &before)?;
    let (mut person, mut errors) = read(&app, fields, lang);
    person.login.clone_from(&before.login);
    errors.retain(|error| error.field != "ten-dang-nhap");
    if errors.is_empty() {
        let version = fields.text("ban").parse().unwrap_or(0);
        match people::change(&app.accounts, &signed.actor, &key, version, &person).await {
            Ok(()) => return Ok(back(signed, &key)),
            Err(AccountError::Changed) => {
                let now = people::seen(&app.accounts, &signed.actor, &key).await?;
                return Ok(conflict_page(&app, signed, &now, fields));
            }
            Err(error) => match words::account_error(&error, lang) {
                Some(message) => errors.push(FieldError::new("don-vi", message)),
                None => return Err(error.into()),
            },
        }
    }
    Ok(edit_page(&app, signed, Some(&before), fields, &errors))
}

fn read(app: &App, fields: &Fields, lang: ui::Lang) -> (Person, Vec<FieldError>) {
    let mut errors = Vec::new();
    let mut needed = |name: &str, message: &str| {
        if fields.text(name).is_empty() {
            errors.push(FieldError::new(name, message));
        }
    };
    needed("ten-dang-nhap", lang.pick("Nhập tên đăng nhập.", "Type the sign-in name."));
    needed("ho-ten", lang.pick("Nhập họ và tên.", "Type the name."));
    let unit = unit_key(app, fields.text("don-vi"));
    if unit.is_none() {
        errors.push(FieldError::new("don-vi", lang.pick("Chọn một đơn vị có trong danh sách.", "Choose a unit of the list.")));
    }
    let mail = fields.filled("thu");
    if mail.as_deref().is_some_and(|mail| !is_mail(mail)) {
        errors
            .push(FieldError::new("thu", lang.pick("Thư điện tử có dạng ten@co-quan.vn.", "A mail address has the form name@agency.vn.")));
    }
    let valid_to = fields.day("den-ngay");
    if valid_to.is_none() && !fields.text("den-ngay").is_empty() {
        errors.push(FieldError::new("den-ngay", lang.pick("Ngày có dạng 31/12/2026.", "A day has the form 31/12/2026.")));
    }
    let person = Person {
        login: fields.text("ten-dang-nhap").to_owned(),
        name: fields.text("ho-ten").to_owned(),
        position: fields.filled("chuc-vu"),
        unit: unit.unwrap_or_default(),
        email: mail,
        phone: fields.filled("dien-thoai"),
        valid_to,
        // The people of a demonstration come from the program; whoever is added later signs in like everybody.
        made_up: false,
    };
    (person, errors)
}

fn is_mail(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !text.chars().any(|sign| sign.is_whitespace() || sign.is_control())
    })
}

fn edit_page(app: &App, signed: &Signed, person: Option<&Account>, fields: &Fields, errors: &[FieldError]) -> Response {
    let lang = signed.lang();
    let title = match person {
        Some(person) => lang.pick(format!("Sửa thông tin: {}", person.name), format!("Edit {}", person.name)),
        None => lang.pick("Thêm người dùng", "Add a person").to_owned(),
    };
    let action =
        person.map_or_else(|| "/lam-viec/nguoi-dung/them".to_owned(), |person| format!("/lam-viec/nguoi-dung/{}/sua", person.account));
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(&title, None, None))
        (signed.form(app, &action, html! { (person_fields(app, signed, person, fields, errors)) }))
    };
    work_frame(app, signed, below(signed, &title).faults(!errors.is_empty()), body)
}

fn person_fields(app: &App, signed: &Signed, person: Option<&Account>, fields: &Fields, errors: &[FieldError]) -> Markup {
    let lang = signed.lang();
    let of = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.message.as_str());
    let day = lang.pick("Ví dụ: 31/12/2026", "For example: 31/12/2026");
    html! {
        @if person.is_some() { input type="hidden" name="ban" value=(fields.text("ban")); }
        @else {
            (parts::text_field(&Field::new("ten-dang-nhap", lang.pick("Tên đăng nhập", "Sign-in name")).hint(lang.pick("Chữ không dấu, ví dụ: nvan.snv", "Plain letters, for example: nvan.snv")).error(of("ten-dang-nhap")), Input::Text, fields.text("ten-dang-nhap"), None, lang))
        }
        (parts::text_field(&Field::new("ho-ten", lang.pick("Họ và tên", "Name")).error(of("ho-ten")), Input::Text, fields.text("ho-ten"), None, lang))
        (parts::text_field(&Field::new("chuc-vu", lang.pick("Chức vụ", "Position")).optional(), Input::Text, fields.text("chuc-vu"), None, lang))
        (unit_field(app, signed, lang.pick("Đơn vị công tác", "Unit"), fields.text("don-vi"), of("don-vi")))
        (parts::text_field(&Field::new("thu", lang.pick("Thư điện tử", "Mail address")).optional().error(of("thu")), Input::Email, fields.text("thu"), None, lang))
        (parts::text_field(&Field::new("dien-thoai", lang.pick("Điện thoại", "Telephone")).optional(), Input::Phone, fields.text("dien-thoai"), None, lang))
        (parts::text_field(&Field::new("den-ngay", lang.pick("Dùng đến ngày", "Valid until")).hint(day).optional().error(of("den-ngay")), Input::Text, fields.text("den-ngay"), None, lang))
        (parts::button(lang.pick("Lưu", "Save"), ButtonKind::Primary, None))
    }
}

/// Two people edited one record: the second sees both versions and chooses.
fn conflict_page(app: &App, signed: &Signed, now: &Account, fields: &Fields) -> Response {
    let lang = signed.lang();
    let title = lang.pick("Người khác vừa sửa thông tin này", "Somebody else has just edited this");
    let rows = [
        (lang.pick("Họ và tên", "Name"), now.name.clone(), fields.text("ho-ten")),
        (lang.pick("Chức vụ", "Position"), now.position.clone().unwrap_or_default(), fields.text("chuc-vu")),
        (lang.pick("Đơn vị công tác", "Unit"), app.units.name(&now.unit), fields.text("don-vi")),
        (lang.pick("Thư điện tử", "Mail address"), now.email.clone().unwrap_or_default(), fields.text("thu")),
        (lang.pick("Điện thoại", "Telephone"), now.phone.clone().unwrap_or_default(), fields.text("dien-thoai")),
        (lang.pick("Dùng đến ngày", "Valid until"), now.valid_to.map(|day| lang.date(day)).unwrap_or_default(), fields.text("den-ngay")),
    ];
    let path = format!("/lam-viec/nguoi-dung/{}", now.account);
    let body = html! {
        (parts::page_heading(title, Some(lang.pick("Bản của bạn chưa được lưu. So sánh hai bản rồi chọn.", "Yours is not saved yet. Compare the two and choose.")), None))
        (web::versions_table(&rows, lang))
        (signed.form(app, &format!("{path}/sua"), html! {
            (fields.kept_but("ban"))
            input type="hidden" name="ban" value=(now.version);
            (parts::button(lang.pick("Lưu bản của tôi, thay bản mới", "Save mine over the new one"), ButtonKind::Danger, None))
        }))
        p { (parts::button_link(lang.pick("Giữ bản mới, bỏ bản của tôi", "Keep the new one, drop mine"), &lang.href(&path), ButtonKind::Secondary)) }
    };
    let response = work_frame(app, signed, below(signed, title), body);
    (axum::http::StatusCode::CONFLICT, response).into_response()
}
