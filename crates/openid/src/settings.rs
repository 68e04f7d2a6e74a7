//! What an administrator sets to let people sign in at a provider.

use crate::error::SettingFault;
use std::fmt;
use std::time::Duration;
use url::{Host, Url};

/// How this program proves to the provider which client it is (OpenID Connect Core 1.0, section 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClientAuthentication {
    /// `client_secret_basic`: id and secret in the header of the request; what providers expect unless they say otherwise.
    #[default]
    SecretBasic,
    /// `client_secret_post`: id and secret in the body of the request.
    SecretPost,
    /// `none`: a public client without secret; PKCE alone binds the code to this program.
    None,
}

/// One provider and how to use it. [`Settings::new`] fills in what most providers want.
#[derive(Clone)]
pub struct Settings {
    /// The provider's issuer identifier, exactly as the provider writes it; its document lies under `/.well-known/openid-configuration`.
    pub issuer: String,
    /// The name this program is registered under at the provider.
    pub client_id: String,
    /// The secret that goes with it; never shown by `Debug`.
    pub client_secret: Option<String>,
    /// The address people come back to, exactly as registered at the provider.
    pub redirect_uri: String,
    /// How the client proves itself.
    pub client_authentication: ClientAuthentication,
    /// Scopes to ask for beside `openid`.
    pub scopes: Vec<String>,
    /// What the provider should do although the person is signed in there: `login`, `consent`, `select_account`, `none`.
    pub prompt: Vec<String>,
    /// Levels of assurance to ask for, best first.
    pub acr_values: Vec<String>,
    /// Whether a sign-in is refused that does not reach one of `acr_values`; providers may ignore the wish.
    pub acr_required: bool,
    /// Languages of the provider's pages, best first.
    pub ui_locales: Vec<String>,
    /// The claim that holds the person's user name; none when accounts are found by issuer and subject alone.
    pub user_name_claim: Option<String>,
    /// The claim that holds the person's unit or organisation.
    pub organisation_claim: Option<String>,
    /// More claims to hand to the caller as they come.
    pub claims: Vec<String>,
    /// Whether the provider's user info endpoint is asked when it announces one; many providers give name and e-mail only there.
    pub user_info: bool,
    /// How far the clocks of provider and program may be apart when `exp` and `iat` are judged.
    pub leeway: Duration,
    /// How long one request may take in all.
    pub timeout: Duration,
    /// Certificates (PEM) of authorities to trust beside the public ones, for a provider with a certificate of its own house.
    pub authorities_pem: Option<String>,
}

impl Settings {
    /// The settings most providers want: scopes `profile` and `email`, pages in Vietnamese, user name from `preferred_username`,
    /// one minute of leeway, ten seconds for a request.
    #[must_use]
    pub fn new(issuer: &str, client_id: &str, redirect_uri: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            client_secret: None,
            redirect_uri: redirect_uri.to_owned(),
            client_authentication: ClientAuthentication::default(),
            scopes: vec!["profile".to_owned(), "email".to_owned()],
            prompt: Vec::new(),
            acr_values: Vec::new(),
            acr_required: false,
            ui_locales: vec!["vi".to_owned(), "en".to_owned()],
            user_name_claim: Some("preferred_username".to_owned()),
            organisation_claim: None,
            claims: Vec::new(),
            user_info: true,
            leeway: Duration::from_secs(60),
            timeout: Duration::from_secs(10),
            authorities_pem: None,
        }
    }

    /// The secret to send, if any.
    pub(crate) fn secret(&self) -> Option<&str> {
        match self.client_authentication {
            ClientAuthentication::None => None,
            ClientAuthentication::SecretBasic | ClientAuthentication::SecretPost => self.client_secret.as_deref(),
        }
    }

    /// What can be seen to be wrong before the provider is asked.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub fn check(&self) -> Result<(), SettingFault> {
        let issuer = Url::parse(&self.issuer).map_err(|source| SettingFault::Issuer { source })?;
        if !is_safe(&issuer) {
            return Err(SettingFault::IssuerNotHttps);
        }
        Url::parse(&self.redirect_uri).map_err(|source| SettingFault::RedirectUri { source })?;
        if self.client_id.is_empty() {
            return Err(SettingFault::NoClientId);
        }
        if self.client_authentication != ClientAuthentication::None && self.client_secret.as_deref().is_none_or(str::is_empty) {
            return Err(SettingFault::NoClientSecret);
        }
        if self.acr_required && self.acr_values.is_empty() {
            return Err(SettingFault::NoAcrValues);
        }
        Ok(())
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Settings");
        shown.field("issuer", &self.issuer).field("client_id", &self.client_id).field("redirect_uri", &self.redirect_uri);
        shown.finish_non_exhaustive()
    }
}

/// Whether what is sent to this address is safe on its way: by TLS, or because it never leaves the machine.
pub(crate) fn is_safe(url: &Url) -> bool {
    let stays = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || url.scheme() == "http" && stays
}

#[cfg(test)]
mod tests {
    use super::{ClientAuthentication, Settings, is_safe};
    use crate::error::SettingFault;
    use url::Url;

    fn settings() -> Settings {
        let mut settings = Settings::new("https://sso.example.gov.vn", "cchc", "https://cchc.example.gov.vn/tro-ve");
        settings.client_secret = Some("made up".into());
        settings
    }

    #[test]
    fn addresses_are_safe_by_tls_or_on_the_machine_itself() {
        for (url, safe) in [
            ("https://sso.example.gov.vn", true),
            ("http://sso.example.gov.vn", false),
            ("http://127.0.0.1:8080/x", true),
            ("http://[::1]/", true),
            ("http://localhost/", true),
            ("http://localhost.example.vn/", false),
            ("http://10.0.0.1/", false),
            ("ftp://127.0.0.1/", false),
        ] {
            assert_eq!(is_safe(&Url::parse(url).unwrap()), safe, "{url}");
        }
    }

    #[test]
    fn each_setting_that_cannot_work_is_refused_by_name() {
        assert!(settings().check().is_ok());
        let fault_of = |change: fn(&mut Settings)| {
            let mut changed = settings();
            change(&mut changed);
            changed.check().unwrap_err()
        };
        assert!(matches!(fault_of(|s| s.issuer = "sso".into()), SettingFault::Issuer { .. }));
        assert!(matches!(fault_of(|s| s.issuer = "http://sso.example.gov.vn".into()), SettingFault::IssuerNotHttps));
        assert!(matches!(fault_of(|s| s.redirect_uri = "/tro-ve".into()), SettingFault::RedirectUri { .. }));
        assert!(matches!(fault_of(|s| s.client_id.clear()), SettingFault::NoClientId));
        assert!(matches!(fault_of(|s| s.client_secret = None), SettingFault::NoClientSecret));
        assert!(matches!(fault_of(|s| s.acr_required = true), SettingFault::NoAcrValues));
    }

    #[test]
    fn a_public_client_needs_no_secret_and_sends_none() {
        let mut public = settings();
        public.client_authentication = ClientAuthentication::None;
        assert_eq!(public.secret(), None);
        public.client_secret = None;
        assert!(public.check().is_ok());
    }

    #[test]
    fn the_secret_is_not_shown() {
        assert!(!format!("{:?}", settings()).contains("made up"));
    }
}
