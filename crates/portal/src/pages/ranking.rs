//! The ranking of an index in a year.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use composite_index::{Edition, quantile};
use maud::{Markup, html};
use registry::results::{EditionResult, Results};
use ui::Lang;
use ui::chart::{Bar, Bars, Reference, figure_of};
use ui::parts::{self, ActiveFilter, ButtonKind, Card, Choice, Field, FilterPanel, Input, Stat, Tab, Tone};
use ui::table::{DataTable, render_table};

use crate::App;
use crate::api;
use crate::download::{self, Format};
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::pages::coverage;
use crate::queries::{self, Intervals};
use crate::tables::method::verdict;
use crate::tables::profile::points;
use crate::tables::ranking::{View, ordered_rows, table};
use crate::tables::{spread, unit_name};
use crate::words::{interval_rule, no_intervals, status};
use web::Visit;

/// All indices with their years.
pub(crate) async fn all(State(app): State<App>, visit: Visit) -> Result<Markup, PageError> {
    let lang = visit.lang;
    let results = queries::results(&app).await?;
    let title = lang.pick("Xếp hạng", "Rankings");
    let cards: Vec<Card> =
        queries::indices(&results)
            .iter()
            .map(|index| {
                let newest = queries::newest(&results, index).map(|edition| edition.edition().year);
                let years: Vec<String> = results.editions_of(index).map(|edition| edition.edition().year.to_string()).collect();
                Card {
                    title: queries::index_short(&results, index, lang).to_owned(),
                    href: lang.href(&newest.map_or_else(|| format!("/phuong-phap#{index}"), |year| format!("/xep-hang/{index}/{year}"))),
                    text: Some(queries::index_name(&results, index, lang).to_owned()),
                    facts: vec![lang.pick(
                        format!("Các năm có bảng số liệu: {}", years.join(", ")),
                        format!("Years with a table: {}", years.join(", ")),
                    )],
                    ..Card::default()
                }
            })
            .collect();
    let body = html! {
        (parts::page_heading(title, Some(lang.pick("Chọn chỉ số, rồi chọn năm. Điểm công bố và điểm tính lại đặt cạnh nhau.", "Choose an index, then a year. Published and recomputed scores stand side by side.")), None))
        (parts::top_cards(&cards))
    };
    Ok(layout::page(&app, &visit, Page::new(title, "xep-hang").help("xep-hang"), body))
}

/// An index without a year leads to its newest full edition.
pub(crate) async fn newest(State(app): State<App>, visit: Visit, Path(index): Path<String>) -> Result<Redirect, PageError> {
    let results = queries::results(&app).await?;
    queries::known_index(&results, &index, visit.lang)?;
    let year = queries::newest(&results, &index)
        .map(|edition| edition.edition().year)
        .or_else(|| queries::years(&results, &index).last().copied());
    let path = year.map_or_else(|| "/xep-hang".to_owned(), |year| format!("/xep-hang/{index}/{year}"));
    Ok(Redirect::temporary(&visit.lang.href(&path)))
}

