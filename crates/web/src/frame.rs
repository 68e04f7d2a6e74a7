//! What pages of the working area have around them.

use accounts::policy::{Action, Thing};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use ui::Lang;
use ui::parts::Crumb;
use ui::shell::{Account, Link, LinkGroup, Nav, NavItem, PageHead, form_page, work_page};

use crate::form::FAULTS;
use crate::{Office, Signed, Visit};

/// Key of the entry that shows how many notices were not read.
pub const NOTICES: &str = "thong-bao";

/// An entry of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NavEntry {
    /// Key, compared with the page's.
    pub key: &'static str,
    /// Words in both languages.
    pub words: (&'static str, &'static str),
    /// Path without language prefix.
    pub path: &'static str,
    /// What a person must be able to do somewhere to see it; absent for everybody.
    pub needs: Option<(Action, Thing)>,
}

/// What a page of the working area says of itself.
#[derive(Debug, Clone, Default)]
pub struct WorkPage {
    title: String,
    active: &'static str,
    crumbs: Vec<Crumb>,
    help: Option<&'static str>,
    faults: bool,
}

impl WorkPage {
    /// A page with its title, under an entry of the navigation.
    #[must_use]
    pub fn new(title: impl Into<String>, active: &'static str) -> Self {
        Self { title: title.into(), active, ..Self::default() }
    }

    /// Under another page: words, and path without language prefix.
    #[must_use]
    pub fn below(mut self, signed: &Signed, text: impl Into<String>, path: &str) -> Self {
        self.crumbs.push(Crumb::new(text, signed.lang().href(path)));
        self
    }

    /// With the page of the guide that explains it.
    #[must_use]
    pub fn help(mut self, page: &'static str) -> Self {
        self.help = Some(page);
        self
    }

    /// Whether it shows faults in a form.
    #[must_use]
    pub fn faults(mut self, faults: bool) -> Self {
        self.faults = faults;
        self
    }
}

/// A whole page of the working area; with faults in a form its status says so.
pub fn work_frame(office: &Office, signed: &Signed, page: WorkPage, body: Markup) -> Response {
    let lang = signed.lang();
    let mut head = PageHead::new(page.title, lang, signed.visit.theme, signed.visit.path_and_query());
    head.crumbs = page.crumbs;
    head.active = page.active.to_owned();
    head.help = page.help.map(|help| lang.href(&format!("/tro-giup/{help}")));
    head.app_version.clone_from(&office.version);
    head.has_errors = page.faults;
    head.banner = banner(office, signed);
    let markup = work_page(&head, &nav(office, signed), body);
    if page.faults { (FAULTS, markup).into_response() } else { markup.into_response() }
}

fn banner(office: &Office, signed: &Signed) -> Option<String> {
    let lang = signed.lang();
    let absent: Vec<&str> =
        signed.principal().acting_grants().filter_map(|grant| Some(grant.stands_in_for.as_ref()?.name.as_str())).collect();
    let mut lines = Vec::new();
    if office.demo {
        lines.push(
            lang.pick(
                "Bản dùng thử: người dùng và số liệu nhập là minh họa, không có thật.",
                "Demonstration: people and entered figures are made up.",
            )
            .to_owned(),
        );
    }
    if let Some(name) = absent.first() {
        lines.push(lang.pick(format!("Bạn đang làm việc thay {name}."), format!("You are standing in for {name}.")));
    }
    (!lines.is_empty()).then(|| lines.join(" "))
}

fn nav(office: &Office, signed: &Signed) -> Nav {
    let lang = signed.lang();
    let principal = signed.principal();
    let items = office
        .nav
        .iter()
        .filter(|entry| entry.needs.is_none_or(|(action, thing)| principal.may_somewhere(action, thing)))
        .map(|entry| {
            let mut item = NavItem::new(entry.key, lang.pick(entry.words.0, entry.words.1), lang.href(entry.path));
            item.count = u32::try_from(signed.unread).ok().filter(|unread| entry.key == NOTICES && *unread > 0);
            item
        })
        .collect();
    let unit = principal.acting_unit.as_deref().map(|unit| office.units.name(unit));
    let mut links = vec![Link::new(lang.pick("Tài khoản của tôi", "My account"), lang.href("/lam-viec/tai-khoan"))];
    if principal.units().len() > 1 {
        links.insert(0, Link::new(lang.pick("Chọn đơn vị khác", "Act for another unit"), lang.href("/lam-viec/doi-don-vi")));
    }
    links.push(Link::new(lang.pick("Cổng thông tin công khai", "Public portal"), lang.href("/")));
    links.push(Link::new(lang.pick("Đăng xuất", "Sign out"), lang.href("/dang-xuat")));
    Nav {
        site_name: lang.pick("Cải cách hành chính", "Administrative reform").to_owned(),
        owner: office.owner.clone(),
        home: lang.href("/lam-viec"),
        items,
        account: Some(Account {
            name: principal.name.clone(),
            unit: unit.unwrap_or_else(|| lang.pick("Chưa có vai trò", "No role yet").to_owned()),
            links,
        }),
        footer: vec![LinkGroup {
            title: lang.pick("Trợ giúp", "Help").to_owned(),
            links: vec![Link::new(lang.pick("Hướng dẫn sử dụng", "User guide"), lang.href("/tro-giup"))],
        }],
        ..Nav::default()
    }
}

/// A page of one column without navigation: signing in, errors.
pub fn form_frame(office: &Office, visit: &Visit, title: &str, faults: bool, body: &Markup) -> Response {
    let lang = visit.lang;
    let mut head = PageHead::new(title, lang, visit.theme, visit.path_and_query());
    head.app_version.clone_from(&office.version);
    head.has_errors = faults;
    let nav = Nav {
        site_name: lang.pick("Cải cách hành chính", "Administrative reform").to_owned(),
        owner: office.owner.clone(),
        home: lang.href("/"),
        ..Nav::default()
    };
    let markup = form_page(&head, &nav, body.clone());
    let status = if faults { FAULTS } else { StatusCode::OK };
    (status, markup).into_response()
}

/// Two versions of a record beside each other: the field, the version that was saved meanwhile, one's own.
#[must_use]
pub fn versions_table(rows: &[(&str, String, &str)], lang: Lang) -> Markup {
    html! {
        div.table-box tabindex="0" role="region" aria-label=(lang.pick("Hai bản", "The two versions")) {
            table.versions {
                caption { (lang.pick("Hai bản; chỗ khác nhau được ghi rõ", "The two versions; differences are marked")) }
                thead { tr {
                    th scope="col" { (lang.pick("Mục", "Field")) }
                    th scope="col" { (lang.pick("Bản mới đã lưu", "Saved meanwhile")) }
                    th scope="col" { (lang.pick("Bản của bạn", "Yours")) }
                    th scope="col" { (lang.pick("So sánh", "Comparison")) }
                } }
                tbody {
                    @for (field, saved, own) in rows {
                        tr {
                            th scope="row" { (field) }
                            td { (saved) }
                            td { (own) }
                            td { @if saved == own { (lang.pick("giống nhau", "the same")) } @else { strong { (lang.pick("khác nhau", "different")) } } }
                        }
                    }
                }
            }
        }
    }
}
