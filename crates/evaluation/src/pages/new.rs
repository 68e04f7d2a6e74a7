//! A new campaign: year, blocks with their sets, calendar, quorum.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Datelike as _, Utc};
use maud::{Markup, html};
use registry::Level;
use rust_decimal::Decimal;
use ui::Lang;
use ui::parts::{self, ButtonKind, Choice, Field, FieldError, Input};
use web::{App, Fields, Ground, Posted, Problem, Signed, WorkPage, work_frame};

use super::NAV;
use super::steps::deadline;
use crate::actions::{NewBlock, NewCampaign, heads, list_sets, make};
use crate::model::{Phase, SetState, Step, StoredSet};
use crate::scoring::number;
use crate::words;

/// The blocks that a province has: code, name, whether a unit belongs to it.
pub(crate) const BLOCKS: [(&str, &str, &str); 3] =
    [("so", "Sở, ban, ngành", "Departments"), ("phuong", "Phường", "Wards"), ("xa", "Xã, đặc khu", "Communes")];

/// The block of a unit by its level and the first word of its name.
fn block_of(level: Level, name: &str) -> Option<&'static str> {
    match level {
        Level::Department => Some("so"),
        Level::Commune if name.starts_with("Phường") => Some("phuong"),
        Level::Commune => Some("xa"),
        _ => None,
    }
}

/// Units of a block right below the unit that evaluates.
pub(crate) fn units_of(app: &App, owner: &str, block: &str) -> Vec<String> {
    app.units.below(owner).into_iter().filter(|unit| block_of(unit.level, &unit.name) == Some(block)).map(|unit| unit.unit).collect()
}

pub(crate) async fn get(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let year = (app.world.today().year()).to_string();
    page(&app, &signed, &Fields::of(&[("nam", &year), ("so-toi-thieu", "50")]), &[]).await
}

fn steps_of(fields: &Fields, errors: &mut Vec<FieldError>, lang: Lang) -> Vec<Step> {
    let mut steps = Vec::new();
    for phase in Phase::TIMED {
        let (from, to) = (fields.text(&format!("tu.{}", phase.word())), fields.text(&format!("den.{}", phase.word())));
        if from.is_empty() && to.is_empty() && phase != Phase::Scoring {
            continue;
        }
        let opens_at: Option<DateTime<Utc>> =
            viet_text::parse_date(from).and_then(|day| day.and_hms_opt(0, 0, 0)).map(|at| at.and_utc() - chrono::TimeDelta::hours(7));
        match (opens_at, deadline(to)) {
            (Some(opens_at), Some(due_at)) if opens_at < due_at => steps.push(Step { phase, opens_at, due_at }),
            _ => errors.push(FieldError::new(
                format!("tu.{}", phase.word()),
                lang.pick(
                    format!(
                        "{}: nhập từ ngày và đến ngày, viết như 01/12/2026; ngày kết thúc phải sau ngày bắt đầu.",
                        words::phase(phase, lang).0
                    ),
                    format!("{}: type both days as 01/12/2026, the end after the beginning.", words::phase(phase, lang).0),
                ),
            )),
        }
    }
    steps
}

pub(crate) async fn post(State(app): State<App>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let lang = signed.lang();
    let owner = signed.principal().acting_unit.clone().unwrap_or_default();
    let mut errors = Vec::new();
    if fields.text("ten").is_empty() {
        errors.push(FieldError::new("ten", lang.pick("Nhập tên đợt đánh giá.", "Type the title.")));
    }
    let year = fields.text("nam").parse::<i32>().ok().filter(|year| (2012..=2100).contains(year));
    if year.is_none() {
        errors.push(FieldError::new("nam", lang.pick("Năm viết bằng bốn chữ số, ví dụ 2026.", "Write the year with four digits.")));
    }
    let quorum = number(fields.text("so-toi-thieu")).filter(|share| *share >= Decimal::ZERO && *share < Decimal::ONE_HUNDRED);
    if quorum.is_none() {
        errors.push(FieldError::new("so-toi-thieu", lang.pick("Nhập tỷ lệ từ 0 đến dưới 100.", "A share from 0 to less than 100.")));
    }
    let steps = steps_of(fields, &mut errors, lang);
    let blocks: Vec<NewBlock> = BLOCKS
        .iter()
        .filter_map(|(code, vi, _)| {
            let set = fields.filled(&format!("bo.{code}"))?;
            let units = units_of(&app, &owner, code).into_iter().map(|unit| (unit, true)).collect();
            Some(NewBlock { block: (*code).to_owned(), name: (*vi).to_owned(), set, units })
        })
        .collect();
    if blocks.is_empty() {
        errors.push(FieldError::new("bo.so", lang.pick("Chọn bộ tiêu chí cho ít nhất một khối.", "Choose a set for at least one block.")));
    }
    if let (Some(year), Some(quorum), true) = (year, quorum, errors.is_empty()) {
        let new = NewCampaign {
            title: fields.text("ten").to_owned(),
            year,
            owner,
            follows: fields.filled("nam-truoc"),
            quorum: quorum / Decimal::ONE_HUNDRED,
            note: fields.filled("ghi-chu"),
            made_up: app.demo,
            blocks,
            steps,
        };
        let receipt = match posted.once(&app).await? {
            Ok(receipt) => receipt,
            Err(response) => return Ok(response),
        };
        match make(Ground::of(&app), &signed.actor, &new).await {
            Ok(key) => return receipt.led_to(&app, &lang.href(&format!("/lam-viec/danh-gia/{key}"))).await,
            Err(error) => {
                receipt.give_back(&app).await?;
                match words::refusal(&error, None, lang) {
                    Some(message) => errors.push(FieldError::new("ten", message)),
                    None => return Err(words::problem(error)),
                }
            }
        }
    }
    page(&app, signed, fields, &errors).await
}

