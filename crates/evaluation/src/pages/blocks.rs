//! Blocks of units and bands of totals of a draft, as a form.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use composite_index::Definition;
use maud::{Markup, html};
use ui::Lang;
use ui::parts::{self, ButtonKind, FieldError};
use web::{App, Fields, Ground, Posted, Problem, Signed, work_frame};

use super::form_faults::fault_in_form;
use super::set_edit::{draft, fault_words, is_draft};
use super::sets::{LIST, frame};
use crate::actions::{EvaluationError, FoundSet, SetChange, change_set};
use crate::editing::{BandEdit, BlockEdit, set_bands, set_blocks};
use crate::scoring::number;
use crate::set::{SetFault, is_part_code};
use crate::words;

/// Rows that are read from a form.
const MOST: usize = 40;

pub(crate) async fn get(State(app): State<App>, signed: Signed, Path(set): Path<String>) -> Result<Response, Problem> {
    let found = draft(&app, &signed, &set).await?;
    let saved = fields_of(&found.set.definition);
    let pairs: Vec<(&str, &str)> = saved.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Ok(page(&app, &signed, &found, &Fields::of(&pairs), &[]))
}

pub(crate) async fn post(State(app): State<App>, Path(set): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let lang = signed.lang();
    let found = draft(&app, signed, &set).await?;
    let errors = match read(fields, lang) {
        Ok((blocks, bands)) => match set_blocks(&found.text, &blocks).and_then(|text| set_bands(&text, &bands)) {
            Ok(text) => {
                let change = SetChange { key: &set, seen: fields.text("ban").parse().unwrap_or(0), text: &text };
                match change_set(Ground::of(&app), &signed.actor, &change).await {
                    Ok(()) => return Ok(Redirect::to(&lang.href(&format!("{LIST}/{set}"))).into_response()),
                    Err(EvaluationError::SetFaults(faults)) => {
                        faults.iter().take(100).map(|fault| told(fault, fields, &found, lang)).collect()
                    }
                    Err(error) => match words::refusal(&error, None, lang) {
                        Some(message) => vec![FieldError::new("xl-ma.0", message)],
                        None => return Err(words::problem(error)),
                    },
                }
            }
            Err(fault) => vec![FieldError::new("xl-ma.0", fault_words(&fault, lang))],
        },
        Err(errors) => errors,
    };
    Ok(page(&app, signed, &found, fields, &errors))
}

/// A fault at the field of its band, or as the form of a part has it.
fn told(fault: &SetFault, fields: &Fields, found: &FoundSet, lang: Lang) -> FieldError {
    let row = (0..MOST).find(|at| fault.rule.starts_with("band-") && fields.text(&format!("xl-ma.{at}")) == fault.subject);
    match row {
        Some(at) => FieldError::new(
            format!("xl-tu.{at}"),
            words::set_fault(&SetFault { line: 0, detail: words::as_read(&fault.detail, lang), ..fault.clone() }, lang),
        ),
        None => fault_in_form(fault, &found.set.definition, lang),
    }
}

/// Blocks, and bands of the newest year, as fields: name, value.
fn fields_of(definition: &Definition) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (at, block) in definition.blocks.iter().enumerate() {
        fields.push((format!("kh-ma.{at}"), block.code.clone()));
        fields.push((format!("kh-ten.{at}"), block.name.vi.clone()));
    }
    for (at, band) in definition.editions.last().into_iter().flat_map(|edition| &edition.bands).enumerate() {
        fields.push((format!("xl-ma.{at}"), band.code.clone()));
        fields.push((format!("xl-ten.{at}"), band.name.vi.clone()));
        fields.push((format!("xl-tu.{at}"), band.from.map(|from| from.normalize().to_string().replace('.', ",")).unwrap_or_default()));
        fields.push((format!("xl-khoi.{at}"), band.block.clone().unwrap_or_default()));
    }
    fields
}

