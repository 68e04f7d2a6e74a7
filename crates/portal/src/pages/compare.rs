//! Chosen units side by side.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use registry::results::Results;
use ui::chart::figure_of;
use ui::parts::{self, ActiveFilter, Choice, Field, FilterPanel, PanelWords};
use ui::table::{DataTable, render_table};

use crate::App;
use crate::api;
use crate::download::{self, Format};
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::pages::profile::known_units;
use crate::queries;
use crate::tables::compare::{Named, components_table, edition_for, rank_chart, ranks_table};
use web::Visit;

/// More lines than this cannot be told apart.
const MOST: usize = 6;

struct Choices {
    index: String,
    year: Option<i32>,
    units: Vec<Named>,
}

async fn choices(app: &App, results: &Results, visit: &Visit) -> Result<Choices, PageError> {
    let index = visit.value("chi-so").unwrap_or_else(|| "pci".to_owned());
    queries::known_index(results, &index, visit.lang)?;
    let year = visit.value("nam").map(|year| queries::known_year(results, &index, &year)).transpose()?;
    let mut units: Vec<Named> = Vec::new();
    for key in visit.values("don-vi") {
        let found = match queries::printed_name(results, &key) {
            Some(_) => Some(key.clone()),
            None => {
                queries::province_by_slug(app, &key, (app.today)()).await?.filter(|found| queries::printed_name(results, found).is_some())
            }
        };
        let Some(unit) = found else {
            // A known unit without figures says so on its own page; an unknown one is not found.
            queries::unit(app, &key).await?;
            continue;
        };
        if units.iter().all(|(known, _)| *known != unit) {
            let name = queries::printed_name(results, &unit).unwrap_or_default();
            units.push((unit, name));
        }
    }
    units.truncate(MOST);
    Ok(Choices { index, year, units })
}

fn chosen_tables(results: &Results, choices: &Choices, visit: &Visit) -> Vec<DataTable> {
    let lang = visit.lang;
    let mut tables = vec![ranks_table(results, &choices.index, &choices.units, lang)];
    if let Some(edition) = edition_for(results, &choices.index, choices.year, &choices.units) {
        tables.push(components_table(results, edition, &choices.units, lang));
    }
    tables
}

pub(crate) async fn get(State(app): State<App>, visit: Visit) -> Result<Markup, PageError> {
    let lang = visit.lang;
    let results = queries::results(&app).await?;
    let choices = choices(&app, &results, &visit).await?;
    let title = lang.pick("So sánh các đơn vị", "Compare units");
    let body = html! {
        (parts::page_heading(title, Some(lang.pick("Chọn chỉ số và tối đa sáu đơn vị. Địa chỉ trang giữ nguyên lựa chọn, có thể gửi cho người khác.", "Choose an index and up to six units. The address keeps the choice and can be sent to others.")), None))
        (form(&results, &choices, &visit))
        @if choices.units.is_empty() {
            (parts::empty_state(&parts::EmptyState {
                title: lang.pick("Chưa chọn đơn vị nào", "No unit chosen yet").into(),
                text: lang.pick("Chọn một đơn vị trong danh sách rồi bấm “So sánh”.", "Choose a unit in the list, then “Compare”.").into(),
                action: Some(ui::shell::Link::new(lang.pick("Xem ví dụ: Hà Nội, Đà Nẵng, Quảng Ninh", "See an example: Hà Nội, Đà Nẵng, Quảng Ninh"), ui::url::with_query(&lang.href("/so-sanh"), &[("chi-so", "pci"), ("don-vi", "01-ha-noi"), ("don-vi", "48-da-nang"), ("don-vi", "22-quang-ninh")]))),
            }))
        } @else {
            (results_body(&results, &choices, &visit))
        }
    };
    Ok(layout::page(&app, &visit, Page::new(title, "so-sanh").help("so-sanh"), body))
}

