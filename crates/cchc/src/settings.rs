//! Settings by flag, environment and file, in this order of precedence, and the command line itself.

mod backups;
mod openid;
mod secret;
mod server;
mod work;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use accounts::Security;
use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use serde::Deserialize;
use ui::Lang;

use backups::{DailyTime, KeepCounts};
pub(crate) use backups::{OpeningArgs, ScheduleArgs, SealingArgs};

use crate::commands::{catalogue, evaluation, index, survey, units, user};
use crate::output::Failure;
use crate::say;

use openid::{OpenIdArgs, OpenIdFile};
pub(crate) use secret::Secret;
pub(crate) use server::{NetworkArgs, NetworkFile};
pub(crate) use work::{MailSecurity, WorkArgs, WorkFile, WorkerArgs};

/// Hệ thống làm việc về cải cách hành chính: kế hoạch, theo dõi, báo cáo, khảo sát, chỉ số.
#[derive(Debug, Parser)]
#[command(name = "cchc", version, about, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Settings of every command.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// Thư mục dữ liệu: cơ sở dữ liệu SQLite và tệp minh chứng (mặc định: data; với --demo: data-demo)
    #[arg(long, global = true, env = "CCHC_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Cơ sở dữ liệu khác: postgres://… hoặc sqlite:… (mặc định: SQLite trong thư mục dữ liệu)
    #[arg(long, global = true, env = "CCHC_DATABASE", value_name = "URL", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// Tệp cấu hình TOML (mặc định: cchc.toml trong thư mục dữ liệu, nếu có)
    #[arg(long, global = true, env = "CCHC_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Thư mục danh mục thay cho danh mục có sẵn trong chương trình
    #[arg(long, global = true, env = "CCHC_CATALOGUE", value_name = "DIR")]
    pub(crate) catalogue: Option<PathBuf>,
    /// Kho tệp minh chứng: một thư mục, hoặc s3://kho/tiền-tố (mặc định: files trong thư mục dữ liệu)
    #[arg(long, global = true, env = "CCHC_FILES", value_name = "PLACE")]
    pub(crate) files: Option<String>,
    /// Địa chỉ máy chủ của kho S3, dạng https://máy-chủ:cổng (mặc định: của Amazon)
    #[arg(long, global = true, env = "CCHC_FILES_ENDPOINT", value_name = "URL")]
    pub(crate) files_endpoint: Option<String>,
    /// Vùng của kho S3 (mặc định: us-east-1)
    #[arg(long, global = true, env = "CCHC_FILES_REGION", value_name = "NAME")]
    pub(crate) files_region: Option<String>,
    /// Tên khóa truy cập kho S3
    #[arg(long, global = true, env = "CCHC_FILES_ACCESS_KEY", value_name = "KEY", hide_env_values = true)]
    pub(crate) files_access_key: Option<String>,
    /// Khóa bí mật của kho S3; nên đặt bằng biến môi trường hoặc tệp cấu hình
    #[arg(long, global = true, env = "CCHC_FILES_SECRET_KEY", value_name = "KEY", hide_env_values = true)]
    pub(crate) files_secret_key: Option<Secret>,
    /// Ngôn ngữ của thông báo (mặc định: vi)
    #[arg(long, global = true, env = "CCHC_LANG", value_enum)]
    pub(crate) lang: Option<Tongue>,
    /// Mức nhật ký: error, warn, info, debug (mặc định: info)
    #[arg(long, global = true, env = "CCHC_LOG", value_name = "LEVEL")]
    pub(crate) log: Option<String>,
    /// Terms of accounts and sessions; only the file sets them.
    #[arg(skip)]
    pub(crate) security: Security,
}

