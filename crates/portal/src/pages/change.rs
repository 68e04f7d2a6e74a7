//! The change of a unit between two years of an index: what each part gave to it.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use composite_index::DefinitionDifference;
use maud::{Markup, html};
use registry::results::Results;
use ui::Lang;
use ui::chart::{Chart as _, Figure, figure};
use ui::parts::{self, ButtonKind, Choice, Field, Stat, Tone};
use ui::table::{DataTable, render_table};

use crate::App;
use crate::download::{self, Format};
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::queries;
use crate::tables::change::{
    Outcome, Pair, Whole, crossed, difference_table, finding, outcome, told_differences, unchanged_table, whole_chart, whole_table,
};
use crate::tables::profile::{Point, comparable, points};
use crate::tables::{node_name, unit_name};
use crate::words::{break_kind, no_contributions};
use web::Visit;

/// What the address asks for.
struct Asked<'r> {
    index: String,
    unit: String,
    pair: Pair<'r>,
    short: &'r str,
}

/// The change, as a page or as a file.
pub(crate) async fn get(State(app): State<App>, visit: Visit, Path((index, unit)): Path<(String, String)>) -> Result<Response, PageError> {
    let lang = visit.lang;
    let results = queries::results(&app).await?;
    queries::known_index(&results, &index, lang)?;
    let (unit, format) = Format::split(&unit);
    if let Some(found) = queries::other_key(&app, &results, unit).await? {
        return Ok(Redirect::temporary(&visit.with_path(&format!("/thay-doi/{index}/{found}"))).into_response());
    }
    let pair = pair_asked(&results, &index, unit, &visit)?;
    let short = queries::index_short(&results, &index, lang);
    let asked = Asked { index: index.clone(), unit: unit.to_owned(), pair, short };
    let told = told_differences(&asked.pair);
    let outcome = outcome(&results, &asked.pair, &told)?;
    let (from, to) = (asked.pair.before.year(), asked.pair.after.year());
    let name = unit_name(asked.pair.after.edition, asked.pair.after.row);
    let title = lang
        .pick(format!("{short} của {name}: thay đổi từ năm {from} đến năm {to}"), format!("{short} of {name}: change from {from} to {to}"));
    if format != Format::Page {
        let tables = tables(&results, &asked, &outcome, &told, &title, lang);
        if tables.is_empty() {
            return Err(PageError::NoFigure { ranking: format!("/xep-hang/{index}/{to}") });
        }
        return download::tables(&app, &visit, format, &format!("thay-doi-{index}-{unit}-{from}-{to}"), &title, &tables);
    }
    let body = body(&results, &asked, &outcome, &told, &title, &visit);
    let page = Page::new(&title, "ho-so")
        .below(&visit, lang.pick("Hồ sơ", "Profiles"), "/ho-so")
        .below(&visit, name, &format!("/ho-so/{unit}"))
        .help("thay-doi");
    Ok(layout::page(&app, &visit, page, body).into_response())
}

/// The two years: those that the address names, or the newest two that can be compared.
fn pair_asked<'r>(results: &'r Results, index: &'r str, unit: &str, visit: &Visit) -> Result<Pair<'r>, PageError> {
    let mut known = points(results, index, unit);
    let newest = queries::newest(results, index).map_or(0, |edition| edition.edition().year);
    let no_figure = |year: i32| PageError::NoFigure { ranking: format!("/xep-hang/{index}/{year}") };
    let year_of = |key: &str| visit.value(key).map(|text| queries::known_year(results, index, &text)).transpose();
    let (from, to) = (year_of("tu")?, year_of("den")?);
    let total = |point: &Point<'_>| point.edition.computed(point.row, point.edition.definition.total).is_some();
    let to = match to {
        Some(year) => year,
        // Of the years that are left, the newest whose total can be split; or else the newest.
        None => {
            let after = |point: &&Point<'_>| from.is_none_or(|from| point.year() > from);
            let last = known.iter().rev().filter(after).find(|point| total(point)).or_else(|| known.iter().rev().find(after));
            last.map(Point::year).ok_or_else(|| no_figure(newest))?
        }
    };
    let from = match from {
        Some(year) => year,
        None => {
            let before = |point: &&Point<'_>| point.year() < to;
            let good = |point: &&Point<'_>| before(point) && total(point) && comparable(results, index, point.year(), to);
            let last = known.iter().rev().find(good).or_else(|| known.iter().rev().find(before));
            last.map(Point::year).ok_or_else(|| no_figure(to))?
        }
    };
    if from >= to {
        return Err(PageError::BadValue { key: "tu", value: from.to_string(), expected: "tu=2017&den=2018" });
    }
    let mut take =
        |year: i32| known.iter().position(|point| point.year() == year).map(|at| known.remove(at)).ok_or_else(|| no_figure(year));
    Ok(Pair { after: take(to)?, before: take(from)? })
}

