//! Making a collection.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use maud::{Markup, html};
use registry::store::indicators;
use registry::{Indicator, Level};
use ui::parts::{self, ButtonKind, Choice, Field, FieldError, Input};
use web::{App, Fields, Posted, Problem, Signed, UnitName, WorkPage, work_frame};

use crate::actions::{Ground, NewCollection, make};
use crate::words;

/// Five in the afternoon: a deadline without an hour means the end of the working day.
const END_OF_DAY: (u32, u32) = (17, 0);

pub(crate) async fn get(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    page(&app, &signed, &Fields::default(), &[]).await
}

/// A day and an hour on Viet Nam's clock.
pub(crate) fn moment_of(day: NaiveDate, hour: u32, minute: u32) -> Option<DateTime<Utc>> {
    let time = NaiveTime::from_hms_opt(hour, minute, 0)?;
    Some(Utc.from_utc_datetime(&day.and_time(time)) - TimeDelta::hours(7))
}

/// "20/09/2026" or "20/09/2026 15:00".
pub(crate) fn deadline(text: &str) -> Option<DateTime<Utc>> {
    let mut words = text.split_whitespace();
    let day = viet_text::parse_date(words.next()?)?;
    let (hour, minute) = match words.next() {
        None => END_OF_DAY,
        Some(time) => {
            let (hour, minute) = time.split_once([':', 'h'])?;
            (hour.parse().ok()?, if minute.is_empty() { 0 } else { minute.parse().ok()? })
        }
    };
    moment_of(day, hour, minute)
}

/// The units that may be asked: those below the unit that the person acts for.
fn units_of(app: &App, signed: &Signed) -> Vec<UnitName> {
    signed.principal().acting_unit.as_deref().map(|unit| app.units.below(unit)).unwrap_or_default()
}

pub(crate) async fn post(State(app): State<App>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let lang = signed.lang();
    let mut errors = Vec::new();
    let title = fields.text("ten");
    if title.is_empty() {
        errors.push(FieldError::new("ten", lang.pick("Nhập tên đợt thu thập.", "Type a title.")));
    }
    let period = fields.text("ky").parse().ok();
    if period.is_none() {
        errors.push(FieldError::new("ky", lang.pick("Chọn kỳ số liệu.", "Choose the period.")));
    }
    let opens_at = fields.day("tu-ngay").and_then(|day| moment_of(day, 0, 0));
    if opens_at.is_none() {
        errors.push(FieldError::new("tu-ngay", lang.pick("Ngày có dạng 15/09/2026.", "A day has the form 15/09/2026.")));
    }
    let due_at = deadline(fields.text("han"));
    if due_at.is_none() {
        errors.push(FieldError::new(
            "han",
            lang.pick("Hạn có dạng 20/09/2026 hoặc 20/09/2026 15:00.", "A deadline has the form 20/09/2026 or 20/09/2026 15:00."),
        ));
    }
    let chosen: Vec<(String, bool)> = fields.all("chi-tieu").into_iter().map(|code| (code.to_owned(), true)).collect();
    if chosen.is_empty() {
        errors.push(FieldError::new("chi-tieu", lang.pick("Chọn ít nhất một chỉ tiêu.", "Choose at least one indicator.")));
    }
    let wanted = fields.all("nhom");
    let level = |unit: &UnitName| match unit.level {
        Level::Commune => "xa",
        _ => "so",
    };
    let units: Vec<String> =
        units_of(&app, signed).into_iter().filter(|unit| wanted.contains(&level(unit))).map(|unit| unit.unit).collect();
    if units.is_empty() {
        errors.push(FieldError::new("nhom", lang.pick("Chọn nhóm đơn vị phải nhập số liệu.", "Choose who is to enter.")));
    }
    if let (Some(period), Some(opens_at), Some(due_at), true) = (period, opens_at, due_at, errors.is_empty()) {
        let new = NewCollection {
            title: title.to_owned(),
            owner: signed.principal().acting_unit.clone().unwrap_or_default(),
            period,
            opens_at,
            due_at,
            note: fields.filled("ghi-chu"),
            indicators: chosen,
            units,
            made_up: app.demo,
        };
        let receipt = match posted.once(&app).await? {
            Ok(receipt) => receipt,
            Err(response) => return Ok(response),
        };
        match make(Ground::of(&app), &signed.actor, &new).await {
            Ok(key) => return receipt.led_to(&app, &lang.href(&format!("/lam-viec/so-lieu/{key}"))).await,
            Err(error) => {
                receipt.give_back(&app).await?;
                match words::refusal(&error, lang) {
                    Some(message) => errors.push(FieldError::new("han", message)),
                    None => return Err(words::problem(error)),
                }
            }
        }
    }
    page(&app, signed, fields, &errors).await
}