fn set_choices(sets: &[StoredSet], chosen: &str, lang: Lang) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", lang.pick("– khối này không đánh giá –", "– not evaluated –"), chosen.is_empty())];
    choices.extend(sets.iter().filter(|set| set.state != SetState::Withdrawn).map(|set| {
        Choice::new(&set.key, format!("{} ({}) [{}]", set.title, set.code, words::set_kind(set.kind, lang)), set.key == chosen)
    }));
    choices
}

/// Fields for the days of each phase.
pub(crate) fn step_fields(fields: &Fields, errors: &[FieldError], lang: Lang) -> Markup {
    html! {
        fieldset {
            legend { (lang.pick("Lịch các bước", "Calendar")) }
            p.hint { (lang.pick("Viết như 01/12/2026. Bước bắt đầu lúc 0 giờ ngày đầu và khóa lúc 17:00 ngày cuối. Chỉ bước tự chấm điểm bắt buộc có lịch.", "Write 01/12/2026. A step begins at midnight and is locked at 17:00 of its last day. Only self-scoring must have days.")) }
            @for phase in Phase::TIMED {
                @let (from, to) = (format!("tu.{}", phase.word()), format!("den.{}", phase.word()));
                @let fault = errors.iter().find(|error| error.field == from).map(|error| error.message.as_str());
                @let label = words::phase(phase, lang).0;
                div.pair {
                    (parts::text_field(&Field { id: &from, name: &from, label: &format!("{label}: {}", lang.pick("từ ngày", "from")), error: fault, optional: phase != Phase::Scoring, ..Field::default() }, Input::Text, fields.text(&from), None, lang))
                    (parts::text_field(&Field { id: &to, name: &to, label: &format!("{label}: {}", lang.pick("đến ngày", "to")), optional: phase != Phase::Scoring, ..Field::default() }, Input::Text, fields.text(&to), None, lang))
                }
            }
        }
    }
}

async fn page(app: &App, signed: &Signed, fields: &Fields, errors: &[FieldError]) -> Result<Response, Problem> {
    let lang = signed.lang();
    let ground = Ground::of(app);
    let sets = list_sets(ground, &signed.actor).await.map_err(words::problem)?;
    let campaigns = heads(ground, &signed.actor).await.map_err(words::problem)?;
    let of = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.message.as_str());
    let owner = signed.principal().acting_unit.clone().unwrap_or_default();
    let mut before = vec![Choice::new("", lang.pick("– không có –", "– none –"), fields.text("nam-truoc").is_empty())];
    before.extend(
        campaigns.iter().map(|view| Choice::new(&view.campaign.key, &view.campaign.title, view.campaign.key == fields.text("nam-truoc"))),
    );
    let title = lang.pick("Tạo đợt đánh giá", "New campaign");
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, None, None))
        (signed.form(app, "/lam-viec/danh-gia/tao", html! {
            (parts::text_field(&Field::new("ten", lang.pick("Tên đợt đánh giá", "Title")).error(of("ten")), Input::Text, fields.text("ten"), None, lang))
            (parts::text_field(&Field::new("nam", lang.pick("Năm đánh giá", "Year")).error(of("nam")), Input::Number, fields.text("nam"), None, lang))
            (parts::select_field(&Field::new("nam-truoc", lang.pick("Đợt của năm trước", "Campaign of the year before")).hint(lang.pick("Để đơn vị thấy số liệu, điểm và ý kiến năm trước, và để giải thích thay đổi.", "Units see last year's figures, points and words; changes are explained.")).optional(), &before, lang))
            @for (code, vi, en) in BLOCKS {
                @let id = format!("bo.{code}");
                @let count = units_of(app, &owner, code).len();
                (parts::select_field(&Field { id: &id, name: &id, label: &lang.pick(format!("{vi} ({count} đơn vị): bộ tiêu chí"), format!("{en} ({count} units): criteria set")), error: of(&id), optional: true, ..Field::default() }, &set_choices(&sets, fields.text(&id), lang), lang))
            }
            (step_fields(fields, errors, lang))
            (parts::text_field(&Field::new("so-toi-thieu", lang.pick("Hội đồng họp hợp lệ khi có hơn (% thành viên)", "The council decides with more than (% of its members)")).error(of("so-toi-thieu")), Input::Number, fields.text("so-toi-thieu"), Some("%"), lang))
            (parts::text_area(&Field::new("ghi-chu", lang.pick("Hướng dẫn cho đơn vị", "Note for the units")).optional(), fields.text("ghi-chu"), 3, lang))
            (parts::button(lang.pick("Lưu, chuẩn bị", "Save as a draft"), ButtonKind::Primary, None))
        }))
    };
    let frame = WorkPage::new(title, NAV).below(signed, lang.pick("Đánh giá", "Evaluation"), "/lam-viec/danh-gia").help("danh-gia");
    Ok(work_frame(app, signed, frame.faults(!errors.is_empty()), body))
}
