//! How jobs are done and how messages leave: workers, the mail server, the gateway for Zalo and SMS.

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args, ValueEnum};
use serde::Deserialize;

use super::Secret;

/// How the way to the mail server is kept.
#[derive(Debug, Clone, Copy, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MailSecurity {
    /// TLS sau lời chào, cổng 587
    Starttls,
    /// TLS từ đầu, cổng 465
    Tls,
    /// Không mã hóa, cổng 25, chỉ cho máy chủ cùng máy hoặc mạng kín
    None,
}

/// Settings of workers and messages.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct WorkArgs {
    /// Số tác vụ chạy cùng lúc trong tiến trình này; 0 là không chạy tác vụ nào ở đây (mặc định: 1)
    #[arg(long, env = "CCHC_WORKERS", value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(0..=64))]
    pub(crate) workers: Option<u8>,
    /// Máy chủ thư điện tử (SMTP); không có thì không gửi thư
    #[arg(long, env = "CCHC_MAIL_HOST", value_name = "HOST")]
    pub(crate) mail_host: Option<String>,
    /// Cổng của máy chủ thư (mặc định theo cách mã hóa: 587, 465 hoặc 25)
    #[arg(long, env = "CCHC_MAIL_PORT", value_name = "PORT")]
    pub(crate) mail_port: Option<u16>,
    /// Cách mã hóa đường tới máy chủ thư (mặc định: starttls)
    #[arg(long, env = "CCHC_MAIL_SECURITY", value_enum)]
    pub(crate) mail_security: Option<MailSecurity>,
    /// Tên đăng nhập máy chủ thư
    #[arg(long, env = "CCHC_MAIL_USER", value_name = "NAME")]
    pub(crate) mail_user: Option<String>,
    /// Mật khẩu máy chủ thư; nên đặt bằng biến môi trường hoặc tệp cấu hình
    #[arg(long, env = "CCHC_MAIL_PASSWORD", value_name = "SECRET", hide_env_values = true)]
    pub(crate) mail_password: Option<Secret>,
    /// Địa chỉ thư của người gửi
    #[arg(long, env = "CCHC_MAIL_FROM", value_name = "ADDRESS")]
    pub(crate) mail_from: Option<String>,
    /// Tệp PEM các cơ quan chứng thực được tin thêm khi gửi thư và tin nhắn web
    #[arg(long, env = "CCHC_MESSAGE_AUTHORITIES", value_name = "FILE")]
    pub(crate) message_authorities: Option<PathBuf>,
    /// Từ giờ nào trong ngày thì gửi thông báo tổng hợp (mặc định: 7)
    #[arg(long, env = "CCHC_DIGEST_HOUR", value_name = "HOUR", value_parser = clap::value_parser!(u8).range(0..=23))]
    pub(crate) digest_hour: Option<u8>,
    /// Địa chỉ web của cổng tin nhắn Zalo hoặc SMS nhận thông báo
    #[arg(long, env = "CCHC_WEBHOOK_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) webhook_url: Option<Secret>,
    /// Khóa chung với cổng tin nhắn, dạng whsec_…; khi đổi khóa ghi khóa mới rồi khóa cũ, cách nhau bằng dấu phẩy
    #[arg(long, env = "CCHC_WEBHOOK_SECRET", value_name = "SECRET", hide_env_values = true)]
    pub(crate) webhook_secret: Option<Secret>,
    /// Các dải mạng nội bộ mà cổng tin nhắn được phép nằm trong đó, cách nhau bằng dấu phẩy (mặc định: không có)
    #[arg(long, env = "CCHC_WEBHOOK_NETWORKS", value_name = "NETWORKS")]
    pub(crate) webhook_networks: Option<String>,
    /// Cho phép địa chỉ cổng tin nhắn bắt đầu bằng http
    #[arg(long, env = "CCHC_WEBHOOK_PLAIN_HTTP", value_parser = BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub(crate) webhook_plain_http: bool,
}

/// The same settings in the configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct WorkFile {
    workers: Option<u8>,
    mail_host: Option<String>,
    mail_port: Option<u16>,
    mail_security: Option<MailSecurity>,
    mail_user: Option<String>,
    mail_password: Option<Secret>,
    mail_from: Option<String>,
    message_authorities: Option<PathBuf>,
    digest_hour: Option<u8>,
    webhook_url: Option<Secret>,
    webhook_secret: Option<Secret>,
    webhook_networks: Option<String>,
    webhook_plain_http: Option<bool>,
}

impl WorkArgs {
    /// Fills what flag and environment left open from the configuration file.
    pub(crate) fn with_file(&mut self, file: WorkFile) {
        self.workers = self.workers.or(file.workers);
        // A password belongs to its server: one of the file does not go to a server of the command line.
        if self.mail_host.is_none() {
            self.mail_host = file.mail_host;
            self.mail_port = self.mail_port.or(file.mail_port);
            self.mail_security = self.mail_security.or(file.mail_security);
            self.mail_user = self.mail_user.take().or(file.mail_user);
            self.mail_password = self.mail_password.take().or(file.mail_password);
        }
        self.mail_from = self.mail_from.take().or(file.mail_from);
        self.message_authorities = self.message_authorities.take().or(file.message_authorities);
        self.digest_hour = self.digest_hour.or(file.digest_hour);
        if self.webhook_url.is_none() {
            self.webhook_url = file.webhook_url;
            self.webhook_secret = self.webhook_secret.take().or(file.webhook_secret);
        }
        self.webhook_networks = self.webhook_networks.take().or(file.webhook_networks);
        self.webhook_plain_http |= file.webhook_plain_http.unwrap_or(false);
    }
}

/// Settings of a worker apart.
#[derive(Debug, Clone, Args)]
pub(crate) struct WorkerArgs {
    /// Tên cơ quan vận hành, ghi cuối thư
    #[arg(long, env = "CCHC_OWNER", value_name = "NAME")]
    pub(crate) owner: Option<String>,
    /// Địa chỉ trang như người dùng gõ vào trình duyệt; các liên kết trong thư bắt đầu bằng địa chỉ này
    #[arg(long, env = "CCHC_PUBLIC_ADDRESS", value_name = "URL")]
    pub(crate) public_address: Option<String>,
    #[command(flatten)]
    pub(crate) work: WorkArgs,
}
