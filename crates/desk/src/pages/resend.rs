//! A form whose session had ended comes back: what was typed is sent again, with a token of the present session.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use maud::html;
use ui::Lang;
use ui::parts::{self, ButtonKind};
use web::{App, Fields, Problem, Signed, WorkPage, work_frame};

/// Shows what is about to be sent and asks. No token is asked for here: nothing is done but showing the form.
pub(crate) async fn post(State(app): State<App>, signed: Result<Signed, Problem>, body: Bytes) -> Result<Response, Problem> {
    let fields = Fields::read(&body);
    let signed = match signed {
        Ok(signed) => signed,
        // Pressed before signing in: it goes on waiting.
        Err(Problem::SignIn { end, had_one }) => return Err(Problem::SignInAndKeep { end, had_one, fields }),
        Err(other) => return Err(other),
    };
    let lang = signed.lang();
    let to = fields.text("gui-den").to_owned();
    if !ui::url::is_local_path(&to) || to.starts_with("/gui-lai") {
        return Err(Problem::BadForm);
    }
    let title = lang.pick("Gửi lại nội dung đã nhập", "Send what you typed");
    let typed: Vec<(&str, &str)> =
        fields.beginning("").filter(|(name, value)| !["gui-den", "phieu"].contains(name) && !value.is_empty()).collect();
    let body = html! {
        (parts::page_heading(title, Some(lang.pick(
            "Nội dung dưới đây chưa được lưu và đã được giữ lại. Kiểm tra rồi bấm gửi.",
            "This was not saved and was kept for you. Check it and send it.",
        )), None))
        dl.key-values { @for (name, value) in &typed { dt { (field_words(name, lang)) } dd { (value) } } }
        (signed.form(&app, &to, html! {
            (fields.kept())
            (parts::button(lang.pick("Gửi", "Send"), ButtonKind::Primary, None))
        }))
    };
    Ok(work_frame(&app, &signed, WorkPage::new(title, ""), body))
}

/// What people call a field of our forms; a field of which this page knows nothing is only called a field.
fn field_words(name: &str, lang: Lang) -> &'static str {
    let stem = name.split('.').next().unwrap_or_default();
    let (vi, en) = match stem {
        "ban" | "trang-thai" => ("Phiên bản đã xem", "Version seen"),
        "chi-tieu" => ("Chỉ tiêu", "Indicator"),
        "chuc-vu" => ("Chức vụ", "Position"),
        "co-quan" => ("Cơ quan ban hành", "Issuing body"),
        "den" | "den-ngay" => ("Đến ngày", "Until"),
        "dien-thoai" => ("Điện thoại", "Telephone"),
        "don-vi" => ("Đơn vị", "Unit"),
        "ghi-chu" => ("Ghi chú", "Note"),
        "han" => ("Hạn", "Deadline"),
        "ho-ten" => ("Họ và tên", "Name"),
        "ky" => ("Kỳ số liệu", "Period"),
        "loai" => ("Loại", "Kind"),
        "ly-do" => ("Lý do", "Reason"),
        "ngay" => ("Ngày", "Day"),
        "nguoi" => ("Người", "Person"),
        "nguon" => ("Nguồn", "Source"),
        "nhom" => ("Nhóm đơn vị", "Group of units"),
        "pham-vi" => ("Phạm vi", "Reach"),
        "so" => ("Số liệu", "Figure"),
        "so-ngay" => ("Số ngày", "Days"),
        "so-hieu" => ("Số, ký hiệu văn bản", "Document number"),
        "ten" | "tieu-de" => ("Tên", "Title"),
        "ten-dang-nhap" => ("Tên đăng nhập", "Sign-in name"),
        "thu" => ("Thư điện tử", "Mail address"),
        "trang" => ("Trang, mục viện dẫn", "Page or section"),
        "tu" | "tu-ngay" => ("Từ ngày", "From"),
        "vai-tro" => ("Vai trò", "Role"),
        _ => ("Nội dung khác", "Other"),
    };
    lang.pick(vi, en)
}
