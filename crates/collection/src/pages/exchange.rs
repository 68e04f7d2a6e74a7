//! The sheet of a unit as a file, and back: what a file would change is shown before anything is saved.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use documents::content_disposition;
use documents::exchange::{Legacy, Read, ReadOptions, Value};
use documents::fault::Fault;
use maud::{Markup, html};
use ui::Lang;
use ui::parts::{self, ButtonKind, Choice, Field, Tone};
use ui::table::{Cell, Column, DataTable, Row, render_table};
use viet_text::DecimalSign;
use web::{App, PostedFile, Problem, Signed, WorkPage, work_frame};

use crate::actions::{Ground, Sheet, sheet};
use crate::exchange::{self, FIGURE, INDICATOR, NOTE, REASON};
use crate::words;

/// Faults that a page lists; all of them stand in the file with the faults.
const LISTED: usize = 200;

async fn seen(app: &App, signed: &Signed, collection: &str, unit: &str) -> Result<Sheet, Problem> {
    sheet(Ground::of(app), &signed.actor, collection, unit).await.map_err(words::problem)
}

fn must_export(app: &App, signed: &Signed, unit: &str) -> Result<(), Problem> {
    let lineage = app.units.lineage(unit).ok_or(Problem::NotFound)?;
    Ok(signed.principal().must(Action::Export, Thing::Figures, &lineage)?)
}

fn file(title: &str, ending: &str, bytes: Vec<u8>) -> Response {
    let kind =
        if ending == "csv" { "text/csv; charset=utf-8" } else { "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" };
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, content_disposition(title, ending))], bytes).into_response()
}

fn fault(error: &exchange::FileError) -> Problem {
    tracing::error!(error = %error, "a file of figures could not be made");
    Problem::Fault
}

