//! The sheet of one unit: the whole tree as a real table; figures in, points out, evidence and explanations beside.

use accounts::policy::{Action, Thing};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use composite_index::{Definition, NodeId, Role, ScoreTable, compute};
use maud::{Markup, html};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use ui::Lang;
use ui::parts::{self, ButtonKind, FieldError, Tone};
use web::{App, Fields, Ground, Posted, Problem, Signed, WorkPage, versions_table, work_frame};

use super::fields::{Shown, entries, moved_maxima};
use super::{NAV, cite, steps};
use crate::actions::{Conflict, EvaluationError, Sheet, field_of, save, sheet};
use crate::model::{AnswerKind, CampaignUnit, Phase, UnitState, Verdict};
use crate::set::Scorer;
use crate::words;

pub(crate) fn path_of(found: &Sheet) -> String {
    format!("/lam-viec/danh-gia/{}/{}", found.campaign.key, found.unit.unit)
}

pub(crate) async fn get(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, unit)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = sheet(Ground::of(&app), &signed.actor, &campaign, &unit).await.map_err(words::problem)?;
    let lang = signed.lang();
    let done = match signed.visit.value("xong").as_deref() {
        Some("luu") => Some(lang.pick("Đã lưu.", "Saved.")),
        Some("trinh") => Some(lang.pick("Đã trình người đứng đầu phê duyệt.", "Handed to the head for approval.")),
        Some("gui") => Some(lang.pick(
            "Đã gửi bảng tự chấm điểm. Từ nay bảng điểm và minh chứng không sửa được.",
            "Handed in. From now on nothing of it can be changed.",
        )),
        Some("tra-lai") => Some(lang.pick("Đã trả lại.", "Returned.")),
        Some("mo-lai") => Some(lang.pick("Đã mở lại.", "Opened again.")),
        Some("dong-y") => Some(lang.pick(
            "Đã đồng ý với các tiêu chí được phân công mà chưa có ý kiến.",
            "Agreed to the criteria given to you on which nobody had spoken.",
        )),
        Some("sap-xep") => Some(lang.pick("Đã lưu thay đổi về đơn vị.", "Saved.")),
        _ => None,
    };
    page(&app, &signed, &found, None, &[], done)
}

/// Faults of the values as the page shows them.
pub(crate) fn value_errors(error: &EvaluationError, found: &Sheet, lang: Lang) -> Option<Vec<FieldError>> {
    let EvaluationError::Values(values) = error else { return None };
    let name = |field: &str| {
        let (_, code) = field.split_once('.').unwrap_or(("", field));
        let definition = &found.set.definition;
        let figure = definition.figure(code).map(|figure| index_words::figure(definition, figure, lang).to_owned());
        figure.or_else(|| definition.node(code).map(|node| found.set.name(node, lang).to_owned())).unwrap_or_else(|| code.to_owned())
    };
    Some(
        values
            .iter()
            .map(|(field, why)| FieldError::new(field.clone(), format!("{}: {}", name(field), words::wrong_value(why, lang))))
            .collect(),
    )
}

