//! Words about evidence: names of kinds, what is taken, and why a file is refused with what to do.

use evidence::{EvidenceError, EvidenceKind};
use file_reading::{Fault, Kind};
use ui::Lang;

/// Name of a kind of evidence.
#[must_use]
pub fn evidence_kind_name(kind: EvidenceKind, lang: Lang) -> &'static str {
    let (vi, en) = kind.names();
    lang.pick(vi, en)
}

/// A number of bytes as people read it.
#[must_use]
pub fn bytes_in_words(bytes: i64, lang: Lang) -> String {
    const KIB: i64 = 1024;
    let tenths = |unit: i64| {
        let tenths = (bytes * 10 + unit / 2) / unit;
        format!("{}{}{}", tenths / 10, lang.pick(',', '.'), tenths % 10)
    };
    if bytes < KIB {
        format!("{bytes} B")
    } else if bytes < KIB * KIB {
        format!("{} KB", tenths(KIB))
    } else if bytes < KIB * KIB * KIB {
        format!("{} MB", tenths(KIB * KIB))
    } else {
        format!("{} GB", tenths(KIB * KIB * KIB))
    }
}

/// Name of a kind of file.
#[must_use]
pub fn file_kind_name(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Pdf => "PDF",
        Kind::Docx | Kind::Doc => lang.pick("văn bản Word", "Word document"),
        Kind::Xlsx | Kind::Xls => lang.pick("bảng tính Excel", "Excel workbook"),
        Kind::Pptx | Kind::Ppt => lang.pick("bài trình chiếu PowerPoint", "PowerPoint presentation"),
        Kind::Odt => lang.pick("văn bản OpenDocument", "OpenDocument text"),
        Kind::Ods => lang.pick("bảng tính OpenDocument", "OpenDocument spreadsheet"),
        Kind::Odp => lang.pick("bài trình chiếu OpenDocument", "OpenDocument presentation"),
        Kind::ProtectedOffice => lang.pick("tệp Office có mật khẩu", "Office file with a password"),
        Kind::Png | Kind::Jpeg | Kind::Gif | Kind::WebP | Kind::Tiff | Kind::Heif => lang.pick("ảnh", "picture"),
        Kind::Text => lang.pick("văn bản thuần", "plain text"),
        Kind::Html => lang.pick("trang web HTML", "HTML page"),
        Kind::Svg => lang.pick("hình vẽ SVG", "SVG drawing"),
        Kind::Zip | Kind::Rar | Kind::SevenZip | Kind::Archive => lang.pick("tệp nén", "archive"),
        Kind::Program => lang.pick("chương trình", "program"),
        Kind::Script => lang.pick("mã lệnh", "script"),
        Kind::Compound | Kind::Rtf | Kind::Xml | Kind::Unknown => lang.pick("loại không nhận", "kind that is not taken"),
    }
}

/// The kinds that are taken, in words.
#[must_use]
pub fn kinds_of_files(lang: Lang) -> &'static str {
    lang.pick(
        "PDF (tối đa 50 MB), Word, Excel, PowerPoint, OpenDocument, văn bản thuần (20 MB), ảnh PNG, JPEG, WebP, TIFF (10 MB)",
        "PDF (up to 50 MB), Word, Excel, PowerPoint, OpenDocument, plain text (20 MB), pictures PNG, JPEG, WebP, TIFF (10 MB)",
    )
}

fn bytes(count: u64, lang: Lang) -> String {
    bytes_in_words(i64::try_from(count).unwrap_or(i64::MAX), lang)
}

