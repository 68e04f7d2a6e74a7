//! Criteria sets: the list, one set, copies, differences, files.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use composite_index::{Definition, NodeId, Role};
use documents::content_disposition;
use maud::{Markup, html};
use ui::Lang;
use ui::parts::{self, ButtonKind, Field, FieldError, Input, Tone};
use ui::table::{Cell, Column, DataTable, Row, render_table};
use web::{App, Ground, Posted, Problem, Signed, WorkPage, work_frame};

use super::NAV;
use super::sheet::capital;
use crate::actions::{FoundSet, clone_set, find_set, list_sets, withdraw_set};
use crate::model::SetState;
use crate::set::checking::is_open_above;
use crate::set::{CriteriaSet, SetKind};
use crate::words;

pub(crate) const LIST: &str = "/lam-viec/bo-tieu-chi";

pub(crate) fn frame(signed: &Signed, title: impl Into<String>) -> WorkPage {
    let lang = signed.lang();
    WorkPage::new(title, NAV)
        .below(signed, lang.pick("Đánh giá", "Evaluation"), "/lam-viec/danh-gia")
        .below(signed, lang.pick("Bộ tiêu chí", "Criteria sets"), LIST)
        .help("bo-tieu-chi")
}

pub(crate) async fn list(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let lang = signed.lang();
    let sets = list_sets(Ground::of(&app), &signed.actor).await.map_err(words::problem)?;
    let mut table = DataTable::new("cac-bo", lang.pick("Các bộ tiêu chí", "Criteria sets"))
        .column(Column::header("ten", lang.pick("Bộ tiêu chí", "Set")))
        .column(Column::text("ma", lang.pick("Mã", "Id")))
        .column(Column::text("cap", lang.pick("Áp dụng cho", "For")))
        .column(Column::text("loai", lang.pick("Nguồn gốc", "Origin")))
        .column(Column::text("trang-thai", lang.pick("Trạng thái", "State")));
    for set in &sets {
        let (state, tone) = words::set_state(set.state, lang);
        table = table.row(Row::new(vec![
            Cell::link(set.title.clone(), lang.href(&format!("{LIST}/{}", set.key))),
            Cell::text(set.code.clone()),
            Cell::text(words::level(&set.level, lang)),
            Cell::text(words::set_kind(set.kind, lang)),
            Cell::status(state, tone),
        ]));
    }
    let title = lang.pick("Bộ tiêu chí", "Criteria sets");
    let body = html! {
        (parts::page_heading(title, None, None))
        @if signed.principal().may_somewhere(Action::Make, Thing::CriteriaSet) {
            p { (parts::button_link(lang.pick("Tạo bộ tiêu chí", "New set"), &lang.href(&format!("{LIST}/tao")), ButtonKind::Primary)) }
        }
        @if table.rows.is_empty() { p { (lang.pick("Chưa có bộ tiêu chí nào.", "There are no sets yet.")) } } @else { (render_table(&table, lang)) }
    };
    let frame = WorkPage::new(title, NAV).below(&signed, lang.pick("Đánh giá", "Evaluation"), "/lam-viec/danh-gia").help("bo-tieu-chi");
    Ok(work_frame(&app, &signed, frame, body))
}

pub(crate) async fn get(State(app): State<App>, signed: Signed, Path(set): Path<String>) -> Result<Response, Problem> {
    let found = find_set(Ground::of(&app), &signed.actor, &set).await.map_err(words::problem)?;
    Ok(page(&app, &signed, &found, &[]))
}

