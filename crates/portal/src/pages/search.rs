//! Search: units by name or code, indices, indicators and their components.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use registry::results::Results;
use registry::store::Found;
use ui::parts::{self, ButtonKind, Field, Input, Pager};
use ui::table::{DataTable, render_table};
use viet_text::fold;

use crate::App;
use crate::download::{self, Format};
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::queries;
use crate::tables::units::{list, unit_address};
use web::Visit;

const PER_PAGE: u32 = 30;

pub(crate) async fn get(State(app): State<App>, visit: Visit) -> Result<Markup, PageError> {
    let lang = visit.lang;
    let typed = visit.value("q").unwrap_or_default();
    let page = match visit.value("trang") {
        None => 1,
        Some(text) => text.parse::<u32>().ok().filter(|page| (1..=10_000).contains(page)).ok_or(PageError::BadValue {
            key: "trang",
            value: text,
            expected: "1, 2, 3 …",
        })?,
    };
    let title = lang.pick("Tìm kiếm", "Search");
    let results = queries::results(&app).await?;
    let found = queries::search(&app, &typed, None, i64::from(PER_PAGE), i64::from(PER_PAGE) * i64::from(page - 1)).await?;
    let indices = matching_indices(&results, &typed, lang);
    let table = table(&found, &typed, lang);
    let total = u64::try_from(found.total).unwrap_or_default();
    let body = html! {
        (parts::page_heading(title, None, None))
        (parts::form(&lang.href("/tim"), false, html! {
            div.inline-form {
                (parts::text_field(&Field::new("q", lang.pick("Từ cần tìm", "Words")).hint(lang.pick("Tên đơn vị có dấu hoặc không dấu, mã đơn vị, tên chỉ số", "A unit's name with or without tone marks, its code, or an index")), Input::Text, &typed, None, lang))
                (parts::button(lang.pick("Tìm", "Search"), ButtonKind::Primary, None))
            }
        }))
        @if !indices.is_empty() {
            (parts::section_heading("chi-so", lang.pick("Chỉ số và thành phần", "Indices and components"), None))
            ul { @for (text, href) in &indices { li { a href=(href) { (text) } } } }
        }
        @if total > 0 {
            (parts::section_heading("don-vi", lang.pick("Đơn vị hành chính", "Administrative units"), None))
            (parts::download_bar(&[("XLSX", file(&visit, "xlsx")), ("CSV", file(&visit, "csv"))], lang))
            (render_table(&table, lang))
            (parts::pager(&Pager { page, per_page: PER_PAGE, total, what: lang.pick("kết quả", "results") }, lang, |page| visit.with("trang", Some(&page.to_string()))))
        } @else if typed.is_empty() {
            p { (lang.pick("Nhập từ cần tìm.", "Type what you are looking for.")) }
        } @else if indices.is_empty() {
            (parts::empty_state(&parts::EmptyState {
                title: lang.pick(format!("Không tìm thấy “{typed}”"), format!("Nothing found for “{typed}”")),
                text: lang.pick("Thử tên ngắn hơn, bỏ chữ “tỉnh”, “phường”, hoặc gõ không dấu.", "Try a shorter name, leave out the kind of unit, or type without tone marks.").into(),
                action: None,
            }))
        }
    };
    Ok(layout::page(&app, &visit, Page::new(title, "").searched(typed.clone()).help("don-vi"), body))
}

fn file(visit: &Visit, ending: &str) -> String {
    ui::url::with_query(&visit.lang.href(&format!("/tim.{ending}")), &[("q", &visit.value("q").unwrap_or_default())])
}

fn table(found: &Found, typed: &str, lang: ui::Lang) -> DataTable {
    let caption = lang.pick(format!("Đơn vị có tên hoặc mã khớp với “{typed}”"), format!("Units whose name or code matches “{typed}”"));
    // A unit that ended is opened as of its last day.
    list("ket-qua", caption, &found.versions, |unit| unit_address(lang, &unit.unit, unit.valid_to), lang)
}

/// Everything that was found, as a file.
pub(crate) async fn download(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    /// More units than there have ever been.
    const ALL: i64 = 100_000;
    let (_, format) = Format::split(&visit.path);
    let typed = visit.value("q").unwrap_or_default();
    let found = queries::search(&app, &typed, None, ALL, 0).await?;
    let table = table(&found, &typed, visit.lang);
    download::tables(&app, &visit, format, "tim-kiem", &table.caption.clone(), &[table])
}

/// Indices, and components of their newest definitions, whose name holds the words.
fn matching_indices(results: &Results, typed: &str, lang: ui::Lang) -> Vec<(String, String)> {
    let needle = fold(typed);
    if needle.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for index in queries::indices(results) {
        let name = queries::index_name(results, &index, lang);
        if fold(name).contains(&needle) || fold(&index).contains(&needle) {
            found.push((name.to_owned(), lang.href(&format!("/xep-hang/{index}"))));
        }
        let Some(edition) = queries::newest(results, &index) else { continue };
        for id in 0..edition.definition.nodes.len() {
            let part = crate::tables::node_name(results, edition, id, lang);
            if id != edition.definition.total && fold(part).contains(&needle) {
                let year = edition.edition().year;
                found.push((
                    format!("{} {year}: {part}", queries::index_short(results, &index, lang)),
                    lang.href(&format!("/phuong-phap/{index}/{year}#cau-phan")),
                ));
            }
        }
    }
    found.truncate(20);
    found
}
