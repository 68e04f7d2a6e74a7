//! One leaf over all units side by side; opinions on many units are given at once.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use ui::Lang;
use ui::parts::{self, ActiveFilter, ButtonKind, Choice, Field, FieldError, FilterPanel, Input, Pager, Tone};
use web::{App, Fields, Ground, Posted, Problem, Signed, WorkPage, work_frame};

use super::NAV;
use super::leaf::typed_points;
use super::sheet::capital;
use crate::actions::{EvaluationError, LeafLine, LeafTable, LeafView, NewOpinion, Said, Standing, UNITS_ON_A_PAGE, give, leaf_table};
use crate::model::{UnitState, Verdict};
use crate::words;

pub(crate) async fn get(
    State(app): State<App>,
    signed: Signed,
    Path((campaign, block, leaf)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let view = view_of(&signed);
    let found = leaf_table(Ground::of(&app), &signed.actor, &campaign, &block, &leaf, &view).await.map_err(words::problem)?;
    let done =
        signed.visit.value("xong").map(|count| signed.lang().pick(format!("Đã lưu {count} ý kiến."), format!("{count} opinions saved.")));
    Ok(page(&app, &signed, &found, &view, None, &[], done.as_deref()))
}

/// Which units the address asks for.
fn view_of(signed: &Signed) -> LeafView {
    let asked = signed.visit.value("y-kien");
    LeafView {
        search: signed.visit.value("tim").unwrap_or_default(),
        standing: Standing::ALL.into_iter().find(|one| Some(one.word()) == asked.as_deref()),
        page: signed.visit.value("trang").and_then(|page| page.parse().ok()).unwrap_or(1),
    }
}

pub(crate) async fn post(
    State(app): State<App>,
    Path((campaign, block, leaf)): Path<(String, String, String)>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { signed, fields, .. } = &posted;
    let (ground, lang) = (Ground::of(&app), signed.lang());
    let view = view_of(signed);
    leaf_table(ground, &signed.actor, &campaign, &block, &leaf, &view).await.map_err(words::problem)?;
    let (mut saved, mut errors, mut left) = (0, Vec::new(), Vec::new());
    for (unit, verdict) in fields.beginning("y-kien.") {
        let of = |key: &str| fields.text(&format!("{key}.{unit}")).to_owned();
        let Some(verdict) = Verdict::of(verdict) else {
            // Points or a reason without an opinion are work that somebody thinks is done.
            if !of("diem").is_empty() || !of("ly-do").is_empty() {
                let message = lang.pick("đã nhập điểm hoặc lý do nhưng chưa chọn ý kiến", "points or a reason, but no opinion is chosen");
                errors.push(FieldError::new(format!("y-kien.{unit}"), format!("{}: {message}", app.units.name(unit))));
                left.push(unit.to_owned());
            }
            continue;
        };
        let outcome = match typed_points(verdict, &of("diem")) {
            Ok(points) => {
                let said = Said { verdict, points, reason: of("ly-do") };
                let new = NewOpinion { campaign: &campaign, unit, leaf: &leaf, seen: of("ban").parse().unwrap_or(0), said };
                give(ground, &signed.actor, &new).await
            }
            Err(why) => Err(EvaluationError::Values(vec![("diem".to_owned(), why)])),
        };
        match outcome {
            Ok(()) => saved += 1,
            Err(error) => match words::refusal(&error, None, lang) {
                Some(message) => {
                    errors.push(FieldError::new(format!("y-kien.{unit}"), format!("{}: {message}", app.units.name(unit))));
                    left.push(unit.to_owned());
                }
                None => return Err(words::problem(error)),
            },
        }
    }
    if errors.is_empty() {
        return Ok(Redirect::to(&signed.visit.with("xong", Some(&saved.to_string()))).into_response());
    }
    let found = leaf_table(ground, &signed.actor, &campaign, &block, &leaf, &view).await.map_err(words::problem)?;
    // What was saved is in the table again; what was refused stays as it was typed.
    let done = (saved > 0).then(|| {
        lang.pick(
            format!("Đã lưu {saved} ý kiến; còn {} ý kiến chưa lưu được.", left.len()),
            format!("{saved} saved; {} refused.", left.len()),
        )
    });
    Ok(page(&app, signed, &found, &view, Some(fields), &errors, done.as_deref()))
}

fn page(
    app: &App,
    signed: &Signed,
    found: &LeafTable,
    view: &LeafView,
    fields: Option<&Fields>,
    errors: &[FieldError],
    done: Option<&str>,
) -> Response {
    let lang = signed.lang();
    let (set, definition) = (&found.set, &found.set.definition);
    let code = definition.nodes[found.leaf].code.as_str();
    let title = format!("{code} {}", set.name(found.leaf, lang));
    // What was searched stays while one goes from page to page and saves.
    let path = signed.visit.with_path(&format!("/lam-viec/danh-gia/{}/tieu-chi/{}/{code}", found.campaign.key, found.block.block));
    let rule = definition.nodes[found.leaf].rule.as_ref().map(|rule| capital(&index_words::leaf(definition, rule, lang)));
    let leaves: Vec<_> = set.leaves().into_iter().filter(|leaf| set.is_for(*leaf, &found.block.block)).collect();
    let at = leaves.iter().position(|leaf| *leaf == found.leaf);
    let near = |step: isize| {
        at.and_then(|at| at.checked_add_signed(step)).and_then(|at| leaves.get(at)).map(|leaf| definition.nodes[*leaf].code.clone())
    };
    let link = |code: &str| lang.href(&format!("/lam-viec/danh-gia/{}/tieu-chi/{}/{code}", found.campaign.key, found.block.block));
    let table = table(found, fields, errors, lang);
    let pager = Pager { page: found.page, per_page: UNITS_ON_A_PAGE, total: found.total as u64, what: lang.pick("đơn vị", "units") };
    let body = html! {
        (parts::error_summary(errors, lang))
        (parts::page_heading(&title, Some(&format!("{} – {}", found.campaign.title, found.block.name)), None))
        @if let Some(done) = done { (parts::notice(Tone::Success, None, html! { p { (done) } }, lang)) }
        (parts::key_values(&[
            (lang.pick("Quy tắc tính điểm", "Rule"), html! { (rule.unwrap_or_default()) }),
            (lang.pick("Điểm tối đa", "Maximum"), html! { (set.most(found.leaf).map_or_else(|| "–".to_owned(), |most| words::plain(most, lang))) }),
        ]))
        p {
            @if let Some(before) = near(-1) { a href=(link(&before)) { "← " (before) } " " }
            @if let Some(next) = near(1) { a href=(link(&next)) { (next) " →" } }
        }
        (filter(signed, found, view, lang))
        @if found.lines.iter().any(|line| line.speaks) {
            (signed.form(app, &path, html! {
                (table)
                div.sticky-bar { (parts::button(lang.pick("Lưu các ý kiến đã chọn", "Save the chosen opinions"), ButtonKind::Primary, None)) }
            }))
        } @else { (table) }
        (parts::pager(&pager, lang, |page| signed.visit.with("trang", Some(&page.to_string()))))
    };
    let frame = WorkPage::new(title.clone(), NAV)
        .below(signed, lang.pick("Đánh giá", "Evaluation"), "/lam-viec/danh-gia")
        .below(signed, &found.campaign.title, &format!("/lam-viec/danh-gia/{}", found.campaign.key))
        .help("danh-gia");
    work_frame(app, signed, frame.faults(!errors.is_empty()), body)
}

/// Which units are looked at: by name, and by where the leaf stands.
fn filter(signed: &Signed, found: &LeafTable, view: &LeafView, lang: Lang) -> Markup {
    let visit = &signed.visit;
    let name = |standing: Standing| match standing {
        Standing::Open => lang.pick("Chưa có ý kiến", "Nothing said yet"),
        Standing::Asked => lang.pick("Đang yêu cầu giải trình", "Asked to explain"),
        Standing::Settled => lang.pick("Đã có ý kiến", "With an opinion"),
    };
    let (by_name, by_standing) = (lang.pick("Tên đơn vị", "Name of the unit"), lang.pick("Ý kiến", "Opinion"));
    let mut active = Vec::new();
    if !view.search.is_empty() {
        active.push(ActiveFilter { label: by_name.to_owned(), value: view.search.clone(), remove_href: visit.with("tim", None) });
    }
    if let Some(standing) = view.standing {
        active.push(ActiveFilter {
            label: by_standing.to_owned(),
            value: name(standing).to_owned(),
            remove_href: visit.with("y-kien", None),
        });
    }
    let mut choices = vec![Choice::new("", lang.pick("Tất cả", "All"), view.standing.is_none())];
    choices.extend(Standing::ALL.map(|one| Choice::new(one.word(), name(one), view.standing == Some(one))));
    let fields = html! {
        (parts::text_field(&Field::new("tim", by_name).optional(), Input::Search, &view.search, None, lang))
        (parts::select_field(&Field::new("y-kien", by_standing).optional(), &choices, lang))
    };
    let code = &found.set.definition.nodes[found.leaf].code;
    let action = lang.href(&format!("/lam-viec/danh-gia/{}/tieu-chi/{}/{code}", found.campaign.key, found.block.block));
    parts::filter_panel(
        &FilterPanel { id: "loc-don-vi", action: &action, active: &active, fields, clear_href: &action, open: !active.is_empty() },
        lang,
    )
}

fn table(found: &LeafTable, fields: Option<&Fields>, errors: &[FieldError], lang: Lang) -> Markup {
    let definition = &found.set.definition;
    let figures = found.set.figures_of(found.leaf);
    let speaks = found.lines.iter().any(|line| line.speaks);
    html! {
        div.table-box tabindex="0" role="region" aria-label=(lang.pick("Các đơn vị", "Units")) {
            table.entry #bang-don-vi {
                caption { (lang.pick("Các đơn vị của khối", "Units of the block")) }
                thead { tr {
                    th scope="col" { (lang.pick("Đơn vị", "Unit")) }
                    @for figure in &figures { th scope="col" { (index_words::figure(definition, *figure, lang)) } }
                    th scope="col" { (lang.pick("Tự chấm", "Own")) }
                    th scope="col" { (lang.pick("Minh chứng, giải trình", "Evidence, explanation")) }
                    th scope="col" { (lang.pick("Ý kiến hiện tại", "Standing")) }
                    @if speaks { th scope="col" { (lang.pick("Ý kiến mới", "New opinion")) } }
                } }
                tbody { @for line in &found.lines { (row(found, line, speaks, fields, errors, lang)) } }
            }
        }
    }
}

