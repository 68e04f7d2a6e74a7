//! Adding evidence, changing what is written about it, adding a version of its file.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use evidence::{Description, EvidenceError, EvidenceKind, Piece, Upload, add, add_version, change, seen};
use file_reading::{Fault, Kind};
use maud::{Markup, html};
use ui::Lang;
use ui::parts::{self, ButtonKind, Choice, Field, FieldError, Input};
use web::{App, Fields, Posted, PostedFiles, Problem, ReceivedFile, Signed, work_frame};

use super::{LIST, address, below, kind_name, words};
use crate::pages::roles::{unit_field, unit_key};

pub(crate) async fn get_new(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    if !signed.principal().may_somewhere(Action::Make, Thing::Evidence) {
        return Err(Problem::NotFound);
    }
    let unit = signed.principal().acting_unit.as_deref().and_then(|unit| app.units.get(unit));
    let unit = unit.map(|unit| app.units.label(&unit)).unwrap_or_default();
    let figure = signed.visit.value("cho").unwrap_or_default();
    Ok(new_page(&app, &signed, &Fields::of(&[("don-vi", &unit), ("cho", &figure)]), &[]))
}

pub(crate) async fn post_new(State(app): State<App>, mut posted: PostedFiles) -> Result<Response, Problem> {
    let lang = posted.signed.lang();
    if !posted.signed.principal().may_somewhere(Action::Make, Thing::Evidence) {
        return Err(Problem::NotFound);
    }
    let files = posted.take("tep");
    let (about, mut errors) = read(&posted.fields, lang);
    let unit = unit_key(&app, posted.fields.text("don-vi"));
    if unit.is_none() {
        errors.push(FieldError::new("don-vi", lang.pick("Chọn một đơn vị có trong danh sách.", "Choose a unit of the list.")));
    }
    if files.is_empty() {
        errors.push(FieldError::new("tep", lang.pick("Chọn tệp minh chứng.", "Choose the file.")));
    }
    let (Some(unit), true) = (unit, errors.is_empty()) else {
        return Ok(new_page(&app, &posted.signed, &posted.fields, &errors));
    };
    let receipt = match posted.once(&app).await? {
        Ok(receipt) => receipt,
        Err(response) => return Ok(response),
    };
    let several = files.len() > 1;
    let (mut added, mut keys) = (Vec::new(), Vec::new());
    for file in files {
        let name = file_reading::name::safe(&file.name);
        let mut about = about.clone();
        if several {
            about.title = format!("{} – {}", about.title, name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem));
        }
        let outcome = match upload(file, &app) {
            Ok(upload) => add(&app.evidence, &posted.signed.actor, &unit, &about, upload).await,
            Err(fault) => Err(EvidenceError::Refused(vec![fault])),
        };
        match outcome {
            Ok(key) => {
                added.push(name);
                keys.push(key);
            }
            Err(error) => match words::refusal(&error, lang) {
                Some(messages) => errors.extend(messages.into_iter().map(|message| FieldError::new("tep", format!("{name}: {message}")))),
                // Nothing was made: the form may be sent again. What was made before the store went away stays, and is told.
                None if keys.is_empty() => {
                    receipt.give_back(&app).await?;
                    return Err(error.into());
                }
                None => {
                    let message = lang.pick(
                        "chưa lưu được do kho tệp hoặc cơ sở dữ liệu tạm ngừng. Gửi lại tệp này sau ít phút.",
                        "not saved, as the store or the database does not answer. Send it again in a few minutes.",
                    );
                    errors.push(FieldError::new("tep", format!("{name}: {message}")));
                }
            },
        }
    }
    if errors.is_empty() {
        let target = match (figure_page(posted.fields.text("cho")), keys.as_slice()) {
            (Some(figure), _) => figure,
            (None, [key]) => format!("{}?xong=them", address(key)),
            (None, _) => format!("{LIST}?xong=them"),
        };
        return receipt.led_to(&app, &lang.href(&target)).await;
    }
    if keys.is_empty() {
        receipt.give_back(&app).await?;
    } else {
        receipt.led_to(&app, &lang.href(&format!("{LIST}?xong=them"))).await?;
        let names = added.join(", ");
        errors.insert(
            0,
            FieldError::new(
                "tep",
                lang.pick(format!("Đã thêm: {names}. Chỉ chọn lại các tệp dưới đây."), format!("Added: {names}. Choose only these again:")),
            ),
        );
    }
    Ok(new_page(&app, &posted.signed, &posted.fields, &errors))
}

