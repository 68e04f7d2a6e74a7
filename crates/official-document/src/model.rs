//! What an official document says, before any page is laid out.

mod block;
mod kind;

pub use block::{Align, Bar, Block, Column, Emphasis, HeadCell, Level, Row, Run, Table};
pub use kind::Kind;

use chrono::NaiveDate;

/// An official document in the layout of Decree 30/2020/NĐ-CP.
///
/// Texts are written as they are meant to be read; capitals, italics, and the marks at the end of grounds, addressees
/// and recipients come from the layout. An empty text is left out with its line. Names and titles that need several
/// lines are broken into lines of about one length; a line break in them stays where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct OfficialDocument {
    /// What the document is.
    pub kind: Kind,
    /// The body above the issuer; printed in capitals.
    pub superior: Option<String>,
    /// Name of the issuing body, one item a line; printed in bold capitals. Without it the document has no head, as an
    /// attached form has none.
    pub issuer: Vec<String>,
    /// Number in the register of the year; a blank is left until it is known.
    pub number: Option<u32>,
    /// What stands behind the number, such as `QĐ-UBND`.
    pub symbol: String,
    /// Place of issue; without it place and date are left out, as in minutes.
    pub place: String,
    /// Day of issue.
    pub date: IssueDate,
    /// What the document is about: under its kind, or after "V/v" in an official letter.
    pub subject: String,
    /// Who decides, printed in capitals above the grounds of a decision or resolution, such as "Chủ tịch Ủy ban nhân dân
    /// thành phố Hà Nội".
    pub deciding: Option<String>,
    /// Whom it is addressed to ("Kính gửi").
    pub addressees: Vec<String>,
    /// Legal and other grounds; each on a line of its own in italics.
    pub grounds: Vec<String>,
    /// The text.
    pub body: Vec<Block>,
    /// Who signs.
    pub signature: Option<Signature>,
    /// Who signs beside that on the left, as the secretary in minutes.
    pub second_signature: Option<Signature>,
    /// Who gets a copy ("Nơi nhận"), the last item being what is kept ("Lưu: VT").
    pub recipients: Vec<String>,
    /// Annexes, each on new pages with page numbers of its own.
    pub annexes: Vec<Annex>,
    /// A line at the head of every page for a document whose figures are made up.
    pub made_up: Option<String>,
}

impl OfficialDocument {
    /// A document of a kind in which nothing is written yet.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            superior: None,
            issuer: Vec::new(),
            number: None,
            symbol: String::new(),
            place: String::new(),
            date: IssueDate::Unknown,
            subject: String::new(),
            deciding: None,
            addressees: Vec::new(),
            grounds: Vec::new(),
            body: Vec::new(),
            signature: None,
            second_signature: None,
            recipients: Vec::new(),
            annexes: Vec::new(),
            made_up: None,
        }
    }
}

/// The day of issue, as far as it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IssueDate {
    /// Nothing is known: "ngày … tháng … năm …".
    #[default]
    Unknown,
    /// The year alone is known: "ngày … tháng … năm 2026".
    Year(i32),
    /// The day is known.
    On(NaiveDate),
}

impl From<NaiveDate> for IssueDate {
    fn from(day: NaiveDate) -> Self {
        Self::On(day)
    }
}

impl From<Option<NaiveDate>> for IssueDate {
    fn from(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::Unknown, Self::On)
    }
}

/// Who signs, and by what authority.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// Lines above the post: "TM. Ủy ban nhân dân", "KT. Chủ tịch", "TL. Giám đốc".
    pub authority: Vec<String>,
    /// The post, such as "Phó Chủ tịch".
    pub post: String,
    /// Given name and surname, without title or degree; empty until it is known.
    pub name: String,
}

/// An annex, on pages of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annex {
    /// Its title; printed in capitals.
    pub title: String,
    /// The line that ties it to the document: "(Kèm theo Quyết định số … ngày … của …)". Empty for none.
    pub note: String,
    /// Whether its pages lie on their long side, for wide tables.
    pub landscape: bool,
    /// Its text.
    pub body: Vec<Block>,
}
