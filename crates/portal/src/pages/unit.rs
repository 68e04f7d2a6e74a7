//! One unit: as of a date, its history, what it came from and went into, and what lies below it.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use maud::{Markup, html};
use registry::{Level, UnitVersion};
use ui::Lang;
use ui::parts::{self, Tone};
use ui::table::{DataTable, render_table};

use crate::App;
use crate::download::{self, Format};
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::pages::date_asked;
use crate::pages::units::{date_form, early_notice};
use crate::queries::{self, Sources, UnitStory};
use crate::tables::units::{links, list, observations, unit_address, versions};
use crate::words;
use web::Visit;

pub(crate) async fn get(State(app): State<App>, visit: Visit, Path(unit): Path<String>) -> Result<Response, PageError> {
    let lang = visit.lang;
    let (key, format) = Format::split(&unit);
    let (date, asked) = date_asked(&visit, (app.today)())?;
    let story = match queries::unit(&app, key).await {
        Ok(story) => story,
        Err(missing @ PageError::NoUnit { .. }) => match queries::province_by_slug(&app, key, date).await? {
            Some(found) => return Ok(Redirect::temporary(&unit_address(lang, &found, asked.then_some(date))).into_response()),
            None => return Err(missing),
        },
        Err(error) => return Err(error),
    };
    let version = story.at(date).clone();
    // An ended unit is shown as it was on its last day, so that what lay below it can be seen.
    let shown = if version.covers(date) { date } else { version.valid_to.or(version.valid_from).unwrap_or(date) };
    let children = queries::children(&app, key, shown).await?;
    let sources = queries::sources(&app).await?;
    let mut tables = tables(&story, &version, &children, &sources, shown, lang);
    let figures = queries::other_observations(&app, key).await?;
    if !figures.is_empty() {
        let results = queries::results(&app).await?;
        tables.push(observations(&figures, &results.indicators, lang));
    }
    if format != Format::Page {
        return download::tables(&app, &visit, format, &format!("don-vi-{key}"), &version.name, &tables);
    }
    let ancestors = queries::ancestors(&app, &version, shown).await?;
    let mut page =
        Page::new(&version.name, "don-vi").below(&visit, lang.pick("Đơn vị hành chính", "Administrative units"), "/don-vi").help("don-vi");
    for ancestor in ancestors.iter().filter(|ancestor| ancestor.level != Level::Country) {
        page = page.below(&visit, &ancestor.name, &format!("/don-vi/{}?ngay={}", ancestor.unit, viet_text::format_date(shown)));
    }
    let body = html! {
        (parts::page_heading(&version.name, Some(words::kind(version.kind, lang)), None))
        (date_form(date, &format!("/don-vi/{key}"), lang))
        (state_notice(&version, date, lang))
        @if version.covers(date) { (early_notice(date, lang)) }
        (parts::key_values(&facts(&version, sources.get(&version.source), &ancestors, shown, lang)))
        @if matches!(version.level, Level::Province | Level::Ministry) {
            p { a href=(lang.href(&format!("/ho-so/{key}"))) { (lang.pick("Hồ sơ chỉ số của đơn vị này", "Index profile of this unit")) } }
        }
        (parts::download_bar(&[("XLSX", file(&visit, "xlsx")), ("CSV", file(&visit, "csv"))], lang))
        @for table in &tables { (render_table(table, lang)) }
    };
    Ok(layout::page(&app, &visit, page, body).into_response())
}

fn file(visit: &Visit, ending: &str) -> String {
    let base = format!("{}.{ending}", visit.lang.href(&visit.path));
    if visit.query.is_empty() { base } else { format!("{base}?{}", visit.query) }
}

