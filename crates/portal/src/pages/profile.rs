//! One unit in every index over the years.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use registry::Level;
use registry::results::Results;
use ui::Lang;
use ui::chart::{Chart as _, Figure, figure, figure_of};
use ui::parts::{self, ButtonKind, Choice, Field, Tone};
use ui::table::{DataTable, render_table};

use crate::App;
use crate::api;
use crate::download::{self, Format};
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::queries::{self, UnitStory};
use crate::tables::compare::{Named, rank_chart};
use crate::tables::profile::{Point, component_profile, component_table, finding, points, series_table, tidy_table};
use web::Visit;

/// The choice of a province.
pub(crate) async fn choose(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let lang = visit.lang;
    if let Some(unit) = visit.value("don-vi") {
        return Ok(Redirect::to(&lang.href(&format!("/ho-so/{unit}"))).into_response());
    }
    let results = queries::results(&app).await?;
    let today = (app.today)();
    let title = lang.pick("Hồ sơ tỉnh, thành phố", "Province profiles");
    let provinces = queries::units_at(&app, Level::Province, today).await?;
    let now = crate::tables::units::list(
        "tinh-hien-nay",
        lang.pick(format!("Đơn vị cấp tỉnh ngày {}", lang.date(today)), format!("Provinces on {}", lang.date(today))),
        &provinces,
        |unit| lang.href(&format!("/ho-so/{}", unit.unit)),
        lang,
    );
    let body = html! {
        (parts::page_heading(title, Some(lang.pick("Chọn một tỉnh, thành phố để xem mọi chỉ số qua các năm, điểm mạnh và điểm yếu theo thành phần.", "Choose a province to see every index over the years, and its strengths and weaknesses by component.")), None))
        (choose_form(&results, None, "/ho-so", "don-vi", lang))
        (parts::download_bar(&[("XLSX", lang.href("/don-vi.xlsx")), ("CSV", lang.href("/don-vi.csv"))], lang))
        (render_table(&now, lang))
    };
    Ok(layout::page(&app, &visit, Page::new(title, "ho-so").help("ho-so"), body).into_response())
}

/// A form that chooses one of the units with results; works without script.
pub(crate) fn choose_form(results: &Results, chosen: Option<&str>, action: &str, key: &str, lang: Lang) -> Markup {
    let choices: Vec<Choice> =
        known_units(results).into_iter().map(|(unit, name)| Choice::new(&unit, name, chosen == Some(unit.as_str()))).collect();
    let action = lang.href(action);
    parts::form(
        &action,
        false,
        html! {
            div.inline-form {
                (parts::select_field(&Field::new(key, lang.pick("Tỉnh, thành phố hoặc bộ", "Province or ministry")), &choices, lang))
                (parts::button(lang.pick("Xem", "Show"), ButtonKind::Primary, None))
            }
        },
    )
}

/// Every unit that stands in some table, in Vietnamese order, with the newest printed name.
pub(crate) fn known_units(results: &Results) -> Vec<Named> {
    let mut keys: Vec<&str> =
        results.editions.values().flat_map(|edition| edition.rows.iter().filter(|row| row.ranked).map(|row| row.unit.as_str())).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut units: Vec<Named> = keys.into_iter().filter_map(|key| Some((key.to_owned(), queries::printed_name(results, key)?))).collect();
    viet_text::sort_by_name(&mut units, |(_, name)| name);
    units
}

/// A unit and, where it was made from others, its predecessors: the units whose series belong on its profile.
fn series_units(results: &Results, story: &UnitStory, name: &str) -> Vec<Named> {
    let mut units = vec![(story.key().to_owned(), name.to_owned())];
    for linked in &story.predecessors {
        let key = linked.unit.unit.clone();
        if units.iter().all(|(known, _)| *known != key) {
            let printed = queries::printed_name(results, &key).unwrap_or_else(|| linked.unit.short_name.clone());
            units.push((key, printed));
        }
    }
    units.retain(|(unit, _)| results.editions.values().any(|edition| edition.row_of(unit).is_some()));
    units
}

