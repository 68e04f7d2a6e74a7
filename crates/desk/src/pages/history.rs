//! The log of all changes: search and reading.

mod file;

use accounts::policy::{Action, Thing};
use accounts::{Account, accounts};
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone as _, Utc};
pub(crate) use file::download;
use maud::{Markup, html};
use platform::Conn;
use platform::history::{Event, EventFilter, EventPage, Mention, search};
use ui::Lang;
use ui::parts::{self, ActiveFilter, Choice, Field, FieldError, FilterPanel, Input};
use ui::table::{Cell, Column, DataTable, Row, render_table};
use web::history::{Names, difference, kind_words, what, who};
use web::{App, Problem, Signed, Visit, WorkPage, work_frame};

use crate::words;

/// Events on one page.
const ON_A_PAGE: i64 = 100;

/// Acts that say who came and went; they are many, and can be left out.
const COMING_AND_GOING: [&str; 4] = ["signed-in", "signed-out", "sign-in-failed", "acting-unit-changed"];

/// What the address asks for, and what of it cannot be understood.
struct Wanted {
    filter: EventFilter,
    errors: Vec<FieldError>,
}

/// The filter of the address, within what the person may see.
async fn wanted(app: &App, signed: &Signed, names: &Names, conn: Conn<'_>) -> Result<Wanted, Problem> {
    let (lang, visit) = (signed.lang(), &signed.visit);
    let scope = signed.principal().scope(Action::See, Thing::History);
    if scope.is_empty() {
        return Err(Problem::NotFound);
    }
    let mut errors = Vec::new();
    let mut day = |key: &str| -> Option<NaiveDate> {
        let typed = visit.value(key)?;
        let day = viet_text::parse_date(&typed);
        if day.is_none() {
            errors.push(FieldError::new(
                key,
                lang.pick(
                    format!("“{typed}” không phải là một ngày. Nhập ngày có thật theo dạng 31/12/2026."),
                    format!("“{typed}” is no day. Type a day that exists, such as 31/12/2026."),
                ),
            ));
        }
        day
    };
    let (from, until) = (day("tu"), day("den"));
    if let (Some(first), Some(last)) = (from, until)
        && last < first
    {
        errors
            .push(FieldError::new("den", lang.pick("Ngày cuối không được trước ngày đầu.", "The last day may not lie before the first.")));
    }
    // The whole tree needs no list of its units.
    let whole = scope
        .iter()
        .any(|(unit, reach)| *reach == accounts::Reach::Subtree && app.units.get(unit).is_some_and(|found| found.parent.is_none()));
    let units = (!whole).then(|| app.units.within(&scope).into_iter().map(|unit| unit.unit).collect());
    let people = match visit.value("nguoi") {
        Some(typed) => Some(people_like(&accounts(conn).await?, &typed)),
        None => None,
    };
    let without = visit.value("dang-nhap").as_deref() == Some("khong");
    let filter = EventFilter {
        kind: visit.value("loai"),
        thing: visit.value("ban-ghi"),
        accounts: people,
        without_actions: if without { COMING_AND_GOING.map(str::to_owned).to_vec() } else { Vec::new() },
        mention: visit.value("tim").map(|words| Mention { units: units_like(app, &words), ends: names.like(&words), words }),
        units,
        from: from.map(midnight),
        until: until.and_then(|day| day.succ_opt()).map(midnight),
        ..EventFilter::default()
    };
    Ok(Wanted { filter, errors })
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    Utc.from_utc_datetime(&day.and_time(chrono::NaiveTime::MIN)) - TimeDelta::hours(7)
}

/// Keys of the accounts that a name, a sign-in name or a key means, with or without tone marks.
fn people_like(people: &[Account], typed: &str) -> Vec<String> {
    let key = viet_text::fold(typed);
    let fits = |account: &&Account| {
        account.account == typed
            || !key.is_empty() && [&account.name, &account.login].iter().any(|text| viet_text::fold(text).contains(&key))
    };
    people.iter().filter(fits).map(|account| account.account.clone()).collect()
}

