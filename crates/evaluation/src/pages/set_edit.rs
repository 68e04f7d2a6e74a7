//! Making and changing a set in the browser: as text with every fault at its line, or part by part.

use accounts::policy::{Action, Thing};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use composite_index::NodeId;
use maud::{Markup, html};
use ui::Lang;
use ui::parts::{self, ButtonKind, Choice, Field, FieldError, Input};
use web::{App, Fields, Ground, Posted, Problem, Signed, work_frame};

use super::beside_rule::{absent_fields, absent_of, block_fields, fields_of as beside_fields};
use super::form_faults::fault_in_form;
use super::node_form::{Place, edit_of, figure_of, node_fields, role_word, shown_bounds, sources};
use super::rule_fields::{figures_part, kind_form, new_figure, rule_fields};
use super::sets::{LIST, frame};
use crate::actions::{EvaluationError, FoundSet, SetChange, change_set, find_set, indicator_names, make_set};
use crate::editing::{EditFault, add_figure, add_node, change_node, remove_figure, remove_node, set_absent, set_blocks_of_node};
use crate::model::SetState;
use crate::rule_form::fields_of;
use crate::set::{Asks, Scorer, SetKind};
use crate::words;

/// What a new set begins with.
const BEGINNING: &str = r#"format = "cchc-index-definition/1"
id = {code}
index = {code}
name = { vi = {name}, en = {name} }
summary = { vi = {basis}, en = {basis} }
unit_level = "{level}"
status = "read"
decimals = 2

[set]
kind = "own"
level = "{level}"

[computation]
rank_direction = "higher-is-better"
tie_rule = "dense"
rank_on = "unrounded"
missing = "zero"

[[node]]
code = "total"
name = { vi = "Tổng điểm", en = "Total" }
aggregation = "sum-of-points"

[[node]]
code = "1"
name = { vi = "Lĩnh vực thứ nhất", en = "First area" }
parent = "total"
aggregation = "sum-of-points"

[[node]]
code = "1.1"
name = { vi = "Tiêu chí thứ nhất", en = "First criterion" }
parent = "1"
maximum = "1"
[node.rule]
kind = "external"

[[edition]]
year = {year}
"#;

/// The text of a new set with an area and a criterion to begin with.
fn beginning(fields: &Fields) -> String {
    let quoted = |name: &str, other: &str| {
        let text = fields.filled(name).unwrap_or_else(|| other.to_owned());
        toml_edit::Value::from(text).to_string().trim().to_owned()
    };
    let year = fields.text("nam").parse::<i32>().unwrap_or_default();
    let level = if fields.text("cap") == "commune" { "commune" } else { "department" };
    BEGINNING
        .replace("{code}", &quoted("ma", ""))
        .replace("{name}", &quoted("ten", ""))
        .replace("{basis}", &quoted("can-cu", "–"))
        .replace("{level}", level)
        .replace("{year}", &year.to_string())
}

pub(crate) async fn get_new(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    Ok(new_page(&app, &signed, &Fields::default(), &[]))
}

pub(crate) async fn post_new(State(app): State<App>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let (ground, lang) = (Ground::of(&app), signed.lang());
    let owner = signed.principal().acting_unit.clone().unwrap_or_default();
    let whole = fields.text("viec") == "van-ban";
    let text = if whole { fields.raw("van-ban").to_owned() } else { beginning(fields) };
    if !whole {
        let errors = head_errors(fields, lang);
        if !errors.is_empty() {
            return Ok(new_page(&app, signed, fields, &errors));
        }
    }
    let receipt = match posted.once(&app).await? {
        Ok(receipt) => receipt,
        Err(response) => return Ok(response),
    };
    match make_set(ground, &signed.actor, &owner, &text).await {
        Ok(key) => receipt.led_to(&app, &lang.href(&format!("{LIST}/{key}"))).await,
        Err(error) => {
            receipt.give_back(&app).await?;
            match errors_of(&error, lang) {
                Some(errors) => {
                    let at = |error: FieldError| if whole { error } else { FieldError::new("ma", error.message) };
                    Ok(new_page(&app, signed, fields, &errors.into_iter().map(at).collect::<Vec<_>>()))
                }
                None => Err(words::problem(error)),
            }
        }
    }
}

