//! The working-time calendar: what each year says, a deadline reckoned from it, and days that an administrator adds.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Datelike as _, NaiveDate};
use maud::{Markup, html};
use platform::history::{Change, record};
use registry::working_time::{self, CalendarError};
use serde_json::json;
use ui::Lang;
use ui::parts::{self, ButtonKind, Field, FieldError, Input, Tone};
use ui::table::{Cell, Column, DataTable, Row, render_table};
use web::{App, Fields, Posted, Problem, Signed, WorkPage, work_frame};
use work_calendar::{Calendar, CalendarFault, CalendarRule, DayKind, Entry, EntryStatus};

fn kind_words(kind: DayKind, lang: Lang) -> &'static str {
    match kind {
        DayKind::Holiday => lang.pick("nghỉ lễ, Tết", "holiday"),
        DayKind::InLieu => lang.pick("nghỉ bù", "day off in lieu"),
        DayKind::SwappedOff => lang.pick("nghỉ hoán đổi", "swapped day off"),
        DayKind::SwappedOn => lang.pick("làm bù", "worked in exchange"),
    }
}

fn problem(error: CalendarError) -> Problem {
    match error {
        CalendarError::Db(error) => error.into(),
        CalendarError::Faults(faults) => {
            tracing::error!(faults = ?faults, "the days of the calendar do not fit together");
            Problem::Fault
        }
    }
}

pub(crate) async fn get(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    page(&app, &signed, &Fields::default(), &[]).await
}

/// The calendar is the whole installation's: whoever may change it anywhere changes it for all.
fn must_change(signed: &Signed) -> Result<(), Problem> {
    if signed.principal().may_somewhere(Action::Change, Thing::Calendar) { Ok(()) } else { Err(Problem::Forbidden) }
}

/// "01/01/2028; nghỉ lễ; Tết Dương lịch" or with the other day of a swap at the end; a day a line.
fn read_lines(text: &str, source: &str, lang: Lang) -> (Vec<Entry>, Vec<FieldError>) {
    let (mut entries, mut errors) = (Vec::new(), Vec::new());
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let number = at + 1;
        let parts: Vec<&str> = line.split(';').map(str::trim).collect();
        let mut fault = |what: &str| {
            errors.push(FieldError::new("ngay", lang.pick(format!("Dòng {number}: {what}"), format!("Line {number}: {what}"))))
        };
        let Some(date) = parts.first().and_then(|part| viet_text::parse_date(part)) else {
            fault(lang.pick("ngày có dạng 31/12/2027.", "a day has the form 31/12/2027."));
            continue;
        };
        let word = viet_text::fold(parts.get(1).copied().unwrap_or_default());
        let kind = DayKind::ALL.into_iter().find(|kind| {
            [kind_words(*kind, Lang::Vi), kind_words(*kind, Lang::En), kind.word()].iter().any(|known| viet_text::fold(known) == word)
                || *kind == DayKind::Holiday && ["nghi le", "nghi tet"].contains(&word.as_str())
        });
        let Some(kind) = kind else {
            fault(lang.pick(
                "loại ngày là: nghỉ lễ, nghỉ bù, nghỉ hoán đổi hoặc làm bù.",
                "the kind is: holiday, day off in lieu, swapped day off, or worked in exchange.",
            ));
            continue;
        };
        let Some(name) = parts.get(2).filter(|name| !name.is_empty()) else {
            fault(lang.pick("thiếu tên ngày.", "the name is missing."));
            continue;
        };
        let pair = match parts.get(3).filter(|pair| !pair.is_empty()) {
            None => None,
            Some(text) => match viet_text::parse_date(text) {
                Some(day) => Some(day),
                None => {
                    fault(lang.pick("ngày hoán đổi có dạng 31/12/2027.", "the other day of the swap has the form 31/12/2027."));
                    continue;
                }
            },
        };
        entries.push(Entry {
            date,
            kind,
            name_vi: (*name).to_owned(),
            name_en: (*name).to_owned(),
            pair,
            applied: true,
            status: EntryStatus::Official,
            source: source.to_owned(),
            note: String::new(),
        });
    }
    (entries, errors)
}