/// What the form says.
///
/// # Errors
/// Every field that cannot be taken.
fn read(fields: &Fields, lang: Lang) -> Result<(Vec<BlockEdit>, Vec<BandEdit>), Vec<FieldError>> {
    let (mut blocks, mut bands, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for at in 0..MOST {
        let (block, band) = (
            lang.pick(format!("Khối {}", at + 1), format!("Block {}", at + 1)),
            lang.pick(format!("Mức {}", at + 1), format!("Band {}", at + 1)),
        );
        for (prefix, row) in [("kh", &block), ("xl", &band)] {
            let of = |key: &str| fields.text(&format!("{prefix}-{key}.{at}"));
            if [of("ma"), of("ten"), of("tu")].iter().all(|text| text.is_empty()) {
                continue;
            }
            let mut refuse = |key: &str, vi: &str, en: &str| {
                wrong.push(FieldError::new(format!("{prefix}-{key}.{at}"), format!("{row}: {}", lang.pick(vi, en))));
            };
            if !is_part_code(of("ma")) {
                refuse(
                    "ma",
                    "nhập mã gồm chữ không dấu, chữ số, dấu chấm, gạch nối, gạch dưới.",
                    "a code has letters without marks, digits, points, - and _.",
                );
            }
            if of("ten").is_empty() {
                refuse("ten", "nhập tên.", "type the name.");
            }
            let from = (!of("tu").is_empty()).then(|| number(of("tu")));
            if from == Some(None) {
                refuse("tu", "viết một số, ví dụ 80 hoặc 79,5.", "write a number, such as 80 or 79.5.");
            }
            let (code, name) = (of("ma").to_owned(), of("ten").to_owned());
            if prefix == "kh" {
                blocks.push(BlockEdit { code, name });
            } else {
                let from = from.flatten().map(|from| from.normalize().to_string());
                bands.push(BandEdit { code, name, from, block: Some(of("khoi").to_owned()).filter(|block| !block.is_empty()) });
            }
        }
    }
    if wrong.is_empty() { Ok((blocks, bands)) } else { Err(wrong) }
}

/// Rows that are shown: those in use and some to go on with.
fn shown(fields: &Fields, prefix: &str) -> usize {
    let used = (0..MOST).rev().find(|at| ["ma", "ten", "tu"].iter().any(|key| !fields.text(&format!("{prefix}-{key}.{at}")).is_empty()));
    (used.map_or(0, |last| last + 1) + 2).min(MOST)
}

fn page(app: &App, signed: &Signed, found: &FoundSet, fields: &Fields, errors: &[FieldError]) -> Response {
    let lang = signed.lang();
    let title = lang.pick("Khối và xếp loại", "Blocks and bands");
    let path = format!("{LIST}/{}", found.stored.key);
    let year = found.set.definition.editions.last().map(|edition| edition.year);
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, Some(&found.stored.title), None))
        @if is_draft(found) {
            (signed.form(app, &format!("{path}/khoi-xep-loai"), html! {
                input type="hidden" name="ban" value=(found.stored.version);
                (parts::section_heading("khoi", lang.pick("Khối đơn vị", "Blocks of units"), None))
                p.hint { (lang.pick("Mỗi khối được xếp hạng riêng khi quy tắc chung nói vậy; tiêu chí có thể chỉ áp dụng với một số khối. Bỏ trống cả dòng để bỏ khối.", "Parts of the set may be for some blocks only. Leave a row empty to take it out.")) }
                (block_rows(fields, errors, lang))
                (parts::section_heading("xep-loai", &year.map_or_else(|| lang.pick("Xếp loại", "Bands").to_owned(), |year| lang.pick(format!("Xếp loại năm {year}"), format!("Bands of {year}"))), None))
                p.hint { (lang.pick("Xếp từ cao xuống thấp; mức cuối để trống điểm bắt đầu. Bỏ trống cả dòng để bỏ mức. Lưu lại để có thêm dòng trống.", "From high to low; the last has no beginning. Leave a row empty to take it out. Save to get more empty rows.")) }
                (band_rows(&found.set.definition, fields, errors, lang))
                (parts::button(lang.pick("Lưu", "Save"), ButtonKind::Primary, None))
            }))
        } @else { p { (lang.pick("Bộ tiêu chí đã khóa. Hãy sao chép thành bộ mới rồi sửa.", "The set is locked. Copy it and change the copy.")) } }
    };
    work_frame(app, signed, frame(signed, title).below(signed, &found.stored.title, &path).faults(!errors.is_empty()), body)
}