fn tables(
    results: &Results,
    asked: &Asked<'_>,
    outcome: &Outcome,
    told: &[DefinitionDifference],
    title: &str,
    lang: Lang,
) -> Vec<DataTable> {
    let differing = difference_table(results, &asked.pair, told, lang);
    match outcome {
        Outcome::Whole(whole) => std::iter::once(whole_table(results, &asked.pair, whole, title, lang)).chain(differing).collect(),
        Outcome::Apart => unchanged_table(results, &asked.pair, lang).into_iter().chain(differing).collect(),
        Outcome::Unsplit { .. } => Vec::new(),
    }
}

fn body(results: &Results, asked: &Asked<'_>, outcome: &Outcome, told: &[DefinitionDifference], title: &str, visit: &Visit) -> Markup {
    let lang = visit.lang;
    let pair = &asked.pair;
    let lead = lang.pick(
        "Điểm tổng hợp thay đổi bao nhiêu, và mỗi thành phần góp bao nhiêu vào thay đổi đó.",
        "How much the total changed, and how much each part gave to the change.",
    );
    html! {
        (parts::page_heading(title, Some(lead), None))
        (years_form(results, asked, lang))
        (parts::stats(&stats(pair, outcome, lang), lang))
        @match outcome {
            Outcome::Whole(whole) => { (downloads(visit)) (whole_part(results, asked, whole, title, lang)) }
            Outcome::Apart => { (apart_part(results, asked, visit)) }
            Outcome::Unsplit { year, reason } => {
                @let point = if *year == pair.before.year() { &pair.before } else { &pair.after };
                @let words = no_contributions(*reason, |node| node_name(results, point.edition, node, lang).to_owned(), lang);
                (parts::notice(Tone::Info, Some(lang.pick("Không tách được thay đổi theo thành phần", "The change cannot be split into parts")), html! {
                    p { (lang.pick(format!("Năm {year}: {words}."), format!("{year}: {words}."))) }
                }, lang))
            }
        }
        @if let Some(table) = difference_table(results, pair, told, lang).filter(|_| !matches!(outcome, Outcome::Unsplit { .. })) {
            (parts::section_heading("bo-quy-tac", lang.pick("Hai bộ quy tắc khác nhau ở đâu", "Where the two definitions differ"), None))
            (render_table(&table, lang))
        }
        (onward(asked, lang))
    }
}

fn downloads(visit: &Visit) -> Markup {
    let address = |ending: &str| visit.with_path(&format!("{}.{ending}", visit.path));
    parts::download_bar(&[("XLSX", address("xlsx")), ("CSV", address("csv"))], visit.lang)
}

/// The choice of the two years among those in which the unit has figures.
fn years_form(results: &Results, asked: &Asked<'_>, lang: Lang) -> Markup {
    let known = points(results, &asked.index, &asked.unit);
    let choices = |chosen: i32| -> Vec<Choice> {
        known.iter().map(|point| Choice::new(point.year().to_string(), point.year().to_string(), point.year() == chosen)).collect()
    };
    let action = lang.href(&format!("/thay-doi/{}/{}", asked.index, asked.unit));
    parts::form(
        &action,
        false,
        html! {
            div.inline-form {
                (parts::select_field(&Field::new("tu", lang.pick("Từ năm", "From year")), &choices(asked.pair.before.year()), lang))
                (parts::select_field(&Field::new("den", lang.pick("Đến năm", "To year")), &choices(asked.pair.after.year()), lang))
                (parts::button(lang.pick("Xem", "Show"), ButtonKind::Secondary, None))
            }
        },
    )
}

