//! The three page shells: public portal, work area, and surveys and feedback.

mod frame;

use maud::{Markup, html};

use crate::parts::{self, Crumb};
use crate::{Icon, Lang, Theme, hidden_text, icon, url};

/// What a page says about itself.
#[derive(Clone, Debug, Default)]
pub struct PageHead {
    /// Title of the page, without the name of the site.
    pub title: String,
    /// One or two sentences for search engines and previews.
    pub description: Option<String>,
    /// Language of the page.
    pub lang: Lang,
    /// Light, dark, or as the device says.
    pub theme: Theme,
    /// Path with query, without the language prefix; the way back for the switches.
    pub path: String,
    /// The way down to this page, without the page itself.
    pub crumbs: Vec<Crumb>,
    /// Key of the navigation item the page belongs to.
    pub active: String,
    /// Address of the help for this page.
    pub help: Option<String>,
    /// Version of the program, for the footer.
    pub app_version: String,
    /// The page shows faults in a form: the title begins with the word for it.
    pub has_errors: bool,
    /// Something that holds for the whole page ("số liệu minh họa"), above the content.
    pub banner: Option<String>,
    /// What was searched for, to fill the search field.
    pub search: Option<String>,
}

impl PageHead {
    /// A page with its title, language, theme and path (without language prefix).
    pub fn new(title: impl Into<String>, lang: Lang, theme: Theme, path: impl Into<String>) -> PageHead {
        PageHead { title: title.into(), lang, theme, path: path.into(), ..PageHead::default() }
    }
}

/// What is the same on every page of a shell.
#[derive(Clone, Debug, Default)]
pub struct Nav {
    /// Name of the site.
    pub site_name: String,
    /// The agency that answers for it.
    pub owner: Option<String>,
    /// Address of the first page.
    pub home: String,
    /// Main navigation.
    pub items: Vec<NavItem>,
    /// Who is signed in (work area).
    pub account: Option<Account>,
    /// Groups of links in the footer.
    pub footer: Vec<LinkGroup>,
    /// A last line in the footer: contact, licence of the data.
    pub footer_note: Option<String>,
    /// Whether the head has a search field (portal).
    pub search: bool,
}

/// An item of the main navigation.
#[derive(Clone, Debug, Default)]
pub struct NavItem {
    /// Compared with [`PageHead::active`].
    pub key: String,
    /// The words.
    pub label: String,
    /// The address.
    pub href: String,
    /// How many things wait there.
    pub count: Option<u32>,
    /// Items below it (work area).
    pub children: Vec<NavItem>,
}

impl NavItem {
    /// An item without children.
    pub fn new(key: impl Into<String>, label: impl Into<String>, href: impl Into<String>) -> NavItem {
        NavItem { key: key.into(), label: label.into(), href: href.into(), ..NavItem::default() }
    }

    /// With the number of things that wait there.
    #[must_use]
    pub fn count(mut self, count: u32) -> NavItem {
        self.count = Some(count);
        self
    }

    /// With items below it.
    #[must_use]
    pub fn children(mut self, children: Vec<NavItem>) -> NavItem {
        self.children = children;
        self
    }
}

/// Who is signed in.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Name of the person.
    pub name: String,
    /// The unit the person acts for now.
    pub unit: String,
    /// Links: other unit, settings, sign out.
    pub links: Vec<Link>,
}

/// Words with an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// The words.
    pub text: String,
    /// The address.
    pub href: String,
}

impl Link {
    /// Words with an address.
    pub fn new(text: impl Into<String>, href: impl Into<String>) -> Link {
        Link { text: text.into(), href: href.into() }
    }
}

/// Links under a title.
#[derive(Clone, Debug, Default)]
pub struct LinkGroup {
    /// The title.
    pub title: String,
    /// The links.
    pub links: Vec<Link>,
}