/// The ranking, as a page or as a file.
pub(crate) async fn get(State(app): State<App>, visit: Visit, Path((index, year)): Path<(String, String)>) -> Result<Response, PageError> {
    let lang = visit.lang;
    let results = queries::results(&app).await?;
    let (year, format) = Format::split(&year);
    let (year, definition, edition) = queries::asked(&results, &index, year, lang)?;
    let short = queries::index_short(&results, &index, lang);
    let title = lang.pick(format!("Xếp hạng {short} năm {year}"), format!("{short} ranking, {year}"));
    let Some(result) = results.edition(&index, year) else {
        if format != Format::Page {
            return Err(PageError::NoFigure { ranking: format!("/xep-hang/{index}/{year}") });
        }
        let body = without_table(&results, edition, &index, year, &title, lang);
        return Ok(layout::page(&app, &visit, head(&visit, &title, &index, short), body).into_response());
    };
    if let Some(address) = onward_address(&results, result, &visit)? {
        return Ok(Redirect::to(&address).into_response());
    }
    let view = view(&visit);
    let intervals = queries::intervals_asked(&results, result, &visit).await?;
    let found = intervals.as_ref().and_then(|intervals| intervals.as_deref().ok());
    let mut table = table(&results, result, &view, found, lang, |key| sort_address(&visit, &view, key));
    match format {
        Format::Page => {
            let verdict = verdict(definition, edition, Some(result), lang);
            // The rule stands above the table here, and in the notes of a file.
            table.notes.retain(|note| *note != interval_rule(lang));
            let shown = Shown { view: &view, intervals: intervals.as_ref(), table: &table, title: &title, verdict };
            let body = page_body(&results, result, &shown, &visit);
            Ok(layout::page(&app, &visit, head(&visit, &title, &index, short), body).into_response())
        }
        Format::Json => Ok(api::edition_json(&results, result, intervals.as_ref()).into_response()),
        Format::Xlsx | Format::Csv => download::tables(&app, &visit, format, &format!("{index}-{year}"), &title, &[table]),
    }
}

fn head(visit: &Visit, title: &str, index: &str, short: &str) -> Page {
    let lang = visit.lang;
    Page::new(title, "xep-hang")
        .below(visit, lang.pick("Xếp hạng", "Rankings"), "/xep-hang")
        .below(visit, short, &format!("/xep-hang/{index}"))
        .help("xep-hang")
}

fn view(visit: &Visit) -> View {
    View {
        name: visit.value("loc"),
        band: visit.value("nhom"),
        sort: visit.value("sap-xep"),
        reversed: visit.value("thu-tu").is_some_and(|order| order == "nguoc"),
        chosen: visit.value("chon"),
    }
}

/// The address that sorts by a column: in its usual direction, or turned round when it is the column sorted by now.
fn sort_address(visit: &Visit, view: &View, key: &str) -> String {
    let again = view.sort.as_deref().unwrap_or("rank") == key && !view.reversed;
    let mut sorted = visit.clone();
    sorted.path = visit.path.trim_end_matches(".xlsx").trim_end_matches(".csv").to_owned();
    let with_key = sorted.with("sap-xep", Some(key));
    let query = with_key.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default();
    let sorted = Visit { query, ..sorted };
    sorted.with("thu-tu", again.then_some("nguoc"))
}

/// What a ranking page shows.
struct Shown<'a> {
    view: &'a View,
    intervals: Option<&'a Intervals>,
    table: &'a DataTable,
    title: &'a str,
    verdict: &'a str,
}

fn page_body(results: &Results, edition: &EditionResult, shown: &Shown<'_>, visit: &Visit) -> Markup {
    let lang = visit.lang;
    let Shown { view, intervals, table, title, verdict } = *shown;
    let (index, year) = (edition.definition.index.as_str(), edition.edition().year);
    let (word, tone, meaning) = status(edition.definition.status, lang);
    let aside = parts::tag(word, tone);
    html! {
        (parts::page_heading(title, Some(queries::index_name(results, index, lang)), Some(aside)))
        (year_tabs(results, index, year, lang))
        (parts::stats(&stats(edition, lang), lang))
        @if let Some(text) = coverage(edition, lang) { (parts::notice(Tone::Info, None, html! { p { (text) } }, lang)) }
        @if edition.comparison.unexplained().next().is_some() {
            (parts::notice(Tone::Warning, None, html! { p { (lang.pick("Kỳ này có chênh lệch chưa giải thích được giữa số công bố và số tính lại; xem cột Chênh lệch.", "Some differences between published and recomputed values are not explained; see the column Difference.")) } }, lang))
        }
        (filters(edition, view, visit))
        (interval_choice(intervals, visit))
        (parts::download_bar_for(&lang.href(&visit.path), &visit.query, lang))
        (render_table(table, lang))
        (bars(results, edition, view, lang))
        (onward_form(results, edition, visit))
        (parts::section_heading("phuong-phap", lang.pick("Cách tính và mức độ khớp", "Method and reproduction"), None))
        p { (lang.pick("Kết luận đối chiếu: ", "Verdict: ")) strong { (verdict) } ". " (lang.pick("Tình trạng bộ quy tắc: ", "Status of the rules: ")) strong { (word) } " – " (meaning) "." }
        p { a href=(lang.href(&format!("/phuong-phap/{index}/{year}"))) { (lang.pick("Mở trang phương pháp: cấu phần, trọng số, nguồn", "Open the method page: components, weights, sources")) } }
    }
}

