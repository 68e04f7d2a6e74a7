//! The first page: what is here, and where one province stands in every index.

use axum::extract::State;
use maud::{Markup, html};
use registry::results::Results;
use rust_decimal::Decimal;
use ui::Lang;
use ui::chart::figure_of;
use ui::parts::{self, Card};

use crate::App;
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::pages::profile;
use crate::queries;
use crate::tables::compare::rank_chart;
use crate::tables::{profile as series, unit_name};
use web::Visit;

/// The province shown on the first page: the capital, unless another was chosen.
const SHOWN: &str = "01-ha-noi";

pub(crate) async fn get(State(app): State<App>, visit: Visit) -> Result<Markup, PageError> {
    let lang = visit.lang;
    let results = queries::results(&app).await?;
    let chosen = visit.value("tinh").unwrap_or_else(|| SHOWN.to_owned());
    let name = queries::printed_name(&results, &chosen).ok_or_else(|| PageError::NoUnit { unit: chosen.clone(), similar: Vec::new() })?;
    let title = lang.pick("Chỉ số cải cách hành chính và quản trị công", "Indices of administrative reform and public governance");
    let lead = lang.pick(
        "Kết quả PCI, PAPI, PAR INDEX và SIPAS đã công bố, tính lại từ các thành phần và đặt cạnh nhau. Mỗi con số đều mở được nguồn gốc.",
        "Published results of PCI, PAPI, PAR INDEX and SIPAS, recomputed from their components and set side by side. Every figure opens its origin.",
    );
    let named = [(chosen.clone(), name.clone())];
    let ranks = |index: &str| series::points(&results, index, &chosen).iter().filter(|point| point.rank().is_some()).count();
    let with_lines: Vec<String> = queries::indices(&results).into_iter().filter(|index| ranks(index) > 1).collect();
    let body = html! {
        (parts::page_heading(title, Some(lead), None))
        (parts::top_cards(&cards(&results, &chosen, &name, lang)))
        (parts::section_heading("qua-cac-nam", &lang.pick(format!("{name} qua các năm"), format!("{name} over the years")), Some(lang.pick("Thứ hạng đã công bố; nơi chưa thấy số công bố thì dùng thứ hạng tính lại từ bảng đủ các đơn vị.", "Published ranks; where none was seen, the rank recomputed over a full table."))))
        (profile::choose_form(&results, Some(&chosen), "/", "tinh", lang))
        div.grid-2 {
            @for index in &with_lines {
                @if let Some(chart) = rank_chart(&results, index, &named, Some(&chosen), lang) {
                    (figure_of(&chart, &series::finding(&results, index, &chosen, &name, lang), queries::index_name(&results, index, lang), None, lang))
                }
            }
        }
        p { a href=(lang.href(&format!("/ho-so/{chosen}"))) { (lang.pick(format!("Mở hồ sơ đầy đủ của {name}"), format!("Open the full profile of {name}"))) } }
    };
    let page = Page::new(title, "").description(lead).help("bat-dau");
    Ok(layout::page(&app, &visit, page, body))
}

/// One card an index: newest full edition, who leads, where the shown province stands.
fn cards(results: &Results, chosen: &str, name: &str, lang: Lang) -> Vec<Card> {
    let mut cards = Vec::new();
    for index in queries::indices(results) {
        let Some(edition) = queries::newest(results, &index) else { continue };
        let year = edition.edition().year;
        let leader = (0..edition.rows.len()).filter(|row| edition.rows[*row].ranked).find(|row| edition.best_rank(*row) == Some(1));
        let standing = series::points(results, &index, chosen).into_iter().rev().find_map(|point| Some((point.rank()?, point.year())));
        // The ministries' index says nothing of a province, and the other way round.
        if standing.is_none() {
            continue;
        }
        let mut facts = Vec::new();
        if let Some(row) = leader {
            let score = edition.best(row, edition.definition.total).map(|score| lang.decimal(score, edition.definition.decimals));
            let (leader, score) = (unit_name(edition, row), score.unwrap_or_default());
            facts.push(lang.pick(format!("Dẫn đầu {year}: {leader} {score}"), format!("First in {year}: {leader} {score}")));
        }
        let years = queries::years(results, &index);
        if let (Some(first), Some(last)) = (years.first(), years.last()) {
            let tables = results.editions_of(&index).count();
            facts.push(
                lang.pick(format!("{first}–{last}, có bảng số liệu {tables} năm"), format!("{first}–{last}, tables of {tables} years")),
            );
        }
        let ranks: Vec<Option<Decimal>> =
            results.editions_of(&index).map(|edition| Some(Decimal::from(edition.best_rank(edition.row_of(chosen)?)?))).collect();
        let (figure, label) = match standing {
            Some((rank, year)) => {
                (Some(rank.to_string()), Some(lang.pick(format!("hạng của {name} năm {year}"), format!("rank of {name} in {year}"))))
            }
            None => (None, None),
        };
        let picture = (ranks.iter().flatten().count() > 2).then(|| {
            parts::sparkline(
                &ranks,
                true,
                &lang.pick(
                    format!("Thứ hạng {} của {name} qua các năm", queries::index_short(results, &index, lang)),
                    format!("{} rank of {name} over the years", queries::index_short(results, &index, lang)),
                ),
            )
        });
        cards.push(Card {
            title: queries::index_short(results, &index, lang).to_owned(),
            href: lang.href(&format!("/xep-hang/{index}/{year}")),
            over: None,
            text: Some(queries::index_name(results, &index, lang).to_owned()),
            figure,
            figure_label: label,
            picture,
            facts,
        });
    }
    cards
}
