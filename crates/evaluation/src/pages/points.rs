//! Survey results and points of other agencies from a file: every fault with its place, or all of it saved.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use documents::content_disposition;
use maud::{Markup, html};
use ui::Lang;
use ui::parts::{self, ButtonKind, FieldError, Tone};
use ui::table::{Cell, Column, DataTable, Row, render_table};
use web::{App, Ground, PostedFile, Problem, Signed, work_frame};

use accounts::policy::{Action, Thing};

use super::overview::{below, must_of_owner};
use crate::actions::{CampaignView, EvaluationError, import_points, overview, points_asked};
use crate::exchange::{PointFault, point_rows, points_template};
use crate::words;

/// Faults that the page lists.
const LISTED: usize = 500;

async fn seen(app: &App, signed: &Signed, campaign: &str) -> Result<CampaignView, Problem> {
    let view = overview(Ground::of(app), &signed.actor, campaign).await.map_err(words::problem)?;
    must_of_owner(app, signed, &view, Action::Change, Thing::Campaign)?;
    Ok(view)
}

pub(crate) async fn get(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Result<Response, Problem> {
    let view = seen(&app, &signed, &campaign).await?;
    let lang = signed.lang();
    let done = signed.visit.value("xong").map(|count| {
        lang.pick(
            format!("Đã lưu điểm của {count} dòng; các dòng còn lại không thay đổi."),
            format!("{count} rows saved; the others change nothing."),
        )
    });
    Ok(page(&app, &signed, &view, None, None, done.as_deref()))
}

pub(crate) async fn template(State(app): State<App>, signed: Signed, Path(campaign): Path<String>) -> Result<Response, Problem> {
    let view = seen(&app, &signed, &campaign).await?;
    let rows = points_asked(Ground::of(&app), &signed.actor, &view.campaign).await.map_err(words::problem)?;
    let bytes = points_template(&rows, app.world.today(), signed.lang()).map_err(|error| {
        tracing::error!(%error, "a file of points could not be made");
        Problem::Fault
    })?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned();
    Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, content_disposition("diem-dieu-tra", "xlsx"))], bytes).into_response())
}

pub(crate) async fn post(State(app): State<App>, Path(campaign): Path<String>, posted: PostedFile) -> Result<Response, Problem> {
    let PostedFile { signed, name, bytes, .. } = &posted;
    let lang = signed.lang();
    let view = seen(&app, signed, &campaign).await?;
    if bytes.is_empty() {
        return Ok(page(&app, signed, &view, Some(lang.pick("Chọn một tệp.", "Choose a file.")), None, None));
    }
    // Opening and reading a large file is work for a thread of its own.
    let (file_name, content) = (name.clone(), bytes.clone());
    let read = tokio::task::spawn_blocking(move || point_rows(&file_name, &content)).await.map_err(|_| Problem::Fault)?;
    let (rows, unread) = read.map_err(|error| {
        tracing::error!(%error, "a file of points could not be read");
        Problem::Fault
    })?;
    match import_points(Ground::of(&app), &signed.actor, &campaign, &rows, unread).await {
        Ok(count) => Ok(Redirect::to(&lang.href(&format!("/lam-viec/danh-gia/{campaign}/diem/nhap?xong={count}"))).into_response()),
        Err(EvaluationError::Points(faults)) => {
            let message = lang.pick(
                format!("{name}: {} lỗi, chưa có gì được lưu.", faults.len()),
                format!("{name}: {} faults; nothing was saved.", faults.len()),
            );
            Ok(page(&app, signed, &view, Some(&message), Some(point_faults(&faults, lang)), None))
        }
        Err(error) => match words::refusal(&error, None, lang) {
            Some(message) => Ok(page(&app, signed, &view, Some(&message), None, None)),
            None => Err(words::problem(error)),
        },
    }
}

fn faults_table(count: usize, lang: Lang) -> DataTable {
    DataTable::new("loi", lang.pick(format!("{count} lỗi"), format!("{count} faults")))
        .column(Column::header("o", lang.pick("Dòng", "Row")))
        .column(Column::text("cot", lang.pick("Cột", "Column")))
        .column(Column::text("gia-tri", lang.pick("Giá trị", "Value")))
        .column(Column::text("loi", lang.pick("Lỗi", "Fault")))
}

fn point_faults(faults: &[PointFault], lang: Lang) -> DataTable {
    let mut table = faults_table(faults.len(), lang);
    for one in faults.iter().take(LISTED) {
        table = table.row(Row::new(vec![
            Cell::text(if one.row == 0 { "–".to_owned() } else { one.row.to_string() }),
            Cell::text(one.column.clone()),
            Cell::text(one.value.clone()),
            Cell::text(lang.pick(one.words.0.clone(), one.words.1.clone())),
        ]));
    }
    table
}

fn page(app: &App, signed: &Signed, view: &CampaignView, error: Option<&str>, faults: Option<DataTable>, done: Option<&str>) -> Response {
    let lang = signed.lang();
    let path = format!("/lam-viec/danh-gia/{}/diem", view.campaign.key);
    let title = lang.pick("Nhập điểm điều tra và điểm do cơ quan khác chấm", "Survey and external points");
    let errors: Vec<FieldError> = error.map(|message| FieldError::new("tep", message)).into_iter().collect();
    let listed: Markup = faults.as_ref().map(|table| render_table(table, lang)).unwrap_or_default();
    let body = html! {
        (parts::error_summary(&errors, lang))
        (parts::page_heading(title, Some(&view.campaign.title), None))
        @if let Some(done) = done { (parts::notice(Tone::Success, None, html! { p { (done) } }, lang)) }
        (listed)
        p { (lang.pick("Tải mẫu có sẵn các đơn vị và tiêu chí, điền cột Điểm rồi tải lên: ", "The form with units and criteria; fill in the points: ")) a href=(lang.href(&format!("{path}/mau.xlsx"))) { "XLSX" } }
        form action=(lang.href(&format!("{path}/nhap"))) method="post" enctype="multipart/form-data" novalidate {
            (signed.token(app))
            div.field.has-error[error.is_some()] {
                label for="tep" { (lang.pick("Tệp Excel hoặc CSV", "Excel or CSV file")) }
                @if let Some(error) = error { p.field-error #tep-loi { (error) } }
                input #tep name="tep" type="file" accept=".xlsx,.csv,.tsv,.txt" aria-invalid=[error.map(|_| "true")];
            }
            (parts::button(lang.pick("Kiểm tra và lưu", "Check and save"), ButtonKind::Primary, None))
            p.hint { (lang.pick("Nếu có lỗi, không dòng nào được lưu và mọi lỗi được chỉ ra.", "With any fault nothing is saved, and every fault is told.")) }
        }
    };
    work_frame(app, signed, below(signed, title, view).faults(error.is_some()), body)
}
