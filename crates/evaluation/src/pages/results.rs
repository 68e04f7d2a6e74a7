//! Results of a campaign: totals, areas, ranks, bands; self-score against the final one; the change from last year leaf by leaf; removed points.

use std::io::Write as _;

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use composite_index::{NodeId, Role};
use documents::{Workbook, content_disposition};
use maud::{Markup, html};
use ui::Lang;
use ui::parts::{self, FieldError, Tone};
use ui::table::{Cell, Column, DataTable, MissingReason, Row, render_table};
use web::{App, Ground, Problem, Signed, WorkPage, work_frame};

use super::sheet::path_of;
use super::{NAV, approvals};
use crate::actions::{Results, campaign_results, frozen_files, sheet};
use crate::comparing::{Beside, Change, beside};
use crate::exports::{applies_cell, applies_less, description, file_name, index_cell, result_tables, results_csv, sheet_table, withdrawn};
use crate::indices::{self, place_cell};
use crate::reduced::{Reduced, scaled_totals, taken_out};
use crate::result::BlockResult;
use crate::words;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Why a unit has no place.
fn unranked(ranked: bool, lang: Lang) -> &'static str {
    if ranked { lang.pick("chưa đủ điểm", "points are missing") } else { lang.pick("không xếp hạng", "not ranked") }
}

/// Name of a node of a block's definition.
pub(crate) fn node_name(result: &BlockResult, node: NodeId, lang: Lang) -> &str {
    let node = &result.definition.nodes[node];
    node.name.as_ref().map_or(node.code.as_str(), |name| lang.pick(name.vi.as_str(), name.en.as_str()))
}

pub(crate) fn value(value: composite_index::NodeValue, decimals: u32, lang: Lang) -> Cell {
    match value {
        Ok(value) => Cell::number(value, decimals),
        Err(_) => Cell::missing(MissingReason::Other(words::points(value, lang))),
    }
}

/// A table with further notes below it.
pub(crate) fn with_notes(mut table: DataTable, notes: impl IntoIterator<Item = String>) -> DataTable {
    table.notes.extend(notes);
    table
}

/// The ranking of a block; `shown` says which units the person may see.
pub(crate) fn ranking(
    result: &BlockResult,
    year: i32,
    shown: impl Fn(&str) -> bool,
    link: impl Fn(&str) -> Option<String>,
    lang: Lang,
) -> DataTable {
    let definition = &result.definition;
    let most = definition.maximum(definition.total);
    let mut table = DataTable::new(format!("xep-hang-{}", result.block.block), result.block.name.clone())
        .column(Column::rank("hang", lang.pick("Hạng", "Rank")))
        .column(Column::header("don-vi", lang.pick("Đơn vị", "Unit")))
        .column(Column::number("tong", lang.pick("Tổng điểm", "Total"), result.decimals))
        .column(Column::number("chi-so", lang.pick("Chỉ số", "Index"), result.decimals).unit("%"))
        .column(Column::text("nhom", lang.pick("Xếp loại", "Band")))
        .column(Column::number("tu-cham", lang.pick("Tự chấm", "Own"), result.decimals));
    for area in result.areas() {
        table = table.column(Column::number(
            format!("lv-{}", definition.nodes[*area].code),
            format!("{}. {}", definition.nodes[*area].code, node_name(result, *area, lang)),
            result.decimals,
        ));
    }
    for unit in result.by_rank() {
        let row = &result.table.rows[unit];
        let key = row.code.as_deref().unwrap_or_default();
        if !shown(key) {
            continue;
        }
        let scores = &result.scores.units[unit];
        let name = link(key).map_or_else(|| Cell::text(row.unit.clone()), |href| Cell::link(row.unit.clone(), href));
        let rank = place_cell(scores, unranked(row.ranked, lang), lang);
        let mut cells = vec![
            rank,
            name,
            value(scores.values[definition.total], result.decimals, lang),
            result
                .index(unit, definition.total)
                .map_or_else(|| Cell::missing(MissingReason::NotReported), |index| Cell::number(index, result.decimals)),
            Cell::text(result.band(unit, year, lang).unwrap_or("–")),
            value(result.own[unit], result.decimals, lang),
        ];
        cells.extend(result.areas().iter().map(|area| value(scores.values[*area], result.decimals, lang)));
        table = table.row(Row::new(cells));
    }
    if let Some(most) = most {
        table.notes.push(lang.pick(
            format!("Điểm tối đa: {}. Chỉ số bằng điểm đạt chia điểm tối đa, nhân 100.", words::plain(most, lang)),
            format!("The maximum is {}. The index is points over maximum, times 100.", words::plain(most, lang)),
        ));
    }
    let tie = match definition.computation.tie_rule {
        composite_index::TieRule::Dense => lang.pick(
            "Các đơn vị bằng điểm đồng hạng; hạng tiếp theo liền kề.",
            "Equal totals share a rank; the next rank follows without a gap.",
        ),
        composite_index::TieRule::Competition => lang.pick(
            "Các đơn vị bằng điểm đồng hạng; hạng tiếp theo bỏ qua số đơn vị đồng hạng.",
            "Equal totals share a rank; the ranks after them are skipped.",
        ),
        composite_index::TieRule::Last => {
            lang.pick("Các đơn vị bằng điểm cùng nhận hạng thấp nhất của nhóm.", "Equal totals take the last of their ranks.")
        }
        composite_index::TieRule::Average => {
            lang.pick("Các đơn vị bằng điểm nhận hạng trung bình của nhóm.", "Equal totals share the mean of their ranks.")
        }
    };
    table.notes.push(tie.to_owned());
    // Beside the points of areas a total that was scaled does not add up.
    let rows = result.table.rows.iter().filter(|row| shown(row.code.as_deref().unwrap_or_default()));
    table.notes.extend(scaled_totals(definition, rows, lang));
    if !result.scorers.is_empty() {
        table.notes.push(
            lang.pick(
                "Điểm tự chấm gồm cả điểm điều tra xã hội học và điểm do cơ quan khác chấm, để so sánh với tổng điểm.",
                "Own points include what surveys and other agencies give, so that both totals can be compared.",
            )
            .to_owned(),
        );
    }
    table
}

