//! One provider: its document and keys, the two halves of a sign-in, and sign-out.

use crate::callback::Callback;
use crate::checking::{self, Expected, RawClaims, Token, TokenClaims};
use crate::error::{HttpFault, OpenIdError, SettingFault, Step};
use crate::http::Http;
use crate::identity::{Identity, to_map};
use crate::settings::{ClientAuthentication, Settings, is_safe};
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim,
    CoreGrantType, CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
    CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessToken, AdditionalProviderMetadata, AuthType, AuthenticationFlow, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, IdTokenFields, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, ProviderMetadata, RedirectUrl, RequestTokenError, Scope, StandardErrorResponse,
    StandardTokenResponse, TokenResponse, UserInfoClaims, UserInfoError, http,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;
use tokio::sync::Mutex;
use url::Url;

/// Keys are fetched anew for a key they lack, but not more often than this.
const KEYS_STAY: TimeDelta = TimeDelta::minutes(1);

/// What providers announce beside the core.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Announced {
    end_session_endpoint: Option<Url>,
    authorization_response_iss_parameter_supported: Option<bool>,
}

impl AdditionalProviderMetadata for Announced {}

type Metadata = ProviderMetadata<
    Announced,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;
type Fields = IdTokenFields<RawClaims, EmptyExtraTokenFields, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type TokenRefusal = StandardErrorResponse<CoreErrorResponseType>;
type OurClient = Client<
    RawClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    TokenRefusal,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What must be remembered while the person is away at the provider: once, for this one sign-in, and bound to the person's browser.
#[derive(Clone, PartialEq, Eq)]
pub struct Pending {
    /// Comes back with the person; the caller finds the rest by it.
    pub state: String,
    /// Comes back inside the ID token.
    pub nonce: String,
    /// Proves that who exchanges the code is who began; a secret.
    pub pkce_verifier: String,
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").field("state", &self.state).finish_non_exhaustive()
    }
}

/// The beginning of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begin {
    /// Where to send the person.
    pub url: String,
    /// What to remember.
    pub pending: Pending,
}

struct Keys {
    set: CoreJsonWebKeySet,
    /// Grows with each set, so that who waited for another's fetch sees that the set is new.
    edition: u64,
    asked_at: DateTime<Utc>,
}

/// A provider whose document and keys have been read. Cheap to use at once from many tasks; read anew by a new `discover`.
pub struct Provider {
    settings: Settings,
    http: Http,
    metadata: Metadata,
    algorithms: Vec<CoreJwsSigningAlgorithm>,
    redirect: RedirectUrl,
    keys: Mutex<Keys>,
}

impl Provider {
    /// Reads the provider's document and keys.
    ///
    /// # Errors
    ///
    /// A setting that cannot work; a provider that is not reached, whose answers cannot be read, or that announces another issuer,
    /// an address without TLS, no code flow, or no algorithm with public keys.
    pub async fn discover(settings: Settings, now: DateTime<Utc>) -> Result<Self, OpenIdError> {
        settings.check().map_err(OpenIdError::Setting)?;
        let redirect = RedirectUrl::new(settings.redirect_uri.clone());
        let redirect = redirect.map_err(|source| OpenIdError::Setting(SettingFault::RedirectUri { source }))?;
        let http = Http::new(&settings).map_err(OpenIdError::Setting)?;
        let document = format!("{}/.well-known/openid-configuration", settings.issuer.trim_end_matches('/'));
        let metadata: Metadata = fetch(&http, Step::Discovery, &document).await?;
        if metadata.issuer().as_str() != settings.issuer {
            return Err(OpenIdError::OtherIssuer { expected: settings.issuer, announced: metadata.issuer().to_string() });
        }
        let token_endpoint = metadata.token_endpoint().ok_or(OpenIdError::NoTokenEndpoint)?;
        let endpoints = [Some(metadata.authorization_endpoint().url()), Some(token_endpoint.url()), Some(metadata.jwks_uri().url())];
        let further = [metadata.userinfo_endpoint().map(|one| one.url()), metadata.additional_metadata().end_session_endpoint.as_ref()];
        if let Some(address) = endpoints.into_iter().chain(further).flatten().find(|url| !is_safe(url)) {
            return Err(OpenIdError::InsecureEndpoint { address: address.to_string() });
        }
        let algorithms: Vec<_> =
            metadata.id_token_signing_alg_values_supported().iter().filter(|one| checking::is_trusted(one)).cloned().collect();
        if algorithms.is_empty() {
            return Err(OpenIdError::NoUsableAlgorithm);
        }
        let set = fetch(&http, Step::Keys, metadata.jwks_uri().as_str()).await?;
        let keys = Mutex::new(Keys { set, edition: 0, asked_at: now });
        Ok(Self { settings, http, metadata, algorithms, redirect, keys })
    }

