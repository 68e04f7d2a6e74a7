//! How an index is computed, year by year.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use composite_index::{BandRule, Basis, Definition, Edition};
use maud::{Markup, html};
use registry::results::Results;
use ui::Lang;
use ui::parts::{self, Tab, Tone};
use ui::table::{DataTable, render_table};

use crate::App;
use crate::download::{self, Format};
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::queries;
use crate::tables::method::{all_reproductions, reproduction, tree, verdict};
use crate::words;
use web::Visit;

/// All indices: how well each year can be reproduced.
pub(crate) async fn all(State(app): State<App>, visit: Visit) -> Result<Markup, PageError> {
    let lang = visit.lang;
    let results = queries::results(&app).await?;
    let title = lang.pick("Phương pháp tính và mức độ khớp", "Methods and reproduction");
    let lead = lang.pick(
        "Mỗi năm của mỗi chỉ số: tính theo bộ quy tắc nào, tính lại có khớp số công bố không. Kỳ không tính lại được thì ghi rõ.",
        "Each year of each index: by which definition it is computed and whether the published figures are reproduced. What cannot be reproduced is said so.",
    );
    let body = html! {
        (parts::page_heading(title, Some(lead), None))
        (parts::download_bar(&[("XLSX", lang.href("/phuong-phap.xlsx")), ("CSV", lang.href("/phuong-phap.csv"))], lang))
        @for index in queries::indices(&results) {
            (parts::section_heading(&index, queries::index_short(&results, &index, lang), Some(queries::index_name(&results, &index, lang))))
            (render_table(&reproduction(&results, &index, lang), lang))
            (breaks(&results, &index, lang))
        }
    };
    Ok(layout::page(&app, &visit, Page::new(title, "phuong-phap").help("phuong-phap"), body))
}

/// The tables of all indices as a file; CSV holds them one below the other, which the column of the index tells apart.
pub(crate) async fn download(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let lang = visit.lang;
    let (_, format) = Format::split(&visit.path);
    let results = queries::results(&app).await?;
    let tables: Vec<DataTable> = match format {
        Format::Csv => vec![all_reproductions(&results, lang)],
        _ => queries::indices(&results).iter().map(|index| reproduction(&results, index, lang)).collect(),
    };
    download::tables(&app, &visit, format, "phuong-phap", lang.pick("Phương pháp tính và mức độ khớp", "Methods and reproduction"), &tables)
}

/// The method of one year.
pub(crate) async fn get(State(app): State<App>, visit: Visit, Path((index, year)): Path<(String, String)>) -> Result<Response, PageError> {
    let lang = visit.lang;
    let results = queries::results(&app).await?;
    let (year, format) = Format::split(&year);
    let (year, definition, edition) = queries::asked(&results, &index, year, lang)?;
    let short = queries::index_short(&results, &index, lang);
    let title = lang.pick(format!("Phương pháp {short} năm {year}"), format!("{short} method, {year}"));
    if format != Format::Page {
        let tables = [tree(&results, definition, lang), reproduction(&results, &index, lang)];
        return download::tables(&app, &visit, format, &format!("phuong-phap-{index}-{year}"), &title, &tables);
    }
    let body = page_body(&results, definition, edition, &title, &visit);
    let page = Page::new(&title, "phuong-phap").below(&visit, lang.pick("Phương pháp", "Methods"), "/phuong-phap").help("phuong-phap");
    Ok(layout::page(&app, &visit, page, body).into_response())
}