/// Why a file is refused, and what to do.
fn file_fault(fault: &Fault, lang: Lang) -> String {
    match fault {
        Fault::Empty => {
            lang.pick("tệp rỗng. Kiểm tra lại tệp rồi chọn lại.", "the file is empty. Check it and choose it again.").to_owned()
        }
        Fault::TooLarge { size, limit, .. } => lang.pick(
            format!("tệp có {}, vượt mức {}. Nén ảnh trong tệp hoặc chia tệp rồi gửi lại.", bytes(*size, lang), bytes(*limit, lang)),
            format!("the file has {}, more than {}. Compress its pictures or split it.", bytes(*size, lang), bytes(*limit, lang)),
        ),
        Fault::WrongKind(kind) => lang.pick(
            format!("nội dung là {}, không nhận loại này. Các loại nhận: {}.", file_kind_name(*kind, lang), kinds_of_files(lang)),
            format!("the content is a {}, which is not taken. Taken are: {}.", file_kind_name(*kind, lang), kinds_of_files(lang)),
        ),
        Fault::NameDisagrees { extension, kind } if extension.is_empty() => lang.pick(
            format!("tên tệp không có đuôi; nội dung là {}. Đặt đúng đuôi cho tên tệp rồi gửi.", file_kind_name(*kind, lang)),
            format!(
                "the name has no ending, the content is a {}. Give the name the right ending and send it.",
                file_kind_name(*kind, lang)
            ),
        ),
        Fault::NameDisagrees { extension, kind } => lang.pick(
            format!(
                "tên tệp có đuôi “{extension}” nhưng nội dung là {}. Mở tệp, lưu lại đúng định dạng rồi gửi.",
                file_kind_name(*kind, lang)
            ),
            format!(
                "the name ends in “{extension}”, the content is a {}. Open it and save it in the right format.",
                file_kind_name(*kind, lang)
            ),
        ),
        Fault::Password(_) => lang
            .pick(
                "tệp có mật khẩu nên không ai khác mở được. Gỡ mật khẩu rồi gửi lại.",
                "the file opens with a password only. Remove the password and send it again.",
            )
            .to_owned(),
        Fault::Macros(_) => lang
            .pick(
                "tệp chứa macro. Lưu lại dạng không có macro (.docx, .xlsx) rồi gửi.",
                "the file holds macros. Save it without them (.docx, .xlsx) and send it again.",
            )
            .to_owned(),
        Fault::TwoKinds { .. } => lang
            .pick(
                "tệp vừa là loại này vừa là loại khác, tùy chương trình mở. In ra PDF rồi gửi bản PDF.",
                "the file is of two kinds at once. Print it to PDF and send that.",
            )
            .to_owned(),
        Fault::Damaged { .. } => lang
            .pick("tệp bị hỏng. Mở tệp ở máy của bạn, lưu lại rồi gửi.", "the file is damaged. Open it, save it again and send it.")
            .to_owned(),
        Fault::Beyond { .. } => lang
            .pick(
                "tệp bung ra quá lớn so với mức an toàn. Lưu lại tệp với ít nội dung hơn.",
                "the file unpacks to more than is safe. Save it with less in it.",
            )
            .to_owned(),
        Fault::NotReadable(_) => lang.pick("không đọc được tệp.", "the file cannot be read.").to_owned(),
    }
}

/// What a form can say about a refusal; nothing for what is no matter of the form.
#[must_use]
pub fn evidence_refusal(error: &EvidenceError, lang: Lang) -> Option<Vec<String>> {
    let one = |text: &str| Some(vec![text.to_owned()]);
    match error {
        EvidenceError::Refused(faults) => Some(faults.iter().map(|found| file_fault(found, lang)).collect()),
        EvidenceError::NoTitle => one(lang.pick("Nhập tên minh chứng.", "Type the title.")),
        EvidenceError::NoReason => one(lang.pick("Nhập lý do.", "Type the reason.")),
        EvidenceError::UnknownUnit => one(lang.pick("Đơn vị này không tồn tại ở thời điểm hiện nay.", "This unit does not exist today.")),
        EvidenceError::Locked => one(lang.pick(
            "Minh chứng đã gửi kèm số liệu nên không sửa, không rút được. Có thể thêm phiên bản mới; bản đã gửi vẫn giữ nguyên.",
            "Figures that cite this were handed in, so it cannot be changed or withdrawn. A new version can be added; what was handed in stays.",
        )),
        EvidenceError::Withdrawn => one(lang.pick("Minh chứng đã được rút.", "This was withdrawn.")),
        EvidenceError::SameContent => {
            one(lang.pick("tệp này giống hệt phiên bản mới nhất nên không thêm nữa.", "this is the newest version already; nothing was added."))
        }
        EvidenceError::CitedAlready => one(lang.pick("Số liệu này đã gắn đúng tệp và đúng trang, mục đó.", "The figure cites this file already.")),
        EvidenceError::Db(_) | EvidenceError::Files(_) | EvidenceError::Spool(_) | EvidenceError::Denied(_) | EvidenceError::Changed => None,
    }
}
