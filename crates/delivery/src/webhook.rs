//! A JSON body goes to a web address, signed, once; redirects are not followed.

use crate::guard::{Forbidden, Guard};
use crate::network::Network;
use crate::outcome::{Outcome, Reason, SettingFault, Trouble, chain, has};
use crate::signature::HookSecret;
use crate::tls;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use reqwest::{Response, StatusCode};
use serde_json::Value;
use std::net::IpAddr;
use std::time::Duration;
use thiserror::Error;
use url::{Host, Url};

/// More of an answer is not read; its status decides.
const MOST_ANSWER: usize = 4096;
/// A receiver cannot put a message off for longer by one answer.
const LONGEST_WAIT: TimeDelta = TimeDelta::days(1);

/// What holds for every web address.
#[derive(Debug, Clone)]
pub struct HookSettings {
    /// How long one attempt may take in all.
    pub timeout: Duration,
    /// Networks that may be reached although they are not public, such as the one of a gateway in the own data centre.
    pub allowed_networks: Vec<Network>,
    /// Whether addresses without TLS may be used.
    pub plain_http: bool,
    /// Certificates (PEM) of authorities to trust beside the public ones.
    pub authorities_pem: Option<String>,
}

impl Default for HookSettings {
    /// Ten seconds, public addresses and TLS alone.
    fn default() -> Self {
        Self { timeout: Duration::from_secs(10), allowed_networks: Vec::new(), plain_http: false, authorities_pem: None }
    }
}

/// One message to one web address.
#[derive(Debug, Clone)]
pub struct Hook {
    /// The address.
    pub url: String,
    /// The secret shared with the receiver; while it is being changed, the new one and the old one.
    pub secrets: Vec<HookSecret>,
    /// Names the message, the same at each attempt, so that the receiver acts once: letters, digits, `-`, `_`, at most 128.
    pub idempotency_key: String,
    /// The message.
    pub body: Value,
    /// When this attempt is made; receivers refuse what is more than five minutes off.
    pub at: DateTime<Utc>,
}

/// Why an address or a message for it must not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HookFault {
    /// Not a web address.
    #[error("this is not a web address")]
    Address,
    /// Neither `https` nor, where allowed, `http`.
    #[error("the address does not begin with https")]
    Scheme,
    /// User or password stand in the address.
    #[error("the address holds a user or a password")]
    Credentials,
    /// The address leads into the own network, which the settings do not allow.
    #[error("the address leads into a network that must not be reached")]
    Forbidden,
    /// No secret to sign with.
    #[error("there is no secret to sign with")]
    NoSecret,
    /// The key is empty, too long, or has other signs.
    #[error("the idempotency key is not 1 to 128 letters, digits, hyphens or underscores")]
    Key,
}

/// Hands messages to web addresses.
#[derive(Debug)]
pub struct Hooks {
    client: reqwest::Client,
    guard: Guard,
    plain_http: bool,
}

impl Hooks {
    /// Checks the settings; speaks to nobody yet.
    ///
    /// # Errors
    ///
    /// Authorities that cannot be read.
    pub fn new(settings: &HookSettings) -> Result<Self, SettingFault> {
        let guard = Guard::new(&settings.allowed_networks);
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(settings.authorities_pem.as_deref().unwrap_or_default())?)
            .dns_resolver(guard.clone())
            .redirect(reqwest::redirect::Policy::none())
            .timeout(settings.timeout)
            // A proxy would resolve names by itself, past the guard.
            .no_proxy()
            .build()
            .map_err(|fault| SettingFault::Client(fault.into()))?;
        Ok(Self { client, guard, plain_http: settings.plain_http })
    }

    /// What can be said of an address before anything is sent: for the form in which an administrator enters it.
    ///
    /// # Errors
    ///
    /// Why it must not be used. A name is judged when it is used, since what it means may change.
    pub fn check_address(&self, address: &str) -> Result<(), HookFault> {
        self.judged(address).map(|_| ())
    }

    /// Hands one message over and says what became of it.
    pub async fn deliver(&self, hook: &Hook) -> Outcome {
        let url = match self.judged(&hook.url).and_then(|url| checked(hook).map(|()| url)) {
            Ok(url) => url,
            Err(fault) => return Outcome::permanent(Reason::Hook(fault), fault),
        };
        let body = hook.body.to_string();
        let timestamp = hook.at.timestamp();
        let signatures: Vec<_> = hook.secrets.iter().map(|secret| secret.sign(&hook.idempotency_key, timestamp, body.as_bytes())).collect();
        let request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, concat!("cchc/", env!("CARGO_PKG_VERSION")))
            .header("Idempotency-Key", &hook.idempotency_key)
            .header("Webhook-Id", &hook.idempotency_key)
            .header("Webhook-Timestamp", timestamp)
            .header("Webhook-Signature", signatures.join(" "))
            .body(body);
        match request.send().await {
            Ok(answer) => outcome_of_answer(answer, hook.at).await,
            Err(fault) => outcome_of_fault(&fault),
        }
    }

    fn judged(&self, address: &str) -> Result<Url, HookFault> {
        let url = Url::parse(address).map_err(|_| HookFault::Address)?;
        match url.scheme() {
            "https" => {}
            "http" if self.plain_http => {}
            _ => return Err(HookFault::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(HookFault::Credentials);
        }
        // The resolver is not asked about an address that is a number already.
        let number = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err(HookFault::Address),
        };
        if number.is_some_and(|address| !self.guard.lets_through(address)) { Err(HookFault::Forbidden) } else { Ok(url) }
    }
}

