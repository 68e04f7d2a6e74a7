//! One page with every part in every state. All names and figures on it are made up.

mod charts;
mod forms;
mod general;
mod tables;

use maud::{Markup, html};
use rust_decimal::Decimal;

use crate::parts::{self, Crumb};
use crate::shell::{Account, Link, LinkGroup, Nav, NavItem, PageHead};
use crate::{Lang, Theme, shell};

/// Which shell the catalogue is shown in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shell {
    /// The public portal.
    #[default]
    Portal,
    /// The work area.
    Work,
    /// Surveys and feedback.
    Form,
}

/// Every part in every state, in the shell of the portal.
pub fn catalogue_page(lang: Lang, theme: Theme) -> Markup {
    catalogue_in(Shell::Portal, lang, theme)
}

/// Every part in every state, in a shell of choice (the form shell shows the form parts only).
pub fn catalogue_in(which: Shell, lang: Lang, theme: Theme) -> Markup {
    let mut head = PageHead::new(lang.pick("Danh mục thành phần giao diện", "Catalogue of parts"), lang, theme, "/phat-trien/giao-dien");
    head.description =
        Some(lang.pick("Mọi thành phần giao diện trong mọi trạng thái.", "Every part of the interface in every state.").to_owned());
    head.crumbs = vec![Crumb::new(lang.pick("Trang đầu", "Home"), lang.href("/"))];
    head.help = Some(lang.href("/huong-dan"));
    head.app_version = "0.1.0".to_owned();
    head.active = "chi-so".to_owned();
    head.banner = Some(
        lang.pick(
            "Tên đơn vị và số liệu trên trang này là số liệu minh họa, không phải kết quả chính thức.",
            "The names and figures on this page are made up; they are not official results.",
        )
        .to_owned(),
    );
    let nav = sample_nav(lang);
    match which {
        Shell::Portal => shell::portal_page(&head, &nav, body(lang)),
        Shell::Work => shell::work_page(&head, &nav, body(lang)),
        Shell::Form => shell::form_page(&head, &nav, form_body(lang)),
    }
}

fn body(lang: Lang) -> Markup {
    html! {
        (parts::error_summary(&forms::errors(lang), lang))
        (parts::page_heading(
            lang.pick("Danh mục thành phần giao diện", "Catalogue of parts"),
            Some(lang.pick(
                "Mỗi thành phần được trình bày ở mọi trạng thái, với số liệu minh họa, để xem, in và kiểm tra khả năng tiếp cận.",
                "Each part in every state, with made-up figures, for looking, printing and accessibility checks.",
            )),
            Some(parts::tag(lang.pick("Bản phát triển", "Development"), parts::Tone::Info)),
        ))
        (general::overview(lang))
        (charts::all(lang))
        (tables::all(lang))
        (general::messages(lang))
        (general::lists(lang))
        (forms::all(lang))
        (general::errors(lang))
    }
}

fn form_body(lang: Lang) -> Markup {
    html! {
        (parts::page_heading(
            lang.pick("Ông/Bà hài lòng ở mức nào với việc giải quyết hồ sơ?", "How satisfied are you with how your file was handled?"),
            Some(lang.pick("Câu 3 trong 12 câu", "Question 3 of 12")),
            None,
        ))
        (forms::survey(lang))
    }
}

/// An exact figure from thousandths, for samples.
fn thousandths(value: i64) -> Decimal {
    Decimal::new(value, 3)
}

fn sample_nav(lang: Lang) -> Nav {
    let item = |key: &str, vi: &str, en: &str| NavItem::new(key, lang.pick(vi, en), lang.href(&format!("/{key}")));
    Nav {
        site_name: lang.pick("Kết quả cải cách hành chính", "Administrative reform results").to_owned(),
        owner: Some(lang.pick("Tỉnh Minh Họa", "Sample Province").to_owned()),
        home: lang.href("/"),
        items: vec![
            item("chi-so", "Chỉ số", "Indices").children(vec![
                item("par-index", "Chỉ số cải cách hành chính", "Reform index"),
                item("sipas", "Chỉ số hài lòng", "Satisfaction index").count(3),
            ]),
            item("don-vi", "Đơn vị", "Units"),
            item("ke-hoach", "Kế hoạch", "Plans").count(12),
            item("so-lieu", "Số liệu mở", "Open data"),
            item("phuong-phap", "Phương pháp", "Methods"),
            item("tin-tuc", "Tin tức", "News"),
        ],
        account: Some(Account {
            name: lang.pick("Nguyễn Thị Minh", "Nguyen Thi Minh").to_owned(),
            unit: lang.pick("Sở Nội vụ", "Department of Home Affairs").to_owned(),
            links: vec![
                Link::new(lang.pick("Chuyển đơn vị", "Switch unit"), lang.href("/chuyen-don-vi")),
                Link::new(lang.pick("Đăng xuất", "Sign out"), lang.href("/dang-xuat")),
            ],
        }),
        footer: vec![
            LinkGroup {
                title: lang.pick("Về trang này", "About this site").to_owned(),
                links: vec![
                    Link::new(lang.pick("Giới thiệu", "About"), lang.href("/gioi-thieu")),
                    Link::new(lang.pick("Khả năng tiếp cận", "Accessibility"), lang.href("/kha-nang-tiep-can")),
                ],
            },
            LinkGroup {
                title: lang.pick("Số liệu", "Data").to_owned(),
                links: vec![
                    Link::new(lang.pick("Tải số liệu", "Download data"), lang.href("/so-lieu")),
                    Link::new(lang.pick("Giao diện lập trình", "Programming interface"), lang.href("/api")),
                ],
            },
        ],
        footer_note: Some(lang.pick("Số liệu minh họa.", "Made-up figures.").to_owned()),
        search: true,
    }
}
