//! Passwords and keys among the settings.

use std::fmt;
use std::str::FromStr;

use platform::SecretString;
use serde::Deserialize;

/// A setting that is never printed.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(pub(crate) String);

impl Secret {
    /// The text, for the place that needs it.
    pub(crate) fn to_secret_string(&self) -> SecretString {
        SecretString::from(self.0.clone())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}