fn checked(hook: &Hook) -> Result<(), HookFault> {
    let key = &hook.idempotency_key;
    let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if key.is_empty() || key.len() > 128 || !plain {
        return Err(HookFault::Key);
    }
    if hook.secrets.is_empty() { Err(HookFault::NoSecret) } else { Ok(()) }
}

async fn outcome_of_answer(mut answer: Response, now: DateTime<Utc>) -> Outcome {
    let status = answer.status();
    let asked = answer.headers().get(RETRY_AFTER).and_then(|value| retry_after(value.to_str().ok()?, now));
    let mut body = Vec::new();
    // The status decides; what breaks off afterwards is only missing from the log.
    while body.len() < MOST_ANSWER
        && let Ok(Some(part)) = answer.chunk().await
    {
        body.extend_from_slice(&part);
    }
    body.truncate(MOST_ANSWER);
    let words = format!("{status} {}", String::from_utf8_lossy(&body));
    if status.is_success() {
        return Outcome::delivered(&words);
    }
    let trouble = Trouble { retry_after: asked, ..Trouble::new(Reason::Answer(status.as_u16()), words) };
    let later = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS];
    if status.is_server_error() || later.contains(&status) { Outcome::Temporary(trouble) } else { Outcome::Permanent(trouble) }
}

fn outcome_of_fault(fault: &reqwest::Error) -> Outcome {
    let words = chain(fault);
    if has::<Forbidden>(fault) {
        return Outcome::permanent(Reason::Hook(HookFault::Forbidden), words);
    }
    let reason = match fault {
        fault if fault.is_timeout() => Reason::TimedOut,
        fault if has::<rustls::Error>(fault) => Reason::Tls,
        fault if fault.is_connect() || has::<std::io::Error>(fault) => Reason::Unreachable,
        _ => Reason::Protocol,
    };
    Outcome::temporary(reason, words)
}

/// Seconds, or a date (RFC 9110, section 10.2.3).
fn retry_after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    let wait = match value.trim().parse::<u32>() {
        Ok(seconds) => TimeDelta::seconds(i64::from(seconds)),
        Err(_) => DateTime::parse_from_rfc2822(value.trim()).ok()?.with_timezone(&Utc) - now,
    };
    wait.clamp(TimeDelta::zero(), LONGEST_WAIT).to_std().ok()
}

#[cfg(test)]
mod tests {
    use super::{HookFault, HookSettings, Hooks, retry_after};
    use chrono::{DateTime, Utc};
    use std::time::Duration;

    #[test]
    fn addresses_are_judged_before_anything_is_sent() {
        let settings = HookSettings { allowed_networks: vec!["10.20.0.0/16".parse().unwrap()], ..HookSettings::default() };
        let hooks = Hooks::new(&settings).unwrap();
        for (address, wanted) in [
            ("https://gateway.example.vn/zalo", Ok(())),
            ("https://10.20.1.1/zalo", Ok(())),
            ("http://gateway.example.vn/", Err(HookFault::Scheme)),
            ("file:///etc/hosts", Err(HookFault::Scheme)),
            ("gateway", Err(HookFault::Address)),
            ("https://user@gateway.example.vn/", Err(HookFault::Credentials)),
            ("https://:password@gateway.example.vn/", Err(HookFault::Credentials)),
            ("https://127.0.0.1/", Err(HookFault::Forbidden)),
            ("https://0x7f.1/", Err(HookFault::Forbidden)),
            ("https://2130706433/", Err(HookFault::Forbidden)),
            ("https://[::1]/", Err(HookFault::Forbidden)),
            ("https://[::ffff:10.0.0.1]/", Err(HookFault::Forbidden)),
            ("https://169.254.169.254/latest/meta-data", Err(HookFault::Forbidden)),
            ("https://10.21.1.1/", Err(HookFault::Forbidden)),
        ] {
            assert_eq!(hooks.check_address(address), wanted, "{address}");
        }
        let plain = Hooks::new(&HookSettings { plain_http: true, ..settings }).unwrap();
        assert_eq!(plain.check_address("http://gateway.example.vn/"), Ok(()));
    }

    #[test]
    fn the_wait_asked_for_is_seconds_or_a_date_and_at_most_a_day() {
        let now = DateTime::<Utc>::from_timestamp(1_767_225_600, 0).unwrap();
        for (value, seconds) in [
            ("120", Some(120)),
            ("4294967295", Some(86_400)),
            ("Thu, 01 Jan 2026 00:05:00 GMT", Some(300)),
            ("Thu, 01 Jan 2025 00:05:00 GMT", None),
            ("Wed, 01 Jan 2025 00:05:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            assert_eq!(retry_after(value, now), seconds.map(Duration::from_secs), "{value}");
        }
    }
}
