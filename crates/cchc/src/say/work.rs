//! Words about workers and about the way messages leave.

use delivery::SettingFault;
use ui::Lang;

use super::causes;

pub(crate) fn message_setting(lang: Lang, fault: &SettingFault) -> String {
    let text = match fault {
        SettingFault::NoHost => lang.pick("Tên máy chủ thư (--mail-host) để trống.", "The name of the mail server (--mail-host) is empty."),
        SettingFault::From => {
            lang.pick("Địa chỉ người gửi (--mail-from) không phải địa chỉ thư điện tử.", "The sender (--mail-from) is not a mail address.")
        }
        SettingFault::HalfCredentials => lang.pick(
            "Tên đăng nhập và mật khẩu máy chủ thư (--mail-user, --mail-password) phải đi cùng nhau.",
            "User and password of the mail server (--mail-user, --mail-password) belong together.",
        ),
        SettingFault::PasswordInTheClear => lang.pick(
            "Không gửi mật khẩu tới máy chủ thư khi đường truyền không mã hóa. Dùng --mail-security starttls hoặc tls.",
            "The password is not sent to the mail server in the clear. Use --mail-security starttls or tls.",
        ),
        SettingFault::Authorities(_) => lang.pick(
            "Không đọc được các chứng thư trong tệp của --message-authorities (dạng PEM).",
            "The certificates in the file of --message-authorities (PEM) cannot be read.",
        ),
        SettingFault::Client(_) => lang.pick("Không tạo được bộ gửi tin nhắn web.", "The sender of web messages could not be made."),
    };
    text.to_owned() + causes(fault).as_str()
}

pub(crate) fn webhook_setting(lang: Lang, cause: &str) -> String {
    lang.pick(
        format!("Cấu hình cổng tin nhắn (--webhook-url, --webhook-secret, --webhook-networks) có lỗi: {cause}."),
        format!("The settings of the gateway (--webhook-url, --webhook-secret, --webhook-networks) have a fault: {cause}."),
    )
}

pub(crate) fn half_a_setting(lang: Lang, given: &str, missing: &str) -> String {
    lang.pick(format!("Đã có {given} nhưng thiếu {missing}."), format!("{given} is set and {missing} is missing."))
}

pub(crate) fn no_workers(lang: Lang) -> String {
    lang.pick(
        "Lệnh `cchc worker` cần ít nhất một tác vụ chạy cùng lúc (--workers 1).".to_owned(),
        "`cchc worker` needs at least one job at once (--workers 1).".to_owned(),
    )
}

/// Made-up people of a demonstration are in the database of a program that does not run as one.
pub(crate) fn made_up_people(lang: Lang, logins: &[String]) -> String {
    let (count, first) = (logins.len(), logins.first().map_or("", String::as_str));
    lang.pick(
        format!(
            "CẢNH BÁO: cơ sở dữ liệu có {count} tài khoản minh họa của bản dùng thử ({first}, …). Chương trình chạy không có --demo nên không ai đăng nhập được bằng các tài khoản này.\n\
             Để làm việc thật: bắt đầu với thư mục dữ liệu trống (--data), hoặc khóa từng tài khoản: cchc user disable {first} --reason \"tài khoản minh họa\". Để dùng thử tiếp: chạy lại với --demo.\n"
        ),
        format!(
            "WARNING: the database holds {count} made-up account(s) of a demonstration ({first}, …). The program runs without --demo, so nobody can sign in with them.\n\
             For real work: begin with an empty data folder (--data), or close each account: cchc user disable {first} --reason \"made-up account\". To go on trying out: start with --demo.\n"
        ),
    )
}
