//! ID tokens that are wrong in one respect: signed with the provider's own key, and put into the answer of the token endpoint.

use crate::front::Front;
use crate::setup::go;
use crate::setup::{PERSON, SECRET, behind_front, discover, now, random, settings};
use chrono::TimeDelta;
use openid::{Identity, OpenIdError, Provider, Settings};
use serde_json::{Value, json};
use std::time::Duration;
use test_support::Peer;
use test_support::openid_person::{Will, client};

/// A provider and what it is asked to sign.
struct Bench {
    front: Front,
    peer: Peer,
    provider: Provider,
}

impl Bench {
    async fn new(change: impl FnOnce(&mut Settings)) -> Self {
        let (front, peer) = behind_front(|_| {}).await;
        let mut wanted = settings(&front.issuer());
        change(&mut wanted);
        let provider = discover(wanted).await;
        Self { front, peer, provider }
    }

    /// A token signed by the provider, or with a shared secret.
    async fn sign(&self, order: &Value) -> String {
        let address = format!("http://127.0.0.1:{}/peer/sign", self.peer.port());
        client().post(address).body(order.to_string()).send().await.unwrap().text().await.unwrap()
    }

    /// A sign-in in which the provider's ID token is replaced: `change` gets a good order for a token.
    async fn with_token(&self, seed: u8, change: impl FnOnce(&mut Value)) -> Result<Identity, OpenIdError> {
        let begin = self.provider.begin(&random(seed));
        let issued = now().timestamp();
        let claims = json!({
            "iss": self.front.issuer(), "sub": PERSON, "aud": "cchc", "nonce": begin.pending.nonce, "iat": issued, "exp": issued + 600,
        });
        let mut order = json!({ "header": {}, "claims": claims });
        change(&mut order);
        let token = self.sign(&order).await;
        self.with_text(&begin, token).await
    }

    async fn with_text(&self, begin: &openid::Begin, token: String) -> Result<Identity, OpenIdError> {
        let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
        self.front.change("/token", move |answer| answer["id_token"] = json!(token));
        self.provider.finish(&callback, &begin.pending, now()).await
    }

    async fn name_of(&self, seed: u8, change: impl FnOnce(&mut Value)) -> &'static str {
        self.with_token(seed, change).await.expect_err("a token that is wrong in one respect").name()
    }
}

#[tokio::test]
async fn the_token_that_the_others_differ_from_is_good() {
    let bench = Bench::new(|_| {}).await;
    let identity = bench
        .with_token(40, |order| {
            order["claims"]["azp"] = json!("cchc");
            order["claims"]["amr"] = json!(["pwd", "otp"]);
            order["claims"]["acr"] = json!("muc-2");
            order["claims"]["auth_time"] = json!(1_700_000_000);
        })
        .await
        .unwrap();
    assert_eq!(identity.amr, ["pwd", "otp"]);
    assert_eq!(identity.acr.as_deref(), Some("muc-2"));
    assert_eq!(identity.auth_time.map(|time| time.timestamp()), Some(1_700_000_000));
}