fn page(app: &App, signed: &Signed, found: &FoundSet, errors: &[FieldError]) -> Response {
    let lang = signed.lang();
    let (stored, set) = (&found.stored, &found.set);
    let path = format!("{LIST}/{}", stored.key);
    let definition = &set.definition;
    let (state, tone) = words::set_state(stored.state, lang);
    let makes = signed.principal().may_somewhere(Action::Make, Thing::CriteriaSet);
    let changes =
        app.units.lineage(&stored.owner).is_some_and(|lineage| signed.principal().may(Action::Change, Thing::CriteriaSet, &lineage));
    let draft = stored.state == SetState::Draft && stored.kind == SetKind::Own;
    let title = lang.pick(definition.name.vi.as_str(), definition.name.en.as_str());
    let leaves = set.leaves();
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, Some(lang.pick(definition.summary.vi.as_str(), definition.summary.en.as_str())), None))
        @if stored.kind == SetKind::Sample { (parts::notice(Tone::Warning, Some(lang.pick("Bộ tiêu chí mẫu", "Sample")), html! { p { (lang.pick("Do chương trình soạn, không phải bộ tiêu chí chính thức của cơ quan nào.", "Written for this program; no official set.")) } }, lang)) }
        @if let Some(partial) = &set.head.partial { (parts::notice(Tone::Warning, Some(lang.pick("Chưa đầy đủ", "Partial")), html! { p { (lang.pick(partial.vi.as_str(), partial.en.as_str())) } }, lang)) }
        @let open: Vec<&str> = leaves.iter().filter(|leaf| set.role_at(**leaf) == Role::Points && is_open_above(&definition.nodes[**leaf])).map(|leaf| &definition.nodes[*leaf]).map(|node| node.code.as_str()).collect();
        @if !open.is_empty() { (parts::notice(Tone::Warning, Some(lang.pick("Thiếu điểm tối đa", "Without a maximum")), html! { p { (lang.pick("Điểm nhập vào các tiêu chí sau không có mức cao nhất để kiểm tra: ", "Points that are typed at these have no maximum to be checked against: ")) (open.join("; ")) "." } }, lang)) }
        (parts::key_values(&[
            (lang.pick("Mã", "Id"), html! { (stored.code) }),
            (lang.pick("Áp dụng cho", "For"), html! { (words::level(&stored.level, lang)) }),
            (lang.pick("Trạng thái", "State"), html! { (parts::tag(state, tone)) }),
            (lang.pick("Nguồn gốc", "Origin"), html! { (words::set_kind(stored.kind, lang)) }),
            (lang.pick("Điểm tối đa", "Maximum"), html! { (definition.maximum(definition.total).map_or_else(|| "–".to_owned(), |most| words::plain(most, lang))) }),
            (lang.pick("Số tiêu chí thành phần", "Leaves"), html! { (leaves.len()) }),
            (lang.pick("Bộ tiêu chí khung", "Framework"), html! { @match (&set.head.extends, set.head.framework) { (Some(extends), _) => (extends), (None, true) => (lang.pick("là bộ khung", "is one")), _ => "–" } }),
            (lang.pick("Đang dùng trong", "Used by"), html! { @if found.used_by.is_empty() { "–" } @else { ul { @for (key, title, year) in &found.used_by { li { a href=(lang.href(&format!("/lam-viec/danh-gia/{key}"))) { (title) } " (" (year) ")" } } } } }),
        ]))
        p {
            @if draft && changes { (parts::button_link(lang.pick("Sửa", "Edit"), &lang.href(&format!("{path}/sua")), ButtonKind::Primary)) " " (parts::button_link(lang.pick("Khối và xếp loại", "Blocks and bands"), &lang.href(&format!("{path}/khoi-xep-loai")), ButtonKind::Secondary)) " " }
            @if let Some(before) = &stored.based_on { (parts::button_link(lang.pick("So với bộ gốc", "Compare with its original"), &lang.href(&format!("{path}/so-sanh/{before}")), ButtonKind::Secondary)) " " }
            a href=(lang.href(&format!("{path}/bo-tieu-chi.toml"))) { (lang.pick("Tải tệp định nghĩa (TOML)", "Definition file (TOML)")) }
        }
        (bands(definition, lang))
        (tree_table(set, (draft && changes).then_some(path.as_str()), lang))
        @if !definition.sources.is_empty() {
            (parts::section_heading("nguon", lang.pick("Nguồn", "Sources"), None))
            ul { @for source in &definition.sources { li { (lang.pick(source.title.vi.as_str(), source.title.en.as_str())) ", " (source.issuer) @if let Some(note) = &source.note { " – " (note) } } } }
        }
        @if makes {
            details.act open[errors.iter().any(|error| error.field == "ma-moi")] { summary { (lang.pick("Sao chép cho năm khác", "Copy for another year")) }
                (signed.form(app, &format!("{path}/sao-chep"), html! {
                    (parts::text_field(&Field::new("ma-moi", lang.pick("Mã của bộ mới", "Id of the copy")).hint(lang.pick("Chữ thường không dấu, số và gạch nối, ví dụ: so-2027", "Small letters, digits and hyphens: so-2027")), Input::Text, "", None, lang))
                    (parts::text_field(&Field::new("nam", lang.pick("Năm", "Year")), Input::Number, "", None, lang))
                    (parts::button(lang.pick("Sao chép", "Copy"), ButtonKind::Secondary, None))
                }))
            }
        }
        @if changes && stored.state != SetState::Withdrawn {
            details.act { summary { (lang.pick("Thôi sử dụng", "Withdraw")) }
                (signed.form(app, &format!("{path}/thoi-dung"), html! {
                    (parts::text_field(&Field { id: "ly-do-thoi", name: "ly-do", label: lang.pick("Lý do", "Reason"), ..Field::default() }, Input::Text, "", None, lang))
                    (parts::button(lang.pick("Thôi sử dụng", "Withdraw"), ButtonKind::Danger, None))
                }))
            }
        }
    };
    work_frame(app, signed, frame(signed, title).faults(!errors.is_empty()), body)
}

