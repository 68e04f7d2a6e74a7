//! One leaf of one unit: rule, figures, evidence, the thread, and a field for whoever may speak now.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use composite_index::NodeId;
use maud::{Markup, html};
use rust_decimal::Decimal;
use ui::Lang;
use ui::parts::{self, ButtonKind, Choice, Event, Field, FieldError, Input, Tone};
use web::{App, Fields, Ground, Posted, Problem, Signed, WorkPage, work_frame};

use super::sheet::{capital, may_of, path_of};
use super::{NAV, cite};
use crate::actions::{self, EvaluationError, NewOpinion, Said, Sheet, answer, appeal, give, phrases, sheet, speaks, unit_threads};
use crate::model::{AnswerKind, Appeal, Opinion, Phase, Verdict};
use crate::scoring::{WrongValue, number};
use crate::words;

pub(crate) async fn get(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit, leaf)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let found = sheet(Ground::of(&app), &signed.actor, &campaign, &unit).await.map_err(words::problem)?;
    let done = match signed.visit.value("xong").as_deref() {
        Some("y-kien") => Some(signed.lang().pick("Đã lưu ý kiến.", "Saved.")),
        Some("giai-trinh") => Some(signed.lang().pick("Đã gửi giải trình.", "The explanation was sent.")),
        Some("kien-nghi") => Some(signed.lang().pick("Đã gửi kiến nghị.", "The appeal was sent.")),
        _ => None,
    };
    page(&app, &signed, &found, &leaf, None, &[], done).await
}