/// Index of each unit in each area, units in the order of their places.
fn area_indices(result: &BlockResult, shown: impl Fn(&str) -> bool, lang: Lang) -> DataTable {
    let mut table = DataTable::new(format!("chi-so-{}", result.block.block), lang.pick("Chỉ số từng lĩnh vực", "Index of each area"))
        .column(Column::header("don-vi", lang.pick("Đơn vị", "Unit")));
    for area in result.areas() {
        let title = format!("{}. {}", result.definition.nodes[*area].code, node_name(result, *area, lang));
        table = table.column(Column::number(format!("cs-{}", result.definition.nodes[*area].code), title, result.decimals).unit("%"));
    }
    for unit in result.by_rank().into_iter().filter(|unit| shown(result.table.rows[*unit].code.as_deref().unwrap_or_default())) {
        let mut cells = vec![Cell::text(result.table.rows[unit].unit.clone())];
        cells.extend(result.areas().iter().map(|area| index_cell(result.index(unit, *area), result.decimals)));
        table = table.row(Row::new(cells));
    }
    table
}

/// What was taken out of units' maxima, and why.
pub(crate) fn removed(result: &BlockResult, lang: Lang) -> DataTable {
    let mut table = DataTable::new(
        format!("khong-ap-dung-{}", result.block.block),
        lang.pick(
            "Tiêu chí không áp dụng và điểm được trừ khỏi điểm tối đa",
            "What does not apply, and the points taken out of the maximum",
        ),
    )
    .column(Column::header("don-vi", lang.pick("Đơn vị", "Unit")))
    .column(Column::text("tieu-chi", lang.pick("Tiêu chí", "Criterion")))
    .column(Column::number("diem", lang.pick("Điểm trừ khỏi tối đa", "Taken out of the maximum"), result.decimals))
    .column(Column::text("ly-do", lang.pick("Lý do", "Reason")));
    for row in &result.table.rows {
        for one in taken_out(&result.definition, row, lang) {
            table = table.row(Row::new(vec![
                Cell::text(row.unit.clone()),
                Cell::text(format!("{} {}", result.definition.nodes[one.node].code, node_name(result, one.node, lang))),
                one.maximum.map_or_else(|| Cell::text("–"), |most| Cell::number(most, result.decimals)),
                Cell::text(one.reason),
            ]));
        }
    }
    table
}

