//! The signature of a web message, after Standard Webhooks 1.0 (<https://www.standardwebhooks.com>): HMAC-SHA256 over identifier,
//! time and body. `docs/formats/webhook.md` says how a receiver checks it, with a worked example.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use thiserror::Error;

/// How a secret begins when it is written down.
const PREFIX: &str = "whsec_";

/// A secret that this program shares with one receiver: 24 to 64 random bytes. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct HookSecret(Vec<u8>);

/// A text or bytes that are no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SecretFault {
    /// Not `whsec_` and base64.
    #[error("the secret is not of the form whsec_ and base64")]
    Form,
    /// Fewer than 24 or more than 64 bytes.
    #[error("the secret has {0} bytes instead of 24 to 64")]
    Length(usize),
}

impl HookSecret {
    /// A secret of bytes from the system's random source.
    ///
    /// # Errors
    ///
    /// Too few or too many bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SecretFault> {
        if (24..=64).contains(&bytes.len()) { Ok(Self(bytes.to_vec())) } else { Err(SecretFault::Length(bytes.len())) }
    }

    /// Reads a secret as it is written down: `whsec_` and base64.
    ///
    /// # Errors
    ///
    /// Another form; too few or too many bytes.
    pub fn parse(text: &str) -> Result<Self, SecretFault> {
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(SecretFault::Form)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| SecretFault::Form)?;
        Self::from_bytes(&bytes)
    }

    /// The secret as it is written down, to hand it to the receiver's administrator.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// The signature, `v1,` and base64, of a message with this identifier, time (Unix seconds) and body.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            // HMAC takes keys of every length.
            return String::new();
        };
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for HookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HookSecret")
    }
}

#[cfg(test)]
mod tests {
    use super::{HookSecret, SecretFault};

    #[test]
    fn a_secret_is_written_and_read_and_never_shown() {
        let secret = HookSecret::from_bytes(&[7; 32]).unwrap();
        assert_eq!(HookSecret::parse(&secret.to_text()), Ok(secret.clone()));
        assert_eq!(format!("{secret:?}"), "HookSecret");
        assert_eq!(HookSecret::parse("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"), Err(SecretFault::Form));
        assert_eq!(HookSecret::parse("whsec_ạ"), Err(SecretFault::Form));
        assert_eq!(HookSecret::parse("whsec_BwcH"), Err(SecretFault::Length(3)));
        assert_eq!(HookSecret::from_bytes(&[0; 65]), Err(SecretFault::Length(65)));
    }
}