fn results_body(results: &Results, choices: &Choices, visit: &Visit) -> Markup {
    let lang = visit.lang;
    let short = queries::index_short(results, &choices.index, lang);
    let names: Vec<&str> = choices.units.iter().map(|(_, name)| name.as_str()).collect();
    let finding = lang.pick(format!("Thứ hạng {short}: {}", names.join(", ")), format!("{short} ranks: {}", names.join(", ")));
    // Up to four lines have a colour each; among more, the first one stands out.
    let emphasis = choices.units.first().filter(|_| choices.units.len() > 4).map(|(unit, _)| unit.as_str());
    html! {
        (parts::download_bar(&[("XLSX", file_address(visit, "xlsx")), ("CSV", file_address(visit, "csv")), ("JSON", file_address(visit, "json"))], lang))
        (parts::section_heading("ket-qua", lang.pick("Kết quả so sánh", "Comparison"), None))
        @if let Some(chart) = rank_chart(results, &choices.index, &choices.units, emphasis, lang) {
            (figure_of(&chart, &finding, queries::index_name(results, &choices.index, lang), None, lang))
        }
        @for table in chosen_tables(results, choices, visit) { (render_table(&table, lang)) }
    }
}

fn file_address(visit: &Visit, ending: &str) -> String {
    let base = visit.lang.href(&format!("/so-sanh.{ending}"));
    if visit.query.is_empty() { base } else { format!("{base}?{}", visit.query) }
}

fn form(results: &Results, choices: &Choices, visit: &Visit) -> Markup {
    let lang = visit.lang;
    let indices: Vec<Choice> = queries::indices(results)
        .iter()
        .map(|index| Choice::new(index, queries::index_short(results, index, lang), *index == choices.index))
        .collect();
    let mut years = vec![Choice::new("", lang.pick("Mới nhất có đủ bảng", "Newest full table"), choices.year.is_none())];
    years.extend(results.editions_of(&choices.index).rev().map(|edition| {
        let year = edition.edition().year;
        Choice::new(year.to_string(), year.to_string(), choices.year == Some(year))
    }));
    let mut units = vec![Choice::new("", lang.pick("Chọn đơn vị để thêm", "Choose a unit to add"), true)];
    units.extend(
        known_units(results)
            .into_iter()
            .filter(|(unit, _)| choices.units.iter().all(|(known, _)| known != unit))
            .map(|(unit, name)| Choice::new(unit, name, false)),
    );
    let active: Vec<ActiveFilter> = choices
        .units
        .iter()
        .map(|(unit, name)| ActiveFilter {
            label: lang.pick("Đơn vị", "Unit").into(),
            value: name.clone(),
            remove_href: visit.without("don-vi", unit),
        })
        .collect();
    let action = lang.href("/so-sanh");
    let fields = html! {
        @for (unit, _) in &choices.units { input type="hidden" name="don-vi" value=(unit); }
        (parts::select_field(&Field::new("chi-so", lang.pick("Chỉ số", "Index")), &indices, lang))
        (parts::select_field(&Field::new("nam", lang.pick("Năm so sánh thành phần", "Year for components")), &years, lang))
        @if choices.units.len() < MOST {
            (parts::select_field(&Field::new("don-vi", lang.pick("Thêm đơn vị", "Add a unit")).hint(lang.pick("Tối đa sáu đơn vị", "Six units at most")), &units, lang))
        }
    };
    let words = PanelWords {
        name: lang.pick("Lựa chọn để so sánh", "What to compare"),
        summary: lang.pick("Chọn chỉ số và đơn vị", "Choose an index and units"),
        button: lang.pick("So sánh", "Compare"),
        active: lang.pick("Đang so sánh:", "Compared:"),
        remove: lang.pick("Bỏ ", "Remove "),
    };
    let panel = FilterPanel { id: "lua-chon", action: &action, fields, active: &active, clear_href: &action, open: true };
    parts::choice_panel(&panel, &words, lang)
}

pub(crate) async fn download(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let (_, format) = Format::split(&visit.path);
    let results = queries::results(&app).await?;
    let choices = choices(&app, &results, &visit).await?;
    if format == Format::Json {
        return Ok(api::series_json(&results, &choices.units, Some(&choices.index)));
    }
    let title = visit.lang.pick("So sánh các đơn vị", "Compare units");
    let tables = chosen_tables(&results, &choices, &visit);
    Ok(download::tables(&app, &visit, format, &format!("so-sanh-{}", choices.index), title, &tables)?.into_response())
}
