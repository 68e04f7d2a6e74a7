//! The annex of a decision becomes a set: what was understood, every row that was not, and the text to be saved.

use axum::extract::State;
use axum::response::Response;
use chrono::Datelike as _;
use criteria_annex::{Annex, Kind, Source, grids, joined, understand};
use maud::{Markup, html};
use ui::Lang;
use ui::parts::{self, ButtonKind, Choice, Field, FieldError, Input, Tone};
use ui::table::{Cell, Column, DataTable, MissingReason, Row, render_table};
use web::{App, Fields, PostedFile, Problem, Signed, work_frame};

use super::sets::{LIST, frame};
use crate::annexing::{AnnexHead, text_of};
use crate::set::read_new_set;
use crate::words;

const LEVELS: [&str; 4] = ["department", "commune", "province", "ministry"];

pub(crate) async fn get(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let year = app.world.today().year().to_string();
    Ok(form_page(&app, &signed, &Fields::of(&[("nam", &year), ("cap", "department")]), None, &[]))
}

fn read(posted: &PostedFile, lang: Lang) -> Result<(Annex, AnnexHead), Vec<FieldError>> {
    let fields = &posted.fields;
    let mut errors = Vec::new();
    let id = fields.text("ma");
    if id.is_empty() || id.len() > 60 || !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        errors.push(FieldError::new(
            "ma",
            lang.pick("Mã viết bằng chữ thường không dấu, số và gạch nối.", "The id has small letters, digits and hyphens."),
        ));
    }
    if fields.text("ten").is_empty() {
        errors.push(FieldError::new("ten", lang.pick("Nhập tên bộ tiêu chí.", "Type the name.")));
    }
    let year = fields.text("nam").parse::<i32>().ok().filter(|year| (2012..=2100).contains(year));
    if year.is_none() {
        errors.push(FieldError::new("nam", lang.pick("Năm viết bằng bốn chữ số.", "Write the year with four digits.")));
    }
    // A table that a browser took over whole, else what stands in the text field.
    let pasted = if fields.raw("dan-bang").trim().is_empty() { fields.raw("dan") } else { fields.raw("dan-bang") };
    let name = posted.name.to_lowercase();
    let source = if posted.bytes.is_empty() {
        if pasted.trim().is_empty() {
            errors.push(FieldError::new("tep", lang.pick("Chọn tệp XLSX, DOCX hoặc dán bảng.", "Choose a file, or paste the table.")));
        }
        if pasted.trim_start().starts_with('<') { Source::Html(pasted) } else { Source::Text(pasted) }
    } else if name.ends_with(".docx") {
        Source::Docx(&posted.bytes)
    } else {
        Source::Xlsx(&posted.bytes)
    };
    let annex = if errors.iter().any(|error| error.field == "tep") {
        None
    } else {
        match grids(source) {
            Ok(grids) => joined(&grids).map(|grid| understand(&grid)),
            Err(fault) => {
                errors.push(FieldError::new("tep", fault.words(lang)));
                None
            }
        }
    };
    if annex.is_none() && errors.is_empty() {
        errors.push(FieldError::new("tep", lang.pick("Không tìm thấy bảng nào.", "There is no table in it.")));
    }
    match (annex, year, errors.is_empty()) {
        (Some(annex), Some(year), true) => Ok((
            annex,
            AnnexHead {
                id: id.to_owned(),
                name: fields.text("ten").to_owned(),
                level: LEVELS.into_iter().find(|level| *level == fields.text("cap")).unwrap_or("department").to_owned(),
                year,
                decision: fields.filled("quyet-dinh").unwrap_or_else(|| fields.text("ten").to_owned()),
            },
        )),
        _ => Err(errors),
    }
}

pub(crate) async fn post(State(app): State<App>, posted: PostedFile) -> Result<Response, Problem> {
    let lang = posted.signed.lang();
    Ok(match read(&posted, lang) {
        Ok((annex, head)) => preview(&app, &posted.signed, &annex, &head),
        Err(errors) => form_page(&app, &posted.signed, &posted.fields, Some(&posted), &errors),
    })
}

