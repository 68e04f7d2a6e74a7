//! Design layer of the program: styles, fonts, small scripts, page shells, parts, tables and charts.
//!
//! This crate knows nothing of the database or of any capability. It turns plain data into markup
//! (`maud::Markup`). Every flow works without script; nothing is loaded from outside; no output holds
//! an inline script, an inline style attribute or an event attribute, so that
//! [`assets::content_security_policy`] can be strict.
//!
//! # How to write a page
//!
//! ```
//! use maud::html;
//! use ui::{Lang, Theme, parts, shell};
//!
//! let lang = Lang::Vi;
//! let nav = shell::Nav {
//!     site_name: lang.pick("Kết quả cải cách hành chính", "Reform results").into(),
//!     owner: Some(lang.pick("Thành phố Hà Nội", "Ha Noi City").into()),
//!     home: lang.href("/"),
//!     items: vec![shell::NavItem::new("chi-so", lang.pick("Chỉ số", "Indices"), lang.href("/chi-so"))],
//!     ..shell::Nav::default()
//! };
//! let mut head = shell::PageHead::new(lang.pick("Chỉ số PAR INDEX", "PAR INDEX"), lang, Theme::System, "/chi-so/par-index");
//! head.active = "chi-so".into();
//! head.crumbs = vec![parts::Crumb::new(lang.pick("Chỉ số", "Indices"), lang.href("/chi-so"))];
//! let body = html! {
//!     (parts::page_heading(&head.title, Some(lang.pick("Kết quả các năm", "Results by year")), None))
//! };
//! let page: String = shell::portal_page(&head, &nav, body).into_string();
//! # assert!(page.contains("lang=\"vi\""));
//! ```
//!
//! # What is where
//!
//! | module | holds |
//! |---|---|
//! | [`Lang`], [`Theme`] | the two languages with their number and date forms; light and dark |
//! | [`assets`] | embedded files with their content hash in the name, the content policy |
//! | [`shell`] | `portal_page`, `work_page`, `form_page`, each from a `PageHead` and a `Nav` |
//! | [`table`] | `DataTable` (pure data, exact values) and `render_table` |
//! | [`chart`] | the [`chart::Chart`] trait, the chart structs, `figure` |
//! | [`parts`] | headings, notices, forms, filters, lists, cards, pager, provenance and so on |
//! | [`Icon`], [`icon()`] | own line icons |
//! | [`url`] | encoding of query values |
//! | [`catalogue`] | one page with every part in every state, for a development flag |
//!
//! # Rules for the caller
//!
//! * Texts are bilingual at the place of use: `lang.pick("tiếng Việt", "English")`. A missing
//!   translation cannot exist.
//! * Addresses given to parts are complete (`lang.href("/chi-so")`); only `PageHead::path` comes
//!   without the language prefix.
//! * The shell draws breadcrumb, banner and `<main id="noi-dung">`; the body begins with
//!   `parts::page_heading` (the only `h1`), after `parts::error_summary` if there is one.
//! * The server gives files under `/assets/` through [`assets::asset`] with
//!   `Cache-Control: public, max-age=31536000, immutable`, and sends [`assets::content_security_policy`].
//! * `GET /giao-dien?che-do=sang|toi|may&ve=<path>` sets the cookie named [`Theme::COOKIE`] from
//!   [`Theme::from_value`] and sends the reader back to `ve` (check it with [`url::is_local_path`]);
//!   `GET /tim?q=` is the search.
//! * Identifiers of tables, charts and fields must be unique on the page.

pub mod assets;
pub mod catalogue;
pub mod chart;
pub mod icon;
mod lang;
pub mod parts;
pub mod shell;
pub mod table;
mod theme;
pub mod url;

pub use icon::{Icon, icon};
pub use lang::Lang;
pub use maud::{Markup, html};
pub use theme::Theme;

/// Words that only a screen reader speaks.
pub fn hidden_text(text: &str) -> Markup {
    html! { span.vh { (text) } }
}