/// The page on which a record cites evidence, when the form was opened from there: `collection/unit/indicator` of a figure, or
/// `leaf:campaign/unit/leaf`.
fn figure_page(record: &str) -> Option<String> {
    let (place, record) = record.strip_prefix("leaf:").map_or(("so-lieu", record), |leaf| ("danh-gia", leaf));
    let parts: Vec<&str> = record.split('/').collect();
    let plain = |part: &&str| {
        !part.is_empty() && part.chars().all(|sign| sign.is_ascii_alphanumeric() || "-_.".contains(sign)) && !part.contains("..")
    };
    match parts.as_slice() {
        [collection, unit, indicator] if parts.iter().all(plain) => {
            Some(format!("/lam-viec/{place}/{collection}/{unit}/minh-chung/{indicator}"))
        }
        _ => None,
    }
}

/// A received file as evidence takes it; nothing is kept of one that is too large.
fn upload(file: ReceivedFile, app: &App) -> Result<Upload, Fault> {
    match file.file {
        Some(open) => Ok(Upload { file_name: file.name, file: open, size: file.size }),
        None => Err(Fault::TooLarge { kind: Kind::Unknown, size: file.size, limit: app.evidence.policy.largest() }),
    }
}

fn read(fields: &Fields, lang: Lang) -> (Description, Vec<FieldError>) {
    let mut errors = Vec::new();
    if fields.text("ten").is_empty() {
        errors.push(FieldError::new("ten", lang.pick("Nhập tên minh chứng.", "Type the title.")));
    }
    let kind = EvidenceKind::of(fields.text("loai"));
    if kind.is_none() {
        errors.push(FieldError::new("loai", lang.pick("Chọn loại minh chứng.", "Choose the kind.")));
    }
    let document_date = fields.day("ngay");
    if document_date.is_none() && !fields.text("ngay").is_empty() {
        errors.push(FieldError::new("ngay", lang.pick("Ngày có dạng 31/12/2026.", "A day has the form 31/12/2026.")));
    }
    let about = Description {
        kind: kind.unwrap_or(EvidenceKind::Other),
        title: fields.text("ten").to_owned(),
        document_number: fields.filled("so-hieu"),
        document_date,
        issuer: fields.filled("noi-ban-hanh"),
        note: fields.filled("ghi-chu"),
    };
    (about, errors)
}

fn of<'a>(errors: &'a [FieldError], field: &str) -> Option<&'a str> {
    errors.iter().find(|error| error.field == field).map(|error| error.message.as_str())
}

fn description_fields(fields: &Fields, errors: &[FieldError], lang: Lang) -> Markup {
    let typed = fields.text("loai");
    let mut kinds = vec![Choice::new("", lang.pick("Chọn loại", "Choose"), typed.is_empty())];
    kinds.extend(EvidenceKind::ALL.into_iter().map(|kind| Choice::new(kind.word(), kind_name(kind, lang), kind.word() == typed)));
    html! {
        (parts::text_field(&Field::new("ten", lang.pick("Tên minh chứng", "Title")).hint(lang.pick("Ví dụ: Báo cáo kết quả giải quyết thủ tục hành chính quý I", "For example: report on administrative procedures, quarter I")).error(of(errors, "ten")), Input::Text, fields.text("ten"), None, lang))
        (parts::select_field(&Field::new("loai", lang.pick("Loại", "Kind")).error(of(errors, "loai")), &kinds, lang))
        (parts::text_field(&Field::new("so-hieu", lang.pick("Số, ký hiệu", "Number")).hint(lang.pick("Ví dụ: 123/QĐ-UBND", "For example: 123/QĐ-UBND")).optional(), Input::Text, fields.text("so-hieu"), None, lang))
        (parts::text_field(&Field::new("ngay", lang.pick("Ngày ban hành", "Date")).hint(lang.pick("Ví dụ: 31/12/2026", "For example: 31/12/2026")).optional().error(of(errors, "ngay")), Input::Text, fields.text("ngay"), None, lang))
        (parts::text_field(&Field::new("noi-ban-hanh", lang.pick("Nơi ban hành", "Issuer")).optional(), Input::Text, fields.text("noi-ban-hanh"), None, lang))
        (parts::text_area(&Field::new("ghi-chu", lang.pick("Ghi chú", "Note")).optional(), fields.text("ghi-chu"), 3, lang))
    }
}

/// A field for files; every fault of a file stands beside it.
fn file_field(label: &str, several: bool, errors: &[FieldError], lang: Lang) -> Markup {
    let faults: Vec<&FieldError> = errors.iter().filter(|error| error.field == "tep").collect();
    let described = if faults.is_empty() { "tep-goi-y" } else { "tep-goi-y tep-loi" };
    html! {
        div.field.has-error[!faults.is_empty()] {
            label for="tep" { (label) }
            p.hint #tep-goi-y {
                (lang.pick("Nhận: ", "Taken: ")) (words::taken(lang)) "."
                @if several { (lang.pick(" Chọn được nhiều tệp, mỗi tệp thành một minh chứng; một lần gửi không quá 64 MB.", " Several files may be chosen, each becomes a piece of its own; at most 64 MB at once.")) }
            }
            @if !faults.is_empty() { div #tep-loi { @for fault in &faults { p.field-error { (fault.message) } } } }
            input #tep name="tep" type="file" multiple[several] aria-describedby=(described) aria-invalid=[(!faults.is_empty()).then_some("true")] aria-required="true";
        }
    }
}