/// Keys of the units of today whose name has these words.
fn units_like(app: &App, words: &str) -> Vec<String> {
    let key = viet_text::fold(words);
    if key.is_empty() {
        Vec::new()
    } else {
        app.units.all().into_iter().filter(|unit| viet_text::fold(&unit.name).contains(&key)).map(|unit| unit.unit).collect()
    }
}

const KINDS: [&str; 20] = [
    "account",
    "account_review",
    "role_grant",
    "deputy",
    "access_token",
    "evidence",
    "collection",
    "collection_unit",
    "figure",
    "campaign",
    "campaign_unit",
    "campaign_answer",
    "campaign_ruling",
    "campaign_appeal",
    "campaign_assignment",
    "campaign_member",
    "campaign_session",
    "criteria_set",
    "calendar_day",
    "job",
];

pub(crate) async fn get(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let lang = signed.lang();
    let visit = &signed.visit;
    let number: i64 = visit.value("trang").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, 10_000);
    let mut read = app.db.read().await?;
    let names = Names::all(read.conn()).await?;
    let Wanted { filter, errors } = wanted(&app, &signed, &names, read.conn()).await?;
    let mut events = if errors.is_empty() {
        search(read.conn(), &filter, EventPage { offset: (number - 1) * ON_A_PAGE, limit: ON_A_PAGE + 1 }).await?
    } else {
        Vec::new()
    };
    drop(read);
    let more = i64::try_from(events.len()).unwrap_or(0) > ON_A_PAGE;
    events.truncate(usize::try_from(ON_A_PAGE).unwrap_or(usize::MAX));
    let title = lang.pick("Nhật ký thay đổi", "History");
    let body = html! {
        (parts::error_summary(&errors, lang))
        (parts::page_heading(title, Some(lang.pick(
            "Mọi thay đổi được ghi cùng lúc với việc thay đổi và nối thành chuỗi; sửa hoặc xóa một dòng sẽ bị phát hiện khi kiểm tra.",
            "Every change is recorded together with the act and linked into chains; a line that is altered or taken out is found by the check.",
        )), None))
        (filters(visit, &names, &errors, lang))
        @if !errors.is_empty() {}
        @else if events.is_empty() { p { (lang.pick("Không có thay đổi nào phù hợp.", "Nothing fits.")) } }
        @else { (render_table(&table(&app, &names, &events, lang), lang)) }
        p.pager-row {
            @if number > 1 { a href=(visit.with("trang", Some(&(number - 1).to_string()))) { (lang.pick("← Mới hơn", "← Newer")) } " " }
            @if more { a href=(visit.with("trang", Some(&(number + 1).to_string()))) { (lang.pick("Cũ hơn →", "Older →")) } }
        }
        @if errors.is_empty() && signed.principal().may_somewhere(Action::Export, Thing::History) {
            (parts::download_bar(&[("CSV", format!("{}?{}", lang.href("/lam-viec/lich-su.csv"), visit.query))], lang))
            p.small { (lang.pick("Tệp có mọi dòng phù hợp với bộ lọc, mới nhất trước.", "The file has every line that fits the filter, newest first.")) }
        }
    };
    Ok(work_frame(&app, &signed, WorkPage::new(title, "lich-su").help("lich-su").faults(!errors.is_empty()), body))
}

