//! What became of an attempt to hand a message over.

use crate::mail::MessageFault;
use crate::webhook::HookFault;
use std::error::Error;
use std::time::Duration;
use thiserror::Error;

/// The most characters of a server's words that are kept.
const MOST_WORDS: usize = 300;

/// What became of an attempt, so that a queue can decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The other side has taken the message over. The words are its answer, for the log.
    Delivered {
        /// What the server said, such as the number under which it took a mail.
        words: String,
    },
    /// The message is as good as before; try again later.
    Temporary(Trouble),
    /// The same message will fail again; a person has to look.
    Permanent(Trouble),
}

/// Why a message was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What kind of thing went wrong.
    pub reason: Reason,
    /// The words of the server or of the system, cut short; for administrators, not for the people the message is for.
    pub words: String,
    /// How long the other side asks to be left alone.
    pub retry_after: Option<Duration>,
}

/// What kind of thing went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The name is not known, nobody listens, or the connection broke. Administrator: check name, port, network.
    Unreachable,
    /// It took longer than the settings allow. A mail may have been taken all the same; its Message-ID stays the same.
    TimedOut,
    /// No TLS where it is required, or a certificate that is not trusted. Administrator: add the authority, or correct the name.
    Tls,
    /// The server does not accept user and password. Administrator: correct them; messages stay good.
    Authentication,
    /// What came back is not the language of the protocol, or broke off. Administrator: check port and kind of security.
    Protocol,
    /// The server answered with this SMTP code or HTTP status.
    Answer(u16),
    /// The server lacks what the message needs, such as SMTPUTF8 for an address with letters beyond ASCII.
    NotSupported,
    /// The message itself cannot be sent.
    Message(MessageFault),
    /// The web address must not be used.
    Hook(HookFault),
}

impl Outcome {
    pub(crate) fn delivered(words: &str) -> Self {
        Self::Delivered { words: cut(words) }
    }

    pub(crate) fn temporary(reason: Reason, words: impl ToString) -> Self {
        Self::Temporary(Trouble::new(reason, words))
    }

    pub(crate) fn permanent(reason: Reason, words: impl ToString) -> Self {
        Self::Permanent(Trouble::new(reason, words))
    }
}

impl Trouble {
    pub(crate) fn new(reason: Reason, words: impl ToString) -> Self {
        Self { reason, words: cut(&words.to_string()), retry_after: None }
    }
}

/// A setting that cannot work.
#[derive(Debug, Error)]
pub enum SettingFault {
    /// No name of a server.
    #[error("the name of the server is missing")]
    NoHost,
    /// The address messages come from is not one.
    #[error("the address messages come from is not a mail address")]
    From,
    /// User without password or password without user.
    #[error("user and password belong together")]
    HalfCredentials,
    /// A password would be sent without TLS to another machine.
    #[error("a password must not be sent without TLS")]
    PasswordInTheClear,
    /// The certificates of authorities cannot be read.
    #[error("the certificates of authorities cannot be read")]
    Authorities(#[source] Box<dyn Error + Send + Sync>),
    /// The client for requests cannot be made.
    #[error("requests cannot be made")]
    Client(#[source] Box<dyn Error + Send + Sync>),
}

/// An error and its causes in one line.
pub(crate) fn chain(fault: &dyn Error) -> String {
    let mut words = fault.to_string();
    let mut next = fault.source();
    while let Some(cause) = next {
        let cause_words = cause.to_string();
        if !words.contains(&cause_words) {
            words = format!("{words}: {cause_words}");
        }
        next = cause.source();
    }
    words
}

/// Whether an error of this type is among the causes, also inside errors of input and output, which hide what they carry.
pub(crate) fn has<T: Error + 'static>(fault: &(dyn Error + 'static)) -> bool {
    let mut next = Some(fault);
    while let Some(cause) = next {
        let inside = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if cause.is::<T>() || inside.is_some_and(|inside| has::<T>(inside)) {
            return true;
        }
        next = cause.source();
    }
    false
}

/// One line, cut short: words of others must not fill the log or break its lines.
fn cut(words: &str) -> String {
    let line: Vec<_> = words.split(|sign: char| sign.is_whitespace() || sign.is_control()).filter(|part| !part.is_empty()).collect();
    line.join(" ").chars().take(MOST_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn words_of_others_are_one_short_line() {
        assert_eq!(cut(" 450 later\r\n\u{1b}[31mred\0"), "450 later [31mred");
        assert_eq!(cut(&"ạ".repeat(1000)).chars().count(), 300);
    }
}