pub(crate) async fn post(
    State(app): State<App>,
    Path((campaign, unit)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let (ground, lang) = (Ground::of(&app), signed.lang());
    let outcome = save(ground, &signed.actor, &campaign, &unit, &entries(fields)).await;
    let error = match outcome {
        Ok(_) => return Ok(Redirect::to(&lang.href(&format!("/lam-viec/danh-gia/{campaign}/{unit}?xong=luu"))).into_response()),
        Err(error) => error,
    };
    let found = sheet(ground, &signed.actor, &campaign, &unit).await.map_err(words::problem)?;
    if let EvaluationError::Conflicts(conflicts) = &error {
        return Ok(conflict_page(&app, signed, &found, conflicts, fields));
    }
    let errors = match value_errors(&error, &found, lang) {
        Some(errors) => errors,
        None => match words::refusal(&error, Some(&found.set), lang) {
            Some(message) => vec![FieldError::new("bang-diem", message)],
            None => return Err(words::problem(error)),
        },
    };
    page(&app, signed, &found, Some(fields), &errors, None)
}

/// One row saved by itself, from the page's script: what changed, the points that follow, and what was refused.
pub(crate) async fn post_row(
    State(app): State<App>,
    Path((campaign, unit)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let (ground, lang) = (Ground::of(&app), signed.lang());
    let outcome = save(ground, &signed.actor, &campaign, &unit, &entries(fields)).await;
    let found = sheet(ground, &signed.actor, &campaign, &unit).await.map_err(words::problem)?;
    let (status, faults) = match outcome {
        Ok(_) => (StatusCode::OK, json!({})),
        Err(error @ EvaluationError::Values(_)) => {
            let faults: serde_json::Map<String, Value> =
                value_errors(&error, &found, lang).into_iter().flatten().map(|one| (one.field, Value::String(one.message))).collect();
            (StatusCode::UNPROCESSABLE_ENTITY, Value::Object(faults))
        }
        Err(EvaluationError::Conflicts(conflicts)) => {
            let words = lang.pick(
                "người khác vừa nhập giá trị khác; bấm Lưu để so sánh hai bản",
                "somebody else has just entered another value; press Save to compare",
            );
            let faults: serde_json::Map<String, Value> =
                conflicts.iter().map(|one| (field_of(one.own.kind, &one.own.code), Value::String(words.to_owned()))).collect();
            (StatusCode::CONFLICT, Value::Object(faults))
        }
        Err(error) => match words::refusal(&error, Some(&found.set), lang) {
            Some(message) => (StatusCode::UNPROCESSABLE_ENTITY, json!({ "bang-diem": message })),
            None => return Err(words::problem(error)),
        },
    };
    let wanted: Vec<(AnswerKind, String)> = entries(fields).into_iter().map(|entry| (entry.kind, entry.code)).collect();
    // In a conflict the page keeps the version that it saw, so that nothing is overwritten by typing once more.
    let versions: serde_json::Map<String, Value> = wanted
        .iter()
        .filter(|_| status == StatusCode::OK)
        .map(|(kind, code)| (field_of(*kind, code), json!(found.answer(*kind, code).map_or(0, |answer| answer.version))))
        .collect();
    let points: serde_json::Map<String, Value> = found
        .leaves()
        .into_iter()
        .map(|leaf| (found.set.definition.nodes[leaf].code.clone(), Value::String(words::points(found.own(leaf), lang))))
        .collect();
    let (when, live) = marks(&found, lang);
    let body = json!({
        "faults": faults, "versions": versions, "points": points, "total": total_words(&found, lang), "when": when, "live": live,
    });
    Ok((status, Json(body)).into_response())
}

/// Marks of the sheet that follow from what is entered now: which of them hold, and the words of those that say a figure.
fn marks(found: &Sheet, lang: Lang) -> (serde_json::Map<String, Value>, serde_json::Map<String, Value>) {
    let definition = &found.set.definition;
    let (mut when, mut live) = (serde_json::Map::new(), serde_json::Map::new());
    for (at, figure) in definition.figures.iter().enumerate() {
        let code = &figure.code;
        let typed = found.answer(AnswerKind::Figure, code).and_then(|answer| answer.value.as_deref()).and_then(|text| text.parse().ok());
        let observed = found.observed.get(code);
        if let Some(observed) = observed {
            when.insert(format!("trong.{code}"), json!(typed.is_none()));
            when.insert(format!("khac.{code}"), json!(super::fields::differs(observed, typed)));
        }
        let value = typed.or_else(|| found.counting(code));
        live.insert(format!("so.{code}"), json!(index_words::figure_value(definition, at, value, lang)));
    }
    for (code, words) in moved_maxima(found, lang) {
        when.insert(format!("chuyen.{code}"), json!(words.is_some()));
        live.insert(format!("chuyen.{code}"), json!(words.unwrap_or_default()));
    }
    for leaf in found.leaves() {
        let (code, rate) = (&definition.nodes[leaf].code, found.rate_above_whole(leaf));
        when.insert(format!("vuot.{code}"), json!(rate.is_some()));
        live.insert(format!("ty-le.{code}"), json!(rate.map(|rate| words::rate_above_whole(rate, lang)).unwrap_or_default()));
    }
    (when, live)
}

/// The total of the self-score as it stands, in words.
fn total_words(found: &Sheet, lang: Lang) -> String {
    own_total(found)
        .map_or_else(|| lang.pick("chưa đủ số liệu", "not complete").to_owned(), |total| lang.decimal(total, found.set.definition.decimals))
}

/// What the unit gives itself, with surveys and other agencies left out until they are there.
fn own_total(found: &Sheet) -> Option<Decimal> {
    let definition = &found.set.definition;
    let mut entered = found.entered();
    for ruling in found.rulings.values() {
        let office = ruling.side == crate::model::Side::Office;
        if let Some(points) = ruling.points.filter(|_| office) {
            entered.put(AnswerKind::Points, &ruling.leaf, Some(&points.to_string()));
        }
    }
    let mut open: Definition = definition.clone();
    for node in &mut open.nodes {
        node.missing = Some(composite_index::MissingRule::Zero);
    }
    let table = ScoreTable { rows: vec![entered.row(&open, &found.unit.unit, &found.unit.block)] };
    compute(&open, None, &table).ok()?.units.first()?.values[open.total].ok()
}

pub(crate) fn page(
    app: &App,
    signed: &Signed,
    found: &Sheet,
    fields: Option<&Fields>,
    errors: &[FieldError],
    done: Option<&str>,
) -> Result<Response, Problem> {
    let lang = signed.lang();
    let Sheet { campaign, unit, .. } = found;
    let may = |action, thing| may_of(app, signed, unit, action, thing);
    let lock = unit.lock(campaign, found.scoring_step(), signed.actor.now);
    let enters = may(Action::Change, Thing::Score) && lock.is_none();
    let (state, tone) = words::unit_state(unit.state, lang);
    let (phase, phase_tone) = words::phase(campaign.phase, lang);
    let path = path_of(found);
    let title = lang.pick("Bảng tự chấm điểm", "Self-score");
    let due = found.scoring_step().map(|step| words::moment(unit.due_at(step), lang));
    let own = may(Action::Change, Thing::Score) || may(Action::Submit, Thing::Score);
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, Some(&unit.name), None))
        @if let Some(done) = done { (parts::notice(Tone::Success, None, html! { p { (done) } }, lang)) }
        @if unit.state == UnitState::Returned { @if let Some(reason) = &unit.reason {
            (parts::notice(Tone::Warning, Some(lang.pick("Bị trả lại hoặc được mở lại", "Returned or opened again")), html! { p { (reason) } }, lang))
        } }
        @if let Some(successor) = &unit.successor {
            (parts::notice(Tone::Info, None, html! { p { (lang.pick("Đơn vị đã sáp nhập; đơn vị kế thừa: ", "Merged since; its successor is: ")) (app.units.name(successor)) } }, lang))
        }
        @if let Some(lock) = lock { @if own { (parts::notice(Tone::Info, None, html! { p { (words::lock(lock, lang)) } }, lang)) } }
        (parts::key_values(&[
            (lang.pick("Đợt đánh giá", "Campaign"), html! { (campaign.title) }),
            (lang.pick("Bước", "Step"), html! { (parts::tag(phase, phase_tone)) }),
            (lang.pick("Trạng thái của đơn vị", "State of the unit"), html! { (parts::tag(state, tone)) }),
            (lang.pick("Hạn tự chấm", "Self-scoring until"), html! { (due.unwrap_or_else(|| "–".to_owned())) @if found.scoring_step().is_some_and(|step| unit.due_at(step) > step.due_at) { " " (lang.pick("(đã gia hạn)", "(extended)")) } }),
            (lang.pick("Tổng điểm tự chấm (tạm tính)", "Total of the self-score so far"), html! { strong #tong-diem { (total_words(found, lang)) } @if let Some(most) = found.set.definition.maximum(found.set.definition.total) { " / " (words::plain(most, lang)) } }),
        ]))
        @if enters {
            (signed.form(app, &path, html! {
                // Enter in a field presses the first button of the form: it has to be the one that saves.
                button.vh type="submit" tabindex="-1" aria-hidden="true" { (lang.pick("Lưu", "Save")) }
                div data-autosave=(lang.href(&format!("{path}/luu-ngay"))) data-saved=(lang.pick("Đã lưu lúc", "Saved at")) data-open=(lang.pick("Còn ô có lỗi, chưa lưu được.", "Fields with faults are not saved.")) data-failed=(lang.pick("Chưa lưu được. Hệ thống sẽ thử lại khi bạn sửa tiếp; hoặc bấm Lưu.", "Not saved. It is tried again when you go on; or press Save.")) {
                    p.hint data-drop-hint hidden data-sending=(lang.pick("Đang gửi…", "Sending…")) data-failed=(lang.pick("Chưa gửi được tệp. Mỗi lần gửi không quá 64 MB; hãy thử lại, hoặc bấm “Gắn minh chứng”.", "The files were not sent. At most 64 MB go at once; try again, or press “Cite evidence”.")) data-outside=(lang.pick("Thả tệp vào đúng dòng của tiêu chí cần gắn minh chứng.", "Drop files on the row of the criterion that they prove.")) {
                        (lang.pick("Kéo tệp từ máy tính thả vào dòng của tiêu chí để gắn làm minh chứng. Nhận: ", "Drop files from your computer on the row of a criterion to cite them as evidence. Taken: ")) (web::kinds_of_files(lang)) "."
                    }
                    p.hint { (lang.pick("Ô nào sửa xong được lưu ngay; dán một cột từ Excel vào ô đầu tiên thì các ô bên dưới được điền theo. Không có script thì bấm Lưu ở cuối trang.", "Each field is saved once you leave it; a column pasted from Excel into one field fills the fields below. Without script press Save at the end.")) }
                    (tables(app, signed, found, fields, errors, true))
                    div.sticky-bar { (parts::button(lang.pick("Lưu", "Save"), ButtonKind::Primary, None)) span #luu-luc aria-live="polite" data-columns=(lang.pick("Vùng vừa dán có {columns} cột nên chưa điền ô nào. Hãy sao chép đúng một cột rồi dán lại.", "What was pasted has {columns} columns, so nothing was filled in. Copy one column and paste again.")) data-rows=(lang.pick("Vùng vừa dán có {rows} dòng nhưng từ ô này trở xuống chỉ còn {left} ô, nên chưa điền ô nào. Hãy dán vào ô khác hoặc sao chép ít dòng hơn.", "What was pasted has {rows} rows, but only {left} fields follow from here, so nothing was filled in. Paste at another field, or copy fewer rows.")) {} }
                }
            }))
        } @else {
            (tables(app, signed, found, None, &[], false))
        }
        @if may(Action::Export, Thing::Score) {
            (parts::download_bar(&[("XLSX", lang.href(&format!("{path}/bang.xlsx"))), ("DOCX", lang.href(&format!("{path}/van-ban/phieu.docx"))), ("PDF", lang.href(&format!("{path}/van-ban/phieu.pdf")))], lang))
        }
        (steps::acts(app, signed, found))
    };
    let mut frame = WorkPage::new(format!("{title} – {}", unit.name), NAV)
        .below(signed, lang.pick("Đánh giá", "Evaluation"), "/lam-viec/danh-gia")
        .help("danh-gia");
    frame = frame.below(signed, &campaign.title, &format!("/lam-viec/danh-gia/{}", campaign.key));
    Ok(work_frame(app, signed, frame.faults(!errors.is_empty()), body))
}

/// A table for each area, with the rows of its tree.
fn tables(app: &App, signed: &Signed, found: &Sheet, fields: Option<&Fields>, errors: &[FieldError], enters: bool) -> Markup {
    let lang = signed.lang();
    let shown = Shown::new(found, fields, errors, lang);
    let definition = &found.set.definition;
    let tree = found.set.tree();
    let areas = &definition.nodes[definition.total].children;
    html! {
        nav.toc aria-label=(lang.pick("Các lĩnh vực", "Areas")) {
            ul { @for area in areas { li { a href={ "#lv-" (definition.nodes[*area].code) } { (definition.nodes[*area].code) ". " (found.set.name(*area, lang)) } } } }
        }
        div #bang-diem {
            @for area in areas {
                @let rows: Vec<(NodeId, usize)> = tree.iter().copied().filter(|(id, _)| found.set.area(*id) == *area && found.set.is_for(*id, &found.unit.block)).collect();
                @let code = &definition.nodes[*area].code;
                div.table-box id={ "lv-" (code) } tabindex="0" role="region" aria-label={ (code) ". " (found.set.name(*area, lang)) } {
                    table.entry.scoring {
                        caption { (code) ". " (found.set.name(*area, lang)) @if let Some(bound) = words::bound(&found.set, *area, lang) { " – " (bound) } }
                        thead { tr {
                            th scope="col" { (lang.pick("Tiêu chí", "Criterion")) }
                            th scope="col" { (lang.pick("Số liệu, nội dung", "Figures")) }
                            th scope="col" { (lang.pick("Điểm", "Points")) }
                            th scope="col" { (lang.pick("Năm trước", "Last year")) }
                            th scope="col" { (lang.pick("Minh chứng, giải trình", "Evidence, explanation")) }
                            th scope="col" { (lang.pick("Thẩm định", "Appraisal")) }
                        } }
                        tbody { @for (id, depth) in rows { (row(app, signed, &shown, id, depth, enters)) } }
                    }
                }
            }
        }
    }
}

fn row(app: &App, signed: &Signed, shown: &Shown<'_>, id: NodeId, depth: usize, enters: bool) -> Markup {
    let (found, lang) = (shown.sheet, shown.lang);
    let (set, node) = (&found.set, &found.set.definition.nodes[id]);
    let most = set.most(id);
    let head = html! {
        span.code { (node.code) } " " (set.name(id, lang))
        @if node.role == Role::Bonus { " " (parts::tag(lang.pick("Điểm thưởng", "Bonus"), Tone::Info)) }
        @if node.role == Role::Penalty { " " (parts::tag(lang.pick("Điểm trừ", "Penalty"), Tone::Warning)) }
    };
    if !node.is_leaf() {
        // The area itself is the caption.
        if depth <= 1 {
            return html! {};
        }
        return html! { tr.group { th scope="rowgroup" colspan="6" { (head) @if let Some(most) = most { " – " (lang.pick("tối đa", "at most")) " " (words::plain(most, lang)) } @if let Some(bound) = words::bound(set, id, lang) { "; " (bound) } } } };
    }
    let asks = set.asks_at(id);
    let own = set.scorer(id) == Scorer::Unit;
    let last = found.last.get(&node.code);
    html! {
        tr id={ "tc-" (node.code) } data-drop=[(enters && own).then(|| cite::drop_address(found, &node.code, lang))] {
            th scope="row" {
                (head)
                details data-keep=(node.code) {
                    summary { (lang.pick("Quy tắc tính điểm", "Rule of points")) }
                    @if let Some(rule) = &node.rule { p { (capital(&index_words::leaf(&set.definition, rule, lang))) "." } }
                    @if let Some(absent) = &node.absent { p { (capital(index_words::absent(&absent.then, lang))) "." } }
                    @if let Some(guidance) = &asks.guidance { p { (lang.pick(guidance.vi.as_str(), guidance.en.as_str())) } }
                    @if let Some(evidence) = &asks.evidence { p { (lang.pick("Minh chứng: ", "Evidence: ")) (lang.pick(evidence.vi.as_str(), evidence.en.as_str())) } }
                    p { (capital(words::scorer(set.scorer(id), lang))) @if let Some(agency) = &asks.appraised_by { "; " (lang.pick("cơ quan thẩm định: ", "appraised by: ")) (agency) } "." }
                }
            }
            td data-label=(lang.pick("Số liệu", "Figures")) { (figures(shown, id, enters && own)) }
            td.number data-label=(lang.pick("Điểm", "Points")) {
                strong data-points=(node.code) { (words::points(found.own(id), lang)) }
                @if let Some(most) = most { span.small { " / " (words::plain(most, lang)) } }
                @if let Some(moved) = shown.moved.get(&node.code) {
                    p.small.note data-when={ "chuyen." (node.code) } hidden[moved.is_none()] { span data-live={ "chuyen." (node.code) } { (moved.as_deref().unwrap_or_default()) } }
                }
                @if own {
                    @let rate = found.rate_above_whole(id);
                    p.small.note data-when={ "vuot." (node.code) } hidden[rate.is_none()] {
                        (parts::tag(lang.pick("Kiểm tra lại số liệu", "Check the figures"), Tone::Warning)) " "
                        span data-live={ "ty-le." (node.code) } { (rate.map(|rate| words::rate_above_whole(rate, lang)).unwrap_or_default()) }
                    }
                }
            }
            td data-label=(lang.pick("Năm trước", "Last year")) { (last_year(last, lang)) }
            td data-label=(lang.pick("Minh chứng", "Evidence")) {
                (cite::cell(app, signed, found, &node.code, enters && own))
                @if enters && own { (shown.explanation(&node.code)) }
                @else if let Some(words) = found.answer(AnswerKind::Explanation, &node.code).and_then(|answer| answer.value.as_deref()) { p.small { (lang.pick("Giải trình: ", "Explanation: ")) (words) } }
            }
            td data-label=(lang.pick("Thẩm định", "Appraisal")) { (ruling(app, signed, found, &node.code)) }
        }
    }
}

pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn figures(shown: &Shown<'_>, leaf: NodeId, enters: bool) -> Markup {
    let (found, lang) = (shown.sheet, shown.lang);
    let (set, definition) = (&found.set, &found.set.definition);
    let code = definition.nodes[leaf].code.as_str();
    let asked = set.figures_of(leaf);
    if asked.is_empty() {
        return match (enters && set.is_typed_points(leaf), found.answer(AnswerKind::Points, code)) {
            (true, _) => shown.points(code, set.most(leaf)),
            (false, _) => html! { p.small { (words::scorer(set.scorer(leaf), lang)) } },
        };
    }
    html! {
        @for figure in asked {
            @let home = set.home_of(figure);
            @if enters && home == Some(leaf) {
                (shown.figure(figure, code))
                @if let Some(before) = found.last.get(code).and_then(|last| last.figures.get(&definition.figures[figure].code)) {
                    p.small { (lang.pick("Năm trước", "Last year")) ": " (index_words::figure_value(definition, figure, Some(*before), lang)) }
                }
            }
            @else {
                @let own = &definition.figures[figure].code;
                @let value = found.answer(AnswerKind::Figure, own).and_then(|answer| answer.value.as_deref()).and_then(|text| text.parse().ok());
                @let value = value.or_else(|| found.counting(own));
                p.small {
                    (index_words::figure(definition, figure, lang)) ": " strong data-live={ "so." (own) } { (index_words::figure_value(definition, figure, value, lang)) }
                    @if let Some(home) = home.filter(|home| enters && *home != leaf) { " (" (lang.pick("nhập ở tiêu chí", "entered at")) " " a href={ "#tc-" (definition.nodes[home].code) } { (definition.nodes[home].code) } ")" }
                }
                @if let Some(observed) = found.observed.get(own) { (super::fields::observed_line(observed, own, &found.unit.unit, value, (false, lang))) }
            }
        }
    }
}

fn last_year(last: Option<&crate::actions::LastYear>, lang: Lang) -> Markup {
    let Some(last) = last else { return html! { "–" } };
    html! {
        @if let Some(own) = last.own { p.small { (lang.pick("Tự chấm", "Own")) ": " (words::points(Ok(own), lang)) } }
        @if let Some(decided) = last.decided { p.small { (lang.pick("Kết quả", "Decided")) ": " strong { (words::points(Ok(decided), lang)) } } }
        @if let Some(most) = last.other_maximum { p.small { (lang.pick("Điểm tối đa năm trước", "Maximum then")) ": " (words::plain(most, lang)) } }
        @if let Some(words) = &last.words { p.small { "“" (words) "”" } }
        @if last.own.is_none() && last.decided.is_none() { "–" }
    }
}

/// Whether the person may do something to a unit's part, for the unit or for the one that took its place.
pub(crate) fn may_of(app: &App, signed: &Signed, part: &CampaignUnit, action: Action, thing: Thing) -> bool {
    part.holders().filter_map(|unit| app.units.lineage(unit)).any(|lineage| signed.principal().may(action, thing, &lineage))
}

/// Where the leaf stands; units see it from the phase of explanations on.
fn ruling(app: &App, signed: &Signed, found: &Sheet, leaf: &str) -> Markup {
    let lang = signed.lang();
    let href = lang.href(&format!("{}/tieu-chi/{leaf}", path_of(found)));
    let Some(ruling) = found.rulings.get(leaf) else {
        // The first opinion is given on the page of the leaf too.
        let owner = app.units.lineage(&found.campaign.owner);
        let judges = owner.is_some_and(|owner| signed.principal().may(Action::Change, Thing::Appraisal, &owner));
        let speaks = judges || found.campaign.phase > Phase::Scoring;
        return html! { @if speaks { a href=(href) { (lang.pick("Trao đổi", "Thread")) (ui::hidden_text(&format!(": {leaf}"))) } } @else { "–" } };
    };
    html! {
        p { (words::side(ruling.side, lang)) ": " (words::ruled(ruling, lang)) @if let Some(points) = ruling.points { " – " strong { (words::points(Ok(points), lang)) } } }
        @if let Some(reason) = words::why(ruling, lang) { p.small { (reason) } }
        @if ruling.verdict == Verdict::Ask { (parts::tag(lang.pick("Cần giải trình", "To be explained"), Tone::Warning)) }
        p { a href=(href) { (lang.pick(format!("Trao đổi ({})", ruling.opinions), format!("Thread ({})", ruling.opinions))) (ui::hidden_text(&format!(": {leaf}"))) } }
    }
}

/// Both versions of what two people entered.
fn conflict_page(app: &App, signed: &Signed, found: &Sheet, conflicts: &[Conflict], fields: &Fields) -> Response {
    let lang = signed.lang();
    let path = path_of(found);
    let title = lang.pick("Người khác vừa nhập giá trị khác", "Somebody else has just entered other values");
    let definition = &found.set.definition;
    let name = |one: &Conflict| match one.own.kind {
        AnswerKind::Figure => {
            definition.figure(&one.own.code).map_or(one.own.code.clone(), |figure| index_words::figure(definition, figure, lang).to_owned())
        }
        AnswerKind::Points | AnswerKind::Explanation => {
            definition.node(&one.own.code).map_or(one.own.code.clone(), |node| found.set.name(node, lang).to_owned())
        }
    };
    let names: Vec<String> = conflicts.iter().map(name).collect();
    let rows: Vec<(&str, String, &str)> = conflicts
        .iter()
        .zip(&names)
        .map(|(one, name)| {
            let by = one.saved.entered_by.as_deref().unwrap_or_default();
            (
                name.as_str(),
                format!("{} ({} {by})", one.saved.value.as_deref().unwrap_or("–"), words::moment(one.saved.entered_at, lang)),
                one.own.text.as_str(),
            )
        })
        .collect();
    let own: Vec<String> = conflicts.iter().map(|one| field_of(one.own.kind, &one.own.code)).collect();
    let is_version = |name: &str| name.strip_prefix("ban.").is_some_and(|field| own.iter().any(|one| one == field));
    let body = html! {
        (parts::page_heading(title, Some(&found.unit.name), None))
        p { (lang.pick("Chưa lưu gì. Chọn giữ bản nào; các ô còn lại của bạn vẫn được giữ.", "Nothing was saved. Choose; your other fields are kept.")) }
        (versions_table(&rows, lang))
        (signed.form(app, &path, html! {
            (fields.kept_where(|name| !is_version(name)))
            @for (one, field) in conflicts.iter().zip(&own) { input type="hidden" name={ "ban." (field) } value=(one.saved.version); }
            (parts::button(lang.pick("Lưu bản của tôi, thay giá trị vừa lưu", "Save mine over the new ones"), ButtonKind::Danger, None))
        }))
        (signed.form(app, &path, html! {
            (fields.kept_where(|name| !own.iter().any(|field| field == name) && !is_version(name)))
            (parts::button(lang.pick("Giữ giá trị vừa lưu, chỉ lưu các ô còn lại của tôi", "Keep the new ones, save only my other fields"), ButtonKind::Secondary, None))
        }))
    };
    let frame = WorkPage::new(title, NAV).below(signed, lang.pick("Đánh giá", "Evaluation"), "/lam-viec/danh-gia").below(
        signed,
        &found.unit.name,
        &path,
    );
    (StatusCode::CONFLICT, work_frame(app, signed, frame, body)).into_response()
}