/// The years of an index as tabs.
fn year_tabs(results: &Results, index: &str, current: i32, lang: Lang) -> Markup {
    let tabs: Vec<Tab> = queries::years(results, index)
        .into_iter()
        .filter(|year| *year == current || results.edition(index, *year).is_some())
        .map(|year| Tab::new(year.to_string(), lang.href(&format!("/xep-hang/{index}/{year}")), year == current))
        .collect();
    parts::tabs(lang.pick("Chọn năm", "Choose a year"), &tabs)
}

fn stats(edition: &EditionResult, lang: Lang) -> Vec<Stat> {
    let definition = &edition.definition;
    let values = spread(edition, definition.total);
    let show = |value| lang.decimal(value, definition.decimals);
    let mut stats =
        vec![Stat::new(lang.pick("Đơn vị có điểm", "Units with a score"), lang.integer(i64::try_from(values.len()).unwrap_or_default()))];
    let half = "0.5".parse().ok().and_then(|half| quantile(&values, half));
    if let (Some(low), Some(median), Some(high), true) = (values.first(), half, values.last(), values.len() > 4) {
        stats.push(Stat::new(lang.pick("Cao nhất", "Highest"), show(*high)));
        stats.push(Stat::new(lang.pick("Trung vị", "Median"), show(median)));
        stats.push(Stat::new(lang.pick("Thấp nhất", "Lowest"), show(*low)));
    }
    if let Some(largest) = edition.comparison.largest(definition.total) {
        // Two telling digits are enough for a size.
        let largest = largest.round_sf(2).unwrap_or(largest).normalize();
        let digits = largest.scale();
        stats.push(Stat::new(
            lang.pick("Lệch lớn nhất giữa công bố và tính lại", "Largest difference, published to recomputed"),
            lang.decimal(largest, digits),
        ));
    }
    stats
}

fn filters(edition: &EditionResult, view: &View, visit: &Visit) -> Markup {
    let lang = visit.lang;
    let bands: Vec<&str> = edition.edition().bands.iter().map(|band| lang.pick(band.name.vi.as_str(), band.name.en.as_str())).collect();
    let mut active = Vec::new();
    if let Some(name) = &view.name {
        active.push(ActiveFilter { label: lang.pick("Tên", "Name").into(), value: name.clone(), remove_href: visit.with("loc", None) });
    }
    if let Some(band) = &view.band {
        active.push(ActiveFilter { label: lang.pick("Nhóm", "Band").into(), value: band.clone(), remove_href: visit.with("nhom", None) });
    }
    let mut choices = vec![Choice::new("", lang.pick("Tất cả các nhóm", "All bands"), view.band.is_none())];
    choices.extend(bands.iter().map(|band| Choice::new(*band, *band, view.band.as_deref() == Some(band))));
    let fields = html! {
        (parts::text_field(&Field::new("loc", lang.pick("Tên đơn vị", "Unit name")).hint(lang.pick("Có dấu hoặc không dấu", "With or without tone marks")), Input::Text, view.name.as_deref().unwrap_or_default(), None, lang))
        @if !bands.is_empty() { (parts::select_field(&Field::new("nhom", lang.pick("Nhóm", "Band")), &choices, lang)) }
        @for key in ["sap-xep", "thu-tu", "chon", "khoang"] {
            @if let Some(value) = visit.value(key) { input type="hidden" name=(key) value=(value); }
        }
    };
    let (action, clear) = (lang.href(&visit.path), lang.href(&visit.path));
    parts::filter_panel(
        &FilterPanel { id: "bo-loc", action: &action, fields, active: &active, clear_href: &clear, open: !active.is_empty() },
        lang,
    )
}

