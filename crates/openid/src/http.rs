//! Requests to the provider: bounded in time and size, over TLS with known roots, following no redirect.

use crate::error::{HttpFault, SettingFault};
use crate::settings::Settings;
use openidconnect::{HttpRequest, HttpResponse, http};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;

/// More than any document, key set or token answer has.
const MOST_BYTES: usize = 1 << 20;

/// The client of one provider.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    client: reqwest::Client,
}

impl Http {
    /// A client that trusts the public authorities and those of the settings.
    pub(crate) fn new(settings: &Settings) -> Result<Self, SettingFault> {
        let tls = tls(settings.authorities_pem.as_deref().unwrap_or_default())?;
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(settings.timeout)
            .no_proxy()
            .build()
            .map_err(|source| SettingFault::Client { source: source.into() })?;
        Ok(Self { client })
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpFault> {
        let request = reqwest::Request::try_from(request).map_err(HttpFault::Request)?;
        let mut answer = self.client.execute(request).await.map_err(HttpFault::Request)?;
        let mut head = http::Response::builder().status(answer.status());
        if let Some(headers) = head.headers_mut() {
            headers.clone_from(answer.headers());
        }
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(HttpFault::Request)? {
            if body.len() + part.len() > MOST_BYTES {
                return Err(HttpFault::TooLarge(MOST_BYTES));
            }
            body.extend_from_slice(&part);
        }
        head.body(body).map_err(HttpFault::Malformed)
    }
}

fn tls(authorities: &str) -> Result<ClientConfig, SettingFault> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let before = roots.len();
    for certificate in CertificateDer::pem_slice_iter(authorities.as_bytes()) {
        let certificate = certificate.map_err(|source| SettingFault::Authorities { source: source.into() })?;
        roots.add(certificate).map_err(|source| SettingFault::Authorities { source: source.into() })?;
    }
    if roots.len() == before && !authorities.trim().is_empty() {
        return Err(SettingFault::Authorities { source: "no certificate in it".into() });
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(|source| SettingFault::Client { source: source.into() })?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::tls;
    use crate::error::SettingFault;

    #[test]
    fn certificates_that_cannot_be_read_are_refused() {
        assert!(tls("").is_ok());
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for text in ["no certificate", broken, "-----BEGIN CERTIFICATE-----\nAAAA"] {
            assert!(matches!(tls(text), Err(SettingFault::Authorities { .. })), "{text}");
        }
    }
}
