//! The authorities that are trusted: Mozilla's, and those an administrator adds.

use crate::outcome::SettingFault;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;

/// The certificates of a PEM text; an empty text has none, any other at least one.
pub(crate) fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, SettingFault> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    let read = read.map_err(|fault| SettingFault::Authorities(fault.into()))?;
    if read.is_empty() && !pem.trim().is_empty() {
        return Err(SettingFault::Authorities("no certificate in it".into()));
    }
    Ok(read)
}

/// TLS for requests to web addresses.
pub(crate) fn config(authorities_pem: &str) -> Result<ClientConfig, SettingFault> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for certificate in certificates(authorities_pem)? {
        roots.add(certificate).map_err(|fault| SettingFault::Authorities(fault.into()))?;
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(|fault| SettingFault::Client(fault.into()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::config;

    #[test]
    fn certificates_that_cannot_be_read_are_refused() {
        assert!(config("").is_ok());
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for text in ["no certificate", broken, "-----BEGIN CERTIFICATE-----\nAAAA"] {
            assert!(config(text).is_err(), "{text}");
        }
    }
}
