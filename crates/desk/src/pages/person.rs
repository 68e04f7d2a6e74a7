//! One person: what is written of them, their roles, and what an administrator can do.

use accounts::people::{self, Person};
use accounts::policy::{Action, Thing};
use accounts::{Account, AccountError, AccountState, Standing, deputies_of, end_all, grants_of, identities_of, remove_second_factor};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use platform::history::{EventFilter, EventPage, search};
use ui::Lang;
use ui::parts::{self, ButtonKind, Field, FieldError, Input, Tone};
use web::history::{Names, events_list};
use web::{App, Fields, Posted, Problem, Signed, WorkPage, work_frame};

use super::roles::{deputies_list, grants_table, out_of_reach, unit_field, unit_key};
use super::single_sign_on::identities_list;
use crate::words;

fn below(signed: &Signed, title: &str) -> WorkPage {
    let lang = signed.lang();
    WorkPage::new(title, "nguoi-dung")
        .below(signed, lang.pick("Người dùng và vai trò", "People and roles"), "/lam-viec/nguoi-dung")
        .help("nguoi-dung")
}

/// An act that was refused: at which field or heading of the page, and why.
#[derive(Clone, Copy)]
struct Refusal<'a> {
    at: &'static str,
    message: &'a str,
}

impl<'a> Refusal<'a> {
    /// What is said at a place of the page.
    fn said(of: Option<Self>, at: &str) -> Option<&'a str> {
        of.filter(|refusal| refusal.at == at).map(|refusal| refusal.message)
    }
}

/// The heading over the acts.
const ACTS: &str = "quan-tri";
/// The reason for taking the second factor away.
const FACTOR_REASON: &str = "ly-do-hai-lop";
/// The reason for closing and opening.
const STATE_REASON: &str = "thao-tac";

pub(crate) async fn get(State(app): State<App>, signed: Signed, Path(key): Path<String>) -> Result<Response, Problem> {
    page(&app, &signed, &key, None, None).await
}

async fn page(app: &App, signed: &Signed, key: &str, link: Option<&str>, refusal: Option<Refusal<'_>>) -> Result<Response, Problem> {
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
    let errors: Vec<FieldError> = refusal.map(|refusal| FieldError::new(refusal.at, refusal.message)).into_iter().collect();
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
        @if may(Action::Change, Thing::Account) { (acts(app, signed, &person, refusal)) }
        @if may(Action::See, Thing::History) {
            (parts::section_heading("lich-su", lang.pick("Lịch sử thay đổi", "History"), None))
            (events_list(app, &names, &events, lang))
            p {
                a href=(ui::url::with_query(&lang.href("/lam-viec/lich-su"), &[("ban-ghi", key)])) { (lang.pick("Mọi thay đổi của tài khoản này, cả lần đăng nhập", "Every change of this account, sign-ins too")) } " · "
                a href=(ui::url::with_query(&lang.href("/lam-viec/lich-su"), &[("nguoi", key)])) { (lang.pick("Việc người này đã làm", "What this person did")) }
            }
        }
    };
    Ok(work_frame(app, signed, below(signed, &person.name).faults(refusal.is_some()), body))
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
fn acts(app: &App, signed: &Signed, person: &Account, refusal: Option<Refusal<'_>>) -> Markup {
    let lang = signed.lang();
    let own = signed.principal().account == person.account;
    html! {
        (parts::section_heading(ACTS, lang.pick("Quản trị tài khoản", "Looking after the account"), None))
        @if let Some(message) = Refusal::said(refusal, ACTS) { (parts::notice(Tone::Error, None, html! { p { (message) } }, lang)) }
        p { (parts::button_link(lang.pick("Sửa thông tin", "Edit"), &lang.href(&format!("/lam-viec/nguoi-dung/{}/sua", person.account)), ButtonKind::Secondary)) }
        @if own { (acts_on_oneself(lang)) } @else { (acts_on_another(app, signed, person, refusal)) }
    }
}

/// Where somebody finds for themselves what this page does for others.
fn acts_on_oneself(lang: Lang) -> Markup {
    html! {
        p {
            (lang.pick("Đây là tài khoản của chính bạn. Đổi mật khẩu, thiết lập lại xác thực hai lớp và kết thúc các phiên làm việc khác tại trang ", "This is your own account. Change the password, set up the second factor again and end other sessions on the page "))
            a href=(lang.href("/lam-viec/tai-khoan")) { (lang.pick("Tài khoản của tôi", "My account")) }
            (lang.pick(". Việc khóa tài khoản, tạo liên kết đặt mật khẩu hoặc gỡ xác thực hai lớp phải do người quản trị khác làm.", ". Closing the account, making a link for a password and taking the second factor away are for another administrator."))
        }
    }
}