/// Leaves of a unit: own points, final points, last year's, and what the change of each adds to the change of the total.
#[must_use]
pub fn leaves(result: &BlockResult, before: Option<&BlockResult>, unit: &str, lang: Lang) -> Option<DataTable> {
    let at = result.position(unit)?;
    let earlier = before.and_then(|before| before.position(unit).map(|at| (before, at)));
    let mut table = DataTable::new("tung-tieu-chi", lang.pick("Điểm từng tiêu chí", "Points of each criterion"))
        .column(Column::header("tieu-chi", lang.pick("Tiêu chí", "Criterion")))
        .column(Column::number("toi-da", lang.pick("Tối đa", "Maximum"), result.decimals));
    let is_reduced = applies_less(&result.definition, &result.scores.units[at]);
    if is_reduced {
        table = table.column(Column::number("ap-dung", lang.pick("Tối đa áp dụng", "Maximum that applies"), result.decimals));
    }
    table = table
        .column(Column::number("tu-cham", lang.pick("Tự chấm", "Own"), result.decimals))
        .column(Column::number("ket-qua", lang.pick("Kết quả", "Final"), result.decimals))
        .column(Column::number("chi-so", lang.pick("Chỉ số", "Index"), result.decimals).unit("%"));
    if earlier.is_some() {
        table = table
            .column(Column::number("truoc", lang.pick("Năm trước", "Last year"), result.decimals))
            .column(Column::change("thay-doi", lang.pick("Thay đổi", "Change")));
    }
    let definition = &result.definition;
    let reduced = Reduced::of(definition, &result.table.rows[at]);
    let mut by_index = false;
    for (id, depth) in definition.top_down() {
        let node = &definition.nodes[id];
        let leaf = node.is_leaf();
        let now = result.scores.units[at].values[id];
        let mut cells = vec![
            Cell::text(if id == definition.total {
                node_name(result, id, lang).to_owned()
            } else {
                // Points that moved stand in the row that they left and in those that took them.
                let moved = reduced.as_ref().filter(|_| leaf).and_then(|reduced| reduced.moved_at(definition, id, lang));
                let moved = moved.map(|moved| format!(" – {moved}")).unwrap_or_default();
                format!("{} {}{moved}", node.code, node_name(result, id, lang))
            }),
            definition.maximum(id).map_or_else(|| Cell::text("–"), |most| Cell::number(most, result.decimals)),
        ];
        cells.extend(is_reduced.then(|| applies_cell(definition, &result.scores.units[at], id, result.decimals)));
        cells.extend([
            if leaf {
                own_points(result, at, id, lang)
            } else if id == definition.total {
                value(result.own[at], result.decimals, lang)
            } else {
                Cell::text("")
            },
            value(now, result.decimals, lang),
            index_cell(result.index(at, id), result.decimals),
        ]);
        if let Some(earlier) = earlier {
            let found = beside((result, at), earlier, id);
            by_index |= matches!(&found, Beside::Same { change: Some(Change::Index(_)), .. });
            cells.extend(last_year(&found, (result.decimals, earlier.0.decimals), lang));
        }
        let mut row = Row::new(cells).level(u8::try_from(depth).unwrap_or(9));
        if id == definition.total {
            row = row.total();
        }
        table = table.row(row);
    }
    if earlier.is_some() {
        table.notes.push(
            lang.pick(
                "Chỉ so sánh tiêu chí có cùng mã và cùng tên với năm trước. Tiêu chí mới, đã bỏ hoặc đã thay đổi không có thay đổi để so sánh; thay đổi của tổng điểm gồm cả phần đó.",
                "Only criteria with the same code and name as last year are compared. Criteria that are new, gone or others now have no change; the change of the total includes them.",
            )
            .to_owned(),
        );
    }
    if by_index {
        table.notes.push(
            lang.pick(
                "Nơi điểm tối đa khác năm trước, thay đổi là của chỉ số (điểm đạt chia điểm tối đa, nhân 100), ghi bằng điểm phần trăm (đpt).",
                "Where the maximum differs from last year's, the change is that of the index (points over maximum, times 100), in percentage points (pp).",
            )
            .to_owned(),
        );
    }
    Some(table)
}

