use maud::{Markup, html};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::shell::Link;
use crate::{Icon, Lang, icon};

/// A card of an overview: one index, one unit, one report.
#[derive(Clone, Debug, Default)]
pub struct Card {
    /// Title.
    pub title: String,
    /// Address.
    pub href: String,
    /// A short line over the title: kind, owner.
    pub over: Option<String>,
    /// A sentence.
    pub text: Option<String>,
    /// The figure that counts: "2/63".
    pub figure: Option<String>,
    /// What the figure is: "thứ hạng năm 2017".
    pub figure_label: Option<String>,
    /// A small picture, for example a sparkline.
    pub picture: Option<Markup>,
    /// Facts at the foot of the card.
    pub facts: Vec<String>,
}

/// Cards side by side, under a section heading. Their headings are `h3`.
pub fn cards(items: &[Card]) -> Markup {
    card_list(items, |title| html! { h3 { (title) } })
}

/// Cards side by side, right under the title of the page. Their headings are `h2`.
pub fn top_cards(items: &[Card]) -> Markup {
    card_list(items, |title| html! { h2 { (title) } })
}

fn card_list(items: &[Card], heading: impl Fn(Markup) -> Markup) -> Markup {
    html! {
        ul.cards {
            @for card in items {
                li.card {
                    div.card-head {
                        @if let Some(over) = &card.over { p.card-over { (over) } }
                        (heading(html! { a href=(card.href) { (card.title) } }))
                        @if let Some(text) = &card.text { p { (text) } }
                    }
                    @if card.figure.is_some() || card.picture.is_some() {
                        div.card-figure {
                            @if let Some(figure) = &card.figure {
                                p {
                                    span.figure-value { (figure) }
                                    @if let Some(label) = &card.figure_label { " " span.figure-label { (label) } }
                                }
                            }
                            @if let Some(picture) = &card.picture { (picture) }
                        }
                    }
                    @if !card.facts.is_empty() {
                        ul.card-facts { @for fact in &card.facts { li { (fact) } } }
                    }
                }
            }
        }
    }
}

/// One figure that stands out.
#[derive(Clone, Debug, Default)]
pub struct Stat {
    /// What it is.
    pub label: String,
    /// The figure, already in the form of the language.
    pub value: String,
    /// Unit of measure.
    pub unit: Option<String>,
    /// Change, comparison, period.
    pub detail: Option<Markup>,
    /// Address that shows where the figure comes from.
    pub href: Option<String>,
}

impl Stat {
    /// A figure with its name.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Stat {
        Stat { label: label.into(), value: value.into(), ..Stat::default() }
    }
}

/// Figures that stand out, side by side.
pub fn stats(items: &[Stat], lang: Lang) -> Markup {
    html! {
        dl.stats {
            @for stat in items {
                div.stat {
                    dt { (stat.label) }
                    dd {
                        span.stat-value {
                            (stat.value)
                            @if let Some(unit) = &stat.unit { " " span.unit { (unit) } }
                        }
                        @if let Some(detail) = &stat.detail { div.stat-detail { (detail) } }
                        @if let Some(href) = &stat.href {
                            a.from-where href=(href) {
                                (icon(Icon::Chain)) (lang.pick("Từ đâu?", "Where from?"))
                                (crate::hidden_text(&format!(" – {}", stat.label)))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Nothing here yet: why, and what to do.
#[derive(Clone, Debug, Default)]
pub struct EmptyState {
    /// What is empty.
    pub title: String,
    /// Why, and what would fill it.
    pub text: String,
    /// The next step.
    pub action: Option<Link>,
}

/// An empty list that says why it is empty.
pub fn empty_state(state: &EmptyState) -> Markup {
    html! {
        div.empty {
            p.empty-title { (state.title) }
            p { (state.text) }
            @if let Some(action) = &state.action {
                p { a.go href=(action.href) { (action.text) (icon(Icon::ArrowRight)) } }
            }
        }
    }
}

/// Links that take the data away: format name, address, and what is in it.
pub fn download_bar(items: &[(&str, String)], lang: Lang) -> Markup {
    html! {
        div.downloads {
            p { (icon(Icon::Download)) (lang.pick("Tải số liệu", "Download the data")) }
            ul {
                @for (format, href) in items { li { a href=(href) download { (format) } } }
            }
            button.print type="button" data-print hidden { (icon(Icon::Print)) (lang.pick("In trang này", "Print this page")) }
        }
    }
}

/// The download bar with the three usual formats under one address: `<base>.xlsx`, `<base>.csv`, `<base>.json`,
/// with the query after the ending.
pub fn download_bar_for(base: &str, query: &str, lang: Lang) -> Markup {
    let address = |ending: &str| {
        if query.is_empty() { format!("{base}.{ending}") } else { format!("{base}.{ending}?{}", query.trim_start_matches('?')) }
    };
    download_bar(&[("XLSX", address("xlsx")), ("CSV", address("csv")), ("JSON", address("json"))], lang)
}

/// A tiny line without axes, beside its figure. `label` says in words what it shows.
pub fn sparkline(values: &[Option<Decimal>], inverted: bool, label: &str) -> Markup {
    let known: Vec<f64> = values.iter().flatten().filter_map(ToPrimitive::to_f64).collect();
    let low = known.iter().copied().fold(f64::INFINITY, f64::min);
    let high = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let span = if high > low { high - low } else { 1.0 };
    let step = if values.len() > 1 { 92.0 / (values.len() - 1) as f64 } else { 0.0 };
    let mut path = String::new();
    let mut last = None;
    let mut pen_down = false;
    for (index, value) in values.iter().enumerate() {
        let Some(value) = value.and_then(|value| value.to_f64()) else {
            pen_down = false;
            continue;
        };
        let part = if high > low { (value - low) / span } else { 0.5 };
        let part = if inverted { 1.0 - part } else { part };
        let (x, y) = (4.0 + step * index as f64, 26.0 - part * 22.0);
        path.push_str(&format!("{}{x:.1} {y:.1}", if pen_down { "L" } else { "M" }));
        pen_down = true;
        last = Some((x, y));
    }
    html! {
        @if let Some((x, y)) = last {
            svg.spark viewBox="0 0 100 30" width="100" height="30" role="img" aria-label=(label) {
                path d=(path) {}
                circle cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="3" {}
            }
        }
    }
}