/// A form that carries files; the token stands before them.
fn files_form(app: &App, signed: &Signed, path: &str, body: &Markup) -> Markup {
    html! {
        form action=(signed.lang().href(path)) method="post" enctype="multipart/form-data" novalidate { (signed.token(app)) (body) }
    }
}

fn new_page(app: &App, signed: &Signed, fields: &Fields, errors: &[FieldError]) -> Response {
    let lang = signed.lang();
    let title = lang.pick("Thêm minh chứng", "Add evidence");
    let form = html! {
        input type="hidden" name="cho" value=(fields.text("cho"));
        (unit_field(app, signed, lang.pick("Đơn vị", "Unit"), fields.text("don-vi"), of(errors, "don-vi")))
        (description_fields(fields, errors, lang))
        (file_field(lang.pick("Tệp", "Files"), true, errors, lang))
        (parts::button(lang.pick("Thêm minh chứng", "Add"), ButtonKind::Primary, None))
    };
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, None, None))
        (files_form(app, signed, &format!("{LIST}/them"), &form))
    };
    work_frame(app, signed, below(signed, title).faults(!errors.is_empty()), body)
}

async fn changeable(app: &App, signed: &Signed, key: &str) -> Result<evidence::Whole, Problem> {
    let whole = seen(&app.evidence, &signed.actor, key).await?;
    let lineage = app.units.lineage(&whole.piece.unit).ok_or(Problem::NotFound)?;
    signed.principal().must(Action::Change, Thing::Evidence, &lineage)?;
    Ok(whole)
}

pub(crate) async fn get_edit(State(app): State<App>, signed: Signed, Path(key): Path<String>) -> Result<Response, Problem> {
    let whole = changeable(&app, &signed, &key).await?;
    let about = &whole.piece.description;
    let fields = Fields::of(&[
        ("ten", &about.title),
        ("loai", about.kind.word()),
        ("so-hieu", about.document_number.as_deref().unwrap_or_default()),
        ("ngay", &about.document_date.map(|day| signed.lang().date(day)).unwrap_or_default()),
        ("noi-ban-hanh", about.issuer.as_deref().unwrap_or_default()),
        ("ghi-chu", about.note.as_deref().unwrap_or_default()),
        ("ban", &whole.piece.version.to_string()),
    ]);
    Ok(edit_page(&app, &signed, &whole.piece, &fields, &[]))
}

pub(crate) async fn post_edit(State(app): State<App>, Path(key): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let lang = signed.lang();
    let whole = changeable(&app, signed, &key).await?;
    let (about, mut errors) = read(fields, lang);
    if errors.is_empty() {
        match change(&app.evidence, &signed.actor, &key, fields.text("ban").parse().unwrap_or(0), &about).await {
            Ok(()) => return Ok(Redirect::to(&lang.href(&format!("{}?xong=sua", address(&key)))).into_response()),
            Err(EvidenceError::Changed) => {
                return Ok(conflict_page(&app, signed, &seen(&app.evidence, &signed.actor, &key).await?.piece, fields));
            }
            Err(error) => match words::refusal(&error, lang) {
                Some(messages) => errors.extend(messages.into_iter().map(|message| FieldError::new("ten", message))),
                None => return Err(error.into()),
            },
        }
    }
    Ok(edit_page(&app, signed, &whole.piece, fields, &errors))
}

fn edit_page(app: &App, signed: &Signed, piece: &Piece, fields: &Fields, errors: &[FieldError]) -> Response {
    let lang = signed.lang();
    let title = lang.pick("Sửa thông tin minh chứng", "Edit evidence");
    let path = address(&piece.key);
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, Some(&piece.description.title), None))
        (signed.form(app, &format!("{path}/sua"), html! {
            input type="hidden" name="ban" value=(fields.text("ban"));
            (description_fields(fields, errors, lang))
            (parts::button(lang.pick("Lưu", "Save"), ButtonKind::Primary, None))
        }))
    };
    let frame = below(signed, title).below(signed, &piece.description.title, &path);
    work_frame(app, signed, frame.faults(!errors.is_empty()), body)
}

