use maud::{Markup, html};

use crate::Lang;

/// A step on the way down to a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crumb {
    /// The words.
    pub text: String,
    /// The address.
    pub href: String,
}

impl Crumb {
    /// A step with its address.
    pub fn new(text: impl Into<String>, href: impl Into<String>) -> Crumb {
        Crumb { text: text.into(), href: href.into() }
    }
}

/// The way down to this page; nothing if there is no way. The shell draws it.
pub fn breadcrumb(crumbs: &[Crumb], here: &str, lang: Lang) -> Markup {
    html! {
        @if !crumbs.is_empty() {
            nav.crumbs aria-label=(lang.pick("Đường dẫn trang", "Breadcrumb")) {
                ol {
                    @for crumb in crumbs { li { a href=(crumb.href) { (crumb.text) } } }
                    li { span aria-current="page" { (here) } }
                }
            }
        }
    }
}

/// The only `h1` of a page: title, lead, and a place for status words, facts or buttons beside it.
pub fn page_heading(title: &str, lead: Option<&str>, aside: Option<Markup>) -> Markup {
    html! {
        div.page-heading {
            div {
                h1 { (title) }
                @if let Some(lead) = lead { p.lead { (lead) } }
            }
            @if let Some(aside) = aside { div.heading-aside { (aside) } }
        }
    }
}

/// The heading of a section (`h2`), with an identifier for links and an optional line under it.
pub fn section_heading(id: &str, title: &str, sub: Option<&str>) -> Markup {
    html! {
        div.section-heading {
            h2 id=(id) { (title) }
            @if let Some(sub) = sub { p { (sub) } }
        }
    }
}

/// One of several views of the same thing; each has its own address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tab {
    /// The words.
    pub text: String,
    /// The address.
    pub href: String,
    /// Whether this is the view shown.
    pub current: bool,
    /// How many things are in it.
    pub count: Option<u32>,
}

impl Tab {
    /// A view with its address.
    pub fn new(text: impl Into<String>, href: impl Into<String>, current: bool) -> Tab {
        Tab { text: text.into(), href: href.into(), current, count: None }
    }
}

/// Views as links; also the switch between years, languages or units.
pub fn tabs(label: &str, items: &[Tab]) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            ul {
                @for item in items {
                    li {
                        a href=(item.href) aria-current=[item.current.then_some("page")] {
                            (item.text)
                            @if let Some(count) = item.count { " " span.count { (count) } }
                        }
                    }
                }
            }
        }
    }
}