fn bands(definition: &Definition, lang: Lang) -> Markup {
    let Some(edition) = definition.editions.last().filter(|edition| !edition.bands.is_empty()) else { return html! {} };
    html! {
        p { (lang.pick("Xếp loại: ", "Bands: "))
            (edition.bands.iter().map(|band| {
                let name = lang.pick(band.name.vi.as_str(), band.name.en.as_str());
                band.from.map_or_else(|| name.to_owned(), |from| lang.pick(format!("{name} từ {}", words::plain(from, lang)), format!("{name} from {}", words::plain(from, lang))))
            }).collect::<Vec<_>>().join("; ")) "."
        }
    }
}

/// The whole tree: what is asked, how it is scored, by whom, with which evidence.
pub(crate) fn tree_table(set: &CriteriaSet, edit: Option<&str>, lang: Lang) -> Markup {
    let definition = &set.definition;
    html! {
        div.table-box tabindex="0" role="region" aria-label=(lang.pick("Cây tiêu chí", "Tree")) {
            table.entry {
                caption { (lang.pick("Lĩnh vực, tiêu chí, tiêu chí thành phần", "Areas, criteria, components")) }
                thead { tr {
                    th scope="col" { (lang.pick("Mã", "Code")) }
                    th scope="col" { (lang.pick("Nội dung", "Criterion")) }
                    th scope="col" { (lang.pick("Điểm tối đa", "Maximum")) }
                    th scope="col" { (lang.pick("Quy tắc tính điểm", "Rule")) }
                    th scope="col" { (lang.pick("Ai chấm, ai thẩm định", "Scored, appraised by")) }
                    th scope="col" { (lang.pick("Minh chứng", "Evidence")) }
                } }
                tbody {
                    @for (id, depth) in set.tree() { (tree_row(set, id, depth, edit, lang)) }
                }
            }
        }
        @if definition.computation.missing == composite_index::MissingRule::NoResult { p.hint { (lang.pick("Thiếu điểm ở phần không ghi quy tắc khác thì chưa có tổng điểm.", "Where nothing else is said, a missing part leaves no total.")) } }
    }
}

