//! What every page of the portal has around it.

use maud::{Markup, PreEscaped};
use ui::parts::Crumb;
use ui::shell::{Link, LinkGroup, Nav, NavItem, PageHead, portal_page};

use crate::App;
use web::Visit;

/// What a page says of itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    title: String,
    active: &'static str,
    description: Option<String>,
    crumbs: Vec<Crumb>,
    help: Option<&'static str>,
    search: Option<String>,
}

impl Page {
    /// A page with its title, under a main navigation item.
    pub(crate) fn new(title: impl Into<String>, active: &'static str) -> Self {
        Self { title: title.into(), active, ..Self::default() }
    }

    /// With a sentence for search engines and previews.
    pub(crate) fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Under another page: words, and path without language prefix.
    pub(crate) fn below(mut self, visit: &Visit, text: impl Into<String>, path: &str) -> Self {
        self.crumbs.push(Crumb::new(text, visit.lang.href(path)));
        self
    }

    /// With the page of the guide that explains it.
    pub(crate) fn help(mut self, page: &'static str) -> Self {
        self.help = Some(page);
        self
    }

    /// With the words that were searched for.
    pub(crate) fn searched(mut self, words: impl Into<String>) -> Self {
        self.search = Some(words.into());
        self
    }
}

/// A whole page.
pub(crate) fn page(app: &App, visit: &Visit, page: Page, body: Markup) -> PreEscaped<String> {
    let lang = visit.lang;
    let mut head = PageHead::new(page.title, lang, visit.theme, visit.path_and_query());
    head.description = page.description;
    head.crumbs = page.crumbs;
    head.active = page.active.to_owned();
    head.help = page.help.map(|help| lang.href(&format!("/tro-giup/{help}")));
    head.app_version.clone_from(&app.version);
    head.search = page.search;
    head.banner = app.demo.then(|| {
        lang.pick(
            "Bản dùng thử. Số liệu chỉ số là số liệu đã công bố, có ghi nguồn; những phần là số liệu minh họa đều ghi rõ.",
            "Demonstration site. Index figures are published ones with their sources; whatever is made up says so.",
        )
        .to_owned()
    });
    portal_page(&head, &nav(app, visit), body)
}

fn nav(app: &App, visit: &Visit) -> Nav {
    let lang = visit.lang;
    let item = |key: &str, text: &str| NavItem::new(key, text, lang.href(&format!("/{key}")));
    let link = |text: &str, path: &str| Link::new(text, lang.href(path));
    Nav {
        site_name: lang.pick("Chỉ số cải cách hành chính", "Public reform indices").to_owned(),
        owner: app.owner.clone(),
        home: lang.href("/"),
        items: vec![
            item("xep-hang", lang.pick("Xếp hạng", "Rankings")),
            item("ho-so", lang.pick("Hồ sơ tỉnh, thành phố", "Province profiles")),
            item("so-sanh", lang.pick("So sánh", "Compare")),
            item("ket-qua-danh-gia", lang.pick("Kết quả đánh giá", "Evaluation results")),
            item("don-vi", lang.pick("Đơn vị hành chính", "Administrative units")),
            item("phuong-phap", lang.pick("Phương pháp", "Methods")),
            item("tro-giup", lang.pick("Trợ giúp", "Help")),
        ],
        footer: vec![
            LinkGroup {
                title: lang.pick("Số liệu", "Data").to_owned(),
                links: vec![
                    link(lang.pick("Xếp hạng các năm", "Rankings by year"), "/xep-hang"),
                    link(lang.pick("Phương pháp tính", "Methods"), "/phuong-phap"),
                    link(lang.pick("Dữ liệu mở (API)", "Open data (API)"), "/api"),
                ],
            },
            LinkGroup {
                title: lang.pick("Về trang này", "About this site").to_owned(),
                links: vec![
                    link(lang.pick("Hướng dẫn sử dụng", "User guide"), "/tro-giup"),
                    link(lang.pick("Thuật ngữ", "Glossary"), "/tro-giup/thuat-ngu"),
                    link(lang.pick("Khả năng tiếp cận", "Accessibility"), "/tro-giup/tro-nang"),
                    link(lang.pick("Đăng nhập (dành cho cán bộ)", "Sign in (staff)"), "/dang-nhap"),
                ],
            },
        ],
        footer_note: Some(
            lang.pick(
                "Số liệu công bố thuộc về các cơ quan công bố; nguồn và giấy phép ghi ở trang phương pháp của từng kỳ.",
                "Published figures belong to their publishers; sources and licences are on the method page of each edition.",
            )
            .to_owned(),
        ),
        search: true,
        ..Nav::default()
    }
}
