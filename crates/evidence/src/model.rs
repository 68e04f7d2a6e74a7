//! A piece of evidence, its files, its text, its uses.

use chrono::{DateTime, NaiveDate, Utc};
use file_reading::Kind;
use file_reading::text::Place;

use crate::notes::{FileNote, SignatureNote};

/// What a piece of evidence is as a paper, whatever the kind of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EvidenceKind {
    /// Công văn.
    OfficialLetter,
    /// Quyết định.
    Decision,
    /// Kế hoạch.
    Plan,
    /// Báo cáo.
    Report,
    /// Biên bản.
    Minutes,
    /// Văn bản quy phạm pháp luật.
    LegalDocument,
    /// Thông báo, kết luận.
    Notice,
    /// Bảng số liệu.
    Spreadsheet,
    /// Ảnh chụp.
    Photograph,
    /// Ảnh chụp màn hình.
    Screenshot,
    /// Tài liệu khác.
    Other,
}

impl EvidenceKind {
    /// Every kind, in the order of menus.
    pub const ALL: [Self; 11] = [
        Self::OfficialLetter,
        Self::Decision,
        Self::Plan,
        Self::Report,
        Self::Minutes,
        Self::LegalDocument,
        Self::Notice,
        Self::Spreadsheet,
        Self::Photograph,
        Self::Screenshot,
        Self::Other,
    ];

    /// The word in the database and in addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::OfficialLetter => "official-letter",
            Self::Decision => "decision",
            Self::Plan => "plan",
            Self::Report => "report",
            Self::Minutes => "minutes",
            Self::LegalDocument => "legal-document",
            Self::Notice => "notice",
            Self::Spreadsheet => "spreadsheet",
            Self::Photograph => "photograph",
            Self::Screenshot => "screenshot",
            Self::Other => "other",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The name that people read: Vietnamese and English.
    #[must_use]
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::OfficialLetter => ("Công văn", "Official letter"),
            Self::Decision => ("Quyết định", "Decision"),
            Self::Plan => ("Kế hoạch", "Plan"),
            Self::Report => ("Báo cáo", "Report"),
            Self::Minutes => ("Biên bản", "Minutes"),
            Self::LegalDocument => ("Văn bản quy phạm pháp luật", "Legal document"),
            Self::Notice => ("Thông báo, kết luận", "Notice or conclusion"),
            Self::Spreadsheet => ("Bảng số liệu", "Table of figures"),
            Self::Photograph => ("Ảnh chụp", "Photograph"),
            Self::Screenshot => ("Ảnh chụp màn hình", "Screenshot"),
            Self::Other => ("Tài liệu khác", "Other"),
        }
    }
}

/// What people write about a piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// What it is.
    pub kind: EvidenceKind,
    /// What it is about; never empty.
    pub title: String,
    /// Number and sign of the document: `123/QĐ-UBND`.
    pub document_number: Option<String>,
    /// Day of the document.
    pub document_date: Option<NaiveDate>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// A note.
    pub note: Option<String>,
}

/// Whether a piece may be cited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It may.
    Active,
    /// It was taken out of use; its files stay.
    Withdrawn,
}

impl State {
    /// The word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its key.
    pub key: String,
    /// The unit it belongs to.
    pub unit: String,
    /// What is written about it.
    pub description: Description,
    /// Whether it may be cited.
    pub state: State,
    /// Account that made it.
    pub made_by: String,
    /// When.
    pub made_at: DateTime<Utc>,
    /// Counts the changes of the description.
    pub version: i64,
}

/// How far the text of a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextState {
    /// Not yet.
    Waiting,
    /// It is.
    Read,
    /// There is none: a picture, a scan.
    None,
    /// The reader could not.
    Failed,
}

impl TextState {
    /// The word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Read => "read",
            Self::None => "none",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn of(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Read, Self::None, Self::Failed].into_iter().find(|state| state.word() == word)
    }
}

