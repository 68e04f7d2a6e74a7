//! "Từ đâu?": the chain behind one figure, back to its source and forward to what uses it.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use composite_index::{Aggregation, NodeId};
use maud::{Markup, html};
use registry::results::{EditionResult, Results};
use ui::Lang;
use ui::parts::{self, Origin, Tone};
use ui::table::{DataTable, render_table};

use crate::App;
use crate::download::{self, Format};
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::queries;
use crate::tables::origin::{NodeView, tables};
use crate::tables::{differs, missing_reason, node_name, unit_name};
use crate::words;
use web::{Problem, Visit};

pub(crate) async fn get(
    State(app): State<App>,
    visit: Visit,
    Path((index, year, unit, node)): Path<(String, String, String, String)>,
) -> Result<Response, PageError> {
    let lang = visit.lang;
    let results = queries::results(&app).await?;
    let (year, ..) = queries::asked(&results, &index, &year, lang)?;
    let no_figure = || PageError::NoFigure { ranking: format!("/xep-hang/{index}/{year}") };
    let edition = results.edition(&index, year).ok_or_else(no_figure)?;
    let row = edition.row_of(&unit).ok_or_else(no_figure)?;
    let (node, format) = Format::split(&node);
    let id = edition.definition.node(node).ok_or_else(no_figure)?;
    let short = queries::index_short(&results, &index, lang);
    let name = unit_name(edition, row);
    let title = if id == edition.definition.total {
        lang.pick(format!("Điểm {short} {year} của {name}"), format!("{short} {year} score of {name}"))
    } else {
        let part = node_name(&results, edition, id, lang);
        lang.pick(format!("{part} của {name}, {short} {year}"), format!("{part} of {name}, {short} {year}"))
    };
    let working = edition.working(row).map_err(|error| {
        tracing::error!(error = ?error, index, year, "a working could not be computed");
        PageError::Common(Problem::Fault)
    })?;
    let view = NodeView { results: &results, definition: &edition.definition, working: &working, node: id, lang };
    let tables = tables(&view, edition, row);
    if format != Format::Page {
        if tables.is_empty() {
            return Err(no_figure());
        }
        return download::tables(&app, &visit, format, &format!("tu-dau-{index}-{year}-{unit}-{node}"), &title, &tables);
    }
    let page = Page::new(&title, "xep-hang")
        .below(&visit, lang.pick("Xếp hạng", "Rankings"), "/xep-hang")
        .below(&visit, format!("{short} {year}"), &format!("/xep-hang/{index}/{year}?chon={unit}"))
        .help("tu-dau");
    let shown = Shown { view: &view, tables: &tables, title: &title, version: &app.version };
    let body = body(edition, row, &shown, &visit);
    Ok(layout::page(&app, &visit, page, body).into_response())
}

/// What the page shows of a node.
struct Shown<'a> {
    view: &'a NodeView<'a>,
    tables: &'a [DataTable],
    title: &'a str,
    version: &'a str,
}

fn body(edition: &EditionResult, row: usize, shown: &Shown<'_>, visit: &Visit) -> Markup {
    let lang = visit.lang;
    let Shown { view, tables, title, version } = *shown;
    let (results, node) = (view.results, view.node);
    let facts: Vec<(&str, Markup)> = view.facts().into_iter().map(|(label, words)| (label, html! { (words) })).collect();
    let base = lang.href(&visit.path);
    html! {
        (parts::page_heading(title, Some(lang.pick("Con số này từ đâu ra, tính thế nào, và được dùng ở đâu.", "Where this figure comes from, how it is computed, and what uses it.")), None))
        (parts::key_values(&figures(edition, row, node, lang)))
        (explanation(edition, row, node, lang))
        (parts::section_heading("chuoi", lang.pick("Chuỗi nguồn gốc", "Chain of origin"), None))
        (parts::provenance(&chain(results, edition, row, node, version, lang), lang))
        @if !tables.is_empty() || !facts.is_empty() {
            // A figure that was given has a scale and no working.
            @let heading = if tables.is_empty() { lang.pick("Thang điểm", "Scale") } else { lang.pick("Phép tính, đủ mọi chữ số", "The working, with every digit") };
            (parts::section_heading("phep-tinh", heading, None))
            @if !facts.is_empty() { (parts::key_values(&facts)) }
            @if !tables.is_empty() { (parts::download_bar(&[("XLSX", format!("{base}.xlsx")), ("CSV", format!("{base}.csv"))], lang)) }
            @for table in tables { (render_table(table, lang)) }
        }
        @if node == edition.definition.total { (onward(edition, row, lang)) }
    }
}

/// Where a reader of a total may go on.
fn onward(edition: &EditionResult, row: usize, lang: Lang) -> Markup {
    let (index, year, unit) = (&edition.definition.index, edition.edition().year, &edition.rows[row].unit);
    html! {
        ul.link-row {
            li { a href=(lang.href(&format!("/gia-dinh/{index}/{year}/{unit}"))) { (lang.pick("Nếu điểm thành phần khác đi thì sao?", "What if the parts were different?")) } }
            li { a href=(lang.href(&format!("/ho-so/{unit}"))) { (lang.pick("Hồ sơ của đơn vị", "Profile of the unit")) } }
        }
    }
}

