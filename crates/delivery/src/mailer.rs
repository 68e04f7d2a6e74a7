//! The bytes of a message go to the mail server, step by step, so that each step's refusal is understood for what it is.
//!
//! A refusal before the message is named (greeting, TLS, password) says nothing about the message, so the message stays good.
//! A refusal of the message itself is final when its code is 5xx (RFC 5321, section 4.2.1).

use crate::mail::{Mail, Party, compose, mailbox};
use crate::outcome::{Outcome, Reason, SettingFault, chain, has};
use crate::tls::certificates;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error, response::Response};
use std::fmt;
use std::time::Duration;
use tokio::time::timeout;

/// How long a server may take to say goodbye to a message it has already taken.
const GOODBYE: Duration = Duration::from_secs(2);

/// How the way to the mail server is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// In the clear; for a server on the same machine or in a closed network, without password.
    None,
    /// TLS after a greeting in the clear, port 587; a server that does not offer it is not used.
    StartTls,
    /// TLS from the first byte, port 465.
    Tls,
}

/// The mail server and the sender.
#[derive(Clone)]
pub struct MailSettings {
    /// The name of the server.
    pub host: String,
    /// Its port: 587 (`StartTls`), 465 (`Tls`), 25 (`None`).
    pub port: u16,
    /// How the way to it is kept.
    pub security: Security,
    /// The user, when the server wants one.
    pub user: Option<String>,
    /// The password that goes with it; never shown by `Debug`.
    pub password: Option<String>,
    /// Who the messages come from.
    pub from: Party,
    /// The name by which this machine greets the server (EHLO); the domain of `from` when absent.
    pub hello_name: Option<String>,
    /// How long handing over one message may take in all.
    pub timeout: Duration,
    /// Certificates (PEM) of authorities to trust beside the public ones.
    pub authorities_pem: Option<String>,
}

impl fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("MailSettings");
        shown.field("host", &self.host).field("port", &self.port).field("security", &self.security).field("user", &self.user);
        shown.field("from", &self.from).finish_non_exhaustive()
    }
}

/// Hands messages to one mail server, each over a connection of its own.
pub struct Mailer {
    settings: MailSettings,
    from: Mailbox,
    hello: ClientId,
    tls: Option<TlsParameters>,
}

/// A step of handing over, by what its refusal means.
enum Refused {
    /// Before the message was named.
    Server(Error),
    /// User and password.
    Credentials(Error),
    /// The message itself.
    Message(Error),
}

impl Mailer {
    /// Checks the settings; speaks to nobody yet.
    ///
    /// # Errors
    ///
    /// A setting that cannot work.
    pub fn new(settings: MailSettings) -> Result<Self, SettingFault> {
        if settings.host.trim().is_empty() {
            return Err(SettingFault::NoHost);
        }
        let from = mailbox(&settings.from).ok_or(SettingFault::From)?;
        if settings.user.is_some() != settings.password.is_some() {
            return Err(SettingFault::HalfCredentials);
        }
        let stays = ["localhost", "127.0.0.1", "::1"].contains(&settings.host.as_str());
        if settings.security == Security::None && settings.password.is_some() && !stays {
            return Err(SettingFault::PasswordInTheClear);
        }
        let hello = ClientId::Domain(settings.hello_name.clone().unwrap_or_else(|| from.email.domain().to_owned()));
        let tls = match settings.security {
            Security::None => None,
            Security::StartTls | Security::Tls => Some(tls_parameters(&settings)?),
        };
        Ok(Self { settings, from, hello, tls })
    }

    /// Hands one message over and says what became of it.
    ///
    /// A server that breaks off after the last byte may have taken the message; it then comes twice, under the same Message-ID.
    pub async fn deliver(&self, mail: &Mail) -> Outcome {
        let composed = match compose(&self.from, mail) {
            Ok(composed) => composed,
            Err(fault) => return Outcome::permanent(Reason::Message(fault), fault),
        };
        let hand_over = async {
            let mut connection = self.connect().await?;
            let answer = connection.send(&composed.envelope, &composed.bytes).await.map_err(Refused::Message)?;
            Ok((connection, answer))
        };
        match timeout(self.settings.timeout, hand_over).await {
            Err(_) => Outcome::temporary(Reason::TimedOut, "no answer in time"),
            Ok(Err(refused)) => outcome_of(&refused),
            Ok(Ok((mut connection, answer))) => {
                // The message is the server's now; a lost goodbye changes nothing.
                let _ = timeout(GOODBYE, connection.quit()).await;
                Outcome::delivered(&words_of(&answer))
            }
        }
    }

