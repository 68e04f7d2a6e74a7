//! The server's own certificate: two files become what TLS answers with, are checked, and are read again when they change.

mod validity;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{self, InconsistentKeys, ServerConfig};

pub use validity::Validity;

/// How long before its end a certificate is called to attention.
const SOON: TimeDelta = TimeDelta::days(14);

/// Where certificate and key lie, both as PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The server's certificate first, then those of the issuers between it and the root.
    pub chain: PathBuf,
    /// The private key of the first certificate: PKCS#8, PKCS#1 or SEC1.
    pub key: PathBuf,
}

/// Why certificate and key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The file of the certificate cannot be read.
    #[error("the certificate file cannot be read")]
    ChainUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file holds no PEM certificate.
    #[error("the file holds no certificate")]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// The file holds a broken PEM section.
    #[error("the certificate file is no sound PEM")]
    ChainBroken {
        /// The file.
        path: PathBuf,
        /// Why.
        source: pem::Error,
    },
    /// The first certificate is not X.509.
    #[error("the first certificate is not X.509")]
    NotX509 {
        /// The file.
        path: PathBuf,
    },
    /// The file of the key cannot be read.
    #[error("the key file cannot be read")]
    KeyUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file holds no private key in PEM, or a broken one. A key behind a password is none.
    #[error("the file holds no private key")]
    NoKey {
        /// The file.
        path: PathBuf,
        /// Why.
        source: pem::Error,
    },
    /// The key is of a kind that TLS here does not take.
    #[error("the kind of key is not supported")]
    KeyUnsupported {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rustls::Error,
    },
    /// The key belongs to another certificate.
    #[error("the key belongs to another certificate")]
    Mismatch {
        /// The certificate.
        chain: PathBuf,
        /// The key.
        key: PathBuf,
    },
}

/// What a certificate is worth at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Valid for more than two weeks.
    Fine,
    /// Ends within two weeks.
    EndsSoon,
    /// Its time is over; browsers refuse it.
    Expired,
    /// Its time has not begun; browsers refuse it.
    NotYet,
}

/// What reading the files again brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reloaded {
    /// The files are as they were.
    Same,
    /// New connections get the new certificate.
    Changed,
}

/// A certificate in use. New connections get what was last read without fault.
#[derive(Debug)]
pub struct Certificates {
    files: CertificateFiles,
    held: Arc<Held>,
}

#[derive(Debug)]
struct Held(RwLock<Arc<Read>>);

#[derive(Debug)]
struct Read {
    chain: Vec<u8>,
    key: Vec<u8>,
    certified: Arc<CertifiedKey>,
    validity: Validity,
}

impl Certificates {
    /// Reads and checks both files.
    ///
    /// # Errors
    /// When a file cannot be read, holds something else, or the two do not belong together.
    /// A certificate whose time is over is no error; ask [`Certificates::standing`].
    pub fn read(files: CertificateFiles) -> Result<Self, CertificateError> {
        let read = read(&files)?;
        Ok(Self { files, held: Arc::new(Held(RwLock::new(Arc::new(read)))) })
    }

    /// Reads the files again. On an error the certificate in use stays.
    ///
    /// # Errors
    /// As [`Certificates::read`]; while a certificate is being renewed the two files may differ for a moment.
    pub fn reload(&self) -> Result<Reloaded, CertificateError> {
        let new = read(&self.files)?;
        let mut held = self.held.0.write().unwrap_or_else(PoisonError::into_inner);
        if held.chain == new.chain && held.key == new.key {
            return Ok(Reloaded::Same);
        }
        *held = Arc::new(new);
        Ok(Reloaded::Changed)
    }

    /// From when to when the certificate is valid.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.held.now().validity
    }

    /// What the certificate is worth at a moment.
    #[must_use]
    pub fn standing(&self, now: DateTime<Utc>) -> Standing {
        let Validity { from, until } = self.validity();
        if now < from {
            Standing::NotYet
        } else if now > until {
            Standing::Expired
        } else if now + SOON > until {
            Standing::EndsSoon
        } else {
            Standing::Fine
        }
    }

    /// Where the files lie.
    #[must_use]
    pub fn files(&self) -> &CertificateFiles {
        &self.files
    }

    /// TLS 1.2 and 1.3 over HTTP/1.1 with this certificate, also after it was read again.
    pub(crate) fn tls(&self) -> Result<Arc<ServerConfig>, rustls::Error> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<Held>::clone(&self.held));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

impl Held {
    fn now(&self) -> Arc<Read> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ResolvesServerCert for Held {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.now().certified))
    }
}

fn read(files: &CertificateFiles) -> Result<Read, CertificateError> {
    let chain_path = || files.chain.clone();
    let chain = fs::read(&files.chain).map_err(|source| CertificateError::ChainUnreadable { path: chain_path(), source })?;
    let certificates = CertificateDer::pem_slice_iter(&chain)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|source| CertificateError::ChainBroken { path: chain_path(), source })?;
    let Some(first) = certificates.first() else { return Err(CertificateError::NoCertificate { path: chain_path() }) };
    let validity = Validity::of(first).ok_or_else(|| CertificateError::NotX509 { path: chain_path() })?;
    let (key, private) = read_key(&files.key)?;
    let certified = CertifiedKey::from_der(certificates, private, &ring::default_provider()).map_err(|source| match source {
        rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            CertificateError::Mismatch { chain: chain_path(), key: files.key.clone() }
        }
        rustls::Error::InvalidCertificate(_) => CertificateError::NotX509 { path: chain_path() },
        source => CertificateError::KeyUnsupported { path: files.key.clone(), source },
    })?;
    Ok(Read { chain, key, certified: Arc::new(certified), validity })
}

fn read_key(path: &Path) -> Result<(Vec<u8>, PrivateKeyDer<'static>), CertificateError> {
    let text = fs::read(path).map_err(|source| CertificateError::KeyUnreadable { path: path.to_owned(), source })?;
    let key = PrivateKeyDer::from_pem_slice(&text).map_err(|source| CertificateError::NoKey { path: path.to_owned(), source })?;
    Ok((text, key))
}
