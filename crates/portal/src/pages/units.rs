//! The register of units as of a date.

use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use maud::{Markup, html};
use registry::{Level, UnitVersion};
use ui::Lang;
use ui::parts::{self, ButtonKind, Field, Input, Stat, Tone, TreeNode};
use ui::table::{DataTable, render_table};

use crate::App;
use crate::download::{self, Format};
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::pages::date_asked;
use crate::queries;
use crate::tables::units::{list, unit_address};
use crate::words;
use web::Visit;

async fn table(app: &App, visit: &Visit, date: NaiveDate) -> Result<DataTable, PageError> {
    let lang = visit.lang;
    let provinces = queries::units_at(app, Level::Province, date).await?;
    let caption = lang.pick(format!("Đơn vị cấp tỉnh ngày {}", lang.date(date)), format!("Provinces on {}", lang.date(date)));
    Ok(list("don-vi-cap-tinh", caption, &provinces, |unit| unit_address(lang, &unit.unit, Some(date)), lang))
}

pub(crate) async fn get(State(app): State<App>, visit: Visit) -> Result<Markup, PageError> {
    let lang = visit.lang;
    let (date, asked) = date_asked(&visit, (app.today)())?;
    if let Some(code) = visit.value("ma") {
        return by_code(&app, &visit, &code, date).await;
    }
    let counts = queries::level_counts(&app, date).await?;
    let stats: Vec<Stat> = counts
        .iter()
        .filter(|(level, _)| matches!(level, Level::Province | Level::District | Level::Commune))
        .map(|(level, count)| Stat::new(words::level(*level, lang), lang.integer(*count)))
        .collect();
    let title = lang.pick("Đơn vị hành chính theo thời gian", "Administrative units in time");
    let lead = lang.pick(
        "Danh mục đúng tại một ngày: tên, mã, cấp trên, hình thành từ đâu và sắp xếp thành gì. Mã đã được dùng lại cho tên khác, nên tra theo mã phải kèm ngày.",
        "The register as of a date: name, code, parent, what a unit came from and went into. Codes were reused under other names, so a code needs a date.",
    );
    let table = table(&app, &visit, date).await?;
    let tree = tree(&app, &visit, date).await?;
    let sources = crate::tables::units::sources(&queries::sources(&app).await?, lang);
    let query = if asked { format!("ngay={}", viet_text::format_date(date)) } else { String::new() };
    let body = html! {
        (parts::page_heading(title, Some(lead), None))
        (date_form(date, "/don-vi", lang))
        (early_notice(date, lang))
        (parts::stats(&stats, lang))
        (parts::download_bar(&[("XLSX", with_query(&lang.href("/don-vi.xlsx"), &query)), ("CSV", with_query(&lang.href("/don-vi.csv"), &query))], lang))
        (parts::section_heading("cay", lang.pick("Cây đơn vị", "Tree of units"), Some(lang.pick("Chọn một đơn vị để mở các đơn vị bên dưới.", "Choose a unit to open what lies below it."))))
        div.tree-columns { (parts::tree(&tree, lang)) }
        (parts::section_heading("bang", lang.pick("Bảng", "Table"), None))
        (render_table(&table, lang))
        (render_table(&sources, lang))
    };
    Ok(layout::page(&app, &visit, Page::new(title, "don-vi").help("don-vi"), body))
}

/// The provinces at a date; the branch named by `mo=` is open down to that unit and one level below it.
async fn tree(app: &App, visit: &Visit, date: NaiveDate) -> Result<Vec<TreeNode>, PageError> {
    let mut open: Vec<String> = Vec::new();
    if let Some(key) = visit.value("mo") {
        let story = queries::unit(app, &key).await?;
        open = queries::ancestors(app, story.at(date), date).await?.into_iter().map(|ancestor| ancestor.unit).collect();
        open.push(key);
    }
    let provinces = queries::units_at(app, Level::Province, date).await?;
    // At most one branch is open, so a loop down the branch is enough.
    let mut below: Vec<(String, Vec<UnitVersion>)> = Vec::new();
    for key in open.iter().filter(|key| *key != "vn") {
        below.push((key.clone(), queries::children(app, key, date).await?));
    }
    Ok(nodes(&provinces, &below, visit, date))
}

