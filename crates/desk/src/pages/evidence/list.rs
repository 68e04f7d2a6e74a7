//! The list of evidence that a person may see, with search in descriptions and in the text of files.

use accounts::policy::{Action, Thing};
use axum::extract::State;
use axum::response::Response;
use evidence::{EvidenceKind, Found, ListFilter, ListPage, State as PieceState, list};
use maud::{Markup, html};
use ui::Lang;
use ui::parts::{self, ActiveFilter, ButtonKind, Choice, Field, FilterPanel, Input, Tone};
use web::{App, Problem, Signed, Visit, WorkPage, work_frame};

use super::{LIST, address, kind_name, place, size, words};

/// Pieces on one page.
const ON_A_PAGE: i64 = 25;

/// The filter of the address, within what the person may see.
fn filter(app: &App, signed: &Signed, visit: &Visit) -> Result<ListFilter, Problem> {
    let scope = signed.principal().scope(Action::See, Thing::Evidence);
    if scope.is_empty() {
        return Err(Problem::NotFound);
    }
    let kind = match visit.value("loai") {
        None => None,
        Some(word) => Some(EvidenceKind::of(&word).ok_or(Problem::BadValue { key: "loai", value: word })?),
    };
    let units = app.units.within(&scope).into_iter().map(|unit| unit.unit).collect();
    let withdrawn = visit.value("da-rut").is_some();
    Ok(ListFilter { words: visit.value("tim").unwrap_or_default(), kind, units: Some(units), withdrawn })
}

pub(crate) async fn get(State(app): State<App>, signed: Signed) -> Result<Response, Problem> {
    let lang = signed.lang();
    let visit = &signed.visit;
    let filter = filter(&app, &signed, visit)?;
    let number: i64 = visit.value("trang").and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, 10_000);
    let mut read = app.db.read().await?;
    let mut found = list(read.conn(), &filter, ListPage { offset: (number - 1) * ON_A_PAGE, limit: ON_A_PAGE + 1 }).await?;
    drop(read);
    let more = i64::try_from(found.len()).unwrap_or(0) > ON_A_PAGE;
    found.truncate(usize::try_from(ON_A_PAGE).unwrap_or(usize::MAX));
    let title = lang.pick("Minh chứng", "Evidence");
    let added = visit.value("xong").is_some();
    let body = html! {
        (parts::page_heading(title, Some(lang.pick(
            "Tìm theo tên, số hiệu, nơi ban hành hoặc chữ trong tệp, có dấu hoặc không dấu.",
            "Search by title, number, issuer or the text of files, with or without tone marks.",
        )), None))
        @if added { (parts::notice(Tone::Success, None, html! { p { (lang.pick("Đã thêm các minh chứng.", "The evidence was added.")) } }, lang)) }
        @if signed.principal().may_somewhere(Action::Make, Thing::Evidence) {
            p { (parts::button_link(lang.pick("Thêm minh chứng", "Add evidence"), &lang.href(&format!("{LIST}/them")), ButtonKind::Primary)) }
        }
        (panel(&filter, visit, lang))
        @if found.is_empty() {
            p { (if filter.words.is_empty() { lang.pick("Chưa có minh chứng nào.", "There is no evidence yet.") } else { lang.pick("Không tìm thấy minh chứng nào phù hợp. Thử ít từ hơn.", "Nothing fits. Try fewer words.") }) }
        } @else {
            ul.result-list { @for one in &found { li { (result(&app, one, lang)) } } }
        }
        p.pager-row {
            @if number > 1 { a href=(visit.with("trang", Some(&(number - 1).to_string()))) { (lang.pick("← Mới hơn", "← Newer")) } " " }
            @if more { a href=(visit.with("trang", Some(&(number + 1).to_string()))) { (lang.pick("Cũ hơn →", "Older →")) } }
        }
    };
    Ok(work_frame(&app, &signed, WorkPage::new(title, "minh-chung").help("minh-chung"), body))
}

fn panel(filter: &ListFilter, visit: &Visit, lang: Lang) -> Markup {
    let action = lang.href(LIST);
    let mut active = Vec::new();
    if !filter.words.is_empty() {
        let label = lang.pick("Tìm", "Search").to_owned();
        active.push(ActiveFilter { label, value: filter.words.clone(), remove_href: visit.with("tim", None) });
    }
    if let Some(kind) = filter.kind {
        let label = lang.pick("Loại", "Kind").to_owned();
        active.push(ActiveFilter { label, value: kind_name(kind, lang).to_owned(), remove_href: visit.with("loai", None) });
    }
    if filter.withdrawn {
        let value = lang.pick("cả bản đã rút", "with withdrawn").to_owned();
        active.push(ActiveFilter { label: lang.pick("Trạng thái", "State").to_owned(), value, remove_href: visit.with("da-rut", None) });
    }
    let mut kinds = vec![Choice::new("", lang.pick("Tất cả", "All"), filter.kind.is_none())];
    kinds.extend(EvidenceKind::ALL.into_iter().map(|kind| Choice::new(kind.word(), kind_name(kind, lang), filter.kind == Some(kind))));
    let withdrawn = [Choice::new("1", lang.pick("Cả minh chứng đã rút", "Also withdrawn evidence"), filter.withdrawn)];
    let fields = html! {
        (parts::text_field(&Field::new("tim", lang.pick("Từ cần tìm", "Words")).optional(), Input::Search, &filter.words, None, lang))
        (parts::select_field(&Field::new("loai", lang.pick("Loại", "Kind")).optional(), &kinds, lang))
        (parts::checkboxes(&Field::new("da-rut", lang.pick("Trạng thái", "State")).optional(), &withdrawn, lang))
    };
    parts::filter_panel(&FilterPanel { id: "bo-loc", action: &action, fields, active: &active, clear_href: &action, open: true }, lang)
}

fn result(app: &App, found: &Found, lang: Lang) -> Markup {
    let piece = &found.piece;
    let about = &piece.description;
    let mut facts = vec![kind_name(about.kind, lang).to_owned()];
    facts.extend(about.document_number.clone());
    facts.extend(about.document_date.map(|day| lang.date(day)));
    facts.extend(about.issuer.clone());
    facts.push(app.units.name(&piece.unit));
    html! {
        h2.small { a href=(lang.href(&address(&piece.key))) { (about.title) } }
        p {
            (facts.join(" · "))
            @if piece.state == PieceState::Withdrawn { " " (parts::tag(lang.pick("Đã rút", "Withdrawn"), Tone::Warning)) }
        }
        @if let Some(file) = &found.file {
            p.small {
                (file.file_name) " – " (words::file_kind(file.kind, lang)) ", " (size(file.size, lang))
                @if file.position > 1 { (lang.pick(format!(", phiên bản {}", file.position), format!(", version {}", file.position))) }
                @if found.uses > 0 { (lang.pick(format!(", gắn với {} số liệu", found.uses), format!(", cited by {} figure(s)", found.uses))) }
            }
        }
        @if let Some(hit) = &found.hit {
            p {
                a href=(lang.href(&format!("{}/{}/noi-dung", address(&piece.key), hit.position))) { (place(&hit.label, lang)) } ": "
                (hit.snippet.before) " " mark { (hit.snippet.hit) } " " (hit.snippet.after)
            }
        }
    }
}
