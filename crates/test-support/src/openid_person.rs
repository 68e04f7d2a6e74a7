//! A person at the provider's pages, with a browser made of plain requests: follows redirects, keeps cookies, sends forms.

use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use rustls::{ClientConfig, RootCertStore};
use std::collections::BTreeMap;
use std::sync::Arc;
use url::Url;

/// What the person does when the provider asks.
#[derive(Debug, Clone, Copy)]
pub enum Will {
    /// Signs in under this name and consents.
    SignIn(&'static str),
    /// Turns back.
    Refuse,
}

/// A client that follows no redirect and trusts nobody: plain HTTP alone.
#[must_use]
pub fn client() -> reqwest::Client {
    client_trusting(RootCertStore::empty())
}

/// A client that trusts these authorities alone.
///
/// # Panics
///
/// When the client cannot be made.
#[must_use]
pub fn client_trusting(roots: RootCertStore) -> reqwest::Client {
    let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("a TLS configuration")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let builder = reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy();
    builder.redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Goes where a sign-in begins and does what `will` says, until sent back to `return_to`; answers the query that was brought back.
///
/// # Panics
///
/// When the provider does not answer, or does not come to an end.
pub async fn go(client: &reqwest::Client, begin: &str, return_to: &str, will: Will) -> String {
    let mut cookies = BTreeMap::new();
    let mut request = client.get(begin);
    // Begin, sign-in, consent, and the redirects between them.
    for _ in 0..12 {
        let kept: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = request.header(COOKIE, kept.join("; ")).send().await.expect("the provider answers");
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            cookies.insert(name.to_owned(), value.to_owned());
        }
        let here = answer.url().clone();
        if let Some(place) = answer.headers().get(LOCATION) {
            let there = here.join(place.to_str().unwrap()).unwrap();
            if there.as_str().starts_with(return_to) {
                return there.query().unwrap_or_default().to_owned();
            }
            request = client.get(there);
            continue;
        }
        let (status, page) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{here} answers {status}: {page}");
        request = answer_page(client, &here, &page, will);
    }
    panic!("the provider does not come to an end");
}

fn answer_page(client: &reqwest::Client, here: &Url, page: &str, will: Will) -> reqwest::RequestBuilder {
    let form = here.join(between(page, "action=\"", "\"")).unwrap();
    let body = match will {
        Will::Refuse => return client.get(format!("{}/abort", here.as_str())),
        Will::SignIn(name) if page.contains("value=\"login\"") => format!("prompt=login&login={name}&password=x"),
        Will::SignIn(_) => "prompt=consent".to_owned(),
    };
    client.post(form).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body)
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{before} is not in {text}"));
    rest.split_once(after).unwrap().0
}
