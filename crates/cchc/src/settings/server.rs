//! How the server meets the network: TLS, proxies, limits, logs, and who may watch it.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Deserialize;
use serving::{ForwardedBy, LogFormat, Networks};

/// Settings of the server towards the network.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct NetworkArgs {
    /// Tệp chứng thư số của máy chủ (PEM, kèm các chứng thư trung gian); có tệp này thì máy chủ chỉ nói HTTPS
    #[arg(long, env = "CCHC_TLS_CERTIFICATE", value_name = "FILE")]
    pub(crate) tls_certificate: Option<PathBuf>,
    /// Tệp khóa riêng của chứng thư số (PEM)
    #[arg(long, env = "CCHC_TLS_KEY", value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Các proxy được tin: địa chỉ hoặc dải mạng, cách nhau bằng dấu phẩy (mặc định: không có)
    #[arg(long, env = "CCHC_TRUSTED_PROXIES", value_name = "NETWORKS")]
    pub(crate) trusted_proxies: Option<Networks>,
    /// Tiêu đề mà proxy ghi địa chỉ người dùng (mặc định: x-forwarded-for)
    #[arg(long, env = "CCHC_FORWARDED_HEADER", value_enum)]
    pub(crate) forwarded_header: Option<ForwardedHeader>,
    /// Địa chỉ riêng cho số đo Prometheus và chi tiết sức khỏe (mặc định: không mở)
    #[arg(long, env = "CCHC_METRICS_LISTEN", value_name = "HOST:PORT")]
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// Các địa chỉ hoặc dải mạng được xem /metrics và chi tiết của /san-sang ở địa chỉ chính (mặc định: không có)
    #[arg(long, env = "CCHC_WATCHERS", value_name = "NETWORKS")]
    pub(crate) watchers: Option<Networks>,
    /// Số yêu cầu mỗi phút từ một địa chỉ mạng; 0 là không giới hạn (mặc định: 1200)
    #[arg(long, env = "CCHC_RATE_LIMIT", value_name = "NUMBER")]
    pub(crate) rate_limit: Option<u32>,
    /// Số lần thử đăng nhập mỗi phút từ một địa chỉ mạng; 0 là không giới hạn (mặc định: 30)
    #[arg(long, env = "CCHC_SIGN_IN_LIMIT", value_name = "NUMBER")]
    pub(crate) sign_in_limit: Option<u32>,
    /// Số kết nối mở cùng lúc (mặc định: 4096)
    #[arg(long, env = "CCHC_CONNECTIONS", value_name = "NUMBER")]
    pub(crate) connections: Option<NonZeroU32>,
    /// Dung lượng lớn nhất của một lần gửi lên, tính bằng MiB (mặc định: 64)
    #[arg(long, env = "CCHC_BODY_LIMIT", value_name = "MIB")]
    pub(crate) body_limit: Option<NonZeroU32>,
    /// Số giây chờ các yêu cầu đang mở khi dừng (mặc định: 30)
    #[arg(long, env = "CCHC_STOP_PATIENCE", value_name = "SECONDS")]
    pub(crate) stop_patience: Option<u32>,
    /// Dạng nhật ký: text cho người đọc, json cho máy (mặc định: text)
    #[arg(long, env = "CCHC_LOG_FORMAT", value_enum)]
    pub(crate) log_format: Option<LogLines>,
}

/// The header in which proxies name the client.
#[derive(Debug, Clone, Copy, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ForwardedHeader {
    /// X-Forwarded-For và X-Forwarded-Proto
    XForwardedFor,
    /// Forwarded (RFC 7239)
    Forwarded,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogLines {
    /// Dòng chữ
    Text,
    /// Mỗi dòng một đối tượng JSON
    Json,
}

/// The same settings in the configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct NetworkFile {
    tls_certificate: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    trusted_proxies: Option<Networks>,
    forwarded_header: Option<ForwardedHeader>,
    metrics_listen: Option<SocketAddr>,
    watchers: Option<Networks>,
    rate_limit: Option<u32>,
    sign_in_limit: Option<u32>,
    connections: Option<NonZeroU32>,
    body_limit: Option<NonZeroU32>,
    stop_patience: Option<u32>,
    log_format: Option<LogLines>,
}

impl NetworkArgs {
    /// Fills what flag and environment left open from the configuration file.
    pub(crate) fn with_file(&mut self, file: NetworkFile) {
        // Certificate and key belong together: a certificate of the command line does not go with a key of the file.
        if self.tls_certificate.is_none() && self.tls_key.is_none() {
            (self.tls_certificate, self.tls_key) = (file.tls_certificate, file.tls_key);
        }
        self.trusted_proxies = self.trusted_proxies.take().or(file.trusted_proxies);
        self.forwarded_header = self.forwarded_header.or(file.forwarded_header);
        self.metrics_listen = self.metrics_listen.or(file.metrics_listen);
        self.watchers = self.watchers.take().or(file.watchers);
        self.rate_limit = self.rate_limit.or(file.rate_limit);
        self.sign_in_limit = self.sign_in_limit.or(file.sign_in_limit);
        self.connections = self.connections.or(file.connections);
        self.body_limit = self.body_limit.or(file.body_limit);
        self.stop_patience = self.stop_patience.or(file.stop_patience);
        self.log_format = self.log_format.or(file.log_format);
    }

    /// The proxies that are believed.
    pub(crate) fn proxies(&self) -> serving::Proxies {
        let header = match self.forwarded_header {
            Some(ForwardedHeader::Forwarded) => ForwardedBy::Forwarded,
            Some(ForwardedHeader::XForwardedFor) | None => ForwardedBy::XForwardedFor,
        };
        serving::Proxies { trusted: self.trusted_proxies.clone().unwrap_or_default(), header }
    }

    /// The form of the log.
    pub(crate) fn log_format(&self) -> LogFormat {
        match self.log_format {
            Some(LogLines::Json) => LogFormat::Json,
            Some(LogLines::Text) | None => LogFormat::Text,
        }
    }
}
