//! Sign-in at a provider of the ministry or the province (OpenID Connect).

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args, ValueEnum};
use openid::{ClientAuthentication, Settings};
use serde::Deserialize;
use ui::Lang;
use web::{FirstSignIn, RETURN_PATH, SingleSignOn};

use super::Secret;
use crate::output::Failure;
use crate::say;

/// How the program proves to the provider who it is.
#[derive(Debug, Clone, Copy, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ClientProof {
    /// client_secret_basic: khóa ở tiêu đề yêu cầu
    Basic,
    /// client_secret_post: khóa trong nội dung yêu cầu
    Post,
    /// none: không có khóa
    None,
}

/// By what a first sign-in finds an account.
#[derive(Debug, Clone, Copy, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FirstMatch {
    /// Không tự tìm: người dùng tự liên kết ở trang Tài khoản của tôi
    Nothing,
    /// Theo tên người dùng, phải trùng tên đăng nhập ở đây
    UserName,
    /// Theo thư điện tử mà nơi cấp đã xác minh
    Mail,
}

/// Settings of single sign-on. Without an issuer there is none.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct OpenIdArgs {
    /// Nơi cấp của hệ thống đăng nhập một lần (OpenID Connect), đúng như nơi cấp tự viết, ví dụ https://sso.hanoi.gov.vn
    #[arg(long, env = "CCHC_OPENID_ISSUER", value_name = "URL")]
    pub(crate) openid_issuer: Option<String>,
    /// Tên gọi của hệ thống đăng nhập một lần trên nút đăng nhập (mặc định: tài khoản đăng nhập một lần)
    #[arg(long, env = "CCHC_OPENID_NAME", value_name = "NAME")]
    pub(crate) openid_name: Option<String>,
    /// Mã ứng dụng mà nơi cấp đã đăng ký cho hệ thống này
    #[arg(long, env = "CCHC_OPENID_CLIENT", value_name = "ID")]
    pub(crate) openid_client: Option<String>,
    /// Khóa bí mật của ứng dụng; nên đặt bằng biến môi trường hoặc tệp cấu hình
    #[arg(long, env = "CCHC_OPENID_SECRET", value_name = "SECRET", hide_env_values = true)]
    pub(crate) openid_secret: Option<Secret>,
    /// Cách chứng minh ứng dụng với nơi cấp (mặc định: basic)
    #[arg(long, env = "CCHC_OPENID_PROOF", value_enum)]
    pub(crate) openid_proof: Option<ClientProof>,
    /// Các phạm vi xin thêm ngoài openid, cách nhau bằng dấu cách (mặc định: profile email)
    #[arg(long, env = "CCHC_OPENID_SCOPES", value_name = "WORDS")]
    pub(crate) openid_scopes: Option<String>,
    /// Trường chứa tên người dùng (mặc định: preferred_username)
    #[arg(long, env = "CCHC_OPENID_USER_NAME", value_name = "CLAIM")]
    pub(crate) openid_user_name: Option<String>,
    /// Lần đầu đăng nhập thì tìm tài khoản theo gì (mặc định: nothing)
    #[arg(long, env = "CCHC_OPENID_FIRST", value_enum)]
    pub(crate) openid_first: Option<FirstMatch>,
    /// Các mức định danh yêu cầu (acr), mức tốt trước, cách nhau bằng dấu cách; lượt đăng nhập không đạt bị từ chối
    #[arg(long, env = "CCHC_OPENID_LEVELS", value_name = "WORDS")]
    pub(crate) openid_levels: Option<String>,
    /// Nơi cấp luôn đòi xác thực hai lớp, nên ở đây không hỏi lại
    #[arg(long, env = "CCHC_OPENID_TWO_FACTORS", value_parser = BoolishValueParser::new(), action = ArgAction::SetTrue)]
    pub(crate) openid_two_factors: bool,
    /// Tệp PEM các cơ quan chứng thực được tin thêm khi gọi nơi cấp
    #[arg(long, env = "CCHC_OPENID_AUTHORITIES", value_name = "FILE")]
    pub(crate) openid_authorities: Option<PathBuf>,
}

