//! What an event changed, in words: names of fields, people, units, roles and states instead of keys.

use std::collections::BTreeMap;

use accounts::policy::Role;
use accounts::{AccountState, Reach, Scope, accounts};
use chrono::{DateTime, NaiveDate, Utc};
use platform::history::Event;
use platform::{Conn, DbError};
use registry::Indicator;
use registry::store::indicators;
use serde_json::Value;
use ui::Lang;
use web::{App, period_words};

use crate::pages::roles::reach_words;
use crate::words;

/// Fields whose value is the key of an account.
const PEOPLE: [&str; 3] = ["account", "absent", "stands_in"];

/// Names of the people and indicators that some events speak of.
#[derive(Debug, Default)]
pub(crate) struct Names {
    people: BTreeMap<String, String>,
    indicators: BTreeMap<String, Indicator>,
}

impl Names {
    /// The names for these events; the database is asked only when one of them speaks of a person.
    pub(crate) async fn of(mut conn: Conn<'_>, events: &[Event]) -> Result<Self, DbError> {
        let speaks = |text: &Option<String>| text.as_deref().is_some_and(|text| PEOPLE.iter().any(|field| text.contains(field)));
        let mut names = Self::default();
        if events.iter().any(|event| event.kind == "account" || speaks(&event.before) || speaks(&event.after)) {
            names.people = accounts(conn.reborrow()).await?.into_iter().map(|account| (account.account, account.name)).collect();
        }
        if events.iter().any(|event| event.kind == "figure") {
            names.indicators = indicators(conn).await?;
        }
        Ok(names)
    }

    /// Which person, unit or indicator an event is about, where its key says so.
    pub(crate) fn subject(&self, app: &App, event: &Event, lang: Lang) -> Option<String> {
        let last = event.thing.rsplit('/').next()?;
        match event.kind.as_str() {
            "account" => self.people.get(last).cloned(),
            "collection_unit" | "account_review" => Some(app.units.name(last)),
            "figure" => {
                let indicator = self.indicators.get(last)?;
                Some(lang.pick(indicator.name_vi.as_str(), indicator.name_en.as_str()).to_owned())
            }
            _ => None,
        }
    }
}

/// The fields of an event, "name: before → after", one to a line.
pub(crate) fn difference(app: &App, names: &Names, event: &Event, lang: Lang) -> Vec<String> {
    let read = |text: &Option<String>| match text.as_deref().map(serde_json::from_str) {
        Some(Ok(Value::Object(fields))) => Some(fields),
        _ => None,
    };
    let (before, after) = (read(&event.before), read(&event.after));
    let mut fields: Vec<&str> = Vec::new();
    for name in [&before, &after].into_iter().flatten().flat_map(|fields| fields.keys()) {
        if !fields.contains(&name.as_str()) {
            fields.push(name);
        }
    }
    fields
        .into_iter()
        .filter_map(|field| {
            let old = before.as_ref().and_then(|fields| fields.get(field));
            let new = after.as_ref().and_then(|fields| fields.get(field));
            let shown = |value: Option<&Value>| value_words(app, names, &event.kind, field, value, lang);
            let name = field_words(&event.kind, field, lang);
            match (&before, old == new) {
                (Some(_), true) => None,
                (Some(_), false) => Some(format!("{name}: {} → {}", shown(old), shown(new))),
                (None, _) => Some(format!("{name}: {}", shown(new))),
            }
        })
        .collect()
}

