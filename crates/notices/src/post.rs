//! The mail server and the web address of this installation.

use chrono::{DateTime, Utc};
use delivery::{Hook, HookSecret, Hooks, Mail, Mailer, Outcome, Party};
use serde_json::Value;

/// Where web messages go.
#[derive(Debug)]
pub struct HookWay {
    /// What sends them.
    pub hooks: Hooks,
    /// The address of the gateway.
    pub url: String,
    /// The secret shared with it; while it is being changed, the new one and the old one.
    pub secrets: Vec<HookSecret>,
}

/// How messages leave this installation.
pub struct Post {
    /// The mail server; absent while none is set up.
    pub mailer: Option<Mailer>,
    /// The gateway; absent while none is set up.
    pub hook: Option<HookWay>,
    /// Address of the site as people type it, without path: for links.
    pub public_address: String,
    /// The domain after the `@` of message identifiers.
    pub domain: String,
    /// Name of the installation in subjects.
    pub name: String,
}

impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Post").field("mail", &self.mailer.is_some()).field("hook", &self.hook.is_some()).finish_non_exhaustive()
    }
}

/// A message to one person by either way; `key` is the same at each attempt.
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Post {
    /// Hands a mail over; nothing when no server is set up.
    pub(crate) async fn mail(&self, parcel: &Parcel, at: DateTime<Utc>) -> Option<Outcome> {
        let mailer = self.mailer.as_ref()?;
        let mail = Mail {
            to: Party { name: Some(parcel.name.clone()), address: parcel.email.clone().unwrap_or_default() },
            subject: parcel.subject.clone(),
            text: parcel.text.clone(),
            html: None,
            message_id: format!("<{}@{}>", parcel.key, self.domain),
            references: Vec::new(),
            unsubscribe: None,
            date: at,
        };
        Some(mailer.deliver(&mail).await)
    }

    /// Hands a web message over; nothing when no gateway is set up.
    pub(crate) async fn hook(&self, parcel: &Parcel, at: DateTime<Utc>) -> Option<Outcome> {
        let way = self.hook.as_ref()?;
        let hook =
            Hook { url: way.url.clone(), secrets: way.secrets.clone(), idempotency_key: parcel.key.clone(), body: parcel.body.clone(), at };
        Some(way.hooks.deliver(&hook).await)
    }
}