/// A file of a piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileVersion {
    /// Number of the version, from 1.
    pub position: i64,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// Number of bytes.
    pub size: i64,
    /// Name, safe to show and to save.
    pub file_name: String,
    /// What it is by its content.
    pub kind: Kind,
    /// Number of pages, sheets or slides, where it has some.
    pub pages: Option<i64>,
    /// How far its text is read.
    pub text_state: TextState,
    /// What is worth telling about it.
    pub findings: Vec<FileNote>,
    /// Its digital signatures.
    pub signatures: Vec<SignatureNote>,
    /// Why this version came.
    pub note: Option<String>,
    /// Name of the person who added it; the key of the account where there is no such person.
    pub added_by: String,
    /// When.
    pub added_at: DateTime<Utc>,
}

/// Where a part of a text stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageLabel {
    /// The body of a document.
    Body,
    /// The heads of its pages.
    Headers,
    /// The feet of its pages.
    Footers,
    /// A page, from 1.
    Page(u32),
    /// A sheet, from 1, with its name.
    Sheet(u32, String),
    /// A slide, from 1.
    Slide(u32),
}

impl PageLabel {
    /// The word in the database.
    #[must_use]
    pub fn word(&self) -> String {
        match self {
            Self::Body => "body".to_owned(),
            Self::Headers => "headers".to_owned(),
            Self::Footers => "footers".to_owned(),
            Self::Page(number) => format!("page:{number}"),
            Self::Sheet(number, name) => format!("sheet:{number}:{name}"),
            Self::Slide(number) => format!("slide:{number}"),
        }
    }

    /// The label of a word; what is not understood is a body.
    #[must_use]
    pub fn of(word: &str) -> Self {
        let mut parts = word.splitn(3, ':');
        let (kind, number, name) = (parts.next().unwrap_or_default(), parts.next().and_then(|number| number.parse().ok()), parts.next());
        match (kind, number) {
            ("headers", _) => Self::Headers,
            ("footers", _) => Self::Footers,
            ("page", Some(number)) => Self::Page(number),
            ("sheet", Some(number)) => Self::Sheet(number, name.unwrap_or_default().to_owned()),
            ("slide", Some(number)) => Self::Slide(number),
            _ => Self::Body,
        }
    }
}

impl From<Place> for PageLabel {
    fn from(place: Place) -> Self {
        match place {
            Place::Body => Self::Body,
            Place::Headers => Self::Headers,
            Place::Footers => Self::Footers,
            Place::Page(number) => Self::Page(number),
            Place::Sheet { number, name } => Self::Sheet(number, name),
            Place::Slide(number) => Self::Slide(number),
        }
    }
}

/// A part of the text of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageText {
    /// Where it stands.
    pub label: PageLabel,
    /// What is written there.
    pub text: String,
}

/// A record that cites a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// Its key.
    pub key: String,
    /// The piece.
    pub evidence: String,
    /// The version of the file.
    pub position: i64,
    /// Kind of the record: `figure`.
    pub kind: String,
    /// Key of the record.
    pub thing: String,
    /// Page or section.
    pub cited: Option<String>,
    /// When it was cited.
    pub added_at: DateTime<Utc>,
    /// When a submission locked it.
    pub locked_at: Option<DateTime<Utc>>,
    /// Title of the piece.
    pub title: String,
    /// Number and sign of the document.
    pub document_number: Option<String>,
    /// The unit the piece belongs to.
    pub unit: String,
    /// Name of the file.
    pub file_name: String,
    /// Whether the piece was withdrawn since: the record that cites it says so until somebody takes it away.
    pub withdrawn: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_kinds_come_back_from_their_words() {
        let sheet = PageLabel::Sheet(2, "Tháng 1: tổng hợp".to_owned());
        for label in [PageLabel::Body, PageLabel::Headers, PageLabel::Footers, PageLabel::Page(3), sheet, PageLabel::Slide(9)] {
            assert_eq!(PageLabel::of(&label.word()), label);
        }
        for kind in EvidenceKind::ALL {
            assert_eq!(EvidenceKind::of(kind.word()), Some(kind));
        }
        assert_eq!(EvidenceKind::of("poem"), None);
    }
}
