//! What can fail in a sign-in: one variant for each step, with what an administrator should do.
//!
//! The words for the person at the screen are chosen by whoever shows them; `docs/openid.md` has the table for administrators.

use chrono::{DateTime, Utc};
use std::error::Error;
use thiserror::Error;

/// A request to the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Its document, `/.well-known/openid-configuration`.
    Discovery,
    /// Its keys, `jwks_uri`.
    Keys,
    /// The exchange of the code for tokens, `token_endpoint`.
    Token,
    /// Claims about the person, `userinfo_endpoint`.
    UserInfo,
}

/// A setting that cannot work.
#[derive(Debug, Error)]
pub enum SettingFault {
    /// The issuer is no address.
    #[error("the issuer is not an address")]
    Issuer {
        /// Why.
        #[source]
        source: url::ParseError,
    },
    /// The issuer is not reached over TLS, and is not on the machine itself.
    #[error("the issuer does not begin with https")]
    IssuerNotHttps,
    /// The address to come back to is no address.
    #[error("the redirect address is not an address")]
    RedirectUri {
        /// Why.
        #[source]
        source: url::ParseError,
    },
    /// No client id.
    #[error("the client id is empty")]
    NoClientId,
    /// A client secret is needed for the chosen way to prove the client.
    #[error("the client secret is missing")]
    NoClientSecret,
    /// A level of assurance is required, and none is named.
    #[error("a level of assurance is required and none is named")]
    NoAcrValues,
    /// The certificates of authorities cannot be read.
    #[error("the certificates of authorities cannot be read")]
    Authorities {
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The client for requests cannot be made.
    #[error("requests cannot be made")]
    Client {
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

/// Why a request got no answer.
#[derive(Debug, Error)]
pub enum HttpFault {
    /// No connection, no valid certificate, no answer in time.
    #[error("the request got no answer")]
    Request(#[source] reqwest::Error),
    /// The answer is larger than any such answer should be.
    #[error("the answer has more than {0} bytes")]
    TooLarge(usize),
    /// The answer cannot be put together.
    #[error("the answer is malformed")]
    Malformed(#[source] openidconnect::http::Error),
}

/// Why a sign-in did not succeed.
#[derive(Debug, Error)]
pub enum OpenIdError {
    /// A setting cannot work. Administrator: correct the setting that is named.
    #[error("a setting cannot work")]
    Setting(#[source] SettingFault),
    /// The provider was not reached. Administrator: check name, network, firewall and certificate of the provider; it may be down.
    #[error("the provider was not reached ({step:?})")]
    Unreachable {
        /// Which request.
        step: Step,
        /// Why.
        #[source]
        source: HttpFault,
    },
    /// The provider answered a request with a status that does not fit.
    /// Administrator: at 5xx wait or ask the provider; at 404 in discovery correct the issuer.
    #[error("the provider answered with status {status} ({step:?})")]
    Status {
        /// Which request.
        step: Step,
        /// The HTTP status.
        status: u16,
    },
    /// The answer of the provider cannot be read. Administrator: correct the issuer, or report the answer to the provider.
    #[error("the answer of the provider cannot be read ({step:?})")]
    Unreadable {
        /// Which request.
        step: Step,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The document found at the issuer's address names another issuer.
    /// Administrator: set the issuer exactly as announced, if that is the provider you mean.
    #[error("the provider announces the issuer {announced}, not {expected}")]
    OtherIssuer {
        /// The issuer of the settings.
        expected: String,
        /// The issuer of the document.
        announced: String,
    },
    /// The provider announces an address without TLS. Administrator: report it to the provider; do not use it.
    #[error("the provider announces {address}, which is not reached over TLS")]
    InsecureEndpoint {
        /// The address.
        address: String,
    },
    /// The provider announces no token endpoint, so no code flow. Administrator: ask the provider for the authorization code flow.
    #[error("the provider announces no token endpoint")]
    NoTokenEndpoint,
    /// The provider signs with none of the algorithms this program trusts: RS, PS, ES, EdDSA.
    /// Administrator: have the provider sign ID tokens with RS256 or better; HS256 and `none` are refused.
    #[error("the provider announces no algorithm with public keys")]
    NoUsableAlgorithm,
    /// What the person brought back is no answer to a sign-in.
    /// Administrator: check that the redirect address is registered for the code flow.
    #[error("neither a code nor a refusal came back")]
    CallbackUnreadable,
    /// The state is not the one this sign-in began with: an old page, a second window, or an attack. Administrator: nothing; begin again.
    #[error("the state is another one")]
    StateMismatch,
    /// The answer says it comes from another issuer. Administrator: if it repeats, report it; someone mixes providers up.
    #[error("the answer comes from the issuer {found}")]
    CallbackOfOtherIssuer {
        /// The issuer it names.
        found: String,
    },
    /// The person, or the provider for it, refused (`access_denied`). Administrator: check that the person may use this client.
    #[error("sign-in was refused at the provider")]
    AccessDenied {
        /// What the provider says about it.
        description: Option<String>,
    },
    /// The provider refused the request for sign-in.
    /// Administrator: compare client id, redirect address, scopes, prompt and acr values with what is registered.
    #[error("the provider refused the request ({code})")]
    RequestRefused {
        /// The code of RFC 6749, section 4.1.2.1, or OpenID Connect Core, section 3.1.2.6.
        code: String,
        /// What the provider says about it.
        description: Option<String>,
    },
    /// The code is not valid (`invalid_grant`): used before, too old, or of another client. Administrator: nothing; begin again.
    #[error("the code is not valid")]
    CodeRefused {
        /// What the provider says about it.
        description: Option<String>,
    },
    /// The provider does not accept this client (`invalid_client`, `unauthorized_client`).
    /// Administrator: correct client id, secret, and the way the client proves itself.
    #[error("the provider does not accept this client")]
    ClientRefused {
        /// What the provider says about it.
        description: Option<String>,
    },
    /// The exchange was refused for another reason. Administrator: read code and description; compare the registration.
    #[error("the provider refused to give tokens ({code})")]
    TokenRefused {
        /// The code of RFC 6749, section 5.2.
        code: String,
        /// What the provider says about it.
        description: Option<String>,
    },
    /// The provider gave tokens but no ID token. Administrator: register the client for OpenID Connect, with the scope `openid`.
    #[error("the provider gave no ID token")]
    NoIdToken,
    /// The ID token is of a kind that is not read, such as an encrypted one. Administrator: switch encryption of ID tokens off.
    #[error("the ID token is of an unsupported kind: {0}")]
    UnsupportedToken(String),
    /// The ID token is signed with an algorithm the provider did not announce, or one that is never trusted.
    /// Administrator: have the client registered for an announced algorithm, best RS256.
    #[error("the ID token is signed with a refused algorithm: {0}")]
    AlgorithmRefused(String),
    /// The key that signed is not among the provider's keys, also after they were fetched anew (at most once a minute).
    /// Administrator: wait a minute; then report to the provider that its `jwks_uri` lacks the key.
    #[error("the key of the ID token is not among the keys of the provider")]
    KeyUnknown,
    /// The signature is not valid: the token was changed. Administrator: if it repeats, someone stands between; report it.
    #[error("the signature of the ID token is not valid")]
    SignatureInvalid {
        /// Why.
        #[source]
        source: openidconnect::SignatureVerificationError,
    },
    /// The ID token comes from another issuer. Administrator: set the issuer exactly as the provider writes it in tokens.
    #[error("the ID token comes from another issuer")]
    IssuerMismatch,
    /// The ID token is meant for another client. Administrator: compare the client id with the registration.
    #[error("the ID token is meant for another client")]
    AudienceMismatch,
    /// The ID token was issued to another client (`azp`). Administrator: compare the client id with the registration.
    #[error("the ID token was issued to the client {found}")]
    AuthorizedPartyMismatch {
        /// The client it names.
        found: String,
    },
    /// The ID token has expired. Administrator: if it repeats, compare the clocks of this machine and of the provider.
    #[error("the ID token expired at {at}")]
    Expired {
        /// When.
        at: DateTime<Utc>,
    },
    /// The ID token was issued in the future. Administrator: compare the clocks of this machine and of the provider.
    #[error("the ID token was issued in the future, at {at}")]
    IssuedInFuture {
        /// When.
        at: DateTime<Utc>,
    },
    /// The nonce is not the one this sign-in began with: the token belongs to another sign-in.
    /// Administrator: nothing; if it repeats, report it.
    #[error("the nonce is another one")]
    NonceMismatch,
    /// The access token is not the one the ID token speaks of. Administrator: report it to the provider.
    #[error("the access token is not the one of the ID token")]
    AccessTokenMismatch,
    /// The sign-in does not reach a required level of assurance.
    /// Administrator: check that the provider knows the `acr_values` and that the person has such a means.
    #[error("the sign-in does not reach the required level")]
    AcrNotReached {
        /// The level it has, if the provider says.
        found: Option<String>,
    },
    /// User info is about another person than the ID token. Administrator: report it to the provider; do not use it.
    #[error("user info is about another person")]
    UserInfoOfOther,
}

impl OpenIdError {
    /// Whether trying again later can help without anyone changing anything.
    #[must_use]
    pub const fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Status { status, .. } => *status >= 500 || *status == 429,
            Self::RequestRefused { code, .. } => matches!(code.as_bytes(), b"temporarily_unavailable" | b"server_error"),
            _ => false,
        }
    }

    /// The stable name of the error, for logs and for `docs/openid.md`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Setting(_) => "setting",
            Self::Unreachable { .. } => "unreachable",
            Self::Status { .. } => "status",
            Self::Unreadable { .. } => "unreadable",
            Self::OtherIssuer { .. } => "other-issuer",
            Self::InsecureEndpoint { .. } => "insecure-endpoint",
            Self::NoTokenEndpoint => "no-token-endpoint",
            Self::NoUsableAlgorithm => "no-usable-algorithm",
            Self::CallbackUnreadable => "callback-unreadable",
            Self::StateMismatch => "state-mismatch",
            Self::CallbackOfOtherIssuer { .. } => "callback-of-other-issuer",
            Self::AccessDenied { .. } => "access-denied",
            Self::RequestRefused { .. } => "request-refused",
            Self::CodeRefused { .. } => "code-refused",
            Self::ClientRefused { .. } => "client-refused",
            Self::TokenRefused { .. } => "token-refused",
            Self::NoIdToken => "no-id-token",
            Self::UnsupportedToken(_) => "unsupported-token",
            Self::AlgorithmRefused(_) => "algorithm-refused",
            Self::KeyUnknown => "key-unknown",
            Self::SignatureInvalid { .. } => "signature-invalid",
            Self::IssuerMismatch => "issuer-mismatch",
            Self::AudienceMismatch => "audience-mismatch",
            Self::AuthorizedPartyMismatch { .. } => "authorized-party-mismatch",
            Self::Expired { .. } => "expired",
            Self::IssuedInFuture { .. } => "issued-in-future",
            Self::NonceMismatch => "nonce-mismatch",
            Self::AccessTokenMismatch => "access-token-mismatch",
            Self::AcrNotReached { .. } => "acr-not-reached",
            Self::UserInfoOfOther => "user-info-of-other",
        }
    }
}