/// A page of the public portal: open, large type, navigation on top, search.
pub fn portal_page(head: &PageHead, nav: &Nav, body: Markup) -> Markup {
    let content = html! {
        (frame::skip_link(head.lang))
        header.site-head {
            div.wrap.head-row {
                (brand(nav, head.lang))
                @if nav.search { (search_form(head)) }
                (tools(head))
            }
            @if !nav.items.is_empty() {
                nav.main-nav aria-label=(head.lang.pick("Điều hướng chính", "Main navigation")) {
                    ul.wrap {
                        @for item in &nav.items {
                            li { (nav_link(item, &head.active)) }
                        }
                    }
                }
            }
        }
        div.wrap.page-body {
            (above_main(head))
            main #noi-dung tabindex="-1" { (body) }
        }
        (frame::live_region())
        (footer(head, nav))
    };
    frame::document(head, nav, "portal", content)
}

/// A page of the work area: dense, side navigation, tasks first.
pub fn work_page(head: &PageHead, nav: &Nav, body: Markup) -> Markup {
    let lang = head.lang;
    let content = html! {
        (frame::skip_link(lang))
        header.site-head.compact {
            div.wrap.head-row {
                (brand(nav, lang))
                @if nav.search { (search_form(head)) }
                (tools(head))
                @if let Some(account) = &nav.account { (account_menu(account, lang)) }
                a.menu-link href="#danh-muc" { (icon(Icon::Menu)) (lang.pick("Danh mục", "Menu")) }
            }
        }
        div.work-grid {
            nav.side-nav #danh-muc tabindex="-1" aria-label=(lang.pick("Điều hướng chính", "Main navigation")) {
                ul {
                    @for item in &nav.items {
                        li {
                            (nav_link(item, &head.active))
                            @if !item.children.is_empty() {
                                ul {
                                    @for child in &item.children { li { (nav_link(child, &head.active)) } }
                                }
                            }
                        }
                    }
                }
                a.menu-close href="#noi-dung" { (icon(Icon::Close)) (lang.pick("Đóng danh mục", "Close menu")) }
            }
            div.page-body {
                (above_main(head))
                main #noi-dung tabindex="-1" { (body) }
            }
        }
        (frame::live_region())
        (footer(head, nav))
    };
    frame::document(head, nav, "work", content)
}

/// A page for surveys and feedback: one column, phone first, nothing that leads away.
pub fn form_page(head: &PageHead, nav: &Nav, body: Markup) -> Markup {
    let content = html! {
        (frame::skip_link(head.lang))
        header.site-head.compact {
            div.wrap.head-row {
                (brand(nav, head.lang))
                (tools(head))
            }
        }
        div.wrap.page-body {
            (above_main(head))
            main #noi-dung tabindex="-1" { (body) }
        }
        (frame::live_region())
        (footer(head, nav))
    };
    frame::document(head, nav, "form", content)
}

fn brand(nav: &Nav, lang: Lang) -> Markup {
    html! {
        a.brand href=(nav.home) {
            span.brand-sign aria-hidden="true" {
                svg viewBox="0 0 32 32" width="36" height="36" focusable="false" {
                    path.b1 d="M4 25V17h5v8z" {}
                    path.b1 d="M11.5 25V12.5h5V25z" {}
                    path.b2 d="M19 25V7h5v18z" {}
                    path.b3 d="M3 28.5h26" {}
                }
            }
            span.brand-text {
                @if let Some(owner) = &nav.owner { span.brand-owner { (owner) } }
                span.brand-name { (nav.site_name) }
            }
            (hidden_text(lang.pick(" – trang đầu", " – home")))
        }
    }
}

fn nav_link(item: &NavItem, active: &str) -> Markup {
    let current = (!item.key.is_empty() && item.key == active).then_some("page");
    html! {
        a href=(item.href) aria-current=[current] {
            span { (item.label) }
            @if let Some(count) = item.count { " " span.count { (count) } }
        }
    }
}

