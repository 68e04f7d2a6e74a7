//! What the public may see of approved results, from the day of publication on.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use composite_index::{NodeId, NodeValue};
use documents::content_disposition;
use maud::{Markup, html};
use rust_decimal::Decimal;
use ui::Lang;
use ui::parts::{self, Crumb, Tone};
use ui::shell::{Nav, NavItem, PageHead, portal_page};
use ui::table::{Cell, Column, DataTable, MissingReason, Row, render_table};
use web::{App, Ground, Problem, Visit};

use crate::actions::{PublicBlock, PublicResult, mergers, public_result, public_results, public_working};
use crate::exports::{applies_cell, applies_less, index_cell, public_csv, withdrawn_words};
use crate::indices::{self, place_cell};
use crate::model::Shows;
use crate::reduced::{Reduced, scaled_totals};
use crate::words;

const LIST: &str = "/ket-qua-danh-gia";

fn page(app: &App, visit: &Visit, title: &str, crumbs: Vec<Crumb>, body: Markup) -> Response {
    let lang = visit.lang;
    let mut head = PageHead::new(title, lang, visit.theme, visit.path_and_query());
    head.active = "ket-qua-danh-gia".to_owned();
    head.crumbs = crumbs;
    head.app_version.clone_from(&app.version);
    let nav = Nav {
        site_name: lang.pick("Chỉ số cải cách hành chính", "Public reform indices").to_owned(),
        owner: app.owner.clone(),
        home: lang.href("/"),
        items: vec![
            NavItem::new("xep-hang", lang.pick("Xếp hạng", "Rankings"), lang.href("/xep-hang")),
            NavItem::new("ket-qua-danh-gia", lang.pick("Kết quả đánh giá", "Evaluation results"), lang.href(LIST)),
            NavItem::new("tro-giup", lang.pick("Trợ giúp", "Help"), lang.href("/tro-giup")),
        ],
        ..Nav::default()
    };
    portal_page(&head, &nav, body).into_response()
}

pub(crate) async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let lang = visit.lang;
    let found = public_results(Ground::of(&app), app.world.today()).await.map_err(words::problem)?;
    let title = lang.pick("Kết quả đánh giá cải cách hành chính", "Results of reform evaluation");
    let body = html! {
        (parts::page_heading(title, Some(lang.pick("Kết quả đã được phê duyệt và công bố của các sở, ban, ngành, xã, phường.", "Approved and published results of departments, communes and wards.")), None))
        @if found.is_empty() { p { (lang.pick("Chưa có kết quả nào được công bố.", "Nothing is published yet.")) } }
        ul { @for (campaign, result) in &found { li {
            a href=(lang.href(&format!("{LIST}/{}", campaign.key))) { (campaign.title) }
            @if campaign.made_up { " " (parts::tag(lang.pick("Số liệu minh họa", "Made up"), Tone::Warning)) }
            @if result.withdrawn_at.is_some() { " " (parts::tag(lang.pick("Đã rút", "Withdrawn"), Tone::Warning)) }
        } } }
    };
    Ok(page(&app, &visit, title, vec![], body))
}

pub(crate) fn name(block: &PublicBlock, node: NodeId, lang: Lang) -> &str {
    let node = &block.definition.nodes[node];
    node.name.as_ref().map_or(node.code.as_str(), |name| lang.pick(name.vi.as_str(), name.en.as_str()))
}

pub(crate) fn cell(value: NodeValue, decimals: u32, lang: Lang) -> Cell {
    match value {
        Ok(value) => Cell::number(value, decimals),
        Err(_) => Cell::missing(MissingReason::Other(words::points(value, lang))),
    }
}