/// The form; a file that came with it before stays with it, so that nobody has to choose it again for a fault elsewhere.
fn form_page(app: &App, signed: &Signed, fields: &Fields, came: Option<&PostedFile>, errors: &[FieldError]) -> Response {
    let lang = signed.lang();
    let kept = came.filter(|came| !came.bytes.is_empty()).and_then(|came| Some((came.name.as_str(), came.carried()?)));
    let of = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.message.as_str());
    let title = lang.pick("Nhập bộ tiêu chí từ phụ lục", "A set from an annex");
    let levels: Vec<Choice> =
        LEVELS.iter().map(|level| Choice::new(*level, words::level(level, lang), fields.text("cap") == *level)).collect();
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, Some(lang.pick("Hệ thống đọc bảng trong phụ lục quyết định, cho xem những gì đã hiểu và từng dòng chưa hiểu; chưa lưu gì cho đến khi bạn bấm Lưu.", "The table of the annex is read; you see what was understood and every row that was not. Nothing is saved until you say so.")), None))
        form action=(lang.href(&format!("{LIST}/nhap"))) method="post" enctype="multipart/form-data" novalidate {
            (signed.token(app))
            (parts::text_field(&Field::new("ten", lang.pick("Tên bộ tiêu chí", "Name")).error(of("ten")), Input::Text, fields.text("ten"), None, lang))
            (parts::text_field(&Field::new("ma", lang.pick("Mã", "Id")).hint(lang.pick("Ví dụ: ha-noi-so-2026", "For example: ha-noi-so-2026")).error(of("ma")), Input::Text, fields.text("ma"), None, lang))
            (parts::select_field(&Field::new("cap", lang.pick("Áp dụng cho", "For")), &levels, lang))
            (parts::text_field(&Field::new("nam", lang.pick("Năm", "Year")).error(of("nam")), Input::Number, fields.text("nam"), None, lang))
            (parts::text_field(&Field::new("quyet-dinh", lang.pick("Số, ngày quyết định", "The decision")).optional(), Input::Text, fields.text("quyet-dinh"), None, lang))
            div.field.has-error[of("tep").is_some()] {
                label for="tep" { (lang.pick("Tệp XLSX hoặc DOCX", "XLSX or DOCX file")) }
                @if let Some(error) = of("tep") { p.field-error #tep-loi { (error) } }
                @if let Some((name, carried)) = &kept {
                    (carried)
                    p.hint { (lang.pick(format!("Đã nhận tệp “{name}”; chỉ chọn lại khi muốn dùng tệp khác."), format!("“{name}” is here; choose again only for another file."))) }
                }
                input #tep name="tep" type="file" accept=".xlsx,.docx";
            }
            div.field {
                label for="dan" { (lang.pick("Hoặc dán bảng từ Word, Excel", "Or paste the table from Word or Excel")) " " span.hint { (lang.pick("(không bắt buộc)", "(optional)")) } }
                textarea #dan name="dan" rows="8" data-takes-tables="dan-bang" aria-describedby="dan-bang-bao" { (fields.raw("dan")) }
                input #dan-bang name="dan-bang" type="hidden" autocomplete="off" value=(fields.raw("dan-bang"));
                p.hint #dan-bang-bao aria-live="polite"
                    data-taken=(lang.pick("Đã nhận một bảng có {rows} dòng, giữ nguyên các ô gộp. Ô trên chỉ cho xem chữ trong bảng; sửa chữ ở đó thì hệ thống đọc theo chữ đã sửa và bỏ cách gộp ô.", "A table of {rows} rows was taken with its merged cells. The field shows its words; once you change them they count, without the merged cells."))
                    data-typed=(lang.pick("Hệ thống sẽ đọc theo chữ trong ô này; muốn giữ các ô gộp thì dán lại bảng.", "The words in the field count now; paste the table again for its merged cells.")) {}
            }
            (parts::button(lang.pick("Xem trước", "Show what it would be"), ButtonKind::Primary, None))
        }
    };
    work_frame(app, signed, frame(signed, title).faults(!errors.is_empty()), body)
}

fn preview(app: &App, signed: &Signed, annex: &Annex, head: &AnnexHead) -> Response {
    let lang = signed.lang();
    let text = text_of(annex, head);
    let faults = read_new_set(&text).err().unwrap_or_default();
    let title = lang.pick("Xem trước bộ tiêu chí", "What the annex would be");
    let options = annex.lines.iter().filter(|line| matches!(line.kind, Kind::Option { .. })).count();
    let body = html! {
        (parts::page_heading(title, Some(&head.name), None))
        (parts::key_values(&[
            (lang.pick("Dòng đã hiểu", "Rows understood"), html! { (annex.lines.len()) " (" (lang.pick("trong đó mức điểm", "of them options")) ": " (options) ")" }),
            (lang.pick("Dòng chưa hiểu", "Rows not understood"), html! { (annex.not_understood.len()) }),
            (lang.pick("Dòng bỏ qua", "Rows passed over"), html! { (annex.skipped.len()) }),
        ]))
        @if !annex.not_understood.is_empty() {
            (parts::notice(Tone::Warning, Some(lang.pick("Những dòng chưa hiểu", "Rows that were not understood")), html! { p { (lang.pick("Các dòng này không được đưa vào bộ tiêu chí. Cho đến khi bổ sung, điểm tối đa của mục cha chỉ tính các dòng con đọc được, và tổng của mục cha chưa được đối chiếu.", "These rows do not come into the set. Until they are added, the maximum of what they belong to counts the rows that were read, and its sum is not compared.")) } ul { @for row in annex.not_understood.iter().take(200) { li { (row.words(lang)) " " span.small { "[" (row.cells.iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>().join(" | ")) "]" } } } } }, lang))
        }
        @if !annex.warnings.is_empty() {
            (parts::notice(Tone::Info, Some(lang.pick("Những điều đã giả định hoặc cần quyết định", "What was assumed or has to be decided")), html! { ul { @for one in annex.warnings.iter().take(200) { li { @if one.doubt.needs_decision() { strong { (lang.pick("Cần quyết định. ", "To be decided. ")) } } (one.words(lang)) } } } }, lang))
        }
        @if !faults.is_empty() {
            (parts::notice(Tone::Warning, Some(lang.pick("Phải sửa trước khi lưu", "To be mended before saving")), html! { ul { @for fault in faults.iter().take(100) { li { (words::set_fault(fault, lang)) } } } }, lang))
        }
        (render_table(&table(annex, lang), lang))
        details { summary { (lang.pick(format!("{} dòng bỏ qua", annex.skipped.len()), format!("{} rows passed over", annex.skipped.len()))) }
            ul { @for row in &annex.skipped { li { (lang.pick(format!("Dòng {}: ", row.row), format!("Row {}: ", row.row))) (row.why.words(lang)) } } }
        }
        (save_form(app, signed, &text, lang))
    };
    work_frame(app, signed, frame(signed, title), body)
}