/// The periods that one would collect now: report windows, quarters and years around today.
fn periods(app: &App, fields: &Fields, lang: ui::Lang) -> Vec<Choice> {
    use chrono::Datelike as _;
    let year = app.world.today().year();
    let mut words: Vec<String> = Vec::new();
    for year in [year + 1, year, year - 1] {
        words.extend(["RQ1", "RH1", "RQ3", "RY", "Q1", "Q2", "Q3", "Q4"].map(|part| format!("{year}-{part}")));
        words.push(year.to_string());
    }
    let mut choices = vec![Choice::new("", lang.pick("– chọn –", "– choose –"), fields.text("ky").is_empty())];
    choices.extend(words.into_iter().filter_map(|word| {
        let period = word.parse().ok()?;
        let chosen = fields.text("ky") == word;
        Some(Choice::new(word, crate::actions::period_words(period, lang), chosen))
    }));
    choices
}

async fn page(app: &App, signed: &Signed, fields: &Fields, errors: &[FieldError]) -> Result<Response, Problem> {
    let lang = signed.lang();
    let mut read = app.db.read().await?;
    let all = indicators(read.conn()).await?;
    drop(read);
    let of = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.message.as_str());
    let title = lang.pick("Tạo đợt thu thập số liệu", "New collection");
    let units = units_of(app, signed);
    let count = |commune: bool| units.iter().filter(|unit| (unit.level == Level::Commune) == commune).count();
    let chosen = fields.all("nhom");
    let groups = [
        Choice::new(
            "so",
            lang.pick(format!("Các sở, ban, ngành ({})", count(false)), format!("Departments ({})", count(false))),
            chosen.contains(&"so"),
        ),
        Choice::new(
            "xa",
            lang.pick(format!("Các xã, phường ({})", count(true)), format!("Communes ({})", count(true))),
            chosen.contains(&"xa"),
        ),
    ];
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, None, None))
        (signed.form(app, "/lam-viec/so-lieu/tao", html! {
            (parts::text_field(&Field::new("ten", lang.pick("Tên đợt thu thập", "Title")).error(of("ten")), Input::Text, fields.text("ten"), None, lang))
            (parts::select_field(&Field::new("ky", lang.pick("Kỳ số liệu", "Period")).error(of("ky")), &periods(app, fields, lang), lang))
            (parts::text_field(&Field::new("tu-ngay", lang.pick("Nhập từ ngày", "Open from")).hint(lang.pick("Ví dụ: 15/09/2026", "For example: 15/09/2026")).error(of("tu-ngay")), Input::Text, fields.text("tu-ngay"), None, lang))
            (parts::text_field(&Field::new("han", lang.pick("Hạn", "Due")).hint(lang.pick("Ví dụ: 20/09/2026 15:00; không ghi giờ là 17:00", "For example: 20/09/2026 15:00; without an hour it is 17:00")).error(of("han")), Input::Text, fields.text("han"), None, lang))
            (parts::checkboxes(&Field::new("nhom", lang.pick("Đơn vị phải nhập", "Who enters")).error(of("nhom")), &groups, lang))
            (indicator_choices(&all.into_values().collect::<Vec<_>>(), fields, of("chi-tieu"), lang))
            (parts::text_area(&Field::new("ghi-chu", lang.pick("Hướng dẫn cho đơn vị", "Note for the units")).optional(), fields.text("ghi-chu"), 3, lang))
            (parts::button(lang.pick("Lưu bản nháp", "Save as a draft"), ButtonKind::Primary, None))
        }))
    };
    let frame = WorkPage::new(title, "so-lieu").below(signed, lang.pick("Số liệu", "Figures"), "/lam-viec/so-lieu").help("so-lieu");
    Ok(work_frame(app, signed, frame.faults(!errors.is_empty()), body))
}

/// Indicators that units report; those of published indices are not asked for.
fn indicator_choices(all: &[Indicator], fields: &Fields, error: Option<&str>, lang: ui::Lang) -> Markup {
    let chosen = fields.all("chi-tieu");
    let choices: Vec<Choice> = all
        .iter()
        .filter(|indicator| indicator.indicator.starts_with("report."))
        .map(|indicator| {
            let mut choice = Choice::new(
                &indicator.indicator,
                lang.pick(indicator.name_vi.as_str(), indicator.name_en.as_str()),
                chosen.contains(&indicator.indicator.as_str()),
            );
            choice.hint = Some(format!("{} – {}", lang.pick(indicator.unit_vi.as_str(), indicator.unit_en.as_str()), indicator.source));
            choice
        })
        .collect();
    parts::checkboxes(&Field::new("chi-tieu", lang.pick("Chỉ tiêu", "Indicators")).error(error), &choices, lang)
}