fn ranking(found: &PublicResult, block: &PublicBlock, lang: Lang) -> DataTable {
    let definition = &block.definition;
    let areas: &[NodeId] = if found.result.shows == Shows::Totals { &[] } else { &definition.nodes[definition.total].children };
    let mut table = DataTable::new(format!("khoi-{}", block.block), block.name.clone())
        .column(Column::rank("hang", lang.pick("Hạng", "Rank")))
        .column(Column::header("don-vi", lang.pick("Đơn vị", "Unit")))
        .column(Column::number("tong", lang.pick("Tổng điểm", "Total"), definition.decimals))
        .column(Column::number("chi-so", lang.pick("Chỉ số", "Index"), definition.decimals).unit("%"))
        .column(Column::text("xep-loai", lang.pick("Xếp loại", "Band")));
    for area in areas {
        table = table.column(Column::number(
            format!("lv-{}", definition.nodes[*area].code),
            format!("{}. {}", definition.nodes[*area].code, name(block, *area, lang)),
            definition.decimals,
        ));
    }
    let mut order: Vec<usize> = (0..block.scores.units.len()).collect();
    order.sort_by_key(|unit| (block.scores.units[*unit].rank.unwrap_or(u32::MAX), *unit));
    for unit in order {
        let (row, scores) = (&block.table.rows[unit], &block.scores.units[unit]);
        let rank = place_cell(scores, lang.pick("không xếp hạng", "not ranked"), lang);
        let unit = match (found.result.shows, &row.code) {
            (Shows::Leaves, Some(code)) => Cell::link(row.unit.clone(), address(found, &format!("/{}/{code}", block.block), lang)),
            _ => Cell::text(row.unit.clone()),
        };
        let mut cells = vec![
            rank,
            unit,
            cell(scores.values[definition.total], definition.decimals, lang),
            index_cell(indices::index(definition, scores, definition.total), definition.decimals),
            Cell::text(indices::band(definition, scores, found.campaign.year, lang).unwrap_or("–")),
        ];
        cells.extend(areas.iter().map(|area| cell(scores.values[*area], definition.decimals, lang)));
        table = table.row(Row::new(cells));
    }
    // Beside the points of areas a total that was scaled does not add up.
    if !areas.is_empty() {
        table.notes.extend(scaled_totals(&block.definition, &block.table.rows, lang));
    }
    table.notes.extend(mergers(&block.table.rows, &found.successors, |_| true, lang));
    table
}

/// The approval that the address asks for.
fn which(visit: &Visit) -> Result<Option<i64>, Problem> {
    visit.value("lan").map(|text| text.parse().map_err(|_| Problem::NotFound)).transpose()
}

/// A page of the result that is looked at: that of an older approval keeps saying which.
fn address(found: &PublicResult, rest: &str, lang: Lang) -> String {
    let path = lang.href(&format!("{LIST}/{}{rest}", found.campaign.key));
    if found.result.position == found.newest { path } else { format!("{path}?lan={}", found.result.position) }
}

/// That a later publication took the place of the one that is looked at.
fn replaced(found: &PublicResult, rest: &str, lang: Lang) -> Markup {
    let newest = lang.href(&format!("{LIST}/{}{rest}", found.campaign.key));
    let gone = found.others.iter().any(|one| one.position == found.newest && one.withdrawn_at.is_some());
    let told = if gone {
        lang.pick(
            "Kết quả này đã được thay bằng lần công bố mới hơn; lần công bố mới hơn sau đó đã được rút. ",
            "A later publication took the place of this one, and was withdrawn since. ",
        )
    } else {
        lang.pick("Kết quả này đã được thay bằng lần công bố mới hơn. ", "A later publication took the place of this one. ")
    };
    parts::notice(
        Tone::Warning,
        None,
        html! { p { (told) a href=(newest) { (lang.pick("Xem kết quả mới nhất", "See the newest")) } } },
        lang,
    )
}

