//! One piece of evidence: what it is, its newest file in view, versions, signatures, where it is cited, its history.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use evidence::{FileVersion, State as PieceState, TextState, Whole, is_locked, seen, withdraw as take_out};
use file_reading::Kind;
use maud::{Markup, html};
use platform::history::{EventFilter, EventPage, search};
use ui::Lang;
use ui::parts::{self, ButtonKind, Field, FieldError, Input, Tone};
use ui::table::{Cell, Column, DataTable, Row, render_table};
use web::history::{Names, events_list};
use web::{App, Posted, Problem, Signed, work_frame};

use super::{address, below, kind_name, size, words};
use crate::words::moment;

pub(crate) async fn get(State(app): State<App>, signed: Signed, Path(key): Path<String>) -> Result<Response, Problem> {
    page(&app, &signed, &key, None).await
}

pub(crate) async fn withdraw(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    match take_out(&app.evidence, &signed.actor, &key, fields.text("ly-do")).await {
        Ok(()) => Ok(Redirect::to(&signed.lang().href(&address(&key))).into_response()),
        Err(error) => match words::refusal(&error, signed.lang()) {
            Some(messages) => page(&app, signed, &key, messages.first().map(String::as_str)).await,
            None => Err(error.into()),
        },
    }
}

async fn page(app: &App, signed: &Signed, key: &str, fault: Option<&str>) -> Result<Response, Problem> {
    let lang = signed.lang();
    let whole = seen(&app.evidence, &signed.actor, key).await?;
    let lineage = app.units.lineage(&whole.piece.unit).ok_or(Problem::NotFound)?;
    let may = |action, thing| signed.principal().may(action, thing, &lineage);
    let mut read = app.db.read().await?;
    let names = Names::all(read.conn()).await?;
    let events = if may(Action::See, Thing::History) {
        let filter = EventFilter { kind: Some("evidence".to_owned()), thing: Some(key.to_owned()), ..EventFilter::default() };
        Some(search(read.conn(), &filter, EventPage { offset: 0, limit: 50 }).await?)
    } else {
        None
    };
    drop(read);
    let errors: Vec<FieldError> = fault.map(|message| FieldError::new("ly-do", message)).into_iter().collect();
    let title = &whole.piece.description.title;
    let body = html! {
        (parts::error_summary(&errors, lang))
        (parts::page_heading(title, Some(&app.units.name(&whole.piece.unit)), None))
        @if let Some(file) = whole.files.first() { @if signed.visit.value("xong").is_some() {
            (parts::notice(Tone::Success, None, html! { p { (lang.pick("Đã lưu. Tệp mới nhất: ", "Saved. Newest file: ")) (file.file_name) } }, lang))
        } }
        (facts(&whole, lang))
        @if let Some(file) = whole.files.first() { (view(key, file, lang)) }
        (parts::section_heading("phien-ban", lang.pick("Các phiên bản của tệp", "Versions of the file"), None))
        (versions(&whole, lang))
        @for file in &whole.files { (told(file, lang)) }
        (parts::section_heading("noi-gan", lang.pick("Nơi đã gắn", "Where it is cited"), None))
        (uses(app, &names, &whole, lang))
        @if whole.piece.state == PieceState::Active { (acts(app, signed, &whole, &may, fault)) }
        @if let Some(events) = &events {
            (parts::section_heading("lich-su", lang.pick("Lịch sử thay đổi", "History"), None))
            (events_list(app, &names, events, lang))
        }
    };
    Ok(work_frame(app, signed, below(signed, title).faults(fault.is_some()), body))
}