fn save_form(app: &App, signed: &Signed, text: &str, lang: Lang) -> Markup {
    signed.form(app, &format!("{LIST}/tao"), html! {
        // The form of a whole text: without this word it would be taken for the few fields of an empty set.
        input type="hidden" name="viec" value="van-ban";
        (parts::text_area(&Field::new("van-ban", lang.pick("Nội dung bộ tiêu chí, sửa được trước khi lưu", "The set; mend it before saving")), text, 30, lang))
        (parts::button(lang.pick("Lưu bản nháp", "Save as a draft"), ButtonKind::Primary, None))
    })
}

fn table(annex: &Annex, lang: Lang) -> DataTable {
    let mut table = DataTable::new("da-hieu", lang.pick("Những gì đã hiểu", "What was understood"))
        .column(Column::number("dong", lang.pick("Dòng", "Row"), 0))
        .column(Column::text("ma", lang.pick("Mã", "Code")))
        .column(Column::header("ten", lang.pick("Nội dung", "Criterion")))
        .column(Column::number("diem", lang.pick("Điểm tối đa", "Maximum"), 2))
        .column(Column::text("quy-tac", lang.pick("Quy tắc", "Rule")))
        .column(Column::text("cham", lang.pick("Ai chấm", "Scored by")));
    for line in annex.lines.iter().filter(|line| !matches!(line.kind, Kind::Option { .. })) {
        let scorer = match line.scored_by {
            criteria_annex::Scorer::Unit => crate::set::Scorer::Unit,
            criteria_annex::Scorer::Survey => crate::set::Scorer::Survey,
            criteria_annex::Scorer::Agency => crate::set::Scorer::Agency,
        };
        table = table.row(
            Row::new(vec![
                Cell::number(rust_decimal::Decimal::from(line.row), 0),
                Cell::text(line.code.clone()),
                Cell::text(line.name.clone()),
                Cell::number_or(line.maximum, 2, MissingReason::NotReported),
                Cell::text(rule_words(&line.rule, lang)),
                Cell::text(words::scorer(scorer, lang)),
            ])
            .level(u8::try_from(line.level).unwrap_or(9)),
        );
    }
    table
}

fn rule_words(rule: &criteria_annex::Proposed, lang: Lang) -> String {
    use criteria_annex::Proposed;
    match rule {
        Proposed::Brackets(brackets) => lang.pick(format!("theo {} khoảng", brackets.len()), format!("{} brackets", brackets.len())),
        Proposed::Checklist(items) => lang.pick(format!("cộng điểm {} mục", items.len()), format!("checklist of {}", items.len())),
        Proposed::YesNo { .. } => lang.pick("có hoặc không", "yes or no").to_owned(),
        Proposed::Choice(items) => lang.pick(format!("chọn một trong {} mức", items.len()), format!("one of {}", items.len())),
        Proposed::Linear { full_at, nothing_below } => {
            let full = words::plain(*full_at, lang);
            let below = nothing_below.map(|below| words::plain(below, lang));
            match below {
                Some(below) => lang.pick(
                    format!("tỷ lệ thuận đến {full}, dưới {below} không có điểm (phải viết quy tắc)"),
                    format!("in proportion up to {full}, nothing below {below} (write the rule)"),
                ),
                None => lang.pick(format!("tỷ lệ thuận đến {full}"), format!("in proportion up to {full}")),
            }
        }
        Proposed::PerCase { each, .. } => {
            lang.pick(format!("{} điểm mỗi trường hợp", words::plain(*each, lang)), format!("{} for each case", words::plain(*each, lang)))
        }
        Proposed::External => lang.pick("nơi khác cho điểm", "given by others").to_owned(),
        Proposed::None { why } => why.words(lang).to_owned(),
    }
}