/// The other public approvals of the campaign, withdrawn ones with their reason.
fn others(found: &PublicResult, lang: Lang) -> Markup {
    html! {
        @if !found.others.is_empty() {
            (parts::section_heading("lan-khac", lang.pick("Các lần công bố khác", "Other publications"), None))
            ul { @for one in &found.others { li {
                a href=(lang.href(&format!("{LIST}/{}?lan={}", found.campaign.key, one.position))) { (lang.pick(format!("Lần {}", one.position), format!("No. {}", one.position))) }
                ", " (lang.pick("phê duyệt", "approved")) " " (words::moment(one.approved_at, lang))
                @if let Some(decision) = &one.decision { ", " (decision) }
                @if let Some(told) = withdrawn_words(one, lang) { ". " (parts::tag(lang.pick("Đã rút", "Withdrawn"), Tone::Warning)) " " (told) }
            } } }
        }
    }
}

pub(crate) async fn get(State(app): State<App>, visit: Visit, Path(campaign): Path<String>) -> Result<Response, Problem> {
    let lang = visit.lang;
    let found = public_result(Ground::of(&app), &campaign, which(&visit)?, app.world.today()).await.map_err(words::problem)?;
    let title = found.campaign.title.clone();
    let body = html! {
        (parts::page_heading(&title, None, None))
        @if found.campaign.made_up { (parts::notice(Tone::Warning, None, html! { p { (lang.pick("Số liệu minh họa của bản dùng thử, không phải kết quả thật.", "Made-up figures of a demonstration, no real result.")) } }, lang)) }
        @if found.result.position < found.newest { (replaced(&found, "", lang)) }
        @if let Some(at) = found.result.withdrawn_at {
            (parts::notice(Tone::Warning, Some(lang.pick("Kết quả đã được rút", "Withdrawn")), html! { p { (words::moment(at, lang)) ": " (found.result.reason.as_deref().unwrap_or_default()) } }, lang))
        }
        @if !found.blocks.is_empty() {
            (parts::key_values(&[
                (lang.pick("Phê duyệt", "Approved"), html! { (words::moment(found.result.approved_at, lang)) @if let Some(decision) = &found.result.decision { ", " (decision) } }),
                (lang.pick("Công bố từ", "Public since"), html! { (found.result.publish_on.map(|day| lang.date(day)).unwrap_or_default()) }),
                (lang.pick("Mã kiểm tra của hồ sơ tính", "Checksum of what it was computed from"), html! { code { (found.result.sha256) } }),
            ]))
            (parts::download_bar(&[("CSV", address(&found, "/du-lieu.csv", lang))], lang))
            @for block in &found.blocks { (render_table(&ranking(&found, block, lang), lang)) }
        }
        (others(&found, lang))
    };
    Ok(page(&app, &visit, &title, vec![Crumb::new(lang.pick("Kết quả đánh giá", "Evaluation results"), lang.href(LIST))], body))
}

