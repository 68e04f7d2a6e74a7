//! Words for what the readers of files found.

use evidence::{ByteVerdict, FileNote, SignatureNote};
use ui::Lang;
use ui::parts::Tone;
pub(super) use web::{evidence_refusal as refusal, file_kind_name as file_kind, kinds_of_files as taken};

use crate::words::moment;

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