/// Two people edited one piece: the second sees both versions and chooses.
fn conflict_page(app: &App, signed: &Signed, now: &Piece, fields: &Fields) -> Response {
    let lang = signed.lang();
    let title = lang.pick("Người khác vừa sửa minh chứng này", "Somebody else has just edited this");
    let about = &now.description;
    let typed_kind = EvidenceKind::of(fields.text("loai")).map_or("", |kind| kind_name(kind, lang));
    let rows = [
        (lang.pick("Tên minh chứng", "Title"), about.title.clone(), fields.text("ten")),
        (lang.pick("Loại", "Kind"), kind_name(about.kind, lang).to_owned(), typed_kind),
        (lang.pick("Số, ký hiệu", "Number"), about.document_number.clone().unwrap_or_default(), fields.text("so-hieu")),
        (lang.pick("Ngày ban hành", "Date"), about.document_date.map(|day| lang.date(day)).unwrap_or_default(), fields.text("ngay")),
        (lang.pick("Nơi ban hành", "Issuer"), about.issuer.clone().unwrap_or_default(), fields.text("noi-ban-hanh")),
        (lang.pick("Ghi chú", "Note"), about.note.clone().unwrap_or_default(), fields.text("ghi-chu")),
    ];
    let path = address(&now.key);
    let body = html! {
        (parts::page_heading(title, Some(lang.pick("Bản của bạn chưa được lưu. So sánh hai bản rồi chọn.", "Yours is not saved yet. Compare the two and choose.")), None))
        (web::versions_table(&rows, lang))
        (signed.form(app, &format!("{path}/sua"), html! {
            (fields.kept_but("ban"))
            input type="hidden" name="ban" value=(now.version);
            (parts::button(lang.pick("Lưu bản của tôi, thay bản mới", "Save mine over the new one"), ButtonKind::Danger, None))
        }))
        p { (parts::button_link(lang.pick("Giữ bản mới, bỏ bản của tôi", "Keep the new one, drop mine"), &lang.href(&path), ButtonKind::Secondary)) }
    };
    (StatusCode::CONFLICT, work_frame(app, signed, below(signed, title), body)).into_response()
}

pub(crate) async fn get_version(State(app): State<App>, signed: Signed, Path(key): Path<String>) -> Result<Response, Problem> {
    let whole = changeable(&app, &signed, &key).await?;
    Ok(version_page(&app, &signed, &whole.piece, &Fields::default(), &[]))
}

pub(crate) async fn post_version(State(app): State<App>, Path(key): Path<String>, mut posted: PostedFiles) -> Result<Response, Problem> {
    let lang = posted.signed.lang();
    let whole = changeable(&app, &posted.signed, &key).await?;
    let mut errors = Vec::new();
    let note = posted.fields.filled("ly-do");
    if note.is_none() {
        errors.push(FieldError::new("ly-do", lang.pick("Nhập lý do thay tệp.", "Type why the file is replaced.")));
    }
    let file = posted.take("tep").into_iter().next();
    if file.is_none() {
        errors.push(FieldError::new("tep", lang.pick("Chọn tệp mới.", "Choose the new file.")));
    }
    if let (Some(file), true) = (file, errors.is_empty()) {
        // The same form sent twice: the second finds the same content as the newest version and adds nothing.
        let outcome = match upload(file, &app) {
            Ok(upload) => add_version(&app.evidence, &posted.signed.actor, &key, note, upload).await,
            Err(fault) => Err(EvidenceError::Refused(vec![fault])),
        };
        match outcome {
            Ok(_) => return Ok(Redirect::to(&lang.href(&format!("{}?xong=phien-ban", address(&key)))).into_response()),
            Err(error) => match words::refusal(&error, lang) {
                Some(messages) => errors.extend(messages.into_iter().map(|message| FieldError::new("tep", message))),
                None => return Err(error.into()),
            },
        }
    }
    Ok(version_page(&app, &posted.signed, &whole.piece, &posted.fields, &errors))
}

fn version_page(app: &App, signed: &Signed, piece: &Piece, fields: &Fields, errors: &[FieldError]) -> Response {
    let lang = signed.lang();
    let title = lang.pick("Thêm phiên bản mới của tệp", "Add a new version");
    let path = address(&piece.key);
    let form = html! {
        (file_field(lang.pick("Tệp mới", "New file"), false, errors, lang))
        (parts::text_field(&Field::new("ly-do", lang.pick("Lý do thay tệp", "Why")).error(of(errors, "ly-do")), Input::Text, fields.text("ly-do"), None, lang))
        (parts::button(lang.pick("Thêm phiên bản", "Add"), ButtonKind::Primary, None))
    };
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, Some(&piece.description.title), None))
        p { (lang.pick("Các phiên bản cũ được giữ nguyên; số liệu đã gắn phiên bản nào vẫn gắn phiên bản đó.", "Older versions stay; figures go on citing the version they cite.")) }
        (files_form(app, signed, &format!("{path}/phien-ban"), &form))
    };
    let frame = below(signed, title).below(signed, &piece.description.title, &path);
    work_frame(app, signed, frame.faults(!errors.is_empty()), body)
}
