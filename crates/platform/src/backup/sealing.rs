//! Encryption of archives by the age format, and recognising what is encrypted.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::str::FromStr as _;

use age::secrecy::{ExposeSecret as _, SecretString};
use age::{Decryptor, Encryptor, scrypt, x25519};
use thiserror::Error;

use super::BackupError;

/// What an encrypted file begins with.
const SIGN: &[u8] = b"age-encryption.org/";
/// The most work that a passphrase may ask for, as a power of two; about half a minute on a slow machine.
const MOST_WORK: u8 = 22;

/// For whom an archive is encrypted.
#[derive(Clone, Default)]
pub enum Sealing {
    /// For nobody: it is not encrypted.
    #[default]
    Open,
    /// For those who hold the identity of one of these recipients.
    Recipients(Vec<x25519::Recipient>),
    /// For those who know a passphrase.
    Passphrase(SecretString),
}

impl std::fmt::Debug for Sealing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Open => formatter.write_str("Open"),
            Self::Recipients(recipients) => formatter.debug_tuple("Recipients").field(&recipients.len()).finish(),
            Self::Passphrase(_) => formatter.write_str("Passphrase"),
        }
    }
}

impl Sealing {
    /// For recipients, each written `age1…`; for nobody where there is none.
    ///
    /// # Errors
    /// When a text is no recipient.
    pub fn recipients<T: AsRef<str>>(texts: &[T]) -> Result<Self, KeyError> {
        let read = |text: &T| {
            let text = text.as_ref().trim();
            x25519::Recipient::from_str(text).map_err(|_| KeyError::Recipient { text: text.to_owned() })
        };
        let recipients = texts.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        Ok(if recipients.is_empty() { Self::Open } else { Self::Recipients(recipients) })
    }

    /// True where the archive is encrypted.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        !matches!(self, Self::Open)
    }

    /// Locks for one archive, and keys with which this program can read it back.
    ///
    /// This program does not know the identities of the recipients. So it makes one more identity that lives in memory until the archive was read back.
    pub(super) fn for_one_archive(&self) -> (Self, Keys) {
        match self {
            Self::Open => (Self::Open, Keys::default()),
            Self::Passphrase(words) => (self.clone(), Keys { passphrase: Some(words.clone()), ..Keys::default() }),
            Self::Recipients(recipients) => {
                let witness = x25519::Identity::generate();
                let mut recipients = recipients.clone();
                recipients.push(witness.to_public());
                (Self::Recipients(recipients), Keys { identities: vec![witness], ..Keys::default() })
            }
        }
    }

    /// Begins an encrypted stream; nothing where it is not to be encrypted. For a passphrase this takes about a second.
    pub(super) fn encryptor(&self) -> io::Result<Option<Encryptor>> {
        Ok(match self {
            Self::Open => None,
            Self::Passphrase(words) => Some(Encryptor::with_user_passphrase(words.clone())),
            Self::Recipients(recipients) => {
                let recipients = recipients.iter().map(|recipient| recipient as &dyn age::Recipient);
                Some(Encryptor::with_recipients(recipients).map_err(io::Error::other)?)
            }
        })
    }
}

/// What opens encrypted archives.
#[derive(Clone, Default)]
pub struct Keys {
    identities: Vec<x25519::Identity>,
    passphrase: Option<SecretString>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (identities, passphrase) = (self.identities.len(), self.passphrase.is_some());
        formatter.debug_struct("Keys").field("identities", &identities).field("passphrase", &passphrase).finish()
    }
}

impl Keys {
    /// Adds the identities of an identity file: lines that begin with `AGE-SECRET-KEY-1`; empty lines and comments are passed over.
    ///
    /// # Errors
    /// When a line is something else, or there is no identity.
    pub fn with_identities(mut self, text: &str) -> Result<Self, KeyError> {
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            self.identities.push(x25519::Identity::from_str(line).map_err(|_| KeyError::Identity { line: number })?);
        }
        if self.identities.is_empty() { Err(KeyError::NoIdentity) } else { Ok(self) }
    }

    /// Adds a passphrase.
    #[must_use]
    pub fn with_passphrase(mut self, passphrase: SecretString) -> Self {
        self.passphrase = Some(passphrase);
        self
    }
}