fn facts(whole: &Whole, lang: Lang) -> Markup {
    let piece = &whole.piece;
    let about = &piece.description;
    let state = match (piece.state, is_locked(&whole.uses)) {
        (PieceState::Withdrawn, _) => (lang.pick("Đã rút", "Withdrawn"), Tone::Warning),
        (PieceState::Active, true) => {
            (lang.pick("Đã gửi kèm số liệu, không sửa được", "Handed in with figures, cannot be changed"), Tone::Info)
        }
        (PieceState::Active, false) => (lang.pick("Đang dùng", "In use"), Tone::Success),
    };
    let or_dash = |text: &Option<String>| html! { (text.as_deref().unwrap_or("–")) };
    parts::key_values(&[
        (lang.pick("Trạng thái", "State"), html! { (parts::tag(state.0, state.1)) }),
        (lang.pick("Loại", "Kind"), html! { (kind_name(about.kind, lang)) }),
        (lang.pick("Số, ký hiệu", "Number"), or_dash(&about.document_number)),
        (lang.pick("Ngày ban hành", "Date"), html! { (about.document_date.map_or_else(|| "–".to_owned(), |day| lang.date(day))) }),
        (lang.pick("Nơi ban hành", "Issuer"), or_dash(&about.issuer)),
        (lang.pick("Ghi chú", "Note"), or_dash(&about.note)),
        (lang.pick("Người thêm", "Added by"), html! { (piece.made_by) ", " (moment(piece.made_at, lang)) }),
    ])
}

/// The file as a browser shows it without running anything.
fn view(key: &str, file: &FileVersion, lang: Lang) -> Markup {
    let raw = lang.href(&format!("{}/{}/xem", address(key), file.position));
    let text = lang.href(&format!("{}/{}/noi-dung", address(key), file.position));
    html! {
        (parts::section_heading("xem", lang.pick("Xem tệp", "The file"), None))
        @match file.kind {
            Kind::Pdf => { iframe.file-view src=(raw) title=(file.file_name) width="100%" height="640" loading="lazy" {} }
            Kind::Png | Kind::Jpeg | Kind::WebP => { p { img.file-view src=(raw) alt=(file.file_name) width="640" loading="lazy"; } }
            _ => { p { (lang.pick("Trình duyệt không hiện được loại tệp này; xem phần chữ hoặc tải về.", "Browsers do not show this kind; read its text or download it.")) } }
        }
        p {
            @if super::file::is_shown(file.kind) { a href=(raw) target="_blank" { (lang.pick("Mở ở thẻ mới", "Open in a new tab")) } " · " }
            @if file.text_state == TextState::Read { a href=(text) { (lang.pick("Xem phần chữ theo trang", "Read the text by page")) } " · " }
            a href=(lang.href(&format!("{}/{}/tai-ve", address(key), file.position))) { (lang.pick("Tải về", "Download")) }
        }
    }
}

fn versions(whole: &Whole, lang: Lang) -> Markup {
    let mut table = DataTable::new("cac-phien-ban", lang.pick("Các phiên bản, mới nhất trước", "Versions, newest first"))
        .column(Column::header("so", lang.pick("Phiên bản", "Version")))
        .column(Column::text("tep", lang.pick("Tệp", "File")))
        .column(Column::text("loai", lang.pick("Loại, dung lượng", "Kind, size")))
        .column(Column::text("nguoi", lang.pick("Người thêm", "Added by")))
        .column(Column::text("ly-do", lang.pick("Lý do", "Reason")))
        .column(Column::text("sha", "SHA-256"));
    for file in &whole.files {
        let locked = whole.uses.iter().any(|found| found.position == file.position && found.locked_at.is_some());
        let number = if locked {
            lang.pick(format!("{} (đã gửi)", file.position), format!("{} (handed in)", file.position))
        } else {
            file.position.to_string()
        };
        let pages = file.pages.map(|pages| lang.pick(format!(", {pages} trang"), format!(", {pages} page(s)"))).unwrap_or_default();
        table = table.row(Row::new(vec![
            Cell::text(number),
            Cell::link(&file.file_name, lang.href(&format!("{}/{}/tai-ve", address(&whole.piece.key), file.position))),
            Cell::text(format!("{}, {}{pages}", words::file_kind(file.kind, lang), size(file.size, lang))),
            Cell::text(format!("{}, {}", file.added_by, moment(file.added_at, lang))),
            Cell::text(file.note.as_deref().unwrap_or("–")),
            Cell::text(&file.sha256),
        ]));
    }
    render_table(&table, lang)
}

