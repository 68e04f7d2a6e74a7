use maud::{Markup, html};

use super::form::{ButtonKind, button};
use crate::{Icon, Lang, hidden_text, icon};

/// A filter in force, with the address of the page without it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActiveFilter {
    /// What is filtered: "Năm".
    pub label: String,
    /// By which value: "2017".
    pub value: String,
    /// The page without this filter.
    pub remove_href: String,
}

/// A filter form and the filters in force. The choice is kept in the address.
#[derive(Clone, Debug)]
pub struct FilterPanel<'a> {
    /// Identifier on the page.
    pub id: &'a str,
    /// Address of the page.
    pub action: &'a str,
    /// The fields.
    pub fields: Markup,
    /// The filters in force.
    pub active: &'a [ActiveFilter],
    /// The page without any filter.
    pub clear_href: &'a str,
    /// Whether the fields are in view at first.
    pub open: bool,
}

/// The words of a panel: a filter, or the choice of what a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PanelWords<'a> {
    /// Name of the panel for screen readers.
    pub name: &'a str,
    /// Words that open and close it.
    pub summary: &'a str,
    /// Words of the button.
    pub button: &'a str,
    /// Words before the tags.
    pub active: &'a str,
    /// Hidden words of a tag: "Bỏ lọc ".
    pub remove: &'a str,
}

/// A filter panel with tags that take single filters away.
pub fn filter_panel(panel: &FilterPanel<'_>, lang: Lang) -> Markup {
    let words = PanelWords {
        name: lang.pick("Bộ lọc", "Filters"),
        summary: lang.pick("Lọc", "Filter"),
        button: lang.pick("Áp dụng", "Apply"),
        active: lang.pick("Đang lọc:", "Filtered by:"),
        remove: lang.pick("Bỏ lọc ", "Remove filter "),
    };
    choice_panel(panel, &words, lang)
}

/// The same panel in other words, for a page whose content is chosen rather than filtered.
pub fn choice_panel(panel: &FilterPanel<'_>, words: &PanelWords<'_>, lang: Lang) -> Markup {
    html! {
        section.filters aria-label=(words.name) {
            details data-keep=(panel.id) open[panel.open] {
                summary { (icon(Icon::Filter)) (words.summary) }
                form action=(panel.action) method="get" {
                    div.filter-fields {
                        (panel.fields)
                        div.filter-go { (button(words.button, ButtonKind::Secondary, None)) }
                    }
                }
            }
            @if !panel.active.is_empty() {
                div.filter-tags {
                    p { (words.active) }
                    ul {
                        @for filter in panel.active {
                            li {
                                a href=(filter.remove_href) {
                                    (hidden_text(words.remove))
                                    span.filter-label { (filter.label) ": " } (filter.value) (icon(Icon::Close))
                                }
                            }
                        }
                    }
                    a.clear href=(panel.clear_href) { (lang.pick("Bỏ tất cả", "Clear all")) }
                }
            }
        }
    }
}

/// A field that narrows a long table while one types. It shows only where scripts run.
pub fn table_filter(table_id: &str, label: &str, lang: Lang) -> Markup {
    let id = format!("{table_id}-tim");
    html! {
        div.table-filter data-filter=(table_id) data-said=(lang.pick("Còn {n} dòng.", "{n} rows left.")) hidden {
            label for=(id) { (label) }
            input id=(id) type="search" autocomplete="off";
        }
    }
}

/// Pages of a long list.
#[derive(Clone, Copy, Debug)]
pub struct Pager<'a> {
    /// The page shown, from 1.
    pub page: u32,
    /// Lines on a page.
    pub per_page: u32,
    /// Lines in all.
    pub total: u64,
    /// What the lines are: "đơn vị", "hồ sơ".
    pub what: &'a str,
}

/// Links to the pages of a list, with the total. `href` gives the address of a page.
pub fn pager(pager: &Pager<'_>, lang: Lang, href: impl Fn(u32) -> String) -> Markup {
    let per_page = u64::from(pager.per_page.max(1));
    let pages = u32::try_from(pager.total.div_ceil(per_page).max(1)).unwrap_or(u32::MAX);
    let page = pager.page.clamp(1, pages);
    let first = (u64::from(page) - 1) * per_page + 1;
    let last = (u64::from(page) * per_page).min(pager.total);
    let number = |value: u64| lang.integer(i64::try_from(value).unwrap_or(i64::MAX));
    html! {
        div.pager-box {
            p {
                @if pager.total == 0 {
                    (lang.pick("Không có ", "No ")) (pager.what) (lang.pick(" nào.", "."))
                } @else {
                    (number(first)) "–" (number(last)) (lang.pick(" trong tổng số ", " of ")) (number(pager.total)) " " (pager.what)
                }
            }
            @if pages > 1 {
                nav.pager aria-label=(lang.pick("Các trang", "Pages")) {
                    ul {
                        @if page > 1 {
                            li { a rel="prev" href=(href(page - 1)) { (icon(Icon::ArrowLeft)) (lang.pick("Trước", "Previous")) } }
                        }
                        @for slot in slots(page, pages) {
                            @match slot {
                                Some(number) => li {
                                    a href=(href(number)) aria-current=[(number == page).then_some("page")] {
                                        (hidden_text(lang.pick("Trang ", "Page "))) (number)
                                    }
                                },
                                None => li.gap aria-hidden="true" { "…" },
                            }
                        }
                        @if page < pages {
                            li { a rel="next" href=(href(page + 1)) { (lang.pick("Sau", "Next")) (icon(Icon::ArrowRight)) } }
                        }
                    }
                }
            }
        }
    }
}

/// First, last and the neighbours of the page; none stands for a gap.
fn slots(page: u32, pages: u32) -> Vec<Option<u32>> {
    let mut slots = Vec::new();
    let mut before = 0;
    for number in 1..=pages.min(100_000) {
        if number == 1 || number == pages || number.abs_diff(page) <= 1 {
            if number > before + 1 {
                slots.push(None);
            }
            slots.push(Some(number));
            before = number;
        }
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_near_the_current_one_are_offered() {
        let words = |page, pages| {
            slots(page, pages)
                .into_iter()
                .map(|slot| slot.map_or("…".to_owned(), |number| number.to_string()))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(words(1, 1), "1");
        assert_eq!(words(1, 9), "1 2 … 9");
        assert_eq!(words(5, 9), "1 … 4 5 6 … 9");
        assert_eq!(words(9, 9), "1 … 8 9");
    }

    #[test]
    fn a_page_beyond_the_end_is_the_last_one() {
        let html =
            pager(&Pager { page: 99, per_page: 20, total: 63, what: "tỉnh" }, Lang::Vi, |page| format!("?trang={page}")).into_string();
        assert!(html.contains("61–63 trong tổng số 63 tỉnh"), "{html}");
    }
}