    /// The settings it was discovered with.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Begins a sign-in. `random` comes from the system's random source and is used for this one sign-in.
    #[must_use]
    pub fn begin(&self, random: &[u8; 96]) -> Begin {
        let (state, rest) = random.split_at(32);
        let (nonce, verifier) = rest.split_at(32);
        let pending = Pending { state: hex(state), nonce: hex(nonce), pkce_verifier: hex(verifier) };
        let (state, nonce) = (CsrfToken::new(pending.state.clone()), Nonce::new(pending.nonce.clone()));
        let client = self.client();
        let mut request = client
            .authorize_url(AuthenticationFlow::<CoreResponseType>::AuthorizationCode, || state, || nonce)
            .add_scopes(self.settings.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(pending.pkce_verifier.clone())));
        let lists =
            [("prompt", &self.settings.prompt), ("acr_values", &self.settings.acr_values), ("ui_locales", &self.settings.ui_locales)];
        for (name, words) in lists.into_iter().filter(|(_, words)| !words.is_empty()) {
            request = request.add_extra_param(name, words.join(" "));
        }
        let (url, _, _) = request.url();
        Begin { url: url.into(), pending }
    }

    /// Ends a sign-in: checks what came back, exchanges the code, checks the ID token, asks for user info.
    /// The caller has taken `pending` out of its store, so that it is used once, and has found it for this person's browser.
    ///
    /// # Errors
    ///
    /// Whatever step fails; see [`OpenIdError`].
    pub async fn finish(&self, callback: &Callback, pending: &Pending, now: DateTime<Utc>) -> Result<Identity, OpenIdError> {
        let code = self.code_of(callback, pending)?.to_owned();
        let tokens = self.exchange(code, pending).await?;
        let token = tokens.id_token().ok_or(OpenIdError::NoIdToken)?;
        let claims = self.checked(token, pending, tokens.access_token(), now).await?;
        let user_info = self.user_info(&claims, tokens.access_token()).await?;
        Ok(Identity::new(&self.settings, &claims, token.to_string(), user_info))
    }

    /// Where to send a person to sign out at the provider too; none when the provider announces no such place.
    /// `return_to` must be registered at the provider as an address to come back to after sign-out.
    #[must_use]
    pub fn end_session_url(&self, id_token_hint: Option<&str>, return_to: Option<&str>, state: Option<&str>) -> Option<String> {
        let mut url = self.metadata.additional_metadata().end_session_endpoint.clone()?;
        let mut query = url.query_pairs_mut();
        query.append_pair("client_id", &self.settings.client_id);
        for (name, value) in [("id_token_hint", id_token_hint), ("post_logout_redirect_uri", return_to), ("state", state)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        drop(query);
        Some(url.into())
    }

    fn client(&self) -> OurClient {
        let secret = self.settings.secret().map(|secret| ClientSecret::new(secret.to_owned()));
        let client = Client::from_provider_metadata(self.metadata.clone(), ClientId::new(self.settings.client_id.clone()), secret);
        client.set_redirect_uri(self.redirect.clone()).set_auth_type(match self.settings.client_authentication {
            ClientAuthentication::SecretBasic => AuthType::BasicAuth,
            ClientAuthentication::SecretPost | ClientAuthentication::None => AuthType::RequestBody,
        })
    }

    fn code_of<'a>(&self, callback: &'a Callback, pending: &Pending) -> Result<&'a str, OpenIdError> {
        if !callback.state.as_ref().is_some_and(|state| same(state, &pending.state)) {
            return Err(OpenIdError::StateMismatch);
        }
        let names_issuer = self.metadata.additional_metadata().authorization_response_iss_parameter_supported == Some(true);
        match &callback.issuer {
            Some(issuer) if *issuer != self.settings.issuer => return Err(OpenIdError::CallbackOfOtherIssuer { found: issuer.clone() }),
            None if names_issuer => return Err(OpenIdError::CallbackOfOtherIssuer { found: String::new() }),
            _ => {}
        }
        match (&callback.error, &callback.code) {
            (Some(code), _) if code == "access_denied" => {
                Err(OpenIdError::AccessDenied { description: callback.error_description.clone() })
            }
            (Some(code), _) => Err(OpenIdError::RequestRefused { code: code.clone(), description: callback.error_description.clone() }),
            (None, Some(code)) => Ok(code),
            (None, None) => Err(OpenIdError::CallbackUnreadable),
        }
    }

    async fn exchange(&self, code: String, pending: &Pending) -> Result<Tokens, OpenIdError> {
        let client = self.client();
        // A refusal is JSON with a status of 4xx; what a server in trouble says is not read.
        // The client is handed over whole: an answer that borrowed from here could not be awaited on another thread.
        let send = |request| {
            let http = self.http.clone();
            async move {
                match http.send(request).await {
                    Ok(answer) if answer.status().is_server_error() => Err(NoTokenAnswer::Status(answer.status().as_u16())),
                    Ok(answer) => Ok(answer),
                    Err(fault) => Err(NoTokenAnswer::Http(fault)),
                }
            }
        };
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|_| OpenIdError::NoTokenEndpoint)?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(pending.pkce_verifier.clone()));
        request.request_async(&send).await.map_err(|fault| match fault {
            RequestTokenError::Request(NoTokenAnswer::Http(source)) => OpenIdError::Unreachable { step: Step::Token, source },
            RequestTokenError::Request(NoTokenAnswer::Status(status)) => OpenIdError::Status { step: Step::Token, status },
            RequestTokenError::Parse(source, _) => OpenIdError::Unreadable { step: Step::Token, source: source.into() },
            RequestTokenError::Other(words) => OpenIdError::Unreadable { step: Step::Token, source: words.into() },
            RequestTokenError::ServerResponse(refusal) => token_refusal(&refusal),
        })
    }

    /// The claims of a token that keeps every rule; once more with newer keys when the keys may be old.
    async fn checked(
        &self,
        token: &Token,
        pending: &Pending,
        access_token: &AccessToken,
        now: DateTime<Utc>,
    ) -> Result<TokenClaims, OpenIdError> {
        let expected =
            Expected { settings: &self.settings, issuer: self.metadata.issuer(), algorithms: &self.algorithms, pending, access_token, now };
        let (set, edition) = {
            let keys = self.keys.lock().await;
            (keys.set.clone(), keys.edition)
        };
        match checking::check(token, set, &expected) {
            Err(refusal) if checking::may_be_old_keys(&refusal) => match self.newer_keys(edition, now).await? {
                Some(set) => checking::check(token, set, &expected),
                None => Err(refusal),
            },
            result => result,
        }
    }

    /// Keys newer than `edition`, fetched if nobody else did; none when they were asked for within the last minute.
    async fn newer_keys(&self, edition: u64, now: DateTime<Utc>) -> Result<Option<CoreJsonWebKeySet>, OpenIdError> {
        let mut keys = self.keys.lock().await;
        if keys.edition == edition {
            if now.signed_duration_since(keys.asked_at).abs() < KEYS_STAY {
                return Ok(None);
            }
            keys.asked_at = now;
            keys.set = fetch(&self.http, Step::Keys, self.metadata.jwks_uri().as_str()).await?;
            keys.edition += 1;
        }
        Ok(Some(keys.set.clone()))
    }

    /// What the user info endpoint says about the person of the ID token; nothing when it is not asked.
    async fn user_info(&self, claims: &TokenClaims, access_token: &AccessToken) -> Result<Map<String, Value>, OpenIdError> {
        let step = Step::UserInfo;
        let client = self.client();
        // Without an endpoint there is nothing to ask.
        let Some(request) = self.settings.user_info.then(|| client.user_info(access_token.clone(), None).ok()).flatten() else {
            return Ok(Map::new());
        };
        let send = |request: HttpRequest| {
            let http = self.http.clone();
            async move { http.send(request).await }
        };
        let said: UserInfoClaims<RawClaims, CoreGenderClaim> = request.request_async(&send).await.map_err(|fault| match fault {
            UserInfoError::Request(source) => OpenIdError::Unreachable { step, source },
            UserInfoError::Response(status, _, _) if !status.is_success() => OpenIdError::Status { step, status: status.as_u16() },
            UserInfoError::Parse(source) => OpenIdError::Unreadable { step, source: source.into() },
            other => OpenIdError::Unreadable { step, source: other.to_string().into() },
        })?;
        if said.subject() != claims.subject() {
            return Err(OpenIdError::UserInfoOfOther);
        }
        Ok(to_map(&said))
    }
}