/// Signatures of a version and what is worth telling about it.
fn told(file: &FileVersion, lang: Lang) -> Markup {
    let number = file.position;
    html! {
        @if !file.signatures.is_empty() {
            h3 { (lang.pick(format!("Chữ ký số trong phiên bản {number}"), format!("Digital signatures in version {number}"))) }
            ul {
                @for signature in &file.signatures {
                    @let (verdict, tone) = words::verdict(signature, lang);
                    li {
                        strong { (signature.signer.as_deref().unwrap_or_else(|| lang.pick("Không rõ người ký", "Signer not known"))) }
                        @if signature.is_stamp { " " (lang.pick("(dấu thời gian)", "(time stamp)")) }
                        " " (parts::tag(verdict, tone))
                        @for line in words::signature_lines(signature, lang) { br; (line) }
                    }
                }
            }
        }
        @if file.text_state == TextState::Waiting {
            p { (lang.pick(format!("Phiên bản {number}: đang đọc chữ và chữ ký số trong tệp; tải lại trang sau ít phút."), format!("Version {number}: text and signatures are being read; reload the page in a few minutes."))) }
        }
        @if !file.findings.is_empty() {
            (parts::notice(Tone::Warning, Some(&lang.pick(format!("Lưu ý về phiên bản {number}"), format!("About version {number}"))), html! {
                ul { @for note in &file.findings { li { (words::note(*note, lang)) } } }
            }, lang))
        }
    }
}

fn uses(app: &App, names: &Names, whole: &Whole, lang: Lang) -> Markup {
    if whole.uses.is_empty() {
        return html! { p { (lang.pick("Chưa gắn với số liệu, tiêu chí nào.", "Nothing cites it yet.")) } };
    }
    html! {
        ul {
            @for found in &whole.uses {
                @let mut parts_of = found.thing.splitn(3, '/');
                @let (collection, unit, indicator) = (parts_of.next().unwrap_or_default(), parts_of.next().unwrap_or_default(), parts_of.next().unwrap_or_default());
                @let (place, vi, en) = if found.kind == "leaf" { ("danh-gia", "Tiêu chí", "Criterion") } else { ("so-lieu", "Số liệu", "Figure") };
                li {
                    a href=(lang.href(&format!("/lam-viec/{place}/{collection}/{unit}"))) {
                        @let what = names.indicator(indicator, lang).unwrap_or_else(|| indicator.to_owned());
                        (lang.pick(format!("{vi} “{what}” của {}", app.units.name(unit)), format!("{en} “{what}” of {}", app.units.name(unit))))
                    }
                    @if let Some(round) = names.round(collection) { ", " (round) }
                    (lang.pick(format!(", phiên bản {}", found.position), format!(", version {}", found.position)))
                    @if let Some(cited) = &found.cited { ", " (cited) }
                    @if found.locked_at.is_some() { " " (parts::tag(lang.pick("Đã gửi", "Handed in"), Tone::Info)) }
                }
            }
        }
    }
}

fn acts(app: &App, signed: &Signed, whole: &Whole, may: &dyn Fn(Action, Thing) -> bool, fault: Option<&str>) -> Markup {
    let lang = signed.lang();
    let at = |act: &str| format!("{}/{act}", address(&whole.piece.key));
    let locked = is_locked(&whole.uses);
    html! {
        @if may(Action::Change, Thing::Evidence) {
            p {
                @if !locked { (parts::button_link(lang.pick("Sửa thông tin", "Edit"), &lang.href(&at("sua")), ButtonKind::Secondary)) " " }
                (parts::button_link(lang.pick("Thêm phiên bản mới của tệp", "Add a new version"), &lang.href(&at("phien-ban")), ButtonKind::Secondary))
            }
        }
        @if may(Action::Withdraw, Thing::Evidence) && !locked {
            details.act open[fault.is_some()] { summary { (lang.pick("Rút minh chứng", "Withdraw")) }
                (signed.form(app, &at("rut"), html! {
                    p { (lang.pick("Minh chứng đã rút không gắn thêm được và không còn được tính; nơi đang gắn ghi rõ là đã rút. Tệp vẫn được giữ.", "It can be cited no more and no longer counts; what cites it says so. The files stay.")) }
                    (parts::text_field(&Field::new("ly-do", lang.pick("Lý do", "Reason")).error(fault), Input::Text, "", None, lang))
                    (parts::button(lang.pick("Rút", "Withdraw"), ButtonKind::Danger, None))
                }))
            }
        }
    }
}