fn rule_words(fault: &CalendarFault, lang: Lang) -> String {
    // Days stand in the fault as they stand in the file of the catalogue.
    let value = &fault.value.parse::<NaiveDate>().map_or_else(|_| fault.value.clone(), |day| lang.date(day));
    match fault.rule {
        CalendarRule::DuplicateDate => lang.pick(format!("Ngày {value} được ghi hai lần."), format!("The day {value} stands twice.")),
        CalendarRule::Weekday => lang.pick(
            format!("Ngày {value}: nghỉ bù và nghỉ hoán đổi phải là ngày trong tuần, làm bù phải là thứ Bảy hoặc Chủ nhật."),
            format!("The day {value}: a day off in lieu is a weekday, a day worked in exchange a Saturday or Sunday."),
        ),
        CalendarRule::Pair => lang.pick(
            format!("Hai ngày hoán đổi phải ghi lẫn nhau, một ngày nghỉ và một ngày làm bù ({value})."),
            format!("The two days of a swap name each other, one off and one worked ({value})."),
        ),
        CalendarRule::MissingHoliday => lang.pick(
            format!("Thiếu ngày lễ cố định {value}: mỗi năm phải có 01/01, 30/4, 01/5 và 02/9."),
            format!("The fixed holiday {value} is missing: every year has 1/1, 30/4, 1/5 and 2/9."),
        ),
        CalendarRule::YearGap => lang.pick(format!("Thiếu các năm ở giữa: {value}."), format!("Years in between are missing: {value}.")),
        _ => lang.pick(format!("Ngày {value} không hợp lệ."), format!("The day {value} is not in order.")),
    }
}

pub(crate) async fn post(State(app): State<App>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    must_change(signed)?;
    let lang = signed.lang();
    let source = fields.text("nguon");
    let (entries, mut errors) = read_lines(fields.text("ngay"), source, lang);
    if source.is_empty() {
        errors.push(FieldError::new(
            "nguon",
            lang.pick("Ghi số và ngày của văn bản thông báo.", "Name the document that announces the days."),
        ));
    }
    if entries.is_empty() && errors.is_empty() {
        errors.push(FieldError::new("ngay", lang.pick("Ghi ít nhất một ngày.", "Write at least one day.")));
    }
    if !errors.is_empty() {
        return page(&app, signed, fields, &errors).await;
    }
    let mut write = app.db.write().await?;
    let before = working_time::added_days(write.conn()).await?;
    let mut all: Vec<Entry> = before.iter().filter(|old| !entries.iter().any(|new| new.date == old.date)).cloned().collect();
    all.extend(entries.iter().cloned());
    if let Err(faults) = working_time::with_days(all) {
        drop(write);
        let errors: Vec<FieldError> = faults.iter().map(|fault| FieldError::new("ngay", rule_words(fault, lang))).collect();
        return page(&app, signed, fields, &errors).await;
    }
    working_time::put_days(write.conn(), &entries, signed.actor.by(), signed.actor.now).await?;
    let changes: Vec<Change> = entries.iter().map(|entry| change(entry, before.iter().find(|old| old.date == entry.date))).collect();
    record(write.conn(), &signed.actor.source, signed.actor.now, &changes).await?;
    write.commit().await?;
    let year = entries.first().map_or_else(|| app.world.today().year(), |entry| entry.date.year());
    Ok(Redirect::to(&lang.href(&format!("/lam-viec/lich?nam={year}"))).into_response())
}

fn fields_of(entry: &Entry) -> serde_json::Value {
    json!({ "kind": entry.kind.word(), "name": entry.name_vi, "pair": entry.pair, "source": entry.source })
}