/// The choice of a unit to look at more closely: its change since an earlier year, or a scenario.
fn onward_form(results: &Results, edition: &EditionResult, visit: &Visit) -> Markup {
    let lang = visit.lang;
    let (index, year) = (edition.definition.index.as_str(), edition.edition().year);
    let ranked = (0..edition.rows.len()).filter(|row| edition.computed(*row, edition.definition.total).is_some());
    let mut units: Vec<(&str, &str)> = ranked.map(|row| (edition.rows[row].unit.as_str(), unit_name(edition, row))).collect();
    if units.is_empty() {
        return html! {};
    }
    viet_text::sort_by_name(&mut units, |(_, name)| name);
    let chosen = visit.value("chon");
    let choices: Vec<Choice> = units.into_iter().map(|(unit, name)| Choice::new(unit, name, chosen.as_deref() == Some(unit))).collect();
    let earlier = results.editions_of(index).any(|other| other.edition().year < year);
    html! {
        (parts::section_heading("xem-ky", lang.pick("Xem kỹ một đơn vị", "A closer look at a unit"), None))
        (parts::form(&lang.href(&visit.path), false, html! {
            div.inline-form {
                (parts::select_field(&Field::new("don-vi", lang.pick("Đơn vị", "Unit")), &choices, lang))
                @if earlier { (parts::button(lang.pick("Điểm thay đổi do đâu", "What changed its score"), ButtonKind::Secondary, Some(("xem", "thay-doi")))) }
                (parts::button(lang.pick("Thử giả định", "Try a scenario"), ButtonKind::Secondary, Some(("xem", "gia-dinh"))))
            }
        }))
    }
}

/// Where the choice of a unit leads.
fn onward_address(results: &Results, edition: &EditionResult, visit: &Visit) -> Result<Option<String>, PageError> {
    let (index, year) = (edition.definition.index.as_str(), edition.edition().year);
    let Some(wanted) = visit.value("xem") else { return Ok(None) };
    let unit = visit.value("don-vi").filter(|unit| edition.row_of(unit).is_some());
    let unit = unit.ok_or_else(|| PageError::NoFigure { ranking: format!("/xep-hang/{index}/{year}") })?;
    let path = match wanted.as_str() {
        "gia-dinh" => format!("/gia-dinh/{index}/{year}/{unit}"),
        "thay-doi" if points(results, index, &unit).iter().any(|point| point.year() < year) => {
            format!("/thay-doi/{index}/{unit}?den={year}")
        }
        "thay-doi" => format!("/thay-doi/{index}/{unit}"),
        _ => return Err(PageError::BadValue { key: "xem", value: wanted, expected: "thay-doi, gia-dinh" }),
    };
    Ok(Some(visit.lang.href(&path)))
}

/// The choice of rank intervals, with the rule they follow, or why there are none.
fn interval_choice(intervals: Option<&Intervals>, visit: &Visit) -> Markup {
    let lang = visit.lang;
    let Some(intervals) = intervals else {
        return html! {
            p { a href=(visit.with("khoang", Some("co"))) { (lang.pick("Xem khoảng thứ hạng khi trọng số thay đổi", "Show rank intervals under other weights")) } }
        };
    };
    let help = lang.href("/tro-giup/khoang-thu-hang");
    let close = html! {
        p {
            a href=(help) { (lang.pick("Cách đọc khoảng thứ hạng", "How to read rank intervals")) } " · "
            a href=(visit.with("khoang", None)) { (lang.pick("Bỏ khoảng thứ hạng", "Hide the intervals")) }
        }
    };
    match intervals {
        Ok(_) => parts::notice(
            Tone::Info,
            Some(lang.pick("Khoảng thứ hạng: cách đọc của trang này", "Rank intervals: a reading of this site")),
            html! { p { (interval_rule(lang)) } (close) },
            lang,
        ),
        Err(reason) => parts::notice(
            Tone::Info,
            Some(lang.pick("Kỳ này không có khoảng thứ hạng", "This edition has no rank intervals")),
            html! { p { (no_intervals(reason, lang)) } (close) },
            lang,
        ),
    }
}

