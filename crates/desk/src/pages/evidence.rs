//! Evidence: the list with search, one piece, adding and changing, files.

pub(crate) mod edit;
pub(crate) mod file;
pub(crate) mod list;
pub(crate) mod piece;
mod words;

use evidence::PageLabel;
use ui::Lang;
use web::{Signed, WorkPage};

/// Address of the list, without language prefix.
pub(super) const LIST: &str = "/lam-viec/minh-chung";

fn address(evidence: &str) -> String {
    format!("{LIST}/{evidence}")
}

use web::{bytes_in_words as size, evidence_kind_name as kind_name};

/// Where a text stands: "trang 3".
fn place(label: &PageLabel, lang: Lang) -> String {
    match label {
        PageLabel::Body => lang.pick("nội dung", "body").to_owned(),
        PageLabel::Headers => lang.pick("đầu trang", "heads of the pages").to_owned(),
        PageLabel::Footers => lang.pick("chân trang", "feet of the pages").to_owned(),
        PageLabel::Page(number) => lang.pick(format!("trang {number}"), format!("page {number}")),
        PageLabel::Sheet(_, name) => lang.pick(format!("bảng tính “{name}”"), format!("sheet “{name}”")),
        PageLabel::Slide(number) => lang.pick(format!("trang chiếu {number}"), format!("slide {number}")),
    }
}

fn below(signed: &Signed, title: &str) -> WorkPage {
    WorkPage::new(title, "minh-chung").below(signed, signed.lang().pick("Minh chứng", "Evidence"), LIST).help("minh-chung")
}
