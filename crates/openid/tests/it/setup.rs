//! The provider the tests talk to, and what they all need.

use crate::front::Front;
use chrono::{DateTime, Utc};
use openid::{Callback, Provider, Settings};
use serde_json::{Value, json};
use test_support::Peer;
use test_support::openid_person::{self, Will};

/// Where people come back to. Nobody listens there; the tests read the address they are sent to.
pub(crate) const RETURN: &str = "http://127.0.0.1/tro-ve";
/// A secret long enough to sign with, made up.
pub(crate) const SECRET: &str = "made-up-secret-of-a-test-client-0123456789";
/// A person who does not exist.
pub(crate) const PERSON: &str = "nguoi-thu-1";

/// Random bytes, each test its own.
pub(crate) fn random(seed: u8) -> [u8; 96] {
    std::array::from_fn(|index| seed.wrapping_mul(31).wrapping_add(u8::try_from(index).unwrap()))
}

#[expect(clippy::disallowed_methods, reason = "the provider under test lives by the real clock")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

fn client(id: &str, method: &str) -> Value {
    json!({
        "client_id": id,
        "client_secret": SECRET,
        "token_endpoint_auth_method": method,
        "redirect_uris": [RETURN],
        "post_logout_redirect_uris": [RETURN],
    })
}

/// What the provider is told, for the issuer it answers under.
pub(crate) fn provider_settings(issuer: Option<&str>) -> Value {
    json!({
        "issuer": issuer,
        "clients": [
            client("cchc", "client_secret_basic"),
            client("cchc-post", "client_secret_post"),
            { "client_id": "cchc-public", "token_endpoint_auth_method": "none", "redirect_uris": [RETURN] },
        ],
        "people": {
            PERSON: {
                "name": "Nguyễn Văn Thử (người dựng để thử)",
                "preferred_username": PERSON,
                "email": "nguoi-thu-1@example.invalid",
                "email_verified": true,
                "organisation": "Đơn vị dựng để thử",
            },
        },
    })
}

pub(crate) fn settings(issuer: &str) -> Settings {
    let mut settings = Settings::new(issuer, "cchc", RETURN);
    settings.client_secret = Some(SECRET.into());
    settings.organisation_claim = Some("organisation".into());
    settings
}

/// A provider behind a front that counts and changes what passes.
pub(crate) async fn behind_front(change: impl FnOnce(&mut Value)) -> (Front, Peer) {
    let front = Front::start().await;
    let mut told = provider_settings(Some(&front.issuer()));
    change(&mut told);
    let peer = Peer::start("openid-provider", &told);
    front.lead_to(peer.port());
    (front, peer)
}

pub(crate) async fn discover(settings: Settings) -> Provider {
    Provider::discover(settings, now()).await.expect("the provider is discovered")
}

/// A person at the provider's pages; answers what they bring back.
pub(crate) async fn go(client: &reqwest::Client, begin: &str, will: Will) -> Callback {
    Callback::from_query(&openid_person::go(client, begin, RETURN, will).await)
}