fn state_notice(version: &UnitVersion, date: NaiveDate, lang: Lang) -> Markup {
    if version.covers(date) {
        return html! {};
    }
    let day = lang.date(date);
    let text = match (version.valid_to, version.valid_from) {
        (Some(to), _) if to < date => lang.pick(
            format!("Ngày {day} đơn vị này không còn; dưới đây là tình trạng ngày cuối cùng, {}.", lang.date(to)),
            format!("On {day} this unit no longer existed; shown is its last day, {}.", lang.date(to)),
        ),
        (_, Some(from)) => lang.pick(
            format!("Ngày {day} đơn vị này chưa hình thành; dưới đây là tình trạng ngày đầu tiên, {}.", lang.date(from)),
            format!("On {day} this unit did not exist yet; shown is its first day, {}.", lang.date(from)),
        ),
        _ => return html! {},
    };
    parts::notice(Tone::Warning, None, html! { p { (text) } }, lang)
}

fn facts<'f>(
    version: &UnitVersion,
    source: Option<&registry::SourceRecord>,
    ancestors: &[UnitVersion],
    date: NaiveDate,
    lang: Lang,
) -> Vec<(&'f str, Markup)> {
    let mut facts = vec![(lang.pick("Mã", "Code"), html! { (version.code) })];
    let from = version
        .valid_from
        .map_or_else(|| lang.pick("ngày bắt đầu chưa được tra cứu", "first day not researched").to_owned(), |day| lang.date(day));
    let to = version.valid_to.map_or_else(|| lang.pick("còn hiệu lực", "still valid").to_owned(), |day| lang.date(day));
    facts.push((lang.pick("Hiệu lực", "Valid"), html! { (from) " – " (to) }));
    if let Some(parent) = ancestors.last() {
        facts.push((lang.pick("Thuộc", "Part of"), html! { a href=(unit_address(lang, &parent.unit, Some(date))) { (parent.name) } }));
    }
    facts.push((lang.pick("Khóa đơn vị", "Unit key"), html! { code { (version.unit) } }));
    facts.push((
        lang.pick("Nguồn", "Source"),
        html! {
            @match source {
                Some(source) => {
                    @match &source.url { Some(url) if url.starts_with("http") => a href=(url) rel="external noopener" { (source.title) }, _ => (source.title) }
                    " (" (words::either(&source.licence, lang)) ")"
                },
                None => (version.source),
            }
            @if version.status == registry::RecordStatus::Unverified { " " (parts::tag(lang.pick("chưa kiểm chứng", "unverified"), Tone::Warning)) }
        },
    ));
    if let Some(note) = &version.note {
        facts.push((lang.pick("Ghi chú", "Note"), html! { (words::either(note, lang)) }));
    }
    facts
}

fn tables(
    story: &UnitStory,
    version: &UnitVersion,
    children: &[UnitVersion],
    sources: &Sources,
    date: NaiveDate,
    lang: Lang,
) -> Vec<DataTable> {
    let mut tables = Vec::new();
    if story.versions.len() > 1 {
        tables.push(versions(&story.versions, sources, lang));
    }
    if !story.predecessors.is_empty() {
        tables.push(links("hinh-thanh-tu", lang.pick("Hình thành từ", "Came from").to_owned(), &story.predecessors, sources, lang));
    }
    if !story.successors.is_empty() {
        tables.push(links("sap-xep-thanh", lang.pick("Sắp xếp thành", "Went into").to_owned(), &story.successors, sources, lang));
    }
    let day = lang.date(date);
    for level in Level::ALL.iter().rev() {
        let of_level: Vec<UnitVersion> = children.iter().filter(|child| child.level == *level).cloned().collect();
        if !of_level.is_empty() {
            let count = of_level.len();
            let caption = lang.pick(
                format!("{} thuộc {}, ngày {day}: {count}", words::level(*level, lang), version.name),
                format!("{} of {} on {day}: {count}", words::level(*level, lang), version.name),
            );
            tables.push(list(
                &format!("truc-thuoc-{}", level.word()),
                caption,
                &of_level,
                |unit| unit_address(lang, &unit.unit, Some(date)),
                lang,
            ));
        }
    }
    if tables.is_empty() {
        tables.push(versions(&story.versions, sources, lang));
    }
    tables
}
