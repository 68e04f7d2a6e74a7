//! Words for what events say by keys: kinds of records, acts, fields, states.

use accounts::AccountState;
use ui::Lang;

use crate::words as shared;

/// Words for a kind of record.
#[must_use]
pub fn kind_words(kind: &str, lang: Lang) -> &str {
    match kind {
        "account" => lang.pick("Tài khoản", "Account"),
        "access_token" => lang.pick("Mã truy cập", "Access token"),
        "account_review" => lang.pick("Rà soát tài khoản", "Review of accounts"),
        "role_grant" => lang.pick("Vai trò", "Role"),
        "deputy" => lang.pick("Người làm thay", "Deputy"),
        "evidence" => lang.pick("Minh chứng", "Evidence"),
        "figure" => lang.pick("Số liệu", "Figure"),
        "collection" => lang.pick("Đợt thu thập số liệu", "Collection"),
        "collection_unit" => lang.pick("Số liệu của đơn vị", "Unit's figures"),
        "calendar_day" => lang.pick("Ngày nghỉ", "Calendar day"),
        "campaign" => lang.pick("Kỳ đánh giá", "Campaign"),
        "campaign_unit" => lang.pick("Phiếu tự chấm của đơn vị", "Unit's self-score"),
        "campaign_answer" => lang.pick("Tự chấm điểm", "Self-score"),
        "campaign_ruling" => lang.pick("Kết quả thẩm định", "Ruling"),
        "campaign_appeal" => lang.pick("Kiến nghị", "Appeal"),
        "campaign_assignment" => lang.pick("Phân công thẩm định", "Assignment"),
        "campaign_member" => lang.pick("Thành viên hội đồng", "Member of the council"),
        "campaign_session" => lang.pick("Phiên họp hội đồng", "Session of the council"),
        "criteria_set" => lang.pick("Bộ tiêu chí", "Criteria set"),
        "standard_phrase" => lang.pick("Câu mẫu", "Standard phrase"),
        "job" => lang.pick("Tác vụ", "Job"),
        other => other,
    }
}

/// Words for what was done.
pub(super) fn action_words(action: &str, lang: Lang) -> &str {
    match action {
        "made" => lang.pick("tạo mới", "made"),
        "changed" => lang.pick("sửa", "changed"),
        "signed-in" => lang.pick("đăng nhập", "signed in"),
        "sign-in-failed" => lang.pick("đăng nhập không thành công", "sign-in failed"),
        "identity-linked" => lang.pick("liên kết đăng nhập một lần", "linked with single sign-on"),
        "identity-unlinked" => lang.pick("bỏ liên kết đăng nhập một lần", "unlinked from single sign-on"),
        "signed-out" => lang.pick("đăng xuất", "signed out"),
        "acting-unit-changed" => lang.pick("chọn đơn vị làm việc", "acted for another unit"),
        "locked" => lang.pick("tạm khóa do nhập sai", "locked after failures"),
        "signed-out-elsewhere" => lang.pick("đăng xuất ở nơi khác", "signed out elsewhere"),
        "signed-out-everywhere" => lang.pick("kết thúc mọi phiên", "signed out everywhere"),
        "second-factor-set" => lang.pick("bật xác thực hai lớp", "second factor set"),
        "second-factor-removed" => lang.pick("gỡ xác thực hai lớp", "second factor removed"),
        "password-set" => lang.pick("đặt mật khẩu", "password set"),
        "new-password-demanded" => lang.pick("yêu cầu đổi mật khẩu", "new password demanded"),
        "link-made" => lang.pick("tạo liên kết đặt mật khẩu", "link made"),
        "link-asked-for" => lang.pick("yêu cầu đặt lại mật khẩu", "link asked for"),
        "closed" => lang.pick("khóa", "closed"),
        "opened" => lang.pick("mở", "opened"),
        "given" => lang.pick("giao", "given"),
        "revoked" => lang.pick("thu hồi", "taken away"),
        "appointed" => lang.pick("cử", "appointed"),
        "dismissed" => lang.pick("thôi", "dismissed"),
        "entered" => lang.pick("nhập", "entered"),
        "reviewed" => lang.pick("xác nhận đã rà soát", "confirmed"),
        "submitted" => lang.pick("gửi", "submitted"),
        "returned" => lang.pick("trả lại", "returned"),
        "accepted" => lang.pick("duyệt", "accepted"),
        "reopened" => lang.pick("mở lại", "reopened"),
        "withdrawn" => lang.pick("rút", "withdrawn"),
        "cited" => lang.pick("gắn minh chứng", "cited"),
        "uncited" => lang.pick("bỏ gắn minh chứng", "no longer cited"),
        "added" => lang.pick("thêm", "added"),
        "removed" => lang.pick("bỏ", "removed"),
        "approved" => lang.pick("phê duyệt", "approved"),
        "published" => lang.pick("công bố", "published"),
        "result-withdrawn" => lang.pick("rút kết quả đã công bố", "result withdrawn"),
        "calendar-changed" => lang.pick("đổi lịch", "calendar changed"),
        "set-changed" => lang.pick("đổi bộ tiêu chí", "set changed"),
        "reopening-asked-for" => lang.pick("đề nghị mở lại", "reopening asked for"),
        "file-added" => lang.pick("thêm tệp", "file added"),
        other => other,
    }
}