/// Every fault of a text as a line of the summary.
fn errors_of(error: &EvaluationError, lang: Lang) -> Option<Vec<FieldError>> {
    if let EvaluationError::SetFaults(faults) = error {
        return Some(faults.iter().take(100).map(|fault| FieldError::new("van-ban", words::set_fault(fault, lang))).collect());
    }
    words::refusal(error, None, lang).map(|message| vec![FieldError::new("van-ban", message)])
}

fn text_field(text: &str, errors: &[FieldError], lang: Lang) -> Markup {
    let first = errors.first().map(|error| error.message.as_str());
    parts::text_area(
        &Field::new("van-ban", lang.pick("Nội dung bộ tiêu chí (định dạng TOML)", "The set (TOML)"))
            .hint(lang.pick(
                "Mỗi phần [[node]] là một lĩnh vực, tiêu chí hoặc tiêu chí thành phần; [node.rule] là quy tắc tính điểm. Lỗi được chỉ ra theo dòng.",
                "Each [[node]] is an area, a criterion or a component; [node.rule] its rule. Faults are told by line.",
            ))
            .error(first),
        text,
        40,
        lang,
    )
}

/// What a new set must say of itself.
fn head_errors(fields: &Fields, lang: Lang) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if fields.text("ten").is_empty() {
        errors.push(FieldError::new("ten", lang.pick("Nhập tên bộ tiêu chí.", "Type the name.")));
    }
    let code = fields.text("ma");
    if code.is_empty() || !code.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '-') {
        errors.push(FieldError::new(
            "ma",
            lang.pick(
                "Nhập mã bằng chữ thường không dấu, chữ số, dấu gạch nối. Ví dụ: so-2027.",
                "Small letters without marks, digits, hyphens, such as so-2027.",
            ),
        ));
    }
    if !fields.text("nam").parse::<i32>().is_ok_and(|year| (2000..2100).contains(&year)) {
        errors.push(FieldError::new("nam", lang.pick("Nhập năm, ví dụ 2027.", "Type the year, such as 2027.")));
    }
    errors
}

fn new_page(app: &App, signed: &Signed, fields: &Fields, errors: &[FieldError]) -> Response {
    let lang = signed.lang();
    let title = lang.pick("Tạo bộ tiêu chí", "New set");
    let whole = fields.text("viec") == "van-ban";
    let of = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.message.as_str());
    let levels =
        [("department", lang.pick("Sở, ban, ngành", "Departments")), ("commune", lang.pick("Xã, phường, đặc khu", "Communes and wards"))];
    let levels: Vec<Choice> = levels.into_iter().map(|(word, said)| Choice::new(word, said, fields.text("cap") == word)).collect();
    let text = if whole {
        fields.raw("van-ban").to_owned()
    } else {
        beginning(&Fields::of(&[("ma", "bo-moi"), ("ten", "Bộ tiêu chí mới"), ("nam", "2027")]))
    };
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, None, None))
        p { (parts::button_link(lang.pick("Nhập từ phụ lục quyết định (XLSX, DOCX hoặc dán từ Word)", "Bring the annex of a decision (XLSX, DOCX or pasted)"), &lang.href(&format!("{LIST}/nhap")), ButtonKind::Secondary)) }
        (signed.form(app, &format!("{LIST}/tao"), html! {
            (parts::text_field(&Field::new("ten", lang.pick("Tên bộ tiêu chí", "Name")).error(of("ten")), Input::Text, fields.text("ten"), None, lang))
            (parts::text_field(&Field::new("ma", lang.pick("Mã", "Code")).hint(lang.pick("Ví dụ: so-2027", "For example: so-2027")).error(of("ma")), Input::Text, fields.text("ma"), None, lang))
            (parts::select_field(&Field::new("cap", lang.pick("Dành cho", "For")), &levels, lang))
            (parts::text_field(&Field::new("nam", lang.pick("Năm áp dụng", "Year")).error(of("nam")), Input::Text, fields.text("nam"), None, lang))
            (parts::text_field(&Field::new("can-cu", lang.pick("Căn cứ (số, ngày quyết định)", "Basis (decision)")).optional(), Input::Text, fields.text("can-cu"), None, lang))
            (parts::button(lang.pick("Tạo, rồi thêm lĩnh vực và tiêu chí", "Make it, then add areas and criteria"), ButtonKind::Primary, None))
        }))
        details.act open[whole] { summary { (lang.pick("Nhập toàn văn dạng tệp", "Type the whole file")) }
            (signed.form(app, &format!("{LIST}/tao"), html! {
                input type="hidden" name="viec" value="van-ban";
                (text_field(&text, if whole { errors } else { &[] }, lang))
                (parts::button(lang.pick("Lưu bản nháp", "Save as a draft"), ButtonKind::Secondary, None))
            }))
        }
    };
    work_frame(app, signed, frame(signed, title).faults(!errors.is_empty()), body)
}

