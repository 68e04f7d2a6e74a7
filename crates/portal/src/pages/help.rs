//! The user guide, shown from Markdown files inside the program.

use axum::extract::{Path, State};
use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{Event, Options, Parser, Tag, html as markdown_html};
use rust_embed::RustEmbed;
use ui::Lang;
use ui::parts::{self, Card};

use crate::App;
use crate::error::PageError;
use crate::layout::{self, Page};
use web::Visit;

#[derive(RustEmbed)]
#[folder = "../../guide"]
#[include = "*/*.md"]
struct Guide;

/// Pages of the guide in reading order.
const PAGES: &[&str] = &[
    "bat-dau",
    "xep-hang",
    "khoang-thu-hang",
    "ho-so",
    "so-sanh",
    "thay-doi",
    "gia-dinh",
    "tu-dau",
    "phuong-phap",
    "don-vi",
    "tai-ve-va-api",
    "thuat-ngu",
    "tro-nang",
    "dang-nhap",
    "viec-cua-toi",
    "tai-khoan",
    "so-lieu",
    "minh-chung",
    "danh-gia",
    "bo-tieu-chi",
    "danh-gia-api",
    "thong-bao",
    "tac-vu",
    "tinh-trang",
    "lich",
    "lich-su",
    "nguoi-dung",
];

struct GuidePage {
    title: String,
    summary: String,
    body: String,
}

fn read(lang: Lang, name: &str) -> Option<GuidePage> {
    if !PAGES.contains(&name) {
        return None;
    }
    let file = Guide::get(&format!("{}/{name}.md", lang.tag()))?;
    let text = String::from_utf8_lossy(&file.data).into_owned();
    let (first, rest) = text.split_once('\n')?;
    let rest = rest.trim_start();
    let (summary, body) = rest.split_once("\n\n").unwrap_or((rest, ""));
    Some(GuidePage { title: first.trim_start_matches('#').trim().to_owned(), summary: summary.replace('\n', " "), body: body.to_owned() })
}

/// Markdown as markup; raw HTML is dropped, local links stay in the reader's language.
fn markup(text: &str, lang: Lang) -> PreEscaped<String> {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).filter(|event| !matches!(event, Event::Html(_) | Event::InlineHtml(_))).map(
        |event| match event {
            Event::Start(Tag::Link { link_type, dest_url, title, id }) if dest_url.starts_with('/') => {
                Event::Start(Tag::Link { link_type, dest_url: lang.href(&dest_url).into(), title, id })
            }
            other => other,
        },
    );
    let mut html = String::new();
    markdown_html::push_html(&mut html, events);
    // Column alignment comes as inline styles, which the content policy forbids.
    let html = html
        .replace(" style=\"text-align: left\"", "")
        .replace(" style=\"text-align: right\"", "")
        .replace(" style=\"text-align: center\"", "");
    PreEscaped(html.replace("<th>", "<th scope=\"col\">"))
}

/// Names of guide pages that are missing in a language, for a test.
#[must_use]
pub fn check_guide() -> Vec<String> {
    let missing =
        |lang: Lang| PAGES.iter().filter(move |name| read(lang, name).is_none()).map(move |name| format!("{}/{name}.md", lang.tag()));
    Lang::ALL.into_iter().flat_map(missing).collect()
}

pub(crate) async fn contents(State(app): State<App>, visit: Visit) -> Result<Markup, PageError> {
    let lang = visit.lang;
    let title = lang.pick("Hướng dẫn sử dụng", "User guide");
    let cards: Vec<Card> = PAGES
        .iter()
        .filter_map(|name| {
            let page = read(lang, name)?;
            Some(Card { title: page.title, href: lang.href(&format!("/tro-giup/{name}")), text: Some(page.summary), ..Card::default() })
        })
        .collect();
    let body = html! {
        (parts::page_heading(title, Some(lang.pick("Mỗi trang của hệ thống đều có liên kết tới phần hướng dẫn của trang đó.", "Every page of the site links to its part of the guide.")), None))
        (parts::top_cards(&cards))
    };
    Ok(layout::page(&app, &visit, Page::new(title, "tro-giup"), body))
}

pub(crate) async fn get(State(app): State<App>, visit: Visit, Path(name): Path<String>) -> Result<Markup, PageError> {
    let lang = visit.lang;
    let guide = read(lang, &name).ok_or(PageError::NoPage)?;
    let position = PAGES.iter().position(|known| *known == name).unwrap_or_default();
    let next = PAGES.get(position + 1).and_then(|next| Some((*next, read(lang, next)?.title)));
    let body = html! {
        (parts::page_heading(&guide.title, Some(&guide.summary), None))
        div.prose { (markup(&guide.body, lang)) }
        @if let Some((next, title)) = next {
            p { (lang.pick("Tiếp theo: ", "Next: ")) a href=(lang.href(&format!("/tro-giup/{next}"))) { (title) } }
        }
    };
    let page = Page::new(&guide.title, "tro-giup")
        .below(&visit, lang.pick("Hướng dẫn sử dụng", "User guide"), "/tro-giup")
        .description(guide.summary.clone());
    Ok(layout::page(&app, &visit, page, body))
}