fn change(entry: &Entry, before: Option<&Entry>) -> Change {
    let change =
        Change::new("calendar_day", entry.date.to_string(), if before.is_some() { "changed" } else { "made" }).after(fields_of(entry));
    match before {
        Some(old) => change.before(fields_of(old)),
        None => change,
    }
}

/// The days that go together with one: the other day of a swap, which cannot stay alone; or all that were added for its year.
fn going(added: &[Entry], day: NaiveDate, whole_year: bool) -> Vec<&Entry> {
    let asked = |entry: &&Entry| if whole_year { entry.date.year() == day.year() } else { entry.date == day };
    let pairs: Vec<NaiveDate> = added.iter().filter(asked).filter_map(|entry| entry.pair).collect();
    added.iter().filter(|entry| asked(entry) || pairs.contains(&entry.date)).collect()
}

pub(crate) async fn take(State(app): State<App>, Path(day): Path<NaiveDate>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    must_change(signed)?;
    let mut write = app.db.write().await?;
    let added = working_time::added_days(write.conn()).await?;
    if !added.iter().any(|entry| entry.date == day) {
        return Err(Problem::NotFound);
    }
    let going = going(&added, day, fields.text("ca-nam") == "co");
    let left: Vec<Entry> = added.iter().filter(|other| !going.iter().any(|entry| entry.date == other.date)).cloned().collect();
    if let Err(faults) = working_time::with_days(left) {
        drop(write);
        let errors: Vec<FieldError> = faults.iter().map(|fault| FieldError::new("ngay", rule_words(fault, signed.lang()))).collect();
        return page(&app, signed, &Fields::default(), &errors).await;
    }
    let mut changes = Vec::new();
    for entry in going {
        working_time::take_day(write.conn(), entry.date).await?;
        changes.push(Change::new("calendar_day", entry.date.to_string(), "withdrawn").before(fields_of(entry)));
    }
    record(write.conn(), &signed.actor.source, signed.actor.now, &changes).await?;
    write.commit().await?;
    Ok(Redirect::to(&signed.lang().href(&format!("/lam-viec/lich?nam={}", day.year()))).into_response())
}

async fn page(app: &App, signed: &Signed, fields: &Fields, errors: &[FieldError]) -> Result<Response, Problem> {
    let lang = signed.lang();
    let visit = &signed.visit;
    if !signed.principal().may_somewhere(Action::See, Thing::Calendar) {
        return Err(Problem::NotFound);
    }
    let mut read = app.db.read().await?;
    let calendar = working_time::calendar(read.conn()).await.map_err(problem)?;
    let added = working_time::added_days(read.conn()).await?;
    drop(read);
    let years = calendar.years();
    let year = visit
        .value("nam")
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| app.world.today().year())
        .clamp(*years.start(), *years.end());
    let certainty = calendar.certainty(year).unwrap_or(EntryStatus::Unverified);
    let title = lang.pick("Lịch làm việc", "Working calendar");
    let changes = signed.principal().may_somewhere(Action::Change, Thing::Calendar);
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, Some(lang.pick("Ngày nghỉ lễ, nghỉ bù và ngày hoán đổi dùng để tính thời hạn.", "Holidays and swapped days, from which deadlines are reckoned.")), None))
        nav aria-label=(lang.pick("Các năm", "Years")) { ul.link-row {
            @for other in years.clone() { li { @if other == year { strong aria-current="page" { (other) } } @else { a href=(visit.with("nam", Some(&other.to_string()))) { (other) } } } }
        } }
        @if certainty != EntryStatus::Official {
            (parts::notice(Tone::Warning, None, html! { p { (lang.pick(
                "Lịch năm này mới được tính theo luật hoặc có ngày chưa được xác minh; thông báo chính thức có thể khác.",
                "This year is reckoned from the law only, or has days that are not verified; the announcement may differ.",
            )) } }, lang))
        }
        (render_table(&year_table(&calendar, &added, year, lang), lang))
        (reckoner(&calendar, signed))
        @if changes { (adding(app, signed, &added, year, fields, errors)) }
    };
    Ok(work_frame(app, signed, WorkPage::new(title, "lich").help("lich").faults(!errors.is_empty()), body))
}