    /// A connection on which the server waits for a message.
    async fn connect(&self) -> Result<AsyncSmtpConnection, Refused> {
        let MailSettings { host, port, security, timeout, user, password, .. } = &self.settings;
        let at_once = self.tls.clone().filter(|_| *security == Security::Tls);
        let place = (host.as_str(), *port);
        let opened = AsyncSmtpConnection::connect_tokio1(place, Some(*timeout), &self.hello, at_once, None).await;
        let mut connection = opened.map_err(Refused::Server)?;
        if let (Security::StartTls, Some(tls)) = (security, &self.tls) {
            connection.starttls(tls.clone(), &self.hello).await.map_err(Refused::Server)?;
        }
        if let (Some(user), Some(password)) = (user, password) {
            let credentials = Credentials::new(user.clone(), password.clone());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(Refused::Credentials)?;
        }
        Ok(connection)
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").field("settings", &self.settings).finish_non_exhaustive()
    }
}

fn tls_parameters(settings: &MailSettings) -> Result<TlsParameters, SettingFault> {
    let mut builder = TlsParameters::builder(settings.host.clone()).certificate_store(CertificateStore::WebpkiRoots);
    for certificate in certificates(settings.authorities_pem.as_deref().unwrap_or_default())? {
        let certificate = Certificate::from_der(certificate.to_vec()).map_err(|fault| SettingFault::Authorities(fault.into()))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build_rustls().map_err(|fault| SettingFault::Authorities(fault.into()))
}

fn outcome_of(refused: &Refused) -> Outcome {
    let (Refused::Server(fault) | Refused::Credentials(fault) | Refused::Message(fault)) = refused;
    let words = chain(fault);
    match (refused, fault.status()) {
        (Refused::Credentials(_), _) if fault.is_permanent() || fault.is_client() => Outcome::temporary(Reason::Authentication, words),
        (Refused::Message(_), Some(code)) if fault.is_permanent() => Outcome::permanent(Reason::Answer(code.into()), words),
        (_, Some(code)) => Outcome::temporary(Reason::Answer(code.into()), words),
        (Refused::Message(_), None) if fault.is_client() => Outcome::permanent(Reason::NotSupported, words),
        // The only thing the library itself refuses before a message is a server without STARTTLS.
        (Refused::Server(_), None) if fault.is_tls() || fault.is_client() || has::<rustls::Error>(fault) => {
            Outcome::temporary(Reason::Tls, words)
        }
        (_, None) if fault.is_timeout() => Outcome::temporary(Reason::TimedOut, words),
        (_, None) if fault.is_response() => Outcome::temporary(Reason::Protocol, words),
        (_, None) => Outcome::temporary(Reason::Unreachable, words),
    }
}

fn words_of(answer: &Response) -> String {
    let lines: Vec<_> = answer.message().collect();
    format!("{} {}", answer.code(), lines.join(" "))
}

#[cfg(test)]
mod tests {
    use super::{MailSettings, Mailer, Security};
    use crate::mail::Party;
    use crate::outcome::SettingFault;
    use std::time::Duration;

    fn settings() -> MailSettings {
        MailSettings {
            host: "mail.example.invalid".into(),
            port: 587,
            security: Security::StartTls,
            user: Some("cchc".into()),
            password: Some("made up".into()),
            from: Party { name: None, address: "he-thong@example.invalid".into() },
            hello_name: None,
            timeout: Duration::from_secs(10),
            authorities_pem: None,
        }
    }

    #[test]
    fn each_setting_that_cannot_work_is_refused_by_name() {
        assert!(Mailer::new(settings()).is_ok());
        let fault_of = |change: fn(&mut MailSettings)| {
            let mut changed = settings();
            change(&mut changed);
            Mailer::new(changed).unwrap_err()
        };
        assert!(matches!(fault_of(|s| s.host = " ".into()), SettingFault::NoHost));
        assert!(matches!(fault_of(|s| s.from.address = "he-thong".into()), SettingFault::From));
        assert!(matches!(fault_of(|s| s.user = None), SettingFault::HalfCredentials));
        assert!(matches!(fault_of(|s| s.security = Security::None), SettingFault::PasswordInTheClear));
        assert!(matches!(fault_of(|s| s.authorities_pem = Some("x".into())), SettingFault::Authorities(_)));
    }

    #[test]
    fn the_password_is_not_shown() {
        assert!(!format!("{:?}", settings()).contains("made up"));
        assert!(!format!("{:?}", Mailer::new(settings()).unwrap()).contains("made up"));
    }
}
