//! Sign-in by OpenID Connect at the provider of a ministry or a province: authorization code flow with PKCE, state and nonce.
//!
//! The crate talks to the provider and knows nothing of the rest of the house. Between the two halves of a sign-in the person is
//! away at the provider; what must be remembered meanwhile ([`Pending`]) is plain text, so that the caller keeps it where it likes.
//! The clock and the random bytes come from the caller.
//!
//! ```no_run
//! # async fn example(now: chrono::DateTime<chrono::Utc>, random: [u8; 96]) -> Result<(), openid::OpenIdError> {
//! let settings = openid::Settings::new("https://sso.example.gov.vn", "cchc", "https://cchc.example.gov.vn/dang-nhap/tro-ve");
//! let provider = openid::Provider::discover(settings, now).await?;
//! let begin = provider.begin(&random);
//! // … send the person to `begin.url`, keep `begin.pending`; the person comes back with a query …
//! let callback = openid::Callback::from_query("code=…&state=…");
//! let identity = provider.finish(&callback, &begin.pending, now).await?;
//! # Ok(()) }
//! ```
//!
//! | module | what happens there |
//! |---|---|
//! | `settings` | what an administrator sets, and what is refused of it |
//! | `provider` | the provider's document and keys; the two halves of a sign-in, and sign-out |
//! | `callback` | what the person brings back from the provider |
//! | `checking` | everything that must hold of an ID token |
//! | `identity` | who signed in |
//! | `http` | requests: bounded in time and size, over TLS with known roots, following no redirect |
//! | `error` | what can fail, by step |

mod callback;
mod checking;
mod error;
mod http;
mod identity;
mod provider;
mod settings;

pub use callback::Callback;
pub use error::{HttpFault, OpenIdError, SettingFault, Step};
pub use identity::Identity;
pub use provider::{Begin, Pending, Provider};
pub use settings::{ClientAuthentication, Settings};