fn row(found: &LeafTable, line: &LeafLine, speaks: bool, fields: Option<&Fields>, errors: &[FieldError], lang: Lang) -> Markup {
    let (set, unit) = (&found.set, &line.unit.unit);
    let code = set.definition.nodes[found.leaf].code.as_str();
    let href = lang.href(&format!("/lam-viec/danh-gia/{}/{unit}/tieu-chi/{code}", found.campaign.key));
    let fault = errors.iter().find(|error| error.field == format!("y-kien.{unit}"));
    let typed =
        |key: &str| fields.filter(|_| fault.is_some()).map_or(String::new(), |fields| fields.text(&format!("{key}.{unit}")).to_owned());
    let (state, tone) = words::unit_state(line.unit.state, lang);
    html! {
        tr {
            th scope="row" {
                a href=(href) { (line.unit.name) }
                @if line.unit.state != UnitState::Submitted { " " (parts::tag(state, tone)) }
                @if let Some(fault) = fault { p.field-error id={ "y-kien." (unit) "-loi" } { (fault.message) } }
            }
            @for ((figure, value), observed) in set.figures_of(found.leaf).iter().zip(&line.figures).zip(&line.observed) {
                td data-label=(index_words::figure(&set.definition, *figure, lang)) {
                    (index_words::figure_value(&set.definition, *figure, *value, lang))
                    @if let Some(observed) = observed.as_ref().filter(|observed| Some(observed.value) != *value) {
                        " " (parts::tag(lang.pick("Khác hệ thống", "Differs"), Tone::Warning)) " " span.small { (words::plain(observed.value, lang)) }
                    }
                }
            }
            td.number data-label=(lang.pick("Tự chấm", "Own")) { (words::points(line.own, lang)) }
            td data-label=(lang.pick("Minh chứng", "Evidence")) {
                (lang.pick(format!("{} tệp", line.files), format!("{} files", line.files)))
                @if let Some(words) = &line.explanation { p.small { (words) } }
            }
            td data-label=(lang.pick("Ý kiến", "Standing")) {
                @match &line.ruling {
                    Some(ruling) => {
                        (words::side(ruling.side, lang)) ": " (words::ruled(ruling, lang))
                        @if let Some(points) = ruling.points { " – " strong { (words::points(Ok(points), lang)) } }
                        @if let Some(reason) = words::why(ruling, lang) { p.small { (reason) } }
                    }
                    None => "–",
                }
            }
            @if speaks && !line.speaks { td data-label=(lang.pick("Ý kiến mới", "New")) { span.small { @if line.unit.state == UnitState::Submitted { (lang.pick("Không được phân công", "Not assigned to you")) } @else { (lang.pick("Đơn vị chưa gửi", "Not handed in")) } } } }
            @if line.speaks {
                td data-label=(lang.pick("Ý kiến mới", "New")) {
                    input type="hidden" name={ "ban." (unit) } value=(line.ruling.as_ref().map_or(0, |ruling| ruling.opinions));
                    select id={ "y-kien." (unit) } name={ "y-kien." (unit) } aria-label={ (line.unit.name) ": " (lang.pick("ý kiến", "opinion")) } aria-invalid=[fault.map(|_| "true")] {
                        option value="" { (lang.pick("– chưa chọn –", "– none –")) }
                        @for verdict in [Verdict::Agree, Verdict::Set, Verdict::Ask, Verdict::NotApplicable].into_iter().filter(|one| one.fits(found.campaign.phase)) {
                            option value=(verdict.word()) selected[typed("y-kien") == verdict.word()] { (words::verdict(verdict, lang)) }
                        }
                    }
                    input.narrow name={ "diem." (unit) } type="text" inputmode="decimal" value=(typed("diem")) autocomplete="off" placeholder=(lang.pick("điểm", "points")) aria-label={ (line.unit.name) ": " (lang.pick("điểm", "points")) };
                    input name={ "ly-do." (unit) } type="text" value=(typed("ly-do")) autocomplete="off" placeholder=(lang.pick("lý do", "reason")) aria-label={ (line.unit.name) ": " (lang.pick("lý do", "reason")) };
                }
            }
        }
    }
}