/// The profile, as a page or as a file.
pub(crate) async fn get(State(app): State<App>, visit: Visit, Path(unit): Path<String>) -> Result<Response, PageError> {
    let lang = visit.lang;
    let (key, format) = Format::split(&unit);
    let today = (app.today)();
    let story = match queries::unit(&app, key).await {
        Ok(story) => story,
        Err(missing @ PageError::NoUnit { .. }) => match queries::province_by_slug(&app, key, today).await? {
            Some(found) => return Ok(Redirect::temporary(&lang.href(&format!("/ho-so/{found}"))).into_response()),
            None => return Err(missing),
        },
        Err(error) => return Err(error),
    };
    let results = queries::results(&app).await?;
    let version = story.at(today).clone();
    let units = series_units(&results, &story, &version.short_name);
    match format {
        Format::Page => {
            let body = page_body(&results, &story, &version, &units, &visit);
            let page = Page::new(&version.name, "ho-so").below(&visit, lang.pick("Hồ sơ", "Profiles"), "/ho-so").help("ho-so");
            Ok(layout::page(&app, &visit, page, body).into_response())
        }
        Format::Json => Ok(api::series_json(&results, &units, None).into_response()),
        Format::Xlsx | Format::Csv => {
            let mut tables = vec![tidy_table(&results, &units, lang)];
            if format == Format::Xlsx {
                tables.extend(series_tables(&results, &units, lang));
            }
            download::tables(&app, &visit, format, &format!("ho-so-{key}"), &version.name, &tables)
        }
    }
}

fn series_tables(results: &Results, units: &[Named], lang: Lang) -> Vec<DataTable> {
    let mut tables = Vec::new();
    for index in queries::indices(results) {
        for (unit, name) in units {
            if !points(results, &index, unit).is_empty() {
                tables.push(series_table(results, &index, unit, name, lang));
            }
        }
    }
    tables
}

fn page_body(results: &Results, story: &UnitStory, version: &registry::UnitVersion, units: &[Named], visit: &Visit) -> Markup {
    let lang = visit.lang;
    let merged = units.iter().any(|(unit, _)| unit != story.key()) || (units.is_empty() && !story.predecessors.is_empty());
    html! {
        (parts::page_heading(&version.name, Some(lang.pick("Mọi chỉ số qua các năm, điểm mạnh và điểm yếu theo thành phần.", "Every index over the years, strengths and weaknesses by component.")), None))
        p { a href=(lang.href(&format!("/don-vi/{}", story.key()))) { (lang.pick("Đơn vị này trong danh mục hành chính: mã, thời gian hiệu lực, trước và sau sắp xếp", "This unit in the register: code, validity, what it came from and went into")) } }
        @if merged { (merge_notice(story, lang)) }
        @if let Some(notice) = ended_notice(story, lang) { (notice) }
        @if units.is_empty() {
            (parts::empty_state(&parts::EmptyState {
                title: lang.pick("Chưa có số liệu chỉ số", "No index figures").into(),
                text: lang.pick("Đơn vị này không có trong bảng công bố nào của danh mục.", "No published table of the catalogue has this unit.").into(),
                action: None,
            }))
        } @else {
            (parts::download_bar_for(&lang.href(&visit.path), "", lang))
            @for index in queries::indices(results) { (index_section(results, &index, story, units, lang)) }
            p { a href=(compare_address(units, lang)) { (lang.pick("So sánh với đơn vị khác", "Compare with other units")) } }
        }
    }
}

fn compare_address(units: &[Named], lang: Lang) -> String {
    let pairs: Vec<(&str, &str)> = units.iter().map(|(unit, _)| ("don-vi", unit.as_str())).collect();
    ui::url::with_query(&lang.href("/so-sanh"), &pairs)
}

/// A merged unit has no series of its own before the merger; its predecessors' are shown, each by itself.
fn merge_notice(story: &UnitStory, lang: Lang) -> Markup {
    let names: Vec<&str> = story.predecessors.iter().map(|linked| linked.unit.name.as_str()).collect();
    let date = story.predecessors.first().map(|linked| lang.date(linked.link.date)).unwrap_or_default();
    parts::notice(
        Tone::Info,
        Some(lang.pick("Chuỗi số liệu của các đơn vị trước sắp xếp", "Series of the units before the merger")),
        html! {
            p { (lang.pick(
                format!("Đơn vị này hình thành từ ngày {date} trên cơ sở: {}. Kết quả trước đó là của từng đơn vị cũ, trình bày riêng từng đơn vị; không cộng, không lấy bình quân, không nối thành một chuỗi.", names.join(", ")),
                format!("This unit exists since {date}, made from: {}. Earlier results belong to the old units and are shown each by itself; they are not added, averaged or joined into one series.", names.join(", ")),
            )) }
        },
        lang,
    )
}

