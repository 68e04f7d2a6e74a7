use maud::{Markup, html};

use super::Tone;
use crate::shell::Link;
use crate::{Icon, Lang, icon};

/// A message that stands out, with its word, sign and colour.
pub fn notice(tone: Tone, title: Option<&str>, body: Markup, lang: Lang) -> Markup {
    let role = if tone == Tone::Error { Some("alert") } else { None };
    html! {
        div class={ "notice " (tone.class()) } role=[role] {
            (icon(tone.icon()))
            div {
                p.notice-title { (title.unwrap_or(tone.word(lang))) }
                div.notice-body { (body) }
            }
        }
    }
}

/// A fault in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Identifier of the field on the page.
    pub field: String,
    /// What to do, in the words of the label; the same as beside the field.
    pub message: String,
}

impl FieldError {
    /// A fault of a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> FieldError {
        FieldError { field: field.into(), message: message.into() }
    }
}

/// All faults of a form, before the heading; each leads to its field. Nothing if there are none.
pub fn error_summary(errors: &[FieldError], lang: Lang) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.error-summary role="alert" tabindex="-1" aria-labelledby="tom-tat-loi" {
                h2 #tom-tat-loi { (icon(Icon::Error)) (lang.pick("Cần sửa trước khi gửi", "Please correct before sending")) }
                ul {
                    @for error in errors { li { a href={ "#" (error.field) } { (error.message) } } }
                }
            }
        }
    }
}

/// The body of an error page: what happened, what to do, where to go.
pub fn error_page(code: Option<u16>, title: &str, happened: &str, to_do: &[&str], links: &[Link], lang: Lang) -> Markup {
    error_page_part(code, title, happened, to_do, links, 1, lang)
}

/// The same inside another page, where its title is a heading of a lower level (1 or 2).
pub(crate) fn error_page_part(
    code: Option<u16>,
    title: &str,
    happened: &str,
    to_do: &[&str],
    links: &[Link],
    level: u8,
    lang: Lang,
) -> Markup {
    html! {
        div.error-page {
            @if let Some(code) = code { p.error-code { (lang.pick("Mã lỗi", "Error")) " " (code) } }
            @if level == 1 { h1 { (title) } } @else { h2 { (title) } }
            p.lead { (happened) }
            @if !to_do.is_empty() {
                @if level == 1 { h2 { (lang.pick("Cách xử lý", "What you can do")) } }
                @else { h3 { (lang.pick("Cách xử lý", "What you can do")) } }
                ul { @for line in to_do { li { (line) } } }
            }
            @if !links.is_empty() {
                ul.link-row {
                    @for link in links { li { a.go href=(link.href) { (link.text) (icon(Icon::ArrowRight)) } } }
                }
            }
        }
    }
}