fn cell(fields: &Fields, errors: &[FieldError], name: &str, label: &str, numeric: bool) -> Markup {
    let error = errors.iter().find(|error| error.field == name);
    html! {
        input.narrow[numeric] id=(name) name=(name) type="text" inputmode=[numeric.then_some("decimal")] value=(fields.text(name)) aria-label=(label) aria-invalid=[error.map(|_| "true")] autocomplete="off";
        @if let Some(error) = error { p.field-error { (error.message) } }
    }
}

fn block_rows(fields: &Fields, errors: &[FieldError], lang: Lang) -> Markup {
    let (code, name) = (lang.pick("Mã", "Code"), lang.pick("Tên khối", "Name"));
    html! {
        div.table-box tabindex="0" role="region" aria-label=(lang.pick("Khối đơn vị", "Blocks of units")) { table.entry {
            thead { tr { th scope="col" { (lang.pick("Khối", "Block")) } th scope="col" { (code) } th scope="col" { (name) } } }
            tbody { @for at in 0..shown(fields, "kh") { tr {
                @let of = |label: &str| format!("{} {}: {label}", lang.pick("Khối", "Block"), at + 1);
                th scope="row" { (at + 1) }
                td data-label=(code) { (cell(fields, errors, &format!("kh-ma.{at}"), &of(code), false)) }
                td data-label=(name) { (cell(fields, errors, &format!("kh-ten.{at}"), &of(name), false)) }
            } } }
        } }
    }
}

fn band_rows(definition: &Definition, fields: &Fields, errors: &[FieldError], lang: Lang) -> Markup {
    let (code, name, from) = (lang.pick("Mã", "Code"), lang.pick("Tên mức", "Name"), lang.pick("Từ điểm", "From"));
    let (block, every) = (lang.pick("Khối", "Block"), lang.pick("mọi khối", "all blocks"));
    let several = definition.blocks.len() > 1;
    html! {
        div.table-box tabindex="0" role="region" aria-label=(lang.pick("Xếp loại", "Bands")) { table.entry {
            thead { tr { th scope="col" { (lang.pick("Mức", "Band")) } th scope="col" { (code) } th scope="col" { (name) } th scope="col" { (from) } @if several { th scope="col" { (block) } } } }
            tbody { @for at in 0..shown(fields, "xl") { tr {
                @let of = |label: &str| format!("{} {}: {label}", lang.pick("Mức", "Band"), at + 1);
                @let chosen = format!("xl-khoi.{at}");
                th scope="row" { (at + 1) }
                td data-label=(code) { (cell(fields, errors, &format!("xl-ma.{at}"), &of(code), false)) @if !several { input type="hidden" name=(chosen) value=(fields.text(&chosen)); } }
                td data-label=(name) { (cell(fields, errors, &format!("xl-ten.{at}"), &of(name), false)) }
                td data-label=(from) { (cell(fields, errors, &format!("xl-tu.{at}"), &of(from), true)) }
                @if several { td data-label=(block) {
                    select id=(chosen) name=(chosen) aria-label=(of(block)) {
                        option value="" { (every) }
                        @for one in &definition.blocks { option value=(one.code) selected[fields.text(&chosen) == one.code] { (lang.pick(one.name.vi.as_str(), one.name.en.as_str())) } }
                    }
                } }
            } } }
        } }
    }
}