/// Points of last year, and what changed since.
fn last_year(found: &Beside, (now, then): (u32, u32), lang: Lang) -> [Cell; 2] {
    let missing = |words: &str| Cell::missing(MissingReason::Other(words.to_owned()));
    match found {
        Beside::New => [missing(lang.pick("tiêu chí mới", "new")), Cell::text("–")],
        Beside::Changed => {
            let changed = lang.pick("không so sánh được vì tiêu chí đã thay đổi", "not comparable: the criterion is another one");
            [missing(changed), Cell::text("–")]
        }
        Beside::Same { before, change } => {
            let change = match change {
                Some(Change::Points(change)) => Cell::change(*change, now, ui::table::Better::Higher),
                Some(Change::Index(change)) => Cell::text(format!("{} {}", lang.signed(*change, now), lang.pick("đpt", "pp"))),
                None => Cell::text("–"),
            };
            [value(*before, then, lang), change]
        }
    }
}

/// What the unit gave itself at a leaf, or who gives its points.
pub(crate) fn own_points(block: &BlockResult, unit: usize, leaf: NodeId, lang: Lang) -> Cell {
    match block.scorers.get(&leaf) {
        Some(other) => Cell::missing(MissingReason::Other(words::scorer(*other, lang).to_owned())),
        None => value(block.own_leaves[unit][leaf], block.decimals, lang),
    }
}

fn may_see(app: &App, signed: &Signed, results: &Results, unit: &str) -> bool {
    results.sees_all || app.units.lineage(unit).is_some_and(|lineage| signed.principal().may(Action::See, Thing::CampaignResult, &lineage))
}

pub(crate) async fn get(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Result<Response, Problem> {
    let results = campaign_results(Ground::of(&app), &signed.actor, &campaign).await.map_err(words::problem)?;
    Ok(page(&app, &signed, &results, &[]))
}

pub(crate) fn page(app: &App, signed: &Signed, results: &Results, errors: &[FieldError]) -> Response {
    let lang = signed.lang();
    let path = format!("/lam-viec/danh-gia/{}", results.campaign.key);
    let title = lang.pick("Kết quả đánh giá", "Results");
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, Some(&results.campaign.title), None))
        @if let Some(told) = withdrawn(results, lang) { (parts::notice(Tone::Warning, None, html! { p { (told) } }, lang)) }
        @if !results.campaign.phase.is_final() {
            (parts::notice(Tone::Info, None, html! { p { (lang.pick("Kết quả tạm tính: tiêu chí chưa có ý kiến lấy điểm tự chấm; còn thay đổi cho đến khi phê duyệt.", "Provisional: criteria that nobody has ruled on count as the unit scored them; this changes until the approval.")) } }, lang))
        }
        @if results.sees_all { (parts::download_bar(&[("XLSX", lang.href(&format!("{path}/ket-qua.xlsx"))), ("CSV", lang.href(&format!("{path}/ket-qua.csv"))), ("DOCX", lang.href(&format!("{path}/van-ban/bao-cao.docx"))), ("PDF", lang.href(&format!("{path}/van-ban/bao-cao.pdf")))], lang)) }
        @for block in &results.blocks {
            @let seen = |unit: &str| may_see(app, signed, results, unit);
            @let table = with_notes(ranking(block, results.campaign.year, seen, |unit| Some(lang.href(&format!("{path}/{unit}/ket-qua"))), lang), results.mergers(block, seen, lang));
            @if !table.rows.is_empty() {
                @let undecided: usize = block.undecided.iter().sum();
                @if undecided > 0 && results.sees_all { p { (lang.pick(format!("{}: còn {undecided} tiêu chí chưa có kết luận.", block.block.name), format!("{}: {undecided} criteria are undecided.", block.block.name))) } }
                (render_table(&table, lang))
                details { summary { (lang.pick("Chỉ số từng lĩnh vực", "Index of each area")) } (render_table(&area_indices(block, |unit| may_see(app, signed, results, unit), lang), lang)) }
                @let gone = removed(block, lang);
                @if !gone.rows.is_empty() && results.sees_all { (render_table(&gone, lang)) }
            }
        }
        (approvals::part(app, signed, results))
    };
    let frame = WorkPage::new(title, NAV)
        .below(signed, lang.pick("Đánh giá", "Evaluation"), "/lam-viec/danh-gia")
        .below(signed, &results.campaign.title, &path)
        .help("danh-gia");
    work_frame(app, signed, frame.faults(!errors.is_empty()), body)
}