/// Makes a new identity: the text of an identity file, and the recipient that belongs to it.
#[must_use]
pub fn new_identity() -> (SecretString, String) {
    let identity = x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    let text = format!("# public key: {recipient}\n{}\n", identity.to_string().expose_secret());
    (SecretString::from(text), recipient)
}

/// A text that is no key.
#[derive(Debug, Error)]
pub enum KeyError {
    /// Not the public key of a recipient.
    #[error("{text} is no recipient; it begins with age1")]
    Recipient {
        /// What was given.
        text: String,
    },
    /// A line of an identity file that is no identity.
    #[error("line {line} of the identity file is no identity")]
    Identity {
        /// The line, from 1.
        line: usize,
    },
    /// An identity file without an identity.
    #[error("the identity file holds no identity")]
    NoIdentity,
}

/// What an encrypted archive wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants {
    /// The identity of one of its recipients.
    Identity,
    /// Its passphrase.
    Passphrase,
}

/// The plain bytes of an archive, encrypted or not.
pub(super) enum Plain {
    Open(BufReader<File>),
    Sealed(Box<age::stream::StreamReader<BufReader<File>>>),
}

impl Plain {
    pub(super) fn open(path: &Path, keys: &Keys) -> Result<Self, BackupError> {
        let refuse = |source| BackupError::Io { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(refuse)?;
        let mut beginning = Vec::new();
        (&mut file).take(SIGN.len() as u64).read_to_end(&mut beginning).map_err(refuse)?;
        file.rewind().map_err(refuse)?;
        let file = BufReader::new(file);
        if beginning != SIGN {
            return Ok(Self::Open(file));
        }
        let not_a_backup = || BackupError::NotABackup { path: path.to_owned() };
        let decryptor = Decryptor::new_buffered(file).map_err(|_| not_a_backup())?;
        let wants = if decryptor.is_scrypt() { Wants::Passphrase } else { Wants::Identity };
        let opened = match (wants, &keys.passphrase) {
            (Wants::Passphrase, Some(words)) => {
                let mut identity = scrypt::Identity::new(words.clone());
                identity.set_max_work_factor(MOST_WORK);
                decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity))
            }
            (Wants::Identity, _) if !keys.identities.is_empty() => {
                decryptor.decrypt(keys.identities.iter().map(|identity| identity as &dyn age::Identity))
            }
            _ => return Err(BackupError::Sealed { path: path.to_owned(), wants }),
        };
        match opened {
            Ok(reader) => Ok(Self::Sealed(Box::new(reader))),
            Err(age::DecryptError::InvalidMac | age::DecryptError::InvalidHeader) => Err(not_a_backup()),
            Err(_) => Err(BackupError::WrongKey { path: path.to_owned(), wants }),
        }
    }
}

impl Read for Plain {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Open(file) => file.read(buffer),
            Self::Sealed(file) => file.read(buffer),
        }
    }
}

impl Seek for Plain {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Open(file) => file.seek(position),
            Self::Sealed(file) => file.seek(position),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyError, Keys, Sealing, new_identity};
    use age::secrecy::ExposeSecret as _;

    #[test]
    fn keys_are_read_as_age_writes_them() {
        let (file, recipient) = new_identity();
        assert!(recipient.starts_with("age1"));
        assert!(Keys::default().with_identities(file.expose_secret()).is_ok());
        assert!(Sealing::recipients(&[recipient.as_str(), &format!(" {recipient}\n")]).unwrap().is_sealed());
        assert!(!Sealing::recipients::<&str>(&[]).unwrap().is_sealed());
        assert!(
            !format!("{:?} {:?}", Keys::default().with_identities(file.expose_secret()), Sealing::Passphrase("secret".into()))
                .contains("secret")
        );
    }

    #[test]
    fn what_is_no_key_is_told() {
        assert!(matches!(Sealing::recipients(&["age1nothing"]), Err(KeyError::Recipient { text }) if text == "age1nothing"));
        assert!(matches!(Keys::default().with_identities("# only a comment\n\n"), Err(KeyError::NoIdentity)));
        assert!(matches!(Keys::default().with_identities("# a\nssh-rsa x\n"), Err(KeyError::Identity { line: 2 })));
    }
}