fn year_table(calendar: &Calendar, added: &[Entry], year: i32, lang: Lang) -> DataTable {
    let mut table = DataTable::new("lich", lang.pick(format!("Năm {year}"), format!("{year}")))
        .column(Column::header("ngay", lang.pick("Ngày", "Day")))
        .column(Column::text("loai", lang.pick("Loại", "Kind")))
        .column(Column::text("ten", lang.pick("Tên", "Name")))
        .column(Column::text("doi", lang.pick("Hoán đổi với", "Swapped with")))
        .column(Column::text("chac", lang.pick("Mức chắc chắn", "How sure")))
        .column(Column::text("nguon", lang.pick("Nguồn", "Source")));
    for entry in calendar.entries().iter().filter(|entry| entry.date.year() == year) {
        let sure = match (entry.status, entry.applied) {
            (_, false) => Cell::status(lang.pick("Chưa xác minh, không áp dụng", "Not verified, not applied"), Tone::Warning),
            (EntryStatus::Official, _) if added.iter().any(|day| day.date == entry.date) => {
                Cell::status(lang.pick("Do đơn vị nhập", "Added here"), Tone::Info)
            }
            (EntryStatus::Official, _) => Cell::status(lang.pick("Theo nguồn đã công bố", "As the source reports it"), Tone::Success),
            (EntryStatus::Computed, _) => Cell::status(lang.pick("Tính theo luật", "Reckoned from the law"), Tone::Warning),
            (EntryStatus::Unverified, _) => Cell::status(lang.pick("Chưa xác minh", "Not verified"), Tone::Warning),
        };
        table = table.row(Row::new(vec![
            Cell::text(lang.date(entry.date)),
            Cell::text(kind_words(entry.kind, lang)),
            Cell::text(lang.pick(entry.name_vi.as_str(), entry.name_en.as_str())),
            Cell::text(entry.pair.map_or_else(|| "–".to_owned(), |day| lang.date(day))),
            sure,
            Cell::text(&entry.source),
        ]));
    }
    table
}

/// A deadline after so many working days, in the address, so that it can be sent to a colleague.
fn reckoner(calendar: &Calendar, signed: &Signed) -> Markup {
    let lang = signed.lang();
    let visit = &signed.visit;
    let (from, days) = (visit.value("tu-ngay").unwrap_or_default(), visit.value("so-ngay").unwrap_or_default());
    let answer = match (viet_text::parse_date(&from), days.trim().parse::<i32>()) {
        _ if from.is_empty() && days.is_empty() => None,
        (None, _) => Some(lang.pick(
            "Từ ngày: nhập ngày có thật theo dạng 25/11/2026.".to_owned(),
            "From: type a day that exists, such as 25/11/2026.".to_owned(),
        )),
        (_, Err(_) | Ok(..0)) => Some(
            lang.pick("Số ngày làm việc: nhập số nguyên từ 0 trở lên.".to_owned(), "Working days: type a whole number from 0.".to_owned()),
        ),
        (Some(start), Ok(count)) => Some(match calendar.add_working_days(start, count) {
            Ok(end) => lang.pick(
                format!("Sau {count} ngày làm việc kể từ {}: {}.", lang.date(start), lang.date(end)),
                format!("{count} working days after {}: {}.", lang.date(start), lang.date(end)),
            ),
            Err(_) => {
                let last = calendar.years().end().to_string();
                lang.pick(
                    format!("Thời hạn rơi vào năm mà lịch chưa có (lịch có đến năm {last}). Thêm các ngày nghỉ của năm đó trước."),
                    format!("The deadline lies in a year that the calendar does not have (it goes to {last}). Add the holidays of that year first."),
                )
            }
        }),
    };
    html! {
        (parts::section_heading("tinh-han", lang.pick("Tính thời hạn", "Reckon a deadline"), None))
        (parts::form(&lang.href("/lam-viec/lich"), false, html! {
            (parts::text_field(&Field::new("tu-ngay", lang.pick("Từ ngày", "From")).hint(lang.pick("Ví dụ: 25/11/2026", "For example: 25/11/2026")), Input::Text, &from, None, lang))
            (parts::text_field(&Field::new("so-ngay", lang.pick("Số ngày làm việc", "Working days")), Input::Number, &days, Some(lang.pick("ngày", "days")), lang))
            (parts::button(lang.pick("Tính", "Reckon"), ButtonKind::Secondary, None))
        }))
        @if let Some(answer) = answer { p.lead role="status" { (answer) } }
    }
}

