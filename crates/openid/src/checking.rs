//! Everything that must hold of an ID token (OpenID Connect Core 1.0, sections 3.1.3.7 and 3.1.3.8).

use crate::error::OpenIdError;
use crate::provider::Pending;
use crate::settings::Settings;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreGenderClaim, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalClaims, ClaimsVerificationError, ClientId, IdToken, IdTokenClaims, IssuerUrl, Nonce,
    SignatureVerificationError,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The claims that no standard names, as they come.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RawClaims {
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl AdditionalClaims for RawClaims {}

/// An ID token as it came.
pub(crate) type Token = IdToken<RawClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
/// What it says.
pub(crate) type TokenClaims = IdTokenClaims<RawClaims, CoreGenderClaim>;

/// What an ID token is held against.
pub(crate) struct Expected<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) issuer: &'a IssuerUrl,
    pub(crate) algorithms: &'a [CoreJwsSigningAlgorithm],
    pub(crate) pending: &'a Pending,
    pub(crate) access_token: &'a AccessToken,
    pub(crate) now: DateTime<Utc>,
}

/// Whether an algorithm proves who signed: one with a public key, never a shared secret, never none.
pub(crate) const fn is_trusted(algorithm: &CoreJwsSigningAlgorithm) -> bool {
    use CoreJwsSigningAlgorithm as Algorithm;
    matches!(
        algorithm,
        Algorithm::RsaSsaPkcs1V15Sha256
            | Algorithm::RsaSsaPkcs1V15Sha384
            | Algorithm::RsaSsaPkcs1V15Sha512
            | Algorithm::RsaSsaPssSha256
            | Algorithm::RsaSsaPssSha384
            | Algorithm::RsaSsaPssSha512
            | Algorithm::EcdsaP256Sha256
            | Algorithm::EcdsaP384Sha384
            | Algorithm::EdDsa
    )
}

/// The claims of a token that keeps every rule, judged with `keys`.
pub(crate) fn check(token: &Token, keys: CoreJsonWebKeySet, expected: &Expected<'_>) -> Result<TokenClaims, OpenIdError> {
    let Expected { settings, now, .. } = *expected;
    let leeway = TimeDelta::from_std(settings.leeway).unwrap_or(TimeDelta::MAX);
    let earliest = now.checked_sub_signed(leeway).unwrap_or(DateTime::<Utc>::MIN_UTC);
    let latest = now.checked_add_signed(leeway).unwrap_or(DateTime::<Utc>::MAX_UTC);
    let verifier = CoreIdTokenVerifier::new_public_client(ClientId::new(settings.client_id.clone()), expected.issuer.clone(), keys)
        .set_allowed_algs(expected.algorithms.to_vec())
        // Expiry is judged below, where the error can say when; the library says it in words.
        .set_time_fn(|| DateTime::<Utc>::MIN_UTC);
    let nonce = Nonce::new(expected.pending.nonce.clone());
    let claims = token.claims(&verifier, &nonce).map_err(refusal)?;
    if claims.expiration() <= earliest {
        return Err(OpenIdError::Expired { at: claims.expiration() });
    }
    if claims.issue_time() > latest {
        return Err(OpenIdError::IssuedInFuture { at: claims.issue_time() });
    }
    if let Some(party) = claims.authorized_party().filter(|party| party.as_str() != settings.client_id) {
        return Err(OpenIdError::AuthorizedPartyMismatch { found: party.to_string() });
    }
    if let Some(hash) = claims.access_token_hash() {
        let key = token.signing_key(&verifier).map_err(signature_refusal)?;
        let algorithm = token.signing_alg().map_err(signature_refusal)?;
        match AccessTokenHash::from_token(expected.access_token, algorithm, key) {
            Ok(own) if own == *hash => {}
            _ => return Err(OpenIdError::AccessTokenMismatch),
        }
    }
    let acr = claims.auth_context_ref().map(|acr| acr.to_string());
    if settings.acr_required && !acr.as_ref().is_some_and(|acr| settings.acr_values.contains(acr)) {
        return Err(OpenIdError::AcrNotReached { found: acr });
    }
    Ok(claims.clone())
}

/// Whether newer keys may make the token good.
pub(crate) const fn may_be_old_keys(refusal: &OpenIdError) -> bool {
    matches!(refusal, OpenIdError::KeyUnknown | OpenIdError::SignatureInvalid { .. })
}

fn refusal(fault: ClaimsVerificationError) -> OpenIdError {
    match fault {
        ClaimsVerificationError::SignatureVerification(source) => signature_refusal(source),
        ClaimsVerificationError::InvalidIssuer(_) => OpenIdError::IssuerMismatch,
        ClaimsVerificationError::InvalidAudience(_) => OpenIdError::AudienceMismatch,
        ClaimsVerificationError::InvalidNonce(_) => OpenIdError::NonceMismatch,
        other => OpenIdError::UnsupportedToken(other.to_string()),
    }
}

fn signature_refusal(source: SignatureVerificationError) -> OpenIdError {
    match source {
        SignatureVerificationError::NoMatchingKey => OpenIdError::KeyUnknown,
        SignatureVerificationError::NoSignature => OpenIdError::AlgorithmRefused("none".into()),
        SignatureVerificationError::DisallowedAlg(words) | SignatureVerificationError::UnsupportedAlg(words) => {
            OpenIdError::AlgorithmRefused(words)
        }
        source => OpenIdError::SignatureInvalid { source },
    }
}