fn nodes(units: &[UnitVersion], below: &[(String, Vec<UnitVersion>)], visit: &Visit, date: NaiveDate) -> Vec<TreeNode> {
    let lang = visit.lang;
    let branch = |unit: &UnitVersion| below.iter().find(|(key, _)| *key == unit.unit);
    units
        .iter()
        .map(|unit| {
            let leaf = matches!(unit.level, Level::Commune | Level::Department);
            let open = branch(unit);
            // A closed branch opens; an open branch or a leaf leads to the unit itself.
            let href = if leaf || open.is_some() {
                unit_address(lang, &unit.unit, Some(date))
            } else {
                format!("{}#cay", visit.with("mo", Some(&unit.unit)))
            };
            let mut node = TreeNode::new(&unit.name, Some(href));
            node.detail = Some(unit.code.clone());
            if let Some((_, children)) = open {
                node.children = nodes(children, below, visit, date);
                node.open = true;
            }
            node
        })
        .collect()
}

fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Days before the register was researched: what is shown is the state before the changes of 2025.
pub(crate) fn early_notice(date: NaiveDate, lang: Lang) -> Markup {
    let researched = NaiveDate::from_ymd_opt(2025, 1, 1).is_some_and(|known| date >= known);
    if researched {
        return html! {};
    }
    parts::notice(
        Tone::Warning,
        None,
        html! { p { (lang.pick(
            "Các thay đổi trước năm 2025 chưa được tra cứu đầy đủ. Danh mục của ngày này lấy theo tình trạng ngay trước ngày 01/7/2025, trừ những thay đổi có ghi ngày.",
            "Changes before 2025 were not fully researched. The register of this day is the state just before 1 July 2025, but for changes with a date.",
        )) } },
        lang,
    )
}

/// The choice of a date; works without script.
pub(crate) fn date_form(date: NaiveDate, action: &str, lang: Lang) -> Markup {
    let action = lang.href(action);
    html! {
        (parts::form(&action, false, html! {
            div.inline-form {
                (parts::text_field(&Field::new("ngay", lang.pick("Xem tại ngày", "As of")).hint(lang.pick("Ngày/tháng/năm, ví dụ 31/12/2018", "Day/month/year, such as 31/12/2018")), Input::Text, &viet_text::format_date(date), None, lang))
                (parts::button(lang.pick("Xem", "Show"), ButtonKind::Secondary, None))
                span.quick-label { (lang.pick("Mốc thường xem:", "Often used:")) }
                @for (words, day) in [("31/12/2018", "31/12/2018"), ("30/06/2025", "30/06/2025"), ("01/07/2025", "01/07/2025")] {
                    a.quick-date href=(ui::url::with_query(&action, &[("ngay", day)])) { (words) }
                }
            }
        }))
    }
}

/// What a code meant at a date, and at other times.
async fn by_code(app: &App, visit: &Visit, code: &str, date: NaiveDate) -> Result<Markup, PageError> {
    let lang = visit.lang;
    let code = code.trim().to_uppercase();
    let versions = queries::with_code(app, &code).await?;
    if versions.is_empty() {
        return Err(PageError::NoUnit { unit: code, similar: Vec::new() });
    }
    let (then, other): (Vec<_>, Vec<_>) = versions.into_iter().partition(|version| version.covers(date));
    let day = lang.date(date);
    let title = lang.pick(format!("Mã {code}"), format!("Code {code}"));
    let body = html! {
        (parts::page_heading(&title, Some(lang.pick("Mã chỉ có nghĩa cùng với ngày.", "A code means something only with a date.")), None))
        @if then.is_empty() {
            (parts::notice(Tone::Warning, None, html! { p { (lang.pick(format!("Ngày {day} không có đơn vị nào mang mã này."), format!("On {day} no unit had this code."))) } }, lang))
        } @else {
            (render_table(&list("vao-ngay", lang.pick(format!("Vào ngày {day}"), format!("On {day}")), &then, |unit| unit_address(lang, &unit.unit, Some(date)), lang), lang))
        }
        @if !other.is_empty() { (render_table(&list("luc-khac", lang.pick("Vào thời gian khác", "At other times").to_owned(), &other, |unit| unit_address(lang, &unit.unit, Some(date)), lang), lang)) }
    };
    Ok(layout::page(
        app,
        visit,
        Page::new(&title, "don-vi").below(visit, lang.pick("Đơn vị hành chính", "Administrative units"), "/don-vi").help("don-vi"),
        body,
    ))
}

pub(crate) async fn download(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let (_, format) = Format::split(&visit.path);
    let (date, _) = date_asked(&visit, (app.today)())?;
    let table = table(&app, &visit, date).await?;
    let title = table.caption.clone();
    download::tables(&app, &visit, format, &format!("don-vi-{date}"), &title, &[table])
}