pub(crate) async fn xlsx(
    State(app): State<App>,
    signed: Signed,
    Path((collection, unit)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = seen(&app, &signed, &collection, &unit).await?;
    must_export(&app, &signed, &unit)?;
    let bytes = exchange::xlsx(&found, signed.lang(), app.world.today()).map_err(|error| fault(&error))?;
    Ok(file(&name_of(&app, &found), "xlsx", bytes))
}

pub(crate) async fn csv(
    State(app): State<App>,
    signed: Signed,
    Path((collection, unit)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = seen(&app, &signed, &collection, &unit).await?;
    must_export(&app, &signed, &unit)?;
    let bytes = exchange::csv(&found, signed.lang()).map_err(|error| fault(&error))?;
    Ok(file(&name_of(&app, &found), "csv", bytes))
}

fn name_of(app: &App, found: &Sheet) -> String {
    format!("{} - {}", found.collection.title, app.units.name(&found.unit.unit))
}

fn path_of(found: &Sheet, act: &str) -> String {
    format!("/lam-viec/so-lieu/{}/{}/{act}", found.collection.key, found.unit.unit)
}

fn frame(signed: &Signed, found: &Sheet, title: &str) -> WorkPage {
    let lang = signed.lang();
    WorkPage::new(title, "so-lieu")
        .below(signed, lang.pick("Số liệu", "Figures"), "/lam-viec/so-lieu")
        .below(signed, &found.collection.title, &format!("/lam-viec/so-lieu/{}/{}", found.collection.key, found.unit.unit))
        .help("so-lieu")
}

pub(crate) async fn get_import(
    State(app): State<App>,
    signed: Signed,
    Path((collection, unit)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = seen(&app, &signed, &collection, &unit).await?;
    must_enter(&app, &signed, &unit)?;
    Ok(shut(&app, &signed, &found).unwrap_or_else(|| upload_page(&app, &signed, &found, None)))
}

/// The way back to a sheet into which nothing may be brought now; it says why.
fn shut(app: &App, signed: &Signed, found: &Sheet) -> Option<Response> {
    let lock = found.unit.lock(&found.collection, app.world.now());
    lock.map(|_| {
        Redirect::to(&signed.lang().href(&format!("/lam-viec/so-lieu/{}/{}", found.collection.key, found.unit.unit))).into_response()
    })
}

fn must_enter(app: &App, signed: &Signed, unit: &str) -> Result<(), Problem> {
    let lineage = app.units.lineage(unit).ok_or(Problem::NotFound)?;
    Ok(signed.principal().must(Action::Change, Thing::Figures, &lineage)?)
}

/// The field for the file, with what it may be.
fn upload_form(app: &App, signed: &Signed, found: &Sheet, error: Option<&str>) -> Markup {
    let lang = signed.lang();
    html! {
        form action=(lang.href(&path_of(found, "nhap"))) method="post" enctype="multipart/form-data" novalidate {
            (signed.token(app))
            div.field.has-error[error.is_some()] {
                label for="tep" { (lang.pick("Tệp Excel hoặc CSV", "Excel or CSV file")) }
                p.hint #tep-goi-y { (lang.pick("XLSX hoặc CSV theo mẫu tải từ trang này, tối đa 20 MB.", "XLSX or CSV in the form that this page gives out, at most 20 MB.")) }
                @if let Some(error) = error { p.field-error #tep-loi { (error) } }
                input #tep name="tep" type="file" accept=".xlsx,.csv,.tsv,.txt" aria-describedby="tep-goi-y" aria-invalid=[error.map(|_| "true")];
            }
            (sign_field("dau-thap-phan", "", lang))
            (parts::button(lang.pick("Xem trước thay đổi", "Show what would change"), ButtonKind::Primary, None))
        }
    }
}

/// Which sign parts the fraction of figures that stand as text in the file.
fn sign_field(id: &str, chosen: &str, lang: Lang) -> Markup {
    let hint = lang.pick(
        "Chỉ cần chọn khi hệ thống báo một số đọc được theo hai cách, ví dụ 1.234 ở chỉ tiêu có phần thập phân.",
        "Only needed where a number can be read in two ways, such as 1.234 for an indicator with decimals.",
    );
    let field = Field {
        id,
        name: "dau",
        label: lang.pick("Dấu thập phân trong tệp", "Decimal sign in the file"),
        hint: Some(hint),
        optional: true,
        ..Field::default()
    };
    let choices = [
        Choice::new("", lang.pick("Tự nhận biết", "Find out"), chosen.is_empty()),
        Choice::new("phay", lang.pick("Dấu phẩy: 1.234,5", "Comma: 1.234,5"), chosen == "phay"),
        Choice::new("cham", lang.pick("Dấu chấm: 1,234.5", "Point: 1,234.5"), chosen == "cham"),
    ];
    parts::select_field(&field, &choices, lang)
}

/// The file for the next form: carried along where it is small, else to be chosen again.
fn file_again(posted: &PostedFile, id: &str) -> Markup {
    let lang = posted.signed.lang();
    match posted.carried() {
        Some(fields) => html! {
            (fields)
            input type="hidden" name="dau" value=(posted.fields.text("dau"));
            p.hint { (lang.pick(format!("Dùng tệp “{}” vừa gửi, không phải chọn lại.", posted.name), format!("The file “{}” that was just sent is used; it need not be chosen again.", posted.name))) }
        },
        None => html! {
            input type="hidden" name="dau" value=(posted.fields.text("dau"));
            div.field {
                label for=(id) { (lang.pick("Chọn lại tệp", "Choose the file again")) }
                p.hint { (lang.pick("Tệp lớn nên không được giữ lại giữa hai bước.", "The file is too large to be kept between the two steps.")) }
                input id=(id) name="tep" type="file";
            }
        },
    }
}

fn upload_page(app: &App, signed: &Signed, found: &Sheet, error: Option<&str>) -> Response {
    let lang = signed.lang();
    let title = lang.pick("Nhập từ tệp", "Bring a file");
    let errors: Vec<parts::FieldError> = error.map(|message| parts::FieldError::new("tep", message)).into_iter().collect();
    let body = html! {
        (parts::error_summary(&errors, lang))
        (parts::page_heading(title, Some(lang.pick("Chưa có gì được lưu cho đến khi bạn xem các thay đổi và xác nhận.", "Nothing is saved until you have seen the changes and confirmed them.")), None))
        p { (lang.pick("Tải mẫu có sẵn số liệu hiện tại: ", "The form with the present figures: "))
            a href=(lang.href(&path_of(found, "bang.xlsx"))) { "XLSX" } ", " a href=(lang.href(&path_of(found, "bang.csv"))) { "CSV" } }
        (upload_form(app, signed, found, error))
    };
    work_frame(app, signed, frame(signed, found, title).faults(error.is_some()), body)
}

pub(crate) async fn post_import(
    State(app): State<App>,
    Path((collection, unit)): Path<(String, String)>,
    posted: PostedFile,
) -> Result<Response, Problem> {
    let PostedFile { signed, fields, name, bytes } = &posted;
    let decimal_sign = match fields.text("dau") {
        "phay" => Some(DecimalSign::Comma),
        "cham" => Some(DecimalSign::Point),
        _ => None,
    };
    let lang = signed.lang();
    let found = seen(&app, signed, &collection, &unit).await?;
    must_enter(&app, signed, &unit)?;
    if let Some(back) = shut(&app, signed, &found) {
        return Ok(back);
    }
    if bytes.is_empty() {
        return Ok(upload_page(&app, signed, &found, Some(lang.pick("Chọn một tệp.", "Choose a file."))));
    }
    let legacy = match fields.text("bang-ma") {
        "chuyen" => Legacy::Convert,
        "giu" => Legacy::Keep,
        _ => Legacy::Ask,
    };
    // Opening and reading a large file is work for a thread of its own.
    let (copy, file_name, content) = (found.clone(), name.clone(), bytes.clone());
    let options = ReadOptions { legacy, decimal_sign, ..ReadOptions::default() };
    let outcome = tokio::task::spawn_blocking(move || exchange::understood(&copy, &file_name, &content, &options)).await;
    let read = match outcome.map_err(|_| Problem::Fault)?.map_err(|error| fault(&error))? {
        Ok(read) => read,
        Err(faults) => return Ok(faults_page(&app, &posted, &found, &faults, 0)),
    };
    if fields.text("bao-loi") == "1" && !read.faults.is_empty() {
        let made = exchange::fault_report(&found, name, bytes, &read.faults, lang, app.world.today()).map_err(|error| fault(&error))?;
        return Ok(made.map_or_else(
            || faults_page(&app, &posted, &found, &read.faults, read.left_out),
            |bytes| file(lang.pick("loi-trong-tep", "faults"), "xlsx", bytes),
        ));
    }
    if !read.offers.is_empty() {
        return Ok(legacy_page(&app, &posted, &found, &read));
    }
    if !read.faults.is_empty() {
        return Ok(faults_page(&app, &posted, &found, &read.faults, read.left_out));
    }
    preview_page(&app, signed, &found, &read)
}

fn fault_rows(faults: &[Fault], lang: Lang) -> DataTable {
    let mut table = DataTable::new("loi", lang.pick(format!("{} lỗi", faults.len()), format!("{} faults", faults.len())))
        .column(Column::header("trang", lang.pick("Trang tính", "Sheet")))
        .column(Column::text("o", lang.pick("Ô", "Cell")))
        .column(Column::text("cot", lang.pick("Cột", "Column")))
        .column(Column::text("gia-tri", lang.pick("Giá trị", "Value")))
        .column(Column::text("loi", lang.pick("Lỗi", "Fault")))
        .column(Column::text("cach-sua", lang.pick("Cách sửa", "What to do")));
    for one in faults.iter().take(LISTED) {
        table = table.row(Row::new(vec![
            Cell::text(one.sheet.as_deref().unwrap_or("–")),
            Cell::text(one.cell().unwrap_or_else(|| "–".to_owned())),
            Cell::text(one.heading.as_deref().unwrap_or("–")),
            Cell::text(one.value.as_deref().unwrap_or("–")),
            Cell::text(one.rule.words(lang)),
            Cell::text(one.rule.advice(lang)),
        ]));
    }
    table
}

fn faults_page(app: &App, posted: &PostedFile, found: &Sheet, faults: &[Fault], left_out: usize) -> Response {
    let signed = &posted.signed;
    let lang = signed.lang();
    let title = lang.pick("Tệp có lỗi, chưa có gì được lưu", "The file has faults; nothing was saved");
    let more = faults.len().saturating_sub(LISTED) + left_out;
    let body = html! {
        (parts::page_heading(title, Some(&lang.pick(format!("Tệp: {}", posted.name), format!("File: {}", posted.name))), None))
        (render_table(&fault_rows(faults, lang), lang))
        @if more > 0 { p { (lang.pick(format!("Còn {more} lỗi nữa không hiện ở đây."), format!("{more} more are not shown here."))) } }
        (parts::section_heading("nhap-lai", lang.pick("Sửa tệp rồi nhập lại", "Mend the file and bring it again"), None))
        (upload_form(app, signed, found, None))
        details.act { summary { (lang.pick("Lấy tệp có ghi lỗi cạnh từng dòng", "Have the faults written beside each row")) }
            form action=(lang.href(&path_of(found, "nhap"))) method="post" enctype="multipart/form-data" {
                (signed.token(app))
                input type="hidden" name="bao-loi" value="1";
                (file_again(posted, "tep-bao-loi"))
                (parts::button(lang.pick("Tải tệp có ghi lỗi", "Get the file with faults"), ButtonKind::Secondary, None))
            }
        }
    };
    work_frame(app, signed, frame(signed, found, title).faults(true), body)
}

/// Text from before Unicode: shown as it would read, and asked.
fn legacy_page(app: &App, posted: &PostedFile, found: &Sheet, read: &Read) -> Response {
    let signed = &posted.signed;
    let lang = signed.lang();
    let title = lang.pick("Tệp dùng bảng mã cũ", "The file is in an old encoding");
    let body = html! {
        (parts::page_heading(title, Some(lang.pick("Một số cột có chữ theo bảng mã cũ (TCVN3 hoặc VNI). Chưa có gì được lưu.", "Some columns are in an encoding from before Unicode (TCVN3 or VNI). Nothing was saved.")), None))
        @for offer in &read.offers {
            section {
                h2 {
                    @if let Some(sheet) = &offer.sheet { (sheet) ": " }
                    (offer.encoding.name()) " – " (lang.pick(format!("{} ô", offer.cells), format!("{} cells", offer.cells)))
                }
                ul { @for preview in offer.preview.iter().take(20) { li { code { (preview.before) } " → " strong { (preview.after) } } } }
            }
        }
        form action=(lang.href(&path_of(found, "nhap"))) method="post" enctype="multipart/form-data" {
            (signed.token(app))
            (parts::radios(&parts::Field::new("bang-ma", lang.pick("Xử lý", "What to do")), &[
                parts::Choice::new("chuyen", lang.pick("Chuyển sang Unicode như bản xem trước", "Convert as shown"), true),
                parts::Choice::new("giu", lang.pick("Giữ nguyên, chữ trong tệp đã đúng", "Keep it; the text is right as it is"), false),
            ], lang))
            (file_again(posted, "tep"))
            (parts::button(lang.pick("Xem trước thay đổi", "Show what would change"), ButtonKind::Primary, None))
        }
    };
    work_frame(app, signed, frame(signed, found, title), body)
}

fn shown(value: &Value, lang: Lang) -> String {
    match value {
        Value::Empty => "–".to_owned(),
        Value::Text(text) => text.clone(),
        Value::Figure(figure) => lang.decimal(*figure, figure.normalize().scale()),
        Value::Date(day) => lang.date(*day),
    }
}

/// As a field of the form takes it back.
fn typed(value: &Value, lang: Lang) -> String {
    if value.is_empty() { String::new() } else { shown(value, lang) }
}

fn preview_page(app: &App, signed: &Signed, found: &Sheet, read: &Read) -> Result<Response, Problem> {
    let lang = signed.lang();
    let title = lang.pick("Xem trước thay đổi", "What would change");
    let format = exchange::format(found).map_err(|error| fault(&error.into()))?;
    let stored = exchange::rows(found, lang);
    let name_of = |code: &str| {
        found.asked.iter().find(|asked| asked.indicator == code).map(|asked| lang.pick(asked.name_vi.as_str(), asked.name_en.as_str()))
    };
    let code_of = |values: &[Value]| values.get(INDICATOR).map(|value| shown(value, Lang::Vi)).unwrap_or_default();
    let difference = read.compare(&format, &stored).map_err(|_| Problem::BadForm)?;
    let mut table = DataTable::new("thay-doi", lang.pick("Các ô sẽ thay đổi", "Cells that would change"))
        .column(Column::header("chi-tieu", lang.pick("Chỉ tiêu", "Indicator")))
        .column(Column::text("cot", lang.pick("Cột", "Column")))
        .column(Column::text("truoc", lang.pick("Đang lưu", "Saved now")))
        .column(Column::text("sau", lang.pick("Trong tệp", "In the file")));
    let mut rows: Vec<&[Value]> = Vec::new();
    // As in the form: what is left empty is not saved.
    let is_empty = |values: &[Value]| [FIGURE, REASON].iter().all(|place| values.get(*place).is_none_or(Value::is_empty));
    let mut left = 0;
    for changed in &difference.changed {
        let values = read.rows.get(changed.brought).map(|row| row.values.as_slice()).unwrap_or_default();
        let code = code_of(values);
        if is_empty(values) && found.figure(&code).is_some() {
            left += 1;
            continue;
        }
        let mut counts = false;
        for cell in changed.cells.iter().filter(|cell| [FIGURE, REASON, NOTE].contains(&cell.column)) {
            counts = true;
            let heading = format.columns().get(cell.column).map(|column| column.heading.pick(lang).to_owned()).unwrap_or_default();
            table = table.row(Row::new(vec![
                Cell::text(name_of(&code).unwrap_or(&code)),
                Cell::text(heading),
                Cell::text(shown(&cell.before, lang)),
                Cell::text(shown(&cell.after, lang)),
            ]));
        }
        if counts {
            rows.push(values);
        }
    }
    let path = format!("/lam-viec/so-lieu/{}/{}", found.collection.key, found.unit.unit);
    let body = html! {
        (parts::page_heading(title, Some(&lang.pick(format!("{} chỉ tiêu thay đổi, {} giữ nguyên.", rows.len(), difference.unchanged.len()), format!("{} indicators change, {} stay.", rows.len(), difference.unchanged.len()))), None))
        @if left > 0 {
            (parts::notice(Tone::Info, None, html! { p { (lang.pick(
                format!("{left} chỉ tiêu để trống trong tệp: số hoặc lý do đã lưu được giữ nguyên."),
                format!("{left} indicators are empty in the file: what is saved of them stays."),
            )) } }, lang))
        }
        @if rows.is_empty() { p { (lang.pick("Tệp không làm thay đổi số liệu nào.", "The file changes nothing.")) } }
        @else {
            (render_table(&table, lang))
            (signed.form(app, &path, html! {
                @for values in &rows {
                    @let code = code_of(values);
                    @if let Some(asked) = found.asked.iter().find(|asked| asked.indicator == code) {
                        @let at = |place: usize| values.get(place).map(|value| typed(value, lang)).unwrap_or_default();
                        input type="hidden" name={ "so." (asked.indicator) } value=(at(FIGURE));
                        input type="hidden" name={ "ly-do." (asked.indicator) } value=(at(REASON));
                        input type="hidden" name={ "ghi-chu." (asked.indicator) } value=(at(NOTE));
                        input type="hidden" name={ "ban." (asked.indicator) } value=(found.figure(&code).map_or(0, |figure| figure.version));
                    }
                }
                (parts::button(lang.pick("Lưu các thay đổi", "Save the changes"), ButtonKind::Primary, None))
            }))
        }
        p { (parts::button_link(lang.pick("Không lưu, quay lại", "Do not save, go back"), &lang.href(&path), ButtonKind::Secondary)) }
    };
    Ok(work_frame(app, signed, frame(signed, found, title), body))
}