pub(super) async fn draft(app: &App, signed: &Signed, set: &str) -> Result<FoundSet, Problem> {
    let found = find_set(Ground::of(app), &signed.actor, set).await.map_err(words::problem)?;
    let lineage = app.units.lineage(&found.stored.owner).ok_or(Problem::NotFound)?;
    signed.principal().must(Action::Change, Thing::CriteriaSet, &lineage)?;
    Ok(found)
}

pub(super) fn is_draft(found: &FoundSet) -> bool {
    found.stored.state == SetState::Draft && found.stored.kind == SetKind::Own
}

pub(crate) async fn get_text(State(app): State<App>, signed: Signed, Path(set): Path<String>) -> Result<Response, Problem> {
    let found = draft(&app, &signed, &set).await?;
    let text = found.text.clone();
    Ok(text_page(&app, &signed, &found, &text, &[]))
}

pub(crate) async fn post_text(State(app): State<App>, Path(set): Path<String>, posted: Posted) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let lang = signed.lang();
    let found = draft(&app, signed, &set).await?;
    let text = fields.raw("van-ban");
    let change = SetChange { key: &set, seen: fields.text("ban").parse().unwrap_or(0), text };
    match change_set(Ground::of(&app), &signed.actor, &change).await {
        Ok(()) => Ok(Redirect::to(&lang.href(&format!("{LIST}/{set}"))).into_response()),
        Err(error) => match errors_of(&error, lang) {
            Some(errors) => Ok(text_page(&app, signed, &found, text, &errors)),
            None => Err(words::problem(error)),
        },
    }
}

fn text_page(app: &App, signed: &Signed, found: &FoundSet, text: &str, errors: &[FieldError]) -> Response {
    let lang = signed.lang();
    let title = lang.pick("Sửa bộ tiêu chí", "Edit the set");
    let path = format!("{LIST}/{}", found.stored.key);
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(title, Some(&found.stored.title), None))
        @if is_draft(found) {
            p { (lang.pick("Bấm vào mã của từng tiêu chí ở trang bộ tiêu chí để sửa riêng tiêu chí đó; hoặc sửa toàn văn dưới đây.", "Press a code on the page of the set to edit one part; or edit the whole text here.")) }
            (signed.form(app, &format!("{path}/sua"), html! {
                input type="hidden" name="ban" value=(found.stored.version);
                (text_field(text, errors, lang))
                (parts::button(lang.pick("Lưu", "Save"), ButtonKind::Primary, None))
            }))
        } @else { p { (lang.pick("Bộ tiêu chí đã khóa. Hãy sao chép thành bộ mới rồi sửa.", "The set is locked. Copy it and change the copy.")) } }
    };
    work_frame(app, signed, frame(signed, title).below(signed, &found.stored.title, &path).faults(!errors.is_empty()), body)
}

