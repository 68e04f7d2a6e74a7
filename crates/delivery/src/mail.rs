//! A message becomes bytes for a mail server.
//!
//! Whatever stands in a name or a subject, it cannot end its header: control characters become spaces, and letters beyond ASCII are
//! encoded (RFC 2047). Identifiers and addresses are checked instead, for a changed one would be another.

use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{Header, HeaderName, HeaderValue, MessageId};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use std::error::Error;
use std::time::SystemTime;
use thiserror::Error;
use url::{Host, Url};

/// Somebody with a mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The name to show.
    pub name: Option<String>,
    /// The address.
    pub address: String,
}

/// A place where the receiver can end such messages (RFC 2369, RFC 8058).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscribe {
    /// An address that begins with `https:` or `mailto:`.
    pub address: String,
    /// Whether a POST of `List-Unsubscribe=One-Click` to it is enough; `https:` alone.
    pub one_click: bool,
}

/// A message to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Who gets it.
    pub to: Party,
    /// What it is about.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML, for those who prefer it.
    pub html: Option<String>,
    /// The identifier with its angle brackets, `<…@…>`; the same at each attempt, so that a mail that comes twice is known as one.
    pub message_id: String,
    /// The identifiers of earlier messages of the same matter, oldest first.
    pub references: Vec<String>,
    /// Where such messages can be ended.
    pub unsubscribe: Option<Unsubscribe>,
    /// When the message was written.
    pub date: DateTime<Utc>,
}

/// What keeps a message from being sent, whatever the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MessageFault {
    /// The receiver's address is not one.
    #[error("the address of the receiver is not a mail address")]
    To,
    /// The identifier is not of the form `<…@…>`.
    #[error("the message identifier is not of the form <…@…>")]
    MessageId,
    /// An identifier of an earlier message is not of the form `<…@…>`.
    #[error("a reference is not of the form <…@…>")]
    References,
    /// The address to end messages is none, or does not fit.
    #[error("the address to end such messages does not begin with https or mailto")]
    Unsubscribe,
    /// The message cannot be put together.
    #[error("the message cannot be put together")]
    Build,
}

/// Headers that the library does not know by name.
macro_rules! plain_header {
    ($type:ident, $name:literal) => {
        #[derive(Clone)]
        struct $type(String);

        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }

            fn parse(text: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    };
}
plain_header!(AutoSubmitted, "Auto-Submitted");
plain_header!(ListUnsubscribe, "List-Unsubscribe");
plain_header!(ListUnsubscribePost, "List-Unsubscribe-Post");

/// A message as a mail server takes it.
#[derive(Debug)]
pub(crate) struct Composed {
    pub(crate) envelope: Envelope,
    pub(crate) bytes: Vec<u8>,
}

/// Puts a message together.
pub(crate) fn compose(from: &Mailbox, mail: &Mail) -> Result<Composed, MessageFault> {
    let to = mailbox(&mail.to).ok_or(MessageFault::To)?;
    if !is_identifier(&mail.message_id) {
        return Err(MessageFault::MessageId);
    }
    if !mail.references.iter().all(|one| is_identifier(one)) {
        return Err(MessageFault::References);
    }
    let mut builder = Message::builder()
        .from(from.clone())
        .to(to)
        .subject(one_line(&mail.subject))
        .date(SystemTime::from(mail.date))
        .header(MessageId::from(mail.message_id.clone()))
        .header(AutoSubmitted("auto-generated".to_owned()));
    if let Some(last) = mail.references.last() {
        builder = builder.in_reply_to(last.clone()).references(mail.references.join(" "));
    }
    if let Some(unsubscribe) = &mail.unsubscribe {
        builder = builder.header(ListUnsubscribe(format!("<{}>", address_of(unsubscribe)?)));
        if unsubscribe.one_click {
            builder = builder.header(ListUnsubscribePost("List-Unsubscribe=One-Click".to_owned()));
        }
    }
    let text = SinglePart::plain(mail.text.clone());
    let built = match &mail.html {
        None => builder.singlepart(text),
        Some(html) => {
            let boundary = boundary(&mail.message_id);
            let parts = MultiPart::alternative().boundary(boundary).singlepart(text).singlepart(SinglePart::html(html.clone()));
            builder.multipart(parts)
        }
    };
    let message = built.map_err(|_| MessageFault::Build)?;
    Ok(Composed { envelope: message.envelope().clone(), bytes: message.formatted() })
}

/// Name and address; a domain with letters beyond ASCII in the form mail servers understand.
pub(crate) fn mailbox(party: &Party) -> Option<Mailbox> {
    let (user, domain) = party.address.trim().rsplit_once('@')?;
    let domain = if domain.starts_with('[') {
        domain.to_owned()
    } else {
        match Host::parse(domain).ok()? {
            Host::Domain(name) => name,
            Host::Ipv4(_) | Host::Ipv6(_) => return None,
        }
    };
    let address = Address::new(user, domain).ok()?;
    let name = party.name.as_deref().map(one_line).filter(|name| !name.is_empty());
    Some(Mailbox::new(name, address))
}

/// The text with every run of white space and control characters as one space.
fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split(|sign: char| sign.is_whitespace() || sign.is_control()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Whether this is a message identifier: `<left@right>` in printable ASCII (RFC 5322, section 3.6.4), short enough for one line.
fn is_identifier(text: &str) -> bool {
    let inner = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or_default();
    let plain = inner.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"' | b'\\'));
    let halves = inner.split_once('@').is_some_and(|(left, right)| !left.is_empty() && !right.is_empty() && !right.contains('@'));
    plain && halves && inner.len() <= 250
}

fn address_of(unsubscribe: &Unsubscribe) -> Result<Url, MessageFault> {
    let url = Url::parse(&unsubscribe.address).map_err(|_| MessageFault::Unsubscribe)?;
    let fits = url.scheme() == "https" || url.scheme() == "mailto" && !unsubscribe.one_click;
    let plain = url.as_str().bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>'));
    if fits && plain { Ok(url) } else { Err(MessageFault::Unsubscribe) }
}

/// The line between text and HTML: made from the identifier, so that the same message has the same bytes, and of letters that no
/// encoded part begins a line with.
fn boundary(message_id: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest: String = Sha256::digest(message_id.as_bytes()).iter().take(15).map(|byte| format!("{byte:02x}")).collect();
    format!("=_{digest}")
}

#[cfg(test)]
mod tests;