fn search_form(head: &PageHead) -> Markup {
    let lang = head.lang;
    html! {
        form.site-search role="search" action=(lang.href("/tim")) method="get" {
            label.vh for="tim-q" { (lang.pick("Tìm đơn vị, chỉ số, tiêu chí", "Search units, indices, criteria")) }
            input #tim-q type="search" name="q" value=[head.search.as_deref()]
                placeholder=(lang.pick("Tìm đơn vị, chỉ số…", "Units, indices…")) autocomplete="off" enterkeyhint="search";
            button type="submit" { (icon(Icon::Search)) (hidden_text(lang.pick("Tìm kiếm", "Search"))) }
        }
    }
}

/// Language and theme switches.
fn tools(head: &PageHead) -> Markup {
    let lang = head.lang;
    let other = lang.other();
    let back = lang.href(&head.path);
    html! {
        div.tools {
            a.lang-switch href=(other.href(&head.path)) hreflang=(other.tag()) lang=(other.tag()) {
                (icon(Icon::Globe)) span { (other.own_name()) }
            }
            ul.theme-switch aria-label=(lang.pick("Giao diện", "Appearance")) {
                @for theme in Theme::ALL {
                    @let (shape, words) = theme_words(theme, lang);
                    li {
                        a href=(url::with_query("/giao-dien", &[("che-do", theme.value()), ("ve", &back)]))
                            rel="nofollow" title=(words)
                            aria-current=[(theme == head.theme).then_some("true")] {
                            (icon(shape)) (hidden_text(words))
                        }
                    }
                }
            }
        }
    }
}

fn theme_words(theme: Theme, lang: Lang) -> (Icon, &'static str) {
    match theme {
        Theme::Light => (Icon::Sun, lang.pick("Giao diện sáng", "Light appearance")),
        Theme::Dark => (Icon::Moon, lang.pick("Giao diện tối", "Dark appearance")),
        Theme::System => (Icon::Screen, lang.pick("Giao diện theo thiết bị", "Appearance of the device")),
    }
}

fn account_menu(account: &Account, lang: Lang) -> Markup {
    html! {
        details.account {
            summary {
                (icon(Icon::Person))
                span.account-text {
                    span.account-name { (hidden_text(lang.pick("Tài khoản: ", "Account: "))) (account.name) }
                    span.account-unit { (account.unit) }
                }
            }
            ul {
                @for link in &account.links { li { a href=(link.href) { (link.text) } } }
            }
        }
    }
}

fn above_main(head: &PageHead) -> Markup {
    html! {
        @if !head.crumbs.is_empty() || head.help.is_some() {
            div.above {
                (parts::breadcrumb(&head.crumbs, &head.title, head.lang))
                @if let Some(help) = &head.help {
                    aside aria-label=(head.lang.pick("Trợ giúp", "Help")) {
                        a.page-help href=(help) { (icon(Icon::Help)) (head.lang.pick("Trợ giúp trang này", "Help for this page")) }
                    }
                }
            }
        }
        @if let Some(banner) = &head.banner {
            aside.banner aria-label=(head.lang.pick("Lưu ý về trang này", "About this page")) {
                (icon(Icon::Info)) p { (banner) }
            }
        }
    }
}

fn footer(head: &PageHead, nav: &Nav) -> Markup {
    let lang = head.lang;
    html! {
        footer.site-foot {
            div.wrap {
                @if !nav.footer.is_empty() {
                    div.foot-groups {
                        @for group in &nav.footer {
                            div {
                                h2 { (group.title) }
                                ul { @for link in &group.links { li { a href=(link.href) { (link.text) } } } }
                            }
                        }
                    }
                }
                div.foot-last {
                    @if let Some(owner) = &nav.owner { p { (owner) } }
                    @if let Some(note) = &nav.footer_note { p { (note) } }
                    @if !head.app_version.is_empty() {
                        p.version { (lang.pick("Phiên bản phần mềm", "Software version")) " " (head.app_version) }
                    }
                }
            }
        }
    }
}