fn bars(results: &Results, edition: &EditionResult, view: &View, lang: Lang) -> Markup {
    let definition = &edition.definition;
    let rows: Vec<usize> = ordered_rows(edition, &View { chosen: view.chosen.clone(), ..View::default() }, lang)
        .into_iter()
        .filter(|row| edition.rows[*row].ranked && edition.best(*row, definition.total).is_some())
        .collect();
    if rows.len() < 3 {
        return html! {};
    }
    let (short, year) = (queries::index_short(results, &definition.index, lang), edition.edition().year);
    let values = spread(edition, definition.total);
    let median = "0.5".parse().ok().and_then(|half| quantile(&values, half));
    let chart = Bars {
        id: "diem".to_owned(),
        title: lang.pick(format!("Điểm {short} năm {year}"), format!("{short} scores, {year}")),
        desc: lang
            .pick(
                "Mỗi thanh là một đơn vị, xếp từ cao xuống thấp; vạch là trung vị.",
                "Each bar is a unit, highest first; the line is the median.",
            )
            .to_owned(),
        measure: lang.pick("điểm", "points").to_owned(),
        items: rows
            .iter()
            .map(|row| Bar {
                label: unit_name(edition, *row).to_owned(),
                value: edition.best(*row, definition.total),
                highlight: view.chosen.as_deref() == Some(edition.rows[*row].unit.as_str()),
            })
            .collect(),
        decimals: definition.decimals,
        reference: median.map(|value| Reference { label: lang.pick("trung vị", "median").to_owned(), value }),
        signed: false,
    };
    let leader = rows.first().map(|row| unit_name(edition, *row)).unwrap_or_default();
    let finding = lang.pick(format!("{leader} dẫn đầu {short} năm {year}"), format!("{leader} leads {short} in {year}"));
    let caption = lang
        .pick(format!("Điểm tổng hợp {short}, các đơn vị được xếp hạng, năm {year}"), format!("{short} total score, ranked units, {year}"));
    html! {
        details.figure-fold {
            summary { (lang.pick("Biểu đồ điểm của tất cả các đơn vị", "Chart of all units' scores")) }
            (figure_of(&chart, &finding, &caption, None, lang))
        }
    }
}

/// A year whose table was not obtained: said plainly, with what is known.
fn without_table(results: &Results, edition: &Edition, index: &str, year: i32, title: &str, lang: Lang) -> Markup {
    html! {
        (parts::page_heading(title, Some(queries::index_name(results, index, lang)), None))
        (year_tabs(results, index, year, lang))
        (parts::notice(Tone::Info, Some(lang.pick("Chưa có bảng số liệu của năm này", "No table of this year was obtained")), html! {
            p { (lang.pick("Quy tắc tính của năm này có trong danh mục, nhưng chưa thu thập được bảng số liệu để tính lại và xếp hạng.", "The rules of this year are in the catalogue, but no table to recompute and rank from was obtained.")) }
            @if let Some(note) = &edition.note { p { (lang.pick(&note.vi, &note.en)) } }
            @for known in &edition.known_exceptions { p { (lang.pick(&known.text.vi, &known.text.en)) } }
        }, lang))
        p { a href=(lang.href(&format!("/phuong-phap/{index}/{year}"))) { (lang.pick("Mở trang phương pháp của năm này", "Open the method page of this year")) } }
    }
}