fn acts_on_another(app: &App, signed: &Signed, person: &Account, refusal: Option<Refusal<'_>>) -> Markup {
    let lang = signed.lang();
    let path = |act: &str| format!("/lam-viec/nguoi-dung/{}/{act}", person.account);
    let standing = person.standing(&app.accounts, app.world.now());
    let usable = !person.is_closed(&app.accounts, app.world.now());
    let shut = matches!(standing, Standing::Disabled | Standing::Dormant);
    let reason = |id: &'static str| {
        let field =
            Field { id, name: "ly-do", label: lang.pick("Lý do", "Reason"), error: Refusal::said(refusal, id), ..Field::default() };
        parts::text_field(&field, Input::Text, "", None, lang)
    };
    let open_at = |id: &str| Refusal::said(refusal, id).is_some();
    html! {
        @if usable {
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
            details.act open[open_at(FACTOR_REASON)] { summary { (lang.pick("Gỡ xác thực hai lớp", "Take the second factor away")) }
                (signed.form(app, &path("bo-hai-lop"), html! {
                    p { (lang.pick("Chỉ dùng khi người này mất điện thoại và hết mã dự phòng, sau khi đã xác minh đúng người.", "Only after the telephone and all recovery codes are lost, and the person was verified.")) }
                    (reason(FACTOR_REASON))
                    (parts::button(lang.pick("Gỡ", "Take away"), ButtonKind::Danger, None))
                }))
            }
        }
        details.act open[open_at(STATE_REASON)] { summary { (if shut { lang.pick("Mở lại tài khoản", "Open the account again") } else { lang.pick("Khóa tài khoản", "Close the account") }) }
            (signed.form(app, &path("trang-thai"), html! {
                input type="hidden" name="mo" value=(if shut { "1" } else { "0" });
                (reason(STATE_REASON))
                (parts::button(if shut { lang.pick("Mở lại tài khoản", "Open again") } else { lang.pick("Khóa tài khoản", "Close") }, if shut { ButtonKind::Secondary } else { ButtonKind::Danger }, None))
            }))
        }
    }
}

/// The page again with what kept an act from being done, at a field that it shows.
async fn refused(app: &App, signed: &Signed, key: &str, at: &'static str, error: AccountError) -> Result<Response, Problem> {
    let lang = signed.lang();
    let message = match &error {
        AccountError::Unknown => lang.pick(
            "Việc này không còn gì để làm: tài khoản vừa thay đổi. Xem trạng thái hiện nay ở trên.",
            "There is nothing left to do: the account has just changed. See how it stands above.",
        ),
        AccountError::Oneself => lang.pick(
            "Bạn không thể tự làm việc này cho chính mình. Dùng trang “Tài khoản của tôi”, hoặc nhờ người quản trị khác.",
            "You cannot do this to yourself. Use the page “My account”, or ask another administrator.",
        ),
        other => match words::account_error(other, lang) {
            Some(message) => message,
            None => return Err(error.into()),
        },
    };
    // On one's own page the fields of the acts are not there.
    let at = if matches!(error, AccountError::Oneself | AccountError::Unknown) { ACTS } else { at };
    page(app, signed, key, None, Some(Refusal { at, message })).await
}

fn back(signed: &Signed, key: &str) -> Response {
    Redirect::to(&signed.lang().href(&format!("/lam-viec/nguoi-dung/{key}"))).into_response()
}

pub(crate) async fn make_link(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    match people::reset(&app.accounts, &posted.signed.actor, &key).await {
        Ok(link) => page(&app, &posted.signed, &key, Some(&link), None).await,
        Err(error) => refused(&app, &posted.signed, &key, ACTS, error).await,
    }
}

/// The reason that was typed; without one the page comes back.
async fn reason_of(app: &App, posted: &Posted, key: &str, at: &'static str) -> Result<Result<String, Response>, Problem> {
    let Posted { signed, fields, .. } = posted;
    if let Some(reason) = fields.filled("ly-do") {
        return Ok(Ok(reason));
    }
    people::seen(&app.accounts, &signed.actor, key).await?;
    if signed.principal().account == key {
        return refused(app, signed, key, at, AccountError::Oneself).await.map(Err);
    }
    let message = signed.lang().pick("Nhập lý do.", "Type the reason.");
    page(app, signed, key, None, Some(Refusal { at, message })).await.map(Err)
}

pub(crate) async fn set_open(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let reason = match reason_of(&app, &posted, &key, STATE_REASON).await? {
        Ok(reason) => reason,
        Err(response) => return Ok(response),
    };
    let Posted { signed, fields, .. } = &posted;
    match people::set_open(&app.accounts, &signed.actor, &key, fields.text("mo") == "1", &reason).await {
        Ok(()) => Ok(back(signed, &key)),
        Err(error) => refused(&app, signed, &key, STATE_REASON, error).await,
    }
}

