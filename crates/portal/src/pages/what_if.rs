//! A scenario of a unit: a form whose address holds it, what would come of it, and the least effort to a goal.

mod form;
mod goal;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use registry::results::{EditionResult, Results};
use rust_decimal::Decimal;
use ui::Lang;
use ui::parts::{self, Stat, Tone};
use ui::table::render_table;

use crate::App;
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::queries;
use crate::scenario::{Answer, Scenario, Slot, answer, least_effort_to, slots};
use crate::tables::what_if::{band, moved};
use crate::tables::{node_name, unit_name};
use goal::Goal;
use web::Visit;

/// A unit in an edition, and what an address asks of it.
struct Asked<'r> {
    results: &'r Results,
    edition: &'r EditionResult,
    row: usize,
    slots: Vec<Slot>,
    scenario: Scenario,
    short: &'r str,
}

impl Asked<'_> {
    fn name(&self) -> &str {
        unit_name(self.edition, self.row)
    }

    /// True where ranks are those among all units.
    fn ranks(&self) -> bool {
        self.edition.covers_all_units() && self.edition.rows[self.row].ranked
    }
}

/// The page; with status 422 where something typed cannot be read.
pub(crate) async fn get(
    State(app): State<App>,
    visit: Visit,
    Path((index, year, unit)): Path<(String, String, String)>,
) -> Result<Response, PageError> {
    let lang = visit.lang;
    let results = queries::results(&app).await?;
    let (year, ..) = queries::asked(&results, &index, &year, lang)?;
    if let Some(found) = queries::other_key(&app, &results, &unit).await? {
        return Ok(Redirect::temporary(&visit.with_path(&format!("/gia-dinh/{index}/{year}/{found}"))).into_response());
    }
    let no_figure = || PageError::NoFigure { ranking: format!("/xep-hang/{index}/{year}") };
    let edition = results.edition(&index, year).ok_or_else(no_figure)?;
    let row = edition.row_of(&unit).ok_or_else(no_figure)?;
    let short = queries::index_short(&results, &index, lang);
    let slots = slots(edition, row);
    let mut scenario = Scenario::read(&results, edition, &slots, &visit);
    let has_parts = slots.iter().any(|slot| slot.current.is_some());
    let computes = edition.definition.is_reproducible() && has_parts;
    let mut found = None;
    if computes && scenario.faults.is_empty() {
        let answer = answer(&results, (&index, year), row, scenario.settings.clone()).await?;
        scenario.refuse_beyond(&results, edition, row, &answer, lang);
        found = Some(answer).filter(|_| scenario.faults.is_empty());
    }
    let asked = Asked { results: &results, edition, row, slots, scenario, short };
    let title = lang.pick(format!("Giả định: {short} {year} của {}", asked.name()), format!("What if: {short} {year} of {}", asked.name()));
    let faults = !asked.scenario.faults.is_empty();
    let body = if computes { body(&results, &asked, found.as_ref(), &title, &visit).await } else { not_recomputed(&asked, &title, lang) };
    let title = if faults { lang.pick(format!("Lỗi: {title}"), format!("Error: {title}")) } else { title };
    // The section of profiles is the provinces'; others are reached through the rankings.
    let section = if edition.definition.unit_level == "province" { "ho-so" } else { "xep-hang" };
    let page = Page::new(&title, section)
        .below(&visit, lang.pick("Hồ sơ", "Profiles"), "/ho-so")
        .below(&visit, asked.name(), &format!("/ho-so/{unit}"))
        .help("gia-dinh");
    let status = if faults { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, layout::page(&app, &visit, page, body)).into_response())
}

async fn body(results: &Arc<Results>, asked: &Asked<'_>, answer: Option<&Answer>, title: &str, visit: &Visit) -> Markup {
    let lang = visit.lang;
    let scenario = &asked.scenario;
    let key = (asked.edition.definition.index.as_str(), asked.edition.edition().year);
    let goal = match scenario.goal.filter(|_| scenario.faults.is_empty()) {
        Some(target) => Some(Goal { target, found: least_effort_to(results, key, asked.row, target).await }),
        None => None,
    };
    let lead = lang.pick(
        "Nếu điểm thành phần của đơn vị khác đi, còn các đơn vị khác giữ nguyên, thì điểm tổng hợp và thứ hạng ra sao. Địa chỉ trang giữ nguyên giả định, có thể gửi cho người khác.",
        "If the parts of the unit had other scores and all other units stayed as they are, what would the total and the rank be? The address keeps the scenario and can be sent to others.",
    );
    html! {
        (parts::error_summary(&scenario.faults, lang))
        (parts::page_heading(title, Some(lead), None))
        @if let Some(answer) = answer { (result(asked, answer, lang)) }
        @if let Some(goal) = &goal { (goal::part(asked, goal, visit)) }
        (form::part(asked, visit))
        (onward(asked, lang))
    }
}

/// An edition whose total is not computed from parts, or a unit of which no parts were obtained.
fn not_recomputed(asked: &Asked<'_>, title: &str, lang: Lang) -> Markup {
    html! {
        (parts::page_heading(title, None, None))
        (parts::notice(Tone::Info, Some(lang.pick("Kỳ này chưa thử giả định được", "No scenario is possible for this edition")), html! {
            p { (lang.pick("Cách tính điểm tổng hợp của kỳ này chưa được công bố hoặc chưa có điểm thành phần, của đơn vị, nên không tính được kết quả của một giả định.", "The rule of this edition's total was not published or the parts of this unit were not obtained, so the outcome of a scenario cannot be computed.")) }
        }, lang))
        (onward(asked, lang))
    }
}