fn field_words<'a>(kind: &str, field: &'a str, lang: Lang) -> &'a str {
    let (vi, en) = match (kind, field) {
        ("access_token", "name") => ("Tên", "Name"),
        ("account", "valid_to") => ("Dùng đến ngày", "Valid until"),
        ("collection", "units") => ("Số đơn vị", "Units"),
        (_, "absent") => ("Người vắng mặt", "Absent person"),
        (_, "account") => ("Người dùng", "Person"),
        (_, "after_days") => ("Số ngày không đăng nhập", "Days without sign-in"),
        (_, "due_at") => ("Hạn", "Due"),
        (_, "email") => ("Thư điện tử", "Mail address"),
        (_, "ends_at") => ("Hết hạn lúc", "Ends"),
        (_, "extended_to") => ("Hạn riêng của đơn vị", "Deadline of its own"),
        (_, "failures") => ("Số lần sai", "Failures"),
        (_, "indicators") => ("Số chỉ tiêu", "Indicators"),
        (_, "issuer") => ("Nơi xác thực", "Issuer"),
        (_, "login") => ("Tên đăng nhập", "Sign-in name"),
        (_, "method") => ("Cách đăng nhập", "Signed in by"),
        (_, "missing") => ("Lý do không có số liệu", "Why there is no figure"),
        (_, "must_change") => ("Phải đổi mật khẩu", "Must change the password"),
        (_, "name") => ("Họ và tên", "Name"),
        (_, "note") => ("Ghi chú", "Note"),
        (_, "opens_at") => ("Nhập từ", "Open from"),
        (_, "password_set_at") => ("Đặt mật khẩu lúc", "Password set"),
        (_, "period") => ("Kỳ số liệu", "Period"),
        (_, "phone") => ("Điện thoại", "Telephone"),
        (_, "position") => ("Chức vụ", "Position"),
        (_, "purpose") => ("Mục đích", "Purpose"),
        (_, "reach") => ("Phạm vi", "Reach"),
        (_, "revoked_at") => ("Thu hồi lúc", "Taken back"),
        (_, "role") => ("Vai trò", "Role"),
        (_, "scope") => ("Phạm vi", "Scope"),
        (_, "second_factor") => ("Xác thực hai lớp", "Second factor"),
        (_, "shown") => ("Tên tại nơi xác thực", "Name there"),
        (_, "stands_in") => ("Người làm thay", "Deputy"),
        (_, "state") => ("Trạng thái", "State"),
        (_, "subject") => ("Mã người tại nơi xác thực", "Subject"),
        (_, "title") => ("Tên", "Title"),
        (_, "unit") => ("Đơn vị", "Unit"),
        (_, "valid_from") => ("Từ ngày", "From"),
        (_, "valid_to") => ("Đến ngày", "Until"),
        (_, "value") => ("Số liệu", "Figure"),
        (_, "what") => ("Nội dung", "What"),
        _ => return field,
    };
    lang.pick(vi, en)
}

fn value_words(app: &App, names: &Names, kind: &str, field: &str, value: Option<&Value>, lang: Lang) -> String {
    match value {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::Bool(yes)) => if *yes { lang.pick("có", "yes") } else { lang.pick("không", "no") }.to_owned(),
        Some(Value::Array(items)) => lang.integer(i64::try_from(items.len()).unwrap_or(i64::MAX)),
        Some(Value::String(text)) => text_words(app, names, kind, field, text, lang),
        Some(Value::Number(number)) => number.as_i64().map_or_else(|| number.to_string(), |number| lang.integer(number)),
        Some(other) => other.to_string(),
    }
}

fn text_words(app: &App, names: &Names, kind: &str, field: &str, text: &str, lang: Lang) -> String {
    let known = match field {
        _ if PEOPLE.contains(&field) => names.people.get(text).cloned(),
        "unit" => Some(app.units.name(text)),
        "role" => Role::of(text).map(|role| words::role(role, lang).to_owned()),
        "reach" => Reach::of(text).map(|reach| reach_words(reach, lang).to_owned()),
        "scope" => Scope::of(text).map(|scope| words::scope(scope, lang).to_owned()),
        "state" => state_words(kind, text, lang).map(str::to_owned),
        "period" => text.parse().ok().map(|period| period_words(period, lang)),
        "value" => Some(lang.pick(text.replace('.', ","), text.to_owned())),
        "method" | "purpose" | "what" => word(text, lang).map(str::to_owned),
        _ => None,
    };
    known
        .or_else(|| text.parse::<NaiveDate>().ok().map(|day| lang.date(day)))
        .or_else(|| text.parse::<DateTime<Utc>>().ok().map(|at| words::moment(at, lang)))
        .unwrap_or_else(|| text.to_owned())
}

fn state_words(kind: &str, state: &str, lang: Lang) -> Option<&'static str> {
    let (vi, en) = match (kind, state) {
        ("account", "invited") => return Some(words::state(AccountState::Invited, lang).0),
        ("account", "active") => return Some(words::state(AccountState::Active, lang).0),
        ("account", "disabled") => return Some(words::state(AccountState::Disabled, lang).0),
        ("collection", "draft") => ("Đang soạn", "Draft"),
        ("collection", "open") => ("Đang thu thập", "Open"),
        ("collection", "closed") => ("Đã đóng", "Closed"),
        ("collection_unit", "open") => ("Đang nhập", "Being entered"),
        ("collection_unit", "returned") => ("Bị trả lại", "Returned"),
        ("collection_unit", "submitted") => ("Chờ duyệt", "Waiting for a decision"),
        ("collection_unit", "accepted") => ("Đã duyệt", "Accepted"),
        _ => return None,
    };
    Some(lang.pick(vi, en))
}

fn word(text: &str, lang: Lang) -> Option<&'static str> {
    let (vi, en) = match text {
        "password" => ("mật khẩu", "password"),
        "openid" => ("hệ thống đăng nhập một lần", "single sign-on"),
        "second-factor" => ("mã xác thực", "second factor"),
        "present-password" => ("mật khẩu hiện tại", "present password"),
        "closed" => ("tài khoản không được dùng", "account not in use"),
        "first" => ("đăng nhập lần đầu", "first sign-in"),
        "reset" => ("đặt lại mật khẩu", "new password"),
        _ => return None,
    };
    Some(lang.pick(vi, en))
}
