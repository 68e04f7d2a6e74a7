//! Words for what libraries answer as kinds.

use accounts::{AccountError, PasswordFault, Standing};
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

/// Why there is no link for an account that may not be used, and what opens it.
fn not_open(standing: Standing, lang: Lang) -> &'static str {
    match standing {
        Standing::Ended => lang.pick(
            "Tài khoản đã hết hạn dùng. Sửa “Dùng đến ngày” rồi tạo liên kết.",
            "The account has ended. Change “Valid until”, then make the link.",
        ),
        Standing::ShutOut => lang.pick(
            "Đây là tài khoản minh họa. Hệ thống này không phải bản dùng thử nên không ai đăng nhập được bằng tài khoản này.",
            "This account is made up. This is no demonstration, so nobody can sign in with it.",
        ),
        Standing::Disabled | Standing::Dormant | Standing::Invited | Standing::Active => lang.pick(
            "Tài khoản đang khóa hoặc ngừng vì lâu không đăng nhập. Mở lại tài khoản trước, rồi tạo liên kết.",
            "The account is closed, or shut for want of use. Open it again first, then make the link.",
        ),
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
        AccountError::PeriodPast => {
            lang.pick("Thời gian này đã qua. Chọn ngày cuối từ hôm nay trở đi.", "This time is over. Choose a last day from today on.")
        }
        AccountError::PeriodTooLong => lang.pick(
            "Thời gian làm thay dài nhất một năm. Chọn ngày cuối sớm hơn; nếu vắng mặt lâu hơn, người quản trị giao vai trò cho người khác.",
            "A deputy stands in for a year at most. Choose an earlier last day; for a longer absence an administrator gives the role to somebody else.",
        ),
        AccountError::AlreadyDeputy => lang.pick(
            "Người này đã được cử làm thay trong một số ngày đó. Chọn những ngày khác, hoặc bấm “Thôi làm thay” ở lần cử trước rồi cử lại.",
            "This person stands in on some of these days already. Choose other days, or end the earlier time first.",
        ),
        AccountError::AlreadyGiven => lang.pick(
            "Người này đã có đúng vai trò này, tại đơn vị và phạm vi này, trong một số ngày đó. Chọn những ngày khác, hoặc thu hồi vai trò đã giao rồi giao lại.",
            "The person has this role on this unit, as far, on some of these days already. Choose other days, or take that role away first.",
        ),
        AccountError::NothingToLend => lang.pick(
            "Vai trò quản trị hệ thống không giao cho người làm thay, và trong những ngày này bạn không có vai trò nào khác. Nếu cần, người quản trị khác giao vai trò cho người phụ trách.",
            "An administrator's role is not lent, and there is no other role in these days. Where needed, another administrator gives somebody a role.",
        ),
        AccountError::LastAdministrator => lang.pick(
            "Phải còn ít nhất một người quản trị hệ thống khác đang hoạt động cho đơn vị này và cùng phạm vi. Hãy giao vai trò đó cho người khác trước.",
            "Another active administrator of this unit, reaching as far, must remain. Give somebody else that role first.",
        ),
        AccountError::NotOpen(standing) => not_open(*standing, lang),
        AccountError::TooLong => lang.pick(
            "Họ tên, chức vụ, thư điện tử, điện thoại: mỗi mục dài nhất 200 ký tự.",
            "Name, position, mail address and telephone have at most 200 characters each.",
        ),
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