fn tree_row(set: &CriteriaSet, id: NodeId, depth: usize, edit: Option<&str>, lang: Lang) -> Markup {
    let definition = &set.definition;
    let node = &definition.nodes[id];
    let asks = set.asks_at(id);
    let leaf = node.is_leaf();
    html! {
        tr.group[!leaf] {
            th scope="row" class={ "level-" (depth.min(5)) } {
                // The sum of all has a code for files alone.
                @let code = if id == definition.total { lang.pick("Tổng", "Total") } else { node.code.as_str() };
                @match edit { Some(path) => { a href=(lang.href(&format!("{path}/tieu-chi/{}", node.code))) { (code) } } None => (code) }
            }
            td data-label=(lang.pick("Nội dung", "Criterion")) {
                @if leaf { (set.name(id, lang)) } @else { strong { (set.name(id, lang)) } }
                @if node.role == Role::Bonus { " " (parts::tag(lang.pick("Điểm thưởng", "Bonus"), Tone::Info)) }
                @if node.role == Role::Penalty { " " (parts::tag(lang.pick("Điểm trừ", "Penalty"), Tone::Warning)) }
                @if !node.blocks.is_empty() { " (" (lang.pick("chỉ áp dụng với khối", "only for")) ": " (node.blocks.join(", ")) ")" }
                @if let Some(guidance) = &asks.guidance { p.small { (lang.pick(guidance.vi.as_str(), guidance.en.as_str())) } }
            }
            td.number data-label=(lang.pick("Tối đa", "Maximum")) { (definition.maximum(id).or(node.cap).map_or_else(|| "–".to_owned(), |most| words::plain(most, lang))) }
            td data-label=(lang.pick("Quy tắc", "Rule")) {
                @if let Some(rule) = &node.rule { (capital(&index_words::leaf(definition, rule, lang))) }
                @if let Some(bound) = words::bound(set, id, lang) { p.small { (capital(&bound)) } }
                @if let Some(absent) = &node.absent { p.small { (capital(index_words::absent(&absent.then, lang))) } }
                @for (figure, indicator) in &asks.observed { p.small { (lang.pick("Lấy từ hệ thống: ", "From the system: ")) (figure) " ← " (indicator) } }
            }
            td data-label=(lang.pick("Ai chấm", "By")) { @if leaf { (words::scorer(set.scorer(id), lang)) @if let Some(agency) = &asks.appraised_by { "; " (agency) } } }
            td data-label=(lang.pick("Minh chứng", "Evidence")) { @if let Some(evidence) = &asks.evidence { (lang.pick(evidence.vi.as_str(), evidence.en.as_str())) } }
        }
    }
}

pub(crate) async fn file(State(app): State<App>, signed: Signed, Path(set): Path<String>) -> Result<Response, Problem> {
    let found = find_set(Ground::of(&app), &signed.actor, &set).await.map_err(words::problem)?;
    Ok((
        [
            (CONTENT_TYPE, "application/toml; charset=utf-8".to_owned()),
            (CONTENT_DISPOSITION, content_disposition(&found.stored.code, "toml")),
        ],
        found.text,
    )
        .into_response())
}

pub(crate) async fn copy(State(app): State<App>, Path(set): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let (ground, lang) = (Ground::of(&app), signed.lang());
    let owner = signed.principal().acting_unit.clone().unwrap_or_default();
    let year = fields.text("nam").parse().unwrap_or(0);
    let id = fields.text("ma-moi");
    let plain =
        !id.is_empty() && id.len() <= 60 && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let found = find_set(ground, &signed.actor, &set).await.map_err(words::problem)?;
    if !plain || !(2012..=2100).contains(&year) {
        let message = lang.pick(
            "Mã viết bằng chữ thường không dấu, số và gạch nối; năm có bốn chữ số.",
            "The id has small letters, digits and hyphens; the year four digits.",
        );
        return Ok(page(&app, signed, &found, &[FieldError::new("ma-moi", message)]));
    }
    let receipt = match posted.once(&app).await? {
        Ok(receipt) => receipt,
        Err(response) => return Ok(response),
    };
    match clone_set(ground, &signed.actor, &set, &owner, id, year).await {
        Ok(key) => receipt.led_to(&app, &lang.href(&format!("{LIST}/{key}"))).await,
        Err(error) => {
            receipt.give_back(&app).await?;
            match words::refusal(&error, None, lang) {
                Some(message) => Ok(page(&app, signed, &found, &[FieldError::new("ma-moi", message)])),
                None => Err(words::problem(error)),
            }
        }
    }
}

pub(crate) async fn withdraw(State(app): State<App>, Path(set): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let (ground, lang) = (Ground::of(&app), signed.lang());
    match withdraw_set(ground, &signed.actor, &set, fields.text("ly-do")).await {
        Ok(()) => Ok(Redirect::to(&lang.href(&format!("{LIST}/{set}"))).into_response()),
        Err(error) => match words::refusal(&error, None, lang) {
            Some(message) => {
                let found = find_set(ground, &signed.actor, &set).await.map_err(words::problem)?;
                Ok(page(&app, signed, &found, &[FieldError::new("ly-do-thoi", message)]))
            }
            None => Err(words::problem(error)),
        },
    }
}