fn take_words(entry: &Entry, added: &[Entry], lang: Lang) -> String {
    let day = lang.date(entry.date);
    match entry.pair.filter(|pair| added.iter().any(|other| other.date == *pair)) {
        Some(pair) => {
            let pair = lang.date(pair);
            lang.pick(format!("Bỏ ngày {day} và ngày hoán đổi {pair} đã thêm"), format!("Take {day} and its swapped day {pair} away"))
        }
        None => lang.pick(format!("Bỏ ngày {day} đã thêm"), format!("Take {day} away")),
    }
}

fn adding(app: &App, signed: &Signed, added: &[Entry], year: i32, fields: &Fields, errors: &[FieldError]) -> Markup {
    let lang = signed.lang();
    let of = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.message.as_str());
    let hint = lang.pick(
        "Mỗi dòng một ngày: ngày; loại; tên; ngày hoán đổi (nếu có). Hai ngày hoán đổi ghi thành hai dòng, ví dụ: “03/01/2028; nghỉ hoán đổi; Nghỉ Tết Dương lịch; 08/01/2028” và “08/01/2028; làm bù; Làm bù Tết Dương lịch; 03/01/2028”. Năm mới phải có đủ 01/01, 30/4, 01/5 và 02/9.",
        "A day a line: day; kind; name; other day of a swap, if there is one. The two days of a swap are two lines, for example “03/01/2028; swapped day off; New Year; 08/01/2028” and “08/01/2028; worked in exchange; New Year; 03/01/2028”. A new year needs 1/1, 30/4, 1/5 and 2/9.",
    );
    html! {
        (parts::section_heading("them-ngay", lang.pick("Thêm hoặc sửa ngày", "Add or change days"), None))
        (signed.form(app, "/lam-viec/lich", html! {
            (parts::text_area(&Field::new("ngay", lang.pick("Các ngày", "Days")).hint(hint).error(of("ngay")), fields.text("ngay"), 8, lang))
            (parts::text_field(&Field::new("nguon", lang.pick("Văn bản thông báo", "Announced by")).hint(lang.pick("Số, ngày và cơ quan ban hành", "Number, date and issuer")).error(of("nguon")), Input::Text, fields.text("nguon"), None, lang))
            (parts::button(lang.pick("Lưu", "Save"), ButtonKind::Primary, None))
        }))
        @let of_year: Vec<&Entry> = added.iter().filter(|entry| entry.date.year() == year).collect();
        @for entry in &of_year {
            (signed.form(app, &format!("/lam-viec/lich/{}/bo", entry.date), html! {
                (parts::button(&take_words(entry, added, lang), ButtonKind::Secondary, None))
            }))
        }
        @if let Some(first) = of_year.first().filter(|_| of_year.len() > 1) {
            (signed.form(app, &format!("/lam-viec/lich/{}/bo", first.date), html! {
                input type="hidden" name="ca-nam" value="co";
                (parts::button(
                    &lang.pick(format!("Bỏ mọi ngày đã thêm của năm {year}"), format!("Take away all days added for {year}")),
                    ButtonKind::Secondary,
                    None,
                ))
            }))
        }
    }
}