fn stats(pair: &Pair<'_>, outcome: &Outcome, lang: Lang) -> Vec<Stat> {
    let mut stats = Vec::new();
    for point in [&pair.before, &pair.after] {
        let (definition, year) = (&point.edition.definition, point.year());
        let (published, computed) =
            (point.edition.published(point.row, definition.total), point.edition.computed(point.row, definition.total));
        let show = |value| lang.decimal(value, definition.decimals);
        let label = match computed {
            Some(_) => lang.pick(format!("Điểm tính lại năm {year}"), format!("Recomputed score, {year}")),
            None => lang.pick(format!("Điểm công bố năm {year}"), format!("Published score, {year}")),
        };
        let mut stat = Stat::new(label, computed.or(published).map_or_else(|| "–".to_owned(), show));
        let mut details = Vec::new();
        if let (Some(_), Some(published)) = (computed, published) {
            details.push(lang.pick(format!("công bố {}", show(published)), format!("published {}", show(published))));
        }
        details.extend(point.rank().map(|rank| lang.pick(format!("hạng {rank}"), format!("rank {rank}"))));
        stat.detail = (!details.is_empty()).then(|| html! { (details.join("; ")) });
        stats.push(stat);
    }
    if let Outcome::Whole(whole) = outcome {
        stats.push(Stat::new(lang.pick("Thay đổi", "Change"), lang.signed(whole.change, pair.after.edition.definition.decimals)));
    }
    stats
}

fn whole_part(results: &Results, asked: &Asked<'_>, whole: &Whole, title: &str, lang: Lang) -> Markup {
    let pair = &asked.pair;
    let chart = whole_chart(results, pair, whole, unit_name(pair.after.edition, pair.after.row), lang);
    let table = whole_table(results, pair, whole, title, lang);
    let finding = finding(results, pair, whole, asked.short, lang);
    let caption = lang.pick(
        "Đóng góp của từng thành phần chính vào thay đổi của điểm tổng hợp tính lại, điểm",
        "What each main part gave to the change of the recomputed total, points",
    );
    html! {
        (parts::section_heading("thanh-phan", lang.pick("Mỗi thành phần góp bao nhiêu", "What each part gave"), None))
        (figure(&Figure { id: "thay-doi-hinh", finding: &finding, caption, source: None, table: Some(&table), table_open: true }, chart.draw(lang), lang))
    }
}

/// Two years on different grounds: what changed, and the parts that did not.
fn apart_part(results: &Results, asked: &Asked<'_>, visit: &Visit) -> Markup {
    let lang = visit.lang;
    let pair = &asked.pair;
    let breaks = crossed(results, pair);
    let table = unchanged_table(results, pair, lang);
    html! {
        (parts::notice(Tone::Warning, Some(lang.pick("Hai năm tính theo hai phương pháp khác nhau", "The two years follow different methods")), html! {
            p { (lang.pick("Điểm tổng hợp của hai năm không so sánh được với nhau, nên không có phần đóng góp vào thay đổi. Trang này chỉ đặt cạnh nhau những thành phần giữ nguyên nội dung và thang điểm.", "The totals of the two years cannot be compared, so there are no contributions to a change. Only parts that kept their meaning and range are set side by side.")) }
            @if !breaks.is_empty() {
                ul { @for broken in &breaks { li { (broken.year) ": " (break_kind(broken.kind, lang)) ". " (lang.pick(&broken.text.vi, &broken.text.en)) } } }
            }
        }, lang))
        @match table {
            Some(table) => { (downloads(visit)) (render_table(&table, lang)) }
            None => p { (lang.pick("Không có thành phần nào giữ nguyên để so sánh.", "No part stayed the same and could be compared.")) },
        }
    }
}

fn onward(asked: &Asked<'_>, lang: Lang) -> Markup {
    let (index, unit, to) = (&asked.index, &asked.unit, asked.pair.after.year());
    let method = |year: i32| lang.href(&format!("/phuong-phap/{index}/{year}"));
    html! {
        ul.link-row {
            li { a href=(lang.href(&format!("/gia-dinh/{index}/{to}/{unit}"))) { (lang.pick(format!("Thử giả định với điểm năm {to}"), format!("Try other figures for {to}"))) } }
            li { a href=(lang.href(&format!("/xep-hang/{index}/{to}?chon={unit}"))) { (lang.pick(format!("Xếp hạng năm {to}"), format!("Ranking of {to}"))) } }
            li { a href=(method(asked.pair.before.year())) { (lang.pick(format!("Phương pháp năm {}", asked.pair.before.year()), format!("Method of {}", asked.pair.before.year()))) } }
            li { a href=(method(to)) { (lang.pick(format!("Phương pháp năm {to}"), format!("Method of {to}"))) } }
        }
    }
}
