//! Words for what the readers of files found, and for refusals: what is wrong, and what to do.

use evidence::{ByteVerdict, EvidenceError, FileNote, SignatureNote};
use file_reading::{Fault, Kind};
use ui::Lang;
use ui::parts::Tone;

use super::size;
use crate::words::moment;

/// Name of a kind of file.
pub(super) fn file_kind(kind: Kind, lang: Lang) -> &'static str {
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
pub(super) fn taken(lang: Lang) -> &'static str {
    lang.pick(
        "PDF (tối đa 50 MB), Word, Excel, PowerPoint, OpenDocument, văn bản thuần (20 MB), ảnh PNG, JPEG, WebP, TIFF (10 MB)",
        "PDF (up to 50 MB), Word, Excel, PowerPoint, OpenDocument, plain text (20 MB), pictures PNG, JPEG, WebP, TIFF (10 MB)",
    )
}

fn bytes(count: u64, lang: Lang) -> String {
    size(i64::try_from(count).unwrap_or(i64::MAX), lang)
}

/// Why a file is refused, and what to do.
pub(super) fn fault(fault: &Fault, lang: Lang) -> String {
    match fault {
        Fault::Empty => {
            lang.pick("tệp rỗng. Kiểm tra lại tệp rồi chọn lại.", "the file is empty. Check it and choose it again.").to_owned()
        }
        Fault::TooLarge { size, limit, .. } => lang.pick(
            format!("tệp có {}, vượt mức {}. Nén ảnh trong tệp hoặc chia tệp rồi gửi lại.", bytes(*size, lang), bytes(*limit, lang)),
            format!("the file has {}, more than {}. Compress its pictures or split it.", bytes(*size, lang), bytes(*limit, lang)),
        ),
        Fault::WrongKind(kind) => lang.pick(
            format!("nội dung là {}, không nhận loại này. Các loại nhận: {}.", file_kind(*kind, lang), taken(lang)),
            format!("the content is a {}, which is not taken. Taken are: {}.", file_kind(*kind, lang), taken(lang)),
        ),
        Fault::NameDisagrees { extension, kind } => lang.pick(
            format!("tên tệp có đuôi “{extension}” nhưng nội dung là {}. Mở tệp, lưu lại đúng định dạng rồi gửi.", file_kind(*kind, lang)),
            format!(
                "the name ends in “{extension}”, the content is a {}. Open it and save it in the right format.",
                file_kind(*kind, lang)
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
pub(super) fn refusal(error: &EvidenceError, lang: Lang) -> Option<Vec<String>> {
    let one = |text: &str| Some(vec![text.to_owned()]);
    match error {
        EvidenceError::Refused(faults) => Some(faults.iter().map(|found| fault(found, lang)).collect()),
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

/// What is worth telling about a file.
pub(super) fn note(note: FileNote, lang: Lang) -> &'static str {
    match note {
        FileNote::Restricted => {
            lang.pick("Tệp yêu cầu hạn chế in, chép hoặc sửa.", "The file asks readers to forbid printing, copying or changing.")
        }
        FileNote::BytesBefore => lang.pick("Có dữ liệu lạ trước phần đầu của tệp.", "Unknown bytes stand before the head of the file."),
        FileNote::ActiveContent => lang.pick(
            "Tệp chứa mã lệnh tự chạy khi mở; chỉ mở bằng chương trình đã tắt mã lệnh.",
            "The file holds script or starts something when opened.",
        ),
        FileNote::AttachedFiles => lang.pick("Tệp mang theo tệp khác bên trong.", "The file carries other files."),
        FileNote::RemoteTemplate => lang.pick("Tệp tải mẫu từ nơi khác khi mở.", "The file loads its template from elsewhere when opened."),
        FileNote::Macros => lang.pick("Tệp chứa macro.", "The file holds macros."),
        FileNote::Password => lang.pick("Tệp có mật khẩu.", "The file opens with a password only."),
        FileNote::NoText => lang.pick(
            "Tệp không có chữ đọc được (bản chụp, bản quét), nên chỉ tìm thấy theo tên và thông tin mô tả.",
            "The file has no text (a scan), so search finds it by its description only.",
        ),
        FileNote::LegacyConverted => lang.pick(
            "Chữ trong tệp theo bảng mã cũ (TCVN3, VNI); đã đổi sang Unicode để tìm kiếm.",
            "The text was in an old encoding (TCVN3, VNI) and was converted for search.",
        ),
        FileNote::LegacyUnknown => {
            lang.pick("Chữ trong tệp theo bảng mã cũ, tìm kiếm có thể sót.", "The text is in an old encoding; search may miss words.")
        }
        FileNote::TextCut => {
            lang.pick("Tệp rất dài; phần cuối không có trong tìm kiếm.", "The text is very long; its end is not found by search.")
        }
        FileNote::LettersUnknown => lang.pick(
            "Một số chữ trong PDF không đọc được, tìm kiếm có thể sót.",
            "Some letters of the PDF cannot be told; search may miss words.",
        ),
        FileNote::TextFailed => lang.pick(
            "Không đọc được chữ trong tệp để tìm kiếm; tệp vẫn tải về được.",
            "The text could not be read for search; the file can be downloaded.",
        ),
        FileNote::SignaturesFailed => lang.pick("Không đọc được chữ ký số trong tệp.", "The digital signatures could not be read."),
    }
}

/// Whether signed bytes still match, in words.
pub(super) fn verdict(signature: &SignatureNote, lang: Lang) -> (&'static str, Tone) {
    match signature.verdict {
        ByteVerdict::Whole => (lang.pick("Còn nguyên vẹn, phủ toàn bộ tệp", "Intact, covers the whole file"), Tone::Success),
        ByteVerdict::AddedLater => (
            lang.pick(
                "Phần đã ký còn nguyên; tệp được thêm nội dung sau khi ký",
                "What was signed is intact; more was added after signing",
            ),
            Tone::Warning,
        ),
        ByteVerdict::Broken => {
            (lang.pick("Nội dung đã bị thay đổi sau khi ký, hoặc chữ ký không hợp lệ", "Changed after signing, or not valid"), Tone::Error)
        }
        ByteVerdict::Unknown => (lang.pick("Không kiểm tra được", "Cannot be told"), Tone::Warning),
    }
}

/// Everything else about a signature, a line each.
pub(super) fn signature_lines(signature: &SignatureNote, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(body) = &signature.organisation {
        lines.push(body.clone());
    }
    if let Some(time) = signature.time {
        let at = moment(time, lang);
        lines.push(if signature.stamped {
            lang.pick(format!("Lúc {at}, theo dấu thời gian của tổ chức chứng thực"), format!("At {at}, by the stamp of an authority"))
        } else {
            lang.pick(format!("Lúc {at}, theo đồng hồ máy người ký"), format!("At {at}, by the clock of the signer's machine"))
        });
    }
    if let Some(issuer) = &signature.issuer {
        lines.push(lang.pick(format!("Chứng thư do {issuer} cấp"), format!("Certificate given by {issuer}")));
    }
    match signature.trusted {
        Some(true) => lines.push(lang.pick("Chứng thư dẫn tới gốc được tin cậy", "The certificate leads to a trusted root").to_owned()),
        Some(false) => {
            lines.push(lang.pick("Chứng thư không dẫn tới gốc được tin cậy", "The certificate leads to no trusted root").to_owned())
        }
        None => lines.push(
            lang.pick("Chưa đối chiếu nguồn gốc và thu hồi của chứng thư", "Origin and revocation of the certificate were not checked")
                .to_owned(),
        ),
    }
    if signature.current == Some(false) {
        lines.push(lang.pick("Chứng thư không trong thời hạn lúc ký", "The certificate was not valid at that time").to_owned());
    }
    if signature.weak {
        lines.push(lang.pick("Dùng hàm băm SHA-1 không còn an toàn", "Uses SHA-1, which is not safe any more").to_owned());
    }
    lines.extend(signature.reason.as_ref().map(|reason| lang.pick(format!("Lý do ký: {reason}"), format!("Reason given: {reason}"))));
    lines
}
