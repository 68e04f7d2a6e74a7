//! Words about ports, certificates and logs.

use std::io;
use std::net::SocketAddr;

use serving::CertificateError;
use ui::Lang;

use super::causes;

pub(crate) fn certificate(lang: Lang, error: &CertificateError) -> String {
    let text = match error {
        CertificateError::ChainUnreadable { path, .. } | CertificateError::KeyUnreadable { path, .. } => lang.pick(
            format!("Không đọc được tệp {}. Kiểm tra đường dẫn trong --tls-certificate và --tls-key, và quyền đọc của người chạy chương trình.", path.display()),
            format!("The file {} cannot be read. Check the paths in --tls-certificate and --tls-key, and the right of this program's user to read it.", path.display()),
        ),
        CertificateError::NoCertificate { path } => lang.pick(
            format!("Tệp {} không có chứng thư số dạng PEM (-----BEGIN CERTIFICATE-----).", path.display()),
            format!("The file {} holds no PEM certificate (-----BEGIN CERTIFICATE-----).", path.display()),
        ),
        CertificateError::ChainBroken { path, .. } | CertificateError::NotX509 { path } => lang.pick(
            format!("Chứng thư số trong tệp {} bị hỏng. Lấy lại tệp từ nơi cấp.", path.display()),
            format!("The certificate in {} is broken. Take the file from its issuer again.", path.display()),
        ),
        CertificateError::NoKey { path, .. } => lang.pick(
            format!("Tệp {} không có khóa riêng dạng PEM đọc được. Khóa phải không có mật khẩu (-----BEGIN PRIVATE KEY-----).", path.display()),
            format!("The file {} holds no readable private key. The key must have no password (-----BEGIN PRIVATE KEY-----).", path.display()),
        ),
        CertificateError::KeyUnsupported { path, .. } => lang.pick(
            format!("Loại khóa trong tệp {} không dùng được. Dùng khóa ECDSA (P-256, P-384), Ed25519 hoặc RSA từ 2048 bit.", path.display()),
            format!("The kind of key in {} cannot be used. Use ECDSA (P-256, P-384), Ed25519, or RSA of 2048 bits or more.", path.display()),
        ),
        CertificateError::Mismatch { chain, key } => lang.pick(
            format!(
                "Khóa trong {} không thuộc chứng thư số đầu tiên trong {}. Chứng thư của máy chủ phải đứng trước các chứng thư trung gian.",
                key.display(),
                chain.display()
            ),
            format!(
                "The key in {} does not belong to the first certificate in {}. The server's certificate comes before those of its issuers.",
                key.display(),
                chain.display()
            ),
        ),
    };
    text + causes(error).as_str()
}

pub(crate) fn listen(lang: Lang, address: SocketAddr, flag: &str, error: &io::Error) -> String {
    let port = address.port();
    match error.kind() {
        io::ErrorKind::AddrInUse => lang.pick(
            format!(
                "Cổng {port} ({address}) đang có chương trình khác sử dụng. Dừng chương trình đó, hoặc chọn cổng khác: {flag} {}:{}.",
                address.ip(),
                port.wrapping_add(1).max(1024)
            ),
            format!(
                "Port {port} ({address}) is in use by another program. Stop it, or choose another port: {flag} {}:{}.",
                address.ip(),
                port.wrapping_add(1).max(1024)
            ),
        ),
        io::ErrorKind::PermissionDenied => lang.pick(
            format!("Không có quyền mở cổng {port}. Chọn cổng từ 1024 trở lên, hoặc đặt máy chủ sau một proxy."),
            format!("No right to open port {port}. Choose a port of 1024 or above, or put the server behind a proxy."),
        ),
        _ => lang.pick(
            format!("Không mở được địa chỉ {address}: {error}. Kiểm tra địa chỉ trong {flag}."),
            format!("The address {address} cannot be opened: {error}. Check {flag}."),
        ),
    }
}

pub(crate) fn half_a_certificate(lang: Lang, flag: &str) -> String {
    lang.pick(
        format!("Chứng thư số và khóa riêng phải đi cùng nhau; còn thiếu {flag}."),
        format!("A certificate and its key belong together; {flag} is missing."),
    )
}

pub(crate) fn log_level(lang: Lang, level: &str, cause: &str) -> String {
    lang.pick(
        format!("Không hiểu mức nhật ký “{level}”: {cause}. Dạng đúng: info, hoặc info,sqlx=warn."),
        format!("The log level “{level}” is not understood: {cause}. It looks like info, or info,sqlx=warn."),
    )
}