/// Why the token endpoint gave no answer that can be read.
#[derive(Debug, thiserror::Error)]
enum NoTokenAnswer {
    #[error(transparent)]
    Http(HttpFault),
    #[error("status {0}")]
    Status(u16),
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").field("settings", &self.settings).finish_non_exhaustive()
    }
}

fn token_refusal(refusal: &TokenRefusal) -> OpenIdError {
    let description = refusal.error_description().cloned();
    match refusal.error() {
        CoreErrorResponseType::InvalidGrant => OpenIdError::CodeRefused { description },
        CoreErrorResponseType::InvalidClient | CoreErrorResponseType::UnauthorizedClient => OpenIdError::ClientRefused { description },
        other => OpenIdError::TokenRefused { code: other.to_string(), description },
    }
}

/// A JSON document of the provider.
async fn fetch<T: DeserializeOwned>(http: &Http, step: Step, address: &str) -> Result<T, OpenIdError> {
    let request = http::Request::get(address).header(http::header::ACCEPT, "application/json").body(Vec::new());
    let request = request.map_err(|source| OpenIdError::Unreadable { step, source: source.into() })?;
    let answer = http.send(request).await.map_err(|source| OpenIdError::Unreachable { step, source })?;
    if answer.status() != http::StatusCode::OK {
        return Err(OpenIdError::Status { step, status: answer.status().as_u16() });
    }
    serde_json::from_slice(answer.body()).map_err(|source| OpenIdError::Unreadable { step, source: source.into() })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Compares without telling by the time it takes how much is alike.
fn same(left: &str, right: &str) -> bool {
    left.len() == right.len() && left.bytes().zip(right.bytes()).fold(0, |difference, (l, r)| difference | (l ^ r)) == 0
}
