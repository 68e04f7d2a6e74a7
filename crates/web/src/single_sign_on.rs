//! Sign-in at a provider of the ministry or the province, as the working area sees it.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use openid::{Identity, OpenIdError, Provider, Settings};
use tokio::sync::Mutex;

/// The page that people come back to from the provider.
pub const RETURN_PATH: &str = "/dang-nhap/mot-lan/tro-ve";
/// How long what the provider says of itself is believed.
const READ_ANEW: TimeDelta = TimeDelta::hours(1);
/// After a failure the provider is left alone for so long; people are told at once.
const REST: TimeDelta = TimeDelta::seconds(20);

/// By what the first sign-in of somebody without a link finds an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FirstSignIn {
    /// By nothing: people link their accounts themselves.
    #[default]
    Nothing,
    /// By the user name, which is the sign-in name here.
    UserName,
    /// By the mail address, if the provider has verified it.
    Mail,
}

/// A provider, and how it is used here.
pub struct SingleSignOn {
    /// What people call it.
    pub name: String,
    /// By what a first sign-in finds an account.
    pub first: FirstSignIn,
    /// Whether the provider always asks for a second factor.
    pub always_two_factors: bool,
    settings: Settings,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    provider: Option<(Arc<Provider>, DateTime<Utc>)>,
    failed_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for SingleSignOn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SingleSignOn").field("name", &self.name).field("issuer", &self.settings.issuer).finish_non_exhaustive()
    }
}

impl SingleSignOn {
    /// A provider that is asked when the first person wants to sign in.
    #[must_use]
    pub fn new(name: String, settings: Settings) -> Self {
        Self { name, first: FirstSignIn::default(), always_two_factors: false, settings, known: Mutex::default() }
    }

    /// The provider's name for itself.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// The provider; nothing when it cannot be used now. Why stands in the log.
    pub async fn provider(&self, now: DateTime<Utc>) -> Option<Arc<Provider>> {
        let mut known = self.known.lock().await;
        let fresh = |at: &DateTime<Utc>| (TimeDelta::zero()..READ_ANEW).contains(&(now - *at));
        if let Some((provider, _)) = known.provider.as_ref().filter(|(_, at)| fresh(at)) {
            return Some(Arc::clone(provider));
        }
        let resting = known.failed_at.is_some_and(|at| (TimeDelta::zero()..REST).contains(&(now - at)));
        if !resting {
            match Provider::discover(self.settings.clone(), now).await {
                Ok(provider) => {
                    let provider = Arc::new(provider);
                    *known = Known { provider: Some((Arc::clone(&provider), now)), failed_at: None };
                    return Some(provider);
                }
                Err(error) => {
                    log("the provider of single sign-on cannot be used", &error);
                    known.failed_at = Some(now);
                }
            }
        }
        // What was read before may still be right.
        known.provider.as_ref().map(|(provider, _)| Arc::clone(provider))
    }

    /// Whether the provider says that the person proved themselves in two ways: by RFC 8176 (`mfa`), by a level of assurance that was
    /// demanded, or by the administrator's word that it always asks.
    #[must_use]
    pub fn proves_two_factors(&self, identity: &Identity) -> bool {
        self.always_two_factors || self.settings.acr_required || identity.amr.iter().any(|means| means == "mfa")
    }
}

/// Writes down why a sign-in at the provider failed; nothing that the person typed or is called.
pub fn log(what: &'static str, error: &OpenIdError) {
    tracing::warn!(fault = error.name(), error = %error, "{what}");
}