fn filters(visit: &Visit, names: &Names, errors: &[FieldError], lang: Lang) -> Markup {
    let action = lang.href("/lam-viec/lich-su");
    let labels = [
        ("nguoi", lang.pick("Người thực hiện", "Who")),
        ("loai", lang.pick("Loại", "Kind")),
        ("tim", lang.pick("Từ trong nội dung", "Words")),
        ("ban-ghi", lang.pick("Bản ghi", "Record")),
        ("tu", lang.pick("Từ ngày", "From")),
        ("den", lang.pick("Đến ngày", "Until")),
        ("dang-nhap", lang.pick("Đăng nhập, đăng xuất", "Signing in and out")),
    ];
    let active: Vec<ActiveFilter> = labels
        .into_iter()
        .filter_map(|(key, label)| {
            let value = visit.value(key)?;
            let shown = match key {
                "loai" => kind_words(&value, lang).to_owned(),
                "nguoi" => names.person(&value).unwrap_or(value),
                "dang-nhap" => lang.pick("không hiện", "left out").to_owned(),
                _ => value,
            };
            Some(ActiveFilter { label: label.to_owned(), value: shown, remove_href: visit.with(key, None) })
        })
        .collect();
    let of = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.message.as_str());
    let value = |key: &str| visit.value(key).unwrap_or_default();
    let kind = value("loai");
    let mut kinds = vec![Choice::new("", lang.pick("Tất cả", "All"), kind.is_empty())];
    kinds.extend(KINDS.iter().map(|word| Choice::new(*word, kind_words(word, lang), kind == *word)));
    let person = value("nguoi");
    let person = names.person(&person).unwrap_or(person);
    let coming = value("dang-nhap");
    let comings = [
        Choice::new("", lang.pick("Hiện", "Shown"), coming != "khong"),
        Choice::new("khong", lang.pick("Không hiện", "Left out"), coming == "khong"),
    ];
    let day = lang.pick("Ví dụ: 31/12/2026", "For example: 31/12/2026");
    let fields = html! {
        @if let Some(record) = visit.value("ban-ghi") { input type="hidden" name="ban-ghi" value=(record); }
        (parts::text_field(&Field::new("nguoi", labels[0].1).hint(lang.pick("Họ tên hoặc tên đăng nhập", "Name or sign-in name")).optional(), Input::Text, &person, None, lang))
        (parts::select_field(&Field::new("loai", labels[1].1).optional(), &kinds, lang))
        (parts::text_field(&Field::new("tim", labels[2].1).hint(lang.pick("Tên đơn vị, chỉ tiêu, người, lý do, số liệu", "Name of a unit, indicator or person, reason, figure")).optional(), Input::Search, &value("tim"), None, lang))
        (parts::text_field(&Field::new("tu", labels[4].1).hint(day).error(of("tu")).optional(), Input::Text, &value("tu"), None, lang))
        (parts::text_field(&Field::new("den", labels[5].1).hint(day).error(of("den")).optional(), Input::Text, &value("den"), None, lang))
        (parts::select_field(&Field::new("dang-nhap", labels[6].1).optional(), &comings, lang))
    };
    parts::filter_panel(&FilterPanel { id: "bo-loc", action: &action, active: &active, fields, clear_href: &action, open: true }, lang)
}

/// The name of what an event is about, behind what was done.
fn deed(app: &App, names: &Names, event: &Event, lang: Lang) -> String {
    match names.subject(app, event, lang) {
        Some(subject) => format!("{}: {subject}", what(event, lang)),
        None => what(event, lang),
    }
}

fn unit_name(app: &App, event: &Event) -> String {
    event.unit.as_deref().map_or_else(|| "–".to_owned(), |unit| app.units.name(unit))
}

/// Four columns, so that a page of usual width shows a line as a whole.
fn table(app: &App, names: &Names, events: &[Event], lang: Lang) -> DataTable {
    let mut table = DataTable::new("nhat-ky", lang.pick("Thay đổi, mới nhất trước", "Changes, newest first"))
        .column(Column::header("luc", lang.pick("Thời điểm, từ địa chỉ, số", "When, from where, number")))
        .column(Column::text("ai", lang.pick("Ai, thay mặt đơn vị", "Who, for unit")))
        .column(Column::text("viec", lang.pick("Việc", "What")))
        .column(Column::text("noi-dung", lang.pick("Trước và sau, lý do", "Before and after, why")));
    for event in events {
        let mut told = difference(app, names, event, lang);
        if let Some(reason) = &event.reason {
            told.push(lang.pick(format!("Lý do: {reason}"), format!("Why: {reason}")));
        }
        let place = event.address.as_ref().map(|address| format!(", {address}")).unwrap_or_default();
        table = table.row(Row::new(vec![
            Cell::text(format!("{}{place}, {}-{}", words::exact_moment(event.at, lang), event.lane, event.sequence)),
            Cell::text(match &event.unit {
                Some(_) => format!("{}, {}", who(event, lang), unit_name(app, event)),
                None => who(event, lang),
            }),
            Cell::text(deed(app, names, event, lang)),
            Cell::text(if told.is_empty() { "–".to_owned() } else { told.join("; ") }),
        ]));
    }
    table
}