/// One unit's result, leaf by leaf.
pub(crate) async fn get_unit(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let results = campaign_results(Ground::of(&app), &signed.actor, &campaign).await.map_err(words::problem)?;
    if !may_see(&app, &signed, &results, &unit) {
        return Err(Problem::NotFound);
    }
    let lang = signed.lang();
    let block = results.blocks.iter().find(|block| block.position(&unit).is_some()).ok_or(Problem::NotFound)?;
    let before = results.before.iter().find(|before| before.position(&unit).is_some());
    let at = block.position(&unit).ok_or(Problem::NotFound)?;
    let table = leaves(block, before, &unit, lang).ok_or(Problem::NotFound)?;
    let name = &block.table.rows[at].unit;
    let title = lang.pick("Kết quả của đơn vị", "Result of the unit");
    let path = format!("/lam-viec/danh-gia/{campaign}");
    let scores = &block.scores.units[at];
    let body = html! {
        (parts::page_heading(title, Some(name), None))
        (parts::key_values(&[
            (lang.pick("Tổng điểm", "Total"), html! { strong { (scores.values[block.definition.total].map_or_else(|_| words::points(scores.values[block.definition.total], lang), |total| lang.decimal(total, block.decimals))) } }),
            (lang.pick("Chỉ số", "Index"), html! { (block.index(at, block.definition.total).map_or_else(|| "–".to_owned(), |index| format!("{} %", lang.decimal(index, block.decimals)))) }),
            (lang.pick("Thứ hạng trong khối", "Rank in the block"), html! { @match indices::place(scores, lang) { Some(place) => { (place) " / " (block.scores.ranked) } None => (unranked(block.table.rows[at].ranked, lang)) } }),
            (lang.pick("Xếp loại", "Band"), html! { (block.band(at, results.campaign.year, lang).unwrap_or("–")) }),
            (lang.pick("Tự chấm", "Own"), html! { (words::points(block.own[at].map(|own| indices::shown(own, block.decimals)), lang)) }),
        ]))
        @if let Some(reduced) = Reduced::of(&block.definition, &block.table.rows[at]) {
            @for told in reduced.sentences(&block.definition, &block.table.rows[at], lang) { p { (told) } }
        }
        @if let Some(told) = results.mergers(block, |key| key == unit, lang) { p { (told) } }
        (area_table(block, at, lang))
        (render_table(&table, lang))
        p { a href=(lang.href(&format!("{path}/{unit}"))) { (lang.pick("Bảng tự chấm điểm, minh chứng và trao đổi", "Self-score, evidence and threads")) } }
    };
    let frame = WorkPage::new(format!("{title} – {name}"), NAV)
        .below(&signed, lang.pick("Đánh giá", "Evaluation"), "/lam-viec/danh-gia")
        .below(&signed, &results.campaign.title, &path)
        .below(&signed, lang.pick("Kết quả", "Results"), &format!("{path}/ket-qua"))
        .help("danh-gia");
    Ok(work_frame(&app, &signed, frame, body))
}

fn area_table(block: &BlockResult, at: usize, lang: Lang) -> Markup {
    let mut table = DataTable::new("linh-vuc", lang.pick("Chỉ số từng lĩnh vực", "Index of each area"))
        .column(Column::header("lv", lang.pick("Lĩnh vực", "Area")))
        .column(Column::number("diem", lang.pick("Điểm", "Points"), block.decimals))
        .column(Column::number("toi-da", lang.pick("Tối đa áp dụng", "Maximum that applies"), block.decimals))
        .column(Column::number("chi-so", lang.pick("Chỉ số", "Index"), block.decimals).unit("%"));
    for area in block.areas() {
        let index = block.index(at, *area);
        table = table.row(Row::new(vec![
            Cell::text(format!("{}. {}", block.definition.nodes[*area].code, node_name(block, *area, lang))),
            value(block.scores.units[at].values[*area], block.decimals, lang),
            // A bonus or a penalty has no part in the maximum.
            if block.definition.nodes[*area].role == Role::Points {
                Cell::number(block.maximum(at, *area), block.decimals)
            } else {
                Cell::text("–")
            },
            index_cell(index, block.decimals),
        ]));
    }
    render_table(&table, lang)
}

