use maud::{DOCTYPE, Markup, html};

use super::{Nav, PageHead};
use crate::{Lang, assets};

/// The whole document around the content of a shell.
pub(super) fn document(head: &PageHead, nav: &Nav, shell: &str, content: Markup) -> Markup {
    let lang = head.lang;
    let other = lang.other();
    html! {
        (DOCTYPE)
        html lang=(lang.tag()) data-theme=[head.theme.attribute()] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title {
                    @if head.has_errors { (lang.pick("Có lỗi: ", "Error: ")) }
                    (head.title)
                    @if !nav.site_name.is_empty() && nav.site_name != head.title { " – " (nav.site_name) }
                }
                @if let Some(description) = &head.description {
                    meta name="description" content=(description);
                }
                meta name="color-scheme" content="light dark";
                meta name="format-detection" content="telephone=no";
                @for font in assets::early_fonts() {
                    link rel="preload" href=(font) as="font" type="font/woff2" crossorigin;
                }
                link rel="stylesheet" href=(assets::stylesheet());
                @if shell != "portal" { link rel="stylesheet" href=(assets::work_stylesheet()); }
                link rel="icon" href=(assets::address("icon.svg")) type="image/svg+xml";
                link rel="alternate" hreflang=(other.tag()) href=(other.href(&head.path));
                script type="module" src=(assets::script()) {}
                @if shell != "portal" { script type="module" src=(assets::work_script()) {} }
            }
            body class=(shell) { (content) }
        }
    }
}

pub(super) fn skip_link(lang: Lang) -> Markup {
    html! {
        a.skip-link href="#noi-dung" { (lang.pick("Đến nội dung chính", "Skip to main content")) }
    }
}

/// The only region through which scripts speak.
pub(super) fn live_region() -> Markup {
    html! { div.vh #thong-bao role="status" aria-live="polite" {} }
}
