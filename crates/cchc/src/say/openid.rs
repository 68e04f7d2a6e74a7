//! Words about single sign-on.

use openid::SettingFault;
use ui::Lang;

use super::causes;

pub(crate) fn openid_setting(lang: Lang, fault: &SettingFault) -> String {
    let text = match fault {
        SettingFault::Issuer { .. } => {
            lang.pick("Nơi cấp (--openid-issuer) không phải một địa chỉ.", "The issuer (--openid-issuer) is not an address.")
        }
        SettingFault::IssuerNotHttps => {
            lang.pick("Nơi cấp (--openid-issuer) phải bắt đầu bằng https.", "The issuer (--openid-issuer) must begin with https.")
        }
        SettingFault::RedirectUri { .. } => lang.pick(
            "Địa chỉ trang (--public-address) không phải một địa chỉ, nên nơi cấp không biết đưa người dùng về đâu.",
            "The address of the site (--public-address) is not an address, so the provider cannot send people back.",
        ),
        SettingFault::NoClientId => lang.pick("Thiếu mã ứng dụng (--openid-client).", "The client id (--openid-client) is missing."),
        SettingFault::NoClientSecret => lang.pick(
            "Thiếu khóa bí mật của ứng dụng (--openid-secret). Nếu nơi cấp không giao khóa, đặt --openid-proof none.",
            "The client secret (--openid-secret) is missing. If the provider gave none, set --openid-proof none.",
        ),
        SettingFault::NoAcrValues => {
            lang.pick("Chưa nêu mức định danh nào (--openid-levels).", "No level of assurance is named (--openid-levels).")
        }
        SettingFault::Authorities { .. } => lang.pick(
            "Không đọc được các chứng thư trong tệp của --openid-authorities (dạng PEM).",
            "The certificates in the file of --openid-authorities (PEM) cannot be read.",
        ),
        SettingFault::Client { .. } => lang.pick("Không tạo được bộ gọi nơi cấp.", "The client for the provider could not be made."),
    };
    text.to_owned() + causes(fault).as_str()
}