pub(crate) async fn post(
    State(app): State<App>,
    Path((campaign, unit, leaf)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let (ground, lang) = (Ground::of(&app), signed.lang());
    let verdict = Verdict::of(fields.text("y-kien")).unwrap_or(Verdict::Agree);
    let reason = match fields.text("cau-mau") {
        "" => fields.text("ly-do").to_owned(),
        phrase if fields.text("ly-do").is_empty() => phrase.to_owned(),
        phrase => format!("{phrase} {}", fields.text("ly-do")),
    };
    let outcome = match typed_points(verdict, fields.text("diem")) {
        Ok(points) => {
            let said = Said { verdict, points, reason };
            let new = NewOpinion { campaign: &campaign, unit: &unit, leaf: &leaf, seen: fields.text("ban").parse().unwrap_or(0), said };
            give(ground, &signed.actor, &new).await
        }
        Err(why) => Err(EvaluationError::Values(vec![("diem".to_owned(), why)])),
    };
    after(&app, signed, (&campaign, &unit, &leaf), "y-kien", outcome, fields, lang).await
}

pub(crate) async fn post_answer(
    State(app): State<App>,
    Path((campaign, unit, leaf)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let outcome = answer(Ground::of(&app), &signed.actor, &campaign, &unit, &leaf, fields.text("giai-trinh")).await;
    after(&app, signed, (&campaign, &unit, &leaf), "giai-trinh", outcome, fields, signed.lang()).await
}

pub(crate) async fn post_appeal(
    State(app): State<App>,
    Path((campaign, unit, leaf)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let outcome = appeal(Ground::of(&app), &signed.actor, &campaign, &unit, &leaf, fields.text("kien-nghi")).await;
    after(&app, signed, (&campaign, &unit, &leaf), "kien-nghi", outcome, fields, signed.lang()).await
}

async fn after(
    app: &App,
    signed: &Signed,
    (campaign, unit, leaf): (&str, &str, &str),
    word: &str,
    outcome: Result<(), EvaluationError>,
    fields: &Fields,
    lang: Lang,
) -> Result<Response, Problem> {
    match outcome {
        Ok(()) => {
            Ok(Redirect::to(&lang.href(&format!("/lam-viec/danh-gia/{campaign}/{unit}/tieu-chi/{leaf}?xong={word}"))).into_response())
        }
        Err(error) => match words::refusal(&error, None, lang) {
            Some(message) => {
                let found = sheet(Ground::of(app), &signed.actor, campaign, unit).await.map_err(words::problem)?;
                page(app, signed, &found, leaf, Some(fields), &[FieldError::new("y-kien", message)], None).await
            }
            None => Err(words::problem(error)),
        },
    }
}

/// The points typed beside an opinion. What cannot be read, and points beside an opinion that gives none, are refused.
pub(crate) fn typed_points(verdict: Verdict, typed: &str) -> Result<Option<Decimal>, WrongValue> {
    match (verdict, typed.trim()) {
        (_, "") => Ok(None),
        (Verdict::Set, typed) => number(typed).map(Some).ok_or(WrongValue::NotANumber),
        _ => Err(WrongValue::PointsNotAsked),
    }
}

/// One opinion in a thread.
pub(crate) fn event(opinion: &Opinion, lang: Lang) -> Event {
    let points =
        opinion.points.map(|points| format!(" – {} {}", words::points(Ok(points), lang), lang.pick("điểm", "points"))).unwrap_or_default();
    let here = platform::in_viet_nam(opinion.given_at);
    Event {
        date: here.date_naive(),
        title: format!(
            "{} – {} ({}): {}{points}",
            here.format("%H:%M"),
            words::side(opinion.side, lang),
            words::person(&opinion.name, lang),
            words::verdict(opinion.verdict, lang)
        ),
        detail: opinion.reason.clone(),
        href: None,
    }
}

/// An appeal with its answer, as the unit and the council see it.
pub(crate) fn appealed(one: &Appeal, lang: Lang) -> Markup {
    let accepted = one.accepted == Some(true);
    html! {
        p { (words::moment(one.made_at, lang)) ": " (one.words) }
        @match &one.answer {
            Some(answer) => { p { (parts::tag(if accepted { lang.pick("Chấp nhận", "Accepted") } else { lang.pick("Không chấp nhận", "Rejected") }, if accepted { Tone::Success } else { Tone::Neutral })) " " (answer) } }
            None => { p { (lang.pick("Chưa trả lời.", "Not answered yet.")) } }
        }
    }
}

async fn page(
    app: &App,
    signed: &Signed,
    found: &Sheet,
    leaf: &str,
    fields: Option<&Fields>,
    errors: &[FieldError],
    done: Option<&str>,
) -> Result<Response, Problem> {
    let lang = signed.lang();
    let node = found.set.leaf(leaf).ok_or(Problem::NotFound)?;
    let ground = Ground::of(app);
    let threads = unit_threads(ground, &signed.actor, &found.campaign, &found.unit.unit).await.map_err(words::problem)?;
    let thread = threads.get(leaf).cloned().unwrap_or_default();
    let mut appeals = actions::appeals(ground, &found.campaign, Some(&found.unit.unit)).await.map_err(words::problem)?;
    appeals.retain(|one| one.leaf == leaf);
    let path = path_of(found);
    let here = format!("{path}/tieu-chi/{leaf}");
    let name = format!("{leaf} {}", found.set.name(node, lang));
    let text = |key: &str| fields.map_or("", |fields| fields.text(key));
    let may = |action, thing| may_of(app, signed, &found.unit, action, thing);
    let may_speak = speaks(ground, &signed.actor, found, node).await.map_err(words::problem)?;
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(&name, Some(&found.unit.name), None))
        @if let Some(done) = done { (parts::notice(Tone::Success, None, html! { p { (done) } }, lang)) }
        (facts(app, signed, found, node, lang))
        (parts::section_heading("trao-doi", lang.pick("Trao đổi về tiêu chí", "Thread"), None))
        @if thread.is_empty() { p { (lang.pick("Chưa có ý kiến nào.", "Nothing was said yet.")) } }
        @else { (parts::timeline(&thread.iter().map(|one| event(one, lang)).collect::<Vec<_>>(), lang)) }
        @if may_speak { (opinion_form(app, signed, found, leaf, &here, fields, lang).await?) }
        @if found.campaign.phase == Phase::Explanation && may(Action::Change, Thing::Score) && !thread.is_empty() {
            (parts::section_heading("giai-trinh-phan", lang.pick("Giải trình của đơn vị", "The unit explains"), None))
            p { a href=(lang.href(&format!("{path}/minh-chung/{leaf}"))) { (lang.pick("Gắn thêm minh chứng", "Cite more evidence")) } }
            (signed.form(app, &format!("{here}/giai-trinh"), html! {
                (parts::text_area(&Field::new("giai-trinh", lang.pick("Nội dung giải trình", "Explanation")), text("giai-trinh"), 5, lang))
                (parts::button(lang.pick("Gửi giải trình", "Send"), ButtonKind::Primary, None))
            }))
        }
        @if !appeals.is_empty() { (parts::section_heading("da-kien-nghi", lang.pick("Kiến nghị đã gửi", "Appeals that were sent"), None)) }
        @for one in &appeals { (appealed(one, lang)) }
        @if found.campaign.phase == Phase::Appeal && may(Action::Submit, Thing::Score) {
            (parts::section_heading("kien-nghi-phan", lang.pick("Kiến nghị về điểm", "Appeal"), None))
            (signed.form(app, &format!("{here}/kien-nghi"), html! {
                (parts::text_area(&Field::new("kien-nghi", lang.pick("Nội dung kiến nghị", "What you appeal against, and why")), text("kien-nghi"), 5, lang))
                (parts::button(lang.pick("Gửi kiến nghị", "Send"), ButtonKind::Primary, None))
            }))
        }
    };
    let frame = WorkPage::new(&name, NAV)
        .below(signed, lang.pick("Đánh giá", "Evaluation"), "/lam-viec/danh-gia")
        .below(signed, &found.campaign.title, &format!("/lam-viec/danh-gia/{}", found.campaign.key))
        .below(signed, &found.unit.name, &path)
        .help("danh-gia");
    Ok(work_frame(app, signed, frame.faults(!errors.is_empty()), body))
}

fn facts(app: &App, signed: &Signed, found: &Sheet, node: NodeId, lang: Lang) -> Markup {
    let (set, definition) = (&found.set, &found.set.definition);
    let leaf = definition.nodes[node].code.as_str();
    let asks = set.asks_at(node);
    let figures = html! {
        @for figure in set.figures_of(node) {
            @let code = &definition.figures[figure].code;
            @let answer = found.answer(AnswerKind::Figure, code);
            @let value = answer.and_then(|answer| answer.value.as_deref()).and_then(|text| text.parse().ok());
            p {
                (index_words::figure(definition, figure, lang)) ": " strong { (index_words::figure_value(definition, figure, value, lang)) }
                @if let Some(answer) = answer { span.small { " – " @if let Some(by) = answer.entered_by.as_deref().filter(|by| !by.is_empty()) { (words::person(by, lang)) ", " } (words::moment(answer.entered_at, lang)) @if answer.dataset.is_some() { ", " (lang.pick("lấy từ số liệu trên hệ thống", "taken from the figures of the system")) } } }
            }
            @if let Some(observed) = found.observed.get(code) { (super::fields::observed_line(observed, code, &found.unit.unit, value, (false, lang))) }
        }
        @if let Some(rate) = found.rate_above_whole(node) { p { (words::above_whole(rate, lang)) } }
        @if set.figures_of(node).is_empty() { (words::scorer(set.scorer(node), lang)) }
    };
    let rule = definition.nodes[node].rule.as_ref().map(|rule| capital(&index_words::leaf(definition, rule, lang)));
    let last = found.last.get(leaf);
    parts::key_values(&[
        (lang.pick("Quy tắc tính điểm", "Rule"), html! { (rule.unwrap_or_default()) }),
        (
            lang.pick("Hướng dẫn", "Guidance"),
            html! { @match &asks.guidance { Some(text) => (lang.pick(text.vi.as_str(), text.en.as_str())), None => "–" } },
        ),
        (lang.pick("Số liệu", "Figures"), figures),
        (
            lang.pick("Điểm tự chấm", "Own points"),
            html! { strong { (words::points(found.own(node), lang)) } @if let Some(most) = set.most(node) { " / " (words::plain(most, lang)) } @if let Some(Some(moved)) = super::fields::moved_maxima(found, lang).get(leaf) { p.small.note { (moved) } } },
        ),
        (
            lang.pick("Năm trước", "Last year"),
            html! { @match last {
                Some(last) => {
                    (lang.pick("tự chấm", "own")) " " (last.own.map_or_else(|| "–".to_owned(), |own| words::points(Ok(own), lang))) "; "
                    (lang.pick("kết quả", "decided")) " " (last.decided.map_or_else(|| "–".to_owned(), |points| words::points(Ok(points), lang)))
                    @if let Some(said) = &last.words { "; “" (said) "”" }
                }
                None => "–",
            } },
        ),
        (
            lang.pick("Minh chứng yêu cầu", "Evidence asked"),
            html! { @match &asks.evidence { Some(text) => (lang.pick(text.vi.as_str(), text.en.as_str())), None => "–" } },
        ),
        (
            lang.pick("Minh chứng", "Evidence"),
            html! { (cite::cell(app, signed, found, leaf, false)) @if found.uses_of(leaf).next().is_none() { "–" } },
        ),
        (
            lang.pick("Giải trình khi tự chấm", "Explanation with the score"),
            html! { (found.answer(AnswerKind::Explanation, leaf).and_then(|answer| answer.value.as_deref()).unwrap_or("–")) },
        ),
    ])
}

async fn opinion_form(
    app: &App,
    signed: &Signed,
    found: &Sheet,
    leaf: &str,
    here: &str,
    fields: Option<&Fields>,
    lang: Lang,
) -> Result<Markup, Problem> {
    let phrases = phrases(Ground::of(app), &found.campaign).await.map_err(words::problem)?;
    let seen = found.rulings.get(leaf).map_or(0, |ruling| ruling.opinions).to_string();
    let text = |key: &str| fields.map_or("", |fields| fields.text(key));
    let chosen = if text("y-kien").is_empty() { Verdict::Agree.word() } else { text("y-kien") };
    let verdicts = [Verdict::Agree, Verdict::Set, Verdict::Ask, Verdict::NotApplicable, Verdict::Applicable];
    // Only what was said not to apply can apply again.
    let left_out = found.rulings.get(leaf).is_some_and(|ruling| ruling.verdict == Verdict::NotApplicable);
    let choices: Vec<Choice> = verdicts
        .iter()
        .filter(|one| one.fits(found.campaign.phase) && (left_out || **one != Verdict::Applicable))
        .map(|one| Choice::new(one.word(), words::verdict(*one, lang), one.word() == chosen))
        .collect();
    let mut sentences = vec![Choice::new("", lang.pick("– không dùng câu mẫu –", "– none –"), text("cau-mau").is_empty())];
    sentences.extend(phrases.iter().map(|(_, words)| Choice::new(words.as_str(), words.as_str(), words == text("cau-mau"))));
    Ok(html! {
        (parts::section_heading("y-kien-phan", lang.pick("Cho ý kiến", "Give an opinion"), None))
        (signed.form(app, &format!("{here}/y-kien"), html! {
            input type="hidden" name="ban" value=(seen);
            (parts::radios(&Field::new("y-kien", lang.pick("Ý kiến", "Opinion")), &choices, lang))
            (parts::text_field(&Field::new("diem", lang.pick("Điểm", "Points")).hint(lang.pick("Chỉ nhập khi cho điểm khác. Viết như 0,25.", "Only for other points. Write 0,25.")).optional(), Input::Number, text("diem"), None, lang))
            @if !phrases.is_empty() { (parts::select_field(&Field::new("cau-mau", lang.pick("Câu mẫu", "Standard phrase")).optional(), &sentences, lang)) }
            (parts::text_area(&Field::new("ly-do", lang.pick("Lý do, nội dung yêu cầu", "Reason, or what is asked")).hint(lang.pick("Bắt buộc, trừ khi đồng ý.", "Needed unless you agree.")).optional(), text("ly-do"), 4, lang))
            (parts::button(lang.pick("Lưu ý kiến", "Save"), ButtonKind::Primary, None))
        }))
    })
}

pub(crate) async fn agree_all(
    State(app): State<App>,
    Path((campaign, unit)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let ground = Ground::of(&app);
    let found = sheet(ground, &signed.actor, &campaign, &unit).await.map_err(words::problem)?;
    let below = fields.filled("nhom").unwrap_or_else(|| found.set.definition.nodes[found.set.definition.total].code.clone());
    match actions::agree_to_all(ground, &signed.actor, &campaign, &unit, &below).await {
        Ok(_) => Ok(Redirect::to(&signed.lang().href(&format!("/lam-viec/danh-gia/{campaign}/{unit}?xong=dong-y"))).into_response()),
        Err(error) => match words::refusal(&error, Some(&found.set), signed.lang()) {
            Some(message) => super::sheet::page(&app, signed, &found, None, &[FieldError::new("bang-diem", message)], None),
            None => Err(words::problem(error)),
        },
    }
}