fn page_body(results: &Results, definition: &Definition, edition: &Edition, title: &str, visit: &Visit) -> Markup {
    let lang = visit.lang;
    let (word, tone, meaning) = words::status(definition.status, lang);
    let tabs: Vec<Tab> = queries::years(results, &definition.index)
        .into_iter()
        .map(|year| Tab::new(year.to_string(), lang.href(&format!("/phuong-phap/{}/{year}", definition.index)), year == edition.year))
        .collect();
    let result = results.edition(&definition.index, edition.year);
    html! {
        (parts::page_heading(title, Some(lang.pick(&definition.name.vi, &definition.name.en)), Some(parts::tag(word, tone))))
        (parts::tabs(lang.pick("Chọn năm", "Choose a year"), &tabs))
        p { (lang.pick(&definition.summary.vi, &definition.summary.en)) }
        @if let Some(note) = &edition.note { (parts::notice(Tone::Info, None, html! { p { (lang.pick(&note.vi, &note.en)) } }, lang)) }
        (parts::key_values(&facts(definition, edition, word, meaning, verdict(definition, edition, result, lang), lang)))
        @if result.is_some() {
            p { a href=(lang.href(&format!("/xep-hang/{}/{}", definition.index, edition.year))) { (lang.pick("Mở bảng xếp hạng của năm này", "Open the ranking of this year")) } }
        }
        (exceptions(definition, edition, lang))
        (parts::section_heading("cau-phan", lang.pick("Cấu phần", "Components"), None))
        (parts::download_bar(&[("XLSX", format!("{}.xlsx", lang.href(&visit.path))), ("CSV", format!("{}.csv", lang.href(&visit.path)))], lang))
        (render_table(&tree(results, definition, lang), lang))
        (bands(edition, lang))
        (parts::section_heading("thay-doi", lang.pick("Thay đổi phương pháp qua các năm", "Method breaks"), None))
        (breaks(results, &definition.index, lang))
        (sources(definition, edition, lang))
    }
}

fn facts<'f>(
    definition: &'f Definition,
    edition: &Edition,
    word: &str,
    meaning: &str,
    verdict: &str,
    lang: Lang,
) -> Vec<(&'f str, Markup)> {
    let rules = definition.computation;
    let plain = |value: rust_decimal::Decimal| lang.decimal(value, value.normalize().scale());
    let mut facts = vec![
        (
            lang.pick("Bộ quy tắc", "Definition"),
            html! { code { (definition.id) } " · " (lang.pick("tệp", "file")) " " code { "catalogue/indices/" (definition.id) ".toml" } },
        ),
        (lang.pick("Tình trạng", "Status"), html! { (word) " – " (meaning) }),
        (lang.pick("Đối chiếu", "Comparison"), html! { (verdict) }),
        (
            lang.pick("Xếp hạng", "Ranking"),
            html! { (words::direction(rules.rank_direction, lang)) "; " (words::rank_on(rules.rank_on, lang)) "; " (words::tie_rule(rules.tie_rule, lang)) },
        ),
        (lang.pick("Thiếu số liệu", "Missing figures"), html! { (words::missing(rules.missing, lang)) }),
        (
            lang.pick("Làm tròn", "Rounding"),
            html! { (lang.pick(format!("chỉ làm tròn khi hiển thị, {} chữ số thập phân; phép tính giữ nguyên mọi chữ số", definition.decimals), format!("for display only, {} digits; the arithmetic keeps every digit", definition.decimals))) },
        ),
    ];
    if let Some(data) = &edition.data {
        facts.push((
            lang.pick("Bảng số liệu", "Data table"),
            html! { code { "catalogue/indices/" (data) } " (" (words::components(edition.components, lang)) ")" },
        ));
    }
    if let (Some(expected), Some(date)) = (edition.units_expected, edition.units_as_of) {
        facts.push((
            lang.pick("Đơn vị", "Units"),
            html! { (expected) " (" (lang.pick("danh mục ngày", "register of")) " " (lang.date(date)) ")" },
        ));
    }
    if let Some(tolerance) = edition.tolerance.filter(|_| edition.data.is_some()) {
        facts.push((
            lang.pick("Sai khác do làm tròn", "Explained by rounding"),
            html! { (lang.pick("tới", "up to")) " " (plain(tolerance)) },
        ));
    }
    facts
}