fn ended_notice(story: &UnitStory, lang: Lang) -> Option<Markup> {
    let last = story.versions.last()?.valid_to?;
    let date = lang.date(last);
    Some(parts::notice(
        Tone::Info,
        None,
        html! {
            p { (lang.pick(format!("Đơn vị này tồn tại đến hết ngày {date}. Đơn vị tiếp nối: "), format!("This unit existed until {date}. It went into: ")))
                @for (position, linked) in story.successors.iter().enumerate() {
                    @if position > 0 { ", " }
                    a href=(lang.href(&format!("/ho-so/{}", linked.unit.unit))) { (linked.unit.name) }
                }
                "."
            }
        },
        lang,
    ))
}

fn index_section(results: &Results, index: &str, story: &UnitStory, units: &[Named], lang: Lang) -> Markup {
    let present: Vec<Named> = units.iter().filter(|(unit, _)| !points(results, index, unit).is_empty()).cloned().collect();
    if present.is_empty() {
        return html! {};
    }
    let short = queries::index_short(results, index, lang);
    let chart = rank_chart(results, index, &present, Some(story.key()), lang);
    let has_line = present.iter().any(|(unit, _)| points(results, index, unit).iter().filter(|point| point.rank().is_some()).count() > 1);
    let finding = match present.as_slice() {
        [(unit, name)] => finding(results, index, unit, name, lang),
        _ => lang.pick(format!("Thứ hạng {short} của các đơn vị trước sắp xếp"), format!("{short} ranks of the units before the merger")),
    };
    html! {
        section.index-section {
            (parts::section_heading(index, short, Some(queries::index_name(results, index, lang))))
            @if let Some(chart) = chart.filter(|_| has_line) {
                (figure_of(&chart, &finding, &lang.pick(format!("Thứ hạng {short}, hạng 1 ở trên cùng"), format!("{short} rank, 1 on top")), None, lang))
            }
            @for (unit, name) in &present {
                (render_table(&series_table(results, index, unit, name, lang), lang))
                (onward(results, index, unit, name, lang))
                (strengths(results, index, unit, name, present.len() > 1, lang))
            }
        }
    }
}

/// Where a reader of a series may go on: what made the total change, and what would be if it were different.
fn onward(results: &Results, index: &str, unit: &str, name: &str, lang: Lang) -> Markup {
    let points = points(results, index, unit);
    let computed: Vec<&Point<'_>> =
        points.iter().filter(|point| point.edition.computed(point.row, point.edition.definition.total).is_some()).collect();
    let Some(newest) = computed.last() else { return html! {} };
    let (short, year) = (queries::index_short(results, index, lang), newest.year());
    html! {
        ul.link-row {
            @if computed.len() > 1 {
                li { a href=(lang.href(&format!("/thay-doi/{index}/{unit}"))) { (lang.pick(format!("Thành phần nào làm {short} của {name} thay đổi"), format!("What made {short} of {name} change"))) } }
            }
            li { a href=(lang.href(&format!("/gia-dinh/{index}/{year}/{unit}"))) { (lang.pick(format!("Thử giả định với {short} {year} của {name}"), format!("Try a scenario for {short} {year} of {name}"))) } }
        }
    }
}

/// The components of the newest edition in which the unit has them.
fn strengths(results: &Results, index: &str, unit: &str, name: &str, several: bool, lang: Lang) -> Markup {
    let points = points(results, index, unit);
    let newest: Option<&Point<'_>> = points.iter().rev().find(|point| {
        let definition = &point.edition.definition;
        let components = &definition.nodes[definition.total].children;
        point.edition.rows.len() > 4 && components.iter().filter(|node| point.edition.best(point.row, **node).is_some()).count() > 1
    });
    let Some(point) = newest else { return html! {} };
    let Some(mut chart) = component_profile(results, point, name, lang) else { return html! {} };
    if several {
        chart.id = format!("{}-{unit}", chart.id);
    }
    let mut table = component_table(results, point, name, lang);
    table.id = format!("{}-hang", chart.id);
    let (short, year) = (queries::index_short(results, index, lang), point.year());
    let best = table.rows.first().and_then(|row| row.cells.first()).map(|cell| cell.plain(lang)).unwrap_or_default();
    let worst = table.rows.last().and_then(|row| row.cells.first()).map(|cell| cell.plain(lang)).unwrap_or_default();
    let finding = lang.pick(
        format!("{short} {year}: mạnh nhất ở {best}, yếu nhất ở {worst}"),
        format!("{short} {year}: strongest in {best}, weakest in {worst}"),
    );
    let caption = lang
        .pick("Vị trí trong khoảng từ thấp nhất đến cao nhất của các đơn vị", "Position between the lowest and the highest of all units");
    html! {
        (figure(&Figure { id: &format!("{}-hinh", chart.id), finding: &finding, caption, source: None, table: Some(&table), table_open: true }, chart.draw(lang), lang))
    }
}
