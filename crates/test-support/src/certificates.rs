//! Certificates for servers of tests.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

/// An authority made for one test, and a certificate of its own for a server on the loopback address.
#[derive(Debug)]
pub struct Certificates {
    /// The certificate of the authority, PEM.
    pub authority: String,
    /// The certificate of the server, for `127.0.0.1` and `localhost`, PEM.
    pub certificate: String,
    /// The key of the server, PEM.
    pub key: String,
}

impl Certificates {
    /// Makes both anew.
    ///
    /// # Panics
    ///
    /// When there is no randomness.
    #[must_use]
    pub fn for_loopback() -> Self {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate().expect("a key");
        let authority_certificate = authority.self_signed(&authority_key).expect("a certificate");
        let key = KeyPair::generate().expect("a key");
        let server = CertificateParams::new(["127.0.0.1".to_owned(), "localhost".to_owned()]).expect("two names");
        let certificate = server.signed_by(&key, &Issuer::new(authority, authority_key)).expect("a certificate");
        Self { authority: authority_certificate.pem(), certificate: certificate.pem(), key: key.serialize_pem() }
    }
}