async fn exportable(app: &App, signed: &Signed, campaign: &str) -> Result<Results, Problem> {
    let results = campaign_results(Ground::of(app), &signed.actor, campaign).await.map_err(words::problem)?;
    let lineage = app.units.lineage(&results.campaign.owner).ok_or(Problem::NotFound)?;
    signed.principal().must(Action::Export, Thing::CampaignResult, &lineage)?;
    Ok(results)
}

pub(crate) async fn xlsx(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Result<Response, Problem> {
    let results = exportable(&app, &signed, &campaign).await?;
    let lang = signed.lang();
    let tables = result_tables(&results, lang);
    let book = Workbook {
        title: results.campaign.title.clone(),
        description: Some(description(&results, lang)),
        source: Some(app.units.name(&results.campaign.owner)),
        address: Some(format!("{}{}", app.public_address, lang.href(&format!("/lam-viec/danh-gia/{campaign}/ket-qua")))),
        made_at: app.world.today(),
        tables: tables.iter().collect(),
        lang,
    };
    let bytes = documents::xlsx(&book)?;
    let name = file_name(&results.campaign.title, withdrawn(&results, lang).is_some(), lang);
    Ok(([(CONTENT_TYPE, XLSX.to_owned()), (CONTENT_DISPOSITION, content_disposition(&name, "xlsx"))], bytes).into_response())
}

pub(crate) async fn csv(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Result<Response, Problem> {
    let results = exportable(&app, &signed, &campaign).await?;
    let (name, bytes) = results_csv(&results, signed.lang());
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, content_disposition(&name, "csv"))], bytes)
        .into_response())
}

/// The sheet of a unit as a workbook.
pub(crate) async fn sheet_xlsx(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = sheet(Ground::of(&app), &signed.actor, &campaign, &unit).await.map_err(words::problem)?;
    let lineage = app.units.lineage(&unit).or_else(|| app.units.lineage(&found.campaign.owner)).ok_or(Problem::NotFound)?;
    signed.principal().must(Action::Export, Thing::Score, &lineage)?;
    let lang = signed.lang();
    let table = sheet_table(&found, lang);
    let title = format!("{} – {}", found.campaign.title, found.unit.name);
    let book = Workbook {
        title: title.clone(),
        description: Some(words::unit_state(found.unit.state, lang).0.to_owned()),
        source: Some(found.unit.name.clone()),
        address: Some(format!("{}{}", app.public_address, lang.href(&path_of(&found)))),
        made_at: app.world.today(),
        tables: vec![&table],
        lang,
    };
    let bytes = documents::xlsx(&book)?;
    Ok(([(CONTENT_TYPE, XLSX.to_owned()), (CONTENT_DISPOSITION, content_disposition(&title, "xlsx"))], bytes).into_response())
}

/// The manifest and its files in one archive, from which anyone can recompute.
pub(crate) async fn archive(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, position)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let position = position.parse().map_err(|_| Problem::NotFound)?;
    let (manifest, files) = frozen_files(Ground::of(&app), &signed.actor, &campaign, position).await.map_err(words::problem)?;
    let bytes = zipped(&manifest, &files).map_err(|_| Problem::NotFound)?;
    let name = format!("ket-qua-{campaign}-{position}");
    Ok(([(CONTENT_TYPE, "application/zip".to_owned()), (CONTENT_DISPOSITION, content_disposition(&name, "zip"))], bytes).into_response())
}

/// The archive of a frozen result; the same files give the same bytes.
///
/// # Errors
/// When the archive cannot be written.
pub fn zipped(manifest: &str, files: &[(String, String)]) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    for (name, content) in
        std::iter::once(("manifest.json", manifest)).chain(files.iter().map(|(name, content)| (name.as_str(), content.as_str())))
    {
        archive.start_file(name, options)?;
        archive.write_all(content.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}
