//! Official documents in the layout of Decree 30/2020/NĐ-CP, as DOCX and PDF.
//!
//! An [`OfficialDocument`] says what a document is, from whom, and what stands in it; [`docx()`] and [`pdf()`] lay it out
//! by the same rules. The crate opens no file and reads no clock: the same document gives the same bytes.
//!
//! `layout` turns a document into plain elements and is the only place that knows the decree; `docx` and `pdf` put these
//! elements on paper. Letters have the widths of Times New Roman in both.
//!
//! # Example
//!
//! ```
//! use official_document::{Block, Kind, OfficialDocument, Signature};
//!
//! # fn main() -> Result<(), official_document::DocumentFault> {
//! let notice = OfficialDocument {
//!     superior: Some("Ủy ban nhân dân thành phố Thí Dụ".into()),
//!     issuer: vec!["Sở Nội vụ".into()],
//!     symbol: "TB-SNV".into(),
//!     place: "Thí Dụ".into(),
//!     subject: "Lịch kiểm tra cải cách hành chính quý III".into(),
//!     body: vec![Block::paragraph("Sở Nội vụ thông báo lịch kiểm tra như sau.")],
//!     signature: Some(Signature { authority: Vec::new(), post: "Giám đốc".into(), name: "Nguyễn Văn A".into() }),
//!     recipients: vec!["Các xã, phường".into(), "Lưu: VT".into()],
//!     ..OfficialDocument::new(Kind::Notice)
//! };
//! assert!(official_document::pdf(&notice)?.starts_with(b"%PDF-1.7"));
//! assert!(official_document::docx(&notice)?.starts_with(b"PK"));
//! # Ok(())
//! # }
//! ```

mod docx;
mod face;
mod fault;
mod layout;
mod lines;
mod model;
mod pdf;
mod text;

pub use fault::DocumentFault;
pub use model::{
    Align, Annex, Bar, Block, Column, Emphasis, HeadCell, IssueDate, Kind, Level, OfficialDocument, Row, Run, Signature, Table,
};

/// The document as a DOCX file: A4, Times New Roman, its language Vietnamese, heads of tables repeated on each page.
///
/// # Errors
///
/// A [`DocumentFault`] if a table has no proper shape.
pub fn docx(document: &OfficialDocument) -> Result<Vec<u8>, DocumentFault> {
    docx::write(&layout::lay_out(document)?)
}

/// The document as a PDF file: its fonts inside, tagged for those who hear it read (PDF/UA-1), with an outline.
///
/// # Errors
///
/// A [`DocumentFault`] if a table has no proper shape, or if the document has more pages than anybody reads.
pub fn pdf(document: &OfficialDocument) -> Result<Vec<u8>, DocumentFault> {
    pdf::write(&layout::lay_out(document)?)
}