fn exceptions(definition: &Definition, edition: &Edition, lang: Lang) -> Markup {
    html! {
        @if !edition.known_exceptions.is_empty() {
            (parts::section_heading("ngoai-le", lang.pick("Ngoại lệ đã biết", "Known exceptions"), None))
            ul {
                @for known in &edition.known_exceptions {
                    li {
                        @if let Some(node) = known.node { code { (definition.nodes[node].code) } " – " }
                        @if let Some(unit) = &known.unit { (lang.pick("mã đơn vị", "unit code")) " " code { (unit) } ": " }
                        (lang.pick(&known.text.vi, &known.text.en))
                        @if !known.explained { " " (parts::tag(lang.pick("chưa rõ nguyên nhân", "cause not known"), Tone::Warning)) }
                    }
                }
            }
        }
    }
}

fn bands(edition: &Edition, lang: Lang) -> Markup {
    let plain = |value: rust_decimal::Decimal| lang.decimal(value, value.normalize().scale());
    html! {
        @if !edition.bands.is_empty() {
            (parts::section_heading("nhom", lang.pick("Nhóm", "Bands"), None))
            p {
                @match edition.band_rule {
                    BandRule::Score => (lang.pick("Chia theo điểm.", "Cut by score.")),
                    BandRule::Percentile => (lang.pick("Chia theo phân vị trong các đơn vị được xếp hạng.", "Cut by percentile among the ranked units.")),
                }
            }
            ul {
                @for band in &edition.bands {
                    li {
                        strong { (lang.pick(&band.name.vi, &band.name.en)) }
                        @match (band.from, edition.band_rule) {
                            (Some(from), BandRule::Score) => { ": " (lang.pick("từ", "from")) " " (plain(from)) },
                            (Some(from), BandRule::Percentile) => { ": " (lang.pick("từ phân vị", "from percentile")) " " (plain(from)) },
                            (None, _) => { ": " (lang.pick("còn lại", "the rest")) },
                        }
                        @if band.basis == Basis::Inferred { " – " (lang.pick("ngưỡng suy ra từ nhãn đã in, chưa thấy quy định", "cut point inferred from printed labels, no rule was seen")) }
                    }
                }
            }
        }
    }
}

fn breaks(results: &Results, index: &str, lang: Lang) -> Markup {
    let mut breaks: Vec<_> =
        results.definitions.iter().filter(|definition| definition.index == index).flat_map(|definition| &definition.breaks).collect();
    breaks.sort_by_key(|broken| broken.year);
    html! {
        @if breaks.is_empty() {
            p { (lang.pick("Danh mục không ghi nhận thay đổi nào.", "The catalogue knows of no break.")) }
        } @else {
            ul.breaks {
                @for broken in breaks {
                    li {
                        strong { (broken.year) } " – " (words::break_kind(broken.kind, lang)) ": " (lang.pick(&broken.text.vi, &broken.text.en))
                        @if !broken.comparable { " " (parts::tag(lang.pick("không so sánh qua mốc này", "not comparable across"), Tone::Warning)) }
                    }
                }
            }
        }
    }
}

fn sources(definition: &Definition, edition: &Edition, lang: Lang) -> Markup {
    let used = definition.sources.iter().filter(|source| edition.sources.contains(&source.id));
    html! {
        (parts::section_heading("nguon", lang.pick("Nguồn", "Sources"), None))
        ul {
            @for source in used {
                li {
                    (lang.pick(&source.title.vi, &source.title.en)) ". " (source.issuer) ". "
                    (lang.pick("Giấy phép: ", "Licence: ")) (words::either(&source.licence, lang)) "."
                    @if let Some(url) = &source.url { " " a href=(url) rel="external noopener" { (url) } }
                    @if let Some(note) = &source.note { " (" (words::either(note, lang)) ")" }
                }
            }
        }
    }
}