#[tokio::test]
async fn each_wrong_claim_is_refused_by_its_own_name() {
    let bench = Bench::new(|_| {}).await;
    let wrong = [
        ("issuer-mismatch", "iss", json!("https://other.example.gov.vn")),
        ("audience-mismatch", "aud", json!("another-client")),
        ("audience-mismatch", "aud", json!(["cchc", "another-client"])),
        ("authorized-party-mismatch", "azp", json!("another-client")),
        ("nonce-mismatch", "nonce", json!("another nonce")),
        ("nonce-mismatch", "nonce", Value::Null),
        ("access-token-mismatch", "at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
        ("expired", "exp", json!(now().timestamp() - 90)),
        ("issued-in-future", "iat", json!(now().timestamp() + 90)),
    ];
    for (index, (name, claim, value)) in wrong.into_iter().enumerate() {
        let seed = 50 + u8::try_from(index).unwrap();
        assert_eq!(bench.name_of(seed, |order| order["claims"][claim] = value.clone()).await, name, "{claim}: {value}");
    }
}

#[tokio::test]
async fn clocks_may_differ_by_the_leeway_and_no_more() {
    let bench = Bench::new(|settings| settings.leeway = Duration::from_secs(300)).await;
    for (seed, claim, value) in [(60, "exp", now().timestamp() - 90), (61, "iat", now().timestamp() + 90)] {
        let result = bench.with_token(seed, |order| order["claims"][claim] = json!(value)).await;
        assert!(result.is_ok(), "{claim}: {result:?}");
    }
}

#[tokio::test]
async fn a_token_of_the_provider_expires_by_the_clock_of_the_caller() {
    let bench = Bench::new(|_| {}).await;
    let begin = bench.provider.begin(&random(62));
    let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    let later = bench.provider.finish(&callback, &begin.pending, now() + TimeDelta::hours(2)).await.unwrap_err();
    assert!(matches!(later, OpenIdError::Expired { .. }), "{later:?}");
    let begin = bench.provider.begin(&random(63));
    let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    let earlier = bench.provider.finish(&callback, &begin.pending, now() - TimeDelta::hours(2)).await.unwrap_err();
    assert!(matches!(earlier, OpenIdError::IssuedInFuture { .. }), "{earlier:?}");
}

#[tokio::test]
async fn a_required_level_must_be_reached() {
    let bench = Bench::new(|settings| {
        settings.acr_values = vec!["muc-3".into(), "muc-2".into()];
        settings.acr_required = true;
    })
    .await;
    assert!(bench.with_token(64, |order| order["claims"]["acr"] = json!("muc-2")).await.is_ok());
    assert_eq!(bench.name_of(65, |order| order["claims"]["acr"] = json!("muc-1")).await, "acr-not-reached");
    assert_eq!(bench.name_of(66, |_| {}).await, "acr-not-reached");
}

#[tokio::test]
async fn shared_secrets_and_no_signature_are_never_trusted() {
    let bench = Bench::new(|_| {}).await;
    // As if the provider announced them.
    bench.front.change("/.well-known/openid-configuration", |document| {
        document["id_token_signing_alg_values_supported"] = json!(["RS256", "HS256", "none"]);
    });
    let provider = discover(settings(&bench.front.issuer())).await;
    let bench = Bench { provider, ..bench };
    let by_secret = bench.name_of(67, |order| {
        order["header"] = json!({ "alg": "HS256" });
        order["secret"] = json!(SECRET);
    });
    assert_eq!(by_secret.await, "algorithm-refused");

    let begin = bench.provider.begin(&random(68));
    let good = bench.sign(&json!({ "header": {}, "claims": claims_of(&bench, &begin) })).await;
    let payload = good.split('.').nth(1).unwrap();
    // {"alg":"none"}
    let unsigned = bench.with_text(&begin, format!("eyJhbGciOiJub25lIn0.{payload}.")).await.unwrap_err();
    assert_eq!(unsigned.name(), "algorithm-refused", "{unsigned:?}");
}

#[tokio::test]
async fn a_changed_token_is_refused() {
    let bench = Bench::new(|_| {}).await;
    let begin = bench.provider.begin(&random(69));
    let good = bench.sign(&json!({ "header": {}, "claims": claims_of(&bench, &begin) })).await;
    let mut other = claims_of(&bench, &begin);
    other["sub"] = json!("nguoi-thu-2");
    let other = bench.sign(&json!({ "header": {}, "claims": other })).await;
    let (head, _) = good.split_once('.').unwrap();
    let signature = good.rsplit('.').next().unwrap();
    let tampered = format!("{head}.{}.{signature}", other.split('.').nth(1).unwrap());
    let fault = bench.with_text(&begin, tampered).await.unwrap_err();
    assert!(matches!(fault, OpenIdError::SignatureInvalid { .. }), "{fault:?}");

    let encrypted = bench.name_of(70, |order| order["header"] = json!({ "cty": "JWT" }));
    assert_eq!(encrypted.await, "unsupported-token");
}

#[tokio::test]
async fn new_keys_are_fetched_when_a_token_names_one_and_at_most_once_a_minute() {
    let (front, old) = behind_front(|_| {}).await;
    let began = now();
    let provider = Provider::discover(settings(&front.issuer()), began).await.unwrap();
    drop(old);
    let mut told = crate::setup::provider_settings(Some(&front.issuer()));
    told["key"] = json!({ "kid": "key-2", "alg": "RS256" });
    let new = Peer::start("openid-provider", &told);
    front.lead_to(new.port());
    assert_eq!(front.count("/jwks"), 1);

    let begin = provider.begin(&random(71));
    let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    let soon = provider.finish(&callback, &begin.pending, began + TimeDelta::seconds(59)).await.unwrap_err();
    assert!(matches!(soon, OpenIdError::KeyUnknown), "{soon:?}");
    assert_eq!(front.count("/jwks"), 1, "within a minute the keys are not asked for again");

    let begin = provider.begin(&random(72));
    let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    let identity = provider.finish(&callback, &begin.pending, began + TimeDelta::seconds(60)).await.unwrap();
    assert_eq!(identity.subject, PERSON);
    assert_eq!(front.count("/jwks"), 2);

    let begin = provider.begin(&random(73));
    let callback = go(&client(), &begin.url, Will::SignIn(PERSON)).await;
    assert!(provider.finish(&callback, &begin.pending, began + TimeDelta::minutes(10)).await.is_ok());
    assert_eq!(front.count("/jwks"), 2, "keys that serve are kept");
}

fn claims_of(bench: &Bench, begin: &openid::Begin) -> Value {
    let issued = now().timestamp();
    let nonce = &begin.pending.nonce;
    json!({ "iss": bench.front.issuer(), "sub": PERSON, "aud": "cchc", "nonce": nonce, "iat": issued, "exp": issued + 600 })
}