/// The same settings in the configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct OpenIdFile {
    openid_issuer: Option<String>,
    openid_name: Option<String>,
    openid_client: Option<String>,
    openid_secret: Option<Secret>,
    openid_proof: Option<ClientProof>,
    openid_scopes: Option<String>,
    openid_user_name: Option<String>,
    openid_first: Option<FirstMatch>,
    openid_levels: Option<String>,
    openid_two_factors: Option<bool>,
    openid_authorities: Option<PathBuf>,
}

impl OpenIdArgs {
    /// Fills what flag and environment left open from the configuration file.
    pub(crate) fn with_file(&mut self, file: OpenIdFile) {
        // A secret belongs to its issuer: one of the file does not go to an issuer of the command line.
        if self.openid_issuer.is_none() {
            self.openid_issuer = file.openid_issuer;
            self.openid_secret = self.openid_secret.take().or(file.openid_secret);
        }
        self.openid_name = self.openid_name.take().or(file.openid_name);
        self.openid_client = self.openid_client.take().or(file.openid_client);
        self.openid_proof = self.openid_proof.or(file.openid_proof);
        self.openid_scopes = self.openid_scopes.take().or(file.openid_scopes);
        self.openid_user_name = self.openid_user_name.take().or(file.openid_user_name);
        self.openid_first = self.openid_first.or(file.openid_first);
        self.openid_levels = self.openid_levels.take().or(file.openid_levels);
        self.openid_two_factors |= file.openid_two_factors.unwrap_or(false);
        self.openid_authorities = self.openid_authorities.take().or(file.openid_authorities);
    }

    /// Single sign-on, if there is an issuer.
    ///
    /// # Errors
    /// When a setting cannot work; whether the provider answers is found out by the first sign-in.
    pub(crate) fn single_sign_on(&self, lang: Lang, public_address: &str) -> Result<Option<SingleSignOn>, Failure> {
        let Some(issuer) = &self.openid_issuer else { return Ok(None) };
        let words = |text: &Option<String>| text.as_deref().map(|text| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        let client = self.openid_client.as_deref().unwrap_or_default();
        let mut settings = Settings::new(issuer, client, &format!("{public_address}{RETURN_PATH}"));
        settings.client_secret = self.openid_secret.as_ref().map(|secret| secret.0.clone());
        settings.client_authentication = match self.openid_proof {
            Some(ClientProof::None) => ClientAuthentication::None,
            Some(ClientProof::Post) => ClientAuthentication::SecretPost,
            Some(ClientProof::Basic) | None => ClientAuthentication::SecretBasic,
        };
        if let Some(scopes) = words(&self.openid_scopes) {
            settings.scopes = scopes;
        }
        if let Some(claim) = &self.openid_user_name {
            settings.user_name_claim = Some(claim.clone());
        }
        if let Some(levels) = words(&self.openid_levels) {
            (settings.acr_required, settings.acr_values) = (!levels.is_empty(), levels);
        }
        if let Some(path) = &self.openid_authorities {
            let pem = std::fs::read_to_string(path).map_err(|error| Failure::bad_input(say::unreadable(lang, path, &error)))?;
            settings.authorities_pem = Some(pem);
        }
        settings.check().map_err(|fault| Failure::bad_input(say::openid_setting(lang, &fault)))?;
        let name = self.openid_name.clone().unwrap_or_else(|| "tài khoản đăng nhập một lần".to_owned());
        let mut sso = SingleSignOn::new(name, settings);
        sso.first = match self.openid_first {
            Some(FirstMatch::UserName) => FirstSignIn::UserName,
            Some(FirstMatch::Mail) => FirstSignIn::Mail,
            Some(FirstMatch::Nothing) | None => FirstSignIn::Nothing,
        };
        sso.always_two_factors = self.openid_two_factors;
        Ok(Some(sso))
    }
}