/// Name of a field of a kind of record.
pub(super) fn field_words<'a>(kind: &str, field: &'a str, lang: Lang) -> &'a str {
    let (vi, en) = match (kind, field) {
        ("access_token" | "calendar_day", "name") => ("Tên", "Name"),
        ("calendar_day", "pair") => ("Hoán đổi với ngày", "Swapped with"),
        ("calendar_day", "source") => ("Văn bản thông báo", "Announced by"),
        ("evidence", "issuer") => ("Cơ quan ban hành", "Issuing body"),
        ("evidence" | "calendar_day", "kind") => ("Loại", "Kind"),
        ("evidence", "document_number") => ("Số, ký hiệu văn bản", "Document number"),
        ("evidence", "document_date") => ("Ngày văn bản", "Document date"),
        ("evidence", "version") => ("Phiên bản", "Version"),
        ("evidence", "file_name") => ("Tên tệp", "File name"),
        ("evidence", "size") => ("Dung lượng (byte)", "Size (bytes)"),
        ("evidence", "sha256") => ("Mã kiểm tra của tệp (SHA-256)", "Checksum of the file (SHA-256)"),
        ("evidence", "record") => ("Gắn với", "Cited by"),
        ("evidence", "cited") => ("Trang, mục viện dẫn", "Page or section"),
        ("account", "valid_to") => ("Dùng đến ngày", "Valid until"),
        ("collection", "units") => ("Số đơn vị", "Units"),
        (_, "absent") => ("Người vắng mặt", "Absent person"),
        (_, "account") => ("Người dùng", "Person"),
        (_, "after_days") => ("Số ngày không đăng nhập", "Days without sign-in"),
        (_, "due_at") => ("Hạn", "Due"),
        (_, "email") => ("Thư điện tử", "Mail address"),
        (_, "ends_at") => ("Hết hạn lúc", "Ends"),
        (_, "extended_to") => ("Hạn riêng của đơn vị", "Deadline of its own"),
        (_, "failures") => ("Số lần sai", "Failures"),
        (_, "indicators") => ("Số chỉ tiêu", "Indicators"),
        (_, "issuer") => ("Nơi xác thực", "Issuer"),
        (_, "login") => ("Tên đăng nhập", "Sign-in name"),
        (_, "method") => ("Cách đăng nhập", "Signed in by"),
        (_, "missing") => ("Lý do không có số liệu", "Why there is no figure"),
        (_, "must_change") => ("Phải đổi mật khẩu", "Must change the password"),
        (_, "name") => ("Họ và tên", "Name"),
        (_, "note") => ("Ghi chú", "Note"),
        (_, "opens_at") => ("Nhập từ", "Open from"),
        (_, "password_set_at") => ("Đặt mật khẩu lúc", "Password set"),
        (_, "period") => ("Kỳ số liệu", "Period"),
        (_, "phone") => ("Điện thoại", "Telephone"),
        (_, "position") => ("Chức vụ", "Position"),
        (_, "purpose") => ("Mục đích", "Purpose"),
        (_, "reach") => ("Phạm vi", "Reach"),
        (_, "revoked_at") => ("Thu hồi lúc", "Taken back"),
        (_, "role") => ("Vai trò", "Role"),
        (_, "scope") => ("Phạm vi", "Scope"),
        (_, "second_factor") => ("Xác thực hai lớp", "Second factor"),
        (_, "shown") => ("Tên tại nơi xác thực", "Name there"),
        (_, "stands_in") => ("Người làm thay", "Deputy"),
        (_, "state") => ("Trạng thái", "State"),
        (_, "subject") => ("Mã người tại nơi xác thực", "Subject"),
        (_, "title") => ("Tên", "Title"),
        (_, "unit") => ("Đơn vị", "Unit"),
        (_, "valid_from") => ("Từ ngày", "From"),
        (_, "valid_to") => ("Đến ngày", "Until"),
        (_, "value") => ("Số liệu", "Figure"),
        (_, "what") => ("Nội dung", "What"),
        _ => return field,
    };
    lang.pick(vi, en)
}

/// Words for a state of a kind of record.
pub(super) fn state_words(kind: &str, state: &str, lang: Lang) -> Option<&'static str> {
    let (vi, en) = match (kind, state) {
        ("account", "invited") => return Some(shared::state(AccountState::Invited, lang)),
        ("account", "active") => return Some(shared::state(AccountState::Active, lang)),
        ("account", "disabled") => return Some(shared::state(AccountState::Disabled, lang)),
        ("collection", "draft") => ("Đang soạn", "Draft"),
        ("collection", "open") => ("Đang thu thập", "Open"),
        ("collection", "closed") => ("Đã đóng", "Closed"),
        ("collection_unit", "open") => ("Đang nhập", "Being entered"),
        ("collection_unit", "returned") => ("Bị trả lại", "Returned"),
        ("collection_unit", "submitted") => ("Chờ duyệt", "Waiting for a decision"),
        ("evidence", "active") => ("Đang dùng", "In use"),
        ("evidence", "withdrawn") => ("Đã rút", "Withdrawn"),
        ("collection_unit", "accepted") => ("Đã duyệt", "Accepted"),
        _ => return None,
    };
    Some(lang.pick(vi, en))
}

/// Words for a means, a purpose or a reason that the program writes as a word.
pub(super) fn word(text: &str, lang: Lang) -> Option<&'static str> {
    let (vi, en) = match text {
        "password" => ("mật khẩu", "password"),
        "openid" => ("hệ thống đăng nhập một lần", "single sign-on"),
        "second-factor" => ("mã xác thực", "second factor"),
        "present-password" => ("mật khẩu hiện tại", "present password"),
        "closed" => ("tài khoản không được dùng", "account not in use"),
        "first" => ("đăng nhập lần đầu", "first sign-in"),
        "made-up" => ("tài khoản minh họa", "made-up account"),
        "reset" => ("đặt lại mật khẩu", "new password"),
        _ => return None,
    };
    Some(lang.pick(vi, en))
}