/// The working of a unit's points, where the council allows it to be shown.
pub(crate) async fn unit(
    State(app): State<App>,
    visit: Visit,
    Path((campaign, block, unit)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let lang = visit.lang;
    let found = public_result(Ground::of(&app), &campaign, which(&visit)?, app.world.today()).await.map_err(words::problem)?;
    let held =
        found.blocks.iter().find(|one| one.block == block).filter(|_| found.result.shows == Shows::Leaves).ok_or(Problem::NotFound)?;
    let at = held.table.rows.iter().position(|row| row.code.as_deref() == Some(&unit)).ok_or(Problem::NotFound)?;
    let (row, scores, definition) = (&held.table.rows[at], &held.scores.units[at], &held.definition);
    let (set, working) = public_working(Ground::of(&app), &found, held, at).await.map_err(words::problem)?;
    // Beside what applies to the unit a reader can work the index out.
    let is_reduced = applies_less(definition, scores);
    let mut table = DataTable::new("tung-tieu-chi", lang.pick("Điểm từng tiêu chí", "Points of each criterion"))
        .column(Column::header("tieu-chi", lang.pick("Tiêu chí", "Criterion")))
        .column(Column::number("toi-da", lang.pick("Tối đa", "Maximum"), definition.decimals));
    if is_reduced {
        table = table.column(Column::number("ap-dung", lang.pick("Tối đa áp dụng", "Maximum that applies"), definition.decimals));
    }
    let mut table = table
        .column(Column::number("diem", lang.pick("Điểm", "Points"), definition.decimals))
        .column(Column::number("chi-so", lang.pick("Chỉ số", "Index"), definition.decimals).unit("%"))
        .column(Column::text("cach-tinh", lang.pick("Quy tắc tính điểm", "Rule")))
        .column(Column::text("so-lieu", lang.pick("Số liệu", "Figures")))
        .column(Column::text("ghi-chu", lang.pick("Lý do", "Reason")));
    for (id, depth) in definition.top_down() {
        let reason = row.not_applicable.iter().find(|(node, _)| *node == id).map(|(_, reason)| reason.clone());
        let how = working.get(&definition.nodes[id].code).cloned().unwrap_or_default();
        let rule = how.node.and_then(|node| set.definition.nodes[node].rule.as_ref());
        let figures: Vec<String> = how
            .figures
            .iter()
            .map(|(figure, value)| {
                let told = index_words::figure_value(&set.definition, *figure, *value, lang);
                format!("{}: {told}", index_words::figure(&set.definition, *figure, lang))
            })
            .collect();
        let title = if id == definition.total {
            name(held, id, lang).to_owned()
        } else {
            format!("{} {}", definition.nodes[id].code, name(held, id, lang))
        };
        let most = |most: Option<Decimal>| most.map_or_else(|| Cell::text("–"), |most| Cell::number(most, definition.decimals));
        let mut cells = vec![Cell::text(title), most(definition.maximum(id))];
        cells.extend(is_reduced.then(|| applies_cell(definition, scores, id, definition.decimals)));
        cells.extend([
            cell(scores.values[id], definition.decimals, lang),
            index_cell(indices::index(definition, scores, id), definition.decimals),
            Cell::text(
                rule.map(|rule| index_words::leaf(&set.definition, rule, lang))
                    .or_else(|| words::bound(&set, set.definition.node(&definition.nodes[id].code)?, lang))
                    .map(|told| super::sheet::capital(&told))
                    .unwrap_or_default(),
            ),
            Cell::text(figures.join("; ")),
            Cell::text(reason.or(how.reason).unwrap_or_default()),
        ]);
        table = table.row(Row::new(cells).level(u8::try_from(depth).unwrap_or(9)));
    }
    let title = row.unit.clone();
    let body = html! {
        (parts::page_heading(&title, Some(&found.campaign.title), None))
        @if found.campaign.made_up { (parts::notice(Tone::Warning, None, html! { p { (lang.pick("Số liệu minh họa của bản dùng thử, không phải kết quả thật.", "Made-up figures of a demonstration, no real result.")) } }, lang)) }
        @if found.result.position < found.newest { (replaced(&found, &format!("/{block}/{unit}"), lang)) }
        @if let Some(told) = withdrawn_words(&found.result, lang) {
            (parts::notice(Tone::Warning, Some(lang.pick("Kết quả đã được rút", "Withdrawn")), html! { p { (told) } }, lang))
        }
        @for told in Reduced::of(definition, row).map(|reduced| reduced.sentences(definition, row, lang)).unwrap_or_default() { p { (told) } }
        @if let Some(told) = mergers(&held.table.rows, &found.successors, |key| key == unit, lang) { p { (told) } }
        (render_table(&table, lang))
    };
    let crumbs = vec![
        Crumb::new(lang.pick("Kết quả đánh giá", "Evaluation results"), lang.href(LIST)),
        Crumb::new(found.campaign.title.clone(), address(&found, "", lang)),
    ];
    Ok(page(&app, &visit, &title, crumbs, body))
}

/// The open-data table: as much as the page shows.
pub(crate) async fn csv(State(app): State<App>, visit: Visit, Path(campaign): Path<String>) -> Result<Response, Problem> {
    let lang = visit.lang;
    let found = public_result(Ground::of(&app), &campaign, which(&visit)?, app.world.today()).await.map_err(words::problem)?;
    let (name, bytes) = public_csv(&found, lang);
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, content_disposition(&name, "csv"))], bytes)
        .into_response())
}