/// Language of messages.
#[derive(Debug, Clone, Copy, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Tongue {
    /// Tiếng Việt
    Vi,
    /// English
    En,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Khởi động máy chủ web
    Serve(Box<ServeArgs>),
    /// Chạy các tác vụ ở một tiến trình riêng, bên cạnh máy chủ web
    Worker(WorkerArgs),
    /// Tự kiểm tra cài đặt: thư mục, cơ sở dữ liệu, kho tệp, danh mục, tính lại chỉ số; hoặc kiểm tra một bản sao lưu
    Check {
        /// Chỉ kiểm tra bản sao lưu này: từng bảng và từng tệp có đúng như bản kê không
        #[arg(long, value_name = "FILE")]
        backup: Option<PathBuf>,
        /// Đối chiếu nhật ký thay đổi với bản sao lưu này: phát hiện cả việc cắt bỏ phần cuối rồi viết lại
        #[arg(long, value_name = "FILE", conflicts_with = "backup")]
        history_since: Option<PathBuf>,
        #[command(flatten)]
        opening: OpeningArgs,
    },
    /// Sao lưu toàn bộ cơ sở dữ liệu và tệp minh chứng vào một tệp, kể cả khi chương trình đang chạy
    Backup {
        /// Tệp sao lưu; tệp cũ cùng tên chỉ bị thay khi bản mới đã trọn vẹn
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        sealing: SealingArgs,
    },
    /// Phục hồi một bản sao lưu vào cơ sở dữ liệu trống, SQLite hoặc PostgreSQL, và kho tệp
    Restore {
        /// Tệp sao lưu
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        opening: OpeningArgs,
    },
    /// Tạo một cặp khóa mã hóa bản sao lưu: ghi khóa riêng vào tệp mới, in khóa công khai
    Identity {
        /// Tệp khóa riêng; giữ ở nơi khác với bản sao lưu
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Danh mục có sẵn: kiểm tra, liệt kê, nạp vào cơ sở dữ liệu
    #[command(subcommand)]
    Catalogue(catalogue::Command),
    /// Đơn vị hành chính theo thời gian
    #[command(subcommand)]
    Units(units::Command),
    /// Chỉ số tổng hợp: tính, liệt kê, đối chiếu với số công bố
    #[command(subcommand)]
    Index(index::Command),
    /// Người dùng: thêm, đặt lại mật khẩu, khóa, mở lại
    #[command(subcommand)]
    User(user::Command),
    /// Thống kê khảo sát chọn mẫu: cỡ mẫu, rút mẫu, quyền số, ước lượng, kiểm định, chỉ số
    #[command(subcommand)]
    Survey(Box<survey::Command>),
    /// Đánh giá, xếp hạng: xuất hồ sơ kết quả, tính lại, nhập bộ tiêu chí và điểm
    #[command(subcommand)]
    Evaluation(evaluation::Command),
    /// In tài liệu tham khảo về cấu hình và câu lệnh (Markdown)
    Reference,
}

/// Settings of the server.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServeArgs {
    /// Địa chỉ lắng nghe (mặc định: 127.0.0.1:8080)
    #[arg(long, env = "CCHC_LISTEN", value_name = "HOST:PORT")]
    pub(crate) listen: Option<SocketAddr>,
    /// Chạy thử với dữ liệu minh họa, trong thư mục dữ liệu riêng
    #[arg(long, env = "CCHC_DEMO", value_parser = BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub(crate) demo: bool,
    /// Bật trang dành cho người phát triển (/phat-trien/bo-phan)
    #[arg(long, env = "CCHC_DEV", value_parser = BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub(crate) dev: bool,
    /// Tên cơ quan vận hành, in ở đầu và cuối trang
    #[arg(long, env = "CCHC_OWNER", value_name = "NAME")]
    pub(crate) owner: Option<String>,
    /// Địa chỉ trang như người dùng gõ vào trình duyệt, ví dụ https://cchc.hanoi.gov.vn (mặc định: địa chỉ lắng nghe)
    #[arg(long, env = "CCHC_PUBLIC_ADDRESS", value_name = "URL")]
    pub(crate) public_address: Option<String>,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
    #[command(flatten)]
    pub(crate) schedule: ScheduleArgs,
    #[command(flatten)]
    pub(crate) sealing: SealingArgs,
    #[command(flatten)]
    pub(crate) work: WorkArgs,
    #[command(flatten)]
    pub(crate) openid: OpenIdArgs,
}

impl WorkerArgs {
    /// The settings that a worker shares with a server; the file fills them the same way.
    pub(crate) fn into_served(self) -> ServeArgs {
        ServeArgs {
            listen: None,
            demo: false,
            dev: false,
            owner: self.owner,
            public_address: self.public_address,
            schedule: ScheduleArgs::default(),
            sealing: SealingArgs::default(),
            network: NetworkArgs::default(),
            work: self.work,
            openid: OpenIdArgs::default(),
        }
    }
}