fn figures<'f>(edition: &EditionResult, row: usize, node: NodeId, lang: Lang) -> Vec<(&'f str, Markup)> {
    let exact = |value: rust_decimal::Decimal| html! { strong { (lang.decimal(value, value.normalize().scale().min(12))) } };
    // A published figure keeps the digits it was printed with.
    let printed = |value: rust_decimal::Decimal| html! { strong { (lang.decimal(value, value.scale())) } };
    let none = || html! { (missing_reason(lang, edition, row, node).words(lang)) };
    let (published, computed) = (edition.published(row, node), edition.computed(row, node));
    let is_input = edition.definition.nodes[node].is_input();
    let mut facts = vec![(lang.pick("Số công bố", "Published"), published.map_or_else(none, printed))];
    if !is_input {
        facts.push((lang.pick("Số tính lại", "Recomputed"), computed.map_or_else(none, exact)));
        if let Some((published, computed)) = published.zip(computed) {
            facts.push((lang.pick("Chênh lệch", "Difference"), exact(published - computed)));
        }
    }
    if node == edition.definition.total {
        let rank = |rank: Option<u32>| html! { (rank.map_or_else(|| "–".to_owned(), |rank| rank.to_string())) };
        facts.push((lang.pick("Hạng công bố", "Published rank"), rank(edition.table.rows[row].published.rank)));
        facts.push((lang.pick("Hạng tính lại", "Recomputed rank"), rank(edition.computed_rank(row))));
    }
    facts
}

fn explanation(edition: &EditionResult, row: usize, node: NodeId, lang: Lang) -> Markup {
    if !differs(edition, row, node) {
        return html! {};
    }
    match edition.edition().exception(Some(&edition.rows[row].code), node) {
        Some(known) if !known.explained => parts::notice(
            Tone::Warning,
            Some(lang.pick("Chênh lệch đã ghi nhận, chưa rõ nguyên nhân", "The difference is recorded, its cause is not known")),
            html! { p { (lang.pick(&known.text.vi, &known.text.en)) } },
            lang,
        ),
        Some(known) => parts::notice(
            Tone::Info,
            Some(lang.pick("Chênh lệch đã có giải thích", "The difference is explained")),
            html! { p { (lang.pick(&known.text.vi, &known.text.en)) } },
            lang,
        ),
        None => parts::notice(
            Tone::Warning,
            Some(lang.pick("Chênh lệch chưa giải thích được", "The difference is not explained")),
            html! { p { (lang.pick("Số công bố và số tính lại khác nhau nhiều hơn mức do làm tròn.", "Published and recomputed value differ by more than rounding explains.")) } },
            lang,
        ),
    }
}

fn chain(results: &Results, edition: &EditionResult, row: usize, node: NodeId, version: &str, lang: Lang) -> Vec<Origin> {
    let definition = &edition.definition;
    let (year, this) = (edition.edition().year, &definition.nodes[node]);
    let data = edition.edition().data.clone().unwrap_or_default();
    let file_row = edition.table.rows[row].file_row;
    let mut chain = Vec::new();
    if let Some(parent) = this.parent {
        let weight = this.weight.map(|weight| {
            lang.pick(
                format!("với trọng số {}", lang.decimal(weight, weight.normalize().scale())),
                format!("with weight {}", lang.decimal(weight, weight.normalize().scale())),
            )
        });
        let mut origin = Origin::new(lang.pick("Được dùng để tính", "Used for"), node_name(results, edition, parent, lang))
            .href(crate::tables::origin_address(lang, edition, row, parent));
        if let Some(weight) = weight {
            origin = origin.detail(weight);
        }
        chain.push(origin);
    }
    let rule = words::aggregation(this.aggregation, lang);
    let how = match this.aggregation {
        Some(Aggregation::WeightedSum | Aggregation::WeightedMean) => lang.pick(
            format!("{rule} của {} thành phần, xem phép tính bên dưới", this.children.len()),
            format!("{rule} of {} parts, see the working below", this.children.len()),
        ),
        _ => rule.to_owned(),
    };
    chain.push(
        Origin::new(lang.pick("Quy tắc", "Rule"), how).href(lang.href(&format!("/phuong-phap/{}/{year}", definition.index))).detail(
            lang.pick(
                format!("bộ quy tắc {}, kỳ {year}; phần mềm {version}", definition.id),
                format!("definition {}, edition {year}; software {version}", definition.id),
            ),
        ),
    );
    if let Some(indicator) = this.indicator.as_ref().and_then(|code| results.indicators.get(code)) {
        let note = words::either(indicator.note.as_deref().unwrap_or_default(), lang);
        let unit = lang.pick(&indicator.unit_vi, &indicator.unit_en);
        chain.push(Origin::new(lang.pick("Chỉ tiêu", "Indicator"), format!("{} ({unit})", indicator.indicator)).detail(note));
    }
    if !data.is_empty() {
        chain.push(Origin::new(lang.pick("Dòng số liệu", "Row of data"), format!("catalogue/indices/{data}")).detail(lang.pick(
            format!("dòng {file_row}, tên in trong bảng: {}", edition.rows[row].printed_name),
            format!("row {file_row}, printed name: {}", edition.rows[row].printed_name),
        )));
    }
    for note in [&edition.rows[row].source, &edition.rows[row].note].into_iter().flatten() {
        chain.push(Origin::new(lang.pick("Ghi chú của dòng", "Note of the row"), words::either(note, lang)));
    }
    for source in definition.sources.iter().filter(|source| edition.edition().sources.contains(&source.id)) {
        let mut origin = Origin::new(lang.pick("Tài liệu nguồn", "Source document"), lang.pick(&source.title.vi, &source.title.en))
            .detail(format!("{} · {}", source.issuer, words::either(&source.licence, lang)));
        if let Some(url) = &source.url {
            origin = origin.href(url);
        }
        chain.push(origin);
    }
    chain
}