fn onward(asked: &Asked<'_>, lang: Lang) -> Markup {
    let (index, year) = (&asked.edition.definition.index, asked.edition.edition().year);
    let unit = &asked.edition.rows[asked.row].unit;
    html! {
        ul.link-row {
            li { a href=(lang.href(&format!("/xep-hang/{index}/{year}?chon={unit}"))) { (lang.pick(format!("Xếp hạng {} năm {year}", asked.short), format!("{} ranking, {year}", asked.short))) } }
            li { a href=(lang.href(&format!("/tu-dau/{index}/{year}/{unit}/{}", asked.edition.definition.nodes[asked.edition.definition.total].code))) { (lang.pick("Điểm hiện nay tính thế nào", "How the present score is computed")) } }
            li { a href=(lang.href(&format!("/phuong-phap/{index}/{year}"))) { (lang.pick("Phương pháp: cấu phần và trọng số", "Method: parts and weights")) } }
        }
    }
}

fn place_words(place: Option<Decimal>, lang: Lang) -> String {
    place.map_or_else(|| "–".to_owned(), |place| lang.decimal(place, place.normalize().scale()))
}

/// Score, rank and band before and after.
fn stats(asked: &Asked<'_>, answer: &Answer, lang: Lang) -> Vec<Stat> {
    let definition = &asked.edition.definition;
    let changed = !asked.scenario.settings.is_empty();
    let (before, after) = (&answer.what_if.before, &answer.what_if.after);
    let score = |total: composite_index::NodeValue| total.map_or_else(|_| "–".to_owned(), |total| lang.decimal(total, definition.decimals));
    let then = |now: String, then: String| if changed { format!("{now} → {then}") } else { now };
    let mut total = Stat::new(lang.pick("Điểm tính lại", "Recomputed score"), then(score(before.total), score(after.total)));
    if let (true, Ok(before), Ok(after)) = (changed, before.total, after.total) {
        let change = lang.signed(after.saturating_sub(before), definition.decimals);
        total.detail = Some(html! { (lang.pick(format!("thay đổi {change}"), format!("change {change}"))) });
    } else if let Some(published) = asked.edition.published(asked.row, definition.total) {
        let published = lang.decimal(published, definition.decimals);
        total.detail = Some(html! { (lang.pick(format!("công bố {published}"), format!("published {published}"))) });
    }
    let mut stats = vec![total];
    if asked.ranks() {
        let of = asked.edition.scores.ranked;
        let mut rank = Stat::new(
            lang.pick("Thứ hạng tính lại", "Recomputed rank"),
            then(place_words(before.place, lang), place_words(after.place, lang)),
        );
        rank.unit = Some(lang.pick(format!("trên {of}"), format!("of {of}")));
        stats.push(rank);
    }
    if !asked.edition.edition().bands.is_empty() {
        let name = |standing| band(asked.edition, standing, lang).unwrap_or("–").to_owned();
        stats.push(Stat::new(lang.pick("Nhóm", "Band"), then(name(before), name(after))));
    }
    stats
}

/// What comes of the scenario.
fn result(asked: &Asked<'_>, answer: &Answer, lang: Lang) -> Markup {
    let changed = !asked.scenario.settings.is_empty();
    let caption = lang.pick("Các điểm thay đổi theo giả định", "What moves in the scenario");
    html! {
        (parts::section_heading("ket-qua", if changed { lang.pick("Kết quả của giả định", "Outcome of the scenario") } else { lang.pick("Hiện nay", "Now") }, None))
        (parts::stats(&stats(asked, answer, lang), lang))
        @if !asked.ranks() {
            p { (lang.pick("Không tính thứ hạng: mới thu thập được một phần các đơn vị của kỳ này, hoặc dòng này không được xếp hạng.", "No rank is computed: only some of the units of this edition were obtained, or this row is not ranked.")) }
        }
        @if changed {
            @if asked.ranks() { (passing(asked, answer, lang)) }
            (render_table(&moved(asked.results, asked.edition, asked.row, answer, caption, lang), lang))
        }
    }
}

/// Which units are passed, and which pass.
fn passing(asked: &Asked<'_>, answer: &Answer, lang: Lang) -> Markup {
    let names = |rows: &[usize]| rows.iter().map(|row| unit_name(asked.edition, *row)).collect::<Vec<_>>().join(", ");
    let lines = [
        (lang.pick("Vượt lên trên", "Passes"), &answer.passed),
        (lang.pick("Bị vượt bởi", "Is passed by"), &answer.passed_by),
        (lang.pick("Bằng điểm với", "Draws level with"), &answer.level_with),
    ];
    let told: Vec<_> = lines.into_iter().filter(|(_, rows)| !rows.is_empty()).collect();
    html! {
        @if told.is_empty() { p { (lang.pick("Không vượt và không bị đơn vị nào vượt.", "It passes no unit, and no unit passes it.")) } }
        @for (words, rows) in told { p { strong { (words) " (" (rows.len()) "): " } (names(rows)) "." } }
    }
}

/// Name of an input.
fn slot_name<'r>(asked: &Asked<'r>, slot: &Slot, lang: Lang) -> &'r str {
    node_name(asked.results, asked.edition, slot.node, lang)
}