/// The keys a configuration file may hold; each is the long flag of the same name, those of [`NetworkArgs`] under `[network]`,
/// those of [`WorkArgs`] under `[work]`, those of [`OpenIdArgs`] under `[openid]`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct FileSettings {
    database: Option<String>,
    catalogue: Option<PathBuf>,
    lang: Option<Tongue>,
    log: Option<String>,
    listen: Option<SocketAddr>,
    dev: Option<bool>,
    owner: Option<String>,
    public_address: Option<String>,
    #[serde(default)]
    network: NetworkFile,
    #[serde(default)]
    work: WorkFile,
    #[serde(default)]
    openid: OpenIdFile,
    #[serde(default)]
    security: Security,
    files: Option<String>,
    files_endpoint: Option<String>,
    files_region: Option<String>,
    files_access_key: Option<String>,
    files_secret_key: Option<Secret>,
    recipient: Option<Vec<String>>,
    passphrase: Option<Secret>,
    passphrase_file: Option<PathBuf>,
    backup_folder: Option<PathBuf>,
    backup_at: Option<Vec<DailyTime>>,
    backup_keep: Option<KeepCounts>,
}

impl Common {
    /// Language of messages, before the file is read.
    pub(crate) fn lang(&self) -> Lang {
        match self.lang {
            Some(Tongue::En) => Lang::En,
            Some(Tongue::Vi) | None => Lang::Vi,
        }
    }

    /// The data folder.
    pub(crate) fn folder(&self, demo: bool) -> PathBuf {
        self.data.clone().unwrap_or_else(|| PathBuf::from(if demo { "data-demo" } else { "data" }))
    }

    /// Fills what flag and environment left open from the configuration file.
    pub(crate) fn with_file(self) -> Result<Self, Failure> {
        self.merged(false, |_| {})
    }

    /// The same, with the settings of a backup.
    pub(crate) fn with_file_and_sealing(self, sealing: &mut SealingArgs) -> Result<Self, Failure> {
        self.merged(false, |file| sealing.fill(file))
    }

    /// The same, with the settings of the server.
    pub(crate) fn with_file_and_server(self, serve: &mut ServeArgs) -> Result<Self, Failure> {
        self.merged(serve.demo, |file| {
            serve.listen = serve.listen.or(file.listen);
            serve.dev |= file.dev.unwrap_or(false);
            serve.owner = serve.owner.take().or(file.owner.take());
            serve.public_address = serve.public_address.take().or(file.public_address.take());
            serve.network.with_file(std::mem::take(&mut file.network));
            serve.work.with_file(std::mem::take(&mut file.work));
            serve.openid.with_file(std::mem::take(&mut file.openid));
            serve.schedule.fill(file);
            serve.sealing.fill(file);
        })
    }

    fn merged(mut self, demo: bool, more: impl FnOnce(&mut FileSettings)) -> Result<Self, Failure> {
        let named = self.config.clone();
        let path = named.clone().unwrap_or_else(|| self.folder(demo).join("cchc.toml"));
        if named.is_none() && !path.exists() {
            return Ok(self);
        }
        let mut file = read(&path, self.lang())?;
        more(&mut file);
        self.database = self.database.or(file.database);
        self.catalogue = self.catalogue.or(file.catalogue);
        self.lang = self.lang.or(file.lang);
        self.log = self.log.or(file.log);
        self.security = file.security;
        self.files = self.files.or(file.files);
        self.files_endpoint = self.files_endpoint.or(file.files_endpoint);
        self.files_region = self.files_region.or(file.files_region);
        self.files_access_key = self.files_access_key.or(file.files_access_key);
        self.files_secret_key = self.files_secret_key.or(file.files_secret_key);
        Ok(self)
    }
}

fn read(path: &Path, lang: Lang) -> Result<FileSettings, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::bad_input(say::unreadable(lang, path, &error)))?;
    toml::from_str(&text).map_err(|error| Failure::bad_input(say::settings_file(lang, path, &error.to_string())))
}