pub(crate) async fn demand_password(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    match people::demand_new_password(&app.accounts, &posted.signed.actor, &key).await {
        Ok(()) => Ok(back(&posted.signed, &key)),
        Err(error) => refused(&app, &posted.signed, &key, ACTS, error).await,
    }
}

pub(crate) async fn remove_factor(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let reason = match reason_of(&app, &posted, &key, FACTOR_REASON).await? {
        Ok(reason) => reason,
        Err(response) => return Ok(response),
    };
    match remove_second_factor(&app.accounts, &posted.signed.actor, &key, &reason).await {
        Ok(()) => Ok(back(&posted.signed, &key)),
        Err(error) => refused(&app, &posted.signed, &key, FACTOR_REASON, error).await,
    }
}

pub(crate) async fn sign_out(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    match end_all(&app.accounts, &posted.signed.actor, &key).await {
        Ok(()) => Ok(back(&posted.signed, &key)),
        Err(error) => refused(&app, &posted.signed, &key, ACTS, error).await,
    }
}

pub(crate) async fn get_new(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    Ok(edit_page(&app, &signed, None, &Fields::default(), &[]))
}

pub(crate) async fn post_new(State(app): State<App>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let (person, mut errors) = read(&app, signed, fields, None);
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
    let (person, mut errors) = read(&app, signed, fields, Some(&before));
    if errors.is_empty() {
        let version = fields.text("ban").parse().unwrap_or(0);
        match people::change(&app.accounts, &signed.actor, &key, version, &person).await {
            Ok(()) => return Ok(back(signed, &key)),
            Err(AccountError::Changed) => {
                let now = people::seen(&app.accounts, &signed.actor, &key).await?;
                return Ok(conflict_page(&app, signed, &now, fields));
            }
            Err(error) => match words::account_error(&error, lang) {
                Some(message) => {
                    let field = if matches!(error, AccountError::LastAdministrator) { "den-ngay" } else { "don-vi" };
                    errors.push(FieldError::new(field, message));
                }
                None => return Err(error.into()),
            },
        }
    }
    Ok(edit_page(&app, signed, Some(&before), fields, &errors))
}

/// What was typed, with every fault of it. Whoever is changed keeps their sign-in name, and may stay on their unit.
fn read(app: &App, signed: &Signed, fields: &Fields, before: Option<&Account>) -> (Person, Vec<FieldError>) {
    let lang = signed.lang();
    let mut errors = Vec::new();
    let login = before.map_or_else(|| fields.text("ten-dang-nhap"), |before| &before.login);
    if login.is_empty() {
        errors.push(FieldError::new("ten-dang-nhap", lang.pick("Nhập tên đăng nhập.", "Type the sign-in name.")));
    } else if before.is_none() && !people::is_login(login) {
        errors.extend(words::account_error(&AccountError::LoginForm, lang).map(|message| FieldError::new("ten-dang-nhap", message)));
    }
    if fields.text("ho-ten").is_empty() {
        errors.push(FieldError::new("ho-ten", lang.pick("Nhập họ và tên.", "Type the name.")));
    }
    errors.extend(["ho-ten", "chuc-vu", "thu", "dien-thoai"].into_iter().filter_map(|name| too_long(fields, name, lang)));
    let unit = unit_key(app, fields.text("don-vi"));
    match unit.as_deref() {
        None => errors.push(FieldError::new("don-vi", lang.pick("Chọn một đơn vị có trong danh sách.", "Choose a unit of the list."))),
        Some(unit) if before.is_some_and(|before| before.unit == unit) => {}
        Some(unit) => errors.extend(out_of_reach(app, signed, unit, Thing::Account).map(|message| FieldError::new("don-vi", message))),
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
        login: login.to_owned(),
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

/// A text that is longer than an account keeps.
fn too_long(fields: &Fields, name: &str, lang: Lang) -> Option<FieldError> {
    let (length, most) = (fields.text(name).chars().count(), people::LONGEST_NAME);
    let message = || {
        lang.pick(
            format!("Mục này dài nhất {most} ký tự; đang có {length}. Hãy viết ngắn lại."),
            format!("This has at most {most} characters; there are {length}. Make it shorter."),
        )
    };
    (length > most).then(|| FieldError::new(name, message()))
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
        (parts::text_field(&Field::new("chuc-vu", lang.pick("Chức vụ", "Position")).optional().error(of("chuc-vu")), Input::Text, fields.text("chuc-vu"), None, lang))
        (unit_field(app, signed, lang.pick("Đơn vị công tác", "Unit"), fields.text("don-vi"), of("don-vi")))
        (parts::text_field(&Field::new("thu", lang.pick("Thư điện tử", "Mail address")).optional().error(of("thu")), Input::Email, fields.text("thu"), None, lang))
        (parts::text_field(&Field::new("dien-thoai", lang.pick("Điện thoại", "Telephone")).optional().error(of("dien-thoai")), Input::Phone, fields.text("dien-thoai"), None, lang))
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