pub(crate) async fn get_node(
    State(app): State<App>,
    signed: Signed,
    Path((set, node)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = draft(&app, &signed, &set).await?;
    found.set.definition.node(&node).ok_or(Problem::NotFound)?;
    let indicators = indicator_names(Ground::of(&app), signed.lang()).await.map_err(words::problem)?;
    Ok(node_page(&app, &signed, &found, &node, None, (&[], &indicators)))
}

pub(crate) async fn post_node(
    State(app): State<App>,
    Path((set, node)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let lang = signed.lang();
    let found = draft(&app, signed, &set).await?;
    let id = found.set.definition.node(&node).ok_or(Problem::NotFound)?;
    let act = fields.text("viec");
    // What is added begins with nothing.
    let before = found.set.asks.get(&node).filter(|_| act != "them").cloned().unwrap_or_default();
    let told = |fault: &EditFault| {
        let field = match act {
            "so-lieu" => "sl-ma",
            "them" => "ma",
            _ => "ten",
        };
        vec![FieldError::new(field, fault_words(fault, lang))]
    };
    let edited = match act {
        "bo" => remove_node(&found.text, &node).map_err(|fault| told(&fault)),
        "so-lieu" => figure_of(fields, lang).and_then(|figure| add_figure(&found.text, &figure).map_err(|fault| told(&fault))),
        "bo-so-lieu" => remove_figure(&found.text, fields.text("so-lieu")).map_err(|fault| told(&fault)),
        "them" => edit_of(fields, &found, Place::Under(id), &before, lang)
            .and_then(|edit| add_node(&found.text, &node, fields.text("ma"), &edit).map_err(|fault| told(&fault))),
        _ => changed(fields, &found, id, &before, &told, lang),
    };
    let outcome = match edited {
        Ok(text) => {
            let change = SetChange { key: &set, seen: fields.text("ban").parse().unwrap_or(0), text: &text };
            match change_set(Ground::of(&app), &signed.actor, &change).await {
                Ok(()) => None,
                Err(EvaluationError::SetFaults(faults)) => {
                    Some(faults.iter().take(100).map(|fault| fault_in_form(fault, &found.set.definition, lang)).collect())
                }
                Err(error) => match words::refusal(&error, None, lang) {
                    Some(message) => Some(vec![FieldError::new("ten", message)]),
                    None => return Err(words::problem(error)),
                },
            }
        }
        Err(errors) => Some(errors),
    };
    match outcome {
        // A new figure is used on the same page.
        None if matches!(act, "so-lieu" | "bo-so-lieu") => {
            Ok(Redirect::to(&lang.href(&format!("{LIST}/{set}/tieu-chi/{node}"))).into_response())
        }
        None => Ok(Redirect::to(&lang.href(&format!("{LIST}/{set}"))).into_response()),
        Some(errors) => {
            let indicators = indicator_names(Ground::of(&app), lang).await.map_err(words::problem)?;
            Ok(node_page(&app, signed, &found, &node, Some(fields), (&errors, &indicators)))
        }
    }
}

/// The text with a part as the form has it: every fault of the form at once.
fn changed(
    fields: &Fields,
    found: &FoundSet,
    id: NodeId,
    before: &Asks,
    told: &dyn Fn(&EditFault) -> Vec<FieldError>,
    lang: Lang,
) -> Result<String, Vec<FieldError>> {
    let node = &found.set.definition.nodes[id];
    let code = &node.code;
    let asks_absent = node.is_leaf() && !fields.text("co-vang").is_empty();
    let absent = if asks_absent { absent_of(fields, lang) } else { Ok(None) };
    let edit = edit_of(fields, found, Place::Here(id), before, lang);
    let (edit, absent) = match (edit, absent) {
        (Ok(edit), Ok(absent)) => (edit, absent),
        (edit, absent) => return Err([edit.err(), absent.err()].into_iter().flatten().flatten().collect()),
    };
    let mut text = change_node(&found.text, code, &edit).map_err(|fault| told(&fault))?;
    if asks_absent {
        text = set_absent(&text, code, absent.as_ref()).map_err(|fault| told(&fault))?;
    }
    if !fields.text("co-khoi").is_empty() {
        let blocks: Vec<String> = fields.all("khoi").into_iter().map(str::to_owned).collect();
        text = set_blocks_of_node(&text, code, &blocks).map_err(|fault| told(&fault))?;
    }
    Ok(text)
}

pub(crate) fn fault_words(fault: &EditFault, lang: Lang) -> String {
    match fault {
        EditFault::NotToml(why) => lang.pick(format!("Nội dung không đọc được: {why}"), format!("The text cannot be read: {why}")),
        EditFault::RuleNotToml(why) => lang.pick(format!("Quy tắc không đọc được: {why}"), format!("The rule cannot be read: {why}")),
        EditFault::NoSuchNode(code) => lang.pick(format!("Không có tiêu chí {code}."), format!("There is no part {code}.")),
        EditFault::FigureTaken(code) => lang.pick(format!("Đã có số liệu mang mã {code}."), format!("There is a figure {code} already.")),
        EditFault::NoSuchFigure(code) => lang.pick(format!("Không có số liệu {code}."), format!("There is no figure {code}.")),
        EditFault::CodeTaken(code) => lang.pick(format!("Đã có tiêu chí mang mã {code}."), format!("There is a part {code} already.")),
        EditFault::HasParts(code) => lang.pick(
            format!("Tiêu chí {code} còn tiêu chí bên dưới; hãy bỏ chúng trước."),
            format!("Parts hang under {code}; remove them first."),
        ),
    }
}

/// The prefix of the fields of a new part, which stand on the page beside those of the part above.
const NEW: &str = "moi-";

fn node_page(
    app: &App,
    signed: &Signed,
    found: &FoundSet,
    code: &str,
    fields: Option<&Fields>,
    (errors, indicators): (&[FieldError], &[(String, String)]),
) -> Response {
    let lang = signed.lang();
    let set = &found.set;
    let Some(id) = set.definition.node(code) else { return Problem::NotFound.into_response() };
    let node = &set.definition.nodes[id];
    let asks = set.asks.get(code).cloned().unwrap_or_default();
    let adds = fields.is_some_and(|fields| fields.text("viec") == "them");
    // Each form shows its own faults.
    let errors: Vec<FieldError> = errors
        .iter()
        .map(
            |one| {
                if adds && one.field != "ma" { FieldError::new(format!("{NEW}{}", one.field), one.message.as_str()) } else { one.clone() }
            },
        )
        .collect();
    let errors = errors.as_slice();
    let of = |field: &str| errors.iter().find(|error| error.field == field).map(|error| error.message.as_str());
    let mut rule = node.rule.as_ref().map(|rule| fields_of(&set.definition, rule)).unwrap_or_default();
    // Another kind begins with empty fields.
    if let Some(kind) = signed.visit.value("loai").filter(|_| node.is_leaf())
        && rule.first().is_none_or(|(_, held)| *held != kind)
    {
        rule = vec![("loai".to_owned(), kind)];
    }
    let (name_vi, name_en, [most, adds_most, takes_most]) = (set.name(id, Lang::Vi), set.name(id, Lang::En), shown_bounds(found, id));
    let place = Place::Here(id);
    let mut pairs: Vec<(&str, &str)> = rule.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    pairs.extend([
        ("ten", name_vi),
        ("ten-en", name_en),
        ("toi-da", most.as_str()),
        ("cong", adds_most.as_str()),
        ("tru", takes_most.as_str()),
        ("vai-tro", role_word(node.role)),
        ("ai-cham", asks.scored_by.map_or("", Scorer::word)),
        ("co-quan", asks.appraised_by.as_deref().unwrap_or_default()),
        ("minh-chung", asks.evidence.as_ref().map_or("", |text| text.vi.as_str())),
        ("huong-dan", asks.guidance.as_ref().map_or("", |text| text.vi.as_str())),
    ]);
    let bound: Vec<(String, &str)> = asks.observed.iter().map(|(figure, indicator)| (format!("ct.{figure}"), indicator.as_str())).collect();
    pairs.extend(bound.iter().map(|(name, indicator)| (name.as_str(), *indicator)));
    let beside = beside_fields(&set.definition, id);
    pairs.extend(beside.iter().map(|(name, value)| (*name, value.as_str())));
    let saved = Fields::of(&pairs);
    let shown = fields.filter(|fields| !adds && !matches!(fields.text("viec"), "bo" | "so-lieu" | "bo-so-lieu")).unwrap_or(&saved);
    let figures = fields.is_some_and(|fields| fields.text("viec") == "so-lieu");
    let empty = Fields::default();
    let new = fields.filter(|_| adds).unwrap_or(&empty);
    let path = format!("{LIST}/{}/tieu-chi/{code}", found.stored.key);
    let version = html! { input type="hidden" name="ban" value=(found.stored.version); };
    let title = format!("{code} {}", set.name(id, lang));
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(&title, Some(&found.stored.title), None))
        @if is_draft(found) {
            @if node.is_leaf() { (kind_form(&lang.href(&path), shown.text("loai"), lang)) }
            (signed.form(app, &path, html! {
                (version)
                (node_fields(shown, errors, place.inherited(set), "", lang))
                @if node.is_leaf() { (rule_fields(&set.definition, shown, errors, lang)) (sources(set, id, indicators, shown, errors, lang)) (absent_fields(shown, errors, lang)) }
                (block_fields(&set.definition, shown, lang))
                (parts::button(lang.pick("Lưu", "Save"), ButtonKind::Primary, None))
            }))
            (figures_part(app, signed, &set.definition, &path, &version))
            details.act open[figures] { summary { (lang.pick("Thêm số liệu", "Add a figure")) }
                (signed.form(app, &path, html! {
                    (version) input type="hidden" name="viec" value="so-lieu";
                    (new_figure(fields.filter(|_| figures).unwrap_or(&empty), errors, lang))
                    (parts::button(lang.pick("Thêm số liệu", "Add"), ButtonKind::Secondary, None))
                }))
            }
            details.act open[adds] { summary { (lang.pick("Thêm tiêu chí bên dưới", "Add a part under it")) }
                (signed.form(app, &path, html! {
                    (version) input type="hidden" name="viec" value="them"; input type="hidden" name="loai" value="external";
                    p.hint { (lang.pick("Tiêu chí mới nhập thẳng số điểm; sau khi thêm, bấm vào mã của nó để đổi quy tắc.", "The new part has typed points; press its code afterwards to give it another rule.")) }
                    (parts::text_field(&Field::new("ma", lang.pick("Mã", "Code")).hint(lang.pick("Ví dụ: 1.2.3", "For example: 1.2.3")).error(of("ma")), Input::Text, new.text("ma"), None, lang))
                    (node_fields(new, errors, set.role_at(id), NEW, lang))
                    (parts::button(lang.pick("Thêm", "Add"), ButtonKind::Secondary, None))
                }))
            }
            @if node.is_leaf() {
                (signed.form(app, &path, html! { (version) input type="hidden" name="viec" value="bo"; (parts::button(lang.pick("Bỏ tiêu chí này", "Remove this part"), ButtonKind::Danger, None)) }))
            }
        } @else { p { (lang.pick("Bộ tiêu chí đã khóa. Hãy sao chép thành bộ mới rồi sửa.", "The set is locked. Copy it and change the copy.")) } }
    };
    work_frame(
        app,
        signed,
        frame(signed, title.clone()).below(signed, &found.stored.title, &format!("{LIST}/{}", found.stored.key)).faults(!errors.is_empty()),
        body,
    )
}
