//! Words for what libraries answer as kinds.

use accounts::{AccountError, PasswordFault};
use ui::Lang;

pub(crate) use web::words::{exact_moment, moment, role, scope, standing};

/// What is wrong with a new password.
pub(crate) fn password_fault(fault: PasswordFault, lang: Lang) -> String {
    match fault {
        PasswordFault::TooShort { least } => {
            lang.pick(format!("Mật khẩu mới cần ít nhất {least} ký tự."), format!("The new password needs at least {least} characters."))
        }
        PasswordFault::TooLong { most } => {
            lang.pick(format!("Mật khẩu mới được dài nhất {most} ký tự."), format!("The new password may have at most {most} characters."))
        }
        PasswordFault::Common => lang
            .pick(
                "Mật khẩu mới quá dễ đoán: nó nằm trong danh sách mật khẩu phổ biến đã bị lộ hoặc ghép từ các từ thường gặp. Hãy chọn mật khẩu khác.",
                "The new password is too easily guessed: it is among leaked common passwords, or made of common words. Choose another.",
            )
            .to_owned(),
        PasswordFault::OwnName => lang
            .pick(
                "Mật khẩu mới không được chứa tên đăng nhập, họ tên hoặc thư điện tử của bạn.",
                "The new password may not contain your sign-in name, name or mail address.",
            )
            .to_owned(),
        PasswordFault::UsedBefore => {
            lang.pick("Mật khẩu này đã được dùng trước đây. Hãy chọn mật khẩu khác.", "This password was used before. Choose another.").to_owned()
        }
    }
}

/// What is wrong with an act on an account, where a form can say it.
pub(crate) fn account_error(error: &AccountError, lang: Lang) -> Option<&'static str> {
    Some(match error {
        AccountError::LoginTaken => {
            lang.pick("Tên đăng nhập này đã có người dùng. Hãy chọn tên khác.", "This sign-in name is taken. Choose another.")
        }
        AccountError::LoginForm => lang.pick(
            "Tên đăng nhập gồm 3 đến 64 ký tự: chữ không dấu, chữ số, dấu chấm, gạch nối, gạch dưới hoặc @.",
            "A sign-in name has 3 to 64 characters: plain letters, digits, point, hyphen, underscore or @.",
        ),
        AccountError::UnknownUnit => lang.pick("Đơn vị này không tồn tại ở thời điểm hiện nay.", "This unit does not exist today."),
        AccountError::Period => lang.pick("Ngày cuối không được trước ngày đầu.", "The last day may not lie before the first."),
        AccountError::LastAdministrator => {
            lang.pick("Phải còn ít nhất một người quản trị hệ thống đang hoạt động.", "At least one active administrator must remain.")
        }
        AccountError::Oneself => lang.pick("Bạn không thể tự làm việc này cho chính mình.", "You cannot do this to yourself."),
        AccountError::WrongPassword => lang.pick("Mật khẩu hiện tại không đúng.", "The present password is wrong."),
        AccountError::WrongCode => lang.pick(
            "Mã không đúng hoặc đã hết hiệu lực. Nhập 6 chữ số đang hiện trong ứng dụng xác thực.",
            "The code is wrong or has passed. Type the six digits that the authenticator shows now.",
        ),
        AccountError::Locked { .. } => {
            lang.pick("Đã nhập sai nhiều lần. Đợi một lúc rồi thử lại.", "There were too many wrong tries. Wait a while and try again.")
        }
        AccountError::IdentityTaken => {
            lang.pick("Người này đã được liên kết với một tài khoản khác.", "This identity is linked with another account.")
        }
        AccountError::LinkEnded => lang.pick("Liên kết đã được dùng hoặc đã hết hạn.", "The link was used or has ended."),
        AccountError::Db(_)
        | AccountError::Denied(_)
        | AccountError::Unknown
        | AccountError::Changed
        | AccountError::Password(_)
        | AccountError::Hash => return None,
    })
}
